/*
 * Facts (feed/facts.h) to the shape in which feedparser gives them, which the
 * suites know: see its documentation, "Reference".  Only names and shapes are
 * here; what a feed means is worked out by src/feed.
 *
 * Where a feed says something twice the last wins, but for titles, of which the
 * first wins, and what stands deeper than something it has already.
 */
#include "conform_feed.h"

#include <string.h>

#include "feed/join.h"
#include "feed/parts.h"

json_t *shape_text(struct str s)
{
	return json_stringn(s.n ? s.p : "", s.n);
}

void shape_set(json_t *to, const char *key, struct str value)
{
	json_object_set_new(to, key, shape_text(value));
}

json_t *shape_list(json_t *to, const char *key)
{
	if (!json_object_get(to, key))
		json_object_set_new(to, key, json_pack("[]"));
	return json_object_get(to, key);
}

static json_t *member(json_t *to, const char *key)
{
	if (!json_object_get(to, key))
		json_object_set_new(to, key, json_pack("{}"));
	return json_object_get(to, key);
}

struct str shape_key(struct arena *a, struct str name)
{
	char *out = arena_alloc(a, name.n + 1);

	for (size_t i = 0; i < name.n; i++)
		out[i] = name.p[i] == ':' ? '_' : name.p[i];
	return str_of(out, name.n);
}

json_t *shape_attributes(const struct fact *f)
{
	json_t *out = json_pack("{}");

	for (size_t i = 0; i < f->nattributes; i++)
		json_object_setn_new(out, f->attributes[i].name.p, f->attributes[i].name.n,
		                     shape_text(f->attributes[i].value));
	return out;
}

void shape_date(json_t *to, struct arena *a, const char *key, struct str text)
{
	when at = feed_date(text);

	shape_set(to, key, text);
	json_object_set_new(to, arena_cstr(a, arena_printf(a, "%s_parsed", key)),
	                    at == WHEN_NONE ? json_pack("n") : json_integer(at));
}

/* Whether what stands at this depth may replace what the entry has. */
static bool may_set(struct shape *s, const struct fact *f, const char *key)
{
	const json_t *depth = json_object_get(s->depths, key);

	if (f->scope != SCOPE_ENTRY)
		return true;
	if (depth && json_integer_value(depth) < f->depth)
		return false;
	json_object_set_new(s->depths, key, json_integer(f->depth));
	return true;
}

/* ---- text ---------------------------------------------------------------- */

static struct str language_of(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		out[i] = s.p[i] == '_' ? '-' : s.p[i];
	return str_of(out, s.n);
}

static json_t *detail_of(struct shape *s, const struct fact *f)
{
	json_t *out = json_pack("{}");
	struct fact_markup m;

	fact_markup(s->a, f, &m);
	shape_set(out, "type", m.type);
	shape_set(out, "base", f->base);
	shape_set(out, "value", m.value);
	json_object_set_new(out, "language",
	                    f->language.n ? shape_text(language_of(s->a, f->language)) : json_pack("n"));
	if (fact_has_attribute(f, "src"))
		shape_set(out, "src", fact_attribute(f, "src"));
	return out;
}

static void set_text(struct shape *s, json_t *to, const struct fact *f, const char *key)
{
	if (!may_set(s, f, key))
		return;
	json_t *detail = detail_of(s, f);
	json_object_set(to, key, json_object_get(detail, "value"));
	json_object_set_new(to, arena_cstr(s->a, arena_printf(s->a, "%s_detail", key)), detail);
}

static void put_title(struct shape *s, json_t *to, const struct fact *f)
{
	int depth = (int)f->depth;

	if (s->title_depth >= 0 && s->title_depth <= depth)
		return;
	set_text(s, to, f, "title");
	if (json_string_length(json_object_get(to, "title")) && !str_eq(f->name, STR("media:title")))
		s->title_depth = depth;
}

static void put_content(struct shape *s, json_t *to, const struct fact *f)
{
	json_t *detail = detail_of(s, f);
	const char *type = json_string_value(json_object_get(detail, "type"));
	bool shown =
	        !strcmp(type, "text/plain") || !strcmp(type, "text/html") || !strcmp(type, "application/xhtml+xml");

	json_array_append_new(shape_list(to, "content"), detail);
	if (shown && !json_object_get(to, "summary"))
		json_object_set(to, "summary", json_object_get(detail, "value"));
}

/* A second summary is the whole. */
static void put_summary(struct shape *s, json_t *to, const struct fact *f)
{
	bool described = f->role == ROLE_DESCRIPTION;

	if (f->scope == SCOPE_ENTRY && json_object_get(to, "summary"))
		put_content(s, to, f);
	else
		set_text(s, to, f, described && f->scope != SCOPE_ENTRY ? "subtitle" : "summary");
}

static void put_markup(struct shape *s, json_t *to, const struct fact *f)
{
	static const struct {
		const char *name, *key;
	} names[] = { { "copyright", "rights" },  { "dc:rights", "rights" },
		      { "rights", "rights" },     { "feedburner:browserfriendly", "info" },
		      { "info", "info" },         { "tagline", "subtitle" },
		      { "subtitle", "subtitle" }, { "itunes:subtitle", "subtitle" },
		      { "prodlink", "prodlink" } };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_eq(f->name, str_from(names[i].name)))
			set_text(s, to, f, names[i].key);
}

/* ---- addresses ----------------------------------------------------------- */

static struct str lower(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		out[i] = char_lower(s.p[i]);
	return str_of(out, s.n);
}

static struct str address_of(const struct fact *f)
{
	static const char *const names[] = { "href", "url", "uri" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (fact_has_attribute(f, names[i]))
			return fact_attribute(f, names[i]);
	return STR_NONE;
}

static bool is_html(struct str type)
{
	return str_eq(type, STR("html")) || str_eq(type, STR("xhtml")) || str_eq(type, STR("text/html")) ||
	       str_eq(type, STR("application/xhtml+xml"));
}

static void put_link(struct shape *s, json_t *to, const struct fact *f)
{
	json_t *link = shape_attributes(f);
	bool enclosure = f->role == ROLE_ENCLOSURE;
	struct str rel = lower(s->a, fact_attribute(f, "rel")), type = lower(s->a, fact_attribute(f, "type"));
	struct str own = fact_has_attribute(f, "href") || enclosure ? address_of(f) : f->text;
	struct str href = fact_reference(s->a, f, own);

	rel = enclosure ? STR("enclosure") : rel.n ? rel : STR("alternate");
	if (!type.n && !enclosure)
		type = str_eq(rel, STR("self")) ? STR("application/atom+xml") : STR("text/html");
	json_object_del(link, "url");
	json_object_del(link, "uri");
	shape_set(link, "rel", rel);
	if (type.n)
		shape_set(link, "type", type);
	if (href.n)
		shape_set(link, "href", href);
	json_array_append_new(shape_list(to, "links"), link);
	if (href.n && !enclosure && str_eq(rel, STR("alternate")) && is_html(type) && may_set(s, f, "link"))
		shape_set(to, "link", href);
}

static void put_id(struct shape *s, json_t *to, const struct fact *f)
{
	struct str permalink = fact_attribute(f, "ispermalink"), id = str_trim(f->text);
	bool is_link = f->node && (!permalink.n || str_eq(permalink, STR("true")));

	if (f->role == ROLE_ID && f->rank) { /* dc:identifier */
		shape_set(to, arena_cstr(s->a, shape_key(s->a, f->name)), id);
		return;
	}
	if (is_link)
		id = fact_reference(s->a, f, id);
	if (!may_set(s, f, "id"))
		return;
	shape_set(to, "id", id);
	json_object_set_new(to, "guidislink", json_boolean(is_link && !json_object_get(to, "link")));
	if (is_link && !json_object_get(to, "link"))
		shape_set(to, "link", id);
}

/* ---- persons, tags, dates ------------------------------------------------ */

static void set_person(json_t *to, const struct fact_person *p)
{
	if (p->name.n)
		shape_set(to, "name", p->name);
	if (p->email.n)
		shape_set(to, "email", p->email);
	if (p->href.n)
		shape_set(to, "href", p->href);
}

static void put_person(struct shape *s, json_t *to, const struct fact *f)
{
	const char *key = f->role == ROLE_PUBLISHER ? "publisher" : "author";
	const char *detail = f->role == ROLE_PUBLISHER ? "publisher_detail" : "author_detail";
	struct fact_person p;

	fact_person(s->a, f, &p);
	if (f->role == ROLE_CONTRIBUTOR || f->role == ROLE_AUTHOR) {
		json_t *one = json_pack("{}");
		set_person(one, &p);
		json_array_append_new(shape_list(to, f->role == ROLE_AUTHOR ? "authors" : "contributors"), one);
	}
	if (f->role == ROLE_CONTRIBUTOR)
		return;
	if (!p.parts)
		shape_set(to, key, str_trim(f->text));
	else if (p.name.n && p.email.n)
		shape_set(to, key, arena_printf(s->a, "%.*s (%.*s)", STR_ARG(p.name), STR_ARG(p.email)));
	else if (p.name.n || p.email.n)
		shape_set(to, key, p.name.n ? p.name : p.email);
	if (p.name.n || p.email.n || p.href.n)
		set_person(member(to, detail), &p);
}

static json_t *or_null(struct str s)
{
	return s.n ? shape_text(s) : json_pack("n");
}

void shape_tag(json_t *to, struct str term, struct str scheme, struct str label)
{
	json_t *tags = shape_list(to, "tags"), *tag = json_pack("{}");

	json_object_set_new(tag, "term", or_null(term));
	json_object_set_new(tag, "scheme", or_null(scheme));
	json_object_set_new(tag, "label", or_null(label));
	for (size_t i = 0; i < json_array_size(tags); i++) {
		if (json_equal(json_array_get(tags, i), tag)) {
			json_decref(tag);
			return;
		}
	}
	if (term.n || scheme.n || label.n)
		json_array_append(tags, tag);
	json_decref(tag);
}

static void put_category(struct shape *s, json_t *to, const struct fact *f)
{
	struct str term = fact_attribute(f, "term"), scheme = fact_attribute(f, "scheme"), text = str_trim(f->text);

	(void)s;
	if (!scheme.n)
		scheme = fact_attribute(f, "domain");
	if (!scheme.n && str_eq(f->name, STR("media:category")))
		scheme = STR("http://search.yahoo.com/mrss/category_schema");
	shape_tag(to, term.n ? term : text, scheme, fact_attribute(f, "label"));
	if (term.n && text.n && !str_eq(term, text))
		shape_tag(to, text, STR_NONE, STR_NONE);
}

static void put_date(struct shape *s, json_t *to, const struct fact *f)
{
	const char *key = f->role == ROLE_PUBLISHED ? "published"
	                  : f->role == ROLE_UPDATED ? "updated"
	                  : f->role == ROLE_CREATED ? "created"
	                                            : "expired";
	if (str_eq(f->name, STR("lastmod")))
		key = "lastmod";
	if (may_set(s, f, key))
		shape_date(to, s->a, key, str_trim(f->text));
}

/* What nobody knows is kept under its name, with its attributes if it has any. */
static void put_other(struct shape *s, json_t *to, const struct fact *f)
{
	bool language = f->role == ROLE_LANGUAGE;
	const char *key = language ? "language" : arena_cstr(s->a, shape_key(s->a, f->name));

	if (shape_other(s, to, f) || !may_set(s, f, key))
		return;
	if (f->nattributes)
		json_object_set_new(to, key, shape_attributes(f));
	else
		shape_set(to, key, str_trim(f->text));
}

/* ---- the visitor --------------------------------------------------------- */

static void (*const putters[ROLES])(struct shape *s, json_t *to, const struct fact *f) = {
	[ROLE_OTHER] = put_other,        [ROLE_LOC] = put_other,        [ROLE_LINK] = put_link,
	[ROLE_ENCLOSURE] = put_link,     [ROLE_GUID] = put_id,          [ROLE_ID] = put_id,
	[ROLE_TITLE] = put_title,        [ROLE_SUMMARY] = put_summary,  [ROLE_DESCRIPTION] = put_summary,
	[ROLE_CONTENT] = put_content,    [ROLE_TEXT] = put_markup,      [ROLE_AUTHOR] = put_person,
	[ROLE_CONTRIBUTOR] = put_person, [ROLE_PUBLISHER] = put_person, [ROLE_PUBLISHED] = put_date,
	[ROLE_UPDATED] = put_date,       [ROLE_CREATED] = put_date,     [ROLE_EXPIRED] = put_date,
	[ROLE_CATEGORY] = put_category,  [ROLE_LANGUAGE] = put_other,   [ROLE_LIST] = put_other,
};

static struct str version_of_rss(struct str v)
{
	static const char *const named[][2] = {
		{ "0.91", "rss091u" }, { "0.92", "rss092" }, { "0.93", "rss093" }, { "0.94", "rss094" }
	};

	for (size_t i = 0; i < sizeof named / sizeof *named; i++)
		if (str_eq(v, str_from(named[i][0])))
			return str_from(named[i][1]);
	return str_starts(v, STR("2.")) ? STR("rss20") : STR("rss");
}

static struct str version_of_namespace(struct str address, bool is_default)
{
	if (is_default && str_eq_nocase(address, STR("http://my.netscape.com/rdf/simple/0.9/")))
		return STR("rss090");
	if (str_eq_nocase(address, STR("http://purl.org/rss/1.0/")))
		return STR("rss10");
	return str_eq_nocase(address, STR("http://www.w3.org/2005/Atom")) ? STR("atom10") : STR_NONE;
}

static struct str version_of_root(const struct fact *root, struct str known)
{
	struct str v = fact_attribute(root, "version");

	if (str_eq(root->name, STR("rss")))
		return str_starts(known, STR("rss")) ? known : version_of_rss(v);
	if (str_eq(root->name, STR("json")))
		return str_ends(v, STR("/1.1")) ? STR("json11") : STR("json1");
	if (known.n || !str_eq(root->name, STR("feed")))
		return known;
	return str_eq(v, STR("0.1"))   ? STR("atom01")
	       : str_eq(v, STR("0.2")) ? STR("atom02")
	       : str_eq(v, STR("0.3")) ? STR("atom03")
	                               : STR("atom");
}

/* CDF says in attributes what others say in elements. */
static void put_cdf(struct shape *s, json_t *to, const struct fact *f)
{
	struct fact link = *f;

	if (fact_has_attribute(f, "lastmod"))
		shape_date(to, s->a, "updated", fact_attribute(f, "lastmod"));
	if (!fact_has_attribute(f, "href"))
		return;
	link.text = fact_attribute(f, "href");
	link.nattributes = 0;
	link.role = ROLE_LINK;
	put_link(s, to, &link);
}

static void begin_feed(struct shape *s, const struct fact *root)
{
	struct str version = str_from(json_string_value(s->version));
	const xmlNs *ns = root->node ? root->node->nsDef : NULL;

	for (; ns; ns = ns->next) {
		struct str address = str_from((const char *)ns->href);
		if (!version.n)
			version = version_of_namespace(address, !ns->prefix);
		shape_set(s->namespaces, ns->prefix ? (const char *)ns->prefix : "", address);
	}
	json_t *known = s->version;
	s->version = shape_text(version_of_root(root, version));
	json_decref(known);
	if (root->language.n)
		shape_set(s->feed, "language", language_of(s->a, root->language));
	put_cdf(s, s->feed, root);
	s->at[SCOPE_FEED] = s->feed;
}

static void begin_entry(struct shape *s, const struct fact *f)
{
	json_t *entry = json_pack("{}");

	json_array_append_new(s->entries, entry);
	json_object_clear(s->depths);
	s->at[SCOPE_ENTRY] = entry;
	s->in_entry = true;
	s->has_chapters = false;
	if (fact_has_attribute(f, "rdf:about"))
		shape_set(entry, "id", fact_attribute(f, "rdf:about"));
	put_cdf(s, entry, f);
}

static void begin(void *context, const struct fact *f)
{
	struct shape *s = context;

	s->outer_title[f->scope] = s->title_depth;
	s->title_depth = -1;
	if (f->scope == SCOPE_FEED) {
		begin_feed(s, f);
	} else if (f->scope == SCOPE_ENTRY) {
		begin_entry(s, f);
	} else if (f->scope == SCOPE_SOURCE) {
		s->at[SCOPE_SOURCE] = json_pack("{}");
		s->source_text = str_trim(f->text);
		if (fact_has_attribute(f, "url"))
			shape_set(s->at[SCOPE_SOURCE], "href", fact_attribute(f, "url"));
	} else {
		const char *key = f->scope == SCOPE_IMAGE ? "image" : "textinput";
		s->at[f->scope] = s->in_entry ? NULL : member(s->feed, key);
	}
}

static void end(void *context, enum fact_scope scope)
{
	struct shape *s = context;

	s->title_depth = s->outer_title[scope];
	if (scope == SCOPE_SOURCE) {
		if (s->source_text.n)
			shape_set(s->at[scope], "title", s->source_text);
		json_object_set_new(s->in_entry ? s->at[SCOPE_ENTRY] : s->feed, "source", s->at[scope]);
	}
	s->in_entry &= scope != SCOPE_ENTRY;
	if (scope != SCOPE_FEED)
		s->at[scope] = NULL;
}

static void take(void *context, const struct fact *f)
{
	struct shape *s = context;
	json_t *to = s->at[f->scope];

	if (f->depth == 0)
		put_cdf(s, to, f);
	else if (to && putters[f->role])
		putters[f->role](s, to, f);
}

static void open(void *context, const struct fact_opening *o)
{
	struct shape *s = context;

	s->charset = o->charset;
	s->guessed = o->guessed;
	if (str_find_nocase(o->prolog, STR("netscape")) != STR_NPOS &&
	    str_find_nocase(o->prolog, STR("<!doctype")) != STR_NPOS)
		s->version = shape_text(STR("rss091n"));
}

const struct fact_visitor shape_visitor = { NULL, open, begin, take, end };
