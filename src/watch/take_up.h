/*
 * Taking up: what a list names becomes targets.
 *
 * A feed, a sitemap or a section page lists addresses; those that are not
 * known, wanted by the list's filter and not too old are checked from now on.
 * Where a feed says something new of an article that is known, that is a hint to
 * check it now (watch/schedule.h).
 */
#ifndef STET_WATCH_TAKE_UP_H
#define STET_WATCH_TAKE_UP_H

#include "archive/archive.h"
#include "base/settings.h"
#include "reader/reader.h"
#include "watch/idset.h"
#include "watch/schedule.h"

struct take_up {
	struct archive *archive;
	const struct settings *settings;
	struct schedule *schedule; /* whom hints are given to; NULL: nobody */
	struct arena *arena;
	const struct target *list; /* the feed or page that names them */
	when now;
	int64_t *found; /* targets that were added, in the arena */
	size_t nfound;
	struct idset named; /* targets that an entry has named; for this file's functions alone */
	bool unfinished; /* it named more than is taken up at one look */
};

MUST_CHECK bool take_up_feed(struct take_up *t, const struct feed *f, struct err *e);
/* The articles that a section page links to. */
MUST_CHECK bool take_up_links(struct take_up *t, const struct page *p, struct err *e);
/* The first feed that a page names. */
MUST_CHECK bool take_up_named_feed(struct take_up *t, const struct page *p, struct err *e);

#endif
