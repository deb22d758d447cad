/*
 * The readers of statements, each for some kinds, and what they share: only
 * features.c and features_*.c need it.
 */
#ifndef STET_CHANGE_FEATURES_PARTS_H
#define STET_CHANGE_FEATURES_PARTS_H

#include "change/features.h"

/* Bits of term languages. */
#define ENGLISH 1u
#define GERMAN 2u

/* features_names.c: names and places. */
void features_read_names(struct arena *a, struct side *s);
/* Is the capitalised word at i < n one that can be a part of a name?  Kept in its note. */
bool features_capital_counts(const struct side *s, uint32_t i);

/* features_speakers.c: hedges; whose claim it is.  After the names. */
void features_read_hedges(struct arena *a, struct side *s);
void features_read_speakers(struct arena *a, struct side *s);

/* features.c: one more statement, of terms [first, end). */
struct feature *features_add(struct arena *a, struct side *s, enum edit_kind kind, uint32_t first, uint32_t end,
                             uint64_t key);

static inline uint64_t features_mix(uint64_t h, uint64_t x)
{
	h = (h ^ x) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 31;
}

/* A sign behind the end. */
static inline const struct term *term_at(const struct side *s, uint32_t i)
{
	static const struct term none = { .kind = TERM_SIGN };
	return i < s->terms.n ? &s->terms.at[i] : &none;
}

static inline bool is_small(const struct term *t)
{
	return t->classes &
	       (TERM_BIT(TERM_COMMON) | TERM_BIT(TERM_PRONOUN) | TERM_BIT(TERM_WHERE) | TERM_BIT(TERM_NOT) |
	        TERM_BIT(TERM_IN_YEAR) | TERM_BIT(TERM_SOURCE) | TERM_BIT(TERM_BEYOND) | TERM_BIT(TERM_SEVERAL));
}

static inline bool is_capital(const struct side *s, uint32_t i)
{
	const struct term *t = term_at(s, i);
	return t->capital && t->kind == TERM_LETTERS && !t->use && !t->han && features_capital_counts(s, i);
}

#endif
