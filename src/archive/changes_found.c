/*
 * Changes that a search finds: see archive.h, and find.h for the search.
 *
 * If it finds changes (removed:, added:), these are the list.  If it finds few
 * articles, their changes are looked up and sorted; if many, the list of all
 * changes is walked, newest first, and those of other articles are passed over.
 * Times in the query are those of the changes.
 */
#include "archive/find.h"
#include "archive/internal.h"

#include <stdlib.h>

#define FEW_ARTICLES 2000
#define STRIDE 1000 /* changes of a walk at a time */

struct search_list {
	struct archive *ar;
	struct arena *a;
	struct change_filter filter;
	when from, to;
	struct find *find;
	struct rows *items;
};

static bool is_timed(const struct search_list *l)
{
	return l->from != WHEN_NONE || l->to != WHEN_NONE;
}

static bool is_timely(const struct search_list *l, when at)
{
	return !is_timed(l) || (at != WHEN_NONE && at >= l->from && (l->to == WHEN_NONE || at < l->to));
}

static bool is_full(const struct search_list *l)
{
	return l->items->n >= l->filter.limit;
}

/* Does it come after the place where the list goes on? */
static bool is_behind(const struct change_filter *f, const struct find_change *c)
{
	struct find_change from = { .article = f->until_article, .number = f->until_number, .at = f->until };

	if (f->until_unknown)
		from.at = WHEN_NONE;
	else if (f->until == WHEN_NONE || (f->until == 0 && f->until_article == 0))
		return true;
	return find_newer_first(c, &from) > 0;
}

static bool take(struct search_list *l, const struct find_change *list, size_t n, struct err *e)
{
	for (size_t i = 0; i < n && !is_full(l); i++)
		if ((!l->filter.article || l->filter.article == list[i].article) && is_timely(l, list[i].at) &&
		    is_behind(&l->filter, &list[i]) && !changes_read(l->ar, l->a, &l->filter, &list[i], l->items, e))
			return false;
	return true;
}

/* ---- few articles -------------------------------------------------------- */

static bool add_changes_of(struct archive *ar, int64_t article, struct rows *out, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, "SELECT number, first_seen FROM changes WHERE article = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row)
		*(struct find_change *)rows_add(out) =
		        (struct find_change){ .article = article, .number = db_i64(q, 0), .at = db_when(q, 1) };
	return ok;
}

static bool take_of_articles(struct search_list *l, const int64_t *articles, size_t n, struct err *e)
{
	struct rows rows = ROWS_OF(struct find_change);
	bool ok = true;

	for (size_t i = 0; ok && i < n; i++)
		ok = add_changes_of(l->ar, articles[i], &rows, e);
	struct find_change *list = (struct find_change *)(void *)rows.p;
	if (ok && rows.n)
		qsort(list, rows.n, sizeof *list, find_newer_first);
	ok = ok && take(l, list, rows.n, e);
	free(rows.p);
	return ok;
}

/* ---- many articles ------------------------------------------------------- */

static bool take_if_found(struct search_list *l, const struct find_change *c, struct err *e)
{
	bool has = is_timely(l, c->at);

	return (!has || find_has_article(l->find, c->article, &has, e)) &&
	       (!has || changes_read(l->ar, l->a, &l->filter, c, l->items, e));
}

static void go_on_behind(struct change_filter *f, const struct find_change *last)
{
	f->until = last->at;
	f->until_article = last->article;
	f->until_number = last->number;
	f->until_unknown = last->at == WHEN_NONE;
}

static bool take_by_walking(struct search_list *l, struct err *e)
{
	struct change_filter walk = l->filter;
	struct rows rows = ROWS_OF(struct find_change);
	bool ok = true, end = false;

	walk.limit = STRIDE;
	if (l->to != WHEN_NONE && !walk.until_unknown && (walk.until == WHEN_NONE || walk.until > l->to))
		go_on_behind(&walk, &(struct find_change){ .at = l->to });
	while (ok && !end && !is_full(l)) {
		rows.n = 0;
		ok = changes_walk(l->ar, &walk, &rows, e);
		const struct find_change *list = (const struct find_change *)(const void *)rows.p;
		for (size_t i = 0; ok && i < rows.n && !end && !is_full(l); i++) {
			end = is_timed(l) && (list[i].at == WHEN_NONE || list[i].at < l->from);
			ok = end || take_if_found(l, &list[i], e);
		}
		end |= rows.n < STRIDE;
		if (rows.n)
			go_on_behind(&walk, &list[rows.n - 1]);
	}
	free(rows.p);
	return ok;
}

/* ---- which --------------------------------------------------------------- */

static bool take_found(struct search_list *l, bool of_changes, struct err *e)
{
	int64_t article = l->filter.article, *articles = &article;
	struct find_change *list;
	size_t n = 0;
	bool few = true;

	if (of_changes) {
		bool more;
		return find_changes(l->find, l->a, &list, &n, &more, e) && take(l, list, n, e);
	}
	if (article) {
		bool has;
		if (!find_has_article(l->find, article, &has, e))
			return false;
		n = has;
	} else if (!find_few_articles(l->find, l->a, FEW_ARTICLES, &articles, &n, &few, e)) {
		return false;
	}
	return few ? take_of_articles(l, articles, n, e) : take_by_walking(l, e);
}

bool changes_found(struct archive *ar, struct arena *a, const struct change_filter *f, struct rows *items,
                   struct err *e)
{
	struct search_list l = { .ar = ar, .a = a, .filter = *f, .items = items };
	struct find_query q;

	if (!find_parse(a, f->search, &q, e))
		return false;
	l.from = q.from;
	l.to = q.to;
	q.from = q.to = WHEN_NONE;
	bool ok = find_new(ar, a, &q, f->source, &l.find, e) && take_found(&l, q.of_changes, e);
	find_free(l.find);
	return ok;
}
