/* src/html and src/text/charset.c. */
#include "html/html.h"

#include <string.h>

#include "base/buf.h"
#include "check.h"
#include "text/charset.h"

static struct html parse(struct arena *a, struct str bytes, const char *type)
{
	struct html h;
	struct err e;
	CHECK_OK(html_parse(a, bytes, str_from(type), &h, &e), e);
	return h;
}

static uint32_t first(const struct html *h, enum tag t)
{
	for (uint32_t i = 0; i < h->nnodes; i++)
		if (h->nodes[i].tag == t)
			return i;
	return 0;
}

TEST(names_are_known)
{
	for (unsigned t = TAG_OTHER + 1; t < TAG_COUNT; t++)
		CHECK_INT(html_tag(str_from(html_tag_name((enum tag)t))), t);
	CHECK_INT(html_tag(STR("x-widget")), TAG_OTHER);
	CHECK_INT(html_tag(STR_NONE), TAG_OTHER);
}

TEST(a_tree_lies_flat)
{
	struct arena *a = arena_new();
	struct html h = parse(
	        a, STR("<!doctype html><p CLASS=Lead id=\"x\">One <b>two</b><!-- no --><p>Three<x-y>four</x-y>"), "");
	uint32_t p = first(&h, TAG_P), b = first(&h, TAG_B);

	CHECK_STR(html_attribute(&h, p, "class"), "Lead");
	CHECK(html_has_attr(&h, p, "id") && !html_has_attr(&h, p, "href"));
	CHECK_INT(h.nodes[b].parent, p);
	CHECK_INT(h.nodes[b].end, b + 2);
	CHECK_INT(h.nodes[p].end, b + 2);
	CHECK_STR(h.nodes[b + 1].text, "two");
	CHECK_STR(html_node_text(a, &h, p), "One two");
	CHECK_STR(html_node_text(a, &h, 0), "One twoThreefour");
	CHECK_INT(h.nodes[0].end, h.nnodes);
	uint32_t other = h.nnodes - 2;
	CHECK_INT(h.nodes[other].tag, TAG_OTHER);
	CHECK_STR(h.nodes[other].name, "x-y");
	for (uint32_t i = 1; i < h.nnodes; i++) {
		CHECK(h.nodes[i].parent < i);
		CHECK(h.nodes[i].end > i && h.nodes[i].end <= h.nodes[h.nodes[i].parent].end);
	}
	arena_free(a);
}

TEST(text_leaves_scripts_out)
{
	struct arena *a = arena_new();
	struct html h = parse(a, STR("<p>One<script>x()</script><br>two<style>p{}</style>&amp;&nbsp;&#x4e2d;</p>"), "");

	CHECK_STR(html_node_text(a, &h, 0), "One two& 中");
	CHECK_STR(h.nodes[first(&h, TAG_SCRIPT) + 1].text, "x()");
	arena_free(a);
}

/* Bytes, Content-Type, what they are decoded as, the text. */
static const struct {
	struct str bytes;
	const char *type, *charset, *text;
} decoded[] = {
	{ STR("caf\xc3\xa9"), "", "utf-8", "café" },
	{ STR("\xef\xbb\xbf"
	      "caf\xc3\xa9"),
	  "text/html; charset=iso-8859-1", "utf-8", "café" },
	{ STR("caf\xe9 \x80"), "text/html; charset=ISO-8859-1", "windows-1252", "café €" },
	{ STR("<meta charset=latin1>caf\xe9"), "text/html", "windows-1252", "café" },
	{ STR("<meta http-equiv=Content-Type content='text/html; charset=windows-1251'>\xcf\xf0\xe8"), "",
	  "windows-1251", "При" },
	{ STR("<meta charset=utf-16>x"), "", "utf-8", "x" },
	{ STR("\xd6\xd0\xce\xc4"), "text/html; charset=GB2312", "gbk", "中文" },
	{ STR("\xa4\xa4\xa4\xe5"), "text/html;charset=\"big5\"", "big5", "中文" },
	{ STR("\x93\xfa\x96\x7b"), "text/html; charset=Shift_JIS", "shift_jis", "日本" },
	{ STR("\xff\xfe\x63\x00\xe9\x00"), "", "utf-16le", "cé" },
	{ STR("bad \xc3 byte"), "text/html; charset=utf-8", "utf-8", "bad \xef\xbf\xbd byte" },
	{ STR("caf\xe9"), "", "windows-1252", "café" },
	{ STR("<!-- <meta charset=gbk> -->caf\xc3\xa9"), "", "utf-8", "café" },
};

TEST(bytes_are_decoded_as_browsers_do)
{
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(decoded) / sizeof(decoded[0]); i++) {
		struct html h = parse(a, decoded[i].bytes, decoded[i].type);
		CHECK_STR(str_from(h.charset), decoded[i].charset);
		CHECK_STR(html_node_text(a, &h, 0), decoded[i].text);
	}
	arena_free(a);
}

TEST(nuls_cost_no_other_bytes)
{
	struct arena *a = arena_new();
	struct html h = parse(a, STR("\0\0\xc3\xa9\0\xc3\xa9<p class='\0b'>o\0ne"), "text/html; charset=utf-8");

	CHECK_STR(html_node_text(a, &h, 0), "ééone");
	CHECK_STR(html_attribute(&h, first(&h, TAG_P), "class"), "\xef\xbf\xbd"
	                                                         "b");
	arena_free(a);
}

TEST(labels_follow_the_standard)
{
	CHECK_STR(str_from(charset_by_label(STR(" Latin1\n"))), "windows-1252");
	CHECK_STR(str_from(charset_by_label(STR("x-sjis"))), "shift_jis");
	CHECK(!charset_by_label(STR("utf-7")));
	CHECK(!charset_by_label(STR("latin1 latin2")));
	CHECK(!charset_by_label(STR_NONE));
}

static struct str repeat(struct arena *a, const char *what, size_t times)
{
	struct str one = str_from(what);
	char *p = arena_alloc(a, one.n * times);

	for (size_t i = 0; i < times; i++)
		memcpy(p + i * one.n, one.p, one.n);
	return str_of(p, one.n * times);
}

TEST(absurd_markup_is_refused)
{
	static const struct {
		const char *what;
		size_t times;
	} absurd[] = {
		{ "<div>", 10000 },    { "<b>", 10000 },     { "<table><tr><td>", 2000 },
		{ "<x-y>", 10000 },    { "<ul><li>", 5000 }, { "<div></p>", 9000 },
		{ "<div>", MIB },      { "<p a b c>", MIB }, { "<a><div>", 9000 },
		{ "<a><div>", 40000 }, /* each repeats all the others */
	};
	struct arena *a = arena_new();
	struct html h;
	struct err e;

	for (size_t i = 0; i < sizeof(absurd) / sizeof(absurd[0]); i++) {
		CHECK(!html_parse(a, repeat(a, absurd[i].what, absurd[i].times), STR_NONE, &h, &e));
		CHECK_INT(e.kind, ERR_LIMIT);
	}
	struct str tag = arena_printf(a, "<p %.*s>", STR_ARG(repeat(a, "a ", MAX_HTML_ATTRIBUTES + 1)));
	CHECK(!html_parse(a, tag, STR_NONE, &h, &e));
	CHECK_INT(e.kind, ERR_LIMIT);
	arena_free(a);
}

/* The document of every kind of page that goes another way through the parser. */
TEST(a_page_reads_the_same_whatever_was_read_before)
{
	static const struct {
		struct str page, class, title, text;
	} pages[] = {
		{ STR("<p class=One title='a &amp; b'>x"), STR("One"), STR("a & b"), STR("x") },
		{ STR("<p CLASS='a\r\nb' data-x=1 title=\"\">x\r\ny &lt;<!-- z -->"), STR("a\nb"), STR(""),
		  STR("x y <") },
		{ STR("<p class=a\0b title=c>x\0y"),
		  STR("a\xef\xbf\xbd"
		      "b"),
		  STR("c"), STR("xy") },
		{ STR("<!doctype html public \"-//W3C//DTD HTML 4.01//EN\" ''><p =x title class=a>b"), STR("a"),
		  STR(""), STR("b") },
		{ STR("<svg><title>t</title></svg><p title=b class=a>\n x</span> y"), STR("a"), STR("b"),
		  STR("t x y") },
		{ STR("<p class=a class=b onclick=c title>x<a class=c><p>y"), STR("a"), STR(""), STR("xy") },
	};
	struct arena *a = arena_new();

	for (size_t round = 0; round < 3; round++)
		for (size_t i = 0; i < sizeof(pages) / sizeof(pages[0]); i++) {
			struct html h = parse(a, pages[i].page, "text/html; charset=utf-8");
			uint32_t p = first(&h, TAG_P);
			CHECK(str_eq(html_attribute(&h, p, "class"), pages[i].class));
			CHECK(str_eq(html_attribute(&h, p, "title"), pages[i].title));
			CHECK(html_has_attr(&h, p, "title") && !html_has_attr(&h, p, "href"));
			CHECK_STR(html_node_text(a, &h, 0), pages[i].text.p);
			if (round == 1) { /* a large one between them */
				struct err e;
				CHECK_OK(html_parse(a, repeat(a, "<p id=x>y</p>", 60000), STR_NONE, &h, &e), e);
				CHECK_INT(h.nnodes, 4 + 2 * 60000);
			}
		}
	arena_free(a);
}

TEST(careless_markup_passes)
{
	static const char *const careless[] = {
		"<p>Text<br>",
		"<li>Item<img>",
		"<p><a href=x>One<p>",
		"<table><tr><td><div>Cell<td>Cell<tr><td>Cell</table>",
		"<dl><dt>Term<dd>Thing</dl>",
		"<select><option>A<option>B</select>",
		"<div><span>Open</div>",
		"<script>'<div><div>'</script>",
		"a < b <3 </>",
		"<!-- <div> -->",
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof(careless) / sizeof(careless[0]); i++)
		parse(a, repeat(a, careless[i], 3000), "");
	arena_free(a);
}

TEST(anything_is_a_page)
{
	struct arena *a = arena_new();
	static const struct str odd[] = { STR(""),
		                          STR("\0\0\0"),
		                          STR("<"),
		                          STR("</"),
		                          STR("<!"),
		                          STR("<!--"),
		                          STR("<a b='"),
		                          STR("<a\0b>"),
		                          STR("&#x110000;&#0;"),
		                          STR("<svg><![CDATA[x"),
		                          STR("<frameset>") };

	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		parse(a, odd[i], "");
	arena_free(a);
}

/* "|" in a case stands for a line end. */
static struct str with_line_ends(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = s.p[i] == '|' ? '\n' : s.p[i];
	return str_of(p, s.n);
}

static void put_text(struct buf *b, struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		buf_byte(b, s.p[i] == '\n' ? '|' : s.p[i]);
}

/* A line for each node, two spaces a level. */
static void put_tree(const struct html *h, struct buf *b)
{
	for (uint32_t i = 1; i < h->nnodes; i++) {
		const struct html_node *n = &h->nodes[i];
		for (uint32_t up = n->parent; up; up = h->nodes[up].parent)
			buf_puts(b, "  ");
		if (n->tag == TAG_NONE) {
			buf_byte(b, '"');
			put_text(b, n->text);
			buf_puts(b, "\"\n");
			continue;
		}
		buf_str(b, n->tag == TAG_OTHER ? n->name : str_from(html_tag_name(n->tag)));
		for (uint32_t k = n->attr; k < n->attr + n->nattr; k++)
			buf_printf(b, " %.*s=\"%.*s\"", STR_ARG(h->attrs[k].name), STR_ARG(h->attrs[k].value));
		buf_byte(b, '\n');
	}
}

/* tests/cases/html/trees.txt: what browsers make of careless markup. */
TEST(trees_are_those_of_browsers)
{
	struct arena *a = arena_new();
	struct buf made = BUF_INIT(MIB);
	struct str want = test_file(test_case_path("html/trees.txt")), line;

	for (struct str rest = want; str_next_line(&rest, &line);) {
		if (!str_starts(line, STR("#")) && !str_starts(line, STR("< ")))
			continue;
		buf_printf(&made, "%.*s\n", STR_ARG(line));
		if (line.p[0] == '#')
			continue;
		struct html h = parse(a, with_line_ends(a, str_sub(line, 2, line.n)), "text/html; charset=utf-8");
		put_tree(&h, &made);
	}
	CHECK_STR(want, buf_cstr(&made));
	buf_free(&made);
	arena_free(a);
}

TEST_MAIN
