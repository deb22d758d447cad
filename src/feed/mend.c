/*
 * Broken XML to XML, before a parser sees it.
 *
 * A parser that forgives loses what it does not understand: an undeclared &nbsp;
 * vanishes, "?a=1&b=2" loses a piece,
 * a "<" in a sentence ends the element.  So one pass over the text, left to
 * right, writes what was meant:
 *
 *   - everything before the root element goes: declarations, comments, PHP's
 *     warnings.  The DTD goes too, so that the parser has neither entities nor
 *     external subsets to be attacked with; the plain entities that it declares
 *     (a name for a short text without markup) are put in here instead.
 *   - "&" that begins no reference, and "<" that begins no tag, are escaped.
 *   - references to named characters of HTML become the characters.
 *   - tags are made to match (tags.c).
 *   - an address within which the document was cut off goes.
 *   - comments and processing instructions after the root go, CDATA stays.
 *   - characters that XML does not have become spaces; C1 controls become the
 *     windows-1252 characters that were meant.
 *
 * Limits: 64 entities of 256 bytes; one that refers to another is left as text.
 */
#include <string.h>

#include "feed/mender.h"

#define MAX_MARKUP ((size_t)4000000) /* "<": more would be too large a tree */

static struct str rest_of(const struct mender *m)
{
	return str_sub(m->s, m->i, m->s.n);
}

static bool begins_name(char c)
{
	return char_is_alpha(c) || c == '_' || c == ':' || (unsigned char)c >= 0x80;
}

/* Behind a piece that begins at from and ends with what; the end of s if it
 * does not end. */
static size_t behind(struct str s, size_t from, struct str what)
{
	size_t at = str_find(str_sub(s, from, s.n), what);
	return at == STR_NPOS ? s.n : from + at + what.n;
}

/* Behind a DOCTYPE, whose internal subset is in brackets. */
static size_t behind_doctype(struct str s, size_t from)
{
	size_t end = behind(s, from, STR(">"));
	size_t bracket = str_find_byte(str_sub(s, from, end), '[');

	if (bracket == STR_NPOS)
		return end;
	return behind(s, behind(s, from + bracket, STR("]")), STR(">"));
}

static bool root_kind(struct str s, size_t at, enum feed_kind *kind)
{
	static const struct {
		const char *name;
		enum feed_kind kind;
	} roots[] = { { "rss", FEED_RSS },
		      { "rdf", FEED_RSS },
		      { "channel", FEED_RSS },
		      { "feed", FEED_ATOM },
		      { "entry", FEED_ATOM },
		      { "urlset", FEED_SITEMAP },
		      { "sitemapindex", FEED_SITEMAP_INDEX } };
	size_t to = at + 1;

	while (to < s.n && (char_is_alnum(s.p[to]) || s.p[to] == ':' || s.p[to] == '_'))
		to++;
	struct str name = str_sub(s, at + 1, to), prefix, local;
	if (!str_cut(name, ':', &prefix, &local))
		local = name;
	for (size_t i = 0; i < sizeof roots / sizeof *roots; i++) {
		if (str_eq_nocase(local, str_from(roots[i].name))) {
			*kind = roots[i].kind;
			return to < s.n && (char_is_space(s.p[to]) || s.p[to] == '>' || s.p[to] == '/');
		}
	}
	return false;
}

/* Where the first element begins, behind all that may stand before it. */
static size_t behind_prolog(struct str s)
{
	size_t i = 0;

	for (;;) {
		while (i < s.n && char_is_space(s.p[i]))
			i++;
		struct str rest = str_sub(s, i, s.n);
		if (str_starts(rest, STR("<?")))
			i = behind(s, i, STR("?>"));
		else if (str_starts(rest, STR("<!--")))
			i = behind(s, i + 4, STR("-->"));
		else if (str_starts_nocase(rest, STR("<!doctype")))
			i = behind_doctype(s, i);
		else
			return i;
	}
}

bool mend_is_html(struct str bytes)
{
	size_t at = behind_prolog(bytes);

	for (size_t i = 0; i < at; i++)
		if ((unsigned char)bytes.p[i] >= 0x80 || (bytes.p[i] < ' ' && !char_is_space(bytes.p[i])))
			return false;
	return str_starts_nocase(str_sub(bytes, at, bytes.n), STR("<html")) && bytes.n > at + 5 &&
	       (char_is_space(bytes.p[at + 5]) || bytes.p[at + 5] == '>');
}

/* Junk stands before the root: it is looked for, but not in a page of HTML. */
bool mend_find_root(struct str text, struct feed_root *out)
{
	struct str s = str_sub(text, 0, 256 * KIB);
	size_t at = behind_prolog(s);

	*out = (struct feed_root){ .at = at, .clean = true };
	if (at < s.n && s.p[at] == '<' && root_kind(s, at, &out->kind))
		return true;
	out->clean = false;
	for (s = str_sub(s, 0, at + 8 * KIB); at < s.n; at++) {
		struct str rest = str_sub(s, at, s.n);
		if (s.p[at] != '<')
			continue;
		if (str_starts_nocase(rest, STR("<html")) || str_starts_nocase(rest, STR("<body")) ||
		    str_starts_nocase(rest, STR("<head")))
			return false;
		if (root_kind(s, at, &out->kind) && !str_starts_nocase(rest, STR("<entry"))) {
			out->at = at;
			return true;
		}
	}
	return false;
}

/* The value of an entity as text, or false if it is more than that. */
static bool plain_value(struct arena *a, struct str s, struct str *out)
{
	if (str_find_byte(s, '<') != STR_NPOS || str_find_byte(s, '%') != STR_NPOS)
		return false;
	struct buf b = BUF_INIT(MAX_ENTITY_BYTES);
	bool plain = true;
	for (size_t i = 0; plain && i < s.n;) {
		uint32_t c = (unsigned char)s.p[i];
		size_t length = 1;
		if (s.p[i] == '&')
			plain = plain_reference(s, i, &c, &length) && c;
		if (length > 1)
			buf_utf8(&b, c);
		else
			buf_byte(&b, s.p[i]);
		i += length;
	}
	*out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return plain;
}

static struct str next_word(struct str *s)
{
	size_t n = 0;

	*s = str_trim(*s);
	while (n < s->n && !char_is_space(s->p[n]) && s->p[n] != '>')
		n++;
	struct str word = str_sub(*s, 0, n);
	*s = str_trim(str_sub(*s, n, s->n));
	return word;
}

/* <!ENTITY name "value"> in what stands before the root. */
static void read_entities(struct mender *m, struct arena *a, struct str prolog)
{
	while (m->nentities < MAX_ENTITIES) {
		size_t at = str_find(prolog, STR("<!ENTITY"));
		if (at == STR_NPOS)
			return;
		prolog = str_sub(prolog, at + 8, prolog.n);
		struct str s = prolog, name = next_word(&s), value;
		if (!name.n || !s.n || (s.p[0] != '"' && s.p[0] != '\''))
			continue;
		size_t end = str_find_byte(str_sub(s, 1, 2 + MAX_ENTITY_BYTES), s.p[0]);
		if (end != STR_NPOS && plain_value(a, str_sub(s, 1, 1 + end), &value))
			m->entities[m->nentities++] = (struct entity){ name, value };
	}
}

/* Text that the parser is not to take for markup. */
static void put_escaped(struct mender *m, struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '&')
			buf_puts(&m->out, "&amp;");
		else if (s.p[i] == '<')
			buf_puts(&m->out, "&lt;");
		else if (s.p[i] == '"')
			buf_puts(&m->out, "&quot;");
		else
			buf_byte(&m->out, s.p[i]);
	}
}

/* A character as it stands in the text; it may not be one of XML's. */
void mend_char(struct mender *m)
{
	unsigned char c = (unsigned char)m->s.p[m->i];

	if (c < 0x80) {
		bool good = c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
		m->bozo |= !good;
		buf_byte(&m->out, good ? (char)c : ' ');
		m->i++;
		return;
	}
	uint32_t given = utf8_next(m->s, &m->i), point = plain_char(given);
	if (!point && given >= 0x80 && given < 0xa0) /* of no use, but not forbidden */
		point = given;
	m->bozo |= point == 0;
	buf_utf8(&m->out, point ? point : ' ');
}

static const struct entity *declared(const struct mender *m, struct str name)
{
	for (size_t i = 0; i < m->nentities; i++)
		if (str_eq(m->entities[i].name, name))
			return &m->entities[i];
	return NULL;
}

void mend_ampersand(struct mender *m)
{
	struct str rest = rest_of(m);
	size_t length = str_find_byte(str_sub(rest, 0, 64), ';');
	struct str name = length == STR_NPOS ? STR_NONE : str_sub(rest, 1, length);
	const struct entity *e = name.n ? declared(m, name) : NULL;
	uint32_t c;

	if (e) {
		put_escaped(m, e->value);
		m->i += length + 1;
	} else if (plain_of_xml(name)) {
		buf_str(&m->out, str_sub(rest, 0, length + 1));
		m->i += length + 1;
	} else if (plain_reference(m->s, m->i, &c, &length)) {
		char bytes[4];
		put_escaped(m, str_of(bytes, c ? utf8_put(c, bytes) : 0));
		m->bozo |= c == 0;
		m->i += length;
	} else {
		buf_puts(&m->out, "&amp;");
		m->bozo = true;
		m->i++;
	}
}

static void mend_cdata(struct mender *m)
{
	size_t end = str_find(rest_of(m), STR("]]>"));
	size_t to = end == STR_NPOS ? m->s.n : m->i + end + 3;

	m->bozo |= end == STR_NPOS;
	while (m->i < to)
		mend_char(m);
	if (end == STR_NPOS)
		buf_puts(&m->out, "]]>");
}

/* A comment or an instruction, which goes; one that does not end is text. */
static bool drop(struct mender *m, size_t begin, struct str end, bool *endless)
{
	size_t at = *endless ? STR_NPOS : str_find(str_sub(m->s, m->i + begin, m->s.n), end);

	*endless = at == STR_NPOS;
	if (*endless)
		return false;
	m->i += begin + at + end.n;
	return true;
}

static void mend_angle(struct mender *m)
{
	struct str rest = rest_of(m);
	char next = rest.n > 1 ? rest.p[1] : ' ', after = rest.n > 2 ? rest.p[2] : ' ';

	if (str_starts(rest, STR("<![CDATA["))) {
		mend_cdata(m);
		return;
	}
	if (str_starts(rest, STR("<!--")) && drop(m, 4, STR("-->"), &m->endless[0]))
		return;
	if (next == '?' && drop(m, 2, STR("?>"), &m->endless[1]))
		return;
	bool tag = begins_name(next) || (next == '/' && begins_name(after));
	if (tag && mend_tag(m))
		return;
	m->bozo = true;
	if (tag) { /* the document was cut off within it */
		m->inside = 0;
		m->i = m->s.n;
		return;
	}
	buf_puts(&m->out, "&lt;");
	m->i++;
}

struct str mend_xml(struct arena *a, struct str text, const struct feed_root *root, bool *bozo)
{
	struct mender m = { .s = text, .i = root->at, .out = BUF_INIT(MAX_WIRE_BYTES), .bozo = !root->clean };
	size_t markup = 0;

	m.is_sitemap = root->kind == FEED_SITEMAP || root->kind == FEED_SITEMAP_INDEX;
	read_entities(&m, a, str_sub(text, 0, root->at));
	while (m.i < m.s.n && markup < MAX_MARKUP) {
		char c = m.s.p[m.i];
		if (c == '&') {
			mend_ampersand(&m);
		} else if (c == '<') {
			markup++;
			mend_angle(&m);
		} else {
			mend_char(&m);
		}
	}
	m.bozo |= m.nopen > 0;
	mend_cut(&m);
	mend_close(&m, 0);
	*bozo |= m.bozo || m.out.full || markup == MAX_MARKUP;
	struct str out = arena_str(a, buf_view(&m.out));
	buf_free(&m.out);
	return out;
}
