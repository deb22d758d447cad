/* Addresses: cases/url/, and the WHATWG suite when there is test data. */
#include "check.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "url/standard.h"
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

static struct str standard(struct arena *a, struct str s, struct str base_text)
{
	struct standard_url base, u;
	bool has_base = !str_eq(base_text, STR("-"));

	if (has_base)
		CHECK(standard_parse(a, base_text, NULL, &base) == NULL);
	if (standard_parse(a, standard_trim(s), has_base ? &base : NULL, &u))
		return STR("refused");
	return standard_write(a, &u, true);
}

TEST(addresses_of_any_scheme_follow_the_standard)
{
	struct str file = test_file(test_case_path("url/standard.txt")), line[3];
	struct arena *a = arena_new();
	int count = 0;

	for (; next_case(&file, line, 3); count++)
		CHECK_STR(standard(a, line[0], line[1]), arena_cstr(a, line[2]));
	CHECK(count > 30);
	arena_free(a);
}

TEST(addresses_that_mean_the_same_have_one_spelling)
{
	struct str file = test_file(test_case_path("url/normal.txt")), line[2], got, again;
	struct arena *a = arena_new();
	int count = 0;

	for (; next_case(&file, line, 2); count++) {
		if (!url_normal(a, line[0], &got))
			got = STR("refused");
		else
			CHECK(url_normal(a, got, &again) && str_eq(got, again));
		CHECK_STR(got, arena_cstr(a, line[1]));
	}
	CHECK(count > 8);
	arena_free(a);
}

TEST(archives_sort_by_these_keys)
{
	struct str file = test_file(test_case_path("url/surt.txt")), line[2], got;
	struct arena *a = arena_new();
	int count = 0;

	for (; next_case(&file, line, 2); count++) {
		CHECK(url_surt(a, line[0], &got));
		CHECK_STR(got, arena_cstr(a, line[1]));
	}
	CHECK(count > 20);
	CHECK(url_surt(a, STR("  "), &got));
	CHECK_STR(got, "-");
	CHECK(url_surt(a, STR("http://har\nbour.example/fer\try"), &got));
	CHECK_STR(got, "example,harbour)/ferry");
	arena_free(a);
}

static struct str how_in_words(struct arena *a, unsigned how)
{
	static const char *const words[] = { "http", "www", "amp", "mobile", "print", "index" };
	struct str out = STR_NONE;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (how & 1u << i)
			out = out.n ? ARENA_JOIN(a, out, STR(" "), str_from(words[i])) : str_from(words[i]);
	return out.n ? out : STR("-");
}

/* Each is likely to be the same page: its key says so. */
static void check_addresses(struct arena *a, struct str address, struct str key)
{
	struct url_variant v;
	struct str *urls, identity;
	size_t n;

	CHECK(url_identity(a, address, &identity));
	CHECK(url_variant_addresses(a, address, &urls, &n) && n <= URL_MOST_VARIANTS);
	for (size_t i = 0; i < n; i++) {
		CHECK(url_variant(a, urls[i], &v));
		CHECK_STR(v.key, arena_cstr(a, key));
		CHECK(!str_eq(urls[i], identity));
	}
}

TEST(variants_of_a_page_have_one_key)
{
	struct str file = test_file(test_case_path("url/variants.txt")), line[3];
	struct arena *a = arena_new();
	struct url_variant v;
	int count = 0;

	for (; next_case(&file, line, 3); count++) {
		CHECK(url_variant(a, line[0], &v));
		CHECK_STR(v.key, arena_cstr(a, line[1]));
		CHECK_STR(how_in_words(a, v.how), arena_cstr(a, line[2]));
		check_addresses(a, line[0], v.key);
	}
	CHECK(count > 25);
	arena_free(a);
}

TEST(a_clean_address_keeps_its_scheme_and_its_place_on_the_page)
{
	static const struct {
		const char *address, *clean;
	} cases[] = {
		{ "https://harbour.example/ferry?utm_source=x&b=2&a=1#times",
		  "https://harbour.example/ferry?a=1&b=2#times" },
		{ "https://harbour.example/ferry#:~:text=low%20tide", "https://harbour.example/ferry" },
		{ "https://harbour.example/ferry#utm_source=x", "https://harbour.example/ferry" },
		{ "ftp://harbour.example//charts?fbclid=7", "ftp://harbour.example/charts" },
	};
	struct arena *a = arena_new();
	struct str got;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK(url_clean(a, str_from(cases[i].address), &got));
		CHECK_STR(got, cases[i].clean);
	}
	CHECK(!url_clean(a, STR("ferry"), &got));
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
		CHECK_STR(url_origin(u.href), arena_cstr(a, line[1]));
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

TEST(any_bytes_are_survived_for_any_scheme)
{
	static const char *const heads[] = { "", "boat://", "file:", "news:", "file:///C|", "ftp://a@", "boat:/.//" };
	struct arena *a = arena_new();
	uint32_t seed = 20241122;
	struct standard_url base, u, again;
	int good = 0;

	for (int i = 0; i < 30000; i++) {
		char text[64];
		size_t n = strlen(heads[i % 7]);
		if (i % 256 == 0) {
			arena_reset(a);
			CHECK(standard_parse(a, str_from(i % 512 ? "file:///C:/x/y" : "boat:/pier/7?x"), NULL, &base) ==
			      NULL);
		}
		memcpy(text, heads[i % 7], n);
		for (size_t end = n + (size_t)i % 24; n < end; n++) {
			seed = seed * 1664525 + 1013904223;
			text[n] = (seed >> 30) ? "%2e/.?:|@\\xC#.- "[seed >> 16 & 15] : (char)(seed >> 20);
		}
		if (standard_parse(a, standard_trim(str_of(text, n)), i % 2 ? &base : NULL, &u))
			continue;
		good++;
		struct str href = standard_write(a, &u, true);
		CHECK(standard_parse(a, href, NULL, &again) == NULL);
		CHECK(str_eq(href, standard_write(a, &again, true)) && str_eq(u.path, again.path));
	}
	CHECK(good > 5000);
	arena_free(a);
}

/* Spellings are spellings: made again they stay as they are. */
static void check_spellings(struct arena *a, struct str s)
{
	struct str once, again, *urls;
	struct url_variant v;
	size_t n;

	if (url_normal(a, s, &once))
		CHECK(url_normal(a, once, &again) && str_eq(once, again));
	if (url_identity(a, s, &once))
		CHECK(url_identity(a, once, &again) && str_eq(once, again));
	if (url_clean(a, s, &once))
		CHECK(url_clean(a, once, &again));
	if (url_variant(a, s, &v) && url_variant_addresses(a, s, &urls, &n))
		CHECK(v.key.n > 0 && n <= URL_MOST_VARIANTS);
	if (url_surt(a, s, &once))
		CHECK(once.n > 0);
}

TEST(any_bytes_are_spelt_alike_twice)
{
	static const char *const pieces[] = { "http://",
		                              "https://www.",
		                              "gazette.example",
		                              "m.",
		                              "amp.",
		                              "/amp",
		                              "/print",
		                              "/index.html",
		                              "?amp=1",
		                              "&utm_source=x",
		                              "/c/s/",
		                              "cdn.ampproject.org",
		                              "%",
		                              "%41",
		                              "%2e",
		                              "//",
		                              "/..",
		                              ";jsessionid=",
		                              "(a(",
		                              ":80",
		                              "#",
		                              "\xc3\xa4",
		                              "&",
		                              "=",
		                              ".",
		                              "/",
		                              "sid=0123456789abcdef0123456789abcdef",
		                              "www.google.com/amp/" };
	struct arena *a = arena_new();
	uint32_t seed = 7;

	for (int i = 0; i < 30000; i++) {
		char text[512];
		size_t n = 0;
		for (int k = 0; k < 2 + i % 9; k++) {
			seed = seed * 1664525 + 1013904223;
			const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		check_spellings(a, str_of(text, n));
		if (i % 64 == 0)
			arena_reset(a);
	}
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
	struct str got, clean, url = json_text(in, "url");
	return url_identity(a, url, &got) && str_eq(got, str_from(json_string_value(want))) &&
	       url_clean(a, url, &clean) && str_eq(clean, got);
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

/* The whole answer of the standard's parser; "want" null is a refusal. */
static bool standard_as_wanted(struct arena *a, json_t *in, json_t *want)
{
	struct str base_text = standard_trim(json_text(in, "base"));
	struct standard_url base, u;

	if ((base_text.n && standard_parse(a, base_text, NULL, &base)) ||
	    standard_parse(a, standard_trim(json_text(in, "input")), base_text.n ? &base : NULL, &u))
		return !json_is_object(want);
	return str_eq(standard_write(a, &u, true), json_text(want, "href"));
}

TEST(whatwg_suite_for_any_scheme)
{
	run_suite("url.whatwg", standard_as_wanted, 400, 995);
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
