/*
 * What a source cost its hosts, by day: for its page, for the command line and
 * for JSON.
 */
#ifndef STET_VIEW_TRAFFIC_H
#define STET_VIEW_TRAFFIC_H

#include "archive/archive.h"

#define TRAFFIC_DAYS 14

struct traffic_day {
	int64_t day; /* since 1970, UTC */
	int64_t requests, not_modified, failed, bytes;
	int64_t hosts; /* how many were asked */
};

/* The last TRAFFIC_DAYS days on which something was asked of a source or not,
 * oldest first, from the first day that has something; *n is 0 if none has. */
MUST_CHECK bool traffic_days(struct archive *ar, struct arena *a, int64_t source, when now,
			     struct traffic_day out[TRAFFIC_DAYS], size_t *n, struct err *e);
when traffic_day_begins(const struct traffic_day *d);
/* Not modified answers of a hundred requests, rounded. */
int traffic_unchanged_percent(const struct traffic_day *d);

#endif
