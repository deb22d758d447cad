/* Removals on the page of an article: see gone.h. */
#include "view/gone.h"

#include "archive/outcomes.h"
#include "view/news.h"
#include "view/parts.h"

#define CHECKS 200 /* looked through */
#define SHOWN 20

static bool says_gone(const struct check *c)
{
	const struct outcome_info *info = outcome_by_name(c->outcome);
	return info && info->class == CLASS_GONE;
}

/* Of all the checks of the article's target, those within the removal. */
static bool load_checks(struct view *v, int64_t article, const struct removal *r, struct gone *g, struct err *e)
{
	struct target target;
	struct check *checks;
	size_t n;

	if (!archive_target_of_article(v->archive, v->arena, article, &target, e))
		return e->kind == ERR_NOT_FOUND;
	if (!archive_checks(v->archive, v->arena, target.id, CHECKS, &checks, &n, e))
		return false;
	g->checks = ARENA_ARRAY(v->arena, struct check, n + 1);
	for (size_t i = 0; i < n; i++)
		if (checks[i].at >= r->since && (r->back == WHEN_NONE || checks[i].at < r->back) &&
		    says_gone(&checks[i]))
			g->checks[g->nchecks++] = checks[i];
	return true;
}

bool gone_load(struct view *v, int64_t article, struct gone *out, struct err *e)
{
	*out = (struct gone){ 0 };
	if (!archive_removals_of(v->archive, v->arena, article, &out->removals, &out->nremovals, e))
		return false;
	return out->nremovals == 0 || load_checks(v, article, &out->removals[out->nremovals - 1], out, e);
}

/* ---- writing ------------------------------------------------------------- */

static void put_checks(struct html *h, struct view *v, const struct gone *g)
{
	if (g->nchecks == 0)
		return;
	html_open(h, "details");
	html_attr(h, "class", "checks");
	html_element(h, "summary", NULL,
	             count_text(v->arena, (int64_t)g->nchecks, "check that says so", "checks that say so"));
	html_open(h, "ul");
	for (size_t i = 0; i < g->nchecks && i < SHOWN; i++) {
		const struct check *c = &g->checks[i];
		html_open(h, "li");
		part_time(h, c->at);
		html_puts(h, ": ");
		part_outcome(h, c->outcome, c->detail);
		if (c->url.n) {
			html_puts(h, ", at ");
			part_original(h, c->url, STR_NONE);
		}
		part_meaning(h, c->outcome);
		html_close(h, "li");
	}
	html_close(h, "ul");
	html_close(h, "details");
}

/* Opens the paragraph of a removal: since when. */
static void begin_removal(struct html *h, const struct removal *r, const char *class)
{
	char anchor[NEWS_ANCHOR];

	html_open(h, "p");
	html_attr(h, "id", news_anchor(r, false, anchor));
	html_attr(h, "class", class);
	html_puts(h, r->back == WHEN_NONE ? "Gone from its address since " : "Was gone from its address, since ");
	part_time(h, r->since);
	if (r->before != WHEN_NONE) {
		html_puts(h, "; last seen ");
		if (same_day(r->before, r->since)) {
			html_puts(h, "at ");
			part_hm(h, r->before);
			html_puts(h, " UTC");
		} else {
			part_time(h, r->before);
		}
	}
	html_puts(h, ".");
}

/* One that nobody was told of: so far it may be an hour's trouble. */
static void put_unconfirmed(struct html *h, struct view *v, const struct removal *r)
{
	html_open(h, "p");
	html_attr(h, "class", "note");
	html_puts(h, "The site says that the article is not there, since ");
	part_time(h, r->since);
	html_text(h, arena_printf(v->arena, " (%.*s so far). That is believed when it has said so for days.",
	                          STR_ARG(count_text(v->arena, r->checks, "check", "checks"))));
	html_close(h, "p");
}

static void put_now_gone(struct html *h, struct view *v, const struct removal *r)
{
	char length[WHEN_TEXT];

	begin_removal(h, r, "problem");
	html_text(h, arena_printf(v->arena, " %.*s; it was believed after %s. ",
	                          STR_ARG(count_text(v->arena, r->checks, "check says so", "checks say so")),
	                          when_length(r->confirmed - r->since, length)));
	html_puts(h, "It may have been moved or withdrawn; the site does not say which. ");
	html_link(h, "#text", NULL, "The last version is kept");
	html_puts(h, ".");
	html_close(h, "p");
}

static void put_past(struct html *h, const struct removal *r)
{
	char length[WHEN_TEXT], anchor[NEWS_ANCHOR];

	begin_removal(h, r, "note");
	html_puts(h, " ");
	html_open(h, "span");
	html_attr(h, "id", news_anchor(r, true, anchor));
	html_puts(h, "Back since ");
	part_time(h, r->back);
	html_printf(h, ", after %s.", when_length(r->back - r->since, length));
	html_close(h, "span");
	html_close(h, "p");
}

void gone_write(struct html *h, struct view *v, const struct gone *g)
{
	for (size_t i = g->nremovals; i-- > 0;) {
		const struct removal *r = &g->removals[i];
		if (r->confirmed == WHEN_NONE)
			put_unconfirmed(h, v, r);
		else if (r->back == WHEN_NONE)
			put_now_gone(h, v, r);
		else
			put_past(h, r);
		if (i == g->nremovals - 1)
			put_checks(h, v, g);
	}
}
