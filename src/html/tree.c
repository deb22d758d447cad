/*
 * Nodes, where they are put, and the loop over tokens: see builder.h.
 *
 * Texts point into the input as long as what is added to them stands right
 * behind them there; one that grows otherwise becomes a copy with room that
 * doubles.
 */
#include <string.h>

#include "html/builder.h"

/* ---- Making nodes --------------------------------------------------------- */

static inline uint32_t add_node(struct builder *b, struct tree_node node)
{
	struct tree *t = b->tree;

	if (t->nnodes > MAX_HTML_NODES && !t->refused)
		t->refused = REFUSED_NODES;
	t->nodes = arena_grow(t->arena, t->nodes, &t->node_room, t->nnodes + 1, sizeof *t->nodes);
	node.parent = NO_NODE;
	t->nodes[t->nnodes] = node;
	return (uint32_t)t->nnodes++;
}

/* Attributes of a node: those that the program reads come first, and are counted apart. */
static void add_attrs(struct tree *t, struct tree_node *node, const struct html_attr *attrs, unsigned n)
{
	if (!n)
		return;
	if (t->nattrs + n > MAX_HTML_NODES) {
		t->refused = t->refused ? t->refused : REFUSED_ATTRS;
		return;
	}
	t->attrs = arena_grow(t->arena, t->attrs, &t->attr_room, t->nattrs + n, sizeof *t->attrs);
	struct html_attr *to = t->attrs + t->nattrs;
	for (unsigned i = 0; i < n; i++)
		if (attrs[i].id != ATTR_NONE)
			*to++ = attrs[i];
	node->attr = (uint32_t)t->nattrs;
	node->nread = (uint16_t)(to - t->attrs - t->nattrs);
	node->nattr = (uint16_t)n;
	for (unsigned i = 0; i < n && node->nread < n; i++)
		if (attrs[i].id == ATTR_NONE)
			*to++ = attrs[i];
	t->nattrs += n;
}

static bool takes_html(const struct token *t, enum space space)
{
	if (space != SPACE_MATHML || t->tag != TAG_ANNOTATION_XML)
		return element_is_svg_border(space, t->tag);
	struct str encoding = tree_attr(t, "encoding");
	return str_eq_nocase(encoding, STR("text/html")) || str_eq_nocase(encoding, STR("application/xhtml+xml"));
}

static uint32_t make_element(struct builder *b, const struct token *t, enum space space)
{
	struct tree_node node = { .kind = NODE_ELEMENT, .tag = t->tag, .space = (uint8_t)space, .text = t->name };

	add_attrs(b->tree, &node, t->attrs, t->nattrs);
	node.takes_html = space != SPACE_HTML && takes_html(t, space);
	return add_node(b, node);
}

uint32_t tree_clone(struct builder *b, uint32_t node)
{
	struct tree_node of = b->tree->nodes[node];

	of.first = of.last = of.prev = of.next = 0;
	return add_node(b, of);
}

void tree_add_missing_attrs(struct builder *b, uint32_t node, const struct token *t)
{
	struct tree *tree = b->tree;
	struct html_attr all[2 * MAX_HTML_ATTRIBUTES];
	unsigned n = tree->nodes[node].nattr, had = n;

	if (n > MAX_HTML_ATTRIBUTES || !t->nattrs)
		return;
	if (n)
		memcpy(all, tree->attrs + tree->nodes[node].attr, n * sizeof *all);
	for (unsigned i = 0; i < t->nattrs; i++) {
		bool has = false;
		for (unsigned k = 0; k < had; k++)
			has |= str_eq(all[k].name, t->attrs[i].name);
		if (!has)
			all[n++] = t->attrs[i];
	}
	if (n > had)
		add_attrs(tree, &tree->nodes[node], all, n);
}

struct str tree_attr(const struct token *t, const char *name)
{
	struct str want = str_from(name);

	for (unsigned i = 0; i < t->nattrs; i++)
		if (str_eq(t->attrs[i].name, want))
			return t->attrs[i].value;
	return STR_NONE;
}

/* ---- Linking them --------------------------------------------------------- */

void tree_append(struct builder *b, uint32_t parent, uint32_t node)
{
	struct tree_node *all = b->tree->nodes, *p = &all[parent], *n = &all[node];

	n->parent = parent;
	n->prev = p->last;
	n->next = 0;
	if (p->last)
		all[p->last].next = node;
	else
		p->first = node;
	p->last = node;
}

static void insert_before(struct builder *b, uint32_t before, uint32_t node)
{
	struct tree_node *all = b->tree->nodes, *next = &all[before], *n = &all[node];

	n->parent = next->parent;
	n->prev = next->prev;
	n->next = before;
	if (next->prev)
		all[next->prev].next = node;
	else
		all[next->parent].first = node;
	next->prev = node;
}

void tree_detach(struct builder *b, uint32_t node)
{
	struct tree_node *all = b->tree->nodes, *n = &all[node];

	if (n->parent == NO_NODE)
		return;
	if (n->prev)
		all[n->prev].next = n->next;
	else
		all[n->parent].first = n->next;
	if (n->next)
		all[n->next].prev = n->prev;
	else
		all[n->parent].last = n->prev;
	n->parent = NO_NODE;
	n->prev = n->next = 0;
}

void tree_take_children(struct builder *b, uint32_t to, uint32_t from)
{
	struct tree_node *all = b->tree->nodes;

	for (uint32_t n = all[from].first; n; n = all[n].next)
		all[n].parent = to;
	all[to].first = all[from].first;
	all[to].last = all[from].last;
	all[from].first = all[from].last = 0;
}

/* Where something is put: into parent, at its end or before one of its children. */
struct place {
	uint32_t parent, before;
};

static unsigned last_open(const struct builder *b, uint16_t tag)
{
	unsigned i = b->count[tag] ? b->nopen : 0;

	while (i && (b->open[i - 1].tag != tag || b->open[i - 1].space != SPACE_HTML))
		i--;
	return i;
}

/* "The appropriate place for inserting a node", with foster parents. */
static struct place place_for(const struct builder *b, struct open_element target)
{
	if (!b->foster || !element_has(&target, IS_TABLE_CONTEXT))
		return (struct place){ .parent = target.node };
	unsigned table = last_open(b, TAG_TABLE), template = last_open(b, TAG_TEMPLATE);
	if (template > table)
		return (struct place){ .parent = b->open[template - 1].node };
	if (!table)
		return (struct place){ .parent = b->open[0].node };
	uint32_t node = b->open[table - 1].node;
	if (b->tree->nodes[node].parent != NO_NODE)
		return (struct place){ .parent = b->tree->nodes[node].parent, .before = node };
	return (struct place){ .parent = b->open[table - 2].node };
}

static void put(struct builder *b, struct place at, uint32_t node)
{
	if (at.before)
		insert_before(b, at.before, node);
	else
		tree_append(b, at.parent, node);
}

void tree_insert_at_place(struct builder *b, uint32_t node, struct open_element target)
{
	put(b, place_for(b, target), node);
}

uint32_t tree_insert(struct builder *b, const struct token *t, enum space space)
{
	uint32_t node = make_element(b, t, space);

	put(b, place_for(b, *open_current(b)), node);
	open_push(b, node);
	return node;
}

void tree_insert_root(struct builder *b, const struct token *t)
{
	uint32_t node = make_element(b, t, SPACE_HTML);

	tree_append(b, 0, node);
	open_push(b, node);
}

void tree_insert_void(struct builder *b, const struct token *t)
{
	put(b, place_for(b, *open_current(b)), make_element(b, t, SPACE_HTML));
}

uint32_t tree_insert_tag(struct builder *b, uint16_t tag)
{
	return tree_insert(b, &(struct token){ .kind = TOKEN_START, .tag = tag }, SPACE_HTML);
}

void tree_append_comment(struct builder *b, const struct token *t, uint32_t parent)
{
	tree_append(b, parent, add_node(b, (struct tree_node){ .kind = NODE_COMMENT, .text = t->text }));
}

void tree_insert_comment(struct builder *b, const struct token *t)
{
	put(b, place_for(b, *open_current(b)),
	    add_node(b, (struct tree_node){ .kind = NODE_COMMENT, .text = t->text }));
}

/* ---- Texts ---------------------------------------------------------------- */

static void lengthen(struct arena *a, struct tree_node *n, struct str s)
{
	size_t length = n->text.n + s.n;

	if (!n->room && n->text.p + n->text.n == s.p) {
		n->text.n = length;
		return;
	}
	if (n->room < length) {
		char *copy = arena_alloc(a, 2 * length);
		memcpy(copy, n->text.p, n->text.n);
		n->text.p = copy;
		n->room = (uint32_t)(2 * length);
	}
	memcpy((char *)(uintptr_t)n->text.p + n->text.n, s.p, s.n);
	n->text.n = length;
}

void tree_insert_text(struct builder *b, struct str s)
{
	struct place at = place_for(b, *open_current(b));
	struct tree_node *all = b->tree->nodes;
	uint32_t before = at.before ? all[at.before].prev : all[at.parent].last;

	if (!s.n || all[at.parent].kind == NODE_DOCUMENT)
		return;
	if (before && all[before].kind == NODE_TEXT)
		lengthen(b->tree->arena, &all[before], s);
	else
		put(b, at, add_node(b, (struct tree_node){ .kind = NODE_TEXT, .text = s }));
}

static bool is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\f' || c == '\r';
}

bool tree_is_space(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_space(s.p[i]))
			return false;
	return true;
}

struct str tree_cut_space(struct token *t)
{
	size_t n = 0;

	while (n < t->text.n && is_space(t->text.p[n]))
		n++;
	struct str space = str_sub(t->text, 0, n);
	t->text = str_sub(t->text, n, t->text.n);
	return space;
}

struct str tree_drop_nuls(const struct builder *b, const struct token *t)
{
	size_t n = 0;

	if (!t->has_nul)
		return t->text;
	char *out = arena_alloc(b->tree->arena, t->text.n);
	for (size_t i = 0; i < t->text.n; i++)
		if (t->text.p[i])
			out[n++] = t->text.p[i];
	return str_of(out, n);
}

/* ---- The loop ------------------------------------------------------------- */

static mode_rule *const rules[MODES] = {
	[MODE_INITIAL] = mode_initial,
	[MODE_BEFORE_HTML] = mode_before_html,
	[MODE_BEFORE_HEAD] = mode_before_head,
	[MODE_IN_HEAD] = mode_in_head,
	[MODE_IN_HEAD_NOSCRIPT] = mode_in_head_noscript,
	[MODE_AFTER_HEAD] = mode_after_head,
	[MODE_IN_BODY] = mode_in_body,
	[MODE_TEXT] = mode_text,
	[MODE_IN_TABLE] = mode_in_table,
	[MODE_IN_TABLE_TEXT] = mode_in_table_text,
	[MODE_IN_CAPTION] = mode_in_caption,
	[MODE_IN_COLUMN_GROUP] = mode_in_column_group,
	[MODE_IN_TABLE_BODY] = mode_in_table_body,
	[MODE_IN_ROW] = mode_in_row,
	[MODE_IN_CELL] = mode_in_cell,
	[MODE_IN_TEMPLATE] = mode_in_template,
	[MODE_AFTER_BODY] = mode_after_body,
	[MODE_IN_FRAMESET] = mode_in_frameset,
	[MODE_AFTER_FRAMESET] = mode_after_frameset,
	[MODE_AFTER_AFTER_BODY] = mode_after_after_body,
	[MODE_AFTER_AFTER_FRAMESET] = mode_after_after_frameset,
};

bool mode_apply(struct builder *b, enum mode mode, struct token *t)
{
	return rules[mode](b, t);
}

/* A fragment is read as if its context were open: the rules of its content and of its mode. */
static void begin_fragment(struct builder *b)
{
	static const struct {
		uint16_t tag;
		enum content content;
	} contents[] = {
		{ TAG_TITLE, CONTENT_RCDATA },        { TAG_TEXTAREA, CONTENT_RCDATA },
		{ TAG_STYLE, CONTENT_RAWTEXT },       { TAG_XMP, CONTENT_RAWTEXT },
		{ TAG_IFRAME, CONTENT_RAWTEXT },      { TAG_NOEMBED, CONTENT_RAWTEXT },
		{ TAG_NOFRAMES, CONTENT_RAWTEXT },    { TAG_SCRIPT, CONTENT_SCRIPT },
		{ TAG_PLAINTEXT, CONTENT_PLAINTEXT },
	};

	for (size_t i = 0; i < sizeof(contents) / sizeof(contents[0]); i++)
		if (contents[i].tag == b->context->tag && b->context->space == SPACE_HTML) {
			b->tokens->content = contents[i].content;
			b->tokens->raw_tag = contents[i].tag;
		}
	uint32_t html = add_node(b, (struct tree_node){ .kind = NODE_ELEMENT, .tag = TAG_HTML });
	tree_append(b, 0, html);
	open_push(b, html);
	if (b->context->tag == TAG_TEMPLATE && b->context->space == SPACE_HTML)
		mode_push_template(b, MODE_IN_TEMPLATE);
	mode_reset(b);
}

/* A line end right behind <pre> is not of the text. */
static void skip_first_line_end(struct builder *b, struct token *t)
{
	b->skip_line = false;
	if (t->kind == TOKEN_TEXT && t->text.n && t->text.p[0] == '\n')
		t->text = str_sub(t->text, 1, t->text.n);
}

static void build(struct builder *b)
{
	struct token t;

	do {
		b->tokens->in_foreign = foreign_may_be_current(b) && foreign_is_current(b);
		tokenizer_next(b->tokens, &t);
		if (b->skip_line)
			skip_first_line_end(b, &t);
		if (t.kind == TOKEN_TEXT && !t.text.n)
			continue;
		while (foreign_may_be_current(b) && foreign_rules_apply(b, &t) ? foreign_content(b, &t)
		                                                               : rules[b->mode](b, &t))
			;
		if (b->tokens->too_laden && !b->tree->refused)
			b->tree->refused = REFUSED_LADEN;
	} while (t.kind != TOKEN_END_OF_TEXT && !b->tree->refused);
}

void tree_parse(struct arena *a, struct str text, const struct tree_context *context, bool all_attrs, struct tree *out)
{
	struct tokenizer tokens;
	struct builder b = { .tree = out, .tokens = &tokens, .context = context, .frameset_ok = true };

	*out = (struct tree){ .arena = a, .node_room = text.n / 32 + 64, .attr_room = text.n / 128 + 64 };
	tokenizer_init(&tokens, a, text);
	tokens.all_attrs = all_attrs;
	add_node(&b, (struct tree_node){ .kind = NODE_DOCUMENT });
	if (context)
		begin_fragment(&b);
	build(&b);
	out->doctype = tokens.doctype;
}
