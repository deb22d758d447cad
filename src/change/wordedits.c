/*
 * What changed inside a pair of texts: see wordedits.h.
 *
 * The words are paired (wordalign.c), what has no partner is made into phrases
 * (wordphrases.c), what was only moved or recased is found (wordkept.c); here
 * edits of tokens become edits of bytes.  A space belongs to an edit when it
 * came or went with a word, and stays outside otherwise.
 */
#include "change/wordedits.h"

#include <string.h>

#include "change/wordalign.h"
#include "change/worddiff.h"

const struct word_costs word_costs = {
#define COST(name, value) .name = (float)(value),
#include "change/wordcosts.inc"
#undef COST
};

/* ------------------------------------------------------- tokens to bytes -- */

static uint32_t end_before(const struct tokens *t, uint32_t i)
{
	return i ? t->at[i - 1].to : 0;
}

static uint32_t start_of(const struct tokens *t, uint32_t i)
{
	return i < t->n ? t->at[i].from : (uint32_t)t->text.n;
}

/* The bytes of an edit with the spaces around it, less the spaces that both
 * sides have. */
static struct word_edit to_bytes(const struct word_diff *d, const struct edit *e)
{
	struct word_edit w = { end_before(d->old, e->of), start_of(d->old, e->ot), end_before(d->new, e->nf),
		               start_of(d->new, e->nt) };
	const char *o = d->old->text.p, *n = d->new->text.p;

	while (w.old_from < w.old_to && w.new_from < w.new_to && char_is_space(o[w.old_from]) &&
	       char_is_space(n[w.new_from]))
		w.old_from++, w.new_from++;
	while (w.old_from < w.old_to && w.new_from < w.new_to && char_is_space(o[w.old_to - 1]) &&
	       char_is_space(n[w.new_to - 1]))
		w.old_to--, w.new_to--;
	return w;
}

static void add_edit(struct word_edits *out, struct word_edit w)
{
	if (w.old_from < w.old_to || w.new_from < w.new_to)
		out->at[out->n++] = w;
}

/* The common tokens from the end of the last edit to e: only spaces between
 * them can differ. */
static void add_space_edits(const struct word_diff *d, const struct edit *last, const struct edit *e,
                            struct word_edits *out)
{
	for (uint32_t i = last->ot + 1, j = last->nt + 1; i < e->of; i++, j++)
		if (tokens_spaced(d->old, i) != tokens_spaced(d->new, j))
			add_edit(out, to_bytes(d, &(struct edit){ i, i, j, j }));
}

static uint32_t count_words(const struct tokens *t, uint32_t from, uint32_t to)
{
	uint32_t n = 0;
	for (uint32_t i = from; i < to; i++)
		n += token_is_word(&t->at[i]);
	return n;
}

static void write_edits(const struct word_diff *d, struct word_edits *out)
{
	struct edit last = { 0 };

	for (uint32_t i = 0; i <= d->n; i++) {
		struct edit end = { d->old->n, d->old->n, d->new->n, d->new->n };
		struct edit e = i < d->n ? d->edits[i] : end;
		add_space_edits(d, &last, &e, out);
		if (i < d->n) {
			add_edit(out, to_bytes(d, &e));
			out->words_removed += count_words(d->old, e.of, e.ot);
			out->words_added += count_words(d->new, e.nf, e.nt);
		}
		last = e;
	}
}

/* In the order of the old text; what was kept is neither gone nor come. */
static void write_kept(struct word_diff *d, struct word_edits *out)
{
	out->kept = d->kept;
	out->nkept = d->nkept;
	for (uint32_t i = 1; i < d->nkept; i++) {
		struct word_kept k = d->kept[i];
		uint32_t at = i;
		for (; at && d->kept[at - 1].old_from > k.old_from; at--)
			d->kept[at] = d->kept[at - 1];
		d->kept[at] = k;
	}
	for (uint32_t i = 0; i < d->nkept; i++) {
		uint32_t words = d->kept[i].words;
		out->words_removed -= words;
		out->words_added -= words;
	}
}

/* ------------------------------------------------------------- all in all -- */

static void edits_from_partners(struct word_diff *d, const uint32_t *partner)
{
	uint32_t i = 0, j = 0;

	while (i < d->old->n || j < d->new->n) {
		if (i < d->old->n && partner[i] == j) {
			i++, j++;
			continue;
		}
		struct edit e = { i, i, j, j };
		while (e.ot < d->old->n && partner[e.ot] == WORD_NONE)
			e.ot++;
		e.nt = e.ot < d->old->n ? partner[e.ot] : d->new->n;
		d->edits[d->n++] = e;
		i = e.ot;
		j = e.nt;
	}
}

static float *sum_worths(struct arena *a, const struct word_costs *costs, const struct tokens *t)
{
	float *sum = arena_alloc(a, (t->n + 1) * sizeof *sum);

	sum[0] = 0;
	for (uint32_t i = 0; i < t->n; i++)
		sum[i + 1] = sum[i] + word_worth(costs, t, i);
	return sum;
}

struct word_edits word_edits_find_with(struct arena *a, const struct tokens *older, const struct tokens *newer,
                                       const struct word_costs *costs)
{
	uint32_t most = older->n + newer->n + 1;
	struct tokens old = word_diff_without_capitals(a, older, newer);
	struct tokens new = word_diff_without_capitals(a, newer, older);
	struct word_diff d = { .arena = a, .costs = costs, .old = &old, .new = &new };
	uint32_t *partner = arena_alloc(a, (older->n + 1) * sizeof *partner);
	struct word_edits out = { .at = arena_alloc(a, most * sizeof *out.at) };

	d.edits = arena_alloc(a, most * sizeof *d.edits);
	d.kept = arena_alloc(a, most * sizeof *d.kept);
	d.old_sum = sum_worths(a, costs, &old);
	d.new_sum = sum_worths(a, costs, &new);
	word_align(a, &old, &new, costs, d.old_sum, partner);
	edits_from_partners(&d, partner);
	word_diff_make_phrases(&d);
	word_diff_find_moves(&d);
	word_diff_keep_recased(&d, older, newer);
	write_edits(&d, &out);
	write_kept(&d, &out);
	return out;
}

struct word_edits word_edits_find(struct arena *a, const struct tokens *older, const struct tokens *newer)
{
	return word_edits_find_with(a, older, newer, &word_costs);
}
