/*
 * Search: a form, and what it finds.  An address in the form leads to the
 * article that has it.
 */
#include "view/load.h"
#include "view/parts.h"

#define ROWS 30
#define MAX_PAGES 1000

static void put_form(struct html *h, struct view *v, const struct source_row *sources, size_t n)
{
	html_open(h, "form");
	html_attr(h, "class", "search");
	html_attr(h, "role", "search");
	html_attr(h, "action", "/search");
	html_open(h, "label");
	html_puts(h, "Words, \"a phrase\", begin* or the address of an article");
	html_open(h, "input");
	html_attr(h, "type", "search");
	html_attr(h, "name", "q");
	html_attr(h, "maxlength", "512");
	html_attr(h, "dir", "auto");
	html_attr_str(h, "value", v->args.query);
	html_close(h, "label");
	html_open(h, "label");
	html_puts(h, "in ");
	html_open(h, "select");
	html_attr(h, "name", "source");
	html_open(h, "option");
	html_attr(h, "value", "");
	html_puts(h, "all sources");
	html_close(h, "option");
	for (size_t i = 0; i < n; i++) {
		html_open(h, "option");
		html_attr_str(h, "value", sources[i].source.key);
		if (str_eq(sources[i].source.key, v->args.source))
			html_attr(h, "selected", "selected");
		html_text(h, sources[i].source.key);
		html_close(h, "option");
	}
	html_close(h, "select");
	html_close(h, "label");
	html_element_z(h, "button", NULL, "Search");
	html_close(h, "form");
}

/* The matches stand between \x02 and \x03. */
static void put_snippet(struct html *h, struct str s, struct str language)
{
	bool marked = false;

	html_open(h, "p");
	html_attr(h, "class", "snippet");
	html_attr(h, "dir", "auto");
	part_lang(h, language);
	for (size_t from = 0, i = 0; i <= s.n; i++) {
		char c = i < s.n ? s.p[i] : '\x03';
		if (c != '\x02' && c != '\x03')
			continue;
		struct str piece = str_sub(s, from, i);
		if (marked && piece.n)
			html_element(h, "mark", NULL, piece);
		else
			html_text(h, piece);
		marked = c == '\x02';
		from = i + 1;
	}
	html_close(h, "p");
}

static void put_hit(struct html *h, struct view *v, const struct search_hit *hit)
{
	const struct article_row *a = &hit->article;

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
	put_snippet(h, hit->snippet, a->language);
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	part_source_link(h, a->source_key, "source");
	html_puts(h, " · ");
	part_time(h, a->published != WHEN_NONE ? a->published : a->first_seen);
	html_puts(h, " · ");
	html_text(h, count_text(v->arena, a->versions, "version", "versions"));
	html_close(h, "p");
	html_close(h, "li");
}

static void put_page_link(struct html *h, struct view *v, int64_t page, const char *rel, const char *text)
{
	struct str q = html_url_component(v->arena, v->args.query);
	struct str source = html_url_component(v->arena, v->args.source);

	html_open(h, "a");
	html_attr_str(h, "href",
	              arena_printf(v->arena, "/search?q=%.*s&source=%.*s&page=%lld", STR_ARG(q), STR_ARG(source),
	                           (long long)page));
	html_attr(h, "rel", rel);
	html_puts(h, text);
	html_close(h, "a");
}

static void put_pages(struct html *h, struct view *v, int64_t total)
{
	html_open(h, "nav");
	html_attr(h, "class", "pager");
	html_attr(h, "aria-label", "Pages");
	if (v->args.page > 1)
		put_page_link(h, v, v->args.page - 1, "prev", "Previous page");
	if (v->args.page * ROWS < total)
		put_page_link(h, v, v->args.page + 1, "next", "Next page");
	html_close(h, "nav");
}

static void put_hits(struct html *h, struct view *v, const struct search_hit *hits, size_t n, int64_t total)
{
	html_open(h, "p");
	html_attr(h, "class", "note");
	html_attr(h, "role", "status");
	html_text(h, total ? count_text(v->arena, total, "article", "articles") : STR("No article has these words"));
	html_puts(h, ". Search looks at the latest text of each article. ");
	html_open(h, "a");
	html_attr_str(h, "href",
	              arena_printf(v->arena, "/search.atom?q=%.*s&source=%.*s",
	                           STR_ARG(html_url_component(v->arena, v->args.query)),
	                           STR_ARG(html_url_component(v->arena, v->args.source))));
	html_puts(h, "Atom feed of changes to them");
	html_close(h, "a");
	html_close(h, "p");
	if (n) {
		html_open(h, "ul");
		html_attr(h, "class", "changes");
		for (size_t i = 0; i < n; i++)
			put_hit(h, v, &hits[i]);
		html_close(h, "ul");
	}
	if (total > ROWS)
		put_pages(h, v, total);
}

/* Is the query the address of an article?  Then the reader is led there. */
static bool redirect_to_article(struct view *v, struct err *e)
{
	int64_t id;

	if (!str_starts_nocase(v->args.query, STR("http://")) && !str_starts_nocase(v->args.query, STR("https://")))
		return true;
	if (archive_article_by_url(v->archive, v->arena, v->args.query, &id, e)) {
		v->redirect = arena_printf(v->arena, "/articles/%lld", (long long)id);
		return true;
	}
	if (e->kind == ERR_NOT_FOUND)
		err_set(e, ERR_NOT_FOUND, "no article with this address is in the archive");
	return false;
}

bool view_search(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct source_row *sources;
	struct search_hit *hits = NULL;
	struct source source;
	int64_t total = 0;
	size_t n = 0, nsources;

	v->args.query = str_trim(v->args.query);
	if (v->args.page < 1 || v->args.page > MAX_PAGES)
		return err_set(e, ERR_USAGE, "\"page\" is a number from 1 to %d", MAX_PAGES);
	if (!redirect_to_article(v, e))
		return false;
	if (v->redirect.n)
		return true;
	if (!load_source(v, v->args.source, &source, e) ||
	    !archive_sources(v->archive, v->arena, &sources, &nsources, e))
		return false;
	struct err unreadable = { 0 };
	if (v->args.query.n &&
	    !archive_search(v->archive, v->arena, v->args.query, source.id, (size_t)(v->args.page - 1) * ROWS, ROWS,
	                    &hits, &n, &total, &unreadable) &&
	    unreadable.kind != ERR_USAGE) {
		*e = unreadable;
		return false;
	}
	frame_begin(&h, v,
	            &(struct frame){ .title = v->args.query.n ? v->args.query : STR("Search"), .here = "/search" });
	html_element_z(&h, "h1", NULL, "Search");
	put_form(&h, v, sources, nsources);
	if (unreadable.kind == ERR_USAGE) {
		html_open(&h, "p");
		html_attr(&h, "class", "note problem");
		html_printf(&h, "%s.", unreadable.text);
		html_close(&h, "p");
	} else if (v->args.query.n) {
		put_hits(&h, v, hits, n, total);
	}
	frame_end(&h, v);
	return true;
}
