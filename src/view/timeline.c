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

void part_timeline(struct html *h, struct arena *a, const struct version *versions, size_t n,
                   const struct change_item *changes, size_t nchanges)
{
	when first = WHEN_NONE, last = WHEN_NONE;
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		when t = versions[i].first_seen;
		if (t == WHEN_NONE)
			continue;
		first = known == 0 || t < first ? t : first;
		last = known == 0 || t > last ? t : last;
		known++;
	}
	if (known < 2 || last <= first)
		return;
	html_open(h, "svg");
	html_attr(h, "class", "timeline");
	html_attr_printf(h, "viewBox", "0 0 %d %d", WIDTH, HEIGHT + 4);
	html_attr(h, "role", "group");
	struct str label = arena_printf(a, "%zu versions over time", known);
	html_attr_str(h, "aria-label", label);
	put_line(h, "axis", 0, BASE, WIDTH, BASE);
	for (size_t i = 0; i < n; i++) {
		if (versions[i].first_seen == WHEN_NONE)
			continue;
		double share = (double)(versions[i].first_seen - first) / (double)(last - first);
		int x = 4 + (int)(share * (WIDTH - 8));
		put_stroke(h, x, &versions[i], find_change(changes, nchanges, versions[i].number));
	}
	put_label(h, 0, "start", first);
	put_label(h, WIDTH, "end", last);
	html_close(h, "svg");
}
