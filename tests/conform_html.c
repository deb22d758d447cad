/*
 * Operation of stet-conform on trees: the dump of html5lib's tests.
 *
 * The program's own flat tree has no comments, doctype and name spaces, so the
 * parser's is walked here.  The parser keeps all names in lower case, since
 * nothing asks for another; SVG and MathML write some in mixed case, and the
 * dump has them so.
 */
#include "conform.h"

#include <stdlib.h>
#include <string.h>

#include "html/builder.h"

struct dump {
	struct ask q;
	struct buf out;
	struct tree tree;
};

static const char *const svg_names[] = {
	"altGlyph",
	"altGlyphDef",
	"altGlyphItem",
	"animateColor",
	"animateMotion",
	"animateTransform",
	"clipPath",
	"feBlend",
	"feColorMatrix",
	"feComponentTransfer",
	"feComposite",
	"feConvolveMatrix",
	"feDiffuseLighting",
	"feDisplacementMap",
	"feDistantLight",
	"feDropShadow",
	"feFlood",
	"feFuncA",
	"feFuncB",
	"feFuncG",
	"feFuncR",
	"feGaussianBlur",
	"feImage",
	"feMerge",
	"feMergeNode",
	"feMorphology",
	"feOffset",
	"fePointLight",
	"feSpecularLighting",
	"feSpotLight",
	"feTile",
	"feTurbulence",
	"foreignObject",
	"glyphRef",
	"linearGradient",
	"radialGradient",
	"textPath",
	NULL,
};

static const char *const svg_attrs[] = {
	"attributeName",
	"attributeType",
	"baseFrequency",
	"baseProfile",
	"calcMode",
	"clipPathUnits",
	"diffuseConstant",
	"edgeMode",
	"filterUnits",
	"glyphRef",
	"gradientTransform",
	"gradientUnits",
	"kernelMatrix",
	"kernelUnitLength",
	"keyPoints",
	"keySplines",
	"keyTimes",
	"lengthAdjust",
	"limitingConeAngle",
	"markerHeight",
	"markerUnits",
	"markerWidth",
	"maskContentUnits",
	"maskUnits",
	"numOctaves",
	"pathLength",
	"patternContentUnits",
	"patternTransform",
	"patternUnits",
	"pointsAtX",
	"pointsAtY",
	"pointsAtZ",
	"preserveAlpha",
	"preserveAspectRatio",
	"primitiveUnits",
	"refX",
	"refY",
	"repeatCount",
	"repeatDur",
	"requiredExtensions",
	"requiredFeatures",
	"specularConstant",
	"specularExponent",
	"spreadMethod",
	"startOffset",
	"stdDeviation",
	"stitchTiles",
	"surfaceScale",
	"systemLanguage",
	"tableValues",
	"targetX",
	"targetY",
	"textLength",
	"viewBox",
	"viewTarget",
	"xChannelSelector",
	"yChannelSelector",
	"zoomAndPan",
	NULL,
};

static const char *const math_attrs[] = { "definitionURL", NULL };

/* Attributes with a name space of their own. */
static const char *const spaced[] = { "xlink:actuate", "xlink:arcrole", "xlink:href", "xlink:role",
	                              "xlink:show",    "xlink:title",   "xlink:type", "xml:lang",
	                              "xml:space",     "xmlns:xlink",   NULL };

/* The name as the list writes it; as it is if it does not. */
static struct str written_as(struct str name, const char *const *list)
{
	for (; *list; list++)
		if (str_eq_nocase(name, str_from(*list)))
			return str_from(*list);
	return name;
}

static void put_indent(struct dump *d, unsigned depth)
{
	if (d->out.n)
		buf_byte(&d->out, '\n');
	buf_puts(&d->out, "| ");
	for (unsigned i = 0; i < depth; i++)
		buf_puts(&d->out, "  ");
}

static int compare_lines(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str attribute_line(struct dump *d, const struct html_attr *attr, uint8_t space)
{
	struct str name = attr->name, prefix = STR_NONE;

	if (space == SPACE_SVG)
		name = written_as(name, svg_attrs);
	if (space == SPACE_MATHML)
		name = written_as(name, math_attrs);
	for (const char *const *s = spaced; space != SPACE_HTML && *s; s++)
		if (str_eq(attr->name, str_from(*s)))
			str_cut(attr->name, ':', &prefix, &name);
	return ARENA_JOIN(d->q.arena, prefix, prefix.n ? STR(" ") : STR_NONE, name, STR("=\""), attr->value, STR("\""));
}

static void put_element(struct dump *d, const struct tree_node *n, unsigned depth)
{
	static const char *const prefixes[] = { [SPACE_HTML] = "", [SPACE_SVG] = "svg ", [SPACE_MATHML] = "math " };
	struct str name = n->tag == TAG_OTHER ? n->text : names_of_tag(n->tag), lines[MAX_HTML_ATTRIBUTES];

	if (n->space == SPACE_SVG)
		name = written_as(name, svg_names);
	put_indent(d, depth);
	buf_printf(&d->out, "<%s%.*s>", prefixes[n->space], STR_ARG(name));
	for (unsigned i = 0; i < n->nattr; i++)
		lines[i] = attribute_line(d, &d->tree.attrs[n->attr + i], n->space);
	qsort(lines, n->nattr, sizeof lines[0], compare_lines);
	for (unsigned i = 0; i < n->nattr; i++) {
		put_indent(d, depth + 1);
		buf_str(&d->out, lines[i]);
	}
}

static void put_node(struct dump *d, const struct tree_node *n, unsigned depth)
{
	const struct doctype *type = &d->tree.doctype;

	switch (n->kind) {
	case NODE_TEXT:
		put_indent(d, depth);
		buf_printf(&d->out, "\"%.*s\"", STR_ARG(n->text));
		break;
	case NODE_COMMENT:
		put_indent(d, depth);
		buf_printf(&d->out, "<!-- %.*s -->", STR_ARG(n->text));
		break;
	case NODE_DOCTYPE:
		put_indent(d, depth);
		buf_printf(&d->out, "<!DOCTYPE %.*s", STR_ARG(n->text));
		if (type->has_public || type->has_system)
			buf_printf(&d->out, " \"%.*s\" \"%.*s\"", STR_ARG(type->public_id), STR_ARG(type->system_id));
		buf_byte(&d->out, '>');
		break;
	default:
		put_element(d, n, depth);
	}
}

static bool is_template(const struct tree_node *n)
{
	return n->kind == NODE_ELEMENT && n->tag == TAG_TEMPLATE && n->space == SPACE_HTML;
}

static void put_tree(struct dump *d, uint32_t top)
{
	const struct tree_node *all = d->tree.nodes;
	unsigned depth = 0;

	for (uint32_t n = all[top].first; n && n != top;) {
		put_node(d, &all[n], depth);
		if (is_template(&all[n])) {
			put_indent(d, depth + 1);
			buf_puts(&d->out, "content");
		}
		if (all[n].first) {
			depth += 1 + is_template(&all[n]);
			n = all[n].first;
			continue;
		}
		while (n != top && !all[n].next) {
			n = all[n].parent;
			depth -= n == top ? 0 : 1 + is_template(&all[n]);
		}
		if (n != top)
			n = all[n].next;
	}
}

static struct tree_context context_of(struct str fragment)
{
	struct tree_context c = { .space = SPACE_HTML };
	struct str space, name;

	if (!str_cut(fragment, ' ', &space, &name))
		name = space;
	else
		c.space = str_eq(space, STR("svg")) ? SPACE_SVG : SPACE_MATHML;
	char lower[NAME_KEY_BYTES];
	size_t n = name.n < NAME_KEY_BYTES ? name.n : NAME_KEY_BYTES;
	for (size_t i = 0; i < n; i++)
		lower[i] = char_lower(name.p[i]);
	c.tag = names_tag(str_of(lower, n));
	c.takes_html = c.space == SPACE_SVG && (c.tag == TAG_FOREIGNOBJECT || c.tag == TAG_DESC || c.tag == TAG_TITLE);
	return c;
}

static void answer_html_tree(const struct ask *q)
{
	struct dump d = { .q = *q, .out = BUF_INIT(16 * MAX_BODY_BYTES) };
	struct str fragment = ask_str(q, "fragment");
	struct tree_context context = context_of(fragment);

	tree_parse(q->arena, ask_bytes(q, "html_b64"), fragment.n ? &context : NULL, true, &d.tree);
	if (d.tree.refused) {
		json_null(q->out);
	} else {
		put_tree(&d, fragment.n ? d.tree.nodes[0].first : 0);
		json_str(q->out, buf_view(&d.out));
	}
	buf_free(&d.out);
}

const struct op conform_html_ops[] = {
	{ "html_tree", answer_html_tree },
	{ NULL, NULL },
};
