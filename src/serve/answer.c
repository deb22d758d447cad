/*
 * From a request to a response, without sockets.
 *
 * The steps: is the method one that reads, is there such a route, is the query
 * readable, does the reader have this document already (If-None-Match), then
 * make it, compress it, and put the headers on.  Whatever goes wrong becomes a
 * page with one sentence, or a JSON object below /api/.
 *
 * Captured pages come with headers of their own, and from an origin of their own
 * if there is one (serve_site.captures): then that one has nothing else, and the
 * other one leads there.
 */
#include <string.h>

#include "archive/takedown.h"
#include "base/log.h"
#include "serve/gzip.h"
#include "serve/hub.h"
#include "serve/memento.h"
#include "serve/routes.h"
#include "serve/serve.h"
#include "url/url.h"

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

/* An address within one of ours. */
#define MEMENTO_TARGET_BYTES (MAX_URL_BYTES + 64)

static const char *const CONTENT_TYPES[] = {
	[ROUTE_FRAME] = "text/html; charset=utf-8",
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
	bool apart; /* asked of the origin of captures */
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

static void drop_header(struct serve_response *r, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->nheaders; i++)
		if (strcmp(r->headers[i].name, name) != 0)
			r->headers[kept++] = r->headers[i];
	r->nheaders = kept;
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
	if (x->apart)
		buf_printf(&x->out->body, "%d %s\n", status, sentence);
	else if (api)
		view_api_error(status, sentence, &x->out->body);
	else
		view_error(&x->view, status, sentence, &x->out->body);
	put_header(x->out, "Content-Type",
	           x->apart ? STR("text/plain; charset=utf-8")
	                    : str_from(CONTENT_TYPES[api ? ROUTE_JSON : ROUTE_PAGE]));
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

/* What is known by its bytes. */
static void send_bytes(struct answer *x, struct str tag, struct str caching)
{
	put_header(x->out, "ETag", tag);
	put_header(x->out, "Cache-Control", caching);
	if (has_tag(x->request->if_none_match, tag)) {
		buf_reset(&x->out->body);
		x->out->status = 304;
		return;
	}
	x->out->status = 200;
	compress(x);
}

static struct str tag_of(struct answer *x, struct str bytes)
{
	return arena_printf(x->arena, "\"%016llx\"", (unsigned long long)hash_quick(bytes));
}

static void answer_asset(struct answer *x, const struct route *route)
{
	const struct view_asset *asset = view_asset_find(route->asset);
	bool named = str_eq(x->query, arena_printf(x->arena, "v=%s", view_assets_tag()));

	put_header(x->out, "Content-Type", str_from(asset->content_type));
	buf_str(&x->out->body, asset->bytes);
	send_bytes(x, tag_of(x, asset->bytes),
	           named ? STR("public, max-age=31536000, immutable") : STR("public, max-age=3600"));
}

static void answer_redirect(struct answer *x, int status, struct str location)
{
	buf_reset(&x->out->body);
	x->out->status = status;
	put_header(x->out, "Location", location);
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

/* The captured page in it, and no other. */
static void allow_frame(struct answer *x)
{
	struct str from = x->site->captures.n ? x->site->captures : STR("'self'");
	struct str policy = serve_header(x->out, "Content-Security-Policy");

	replace_header(x->out, "Content-Security-Policy", ARENA_JOIN(x->arena, policy, STR("; frame-src "), from));
	drop_header(x->out, "Cross-Origin-Embedder-Policy");
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
		answer_redirect(x, 303, x->view.redirect);
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
		answer_redirect(x, 303, x->view.redirect);
		return;
	}
	out->status = known ? 304 : 200;
	if (tag.n)
		put_header(out, "ETag", tag);
	put_header(out, "Cache-Control", STR("no-cache"));
	put_header(out, "Content-Type", str_from(CONTENT_TYPES[route->kind]));
	if (route->kind == ROUTE_SVG)
		replace_header(out, "Content-Security-Policy", DRAWING_POLICY);
	if (route->kind == ROUTE_FRAME)
		allow_frame(x);
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

/* ---- captures ----------------------------------------------------------- */

static void guard_capture(struct answer *x, const struct memento_reply *reply)
{
	bool apart = x->site->captures.n > 0;
	struct str frame = apart ? url_origin(x->site->base_url) : STR("'self'");

	replace_header(x->out, "Content-Security-Policy", ARENA_JOIN(x->arena, STR(CAPTURE_POLICY), frame));
	drop_header(x->out, "X-Frame-Options"); /* what may frame it is in the policy */
	put_header(x->out, "X-DNS-Prefetch-Control", STR("off"));
	if (reply->shown.is_file)
		put_header(x->out, "Content-Disposition", STR("attachment"));
}

static void send_memento(struct answer *x, const struct memento_reply *reply)
{
	struct str tag = tag_of(x, buf_view(&x->out->body));
	char at[WHEN_TEXT];

	put_header(x->out, "Content-Type", reply->shown.content_type);
	if (reply->at != WHEN_NONE) {
		put_header(x->out, "Memento-Datetime", arena_str(x->arena, str_from(when_http(reply->at, at))));
		guard_capture(x, reply);
	}
	send_bytes(x, tag, STR("no-cache"));
}

static void answer_memento(struct answer *x, const struct route *route)
{
	struct str target = x->request->target, captures = x->site->captures;
	struct memento_reply reply;
	struct err e;

	route_read(route, x->path, &x->view.args);
	struct memento_call call = {
		.kind = route->kind,
		.moment = x->view.args.moment,
		.uri = str_sub(target, x->path.n - x->view.args.uri.n, target.n),
		.accept_datetime = x->request->accept_datetime,
		.base = x->view.base_url,
		.captures = captures.n ? captures : x->view.base_url,
	};
	if (route->kind == ROUTE_GATE)
		replace_header(x->out, "Vary", STR("Accept-Encoding, Accept-Datetime"));
	if (route->kind == ROUTE_CAPTURE && captures.n && !x->apart) {
		answer_redirect(x, 302, ARENA_JOIN(x->arena, captures, target));
		return;
	}
	if (!memento_hear(x->ar, x->arena, &call, &x->out->body, &reply, &e)) {
		answer_err(x, &e);
		return;
	}
	if (x->out->body.full) {
		err_set(&e, ERR_INTERNAL, "the capture is larger than %zu bytes", MAX_RESPONSE_BYTES);
		answer_err(x, &e);
		return;
	}
	if (reply.link.n)
		put_header(x->out, "Link", reply.link);
	if (reply.location.n)
		answer_redirect(x, 302, reply.location);
	else
		send_memento(x, &reply);
}

/* ---- the request -------------------------------------------------------- */

static bool is_host(struct str host)
{
	for (size_t i = 0; i < host.n; i++)
		if (!char_is_alnum(host.p[i]) && !memchr(".-_:[]", host.p[i], 6))
			return false;
	return host.n > 0 && host.n < 256;
}

/* Is this what an address calls its host?  The port of its scheme may be left out. */
static bool is_host_of(struct str host, struct str url)
{
	struct str port = str_starts_nocase(url, STR("https:")) ? STR(":443") : STR(":80");
	struct str own = url_origin(url);

	own = str_sub(own, str_find(own, STR("://")) + 3, own.n);
	host = str_ends(host, port) ? str_sub(host, 0, host.n - port.n) : host;
	own = str_ends(own, port) ? str_sub(own, 0, own.n - port.n) : own;
	return str_eq_nocase(host, own);
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
		.captures = x->site->captures,
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

static bool is_memento(const struct route *route)
{
	return route && route->kind >= ROUTE_GATE;
}

/* What the origin of captures has: them, and word for robots. */
static bool belongs_apart(const struct route *route)
{
	return route && (route->kind == ROUTE_CAPTURE || (route->asset && strcmp(route->asset, "robots.txt") == 0));
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
	x.apart = site->captures.n && is_host_of(r->host, site->captures);
	if (x.apart && !belongs_apart(route))
		route = NULL;
	if (!reads(r->method) && !(str_eq(r->method, STR("POST")) && route_takes_post(route)))
		answer_error(&x, 405, "");
	else if (r->target.n > (is_memento(route) ? MEMENTO_TARGET_BYTES : MAX_URL_BYTES))
		answer_error(&x, 414, "");
	else if (is_memento(route))
		answer_memento(&x, route);
	else
		answer_route(&x, route);
}
