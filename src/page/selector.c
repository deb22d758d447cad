/*
 * Selectors: see selector.h.
 *
 * Matching goes down the tree.  For each open element two sets are kept: the
 * steps that it matched, with all steps before them somewhere above, and the
 * steps that it or anything around it matched.  An element can match a step if
 * it is the first of its selector, or if the step before is in the first set
 * of its parent (">") or in the second (a space); only then is it tested.  No
 * way is tried twice, whatever the selector and the page look like.
 *
 * Limits: only the attributes of html/attrs.inc, since pages are parsed without
 * the others; no pseudo-classes, no siblings, no escapes; [class*=...] stands in
 * for class names with odd signs in them.
 */
#include "page/selector.h"

#include <string.h>

struct selector_open {
	uint32_t end;
	uint64_t matched, around;
};

/* ---- reading -------------------------------------------------------------- */

struct reading {
	struct arena *arena;
	struct str text;
	size_t at;
	struct selector_list *list;
	struct err *e;
};

static char peek(const struct reading *r)
{
	return r->at < r->text.n ? r->text.p[r->at] : '\0';
}

static bool skip_space(struct reading *r)
{
	size_t from = r->at;

	while (char_is_space(peek(r)))
		r->at++;
	return r->at > from;
}

static bool is_name_char(char c)
{
	return char_is_alnum(c) || c == '-' || c == '_' || (unsigned char)c >= 0x80;
}

static struct str take_name(struct reading *r)
{
	size_t from = r->at;

	while (is_name_char(peek(r)))
		r->at++;
	return str_sub(r->text, from, r->at);
}

static struct str lower(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		out[i] = char_lower(s.p[i]);
	return str_of(out, s.n);
}

static bool refuse(struct reading *r)
{
	struct str rest = str_sub(r->text, r->at, r->at + 20);

	if (!rest.n)
		return err_set(r->e, ERR_FORMAT, "the selector \"%.*s\" breaks off", STR_ARG(str_sub(r->text, 0, 60)));
	return err_set(
	        r->e, ERR_FORMAT,
	        "cannot read \"%.*s\"; a selector is made of tag, *, .class, #id, [attr] and [attr=value] (or ^=, "
	        "$=, *=), joined by a space, \">\" or \",\"",
	        STR_ARG(rest));
}

static bool take_value(struct reading *r, struct str *out)
{
	char quote = peek(r);
	size_t from;

	if (quote == '"' || quote == '\'') {
		from = ++r->at;
		while (r->at < r->text.n && peek(r) != quote)
			r->at++;
		*out = str_sub(r->text, from, r->at);
		if (r->at == r->text.n)
			return err_set(r->e, ERR_FORMAT, "a quotation mark is not closed");
		r->at++;
		skip_space(r);
		return true;
	}
	for (from = r->at; r->at < r->text.n && peek(r) != ']';)
		r->at++;
	*out = str_trim(str_sub(r->text, from, r->at));
	return true;
}

/* Behind "[". */
static bool take_attribute(struct reading *r, struct selector_test *t)
{
	skip_space(r);
	t->name = lower(r->arena, take_name(r));
	if (!t->name.n)
		return refuse(r);
	if (!html_reads_attr(t->name))
		return err_set(
		        r->e, ERR_FORMAT,
		        "pages are read without the attribute \"%.*s\"; class, id, role, itemprop, property, name, "
		        "rel, href, data-testid, data-component and some others are there",
		        STR_ARG(str_sub(t->name, 0, 60)));
	skip_space(r);
	t->op = '?';
	if (peek(r) && strchr("=^$*", peek(r))) {
		t->op = peek(r);
		r->at += t->op == '=' ? 0 : 1;
		if (peek(r) != '=')
			return refuse(r);
		r->at++;
		skip_space(r);
		if (!take_value(r, &t->value))
			return false;
		if (!t->value.n && t->op != '=')
			return err_set(r->e, ERR_FORMAT, "[%.*s%c=] has no value, so that it would match everything",
			               STR_ARG(t->name), t->op);
	}
	if (peek(r) != ']')
		return refuse(r);
	r->at++;
	return true;
}

static bool take_test(struct reading *r, struct selector_step *s)
{
	struct selector_test t = { .op = peek(r) };

	if (s->ntests == MAX_RULE_TESTS)
		return err_set(r->e, ERR_LIMIT, "more than %d classes, ids and attributes on one element",
		               MAX_RULE_TESTS);
	r->at++;
	if (t.op == '[') {
		if (!take_attribute(r, &t))
			return false;
	} else {
		t.name = take_name(r);
		if (!t.name.n)
			return refuse(r);
	}
	s->test[s->ntests++] = t;
	return true;
}

/* "a.more[href]" */
static bool take_step(struct reading *r, struct selector_step *s)
{
	size_t from = r->at;
	struct str name = lower(r->arena, take_name(r));

	*s = (struct selector_step){ .any = !name.n };
	if (name.n) {
		s->tag = html_tag(name);
		s->name = name;
	} else if (peek(r) == '*') {
		r->at++;
	}
	while (peek(r) && strchr(".#[", peek(r)))
		if (!take_test(r, s))
			return false;
	return r->at > from || refuse(r);
}

static bool take_selector(struct reading *r)
{
	struct selector_list *list = r->list;
	size_t from = r->at, to, first = list->n;

	for (bool child = false, more = true; more;) {
		uint64_t bit = list->n < MAX_RULE_STEPS ? (uint64_t)1 << list->n : 0;
		if (!bit)
			return err_set(r->e, ERR_LIMIT, "more than %d elements are named in its selectors",
			               MAX_RULE_STEPS);
		if (!take_step(r, &list->step[list->n]))
			return false;
		list->starts |= list->n == first ? bit : 0;
		list->child |= child ? bit : 0;
		list->n++;
		to = r->at;
		more = skip_space(r);
		child = peek(r) == '>';
		if (child) {
			r->at++;
			skip_space(r);
		}
		more = child || (more && peek(r) && peek(r) != ',');
	}
	list->ends |= (uint64_t)1 << (list->n - 1);
	list->step[list->n - 1].text = str_sub(r->text, from, to);
	return true;
}

bool selector_parse(struct arena *a, struct str text, struct selector_list *list, struct err *e)
{
	struct reading r = { .arena = a, .text = text, .list = list, .e = e };

	for (;;) {
		skip_space(&r);
		if (!take_selector(&r))
			return false;
		if (!peek(&r) && r.at == text.n)
			return true;
		if (peek(&r) != ',')
			return refuse(&r);
		r.at++;
	}
}

/* ---- matching ------------------------------------------------------------- */

static bool has_word(struct str list, struct str word)
{
	for (size_t i = 0; i < list.n;) {
		size_t from = i;
		while (i < list.n && !char_is_space(list.p[i]))
			i++;
		if (i - from == word.n && !memcmp(list.p + from, word.p, word.n))
			return true;
		i++;
	}
	return false;
}

static const struct str *attribute(const struct html *h, const struct html_node *n, struct str name)
{
	for (uint32_t k = n->attr; k < n->attr + n->nattr; k++)
		if (str_eq(h->attrs[k].name, name))
			return &h->attrs[k].value;
	return NULL;
}

static bool passes(const struct html *h, const struct html_node *n, const struct selector_test *t)
{
	const struct str *value = attribute(h, n, t->op == '.' ? STR("class") : t->op == '#' ? STR("id") : t->name);

	if (!value)
		return false;
	switch (t->op) {
	case '.':
		return has_word(*value, t->name);
	case '#':
		return str_eq(*value, t->name);
	case '=':
		return str_eq(*value, t->value);
	case '^':
		return str_starts(*value, t->value);
	case '$':
		return str_ends(*value, t->value);
	case '*':
		return str_has(*value, t->value);
	default:
		return true;
	}
}

static bool fits(const struct html *h, const struct html_node *n, const struct selector_step *s)
{
	if (!s->any && (n->tag != s->tag || (n->tag == TAG_OTHER && !str_eq(n->name, s->name))))
		return false;
	if (s->ntests && !n->nattr)
		return false;
	for (size_t i = 0; i < s->ntests; i++)
		if (!passes(h, n, &s->test[i]))
			return false;
	return true;
}

struct selector_walk selector_begin(const struct selector_list *list, const struct html *h, struct arena *a)
{
	struct selector_walk w = { .list = list, .h = h, .arena = a, .at = 1, .room = 64 };

	w.open = arena_alloc(a, w.room * sizeof *w.open);
	return w;
}

static void push(struct selector_walk *w, struct selector_open o)
{
	if (w->depth == w->room) {
		struct selector_open *wider = arena_alloc(w->arena, 2 * w->room * sizeof *wider);
		memcpy(wider, w->open, w->depth * sizeof *wider);
		w->open = wider;
		w->room *= 2;
	}
	w->open[w->depth++] = o;
}

bool selector_next(struct selector_walk *w, uint32_t *node)
{
	const struct selector_list *l = w->list;

	for (; w->at < w->h->nnodes; w->at++) {
		const struct html_node *n = &w->h->nodes[w->at];
		while (w->depth && w->open[w->depth - 1].end <= w->at)
			w->depth--;
		if (n->tag == TAG_NONE)
			continue;
		struct selector_open up = w->depth ? w->open[w->depth - 1] : (struct selector_open){ 0 };
		uint64_t can = l->starts | (up.matched << 1 & l->child & ~l->starts) |
		               (up.around << 1 & ~l->child & ~l->starts);
		uint64_t matched = 0;
		for (uint64_t left = can; left; left &= left - 1) {
			size_t k = (size_t)__builtin_ctzll(left);
			if (k < l->n && fits(w->h, n, &l->step[k]))
				matched |= (uint64_t)1 << k;
		}
		if (n->end > w->at + 1)
			push(w, (struct selector_open){ n->end, matched, up.around | matched });
		w->seen |= matched & l->ends;
		if (matched & l->ends) {
			*node = w->at++;
			return true;
		}
	}
	return false;
}
