/*
 * Leases: who takes what is due, see archive.h.
 *
 * Taking moves the due time in the same statement, so that two watchers never
 * take the same target and one that dies does not fetch it again at once.
 *
 * One host must not fill the whole batch.  First the earliest WINDOW targets
 * that are due are looked at and at most HOST_SHARE of each host are taken, lists
 * before articles: one walk along the index of due times.  Only when the window was full, which
 * means a large backlog, possibly all of one host, does a second statement go
 * from host to host along the index by origin and take each host's earliest;
 * that costs some microseconds a host instead of a walk through the backlog.
 *
 * A batch may thus hold up to twice HOST_SHARE of one host.
 *
 * Below stands what is done about due times that a clock that was wrong has
 * left.
 */
#include "archive/internal.h"

#include <stdlib.h>

#define WINDOW 1024
#define HOST_SHARE 8

#define TAKE                                                                                                           \
	"UPDATE targets SET leased_due = due,"                                                                         \
	" due = $1 + CASE WHEN period > $2 THEN period ELSE $2 END WHERE id IN ("
#define TAKEN ") RETURNING " TARGET_COLUMNS ", targets.leased_due"

static const char by_time[] = TAKE
        "SELECT id FROM (SELECT id, due,"
        " row_number() OVER (PARTITION BY origin ORDER BY kind = 'article', due, id) AS place"
        " FROM (SELECT id, origin, kind, due FROM targets WHERE due <= $1 ORDER BY due LIMIT $5) AS near) AS placed"
        " WHERE place <= $4 ORDER BY due, id LIMIT $3" TAKEN;

static const char by_host[] = TAKE
        "WITH RECURSIVE hosts (origin) AS ("
        " SELECT min(origin) FROM targets WHERE due IS NOT NULL"
        " UNION ALL"
        " SELECT (SELECT min(origin) FROM targets WHERE due IS NOT NULL AND origin > hosts.origin)"
        " FROM hosts WHERE hosts.origin IS NOT NULL)"
        " SELECT t.id FROM hosts JOIN " DB_EITHER(
                "targets t ON t.id IN (SELECT id FROM targets",
                "LATERAL (SELECT id, due FROM targets") " WHERE origin = hosts.origin AND due <= $1 ORDER BY due LIMIT "
                                                        "$4)" DB_ONLY_POSTGRES("t ON true") " ORDER BY t.due, t.id "
                                                                                            "LIMIT $3" TAKEN;

struct leased {
	struct target target;
	when was_due;
};

static bool take(struct archive *ar, struct arena *a, const char *sql, when now, int64_t hold, size_t limit,
                 struct rows *rows, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_i64(q, 1, now);
	db_bind_i64(q, 2, hold);
	db_bind_i64(q, 3, (int64_t)(limit - rows->n));
	db_bind_i64(q, 4, HOST_SHARE);
	if (sql == by_time)
		db_bind_i64(q, 5, WINDOW);
	while ((ok = db_step(q, &row, e)) && row) {
		struct leased *l = rows_add(rows);
		target_read(q, a, &l->target);
		l->was_due = db_when(q, TARGET_NCOLUMNS);
	}
	return ok;
}

static int by_due(const void *left, const void *right)
{
	const struct leased *a = left, *b = right;

	if (a->was_due != b->was_due)
		return a->was_due < b->was_due ? -1 : 1;
	return a->target.id < b->target.id ? -1 : a->target.id > b->target.id;
}

/* Was there more than the window could see? */
static bool window_was_full(struct archive *ar, when now, size_t taken, bool *full, struct err *e)
{
	struct stmt *q;
	int64_t left;

	if (!db_query(ar->db, "SELECT count(*) FROM (SELECT 1 FROM targets WHERE due <= $1 LIMIT $2) AS near", &q, e))
		return false;
	db_bind_i64(q, 1, now);
	db_bind_i64(q, 2, WINDOW);
	if (!db_take_i64(q, 0, &left, e))
		return false;
	*full = left + (int64_t)taken >= WINDOW;
	return true;
}

static bool lease(struct archive *ar, struct arena *a, when now, int64_t hold, size_t limit, struct rows *rows,
                  struct err *e)
{
	bool full;

	if (!take(ar, a, by_time, now, hold, limit, rows, e))
		return false;
	if (rows->n == limit)
		return true;
	return window_was_full(ar, now, rows->n, &full, e) &&
	       (!full || take(ar, a, by_host, now, hold, limit, rows, e));
}

bool archive_lease_due(struct archive *ar, struct arena *a, when now, int64_t hold, size_t limit, struct target **out,
                       size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct leased);
	struct leased *leased;
	bool own;

	bool ok = archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	          archive_leave(ar, own, lease(ar, a, now, hold, limit, &rows, e), e);
	if (!rows_take(&rows, ok, a, &leased, n))
		return false;
	if (*n)
		qsort(leased, *n, sizeof *leased, by_due);
	*out = ARENA_ARRAY(a, struct target, *n);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = leased[i].target;
	return true;
}

bool archive_next_due(struct archive *ar, when *out, struct err *e)
{
	struct stmt *q;
	bool row;

	*out = WHEN_NONE;
	if (!db_query(ar->db, "SELECT min(due) FROM targets WHERE due IS NOT NULL", &q, e) || !db_step(q, &row, e))
		return false;
	if (row)
		*out = db_when(q, 0);
	db_end(q);
	return true;
}

/* ---- times that are still to come ------------------------------------------ */

/* What was put off is due this long after its period at most: a site's wish to
 * wait, hours that a feed skips, a day's requests that are used up. */
#define LONGEST_DELAY (16 * DAYS)

static bool bring_hubs_back(struct archive *ar, when from, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "UPDATE hubs SET asked = NULL, until = NULL, heard = NULL WHERE asked > $1 OR heard > $1",
	              &q, e))
		return false;
	db_bind_i64(q, 1, from);
	return db_run(q, e);
}

static bool bring_targets_back(struct archive *ar, when now, when from, int64_t *n, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	*n = 0;
	if (!db_query(ar->db,
	              "UPDATE targets SET due = CASE WHEN last_check > $2 THEN due - (last_check - $1) ELSE $1 END,"
	              " last_check = CASE WHEN last_check > $1 THEN $1 ELSE last_check END,"
	              " last_change = CASE WHEN last_change > $1 THEN $1 ELSE last_change END,"
	              " added = CASE WHEN added > $1 THEN $1 ELSE added END"
	              " WHERE due IS NOT NULL AND (last_check > $2 OR"
	              " (state = 'checked' AND due > $2 + period + $3)) RETURNING id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, now);
	db_bind_i64(q, 2, from);
	db_bind_i64(q, 3, LONGEST_DELAY);
	while ((ok = db_step(q, &row, e)) && row)
		++*n;
	return ok;
}

bool archive_bring_back(struct archive *ar, when now, when from, int64_t *n, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own, bring_targets_back(ar, now, from, n, e) && bring_hubs_back(ar, from, e), e);
}
