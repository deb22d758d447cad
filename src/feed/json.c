/*
 * JSON Feed 1.0 and 1.1 (jsonfeed.org), by jansson, as facts: its members under
 * the names that XML has for the same.
 *
 * Limits: jansson's nesting limit (2048); numbers as identifiers are taken as
 * they are written; MANY of what an item may have several of.
 */
#include <jansson.h>

#include "feed/parts.h"

#define MANY 64

static struct str field(const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	return json_is_string(v) ? str_of(json_string_value(v), json_string_length(v)) : STR_NONE;
}

/* Text of a number too. */
static struct str field_or_number(struct arena *a, const json_t *o, const char *name)
{
	const json_t *v = json_object_get(o, name);
	return json_is_integer(v) ? arena_printf(a, "%lld", (long long)json_integer_value(v)) : field(o, name);
}

/* A member that is one fact. */
struct member {
	const char *member, *name;
	enum fact_role role;
	unsigned rank;
	bool html;
};

static const struct member feed_members[] = {
	{ "title", "title", ROLE_TITLE, 0, false },
	{ "description", "subtitle", ROLE_TEXT, 1, false },
	{ "icon", "icon", ROLE_OTHER, 0, false },
	{ "favicon", "favicon", ROLE_OTHER, 0, false },
	{ "language", "language", ROLE_LANGUAGE, 0, false },
	{ NULL, NULL, ROLE_OTHER, 0, false },
};

static const struct member item_members[] = {
	{ "title", "title", ROLE_TITLE, 0, false },
	{ "id", "id", ROLE_ID, 0, false },
	{ "summary", "summary", ROLE_SUMMARY, 0, false },
	{ "content_text", "content", ROLE_CONTENT, 3, false },
	{ "content_html", "content", ROLE_CONTENT, 4, true },
	{ "external_url", "external_url", ROLE_LOC, 9, false },
	{ "image", "image", ROLE_OTHER, 0, false },
	{ "language", "language", ROLE_LANGUAGE, 0, false },
	{ "date_published", "published", ROLE_PUBLISHED, 0, false },
	{ "date_modified", "updated", ROLE_UPDATED, 0, false },
	{ NULL, NULL, ROLE_OTHER, 0, false },
};

static struct fact begin(const struct walk *w, enum fact_scope scope, const char *name, enum fact_role role)
{
	return (struct fact){ .scope = scope,
		              .role = role,
		              .depth = 1,
		              .name = str_from(name),
		              .base = w->base,
		              .language = w->language,
		              .atom = true };
}

static void tell(const struct walk *w, const struct fact *f)
{
	w->v->fact(w->v->context, f);
}

static void tell_members(const struct walk *w, const json_t *o, enum fact_scope scope, const struct member *m)
{
	for (; m->member; m++) {
		static const struct fact_attribute html = { STR("type"), STR("text/html") };
		struct fact f = begin(w, scope, m->name, m->role);
		f.text = field_or_number(w->a, o, m->member);
		f.rank = m->rank;
		f.attributes = &html;
		f.nattributes = m->html;
		if (f.text.n)
			tell(w, &f);
	}
}

/* A link, as Atom has it. */
static void tell_link(const struct walk *w, enum fact_scope scope, const char *rel, struct str type, struct str href,
                      const json_t *of)
{
	struct fact_attribute all[5] = { { STR("rel"), str_from(rel) }, { STR("href"), href } };
	struct str title = field(of, "title"), length = field_or_number(w->a, of, "size_in_bytes");
	struct fact f = begin(w, scope, "link", ROLE_LINK);

	f.rank = 2;
	f.attributes = all;
	f.nattributes = 2;
	if (type.n)
		all[f.nattributes++] = (struct fact_attribute){ STR("type"), type };
	if (title.n)
		all[f.nattributes++] = (struct fact_attribute){ STR("title"), title };
	if (length.n)
		all[f.nattributes++] = (struct fact_attribute){ STR("length"), length };
	if (href.n)
		tell(w, &f);
}

static void tell_person(const struct walk *w, enum fact_scope scope, const json_t *person)
{
	struct fact f = begin(w, scope, "author", ROLE_AUTHOR);

	f.rank = 1;
	f.name_part = field(person, "name");
	f.href_part = field(person, "url");
	if (f.href_part.n)
		f.href_part = fact_reference(w->a, &f, f.href_part);
	if (f.name_part.n || f.href_part.n)
		tell(w, &f);
}

/* 1.1 has authors, 1.0 had an author. */
static void tell_people(const struct walk *w, enum fact_scope scope, const json_t *o)
{
	const json_t *all = json_object_get(o, "authors");

	if (json_array_size(all) == 0)
		tell_person(w, scope, json_object_get(o, "author"));
	for (size_t i = 0; i < json_array_size(all) && i < MANY; i++)
		tell_person(w, scope, json_array_get(all, i));
}

static void tell_item(const struct walk *w, const json_t *item)
{
	const json_t *tags = json_object_get(item, "tags"), *attachments = json_object_get(item, "attachments");
	struct fact holder = begin(w, SCOPE_ENTRY, "item", ROLE_OTHER);

	w->v->begin(w->v->context, &holder);
	tell_link(w, SCOPE_ENTRY, "alternate", STR("text/html"), field(item, "url"), NULL);
	tell_members(w, item, SCOPE_ENTRY, item_members);
	tell_people(w, SCOPE_ENTRY, item);
	for (size_t i = 0; i < json_array_size(tags) && i < MANY; i++) {
		const json_t *tag = json_array_get(tags, i);
		struct fact f = begin(w, SCOPE_ENTRY, "category", ROLE_CATEGORY);
		f.text = str_of(json_string_value(tag), json_string_length(tag));
		if (f.text.n)
			tell(w, &f);
	}
	for (size_t i = 0; i < json_array_size(attachments) && i < MANY; i++) {
		const json_t *one = json_array_get(attachments, i);
		tell_link(w, SCOPE_ENTRY, "enclosure", field(one, "mime_type"), field(one, "url"), one);
	}
	w->v->end(w->v->context, SCOPE_ENTRY);
}

static void tell_feed(const struct walk *w, const json_t *root)
{
	const json_t *items = json_object_get(root, "items"), *hubs = json_object_get(root, "hubs");
	struct fact_attribute version = { STR("version"), field(root, "version") };
	struct fact holder = begin(w, SCOPE_FEED, "json", ROLE_OTHER);

	holder.attributes = &version;
	holder.nattributes = 1;
	w->v->begin(w->v->context, &holder);
	tell_link(w, SCOPE_FEED, "alternate", STR("text/html"), field(root, "home_page_url"), NULL);
	tell_link(w, SCOPE_FEED, "self", STR("application/feed+json"), field(root, "feed_url"), NULL);
	tell_link(w, SCOPE_FEED, "next", STR("application/feed+json"), field(root, "next_url"), NULL);
	for (size_t i = 0; i < json_array_size(hubs) && i < MANY; i++)
		if (str_eq_nocase(field(json_array_get(hubs, i), "type"), STR("websub")))
			tell_link(w, SCOPE_FEED, "hub", STR_NONE, field(json_array_get(hubs, i), "url"), NULL);
	tell_members(w, root, SCOPE_FEED, feed_members);
	tell_people(w, SCOPE_FEED, root);
	for (size_t i = 0; i < json_array_size(items); i++)
		if (json_is_object(json_array_get(items, i)))
			tell_item(w, json_array_get(items, i));
	w->v->end(w->v->context, SCOPE_FEED);
}

bool walk_json(const struct walk *w, struct str text, struct err *e)
{
	json_error_t why;
	json_t *root = json_loadb(text.p, text.n, JSON_ALLOW_NUL, &why);

	if (!root)
		return err_set(e, ERR_FORMAT, "the JSON feed is broken in line %d: %s", why.line, why.text);
	bool good = json_is_array(json_object_get(root, "items"));
	if (good)
		tell_feed(w, root);
	json_decref(root);
	return good || err_set(e, ERR_FORMAT, "the JSON has no list of items, so it is not a feed");
}
