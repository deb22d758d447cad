/*
 * Where the article is: see inner.h.
 *
 * Each line gets a value: running text counts for it, links and scraps count
 * against it, and a line inside furniture (by class, and only where it does
 * not hold most of the page's text) never helps.  The article's element is the
 * one with the greatest sum over its lines, raised by what its markup says
 * (itemprop=articleBody, <article>, class names) and by agreement with the
 * page's own articleBody.  So density, names, markup and metadata vote
 * together, and no single one of them is believed.
 *
 * Inside the element the lines become blocks (blocks.c).
 *
 * Limits: one element only; an article that is spread over elements with
 * nothing but the page in common drags in what stands between them.
 */
#include <string.h>

#include "page/inner.h"
#include "text/norm.h"

#define LONG_LINE 90       /* weight from which running text needs no full stop */
#define SHORT_LINE 24      /* less is a scrap, also with a full stop */
#define MAX_LINE_VALUE 500 /* so that one endless line does not decide */
#define MAX_QUOTED_LINES 2000
#define QUOTED_KEY 48 /* bytes of a line that are looked for in articleBody */

/* Bonuses in percent of the sum. */
#define BONUS_STRONG 20
#define BONUS_ARTICLE 12
#define BONUS_MAIN 4
#define BONUS_BODY 4
#define FAR_LINES 80 /* half of it is the greatest malus */

static int32_t line_value(const struct line *l)
{
	int32_t plain = (int32_t)(l->weight - l->link);

	if (l->link * 2 >= l->weight)
		return -(int32_t)(20 + (l->link < 200 ? l->link : 200) / 4);
	if (l->link * 3 >= l->weight && l->nlinks > 2)
		return -10;
	if (l->weight >= LONG_LINE || (l->sentence && l->weight >= SHORT_LINE)) {
		if (!l->sentence)
			plain /= 2;
		return plain < MAX_LINE_VALUE ? plain : MAX_LINE_VALUE;
	}
	return -8;
}

/* Sums of what the lines below each node are worth. */
static void sum_up(struct scan *s)
{
	struct node_info *info = s->info;

	for (uint32_t i = 0; i < s->html->nnodes; i++)
		info[i].value = info[i].good = 0;
	for (size_t k = 0; k < s->nlines; k++) {
		const struct line *l = &s->lines[k];
		info[l->node].value += l->value;
		info[l->node].good += l->value > 0 ? l->value : 0;
	}
	for (uint32_t i = s->html->nnodes - 1; i > 0; i--) {
		info[s->html->nodes[i].parent].value += info[i].value;
		info[s->html->nodes[i].parent].good += info[i].good;
	}
}

static bool is_heading_or_less(enum tag t)
{
	return !scan_is_block(t) || (t >= TAG_H1 && t <= TAG_H6);
}

static bool has_tag(const struct scan *s, uint32_t i, enum tag t)
{
	for (uint32_t k = i + 1; k < s->html->nodes[i].end; k++)
		if (s->html->nodes[k].tag == t && !s->info[k].skipped)
			return true;
	return false;
}

/* Takes the value from the lines of a node. */
static void discount(struct scan *s, uint32_t node, size_t *k)
{
	while (*k < s->nlines && s->lines[*k].at < node)
		++*k;
	for (; *k < s->nlines && s->lines[*k].at < s->html->nodes[node].end; ++*k)
		s->lines[*k].value = -(int32_t)(s->lines[*k].weight < 200 ? s->lines[*k].weight : 200) / 8;
}

/* Discounts the elements that say what is asked for and do not hold most of
 * the page. */
static void discount_saying(struct scan *s, uint32_t what, int percent)
{
	int64_t total = s->info[0].good;
	size_t k = 0;

	for (uint32_t i = 1; i < s->html->nnodes;) {
		const struct node_info *info = &s->info[i];
		enum tag t = s->html->nodes[i].tag;
		bool is_main = what != SAYS_COMMENT && info->good > 0 &&
		               (t == TAG_MAIN || (info->says & SAYS_STRONG && info->good * 5 > total) ||
		                (t == TAG_ARTICLE && has_tag(s, i, TAG_H1)));
		if (!(info->says & what) || info->good * 100 > total * percent || info->skipped || is_main ||
		    is_heading_or_less(t)) {
			i++;
			continue;
		}
		discount(s, i, &k);
		i = s->html->nodes[i].end;
	}
}

/* Comments first: they may well be the most of a page. */
static void discount_furniture(struct scan *s)
{
	discount_saying(s, SAYS_COMMENT, 90);
	sum_up(s);
	discount_saying(s, SAYS_FURNITURE & ~SAYS_COMMENT, 60);
}

/* Lines that stand in the page's own articleBody or description count double. */
static void credit_quoted(struct scan *s, const struct meta *m)
{
	for (size_t k = 0, looked = 0; k < s->nlines && looked < MAX_QUOTED_LINES; k++) {
		struct line *l = &s->lines[k];
		if (l->value < 40)
			continue;
		looked++;
		struct str text = scan_line_text(s, l);
		size_t n = text.n < QUOTED_KEY ? text.n : QUOTED_KEY;
		while (n < text.n && ((unsigned char)text.p[n] & 0xc0) == 0x80)
			n--;
		text = str_sub(text, 0, n);
		l->quoted =
		        str_has(m->ld_body, text) || str_has(m->description, text) || str_has(m->ld_description, text);
		if (l->quoted)
			l->value *= 2;
	}
}

static int bonus(const struct scan *s, uint32_t i)
{
	uint32_t says = s->info[i].says;
	int percent = says & SAYS_STRONG ? BONUS_STRONG : says & SAYS_BODY ? BONUS_BODY : 0;

	switch (s->html->nodes[i].tag) {
	case TAG_ARTICLE:
		return percent + BONUS_ARTICLE;
	case TAG_MAIN:
		return percent + BONUS_MAIN;
	default:
		return percent;
	}
}

/* How many lines come before a node. */
static size_t lines_before(const struct scan *s, uint32_t node)
{
	size_t from = 0, to = s->nlines;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		if (s->lines[middle].at < node)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

/* The first <h1> that says something, or 0. */
static uint32_t first_heading(const struct scan *s)
{
	for (size_t k = 0; k < s->nlines; k++)
		if (s->html->nodes[s->lines[k].node].tag == TAG_H1 && s->lines[k].weight > 12 && !s->lines[k].link)
			return s->lines[k].at;
	return 0;
}

/* In percent: text far below the title is rather something else. */
static int distance_malus(const struct scan *s, uint32_t node, uint32_t heading)
{
	if (!heading || node <= heading)
		return 0;
	size_t between = lines_before(s, node) - lines_before(s, heading);
	return (int)(between < FAR_LINES ? between : FAR_LINES) / 2;
}

static uint32_t best_node(const struct scan *s)
{
	uint32_t best = 0, heading = first_heading(s);
	int64_t best_score = 0;

	for (uint32_t i = 1; i < s->html->nnodes; i++) {
		enum tag t = s->html->nodes[i].tag;
		if (s->info[i].value <= 0 || (!scan_is_block(t) && t != TAG_OTHER && t != TAG_SPAN && t != TAG_FONT))
			continue;
		int64_t score = s->info[i].value * (100 + bonus(s, i) - distance_malus(s, i, heading));
		if (score >= best_score) {
			best = i;
			best_score = score;
		}
	}
	return best;
}

/* Pages that go on with the next article: of two or more <article>s with a
 * title of their own, the first is the page's. */
static uint32_t first_of_many(const struct scan *s, uint32_t node)
{
	uint32_t first = 0, count = 0;

	for (uint32_t i = node + 1; i < s->html->nodes[node].end;) {
		if (s->html->nodes[i].tag != TAG_ARTICLE || s->info[i].skipped ||
		    s->info[i].good * 8 < s->info[node].good || !has_tag(s, i, TAG_H1)) {
			i++;
			continue;
		}
		if (!count++)
			first = i;
		i = s->html->nodes[i].end;
	}
	return count > 1 ? first : node;
}

/* A paragraph is no article while its neighbours stand outside: up to the
 * nearest container. */
static uint32_t container_of(const struct scan *s, uint32_t node)
{
	while (node) {
		enum tag t = s->html->nodes[node].tag;
		if (t != TAG_P && t != TAG_SPAN && t != TAG_FONT && t != TAG_LI && t != TAG_BLOCKQUOTE &&
		    !(t >= TAG_H1 && t <= TAG_H6))
			break;
		node = s->html->nodes[node].parent;
	}
	return node;
}

void body_find(struct scan *s, const struct meta *m, struct body *body)
{
	*body = (struct body){ 0 };
	for (size_t k = 0; k < s->nlines; k++)
		s->lines[k].value = line_value(&s->lines[k]);
	sum_up(s);
	discount_furniture(s);
	credit_quoted(s, m);
	sum_up(s);
	uint32_t node = container_of(s, best_node(s));
	if (node && !m->ld_live)
		node = first_of_many(s, node);
	body->node = node;
}
