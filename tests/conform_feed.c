/*
 * Operations of stet-conform on feeds and sitemaps.
 *
 * The suites speak of feeds in the shape that feedparser gives them; only the
 * members that this program keeps are there.
 */
#include "conform.h"

#include "feed/feed.h"
#include "page/page.h"

static void put_text(const struct ask *q, const char *key, struct str s)
{
	if (s.n)
		json_field_str(q->out, key, s);
}

static void put_when(const struct ask *q, const char *key, when t)
{
	if (t != WHEN_NONE)
		json_field_int(q->out, key, t);
}

static void put_entry(const struct ask *q, const struct feed_entry *entry)
{
	json_object(q->out);
	put_text(q, "title", entry->title);
	put_text(q, "link", entry->url);
	put_text(q, "id", entry->id);
	put_text(q, "summary", entry->summary);
	put_text(q, "author", entry->author);
	put_when(q, "published_parsed", entry->published);
	put_when(q, "updated_parsed", entry->updated);
	json_end(q->out);
}

static void answer_feed(const struct ask *q)
{
	struct ask headers = { q->arena, json_object_get(q->in, "headers"), q->out };
	struct str url = ask_str(q, "url");
	struct feed f = { 0 };
	struct err e;

	if (!feed_read(q->arena, ask_bytes(q, "b64"), ask_str(&headers, "content-type"),
	               url.n ? url : STR("http://case.example/feed"), &f, &e))
		f = (struct feed){ .bozo = true };
	json_object(q->out);
	json_field_int(q->out, "bozo", f.bozo);
	json_key(q->out, "feed");
	json_object(q->out);
	put_text(q, "title", f.title);
	put_text(q, "link", f.home);
	put_text(q, "language", f.language);
	json_end(q->out);
	json_key(q->out, "entries");
	json_array(q->out);
	for (size_t i = 0; i < f.nentries; i++)
		put_entry(q, &f.entries[i]);
	json_end(q->out);
	json_end(q->out);
}

static void answer_feed_discover(const struct ask *q)
{
	struct page_ask ask = { .bytes = ask_bytes(q, "html_b64"), .url = ask_str(q, "url") };
	struct page p;
	struct err e;

	json_array(q->out);
	if (page_read(q->arena, &ask, &p, &e))
		for (size_t i = 0; i < p.nfeeds; i++)
			json_str(q->out, p.feeds[i].url);
	json_end(q->out);
}

/* What stands in another folder than the sitemap is none of its business, if
 * one is strict. */
static bool is_foreign(const struct ask *q, struct str loc)
{
	struct str folder = ask_str(q, "url");

	folder = str_sub(folder, 0, str_find_byte(folder, '?'));
	while (folder.n && folder.p[folder.n - 1] != '/')
		folder.n--;
	return ask_true(q, "strict_location") && !str_starts(loc, folder);
}

static void answer_sitemap(const struct ask *q)
{
	struct feed f;
	struct err e;

	json_object(q->out);
	if (!feed_read(q->arena, ask_bytes(q, "b64"), ask_str(q, "content_type"), ask_str(q, "url"), &f, &e)) {
		json_field_bool(q->out, "error", true);
		json_end(q->out);
		return;
	}
	json_field_str(q->out, "kind", f.kind == FEED_SITEMAP_INDEX ? STR("index") : STR("urlset"));
	json_key(q->out, "items");
	json_array(q->out);
	for (size_t i = 0; i < f.nentries; i++) {
		const struct feed_entry *entry = &f.entries[i];
		if (f.kind != FEED_SITEMAP_INDEX && is_foreign(q, entry->url))
			continue;
		json_object(q->out);
		json_field_str(q->out, "loc", entry->url);
		put_when(q, "lastmod", entry->updated != WHEN_NONE ? entry->updated : entry->published);
		json_end(q->out);
	}
	json_end(q->out);
	json_end(q->out);
}

const struct op conform_feed_ops[] = {
	{ "feed", answer_feed },
	{ "feed_discover", answer_feed_discover },
	{ "sitemap", answer_sitemap },
	{ NULL, NULL },
};
