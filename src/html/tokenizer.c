/*
 * Tokens of HTML: see tokenizer.h.
 *
 * The states of the standard are the places in this file: a text is searched
 * for the next "<" that begins markup, a tag is read in one go from there.
 * Attributes that nobody reads are passed over without being kept, but for
 * elements whose attributes the tree builder compares.
 */
#include "html/tokenizer.h"

#include <string.h>

#include "html/charref.h"
#include "html/names.h"

enum { SPACE = 1, ENDS_NAME = 2, ENDS_ATTRIBUTE = 4, ENDS_VALUE = 8, UPPER = 16 };

static const uint8_t class_of[256] = {
	['\t'] = SPACE | ENDS_NAME | ENDS_ATTRIBUTE | ENDS_VALUE,
	['\n'] = SPACE | ENDS_NAME | ENDS_ATTRIBUTE | ENDS_VALUE,
	['\f'] = SPACE | ENDS_NAME | ENDS_ATTRIBUTE | ENDS_VALUE,
	[' '] = SPACE | ENDS_NAME | ENDS_ATTRIBUTE | ENDS_VALUE,
	['/'] = ENDS_NAME | ENDS_ATTRIBUTE,
	['>'] = ENDS_NAME | ENDS_ATTRIBUTE | ENDS_VALUE,
	['='] = ENDS_ATTRIBUTE,
	['\0'] = UPPER, /* to be changed, as capitals are */
	['A' ... 'Z'] = UPPER,
};

void tokenizer_init(struct tokenizer *t, struct arena *a, struct str text)
{
	names_begin();
	t->text = text.n ? text : STR("");
	t->at = 0;
	t->arena = a;
	t->content = CONTENT_DATA;
	t->raw_tag = TAG_NONE;
	t->in_foreign = t->all_attrs = t->too_laden = false;
	t->has_nul = memchr(t->text.p, '\0', t->text.n) != NULL;
}

static uint8_t class_at(const struct tokenizer *t, size_t i)
{
	return class_of[(unsigned char)t->text.p[i]];
}

/* The first byte from i on that is of one of the classes, or the end. */
static size_t find_class(const struct tokenizer *t, size_t i, uint8_t classes)
{
	while (i < t->text.n && !(class_at(t, i) & classes))
		i++;
	return i;
}

static size_t skip_space(const struct tokenizer *t, size_t i)
{
	while (i < t->text.n && (class_at(t, i) & SPACE))
		i++;
	return i;
}

/* The name that begins at from, up to a byte of one of the classes; where it ends.  The key of one that is too long
 * is none that any name has. */
static size_t take_name(const struct tokenizer *t, size_t from, uint8_t ends, struct name_key *key)
{
	size_t i = from;

	*key = (struct name_key){ { 0 } };
	for (; i < t->text.n; i++) {
		unsigned char c = (unsigned char)t->text.p[i];
		uint8_t class = class_of[c];
		if (class & ends && (i > from || c != '='))
			break;
		key->bytes[(i - from) % NAME_KEY_BYTES] = (char)(class & UPPER ? c | 0x20 : c);
	}
	if (i - from > NAME_KEY_BYTES)
		key->bytes[0] = ' ';
	return i;
}

/* Elements of which the tree builder looks at attributes that nobody else reads. */
static bool builder_compares(uint16_t tag)
{
	switch (tag) {
	case TAG_ANNOTATION_XML:
	case TAG_B:
	case TAG_BIG:
	case TAG_CODE:
	case TAG_EM:
	case TAG_FONT:
	case TAG_I:
	case TAG_S:
	case TAG_SMALL:
	case TAG_STRIKE:
	case TAG_STRONG:
	case TAG_TT:
	case TAG_U:
		return true;
	default:
		return false;
	}
}

static bool is_given(const struct token *tag, enum attr id, struct str name)
{
	for (unsigned i = 0; i < tag->nattrs; i++)
		if (tag->attrs[i].id == id && (id != ATTR_NONE || str_eq(tag->attrs[i].name, name)))
			return true;
	return false;
}

/* The value that begins at *i; where it ends, or past the end of the text. */
static struct str take_value(const struct tokenizer *t, size_t *i)
{
	char quote = *i < t->text.n ? t->text.p[*i] : '>';
	struct str value;

	if (quote == '"' || quote == '\'') {
		size_t from = *i + 1;
		const char *end = memchr(t->text.p + from, quote, t->text.n - from);
		size_t to = end ? (size_t)(end - t->text.p) : t->text.n;
		*i = to + 1;
		return str_sub(t->text, from, to);
	}
	size_t to = find_class(t, *i, ENDS_VALUE);
	value = str_sub(t->text, *i, to);
	*i = to;
	return value;
}

static void add_attribute(struct tokenizer *t, struct token *tag, enum attr id, struct str name, struct str value)
{
	struct str lower = id != ATTR_NONE ? names_of_attr(id) : markup_lower(t, name);
	if (is_given(tag, id, lower))
		return;
	tag->attrs[tag->nattrs++] = (struct html_attr){
		.id = id,
		.name = lower,
		.value = charref_decode(t->arena, markup_without_nuls(t, value), true),
	};
}

/* From behind a tag's name to behind its ">"; false where the text ends in it. */
static bool take_attributes(struct tokenizer *t, struct token *tag)
{
	size_t i = t->at, n = t->text.n;
	unsigned count = 0;
	bool all = t->all_attrs || builder_compares(tag->tag);

	for (;;) {
		i = skip_space(t, i);
		if (i >= n)
			return false;
		if (t->text.p[i] == '>')
			break;
		if (t->text.p[i] == '/') {
			tag->self_closing = i + 1 < n && t->text.p[i + 1] == '>';
			i++;
			continue;
		}
		struct name_key key;
		size_t from = i, to = i = take_name(t, i, ENDS_ATTRIBUTE, &key);
		enum attr id = names_attr_of_key(&key);
		struct str value = STR("");
		i = skip_space(t, i);
		if (i < n && t->text.p[i] == '=') {
			i = skip_space(t, i + 1);
			value = take_value(t, &i);
		}
		if (i >= n)
			return false;
		if (++count > MAX_HTML_ATTRIBUTES)
			t->too_laden = true;
		else if (id != ATTR_NONE || all)
			add_attribute(t, tag, id, str_sub(t->text, from, to), value);
	}
	t->at = i + 1;
	return true;
}

static void take_tag(struct tokenizer *t, struct token *out, enum token_kind kind, size_t from)
{
	struct name_key key;
	size_t to = take_name(t, from, ENDS_NAME, &key);

	*out = (struct token){ .kind = kind, .tag = names_tag_of_key(&key), .attrs = t->attrs };
	if (out->tag == TAG_OTHER)
		out->name = markup_lower(t, str_sub(t->text, from, to));
	t->at = to;
	if (!take_attributes(t, out)) { /* a tag without an end is nothing */
		*out = (struct token){ .kind = TOKEN_END_OF_TEXT };
		t->at = t->text.n;
	}
}

static void set_text(const struct tokenizer *t, struct token *out, struct str s)
{
	*out = (struct token){ .kind = TOKEN_TEXT, .text = s };
	out->has_nul = t->has_nul && memchr(s.p, '\0', s.n);
}

/* Whether markup begins with the "<" at i. */
static bool begins_markup(const struct tokenizer *t, size_t i)
{
	char c = i + 1 < t->text.n ? t->text.p[i + 1] : ' ';

	return char_is_alpha(c) || c == '!' || c == '?' || (c == '/' && i + 2 < t->text.n);
}

static void take_text(struct tokenizer *t, struct token *out)
{
	size_t from = t->at, i = from;

	do {
		const char *next = memchr(t->text.p + i, '<', t->text.n - i);
		i = next ? (size_t)(next - t->text.p) : t->text.n;
		if (!next || begins_markup(t, i))
			break;
		i++;
	} while (i < t->text.n);
	t->at = i;
	set_text(t, out, charref_decode(t->arena, str_sub(t->text, from, i), false));
}

/* Where the text of an element ends whose content is nothing but text. */
static size_t raw_end(const struct tokenizer *t)
{
	struct str name = names_of_tag(t->raw_tag);

	for (size_t i = t->at; i < t->text.n; i++) {
		const char *next = memchr(t->text.p + i, '<', t->text.n - i);
		if (!next)
			break;
		i = (size_t)(next - t->text.p);
		if (markup_is_end_tag(t->text, i, name))
			return i;
	}
	return t->text.n;
}

/* The text of an element such as <script>; false if there is none. */
static bool take_raw(struct tokenizer *t, struct token *out)
{
	enum content content = t->content;
	size_t from = t->at;
	size_t to = content == CONTENT_SCRIPT      ? markup_script_end(t)
	            : content == CONTENT_PLAINTEXT ? t->text.n
	                                           : raw_end(t);
	struct str s = markup_without_nuls(t, str_sub(t->text, from, to));

	t->content = CONTENT_DATA;
	t->at = to;
	if (from == to)
		return false;
	set_text(t, out, content == CONTENT_RCDATA ? charref_decode(t->arena, s, false) : s);
	return true;
}

void tokenizer_next(struct tokenizer *t, struct token *out)
{
	for (;;) {
		if (t->content != CONTENT_DATA && take_raw(t, out))
			return;
		if (t->at >= t->text.n) {
			*out = (struct token){ .kind = TOKEN_END_OF_TEXT };
			return;
		}
		const char *p = t->text.p + t->at;
		if (*p != '<' || !begins_markup(t, t->at)) {
			take_text(t, out);
			return;
		}
		if (char_is_alpha(p[1])) {
			take_tag(t, out, TOKEN_START, t->at + 1);
			return;
		}
		t->at += 2;
		if (p[1] == '!') {
			markup_declaration(t, out);
			return;
		}
		if (p[1] == '?') {
			t->at--; /* it is part of the comment */
			markup_comment(t, out);
			return;
		}
		if (char_is_alpha(p[2])) {
			take_tag(t, out, TOKEN_END, t->at);
			return;
		}
		if (p[2] != '>') {
			markup_comment(t, out);
			return;
		}
		t->at++; /* "</>" is nothing */
	}
}
