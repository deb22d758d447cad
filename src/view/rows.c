/*
 * The rows of a comparison: see rows.h.
 *
 * A row in which nothing is shown is quiet.  Runs of more than FOLD quiet rows
 * are folded away but for one row at each end that touches a change.
 */
#include "view/rows.h"

#include "view/cells.h"
#include "view/margin.h"
#include "view/words.h"

#define FOLD 4
#define MOST_BOTH 4000 /* edits; in a larger change a narrow screen stacks the old text on the new one */

static bool is_quiet(const struct rows *x, uint32_t r)
{
	const struct marks *m = x->page->marks;
	bool all = !m->filter.kinds && !m->filter.matters;

	return !m->row_shown[r] && !(all && x->joints[r]);
}

/* ---- one row ------------------------------------------------------------- */

/* Is the row written a third time, with both texts in one? */
static bool has_both(const struct rows *x, uint32_t r)
{
	const struct change_row *row = &x->change->rows[r];
	bool two = row->old.unit != NO_UNIT && row->new.unit != NO_UNIT;

	return two && x->page->mode == DIFF_BOTH && (row->kind != ROW_SAME || row->moved) &&
	       x->change->nedits <= MOST_BOTH;
}

static void put_row(const struct rows *x, uint32_t r)
{
	const struct change_row *row = &x->change->rows[r];
	bool both = has_both(x, r);

	html_open(x->h, "div");
	html_attr_printf(x->h, "class", "row %s%s%s", row_kind_name(row->kind), row->moved ? " moved" : "",
	                 both                       ? " two"
	                 : row->new.unit == NO_UNIT ? " left"
	                 : row->old.unit == NO_UNIT ? " right"
	                                            : "");
	html_attr_printf(x->h, "id", "r%u", r + 1);
	margin_write(x->h, x->page, r);
	if (x->page->mode != DIFF_INLINE) {
		cell_side(x, r, false);
		cell_side(x, r, true);
	}
	if (both || x->page->mode == DIFF_INLINE)
		cell_both(x, r);
	html_close(x->h, "div");
}

/* ---- what is folded away ------------------------------------------------- */

/* Paragraphs that begin in rows [from, to), on the side that has more of them. */
static uint32_t count_paragraphs(const struct change *c, uint32_t from, uint32_t to)
{
	uint32_t old = 0, new = 0;

	for (uint32_t r = from; r < to; r++) {
		const struct fragment *o = &c->rows[r].old, *n = &c->rows[r].new;
		old += o->unit != NO_UNIT && o->from == c->old_units[o->unit].first;
		new += n->unit != NO_UNIT && n->from == c->new_units[n->unit].first;
	}
	return old > new ? old : new;
}

static bool has_faint_edits(const struct change *c, uint32_t from, uint32_t to)
{
	for (uint32_t r = from; r < to; r++)
		if (c->rows[r].kind != ROW_SAME || c->rows[r].moved)
			return true;
	return false;
}

static void put_fold(const struct rows *x, uint32_t from, uint32_t to)
{
	uint32_t n = count_paragraphs(x->change, from, to);

	html_open(x->h, "details");
	html_attr(x->h, "class", "fold");
	html_open(x->h, "summary");
	html_printf(x->h, "%u %s%s", n ? n : to - from, n == 1 ? "paragraph" : "paragraphs",
	            has_faint_edits(x->change, from, to) ? " with nothing of what is shown" : " unchanged");
	html_close(x->h, "summary");
	while (from < to)
		put_row(x, from++);
	html_close(x->h, "details");
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
	put_fold(x, from, to - tail);
	if (tail)
		put_row(x, to - tail);
}

void rows_write(struct html *h, struct arena *a, const struct rows_page *page)
{
	struct rows x = { .h = h, .arena = a, .page = page, .change = page->marks->change };

	cells_prepare(&x);
	for (uint32_t i = 0; i < x.change->nrows;) {
		uint32_t end = i;
		while (end < x.change->nrows && is_quiet(&x, end))
			end++;
		if (end > i)
			put_quiet_run(&x, i, end);
		else
			put_row(&x, end++);
		i = end;
	}
}
