/*
 * What changed, for feeds: the sentences that weigh most first, inline, with
 * elements alone.  Trivial edits are left out; where they stand beside others
 * the new words are shown.
 */
#include "view/compare.h"
#include "view/rows.h"

/* The ops with anything to show, heaviest first. */
static uint32_t sort_ops(struct arena *a, const struct change *c, struct weighed **out)
{
	struct weighed *list = ARENA_ARRAY(a, struct weighed, c->nops + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < c->nops; i++) {
		const struct change_op *op = &c->ops[i];
		struct weighed heavy = { -1, i };
		for (uint32_t k = op->first_edit; k < op->first_edit + op->nedits; k++)
			if (!c->edits[k].folded && c->edits[k].weight > heavy.weight)
				heavy.weight = c->edits[k].weight;
		if (heavy.weight >= 0)
			list[n++] = heavy;
	}
	compare_sort(list, n);
	*out = list;
	return n;
}

static void put_marked(struct html *h, const char *element, struct str s)
{
	if (s.n)
		html_element(h, element, NULL, s);
}

static void put_words(struct html *h, const struct marks *m, uint32_t index)
{
	const struct change_op *op = &m->change->ops[index];
	const uint32_t *owner = m->owner + m->op_first_word[index];
	size_t at = 0;

	for (uint32_t i = 0; i < op->nwords; i++) {
		const struct word_edit *w = &op->words[i];
		if (marks_faint(m, owner[i]))
			continue;
		html_text(h, str_sub(op->new_text, at, w->new_from));
		put_marked(h, "del", str_sub(op->old_text, w->old_from, w->old_to));
		put_marked(h, "ins", str_sub(op->new_text, w->new_from, w->new_to));
		at = w->new_to;
	}
	html_text(h, str_sub(op->new_text, at, op->new_text.n));
}

static void put_op(struct html *h, const struct marks *m, uint32_t index)
{
	const struct change_op *op = &m->change->ops[index];

	html_open(h, "p");
	html_attr(h, "dir", "auto");
	if (op->moved)
		html_puts(h, "(moved) ");
	if (op->nolds == 0)
		put_marked(h, "ins", op->new_text);
	else if (op->nnews == 0)
		put_marked(h, "del", op->old_text);
	else
		put_words(h, m, index);
	html_close(h, "p");
}

void rows_write_plain(struct html *h, struct arena *a, const struct change *c, size_t max)
{
	struct marks m;
	struct weighed *list;
	size_t begin = h->out->n;

	marks_make(a, c, (struct mark_filter){ 0 }, &m);
	uint32_t n = sort_ops(a, c, &list);
	for (uint32_t i = 0; i < n; i++) {
		if (h->out->n - begin > max) {
			html_element_z(h, "p", NULL, "… and more.");
			return;
		}
		put_op(h, &m, list[i].index);
	}
	if (m.nfolded) {
		html_open(h, "p");
		html_printf(h, m.nfolded == 1 ? "%s%u trivial edit is left out." : "%s%u trivial edits are left out.",
		            n ? "" : "Nothing of weight: ", m.nfolded);
		html_close(h, "p");
	}
}
