/* The alignment of two versions: see align.h. */
#include "change/align.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

#define MOST_POSTINGS 64  /* blocks that one word brings together */
#define MOST_CANDIDATES 8 /* old blocks looked at closely for each new one */
#define LARGE_GROUP 64    /* equal blocks beyond which nearest is not searched */

#define ENOUGH 0.30      /* score of a pair that stands on its own */
#define ENOUGH_NEAR 0.16 /* score of a pair between neighbours that are pairs */
#define KIN_SHARE 0.45   /* share of a unit's words that makes it kin to another */
#define KIN_LEAST 4.0    /* and what they must weigh at least */

/* A word or a pair of neighbouring words. */
struct feature {
	uint64_t key; /* 0: free */
	uint32_t df[2];
	uint32_t first, n; /* its old blocks, in postings */
	bool pair;
	double base, weight;
};

struct use {
	uint32_t feature, count;
};

/* A block by its features, in order of their numbers. */
struct profile {
	uint32_t unit;
	struct tokens tokens;
	struct use *uses;
	uint32_t n;
	double words, pairs; /* weights of all its words, of all its pairs */
};

struct candidate {
	uint32_t o, n; /* profiles */
	double score;
};

struct aligner {
	struct arena *arena;
	const struct unit *units[2];
	uint32_t nunits[2];
	struct alignment *out;
	struct profile *profiles[2];
	uint32_t nprofiles[2];
	struct feature *features; /* hash table of room entries, a power of two */
	uint32_t room;
	uint32_t *postings;
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
	struct hashed *h = arena_alloc(al->arena, (al->nunits[side] + 1) * sizeof *h);
	*n = 0;
	for (uint32_t i = 0; i < al->nunits[side]; i++)
		if (al->units[side][i].kind == UNIT_BLOCK)
			h[(*n)++] = (struct hashed){ hash_quick(al->units[side][i].text), i };
	qsort(h, *n, sizeof *h, compare_hashed);
	return h;
}

static bool equal_units(const struct aligner *al, uint32_t o, uint32_t n)
{
	return str_eq(al->units[0][o].text, al->units[1][n].text);
}

/* Is the place before or behind o and n (step -1 or 1) taken by a pair? */
static bool beside_pair(const struct aligner *al, uint32_t o, uint32_t n, int step)
{
	int64_t i = (int64_t)o + step, j = (int64_t)n + step;
	return i >= 0 && j >= 0 && i < al->nunits[0] && j < al->nunits[1] && al->out->to_new[i] == (uint32_t)j;
}

static void pair_free_equal(struct aligner *al, uint32_t o, uint32_t n)
{
	if (o < al->nunits[0] && n < al->nunits[1] && al->units[0][o].kind == UNIT_BLOCK &&
	    al->units[1][n].kind == UNIT_BLOCK && al->out->to_new[o] == NO_UNIT && al->out->to_old[n] == NO_UNIT &&
	    equal_units(al, o, n))
		pair_up(al->out, o, n);
}

/* Equal blocks beside a pair are a pair. */
static void spread(struct aligner *al)
{
	for (uint32_t o = 0; o < al->nunits[0]; o++)
		if (al->out->to_new[o] != NO_UNIT)
			pair_free_equal(al, o + 1, al->out->to_new[o] + 1);
	for (uint32_t o = al->nunits[0]; o-- > 0;)
		if (al->out->to_new[o] != NO_UNIT && o > 0 && al->out->to_new[o] > 0)
			pair_free_equal(al, o - 1, al->out->to_new[o] - 1);
}

/* Where o would stand in the new version, judged by the last pair before it. */
static uint32_t expected(const struct aligner *al, uint32_t o)
{
	for (uint32_t i = o; i-- > 0 && o - i < LARGE_GROUP;)
		if (al->out->to_new[i] != NO_UNIT)
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
		if (al->out->to_new[o[i].unit] != NO_UNIT)
			continue;
		uint32_t best = NO_UNIT, place = expected(al, o[i].unit);
		for (uint32_t j = 0; j < nn; j++) {
			uint32_t unit = n[j].unit;
			if (al->out->to_old[unit] != NO_UNIT || !equal_units(al, o[i].unit, unit))
				continue;
			if (best == NO_UNIT || distance(unit, place) < distance(best, place))
				best = unit;
			if (nn > LARGE_GROUP)
				break;
		}
		if (best != NO_UNIT)
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

/* -------------------------------------------------------------- features -- */

static uint32_t feature_number(struct aligner *al, uint64_t key, bool pair, double base)
{
	key += key == 0;
	for (uint32_t at = (uint32_t)key & (al->room - 1);; at = (at + 1) & (al->room - 1)) {
		struct feature *f = &al->features[at];
		if (f->key == 0)
			*f = (struct feature){ .key = key, .pair = pair, .base = base };
		if (f->key == key)
			return at;
	}
}

static int compare_uses(const void *x, const void *y)
{
	const struct use *a = x, *b = y;
	return (a->feature > b->feature) - (a->feature < b->feature);
}

static void describe(struct aligner *al, struct profile *p, int side)
{
	const struct token *last = NULL;
	uint32_t n = 0;

	p->uses = arena_alloc(al->arena, (2 * (size_t)p->tokens.nwords + 1) * sizeof *p->uses);
	for (uint32_t i = 0; i < p->tokens.n; i++) {
		const struct token *t = &p->tokens.at[i];
		if (!token_is_word(t))
			continue;
		double weight = token_weight(t);
		p->uses[n++] = (struct use){ feature_number(al, t->fold, false, weight), 1 };
		if (last) {
			uint64_t key = (last->fold * 0x9e3779b97f4a7c15u) ^ (t->fold >> 7 | t->fold << 57);
			double base = (weight + token_weight(last)) / 2;
			p->uses[n++] = (struct use){ feature_number(al, key, true, base), 1 };
		}
		last = t;
	}
	qsort(p->uses, n, sizeof *p->uses, compare_uses);
	for (uint32_t i = 0; i < n; i++) {
		if (p->n && p->uses[p->n - 1].feature == p->uses[i].feature) {
			p->uses[p->n - 1].count++;
			continue;
		}
		al->features[p->uses[i].feature].df[side]++;
		p->uses[p->n++] = p->uses[i];
	}
}

/* The weight of a feature: rarer ones say more. */
static void weigh_features(struct aligner *al)
{
	uint32_t most = al->nprofiles[0] > al->nprofiles[1] ? al->nprofiles[0] : al->nprofiles[1];
	uint32_t places = 0;

	for (uint32_t i = 0; i < al->room; i++) {
		struct feature *f = &al->features[i];
		if (f->key == 0)
			continue;
		uint32_t df = f->df[0] > f->df[1] ? f->df[0] : f->df[1];
		f->weight = f->base * log(1 + (double)most / df);
		f->first = places;
		places += f->df[0];
	}
	al->postings = arena_alloc(al->arena, (places + 1) * sizeof *al->postings);
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < al->nprofiles[side]; i++) {
			struct profile *p = &al->profiles[side][i];
			for (uint32_t k = 0; k < p->n; k++) {
				struct feature *f = &al->features[p->uses[k].feature];
				*(f->pair ? &p->pairs : &p->words) += f->weight * p->uses[k].count;
				if (side == 0)
					al->postings[f->first + f->n++] = i;
			}
		}
}

static void read_profiles(struct aligner *al)
{
	size_t words = 0;

	for (int side = 0; side < 2; side++) {
		const uint32_t *partner = side ? al->out->to_old : al->out->to_new;
		al->profiles[side] = ARENA_ARRAY(al->arena, struct profile, al->nunits[side]);
		for (uint32_t i = 0; i < al->nunits[side]; i++) {
			if (al->units[side][i].kind != UNIT_BLOCK || partner[i] != NO_UNIT)
				continue;
			struct profile *p = &al->profiles[side][al->nprofiles[side]++];
			p->unit = i;
			p->tokens = tokens_read(al->arena, al->units[side][i].text);
			words += p->tokens.nwords;
			*(side ? &al->out->new_tokens[i] : &al->out->old_tokens[i]) = &p->tokens;
		}
	}
	for (al->room = 64; al->room < 4 * words;)
		al->room *= 2;
	al->features = ARENA_ARRAY(al->arena, struct feature, al->room);
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < al->nprofiles[side]; i++)
			describe(al, &al->profiles[side][i], side);
	weigh_features(al);
}

/* ------------------------------------------------------------ similarity -- */

struct shared {
	double words, pairs;
};

static struct shared share(const struct aligner *al, const struct profile *a, const struct profile *b)
{
	struct shared s = { 0, 0 };

	for (uint32_t i = 0, j = 0; i < a->n && j < b->n;) {
		const struct use *x = &a->uses[i], *y = &b->uses[j];
		if (x->feature == y->feature) {
			const struct feature *f = &al->features[x->feature];
			*(f->pair ? &s.pairs : &s.words) += f->weight * (x->count < y->count ? x->count : y->count);
		}
		i += x->feature <= y->feature;
		j += y->feature <= x->feature;
	}
	return s;
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

/* 0 to 1: how much of both is shared, or, a little less, of the smaller. */
static double score(const struct aligner *al, const struct profile *a, const struct profile *b)
{
	struct shared s = share(al, a, b);
	double words = ratio(2 * s.words, a->words + b->words), pairs = ratio(2 * s.pairs, a->pairs + b->pairs);
	double in_words = ratio(s.words, fmin(a->words, b->words)), in_pairs = ratio(s.pairs, fmin(a->pairs, b->pairs));
	double whole = 0.6 * words + 0.4 * pairs, part = 0.6 * in_words + 0.4 * in_pairs;

	return fmax(whole, 0.75 * part);
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

/* The old blocks that share most with a new one, by what the index says. */
static void find_candidates(struct aligner *al, uint32_t n, double *sums, uint32_t *touched)
{
	const struct profile *p = &al->profiles[1][n];
	uint32_t ntouched = 0;
	struct candidate top[MOST_CANDIDATES];
	uint32_t ntop = 0;

	for (uint32_t k = 0; k < p->n; k++) {
		const struct feature *f = &al->features[p->uses[k].feature];
		if (f->pair || f->n > MOST_POSTINGS)
			continue;
		for (uint32_t i = 0; i < f->n; i++) {
			uint32_t o = al->postings[f->first + i];
			if (sums[o] == 0)
				touched[ntouched++] = o;
			sums[o] += f->weight;
		}
	}
	for (uint32_t i = 0; i < ntouched; i++) {
		uint32_t o = touched[i];
		struct candidate c = { o, n, sums[o] / fmin(p->words, al->profiles[0][o].words) };
		sums[o] = 0;
		uint32_t at = ntop < MOST_CANDIDATES ? ntop++ : MOST_CANDIDATES;
		for (; at > 0 && compare_candidates(&c, &top[at - 1]) < 0; at--)
			if (at < MOST_CANDIDATES)
				top[at] = top[at - 1];
		if (at < MOST_CANDIDATES)
			top[at] = c;
	}
	for (uint32_t i = 0; i < ntop; i++) {
		top[i].score = score(al, &al->profiles[0][top[i].o], p);
		al->candidates[al->ncandidates++] = top[i];
	}
}

static void find_all_candidates(struct aligner *al)
{
	double *sums = ARENA_ARRAY(al->arena, double, al->nprofiles[0]);
	uint32_t *touched = arena_alloc(al->arena, (al->nprofiles[0] + 1) * sizeof *touched);

	al->candidates =
	        arena_alloc(al->arena, (size_t)(al->nprofiles[1] + 1) * MOST_CANDIDATES * sizeof *al->candidates);
	for (uint32_t n = 0; n < al->nprofiles[1]; n++)
		find_candidates(al, n, sums, touched);
	qsort(al->candidates, al->ncandidates, sizeof *al->candidates, compare_candidates);
}

/* --------------------------------------------------------------- choices -- */

static bool both_free(const struct aligner *al, uint32_t o, uint32_t n)
{
	return al->out->to_new[o] == NO_UNIT && al->out->to_old[n] == NO_UNIT;
}

static void take_best(struct aligner *al)
{
	for (uint32_t i = 0; i < al->ncandidates; i++) {
		const struct candidate *c = &al->candidates[i];
		uint32_t o = al->profiles[0][c->o].unit, n = al->profiles[1][c->n].unit;
		if (c->score >= ENOUGH && both_free(al, o, n))
			pair_up(al->out, o, n);
	}
	for (uint32_t i = 0; i < al->ncandidates; i++) {
		const struct candidate *c = &al->candidates[i];
		uint32_t o = al->profiles[0][c->o].unit, n = al->profiles[1][c->n].unit;
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
		const struct profile *po = &al->profiles[0][c->o], *pn = &al->profiles[1][c->n];
		if (both_free(al, po->unit, pn->unit) && po->tokens.nwords <= 8 && pn->tokens.nwords <= 8 &&
		    al->units[0][po->unit].block == al->units[1][pn->unit].block &&
		    beside_pair(al, po->unit, pn->unit, -1) && beside_pair(al, po->unit, pn->unit, 1))
			pair_up(al->out, po->unit, pn->unit);
	}
}

/* ------------------------------------------------------------------- kin -- */

/* What a and b share beyond what a's own partner (or b's) has already. */
static double share_beyond(const struct aligner *al, const struct profile *a, const struct profile *b,
                           const struct profile *partner, double *of)
{
	double shared = 0;
	uint32_t j = 0, k = 0;

	*of = 0;
	for (uint32_t i = 0; i < a->n; i++) {
		uint32_t id = a->uses[i].feature;
		const struct feature *f = &al->features[id];
		while (j < b->n && b->uses[j].feature < id)
			j++;
		while (partner && k < partner->n && partner->uses[k].feature < id)
			k++;
		bool explained = partner && k < partner->n && partner->uses[k].feature == id;
		if (explained)
			continue;
		*of += f->weight;
		if (j < b->n && b->uses[j].feature == id)
			shared += f->weight;
	}
	return shared;
}

/* The profile of the unit's partner, if that was no equal block. */
static const struct profile *partner_of(const struct aligner *al, int side, uint32_t unit)
{
	uint32_t partner = side ? al->out->to_old[unit] : al->out->to_new[unit];
	const struct profile *all = al->profiles[!side];
	uint32_t low = 0, high = al->nprofiles[!side];

	while (low < high) {
		uint32_t middle = (low + high) / 2;
		if (all[middle].unit < partner)
			low = middle + 1;
		else
			high = middle;
	}
	return partner != NO_UNIT && low < al->nprofiles[!side] && all[low].unit == partner ? &all[low] : NULL;
}

/* Is what is left of one of the two, without what its partner explains, mostly
 * found in what is left of the other? */
static bool are_kin(const struct aligner *al, const struct profile *o, const struct profile *n)
{
	double of_old, of_new;
	double from_old = share_beyond(al, o, n, partner_of(al, 0, o->unit), &of_old);
	double from_new = share_beyond(al, n, o, partner_of(al, 1, n->unit), &of_new);
	double shared = fmin(from_old, from_new);

	return shared >= KIN_LEAST && shared >= KIN_SHARE * fmin(of_old, of_new);
}

static void find_kin(struct aligner *al)
{
	al->out->kin = arena_alloc(al->arena, (al->ncandidates + 1) * sizeof *al->out->kin);
	for (uint32_t i = 0; i < al->ncandidates; i++) {
		const struct profile *o = &al->profiles[0][al->candidates[i].o],
		                     *n = &al->profiles[1][al->candidates[i].n];
		if (al->out->to_new[o->unit] == n->unit)
			continue;
		if (al->out->to_new[o->unit] == NO_UNIT && al->out->to_old[n->unit] == NO_UNIT)
			continue;
		if (are_kin(al, o, n))
			al->out->kin[al->out->nkin++] = (struct change_kin){ o->unit, n->unit };
	}
}

static void fill_none(uint32_t *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		p[i] = NO_UNIT;
}

/* Title with title, and so on: whatever they say. */
static void pair_heads(struct aligner *al)
{
	for (uint32_t o = 0; o < al->nunits[0] && al->units[0][o].kind != UNIT_BLOCK; o++)
		for (uint32_t n = 0; n < al->nunits[1] && al->units[1][n].kind != UNIT_BLOCK; n++)
			if (al->units[0][o].kind == al->units[1][n].kind)
				pair_up(al->out, o, n);
}

void align_units(struct arena *a, const struct unit *older, uint32_t nold, const struct unit *newer, uint32_t nnew,
                 struct alignment *out)
{
	struct aligner al = { .arena = a, .units = { older, newer }, .nunits = { nold, nnew }, .out = out };

	*out = (struct alignment){
		.to_new = arena_alloc(a, (nold + 1) * sizeof(uint32_t)),
		.to_old = arena_alloc(a, (nnew + 1) * sizeof(uint32_t)),
		.old_tokens = ARENA_ARRAY(a, struct tokens *, nold + 1),
		.new_tokens = ARENA_ARRAY(a, struct tokens *, nnew + 1),
	};
	fill_none(out->to_new, nold);
	fill_none(out->to_old, nnew);
	pair_heads(&al);
	pair_equal(&al);
	read_profiles(&al);
	if (al.nprofiles[0] == 0 || al.nprofiles[1] == 0)
		return;
	find_all_candidates(&al);
	take_best(&al);
	take_lone_short(&al);
	find_kin(&al);
}
