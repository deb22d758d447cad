/* The head of an answer: see message.h. */
#include "export/message.h"

#include <string.h>

static const struct {
	int status;
	const char *reason;
} reasons[] = {
	{ 200, "OK" },
	{ 203, "Non-Authoritative Information" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 304, "Not Modified" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 410, "Gone" },
	{ 429, "Too Many Requests" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
};

static void put_status(struct str line, int status, struct buf *out)
{
	struct str version, rest, code, reason;

	if (str_starts(line, STR("HTTP/1.")) && str_cut(line, ' ', &version, &rest) && version.n == 8 &&
	    str_cut(rest, ' ', &code, &reason) && code.n == 3) {
		buf_printf(out, "%.*s\r\n", STR_ARG(line));
		return;
	}
	const char *words = "";
	for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
		if (reasons[i].status == status)
			words = reasons[i].reason;
	buf_printf(out, "HTTP/1.1 %03d %s\r\n", status, words);
}

/* RFC 9110, 5.6.2 */
static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_alnum(s.p[i]) && (!s.p[i] || !strchr("!#$%&'*+-.^_`|~", s.p[i])))
			return false;
	return s.n > 0;
}

void message_put_value(struct str s, struct buf *out)
{
	for (size_t i = 0; i < s.n; i++)
		buf_byte(out, (unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f ? ' ' : s.p[i]);
	buf_puts(out, "\r\n");
}

/* Does the field speak of other bytes than those that follow? */
static bool is_outdated(struct str name, struct str value, size_t body, bool no_body)
{
	int64_t n;

	if (str_eq_nocase(name, STR("Content-Encoding")))
		return !str_eq_nocase(value, STR("identity"));
	if (str_eq_nocase(name, STR("Transfer-Encoding")))
		return true;
	return str_eq_nocase(name, STR("Content-Length")) && !no_body &&
	       (!str_to_i64(value, &n) || n < 0 || (size_t)n != body);
}

void message_put_head(struct str headers, int status, struct str content_type, size_t body, bool no_body,
                      struct buf *out)
{
	struct str rest = headers, line = STR_NONE, name, value;
	bool length = no_body;

	str_next_line(&rest, &line);
	put_status(line, status, out);
	while (str_next_line(&rest, &line)) {
		/* A line that is no field, or goes on with one, is none that others can read. */
		if (!str_cut(line, ':', &name, &value) || !is_name(name))
			continue;
		value = str_trim(value);
		if (is_outdated(name, value, body, no_body))
			buf_puts(out, "X-Archive-Orig-");
		else if (str_eq_nocase(name, STR("Content-Length")))
			length = true;
		buf_printf(out, "%.*s: ", STR_ARG(name));
		message_put_value(value, out);
	}
	if (!headers.n && content_type.n) {
		buf_puts(out, "Content-Type: ");
		message_put_value(content_type, out);
	}
	if (!length)
		buf_printf(out, "Content-Length: %zu\r\n", body);
	buf_puts(out, "\r\n");
}

struct str message_protocol(struct str headers)
{
	static const struct {
		const char *begins, *protocol;
	} known[] = { { "HTTP/3", "h3" }, { "HTTP/2", "h2" }, { "HTTP/1.1", "http/1.1" }, { "HTTP/1.0", "http/1.0" } };
	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		if (str_starts(headers, str_from(known[i].begins)))
			return str_from(known[i].protocol);
	return STR_NONE;
}
