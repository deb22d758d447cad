/*
 * Captures: checks as web archives see them; see archive.h.
 *
 * A row of checks stands for every look, so one capture has many of them: as
 * long as a target answers with the same bytes, they name the same blob.  Rows
 * come by target and time and are folded here, which is the same in every
 * engine; then all captures are put in the order of time.
 *
 * Cost: an index entry and a row for each check of the article, about 1 us.
 */
#include <stdlib.h>

#include "archive/internal.h"

/* Those two ways of reading are for pages of another tracker about an article, not its own. */
#define IS_CAPTURE                                                                                                     \
	"c.body IS NOT NULL AND c.at IS NOT NULL AND c.failed = 0"                                                     \
	" AND (c.read_as IS NULL OR c.read_as NOT IN"                                                                  \
	" (SELECT id FROM names WHERE name IN ('saved-html', 'saved-text')))"

static int by_time(const void *a, const void *b)
{
	const struct capture *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return x->check < y->check ? -1 : x->check > y->check;
}

/* What of a second has an address is the first. */
static size_t one_a_second(struct capture *list, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || list[kept - 1].at != list[i].at)
			list[kept++] = list[i];
	return kept;
}

static void fold(struct rows *rows, const struct capture *look)
{
	struct capture *last = rows->n ? (struct capture *)(void *)rows->p + rows->n - 1 : NULL;

	if (last && last->target == look->target && last->body == look->body)
		last->last = look->at;
	else
		*(struct capture *)rows_add(rows) = *look;
}

bool archive_captures(struct archive *ar, struct arena *a, int64_t article, struct capture **out, size_t *n,
                      struct err *e)
{
	struct rows rows = ROWS_OF(struct capture);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT c.id, c.target, c.body, c.at FROM targets t JOIN checks c ON c.target = t.id" DB_SHARD(
	                      "c.shard", "t.id") " AND " IS_CAPTURE
	                                         " WHERE t.article = $1 ORDER BY c.target, c.at, c.id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row) {
		struct capture look = { .check = db_i64(q, 0), .target = db_i64(q, 1), .body = db_i64(q, 2) };
		look.at = look.last = db_when(q, 3);
		fold(&rows, &look);
	}
	if (!rows_take(&rows, ok, a, out, n))
		return false;
	if (*n)
		qsort(*out, *n, sizeof **out, by_time);
	*n = one_a_second(*out, *n);
	return true;
}

bool archive_capture_last(struct archive *ar, int64_t article, when *at, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT newest FROM (SELECT (SELECT c.at FROM checks c WHERE c.target = t.id" DB_SHARD(
	                      "c.shard", "t.id") " AND " IS_CAPTURE " ORDER BY c.at DESC NULLS LAST LIMIT 1) AS newest "
	                                         "FROM targets t WHERE t.article = $1) AS looks"
	                                         " WHERE newest IS NOT NULL ORDER BY newest DESC LIMIT 1",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return db_take_i64(q, WHEN_NONE, at, e);
}

bool archive_capture_at(struct archive *ar, struct arena *a, int64_t article, struct str url, when at,
                        struct captured *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db,
	              "SELECT c.id, c.body, t.url, coalesce(c.url, t.url),"
	              " (SELECT name FROM names WHERE names.id = c.content_type)"
	              " FROM targets t JOIN checks c ON c.target = t.id AND c.at = $2" DB_SHARD(
	                      "c.shard", "t.id") " AND " IS_CAPTURE " WHERE t.article = $1 ORDER BY CASE WHEN t.url = "
	                                         "$3 THEN 0 ELSE 1 END, c.id LIMIT 1",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_when(q, 2, at);
	db_bind_text(q, 3, url);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "article %lld was not captured then", (long long)article);
	*out = (struct captured){
		.check = db_i64(q, 0),
		.body = db_i64(q, 1),
		.at = at,
		.asked = db_keep(q, 2, a),
		.url = db_keep(q, 3, a),
		.content_type = db_keep(q, 4, a),
	};
	db_end(q);
	return true;
}
