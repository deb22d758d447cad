/*
 * A tree of XML as facts, in the order of the document.
 *
 * Items are found wherever they stand, since tags that do not match make one
 * item swallow the next: within an item the search goes on for others, which
 * come after it.  What stands in neither an item nor another scope is the
 * feed's.  The elements of a channel are as near to the feed as the channel.
 *
 * The base of relative addresses and the language are inherited; an xml:base
 * that is no address, or one of a scheme that runs something, changes nothing.
 *
 * Limits: the depth is the mender's; all bases together MAX_BASE_BYTES, after
 * which they are not looked at.
 */
#include "feed/join.h"
#include "feed/parts.h"

#define MAX_BASE_BYTES (1 * MIB)

struct place {
	struct str base, language;
};

struct walker {
	const struct walk *w;
	struct xml *x;
	bool unwrap; /* the feed is of Atom 1.0 */
	size_t bases;
};

static struct place place_of(struct walker *k, const struct fact *f, const struct place *parent)
{
	struct place here = *parent;
	bool has_base = fact_has_attribute(f, "xml:base"), has_language = fact_has_attribute(f, "xml:lang");

	if (!f->nattributes)
		return here;
	if ((has_base || fact_has_attribute(f, "base")) && k->bases < MAX_BASE_BYTES) {
		struct str own = str_trim(fact_attribute(f, has_base ? "xml:base" : "base"));
		own = join_reference(k->w->a, here.base, own);
		k->bases += own.n;
		if (own.n && own.n <= MAX_URL_BYTES && join_is_safe(own))
			here.base = own;
	}
	if (has_language || fact_has_attribute(f, "lang"))
		here.language = fact_attribute(f, has_language ? "xml:lang" : "lang");
	return here;
}

static struct fact fact_of(struct walker *k, const xmlNode *n, enum fact_scope scope, unsigned depth,
                           struct place *place)
{
	struct arena *a = k->w->a;
	struct fact_attribute *attributes;
	struct fact f = { .scope = scope,
		          .depth = depth,
		          .name = xml_full_name(a, k->x, n),
		          .text = xml_own_text(a, n),
		          .atom = k->w->kind == FEED_ATOM,
		          .unwrap = k->unwrap,
		          .node = n };
	const struct role *r = role_of(f.name);

	f.nattributes = xml_attributes(a, k->x, n, &attributes);
	f.attributes = attributes;
	f.role = r->role;
	f.rank = r->rank;
	f.meant = r->meant;
	*place = place_of(k, &f, place);
	f.base = place->base;
	f.language = place->language;
	return f;
}

/* <url> is an entry of a sitemap, but the picture of a channel of RSS. */
static bool is_entry(struct walker *k, const xmlNode *n)
{
	static const char *const names[FEED_KINDS][2] = {
		[FEED_RSS] = { "item", "entry" },
		[FEED_ATOM] = { "entry", "item" },
		[FEED_SITEMAP] = { "url", "sitemap" },
		[FEED_SITEMAP_INDEX] = { "sitemap", "url" },
	};
	const char *const *of = names[k->w->kind];

	if (n->type != XML_ELEMENT_NODE)
		return false;
	struct str name = xml_name(n);
	if (!of[0] || (!str_eq_nocase(name, str_from(of[0])) && !str_eq_nocase(name, str_from(of[1]))))
		return false;
	return xml_is_core(k->x, n) && !str_eq_nocase(xml_name(n->parent), STR("loc"));
}

static enum fact_scope scope_of(struct str name)
{
	return str_eq(name, STR("image")) ? SCOPE_IMAGE : str_eq(name, STR("source")) ? SCOPE_SOURCE : SCOPE_INPUT;
}

/* Markup belongs to the text it stands in, and what is one thing is told whole. */
static bool is_whole(const struct fact *f)
{
	return f->role == ROLE_AUTHOR || f->role == ROLE_CONTRIBUTOR || f->role == ROLE_PUBLISHER ||
	       f->role == ROLE_LIST || f->meant;
}

static void tell_children(struct walker *k, const xmlNode *n, enum fact_scope scope, unsigned depth,
                          struct place place);

static void tell(struct walker *k, const xmlNode *n, enum fact_scope scope, unsigned depth, struct place place)
{
	const struct fact_visitor *v = k->w->v;
	struct fact f = fact_of(k, n, scope, depth, &place);

	if (f.role == ROLE_SCOPE) {
		enum fact_scope inner = scope_of(f.name);
		f.scope = inner;
		v->begin(v->context, &f);
		tell_children(k, n, inner, 1, place);
		v->end(v->context, inner);
		return;
	}
	if (f.role != ROLE_GROUP)
		v->fact(v->context, &f);
	if (!is_whole(&f))
		tell_children(k, n, scope, depth + (f.role != ROLE_GROUP), place);
}

static void tell_children(struct walker *k, const xmlNode *n, enum fact_scope scope, unsigned depth, struct place place)
{
	for (const xmlNode *c = n->children; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE && !is_entry(k, c))
			tell(k, c, scope, depth, place);
}

static void tell_entry(struct walker *k, const xmlNode *n, struct place place)
{
	const struct fact_visitor *v = k->w->v;
	struct fact f = fact_of(k, n, SCOPE_ENTRY, 0, &place);

	v->begin(v->context, &f);
	tell_children(k, n, SCOPE_ENTRY, 1, place);
	v->end(v->context, SCOPE_ENTRY);
}

static bool is_channel(struct walker *k, const xmlNode *n)
{
	return str_eq_nocase(xml_name(n), STR("channel")) && xml_is_core(k->x, n);
}

/* Below n, which is of the feed, or, if deep, below something that was told
 * already: only entries are looked for. */
static void search(struct walker *k, const xmlNode *n, struct place place, bool deep)
{
	for (const xmlNode *c = n->children; c; c = c->next) {
		struct place here = place;
		if (c->type != XML_ELEMENT_NODE)
			continue;
		if (is_entry(k, c)) {
			tell_entry(k, c, place);
		} else if (!deep && is_channel(k, c)) {
			struct fact f = fact_of(k, c, SCOPE_FEED, 0, &here);
			k->w->v->fact(k->w->v->context, &f);
			search(k, c, here, false);
			continue;
		} else if (!deep) {
			tell(k, c, SCOPE_FEED, 1, place);
		}
		search(k, c, here, true);
	}
}

void walk_xml(const struct walk *w, struct xml *x)
{
	const xmlNode *root = xmlDocGetRootElement(x->doc);
	const xmlChar *address = root->ns ? root->ns->href : NULL;
	struct place place = { w->base, w->language };
	struct walker k = { .w = w, .x = x };

	k.unwrap = address && str_has(str_from((const char *)address), STR("www.w3.org/2005/Atom"));
	for (const xmlNs *ns = root->nsDef; ns && !k.unwrap; ns = ns->next)
		k.unwrap =
		        w->kind == FEED_ATOM && str_has(str_from((const char *)ns->href), STR("www.w3.org/2005/Atom"));
	struct fact f = fact_of(&k, root, SCOPE_FEED, 0, &place);
	w->v->begin(w->v->context, &f);
	if (is_entry(&k, root))
		tell_entry(&k, root, (struct place){ w->base, w->language });
	search(&k, root, place, is_entry(&k, root));
	w->v->end(w->v->context, SCOPE_FEED);
}
