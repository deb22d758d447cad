/*
 * Everything to the right of the fetched page, made again from the kept bytes.
 */
#ifndef STET_WATCH_REBUILD_H
#define STET_WATCH_REBUILD_H

#include "archive/archive.h"
#include "reader/reader.h"

/*
 * Makes versions, sightings and changes of one article again from the kept
 * bytes, in the order of time, by what its source has taught so far.
 * Everything is read before anything is dropped: an article whose bytes were
 * not all kept, or could not all be read, stays as it is.  The reader must be
 * idle; the caller has a transaction open.
 *
 * improved: when the program reads better than it did, the time; versions that
 * come out with another text are marked with it, and changes that nobody saw
 * before are no news.  0: the article got an older check, or its source taught
 * something; nothing is marked.
 */
MUST_CHECK bool rebuild_article(struct archive *ar, struct reader *r, int64_t article, when improved, int64_t *versions,
                             struct err *e);

/* Before all articles of a source are made again: forgets what it taught, ... */
MUST_CHECK bool rebuild_unlearn(struct archive *ar, int64_t source, struct err *e);
/* ... and learns from the kept pages of one of its articles. */
MUST_CHECK bool rebuild_learn(struct archive *ar, struct reader *r, int64_t article, struct err *e);

#endif
