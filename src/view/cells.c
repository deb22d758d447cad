/*
 * The cells of a row: see cells.h.
 *
 * Both columns hold their version in its own order, so a paragraph that goes
 * on in a later row goes on in the next one that has anything in its column.
 *
 * In the cell of both, new sentences come in their order with the words that
 * went in place; an old sentence that has no place in the row any more stands
 * behind what its neighbour became.
 */
#include "view/cells.h"

#include "view/parts.h"
#include "view/words.h"

static const struct fragment *fragment_of(const struct change *c, uint32_t row, bool newer)
{
	return newer ? &c->rows[row].new : &c->rows[row].old;
}

static const struct unit *unit_of(const struct change *c, const struct fragment *f, bool newer)
{
	return newer ? &c->new_units[f->unit] : &c->old_units[f->unit];
}

/* ---- paragraphs that face several ---------------------------------------- */

static uint32_t *find_above(struct arena *a, const struct change *c, bool newer)
{
	uint32_t *above = ARENA_ARRAY(a, uint32_t, c->nrows + 1), last = NO_ROW;

	for (uint32_t r = 0; r < c->nrows; r++) {
		above[r] = last;
		if (fragment_of(c, r, newer)->unit != NO_UNIT)
			last = r;
	}
	return above;
}

static void count_faces(struct rows *x)
{
	const struct change *c = x->change;
	uint32_t old_last = NO_UNIT, new_last = NO_UNIT;

	x->old_faces = ARENA_ARRAY(x->arena, uint32_t, c->nold_units + 1);
	x->new_faces = ARENA_ARRAY(x->arena, uint32_t, c->nnew_units + 1);
	for (uint32_t r = 0; r < c->nrows; r++) {
		uint32_t o = c->rows[r].old.unit, n = c->rows[r].new.unit;
		if (o == NO_UNIT || n == NO_UNIT || (o == old_last && n == new_last))
			continue;
		x->old_faces[o]++;
		x->new_faces[n]++;
		old_last = o;
		new_last = n;
	}
}

void cells_prepare(struct rows *x)
{
	const struct change *c = x->change;

	count_faces(x);
	x->old_above = find_above(x->arena, c, false);
	x->new_above = find_above(x->arena, c, true);
	x->joints = ARENA_ARRAY(x->arena, bool, c->nrows + 1);
	for (uint32_t r = 0; r < c->nrows; r++) {
		uint32_t o = c->rows[r].old.unit, n = c->rows[r].new.unit;
		x->joints[r] = (o != NO_UNIT && x->old_faces[o] > 1) || (n != NO_UNIT && x->new_faces[n] > 1);
	}
}

/* "one", "two" ... "nine", "10". */
static struct str small_number(struct arena *a, uint32_t n)
{
	static const char *const words[] = { "no",   "one", "two",   "three", "four",
		                             "five", "six", "seven", "eight", "nine" };
	return n < 10 ? str_from(words[n]) : arena_printf(a, "%u", n);
}

static void begin_label(const struct rows *x, const char *element, const char *class)
{
	html_open(x->h, element);
	html_attr(x->h, "class", class);
	html_attr(x->h, "dir", "ltr");
	html_attr(x->h, "lang", "en");
}

static void put_joint(const struct rows *x, const struct fragment *f, bool newer)
{
	uint32_t n = newer ? x->new_faces[f->unit] : x->old_faces[f->unit];

	if (n < 2 || f->from != unit_of(x->change, f, newer)->first)
		return;
	struct str number = small_number(x->arena, n);
	begin_label(x, "p", "joint");
	html_printf(x->h, newer ? "merged from %.*s paragraphs" : "split in %.*s paragraphs", STR_ARG(number));
	html_close(x->h, "p");
}

/* ---- where a moved sentence is ------------------------------------------- */

static void put_place(const struct rows *x, uint32_t op, bool newer)
{
	const struct change *c = x->change;
	const struct change_op *o = &c->ops[op];
	uint32_t s = newer ? o->news[0] : o->olds[0];
	uint32_t unit = newer ? c->new_sentences[s].unit : c->old_sentences[s].unit;
	const struct unit *units = newer ? c->new_units : c->old_units;

	if (units[unit].kind != UNIT_BLOCK) {
		html_puts(x->h, "the top");
		return;
	}
	html_open(x->h, "a");
	html_attr_printf(x->h, "href", "#r%u", 1 + (newer ? x->page->marks->new_row[s] : x->page->marks->old_row[s]));
	html_printf(x->h, "paragraph %u", unit - units_heads(units, unit) + 1);
	html_close(x->h, "a");
}

/* The unit at the other end of a move, or NO_UNIT. */
static uint32_t other_end(const struct change *c, uint32_t op, bool newer)
{
	const struct change_op *o = &c->ops[op];
	if (!o->moved || !o->nolds || !o->nnews)
		return NO_UNIT;
	return newer ? c->old_sentences[o->olds[0]].unit : c->new_sentences[o->news[0]].unit;
}

/* Said once for neighbours that moved together. */
static void put_move_label(const struct rows *x, const struct fragment *f, uint32_t s, bool newer)
{
	const struct change *c = x->change;
	const uint32_t *op_of = newer ? c->new_op : c->old_op;
	uint32_t there = other_end(c, op_of[s], newer);

	if (there == NO_UNIT || (s > f->from && other_end(c, op_of[s - 1], newer) == there))
		return;
	begin_label(x, "span", "to");
	html_puts(x->h, newer ? "moved here from " : "moved to ");
	put_place(x, op_of[s], !newer);
	html_close(x->h, "span");
	html_puts(x->h, " ");
}

static void put_row_link(const struct rows *x, const char *before, uint32_t row)
{
	html_puts(x->h, before);
	html_open(x->h, "a");
	html_attr_printf(x->h, "href", "#r%u", row + 1);
	html_printf(x->h, "row %u", row + 1);
	html_close(x->h, "a");
}

/* "sentence split in two", where the first of the new sentences begins. */
static void put_split_label(const struct rows *x, uint32_t op, uint32_t s)
{
	const struct change_op *o = &x->change->ops[op];
	struct str olds = small_number(x->arena, o->nolds), news = small_number(x->arena, o->nnews);
	const struct marks *m = x->page->marks;

	if (s != o->news[0])
		return;
	begin_label(x, "span", "joined");
	if (o->nolds == 1)
		html_printf(x->h, "sentence split in %.*s", STR_ARG(news));
	else if (o->nnews == 1)
		html_printf(x->h, "merged from %.*s sentences", STR_ARG(olds));
	else
		html_printf(x->h, "%.*s sentences recast as %.*s", STR_ARG(olds), STR_ARG(news));
	if (m->old_row[o->olds[0]] != m->new_row[s])
		put_row_link(x, ", before in ", m->old_row[o->olds[0]]);
	html_puts(x->h, ":");
	html_close(x->h, "span");
	html_puts(x->h, " ");
}

/* Where an old sentence went that has nothing of its own beside it. */
static void put_merged_label(const struct rows *x, uint32_t op, uint32_t s)
{
	const struct change_op *o = &x->change->ops[op];
	const struct marks *m = x->page->marks;

	for (uint32_t i = 0; i < o->nnews; i++)
		if (m->new_row[o->news[i]] == m->old_row[s])
			return;
	begin_label(x, "span", "joined");
	put_row_link(x, "now in ", m->new_row[o->news[0]]);
	html_puts(x->h, ":");
	html_close(x->h, "span");
	html_puts(x->h, " ");
}

/* ---- sentences ----------------------------------------------------------- */

static const char *sentence_class(const struct rows *x, uint32_t op, bool newer)
{
	const struct change_op *o = &x->change->ops[op];

	if (o->moved)
		return marks_faint(x->page->marks, marks_move(x->page->marks, op)) ? NULL : newer ? "here" : "away";
	return o->nolds > 1 || o->nnews > 1 ? "band" : NULL;
}

static void put_words(const struct rows *x, uint32_t op, uint32_t s, bool newer, bool both)
{
	const struct change *c = x->change;
	const struct change_op *o = &c->ops[op];
	const struct sentence *all = newer ? c->new_sentences : c->old_sentences;
	const struct marks *m = x->page->marks;
	struct span part = op_span(o, all, newer, s);

	if (!o->nolds || !o->nnews)
		words_whole(x->h, m, marks_whole(m, op), all[s].text, newer);
	else if (o->moved && !newer)
		html_text(x->h, all[s].text);
	else if (both || o->moved)
		words_inline(x->h, m, op, part);
	else
		words_side(x->h, m, op, part, newer);
}

static void put_sentence(const struct rows *x, const struct fragment *f, uint32_t s, bool newer, bool both)
{
	uint32_t op = newer ? x->change->new_op[s] : x->change->old_op[s];
	const char *class = sentence_class(x, op, newer);

	if (x->change->ops[op].moved && class)
		put_move_label(x, f, s, newer);
	else if (class)
		newer ? put_split_label(x, op, s) : put_merged_label(x, op, s);
	if (class) {
		html_open(x->h, "span");
		html_attr(x->h, "class", class);
	}
	put_words(x, op, s, newer, both);
	if (class)
		html_close(x->h, "span");
	if (newer && x->change->ops[op].moved && s == x->change->ops[op].news[x->change->ops[op].nnews - 1])
		words_ref(x->h, x->page->marks, marks_move(x->page->marks, op));
}

/* What stands between a sentence and the one before it: nothing in some scripts. */
static void put_gap(const struct rows *x, const struct fragment *f, uint32_t s, bool newer)
{
	const struct sentence *all = newer ? x->change->new_sentences : x->change->old_sentences;

	if (s > f->from)
		html_text(x->h, str_sub(unit_of(x->change, f, newer)->text, all[s - 1].from + all[s - 1].text.n,
		                        all[s].from));
}

/* ---- cells --------------------------------------------------------------- */

static const char *shape_class(const struct unit *u)
{
	static const char *const heads[] = { "u-title", "u-standfirst", "u-byline" };
	static const char *const blocks[BLOCK_KINDS] = {
		[BLOCK_HEADING] = "u-heading", [BLOCK_ITEM] = "u-item",       [BLOCK_QUOTE] = "u-quote",
		[BLOCK_CAPTION] = "u-caption", [BLOCK_PULLQUOTE] = "u-quote", [BLOCK_ROW] = "u-row",
	};
	return u->kind == UNIT_BLOCK ? blocks[u->block] : heads[u->kind];
}

static void begin_text(const struct rows *x, const struct unit *u)
{
	html_open(x->h, "p");
	if (shape_class(u))
		html_attr(x->h, "class", shape_class(u));
	html_attr(x->h, "dir", "auto");
	part_lang(x->h, x->page->language);
}

static const char *flow_class(const struct rows *x, uint32_t row, const struct fragment *f, bool newer)
{
	if (f->unit == NO_UNIT) {
		uint32_t above = newer ? x->new_above[row] : x->old_above[row];
		const struct fragment *up = above == NO_ROW ? NULL : fragment_of(x->change, above, newer);
		const struct unit *u = up ? unit_of(x->change, up, newer) : NULL;
		return u && up->to < u->first + u->n ? " through" : "";
	}
	const struct unit *u = unit_of(x->change, f, newer);
	bool down = f->to<u->first + u->n, up = f->from> u->first;
	return up && down ? " from-above goes-on" : up ? " from-above" : down ? " goes-on" : "";
}

void cell_side(const struct rows *x, uint32_t row, bool newer)
{
	const struct fragment *f = fragment_of(x->change, row, newer);

	html_open(x->h, "div");
	html_attr_printf(x->h, "class", "%s%s", newer ? "new" : "old", flow_class(x, row, f, newer));
	if (f->unit != NO_UNIT) {
		put_joint(x, f, newer);
		begin_text(x, unit_of(x->change, f, newer));
		for (uint32_t s = f->from; s < f->to; s++) {
			put_gap(x, f, s, newer);
			put_sentence(x, f, s, newer, false);
		}
		html_close(x->h, "p");
	}
	html_close(x->h, "div");
}

void cell_both(const struct rows *x, uint32_t row)
{
	const struct change *c = x->change;
	const struct fragment *old = &c->rows[row].old, *new = &c->rows[row].new;
	bool has_new = new->unit != NO_UNIT;
	uint32_t n;
	struct piece *pieces = change_row_pieces(x->arena, c, &c->rows[row], &n);

	html_open(x->h, "div");
	html_attr_printf(x->h, "class", "both%s", flow_class(x, row, has_new ? new : old, has_new));
	if (old->unit != NO_UNIT)
		put_joint(x, old, false);
	if (has_new)
		put_joint(x, new, true);
	begin_text(x, has_new ? unit_of(c, new, true) : unit_of(c, old, false));
	for (uint32_t i = 0; i < n; i++) {
		const struct piece *p = &pieces[i];
		if (i && p->newer && pieces[i - 1].newer)
			put_gap(x, new, p->sentence, true);
		else
			html_puts(x->h, i ? " " : "");
		put_sentence(x, p->newer ? new : old, p->sentence, p->newer, true);
	}
	html_close(x->h, "p");
	html_close(x->h, "div");
}
