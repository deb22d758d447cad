/*
 * Words inside edits that a person would not call changed: passages that moved
 * within the text, and first words of sentences that differ in nothing but
 * their capital letter.
 *
 * What moved is found among the words that edits removed and added: the run of
 * words that is surest to have moved first.  It must weigh something, or be
 * most of an edit: "now" that stands elsewhere has moved, "of the" in two
 * rewritten clauses has not.
 *
 * Limits: 8 moves in a text, and none where more than 8,192 pairs of removed
 * and added words would have to be looked at; 32 first words of sentences.
 */
#include <math.h>
#include <string.h>

#include <unicode/uchar.h>

#include "change/wordalign.h"
#include "change/worddiff.h"

#define RECASED_MOST 32
#define MOVES_MOST 8
#define MOVES_PAIRS 8192

/* ---------------------------------------------------- capitals of sentences -- */

/* Does a sentence begin behind the sign that is token i?  Behind ".", "!" or "?",
 * or where it is a mark or bracket that opens one, which began before it. */
static bool begins_behind(const struct tokens *t, uint32_t i, bool before)
{
	char sign = tokens_sign(t, i);
	return sign == '.' || sign == '!' || sign == '?' || (before && i + 1 < t->n && !tokens_spaced(t, i + 1));
}

/* The id of the word of token t in lower case, or its own. */
static uint64_t lower_id(struct str text, const struct word *t)
{
	char out[64];
	size_t at = t->from;
	uint32_t c = utf8_next(text, &at), lower = (uint32_t)u_tolower((UChar32)c);
	size_t rest = t->to - at;

	if (lower == c || rest + 4 > sizeof out)
		return t->id;
	size_t n = utf8_put(lower, out);
	memcpy(out + n, text.p + at, rest);
	return text_id(str_of(out, n + rest));
}

static bool has_id(const struct tokens *t, uint64_t id)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->at[i].id == id)
			return true;
	return false;
}

struct tokens word_diff_without_capitals(struct arena *a, const struct tokens *t, const struct tokens *other)
{
	struct tokens out = *t;
	uint32_t budget = RECASED_MOST;
	bool begins = true;

	for (uint32_t i = 0; i < t->n && budget; i++) {
		bool first = begins;
		if (!first && t->at[i].plain)
			continue;
		begins = t->at[i].kind == WORD_SIGN && begins_behind(t, i, first);
		if (t->at[i].kind != WORD_LETTERS || !first)
			continue;
		uint64_t id = lower_id(t->text, &t->at[i]);
		if (id == t->at[i].id || budget-- == 0 || has_id(other, t->at[i].id) || !has_id(other, id))
			continue;
		if (out.at == t->at) {
			out.at = arena_alloc(a, t->n * sizeof *out.at);
			memcpy(out.at, t->at, t->n * sizeof *out.at);
		}
		out.at[i].id = id;
	}
	return out;
}

/* ----------------------------------------------------------------- moves -- */

/* A removed token, or an added one, and its edit. */
struct loose {
	uint64_t id;
	uint32_t token, edit;
	bool kept;
};

struct loose_tokens {
	struct loose *o, *n; /* removed, added */
	uint32_t no, nn;
	uint64_t added[4]; /* what was added, by its id: nearly all that was removed is not among it */
};

struct passage {
	uint32_t o, n, length; /* indexes into the loose ones */
	float score;
};

static uint32_t collect_loose(const struct word_diff *d, bool newer, struct loose *out)
{
	const struct tokens *t = newer ? d->new : d->old;
	uint32_t n = 0;

	for (uint32_t k = 0; k < d->n; k++) {
		const struct edit *e = &d->edits[k];
		for (uint32_t i = newer ? e->nf : e->of; i < (newer ? e->nt : e->ot); i++)
			out[n++] = (struct loose){ t->at[i].id, i, k, false };
	}
	return n;
}

static bool continues(const struct loose *l, uint32_t n, uint32_t i)
{
	return i < n && l[i].edit == l[i - 1].edit && !l[i].kept;
}

/* The run that begins with the i-th removed and the j-th added token, and how
 * sure it is to have moved: it weighs something, and it is most of an edit. */
static struct passage run_from(const struct word_diff *d, const struct loose_tokens *l, uint32_t i, uint32_t j)
{
	const struct word_costs *c = d->costs;
	const struct edit *from = &d->edits[l->o[i].edit], *to = &d->edits[l->n[j].edit];
	struct passage r = { i, j, 0, 0 };
	float weight = 0;

	while (l->o[i].id == l->n[j].id) {
		weight += word_worth(c, d->old, l->o[i].token);
		r.length++;
		i++, j++;
		if (!continues(l->o, l->no, i) || !continues(l->n, l->nn, j))
			break;
	}
	float of_old = weight / edit_removed(d, from), of_new = weight / edit_added(d, to);
	r.score = c->move + c->move_weight * logf(weight) + c->move_more * fmaxf(of_old, of_new) +
	          c->move_less * fminf(of_old, of_new);
	return r;
}

static void keep_run(struct word_diff *d, struct loose_tokens *l, struct passage r)
{
	const struct word *o = &d->old->at[l->o[r.o].token], *n = &d->new->at[l->n[r.n].token];

	struct word_kept kept = { KEPT_MOVED, o->from, o[r.length - 1].to, n->from, n[r.length - 1].to, 0 };

	for (uint32_t k = 0; k < r.length; k++) {
		l->o[r.o + k].kept = l->n[r.n + k].kept = true;
		kept.words += token_is_word(&o[k]);
	}
	d->kept[d->nkept++] = kept;
}

static bool beside(const struct loose *l, uint32_t n, uint32_t at, uint32_t run)
{
	return at < n && !l[at].kept && l[at].edit == l[run].edit;
}

/* A comma that went with the run goes with it still, on whichever side. */
static void keep_signs_beside(struct word_diff *d, struct loose_tokens *l, struct passage r)
{
	uint32_t at[2] = { r.o - 1, r.o + r.length }, to[2] = { r.n - 1, r.n + r.length };

	for (uint32_t k = 0; k < 4; k++) {
		uint32_t i = at[k / 2], j = to[k % 2];
		if (!beside(l->o, l->no, i, r.o) || !beside(l->n, l->nn, j, r.n))
			continue;
		const struct word *o = &d->old->at[l->o[i].token], *n = &d->new->at[l->n[j].token];
		if (o->kind == WORD_SIGN && o->id == n->id)
			keep_run(d, l, (struct passage){ i, j, 1, 0 });
	}
}

static bool may_move(const struct loose_tokens *l, uint32_t i, uint32_t j)
{
	return l->o[i].id == l->n[j].id && !l->o[i].kept && !l->n[j].kept && l->o[i].edit != l->n[j].edit;
}

/* Does the longest run through i and j begin with them? */
static bool may_start(const struct loose_tokens *l, uint32_t i, uint32_t j)
{
	if (!may_move(l, i, j))
		return false;
	return !i || !j || l->o[i - 1].edit != l->o[i].edit || l->n[j - 1].edit != l->n[j].edit ||
	       !may_move(l, i - 1, j - 1);
}

/* The surest run that is left, or one with a score of 0. */
static struct passage surest_run(const struct word_diff *d, const struct loose_tokens *l)
{
	struct passage best = { 0 };

	for (uint32_t i = 0; i < l->no; i++) {
		uint64_t id = l->o[i].id;
		if (l->o[i].kept || !(l->added[id >> 6 & 3] >> (id & 63) & 1))
			continue;
		for (uint32_t j = 0; j < l->nn; j++) {
			if (!may_start(l, i, j))
				continue;
			struct passage r = run_from(d, l, i, j);
			if (r.score > best.score)
				best = r;
		}
	}
	return best;
}

void word_diff_find_moves(struct word_diff *d)
{
	struct loose_tokens l = { 0 };

	if (d->n < 2)
		return;
	l.o = arena_alloc(d->arena, (d->old->n + 1) * sizeof *l.o);
	l.n = arena_alloc(d->arena, (d->new->n + 1) * sizeof *l.n);
	l.no = collect_loose(d, false, l.o);
	l.nn = collect_loose(d, true, l.n);
	if ((uint64_t)l.no * l.nn > MOVES_PAIRS)
		return;
	for (uint32_t j = 0; j < l.nn; j++)
		l.added[l.n[j].id >> 6 & 3] |= (uint64_t)1 << (l.n[j].id & 63);
	for (uint32_t found = 0; found < MOVES_MOST; found++) {
		struct passage best = surest_run(d, &l);
		if (best.score <= 0)
			return;
		keep_run(d, &l, best);
		keep_signs_beside(d, &l, best);
	}
}

/* --------------------------------------------------------------- recased -- */

void word_diff_keep_recased(struct word_diff *d, const struct tokens *older, const struct tokens *newer)
{
	struct edit *all = d->edits;
	uint32_t k = 0, count = 0;

	if (d->old->at == older->at && d->new->at == newer->at)
		return;
	d->edits = arena_alloc(d->arena, (d->old->n + d->new->n + 1) * sizeof *d->edits);
	for (uint32_t i = 0, j = 0; i < d->old->n || j < d->new->n;) {
		if (k < d->n && all[k].of == i && all[k].nf == j) {
			d->edits[count++] = all[k];
			i = all[k].ot;
			j = all[k++].nt;
			continue;
		}
		const struct word *o = &older->at[i], *n = &newer->at[j];
		if (o->id != n->id) {
			d->edits[count++] = (struct edit){ i, i + 1, j, j + 1 };
			d->kept[d->nkept++] = (struct word_kept){ KEPT_RECASED, o->from, o->to, n->from, n->to, 1 };
		}
		i++, j++;
	}
	d->n = count;
	word_diff_join_touching(d);
}
