/*
 * HTML to a flat tree: see html.h.
 *
 * The bytes are decoded, the tree is made (html/builder.h) and walked once,
 * without recursion, into the array.  Comments and the doctype are left out.
 *
 * Limits: the parser counts what it makes, and a page that is too deep or too
 * large is not read further.
 */
#include "html/html.h"

#include <string.h>

#include "base/buf.h"
#include "html/builder.h"
#include "text/charset.h"
#include "text/norm.h"

#define MAX_TREE_DEPTH (4 * MAX_HTML_DEPTH) /* of the tree, with what the parser puts in */

static bool refusal(const struct tree *t, struct err *e)
{
	switch (t->refused) {
	case REFUSED_NOT:
		return true;
	case REFUSED_LADEN:
		return err_set(e, ERR_LIMIT, "one tag of the page has more than %d attributes", MAX_HTML_ATTRIBUTES);
	case REFUSED_DEEP:
		return err_set(e, ERR_LIMIT, "elements of the page are nested more than %d deep", MAX_HTML_DEPTH);
	case REFUSED_ATTRS:
		return err_set(e, ERR_LIMIT, "the page has more than %d attributes", MAX_HTML_NODES);
	default:
		return err_set(e, ERR_LIMIT, "the page has more than %d elements", MAX_HTML_NODES);
	}
}

/* The node as one of ours; false if it is none that we keep. */
static bool add_node(const struct tree *t, uint32_t from, uint32_t parent, struct html *h)
{
	const struct tree_node *n = &t->nodes[from];
	struct html_node *to = &h->nodes[h->nnodes];

	if (n->kind == NODE_COMMENT || n->kind == NODE_DOCTYPE)
		return false;
	*to = (struct html_node){ .parent = parent };
	if (n->kind == NODE_TEXT) {
		to->text = n->text;
	} else {
		to->tag = n->tag < TAG_COUNT ? (enum tag)n->tag : TAG_OTHER;
		if (to->tag == TAG_OTHER)
			to->name = n->tag == TAG_OTHER ? n->text : names_of_tag(n->tag);
		to->attr = n->attr;
		to->nattr = n->nread;
	}
	h->nnodes++;
	return true;
}

static bool flatten(struct arena *a, const struct tree *t, struct html *h, struct err *e)
{
	uint32_t at = 0, depth = 0;

	h->nodes = arena_alloc(a, t->nnodes * sizeof *h->nodes);
	h->attrs = t->attrs;
	h->nodes[h->nnodes++] = (struct html_node){ .tag = TAG_OTHER, .name = STR("#document") };
	for (uint32_t n = t->nodes[0].first; n;) {
		bool added = add_node(t, n, at, h);
		if (added && t->nodes[n].first) {
			at = h->nnodes - 1;
			n = t->nodes[n].first;
			if (++depth > MAX_TREE_DEPTH)
				return err_set(e, ERR_LIMIT, "the page's tree is more than %d deep", MAX_TREE_DEPTH);
			continue;
		}
		if (added)
			h->nodes[h->nnodes - 1].end = h->nnodes;
		while (n && !t->nodes[n].next) {
			n = t->nodes[n].parent;
			h->nodes[at].end = h->nnodes;
			at = h->nodes[at].parent;
			depth--;
		}
		n = n ? t->nodes[n].next : 0;
	}
	h->nodes[0].end = h->nnodes;
	return true;
}

/* Line ends as the HTML Standard has them, before anything else looks at the text. */
static struct str one_line_end(struct arena *a, struct str s)
{
	if (!s.n || !memchr(s.p, '\r', s.n))
		return s;
	char *out = arena_alloc(a, s.n);
	size_t n = 0;
	for (size_t i = 0; i < s.n;) {
		const char *cr = memchr(s.p + i, '\r', s.n - i);
		size_t to = cr ? (size_t)(cr - s.p) : s.n;
		memcpy(out + n, s.p + i, to - i);
		n += to - i;
		if (cr)
			out[n++] = '\n';
		i = to + 1 + (cr && to + 1 < s.n && cr[1] == '\n');
	}
	return str_of(out, n);
}

bool html_parse(struct arena *a, struct str bytes, struct str content_type, struct html *out, struct err *e)
{
	struct tree tree;

	*out = (struct html){ 0 };
	if (bytes.n > MAX_BODY_BYTES)
		return err_set(e, ERR_LIMIT, "the page has %zu bytes, more than %zu", bytes.n, (size_t)MAX_BODY_BYTES);
	out->charset = charset_of_html(bytes, content_type);
	tree_parse(a, one_line_end(a, charset_decode(a, bytes, out->charset)), NULL, false, &tree);
	return refusal(&tree, e) && flatten(a, &tree, out, e);
}

static const struct html_attr *find_attr(const struct html *h, uint32_t node, const char *name)
{
	const struct html_node *n = &h->nodes[node];

	if (!n->nattr)
		return NULL;
	struct str want = str_from(name);

	for (uint32_t i = n->attr; i < n->attr + n->nattr; i++)
		if (str_eq(h->attrs[i].name, want))
			return &h->attrs[i];
	return NULL;
}

struct str html_attribute(const struct html *h, uint32_t node, const char *name)
{
	const struct html_attr *found = find_attr(h, node, name);
	return found ? found->value : STR_NONE;
}

bool html_has_attr(const struct html *h, uint32_t node, const char *name)
{
	return find_attr(h, node, name) != NULL;
}

struct str html_node_text(struct arena *a, const struct html *h, uint32_t node)
{
	struct buf b = BUF_INIT(4 * MAX_BODY_BYTES);

	for (uint32_t i = node; i < h->nodes[node].end;) {
		const struct html_node *n = &h->nodes[i];
		if (n->tag == TAG_NONE)
			buf_str(&b, n->text);
		else if (n->tag == TAG_BR)
			buf_byte(&b, ' ');
		bool silent =
		        n->tag == TAG_SCRIPT || n->tag == TAG_STYLE || n->tag == TAG_TEMPLATE || n->tag == TAG_NOSCRIPT;
		i = silent && i != node ? n->end : i + 1;
	}
	struct str text = text_normal(a, buf_view(&b));
	buf_free(&b);
	return text;
}
