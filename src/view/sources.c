/* The list of sources, and the page of one. */
#include "view/load.h"
#include "view/parts.h"
#include "view/traffic.h"

#define ROWS 40

static void put_number(struct html *h, struct view *v, int64_t n)
{
	html_element(h, "td", "number", number_text(v->arena, n));
}

static void put_source_row(struct html *h, struct view *v, const struct source_row *r)
{
	html_open(h, "tr");
	html_open(h, "th");
	html_attr(h, "scope", "row");
	part_source_link(h, r->source.key, NULL);
	if (r->source.name.n) {
		html_puts(h, " ");
		part_foreign(h, "span", "aside", STR_NONE, r->source.name);
	}
	html_close(h, "th");
	put_number(h, v, r->articles);
	put_number(h, v, r->checked);
	put_number(h, v, r->versions);
	html_open(h, "td");
	if (r->last_change == WHEN_NONE)
		html_puts(h, "none seen");
	else
		part_time(h, r->last_change);
	html_close(h, "td");
	html_close(h, "tr");
}

static void put_headings(struct html *h, const char *const *names, size_t n, unsigned numbers)
{
	html_open(h, "thead");
	html_open(h, "tr");
	for (size_t i = 0; i < n; i++) {
		html_open(h, "th");
		html_attr(h, "scope", "col");
		if (numbers >> i & 1)
			html_attr(h, "class", "number");
		html_puts(h, names[i]);
		html_close(h, "th");
	}
	html_close(h, "tr");
	html_close(h, "thead");
}

bool view_sources(struct view *v, struct buf *out, struct err *e)
{
	static const char *const names[] = { "Source", "Articles", "Still checked", "Versions", "Last change" };
	struct html h = HTML_INIT(out);
	struct source_row *rows;
	size_t n;

	if (!archive_sources(v->archive, v->arena, &rows, &n, e))
		return false;
	frame_begin(&h, v, &(struct frame){ .title = STR("Sources"), .here = "/sources", .feed = STR("/feed.atom") });
	html_element_z(&h, "h1", NULL, "Sources");
	if (n == 0)
		html_element_z(&h, "p", "note", "No source is watched yet.");
	if (n) {
		html_open(&h, "div");
		html_attr(&h, "class", "scroll");
		html_open(&h, "table");
		html_attr(&h, "class", "list");
		put_headings(&h, names, sizeof names / sizeof *names, 14);
		html_open(&h, "tbody");
		for (size_t i = 0; i < n; i++)
			put_source_row(&h, v, &rows[i]);
		html_close(&h, "tbody");
		html_close(&h, "table");
		html_close(&h, "div");
	}
	frame_end(&h, v);
	return true;
}

/* ---- one source --------------------------------------------------------- */

static void put_target(struct html *h, struct view *v, const struct target *t)
{
	char text[WHEN_TEXT];

	html_open(h, "li");
	part_original(h, t->url, STR_NONE);
	if (t->label.n) {
		html_puts(h, " ");
		part_foreign(h, "span", "aside", STR_NONE, t->label);
	}
	html_puts(h, " · ");
	html_puts(h, target_kind_name(t->kind));
	if (t->state != TARGET_CHECKED)
		html_printf(h, " · %s", target_state_name(t->state));
	else if (t->due != WHEN_NONE && t->due <= v->now)
		html_puts(h, " · due now");
	else if (t->due != WHEN_NONE)
		html_printf(h, " · next check %s", when_human(t->due, text));
	html_close(h, "li");
}

static void put_facts(struct html *h, struct view *v, const struct source_row *r)
{
	html_open(h, "p");
	html_attr(h, "class", "facts");
	html_open(h, "a");
	html_attr_printf(h, "href", "/sources/%.*s/articles", STR_ARG(r->source.key));
	html_text(h, count_text(v->arena, r->articles, "article", "articles"));
	html_close(h, "a");
	html_text(h, arena_printf(v->arena, ", %.*s still checked", STR_ARG(number_text(v->arena, r->checked))));
	html_puts(h, " · ");
	html_text(h, count_text(v->arena, r->versions, "version", "versions"));
	html_puts(h, " · watched since ");
	part_time(h, r->source.added);
	html_puts(h, " · ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/sources/%.*s/feed.atom", STR_ARG(r->source.key));
	html_puts(h, "Atom feed");
	html_close(h, "a");
	html_close(h, "p");
}

static bool put_targets(struct html *h, struct view *v, int64_t source, struct err *e)
{
	struct target_filter filter = { .source = source, .feeds_only = true, .any_state = true };
	struct target *targets;
	size_t n;

	if (!archive_targets(v->archive, v->arena, filter, &targets, &n, e))
		return false;
	if (n == 0)
		return true;
	html_open(h, "details");
	html_attr(h, "class", "targets");
	html_element(h, "summary", NULL, count_text(v->arena, (int64_t)n, "watched address", "watched addresses"));
	html_open(h, "ul");
	for (size_t i = 0; i < n && i < MAX_PAGE_ROWS; i++)
		put_target(h, v, &targets[i]);
	html_close(h, "ul");
	html_close(h, "details");
	return true;
}

static void put_day(struct html *h, struct view *v, const struct traffic_day *d, int64_t most)
{
	char text[WHEN_TEXT];

	html_open(h, "tr");
	html_open(h, "th");
	html_attr(h, "scope", "row");
	html_puts(h, when_date(traffic_day_begins(d), text));
	html_close(h, "th");
	put_number(h, v, d->requests);
	html_open(h, "td");
	html_open(h, "svg");
	html_attr(h, "class", "load");
	html_attr(h, "viewBox", "0 0 100 8");
	html_attr(h, "aria-hidden", "true");
	html_open(h, "rect");
	html_attr_int(h, "width", most ? 100 * d->requests / most : 0);
	html_attr_int(h, "height", 8);
	html_close(h, "rect");
	html_close(h, "svg");
	html_close(h, "td");
	html_open(h, "td");
	html_attr(h, "class", "number");
	if (d->requests)
		html_printf(h, "%d %%", traffic_unchanged_percent(d));
	html_close(h, "td");
	put_number(h, v, d->failed);
	html_element(h, "td", "number", bytes_text(v->arena, d->bytes));
	html_close(h, "tr");
}

/* What we cost its hosts. */
static bool put_traffic(struct html *h, struct view *v, int64_t source, struct err *e)
{
	static const char *const names[] = { "Day (UTC)", "Requests", "", "Unchanged (304)", "Failed", "Received" };
	struct traffic_day days[TRAFFIC_DAYS];
	int64_t most = 0;
	size_t n;

	if (!traffic_days(v->archive, v->arena, source, v->now, days, &n, e))
		return false;
	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++)
		most = days[i].requests > most ? days[i].requests : most;
	html_open(h, "details");
	html_attr(h, "class", "targets");
	html_attr(h, "id", "traffic");
	html_element(h, "summary", NULL,
	             arena_printf(v->arena, "%.*s today, robots.txt included",
	                          STR_ARG(count_text(v->arena, days[n - 1].requests, "request", "requests"))));
	html_open(h, "div");
	html_attr(h, "class", "scroll");
	html_open(h, "table");
	html_attr(h, "class", "list");
	put_headings(h, names, sizeof names / sizeof *names, 58);
	html_open(h, "tbody");
	for (size_t i = n; i-- > 0;)
		put_day(h, v, &days[i], most);
	html_close(h, "tbody");
	html_close(h, "table");
	html_close(h, "div");
	html_close(h, "details");
	return true;
}

/* What its pages have taught. */
static bool put_furniture(struct html *h, struct view *v, int64_t source, struct err *e)
{
	static const char *const how[FURNITURE_RULES] = {
		[FURNITURE_REPEATS] = "repeats",
		[FURNITURE_CHURNS] = "its place changes by itself",
		[FURNITURE_SAME_PAGE] = "came as the whole page",
	};
	struct furniture *list;
	size_t n, in_force = 0;

	if (!archive_furniture(v->archive, v->arena, source, false, &list, &n, e))
		return false;
	while (in_force < n && list[in_force].since != WHEN_NONE)
		in_force++;
	if (in_force == 0)
		return true;
	html_open(h, "details");
	html_attr(h, "class", "targets");
	html_attr(h, "id", "furniture");
	html_element(h, "summary", NULL,
	             arena_printf(v->arena, "%.*s left out of its articles as furniture",
	                          STR_ARG(count_text(v->arena, (int64_t)in_force, "line", "lines"))));
	html_open(h, "ul");
	for (size_t i = 0; i < in_force; i++) {
		const struct furniture *f = &list[i];
		html_open(h, "li");
		part_foreign(h, "q", NULL, STR_NONE, f->sample);
		html_printf(h, " · %s in %lld of %lld articles · since ", how[f->rule], (long long)f->articles,
		            (long long)f->of);
		part_time(h, f->since);
		html_close(h, "li");
	}
	html_close(h, "ul");
	html_close(h, "details");
	return true;
}

static struct source_row find_row(const struct source_row *rows, size_t n, const struct source *source)
{
	for (size_t i = 0; i < n; i++)
		if (rows[i].source.id == source->id)
			return rows[i];
	return (struct source_row){ .source = *source };
}

bool view_source(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct news_page list;
	struct source_row *rows;
	size_t n;

	if (!load_news(v, ROWS, 0, false, &list, e) || !archive_sources(v->archive, v->arena, &rows, &n, e))
		return false;
	struct source_row row = find_row(rows, n, &list.source);
	struct str key = list.source.key;
	struct str name = row.source.name.n ? row.source.name : key;
	struct frame frame = { .title = name,
		               .feed = feed_address(v, arena_printf(v->arena, "/sources/%.*s/feed.atom", STR_ARG(key))),
		               .can_live = true };
	frame_begin(&h, v, &frame);
	html_open(&h, "p");
	html_attr(&h, "class", "kicker");
	html_puts(&h, "Source ");
	html_element(&h, "b", NULL, key);
	html_puts(&h, " · ");
	html_text(&h, row.source.site);
	html_close(&h, "p");
	part_foreign(&h, "h1", NULL, STR_NONE, name);
	put_facts(&h, v, &row);
	if (!put_targets(&h, v, list.source.id, e) || !put_traffic(&h, v, list.source.id, e) ||
	    !put_furniture(&h, v, list.source.id, e))
		return false;
	if (v->args.before.n == 0)
		frame_live(&h, v);
	part_choices(&h, v);
	if (list.n == 0)
		html_element_z(&h, "p", "note",
		               v->args.before.n                     ? "There are no older changes."
		               : v->args.kinds.n || v->args.matters ? "No change of this kind yet."
		                                                    : "No article of this source has changed yet.");
	part_news(&h, v, list.items, list.n, false);
	part_pager(&h, v, list.next, "Older changes", "Latest changes");
	frame_end(&h, v);
	return true;
}
