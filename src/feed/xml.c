/*
 * The tree of a feed, by libxml2.
 *
 * The text was mended before, so there is no DTD and no entity left in it, and
 * its tags match; what the parser still does not like is missing.  It keeps its
 * own limits (no XML_PARSE_HUGE): 256 open elements, 10 MB in one text.  Nothing
 * is loaded from anywhere.
 *
 * Names are what the rest of the reader sees of namespaces: "dc:creator" for
 * that of Dublin Core whatever prefix a feed declares, "title" for that of RSS,
 * Atom and sitemaps, and the feed's own prefix for vocabularies that are not
 * known here.
 */
#include <libxml/parser.h>
#include <string.h>

#include "feed/facts.h"
#include "feed/parts.h"

struct vocabulary {
	const char *address; /* without the scheme; the longer first */
	const char *prefix;  /* by which it is known here; "": it is the feed's own; NULL: whatever the feed calls it */
};

/* RSS, Atom and sitemaps are one vocabulary, since they are mixed in practice
 * and their names do not clash. */
static const struct vocabulary vocabularies[] = {
	{ "www.w3.org/2005/Atom", "" },
	{ "purl.org/atom/", "" },
	{ "purl.org/pie/", "" },
	{ "purl.org/echo/", "" },
	{ "purl.org/rss/1.0/modules/rss091", "" },
	{ "purl.org/rss/1.0/modules/content", "content" },
	{ "purl.org/rss/1.0/modules/syndication", "sy" },
	{ "purl.org/rss/1.0/modules/slash", "slash" },
	{ "purl.org/rss/1.0/modules/threading", "thr" },
	{ "purl.org/rss/1.0/modules/", NULL },
	{ "purl.org/rss/modules/", NULL },
	{ "purl.org/rss/", "" },
	{ "purl.org/net/rss", "" },
	{ "my.netscape.com/", "" },
	{ "channel.netscape.com/", "" },
	{ "backend.userland.com/creativeCommonsRssModule", "creativecommons" },
	{ "backend.userland.com/blogChannelModule", "blogchannel" },
	{ "backend.userland.com/", "" },
	{ "blogs.law.harvard.edu/tech/rss", "" },
	{ "cyber.law.harvard.edu/rss/creativeCommonsRssModule", "creativecommons" },
	{ "creativecommons.org/ns", "cc" },
	{ "web.resource.org/cc/", "cc" },
	{ "purl.org/dc/elements/", "dc" },
	{ "purl.org/dc/terms/", "dcterms" },
	{ "search.yahoo.com/mrss", "media" },
	{ "rssnamespace.org/feedburner", "feedburner" },
	{ "www.itunes.com/", "itunes" },
	{ "example.com/DTDs/PodCast", "itunes" },
	{ "wellformedweb.org/CommentAPI", "wfw" },
	{ "webns.net/mvcb", "admin" },
	{ "xmlns.com/foaf/", "foaf" },
	{ "podlove.org/simple-chapters", "psc" },
	{ "www.w3.org/1999/02/22-rdf-syntax-ns", "rdf" },
	{ "www.w3.org/1999/xhtml", "xhtml" },
	{ "www.w3.org/1999/xlink", "xlink" },
	{ "www.w3.org/XML/1998/namespace", "xml" },
	{ "www.w3.org/2003/01/geo/wgs84_pos", "geo" },
	{ "www.georss.org/georss", "georss" },
	{ "www.opengis.net/gml", "gml" },
	{ "www.google.com/schemas/sitemap-news", "news" },
	{ "www.google.com/schemas/sitemap-", NULL },
	{ "www.google.com/schemas/sitemap/0.8", "" },
	{ "www.google.com/schemas/sitemap/0.90", "" },
	{ "www.sitemaps.org/schemas/sitemap", "" },
	{ "sitemaps.org/schemas/sitemap", "" },
};
#define NVOCABULARIES (sizeof vocabularies / sizeof *vocabularies)

/* What prefixes mean that were not declared, beside those above. */
static const char *const own_prefixes[] = { "atom", "atom10", "rss", "rss11", "netscape", "sitemap", "sm" };

static struct str of_xml(const xmlChar *s)
{
	return str_from((const char *)s);
}

/* libxml2 keeps an undeclared prefix in the name, which may be all of it. */
struct str xml_name(const xmlNode *n)
{
	struct str name = of_xml(n->name), prefix, local;
	return str_cut(name, ':', &prefix, &local) && local.n ? local : name;
}

static bool find_vocabulary(struct str address, const struct vocabulary **out)
{
	size_t scheme = str_find(str_sub(address, 0, 8), STR("://"));

	if (scheme != STR_NPOS)
		address = str_sub(address, scheme + 3, address.n);
	for (size_t i = 0; i < NVOCABULARIES; i++) {
		if (str_starts_nocase(address, str_from(vocabularies[i].address))) {
			*out = &vocabularies[i];
			return true;
		}
	}
	return false;
}

static struct str by_prefix(struct str name)
{
	struct str prefix, local;

	if (!str_cut(name, ':', &prefix, &local))
		return STR_NONE;
	for (size_t i = 0; i < sizeof own_prefixes / sizeof *own_prefixes; i++)
		if (str_eq_nocase(prefix, str_from(own_prefixes[i])))
			return STR_NONE;
	return prefix;
}

/* The last one that was looked up is asked for again and again. */
static struct str prefix_of(struct xml *x, const xmlNs *ns, struct str name)
{
	const struct vocabulary *v;

	if (!ns)
		return by_prefix(name);
	if (x->seen == ns)
		return x->seen_prefix;
	/* A feed that calls its own vocabulary something else has no prefix for it. */
	x->seen = ns;
	x->seen_prefix = of_xml(ns->prefix);
	if (find_vocabulary(of_xml(ns->href), &v) && v->prefix)
		x->seen_prefix = str_from(v->prefix);
	return x->seen_prefix;
}

static struct str full_name(struct arena *a, struct str prefix, struct str name)
{
	struct str head, local;

	if (str_cut(name, ':', &head, &local) && local.n)
		name = local;
	size_t n = prefix.n ? prefix.n + 1 : 0;
	char *out = arena_alloc(a, n + name.n + 1);
	for (size_t i = 0; i < prefix.n; i++)
		out[i] = char_lower(prefix.p[i]);
	if (n)
		out[n - 1] = ':';
	for (size_t i = 0; i < name.n; i++)
		out[n + i] = char_lower(name.p[i]);
	return str_of(out, n + name.n);
}

static bool is_lower(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == ':' || (s.p[i] >= 'A' && s.p[i] <= 'Z'))
			return false;
	return true;
}

static struct str name_in(struct arena *a, struct xml *x, const xmlNs *ns, const xmlChar *local)
{
	struct str name = of_xml(local), prefix = prefix_of(x, ns, name);
	return !prefix.n && is_lower(name) ? name : full_name(a, prefix, name);
}

struct str xml_full_name(struct arena *a, struct xml *x, const xmlNode *n)
{
	return name_in(a, x, n->ns, n->name);
}

bool xml_is_core(struct xml *x, const xmlNode *n)
{
	return !prefix_of(x, n->ns, of_xml(n->name)).n;
}

bool xml_is_foreign(const xmlNode *n)
{
	const struct vocabulary *v;
	return n->ns && !find_vocabulary(of_xml(n->ns->href), &v);
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

struct str xml_own_text(struct arena *a, const xmlNode *n)
{
	const xmlNode *first = n->children;
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);

	if (!first)
		return STR_NONE;
	if (!first->next)
		return first->type == XML_TEXT_NODE ? of_xml(first->content) : STR_NONE;
	for (; first; first = first->next)
		put_text(first, &b);
	struct str text = arena_str(a, buf_view(&b));
	buf_free(&b);
	return text;
}

size_t xml_attributes(struct arena *a, struct xml *x, const xmlNode *n, struct fact_attribute **out)
{
	size_t count = 0, i = 0;

	for (const xmlAttr *at = n->properties; at; at = at->next)
		count++;
	*out = count ? ARENA_ARRAY(a, struct fact_attribute, count) : NULL;
	for (const xmlAttr *at = n->properties; at; at = at->next, i++) {
		(*out)[i].name = name_in(a, x, at->ns, at->name);
		(*out)[i].value = xml_own_text(a, (const xmlNode *)at);
	}
	return count;
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
