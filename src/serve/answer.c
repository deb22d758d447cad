/*
 * From a request to a response, without sockets.
 *
 * The steps: is the method one that reads, is there such a route, is the query
 * readable, does the reader have this document already (If-None-Match), then
 * make it, compress it, and put the headers on.  Whatever goes wrong becomes a
 * page with one sentence, or a JSON object below /api/.
 */
#include <string.h>

#include "archive/takedown.h"
#include "base/log.h"
#include "serve/gzip.h"
#include "serve/hub.h"
#include "serve/routes.h"
#include "serve/serve.h"

#define LEAST_LIVE 2
#define MOST_LIVE 3600
#define WORTH_GZIP 1024

/* On every response, also on errors and on 304. */
static const struct serve_header STRICT_HEADERS[] = {
	{ "Content-Security-Policy", STR("default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
	                                 "form-action 'self'; base-uri 'none'; frame-ancestors 'none'") },
	{ "X-Content-Type-Options", STR("nosniff") },
	{ "X-Frame-Options", STR("DENY") },
	{ "Referrer-Policy", STR("no-referrer") },
	{ "Cross-Origin-Opener-Policy", STR("same-origin") },
	{ "Cross-Origin-Resource-Policy", STR("same-origin") },
	{ "Cross-Origin-Embedder-Policy", STR("require-corp") },
	{ "Permissions-Policy", STR("camera=(), geolocation=(), microphone=()") },
	{ "Vary", STR("Accept-Encoding") },
};

/* A drawing has styles of its own, and is looked at alone. */
#define DRAWING_POLICY STR("default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")

static const char *const CONTENT_TYPES[] = {
	[ROUTE_PAGE] = "text/html; charset=utf-8",
	[ROUTE_ATOM] = "application/atom+xml; charset=utf-8",
	[ROUTE_JSON] = "application/json",
	[ROUTE_SVG] = "image/svg+xml",
	[ROUTE_PNG] = "image/png",
};

struct answer {
	struct archive *ar;
	struct arena *arena;
	const struct serve_site *site;
	const struct serve_request *request;
	struct serve_response *out;
	struct str path, query;
	struct view view;
};

static bool reads(struct str method)
{
	return str_eq(method, STR("GET")) || str_eq(method, STR("HEAD"));
}

/* ---- headers ------------------------------------------------------------ */

static void put_header(struct serve_response *r, const char *name, struct str value)
{
	if (r->nheaders < SERVE_MAX_HEADERS)
		r->headers[r->nheaders++] = (struct serve_header){ name, value };
}

static void replace_header(struct serve_response *r, const char *name, struct str value)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (strcmp(r->headers[i].name, name) == 0)
			r->headers[i].value = value;
}

struct str serve_header(const struct serve_response *r, const char *name)
{
	for (size_t i = 0; i < r->nheaders; i++)
		if (str_eq_nocase(str_from(r->headers[i].name), str_from(name)))
			return r->headers[i].value;
	return STR_NONE;
}

void serve_response_free(struct serve_response *r)
{
	buf_free(&r->body);
}

/* ---- errors ------------------------------------------------------------- */

static int status_of(enum err_kind kind)
{
	switch (kind) {
	case ERR_NOT_FOUND:
		return 404;
	case ERR_HIDDEN:
		return 451;
	case ERR_USAGE:
	case ERR_LIMIT:
		return 400;
	case ERR_BUSY:
		return 503;
	default:
		return 500;
	}
}

static void answer_error(struct answer *x, int status, const char *sentence)
{
	bool api = str_starts(x->path, STR("/api/"));

	buf_reset(&x->out->body);
	x->out->status = status;
	if (api)
		view_api_error(status, sentence, &x->out->body);
	else
		view_error(&x->view, status, sentence, &x->out->body);
	put_header(x->out, "Content-Type", str_from(CONTENT_TYPES[api ? ROUTE_JSON : ROUTE_PAGE]));
	put_header(x->out, "Cache-Control", STR("no-store"));
	if (status == 405)
		put_header(x->out, "Allow", STR("GET, HEAD"));
	if (status == 503)
		put_header(x->out, "Retry-After", STR("5"));
}

/* What the program did wrong is logged, and the reader is not told details. */
static void answer_err(struct answer *x, const struct err *e)
{
	int status = status_of(e->kind);

	if (status >= 500)
		log_error("%.*s: %s", STR_ARG(x->path), e->text);
	answer_error(x, status, status >= 500 ? "" : e->text);
}

/* ---- caching ------------------------------------------------------------ */

/* Empty if nothing is known of the state of the archive. */
static struct str make_etag(struct answer *x, const struct route *route)
{
	struct str stamp = x->request->stamp;
	long long step = route->grain ? (long long)(x->view.now / route->grain) : 0;

	if (stamp.n == 0)
		return STR_NONE;
	return arena_printf(x->arena, "W/\"%.*s-%llx-%.8s-" STET_VERSION "\"", STR_ARG(stamp), (unsigned long long)step,
	                    view_assets_tag());
}

/* If-None-Match: a list of tags, compared weakly (RFC 9110, 13.1.2). */
static bool has_tag(struct str list, struct str tag)
{
	struct str item, opaque = str_starts(tag, STR("W/")) ? str_sub(tag, 2, tag.n) : tag;
	bool more = list.n > 0 && tag.n > 0;

	while (more) {
		more = str_cut(list, ',', &item, &list);
		item = str_trim(item);
		if (str_starts(item, STR("W/")))
			item = str_sub(item, 2, item.n);
		if (str_eq(item, opaque) || str_eq(item, STR("*")))
			return true;
	}
	return false;
}

static void compress(struct answer *x)
{
	if (x->out->body.n >= WORTH_GZIP && gzip_accepted(x->request->accept_encoding) && gzip_body(&x->out->body))
		put_header(x->out, "Content-Encoding", STR("gzip"));
}

/* ---- documents ---------------------------------------------------------- */

static void answer_asset(struct answer *x, const struct route *route)
{
	const struct view_asset *asset = view_asset_find(route->asset);
	struct str tag = arena_printf(x->arena, "\"%016llx\"", (unsigned long long)hash_quick(asset->bytes));
	bool named = str_eq(x->query, arena_printf(x->arena, "v=%s", view_assets_tag()));

	put_header(x->out, "Content-Type", str_from(asset->content_type));
	put_header(x->out, "ETag", tag);
	put_header(x->out, "Cache-Control",
	           named ? STR("public, max-age=31536000, immutable") : STR("public, max-age=3600"));
	if (has_tag(x->request->if_none_match, tag)) {
		x->out->status = 304;
		return;
	}
	x->out->status = 200;
	buf_str(&x->out->body, asset->bytes);
	compress(x);
}

static void answer_redirect(struct answer *x)
{
	buf_reset(&x->out->body);
	x->out->status = 303;
	put_header(x->out, "Location", x->view.redirect);
	put_header(x->out, "Cache-Control", STR("no-store"));
}

/* The number of an article that became part of another leads there; versions
 * have other numbers then, so what names one leads to the article. */
static bool lead_on(struct answer *x, struct err *e)
{
	struct str path = x->path, number = arena_number(x->arena, (uint64_t)x->view.args.article);
	int64_t now = x->view.args.article;

	if (now == 0 || !archive_article_now(x->ar, now, &now, e))
		return now == 0;
	size_t at = str_find(path, STR("/articles/")) + STR("/articles/").n;
	if (now == x->view.args.article || !str_starts(str_sub(path, at, path.n), number))
		return true;
	struct str rest = str_sub(path, at + number.n, path.n);
	if (str_starts(rest, STR("/versions/")) || str_starts(rest, STR("/diff/")))
		rest = STR_NONE;
	x->view.redirect = ARENA_JOIN(x->arena, str_sub(path, 0, at), arena_number(x->arena, (uint64_t)now), rest);
	return true;
}

static void answer_document(struct answer *x, const struct route *route)
{
	struct serve_response *out = x->out;
	struct err e = { 0 };
	if (!lead_on(x, &e) ||
	    (x->view.args.article && !x->view.redirect.n && !archive_takedown_check(x->ar, x->view.args.article, &e))) {
		answer_err(x, &e);
		return;
	}
	if (x->view.redirect.n) {
		answer_redirect(x);
		return;
	}
	struct str tag = make_etag(x, route);
	bool known = has_tag(x->request->if_none_match, tag);
	if (!known && !route->make(&x->view, &out->body, &e)) {
		answer_err(x, &e);
		return;
	}
	if (out->body.full) {
		err_set(&e, ERR_INTERNAL, "the document is larger than %zu bytes", MAX_RESPONSE_BYTES);
		answer_err(x, &e);
		return;
	}
	if (x->view.redirect.n) {
		answer_redirect(x);
		return;
	}
	out->status = known ? 304 : 200;
	if (tag.n)
		put_header(out, "ETag", tag);
	put_header(out, "Cache-Control", STR("no-cache"));
	put_header(out, "Content-Type", str_from(CONTENT_TYPES[route->kind]));
	if (route->kind == ROUTE_SVG)
		replace_header(out, "Content-Security-Policy", DRAWING_POLICY);
	if (route->can_live && x->view.args.live)
		put_header(out, "Refresh", arena_printf(x->arena, "%lld", (long long)x->view.args.live));
	if (!known && route->kind != ROUTE_PNG)
		compress(x);
}

/* What a hub is told is for machines, and never kept. */
static void answer_hub(struct answer *x)
{
	struct hub_call call = { .secret = x->view.args.secret,
		                 .query = x->query,
		                 .now = x->view.now,
		                 .tells = !reads(x->request->method) };
	struct str text = STR_NONE;
	struct err e;

	if (!hub_hear(x->ar, x->arena, &call, &text, &x->out->news, &e)) {
		answer_err(x, &e);
		return;
	}
	x->out->status = call.tells ? 202 : 200;
	buf_str(&x->out->body, text);
	put_header(x->out, "Content-Type", STR("text/plain; charset=utf-8"));
	put_header(x->out, "Cache-Control", STR("no-store"));
}

/* ---- the request -------------------------------------------------------- */

static bool is_host(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (!char_is_alnum(host.p[i]) && !memchr(".-_:[]", host.p[i], 6))
			return false;
	return host.n > 0 && host.n < 256;
}

static struct str base_url(struct answer *x)
{
	struct str set = x->site->base_url;

	if (set.n)
		return str_ends(set, STR("/")) ? str_sub(set, 0, set.n - 1) : set;
	if (!is_host(x->request->host))
		return STR("http://localhost");
	return arena_printf(x->arena, "http://%.*s", STR_ARG(x->request->host));
}

static void prepare_view(struct answer *x)
{
	x->view = (struct view){
		.archive = x->ar,
		.arena = x->arena,
		.now = clock_now(x->site->clock),
		.site_name = x->site->name.n ? x->site->name : STR("stet"),
		.base_url = base_url(x),
		.path = x->path,
		.args = { .page = 1 },
	};
}

static void answer_route(struct answer *x, const struct route *route)
{
	struct view_args *args = &x->view.args;
	struct view_args from_query = *args;
	struct err e;

	if (!query_read(x->arena, x->query, &from_query, &e)) {
		answer_err(x, &e);
		return;
	}
	if (!route) {
		answer_error(x, 404, "");
		return;
	}
	*args = from_query;
	route_read(route, x->path, args);
	if (args->live)
		args->live = args->live < LEAST_LIVE ? LEAST_LIVE : args->live > MOST_LIVE ? MOST_LIVE : args->live;
	if (route->kind == ROUTE_HUB)
		answer_hub(x);
	else if (route->kind == ROUTE_ASSET)
		answer_asset(x, route);
	else
		answer_document(x, route);
}

void serve_answer(struct archive *ar, struct arena *a, const struct serve_site *site, const struct serve_request *r,
                  struct serve_response *out)
{
	struct answer x = { .ar = ar, .arena = a, .site = site, .request = r, .out = out };

	*out = (struct serve_response){ .body = BUF_INIT(MAX_RESPONSE_BYTES) };
	for (size_t i = 0; i < sizeof STRICT_HEADERS / sizeof *STRICT_HEADERS; i++)
		put_header(out, STRICT_HEADERS[i].name, STRICT_HEADERS[i].value);
	str_cut(r->target, '?', &x.path, &x.query);
	prepare_view(&x);
	const struct route *route = route_find(x.path);
	if (!reads(r->method) && !(str_eq(r->method, STR("POST")) && route_takes_post(route)))
		answer_error(&x, 405, "");
	else if (r->target.n > MAX_URL_BYTES)
		answer_error(&x, 414, "");
	else
		answer_route(&x, route);
}
