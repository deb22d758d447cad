/*
 * A comparison of words on its way: from pairs of tokens (wordalign.h) to
 * edits of tokens (wordphrases.c) with what was kept in them (wordkept.c), and
 * to edits of bytes (wordedits.c).  Only these files need it.
 */
#ifndef STET_CHANGE_WORDDIFF_H
#define STET_CHANGE_WORDDIFF_H

#include "change/wordedits.h"

/* Tokens [of, ot) became tokens [nf, nt). */
struct edit {
	uint32_t of, ot, nf, nt;
};

struct word_diff {
	struct arena *arena;
	const struct word_costs *costs;
	const struct tokens *old, *new;  /* with the ids that are compared */
	const float *old_sum, *new_sum;  /* what the tokens before each are worth */
	struct edit *edits;              /* in order, not touching; room for all tokens and one */
	uint32_t n;
	struct word_kept *kept; /* room for all tokens */
	uint32_t nkept;
};

/* What stands on each side of an edit, in worths of tokens. */
static inline float edit_removed(const struct word_diff *d, const struct edit *e)
{
	return d->old_sum[e->ot] - d->old_sum[e->of];
}

static inline float edit_added(const struct word_diff *d, const struct edit *e)
{
	return d->new_sum[e->nt] - d->new_sum[e->nf];
}

/* Edits that have come to touch each other are one. */
void word_diff_join_touching(struct word_diff *d);

/* Makes phrases of the edits: see wordphrases.c. */
void word_diff_make_phrases(struct word_diff *d);

/* The tokens of t with the first word of each sentence as if in lower case,
 * where other has it so and nowhere as it stands; t itself if there is none. */
struct tokens word_diff_without_capitals(struct arena *a, const struct tokens *t, const struct tokens *other);

/* Finds the words that went from one edit and came back in another. */
void word_diff_find_moves(struct word_diff *d);

/* Paired words that are not spelt the same, for their capital letter, become
 * edits with the word kept.  older and newer are spelt as the texts are. */
void word_diff_keep_recased(struct word_diff *d, const struct tokens *older, const struct tokens *newer);

#endif
