/*
 * Which addresses mean which article, and why; and articles that turned out to
 * be one.
 *
 * An article that became part of another keeps its row, so that its number is
 * never given again and can be told apart later; its own address then stands
 * among the addresses of the other one.  So "addresses" is asked before
 * "articles" whenever an address is looked up.
 */
#include "archive/shards.h"

bool archive_article_by_url(struct archive *ar, struct arena *a, struct str url, int64_t *id, struct err *e)
{
	struct stmt *q;

	(void)a;
	if (!db_query(ar->db,
	              "SELECT article FROM addresses WHERE url = $1" DB_URL(
	                      "url", "$1") " UNION ALL SELECT id FROM articles WHERE url = $1" DB_URL("url", "$1"),
	              &q, e))
		return false;
	db_bind_text(q, 1, url);
	return db_take_i64(q, 0, id, e) &&
	       (*id || err_set(e, ERR_NOT_FOUND, "the archive has no article at %.*s", STR_ARG(url)));
}

bool archive_address_add(struct archive *ar, struct str url, int64_t article, const char *why, int64_t check, when now,
                         struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (url.n == 0 || url.n > MAX_URL_BYTES)
		return err_set(e, ERR_LIMIT, "an address has 1 to %zu bytes, not %zu", MAX_URL_BYTES, url.n);
	/* The article's own address need not be said twice. */
	if (!shard_of_url(ar, url, &shard, e) ||
	    !db_query(ar->db,
	              "INSERT INTO addresses (url, article, added, why, check_id" DB_SHARD_COLUMN ")"
	              " SELECT $1, $2, $3, $4, $5" DB_NEW_SHARD("$6") " WHERE NOT EXISTS (SELECT 1 FROM articles WHERE "
	                                                              "url = $1" DB_URL("url",
	                                                                                "$1") ")"
	                                                                                      " ON CONFLICT DO NOTHING",
	              &q, e))
		return false;
	db_bind_text(q, 1, url);
	db_bind_i64(q, 2, article);
	db_bind_when(q, 3, now);
	db_bind_optional(q, 4, why ? str_from(why) : STR_NONE);
	db_bind_id(q, 5, check);
	db_bind_shard(q, 6, shard);
	return db_run(q, e);
}

bool archive_addresses(struct archive *ar, struct arena *a, int64_t article, struct address **out, size_t *n,
                       struct err *e)
{
	struct rows rows = ROWS_OF(struct address);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT url, article, added, why, check_id FROM addresses WHERE article = $1"
	              " ORDER BY added NULLS FIRST, url",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row)
		*(struct address *)rows_add(&rows) = (struct address){
			.url = db_keep(q, 0, a),
			.article = db_i64(q, 1),
			.added = db_when(q, 2),
			.why = db_keep(q, 3, a),
			.check = db_i64(q, 4),
		};
	return rows_take(&rows, ok, a, out, n);
}

bool archive_article_now(struct archive *ar, int64_t id, int64_t *now, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT d.article FROM articles a JOIN addresses d ON d.url = a.url" DB_URL(
	                      "d.url", "a.url") " WHERE a.id = $1" DB_SHARD("a.shard", "$1"),
	              &q, e))
		return false;
	db_bind_i64(q, 1, id);
	return db_take_i64(q, id, now, e);
}

bool archive_article_apart(struct archive *ar, int64_t article, bool *apart, struct err *e)
{
	struct stmt *q;
	int64_t found;

	/* What may not be shown, or must stay as it is, becomes no part of another article. */
	if (!db_query(ar->db,
	              "SELECT 1 FROM addresses WHERE article = $1 AND why = 'apart'"
	              " UNION ALL SELECT 1 FROM takedowns WHERE article = $1 AND until IS NULL LIMIT 1",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	if (!db_take_i64(q, 0, &found, e))
		return false;
	*apart = found != 0;
	return true;
}

/* ---- claims -------------------------------------------------------------- */

bool archive_claim_add(struct archive *ar, const struct claim *c, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO claims (source, url, article, check_id" DB_SHARD_COLUMN
	              ") VALUES ($1, $2, $3, $4" DB_NEW_SHARD("$1") ") ON CONFLICT DO NOTHING",
	              &q, e))
		return false;
	db_bind_i64(q, 1, c->source);
	db_bind_text(q, 2, c->url);
	db_bind_i64(q, 3, c->article);
	db_bind_id(q, 4, c->check);
	return db_run(q, e);
}

bool archive_claims(struct archive *ar, struct arena *a, int64_t source, struct str url, size_t limit,
                    struct claim **out, size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct claim);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT source, url, article, check_id FROM claims WHERE source = $1 AND url = $2" DB_SHARD_1
	                      DB_URL("url", "$2") " ORDER BY article LIMIT $3",
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_text(q, 2, url);
	db_bind_i64(q, 3, (int64_t)limit);
	while ((ok = db_step(q, &row, e)) && row)
		*(struct claim *)rows_add(&rows) = (struct claim){
			.source = db_i64(q, 0),
			.url = db_keep(q, 1, a),
			.article = db_i64(q, 2),
			.check = db_i64(q, 3),
		};
	return rows_take(&rows, ok, a, out, n);
}

bool archive_claim_titles(struct archive *ar, int64_t source, struct str url, int64_t *n, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT count(DISTINCT n.title) FROM claims c JOIN newest n ON n.article = c.article" DB_SHARD(
	                      "n.shard", "c.article") " WHERE c.source = $1 AND c.url = $2" DB_SHARD("c.shard", "$1")
	                      DB_URL("c.url", "$2"),
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_text(q, 2, url);
	return db_take_i64(q, 0, n, e);
}

/* ---- joining and parting ------------------------------------------------- */

/* What a row of addresses is the only one of. */
#define ONE_URL DB_EITHER("(url)", "(shard, url_key(url))")
#define COUNT_ARTICLE(n)                                                                                               \
	DB_EITHER("UPDATE tallies SET n = n + " n " WHERE what = 'articles'"                                           \
	          " AND source = (SELECT source FROM articles WHERE id = $1)",                                         \
	          "INSERT INTO tallies (shard, source, what, n)"                                                       \
	          " SELECT shard, source, 'articles', " n " FROM articles WHERE id = $1 AND shard = shard_of($1)")

/* What a statement of a join is told: the one that goes ($1), the one that
 * stays ($1, or $2 if both), and when, why and by which check ($3, $4, $5). */
enum told { FROM, INTO, BOTH, REASON };

static void tell(struct stmt *q, enum told told, const struct archive_join *j)
{
	db_bind_i64(q, 1, told == INTO ? j->into : j->from);
	if (told == FROM || told == INTO)
		return;
	db_bind_i64(q, 2, j->into);
	if (told == BOTH)
		return;
	db_bind_when(q, 3, j->now);
	db_bind_text(q, 4, str_from(j->why));
	db_bind_id(q, 5, j->check);
}

static bool join(struct archive *ar, const struct archive_join *j, struct err *e)
{
	static const struct {
		const char *sql;
		enum told told;
	} steps[] = {
		{ "UPDATE targets SET article = $2 WHERE article = $1", BOTH },
		{ "UPDATE addresses SET article = $2 WHERE article = $1", BOTH },
		{ "INSERT INTO addresses (url, article, added, why, check_id" DB_SHARD_COLUMN ")"
		  " SELECT url, $2, $3, $4, $5" DB_ONLY_POSTGRES(
		          ", shard") " FROM articles WHERE id = $1" DB_SHARD_1 " ON CONFLICT " ONE_URL
		                     " DO UPDATE SET article = excluded.article, why = excluded.why,"
		                     " check_id = excluded.check_id",
		  REASON },
		{ "DELETE FROM addresses WHERE article = $1 AND url IN (SELECT url FROM articles WHERE id = "
		  "$1" DB_SHARD_1 ")",
		  INTO },
		{ "UPDATE " DB_EITHER(
		          "OR IGNORE removals SET article = $2",
		          "removals r SET article = $2, shard = shard_of($2)") " WHERE article = $1" DB_SHARD("r.shard",
		                                                                                              "$1")
		          DB_ONLY_POSTGRES("AND NOT EXISTS (SELECT 1 FROM removals o WHERE"
		                           " o.shard = shard_of($2) AND o.article = $2 AND o.since = r.since)"),
		  BOTH },
		{ "DELETE FROM removals WHERE article = $1" DB_SHARD_1, FROM },
		{ "UPDATE " DB_EITHER("OR IGNORE claims",
		                      "claims c") " SET article = $2 WHERE article = "
		                                  "$1" DB_ONLY_POSTGRES("AND NOT EXISTS (SELECT 1 FROM claims o "
		                                                        "WHERE o.shard = c.shard"
		                                                        " AND o.source = c.source AND "
		                                                        "url_key(o.url) = url_key(c.url) AND "
		                                                        "o.article = $2)"),
		  BOTH },
		{ "DELETE FROM claims WHERE article = $1", FROM },
		{ "DELETE FROM lessons WHERE article = $1", FROM },
		{ COUNT_ARTICLE("-1"), FROM },
	};
	struct stmt *q;

	if (!archive_forget_derived(ar, j->from, e))
		return false;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		if (!db_query(ar->db, steps[i].sql, &q, e))
			return false;
		tell(q, steps[i].told, j);
		if (!db_run(q, e))
			return false;
	}
	return true;
}

bool archive_article_join(struct archive *ar, const struct archive_join *j, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, join(ar, j, e), e);
}

/* The row that the address had before it was joined, or a new one. */
static bool row_of(struct archive *ar, int64_t article, struct str url, when now, int64_t *id, struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (!db_query(ar->db, "SELECT id FROM articles WHERE url = $1" DB_URL("url", "$1"), &q, e))
		return false;
	db_bind_text(q, 1, url);
	if (!db_take_i64(q, 0, id, e))
		return false;
	if (*id) {
		if (!db_query(ar->db, COUNT_ARTICLE("1"), &q, e))
			return false;
		db_bind_i64(q, 1, *id);
		return db_run(q, e);
	}
	if (!shard_of_url(ar, url, &shard, e) ||
	    !db_query(ar->db,
	              "INSERT INTO articles (source, url, added" DB_ID_COLUMNS ") SELECT source, $2, $3" DB_NEW_ID(
	                      "$4", "article_ids") " FROM articles WHERE id = $1" DB_SHARD_1 " RETURNING id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_text(q, 2, url);
	db_bind_when(q, 3, now);
	db_bind_shard(q, 4, shard);
	return db_take_i64(q, 0, id, e);
}

static bool mark_apart(struct archive *ar, int64_t article, struct str url, when now, struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (!shard_of_url(ar, url, &shard, e) ||
	    !db_query(ar->db,
	              "INSERT INTO addresses (url, article, added, why" DB_SHARD_COLUMN
	              ") VALUES ($1, $2, $3, 'apart'" DB_NEW_SHARD(
	                      "$4") ") ON CONFLICT " ONE_URL
	                            " DO UPDATE SET article = excluded.article, added = excluded.added,"
	                            " why = excluded.why, check_id = NULL",
	              &q, e))
		return false;
	db_bind_text(q, 1, url);
	db_bind_i64(q, 2, article);
	db_bind_when(q, 3, now);
	db_bind_shard(q, 4, shard);
	return db_run(q, e);
}

static bool part(struct archive *ar, int64_t article, struct str url, when now, int64_t *id, struct err *e)
{
	static const char *const sql[] = {
		/* What the pages of this address said of themselves goes with it. */
		"UPDATE addresses SET article = $2 WHERE article = $1 AND url <> $3 AND check_id IN"
		" (SELECT c.id FROM checks c JOIN targets t ON t.id = c.target WHERE t.url = $3" DB_SHARD("t.shard",
		                                                                                          "c.target")
		        DB_URL("t.url",
		               "$3") ")"
		                     " AND NOT EXISTS (SELECT 1 FROM targets WHERE targets.url = addresses.url" DB_URL(
		                             "targets.url",
		                             "addresses.url") ")"
		                                              " AND NOT EXISTS (SELECT 1 FROM articles WHERE "
		                                              "articles.url = addresses.url" DB_URL(
		                                                      "articles.url", "addresses.url") ")",
		"UPDATE targets SET article = $2 WHERE article = $1 AND url = $3" DB_URL("url", "$3"),
	};
	struct stmt *q;

	if (!row_of(ar, article, url, now, id, e))
		return false;
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
		if (!db_query(ar->db, sql[i], &q, e))
			return false;
		db_bind_i64(q, 1, article);
		db_bind_i64(q, 2, *id);
		db_bind_text(q, 3, url);
		if (!db_run(q, e))
			return false;
	}
	return mark_apart(ar, *id, url, now, e);
}

bool archive_article_part(struct archive *ar, int64_t article, struct str url, when now, int64_t *id, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own, part(ar, article, url, now, id, e), e);
}
