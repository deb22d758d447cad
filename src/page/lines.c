/*
 * Which lines are the article's: see inner.h.
 *
 * Of each line a number of things are said (features.inc).  First what it is by
 * itself and what stands around it; from this alone a first score is made, by
 * which body.c finds candidates for the body.  Then which candidates hold it,
 * how much text stands where it stands, its position and its neighbours.  Each
 * weighs something (weights.inc, log odds times 100, fitted on marked pages by
 * tools/fit-lines); the line is the article's when the sum is above zero.
 * There are no other rules here but two: of a row of short links nothing more
 * is said, and the lines of a list or a table have the mean of their sums.  So
 * a decision can be read off as a sum.
 *
 * "Running text" are lines that are long or a sentence, hold few links, and
 * were not taken for furniture at first sight.
 *
 * Here is what is known of all lines, and the sums; what is said of a line at
 * the first look stands in lines_alone.c, at the second in lines_placed.c.
 */
#include "base/hash.h"
#include "page/lines_inner.h"

#define SHORT_LINE 24
#define OF_MENU -400  /* score of one of a row of short links */
#define UNLIKELY -250 /* first score of a line that is plainly furniture */
#define BARELY -100   /* first score of a line that may yet be running text */

/* By itself, and with all that is said of it. */
static const struct {
	int16_t alone, placed;
} weights[FEATURE_COUNT] = {
#define WEIGHT(name, alone, placed) [FEATURE_##name] = { alone, placed },
#include "page/weights.inc"
#undef WEIGHT
};

const char *feature_name(enum feature f)
{
	static const char *const names[FEATURE_COUNT] = {
#define FEATURE(name, sign, words) #name,
#include "page/features.inc"
#undef FEATURE
	};
	return names[f];
}

const char *feature_words(enum feature f)
{
	static const char *const phrases[FEATURE_COUNT] = {
#define FEATURE(name, sign, words) words,
#include "page/features.inc"
#undef FEATURE
	};
	return phrases[f];
}

int feature_weight(enum feature f)
{
	return weights[f].placed;
}

static void look_at(struct judge *j, size_t k)
{
	j->at = k;
	j->line = &j->s->lines[k];
	j->fact = &j->facts[k];
	j->said = &j->saids[k];
}

static bool is_container(enum tag t)
{
	return t != TAG_P && t != TAG_SPAN && t != TAG_FONT && !(t >= TAG_H1 && t <= TAG_H6);
}

static uint32_t container_above(const struct html *h, uint32_t node)
{
	do
		node = h->nodes[node].parent;
	while (node && !is_container(h->nodes[node].tag));
	return node;
}

bool line_is_running(const struct line *l)
{
	if (l->link * 3 >= l->weight && (l->nlinks > 2 || l->link * 2 >= l->weight))
		return false;
	return l->weight >= LONG_LINE || (l->sentence && l->weight >= SHORT_LINE);
}

struct place *line_place(struct judge *j, uint64_t key)
{
	size_t i = key & (j->nplaces - 1);

	while (j->places[i].weight && j->places[i].key != key)
		i = (i + 1) & (j->nplaces - 1);
	j->places[i].key = key;
	return &j->places[i];
}

static bool is_short_link(const struct line *l)
{
	return l->weight < 40 && l->link * 100 >= l->weight * 85;
}

/* One of a row of short links, as in a menu: most lines of most pages.  Nothing
 * more is said of it. */
static bool is_of_menu(const struct scan *s, size_t k)
{
	return is_short_link(&s->lines[k]) && (!k || is_short_link(&s->lines[k - 1])) &&
	       (k + 1 == s->nlines || is_short_link(&s->lines[k + 1]));
}

static void gather_facts(struct judge *j)
{
	struct scan *s = j->s;

	for (size_t k = 0; k < s->nlines; k++) {
		struct line *l = &s->lines[k];
		struct fact *f = &j->facts[k];
		enum tag t = s->html->nodes[l->node].tag;
		f->menu = is_of_menu(s, k);
		f->linky = f->menu;
		if (f->menu)
			continue;
		f->text = scan_line_text(s, l);
		f->heading = t >= TAG_H1 && t <= TAG_H6;
		f->linky = l->link * 2 > l->weight;
		f->parent = is_container(t) && t != TAG_LI ? l->node : container_above(s->html, l->node);
		f->grand = container_above(s->html, f->parent);
		f->place = l->place = scan_place(s, l->node);
	}
}

/* How much running text stands where; the first and last of the body. */
static void gather_running(struct judge *j)
{
	struct scan *s = j->s;

	j->direct = ARENA_ARRAY(s->arena, uint64_t, s->html->nnodes);
	j->wider = ARENA_ARRAY(s->arena, uint64_t, s->html->nnodes);
	for (j->nplaces = 64; j->nplaces < 2 * s->nlines;)
		j->nplaces *= 2;
	j->places = ARENA_ARRAY(s->arena, struct place, j->nplaces);
	j->first = j->last = SIZE_MAX;
	for (size_t k = 0; k < s->nlines; k++) {
		const struct line *l = &s->lines[k];
		struct fact *f = &j->facts[k];
		f->running = line_is_running(l) && l->score > BARELY;
		if (!f->running)
			continue;
		j->direct[f->parent] += l->weight;
		j->wider[f->grand] += l->weight;
		line_place(j, f->place)->weight += l->weight;
		if (!candidate_holds(&j->c->dense, k))
			continue;
		j->running += l->weight;
		if (j->first == SIZE_MAX)
			j->first = k;
		j->last = k;
	}
	if (!j->running)
		j->running = 1;
}

static void rank_lines(struct judge *j)
{
	const struct scan *s = j->s;

	j->likely = arena_alloc(s->arena, (s->nlines + 1) * sizeof(uint32_t));
	j->rank = arena_alloc(s->arena, (s->nlines + 1) * sizeof(uint32_t));
	for (size_t k = 0; k < s->nlines; k++) {
		j->rank[k] = (uint32_t)j->nlikely;
		if (s->lines[k].score > UNLIKELY)
			j->likely[j->nlikely++] = (uint32_t)k;
	}
}

/* The first two words, if a line has more. */
static struct str first_words(struct str s)
{
	size_t one = str_find_byte(s, ' ');
	if (one == STR_NPOS)
		return STR_NONE;
	size_t two = str_find_byte(str_sub(s, one + 1, s.n), ' ');
	return two == STR_NPOS ? STR_NONE : str_sub(s, 0, one + 1 + two);
}

struct text_slot {
	uint64_t hash;
	size_t last; /* line + 1 */
};

/* Which lines stood before, and which short ones begin alike. */
static void find_repeats(struct judge *j)
{
	struct scan *s = j->s;
	size_t room = 64;

	while (room < 4 * s->nlines)
		room *= 2;
	struct text_slot *slots = ARENA_ARRAY(s->arena, struct text_slot, room);
	for (size_t k = 0; k < 2 * s->nlines; k++) {
		struct fact *f = &j->facts[k / 2];
		struct str key = k % 2 ? first_words(f->text) : f->text;
		uint64_t hash = hash_quick(key) ^ k % 2;
		size_t i = hash & (room - 1);
		if (key.n < 6)
			continue;
		while (slots[i].last && slots[i].hash != hash)
			i = (i + 1) & (room - 1);
		if (slots[i].last && k % 2)
			f->alike = j->facts[slots[i].last - 1].alike = true;
		else if (slots[i].last)
			f->repeats = true;
		slots[i] = (struct text_slot){ hash, k / 2 + 1 };
	}
}

static size_t main_heading(const struct scan *s)
{
	for (size_t k = 0; k < s->nlines; k++)
		if (s->html->nodes[s->lines[k].node].tag == TAG_H1 && s->lines[k].weight > 12 && !s->lines[k].link)
			return k;
	return SIZE_MAX;
}

uint32_t line_article_around(const struct html *h, uint32_t node)
{
	while (node && h->nodes[node].tag != TAG_ARTICLE)
		node = h->nodes[node].parent;
	return node;
}

/* The <article> with the main heading, else the only one. */
static uint32_t find_home(const struct judge *j)
{
	const struct html *h = j->s->html;
	uint32_t home = 0;

	if (j->heading != SIZE_MAX)
		home = line_article_around(h, j->s->lines[j->heading].node);
	if (home)
		return home;
	for (uint32_t i = 1; i < h->nnodes; i++) {
		if (h->nodes[i].tag != TAG_ARTICLE)
			continue;
		if (home)
			return 0;
		home = i;
	}
	return home;
}

/* How many elements that make a form or a player stand before each node. */
static void count_devices(struct judge *j)
{
	const struct html *h = j->s->html;
	uint32_t controls = 0, players = 0;

	j->controls = arena_alloc(j->s->arena, (h->nnodes + 1) * sizeof(uint32_t));
	j->players = arena_alloc(j->s->arena, (h->nnodes + 1) * sizeof(uint32_t));
	for (uint32_t i = 0; i < h->nnodes; i++) {
		enum tag t = h->nodes[i].tag;
		j->controls[i] = controls;
		j->players[i] = players;
		controls += t == TAG_INPUT || t == TAG_BUTTON || t == TAG_SELECT || t == TAG_TEXTAREA;
		players += t == TAG_VIDEO || t == TAG_AUDIO || t == TAG_IFRAME;
	}
	j->controls[h->nnodes] = controls;
	j->players[h->nnodes] = players;
}

struct judge *lines_judge_alone(struct scan *s, const struct meta *m)
{
	struct judge *j = arena_zalloc(s->arena, 1, sizeof(*j));

	j->s = s;
	j->meta = m;
	j->facts = ARENA_ARRAY(s->arena, struct fact, s->nlines);
	j->saids = ARENA_ARRAY(s->arena, struct said, s->nlines);
	j->heading = main_heading(s);
	s->home = find_home(j);
	gather_facts(j);
	find_repeats(j);
	count_devices(j);
	for (size_t k = 0; k < s->nlines; k++) {
		look_at(j, k);
		j->line->score = OF_MENU;
		if (j->fact->menu)
			continue;
		lines_say_alone(j);
		j->line->score = 0;
		for (size_t i = 0; i < j->said->n; i++)
			j->line->score += weights[j->said->what[i]].alone;
	}
	return j;
}

/* Tables and lists stay or go as a whole: each of their lines gets the mean
 * score, by the innermost one. */
static void level_groups(struct judge *j)
{
	const struct scan *s = j->s;
	const struct html_node *nodes = s->html->nodes;
	uint32_t *group = ARENA_ARRAY(s->arena, uint32_t, s->nlines);

	for (size_t k = 0; k < s->nlines; k++)
		for (uint32_t i = s->lines[k].node; i && !group[k]; i = nodes[i].parent)
			if (nodes[i].tag == TAG_TABLE || nodes[i].tag == TAG_UL || nodes[i].tag == TAG_OL)
				group[k] = s->info[i].good * 2 > s->info[0].good ? UINT32_MAX : i;
	for (size_t k = 0, next; k < s->nlines; k = next) {
		int64_t sum = 0, n = 0;
		for (next = k; next < s->nlines && group[next] == group[k]; next++, n++)
			sum += s->lines[next].score;
		for (size_t i = k; i < next && group[k] && group[k] != UINT32_MAX; i++)
			s->lines[i].score = (int32_t)(sum / n);
	}
}

const struct said *lines_judge_placed(struct judge *j, const struct candidates *c, const struct article *article)
{
	j->c = c;
	j->article = article;
	gather_running(j);
	rank_lines(j);
	for (size_t k = 0; k < j->s->nlines; k++) {
		look_at(j, k);
		if (j->fact->menu)
			continue;
		lines_say_placed(j);
	}
	for (size_t k = 0; k < j->s->nlines; k++) {
		look_at(j, k);
		if (j->fact->menu)
			continue;
		j->line->score = 0;
		for (size_t i = 0; i < j->said->n; i++)
			j->line->score += weights[j->said->what[i]].placed;
	}
	level_groups(j);
	return j->saids;
}
