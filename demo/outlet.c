/* The table of outlets and their pages that list articles: see outlet.h. */
#include "outlet.h"

#define ROBOTS_COMMON "User-agent: *\nDisallow: /search\nDisallow: /newsletter\n"

const struct outlet outlets[] = {
	{
	        .host = "harbour-courier",
	        .name = "The Harbour Courier",
	        .motto = "Port Merrow and the islands since 1871",
	        .feed_path = "/feed.xml",
	        .feed_type = "application/rss+xml; charset=utf-8",
	        .tracking = "?utm_source=rss&utm_medium=feed&utm_campaign=all",
	        .caching = CACHING_ETAG,
	        .robots = ROBOTS_COMMON "Disallow: /members/\n",
	        .page_begin = courier_begin,
	        .article = courier_article,
	        .page_end = courier_end,
	        .feed = feed_write_rss,
	},
	{
	        .host = "upland-gazette",
	        .name = "The Upland Gazette",
	        .motto = "The paper of the six valleys",
	        .feed_path = "/atom",
	        .feed_type = "application/atom+xml; charset=utf-8",
	        .tracking = "",
	        .caching = CACHING_NOTHING,
	        .robots = ROBOTS_COMMON,
	        .page_begin = gazette_begin,
	        .article = gazette_article,
	        .page_end = gazette_end,
	        .feed = feed_write_atom,
	},
	{
	        .host = "meridian-post",
	        .name = "The Meridian Post",
	        .motto = "News at noon",
	        .feed_path = "/feed.json",
	        .feed_type = "application/feed+json; charset=utf-8",
	        .tracking = "?fbclid=IwAR0demo&utm_source=jsonfeed",
	        .caching = CACHING_LAST_MODIFIED,
	        .robots = ROBOTS_COMMON,
	        .page_begin = post_begin,
	        .article = post_article,
	        .page_end = post_end,
	        .feed = feed_write_json,
	},
};
const size_t outlets_count = sizeof outlets / sizeof *outlets;

void outlet_list(struct sheet *s, struct str section)
{
	struct str title = section.n ? section : str_from(s->outlet->name);

	s->outlet->page_begin(s, title, NULL);
	sheet_put(s, "<h1>%t</h1>\n", title);
	for (size_t i = 0; i < s->nnews; i++) {
		const struct news *n = &s->news[i];
		if (section.n && !str_eq_nocase(section, n->story->section))
			continue;
		sheet_put(s,
		          "<div class=\"teaser\" id=\"t-%x\"><h2><a href=\"%t\">%t</a></h2><p>%t</p>"
		          "<span>%a ago</span></div>\n",
		          n->story->path, n->text.title, n->text.standfirst, n->published);
		if (i % 3 == 1)
			furniture_ad(s);
	}
	furniture_most_read(s, "most-read");
	s->outlet->page_end(s);
}
