/*
 * Inside of figures.c: numbers are read over the terms of a text.
 */
#ifndef STET_TEXT_FIGURE_PARTS_H
#define STET_TEXT_FIGURE_PARTS_H

#include "text/terms.h"

struct reader {
	struct terms *t;
	uint32_t i; /* the next term */
};

struct number {
	double low, high;
	bool vague; /* "several hundred" */
};

#define ENGLISH 1u
#define CHINESE 1024u
#define COMPOUNDS (2u | 16u | 64u | 128u | 256u | 512u) /* German, Italian, Dutch, Scandinavian */

/* Behind the last term there are signs that mean nothing. */
static inline const struct term *at(const struct reader *r, uint32_t i)
{
	static const struct term none = { .kind = TERM_SIGN };
	return i < r->t->n ? &r->t->at[i] : &none;
}

static inline struct str text_at(const struct reader *r, uint32_t i)
{
	return i < r->t->n ? term_text(r->t, i, i + 1) : STR_NONE;
}

static inline int64_t value_at(const struct reader *r, uint32_t i, enum term_class c)
{
	return term_value(r->t, at(r, i), c);
}

static inline bool is_any(struct str word, const char *const *all, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(word, str_from(all[i])))
			return true;
	return false;
}
#define IS_ANY(word, all) is_any(word, all, sizeof(all) / sizeof *(all))

/* figure_digits.c.  The value of digits with separators; false where they are
 * something else. */
bool figure_digits_value(struct str s, uint32_t languages, double *out);

/* Digits at r->i, with thousands apart and a letter for a scale ("5bn"); money:
 * a currency stands before.  False, and r->i stands, where they count nothing. */
bool figure_read_digits(struct reader *r, bool money, double *v);

/* Does what stands before term i make it a number of something ("flight 370"),
 * or a part of a name? */
bool figure_is_label(const struct reader *r, uint32_t i);

/* figure_words.c.  A number of digits or words at r->i, without unit. */
bool figure_read_number(struct reader *r, bool money, struct number *out);

#endif
