/*
 * Articles, and the row that a list shows of each; their addresses are in
 * addresses.c.
 *
 * What an article looks like now (title, number of versions, ...) stands in the
 * table "newest", which archive_version_add and archive_sighting keep; how it
 * is checked comes from its target.
 */
#include "archive/shards.h"

static bool add(struct archive *ar, int64_t source, struct str url, when now, int64_t *id, struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (archive_article_by_url(ar, NULL, url, id, e))
		return true;
	if (e->kind != ERR_NOT_FOUND)
		return false;
	if (!shard_of_url(ar, url, &shard, e) ||
	    !db_query(ar->db,
	              "INSERT INTO articles (source, url, added" DB_ID_COLUMNS
	              ") VALUES ($1, $2, $3" DB_NEW_ID("$4", "article_ids") ") ON CONFLICT DO NOTHING RETURNING id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_text(q, 2, url);
	db_bind_when(q, 3, now);
	db_bind_shard(q, 4, shard);
	/* Another process may have added it just now. */
	return db_take_i64(q, 0, id, e) && (*id || archive_article_by_url(ar, NULL, url, id, e));
}

bool archive_article_add(struct archive *ar, int64_t source, struct str url, when now, int64_t *id, struct err *e)
{
	bool own;

	if (url.n == 0 || url.n > MAX_URL_BYTES)
		return err_set(e, ERR_LIMIT, "an address has 1 to %zu bytes, not %zu", MAX_URL_BYTES, url.n);
	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own, add(ar, source, url, now, id, e), e);
}

/* ---- rows ---------------------------------------------------------------- */

#define ROW                                                                                                            \
	"SELECT a.id, s.key, s.name, a.url, n.title, n.language, n.published,"                                         \
	" CASE WHEN n.article IS NULL THEN a.added ELSE n.first_seen END, n.changed, t.last_check, t.due,"             \
	" t.last_outcome, t.state, n.versions, n.flips "
#define JOINED                                                                                                         \
	" LEFT JOIN sources s ON s.id = a.source"                                                                      \
	" LEFT JOIN " DB_EITHER(                                                                                       \
	        "targets t ON t.id = (SELECT id FROM targets WHERE targets.article = a.id" TARGET_OF_ARTICLE_ORDER     \
	        ")",                                                                                                   \
	        "LATERAL (SELECT last_check, due, last_outcome, state FROM targets"                                    \
	        " WHERE targets.article = a.id" TARGET_OF_ARTICLE_ORDER ") t ON true")
#define FROM_ARTICLES ROW "FROM articles a LEFT JOIN newest n ON n.article = a.id" DB_SHARD("n.shard", "a.id") JOINED
#define FROM_NEWEST ROW "FROM newest n LEFT JOIN articles a ON a.id = n.article" DB_SHARD("a.shard", "n.article") JOINED

static void row_read(struct stmt *q, struct arena *a, struct article_row *out)
{
	*out = (struct article_row){
		.id = db_i64(q, 0),
		.source_key = db_keep(q, 1, a),
		.source_name = db_keep(q, 2, a),
		.url = db_keep(q, 3, a),
		.title = db_keep(q, 4, a),
		.language = db_keep(q, 5, a),
		.published = db_when(q, 6),
		.first_seen = db_when(q, 7),
		.last_change = db_when(q, 8),
		.last_check = db_when(q, 9),
		.next_check = db_when(q, 10),
		.last_outcome = db_keep(q, 11, a),
		.state = target_state_from(db_bytes(q, 12)),
		.versions = db_i64(q, 13),
		.flips = db_i64(q, 14),
	};
}

bool archive_article(struct archive *ar, struct arena *a, int64_t id, struct article_row *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db, FROM_ARTICLES " WHERE a.id = $1" DB_SHARD("a.shard", "$1"), &q, e))
		return false;
	db_bind_i64(q, 1, id);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "the archive has no article %lld", (long long)id);
	row_read(q, a, out);
	db_end(q);
	return true;
}

/* Not those that became part of another one, or may not be shown. */
/* clang-format off */
#define ITSELF \
	" NOT EXISTS (SELECT 1 FROM addresses d WHERE d.url = a.url" DB_URL("d.url", "a.url") \
	" AND d.article <> a.id) AND" SHOWN("a.id")
/* clang-format on */

/* All or of one source; all or only those that changed. */
static const char *const list_sql[2][2] = {
	{ FROM_ARTICLES " WHERE a.id < $2 AND" ITSELF " ORDER BY a.id DESC LIMIT $3", FROM_NEWEST
	  " WHERE n.versions > 1 AND n.article < $2 AND" SHOWN("n.article") " ORDER BY n.article DESC LIMIT $3" },
	{ FROM_ARTICLES " WHERE a.source = $1 AND a.id < $2 AND" ITSELF " ORDER BY a.id DESC LIMIT $3",
	  FROM_NEWEST " WHERE n.versions > 1 AND n.source = $1 AND n.article < $2 AND" SHOWN(
	          "n.article") " ORDER BY n.article DESC LIMIT $3" },
};

bool archive_articles(struct archive *ar, struct arena *a, struct article_filter filter, struct article_row **out,
                      size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct article_row);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, list_sql[filter.source != 0][filter.changed_only], &q, e))
		return false;
	if (filter.source)
		db_bind_i64(q, 1, filter.source);
	db_bind_i64(q, 2, filter.before_id ? filter.before_id : INT64_MAX);
	db_bind_i64(q, 3, (int64_t)filter.limit);
	while ((ok = db_step(q, &row, e)) && row)
		row_read(q, a, rows_add(&rows));
	return rows_take(&rows, ok, a, out, n);
}

bool archive_article_ids(struct archive *ar, struct arena *a, bool hidden_too, int64_t **out, size_t *n, struct err *e)
{
	static const char *const sql[2] = {
		"SELECT id FROM articles WHERE" SHOWN("articles.id") " ORDER BY id",
		"SELECT id FROM articles ORDER BY id",
	};
	struct rows rows = ROWS_OF(int64_t);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, sql[hidden_too], &q, e))
		return false;
	while ((ok = db_step(q, &row, e)) && row)
		*(int64_t *)rows_add(&rows) = db_i64(q, 0);
	return rows_take(&rows, ok, a, out, n);
}
