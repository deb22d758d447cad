/*
 * What became of a check: a closed list of names.
 *
 * The name is kept with each check and is the same everywhere.  What it means,
 * for the program and for people, stands in one table, outcomes.c.  A name that
 * an archive has is never given another meaning.
 */
#ifndef STET_ARCHIVE_OUTCOMES_H
#define STET_ARCHIVE_OUTCOMES_H

#include <stdbool.h>

#include "base/str.h"

enum outcome {
	/* the document was seen */
	OUTCOME_NEW_VERSION,
	OUTCOME_UNCHANGED,
	OUTCOME_NOT_MODIFIED,
	OUTCOME_WENT_BACK,   /* to an earlier text */
	OUTCOME_LISTED,      /* a feed or section page was read */
	OUTCOME_LED_TO_FEED, /* a page that names its feed */
	/* the site says that it is no more */
	OUTCOME_GONE,            /* 410 */
	OUTCOME_NOT_FOUND,       /* 404 */
	OUTCOME_SOFT_404,        /* a page that says "not found" with status 200 */
	OUTCOME_REDIRECTED_HOME, /* the address leads to the site's first page, or to a section */
	/* something stands before it */
	OUTCOME_PAYWALL,
	OUTCOME_LOGIN_WALL,
	OUTCOME_CONSENT,
	OUTCOME_BOT_WALL,
	OUTCOME_SAME_PAGE, /* what other articles of the source were answered with too */
	/* we may not */
	OUTCOME_ROBOTS,
	OUTCOME_REFUSED, /* 401, 402, 403, 407 */
	OUTCOME_LEGAL,   /* 451 */
	OUTCOME_ASKED_TO_WAIT,
	OUTCOME_PRIVATE,
	/* it did not arrive */
	OUTCOME_SERVER_ERROR,
	OUTCOME_REDIRECT_LOOP,
	OUTCOME_UNREACHABLE,
	OUTCOME_BAD_TLS,
	OUTCOME_TOO_SLOW,
	OUTCOME_TOO_LARGE,
	OUTCOME_BAD_ANSWER, /* not HTTP, broken off, an encoding that cannot be undone */
	OUTCOME_BAD_BYTES,  /* no text: a picture, an archive, noise */
	OUTCOME_UNREADABLE, /* the reader gave up or died */
	/* it is something else */
	OUTCOME_ARTICLE, /* where a list was expected, and the next */
	OUTCOME_LIVE_BLOG,
	OUTCOME_INDEX,
	OUTCOME_VIDEO,
	OUTCOME_GALLERY,
	OUTCOME_EMPTY,
	OUTCOME_NOT_AN_ARTICLE,
	OUTCOME_NOT_A_FEED,
	OUTCOMES
};

/* What an outcome means for the schedule, the status page, and removals. */
enum outcome_class {
	CLASS_SEEN,
	CLASS_GONE,    /* speaks for a removal; the others neither for nor against it */
	CLASS_WALL,
	CLASS_REFUSED,
	CLASS_FAILED,
	CLASS_OTHER,
	CLASSES
};

struct outcome_info {
	const char *name; /* "not found" */
	enum outcome_class class;
	const char *about; /* one sentence for people */
};
const struct outcome_info *outcome_info(enum outcome o);
/* What an archive calls by this name; NULL: nothing that this program knows. */
const struct outcome_info *outcome_by_name(struct str name);
const char *outcome_name(enum outcome o);
const char *outcome_class_name(enum outcome_class c); /* "seen", "gone", "wall", "refused", "failed", "other" */

/* The document was not seen as expected: counts as a failure. */
bool outcome_failed(enum outcome o);
/* The site says that the document is no more. */
bool outcome_says_gone(enum outcome o);

#endif
