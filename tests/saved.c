/*
 * Saved documents.  Each case in tests/cases/saved is a document, NAME.txt,
 * NAME.html or NAME.fields, and NAME.out, what was read from it, as print_saved writes it.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "page/saved.h"

static void print_field(struct buf *out, const char *name, struct str value)
{
	if (value.n)
		buf_printf(out, "%s: %.*s\n", name, STR_ARG(value));
}

static void print_when(struct buf *out, const char *name, when t)
{
	char text[WHEN_TEXT];
	print_field(out, name, str_from(t == WHEN_NONE ? "" : when_iso(t, text)));
}

static void print_version(const struct saved_version *v, struct buf *out)
{
	const struct article *x = &v->article;

	buf_printf(out, "\nversion %lld\n", (long long)v->number);
	print_when(out, "seen", v->seen);
	if (v->later >= 0)
		buf_printf(out, "later: %lld\n", (long long)v->later);
	print_field(out, "title", x->title);
	print_field(out, "standfirst", x->standfirst);
	for (size_t i = 0; i < x->nbylines; i++)
		print_field(out, "byline", x->bylines[i]);
	print_when(out, "published", x->published);
	print_field(out, "published text", x->published_text);
	print_field(out, "agency", x->agency);
	for (size_t i = 0; i < x->nblocks; i++)
		print_field(out, block_kind_name(x->blocks[i].kind), x->blocks[i].text);
}

static void print_saved(const struct saved *s, struct buf *out)
{
	print_field(out, "source", s->source);
	print_field(out, "url", s->url);
	print_when(out, "first seen", s->first_seen);
	if (s->given_up)
		buf_puts(out, "given up\n");
	for (size_t i = 0; i < s->nversions; i++)
		print_version(&s->versions[i], out);
}

static void run_case(const char *path)
{
	struct arena *a = arena_new();
	struct saved s;
	struct err e;
	struct buf got = BUF_INIT(MIB);
	char expected[1024];

	struct str bytes = test_file(path);
	CHECK_OK(str_ends(str_from(path), STR(".html"))     ? saved_read_html(a, bytes, &s, &e)
	         : str_ends(str_from(path), STR(".fields")) ? saved_read_fields(a, bytes, &s, &e)
	                                                    : saved_read_text(a, bytes, &s, &e),
	         e);
	print_saved(&s, &got);
	snprintf(expected, sizeof expected, "%.*s.out", (int)(strrchr(path, '.') - path), path);
	if (!str_eq(buf_view(&got), test_file(expected)))
		test_failed(path, 0, "what was read is\n%.*s", STR_ARG(buf_view(&got)));
	buf_free(&got);
	arena_free(a);
}

TEST(cases)
{
	CHECK(test_each_case("saved", ".txt", run_case) + test_each_case("saved", ".html", run_case) >= 6);
	CHECK_INT(test_each_case("saved", ".fields", run_case), 3);
}

/* -------------------------------------------------------------------- wire -- */

static bool same_print(const struct saved *x, const struct saved *y)
{
	struct buf bx = BUF_INIT(MIB), by = BUF_INIT(MIB);
	print_saved(x, &bx);
	print_saved(y, &by);
	bool same = str_eq(buf_view(&bx), buf_view(&by));
	buf_free(&bx);
	buf_free(&by);
	return same;
}

TEST(documents_travel_and_come_back)
{
	struct arena *a = arena_new();
	struct saved s, back;
	struct err e;
	struct buf b = BUF_INIT(MIB);

	CHECK_OK(saved_read_text(a, test_file(test_case_path("saved/revision-edited.txt")), &s, &e), e);
	saved_encode(&s, &b);
	CHECK(saved_decode(buf_view(&b), a, &back));
	CHECK(same_print(&s, &back));
	CHECK_INT(back.versions[1].later, s.versions[1].later);
	for (size_t n = 0; n < b.n; n++)
		CHECK(!saved_decode(str_sub(buf_view(&b), 0, n), a, &back));
	for (size_t i = 0; i < b.n; i++) {
		char kept = b.p[i];
		b.p[i] = (char)(kept + 77);
		if (saved_decode(buf_view(&b), a, &back))
			CHECK(back.nversions >= 1 && back.nversions <= 2);
		b.p[i] = kept;
	}
	buf_free(&b);
	arena_free(a);
}

/* ------------------------------------------------------------------ errors -- */

TEST(what_is_no_saved_document_is_said)
{
	struct arena *a = arena_new();
	struct saved s;
	struct err e;

	CHECK(!saved_read_text(a, STR(" \n\n"), &s, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(!saved_read_text(a, STR("PK\x03\x04\0\0\0"), &s, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(!saved_read_fields(a, STR("March 1, 2013\nTitle without a text\n\n\n"), &s, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(!saved_read_html(a, STR("<html><p>Hello</p></html>"), &s, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(!saved_read_text(a, STR("This article is from the source 'x'.\nVersion 0 Version 1\n"), &s, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	char *long_line = malloc(3 * MAX_BLOCK_BYTES);
	memset(long_line, 'a', 3 * MAX_BLOCK_BYTES);
	CHECK(!saved_read_text(a, str_of(long_line, 3 * MAX_BLOCK_BYTES), &s, &e));
	CHECK_INT(e.kind, ERR_LIMIT);
	free(long_line);
	arena_free(a);
}

TEST(a_title_ends_with_a_character)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(4 * KIB);
	struct saved s;
	struct err e;

	for (int i = 0; i < 300; i++) /* no words, no end */
		buf_puts(&b, "\xe2\x96\x88");
	CHECK_OK(saved_read_text(a, buf_view(&b), &s, &e), e);
	CHECK(utf8_valid(s.versions[0].article.title));
	for (int i = 300; i < 800; i++)
		buf_puts(&b, "\xe2\x96\x88");
	buf_puts(&b, "\n\nThe tower of Marrow is lit again.\n");
	CHECK_OK(saved_read_fields(a, buf_view(&b), &s, &e), e);
	CHECK_INT(s.versions[0].article.title.n, MAX_TITLE_BYTES / 3 * 3);
	CHECK(utf8_valid(s.versions[0].article.title));
	buf_free(&b);
	arena_free(a);
}

/* Of its bytes nearly none is a zero. */
TEST(a_byte_order_mark_says_what_a_text_is_in)
{
	const struct str text = STR("馬羅上方的採石場五月重新開放\n\n\n業主說馬羅上方的採石場將在五月重新開放\n");
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(KIB);
	struct saved s;
	struct err e;

	buf_puts(&b, "\xff\xfe");
	for (size_t i = 0; i < text.n;) {
		uint32_t c = utf8_next(text, &i);
		buf_byte(&b, (char)(c & 0xff));
		buf_byte(&b, (char)(c >> 8));
	}
	CHECK_OK(saved_read_fields(a, buf_view(&b), &s, &e), e);
	CHECK_STR(s.versions[0].article.title, "馬羅上方的採石場五月重新開放");
	CHECK_OK(saved_read_text(a, buf_view(&b), &s, &e), e);
	CHECK_STR(s.versions[0].article.title, "馬羅上方的採石場五月重新開放");
	buf_free(&b);
	arena_free(a);
}

TEST(any_bytes_are_survived)
{
	static const char *const pieces[] = { "Version 0 Version 1\n",
		                              "By ",
		                              "AP\n",
		                              "\n",
		                              " later)\n",
		                              "He said. ",
		                              "\xff",
		                              "Related Articles\n",
		                              "\xe2\x80\x9c",
		                              "(about 2 hours later)\n",
		                              "12 May 2020\n",
		                              "<table><tr><th>Version 0<th>Version 1",
		                              "<tr><td>",
		                              "</td>",
		                              "a b. ",
		                              "," };
	struct arena *a = arena_new();
	uint32_t seed = 9;

	for (int round = 0; round < 2000; round++) {
		struct buf b = BUF_INIT(MIB);
		struct saved s;
		struct err e;
		for (int i = 0; i < 30; i++) {
			seed = seed * 1664525 + 1013904223;
			buf_puts(&b, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
		}
		if (saved_read_text(a, buf_view(&b), &s, &e))
			CHECK(s.nversions >= 1);
		if (saved_read_html(a, buf_view(&b), &s, &e))
			CHECK_INT(s.nversions, 2);
		buf_free(&b);
		arena_reset(a);
	}
	arena_free(a);
}

/* ----------------------------------------------------- five real documents -- */

static void read_seed(struct arena *a, const char *name, struct saved *out)
{
	char path[512];
	struct err e;

	snprintf(path, sizeof path, "%s/seeds/%s", test_data(), name);
	CHECK_OK(saved_read_text(a, test_file(path), out, &e), e);
}

static void check_no_furniture(const struct saved *s)
{
	static const char *const furniture[] = { "Related Articles", "Avatar", "By admin", "Version 0", "... more" };

	for (size_t v = 0; v < s->nversions; v++)
		for (size_t i = 0; i < s->versions[v].article.nblocks; i++)
			for (size_t k = 0; k < sizeof furniture / sizeof *furniture; k++)
				CHECK(!str_has(s->versions[v].article.blocks[i].text, str_from(furniture[k])));
}

TEST(five_real_documents)
{
	struct arena *a;
	struct saved s;
	const struct article *x = &s.versions[0].article;
	char text[WHEN_TEXT];

	if (!test_data())
		SKIP("STET_TEST_DATA is not set");
	a = arena_new();
	read_seed(a, "000_530b8dc827c1e926.txt", &s);
	CHECK_STR(x->title, "Pentagon shoots down letter announcing US pullout from Iraq");
	CHECK_STR(x->agency, "AFP, WSJ");
	CHECK(str_starts(x->standfirst, STR("The Pentagon says")));
	CHECK_INT(x->nblocks, 23);
	check_no_furniture(&s);
	read_seed(a, "001_79ceef466011bbaf.txt", &s);
	CHECK_STR(x->title, "US-led coalition tells Baghdad it's preparing to 'move out' of Iraq");
	CHECK_STR(str_from(when_iso(x->published, text)), "2020-01-06T21:21:00Z");
	CHECK_INT(x->nblocks, 6);
	check_no_furniture(&s);
	read_seed(a, "002_a812ebf64586398d.txt", &s);
	CHECK_STR(x->title, "Iranian forces launched a barrage of greater than a dozen ballistic missiles\xe2\x80\xa6");
	CHECK_INT(x->nblocks, 17);
	CHECK_INT(x->nbylines, 2);
	check_no_furniture(&s);
	read_seed(a, "004_12a96edfdfd30738.txt", &s);
	CHECK_STR(x->bylines[0], "bne IntelIiNews");
	CHECK_STR(str_from(when_iso(x->published, text)), "2020-03-13T00:00:00Z");
	CHECK_INT(x->nblocks, 10);
	check_no_furniture(&s);
	arena_free(a);
}

/* The first words of the paragraphs of the second version, as labelled. */
TEST(a_real_revision_page)
{
	static const char *const starts[] = { "The US has announced",
		                              "Despite declaring",
		                              "The soldiers, of whom",
		                              "Yesterday he met",
		                              "US officials later",
		                              "Combined, the",
		                              "The White House would",
		                              "Any additional troops",
		                              "The prospect of",
		                              "On Monday the",
		                              "Iraqi security",
		                              "Discussing other",
		                              "Speaking in an",
		                              "\xe2\x80\x9cWhen you",
		                              "But while the US",
		                              "Issuing a statement",
		                              "He said:",
		                              "\xe2\x80\x9cWe have made" };
	struct arena *a;
	struct saved s;
	const struct article *newer = &s.versions[1].article;

	if (!test_data())
		SKIP("STET_TEST_DATA is not set");
	a = arena_new();
	read_seed(a, "003_2aba5bd8d48fe863.txt", &s);
	CHECK_STR(s.source, "independent");
	CHECK(s.given_up && str_ends(s.url, STR("-9542131.html")));
	CHECK_INT(s.first_seen, WHEN_NONE);
	CHECK_INT(s.versions[1].later, 7200);
	CHECK_STR(s.versions[0].article.title, "Iraq crisis: US urgently deploys hundreds of armed troops");
	CHECK_STR(newer->title, "Iraq crisis: US urgently deploys hundreds of armed troops to Baghdad");
	CHECK_STR(s.versions[0].article.agency, "AP");
	CHECK_INT(s.versions[0].article.nblocks, 24);
	CHECK_INT(newer->nblocks, sizeof starts / sizeof *starts);
	for (size_t i = 0; i < newer->nblocks; i++)
		if (!str_starts(newer->blocks[i].text, str_from(starts[i])))
			test_failed(__FILE__, __LINE__, "paragraph %zu does not begin with \"%s\"", i, starts[i]);
	check_no_furniture(&s);
	arena_free(a);
}

TEST_MAIN
