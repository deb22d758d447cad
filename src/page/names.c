/*
 * Whose words they are: bylines and agencies.
 *
 * Names are looked for in the metadata; in markup that names authors
 * (rel=author, itemprop=author, links to an author's page, class names); in
 * short lines such as "By A. Lund" near the title; and last beside the date
 * and under the text (name_markup.c, name_lines.c).  The first of these that
 * has a person is believed, unless the metadata has only a login, or only some
 * of the names that the page shows.  Lists are taken apart; roles, places and
 * labels are dropped (name_form.c).
 *
 * What is an agency (agencies.inc), a desk, a company or the site itself is no
 * person: it is the byline only where the page names nobody else, agencies
 * first.  An agency is also the credit.  Likewise whom the page calls an editor.
 */
#include <string.h>

#include "page/name_form.h"
#include "page/names_inner.h"
#include "text/dates.h"

#define SIGNATURE_LINES 3
#define MAX_SHARED_BYLINE 4 /* names in a byline that completes the metadata's */
#define EDITOR_BYTES 40     /* before a name, that say "Editor:" */
#define MAX_SHOWN_NAMES 8   /* places of a name that are looked at */

static void add_agency(struct scan *s, struct article *a, struct str code)
{
	if (!code.n || str_has(a->agency, code))
		return;
	a->agency = a->agency.n ? arena_printf(s->arena, "%.*s, %.*s", STR_ARG(a->agency), STR_ARG(code)) : code;
}

static bool is_site(const struct namer *n, struct str name)
{
	struct str own = str_sub(n->host, 0, str_find_byte(n->host, '.'));

	return text_alike(name, n->site) || text_alike(name, n->host) || text_alike(name, own);
}

/* The outlet, or one of its desks. */
static bool is_desk(const struct namer *n, struct str name)
{
	struct str own = str_sub(n->host, 0, str_find_byte(n->host, '.'));
	size_t space = str_find_byte(name, ' ');

	if (!(n->people && n->m->nauthors == 1) && is_site(n, name))
		return true;
	if (space != STR_NPOS && text_alike(str_sub(name, 0, space), own)) /* "MDR THÜRINGEN" */
		return true;
	return name_is_desk(name) || (!n->people && name_is_company(name));
}

void names_put(struct str *list, size_t *n, struct str name)
{
	for (size_t i = 0; i < *n; i++)
		if (text_alike(list[i], name))
			return;
	if (*n < MAX_BYLINES)
		list[(*n)++] = name;
}

/* "Show all articles of Anna Lund", where she is named already. */
static bool tells_of_named(const struct credit *c, struct str name)
{
	for (size_t i = 0; i < c->n; i++)
		if (name.n > c->names[i].n && name_is_person(c->names[i]) && str_has(name, c->names[i]))
			return true;
	return false;
}

void names_add(struct namer *n, struct credit *c, struct str name)
{
	size_t open = str_find_byte(name, '('); /* "A. Lund (AFP)" */
	if (open != STR_NPOS)
		add_agency(n->s, n->article, name_agency(str_sub(name, open + 1, str_find_byte(name, ')'))));
	size_t colon = str_find_byte(name, ':'); /* "Interview: A. Lund" */
	if (colon != STR_NPOS && name_is_picture(name) &&
	    str_find_nocase(str_sub(name, 0, colon), STR("te")) == STR_NPOS)
		return; /* "Photo: A. Lund", but not "Foto und Text: A. Lund" */
	if (colon != STR_NPOS)
		name = name_without_by(str_trim(str_sub(name, colon + 1, name.n)));
	else
		name = name_begins_small(name) ? name_without_by(name) : name_without_label(name);
	name = name_bare(name);
	struct str code = name_agency(name);
	add_agency(n->s, n->article, code);
	if (!name_is_possible(name) || name_is_label(name))
		return;
	if (code.n || is_desk(n, name)) {
		names_put(c->others, &c->nothers, name);
		return;
	}
	if (c->n && (name_has_role(name) || tells_of_named(c, name)))
		return;
	if (c->n && name_has_space(c->names[0]) && !name_has_space(name) &&
	    !name_has_han(name)) /* a place or a degree */
		return;
	names_put(c->names, &c->n, name);
}

/* ---- taking lists apart -------------------------------------------------- */

/* How many bytes at i stand between two parts of a list; 0: none. */
typedef size_t cut_at(struct str list, size_t i);

/* Takes the first part off the list. */
static bool next_part(struct str *list, cut_at *cut, struct str *part)
{
	for (size_t i = 0; i < list->n; i++) {
		size_t between = cut(*list, i);
		if (!between)
			continue;
		*part = str_sub(*list, 0, i);
		*list = str_sub(*list, i + between, list->n);
		return true;
	}
	*part = *list;
	*list = STR_NONE;
	return part->n > 0;
}

/* Between two names. */
static size_t joint_at(struct str list, size_t i)
{
	static const struct str joints[] = { STR(" and "), STR(" und "), STR(" et "),   STR(" y "),   STR(" e "),
		                             STR(" en "),  STR(" & "),   STR(", "),     STR("; "),    STR(" / "),
		                             STR(" | "),   STR("、"),    STR(" og "),   STR(" och "), STR(" i "),
		                             STR(" и "),   STR("，"),    STR(" with "), STR(" • "),   STR(" · "),
		                             STR(" mit "), STR(" ve "),  STR(" dan "),  STR(" και "), STR(" та "),
		                             STR(" și "),  STR(" và "),  STR("；"),     STR("،"),     STR(" ja ") };
	struct str rest = str_sub(list, i, list.n);
	bool loud = rest.n > 2 && rest.p[2] >= 'A' && rest.p[2] <= 'Z'; /* " AND ", but " E " is an initial */

	for (size_t k = 0; k < sizeof(joints) / sizeof(joints[0]); k++)
		if (rest.p[0] == joints[k].p[0] &&
		    (str_starts(rest, joints[k]) || (loud && str_starts_nocase(rest, joints[k]))))
			return joints[k].n;
	return list.p[i] == ',' || list.p[i] == ';';
}

/* Chinese writes no spaces in names, so that one stands between two: "张三 李四". */
static bool is_spaced_list(const struct namer *n, struct str list)
{
	struct str word, rest = list;

	if (!str_starts_nocase(n->m->language, STR("zh")))
		return false;
	while (rest.n) {
		str_cut(rest, ' ', &word, &rest);
		if (!name_is_han(word) || word.n > 12)
			return false;
	}
	return true;
}

/* Between the parts of a Chinese or Japanese byline. */
size_t names_stroke_at(struct str list, size_t i)
{
	static const struct str signs[] = { STR("╱"), STR("／"), STR("/"), STR("｜"), STR("|"), STR("・"), STR("·") };

	for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]); k++)
		if (str_starts(str_sub(list, i, list.n), signs[k]))
			return signs[k].n;
	return 0;
}

static size_t space_or_stroke_at(struct str list, size_t i)
{
	return list.p[i] == ' ' ? 1 : names_stroke_at(list, i);
}

/* "聯合報╱記者王小明╱台北報導", "张三 李四": of several parts those that are somebody. */
static void split_han_names(struct namer *n, struct credit *c, struct str list)
{
	cut_at *cut = is_spaced_list(n, list) ? space_or_stroke_at : names_stroke_at;
	struct str part, rest = list;

	while (next_part(&rest, cut, &part)) {
		bool only = part.n == list.n, han = name_has_han(part);
		part = str_trim(part);
		if (only || !han || name_is_han(name_bare(name_without_label(part))))
			names_add(n, c, part);
		if (!han) /* "Lund／ルンド" is one */
			return;
	}
}

/* "By A, B and C" to A, B and C. */
void names_split(struct namer *n, struct credit *c, struct str list)
{
	struct str name, rest = name_without_by(str_trim(list));

	while (next_part(&rest, joint_at, &name))
		(name_has_han(name) ? split_han_names : names_add)(n, c, name);
}

static size_t sign_at(struct str text, size_t i)
{
	static const struct str signs[] = {
		STR("|"), STR("·"), STR("•"), STR(" - "), STR(" – "), STR(" — "), STR(", ")
	};

	for (size_t k = 0; k < sizeof(signs) / sizeof(signs[0]); k++)
		if (str_starts(str_sub(text, i, text.n), signs[k]))
			return signs[k].n;
	return 0;
}

/* Beside a date: "4 Feb 2022 | 13:10 | Anna Lund". */
void names_beside_date(struct namer *n, struct str text, struct credit *c)
{
	struct str part;

	while (next_part(&text, sign_at, &part)) {
		part = str_trim(part);
		struct str bare = name_without_by(part);
		if (bare.n < part.n || name_is_person(name_bare(part)))
			names_split(n, c, bare);
	}
}

/* A byline that may hold the date as well: "By A. Lund, 4 Feb 2022". */
void names_around_date(struct namer *n, struct str text, struct credit *c)
{
	struct date d;
	struct str found;

	if (!date_find(text, &d, &found)) {
		names_split(n, c, text);
		return;
	}
	struct str head = str_trim(str_sub(text, 0, (size_t)(found.p - text.p)));
	struct str tail = str_trim(str_sub(text, (size_t)(found.p - text.p) + found.n, text.n));
	size_t before = c->n;
	head = name_without_date_words(head);
	if (head.n)
		names_split(n, c, head);
	if (c->n == before && tail.n)
		names_beside_date(n, tail, c);
}

/* Wherever the page shows this name, it says "Editor:" before it. */
static bool only_as_editor(const struct namer *n, struct str name)
{
	struct str rest = n->s->text;
	size_t found = 0;

	for (size_t at; found < MAX_SHOWN_NAMES && (at = str_find(rest, name)) != STR_NPOS; found++) {
		if (!name_ends_editor(str_sub(rest, at > EDITOR_BYTES ? at - EDITOR_BYTES : 0, at)))
			return false;
		rest = str_sub(rest, at + name.n, rest.n);
	}
	return found > 0;
}

static void drop_names(struct credit *c, const struct credit *drop)
{
	size_t kept = 0;

	for (size_t k = 0; k < c->n; k++) {
		bool is_kept = true;
		for (size_t i = 0; i < drop->n; i++)
			is_kept = is_kept && !text_alike(drop->names[i], c->names[k]);
		if (is_kept)
			c->names[kept++] = c->names[k];
	}
	c->n = kept;
}

/* Editors are the byline only where the page names nobody else. */
static void drop_editors(const struct namer *n, struct credit *said, struct credit *shown)
{
	struct credit all = *said, editors = { 0 };

	for (size_t i = 0; i < PLACES; i++)
		for (size_t k = 0; k < shown[i].n; k++)
			names_put(all.names, &all.n, shown[i].names[k]);
	for (size_t i = 0; i < all.n && all.n > 1; i++)
		if (only_as_editor(n, all.names[i]))
			names_put(editors.names, &editors.n, all.names[i]);
	if (!editors.n || editors.n == all.n)
		return;
	drop_names(said, &editors);
	for (size_t i = 0; i < PLACES; i++)
		drop_names(&shown[i], &editors);
}

static void agency_from(struct scan *s, struct article *a, struct str text)
{
	struct str name, code;

	if (str_find_byte(text, '(') == STR_NPOS && str_find_byte(text, '/') == STR_NPOS)
		return;
	for (size_t i = 0; (code = name_agency_known(i, &name)).n; i++) {
		size_t at = str_find(text, name), end = at + name.n;
		if (at == STR_NPOS || !at || (text.p[at - 1] != '(' && text.p[at - 1] != '/'))
			continue;
		if (end < text.n && (text.p[end] == ')' || text.p[end] == '/' || text.p[end] == ','))
			add_agency(s, a, code);
	}
}

/* "LONDON (Reuters) -", "(AFP)", "【新华社北京...电】" at the edges of the text, and
 * in short lines just behind it. */
static void agency_from_text(struct scan *s, struct article *a)
{
	size_t behind = s->nlines;

	if (!a->nblocks)
		return;
	struct str last = a->blocks[a->nblocks - 1].text;
	agency_from(s, a, str_sub(a->blocks[0].text, 0, DATELINE_BYTES));
	agency_from(s, a, str_sub(last, last.n > SIGNATURE_BYTES ? last.n - SIGNATURE_BYTES : 0, last.n));
	while (behind && s->lines[behind - 1].score <= 0)
		behind--;
	for (size_t k = behind; k < s->nlines && k < behind + SIGNATURE_LINES; k++)
		if (s->lines[k].weight <= SIGNATURE_BYTES)
			agency_from(s, a, scan_line_text(s, &s->lines[k]));
}

static bool has_all(const struct credit *more, const struct credit *less)
{
	for (size_t i = 0; i < less->n; i++) {
		bool found = false;
		for (size_t k = 0; k < more->n && !found; k++)
			found = text_alike(more->names[k], less->names[i]);
		if (!found)
			return false;
	}
	return true;
}

/* Where nobody is named: agencies if there are any, else what there is, the site by one of its names. */
static void take_others(const struct namer *n, const struct credit *c)
{
	struct article *a = n->article;
	bool site = false;

	for (size_t i = 0; i < c->nothers; i++)
		if (name_agency(c->others[i]).n)
			names_put(a->bylines, &a->nbylines, c->others[i]);
	for (size_t i = 0, had = a->nbylines; i < c->nothers && !had; i++) {
		if (!is_site(n, c->others[i]) || !site)
			names_put(a->bylines, &a->nbylines, c->others[i]);
		site |= is_site(n, c->others[i]);
	}
}

/* All names that more has beyond less look like persons'. */
static bool completes(const struct credit *more, const struct credit *less)
{
	if (more->n <= less->n || more->n > MAX_SHARED_BYLINE || !has_all(more, less))
		return false;
	for (size_t i = 0; i < more->n; i++)
		if (!name_is_person(more->names[i]))
			return false;
	return true;
}

static bool same_names(const struct credit *a, const struct credit *b)
{
	return a->n == b->n && has_all(a, b);
}

/* Two places of the page name the same, and the metadata others, or many more: all who had a hand in the pictures. */
static const struct credit *agreed(const struct credit *said, const struct credit *shown, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const struct credit *c = &shown[i];
		if (!c->n || !name_is_person(c->names[0]) || (has_all(said, c) && said->n < c->n + MAX_SHARED_BYLINE))
			continue;
		for (size_t k = i + 1; k < n; k++)
			if (same_names(c, &shown[k]))
				return c;
	}
	return NULL;
}

/* The page shows one of these names somewhere. */
static bool any_in(struct str text, const struct credit *c)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_has(text, c->names[i]) || str_find_nocase(text, c->names[i]) != STR_NPOS)
			return true;
	return false;
}

static bool has_form(const struct credit *c)
{
	return c->n && (name_is_person(c->names[0]) || name_is_han(c->names[0]));
}

/*
 * The surest place first.  Others, such as the site itself, stand before a
 * doubtful name of an unsure place, and before any if a sure place has them.
 */
static void choose_names(const struct namer *n, const struct credit *said, const struct credit *shown)
{
	struct article *a = n->article;
	const struct credit *best = said->n ? said : NULL;
	bool login = said->n == 1 && name_is_login(said->names[0]), others = false;

	for (size_t i = 0; i < PLACES; i++) {
		const struct credit *c = &shown[i];
		bool sure = c->n && (i < SURE_PLACES || (!others && (!said->nothers || has_form(c))));
		if (sure && (!best || (best == said && login && i <= PLACE_BESIDE) ||
		             (best == said && i < SURE_PLACES && completes(c, best))))
			best = c;
		others |= i < SURE_PLACES && c->nothers;
	}
	bool unseen = best == said && !any_in(n->s->text, said);
	for (size_t i = 0; i < MARKED_PLACES && unseen; i++)
		if (has_form(&shown[i])) {
			best = &shown[i];
			break;
		}
	const struct credit *twice = best == said ? agreed(said, shown, MARKED_PLACES) : NULL;
	best = twice ? twice : best;
	for (size_t i = 0; best && i < best->n; i++)
		a->bylines[a->nbylines++] = best->names[i];
	for (size_t i = 0; i < SURE_PLACES && !a->nbylines; i++)
		take_others(n, &shown[i]);
	if (!a->nbylines)
		take_others(n, said);
	for (size_t i = 0; i < PLACES && !a->nbylines; i++)
		take_others(n, &shown[i]);
}

void names_settle(struct scan *s, const struct meta *m, const struct body *body, struct page *out)
{
	struct article *a = &out->article;
	struct namer n = { .s = s, .m = m, .body = body, .article = a, .site = m->site_name };
	struct credit said = { 0 }, marked[MARK_AUTHOR + 1] = { 0 }, shown[PLACES] = { 0 };
	struct names_head head = { 0 };
	struct url u;
	struct err ignored;

	n.until = body->node ? s->html->nodes[body->node].end : 0;
	for (size_t k = s->nlines; k-- > 0;)
		if (s->lines[k].score > 0 && s->lines[k].weight > MIN_RUNNING_TEXT / 2)
			n.first = s->lines[k].at;
	if (url_parse(s->arena, s->page_url, NULL, &u, &ignored))
		n.host = url_site(s->arena, &u);
	n.people = m->authors_are_people;
	for (size_t i = 0; i < m->nauthors; i++)
		names_split(&n, &said, m->authors[i]);
	n.people = false;
	names_from_markup(&n, 1, n.until, marked);
	names_from_lines(&n, &head);
	shown[PLACE_AUTHOR] = marked[MARK_AUTHOR];
	shown[PLACE_LINK] = marked[MARK_LINK];
	shown[PLACE_CLASS] = marked[MARK_CLASS];
	shown[PLACE_BY] = head.by;
	shown[PLACE_BESIDE] = head.beside;
	shown[PLACE_NEAR] = head.near;
	if (!said.n && !marked[MARK_AUTHOR].n && !head.by.n && n.until)
		names_below(&n, &shown[PLACE_BELOW]);
	names_from_signature(&n, &shown[PLACE_SIGNATURE]);
	names_from_last_line(&n, &shown[PLACE_LAST_LINE]);
	names_from_dateline(&n, &shown[PLACE_DATELINE]);
	drop_editors(&n, &said, shown);
	choose_names(&n, &said, shown);
	agency_from_text(s, a);
}
