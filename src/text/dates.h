/*
 * Dates as news pages and feeds write them.
 *
 * Reads ISO 8601, RFC 822 / 5322 with its many mistakes, HTTP dates, and
 * written dates such as "7 January 2020 01:21 (UTC+04:00)", "March 13, 2020",
 * "13. März 2020, 14:05 Uhr", "2020年3月13日 14:05".
 */
#ifndef STET_TEXT_DATES_H
#define STET_TEXT_DATES_H

#include "base/when.h"

struct date {
	when at;  /* UTC; start of the day if has_time is false */
	when day; /* the start of the day as it is written, whatever its zone, as if in UTC */
	bool has_time;
	bool has_offset; /* false: taken as UTC */
};

/* The whole of s is a date, but for white space and words such as "Published",
 * "Updated", "on". */
bool date_parse(struct str s, struct date *out);

/* The first date that stands in s; *found borrows it from s. */
bool date_find(struct str s, struct date *out, struct str *found);
bool date_find_in(struct str s, bool month_first, struct date *out, struct str *found); /* how 3/4/2020 is read */

/* The day that a reader was shown, as its start in UTC: that of the date as it was written if it can be that of the
 * instant, else the instant's. */
when date_day(struct str written, when at);

#endif
