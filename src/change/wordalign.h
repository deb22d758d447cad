/*
 * Which words of an old text are which of a new one, as a person would say.
 *
 * Not the longest common part but the most readable one: of the equal words
 * those are paired whose edits come out few and at the edges of phrases.
 */
#ifndef STET_CHANGE_WORDALIGN_H
#define STET_CHANGE_WORDALIGN_H

#include "change/wordcosts.h"
#include "text/tokens.h"

#define WORD_NONE UINT32_MAX

/* old_sum[i] is what the first i tokens of older are worth (word_worth).
 * partner[i] is the token of newer that token i of older is, or WORD_NONE.
 * About 4 ns for a pair of tokens in a stretch that differs, up to 4,096 pairs
 * a stretch; longer ones cost what myers_match does, and 2 ms at most. */
void word_align(struct arena *scratch, const struct tokens *older, const struct tokens *newer,
                const struct word_costs *costs, const float *old_sum, uint32_t *partner);

/* What a token counts for when it is the same on both sides. */
float word_worth_of_other(const struct word_costs *costs, const struct tokens *t, uint32_t i);
static inline float word_worth(const struct word_costs *costs, const struct tokens *t, uint32_t i)
{
	const struct word *w = &t->at[i];

	if (w->plain)
		return w->to - w->from <= 3 ? costs->worth_short : costs->worth_word;
	return word_worth_of_other(costs, t, i);
}

/* Is there a space, or an end of the text, before token i? */
static inline bool tokens_spaced(const struct tokens *t, uint32_t i)
{
	return i == 0 || i == t->n || t->at[i].from > t->at[i - 1].to;
}

/* What it costs to begin or end an edit before token i: little where phrases
 * begin and end, much inside of what is written without a space. */
float word_edge_cost_at_sign(const struct word_costs *costs, const struct tokens *t, uint32_t i);
static inline float word_edge_cost(const struct word_costs *costs, const struct tokens *t, uint32_t i)
{
	if (i > 0 && i < t->n && t->at[i].plain && t->at[i - 1].plain && t->at[i].from > t->at[i - 1].to)
		return costs->edge; /* between two words */
	return word_edge_cost_at_sign(costs, t, i);
}

/* Is token i written as one with the token before it, as in "12-year-old",
 * "$1,200" or "and/or"?  Not so a comma, or two Han characters. */
bool tokens_glued(const struct tokens *t, uint32_t i);
/* The byte that a sign of one byte is, or 0. */
static inline char tokens_sign(const struct tokens *t, uint32_t i)
{
	const struct word *k = &t->at[i];
	return k->kind == WORD_SIGN && k->to - k->from == 1 ? t->text.p[k->from] : 0;
}

#endif
