/*
 * The Upland Gazette: a soup of nested divs with class names from a generator,
 * no structured data, the date as text, boxes in the middle of everything.
 */
#include "outlet.h"

void gazette_begin(struct sheet *s, struct str title, const struct news *article)
{
	sheet_put(s,
	          "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\" "
	          "\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n<html>\n<head>\n"
	          "<meta http-equiv=\"Content-Type\" content=\"text/html; charset=utf-8\" />\n"
	          "<title>%t - Upland Gazette</title>\n"
	          "<link rel=\"alternate\" type=\"application/atom+xml\" href=\"/atom\" />\n",
	          title);
	if (article)
		sheet_put(s, "<meta name=\"keywords\" content=\"uplands, stonecote, %t\" />\n",
		          article->story->section);
	furniture_scripts(s);
	sheet_put(s,
	          "<style>body{font:15px Verdana,sans-serif}.wrap-3{width:900px;margin:auto}.col-r{float:right;"
	          "width:240px}.col-m{margin-right:280px}.ad{border:1px solid #cc9}</style>\n</head>\n"
	          "<body class=\"b%x\">\n<div class=\"wrap-3\"><div class=\"top\"><div class=\"logo\">"
	          "<a href=\"/\">The Upland Gazette</a></div><div class=\"menu\"><span><a href=\"/\">Home</a></span>"
	          "<span><a href=\"/local\">Local</a></span><span><a href=\"/health\">Health</a></span>"
	          "<span><a href=\"/environment\">Environment</a></span></div>"
	          "<div class=\"wx\">Stonecote: %t, %d degrees. It is now %h.</div></div>\n",
	          str_from(furniture_weather(s)), 9 + (int)sheet_random(s, 14), s->now);
	sheet_put(s, "<div class=\"col-r\" id=\"r%x\">");
	furniture_most_read(s, "box2");
	furniture_ad(s);
	sheet_put(s, "</div>\n<div class=\"col-m\">\n");
}

static void box(struct sheet *s)
{
	sheet_put(s, "<div class=\"in-box b-%x\">");
	furniture_related(s, "x-rel");
	sheet_put(s, "</div>\n");
}

void gazette_article(struct sheet *s, const struct news *n)
{
	const struct story_text *t = &n->text;
	size_t at = 1 + sheet_random(s, 3);

	sheet_put(s,
	          "<div class=\"crumb\"><a href=\"/\">Home</a> &raquo; %t</div>\n"
	          "<div class=\"hd-wrap\"><div class=\"hd\"><h1 class=\"t1\">%t</h1><div class=\"sub\">%t</div>"
	          "<div class=\"meta\"><span class=\"author\">By %t</span> | <span class=\"date\">Published: %h"
	          "</span> | <span class=\"upd\">Updated %a ago</span> | <span>%d views</span></div></div></div>\n"
	          "<div class=\"txt-outer\"><div class=\"txt c%x\"><div>\n",
	          n->story->section, t->title, t->standfirst, t->byline, n->published, n->modified,
	          100 + (int)sheet_random(s, 9000));
	for (size_t i = 0; i < t->nparagraphs; i++) {
		const struct paragraph *p = &t->paragraphs[i];
		sheet_put(s,
		          p->kind == PARAGRAPH_HEADING ? "<div class=\"sh\"><b>%t</b></div>\n"
		                                       : "<div class=\"pp\"><p>%t</p></div>\n",
		          p->text);
		if (i + 1 == at)
			box(s);
		if (i + 1 == at + 3)
			furniture_ad(s);
	}
	sheet_put(s,
	          "</div></div></div>\n<div class=\"soc\"><a href=\"#%x\">Like (%d)</a> <a href=\"#%x\">Print</a>"
	          "</div>\n<div class=\"cmt\"><div class=\"c1\"><b>fellwalker_%d</b>: Hear, hear.</div></div>\n",
	          (int)sheet_random(s, 300), (int)sheet_random(s, 99));
}

void gazette_end(struct sheet *s)
{
	sheet_put(s,
	          "</div>\n<div class=\"foot\"><div>Upland Gazette Ltd, Market Square, Stonecote | "
	          "<a href=\"/imprint\">Imprint</a> | page made in %d ms</div></div></div>\n</body></html>\n",
	          3 + (int)sheet_random(s, 90));
}
