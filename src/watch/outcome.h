/*
 * What became of a check: a closed list of names.
 *
 * The name is kept with the check and shown to people; the class says what it
 * means for the schedule and the status page.
 */
#ifndef STET_WATCH_OUTCOME_H
#define STET_WATCH_OUTCOME_H

#include "net/fetch.h"
#include "page/page.h"

enum outcome {
	/* the document was seen */
	OUTCOME_NEW_VERSION,
	OUTCOME_UNCHANGED,
	OUTCOME_NOT_MODIFIED,
	OUTCOME_WENT_BACK,   /* to an earlier text */
	OUTCOME_LISTED,      /* a feed or section page was read */
	OUTCOME_LED_TO_FEED, /* a page that names its feed */
	/* it was not fetched */
	OUTCOME_ROBOTS,
	OUTCOME_FETCH, /* + enum fetch_result */
	/* it is something else */
	OUTCOME_PAGE = OUTCOME_FETCH + FETCH_RESULTS, /* + enum page_kind */
	OUTCOME_NOT_AN_ARTICLE = OUTCOME_PAGE + PAGE_KINDS,
	OUTCOME_NOT_A_FEED,
	OUTCOME_UNREADABLE,
	OUTCOMES
};

enum outcome outcome_of_fetch(enum fetch_result r);
enum outcome outcome_of_page(enum page_kind k);
const char *outcome_name(enum outcome o); /* "new version", "not found", "bot wall", ... */

/* The document was not seen as expected: counts as a failure. */
bool outcome_failed(enum outcome o);
/* The site says that the document is no more. */
bool outcome_says_gone(enum outcome o);

#endif
