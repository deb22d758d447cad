/*
 * Rules: see rules.h.
 *
 * One way through the lines of a section serves the file, where sites are
 * collected and all else is only checked, and the page, where selectors are
 * applied.  A rule of a site is found by comparing the host of an address with
 * each site of the file: files are short.
 *
 * Limits: base/limits.h.  No rule says what kind of page a page is.
 */
#include "page/rules.h"

#include <string.h>

#include "page/inner.h"
#include "page/selector.h"
#include "text/norm.h"

enum { NAME_BODY, NAME_DROP, NAME_KEEP, NAME_TITLE, NAME_BYLINE, NAME_PUBLISHED, RULE_NAMES };

static const struct str names[RULE_NAMES] = {
	[NAME_BODY] = STR("body"),   [NAME_DROP] = STR("drop"),     [NAME_KEEP] = STR("keep"),
	[NAME_TITLE] = STR("title"), [NAME_BYLINE] = STR("byline"), [NAME_PUBLISHED] = STR("published"),
};

struct rule {
	struct selector_list *list[RULE_NAMES]; /* NULL: not named */
};

/* ---- lines ---------------------------------------------------------------- */

struct line_of_rule {
	struct str name, value;
};

static bool is_comment(struct str line)
{
	return !line.n || line.p[0] == '#' || line.p[0] == ';';
}

static bool split_line(struct str line, struct line_of_rule *out, struct err *e)
{
	if (!str_cut(line, '=', &out->name, &out->value))
		return err_set(e, ERR_FORMAT, "this is neither a [section] nor \"name = value\" nor a comment");
	out->name = str_trim(out->name);
	out->value = str_trim(out->value);
	if (!out->value.n)
		return err_set(e, ERR_FORMAT, "nothing stands behind \"%.*s =\"", STR_ARG(str_sub(out->name, 0, 60)));
	return true;
}

static bool add_selectors(struct arena *a, struct rule *rule, const struct line_of_rule *l, struct err *e)
{
	for (size_t i = 0; i < RULE_NAMES; i++) {
		if (!str_eq_nocase(l->name, names[i]))
			continue;
		if (!rule->list[i])
			rule->list[i] = ARENA_NEW(a, struct selector_list);
		return selector_parse(a, l->value, rule->list[i], e) || err_prefix(e, "%s", names[i].p);
	}
	return err_set(e, ERR_FORMAT,
	               "a rule has no \"%.*s\"; it may have site, body, drop, keep, title, byline and published",
	               STR_ARG(str_sub(l->name, 0, 60)));
}

/* ---- the file ------------------------------------------------------------- */

struct book {
	struct arena *arena;
	struct rules *out;
	size_t room;
	struct str section;   /* its name; empty: before the first */
	size_t first;         /* its first site */
	const char *from;     /* its first line */
	struct rule rule;     /* its selectors, only to be checked */
	struct arena *checks; /* of these */
};

static bool add_site(struct book *b, struct str host, struct err *e)
{
	struct rules *r = b->out;
	struct url u;
	struct err why;

	if (str_find_byte(host, '/') != STR_NPOS || str_find_byte(host, ':') != STR_NPOS ||
	    !url_parse(b->arena, arena_printf(b->arena, "https://%.*s/", STR_ARG(str_sub(host, 0, 300))), NULL, &u,
	               &why))
		return err_set(e, ERR_FORMAT, "site: \"%.*s\" is not the name of a host, such as news.example",
		               STR_ARG(str_sub(host, 0, 100)));
	for (size_t i = 0; i < r->nsites; i++)
		if (str_eq(r->sites[i].host, u.host))
			return err_set(e, ERR_FORMAT, "site: there is a rule for %.*s already", STR_ARG(u.host));
	if (r->nsites == b->room) {
		size_t room = b->room ? 2 * b->room : 16;
		struct rule_site *wider = ARENA_ARRAY(b->arena, struct rule_site, room);
		if (r->nsites)
			memcpy(wider, r->sites, r->nsites * sizeof *wider);
		r->sites = wider;
		b->room = room;
	}
	r->sites[r->nsites++] = (struct rule_site){ .host = u.host };
	return true;
}

static bool add_sites(struct book *b, struct str list, struct err *e)
{
	struct str host;

	for (bool more = true; more;) {
		more = str_cut(list, ',', &host, &list);
		if (!add_site(b, str_trim(host), e))
			return false;
	}
	return true;
}

/* A section ends where the next one begins. */
static bool end_section(struct book *b, const char *end, struct err *e)
{
	struct rules *r = b->out;

	if (!b->section.n)
		return true;
	struct str lines = str_of(b->from, (size_t)(end - b->from));
	if (b->first == r->nsites)
		return err_set(e, ERR_FORMAT, "the section [%.*s] above names no site",
		               STR_ARG(str_sub(b->section, 0, 60)));
	if (lines.n > MAX_RULE_BYTES)
		return err_set(e, ERR_LIMIT, "the section [%.*s] above has more than %zu bytes",
		               STR_ARG(str_sub(b->section, 0, 60)), MAX_RULE_BYTES);
	for (; b->first < r->nsites; b->first++)
		r->sites[b->first].section = lines;
	return true;
}

static bool begin_section(struct book *b, struct str line, const char *from, struct err *e)
{
	if (line.p[line.n - 1] != ']' || !str_trim(str_sub(line, 1, line.n - 1)).n)
		return err_set(e, ERR_FORMAT, "the name of a section stands between \"[\" and \"]\"");
	b->section = str_trim(str_sub(line, 1, line.n - 1));
	b->from = from;
	b->rule = (struct rule){ 0 };
	arena_reset(b->checks);
	return true;
}

static bool take_line(struct book *b, struct str line, struct err *e)
{
	struct line_of_rule l;

	if (!split_line(line, &l, e))
		return false;
	if (!b->section.n)
		return err_set(e, ERR_FORMAT, "a rule begins with a [section]");
	if (str_eq_nocase(l.name, STR("site")))
		return add_sites(b, l.value, e);
	return add_selectors(b->checks, &b->rule, &l, e);
}

static bool take_lines(struct book *b, struct str bytes, size_t *number, struct err *e)
{
	const char *end = bytes.p + bytes.n;
	struct str rest = bytes, line;

	for (const char *at = bytes.p; str_next_line(&rest, &line); at = end - rest.n) {
		bool ok = true;
		++*number;
		line = str_trim(line);
		if (line.n && line.p[0] == '[')
			ok = end_section(b, at, e) && begin_section(b, line, end - rest.n, e);
		else if (!is_comment(line))
			ok = take_line(b, line, e);
		if (!ok)
			return false;
	}
	return end_section(b, end, e);
}

bool rules_parse(struct arena *a, struct str bytes, const char *file, struct rules *out, struct err *e)
{
	struct book b = { .arena = a, .out = out };
	size_t number = 0;

	*out = (struct rules){ 0 };
	if (!bytes.n)
		return true;
	if (bytes.n > MAX_RULES_BYTES)
		return err_set(e, ERR_LIMIT, "%s: larger than %zu bytes", file, MAX_RULES_BYTES);
	if (!utf8_valid(bytes))
		return err_set(e, ERR_FORMAT, "%s: this is not a text in UTF-8", file);
	if (str_starts(bytes, STR("\xef\xbb\xbf")))
		bytes = str_sub(bytes, 3, bytes.n);
	b.checks = arena_new();
	bool ok = take_lines(&b, bytes, &number, e) || err_prefix(e, "%s, line %zu", file, number);
	arena_free(b.checks);
	return ok;
}

/* ---- the site ------------------------------------------------------------- */

static struct str host_of(struct str url)
{
	size_t at = str_find(url, STR("://")), end;
	struct str rest = at == STR_NPOS ? STR_NONE : str_sub(url, at + 3, url.n);

	for (end = 0; end < rest.n && !strchr("/?#:", rest.p[end]);)
		end++;
	return str_sub(rest, 0, end);
}

struct str rules_for(const struct rules *r, struct str url)
{
	struct str host = host_of(url);
	const struct rule_site *best = NULL;

	for (size_t i = 0; i < r->nsites; i++) {
		const struct rule_site *s = &r->sites[i];
		bool below = host.n > s->host.n && host.p[host.n - s->host.n - 1] == '.';
		if (str_ends_nocase(host, s->host) && (below || host.n == s->host.n) &&
		    (!best || s->host.n > best->host.n))
			best = s;
	}
	return best ? best->section : STR_NONE;
}

/* ---- the page ------------------------------------------------------------- */

static bool read_section(struct arena *a, struct str section, struct rule *out, struct err *e)
{
	struct str line;
	struct line_of_rule l;

	*out = (struct rule){ 0 };
	if (section.n > MAX_RULE_BYTES)
		return err_set(e, ERR_LIMIT, "a rule has more than %zu bytes", MAX_RULE_BYTES);
	while (str_next_line(&section, &line)) {
		line = str_trim(line);
		if (is_comment(line))
			continue;
		if (!split_line(line, &l, e))
			return false;
		if (!str_eq_nocase(l.name, STR("site")) && !add_selectors(a, out, &l, e))
			return false;
	}
	return true;
}

struct marker {
	const struct html *h;
	struct arena *arena;
	const struct rule *rule;
	struct rule_marks *out;
};

static void note_unmatched(struct marker *m, size_t name, uint64_t seen)
{
	const struct selector_list *l = m->rule->list[name];
	struct rule_marks *out = m->out;

	if (!out->unmatched)
		out->unmatched = ARENA_ARRAY(m->arena, struct str, (size_t)RULE_NAMES * MAX_RULE_STEPS);
	for (uint64_t left = l->ends & ~seen; left; left &= left - 1)
		out->unmatched[out->nunmatched++] =
		        arena_printf(m->arena, "%s: %.*s", names[name].p, STR_ARG(l->step[__builtin_ctzll(left)].text));
}

static void mark_all(struct marker *m, size_t name, uint8_t mark, uint8_t *marks)
{
	uint32_t i;

	if (!m->rule->list[name])
		return;
	struct selector_walk w = selector_begin(m->rule->list[name], m->h, m->arena);
	while (selector_next(&w, &i))
		marks[i] = mark;
	note_unmatched(m, name, w.seen);
}

/* What is marked hands it down to all below that is not. */
static void mark_nodes(struct marker *m)
{
	uint32_t n = m->h->nnodes;

	if (!m->rule->list[NAME_DROP] && !m->rule->list[NAME_KEEP])
		return;
	uint8_t *marks = ARENA_ARRAY(m->arena, uint8_t, n);
	mark_all(m, NAME_DROP, RULE_DROP, marks);
	mark_all(m, NAME_KEEP, RULE_KEEP, marks);
	size_t room = 0;
	for (uint32_t i = 1; i < n; i++)
		room += marks[i] == RULE_DROP;
	m->out->dropped = ARENA_ARRAY(m->arena, uint32_t, room);
	for (uint32_t i = 1; i < n; i++) {
		uint8_t around = marks[m->h->nodes[i].parent];
		if (marks[i] == RULE_DROP && around != RULE_DROP)
			m->out->dropped[m->out->ndropped++] = i;
		if (!marks[i])
			marks[i] = around;
	}
	m->out->node = marks;
}

static struct str text_of(const struct marker *m, uint32_t node, size_t name)
{
	const char *from = name == NAME_PUBLISHED && html_has_attr(m->h, node, "datetime") ? "datetime"
	                   : m->h->nodes[node].tag == TAG_META                             ? "content"
	                                                                                   : NULL;
	if (from)
		return text_normal(m->arena, str_sub(html_attribute(m->h, node, from), 0, MAX_SAID_BYTES));
	return meta_short_text(m->arena, m->h, node, MAX_SAID_BYTES);
}

/* The first that says something; of names all, but for those in others. */
static struct str find_text(struct marker *m, size_t name)
{
	struct str found = STR_NONE;
	uint32_t i, inside = 0;
	size_t count = 0;

	if (!m->rule->list[name])
		return found;
	struct selector_walk w = selector_begin(m->rule->list[name], m->h, m->arena);
	while (selector_next(&w, &i)) {
		struct str text = i < inside || count == MAX_BYLINES ? STR_NONE : text_of(m, i, name);
		if (!text.n || (count && name != NAME_BYLINE))
			continue;
		inside = m->h->nodes[i].end;
		found = count++ ? arena_printf(m->arena, "%.*s, %.*s", STR_ARG(found), STR_ARG(text)) : text;
	}
	note_unmatched(m, name, w.seen);
	return found;
}

static void find_body(struct marker *m)
{
	uint32_t i;

	if (!m->rule->list[NAME_BODY])
		return;
	struct selector_walk w = selector_begin(m->rule->list[NAME_BODY], m->h, m->arena);
	while (selector_next(&w, &i))
		if (!m->out->body)
			m->out->body = i;
	note_unmatched(m, NAME_BODY, w.seen);
}

bool rules_mark(struct str section, const struct html *h, struct arena *a, struct rule_marks *out, struct err *e)
{
	struct rule rule;
	struct marker m = { .h = h, .arena = a, .rule = &rule, .out = out };

	*out = (struct rule_marks){ 0 };
	if (!read_section(a, section, &rule, e))
		return err_prefix(e, "the rule of the site cannot be used");
	find_body(&m);
	mark_nodes(&m);
	out->title = find_text(&m, NAME_TITLE);
	out->byline = find_text(&m, NAME_BYLINE);
	out->published = find_text(&m, NAME_PUBLISHED);
	return true;
}
