/*
 * The same page for all: what no words give away.
 *
 * A wall, a page to log in, a "not found" in any language: a site answers with it
 * at the addresses of many articles, word for word.  An article stands at one.
 * So a text that several articles of a source came with is none of them:
 *
 *   - SAME_PAGE_OTHERS others among the last articles of the source have a version
 *     with this very identity, as it was read or without the source's furniture,
 *     and
 *   - it has neither a date nor an author, or it came in place of a wholly other
 *     text.  (Regional editions may print one story at several addresses, signed
 *     and dated.)
 *
 * What is found out is kept beside the furniture of the source (the rule "same
 * page"), listed with it, and lifted by a person in the same way; a rebuild makes
 * no versions of it.
 *
 * Cost: 1 us for a page; where the text is new and one of the two holds, a look at
 * the versions of 128 articles, about 0.4 ms.
 */
#ifndef STET_WATCH_SAME_PAGE_H
#define STET_WATCH_SAME_PAGE_H

#include "watch/learn.h"

#define SAME_PAGE_OTHERS 3

/* Is this known?  The text as it was read; *rule, then, is its number. */
bool same_page_known(const struct learn_rules *rules, const struct article *as_read, int64_t *rule);

/* Has this page of an article just become known?  look is what learn_look found;
 * *stale, in the arena: the articles with versions of it. */
MUST_CHECK bool same_page_learn(struct archive *ar, struct arena *a, int64_t source, int64_t article, when at,
				const struct article *as_read, const struct learned *page,
				const struct versions_look *look, bool *is, int64_t **stale, size_t *nstale,
				struct err *e);

/* It was met again. */
MUST_CHECK bool same_page_met(struct archive *ar, const struct learn_rules *rules, int64_t rule, when at,
			      struct err *e);

#endif
