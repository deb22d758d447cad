/* Finding articles by words, whichever engine has the index: see find.h. */
#include "archive/find.h"
#include "archive/internal.h"

#include <stdlib.h>

static bool in_postgres(const struct archive *ar)
{
	return db_kind(ar->db) == DB_POSTGRES;
}

struct str find_engine_text(struct archive *ar, struct arena *a, const struct find_terms *terms)
{
	return in_postgres(ar) ? find_pg_text(a, terms) : find_fts5_text(a, terms);
}

bool find_query(struct archive *ar, struct arena *a, struct str query, struct str *out, struct err *e)
{
	struct find_terms terms;

	if (!find_parse(a, query, &terms, e))
		return false;
	*out = find_engine_text(ar, a, &terms);
	return true;
}

bool find_count(struct archive *ar, struct str engine, int64_t most, int64_t *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT count(*) FROM (" FIND_ARTICLES("$1") " LIMIT $2) AS found", &q, e))
		return false;
	db_bind_text(q, 1, engine);
	db_bind_i64(q, 2, most);
	return db_take_i64(q, 0, out, e);
}

static int better_first(const void *left, const void *right)
{
	const struct find_match *a = left, *b = right;

	if (a->rank < b->rank || a->rank > b->rank)
		return a->rank < b->rank ? -1 : 1;
	return a->article > b->article ? -1 : a->article < b->article;
}

bool find_best(struct archive *ar, struct arena *a, struct str engine, int64_t source, size_t offset, size_t limit,
               int64_t **articles, size_t *n, int64_t *total, struct err *e)
{
	struct rows rows = ROWS_OF(struct find_match);

	bool ok = (in_postgres(ar) ? find_pg_matches : find_fts5_matches)(ar, engine, source, &rows, e);
	if (ok) {
		struct find_match *matches = (struct find_match *)(void *)rows.p;
		if (rows.n)
			qsort(matches, rows.n, sizeof *matches, better_first);
		*total = (int64_t)rows.n;
		*n = offset >= rows.n ? 0 : rows.n - offset < limit ? rows.n - offset : limit;
		*articles = ARENA_ARRAY(a, int64_t, *n);
		for (size_t i = 0; i < *n; i++)
			(*articles)[i] = matches[offset + i].article;
	}
	free(rows.p);
	return ok;
}

bool find_put(struct archive *ar, int64_t article, struct str title, struct str body, struct err *e)
{
	return (in_postgres(ar) ? find_pg_put : find_fts5_put)(ar, article, title, body, e);
}

bool find_remove(struct archive *ar, int64_t article, struct err *e)
{
	return (in_postgres(ar) ? find_pg_remove : find_fts5_remove)(ar, article, e);
}

bool find_check(struct archive *ar, bool *whole, struct err *e)
{
	return (in_postgres(ar) ? find_pg_check : find_fts5_check)(ar, whole, e);
}

bool find_merge(struct archive *ar, struct err *e)
{
	return in_postgres(ar) || find_fts5_merge(ar, e);
}

bool find_clear(struct archive *ar, struct err *e)
{
	return (in_postgres(ar) ? find_pg_clear : find_fts5_clear)(ar, e);
}
