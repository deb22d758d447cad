/*
 * From the common words of two texts to edits that a person would mark.
 *
 * Myers finds the longest common part, and with it every stray "the" that two
 * rewritten clauses share.  So: edits are put where phrases begin and end;
 * common stretches that are too slight for the edits on both sides of them are
 * given up; compounds ("moment-zero") are taken whole; and when only about a
 * quarter of the words survives, the whole text was replaced.  A space belongs
 * to an edit when it came or went with a word, and stays outside otherwise.
 */
#include "change/wordedits.h"

#include <math.h>
#include <string.h>

#include <unicode/uchar.h>

#include "base/hash.h"
#include "change/wordalign.h"
#include "text/norm.h"

#define RECASED_MOST 32 /* first words of sentences that are looked for in the other text */
#define MOVES_MOST 8   /* passages that are found to have moved in one text */
#define MOVES_PAIRS 8192 /* pairs of removed and added words that are compared for moves */

/* Tokens [of, ot) became tokens [nf, nt). */
struct edit {
	uint32_t of, ot, nf, nt;
};

struct diff {
	struct arena *arena;
	const struct word_costs *costs;
	const struct tokens *old, *new;
	struct edit *edits;
	uint32_t n;
	struct word_kept *kept;
	uint32_t nkept;
};

static void edits_from_partners(struct diff *d, const uint32_t *partner)
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

static void join_touching(struct diff *d)
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

/* Does a sentence begin with token i?  Behind ".", "!" or "?", perhaps with an
 * opening quotation mark or bracket between. */
static bool begins_sentence(const struct tokens *t, uint32_t i)
{
	while (i && t->at[i - 1].kind == WORD_SIGN && !tokens_spaced(t, i))
		i--;
	char before = i ? tokens_sign(t, i - 1) : '.';
	return before == '.' || before == '!' || before == '?';
}

/* The id of the word of token t in lower case, or its own. */
static uint64_t lower_id(struct str text, const struct token *t)
{
	char out[64];
	size_t at = t->from;
	uint32_t c = utf8_next(text, &at), lower = (uint32_t)u_tolower((UChar32)c);
	size_t rest = t->to - at;

	if (lower == c || rest + 4 > sizeof out)
		return t->id;
	size_t n = utf8_put(lower, out);
	memcpy(out + n, text.p + at, rest);
	return hash_quick(str_of(out, n + rest));
}

static bool has_id(const struct tokens *t, uint64_t id)
{
	for (uint32_t i = 0; i < t->n; i++)
		if (t->at[i].id == id)
			return true;
	return false;
}

/* The tokens with the first word of a sentence as if in lower case, where the
 * other text has it so and not as it stands. */
static struct tokens without_capitals(struct arena *a, const struct tokens *t, const struct tokens *other)
{
	struct tokens out = *t;
	uint32_t budget = RECASED_MOST;

	for (uint32_t i = 0; i < t->n && budget; i++) {
		if (t->at[i].kind != WORD_LETTERS || !begins_sentence(t, i))
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

/* ------------------------------------------------- edits at phrase edges -- */

/* How natural it is to cut before token i. */
static int edge_score(const struct tokens *t, uint32_t i)
{
	if (i == 0 || i == t->n)
		return 6;
	char before = tokens_sign(t, i - 1), after = tokens_sign(t, i);
	if (!tokens_spaced(t, i))
		return after && strchr(",.;:)", after) ? 2 : 0;
	if (before && strchr(".!?", before))
		return 5;
	if (before && strchr(",;:)", before))
		return 4;
	if (after == '(')
		return 4;
	return 3;
}

/* An edit on one side only can slide over equal tokens: to the best edges. */
static void slide_one_sided(const struct tokens *t, uint32_t *from, uint32_t *to, uint32_t least, uint32_t most,
                            int32_t *shift)
{
	uint32_t f = *from, e = *to, best = f;
	int best_score = -1;

	while (f > least && t->at[f - 1].id == t->at[e - 1].id)
		f--, e--;
	for (;; f++, e++) {
		int score = edge_score(t, f) + edge_score(t, e);
		if (score >= best_score) {
			best_score = score;
			best = f;
		}
		if (e >= most || t->at[f].id != t->at[e].id)
			break;
	}
	*shift = (int32_t)best - (int32_t)*from;
	*to = best + (*to - *from);
	*from = best;
}

static void slide(struct diff *d)
{
	for (uint32_t i = 0; i < d->n; i++) {
		struct edit *e = &d->edits[i];
		const struct edit *before = i ? e - 1 : NULL, *after = i + 1 < d->n ? e + 1 : NULL;
		int32_t shift;
		/* The equal stretches around it bound the way, on both sides alike. */
		if (e->of == e->ot) {
			slide_one_sided(d->new, &e->nf, &e->nt, before ? before->nt : 0, after ? after->nf : d->new->n,
			                &shift);
			e->of = e->ot = (uint32_t)((int32_t)e->of + shift);
		} else if (e->nf == e->nt) {
			slide_one_sided(d->old, &e->of, &e->ot, before ? before->ot : 0, after ? after->of : d->old->n,
			                &shift);
			e->nf = e->nt = (uint32_t)((int32_t)e->nf + shift);
		}
	}
	join_touching(d);
}

/* -------------------------------------------------------- slight stretches -- */

static double weigh(const struct diff *d, const struct tokens *t, uint32_t from, uint32_t to)
{
	double w = 0;
	for (uint32_t i = from; i < to; i++)
		w += (double)word_worth(d->costs, t, i);
	return w;
}

static double edit_size(const struct diff *d, const struct edit *e)
{
	double was = weigh(d, d->old, e->of, e->ot), is = weigh(d, d->new, e->nf, e->nt);
	return was > is ? was : is;
}

static bool one_sided(const struct edit *e)
{
	return e->of == e->ot || e->nf == e->nt;
}

static bool cuts_word(const struct diff *d, uint32_t o, uint32_t n)
{
	return !tokens_spaced(d->old, o) || !tokens_spaced(d->new, n);
}

/* Would a person read over the common tokens between a and b? */
static bool is_slight(const struct diff *d, const struct edit *a, const struct edit *b)
{
	const struct word_costs *c = d->costs;
	double between = weigh(d, d->old, a->ot, b->of);
	double left = edit_size(d, a), right = edit_size(d, b);
	char sign = tokens_sign(d->old, a->ot);
	double score = c->join + c->join_between * log(between);

	score += c->join_smaller * log1p(fmin(left, right)) + c->join_larger * log1p(fmax(left, right));
	score += c->join_one_sided * (one_sided(a) + one_sided(b));
	if (sign && strchr(",;:.)!?", sign))
		score += c->join_clause;
	score += c->join_glued * (cuts_word(d, a->ot, a->nt) + cuts_word(d, b->of, b->nf));
	return score > 0;
}

static void join_over_slight(struct diff *d)
{
	bool again = true;

	while (again) {
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

static void widen_to_compounds(struct diff *d)
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
	join_touching(d);
}

/* ----------------------------------------------------------------- moves -- */

/* A removed token, or an added one, and its edit. */
struct loose {
	uint32_t token, edit;
	bool kept;
};

struct loose_tokens {
	struct loose *o, *n; /* removed, added */
	uint32_t no, nn;
};

struct run {
	uint32_t o, n, length; /* indexes into the loose ones */
	double score;
};

static uint32_t collect_loose(const struct diff *d, bool newer, struct loose *out)
{
	uint32_t n = 0;
	for (uint32_t k = 0; k < d->n; k++) {
		const struct edit *e = &d->edits[k];
		for (uint32_t i = newer ? e->nf : e->of; i < (newer ? e->nt : e->ot); i++)
			out[n++] = (struct loose){ i, k, false };
	}
	return n;
}

static bool continues(const struct loose *l, uint32_t n, uint32_t i)
{
	return i < n && l[i].edit == l[i - 1].edit && !l[i].kept;
}

/* The run that begins with the i-th removed and the j-th added token, and how
 * sure it is to have moved: it weighs something, and it is most of an edit. */
static struct run run_from(const struct diff *d, const struct loose_tokens *l, uint32_t i, uint32_t j)
{
	const struct word_costs *c = d->costs;
	const struct edit *from = &d->edits[l->o[i].edit], *to = &d->edits[l->n[j].edit];
	struct run r = { i, j, 0, 0 };
	double weight = 0;

	while (d->old->at[l->o[i].token].id == d->new->at[l->n[j].token].id) {
		weight += (double)word_worth(c, d->old, l->o[i].token);
		r.length++;
		i++, j++;
		if (!continues(l->o, l->no, i) || !continues(l->n, l->nn, j))
			break;
	}
	double of_old = weight / weigh(d, d->old, from->of, from->ot), of_new = weight / weigh(d, d->new, to->nf, to->nt);
	r.score = c->move + c->move_weight * log(weight) + c->move_more * fmax(of_old, of_new) +
	          c->move_less * fmin(of_old, of_new);
	return r;
}

static void keep_run(struct diff *d, struct loose_tokens *l, struct run r)
{
	const struct token *o = &d->old->at[l->o[r.o].token], *n = &d->new->at[l->n[r.n].token];

	d->kept[d->nkept++] = (struct word_kept){ KEPT_MOVED, o->from, o[r.length - 1].to, n->from,
		                                  n[r.length - 1].to };
	for (uint32_t k = 0; k < r.length; k++)
		l->o[r.o + k].kept = l->n[r.n + k].kept = true;
}

static bool beside(const struct loose *l, uint32_t n, uint32_t at, uint32_t run)
{
	return at < n && !l[at].kept && l[at].edit == l[run].edit;
}

/* A comma that went with the run goes with it still, on whichever side. */
static void keep_signs_beside(struct diff *d, struct loose_tokens *l, struct run r)
{
	uint32_t at[2] = { r.o - 1, r.o + r.length }, to[2] = { r.n - 1, r.n + r.length };

	for (uint32_t k = 0; k < 4; k++) {
		uint32_t i = at[k / 2], j = to[k % 2];
		if (!beside(l->o, l->no, i, r.o) || !beside(l->n, l->nn, j, r.n))
			continue;
		const struct token *o = &d->old->at[l->o[i].token], *n = &d->new->at[l->n[j].token];
		if (o->kind == WORD_SIGN && o->id == n->id)
			keep_run(d, l, (struct run){ i, j, 1, 0 });
	}
}

static bool may_move(const struct diff *d, const struct loose_tokens *l, uint32_t i, uint32_t j)
{
	return !l->o[i].kept && !l->n[j].kept && l->o[i].edit != l->n[j].edit &&
	       d->old->at[l->o[i].token].id == d->new->at[l->n[j].token].id;
}

/* Does the longest run through i and j begin with them? */
static bool may_start(const struct diff *d, const struct loose_tokens *l, uint32_t i, uint32_t j)
{
	if (!may_move(d, l, i, j))
		return false;
	return !i || !j || l->o[i - 1].edit != l->o[i].edit || l->n[j - 1].edit != l->n[j].edit ||
	       !may_move(d, l, i - 1, j - 1);
}

/* The surest runs of words first that went from one edit and came in another. */
static void find_moves(struct diff *d)
{
	struct loose_tokens l = { .o = arena_alloc(d->arena, (d->old->n + 1) * sizeof *l.o),
		                  .n = arena_alloc(d->arena, (d->new->n + 1) * sizeof *l.n) };

	l.no = collect_loose(d, false, l.o);
	l.nn = collect_loose(d, true, l.n);
	if (d->n < 2 || (uint64_t)l.no * l.nn > MOVES_PAIRS)
		return;
	for (uint32_t found = 0; found < MOVES_MOST; found++) {
		struct run best = { 0 };
		for (uint32_t i = 0; i < l.no; i++)
			for (uint32_t j = 0; j < l.nn; j++) {
				if (!may_start(d, &l, i, j))
					continue;
				struct run r = run_from(d, &l, i, j);
				if (r.score > best.score)
					best = r;
			}
		if (best.score <= 0)
			return;
		keep_run(d, &l, best);
		keep_signs_beside(d, &l, best);
	}
}

/* Words that differ in nothing but the capital letter are edits that nobody
 * need look at. */
static void keep_recased(struct diff *d, const struct tokens *older, const struct tokens *newer)
{
	uint32_t k = 0, n = d->n, i = 0, j = 0;
	struct edit *all = arena_alloc(d->arena, (d->old->n + d->new->n + 2) * sizeof *all);
	uint32_t count = 0;

	while (i < d->old->n || j < d->new->n) {
		if (k < n && d->edits[k].of == i && d->edits[k].nf == j) {
			all[count++] = d->edits[k];
			i = d->edits[k].ot;
			j = d->edits[k++].nt;
			continue;
		}
		if (older->at[i].id != newer->at[j].id) {
			all[count++] = (struct edit){ i, i + 1, j, j + 1 };
			d->kept[d->nkept++] = (struct word_kept){ KEPT_RECASED, older->at[i].from, older->at[i].to,
				                                  newer->at[j].from, newer->at[j].to };
		}
		i++, j++;
	}
	d->edits = all;
	d->n = count;
	join_touching(d);
}

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
static struct word_edit to_bytes(const struct diff *d, const struct edit *e)
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
static void add_space_edits(const struct diff *d, const struct edit *last, const struct edit *e, struct word_edits *out)
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

static void write_edits(const struct diff *d, struct word_edits *out)
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

/* The share of the words of both texts that stand inside edits. */
static double find_changed(const struct diff *d)
{
	double all = weigh(d, d->old, 0, d->old->n) + weigh(d, d->new, 0, d->new->n), lost = 0;

	for (uint32_t i = 0; i < d->n; i++)
		lost += weigh(d, d->old, d->edits[i].of, d->edits[i].ot) +
		        weigh(d, d->new, d->edits[i].nf, d->edits[i].nt);
	return all > 0 ? lost / all : 0;
}

static bool little_survives(const struct diff *d)
{
	bool removed = false, added = false;

	/* An insertion into a text that stands is no replacement of it. */
	for (uint32_t i = 0; i < d->n; i++) {
		removed |= d->edits[i].of < d->edits[i].ot;
		added |= d->edits[i].nf < d->edits[i].nt;
	}
	return removed && added && d->n > 1 && 1 - find_changed(d) < (double)d->costs->survive;
}

struct word_edits word_edits_find_with(struct arena *a, const struct tokens *older, const struct tokens *newer, const struct word_costs *costs)
{
	uint32_t most = older->n + newer->n + 1;
	struct tokens old = without_capitals(a, older, newer), new = without_capitals(a, newer, older);
	struct diff d = { a, costs, &old, &new, .edits = arena_alloc(a, most * sizeof(struct edit)),
		          .kept = arena_alloc(a, most * sizeof(struct word_kept)) };
	uint32_t *partner = arena_alloc(a, (older->n + 1) * sizeof *partner);

	word_align(a, &old, &new, costs, partner);
	edits_from_partners(&d, partner);
	slide(&d);
	join_over_slight(&d);
	widen_to_compounds(&d);
	slide(&d);
	if (little_survives(&d)) {
		d.edits[0] = (struct edit){ 0, older->n, 0, newer->n };
		d.n = 1;
	}
	find_moves(&d);
	keep_recased(&d, older, newer);
	struct word_edits out = { .at = arena_alloc(a, most * sizeof(struct word_edit)) };
	out.kept = d.kept;
	out.nkept = d.nkept;
	write_edits(&d, &out);
	return out;
}

const struct word_costs word_costs = {
#define COST(name, value) .name = (float)(value),
#include "change/wordcosts.inc"
#undef COST
};

struct word_edits word_edits_find(struct arena *a, const struct tokens *older, const struct tokens *newer)
{
	return word_edits_find_with(a, older, newer, &word_costs);
}
