/*
 * From the common words of two texts to edits that a person would mark.
 *
 * Even well chosen pairs leave the stray "the" that two rewritten clauses
 * share.  So: edits are put where phrases begin and end; common stretches that
 * are too slight for the edits on both sides of them are given up; compounds
 * ("moment-zero") are taken whole; and when only about a quarter of the words
 * survives, the whole text was replaced.
 *
 * A common stretch is judged by a sum of the costs "join...": what it is worth
 * itself, how large the edits beside it are, whether it begins with the sign
 * at which a clause ends (people keep that), and whether giving it up saves a
 * cut where no space is.
 */
#include <math.h>
#include <string.h>

#include "change/wordalign.h"
#include "change/worddiff.h"

#define PASSES_MOST 6 /* over the edits of a text, joining */

void word_diff_join_touching(struct word_diff *d)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < d->n; i++) {
		struct edit *last = kept ? &d->edits[kept - 1] : NULL;
		if (last && last->ot == d->edits[i].of && last->nt == d->edits[i].nf) {
			last->ot = d->edits[i].ot;
			last->nt = d->edits[i].nt;
		} else {
			d->edits[kept++] = d->edits[i];
		}
	}
	d->n = kept;
}

/* ------------------------------------------------- edits at phrase edges -- */

/* An edit on one side only can slide over equal tokens: to the best edges. */
static int32_t slide_one_sided(const struct word_diff *d, const struct tokens *t, uint32_t *from, uint32_t *to,
                               uint32_t least, uint32_t most)
{
	uint32_t f = *from, e = *to, best = f;
	float best_cost = HUGE_VALF;

	while (f > least && t->at[f - 1].id == t->at[e - 1].id)
		f--, e--;
	for (;; f++, e++) {
		float cost = word_edge_cost(d->costs, t, f) + word_edge_cost(d->costs, t, e);
		if (cost <= best_cost) {
			best_cost = cost;
			best = f;
		}
		if (e >= most || t->at[f].id != t->at[e].id)
			break;
	}
	int32_t shift = (int32_t)best - (int32_t)*from;
	*to = best + (*to - *from);
	*from = best;
	return shift;
}

static void slide(struct word_diff *d)
{
	for (uint32_t i = 0; i < d->n; i++) {
		struct edit *e = &d->edits[i];
		const struct edit *before = i ? e - 1 : NULL, *after = i + 1 < d->n ? e + 1 : NULL;
		/* The equal stretches around it bound the way, on both sides alike. */
		if (e->of == e->ot) {
			int32_t shift = slide_one_sided(d, d->new, &e->nf, &e->nt, before ? before->nt : 0,
			                                after ? after->nf : d->new->n);
			e->of = e->ot = (uint32_t)((int32_t)e->of + shift);
		} else if (e->nf == e->nt) {
			int32_t shift = slide_one_sided(d, d->old, &e->of, &e->ot, before ? before->ot : 0,
			                                after ? after->of : d->old->n);
			e->nf = e->nt = (uint32_t)((int32_t)e->nf + shift);
		}
	}
	word_diff_join_touching(d);
}

/* -------------------------------------------------------- slight stretches -- */

static float edit_size(const struct word_diff *d, const struct edit *e)
{
	return fmaxf(edit_removed(d, e), edit_added(d, e));
}

static bool one_sided(const struct edit *e)
{
	return e->of == e->ot || e->nf == e->nt;
}

static bool cuts_piece(const struct word_diff *d, uint32_t o, uint32_t n)
{
	return tokens_glued(d->old, o) || tokens_glued(d->new, n);
}

/* Would a person read over the common tokens between a and b? */
static bool is_slight(const struct word_diff *d, const struct edit *a, const struct edit *b)
{
	const struct word_costs *c = d->costs;
	float between = d->old_sum[b->of] - d->old_sum[a->ot];
	float left = edit_size(d, a), right = edit_size(d, b);
	char sign = tokens_sign(d->old, a->ot);
	float score = c->join + c->join_between * logf(fmaxf(between, 0.1F));

	score += c->join_smaller * log1pf(fminf(left, right)) + c->join_larger * log1pf(fmaxf(left, right));
	score += c->join_one_sided * (float)(one_sided(a) + one_sided(b));
	score += sign && strchr(",;:.)!?", sign) ? c->join_clause : 0;
	score += c->join_glued * (float)(cuts_piece(d, a->ot, a->nt) + cuts_piece(d, b->of, b->nf));
	return score > 0;
}

static void join_over_slight(struct word_diff *d)
{
	bool again = true;

	for (uint32_t pass = 0; again && pass < PASSES_MOST; pass++) {
		uint32_t kept = 0;
		again = false;
		for (uint32_t i = 0; i < d->n; i++) {
			struct edit *last = kept ? &d->edits[kept - 1] : NULL;
			if (last && is_slight(d, last, &d->edits[i])) {
				last->ot = d->edits[i].ot;
				last->nt = d->edits[i].nt;
				again = true;
			} else {
				d->edits[kept++] = d->edits[i];
			}
		}
		d->n = kept;
	}
}

/* ------------------------------------------------------------- compounds -- */

static bool is_hyphen(const struct tokens *t, uint32_t i)
{
	return i < t->n && tokens_sign(t, i) == '-';
}

/* Is the cut before token i inside a compound such as "moment-zero"? */
static bool cuts_compound(const struct tokens *t, uint32_t i)
{
	if (tokens_spaced(t, i))
		return false;
	return (is_hyphen(t, i) && token_is_word(&t->at[i - 1])) || (is_hyphen(t, i - 1) && token_is_word(&t->at[i]));
}

static void widen_to_compounds(struct word_diff *d)
{
	for (uint32_t i = 0; i < d->n; i++) {
		struct edit *e = &d->edits[i];
		uint32_t least = i ? d->edits[i - 1].ot : 0, most = i + 1 < d->n ? d->edits[i + 1].of : d->old->n;
		while (e->of > least && e->nf > 0 && (cuts_compound(d->old, e->of) || cuts_compound(d->new, e->nf)))
			e->of--, e->nf--;
		while (e->ot < most && e->nt < d->new->n &&
		       (cuts_compound(d->old, e->ot) || cuts_compound(d->new, e->nt)))
			e->ot++, e->nt++;
	}
	word_diff_join_touching(d);
}

/* ------------------------------------------------------------- all in all -- */

static bool little_survives(const struct word_diff *d)
{
	float all = d->old_sum[d->old->n] + d->new_sum[d->new->n], removed = 0, added = 0;

	for (uint32_t i = 0; i < d->n; i++) {
		removed += edit_removed(d, &d->edits[i]);
		added += edit_added(d, &d->edits[i]);
	}
	/* An insertion into a text that stands is no replacement of it. */
	return removed > 0 && added > 0 && d->n > 1 && all - removed - added < d->costs->survive * all;
}

void word_diff_make_phrases(struct word_diff *d)
{
	slide(d);
	join_over_slight(d);
	widen_to_compounds(d);
	slide(d);
	if (little_survives(d)) {
		d->edits[0] = (struct edit){ 0, d->old->n, 0, d->new->n };
		d->n = 1;
	}
}
