/* The drawing of an article's life: see timeline.h. */
#include "view/timeline.h"

#include "change/change.h"
#include "view/parts.h"

#define WIDTH 640
#define HEIGHT 44
#define BASE 34

static const struct change_summary *find_change(const struct change_item *changes, size_t n, int64_t number)
{
	for (size_t i = 0; i < n; i++)
		if (changes[i].summary.number == number)
			return &changes[i].summary;
	return NULL;
}

/* Height of a stroke: grows by 3 with each doubling of the words. */
static int stroke_height(const struct change_summary *s)
{
	int height = 6;

	for (int64_t words = s ? s->words_added + s->words_removed : 0; words > 0 && height < 30; words /= 2)
		height += 3;
	return height;
}

static void put_line(struct html *h, const char *class, int x1, int y1, int x2, int y2)
{
	html_open(h, "line");
	html_attr(h, "class", class);
	html_attr_int(h, "x1", x1);
	html_attr_int(h, "y1", y1);
	html_attr_int(h, "x2", x2);
	html_attr_int(h, "y2", y2);
	html_close(h, "line");
}

/* A link to the change, or to the first version. */
static void put_stroke(struct html *h, int x, const struct version *v, const struct change_summary *s)
{
	char at[WHEN_TEXT];
	long long number = (long long)v->number;

	html_open(h, "a");
	part_change_href(h, v->article, v->number);
	html_attr_printf(h, "aria-label", "Version %lld, %s", number, when_human(v->first_seen, at));
	html_open(h, "title");
	html_printf(h, "Version %lld, %s", number, when_human(v->first_seen, at));
	if (s)
		html_printf(h, ": %lld words added, %lld removed, weighs %.2f", (long long)s->words_added,
		            (long long)s->words_removed, (double)s->weight / 1000);
	html_close(h, "title");
	put_line(h, s && s->weight >= MATTERS_THOUSANDTHS ? "stroke matters" : "stroke", x, BASE, x,
	         BASE - stroke_height(s));
	html_close(h, "a");
}

static void put_label(struct html *h, int x, const char *anchor, when t)
{
	char text[WHEN_TEXT];

	html_open(h, "text");
	html_attr_int(h, "x", x);
	html_attr_int(h, "y", HEIGHT);
	html_attr(h, "text-anchor", anchor);
	html_puts(h, when_date(t, text));
	html_close(h, "text");
}

struct axis {
	when first, last;
	size_t known;
};

static void widen(struct axis *x, when t)
{
	if (t == WHEN_NONE)
		return;
	x->first = x->known == 0 || t < x->first ? t : x->first;
	x->last = x->known == 0 || t > x->last ? t : x->last;
	x->known++;
}

static int place_of(const struct axis *x, when t)
{
	double share = (double)(t - x->first) / (double)(x->last - x->first);
	return 4 + (int)(share * (WIDTH - 8));
}

/* When it was last known to be gone. */
static when end_of(const struct removal *r, when now)
{
	return r->back != WHEN_NONE ? r->back : now > r->confirmed ? now : r->confirmed;
}

static void put_gone(struct html *h, const struct axis *x, const struct removal *r, when now)
{
	char at[WHEN_TEXT], back[WHEN_TEXT], anchor[NEWS_ANCHOR];

	html_open(h, "a");
	html_attr_printf(h, "href", "#%s", news_anchor(r, false, anchor));
	html_open(h, "title");
	html_printf(h, "Gone from %s", when_human(r->since, at));
	if (r->back != WHEN_NONE)
		html_printf(h, " to %s", when_human(r->back, back));
	html_close(h, "title");
	put_line(h, "gone", place_of(x, r->since), BASE, place_of(x, end_of(r, now)), BASE);
	html_close(h, "a");
}

void part_timeline(struct html *h, struct arena *a, const struct timeline *l)
{
	struct axis x = { WHEN_NONE, WHEN_NONE, 0 };

	for (size_t i = 0; i < l->nversions; i++)
		widen(&x, l->versions[i].first_seen);
	size_t versions = x.known;
	for (size_t i = 0; i < l->nremovals && versions; i++)
		if (l->removals[i].confirmed != WHEN_NONE) {
			widen(&x, l->removals[i].since);
			widen(&x, end_of(&l->removals[i], l->now));
		}
	if (x.known < 2 || x.last <= x.first)
		return;
	html_open(h, "svg");
	html_attr(h, "class", "timeline");
	html_attr_printf(h, "viewBox", "0 0 %d %d", WIDTH, HEIGHT + 4);
	html_attr(h, "role", "group");
	struct str label = arena_printf(a, "%zu %s over time", versions, versions == 1 ? "version" : "versions");
	html_attr_str(h, "aria-label", label);
	put_line(h, "axis", 0, BASE, WIDTH, BASE);
	for (size_t i = 0; i < l->nremovals; i++)
		if (l->removals[i].confirmed != WHEN_NONE)
			put_gone(h, &x, &l->removals[i], l->now);
	for (size_t i = 0; i < l->nversions; i++)
		if (l->versions[i].first_seen != WHEN_NONE)
			put_stroke(h, place_of(&x, l->versions[i].first_seen), &l->versions[i],
			           find_change(l->changes, l->nchanges, l->versions[i].number));
	put_label(h, 0, "start", x.first);
	put_label(h, WIDTH, "end", x.last);
	html_close(h, "svg");
}
