/*
 * Titles and summaries: source text of HTML to plain text.
 *
 * This is not an HTML parser: what feeds carry are a headline or a few
 * sentences.  A "<" followed by a letter, "/", "!" or "?" begins a tag, which
 * ends at the next ">" outside quotation marks; scripts, styles and comments
 * go with their contents; elements that break a line leave a space.  Character
 * references are decoded once.
 *
 * Limits: a tag that does not end is text.  After MANY_UNENDED of them nothing
 * more is taken for a tag, so that the cost stays linear.
 */
#include <string.h>

#include "feed/parts.h"
#include "text/norm.h"

#define MANY_UNENDED 16
#define LONGEST_NAME 24
#define SOURCE_FACTOR 16 /* markup that may stand around a byte of text */

struct entity {
	const char *name;
	uint32_t c;
};

static const struct entity entities[] = {
#define ENTITY(name, c) { #name, c },
#include "feed/entities.inc"
#undef ENTITY
};
#define NENTITIES (sizeof entities / sizeof *entities)

uint32_t plain_of_xml(struct str name)
{
	static const struct entity five[] = {
		{ "amp", '&' }, { "lt", '<' }, { "gt", '>' }, { "quot", '"' }, { "apos", '\'' }
	};

	for (size_t i = 0; i < sizeof five / sizeof *five; i++)
		if (str_eq(name, str_from(five[i].name)))
			return five[i].c;
	return 0;
}

uint32_t plain_named(struct str name)
{
	size_t low = 0, high = NENTITIES;

	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = str_cmp(name, str_from(entities[middle].name));
		if (order == 0)
			return entities[middle].c;
		if (order < 0)
			high = middle;
		else
			low = middle + 1;
	}
	return 0;
}

uint32_t plain_char(uint32_t number)
{
	static const uint16_t windows[32] = {
		0x20ac, 0,      0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160,
		0x2039, 0x0152, 0,      0x017d, 0,      0,      0x2018, 0x2019, 0x201c, 0x201d, 0x2022,
		0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0,      0x017e, 0x0178,
	};

	if (number >= 0x80 && number < 0xa0)
		return windows[number - 0x80];
	if (number == '\t' || number == '\n' || number == '\r')
		return number;
	if (number < 0x20 || (number >= 0xd800 && number < 0xe000) || number == 0xfffe || number == 0xffff)
		return 0;
	return number <= 0x10ffff ? number : 0;
}

bool plain_number(struct str digits, uint32_t *number)
{
	bool hex = digits.n && char_lower(digits.p[0]) == 'x';
	int base = hex ? 16 : 10;
	uint32_t value = 0;

	if (hex)
		digits = str_sub(digits, 1, digits.n);
	for (size_t i = 0; i < digits.n; i++) {
		int digit = char_hex(digits.p[i]);
		if (digit < 0 || digit >= base)
			return false;
		value = value * (uint32_t)base + (uint32_t)digit;
		if (value > 0x10ffff)
			value = 0x110000; /* stays there: no such character */
	}
	*number = value;
	return digits.n > 0;
}

bool plain_reference(struct str s, size_t i, uint32_t *c, size_t *length)
{
	size_t end = str_find_byte(str_sub(s, i + 1, i + 1 + LONGEST_NAME), ';');

	if (end == STR_NPOS || end == 0)
		return false;
	struct str name = str_sub(s, i + 1, i + 1 + end);
	*length = end + 2;
	if (name.p[0] == '#') {
		uint32_t number;
		if (!plain_number(str_sub(name, 1, name.n), &number))
			return false;
		*c = plain_char(number);
		return true;
	}
	*c = plain_of_xml(name);
	if (!*c)
		*c = plain_named(name);
	return *c != 0;
}

bool plain_is_inline(struct str name)
{
	static const char *const names[] = { "a",    "abbr", "acronym", "b",    "bdi",   "bdo",  "big",    "cite",
		                             "code", "del",  "dfn",     "em",   "font",  "i",    "ins",    "kbd",
		                             "mark", "q",    "s",       "samp", "small", "span", "strike", "strong",
		                             "sub",  "sup",  "tt",      "u",    "var",   "wbr" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq_nocase(name, str_from(names[i])))
			return true;
	return false;
}

size_t plain_tag_length(struct str s, bool next_ends)
{
	char quote = 0;

	for (size_t k = 1; k < s.n; k++) {
		char c = s.p[k];
		if (quote)
			quote = c == quote ? 0 : quote;
		else if ((c == '"' || c == '\'') && s.p[k - 1] == '=')
			quote = c;
		else if (c == '>')
			return k + 1;
		else if (c == '<' && next_ends)
			return k;
	}
	size_t end = quote ? str_find_byte(s, '>') : STR_NPOS;
	return end == STR_NPOS ? 0 : end + 1;
}

static bool begins_tag(struct str s, size_t i)
{
	char next = i + 1 < s.n ? s.p[i + 1] : ' ';
	char after = i + 2 < s.n ? s.p[i + 2] : ' ';

	return char_is_alpha(next) || next == '!' || next == '?' || (next == '/' && char_is_alpha(after));
}

static struct str tag_name(struct str tag)
{
	size_t from = tag.n > 1 && tag.p[1] == '/' ? 2 : 1, to = from;

	while (to < tag.n && (char_is_alnum(tag.p[to]) || tag.p[to] == ':'))
		to++;
	return str_sub(tag, from, to);
}

/* Behind the tag at i; elements without readable text are skipped whole. */
static size_t skip_tag(struct str s, size_t i, size_t length, bool *space)
{
	static const char *const unread[] = { "script", "style" };
	struct str rest = str_sub(s, i, s.n), name = tag_name(str_sub(s, i, i + length));

	*space = !plain_is_inline(name);
	if (str_starts(rest, STR("<!--"))) {
		size_t end = str_find(rest, STR("-->"));
		*space = false;
		return end == STR_NPOS ? s.n : i + end + 3;
	}
	for (size_t k = 0; k < 2; k++) {
		if (s.p[i + 1] == '/' || !str_eq_nocase(name, str_from(unread[k])))
			continue;
		size_t end = str_find_nocase(rest, k ? STR("</style") : STR("</script"));
		return end == STR_NPOS ? s.n : i + end;
	}
	return i + length;
}

static struct str strip(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 4);
	size_t n = 0, unended = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t c;
		size_t length = 0;
		if (s.p[i] == '<' && unended < MANY_UNENDED && begins_tag(s, i)) {
			bool space;
			length = plain_tag_length(str_sub(s, i, s.n), false);
			unended += length == 0;
			if (length) {
				i = skip_tag(s, i, length, &space);
				if (space)
					out[n++] = ' ';
				continue;
			}
		}
		if (s.p[i] == '&' && plain_reference(s, i, &c, &length)) {
			if (c)
				n += utf8_put(c, out + n);
			i += length;
			continue;
		}
		out[n++] = s.p[i++];
	}
	return str_of(out, n);
}

static struct str decode_references(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t c;
		size_t length;
		if (s.p[i] == '&' && plain_reference(s, i, &c, &length)) {
			if (c)
				n += utf8_put(c, out + n);
			i += length;
		} else {
			out[n++] = s.p[i++];
		}
	}
	return str_of(out, n);
}

/* At most max bytes, whole characters. */
static struct str cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s;
	while (max && ((unsigned char)s.p[max] & 0xc0) == 0x80)
		max--;
	return str_sub(s, 0, max);
}

struct str plain_from_html(struct arena *a, struct str html, size_t max)
{
	html = cut(html, max * SOURCE_FACTOR);
	if (memchr(html.p ? html.p : "", '<', html.n) || memchr(html.p ? html.p : "", '&', html.n))
		html = strip(a, html);
	return cut(text_normal(a, html), max);
}

struct str plain_from_text(struct arena *a, struct str text, bool references, size_t max)
{
	text = cut(text, max * SOURCE_FACTOR);
	if (references && str_find_byte(text, '&') != STR_NPOS)
		text = decode_references(a, text);
	return cut(text_normal(a, text), max);
}
