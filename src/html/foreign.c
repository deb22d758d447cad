/*
 * Foreign content, which is SVG and MathML: see builder.h and section 13.2.6.5
 * of the HTML Standard.
 *
 * Names are kept in lower case: that SVG writes some in mixed case is nothing
 * that the program asks for.
 */
#include "html/builder.h"

/* The current element; of a fragment the first is its context. */
static struct open_element adjusted_current(const struct builder *b)
{
	const struct tree_context *c = b->context;

	if (b->nopen == 1 && c)
		return (struct open_element){ .tag = c->tag, .space = (uint8_t)c->space, .takes_html = c->takes_html };
	return b->open[b->nopen - 1];
}

bool foreign_is_current(const struct builder *b)
{
	return adjusted_current(b).space != SPACE_HTML;
}

bool foreign_rules_apply(const struct builder *b, const struct token *t)
{
	struct open_element e = adjusted_current(b);
	bool is_start = t->kind == TOKEN_START, is_text = t->kind == TOKEN_TEXT;

	if (e.space == SPACE_HTML || t->kind == TOKEN_END_OF_TEXT)
		return false;
	if (element_is_math_text(&e) && (is_text || (is_start && t->tag != TAG_MGLYPH && t->tag != TAG_MALIGNMARK)))
		return false;
	if (e.space == SPACE_MATHML && e.tag == TAG_ANNOTATION_XML && is_start && t->tag == TAG_SVG)
		return false;
	return !(e.takes_html && (is_start || is_text));
}

/* HTML elements that end what is foreign. */
static bool breaks_out(const struct token *t)
{
	if (t->kind == TOKEN_END)
		return t->tag == TAG_BR || t->tag == TAG_P;
	switch (t->tag) {
	case TAG_B:
	case TAG_BIG:
	case TAG_BLOCKQUOTE:
	case TAG_BODY:
	case TAG_BR:
	case TAG_CENTER:
	case TAG_CODE:
	case TAG_DD:
	case TAG_DIV:
	case TAG_DL:
	case TAG_DT:
	case TAG_EM:
	case TAG_EMBED:
	case TAG_H1:
	case TAG_H2:
	case TAG_H3:
	case TAG_H4:
	case TAG_H5:
	case TAG_H6:
	case TAG_HEAD:
	case TAG_HR:
	case TAG_I:
	case TAG_IMG:
	case TAG_LI:
	case TAG_LISTING:
	case TAG_MENU:
	case TAG_META:
	case TAG_NOBR:
	case TAG_OL:
	case TAG_P:
	case TAG_PRE:
	case TAG_RUBY:
	case TAG_S:
	case TAG_SMALL:
	case TAG_SPAN:
	case TAG_STRONG:
	case TAG_STRIKE:
	case TAG_SUB:
	case TAG_SUP:
	case TAG_TABLE:
	case TAG_TT:
	case TAG_U:
	case TAG_UL:
	case TAG_VAR:
		return true;
	case TAG_FONT:
		return tree_attr(t, "color").p || tree_attr(t, "face").p || tree_attr(t, "size").p;
	default:
		return false;
	}
}

/* In foreign elements some attributes are in a name space of their own, and mean the same as those of HTML. */
static void adjust_attributes(struct builder *b, const struct token *t)
{
	for (unsigned i = 0; i < t->nattrs && !b->tokens->all_attrs; i++) {
		struct html_attr *at = &t->attrs[i];
		at->id = at->id == ATTR_XLINK_HREF ? ATTR_HREF : at->id == ATTR_XML_LANG ? ATTR_LANG : at->id;
		at->name = at->id == ATTR_NONE ? at->name : names_of_attr(at->id);
	}
}

void foreign_insert(struct builder *b, const struct token *t, enum space space)
{
	adjust_attributes(b, t);
	tree_insert(b, t, space);
	if (t->self_closing)
		open_pop(b);
}

static bool end_tag(struct builder *b, struct token *t)
{
	for (unsigned i = b->nopen; i-- > 1;) {
		const struct open_element *e = &b->open[i];
		if (e->space == SPACE_HTML)
			return mode_apply(b, b->mode, t);
		if (e->tag == t->tag && (t->tag != TAG_OTHER || str_eq(b->tree->nodes[e->node].text, t->name))) {
			open_pop_to(b, i);
			return false;
		}
	}
	return false;
}

static void text(struct builder *b, const struct token *t)
{
	struct str s = t->has_nul ? markup_without_nuls(b->tokens, t->text) : t->text;

	tree_insert_text(b, s);
	if (b->frameset_ok)
		b->frameset_ok = tree_is_space(tree_drop_nuls(b, t));
}

bool foreign_content(struct builder *b, struct token *t)
{
	switch (t->kind) {
	case TOKEN_TEXT:
		text(b, t);
		return false;
	case TOKEN_COMMENT:
		tree_insert_comment(b, t);
		return false;
	case TOKEN_START:
	case TOKEN_END:
		break;
	default:
		return false;
	}
	if (breaks_out(t)) {
		while (b->nopen > 1 && open_current(b)->space != SPACE_HTML && !element_is_math_text(open_current(b)) &&
		       !open_current(b)->takes_html)
			open_pop(b);
		return mode_apply(b, b->mode, t);
	}
	if (t->kind == TOKEN_END)
		return end_tag(b, t);
	foreign_insert(b, t, adjusted_current(b).space);
	return false;
}
