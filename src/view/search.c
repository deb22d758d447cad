/*
 * Search: a form, and what it finds: articles, or changes where the query asks for
 * words that were removed or added.  An address in the form leads to the article
 * that has it.
 */
#include "url/url.h"
#include "view/load.h"
#include "view/parts.h"

#define ROWS 30
#define MAX_PAGES 1000

/* What can be asked for: an example, and what it finds. */
static const struct {
	const char *query, *finds;
} examples[] = {
	{ "flood bridge", "both words, in any of their forms: bridge, bridges" },
	{ "\"interest rate\"", "exactly these words, one behind the other" },
	{ "inflat*", "words that begin so" },
	{ "flood OR storm", "either of them" },
	{ "flood -coast", "the first without the second" },
	{ "title:flood", "in the headline" },
	{ "removed:hundred", "changes that took the word out; added: those that put it in" },
	{ "removed:\"several hundred\" added:275", "changes that did both" },
	{ "source:courier", "of this source; -source: of all but this one" },
	{ "after:2025-08 before:2025-08-14", "of that time, in UTC; on:2025-08-14 of one day, on:2025 of a year" },
};

static void put_help(struct html *h, bool open)
{
	html_open(h, "details");
	html_attr(h, "class", "search-help");
	if (open)
		html_attr(h, "open", "open");
	html_element_z(h, "summary", NULL, "What can be searched for");
	html_open(h, "dl");
	for (size_t i = 0; i < sizeof examples / sizeof *examples; i++) {
		html_open(h, "dt");
		html_element_z(h, "code", NULL, examples[i].query);
		html_close(h, "dt");
		html_element_z(h, "dd", NULL, examples[i].finds);
	}
	html_close(h, "dl");
	html_close(h, "details");
}

static void put_sources(struct html *h, struct view *v, const struct source_row *sources, size_t n)
{
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
}

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
	html_attr(h, "maxlength", "480");
	html_attr(h, "dir", "auto");
	html_attr_str(h, "value", v->args.query);
	html_close(h, "label");
	put_sources(h, v, sources, n);
	html_open(h, "label");
	html_attr(h, "class", "check");
	html_open(h, "input");
	html_attr(h, "type", "checkbox");
	html_attr(h, "name", "earlier");
	html_attr(h, "value", "1");
	if (v->args.earlier)
		html_attr(h, "checked", "checked");
	html_puts(h, " earlier versions, too");
	html_close(h, "label");
	html_element_z(h, "button", NULL, "Search");
	html_close(h, "form");
	put_help(h, v->args.query.n == 0);
}

/* ---- hits ---------------------------------------------------------------- */

/* A paragraph with the matches, which stand between \x02 and \x03, in an element. */
static void put_snippet(struct html *h, struct str s, struct str language, const char *label, const char *element)
{
	bool marked = false;

	if (s.n == 0)
		return;
	html_open(h, "p");
	html_attr(h, "class", "snippet");
	if (label) {
		html_element_z(h, "span", "label", label);
		html_puts(h, " ");
	}
	html_open(h, "span");
	html_attr(h, "dir", "auto");
	part_lang(h, language);
	for (size_t from = 0, i = 0; i <= s.n; i++) {
		char c = i < s.n ? s.p[i] : '\x03';
		if (c != '\x02' && c != '\x03')
			continue;
		struct str piece = str_sub(s, from, i);
		if (marked && piece.n)
			html_element(h, element, NULL, piece);
		else
			html_text(h, piece);
		marked = c == '\x02';
		from = i + 1;
	}
	html_close(h, "span");
	html_close(h, "p");
}

/* Opens what is said of a hit, below its title: a link to the article, or to the change with this number. */
static void begin_hit(struct html *h, const struct article_row *a, int64_t number)
{
	html_open(h, "li");
	html_attr(h, "class", "change");
	html_open(h, "h2");
	html_open(h, "a");
	if (number)
		part_change_href(h, a->id, number);
	else
		html_attr_printf(h, "href", "/articles/%lld", (long long)a->id);
	html_attr(h, "dir", "auto");
	part_lang(h, a->language);
	html_text(h, part_title(a->title));
	html_close(h, "a");
	html_close(h, "h2");
}

static void put_window(struct html *h, const struct search_hit *hit)
{
	part_window(h, hit->before, hit->first_seen, hit->later, WHEN_NONE);
}

static void put_change_hit(struct html *h, const struct search_hit *hit)
{
	const struct article_row *a = &hit->article;

	begin_hit(h, a, hit->number);
	put_snippet(h, hit->removed, a->language, "removed", "del");
	put_snippet(h, hit->added, a->language, "added", "ins");
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	part_source_link(h, a->source_key, "source");
	html_puts(h, " · changed ");
	put_window(h, hit);
	html_puts(h, " · ");
	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld", (long long)a->id);
	html_puts(h, "all versions");
	html_close(h, "a");
	html_close(h, "p");
	html_close(h, "li");
}

/* Where the words stood in an earlier version only. */
static void put_earlier(struct html *h, const struct search_hit *hit)
{
	put_snippet(h, hit->removed, hit->article.language, "earlier", "del");
	html_open(h, "p");
	html_attr(h, "class", "kinds");
	html_open(h, "a");
	part_change_href(h, hit->article.id, hit->number);
	html_puts(h, "taken out");
	html_close(h, "a");
	html_puts(h, " ");
	put_window(h, hit);
	html_close(h, "p");
}

static void put_article_hit(struct html *h, struct view *v, const struct search_hit *hit)
{
	const struct article_row *a = &hit->article;

	begin_hit(h, a, 0);
	if (hit->number)
		put_earlier(h, hit);
	else
		put_snippet(h, hit->snippet, a->language, NULL, "mark");
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
	struct str address = list_address(v, STR_NONE);

	html_open(h, "a");
	html_attr_str(h, "href", arena_printf(v->arena, "%.*s&page=%lld", STR_ARG(address), (long long)page));
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

static struct str found_text(struct view *v, const struct search_found *f)
{
	const char *one = f->of_changes ? "change" : "article", *many = f->of_changes ? "changes" : "articles";

	if (f->total == 0)
		return f->of_changes ? STR("No change has done this") : STR("No article has these words");
	struct str count = count_text(v->arena, f->total, one, many);
	return f->more ? ARENA_JOIN(v->arena, STR("The newest "), count, STR(" of more")) : count;
}

static void put_hits(struct html *h, struct view *v, const struct search_found *f)
{
	html_open(h, "p");
	html_attr(h, "class", "note");
	html_attr(h, "role", "status");
	html_text(h, found_text(v, f));
	html_puts(h, f->of_changes     ? ". "
	             : v->args.earlier ? ". Search looked at all that each article ever said. "
	                               : ". Search looks at the latest text of each article. ");
	html_open(h, "a");
	html_attr_str(h, "href", feed_address(v, STR("/search.atom")));
	html_puts(h, f->of_changes ? "Atom feed of such changes" : "Atom feed of changes to them");
	html_close(h, "a");
	html_close(h, "p");
	if (f->n) {
		html_open(h, "ul");
		html_attr(h, "class", "changes");
		for (size_t i = 0; i < f->n; i++) {
			if (f->of_changes)
				put_change_hit(h, &f->hits[i]);
			else
				put_article_hit(h, v, &f->hits[i]);
		}
		html_close(h, "ul");
	}
	if (f->total > ROWS)
		put_pages(h, v, f->total);
}

/* Is the query the address of an article?  Then the reader is led there. */
static bool redirect_to_article(struct view *v, struct err *e)
{
	int64_t id;

	if (!url_is_web(v->args.query))
		return true;
	if (archive_article_by_url(v->archive, v->arena, v->args.query, &id, e)) {
		v->redirect = arena_printf(v->arena, "/articles/%lld", (long long)id);
		return true;
	}
	if (e->kind == ERR_NOT_FOUND)
		err_set(e, ERR_NOT_FOUND, "no article with this address is in the archive");
	return false;
}

/* A query without a word is a note on the page, no error. */
static bool search(struct view *v, int64_t source, struct search_found *out, struct str *note, struct err *e)
{
	struct search s = {
		.query = search_words(v), .source = source, .offset = (size_t)(v->args.page - 1) * ROWS, .limit = ROWS
	};

	*note = STR_NONE;
	if (archive_search(v->archive, v->arena, &s, out, e))
		return true;
	if (e->kind != ERR_USAGE)
		return false;
	*note = arena_printf(v->arena, "%s.", e->text);
	return true;
}

bool view_search(struct view *v, struct buf *out, struct err *e)
{
	struct html h = HTML_INIT(out);
	struct source_row *sources;
	struct search_found found;
	struct source source;
	struct str note = STR_NONE;
	size_t nsources;

	v->args.query = str_trim(v->args.query);
	if (v->args.page < 1 || v->args.page > MAX_PAGES)
		return err_set(e, ERR_USAGE, "\"page\" is a number from 1 to %d", MAX_PAGES);
	if (!redirect_to_article(v, e))
		return false;
	if (v->redirect.n)
		return true;
	if (!load_source(v, v->args.source, &source, e) ||
	    !archive_sources(v->archive, v->arena, &sources, &nsources, e) ||
	    (v->args.query.n && !search(v, source.id, &found, &note, e)))
		return false;
	frame_begin(&h, v,
	            &(struct frame){ .title = v->args.query.n ? v->args.query : STR("Search"), .here = "/search" });
	html_element_z(&h, "h1", NULL, "Search");
	put_form(&h, v, sources, nsources);
	if (note.n)
		html_element(&h, "p", "note problem", note);
	else if (v->args.query.n)
		put_hits(&h, v, &found);
	frame_end(&h, v);
	return true;
}
