/*
 * Tree construction: section 13.2.6 of the HTML Standard, scripting off.
 *
 * tree_parse makes the tree of a text; what else stands here is shared by the
 * files that do it: tree.c (nodes and the loop over tokens), elements.c (the
 * stack of open elements and the list of active formatting elements), and the
 * insertion modes in head.c, body.c, table.c and foreign.c.
 *
 * Nodes are numbered as they were made and linked by number; 0 is the document.
 * The contents of a <template> are its children.  Comments and the doctype are
 * nodes, too.
 *
 * Limits: base/limits.h.  A text that passes one is read no further; the tree
 * is then of no use, and refused says why.
 */
#ifndef STET_HTML_BUILDER_H
#define STET_HTML_BUILDER_H

#include "html/names.h"
#include "html/tokenizer.h"

enum space { SPACE_HTML, SPACE_SVG, SPACE_MATHML };
enum node_kind { NODE_DOCUMENT, NODE_ELEMENT, NODE_TEXT, NODE_COMMENT, NODE_DOCTYPE };

#define NO_NODE UINT32_MAX /* the parent of what is not in the tree */

struct tree_node {
	uint32_t parent;
	uint32_t first, last, prev, next; /* 0: none */
	uint32_t attr;                    /* in attrs */
	uint16_t nattr, nread;            /* how many there, and how many of them are of attrs.inc: these come first */
	uint16_t tag;                     /* names.h */
	uint8_t kind, space;
	bool takes_html; /* an HTML integration point */
	uint32_t room;   /* of a text that is a copy: what it has place for */
	struct str text; /* of a text, comment or doctype; the name, in lower case, of a TAG_OTHER element */
};

struct tree {
	struct arena *arena;
	struct tree_node *nodes;
	size_t nnodes, node_room;
	struct html_attr *attrs;
	size_t nattrs, attr_room;
	struct doctype doctype;
	enum { REFUSED_NOT, REFUSED_LADEN, REFUSED_DEEP, REFUSED_NODES, REFUSED_ATTRS } refused;
};

/* A fragment: what the children of an element of this name would be.  They are
 * then the children of the only child of the document. */
struct tree_context {
	uint16_t tag;
	enum space space;
	bool takes_html;
};

/* text is UTF-8 with line ends as "\n"; context may be NULL.  With all_attrs the
 * tree has the attributes that are not in attrs.inc, too. */
void tree_parse(struct arena *a, struct str text, const struct tree_context *context, bool all_attrs,
                struct tree *out);

/* ---- What the files share ------------------------------------------------- */

enum mode {
	MODE_INITIAL,
	MODE_BEFORE_HTML,
	MODE_BEFORE_HEAD,
	MODE_IN_HEAD,
	MODE_IN_HEAD_NOSCRIPT,
	MODE_AFTER_HEAD,
	MODE_IN_BODY,
	MODE_TEXT,
	MODE_IN_TABLE,
	MODE_IN_TABLE_TEXT,
	MODE_IN_CAPTION,
	MODE_IN_COLUMN_GROUP,
	MODE_IN_TABLE_BODY,
	MODE_IN_ROW,
	MODE_IN_CELL,
	MODE_IN_TEMPLATE,
	MODE_AFTER_BODY,
	MODE_IN_FRAMESET,
	MODE_AFTER_FRAMESET,
	MODE_AFTER_AFTER_BODY,
	MODE_AFTER_AFTER_FRAMESET,
	MODES
};

struct open_element {
	uint32_t node;
	uint16_t tag;
	uint8_t space;
	bool takes_html;
};

struct formatting {
	uint32_t node;  /* 0: a marker */
	uint64_t attrs; /* a hash of them, whatever their order */
};

#define MAX_FORMATTING (8 * MAX_HTML_DEPTH) /* more can only be markers that nothing clears */
#define MAX_OPEN (MAX_HTML_DEPTH + 16) /* a token opens a few elements before depth is looked at */

struct builder {
	struct tree *tree;
	struct tokenizer *tokens;
	const struct tree_context *context;
	enum mode mode, original;
	struct open_element open[MAX_OPEN];
	unsigned nopen;
	uint16_t count[TAG_NUMBERS];   /* open HTML elements by tag */
	struct formatting *formatting; /* the list of active formatting elements */
	size_t nformatting, formatting_room;
	uint8_t *templates;            /* the stack of template insertion modes */
	size_t ntemplates, template_room;
	struct str *pending;           /* texts in a table */
	size_t npending, pending_room;
	bool pending_shows;            /* not all of it is white space */
	uint32_t head, form;
	bool frameset_ok, quirks, foster, skip_line;
};

/* A token in an insertion mode; true if it is to be looked at again, in the mode that is now set. */
typedef bool mode_rule(struct builder *b, struct token *t);
mode_rule mode_initial, mode_before_html, mode_before_head, mode_in_head, mode_in_head_noscript, mode_after_head,
        mode_in_body, mode_text, mode_in_table, mode_in_table_text, mode_in_caption, mode_in_column_group,
        mode_in_table_body, mode_in_row, mode_in_cell, mode_in_template,
        mode_after_body, mode_in_frameset, mode_after_frameset, mode_after_after_body, mode_after_after_frameset;
bool mode_apply(struct builder *b, enum mode mode, struct token *t);

/* What a rule returns for a token that is another mode's. */
static inline bool mode_go_on(struct builder *b, enum mode mode)
{
	b->mode = mode;
	return true;
}
static inline bool token_starts(const struct token *t, uint16_t tag)
{
	return t->kind == TOKEN_START && t->tag == tag;
}
static inline bool token_ends(const struct token *t, uint16_t tag)
{
	return t->kind == TOKEN_END && t->tag == tag;
}

/* foreign.c */
/* A quick look: false of nearly all tokens.  Only where it is true the next two are asked. */
static inline bool foreign_may_be_current(const struct builder *b)
{
	return b->nopen && (b->open[b->nopen - 1].space != SPACE_HTML || b->context);
}
bool foreign_is_current(const struct builder *b);
bool foreign_rules_apply(const struct builder *b, const struct token *t);
bool foreign_content(struct builder *b, struct token *t);
void foreign_insert(struct builder *b, const struct token *t, enum space space);

/* tree.c: nodes. */
uint32_t tree_insert(struct builder *b, const struct token *t, enum space space); /* an element, and opens it */
void tree_insert_root(struct builder *b, const struct token *t); /* <html> */
void tree_insert_void(struct builder *b, const struct token *t);
uint32_t tree_insert_tag(struct builder *b, uint16_t tag); /* without attributes */
void tree_insert_text(struct builder *b, struct str s);
void tree_insert_comment(struct builder *b, const struct token *t);
void tree_append_comment(struct builder *b, const struct token *t, uint32_t parent);
void tree_append(struct builder *b, uint32_t parent, uint32_t node);
void tree_insert_at_place(struct builder *b, uint32_t node, struct open_element target); /* with target as override */
void tree_detach(struct builder *b, uint32_t node);
void tree_take_children(struct builder *b, uint32_t to, uint32_t from);
uint32_t tree_clone(struct builder *b, uint32_t node); /* the element, without its children */
void tree_add_missing_attrs(struct builder *b, uint32_t node, const struct token *t);
struct str tree_attr(const struct token *t, const char *name); /* its p is NULL if there is none */
struct str tree_cut_space(struct token *t); /* the white space that a text begins with */
bool tree_is_space(struct str s);
struct str tree_drop_nuls(const struct builder *b, const struct token *t);

/* elements.c: kinds of elements, and the two lists of them. */
enum {
	IS_SPECIAL = 1,
	IS_SCOPE = 2,        /* ends the usual scope */
	IS_TABLE_SCOPE = 4,
	IS_IMPLIED_END = 8,  /* its end may be left out */
	IS_HEADING = 16,
	IS_TABLE_CONTEXT = 32, /* table, tbody, tfoot, thead, tr */
};
bool element_has(const struct open_element *e, unsigned traits); /* is of HTML and has one of these */
bool element_is_math_text(const struct open_element *e);
bool element_is_svg_border(enum space space, uint16_t tag); /* in it HTML may stand */
bool element_is_special(const struct open_element *e);

enum scope { SCOPE_USUAL, SCOPE_BUTTON, SCOPE_LIST, SCOPE_TABLE };

static inline struct open_element *open_current(struct builder *b)
{
	return &b->open[b->nopen - 1];
}
static inline bool open_is(const struct builder *b, uint16_t tag) /* the current one is this HTML element */
{
	const struct open_element *e = &b->open[b->nopen - 1];
	return e->tag == tag && e->space == SPACE_HTML;
}
void open_push(struct builder *b, uint32_t node);
void open_pop(struct builder *b);
void open_pop_until(struct builder *b, uint16_t tag); /* this one as well */
void open_pop_to(struct builder *b, unsigned n);      /* so that n are left */
void open_remove(struct builder *b, uint32_t node);
unsigned open_find(const struct builder *b, uint32_t node); /* its place from 1 on; 0: not open */
bool open_has_in_scope(const struct builder *b, uint16_t tag, enum scope scope);
bool open_node_is_in_scope(const struct builder *b, uint32_t node);
bool open_has_trait_in_scope(const struct builder *b, unsigned traits, enum scope scope);
bool open_pop_if_in_scope(struct builder *b, uint16_t tag, enum scope scope); /* as open_pop_until */
void open_imply_ends(struct builder *b, uint16_t but);
void open_close_p(struct builder *b); /* if one is in button scope */

void formatting_push(struct builder *b, uint32_t node);
void formatting_mark(struct builder *b);
void formatting_clear(struct builder *b); /* to the last marker */
void formatting_reopen(struct builder *b);
uint32_t formatting_find(const struct builder *b, uint16_t tag); /* behind the last marker; 0: none */
void formatting_remove(struct builder *b, uint32_t node);
bool formatting_adopt(struct builder *b, const struct token *t); /* false: as any other end tag */

void mode_reset(struct builder *b);
void mode_push_template(struct builder *b, enum mode mode);
void mode_read_raw(struct builder *b, const struct token *t, enum content content); /* inserts it, too */
void mode_end_template(struct builder *b);
bool mode_any_other_end(struct builder *b, struct token *t);

#endif
