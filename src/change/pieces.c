/*
 * A row as one text that tells both: see change.h.
 *
 * The new text is read from sentence to sentence; a sentence that has no place
 * in it any more is told behind what its neighbour became.
 */
#include "change/change.h"

/* How far the new sentences of the op go in the row; 0: there are none. */
static uint32_t reach(const struct change_op *op, const struct fragment *f)
{
	uint32_t to = 0;

	for (uint32_t i = 0; i < op->nnews && f->unit != NO_UNIT; i++)
		if (op->news[i] >= f->from && op->news[i] < f->to)
			to = op->news[i] + 1;
	return to;
}

struct piece *change_row_pieces(struct arena *a, const struct change *c, const struct change_row *row, uint32_t *n)
{
	uint32_t old_to = row->old.unit == NO_UNIT ? 0 : row->old.to,
	         new_to = row->new.unit == NO_UNIT ? 0 : row->new.to;
	uint32_t j = row->new.from;
	struct piece *pieces = arena_alloc(a, ((size_t)old_to + new_to + 1) * sizeof *pieces);

	*n = 0;
	for (uint32_t i = row->old.from; i < old_to; i++) {
		uint32_t op = c->old_op[i], to = reach(&c->ops[op], &row->new);
		if (to == 0)
			pieces[(*n)++] = (struct piece){ false, op, i };
		for (; j < to; j++)
			pieces[(*n)++] = (struct piece){ true, c->new_op[j], j };
	}
	for (; j < new_to; j++)
		pieces[(*n)++] = (struct piece){ true, c->new_op[j], j };
	return pieces;
}

/* ---- runs ---------------------------------------------------------------- */

struct writer {
	struct run *runs;
	uint32_t n;
};

static void add_run(struct writer *w, enum run_kind kind, struct str text, uint32_t word)
{
	if (text.n)
		w->runs[w->n++] = (struct run){ kind, text, word };
}

static uint32_t clamp(uint32_t x, struct span part)
{
	return x < part.from ? part.from : x > part.to ? part.to : x;
}

struct run *op_runs(struct arena *a, const struct change_op *op, enum run_view view, struct span part, uint32_t *n)
{
	bool newer = view != RUNS_OLD;
	struct str text = newer ? op->new_text : op->old_text;
	struct writer w = { .runs = arena_alloc(a, (3 * (size_t)op->nwords + 1) * sizeof(struct run)) };
	uint32_t at = part.from;
	/* Sentences that touch share the place between them; it is the earlier one's. */
	bool first = part.from == 0 || char_is_space(text.p[part.from - 1]);

	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *e = &op->words[i];
		uint32_t from = newer ? e->new_from : e->old_from, to = newer ? e->new_to : e->old_to;
		bool begins = from <= part.to && (from > part.from || (from == part.from && first));
		if (!begins && (to <= part.from || from > part.to))
			continue;
		add_run(&w, RUN_SAME, str_sub(text, at, clamp(from, part)), 0);
		if (begins && view == RUNS_BOTH)
			add_run(&w, RUN_GONE, str_sub(op->old_text, e->old_from, e->old_to), i);
		add_run(&w, newer ? RUN_CAME : RUN_GONE, str_sub(text, clamp(from, part), clamp(to, part)), i);
		at = clamp(to, part);
	}
	add_run(&w, RUN_SAME, str_sub(text, at, part.to), 0);
	*n = w.n;
	return w.runs;
}
