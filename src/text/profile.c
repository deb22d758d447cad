/* Blocks by their words: see profile.h. */
#include "text/profile.h"

#include <math.h>

#include "base/eight.h"

#define NOBODY UINT32_MAX

/* A word or a pair of neighbouring words.  Number 0 is none. */
struct feature {
	uint64_t key; /* odd: of a pair */
	float weight;
	uint32_t df[2];     /* blocks that have it */
	uint32_t end;       /* of its old blocks, in postings */
	uint32_t seen, use; /* the last block that has it, and where there */
};

static inline bool is_pair(const struct feature *f)
{
	return f->key & 1;
}

/* One block that is being described: what is written for each word is at hand. */
struct describer {
	struct feature *features;
	uint32_t nfeatures;
	uint32_t *table, mask;
	struct use *uses;
	uint32_t nuses;
	int side;
	uint32_t name; /* a number that no other block has */
};

static inline struct feature *find_feature(struct describer *d, uint64_t key, bool pair, float base)
{
	key = (key & ~(uint64_t)1) | pair;
	for (uint32_t at = (uint32_t)(key >> 1 ^ key >> 32) & d->mask;; at = (at + 1) & d->mask) {
		uint32_t number = d->table[at];
		if (number && d->features[number].key == key)
			return &d->features[number];
		if (number)
			continue;
		d->table[at] = d->nfeatures;
		d->features[d->nfeatures] = (struct feature){ .key = key, .seen = NOBODY, .weight = base };
		return &d->features[d->nfeatures++];
	}
}

static inline void add_use(struct describer *d, uint64_t key, bool pair, float base)
{
	struct feature *f = find_feature(d, key, pair, base);

	if (f->seen == d->name) {
		d->uses[f->use].count++;
		return;
	}
	f->seen = d->name;
	f->use = d->nuses;
	f->df[d->side]++;
	d->uses[d->nuses++] = (struct use){ (uint32_t)(f - d->features), 1, 0, pair };
}

#define STEM 5        /* characters by which a longer word is known */
#define LONG 10       /* characters from which on a word has its full weight */
#define SYLLABLE 0.6F /* a word of a script that writes syllables or words as characters */
static const float length_weights[LONG + 1] = { 0, 0.2F, 0.2F, 0.3F, 0.4F, 0.5F, 0.6F, 0.7F, 0.8F, 0.9F, 1 };

/* So many blocks are supposed besides the given ones, and of them a share has a
 * short word or at least a long one. */
#define SUPPOSED 20
#define SUPPOSED_SHARE 0.6F
#define SUPPOSED_LEAST 0.01F

#define WEIGHTS 21 /* steps in which weights are told apart */
#define SMALL_DF 16

/* How many characters the word at from has and whether its script takes three
 * bytes for one. */
static size_t count_characters(struct str text, size_t from, size_t bytes, bool *wide)
{
	size_t inner = 0; /* bytes that go on with a character */

	for (size_t i = 0; i < bytes; i += 8) {
		uint64_t v = eight_first(eight_load(text, from + i), bytes - i), set = eight_wide(v) & ~(v << 1);
		inner += set ? (size_t)__builtin_popcountll(set) : 0;
	}
	size_t n = bytes - inner;
	*wide = bytes > 2 * n;
	return n;
}

/* The beginning of a long word, so that "deploys" and "deploying" are one. */
static uint64_t stem_of(struct str text, const struct word *t)
{
	uint64_t v = eight_load(text, t->from), low = v | EIGHT(0x20);
	size_t end = t->from;

	if (eight_before(~eight_letters(v, low) & EIGHT(0x80)) >= STEM)
		return eight_hash(0, eight_first(low, STEM)); /* as text_fold, without the call */
	for (int i = 0; i < STEM && end < t->to; i++)
		utf8_next(text, &end);
	return text_fold(str_sub(text, t->from, end < t->to ? end : t->to));
}

/* By what a word is known and what it weighs.  In most languages the longer
 * words are the rarer ones, and the short ones say little. */
static inline uint64_t describe_word(const struct profiles *p, struct str text, const struct word *t, float *weight)
{
	*weight = (float)token_weight(t);
	if (!p->stems || t->kind != WORD_LETTERS)
		return t->fold;
	bool wide = false;
	size_t n = t->plain ? t->to - t->from : count_characters(text, t->from, t->to - t->from, &wide);
	*weight = wide ? SYLLABLE : length_weights[n < LONG ? n : LONG];
	return n > STEM ? stem_of(text, t) : t->fold;
}

static void describe(struct arena *a, struct profiles *p, struct profile *block, int side, uint32_t name)
{
	const struct tokens tokens = block->tokens;
	struct describer d = { p->features, p->nfeatures, p->table, p->room - 1, NULL, 0, side, name };
	uint64_t last = 0;
	float last_weight = 0;
	bool first = true;

	d.uses = arena_alloc(a, (2 * (size_t)tokens.nwords + 1) * sizeof *d.uses);
	for (uint32_t i = 0; i < tokens.n; i++) {
		const struct word *t = &tokens.at[i];
		if (!token_is_word(t))
			continue;
		float weight;
		uint64_t key = describe_word(p, tokens.text, t, &weight);
		add_use(&d, key, false, weight);
		if (!first) {
			uint64_t both = (last * 0x9e3779b97f4a7c15u) ^ (key >> 7 | key << 57);
			add_use(&d, both, true, (weight + last_weight) / 2);
		}
		last = key;
		first = false;
		last_weight = weight;
	}
	block->uses = d.uses;
	block->n = d.nuses;
	p->nfeatures = d.nfeatures;
}

/* What the features of a block weigh, and, on the old side, who has them. */
static void weigh_block(struct profiles *p, struct profile *block, bool older, uint32_t number)
{
	float words = 0, pairs = 0;

	for (uint32_t k = 0; k < block->n; k++) {
		struct use *use = &block->uses[k];
		struct feature *f = &p->features[use->feature];
		const float weight = f->weight, all = weight * (float)use->count;
		use->weight = weight;
		pairs += use->pair ? all : 0;
		words += use->pair ? 0 : all;
		if (older && (p->stems || !use->pair))
			p->postings[f->end++] = number;
	}
	block->words = words;
	block->pairs = pairs;
}

/* In how many of the blocks that one may suppose besides the given ones a
 * feature stands, by its weight alone: in a few sentences nothing can be said
 * of what is common. */
static float supposed_in(float weight, bool pair)
{
	float share = SUPPOSED_SHARE * (1 - weight) * (1 - weight);
	return SUPPOSED * ((pair ? share / 2 : share) + SUPPOSED_LEAST);
}

static float rarity(float blocks, float df)
{
	return logf(1 + blocks / df);
}

/* Rarer features say more; what stands in one block has its full weight.  Each gets
 * its place in the postings; returns how long these are. */
static uint32_t weigh_features(struct profiles *p)
{
	uint32_t places = 0;
	float blocks = (float)(p->n[0] > p->n[1] ? p->n[0] : p->n[1]), least = 0;
	float known[2][WEIGHTS][SMALL_DF] = { 0 };

	if (p->stems) {
		blocks += SUPPOSED;
		least = supposed_in(1, false);
	}
	float full = rarity(blocks, 1 + least);
	for (uint32_t i = 1; i < p->nfeatures; i++) {
		struct feature *f = &p->features[i];
		uint32_t df = f->df[0] > f->df[1] ? f->df[0] : f->df[1];
		float *r = &known[is_pair(f)][(int32_t)(f->weight * (WEIGHTS - 1))][df < SMALL_DF ? df : 0];
		if (*r == 0 || df >= SMALL_DF)
			*r = rarity(blocks, (float)df + (p->stems ? supposed_in(f->weight, is_pair(f)) : 0)) / full;
		f->weight *= *r;
		f->end = places;
		places += is_pair(f) && !p->stems ? 0 : f->df[0];
	}
	return places;
}

static void weigh(struct arena *a, struct profiles *p)
{
	uint32_t places = weigh_features(p);
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

static inline const uint32_t *index_of(const struct profiles *p, const struct use *use, uint32_t *n)
{
	const struct feature *f = &p->features[use->feature];

	*n = use->pair && !p->stems ? 0 : f->df[0];
	return *n ? p->postings + f->end - *n : NULL;
}

const uint32_t *profiles_index(const struct profiles *p, const struct use *use, uint32_t *n)
{
	return index_of(p, use, n);
}

uint32_t profiles_sum(const struct profiles *p, const struct profile *block, uint32_t most, struct shared *sums,
                      uint32_t *touched)
{
	uint32_t ntouched = 0;

	for (uint32_t k = 0; k < block->n; k++) {
		const struct use *use = &block->uses[k];
		uint32_t n;
		const uint32_t *olds = index_of(p, use, &n);
		if (n > most)
			continue;
		for (uint32_t i = 0; i < n; i++) {
			struct shared *s = &sums[olds[i]];
			if (s->words <= 0 && s->pairs <= 0)
				touched[ntouched++] = olds[i];
			*(use->pair ? &s->pairs : &s->words) += use->weight;
		}
	}
	return ntouched;
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
