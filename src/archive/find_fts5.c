/*
 * The word index in SQLite's FTS5: see find.h.
 *
 * The index keeps no text of its own (content = ''); to take an article out it
 * must be told the very words that were put in.  These stand, compressed, in
 * search_forms: a third of the size, and right even when a newer library folds
 * letters in another way.
 */
#include "archive/find.h"
#include "archive/internal.h"

#include <stdlib.h>

/* Each term a phrase; phrases side by side must all be there. */
struct str find_fts5_text(struct arena *a, const struct find_terms *terms)
{
	struct buf b = BUF_INIT(64 * KIB);

	for (size_t i = 0; i < terms->n; i++) {
		const struct find_term *t = &terms->terms[i];
		buf_puts(&b, i ? " \"" : "\"");
		for (size_t k = 0; k < t->n; k++) {
			if (k)
				buf_byte(&b, ' ');
			buf_str(&b, t->words[k]); /* letters and digits only: nothing to escape */
		}
		buf_puts(&b, t->prefix ? "\" *" : "\"");
	}
	struct str text = arena_str(a, buf_view(&b));
	buf_free(&b);
	return text;
}

bool find_fts5_matches(struct archive *ar, struct str engine, int64_t source, struct rows *rows, struct err *e)
{
	static const char *const sql[2] = {
		"SELECT rowid, bm25(search, 5.0, 1.0) FROM search WHERE search MATCH $1",
		"SELECT search.rowid, bm25(search, 5.0, 1.0) FROM search"
		" WHERE search MATCH $1 AND (SELECT source FROM newest WHERE article = search.rowid) = $2",
	};
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, sql[source != 0], &q, e))
		return false;
	db_bind_text(q, 1, engine);
	if (source)
		db_bind_i64(q, 2, source);
	while ((ok = db_step(q, &row, e)) && row) {
		struct find_match *m = rows_add(rows);
		*m = (struct find_match){ .article = db_i64(q, 0), .rank = db_real(q, 1) };
	}
	return ok;
}

/* ---- keeping the index --------------------------------------------------- */

static bool unpack_form(struct archive *ar, struct arena *a, struct stmt *q, struct str *out, struct err *e)
{
	struct piece piece = { .size = (size_t)db_i64(q, 0), .packed = db_bytes(q, 1) };
	struct chain chain;

	chain_init(&chain);
	bool ok = chain_unpack(&chain, ar->packer, &piece, 1, false, e);
	if (ok)
		*out = arena_str(a, buf_view(&chain.bytes));
	chain_free(&chain);
	return ok;
}

/* What the index has for the article: title, newline, body; empty: nothing. */
static bool load_form(struct archive *ar, struct arena *a, int64_t article, struct str *out, struct err *e)
{
	struct stmt *q;
	bool row, ok = true;

	*out = STR_NONE;
	if (!db_query(ar->db, "SELECT size, packed FROM search_forms WHERE article = $1", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	if (!db_step(q, &row, e))
		return false;
	/* A damaged form must not keep new texts out: some words of the old one
	 * will be found until the index is made anew, and that is all. */
	if (row && !unpack_form(ar, a, q, out, e))
		ok = e->kind == ERR_CORRUPT;
	db_end(q);
	return ok;
}

static bool change_index(struct archive *ar, const char *sql, int64_t article, struct str form, struct err *e)
{
	struct str title, body;
	struct stmt *q;

	str_cut(form, '\n', &title, &body);
	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_text(q, 2, title);
	db_bind_text(q, 3, body);
	return db_run(q, e);
}

static bool take_out(struct archive *ar, int64_t article, struct str form, struct err *e)
{
	return change_index(ar, "INSERT INTO search (search, rowid, title, body) VALUES ('delete', $1, $2, $3)",
	                    article, form, e);
}

static bool keep_form(struct archive *ar, int64_t article, struct str form, struct err *e)
{
	struct stmt *q;
	struct str packed;
	bool delta;

	if (!packer_pack(ar->packer, form, STR_NONE, &packed, &delta, e) ||
	    !db_query(ar->db,
	              "INSERT INTO search_forms (article, size, packed) VALUES ($1, $2, $3)"
	              " ON CONFLICT (article) DO UPDATE SET size = excluded.size, packed = excluded.packed",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, (int64_t)form.n);
	db_bind_blob(q, 3, packed);
	return db_run(q, e);
}

static bool put(struct archive *ar, struct arena *a, int64_t article, struct str form, struct err *e)
{
	struct str before;

	if (!load_form(ar, a, article, &before, e))
		return false;
	if (str_eq(before, form))
		return true;
	return (before.n == 0 || take_out(ar, article, before, e)) &&
	       change_index(ar, "INSERT INTO search (rowid, title, body) VALUES ($1, $2, $3)", article, form, e) &&
	       keep_form(ar, article, form, e);
}

bool find_fts5_put(struct archive *ar, int64_t article, struct str title, struct str body, struct err *e)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(title.n + 1 + body.n);

	buf_str(&b, title);
	buf_byte(&b, '\n');
	buf_str(&b, body);
	bool ok = put(ar, a, article, buf_view(&b), e);
	buf_free(&b);
	arena_free(a);
	return ok;
}

bool find_fts5_remove(struct archive *ar, int64_t article, struct err *e)
{
	struct arena *a = arena_new();
	struct stmt *q;
	struct str form;

	bool ok = load_form(ar, a, article, &form, e) && (form.n == 0 || take_out(ar, article, form, e));
	arena_free(a);
	if (!ok || !db_query(ar->db, "DELETE FROM search_forms WHERE article = $1", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return db_run(q, e);
}

bool find_fts5_check(struct archive *ar, bool *whole, struct err *e)
{
	struct stmt *q;
	int64_t strangers;

	if (!db_query(ar->db,
	              "SELECT (SELECT count(*) FROM newest WHERE" SHOWN(
	                      "newest.article") " AND article NOT IN (SELECT article FROM search_forms)) +"
	                                        " (SELECT count(*) FROM search_forms f WHERE NOT EXISTS (SELECT 1 FROM "
	                                        "newest"
	                                        " WHERE newest.article = f.article AND" SHOWN("newest.article") "))",
	              &q, e) ||
	    !db_take_i64(q, 0, &strangers, e))
		return false;
	*whole = strangers == 0;
	if (!db_writable(ar->db) || !*whole)
		return true;
	*whole = db_query(ar->db, "INSERT INTO search (search) VALUES ('integrity-check')", &q, e) && db_run(q, e);
	return *whole || e->kind == ERR_CORRUPT;
}

bool find_fts5_merge(struct archive *ar, struct err *e)
{
	struct stmt *q;

	return db_query(ar->db, "INSERT INTO search (search) VALUES ('optimize')", &q, e) && db_run(q, e);
}

bool find_fts5_clear(struct archive *ar, struct err *e)
{
	struct stmt *q;

	return db_query(ar->db, "INSERT INTO search (search) VALUES ('delete-all')", &q, e) && db_run(q, e) &&
	       db_query(ar->db, "DELETE FROM search_forms", &q, e) && db_run(q, e);
}
