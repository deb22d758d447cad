/*
 * Operation of stet-conform on trees: the dump of html5lib's tests.
 *
 * The program's own flat tree has no comments, doctype and namespaces, so the
 * parser's is walked here.
 */
#include "conform.h"

#include <stdlib.h>
#include <string.h>

#include <myhtml/myhtml.h>

#include "html/html.h"

struct dump {
	struct ask q;
	struct buf out;
	myhtml_tree_t *tree;
	bool in_text; /* the last line is a text that the next one goes on with */
};

static void put_indent(struct dump *d, unsigned depth)
{
	if (d->in_text)
		buf_byte(&d->out, '"');
	d->in_text = false;
	if (d->out.n)
		buf_byte(&d->out, '\n');
	buf_puts(&d->out, "| ");
	for (unsigned i = 0; i < depth; i++)
		buf_puts(&d->out, "  ");
}

static const char *space_prefix(enum myhtml_namespace ns)
{
	return ns == MyHTML_NAMESPACE_SVG ? "svg " : ns == MyHTML_NAMESPACE_MATHML ? "math " : "";
}

static int compare_lines(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static struct str attribute_line(struct dump *d, myhtml_tree_attr_t *attr)
{
	static const struct {
		enum myhtml_namespace ns;
		const char *prefix;
	} spaces[] = { { MyHTML_NAMESPACE_XLINK, "xlink " },
		       { MyHTML_NAMESPACE_XML, "xml " },
		       { MyHTML_NAMESPACE_XMLNS, "xmlns " } };
	size_t nkey = 0, nvalue = 0;
	const char *key = myhtml_attribute_key(attr, &nkey), *value = myhtml_attribute_value(attr, &nvalue);
	const char *prefix = "";

	for (size_t i = 0; i < 3; i++)
		if (myhtml_attribute_namespace(attr) == spaces[i].ns)
			prefix = spaces[i].prefix;
	return arena_printf(d->q.arena, "%s%.*s=\"%.*s\"", prefix, (int)nkey, key ? key : "", (int)nvalue,
	                    value ? value : "");
}

static void put_attributes(struct dump *d, myhtml_tree_node_t *node, unsigned depth)
{
	struct str lines[256];
	size_t n = 0;

	for (myhtml_tree_attr_t *at = myhtml_node_attribute_first(node); at && n < 256; at = myhtml_attribute_next(at))
		lines[n++] = attribute_line(d, at);
	qsort(lines, n, sizeof lines[0], compare_lines);
	for (size_t i = 0; i < n; i++) {
		put_indent(d, depth);
		buf_str(&d->out, lines[i]);
	}
}

static void put_doctype(struct dump *d, unsigned depth)
{
	const myhtml_tree_doctype_t *type = &d->tree->doctype;

	put_indent(d, depth);
	buf_printf(&d->out, "<!DOCTYPE %s", type->attr_name ? type->attr_name : "");
	if (type->attr_public || type->attr_system)
		buf_printf(&d->out, " \"%s\" \"%s\"", type->attr_public ? type->attr_public : "",
		           type->attr_system ? type->attr_system : "");
	buf_byte(&d->out, '>');
}

static void put_node(struct dump *d, myhtml_tree_node_t *node, unsigned depth)
{
	myhtml_tag_id_t id = myhtml_node_tag_id(node);
	size_t n = 0;
	const char *text = myhtml_node_text(node, &n);

	if (id == MyHTML_TAG__TEXT) {
		if (!d->in_text) {
			put_indent(d, depth);
			buf_byte(&d->out, '"');
		}
		buf_put(&d->out, text, text ? n : 0);
		d->in_text = true;
	} else if (id == MyHTML_TAG__COMMENT) {
		put_indent(d, depth);
		buf_printf(&d->out, "<!-- %.*s -->", (int)n, text ? text : "");
	} else if (id == MyHTML_TAG__DOCTYPE) {
		put_doctype(d, depth);
	} else {
		const char *name = myhtml_tag_name_by_id(d->tree, id, &n);
		put_indent(d, depth);
		buf_printf(&d->out, "<%s%.*s>", space_prefix(myhtml_node_namespace(node)), (int)n, name);
		put_attributes(d, node, depth + 1);
	}
}

static void put_tree(struct dump *d, myhtml_tree_node_t *top)
{
	unsigned depth = 0;

	for (myhtml_tree_node_t *n = myhtml_node_child(top); n && n != top;) {
		put_node(d, n, depth);
		bool template = myhtml_node_tag_id(n) == MyHTML_TAG_TEMPLATE;
		if (template) {
			put_indent(d, depth + 1);
			buf_puts(&d->out, "content");
		}
		if (myhtml_node_child(n)) {
			n = myhtml_node_child(n);
			depth += 1 + template;
			continue;
		}
		while (n != top && !myhtml_node_next(n)) {
			if (d->in_text)
				buf_byte(&d->out, '"');
			d->in_text = false;
			n = myhtml_node_parent(n);
			depth -= n == top ? 0 : 1 + (myhtml_node_tag_id(n) == MyHTML_TAG_TEMPLATE);
		}
		if (n != top)
			n = myhtml_node_next(n);
	}
	if (d->in_text)
		buf_byte(&d->out, '"');
}

static mystatus_t parse(struct dump *d, struct str text, struct str fragment)
{
	enum myhtml_namespace ns = str_starts(fragment, STR("svg "))    ? MyHTML_NAMESPACE_SVG
	                           : str_starts(fragment, STR("math ")) ? MyHTML_NAMESPACE_MATHML
	                                                                : MyHTML_NAMESPACE_HTML;
	size_t at = str_find_byte(fragment, ' ');
	struct str name = at == STR_NPOS ? fragment : str_sub(fragment, at + 1, fragment.n);

	if (!fragment.n)
		return myhtml_parse(d->tree, MyENCODING_UTF_8, text.n ? text.p : "", text.n);
	return myhtml_parse_fragment(d->tree, MyENCODING_UTF_8, text.n ? text.p : "", text.n,
	                             myhtml_tag_id_by_name(d->tree, name.p, name.n), ns);
}

static void answer_html_tree(const struct ask *q)
{
	struct dump d = { .q = *q, .out = BUF_INIT(16 * MAX_BODY_BYTES) };
	struct str fragment = ask_str(q, "fragment");
	myhtml_t *parser = myhtml_create();

	d.tree = myhtml_tree_create();
	if (myhtml_init(parser, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) || myhtml_tree_init(d.tree, parser) ||
	    parse(&d, ask_bytes(q, "html_b64"), fragment)) {
		json_null(q->out);
	} else {
		myhtml_tree_node_t *top = myhtml_tree_get_document(d.tree);
		put_tree(&d, fragment.n ? myhtml_node_child(top) : top);
		json_str(q->out, buf_view(&d.out));
	}
	myhtml_tree_destroy(d.tree);
	myhtml_destroy(parser);
	buf_free(&d.out);
}

const struct op conform_html_ops[] = {
	{ "html_tree", answer_html_tree },
	{ NULL, NULL },
};
