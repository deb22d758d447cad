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

static uint32_t length(const struct fragment *f)
{
	return f->unit == NO_UNIT ? 0 : f->to - f->from;
}

struct piece *change_row_pieces(struct arena *a, const struct change *c, const struct change_row *row, uint32_t *n)
{
	uint32_t old = length(&row->old), new = length(&row->new);
	uint32_t old_to = row->old.from + old, j = row->new.from, new_to = j + new;
	struct piece *pieces = arena_alloc(a, ((size_t)old + new + 1) * sizeof *pieces);

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

static void add_run(struct writer *w, enum run_kind kind, bool kept, struct str text, uint32_t word)
{
	if (text.n)
		w->runs[w->n++] = (struct run){ kind, kept, text, word };
}

/* The first kept words in [at, to) of the old text (of the new one for what
 * came), or [to, to). */
static struct span next_kept(const struct change_op *op, enum run_kind kind, uint32_t at, uint32_t to)
{
	struct span next = { to, to };

	for (uint32_t i = 0; i < op->nkept; i++) {
		const struct word_kept *k = &op->kept[i];
		struct span s = kind == RUN_CAME ? (struct span){ k->new_from, k->new_to }
		                                 : (struct span){ k->old_from, k->old_to };
		if (s.to > at && s.from < next.from)
			next = (struct span){ s.from < at ? at : s.from, s.to < to ? s.to : to };
	}
	return next;
}

/* Words [at, to) that went or came, cut where kept ones begin and end. */
static void add_changed(struct writer *w, const struct change_op *op, enum run_kind kind, uint32_t at, uint32_t to,
                        uint32_t word)
{
	struct str text = kind == RUN_CAME ? op->new_text : op->old_text;

	while (at < to) {
		struct span kept = next_kept(op, kind, at, to);
		add_run(w, kind, false, str_sub(text, at, kept.from), word);
		add_run(w, kind, true, str_sub(text, kept.from, kept.to), word);
		at = kept.to;
	}
}

static uint32_t clamp(uint32_t x, struct span part)
{
	return x < part.from ? part.from : x > part.to ? part.to : x;
}

struct run *op_runs(struct arena *a, const struct change_op *op, enum run_view view, struct span part, uint32_t *n)
{
	bool newer = view != RUNS_OLD;
	struct str text = newer ? op->new_text : op->old_text;
	struct writer w = { .runs = arena_alloc(a, (3 * (size_t)op->nwords + 4 * op->nkept + 1) * sizeof(struct run)) };
	uint32_t at = part.from;
	/* Sentences that touch share the place between them; it is the earlier one's. */
	bool first = part.from == 0 || char_is_space(text.p[part.from - 1]);

	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *e = &op->words[i];
		uint32_t from = newer ? e->new_from : e->old_from, to = newer ? e->new_to : e->old_to;
		bool begins = from <= part.to && (from > part.from || (from == part.from && first));
		if (!begins && (to <= part.from || from > part.to))
			continue;
		add_run(&w, RUN_SAME, false, str_sub(text, at, clamp(from, part)), 0);
		if (begins && view == RUNS_BOTH)
			add_changed(&w, op, RUN_GONE, e->old_from, e->old_to, i);
		add_changed(&w, op, newer ? RUN_CAME : RUN_GONE, clamp(from, part), clamp(to, part), i);
		at = clamp(to, part);
	}
	add_run(&w, RUN_SAME, false, str_sub(text, at, part.to), 0);
	*n = w.n;
	return w.runs;
}
