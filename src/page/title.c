/*
 * Title, standfirst, names and dates: what metadata and markup say, settled by
 * agreement.
 *
 * The title is what the reader sees (h1) as long as the metadata does not
 * speak of something else; the site's name is cut off where another source
 * does without it.
 */
#include <string.h>

#include "page/inner.h"
#include "text/dates.h"
#include "text/norm.h"

#define MAX_H1 12
#define MAX_NAME_BYTES 80

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
		struct str text = html_node_text(s->arena, h, i);
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

static struct str clip(struct str s, size_t most)
{
	if (s.n <= most)
		return s;
	while (most && ((unsigned char)s.p[most] & 0xc0) == 0x80)
		most--;
	return str_trim(str_sub(s, 0, most));
}

void title_settle(struct scan *s, const struct meta *m, const struct body *body, struct article *out)
{
	struct titles t = { 0 };
	struct sites sites;

	name_sites(s, m, &sites);
	add_title(&t, m->og_title, &sites);
	add_title(&t, m->ld_title, &sites);
	add_title(&t, m->html_title, &sites);
	add_title(&t, m->itemprop_title, &sites);
	add_title(&t, m->meta_title, &sites);
	add_title(&t, m->twitter_title, &sites);
	collect_h1(s, &t);
	out->title = clip(without_site(choose_title(&t, s, body, m), &sites), MAX_TITLE_BYTES);
}

/* The paragraph between title and text that says what comes. */
void standfirst_settle(struct scan *s, const struct meta *m, const struct body *body, struct article *a)
{
	bool after_title = false;

	for (size_t k = 0; k < s->nlines && body->node && !a->standfirst.n; k++) {
		struct line *l = &s->lines[k];
		bool inside = l->at >= body->node;
		if (l->at >= s->html->nodes[body->node].end ||
		    (inside && l->weight > 90 && l->value > 60 && !l->dropped))
			return;
		if (l->weight < 20 || l->weight > 700 || l->link * 3 > l->weight)
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
		a->standfirst = clip(text, MAX_TITLE_BYTES);
		return;
	}
}

/* Names. */

static const struct agency {
	struct str name, code;
} agencies[] = {
	{ STR("Reuters"), STR("Reuters") },
	{ STR("Thomson Reuters"), STR("Reuters") },
	{ STR("Associated Press"), STR("AP") },
	{ STR("The Associated Press"), STR("AP") },
	{ STR("AP"), STR("AP") },
	{ STR("AFP"), STR("AFP") },
	{ STR("Agence France-Presse"), STR("AFP") },
	{ STR("Agence France Presse"), STR("AFP") },
	{ STR("dpa"), STR("dpa") },
	{ STR("dpa-infocom"), STR("dpa") },
	{ STR("APA"), STR("APA") },
	{ STR("SDA"), STR("SDA") },
	{ STR("EFE"), STR("EFE") },
	{ STR("Agencia EFE"), STR("EFE") },
	{ STR("ANSA"), STR("ANSA") },
	{ STR("Press Association"), STR("PA") },
	{ STR("PA Media"), STR("PA") },
	{ STR("PA"), STR("PA") },
	{ STR("Bloomberg"), STR("Bloomberg") },
	{ STR("Xinhua"), STR("Xinhua") },
	{ STR("新华社"), STR("Xinhua") },
	{ STR("新華社"), STR("Xinhua") },
	{ STR("中央社"), STR("CNA") },
	{ STR("Kyodo"), STR("Kyodo") },
	{ STR("共同通信"), STR("Kyodo") },
	{ STR("時事通信"), STR("Jiji") },
	{ STR("Yonhap"), STR("Yonhap") },
	{ STR("TASS"), STR("TASS") },
	{ STR("ТАСС"), STR("TASS") },
	{ STR("РИА Новости"), STR("RIA Novosti") },
	{ STR("Интерфакс"), STR("Interfax") },
	{ STR("PAP"), STR("PAP") },
	{ STR("ANP"), STR("ANP") },
	{ STR("TT"), STR("TT") },
	{ STR("NTB"), STR("NTB") },
	{ STR("Ritzau"), STR("Ritzau") },
	{ STR("PTI"), STR("PTI") },
	{ STR("ANI"), STR("ANI") },
	{ STR("UNB"), STR("UNB") },
	{ STR("BSS"), STR("BSS") },
	{ STR("Canadian Press"), STR("The Canadian Press") },
	{ STR("The Canadian Press"), STR("The Canadian Press") },
};

static struct str agency_of(struct str s)
{
	for (size_t i = 0; i < sizeof(agencies) / sizeof(agencies[0]); i++)
		if (str_eq_nocase(s, agencies[i].name))
			return agencies[i].code;
	return STR_NONE;
}

static void add_agency(struct scan *s, struct article *a, struct str code)
{
	if (!code.n || str_has(a->agency, code))
		return;
	a->agency = a->agency.n ? arena_printf(s->arena, "%.*s, %.*s", STR_ARG(a->agency), STR_ARG(code)) : code;
}

/* Words before a name: "By ". */
static struct str without_by(struct str s)
{
	static const struct str words[] = { STR("by "),         STR("von "),   STR("par "),    STR("por "),
		                            STR("di "),         STR("door "),  STR("af "),     STR("av "),
		                            STR("written by "), STR("text: "), STR("autor: "), STR("author: "),
		                            STR("автор: "),     STR("記者 "),  STR("记者 "),   STR("文："),
		                            STR("作者："),      STR("記者："), STR("撰文："),  STR("oleh ") };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_starts_nocase(s, words[i]))
			return str_trim(str_sub(s, words[i].n, s.n));
	return s;
}

static bool is_name(struct str s, struct str site)
{
	size_t spaces = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (char_is_digit(s.p[i]) || s.p[i] == '@' || s.p[i] == '/' || s.p[i] == '<' || s.p[i] == '{')
			return false;
		spaces += s.p[i] == ' ';
	}
	return s.n > 1 && s.n <= MAX_NAME_BYTES && spaces <= 6 && !text_alike(s, site);
}

/* Links and labels that stand among names. */
static bool listed_as_none(struct str name)
{
	static const struct str words[] = { STR("home"),
		                            STR("more"),
		                            STR("weiter"),
		                            STR("author"),
		                            STR("authors"),
		                            STR("by"),
		                            STR("staff"),
		                            STR("editor"),
		                            STR("follow"),
		                            STR("admin"),
		                            STR("autor"),
		                            STR("redaktion"),
		                            STR("share"),
		                            STR("contact"),
		                            STR("reporter"),
		                            STR("и"),
		                            STR("weitere artikel"),
		                            STR("about the author"),
		                            STR("view all posts"),
		                            STR("all posts") };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_eq_nocase(name, words[i]))
			return true;
	return false;
}

static void add_name(struct scan *s, struct article *a, struct str name, struct str site)
{
	static const struct str signs = STR(" ,;.:|-");

	size_t colon = str_find_byte(name, ':'); /* "Interview: A. Lund" */
	name = without_by(str_trim(colon == STR_NPOS ? name : str_sub(name, colon + 1, name.n)));
	while (name.n && str_find_byte(signs, name.p[name.n - 1]) != STR_NPOS)
		name.n--;
	while (name.n && str_find_byte(signs, name.p[0]) != STR_NPOS)
		name = str_sub(name, 1, name.n);
	struct str code = agency_of(name);
	if (code.n) {
		add_agency(s, a, code);
		return;
	}
	if (!is_name(name, site) || listed_as_none(name) || a->nbylines == MAX_BYLINES)
		return;
	for (size_t i = 0; i < a->nbylines; i++)
		if (text_alike(a->bylines[i], name))
			return;
	a->bylines[a->nbylines++] = name;
}

/* "By A, B and C" to A, B and C. */
static void split_names(struct scan *s, struct article *a, struct str list, struct str site)
{
	static const struct str joints[] = { STR(" and "), STR(" und "), STR(" et "),  STR(" y "),   STR(" e "),
		                             STR(" en "),  STR(" & "),   STR(", "),    STR("; "),    STR(" / "),
		                             STR(" | "),   STR("、"),    STR(" og "),  STR(" och "), STR(" i "),
		                             STR(" и "),   STR("，"),    STR(" with ") };

	list = without_by(str_trim(list));
	for (size_t i = 0, from = 0; i <= list.n;) {
		size_t cut = 0;
		for (size_t k = 0; k < sizeof(joints) / sizeof(joints[0]) && !cut && i < list.n; k++)
			if (str_starts(str_sub(list, i, list.n), joints[k]))
				cut = joints[k].n;
		if (!cut && i < list.n) {
			i++;
			continue;
		}
		add_name(s, a, str_sub(list, from, i), site);
		if (i == list.n)
			break;
		i += cut;
		from = i;
	}
}

/* rel=author, itemprop=author and class names, near the article. */
static void names_from_markup(struct scan *s, const struct body *body, struct article *a, struct str site)
{
	const struct html *h = s->html;
	uint32_t until = body->node ? h->nodes[body->node].end : 0;
	static const char *const marks[] = { "rel", "itemprop" };

	for (size_t k = 0; k < 3 && !a->nbylines; k++) {
		for (uint32_t i = 1; i < until; i++) {
			if (s->info[i].skipped || h->nodes[i].tag == TAG_NONE || h->nodes[i].tag == TAG_META)
				continue;
			bool marked = k < 2 ? str_eq_nocase(html_attribute(h, i, marks[k]), STR("author"))
			                    : (s->info[i].says & SAYS_AUTHOR) && !(s->info[i].says & SAYS_FURNITURE);
			if (!marked || h->nodes[i].end - i > 60)
				continue;
			struct str text = html_node_text(s->arena, h, i);
			if (text.n && scan_weight(text) <= 100 && text.n < 200)
				split_names(s, a, text, site);
			if (k == 2 && a->nbylines)
				return;
			i = h->nodes[i].end - 1;
		}
	}
}

/* A short line such as "By A. Lund" between the title and the text. */
static void names_from_lines(struct scan *s, const struct body *body, struct article *a, struct str site)
{
	bool after_title = false;

	for (size_t k = 0, seen = 0; k < s->nlines && body->node && !a->nbylines && seen < 12; k++) {
		const struct line *l = &s->lines[k];
		if (l->at >= s->html->nodes[body->node].end)
			return;
		struct str text = scan_line_text(s, l);
		after_title |= text_alike(text, a->title);
		seen += after_title || l->at >= body->node;
		struct str names = without_by(text);
		if (seen && names.n < text.n && l->weight < 70 && !l->sentence)
			split_names(s, a, names, site);
	}
}

/* "LONDON (Reuters) -", "(AFP)", "【新华社北京...电】" at the edges of the text. */
static void agency_from_text(struct scan *s, struct article *a)
{
	for (size_t k = 0; k<a->nblocks; k += a->nblocks> 1 ? a->nblocks - 1 : 1) {
		struct str text = a->blocks[k].text;
		text = k ? (text.n > 60 ? str_sub(text, text.n - 60, text.n) : text) : str_sub(text, 0, 90);
		for (size_t i = 0; i < sizeof(agencies) / sizeof(agencies[0]); i++) {
			size_t at = str_find(text, agencies[i].name);
			if (at == STR_NPOS || !at || (text.p[at - 1] != '(' && text.p[at - 1] != '/'))
				continue;
			size_t end = at + agencies[i].name.n;
			if (end < text.n && (text.p[end] == ')' || text.p[end] == '/' || text.p[end] == ','))
				add_agency(s, a, agencies[i].code);
		}
	}
}

void names_settle(struct scan *s, const struct meta *m, const struct body *body, struct page *out)
{
	struct article *a = &out->article;

	for (size_t i = 0; i < m->nauthors; i++)
		split_names(s, a, m->authors[i], m->site_name);
	if (!a->nbylines)
		names_from_markup(s, body, a, m->site_name);
	if (!a->nbylines)
		names_from_lines(s, body, a, m->site_name);
	agency_from_text(s, a);
}

/* Dates. */

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
				set_date(html_node_text(s->arena, h, i), &a->published, &a->published_text);
		}
	/* Class names lie often: only short text, whole or nearly. */
	for (size_t k = 0; k < s->nlines && a->published == WHEN_NONE; k++) {
		const struct line *l = &s->lines[k];
		bool said = false;
		if (l->at >= until)
			break;
		for (uint32_t i = h->nodes[l->at].parent, up = 0; i && up < 4 && !said; i = h->nodes[i].parent, up++)
			said = s->info[i].says & SAYS_DATE;
		if (!said || l->weight > 150 || l->link * 2 > l->weight)
			continue;
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

	for (size_t k = 0; k < s->nlines && body->node && a->published == WHEN_NONE; k++) {
		const struct line *l = &s->lines[k];
		if (l->at >= s->html->nodes[body->node].end)
			return;
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
