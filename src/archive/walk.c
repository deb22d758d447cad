/*
 * What imports and exports walk by: a body that a target had at a time, and the
 * articles that are to be made again.
 *
 * An import that finds a capture older than what an article has stores the
 * check and remembers the article, in the same transaction; it is made again at
 * the end of the file, or, if that import never got there, of the next one.
 */
#include "archive/internal.h"

bool archive_body_at(struct archive *ar, int64_t target, when at, struct check *out, struct err *e)
{
	struct stmt *q;
	bool row;

	*out = (struct check){ .target = target, .at = at };
	if (!db_query(ar->db,
	              "SELECT id, status, body FROM checks WHERE target = $1 AND at IS NOT DISTINCT FROM $2 AND body "
	              "IS NOT NULL" DB_SHARD_1 " ORDER BY id DESC LIMIT 1",
	              &q, e))
		return false;
	db_bind_i64(q, 1, target);
	db_bind_when(q, 2, at);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "nothing was seen there at that time");
	out->id = db_i64(q, 0);
	out->status = (int)db_i64(q, 1);
	out->body = db_i64(q, 2);
	db_end(q);
	return true;
}

/* ---- articles to be made again -------------------------------------------- */

bool archive_stale_add(struct archive *ar, int64_t article, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO facts (name, value) VALUES ('stale article ' || $1, $1)"
	              " ON CONFLICT (name) DO NOTHING",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return db_run(q, e);
}

bool archive_stale_next(struct archive *ar, int64_t *article, struct err *e)
{
	struct stmt *q;

	/* A '!' comes right behind a space. */
	if (!db_query(ar->db,
	              "SELECT CAST(value AS BIGINT) FROM facts WHERE name >= 'stale article ' AND name < 'stale "
	              "article!'"
	              " LIMIT 1",
	              &q, e))
		return false;
	return db_take_i64(q, 0, article, e);
}

bool archive_stale_done(struct archive *ar, int64_t article, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "DELETE FROM facts WHERE name = 'stale article ' || $1", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return db_run(q, e);
}
