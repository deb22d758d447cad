/* The alignment of two versions: see align.h. */
#include "change/align.h"

#include <stdlib.h>

#include "base/hash.h"
#include "change/place.h"
#include "text/profile.h"

#define MOST_POSTINGS 64  /* blocks that one word brings together */
#define MOST_CANDIDATES 8 /* old blocks looked at closely for each new one */
#define LARGE_GROUP 64    /* equal blocks beyond which nearest is not searched */

#define ENOUGH 0.30      /* score of a pair that stands on its own */
#define ENOUGH_NEAR 0.16 /* score of a pair between neighbours that are pairs */
#define KIN_SHARE 0.45   /* share of a unit's words that makes it kin to another */
#define KIN_LEAST 4.0    /* and what they must weigh at least */
#define KIN_PAIRS 1.0    /* of that, pairs of neighbouring words */

struct candidate {
	uint32_t o, n; /* profiles */
	double score;
	bool close; /* they share more than stray words */
};

struct aligner {
	struct arena *arena;
	const struct sentence *sentences[2];
	uint32_t n[2];
	struct alignment *out;
	struct profiles profiles; /* of the blocks that have no equal */
	struct candidate *candidates;
	uint32_t ncandidates;
};

static void pair_up(struct alignment *al, uint32_t o, uint32_t n)
{
	al->to_new[o] = n;
	al->to_old[n] = o;
}

/* ---------------------------------------------------------- equal blocks -- */

struct hashed {
	uint64_t hash;
	uint32_t unit;
};

static int compare_hashed(const void *x, const void *y)
{
	const struct hashed *a = x, *b = y;
	return a->hash != b->hash ? (a->hash > b->hash) - (a->hash < b->hash)
	                          : (a->unit > b->unit) - (a->unit < b->unit);
}

static struct hashed *hash_blocks(struct aligner *al, int side, uint32_t *n)
{
	struct hashed *h = arena_alloc(al->arena, (al->n[side] + 1) * sizeof *h);
	*n = 0;
	for (uint32_t i = 0; i < al->n[side]; i++)
		h[(*n)++] = (struct hashed){ hash_quick(al->sentences[side][i].text), i };
	qsort(h, *n, sizeof *h, compare_hashed);
	return h;
}

static bool equal_units(const struct aligner *al, uint32_t o, uint32_t n)
{
	return str_eq(al->sentences[0][o].text, al->sentences[1][n].text);
}

/* Is the place before or behind o and n (step -1 or 1) taken by a pair? */
static bool beside_pair(const struct aligner *al, uint32_t o, uint32_t n, int step)
{
	int64_t i = (int64_t)o + step, j = (int64_t)n + step;
	return i >= 0 && j >= 0 && i < al->n[0] && j < al->n[1] && al->out->to_new[i] == (uint32_t)j;
}

static void pair_free_equal(struct aligner *al, uint32_t o, uint32_t n)
{
	if (o < al->n[0] && n < al->n[1] && al->out->to_new[o] == NO_SENTENCE && al->out->to_old[n] == NO_SENTENCE &&
	    equal_units(al, o, n))
		pair_up(al->out, o, n);
}

/* Equal blocks beside a pair are a pair. */
static void spread(struct aligner *al)
{
	for (uint32_t o = 0; o < al->n[0]; o++)
		if (al->out->to_new[o] != NO_SENTENCE)
			pair_free_equal(al, o + 1, al->out->to_new[o] + 1);
	for (uint32_t o = al->n[0]; o-- > 0;)
		if (al->out->to_new[o] != NO_SENTENCE && o > 0 && al->out->to_new[o] > 0)
			pair_free_equal(al, o - 1, al->out->to_new[o] - 1);
}

/* Where o would stand in the new version, judged by the last pair before it. */
static uint32_t expected(const struct aligner *al, uint32_t o)
{
	for (uint32_t i = o; i-- > 0 && o - i < LARGE_GROUP;)
		if (al->out->to_new[i] != NO_SENTENCE)
			return al->out->to_new[i] + (o - i);
	return o;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

static void pair_nearest(struct aligner *al, const struct hashed *o, uint32_t no, const struct hashed *n, uint32_t nn)
{
	for (uint32_t i = 0; i < no; i++) {
		if (al->out->to_new[o[i].unit] != NO_SENTENCE)
			continue;
		uint32_t best = NO_SENTENCE, place = expected(al, o[i].unit);
		for (uint32_t j = 0; j < nn; j++) {
			uint32_t unit = n[j].unit;
			if (al->out->to_old[unit] != NO_SENTENCE || !equal_units(al, o[i].unit, unit))
				continue;
			if (best == NO_SENTENCE || distance(unit, place) < distance(best, place))
				best = unit;
			if (nn > LARGE_GROUP)
				break;
		}
		if (best != NO_SENTENCE)
			pair_up(al->out, o[i].unit, best);
	}
}

/* Calls pair_nearest for each text that stands in both versions; first for
 * those that stand once in each, then for the rest. */
static void pair_equal(struct aligner *al)
{
	uint32_t no, nn;
	struct hashed *o = hash_blocks(al, 0, &no), *n = hash_blocks(al, 1, &nn);

	for (int round = 0; round < 2; round++) {
		for (uint32_t i = 0, j = 0; i < no && j < nn;) {
			uint32_t i1 = i, j1 = j;
			while (i1 < no && o[i1].hash == o[i].hash)
				i1++;
			while (j1 < nn && n[j1].hash == n[j].hash)
				j1++;
			if (o[i].hash < n[j].hash) {
				i = i1;
			} else if (o[i].hash > n[j].hash) {
				j = j1;
			} else {
				if (round == 1 || (i1 - i == 1 && j1 - j == 1))
					pair_nearest(al, o + i, i1 - i, n + j, j1 - j);
				i = i1;
				j = j1;
			}
		}
		spread(al);
	}
}

/* ------------------------------------------------------------ candidates -- */

static void read_profiles(struct aligner *al)
{
	for (int side = 0; side < 2; side++) {
		const uint32_t *partner = side ? al->out->to_old : al->out->to_new;
		struct profile *all = ARENA_ARRAY(al->arena, struct profile, al->n[side]);
		al->profiles.of[side] = all;
		for (uint32_t i = 0; i < al->n[side]; i++) {
			if (partner[i] != NO_SENTENCE)
				continue;
			struct profile *p = &all[al->profiles.n[side]++];
			p->unit = i;
			p->tokens = tokens_read(al->arena, al->sentences[side][i].text);
			*(side ? &al->out->new_tokens[i] : &al->out->old_tokens[i]) = &p->tokens;
		}
	}
	profiles_make(al->arena, &al->profiles);
}

static int compare_candidates(const void *x, const void *y)
{
	const struct candidate *a = x, *b = y;
	if (a->score != b->score)
		return a->score < b->score ? 1 : -1;
	uint32_t da = distance(a->o, a->n), db = distance(b->o, b->n);
	if (da != db)
		return da < db ? -1 : 1;
	return a->o != b->o ? (a->o > b->o) - (a->o < b->o) : (a->n > b->n) - (a->n < b->n);
}

/* Adds c to the best ones, which are in order. */
static void keep_top(struct candidate *top, uint32_t *ntop, struct candidate c)
{
	uint32_t at = *ntop < MOST_CANDIDATES ? (*ntop)++ : MOST_CANDIDATES;

	for (; at > 0 && compare_candidates(&c, &top[at - 1]) < 0; at--)
		if (at < MOST_CANDIDATES)
			top[at] = top[at - 1];
	if (at < MOST_CANDIDATES)
		top[at] = c;
}

/* The old blocks that share most with new block n, by what the index says.
 * sums: zeroes, one for each old block. */
static uint32_t find_top(const struct aligner *al, uint32_t n, float *sums, uint32_t *touched, struct candidate *top)
{
	const struct profile *p = &al->profiles.of[1][n];
	uint32_t ntouched = 0, ntop = 0;

	for (uint32_t k = 0; k < p->n; k++) {
		uint32_t nolds;
		const uint32_t *olds = profiles_index(&al->profiles, &p->uses[k], &nolds);
		if (nolds > MOST_POSTINGS)
			continue;
		for (uint32_t i = 0; i < nolds; i++) {
			if (sums[olds[i]] == 0)
				touched[ntouched++] = olds[i];
			sums[olds[i]] += p->uses[k].weight;
		}
	}
	for (uint32_t i = 0; i < ntouched; i++) {
		const struct profile *o = &al->profiles.of[0][touched[i]];
		double smaller = o->words < p->words ? o->words : p->words;
		keep_top(top, &ntop, (struct candidate){ touched[i], n, sums[touched[i]] / smaller, false });
		sums[touched[i]] = 0;
	}
	return ntop;
}

static void find_candidates(struct aligner *al, uint32_t n, float *sums, uint32_t *touched)
{
	struct candidate top[MOST_CANDIDATES];
	uint32_t ntop = find_top(al, n, sums, touched, top);
	const struct profile *p = &al->profiles.of[1][n];

	profiles_mark(&al->profiles, 0, p);
	for (uint32_t i = 0; i < ntop; i++) {
		const struct profile *o = &al->profiles.of[0][top[i].o];
		struct shared s = profiles_share(&al->profiles, o);
		top[i].score = profiles_score(s, o, p);
		top[i].close = s.pairs >= KIN_PAIRS && s.words + s.pairs >= KIN_LEAST;
		if (top[i].close || top[i].score >= ENOUGH_NEAR)
			al->candidates[al->ncandidates++] = top[i];
	}
	profiles_unmark(&al->profiles, 0, p);
}

static void find_all_candidates(struct aligner *al)
{
	float *sums = ARENA_ARRAY(al->arena, float, al->profiles.n[0]);
	uint32_t *touched = arena_alloc(al->arena, (al->profiles.n[0] + 1) * sizeof *touched);

	al->candidates =
	        arena_alloc(al->arena, (size_t)(al->profiles.n[1] + 1) * MOST_CANDIDATES * sizeof *al->candidates);
	for (uint32_t n = 0; n < al->profiles.n[1]; n++)
		find_candidates(al, n, sums, touched);
	qsort(al->candidates, al->ncandidates, sizeof *al->candidates, compare_candidates);
}

/* --------------------------------------------------------------- choices -- */

static bool both_free(const struct aligner *al, uint32_t o, uint32_t n)
{
	return al->out->to_new[o] == NO_SENTENCE && al->out->to_old[n] == NO_SENTENCE;
}

static void take_best(struct aligner *al)
{
	for (uint32_t i = 0; i < al->ncandidates; i++) {
		const struct candidate *c = &al->candidates[i];
		uint32_t o = al->profiles.of[0][c->o].unit, n = al->profiles.of[1][c->n].unit;
		if (c->score >= ENOUGH && both_free(al, o, n))
			pair_up(al->out, o, n);
	}
	for (uint32_t i = 0; i < al->ncandidates; i++) {
		const struct candidate *c = &al->candidates[i];
		uint32_t o = al->profiles.of[0][c->o].unit, n = al->profiles.of[1][c->n].unit;
		if (c->score >= ENOUGH_NEAR && both_free(al, o, n) &&
		    (beside_pair(al, o, n, -1) || beside_pair(al, o, n, 1)))
			pair_up(al->out, o, n);
	}
}

/* A short block alone between two pairs on both sides: "Photo: EPA" and
 * "Picture: EPA" share little and are the same thing. */
static void take_lone_short(struct aligner *al)
{
	for (uint32_t i = 0; i < al->ncandidates; i++) {
		const struct candidate *c = &al->candidates[i];
		const struct profile *po = &al->profiles.of[0][c->o], *pn = &al->profiles.of[1][c->n];
		if (both_free(al, po->unit, pn->unit) && po->tokens.nwords <= 8 && pn->tokens.nwords <= 8 &&
		    beside_pair(al, po->unit, pn->unit, -1) && beside_pair(al, po->unit, pn->unit, 1))
			pair_up(al->out, po->unit, pn->unit);
	}
}

/* ------------------------------------------------------------------- kin -- */

/* The profile of the unit's partner, if that was no equal block. */
static const struct profile *partner_of(const struct aligner *al, int side, uint32_t unit)
{
	uint32_t partner = side ? al->out->to_old[unit] : al->out->to_new[unit];
	const struct profile *all = al->profiles.of[!side];
	uint32_t low = 0, high = al->profiles.n[!side];

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (all[middle].unit < partner)
			low = middle + 1;
		else
			high = middle;
	}
	return partner != NO_SENTENCE && low < al->profiles.n[!side] && all[low].unit == partner ? &all[low] : NULL;
}

/* Is what is left of one of the two, without what its partner explains, mostly
 * found in what is left of the other? */
static bool are_kin(struct aligner *al, const struct profile *o, const struct profile *n, float *share)
{
	double of_old, of_new;
	double from_old = profiles_share_beyond(&al->profiles, o, n, partner_of(al, 0, o->unit), &of_old);
	double from_new = profiles_share_beyond(&al->profiles, n, o, partner_of(al, 1, n->unit), &of_new);
	double shared = from_old < from_new ? from_old : from_new, smaller = of_old < of_new ? of_old : of_new;

	*share = (float)(smaller > 0 ? shared / smaller : 0);
	return shared >= KIN_LEAST && shared >= KIN_SHARE * smaller;
}

static void find_kin(struct aligner *al)
{
	al->out->kin = arena_alloc(al->arena, (al->ncandidates + 1) * sizeof *al->out->kin);
	for (uint32_t i = 0; i < al->ncandidates; i++) {
		const struct profile *o = &al->profiles.of[0][al->candidates[i].o],
		                     *n = &al->profiles.of[1][al->candidates[i].n];
		if (!al->candidates[i].close || al->out->to_new[o->unit] == n->unit)
			continue;
		if (al->out->to_new[o->unit] == NO_SENTENCE && al->out->to_old[n->unit] == NO_SENTENCE)
			continue;
		float share;
		if (are_kin(al, o, n, &share))
			al->out->kin[al->out->nkin++] = (struct align_kin){ o->unit, n->unit, share };
	}
}

static void fill_none(uint32_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		p[i] = NO_SENTENCE;
}

/* What is heavier stays. */
static void find_moved(struct aligner *al)
{
	uint64_t *weight = ARENA_ARRAY(al->arena, uint64_t, al->n[0] + 1);

	for (uint32_t o = 0; o < al->n[0]; o++)
		if (al->out->to_new[o] != NO_SENTENCE)
			weight[o] = al->sentences[0][o].text.n + al->sentences[1][al->out->to_new[o]].text.n + 1;
	place_find_moved(al->arena, al->out->to_new, weight, al->n[0], al->n[1], al->out->moved);
}

static void align_unequal(struct aligner *al)
{
	read_profiles(al);
	if (al->profiles.n[0] == 0 || al->profiles.n[1] == 0)
		return;
	find_all_candidates(al);
	take_best(al);
	take_lone_short(al);
	find_kin(al);
}

void align_sentences(struct arena *a, const struct sentence *older, uint32_t nold, const struct sentence *newer,
                     uint32_t nnew, struct alignment *out)
{
	struct aligner al = { .arena = a, .sentences = { older, newer }, .n = { nold, nnew }, .out = out };

	*out = (struct alignment){
		.to_new = arena_alloc(a, ((size_t)nold + 1) * sizeof(uint32_t)),
		.to_old = arena_alloc(a, ((size_t)nnew + 1) * sizeof(uint32_t)),
		.moved = ARENA_ARRAY(a, bool, (size_t)nold + 1),
		.old_tokens = ARENA_ARRAY(a, struct tokens *, (size_t)nold + 1),
		.new_tokens = ARENA_ARRAY(a, struct tokens *, (size_t)nnew + 1),
	};
	fill_none(out->to_new, nold);
	fill_none(out->to_old, nnew);
	pair_equal(&al);
	align_unequal(&al);
	find_moved(&al);
}
