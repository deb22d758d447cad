/*
 * The insertion mode "in body": see builder.h and section 13.2.6.4.7 of the
 * HTML Standard.
 *
 * What a tag does is found in a table by its number; elements that are not in
 * it are ordinary.
 */
#include "html/builder.h"

/* ---- Text ----------------------------------------------------------------- */

static void text(struct builder *b, const struct token *t)
{
	struct str s = tree_drop_nuls(b, t);

	if (!s.n)
		return;
	formatting_reopen(b);
	tree_insert_text(b, s);
	if (b->frameset_ok)
		b->frameset_ok = tree_is_space(s);
}

/* ---- Start tags ----------------------------------------------------------- */

static bool start_html(struct builder *b, struct token *t)
{
	if (!b->count[TAG_TEMPLATE])
		tree_add_missing_attrs(b, b->open[0].node, t);
	return false;
}

static bool second_is_body(const struct builder *b)
{
	return b->nopen > 1 && b->open[1].tag == TAG_BODY && b->open[1].space == SPACE_HTML;
}

static bool start_body(struct builder *b, struct token *t)
{
	if (!second_is_body(b) || b->count[TAG_TEMPLATE])
		return false;
	b->frameset_ok = false;
	tree_add_missing_attrs(b, b->open[1].node, t);
	return false;
}

static bool start_frameset(struct builder *b, struct token *t)
{
	if (!second_is_body(b) || !b->frameset_ok)
		return false;
	tree_detach(b, b->open[1].node);
	open_pop_to(b, 1);
	tree_insert(b, t, SPACE_HTML);
	b->mode = MODE_IN_FRAMESET;
	return false;
}

static bool start_of_head(struct builder *b, struct token *t)
{
	return mode_in_head(b, t);
}

static bool start_block(struct builder *b, struct token *t)
{
	open_close_p(b);
	tree_insert(b, t, SPACE_HTML);
	return false;
}

static bool start_heading(struct builder *b, struct token *t)
{
	open_close_p(b);
	if (element_has(open_current(b), IS_HEADING))
		open_pop(b);
	tree_insert(b, t, SPACE_HTML);
	return false;
}

static bool start_pre(struct builder *b, struct token *t)
{
	start_block(b, t);
	b->skip_line = true;
	b->frameset_ok = false;
	return false;
}

static bool start_form(struct builder *b, struct token *t)
{
	if (b->form && !b->count[TAG_TEMPLATE])
		return false;
	start_block(b, t);
	if (!b->count[TAG_TEMPLATE])
		b->form = open_current(b)->node;
	return false;
}

/* An open one of these ends, unless something special stands between. */
static void end_item(struct builder *b, uint16_t one, uint16_t other)
{
	for (unsigned i = b->nopen; i--;) {
		const struct open_element *e = &b->open[i];
		if (e->space == SPACE_HTML && (e->tag == one || e->tag == other)) {
			open_pop_until(b, e->tag);
			return;
		}
		bool passes = e->space == SPACE_HTML && (e->tag == TAG_ADDRESS || e->tag == TAG_DIV || e->tag == TAG_P);
		if (element_is_special(e) && !passes)
			return;
	}
}

static bool start_item(struct builder *b, struct token *t)
{
	b->frameset_ok = false;
	if (t->tag == TAG_LI)
		end_item(b, TAG_LI, TAG_LI);
	else
		end_item(b, TAG_DD, TAG_DT);
	return start_block(b, t);
}

static bool start_plaintext(struct builder *b, struct token *t)
{
	b->tokens->content = CONTENT_PLAINTEXT;
	return start_block(b, t);
}

static bool start_button(struct builder *b, struct token *t)
{
	open_pop_if_in_scope(b, TAG_BUTTON, SCOPE_USUAL);
	formatting_reopen(b);
	tree_insert(b, t, SPACE_HTML);
	b->frameset_ok = false;
	return false;
}

static bool start_formatting(struct builder *b, struct token *t)
{
	formatting_reopen(b);
	formatting_push(b, tree_insert(b, t, SPACE_HTML));
	return false;
}

static bool start_link(struct builder *b, struct token *t)
{
	uint32_t open = formatting_find(b, TAG_A);

	if (open) {
		if (!formatting_adopt(b, t))
			mode_any_other_end(b, t);
		formatting_remove(b, open);
		open_remove(b, open);
	}
	return start_formatting(b, t);
}

static bool start_nobr(struct builder *b, struct token *t)
{
	formatting_reopen(b);
	if (open_has_in_scope(b, TAG_NOBR, SCOPE_USUAL)) {
		if (!formatting_adopt(b, t))
			mode_any_other_end(b, t);
	}
	return start_formatting(b, t);
}

static bool start_object(struct builder *b, struct token *t)
{
	formatting_reopen(b);
	tree_insert(b, t, SPACE_HTML);
	formatting_mark(b);
	b->frameset_ok = false;
	return false;
}

static bool start_table(struct builder *b, struct token *t)
{
	if (!b->quirks)
		open_close_p(b);
	tree_insert(b, t, SPACE_HTML);
	b->frameset_ok = false;
	b->mode = MODE_IN_TABLE;
	return false;
}

static bool start_void(struct builder *b, struct token *t)
{
	formatting_reopen(b);
	tree_insert_void(b, t);
	b->frameset_ok = false;
	return false;
}

static bool is_in_select(const struct builder *b)
{
	return open_has_in_scope(b, TAG_SELECT, SCOPE_USUAL);
}

static bool is_select_fragment(const struct builder *b)
{
	return b->context && b->context->tag == TAG_SELECT && b->context->space == SPACE_HTML;
}

static bool start_input(struct builder *b, struct token *t)
{
	if (is_select_fragment(b))
		return false;
	if (is_in_select(b))
		open_pop_until(b, TAG_SELECT);
	formatting_reopen(b);
	tree_insert_void(b, t);
	if (!str_eq_nocase(tree_attr(t, "type"), STR("hidden")))
		b->frameset_ok = false;
	return false;
}

static bool start_param(struct builder *b, struct token *t)
{
	tree_insert_void(b, t);
	return false;
}

static bool start_hr(struct builder *b, struct token *t)
{
	open_close_p(b);
	if (is_in_select(b))
		open_imply_ends(b, TAG_NONE);
	tree_insert_void(b, t);
	b->frameset_ok = false;
	return false;
}

static bool start_image(struct builder *b, struct token *t)
{
	t->tag = TAG_IMG;
	return start_void(b, t);
}

static bool start_textarea(struct builder *b, struct token *t)
{
	mode_read_raw(b, t, CONTENT_RCDATA);
	b->skip_line = true;
	b->frameset_ok = false;
	return false;
}

static bool start_xmp(struct builder *b, struct token *t)
{
	open_close_p(b);
	formatting_reopen(b);
	b->frameset_ok = false;
	mode_read_raw(b, t, CONTENT_RAWTEXT);
	return false;
}

static bool start_raw(struct builder *b, struct token *t)
{
	if (t->tag == TAG_IFRAME)
		b->frameset_ok = false;
	mode_read_raw(b, t, CONTENT_RAWTEXT);
	return false;
}

static bool start_select(struct builder *b, struct token *t)
{
	if (is_select_fragment(b))
		return false;
	if (is_in_select(b)) {
		open_pop_until(b, TAG_SELECT);
		return false;
	}
	formatting_reopen(b);
	tree_insert(b, t, SPACE_HTML);
	b->frameset_ok = false;
	return false;
}

static bool start_option(struct builder *b, struct token *t)
{
	if (is_in_select(b))
		open_imply_ends(b, t->tag == TAG_OPTION ? TAG_OPTGROUP : TAG_NONE);
	else if (open_is(b, TAG_OPTION))
		open_pop(b);
	formatting_reopen(b);
	tree_insert(b, t, SPACE_HTML);
	return false;
}

static bool start_ruby_part(struct builder *b, struct token *t)
{
	if (open_has_in_scope(b, TAG_RUBY, SCOPE_USUAL))
		open_imply_ends(b, t->tag == TAG_RB || t->tag == TAG_RTC ? TAG_NONE : TAG_RTC);
	tree_insert(b, t, SPACE_HTML);
	return false;
}

static bool start_foreign(struct builder *b, struct token *t)
{
	formatting_reopen(b);
	foreign_insert(b, t, t->tag == TAG_SVG ? SPACE_SVG : SPACE_MATHML);
	return false;
}

static bool start_nothing(struct builder *b, struct token *t)
{
	(void)b;
	(void)t;
	return false;
}

static bool start_other(struct builder *b, struct token *t)
{
	formatting_reopen(b);
	tree_insert(b, t, SPACE_HTML);
	return false;
}

static mode_rule *const starts[TAG_NUMBERS] = {
	[TAG_A] = start_link,
	[TAG_ADDRESS] = start_block,
	[TAG_APPLET] = start_object,
	[TAG_AREA] = start_void,
	[TAG_ARTICLE] = start_block,
	[TAG_ASIDE] = start_block,
	[TAG_B] = start_formatting,
	[TAG_BASE] = start_of_head,
	[TAG_BASEFONT] = start_of_head,
	[TAG_BGSOUND] = start_of_head,
	[TAG_BIG] = start_formatting,
	[TAG_BLOCKQUOTE] = start_block,
	[TAG_BODY] = start_body,
	[TAG_BR] = start_void,
	[TAG_BUTTON] = start_button,
	[TAG_CAPTION] = start_nothing,
	[TAG_CENTER] = start_block,
	[TAG_CODE] = start_formatting,
	[TAG_COL] = start_nothing,
	[TAG_COLGROUP] = start_nothing,
	[TAG_DD] = start_item,
	[TAG_DETAILS] = start_block,
	[TAG_DIALOG] = start_block,
	[TAG_DIR] = start_block,
	[TAG_DIV] = start_block,
	[TAG_DL] = start_block,
	[TAG_DT] = start_item,
	[TAG_EM] = start_formatting,
	[TAG_EMBED] = start_void,
	[TAG_FIELDSET] = start_block,
	[TAG_FIGCAPTION] = start_block,
	[TAG_FIGURE] = start_block,
	[TAG_FONT] = start_formatting,
	[TAG_FOOTER] = start_block,
	[TAG_FORM] = start_form,
	[TAG_FRAME] = start_nothing,
	[TAG_FRAMESET] = start_frameset,
	[TAG_H1] = start_heading,
	[TAG_H2] = start_heading,
	[TAG_H3] = start_heading,
	[TAG_H4] = start_heading,
	[TAG_H5] = start_heading,
	[TAG_H6] = start_heading,
	[TAG_HEAD] = start_nothing,
	[TAG_HEADER] = start_block,
	[TAG_HGROUP] = start_block,
	[TAG_HR] = start_hr,
	[TAG_HTML] = start_html,
	[TAG_I] = start_formatting,
	[TAG_IFRAME] = start_raw,
	[TAG_IMAGE] = start_image,
	[TAG_IMG] = start_void,
	[TAG_INPUT] = start_input,
	[TAG_KEYGEN] = start_void,
	[TAG_LI] = start_item,
	[TAG_LINK] = start_of_head,
	[TAG_LISTING] = start_pre,
	[TAG_MAIN] = start_block,
	[TAG_MARQUEE] = start_object,
	[TAG_MATH] = start_foreign,
	[TAG_MENU] = start_block,
	[TAG_META] = start_of_head,
	[TAG_NAV] = start_block,
	[TAG_NOBR] = start_nobr,
	[TAG_NOEMBED] = start_raw,
	[TAG_NOFRAMES] = start_of_head,
	[TAG_OBJECT] = start_object,
	[TAG_OL] = start_block,
	[TAG_OPTGROUP] = start_option,
	[TAG_OPTION] = start_option,
	[TAG_P] = start_block,
	[TAG_PARAM] = start_param,
	[TAG_PLAINTEXT] = start_plaintext,
	[TAG_PRE] = start_pre,
	[TAG_RB] = start_ruby_part,
	[TAG_RP] = start_ruby_part,
	[TAG_RT] = start_ruby_part,
	[TAG_RTC] = start_ruby_part,
	[TAG_S] = start_formatting,
	[TAG_SCRIPT] = start_of_head,
	[TAG_SEARCH] = start_block,
	[TAG_SECTION] = start_block,
	[TAG_SELECT] = start_select,
	[TAG_SMALL] = start_formatting,
	[TAG_SOURCE] = start_param,
	[TAG_STRIKE] = start_formatting,
	[TAG_STRONG] = start_formatting,
	[TAG_STYLE] = start_of_head,
	[TAG_SUMMARY] = start_block,
	[TAG_SVG] = start_foreign,
	[TAG_TABLE] = start_table,
	[TAG_TBODY] = start_nothing,
	[TAG_TD] = start_nothing,
	[TAG_TEMPLATE] = start_of_head,
	[TAG_TEXTAREA] = start_textarea,
	[TAG_TFOOT] = start_nothing,
	[TAG_TH] = start_nothing,
	[TAG_THEAD] = start_nothing,
	[TAG_TITLE] = start_of_head,
	[TAG_TR] = start_nothing,
	[TAG_TRACK] = start_param,
	[TAG_TT] = start_formatting,
	[TAG_U] = start_formatting,
	[TAG_UL] = start_block,
	[TAG_WBR] = start_void,
	[TAG_XMP] = start_xmp,
};

/* ---- End tags ------------------------------------------------------------- */

bool mode_any_other_end(struct builder *b, struct token *t)
{
	if (!b->count[t->tag])
		return false;
	for (unsigned i = b->nopen; i--;) {
		const struct open_element *e = &b->open[i];
		if (e->space == SPACE_HTML && e->tag == t->tag &&
		    (t->tag != TAG_OTHER || str_eq(b->tree->nodes[e->node].text, t->name))) {
			open_pop_to(b, i);
			return false;
		}
		if (element_is_special(e))
			return false;
	}
	return false;
}

static bool end_body(struct builder *b, struct token *t)
{
	if (!open_has_in_scope(b, TAG_BODY, SCOPE_USUAL))
		return false;
	b->mode = MODE_AFTER_BODY;
	return t->tag == TAG_HTML;
}

static bool end_block(struct builder *b, struct token *t)
{
	open_pop_if_in_scope(b, t->tag, SCOPE_USUAL);
	return false;
}

static bool end_form(struct builder *b, struct token *t)
{
	uint32_t form = b->form;

	if (b->count[TAG_TEMPLATE])
		return end_block(b, t);
	b->form = 0;
	if (!form || !open_node_is_in_scope(b, form))
		return false;
	open_imply_ends(b, TAG_NONE);
	open_remove(b, form);
	return false;
}

static bool end_p(struct builder *b, struct token *t)
{
	(void)t;
	if (!open_has_in_scope(b, TAG_P, SCOPE_BUTTON))
		tree_insert_tag(b, TAG_P);
	open_close_p(b);
	return false;
}

static bool end_item_tag(struct builder *b, struct token *t)
{
	open_pop_if_in_scope(b, t->tag, t->tag == TAG_LI ? SCOPE_LIST : SCOPE_USUAL);
	return false;
}

static bool end_heading(struct builder *b, struct token *t)
{
	(void)t;
	if (!open_has_trait_in_scope(b, IS_HEADING, SCOPE_USUAL))
		return false;
	while (b->nopen > 1) {
		struct open_element e = *open_current(b);
		open_pop(b);
		if (element_has(&e, IS_HEADING))
			break;
	}
	return false;
}

static bool end_formatting(struct builder *b, struct token *t)
{
	return formatting_adopt(b, t) ? false : mode_any_other_end(b, t);
}

static bool end_object(struct builder *b, struct token *t)
{
	if (open_pop_if_in_scope(b, t->tag, SCOPE_USUAL))
		formatting_clear(b);
	return false;
}

static bool end_br(struct builder *b, struct token *t)
{
	(void)t;
	return start_void(b, &(struct token){ .kind = TOKEN_START, .tag = TAG_BR });
}

static bool end_template(struct builder *b, struct token *t)
{
	(void)t;
	mode_end_template(b);
	return false;
}

static mode_rule *const ends[TAG_NUMBERS] = {
	[TAG_A] = end_formatting,
	[TAG_ADDRESS] = end_block,
	[TAG_APPLET] = end_object,
	[TAG_ARTICLE] = end_block,
	[TAG_ASIDE] = end_block,
	[TAG_B] = end_formatting,
	[TAG_BIG] = end_formatting,
	[TAG_BLOCKQUOTE] = end_block,
	[TAG_BODY] = end_body,
	[TAG_BR] = end_br,
	[TAG_BUTTON] = end_block,
	[TAG_CENTER] = end_block,
	[TAG_CODE] = end_formatting,
	[TAG_DD] = end_item_tag,
	[TAG_DETAILS] = end_block,
	[TAG_DIALOG] = end_block,
	[TAG_DIR] = end_block,
	[TAG_DIV] = end_block,
	[TAG_DL] = end_block,
	[TAG_DT] = end_item_tag,
	[TAG_EM] = end_formatting,
	[TAG_FIELDSET] = end_block,
	[TAG_FIGCAPTION] = end_block,
	[TAG_FIGURE] = end_block,
	[TAG_FONT] = end_formatting,
	[TAG_FOOTER] = end_block,
	[TAG_FORM] = end_form,
	[TAG_H1] = end_heading,
	[TAG_H2] = end_heading,
	[TAG_H3] = end_heading,
	[TAG_H4] = end_heading,
	[TAG_H5] = end_heading,
	[TAG_H6] = end_heading,
	[TAG_HEADER] = end_block,
	[TAG_HGROUP] = end_block,
	[TAG_HTML] = end_body,
	[TAG_I] = end_formatting,
	[TAG_LI] = end_item_tag,
	[TAG_LISTING] = end_block,
	[TAG_MAIN] = end_block,
	[TAG_MARQUEE] = end_object,
	[TAG_MENU] = end_block,
	[TAG_NAV] = end_block,
	[TAG_NOBR] = end_formatting,
	[TAG_OBJECT] = end_object,
	[TAG_OL] = end_block,
	[TAG_P] = end_p,
	[TAG_PRE] = end_block,
	[TAG_S] = end_formatting,
	[TAG_SEARCH] = end_block,
	[TAG_SECTION] = end_block,
	[TAG_SELECT] = end_block,
	[TAG_SMALL] = end_formatting,
	[TAG_STRIKE] = end_formatting,
	[TAG_STRONG] = end_formatting,
	[TAG_SUMMARY] = end_block,
	[TAG_TEMPLATE] = end_template,
	[TAG_TT] = end_formatting,
	[TAG_U] = end_formatting,
	[TAG_UL] = end_block,
};

bool mode_in_body(struct builder *b, struct token *t)
{
	switch (t->kind) {
	case TOKEN_TEXT:
		text(b, t);
		return false;
	case TOKEN_COMMENT:
		tree_insert_comment(b, t);
		return false;
	case TOKEN_START:
		return starts[t->tag] ? starts[t->tag](b, t) : start_other(b, t);
	case TOKEN_END:
		return ends[t->tag] ? ends[t->tag](b, t) : mode_any_other_end(b, t);
	case TOKEN_END_OF_TEXT:
		return b->ntemplates && mode_in_template(b, t);
	default:
		return false;
	}
}
