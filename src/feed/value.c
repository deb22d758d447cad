/*
 * What stands in an element of text, and what type it has.
 *
 * Atom and its forerunners say the type in an attribute ("text", "html",
 * "xhtml", or a media type, then base64 unless it is text or XML; or mode=
 * "base64"); the others mean a type without saying so, and feeds do not keep to
 * either: text that was said to be text but has elements in it is markup, and
 * text that RSS means to be plain is HTML when it looks like HTML.
 */
#include "base/alloc.h"
#include "feed/join.h"
#include "feed/parts.h"
#include "feed/safe.h"
#include "text/norm.h"

#define XHTML STR("application/xhtml+xml")

static const struct fact_attribute *find_attribute(const struct fact *f, struct str name)
{
	for (size_t i = 0; i < f->nattributes; i++)
		if (str_eq(f->attributes[i].name, name))
			return &f->attributes[i];
	return NULL;
}

struct str fact_attribute(const struct fact *f, const char *name)
{
	const struct fact_attribute *at = find_attribute(f, str_from(name));
	return at ? at->value : STR_NONE;
}

bool fact_has_attribute(const struct fact *f, const char *name)
{
	return find_attribute(f, str_from(name)) != NULL;
}

struct str fact_reference(struct arena *a, const struct fact *f, struct str reference)
{
	return join_reference(a, f->base, str_trim(reference));
}

static struct str media_type(struct arena *a, const struct fact *f)
{
	static const char *const short_names[][2] = { { "text", "text/plain" },
		                                      { "plain", "text/plain" },
		                                      { "html", "text/html" },
		                                      { "xhtml", "application/xhtml+xml" } };
	struct str type = arena_lower(a, str_trim(fact_attribute(f, "type")));

	if (!type.n)
		return str_from(f->meant ? f->meant : "text/plain");
	for (size_t i = 0; i < sizeof short_names / sizeof *short_names; i++)
		if (str_eq(type, str_from(short_names[i][0])))
			return str_from(short_names[i][1]);
	return type;
}

static bool is_xml(struct str type)
{
	return str_ends(type, STR("+xml")) || str_ends(type, STR("/xml"));
}

static bool is_base64(const struct fact *f, struct str type)
{
	if (str_eq_nocase(fact_attribute(f, "mode"), STR("base64")))
		return true;
	return !str_starts(type, STR("text/")) && !is_xml(type) && str_find_byte(type, '/') != STR_NPOS;
}

/* The text that it stands for, or what there is if it stands for none. */
static struct str from_base64(struct arena *a, struct str s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = arena_alloc(a, s.n + 1);
	unsigned bits = 0, nbits = 0;
	size_t n = 0;

	for (size_t i = 0; i < s.n && s.p[i] != '='; i++) {
		const char *digit = s.p[i] ? strchr(digits, s.p[i]) : NULL;
		if (char_is_space(s.p[i]))
			continue;
		if (!digit)
			return s;
		bits = bits << 6 | (unsigned)(digit - digits);
		nbits += 6;
		if (nbits >= 8)
			out[n++] = (char)(bits >> (nbits -= 8) & 0xff);
	}
	return utf8_valid(str_of(out, n)) ? str_of(out, n) : s;
}

/* ---- elements written as they were --------------------------------------- */

static void put_escaped(struct buf *out, struct str s, bool attribute)
{
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '&')
			buf_puts(out, "&amp;");
		else if (s.p[i] == '<' || s.p[i] == '>')
			buf_puts(out, s.p[i] == '<' ? "&lt;" : "&gt;");
		else if (attribute && s.p[i] == '"')
			buf_puts(out, "&quot;");
		else
			buf_byte(out, s.p[i]);
	}
}

static void put_start(struct arena *a, struct buf *out, const xmlNode *n)
{
	struct str name = xml_name(n);
	bool root = str_eq(name, STR("svg")) || str_eq(name, STR("math"));

	buf_byte(out, '<');
	buf_str(out, name);
	if (root && n->ns && n->ns->href) {
		buf_puts(out, " xmlns=\"");
		put_escaped(out, str_from((const char *)n->ns->href), true);
		buf_byte(out, '"');
	}
	for (const xmlAttr *at = n->properties; at; at = at->next) {
		buf_byte(out, ' ');
		if (at->ns && at->ns->prefix) {
			buf_puts(out, (const char *)at->ns->prefix);
			buf_byte(out, ':');
		}
		buf_puts(out, (const char *)at->name);
		buf_puts(out, "=\"");
		put_escaped(out, xml_own_text(a, (const xmlNode *)at), true);
		buf_byte(out, '"');
	}
	buf_byte(out, '>');
}

static void put_end(struct buf *out, const xmlNode *n)
{
	buf_puts(out, "</");
	buf_str(out, xml_name(n));
	buf_byte(out, '>');
}

/* flat: a <div> is only the envelope of text that was not meant to have any. */
static void put_markup(struct arena *a, struct buf *out, const xmlNode *n, bool flat)
{
	for (const xmlNode *c = n->children; c; c = c->next) {
		if (c->type == XML_TEXT_NODE && c->content)
			put_escaped(out, str_from((const char *)c->content), false);
		if (c->type != XML_ELEMENT_NODE)
			continue;
		bool envelope = flat && str_eq(xml_name(c), STR("div"));
		if (!envelope)
			put_start(a, out, c);
		put_markup(a, out, c, envelope);
		if (!envelope)
			put_end(out, c);
	}
}

static bool is_blank(const xmlNode *n)
{
	return n->type != XML_ELEMENT_NODE && (!n->content || !str_trim(str_from((const char *)n->content)).n);
}

/* The <div> that is all there is in n, or NULL. */
static const xmlNode *only_div(const xmlNode *n)
{
	const xmlNode *div = NULL;

	for (const xmlNode *c = n->children; c; c = c->next) {
		if (is_blank(c))
			continue;
		if (div || c->type != XML_ELEMENT_NODE || !str_eq(xml_name(c), STR("div")))
			return NULL;
		div = c;
	}
	return div;
}

static bool only_divs(const xmlNode *n)
{
	for (const xmlNode *c = n->children; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE && (!str_eq(xml_name(c), STR("div")) || !only_divs(c)))
			return false;
	return true;
}

static struct str markup_of(struct arena *a, const struct fact *f, bool flat)
{
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);
	const xmlNode *n = f->node, *div = f->unwrap && !flat ? only_div(n) : NULL;

	put_markup(a, &b, div ? div : n, flat);
	struct str out = arena_str(a, str_trim(buf_view(&b)));
	buf_free(&b);
	return out;
}

/* Text with its type, as it came. */
static void read_source(struct arena *a, const struct fact *f, struct fact_markup *out)
{
	bool elements = f->node && xml_has_elements(f->node);

	out->type = media_type(a, f);
	if (is_base64(f, out->type)) {
		out->value = from_base64(a, str_trim(f->text));
		return;
	}
	if (is_xml(out->type)) {
		out->value = f->node ? markup_of(a, f, false) : str_trim(f->text);
	} else if (elements && only_divs(f->node)) {
		out->value = str_trim(xml_text(a, f->node));
	} else if (elements) {
		out->value = markup_of(a, f, true);
		out->type = XHTML;
	} else {
		out->value = str_trim(f->text);
	}
}

/* ---- what is shown ------------------------------------------------------- */

/* UTF-8 that was taken for ISO 8859-1 and made UTF-8 again: as it was. */
static struct str once_encoded(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	bool high = false;

	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		if (c > 0xff)
			return s;
		high |= c >= 0x80;
		out[n++] = (char)c;
	}
	return high && utf8_valid(str_of(out, n)) ? str_of(out, n) : s;
}

void fact_markup(struct arena *a, const struct fact *f, struct fact_markup *out)
{
	read_source(a, f, out);
	if (!f->atom && str_eq(out->type, STR("text/plain")) && safe_looks_like_html(out->value))
		out->type = STR("text/html");
	if (str_eq(out->type, STR("text/html")) || is_xml(out->type))
		out->value = safe_html(a, out->value, f->base);
	out->value = once_encoded(a, out->value);
}

struct str fact_plain(struct arena *a, const struct fact *f, size_t max)
{
	struct str type = fact_attribute(f, "type"), text = f->text;

	if (f->nattributes && is_base64(f, media_type(a, f))) {
		text = from_base64(a, str_trim(text));
		if (!type.n && safe_looks_like_html(text))
			return plain_from_html(a, text, max);
	} else if (f->node && xml_has_elements(f->node)) { /* its tags are gone already */
		return plain_from_text(a, xml_text(a, f->node), false, max);
	}
	if (str_has(type, STR("html")))
		return plain_from_html(a, text, max);
	if (type.n)
		return plain_from_text(a, text, false, max);
	/* Atom that says nothing means the text as it stands; a reference in it is
	 * still a mistake. */
	return f->atom ? plain_from_text(a, text, true, max) : plain_from_html(a, text, max);
}
