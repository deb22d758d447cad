/* Copies of robots.txt, one an origin: see archive.h. */
#include "archive/internal.h"

bool archive_robots_get(struct archive *ar, struct arena *a, struct str origin, struct robots_copy *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db, "SELECT fetched, expires, reachable, rules FROM robots WHERE origin = $1", &q, e))
		return false;
	db_bind_text(q, 1, origin);
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

	if (!db_query(ar->db,
	              "INSERT INTO robots (origin, fetched, expires, reachable, rules) VALUES ($1, $2, $3, $4, $5)"
	              " ON CONFLICT (origin) DO UPDATE SET fetched = excluded.fetched, expires = excluded.expires,"
	              " reachable = excluded.reachable, rules = excluded.rules",
	              &q, e))
		return false;
	db_bind_text(q, 1, origin);
	db_bind_when(q, 2, r->fetched);
	db_bind_when(q, 3, r->expires);
	db_bind_i64(q, 4, r->reachable);
	db_bind_blob(q, 5, r->rules);
	return db_run(q, e);
}
