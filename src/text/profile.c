/* Blocks by their words: see profile.h. */
#include "text/profile.h"

#include <math.h>

#define NOBODY UINT32_MAX

/* A word or a pair of neighbouring words.  Number 0 is none. */
struct feature {
	uint64_t key;
	uint32_t df[2];     /* blocks that have it */
	uint32_t first, n;  /* its old blocks, in postings */
	uint32_t seen, use; /* the last block that has it, and where there */
	bool pair;
	float weight;
};

static uint32_t feature_number(struct profiles *p, uint64_t key, bool pair, double base)
{
	for (uint32_t at = (uint32_t)(key ^ key >> 32) & (p->room - 1);; at = (at + 1) & (p->room - 1)) {
		uint32_t number = p->table[at];
		if (number && p->features[number].key == key && p->features[number].pair == pair)
			return number;
		if (number)
			continue;
		p->table[at] = p->nfeatures;
		p->features[p->nfeatures] =
		        (struct feature){ .key = key, .seen = NOBODY, .pair = pair, .weight = (float)base };
		return p->nfeatures++;
	}
}

/* name: a number that no other block has. */
static void add_use(struct profiles *p, struct profile *block, uint32_t number, int side, uint32_t name)
{
	struct feature *f = &p->features[number];

	if (f->seen == name) {
		block->uses[f->use].count++;
		return;
	}
	f->seen = name;
	f->use = block->n;
	f->df[side]++;
	block->uses[block->n++] = (struct use){ number, 1, 0, f->pair };
}

static void describe(struct arena *a, struct profiles *p, struct profile *block, int side, uint32_t name)
{
	const struct token *last = NULL;

	block->uses = arena_alloc(a, (2 * (size_t)block->tokens.nwords + 1) * sizeof *block->uses);
	for (uint32_t i = 0; i < block->tokens.n; i++) {
		const struct token *t = &block->tokens.at[i];
		if (!token_is_word(t))
			continue;
		double weight = token_weight(t);
		add_use(p, block, feature_number(p, t->fold, false, weight), side, name);
		if (last) {
			uint64_t key = (last->fold * 0x9e3779b97f4a7c15u) ^ (t->fold >> 7 | t->fold << 57);
			double both = (weight + token_weight(last)) / 2;
			add_use(p, block, feature_number(p, key, true, both), side, name);
		}
		last = t;
	}
}

/* What the features of a block weigh, and, on the old side, who has them. */
static void weigh_block(struct profiles *p, struct profile *block, bool older, uint32_t number)
{
	for (uint32_t k = 0; k < block->n; k++) {
		struct use *use = &block->uses[k];
		struct feature *f = &p->features[use->feature];
		use->weight = f->weight;
		*(use->pair ? &block->pairs : &block->words) += f->weight * (float)use->count;
		if (older && !use->pair)
			p->postings[f->first + f->n++] = number;
	}
}

/* Rarer features say more. */
static void weigh(struct arena *a, struct profiles *p)
{
	float most = (float)(p->n[0] > p->n[1] ? p->n[0] : p->n[1]), rarity[32];
	uint32_t places = 0;

	for (uint32_t df = 1; df < 32; df++)
		rarity[df] = logf(1 + most / (float)df);
	for (uint32_t i = 1; i < p->nfeatures; i++) {
		struct feature *f = &p->features[i];
		uint32_t df = f->df[0] > f->df[1] ? f->df[0] : f->df[1];
		f->weight *= df < 32 ? rarity[df] : logf(1 + most / (float)df);
		f->first = places;
		places += f->pair ? 0 : f->df[0];
	}
	p->postings = arena_alloc(a, (places + 1) * sizeof *p->postings);
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < p->n[side]; i++)
			weigh_block(p, &p->of[side][i], side == 0, i);
}

void profiles_make(struct arena *a, struct profiles *p)
{
	size_t words = 0;

	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < p->n[side]; i++)
			words += p->of[side][i].tokens.nwords;
	for (p->room = 64; p->room < 4 * words;)
		p->room *= 2;
	p->table = ARENA_ARRAY(a, uint32_t, p->room);
	p->features = arena_alloc(a, (2 * words + 1) * sizeof *p->features);
	p->nfeatures = 1;
	for (int side = 0; side < 2; side++)
		for (uint32_t i = 0; i < p->n[side]; i++)
			describe(a, p, &p->of[side][i], side, i * 2 + (uint32_t)side);
	for (int which = 0; which < 2; which++)
		p->marks[which] = ARENA_ARRAY(a, uint32_t, p->nfeatures);
	weigh(a, p);
}

const uint32_t *profiles_index(const struct profiles *p, const struct use *word, uint32_t *n)
{
	const struct feature *f = &p->features[word->feature];
	*n = f->n;
	return f->n ? p->postings + f->first : NULL;
}

void profiles_mark(struct profiles *p, int which, const struct profile *block)
{
	for (uint32_t i = 0; block && i < block->n; i++)
		p->marks[which][block->uses[i].feature] = block->uses[i].count;
}

void profiles_unmark(struct profiles *p, int which, const struct profile *block)
{
	for (uint32_t i = 0; block && i < block->n; i++)
		p->marks[which][block->uses[i].feature] = 0;
}

struct shared profiles_share(const struct profiles *p, const struct profile *block)
{
	float sums[2] = { 0, 0 };

	for (uint32_t i = 0; i < block->n; i++) {
		const struct use *x = &block->uses[i];
		uint32_t count = p->marks[0][x->feature];
		sums[x->pair] += x->weight * (float)(x->count < count ? x->count : count);
	}
	return (struct shared){ sums[0], sums[1] };
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

double profiles_score(struct shared s, const struct profile *a, const struct profile *b)
{
	double words = ratio(2 * s.words, a->words + b->words), pairs = ratio(2 * s.pairs, a->pairs + b->pairs);
	double in_words = ratio(s.words, smaller(a->words, b->words));
	double in_pairs = ratio(s.pairs, smaller(a->pairs, b->pairs));
	double whole = 0.6 * words + 0.4 * pairs, part = 0.6 * in_words + 0.4 * in_pairs;

	part *= 0.75 * smaller(1, smaller(a->tokens.nwords, b->tokens.nwords) / 4.0);
	return whole > part ? whole : part;
}

double profiles_share_beyond(struct profiles *p, const struct profile *a, const struct profile *b,
                             const struct profile *partner, double *of)
{
	double shared = 0;

	*of = 0;
	profiles_mark(p, 0, b);
	profiles_mark(p, 1, partner);
	for (uint32_t i = 0; i < a->n; i++) {
		const struct use *use = &a->uses[i];
		if (p->marks[1][use->feature])
			continue;
		*of += use->weight;
		if (p->marks[0][use->feature])
			shared += use->weight;
	}
	profiles_unmark(p, 0, b);
	profiles_unmark(p, 1, partner);
	return shared;
}
