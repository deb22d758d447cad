/* Copies of robots.txt, one an origin: see archive.h. */
#include "archive/shards.h"

bool archive_robots_get(struct archive *ar, struct arena *a, struct str origin, struct robots_copy *out, struct err *e)
{
	struct stmt *q;
	int64_t shard;
	bool row;

	if (!shard_of_url(ar, origin, &shard, e) ||
	    !db_query(ar->db,
	              "SELECT fetched, expires, reachable, rules FROM robots WHERE origin = $1" DB_SHARD("shard", "$2"),
	              &q, e))
		return false;
	db_bind_text(q, 1, origin);
	db_bind_shard(q, 2, shard);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "the archive has no robots.txt of %.*s", STR_ARG(origin));
	out->fetched = db_when(q, 0);
	out->expires = db_when(q, 1);
	out->reachable = db_i64(q, 2) != 0;
	out->rules = db_keep(q, 3, a);
	db_end(q);
	return true;
}

bool archive_robots_put(struct archive *ar, struct str origin, const struct robots_copy *r, struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (!shard_of_url(ar, origin, &shard, e) ||
	    !db_query(ar->db,
	              "INSERT INTO robots (origin, fetched, expires, reachable, rules" DB_SHARD_COLUMN ")"
	              " VALUES ($1, $2, $3, $4, $5" DB_NEW_SHARD(
	                      "$6") ") ON CONFLICT (" DB_KEY
	                            "origin) DO UPDATE SET fetched = excluded.fetched, expires = excluded.expires,"
	                            " reachable = excluded.reachable, rules = excluded.rules",
	              &q, e))
		return false;
	db_bind_text(q, 1, origin);
	db_bind_when(q, 2, r->fetched);
	db_bind_when(q, 3, r->expires);
	db_bind_i64(q, 4, r->reachable);
	db_bind_blob(q, 5, r->rules);
	db_bind_shard(q, 6, shard);
	return db_run(q, e);
}
