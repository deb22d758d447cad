/* Traffic by day: see traffic.h. */
#include "view/traffic.h"

static void add(struct traffic_day *d, const struct traffic *t)
{
	d->requests += t->requests;
	d->not_modified += t->not_modified;
	d->failed += t->failed;
	d->bytes += t->bytes;
	d->hosts++;
}

bool traffic_days(struct archive *ar, struct arena *a, int64_t source, when now, struct traffic_day out[TRAFFIC_DAYS],
                  size_t *n, struct err *e)
{
	int64_t today = (now - (now % DAYS + DAYS) % DAYS) / DAYS, first = today - TRAFFIC_DAYS + 1;
	struct traffic *rows;
	size_t nrows;

	*n = 0;
	if (!archive_traffic(ar, a, source, first, &rows, &nrows, e))
		return false;
	if (nrows == 0 || rows[0].day > today)
		return true;
	first = rows[0].day;
	*n = (size_t)(today - first) + 1;
	for (size_t i = 0; i < *n; i++)
		out[i] = (struct traffic_day){ .day = first + (int64_t)i };
	for (size_t i = 0; i < nrows && rows[i].day <= today; i++)
		add(&out[rows[i].day - first], &rows[i]);
	return true;
}

when traffic_day_begins(const struct traffic_day *d)
{
	return d->day * DAYS;
}

int traffic_unchanged_percent(const struct traffic_day *d)
{
	return d->requests ? (int)((d->not_modified * 200 + d->requests) / (2 * d->requests)) : 0;
}
