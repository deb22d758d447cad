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
 */
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "page/inner.h"
#include "page/letters.h"
#include "page/lines.h"
#include "text/dates.h"
#include "text/norm.h"

#define LONG_LINE 90
#define SHORT_LINE 24
#define FAR_LINES 6
#define NEAR_LINES 4
#define MAX_LINE_NODES 200 /* behind which no link of a line is looked for */
#define MIN_LD_BODY 300
#define LD_KEY 60
#define GRAMS 65536 /* kinds of three bytes that are told apart */
#define MAX_LOOKED_UP 2000

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

/* What is known of a line besides what is said of it. */
struct fact {
	struct str text;
	enum phrase_kind phrase;
	bool running; /* running text */
	bool heading;
	bool linky;
	bool menu;       /* one of a row of short links */
	bool leads_home; /* linky, to another page of the site */
	bool leads_abroad;
	bool em, strong;        /* all of it */
	uint32_t parent, grand; /* containers of its block */
	uint64_t place;
	bool repeats; /* it stood in the page before */
	bool alike;   /* another line begins with the same words */
};

struct place {
	uint64_t key, weight;
};

struct judge {
	struct scan *s;
	const struct meta *meta;
	const struct candidates *c; /* NULL before they are known */
	const struct article *article;
	struct fact *facts;
	struct said *saids;
	uint64_t *direct, *wider; /* weight of running text, by parent and grandparent */
	struct place *places;
	size_t nplaces; /* a power of two */
	/* Lines that are not plainly furniture by themselves: what stands before and
	 * behind a line is told by them, so that an advertisement between two
	 * paragraphs changes neither. */
	uint32_t *likely; /* their numbers, in order */
	uint32_t *rank;   /* of each line: how many of them come before it */
	size_t nlikely;
	bool *grams;                  /* what stands in articleBody; NULL: not asked yet */
	size_t looked_up;             /* lines that were looked for in the page's articleBody */
	uint64_t running;             /* weight of running text in the densest element */
	size_t first, last;           /* running lines of the body; SIZE_MAX: none */
	size_t heading;               /* the main heading's line, or SIZE_MAX */
	uint32_t home;                /* the article element that holds it, or 0 */
	uint32_t *controls, *players; /* how many stand before each node */
	bool again;                   /* a second main heading was passed */
	uint32_t list;                /* the last one looked at */
	bool list_is_linky;
	size_t hushed_until;
	bool hushed, ended;
	/* the line at hand */
	struct line *line;
	struct fact *fact;
	struct said *said;
	size_t at;
};

static void say(struct judge *j, enum feature f)
{
	if (j->said->n < MAX_SAID)
		j->said->what[j->said->n++] = (uint8_t)f;
}

static void look_at(struct judge *j, size_t k)
{
	j->at = k;
	j->line = &j->s->lines[k];
	j->fact = &j->facts[k];
	j->said = &j->saids[k];
}

static void say_if(struct judge *j, bool so, enum feature f)
{
	if (so)
		say(j, f);
}

/* The step of a stair that n stands on: f for less than the first limit, the
 * next feature for less than the second... */
static void say_step(struct judge *j, uint64_t n, const uint64_t *limits, size_t nlimits, enum feature f)
{
	size_t i = 0;

	while (i < nlimits && n >= limits[i])
		i++;
	say(j, (enum feature)(f + i));
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

static bool is_running(const struct line *l)
{
	if (l->link * 3 >= l->weight && (l->nlinks > 2 || l->link * 2 >= l->weight))
		return false;
	return l->weight >= LONG_LINE || (l->sentence && l->weight >= SHORT_LINE);
}

static struct place *place_slot(struct judge *j, uint64_t key)
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
		f->running = is_running(l) && l->score > BARELY;
		if (!f->running)
			continue;
		j->direct[f->parent] += l->weight;
		j->wider[f->grand] += l->weight;
		place_slot(j, f->place)->weight += l->weight;
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

/* ---- what a line is by itself --------------------------------------------- */

static void say_length(struct judge *j)
{
	static const uint64_t limits[] = { 12, 25, 50, 90, 160, 300 };

	say_step(j, j->line->weight, limits, 6, FEATURE_WEIGHT_12);
}

/* Where the first link of a line leads: within the site, to another one, or
 * nowhere that can be told. */
enum leads { LEADS_NOWHERE, LEADS_HOME, LEADS_ABROAD };
static enum leads leads_to(const struct scan *s, const struct line *l)
{
	struct str host, ignored, href = STR_NONE;
	uint32_t i = l->at, end = s->html->nodes[l->node].end;

	if (end > i + MAX_LINE_NODES)
		end = i + MAX_LINE_NODES;
	while (i < end && !s->info[i].in_link)
		i++;
	while (i && i < end && s->html->nodes[i].tag != TAG_A)
		i = s->html->nodes[i].parent;
	if (i < end)
		href = str_trim(html_attribute(s->html, i, "href"));
	if (!href.n || href.p[0] == '#' || str_starts_nocase(href, STR("mailto:")) ||
	    str_starts_nocase(href, STR("javascript:")) || str_starts_nocase(href, STR("tel:")))
		return LEADS_NOWHERE;
	size_t at = str_find(href, STR("//"));
	if (at == STR_NPOS || at > 6)
		return LEADS_HOME;
	if (!s->site.n)
		return LEADS_NOWHERE;
	str_cut(str_sub(href, at + 2, href.n), '/', &host, &ignored);
	bool within = str_ends(host, s->site) && (host.n == s->site.n || host.p[host.n - s->site.n - 1] == '.');
	return within ? LEADS_HOME : LEADS_ABROAD;
}

static void say_links(struct judge *j)
{
	const struct line *l = j->line;

	say(j, !l->link                         ? FEATURE_LINKS_NONE
	       : l->link * 5 <= l->weight       ? FEATURE_LINKS_FEW
	       : l->link * 2 <= l->weight       ? FEATURE_LINKS_SOME
	       : l->link * 100 < l->weight * 85 ? FEATURE_LINKS_MOST
	                                        : FEATURE_LINKS_ALL);
	say_if(j, l->nlinks >= 3, FEATURE_LINKS_THREE);
	if (l->link * 3 <= l->weight)
		return;
	enum leads to = leads_to(j->s, l);
	j->fact->leads_home = to == LEADS_HOME && l->link * 2 > l->weight;
	j->fact->leads_abroad = to == LEADS_ABROAD;
	say_if(j, to == LEADS_ABROAD, FEATURE_LINKS_ABROAD);
	say_if(j, to == LEADS_HOME && l->link * 100 >= l->weight * 85, FEATURE_LINKS_HOME);
}

static bool names_author(const struct judge *j, struct str text)
{
	for (size_t i = 0; i < j->meta->nauthors; i++)
		if (j->meta->authors[i].n > 4 && str_find_nocase(text, j->meta->authors[i]) != STR_NPOS)
			return true;
	return false;
}

/* "08:00", "9.31 am": a time of day and nothing else. */
static bool is_clock(struct str s)
{
	size_t letters = 0, i = 0;
	int hour = 0;

	while (i < s.n && i < 2 && char_is_digit(s.p[i]))
		hour = hour * 10 + (s.p[i++] - '0');
	if (!i || hour > 24 || i + 3 > s.n || (s.p[i] != ':' && s.p[i] != '.') || s.p[i + 1] < '0' ||
	    s.p[i + 1] > '5' || !char_is_digit(s.p[i + 2]))
		return false;
	for (i += 3; i < s.n; i++) {
		if (char_is_alpha(s.p[i]))
			letters++;
		else if (s.p[i] != ' ' && s.p[i] != '.')
			return false;
	}
	return letters <= 4;
}

/* What its letters look like; how many are figures. */
static size_t say_letters(struct judge *j, struct str text)
{
	struct letters l = letters_of_line(text);

	say_if(j, l.begins_lower, FEATURE_LOWER);
	say_if(j, l.pipe, FEATURE_PIPE);
	say_if(j, j->line->weight <= LETTERS_LOOKED_AT && letters_hold_address(&l, text), FEATURE_ADDRESS);
	say_if(j, l.copyright, FEATURE_COPYRIGHT);
	say_if(j, l.upper > 3 && !l.lower, FEATURE_CAPITALS);
	say_if(j, l.digits * 3 > l.all, FEATURE_DIGITS);
	return l.digits;
}

static bool is_title(const struct judge *j, struct str text)
{
	return (j->article && (text_alike(text, j->article->title) || title_is_in(text, j->article->title))) ||
	       text_alike(text, j->meta->og_title) || text_alike(text, j->meta->ld_title) ||
	       text_alike(text, j->meta->html_title);
}

static size_t gram_at(struct str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;
	return ((size_t)p[0] << 8 ^ (size_t)p[1] << 4 ^ p[2]) % GRAMS;
}

/* Which three bytes stand together anywhere in articleBody is kept, so that most lines need no search. */
static bool is_in_ld_body(struct judge *j, struct str key)
{
	struct str body = j->meta->ld_body;

	if (!j->grams) {
		j->grams = ARENA_ARRAY(j->s->arena, bool, GRAMS);
		for (size_t i = 0; i + 3 <= body.n; i++)
			j->grams[gram_at(body, i)] = true;
	}
	for (size_t i = 0; i + 3 <= key.n; i++)
		if (!j->grams[gram_at(key, i)])
			return false;
	return str_has(body, key);
}

static void say_what_page_says(struct judge *j, struct str text)
{
	const struct meta *m = j->meta;

	if (j->line->weight < 300) {
		bool title = is_title(j, text);
		say_if(j, title, FEATURE_TITLE);
	}
	if (j->line->weight >= 25 && (m->description.n || m->ld_description.n)) {
		struct str key = meta_clip(text, 50);
		say_if(j, str_has(m->description, key) || str_has(m->ld_description, key), FEATURE_DESCRIPTION);
	}
	if (m->ld_body.n > MIN_LD_BODY && j->line->weight >= 12 && j->looked_up++ < MAX_LOOKED_UP)
		say(j, is_in_ld_body(j, meta_clip(text, LD_KEY)) ? FEATURE_LD_HIT : FEATURE_LD_MISS);
}

/* What stands in a table are figures and names, and says nothing of furniture. */
static bool is_cell(const struct judge *j)
{
	enum tag t = j->s->html->nodes[j->line->node].tag;
	return t == TAG_TD || t == TAG_TH;
}

static void say_words(struct judge *j, struct str text)
{
	const struct line *l = j->line;
	struct date date;
	struct str found;
	enum phrase_kind phrase = j->fact->phrase = is_cell(j) ? PHRASE_NONE : phrase_of(text);

	say_if(j, l->sentence, FEATURE_SENTENCE);
	say_if(j, str_ends(text, STR(":")) || str_ends(text, STR("：")), FEATURE_COLON);
	say_if(j, str_ends(text, STR("?")) || str_ends(text, STR("？")), FEATURE_QUESTION);
	say_if(j, str_ends(text, STR("…")) || str_ends(text, STR("...")), FEATURE_ELLIPSIS);
	say_if(j, letters_end_sentences(text), FEATURE_SENTENCES);
	size_t figures = say_letters(j, text);
	say_if(j, phrase == PHRASE_LINE, FEATURE_PHRASE_LINE);
	say_if(j, phrase == PHRASE_HEADING, FEATURE_PHRASE_HEADING);
	say_if(j, phrase == PHRASE_END, FEATURE_PHRASE_END);
	say_if(j, phrase == PHRASE_NOTICE, FEATURE_NOTICE);
	if (l->weight > 110)
		return;
	say_if(j, l->weight < 40 && str_starts(text, STR("(")) && str_ends(text, STR(")")), FEATURE_BRACKETS);
	say_if(j, l->weight < 70 && names_author(j, text), FEATURE_AUTHOR);
	say_if(j, str_starts_nocase(text, STR("by ")) && !l->sentence, FEATURE_BY);
	if (!figures || is_cell(j))
		return;
	say_if(j, phrase_is_counter(text), FEATURE_COUNTER);
	if (is_clock(text))
		say(j, FEATURE_DATE);
	else if (figures >= 3 && date_find(text, &date, &found))
		say(j, l->weight < 45 || scan_weight(found) * 2 > l->weight ? FEATURE_DATE : FEATURE_DATED);
}

static enum feature feature_of_tag(enum tag t)
{
	switch (t) {
	case TAG_P:
		return FEATURE_TAG_P;
	case TAG_LI:
		return FEATURE_TAG_ITEM;
	case TAG_H1:
		return FEATURE_TAG_H1;
	case TAG_H2:
		return FEATURE_TAG_H2;
	case TAG_H3:
		return FEATURE_TAG_H3;
	case TAG_H4:
	case TAG_H5:
	case TAG_H6:
		return FEATURE_TAG_H4;
	case TAG_BLOCKQUOTE:
		return FEATURE_TAG_QUOTE;
	case TAG_TD:
	case TAG_TH:
		return FEATURE_TAG_CELL;
	case TAG_FIGCAPTION:
	case TAG_FIGURE:
	case TAG_CAPTION:
		return FEATURE_TAG_CAPTION;
	case TAG_DT:
	case TAG_DD:
		return FEATURE_TAG_TERM;
	case TAG_DIV:
	case TAG_SECTION:
	case TAG_ARTICLE:
	case TAG_MAIN:
	case TAG_BODY:
		return FEATURE_TAG_DIV;
	default:
		return FEATURE_TAG_OTHER;
	}
}

/* Nearly all of a line stands in one inline element of either kind. */
static bool is_all(const struct judge *j, enum tag a, enum tag b)
{
	const struct html *h = j->s->html;
	const struct line *l = j->line;
	uint32_t i = l->at, weight = 0;

	while (i > l->node && h->nodes[i].tag != a && h->nodes[i].tag != b)
		i = h->nodes[i].parent;
	for (uint32_t k = i; i > l->node && k < h->nodes[i].end && weight < l->weight; k++)
		if (h->nodes[k].tag == TAG_NONE)
			weight += scan_weight(h->nodes[k].text);
	return weight * 10 >= l->weight * 9;
}

static void say_element(struct judge *j)
{
	size_t k = j->at;
	const struct scan *s = j->s;

	say(j, feature_of_tag(s->html->nodes[j->line->node].tag));
	if (j->line->weight < 600) {
		j->fact->strong = is_all(j, TAG_STRONG, TAG_B);
		j->fact->em = is_all(j, TAG_EM, TAG_I);
		say_if(j, j->fact->strong, FEATURE_ALL_STRONG);
		say_if(j, j->fact->em, FEATURE_ALL_EM);
		say_if(j, is_all(j, TAG_SMALL, TAG_SMALL), FEATURE_ALL_SMALL);
	}
	say_if(j,
	       (k && s->lines[k - 1].node == j->line->node) ||
	               (k + 1 < s->nlines && s->lines[k + 1].node == j->line->node),
	       FEATURE_BROKEN);
	say_if(j, j->fact->repeats && j->line->weight >= 30, FEATURE_REPEATS);
	say_if(j, j->fact->alike && !is_running(j->line), FEATURE_ALIKE);
	say_if(j, j->fact->alike && j->line->link * 4 > j->line->weight, FEATURE_ALIKE_LINK);
}

/* ---- what stands around it ------------------------------------------------- */

static enum feature feature_of_surrounding(enum tag t)
{
	static const uint8_t features[TAG_COUNT] = {
		[TAG_UL] = FEATURE_IN_LIST,
		[TAG_OL] = FEATURE_IN_LIST,
		[TAG_DL] = FEATURE_IN_LIST,
		[TAG_TABLE] = FEATURE_IN_TABLE,
		[TAG_FORM] = FEATURE_IN_FORM,
		[TAG_FIELDSET] = FEATURE_IN_FORM,
		[TAG_ASIDE] = FEATURE_IN_ASIDE,
		[TAG_NAV] = FEATURE_IN_NAV,
		[TAG_HEADER] = FEATURE_IN_HEADER,
		[TAG_FOOTER] = FEATURE_IN_FOOTER,
		[TAG_FIGURE] = FEATURE_IN_FIGURE,
		[TAG_BLOCKQUOTE] = FEATURE_IN_QUOTE,
		[TAG_ADDRESS] = FEATURE_IN_ADDRESS,
		[TAG_DETAILS] = FEATURE_IN_DETAILS,
		[TAG_ARTICLE] = FEATURE_IN_ARTICLE_TAG,
	};
	return (enum feature)features[t];
}

static uint32_t article_around(const struct html *h, uint32_t node)
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
		home = article_around(h, j->s->lines[j->heading].node);
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

static bool is_inside(const struct scan *s, uint32_t node, uint32_t outer)
{
	return node >= outer && node < s->html->nodes[outer].end;
}

/* An element that holds a good part of the page's text tells little of its
 * lines, unless it says that it is the readers' or stands outside the article
 * element with the main heading. */
static bool holds_much(const struct judge *j, uint32_t node)
{
	const struct node_info *info = j->s->info;

	if (info[node].good * 10 <= info[0].good * (info[node].says & SAYS_COMMENT ? 9 : 3))
		return false;
	return !j->s->home || is_inside(j->s, node, j->s->home) || is_inside(j->s, j->s->home, node);
}

/* Half of its text is links; told once for each list in a row. */
static bool is_linky_list(struct judge *j, uint32_t list)
{
	const struct scan *s = j->s;
	uint64_t weight = 0, link = 0;

	if (j->list == list)
		return j->list_is_linky;
	size_t end = scan_lines_before(s, s->html->nodes[list].end);
	for (size_t k = scan_lines_before(s, list); k < end; k++) {
		weight += s->lines[k].weight;
		link += s->lines[k].link;
	}
	j->list = list;
	j->list_is_linky = link * 2 >= weight;
	return j->list_is_linky;
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

/* One of these stands in a small element around the line. */
static bool is_beside(const struct judge *j, const uint32_t *count)
{
	const struct scan *s = j->s;
	const struct html_node *nodes = s->html->nodes;
	uint32_t i = j->line->node;

	for (int up = 0; up < 3 && i && s->info[i].good * 8 < s->info[0].good; up++, i = nodes[i].parent)
		if (count[nodes[i].end] > count[i])
			return true;
	return false;
}

static void say_surroundings(struct judge *j)
{
	const struct scan *s = j->s;
	uint64_t tags = 0;
	uint32_t says = 0;

	_Static_assert(FEATURE_SAYS_PLAYER - FEATURE_SAYS_BODY == 16, "one feature a bit, in the same order");
	for (uint32_t i = j->line->node; i; i = s->html->nodes[i].parent) {
		enum feature f = feature_of_surrounding(s->html->nodes[i].tag);
		if (holds_much(j, i))
			continue;
		says |= s->info[i].says;
		if (f && i != s->home && !(tags >> (f - FEATURE_IN_LIST) & 1)) {
			tags |= 1ull << (f - FEATURE_IN_LIST);
			say(j, f);
			say_if(j, f == FEATURE_IN_LIST && !j->fact->leads_abroad && is_linky_list(j, i),
			       FEATURE_IN_LINKY_LIST);
		}
	}
	say_if(j, is_beside(j, j->controls), FEATURE_IN_CONTROLS);
	say_if(j, is_beside(j, j->players), FEATURE_IN_PLAYED);
	for (unsigned bit = 0; (says & SAYS_WORDS) >> bit; bit++)
		say_if(j, says >> bit & 1, (enum feature)(FEATURE_SAYS_BODY + bit));
}

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
	if (j->s->home && is_inside(j->s, j->line->node, j->s->home)) {
		say(j, FEATURE_IN_HOME);
	} else if (j->s->home) {
		say(j, FEATURE_OUT_HOME);
		say_if(j, article_around(j->s->html, j->line->node) != 0, FEATURE_OTHER_ARTICLE);
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
	say_step(j, place_slot(j, f->place)->weight * 100 / j->running, limits, 3, FEATURE_PLACE_2);
}

/* ---- where it stands --------------------------------------------------------- */

/* A caption in the article's element. */
static bool is_own_caption(const struct judge *j)
{
	return j->s->html->nodes[j->line->node].tag == TAG_FIGCAPTION &&
	       (candidate_holds(&j->c->dense, j->at) || (j->s->home && is_inside(j->s, j->line->node, j->s->home)));
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
	bool usual = place_slot(j, f->place)->weight * 100 >= 10 * j->running;
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
		say_if(j, is_title(j, text), FEATURE_TITLE_BEFORE);
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
		say(j, FEATURE_BIAS);
		say_length(j);
		say_links(j);
		say_words(j, j->fact->text);
		say_what_page_says(j, j->fact->text);
		say_element(j);
		say_surroundings(j);
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
		hush(j);
		say_candidates(j);
		say_shares(j);
		say_position(j);
		say_neighbours(j);
		say_together(j, j->fact->text);
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
