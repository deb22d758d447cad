/*
 * JSON-LD (schema.org) of a page: the article among its objects.
 *
 * Looks into arrays, @graph and a few properties for NewsArticle and its kin.
 * The best object of the page wins: news before blogs before pages.  Real
 * pages have line ends in strings and comments around the script; both are
 * mended before jansson reads it.
 */
#include <jansson.h>
#include <string.h>

#include "page/inner.h"
#include "text/dates.h"
#include "text/norm.h"

#define MAX_WALK_DEPTH 8
#define MAX_WALK_ITEMS 400

static const struct {
	const char *name;
	int score;
	bool article;
} types[] = {
	{ "NewsArticle", 10, true },
	{ "ReportageNewsArticle", 10, true },
	{ "AnalysisNewsArticle", 10, true },
	{ "BackgroundNewsArticle", 10, true },
	{ "OpinionNewsArticle", 10, true },
	{ "ReviewNewsArticle", 10, true },
	{ "AskPublicNewsArticle", 10, true },
	{ "LiveBlogPosting", 11, true },
	{ "Article", 9, true },
	{ "BlogPosting", 8, true },
	{ "SocialMediaPosting", 5, true },
	{ "AdvertiserContentArticle", 7, true },
	{ "TechArticle", 8, true },
	{ "ScholarlyArticle", 8, true },
	{ "Report", 8, true },
	{ "Review", 4, true },
	{ "Recipe", 4, true },
	{ "VideoObject", 2, false },
	{ "WebPage", 1, false },
	{ "ItemPage", 1, false },
};

struct walk {
	struct arena *arena;
	struct meta *meta;
	const json_t *root; /* of the script, where what has an @id may be described */
	unsigned items;
};

static struct str json_text(struct walk *w, const json_t *v)
{
	if (json_is_array(v))
		v = json_array_get(v, 0);
	if (json_is_object(v)) {
		const json_t *inner = json_object_get(v, "@value");
		v = inner ? inner : json_object_get(v, "name");
	}
	if (!json_is_string(v))
		return STR_NONE;
	return text_normal(w->arena, str_of(json_string_value(v), json_string_length(v)));
}

/* "&oacute;" as a letter and its accent; how many bytes were read, or 0. */
static size_t put_accented(struct str s, struct buf *out)
{
	static const struct {
		struct str name, accent;
	} accents[] = { { STR("acute;"), STR("\u0301") }, { STR("grave;"), STR("\u0300") },
		        { STR("uml;"), STR("\u0308") },   { STR("circ;"), STR("\u0302") },
		        { STR("tilde;"), STR("\u0303") }, { STR("cedil;"), STR("\u0327") },
		        { STR("ring;"), STR("\u030a") },  { STR("caron;"), STR("\u030c") } };

	for (size_t i = 0; i < sizeof(accents) / sizeof(accents[0]) && s.n > 2 && char_is_alpha(s.p[1]); i++)
		if (str_starts(str_sub(s, 2, s.n), accents[i].name)) {
			buf_byte(out, s.p[1]);
			buf_str(out, accents[i].accent);
			return 2 + accents[i].name.n;
		}
	return 0;
}

/* Text that may hold entities, as some systems write into JSON and twice into attributes. */
struct str meta_without_entities(struct arena *a, struct str s)
{
	static const struct {
		struct str entity, is;
	} entities[] = { { STR("&amp;"), STR("&") },    { STR("&quot;"), STR("\"") }, { STR("&#039;"), STR("'") },
		         { STR("&#39;"), STR("'") },    { STR("&#x27;"), STR("'") },  { STR("&apos;"), STR("'") },
		         { STR("&lt;"), STR("<") },     { STR("&gt;"), STR(">") },    { STR("&nbsp;"), STR(" ") },
		         { STR("&rsquo;"), STR("’") },  { STR("&lsquo;"), STR("‘") }, { STR("&#8217;"), STR("’") },
		         { STR("&#8216;"), STR("‘") },  { STR("&ldquo;"), STR("“") }, { STR("&rdquo;"), STR("”") },
		         { STR("&#8220;"), STR("“") },  { STR("&#8221;"), STR("”") }, { STR("&ndash;"), STR("–") },
		         { STR("&#8211;"), STR("–") },  { STR("&mdash;"), STR("—") }, { STR("&szlig;"), STR("ß") },
		         { STR("&hellip;"), STR("…") }, { STR("&#8230;"), STR("…") } };
	if (str_find_byte(s, '&') == STR_NPOS)
		return s;
	struct buf out = BUF_INIT(2 * s.n + 16);
	for (size_t i = 0; i < s.n;) {
		struct str rest = str_sub(s, i, s.n);
		size_t k = 0, nk = sizeof(entities) / sizeof(entities[0]);
		while (s.p[i] == '&' && k < nk && !str_starts(rest, entities[k].entity))
			k++;
		if (s.p[i] == '&' && k < nk) {
			buf_str(&out, entities[k].is);
			i += entities[k].entity.n;
			continue;
		}
		size_t letter = s.p[i] == '&' ? put_accented(rest, &out) : 0;
		if (!letter)
			buf_byte(&out, s.p[i]);
		i += letter ? letter : 1;
	}
	s = text_normal(a, buf_view(&out));
	buf_free(&out);
	return s;
}

static struct str without_markup(struct walk *w, struct str s)
{
	return meta_without_entities(w->arena, meta_clip(s, MAX_SAID_BYTES));
}

static int type_score(const json_t *object, bool *article, const char **name)
{
	const json_t *type = json_object_get(object, "@type");
	int best = 0;

	for (size_t i = 0; i < (json_is_array(type) ? json_array_size(type) : 1); i++) {
		const json_t *one = json_is_array(type) ? json_array_get(type, i) : type;
		if (!json_is_string(one))
			continue;
		struct str s = str_of(json_string_value(one), json_string_length(one));
		size_t slash = str_find(s, STR("schema.org/"));
		if (slash != STR_NPOS)
			s = str_sub(s, slash + 11, s.n);
		for (size_t k = 0; k < sizeof(types) / sizeof(types[0]); k++)
			if (str_eq_nocase(s, str_from(types[k].name)) && types[k].score > best) {
				best = types[k].score;
				*article = types[k].article;
				*name = types[k].name;
			}
	}
	return best;
}

/* The object with this @id among those of the script, if it tells more than its @id. */
static const json_t *object_with_id(struct walk *w, const json_t *among, const char *id)
{
	const json_t *graph = json_is_object(among) ? json_object_get(among, "@graph") : among;

	for (size_t i = 0; i < json_array_size(graph) && i < MAX_WALK_ITEMS; i++) {
		const json_t *one = json_array_get(graph, i), *its = json_object_get(one, "@id");
		if (json_is_string(its) && !strcmp(json_string_value(its), id) && json_object_get(one, "name"))
			return one;
		if (among == w->root && json_is_object(one) && json_object_get(one, "@graph")) {
			const json_t *inner = object_with_id(w, one, id);
			if (inner)
				return inner;
		}
	}
	return NULL;
}

static bool is_of_type(const json_t *type, const char *name)
{
	for (size_t i = 0; i < json_array_size(type); i++)
		if (is_of_type(json_array_get(type, i), name))
			return true;
	return json_is_string(type) && !strcmp(json_string_value(type), name);
}

static void add_author(struct walk *w, const json_t *author, bool *person)
{
	struct meta *m = w->meta;
	const json_t *id = json_object_get(author, "@id");

	if (json_is_string(id) && !json_object_get(author, "name")) {
		const json_t *described = object_with_id(w, w->root, json_string_value(id));
		author = described ? described : author;
	}
	const json_t *names = json_object_get(author, "name"), *type = json_object_get(author, "@type");
	bool is_person = !type || is_of_type(type, "Person");
	if (is_person && !*person)
		m->nauthors = 0; /* organisations that stood before the first person */
	if (!is_person && *person)
		return;
	for (size_t i = 0; i < (json_is_array(names) ? json_array_size(names) : 1); i++) {
		struct str name =
		        without_markup(w, json_text(w, json_is_array(names) ? json_array_get(names, i) : author));
		if (!name.n || m->nauthors == MAX_BYLINES || str_starts_nocase(name, STR("http")))
			continue;
		*person |= is_person;
		m->authors[m->nauthors++] = name;
	}
}

/* All in a value that may hold arrays and lists in itself. */
static void add_authors(struct walk *w, const json_t *authors, bool *person, unsigned depth)
{
	const json_t *list = json_object_get(authors, "@list");

	if (depth > MAX_WALK_DEPTH)
		return;
	if (list)
		add_authors(w, list, person, depth + 1);
	else if (!json_is_array(authors))
		add_author(w, authors, person);
	for (size_t i = 0; i < json_array_size(authors) && i < MAX_WALK_ITEMS; i++)
		add_authors(w, json_array_get(authors, i), person, depth + 1);
}

/* Persons stand before what meta elements say; an organisation, mostly the outlet, only beside it. */
static void read_authors(struct walk *w, const json_t *object)
{
	const json_t *authors = json_object_get(object, "author");
	struct meta before = *w->meta;
	bool person = false;

	if (!authors)
		authors = json_object_get(object, "creator");
	if (!authors)
		return;
	w->meta->nauthors = 0;
	add_authors(w, authors, &person, 0);
	w->meta->authors_are_people = person && w->meta->nauthors;
	if (w->meta->authors_are_people)
		return;
	for (size_t i = 0; i < before.nauthors && w->meta->nauthors < MAX_BYLINES; i++)
		w->meta->authors[w->meta->nauthors++] = before.authors[i];
}

static struct str date_of(struct walk *w, const json_t *object, const char *key)
{
	struct str s = json_text(w, json_object_get(object, key));
	struct date ignored;

	return s.n >= 8 && date_parse(s, &ignored) ? s : STR_NONE;
}

static bool is_false(const json_t *v)
{
	return json_is_false(v) || (json_is_string(v) && !strcasecmp(json_string_value(v), "false"));
}

static void read_article(struct walk *w, const json_t *object, int score, bool article, const char *type)
{
	struct meta *m = w->meta;
	struct str body = json_text(w, json_object_get(object, "articleBody")), s;

	/* Of equals the first, which is the page's own, unless only a later one has text. */
	if (score * 2 + (body.n > 0) <= m->ld_score)
		return;
	m->ld_score = score * 2 + (body.n > 0);
	m->ld_type = str_from(type);
	m->ld_live = !strcmp(type, "LiveBlogPosting");
	m->ld_article = article;
	m->ld_walled = is_false(json_object_get(object, "isAccessibleForFree"));
	s = without_markup(w, json_text(w, json_object_get(object, "headline")));
	if (article && s.n)
		m->ld_title = s;
	s = without_markup(w, json_text(w, json_object_get(object, "description")));
	if (s.n)
		m->ld_description = s;
	s = date_of(w, object, "datePublished");
	if (!s.n && article)
		s = date_of(w, object, "dateCreated");
	if (s.n)
		m->ld_published = s;
	s = date_of(w, object, "dateModified");
	if (s.n)
		m->ld_modified = s;
	if (body.n)
		m->ld_body = meta_clip(body, MAX_LD_BODY_BYTES);
	if (!article)
		return;
	read_authors(w, object);
	s = without_markup(w, json_text(w, json_object_get(object, "articleSection")));
	if (s.n && !m->section.n)
		m->section = s;
	s = without_markup(w, json_text(w, json_object_get(object, "publisher")));
	if (s.n && !m->site_name.n)
		m->site_name = s;
	s = json_text(w, json_object_get(object, "inLanguage"));
	if (s.n && !m->language.n)
		m->language = s;
}

static void walk(struct walk *w, const json_t *v, unsigned depth)
{
	static const char *const inside[] = { "@graph", "mainEntity", "mainEntityOfPage", "item" };
	const char *type = NULL;
	bool article = false;

	if (depth > MAX_WALK_DEPTH || ++w->items > MAX_WALK_ITEMS)
		return;
	for (size_t i = 0; i < json_array_size(v); i++)
		walk(w, json_array_get(v, i), depth + 1);
	if (!json_is_object(v))
		return;
	int score = type_score(v, &article, &type);
	if (score)
		read_article(w, v, score, article, type);
	for (size_t i = 0; i < sizeof(inside) / sizeof(inside[0]); i++)
		walk(w, json_object_get(v, inside[i]), depth + 1);
}

/* A copy without what JSON forbids and pages write: control characters, and
 * comments or CDATA marks around the whole. */
static struct str mend(struct arena *a, struct str s)
{
	size_t from = 0, to = s.n;
	bool clean = true;

	while (from < s.n && s.p[from] != '{' && s.p[from] != '[')
		from++;
	if (str_starts(str_sub(s, from, s.n), STR("[CDATA["))) {
		from += 7;
		while (from < s.n && s.p[from] != '{' && s.p[from] != '[')
			from++;
	}
	for (size_t i = from; i < to && clean; i++)
		clean = (unsigned char)s.p[i] >= 0x20;
	if (clean)
		return str_sub(s, from, to);
	char *out = arena_alloc(a, s.n + 1);
	for (size_t i = from; i < to; i++)
		out[i - from] = (unsigned char)s.p[i] < 0x20 ? ' ' : s.p[i];
	return str_of(out, to - from);
}

void ld_read(struct arena *a, struct str script, struct meta *m)
{
	struct walk w = { .arena = a, .meta = m };
	struct str s = mend(a, script);
	json_error_t ignored;

	if (!s.n)
		return;
	json_t *root = json_loadb(s.p, s.n, JSON_DISABLE_EOF_CHECK | JSON_ALLOW_NUL, &ignored);
	w.root = root;
	walk(&w, root, 0);
	json_decref(root);
}
