/*
 * Hiding, holding, and the record of what was erased: see takedown.h; erasing
 * itself is in erase.c.
 */
#include "archive/takedown.h"

#include "archive/internal.h"

static const char *const names[] = {
	[TAKEDOWN_HIDDEN] = "hidden", [TAKEDOWN_HELD] = "held", [TAKEDOWN_ERASED] = "erased"
};

const char *takedown_name(enum takedown_kind k)
{
	return names[k];
}

static enum takedown_kind kind_from(struct str name)
{
	for (size_t k = 0; k < TAKEDOWN_KINDS; k++)
		if (str_eq(name, str_from(names[k])))
			return (enum takedown_kind)k;
	return TAKEDOWN_HIDDEN; /* what a newer program knows is better not shown */
}

static bool in_force(struct archive *ar, int64_t article, enum takedown_kind kind, bool *is, struct err *e)
{
	struct stmt *q;
	int64_t found;

	if (!db_query(ar->db, "SELECT 1 FROM takedowns WHERE article = $1 AND kind = $2 AND until IS NULL", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_text(q, 2, str_from(names[kind]));
	if (!db_take_i64(q, 0, &found, e))
		return false;
	*is = found != 0;
	return true;
}

bool archive_takedown_allowed(struct archive *ar, int64_t article, enum takedown_kind kind, struct err *e)
{
	bool held, erased, same;

	if (!in_force(ar, article, TAKEDOWN_HELD, &held, e) || !in_force(ar, article, TAKEDOWN_ERASED, &erased, e) ||
	    !in_force(ar, article, kind, &same, e))
		return false;
	if (erased)
		return err_set(e, ERR_USAGE, "article %lld was erased", (long long)article);
	if (same)
		return err_set(e, ERR_USAGE, "article %lld is %s already", (long long)article, names[kind]);
	if (held)
		return err_set(e, ERR_USAGE, "article %lld is held: nothing of it may be hidden or erased",
		               (long long)article);
	return true;
}

static bool put(struct archive *ar, int64_t article, enum takedown_kind kind, struct str reason, when now,
                struct err *e)
{
	struct stmt *q;

	if (!archive_takedown_allowed(ar, article, kind, e) ||
	    !db_query(ar->db,
	              "INSERT INTO takedowns (article, kind, since, reason) VALUES ($1, $2, $3, $4)"
	              " ON CONFLICT (article, kind, since) DO UPDATE SET until = NULL, reason = excluded.reason",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_text(q, 2, str_from(names[kind]));
	db_bind_when(q, 3, now);
	db_bind_text(q, 4, reason);
	search_note_all(ar, article);
	return db_run(q, e);
}

bool archive_takedown_put(struct archive *ar, int64_t article, enum takedown_kind kind, struct str reason, when now,
                          struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own, put(ar, article, kind, reason, now, e), e);
}

static bool lift(struct archive *ar, int64_t article, enum takedown_kind kind, when now, struct err *e)
{
	struct stmt *q;
	bool is;

	if (!in_force(ar, article, kind, &is, e))
		return false;
	if (!is || kind == TAKEDOWN_ERASED)
		return err_set(e, ERR_USAGE,
		               is ? "article %lld was erased; that cannot be lifted" : "article %lld is not %s",
		               (long long)article, names[kind]);
	if (!db_query(ar->db, "UPDATE takedowns SET until = $3 WHERE article = $1 AND kind = $2 AND until IS NULL", &q,
	              e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_text(q, 2, str_from(names[kind]));
	db_bind_when(q, 3, now);
	search_note_all(ar, article);
	return db_run(q, e);
}

bool archive_takedown_lift(struct archive *ar, int64_t article, enum takedown_kind kind, when now, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, lift(ar, article, kind, now, e), e);
}

bool archive_takedowns(struct archive *ar, struct arena *a, bool only_in_force, struct takedown **out, size_t *n,
                       struct err *e)
{
	struct rows rows = ROWS_OF(struct takedown);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT t.article, t.kind, t.since, t.until, t.reason, articles.url FROM takedowns t"
	              " JOIN articles ON articles.id = t.article" DB_SHARD(
	                      "articles.shard", "t.article") " WHERE $1 = 0 OR t.until IS NULL ORDER BY t.since DESC, "
	                                                     "t.article DESC, t.kind",
	              &q, e))
		return false;
	db_bind_i64(q, 1, only_in_force);
	while ((ok = db_step(q, &row, e)) && row)
		*(struct takedown *)rows_add(&rows) = (struct takedown){ .article = db_i64(q, 0),
			                                                 .kind = kind_from(db_bytes(q, 1)),
			                                                 .since = db_when(q, 2),
			                                                 .until = db_when(q, 3),
			                                                 .reason = db_keep(q, 4, a),
			                                                 .url = db_keep(q, 5, a) };
	return rows_take(&rows, ok, a, out, n);
}

bool archive_takedown_check(struct archive *ar, int64_t article, struct err *e)
{
	char since[WHEN_TEXT];
	struct stmt *q;
	bool row;

	if (!db_query(
	            ar->db,
	            "SELECT kind, since, reason FROM takedowns WHERE article = $1 AND until IS NULL AND kind <> 'held'"
	            " ORDER BY kind LIMIT 1",
	            &q, e))
		return false;
	db_bind_i64(q, 1, article);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return true;
	struct str reason = db_bytes(q, 2);
	err_set(e, ERR_HIDDEN, "article %lld was %s on %s%s%.*s", (long long)article, names[kind_from(db_bytes(q, 0))],
	        when_date(db_when(q, 1), since), reason.n ? ": " : "", STR_ARG(reason));
	db_end(q);
	return false;
}
