/*
 * From article texts to versions and changes.
 *
 * A version is made only when the article's text is one that the article has
 * never had: a page that goes back to an earlier text is a sighting of that
 * version, not a new one.  Everything here is derived and can be made again.
 */
#ifndef STET_WATCH_VERSIONS_H
#define STET_WATCH_VERSIONS_H

#include "archive/archive.h"
#include "change/change.h"

/* What is known of a text before it is stored. */
struct versions_look {
	struct sha256 identity;
	int64_t number;      /* the version that has this text; -1: none */
	int64_t newest;      /* highest number of the article; -1: no versions yet */
	when last_seen;      /* of the article, with whatever text; WHEN_NONE: never */
	int64_t last_number; /* the version seen last; -1: none */
};
MUST_CHECK bool versions_look(struct archive *ar, int64_t article, const struct article *text,
                              struct versions_look *out, struct err *e);

/* The text was seen: where, when, by which check. */
struct versions_seen {
	int64_t article;
	int64_t check, part;
	when at;       /* WHEN_NONE: not known */
	int64_t later; /* seconds after the version before, if only that is known; else -1 */
	struct str traits;        /* of the text's blocks (watch/learn.h); may be empty */
	when remade;              /* a rebuild gives this page another text than it had; 0: no */
	when found;               /* a rebuild makes this version where there was none; 0: no */
};
/* Stores a version with its change if the look found none, else a sighting.
 * *number is the version's. */
MUST_CHECK bool versions_store(struct archive *ar, const struct versions_look *look, const struct versions_seen *seen,
                               const struct article *text, int64_t *number, struct err *e);

/* What the archive keeps of a comparison; remade is the caller's. */
struct change_summary versions_summary(int64_t article, int64_t number, const struct change *c);

/* Compares again what an earlier method compared (change.h, CHANGE_METHOD), or
 * everything; 200 changes a transaction, so that others can write between.  A
 * change costs about 0.5 ms. */
MUST_CHECK bool versions_compare_again(struct archive *ar, bool all, void (*done)(void *with, int64_t n), void *with,
                                       int64_t *total, struct err *e);

/* Is it known that all that is kept of changes was said by this program's comparison? */
MUST_CHECK bool versions_compared(struct archive *ar, struct arena *a, bool *current, struct err *e);

#endif
