/*
 * Leases: who may visit which host, and takes what is due there; see archive.h.
 *
 * A host is leased by one statement, which gives it a new epoch and an end; the
 * clock is the database's, for those of several machines differ.  Hosts that
 * another worker is leasing at this moment are passed over.  Then the due times
 * of targets of the leased hosts are moved as they are taken, so that a worker
 * that dies does not fetch them again at once.
 *
 * Which hosts: those of the WINDOW earliest targets that are due, which is one
 * walk along the index of due times.  Only when the window was full, which means
 * a large backlog, possibly all of one host, does a second statement look at the
 * earliest target of every host.
 */
#include "archive/shards.h"

#include <stdlib.h>

#define WINDOW 1024
#define HOST_SHARE 8 /* targets of one host that are taken at a time */

/* Milliseconds since 1970, by the database's clock. */
#define CLOCK                                                                                                          \
	DB_EITHER("CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",                                        \
	          "(extract(epoch FROM clock_timestamp()) * 1000)::bigint")
#define FREE "h.leased_until <= " CLOCK
#define RETURNED                                                                                                       \
	" RETURNING origin, " DB_EITHER("0", "shard") ", epoch, pause_until - " CLOCK ", wait_until - " CLOCK          \
	                                              ", refusals"
/* A host, and how it stands in lists of them. */
#define ORIGIN DB_EITHER("origin", "(shard, origin)")
#define HOSTS DB_EITHER("h.origin", "(h.shard, h.origin)")
#define LEASE "UPDATE hosts SET leased_by = $1, leased_until = " CLOCK " + $2, epoch = epoch + 1 WHERE " ORIGIN " IN ("
#define LEASED " LIMIT $5 " DB_ONLY_POSTGRES("FOR UPDATE OF h SKIP LOCKED") ") AND leased_until <= " CLOCK RETURNED

/* clang-format off */
static const char hosts_by_time[] =
	LEASE "SELECT " DB_ONLY_POSTGRES("h.shard,") " h.origin FROM hosts h WHERE " FREE " AND " HOSTS
	" IN (SELECT " DB_ONLY_POSTGRES("shard,") " origin FROM"
	" (SELECT " DB_ONLY_POSTGRES("shard,") " origin FROM targets WHERE due <= $3 ORDER BY due LIMIT $4) AS near)" LEASED;
static const char hosts_by_host[] =
	LEASE "SELECT " DB_ONLY_POSTGRES("h.shard,") " h.origin FROM hosts h WHERE " FREE " AND $4 = $4 AND " HOSTS
	" IN (SELECT " DB_ONLY_POSTGRES("shard,") " origin FROM"
	" (SELECT f.origin," DB_ONLY_POSTGRES("f.shard,") " (SELECT min(due) FROM targets WHERE targets.origin = f.origin AND due IS NOT NULL) AS first"
	" FROM hosts f WHERE f.leased_until <= " CLOCK ") AS earliest WHERE first <= $3 ORDER BY first LIMIT 2 * $5)"
	LEASED;
static const char host_by_name[] =
	"INSERT INTO hosts (origin, leased_by, leased_until, epoch" DB_SHARD_COLUMN ") VALUES ($3, $1, " CLOCK " + $2, 1"
	DB_NEW_SHARD("$4") ") ON CONFLICT (" DB_KEY "origin) DO UPDATE SET leased_by = excluded.leased_by,"
	" leased_until = excluded.leased_until, epoch = hosts.epoch + 1 WHERE hosts.leased_until <= " CLOCK
	RETURNED;

/* The earliest of each host of ours, lists before articles. */
static const char take_due[] =
	"UPDATE targets SET leased_due = due, due = $1 + CASE WHEN period > $2 THEN period ELSE $2 END WHERE"
	DB_ONLY_POSTGRES("(shard, id)") DB_EITHER(" id", "") " IN (SELECT " DB_ONLY_POSTGRES("shard,") " id FROM"
	" (SELECT t.id, t.due," DB_ONLY_POSTGRES("t.shard,")
	" row_number() OVER (PARTITION BY t.origin ORDER BY t.kind = 'article', t.due, t.id) AS place"
	" FROM hosts h JOIN " DB_EITHER("targets t ON t.id IN (SELECT id FROM targets",
	                                "LATERAL (SELECT id, shard, origin, kind, due FROM targets")
	" WHERE origin = h.origin AND due <= $1 ORDER BY due LIMIT $6)" DB_ONLY_POSTGRES("t ON true")
	" WHERE h.leased_by = $5 AND h.leased_until > " CLOCK ") AS placed"
	" WHERE place <= $4 ORDER BY due, id LIMIT $3) RETURNING " TARGET_COLUMNS ", targets.leased_due";
/* clang-format on */

struct leased {
	struct target target;
	when was_due;
};

static bool take(struct archive *ar, struct arena *a, const struct lease_wish *w, struct rows *rows, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, take_due, &q, e))
		return false;
	db_bind_i64(q, 1, w->now);
	db_bind_i64(q, 2, w->hold);
	db_bind_i64(q, 3, (int64_t)w->limit);
	db_bind_i64(q, 4, HOST_SHARE);
	db_bind_text(q, 5, str_from(w->worker));
	db_bind_i64(q, 6, WINDOW);
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
static bool window_was_full(struct archive *ar, when now, bool *full, struct err *e)
{
	struct stmt *q;
	int64_t n;

	if (!db_query(ar->db, "SELECT count(*) FROM (SELECT 1 FROM targets WHERE due <= $1 LIMIT $2) AS near", &q, e))
		return false;
	db_bind_i64(q, 1, now);
	db_bind_i64(q, 2, WINDOW);
	if (!db_take_i64(q, 0, &n, e))
		return false;
	*full = n >= WINDOW;
	return true;
}

static void lease_read(struct stmt *q, struct arena *a, struct host_lease *out)
{
	*out = (struct host_lease){ .origin = db_keep(q, 0, a),
		                    .shard = db_i64(q, 1),
		                    .epoch = db_i64(q, 2),
		                    .pause_ms = db_i64(q, 3),
		                    .wait_ms = db_i64(q, 4),
		                    .refusals = db_i64(q, 5) };
}

static bool lease_hosts(struct archive *ar, struct arena *a, const char *sql, const struct lease_wish *w,
                        struct rows *hosts, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_text(q, 1, str_from(w->worker));
	db_bind_i64(q, 2, w->lease_ms);
	db_bind_i64(q, 3, w->now);
	db_bind_i64(q, 4, WINDOW);
	db_bind_i64(q, 5, (int64_t)(w->hosts - hosts->n));
	while ((ok = db_step(q, &row, e)) && row)
		lease_read(q, a, rows_add(hosts));
	return ok;
}

static bool lease(struct archive *ar, struct arena *a, const struct lease_wish *w, struct rows *hosts,
                  struct rows *targets, struct err *e)
{
	bool full = false;

	if (w->hosts && !lease_hosts(ar, a, hosts_by_time, w, hosts, e))
		return false;
	if (hosts->n < w->hosts && !window_was_full(ar, w->now, &full, e))
		return false;
	if (full && !lease_hosts(ar, a, hosts_by_host, w, hosts, e))
		return false;
	return take(ar, a, w, targets, e);
}

bool archive_lease_due(struct archive *ar, struct arena *a, const struct lease_wish *w, struct host_lease **hosts,
                       size_t *nhosts, struct target **out, size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct leased), leases = ROWS_OF(struct host_lease);
	struct leased *leased;
	bool own;

	bool ok = archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	          archive_leave(ar, own, lease(ar, a, w, &leases, &rows, e), e);
	ok = rows_take(&leases, ok, a, hosts, nhosts);
	if (!rows_take(&rows, ok, a, &leased, n))
		return false;
	if (*n)
		qsort(leased, *n, sizeof *leased, by_due);
	*out = ARENA_ARRAY(a, struct target, *n);
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = leased[i].target;
	return true;
}

/* ---- one host ---------------------------------------------------------------- */

bool archive_host_lease(struct archive *ar, struct arena *a, const struct lease_wish *w, struct str origin,
                        struct host_lease *out, bool *leased, struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (!shard_of_url(ar, origin, &shard, e) || !db_query(ar->db, host_by_name, &q, e))
		return false;
	db_bind_text(q, 1, str_from(w->worker));
	db_bind_i64(q, 2, w->lease_ms);
	db_bind_text(q, 3, origin);
	db_bind_shard(q, 4, shard);
	if (!db_step(q, leased, e))
		return false;
	if (*leased) {
		lease_read(q, a, out);
		db_end(q);
	}
	return true;
}

/* Runs a statement about a lease that still stands; *stands: it did. */
static bool while_it_stands(struct archive *ar, const char *sql, const struct host_lease *l, int64_t lease_ms,
                            bool *stands, struct err *e)
{
	struct stmt *q;
	int64_t found;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_text(q, 1, l->origin);
	db_bind_i64(q, 2, l->epoch);
	db_bind_i64(q, 3, lease_ms);
	db_bind_shard(q, 4, l->shard);
	if (!db_take_i64(q, 0, &found, e))
		return false;
	*stands = found != 0;
	return true;
}

#define STANDS " WHERE origin = $1 AND epoch = $2 AND leased_until > " CLOCK DB_SHARD("shard", "$4")

bool archive_host_stands(struct archive *ar, const struct host_lease *l, bool *stands, struct err *e)
{
	return while_it_stands(ar, "SELECT 1 FROM hosts" STANDS " AND $3 = 0 " DB_ONLY_POSTGRES("FOR SHARE"), l, 0,
	                       stands, e);
}

bool archive_host_renew(struct archive *ar, const struct host_lease *l, int64_t lease_ms, bool *stands, struct err *e)
{
	return while_it_stands(ar, "UPDATE hosts SET leased_until = " CLOCK " + $3" STANDS " RETURNING 1", l, lease_ms,
	                       stands, e);
}

bool archive_host_release(struct archive *ar, const struct host_lease *l, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "UPDATE hosts SET leased_by = NULL, leased_until = 0, pause_until = " CLOCK " + $3,"
	              " wait_until = CASE WHEN $5 > 0 THEN " CLOCK " + $5 ELSE 0 END, refusals = $6" STANDS,
	              &q, e))
		return false;
	db_bind_text(q, 1, l->origin);
	db_bind_i64(q, 2, l->epoch);
	db_bind_i64(q, 3, l->pause_ms);
	db_bind_shard(q, 4, l->shard);
	db_bind_i64(q, 5, l->wait_ms);
	db_bind_i64(q, 6, l->refusals);
	return db_run(q, e);
}

static bool end_all(struct archive *ar, int64_t pause_ms, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "UPDATE hosts SET leased_by = NULL, leased_until = 0,"
	              " pause_until = " DB_EITHER("max", "greatest") "(pause_until, " CLOCK
	                                                             " + $1) WHERE leased_until > " CLOCK,
	              &q, e))
		return false;
	db_bind_i64(q, 1, pause_ms);
	return db_run(q, e);
}

bool archive_begin_work(struct archive *ar, int64_t pause_ms, struct err *e)
{
	bool alone;

	return db_enroll(ar->db, &alone, e) && (!alone || (end_all(ar, pause_ms, e) && db_admit(ar->db, e)));
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
