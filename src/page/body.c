/*
 * Where the article may be: see inner.h.
 *
 * Each line has a value: how many characters of running text it holds, as far
 * as it was taken for the article's by itself (lines.c); furniture and links
 * count against.  The densest element is the one with the greatest sum over
 * its lines, raised by what its markup says and lowered by its distance from
 * the main heading.  Beside it stand other candidates: itemprop=articleBody,
 * <article>, a name that says it.  None of them is believed: which lines are the article's is decided line by line, by
 * how many candidates agree among other things (lines.c).
 */
#include <string.h>

#include "page/inner.h"
#include "text/norm.h"

#define LONG_LINE 90       /* weight from which running text needs no full stop */
#define SHORT_LINE 24      /* less is a scrap, also with a full stop */
#define MAX_LINE_VALUE 500 /* so that one endless line does not decide */
#define GAP_LINE 20        /* what a line that is no text costs a run of paragraphs */
#define MAX_GAP 200
#define CERTAIN 200 /* score from which a line counts in full */

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

static bool has_tag(const struct scan *s, uint32_t i, enum tag t)
{
	for (uint32_t k = i + 1; k < s->html->nodes[i].end; k++)
		if (s->html->nodes[k].tag == t && !s->info[k].skipped)
			return true;
	return false;
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
	size_t between = scan_lines_before(s, node) - scan_lines_before(s, heading);
	return (int)(between < FAR_LINES ? between : FAR_LINES) / 2;
}

/* Outside the <article> with the main heading, though that has text. */
static bool is_elsewhere(const struct scan *s, uint32_t node)
{
	return s->home && s->info[s->home].value > 0 && node > s->home && node >= s->html->nodes[s->home].end;
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
		if (is_elsewhere(s, i))
			score /= 3;
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

static struct candidate lines_of(const struct scan *s, uint32_t node)
{
	if (!node)
		return (struct candidate){ 0 };
	return (struct candidate){ scan_lines_before(s, node), scan_lines_before(s, s->html->nodes[node].end) };
}

/* Of the elements that say what is asked for, or have the tag, the one with
 * the most running text. */
static struct candidate best_of(const struct scan *s, uint32_t says, enum tag t)
{
	uint32_t best = 0;

	for (uint32_t i = 1; i < s->html->nnodes; i++)
		if ((s->info[i].says & says || (t && s->html->nodes[i].tag == t)) && !s->info[i].skipped &&
		    s->info[i].good > s->info[best].good * (best != 0))
			best = i;
	return lines_of(s, best);
}

void body_weigh(struct scan *s)
{
	for (size_t k = 0; k < s->nlines; k++)
		s->lines[k].value = line_value(&s->lines[k]);
	sum_up(s);
}

/* The value of a line by its first score. */
static int32_t scored_value(const struct line *l)
{
	int32_t weight = l->weight < MAX_LINE_VALUE ? (int32_t)l->weight : MAX_LINE_VALUE;
	int32_t score = l->score > CERTAIN ? CERTAIN : l->score < -CERTAIN ? -CERTAIN : l->score;

	return weight * score / CERTAIN / (score < 0 ? 2 : 1);
}

void body_find(struct scan *s, const struct meta *m, struct candidates *out)
{
	*out = (struct candidates){ 0 };
	for (size_t k = 0; k < s->nlines; k++)
		s->lines[k].value = scored_value(&s->lines[k]);
	sum_up(s);
	uint32_t node = container_of(s, best_node(s));
	if (node && !m->ld_live)
		node = first_of_many(s, node);
	if (s->marks && s->marks->body) { /* a rule says it: all signs agree */
		out->node = s->marks->body;
		out->dense = out->micro = out->article = out->named = lines_of(s, out->node);
		return;
	}
	out->node = node;
	out->dense = lines_of(s, node);
	out->micro = best_of(s, SAYS_MICRO, TAG_NONE);
	out->article = best_of(s, 0, TAG_ARTICLE);
	out->named = best_of(s, SAYS_STRONG, TAG_NONE);
}
