/* Comma-separated values: see csv.h. */
#include "cli/csv.h"

static void begin_cell(struct csv *c)
{
	if (c->any)
		buf_byte(c->out, ',');
	c->any = true;
}

static bool looks_like_formula(struct str s)
{
	size_t i = 0;

	if (!s.n)
		return false;
	switch (utf8_next(s, &i)) {
	case '=':
	case '+':
	case '-':
	case '@':
	case '\t':
	case '\r':
	case 0xff1d: /* the same, wide */
	case 0xff0b:
	case 0xff0d:
	case 0xff20:
		return true;
	default:
		return false;
	}
}

static bool needs_quotes(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n')
			return true;
	return s.n && (s.p[0] == ' ' || s.p[s.n - 1] == ' ');
}

void csv_str(struct csv *c, struct str s)
{
	bool formula = looks_like_formula(s), quotes = formula || needs_quotes(s);

	begin_cell(c);
	if (quotes)
		buf_byte(c->out, '"');
	if (formula)
		buf_byte(c->out, '\'');
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '"')
			buf_byte(c->out, '"');
		buf_byte(c->out, s.p[i]);
	}
	if (quotes)
		buf_byte(c->out, '"');
}

void csv_int(struct csv *c, int64_t n)
{
	begin_cell(c);
	buf_printf(c->out, "%lld", (long long)n);
}

void csv_when(struct csv *c, when t)
{
	char text[WHEN_TEXT];

	begin_cell(c);
	buf_puts(c->out, when_iso(t, text));
}

void csv_empty(struct csv *c)
{
	begin_cell(c);
}

void csv_end(struct csv *c)
{
	buf_puts(c->out, "\r\n");
	c->any = false;
}
