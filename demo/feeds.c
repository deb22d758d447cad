/*
 * What lists the articles of an outlet for machines: RSS 2.0, Atom (RFC 4287),
 * JSON Feed 1.1 and a sitemap with the news extension.
 */
#include "base/json.h"
#include "outlet.h"

static struct str link_of(const struct sheet *s, const struct news *n)
{
	return arena_printf(s->arena, "%.*s%.*s%s", STR_ARG(sheet_origin(s)), STR_ARG(n->story->path),
	                    s->outlet->tracking);
}

void feed_write_rss(struct sheet *s)
{
	char at[WHEN_TEXT];

	sheet_put(s,
	          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<rss version=\"2.0\"><channel>\n"
	          "<title>%t</title>\n<link>%t/</link>\n<description>%t</description>\n<language>en</language>\n",
	          str_from(s->outlet->name), sheet_origin(s), str_from(s->outlet->motto));
	for (size_t i = 0; i < s->nnews; i++) {
		const struct news *n = &s->news[i];
		sheet_put(s,
		          "<item><title>%t</title><link>%t</link><guid isPermaLink=\"false\">courier:%t</guid>"
		          "<pubDate>%t</pubDate><description>%t</description></item>\n",
		          n->text.title, link_of(s, n), n->story->path, str_from(when_http(n->published, at)),
		          n->text.standfirst);
	}
	sheet_put(s, "</channel></rss>\n");
}

void feed_write_atom(struct sheet *s)
{
	struct str origin = sheet_origin(s);
	when updated = s->start;

	for (size_t i = 0; i < s->nnews; i++)
		updated = s->news[i].modified > updated ? s->news[i].modified : updated;
	sheet_put(s,
	          "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" "
	          "xml:lang=\"en\">\n<title>%t</title>\n<id>%t/</id>\n<link href=\"%t/\"/>\n"
	          "<link rel=\"self\" href=\"%t/atom\"/>\n<updated>%w</updated>\n",
	          str_from(s->outlet->name), origin, origin, origin, updated);
	for (size_t i = 0; i < s->nnews; i++) {
		const struct news *n = &s->news[i];
		sheet_put(s,
		          "<entry><title>%t</title><id>%t%t</id><link href=\"%t\"/><published>%w</published>"
		          "<updated>%w</updated><author><name>%t</name></author><summary>%t</summary></entry>\n",
		          n->text.title, origin, n->story->path, link_of(s, n), n->published, n->modified,
		          n->text.byline, n->text.standfirst);
	}
	sheet_put(s, "</feed>\n");
}

void feed_write_json(struct sheet *s)
{
	struct json j = JSON_INIT(s->out);
	struct str origin = sheet_origin(s);

	json_object(&j);
	json_field_str(&j, "version", STR("https://jsonfeed.org/version/1.1"));
	json_field_str(&j, "title", str_from(s->outlet->name));
	json_field_str(&j, "home_page_url", arena_printf(s->arena, "%.*s/", STR_ARG(origin)));
	json_field_str(&j, "language", STR("en"));
	json_key(&j, "items");
	json_array(&j);
	for (size_t i = 0; i < s->nnews; i++) {
		const struct news *n = &s->news[i];
		json_object(&j);
		json_field_str(&j, "id", n->story->name);
		json_field_str(&j, "url", link_of(s, n));
		json_field_str(&j, "title", n->text.title);
		json_field_str(&j, "summary", n->text.standfirst);
		json_field_when(&j, "date_published", n->published);
		json_field_when(&j, "date_modified", n->modified);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	buf_byte(s->out, '\n');
}

void feed_write_sitemap(struct sheet *s)
{
	sheet_put(s, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
	             "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "
	             "xmlns:news=\"http://www.google.com/schemas/sitemap-news/0.9\">\n");
	for (size_t i = 0; i < s->nnews; i++) {
		const struct news *n = &s->news[i];
		sheet_put(s,
		          "<url><loc>%t%t</loc><lastmod>%w</lastmod><news:news><news:publication><news:name>%t"
		          "</news:name><news:language>en</news:language></news:publication>"
		          "<news:publication_date>%w</news:publication_date><news:title>%t</news:title>"
		          "</news:news></url>\n",
		          sheet_origin(s), n->story->path, n->modified, str_from(s->outlet->name), n->published,
		          n->text.title);
	}
	sheet_put(s, "</urlset>\n");
}
