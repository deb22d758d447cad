/*
 * The words of a text as comparisons use them: without
 * the spaces, which are found again as the gaps between tokens.
 */
#ifndef STET_TEXT_TOKENS_H
#define STET_TEXT_TOKENS_H

#include "text/words.h"

struct token {
	uint64_t id, fold;   /* as in struct word */
	uint32_t from, to;   /* bytes in the text */
	enum word_kind kind; /* never WORD_SPACE */
};

struct tokens {
	struct str text;
	struct token *at;
	uint32_t n;
	uint32_t nwords; /* of them letters and numbers */
};

struct tokens tokens_read(struct arena *a, struct str text);

static inline bool token_is_word(const struct token *t)
{
	return t->kind == WORD_LETTERS || t->kind == WORD_NUMBER;
}

/* What a token counts for when it is the same on both sides: a name or a
 * figure 1, a short word that is probably "of" or "the" less, a sign least. */
static inline double token_weight(const struct token *t)
{
	if (!token_is_word(t))
		return 0.2;
	return t->kind == WORD_LETTERS && t->to - t->from <= 3 ? 0.5 : 1;
}

#endif
