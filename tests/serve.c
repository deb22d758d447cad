/*
 * The web interface: routes, headers, caching, compression, and the server
 * over real sockets.
 */
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <zlib.h>

#include "asking.h"
#include "serve/gzip.h"
#include "serve/routes.h"
#include "view/card.h"

/* ---- routes ------------------------------------------------------------- */

/* The first edit that the page of a difference names. */
static const char *an_edit(void)
{
	static char key[16];

	if (!*key) {
		CHECK_INT(ask("/articles/5/diff/0/1"), 200);
		size_t at = str_find(body(), STR("/edits/"));
		CHECK(at != STR_NPOS);
		snprintf(key, sizeof key, "%.12s", body().p + at + 7);
	}
	return key;
}

#define HUB_TOPIC "https://harbour-courier.example/feed.xml"

/* A feed whose hub was asked a moment ago. */
static const char *hub_secret(void)
{
	static const char secret[] = "0123456789abcdef0123456789abcdef";
	struct hub h = { .target = 1,
		         .hub = STR("https://hub.example/"),
		         .topic = STR(HUB_TOPIC),
		         .secret = str_from(secret),
		         .asked = INVENTED_NOW - 5,
		         .until = WHEN_NONE,
		         .heard = WHEN_NONE };
	struct err e;

	CHECK_OK(archive_hub_put(open_invented(), &h, &e), e);
	return secret;
}

/* The pattern with plausible values for its names. */
static const char *fill_pattern(const char *pattern)
{
	const struct {
		const char *name, *value;
	} values[] = { { "{key}", "hostile" },
		       { "{article}", "5" },
		       { "{number}", "0" },
		       { "{other}", "1" },
		       { "{secret}", hub_secret() },
		       { "{edit}", an_edit() },
		       { "{moment}", "20241007120000" },
		       { "{uri}", HOSTILE_URI } };
	static char out[256];
	struct buf b = BUF_INIT(256);

	for (struct str rest = str_from(pattern); rest.n;) {
		size_t taken = 0;
		for (size_t i = 0; i < sizeof values / sizeof *values; i++)
			if (str_starts(rest, str_from(values[i].name))) {
				buf_puts(&b, values[i].value);
				taken = strlen(values[i].name);
			}
		if (!taken)
			buf_byte(&b, rest.p[0]);
		rest = str_sub(rest, taken ? taken : 1, rest.n);
	}
	if (strstr(pattern, "search"))
		buf_puts(&b, "?q=harbour");
	if (strstr(pattern, "compare"))
		buf_puts(&b, "?a=0&b=1");
	if (strstr(pattern, "hub"))
		buf_puts(&b, "?hub.mode=subscribe&hub.challenge=never-mind-the-black-swans&hub.topic=" HUB_TOPIC);
	snprintf(out, sizeof out, "%s", buf_cstr(&b));
	buf_free(&b);
	return out;
}

TEST(every_route_answers)
{
	for (size_t i = 0; i < serve_nroutes; i++) {
		const char *target = fill_pattern(serve_routes[i].pattern);
		int want = strstr(target, "compare") ? 303 : strstr(target, "timegate") ? 302 : 200, got;
		if ((serve_routes[i].kind == ROUTE_SVG || serve_routes[i].kind == ROUTE_PNG) && !card_prepare())
			want = 404;
		got = ask(target);
		if (got != want)
			test_failed(__FILE__, __LINE__, "%s gives %d: %.*s", target, got, STR_ARG(body()));
		CHECK(want / 100 == 3 || response.body.n > 20);
	}
}

/* ---- hubs --------------------------------------------------------------- */

static int hub_says(const char *method, const char *query)
{
	char target[1024];

	snprintf(target, sizeof target, "/hub/%s%s", hub_secret(), query);
	return ask_with(&(struct serve_request){ .method = str_from(method), .target = str_from(target) });
}

TEST(a_hub_that_was_asked_is_answered_and_its_promise_passed_on)
{
	CHECK_INT(hub_says("GET", "?hub.mode=subscribe&hub.topic=https%3A%2F%2Fharbour-courier.example%2Ffeed.xml"
	                          "&hub.challenge=c1-%2B&hub.lease_seconds=864000"),
	          200);
	CHECK_STR(body(), "c1-+");
	CHECK_STR(serve_header(&response, "Content-Type"), "text/plain; charset=utf-8");
	CHECK_INT(response.news.target, 1);
	CHECK_INT(response.news.until, INVENTED_NOW + 10 * DAYS);
	CHECK_INT(hub_says("GET", "?hub.mode=subscribe&hub.topic=" HUB_TOPIC "&hub.challenge=x"
	                          "&hub.lease_seconds=99999999999"),
	          200);
	CHECK_INT(response.news.until, INVENTED_NOW + 30 * DAYS);
}

TEST(what_a_hub_should_not_say_is_refused)
{
	static const struct {
		const char *query;
		int status;
	} cases[] = {
		{ "", 400 },
		{ "?hub.mode=subscribe&hub.topic=" HUB_TOPIC, 400 },
		{ "?hub.mode=subscribe&hub.topic=" HUB_TOPIC "&hub.challenge=", 400 },
		{ "?hub.mode=subscribe&hub.topic=" HUB_TOPIC "&hub.challenge=%3Cscript%3E", 400 },
		{ "?hub.mode=subscribe&hub.topic=https://other.example/&hub.challenge=x", 404 },
		{ "?hub.mode=unsubscribe&hub.topic=" HUB_TOPIC "&hub.challenge=x", 404 },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(hub_says("GET", cases[i].query), cases[i].status);
		CHECK_INT(response.news.target, 0);
	}
	CHECK_INT(ask("/hub/ffffffffffffffffffffffffffffffff"), 404);
	CHECK_INT(ask("/hub/0123"), 404);
}

TEST(a_hub_tells_that_there_is_something_new)
{
	CHECK_INT(hub_says("POST", ""), 202);
	CHECK_INT(response.news.target, 1);
	CHECK(response.news.until == WHEN_NONE);
	CHECK_INT(hub_says("PUT", ""), 405);
	CHECK_INT(ask_with(&(struct serve_request){ .method = STR("POST"),
	                                            .target = STR("/hub/ffffffffffffffffffffffffffffffff") }),
	          404);
}

TEST(every_route_is_documented)
{
	char path[1024];
	const char *top = getenv("STET_SOURCE_ROOT");

	snprintf(path, sizeof path, "%s/docs/http-api.md", top ? top : ".");
	struct str text = test_file(path);
	for (size_t i = 0; i < serve_nroutes; i++) {
		char line[512];
		snprintf(line, sizeof line, "| `%s` | %s |", serve_routes[i].pattern, serve_routes[i].about);
		if (!str_has(text, str_from(line)))
			test_failed(__FILE__, __LINE__, "docs/http-api.md lacks: %s", line);
	}
}

TEST(what_is_not_there_is_404)
{
	static const char *const targets[] = {
		"/nothing",
		"/articles/99",
		"/articles/x",
		"/articles/1/versions/99",
		"/articles/1/diff/0/99",
		"/articles/1/diff/0/1/edits/000000000000",
		"/articles/1/diff/0/1/edits/000000000000.png",
		"/articles/1/diff/0/1/edits/12345",
		"/articles/1/diff/0/1/edits/12345678901X",
		"/articles/1/diff/0/1/edits/.svg",
		"/sources/none",
		"/sources/none/feed.atom",
		"/articles/99/feed.atom",
		"/api/v1/articles/99",
		"/api/v1/nothing",
		"/articles/",
		"/articles/1/",
		"//",
		"",
		"/articles/9999999999999999999999",
		"/articles/-1",
		"/../etc/passwd",
		"/sources/%2e%2e",
		"/search?q=https://unknown.example/",
	};
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (ask(targets[i]) != 404)
			test_failed(__FILE__, __LINE__, "%s gives %d", targets[i], response.status);
	CHECK_INT(ask("/api/v1/articles/99"), 404);
	json_t *j = json_loadb(response.body.p, response.body.n, 0, NULL);
	CHECK(j && json_integer_value(json_object_get(j, "status")) == 404);
	json_decref(j);
}

TEST(what_cannot_be_read_is_400)
{
	static const char *const targets[] = {
		"/?live=x",
		"/?before=x",
		"/?before=1-2",
		"/search?q=%zz",
		"/search?q=%ff",
		"/search?q=a%00b",
		"/search?page=0",
		"/search?page=1001",
		"/articles/1/diff/0/1?view=upside-down",
		"/articles/1/diff/1/1",
		"/articles/1/diff/0/1?kinds=colour",
		"/articles/1/diff/0/1?matters=yes",
		"/articles?before=x",
		"/search.atom",
		"/api/v1/search",
		"/articles/1/compare?a=1&b=1",
		"/?x=%",
		"/?x=%4",
	};
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++)
		if (ask(targets[i]) != 400)
			test_failed(__FILE__, __LINE__, "%s gives %d", targets[i], response.status);
	char longest[700] = "/search?q=";
	memset(longest + strlen(longest), 'a', 600);
	CHECK_INT(ask(longest), 400);
}

TEST(only_reading_is_allowed)
{
	static const char *const methods[] = { "POST", "PUT", "DELETE", "OPTIONS", "get", "" };

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
		CHECK_INT(ask_with(&(struct serve_request){ .method = str_from(methods[i]), .target = STR("/") }), 405);
		CHECK_STR(serve_header(&response, "Allow"), "GET, HEAD");
	}
	CHECK_INT(ask_with(&(struct serve_request){ .method = STR("HEAD"), .target = STR("/") }), 200);
}

TEST(an_address_that_is_too_long_is_414)
{
	char *target = mem_zalloc(1, 5000);
	memset(target, 'a', 4999);
	target[0] = '/';
	CHECK_INT(ask(target), 414);
	free(target);
}

TEST(an_address_leads_to_its_article)
{
	CHECK_INT(ask("/search?q=https%3A%2F%2Fwww.saltmarsh-courier.example%2F2024%2Fharbour-vote"), 303);
	CHECK_STR(serve_header(&response, "Location"), "/articles/1");
	CHECK_INT(ask("/articles/1/compare?a=0&b=2"), 303);
	CHECK_STR(serve_header(&response, "Location"), "/articles/1/diff/0/2");
}

TEST(an_article_that_became_part_of_another_leads_there)
{
	struct archive *ar = open_invented();
	struct archive_join join = { .into = 5, .why = "redirect", .now = INVENTED_NOW };
	char target[96];
	struct err e;

	CHECK_OK(archive_article_add(ar, 1, STR("https://harbour-courier.example/amp/9"), INVENTED_NOW, &join.from, &e),
	         e);
	CHECK_OK(archive_article_join(ar, &join, &e), e);
	static const struct {
		const char *rest, *at, *leads;
	} cases[] = { { "", "", "/articles/5" },
		      { "/feed.atom", "", "/articles/5/feed.atom" },
		      { "/versions/1", "", "/articles/5" },
		      { "", "/api/v1", "/api/v1/articles/5" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		snprintf(target, sizeof target, "%s/articles/%lld%s", cases[i].at, (long long)join.from, cases[i].rest);
		CHECK_INT(ask(target), 303);
		CHECK_STR(serve_header(&response, "Location"), cases[i].leads);
	}
	CHECK_INT(ask("/articles/5"), 200);
}

/* ---- headers ------------------------------------------------------------ */

TEST(every_answer_has_the_strict_headers)
{
	static const char *const targets[] = { "/",
		                               "/nothing",
		                               "/?live=x",
		                               "/style.css",
		                               "/feed.atom",
		                               "/api/v1/changes",
		                               "/articles/1/compare?a=0&b=1" };
	static const char *const names[] = { "X-Content-Type-Options",
		                             "Referrer-Policy",
		                             "Cross-Origin-Opener-Policy",
		                             "Cross-Origin-Resource-Policy",
		                             "Vary",
		                             "Cache-Control" };
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		ask(targets[i]);
		CHECK_STR(
		        serve_header(&response, "Content-Security-Policy"),
		        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; "
		        "base-uri 'none'; frame-ancestors 'none'");
		for (size_t k = 0; k < sizeof names / sizeof *names; k++)
			CHECK(serve_header(&response, names[k]).n);
		CHECK(response.nheaders < SERVE_MAX_HEADERS);
	}
}

TEST(documents_say_what_they_are)
{
	ask("/");
	CHECK_STR(serve_header(&response, "Content-Type"), "text/html; charset=utf-8");
	ask("/feed.atom");
	CHECK_STR(serve_header(&response, "Content-Type"), "application/atom+xml; charset=utf-8");
	ask("/api/v1/status");
	CHECK_STR(serve_header(&response, "Content-Type"), "application/json");
	ask("/robots.txt");
	CHECK_STR(serve_header(&response, "Content-Type"), "text/plain; charset=utf-8");
	ask("/api/v1/none");
	CHECK_STR(serve_header(&response, "Content-Type"), "application/json");
}

TEST(a_page_reloads_only_when_asked)
{
	static const struct {
		const char *target, *refresh;
	} cases[] = { { "/", "" },
		      { "/?live=5", "5" },
		      { "/?live=1", "2" },
		      { "/?live=99999", "3600" },
		      { "/status?live=10", "10" },
		      { "/articles/1?live=7", "7" },
		      { "/sources?live=5", "" },
		      { "/feed.atom?live=5", "" } };
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(ask(cases[i].target), 200);
		CHECK_STR(serve_header(&response, "Refresh"), cases[i].refresh);
	}
	ask("/?live=5");
	CHECK(str_has(body(), STR("Stop")));
}

TEST(feeds_name_the_host_that_was_asked)
{
	ask("/feed.atom");
	CHECK(str_has(body(), STR("<id>http://stet.example/feed.atom</id>")));
	ask_with(
	        &(struct serve_request){ .method = STR("GET"), .target = STR("/feed.atom"), .host = STR("evil\"><x") });
	CHECK(str_has(body(), STR("<id>http://localhost/feed.atom</id>")));
}

/* ---- caching ------------------------------------------------------------ */

TEST(a_reader_who_has_it_gets_304)
{
	static const char *const targets[] = { "/", "/articles/1", "/feed.atom", "/api/v1/changes", "/style.css" };

	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		CHECK_INT(ask(targets[i]), 200);
		CHECK_INT(ask_again(targets[i], serve_header(&response, "ETag"), "s1"), 304);
		CHECK_INT(response.body.n, 0);
		CHECK(serve_header(&response, "ETag").n);
	}
	ask("/");
	CHECK_INT(ask_again("/", arena_printf(arena, "\"x\", %.*s", STR_ARG(serve_header(&response, "ETag"))), "s1"),
	          304);
	CHECK_INT(ask_again("/", STR("\"x\""), "s1"), 200);
}

TEST(a_commit_or_the_time_makes_a_new_etag)
{
	ask("/");
	CHECK_INT(ask_again("/", serve_header(&response, "ETag"), "s2"), 200);
	ask("/status");
	struct str tag = arena_str(arena, serve_header(&response, "ETag"));
	char kept[128];
	snprintf(kept, sizeof kept, "%.*s", STR_ARG(tag));
	clock_set(&clock_of_test, INVENTED_NOW + 61);
	CHECK_INT(ask_again("/status", str_from(kept), "s1"), 200);
	clock_set(&clock_of_test, INVENTED_NOW);
	CHECK_INT(ask_again("/status", str_from(kept), "s1"), 304);
}

TEST(without_a_stamp_nothing_is_cached)
{
	CHECK_INT(ask_with(&(struct serve_request){
	                  .method = STR("GET"), .target = STR("/"), .if_none_match = STR("*") }),
	          200);
	CHECK_STR(serve_header(&response, "ETag"), "");
}

/* ---- compression -------------------------------------------------------- */

TEST(gzip_comes_only_when_it_may)
{
	CHECK(gzip_accepted(STR("gzip")));
	CHECK(gzip_accepted(STR("deflate, gzip;q=0.5, br")));
	CHECK(gzip_accepted(STR("*")));
	CHECK(!gzip_accepted(STR("")));
	CHECK(!gzip_accepted(STR("identity")));
	CHECK(!gzip_accepted(STR("gzip;q=0")));
	CHECK(!gzip_accepted(STR("gzip; q=0.000")));
	CHECK(!gzip_accepted(STR("*, gzip;q=0")));
	CHECK(!gzip_accepted(STR("notgzip")));
}

static struct str unpack(struct str s, char *out, size_t room)
{
	z_stream z = {
		.next_in = (Bytef *)s.p, .avail_in = (uInt)s.n, .next_out = (Bytef *)out, .avail_out = (uInt)room
	};
	CHECK_INT(inflateInit2(&z, 15 + 16), Z_OK);
	int result = inflate(&z, Z_FINISH);
	size_t n = z.total_out;
	inflateEnd(&z);
	CHECK_INT(result, Z_STREAM_END);
	return str_of(out, n);
}

TEST(compressed_pages_are_the_same_pages)
{
	static char plain[1 << 20], unpacked[1 << 20];
	struct serve_request r = { .method = STR("GET"),
		                   .target = STR("/articles/1"),
		                   .accept_encoding = STR("gzip, br") };

	CHECK_INT(ask("/articles/1"), 200);
	size_t n = response.body.n;
	memcpy(plain, response.body.p, n);
	CHECK_INT(ask_with(&r), 200);
	CHECK_STR(serve_header(&response, "Content-Encoding"), "gzip");
	CHECK(response.body.n < n / 2);
	CHECK(str_eq(unpack(body(), unpacked, sizeof unpacked), str_of(plain, n)));
}

/* ---- over sockets ------------------------------------------------------- */

TEST(pages_come_over_sockets)
{
	struct server *s = start("127.0.0.1:0");
	struct str got = talk(serve_port(s), "GET / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");

	CHECK(str_starts(got, STR("HTTP/1.1 200 ")));
	CHECK(str_has(got, STR("Content-Security-Policy: default-src 'none';")));
	CHECK(str_ends(got, STR("</html>\n")));
	got = talk(serve_port(s), "HEAD / HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n");
	CHECK(str_starts(got, STR("HTTP/1.1 200 ")));
	CHECK(str_has(got, STR("Content-Length: ")));
	CHECK(!str_has(got, STR("Content-Length: 0\r")));
	CHECK(str_ends(got, STR("\r\n\r\n")));
	serve_stop(s);
}

TEST(a_connection_serves_many_requests)
{
	struct server *s = start("localhost:0");
	struct str got = talk(serve_port(s), "GET /robots.txt HTTP/1.1\r\nHost: a\r\n\r\n"
	                                     "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"
	                                     "GET /style.css HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
	CHECK(str_starts(got, STR("HTTP/1.1 200 ")));
	CHECK(str_has(got, STR("HTTP/1.1 404 ")));
	CHECK(str_has(got, STR("Content-Type: text/css")));
	serve_stop(s);
}

TEST(what_a_hub_sends_is_not_kept_but_passed_on)
{
	int pipes[2];
	char request[512];
	struct hub_news news;

	snprintf(request, sizeof request,
	         "POST /hub/%s HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\nConnection: close\r\n\r\n<rss></rss>",
	         hub_secret());
	CHECK(pipe2(pipes, O_NONBLOCK) == 0);
	struct server *s = start_with("127.0.0.1:0", pipes[1]);
	struct str got = talk(serve_port(s), request);
	CHECK(str_starts(got, STR("HTTP/1.1 202 ")));
	CHECK(read(pipes[0], &news, sizeof news) == (ssize_t)sizeof news);
	CHECK(news.target == 1 && news.until == WHEN_NONE);
	CHECK(read(pipes[0], &news, sizeof news) < 0);
	/* Enough was said already: nobody waits. */
	while (write(pipes[1], &news, sizeof news) > 0)
		;
	CHECK(str_starts(talk(serve_port(s), request), STR("HTTP/1.1 202 ")));
	serve_stop(s);
	close(pipes[0]);
	close(pipes[1]);
}

TEST(other_methods_are_refused_over_sockets)
{
	struct server *s = start("127.0.0.1:0");
	struct str got =
	        talk(serve_port(s), "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b");

	CHECK(str_starts(got, STR("HTTP/1.1 405 ")));
	CHECK(str_has(got, STR("Allow: GET, HEAD")));
	serve_stop(s);
}

static struct str header_in(struct str got, const char *name)
{
	size_t at = str_find_nocase(got, str_from(name));
	struct str rest = at == STR_NPOS ? STR_NONE : str_sub(got, at + strlen(name), got.n), line;

	str_next_line(&rest, &line);
	return str_trim(line);
}

TEST(etags_hold_across_threads_and_change_with_a_commit)
{
	struct server *s = start("127.0.0.1:0");
	struct err e;
	char again[512];
	struct str got = talk(serve_port(s), "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");

	snprintf(again, sizeof again, "GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: %.*s\r\nConnection: close\r\n\r\n",
	         STR_ARG(header_in(got, "ETag:")));
	for (int i = 0; i < 6; i++)
		CHECK(str_starts(talk(serve_port(s), again), STR("HTTP/1.1 304 ")));
	CHECK_OK(archive_fact_set(open_invented(), "test", STR("x"), &e), e);
	CHECK(str_starts(talk(serve_port(s), again), STR("HTTP/1.1 200 ")));
	serve_stop(s);
}

TEST(garbage_does_not_stop_the_server)
{
	struct server *s = start("127.0.0.1:0");
	static const char *const garbage[] = { "\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02", "GET / HTTP/9.9\r\n\r\n",
		                               "GET /%00%ff?%=%&&==;; HTTP/1.0\r\n\r\n" };
	for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
		int fd = dial(serve_port(s));
		CHECK(send(fd, garbage[i], strlen(garbage[i]), MSG_NOSIGNAL) > 0);
		close(fd);
	}
	CHECK(str_starts(talk(serve_port(s), "GET / HTTP/1.0\r\n\r\n"), STR("HTTP/1.")));
	serve_stop(s);
}

TEST(addresses_to_listen_on_are_judged)
{
	static const char *const bad[] = {
		"", "8080", ":8080", "127.0.0.1", "127.0.0.1:x", "127.0.0.1:70000", "example.com:80", "[::1:80"
	};
	struct server *s;
	struct err e;

	open_invented();
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct serve_config config = { .archive_path = archive_path,
			                       .listen = bad[i],
			                       .site = { .clock = &clock_of_test } };
		CHECK(!serve_start(&config, &s, &e));
		CHECK_INT(e.kind, ERR_USAGE);
	}
	s = start("127.0.0.1:0");
	char taken[64];
	snprintf(taken, sizeof taken, "127.0.0.1:%u", serve_port(s));
	struct serve_config config = { .archive_path = archive_path,
		                       .listen = taken,
		                       .site = { .clock = &clock_of_test } };
	struct server *second;
	CHECK(!serve_start(&config, &second, &e));
	CHECK_INT(e.kind, ERR_IO);
	CHECK(str_has(str_from(e.text), str_from(taken)));
	serve_stop(s);
}

TEST(an_archive_that_is_not_there_is_said_so)
{
	struct serve_config config = { .archive_path = "/nonexistent/stet.db",
		                       .listen = "127.0.0.1:0",
		                       .site = { .clock = &clock_of_test } };
	struct server *s;
	struct err e = { 0 };

	CHECK(!serve_start(&config, &s, &e));
	CHECK(*e.text);
}

TEST_MAIN
