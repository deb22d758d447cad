/*
 * Title and standfirst: what metadata and markup say, settled by agreement.
 *
 * The title is what the reader sees (h1) as long as the metadata does not
 * speak of something else; the site's name is cut off where another source
 * does without it.
 */
#include <string.h>

#include "page/inner.h"

#define MAX_H1 12

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
			if (str_starts(str_sub(s, at, s.n), sign) && is_site(sites, str_sub(s, at + sign.n, s.n)))
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

static void collect_h1(struct scan *s, struct titles *t)
{
	const struct html *h = s->html;

	for (uint32_t i = 1; i < h->nnodes && t->nh1 < MAX_H1; i++) {
		bool item = h->nodes[i].nattr && h->nodes[i].tag != TAG_META &&
		            str_eq(html_attribute(h, i, "itemprop"), STR("headline"));
		if ((h->nodes[i].tag != TAG_H1 && !item) || s->info[i].skipped)
			continue;
		struct str text = meta_short_text(s->arena, h, i, 2 * MAX_TITLE_BYTES);
		if (!text.n || text.n > MAX_TITLE_BYTES)
			continue;
		t->h1[t->nh1] = text;
		t->h1_node[t->nh1++] = i;
	}
}

/* How many of the metadata's titles say the same, or begin the same way. */
static unsigned agreement(const struct titles *t, struct str s)
{
	unsigned votes = 0;

	for (size_t i = 0; i < t->n; i++)
		votes += text_alike(s, t->said[i]) ? 2
		                                   : has_prefix_alike(t->said[i], s) || has_prefix_alike(s, t->said[i]);
	return votes;
}

static struct str choose_title(const struct titles *t, const struct scan *s, const struct body *body,
                               const struct meta *m)
{
	unsigned most = 0;
	struct str best = STR_NONE;

	for (size_t i = 0; i < t->nh1; i++) {
		unsigned votes = agreement(t, t->h1[i]);
		if (votes > most && scan_weight(t->h1[i]) >= 4) {
			most = votes;
			best = t->h1[i];
		}
	}
	if (best.n)
		return best;
	/* The metadata agrees with itself, or there is only one h1 and it is near the text. */
	for (size_t i = 0; i < t->n; i++)
		if (agreement(t, t->said[i]) > 2 + (i > 2))
			return t->said[i];
	for (size_t i = 0; i < t->nh1 && body->node; i++) {
		bool near = t->h1_node[i] < s->html->nodes[body->node].end;
		if (near && t->nh1 == 1 && scan_weight(t->h1[i]) >= 12 && !text_alike(t->h1[i], m->site_name))
			return t->h1[i];
	}
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
	out->title = meta_clip(without_site(choose_title(&t, s, body, m), &sites), MAX_TITLE_BYTES);
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
