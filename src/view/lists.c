/*
 * Lists of news, and how a reader goes on in them.
 *
 * Changes stand below the day on which they were first seen, removals below that
 * on which they were confirmed, newest first.
 */
#include "view/load.h"
#include "view/parts.h"

static void put_pager_link(struct html *h, struct view *v, struct str next, const char *text)
{
	html_open(h, "a");
	html_attr_str(h, "href", list_address(v, next));
	if (next.n)
		html_attr(h, "rel", "next");
	html_puts(h, text);
	html_close(h, "a");
}

void part_pager(struct html *h, struct view *v, struct str next, const char *older, const char *newest)
{
	if (next.n == 0 && v->args.before.n == 0)
		return;
	html_open(h, "nav");
	html_attr(h, "class", "pager");
	html_attr(h, "aria-label", "Pages");
	if (v->args.before.n)
		put_pager_link(h, v, STR_NONE, newest);
	if (next.n)
		put_pager_link(h, v, next, older);
	html_close(h, "nav");
}

/* ---- what is listed ----------------------------------------------------- */

static void put_choice(struct html *h, struct view *v, struct str kinds, bool matters, const char *text)
{
	struct view other = *v;

	other.args.kinds = kinds;
	other.args.matters = matters;
	html_open(h, "a");
	html_attr_str(h, "href", list_address(&other, STR_NONE));
	if (str_eq(kinds, v->args.kinds) && matters == (v->args.matters != 0))
		html_attr(h, "aria-current", "true");
	html_puts(h, text);
	html_close(h, "a");
	html_puts(h, " ");
}

void part_choices(struct html *h, struct view *v)
{
	static const enum edit_kind offered[] = { EDIT_HEADLINE,    EDIT_FIGURE,     EDIT_QUOTATION,
		                                  EDIT_ATTRIBUTION, EDIT_CORRECTION, EVENT_GONE };

	html_open(h, "nav");
	html_attr(h, "class", "modes");
	html_attr(h, "aria-label", "Which changes");
	put_choice(h, v, STR_NONE, false, "All");
	put_choice(h, v, STR_NONE, true, "What matters");
	for (size_t i = 0; i < sizeof offered / sizeof *offered; i++) {
		const struct kind_info *kind = edit_kind_info(offered[i]);
		put_choice(h, v, str_from(kind->name), false, kind->label);
	}
	html_close(h, "nav");
}

static void put_tag(struct html *h, const char *class, const struct kind_info *info)
{
	html_open(h, "span");
	html_attr(h, "class", class);
	html_attr(h, "title", info->about);
	html_puts(h, info->label);
	html_close(h, "span");
	html_puts(h, " ");
}

void part_tags(struct html *h, const struct change_summary *s)
{
	if (!s->kinds && !s->natures)
		return;
	html_open(h, "p");
	html_attr(h, "class", "tags");
	for (uint32_t k = 0; k < NATURES; k++)
		if (s->natures & KIND_BIT(k))
			put_tag(h, "tag nature", nature_info(k));
	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		if (s->kinds & KIND_BIT(k))
			put_tag(h, "tag", edit_kind_info(k));
	html_close(h, "p");
}

/* Of a heading that is a link, which has its address. */
static void end_headline(struct html *h, struct str title)
{
	html_attr(h, "dir", "auto");
	part_lang(h, STR_NONE);
	html_text(h, part_title(title));
	html_close(h, "a");
	html_close(h, "h3");
}

static void put_article_link(struct html *h, int64_t article, const char *anchor, const char *text)
{
	html_puts(h, " · ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld%s", (long long)article, anchor);
	html_puts(h, text);
	html_close(h, "a");
}

static void put_change(struct html *h, struct view *v, const struct change_item *c, bool with_source)
{
	const struct change_summary *s = &c->summary;

	html_open(h, "li");
	html_attr(h, "class", "change");
	html_open(h, "p");
	html_attr(h, "class", "when");
	if (with_source) {
		part_source_link(h, c->source_key, "source");
		html_puts(h, " ");
	}
	part_window(h, c->before, c->first_seen, c->later, c->first_seen);
	html_close(h, "p");
	html_open(h, "h3");
	html_open(h, "a");
	part_change_href(h, s->article, s->number);
	end_headline(h, c->new_title);
	if (s->title_changed && c->old_title.n) {
		html_open(h, "p");
		html_attr(h, "class", "was");
		html_element_z(h, "span", "label", "was");
		html_puts(h, " ");
		part_foreign(h, "del", NULL, STR_NONE, c->old_title);
		html_close(h, "p");
	}
	part_tags(h, s);
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	html_text(h, kinds_text(v->arena, s));
	part_bar(h, s);
	put_article_link(h, s->article, "", "all versions");
	html_close(h, "p");
	html_close(h, "li");
}

static void put_removal(struct html *h, struct view *v, const struct removal_item *r, bool with_source)
{
	const struct kind_info *kind = edit_kind_info(r->returned ? EVENT_BACK : EVENT_GONE);

	html_open(h, "li");
	html_attr(h, "class", r->returned ? "change back" : "change gone");
	html_open(h, "p");
	html_attr(h, "class", "when");
	if (with_source) {
		part_source_link(h, r->source_key, "source");
		html_puts(h, " ");
	}
	html_puts(h, r->returned ? "seen again at " : "confirmed at ");
	part_hm(h, r->at);
	html_puts(h, " UTC");
	html_close(h, "p");
	html_open(h, "h3");
	html_open(h, "a");
	html_attr_str(h, "href", news_address(v->arena, r));
	end_headline(h, r->title);
	html_open(h, "p");
	html_attr(h, "class", "tags");
	put_tag(h, "tag nature", kind);
	html_close(h, "p");
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	html_text(h, news_text(v->arena, r));
	if (news_is_open(r))
		html_puts(h, " · moved or withdrawn, the site does not say which");
	put_article_link(h, r->removal.article, "#text", "last version");
	html_close(h, "p");
	html_close(h, "li");
}

void part_news(struct html *h, struct view *v, const struct news *items, size_t n, bool with_source)
{
	char text[WHEN_TEXT];
	when day = WHEN_NONE;

	for (size_t i = 0; i < n; i++) {
		bool first = i == 0;
		when at = news_place_of(&items[i]).at;
		if (first || (at != day && !same_day(at, day))) {
			if (!first)
				html_close(h, "ul");
			html_element_z(h, "h2", "day", at != WHEN_NONE ? when_date(at, text) : "Time unknown");
			html_open(h, "ul");
			html_attr(h, "class", "changes");
		}
		day = at;
		if (items[i].change)
			put_change(h, v, items[i].change, with_source);
		else
			put_removal(h, v, items[i].removal, with_source);
	}
	if (n)
		html_close(h, "ul");
}
