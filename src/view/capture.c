/*
 * Captures made harmless: see capture.h.
 *
 * Content types are a closed list: HTML is looked at as HTML, whatever is text
 * as plain text, all else is a file.  The text is decoded by the character set
 * by which the page was read for its versions, and sent in UTF-8, so that what
 * is searched for here is what a browser will see: in a set that can shift in
 * the midst of a word, such as ISO-2022-JP, the bytes "<link" may be hidden.
 *
 * The name of an element cannot be written in any other way than by its letters,
 * right behind "<".  What the search meets elsewhere, in a comment or a script,
 * is renamed as well, where it does no harm.
 */
#include "view/capture.h"

#include "text/charset.h"

enum way { WAY_HTML, WAY_TEXT, WAY_FILE };

static const struct {
	const char *type;
	enum way way;
} TYPES[] = {
	{ "", WAY_HTML },
	{ "text/html", WAY_HTML },
	{ "application/xhtml+xml", WAY_HTML },
	{ "text/plain", WAY_TEXT },
	{ "text/xml", WAY_TEXT },
	{ "application/xml", WAY_TEXT },
	{ "application/rss+xml", WAY_TEXT },
	{ "application/atom+xml", WAY_TEXT },
	{ "application/json", WAY_TEXT },
	{ "application/feed+json", WAY_TEXT },
};

/* They make a browser connect before it asks whether it may. */
static const char *const CONNECTING[] = { "link",   "iframe", "frame",       "frameset",
	                                  "object", "embed",  "fencedframe", "portal" };

static enum way way_of(struct str content_type)
{
	struct str type, rest;

	str_cut(content_type, ';', &type, &rest);
	type = str_trim(type);
	for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++)
		if (str_eq_nocase(type, str_from(TYPES[i].type)))
			return TYPES[i].way;
	return WAY_FILE;
}

/* What ends the name of an element (HTML Standard, 13.2.5.8). */
static bool ends_name(struct str s, size_t at)
{
	return at >= s.n || s.p[at] == '/' || s.p[at] == '>' || char_is_space(s.p[at]);
}

static bool connects(struct str name)
{
	for (size_t i = 0; i < sizeof CONNECTING / sizeof *CONNECTING; i++) {
		struct str one = str_from(CONNECTING[i]);
		if (str_starts_nocase(name, one) && ends_name(name, one.n))
			return true;
	}
	return false;
}

static void put_harmless(struct buf *out, struct str text)
{
	size_t at;

	while ((at = str_find_byte(text, '<')) != STR_NPOS) {
		size_t name = at + 1 + (at + 1 < text.n && text.p[at + 1] == '/');
		buf_str(out, str_sub(text, 0, name));
		text = str_sub(text, name, text.n);
		if (connects(text))
			buf_puts(out, "x-");
	}
	buf_str(out, text);
}

void capture_show(struct arena *a, struct str bytes, struct str content_type, bool as_it_came, struct buf *out,
                  struct capture_shown *shown)
{
	enum way way = way_of(content_type);
	const char *charset = way == WAY_FILE ? NULL : charset_of_html(bytes, content_type);
	const char *type = way == WAY_HTML ? "text/html" : "text/plain";

	*shown = (struct capture_shown){ .content_type = STR("application/octet-stream"), .is_file = true };
	if (charset)
		shown->content_type = arena_printf(a, "%s; charset=%s", type, as_it_came ? charset : "utf-8");
	if (!charset || as_it_came) {
		buf_str(out, bytes);
		return;
	}
	shown->is_file = false;
	struct str text = charset_decode(a, bytes, charset);
	if (way == WAY_HTML)
		put_harmless(out, text);
	else
		buf_str(out, text);
}

/* ---- addresses ------------------------------------------------------------ */

struct str capture_uri(struct arena *a, struct str url)
{
	char *p = arena_alloc(a, 3 * url.n + 1), *to = p;

	for (size_t i = 0; i < url.n; i++) {
		char c = url.p[i];
		if (char_is_graph(c) && !memchr("\"<>\\", c, 4))
			*to++ = c;
		else
			to = str_put_percent(to, (unsigned char)c);
	}
	*to = '\0';
	return str_of(p, (size_t)(to - p));
}

struct str capture_path(struct arena *a, when at, struct str flavour, struct str uri)
{
	char digits[WHEN_TEXT];

	return ARENA_JOIN(a, STR("/memento/"), str_from(when_digits(at, digits)), flavour, STR("/"), uri);
}

size_t captures_before(const struct capture *list, size_t n, when at)
{
	size_t older = 0;

	while (older < n && list[older].at < at)
		older++;
	return older;
}
