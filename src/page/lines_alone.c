/*
 * What is said of a line at the first look: its length, links, letters and
 * words, what the page says of itself that is in it, its element, and those
 * around it.  See lines.c.
 */
#include "page/letters.h"
#include "page/lines_inner.h"
#include "text/dates.h"

#define MAX_LINE_NODES 200 /* behind which no link of a line is looked for */
#define MIN_LD_BODY 300
#define LD_KEY 60
#define GRAMS 65536 /* kinds of three bytes that are told apart */
#define MAX_LOOKED_UP 2000

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

bool line_is_title(const struct judge *j, struct str text)
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
		bool title = line_is_title(j, text);
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
	say_if(j, j->fact->alike && !line_is_running(j->line), FEATURE_ALIKE);
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

/* An element that holds a good part of the page's text tells little of its
 * lines, unless it says that it is the readers' or stands outside the article
 * element with the main heading. */
static bool holds_much(const struct judge *j, uint32_t node)
{
	const struct node_info *info = j->s->info;

	if (info[node].good * 10 <= info[0].good * (info[node].says & SAYS_COMMENT ? 9 : 3))
		return false;
	return !j->s->home || line_is_inside(j->s, node, j->s->home) || line_is_inside(j->s, j->s->home, node);
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

void lines_say_alone(struct judge *j)
{
	say(j, FEATURE_BIAS);
	say_length(j);
	say_links(j);
	say_words(j, j->fact->text);
	say_what_page_says(j, j->fact->text);
	say_element(j);
	say_surroundings(j);
}
