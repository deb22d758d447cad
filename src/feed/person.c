/*
 * Who wrote it: said in elements (Atom, iTunes), in members (JSON Feed), or in
 * one text, "desk@harbour.example (Anna Novak)" or "Anna Novak <desk@...>".
 */
#include "feed/parts.h"

static bool in_local(char c)
{
	return char_is_alnum(c) || c == '_' || c == '-' || c == '.' || c == '+';
}

static bool in_domain(char c)
{
	return char_is_alnum(c) || c == '-' || c == '.';
}

/* At s.p[at] == '@': where the address begins and ends, if one stands there. */
static bool find_ends(struct str s, size_t at, size_t *from, size_t *to)
{
	size_t letters = 0;

	for (*from = at; *from && in_local(s.p[*from - 1]); --*from)
		;
	for (*to = at + 1; *to < s.n && in_domain(s.p[*to]); ++*to)
		;
	while (*to > at && s.p[*to - 1] == '.')
		--*to;
	while (letters < *to && char_is_alnum(s.p[*to - 1 - letters]))
		letters++;
	return *from < at && letters >= 2 && *to - letters > at + 2 && s.p[*to - letters - 1] == '.';
}

static bool find_mail(struct str s, size_t *from, size_t *to)
{
	for (size_t at = 0; at < s.n; at++) {
		if (s.p[at] != '@' || !find_ends(s, at, from, to))
			continue;
		if (str_starts(str_sub(s, *to, s.n), STR("?subject=")))
			while (*to < s.n && !char_is_space(s.p[*to]) && s.p[*to] != ')' && s.p[*to] != '>')
				++*to;
		return true;
	}
	return false;
}

/* What is left of a text when the address has gone: without the brackets that
 * were around one or the other. */
static struct str without_brackets(struct arena *a, struct str before, struct str behind)
{
	static const char *const empty[][2] = { { "(", ")" }, { "<", ">" }, { "&lt;", "&gt;" }, { "[", "]" } };

	for (size_t i = 0; i < sizeof empty / sizeof *empty; i++) {
		struct str open = str_from(empty[i][0]), close = str_from(empty[i][1]);
		if (str_ends(before, open) && str_starts(behind, close)) {
			before = str_sub(before, 0, before.n - open.n);
			behind = str_sub(behind, close.n, behind.n);
		}
	}
	struct str name = str_trim(ARENA_JOIN(a, before, behind));
	if (name.n && name.p[0] == '(')
		name = str_sub(name, 1, name.n);
	if (str_ends(name, STR(")")))
		name = str_sub(name, 0, name.n - 1);
	return str_trim(name);
}

static void read_parts(struct arena *a, const struct fact *f, struct fact_person *out)
{
	for (const xmlNode *c = f->node->children; c; c = c->next) {
		if (c->type != XML_ELEMENT_NODE)
			continue;
		struct str name = xml_name(c), text = str_trim(xml_text(a, c));
		if (str_eq_nocase(name, STR("name"))) {
			out->name = text;
		} else if (str_eq_nocase(name, STR("email"))) {
			out->email = text;
		} else if (str_eq_nocase(name, STR("uri")) || str_eq_nocase(name, STR("url")) ||
		           str_eq_nocase(name, STR("homepage"))) {
			out->href = fact_reference(a, f, text);
		} else {
			continue;
		}
		out->parts = true;
	}
}

void fact_person(struct arena *a, const struct fact *f, struct fact_person *out)
{
	size_t from, to;
	struct str s = str_trim(f->text);

	*out = (struct fact_person){ .name = f->name_part, .href = f->href_part };
	if (f->node)
		read_parts(a, f, out);
	out->parts |= f->name_part.n || f->href_part.n;
	if (out->parts)
		return;
	if (!find_mail(s, &from, &to)) {
		out->name = s;
		return;
	}
	out->email = str_sub(s, from, to);
	out->name = without_brackets(a, str_sub(s, 0, from), str_sub(s, to, s.n));
}
