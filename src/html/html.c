/*
 * HTML to a flat tree: see html.h.
 *
 * MyHTML parses the decoded text in the calling thread; its tree is walked
 * once, without recursion, into the array, and given back at once.  Comments
 * and the doctype are left out.  Names of known
 * elements are recognised by a hash table that is filled at first use.
 *
 * Limits: what html/guard.h refuses never reaches the parser; a tree that is
 * deeper or larger than its estimate all the same is refused here.
 */
#include "html/html.h"

#include <pthread.h>
#include <string.h>

#include <myhtml/api.h>

#include "base/buf.h"
#include "html/guard.h"
#include "text/charset.h"
#include "text/norm.h"

#define MAX_TREE_DEPTH (4 * MAX_HTML_DEPTH) /* of the real tree, with what the parser puts in */

static const struct str tag_names[TAG_COUNT] = {
	[TAG_NONE] = STR("#text"),
	[TAG_OTHER] = STR("?"),
#define HTML_TAG(upper, name) [TAG_##upper] = STR(name),
#include "html/tags.inc"
#undef HTML_TAG
};

#define TAG_SLOTS 512
static uint8_t tag_slots[TAG_SLOTS];
static pthread_once_t tags_once = PTHREAD_ONCE_INIT;

static unsigned tag_hash(struct str name)
{
	unsigned h = (unsigned)name.n;

	for (size_t i = 0; i < name.n; i++)
		h = h * 31 + (unsigned char)name.p[i];
	return (h ^ h >> 9) % TAG_SLOTS;
}

static void fill_tags(void)
{
	for (unsigned t = TAG_OTHER + 1; t < TAG_COUNT; t++) {
		unsigned slot = tag_hash(tag_names[t]);
		while (tag_slots[slot])
			slot = (slot + 1) % TAG_SLOTS;
		tag_slots[slot] = (uint8_t)t;
	}
}

enum tag html_tag(struct str name)
{
	pthread_once(&tags_once, fill_tags);
	if (name.n > 10)
		return TAG_OTHER;
	for (unsigned slot = tag_hash(name); tag_slots[slot]; slot = (slot + 1) % TAG_SLOTS)
		if (str_eq(tag_names[tag_slots[slot]], name))
			return (enum tag)tag_slots[slot];
	return TAG_OTHER;
}

const char *html_tag_name(enum tag t)
{
	return t < TAG_COUNT ? tag_names[t].p : "?";
}

struct builder {
	struct arena *arena;
	struct html *html;
	size_t node_room, attr_room;
	uint8_t known[MyHTML_TAG_LAST_ENTRY]; /* parser's tag to ours */
};

static void *grow(struct arena *a, void *old, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return old;
	size_t wider = *room * 2;
	void *p = arena_alloc(a, wider * size);
	memcpy(p, old, count * size);
	*room = wider;
	return p;
}

static struct str lower_copy(struct arena *a, const char *p, size_t n)
{
	char *out = arena_alloc(a, n + 1);

	for (size_t i = 0; i < n; i++)
		out[i] = char_lower(p[i]);
	return str_of(out, n);
}

static void add_attributes(struct builder *b, myhtml_tree_node_t *from, struct html_node *to, uint32_t *nattrs)
{
	to->attr = *nattrs;
	for (myhtml_tree_attr_t *at = myhtml_node_attribute_first(from); at; at = myhtml_attribute_next(at)) {
		size_t nname = 0, nvalue = 0;
		const char *name = myhtml_attribute_key(at, &nname);
		const char *value = myhtml_attribute_value(at, &nvalue);
		if (!name || !nname)
			continue;
		b->html->attrs = grow(b->arena, b->html->attrs, *nattrs, &b->attr_room, sizeof(struct html_attr));
		b->html->attrs[*nattrs].name = lower_copy(b->arena, name, nname);
		b->html->attrs[*nattrs].value = value ? arena_str(b->arena, str_of(value, nvalue)) : STR_NONE;
		++*nattrs;
	}
	to->nattr = *nattrs - to->attr;
}

/* The parser's node as one of ours; false if it is none that we keep. */
static bool add_node(struct builder *b, myhtml_tree_t *tree, myhtml_tree_node_t *from, uint32_t parent,
                     uint32_t *nattrs)
{
	struct html *h = b->html;
	myhtml_tag_id_t id = myhtml_node_tag_id(from);
	struct html_node node = { .parent = parent };
	size_t n = 0;

	if (id == MyHTML_TAG__COMMENT || id == MyHTML_TAG__DOCTYPE)
		return false;
	if (id == MyHTML_TAG__TEXT) {
		const char *text = myhtml_node_text(from, &n);
		if (!text || !n)
			return false;
		node.text = arena_str(b->arena, str_of(text, n));
	} else {
		if (id < MyHTML_TAG_LAST_ENTRY && b->known[id]) {
			node.tag = (enum tag)b->known[id];
		} else {
			const char *name = myhtml_tag_name_by_id(tree, id, &n);
			struct str lower = lower_copy(b->arena, name ? name : "", name ? n : 0);
			node.tag = html_tag(lower);
			if (node.tag == TAG_OTHER)
				node.name = lower;
			else if (id < MyHTML_TAG_LAST_ENTRY)
				b->known[id] = (uint8_t)node.tag;
		}
		add_attributes(b, from, &node, nattrs);
	}
	h->nodes = grow(b->arena, h->nodes, h->nnodes, &b->node_room, sizeof(struct html_node));
	h->nodes[h->nnodes++] = node;
	return true;
}

static bool flatten(struct builder *b, myhtml_tree_t *tree, struct err *e)
{
	struct html *h = b->html;
	uint32_t at = 0, nattrs = 0, depth = 0;
	myhtml_tree_node_t *root = myhtml_tree_get_document(tree), *n = root ? myhtml_node_child(root) : NULL;

	h->nodes[h->nnodes++] = (struct html_node){ .tag = TAG_OTHER, .name = STR("#document") };
	while (n) {
		bool added = add_node(b, tree, n, at, &nattrs);
		if (h->nnodes > MAX_HTML_NODES)
			return err_set(e, ERR_LIMIT, "the page has more than %d nodes", MAX_HTML_NODES);
		if (added && h->nodes[h->nnodes - 1].tag == TAG_NONE)
			h->nodes[h->nnodes - 1].end = h->nnodes;
		if (added && h->nodes[h->nnodes - 1].tag != TAG_NONE) {
			if (myhtml_node_child(n)) {
				at = h->nnodes - 1;
				n = myhtml_node_child(n);
				if (++depth > MAX_TREE_DEPTH)
					return err_set(e, ERR_LIMIT, "the page's tree is more than %d deep",
					               MAX_TREE_DEPTH);
				continue;
			}
			h->nodes[h->nnodes - 1].end = h->nnodes;
		}
		while (n != root && !myhtml_node_next(n)) {
			n = myhtml_node_parent(n);
			if (n == root || !n)
				break;
			h->nodes[at].end = h->nnodes;
			at = h->nodes[at].parent;
			depth--;
		}
		n = n == root || !n ? NULL : myhtml_node_next(n);
	}
	h->nodes[0].end = h->nnodes;
	return true;
}

static bool parse_text(struct arena *a, struct str text, struct html *out, struct err *e)
{
	struct builder b = { .arena = a, .html = out, .node_room = text.n / 32 + 64, .attr_room = text.n / 64 + 64 };
	myhtml_t *parser = myhtml_create();
	myhtml_tree_t *tree = myhtml_tree_create();
	bool ok = false;

	out->nodes = arena_alloc(a, b.node_room * sizeof(struct html_node));
	out->attrs = arena_alloc(a, b.attr_room * sizeof(struct html_attr));
	if (!parser || !tree || myhtml_init(parser, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) ||
	    myhtml_tree_init(tree, parser)) {
		err_set(e, ERR_INTERNAL, "the HTML parser does not start");
	} else {
		myhtml_tree_parse_flags_set(tree, MyHTML_TREE_PARSE_FLAGS_WITHOUT_DOCTYPE_IN_TREE);
		mystatus_t status = myhtml_parse(tree, MyENCODING_UTF_8, text.n ? text.p : "", text.n);
		ok = status ? err_set(e, ERR_FORMAT, "the HTML parser gave up with status %u", (unsigned)status)
		            : flatten(&b, tree, e);
	}
	if (tree)
		myhtml_tree_destroy(tree);
	if (parser)
		myhtml_destroy(parser);
	return ok;
}

/* Of several NULs in a row one stays: the parser, which leaves them out of most
 * texts, loses other bytes behind such a row. */
static struct str with_single_nuls(struct arena *a, struct str s)
{
	size_t n = 0;

	if (str_find_byte(s, '\0') == STR_NPOS)
		return s;
	char *out = arena_alloc(a, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] || !i || s.p[i - 1])
			out[n++] = s.p[i];
	return str_of(out, n);
}

bool html_parse(struct arena *a, struct str bytes, struct str content_type, struct html *out, struct err *e)
{
	*out = (struct html){ 0 };
	if (bytes.n > MAX_BODY_BYTES)
		return err_set(e, ERR_LIMIT, "the page has %zu bytes, more than %zu", bytes.n, (size_t)MAX_BODY_BYTES);
	out->charset = charset_of_html(bytes, content_type);
	struct str text = with_single_nuls(a, charset_decode(a, bytes, out->charset));
	return html_guard(text, e) && parse_text(a, text, out, e);
}

static const struct html_attr *find_attr(const struct html *h, uint32_t node, const char *name)
{
	const struct html_node *n = &h->nodes[node];
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
