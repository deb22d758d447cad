/*
 * The Meridian Post: HTML with microdata (schema.org), a sticky header, a
 * figure with a caption, and "updated" lines that count the minutes.
 */
#include "outlet.h"

static void metadata(struct sheet *s, const struct news *n)
{
	sheet_put(s,
	          "<link rel=\"canonical\" href=\"%t%t\">\n<meta property=\"og:title\" content=\"%t\">\n"
	          "<meta property=\"og:type\" content=\"article\">\n",
	          sheet_origin(s), n->story->path, n->text.title);
}

void post_begin(struct sheet *s, struct str title, const struct news *article)
{
	sheet_put(s,
	          "<!DOCTYPE html>\n<html lang=\"en-GB\" data-build=\"%x\">\n<head>\n<meta charset=\"UTF-8\">\n"
	          "<meta name=\"viewport\" content=\"width=device-width\">\n<title>%t – The Meridian Post</title>\n"
	          "<meta property=\"og:site_name\" content=\"The Meridian Post\">\n"
	          "<link rel=\"alternate\" type=\"application/feed+json\" title=\"All stories\" href=\"/feed.json\">\n",
	          title);
	if (article)
		metadata(s, article);
	furniture_scripts(s);
	sheet_put(s,
	          "<style>body{font:17px/1.55 Helvetica,Arial,sans-serif;margin:0}.sticky{background:#222;"
	          "padding:1rem}.sticky a{color:#fff;margin-right:1rem}.page{max-width:44rem;margin:1rem auto}"
	          ".ad{background:#ffe}</style>\n</head>\n<body>\n<header class=\"sticky\" data-edition=\"%x\">"
	          "<a class=\"logo\" href=\"/\">The Meridian Post</a><a href=\"/world\">World</a>"
	          "<a href=\"/politics\">Politics</a><a href=\"/culture\">Culture</a></header>\n"
	          "<div class=\"ticker\">Markets %d.%d · %t · %h</div>\n<div class=\"page\">\n",
	          4000 + (int)sheet_random(s, 900), (int)sheet_random(s, 100), str_from(furniture_weather(s)), s->now);
}

static void head(struct sheet *s, const struct news *n)
{
	const struct story_text *t = &n->text;

	sheet_put(s,
	          "<div class=\"section-label\" itemprop=\"articleSection\">%t</div>\n"
	          "<h1 itemprop=\"headline\">%t</h1>\n<p class=\"lead\" itemprop=\"description\">%t</p>\n"
	          "<div class=\"who\"><span itemprop=\"author\" itemscope itemtype=\"https://schema.org/Person\">"
	          "By <span itemprop=\"name\">%t</span></span> "
	          "<meta itemprop=\"datePublished\" content=\"%w\"><meta itemprop=\"dateModified\" content=\"%w\">"
	          "<span class=\"rel\">%a ago</span> <span class=\"mins\">%d min read</span></div>\n",
	          n->story->section, t->title, t->standfirst, t->byline, n->published, n->modified, n->published,
	          2 + (int)sheet_random(s, 3));
}

void post_article(struct sheet *s, const struct news *n)
{
	const struct story_text *t = &n->text;

	sheet_put(s,
	          "<article itemscope itemtype=\"https://schema.org/NewsArticle\" id=\"a-%x\">\n"
	          "<link itemprop=\"mainEntityOfPage\" href=\"%t\">\n",
	          n->story->path);
	head(s, n);
	furniture_ad(s);
	sheet_put(s, "<div class=\"article__body\" itemprop=\"articleBody\">\n");
	for (size_t i = 0; i < t->nparagraphs; i++) {
		const struct paragraph *p = &t->paragraphs[i];
		sheet_put(s, p->kind == PARAGRAPH_HEADING ? "<h3>%t</h3>\n" : "<p data-i=\"%x\">%t</p>\n", p->text);
		if (i == 2)
			furniture_related(s, "related-stories");
		if (i == 4)
			furniture_ad(s);
	}
	sheet_put(s, "</div>\n<div class=\"tags\">Tags: <a href=\"/%t\">%t</a></div>\n</article>\n", n->story->section,
	          n->story->section);
	furniture_related(s, "more-from");
	furniture_newsletter(s);
}

void post_end(struct sheet *s)
{
	furniture_most_read(s, "trending");
	sheet_put(s, "</div>\n<footer>© The Meridian Post · request %x</footer>\n</body>\n</html>\n");
}
