/*
 * Whose address it is: origin, site and a short key.  See url.h.
 *
 * Sites come from the Public Suffix List that is built into libpsl, its
 * private part included, so that two blogs of one host are two sites.
 */
#include <libpsl.h>

#include "url/host.h"
#include "url/url.h"

#define MAX_KEY 40

bool url_is_web(struct str s)
{
	return str_starts_nocase(s, STR("http://")) || str_starts_nocase(s, STR("https://"));
}

bool url_has_own_port(const struct url *u)
{
	return u->port != (str_eq(u->scheme, STR("https")) ? 443u : 80u);
}

struct str url_origin(struct str href)
{
	size_t host = str_find(href, STR("://")), path;

	if (host == STR_NPOS)
		return STR_NONE;
	path = str_find_byte(str_sub(href, host + 3, href.n), '/');
	return path == STR_NPOS ? href : str_sub(href, 0, host + 3 + path);
}

/* The registrable domain within host, empty if the list names none. */
static struct str registrable(struct arena *a, struct str host)
{
	if (host_is_address(host) || str_ends(host, STR(".localhost")))
		return STR_NONE;
	return str_from(psl_registrable_domain(psl_builtin(), arena_cstr(a, host)));
}

static struct str without_root(struct str host)
{
	return host.n > 1 && host.p[host.n - 1] == '.' ? str_sub(host, 0, host.n - 1) : host;
}

struct str url_site(struct arena *a, const struct url *u)
{
	struct str host = without_root(u->host);
	struct str domain = registrable(a, host);

	if (domain.n)
		return domain;
	return url_has_own_port(u) ? arena_printf(a, "%.*s:%u", STR_ARG(host), u->port) : arena_str(a, host);
}

struct str url_source_key(struct arena *a, const struct url *u)
{
	struct str host = without_root(u->host), name = registrable(a, host), rest;
	char *key = arena_alloc(a, MAX_KEY + 1);
	size_t n = 0;

	if (name.n) {
		str_cut(name, '.', &name, &rest);
	} else if (str_ends(host, STR(".localhost"))) {
		name = str_sub(host, 0, host.n - STR(".localhost").n);
		if (str_starts(name, STR("www.")))
			name = str_sub(name, 4, name.n);
	} else {
		name = url_site(a, u);
	}
	for (size_t i = 0; i < name.n && n < MAX_KEY; i++) {
		bool good = char_is_alnum(name.p[i]);
		if (good || (n && key[n - 1] != '-'))
			key[n++] = good ? name.p[i] : '-';
	}
	while (n && key[n - 1] == '-')
		n--;
	if (n == 0)
		return STR("site");
	key[n] = '\0';
	return str_of(key, n);
}
