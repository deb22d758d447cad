/*
 * News: changes, removals of articles and their returns, in one list.
 *
 * Newest first: a change by when it was first seen, a removal by when it was
 * confirmed, a return by when it was seen.  The two are merged while they are
 * read, a page at a time; memory and work do not grow with either list.
 *
 * A filter is that of changes.  A removal matters always (its weight is 1); where
 * kinds are chosen it is listed only for EVENT_GONE or EVENT_BACK.
 */
#ifndef STET_VIEW_NEWS_H
#define STET_VIEW_NEWS_H

#include "archive/archive.h"
#include "change/kinds.h"

struct news {
	const struct change_item *change;   /* one of the two; the other is NULL */
	const struct removal_item *removal;
};

/* Where a list goes on: behind the change to this version, or the removal or
 * return, of this article at this time.  WHEN_NONE: a change of unknown time. */
#define NEWS_GONE (-1)
#define NEWS_BACK (-2)
struct news_place {
	when at;
	int64_t article, number; /* version, NEWS_GONE or NEWS_BACK */
};
struct news_place news_place_of(const struct news *n);
/* Lets a filter begin there. */
void news_continue(struct change_filter *f, struct news_place from);

/* At most filter.limit. */
MUST_CHECK bool news_list(struct archive *ar, struct arena *a, const struct change_filter *f, struct news **out,
			  size_t *n, struct err *e);

/* "gone since 3 May 2024, 14:05 UTC; last seen at 13:35; said by 4 checks, confirmed
 * after 2 days" */
struct str news_text(struct arena *a, const struct removal_item *r);
/* A removal, and the article is not back: what became of it nobody knows. */
bool news_is_open(const struct removal_item *r);

/* "gone-1714745100", "back-1714999999": the name of a removal, or of the return from it, on
 * its article's page; out, filled. */
#define NEWS_ANCHOR 32
const char *news_anchor(const struct removal *r, bool returned, char out[NEWS_ANCHOR]);
/* "/articles/17#gone-1714745100" */
struct str news_address(struct arena *a, const struct removal_item *r);

#endif
