/*
 * The rows of a comparison: see rows.h.
 *
 * Runs of more than FOLD unchanged rows are folded away but for one row at
 * each end that touches a change.
 */
#include "view/rows.h"

#include "view/parts.h"

#define FOLD 4

struct rows {
	struct html *h;
	struct arena *arena;
	const struct change *change;
	enum diff_mode mode;
	struct str language;
};

/* ---- words -------------------------------------------------------------- */

static struct str unit_text(const struct unit *units, uint32_t i)
{
	return i == NO_UNIT ? STR_NONE : units[i].text;
}

static void put_marked(struct html *h, const char *mark, struct str s)
{
	if (s.n)
		html_element(h, mark, NULL, s);
}

/* The old text with <del>, or the new one with <ins>. */
static void put_one_side(struct html *h, const struct change_row *r, struct str s, bool newer)
{
	size_t at = 0;

	for (uint32_t i = 0; i < r->nedits; i++) {
		const struct word_edit *w = &r->edits[i];
		uint32_t from = newer ? w->new_from : w->old_from, to = newer ? w->new_to : w->old_to;
		html_text(h, str_sub(s, at, from));
		put_marked(h, newer ? "ins" : "del", str_sub(s, from, to));
		at = to;
	}
	html_text(h, str_sub(s, at, s.n));
}

static void put_both_sides(struct html *h, const struct change_row *r, struct str old, struct str new)
{
	size_t at = 0;

	for (uint32_t i = 0; i < r->nedits; i++) {
		const struct word_edit *w = &r->edits[i];
		html_text(h, str_sub(new, at, w->new_from));
		put_marked(h, "del", str_sub(old, w->old_from, w->old_to));
		put_marked(h, "ins", str_sub(new, w->new_from, w->new_to));
		at = w->new_to;
	}
	html_text(h, str_sub(new, at, new.n));
}

/* ---- cells -------------------------------------------------------------- */

/* What a unit is, when it is more than a paragraph. */
static const char *unit_label(const struct unit *u)
{
	switch (u->kind) {
	case UNIT_TITLE:
		return "Title";
	case UNIT_STANDFIRST:
		return "Standfirst";
	case UNIT_BYLINE:
		return "Byline";
	case UNIT_BLOCK:
		break;
	}
	static const char *const blocks[BLOCK_KINDS] = { [BLOCK_CAPTION] = "Caption",
		                                         [BLOCK_PULLQUOTE] = "Pull-quote",
		                                         [BLOCK_ROW] = "Table row",
		                                         [BLOCK_ENTRY] = "Entry" };
	return u->block < BLOCK_KINDS ? blocks[u->block] : NULL;
}

static const char *unit_class(const struct unit *u)
{
	switch (u->kind) {
	case UNIT_TITLE:
		return "u-title";
	case UNIT_STANDFIRST:
		return "u-standfirst";
	case UNIT_BYLINE:
		return "u-byline";
	case UNIT_BLOCK:
		break;
	}
	static const char *const blocks[BLOCK_KINDS] = {
		[BLOCK_HEADING] = "u-heading", [BLOCK_ITEM] = "u-item",       [BLOCK_QUOTE] = "u-quote",
		[BLOCK_CAPTION] = "u-caption", [BLOCK_PULLQUOTE] = "u-quote", [BLOCK_ROW] = "u-row",
	};
	return u->block < BLOCK_KINDS ? blocks[u->block] : NULL;
}

enum side { SIDE_OLD, SIDE_NEW, SIDE_BOTH };
static const char *const SIDE_CLASS[] = { "old", "new", "both" };

static void begin_cell(const struct rows *x, enum side side)
{
	html_open(x->h, "div");
	html_attr(x->h, "class", SIDE_CLASS[side]);
}

static void begin_text(const struct rows *x, const struct unit *u)
{
	html_open(x->h, "p");
	if (unit_class(u))
		html_attr(x->h, "class", unit_class(u));
	html_attr(x->h, "dir", "auto");
	part_lang(x->h, x->language);
}

static void put_row_link(const struct rows *x, const char *words, uint32_t row, uint32_t from)
{
	html_open(x->h, "p");
	html_attr(x->h, "class", "moved");
	html_open(x->h, "a");
	html_attr_printf(x->h, "href", "#r%u", row + 1);
	html_printf(x->h, "%s %s %s row %u", row < from ? "↑" : "↓", words, row < from ? "above," : "below,", row + 1);
	html_close(x->h, "a");
	html_close(x->h, "p");
}

static void put_move_note(const struct rows *x, uint32_t i, enum side side)
{
	const struct change_row *r = &x->change->rows[i];

	if (!r->moved && !r->ghost)
		return;
	if (r->ghost && side != SIDE_NEW)
		put_row_link(x, "moved to its new place", r->partner, i);
	if (!r->ghost && side != SIDE_OLD)
		put_row_link(x, "moved here from its old place", r->partner, i);
}

/* The edits of a ghost stand in the row at the other place. */
static const struct change_row *edits_of(const struct rows *x, const struct change_row *r)
{
	if (r->ghost && r->partner < x->change->nrows && r->kind == ROW_EDITED)
		return &x->change->rows[r->partner];
	return r;
}

static void put_cell(const struct rows *x, uint32_t i, enum side side)
{
	const struct change_row *r = &x->change->rows[i];
	struct str old = unit_text(x->change->old_units, r->old_unit);
	struct str new = unit_text(x->change->new_units, r->new_unit);
	bool old_side = side == SIDE_OLD || (side == SIDE_BOTH && r->new_unit == NO_UNIT);
	const struct unit *u = old_side ? &x->change->old_units[r->old_unit] : &x->change->new_units[r->new_unit];

	begin_cell(x, side);
	put_move_note(x, i, side);
	if (unit_label(u))
		html_element_z(x->h, "p", "label", unit_label(u));
	begin_text(x, u);
	if (r->kind == ROW_REMOVED || r->kind == ROW_ADDED)
		html_element(x->h, old_side ? "del" : "ins", NULL, old_side ? old : new);
	else if (r->kind != ROW_EDITED)
		html_text(x->h, old_side ? old : new);
	else if (side == SIDE_BOTH && r->old_unit != NO_UNIT && r->new_unit != NO_UNIT)
		put_both_sides(x->h, r, old, new);
	else
		put_one_side(x->h, edits_of(x, r), old_side ? old : new, !old_side);
	html_close(x->h, "p");
	html_close(x->h, "div");
}

static void put_empty_cell(const struct rows *x, enum side side)
{
	begin_cell(x, side);
	html_close(x->h, "div");
}

/* ---- rows --------------------------------------------------------------- */

static bool is_quiet(const struct change_row *r)
{
	return r->kind == ROW_SAME && !r->moved && !r->ghost;
}

static const char *row_words(const struct change_row *r)
{
	if (r->ghost)
		return "moved away";
	if (r->moved)
		return r->kind == ROW_EDITED ? "moved and edited" : "moved";
	return row_kind_name(r->kind);
}

static void put_cells(const struct rows *x, uint32_t i)
{
	const struct change_row *r = &x->change->rows[i];
	bool old = r->old_unit != NO_UNIT && (!r->moved || r->ghost), new = r->new_unit != NO_UNIT;

	if (x->mode == DIFF_INLINE) {
		put_cell(x, i, SIDE_BOTH);
		return;
	}
	old ? put_cell(x, i, SIDE_OLD) : put_empty_cell(x, SIDE_OLD);
	new ? put_cell(x, i, SIDE_NEW) : put_empty_cell(x, SIDE_NEW);
	/* On a narrow screen a row with one text shows that; only edits need
	 * a cell in which both are told. */
	if (x->mode == DIFF_BOTH && r->kind == ROW_EDITED && r->old_unit != NO_UNIT && new)
		put_cell(x, i, SIDE_BOTH);
}

static void put_row(const struct rows *x, uint32_t i)
{
	const struct change_row *r = &x->change->rows[i];
	const char *has_both = r->kind == ROW_EDITED && r->old_unit != NO_UNIT && r->new_unit != NO_UNIT ? " two" : "";

	html_open(x->h, "div");
	html_attr_printf(x->h, "class", "row %s%s%s", row_kind_name(r->kind), has_both,
	                 r->ghost   ? " ghost"
	                 : r->moved ? " shifted"
	                            : "");
	html_attr_printf(x->h, "id", "r%u", i + 1);
	html_open(x->h, "a");
	html_attr(x->h, "class", "n");
	html_attr_printf(x->h, "href", "#r%u", i + 1);
	html_attr_printf(x->h, "aria-label", "Row %u, %s", i + 1, row_words(r));
	html_printf(x->h, "%u", i + 1);
	html_close(x->h, "a");
	put_cells(x, i);
	html_close(x->h, "div");
}

/* Rows [from, to) are all quiet. */
static void put_quiet_run(const struct rows *x, uint32_t from, uint32_t to)
{
	uint32_t head = from > 0, tail = to < x->change->nrows;

	if (to - from <= FOLD + head + tail) {
		while (from < to)
			put_row(x, from++);
		return;
	}
	if (head)
		put_row(x, from++);
	html_open(x->h, "details");
	html_attr(x->h, "class", "fold");
	html_open(x->h, "summary");
	html_printf(x->h, "%u unchanged paragraphs", to - tail - from);
	html_close(x->h, "summary");
	while (from < to - tail)
		put_row(x, from++);
	html_close(x->h, "details");
	if (tail)
		put_row(x, from);
}

void rows_write(struct html *h, struct arena *a, const struct change *c, enum diff_mode mode, struct str language)
{
	const struct rows x = { .h = h, .arena = a, .change = c, .mode = mode, .language = language };

	for (uint32_t i = 0; i < c->nrows;) {
		uint32_t end = i;
		while (end < c->nrows && is_quiet(&c->rows[end]))
			end++;
		if (end > i)
			put_quiet_run(&x, i, end);
		else
			put_row(&x, end++);
		i = end;
	}
}

size_t rows_changed(const struct change *c, uint32_t *out, size_t limit)
{
	size_t n = 0;

	for (uint32_t i = 0; i < c->nrows && n < limit; i++)
		if (!is_quiet(&c->rows[i]) && !c->rows[i].ghost)
			out[n++] = i + 1;
	return n;
}

void rows_write_plain(struct html *h, const struct change *c, size_t max)
{
	size_t begin = h->out->n;

	for (uint32_t i = 0; i < c->nrows; i++) {
		const struct change_row *r = &c->rows[i];
		struct str old = unit_text(c->old_units, r->old_unit), new = unit_text(c->new_units, r->new_unit);
		if (is_quiet(r) || r->ghost)
			continue;
		if (h->out->n - begin > max) {
			html_element_z(h, "p", NULL, "… and more.");
			return;
		}
		html_open(h, "p");
		html_attr(h, "dir", "auto");
		if (r->moved)
			html_puts(h, "(moved) ");
		if (r->kind == ROW_EDITED)
			put_both_sides(h, r, old, new);
		else if (r->kind == ROW_SAME)
			html_text(h, new);
		else
			html_element(h, r->kind == ROW_ADDED ? "ins" : "del", NULL, r->kind == ROW_ADDED ? new : old);
		html_close(h, "p");
	}
}
