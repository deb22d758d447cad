/* Articles that went away, and came back: see archive.h. */
#include "archive/find.h"
#include "archive/internal.h"

#define REMOVAL_COLUMNS "r.article, r.since, r.before, r.outcome, r.checks, r.confirmed, r.back"
#define REMOVAL_NCOLUMNS 7

static void removal_read(struct stmt *q, struct arena *a, struct removal *out)
{
	*out = (struct removal){
		.article = db_i64(q, 0),
		.since = db_when(q, 1),
		.before = db_when(q, 2),
		.outcome = db_keep(q, 3, a),
		.checks = db_i64(q, 4),
		.confirmed = db_when(q, 5),
		.back = db_when(q, 6),
	};
}

bool archive_removal(struct archive *ar, struct arena *a, int64_t article, struct removal *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db,
	              "SELECT " REMOVAL_COLUMNS " FROM removals r WHERE r.article = $1 AND r.back IS NULL" DB_SHARD(
	                      "r.shard", "$1") " ORDER BY r.since DESC LIMIT 1",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "article %lld is not gone", (long long)article);
	removal_read(q, a, out);
	db_end(q);
	return true;
}

bool archive_removal_put(struct archive *ar, const struct removal *r, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO removals (article, since, before, outcome, checks, confirmed, back" DB_SHARD_COLUMN
	              ") VALUES ($1, $2, $3, $4, $5, $6, $7" DB_NEW_SHARD(
	                      "$1") ") ON CONFLICT (" DB_KEY "article, since) DO UPDATE SET"
	                            " checks = excluded.checks, confirmed = excluded.confirmed, back = excluded.back",
	              &q, e))
		return false;
	db_bind_i64(q, 1, r->article);
	db_bind_when(q, 2, r->since);
	db_bind_when(q, 3, r->before);
	db_bind_text(q, 4, r->outcome);
	db_bind_i64(q, 5, r->checks);
	db_bind_when(q, 6, r->confirmed);
	db_bind_when(q, 7, r->back);
	return db_run(q, e);
}

bool archive_removal_drop(struct archive *ar, int64_t article, when since, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "DELETE FROM removals WHERE article = $1 AND since = $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_when(q, 2, since);
	return db_run(q, e);
}

bool archive_removals_of(struct archive *ar, struct arena *a, int64_t article, struct removal **out, size_t *n,
                         struct err *e)
{
	struct rows rows = ROWS_OF(struct removal);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT " REMOVAL_COLUMNS
	              " FROM removals r WHERE r.article = $1" DB_SHARD("r.shard", "$1") " ORDER BY r.since",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row)
		removal_read(q, a, rows_add(&rows));
	return rows_take(&rows, ok, a, out, n);
}

/* The newest of each sort along its own index; both sorts together are at most
 * twice what is asked for. */
/* clang-format off */
#define ITEMS(time, returned) \
	"SELECT * FROM (SELECT " REMOVAL_COLUMNS ", r." time " AS at, " returned " AS returned" \
	" FROM removals r JOIN articles ON articles.id = r.article" DB_SHARD("articles.shard", "r.article") \
	" WHERE r.confirmed IS NOT NULL AND r." time " < $1 AND ($2 = 0 OR articles.source = $2)" \
	" AND" SHOWN("r.article") " ORDER BY r." time " DESC LIMIT $3) AS " time
/* clang-format on */

static void item_read(struct stmt *q, struct arena *a, struct removal_item *out)
{
	removal_read(q, a, &out->removal);
	out->at = db_when(q, REMOVAL_NCOLUMNS);
	out->returned = db_i64(q, REMOVAL_NCOLUMNS + 1) != 0;
	out->source_key = db_keep(q, REMOVAL_NCOLUMNS + 2, a);
	out->source_name = db_keep(q, REMOVAL_NCOLUMNS + 3, a);
	out->url = db_keep(q, REMOVAL_NCOLUMNS + 4, a);
	out->title = db_keep(q, REMOVAL_NCOLUMNS + 5, a);
}

static bool list(struct archive *ar, struct arena *a, int64_t source, when until, size_t limit, struct rows *rows,
                 struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT r.*, sources.key, sources.name, articles.url, coalesce(newest.title, '')"
	              " FROM (" ITEMS("confirmed", "0") " UNION ALL " ITEMS(
	                      "back",
	                      "1") ") r"
	                           " JOIN articles ON articles.id = r.article" DB_SHARD(
	                                   "articles.shard",
	                                   "r.article") " JOIN sources ON sources.id = articles.source"
	                                                " LEFT JOIN newest ON newest.article = r.article" DB_SHARD(
	                                                        "newest.shard", "r.article") " ORDER BY r.at DESC, "
	                                                                                     "r.article DESC LIMIT $3",
	              &q, e))
		return false;
	db_bind_i64(q, 1, until == WHEN_NONE ? INT64_MAX : until);
	db_bind_i64(q, 2, source);
	db_bind_i64(q, 3, (int64_t)limit);
	while ((ok = db_step(q, &row, e)) && row)
		item_read(q, a, rows_add(rows));
	return ok;
}

static bool is_in_time(const struct find_query *q, when at)
{
	return (q->from == WHEN_NONE || at >= q->from) && (q->to == WHEN_NONE || at < q->to);
}

/* Keeps those of articles that the search finds. */
static bool keep_found(struct find *f, const struct find_query *q, struct rows *rows, size_t limit, struct err *e)
{
	struct removal_item *items = (struct removal_item *)(void *)rows->p;
	size_t n = 0;

	for (size_t i = 0; i < rows->n && n < limit; i++) {
		bool has;
		if (!is_in_time(q, items[i].at))
			continue;
		if (!find_has_article(f, items[i].removal.article, &has, e))
			return false;
		if (has)
			items[n++] = items[i];
	}
	rows->n = n;
	return true;
}

/* Ever more of the list, until enough of it are found or it is at its end. */
static bool list_found(struct archive *ar, struct arena *a, int64_t source, struct str search, when until, size_t limit,
                       struct rows *rows, struct err *e)
{
	struct find_query q;
	struct find *f = NULL;
	bool all = false;

	if (!find_parse(a, search, &q, e))
		return false;
	if (q.of_changes)
		return true;
	bool ok = find_new(ar, a, &q, source, &f, e);
	for (size_t most = 4 * limit; ok && rows->n < limit && !all; most *= 4) {
		rows->n = 0;
		ok = list(ar, a, source, until, most, rows, e);
		all = rows->n < most;
		ok = ok && keep_found(f, &q, rows, limit, e);
	}
	find_free(f);
	return ok;
}

static bool collect(struct archive *ar, struct arena *a, int64_t source, struct str search, when until, size_t limit,
                    struct rows *rows, struct err *e)
{
	return search.n ? list_found(ar, a, source, search, until, limit, rows, e)
	                : list(ar, a, source, until, limit, rows, e);
}

bool archive_removals(struct archive *ar, struct arena *a, int64_t source, struct str search, when until, size_t limit,
                      struct removal_item **out, size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct removal_item);
	bool own;

	bool ok = archive_enter(ar, DB_BEGIN_READ, &own, e) &&
	          archive_leave(ar, own, collect(ar, a, source, search, until, limit, &rows, e), e);
	return rows_take(&rows, ok, a, out, n);
}
