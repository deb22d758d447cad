/* Writes JSON: see json.h. */
#include "base/json.h"

#include <math.h>
#include <stdio.h>

static void before_value(struct json *j)
{
	if (j->after_key) {
		j->after_key = false;
		return;
	}
	if (j->depth && j->any[j->depth - 1])
		buf_byte(j->out, ',');
	if (j->depth)
		j->any[j->depth - 1] = true;
}

static void open_level(struct json *j, char open, char close)
{
	before_value(j);
	buf_byte(j->out, open);
	if (j->depth == JSON_DEPTH) {
		j->out->full = true; /* a mistake of ours; the writer will see it */
		return;
	}
	j->any[j->depth] = false;
	j->close[j->depth++] = close;
}

void json_object(struct json *j)
{
	open_level(j, '{', '}');
}

void json_array(struct json *j)
{
	open_level(j, '[', ']');
}

void json_end(struct json *j)
{
	if (j->depth)
		buf_byte(j->out, j->close[--j->depth]);
}

/* Control characters and those that turn the direction of writing, which would
 * steer a terminal; and what would end a text inside HTML or a script. */
static bool needs_escape(uint32_t c)
{
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '<' || c == '>' || c == '&' || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static void put_codepoint(struct buf *out, uint32_t c)
{
	switch (c) {
	case '"':
		buf_puts(out, "\\\"");
		return;
	case '\\':
		buf_puts(out, "\\\\");
		return;
	case '\n':
		buf_puts(out, "\\n");
		return;
	case '\t':
		buf_puts(out, "\\t");
		return;
	case '\r':
		buf_puts(out, "\\r");
		return;
	}
	if (needs_escape(c))
		buf_printf(out, "\\u%04x", (unsigned)c);
	else
		buf_utf8(out, c);
}

static void put_string(struct buf *out, struct str s)
{
	buf_byte(out, '"');
	for (size_t i = 0; i < s.n;) {
		/* Plain ASCII in one go; it is nearly everything. */
		size_t from = i;
		while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7f && s.p[i] != '"' && s.p[i] != '\\' && s.p[i] != '<' &&
		       s.p[i] != '>' && s.p[i] != '&')
			i++;
		buf_put(out, s.p + from, i - from);
		if (i < s.n)
			put_codepoint(out, utf8_next(s, &i));
	}
	buf_byte(out, '"');
}

void json_key(struct json *j, const char *key)
{
	before_value(j);
	put_string(j->out, str_from(key));
	buf_byte(j->out, ':');
	j->after_key = true;
}

void json_str(struct json *j, struct str s)
{
	before_value(j);
	put_string(j->out, s);
}

void json_int(struct json *j, int64_t n)
{
	before_value(j);
	buf_printf(j->out, "%lld", (long long)n);
}

void json_real(struct json *j, double x)
{
	before_value(j);
	if (isfinite(x))
		buf_printf(j->out, "%.6g", x);
	else
		buf_puts(j->out, "null");
}

void json_bool(struct json *j, bool b)
{
	before_value(j);
	buf_puts(j->out, b ? "true" : "false");
}

void json_null(struct json *j)
{
	before_value(j);
	buf_puts(j->out, "null");
}

void json_when(struct json *j, when t)
{
	char text[WHEN_TEXT];
	if (t == WHEN_NONE)
		json_null(j);
	else
		json_str(j, str_from(when_iso(t, text)));
}

void json_field_str(struct json *j, const char *key, struct str s)
{
	json_key(j, key);
	json_str(j, s);
}

void json_field_int(struct json *j, const char *key, int64_t n)
{
	json_key(j, key);
	json_int(j, n);
}

void json_field_real(struct json *j, const char *key, double x)
{
	json_key(j, key);
	json_real(j, x);
}

void json_field_bool(struct json *j, const char *key, bool b)
{
	json_key(j, key);
	json_bool(j, b);
}

void json_field_when(struct json *j, const char *key, when t)
{
	json_key(j, key);
	json_when(j, t);
}

void json_field_null(struct json *j, const char *key)
{
	json_key(j, key);
	json_null(j);
}
