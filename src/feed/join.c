/*
 * The algorithm of RFC 3986, sections 5.2 and 5.3, without validation: what is
 * not an address comes out as nothing worse than what went in.  Linear.
 */
#include "feed/join.h"

#include "base/buf.h"
#include "base/limits.h"

struct parts {
	struct str scheme, authority, path, query, fragment;
	bool has_authority, has_query, has_fragment;
};

/* Up to the ":", or nothing. */
static struct str scheme_of(struct str s)
{
	size_t n = 0;

	while (n < s.n && (char_is_alnum(s.p[n]) || s.p[n] == '+' || s.p[n] == '-' || s.p[n] == '.'))
		n++;
	return n && n < s.n && s.p[n] == ':' && char_is_alpha(s.p[0]) ? str_sub(s, 0, n) : STR_NONE;
}

static bool is_hierarchical(struct str scheme)
{
	static const char *const names[] = { "http", "https", "ftp", "file", "svn", "rtsp", "sftp" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq_nocase(scheme, str_from(names[i])))
			return true;
	return false;
}

static struct parts split(struct str s)
{
	struct parts p = { .scheme = scheme_of(s) };

	if (p.scheme.n)
		s = str_sub(s, p.scheme.n + 1, s.n);
	p.has_fragment = str_cut(s, '#', &s, &p.fragment);
	p.has_query = str_cut(s, '?', &s, &p.query);
	p.has_authority = str_starts(s, STR("//"));
	p.path = s;
	if (!p.has_authority)
		return p;
	s = str_sub(s, 2, s.n);
	if (is_hierarchical(p.scheme) && !str_eq_nocase(p.scheme, STR("file")))
		while (s.n && s.p[0] == '/')
			s = str_sub(s, 1, s.n);
	size_t slash = str_find_byte(s, '/');
	p.authority = str_sub(s, 0, slash);
	p.path = str_sub(s, p.authority.n, s.n);
	return p;
}

static void put_segments(struct buf *out, struct str path)
{
	size_t floor = out->n; /* of the path; no ".." goes below */

	while (path.n) {
		size_t end = str_find_byte(str_sub(path, 1, path.n), '/');
		struct str segment = str_sub(path, 0, end == STR_NPOS ? path.n : end + 1);
		bool last = segment.n == path.n, slash = segment.p[0] == '/';
		struct str name = str_sub(segment, slash, segment.n);
		path = str_sub(path, segment.n, path.n);
		if (str_eq(name, STR(".."))) {
			while (out->n > floor && out->p[out->n - 1] != '/')
				out->n--;
			if (out->n > floor)
				out->n--;
		} else if (!str_eq(name, STR("."))) {
			buf_str(out, segment);
			continue;
		}
		if (last)
			buf_byte(out, '/');
	}
}

/* The base's path up to its last "/", and the reference's. */
static struct str merge(struct arena *a, const struct parts *base, struct str path)
{
	size_t n = base->path.n;

	if (!n && base->has_authority)
		return ARENA_JOIN(a, STR("/"), path);
	while (n && base->path.p[n - 1] != '/')
		n--;
	return ARENA_JOIN(a, str_sub(base->path, 0, n), path);
}

static struct str put_together(struct arena *a, const struct parts *p)
{
	struct buf b = BUF_INIT(MAX_URL_BYTES * 4);

	if (p->scheme.n) {
		buf_str(&b, p->scheme);
		buf_byte(&b, ':');
	}
	if (p->has_authority) {
		buf_puts(&b, "//");
		buf_str(&b, p->authority);
	}
	put_segments(&b, p->path);
	if (p->has_query) {
		buf_byte(&b, '?');
		buf_str(&b, p->query);
	}
	if (p->has_fragment) {
		buf_byte(&b, '#');
		buf_str(&b, p->fragment);
	}
	struct str out = b.full ? STR_NONE : arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

struct str join_reference(struct arena *a, struct str base, struct str reference)
{
	struct parts b = split(base), r = split(reference);

	if (r.scheme.n && !is_hierarchical(r.scheme))
		return reference;
	if (r.scheme.n && r.has_authority) /* as it stands, but for slashes too many */
		return ARENA_JOIN(a, r.scheme, STR("://"),
		                  str_sub(reference, (size_t)(r.authority.p - reference.p), reference.n));
	if (r.scheme.n || !b.scheme.n || base.n > MAX_URL_BYTES || reference.n > MAX_URL_BYTES)
		return reference;
	if (!is_hierarchical(b.scheme))
		return reference;
	r.scheme = b.scheme;
	if (!r.has_authority) {
		r.has_authority = b.has_authority;
		r.authority = b.authority;
		if (!r.path.n) {
			r.path = b.path;
			if (!r.has_query) {
				r.has_query = b.has_query;
				r.query = b.query;
			}
		} else if (r.path.p[0] != '/') {
			r.path = merge(a, &b, r.path);
		}
	}
	return put_together(a, &r);
}

bool join_is_safe(struct str address)
{
	static const char *const schemes[] = { "http",   "https", "ftp",  "ftps", "feed", "mailto", "news", "nntp",
		                               "gopher", "irc",   "ircs", "xmpp", "tel",  "sms",    "sip",  "sips",
		                               "magnet", "rtsp",  "mms",  "git",  "ssh",  "sftp",   "svn",  "callto",
		                               "geo",    "urn",   "tag",  "doi",  "acct", "webcal", "file", "telnet" };
	struct str scheme;

	/* Browsers skip control characters within a scheme, and a reference may hide a
	 * letter of it. */
	for (size_t i = 0; i < address.n; i++) {
		char c = address.p[i];
		if (c == '/' || c == '?' || c == '#')
			break;
		if ((unsigned char)c < 0x20 || c == '&')
			return false;
	}
	scheme = scheme_of(str_trim(address));
	for (size_t i = 0; i < sizeof schemes / sizeof *schemes; i++)
		if (str_eq_nocase(scheme, str_from(schemes[i])))
			return true;
	return !scheme.n;
}
