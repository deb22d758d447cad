/*
 * JSON Feed 1.0 and 1.1 (jsonfeed.org), by jansson.
 *
 * Limits: jansson's nesting limit (2048); numbers as identifiers are taken as
 * they are written.
 */
#include <jansson.h>

#include "feed/parts.h"

static struct str field(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	return json_is_string(v) ? str_of(json_string_value(v), json_string_length(v)) : STR_NONE;
}

static struct str title(struct arena *a, const json_t *o, const char *name)
{
	return plain_from_text(a, field(o, name), true, MAX_TITLE_BYTES);
}

static struct str identifier(struct arena *a, const json_t *o)
{
	const json_t *v = json_object_get(o, "id");

	if (json_is_integer(v))
		return arena_printf(a, "%lld", (long long)json_integer_value(v));
	return plain_from_text(a, field(o, "id"), false, MAX_URL_BYTES);
}

/* 1.1 has authors, 1.0 had an author. */
static struct str authors(struct arena *a, const json_t *o)
{
	const json_t *all = json_object_get(o, "authors");
	struct str names = title(a, json_object_get(o, "author"), "name");

	for (size_t i = 0; i < json_array_size(all) && i < 16; i++) {
		struct str name = title(a, json_array_get(all, i), "name");
		if (name.n && names.n + name.n < MAX_TITLE_BYTES)
			names = i && names.n ? arena_printf(a, "%.*s, %.*s", STR_ARG(names), STR_ARG(name)) : name;
	}
	return names;
}

static struct str summary(struct arena *a, const json_t *item)
{
	struct str s = field(item, "summary");

	if (!s.n)
		s = field(item, "content_text");
	if (s.n)
		return plain_from_text(a, s, true, MAX_SUMMARY_BYTES);
	return plain_from_html(a, field(item, "content_html"), MAX_SUMMARY_BYTES);
}

static struct str hub(struct arena *a, const json_t *feed, const struct url *base)
{
	const json_t *hubs = json_object_get(feed, "hubs");

	for (size_t i = 0; i < json_array_size(hubs); i++)
		if (str_eq_nocase(field(json_array_get(hubs, i), "type"), STR("websub")))
			return feed_url(a, field(json_array_get(hubs, i), "url"), base);
	return STR_NONE;
}

static void read_item(struct draft *d, const json_t *item, struct str author)
{
	struct feed_entry e = { .url = feed_url(d->a, field(item, "url"), d->base), .id = identifier(d->a, item) };

	if (!e.url.n && str_starts_nocase(e.id, STR("http")))
		e.url = feed_url(d->a, e.id, NULL);
	if (!e.url.n)
		e.url = feed_url(d->a, field(item, "external_url"), d->base);
	e.title = title(d->a, item, "title");
	e.summary = summary(d->a, item);
	e.author = authors(d->a, item);
	if (!e.author.n)
		e.author = author;
	e.published = feed_date(field(item, "date_published"));
	e.updated = feed_date(field(item, "date_modified"));
	draft_add(d, &e);
}

bool json_feed_read(struct draft *d, struct str text, struct err *e)
{
	json_error_t why;
	json_t *root = json_loadb(text.p, text.n, JSON_ALLOW_NUL, &why);
	const json_t *items = json_object_get(root, "items");
	struct feed *f = d->feed;

	if (!root)
		return err_set(e, ERR_FORMAT, "the JSON feed is broken in line %d: %s", why.line, why.text);
	if (!json_is_array(items)) {
		json_decref(root);
		return err_set(e, ERR_FORMAT, "the JSON has no list of items, so it is not a feed");
	}
	f->title = title(d->a, root, "title");
	f->home = feed_url(d->a, field(root, "home_page_url"), d->base);
	f->language = feed_language(d->a, field(root, "language"));
	f->hub = hub(d->a, root, d->base);
	struct str author = authors(d->a, root);
	for (size_t i = 0; i < json_array_size(items); i++)
		read_item(d, json_array_get(items, i), author);
	json_decref(root);
	return true;
}
