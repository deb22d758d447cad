/*
 * Insertion modes before, behind and beside the body: see builder.h and
 * sections 13.2.6.4.1 to .6, .8 and .18 to .23 of the HTML Standard.
 */
#include <string.h>

#include "html/builder.h"

/* ---- Before there is anything --------------------------------------------- */

/* Beginnings of public identifiers that make a page be shown as in old days. */
static const char *const quirky[] = {
	"+//silmaril//dtd html pro v0r11 19970101//",
	"-//as//dtd html 3.0 aswedit + extensions//",
	"-//advasoft ltd//dtd html 3.0 aswedit + extensions//",
	"-//ietf//dtd html 2.0 level 1//",
	"-//ietf//dtd html 2.0 level 2//",
	"-//ietf//dtd html 2.0 strict level 1//",
	"-//ietf//dtd html 2.0 strict level 2//",
	"-//ietf//dtd html 2.0 strict//",
	"-//ietf//dtd html 2.0//",
	"-//ietf//dtd html 2.1e//",
	"-//ietf//dtd html 3.0//",
	"-//ietf//dtd html 3.2 final//",
	"-//ietf//dtd html 3.2//",
	"-//ietf//dtd html 3//",
	"-//ietf//dtd html level 0//",
	"-//ietf//dtd html level 1//",
	"-//ietf//dtd html level 2//",
	"-//ietf//dtd html level 3//",
	"-//ietf//dtd html strict level 0//",
	"-//ietf//dtd html strict level 1//",
	"-//ietf//dtd html strict level 2//",
	"-//ietf//dtd html strict level 3//",
	"-//ietf//dtd html strict//",
	"-//ietf//dtd html//",
	"-//metrius//dtd metrius presentational//",
	"-//microsoft//dtd internet explorer 2.0 html strict//",
	"-//microsoft//dtd internet explorer 2.0 html//",
	"-//microsoft//dtd internet explorer 2.0 tables//",
	"-//microsoft//dtd internet explorer 3.0 html strict//",
	"-//microsoft//dtd internet explorer 3.0 html//",
	"-//microsoft//dtd internet explorer 3.0 tables//",
	"-//netscape comm. corp.//dtd html//",
	"-//netscape comm. corp.//dtd strict html//",
	"-//o'reilly and associates//dtd html 2.0//",
	"-//o'reilly and associates//dtd html extended 1.0//",
	"-//o'reilly and associates//dtd html extended relaxed 1.0//",
	"-//sq//dtd html 2.0 hotmetal + extensions//",
	"-//softquad software//dtd hotmetal pro 6.0::19990601::extensions to html 4.0//",
	"-//softquad//dtd hotmetal pro 4.0::19971010::extensions to html 4.0//",
	"-//spyglass//dtd html 2.0 extended//",
	"-//sun microsystems corp.//dtd hotjava html//",
	"-//sun microsystems corp.//dtd hotjava strict html//",
	"-//w3c//dtd html 3 1995-03-24//",
	"-//w3c//dtd html 3.2 draft//",
	"-//w3c//dtd html 3.2 final//",
	"-//w3c//dtd html 3.2//",
	"-//w3c//dtd html 3.2s draft//",
	"-//w3c//dtd html 4.0 frameset//",
	"-//w3c//dtd html 4.0 transitional//",
	"-//w3c//dtd html experimental 19960712//",
	"-//w3c//dtd html experimental 970421//",
	"-//w3c//dtd w3 html//",
	"-//w3o//dtd w3 html 3.0//",
	"-//webtechs//dtd mozilla html 2.0//",
	"-//webtechs//dtd mozilla html//",
};

static bool makes_quirks(const struct token *t)
{
	static const char *const whole[] = { "-//w3o//dtd w3 html strict 3.0//en//",
		                             "-/w3c/dtd html 4.0 transitional/en", "html" };
	const struct doctype *d = t->doctype;

	if (d->quirks || !str_eq(t->name, STR("html")))
		return true;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (str_eq_nocase(d->public_id, str_from(whole[i])))
			return true;
	for (size_t i = 0; i < sizeof(quirky) / sizeof(quirky[0]); i++)
		if (str_starts_nocase(d->public_id, str_from(quirky[i])))
			return true;
	return str_eq_nocase(d->system_id, STR("http://www.ibm.com/data/dtd/v11/ibmxhtml1-transitional.dtd")) ||
	       (!d->has_system && (str_starts_nocase(d->public_id, STR("-//w3c//dtd html 4.01 frameset//")) ||
	                           str_starts_nocase(d->public_id, STR("-//w3c//dtd html 4.01 transitional//"))));
}

static bool is_end_of_page(const struct token *t)
{
	return t->kind == TOKEN_END && (t->tag == TAG_BODY || t->tag == TAG_HTML || t->tag == TAG_BR);
}

/* White space that counts for nothing; true if there is no more than that. */
static bool drop_space(struct token *t)
{
	if (t->kind != TOKEN_TEXT)
		return false;
	tree_cut_space(t);
	return !t->text.n;
}

/* White space that is put where it stands. */
static bool keep_space(struct builder *b, struct token *t)
{
	if (t->kind != TOKEN_TEXT)
		return false;
	tree_insert_text(b, tree_cut_space(t));
	return !t->text.n;
}

/* White space behind the body is put into it. */
static bool space_to_body(struct builder *b, struct token *t)
{
	if (t->kind != TOKEN_TEXT)
		return false;
	struct token space = { .kind = TOKEN_TEXT, .text = tree_cut_space(t) };
	if (space.text.n)
		mode_in_body(b, &space);
	return !t->text.n;
}

/* What the modes around the head do alike; true if the token is done with. */
static bool around_head(struct builder *b, struct token *t)
{
	if (keep_space(b, t) || t->kind == TOKEN_DOCTYPE)
		return true;
	if (t->kind == TOKEN_COMMENT)
		tree_insert_comment(b, t);
	else if (token_starts(t, TAG_HTML))
		mode_in_body(b, t);
	else
		return false;
	return true;
}

bool mode_initial(struct builder *b, struct token *t)
{
	if (drop_space(t))
		return false;
	if (t->kind == TOKEN_COMMENT) {
		tree_append_comment(b, t, 0);
		return false;
	}
	b->mode = MODE_BEFORE_HTML;
	b->quirks = true;
	if (t->kind != TOKEN_DOCTYPE)
		return true;
	b->quirks = makes_quirks(t);
	tree_append_comment(b, &(struct token){ .text = t->name }, 0);
	b->tree->nodes[b->tree->nnodes - 1].kind = NODE_DOCTYPE;
	b->tree->doctype = *t->doctype;
	return false;
}

static void insert_html(struct builder *b, const struct token *t)
{
	tree_insert_root(b, t);
	b->mode = MODE_BEFORE_HEAD;
}

bool mode_before_html(struct builder *b, struct token *t)
{
	if (drop_space(t) || t->kind == TOKEN_DOCTYPE)
		return false;
	if (t->kind == TOKEN_COMMENT) {
		tree_append_comment(b, t, 0);
		return false;
	}
	if (token_starts(t, TAG_HTML)) {
		insert_html(b, t);
		return false;
	}
	if (t->kind == TOKEN_END && t->tag != TAG_HEAD && !is_end_of_page(t))
		return false;
	insert_html(b, &(struct token){ .kind = TOKEN_START, .tag = TAG_HTML });
	return true;
}

/* ---- The head ------------------------------------------------------------- */

bool mode_before_head(struct builder *b, struct token *t)
{
	if (drop_space(t) || around_head(b, t))
		return false;
	if (token_starts(t, TAG_HEAD)) {
		b->head = tree_insert(b, t, SPACE_HTML);
		b->mode = MODE_IN_HEAD;
		return false;
	}
	if (t->kind == TOKEN_END && t->tag != TAG_HEAD && !is_end_of_page(t))
		return false;
	b->head = tree_insert_tag(b, TAG_HEAD);
	return mode_go_on(b, MODE_IN_HEAD);
}

void mode_read_raw(struct builder *b, const struct token *t, enum content content)
{
	tree_insert(b, t, SPACE_HTML);
	b->tokens->content = content;
	b->tokens->raw_tag = t->tag;
	if (b->mode != MODE_TEXT)
		b->original = b->mode;
	b->mode = MODE_TEXT;
}

void mode_push_template(struct builder *b, enum mode mode)
{
	b->templates = arena_grow(b->tree->arena, b->templates, &b->template_room, b->ntemplates + 1, 1);
	b->templates[b->ntemplates++] = (uint8_t)mode;
}

static void begin_template(struct builder *b, const struct token *t)
{
	tree_insert(b, t, SPACE_HTML);
	formatting_mark(b);
	b->frameset_ok = false;
	b->mode = MODE_IN_TEMPLATE;
	mode_push_template(b, MODE_IN_TEMPLATE);
}

void mode_end_template(struct builder *b)
{
	if (!b->count[TAG_TEMPLATE])
		return;
	open_pop_until(b, TAG_TEMPLATE);
	formatting_clear(b);
	if (b->ntemplates)
		b->ntemplates--;
	mode_reset(b);
}

/* A start tag that the head may have; false if it is none of these. */
static bool start_in_head(struct builder *b, struct token *t)
{
	switch (t->tag) {
	case TAG_BASE:
	case TAG_BASEFONT:
	case TAG_BGSOUND:
	case TAG_LINK:
	case TAG_META:
		tree_insert_void(b, t);
		return true;
	case TAG_TITLE:
		mode_read_raw(b, t, CONTENT_RCDATA);
		return true;
	case TAG_NOFRAMES:
	case TAG_STYLE:
		mode_read_raw(b, t, CONTENT_RAWTEXT);
		return true;
	case TAG_SCRIPT:
		mode_read_raw(b, t, CONTENT_SCRIPT);
		return true;
	case TAG_TEMPLATE:
		begin_template(b, t);
		return true;
	default:
		return false;
	}
}

bool mode_in_head(struct builder *b, struct token *t)
{
	if (around_head(b, t) || token_starts(t, TAG_HEAD))
		return false;
	if (token_starts(t, TAG_NOSCRIPT)) {
		tree_insert(b, t, SPACE_HTML);
		b->mode = MODE_IN_HEAD_NOSCRIPT;
		return false;
	}
	if (t->kind == TOKEN_START && start_in_head(b, t))
		return false;
	if (token_ends(t, TAG_TEMPLATE))
		mode_end_template(b);
	if (t->kind == TOKEN_END && t->tag != TAG_HEAD && !is_end_of_page(t))
		return false;
	open_pop(b);
	b->mode = MODE_AFTER_HEAD;
	return !token_ends(t, TAG_HEAD);
}

bool mode_in_head_noscript(struct builder *b, struct token *t)
{
	bool ends = token_ends(t, TAG_NOSCRIPT);

	if (around_head(b, t) || token_starts(t, TAG_HEAD) || token_starts(t, TAG_NOSCRIPT) ||
	    (t->kind == TOKEN_END && !ends && t->tag != TAG_BR))
		return false;
	if (token_starts(t, TAG_BASEFONT) || token_starts(t, TAG_BGSOUND) || token_starts(t, TAG_LINK) ||
	    token_starts(t, TAG_META) || token_starts(t, TAG_NOFRAMES) || token_starts(t, TAG_STYLE))
		return mode_in_head(b, t);
	open_pop(b);
	b->mode = MODE_IN_HEAD;
	return !ends;
}

/* What belongs into the head and stands behind it. */
static bool start_behind_head(struct builder *b, struct token *t)
{
	unsigned place = b->nopen;

	open_push(b, b->head);
	bool is_its = start_in_head(b, t);
	if (open_find(b, b->head) == place + 1)
		open_remove(b, b->head);
	return is_its;
}

bool mode_after_head(struct builder *b, struct token *t)
{
	if (around_head(b, t) || token_starts(t, TAG_HEAD))
		return false;
	if (token_starts(t, TAG_BODY)) {
		tree_insert(b, t, SPACE_HTML);
		b->frameset_ok = false;
		b->mode = MODE_IN_BODY;
		return false;
	}
	if (token_starts(t, TAG_FRAMESET)) {
		tree_insert(b, t, SPACE_HTML);
		b->mode = MODE_IN_FRAMESET;
		return false;
	}
	if (t->kind == TOKEN_START && start_behind_head(b, t))
		return false;
	if (token_ends(t, TAG_TEMPLATE))
		mode_end_template(b);
	if (t->kind == TOKEN_END && !is_end_of_page(t))
		return false;
	tree_insert_tag(b, TAG_BODY);
	return mode_go_on(b, MODE_IN_BODY);
}

/* The content of <script>, <title> and the like. */
bool mode_text(struct builder *b, struct token *t)
{
	if (t->kind == TOKEN_TEXT) {
		tree_insert_text(b, t->text);
		return false;
	}
	open_pop(b);
	b->mode = b->original;
	return t->kind != TOKEN_END;
}

/* ---- Templates ------------------------------------------------------------ */

bool mode_in_template(struct builder *b, struct token *t)
{
	static const struct {
		uint16_t tag;
		enum mode mode;
	} modes[] = {
		{ TAG_CAPTION, MODE_IN_TABLE }, { TAG_COLGROUP, MODE_IN_TABLE }, { TAG_TBODY, MODE_IN_TABLE },
		{ TAG_TFOOT, MODE_IN_TABLE },   { TAG_THEAD, MODE_IN_TABLE },    { TAG_COL, MODE_IN_COLUMN_GROUP },
		{ TAG_TR, MODE_IN_TABLE_BODY }, { TAG_TD, MODE_IN_ROW },         { TAG_TH, MODE_IN_ROW },
	};

	if (t->kind == TOKEN_END_OF_TEXT) {
		if (!b->count[TAG_TEMPLATE])
			return false;
		mode_end_template(b);
		return true;
	}
	if (token_ends(t, TAG_TEMPLATE)) {
		mode_end_template(b);
		return false;
	}
	if (t->kind == TOKEN_END)
		return false;
	if (t->kind != TOKEN_START)
		return mode_in_body(b, t);
	if (start_in_head(b, t))
		return false;
	enum mode mode = MODE_IN_BODY;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (modes[i].tag == t->tag)
			mode = modes[i].mode;
	b->templates[b->ntemplates - 1] = (uint8_t)mode;
	return mode_go_on(b, mode);
}

/* ---- Behind the body, and framesets --------------------------------------- */

bool mode_after_body(struct builder *b, struct token *t)
{
	if (space_to_body(b, t))
		return false;
	if (t->kind == TOKEN_COMMENT) {
		tree_append_comment(b, t, b->open[0].node);
		return false;
	}
	if (t->kind == TOKEN_DOCTYPE || t->kind == TOKEN_END_OF_TEXT)
		return false;
	if (token_starts(t, TAG_HTML))
		return mode_in_body(b, t);
	if (token_ends(t, TAG_HTML)) {
		if (!b->context)
			b->mode = MODE_AFTER_AFTER_BODY;
		return false;
	}
	return mode_go_on(b, MODE_IN_BODY);
}

bool mode_after_after_body(struct builder *b, struct token *t)
{
	if (space_to_body(b, t))
		return false;
	if (t->kind == TOKEN_COMMENT) {
		tree_append_comment(b, t, 0);
		return false;
	}
	if (t->kind == TOKEN_DOCTYPE || token_starts(t, TAG_HTML))
		return mode_in_body(b, t);
	return t->kind != TOKEN_END_OF_TEXT && mode_go_on(b, MODE_IN_BODY);
}

/* Of a text in a frameset only white space counts. */
static void put_spaces(struct builder *b, struct token *t)
{
	while (t->text.n) {
		tree_insert_text(b, tree_cut_space(t));
		t->text = str_sub(t->text, 1, t->text.n);
	}
}

/* What all three modes of framesets do. */
static void in_any_frameset(struct builder *b, struct token *t)
{
	if (t->kind == TOKEN_TEXT)
		put_spaces(b, t);
	else if (t->kind == TOKEN_COMMENT)
		tree_insert_comment(b, t);
	else if (token_starts(t, TAG_HTML))
		mode_in_body(b, t);
	else if (token_starts(t, TAG_NOFRAMES))
		mode_read_raw(b, t, CONTENT_RAWTEXT);
}

bool mode_in_frameset(struct builder *b, struct token *t)
{
	if (token_starts(t, TAG_FRAMESET)) {
		tree_insert(b, t, SPACE_HTML);
	} else if (token_starts(t, TAG_FRAME)) {
		tree_insert_void(b, t);
	} else if (token_ends(t, TAG_FRAMESET)) {
		open_pop(b);
		if (!b->context && !open_is(b, TAG_FRAMESET))
			b->mode = MODE_AFTER_FRAMESET;
	} else {
		in_any_frameset(b, t);
	}
	return false;
}

bool mode_after_frameset(struct builder *b, struct token *t)
{
	if (token_ends(t, TAG_HTML))
		b->mode = MODE_AFTER_AFTER_FRAMESET;
	else
		in_any_frameset(b, t);
	return false;
}

bool mode_after_after_frameset(struct builder *b, struct token *t)
{
	if (t->kind == TOKEN_COMMENT)
		tree_append_comment(b, t, 0);
	else
		in_any_frameset(b, t);
	return false;
}

/* ---- Which mode it is, by what is open ------------------------------------ */

/* The mode that an open element stands for; MODES if it stands for none. */
static enum mode mode_of(const struct builder *b, bool last, uint16_t tag)
{
	switch (tag) {
	case TAG_TD:
	case TAG_TH:
		return last ? MODES : MODE_IN_CELL;
	case TAG_TR:
		return MODE_IN_ROW;
	case TAG_TBODY:
	case TAG_THEAD:
	case TAG_TFOOT:
		return MODE_IN_TABLE_BODY;
	case TAG_CAPTION:
		return MODE_IN_CAPTION;
	case TAG_COLGROUP:
		return MODE_IN_COLUMN_GROUP;
	case TAG_TABLE:
		return MODE_IN_TABLE;
	case TAG_TEMPLATE:
		return b->ntemplates ? (enum mode)b->templates[b->ntemplates - 1] : MODE_IN_BODY;
	case TAG_HEAD:
		return last ? MODES : MODE_IN_HEAD;
	case TAG_BODY:
		return MODE_IN_BODY;
	case TAG_FRAMESET:
		return MODE_IN_FRAMESET;
	case TAG_HTML:
		return b->head ? MODE_AFTER_HEAD : MODE_BEFORE_HEAD;
	default:
		return MODES;
	}
}

void mode_reset(struct builder *b)
{
	for (unsigned i = b->nopen; i--;) {
		struct open_element e = b->open[i];
		if (!i && b->context)
			e = (struct open_element){ .tag = b->context->tag, .space = (uint8_t)b->context->space };
		enum mode mode = e.space == SPACE_HTML ? mode_of(b, i == 0, e.tag) : MODES;
		if (mode != MODES) {
			b->mode = mode;
			return;
		}
	}
	b->mode = MODE_IN_BODY;
}
