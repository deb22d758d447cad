/*
 * Versions in the rows of an SQLite file: the NewsEdits corpus (the scrapes of
 * News Sniffer and others behind it), and diffengine, whose tables it took.
 *
 * The table is one of a few names, its columns are known by one of a few names
 * each.  A row becomes a text in fields (page/saved.h): title, and the body with
 * its markup taken out.  Rows come as the table has them; what is out of order
 * is put in order like everything else.
 *
 * The file may be hostile: it is opened for reading, only true tables are read,
 * and what its schema defines is not trusted.
 */
#include <sqlite3.h>
#include <string.h>

#include "html/charref.h"
#include "import/inner.h"

#define MAX_CELL ((int)(4 * MIB))

enum column { COLUMN_ENTRY, COLUMN_TEXT, COLUMN_CREATED, COLUMN_TITLE, COLUMN_URL, COLUMN_SOURCE, COLUMNS };

static const char *const names[COLUMNS][6] = {
	[COLUMN_ENTRY] = { "entry_id", "a_id", "article_id", "article" },
	[COLUMN_TEXT] = { "summary", "text", "body", "content" },
	[COLUMN_CREATED] = { "created", "created_at", "date", "time", "timestamp" },
	[COLUMN_TITLE] = { "title", "headline" },
	[COLUMN_URL] = { "url", "link" },
	[COLUMN_SOURCE] = { "source" },
};

static const char *const tables[] = {
	"SELECT * FROM main.entryversion",     "SELECT * FROM main.entry_version", "SELECT * FROM main.versions",
	"SELECT * FROM main.article_versions", "SELECT * FROM main.articles",      "SELECT * FROM main.revisions",
};

struct rows {
	struct import *im;
	sqlite3 *db;
	sqlite3_stmt *q;
	int at[COLUMNS]; /* -1: there is none */
};

/* ---- text ------------------------------------------------------------------------ */

/* What a tag does to a line of text. */
static bool breaks_line(struct str tag)
{
	static const char *const blocks[] = { "p",  "br", "div", "li", "h1", "h2",         "h3",
		                              "h4", "ul", "ol",  "tr", "hr", "blockquote", "section" };
	if (tag.n && tag.p[0] == '/')
		tag = str_sub(tag, 1, tag.n);
	size_t n = 0;
	while (n < tag.n && char_is_alnum(tag.p[n]))
		n++;
	for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
		if (str_eq_nocase(str_sub(tag, 0, n), str_from(blocks[i])))
			return true;
	return false;
}

static void put_plain(struct arena *a, struct str html, struct buf *out)
{
	size_t from = 0;

	for (size_t i = 0; i < html.n;) {
		struct str rest = str_sub(html, i, html.n);
		size_t end = rest.p[0] == '<' ? str_find_byte(str_sub(rest, 0, 2 * KIB), '>') : STR_NPOS;
		if (end == STR_NPOS || (!char_is_alpha(rest.p[1]) && rest.p[1] != '/')) {
			i++;
			continue;
		}
		buf_str(out, charref_decode(a, str_sub(html, from, i), false));
		if (breaks_line(str_sub(rest, 1, end)))
			buf_byte(out, '\n');
		from = i += end + 1;
	}
	buf_str(out, charref_decode(a, str_sub(html, from, html.n), false));
}

static void put_line(struct arena *a, struct str html, struct buf *out)
{
	size_t from = out->n;

	put_plain(a, html, out);
	for (size_t i = from; i < out->n; i++)
		if (char_is_space(out->p[i]))
			out->p[i] = ' ';
}

/* ---- rows ------------------------------------------------------------------------- */

static struct str cell(const struct rows *r, enum column c)
{
	if (r->at[c] < 0)
		return STR_NONE;
	const char *p = (const char *)sqlite3_column_text(r->q, r->at[c]);
	return str_of(p, p ? (size_t)sqlite3_column_bytes(r->q, r->at[c]) : 0);
}

/* A date, or seconds or thousandths of them since 1970. */
static bool read_created(const struct rows *r, when *out)
{
	int column = r->at[COLUMN_CREATED], type = sqlite3_column_type(r->q, column);

	if (type != SQLITE_INTEGER && type != SQLITE_FLOAT)
		return when_parse_iso(str_trim(cell(r, COLUMN_CREATED)), out);
	double t = sqlite3_column_double(r->q, column);
	if (t > 1e11)
		t /= 1000;
	*out = t > 0 && t < 1e11 ? (when)t : WHEN_NONE;
	return *out != WHEN_NONE;
}

static struct str address(struct rows *r, struct arena *a)
{
	struct str url = str_trim(cell(r, COLUMN_URL)), id = cell(r, COLUMN_ENTRY);

	if (url.n)
		return arena_str(a, url);
	return id.n ? arena_printf(a, "imported:%.*s/%.*s", STR_ARG(r->im->origin), STR_ARG(id)) : STR_NONE;
}

static bool take_row(struct rows *r, uint64_t number, struct err *e)
{
	struct import *im = r->im;
	struct arena *a = batch_arena(im->batch);
	struct buf *room = batch_room(im->batch);
	struct incoming c = { .as = READ_SAVED_FIELDS, .refers_at = WHEN_NONE };
	struct err why;

	c.uri = address(r, a);
	c.source = arena_str(a, str_sub(str_trim(cell(r, COLUMN_SOURCE)), 0, 40));
	buf_puts(room, "Title: ");
	put_line(a, cell(r, COLUMN_TITLE), room);
	buf_puts(room, "\n\n");
	size_t head = room->n;
	put_plain(a, cell(r, COLUMN_TEXT), room);
	c.body = buf_view(room);
	c.wire_bytes = (int64_t)c.body.n;
	if (read_created(r, &c.at) && c.uri.n && str_trim(str_sub(c.body, head, c.body.n)).n && !room->full)
		return batch_add(im->batch, &c, e);
	err_set(&why, ERR_FORMAT, "%s, row %llu: it has no date, no text or no address", im->path,
	        (unsigned long long)number);
	im->report->records++;
	import_count_bad(im, &why);
	return batch_pass(im->batch, e);
}

static bool find_columns(struct rows *r)
{
	for (int c = 0; c < COLUMNS; c++) {
		r->at[c] = -1;
		for (size_t k = 0; k < 6 && names[c][k] && r->at[c] < 0; k++)
			for (int i = 0; i < sqlite3_column_count(r->q); i++)
				if (str_eq_nocase(str_from(sqlite3_column_name(r->q, i)), str_from(names[c][k])))
					r->at[c] = i;
	}
	return r->at[COLUMN_TEXT] >= 0 && r->at[COLUMN_CREATED] >= 0 && r->at[COLUMN_TITLE] >= 0 &&
	       (r->at[COLUMN_URL] >= 0 || r->at[COLUMN_ENTRY] >= 0);
}

/* Views and virtual tables compute what they like, so they are not asked. */
static bool is_table(struct rows *r, const char *sql)
{
	sqlite3_stmt *q = NULL;
	const char *name = strrchr(sql, '.') + 1;
	bool is = sqlite3_prepare_v2(r->db,
	                             "SELECT 1 FROM sqlite_master WHERE lower(name) = ?1 AND type = 'table' AND "
	                             "sql NOT LIKE 'CREATE VIRTUAL%'",
	                             -1, &q, NULL) == SQLITE_OK &&
	          sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC) == SQLITE_OK && sqlite3_step(q) == SQLITE_ROW;
	sqlite3_finalize(q);
	return is;
}

static bool find_table(struct rows *r, struct err *e)
{
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		if (!is_table(r, tables[i]))
			continue;
		if (sqlite3_prepare_v2(r->db, tables[i], -1, &r->q, NULL) == SQLITE_OK && find_columns(r))
			return true;
		sqlite3_finalize(r->q);
		r->q = NULL;
	}
	return err_set(e, ERR_FORMAT,
	               "%s: an SQLite file without a table of versions (entryversion with title, summary, "
	               "created and url or entry_id, or one like it)",
	               r->im->path);
}

static bool take_rows(struct rows *r, struct err *e)
{
	uint64_t number = 0;

	for (;;) {
		int result = sqlite3_step(r->q);
		if (result == SQLITE_DONE)
			return true;
		if (result != SQLITE_ROW) {
			struct err why;
			err_set(&why, ERR_FORMAT, "%s, after row %llu: %s", r->im->path, (unsigned long long)number,
			        sqlite3_errmsg(r->db));
			import_count_bad(r->im, &why);
			return true;
		}
		if (!take_row(r, ++number, e))
			return false;
	}
}

bool import_rows(struct import *im, struct err *e)
{
	struct rows r = { .im = im };
	bool ok = sqlite3_open_v2(im->path, &r.db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK ||
	          err_set(e, ERR_IO, "cannot open %s: %s", im->path, r.db ? sqlite3_errmsg(r.db) : "no memory");

	if (ok) {
		sqlite3_db_config(r.db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
		sqlite3_db_config(r.db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
		sqlite3_limit(r.db, SQLITE_LIMIT_LENGTH, MAX_CELL);
		ok = find_table(&r, e) && take_rows(&r, e);
	}
	sqlite3_finalize(r.q);
	sqlite3_close(r.db);
	return ok;
}
