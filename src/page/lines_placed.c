/*
 * What is said of a line once the candidates for the body are known: which of
 * them hold it, how much running text stands where it stands, its position and
 * its neighbours.  See lines.c.
 */
#include "page/lines_inner.h"

#define FAR_LINES 6
#define NEAR_LINES 4

/* ---- what holds it --------------------------------------------------------- */

static void say_candidates(struct judge *j)
{
	const struct candidate *all[] = { &j->c->dense, &j->c->micro, &j->c->article, &j->c->named };
	size_t holding = 0, known = 0;

	for (size_t i = 0; i < 4; i++) {
		if (all[i]->from == all[i]->to)
			continue;
		bool in = candidate_holds(all[i], j->at);
		known++;
		holding += in;
		say(j, (enum feature)(FEATURE_IN_DENSE + 2 * i + !in));
	}
	if (j->s->home && line_is_inside(j->s, j->line->node, j->s->home)) {
		say(j, FEATURE_IN_HOME);
	} else if (j->s->home) {
		say(j, FEATURE_OUT_HOME);
		say_if(j, line_article_around(j->s->html, j->line->node) != 0, FEATURE_OTHER_ARTICLE);
	}
	say_if(j, !holding, FEATURE_AGREE_NONE);
	say_if(j, known && holding == known, FEATURE_AGREE_ALL);
}

static void say_shares(struct judge *j)
{
	static const uint64_t limits[] = { 2, 10, 35 };
	const struct fact *f = &j->facts[j->at];

	say_step(j, j->direct[f->parent] * 100 / j->running, limits, 3, FEATURE_PARENT_2);
	say_step(j, j->wider[f->grand] * 100 / j->running, limits, 3, FEATURE_GRAND_2);
	say_step(j, line_place(j, f->place)->weight * 100 / j->running, limits, 3, FEATURE_PLACE_2);
}

/* ---- where it stands --------------------------------------------------------- */

/* A caption in the article's element. */
static bool is_own_caption(const struct judge *j)
{
	return j->s->html->nodes[j->line->node].tag == TAG_FIGCAPTION &&
	       (candidate_holds(&j->c->dense, j->at) ||
	        (j->s->home && line_is_inside(j->s, j->line->node, j->s->home)));
}

static void say_position(struct judge *j)
{
	size_t k = j->at;

	if (j->heading != SIZE_MAX) {
		say_if(j, k < j->heading, FEATURE_BEFORE_H1);
		say_if(j, k > j->heading && k < j->heading + FAR_LINES, FEATURE_NEAR_H1);
	}
	if (j->first == SIZE_MAX)
		return;
	size_t r = j->rank[k], first = j->rank[j->first], last = j->rank[j->last];
	if (is_own_caption(j))
		say(j, FEATURE_AMID); /* wherever its picture stands */
	else if (k < j->first)
		say(j, r + 1 == first           ? FEATURE_BEFORE_NEXT
		       : r + FAR_LINES >= first ? FEATURE_BEFORE_NEAR
		                                : FEATURE_BEFORE_FAR);
	else if (k > j->last)
		say(j, r <= last + 1           ? FEATURE_AFTER_NEXT
		       : r <= last + FAR_LINES ? FEATURE_AFTER_NEAR
		                               : FEATURE_AFTER_FAR);
	else
		say(j, FEATURE_AMID);
	say_if(j, j->hushed && (k < j->hushed_until || !j->facts[k].running), FEATURE_HUSHED);
	say_if(j, j->ended, FEATURE_ENDED);
	say_if(j, j->again, FEATURE_HEADING_AGAIN);
}

static const struct fact *likely_before(const struct judge *j)
{
	size_t r = j->rank[j->at];
	return r ? &j->facts[j->likely[r - 1]] : NULL;
}

static const struct fact *likely_behind(const struct judge *j)
{
	size_t r = j->rank[j->at];

	if (r < j->nlikely && j->likely[r] == j->at)
		r++;
	return r < j->nlikely ? &j->facts[j->likely[r]] : NULL;
}

static void say_neighbour(struct judge *j, const struct fact *f, enum feature none)
{
	int kind = !f ? 0 : f->running ? 1 : f->linky ? 2 : f->heading ? 3 : 4;

	say(j, (enum feature)(none + kind));
	say_if(j, f && f->parent == j->fact->parent, (enum feature)(none + 5));
}

static size_t running_around(const struct judge *j)
{
	size_t n = 0, r = j->rank[j->at], from = r > NEAR_LINES ? r - NEAR_LINES : 0;

	for (size_t i = from; i < j->nlikely && i <= r + NEAR_LINES; i++)
		n += j->likely[i] != j->at && j->facts[j->likely[i]].running;
	return n;
}

static void say_neighbours(struct judge *j)
{
	static const uint64_t limits[] = { 1, 3, 6 };

	say_neighbour(j, likely_before(j), FEATURE_BEFORE_NONE);
	say_neighbour(j, likely_behind(j), FEATURE_NEXT_NONE);
	say_step(j, running_around(j), limits, 3, FEATURE_AROUND_NONE);
}

/* ---- what counts only together ------------------------------------------------- */

static void say_together(struct judge *j, struct str text)
{
	static const struct fact none = { 0 };
	const struct line *l = j->line;
	const struct fact *f = j->fact;
	const struct fact *before = likely_before(j), *next = likely_behind(j);
	enum tag t = j->s->html->nodes[l->node].tag;

	before = before ? before : &none;
	next = next ? next : &none;
	bool shorter = l->weight < LONG_LINE;
	bool beside = before->running && next->running && before->parent == next->parent;
	bool prose = l->weight >= LONG_LINE && l->sentence && !l->link;
	bool usual = line_place(j, f->place)->weight * 100 >= 10 * j->running;
	bool amid = j->first != SIZE_MAX && j->at > j->first && j->at < j->last;

	say_if(j, shorter && t == TAG_P && beside && before->parent == f->parent && !f->linky, FEATURE_SHORT_P_AMID);
	say_if(j, shorter && t == TAG_DIV && beside, FEATURE_SHORT_DIV_AMID);
	say_if(j, shorter && !l->sentence && j->last != SIZE_MAX && j->at > j->last && !is_own_caption(j),
	       FEATURE_SHORT_END_NO_STOP);
	if (f->heading) {
		say(j, next->running && next->parent == f->parent ? FEATURE_HEADING_OF_TEXT : FEATURE_HEADING_OF_NONE);
		say_if(j, f->linky, FEATURE_HEADING_LINK);
	}
	if (l->weight < 60 && (str_ends(text, STR(":")) || f->strong || f->heading)) {
		say_if(j, next->linky, FEATURE_LABEL_OF_LINKS);
		say_if(j, next->running, FEATURE_LABEL_OF_TEXT);
	}
	say_if(j, prose && usual, FEATURE_PROSE);
	say_if(j, prose && !usual, FEATURE_PROSE_ELSEWHERE);
	say_if(j, prose && !candidate_holds(&j->c->dense, j->at), FEATURE_PROSE_OUTSIDE);
	say_if(j, f->em && j->at + 2 >= j->last, FEATURE_EM_AT_END);
	say_if(j, f->em && j->at <= j->first, FEATURE_EM_AT_BEGINNING);
	say_if(j, amid && shorter && f->strong, FEATURE_STRONG_SHORT_AMID);
	say_if(j, amid && f->leads_home && t == TAG_P, FEATURE_LINK_P_AMID);
	say_if(j, amid && f->leads_home && t != TAG_P, FEATURE_LINK_LINE_AMID);
	say_if(j, amid && f->leads_home && f->strong, FEATURE_LINK_STRONG_AMID);
	say_if(j, amid && l->link * 3 > l->weight && l->weight < 200 && str_has(str_sub(text, 0, 60), STR(":")),
	       FEATURE_COLON_LINK);
	say_if(j, t == TAG_LI && l->sentence && !l->link, FEATURE_ITEM_PROSE);
	say_if(j, (t == TAG_TD || t == TAG_TH) && l->weight < 40, FEATURE_CELL_SHORT);
	say_if(j, f->running && j->at == j->first && j->direct[f->parent] * 3 < j->running, FEATURE_FIRST_LONG);
	if (j->first != SIZE_MAX && j->at < j->first)
		say_if(j, line_is_title(j, text), FEATURE_TITLE_BEFORE);
}

/* A heading that introduces furniture: what stands in its element, and what
 * follows until running text. */
static void hush(struct judge *j)
{
	const struct scan *s = j->s;
	const struct line *l = j->line;

	if (s->html->nodes[l->node].tag == TAG_H1 && j->at > j->first && j->heading < j->first && l->weight > 12)
		j->again = true;
	if (j->fact->phrase == PHRASE_END && !l->sentence && j->at > j->first)
		j->ended = true;
	if (j->fact->phrase == PHRASE_HEADING && !l->sentence) {
		uint32_t best = 0;
		for (uint32_t i = l->node; i; i = s->html->nodes[i].parent)
			if (s->info[i].good * 5 < s->info[j->c->node].good)
				best = i;
		j->hushed = true;
		j->hushed_until = j->at + 1;
		while (best && j->hushed_until < s->nlines && s->lines[j->hushed_until].at < s->html->nodes[best].end)
			j->hushed_until++;
	} else if (j->hushed && j->at >= j->hushed_until && j->fact->running && l->weight >= LONG_LINE) {
		j->hushed = false;
	}
}

void lines_say_placed(struct judge *j)
{
	hush(j);
	say_candidates(j);
	say_shares(j);
	say_position(j);
	say_neighbours(j);
	say_together(j, j->fact->text);
}
