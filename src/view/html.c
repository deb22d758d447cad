/*
 * The HTML writer: see html.h.
 *
 * Text is copied in runs of bytes that need no care; a table tells which bytes
 * do.  Beyond ASCII each character is decoded once, so that malformed UTF-8
 * cannot join with what follows it.  A line break is written behind the
 * closing tags of blocks, for people who read the source.
 */
#include "view/html.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "url/url.h"

static const char *const VOID_ELEMENTS[] = { "br", "hr", "img", "input", "link", "meta", "col", "wbr" };
static const char *const LINE_ELEMENTS[] = { "p",      "li",         "ul",      "ol",      "dl",      "dd",
	                                     "div",    "section",    "header",  "footer",  "nav",     "main",
	                                     "h1",     "h2",         "h3",      "tr",      "table",   "thead",
	                                     "tbody",  "form",       "article", "title",   "head",    "details",
	                                     "entry",  "html",       "body",    "id",      "updated", "content",
	                                     "author", "blockquote", "figure",  "summary", "svg" };

static bool in_list(const char *name, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (*name == *list[i] && strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static bool is_void(const char *element)
{
	return in_list(element, VOID_ELEMENTS, sizeof VOID_ELEMENTS / sizeof *VOID_ELEMENTS);
}

static bool ends_line(const char *element)
{
	return in_list(element, LINE_ELEMENTS, sizeof LINE_ELEMENTS / sizeof *LINE_ELEMENTS);
}

/* ---- escaping ----------------------------------------------------------- */

/* What a byte below 0x80 is written as; NULL: as itself. */
static const char *escape_of(unsigned char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	case '\r':
		return " ";
	case '\t':
	case '\n':
		return NULL;
	default:
		return c < 0x20 || c == 0x7f ? "\xef\xbf\xbd" : NULL;
	}
}

static bool is_plain(unsigned char c)
{
	static const bool special[128] = {
		['&'] = true, ['<'] = true, ['>'] = true, ['"'] = true, ['\''] = true, [0x7f] = true
	};
	return c >= 0x20 && c < 0x80 && !special[c];
}

static bool is_forbidden(uint32_t c)
{
	return (c >= 0x80 && c < 0xa0) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

static void put_escaped(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		while (i < s.n && is_plain((unsigned char)s.p[i]))
			i++;
		if (i > from)
			buf_put(out, s.p + from, i - from);
		if (i == s.n)
			break;
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0x80) {
			const char *escape = escape_of(c);
			escape ? buf_puts(out, escape) : buf_byte(out, (char)c);
			i++;
			continue;
		}
		uint32_t point = utf8_next(s, &i);
		buf_utf8(out, is_forbidden(point) ? 0xfffd : point);
	}
}

/* ---- elements ----------------------------------------------------------- */

/* Ends the start tag that still takes attributes. */
static void finish_tag(struct html *h)
{
	if (!h->tag_open)
		return;
	h->tag_open = false;
	if (is_void(h->open[h->depth - 1])) {
		buf_puts(h->out, "/>");
		h->depth--;
	} else {
		buf_byte(h->out, '>');
	}
}

void html_doctype(struct html *h)
{
	buf_puts(h->out, "<!DOCTYPE html>\n");
}

void html_xml_declaration(struct html *h)
{
	buf_puts(h->out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n");
}

void html_open(struct html *h, const char *element)
{
	finish_tag(h);
	if (h->depth == HTML_DEPTH) {
		h->wrong = true;
		return;
	}
	h->open[h->depth++] = element;
	h->tag_open = true;
	buf_byte(h->out, '<');
	buf_puts(h->out, element);
}

static void close_innermost(struct html *h)
{
	finish_tag(h);
	const char *element = h->open[--h->depth];
	buf_puts(h->out, "</");
	buf_puts(h->out, element);
	buf_byte(h->out, '>');
	if (ends_line(element))
		buf_byte(h->out, '\n');
}

void html_close(struct html *h, const char *element)
{
	finish_tag(h);
	for (unsigned d = h->depth; d > 0; d--) {
		if (strcmp(h->open[d - 1], element) != 0)
			continue;
		h->wrong |= d != h->depth;
		while (h->depth >= d)
			close_innermost(h);
		return;
	}
	h->wrong = true;
}

void html_finish(struct html *h)
{
	finish_tag(h);
	h->wrong |= h->depth > 0;
	while (h->depth > 0)
		close_innermost(h);
}

/* ---- attributes --------------------------------------------------------- */

bool html_url_allowed(struct str url)
{
	if (url.n == 0 || !utf8_valid(url))
		return false;
	for (size_t i = 0; i < url.n; i++)
		if ((unsigned char)url.p[i] <= 0x20 || url.p[i] == 0x7f || url.p[i] == '\\')
			return false;
	if (url_is_web(url))
		return true;
	if (url.p[0] == '/')
		return url.n == 1 || url.p[1] != '/';
	return url.p[0] == '#' || url.p[0] == '?';
}

/* Characters that no address may hold are percent-encoded; the rest is escaped
 * like any text. */
static void put_address(struct buf *out, struct str url)
{
	static const bool never[128] = { ['"'] = true, ['<'] = true, ['>'] = true, ['`'] = true,
		                         ['{'] = true, ['}'] = true, ['|'] = true, ['^'] = true };

	for (size_t i = 0, from = 0; i <= url.n; i++) {
		bool encoded = i < url.n && (unsigned char)url.p[i] < 128 && never[(unsigned char)url.p[i]];
		if (i < url.n && !encoded)
			continue;
		put_escaped(out, str_sub(url, from, i));
		if (encoded)
			buf_printf(out, "%%%02X", (unsigned char)url.p[i]);
		from = i + 1;
	}
}

void html_attr_str(struct html *h, const char *name, struct str value)
{
	static const char *const addresses[] = { "href", "src", "action" };

	if (!h->tag_open) {
		h->wrong = true;
		return;
	}
	bool address = in_list(name, addresses, sizeof addresses / sizeof *addresses);
	if (address && !html_url_allowed(value))
		return;
	if (strcmp(name, "style") == 0 || strncmp(name, "on", 2) == 0) {
		h->wrong = true;
		return;
	}
	buf_byte(h->out, ' ');
	buf_puts(h->out, name);
	buf_puts(h->out, "=\"");
	address ? put_address(h->out, value) : put_escaped(h->out, value);
	buf_byte(h->out, '"');
}

void html_attr(struct html *h, const char *name, const char *value)
{
	html_attr_str(h, name, str_from(value));
}

void html_attr_int(struct html *h, const char *name, int64_t value)
{
	html_attr_printf(h, name, "%lld", (long long)value);
}

/* Most formatted texts are short: those need no memory of their own. */
struct formatted {
	char small[256];
	struct buf large;
};

static struct str format(struct formatted *f, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	f->large = BUF_INIT(1 * MIB);
	int n = vsnprintf(f->small, sizeof f->small, fmt, ap);
	struct str out = str_of(f->small, n < 0 ? 0 : (size_t)n);
	if (n >= (int)sizeof f->small) {
		buf_vprintf(&f->large, fmt, again);
		out = buf_view(&f->large);
	}
	va_end(again);
	return out;
}

void html_attr_printf(struct html *h, const char *name, const char *fmt, ...)
{
	struct formatted f;
	va_list ap;

	va_start(ap, fmt);
	html_attr_str(h, name, format(&f, fmt, ap));
	va_end(ap);
	buf_free(&f.large);
}

/* ---- text --------------------------------------------------------------- */

void html_text(struct html *h, struct str s)
{
	finish_tag(h);
	put_escaped(h->out, s);
}

void html_puts(struct html *h, const char *z)
{
	html_text(h, str_from(z));
}

void html_printf(struct html *h, const char *fmt, ...)
{
	struct formatted f;
	va_list ap;

	va_start(ap, fmt);
	html_text(h, format(&f, fmt, ap));
	va_end(ap);
	buf_free(&f.large);
}

void html_element(struct html *h, const char *element, const char *class, struct str text)
{
	html_open(h, element);
	if (class)
		html_attr(h, "class", class);
	html_text(h, text);
	html_close(h, element);
}

void html_element_z(struct html *h, const char *element, const char *class, const char *text)
{
	html_element(h, element, class, str_from(text));
}

void html_link(struct html *h, const char *href, const char *class, const char *text)
{
	html_open(h, "a");
	html_attr(h, "href", href);
	if (class)
		html_attr(h, "class", class);
	html_puts(h, text);
	html_close(h, "a");
}

void html_trusted_markup_i_checked(struct html *h, const char *markup)
{
	finish_tag(h);
	buf_puts(h->out, markup);
}

/* ---- strings ------------------------------------------------------------ */

static bool is_bidi_control(uint32_t c)
{
	return c == 0x061c || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
	       (c >= 0x2066 && c <= 0x2069);
}

struct str html_without_bidi(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		if (is_bidi_control(utf8_next(s, &i)))
			continue;
		memcpy(p + n, s.p + from, i - from);
		n += i - from;
	}
	return str_of(p, n);
}

struct str html_url_component(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, 3 * s.n + 1), *to = p;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		if (char_is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~')
			*to++ = c;
		else
			to = str_put_percent(to, (unsigned char)c);
	}
	return str_of(p, (size_t)(to - p));
}
