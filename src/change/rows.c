/*
 * From operations to rows: see change.h.
 *
 * Pairs that stayed are what both columns have in step.  Between two of them
 * each side has sentences of its own: those that continue the paragraph before
 * go on in its row, those that begin the paragraph after stand in that row, and
 * what lies between has rows with one side.  A row ends where a paragraph of
 * either side does.
 */
#include "change/parts.h"

const char *row_kind_name(enum row_kind k)
{
	static const char *const names[] = { "same", "edited", "added", "removed" };
	return k <= ROW_REMOVED ? names[k] : "?";
}

struct columns {
	const struct links *links;
	struct change *c;
	uint32_t o, n; /* sentences that have a place */
};

static const struct fragment NOTHING = { NO_UNIT, 0, 0 };

static uint32_t unit_of(const struct sentence *all, uint32_t s)
{
	return all[s].unit;
}

static struct change_row *new_row(struct change *c)
{
	struct change_row *row = &c->rows[c->nrows++];
	*row = (struct change_row){ .old = NOTHING, .new = NOTHING };
	return row;
}

/* Appends sentences from *at on, as long as they are of the fragment's unit. */
static void extend(struct fragment *f, const struct sentence *all, uint32_t *at, uint32_t upto)
{
	while (*at < upto && (f->unit == NO_UNIT || unit_of(all, *at) == f->unit)) {
		if (f->unit == NO_UNIT)
			*f = (struct fragment){ unit_of(all, *at), *at, *at };
		f->to = ++*at;
	}
}

/* Where, before upto, the sentences of upto's unit begin. */
static uint32_t head_of(const struct sentence *all, uint32_t from, uint32_t upto, uint32_t n)
{
	uint32_t h = upto;
	while (upto < n && h > from && unit_of(all, h - 1) == unit_of(all, upto))
		h--;
	return h;
}

/* Everything up to the pair (o, n), or to the end. */
static void add_between(struct columns *x, uint32_t o, uint32_t n)
{
	struct change *c = x->c;
	struct change_row *last = c->nrows ? &c->rows[c->nrows - 1] : NULL;

	if (last && last->old.unit != NO_UNIT)
		extend(&last->old, c->old_sentences, &x->o, o);
	if (last && last->new.unit != NO_UNIT)
		extend(&last->new, c->new_sentences, &x->n, n);
	uint32_t old_head = head_of(c->old_sentences, x->o, o, c->nold),
	         new_head = head_of(c->new_sentences, x->n, n, c->nnew);
	while (x->o < old_head)
		extend(&new_row(c)->old, c->old_sentences, &x->o, old_head);
	while (x->n < new_head)
		extend(&new_row(c)->new, c->new_sentences, &x->n, new_head);
}

static void add_pair(struct columns *x, uint32_t o, uint32_t n)
{
	struct change *c = x->c;
	struct change_row *row = c->nrows ? &c->rows[c->nrows - 1] : NULL;

	add_between(x, o, n);
	bool goes_on = row == (c->nrows ? &c->rows[c->nrows - 1] : NULL) && row && x->o == o && x->n == n &&
	               row->old.unit == unit_of(c->old_sentences, o) && row->new.unit == unit_of(c->new_sentences, n);
	if (!goes_on)
		row = new_row(c);
	extend(&row->old, c->old_sentences, &x->o, o + 1);
	extend(&row->new, c->new_sentences, &x->n, n + 1);
}

/* ---- what is said of a row ----------------------------------------------- */

struct seen {
	bool changed, alone, stays;
};

static void look(const struct change *c, const struct fragment *f, const uint32_t *op_of, struct seen *s)
{
	for (uint32_t i = f->from; f->unit != NO_UNIT && i < f->to; i++) {
		const struct change_op *op = &c->ops[op_of[i]];
		s->changed = s->changed || op->kind != OP_SAME;
		s->alone = s->alone && (op->kind == OP_ADDED || op->kind == OP_REMOVED);
		s->stays = s->stays || !op->moved;
	}
}

static void judge_row(const struct change *c, struct change_row *row)
{
	struct seen s = { .alone = true };

	look(c, &row->old, c->old_op, &s);
	look(c, &row->new, c->new_op, &s);
	row->moved = !s.stays;
	row->kind = !s.changed                            ? ROW_SAME
	            : s.alone && row->old.unit == NO_UNIT ? ROW_ADDED
	            : s.alone && row->new.unit == NO_UNIT ? ROW_REMOVED
	                                                  : ROW_EDITED;
	/* One that lost or got a sentence that stands elsewhere is not the same. */
	if (row->kind == ROW_SAME && !row->moved && row->old.to - row->old.from != row->new.to - row->new.from)
		row->kind = ROW_EDITED;
}

void rows_make(struct arena *a, const struct links *l, struct change *c)
{
	struct columns x = { .links = l, .c = c };

	c->rows = arena_alloc(a, ((size_t)c->nold + c->nnew + 1) * sizeof *c->rows);
	for (uint32_t o = 0; o < c->nold; o++)
		if (l->to_new[o] != NO_SENTENCE && !l->moved[o])
			add_pair(&x, o, l->to_new[o]);
	add_between(&x, c->nold, c->nnew);
	for (uint32_t i = 0; i < c->nrows; i++)
		judge_row(c, &c->rows[i]);
}
