/*
 * Answers requests: see server.h.
 *
 * libmicrohttpd runs one thread of its own, which makes every page from the
 * stories, the clock and a random number; nothing is cached.  The clock is the
 * only thing that the main thread looks at too, hence the lock.
 */
#include "server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/json.h"
#include "outlet.h"

#define MAX_PAGE (1 * MIB)
#define MAX_REQUEST_LOG (256 * MIB)
#define MAX_NEWS 64

struct server {
	struct server_config config;
	struct MHD_Daemon *daemon;
	unsigned port;
	pthread_mutex_t lock; /* for the clock */
	struct clock clock;
	uint64_t random;
	uint64_t *turns; /* by story: requests so far */
	struct buf requests;
};

/* One request, from its first line to its answer. */
struct request {
	char *uri;
	bool begun;
	struct MHD_Connection *connection;
	struct str path, host, method;
};

struct answer {
	unsigned status;
	const char *type;
	struct str etag, last_modified;
	struct buf body;
};

static struct str header(const struct request *r, const char *name)
{
	return str_from(MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name));
}

static const struct outlet *outlet_of_host(struct str host)
{
	for (size_t i = 0; i < outlets_count; i++) {
		struct str name = str_from(outlets[i].host);
		if (str_starts_nocase(host, name) &&
		    str_starts_nocase(str_sub(host, name.n, host.n), STR(".localhost")))
			return &outlets[i];
	}
	return NULL;
}

/* What the outlet shows now, newest first. */
static size_t collect_news(const struct server *s, struct sheet *sheet, struct news *out)
{
	size_t n = 0;
	struct err e;

	for (size_t i = 0; i < s->config.nstories; i++) {
		const struct story *story = &s->config.stories[i];
		struct news news = { .story = story, .published = sheet->start + story->published };
		if (!str_eq(story->outlet, str_from(sheet->outlet->host)) || news.published > sheet->now ||
		    n == MAX_NEWS)
			continue;
		if (!story_at(story, sheet->arena, sheet->now - sheet->start, 0, &news.text, &e) || news.text.gone)
			continue;
		news.modified = sheet->start + news.text.modified;
		size_t at = n++;
		for (; at > 0 && out[at - 1].published < news.published; at--)
			out[at] = out[at - 1];
		out[at] = news;
	}
	return n;
}

static void not_found(struct sheet *s, struct answer *a, unsigned status)
{
	a->status = status;
	sheet_put(s,
	          "<!doctype html><html lang=\"en\"><title>%t</title><h1>%t</h1><p><a href=\"/\">%t</a></p></html>\n",
	          status == MHD_HTTP_GONE ? STR("Gone") : STR("Not found"),
	          status == MHD_HTTP_GONE ? STR("This article has been removed") : STR("There is nothing here"),
	          str_from(s->outlet->name));
}

static struct str quoted_hash(struct sheet *s, struct str bytes)
{
	return arena_printf(s->arena, "\"%016llx\"", (unsigned long long)hash_quick(bytes));
}

/* The validator of an article's text, furniture left out. */
static struct str text_etag(struct sheet *s, const struct story_text *t)
{
	struct buf b = BUF_INIT(MAX_PAGE);

	buf_printf(&b, "%.*s\n%.*s\n%.*s\n", STR_ARG(t->title), STR_ARG(t->standfirst), STR_ARG(t->byline));
	for (size_t i = 0; i < t->nparagraphs; i++)
		buf_printf(&b, "%.*s\n", STR_ARG(t->paragraphs[i].text));
	struct str tag = quoted_hash(s, buf_view(&b));
	buf_free(&b);
	return tag;
}

static void answer_article(struct server *s, struct sheet *sheet, size_t index, struct answer *a)
{
	const struct story *story = &s->config.stories[index];
	struct news news = { .story = story, .published = sheet->start + story->published };
	char at[WHEN_TEXT];
	struct err e;

	if (news.published > sheet->now ||
	    !story_at(story, sheet->arena, sheet->now - sheet->start, s->turns[index]++, &news.text, &e)) {
		not_found(sheet, a, MHD_HTTP_NOT_FOUND);
		return;
	}
	if (news.text.gone) {
		not_found(sheet, a, MHD_HTTP_GONE);
		return;
	}
	news.modified = sheet->start + news.text.modified;
	if (sheet->outlet->caching == CACHING_ETAG)
		a->etag = text_etag(sheet, &news.text);
	if (sheet->outlet->caching == CACHING_LAST_MODIFIED) {
		a->etag = arena_printf(sheet->arena, "W/\"%08x\"", sheet_random(sheet, 0x7fffffff));
		a->last_modified = arena_str(sheet->arena, str_from(when_http(news.modified, at)));
	}
	sheet->outlet->page_begin(sheet, news.text.title, &news);
	sheet->outlet->article(sheet, &news);
	sheet->outlet->page_end(sheet);
}

/* A section page, if the path is "/" and the name of a section. */
static bool answer_section(struct server *s, struct sheet *sheet, struct str path)
{
	struct str name = str_sub(path, 1, path.n);

	for (size_t i = 0; i < s->config.nstories; i++) {
		const struct story *story = &s->config.stories[i];
		if (str_eq(story->outlet, str_from(sheet->outlet->host)) && str_eq_nocase(story->section, name)) {
			outlet_list(sheet, story->section);
			return true;
		}
	}
	return false;
}

static void answer_outlet(struct server *s, struct sheet *sheet, struct str path, struct answer *a)
{
	struct news news[MAX_NEWS];

	sheet->news = news;
	sheet->nnews = collect_news(s, sheet, news);
	for (size_t i = 0; i < s->config.nstories; i++)
		if (str_eq(s->config.stories[i].path, path) &&
		    str_eq(s->config.stories[i].outlet, str_from(sheet->outlet->host))) {
			answer_article(s, sheet, i, a);
			return;
		}
	if (str_eq(path, STR("/"))) {
		outlet_list(sheet, STR_NONE);
	} else if (str_eq(path, str_from(sheet->outlet->feed_path))) {
		a->type = sheet->outlet->feed_type;
		sheet->outlet->feed(sheet);
		a->etag = quoted_hash(sheet, buf_view(sheet->out));
	} else if (str_eq(path, STR("/sitemap.xml"))) {
		a->type = "application/xml";
		feed_write_sitemap(sheet);
		a->etag = quoted_hash(sheet, buf_view(sheet->out));
	} else if (str_eq(path, STR("/robots.txt"))) {
		a->type = "text/plain; charset=utf-8";
		sheet_put(sheet, "%r\nSitemap: %r/sitemap.xml\n", str_from(sheet->outlet->robots), sheet_origin(sheet));
	} else if (!answer_section(s, sheet, path)) {
		not_found(sheet, a, MHD_HTTP_NOT_FOUND);
	}
}

static void answer_index(struct sheet *s)
{
	sheet_put(s, "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Demo outlets</title>"
	             "<h1>Three invented outlets</h1><ul>\n");
	for (size_t i = 0; i < outlets_count; i++) {
		s->outlet = &outlets[i];
		sheet_put(s, "<li><a href=\"%t/\">%t</a>, <a href=\"%t%r\">feed</a></li>\n", sheet_origin(s),
		          str_from(outlets[i].name), sheet_origin(s), str_from(outlets[i].feed_path));
	}
	sheet_put(s, "</ul></html>\n");
}

static bool set_clock(struct server *s, const struct request *r)
{
	const char *time = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "time");
	const char *speed = MHD_lookup_connection_value(r->connection, MHD_GET_ARGUMENT_KIND, "speed");
	char *end;
	when t = server_now(s);
	double x = speed ? strtod(speed, &end) : s->clock.speed;

	if ((time && !when_parse_iso(str_from(time), &t)) || (speed && (*end || !(x >= 0 && x <= 1e6))))
		return false;
	pthread_mutex_lock(&s->lock);
	s->clock = clock_from(t, x);
	pthread_mutex_unlock(&s->lock);
	return true;
}

static void answer_clock(struct server *s, const struct request *r, struct answer *a)
{
	struct json j = JSON_INIT(&a->body);

	if (str_eq(r->method, STR("POST")) && !set_clock(s, r))
		a->status = MHD_HTTP_BAD_REQUEST;
	a->type = "application/json";
	json_object(&j);
	json_field_when(&j, "time", server_now(s));
	json_field_when(&j, "start", s->config.start);
	json_field_real(&j, "speed", s->clock.speed);
	json_end(&j);
	buf_byte(&a->body, '\n');
}

static bool fresh(const struct request *r, const struct answer *a)
{
	struct str match = header(r, "If-None-Match"), since = header(r, "If-Modified-Since");
	when asked, modified;

	if (a->status != MHD_HTTP_OK)
		return false;
	if (match.n && a->etag.n && str_has(match, a->etag))
		return true;
	return a->last_modified.n && when_parse_http(since, &asked) && when_parse_http(a->last_modified, &modified) &&
	       modified <= asked;
}

static void log_request(struct server *s, const struct request *r, when now, unsigned status)
{
	struct json j = JSON_INIT(&s->requests);
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	json_object(&j);
	json_field_when(&j, "time", now);
	json_field_int(&j, "real_ms", (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
	json_field_str(&j, "host", r->host);
	json_field_str(&j, "path", str_from(r->uri));
	json_field_int(&j, "status", status);
	json_field_str(&j, "user_agent", header(r, "User-Agent"));
	json_end(&j);
	buf_byte(&s->requests, '\n');
}

static enum MHD_Result send_answer(const struct request *r, struct answer *a, when now)
{
	char date[WHEN_TEXT];
	struct MHD_Response *response = MHD_create_response_from_buffer(
	        a->status == MHD_HTTP_NOT_MODIFIED ? 0 : a->body.n, a->body.p ? a->body.p : "", MHD_RESPMEM_MUST_COPY);
	enum MHD_Result result = MHD_NO;

	if (!response)
		return MHD_NO;
	MHD_add_response_header(response, "Date", when_http(now, date));
	MHD_add_response_header(response, "Content-Type", a->type);
	if (a->etag.n)
		MHD_add_response_header(response, "ETag", a->etag.p);
	if (a->last_modified.n)
		MHD_add_response_header(response, "Last-Modified", a->last_modified.p);
	result = MHD_queue_response(r->connection, a->status, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result answer_request(struct server *s, struct request *r)
{
	struct answer a = { .status = MHD_HTTP_OK, .type = "text/html; charset=utf-8", .body = BUF_INIT(MAX_PAGE) };
	struct arena *arena = arena_new();
	struct sheet sheet = { .out = &a.body,
		               .arena = arena,
		               .random = s->random,
		               .start = s->config.start,
		               .now = server_now(s),
		               .port = s->port };

	sheet.outlet = outlet_of_host(r->host);
	if (str_eq(r->path, STR("/_clock"))) {
		answer_clock(s, r, &a);
	} else if (str_eq(r->path, STR("/_requests"))) {
		a.type = "application/x-ndjson";
		a.body.max = MAX_REQUEST_LOG;
		buf_str(&a.body, buf_view(&s->requests));
	} else {
		if (!str_eq(r->method, STR("GET")) && !str_eq(r->method, STR("HEAD")))
			a.status = MHD_HTTP_METHOD_NOT_ALLOWED;
		else if (sheet.outlet)
			answer_outlet(s, &sheet, r->path, &a);
		else
			answer_index(&sheet);
		if (fresh(r, &a))
			a.status = MHD_HTTP_NOT_MODIFIED;
		log_request(s, r, sheet.now, a.status);
	}
	s->random = sheet.random;
	enum MHD_Result result = send_answer(r, &a, sheet.now);
	buf_free(&a.body);
	arena_free(arena);
	return result;
}

static void *request_begins(void *arg, const char *uri, struct MHD_Connection *connection)
{
	struct request *r = mem_zalloc(1, sizeof *r);

	(void)arg;
	r->uri = mem_strdup(uri);
	r->connection = connection;
	return r;
}

static void request_ends(void *arg, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
	struct request *r = *context;

	(void)arg, (void)connection, (void)code;
	if (r)
		free(r->uri);
	free(r);
	*context = NULL;
}

static enum MHD_Result on_request(void *arg, struct MHD_Connection *connection, const char *path, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **context)
{
	struct request *r = *context;

	(void)connection, (void)version, (void)upload;
	if (!r->begun || *upload_size) {
		r->begun = true;
		*upload_size = 0;
		return MHD_YES;
	}
	r->path = str_from(path);
	r->method = str_from(method);
	r->host = header(r, "Host");
	return answer_request(arg, r);
}

static bool listen_on_loopback(struct server *s, struct err *e)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons((uint16_t)s->config.port) };

	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->daemon =
	        MHD_start_daemon(MHD_USE_AUTO | MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_SUPPRESS_DATE_NO_CLOCK, 0,
	                         NULL, NULL, on_request, s, MHD_OPTION_SOCK_ADDR, &address, MHD_OPTION_URI_LOG_CALLBACK,
	                         request_begins, NULL, MHD_OPTION_NOTIFY_COMPLETED, request_ends, NULL, MHD_OPTION_END);
	if (!s->daemon)
		return err_set(e, ERR_IO, "cannot listen on 127.0.0.1:%u: %s", s->config.port, strerror(errno));
	s->port = MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
	return true;
}

bool server_new(const struct server_config *config, struct server **out, struct err *e)
{
	struct server *s = mem_zalloc(1, sizeof *s);

	s->config = *config;
	s->clock = clock_from(config->start, config->speed);
	s->random = config->seed ? config->seed : 1;
	s->turns = mem_zalloc(config->nstories, sizeof *s->turns);
	s->requests = BUF_INIT(MAX_REQUEST_LOG);
	pthread_mutex_init(&s->lock, NULL);
	if (!listen_on_loopback(s, e)) {
		server_free(s);
		return false;
	}
	*out = s;
	return true;
}

void server_free(struct server *s)
{
	if (!s)
		return;
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	pthread_mutex_destroy(&s->lock);
	buf_free(&s->requests);
	free(s->turns);
	free(s);
}

unsigned server_port(const struct server *s)
{
	return s->port;
}

when server_now(struct server *s)
{
	pthread_mutex_lock(&s->lock);
	when now = clock_now(&s->clock);
	pthread_mutex_unlock(&s->lock);
	return now;
}

int64_t server_ms_until(struct server *s, when t)
{
	pthread_mutex_lock(&s->lock);
	int64_t ms = clock_ms_until(&s->clock, t);
	pthread_mutex_unlock(&s->lock);
	return ms;
}
