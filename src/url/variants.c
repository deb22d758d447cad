/*
 * Variants of one page: see url_variant in url.h; the rules are in variants.h.
 *
 * What a rule knows is taken away: labels from the host, segments from the
 * path, parameters from the query.  What is left, in its normal spelling and
 * without its scheme, is the key.  The other way round, the addresses under
 * which the page may be known already are few enough to be written down and
 * asked for one by one.
 */
#include "url/variants.h"
#include "url/host.h"
#include "url/url.h"

#define COUNT(table) (sizeof(table) / sizeof *(table))
#define MAX_LABELS 16

/* An address taken apart. */
struct shape {
	struct str host, path, query;
	unsigned how;
};

/* ---- carriers ------------------------------------------------------------ */

static bool host_fits(struct str host, struct str pattern)
{
	if (str_starts(pattern, STR(".")))
		return host.n > pattern.n && str_ends(host, pattern);
	if (str_ends(pattern, STR("*")))
		return str_starts(host, str_sub(pattern, 0, pattern.n - 1));
	return str_eq(host, pattern);
}

bool url_unwrap(struct arena *a, const struct url *u, struct url *out)
{
	struct err ignored;

	for (size_t i = 0; i < COUNT(CARRIERS); i++) {
		struct str prefix = str_from(CARRIERS[i].prefix);
		if (!host_fits(u->host, str_from(CARRIERS[i].host)) || !str_starts(u->path, prefix))
			continue;
		struct str rest = str_sub(u->href, (size_t)(u->path.p - u->href.p) + prefix.n, u->href.n);
		bool secure = str_starts(rest, STR("s/"));
		rest = secure ? str_sub(rest, 2, rest.n) : rest;
		struct str host, path;
		str_cut(rest, '/', &host, &path);
		return str_has(host, STR(".")) &&
		       url_parse(a, ARENA_JOIN(a, secure ? STR("https://") : STR("http://"), rest), NULL, out,
		                 &ignored);
	}
	return false;
}

/* ---- taking away --------------------------------------------------------- */

/* The labels left of the site's own name that a rule knows. */
static void reduce_host(struct arena *a, const struct url *u, struct shape *s)
{
	struct str site = url_site(a, u), rest = u->host, label, kept[MAX_LABELS];
	size_t n = 0;

	s->host = u->host;
	if (host_is_address(u->host) || !str_ends(u->host, site))
		return;
	rest.n -= site.n;
	while (rest.n && n < MAX_LABELS) {
		unsigned how = 0;
		str_cut(rest, '.', &label, &rest);
		for (size_t i = 0; i < COUNT(HOST_LABELS); i++)
			if (str_eq(label, str_from(HOST_LABELS[i].label)))
				how = HOST_LABELS[i].how;
		s->how |= how;
		if (!how)
			kept[n++] = label;
	}
	if (rest.n)
		return;
	s->host = site;
	while (n--)
		s->host = ARENA_JOIN(a, kept[n], STR("."), s->host);
}

static struct str last_segment(struct str path)
{
	size_t at = path.n;

	while (at && path.p[at - 1] != '/')
		at--;
	return str_sub(path, at, path.n);
}

/* "/news/ferry/amp" is "/news/ferry", "/news/index.html" is "/news/".  A page
 * "/print" of the site's own is what it says. */
static bool reduce_last(struct str *path, struct str segment, unsigned how)
{
	struct str p = *path;

	if (p.n > 1 && str_ends(p, STR("/")))
		p.n--;
	size_t folder = p.n - last_segment(p).n;
	if (!str_eq_nocase(last_segment(p), segment) || (folder < 2 && how != VARIANT_INDEX))
		return false;
	path->n = how == VARIANT_INDEX ? folder : folder - 1;
	return true;
}

static bool reduce_first(struct str *path, struct str segment)
{
	size_t n = segment.n + 1;

	if (path->n <= n + 1 || path->p[n] != '/' || !str_eq_nocase(str_sub(*path, 1, n), segment))
		return false;
	*path = str_sub(*path, n, path->n);
	return true;
}

static bool reduce_ending(struct arena *a, struct str *path, struct str ending)
{
	struct str last = last_segment(*path), tail = STR_NONE;

	for (size_t i = 1; i < last.n && !tail.n; i++)
		if (str_starts_nocase(str_sub(last, i, last.n), STR(".htm")))
			tail = str_sub(last, i, last.n);
	struct str stem = str_sub(last, 0, last.n - tail.n);
	if (stem.n <= ending.n || !str_ends_nocase(stem, ending))
		return false;
	*path = ARENA_JOIN(a, str_sub(*path, 0, path->n - tail.n - ending.n), tail);
	return true;
}

static void reduce_path(struct arena *a, struct shape *s)
{
	for (size_t i = 0; i < COUNT(PATH_SEGMENTS); i++) {
		struct str segment = str_from(PATH_SEGMENTS[i].segment);
		unsigned place = PATH_SEGMENTS[i].place, how = PATH_SEGMENTS[i].how;
		bool found = ((place & LAST) && reduce_last(&s->path, segment, how)) ||
		             ((place & FIRST) && reduce_first(&s->path, segment)) ||
		             ((place & ENDING) && reduce_ending(a, &s->path, segment));
		s->how |= found ? how : 0;
	}
}

static unsigned how_of_parameter(struct str parameter)
{
	struct str name, value;

	str_cut(parameter, '=', &name, &value);
	for (size_t i = 0; i < COUNT(PARAMETERS); i++)
		if (str_eq_nocase(name, str_from(PARAMETERS[i].name)) &&
		    (!PARAMETERS[i].value || str_eq_nocase(value, str_from(PARAMETERS[i].value))))
			return PARAMETERS[i].how;
	return 0;
}

static void reduce_query(struct arena *a, struct shape *s)
{
	struct str rest = s->query, one, kept = STR_NONE;

	while (rest.n) {
		str_cut(rest, '&', &one, &rest);
		unsigned how = how_of_parameter(one);
		s->how |= how;
		if (!how)
			kept = kept.n ? ARENA_JOIN(a, kept, STR("&"), one) : one;
	}
	s->query = kept;
}

static bool reduce(struct arena *a, struct str address, struct url *u, struct shape *s)
{
	struct str identity;
	struct err ignored;

	if (!url_identity(a, address, &identity) || !url_parse(a, identity, NULL, u, &ignored))
		return false;
	*s = (struct shape){ .path = u->path, .query = u->query };
	reduce_host(a, u, s);
	reduce_path(a, s);
	reduce_query(a, s);
	if (str_eq(u->scheme, STR("http")))
		s->how |= VARIANT_HTTP;
	return true;
}

/* ---- keys ---------------------------------------------------------------- */

static struct str compose(struct arena *a, const struct url *u, struct str scheme, struct str host, struct str path,
                          struct str query)
{
	struct str port = url_has_own_port(u) ? arena_printf(a, ":%u", u->port) : STR_NONE;

	return ARENA_JOIN(a, scheme, STR("://"), host, port, path, query.n ? STR("?") : STR_NONE, query);
}

bool url_variant(struct arena *a, struct str address, struct url_variant *out)
{
	struct url u;
	struct shape s;
	struct str normal;

	if (!reduce(a, address, &u, &s))
		return false;
	if (s.path.n > 1 && str_ends(s.path, STR("/")))
		s.path.n--;
	if (!url_normal(a, compose(a, &u, STR("https"), s.host, s.path, s.query), &normal))
		return false;
	*out = (struct url_variant){ .key = str_sub(normal, STR("https://").n, normal.n), .how = s.how };
	return true;
}

/* ---- addresses ----------------------------------------------------------- */

struct list {
	struct arena *arena;
	const struct url *from;
	struct str *urls;
	size_t n;
};

static void add(struct list *l, struct str host, struct str path, struct str query)
{
	static const char *const schemes[] = { "https", "http" };

	for (size_t i = 0; i < 2; i++) {
		struct str url = compose(l->arena, l->from, str_from(schemes[i]), host, path, query);
		bool known = str_eq(url, l->from->href);
		for (size_t k = 0; k < l->n && !known; k++)
			known = str_eq(l->urls[k], url);
		if (!known && l->n < URL_MOST_VARIANTS)
			l->urls[l->n++] = url;
	}
}

static void add_amp(struct list *l, const struct shape *s, struct str host)
{
	struct arena *a = l->arena;
	bool slash = str_ends(s->path, STR("/"));
	struct str trunk = slash ? str_sub(s->path, 0, s->path.n - 1) : s->path;
	struct str joint = s->query.n ? STR("&") : STR_NONE;

	if (trunk.n == 0)
		return;
	add(l, host, ARENA_JOIN(a, trunk, STR("/amp/")), s->query);
	add(l, host, ARENA_JOIN(a, trunk, STR("/amp")), s->query);
	add(l, host, ARENA_JOIN(a, STR("/amp"), s->path), s->query);
	add(l, host, s->path, ARENA_JOIN(a, s->query, joint, STR("amp=1")));
	add(l, host, s->path, ARENA_JOIN(a, s->query, joint, STR("amp")));
	add(l, host, s->path, ARENA_JOIN(a, s->query, joint, STR("outputType=amp")));
}

bool url_variant_addresses(struct arena *a, struct str address, struct str **out, size_t *n)
{
	static const char *const labels[] = { "m", "amp", "mobile" };
	struct url u;
	struct shape s;

	*n = 0;
	if (!reduce(a, address, &u, &s))
		return false;
	if (s.how & (VARIANT_PRINT | VARIANT_INDEX))
		return true;
	struct list l = { .arena = a, .from = &u, .urls = ARENA_ARRAY(a, struct str, URL_MOST_VARIANTS) };
	struct str www = ARENA_JOIN(a, STR("www."), s.host);
	bool named = !host_is_address(s.host);

	add(&l, s.host, s.path, s.query);
	if (named)
		add(&l, www, s.path, s.query);
	/* An amp segment may have eaten the last slash. */
	if ((s.how & VARIANT_AMP) && !str_ends(s.path, STR("/"))) {
		struct str path = ARENA_JOIN(a, s.path, STR("/"));
		add(&l, s.host, path, s.query);
		if (named)
			add(&l, www, path, s.query);
	}
	for (size_t i = 0; named && i < COUNT(labels); i++)
		add(&l, ARENA_JOIN(a, str_from(labels[i]), STR("."), s.host), s.path, s.query);
	add_amp(&l, &s, u.host);
	*out = l.urls;
	*n = l.n;
	return true;
}
