/*
 * The words of a text as comparisons use them: without the spaces, which are
 * found again as the gaps between tokens.
 */
#ifndef STET_TEXT_TOKENS_H
#define STET_TEXT_TOKENS_H

#include "text/words.h"

struct tokens {
	struct str text;
	struct word *at; /* none is WORD_SPACE */
	uint32_t n;
	uint32_t nwords; /* of them letters and numbers */
};

struct tokens tokens_read(struct arena *a, struct str text);

/* The same of a text that n others make up, of which parts are the tokens, and
 * which begins with byte from[i] of it; or, where anything but spaces stands
 * between two of them, false. */
bool tokens_join(struct arena *a, struct str text, const struct tokens *const *parts, const uint32_t *from, uint32_t n,
                 struct tokens *out);

static inline bool token_is_word(const struct word *t)
{
	return t->kind == WORD_LETTERS || t->kind == WORD_NUMBER;
}

/* What a token counts for when it is the same on both sides: a name or a
 * figure 1, a short word that is probably "of" or "the" less, a sign least. */
static inline double token_weight(const struct word *t)
{
	if (!token_is_word(t))
		return 0.2;
	return t->kind == WORD_LETTERS && t->to - t->from <= 3 ? 0.5 : 1;
}

#endif
