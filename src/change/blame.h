/*
 * Where each sentence of an article came from and went to, over all its
 * versions: what `git blame` tells of lines.
 *
 * Each version is compared with the next (change.h); a sentence that was
 * edited, moved, split or merged lives on in what it became.  A life is one
 * sentence through all its wordings.
 *
 * Cost: one comparison a version, 60 to 350 us for articles of 4.5 kB.
 */
#ifndef STET_CHANGE_BLAME_H
#define STET_CHANGE_BLAME_H

#include "change/change.h"

#define STILL_THERE UINT32_MAX

/* Versions are counted from 0 in the order in which they are given. */
struct wording {
	uint32_t version; /* the first that has it */
	struct str text;
	bool moved; /* it came to another place with this version */
};

struct life {
	enum unit_kind unit;
	enum block_kind block;
	bool begins;          /* the first of its paragraph, as it stood last */
	uint32_t born;        /* the version that brought it */
	uint32_t gone;        /* the first version without it, or STILL_THERE */
	bool split, merged;   /* born as a part of another sentence; gone into one */
	struct wording *wordings; /* first to last */
	uint32_t nwordings;
};

struct blame {
	struct life *lives; /* in reading order: of the last version, what went at the place where it stood */
	uint32_t nlives;
	float *weights; /* of the change to each version; 0 for the first */
};

/* Strings are borrowed from the articles, the rest is from the arena. */
void blame_compute(struct arena *a, const struct article *versions, uint32_t n, struct blame *out);

#endif
