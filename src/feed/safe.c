/*
 * One pass over the text, left to right: tags that are on the list are written
 * again from their parts, the others are left out and their text stays.  A "<"
 * that begins no tag stays only where nothing that is left out can make it one.
 *
 * SVG and MathML have elements and attributes of their own, which count only
 * within <svg> and <math>; both are given their namespace if they lack it.
 *
 * Limits: MAX_ATTRIBUTES on a tag; after MANY_UNENDED comments or tags that do
 * not end nothing more is taken for one, and after MAX_WIRE_BYTES of addresses
 * none is made absolute, so that the cost stays linear.
 */
#include "feed/safe.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/limits.h"
#include "feed/join.h"
#include "feed/parts.h"
#include "feed/safe.inc"

#define MAX_ATTRIBUTES 64
#define MANY_UNENDED 16
#define SVG STR("http://www.w3.org/2000/svg")
#define MATH STR("http://www.w3.org/1998/Math/MathML")
#define XLINK STR("http://www.w3.org/1999/xlink")

struct attribute {
	struct str name, value;
};

struct tag {
	struct str name;
	struct attribute attributes[MAX_ATTRIBUTES + 2];
	size_t n;
	bool slash; /* <br/> */
};

struct washer {
	struct arena *a;
	struct str s, base;
	size_t i;
	struct buf out;
	unsigned svg, math, unread, unended;
	size_t joined; /* bytes of addresses that were made absolute */
};

static int by_name(const void *key, const void *row)
{
	struct str a = *(const struct str *)key, b = str_from(*(const char *const *)row);

	for (size_t i = 0; i < a.n && i < b.n; i++)
		if (char_lower(a.p[i]) != char_lower(b.p[i]))
			return (unsigned char)char_lower(a.p[i]) < (unsigned char)char_lower(b.p[i]) ? -1 : 1;
	return a.n < b.n ? -1 : a.n > b.n;
}

/* The name as the list spells it, or empty. */
static struct str listed_in(const char *const *list, size_t n, struct str name)
{
	const char *const *row = bsearch(&name, list, n, sizeof *list, by_name);
	return row ? str_from(*row) : STR_NONE;
}
#define LISTED(list, name) listed_in(list, sizeof list / sizeof *list, name)
#define IS_LISTED(list, name) (LISTED(list, name).n > 0)

/* ---- reading ------------------------------------------------------------- */

static bool in_name(char c)
{
	return char_is_alnum(c) || c == '-' || c == '.' || c == ':' || c == '_';
}

static struct str take_name(struct str *s)
{
	size_t n = 0;

	while (n < s->n && in_name(s->p[n]))
		n++;
	struct str name = str_sub(*s, 0, n);
	*s = str_sub(*s, n, s->n);
	return name;
}

static struct str skip_spaces(struct str s)
{
	while (s.n && char_is_space(s.p[0]))
		s = str_sub(s, 1, s.n);
	return s;
}

static struct str take_value(struct str *s)
{
	size_t to = 0;
	char quote = s->n ? s->p[0] : 0;
	struct str value;

	if (quote == '"' || quote == '\'') {
		struct str rest = str_sub(*s, 1, s->n);
		size_t end = str_find_byte(rest, quote);
		value = str_sub(rest, 0, end);
		*s = str_sub(rest, end == STR_NPOS ? rest.n : end + 1, rest.n);
		return value;
	}
	while (to < s->n && !char_is_space(s->p[to]))
		to++;
	value = str_sub(*s, 0, to);
	*s = str_sub(*s, to, s->n);
	return value;
}

static const struct attribute *find(const struct tag *t, struct str name)
{
	for (size_t i = 0; i < t->n; i++)
		if (str_eq_nocase(t->attributes[i].name, name))
			return &t->attributes[i];
	return NULL;
}

static void add(struct tag *t, struct str name, struct str value)
{
	if (t->n < sizeof t->attributes / sizeof *t->attributes)
		t->attributes[t->n++] = (struct attribute){ name, value };
}

/* From behind the name to before the ">". */
static void read_attributes(struct tag *t, struct str s)
{
	if (s.n && s.p[s.n - 1] == '/') {
		t->slash = true;
		s = str_sub(s, 0, s.n - 1);
	}
	for (s = skip_spaces(s); s.n; s = skip_spaces(s)) {
		struct str name = take_name(&s);
		if (!name.n) {
			s = str_sub(s, 1, s.n);
			continue;
		}
		struct str behind = skip_spaces(s), value = name;
		if (behind.n && behind.p[0] == '=') {
			s = skip_spaces(str_sub(behind, 1, behind.n));
			value = take_value(&s);
		}
		if (t->n < MAX_ATTRIBUTES && !find(t, name))
			add(t, name, value);
	}
}

/* ---- writing ------------------------------------------------------------- */

/* "&" at s.p[i]: whether a reference stands there, with or without its ";". */
static bool is_reference(struct str s, size_t i, size_t *length)
{
	size_t k = i + 1;
	bool number = k < s.n && s.p[k] == '#', hex = number && k + 1 < s.n && char_lower(s.p[k + 1]) == 'x';

	k += (size_t)number + (size_t)hex;
	size_t from = k;
	while (k < s.n && (char_is_digit(s.p[k]) || (!number && char_is_alpha(s.p[k])) ||
	                   (hex && char_lower(s.p[k]) >= 'a' && char_lower(s.p[k]) <= 'f')))
		k++;
	*length = k - i;
	return k > from;
}

static bool is_known_name(struct str name)
{
	return plain_of_xml(name) || plain_named(name);
}

/* A number as it stands, unless it means one of windows-1252. */
static void put_number(struct washer *w, struct str digits)
{
	uint32_t value, better;

	if (!plain_number(digits, &value))
		value = 0;
	better = plain_char(value);
	if (value == '"' || value == '\'')
		buf_byte(&w->out, (char)value);
	else if (better && better != value)
		buf_printf(&w->out, "&#x%x;", better);
	else
		buf_printf(&w->out, "&#%.*s;", STR_ARG(digits));
}

static void put_ampersand(struct washer *w)
{
	size_t length;

	if (!is_reference(w->s, w->i, &length)) {
		buf_byte(&w->out, '&');
		w->i++;
		return;
	}
	struct str body = str_sub(w->s, w->i + 1, w->i + length);
	bool ended = w->i + length < w->s.n && w->s.p[w->i + length] == ';';
	if (body.p[0] == '#') {
		put_number(w, str_sub(body, 1, body.n));
	} else if (is_known_name(body)) {
		buf_byte(&w->out, '&');
		buf_str(&w->out, body);
		buf_byte(&w->out, ';');
	} else {
		buf_puts(&w->out, "&amp;");
		buf_str(&w->out, body);
		ended = false;
	}
	w->i += length + ended;
}

static void put_value(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		size_t length;
		char c = s.p[i];
		bool bare = c == '&' && (!is_reference(s, i, &length) || i + length >= s.n || s.p[i + length] != ';');
		if (bare)
			buf_puts(out, "&amp;");
		else if (c == '<' || c == '>')
			buf_puts(out, c == '<' ? "&lt;" : "&gt;");
		else if (c == '"')
			buf_puts(out, "&quot;");
		else
			buf_byte(out, c);
	}
}

static void put_lower(struct buf *out, struct str name)
{
	for (size_t i = 0; i < name.n; i++)
		buf_byte(out, char_lower(name.p[i]));
}

static int attribute_order(const void *a, const void *b)
{
	struct str x = ((const struct attribute *)a)->name, y = ((const struct attribute *)b)->name;

	for (size_t i = 0; i < x.n && i < y.n; i++)
		if (char_lower(x.p[i]) != char_lower(y.p[i]))
			return (unsigned char)char_lower(x.p[i]) < (unsigned char)char_lower(y.p[i]) ? -1 : 1;
	return x.n < y.n ? -1 : x.n > y.n;
}

enum realm { OF_HTML, OF_SVG, OF_MATH };

static struct str attribute_spelling(enum realm realm, struct str name)
{
	return realm == OF_SVG    ? LISTED(svg_attributes, name)
	       : realm == OF_MATH ? LISTED(math_attributes, name)
	                          : LISTED(html_attributes, name);
}

static struct str absolute(struct washer *w, struct str address)
{
	if (w->joined < MAX_WIRE_BYTES)
		address = join_reference(w->a, w->base, address);
	w->joined += address.n;
	return join_is_safe(address) ? address : STR_NONE;
}

static void put_attributes(struct washer *w, struct tag *t, enum realm realm)
{
	qsort(t->attributes, t->n, sizeof *t->attributes, attribute_order);
	for (size_t i = 0; i < t->n; i++) {
		struct str name = attribute_spelling(realm, t->attributes[i].name), value = t->attributes[i].value;
		if (!name.n)
			continue;
		if (IS_LISTED(address_attributes, name))
			value = absolute(w, str_trim(value));
		buf_byte(&w->out, ' ');
		buf_str(&w->out, name);
		buf_puts(&w->out, "=\"");
		if (str_eq_nocase(name, STR("rel")) || str_eq_nocase(name, STR("type")))
			put_lower(&w->out, value);
		else
			put_value(&w->out, value);
		buf_byte(&w->out, '"');
	}
}

static void add_namespaces(struct washer *w, struct tag *t)
{
	if (str_eq_nocase(t->name, STR("svg")) && !find(t, STR("xmlns")))
		add(t, STR("xmlns"), SVG);
	if (str_eq_nocase(t->name, STR("math")) && !find(t, STR("xmlns")))
		add(t, STR("xmlns"), MATH);
	if (!w->svg && !w->math)
		return;
	for (size_t i = 0; i < t->n; i++) {
		if (str_starts_nocase(t->attributes[i].name, STR("xlink:")) && !find(t, STR("xmlns:xlink"))) {
			add(t, STR("xmlns:xlink"), XLINK);
			return;
		}
	}
}

/* The element's name as it is written, and of what it is; false if it goes. */
static bool find_realm(const struct washer *w, struct str name, struct str *spelling, enum realm *realm)
{
	*realm = OF_MATH;
	*spelling = w->math ? LISTED(math_elements, name) : STR_NONE;
	if (spelling->n)
		return true;
	*realm = OF_SVG;
	*spelling = w->svg ? LISTED(svg_elements, name) : STR_NONE;
	if (spelling->n)
		return true;
	*realm = OF_HTML;
	*spelling = LISTED(html_elements, name);
	return spelling->n > 0;
}

static void put_start(struct washer *w, struct tag *t)
{
	struct str name;
	enum realm realm;
	bool is_void = IS_LISTED(void_elements, t->name);

	if (IS_LISTED(unread_elements, t->name) && !t->slash)
		w->unread++;
	w->svg += str_eq_nocase(t->name, STR("svg"));
	w->math += str_eq_nocase(t->name, STR("math"));
	if (w->unread || !find_realm(w, t->name, &name, &realm))
		return;
	bool bare = t->n == 0;
	add_namespaces(w, t);
	buf_byte(&w->out, '<');
	buf_str(&w->out, name);
	put_attributes(w, t, realm);
	buf_puts(&w->out, is_void ? " />" : ">");
	if (t->slash && bare && !is_void) {
		buf_puts(&w->out, "</");
		buf_str(&w->out, name);
		buf_byte(&w->out, '>');
	}
}

static void put_end(struct washer *w, struct str tag_name)
{
	struct str name;
	enum realm realm;

	if (IS_LISTED(unread_elements, tag_name)) {
		w->unread -= w->unread > 0;
		return;
	}
	bool shown = !w->unread && !IS_LISTED(void_elements, tag_name) && find_realm(w, tag_name, &name, &realm);
	w->svg -= w->svg && str_eq_nocase(tag_name, STR("svg"));
	w->math -= w->math && str_eq_nocase(tag_name, STR("math"));
	if (!shown)
		return;
	buf_puts(&w->out, "</");
	buf_str(&w->out, name);
	buf_byte(&w->out, '>');
}

static void put_text(struct washer *w, const char *z, size_t n)
{
	if (!w->unread)
		buf_puts(&w->out, z);
	w->i += n;
}

/* "<!": a comment, a declaration or neither. */
static void wash_declaration(struct washer *w, struct str rest)
{
	size_t end;

	if (str_starts(rest, STR("<!--"))) {
		end = w->unended < MANY_UNENDED ? str_find(str_sub(rest, 4, rest.n), STR("-->")) : STR_NPOS;
		w->unended += end == STR_NPOS;
		w->i = end == STR_NPOS ? w->s.n : w->i + 4 + end + 3; /* what hides the rest hides it */
		return;
	}
	if (!str_starts_nocase(rest, STR("<!doctype"))) {
		put_text(w, "&lt;!", 2);
		return;
	}
	bool tried = w->unended < MANY_UNENDED;
	end = tried ? str_find_byte(rest, '>') : STR_NPOS;
	w->unended += end == STR_NPOS;
	if (end == STR_NPOS)
		put_text(w, tried ? "<!" : "&lt;!", 2);
	else
		w->i += end + 1;
}

static void wash_tag(struct washer *w, struct str rest)
{
	struct tag t = { 0 };
	size_t length = w->unended < MANY_UNENDED ? plain_tag_length(rest, true) : 0;
	bool closes = rest.p[1] == '/';

	if (!length) {
		w->unended++;
		put_text(w, "&lt;", 1);
		return;
	}
	w->i += length;
	struct str inside = str_sub(rest, closes ? 2 : 1, rest.p[length - 1] == '>' ? length - 1 : length);
	t.name = take_name(&inside);
	if (closes) {
		put_end(w, t.name);
		return;
	}
	read_attributes(&t, inside);
	put_start(w, &t);
}

static void wash_angle(struct washer *w)
{
	struct str rest = str_sub(w->s, w->i, w->s.n);
	char next = rest.n > 1 ? rest.p[1] : ' ', after = rest.n > 2 ? rest.p[2] : ' ';
	size_t end = next == '?' && w->unended < MANY_UNENDED ? str_find_byte(rest, '>') : STR_NPOS;

	w->unended += next == '?' && end == STR_NPOS;
	if (next == '!')
		wash_declaration(w, rest);
	else if (next == '>' || (next == '/' && after == '>'))
		w->i += next == '>' ? 2 : 3;
	else if (end != STR_NPOS)
		w->i += end + 1;
	else if (char_is_alpha(next) || (next == '/' && char_is_alpha(after)))
		wash_tag(w, rest);
	else
		put_text(w, char_is_space(next) || char_is_digit(next) ? "<" : "&lt;", 1);
}

struct str safe_html(struct arena *a, struct str html, struct str base)
{
	struct washer w = { .a = a, .s = html, .base = base, .out = BUF_INIT(MAX_WIRE_BYTES) };

	while (w.i < w.s.n) {
		char c = w.s.p[w.i];
		if (c == '<') {
			wash_angle(&w);
		} else if (w.unread) {
			w.i++;
		} else if (c == '&') {
			put_ampersand(&w);
		} else if (c == '\r' && w.i + 1 < w.s.n && w.s.p[w.i + 1] == '\n') {
			w.i++;
		} else {
			buf_byte(&w.out, c);
			w.i++;
		}
	}
	struct str out = arena_str(a, str_trim(buf_view(&w.out)));
	buf_free(&w.out);
	return out;
}

bool safe_looks_like_html(struct str s)
{
	bool sign = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '<') {
			bool closes = i + 1 < s.n && s.p[i + 1] == '/';
			struct str rest = str_sub(s, i + 1 + closes, s.n), name = take_name(&rest);
			if (name.n && !IS_LISTED(html_elements, name))
				return false;
			sign |= closes && name.n && rest.n && rest.p[0] == '>';
		} else if (s.p[i] == '&') {
			size_t length;
			if (!is_reference(s, i, &length) || i + length >= s.n || s.p[i + length] != ';')
				continue;
			struct str body = str_sub(s, i + 1, i + length);
			if (body.p[0] != '#' && !is_known_name(body))
				return false;
			sign = true;
		}
	}
	return sign;
}
