/*
 * Which edits are marked, and where: see marks.h.
 *
 * A word edit belongs to the narrowest edit of its op that holds it: both come
 * in the order of the text, so one step through both is enough; what is left
 * over belongs to the edit of the whole op.
 */
#include "view/marks.h"

#include "view/compare.h"

bool mark_wanted(const struct mark_filter *f, const struct change_edit *e)
{
	return compare_chosen(e, f->kinds, f->matters) && (!e->folded || f->folded || f->kinds);
}

static bool is_whole(const struct change_op *op, const struct change_edit *e)
{
	return e->at.old_from == 0 && e->at.new_from == 0 && e->at.old_to >= op->old_text.n &&
	       e->at.new_to >= op->new_text.n;
}

static uint32_t find_whole(const struct marks *m, uint32_t op, bool move)
{
	const struct change_op *x = &m->change->ops[op];

	for (uint32_t i = x->first_edit; i < x->first_edit + x->nedits; i++) {
		const struct change_edit *e = &m->change->edits[i];
		if ((e->kind == EDIT_MOVE) == move && is_whole(x, e))
			return i;
		if (!move && e->kind != EDIT_MOVE)
			break; /* the whole one comes first */
	}
	return NO_EDIT;
}

uint32_t marks_whole(const struct marks *m, uint32_t op)
{
	return find_whole(m, op, false);
}

uint32_t marks_move(const struct marks *m, uint32_t op)
{
	return m->change->ops[op].moved ? find_whole(m, op, true) : NO_EDIT;
}

bool marks_faint(const struct marks *m, uint32_t edit)
{
	return edit == NO_EDIT || m->number[edit] == 0;
}

/* ---- words and their edits ----------------------------------------------- */

static bool holds(const struct word_edit *outer, const struct word_edit *w)
{
	return outer->old_from <= w->old_from && w->old_to <= outer->old_to && outer->new_from <= w->new_from &&
	       w->new_to <= outer->new_to;
}

static bool is_before(const struct word_edit *at, const struct word_edit *w)
{
	return at->old_to <= w->old_from && at->new_to <= w->new_from && !holds(at, w);
}

static void own_words(struct marks *m, uint32_t index, uint32_t *owner)
{
	const struct change *c = m->change;
	const struct change_op *op = &c->ops[index];
	uint32_t at = op->first_edit, end = op->first_edit + op->nedits;
	uint32_t whole = marks_whole(m, index);

	if (whole == NO_EDIT)
		whole = marks_move(m, index);
	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *w = &op->words[i];
		while (at < end && (is_whole(op, &c->edits[at]) || is_before(&c->edits[at].at, w)))
			at++;
		owner[i] = at < end && holds(&c->edits[at].at, w) ? at : whole;
	}
}

static void own_all_words(struct arena *a, struct marks *m)
{
	const struct change *c = m->change;
	uint32_t n = 0;

	m->op_first_word = ARENA_ARRAY(a, uint32_t, c->nops + 1);
	for (uint32_t i = 0; i < c->nops; i++) {
		m->op_first_word[i] = n;
		n += c->ops[i].nwords;
	}
	m->owner = ARENA_ARRAY(a, uint32_t, n + 1);
	for (uint32_t i = 0; i < c->nops; i++)
		own_words(m, i, m->owner + m->op_first_word[i]);
}

/* ---- rows and their edits ------------------------------------------------ */

static void find_rows(struct arena *a, struct marks *m)
{
	const struct change *c = m->change;

	m->old_row = ARENA_ARRAY(a, uint32_t, c->nold + 1);
	m->new_row = ARENA_ARRAY(a, uint32_t, c->nnew + 1);
	for (uint32_t r = 0; r < c->nrows; r++) {
		const struct fragment *old = &c->rows[r].old, *new = &c->rows[r].new;
		for (uint32_t s = old->from; old->unit != NO_UNIT && s < old->to; s++)
			m->old_row[s] = r;
		for (uint32_t s = new->from; new->unit != NO_UNIT &&s < new->to; s++)
			m->new_row[s] = r;
	}
}

/* The sentence of one side in which a place of the op's text lies. */
static uint32_t sentence_at(const struct change_op *op, const struct sentence *all, bool newer, uint32_t place)
{
	const uint32_t *list = newer ? op->news : op->olds;
	uint32_t n = newer ? op->nnews : op->nolds;

	for (uint32_t i = 0; i + 1 < n; i++)
		if (place < op_span(op, all, newer, list[i + 1]).from)
			return list[i];
	return list[n - 1];
}

static uint32_t home_of(const struct marks *m, const struct change_edit *e)
{
	const struct change *c = m->change;

	if (e->op == NO_OP)
		return NO_ROW;
	const struct change_op *op = &c->ops[e->op];
	if (op->nnews)
		return m->new_row[sentence_at(op, c->new_sentences, true, e->at.new_from)];
	return m->old_row[sentence_at(op, c->old_sentences, false, e->at.old_from)];
}

static void show_rows_of(struct marks *m, const struct change_op *op)
{
	for (uint32_t i = 0; i < op->nolds; i++)
		m->row_shown[m->old_row[op->olds[i]]] = true;
	for (uint32_t i = 0; i < op->nnews; i++)
		m->row_shown[m->new_row[op->news[i]]] = true;
}

/* Numbers by home: counted first, then put in their places. */
static void number_edits(struct arena *a, struct marks *m)
{
	const struct change *c = m->change;
	uint32_t *next = ARENA_ARRAY(a, uint32_t, c->nrows + 2); /* 0: without a home; r + 1: of row r */
	uint32_t at = 0, last = NO_OP;

	for (uint32_t i = 0; i < c->nedits; i++) {
		const struct change_edit *e = &c->edits[i];
		m->home[i] = home_of(m, e);
		m->nfolded += e->folded != NULL;
		if (!mark_wanted(&m->filter, e))
			continue;
		next[m->home[i] + 1]++; /* NO_ROW + 1 is 0 */
		if (e->op != NO_OP && e->op != last)
			show_rows_of(m, &c->ops[e->op]);
		last = e->op;
	}
	for (uint32_t r = 0; r <= c->nrows; r++) {
		uint32_t n = next[r];
		next[r] = at;
		at += n;
		m->row_first[r] = at;
	}
	for (uint32_t i = 0; i < c->nedits; i++)
		if (mark_wanted(&m->filter, &c->edits[i])) {
			uint32_t place = next[m->home[i] + 1]++;
			m->order[place] = i;
			m->number[i] = place + 1;
		}
	m->norder = at;
}

void marks_make(struct arena *a, const struct change *c, struct mark_filter filter, struct marks *out)
{
	*out = (struct marks){ .arena = a, .change = c, .filter = filter };
	out->number = ARENA_ARRAY(a, uint32_t, c->nedits + 1);
	out->home = ARENA_ARRAY(a, uint32_t, c->nedits + 1);
	out->order = ARENA_ARRAY(a, uint32_t, c->nedits + 1);
	out->row_first = ARENA_ARRAY(a, uint32_t, c->nrows + 2);
	out->row_shown = ARENA_ARRAY(a, bool, c->nrows + 1);
	find_rows(a, out);
	own_all_words(a, out);
	number_edits(a, out);
}
