/*
 * Search: see archive.h; the indexes and the query are in find.h.
 *
 * What is found by: the title of the newest version, and its standfirst,
 * bylines and blocks; and of each change, what it took out and put in.  Every new
 * version replaces the article's entry, unless its words are the same.  That costs
 * more than all the rest of storing a version, so it is done at the commit, once
 * for each article: an import or a rebuild that stores a whole history pays for
 * its last text only, and for the sentences that differ.
 *
 * An article that may not be shown has no entry.  When it may be again, or when its
 * history was forgotten, all that the indexes have of it is made to be as the
 * tables say.
 */
#include <stdlib.h>

#include "archive/find.h"
#include "archive/internal.h"
#include "archive/schema.h"
#include "archive/takedown.h"
#include "archive/texts.h"

#define METHOD_FACT "search method"
#define AGAIN_AT_A_TIME 200 /* articles in one transaction */

#define NEWEST 0
#define EVERYTHING (-1)

/* ---- what an article and a change are found by ------------------------------ */

static bool is_shown(struct archive *ar, int64_t article, bool *shown, struct err *e)
{
	*shown = archive_takedown_check(ar, article, e);
	return *shown || e->kind == ERR_HIDDEN;
}

static bool put_text(struct archive *ar, struct arena *a, int64_t article, int64_t newest, struct err *e)
{
	struct article text;
	struct find_form form;
	int64_t source;

	if (!text_load(ar, a, article, newest, &text, e) || !archive_article_source(ar, article, &source, e))
		return false;
	find_form_of_article(a, ar->stemmers, &text, source, &form);
	return find_put(ar, (struct find_entry){ .article = article }, &form, e);
}

static bool put_newest(struct archive *ar, int64_t article, bool shown, struct err *e)
{
	struct arena *a = arena_new();
	int64_t newest, number;
	when at;

	bool ok = archive_last_seen(ar, article, &newest, &number, &at, e);
	if (ok && (newest < 0 || !shown))
		ok = find_remove(ar, (struct find_entry){ .article = article }, e);
	else if (ok)
		ok = put_text(ar, a, article, newest, e);
	arena_free(a);
	return ok;
}

static bool put_words_of_change(struct archive *ar, struct arena *a, struct find_entry at, struct err *e)
{
	struct article older, newer;
	struct find_form form;
	int64_t source;

	if (!text_load(ar, a, at.article, at.number - 1, &older, e) ||
	    !text_load(ar, a, at.article, at.number, &newer, e) || !archive_article_source(ar, at.article, &source, e))
		return false;
	find_form_of_change(a, ar->stemmers, &older, &newer, source, &form);
	return find_put(ar, at, &form, e);
}

static bool put_change(struct archive *ar, struct find_entry at, bool shown, struct err *e)
{
	struct arena *a = arena_new();
	bool ok;

	if (shown && at.number <= FIND_MOST_NUMBER)
		ok = put_words_of_change(ar, a, at, e) ||
		     /* forgotten since, or a text is damaged: that is for "stet verify" to tell */
		     ((e->kind == ERR_NOT_FOUND || e->kind == ERR_CORRUPT) && find_remove(ar, at, e));
	else
		ok = find_remove(ar, at, e);
	arena_free(a);
	return ok;
}

/* ---- all of an article ----------------------------------------------------- */

static bool numbers_of_changes(struct archive *ar, int64_t article, struct rows *numbers, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, "SELECT number FROM changes WHERE article = $1" DB_SHARD_1 " ORDER BY number", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row)
		*(int64_t *)rows_add(numbers) = db_i64(q, 0);
	return ok;
}

static bool has_number(const struct rows *sorted, int64_t number)
{
	const int64_t *list = (const int64_t *)(const void *)sorted->p;
	size_t low = 0, high = sorted->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list[middle] == number)
			return true;
		if (list[middle] < number)
			low = middle + 1;
		else
			high = middle;
	}
	return false;
}

static bool put_changes(struct archive *ar, int64_t article, bool shown, struct err *e)
{
	struct rows had = ROWS_OF(int64_t), has = ROWS_OF(int64_t);

	bool ok = find_numbers(ar, article, &had, e) && numbers_of_changes(ar, article, &has, e);
	for (size_t i = 0; ok && i < had.n; i++) {
		int64_t number = ((const int64_t *)(const void *)had.p)[i];
		if (!has_number(&has, number))
			ok = find_remove(ar, (struct find_entry){ article, number }, e);
	}
	for (size_t i = 0; ok && i < has.n; i++)
		ok = put_change(ar, (struct find_entry){ article, ((const int64_t *)(const void *)has.p)[i] }, shown,
		                e);
	free(had.p);
	free(has.p);
	return ok;
}

/* ---- at the commit --------------------------------------------------------- */

static void note(struct archive *ar, int64_t article, int64_t number)
{
	struct unindexed *last = rows_add(&ar->unindexed);

	*last = (struct unindexed){ article, number };
	if (ar->unindexed.n > 1 && last[-1].article == article && last[-1].number == number)
		ar->unindexed.n--;
}

void search_note(struct archive *ar, int64_t article)
{
	note(ar, article, NEWEST);
}

void search_note_change(struct archive *ar, int64_t article, int64_t number)
{
	note(ar, article, number);
}

void search_note_all(struct archive *ar, int64_t article)
{
	note(ar, article, EVERYTHING);
}

static int in_order(const void *left, const void *right)
{
	const struct unindexed *a = left, *b = right;

	if (a->article != b->article)
		return a->article < b->article ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

/* What is noted of one article. */
static bool flush_article(struct archive *ar, const struct unindexed *list, size_t n, struct err *e)
{
	int64_t article = list[0].article;
	bool shown;

	if (!is_shown(ar, article, &shown, e))
		return false;
	if (list[0].number == EVERYTHING)
		return put_newest(ar, article, shown, e) && put_changes(ar, article, shown, e);
	for (size_t i = 0; i < n; i++) {
		if (i && list[i].number == list[i - 1].number)
			continue;
		if (list[i].number == NEWEST
		            ? !put_newest(ar, article, shown, e)
		            : !put_change(ar, (struct find_entry){ article, list[i].number }, shown, e))
			return false;
	}
	return true;
}

bool search_flush(struct archive *ar, struct err *e)
{
	struct unindexed *list = (struct unindexed *)(void *)ar->unindexed.p;
	size_t n = ar->unindexed.n, to;

	if (n > 1)
		qsort(list, n, sizeof *list, in_order);
	for (size_t from = 0; from < n; from = to) {
		for (to = from + 1; to < n && list[to].article == list[from].article;)
			to++;
		if (!flush_article(ar, list + from, to - from, e))
			return false;
	}
	ar->unindexed.n = 0;
	return true;
}

/* ---- an index of another version of the program ------------------------------ */

bool archive_search_current(struct archive *ar, bool *current, struct err *e)
{
	struct arena *a = arena_new();
	struct str method;

	bool ok = archive_fact_get(ar, a, METHOD_FACT, &method, e);
	*current = ok && str_eq(method, STR(SEARCH_METHOD));
	arena_free(a);
	return ok;
}

static bool note_some(struct archive *ar, const int64_t *ids, size_t n, struct err *e)
{
	if (!archive_begin(ar, e))
		return false;
	for (size_t i = 0; i < n; i++)
		search_note_all(ar, ids[i]);
	return archive_commit(ar, e);
}

bool archive_search_again(struct archive *ar, void (*progress)(void *context, int64_t done), void *context,
                          struct err *e)
{
	struct arena *a = arena_new();
	int64_t *ids;
	size_t n = 0;

	bool ok = archive_article_ids(ar, a, true, &ids, &n, e);
	for (size_t i = 0; ok && i < n; i += AGAIN_AT_A_TIME) {
		size_t some = n - i < AGAIN_AT_A_TIME ? n - i : AGAIN_AT_A_TIME;
		ok = note_some(ar, ids + i, some, e);
		if (ok && progress)
			progress(context, (int64_t)(i + some));
	}
	arena_free(a);
	return ok && archive_fact_set(ar, METHOD_FACT, STR(SEARCH_METHOD), e);
}

/* ---- searching ----------------------------------------------------------- */

struct searching {
	struct archive *ar;
	struct arena *a;
	const struct search *s;
	struct find_query q;
	struct find *find;
	struct search_found *out;
};

/* The terms by which something is found in this field. */
static struct find_terms terms_of(struct arena *a, const struct find_query *q, enum find_field field)
{
	struct find_terms out = { 0 };
	size_t most = 0;

	for (size_t i = 0; i < q->n; i++)
		most += q->clauses[i].any.n;
	out.terms = ARENA_ARRAY(a, struct find_term, most + 1);
	for (size_t i = 0; i < q->n; i++)
		for (size_t k = 0; !q->clauses[i].negated && k < q->clauses[i].any.n; k++)
			if (q->clauses[i].any.terms[k].field == field)
				out.terms[out.n++] = q->clauses[i].any.terms[k];
	return out;
}

/* Around the words in what one version has and the other has not. */
static struct str side(struct searching *s, struct arena *scratch, enum find_field field, const struct article *has,
                       const struct article *has_not)
{
	struct find_terms terms = terms_of(scratch, &s->q, field);
	size_t n;

	if (terms.n == 0)
		return STR_NONE;
	struct str *sentences = find_gone(scratch, has, has_not, &n);
	return snippet_make(s->a, sentences, n, find_language(has), &terms);
}

static bool read_change(struct searching *s, int64_t article, int64_t number, enum find_field removed,
                        struct search_hit *out, struct err *e)
{
	struct arena *scratch = arena_new();
	struct article older, newer;
	struct version v;

	bool ok = archive_version(s->ar, scratch, article, number, &v, e) &&
	          text_load(s->ar, scratch, article, number - 1, &older, e) &&
	          text_load(s->ar, scratch, article, number, &newer, e);
	if (ok) {
		out->number = number;
		out->before = v.before;
		out->first_seen = v.first_seen;
		out->later = v.later;
		out->removed = side(s, scratch, removed, &older, &newer);
		out->added = side(s, scratch, FIND_ADDED, &newer, &older);
	}
	arena_free(scratch);
	return ok;
}

static bool is_marked(struct str snippet)
{
	return str_find_byte(snippet, '\x02') != STR_NPOS;
}

/* Where all versions are searched and the newest text does not show the words:
 * where they stood. */
static bool read_earlier(struct searching *s, struct search_hit *hit, struct err *e)
{
	int64_t number = 0;

	if (!s->q.all_versions || is_marked(hit->snippet))
		return true;
	return find_last_gone(s->find, hit->article.id, &number, e) &&
	       (number == 0 || read_change(s, hit->article.id, number, FIND_TEXT, hit, e));
}

static bool read_article(struct searching *s, int64_t article, struct search_hit *out, struct err *e)
{
	struct arena *scratch = arena_new();
	struct find_terms terms = terms_of(scratch, &s->q, FIND_TEXT);
	struct article text;

	bool ok = archive_article(s->ar, s->a, article, &out->article, e) &&
	          text_load(s->ar, scratch, article, out->article.versions - 1, &text, e);
	if (ok)
		out->snippet = snippet_of_article(s->a, &text, &terms);
	arena_free(scratch);
	return ok && read_earlier(s, out, e);
}

/* Cuts the page out of n that were found. */
static void open_page(struct searching *s, size_t n)
{
	struct search_found *out = s->out;

	out->total = (int64_t)n;
	out->n = s->s->offset >= n ? 0 : n - s->s->offset < s->s->limit ? n - s->s->offset : s->s->limit;
	out->hits = ARENA_ARRAY(s->a, struct search_hit, out->n);
}

static bool search_changes(struct searching *s, struct err *e)
{
	struct find_change *list;
	size_t n;

	if (!find_changes(s->find, s->a, &list, &n, &s->out->more, e))
		return false;
	open_page(s, n);
	for (size_t i = 0; i < s->out->n; i++) {
		const struct find_change *c = &list[s->s->offset + i];
		if (!archive_article(s->ar, s->a, c->article, &s->out->hits[i].article, e) ||
		    !read_change(s, c->article, c->number, FIND_REMOVED, &s->out->hits[i], e))
			return false;
	}
	return true;
}

static bool search_articles(struct searching *s, struct err *e)
{
	int64_t *list;
	size_t n;

	if (!find_articles(s->find, s->a, &list, &n, &s->out->more, e))
		return false;
	open_page(s, n);
	for (size_t i = 0; i < s->out->n; i++)
		if (!read_article(s, list[s->s->offset + i], &s->out->hits[i], e))
			return false;
	return true;
}

static bool search(struct searching *s, struct err *e)
{
	if (!find_parse(s->a, s->s->query, &s->q, e))
		return false;
	s->out->of_changes = s->q.of_changes;
	bool ok = find_new(s->ar, s->a, &s->q, s->s->source, &s->find, e) &&
	          (s->q.of_changes ? search_changes(s, e) : search_articles(s, e));
	find_free(s->find);
	return ok;
}

bool archive_search(struct archive *ar, struct arena *a, const struct search *s, struct search_found *out,
                    struct err *e)
{
	struct searching searching = { .ar = ar, .a = a, .s = s, .out = out };
	bool own;

	*out = (struct search_found){ 0 };
	return archive_enter(ar, DB_BEGIN_READ, &own, e) && archive_leave(ar, own, search(&searching, e), e);
}
