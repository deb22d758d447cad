/*
 * src/page and src/text/dates.c.
 *
 * tests/cases/page/NAME.html is a page found at https://news.example/2024/05/06/NAME, NAME.txt what is to come of it:
 * its kind and what is known of it, an empty line, the article with the kinds of its blocks.  A case that is only about
 * the kind of page leaves the article out.
 */
#include "page/page.h"

#include <string.h>

#include "check.h"
#include "text/dates.h"

static void read_page(struct arena *a, struct str bytes, const char *url, struct page *p)
{
	struct err e;
	struct page_ask ask = { .bytes = bytes, .content_type = STR("text/html"), .url = str_from(url) };
	CHECK_OK(page_read(a, &ask, p, &e), e);
}

static void put_known(struct buf *b, const char *name, struct str value)
{
	if (value.n)
		buf_printf(b, "%s: %.*s\n", name, STR_ARG(value));
}

static void put_page(struct buf *b, const struct page *p)
{
	const struct article *a = &p->article;
	char text[WHEN_TEXT];

	put_known(b, "kind", str_from(page_kind_name(p->kind)));
	put_known(b, "canonical", p->canonical);
	put_known(b, "site", p->site_name);
	put_known(b, "language", a->language);
	put_known(b, "published", str_from(when_iso(a->published, text)));
	put_known(b, "modified", str_from(when_iso(a->modified, text)));
	buf_printf(b, "feeds: %zu\n", p->nfeeds);
	if (p->kind == PAGE_INDEX)
		buf_printf(b, "links: %zu\n", p->nlinks);
}

static void put_article(struct buf *b, const struct article *a)
{
	char at[WHEN_TEXT];

	buf_printf(b, "\n%.*s\n", STR_ARG(a->title));
	if (a->standfirst.n)
		buf_printf(b, "%.*s\n", STR_ARG(a->standfirst));
	for (size_t i = 0; i < a->nbylines; i++)
		buf_printf(b, "%s%.*s%s", i ? ", " : "By ", STR_ARG(a->bylines[i]), i + 1 < a->nbylines ? "" : "\n");
	for (size_t i = 0; i < a->nblocks; i++)
		buf_printf(b, "%s[%s%s%s] %.*s\n", i ? "" : "\n", block_kind_name(a->blocks[i].kind),
		           a->blocks[i].at == WHEN_NONE ? "" : " ", when_iso(a->blocks[i].at, at),
		           STR_ARG(a->blocks[i].text));
}

static void check_case(const char *name)
{
	struct arena *a = arena_new();
	struct buf got = BUF_INIT(MAX_WIRE_BYTES);
	struct page p;
	char file[256], url[256];

	snprintf(file, sizeof(file), "page/%s.html", name);
	snprintf(url, sizeof(url), "https://news.example/2024/05/06/%s", name);
	read_page(a, test_file(test_case_path(file)), url, &p);
	snprintf(file, sizeof(file), "page/%s.txt", name);
	struct str want = test_file(test_case_path(file));
	put_page(&got, &p);
	if (str_has(want, STR("\n\n")))
		put_article(&got, &p.article);
	if (!str_eq(buf_view(&got), want))
		test_failed(__FILE__, __LINE__, "%s: got\n%s---- wanted\n%.*s", name, buf_cstr(&got), STR_ARG(want));
	buf_free(&got);
	arena_free(a);
}

TEST(a_page_with_everything_yields_its_article)
{
	check_case("full");
}

TEST(headings_that_are_links_are_a_list_and_no_article)
{
	struct arena *a = arena_new();
	struct page p;

	read_page(a, test_file(test_case_path("page/cards.html")), "https://news.example/politics", &p);
	CHECK_STR(str_from(page_kind_name(p.kind)), "index");
	CHECK_INT(p.nlinks, 6);
	CHECK_INT(p.nfeeds, 1);
	arena_free(a);
}

TEST(short_pages_are_articles)
{
	check_case("short");
}

TEST(line_breaks_make_paragraphs)
{
	check_case("breaks");
}

TEST(chinese_counts_characters)
{
	check_case("chinese");
}

TEST(live_blogs_have_entries)
{
	check_case("live");
	check_case("liveplain"); /* without headings */
}

TEST(pages_without_an_article_have_names)
{
	static const char *const names[] = { "index", "missing", "missingnumber", "botwall", "captcha",
		                             "wall",  "shell",   "video",         "gallery",  "consent" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		check_case(names[i]);
}

TEST(a_story_of_404_parcels_is_not_missing)
{
	check_case("numbered");
}

TEST(teasers_boxes_and_comments_are_not_the_article)
{
	check_case("teasers");
}

TEST(the_next_story_below_is_another)
{
	check_case("nextstory");
}

/* Title, names and date of a page, whatever becomes of its lines. */
static void check_head(const char *name, const char *title, const char *names, const char *published)
{
	struct arena *a = arena_new();
	struct buf got = BUF_INIT(MAX_WIRE_BYTES);
	struct page p;
	char file[256], url[256], text[WHEN_TEXT];

	snprintf(file, sizeof(file), "page/%s.html", name);
	snprintf(url, sizeof(url), "https://news.example/2024/05/06/%s", name);
	read_page(a, test_file(test_case_path(file)), url, &p);
	CHECK_STR(p.article.title, title);
	for (size_t i = 0; i < p.article.nbylines; i++)
		buf_printf(&got, "%s%.*s", i ? ", " : "", STR_ARG(p.article.bylines[i]));
	CHECK_STR(buf_view(&got), names);
	CHECK_STR(str_from(when_iso(p.article.published, text)), published);
	buf_free(&got);
	arena_free(a);
}

/* A kicker is no part of a title; a person may be described elsewhere in the JSON-LD; a place is no author; the day of
 * the address may be that of the instant in another zone. */
TEST(kickers_places_and_references)
{
	check_head("kicker", "Werft klagt gegen die Stadt", "Jost Kjellén, Vrena Abt", "2024-05-05T22:30:00Z");
}

/* The title and the author that are shown, not the rubric, the login, or who is linked in the text; the day of the
 * address, not that of a move; the month first as in America. */
TEST(what_is_shown_stands_against_metadata)
{
	check_head("shown", "Mill Road reopens after the flood", "Oda Pell", "2024-05-06T09:15:00Z");
}

/* The only h1 is the title; an agency is the byline where nobody else is named; a date below, but not the copyright. */
TEST(an_agency_may_be_the_byline)
{
	check_head("desk", "Sailors and Norlinie agree, ferries sail again", "Associated Press",
	           "2024-05-07T00:00:00Z");
}

/* "By" in a line of its own; nobody is shown the name that the metadata has. */
TEST(a_name_that_nobody_sees_is_not_believed)
{
	check_head("unseen", "The orchard that feeds a school", "Rosa Lindqvist", "2024-05-06T00:00:00Z");
}

TEST(an_address_without_canonical_is_the_cards)
{
	struct arena *a = arena_new();
	struct page p;

	read_page(a, test_file(test_case_path("page/desk.html")), "https://news.example/2024/05/06/desk?x=1", &p);
	CHECK_STR(p.canonical, "https://news.example/business/ferries-sail");
	arena_free(a);
}

TEST(the_day_is_the_one_that_was_shown)
{
	static const struct {
		const char *written, *at, *day;
	} cases[] = {
		{ "2024-05-06T01:30:00+10:00", "2024-05-05T15:30:00Z", "2024-05-06" },
		{ "2024-05-05T22:30:00Z", "2024-05-05T22:30:00Z", "2024-05-05" },
		{ "6 May 2024", "2024-05-05T22:30:00Z", "2024-05-06" },
		{ "05/06/2024", "2024-05-06T13:15:00Z", "2024-05-06" }, /* the month first, as the instant tells */
		{ "1 January 1990", "2024-05-05T22:30:00Z", "2024-05-05" },
		{ "yesterday", "2024-05-05T22:30:00Z", "2024-05-05" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct date d;
		char text[WHEN_TEXT];
		CHECK(date_parse(str_from(cases[i].at), &d));
		when_iso(date_day(str_from(cases[i].written), d.at), text);
		CHECK_STR(str_sub(str_from(text), 0, 10), cases[i].day);
	}
}

/* Furniture that changes between two fetches does not change the article. */
TEST(identity_ignores_what_stands_around)
{
	static const char form[] =
	        "<html><head><title>Bridge reopens</title></head><body><div class=\"views\">%s views</div>"
	        "<article><h1>Bridge reopens</h1><p>%s ago</p><p>The Lenz bridge carries cars again, the "
	        "council said on Monday, nine weeks after the flood.</p><p>Lorries must wait until May, "
	        "when the second pillar is done.</p></article><div class=\"most-read\"><h2>Most read</h2>"
	        "<p><a href=\"/a\">%s</a></p></div></body></html>";
	struct arena *a = arena_new();
	struct page one, two;

	read_page(a, arena_printf(a, form, "1,024", "5 hours", "A storm"), "https://news.example/bridge", &one);
	read_page(a, arena_printf(a, form, "2,048", "2 days", "Something else entirely happened"),
	          "https://news.example/bridge", &two);
	CHECK_INT(one.article.nblocks, 2);
	struct sha256 x = article_identity(&one.article), y = article_identity(&two.article);
	CHECK(sha256_eq(&x, &y));
	read_page(a, STR("<title>T</title><article><h1>Bridge reopens</h1><p>The bridge is closed.</p></article>"),
	          "https://news.example/bridge", &two);
	y = article_identity(&two.article);
	CHECK(!sha256_eq(&x, &y));
	arena_free(a);
}

TEST(a_page_survives_its_message)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);
	struct page p, q;

	read_page(a, test_file(test_case_path("page/full.html")), "https://news.example/a-b-c-d", &p);
	page_encode(&p, &b);
	CHECK(page_decode(buf_view(&b), a, &q));
	struct sha256 x = article_identity(&p.article), y = article_identity(&q.article);
	CHECK(sha256_eq(&x, &y));
	CHECK_INT(q.kind, p.kind);
	CHECK_INT(q.nfeeds, 1);
	CHECK_STR(q.feeds[0].url, "https://news.example/rss.xml");
	CHECK_STR(q.feeds[0].text, "All news");
	CHECK_STR(q.canonical, "https://news.example/news/ferry-company-pays-fishers");
	for (size_t n = 0; n < b.n; n++) /* a message that was cut short is refused */
		CHECK(!page_decode(str_of(b.p, n), a, &q));
	buf_free(&b);
	arena_free(a);
}

TEST(archives_can_be_refused)
{
	struct arena *a = arena_new();
	struct page p;

	read_page(a, STR("<meta name=robots content=\"index, noarchive\"><p>Text.</p>"), "https://news.example/", &p);
	CHECK(p.noarchive);
	read_page(a, STR("<meta name=robots content=\"index\"><p>Text.</p>"), "https://news.example/", &p);
	CHECK(!p.noarchive);
	arena_free(a);
}

TEST(a_feed_is_no_article)
{
	struct arena *a = arena_new();
	struct page p;

	read_page(a,
	          STR("<?xml version=\"1.0\"?><rss><channel><title>News</title><item><description>The bridge that was "
	              "closed for nine weeks is open again, the council said.</description></item></channel></rss>"),
	          "https://news.example/rss", &p);
	CHECK_INT(p.kind, PAGE_INDEX);
	arena_free(a);
}

/* Dates: what is written, what it means, whether a time and an offset were written. */
static const struct {
	const char *text, *iso;
	bool has_time, has_offset;
} dates[] = {
	{ "2024-10-07T01:53:09Z", "2024-10-07T01:53:09Z", true, true },
	{ "2024-10-07T01:53:09.123+02:00", "2024-10-06T23:53:09Z", true, true },
	{ "2024-10-07 01:53", "2024-10-07T01:53:00Z", true, false },
	{ "2024-10-07", "2024-10-07T00:00:00Z", false, false },
	{ "20241007", "2024-10-07T00:00:00Z", false, false },
	{ "20241007015309", "2024-10-07T01:53:09Z", true, false },
	{ "20241007T015309Z", "2024-10-07T01:53:09Z", true, true },
	{ "Mon, 07 Oct 2024 01:53:09 GMT", "2024-10-07T01:53:09Z", true, true },
	{ "Mon, 7 Oct 24 01:53:09 EST", "2024-10-07T06:53:09Z", true, true },
	{ "Thu Aug 30 2012 17:26:16 +0200", "2012-08-30T15:26:16Z", true, true },
	{ "Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z", true, false },
	{ "7 January 2020 01:21 (UTC+04:00)", "2020-01-06T21:21:00Z", true, true },
	{ "March 13, 2020", "2020-03-13T00:00:00Z", false, false },
	{ "Published on March 13th, 2020 at 5:07 p.m. ET", "2020-03-13T22:07:00Z", true, true },
	{ "Updated 12:30 PM EDT, Fri March 13, 2020", "2020-03-13T16:30:00Z", true, true },
	{ "13. März 2020, 14:05 Uhr", "2020-03-13T14:05:00Z", true, false },
	{ "13.03.2020 14.05 Uhr", "2020-03-13T14:05:00Z", true, false },
	{ "le 13 mars 2020 à 14h05", "2020-03-13T14:05:00Z", true, false },
	{ "13 de marzo de 2020", "2020-03-13T00:00:00Z", false, false },
	{ "13 марта 2020, 14:05", "2020-03-13T14:05:00Z", true, false },
	{ "13 marca 2020", "2020-03-13T00:00:00Z", false, false },
	{ "2020年3月13日 14:05", "2020-03-13T14:05:00Z", true, false },
	{ "2020年3月13日（金）下午2時05分", "2020-03-13T14:05:00Z", true, false },
	{ "令和2年3月13日", "2020-03-13T00:00:00Z", false, false },
	{ "2020년 03월 13일 오후 02:05", "2020-03-13T14:05:00Z", true, false },
	{ "১৩ মার্চ ২০২০, ১৪:০৫", "2020-03-13T14:05:00Z", true, false },
	{ "25/12/2019", "2019-12-25T00:00:00Z", false, false },
	{ "12/25/2019", "2019-12-25T00:00:00Z", false, false },
};

TEST(dates_are_read_as_they_are_written)
{
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		struct date d;
		char iso[WHEN_TEXT];
		if (!date_parse(str_from(dates[i].text), &d))
			test_failed(__FILE__, __LINE__, "\"%s\" was not read", dates[i].text);
		if (strcmp(when_iso(d.at, iso), dates[i].iso))
			test_failed(__FILE__, __LINE__, "\"%s\" is %s, not %s", dates[i].text, iso, dates[i].iso);
		if (d.has_time != dates[i].has_time || d.has_offset != dates[i].has_offset)
			test_failed(__FILE__, __LINE__, "\"%s\": time %d, offset %d", dates[i].text, d.has_time,
			            d.has_offset);
	}
}

TEST(what_is_no_date_is_refused)
{
	static const char *const texts[] = { "",
		                             "soon",
		                             "5 hours ago",
		                             "2024-13-07",
		                             "31 June 2020",
		                             "1,024",
		                             "call 555-0199",
		                             "2024-10-07 and much more text",
		                             "99 Jun 2009 12:00:00",
		                             "version 10.2.3",
		                             "March 2020 madness" };
	struct date d;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (date_parse(str_from(texts[i]), &d))
			test_failed(__FILE__, __LINE__, "\"%s\" was read as a date", texts[i]);
}

TEST(a_date_is_found_in_a_sentence)
{
	struct date d;
	struct str found;
	char iso[WHEN_TEXT];

	CHECK(date_find(STR("By A. Lund, Oststrand | 5 March 2024 09:30 | 12 comments"), &d, &found));
	CHECK_STR(found, "5 March 2024 09:30");
	CHECK_STR(str_from(when_iso(d.at, iso)), "2024-03-05T09:30:00Z");
	CHECK(!date_find(STR("The 12 men of room 5 waited for 3 hours."), &d, &found));
}

/* A page of our own with a piece of markup at one place. */
static struct str page_with(struct arena *a, struct str place, struct str language, struct str piece)
{
	struct str at[6] = { 0 };
	static const char *const places[6] = { "head", "top", "first", "last", "end", "below" };

	for (size_t i = 0; i < 6; i++)
		at[i] = str_eq(place, str_from(places[i])) ? piece : STR_NONE;
	return arena_printf(
	        a,
	        "<html lang='%.*s'><head><title>The morning ferry turned back</title>%.*s</head><body><div "
	        "class='site'>"
	        "<a href='/'>The Example</a></div><article><h1>The morning ferry turned back</h1>%.*s<div class='text'>"
	        "<p>%.*s</p><p>The morning ferry to Lenz turned back on Monday after its port engine failed a mile out "
	        "of the harbour, the company said, and nobody was hurt in the accident.</p><p>Forty passengers were "
	        "taken off by the pilot boat, which had come from the island, and went on by bus along the coast road "
	        "in the early afternoon.</p><p>The company hopes to sail again on Tuesday, when a spare part arrives "
	        "by road, though the wind may well keep the ship in port until the day after.%.*s</p>%.*s</div>"
	        "</article>%.*s</body></html>",
	        STR_ARG(language), STR_ARG(at[0]), STR_ARG(at[1]), STR_ARG(at[2]), STR_ARG(at[3]), STR_ARG(at[4]),
	        STR_ARG(at[5]));
}

static struct str names_of(struct arena *a, const struct article *article)
{
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);

	for (size_t i = 0; i < article->nbylines; i++)
		buf_printf(&b, "%s%.*s", i ? "; " : "", STR_ARG(article->bylines[i]));
	if (article->agency.n)
		buf_printf(&b, " / %.*s", STR_ARG(article->agency));
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* tests/cases/bylines.txt tells what its lines mean. */
TEST(names_of_authors_are_found)
{
	struct str rest = test_file(test_case_path("bylines.txt")), line, place = STR_NONE, piece = STR_NONE, language;
	size_t cases = 0, wrong = 0;

	while (rest.n) {
		str_cut(rest, '\n', &line, &rest);
		if (!line.n || line.p[0] == '#')
			continue;
		if (line.p[0] != '=') {
			CHECK(str_cut(line, '|', &place, &piece));
			str_cut(str_trim(place), ' ', &place, &language);
			continue;
		}
		struct arena *a = arena_new();
		struct page p;
		read_page(a, page_with(a, place, language.n ? language : STR("en"), str_trim(piece)),
		          "https://example.example/2024/05/06/ferry", &p);
		struct str got = names_of(a, &p.article), want = str_trim(str_sub(line, 1, line.n));
		if (!str_eq(got, want)) {
			printf("# %.*s: \"%.*s\", not \"%.*s\"\n", STR_ARG(piece), STR_ARG(got), STR_ARG(want));
			wrong++;
		}
		cases++;
		arena_free(a);
	}
	CHECK(cases > 40);
	CHECK_INT(wrong, 0);
}

TEST_MAIN
