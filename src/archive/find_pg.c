/*
 * The word index in PostgreSQL: see find.h.
 *
 * "words" is a tsvector made of our own words, in index form, and of no
 * dictionary's: what is found is what SQLite would find.  Its places of words
 * end at 16,383 and at 256 for one word, so they count for the order of what
 * was found only; that words stand one behind the other is looked up in "form",
 * the words with a space on each side.
 *
 * Limits: of a word the first MAX_WORD bytes count; a text has at most
 * MAX_WORDS_BYTES of different words.
 */
#include "archive/find.h"
#include "archive/internal.h"

#include <stdlib.h>

#define MAX_WORD 500
#define MAX_WORDS_BYTES (900 * KIB) /* the server's limit is 1 MiB */
#define MAX_PLACE 16383

static struct str cut(struct str word)
{
	size_t n = word.n;

	if (n > MAX_WORD)
		for (n = MAX_WORD; n > 0 && ((unsigned char)word.p[n] & 0xc0) == 0x80; n--)
			;
	return str_sub(word, 0, n);
}

/* A line for the index, then for each phrase a line with what must be in the form. */
struct str find_pg_text(struct arena *a, const struct find_terms *terms)
{
	struct buf b = BUF_INIT(64 * KIB);

	for (size_t i = 0; i < terms->n; i++) {
		const struct find_term *t = &terms->terms[i];
		for (size_t k = 0; k < t->n; k++) {
			struct str word = cut(t->words[k]);
			bool prefix = t->prefix && k == t->n - 1;
			buf_printf(&b, "%s'%.*s'%s", i || k ? " & " : "", STR_ARG(word), prefix ? ":*" : "");
		}
	}
	for (size_t i = 0; i < terms->n; i++) {
		const struct find_term *t = &terms->terms[i];
		if (t->n < 2)
			continue;
		buf_puts(&b, "\n% ");
		for (size_t k = 0; k < t->n; k++) {
			buf_str(&b, cut(t->words[k]));
			if (k < t->n - 1 || !t->prefix)
				buf_byte(&b, ' ');
		}
		buf_byte(&b, '%');
	}
	struct str text = arena_str(a, buf_view(&b));
	buf_free(&b);
	return text;
}

bool find_pg_matches(struct archive *ar, struct str engine, int64_t source, struct rows *rows, struct err *e)
{
#define MATCHES                                                                                                        \
	"SELECT article, ts_rank('{0.2, 0.2, 0.2, 1.0}', words, split_part($1, E'\\n', 1)::tsquery, 1)"                \
	" FROM search WHERE " FIND_PG_MATCH("$1")
	static const char *const sql[2] = {
		DB_ONLY_POSTGRES(MATCHES),
		DB_ONLY_POSTGRES(MATCHES " AND (SELECT source FROM newest n WHERE n.article = search.article AND "
		                         "n.shard = search.shard) = $2"),
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
		*m = (struct find_match){ .article = db_i64(q, 0), .rank = -db_real(q, 1) };
	}
	return ok;
}

/* ---- keeping the index ----------------------------------------------------- */

struct form {
	struct buf form, words;
	size_t place;
};

static void add_words(struct form *f, struct str text, char weight)
{
	struct str word;

	for (size_t i = 0; find_next_word(text, &i, &word);) {
		word = cut(word);
		buf_byte(&f->form, ' ');
		buf_str(&f->form, word);
		f->place += f->place < MAX_PLACE;
		if (f->words.n + word.n < MAX_WORDS_BYTES)
			buf_printf(&f->words, "'%.*s':%zu%c ", STR_ARG(word), f->place, weight);
	}
	buf_puts(&f->form, " \n");
}

bool find_pg_put(struct archive *ar, int64_t article, struct str title, struct str body, struct err *e)
{
	struct form f = { .form = BUF_INIT(2 * (title.n + body.n) + 64),
		          .words = BUF_INIT(MAX_WORDS_BYTES + 64 * KIB) };
	struct stmt *q;

	add_words(&f, title, 'A');
	add_words(&f, body, 'D');
	bool ok = db_query(ar->db,
	                   DB_ONLY_POSTGRES("INSERT INTO search (shard, article, form, words) VALUES"
	                                    " (shard_of($1), $1, $2, $3::text::tsvector)"
	                                    " ON CONFLICT (shard, article) DO UPDATE"
	                                    " SET form = excluded.form, words = excluded.words"
	                                    " WHERE search.form <> excluded.form"),
	                   &q, e);
	if (ok) {
		db_bind_i64(q, 1, article);
		db_bind_text(q, 2, buf_view(&f.form));
		db_bind_text(q, 3, buf_view(&f.words));
		ok = db_run(q, e);
	}
	buf_free(&f.form);
	buf_free(&f.words);
	return ok;
}

bool find_pg_remove(struct archive *ar, int64_t article, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, DB_ONLY_POSTGRES("DELETE FROM search WHERE article = $1 AND shard = shard_of($1)"), &q,
	              e))
		return false;
	db_bind_i64(q, 1, article);
	return db_run(q, e);
}

bool find_pg_check(struct archive *ar, bool *whole, struct err *e)
{
	int64_t strangers;

	if (!db_number(ar->db,
	               DB_ONLY_POSTGRES("SELECT (SELECT count(*) FROM newest n WHERE" SHOWN(
	                       "n.article") " AND NOT EXISTS (SELECT 1 FROM search s"
	                                    " WHERE s.article = n.article AND s.shard = n.shard)) +"
	                                    " (SELECT count(*) FROM search s WHERE NOT EXISTS (SELECT 1 FROM newest n"
	                                    " WHERE s.article = n.article AND s.shard = n.shard))"),
	               &strangers, e))
		return false;
	*whole = strangers == 0;
	return true;
}

bool find_pg_clear(struct archive *ar, struct err *e)
{
	struct stmt *q;

	return db_query(ar->db, DB_ONLY_POSTGRES("DELETE FROM search"), &q, e) && db_run(q, e);
}
