/*
 * The word indexes in SQLite's FTS5: see find.h.
 *
 * The indexes keep no text of their own (content = ''); to take an entry out
 * they must be told the very words that were put in.  These stand, compressed, in
 * search_forms: a third of the size, and right even when a newer library folds
 * or stems in another way.  A change's rowid is made of its article and number, so
 * that entries come in the order of articles; articles must stay below 2^47.
 */
#include "archive/find_engine.h"
#include "archive/internal.h"

#include <stdlib.h>

#define NUMBER_BITS 16
_Static_assert(FIND_MOST_NUMBER == (1 << NUMBER_BITS) - 1, "a number fits");

/* ---- queries ------------------------------------------------------------- */

struct columns {
	const char *words[2], *stems[2];
};
static const struct columns columns[] = {
	[FIND_NEWEST] = { { "title", "body" }, { "title_stems", "body_stems" } },
	[FIND_CHANGES] = { { "gone", "come" }, { "gone_stems", "come_stems" } },
};

static void put_columns(struct buf *b, const char *const names[2], int first, int n)
{
	buf_printf(b, "{%s %s} : \"", names[first], n > 1 ? names[!first] : "");
}

/* The term's words; a word has only letters and digits: nothing to escape. */
static void put_words(struct buf *b, const struct columns *c, const struct find_term *t, int first, int n)
{
	put_columns(b, c->words, first, n);
	for (size_t k = 0; k < t->n; k++) {
		if (k)
			buf_byte(b, ' ');
		buf_str(b, t->words[k]);
	}
	buf_puts(b, t->prefix ? "\" *" : "\"");
}

/* The word, its stems, or a stem as a word of a text of that language. */
static void put_in_article(struct buf *b, const struct columns *c, const struct find_term *t, int n)
{
	buf_byte(b, '(');
	put_words(b, c, t, 0, n);
	for (size_t i = 0; i < t->nstems; i++) {
		const struct find_stem *s = &t->stems[i];
		buf_puts(b, " OR ");
		put_columns(b, c->stems, 0, n);
		buf_printf(b, "%s%.*s\"", s->language, STR_ARG(s->stem));
		if (str_eq(s->stem, t->words[0]))
			continue;
		buf_puts(b, " OR (");
		put_columns(b, c->words, 0, n);
		buf_printf(b, "%.*s\" AND marks : \"l%s\")", STR_ARG(s->stem), s->language);
	}
	buf_byte(b, ')');
}

static void put_stems_of_change(struct buf *b, const struct columns *c, const struct find_term *t, int first)
{
	buf_printf(b, "%s : (\"" FIND_NO_LANGUAGE "%.*s\"", c->stems[first], STR_ARG(t->words[0]));
	for (size_t i = 0; i < t->nstems; i++)
		buf_printf(b, " OR \"%s%.*s\"", t->stems[i].language, STR_ARG(t->stems[i].stem));
	buf_byte(b, ')');
}

static void put_in_change(struct buf *b, const struct columns *c, const struct find_term *t, enum find_where where)
{
	int first = where == FIND_SECOND_ONLY;

	buf_byte(b, '(');
	if (t->nstems) {
		put_stems_of_change(b, c, t, first);
	} else {
		put_words(b, c, t, first, 1);
		if (where != FIND_IN_FIRST) {
			buf_puts(b, " NOT ");
			put_words(b, c, t, !first, 1);
		}
	}
	buf_byte(b, ')');
}

static void put_condition(struct buf *b, enum find_index index, const struct find_condition *x)
{
	for (size_t i = 0; i < x->n; i++) {
		if (i)
			buf_puts(b, " OR ");
		if (index == FIND_NEWEST)
			put_in_article(b, &columns[index], &x->any[i], x->where[i] == FIND_ANYWHERE ? 2 : 1);
		else
			put_in_change(b, &columns[index], &x->any[i], x->where[i]);
	}
}

static void put_sources(struct buf *b, const int64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(b, "%smarks : \"s%lld\"", i ? " OR " : "", (long long)ids[i]);
}

/* What is wanted, side by side; then what is not. */
static struct str engine_text(struct arena *a, const struct find_expr *x)
{
	struct buf b = BUF_INIT(MIB);
	const char *open = "((", *unwanted = ") NOT (";

	for (size_t i = 0; i < x->n; i++) {
		if (x->conditions[i].negated)
			continue;
		buf_puts(&b, open);
		put_condition(&b, x->index, &x->conditions[i]);
		open = ") AND (";
	}
	if (x->nsources) {
		buf_puts(&b, open);
		put_sources(&b, x->sources, x->nsources);
	}
	buf_puts(&b, ")");
	for (size_t i = 0; i < x->n; i++) {
		if (!x->conditions[i].negated)
			continue;
		buf_puts(&b, unwanted);
		put_condition(&b, x->index, &x->conditions[i]);
		unwanted = " OR ";
	}
	if (x->nothers) {
		buf_puts(&b, unwanted);
		put_sources(&b, x->others, x->nothers);
	}
	buf_puts(&b, ")");
	struct str text = arena_str(a, buf_view(&b));
	buf_free(&b);
	return text;
}

/* ---- answers ------------------------------------------------------------- */

static int64_t rowid_of(struct find_entry at)
{
	return at.number ? at.article << NUMBER_BITS | at.number : at.article;
}

static bool entries_of(struct archive *ar, enum find_index index, struct str engine, size_t most, struct rows *entries,
                       struct err *e)
{
	static const char *const sql[] = {
		[FIND_NEWEST] = "SELECT rowid FROM search WHERE search MATCH $1 ORDER BY rowid DESC LIMIT $2",
		[FIND_CHANGES] = "SELECT rowid FROM search_changes WHERE search_changes MATCH $1"
		                 " ORDER BY rowid DESC LIMIT $2",
	};
	struct stmt *q;
	bool row, ok, changes = index == FIND_CHANGES;

	if (!db_query(ar->db, sql[index], &q, e))
		return false;
	db_bind_text(q, 1, engine);
	db_bind_i64(q, 2, most > INT64_MAX ? INT64_MAX : (int64_t)most);
	while ((ok = db_step(q, &row, e)) && row) {
		int64_t id = db_i64(q, 0);
		*(struct find_entry *)rows_add(entries) =
		        changes ? (struct find_entry){ id >> NUMBER_BITS, id & FIND_MOST_NUMBER }
		                : (struct find_entry){ id, 0 };
	}
	return ok;
}

static bool last_change(struct archive *ar, struct str engine, int64_t article, int64_t *number, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT rowid FROM search_changes WHERE search_changes MATCH $1 AND rowid >= $2 AND rowid <= $3"
	              " ORDER BY rowid DESC LIMIT 1",
	              &q, e))
		return false;
	db_bind_text(q, 1, engine);
	db_bind_i64(q, 2, article << NUMBER_BITS);
	db_bind_i64(q, 3, article << NUMBER_BITS | FIND_MOST_NUMBER);
	if (!db_take_i64(q, 0, number, e))
		return false;
	*number &= FIND_MOST_NUMBER;
	return true;
}

#define MATCHES "SELECT rowid, stet_rank(search) FROM search WHERE search MATCH $1"
#define TIME_OF_ARTICLE "(SELECT coalesce(published, first_seen) FROM newest WHERE article = search.rowid)"

static bool matches_of(struct archive *ar, struct str engine, when from, when to, size_t most, struct rows *matches,
                       struct err *e)
{
	static const char *const sql[] = {
		MATCHES " ORDER BY rowid DESC LIMIT $2",
		MATCHES " AND " TIME_OF_ARTICLE " >= $3 AND " TIME_OF_ARTICLE " < $4 ORDER BY rowid DESC LIMIT $2",
	};
	bool timed = from != WHEN_NONE || to != WHEN_NONE;
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, sql[timed], &q, e))
		return false;
	db_bind_text(q, 1, engine);
	db_bind_i64(q, 2, (int64_t)most);
	if (timed) {
		db_bind_i64(q, 3, from);
		db_bind_i64(q, 4, to == WHEN_NONE ? INT64_MAX : to);
	}
	while ((ok = db_step(q, &row, e)) && row)
		*(struct find_match *)rows_add(matches) =
		        (struct find_match){ .article = db_i64(q, 0), .rank = db_real(q, 1) };
	return ok;
}

/* ---- keeping the indexes --------------------------------------------------- */

enum { PARTS = 5 }; /* of a form, a line each: two of words, two of stems, marks */

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

/* What the index has for the entry; empty: nothing. */
static bool load_form(struct archive *ar, struct arena *a, struct find_entry at, struct str *out, struct err *e)
{
	struct stmt *q;
	bool row, ok = true;

	*out = STR_NONE;
	if (!db_query(ar->db, "SELECT size, packed FROM search_forms WHERE article = $1 AND number = $2", &q, e))
		return false;
	db_bind_i64(q, 1, at.article);
	db_bind_i64(q, 2, at.number);
	if (!db_step(q, &row, e))
		return false;
	/* A damaged form must not keep new texts out: some words of the old one
	 * will be found until the index is made anew, and that is all. */
	if (row && !unpack_form(ar, a, q, out, e))
		ok = e->kind == ERR_CORRUPT;
	db_end(q);
	return ok;
}

static bool change_index(struct archive *ar, const char *const sql[2], struct find_entry at, struct str form,
                         struct err *e)
{
	struct str part;
	struct stmt *q;

	if (!db_query(ar->db, sql[at.number > 0], &q, e))
		return false;
	db_bind_i64(q, 1, rowid_of(at));
	for (int i = 0; i < PARTS; i++) {
		str_cut(form, '\n', &part, &form);
		db_bind_text(q, 2 + i, part);
	}
	return db_run(q, e);
}

#define TITLE_COLUMNS "title, body, title_stems, body_stems, marks"
#define CHANGE_COLUMNS "gone, come, gone_stems, come_stems, marks"

static bool take_out(struct archive *ar, struct find_entry at, struct str form, struct err *e)
{
	static const char *const sql[2] = {
		"INSERT INTO search (search, rowid, " TITLE_COLUMNS ") VALUES ('delete', $1, $2, $3, $4, $5, $6)",
		"INSERT INTO search_changes (search_changes, rowid, " CHANGE_COLUMNS ")"
		" VALUES ('delete', $1, $2, $3, $4, $5, $6)",
	};

	return change_index(ar, sql, at, form, e);
}

static bool put_in(struct archive *ar, struct find_entry at, struct str form, struct err *e)
{
	static const char *const sql[2] = {
		"INSERT INTO search (rowid, " TITLE_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)",
		"INSERT INTO search_changes (rowid, " CHANGE_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6)",
	};

	return change_index(ar, sql, at, form, e);
}

static bool keep_form(struct archive *ar, struct find_entry at, struct str form, struct err *e)
{
	struct stmt *q;
	struct str packed;
	bool delta;

	if (!packer_pack(ar->packer, form, STR_NONE, &packed, &delta, e) ||
	    !db_query(ar->db,
	              "INSERT INTO search_forms (article, number, size, packed) VALUES ($1, $2, $3, $4)"
	              " ON CONFLICT (article, number) DO UPDATE SET size = excluded.size, packed = excluded.packed",
	              &q, e))
		return false;
	db_bind_i64(q, 1, at.article);
	db_bind_i64(q, 2, at.number);
	db_bind_i64(q, 3, (int64_t)form.n);
	db_bind_blob(q, 4, packed);
	return db_run(q, e);
}

static bool put_form(struct archive *ar, struct arena *a, struct find_entry at, struct str form, struct err *e)
{
	struct str before;

	if (!load_form(ar, a, at, &before, e))
		return false;
	if (str_eq(before, form))
		return true;
	return (before.n == 0 || take_out(ar, at, before, e)) && put_in(ar, at, form, e) && keep_form(ar, at, form, e);
}

static bool put(struct archive *ar, struct find_entry at, const struct find_form *form, struct err *e)
{
	struct arena *a = arena_new();
	struct str lines = ARENA_JOIN(a, form->words[0], STR("\n"), form->words[1], STR("\n"), form->stems[0],
	                              STR("\n"), form->stems[1], STR("\n"), form->marks);

	bool ok = put_form(ar, a, at, lines, e);
	arena_free(a);
	return ok;
}

static bool remove_entry(struct archive *ar, struct find_entry at, struct err *e)
{
	struct arena *a = arena_new();
	struct stmt *q;
	struct str form;

	bool ok = load_form(ar, a, at, &form, e) && (form.n == 0 || take_out(ar, at, form, e));
	arena_free(a);
	if (!ok || !db_query(ar->db, "DELETE FROM search_forms WHERE article = $1 AND number = $2", &q, e))
		return false;
	db_bind_i64(q, 1, at.article);
	db_bind_i64(q, 2, at.number);
	return db_run(q, e);
}

static bool look_inside(struct archive *ar, const char *sql, bool *whole, struct err *e)
{
	struct stmt *q;

	*whole = *whole && db_query(ar->db, sql, &q, e) && db_run(q, e);
	return *whole || e->kind == ERR_CORRUPT;
}

static bool check(struct archive *ar, bool *whole, struct err *e)
{
	if (!db_writable(ar->db))
		return true;
	return look_inside(ar, "INSERT INTO search (search) VALUES ('integrity-check')", whole, e) &&
	       (!*whole ||
	        look_inside(ar, "INSERT INTO search_changes (search_changes) VALUES ('integrity-check')", whole, e));
}

static bool run_both(struct archive *ar, const char *newest, const char *changes, struct err *e)
{
	struct stmt *q;

	return db_query(ar->db, newest, &q, e) && db_run(q, e) && db_query(ar->db, changes, &q, e) && db_run(q, e);
}

static bool merge(struct archive *ar, struct err *e)
{
	return run_both(ar, "INSERT INTO search (search) VALUES ('optimize')",
	                "INSERT INTO search_changes (search_changes) VALUES ('optimize')", e);
}

static bool clear(struct archive *ar, struct err *e)
{
	struct stmt *q;

	return run_both(ar, "INSERT INTO search (search) VALUES ('delete-all')",
	                "INSERT INTO search_changes (search_changes) VALUES ('delete-all')", e) &&
	       db_query(ar->db, "DELETE FROM search_forms", &q, e) && db_run(q, e);
}

const struct find_engine find_fts5 = {
	.text = engine_text,
	.entries = entries_of,
	.last_change = last_change,
	.matches = matches_of,
	.put = put,
	.remove = remove_entry,
	.check = check,
	.merge = merge,
	.clear = clear,
};
