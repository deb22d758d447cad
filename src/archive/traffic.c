/* What each source cost its hosts, by day: see archive.h. */
#include "archive/shards.h"

bool archive_traffic_add(struct archive *ar, int64_t source, const struct traffic *t, struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (!shard_of_url(ar, t->origin, &shard, e) ||
	    !db_query(
	            ar->db,
	            "INSERT INTO traffic (source, day, origin, requests, not_modified, failed, bytes" DB_SHARD_COLUMN
	            ") VALUES ($1, $2, $3, $4, $5, $6, $7" DB_NEW_SHARD(
	                    "$8") ") ON CONFLICT (" DB_KEY "source, day, origin) DO UPDATE SET"
	                          " requests = traffic.requests + excluded.requests,"
	                          " not_modified = traffic.not_modified + excluded.not_modified,"
	                          " failed = traffic.failed + excluded.failed, bytes = traffic.bytes + excluded.bytes",
	            &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_i64(q, 2, t->day);
	db_bind_text(q, 3, t->origin);
	db_bind_i64(q, 4, t->requests);
	db_bind_i64(q, 5, t->not_modified);
	db_bind_i64(q, 6, t->failed);
	db_bind_i64(q, 7, t->bytes);
	db_bind_shard(q, 8, shard);
	return db_run(q, e);
}

bool archive_traffic(struct archive *ar, struct arena *a, int64_t source, int64_t since, struct traffic **out,
                     size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct traffic);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT day, origin, requests, not_modified, failed, bytes FROM traffic"
	              " WHERE source = $1 AND day >= $2 ORDER BY day, origin",
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_i64(q, 2, since);
	while ((ok = db_step(q, &row, e)) && row) {
		struct traffic *t = rows_add(&rows);
		t->day = db_i64(q, 0);
		t->origin = db_keep(q, 1, a);
		t->requests = db_i64(q, 2);
		t->not_modified = db_i64(q, 3);
		t->failed = db_i64(q, 4);
		t->bytes = db_i64(q, 5);
	}
	return rows_take(&rows, ok, a, out, n);
}

bool archive_traffic_of_origin(struct archive *ar, struct str origin, int64_t day, int64_t *requests, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT coalesce(sum(requests), 0) FROM traffic WHERE origin = $1 AND day = $2", &q, e))
		return false;
	db_bind_text(q, 1, origin);
	db_bind_i64(q, 2, day);
	return db_take_i64(q, 0, requests, e);
}
