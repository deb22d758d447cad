/*
 * Operations of stet-conform on texts: character sets and dates.
 */
#include "conform.h"

#include <string.h>

#include "page/page.h"
#include "text/charset.h"
#include "text/dates.h"

static void put_name(const struct ask *q, const char *name)
{
	if (name)
		json_str(q->out, str_from(name));
	else
		json_null(q->out);
}

static bool is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] >= 0x80)
			return false;
	return true;
}

static void answer_charset(const struct ask *q)
{
	struct str bytes = ask_bytes(q, "b64"), header = ask_str(q, "http_charset"), fallback = ask_str(q, "default");

	if (header.n)
		header = arena_printf(q->arena, "text/html; charset=\"%.*s\"", STR_ARG(header));
	if (ask_true(q, "ignore_labels")) {
		const char *mark = charset_by_mark(bytes);
		put_name(q, mark ? mark : charset_guess(bytes));
		return;
	}
	const char *charset = charset_of_html(bytes, header);
	bool said = charset_by_mark(bytes) || charset_by_header(header) || charset_by_prescan(bytes);
	if (!said && fallback.n && is_ascii(bytes) && !strcmp(charset, "utf-8")) /* any answer would be right */
		json_str(q->out, fallback);
	else
		put_name(q, charset);
}

static void answer_decode(const struct ask *q)
{
	const char *charset = charset_by_label(ask_str(q, "label"));

	if (charset)
		json_str(q->out, charset_decode(q->arena, ask_bytes(q, "b64"), charset));
	else
		json_null(q->out);
}

static void put_time(const struct ask *q, bool known, when at)
{
	if (known)
		json_int(q->out, at);
	else
		json_null(q->out);
}

static void answer_date(const struct ask *q)
{
	struct date d;
	bool known = date_parse(ask_str(q, "s"), &d);

	put_time(q, known, known ? d.at : 0);
}

static void answer_http_date(const struct ask *q)
{
	when at;
	bool known = when_parse_http(ask_str(q, "s"), &at);

	put_time(q, known, known ? at : 0);
}

/* The day that a reader is shown. */
static void answer_html_date(const struct ask *q)
{
	struct page_ask ask = { .bytes = ask_bytes(q, "html_b64"), .url = ask_str(q, "url") };
	struct page p;
	struct err e;
	char text[WHEN_TEXT];

	if (!page_read(q->arena, &ask, &p, &e) || p.article.published == WHEN_NONE) {
		json_null(q->out);
		return;
	}
	json_str(q->out,
	         str_sub(str_from(when_iso(date_day(p.article.published_text, p.article.published), text)), 0, 10));
}

const struct op conform_text_ops[] = {
	{ "charset", answer_charset },     { "decode", answer_decode },       { "date", answer_date },
	{ "http_date", answer_http_date }, { "html_date", answer_html_date }, { NULL, NULL },
};
