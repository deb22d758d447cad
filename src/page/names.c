/*
 * Whose words they are: bylines and agencies.
 *
 * Metadata first, then rel=author and itemprop=author, then class names, then
 * a short line that begins with "By".  Lists are taken apart, and what is an
 * agency (agencies.inc) goes to the credit instead.
 */
#include <string.h>

#include "page/inner.h"

#define MAX_NAME_BYTES 80
#define MAX_NAMES_BYTES 1000 /* of an element that names authors, with its white space */
static const struct agency {
	struct str name, code;
} agencies[] = {
#define AGENCY(name, code) { STR(name), STR(code) },
#include "page/agencies.inc"
#undef AGENCY
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
			struct str text = meta_short_text(s->arena, h, i, MAX_NAMES_BYTES);
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
