/*
 * Parsing addresses by the URL Standard (url.spec.whatwg.org), for http and
 * https.
 *
 * The standard describes one state machine over characters.  Here each of its
 * stretches is one function over a string: the address is cleaned, its scheme
 * is taken off, what is left is either an authority or relative to the base,
 * and host, port, path and query are brought into their canonical form in
 * turn.  Fragments are cut off at the start: they never reach a server.
 *
 * Limits: no other schemes, no user names or passwords, MAX_URL_BYTES before
 * and after.
 */
#include <string.h>

#include "url/host.h"
#include "url/url.h"

/* What stands where in the address, not canonical yet. */
struct parts {
	struct str scheme, authority;
	struct str path; /* to be put behind base_path */
	struct str base_path;
	struct str query;
	bool has_query, from_base; /* from_base: host and port are the base's */
};

static bool is_slash(char c)
{
	return c == '/' || c == '\\';
}

/* The standard's white space: control characters and spaces at the ends, tabs
 * and line breaks anywhere.  The fragment goes too. */
static struct str clean(struct arena *a, struct str s)
{
	while (s.n && (unsigned char)s.p[0] <= ' ')
		s = str_sub(s, 1, s.n);
	while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	s = str_sub(s, 0, str_find_byte(s, '#'));
	if (s.n > 2 * MAX_URL_BYTES)
		return s;
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			out[n++] = s.p[i];
	return str_of(out, n);
}

/* Takes "scheme:" off *s; empty if there is none. */
static struct str take_scheme(struct str *s)
{
	size_t i = 0;

	if (s->n == 0 || !char_is_alpha(s->p[0]))
		return STR_NONE;
	while (i < s->n && (char_is_alnum(s->p[i]) || memchr("+-.", s->p[i], 3)))
		i++;
	if (i == s->n || s->p[i] != ':')
		return STR_NONE;
	struct str scheme = str_sub(*s, 0, i);
	*s = str_sub(*s, i + 1, s->n);
	return scheme;
}

/* Everything behind the scheme and its slashes. */
static void split_absolute(struct str s, struct parts *p)
{
	while (s.n && is_slash(s.p[0]))
		s = str_sub(s, 1, s.n);
	size_t end = 0;
	while (end < s.n && !is_slash(s.p[end]) && s.p[end] != '?')
		end++;
	p->authority = str_sub(s, 0, end);
	p->has_query = str_cut(str_sub(s, end, s.n), '?', &p->path, &p->query);
}

static void split_relative(struct str s, const struct url *base, struct parts *p)
{
	p->scheme = base->scheme;
	if (s.n >= 2 && is_slash(s.p[0]) && is_slash(s.p[1])) {
		split_absolute(s, p);
		return;
	}
	p->from_base = true;
	p->has_query = str_cut(s, '?', &p->path, &p->query);
	if (p->path.n == 0) {
		p->path = base->path;
		if (!p->has_query) {
			p->query = base->query;
			p->has_query = str_find_byte(base->href, '?') != STR_NPOS;
		}
	} else if (!is_slash(p->path.p[0])) {
		size_t cut = base->path.n;
		while (cut && base->path.p[cut - 1] != '/')
			cut--;
		p->base_path = str_sub(base->path, 0, cut ? cut - 1 : 0);
	}
}

static const char *split(struct str s, const struct url *base, struct parts *p)
{
	struct str scheme = take_scheme(&s);

	if (str_eq_nocase(scheme, STR("http")))
		p->scheme = STR("http");
	else if (str_eq_nocase(scheme, STR("https")))
		p->scheme = STR("https");
	else if (scheme.n)
		return "only http and https are followed";
	else if (!base)
		return "it has no scheme";
	bool slashes = s.n >= 2 && is_slash(s.p[0]) && is_slash(s.p[1]);
	if (!scheme.n || (base && str_eq(base->scheme, p->scheme) && !slashes))
		split_relative(s, base, p);
	else
		split_absolute(s, p);
	return NULL;
}

/* A fixed room that all canonical parts are written to. */
struct out {
	char *p;
	size_t n, max;
};

static void put(struct out *o, struct str s)
{
	if (s.n > o->max - o->n)
		s.n = o->max - o->n; /* reaching max is refused at the end */
	if (s.n)
		memcpy(o->p + o->n, s.p, s.n);
	o->n += s.n;
}

/* The code point at *i, percent-encoded if it is not printable ASCII or stands
 * in the set. */
static void put_encoded(struct out *o, struct str s, size_t *i, const char *set)
{
	static const char hex[] = "0123456789ABCDEF";
	uint32_t c = utf8_next(s, i);
	char bytes[4];

	if (c > ' ' && c < 0x7f && !strchr(set, (int)c)) {
		put(o, str_of((char[]){ (char)c }, 1));
		return;
	}
	size_t n = utf8_put(c, bytes);
	for (size_t k = 0; k < n; k++) {
		unsigned char byte = (unsigned char)bytes[k];
		put(o, str_of((char[]){ '%', hex[byte >> 4], hex[byte & 15] }, 3));
	}
}

/* How many dots a segment is, counting "%2e" as one; 0 if it is anything else
 * or more than two. */
static int count_dots(struct str segment)
{
	int dots = 0;

	while (segment.n && dots < 3) {
		bool coded = str_starts_nocase(segment, STR("%2e"));
		if (!coded && segment.p[0] != '.')
			return 0;
		segment = str_sub(segment, coded ? 3 : 1, segment.n);
		dots++;
	}
	return dots < 3 ? dots : 0;
}

static void drop_last_segment(struct out *o, size_t begin)
{
	while (o->n > begin && o->p[--o->n] != '/')
		;
}

static void put_path(struct out *o, const struct parts *p)
{
	size_t begin = o->n;
	struct str rest = p->path, segment;

	put(o, p->base_path);
	if (rest.n && is_slash(rest.p[0]))
		rest = str_sub(rest, 1, rest.n);
	for (bool more = true; more;) {
		size_t end = 0;
		while (end < rest.n && !is_slash(rest.p[end]))
			end++;
		more = end < rest.n;
		segment = str_sub(rest, 0, end);
		rest = str_sub(rest, end + 1, rest.n);

		int dots = count_dots(segment);
		if (dots == 2)
			drop_last_segment(o, begin);
		if (dots && more)
			continue;
		put(o, STR("/"));
		for (size_t i = 0; !dots && i < segment.n;)
			put_encoded(o, segment, &i, "\"#<>?^`{}");
	}
}

/* Splits "host:port"; a colon inside brackets belongs to the host. */
static const char *parse_authority(struct arena *a, struct str s, struct str scheme, struct url *u)
{
	struct str user = STR_NONE;
	unsigned standard = scheme.n == 5 ? 443 : 80, port = 0;
	size_t at;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '@')
			user = str_sub(s, 0, i + 1);
	s = str_sub(s, user.n, s.n);
	if (user.n && !str_eq(user, STR("@")) && !str_eq(user, STR(":@")))
		return "user names in addresses are not accepted";

	bool inside = false;
	for (at = 0; at < s.n && (inside || s.p[at] != ':'); at++)
		inside = s.p[at] == '[' || (inside && s.p[at] != ']');
	struct str digits = str_sub(s, at + 1, s.n);
	const char *wrong = host_parse(a, str_sub(s, 0, at), &u->host);
	if (wrong)
		return wrong;
	for (size_t i = 0; i < digits.n; i++) {
		if (!char_is_digit(digits.p[i]))
			return "its port is not a number";
		port = port * 10 + (unsigned)(digits.p[i] - '0');
		if (port > 65535)
			return "its port is not a number below 65536";
	}
	u->port = digits.n ? port : standard;
	return NULL;
}

/* Writes the whole address once; the parts of *u point into it. */
static bool write_url(struct arena *a, const struct parts *p, struct url *u)
{
	struct out o = { arena_alloc(a, MAX_URL_BYTES + 2), 0, MAX_URL_BYTES + 1 };
	unsigned standard = p->scheme.n == 5 ? 443 : 80;
	size_t host, path, query;

	put(&o, p->scheme);
	put(&o, STR("://"));
	host = o.n;
	put(&o, u->host);
	if (u->port != standard)
		put(&o, arena_printf(a, ":%u", u->port));
	path = o.n;
	put_path(&o, p);
	u->path = str_of(o.p + path, o.n - path);
	if (p->has_query)
		put(&o, STR("?"));
	query = o.n;
	for (size_t i = 0; i < p->query.n;)
		put_encoded(&o, p->query, &i, "\"#<>'");
	if (o.n > MAX_URL_BYTES)
		return false;
	o.p[o.n] = '\0';
	u->href = str_of(o.p, o.n);
	u->scheme = str_of(o.p, p->scheme.n);
	u->host = str_of(o.p + host, u->host.n);
	u->query = str_of(o.p + query, o.n - query);
	return true;
}

bool url_parse(struct arena *a, struct str s, const struct url *base, struct url *out, struct err *e)
{
	struct parts parts = { 0 };
	struct url u = { 0 };
	struct str text = clean(a, s);

	if (text.n > MAX_URL_BYTES)
		return err_set(e, ERR_LIMIT, "the address is longer than %zu bytes", MAX_URL_BYTES);
	const char *wrong = split(text, base, &parts);
	if (!wrong && parts.from_base)
		u.host = base->host, u.port = base->port;
	else if (!wrong)
		wrong = parse_authority(a, parts.authority, parts.scheme, &u);
	if (wrong)
		return err_set(e, ERR_FORMAT, "\"%.*s\" is not an address for us: %s", text.n > 200 ? 200 : (int)text.n,
		               text.n ? text.p : "", wrong);
	if (!write_url(a, &parts, &u))
		return err_set(e, ERR_LIMIT, "the address is longer than %zu bytes", MAX_URL_BYTES);
	*out = u;
	return true;
}
