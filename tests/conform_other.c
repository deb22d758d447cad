/*
 * Members of feedparser's shape that are more than a name and a text: modules
 * for pictures, sounds, licences, and generators.
 */
#include "conform_feed.h"

#include <stdlib.h>

#include "feed/parts.h"

static bool is(const struct fact *f, const char *name)
{
	return str_eq(f->name, str_from(name));
}

static struct str key_of(struct shape *s, const struct fact *f)
{
	return shape_key(s->a, f->name);
}

static void put_resolved(struct shape *s, json_t *to, const struct fact *f)
{
	shape_set(to, arena_cstr(s->a, key_of(s, f)), fact_reference(s->a, f, f->text));
}

static void put_href(struct shape *s, json_t *to, const struct fact *f)
{
	shape_set(to, "href", fact_reference(s->a, f, f->text));
}

static void put_number(struct shape *s, json_t *to, const struct fact *f)
{
	int64_t n = 0;

	if (!str_to_i64(str_trim(f->text), &n))
		n = 0;
	json_object_set_new(to, arena_cstr(s->a, f->name), json_integer(n));
}

static void put_generator(struct shape *s, json_t *to, const struct fact *f)
{
	json_t *detail = shape_attributes(f);
	static const char *const names[] = { "href", "uri", "url" };
	struct str name = str_trim(f->text), resource = fact_attribute(f, "rdf:resource");

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (fact_has_attribute(f, names[i])) {
			json_object_del(detail, names[i]);
			shape_set(detail, "href", fact_reference(s->a, f, fact_attribute(f, names[i])));
		}
	if (resource.n) {
		json_object_clear(detail);
		shape_set(detail, "href", resource);
		name = resource;
	} else {
		shape_set(detail, "name", name);
	}
	shape_set(to, "generator", name);
	json_object_set_new(to, "generator_detail", detail);
}

static void put_reports(struct shape *s, json_t *to, const struct fact *f)
{
	(void)s;
	shape_set(to, "errorreportsto", fact_attribute(f, "rdf:resource"));
}

static void put_terms(struct shape *s, json_t *to, const struct fact *f)
{
	struct str rest = f->text, term;
	struct str scheme = is(f, "tags") ? STR_NONE : STR("http://www.itunes.com/");

	(void)s;
	while (rest.n) {
		str_cut(rest, ',', &term, &rest);
		if (str_trim(term).n)
			shape_tag(to, str_trim(term), scheme, STR_NONE);
	}
}

static void put_itunes_category(struct shape *s, json_t *to, const struct fact *f)
{
	(void)s;
	shape_tag(to, fact_attribute(f, "text"), STR("http://www.itunes.com/"), STR_NONE);
}

static void put_picture(struct shape *s, json_t *to, const struct fact *f)
{
	struct str href = fact_attribute(f, "href");
	json_t *image;

	(void)s;
	if (!href.n)
		href = fact_attribute(f, "url");
	if (!href.n)
		return;
	image = json_pack("{}");
	shape_set(image, "href", href);
	json_object_set_new(to, "image", image);
}

static void put_block(struct shape *s, json_t *to, const struct fact *f)
{
	(void)s;
	bool yes = str_eq(f->text, STR("yes")) || str_eq(f->text, STR("Yes"));
	json_object_set_new(to, "itunes_block", json_integer(yes));
}

static void put_explicit(struct shape *s, json_t *to, const struct fact *f)
{
	static const struct {
		const char *text;
		bool is_explicit;
	} said[] = { { "yes", true }, { "true", true }, { "clean", false }, { "no", false }, { "false", false } };
	json_t *value = json_pack("n");

	(void)s;
	for (size_t i = 0; i < sizeof said / sizeof *said; i++)
		if (str_eq(f->text, str_from(said[i].text)))
			value = json_boolean(said[i].is_explicit);
	json_object_set_new(to, "itunes_explicit", value);
}

/* Several of a kind, each with its attributes, and its text as a member. */
static void put_several(struct shape *s, json_t *to, const struct fact *f)
{
	json_t *one = shape_attributes(f);
	const char *of_text = is(f, "media:thumbnail") ? "url" : "content";

	if (str_trim(f->text).n && !json_object_get(one, of_text))
		shape_set(one, of_text, str_trim(f->text));
	json_array_append_new(shape_list(to, arena_cstr(s->a, key_of(s, f))), one);
}

/* One, with its attributes, and its text as a member. */
static void put_with_text(struct shape *s, json_t *to, const struct fact *f)
{
	json_t *one = shape_attributes(f), *words;
	struct str rest = str_trim(f->text), word;

	shape_set(one, "content", rest);
	if (is(f, "media:restriction")) {
		words = json_pack("[]");
		while (rest.n) {
			str_cut(rest, ' ', &word, &rest);
			json_array_append_new(words, shape_text(str_trim(word)));
		}
		json_object_set_new(one, "content", words);
	}
	json_object_set_new(to, arena_cstr(s->a, key_of(s, f)), one);
}

static void put_license(struct shape *s, json_t *to, const struct fact *f)
{
	json_t *link = json_pack("{s:s}", "rel", "license");
	struct str href = fact_attribute(f, "rdf:resource");

	(void)s;
	if (!href.n)
		href = str_trim(f->text);
	if (href.n)
		shape_set(link, "href", href);
	json_array_append_new(shape_list(to, "links"), link);
}

static void put_validity(struct shape *s, json_t *to, const struct fact *f)
{
	struct str rest = f->text, one, key, value;

	while (rest.n) {
		str_cut(rest, ';', &one, &rest);
		if (!str_cut(one, '=', &key, &value))
			continue;
		if (str_eq(str_trim(key), STR("start")))
			shape_date(to, s->a, "validity_start", str_trim(value));
		else if (str_eq(str_trim(key), STR("end")))
			shape_date(to, s->a, "validity_end", str_trim(value));
	}
}

/* Only the first list of chapters counts. */
static void put_chapters(struct shape *s, json_t *to, const struct fact *f)
{
	s->in_chapters = !s->has_chapters;
	if (s->has_chapters)
		return;
	s->has_chapters = true;
	json_t *chapters = shape_attributes(f);
	json_object_set_new(chapters, "chapters", json_pack("[]"));
	json_object_set_new(to, "psc_chapters", chapters);
}

static void put_chapter(struct shape *s, json_t *to, const struct fact *f)
{
	if (s->in_chapters)
		json_array_append_new(json_object_get(json_object_get(to, "psc_chapters"), "chapters"),
		                      shape_attributes(f));
}

static void put_related(struct shape *s, json_t *to, const struct fact *f)
{
	json_t *link = json_pack("{s:s,s:s}", "rel", "related", "type", "text/html");

	shape_set(link, "href", fact_reference(s->a, f, f->text));
	json_array_append_new(shape_list(to, "links"), link);
}

/* ---- places -------------------------------------------------------------- */

static size_t read_numbers(struct arena *a, struct str text, double **out)
{
	size_t n = 0;
	const char *p = arena_cstr(a, text);
	char *end;

	*out = arena_alloc(a, (text.n / 2 + 1) * sizeof **out);
	for (;;) {
		while (*p == ',' || char_is_space(*p))
			p++;
		double x = strtod(p, &end);
		if (end == p)
			return *p ? 0 : n;
		(*out)[n++] = x;
		p = end;
	}
}

static json_t *points_of(const double *x, size_t n, size_t dimensions, bool swapped)
{
	json_t *list = json_pack("[]");

	for (size_t i = 0; i + dimensions <= n; i += dimensions) {
		double first = x[i + swapped], second = x[i + !swapped];
		json_array_append_new(list, dimensions == 3 ? json_pack("[fff]", first, second, x[i + 2])
		                                            : json_pack("[ff]", first, second));
	}
	return list;
}

/* GeoRSS gives latitude before longitude, and GML too unless the place is on a
 * map of its own. */
static void put_place(struct shape *s, json_t *to, const struct fact *f, const char *type, size_t least, bool ring,
                      bool swapped)
{
	double *x;
	size_t n = read_numbers(s->a, f->text, &x), dimensions = 2;
	json_t *points, *where = json_pack("{}");

	if (n == 3 && least == 1)
		dimensions = 3;
	points = points_of(x, n, dimensions, swapped);
	if (json_array_size(points) >= least) {
		json_object_set_new(where, "type", json_string(type));
		if (ring)
			json_object_set_new(where, "coordinates", json_pack("[O]", points));
		else
			json_object_set(where, "coordinates", least == 1 ? json_array_get(points, 0) : points);
	}
	json_decref(points);
	json_object_set_new(to, "where", where);
}

static void put_georss(struct shape *s, json_t *to, const struct fact *f)
{
	static const struct {
		const char *name, *type;
		size_t least;
		bool ring;
	} kinds[] = { { "georss:point", "Point", 1, false },
		      { "georss:line", "LineString", 2, false },
		      { "georss:box", "Box", 2, false },
		      { "georss:polygon", "Polygon", 4, true } };

	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (is(f, kinds[i].name))
			put_place(s, to, f, kinds[i].type, kinds[i].least, kinds[i].ring, true);
}

/* The system of coordinates stands on the shape around the positions. */
static void put_gml(struct shape *s, json_t *to, const struct fact *f)
{
	bool swapped = true;
	const char *type = NULL;

	for (const xmlNode *n = f->node->parent; n && n->type == XML_ELEMENT_NODE; n = n->parent) {
		struct str name = xml_name(n);
		for (const xmlAttr *at = n->properties; at; at = at->next)
			if (str_eq_nocase(str_from((const char *)at->name), STR("srsName")))
				swapped = !str_starts(xml_own_text(s->a, (const xmlNode *)at), STR("EPSG:26"));
		if (!type && str_eq_nocase(name, STR("Point")))
			type = "Point";
		else if (!type && str_eq_nocase(name, STR("LineString")))
			type = "LineString";
		else if (!type && str_eq_nocase(name, STR("Polygon")))
			type = "Polygon";
	}
	if (!type)
		return;
	size_t least = *type == 'L' ? 2 : type[2] == 'l' ? 4 : 1;
	put_place(s, to, f, type, least, least == 4, swapped);
}

static void put_nothing(struct shape *s, json_t *to, const struct fact *f)
{
	(void)s, (void)to, (void)f;
}

bool shape_other(struct shape *s, json_t *to, const struct fact *f)
{
	static const struct {
		const char *name;
		void (*put)(struct shape *s, json_t *to, const struct fact *f);
	} rows[] = {
		{ "url", put_href },
		{ "uri", put_href },
		{ "homepage", put_href },
		{ "comments", put_resolved },
		{ "docs", put_resolved },
		{ "icon", put_resolved },
		{ "logo", put_resolved },
		{ "wfw:comment", put_resolved },
		{ "wfw:commentrss", put_resolved },
		{ "width", put_number },
		{ "height", put_number },
		{ "generator", put_generator },
		{ "admin:generatoragent", put_generator },
		{ "admin:errorreportsto", put_reports },
		{ "tags", put_terms },
		{ "itunes:keywords", put_terms },
		{ "itunes:category", put_itunes_category },
		{ "itunes:image", put_picture },
		{ "itunes:link", put_picture },
		{ "itunes:block", put_block },
		{ "itunes:explicit", put_explicit },
		{ "media:content", put_several },
		{ "media:thumbnail", put_several },
		{ "media:credit", put_several },
		{ "media:player", put_with_text },
		{ "media:rating", put_with_text },
		{ "media:restriction", put_with_text },
		{ "media:license", put_with_text },
		{ "cc:license", put_license },
		{ "creativecommons:license", put_license },
		{ "dcterms:valid", put_validity },
		{ "psc:chapters", put_chapters },
		{ "psc:chapter", put_chapter },
		{ "external_url", put_related },
		{ "georss:point", put_georss },
		{ "georss:line", put_georss },
		{ "georss:box", put_georss },
		{ "georss:polygon", put_georss },
		{ "georss:where", put_nothing },
		{ "gml:pos", put_gml },
		{ "gml:poslist", put_gml },
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (str_eq(f->name, str_from(rows[i].name))) {
			rows[i].put(s, to, f);
			return true;
		}
	}
	return false;
}
