/*
 * The tree of a feed, by libxml2.
 *
 * The text was mended before, so there is no DTD and no entity left in it, and its
 * tags match; what the parser still does not like is missing.  It keeps its own limits (no XML_PARSE_HUGE): 256 open
 * elements, 10 MB in one text.  Nothing is loaded from anywhere.
 */
#include <libxml/parser.h>
#include <string.h>

#include "feed/parts.h"

#define MAX_BASES 16

struct vocabulary {
	const char *address; /* without the scheme; the longer first */
	const char *prefix;  /* by which it is known when it was not declared */
	enum space space;
};

static const struct vocabulary vocabularies[] = {
	{ "www.w3.org/2005/Atom", "atom", SPACE_CORE },
	{ "purl.org/atom/", "atom10", SPACE_CORE },
	{ "purl.org/rss/1.0/modules/content", "content", SPACE_CONTENT },
	{ "purl.org/rss/1.0/modules/syndication", "sy", SPACE_SYNDICATION },
	{ "purl.org/rss/1.0/modules/", NULL, SPACE_OTHER },
	{ "purl.org/rss/", "rss", SPACE_CORE },
	{ "purl.org/net/rss", "rss11", SPACE_CORE },
	{ "my.netscape.com/", "netscape", SPACE_CORE },
	{ "channel.netscape.com/", NULL, SPACE_CORE },
	{ "backend.userland.com/", NULL, SPACE_CORE },
	{ "www.w3.org/1999/02/22-rdf-syntax-ns", "rdf", SPACE_CORE },
	{ "purl.org/dc/elements/", "dc", SPACE_DC },
	{ "purl.org/dc/terms/", "dcterms", SPACE_TERMS },
	{ "search.yahoo.com/mrss", "media", SPACE_MEDIA },
	{ "rssnamespace.org/feedburner", "feedburner", SPACE_BURNER },
	{ "www.itunes.com/", "itunes", SPACE_ITUNES },
	{ "www.google.com/schemas/sitemap-news", "news", SPACE_NEWS },
	{ "www.google.com/schemas/sitemap-", NULL, SPACE_OTHER },
	{ "www.google.com/schemas/sitemap/0.8", "sitemap", SPACE_CORE },
	{ "www.google.com/schemas/sitemap/0.90", NULL, SPACE_CORE },
	{ "www.sitemaps.org/schemas/sitemap", "sm", SPACE_CORE },
	{ "sitemaps.org/schemas/sitemap", NULL, SPACE_CORE },
};
#define NVOCABULARIES (sizeof vocabularies / sizeof *vocabularies)

static struct str of_xml(const xmlChar *s)
{
	return str_from((const char *)s);
}

/* libxml2 keeps an undeclared prefix in the name. */
struct str xml_name(const xmlNode *n)
{
	struct str name = of_xml(n->name), prefix, local;
	return str_cut(name, ':', &prefix, &local) ? local : name;
}

static enum space by_prefix(const xmlNode *n)
{
	struct str prefix, local;

	if (!str_cut(of_xml(n->name), ':', &prefix, &local))
		return SPACE_CORE;
	for (size_t i = 0; i < NVOCABULARIES; i++)
		if (vocabularies[i].prefix && str_eq_nocase(prefix, str_from(vocabularies[i].prefix)))
			return vocabularies[i].space;
	return SPACE_OTHER;
}

static bool find_vocabulary(const xmlNode *n, enum space *space)
{
	struct str address = of_xml(n->ns->href);
	size_t scheme = str_find(str_sub(address, 0, 8), STR("://"));
	if (scheme != STR_NPOS)
		address = str_sub(address, scheme + 3, address.n);
	for (size_t i = 0; i < NVOCABULARIES; i++) {
		if (str_starts_nocase(address, str_from(vocabularies[i].address))) {
			*space = vocabularies[i].space;
			return true;
		}
	}
	return false;
}

enum space xml_space(const xmlNode *n)
{
	enum space space;

	if (!n->ns)
		return by_prefix(n);
	if (find_vocabulary(n, &space))
		return space;
	/* A feed that calls its own vocabulary something else. */
	return n->ns->prefix ? SPACE_OTHER : SPACE_CORE;
}

bool xml_is_foreign(const xmlNode *n)
{
	enum space space;
	return n->ns && !find_vocabulary(n, &space);
}

static void put_text(const xmlNode *n, struct buf *out)
{
	if ((n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) && n->content)
		buf_puts(out, (const char *)n->content);
}

struct str xml_text(struct arena *a, const xmlNode *n)
{
	const xmlNode *first = n->children;
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);

	if (!first)
		return STR_NONE;
	if (!first->next && first->type == XML_TEXT_NODE)
		return of_xml(first->content);
	for (const xmlNode *at = first; at;) {
		bool element = at->type == XML_ELEMENT_NODE;
		if (element && !plain_is_inline(xml_name(at)))
			buf_byte(&b, ' ');
		put_text(at, &b);
		if (element && at->children) {
			at = at->children;
			continue;
		}
		while (at != n && !at->next) {
			at = at->parent;
			if (at != n && !plain_is_inline(xml_name(at)))
				buf_byte(&b, ' ');
		}
		at = at == n ? NULL : at->next;
	}
	struct str text = arena_str(a, buf_view(&b));
	buf_free(&b);
	return text;
}

bool xml_has_elements(const xmlNode *n)
{
	for (const xmlNode *c = n->children; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE)
			return true;
	return false;
}

struct str xml_attr(struct arena *a, const xmlNode *n, const char *name)
{
	for (const xmlAttr *at = n->properties; at; at = at->next) {
		struct str full = of_xml(at->name), prefix, local;
		if (str_eq_nocase(str_cut(full, ':', &prefix, &local) ? local : full, str_from(name)))
			return xml_text(a, (const xmlNode *)at);
	}
	return STR_NONE;
}

static struct str own_base(struct arena *a, const xmlNode *n)
{
	for (const xmlAttr *at = n->properties; at; at = at->next)
		if (at->ns && str_eq(of_xml(at->ns->prefix), STR("xml")) && str_eq(of_xml(at->name), STR("base")))
			return xml_text(a, (const xmlNode *)at);
	return STR_NONE;
}

const struct url *xml_base(struct arena *a, const struct xml *x, const xmlNode *n, const struct url *base)
{
	struct str found[MAX_BASES];
	size_t nfound = 0;

	if (!x->has_base)
		return base;
	for (; n && n->type == XML_ELEMENT_NODE && nfound < MAX_BASES; n = n->parent) {
		found[nfound] = own_base(a, n);
		nfound += found[nfound].n > 0;
	}
	while (nfound--) { /* the outermost first */
		struct url *u = ARENA_NEW(a, struct url);
		struct err e;
		if (url_parse(a, found[nfound], base, u, &e))
			base = u;
	}
	return base;
}

static void say_nothing(void *context, const char *format, ...)
{
	(void)context, (void)format;
}

static xmlParserInputPtr load_nothing(const char *address, const char *id, xmlParserCtxtPtr ctxt)
{
	(void)address, (void)id, (void)ctxt;
	return NULL;
}

bool xml_open(struct str mended, struct xml *out, struct err *e)
{
	const int options = XML_PARSE_RECOVER | XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING |
	                    XML_PARSE_NOCDATA | XML_PARSE_NOXINCNODE | XML_PARSE_IGNORE_ENC | XML_PARSE_COMPACT;

	*out = (struct xml){ 0 };
	xmlInitParser();
	xmlSetExternalEntityLoader(load_nothing);
	xmlSetGenericErrorFunc(NULL, say_nothing);
	xmlParserCtxtPtr c = xmlNewParserCtxt();
	if (!c)
		return err_set(e, ERR_LIMIT, "no memory for the feed's tree");
	out->doc = xmlCtxtReadMemory(c, mended.p, (int)mended.n, NULL, "UTF-8", options);
	out->bozo = !c->wellFormed || !c->nsWellFormed;
	out->has_base = str_has(mended, STR("xml:base"));
	xmlFreeParserCtxt(c);
	if (out->doc && xmlDocGetRootElement(out->doc))
		return true;
	xml_close(out);
	return err_set(e, ERR_FORMAT, "the feed is not XML, even with its faults forgiven");
}

void xml_close(struct xml *x)
{
	if (x->doc)
		xmlFreeDoc(x->doc);
	x->doc = NULL;
}
