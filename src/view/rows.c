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

static void put_marked(struct html *h, const char *mark, struct str s)
{
	if (s.n)
		html_element(h, mark, NULL, s);
}

/* The part [from, to) of one side of an op, with what went or came in it marked. */
static void put_side(struct html *h, const struct change_op *op, struct span part, bool newer)
{
	struct str text = newer ? op->new_text : op->old_text;
	size_t at = part.from;

	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *w = &op->words[i];
		uint32_t from = newer ? w->new_from : w->old_from, to = newer ? w->new_to : w->old_to;
		from = from < part.from ? part.from : from;
		to = to > part.to ? part.to : to;
		if (from >= to)
			continue;
		html_text(h, str_sub(text, at, from));
		put_marked(h, newer ? "ins" : "del", str_sub(text, from, to));
		at = to;
	}
	html_text(h, str_sub(text, at, part.to));
}

static void put_both_sides(struct html *h, const struct change_op *op)
{
	size_t at = 0;

	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *w = &op->words[i];
		html_text(h, str_sub(op->new_text, at, w->new_from));
		put_marked(h, "del", str_sub(op->old_text, w->old_from, w->old_to));
		put_marked(h, "ins", str_sub(op->new_text, w->new_from, w->new_to));
		at = w->new_to;
	}
	html_text(h, str_sub(op->new_text, at, op->new_text.n));
}

/* ---- cells -------------------------------------------------------------- */

static void put_fragment(const struct rows *x, const struct fragment *f, bool newer)
{
	const struct change *c = x->change;
	const struct sentence *all = newer ? c->new_sentences : c->old_sentences;

	html_open(x->h, "div");
	html_attr(x->h, "class", newer ? "new" : "old");
	if (f->unit != NO_UNIT) {
		html_open(x->h, "p");
		html_attr(x->h, "dir", "auto");
		part_lang(x->h, x->language);
		for (uint32_t s = f->from; s < f->to; s++) {
			const struct change_op *op = &c->ops[newer ? c->new_op[s] : c->old_op[s]];
			html_puts(x->h, s > f->from ? " " : "");
			if (op->kind == OP_ADDED || op->kind == OP_REMOVED)
				put_marked(x->h, newer ? "ins" : "del", all[s].text);
			else
				put_side(x->h, op, op_span(op, all, newer, s), newer);
		}
		html_close(x->h, "p");
	}
	html_close(x->h, "div");
}

/* ---- rows --------------------------------------------------------------- */

static bool is_quiet(const struct change_row *r)
{
	return r->kind == ROW_SAME && !r->moved;
}

static void put_row(const struct rows *x, uint32_t i)
{
	const struct change_row *r = &x->change->rows[i];

	html_open(x->h, "div");
	html_attr_printf(x->h, "class", "row %s", row_kind_name(r->kind));
	html_attr_printf(x->h, "id", "r%u", i + 1);
	html_open(x->h, "a");
	html_attr(x->h, "class", "n");
	html_attr_printf(x->h, "href", "#r%u", i + 1);
	html_attr_printf(x->h, "aria-label", "Row %u, %s", i + 1, row_kind_name(r->kind));
	html_printf(x->h, "%u", i + 1);
	html_close(x->h, "a");
	put_fragment(x, &r->old, false);
	put_fragment(x, &r->new, true);
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
		if (!is_quiet(&c->rows[i]))
			out[n++] = i + 1;
	return n;
}

void rows_write_plain(struct html *h, const struct change *c, size_t max)
{
	size_t begin = h->out->n;

	for (uint32_t i = 0; i < c->nops; i++) {
		const struct change_op *op = &c->ops[i];
		if (op->kind == OP_SAME && !op->moved)
			continue;
		if (h->out->n - begin > max) {
			html_element_z(h, "p", NULL, "… and more.");
			return;
		}
		html_open(h, "p");
		html_attr(h, "dir", "auto");
		if (op->moved)
			html_puts(h, "(moved) ");
		if (op->kind == OP_ADDED || op->kind == OP_REMOVED)
			put_marked(h, op->kind == OP_ADDED ? "ins" : "del",
			           op->kind == OP_ADDED ? op->new_text : op->old_text);
		else
			put_both_sides(h, op);
		html_close(h, "p");
	}
}
