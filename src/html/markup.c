/*
 * Tokens that are no tags, and what they share with the tokenizer: see
 * tokenizer.h.
 *
 * The text of a script ends at the first "</script", unless a "<!--" and then
 * a "<script" stand before it: then that one belongs to the text, and so on
 * until the comment ends (the states "script data escaped" and "double
 * escaped" of the standard).
 */
#include <string.h>

#include "html/names.h"
#include "html/tokenizer.h"

/* White space of the standard: no vertical tab. */
static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\f';
}

struct str markup_without_nuls(const struct tokenizer *t, struct str s)
{
	if (!t->has_nul || !s.n || !memchr(s.p, '\0', s.n))
		return s;
	size_t room = 3 * s.n, n = 0;
	char *out = arena_alloc(t->arena, room);
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i])
			out[n++] = s.p[i];
		else
			n += utf8_put(0xfffd, out + n);
	}
	arena_trim(t->arena, out, room, n);
	return str_of(out, n);
}

struct str markup_lower(const struct tokenizer *t, struct str s)
{
	s = markup_without_nuls(t, s);
	char *out = arena_alloc(t->arena, s.n);
	for (size_t i = 0; i < s.n; i++)
		out[i] = char_lower(s.p[i]);
	return str_of(out, s.n);
}

static void set_comment(const struct tokenizer *t, struct token *out, struct str s)
{
	*out = (struct token){ .kind = TOKEN_COMMENT, .text = markup_without_nuls(t, s) };
}

void markup_comment(struct tokenizer *t, struct token *out)
{
	size_t length = str_find_byte(str_sub(t->text, t->at, t->text.n), '>');
	size_t to = length == STR_NPOS ? t->text.n : t->at + length;

	set_comment(t, out, str_sub(t->text, t->at, to));
	t->at = to + (to < t->text.n);
}

/* A comment proper; t->at is behind "<!--". */
static void take_comment(struct tokenizer *t, struct token *out)
{
	struct str s = str_sub(t->text, t->at, t->text.n);

	if (str_starts(s, STR(">")) || str_starts(s, STR("->"))) {
		t->at += s.p[0] == '>' ? 1 : 2;
		set_comment(t, out, STR(""));
		return;
	}
	for (size_t i = 0;; i++) {
		const char *dash = i < s.n ? memchr(s.p + i, '-', s.n - i) : NULL;
		if (!dash)
			break;
		i = (size_t)(dash - s.p);
		struct str end = str_sub(s, i, i + 4);
		size_t length = str_starts(end, STR("-->")) ? 3 : str_eq(end, STR("--!>")) ? 4 : 0;
		if (!length)
			continue;
		set_comment(t, out, str_sub(s, 0, i));
		t->at += i + length;
		return;
	}
	size_t n = s.n; /* what might have been its end is not of it */
	if (str_ends(s, STR("--!")))
		n -= 3;
	else
		n -= str_ends(s, STR("--")) ? 2 : str_ends(s, STR("-"));
	set_comment(t, out, str_sub(s, 0, n));
	t->at = t->text.n;
}

/* An identifier in quotation marks at t->at; false if there is none.  One without an end makes quirks. */
static bool take_quoted(struct tokenizer *t, struct str *out)
{
	char quote = t->at < t->text.n ? t->text.p[t->at] : '\0';

	if (quote != '"' && quote != '\'')
		return false;
	size_t from = ++t->at;
	while (t->at < t->text.n && t->text.p[t->at] != quote && t->text.p[t->at] != '>')
		t->at++;
	*out = markup_without_nuls(t, str_sub(t->text, from, t->at));
	if (t->at < t->text.n && t->text.p[t->at] == quote)
		t->at++;
	else
		t->doctype.quirks = true;
	return true;
}

static void skip_space(struct tokenizer *t)
{
	while (t->at < t->text.n && is_space(t->text.p[t->at]))
		t->at++;
}

/* What stands behind a doctype's name. */
static void take_identifiers(struct tokenizer *t)
{
	struct str rest = str_sub(t->text, t->at, t->text.n);
	struct doctype *d = &t->doctype;
	bool is_public = str_starts_nocase(rest, STR("public")), is_system = str_starts_nocase(rest, STR("system"));

	if (!is_public && !is_system) {
		d->quirks |= !str_starts(rest, STR(">"));
		return;
	}
	t->at += 6;
	skip_space(t);
	if (is_public) {
		d->has_public = take_quoted(t, &d->public_id);
		if (d->has_public && !d->quirks) {
			skip_space(t);
			d->has_system = take_quoted(t, &d->system_id);
		}
		d->quirks |= !d->has_public || (!d->has_system && t->at < t->text.n && t->text.p[t->at] != '>');
	} else {
		d->has_system = take_quoted(t, &d->system_id);
		d->quirks |= !d->has_system;
	}
}

/* t->at is behind "<!doctype". */
static void take_doctype(struct tokenizer *t, struct token *out)
{
	t->doctype = (struct doctype){ 0 };
	skip_space(t);
	size_t from = t->at;
	while (t->at < t->text.n && !is_space(t->text.p[t->at]) && t->text.p[t->at] != '>')
		t->at++;
	struct str name = markup_lower(t, str_sub(t->text, from, t->at));
	skip_space(t);
	t->doctype.quirks = !name.n;
	if (name.n)
		take_identifiers(t);
	const char *end = t->at < t->text.n ? memchr(t->text.p + t->at, '>', t->text.n - t->at) : NULL;
	t->doctype.quirks |= !end;
	t->at = end ? (size_t)(end - t->text.p) + 1 : t->text.n;
	*out = (struct token){ .kind = TOKEN_DOCTYPE, .name = name, .doctype = &t->doctype };
}

void markup_declaration(struct tokenizer *t, struct token *out)
{
	struct str rest = str_sub(t->text, t->at, t->text.n);

	if (str_starts(rest, STR("--"))) {
		t->at += 2;
		take_comment(t, out);
	} else if (str_starts_nocase(rest, STR("doctype"))) {
		t->at += 7;
		take_doctype(t, out);
	} else if (t->in_foreign && str_starts(rest, STR("[CDATA["))) {
		size_t length = str_find(rest, STR("]]>"));
		size_t to = length == STR_NPOS ? rest.n : length;
		*out = (struct token){ .kind = TOKEN_TEXT, .text = str_sub(rest, 7, to) };
		out->has_nul = t->has_nul;
		t->at += to + (length == STR_NPOS ? 0 : 3);
	} else {
		markup_comment(t, out);
	}
}

static bool ends_tag_name(struct str s, size_t at)
{
	return at < s.n && (is_space(s.p[at]) || s.p[at] == '/' || s.p[at] == '>');
}

bool markup_is_end_tag(struct str s, size_t at, struct str name)
{
	return at + 1 < s.n && s.p[at + 1] == '/' && str_starts_nocase(str_sub(s, at + 2, s.n), name) &&
	       ends_tag_name(s, at + 2 + name.n);
}

size_t markup_script_end(const struct tokenizer *t)
{
	enum { PLAIN, ESCAPED, DOUBLE } state = PLAIN;
	struct str s = t->text;
	size_t arrow = 0; /* where the comment ends, if it does */

	for (size_t i = t->at; i < s.n; i++) {
		const char *next = memchr(s.p + i, '<', s.n - i);
		i = next ? (size_t)(next - s.p) : s.n;
		if (state != PLAIN && i > arrow) {
			i = arrow + 2; /* at its ">" */
			state = PLAIN;
		} else if (markup_is_end_tag(s, i, STR("script"))) {
			if (state != DOUBLE)
				return i;
			state = ESCAPED;
		} else if (state == PLAIN && str_starts(str_sub(s, i, s.n), STR("<!--"))) {
			size_t length = str_find(str_sub(s, i + 2, s.n), STR("-->"));
			arrow = length == STR_NPOS ? s.n : i + 2 + length;
			state = ESCAPED;
		} else if (state == ESCAPED && str_starts_nocase(str_sub(s, i + 1, s.n), STR("script")) &&
		           ends_tag_name(s, i + 7)) {
			state = DOUBLE;
		}
	}
	return s.n;
}
