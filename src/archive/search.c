/*
 * Search: see archive.h; the index and the query are in find.h.
 *
 * What is found by: the title of the newest version, and its standfirst,
 * bylines and blocks.  Every new version replaces the article's entry, unless
 * its words are the same.  That costs more than all the rest of storing a
 * version, so it is done at the commit, once for each article: an import or a
 * rebuild that stores a whole history pays for its last text only.
 */
#include <stdlib.h>

#include "archive/find.h"
#include "archive/internal.h"
#include "archive/takedown.h"
#include "archive/texts.h"
#include "text/norm.h"

static void add_form(struct buf *b, struct arena *a, struct str text)
{
	if (text.n == 0)
		return;
	buf_str(b, text_index_form(a, text));
	buf_byte(b, '\n');
}

static bool put_text(struct archive *ar, int64_t article, const struct article *text, struct err *e)
{
	struct arena *a = arena_new();
	struct buf body = BUF_INIT(PACK_MAX_BYTES / 2);

	add_form(&body, a, text->standfirst);
	for (size_t i = 0; i < text->nbylines; i++)
		add_form(&body, a, text->bylines[i]);
	for (size_t i = 0; i < text->nblocks; i++)
		add_form(&body, a, text->blocks[i].text);
	bool ok = find_put(ar, article, text_index_form(a, text->title), buf_view(&body), e);
	buf_free(&body);
	arena_free(a);
	return ok;
}

static bool put_newest(struct archive *ar, int64_t article, struct err *e)
{
	struct arena *a = arena_new();
	struct article text;
	int64_t newest, number;
	when at;

	bool shown = archive_takedown_check(ar, article, e);
	if (!shown && e->kind != ERR_HIDDEN) {
		arena_free(a);
		return false;
	}
	bool ok = archive_last_seen(ar, article, &newest, &number, &at, e);
	if (ok && (newest < 0 || !shown))
		ok = find_remove(ar, article, e);
	else if (ok)
		ok = text_load(ar, a, article, newest, &text, e) && put_text(ar, article, &text, e);
	arena_free(a);
	return ok;
}

void search_note(struct archive *ar, int64_t article)
{
	int64_t *last = rows_add(&ar->unindexed);

	*last = article;
	if (ar->unindexed.n > 1 && last[-1] == article)
		ar->unindexed.n--;
}

static int ascending(const void *left, const void *right)
{
	const int64_t *a = left, *b = right;
	return *a < *b ? -1 : *a > *b;
}

bool search_flush(struct archive *ar, struct err *e)
{
	int64_t *ids = (int64_t *)(void *)ar->unindexed.p;
	size_t n = ar->unindexed.n;

	if (n > 1)
		qsort(ids, n, sizeof *ids, ascending);
	for (size_t i = 0; i < n; i++)
		if ((i == 0 || ids[i] != ids[i - 1]) && !put_newest(ar, ids[i], e))
			return false;
	ar->unindexed.n = 0;
	return true;
}

static bool read_hit(struct archive *ar, struct arena *a, int64_t article, const struct find_terms *terms,
                     struct search_hit *out, struct err *e)
{
	struct arena *scratch = arena_new();
	struct article text;

	bool ok = archive_article(ar, a, article, &out->article, e) &&
	          text_load(ar, scratch, article, out->article.versions - 1, &text, e);
	if (ok)
		out->snippet = snippet_make(a, &text, terms);
	arena_free(scratch);
	return ok;
}

struct search {
	struct str query;
	int64_t source;
	size_t offset, limit;
};

static bool search(struct archive *ar, struct arena *a, const struct search *s, struct search_hit **out, size_t *n,
                   int64_t *total, struct err *e)
{
	struct find_terms terms;
	int64_t *articles;

	if (!find_parse(a, s->query, &terms, e) ||
	    !find_best(ar, a, find_engine_text(ar, a, &terms), s->source, s->offset, s->limit, &articles, n, total, e))
		return false;
	*out = ARENA_ARRAY(a, struct search_hit, *n);
	for (size_t i = 0; i < *n; i++)
		if (!read_hit(ar, a, articles[i], &terms, &(*out)[i], e))
			return false;
	return true;
}

bool archive_search(struct archive *ar, struct arena *a, struct str query, int64_t source, size_t offset, size_t limit,
                    struct search_hit **out, size_t *n, int64_t *total, struct err *e)
{
	struct search s = { .query = query, .source = source, .offset = offset, .limit = limit };
	bool own;

	return archive_enter(ar, DB_BEGIN_READ, &own, e) &&
	       archive_leave(ar, own, search(ar, a, &s, out, n, total, e), e);
}
