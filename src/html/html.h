/*
 * HTML to a flat tree: the one narrow place where the HTML parser is known.
 *
 * Bytes are decoded as browsers do (BOM, then the transport's charset, then a
 * <meta> prescan, then a guess), parsed by the rules of the HTML Standard
 * (html/tokenizer.h, html/builder.h; scripting is off), and laid out as one
 * array of nodes in document order.  A pass over a document is a loop over
 * integers.  To be called in the confined reader only, except in tests.
 * Texts and values may point into the bytes that were parsed.
 *
 * About 400 MB/s.  A page with absurd nesting, a flood of attributes or too
 * many elements (base/limits.h) is read no further and refused.
 */
#ifndef STET_HTML_HTML_H
#define STET_HTML_HTML_H

#include "base/arena.h"

/* Element names that the program knows; every other element is TAG_OTHER. */
enum tag {
	TAG_NONE, /* a text node */
	TAG_OTHER,
#define HTML_TAG(upper, name) TAG_##upper,
#include "html/tags.inc"
#undef HTML_TAG
	TAG_COUNT
};
enum tag html_tag(struct str name); /* lower case */
const char *html_tag_name(enum tag t);

/* Attribute names that the program reads.  The others are left out of the
 * tree, and asking for one of them finds nothing: enter it in attrs.inc. */
enum attr {
	ATTR_NONE,
#define HTML_ATTR(upper, name) ATTR_##upper,
#include "html/attrs.inc"
#undef HTML_ATTR
	ATTR_COUNT
};

struct html_attr {
	enum attr id;
	struct str name; /* lower case */
	struct str value;
};

struct html_node {
	enum tag tag;
	uint32_t parent;      /* index; the root's is 0 */
	uint32_t end;         /* index behind the last descendant */
	uint32_t attr, nattr; /* in attrs */
	struct str name;      /* of a TAG_OTHER element */
	struct str text;      /* of a text node; script and style keep theirs */
};

struct html {
	struct html_node *nodes; /* nodes[0] is the document */
	uint32_t nnodes;
	struct html_attr *attrs;
	const char *charset; /* what the bytes were decoded as, WHATWG name */
};

/* content_type is the HTTP header, or empty.  Everything is from the arena. */
MUST_CHECK bool html_parse(struct arena *a, struct str bytes, struct str content_type, struct html *out, struct err *e);

/* Value of an attribute, or the empty string.  By number it costs a few
 * comparisons; the name is one of attrs.inc, and costs comparisons of strings. */
static inline struct str html_attr_of(const struct html *h, uint32_t node, enum attr id)
{
	const struct html_node *n = &h->nodes[node];

	for (uint32_t i = n->attr; i < n->attr + n->nattr; i++)
		if (h->attrs[i].id == id)
			return h->attrs[i].value;
	return STR_NONE;
}
struct str html_attribute(const struct html *h, uint32_t node, const char *name);
bool html_has_attr(const struct html *h, uint32_t node, const char *name);
bool html_reads_attr(struct str name); /* whether it is in attrs.inc */

/* The text of a node and all below it, without script, style, template and
 * noscript, normalised (text/norm.h); <br> is a space. */
struct str html_node_text(struct arena *a, const struct html *h, uint32_t node);

#endif
