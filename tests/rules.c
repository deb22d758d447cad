/*
 * src/page/rules.c and src/page/selector.c.
 *
 * tests/cases/rules/NAME.html is a page found at https://www.NAME.example/2024/05/06/story, NAME.rules a file of rules,
 * NAME.txt what the page gives under the rule for its address.
 */
#include "page/rules.h"

#include <string.h>

#include "check.h"
#include "html/html.h"
#include "page/page.h"
#include "page/selector.h"

/* ---- cases ---------------------------------------------------------------- */

static struct str case_file(struct arena *a, const char *name, const char *ending)
{
	return test_file(test_case_path(arena_cstr(a, arena_printf(a, "rules/%s.%s", name, ending))));
}

static void read_with(struct arena *a, struct str bytes, struct str url, struct str rule, struct page *out)
{
	struct page_ask ask = {
		.bytes = bytes, .content_type = STR("text/html"), .url = url, .rules = rule, .explain = true
	};
	struct err e;

	CHECK_OK(page_read(a, &ask, out, &e), e);
}

static void put_page(struct buf *b, const struct page *p)
{
	const struct article *a = &p->article;
	char at[WHEN_TEXT];

	buf_printf(b, "kind: %s\nlanguage: %.*s\npublished: %s\n\n", page_kind_name(p->kind), STR_ARG(a->language),
	           when_iso(a->published, at));
	buf_printf(b, "%.*s\n", STR_ARG(a->title));
	for (size_t i = 0; i < a->nbylines; i++)
		buf_printf(b, "%s%.*s", i ? ", " : "By ", STR_ARG(a->bylines[i]));
	if (a->agency.n)
		buf_printf(b, " (%.*s)", STR_ARG(a->agency));
	buf_puts(b, "\n\n");
	for (size_t i = 0; i < a->nblocks; i++)
		buf_printf(b, "[%s] %.*s\n", block_kind_name(a->blocks[i].kind), STR_ARG(a->blocks[i].text));
}

static void check_case(const char *name)
{
	struct arena *a = arena_new();
	struct buf got = BUF_INIT(MAX_WIRE_BYTES);
	struct rules rules;
	struct page p;
	struct err e;

	CHECK_OK(rules_parse(a, case_file(a, name, "rules"), name, &rules, &e), e);
	struct str url = arena_printf(a, "https://www.%s.example/2024/05/06/story", name);
	read_with(a, case_file(a, name, "html"), url, rules_for(&rules, url), &p);
	put_page(&got, &p);
	struct str want = case_file(a, name, "txt");
	if (!str_eq(buf_view(&got), want))
		test_failed(__FILE__, __LINE__, "%s: got\n%s---- wanted\n%.*s", name, buf_cstr(&got), STR_ARG(want));
	buf_free(&got);
	arena_free(a);
}

TEST(a_rule_decides_about_a_page)
{
	check_case("courier");
}

/* ---- files ---------------------------------------------------------------- */

TEST(the_longest_site_has_the_rule)
{
	struct arena *a = arena_new();
	struct rules r;
	struct err e;
	static const struct {
		const char *url, *holds;
	} cases[] = {
		{ "https://courier.example/a", "true-headline" },
		{ "http://WWW.Courier.example:8080/a?b", "true-headline" },
		{ "https://courier-live.example", "true-headline" },
		{ "https://sport.courier.example/a", "no-such-element" },
		{ "https://m.sport.courier.example/a", "no-such-element" },
		{ "https://notcourier.example/", "" },
		{ "https://courier.example.evil.example/", "" },
		{ "https://evil.example/courier.example", "" },
		{ "", "" },
	};

	CHECK_OK(rules_parse(a, case_file(a, "courier", "rules"), "f", &r, &e), e);
	CHECK_INT(r.nsites, 3);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str rule = rules_for(&r, str_from(cases[i].url));
		if (*cases[i].holds ? !str_has(rule, str_from(cases[i].holds)) : rule.n != 0)
			test_failed(__FILE__, __LINE__, "%s: \"%.*s\"", cases[i].url, STR_ARG(rule));
	}
	arena_free(a);
}

TEST(hosts_of_other_scripts_are_written_as_people_do)
{
	struct arena *a = arena_new();
	struct rules r;
	struct err e;

	CHECK_OK(rules_parse(a,
	                     STR("\xef\xbb\xbf[b]\r\nsite = B\xc3\xbc"
	                         "cher.example\r\ndrop=p"),
	                     "f", &r, &e),
	         e);
	CHECK_STR(rules_for(&r, STR("https://xn--bcher-kva.example/a")), "site = B\xc3\xbc"
	                                                                 "cher.example\r\ndrop=p");
	CHECK_OK(rules_parse(a, STR(""), "f", &r, &e), e);
	CHECK_INT(r.nsites, 0);
	arena_free(a);
}

#define A4 "a a a a "
#define A16 A4 A4 A4 A4

TEST(mistakes_are_named_with_their_line)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
		{ "drop = p", "f, line 1: a rule begins with a [section]" },
		{ "[a]\nsite = a.example\n\nblah",
		  "f, line 4: this is neither a [section] nor \"name = value\" nor a comment" },
		{ "[a\nsite = a.example", "f, line 1: the name of a section stands between \"[\" and \"]\"" },
		{ "[ ]\n", "f, line 1: the name of a section stands between \"[\" and \"]\"" },
		{ "[a]\ndrop = p\n# x\n[b]", "f, line 4: the section [a] above names no site" },
		{ "[a]\ndrop = p", "f, line 2: the section [a] above names no site" },
		{ "[a]\nsite = https://a.example/",
		  "f, line 2: site: \"https://a.example/\" is not the name of a host, such "
		  "as news.example" },
		{ "[a]\nsite = a.example,", "f, line 2: site: \"\" is not the name of a host, such as news.example" },
		{ "[a]\nsite = a.example\n[b]\nsite = A.EXAMPLE",
		  "f, line 4: site: there is a rule for a.example already" },
		{ "[a]\nfrop = p",
		  "f, line 2: a rule has no \"frop\"; it may have site, body, drop, keep, title, byline and "
		  "published" },
		{ "[a]\ndrop =", "f, line 2: nothing stands behind \"drop =\"" },
		{ "[a]\ndrop = p:first-child",
		  "f, line 2: drop: cannot read \":first-child\"; a selector is made of tag, *, "
		  ".class, #id, [attr] and [attr=value] (or ^=, $=, *=), joined by a space, "
		  "\">\" or \",\"" },
		{ "[a]\nbody = p,", "f, line 2: body: the selector \"p,\" breaks off" },
		{ "[a]\nbody = p >", "f, line 2: body: the selector \"p >\" breaks off" },
		{ "[a]\nbody = p .", "f, line 2: body: the selector \"p .\" breaks off" },
		{ "[a]\nbody = p[", "f, line 2: body: the selector \"p[\" breaks off" },
		{ "[a]\nbody = p[href", "f, line 2: body: the selector \"p[href\" breaks off" },
		{ "[a]\nbody = p[id='b]", "f, line 2: body: a quotation mark is not closed" },
		{ "[a]\nkeep = p[onclick]",
		  "f, line 2: keep: pages are read without the attribute \"onclick\"; class, id, role, "
		  "itemprop, property, name, rel, href, data-testid, data-component and some others "
		  "are there" },
		{ "[a]\nkeep = p[id^='']", "f, line 2: keep: [id^=] has no value, so that it would match everything" },
		{ "[a]\nkeep = p.a.b.c.d.e.f.g.h.i", "f, line 2: keep: more than 8 classes, ids and attributes on one "
		                                     "element" },
		{ "[a]\nkeep = " A16 A16 A16 A16 "a",
		  "f, line 2: keep: more than 64 elements are named in its selectors" },
		{ "[a]\nkeep = " A16 A16 A16 A16 "\nkeep = a",
		  "f, line 3: keep: more than 64 elements are named in its selectors" },
		{ "\xff", "f: this is not a text in UTF-8" },
	};
	struct arena *a = arena_new();
	struct rules r;
	struct err e;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK(!rules_parse(a, str_from(cases[i].text), "f", &r, &e));
		CHECK_STR(str_from(e.text), cases[i].sentence);
	}
	arena_free(a);
}

TEST(sections_and_files_have_a_greatest_length)
{
	struct buf b = BUF_INIT(2 * MAX_RULES_BYTES);
	struct arena *a = arena_new();
	struct rules r;
	struct err e;

	buf_puts(&b, "[a]\nsite = a.example\n");
	while (b.n < MAX_RULE_BYTES - 40)
		buf_puts(&b, "# a comment that says much\n");
	CHECK_OK(rules_parse(a, buf_view(&b), "f", &r, &e), e);
	buf_puts(&b, "# and more of it\n# until it is too much for one section\n");
	CHECK(!rules_parse(a, buf_view(&b), "f", &r, &e));
	CHECK(str_has(str_from(e.text), STR("the section [a] above has more than 8192 bytes")));
	while (b.n <= MAX_RULES_BYTES)
		buf_puts(&b, "# a comment that says much\n");
	CHECK(!rules_parse(a, buf_view(&b), "f", &r, &e));
	CHECK_STR(str_from(e.text), "f: larger than 1048576 bytes");
	buf_free(&b);
	arena_free(a);
}

/* A section comes to the reader by itself, and is not believed there either. */
TEST(a_bad_section_is_an_error_of_the_page)
{
	struct arena *a = arena_new();
	struct page p;
	struct err e;
	struct page_ask ask = { .bytes = STR("<p>a</p>"), .rules = STR("drop = p\nbody = ]") };

	CHECK(!page_read(a, &ask, &p, &e));
	CHECK(str_starts(str_from(e.text), STR("the rule of the site cannot be used: body: cannot read \"]\"")));
	arena_free(a);
}

/* ---- selectors ------------------------------------------------------------ */

/* The ids of what matches, in order. */
static struct str matches(struct arena *a, const struct html *h, const char *selectors)
{
	struct selector_list *l = ARENA_NEW(a, struct selector_list);
	struct str ids = STR_NONE;
	uint32_t node;
	struct err e;

	CHECK_OK(selector_parse(a, str_from(selectors), l, &e), e);
	struct selector_walk w = selector_begin(l, h, a);
	while (selector_next(&w, &node))
		ids = arena_printf(a, "%.*s%s%.*s", STR_ARG(ids), ids.n ? " " : "",
		                   STR_ARG(html_attribute(h, node, "id")));
	return ids;
}

TEST(selectors_match_as_in_css)
{
	static const char page[] =
	        "<div id=1 class='a b'><p id=2 class=b>x<b id=3>y</b></p><div id=4 class=A><p id=5 "
	        "class='ab\tc'></p></div></div>"
	        "<x-box id=6 data-component=promo-left><p id=7 data-component=''></p></x-box><a id=8 "
	        "href='http://q.example/z.pdf'></a>";
	static const struct {
		const char *selectors, *ids;
	} cases[] = {
		{ "p", "2 5 7" },
		{ "P", "2 5 7" },
		{ "b", "3" },
		{ ".b", "1 2" },
		{ ".a", "1" },
		{ ".A", "4" },
		{ ".ab", "5" },
		{ "div.a.b", "1" },
		{ "#4", "4" },
		{ "x-box", "6" },
		{ "x-other", "" },
		{ "x-box *", "7" },
		{ "[data-component]", "6 7" },
		{ "[DATA-COMPONENT=promo-left]", "6" },
		{ "[data-component='']", "7" },
		{ "[data-component=Promo-left]", "" },
		{ "[data-component ^= promo]", "6" },
		{ "[data-component$=\"-left\" ]", "6" },
		{ "[href*='//q.']", "8" },
		{ "a[href$=.pdf]", "8" },
		{ "div p", "2 5" },
		{ "div > p", "2 5" },
		{ "div>div>p", "5" },
		{ ".a > p", "2" },
		{ ".a p", "2 5" },
		{ ".a b", "3" },
		{ ".a > b", "" },
		{ "body > div p b", "3" },
		/* A nearer "div" does not fit below ".a"; the farther one does. */
		{ "body > div p.c", "5" },
		{ "b, p.c ,x-box", "3 5 6" },
		{ "p p", "" },
		{ "b > p, p > b", "3" },
	};
	struct arena *a = arena_new();
	struct html h;
	struct err e;

	CHECK_OK(html_parse(a, str_from(page), STR_NONE, &h, &e), e);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (!str_eq(matches(a, &h, cases[i].selectors), str_from(cases[i].ids)))
			test_failed(__FILE__, __LINE__, "%s: \"%.*s\", not \"%s\"", cases[i].selectors,
			            STR_ARG(matches(a, &h, cases[i].selectors)), cases[i].ids);
	arena_free(a);
}

/* Sixty-four steps on a tree as deep as may be: every way is gone once. */
TEST(deep_pages_and_long_selectors_cost_one_pass)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);
	struct html h;
	struct err e;

	for (int i = 0; i < 200; i++)
		buf_puts(&b, "<div class=a>");
	buf_puts(&b, "<p id=1>x");
	CHECK_OK(html_parse(a, buf_view(&b), STR_NONE, &h, &e), e);
	buf_reset(&b);
	for (int i = 0; i < 63; i++)
		buf_puts(&b, i % 2 ? "div.a > " : ".a ");
	buf_puts(&b, "p");
	CHECK_STR(matches(a, &h, buf_cstr(&b)), "1");
	b.n--;
	buf_puts(&b, "q");
	CHECK_STR(matches(a, &h, buf_cstr(&b)), "");
	buf_free(&b);
	arena_free(a);
}

static uint32_t next_random(uint32_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 17;
	*state ^= *state << 5;
	return *state;
}

/* What is accepted in a file can be used on a page. */
TEST(files_with_random_mistakes_are_refused_or_used)
{
	static const char signs[] = ".#[]=^$*>,'\" \n;\\p\xc3";
	struct arena *a = arena_new(), *pages = arena_new();
	struct str file = case_file(a, "courier", "rules");
	char *bytes = arena_alloc(pages, file.n);
	struct html h;
	struct rules r;
	struct rule_marks marks;
	struct err e;
	uint32_t state = 20240506;
	size_t used = 0, refused = 0;

	CHECK_OK(html_parse(pages, case_file(pages, "courier", "html"), STR_NONE, &h, &e), e);
	for (int i = 0; i < 4000; i++) {
		memcpy(bytes, file.p, file.n);
		for (uint32_t k = next_random(&state) % 4 + 1; k; k--)
			bytes[next_random(&state) % file.n] = signs[next_random(&state) % (sizeof signs - 1)];
		struct str mutant = str_of(bytes, next_random(&state) % 3 ? file.n : next_random(&state) % file.n);
		bool ok = rules_parse(a, mutant, "f", &r, &e);
		for (size_t k = 0; ok && k < r.nsites; k++)
			CHECK_OK(rules_mark(r.sites[k].section, &h, a, &marks, &e), e);
		used += ok && r.nsites;
		refused += !ok;
		arena_reset(a);
	}
	CHECK(used > 100 && refused > 100);
	arena_free(pages);
	arena_free(a);
}

/* ---- what is told --------------------------------------------------------- */

static bool has_line(const struct page *p, const char *reason, const char *place, const char *text)
{
	for (size_t i = 0; i < p->nlines; i++)
		if (!p->lines[i].kept && str_eq(p->lines[i].reason, str_from(reason)) &&
		    str_eq(p->lines[i].place, str_from(place)) && str_starts(p->lines[i].text, str_from(text)))
			return true;
	return false;
}

static bool has_text(const struct page *p, const char *reason, bool kept, const char *text)
{
	for (size_t i = 0; i < p->nlines; i++)
		if (p->lines[i].kept == kept && str_eq(p->lines[i].reason, str_from(reason)) &&
		    str_starts(p->lines[i].text, str_from(text)))
			return true;
	return false;
}

TEST(what_a_rule_did_is_explained)
{
	struct arena *a = arena_new();
	struct rules r;
	struct page p;
	struct err e;
	struct str bytes = case_file(a, "courier", "html"), url = STR("https://courier.example/a");

	CHECK_OK(rules_parse(a, case_file(a, "courier", "rules"), "f", &r, &e), e);
	read_with(a, bytes, url, rules_for(&r, url), &p);
	CHECK(has_line(&p, "rule drop", "div.Story_text__x7 > p.inline-teaser", "The captain who never learned"));
	CHECK(has_line(&p, "rule drop", "div > p", "Our letter about the harbour"));
	CHECK(!has_text(&p, "rule keep", false, "") && has_text(&p, "rule keep", true, "Correction: the ferry"));
	CHECK(!has_text(&p, "rule body", true, "") && has_text(&p, "rule body", false, "Every week the paper"));
	url = STR("https://sport.courier.example/a");
	read_with(a, bytes, url, rules_for(&r, url), &p);
	CHECK(has_line(&p, "rule without a match", "", "body: .no-such-element"));
	CHECK(p.article.nblocks > 0);
	arena_free(a);
}

TEST(what_does_not_match_changes_nothing)
{
	struct arena *a = arena_new();
	struct page with, without;
	struct str bytes = test_file(test_case_path("page/full.html"));

	read_with(a, bytes, STR("https://news.example/a"), STR_NONE, &without);
	read_with(a, bytes, STR("https://news.example/a"),
	          STR("body = .x\ndrop = .x\nkeep = .x\ntitle = .x\nbyline = .x\npublished = .x\n"), &with);
	struct sha256 one = article_identity(&with.article), two = article_identity(&without.article);
	CHECK(!memcmp(&one, &two, sizeof one));
	CHECK_INT(with.article.published, without.article.published);
	arena_free(a);
}

TEST(names_and_dates_come_from_attributes_too)
{
	struct arena *a = arena_new();
	struct page p;

	read_with(a,
	          STR("<meta name=x-title content='Bridge  opens'><meta name=x-day content='Updated 3 May 2024'>"
	              "<div class=by>Ana Ruiz and <a class=by>Bo Lim</a></div><p>The bridge is open.</p>"),
	          STR("https://news.example/a"),
	          STR("title = .none, meta[name=x-title]\npublished = meta[name=x-day]\nbyline = .by"), &p);
	CHECK_STR(p.article.title, "Bridge opens");
	CHECK_INT(p.article.nbylines, 2);
	CHECK_STR(p.article.bylines[0], "Ana Ruiz");
	CHECK_STR(p.article.bylines[1], "Bo Lim");
	CHECK_STR(p.article.published_text, "Updated 3 May 2024");
	CHECK_INT(p.article.published, 1714694400);
	arena_free(a);
}

TEST_MAIN
