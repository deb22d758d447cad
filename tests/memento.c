/*
 * Memento (RFC 7089): TimeGates, TimeMaps, captures and the headers that bind
 * them; how addresses within addresses are read.
 */
#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>

#include "archive/takedown.h"
#include "asking.h"
#include "view/capture.h"

#define VOTE "https://www.saltmarsh-courier.example/2024/harbour-vote"
#define HERE "http://stet.example"

/* Captures of VOTE: minutes 0, 47, 185 and 1460 after INVENTED_START. */
static const struct {
	const char *digits, *http;
} VOTES[] = { { "20241007020000", "Mon, 07 Oct 2024 02:00:00 GMT" },
	      { "20241007024700", "Mon, 07 Oct 2024 02:47:00 GMT" },
	      { "20241007050500", "Mon, 07 Oct 2024 05:05:00 GMT" },
	      { "20241008022000", "Tue, 08 Oct 2024 02:20:00 GMT" } };

static int ask_at(const char *target, const char *datetime)
{
	return ask_with(&(struct serve_request){ .method = STR("GET"),
	                                         .target = str_from(target),
	                                         .host = STR("stet.example"),
	                                         .accept_datetime = str_from(datetime) });
}

static int PRINTF_LIKE(1, 2) ask_for(const char *format, ...)
{
	static char target[MAX_URL_BYTES];
	va_list ap;

	va_start(ap, format);
	vsnprintf(target, sizeof target, format, ap);
	va_end(ap);
	return ask(target);
}

static void leads_to(const char *digits)
{
	CHECK_STR(serve_header(&response, "Location"), arena_printf(arena, HERE "/memento/%s/" VOTE, digits).p);
}

TEST(a_timegate_leads_to_the_nearest_capture)
{
	static const struct {
		const char *datetime, *digits;
	} cases[] = {
		{ "", "20241008022000" },
		{ "Mon, 07 Oct 2024 02:47:00 GMT", "20241007024700" },
		{ "Thu, 01 Jan 1970 00:00:00 GMT", "20241007020000" },
		{ "Fri, 01 Jan 2100 00:00:00 GMT", "20241008022000" },
		{ "Mon, 07 Oct 2024 02:23:29 GMT", "20241007020000" },
		{ "Mon, 07 Oct 2024 02:23:30 GMT", "20241007024700" },
		{ "  Mon, 07 Oct 2024 03:56:01 GMT ", "20241007050500" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(ask_at("/timegate/" VOTE, cases[i].datetime), 302);
		leads_to(cases[i].digits);
		CHECK(str_has(serve_header(&response, "Vary"), STR("Accept-Datetime")));
		CHECK_STR(serve_header(&response, "Memento-Datetime"), "");
		struct str link = serve_header(&response, "Link");
		CHECK(str_starts(link, STR("<" VOTE ">; rel=\"original\", ")));
		CHECK(str_has(link, STR("<" HERE "/timemap/link/" VOTE ">; rel=\"timemap\"; "
		                        "type=\"application/link-format\"; ")));
	}
	CHECK_INT(ask_with(&(struct serve_request){ .method = STR("HEAD"), .target = STR("/timegate/" VOTE) }), 302);
}

TEST(a_time_that_is_no_rfc_1123_date_is_400)
{
	static const char *const bad[] = { "yesterday",
		                           "2024-10-07T02:47:00Z",
		                           "Mon, 99 Foo 2024 00:00:00 GMT",
		                           "Tue, 07 Oct 2024 02:47:00 GMT",
		                           "Mon, 07 Oct 2024 02:47:00",
		                           "Mon, 07 Oct 2024 02:47:00 CET",
		                           "Monday, 07-Oct-24 02:47:00 GMT",
		                           "Mon Oct  7 02:47:00 2024",
		                           "Mon, 07 Oct 2024 02:47:00 GMT; x",
		                           "\x7f" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (ask_at("/timegate/" VOTE, bad[i]) != 400)
			test_failed(__FILE__, __LINE__, "\"%s\" gives %d", bad[i], response.status);
		CHECK(str_has(serve_header(&response, "Vary"), STR("Accept-Datetime")));
	}
	CHECK_INT(ask_at("/memento/20241007024700/" VOTE, "yesterday"), 200);
}

TEST(an_address_is_read_however_it_is_written)
{
	static const struct {
		const char *uri, *original; /* NULL: not known */
	} cases[] = {
		{ VOTE, VOTE },
		{ "https:/www.saltmarsh-courier.example/2024/harbour-vote", VOTE },
		{ "https:www.saltmarsh-courier.example/2024/harbour-vote", VOTE },
		{ "HTTPS://WWW.Saltmarsh-Courier.example/2024/harbour-vote", VOTE },
		{ "https%3A%2F%2Fwww.saltmarsh-courier.example%2F2024%2Fharbour-vote", VOTE },
		{ "https%3a//www.saltmarsh-courier.example/2024/harbour-vote", VOTE },
		{ "www.saltmarsh-courier.example/2024/harbour-vote", VOTE },
		{ VOTE "?utm_source=x", VOTE "?utm_source=x" },
		{ "http://www.saltmarsh-courier.example/2024/harbour-vote",
		  "http://www.saltmarsh-courier.example/2024/harbour-vote" },
		{ "https://www.northgate-post.example/news/leaked-letter?id=77",
		  "https://www.northgate-post.example/news/leaked-letter?id=77" },
		{ "www.northgate-post.example/news/leaked-letter?id=77",
		  "https://www.northgate-post.example/news/leaked-letter?id=77" },
		{ HOSTILE_URI, HOSTILE_URI },
		{ "https://www.northgate-post.example/news/leaked-letter", NULL },
		{ "https://www.northgate-post.example/news/leaked-letter?id=7", NULL },
		{ "https://www.saltmarsh-courier.example/2024/", NULL },
		{ "https://www.northgate-post.example/rss", NULL },
		{ "http://", NULL },
		{ "https:", NULL },
		{ "%", NULL },
		{ "http%3A", NULL },
		{ "?", NULL },
		{ "//", NULL },
		{ "20241007024700/" VOTE, NULL },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char target[512];
		snprintf(target, sizeof target, "/timegate/%s", cases[i].uri);
		int got = ask_at(target, "");
		if (got != (cases[i].original ? 302 : 404))
			test_failed(__FILE__, __LINE__, "%s gives %d", target, got);
		struct str link = serve_header(&response, "Link");
		if (cases[i].original)
			CHECK(str_starts(link, arena_printf(arena, "<%s>; rel=\"original\",", cases[i].original)));
	}
	CHECK_INT(ask("/timegate/"), 404);
}

TEST(a_timemap_lists_all_captures)
{
	CHECK_INT(ask("/timemap/link/" VOTE), 200);
	CHECK_STR(serve_header(&response, "Content-Type"), "application/link-format");
	CHECK_STR(serve_header(&response, "Memento-Datetime"), "");
	CHECK_STR(body(), "<" VOTE ">; rel=\"original\",\n"
	                  "<" HERE "/timemap/link/" VOTE ">; rel=\"self\"; type=\"application/link-format\";"
	                  " from=\"Mon, 07 Oct 2024 02:00:00 GMT\"; until=\"Tue, 08 Oct 2024 02:20:00 GMT\",\n"
	                  "<" HERE "/timegate/" VOTE ">; rel=\"timegate\",\n"
	                  "<" HERE "/memento/20241007020000/" VOTE ">; rel=\"first memento\";"
	                  " datetime=\"Mon, 07 Oct 2024 02:00:00 GMT\",\n"
	                  "<" HERE "/memento/20241007024700/" VOTE ">; rel=\"memento\";"
	                  " datetime=\"Mon, 07 Oct 2024 02:47:00 GMT\",\n"
	                  "<" HERE "/memento/20241007050500/" VOTE ">; rel=\"memento\";"
	                  " datetime=\"Mon, 07 Oct 2024 05:05:00 GMT\",\n"
	                  "<" HERE "/memento/20241008022000/" VOTE ">; rel=\"last memento\";"
	                  " datetime=\"Tue, 08 Oct 2024 02:20:00 GMT\"\n");
	CHECK_INT(ask("/timemap/json/" VOTE), 200);
	CHECK_STR(serve_header(&response, "Content-Type"), "application/json");
	json_t *j = json_loadb(response.body.p, response.body.n, 0, NULL), *mementos = json_object_get(j, "mementos");
	CHECK_STR(str_from(json_string_value(json_object_get(j, "original_uri"))), VOTE);
	CHECK_INT(json_array_size(json_object_get(mementos, "list")), 4);
	json_t *last = json_object_get(mementos, "last");
	CHECK_STR(str_from(json_string_value(json_object_get(last, "datetime"))), "2024-10-08T02:20:00Z");
	CHECK_STR(str_from(json_string_value(json_object_get(last, "uri"))), HERE "/memento/20241008022000/" VOTE);
	json_decref(j);
	CHECK_INT(ask("/timemap/link/20241007024701/" VOTE), 200);
	CHECK(!str_has(body(), STR("20241007024700/")) && str_has(body(), STR("20241007050500/")));
	CHECK_INT(ask("/timemap/link/20241008022001/" VOTE), 404);
	CHECK_INT(ask("/timemap/xml/" VOTE), 404);
}

/* An article whose page is another one at each of so many looks, a minute apart. */
static int64_t add_restless(const char *url, int looks)
{
	struct archive *ar = open_invented();
	struct target t = { .kind = TARGET_ARTICLE, .source = 1, .url = str_from(url), .origin = STR("x") };
	int64_t id;
	struct err e;

	CHECK_OK(archive_begin(ar, &e), e);
	CHECK_OK(archive_article_add(ar, 1, t.url, INVENTED_START, &t.article, &e), e);
	CHECK_OK(archive_target_add(ar, &t, &id, &e), e);
	for (int i = 0; i < looks; i++) {
		struct check c = { .target = id, .at = INVENTED_START + i * MINUTES, .status = 200 };
		c.content_type = STR("text/html");
		CHECK_OK(archive_check_add(ar, &c, i & 1 ? STR("<p>odd") : STR("<p>even"), STR_NONE, 0, &e), e);
	}
	CHECK_OK(archive_commit(ar, &e), e);
	return t.article;
}

static size_t count_of(struct str s, const char *what)
{
	size_t n = 0, at;

	for (; (at = str_find(s, str_from(what))) != STR_NPOS; n++)
		s = str_sub(s, at + 1, s.n);
	return n;
}

TEST(a_long_timemap_comes_in_pages)
{
	static const char url[] = "https://www.saltmarsh-courier.example/ticker";

	int64_t id = add_restless(url, 2 * 5000 + 1);
	CHECK_INT(ask_for("/timemap/link/%s", url), 200);
	CHECK_INT(count_of(body(), "memento\"; datetime"), 5000);
	CHECK_INT(count_of(body(), "rel=\"timemap\""), 2);
	/* 5,000 and 10,000 minutes after the first. */
	CHECK(str_has(body(), STR("/timemap/link/20241010132000/https://www.saltmarsh-courier.example/ticker>; "
	                          "rel=\"timemap\"; type=\"application/link-format\"; "
	                          "from=\"Thu, 10 Oct 2024 13:20:00 GMT\"; until=\"Mon, 14 Oct 2024 00:39:00 GMT\"")));
	CHECK(!str_has(body(), STR("last memento")));
	CHECK_INT(ask_for("/timemap/link/20241014004000/%s", url), 200);
	CHECK_INT(count_of(body(), "memento\"; datetime"), 1);
	CHECK_INT(count_of(body(), "rel=\"timemap\""), 2);
	CHECK(str_has(body(), STR("rel=\"last memento\"")));
	CHECK_INT(ask_for("/timemap/json/%s", url), 200);
	CHECK_INT(count_of(body(), "\"until\""), 3);
	CHECK_INT(ask_for("/articles/%lld/captures", (long long)id), 200);
	CHECK(str_has(body(), STR("?before=")));
}

TEST(a_capture_says_when_it_was_and_what_stands_beside_it)
{
	for (size_t i = 0; i < 4; i++) {
		CHECK_INT(ask_for("/memento/%s/" VOTE, VOTES[i].digits), 200);
		CHECK_STR(serve_header(&response, "Memento-Datetime"), VOTES[i].http);
		CHECK(str_starts(body(), i < 2 ? STR("Council delays vote") : STR("Harbour vote fails")));
		struct str link = serve_header(&response, "Link");
		CHECK(str_has(link, STR("<" VOTE ">; rel=\"original\"")));
		CHECK(str_has(link, STR("<" HERE "/timegate/" VOTE ">; rel=\"timegate\"")));
		CHECK(str_has(link, STR("<" HERE "/timemap/link/" VOTE ">; rel=\"timemap\"")));
	}
	CHECK_INT(ask("/memento/20241007024700/" VOTE), 200);
	struct str link = serve_header(&response, "Link");
	CHECK(str_has(link, STR("/memento/20241007020000/" VOTE ">; rel=\"first prev memento\"; "
	                        "datetime=\"Mon, 07 Oct 2024 02:00:00 GMT\"")));
	CHECK(str_has(link, STR("/memento/20241007050500/" VOTE ">; rel=\"next memento\"")));
	CHECK(str_has(link, STR("/memento/20241008022000/" VOTE ">; rel=\"last memento\"")));
	CHECK_INT(ask("/memento/20241008022000/" VOTE), 200);
	CHECK(str_has(serve_header(&response, "Link"), STR("/memento/20241007050500/" VOTE ">; rel=\"prev memento\"")));
}

TEST(a_time_at_which_nobody_looked_leads_to_the_nearest_capture)
{
	static const struct {
		const char *moment, *leads;
	} cases[] = { { "2024", "20241007020000" },           { "20241007", "20241007020000" },
		      { "20241007024701", "20241007024700" }, { "2025", "20241008022000" },
		      { "202410070247", "20241007024700" },   { "2025id_", "20241008022000id_" } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_INT(ask_for("/memento/%s/" VOTE, cases[i].moment), 302);
		leads_to(cases[i].leads);
	}
	static const char *const bad[] = { "20241307", "20241007024700im_", "2024100702470x", "202410070247001" };
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK_INT(ask_for("/memento/%s/" VOTE, bad[i]), 400);
	CHECK_INT(ask("/memento/x/" VOTE), 404);
	CHECK_INT(ask("/articles/1/captures/20241007024701"), 404);
	CHECK_INT(ask("/articles/1/captures/2024"), 404);
	CHECK_INT(ask("/articles/99/captures"), 404);
}

TEST(a_capture_comes_with_headers_that_bind_it)
{
	CHECK_INT(ask("/memento/20241007024700/" VOTE), 200);
	CHECK_STR(serve_header(&response, "Content-Security-Policy"),
	          "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
	          "base-uri 'none'; form-action 'none'; frame-ancestors 'self'");
	CHECK_STR(serve_header(&response, "X-Content-Type-Options"), "nosniff");
	CHECK_STR(serve_header(&response, "X-DNS-Prefetch-Control"), "off");
	CHECK_STR(serve_header(&response, "X-Frame-Options"), "");
	CHECK_STR(serve_header(&response, "Content-Type"), "text/html; charset=utf-8");
	CHECK_STR(serve_header(&response, "Content-Disposition"), "");
	CHECK(response.nheaders < SERVE_MAX_HEADERS);
	CHECK_INT(ask_again("/memento/20241007024700/" VOTE, serve_header(&response, "ETag"), "s9"), 304);
	CHECK_STR(serve_header(&response, "Memento-Datetime"), "Mon, 07 Oct 2024 02:47:00 GMT");
	CHECK_INT(response.body.n, 0);
	CHECK_INT(ask("/memento/20241007024700id_/" VOTE), 200);
	CHECK_STR(serve_header(&response, "Content-Disposition"), "attachment");
	CHECK(str_starts(serve_header(&response, "Content-Security-Policy"), STR("sandbox; ")));
	CHECK_INT(ask("/articles/1/captures/20241007024700"), 200);
	CHECK(str_ends(serve_header(&response, "Content-Security-Policy"),
	               STR("frame-ancestors 'none'; frame-src 'self'")));
	CHECK(str_has(body(), STR("src=\"/memento/20241007024700/" VOTE "\"></iframe>")));
	CHECK(str_has(body(), STR(" sandbox=\"\"")));
}

TEST(captures_may_have_an_origin_of_their_own)
{
	struct serve_site site = { .clock = &clock_of_test,
		                   .base_url = STR("https://stet.example"),
		                   .captures = STR("https://kept.example:8443") };
	static const struct {
		const char *host, *target;
		int status;
		const char *location;
	} cases[] = {
		{ "stet.example", "/articles/1", 200, "" },
		{ "stet.example", "/memento/20241007024700/" VOTE "?x", 302,
		  "https://kept.example:8443/memento/20241007024700/" VOTE "?x" },
		{ "stet.example", "/timegate/" VOTE, 302, "https://kept.example:8443/memento/20241008022000/" VOTE },
		{ "kept.example:8443", "/memento/20241007024700/" VOTE, 200, "" },
		{ "KEPT.example:8443", "/memento/20241007024700/" VOTE, 200, "" },
		{ "kept.example:8443", "/robots.txt", 200, "" },
		{ "kept.example:8443", "/", 404, "" },
		{ "kept.example:8443", "/articles/1", 404, "" },
		{ "kept.example:8443", "/style.css", 404, "" },
		{ "kept.example:8443", "/timegate/" VOTE, 404, "" },
		{ "kept.example:8443", "/api/v1/status", 404, "" },
	};
	struct archive *ar = open_invented();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct serve_request r = { .method = STR("GET"),
			                   .target = str_from(cases[i].target),
			                   .host = str_from(cases[i].host) };
		serve_response_free(&response);
		serve_answer(ar, arena, &site, &r, &response);
		if (response.status != cases[i].status)
			test_failed(__FILE__, __LINE__, "%s%s gives %d", cases[i].host, cases[i].target,
			            response.status);
		CHECK_STR(serve_header(&response, "Location"), cases[i].location);
		if (response.status == 404)
			CHECK_STR(serve_header(&response, "Content-Type"), "text/plain; charset=utf-8");
		if (i == 3) {
			CHECK(str_ends(serve_header(&response, "Content-Security-Policy"),
			               STR("frame-ancestors https://stet.example")));
			CHECK(str_has(serve_header(&response, "Link"),
			              STR("<https://stet.example/timegate/" VOTE ">; rel=\"timegate\"")));
			CHECK(str_has(serve_header(&response, "Link"), STR("<https://kept.example:8443/memento/")));
		}
	}
	struct serve_request r = { .method = STR("GET"), .target = STR("/articles/1/captures/20241007024700") };
	serve_response_free(&response);
	serve_answer(ar, arena, &site, &r, &response);
	CHECK(str_ends(serve_header(&response, "Content-Security-Policy"), STR("frame-src https://kept.example:8443")));
	CHECK(str_has(body(), STR("src=\"https://kept.example:8443/memento/20241007024700/" VOTE "\"")));
}

TEST(what_may_not_be_shown_has_no_captures)
{
	static const char *const targets[] = { "/timegate/" VOTE,
		                               "/timemap/link/" VOTE,
		                               "/timemap/json/" VOTE,
		                               "/memento/20241007024700/" VOTE,
		                               "/memento/20241007024700id_/" VOTE,
		                               "/memento/2024/" VOTE,
		                               "/articles/1/captures",
		                               "/articles/1/captures/20241007024700" };
	struct archive *ar = open_invented();
	struct err e;

	CHECK_OK(archive_takedown_put(ar, 1, TAKEDOWN_HIDDEN, STR("a court order"), INVENTED_NOW, &e), e);
	for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
		if (ask(targets[i]) != 451)
			test_failed(__FILE__, __LINE__, "%s gives %d", targets[i], response.status);
		CHECK(!str_has(body(), STR("protest")));
		CHECK_STR(serve_header(&response, "Link"), "");
	}
	CHECK_OK(archive_takedown_lift(ar, 1, TAKEDOWN_HIDDEN, INVENTED_NOW + 1, &e), e);
	CHECK_INT(ask(targets[3]), 200);
}

/* ---- what is shown --------------------------------------------------------- */

static struct str shown(struct str bytes, const char *type, bool raw, struct capture_shown *how)
{
	static struct arena *a;
	static struct buf out = BUF_INIT(4 * MIB);

	arena_free(a);
	a = arena_new();
	buf_reset(&out);
	capture_show(a, bytes, str_from(type), raw, &out, how);
	return buf_view(&out);
}

TEST(only_what_is_known_to_be_harmless_is_looked_at)
{
	static const struct {
		const char *type, *sent;
		bool is_file;
	} cases[] = {
		{ "text/html", "text/html; charset=utf-8", false },
		{ "TEXT/HTML ; charset=\"latin1\"", "text/html; charset=utf-8", false },
		{ "", "text/html; charset=utf-8", false },
		{ "application/xhtml+xml", "text/html; charset=utf-8", false },
		{ "text/plain", "text/plain; charset=utf-8", false },
		{ "text/xml", "text/plain; charset=utf-8", false },
		{ "application/rss+xml;charset=utf-8", "text/plain; charset=utf-8", false },
		{ "application/json", "text/plain; charset=utf-8", false },
		{ "image/svg+xml", "application/octet-stream", true },
		{ "image/png", "application/octet-stream", true },
		{ "text/javascript", "application/octet-stream", true },
		{ "text/css", "application/octet-stream", true },
		{ "text/cache-manifest", "application/octet-stream", true },
		{ "multipart/x-mixed-replace; boundary=text/html", "application/octet-stream", true },
		{ "message/rfc822", "application/octet-stream", true },
		{ "application/pdf", "application/octet-stream", true },
		{ "text/html\r\nSet-Cookie: a=b", "application/octet-stream", true },
		{ "text/html,image/svg+xml", "application/octet-stream", true },
	};
	struct capture_shown how;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		shown(STR("<p>A ferry"), cases[i].type, false, &how);
		CHECK_STR(how.content_type, cases[i].sent);
		CHECK_INT(how.is_file, cases[i].is_file);
		CHECK_STR(shown(STR("<p>A ferry<link>"), cases[i].type, true, &how), "<p>A ferry<link>");
		CHECK(how.is_file);
	}
}

TEST(elements_that_connect_lose_their_names)
{
	static const struct {
		const char *html, *sent;
	} cases[] = {
		{ "<p>a</p>", "<p>a</p>" },
		{ "<link rel=preconnect href=//x>", "<x-link rel=preconnect href=//x>" },
		{ "<LINK/rel=preconnect><Link\nrel=x><liNk", "<x-LINK/rel=preconnect><x-Link\nrel=x><x-liNk" },
		{ "<iframe src=//x></iframe>", "<x-iframe src=//x></x-iframe>" },
		{ "<frameset><frame src=//x><object data=//x><embed src=//x>",
		  "<x-frameset><x-frame src=//x><x-object data=//x><x-embed src=//x>" },
		{ "<linked><links><l ink>< link>", "<linked><links><l ink>< link>" },
		{ "<<link>", "<<x-link>" },
		{ "<!--<link>--><b", "<!--<x-link>--><b" },
		{ "<", "<" },
		{ "</", "</" },
		{ "</</link>", "</</x-link>" },
	};
	struct capture_shown how;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_STR(shown(str_from(cases[i].html), "text/html; charset=utf-8", false, &how), cases[i].sent);
		CHECK_STR(shown(str_from(cases[i].html), "text/plain; charset=utf-8", false, &how), cases[i].html);
	}
}

TEST(elements_are_found_in_any_character_set)
{
	static const struct {
		const char *type;
		struct str html;
		const char *sent, *raw_type;
	} cases[] = {
		{ "text/html; charset=iso-2022-jp", STR("<\x1b(Blink rel=preconnect>"), "<x-link rel=preconnect>",
		  "text/html; charset=iso-2022-jp" },
		{ "text/html", STR("\xff\xfe<\0l\0i\0n\0k\0>\0"), "<x-link>", "text/html; charset=utf-16le" },
		{ "text/html; charset=utf-16be", STR("\0<\0l\0i\0n\0k\0>"), "<x-link>", "text/html; charset=utf-16be" },
		{ "text/html; charset=latin1", STR("<p>caf\xe9<link>"), "<p>caf\xc3\xa9<x-link>",
		  "text/html; charset=windows-1252" },
		{ "text/html", STR("<meta charset=shift_jis>\x83\x5c<link>"),
		  "<meta charset=shift_jis>\xe3\x82\xbd<x-link>", "text/html; charset=shift_jis" },
		{ "text/html; charset=utf-8", STR("\xef\xbb\xbf<link>\xff"), "<x-link>\xef\xbf\xbd",
		  "text/html; charset=utf-8" },
	};
	struct capture_shown how;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_STR(shown(cases[i].html, cases[i].type, false, &how), cases[i].sent);
		CHECK_STR(how.content_type, "text/html; charset=utf-8");
		CHECK(str_eq(shown(cases[i].html, cases[i].type, true, &how), cases[i].html));
		CHECK_STR(how.content_type, cases[i].raw_type);
	}
}

TEST(an_address_of_four_kilobytes_has_captures_too)
{
	char url[4000] = "https://www.saltmarsh-courier.example/long?";
	size_t n = strlen(url);

	memset(url + n, 'a', sizeof url - n - 1);
	url[sizeof url - 1] = '\0';
	add_restless(url, 3);
	struct server *s = start("127.0.0.1:0");
	struct arena *a = arena_new();
	const char *request =
	        arena_printf(a, "GET /timegate/%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", url).p;
	struct str got = talk(serve_port(s), request);
	CHECK(str_starts(got, STR("HTTP/1.1 302 ")));
	CHECK(str_has(got, arena_printf(a, "Location: http://a/memento/20241007020200/%s\r\n", url)));
	CHECK(str_has(got, arena_printf(a, "Link: <%s>; rel=\"original\", ", url)));
	CHECK(str_has(got, arena_printf(a, "http://a/timemap/link/%s>; rel=\"timemap\"", url)));
	serve_stop(s);
	arena_free(a);
}

TEST_MAIN
