/*
 * The URL Standard's parser: see standard.h.
 *
 * The standard describes one state machine over characters.  Here each of its
 * stretches is one function over a string: the fragment and the query are cut
 * off, the scheme is taken off, what is left is an authority, relative to the
 * base, of a file, or opaque; and user, host, port and path are brought into
 * their canonical form in turn.
 *
 * A path is kept as the text of its segments, each with "/" before it, so that
 * ".." cuts the text at its last slash.
 *
 * Limits: none of its own.  Memory is at most nine times the address.
 */
#include "url/standard.h"

#include <string.h>

#include "url/host.h"

/* What the standard encodes in each part, beside control characters and all
 * beyond ASCII. */
#define IN_CONTROLS ""
#define IN_FRAGMENT " \"<>`"
#define IN_QUERY " \"#<>"
#define IN_SPECIAL_QUERY IN_QUERY "'"
#define IN_PATH IN_QUERY "?^`{}"
#define IN_USER IN_PATH "/:;=@[\\]|"

static const struct {
	const char *name;
	int port;
} SPECIAL[] = {
	{ "https", 443 }, { "http", 80 }, { "file", -1 }, { "ws", 80 }, { "wss", 443 }, { "ftp", 21 },
};

static int special_index(struct str scheme)
{
	for (size_t i = 0; i < sizeof SPECIAL / sizeof *SPECIAL; i++)
		if (str_eq(scheme, str_from(SPECIAL[i].name)))
			return (int)i;
	return -1;
}

int standard_port(struct str scheme)
{
	int i = special_index(scheme);
	return i < 0 ? -1 : SPECIAL[i].port;
}

struct str standard_trim(struct str s)
{
	while (s.n && (unsigned char)s.p[0] <= ' ')
		s = str_sub(s, 1, s.n);
	while (s.n && (unsigned char)s.p[s.n - 1] <= ' ')
		s.n--;
	return s;
}

/* ---- what is read and what is written ------------------------------------ */

struct parser {
	struct arena *arena;
	const struct standard_url *base;
	struct standard_url u;
	bool special, file;
	char *p; /* the canonical parts, one behind the other */
	size_t n;
};

static void put(struct parser *w, struct str s)
{
	if (s.n)
		memcpy(w->p + w->n, s.p, s.n);
	w->n += s.n;
}

/* The code point at *i, percent-encoded if it is a control character, not
 * ASCII, or stands in the set. */
static void put_encoded(struct parser *w, struct str s, size_t *i, const char *set)
{
	uint32_t c = utf8_next(s, i);
	char bytes[4];

	if (c >= ' ' && c < 0x7f && !strchr(set, (int)c)) {
		w->p[w->n++] = (char)c;
		return;
	}
	size_t n = utf8_put(c, bytes);
	char *to = w->p + w->n;
	for (size_t k = 0; k < n; k++)
		to = str_put_percent(to, (unsigned char)bytes[k]);
	w->n = (size_t)(to - w->p);
}

/* What no set has, and most of every address is. */
static bool is_plain(char c)
{
	return char_is_alnum(c) || c == '-' || c == '_' || c == '.';
}

static struct str encoded(struct parser *w, struct str s, const char *set)
{
	size_t begin = w->n;

	for (size_t i = 0; i < s.n;) {
		if (is_plain(s.p[i]))
			w->p[w->n++] = s.p[i++];
		else
			put_encoded(w, s, &i, set);
	}
	return str_of(w->p + begin, w->n - begin);
}

/* How long s may become, whatever has to be encoded. */
static size_t encoded_bound(struct str s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += char_is_alnum(s.p[i]) ? 1 : (unsigned char)s.p[i] < 0x80 ? 3 : 9;
	return n;
}

struct str standard_without_breaks(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] != '\t' && s.p[i] != '\n' && s.p[i] != '\r')
			out[n++] = s.p[i];
	return str_of(out, n);
}

static bool is_slash(const struct parser *w, char c)
{
	return c == '/' || (c == '\\' && w->special);
}

static bool slash_at(const struct parser *w, struct str s, size_t i)
{
	return i < s.n && is_slash(w, s.p[i]);
}

/* Takes "scheme:" off *s, in lower case; empty if there is none. */
static struct str take_scheme(struct arena *a, struct str *s)
{
	size_t i = 0;

	if (s->n == 0 || !char_is_alpha(s->p[0]))
		return STR_NONE;
	while (i < s->n && (char_is_alnum(s->p[i]) || memchr("+-.", s->p[i], 3)))
		i++;
	if (i == s->n || s->p[i] != ':')
		return STR_NONE;
	char *scheme = arena_alloc(a, i);
	for (size_t k = 0; k < i; k++)
		scheme[k] = char_lower(s->p[k]);
	*s = str_sub(*s, i + 1, s->n);
	return str_of(scheme, i);
}

/* ---- paths --------------------------------------------------------------- */

/* "C:", or "C|" as it was written once. */
static bool is_drive(struct str s)
{
	return s.n == 2 && char_is_alpha(s.p[0]) && (s.p[1] == ':' || s.p[1] == '|');
}

static bool starts_with_drive(struct str s)
{
	return is_drive(str_sub(s, 0, 2)) && (s.n == 2 || s.p[2] == '/' || s.p[2] == '\\');
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

/* What is left of a path without its last segment; a drive stays. */
static struct str shortened(struct str path, bool file)
{
	if (file && path.n == 3 && char_is_alpha(path.p[1]) && path.p[2] == ':')
		return path;
	while (path.n && path.p[--path.n] != '/')
		;
	return path;
}

/* Segments behind what stands: s is without its first slash. */
static void put_path(struct parser *w, struct str stands, struct str s)
{
	size_t begin = w->n;

	put(w, stands);
	for (bool more = true; more;) {
		size_t end = 0;
		while (end < s.n && !is_slash(w, s.p[end]))
			end++;
		more = end < s.n;
		struct str segment = str_sub(s, 0, end);
		s = str_sub(s, end + 1, s.n);

		int dots = count_dots(segment);
		if (dots == 2)
			w->n = begin + shortened(str_of(w->p + begin, w->n - begin), w->file).n;
		if (dots && more)
			continue;
		w->p[w->n++] = '/';
		if (dots)
			continue;
		if (w->file && w->n == begin + 1 && is_drive(segment))
			put(w, str_of((char[]){ segment.p[0], ':' }, 2));
		else
			encoded(w, segment, IN_PATH);
	}
	w->u.path = str_of(w->p + begin, w->n - begin);
}

/* A path that stands behind a host. */
static void put_path_of_host(struct parser *w, struct str s)
{
	if (s.n || w->special)
		put_path(w, STR_NONE, slash_at(w, s, 0) ? str_sub(s, 1, s.n) : s);
}

/* ---- user, host and port ------------------------------------------------- */

static const char *parse_host(struct parser *w, struct str s)
{
	w->u.has_host = true;
	return host_parse(w->arena, s, w->special, &w->u.host);
}

static const char *parse_port(struct parser *w, struct str digits)
{
	int port = 0;

	for (size_t i = 0; i < digits.n; i++) {
		if (!char_is_digit(digits.p[i]))
			return "its port is not a number";
		port = port * 10 + (digits.p[i] - '0');
		if (port > 65535)
			return "its port is not a number below 65536";
	}
	if (digits.n && port != standard_port(w->u.scheme))
		w->u.port = port;
	return NULL;
}

static const char *parse_authority(struct parser *w, struct str s)
{
	struct str name, password;
	size_t user = 0, at;
	bool inside = false;

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '@')
			user = i + 1;
	if (user) {
		str_cut(str_sub(s, 0, user - 1), ':', &name, &password);
		w->u.username = encoded(w, name, IN_USER);
		w->u.password = encoded(w, password, IN_USER);
		s = str_sub(s, user, s.n);
	}
	/* A colon inside brackets belongs to the host. */
	for (at = 0; at < s.n && (inside || s.p[at] != ':'); at++)
		inside = s.p[at] == '[' || (inside && s.p[at] != ']');
	if (at == 0 && (user || s.n || w->special))
		return "it has no host";
	const char *wrong = parse_host(w, str_sub(s, 0, at));
	return wrong ? wrong : parse_port(w, str_sub(s, at + 1, s.n));
}

/* Behind the slashes: an authority and a path. */
static const char *parse_hosted(struct parser *w, struct str s)
{
	size_t end = 0;

	while (end < s.n && !is_slash(w, s.p[end]))
		end++;
	const char *wrong = parse_authority(w, str_sub(s, 0, end));
	if (!wrong)
		put_path_of_host(w, str_sub(s, end, s.n));
	return wrong;
}

static struct str without_slashes(const struct parser *w, struct str s)
{
	while (slash_at(w, s, 0))
		s = str_sub(s, 1, s.n);
	return s;
}

/* ---- the four kinds of rest ---------------------------------------------- */

static void take_query_of_base(struct parser *w)
{
	if (w->u.has_query)
		return;
	w->u.query = w->base->query;
	w->u.has_query = w->base->has_query;
}

static const char *parse_relative(struct parser *w, struct str s)
{
	const struct standard_url *base = w->base;

	if (slash_at(w, s, 0) && slash_at(w, s, 1))
		return parse_hosted(w, w->special ? without_slashes(w, s) : str_sub(s, 2, s.n));
	w->u.username = base->username;
	w->u.password = base->password;
	w->u.host = base->host;
	w->u.has_host = base->has_host;
	w->u.port = base->port;
	if (slash_at(w, s, 0)) {
		put_path(w, STR_NONE, str_sub(s, 1, s.n));
	} else if (s.n) {
		put_path(w, shortened(base->path, w->file), s);
	} else {
		w->u.path = base->path;
		take_query_of_base(w);
	}
	return NULL;
}

static const char *parse_file_host(struct parser *w, struct str s)
{
	size_t end = 0;

	while (end < s.n && !is_slash(w, s.p[end]))
		end++;
	struct str host = str_sub(s, 0, end);
	if (is_drive(host)) {
		put_path(w, STR_NONE, s);
		return NULL;
	}
	const char *wrong = host.n ? parse_host(w, host) : NULL;
	if (str_eq(w->u.host, STR("localhost")))
		w->u.host = STR_NONE;
	put_path_of_host(w, str_sub(s, end, s.n));
	return wrong;
}

static const char *parse_file(struct parser *w, struct str s)
{
	const struct standard_url *base = w->base && str_eq(w->base->scheme, STR("file")) ? w->base : NULL;
	struct str drive = STR_NONE;

	w->u.has_host = true;
	if (slash_at(w, s, 0) && slash_at(w, s, 1))
		return parse_file_host(w, str_sub(s, 2, s.n));
	if (base)
		w->u.host = base->host;
	if (slash_at(w, s, 0)) {
		s = str_sub(s, 1, s.n);
		if (base && !starts_with_drive(s) && base->path.n >= 3 && is_drive(str_sub(base->path, 1, 3)) &&
		    (base->path.n == 3 || base->path.p[3] == '/'))
			drive = str_sub(base->path, 0, 3);
		put_path(w, drive, s);
	} else if (base && s.n == 0) {
		w->u.path = base->path;
		take_query_of_base(w);
	} else if (base && !starts_with_drive(s)) {
		put_path(w, shortened(base->path, true), s);
	} else {
		put_path(w, STR_NONE, s);
	}
	return NULL;
}

/* A path that is no list of segments: "mailto:desk@harbour.example".  Spaces
 * stay, but the last one before a query or a fragment, which would be lost
 * when the address is read again. */
static void put_opaque(struct parser *w, struct str s)
{
	bool last = s.n && s.p[s.n - 1] == ' ';
	size_t begin = w->n;

	encoded(w, str_sub(s, 0, s.n - last), IN_CONTROLS);
	if (last)
		put(w, STR("%20"));
	w->u.opaque = true;
	w->u.path = str_of(w->p + begin, w->n - begin);
}

static const char *parse_rest(struct parser *w, struct str s, bool has_scheme)
{
	bool same = w->base && str_eq(w->base->scheme, w->u.scheme);
	bool authority = slash_at(w, s, 0) && slash_at(w, s, 1);

	if (w->file)
		return parse_file(w, s);
	if (!has_scheme || (w->special && same && !str_starts(s, STR("//"))))
		return parse_relative(w, s);
	if (w->special)
		return parse_hosted(w, without_slashes(w, s));
	if (authority)
		return parse_hosted(w, str_sub(s, 2, s.n));
	if (slash_at(w, s, 0))
		put_path(w, STR_NONE, str_sub(s, 1, s.n));
	else
		put_opaque(w, s);
	return NULL;
}

/* "#top" against an opaque base, the only thing that can be. */
static const char *parse_against_opaque(struct parser *w, struct str s)
{
	if (s.n || w->u.has_query || !w->u.has_fragment)
		return "it is relative to an address that has no folders";
	w->u = *w->base;
	w->u.has_fragment = true;
	return NULL;
}

const char *standard_parse(struct arena *a, struct str s, const struct standard_url *base, struct standard_url *out)
{
	struct parser w = { .arena = a, .base = base, .u.port = -1 };
	struct str query, fragment;

	s = standard_without_breaks(a, s);
	w.p = arena_alloc(a, encoded_bound(s) + (base ? base->path.n : 0) + 8);
	w.u.has_fragment = str_cut(s, '#', &s, &fragment);
	struct str scheme = take_scheme(a, &s);
	if (!scheme.n && !base)
		return "it has no scheme";
	w.u.has_query = str_cut(s, '?', &s, &query);
	w.u.scheme = scheme.n ? scheme : base->scheme;
	w.special = special_index(w.u.scheme) >= 0;
	w.file = str_eq(w.u.scheme, STR("file"));
	const char *wrong = !scheme.n && base->opaque ? parse_against_opaque(&w, s) : parse_rest(&w, s, scheme.n > 0);
	if (wrong)
		return wrong;
	if (query.n)
		w.u.query = encoded(&w, query, w.special ? IN_SPECIAL_QUERY : IN_QUERY);
	w.u.fragment = encoded(&w, fragment, IN_FRAGMENT);
	*out = w.u;
	return NULL;
}

/* ---- writing ------------------------------------------------------------- */

struct str standard_write(struct arena *a, const struct standard_url *u, bool with_fragment)
{
	struct str port = u->port < 0 ? STR_NONE : arena_number(a, (uint64_t)u->port), none = STR_NONE;
	bool user = u->username.n || u->password.n, fragment = with_fragment && u->has_fragment;
	/* Without a host, a path that begins with two slashes would become one. */
	bool guard = !u->has_host && !u->opaque && str_starts(u->path, STR("//"));

	return ARENA_JOIN(a, u->scheme, STR(":"), u->has_host ? STR("//") : none, u->username,
	                  u->password.n ? STR(":") : none, u->password, user ? STR("@") : none, u->host,
	                  port.n ? STR(":") : none, port, guard ? STR("/.") : none, u->path,
	                  u->has_query ? STR("?") : none, u->query, fragment ? STR("#") : none,
	                  fragment ? u->fragment : none);
}
