/*
 * Which sentence of the old version became which of the new one.
 *
 * Equal sentences are anchors; equal ones that occur more than once go to the
 * nearest.  The others are described by the beginnings of their words and by
 * pairs of neighbouring words, rare and long ones counting most; an index
 * brings together those that share some; the best pairs are taken first, and
 * with each the place where others should be becomes clearer, which speaks for
 * pairs that share little.  What is left over joins a pair as a further part
 * where it was split off or merged; a passage that went elsewhere makes kin.
 * Of the pairs the heaviest increasing chain stays; the others have moved.
 *
 * No language is assumed.  In scripts without spaces a character is a word.
 *
 * Cost: the anchors n log n; the rest about 150 ns a word that is not in an
 * anchor, linear in the length of the texts whatever they say.  A word that
 * stands in more than 64 sentences brings no pairs together.
 */
#ifndef STET_CHANGE_ALIGN_H
#define STET_CHANGE_ALIGN_H

#include "text/tokens.h"

#define NO_SENTENCE UINT32_MAX

struct sentence {
	uint32_t unit; /* what it is part of: sentences of one paragraph have the same number */
	uint32_t from; /* where it begins in the text of the unit, in bytes */
	struct str text;
};

/* Besides its partner a sentence can be kin to others: the new one holds words
 * of the old one, which was split, merged, or gave up a passage. */
struct align_kin {
	uint32_t old, new;
	float share; /* of the smaller of the two that is found in the other, 0 to 1 */
	bool moved;  /* as the pair that it belongs to: that of the new sentence, else of the old one */
};

struct alignment {
	uint32_t *to_new; /* of each old sentence: its partner or NO_SENTENCE */
	uint32_t *to_old; /* of each new sentence */
	bool *moved;      /* of each old sentence that has a partner: not at its place */
	struct align_kin *kin;
	uint32_t nkin;
	struct tokens **old_tokens, **new_tokens; /* where they were read, else NULL */
};

/* A partner for each of n sentences: NO_SENTENCE. */
uint32_t *sentences_none(struct arena *a, uint32_t n);

/* Everything is from the arena; texts are borrowed. */
void align_sentences(struct arena *a, const struct sentence *older, uint32_t nold, const struct sentence *newer,
                     uint32_t nnew, struct alignment *out);

#endif
