/*
 * robots.txt and reach.
 *
 * cases/robots/cases.txt: "== title", the file, then for each crawler a line
 * "-- name" and what it may expect: "allowed PATH", "refused PATH", "delay
 * SECONDS", "sitemap ADDRESS" (in order).
 */
#include "check.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "net/reach.h"
#include "net/robots.h"
#include "url/url.h"

static void check_expectation(const struct robots *r, struct str line, size_t *sitemap)
{
	struct str what, value;

	str_cut(line, ' ', &what, &value);
	if (str_eq(what, STR("delay"))) {
		double want = str_eq(value, STR("none")) ? -1 : strtod(value.p, NULL);
		CHECK(fabs(r->crawl_delay - want) < 1e-9);
	} else if (str_eq(what, STR("sitemap"))) {
		CHECK(*sitemap < r->nsitemaps);
		CHECK(str_eq(r->sitemaps[(*sitemap)++], value));
	} else {
		CHECK(str_eq(what, STR("allowed")) || str_eq(what, STR("refused")));
		CHECK_STR(robots_allows(r, value) ? STR("allowed") : STR("refused"),
		          str_eq(what, STR("allowed")) ? "allowed" : "refused");
	}
}

TEST(files_are_read_as_the_cases_say)
{
	struct str file = test_file(test_case_path("robots/cases.txt")), line, title = STR_NONE, body = STR_NONE;
	struct arena *a = arena_new();
	struct robots r;
	size_t sitemap = 0;
	bool in_body = false;
	int count = 0;

	while (str_next_line(&file, &line)) {
		if (str_starts(line, STR("== "))) {
			title = line;
			body = str_of(file.p, 0);
			in_body = true;
		} else if (str_starts(line, STR("-- "))) {
			if (in_body)
				body.n = (size_t)(line.p - body.p);
			in_body = false;
			robots_parse(a, body, str_sub(line, 3, line.n), &r);
			sitemap = 0;
		} else if (!in_body && line.n) {
			printf("# %.*s: %.*s\n", STR_ARG(title), STR_ARG(line));
			check_expectation(&r, line, &sitemap);
			count++;
		}
	}
	CHECK(count > 50);
	arena_free(a);
}

static bool allows(struct str file, const char *path)
{
	struct arena *a = arena_new();
	struct robots r;

	robots_parse(a, file, STR("stet"), &r);
	bool yes = robots_allows(&r, str_from(path));
	arena_free(a);
	return yes;
}

TEST(line_ends_and_byte_order_marks)
{
	CHECK(!allows(STR("\xef\xbb\xbfuser-agent:*\rdisallow:/a\r"), "/a"));
	CHECK(!allows(STR("user-agent: *\r\ndisallow: /a\r\ndisallow: /b"), "/b"));
	CHECK(!allows(STR("user-agent: *\n\n\ndisallow: /a\n"), "/a"));
	CHECK(allows(STR(""), "/a"));
	CHECK(allows(STR("\xef\xbb\xbf"), "/a"));
	CHECK(!allows(STR("user-agent: *\ndisallow: /a\0b\n"), "/a%00b"));
}

TEST(only_the_first_bytes_count_and_no_half_rule)
{
	char *text = malloc(MAX_ROBOTS_BYTES + 4096);
	size_t n = 0;

	n += (size_t)snprintf(text, 64, "user-agent: *\ndisallow: /early\n");
	while (n < MAX_ROBOTS_BYTES - 8)
		text[n] = n % 64 ? '#' : '\n', n++;
	n += (size_t)snprintf(text + n, 64, "\ndisallow: /late\n");
	CHECK(!allows(str_of(text, n), "/early"));
	CHECK(allows(str_of(text, n), "/late"));
	CHECK(allows(str_of(text, n), "/"));
	free(text);
}

TEST(a_hostile_file_costs_little)
{
	struct buf b = BUF_INIT(MAX_ROBOTS_BYTES);
	char path[MAX_URL_BYTES];

	buf_puts(&b, "user-agent: *\n");
	while (!b.full)
		buf_puts(&b, "disallow: /*a*a*a*a*a*a*a*a*a*a*a*a*a*ab$\n");
	memset(path, 'a', sizeof path);
	path[0] = '/';
	path[sizeof path - 1] = '\0';
	CHECK(allows(buf_view(&b), path));
	buf_free(&b);
}

TEST(rules_travel_between_processes)
{
	struct str file =
	        STR("user-agent: *\ndisallow: /a\nallow: /a/b$\ncrawl-delay: 1.5\nsitemap: https://h.example/s\n");
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);
	struct robots r, s;

	robots_parse(a, file, STR("stet"), &r);
	robots_encode(&r, &b);
	CHECK(robots_decode(buf_view(&b), a, &s));
	CHECK_INT(s.nrules, 2);
	CHECK(robots_allows(&s, STR("/a/b")) && !robots_allows(&s, STR("/a/bc")));
	CHECK(fabs(s.crawl_delay - 1.5) < 1e-9);
	CHECK_STR(s.sitemaps[0], "https://h.example/s");
	for (size_t n = 0; n < b.n; n++)
		CHECK(!robots_decode(str_of(b.p, n), a, &s));
	buf_free(&b);
	arena_free(a);
}

static bool is_public(const char *address)
{
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };

	if (strchr(address, ':')) {
		CHECK(inet_pton(AF_INET6, address, &v6.sin6_addr) == 1);
		return reach_is_public((struct sockaddr *)&v6);
	}
	CHECK(inet_pton(AF_INET, address, &v4.sin_addr) == 1);
	return reach_is_public((struct sockaddr *)&v4);
}

TEST(what_may_be_reached)
{
	static const char *const open[] = {
		"1.1.1.1",
		"9.255.255.255",
		"11.0.0.0",
		"100.63.255.255",
		"100.128.0.0",
		"126.255.255.255",
		"128.0.0.1",
		"169.253.255.255",
		"172.15.255.255",
		"172.32.0.0",
		"192.0.1.1",
		"192.169.0.1",
		"198.17.255.255",
		"198.20.0.0",
		"198.51.99.10",
		"203.0.114.1",
		"223.255.255.255",
		"2600::1",
		"2a00:1450:4001::1",
		"::ffff:1.1.1.1",
		"64:ff9b::101:101",
		"2002:101:101::1",
		"2001:0:102:304::fefe:fefe",
		"2001:200::1",
	};
	static const char *const closed[] = {
		"0.0.0.0",
		"10.0.0.5",
		"100.64.0.1",
		"127.0.0.1",
		"127.255.255.255",
		"169.254.169.254",
		"172.16.0.1",
		"172.31.255.255",
		"192.0.0.192",
		"192.0.2.1",
		"192.88.99.1",
		"192.168.1.1",
		"198.18.0.1",
		"198.19.255.255",
		"198.51.100.1",
		"203.0.113.7",
		"224.0.0.1",
		"240.0.0.1",
		"255.255.255.255",
		"::",
		"::1",
		"::127.0.0.1",
		"::ffff:127.0.0.1",
		"::ffff:0:127.0.0.1",
		"::ffff:10.0.0.1",
		"64:ff9b::7f00:1",
		"64:ff9b:1::1",
		"2002:7f00:1::1",
		"2001:0:102:304::80ff:fffe",
		"2001:2::1",
		"2001:db8::1",
		"3fff::1",
		"fc00::1",
		"fd00::5",
		"fe80::1",
		"fec0::1",
		"ff02::1",
		"100::1",
		"4000::1",
		"5f00::1",
	};
	struct sockaddr other = { .sa_family = AF_UNIX };

	for (size_t i = 0; i < sizeof open / sizeof *open; i++) {
		printf("# %s is public\n", open[i]);
		CHECK(is_public(open[i]));
	}
	for (size_t i = 0; i < sizeof closed / sizeof *closed; i++) {
		printf("# %s is not\n", closed[i]);
		CHECK(!is_public(closed[i]));
	}
	CHECK(!reach_is_public(&other));
}

TEST(a_crawl_delay_is_kept_up_to_a_minute)
{
	CHECK_INT(robots_pause_ms(ROBOTS_NONE.crawl_delay, 1000), 1000);
	CHECK_INT(robots_pause_ms(0.5, 1000), 1000);
	CHECK_INT(robots_pause_ms(2.5, 1000), 2500);
	CHECK_INT(robots_pause_ms(3600, 1000), 60000);
	CHECK_INT(robots_pause_ms(3600, 90000), 90000);
}

TEST(only_some_answers_mean_that_there_are_no_rules)
{
	CHECK(robots_are_absent(FETCH_NOT_FOUND, 404) && robots_are_absent(FETCH_REFUSED, 403));
	CHECK(robots_are_absent(FETCH_SERVER_ERROR, 204) && robots_are_absent(FETCH_REDIRECT_LOOP, 302));
	CHECK(!robots_are_absent(FETCH_ASKED_TO_WAIT, 429) && !robots_are_absent(FETCH_SERVER_ERROR, 500));
	CHECK(!robots_are_absent(FETCH_UNREACHABLE, 0) && !robots_are_absent(FETCH_OK, 200));
}

/* -- other people's cases -------------------------------------------------- */

static struct str base64(struct arena *a, const char *s)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = arena_alloc(a, strlen(s) + 1);
	size_t n = 0;
	uint32_t bits = 0;

	for (unsigned have = 0; *s && *s != '='; s++) {
		bits = bits << 6 | (uint32_t)(strchr(letters, *s) - letters);
		have += 6;
		if (have >= 8) {
			have -= 8;
			out[n++] = (char)(bits >> have);
		}
	}
	return str_of(out, n);
}

static struct str path_of(struct arena *a, const char *address)
{
	struct url u;
	struct err e;

	if (strstr(address, "//userinfo@")) /* a name in the address, which url_parse refuses */
		address = arena_printf(a, "http://%s", strchr(address, '@') + 1).p;
	if (!url_parse(a, str_from(address), NULL, &u, &e))
		return *address ? str_from(address) : STR("/");
	size_t at = (size_t)(u.path.p - u.href.p);
	return str_sub(u.href, at, u.href.n);
}

static bool case_holds(struct arena *a, json_t *c)
{
	json_t *in = json_object_get(c, "in"), *queries = json_object_get(in, "queries"),
	       *want = json_object_get(c, "want");
	struct str file = base64(a, json_string_value(json_object_get(in, "robots_b64")));
	bool good = true;

	for (size_t i = 0; i < json_array_size(queries); i++) {
		json_t *query = json_array_get(queries, i);
		struct robots r;
		robots_parse(a, file, str_from(json_string_value(json_array_get(query, 0))), &r);
		struct str path = path_of(a, json_string_value(json_array_get(query, 1)));
		good = good && robots_allows(&r, path) == json_is_true(json_array_get(want, i));
	}
	return good;
}

static bool meta_holds(struct arena *a, json_t *c)
{
	json_t *in = json_object_get(c, "in"), *want = json_object_get(c, "want");
	json_t *delay = json_object_get(want, "crawl_delay"), *sitemaps = json_object_get(want, "sitemaps");
	struct robots r;

	robots_parse(a, base64(a, json_string_value(json_object_get(in, "robots_b64"))),
	             str_from(json_string_value(json_object_get(in, "agent"))), &r);
	bool good = !sitemaps || json_array_size(sitemaps) == r.nsitemaps;
	for (size_t i = 0; good && i < json_array_size(sitemaps); i++)
		good = str_eq(r.sitemaps[i], str_from(json_string_value(json_array_get(sitemaps, i))));
	if (delay)
		good = good && fabs(r.crawl_delay - (json_is_null(delay) ? -1 : json_number_value(delay))) < 1e-9;
	return good;
}

/* Runs the cases of one suite that its collectors hold for settled. */
static void run_suite(const char *name, bool (*holds)(struct arena *, json_t *), int least, int per_10000)
{
	char path[512];
	static char line[8 << 20];
	int count = 0, good = 0;

	if (!test_data())
		SKIP("STET_TEST_DATA is not set");
	snprintf(path, sizeof path, "%s/conform/suites/%s", test_data(), name);
	gzFile file = gzopen(path, "rb");
	CHECK(file);
	while (gzgets(file, line, sizeof line)) {
		json_t *c = json_loads(line, 0, NULL);
		struct arena *a = arena_new();
		const char *tier = json_string_value(json_object_get(c, "tier"));
		bool counts = strcmp(tier, "must") == 0 || strcmp(tier, "should") == 0, well = holds(a, c);
		if (!well)
			printf("# differs (%s): %s\n", tier, json_string_value(json_object_get(c, "id")));
		count += counts;
		good += counts && well;
		arena_free(a);
		json_decref(c);
	}
	gzclose(file);
	printf("# %s: %d of %d\n", name, good, count);
	CHECK(count >= least && good * 10000 >= count * per_10000);
}

TEST(google_suite)
{
	run_suite("robots.google.ndjson", case_holds, 40, 10000);
}

/* One case differs: a product token with digits, which RFC 9309 does not have. */
TEST(protego_suite)
{
	run_suite("robots.protego.ndjson", case_holds, 120, 9900);
}

TEST(ctc_suite)
{
	run_suite("robots.ctc.ndjson", case_holds, 70, 10000);
}

TEST(meta_suite)
{
	run_suite("robots.meta.ndjson", meta_holds, 30, 10000);
}

/* One case differs: "%2b" and "%2B" in a path are the same here. */
TEST(wild_suite)
{
	run_suite("robots.wild0.ndjson.gz", case_holds, 2000, 9990);
}

TEST_MAIN
