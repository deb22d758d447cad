/*
 * What a page says about itself: <meta>, <link>, <title>, microdata and, by
 * ld.c, JSON-LD.  A table names the properties and where each goes; the first
 * value that is not empty stays.
 */
#include <string.h>

#include "page/inner.h"
#include "text/dates.h"
#include "text/norm.h"

enum field {
	FIELD_OG_TITLE,
	FIELD_TWITTER_TITLE,
	FIELD_META_TITLE,
	FIELD_DESCRIPTION,
	FIELD_SITE_NAME,
	FIELD_SECTION,
	FIELD_LANGUAGE,
	FIELD_OG_TYPE,
	FIELD_OG_URL,
	FIELD_AUTHOR,
	FIELD_PUBLISHED,
	FIELD_MODIFIED,
	FIELD_LABEL, /* "Written by", of the next */
	FIELD_LABELLED,
	FIELD_ROBOTS,
	FIELD_ITEM_TITLE,
};

/* Properties in lower case, the most trustworthy of a field first. */
static const struct property {
	const char *name;
	enum field field;
	int rank; /* a smaller one replaces a larger one */
} properties[] = {
	{ "og:title", FIELD_OG_TITLE, 0 },
	{ "twitter:title", FIELD_TWITTER_TITLE, 0 },
	{ "dc.title", FIELD_META_TITLE, 0 },
	{ "dcterms.title", FIELD_META_TITLE, 0 },
	{ "parsely-title", FIELD_META_TITLE, 0 },
	{ "sailthru.title", FIELD_META_TITLE, 1 },
	{ "title", FIELD_META_TITLE, 2 },
	{ "og:description", FIELD_DESCRIPTION, 0 },
	{ "description", FIELD_DESCRIPTION, 1 },
	{ "twitter:description", FIELD_DESCRIPTION, 2 },
	{ "og:site_name", FIELD_SITE_NAME, 0 },
	{ "application-name", FIELD_SITE_NAME, 1 },
	{ "article:section", FIELD_SECTION, 0 },
	{ "parsely-section", FIELD_SECTION, 1 },
	{ "section", FIELD_SECTION, 2 },
	{ "og:locale", FIELD_LANGUAGE, 1 },
	{ "content-language", FIELD_LANGUAGE, 2 },
	{ "dc.language", FIELD_LANGUAGE, 2 },
	{ "og:type", FIELD_OG_TYPE, 0 },
	{ "og:url", FIELD_OG_URL, 0 },
	{ "parsely-author", FIELD_AUTHOR, 0 },
	{ "sailthru.author", FIELD_AUTHOR, 1 },
	{ "article:author", FIELD_AUTHOR, 2 },
	{ "og:article:author", FIELD_AUTHOR, 2 },
	{ "author", FIELD_AUTHOR, 3 },
	{ "dc.creator", FIELD_AUTHOR, 4 },
	{ "dcterms.creator", FIELD_AUTHOR, 4 },
	{ "dc:creator", FIELD_AUTHOR, 4 },
	{ "byl", FIELD_AUTHOR, 4 },
	{ "citation_author", FIELD_AUTHOR, 4 },
	{ "cxenseparse:author", FIELD_AUTHOR, 4 },
	{ "article.author", FIELD_AUTHOR, 4 },
	{ "articleauthor", FIELD_AUTHOR, 4 },
	{ "article_author", FIELD_AUTHOR, 4 },
	{ "article-author", FIELD_AUTHOR, 4 },
	{ "og:author", FIELD_AUTHOR, 4 },
	{ "dable:author", FIELD_AUTHOR, 4 },
	{ "vr:author", FIELD_AUTHOR, 4 },
	{ "rnews:author", FIELD_AUTHOR, 4 },
	{ "authors", FIELD_AUTHOR, 5 },
	{ "byline", FIELD_AUTHOR, 5 },
	{ "mediator_author", FIELD_AUTHOR, 5 },
	{ "creator", FIELD_AUTHOR, 5 },
	{ "twitter:label1", FIELD_LABEL, 0 },
	{ "twitter:data1", FIELD_LABELLED, 0 },
	{ "article:published_time", FIELD_PUBLISHED, 0 },
	{ "og:article:published_time", FIELD_PUBLISHED, 0 },
	{ "article:published", FIELD_PUBLISHED, 1 },
	{ "og:published_time", FIELD_PUBLISHED, 1 },
	{ "datepublished", FIELD_PUBLISHED, 1 },
	{ "parsely-pub-date", FIELD_PUBLISHED, 2 },
	{ "sailthru.date", FIELD_PUBLISHED, 2 },
	{ "pubdate", FIELD_PUBLISHED, 2 },
	{ "publishdate", FIELD_PUBLISHED, 2 },
	{ "publish_date", FIELD_PUBLISHED, 2 },
	{ "publish-date", FIELD_PUBLISHED, 2 },
	{ "published_date", FIELD_PUBLISHED, 2 },
	{ "published-date", FIELD_PUBLISHED, 2 },
	{ "date_published", FIELD_PUBLISHED, 2 },
	{ "article.published", FIELD_PUBLISHED, 2 },
	{ "publication_date", FIELD_PUBLISHED, 2 },
	{ "displaydate", FIELD_PUBLISHED, 3 },
	{ "originalpublicationdate", FIELD_PUBLISHED, 2 },
	{ "dc.date.issued", FIELD_PUBLISHED, 3 },
	{ "dcterms.issued", FIELD_PUBLISHED, 3 },
	{ "dcterms.date", FIELD_PUBLISHED, 3 },
	{ "dcterms.created", FIELD_PUBLISHED, 3 },
	{ "dc.date.created", FIELD_PUBLISHED, 3 },
	{ "dc.date", FIELD_PUBLISHED, 3 },
	{ "cxenseparse:recs:publishtime", FIELD_PUBLISHED, 3 },
	{ "rnews:datepublished", FIELD_PUBLISHED, 3 },
	{ "bt:pubdate", FIELD_PUBLISHED, 3 },
	{ "ptime", FIELD_PUBLISHED, 4 },
	{ "created", FIELD_PUBLISHED, 4 },
	{ "datecreated", FIELD_PUBLISHED, 4 },
	{ "creation_date", FIELD_PUBLISHED, 4 },
	{ "date", FIELD_PUBLISHED, 5 },
	{ "article:modified_time", FIELD_MODIFIED, 0 },
	{ "og:updated_time", FIELD_MODIFIED, 2 },
	{ "datemodified", FIELD_MODIFIED, 1 },
	{ "dcterms.modified", FIELD_MODIFIED, 3 },
	{ "dc.date.modified", FIELD_MODIFIED, 3 },
	{ "last-modified", FIELD_MODIFIED, 4 },
	{ "lastmod", FIELD_MODIFIED, 4 },
	{ "robots", FIELD_ROBOTS, 0 },
	{ "stet", FIELD_ROBOTS, 0 },
	{ "headline", FIELD_ITEM_TITLE, 0 },
	{ "name", FIELD_ITEM_TITLE, 9 },
};
#define NPROPERTIES (sizeof(properties) / sizeof(properties[0]))
#define NO_RANK 100

struct reader {
	struct arena *arena;
	const struct html *html;
	struct meta *meta;
	int rank[FIELD_ITEM_TITLE + 1];
};

static struct str *field_of(struct meta *m, enum field f)
{
	switch (f) {
	case FIELD_OG_TITLE:
		return &m->og_title;
	case FIELD_TWITTER_TITLE:
		return &m->twitter_title;
	case FIELD_META_TITLE:
		return &m->meta_title;
	case FIELD_ITEM_TITLE:
		return &m->itemprop_title;
	case FIELD_DESCRIPTION:
		return &m->description;
	case FIELD_SITE_NAME:
		return &m->site_name;
	case FIELD_SECTION:
		return &m->section;
	case FIELD_LANGUAGE:
		return &m->language;
	case FIELD_OG_TYPE:
		return &m->og_type;
	case FIELD_OG_URL:
		return &m->og_url;
	case FIELD_LABEL:
		return &m->label;
	case FIELD_LABELLED:
		return &m->labelled;
	case FIELD_PUBLISHED:
		return &m->published;
	case FIELD_MODIFIED:
		return &m->modified;
	default:
		return NULL;
	}
}

struct str meta_clip(struct str s, size_t most)
{
	return s.n <= most ? s : str_trim(utf8_head(s, most));
}

struct str meta_short_text(struct arena *a, const struct html *h, uint32_t node, size_t most)
{
	size_t bytes = 0;

	for (uint32_t i = node; i < h->nodes[node].end; i++) {
		bytes += h->nodes[i].tag == TAG_NONE ? h->nodes[i].text.n : 1;
		if (bytes > most)
			return STR_NONE;
	}
	return html_node_text(a, h, node);
}

static void take_author(struct reader *r, struct str value, int rank)
{
	struct meta *m = r->meta;

	if (url_is_web(value) || m->authors_are_people)
		return;
	if (rank < r->rank[FIELD_AUTHOR])
		m->nauthors = 0;
	if (rank > r->rank[FIELD_AUTHOR] || m->nauthors == MAX_BYLINES)
		return;
	r->rank[FIELD_AUTHOR] = rank;
	m->authors[m->nauthors++] = value;
}

static void take(struct reader *r, const struct property *p, struct str value)
{
	struct meta *m = r->meta;
	struct date ignored;

	value = meta_clip(text_normal(r->arena, value), MAX_SAID_BYTES);
	if (!value.n)
		return;
	value = meta_without_entities(r->arena, value);
	if (p->field == FIELD_AUTHOR) {
		take_author(r, value, p->rank);
		return;
	}
	if (p->field == FIELD_ROBOTS) {
		m->noarchive |= str_find_nocase(value, STR("noarchive")) != STR_NPOS ||
		                str_find_nocase(value, STR("none")) == 0;
		return;
	}
	if ((p->field == FIELD_PUBLISHED || p->field == FIELD_MODIFIED) &&
	    (value.n < 8 || !date_parse(value, &ignored)))
		return;
	if (p->rank >= r->rank[p->field])
		return;
	r->rank[p->field] = p->rank;
	*field_of(m, p->field) = value;
}

static const struct property *property_named(struct str name)
{
	char lower[40];

	if (!name.n || name.n >= sizeof(lower))
		return NULL;
	for (size_t i = 0; i < name.n; i++)
		lower[i] = char_lower(name.p[i]);
	for (size_t i = 0; i < NPROPERTIES; i++)
		if (str_eq(str_from(properties[i].name), str_of(lower, name.n)))
			return &properties[i];
	return NULL;
}

/* One name of a property, or several with spaces between, as RDFa has it: "dc:creator twitter:site_name". */
static void read_property(struct reader *r, struct str names, bool is_item, struct str value)
{
	struct str name;

	while (names.n) {
		str_cut(names, ' ', &name, &names);
		if (is_item && str_eq(name, STR("name"))) /* an item of anything */
			continue;
		const struct property *p = property_named(name);
		if (p && (p->field != FIELD_ITEM_TITLE || is_item))
			take(r, p, value);
	}
}

static void read_meta(struct reader *r, uint32_t i)
{
	static const char *const keys[] = { "property", "name", "itemprop", "http-equiv" };
	struct str value = html_attribute(r->html, i, "content");

	if (!value.n)
		value = html_attribute(r->html, i, "value");
	for (size_t k = 0; k < 4; k++)
		read_property(r, str_trim(html_attribute(r->html, i, keys[k])), k == 2, value);
}

static bool has_word(struct str list, struct str word)
{
	struct str head;

	for (struct str rest = list; rest.n;) {
		str_cut(rest, ' ', &head, &rest);
		if (str_eq_nocase(head, word))
			return true;
	}
	return false;
}

static void read_link(struct reader *r, uint32_t i)
{
	if (!r->meta->canonical.n && has_word(html_attribute(r->html, i, "rel"), STR("canonical")))
		r->meta->canonical = str_trim(html_attribute(r->html, i, "href"));
}

/* Microdata in the body of the page: dates and headline. */
static void read_item(struct reader *r, uint32_t i, struct str itemprop)
{
	const struct property *p = property_named(itemprop);
	struct str value;

	if (!p || (p->field != FIELD_PUBLISHED && p->field != FIELD_MODIFIED && p->rank == 9))
		return;
	value = html_attribute(r->html, i, "datetime");
	if (!value.n)
		value = html_attribute(r->html, i, "content");
	if (!value.n)
		value = meta_short_text(r->arena, r->html, i, MAX_TITLE_BYTES);
	if (p->field == FIELD_PUBLISHED || p->field == FIELD_MODIFIED || p->field == FIELD_ITEM_TITLE)
		take(r, p, value);
}

static struct str raw_text(struct arena *a, const struct html *h, uint32_t i)
{
	struct buf b = BUF_INIT(MAX_BODY_BYTES);

	if (h->nodes[i].end == i + 2)
		return h->nodes[i + 1].text;
	for (uint32_t k = i + 1; k < h->nodes[i].end; k++)
		buf_str(&b, h->nodes[k].text);
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* With a path: systems that do not know better write the site's own address. */
static bool is_article_address(struct str s)
{
	size_t host = str_find(s, STR("://"));
	size_t path = host == STR_NPOS ? STR_NPOS : str_find_byte(str_sub(s, host + 3, s.n), '/');

	return url_is_web(s) && path != STR_NPOS && host + 3 + path + 1 < s.n;
}

/* Cards of links say in two parts who wrote the page: "Written by", "A. Lund". */
static void read_label(struct reader *r)
{
	static const struct str labels[] = {
		STR("written by"),      STR("verfasst von"),   STR("geschrieben von"), STR("écrit par"),
		STR("escrito por"),     STR("scritto da"),     STR("author"),          STR("by"),
		STR("geschreven door"), STR("skrevet av"),     STR("skriven av"),      STR("skrevet af"),
		STR("автор"),           STR("napisane przez"), STR("yazan"),           STR("作者"),
		STR("執筆者"),          STR("oleh"),           STR("ditulis oleh"),    STR("posted by"),
		STR("kirjoittanut")
	};

	for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]) && !r->meta->nauthors; i++)
		if (str_eq_nocase(r->meta->label, labels[i]) && r->meta->labelled.n)
			r->meta->authors[r->meta->nauthors++] = r->meta->labelled;
}

void meta_read(struct arena *a, const struct html *h, struct meta *m)
{
	struct reader r = { .arena = a, .html = h, .meta = m };

	*m = (struct meta){ 0 };
	for (size_t f = 0; f <= FIELD_ITEM_TITLE; f++)
		r.rank[f] = NO_RANK;
	for (uint32_t i = 1; i < h->nnodes; i++) {
		const struct html_node *n = &h->nodes[i];
		if (n->tag == TAG_NONE)
			continue;
		if (n->tag == TAG_META) {
			read_meta(&r, i);
		} else if (n->tag == TAG_LINK) {
			read_link(&r, i);
		} else if (n->tag == TAG_TITLE && !m->html_title.n && h->nodes[n->parent].tag != TAG_SVG) {
			m->html_title = meta_clip(html_node_text(a, h, i), MAX_SAID_BYTES);
		} else if (n->tag == TAG_SCRIPT) {
			if (str_find_nocase(html_attribute(h, i, "type"), STR("ld+json")) != STR_NPOS)
				ld_read(a, raw_text(a, h, i), m);
		} else if (n->tag == TAG_HTML) {
			struct str lang = html_attribute(h, i, "lang");
			lang = str_trim(lang.n ? lang : html_attribute(h, i, "xml:lang"));
			if (lang.n) {
				m->language = lang;
				r.rank[FIELD_LANGUAGE] = 0;
			}
		} else if (n->nattr) {
			struct str item = html_attr_of(h, i, ATTR_ITEMPROP);
			if (item.n)
				read_item(&r, i, str_trim(item));
		}
	}
	read_label(&r);
	if (!m->canonical.n && is_article_address(m->og_url))
		m->canonical = m->og_url;
}
