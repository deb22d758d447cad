/*
 * Operations of stet-conform on addresses and on robots.txt.
 */
#include "conform.h"

#include "net/robots.h"
#include "url/host.h"
#include "url/standard.h"
#include "url/url.h"

static struct str behind(struct arena *a, const char *mark, bool there, struct str s)
{
	return there && s.n ? arena_printf(a, "%s%.*s", mark, STR_ARG(s)) : STR_NONE;
}

static void put_url(const struct ask *q, const struct standard_url *u)
{
	json_object(q->out);
	json_field_str(q->out, "href", standard_write(q->arena, u, true));
	json_field_str(q->out, "protocol", arena_printf(q->arena, "%.*s:", STR_ARG(u->scheme)));
	json_field_str(q->out, "hostname", u->has_host ? u->host : STR_NONE);
	json_field_str(q->out, "port", u->port < 0 ? STR_NONE : arena_printf(q->arena, "%d", u->port));
	json_field_str(q->out, "pathname", u->path);
	json_field_str(q->out, "search", behind(q->arena, "?", u->has_query, u->query));
	json_field_str(q->out, "hash", behind(q->arena, "#", u->has_fragment, u->fragment));
	json_end(q->out);
}

static void answer_url_parse(const struct ask *q)
{
	struct str input = standard_trim(ask_str(q, "input")), base_text = standard_trim(ask_str(q, "base"));
	struct standard_url base, u;

	if ((base_text.n && standard_parse(q->arena, base_text, NULL, &base)) ||
	    standard_parse(q->arena, input, base_text.n ? &base : NULL, &u))
		json_null(q->out);
	else
		put_url(q, &u);
}

static void answer_host_to_ascii(const struct ask *q)
{
	struct str host;

	if (host_parse(q->arena, ask_str(q, "host"), true, &host))
		json_null(q->out);
	else
		json_str(q->out, host);
}

static void answer_host_to_ip(const struct ask *q)
{
	struct str host;

	if (host_parse(q->arena, ask_str(q, "host"), true, &host) || !host_is_address(host))
		json_null(q->out);
	else
		json_str(q->out, host);
}

static void answer_spelling(const struct ask *q, bool (*spell)(struct arena *, struct str, struct str *))
{
	struct str out;

	if (spell(q->arena, ask_str(q, "url"), &out))
		json_str(q->out, out);
	else
		json_null(q->out);
}

static void answer_url_clean(const struct ask *q)
{
	answer_spelling(q, url_clean);
}

static void answer_url_normalize(const struct ask *q)
{
	answer_spelling(q, url_normal);
}

static void answer_surt(const struct ask *q)
{
	answer_spelling(q, url_surt);
}

/* ---- robots.txt ---------------------------------------------------------- */

/* Path and query of an address, or of what is only that. */
static struct str path_of(struct str url)
{
	size_t scheme = str_find(url, STR("://"));

	url = str_sub(url, 0, str_find_byte(url, '#'));
	if (scheme == STR_NPOS || str_starts(url, STR("/")))
		return url.n ? url : STR("/");
	url = str_sub(url, scheme + 3, url.n);
	while (url.n && url.p[0] != '/' && url.p[0] != '?')
		url = str_sub(url, 1, url.n);
	return url.n ? url : STR("/");
}

static void answer_robots(const struct ask *q)
{
	const json_t *queries = json_object_get(q->in, "queries");
	struct str bytes = ask_bytes(q, "robots_b64");

	json_array(q->out);
	for (size_t i = 0; i < json_array_size(queries); i++) {
		const json_t *query = json_array_get(queries, i);
		struct robots r;
		struct str path = path_of(str_from(json_string_value(json_array_get(query, 1))));
		robots_parse(q->arena, bytes, str_from(json_string_value(json_array_get(query, 0))), &r);
		json_bool(q->out, robots_allows(&r, path));
	}
	json_end(q->out);
}

static void answer_robots_meta(const struct ask *q)
{
	struct robots r;

	robots_parse(q->arena, ask_bytes(q, "robots_b64"), ask_str(q, "agent"), &r);
	json_object(q->out);
	if (r.crawl_delay < 0)
		json_field_null(q->out, "crawl_delay");
	else
		json_field_real(q->out, "crawl_delay", r.crawl_delay);
	json_key(q->out, "sitemaps");
	json_array(q->out);
	for (size_t i = 0; i < r.nsitemaps; i++)
		json_str(q->out, r.sitemaps[i]);
	json_end(q->out);
	json_end(q->out);
}

const struct op conform_url_ops[] = {
	{ "url_parse", answer_url_parse },
	{ "host_to_ascii", answer_host_to_ascii },
	{ "host_to_ip", answer_host_to_ip },
	{ "surt", answer_surt },
	{ "url_clean", answer_url_clean },
	{ "url_normalize", answer_url_normalize },
	{ "robots", answer_robots },
	{ "robots_meta", answer_robots_meta },
	{ NULL, NULL },
};
