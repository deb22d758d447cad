/*
 * Keys by which web archives sort captures: see url_surt in url.h.
 *
 * There is no standard but what the indexes of archives hold (CDX, CDXJ).  The
 * address is read leniently, since archives hold what crawlers met: a host
 * need be none that exists.  Then, in this order: percent-encoding is undone
 * until nothing changes and done again for what needs it; dots and double
 * slashes of the path go; default port, user, "www." with a number or without,
 * the last slash, session numbers and the fragment go; all is lower case,
 * parameters are sorted; and the labels of the host are turned round.
 *
 * Limits: MAX_URL_BYTES.  Encoding is undone 8 times at most.
 */
#include <stdlib.h>

#include "base/buf.h"
#include "base/eight.h"
#include "url/host.h"
#include "url/idna.h"
#include "url/standard.h"
#include "url/url.h"

#define MOST_UNESCAPES 8

/* Names of records that are no addresses. */
static const char *const AS_THEY_ARE[] = { "filedesc", "warcinfo", "dns:", "mailto:", "javascript:", "urn:" };

/* Session numbers in parameters: so many letters and digits behind the name. */
static const struct {
	const char *name;
	size_t digits;
} SESSIONS[] = { { "jsessionid=", 32 }, { "phpsessid=", 32 }, { "sid=", 32 } };

struct parts {
	struct str scheme, host, port, path, query;
};

/* ---- escaping ------------------------------------------------------------ */

static struct str unescape(struct arena *a, struct str s)
{
	for (int i = 0; i < MOST_UNESCAPES && str_find_byte(s, '%') != STR_NPOS; i++) {
		char *out = arena_alloc(a, s.n + 1);
		size_t n = 0;
		for (size_t k = 0; k < s.n; k++) {
			int byte = str_percent(s, k);
			out[n++] = byte < 0 ? s.p[k] : (char)byte;
			k += byte < 0 ? 0 : 2;
		}
		if (n == s.n)
			break;
		s = str_of(out, n);
	}
	return s;
}

static struct str escape(struct arena *a, struct str s)
{
	struct buf b = BUF_INIT(3 * s.n + 1);

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c <= ' ' || c >= 0x7f || c == '#' || c == '%')
			buf_printf(&b, "%%%02x", c);
		else
			buf_byte(&b, char_lower(s.p[i]));
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

/* ---- taking apart --------------------------------------------------------- */

static struct str take_scheme(struct str *s)
{
	size_t i = 0;

	while (i < s->n && (char_is_alnum(s->p[i]) || memchr("+-.", s->p[i], 3)))
		i++;
	/* "harbour.example:8080" has no scheme, but a port. */
	if (i == 0 || i == s->n || s->p[i] != ':' || !char_is_alpha(s->p[0]) ||
	    (i + 1 < s->n && char_is_digit(s->p[i + 1])))
		return STR("http");
	struct str scheme = str_sub(*s, 0, i);
	*s = str_sub(*s, i + 1, s->n);
	return scheme;
}

static struct str from_last(struct str s, char separator)
{
	size_t at = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == separator)
			at = i + 1;
	return str_sub(s, at, s.n);
}

static void take_apart(struct str s, struct parts *p)
{
	struct str authority, ignored;
	size_t end = 0;

	str_cut(s, '#', &s, &ignored);
	p->scheme = take_scheme(&s);
	while (s.n && (s.p[0] == '/' || s.p[0] == '\\'))
		s = str_sub(s, 1, s.n);
	if (url_is_web(s)) {
		take_apart(s, p); /* "http://https://..." */
		return;
	}
	while (end < s.n && !memchr("/?\\", s.p[end], 3))
		end++;
	authority = from_last(str_sub(s, 0, end), '@');
	str_cut(str_sub(s, end, s.n), '?', &p->path, &p->query);
	if (str_starts(authority, STR("[")))
		p->host = authority, p->port = STR_NONE;
	else
		str_cut(authority, ':', &p->host, &p->port);
}

/* ---- the parts ------------------------------------------------------------- */

static struct str without_www(struct str host)
{
	size_t n = 3;

	if (!str_starts(host, STR("www")))
		return host;
	while (n < host.n && char_is_digit(host.p[n]))
		n++;
	return n + 1 < host.n && host.p[n] == '.' ? str_sub(host, n + 1, host.n) : host;
}

/* ASCII, and an IPv4 address in any of its spellings as four numbers; what is
 * neither stays as it is. */
static struct str plain_host(struct arena *a, struct str host)
{
	struct str out;

	host = unescape(a, host);
	if (!eight_is_ascii(host) && idna_to_ascii(a, host, &out))
		host = out;
	host = arena_lower(a, host);
	if (host_is_address(host) && !host_parse(a, host, true, &out))
		return out;
	return without_www(host);
}

static struct str surt_host(struct arena *a, struct str host)
{
	struct str label;

	host = plain_host(a, host);
	if (str_starts(host, STR("[")))
		return host;
	char *out = arena_alloc(a, host.n + 1);
	size_t end = host.n, at = end;
	while (host.n) {
		str_cut(host, '.', &label, &host);
		if (!label.n)
			continue;
		if (at < end)
			out[--at] = ',';
		at -= label.n;
		memcpy(out + at, label.p, label.n);
	}
	return escape(a, str_of(out + at, end - at));
}

/* "/a//b/./c/../d/" is "/a/b/d". */
static struct str plain_path(struct arena *a, struct str path)
{
	char *out = arena_alloc(a, path.n + 2);
	struct str rest = path, segment;
	size_t n = 0;

	while (rest.n) {
		size_t end = 0;
		while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '\\')
			end++;
		segment = str_sub(rest, 0, end);
		rest = str_sub(rest, end + 1, rest.n);
		if (str_eq(segment, STR("..")))
			while (n && out[--n] != '/')
				;
		if (!segment.n || str_eq(segment, STR(".")) || str_eq(segment, STR("..")))
			continue;
		out[n++] = '/';
		memcpy(out + n, segment.p, segment.n);
		n += segment.n;
	}
	return n ? str_of(out, n) : STR("/");
}

static size_t word_length(struct str s)
{
	size_t n = 0;
	while (n < s.n && char_is_alnum(s.p[n]))
		n++;
	return n;
}

/* ASP.NET's "/(a(24)s(24))/page.aspx" and "/(24)/page.aspx", all lower case. */
static bool is_asp_session(struct str segment)
{
	if (segment.n < 3 || segment.p[0] != '(' || segment.p[segment.n - 1] != ')')
		return false;
	segment = str_sub(segment, 1, segment.n - 1);
	if (segment.n == 24 && word_length(segment) == 24)
		return true;
	while (segment.n >= 27 && char_is_alpha(segment.p[0]) && segment.p[1] == '(' &&
	       word_length(str_sub(segment, 2, segment.n)) == 24 && segment.p[26] == ')')
		segment = str_sub(segment, 27, segment.n);
	return segment.n == 0;
}

static struct str without_path_session(struct arena *a, struct str path)
{
	size_t at = str_find(path, STR(";jsessionid=")), name = at + STR(";jsessionid=").n;

	if (at != STR_NPOS && word_length(str_sub(path, name, path.n)) == 32)
		path = ARENA_JOIN(a, str_sub(path, 0, at), str_sub(path, name + 32, path.n));
	if (!str_has(path, STR(".aspx")))
		return path;
	for (size_t i = 0; i < path.n; i++) {
		struct str segment, rest;
		if (path.p[i] != '/')
			continue;
		if (str_cut(str_sub(path, i + 1, path.n), '/', &segment, &rest) && is_asp_session(segment))
			return ARENA_JOIN(a, str_sub(path, 0, i + 1), rest);
	}
	return path;
}

/* Takes n bytes at at, and the "&" behind them, out of the query. */
static struct str cut_out(struct arena *a, struct str query, size_t at, size_t n)
{
	struct str before = str_sub(query, 0, at), behind = str_sub(query, at + n, query.n);

	if (str_starts(behind, STR("&")))
		behind = str_sub(behind, 1, behind.n);
	else if (str_ends(before, STR("&")))
		before.n--;
	return ARENA_JOIN(a, before, behind);
}

static struct str without_query_session(struct arena *a, struct str query)
{
	for (size_t i = 0; i < sizeof SESSIONS / sizeof *SESSIONS; i++) {
		struct str name = str_from(SESSIONS[i].name);
		size_t at = str_find(query, name);
		if (at == STR_NPOS)
			continue;
		struct str behind = str_sub(query, at + name.n, query.n);
		if (word_length(behind) == SESSIONS[i].digits &&
		    (behind.n == SESSIONS[i].digits || behind.p[SESSIONS[i].digits] == '&'))
			query = cut_out(a, query, at, name.n + SESSIONS[i].digits);
	}
	size_t at = str_find(query, STR("aspsessionid")), asp = STR("aspsessionid").n + 8;
	if (at != STR_NPOS && at + asp < query.n && query.p[at + asp] == '=' &&
	    word_length(str_sub(query, at + asp + 1, query.n)) == 24)
		query = cut_out(a, query, at, asp + 1 + 24);
	size_t token = str_find(query, STR("&cftoken="));
	at = str_find(query, STR("cfid="));
	if (at != STR_NPOS && token != STR_NPOS && token > at) {
		size_t end = str_find_byte(str_sub(query, token + 1, query.n), '&');
		query = cut_out(a, query, at, end == STR_NPOS ? query.n - at : token + 1 + end - at);
	}
	return query;
}

static int by_text(const void *a, const void *b)
{
	const struct str *x = a, *y = b;
	struct str nx, ny, vx, vy;
	bool hx = str_cut(*x, '=', &nx, &vx), hy = str_cut(*y, '=', &ny, &vy);
	int c = str_cmp(nx, ny);

	if (c == 0 && hx != hy)
		return hx ? 1 : -1;
	return c ? c : str_cmp(vx, vy);
}

static struct str sorted(struct arena *a, struct str query)
{
	struct buf b = BUF_INIT(query.n + 1);
	size_t n = 0, most = 1;

	for (size_t i = 0; i < query.n; i++)
		most += query.p[i] == '&';
	struct str *list = ARENA_ARRAY(a, struct str, most);
	for (bool more = query.n > 0; more; n++)
		more = str_cut(query, '&', &list[n], &query);
	if (n)
		qsort(list, n, sizeof *list, by_text);
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_byte(&b, '&');
		buf_str(&b, list[i]);
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

/* ---- the whole ------------------------------------------------------------- */

static struct str surt_path(struct arena *a, struct str path)
{
	struct str out = escape(a, plain_path(a, unescape(a, path)));
	return without_path_session(a, out);
}

bool url_surt(struct arena *a, struct str s, struct str *out)
{
	struct parts p = { 0 };

	s = standard_without_breaks(a, standard_trim(s));
	*out = s.n ? s : STR("-");
	if (s.n == 0 || s.n > MAX_URL_BYTES)
		return s.n == 0;
	for (size_t i = 0; i < sizeof AS_THEY_ARE / sizeof *AS_THEY_ARE; i++)
		if (str_starts(s, str_from(AS_THEY_ARE[i])))
			return true;
	take_apart(s, &p);
	p.scheme = arena_lower(a, p.scheme);
	int standard = standard_port(p.scheme);
	struct str port = standard > 0 && str_eq(p.port, arena_number(a, (uint64_t)standard)) ? STR_NONE : p.port;
	struct str query = sorted(a, without_query_session(a, escape(a, unescape(a, p.query))));
	*out = ARENA_JOIN(a, surt_host(a, p.host), port.n ? STR(":") : STR_NONE, port, STR(")"), surt_path(a, p.path),
	                  query.n ? STR("?") : STR_NONE, query);
	return true;
}
