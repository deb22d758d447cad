/*
 * What feeds say, piece by piece: relative addresses, markup of strangers,
 * persons, times to leave alone, and text of every type.
 */
#include <strings.h>

#include "base/limits.h"
#include "check.h"
#include "feed/join.h"
#include "feed/parts.h"
#include "feed/safe.h"
#include "feed/safe.inc"

#define BASE "https://quay.example/news/2024/index.xml?page=1"

TEST(references_are_joined_and_not_made_normal)
{
	static const struct {
		const char *base, *reference, *joined;
	} cases[] = {
		{ BASE, "crane", "https://quay.example/news/2024/crane" },
		{ BASE, "./crane", "https://quay.example/news/2024/crane" },
		{ BASE, "../crane", "https://quay.example/news/crane" },
		{ BASE, "../../crane", "https://quay.example/crane" },
		{ BASE, "../../../../crane", "https://quay.example/crane" },
		{ BASE, "..", "https://quay.example/news/" },
		{ BASE, ".", "https://quay.example/news/2024/" },
		{ BASE, "a/./b/../c", "https://quay.example/news/2024/a/c" },
		{ BASE, "/crane", "https://quay.example/crane" },
		{ BASE, "//wharf.example/crane", "https://wharf.example/crane" },
		{ BASE, "?page=2", "https://quay.example/news/2024/index.xml?page=2" },
		{ BASE, "#top", "https://quay.example/news/2024/index.xml?page=1#top" },
		{ BASE, "", "https://quay.example/news/2024/index.xml?page=1" },
		{ BASE, "g?x=../y", "https://quay.example/news/2024/g?x=../y" },
		{ BASE, "HTTPS://Quay.EXAMPLE/%7Ebob/../x", "HTTPS://Quay.EXAMPLE/%7Ebob/../x" },
		{ BASE, "https:///quay.example/x", "https://quay.example/x" },
		{ BASE, "tag:quay.example,2024:1", "tag:quay.example,2024:1" },
		{ BASE, "mailto:desk@quay.example", "mailto:desk@quay.example" },
		{ "https://quay.example", "crane", "https://quay.example/crane" },
		{ "https://quay.example", "?a=b", "https://quay.example?a=b" },
		{ "", "crane", "crane" },
		{ "", "", "" },
		{ "urn:isbn:1", "crane", "crane" },
		{ "no address", "crane", "crane" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(join_reference(a, str_from(cases[i].base), str_from(cases[i].reference)), cases[i].joined);
	arena_free(a);
}

TEST(only_addresses_that_run_nothing_are_safe)
{
	static const char *const good[] = {
		"https://quay.example/",  "/a:b", "a/b:c", "?q=javascript:x", "#a:b", "", "mailto:desk@quay.example",
		"tag:quay.example,2024:1"
	};
	static const char *const bad[] = { "javascript:alert(1)",      " JavaScript:alert(1)", "java\tscript:alert(1)",
		                           "&#106;avascript:alert(1)", "data:text/html,x",     "vbscript:x" };

	for (size_t i = 0; i < sizeof good / sizeof *good; i++)
		if (!join_is_safe(str_from(good[i])))
			test_failed(__FILE__, __LINE__, "should be safe: %s", good[i]);
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		if (join_is_safe(str_from(bad[i])))
			test_failed(__FILE__, __LINE__, "should not be safe: %s", bad[i]);
}

TEST(markup_of_strangers_is_made_safe)
{
	static const struct {
		const char *html, *safe;
	} cases[] = {
		{ "The <b>crane</b> is <em>gone</em>.", "The <b>crane</b> is <em>gone</em>." },
		{ "<P>Two<BR>lines<br/>and<br />more</P>", "<p>Two<br />lines<br />and<br />more</p>" },
		{ "<a title='x \"y\"' href=\"../crane\">c</a>",
		  "<a href=\"https://quay.example/news/crane\" title=\"x &quot;y&quot;\">c</a>" },
		{ "<a href=\"javascript:go()\" onclick=\"go()\">c</a>", "<a href=\"\">c</a>" },
		{ "<img src=crane.png alt=\"a<b\" width=10 onerror=x>",
		  "<img alt=\"a&lt;b\" src=\"https://quay.example/news/2024/crane.png\" width=\"10\" />" },
		{ "a<script>if (a < b) go(\"</p>\")</script>b", "ab" },
		{ "a<style>p { color: red }</style>b<script>never ends", "ab" },
		{ "a<script/>b", "ab" },
		{ "a<!-- <script> -->b<?php go() ?>c<!DOCTYPE html>d", "abcd" },
		{ "a<!-- never ends <b>b</b>", "a" },
		{ "<!DOCTYPE", "<!DOCTYPE" },
		{ "wow<!' says he", "wow&lt;!' says he" },
		{ "<blink>old</blink> <iframe src=x></iframe><object><p>in</p></object>", "old <p>in</p>" },
		{ "1 < 2 & 3 > 2", "1 < 2 & 3 > 2" },
		{ "Q&A &eacute; &unheard; &#38; &#x26; &#146; &copy me",
		  "Q&amp;A &eacute; &amp;unheard; &#38; &#x26; &#x2019; &copy; me" },
		{ "<a href=\"?a=1&b=2&amp;c=3\">x</a>",
		  "<a href=\"https://quay.example/news/2024/index.xml?a=1&amp;b=2&amp;c=3\">x</a>" },
		{ "<i/>x<>y</>z", "<i></i>xyz" },
		{ "<<blink>script>go()<</blink>/script>", "&lt;script>go()&lt;/script>" },
		{ "<<!-- -->script>go()", "&lt;script>go()" },
		{ "<<>script>go()", "&lt;script>go()" },
		{ "<<script>x</script>img src=x onerror=go()>", "&lt;img src=x onerror=go()>" },
		{ "cut <b>bold <a href=\"never", "cut <b>bold &lt;a href=\"never" },
		{ "<input checked disabled>", "<input checked=\"checked\" disabled=\"disabled\" />" },
		{ "<b class=a class=b>x</b>", "<b class=\"a\">x</b>" },
		{ "<svg viewbox='0 0 1 1' onload='go()'><circle R=1 /><script>x</script></svg>",
		  "<svg viewBox=\"0 0 1 1\" xmlns=\"http://www.w3.org/2000/svg\"><circle r=\"1\"></svg>" },
		{ "<circle r=1><math><mi>x</mi></math><mi>y</mi>",
		  "<math xmlns=\"http://www.w3.org/1998/Math/MathML\"><mi>x</mi></math>y" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(safe_html(a, str_from(cases[i].html), STR(BASE)), cases[i].safe);
	CHECK_STR(safe_html(a, STR("<a href=crane>c</a>"), STR_NONE), "<a href=\"crane\">c</a>");
	arena_free(a);
}

/* Whatever is put together: no script begins, and no attribute runs one. */
TEST(safe_markup_is_safe)
{
	static const char pieces[][10] = { "<blink>", "</blink>", "script>", "<!-- -->", "<>",     " on=x", "<?",
		                           "?>",      "<",        ">",       "a",        "=",      "\"",    "'",
		                           "/",       " ",        "&",       "!",        "-",      ";",     "#",
		                           "x",       "<b ",      "<svg ",   "href",     "<script" };
	struct arena *a = arena_new();
	unsigned random = 7;

	for (int i = 0; i < 20000; i++) {
		struct buf b = BUF_INIT(KIB);
		for (int k = 0; k < 14; k++) {
			random = random * 1103515245 + 12345;
			buf_puts(&b, pieces[(random >> 16) % (sizeof pieces / sizeof *pieces)]);
		}
		struct str once = safe_html(a, buf_view(&b), STR(BASE));
		if (str_find_nocase(once, STR("<script")) != STR_NPOS)
			test_failed(__FILE__, __LINE__, "a script in %.*s", STR_ARG(buf_view(&b)));
		buf_free(&b);
		if (i % 1000 == 0)
			arena_reset(a);
	}
	arena_free(a);
}

/* They are searched by halves. */
TEST(lists_are_sorted)
{
#define LIST(name)                                                                                                     \
	{                                                                                                              \
		name, sizeof name / sizeof *name                                                                       \
	}
	static const struct {
		const char *const *names;
		size_t n;
	} lists[] = { LIST(html_elements),  LIST(html_attributes), LIST(address_attributes),
		      LIST(void_elements),  LIST(unread_elements), LIST(svg_elements),
		      LIST(svg_attributes), LIST(math_elements),   LIST(math_attributes) };
	static const char *const roles[] = { "abstract",    "content:encoded", "dc:creator", "guid",      "link",
		                             "media:group", "news:title",      "webmaster",  "xhtml:body" };

	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
		for (size_t k = 1; k < lists[i].n; k++)
			if (strcasecmp(lists[i].names[k - 1], lists[i].names[k]) >= 0)
				test_failed(__FILE__, __LINE__, "%s stands in the wrong place", lists[i].names[k]);
	for (size_t i = 0; i < sizeof roles / sizeof *roles; i++)
		if (role_of(str_from(roles[i]))->role == ROLE_OTHER)
			test_failed(__FILE__, __LINE__, "%s has no role", roles[i]);
	CHECK(role_of(STR("unheard:of"))->role == ROLE_OTHER);
}

TEST(html_is_recognised)
{
	CHECK(safe_looks_like_html(STR("<p>Tides</p>")));
	CHECK(safe_looks_like_html(STR("AT&amp;T")));
	CHECK(safe_looks_like_html(STR("a &#8217; b")));
	CHECK(!safe_looks_like_html(STR("AT&T")));
	CHECK(!safe_looks_like_html(STR("5 < 6 & 7")));
	CHECK(!safe_looks_like_html(STR("History of the <blink> tag</blink>")));
	CHECK(!safe_looks_like_html(STR("&unheard; of <b>x</b>")));
	CHECK(!safe_looks_like_html(STR("a <b> that never ends")));
	CHECK(!safe_looks_like_html(STR_NONE));
}

TEST(names_and_mail_addresses_are_told_apart)
{
	static const struct {
		const char *text, *name, *email;
	} cases[] = {
		{ "desk@quay.example (Anna Novak)", "Anna Novak", "desk@quay.example" },
		{ "Anna Novak (desk@quay.example)", "Anna Novak", "desk@quay.example" },
		{ "Anna Novak <desk+news@mail.quay.example>", "Anna Novak", "desk+news@mail.quay.example" },
		{ "desk@quay.example?subject=News (Anna Novak)", "Anna Novak", "desk@quay.example?subject=News" },
		{ "desk@quay.example", "", "desk@quay.example" },
		{ " Anna Novak ", "Anna Novak", "" },
		{ "anna@quay", "anna@quay", "" },
		{ "Ask @quay.example", "Ask @quay.example", "" },
		{ "", "", "" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct fact f = { .text = str_from(cases[i].text) };
		struct fact_person p;
		fact_person(a, &f, &p);
		CHECK_STR(p.name, cases[i].name);
		CHECK_STR(p.email, cases[i].email);
	}
	arena_free(a);
}

TEST(hours_and_days_are_left_alone)
{
	struct feed f = { .skips = 1u << 3 | 1u << 24 };
	when at;

	CHECK(when_parse_iso(STR("2025-03-11T03:59:59Z"), &at) && feed_skips(&f, at)); /* a Tuesday */
	CHECK(when_parse_iso(STR("2025-03-11T04:00:00Z"), &at) && !feed_skips(&f, at));
	CHECK(when_parse_iso(STR("2025-03-09T12:00:00Z"), &at) && feed_skips(&f, at)); /* a Sunday */
	CHECK(when_parse_iso(STR("1969-12-28T12:00:00Z"), &at) && feed_skips(&f, at)); /* likewise */
	CHECK(!feed_skips(&(struct feed){ 0 }, at));
}

/* ---- facts as they are told ------------------------------------------------ */

struct scribe {
	struct arena *a;
	struct buf out;
};

static void scribe_open(void *context, const struct fact_opening *o)
{
	struct scribe *s = context;
	buf_printf(&s->out, "%s %.*s\n", feed_kind_name(o->kind), STR_ARG(o->charset));
}

static void scribe_begin(void *context, const struct fact *f)
{
	struct scribe *s = context;
	buf_printf(&s->out, "begin %.*s\n", STR_ARG(f->name));
}

static void scribe_fact(void *context, const struct fact *f)
{
	struct scribe *s = context;
	struct fact_markup m = { .value = f->text };

	if (f->meant || fact_has_attribute(f, "mode"))
		fact_markup(s->a, f, &m);
	buf_printf(&s->out, "%u %.*s [%.*s] %.*s: %.*s\n", f->depth, STR_ARG(f->name), STR_ARG(f->language),
	           STR_ARG(m.type), STR_ARG(m.value));
}

static void scribe_end(void *context, enum fact_scope scope)
{
	struct scribe *s = context;
	buf_printf(&s->out, "end %d\n", (int)scope);
}

static void check_facts(const char *feed, bool by_the_book, const char *wanted)
{
	struct scribe s = { .a = arena_new(), .out = BUF_INIT(MIB) };
	const struct fact_visitor v = { &s, scribe_open, scribe_begin, scribe_fact, scribe_end };
	struct fact_ask ask = { .bytes = str_from(feed), .base = STR(BASE), .by_the_book = by_the_book };
	struct err e;
	bool bozo;

	CHECK_OK(facts_read(s.a, &ask, &v, &bozo, &e), e);
	CHECK_STR(buf_view(&s.out), wanted);
	buf_free(&s.out);
	arena_free(s.a);
}

TEST(facts_come_in_the_order_of_the_document)
{
	check_facts("<rss xmlns:d='http://purl.org/dc/elements/1.1/' xmlns:own='urn:own'><channel xml:lang='nl'>"
	            "<title>Quay &amp;amp; tide</title>"
	            "<image><title>Logo</title></image>"
	            "<item><d:Creator>Novak</d:Creator><description><![CDATA[<a href='x'>y</a>]]></description>"
	            "<own:Place>Pier<own:Inner>4</own:Inner></own:Place></item>"
	            "<generator>Hand</generator></channel></rss>",
	            false,
	            "rss utf-8\nbegin rss\n0 channel [nl] : \n1 title [nl] text/html: Quay &amp; tide\n"
	            "begin image\n1 title [nl] text/plain: Logo\nend 3\n"
	            "begin item\n1 dc:creator [nl] text/plain: Novak\n"
	            "1 description [nl] text/html: <a href=\"https://quay.example/news/2024/x\">y</a>\n"
	            "1 own:place [nl] : Pier\n"
	            "2 own:inner [nl] : 4\nend 1\n1 generator [nl] : Hand\nend 0\n");
}

TEST(text_has_the_type_that_it_says)
{
	check_facts(
	        "<feed xmlns='http://www.w3.org/2005/Atom'><entry>"
	        "<title>1 &lt; 2</title>"
	        "<title type='html'>1 &amp;lt; 2</title>"
	        "<title type='xhtml'><div xmlns='http://www.w3.org/1999/xhtml'>1 &lt; <b>2</b></div></title>"
	        "<title>naked <b>markup</b></title>"
	        "<content type='application/octet-stream'>PGI+MTwvYj4=</content>"
	        "<content mode='base64'>not base64!</content>"
	        "</entry></feed>",
	        false,
	        "atom utf-8\nbegin feed\nbegin entry\n1 title [] text/plain: 1 < 2\n1 title [] text/html: 1 &lt; 2\n"
	        "1 title [] application/xhtml+xml: 1 &lt; <b>2</b>\n"
	        "1 title [] application/xhtml+xml: naked <b>markup</b>\n"
	        "1 content [] application/octet-stream: <b>1</b>\n1 content [] text/plain: not base64!\nend 1\nend "
	        "0\n");
}

TEST(by_the_book_all_of_the_text_is_in_one_set)
{
	check_facts("<?xml version='1.0' encoding='iso-8859-1'?><rss><channel><title>\xe9</title></channel></rss>",
	            true, "rss iso-8859-1\nbegin rss\n0 channel [] : \n1 title [] text/plain: \u00e9\nend 0\n");
	check_facts("\xef\xbb\xbf<rss><channel><title>\xc3\xa9</title></channel></rss>", true,
	            "rss utf-8\nbegin rss\n0 channel [] : \n1 title [] text/plain: \u00e9\nend 0\n");
}

/* Names that are only a prefix, or only a colon. */
TEST(no_fact_is_without_a_name)
{
	check_facts("<rss><channel><own:>1</own:><:>2</:></channel></rss>", false,
	            "rss utf-8\nbegin rss\n0 channel [] : \n1 own:own: [] : 1\n1 : [] : 2\nend 0\n");
}

/* Piece, over and over, in n bytes; what grows with the square would not end. */
static void wash_flood(const char *piece, size_t n)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(n + KIB);

	while (b.n < n)
		buf_puts(&b, piece);
	struct str safe = safe_html(a, buf_view(&b), STR(BASE));
	CHECK(utf8_valid(safe));
	CHECK(!safe_looks_like_html(buf_view(&b)));
	buf_free(&b);
	arena_free(a);
}

TEST(floods_of_markup_end_in_time)
{
	static const char *const pieces[] = { "<",  "<b",         "<b ",   "<b a='",   "<b a=\"x\" ", "<!--",
		                              "<!", "<?",         "</",    "&",        "&#",          "&#x",
		                              "&a", "<a href=x>", "<svg>", "<script>", "a@a",         "<!doctype " };

	for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++)
		wash_flood(pieces[i], 2 * MIB);
}

TEST_MAIN
