/*
 * The word indexes in PostgreSQL: see find.h.
 *
 * An entry is a row of search_forms; that of an article's newest text has the
 * number 0.  Its columns:
 *
 *     form    the words in their order: " high water | the river rose "
 *     stems   of both, and marks:       " | enris | s12 len "
 *     words   a tsvector of all of them, each once, with a letter in front that
 *             says where it stands: 'ahigh' 'briver' 'denris' 'ms12'
 *     size    how many there are
 *
 * A query of the engine is a tsquery of such words, which the GIN index answers.
 * No place of a word stands in the tsvector, since PostgreSQL keeps only the first
 * 256 of a word and none beyond 16,383.  Words that stand one behind the other are
 * looked up in "form" instead: the index answers where all of them are, and of
 * these rows a second tsquery decides, of the row's words and of one word more for
 * each phrase that was found ('p1').  So a phrase may stand anywhere in a query,
 * beside OR and behind NOT.
 *
 * The order of what was found is that of SQLite's side: the same formula counts
 * the same words in the form.  What is a usual length is asked of the newest texts
 * only.
 *
 * Limits: of a word the first MAX_WORD bytes count, which is more than a query can
 * have; an entry has at most MAX_WORDS_BYTES of different words.
 */
#include <stdlib.h>

#include "archive/find_engine.h"
#include "archive/find_rank.h"
#include "archive/internal.h"

#define MAX_WORD 600
_Static_assert(MAX_WORD > MAX_QUERY_BYTES, "a word of a query is whole");
#define MAX_WORDS_BYTES (900 * KIB) /* the server's limit is 1 MiB */
#define USUAL_OF 1000               /* texts whose length is the usual one */

static const char letters[FIND_COLUMNS] = { 'a', 'b', 'c', 'd', 'm' };

/* ---- queries ------------------------------------------------------------- */

/* Lines of an engine's query: the index's tsquery, the one that decides (empty: the
 * same), patterns of phrases with \x01 between them; behind \x02 what is counted. */
struct query {
	struct buf index, exact, patterns, counted;
	struct buf *out; /* index or exact */
	size_t phrases;
};

static void put_word(struct query *q, enum find_column column, const char *language, struct str word, bool prefix)
{
	buf_printf(q->out, "'%c%s%.*s'%s", letters[column], language, STR_ARG(word), prefix ? ":*" : "");
}

/* All words of the term stand there, which is less than the phrase. */
static void put_words(struct query *q, const struct find_term *t, enum find_column column)
{
	buf_byte(q->out, '(');
	for (size_t k = 0; k < t->n; k++) {
		if (k)
			buf_puts(q->out, " & ");
		put_word(q, column, "", t->words[k], t->prefix && k == t->n - 1);
	}
	buf_byte(q->out, ')');
}

/* A word for the form: a phrase that stands between these. */
static void put_phrase(struct query *q, const struct find_term *t, const char *before, const char *behind)
{
	buf_printf(&q->patterns, "%s%s", q->phrases ? "\x01" : "", before);
	for (size_t k = 0; k < t->n; k++) {
		buf_byte(&q->patterns, ' ');
		buf_str(&q->patterns, t->words[k]);
	}
	buf_printf(&q->patterns, "%s%s", t->prefix ? "" : " ", behind);
	buf_printf(q->out, "'p%zu'", ++q->phrases);
}

static bool is_exact(const struct query *q)
{
	return q->out == &q->exact;
}

/* In both columns, or in the first. */
static void put_text(struct query *q, const struct find_term *t, bool both)
{
	if (t->n > 1 && is_exact(q)) {
		put_phrase(q, t, "%", both ? "%" : "%|%");
		return;
	}
	put_words(q, t, FIND_TITLE_WORDS);
	if (both) {
		buf_puts(q->out, " | ");
		put_words(q, t, FIND_BODY_WORDS);
	}
}

/* The word, its stems, or a stem as a word of a text of that language. */
static void put_in_article(struct query *q, const struct find_term *t, bool both)
{
	static const struct {
		enum find_column words, stems;
	} sides[2] = { { FIND_TITLE_WORDS, FIND_TITLE_STEMS }, { FIND_BODY_WORDS, FIND_BODY_STEMS } };

	put_text(q, t, both);
	for (size_t i = 0; i < t->nstems; i++) {
		const struct find_stem *s = &t->stems[i];
		for (int side = 0; side < 1 + both; side++) {
			buf_puts(q->out, " | ");
			put_word(q, sides[side].stems, s->language, s->stem, false);
			if (str_eq(s->stem, t->words[0]))
				continue;
			buf_puts(q->out, " | (");
			put_word(q, sides[side].words, "", s->stem, false);
			buf_printf(q->out, " & '%cl%s')", letters[FIND_MARKS], s->language);
		}
	}
}

static void put_stems_of_change(struct query *q, const struct find_term *t, enum find_column column)
{
	put_word(q, column, FIND_NO_LANGUAGE, t->words[0], false);
	for (size_t i = 0; i < t->nstems; i++) {
		buf_puts(q->out, " | ");
		put_word(q, column, t->stems[i].language, t->stems[i].stem, false);
	}
}

/* On one side and not on the other. */
static void put_on_one_side(struct query *q, const struct find_term *t, bool second)
{
	bool phrase = t->n > 1;

	if (phrase && is_exact(q)) {
		put_phrase(q, t, second ? "%|%" : "%", second ? "%" : "%|%");
		buf_puts(q->out, " & !");
		put_phrase(q, t, second ? "%" : "%|%", second ? "%|%" : "%");
		return;
	}
	put_words(q, t, second ? FIND_BODY_WORDS : FIND_TITLE_WORDS);
	if (phrase)
		return;
	buf_puts(q->out, " & !");
	put_words(q, t, second ? FIND_TITLE_WORDS : FIND_BODY_WORDS);
}

static void put_in_change(struct query *q, const struct find_term *t, enum find_where where)
{
	if (t->nstems)
		put_stems_of_change(q, t, where == FIND_SECOND_ONLY ? FIND_BODY_STEMS : FIND_TITLE_STEMS);
	else if (where == FIND_IN_FIRST)
		put_text(q, t, false);
	else
		put_on_one_side(q, t, where == FIND_SECOND_ONLY);
}

static void put_condition(struct query *q, enum find_index index, const struct find_condition *x)
{
	for (size_t i = 0; i < x->n; i++) {
		buf_puts(q->out, i ? " | (" : "(");
		if (index == FIND_NEWEST)
			put_in_article(q, &x->any[i], x->where[i] == FIND_ANYWHERE);
		else
			put_in_change(q, &x->any[i], x->where[i]);
		buf_byte(q->out, ')');
	}
}

static void put_sources(struct query *q, const int64_t *ids, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_printf(q->out, "%s'%cs%lld'", i ? " | " : "", letters[FIND_MARKS], (long long)ids[i]);
}

static bool has_phrase(const struct find_condition *x)
{
	for (size_t i = 0; i < x->n; i++)
		if (x->any[i].n > 1)
			return true;
	return false;
}

/* What the index cannot decide it must not rule out: a phrase that is not wanted. */
static bool is_left_out(const struct query *q, const struct find_condition *x)
{
	return x->negated && !is_exact(q) && has_phrase(x);
}

static void put_expr(struct query *q, struct buf *out, const struct find_expr *x)
{
	const char *between[2] = { "(", "!(" };

	q->out = out;
	for (size_t i = 0; i < x->n; i++) {
		const struct find_condition *c = &x->conditions[i];
		if (is_left_out(q, c))
			continue;
		buf_printf(out, "%s%s", out->n ? " & " : "", between[c->negated]);
		put_condition(q, x->index, c);
		buf_byte(out, ')');
	}
	for (int i = 0; i < 2; i++) {
		if (!(i ? x->nothers : x->nsources))
			continue;
		buf_printf(out, "%s%s", out->n ? " & " : "", between[i]);
		put_sources(q, i ? x->others : x->sources, i ? x->nothers : x->nsources);
		buf_byte(out, ')');
	}
}

/* ---- what is counted for the order ------------------------------------------- */

/* A line of the query: "b" in both columns or "t" in the first; the language of a
 * stem, or two spaces; "w" a word, "s" a stem; the words as they stand in a form. */
static void put_counted(struct query *q, bool both, const char *language, char what, const struct str *words, size_t n,
                        bool prefix)
{
	buf_printf(&q->counted, "%c%s%c", both ? 'b' : 't', language, what);
	for (size_t k = 0; k < n; k++) {
		buf_byte(&q->counted, ' ');
		buf_printf(&q->counted, "%s", what == 's' ? language : "");
		buf_str(&q->counted, words[k]);
	}
	buf_puts(&q->counted, prefix ? "\n" : " \n");
}

static void put_term_counted(struct query *q, const struct find_term *t, bool both)
{
	put_counted(q, both, "  ", 'w', t->words, t->n, t->prefix);
	for (size_t i = 0; i < t->nstems; i++) {
		const struct find_stem *s = &t->stems[i];
		put_counted(q, both, s->language, 's', &s->stem, 1, false);
		if (!str_eq(s->stem, t->words[0]))
			put_counted(q, both, s->language, 'w', &s->stem, 1, false);
	}
}

static void put_all_counted(struct query *q, const struct find_expr *x)
{
	for (size_t i = 0; i < x->n; i++)
		for (size_t k = 0; !x->conditions[i].negated && k < x->conditions[i].n; k++)
			put_term_counted(q, &x->conditions[i].any[k], x->conditions[i].where[k] == FIND_ANYWHERE);
}

static struct str engine_text(struct arena *a, const struct find_expr *x)
{
	struct query q = {
		.index = BUF_INIT(MIB), .exact = BUF_INIT(MIB), .patterns = BUF_INIT(MIB), .counted = BUF_INIT(MIB)
	};
	bool phrases = false;

	put_expr(&q, &q.index, x);
	for (size_t i = 0; i < x->n; i++)
		phrases |= has_phrase(&x->conditions[i]);
	if (phrases)
		put_expr(&q, &q.exact, x);
	if (x->index == FIND_NEWEST)
		put_all_counted(&q, x);
	struct str text = ARENA_JOIN(a, buf_view(&q.index), STR("\n"), buf_view(&q.exact), STR("\n"),
	                             buf_view(&q.patterns), STR("\x02"), buf_view(&q.counted));
	buf_free(&q.index);
	buf_free(&q.exact);
	buf_free(&q.patterns);
	buf_free(&q.counted);
	return text;
}

static struct str for_server(struct str engine)
{
	struct str head, tail;

	str_cut(engine, '\x02', &head, &tail);
	return head;
}

/* ---- answers ------------------------------------------------------------- */

/* Does the row f match $1?  What depends on the query alone is made once. */
/* clang-format off */
#define LINE(n) "(SELECT split_part($1, E'\\n', " n "))"
#define TSQUERY(n) "(SELECT split_part($1, E'\\n', " n ")::tsquery)"
#define PHRASES \
	"array_to_tsvector(ARRAY(SELECT 'p' || i FROM" \
	" unnest(string_to_array(" LINE("3") ", E'\\x01')) WITH ORDINALITY AS p (pattern, i) WHERE f.form LIKE pattern))"
#define MATCH \
	" f.words @@ " TSQUERY("1") " AND (" LINE("2") " = '' OR (f.words || " PHRASES ") @@ " TSQUERY("2") ")"
/* clang-format on */

static bool entries_of(struct archive *ar, enum find_index index, struct str engine, size_t most, struct rows *entries,
                       struct err *e)
{
	static const char *const sql[] = {
		[FIND_NEWEST] = DB_ONLY_POSTGRES("SELECT article, number FROM search_forms f WHERE number = 0 AND" MATCH
		                                 " ORDER BY article DESC LIMIT $2"),
		[FIND_CHANGES] =
		        DB_ONLY_POSTGRES("SELECT article, number FROM search_forms f WHERE number > 0 AND" MATCH
		                         " ORDER BY article DESC, number DESC LIMIT $2"),
	};
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, sql[index], &q, e))
		return false;
	db_bind_text(q, 1, for_server(engine));
	db_bind_i64(q, 2, most > INT64_MAX ? INT64_MAX : (int64_t)most);
	while ((ok = db_step(q, &row, e)) && row)
		*(struct find_entry *)rows_add(entries) = (struct find_entry){ db_i64(q, 0), db_i64(q, 1) };
	return ok;
}

static bool last_change(struct archive *ar, struct str engine, int64_t article, int64_t *number, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              DB_ONLY_POSTGRES("SELECT number FROM search_forms f WHERE shard = shard_of($2) AND article = $2"
	                               " AND number > 0 AND" MATCH " ORDER BY number DESC LIMIT 1"),
	              &q, e))
		return false;
	db_bind_text(q, 1, for_server(engine));
	db_bind_i64(q, 2, article);
	return db_take_i64(q, 0, number, e);
}

/* ---- how good a match is ------------------------------------------------------- */

struct counted {
	bool both, stem;
	struct str language, words;
};

static size_t read_counted(struct arena *a, struct str engine, struct counted **out)
{
	struct str rest, line;
	size_t n = 0, most = 0;

	str_cut(engine, '\x02', &line, &rest);
	for (size_t i = 0; i < rest.n; i++)
		most += rest.p[i] == '\n';
	*out = ARENA_ARRAY(a, struct counted, most + 1);
	while (n < most && str_cut(rest, '\n', &line, &rest))
		(*out)[n++] = (struct counted){ .both = line.p[0] == 'b',
			                        .stem = line.p[3] == 's',
			                        .language = line.p[1] == ' ' ? STR_NONE : str_sub(line, 1, 3),
			                        .words = str_sub(line, 4, line.n) };
	return n;
}

static double count_places(struct str text, struct str words)
{
	double n = 0;
	size_t at;

	while ((at = str_find(text, words)) != STR_NPOS) {
		n++;
		text = str_sub(text, at + 1, text.n);
	}
	return n;
}

/* The columns of a row, with a space on each side. */
static void read_columns(struct stmt *q, struct str columns[FIND_COLUMNS])
{
	struct str stems = db_bytes(q, 3);

	str_cut(db_bytes(q, 2), '|', &columns[FIND_TITLE_WORDS], &columns[FIND_BODY_WORDS]);
	str_cut(stems, '|', &columns[FIND_TITLE_STEMS], &stems);
	str_cut(stems, '|', &columns[FIND_BODY_STEMS], &columns[FIND_MARKS]);
}

static bool is_of_language(struct str marks, struct str language)
{
	const char mark[] = { ' ', 'l', language.p[0], language.p[1], ' ' };

	return str_has(marks, str_of(mark, sizeof mark));
}

static double worth_of(const struct counted *c, const struct str columns[FIND_COLUMNS])
{
	enum find_column first = c->stem ? FIND_TITLE_STEMS : FIND_TITLE_WORDS;
	enum find_column second = c->stem ? FIND_BODY_STEMS : FIND_BODY_WORDS;

	if (c->language.n && !is_of_language(columns[FIND_MARKS], c->language))
		return 0;
	double worth = count_places(columns[first], c->words) * find_worth[first];
	return c->both ? worth + count_places(columns[second], c->words) * find_worth[second] : worth;
}

struct usual {
	int64_t rows, words;
};

static bool usual_length(struct archive *ar, struct usual *out, struct err *e)
{
	struct stmt *q;
	bool row;

	*out = (struct usual){ 0 };
	if (!db_query(ar->db,
	              DB_ONLY_POSTGRES("SELECT count(*), coalesce(sum(size), 0)::bigint FROM (SELECT size"
	                               " FROM search_forms WHERE number = 0 ORDER BY article DESC LIMIT $1) AS newest"),
	              &q, e))
		return false;
	db_bind_i64(q, 1, USUAL_OF);
	if (!db_step(q, &row, e))
		return false;
	if (row)
		*out = (struct usual){ db_i64(q, 0), db_i64(q, 1) };
	db_end(q);
	return true;
}

/* clang-format off */
#define TIME_OF_ARTICLE \
	"(SELECT coalesce(published, first_seen) FROM newest n WHERE n.article = f.article AND n.shard = f.shard)"
#define MATCHES(more) \
	DB_ONLY_POSTGRES("SELECT s.article, s.size, s.form, s.stems FROM (SELECT shard, article FROM search_forms f" \
	                 " WHERE number = 0 AND" MATCH more " ORDER BY article DESC LIMIT $2) AS found" \
	                 " JOIN search_forms s ON s.shard = found.shard AND s.article = found.article AND s.number = 0")
/* clang-format on */

static bool matches_of(struct archive *ar, struct str engine, when from, when to, size_t most, struct rows *matches,
                       struct err *e)
{
	static const char *const sql[] = {
		MATCHES(""),
		MATCHES(" AND " TIME_OF_ARTICLE " >= $3 AND " TIME_OF_ARTICLE " < $4"),
	};
	bool timed = from != WHEN_NONE || to != WHEN_NONE;
	struct usual usual;
	struct stmt *q;
	bool row, ok;

	if (!usual_length(ar, &usual, e) || !db_query(ar->db, sql[timed], &q, e))
		return false;
	db_bind_text(q, 1, for_server(engine));
	db_bind_i64(q, 2, (int64_t)most);
	if (timed) {
		db_bind_i64(q, 3, from);
		db_bind_i64(q, 4, to == WHEN_NONE ? INT64_MAX : to);
	}
	struct arena *a = arena_new();
	struct counted *counted;
	size_t n = read_counted(a, engine, &counted);
	double *places = ARENA_ARRAY(a, double, n + 1);
	while ((ok = db_step(q, &row, e)) && row) {
		struct find_match *m = rows_add(matches);
		struct str columns[FIND_COLUMNS];
		read_columns(q, columns);
		for (size_t i = 0; i < n; i++)
			places[i] = worth_of(&counted[i], columns);
		double length = (double)db_i64(q, 1) * (double)usual.rows / (double)usual.words;
		*m = (struct find_match){ .article = db_i64(q, 0), .rank = find_rank(places, n, length) };
	}
	arena_free(a);
	return ok;
}

/* ---- keeping the indexes --------------------------------------------------- */

struct words {
	struct str *list; /* as they stand in the tsvector */
	size_t n, cap;
	int64_t size;
};

static struct str cut(struct str word)
{
	return word.n <= MAX_WORD ? word : utf8_head(word, MAX_WORD);
}

/* A column: into the row's own text, with a space on each side, and among its words. */
static void add_column(struct arena *a, struct words *w, struct buf *text, enum find_column column, struct str words)
{
	struct str word;

	buf_byte(text, ' ');
	for (size_t i = 0; find_next_word(words, &i, &word); w->size++) {
		word = cut(word);
		buf_str(text, word);
		buf_byte(text, ' ');
		w->list = arena_grow(a, w->list, &w->cap, w->n + 1, sizeof *w->list);
		w->list[w->n++] = ARENA_JOIN(a, str_of(&letters[column], 1), word);
	}
}

static int by_bytes(const void *left, const void *right)
{
	return str_cmp(*(const struct str *)left, *(const struct str *)right);
}

/* A word has only letters and digits: nothing to escape. */
static void put_vector(struct buf *b, struct words *w)
{
	size_t bytes = 0;

	if (w->n)
		qsort(w->list, w->n, sizeof *w->list, by_bytes);
	for (size_t i = 0; i < w->n; i++) {
		if (i && str_eq(w->list[i], w->list[i - 1]))
			continue;
		bytes += w->list[i].n;
		if (bytes > MAX_WORDS_BYTES)
			break;
		buf_printf(b, "'%.*s' ", STR_ARG(w->list[i]));
	}
}

static bool put_row(struct archive *ar, struct find_entry at, const struct words *w, struct str form, struct str stems,
                    struct str vector, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              DB_ONLY_POSTGRES(
	                      "INSERT INTO search_forms AS old (shard, article, number, size, form, stems, words)"
	                      " VALUES (shard_of($1), $1, $2, $3, $4, $5, $6::text::tsvector)"
	                      " ON CONFLICT (shard, article, number) DO UPDATE SET size = excluded.size,"
	                      " form = excluded.form, stems = excluded.stems, words = excluded.words"
	                      " WHERE old.form <> excluded.form OR old.stems <> excluded.stems"),
	              &q, e))
		return false;
	db_bind_i64(q, 1, at.article);
	db_bind_i64(q, 2, at.number);
	db_bind_i64(q, 3, w->size);
	db_bind_text(q, 4, form);
	db_bind_text(q, 5, stems);
	db_bind_text(q, 6, vector);
	return db_run(q, e);
}

static bool put(struct archive *ar, struct find_entry at, const struct find_form *f, struct err *e)
{
	struct buf form = BUF_INIT(MAX_WIRE_BYTES), stems = BUF_INIT(MAX_WIRE_BYTES),
	           vector = BUF_INIT(2 * MAX_WIRE_BYTES);
	struct arena *a = arena_new();
	struct words w = { 0 };

	add_column(a, &w, &form, FIND_TITLE_WORDS, f->words[0]);
	buf_byte(&form, '|');
	add_column(a, &w, &form, FIND_BODY_WORDS, f->words[1]);
	add_column(a, &w, &stems, FIND_TITLE_STEMS, f->stems[0]);
	buf_byte(&stems, '|');
	add_column(a, &w, &stems, FIND_BODY_STEMS, f->stems[1]);
	buf_byte(&stems, '|');
	add_column(a, &w, &stems, FIND_MARKS, f->marks);
	put_vector(&vector, &w);
	bool ok = put_row(ar, at, &w, buf_view(&form), buf_view(&stems), buf_view(&vector), e);
	arena_free(a);
	buf_free(&form);
	buf_free(&stems);
	buf_free(&vector);
	return ok;
}

static bool remove_entry(struct archive *ar, struct find_entry at, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "DELETE FROM search_forms WHERE article = $1 AND number = $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, at.article);
	db_bind_i64(q, 2, at.number);
	return db_run(q, e);
}

static bool clear(struct archive *ar, struct err *e)
{
	struct stmt *q;

	return db_query(ar->db, "DELETE FROM search_forms", &q, e) && db_run(q, e);
}

const struct find_engine find_pg = {
	.text = engine_text,
	.entries = entries_of,
	.last_change = last_change,
	.matches = matches_of,
	.put = put,
	.remove = remove_entry,
	.clear = clear,
};
