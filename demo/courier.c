/*
 * The Harbour Courier: clean, semantic markup with JSON-LD and metadata, and
 * lists and advertisements between the paragraphs.
 */
#include "base/json.h"
#include "outlet.h"

static void json_ld(struct sheet *s, const struct news *n)
{
	struct json j = JSON_INIT(s->out);

	sheet_put(s, "<script type=\"application/ld+json\">");
	json_object(&j);
	json_field_str(&j, "@context", STR("https://schema.org"));
	json_field_str(&j, "@type", STR("NewsArticle"));
	json_field_str(&j, "headline", n->text.title);
	json_field_str(&j, "description", n->text.standfirst);
	json_field_when(&j, "datePublished", n->published);
	json_field_when(&j, "dateModified", n->modified);
	json_field_str(&j, "articleSection", n->story->section);
	json_key(&j, "author");
	json_array(&j);
	json_object(&j);
	json_field_str(&j, "@type", STR("Person"));
	json_field_str(&j, "name", n->text.byline);
	json_end(&j);
	json_end(&j);
	json_key(&j, "publisher");
	json_object(&j);
	json_field_str(&j, "@type", STR("NewsMediaOrganization"));
	json_field_str(&j, "name", str_from(s->outlet->name));
	json_end(&j);
	json_end(&j);
	sheet_put(s, "</script>\n");
}

static void metadata(struct sheet *s, const struct news *n)
{
	struct str address = arena_printf(s->arena, "%.*s%.*s", STR_ARG(sheet_origin(s)), STR_ARG(n->story->path));

	sheet_put(s,
	          "<link rel=\"canonical\" href=\"%t\">\n<meta property=\"og:type\" content=\"article\">\n"
	          "<meta property=\"og:title\" content=\"%t\">\n<meta property=\"og:url\" content=\"%t\">\n"
	          "<meta name=\"description\" content=\"%t\">\n"
	          "<meta property=\"article:published_time\" content=\"%w\">\n"
	          "<meta property=\"article:modified_time\" content=\"%w\">\n",
	          address, n->text.title, address, n->text.standfirst, n->published, n->modified);
	json_ld(s, n);
}

void courier_begin(struct sheet *s, struct str title, const struct news *article)
{
	sheet_put(s,
	          "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	          "<title>%t | %t</title>\n<meta property=\"og:site_name\" content=\"%t\">\n"
	          "<link rel=\"alternate\" type=\"application/rss+xml\" title=\"%t\" href=\"%r\">\n",
	          title, str_from(s->outlet->name), str_from(s->outlet->name), str_from(s->outlet->name),
	          str_from(s->outlet->feed_path));
	if (article)
		metadata(s, article);
	furniture_scripts(s);
	sheet_put(s,
	          "<style>body{font:18px/1.6 Georgia,serif;max-width:46rem;margin:auto;padding:0 1rem}"
	          "nav a{margin-right:1rem}.ad,.related,.newsletter{background:#eef3f6;padding:.5rem;"
	          "font-size:15px}</style>\n</head>\n<body id=\"p-%x\">\n"
	          "<header><p><a href=\"/\">%t</a> <small>%t · %t</small></p>"
	          "<nav aria-label=\"Sections\"><a href=\"/news\">News</a><a href=\"/business\">Business</a>"
	          "<a href=\"/sport\">Sport</a><a href=\"/members\">Members</a></nav></header>\n<main>\n",
	          str_from(s->outlet->name), str_from(s->outlet->motto), str_from(furniture_weather(s)));
}

static void paragraph(struct sheet *s, const struct paragraph *p)
{
	static const char *const forms[] = {
		[PARAGRAPH_TEXT] = "<p>%t</p>\n",
		[PARAGRAPH_HEADING] = "<h2>%t</h2>\n",
		[PARAGRAPH_QUOTE] = "<blockquote><p>%t</p></blockquote>\n",
	};
	sheet_put(s, forms[p->kind], p->text);
}

void courier_article(struct sheet *s, const struct news *n)
{
	const struct story_text *t = &n->text;
	size_t box = 2 + sheet_random(s, 2), ad = 4 + sheet_random(s, 2);

	sheet_put(s,
	          "<article>\n<header>\n<p class=\"kicker\">%t</p>\n<h1>%t</h1>\n<p class=\"standfirst\">%t</p>\n"
	          "<p class=\"byline\">By <span rel=\"author\">%t</span></p>\n"
	          "<p class=\"dates\"><time datetime=\"%w\">%h</time> <span class=\"ago\">(%a ago)</span></p>\n"
	          "<ul class=\"share\"><li><a href=\"#s-%x\">Share</a></li><li>%d comments</li></ul>\n</header>\n",
	          n->story->section, t->title, t->standfirst, t->byline, n->published, n->published, n->published,
	          (int)sheet_random(s, 400));
	for (size_t i = 0; i < t->nparagraphs; i++) {
		paragraph(s, &t->paragraphs[i]);
		if (i + 1 == box)
			furniture_related(s, "related");
		if (i + 1 == ad)
			furniture_ad(s);
	}
	sheet_put(s, "</article>\n");
	furniture_newsletter(s);
	furniture_most_read(s, "most-read");
}

void courier_end(struct sheet *s)
{
	sheet_put(s,
	          "</main>\n<footer><p>%d readers are on this page. © The Harbour Courier, 4 Quay Street, "
	          "Port Merrow</p></footer>\n</body>\n</html>\n",
	          (int)sheet_random(s, 2000));
}
