/*
 * What people read: the writer, the pages, the feeds, the JSON.
 *
 * Pages are made from the archive of invented.h and parsed again, as XML, as
 * Atom, as JSON: what a page smuggled in must come out as text.
 */
#include <dirent.h>
#include <jansson.h>
#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <libxml/xpathInternals.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "invented.h"
#include "view/card.h"
#include "view/excerpt.h"
#include "view/html.h"
#include "view/json.h"
#include "view/load.h"
#include "view/parts.h"
#include "view/rows.h"
#include "view/view.h"

extern char **environ;

/* ---- the writer --------------------------------------------------------- */

static struct buf written = BUF_INIT(4 * MIB);

static struct html writer(void)
{
	buf_reset(&written);
	return (struct html)HTML_INIT(&written);
}

TEST(text_and_attributes_are_escaped)
{
	struct html h = writer();

	html_open(&h, "p");
	html_attr(&h, "title", "a\"b'c<d>&");
	html_text(&h, STR("<script>&amp; \"x\" ]]>"));
	html_close(&h, "p");
	CHECK_STR(buf_view(&written),
	          "<p title=\"a&quot;b&#39;c&lt;d&gt;&amp;\">&lt;script&gt;&amp;amp; &quot;x&quot; ]]&gt;</p>\n");
	CHECK(!h.wrong);
}

TEST(bytes_that_are_no_text_are_replaced)
{
	struct html h = writer();

	html_open(&h, "b");
	html_text(&h, STR("a\x01"
	                  "b\xff\xfe"
	                  "c\xc2\x85"
	                  "d\xef\xbf\xbf"
	                  "e\xed\xa0\x80"
	                  "f\r\n"));
	html_close(&h, "b");
	CHECK(utf8_valid(buf_view(&written)));
	CHECK_STR(buf_view(&written), "<b>a\xef\xbf\xbd"
	                              "b\xef\xbf\xbd\xef\xbf\xbd"
	                              "c\xef\xbf\xbd"
	                              "d\xef\xbf\xbd"
	                              "e\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"
	                              "f \n</b>");
}

TEST(only_harmless_addresses_pass)
{
	static const char *const good[] = { "https://a.example/", "HTTP://a.example", "/", "/articles/1", "#r1",
		                            "?view=side" };
	static const char *const bad[] = { "",
		                           "javascript:alert(1)",
		                           " javascript:x",
		                           "java\nscript:x",
		                           "//evil.example",
		                           "/\\evil",
		                           "data:text/html,x",
		                           "vbscript:x",
		                           "ftp://a",
		                           "relative",
		                           "\x01https://a" };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		CHECK(html_url_allowed(str_from(good[i])));
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(!html_url_allowed(str_from(bad[i])));
	struct html h = writer();
	html_link(&h, "javascript:alert(1)", NULL, "x");
	CHECK_STR(buf_view(&written), "<a>x</a>");
	h = writer();
	html_link(&h, "https://a.example/?q=\"><b>&c='", NULL, "x");
	CHECK_STR(buf_view(&written), "<a href=\"https://a.example/?q=%22%3E%3Cb%3E&amp;c=&#39;\">x</a>");
}

TEST(elements_are_always_closed)
{
	struct html h = writer();

	html_open(&h, "div");
	html_open(&h, "br");
	html_open(&h, "p");
	html_open(&h, "i");
	html_close(&h, "div");
	CHECK_STR(buf_view(&written), "<div><br/><p><i></i></p>\n</div>\n");
	CHECK(h.wrong);
	h = writer();
	html_open(&h, "ul");
	html_finish(&h);
	CHECK_STR(buf_view(&written), "<ul></ul>\n");
	CHECK(h.wrong);
}

TEST(handlers_and_styles_are_refused)
{
	struct html h = writer();

	html_open(&h, "p");
	html_attr(&h, "onclick", "x");
	html_attr(&h, "style", "x");
	html_close(&h, "p");
	CHECK_STR(buf_view(&written), "<p></p>\n");
	CHECK(h.wrong);
}

TEST(nothing_uses_the_raw_way_out)
{
	const char *folders[] = { "src/view", "src/serve" };
	int uses = 0, files = 0;

	for (size_t f = 0; f < 2; f++) {
		char path[1024];
		snprintf(path, sizeof path, "%s/%s", getenv("STET_SOURCE_ROOT") ? getenv("STET_SOURCE_ROOT") : ".",
		         folders[f]);
		DIR *d = opendir(path);
		CHECK(d);
		for (struct dirent *entry; (entry = readdir(d));) {
			char name[1400];
			if (!str_ends(str_from(entry->d_name), STR(".c")) || strcmp(entry->d_name, "html.c") == 0)
				continue;
			snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
			uses += str_has(test_file(name), STR("trusted_markup"));
			files++;
		}
		closedir(d);
	}
	CHECK(files > 15);
	CHECK_INT(uses, 0);
}

/* ---- small pieces ------------------------------------------------------- */

TEST(windows_are_told_as_a_person_would)
{
	struct arena *a = arena_new();
	when t = INVENTED_START;

	CHECK_STR(window_text(a, t, t + 15 * MINUTES, -1), "between 02:00 and 02:15 UTC on 7 Oct 2024");
	CHECK_STR(window_text(a, t, t + 30, -1), "at 7 Oct 2024, 02:00 UTC");
	CHECK_STR(window_text(a, WHEN_NONE, t, -1), "before 7 Oct 2024, 02:00 UTC");
	CHECK_STR(window_text(a, t, t + 1 * DAYS, -1), "between 7 Oct 2024, 02:00 UTC and 8 Oct 2024, 02:00 UTC");
	CHECK_STR(window_text(a, WHEN_NONE, WHEN_NONE, 2 * HOURS), "about 2 hours after the version before");
	CHECK_STR(window_text(a, WHEN_NONE, WHEN_NONE, -1), "at an unknown time");
	arena_free(a);
}

TEST(numbers_are_readable)
{
	struct arena *a = arena_new();

	CHECK_STR(number_text(a, 0), "0");
	CHECK_STR(number_text(a, 999), "999");
	CHECK_STR(number_text(a, 1234567), "1,234,567");
	CHECK_STR(number_text(a, -1234), "-1,234");
	CHECK_STR(count_text(a, 1, "word", "words"), "1 word");
	CHECK_STR(bytes_text(a, 999), "999 bytes");
	CHECK_STR(bytes_text(a, 3449), "3.4 kB");
	CHECK_STR(bytes_text(a, 999999), "1.0 MB");
	CHECK_STR(bytes_text(a, 48LL * 1000 * 1000 * 1000), "48 GB");
	arena_free(a);
}

TEST(kinds_are_told_in_words)
{
	struct arena *a = arena_new();
	struct change_summary s = { .title_changed = true, .words_added = 12, .words_removed = 4, .moved = 1 };

	CHECK_STR(kinds_text(a, &s), "title changed, 12 words added, 4 removed, 1 sentence moved");
	s = (struct change_summary){ .words_removed = 1 };
	CHECK_STR(kinds_text(a, &s), "1 word removed");
	s = (struct change_summary){ 0 };
	CHECK_STR(kinds_text(a, &s), "changed in form only");
	arena_free(a);
}

/* ---- what was written, read again ---------------------------------------- */

static xmlDoc *parse(struct str s)
{
	xmlDoc *doc =
	        xmlReadMemory(s.p, (int)s.n, "page", NULL, XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	if (!doc)
		test_failed(__FILE__, __LINE__, "not well-formed: %s\n%.*s",
		            xmlGetLastError() ? xmlGetLastError()->message : "?", STR_ARG(str_sub(s, 0, 20000)));
	return doc;
}

/* The value of an XPath expression that is a number. */
static int number_of(xmlDoc *doc, const char *expression)
{
	xmlXPathContext *c = xmlXPathNewContext(doc);
	xmlXPathRegisterNs(c, (const xmlChar *)"a", (const xmlChar *)"http://www.w3.org/2005/Atom");
	xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)expression, c);
	int n = o ? (int)xmlXPathCastToNumber(o) : -1;
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(c);
	return n;
}

/* ---- rows --------------------------------------------------------------- */

static const char *const OLD_TEXT =
        "Title\n@ A\nFirst paragraph about the harbour and its many boats.\n"
        "The mayor said that 300 people came to the square.\nA third one that will go away soon enough.\n"
        "Four.\nFive.\nSix.\nSeven.\nEight.\nNine.\nTen.\nEleven.";
static const char *const NEW_TEXT =
        "Title\n@ A\nThe mayor said that 275 people came to the square.\n"
        "First paragraph about the harbour and its many boats.\n"
        "Four.\nFive.\nSix.\nSeven.\nEight.\nNine.\nTen.\nEleven.\nA whole new ending was written here today.";

static struct arena *rows_arena;
static struct change rows_change;

static struct str rows_between(const char *old_text, const char *new_text, enum diff_mode mode,
                               struct mark_filter filter)
{
	static struct article older, newer;
	struct marks marks;
	struct html h = writer();

	arena_free(rows_arena);
	rows_arena = arena_new();
	invented_text(rows_arena, old_text, "en", &older);
	invented_text(rows_arena, new_text, "en", &newer);
	change_compute(rows_arena, &older, &newer, NULL, &rows_change);
	marks_make(rows_arena, &rows_change, filter, &marks);
	html_open(&h, "div");
	rows_write(
	        &h, rows_arena,
	        &(struct rows_page){
	                .marks = &marks, .mode = mode, .language = STR("en"), .address = STR("/articles/1/diff/0/1") });
	html_close(&h, "div");
	CHECK(!h.wrong);
	return buf_view(&written);
}

static struct str rows_of(enum diff_mode mode)
{
	return rows_between(OLD_TEXT, NEW_TEXT, mode, (struct mark_filter){ 0 });
}

/* The page without the numbers behind edits, which stand in the way of reading. */
static struct str without_numbers(struct str s)
{
	static struct buf b = BUF_INIT(4 * MIB);

	buf_reset(&b);
	for (size_t at; (at = str_find(s, STR("<sup"))) != STR_NPOS;) {
		buf_str(&b, str_sub(s, 0, at));
		s = str_sub(s, at + str_find(str_sub(s, at, s.n), STR("</sup>")) + 6, s.n);
	}
	buf_str(&b, s);
	return buf_view(&b);
}

TEST(words_are_marked_inside_their_paragraph)
{
	struct str s = without_numbers(rows_of(DIFF_INLINE));

	CHECK(str_has(s, STR("The mayor said that <del>300</del><ins>275</ins> people")));
	CHECK(str_has(s, STR("<ins>A whole new ending was written here today.</ins>")));
	CHECK(str_has(s, STR("<del>A third one that will go away soon enough.</del>")));
	CHECK(!str_has(s, STR("class=\"old\"")));
	s = without_numbers(rows_of(DIFF_SIDE));
	CHECK(!str_has(s, STR("class=\"both\"")));
	CHECK(str_has(s, STR("<del>A third one")));
}

TEST(each_side_has_its_own_words)
{
	struct str s = without_numbers(rows_between("T\nWe saw 300 people on the old quay.",
	                                            "T\nWe saw 275 people on the old quay.", DIFF_BOTH,
	                                            (struct mark_filter){ 0 }));

	CHECK(str_has(s, STR("We saw <del>300</del> people")));
	CHECK(str_has(s, STR("We saw <ins>275</ins> people")));
	CHECK(str_has(s, STR("We saw <del>300</del><ins>275</ins> people")));
}

TEST(a_space_beside_words_that_only_moved_is_no_edit)
{
	struct excerpt x;
	struct str s = without_numbers(rows_between("T\nThe company now says that the tanks were empty.",
	                                            "T\nThe company says that the tanks were now empty.", DIFF_BOTH,
	                                            (struct mark_filter){ 0 }));

	CHECK(str_has(s, STR("The company <del class=\"kept\">now</del> says that the tanks were empty.")));
	CHECK(str_has(s, STR("tanks were <ins class=\"kept\">now</ins> empty.")));
	excerpt_make(rows_arena, &rows_change, &rows_change.edits[0], EXCERPT_OLD, 100, &x);
	CHECK_INT(x.n, 3);
	CHECK_STR(x.pieces[1].text, "now");
	CHECK(x.pieces[1].mark == EXCERPT_WENT && x.pieces[1].kept);
}

TEST(moves_are_linked_at_both_places)
{
	struct str s = rows_of(DIFF_BOTH);

	CHECK(str_has(s, STR("moved here from <a href=\"#r")));
	CHECK(str_has(s, STR("moved to <a href=\"#r")));
	CHECK(str_has(s, STR(">paragraph 1</a>")));
	CHECK(str_has(s, STR(">paragraph 2</a>")));
	CHECK(str_has(s, STR("<span class=\"here\">")));
	CHECK(str_has(s, STR("<span class=\"away\">")));
}

TEST(long_unchanged_stretches_are_folded)
{
	struct str s = rows_of(DIFF_SIDE);

	CHECK(str_has(s, STR("<details class=\"fold\"><summary>6 paragraphs unchanged</summary>")));
}

TEST(each_edit_has_a_mark_with_its_name_and_its_kind)
{
	xmlDoc *doc = parse(rows_of(DIFF_BOTH));

	for (uint32_t i = 0; i < rows_change.nedits; i++) {
		char test[256];
		unsigned long long key = rows_change.edits[i].key;
		snprintf(test, sizeof test,
		         "count(//li[@id='e-%012llx']/a[@href='/articles/1/diff/0/1/edits/%012llx']/span[@class])", key,
		         key);
		CHECK(rows_change.edits[i].folded ? number_of(doc, test) == 0 : number_of(doc, test) >= 1);
	}
	CHECK_INT(number_of(doc, "count(//sup/a[not(substring(@href, 2) = //li/@id)])"), 0);
	CHECK_INT(number_of(doc, "count(//a[@class='next'][not(substring(@href, 2) = //li/@id)])"), 0);
	CHECK(number_of(doc, "count(//sup/a)") > 0);
	xmlFreeDoc(doc);
}

#define LONG_ONE "The harbour was built for coal and has been too small for the ferries since the nineties."
#define LONG_TWO "Fishermen have collected more than two thousand signatures against the dredging of the bay."

TEST(a_paragraph_that_was_split_is_drawn_as_one)
{
	struct str s = rows_between("T\n" LONG_ONE " " LONG_TWO, "T\n" LONG_ONE "\n" LONG_TWO, DIFF_SIDE,
	                            (struct mark_filter){ 0 });

	CHECK(str_has(s, STR("split in two paragraphs")));
	CHECK(str_has(s, STR("<div class=\"old goes-on\">")));
	CHECK(str_has(s, STR("<div class=\"old from-above\">")));
	s = rows_between("T\n" LONG_ONE "\n" LONG_TWO, "T\n" LONG_ONE " " LONG_TWO, DIFF_SIDE,
	                 (struct mark_filter){ 0 });
	CHECK(str_has(s, STR("merged from two paragraphs")));
	CHECK(str_has(s, STR("<div class=\"new goes-on\">")));
}

TEST(a_sentence_put_between_leaves_the_old_paragraph_whole)
{
	struct str s =
	        rows_between("T\n" LONG_ONE " " LONG_TWO, "T\n" LONG_ONE "\nNobody had asked the oysters.\n" LONG_TWO,
	                     DIFF_SIDE, (struct mark_filter){ 0 });

	CHECK(str_has(s, STR("<div class=\"old through\">")));
}

TEST(what_is_filtered_out_has_no_mark)
{
	uint32_t removal = KIND_BIT(EDIT_REMOVAL);
	struct str s = rows_between(OLD_TEXT, NEW_TEXT, DIFF_BOTH, (struct mark_filter){ .kinds = removal });

	xmlDoc *doc = parse(s);
	CHECK_INT(number_of(doc, "count(//ul[@class='marks']/li)"), 1);
	CHECK_INT(number_of(doc, "count(//del[not(@class)])"), 1);
	CHECK_INT(number_of(doc, "count(//ins[not(@class='faint')])"), 0);
	CHECK(number_of(doc, "count(//ins[@class='faint'])") > 0);
	xmlFreeDoc(doc);
}

TEST(an_excerpt_is_cut_around_the_edit)
{
	struct excerpt x;
	struct str text;
	size_t longest = 0;

	rows_between("T\n" LONG_ONE " We saw 300 people there, and " LONG_TWO,
	             "T\n" LONG_ONE " We saw 275 people there, and " LONG_TWO, DIFF_SIDE, (struct mark_filter){ 0 });
	for (uint32_t i = 0; i < rows_change.nedits; i++)
		for (size_t max = 1; max < 300; max += 7) {
			excerpt_make(rows_arena, &rows_change, &rows_change.edits[i], EXCERPT_BOTH, max, &x);
			text = excerpt_text(rows_arena, &x);
			CHECK(str_has(text, STR("300")) || max < 10);
			CHECK(utf8_valid(text));
			CHECK(text.n <= max + 80);
			longest = text.n > longest ? text.n : longest;
		}
	CHECK(longest > 100);
	excerpt_make(rows_arena, &rows_change, &rows_change.edits[0], EXCERPT_NEW, 40, &x);
	text = excerpt_text(rows_arena, &x);
	CHECK(str_has(text, STR("275")) && !str_has(text, STR("300")) && str_has(text, STR("…")));
}

/* ---- pages -------------------------------------------------------------- */

#define HOSTILE_ID 5

/* What the pages of each source have taught, with a sample that is no friend. */
static void teach(struct archive *ar, int64_t source)
{
	struct err e;
	struct left_out left = { .block = 3 };
	struct furniture f = { .source = source,
		               .rule = FURNITURE_REPEATS,
		               .sample = STR("Sign up <script>alert(1)</script>"),
		               .articles = 8,
		               .of = 9,
		               .last = INVENTED_NOW,
		               .since = INVENTED_NOW };

	CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	left.furniture = f.id;
	for (int64_t check = 1; check <= 4 && source == 1; check++)
		CHECK_OK(archive_left_out_put(ar, check, &left, 1, &e), e);
}

static struct archive *open_invented(void)
{
	static struct archive *ar;
	struct err e;
	char path[256];

	if (ar)
		return ar;
	snprintf(path, sizeof path, "%s/stet.db", test_folder());
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	CHECK_OK(invented_fill(ar, &e), e);
	for (int64_t source = 1; source <= 2; source++)
		teach(ar, source);
	return ar;
}

/* Makes a document; the view has its arguments set. */
static struct str make(view_function *function, struct view_args args, const char *path)
{
	static struct arena *a;
	struct err e = { 0 };

	arena_free(a);
	a = arena_new();
	args.page = args.page ? args.page : 1;
	struct view v = { .archive = open_invented(),
		          .arena = a,
		          .now = INVENTED_NOW,
		          .site_name = STR("stet"),
		          .base_url = STR("https://stet.example"),
		          .path = str_from(path),
		          .args = args };
	buf_reset(&written);
	CHECK_OK(function(&v, &written, &e), e);
	CHECK(!written.full);
	return buf_view(&written);
}

/* Every link is http, https or our own; links within the page have a target. */
static void check_links(xmlDoc *doc)
{
	xmlXPathContext *c = xmlXPathNewContext(doc);
	xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)"//@href|//@src|//@action", c);

	for (int i = 0; i < o->nodesetval->nodeNr; i++) {
		xmlChar *value = xmlNodeGetContent(o->nodesetval->nodeTab[i]);
		char test[512];
		CHECK(html_url_allowed(str_from((char *)value)));
		snprintf(test, sizeof test, "count(//*[@id='%s'])", value[0] == '#' ? (char *)value + 1 : "content");
		CHECK_INT(number_of(doc, test), 1);
		xmlFree(value);
	}
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(c);
}

/* One h1, and no level is left out on the way down. */
static void check_headings(xmlDoc *doc)
{
	xmlXPathContext *c = xmlXPathNewContext(doc);
	xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)"//h1|//h2|//h3|//h4", c);
	int last = 0;

	for (int i = 0; i < o->nodesetval->nodeNr; i++) {
		int level = o->nodesetval->nodeTab[i]->name[1] - '0';
		CHECK(level <= last + 1);
		last = level;
	}
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(c);
	CHECK_INT(number_of(doc, "count(//h1)"), 1);
}

static void check_page(struct str s)
{
	xmlDoc *doc = parse(s);

	CHECK_INT(number_of(doc, "count(//object|//style|//textarea)"), 0);
	CHECK_INT(number_of(doc, "count(//iframe[@sandbox != '' or not(@sandbox) or not(@title) or "
	                         "not(starts-with(@src, '/memento/'))])"),
	          0);
	CHECK_INT(number_of(doc, "count(//script[. != '' or not(starts-with(@src, '/diff.js?v='))])"), 0);
	CHECK_INT(number_of(doc, "count(//img[not(starts-with(@src, '/articles/')) or not(@alt)])"), 0);
	CHECK_INT(number_of(doc, "count(//@*[starts-with(name(), 'on')])"), 0);
	CHECK_INT(number_of(doc, "count(//@style)"), 0);
	CHECK_INT(number_of(doc, "count(//@id[. = preceding::*/@id])"), 0);
	CHECK_INT(number_of(doc, "count(/html/@lang)"), 1);
	CHECK_INT(number_of(doc, "count(//body/main) + count(//body/header) + count(//body/footer)"), 3);
	CHECK_INT(number_of(doc, "count(//input[not(@aria-label) and not(ancestor::label)])"), 0);
	CHECK_INT(number_of(doc, "count(//time[not(@datetime)])"), 0);
	check_links(doc);
	check_headings(doc);
	xmlFreeDoc(doc);
}

/* A string in a table. */
#define TEXT(literal)                                                                                                  \
	{                                                                                                              \
		literal, sizeof(literal) - 1                                                                           \
	}

static const struct page {
	const char *path;
	view_function *make;
	struct view_args args;
} PAGES[] = {
	{ "/", view_home, { .page = 1 } },
	{ "/", view_home, { .live = 5 } },
	{ "/", view_home, { .before = TEXT("1728266400-1-1") } },
	{ "/sources", view_sources, { .page = 1 } },
	{ "/sources/hostile", view_source, { .key = TEXT("hostile") } },
	{ "/sources/northgate-post", view_source, { .key = TEXT("northgate-post") } },
	{ "/articles", view_articles, { .page = 1 } },
	{ "/sources/hostile/articles", view_articles, { .key = TEXT("hostile") } },
	{ "/articles/1", view_article, { .article = 1 } },
	{ "/articles/2", view_article, { .article = 2 } },
	{ "/articles/3", view_article, { .article = 3 } },
	{ "/articles/4", view_article, { .article = 4 } },
	{ "/articles/5", view_article, { .article = HOSTILE_ID } },
	{ "/articles/1/versions/0", view_version, { .article = 1 } },
	{ "/articles/1/captures", view_captures, { .article = 1 } },
	{ "/articles/1/captures", view_captures, { .article = 1, .before = TEXT("20241007024700") } },
	{ "/articles/5/captures", view_captures, { .article = HOSTILE_ID } },
	{ "/articles/1/captures/20241007020000", view_capture, { .article = 1, .moment = TEXT("20241007020000") } },
	{ "/articles/5/captures/20241007120000",
	  view_capture,
	  { .article = HOSTILE_ID, .moment = TEXT("20241007120000") } },
	{ "/articles/5/versions/1", view_version, { .article = HOSTILE_ID, .number = 1 } },
	{ "/articles/1/diff/0/3", view_diff, { .article = 1, .number = 0, .other = 3 } },
	{ "/articles/1/diff/3/1", view_diff, { .article = 1, .number = 3, .other = 1 } },
	{ "/articles/1/diff/2/3", view_diff, { .article = 1, .number = 2, .other = 3, .mode = TEXT("inline") } },
	{ "/articles/4/diff/0/1", view_diff, { .article = 4, .number = 0, .other = 1, .mode = TEXT("side") } },
	{ "/articles/5/diff/0/1", view_diff, { .article = HOSTILE_ID, .number = 0, .other = 1 } },
	{ "/articles/1/diff/0/1",
	  view_diff,
	  { .article = 1, .other = 1, .kinds = TEXT("figure,headline"), .matters = 1, .folded = 1 } },
	{ "/search", view_search, { .page = 1 } },
	{ "/search", view_search, { .query = TEXT("harbour") } },
	{ "/search", view_search, { .query = TEXT("script"), .source = TEXT("hostile") } },
	{ "/search", view_search, { .query = TEXT("\"><script>alert(1)</script>") } },
	{ "/status", view_status, { .page = 1 } },
};
#define NPAGES (sizeof PAGES / sizeof *PAGES)

TEST(every_page_is_well_formed_and_harmless)
{
	for (size_t i = 0; i < NPAGES; i++)
		check_page(make(PAGES[i].make, PAGES[i].args, PAGES[i].path));
}

TEST(hostile_text_comes_out_as_text)
{
	xmlDoc *doc = parse(make(view_article, (struct view_args){ .article = HOSTILE_ID }, "/articles/5"));
	CHECK_INT(number_of(doc, "count(//h1[contains(., '<script>alert(1)</script>') and contains(., ']]>')])"), 1);
	CHECK_INT(number_of(doc, "count(//a[contains(@class, 'original') and contains(@rel, 'nofollow')])"), 1);
	CHECK_INT(number_of(doc, "count(//title[contains(., '\xe2\x80\xae')])"), 0);
	xmlFreeDoc(doc);
}

/* What tidy says of a page; it does not know aria-current yet. */
static struct str run_tidy(struct str s)
{
	char page[256], said[300];
	char *argv[] = { "tidy", "-e", "-q", "--mute", "PROPRIETARY_ATTRIBUTE", "-f", said, page, NULL };
	pid_t pid;
	int status;

	snprintf(page, sizeof page, "%s/page.html", test_folder());
	snprintf(said, sizeof said, "%s.said", page);
	FILE *f = fopen(page, "wb");
	CHECK(f && fwrite(s.p, 1, s.n, f) == s.n);
	fclose(f);
	if (posix_spawnp(&pid, "tidy", NULL, NULL, argv, environ) != 0 || waitpid(pid, &status, 0) != pid ||
	    !WIFEXITED(status) || WEXITSTATUS(status) == 127)
		SKIP("tidy is not installed");
	return test_file(said);
}

TEST(tidy_has_nothing_to_say)
{
	for (size_t i = 0; i < NPAGES; i++) {
		struct str said = run_tidy(make(PAGES[i].make, PAGES[i].args, PAGES[i].path));
		if (said.n)
			test_failed(__FILE__, __LINE__, "%s: %.*s", PAGES[i].path, STR_ARG(said));
	}
}

TEST(the_first_page_tells_what_changed_and_when)
{
	struct str s = make(view_home, (struct view_args){ 0 }, "/");

	CHECK(str_has(s, STR("Harbour vote fails after protest in Saltmarsh")));
	CHECK(str_has(s, STR("href=\"/articles/1/diff/1/2\"")));
	CHECK(str_has(s, STR("title changed, ")));
	CHECK(str_has(s, STR(">7 Oct 2024</h2>")));
	xmlDoc *doc = parse(s);
	CHECK_INT(number_of(doc, "count(//li[@class='change'])"), 6);
	CHECK_INT(
	        number_of(
	                doc,
	                "count(//li[.//a/@href='/articles/1/diff/1/2']/p[contains(., 'between 04:35 and 05:05 UTC')])"),
	        1);
	CHECK_INT(number_of(doc, "count(//a[@href='/?live=15'])"), 1);
	xmlFreeDoc(doc);
}

TEST(lists_go_on_at_a_cursor)
{
	struct arena *a = arena_new();
	struct view v = { .archive = open_invented(), .arena = a, .path = STR("/") };
	struct news_page list;
	struct err e = { 0 };
	size_t seen = 0;

	do {
		CHECK_OK(load_news(&v, 2, 0, false, &list, &e), e);
		seen += list.n;
		v.args.before = list.next;
	} while (list.next.n && seen < 100);
	CHECK_INT(seen, 9);
	v.args.before = STR("tomorrow");
	CHECK(!load_news(&v, 2, 0, false, &list, &e));
	CHECK_INT(e.kind, ERR_USAGE);
	arena_free(a);
}

TEST(an_article_tells_whether_it_is_still_checked)
{
	struct str s = make(view_article, (struct view_args){ .article = 2 }, "/articles/2");
	CHECK(str_has(s, STR("Last changed 52 days ago and won&#39;t be checked again.")));
	CHECK(str_has(s, STR("From the source <a href=\"/sources/northgate-post\"")));
	CHECK(str_has(s, STR("about 2 hours later")));
	CHECK(str_has(s, STR("Earlier texts that came back")));
	s = make(view_article, (struct view_args){ .article = 3 }, "/articles/3");
	CHECK(str_has(s, STR("The site says that the article is gone.")));
	s = make(view_article, (struct view_args){ .article = 1 }, "/articles/1");
	CHECK(str_has(s, STR("Next check <time datetime=\"2024-11-28T02:10:00Z\">")));
	CHECK(str_has(s, STR("href=\"/articles/1/feed.atom\"")));
	CHECK(str_has(s, STR("href=\"/articles/1/diff/0/3\"")));
}

TEST(a_version_tells_where_it_comes_from)
{
	char hex[SHA256_TEXT];
	struct sha256 body = hash_sha256(str_from(INVENTED[0].versions[1].text));
	struct str s = make(view_version, (struct view_args){ .article = 1, .number = 1 }, "/articles/1/versions/1");

	CHECK(str_has(s, str_from(sha256_hex(&body, hex))));
	CHECK(str_has(s, STR("HTTP status 200")));
	CHECK(str_has(s, STR("Up to 275 people protest")));
}

TEST(what_was_left_out_is_told_with_the_version_and_its_source)
{
	struct str s = make(view_version, (struct view_args){ .article = 1 }, "/articles/1/versions/0");

	CHECK(str_has(s, STR("1 line as furniture")));
	CHECK(str_has(s, STR("Sign up &lt;script&gt;")));
	CHECK(str_has(s, STR("repeats in other articles")));
	CHECK(str_has(s, STR("#furniture\"")));
	s = make(view_source, (struct view_args){ .key = STR("saltmarsh-courier") }, "/sources/x");
	CHECK(str_has(s, STR("1 line left out of its articles as furniture")));
	CHECK(str_has(s, STR("repeats in 8 of 9 articles")));
}

TEST(the_status_page_tells_what_fails_and_why)
{
	xmlDoc *doc = parse(make(view_status, (struct view_args){ 0 }, "/status"));
	CHECK_INT(number_of(doc, "count(//ul[@class='failures']/li[contains(., 'the server said 503')])"), 1);
	CHECK_INT(number_of(doc, "count(//td[. = 'due now'])"), 1);
	CHECK_INT(number_of(doc, "count(//tr[th = 'Gone from their site']/td[. = '1'])"), 1);
	CHECK_INT(number_of(doc, "count(//p[contains(., 'The last check was 15 minutes ago. 1 address is due now.')])"),
	          1);
	xmlFreeDoc(doc);
}

TEST(foreign_text_has_its_language_and_direction)
{
	xmlDoc *doc = parse(make(view_article, (struct view_args){ .article = 4 }, "/articles/4"));
	CHECK_INT(number_of(doc, "count(//h1[@lang='ar' and @dir='auto'])"), 1);
	CHECK_INT(number_of(doc, "count(//div[@class='text' and @lang='ar'])"), 1);
	xmlFreeDoc(doc);
}

TEST(search_marks_the_words)
{
	xmlDoc *doc = parse(make(view_search, (struct view_args){ .query = STR("oyster") }, "/search"));
	CHECK_INT(number_of(doc, "count(//mark[. = 'oyster'])"), 1);
	CHECK_INT(number_of(doc, "count(//a[@href='/articles/1'])"), 1);
	xmlFreeDoc(doc);
}

/* ---- one edit ------------------------------------------------------------ */

/* The names of all edits between two versions. */
static size_t edit_keys(int64_t article, int64_t a, int64_t b, char keys[64][16])
{
	struct arena *arena = arena_new();
	struct view v = { .archive = open_invented(), .arena = arena };
	struct comparison c;
	struct err e;
	size_t n = 0;

	CHECK_OK(load_comparison(&v, article, a, b, &c, &e), e);
	for (uint32_t i = 0; i < c.change.nedits && n < 64; i++)
		snprintf(keys[n++], 16, "%012llx", (unsigned long long)c.change.edits[i].key);
	arena_free(arena);
	return n;
}

static struct view_args edit_args(int64_t article, int64_t a, int64_t b, const char *key)
{
	return (struct view_args){ .article = article, .number = a, .other = b, .edit = str_from(key) };
}

TEST(every_edit_has_a_page_that_is_harmless)
{
	static const int64_t changes[][3] = {
		{ 1, 0, 1 }, { 1, 2, 3 }, { 1, 3, 0 }, { 4, 0, 1 }, { HOSTILE_ID, 0, 1 }
	};
	char keys[64][16];

	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		int64_t article = changes[i][0], a = changes[i][1], b = changes[i][2];
		size_t n = edit_keys(article, a, b, keys);
		CHECK(n > 0);
		for (size_t k = 0; k < n; k++) {
			struct str s = make(view_edit, edit_args(article, a, b, keys[k]), "/articles/x");
			check_page(s);
			CHECK(str_has(s, str_from(keys[k])));
			struct str said = run_tidy(s);
			if (said.n)
				test_failed(__FILE__, __LINE__, "edit %s: %.*s", keys[k], STR_ARG(said));
		}
	}
}

TEST(the_page_of_an_edit_shows_before_and_after)
{
	char keys[64][16];
	size_t n = edit_keys(1, 0, 1, keys), found = 0;

	for (size_t k = 0; k < n; k++) {
		xmlDoc *doc = parse(make(view_edit, edit_args(1, 0, 1, keys[k]), "/articles/x"));
		found +=
		        number_of(doc,
		                  "count(//section[starts-with(h2, 'Before')]//del[contains(., 'everal hundred')])") ==
		                1 &&
		        number_of(doc, "count(//section[starts-with(h2, 'After')]//ins[contains(., 'p to 275')])") == 1;
		CHECK_INT(number_of(doc, "count(//p[contains(., 'between 02:32 and 02:47 UTC')])"), 1);
		CHECK_INT(number_of(doc, "count(//meta[@property='og:title' or @property='og:description'])"),
		          card_prepare() ? 2 : 0);
		xmlFreeDoc(doc);
	}
	CHECK(found >= 1);
}

TEST(an_edit_that_is_not_there_is_said_so)
{
	struct arena *a = arena_new();
	struct view v = { .archive = open_invented(), .arena = a, .args = edit_args(1, 0, 1, "00000000beef") };
	struct err e = { 0 };

	buf_reset(&written);
	CHECK(!view_edit(&v, &written, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(str_has(str_from(e.text), STR("/articles/1/diff/0/1")));
	arena_free(a);
}

TEST(every_edit_has_a_card)
{
	static const int64_t changes[][3] = { { 1, 0, 1 }, { 1, 2, 3 }, { 4, 0, 1 }, { HOSTILE_ID, 0, 1 } };
	char keys[64][16];

	if (!card_prepare())
		SKIP("this machine has no Pango or no fonts");
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		size_t n = edit_keys(changes[i][0], changes[i][1], changes[i][2], keys);
		struct view_args args = edit_args(changes[i][0], changes[i][1], changes[i][2], keys[n / 2]);
		struct str s = make(view_edit_png, args, "/articles/x");
		CHECK(str_starts(s, STR("\x89PNG\r\n\x1a\n")));
		CHECK(memcmp(s.p + 16, "\0\0\x04\xb0\0\0\x02\x76", 8) == 0); /* 1200 by 630 */
		xmlDoc *doc = parse(make(view_edit_svg, args, "/articles/x"));
		CHECK_INT(number_of(doc, "count(/*[local-name()='svg'])"), 1);
		CHECK_INT(number_of(doc, "count(//*[local-name()='script'])"), 0);
		xmlFreeDoc(doc);
	}
}

/* ---- feeds -------------------------------------------------------------- */

static void check_feed(struct str s, int entries)
{
	xmlDoc *doc = parse(s);

	CHECK_INT(number_of(doc, "count(/a:feed/a:id) + count(/a:feed/a:title) + count(/a:feed/a:updated)"), 3);
	CHECK_INT(number_of(doc, "count(/a:feed/a:author/a:name)"), 1);
	CHECK_INT(number_of(doc, "count(/a:feed/a:link[@rel='self' and starts-with(@href, 'https://stet.example/')])"),
	          1);
	CHECK_INT(number_of(doc, "count(/a:feed/a:entry)"), entries);
	CHECK_INT(number_of(doc, "count(//a:entry[count(a:id) = 1 and count(a:title) = 1 and count(a:updated) = 1 and "
	                         "count(a:author/a:name) = 1 and count(a:content[@type='html']) = 1])"),
	          entries);
	CHECK_INT(number_of(doc, "count(//a:entry/a:id[. = ../preceding-sibling::a:entry/a:id])"), 0);
	CHECK_INT(number_of(doc, "count(//a:updated[string-length(.) != 20])"), 0);
	CHECK_INT(number_of(doc, "count(//a:content/*)"), 0);
	xmlFreeDoc(doc);
}

/* What a reader shows: the content, as HTML, is well-formed and harmless too. */
static void check_content(struct str s)
{
	xmlDoc *doc = parse(s);
	xmlXPathContext *c = xmlXPathNewContext(doc);
	xmlXPathRegisterNs(c, (const xmlChar *)"a", (const xmlChar *)"http://www.w3.org/2005/Atom");
	xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)"//a:entry[contains(a:id, '/diff/')]/a:content", c);
	struct buf b = BUF_INIT(MIB);

	for (int i = 0; i < o->nodesetval->nodeNr; i++) {
		xmlChar *html = xmlNodeGetContent(o->nodesetval->nodeTab[i]);
		buf_reset(&b);
		buf_printf(&b, "<div>%s</div>", (char *)html);
		xmlDoc *inner = parse(buf_view(&b));
		CHECK_INT(number_of(inner, "count(//script|//img)"), 0);
		CHECK(number_of(inner, "count(//ins|//del)") > 0);
		xmlFreeDoc(inner);
		xmlFree(html);
	}
	buf_free(&b);
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(c);
	xmlFreeDoc(doc);
}

TEST(feeds_are_valid_atom)
{
	check_feed(make(view_feed, (struct view_args){ 0 }, "/feed.atom"), 9);
	check_feed(make(view_feed, (struct view_args){ .key = STR("hostile") }, "/sources/hostile/feed.atom"), 1);
	check_feed(make(view_feed_article, (struct view_args){ .article = 1 }, "/articles/1/feed.atom"), 3);
	check_feed(make(view_feed_article, (struct view_args){ .article = 3 }, "/articles/3/feed.atom"), 1);
	check_feed(make(view_feed_search, (struct view_args){ .query = STR("harbour") }, "/search.atom"), 3);
}

TEST(feeds_show_what_changed)
{
	struct str s = make(view_feed_article, (struct view_args){ .article = 1 }, "/articles/1/feed.atom");
	CHECK(str_has(s, STR("&lt;del&gt;")));
	CHECK(str_has(s, STR("<id>https://stet.example/articles/1/diff/0/1</id>")));
	check_content(make(view_feed, (struct view_args){ 0 }, "/feed.atom"));
}

/* ---- JSON --------------------------------------------------------------- */

static json_t *parse_json(struct str s)
{
	json_error_t error;
	json_t *j = json_loadb(s.p, s.n, 0, &error);
	if (!j)
		test_failed(__FILE__, __LINE__, "%s at %d: %.*s", error.text, error.position, STR_ARG(s));
	return j;
}

TEST(json_has_the_documented_members)
{
	static const struct {
		view_function *make;
		struct view_args args;
		const char *members[6];
	} documents[] = {
		{ view_api_changes, { .page = 1 }, { "changes", "next" } },
		{ view_api_sources, { .page = 1 }, { "sources" } },
		{ view_api_source,
		  { .key = TEXT("hostile") },
		  { "source", "watched", "furniture", "changes", "next" } },
		{ view_api_articles, { .page = 1 }, { "articles", "next" } },
		{ view_api_article,
		  { .article = HOSTILE_ID },
		  { "article", "check", "versions", "changes", "sightings", "removals" } },
		{ view_api_version, { .article = 1 }, { "version", "text", "check", "left_out", "capture_sha256" } },
		{ view_api_diff, { .article = HOSTILE_ID, .other = 1 }, { "older", "newer", "diff" } },
		{ view_api_search, { .query = TEXT("harbour") }, { "found", "total", "more", "page", "hits" } },
		{ view_api_search, { .query = TEXT("added:275") }, { "found", "total", "more", "page", "hits" } },
		{ view_api_status, { .page = 1 }, { "now", "program", "status", "failing" } },
	};
	for (size_t i = 0; i < sizeof documents / sizeof *documents; i++) {
		json_t *j = parse_json(make(documents[i].make, documents[i].args, "/api"));
		for (size_t m = 0; m < 6 && documents[i].members[m]; m++)
			if (!json_object_get(j, documents[i].members[m]))
				test_failed(__FILE__, __LINE__, "document %zu has no \"%s\"", i,
				            documents[i].members[m]);
		json_decref(j);
	}
}

static size_t place(const json_t *at, const char *key)
{
	return (size_t)json_integer_value(json_object_get(at, key));
}

TEST(json_of_a_difference_can_be_put_together_again)
{
	json_t *j = parse_json(make(view_api_diff, (struct view_args){ .article = 1, .other = 1 }, "/api"));
	json_t *diff = json_object_get(j, "diff"), *ops = json_object_get(diff, "operations"), *op, *word;
	size_t i, k, words = 0;

	json_array_foreach(ops, i, op)
	{
		struct buf b = BUF_INIT(MIB);
		struct str old = str_from(json_string_value(json_object_get(op, "old_text")));
		size_t at = 0;
		json_array_foreach(json_object_get(op, "words"), k, word)
		{
			buf_str(&b, str_sub(old, at, place(word, "old_from")));
			buf_puts(&b, json_string_value(json_object_get(word, "added")));
			at = place(word, "old_to");
			words++;
		}
		buf_str(&b, str_sub(old, at, old.n));
		if (k)
			CHECK_STR(buf_view(&b), json_string_value(json_object_get(op, "new_text")));
		buf_free(&b);
	}
	CHECK(words >= 2);
	CHECK(json_array_size(json_object_get(diff, "edits")) >= words);
	CHECK(json_array_size(json_object_get(diff, "rows")) > 2);
	json_decref(j);
}

TEST(a_difference_says_what_the_list_of_changes_says)
{
	json_t *list = parse_json(make(view_api_changes, (struct view_args){ 0 }, "/api/v1/changes")), *change;
	size_t i;

	json_array_foreach(json_object_get(list, "changes"), i, change)
	{
		if (json_is_null(json_object_get(change, "version")))
			continue; /* a removal */
		int64_t number = json_integer_value(json_object_get(change, "version"));
		json_t *j = parse_json(
		        make(view_api_diff,
		             (struct view_args){ .article = json_integer_value(json_object_get(change, "article")),
		                                 .number = number - 1,
		                                 .other = number },
		             "/api"));
		json_t *diff = json_object_get(j, "diff");
		CHECK(json_equal(json_object_get(diff, "kinds"), json_object_get(change, "kinds")));
		CHECK(json_equal(json_object_get(diff, "natures"), json_object_get(change, "natures")));
		CHECK(fabs(json_real_value(json_object_get(diff, "weight")) -
		           json_real_value(json_object_get(change, "weight"))) < 0.001);
		json_decref(j);
	}
	CHECK(i >= 3);
	json_decref(list);
}

/* ---- removals ----------------------------------------------------------- */

TEST(removals_stand_among_the_changes)
{
	xmlDoc *doc = parse(make(view_home, (struct view_args){ 0 }, "/"));
	CHECK_INT(number_of(doc, "count(//li[@class='change gone'])"), 2);
	CHECK_INT(number_of(doc, "count(//li[@class='change back'])"), 1);
	/* The newest event first: 10 Oct back, 9 Oct confirmed, 7 Oct everything else. */
	CHECK_INT(number_of(doc, "count((//li[starts-with(@class, 'change')])[1][@class='change back'])"), 1);
	CHECK_INT(number_of(doc, "count((//li[starts-with(@class, 'change')])[2][.//a[starts-with(@href, "
	                         "'/articles/3#gone-')]])"),
	          1);
	CHECK_INT(number_of(doc,
	                    "count(//li[contains(., 'gone since 7 Oct 2024, 08:40 UTC; last seen at 08:10; said by "
	                    "7 checks, confirmed after 2 days')])"),
	          1);
	CHECK_INT(
	        number_of(doc, "count(//li[contains(., 'back since 10 Oct 2024, 08:40 UTC; it was gone for 3 days')])"),
	        1);
	CHECK_INT(number_of(doc, "count(//li[.//a/@href='/articles/3#text'])"), 1);
	xmlFreeDoc(doc);
	struct str s = make(view_source, (struct view_args){ .key = STR("northgate-post") }, "/sources/northgate-post");
	CHECK(str_has(s, STR("change gone")));
	s = make(view_source, (struct view_args){ .key = STR("saltmarsh-courier") }, "/sources/saltmarsh-courier");
	CHECK(!str_has(s, STR("change gone")));
}

TEST(an_article_tells_that_it_is_gone_and_who_says_so)
{
	xmlDoc *doc = parse(make(view_article, (struct view_args){ .article = 3 }, "/articles/3"));
	CHECK_INT(number_of(doc, "count(//p[@class='problem' and starts-with(@id, 'gone-') and contains(., 'Gone from "
	                         "its address since 7 Oct 2024, 08:40 UTC; last seen at 08:10 UTC.')])"),
	          1);
	CHECK_INT(
	        number_of(doc,
	                  "count(//details[contains(summary, '1 check that says so')]//li[contains(., 'not found')])"),
	        1);
	CHECK_INT(number_of(doc, "count(//*[local-name()='line' and @class='gone'])"), 1);
	xmlFreeDoc(doc);
	doc = parse(make(view_article, (struct view_args){ .article = 2 }, "/articles/2"));
	CHECK_INT(number_of(doc, "count(//p[@class='problem'])"), 0);
	CHECK_INT(number_of(doc, "count(//p[contains(., 'Back since 10 Oct 2024, 08:40 UTC, after 3 days.')])"), 1);
	xmlFreeDoc(doc);
	struct str s = make(view_article, (struct view_args){ .article = 4 }, "/articles/4");
	CHECK(str_has(s, STR("That is believed when it has said so for days.")));
}

TEST(an_article_tells_what_was_said_of_its_last_check)
{
	xmlDoc *doc = parse(make(view_article, (struct view_args){ .article = 4 }, "/articles/4"));
	CHECK_INT(number_of(doc, "count(//dd[contains(., 'unreadable (the reader ended with signal 9). The page could "
	                         "not be read') and span[@class='detail']])"),
	          1);
	xmlFreeDoc(doc);
	json_t *j = parse_json(make(view_api_article, (struct view_args){ .article = 4 }, "/api"));
	json_t *check = json_object_get(j, "check");
	CHECK_STR(str_from(json_string_value(json_object_get(check, "outcome"))), "unreadable");
	CHECK_STR(str_from(json_string_value(json_object_get(check, "detail"))), "the reader ended with signal 9");
	json_decref(j);
}

TEST(lists_are_narrowed_to_removals_and_from_them)
{
	static const struct {
		const char *kinds;
		int64_t matters;
		size_t changes, removals;
	} cases[] = { { "gone", 0, 0, 2 }, { "back", 0, 0, 1 }, { "gone,back", 0, 0, 3 },    { "headline", 0, 4, 0 },
		      { "", 1, 5, 3 },     { "gone", 1, 0, 2 }, { "headline,gone", 0, 4, 2 } };

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct view_args args = { .kinds = str_from(cases[i].kinds), .matters = cases[i].matters };
		json_t *j = parse_json(make(view_api_changes, args, "/api")), *item;
		size_t k, changes = 0, removals = 0;
		json_array_foreach(json_object_get(j, "changes"), k, item)
		{
			bool change = strcmp(json_string_value(json_object_get(item, "event")), "change") == 0;
			changes += change;
			removals += !change;
		}
		if (changes != cases[i].changes || removals != cases[i].removals)
			test_failed(__FILE__, __LINE__, "%s, %d: %zu changes, %zu removals", cases[i].kinds,
			            (int)cases[i].matters, changes, removals);
		json_decref(j);
	}
}

/* Every way of paging gives the same list, also where events share a second. */
TEST(lists_of_events_of_one_second_go_on_without_a_gap)
{
	enum { ARTICLES = 40 };
	struct arena *a = arena_new();
	struct archive *ar;
	struct err e;
	char path[256];
	int64_t source, id;

	snprintf(path, sizeof path, "%s/many.db", test_folder());
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	CHECK_OK(archive_source_ensure(ar, STR("many.example"), STR("many"), 0, &source, &e), e);
	for (int i = 0; i < ARTICLES; i++) {
		CHECK_OK(archive_article_add(ar, source, arena_printf(a, "https://many.example/%d", i), 0, &id, &e), e);
		struct removal r = { id, 100, 50, STR("gone"), 3, 1000 + i / 20, i % 2 ? 1001 : WHEN_NONE };
		CHECK_OK(archive_removal_put(ar, &r, &e), e);
	}
	for (size_t rows = 1; rows < 70; rows += 3) {
		struct view v = { .archive = ar, .arena = a, .path = STR("/"), .args.kinds = STR("gone,back") };
		struct news_page list;
		struct news_place last = { INT64_MAX, 0, 0 };
		size_t seen = 0;
		do {
			CHECK_OK(load_news(&v, rows, 0, false, &list, &e), e);
			for (size_t i = 0; i < list.n; i++, seen++) {
				struct news_place p = news_place_of(&list.items[i]);
				CHECK(p.at < last.at || (p.at == last.at && p.article < last.article) ||
				      (p.at == last.at && p.article == last.article && p.number < last.number));
				last = p;
			}
			v.args.before = list.next;
		} while (list.next.n && seen < 1000);
		CHECK_INT(seen, ARTICLES + ARTICLES / 2);
	}
	archive_close(ar);
	arena_free(a);
}

TEST(search_shows_what_changes_removed_and_added)
{
	struct view_args args = { .query = STR("removed:\"several hundred\" added:275") };
	xmlDoc *doc = parse(make(view_search, args, "/search"));
	CHECK(number_of(doc, "count(//li[@class='change'])") > 0);
	CHECK(number_of(doc, "count(//del)") > 0);
	CHECK(number_of(doc, "count(//ins[. = '275'])") > 0);
	CHECK(number_of(doc, "count(//h2/a[starts-with(@href, '/articles/1/diff/0/1')])") > 0);
	xmlFreeDoc(doc);
	check_feed(make(view_feed_search, args, "/search.atom"), 1);
}

TEST(search_shows_what_stood_in_earlier_versions_only)
{
	struct view_args args = { .query = STR("\"several hundred people\"") };
	xmlDoc *doc = parse(make(view_search, args, "/search"));
	CHECK_INT(number_of(doc, "count(//li[@class='change'])"), 0);
	xmlFreeDoc(doc);
	args.earlier = 1;
	doc = parse(make(view_search, args, "/search"));
	CHECK_INT(number_of(doc, "count(//li[@class='change'])"), 1);
	CHECK(number_of(doc, "count(//del)") > 0);
	CHECK(number_of(doc, "count(//input[@checked])") > 0);
	CHECK(number_of(doc, "count(//a[contains(@href, 'earlier=1')])") > 0);
	xmlFreeDoc(doc);
}

TEST(a_search_narrows_removals_too)
{
	xmlDoc *doc = parse(make(view_feed_search, (struct view_args){ .query = STR("marathon") }, "/search.atom"));
	CHECK_INT(number_of(doc, "count(//a:entry)"), 1);
	CHECK_INT(number_of(doc, "count(//a:entry[starts-with(a:title, 'Gone: Marathon')])"), 1);
	xmlFreeDoc(doc);
}

TEST(feeds_tell_of_removals)
{
	xmlDoc *doc = parse(make(view_feed, (struct view_args){ 0 }, "/feed.atom"));
	CHECK_INT(number_of(doc, "count(//a:entry[a:title = 'Gone: Marathon route to cross the river twice' and "
	                         "starts-with(a:id, 'https://stet.example/articles/3#gone-')])"),
	          1);
	CHECK_INT(number_of(doc,
	                    "count(//a:entry[starts-with(a:title, 'Back: ') and a:updated = '2024-10-10T08:40:00Z'])"),
	          1);
	xmlFreeDoc(doc);
}

TEST(history_tells_where_sentences_come_from)
{
	struct str s = make(view_history, (struct view_args){ .article = 1 }, "/articles/1/history");

	CHECK(str_has(s, STR("class=\"life age-")));
	CHECK(str_has(s, STR("<a href=\"/articles/1/diff/0/1\"")));
	json_t *j = parse_json(make(view_api_history, (struct view_args){ .article = 1 }, "/api"));
	CHECK(json_array_size(json_object_get(j, "sentences")) > 3);
	json_decref(j);
}

TEST(what_is_not_there_is_said_so)
{
	struct arena *a = arena_new();
	struct view v = { .archive = open_invented(),
		          .arena = a,
		          .now = INVENTED_NOW,
		          .args = { .article = 99, .other = 1, .page = 1 } };
	view_function *functions[] = { view_article,     view_version,  view_diff,    view_feed_article,
		                       view_api_article, view_api_diff, view_history, view_api_history };

	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		struct err e = { 0 };
		buf_reset(&written);
		CHECK(!functions[i](&v, &written, &e));
		CHECK_INT(e.kind, ERR_NOT_FOUND);
		CHECK(*e.text);
	}
	arena_free(a);
}

TEST_MAIN
