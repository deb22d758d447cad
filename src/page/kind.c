/*
 * What kind of page it is: rules over what was found, most certain first.
 *
 * A page with running text is an article, however short and however many
 * links stand around it; the other kinds are for pages without.
 */
#include "page/inner.h"

#define MIN_TEXT 140   /* weight of paragraphs that make an article by themselves */
#define SHORT_TEXT 700 /* below this, words that name another kind are believed */
#define WALL_TEXT 300  /* more is not said by a page that is missing, or a wall against robots */
#define WALLED_TEXT 1500
#define MIN_INDEX_LINKS 15
#define MIN_BARE_LINKS 5 /* on a page without any text */
#define MIN_CARDS 5
#define MAX_SUMMARY 300 /* weight of text below the heading of a card */
#define SAID_BYTES 6000 /* of the page's text, where walls speak */

static bool says(const struct page *p, const struct scan *s, bool (*phrase)(struct str))
{
	return phrase(p->article.title) || phrase(str_sub(s->text, 0, SAID_BYTES));
}

static bool title_says(const struct page *p, const struct meta *m, bool (*phrase)(struct str))
{
	return phrase(p->article.title) || phrase(m->html_title);
}

static bool is_separator(uint32_t c)
{
	return c == '|' || c == '-' || c == ':' || c == '.' || c == '!' || c == 0xb7 || (c >= 0x2010 && c <= 0x2015);
}

/* "404", "Error 404", "404 | The Courier": the number alone, in whatever language. */
static bool is_numbered_missing(struct str title)
{
	size_t at = str_find(title, STR("404")), i = 0;

	if (at == STR_NPOS || (at && title.p[at - 1] != ' '))
		return false;
	struct str rest = str_sub(title, at + 3, title.n);
	struct str next = str_trim(rest);
	return next.n == 0 || (is_separator(utf8_next(next, &i)) && (next.n < rest.n || next.p[0] == ':'));
}

/* A frame or script that asks for a sign of life; elsewhere it guards a form. */
static bool has_captcha(const struct scan *s)
{
	const struct html *h = s->html;

	for (uint32_t i = 1; i < h->nnodes; i++) {
		enum tag t = h->nodes[i].tag;
		if ((t == TAG_IFRAME || t == TAG_SCRIPT) &&
		    str_find_nocase(html_attribute(h, i, "src"), STR("captcha")) != STR_NPOS)
			return true;
	}
	return false;
}

static bool is_link(const struct line *l)
{
	return l->link * 2 > l->weight;
}

static bool in_heading(const struct html *h, uint32_t node)
{
	for (int up = 0; node && up < 3; up++, node = h->nodes[node].parent)
		if (h->nodes[node].tag >= TAG_H2 && h->nodes[node].tag <= TAG_H4)
			return true;
	return false;
}

/* Nearly all the text of the page stands in links. */
static bool is_list_of_links(const struct scan *s, const struct body *body, size_t least)
{
	size_t links = 0;

	for (size_t k = 0; k < s->nlines; k++)
		links += is_link(&s->lines[k]);
	return links >= least && s->link * 2 > s->weight && body->paragraphs * 6 < s->weight;
}

/* Headings that are links, with no more than a summary to each. */
static bool is_list_of_cards(const struct scan *s, const struct body *body)
{
	size_t cards = 0;

	for (size_t k = 0; k < s->nlines; k++)
		cards += is_link(&s->lines[k]) && in_heading(s->html, s->lines[k].node);
	return cards >= MIN_CARDS && body->paragraphs < cards * MAX_SUMMARY;
}

static bool has_article_address(const struct scan *s)
{
	struct err ignored;
	struct url u;

	return url_parse(s->arena, s->page_url, NULL, &u, &ignored) && links_is_article(&u);
}

static bool is_home(const struct scan *s)
{
	size_t at = str_find(s->page_url, STR("://"));
	struct str rest = at == STR_NPOS ? STR_NONE : str_sub(s->page_url, at + 3, s->page_url.n);
	size_t slash = str_find_byte(rest, '/');

	return at != STR_NPOS && (slash == STR_NPOS || slash + 1 == rest.n);
}

static bool has_og_type(const struct meta *m, struct str prefix)
{
	return str_starts_nocase(m->og_type, prefix);
}

static bool is_live(const struct scan *s, const struct meta *m)
{
	return m->ld_live || (str_has(s->page_url, STR("/live/")) && m->ld_article);
}

static enum page_kind kind_without_text(const struct scan *s, const struct meta *m, const struct page *p)
{
	if (title_says(p, m, phrase_is_missing) || says(p, s, phrase_is_missing) ||
	    title_says(p, m, is_numbered_missing))
		return PAGE_SOFT_404;
	if (says(p, s, phrase_is_bot_wall) || (s->weight < WALL_TEXT && has_captcha(s)))
		return PAGE_BOT_WALL;
	if (m->ld_walled || says(p, s, phrase_is_paywall))
		return PAGE_PAYWALL;
	if (says(p, s, phrase_is_consent) && s->link * 3 < s->weight)
		return PAGE_CONSENT;
	if (has_og_type(m, STR("video")) || str_eq(m->ld_type, STR("VideoObject")))
		return PAGE_VIDEO;
	if (str_has(s->page_url, STR("/gallery")) || str_has(s->page_url, STR("/photos/")) ||
	    str_has(s->page_url, STR("/bildergalerie")))
		return PAGE_GALLERY;
	if (is_list_of_links(s, &(struct body){ 0 }, MIN_BARE_LINKS) || is_list_of_cards(s, &(struct body){ 0 }))
		return PAGE_INDEX;
	return PAGE_EMPTY;
}

enum page_kind kind_of(const struct scan *s, const struct meta *m, const struct body *body, const struct page *p)
{
	bool is_marked = m->ld_article || has_og_type(m, STR("article"));
	uint64_t text = body->weight;

	if (body->paragraphs < SHORT_TEXT && !is_marked) {
		if (body->paragraphs < WALL_TEXT &&
		    (title_says(p, m, phrase_is_missing) || title_says(p, m, is_numbered_missing)))
			return PAGE_SOFT_404;
		if (body->paragraphs < WALL_TEXT && title_says(p, m, phrase_is_bot_wall))
			return PAGE_BOT_WALL;
		if (says(p, s, phrase_is_bot_wall) && s->weight < 2000)
			return PAGE_BOT_WALL;
		if (s->weight < 4000 && (title_says(p, m, phrase_is_consent) ||
		                         (p->article.nblocks && phrase_is_consent(p->article.blocks[0].text))))
			return PAGE_CONSENT;
	}
	if (is_live(s, m) && text >= MIN_TEXT)
		return PAGE_LIVE_BLOG;
	if (m->ld_walled && text < WALLED_TEXT && says(p, s, phrase_is_paywall))
		return PAGE_PAYWALL;
	bool is_story = m->ld_article || (is_marked && body->paragraphs >= SHORT_TEXT) ||
	                (has_article_address(s) && (is_marked || body->paragraphs >= MIN_TEXT));
	if (!is_story && (is_list_of_links(s, body, MIN_INDEX_LINKS) || is_list_of_cards(s, body) ||
	                  (is_home(s) && body->paragraphs * 3 < s->weight)))
		return PAGE_INDEX;
	/* A short text is an article if little else is on the page, it says it is one, or
	 * it has a heading and a date, as the first line of breaking news has. */
	bool is_dated = p->article.published != WHEN_NONE && p->article.title.n && !is_home(s);
	uint64_t least = is_story || is_dated || s->weight < 4 * text ? 30 : MIN_TEXT;
	if (text >= least && p->article.nblocks)
		return PAGE_ARTICLE;
	return kind_without_text(s, m, p);
}
