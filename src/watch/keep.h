/*
 * Keeping: what a check brought becomes part of the archive.
 *
 * The one way in.  The watcher walks it with answers from the network, an
 * import with records of a file, so that both give the same versions.
 *
 *   evidence (bytes, headers, time) + document (what the reader made of them)
 *     -> check, blobs -> feed entries or a version -> the target's next due time
 *
 * The caller has a transaction open.
 */
#ifndef STET_WATCH_KEEP_H
#define STET_WATCH_KEEP_H

#include "archive/archive.h"
#include "base/settings.h"
#include "reader/reader.h"
#include "watch/identity.h"
#include "watch/outcome.h"
#include "watch/schedule.h"

struct evidence {
	enum fetch_result result;
	bool forbidden; /* robots.txt: nothing was fetched */
	when at;
	int64_t wall_ms;
	int status;
	struct str url; /* where the body came from */
	bool moved;     /* it is another address than the target's */
	struct str headers, body;
	const struct sha256 *body_hash; /* of the body, if it is known already; else NULL */
	struct sha256 hash;             /* room for it, where keep_needs_reading makes it */
	struct str content_type, etag, last_modified;
	enum read_as as;
	int64_t wire_bytes;
	int64_t retry_after; /* -1: none */
	int64_t fresh_for;   /* seconds that the answer may be used again without asking; <= 0: it does not say */
	struct str sentence; /* what went wrong */
	struct str origin;   /* "live", or a file's name */
	bool imported; /* says nothing about when to check next */
};

struct kept {
	enum outcome outcome;
	int64_t article; /* 0: none */
	int64_t number;  /* version seen; -1: none */
	int64_t *found;  /* targets that were added because of it, in the arena */
	size_t nfound;
	struct identity_same same; /* the article turned out to be another one too: identity_join them */
	bool out_of_order; /* older than what the article has: rebuild it */
	bool outdated;     /* its older versions hold what is left out now: rebuild it */
	/* Articles with versions that a rule which came into force with this check
	 * may have made.  To be rebuilt where nobody has seen these versions yet;
	 * numbers that people have seen stay until somebody asks for a rebuild. */
	int64_t *stale;
	size_t nstale;
};

/* Whether the bytes must be read: false when they are those of last time, or
 * there are none.  Notes their hash, so that storing them need not make it again. */
MUST_CHECK bool keep_needs_reading(struct archive *ar, const struct target *t, struct evidence *ev, bool *needs,
                                   struct err *e);

/* doc is NULL when nothing was read.  *t is updated, in memory and in the
 * archive.  sc learns from the check and says when the next one is due; NULL: the
 * settings alone do. */
MUST_CHECK bool keep_check(struct archive *ar, const struct settings *s, struct schedule *sc, struct arena *a,
                           struct target *t, const struct evidence *ev, const struct document *doc,
                           struct kept *out, struct err *e);

#endif
