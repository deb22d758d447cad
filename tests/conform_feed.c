/*
 * Operations of stet-conform on feeds and sitemaps.
 *
 * The suites speak of feeds in the shape that feedparser gives them
 * (conform_shape.c), of sitemaps in one of their own, and of the pages of a site
 * as one finds them from its robots.txt and the usual places.
 */
#include "conform_feed.h"

#include <string.h>

#include "feed/join.h"
#include "feed/parts.h"
#include "net/robots.h"
#include "page/page.h"
#include "url/url.h"

static void put_when(const struct ask *q, const char *key, when t)
{
	if (t != WHEN_NONE)
		json_field_int(q->out, key, t);
}

/* What jansson holds, through our own writer. */
static void put_json(struct json *j, const json_t *v)
{
	const char *key;
	json_t *item;
	size_t i;

	switch (json_typeof(v)) {
	case JSON_OBJECT:
		json_object(j);
		json_object_foreach((json_t *)v, key, item)
		{
			json_key(j, key);
			put_json(j, item);
		}
		json_end(j);
		return;
	case JSON_ARRAY:
		json_array(j);
		json_array_foreach(v, i, item) put_json(j, item);
		json_end(j);
		return;
	case JSON_STRING:
		json_str(j, str_of(json_string_value(v), json_string_length(v)));
		return;
	case JSON_INTEGER:
		json_int(j, json_integer_value(v));
		return;
	case JSON_REAL: /* with all its digits, in the place of a null */
		json_null(j);
		j->out->n -= strlen("null");
		buf_printf(j->out, "%.15g", json_real_value(v));
		return;
	case JSON_TRUE:
	case JSON_FALSE:
		json_bool(j, json_is_true(v));
		return;
	case JSON_NULL:
		json_null(j);
	}
}

/* A set that was guessed is called as in mail, as feedparser's detector does. */
static struct str encoding_of(const struct shape *s)
{
	static const char *const names[][2] = {
		{ "euc-kr", "EUC-KR" },         { "gb18030", "GB2312" },          { "gbk", "GB2312" },
		{ "shift_jis", "SHIFT_JIS" },   { "euc-jp", "EUC-JP" },           { "big5", "Big5" },
		{ "koi8-r", "KOI8-R" },         { "iso-2022-jp", "ISO-2022-JP" }, { "iso-8859-2", "ISO-8859-2" },
		{ "iso-8859-5", "ISO-8859-5" }, { "iso-8859-7", "ISO-8859-7" },   { "windows-874", "TIS-620" }
	};

	for (size_t i = 0; s->guessed && i < sizeof names / sizeof *names; i++)
		if (str_eq(s->charset, str_from(names[i][0])))
			return str_from(names[i][1]);
	return s->charset;
}

static struct str base_of(const struct ask *q, struct str location)
{
	struct str url = ask_str(q, "url"), joined = join_reference(q->arena, url, str_trim(location));

	return joined.n && join_is_safe(joined) ? joined : url;
}

static void answer_feed(const struct ask *q)
{
	const json_t *given = json_object_get(q->in, "headers");
	struct ask headers = { q->arena, given, q->out };
	struct shape s = { .a = q->arena, .feed = json_pack("{}"), .entries = json_pack("[]"), .title_depth = -1 };
	struct fact_visitor v = shape_visitor;
	struct fact_ask ask = { .bytes = ask_bytes(q, "b64"),
		                .content_type = ask_str(&headers, "content-type"),
		                .language = ask_str(&headers, "content-language"),
		                .base = base_of(q, ask_str(&headers, "content-location")),
		                .by_the_book = true,
		                .answered = json_object_size(given) > 0 };
	struct err e;
	bool bozo;

	v.context = &s;
	s.namespaces = json_pack("{}");
	s.depths = json_pack("{}");
	if (ask.language.n)
		shape_set(s.feed, "language", ask.language);
	bozo = !facts_read(q->arena, &ask, &v, &bozo, &e) || bozo;
	json_t *out = json_pack("{s:i,s:o,s:o,s:o}", "bozo", bozo, "feed", s.feed, "entries", s.entries, "namespaces",
	                        s.namespaces);
	shape_set(out, "encoding", encoding_of(&s));
	json_object_set_new(out, "version", s.version ? s.version : json_pack("s", ""));
	if (given)
		json_object_set(out, "headers", (json_t *)given);
	put_json(q->out, out);
	json_decref(out);
	json_decref(s.depths);
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

/* ---- what a sitemap says of the entry at a position, beside what is kept ---- */

struct news {
	json_t *all, *one;            /* of news sitemaps */
	json_t *spellings, *spelling; /* of its address: all that it might be */
};

static void no_opening(void *context, const struct fact_opening *o)
{
	(void)context, (void)o;
}

static void begin_news(void *context, const struct fact *f)
{
	struct news *n = context;

	if (f->scope != SCOPE_ENTRY)
		return;
	json_array_append_new(n->all, n->one = json_pack("{}"));
	json_array_append_new(n->spellings, n->spelling = json_pack("[]"));
}

static void take_news(void *context, const struct fact *f)
{
	static const char *const members[][2] = { { "news:name", "name" },
		                                  { "news:language", "lang" },
		                                  { "news:title", "title" } };
	const struct news *n = context;
	struct str text = str_trim(f->text);

	if (f->scope == SCOPE_ENTRY && f->role == ROLE_LINK && fact_has_attribute(f, "href"))
		text = str_trim(fact_attribute(f, "href"));
	if (f->scope != SCOPE_ENTRY || !text.n)
		return;
	if (f->role == ROLE_LOC || f->role == ROLE_LINK)
		json_array_append_new(n->spelling, shape_text(text));
	for (size_t i = 0; i < 3; i++)
		if (str_eq(f->name, str_from(members[i][0])))
			shape_set(n->one, members[i][1], text);
	if (str_eq(f->name, STR("news:publication_date")) && feed_date(text) != WHEN_NONE)
		json_object_set_new(n->one, "date", json_integer(feed_date(text)));
}

static void end_news(void *context, enum fact_scope scope)
{
	(void)context, (void)scope;
}

static struct news read_news(struct arena *a, struct str bytes, struct str content_type)
{
	struct news n = { .all = json_pack("[]"), .spellings = json_pack("[]") };
	const struct fact_visitor v = { &n, no_opening, begin_news, take_news, end_news };
	struct fact_ask ask = { .bytes = bytes, .content_type = content_type };
	struct err e;
	bool bozo;

	if (!facts_read(a, &ask, &v, &bozo, &e))
		json_array_clear(n.all);
	return n;
}

static void free_news(struct news *n)
{
	json_decref(n->all);
	json_decref(n->spellings);
}

/* The address as the sitemap writes it, which is what the suites compare. */
static struct str spelling_of(struct arena *a, const struct news *n, const struct feed_entry *entry)
{
	const json_t *all = json_array_get(n->spellings, entry->position);

	for (size_t i = 0; i < json_array_size(all); i++) {
		const json_t *one = json_array_get(all, i);
		struct str text = str_of(json_string_value(one), json_string_length(one));
		struct url u;
		struct err e;
		if (str_find_byte(text, '#') == STR_NPOS && url_parse(a, text, NULL, &u, &e) &&
		    str_eq(u.href, entry->url))
			return arena_str(a, text);
	}
	return entry->url;
}

static void put_item(const struct ask *q, const struct feed_entry *entry, const struct news *n)
{
	const json_t *own = json_array_get(n->all, entry->position);

	json_object(q->out);
	json_field_str(q->out, "loc", spelling_of(q->arena, n, entry));
	put_when(q, "lastmod", entry->updated != WHEN_NONE ? entry->updated : entry->published);
	if (json_object_size(own)) {
		json_key(q->out, "news");
		put_json(q->out, own);
	}
	json_end(q->out);
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
	struct news n = read_news(q->arena, ask_bytes(q, "b64"), ask_str(q, "content_type"));
	json_field_str(q->out, "kind", f.kind == FEED_SITEMAP_INDEX ? STR("index") : STR("urlset"));
	json_key(q->out, "items");
	json_array(q->out);
	for (size_t i = 0; i < f.nentries; i++)
		if (f.kind == FEED_SITEMAP_INDEX || !is_foreign(q, f.entries[i].url))
			put_item(q, &f.entries[i], &n);
	json_end(q->out);
	json_end(q->out);
	free_news(&n);
}

/* ---- all pages of a site --------------------------------------------------- */

#define MAX_SITEMAPS 2000
#define MAX_HOPS 5
#define MAX_DEPTH 11 /* of indexes that list indexes */

struct tree {
	const struct ask *q;
	struct str sitemaps[MAX_SITEMAPS];
	unsigned depths[MAX_SITEMAPS];
	size_t nsitemaps;
	json_t *pages; /* the keys are the addresses */
};

static void add_sitemap(struct tree *t, struct str address, const struct url *base, unsigned depth)
{
	struct url u;
	struct err e;

	if (t->nsitemaps == MAX_SITEMAPS || depth > MAX_DEPTH || !url_parse(t->q->arena, address, base, &u, &e))
		return;
	for (size_t i = 0; i < t->nsitemaps; i++)
		if (str_eq(t->sitemaps[i], u.href))
			return;
	t->depths[t->nsitemaps] = depth;
	t->sitemaps[t->nsitemaps++] = u.href;
}

/* The answer of the address, redirects followed; NULL if it is no good. */
static const json_t *get(struct tree *t, struct str *address)
{
	const json_t *all = json_object_get(t->q->in, "resources"), *one;

	for (unsigned hop = 0; hop < MAX_HOPS; hop++) {
		one = json_object_get(all, arena_cstr(t->q->arena, *address));
		json_int_t status = json_integer_value(json_object_get(one, "status"));
		struct ask headers = { t->q->arena, json_object_get(one, "headers"), NULL };
		struct str location = ask_str(&headers, "location");
		if (status < 300 || status >= 400 || !location.n)
			return one && (status == 0 || status == 200) ? one : NULL;
		*address = join_reference(t->q->arena, *address, location);
	}
	return NULL;
}

static struct str body_of(struct tree *t, const json_t *answer)
{
	struct ask one = { t->q->arena, answer, NULL };
	return ask_bytes(&one, "body_b64");
}

static void read_robots(struct tree *t, const struct url *home)
{
	struct str address = ARENA_JOIN(t->q->arena, url_origin(home->href), STR("/robots.txt"));
	const json_t *answer = get(t, &address);
	struct robots r;

	if (!answer)
		return;
	robots_parse(t->q->arena, body_of(t, answer), STR("stet"), &r);
	for (size_t i = 0; i < r.nsitemaps; i++)
		add_sitemap(t, r.sitemaps[i], home, 1);
}

static void read_sitemap(struct tree *t, struct str address, unsigned depth)
{
	const json_t *answer = get(t, &address);
	struct ask headers = { t->q->arena, json_object_get(answer, "headers"), NULL };
	struct feed f;
	struct err e;

	struct str type = ask_str(&headers, "content-type"), body = body_of(t, answer);
	if (!answer || !feed_read(t->q->arena, body, type, address, &f, &e))
		return;
	struct news n = read_news(t->q->arena, body, type);
	for (size_t i = 0; i < f.nentries; i++) {
		struct str page = spelling_of(t->q->arena, &n, &f.entries[i]);
		if (f.kind == FEED_SITEMAP_INDEX)
			add_sitemap(t, f.entries[i].url, NULL, depth + 1);
		else
			json_object_set_new(t->pages, arena_cstr(t->q->arena, page), json_pack("n"));
	}
	free_news(&n);
}

static void answer_sitemap_tree(const struct ask *q)
{
	static const char *const usual[] = { "/sitemap.xml",
		                             "/sitemap.xml.gz",
		                             "/sitemap_index.xml",
		                             "/sitemap-index.xml",
		                             "/sitemap_index.xml.gz",
		                             "/sitemap-index.xml.gz",
		                             "/.sitemap.xml",
		                             "/sitemap",
		                             "/sitemap_news.xml",
		                             "/sitemap-news.xml",
		                             "/sitemap_news.xml.gz",
		                             "/sitemap-news.xml.gz",
		                             "/sitemap/sitemap-index.xml",
		                             "/admin/config/search/xmlsitemap",
		                             "/sitemap.txt",
		                             "/sitemap.txt.gz" };
	struct tree *t = ARENA_NEW(q->arena, struct tree);
	struct url home;
	struct err e;
	const char *key;
	json_t *nothing;

	t->q = q;
	t->pages = json_pack("{}");
	if (url_parse(q->arena, ask_str(q, "home"), NULL, &home, &e)) {
		read_robots(t, &home);
		for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
			add_sitemap(t, str_from(usual[i]), &home, 0);
	}
	for (size_t i = 0; i < t->nsitemaps; i++)
		read_sitemap(t, t->sitemaps[i], t->depths[i]);
	json_array(q->out);
	json_object_foreach(t->pages, key, nothing) json_str(q->out, str_from(key));
	json_end(q->out);
	json_decref(t->pages);
}

const struct op conform_feed_ops[] = {
	{ "feed", answer_feed },
	{ "feed_discover", answer_feed_discover },
	{ "sitemap", answer_sitemap },
	{ "sitemap_tree", answer_sitemap_tree },
	{ NULL, NULL },
};
