/*
 * News: see news.h.
 *
 * Both lists are in the order of (time, article, number), in which a removal
 * stands behind the changes of its article at that second.  The archive finds
 * removals by time alone, so those of one second are passed over until the
 * place is reached, and more are asked for if they were too many.
 */
#include "view/news.h"

#include <stdio.h>
#include <stdlib.h>

#include "view/parts.h"

#define MORE 16 /* removals asked for beside those wanted: of one second, or of the other sort */
#define EDIT_BITS (KIND_BIT(EDIT_KINDS) - 1)

struct news_place news_place_of(const struct news *n)
{
	if (n->change)
		return (struct news_place){ n->change->first_seen, n->change->summary.article,
			                    n->change->summary.number };
	return (struct news_place){ n->removal->at, n->removal->removal.article,
		                    n->removal->returned ? NEWS_BACK : NEWS_GONE };
}

void news_continue(struct change_filter *f, struct news_place from)
{
	f->until_unknown = from.at == WHEN_NONE;
	f->until = from.at;
	f->until_article = from.article;
	f->until_number = from.number;
}

static bool from_newest(const struct change_filter *f)
{
	return !f->until_unknown && (f->until == WHEN_NONE || (f->until == 0 && f->until_article == 0));
}

/* Below 0: x is listed behind y. */
static int compare(struct news_place x, struct news_place y)
{
	if (x.at != y.at)
		return x.at < y.at ? -1 : 1; /* WHEN_NONE is less than any time */
	if (x.article != y.article)
		return x.article < y.article ? -1 : 1;
	return (x.number > y.number) - (x.number < y.number);
}

static bool is_wanted(const struct change_filter *f, const struct removal_item *r)
{
	struct news n = { .removal = r };
	struct news_place from = { f->until, f->until_article, f->until_number };

	if (f->kinds && !(f->kinds & KIND_BIT(r->returned ? EVENT_BACK : EVENT_GONE)))
		return false;
	return from_newest(f) || compare(news_place_of(&n), from) < 0;
}

/* ---- removals ------------------------------------------------------------ */

static int newest_first(const void *x, const void *y)
{
	struct news a = { .removal = x }, b = { .removal = y };
	return compare(news_place_of(&b), news_place_of(&a));
}

/* All removals of an article that were confirmed, as news of it. */
static bool removals_of(struct archive *ar, struct arena *a, const struct article_row *row, struct removal_item **out,
                        size_t *n, struct err *e)
{
	struct removal *list;
	size_t count;

	*n = 0;
	if (!archive_removals_of(ar, a, row->id, &list, &count, e))
		return false;
	*out = ARENA_ARRAY(a, struct removal_item, 2 * count + 1);
	for (size_t i = 0; i < count; i++) {
		struct removal_item item = { .removal = list[i],
			                     .source_key = row->source_key,
			                     .source_name = row->source_name,
			                     .url = row->url,
			                     .title = row->title,
			                     .at = list[i].confirmed };
		if (list[i].confirmed == WHEN_NONE)
			continue;
		(*out)[(*n)++] = item;
		item.at = list[i].back;
		item.returned = true;
		if (item.at != WHEN_NONE)
			(*out)[(*n)++] = item;
	}
	if (*n)
		qsort(*out, *n, sizeof **out, newest_first);
	return true;
}

/* Up to so many, at or before the filter's place; *all: there are no more. */
static bool fetch(struct archive *ar, struct arena *a, const struct change_filter *f, size_t most,
                  struct removal_item **out, size_t *n, bool *all, struct err *e)
{
	struct article_row row;

	if (f->article) {
		*all = true;
		return archive_article(ar, a, f->article, &row, e) && removals_of(ar, a, &row, out, n, e);
	}
	when until = from_newest(f) || f->until == INT64_MAX ? WHEN_NONE : f->until + 1;
	bool ok = archive_removals(ar, a, f->source, f->search, until, most, out, n, e);
	*all = ok && *n < most;
	return ok;
}

/* The first of the list that the filter wants. */
static bool removals(struct archive *ar, struct arena *a, const struct change_filter *f, struct removal_item **out,
                     size_t *n, struct err *e)
{
	bool of_changes = f->kinds && !(f->kinds & ~EDIT_BITS);
	bool none = f->until_unknown || of_changes || (f->search.n && f->article), all = none;
	struct removal_item *list = NULL;
	size_t count, most = f->limit + MORE;

	*n = 0;
	*out = NULL;
	while (!all && *n < f->limit) {
		if (!fetch(ar, a, f, most, &list, &count, &all, e))
			return false;
		*n = 0;
		*out = list;
		for (size_t i = 0; i < count; i++)
			if (is_wanted(f, &list[i]))
				list[(*n)++] = list[i];
		most *= 4;
	}
	return true;
}

/* ---- both ---------------------------------------------------------------- */

static bool changes(struct archive *ar, struct arena *a, const struct change_filter *f, struct change_item **out,
                    size_t *n, struct err *e)
{
	struct change_filter edits = *f;

	edits.kinds = f->kinds & EDIT_BITS;
	*n = 0;
	return (f->kinds && !edits.kinds) || archive_changes(ar, a, edits, out, n, e);
}

bool news_list(struct archive *ar, struct arena *a, const struct change_filter *f, struct news **out, size_t *n,
               struct err *e)
{
	struct removal_item *r = NULL;
	struct change_item *c = NULL;
	size_t nr, nc, i = 0, k = 0;

	if (!changes(ar, a, f, &c, &nc, e) || !removals(ar, a, f, &r, &nr, e))
		return false;
	*out = ARENA_ARRAY(a, struct news, nc + nr + 1);
	for (*n = 0; *n < f->limit && (i < nc || k < nr); ++*n) {
		struct news x = { .change = i < nc ? &c[i] : NULL }, y = { .removal = k < nr ? &r[k] : NULL };
		bool change = x.change && (!y.removal || compare(news_place_of(&x), news_place_of(&y)) > 0);
		(*out)[*n] = change ? x : y;
		i += change;
		k += !change;
	}
	return true;
}

/* ---- words --------------------------------------------------------------- */

static struct str last_seen_text(struct arena *a, const struct removal *r)
{
	char at[WHEN_TEXT];

	if (r->before == WHEN_NONE)
		return STR_NONE;
	if (same_day(r->before, r->since))
		return arena_printf(a, "; last seen at %s", when_hm(r->before, at));
	return arena_printf(a, "; last seen %s", when_human(r->before, at));
}

struct str news_text(struct arena *a, const struct removal_item *item)
{
	const struct removal *r = &item->removal;
	char since[WHEN_TEXT], length[WHEN_TEXT], back[WHEN_TEXT];

	if (item->returned) {
		when_length(r->back - r->since, length);
		return arena_printf(a, "back since %s; it was gone for %s", when_human(r->back, since), length);
	}
	struct str seen = last_seen_text(a, r);
	when_length(r->confirmed - r->since, length);
	bool back_again = r->back != WHEN_NONE;
	return arena_printf(a, "gone since %s%.*s; said by %lld %s, confirmed after %s%s%s",
	                    when_human(r->since, since), STR_ARG(seen), (long long)r->checks,
	                    r->checks == 1 ? "check" : "checks", length, back_again ? "; back since " : "",
	                    back_again ? when_human(r->back, back) : "");
}

bool news_is_open(const struct removal_item *item)
{
	return !item->returned && item->removal.back == WHEN_NONE;
}

/* ---- addresses ----------------------------------------------------------- */

const char *news_anchor(const struct removal *r, bool returned, char out[NEWS_ANCHOR])
{
	snprintf(out, NEWS_ANCHOR, "%s-%lld", returned ? "back" : "gone", (long long)(returned ? r->back : r->since));
	return out;
}

struct str news_address(struct arena *a, const struct removal_item *r)
{
	char anchor[NEWS_ANCHOR];
	return arena_printf(a, "/articles/%lld#%s", (long long)r->removal.article,
	                    news_anchor(&r->removal, r->returned, anchor));
}
