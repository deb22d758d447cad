/*
 * What bytes and headers say of their character set: see charset.h.
 *
 * The prescan follows the HTML Standard, 13.2.3.2, step by step; an XML
 * declaration at the beginning counts if no <meta> says anything.
 */
#include <string.h>

#include "text/charset.h"

#define PRESCAN_BYTES 1024
#define LATE_BYTES (64 * KIB) /* a <meta> behind the first 1024 makes a browser begin again */

static bool is_white(char c)
{
	return char_is_space(c) && c != '\v';
}

static struct str skip_white(struct str s)
{
	size_t n = 0;

	while (n < s.n && is_white(s.p[n]))
		n++;
	return str_sub(s, n, s.n);
}

/* The value behind "charset" and "=", as the HTML Standard reads it from the
 * content of a <meta>; good for the header too. */
static const char *charset_parameter(struct str s)
{
	for (;;) {
		size_t at = str_find_nocase(s, STR("charset"));
		if (at == STR_NPOS)
			return NULL;
		s = skip_white(str_sub(s, at + 7, s.n));
		if (s.n && s.p[0] == '=')
			break;
	}
	s = skip_white(str_sub(s, 1, s.n));
	if (s.n && (s.p[0] == '"' || s.p[0] == '\'')) {
		size_t end = str_find_byte(str_sub(s, 1, s.n), s.p[0]);
		return end == STR_NPOS ? NULL : charset_by_label(str_sub(s, 1, end + 1));
	}
	size_t n = 0;
	while (n < s.n && !is_white(s.p[n]) && s.p[n] != ';')
		n++;
	return charset_by_label(str_sub(s, 0, n));
}

const char *charset_by_header(struct str content_type)
{
	return charset_parameter(content_type);
}

/* The HTML Standard's "get an attribute".  False at the end of the tag. */
static bool prescan_attribute(struct str s, size_t *i, struct str *name, struct str *value)
{
	while (*i < s.n && (is_white(s.p[*i]) || s.p[*i] == '/'))
		++*i;
	if (*i >= s.n || s.p[*i] == '>')
		return false;
	size_t from = *i;
	while (*i < s.n && !is_white(s.p[*i]) && s.p[*i] != '/' && s.p[*i] != '>' && (s.p[*i] != '=' || *i == from))
		++*i;
	*name = str_sub(s, from, *i);
	*value = STR_NONE;
	while (*i < s.n && is_white(s.p[*i]))
		++*i;
	if (*i >= s.n || s.p[*i] != '=')
		return true;
	++*i;
	while (*i < s.n && is_white(s.p[*i]))
		++*i;
	if (*i < s.n && (s.p[*i] == '"' || s.p[*i] == '\'')) {
		char quote = s.p[(*i)++];
		from = *i;
		while (*i < s.n && s.p[*i] != quote)
			++*i;
		*value = str_sub(s, from, *i);
		if (*i >= s.n)
			return false;
		++*i;
		return true;
	}
	from = *i;
	while (*i < s.n && !is_white(s.p[*i]) && s.p[*i] != '>')
		++*i;
	*value = str_sub(s, from, *i);
	return *i < s.n;
}

/* What was said in ASCII cannot be in UTF-16. */
static const char *as_in_ascii(const char *said)
{
	if (said && (!strcmp(said, "utf-16be") || !strcmp(said, "utf-16le")))
		return "utf-8";
	return said && !strcmp(said, "x-user-defined") ? "windows-1252" : said;
}

/* Reads the attributes of a <meta>; what it says of the charset, or NULL. */
static const char *prescan_meta(struct str s, size_t *i)
{
	static const struct str wanted[] = { STR("http-equiv"), STR("content"), STR("charset") };
	struct str name, value, values[3] = { 0 };
	bool seen[3] = { false };

	while (prescan_attribute(s, i, &name, &value))
		for (size_t k = 0; k < 3; k++)
			if (str_eq_nocase(name, wanted[k]) && !seen[k]) {
				seen[k] = true;
				values[k] = value;
			}
	if (*i >= s.n)
		return NULL;
	if (seen[2])
		return as_in_ascii(charset_by_label(values[2]));
	return str_eq_nocase(values[0], STR("content-type")) ? as_in_ascii(charset_parameter(values[1])) : NULL;
}

/* The HTML Standard's "get an XML encoding". */
static const char *xml_encoding(struct str s)
{
	struct str head = str_sub(s, 0, str_find_byte(s, '>'));
	size_t at = str_find(head, STR("encoding"));

	if (!str_starts(s, STR("<?xml")) || head.n == s.n || at == STR_NPOS)
		return NULL;
	head = skip_white(str_sub(head, at + 8, head.n));
	if (!head.n || head.p[0] != '=')
		return NULL;
	head = skip_white(str_sub(head, 1, head.n));
	if (!head.n || (head.p[0] != '"' && head.p[0] != '\''))
		return NULL;
	size_t end = str_find_byte(str_sub(head, 1, head.n), head.p[0]);
	return end == STR_NPOS ? NULL : as_in_ascii(charset_by_label(str_sub(head, 1, 1 + end)));
}

static size_t skip_past(struct str s, size_t from, struct str what)
{
	size_t at = str_find(str_sub(s, from, s.n), what);
	return at == STR_NPOS ? s.n : from + at + what.n;
}

static const char *prescan(struct str s)
{
	struct str name, value;

	if (str_starts(s, str_of("<\0?\0x", 6)))
		return "utf-16le";
	if (str_starts(s, str_of("\0<\0?\0x", 6)))
		return "utf-16be";
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '<')
			continue;
		struct str rest = str_sub(s, i, s.n);
		if (str_starts(rest, STR("<!--"))) {
			i = skip_past(s, i + 2, STR("-->")) - 1;
		} else if (str_starts_nocase(rest, STR("<meta")) && rest.n > 5 &&
		           (is_white(rest.p[5]) || rest.p[5] == '/')) {
			i += 5;
			const char *said = prescan_meta(s, &i);
			if (said)
				return said;
		} else if (rest.n > 2 && (char_is_alpha(rest.p[1]) || (rest.p[1] == '/' && char_is_alpha(rest.p[2])))) {
			while (i < s.n && !is_white(s.p[i]) && s.p[i] != '>')
				i++;
			while (prescan_attribute(s, &i, &name, &value))
				;
		} else if (rest.n > 1 && (rest.p[1] == '!' || rest.p[1] == '/' || rest.p[1] == '?')) {
			i = skip_past(s, i, STR(">")) - 1;
		}
	}
	return xml_encoding(s);
}

const char *charset_by_prescan(struct str bytes)
{
	return prescan(str_sub(bytes, 0, PRESCAN_BYTES));
}

const char *charset_of_html(struct str bytes, struct str content_type)
{
	const char *said = charset_by_mark(bytes);

	if (!said)
		said = charset_by_header(content_type);
	for (size_t most = PRESCAN_BYTES; !said && most <= LATE_BYTES; most *= 8)
		said = prescan(str_sub(bytes, 0, most));
	return said ? said : charset_guess(bytes);
}
