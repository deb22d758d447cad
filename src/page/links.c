/*
 * Addresses that a page names: its feeds, and links of the same site that look
 * like articles.
 *
 * An article's address has a path with a long last part, a date or a long
 * number, and the link's text is a headline's length; which of a page's links
 * really are articles is known when they were fetched.
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "page/inner.h"
#include "text/norm.h"

#define MIN_HEADLINE_WEIGHT 15
#define LINK_SLOTS 4096 /* power of two, more than MAX_PAGE_LINKS */

static bool is_feed_type(struct str type)
{
	static const struct str types[] = { STR("application/rss+xml"),   STR("application/atom+xml"),
		                            STR("application/feed+json"), STR("application/rdf+xml"),
		                            STR("application/json+feed"), STR("text/rss+xml"),
		                            STR("application/rss"),       STR("application/atom") };

	type = str_trim(type);
	size_t end = str_find_byte(type, ';');
	type = str_trim(str_sub(type, 0, end));
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_eq_nocase(type, types[i]))
			return true;
	return false;
}

static void add_feed(struct scan *s, uint32_t i, const struct url *base, struct page *out)
{
	const struct html *h = s->html;
	struct err ignored;
	struct url u;

	if (out->nfeeds == MAX_FEED_LINKS ||
	    str_find_nocase(html_attribute(h, i, "rel"), STR("alternate")) == STR_NPOS ||
	    !is_feed_type(html_attribute(h, i, "type")))
		return;
	if (!url_parse(s->arena, str_trim(html_attribute(h, i, "href")), base, &u, &ignored))
		return;
	for (size_t k = 0; k < out->nfeeds; k++)
		if (str_eq(out->feeds[k].url, u.href))
			return;
	out->feeds[out->nfeeds++] =
	        (struct page_link){ .url = u.href, .text = text_normal(s->arena, html_attribute(h, i, "title")) };
}

bool links_is_article(const struct url *u)
{
	struct str path = u->path;
	size_t digits = 0, dashes = 0, longest = 0;

	while (path.n > 1 && path.p[path.n - 1] == '/')
		path.n--;
	size_t last = path.n;
	while (last && path.p[last - 1] != '/')
		last--;
	for (size_t i = 0; i < path.n; i++) {
		digits = char_is_digit(path.p[i]) ? digits + 1 : 0;
		longest = digits > longest ? digits : longest;
		if (i >= last)
			dashes += path.p[i] == '-' || path.p[i] == '_';
	}
	size_t name = path.n - last;
	return dashes >= 3 || longest >= 4 || name >= 24 || str_has(path, STR("/article")) ||
	       str_has(path, STR("/story/")) || (u->query.n && str_find_nocase(u->query, STR("id=")) != STR_NPOS);
}

struct link_set {
	uint64_t slots[LINK_SLOTS];
};

static bool is_new(struct link_set *set, struct str href)
{
	uint64_t hash = hash_quick(href) | 1;
	size_t i = hash >> 8 & (LINK_SLOTS - 1);

	for (; set->slots[i]; i = (i + 1) & (LINK_SLOTS - 1))
		if (set->slots[i] == hash)
			return false;
	set->slots[i] = hash;
	return true;
}

/* Where the links of the page are looked for. */
struct surroundings {
	const struct url *page, *base;
	struct str site; /* of the page */
	struct link_set set;
};

/* Most links lead to the page's own host; what site another host is of costs more to tell. */
static bool in_site(struct scan *s, const struct surroundings *x, const struct url *u)
{
	const struct url *page = x->page;
	bool own = str_eq(u->host, page->host) && u->port == page->port && str_eq(u->scheme, page->scheme);

	return own || str_eq(url_site(s->arena, u), x->site);
}

static void add_link(struct scan *s, uint32_t i, struct surroundings *x, struct page *out)
{
	struct str href = str_trim(html_attribute(s->html, i, "href"));
	struct err ignored;
	struct url u;

	if (out->nlinks == MAX_PAGE_LINKS || !href.n || href.p[0] == '#' || s->html->nodes[i].end - i > 200)
		return;
	struct str text = meta_short_text(s->arena, s->html, i, MAX_TITLE_BYTES);
	if (scan_weight(text) < MIN_HEADLINE_WEIGHT || !url_parse(s->arena, href, x->base, &u, &ignored) ||
	    !links_is_article(&u) || !in_site(s, x, &u) || str_eq(u.href, x->base->href) || !is_new(&x->set, u.href))
		return;
	out->links[out->nlinks++] = (struct page_link){ .url = u.href, .text = text };
}

static void base_address(struct scan *s, const struct url *page, struct url *base)
{
	const struct html *h = s->html;
	struct err ignored;

	*base = *page;
	for (uint32_t i = 1; i < h->nnodes; i++) {
		if (h->nodes[i].tag != TAG_BASE || !html_has_attr(h, i, "href"))
			continue;
		if (!url_parse(s->arena, str_trim(html_attribute(h, i, "href")), page, base, &ignored))
			*base = *page;
		return;
	}
}

void links_read(struct scan *s, struct page *out)
{
	const struct html *h = s->html;
	struct url page, base, canonical;
	struct err ignored;

	struct str declared = out->canonical;
	out->canonical = STR_NONE;
	if (!url_parse(s->arena, s->page_url, NULL, &page, &ignored))
		return;
	base_address(s, &page, &base);
	if (declared.n && url_parse(s->arena, declared, &base, &canonical, &ignored))
		out->canonical = canonical.href;
	bool index = out->kind == PAGE_INDEX; /* nobody asks what else an article links to */
	struct surroundings *around = index ? ARENA_NEW(s->arena, struct surroundings) : NULL;
	out->feeds = arena_alloc(s->arena, MAX_FEED_LINKS * sizeof(struct page_link));
	if (index) {
		around->page = &page;
		around->base = &base;
		around->site = url_site(s->arena, &page);
		out->links = arena_alloc(s->arena, MAX_PAGE_LINKS * sizeof(struct page_link));
	}
	for (uint32_t i = 1; i < h->nnodes; i++) {
		enum tag t = h->nodes[i].tag;
		if (t == TAG_LINK || (t == TAG_A && html_has_attr(h, i, "type")))
			add_feed(s, i, &base, out);
		else if (t == TAG_A && index)
			add_link(s, i, around, out);
	}
}
