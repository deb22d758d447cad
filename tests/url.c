/* Addresses: cases/url/, and the WHATWG suite when there is test data. */
#include "check.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "url/url.h"

/* The next lines of a case file up to an empty one; false at the end. */
static bool next_case(struct str *file, struct str *lines, size_t nlines)
{
	struct str line;
	size_t n = 0;

	while (str_next_line(file, &line)) {
		if (str_starts(line, STR("# ")) && n == 0)
			continue;
		if (line.n == 0 && n)
			break;
		if (line.n && n < nlines)
			lines[n++] = line;
	}
	CHECK(n == 0 || n == nlines);
	return n > 0;
}

static struct str parsed(struct arena *a, struct str s, struct str base_text)
{
	struct url base, u;
	struct err e = { 0 };
	bool has_base = !str_eq(base_text, STR("-"));

	if (has_base)
		CHECK_OK(url_parse(a, base_text, NULL, &base, &e), e);
	if (url_parse(a, s, has_base ? &base : NULL, &u, &e))
		return u.href;
	CHECK(e.kind == ERR_FORMAT && e.text[0]);
	return STR("refused");
}

TEST(addresses_are_made_canonical)
{
	struct str file = test_file(test_case_path("url/parse.txt")), line[3];
	struct arena *a = arena_new();
	int count = 0;

	for (; next_case(&file, line, 3); count++)
		CHECK_STR(parsed(a, line[0], line[1]), arena_cstr(a, line[2]));
	CHECK(count > 40);
	arena_free(a);
}

TEST(one_page_has_one_identity)
{
	struct str file = test_file(test_case_path("url/identity.txt")), line[2], got;
	struct arena *a = arena_new();
	int count = 0;

	for (; next_case(&file, line, 2); count++) {
		if (!url_identity(a, line[0], &got))
			got = STR("refused");
		CHECK_STR(got, arena_cstr(a, line[1]));
	}
	CHECK(count > 10);
	arena_free(a);
}

TEST(sites_have_origins_and_keys)
{
	struct str file = test_file(test_case_path("url/site.txt")), line[4];
	struct arena *a = arena_new();
	struct url u;
	struct err e;
	int count = 0;

	for (; next_case(&file, line, 4); count++) {
		CHECK_OK(url_parse(a, line[0], NULL, &u, &e), e);
		CHECK_STR(url_origin(a, &u), arena_cstr(a, line[1]));
		CHECK_STR(url_site(a, &u), arena_cstr(a, line[2]));
		CHECK_STR(url_source_key(a, &u), arena_cstr(a, line[3]));
	}
	CHECK(count > 10);
	arena_free(a);
}

TEST(the_parts_are_what_they_are_called)
{
	struct arena *a = arena_new();
	struct url u;
	struct err e;

	CHECK_OK(url_parse(a, STR("HTTPS://Harbour.Example:8443/a/b?c=d#e"), NULL, &u, &e), e);
	CHECK_STR(u.scheme, "https");
	CHECK_STR(u.host, "harbour.example");
	CHECK_INT(u.port, 8443);
	CHECK_STR(u.path, "/a/b");
	CHECK_STR(u.query, "c=d");
	CHECK_OK(url_parse(a, STR("http://harbour.example"), NULL, &u, &e), e);
	CHECK_INT(u.port, 80);
	CHECK_STR(u.path, "/");
	CHECK_STR(u.query, "");
	arena_free(a);
}

/* "http://h/" and n times what, which takes each bytes in the result. */
static bool long_parses(const char *what, size_t n, enum err_kind *kind)
{
	struct arena *a = arena_new();
	size_t each = strlen(what);
	char *text = malloc(9 + n * each);
	struct url u;
	struct err e = { 0 };

	memcpy(text, "http://h/", 9);
	for (size_t i = 0; i < n; i++)
		memcpy(text + 9 + i * each, what, each);
	bool good = url_parse(a, str_of(text, 9 + n * each), NULL, &u, &e);
	CHECK(!good || u.href.n <= MAX_URL_BYTES);
	*kind = e.kind;
	free(text);
	arena_free(a);
	return good;
}

TEST(long_addresses_are_refused)
{
	enum err_kind kind;

	CHECK(long_parses("a", MAX_URL_BYTES - 9, &kind));
	CHECK(!long_parses("a", MAX_URL_BYTES - 8, &kind) && kind == ERR_LIMIT);
	CHECK(!long_parses(" x", MAX_URL_BYTES / 4, &kind) || kind == ERR_NONE);
	CHECK(!long_parses("\xc3\xa9", MAX_URL_BYTES / 4, &kind) && kind == ERR_LIMIT);
	CHECK(!long_parses("a", 1000000, &kind) && kind == ERR_LIMIT);
	CHECK(long_parses("../", MAX_URL_BYTES / 3 - 4, &kind));
	CHECK(long_parses("\n", 5000, &kind));
}

TEST(any_bytes_are_survived_and_parsing_again_changes_nothing)
{
	static const char *const heads[] = { "", "http://", "https://h", "http://[", "//", "https://x/?" };
	struct arena *a = arena_new();
	uint32_t seed = 20241007;
	struct url base, u, again;
	struct err e;
	int good = 0;

	CHECK_OK(url_parse(a, STR("https://harbour.example/news/today?x"), NULL, &base, &e), e);
	for (int i = 0; i < 20000; i++) {
		char text[64];
		size_t n = strlen(heads[i % 6]);
		memcpy(text, heads[i % 6], n);
		for (size_t end = n + (size_t)i % 24; n < end; n++) {
			seed = seed * 1664525 + 1013904223;
			text[n] = (seed >> 30) ? "%2e/.?:[]@\\x0.-"[seed >> 16 & 15] : (char)(seed >> 20);
		}
		if (!url_parse(a, str_of(text, n), i % 2 ? &base : NULL, &u, &e))
			continue;
		good++;
		CHECK_OK(url_parse(a, u.href, NULL, &again, &e), e);
		CHECK(str_eq(u.href, again.href) && str_eq(u.path, again.path) && u.port == again.port);
		if (i % 256 == 0) {
			arena_reset(a);
			CHECK_OK(url_parse(a, STR("https://harbour.example/news/today?x"), NULL, &base, &e), e);
		}
	}
	CHECK(good > 2000);
	arena_free(a);
}

static struct str json_text(json_t *object, const char *key)
{
	json_t *value = json_object_get(object, key);
	return json_is_string(value) ? str_of(json_string_value(value), json_string_length(value)) : STR_NONE;
}

/* What the suite expects of a parser that knows only http and https, sends no
 * names and drops fragments; an empty string stands for a refusal. */
static struct str wanted_href(struct arena *a, json_t *want)
{
	struct str href = json_text(want, "href"), authority, rest;

	if (!str_starts(href, STR("http:")) && !str_starts(href, STR("https:")))
		return STR_NONE;
	str_cut(href, '#', &href, &rest);
	str_cut(str_sub(href, str_find(href, STR("//")) + 2, href.n), '/', &authority, &rest);
	return str_find_byte(authority, '@') == STR_NPOS ? arena_str(a, href) : STR_NONE;
}

static bool parses_as_wanted(struct arena *a, json_t *in, json_t *want)
{
	struct str base_text = json_text(in, "base");
	struct url base, u;
	struct err e;
	bool has_base = base_text.n && url_parse(a, base_text, NULL, &base, &e);
	struct str href = wanted_href(a, want);

	if (!url_parse(a, json_text(in, "input"), has_base ? &base : NULL, &u, &e))
		return href.n == 0;
	return str_eq(u.href, href);
}

static bool is_cleaned_as_wanted(struct arena *a, json_t *in, json_t *want)
{
	struct str got;
	return url_identity(a, json_text(in, "url"), &got) && str_eq(got, str_from(json_string_value(want)));
}

/* Runs one suite; at least permille of at least least cases must hold. */
static void run_suite(const char *name, bool (*holds)(struct arena *, json_t *, json_t *), int least, int permille)
{
	char path[512];
	int count = 0, good = 0;

	if (!test_data())
		SKIP("STET_TEST_DATA is not set");
	snprintf(path, sizeof path, "%s/conform/suites/%s.ndjson", test_data(), name);
	struct str file = test_file(path), line;
	while (str_next_line(&file, &line)) {
		json_t *c = json_loadb(line.p, line.n, 0, NULL);
		if (!c)
			continue; /* lone surrogates, which UTF-8 cannot carry */
		struct arena *a = arena_new();
		bool well = holds(a, json_object_get(c, "in"), json_object_get(c, "want"));
		if (!well)
			printf("# differs: %s\n", json_string_value(json_object_get(c, "id")));
		count++;
		good += well;
		arena_free(a);
		json_decref(c);
	}
	printf("# %s: %d of %d\n", name, good, count);
	CHECK(count >= least && good * 1000 >= count * permille);
}

TEST(whatwg_suite)
{
	run_suite("url.whatwg", parses_as_wanted, 400, 995);
}

TEST(tracking_suite)
{
	run_suite("url.clean.clearurls", is_cleaned_as_wanted, 20, 1000);
}

TEST_MAIN
