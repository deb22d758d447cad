/*
 * Feeds: readable cases of our own, hostile ones, other people's suites.
 *
 * tests/cases/feed/NAME.feed is read as if it came from ADDRESS, printed, and
 * compared with NAME.want.
 */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "check.h"
#include "feed/parts.h"

#define ADDRESS "https://www.harbour-news.example/feed/main.xml"

static void print_field(struct buf *out, const char *name, struct str value)
{
	if (value.n)
		buf_printf(out, "%s: %.*s\n", name, STR_ARG(value));
}

static void print_when(struct buf *out, const char *name, when t)
{
	char text[WHEN_TEXT];

	if (t != WHEN_NONE)
		buf_printf(out, "%s: %s\n", name, when_iso(t, text));
}

static void print_feed(const struct feed *f, struct buf *out)
{
	buf_printf(out, "kind: %s\n", feed_kind_name(f->kind));
	print_field(out, "bozo", f->bozo ? STR("yes") : STR_NONE);
	print_field(out, "title", f->title);
	print_field(out, "home", f->home);
	print_field(out, "language", f->language);
	print_field(out, "hub", f->hub);
	print_field(out, "self", f->self);
	print_when(out, "updated", f->updated);
	for (unsigned hour = 0; hour < 24; hour++)
		if (f->skips >> hour & 1)
			buf_printf(out, "skips hour: %u\n", hour);
	for (unsigned day = 0; day < 7; day++)
		if (f->skips >> (24 + day) & 1)
			buf_printf(out, "skips day: %u\n", day);
	if (f->ttl)
		buf_printf(out, "ttl: %lld\n", (long long)f->ttl);
	if (f->left_out)
		buf_printf(out, "left out: %zu\n", f->left_out);
	for (size_t i = 0; i < f->nentries; i++) {
		const struct feed_entry *e = &f->entries[i];
		buf_printf(out, "\nurl: %.*s\n", STR_ARG(e->url));
		print_field(out, "id", e->id);
		print_field(out, "title", e->title);
		print_field(out, "summary", e->summary);
		print_field(out, "author", e->author);
		print_when(out, "published", e->published);
		print_when(out, "updated", e->updated);
		if (e->position != i)
			buf_printf(out, "position: %u\n", e->position);
	}
}

/* The same after the way of the confined reader. */
static bool through_message(const struct feed *f, struct arena *a, struct feed *out)
{
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);
	feed_encode(f, &b);
	bool ok = feed_decode(arena_str(a, buf_view(&b)), a, out);
	buf_free(&b);
	return ok;
}

static bool read_bytes(struct arena *a, struct str bytes, struct feed *out, struct err *e)
{
	return feed_read(a, bytes, STR_NONE, STR(ADDRESS), out, e);
}

static const char *first_difference(struct str got, struct str want, char *out, size_t n)
{
	struct str g, w;
	bool more_got, more_want;
	do {
		more_got = str_next_line(&got, &g);
		more_want = str_next_line(&want, &w);
	} while (more_got && more_want && str_eq(g, w));
	snprintf(out, n, "got \"%.*s\", wanted \"%.*s\"", STR_ARG(more_got ? g : STR("(the end)")),
	         STR_ARG(more_want ? w : STR("(the end)")));
	return out;
}

static void check_case(const char *name)
{
	char path[1024], difference[800];
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MIB);
	struct feed f, again;
	struct err e = { 0 };

	struct str bytes = test_file(name);
	snprintf(path, sizeof path, "%.*s.want", (int)(strrchr(name, '.') - name), name);
	struct str want = test_file(path);
	if (!feed_sniff(bytes, STR_NONE))
		test_failed(name, 0, "is not taken for a feed");
	if (!read_bytes(a, bytes, &f, &e))
		test_failed(name, 0, "%s", e.text);
	if (!through_message(&f, a, &again))
		test_failed(name, 0, "does not survive its message");
	print_feed(&again, &b);
	if (!str_eq(buf_view(&b), want))
		test_failed(name, 0, "%s", first_difference(buf_view(&b), want, difference, sizeof difference));
	buf_free(&b);
	arena_free(a);
}

TEST(cases)
{
	CHECK(test_each_case("feed", ".feed", check_case) > 10);
}

TEST(pages_are_not_feeds)
{
	static const char *const pages[] = {
		"",
		"   ",
		"<!DOCTYPE html><html><body><p>Subscribe: <rss></p></body></html>",
		"<html xmlns='http://www.w3.org/1999/xhtml'><head><link rel=alternate "
		"type='application/rss+xml'></head></html>",
		"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
		"{\"items\": 3}",
		"{\"headline\": \"no feed\"}",
		"https://www.harbour-news.example/ is where we live.\nCome and see.",
		"User-agent: *\nDisallow: /",
		"<rssish/>",
	};
	for (size_t i = 0; i < sizeof pages / sizeof *pages; i++)
		if (feed_sniff(str_from(pages[i]), STR("application/rss+xml")))
			test_failed(__FILE__, __LINE__, "taken for a feed: %s", pages[i]);
}

TEST(what_cannot_be_read_says_why)
{
	struct arena *a = arena_new();
	struct feed f;
	struct err e = { 0 };

	CHECK(!read_bytes(a, STR("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [ }"), &f, &e));
	CHECK(str_starts(str_from(e.text), STR("the JSON feed is broken in line 1: ")));
	CHECK(!read_bytes(a, STR("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": 1}"), &f, &e));
	CHECK_STR(str_from(e.text), "the JSON has no list of items, so it is not a feed");
	CHECK(!read_bytes(a, STR("<html></html>"), &f, &e));
	CHECK_STR(str_from(e.text), "this is not a feed or sitemap of a kind that is known");
	CHECK(!read_bytes(a, STR_NONE, &f, &e));
	arena_free(a);
}

TEST(markup_becomes_text)
{
	static const struct {
		const char *html, *text;
	} cases[] = {
		{ "one<br>two", "one two" },
		{ "H<sub>2</sub>O and <b>b</b>old", "H2O and bold" },
		{ "<p>a</p><p>b</p>", "a b" },
		{ "5 < 6 and 7 > 6", "5 < 6 and 7 > 6" },
		{ "<a title=\"1 > 0\" href='x'>link</a>", "link" },
		{ "left<!-- a > b --> right", "left right" },
		{ "<style>p { }</style>seen<script>if (a < b) x();</script>", "seen" },
		{ "AT&amp;T &lt;b&gt; &amp;lt;", "AT&T <b> &lt;" },
		{ "&#8217;&#x2019;&#146;&rsquo;", "\u2019\u2019\u2019\u2019" },
		{ "&unknown; & &; &#; &#xg; &#0;", "&unknown; & &; &#; &#xg;" },
		{ "cut <a href=\"never ends", "cut <a href=\"never ends" },
		{ "a\xc2\xa0 \n b\xc2\xad"
		  "c",
		  "a bc" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(plain_from_html(a, str_from(cases[i].html), MAX_SUMMARY_BYTES), cases[i].text);
	arena_free(a);
}

TEST(long_text_is_cut_between_characters)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MIB);

	for (int i = 0; i < 5000; i++)
		buf_puts(&b, "\u00e9\u00e9 ");
	struct str s = plain_from_html(a, buf_view(&b), MAX_TITLE_BYTES);
	CHECK(s.n <= MAX_TITLE_BYTES && s.n > MAX_TITLE_BYTES - 4);
	CHECK(utf8_valid(s));
	buf_free(&b);
	arena_free(a);
}

TEST(of_too_many_entries_the_newest_stay)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(4 * MIB);
	struct feed f;
	struct err e;

	buf_puts(&b, "<urlset>");
	for (int i = 0; i < MAX_FEED_ENTRIES + 100; i++)
		buf_printf(&b, "<url><loc>https://a.example/%d</loc><lastmod>%d-01-01</lastmod></url>", i,
		           i < 100 ? 1999 : 2020);
	buf_puts(&b, "</urlset>");
	CHECK_OK(read_bytes(a, buf_view(&b), &f, &e), e);
	CHECK_INT(f.nentries, MAX_FEED_ENTRIES);
	CHECK_INT(f.left_out, 100);
	CHECK_STR(f.entries[0].url, "https://a.example/100");
	CHECK_STR(f.entries[MAX_FEED_ENTRIES - 1].url, "https://a.example/5099");
	buf_free(&b);
	arena_free(a);
}

/* Reads piece, n times over, between head and tail; it may fail, but must end:
 * what grows with the square would not. */
static bool read_flood(const char *head, const char *piece, size_t n, const char *tail, struct feed *f, struct arena *a)
{
	struct buf b = BUF_INIT(MAX_BODY_BYTES / 4);
	struct err e;

	buf_puts(&b, head);
	for (size_t i = 0; i < n && b.n + strlen(piece) + strlen(tail) < b.max; i++)
		buf_puts(&b, piece);
	buf_puts(&b, tail);
	bool ok = read_bytes(a, buf_view(&b), f, &e);
	buf_free(&b);
	return ok;
}

TEST(a_billion_laughs_are_not_heard)
{
	struct arena *a = arena_new();
	struct feed f;
	struct err e;

	CHECK_OK(read_bytes(a,
	                    STR("<!DOCTYPE rss [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;'>"
	                        "<!ENTITY c '&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;'><!ENTITY x SYSTEM 'file:///etc/passwd'>"
	                        "<!ENTITY % p SYSTEM 'http://127.0.0.1:1/x.dtd'> %p; ]>"
	                        "<rss><channel><title>&c;&x;</title><item><link>http://a.example/</link></item></"
	                        "channel></rss>"),
	                    &f, &e),
	         e);
	CHECK_STR(f.title, "&c;&x;");
	arena_free(a);
}

TEST(floods_end_in_time)
{
	static const struct {
		const char *head, *piece, *tail;
	} floods[] = {
		{ "<rss><channel>", "<a>", "" },
		{ "<rss><channel>", "<item>", "" },
		{ "<rss><channel>", "<item/>", "</channel></rss>" },
		{ "<rss><channel><title>", "<!--", "" },
		{ "<rss><channel><title>", "<?x ", "" },
		{ "<rss><channel><title>", "<![CDATA[", "" },
		{ "<rss><channel><title>", "&", "" },
		{ "<rss><channel><title>", "&amp;lt;!--", "</title></channel></rss>" },
		{ "<rss><channel><item><link>http://a.example/</link><description>", "&lt;a =\"", "" },
		{ "<!DOCTYPE rss [", "<!ENTITY a \"", "]><rss/>" },
		{ "<rss xml:base='a' ", "a:b='c' ", "><channel/></rss>" },
		{ "<rss ", "x='1' ", ">" },
		{ "<urlset>", "<url><loc>http://a.example/</loc></url>", "</urlset>" },
		{ "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":", "[", "" },
		{ "{\"version\":\"https://jsonfeed.org/version/1\",\"items\":[", "{\"url\":\"http://a.example/\"},",
		  "{}]}" },
		{ "http://a.example/\n", "http://a.example/\n", "" },
		{ "<rss><channel><item><author>", "(@", "</author></item></channel></rss>" },
		{ "<rss><channel><item><author>", "a@a", "</author></item></channel></rss>" },
		{ "<feed xml:base='http://a.example/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/'>",
		  "<entry xml:base='b'/>", "</feed>" },
		{ "<feed>", "<a xml:base='b/'>", "" },
		{ "<rss><channel>", "<source><title>a</title></source><x y='z'><item/></x>", "</channel></rss>" },
		{ "<rss><channel><skipHours>", "<hour>1</hour>", "</skipHours></channel></rss>" },
	};

	for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
		struct arena *a = arena_new();
		struct feed f;
		if (read_flood(floods[i].head, floods[i].piece, SIZE_MAX, floods[i].tail, &f, a))
			CHECK(f.nentries <= MAX_FEED_ENTRIES);
		arena_free(a);
	}
}

TEST(deep_nesting_keeps_what_stands_before_it)
{
	struct arena *a = arena_new();
	struct feed f;

	CHECK(read_flood("<rss><channel><title>Deep</title><item><link>http://a.example/</link></item>", "<x>", 100000,
	                 "", &f, a));
	CHECK_STR(f.title, "Deep");
	CHECK_INT(f.nentries, 1);
	arena_free(a);
}

TEST(a_packed_bomb_is_refused)
{
	struct arena *a = arena_new();
	size_t n = 64 * MIB;
	char *zeros = calloc(1, n);
	uLongf packed_n = compressBound(n);
	char *packed = malloc(packed_n + 64);
	z_stream z = {
		.next_in = (Bytef *)zeros, .avail_in = (uInt)n, .next_out = (Bytef *)packed, .avail_out = (uInt)packed_n
	};
	struct feed f;
	struct err e = { 0 };

	CHECK(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
	CHECK(deflate(&z, Z_FINISH) == Z_STREAM_END);
	CHECK(!read_bytes(a, str_of(packed, z.total_out), &f, &e));
	CHECK_STR(str_from(e.text), "the feed unpacks to more than 16 MiB");
	deflateEnd(&z);
	free(zeros);
	free(packed);
	arena_free(a);
}

TEST(no_message_is_believed)
{
	struct arena *a = arena_new();
	struct feed f, again;
	struct err e;
	struct buf b = BUF_INIT(MIB);
	unsigned random = 1;

	CHECK_OK(read_bytes(a, test_file(test_case_path("feed/rss2.feed")), &f, &e), e);
	feed_encode(&f, &b);
	for (size_t n = 0; n < b.n; n++)
		CHECK(!feed_decode(str_of(b.p, n), a, &again));
	int accepted = 0;
	for (int i = 0; i < 20000; i++) {
		char *copy = malloc(b.n);
		memcpy(copy, b.p, b.n);
		for (int k = 0; k < 3; k++) {
			random = random * 1103515245 + 12345;
			copy[(random >> 8) % b.n] = (char)(random >> 3);
		}
		if (feed_decode(str_of(copy, b.n), a, &again)) {
			accepted++;
			CHECK(again.nentries <= MAX_FEED_ENTRIES && again.kind < FEED_KINDS && utf8_valid(again.title));
		}
		free(copy);
		if (i % 1000 == 0)
			arena_reset(a);
	}
	CHECK(accepted > 0 && accepted < 20000);
	buf_free(&b);
	arena_free(a);
}

/* ---- Other people's suites: one JSON object a line, see its PROTOCOL.md. ---- */

struct tally {
	int checked, passed, skipped;
};

static struct str from_base64(struct arena *a, const char *z)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char *out = arena_alloc(a, strlen(z) + 3);
	unsigned bits = 0, nbits = 0;
	size_t n = 0;

	for (; *z && *z != '='; z++) {
		bits = bits << 6 | (unsigned)(strchr(digits, *z) - digits);
		nbits += 6;
		if (nbits >= 8)
			out[n++] = (char)(bits >> (nbits -= 8) & 0xff);
	}
	return str_of(out, n);
}

static void print_failure(const char *suite, const json_t *c)
{
	char *want = json_dumps(json_object_get(c, "want"), JSON_ENCODE_ANY);

	printf("# %s %s: wants %.200s\n", suite, json_string_value(json_object_get(c, "id")), want);
	free(want);
}

static void run_suite(const char *name, bool (*run)(const json_t *, struct arena *, struct tally *), int floor)
{
	char path[512];
	struct tally t = { 0 };

	if (!test_data())
		SKIP("no STET_TEST_DATA");
	snprintf(path, sizeof path, "%s/conform/suites/%s.ndjson", test_data(), name);
	struct str rest = test_file(path), line;
	while (str_next_line(&rest, &line)) {
		struct arena *a = arena_new();
		json_t *c = json_loadb(line.p, line.n, 0, NULL);
		CHECK(c != NULL);
		int before = t.checked;
		bool ok = run(c, a, &t);
		t.passed += ok && t.checked > before;
		if (!ok)
			print_failure(name, c);
		json_decref(c);
		arena_free(a);
	}
	printf("# %s: %d of %d, %d not about what is kept\n", name, t.passed, t.checked, t.skipped);
	CHECK(t.passed >= floor);
}

/* An entry without an address is left out here; the suites do not care for
 * addresses, so one is put in. */
static struct str with_links(struct arena *a, struct str s)
{
	struct buf b = BUF_INIT(MAX_BODY_BYTES);

	for (size_t i = 0; i < s.n; i++) {
		struct str rest = str_sub(s, i, s.n);
		bool item = str_starts(rest, STR("<item>")) || str_starts(rest, STR("<item "));
		bool entry = str_starts(rest, STR("<entry>")) || str_starts(rest, STR("<entry "));
		size_t end = str_find_byte(rest, '>');
		if ((!item && !entry) || end == STR_NPOS) {
			buf_byte(&b, s.p[i]);
			continue;
		}
		buf_str(&b, str_sub(rest, 0, end + 1));
		buf_puts(&b, item ? "<link>http://case.example/</link>" : "<link href=\"http://case.example/\"/>");
		i += end;
	}
	s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* Python's literals: a string, or a time as nine numbers. */
static bool read_literal(struct arena *a, struct str s, struct str *text, when *at)
{
	struct buf b = BUF_INIT(MIB);
	int v[6];

	*at = WHEN_NONE;
	if (s.n > 2 && s.p[0] == '(') {
		if (sscanf(arena_cstr(a, s), "(%d, %d, %d, %d, %d, %d", v, v + 1, v + 2, v + 3, v + 4, v + 5) != 6)
			return false;
		return when_from_civil(v[0], v[1], v[2], v[3], v[4], v[5], 0, at);
	}
	if (s.n && s.p[0] == 'u')
		s = str_sub(s, 1, s.n);
	if (s.n < 2 || (s.p[0] != '\'' && s.p[0] != '"') || s.p[s.n - 1] != s.p[0])
		return false;
	for (size_t i = 1; i + 1 < s.n; i++) {
		unsigned c;
		int digits = s.p[i] != '\\' ? 0 : s.p[i + 1] == 'x' ? 2 : s.p[i + 1] == 'u' ? 4 : 0;
		if (digits && sscanf(arena_cstr(a, str_sub(s, i + 2, i + 2 + (size_t)digits)), "%x", &c) == 1) {
			buf_utf8(&b, c);
			i += 1 + (size_t)digits;
		} else if (s.p[i] == '\\') {
			buf_byte(&b, s.p[++i] == 'n' ? '\n' : s.p[i]);
		} else {
			buf_byte(&b, s.p[i]);
		}
	}
	*text = arena_str(a, buf_view(&b));
	buf_free(&b);
	return true;
}

/* feed['title'] and feed.title to "title"; false for anything deeper. */
static bool read_path(struct str s, const char *of, struct str *name)
{
	if (!str_starts(s, str_from(of)))
		return false;
	s = str_sub(s, strlen(of), s.n);
	if (str_starts(s, STR("['")) && str_ends(s, STR("']")))
		*name = str_sub(s, 2, s.n - 2);
	else if (str_starts(s, STR(".")))
		*name = str_sub(s, 1, s.n);
	else
		return false;
	return str_find_byte(*name, '[') == STR_NPOS && str_find_byte(*name, '.') == STR_NPOS;
}

/* Text is kept plain, here; what is wanted may have markup and mail addresses. */
static bool same_text(struct arena *a, struct str got, struct str want)
{
	size_t mail = str_find(want, STR(" ("));

	if (str_eq(got, plain_from_text(a, want, false, MAX_SUMMARY_BYTES)) ||
	    str_eq(got, plain_from_html(a, want, MAX_SUMMARY_BYTES)))
		return true;
	return mail != STR_NPOS && str_find_byte(want, '@') != STR_NPOS && str_eq(got, str_sub(want, 0, mail));
}

struct lookup {
	const char *name;
	size_t text, at;
};
#define TEXT(name, field)                                                                                              \
	{                                                                                                              \
		name, offsetof(struct feed_entry, field), 0                                                            \
	}
#define TIME(name, field)                                                                                              \
	{                                                                                                              \
		name, 0, offsetof(struct feed_entry, field)                                                            \
	}
static const struct lookup lookups[] = {
	TEXT("title", title),
	TEXT("link", url),
	TEXT("id", id),
	TEXT("guid", id),
	TEXT("summary", summary),
	TEXT("description", summary),
	TEXT("author", author),
	TIME("published_parsed", published),
	TIME("issued_parsed", published),
	TIME("created_parsed", published),
	TIME("updated_parsed", updated),
	TIME("modified_parsed", updated),
	TIME("date_parsed", updated),
};

/* 1 holds, 0 does not, -1 is about something else. */
static int check_entry(struct arena *a, const struct feed *f, struct str name, struct str text, when at)
{
	for (size_t i = 0; i < sizeof lookups / sizeof *lookups; i++) {
		const struct lookup *l = &lookups[i];
		if (!str_eq(name, str_from(l->name)))
			continue;
		if (f->nentries == 0)
			return 0;
		const char *e = (const char *)&f->entries[0];
		if (!l->at)
			return same_text(a, *(const struct str *)(e + l->text), text);
		when got = *(const when *)(e + l->at);
		return got == at || f->entries[0].published == at; /* feedparser falls back in the same way */
	}
	return -1;
}

static int check_term(struct arena *a, const struct feed *f, struct str term)
{
	size_t at = str_find(term, STR(" == "));
	struct str name, text = STR_NONE;
	when t;

	if (str_eq(term, STR("not bozo")) || str_eq(term, STR("1")))
		return 2;
	if (str_eq(term, STR("bozo")))
		return f->bozo;
	if (at == STR_NPOS || !read_literal(a, str_trim(str_sub(term, at + 4, term.n)), &text, &t))
		return -1;
	term = str_sub(term, 0, at);
	if (read_path(term, "entries[0]", &name))
		return check_entry(a, f, name, text, t);
	if (!read_path(term, "feed", &name))
		return -1;
	if (str_eq(name, STR("title")))
		return same_text(a, f->title, text);
	if (str_eq(name, STR("link")))
		return same_text(a, f->home, text) || str_eq(f->home, arena_printf(a, "%.*s/", STR_ARG(text)));
	return str_eq(name, STR("language")) ? str_eq_nocase(f->language, text) : -1;
}

static bool run_feed_case(const json_t *c, struct arena *a, struct tally *t)
{
	const json_t *in = json_object_get(c, "in");
	struct str bytes = from_base64(a, json_string_value(json_object_get(in, "b64")));
	struct str type = str_from(json_string_value(json_object_get(json_object_get(in, "headers"), "content-type")));
	struct str url = str_from(json_string_value(json_object_get(in, "url")));
	struct str want = str_from(json_string_value(json_object_get(c, "want"))), term;
	struct feed f = { 0 };
	struct err e;
	bool about = false, holds = true;

	if (!str_has(want, STR("link")))
		bytes = with_links(a, bytes);
	if (!feed_read(a, bytes, type, url.n ? url : STR("http://case.example/feed"), &f, &e))
		f = (struct feed){ .bozo = true };
	while (want.n) {
		size_t at = str_find(want, STR(" and "));
		term = str_sub(want, 0, at);
		want = at == STR_NPOS ? STR_NONE : str_sub(want, at + 5, want.n);
		int result = check_term(a, &f, term);
		if (result < 0) {
			t->skipped++;
			return true;
		}
		about |= result < 2;
		holds &= result > 0;
	}
	t->checked += about;
	t->skipped += !about;
	return holds;
}

TEST(suite_feed_core)
{
	run_suite("feed.core", run_feed_case, 74);
}

TEST(suite_feed_entities)
{
	run_suite("feed.entities", run_feed_case, 111);
}

TEST(suite_feed_encoding)
{
	run_suite("feed.encoding", run_feed_case, 5);
}

/* Strict sitemaps list only what lies below them; that is for the caller to
 * judge, and the suite's to know. */
static bool lies_below(struct arena *a, struct str loc, struct str sitemap)
{
	struct url u;
	struct err e;
	size_t slash = 0;

	if (!url_parse(a, sitemap, NULL, &u, &e))
		return false;
	for (size_t i = 0; i < u.href.n && u.href.p[i] != '?'; i++)
		slash = u.href.p[i] == '/' ? i : slash;
	return str_starts(loc, str_sub(u.href, 0, slash + 1));
}

static bool check_item(const json_t *want, const struct feed_entry *e)
{
	const json_t *lastmod = json_object_get(want, "lastmod"), *news = json_object_get(want, "news");
	const json_t *title = json_object_get(news, "title"), *date = json_object_get(news, "date");

	if (!str_eq(e->url, str_from(json_string_value(json_object_get(want, "loc")))))
		return false;
	if (lastmod && e->updated != json_integer_value(lastmod) && e->published != json_integer_value(lastmod))
		return false;
	if (title && !str_eq(e->title, str_from(json_string_value(title))))
		return false;
	return !date || e->published == json_integer_value(date);
}

static bool run_sitemap_case(const json_t *c, struct arena *a, struct tally *t)
{
	const json_t *in = json_object_get(c, "in"), *want = json_object_get(c, "want"),
	             *items = json_object_get(want, "items");
	struct str bytes = from_base64(a, json_string_value(json_object_get(in, "b64")));
	struct str url = str_from(json_string_value(json_object_get(in, "url")));
	struct str type = str_from(json_string_value(json_object_get(in, "content_type")));
	bool strict = json_is_true(json_object_get(in, "strict_location"));
	bool index = str_eq(str_from(json_string_value(json_object_get(want, "kind"))), STR("index"));
	struct feed f;
	struct err e;
	size_t n = 0;

	t->checked++;
	if (!feed_sniff(bytes, type) || !feed_read(a, bytes, type, url, &f, &e))
		return !items;
	if (!items || index != (f.kind == FEED_SITEMAP_INDEX))
		return false;
	for (size_t i = 0; i < f.nentries; i++) {
		if (strict && !index && !lies_below(a, f.entries[i].url, url))
			continue;
		if (n >= json_array_size(items) || !check_item(json_array_get(items, n), &f.entries[i]))
			return false;
		n++;
	}
	return n == json_array_size(items);
}

TEST(suite_sitemaps)
{
	run_suite("sitemap.crawlercommons", run_sitemap_case, 38);
}

/* ---- Real feeds: every record of a WARC that says it is one. ---- */

static struct str unpack_file(const char *path)
{
	gzFile f = gzopen(path, "rb");
	size_t n = 0, cap = 0;
	char *p = NULL;
	int got;

	CHECK(f != NULL);
	do {
		if (n + MIB > cap)
			p = realloc(p, cap = 2 * cap + MIB);
		got = gzread(f, p + n, (unsigned)MIB);
		n += got > 0 ? (size_t)got : 0;
	} while (got > 0);
	gzclose(f);
	return str_of(p, n);
}

/* The value of a header in a block of them; works for WARC and HTTP alike. */
static struct str header(struct str head, const char *name)
{
	struct str line, key, value;

	while (str_next_line(&head, &line))
		if (str_cut(line, ':', &key, &value) && str_eq_nocase(key, str_from(name)))
			return str_trim(value);
	return STR_NONE;
}

static bool next_record(struct str *rest, struct str *head, struct str *block)
{
	size_t end = str_find(*rest, STR("\r\n\r\n"));
	int64_t n;

	if (end == STR_NPOS)
		return false;
	*head = str_sub(*rest, 0, end);
	if (!str_to_i64(header(*head, "Content-Length"), &n) || n < 0)
		return false;
	*block = str_sub(*rest, end + 4, end + 4 + (size_t)n);
	*rest = str_sub(*rest, end + 4 + (size_t)n + 4, rest->n);
	return true;
}

static void check_real_feed(struct str url, struct str type, struct str body, size_t *entries)
{
	struct arena *a = arena_new();
	struct feed f, again;
	struct err e;

	if (!feed_sniff(body, type))
		test_failed(__FILE__, __LINE__, "%.*s is not taken for a feed", STR_ARG(url));
	if (!feed_read(a, body, type, url, &f, &e))
		test_failed(__FILE__, __LINE__, "%.*s: %s", STR_ARG(url), e.text);
	CHECK(through_message(&f, a, &again));
	bool lists = f.kind == FEED_SITEMAP;
	if (f.nentries == 0 || f.left_out || (!lists && (!f.title.n || !f.home.n)))
		test_failed(__FILE__, __LINE__, "%.*s: %zu entries, %zu left out", STR_ARG(url), f.nentries,
		            f.left_out);
	for (size_t i = 0; i < f.nentries; i++)
		if (!lists && (!f.entries[i].title.n || f.entries[i].published == WHEN_NONE))
			test_failed(__FILE__, __LINE__, "%.*s: entry %zu lacks title or date", STR_ARG(url), i);
	*entries += f.nentries;
	arena_free(a);
}

TEST(real_feeds)
{
	char path[512];
	struct str head, block;
	int feeds = 0, pages = 0;
	size_t entries = 0;

	if (!test_data())
		SKIP("no STET_TEST_DATA");
	snprintf(path, sizeof path, "%s/revisions-dev.warc.gz", test_data());
	struct str all = unpack_file(path), rest = all;
	while (next_record(&rest, &head, &block)) {
		size_t end = str_find(block, STR("\r\n\r\n"));
		if (!str_eq(header(head, "WARC-Type"), STR("response")) || end == STR_NPOS)
			continue;
		struct str type = header(str_sub(block, 0, end), "Content-Type"),
		           body = str_sub(block, end + 4, block.n);
		struct str url = header(head, "WARC-Target-URI");
		if (str_has(type, STR("xml"))) {
			check_real_feed(url, type, body, &entries);
			feeds++;
		} else {
			if (feed_sniff(body, type))
				test_failed(__FILE__, __LINE__, "%.*s is taken for a feed", STR_ARG(url));
			pages++;
		}
	}
	printf("# %d feeds with %zu entries; %d pages taken for pages\n", feeds, entries, pages);
	free((char *)all.p);
	CHECK(feeds >= 180);
}

TEST_MAIN
