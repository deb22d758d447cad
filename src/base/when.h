/*
 * Points in time: seconds since 1970-01-01T00:00:00Z, without leap seconds.
 *
 * WHEN_NONE is "not known"; in the archive it is NULL.  All printing is UTC.
 * Formats: RFC 3339 and ISO 8601 (read and written), RFC 9110 HTTP-date (read
 * and written).  The many ways in which news pages write a date are read by
 * text/dates.h.
 */
#ifndef STET_BASE_WHEN_H
#define STET_BASE_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

typedef int64_t when;
#define WHEN_NONE INT64_MIN

#define MINUTES 60
#define HOURS (60 * MINUTES)
#define DAYS (24 * HOURS)

/* Years 0001 to 9999, month 1 to 12, day 1 to 31; false if there is no such
 * day or time.  offset is seconds east of UTC. */
bool when_from_civil(int year, int month, int day, int hour, int minute, int second, int offset, when *out);

struct civil {
	int year, month, day, hour, minute, second, weekday; /* Sunday is 0 */
};
struct civil when_to_civil(when t);
int64_t when_day(when t);           /* since 1970, UTC */
int64_t when_second_of_day(when t); /* UTC */

/* RFC 3339 or ISO 8601: "2024-10-07T01:53:09Z", "+02:00", "+0200", a space for
 * the T, fractions, or the day alone.  Without an offset it is UTC. */
bool when_parse_iso(struct str s, when *out);

/* The three forms of an HTTP-date (RFC 9110, 5.6.7). */
bool when_parse_http(struct str s, when *out);

/* Fourteen digits, as web archives name captures by: "20241007015309".  Fewer,
 * from the year on ("202410"), mean the earliest such time. */
#define WHEN_DIGITS 14
bool when_parse_digits(struct str s, when *out);

#define WHEN_TEXT 40                           /* bytes that any of these needs */
char *when_iso(when t, char out[WHEN_TEXT]);   /* 2024-10-07T01:53:09Z, "" if unknown */
char *when_http(when t, char out[WHEN_TEXT]);  /* Mon, 07 Oct 2024 01:53:09 GMT */
char *when_digits(when t, char out[WHEN_TEXT]); /* 20241007015309, "" if unknown */
char *when_human(when t, char out[WHEN_TEXT]); /* 7 Oct 2024, 01:53 UTC; "time unknown" */
char *when_date(when t, char out[WHEN_TEXT]);  /* 7 Oct 2024 */
char *when_hm(when t, char out[WHEN_TEXT]);    /* 01:53 */

/* A stretch of time in words, rounded as a person would: "less than a minute",
 * "5 minutes", "about 2 hours", "1 day", "40 days", "about 3 months",
 * "over 2 years".  Negative lengths count as positive. */
char *when_length(int64_t seconds, char out[WHEN_TEXT]);

#endif
