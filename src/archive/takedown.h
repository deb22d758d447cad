/*
 * Takedown: what must not be shown, what must be gone, what must stay.
 *
 *   hidden    no page, list, feed, search, export or program shows the article;
 *             everything is kept, and comes back when it is lifted
 *   erased    its bytes and texts are gone from the file for good; that they
 *             were, when and why is kept, with the times of its checks
 *   held      for a court or a dispute: nothing of it may be hidden or erased
 *
 * Only a person does any of these.  Every row stays, with the time when it was
 * lifted, so that it can be told later who could see what when.
 *
 * Whoever shows an article that was asked for asks archive_takedown_check
 * first: the web interface once for each request, the command line once for
 * each operand.  Lists, and search, leave out what may not be shown by themselves.
 */
#ifndef STET_ARCHIVE_TAKEDOWN_H
#define STET_ARCHIVE_TAKEDOWN_H

#include "archive/archive.h"

enum takedown_kind { TAKEDOWN_HIDDEN, TAKEDOWN_HELD, TAKEDOWN_ERASED, TAKEDOWN_KINDS };
const char *takedown_name(enum takedown_kind k); /* "hidden", "held", "erased" */

struct takedown {
	int64_t article;
	enum takedown_kind kind;
	when since, until; /* until WHEN_NONE: in force */
	struct str reason; /* may be empty */
	struct str url;
};

/* ERR_USAGE with a sentence: it is so already, it is held, or it was erased. */
MUST_CHECK bool archive_takedown_allowed(struct archive *ar, int64_t article, enum takedown_kind kind, struct err *e);
/* Likewise. */
MUST_CHECK bool archive_takedown_put(struct archive *ar, int64_t article, enum takedown_kind kind, struct str reason,
				     when now, struct err *e);
MUST_CHECK bool archive_takedown_lift(struct archive *ar, int64_t article, enum takedown_kind kind, when now,
				      struct err *e);
/* All, newest first; in_force: only those. */
MUST_CHECK bool archive_takedowns(struct archive *ar, struct arena *a, bool in_force, struct takedown **out, size_t *n,
				  struct err *e);
/* ERR_HIDDEN, with a sentence for readers, if the article may not be shown. */
MUST_CHECK bool archive_takedown_check(struct archive *ar, int64_t article, struct err *e);

struct erased {
	int64_t versions, blobs, bytes; /* bytes: as they came from the site */
};
/*
 * Forgets what was kept of an article: bodies, headers, texts, versions, changes,
 * words of the index.  Bytes that another address gave as well stay.  What was
 * packed together with them is kept again without them.  Afterwards they are
 * overwritten in the file and its journal; ERR_BUSY from that last step means
 * that a reader still holds on to an old state: the article is erased, and
 * archive_scrub tries the step again.  What copies of the archive hold, and what
 * feeds said of the article, is not touched.
 */
MUST_CHECK bool archive_erase(struct archive *ar, int64_t article, struct str reason, when now, struct erased *out,
			      struct err *e);
MUST_CHECK bool archive_scrub(struct archive *ar, struct err *e);

#endif
