/*
 * The page of an article's history: every sentence it ever had, with the
 * version that brought it, its earlier wordings, and the one that removed it.
 */
#include "view/history.h"
#include "view/load.h"
#include "view/parts.h"
#include "view/timeline.h"

#define AGES 5

struct history_page {
	struct view *v;
	struct html *h;
	struct history history;
	bool with_gone;
};

static int64_t number_of(const struct history_page *p, uint32_t version)
{
	return p->history.versions[version].number;
}

/* The change that made a version, or the text of the first one. */
static void put_version_link(const struct history_page *p, uint32_t version, const char *words)
{
	long long number = (long long)number_of(p, version);
	char at[WHEN_TEXT];

	html_open(p->h, "a");
	part_change_href(p->h, p->history.article.id, number);
	html_attr_printf(p->h, "title", "version %lld, %s", number,
	                 when_human(p->history.versions[version].first_seen, at));
	html_printf(p->h, "%s%lld", words, number);
	html_close(p->h, "a");
}

static uint32_t last_wording(const struct life *l)
{
	return l->wordings[l->nwordings - 1].version;
}

/* "in 0, edited 2, gone 5". */
static void put_margin(const struct history_page *p, const struct life *l)
{
	html_open(p->h, "p");
	html_attr(p->h, "class", "since");
	put_version_link(p, l->born, l->split ? "split off in " : "since ");
	if (last_wording(l) != l->born) {
		html_puts(p->h, " ");
		put_version_link(p, last_wording(l), l->wordings[l->nwordings - 1].moved ? "moved " : "edited ");
	}
	if (l->gone != STILL_THERE) {
		html_puts(p->h, " ");
		put_version_link(p, l->gone, l->merged ? "merged " : "gone ");
	}
	html_close(p->h, "p");
}

static void put_wordings(const struct history_page *p, const struct life *l)
{
	if (l->nwordings < 2)
		return;
	html_open(p->h, "details");
	html_open(p->h, "summary");
	html_text(p->h, count_text(p->v->arena, l->nwordings - 1, "earlier wording", "earlier wordings"));
	html_close(p->h, "summary");
	html_open(p->h, "ol");
	for (uint32_t i = 0; i + 1 < l->nwordings; i++) {
		html_open(p->h, "li");
		put_version_link(p, l->wordings[i].version, "version ");
		html_puts(p->h, " ");
		part_foreign(p->h, "span", NULL, p->history.article.language, l->wordings[i].text);
		html_close(p->h, "li");
	}
	html_close(p->h, "ol");
	html_close(p->h, "details");
}

static void put_life(const struct history_page *p, const struct life *l)
{
	bool gone = l->gone != STILL_THERE;
	uint32_t newest = p->history.nversions - 1;
	uint32_t age = newest ? last_wording(l) * (AGES - 1) / newest : 0;

	html_open(p->h, "li");
	html_attr_printf(p->h, "class", "life age-%u%s%s%s", age, gone ? " gone" : "", l->begins ? " begins" : "",
	                 l->unit == UNIT_TITLE ? " u-title" : "");
	put_margin(p, l);
	html_open(p->h, "div");
	part_foreign(p->h, gone ? "del" : "p", NULL, p->history.article.language, l->wordings[l->nwordings - 1].text);
	put_wordings(p, l);
	html_close(p->h, "div");
	html_close(p->h, "li");
}

static void put_choice(const struct history_page *p, bool with_gone, const char *mode, const char *text)
{
	html_open(p->h, "a");
	html_attr_printf(p->h, "href", "/articles/%lld/history%s", (long long)p->history.article.id, mode);
	if (with_gone == p->with_gone)
		html_attr(p->h, "aria-current", "true");
	html_puts(p->h, text);
	html_close(p->h, "a");
}

static void put_head(const struct history_page *p)
{
	struct html *h = p->h;

	html_open(h, "p");
	html_attr(h, "class", "kicker");
	html_puts(h, "Every sentence of ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld", (long long)p->history.article.id);
	html_puts(h, "this article");
	html_close(h, "a");
	html_puts(h, " from ");
	part_source_link(h, p->history.article.source_key, "source");
	html_close(h, "p");
	part_foreign(h, "h1", NULL, p->history.article.language, part_title(p->history.article.title));
	html_element_z(
	        h, "p", "note",
	        "Beside each sentence stands the version that brought it, the one that gave it its present words, "
	        "and the one that removed it. Sentences are followed through edits, moves, splits and merges.");
	if (p->history.nversions && number_of(p, 0) > 0)
		html_element(h, "p", "note",
		             arena_printf(p->v->arena,
		                          "Only the newest %u versions were compared; what version %lld has "
		                          "may be older.",
		                          p->history.nversions, (long long)number_of(p, 0)));
	html_open(h, "nav");
	html_attr(h, "class", "modes");
	html_attr(h, "aria-label", "Which sentences");
	put_choice(p, true, "", "All sentences");
	html_puts(h, " ");
	put_choice(p, false, "?view=now", "Only what stands now");
	html_close(h, "nav");
}

static bool put_strip(const struct history_page *p, struct err *e)
{
	struct change_filter filter = {
		.article = p->history.article.id, .until = WHEN_NONE, .remade_too = true, .limit = MAX_PAGE_ROWS
	};
	struct change_item *changes;
	size_t n;

	if (!archive_changes(p->v->archive, p->v->arena, filter, &changes, &n, e))
		return false;
	part_timeline(p->h, p->v->arena,
	              &(struct timeline){ .versions = p->history.versions,
	                                  .nversions = p->history.nversions,
	                                  .changes = changes,
	                                  .nchanges = n });
	return true;
}

static bool load(struct view *v, struct history *out, struct err *e)
{
	if (history_load(v->archive, v->arena, v->args.article, -1, out, e))
		return true;
	if (e->kind == ERR_NOT_FOUND)
		err_set(e, ERR_NOT_FOUND, "there is no article %lld", (long long)v->args.article);
	return false;
}

bool view_history(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct history_page p = { .v = v, .h = &h, .with_gone = v->args.mode.n == 0 };

	if (!p.with_gone && !str_eq(v->args.mode, STR("now")))
		return err_set(e, ERR_USAGE, "\"view\" is now, or left out");
	if (!load(v, &p.history, e))
		return false;
	struct frame frame = {
		.title = arena_printf(v->arena, "History: %.*s", STR_ARG(part_title(p.history.article.title))),
		.feed = arena_printf(v->arena, "/articles/%lld/feed.atom", (long long)p.history.article.id)
	};
	frame_begin(&h, v, &frame);
	put_head(&p);
	if (!put_strip(&p, e))
		return false;
	html_open(&h, "ol");
	html_attr(&h, "class", "lives");
	for (uint32_t i = 0; i < p.history.blame.nlives; i++)
		if (p.with_gone || p.history.blame.lives[i].gone == STILL_THERE)
			put_life(&p, &p.history.blame.lives[i]);
	html_close(&h, "ol");
	frame_end(&h, v);
	return true;
}

bool view_api_history(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct history history;

	if (!load(v, &history, e))
		return false;
	view_json_history(&j, &history);
	buf_byte(out, '\n');
	return true;
}
