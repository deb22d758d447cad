/*
 * Title and standfirst: what metadata and markup say, settled by agreement.
 *
 * The title is what the reader sees (h1) as long as the metadata does not
 * speak of something else; the site's name is cut off where another source
 * does without it.
 */
#include <string.h>

#include "page/inner.h"
#include "text/norm.h"

#define MAX_H1 12
#define MIN_ONLY_HEADING 8  /* weight of an h1 that no metadata confirms */
#define MIN_SHOWN_PART 15   /* of a line with which the metadata's title begins */
#define MAX_TITLE_LINES 150 /* of the page, that are compared with the metadata */
#define LONG_TEXT 150       /* weight of a line that is surely text */
#define MAX_RUBRIC 20       /* weight of "| District" behind a title */

/* Separators between a title and the site's name. */
static const struct str separators[] = { STR(" | "), STR(" - "), STR(" – "), STR(" — "), STR(" :: "),
	                                 STR(" · "), STR(" • "), STR(" » "), STR("｜"),  STR("_"),
	                                 STR(" / "), STR(" « "), STR(" : "), STR("－") };
#define NSEPARATORS (sizeof(separators) / sizeof(separators[0]))

static bool has_prefix_alike(struct str whole, struct str part)
{
	for (size_t n = part.n > 8 ? part.n - 8 : 0; n <= part.n + 16 && n <= whole.n; n++)
		if ((n == whole.n || ((unsigned char)whole.p[n] & 0xc0) != 0x80) &&
		    text_alike(str_sub(whole, 0, n), part))
			return true;
	return false;
}

/* What the site may be called at the end of a title. */
struct sites {
	struct str names[3]; /* as it says; its domain; the domain's own part */
};

static void name_sites(struct scan *s, const struct meta *m, struct sites *sites)
{
	struct err ignored;
	struct url u;

	*sites = (struct sites){ .names = { m->site_name } };
	if (!url_parse(s->arena, s->page_url, NULL, &u, &ignored))
		return;
	sites->names[1] = url_site(s->arena, &u);
	sites->names[2] = str_sub(sites->names[1], 0, str_find_byte(sites->names[1], '.'));
}

static bool is_site(const struct sites *sites, struct str s)
{
	for (size_t i = 0; i < 3; i++)
		if (sites->names[i].n && text_alike(s, sites->names[i]))
			return true;
	return false;
}

/* s without a site's name at its end or beginning. */
static struct str without_site(struct str s, const struct sites *sites)
{
	for (size_t k = 0; k < NSEPARATORS; k++) {
		struct str sign = separators[k];
		for (size_t at = s.n; at-- > 0;)
			if (s.p[at] == sign.p[0] && str_starts(str_sub(s, at, s.n), sign) &&
			    is_site(sites, str_sub(s, at + sign.n, s.n)))
				return str_trim(str_sub(s, 0, at));
		size_t first = str_find(s, sign);
		if (first != STR_NPOS && sites->names[0].n && text_alike(str_sub(s, 0, first), sites->names[0]))
			return str_trim(str_sub(s, first + sign.n, s.n));
	}
	return s;
}

/* The longest part of a <title>, when nothing else says where it ends. */
static struct str first_part(struct str s)
{
	for (size_t k = 0; k < NSEPARATORS; k++) {
		size_t at = str_find(s, separators[k]), last = at;
		while (last != STR_NPOS) {
			size_t more = str_find(str_sub(s, last + 1, s.n), separators[k]);
			if (more == STR_NPOS)
				break;
			last += 1 + more;
		}
		if (at == STR_NPOS || str_eq(separators[k], STR(" : ")))
			continue;
		uint32_t head = scan_weight(str_sub(s, 0, last)), tail = scan_weight(str_sub(s, last, s.n));
		if (head > 15 && head >= tail)
			return str_trim(str_sub(s, 0, last));
		if (tail > 25 && head < tail)
			return str_trim(str_sub(s, at + separators[k].n, s.n));
	}
	return s;
}

/* s without a short last part behind a bar, which is where systems put the rubric. */
static struct str without_rubric(struct str s)
{
	for (size_t at = s.n; at-- > 0;)
		if (str_starts(str_sub(s, at, s.n), STR(" | "))) {
			uint32_t head = scan_weight(str_sub(s, 0, at)), tail = scan_weight(str_sub(s, at + 3, s.n));
			return tail <= MAX_RUBRIC && head >= 2 * tail ? str_trim(str_sub(s, 0, at)) : s;
		}
	return s;
}

static size_t count_spaces(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += s.p[i] == ' ';
	return n;
}

struct titles {
	struct str said[6]; /* by metadata, cleaned */
	size_t n;
	struct str h1[MAX_H1];
	uint32_t h1_node[MAX_H1];
	size_t nh1;
};

static void add_title(struct titles *t, struct str s, const struct sites *sites)
{
	s = without_site(s, sites);
	if (s.n && t->n < 6)
		t->said[t->n++] = s;
}

/* A line above the title that stands in the same h1, by its class. */
static bool is_kicker(const struct html *h, uint32_t i)
{
	static const struct str words[] = { STR("kicker"),   STR("overline"),  STR("dachzeile"), STR("topline"),
		                            STR("eyebrow"),  STR("roofline"),  STR("catchline"), STR("spitzmarke"),
		                            STR("surtit"),   STR("antetitul"), STR("occhiello"), STR("supertitle"),
		                            STR("pretitle"), STR("ortsmarke") };
	struct str class = html_attribute(h, i, "class");

	for (size_t k = 0; class.n && k < sizeof(words) / sizeof(words[0]); k++)
		if (str_find_nocase(class, words[k]) != STR_NPOS)
			return true;
	return false;
}

/* The text of an h1 without kickers and what sets them off; all of it if nothing else is there, or if the first title
 * of the metadata has all of it. */
static struct str heading_text(struct scan *s, uint32_t node, struct str said)
{
	static const struct str signs = STR(" :-|/");
	const struct html *h = s->html;
	struct buf b = BUF_INIT(4 * MAX_TITLE_BYTES);
	bool kicker = false;

	if (!meta_short_text(s->arena, h, node, 2 * MAX_TITLE_BYTES).n)
		return STR_NONE;
	for (uint32_t i = node + 1; i < h->nodes[node].end;) {
		enum tag t = h->nodes[i].tag;
		if (t == TAG_SVG || t == TAG_SCRIPT || t == TAG_STYLE || is_kicker(h, i)) {
			kicker |= t != TAG_SVG && t != TAG_SCRIPT && t != TAG_STYLE;
			i = h->nodes[i].end;
			continue;
		}
		if (t == TAG_NONE)
			buf_str(&b, h->nodes[i].text);
		else if (t == TAG_BR || scan_is_block(t))
			buf_byte(&b, ' ');
		i++;
	}
	struct str text = text_normal(s->arena, buf_view(&b));
	buf_free(&b);
	while (kicker && text.n && str_find_byte(signs, text.p[0]) != STR_NPOS)
		text = str_sub(text, 1, text.n);
	if (!kicker)
		return text;
	struct str whole = html_node_text(s->arena, h, node);
	return !text.n || text_alike(whole, said) ? whole : text;
}

/* All of a node's text stands in links, as in a logo. */
static bool is_all_link(const struct scan *s, uint32_t node)
{
	for (uint32_t i = node + 1; i < s->html->nodes[node].end; i++)
		if (s->html->nodes[i].tag == TAG_NONE && !s->info[i].in_link && scan_weight(s->html->nodes[i].text) > 0)
			return false;
	return true;
}

static void collect_h1(struct scan *s, struct titles *t)
{
	const struct html *h = s->html;

	for (uint32_t i = 1; i < h->nnodes && t->nh1 < MAX_H1; i++) {
		bool item = h->nodes[i].nattr && h->nodes[i].tag != TAG_META &&
		            str_eq(html_attr_of(h, i, ATTR_ITEMPROP), STR("headline"));
		if ((h->nodes[i].tag != TAG_H1 && !item) || s->info[i].skipped)
			continue;
		struct str text = heading_text(s, i, t->n ? t->said[0] : STR_NONE);
		if (!text.n || text.n > MAX_TITLE_BYTES)
			continue;
		t->h1[t->nh1] = text;
		t->h1_node[t->nh1++] = i;
	}
}

bool title_is_in(struct str line, struct str title)
{
	return title.n > MIN_SHOWN_PART && line.n > title.n && line.n < 3 * title.n && str_ends(line, title);
}

/* How many of the metadata's titles say the same, or begin the same way. */
static unsigned agreement(const struct titles *t, struct str s)
{
	unsigned votes = 0;

	for (size_t i = 0; i < t->n; i++)
		votes += text_alike(s, t->said[i]) ? 2
		                                   : (has_prefix_alike(t->said[i], s) ||
		                                      has_prefix_alike(s, t->said[i]) || title_is_in(t->said[i], s));
	return votes;
}

/* An h1 of which the metadata knows nothing may be the site's name all the same: it is if a longer <title> ends with
 * it. */
static bool ends_html_title(const struct meta *m, struct str s)
{
	struct str title = m->html_title;

	for (size_t k = 0; k < NSEPARATORS; k++)
		for (size_t at = title.n; at-- > 0;)
			if (at >= s.n && title.p[at] == separators[k].p[0] &&
			    str_starts(str_sub(title, at, title.n), separators[k]) &&
			    text_alike(str_sub(title, at + separators[k].n, title.n), s))
				return true;
	return false;
}

/* The h1 that most of the metadata agrees with. */
static struct str agreed_heading(const struct titles *t, const struct scan *s, const struct meta *m,
                                 const struct sites *sites)
{
	unsigned most = 0;
	struct str best = STR_NONE;

	for (size_t i = 0; i < t->nh1; i++) {
		unsigned votes = agreement(t, t->h1[i]);
		if (ends_html_title(m, t->h1[i]) ||
		    ((votes < 2 || is_site(sites, t->h1[i])) && is_all_link(s, t->h1_node[i])))
			continue;
		if (votes > most && scan_weight(t->h1[i]) >= 4) {
			most = votes;
			best = t->h1[i];
		}
	}
	return best;
}

/* A heading within the text rather than above it. */
static bool is_below_text(const struct scan *s, const struct body *body, uint32_t node)
{
	for (size_t k = 0; k < s->nlines && s->lines[k].at < node; k++)
		if (s->lines[k].at >= body->node && s->lines[k].weight > LONG_TEXT && s->lines[k].sentence)
			return true;
	return false;
}

/* The only h1, which a reader takes for the title whatever the metadata says. */
static struct str only_heading(const struct titles *t, const struct scan *s, const struct body *body,
                               const struct meta *m, const struct sites *sites)
{
	size_t found = t->nh1;

	for (size_t i = 0; i < t->nh1; i++) {
		if (is_site(sites, t->h1[i]) || ends_html_title(m, t->h1[i]) || is_all_link(s, t->h1_node[i]) ||
		    is_below_text(s, body, t->h1_node[i]))
			continue;
		if (found < t->nh1 && !text_alike(t->h1[i], t->h1[found]))
			return STR_NONE;
		if (found == t->nh1)
			found = i;
	}
	if (found == t->nh1 || !body->node || t->h1_node[found] >= s->html->nodes[body->node].end ||
	    scan_weight(t->h1[found]) < MIN_ONLY_HEADING)
		return STR_NONE;
	return t->h1[found];
}

/* A line of the page, or a heading of it, with which a title of the metadata begins, up to a separator. */
static struct str shown_part(const struct titles *t, const struct scan *s, const struct body *body, bool heading)
{
	for (size_t k = 0; k < s->nlines && body->node && k < MAX_TITLE_LINES; k++) {
		const struct line *l = &s->lines[k];
		if (l->at >= s->html->nodes[body->node].end)
			break;
		enum tag tag = s->html->nodes[l->node].tag;
		if (heading && (tag < TAG_H1 || tag > TAG_H6))
			continue;
		if (l->weight < MIN_SHOWN_PART || l->to - l->from > MAX_TITLE_BYTES)
			continue;
		struct str text = scan_line_text(s, l);
		for (size_t i = 0; i < t->n; i++) {
			struct str rest = str_sub(t->said[i], text.n, t->said[i].n);
			if (!rest.n || !str_starts(t->said[i], text))
				continue;
			for (size_t j = 0; j < NSEPARATORS; j++)
				if (str_starts(rest, separators[j]) && text.n * 5 > t->said[i].n * 3)
					return text;
		}
	}
	return STR_NONE;
}

/*
 * The title without a line above it in the same h1: "Markets: The bank falls"
 * is "The bank falls" if that is what the metadata calls it and nothing there
 * has the whole.  And where the parts of an h1 touch because only a style
 * sheet keeps them apart, as the metadata spells it.
 */
static struct str polished(const struct titles *t, struct str title)
{
	struct str best = title;

	for (size_t i = 0; i < 2 && i < t->n; i++)
		if (t->said[i].n < title.n && str_ends(title, t->said[i]) && agreement(t, t->said[i]) > 2 &&
		    !text_alike(title, t->said[0]))
			return t->said[i];
	for (size_t i = 0; i < t->n; i++)
		if (text_alike(title, t->said[i]))
			return count_spaces(t->said[i]) > count_spaces(title) ? t->said[i] : title;
	for (size_t i = 0; i < t->n; i++) {
		struct str said = t->said[i];
		if (said.n < title.n && said.n * 2 > title.n && str_ends(title, said) && said.n < best.n)
			best = said;
	}
	return best;
}

static struct str choose_title(const struct titles *t, const struct scan *s, const struct body *body,
                               const struct meta *m, const struct sites *sites)
{
	struct str best = agreed_heading(t, s, m, sites);

	if (!best.n)
		best = shown_part(t, s, body, true);
	if (!best.n)
		best = only_heading(t, s, body, m, sites);
	if (!best.n)
		best = shown_part(t, s, body, false);
	if (best.n)
		return polished(t, best);
	for (size_t i = 0; i < t->n; i++)
		if (agreement(t, t->said[i]) > 2 + (i > 2))
			return without_rubric(t->said[i]);
	if (t->n)
		return first_part(t->said[0]);
	return t->nh1 ? t->h1[0] : STR_NONE;
}

void title_settle(struct scan *s, const struct meta *m, const struct body *body, struct article *out)
{
	struct titles t = { 0 };
	struct sites sites;

	if (s->marks && s->marks->title.n) {
		out->title = meta_clip(s->marks->title, MAX_TITLE_BYTES);
		return;
	}
	name_sites(s, m, &sites);
	add_title(&t, m->og_title, &sites);
	add_title(&t, m->ld_title, &sites);
	add_title(&t, m->html_title, &sites);
	add_title(&t, m->itemprop_title, &sites);
	add_title(&t, m->meta_title, &sites);
	add_title(&t, m->twitter_title, &sites);
	collect_h1(s, &t);
	out->title = meta_clip(without_site(choose_title(&t, s, body, m, &sites), &sites), MAX_TITLE_BYTES);
}

/* The paragraph between title and text that says what comes. */
void standfirst_settle(struct scan *s, const struct meta *m, const struct body *body, struct article *a)
{
	bool after_title = false;

	for (size_t k = 0; k < s->nlines && body->node && !a->standfirst.n; k++) {
		struct line *l = &s->lines[k];
		bool inside = l->at >= body->node;
		if (l->at >= s->html->nodes[body->node].end || (inside && l->weight > 90 && l->value > 60))
			return;
		if (l->weight < 20 || l->weight > 700 || l->link * 3 > l->weight || l->score > 0)
			continue;
		struct str text = scan_line_text(s, l);
		after_title |= text_alike(text, a->title);
		if (!after_title || inside || text_alike(text, a->title) || text.n < 30)
			continue;
		bool said = text_alike(text, m->description) || text_alike(text, m->ld_description);
		for (uint32_t i = l->node, up = 0; i && up < 3 && !said; i = s->html->nodes[i].parent, up++)
			said = s->info[i].says & SAYS_STANDFIRST && !(s->info[i].says & SAYS_FURNITURE);
		if (!said || phrase_of(text))
			continue;
		a->standfirst = meta_clip(text, MAX_TITLE_BYTES);
		return;
	}
}
