/* The list of articles, of one source or of all, the newest first. */
#include "view/load.h"
#include "view/parts.h"

#define ROWS 60

static void put_article(struct html *h, struct view *v, const struct article_row *a, bool with_source)
{
	html_open(h, "li");
	html_attr(h, "class", "change");
	html_open(h, "h2");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld", (long long)a->id);
	html_attr(h, "dir", "auto");
	part_lang(h, a->language);
	html_text(h, part_title(a->title));
	html_close(h, "a");
	html_close(h, "h2");
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	if (with_source) {
		part_source_link(h, a->source_key, "source");
		html_puts(h, " · ");
	}
	html_text(h, count_text(v->arena, a->versions, "version", "versions"));
	html_puts(h, " · first seen ");
	part_time(h, a->first_seen);
	if (a->last_change != WHEN_NONE) {
		html_puts(h, " · last changed ");
		part_time(h, a->last_change);
	}
	html_close(h, "p");
	html_close(h, "li");
}

bool view_articles(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct article_list list;
	struct str title = STR("Articles");

	if (!load_articles(v, ROWS, &list, e))
		return false;
	bool all = list.source.id == 0;
	if (!all)
		title = arena_printf(v->arena, "Articles of %.*s", STR_ARG(list.source.key));
	frame_begin(&h, v, &(struct frame){ .title = title, .here = all ? "/articles" : NULL });
	html_open(&h, "h1");
	html_puts(&h, "Articles");
	if (!all) {
		html_puts(&h, " of ");
		part_source_link(&h, list.source.key, NULL);
	}
	html_close(&h, "h1");
	if (list.n == 0)
		html_element_z(&h, "p", "note", "There are no articles here.");
	if (list.n) {
		html_open(&h, "ul");
		html_attr(&h, "class", "changes");
		for (size_t i = 0; i < list.n; i++)
			put_article(&h, v, &list.rows[i], all);
		html_close(&h, "ul");
	}
	part_pager(&h, v, list.next, "Older articles", "Newest articles");
	frame_end(&h, v);
	return true;
}
