/*
 * Insertion modes of tables: see builder.h and sections 13.2.6.4.9 to .15 of
 * the HTML Standard.
 */
#include "html/builder.h"

/* Kinds of tags that the modes of tables tell apart. */
enum {
	CAPTION = 1,
	COL = 2,
	COLGROUP = 4,
	SECTION = 8, /* tbody, tfoot, thead */
	ROW = 16,
	CELL = 32,
	TABLE = 64,
	PAGE = 128, /* html, body */
};

static unsigned kind_of(uint16_t tag)
{
	switch (tag) {
	case TAG_CAPTION:
		return CAPTION;
	case TAG_COL:
		return COL;
	case TAG_COLGROUP:
		return COLGROUP;
	case TAG_TBODY:
	case TAG_TFOOT:
	case TAG_THEAD:
		return SECTION;
	case TAG_TR:
		return ROW;
	case TAG_TD:
	case TAG_TH:
		return CELL;
	case TAG_TABLE:
		return TABLE;
	case TAG_HTML:
	case TAG_BODY:
		return PAGE;
	default:
		return 0;
	}
}

static bool starts(const struct token *t, unsigned kinds)
{
	return t->kind == TOKEN_START && kind_of(t->tag) & kinds;
}

static bool ends(const struct token *t, unsigned kinds)
{
	return t->kind == TOKEN_END && kind_of(t->tag) & kinds;
}

/* "Clear the stack back to a table (body, row) context": to an element of these kinds, or the end of all. */
static void clear_to(struct builder *b, unsigned kinds)
{
	while (b->nopen > 1) {
		const struct open_element *e = open_current(b);
		if (e->space == SPACE_HTML && (kind_of(e->tag) & kinds || e->tag == TAG_TEMPLATE))
			return;
		open_pop(b);
	}
}

/* ---- The table itself ----------------------------------------------------- */

static bool in_body_with_foster(struct builder *b, struct token *t)
{
	b->foster = true;
	bool again = mode_in_body(b, t);
	b->foster = false;
	return again;
}

/* The start tag of a part of the table; true as a mode's rule. */
static bool start_part(struct builder *b, struct token *t)
{
	clear_to(b, TABLE);
	switch (kind_of(t->tag)) {
	case CAPTION:
		formatting_mark(b);
		tree_insert(b, t, SPACE_HTML);
		b->mode = MODE_IN_CAPTION;
		return false;
	case COLGROUP:
		tree_insert(b, t, SPACE_HTML);
		b->mode = MODE_IN_COLUMN_GROUP;
		return false;
	case COL:
		tree_insert_tag(b, TAG_COLGROUP);
		return mode_go_on(b, MODE_IN_COLUMN_GROUP);
	case SECTION:
		tree_insert(b, t, SPACE_HTML);
		b->mode = MODE_IN_TABLE_BODY;
		return false;
	default:
		tree_insert_tag(b, TAG_TBODY);
		return mode_go_on(b, MODE_IN_TABLE_BODY);
	}
}

static bool end_table(struct builder *b)
{
	if (!open_pop_if_in_scope(b, TAG_TABLE, SCOPE_TABLE))
		return false;
	mode_reset(b);
	return true;
}

static bool start_form(struct builder *b, struct token *t)
{
	if (b->count[TAG_TEMPLATE] || b->form)
		return false;
	b->form = tree_insert(b, t, SPACE_HTML);
	open_pop(b);
	return false;
}

static bool other_start(struct builder *b, struct token *t)
{
	switch (t->tag) {
	case TAG_STYLE:
	case TAG_SCRIPT:
	case TAG_TEMPLATE:
		return mode_in_head(b, t);
	case TAG_INPUT:
		if (!str_eq_nocase(tree_attr(t, "type"), STR("hidden")))
			return in_body_with_foster(b, t);
		tree_insert_void(b, t);
		return false;
	case TAG_FORM:
		return start_form(b, t);
	default:
		return in_body_with_foster(b, t);
	}
}

bool mode_in_table(struct builder *b, struct token *t)
{
	if (t->kind == TOKEN_TEXT && (element_has(open_current(b), IS_TABLE_CONTEXT) || open_is(b, TAG_TEMPLATE))) {
		b->npending = 0;
		b->pending_shows = false;
		b->original = b->mode;
		return mode_go_on(b, MODE_IN_TABLE_TEXT);
	}
	if (t->kind == TOKEN_COMMENT) {
		tree_insert_comment(b, t);
		return false;
	}
	if (t->kind == TOKEN_DOCTYPE)
		return false;
	if (t->kind == TOKEN_END_OF_TEXT)
		return mode_in_body(b, t);
	if (starts(t, CAPTION | COLGROUP | COL | SECTION | ROW | CELL))
		return start_part(b, t);
	if (starts(t, TABLE))
		return end_table(b);
	if (ends(t, TABLE)) {
		end_table(b);
		return false;
	}
	if (ends(t, ~0u))
		return false;
	if (token_ends(t, TAG_TEMPLATE)) {
		mode_end_template(b);
		return false;
	}
	return t->kind == TOKEN_START ? other_start(b, t) : in_body_with_foster(b, t);
}

bool mode_in_table_text(struct builder *b, struct token *t)
{
	if (t->kind == TOKEN_TEXT) {
		struct str s = tree_drop_nuls(b, t);
		b->pending =
		        arena_grow(b->tree->arena, b->pending, &b->pending_room, b->npending + 1, sizeof *b->pending);
		b->pending[b->npending++] = s;
		b->pending_shows |= !tree_is_space(s);
		return false;
	}
	b->mode = b->original;
	for (size_t i = 0; i < b->npending; i++) {
		struct token text = { .kind = TOKEN_TEXT, .text = b->pending[i] };
		if (b->pending_shows)
			in_body_with_foster(b, &text);
		else
			tree_insert_text(b, text.text);
	}
	return true;
}

/* ---- Captions and columns ------------------------------------------------- */

static bool end_caption(struct builder *b)
{
	if (!open_pop_if_in_scope(b, TAG_CAPTION, SCOPE_TABLE))
		return false;
	formatting_clear(b);
	return mode_go_on(b, MODE_IN_TABLE);
}

bool mode_in_caption(struct builder *b, struct token *t)
{
	if (ends(t, CAPTION)) {
		end_caption(b);
		return false;
	}
	if (starts(t, CAPTION | COL | COLGROUP | SECTION | ROW | CELL) || ends(t, TABLE))
		return end_caption(b);
	return ends(t, ~0u) ? false : mode_in_body(b, t);
}

bool mode_in_column_group(struct builder *b, struct token *t)
{
	if (t->kind == TOKEN_TEXT) {
		tree_insert_text(b, tree_cut_space(t));
		if (!t->text.n)
			return false;
	}
	if (t->kind == TOKEN_COMMENT) {
		tree_insert_comment(b, t);
		return false;
	}
	if (t->kind == TOKEN_DOCTYPE || ends(t, COL))
		return false;
	if (starts(t, COL)) {
		tree_insert_void(b, t);
		return false;
	}
	if (t->kind == TOKEN_END_OF_TEXT || token_starts(t, TAG_HTML))
		return mode_in_body(b, t);
	if (token_starts(t, TAG_TEMPLATE) || token_ends(t, TAG_TEMPLATE))
		return mode_in_head(b, t);
	if (!open_is(b, TAG_COLGROUP))
		return false;
	open_pop(b);
	b->mode = MODE_IN_TABLE;
	return !ends(t, COLGROUP);
}

/* ---- Rows and cells ------------------------------------------------------- */

static bool end_section(struct builder *b)
{
	if (!open_has_in_scope(b, TAG_TBODY, SCOPE_TABLE) && !open_has_in_scope(b, TAG_THEAD, SCOPE_TABLE) &&
	    !open_has_in_scope(b, TAG_TFOOT, SCOPE_TABLE))
		return false;
	clear_to(b, SECTION);
	open_pop(b);
	return mode_go_on(b, MODE_IN_TABLE);
}

bool mode_in_table_body(struct builder *b, struct token *t)
{
	if (starts(t, ROW)) {
		clear_to(b, SECTION);
		tree_insert(b, t, SPACE_HTML);
		b->mode = MODE_IN_ROW;
		return false;
	}
	if (starts(t, CELL)) {
		clear_to(b, SECTION);
		tree_insert_tag(b, TAG_TR);
		return mode_go_on(b, MODE_IN_ROW);
	}
	if (ends(t, SECTION)) {
		if (open_has_in_scope(b, t->tag, SCOPE_TABLE))
			end_section(b);
		return false;
	}
	if (starts(t, CAPTION | COL | COLGROUP | SECTION) || ends(t, TABLE))
		return end_section(b);
	return ends(t, ~0u) ? false : mode_in_table(b, t);
}

static bool end_row(struct builder *b)
{
	if (!open_has_in_scope(b, TAG_TR, SCOPE_TABLE))
		return false;
	clear_to(b, ROW);
	open_pop(b);
	return mode_go_on(b, MODE_IN_TABLE_BODY);
}

bool mode_in_row(struct builder *b, struct token *t)
{
	if (starts(t, CELL)) {
		clear_to(b, ROW);
		tree_insert(b, t, SPACE_HTML);
		formatting_mark(b);
		b->mode = MODE_IN_CELL;
		return false;
	}
	if (ends(t, ROW)) {
		end_row(b);
		return false;
	}
	if (starts(t, CAPTION | COL | COLGROUP | SECTION | ROW) || ends(t, TABLE))
		return end_row(b);
	if (ends(t, SECTION))
		return open_has_in_scope(b, t->tag, SCOPE_TABLE) && end_row(b);
	return ends(t, ~0u) ? false : mode_in_table(b, t);
}

/* The cell that is open ends: <td> or <th>. */
static bool end_cell(struct builder *b)
{
	while (b->nopen > 1 && !open_is(b, TAG_TD) && !open_is(b, TAG_TH))
		open_pop(b);
	open_pop(b);
	formatting_clear(b);
	return mode_go_on(b, MODE_IN_ROW);
}

bool mode_in_cell(struct builder *b, struct token *t)
{
	if (ends(t, CELL)) {
		if (!open_pop_if_in_scope(b, t->tag, SCOPE_TABLE))
			return false;
		formatting_clear(b);
		b->mode = MODE_IN_ROW;
		return false;
	}
	if (starts(t, CAPTION | COL | COLGROUP | SECTION | ROW | CELL))
		return (open_has_in_scope(b, TAG_TD, SCOPE_TABLE) || open_has_in_scope(b, TAG_TH, SCOPE_TABLE)) &&
		       end_cell(b);
	if (ends(t, TABLE | SECTION | ROW))
		return open_has_in_scope(b, t->tag, SCOPE_TABLE) && end_cell(b);
	return ends(t, ~0u) ? false : mode_in_body(b, t);
}
