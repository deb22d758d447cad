/*
 * When the article was published and changed: JSON-LD, then <meta>, <time>,
 * elements that call themselves a date, short lines near the title, and last
 * the address.
 */
#include "page/inner.h"
#include "text/dates.h"
#include "text/norm.h"

#define MAX_DATE_BYTES 400
#define MAX_DATE_LINES 60 /* that are searched for a date */

static bool set_date(struct str text, when *at, struct str *as_written)
{
	struct date d;

	if (*at != WHEN_NONE || text.n < 6 || !date_parse(text, &d))
		return false;
	*at = d.at;
	*as_written = text;
	return true;
}

/* A <time> or an element that calls itself a date, near the article. */
static void date_from_markup(struct scan *s, const struct body *body, struct article *a)
{
	const struct html *h = s->html;
	uint32_t until = body->node ? h->nodes[body->node].end : h->nnodes;
	struct date d;
	struct str found;

	for (uint32_t i = 1; i < until && a->published == WHEN_NONE; i++)
		if (h->nodes[i].tag == TAG_TIME && !s->info[i].in_link) {
			struct str value = text_normal(s->arena, html_attribute(h, i, "datetime"));
			if (!set_date(value, &a->published, &a->published_text))
				set_date(meta_short_text(s->arena, h, i, MAX_DATE_BYTES), &a->published,
				         &a->published_text);
		}
	/* Class names lie often: only short text, whole or nearly. */
	for (size_t k = 0, seen = 0; k < s->nlines && a->published == WHEN_NONE; k++) {
		const struct line *l = &s->lines[k];
		bool said = false;
		if (l->at >= until || seen > MAX_DATE_LINES)
			break;
		for (uint32_t i = h->nodes[l->at].parent, up = 0; i && up < 4 && !said; i = h->nodes[i].parent, up++)
			said = s->info[i].says & SAYS_DATE;
		if (!said || l->weight > 150 || l->link * 2 > l->weight)
			continue;
		seen++;
		if (date_find(scan_line_text(s, l), &d, &found)) {
			a->published = d.at;
			a->published_text = found;
		}
	}
}

/* A date in a short line between title and text. */
static void date_from_lines(struct scan *s, const struct body *body, struct article *a)
{
	struct str found;
	struct date d;
	bool after_title = false;

	for (size_t k = 0, seen = 0; k < s->nlines && body->node && a->published == WHEN_NONE; k++) {
		const struct line *l = &s->lines[k];
		if (l->at >= s->html->nodes[body->node].end || seen > MAX_DATE_LINES)
			return;
		seen += after_title || l->at >= body->node;
		struct str text = scan_line_text(s, l);
		after_title |= text_alike(text, a->title);
		if (l->weight > 120 || !(after_title || l->at >= body->node))
			continue;
		if (date_find(text, &d, &found)) {
			a->published = d.at;
			a->published_text = found;
		}
	}
}

/* /2020/03/13/ or 20200313 in the address. */
static void date_from_address(struct str url, struct article *a)
{
	size_t path = str_find(url, STR("://"));

	for (size_t i = path == STR_NPOS ? 0 : path + 3; i + 9 < url.n && a->published == WHEN_NONE; i++) {
		char before = url.p[i - (i > 0)];
		if (before != '/' && before != '-' && before != '_')
			continue;
		for (size_t n = 8; n <= 10 && i + n <= url.n; n += 2) {
			struct str text = str_sub(url, i, i + n);
			bool ends = i + n == url.n || !char_is_digit(url.p[i + n]);
			if (ends && (str_starts(text, STR("20")) || str_starts(text, STR("19"))) &&
			    char_is_digit(text.p[n - 1]))
				set_date(text, &a->published, &a->published_text);
		}
	}
}

void dates_settle(struct scan *s, const struct meta *m, const struct body *body, struct page *out)
{
	struct article *a = &out->article;

	a->published = a->modified = WHEN_NONE;
	if (!set_date(m->ld_published, &a->published, &a->published_text))
		set_date(m->published, &a->published, &a->published_text);
	if (!set_date(m->ld_modified, &a->modified, &a->modified_text))
		set_date(m->modified, &a->modified, &a->modified_text);
	date_from_markup(s, body, a);
	date_from_lines(s, body, a);
	date_from_address(m->canonical, a);
	date_from_address(s->page_url, a);
}
