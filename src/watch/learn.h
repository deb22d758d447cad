/*
 * Learning what is furniture from many pages of a source.
 *
 * No page tells by itself that the box between its paragraphs stands in every
 * article, or that the teaser below them will be another one in an hour.  The
 * pages of a source do, as they arrive.  Two rules are learned and one needs no
 * learning:
 *
 *   repeats   a line that stands in many articles of the source
 *   churns    a place whose text changes while the rest of the article stands
 *             still, in several articles
 *   doubtful  a page differs from the newest version only in blocks that the
 *             reader of pages was not sure of: it is that version
 *
 * The way of a page:
 *
 *   learn_rules   what the source has taught so far
 *   learn_apply   the article without it
 *   learn_look    is it a version that we have?  Both sides under the same
 *                 rules, however old the version is
 *   learn_note    what this page teaches (after the check was stored)
 *
 * A block that is sure to be the article's is left out only by overwhelming
 * evidence, a notice (a correction, a credit) never, and never more than
 * half of an article.  What was left out is recorded with the check.
 *
 * Cost, beside what keeping a check costs anyway: a page that teaches nothing
 * 40 us, one that does 120 us, most of it for a walk over the lessons of its
 * source in the archive.  Bytes that were seen before are not read at all.
 */
#ifndef STET_WATCH_LEARN_H
#define STET_WATCH_LEARN_H

#include "archive/archive.h"
#include "watch/unlike.h"
#include "watch/versions.h"

struct learn_rules {
	const struct furniture *list; /* in force */
	size_t n;
};
MUST_CHECK bool learn_rules(struct archive *ar, struct arena *a, int64_t source, struct learn_rules *out,
                            struct err *e);

struct learned {
	struct learn_text page; /* without what was left out */
	struct left_out *left_out;
	size_t nleft_out;
	/* filled in by learn_look, if the page is none of the versions by its text */
	bool compared;
	struct learn_text newest; /* the newest version, without the same */
	struct unlike unlike;     /* how they differ */
	bool outdated; /* something was left out of it: its article should be made again */
	bool same;     /* they read the same under the same rules */
	bool noise;    /* they differ in doubtful blocks alone: the version is the same */
};
/* Blocks and strings are borrowed from in. */
void learn_apply(const struct learn_rules *rules, struct arena *a, const struct learn_text *in, struct learned *out);

/* versions_look, and where that finds nothing, a comparison with the newest
 * version under the same rules. */
MUST_CHECK bool learn_look(struct archive *ar, struct arena *a, const struct learn_rules *rules, int64_t article,
                           struct learned *page, struct versions_look *out, struct err *e);

/* The comparison alone: with any text of the article, such as the page before. */
void learn_compare(const struct learn_rules *rules, struct arena *a, const struct learn_text *older,
                   struct learned *page);

struct learn_page {
	int64_t source, article;
	int64_t check;               /* 0: none, nothing is recorded with it */
	when at;
	const struct learn_text *as_read;
	const struct learn_rules *rules;
	const struct learned *learned; /* the same, by these rules, compared */
	bool again;                  /* the article was seen before */
};
/* Takes the page's evidence up, and records what was left out.  *stale, in the
 * arena: articles with versions that a rule which came into force now may have
 * made; they should be made again. */
MUST_CHECK bool learn_note(struct archive *ar, struct arena *a, const struct learn_page *p, int64_t **stale,
                           size_t *nstale, struct err *e);

/* Only what was left out, for a page that is made again. */
MUST_CHECK bool learn_record(struct archive *ar, struct arena *a, const struct learn_page *p, struct err *e);

/* The form in which traits are kept with the newest version: about two bytes
 * a block. */
struct str learn_traits_encode(struct arena *a, const struct learn_text *t);
/* NULL if there are none, or they are of another text. */
const struct page_trait *learn_traits_decode(struct arena *a, struct str bytes, size_t nblocks);

#endif
