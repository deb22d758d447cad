/*
 * HTML to a flat tree: see html.h.
 *
 * MyHTML parses the decoded text in the calling thread; its tree is walked
 * once, without recursion, into the array, and given back at once.  Comments
 * and the doctype are left out.  Names of known elements and attributes are
 * recognised by hash tables that are filled at first use.
 *
 * Limits: what html/guard.h refuses never reaches the parser.  While it runs,
 * its own stack and tree are counted before every token (refuse), and a page
 * that is too deep or too large is not built further.
 */
#include "html/html.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include <myhtml/myhtml.h>

#include "base/alloc.h"
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
	const unsigned char *p = (const unsigned char *)name.p;

	return (unsigned)(name.n * 53 + p[0] * 7 + p[name.n - 1] * 31 + p[name.n / 2] * 83) % TAG_SLOTS;
}

static void fill_attrs(void);

static void fill_tags(void)
{
	fill_attrs();
	for (unsigned t = TAG_OTHER + 1; t < TAG_COUNT; t++) {
		unsigned slot = tag_hash(tag_names[t]);
		while (tag_slots[slot])
			slot = (slot + 1) % TAG_SLOTS;
		tag_slots[slot] = (uint8_t)t;
	}
}

enum tag html_tag(struct str name)
{
	if (!name.n || name.n > 10)
		return TAG_OTHER;
	pthread_once(&tags_once, fill_tags);
	for (unsigned slot = tag_hash(name); tag_slots[slot]; slot = (slot + 1) % TAG_SLOTS)
		if (str_eq(tag_names[tag_slots[slot]], name))
			return (enum tag)tag_slots[slot];
	return TAG_OTHER;
}

const char *html_tag_name(enum tag t)
{
	return t < TAG_COUNT ? tag_names[t].p : "?";
}

/*
 * Names of attributes, in a hash table that knows them in any case.
 */
static const struct str attr_names[ATTR_COUNT] = {
	[ATTR_NONE] = STR(""),
#define HTML_ATTR(upper, name) [ATTR_##upper] = STR(name),
#include "html/attrs.inc"
#undef HTML_ATTR
};

#define ATTR_SLOTS 256
#define LONGEST_ATTR 16
static uint8_t attr_slots[ATTR_SLOTS];

static unsigned attr_hash(struct str name)
{
	unsigned first = (unsigned char)name.p[0] | 0x20, last = (unsigned char)name.p[name.n - 1] | 0x20;

	return ((unsigned)name.n * 37 + first * 5 + last * 11) % ATTR_SLOTS;
}

static void fill_attrs(void)
{
	for (unsigned t = ATTR_NONE + 1; t < ATTR_COUNT; t++) {
		unsigned slot = attr_hash(attr_names[t]);
		while (attr_slots[slot])
			slot = (slot + 1) % ATTR_SLOTS;
		attr_slots[slot] = (uint8_t)t;
	}
}

static enum attr attr_named(struct str name)
{
	if (!name.n || name.n > LONGEST_ATTR)
		return ATTR_NONE;
	for (unsigned slot = attr_hash(name); attr_slots[slot]; slot = (slot + 1) % ATTR_SLOTS)
		if (str_eq_nocase(attr_names[attr_slots[slot]], name))
			return (enum attr)attr_slots[slot];
	return ATTR_NONE;
}

bool html_reads_attr(struct str name)
{
	pthread_once(&tags_once, fill_tags);
	return attr_named(name) != ATTR_NONE;
}

/*
 * A token on its way into the parser's tree.
 *
 * The parser copies every byte of a token one at a time.  Before it does,
 * pass_by takes from it what needs no decoding: attributes that nobody reads
 * go, the others look empty and keep their length where the parser does not
 * look, text looks like nothing at all, and comments become empty.  take_back
 * then lets the attributes point into the input and copies text at one stroke.
 */
struct input {
	struct str text;
	const myhtml_token_node_t *plain;   /* the text that looks like nothing at present */
	size_t nodes;                       /* put into the tree, or moved in it */
	bool too_many, too_deep, too_laden; /* why the rest is not looked at */
	bool odd;                           /* has a NUL somewhere, which the parser changes in all strings */
};

enum { LENGTH_SHIFT = 8 }; /* raw_key_begin of a hidden attribute: its value's length and its name */

/* Elements whose attributes the tree builder itself reads, compares or copies. */
static bool builder_reads(myhtml_tag_id_t id)
{
	switch (id) {
	case MyHTML_TAG_HTML:
	case MyHTML_TAG_BODY:
	case MyHTML_TAG_INPUT:
	case MyHTML_TAG_ISINDEX:
	case MyHTML_TAG_ANNOTATION_XML:
	case MyHTML_TAG__DOCTYPE:
	case MyHTML_TAG_B:
	case MyHTML_TAG_BIG:
	case MyHTML_TAG_CODE:
	case MyHTML_TAG_EM:
	case MyHTML_TAG_FONT:
	case MyHTML_TAG_I:
	case MyHTML_TAG_NOBR:
	case MyHTML_TAG_S:
	case MyHTML_TAG_SMALL:
	case MyHTML_TAG_STRIKE:
	case MyHTML_TAG_STRONG:
	case MyHTML_TAG_TT:
	case MyHTML_TAG_U:
		return true;
	default:
		return false;
	}
}

static struct str source(const struct input *in, size_t begin, size_t length)
{
	return str_sub(in->text, begin, begin + length);
}

static void hide_attributes(const struct input *in, myhtml_token_node_t *token)
{
	for (myhtml_token_attr_t *at = token->attr_first, *next; at; at = next) {
		enum attr id = attr_named(source(in, at->raw_key_begin, at->raw_key_length));
		next = at->next;
		if (id == ATTR_NONE) {
			myhtml_token_attr_remove(token, at);
			continue;
		}
		struct str value = source(in, at->raw_value_begin, at->raw_value_length);
		if (in->odd || id == ATTR_XML_LANG || id == ATTR_XLINK_HREF || /* which the builder renames */
		    (value.n && memchr(value.p, '&', value.n)))
			continue;
		at->raw_key_begin = at->raw_value_length << LENGTH_SHIFT | id;
		at->raw_key_length = at->raw_value_length = 0;
	}
}

/* Text that the parser would copy as it stands. */
static bool is_plain_text(const struct input *in, const myhtml_token_node_t *token)
{
	const unsigned raw = MyHTML_TOKEN_TYPE_SCRIPT | MyHTML_TOKEN_TYPE_RAWTEXT;
	struct str s = source(in, token->raw_begin, token->raw_length);

	if (in->odd || !s.n)
		return false;
	return token->type & MyHTML_TOKEN_TYPE_DATA ? !memchr(s.p, '&', s.n) : (token->type & raw) != 0;
}

/* Whether attributes of this token are hidden: the same before and after the parser has read it. */
static bool is_hidden_in(const struct input *in, const myhtml_token_node_t *token)
{
	bool refused = in->too_laden || in->too_deep || in->too_many;

	return token->attr_first && !refused && !builder_reads(token->tag_id);
}

/* Whether the page is beyond the limits; all that may come of one token is bounded by them. */
static bool refuse(struct input *in, const myhtml_tree_t *tree, const myhtml_token_node_t *token)
{
	unsigned attributes = 0;

	for (const myhtml_token_attr_t *at = token->attr_first; at; at = at->next)
		attributes++;
	in->too_laden |= attributes > MAX_HTML_ATTRIBUTES;
	in->too_deep |= tree->open_elements->length > MAX_HTML_DEPTH;
	in->too_many |= in->nodes > MAX_HTML_NODES;
	return in->too_laden || in->too_deep || in->too_many;
}

static void count_node(myhtml_tree_t *tree, myhtml_tree_node_t *node, void *context)
{
	struct input *in = context;

	(void)tree;
	(void)node;
	in->nodes++;
}

static bool refusal(const struct input *in, struct err *e)
{
	if (in->too_laden)
		return err_set(e, ERR_LIMIT, "one tag of the page has more than %d attributes", MAX_HTML_ATTRIBUTES);
	if (in->too_deep)
		return err_set(e, ERR_LIMIT, "elements of the page are nested more than %d deep", MAX_HTML_DEPTH);
	if (in->too_many)
		return err_set(e, ERR_LIMIT, "the page has more than %d elements", MAX_HTML_NODES);
	return true;
}

static void *pass_by(myhtml_tree_t *tree, myhtml_token_node_t *token, void *context)
{
	struct input *in = context;

	if (refuse(in, tree, token)) { /* the tokenizer goes on, and nothing comes of it */
		myhtml_tree_parse_flags_set(tree, MyHTML_TREE_PARSE_FLAGS_WITHOUT_PROCESS_TOKEN);
		return context;
	}
	if (token->tag_id == MyHTML_TAG__TEXT) {
		if (is_plain_text(in, token)) {
			in->plain = token;
			token->tag_id = MyHTML_TAG__UNDEF;
		}
	} else if (token->tag_id == MyHTML_TAG__COMMENT) {
		token->raw_length = 0;
	} else if (is_hidden_in(in, token)) {
		hide_attributes(in, token);
	}
	return context;
}

static void borrow(mycore_string_t *to, struct str s)
{
	*to = (mycore_string_t){ .data = (char *)(uintptr_t)s.p, .size = s.n, .length = s.n };
}

static void *take_back(myhtml_tree_t *tree, myhtml_token_node_t *token, void *context)
{
	struct input *in = context;

	if (token == in->plain) {
		in->plain = NULL;
		struct str s = source(in, token->raw_begin, token->raw_length);
		token->tag_id = MyHTML_TAG__TEXT;
		mycore_string_init(tree->mchar, tree->async_args->mchar_node_id, &token->str, s.n + 1);
		memcpy(token->str.data, s.p, s.n);
		token->str.data[s.n] = '\0';
		token->str.length = s.n;
	}
	if (!is_hidden_in(in, token))
		return context;
	for (myhtml_token_attr_t *at = token->attr_first; at; at = at->next) {
		if (at->raw_key_length)
			continue;
		borrow(&at->key, attr_names[at->raw_key_begin % (1u << LENGTH_SHIFT)]);
		borrow(&at->value, source(in, at->raw_value_begin, at->raw_key_begin >> LENGTH_SHIFT));
	}
	return context;
}

struct builder {
	struct arena *arena;
	struct html *html;
	const struct input *in;
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

static bool is_borrowed(const struct input *in, const char *p)
{
	return p >= in->text.p && p < in->text.p + in->text.n;
}

static void add_attributes(struct builder *b, myhtml_tree_node_t *from, struct html_node *to, uint32_t *nattrs)
{
	to->attr = *nattrs;
	for (myhtml_tree_attr_t *at = from->token ? from->token->attr_first : NULL; at; at = at->next) {
		struct str value = str_of(at->value.data, at->value.data ? at->value.length : 0);
		enum attr id = at->key.data ? attr_named(str_of(at->key.data, at->key.length)) : ATTR_NONE;
		if (id == ATTR_NONE)
			continue;
		b->html->attrs = grow(b->arena, b->html->attrs, *nattrs, &b->attr_room, sizeof(struct html_attr));
		b->html->attrs[*nattrs] = (struct html_attr){
			.id = id,
			.name = attr_names[id],
			.value = is_borrowed(b->in, value.p) ? value : arena_str(b->arena, value),
		};
		++*nattrs;
	}
	to->nattr = *nattrs - to->attr;
}

/* What stands in the input as it is need not be copied. */
static struct str node_text(struct builder *b, const myhtml_token_node_t *token)
{
	struct str text = token ? str_of(token->str.data, token->str.length) : STR_NONE;

	if (!text.n)
		return STR_NONE;
	struct str same = source(b->in, token->raw_begin, text.n);
	return str_eq(text, same) ? same : arena_str(b->arena, text);
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
		node.text = node_text(b, from->token);
		if (!node.text.n)
			return false;
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

/*
 * A parser is kept for the next document: to start one costs as much as to
 * parse 20 kB.  One that has grown large is given up.
 */
struct parser {
	myhtml_t *myhtml;
	myhtml_tree_t *tree;
};
static struct parser *_Atomic kept_parser;

#define KEPT_BYTES (1 * MIB) /* of a document behind which its parser is kept */
#define KEPT_NODES 30000

static void free_parser(struct parser *p)
{
	if (!p)
		return;
	if (p->tree)
		myhtml_tree_destroy(p->tree);
	if (p->myhtml)
		myhtml_destroy(p->myhtml);
	free(p);
}

static struct parser *take_parser(void)
{
	struct parser *p = atomic_exchange(&kept_parser, NULL);

	if (p) {
		myhtml_clean(p->myhtml);
		myhtml_tree_clean(p->tree);
		return p;
	}
	p = mem_zalloc(1, sizeof *p);
	p->myhtml = myhtml_create();
	p->tree = myhtml_tree_create();
	if (p->myhtml && p->tree && !myhtml_init(p->myhtml, MyHTML_OPTIONS_PARSE_MODE_SINGLE, 1, 0) &&
	    !myhtml_tree_init(p->tree, p->myhtml))
		return p;
	free_parser(p);
	return NULL;
}

static void keep_parser(struct parser *p)
{
	free_parser(atomic_exchange(&kept_parser, p));
}

static bool parse_text(struct arena *a, struct str text, struct html *out, struct err *e)
{
	struct input in = { .text = text.n ? text : STR("") };
	struct builder b = {
		.arena = a, .html = out, .in = &in, .node_room = text.n / 32 + 64, .attr_room = text.n / 128 + 64
	};
	struct parser *p = take_parser();

	pthread_once(&tags_once, fill_tags);
	if (!p)
		return err_set(e, ERR_INTERNAL, "the HTML parser does not start");
	in.odd = memchr(in.text.p, '\0', text.n) != NULL;
	out->nodes = arena_alloc(a, b.node_room * sizeof(struct html_node));
	out->attrs = arena_alloc(a, b.attr_room * sizeof(struct html_attr));
	myhtml_tree_parse_flags_set(p->tree, MyHTML_TREE_PARSE_FLAGS_WITHOUT_DOCTYPE_IN_TREE);
	myhtml_callback_before_token_done_set(p->tree, pass_by, &in);
	myhtml_callback_after_token_done_set(p->tree, take_back, &in);
	myhtml_callback_tree_node_insert_set(p->tree, count_node, &in);
	mystatus_t status = myhtml_parse(p->tree, MyENCODING_UTF_8, in.text.p, text.n);
	bool ok = status ? err_set(e, ERR_FORMAT, "the HTML parser gave up with status %u", (unsigned)status)
	                 : refusal(&in, e) && flatten(&b, p->tree, e);
	if (ok && text.n <= KEPT_BYTES && out->nnodes <= KEPT_NODES)
		keep_parser(p);
	else
		free_parser(p);
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
	*out = (struct html){ 0 };
	if (bytes.n > MAX_BODY_BYTES)
		return err_set(e, ERR_LIMIT, "the page has %zu bytes, more than %zu", bytes.n, (size_t)MAX_BODY_BYTES);
	out->charset = charset_of_html(bytes, content_type);
	struct str text = with_single_nuls(a, one_line_end(a, charset_decode(a, bytes, out->charset)));
	return html_guard(text, e) && parse_text(a, text, out, e);
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
