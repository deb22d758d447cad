/* What became of a request: see outcome.h and fetch.h. */
#include "net/result.h"

#define LONGEST_WAIT (366 * (int64_t)DAYS)

static const char *const NAMES[FETCH_RESULTS + 1] = {
	[FETCH_OK] = "ok",
	[FETCH_NOT_MODIFIED] = "not modified",
	[FETCH_NOT_FOUND] = "not found",
	[FETCH_GONE] = "gone",
	[FETCH_REFUSED] = "refused",
	[FETCH_ASKED_TO_WAIT] = "asked to wait",
	[FETCH_SERVER_ERROR] = "server error",
	[FETCH_REDIRECT_LOOP] = "redirect loop",
	[FETCH_UNREACHABLE] = "unreachable",
	[FETCH_PRIVATE] = "private address",
	[FETCH_BAD_TLS] = "bad certificate",
	[FETCH_TOO_SLOW] = "too slow",
	[FETCH_TOO_LARGE] = "too large",
	[FETCH_BAD_ANSWER] = "bad answer",
	[FETCH_REDIRECTED] = "redirected",
};

/* Statuses that are not here make no sense as the answer to a plain GET. */
static const struct {
	int status;
	enum fetch_result result;
} STATUSES[] = {
	{ 200, FETCH_OK },
	{ 203, FETCH_OK },
	{ 401, FETCH_REFUSED },
	{ 402, FETCH_REFUSED },
	{ 403, FETCH_REFUSED },
	{ 404, FETCH_NOT_FOUND },
	{ 407, FETCH_REFUSED },
	{ 410, FETCH_GONE },
	{ 429, FETCH_ASKED_TO_WAIT },
	{ 451, FETCH_REFUSED },
	{ 503, FETCH_ASKED_TO_WAIT },
};

static const struct {
	CURLcode code;
	enum fetch_result result;
} CODES[] = {
	{ CURLE_UNSUPPORTED_PROTOCOL, FETCH_BAD_ANSWER }, /* HTTP/0.9: no status line */
	{ CURLE_WEIRD_SERVER_REPLY, FETCH_BAD_ANSWER },
	{ CURLE_HTTP2, FETCH_BAD_ANSWER },
	{ CURLE_HTTP2_STREAM, FETCH_BAD_ANSWER },
	{ CURLE_PARTIAL_FILE, FETCH_BAD_ANSWER },
	{ CURLE_BAD_CONTENT_ENCODING, FETCH_BAD_ANSWER },
	{ CURLE_WRITE_ERROR, FETCH_BAD_ANSWER }, /* ours are told apart before */
	{ CURLE_OPERATION_TIMEDOUT, FETCH_TOO_SLOW },
	{ CURLE_FILESIZE_EXCEEDED, FETCH_TOO_LARGE },
	{ CURLE_SSL_CONNECT_ERROR, FETCH_BAD_TLS },
	{ CURLE_PEER_FAILED_VERIFICATION, FETCH_BAD_TLS },
	{ CURLE_SSL_CERTPROBLEM, FETCH_BAD_TLS },
	{ CURLE_SSL_CIPHER, FETCH_BAD_TLS },
	{ CURLE_USE_SSL_FAILED, FETCH_BAD_TLS },
	{ CURLE_SSL_CACERT_BADFILE, FETCH_BAD_TLS },
	{ CURLE_SSL_ISSUER_ERROR, FETCH_BAD_TLS },
	{ CURLE_SSL_INVALIDCERTSTATUS, FETCH_BAD_TLS },
	{ CURLE_SSL_CLIENTCERT, FETCH_BAD_TLS },
};

const char *fetch_result_name(enum fetch_result r)
{
	return r <= FETCH_REDIRECTED ? NAMES[r] : "unknown";
}

bool result_is_redirect(int status)
{
	return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

bool result_is_permanent(int status)
{
	return status == 301 || status == 308;
}

enum fetch_result fetch_result_of_status(int status, bool conditional)
{
	if (status == 304 && conditional)
		return FETCH_NOT_MODIFIED;
	for (size_t i = 0; i < sizeof STATUSES / sizeof *STATUSES; i++)
		if (STATUSES[i].status == status)
			return STATUSES[i].result;
	return FETCH_SERVER_ERROR;
}

enum fetch_result result_of_curl(CURLcode code)
{
	for (size_t i = 0; i < sizeof CODES / sizeof *CODES; i++)
		if (CODES[i].code == code)
			return CODES[i].result;
	return FETCH_UNREACHABLE;
}

struct str fetch_field(struct str headers, const char *name)
{
	struct str line, key, value, status_line;

	str_next_line(&headers, &status_line);
	while (str_next_line(&headers, &line))
		if (str_cut(line, ':', &key, &value) && str_eq_nocase(key, str_from(name)))
			return str_trim(value);
	return STR_NONE;
}

int64_t result_retry_after(struct str headers, when now)
{
	struct str value = fetch_field(headers, "Retry-After");
	int64_t seconds;
	when date;
	bool digits = value.n > 0;

	for (size_t i = 0; i < value.n; i++)
		digits = digits && char_is_digit(value.p[i]);
	if (digits) {
		if (!str_to_i64(value, &seconds))
			seconds = LONGEST_WAIT;
	} else if (when_parse_http(value, &date) && now != WHEN_NONE) {
		seconds = date > now ? date - now : 0;
	} else {
		return -1;
	}
	return seconds < LONGEST_WAIT ? seconds : LONGEST_WAIT;
}

/* One directive of a Cache-Control field; *seconds is what is known so far. */
static void take_directive(struct str directive, int64_t *seconds)
{
	struct str name, value;
	int64_t n;

	str_cut(directive, '=', &name, &value);
	name = str_trim(name);
	value = str_trim(value);
	if (value.n >= 2 && value.p[0] == '"' && value.p[value.n - 1] == '"')
		value = str_sub(value, 1, value.n - 1);
	if (str_eq_nocase(name, STR("no-store")) || str_eq_nocase(name, STR("no-cache")))
		*seconds = 0;
	else if (str_eq_nocase(name, STR("max-age")) && str_to_i64(value, &n) && n >= 0 && *seconds != 0)
		*seconds = n < LONGEST_WAIT ? n : LONGEST_WAIT;
}

static int64_t cache_control(struct str headers)
{
	struct str line, key, value, directive;
	int64_t seconds = -1;

	str_next_line(&headers, &line); /* the status */
	while (str_next_line(&headers, &line)) {
		if (!str_cut(line, ':', &key, &value) || !str_eq_nocase(key, STR("Cache-Control")))
			continue;
		while (value.n) {
			str_cut(value, ',', &directive, &value);
			take_directive(directive, &seconds);
		}
	}
	return seconds;
}

int64_t fetch_fresh_for(struct str headers, when now)
{
	struct str expires = fetch_field(headers, "Expires");
	int64_t seconds = cache_control(headers), age;
	when until, from;

	if (seconds < 0 && expires.n) {
		if (!when_parse_http(fetch_field(headers, "Date"), &from))
			from = now;
		seconds = when_parse_http(expires, &until) && until > from ? until - from : 0;
	}
	if (seconds > 0 && str_to_i64(fetch_field(headers, "Age"), &age) && age > 0)
		seconds = age < seconds ? seconds - age : 0;
	return seconds < LONGEST_WAIT ? seconds : LONGEST_WAIT;
}
