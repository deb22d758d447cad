/*
 * Blocks described by their words and by the pairs of neighbouring words in
 * them, each weighed by how rare it is among the blocks at hand, and an index
 * of the old blocks that have a word.
 */
#ifndef STET_TEXT_PROFILE_H
#define STET_TEXT_PROFILE_H

#include "text/tokens.h"

struct use {
	uint32_t feature, count;
	float weight;
	bool pair;
};

/* A block by its features, each once. */
struct profile {
	uint32_t unit; /* for the caller */
	struct tokens tokens;
	struct use *uses;
	uint32_t n;
	float words, pairs; /* weights of all its words, of all its pairs */
};

struct profiles {
	bool stems; /* words by their beginnings, the longer the weightier; pairs are indexed too */
	struct profile *of[2]; /* old and new blocks; unit and tokens filled in by the caller */
	uint32_t n[2];
	struct feature *features;
	uint32_t nfeatures;
	uint32_t *table, room; /* numbers of features by key */
	uint32_t *postings;
	uint32_t *marks[2];
};

/* Describes all blocks; about 50 ns a word. */
void profiles_make(struct arena *a, struct profiles *p);

/* The old blocks that have a feature; none for a pair that is not indexed. */
const uint32_t *profiles_index(const struct profiles *p, const struct use *use, uint32_t *n);

struct shared {
	float words, pairs;
};

/* What each old block shares with a block, a feature counting once; those that
 * more than most old blocks have do not count.  sums has a place for each old
 * block, all zero before; touched gets the numbers of those that share any.
 * Returns how many. */
uint32_t profiles_sum(const struct profiles *p, const struct profile *block, uint32_t most, struct shared *sums,
                      uint32_t *touched);

/* Two blocks can be marked at a time, which is 0 or 1; what was marked has to
 * be unmarked.  NULL is an empty block. */
void profiles_mark(struct profiles *p, int which, const struct profile *block);
void profiles_unmark(struct profiles *p, int which, const struct profile *block);

/* What a block shares with the one marked as 0. */
struct shared profiles_share(const struct profiles *p, const struct profile *block);

/* 0 to 1: how much of both is shared or, a little less, of the smaller, unless
 * that is only a word or two. */
double profiles_score(struct shared s, const struct profile *a, const struct profile *b);

/* What a shares with b, and what all of a is (*of), both without what partner
 * (or NULL) has. */
double profiles_share_beyond(struct profiles *p, const struct profile *a, const struct profile *b,
                             const struct profile *partner, double *of);

#endif
