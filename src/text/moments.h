/*
 * Dates and times of day in running text: "on Monday", "7 January 2020",
 * "10:30 a.m. GMT", "2 hours ago", "last week", 3月5日, "in 2019".
 *
 * dates.h reads dates as machines and bylines write them, to an instant; this
 * finds where prose speaks of a time, which it need not say completely.
 */
#ifndef STET_TEXT_MOMENTS_H
#define STET_TEXT_MOMENTS_H

#include "text/terms.h"

struct moment {
	uint32_t first, end; /* terms */
	uint64_t key;        /* equal for the same day and time, however it is written */
	bool relative;       /* "2 hours ago" */
};

/* All in order; their terms are marked as used (1).  Linear. */
struct moment *moments_find(struct arena *a, struct terms *t, uint32_t *n);

#endif
