/*
 * The alignment of two versions: see align.h.
 *
 * Here are the anchors, sentences that stand in both versions word for word;
 * and at last lines that differ in nothing but their digits; between the two
 * match.c finds partners by what sentences share, and place.c says what moved.
 */
#include "change/align.h"

#include <stdlib.h>

#include "base/eight.h"
#include "base/hash.h"
#include "change/match.h"
#include "change/place.h"

#define LARGE_GROUP 64 /* equal sentences beyond which they are paired in order */

struct aligner {
	const struct sentence *sentences[2];
	uint32_t n[2];
	struct alignment *out;
};

struct keyed {
	uint64_t key;
	uint32_t at;
};

static int compare_keyed(const void *x, const void *y)
{
	const struct keyed *a = x, *b = y;
	return a->key != b->key ? (a->key > b->key) - (a->key < b->key) : (a->at > b->at) - (a->at < b->at);
}

/* How often a text stands in each version. */
struct group {
	uint64_t hash;
	uint32_t count[2];
	uint32_t first[2]; /* where it stands */
};

/* The groups of all sentences; of[side][i] is that of sentence i. */
struct groups {
	struct group *all;
	uint32_t n;
	uint32_t *table, room; /* of all, numbers from 1, by hash, open addressing */
	uint32_t *of[2];
};

static uint32_t group_of(struct groups *g, uint64_t hash)
{
	uint32_t at = (uint32_t)hash & (g->room - 1);

	while (g->table[at] && g->all[g->table[at] - 1].hash != hash)
		at = (at + 1) & (g->room - 1);
	if (!g->table[at]) {
		g->all[g->n] = (struct group){ .hash = hash };
		g->table[at] = ++g->n;
	}
	return g->table[at] - 1;
}

static struct groups group_sentences(struct arena *a, const struct aligner *al)
{
	struct groups g = { .room = 64 };
	size_t most = (size_t)al->n[0] + al->n[1];

	while (g.room < 2 * most)
		g.room *= 2;
	g.table = ARENA_ARRAY(a, uint32_t, g.room);
	g.all = arena_alloc(a, (most + 1) * sizeof *g.all);
	for (int side = 0; side < 2; side++) {
		g.of[side] = arena_alloc(a, ((size_t)al->n[side] + 1) * sizeof *g.of[side]);
		for (uint32_t i = 0; i < al->n[side]; i++) {
			uint32_t at = group_of(&g, hash_quick(al->sentences[side][i].text));
			if (g.all[at].count[side]++ == 0)
				g.all[at].first[side] = i;
			g.of[side][i] = at;
		}
	}
	return g;
}

/* Sentences that both versions have, more than one of them, those that are equal
 * together: by where the first one stands. */
static struct keyed *list_repeated(struct arena *a, const struct aligner *al, const struct groups *g, int side,
                                   uint32_t *n)
{
	struct keyed *h = NULL;
	size_t room = 8;

	*n = 0;
	for (uint32_t i = 0; i < al->n[side]; i++) {
		const struct group *x = &g->all[g->of[side][i]];
		if (!x->count[!side] || x->count[0] + x->count[1] == 2)
			continue;
		h = arena_grow(a, h, &room, *n + 1, sizeof *h);
		h[(*n)++] = (struct keyed){ x->first[0], i };
	}
	if (*n)
		qsort(h, *n, sizeof *h, compare_keyed);
	return h;
}

static bool is_free(const struct aligner *al, int side, uint32_t i)
{
	return (side ? al->out->to_old[i] : al->out->to_new[i]) == NO_SENTENCE;
}

static void pair_if_equal(struct aligner *al, uint32_t o, uint32_t n)
{
	if (o < al->n[0] && n < al->n[1] && is_free(al, 0, o) && is_free(al, 1, n) &&
	    str_eq(al->sentences[0][o].text, al->sentences[1][n].text)) {
		al->out->to_new[o] = n;
		al->out->to_old[n] = o;
	}
}

/* Equal sentences beside a pair are a pair. */
static void spread(struct aligner *al)
{
	const uint32_t *to_new = al->out->to_new;

	for (uint32_t o = 0; o < al->n[0]; o++)
		if (to_new[o] != NO_SENTENCE)
			pair_if_equal(al, o + 1, to_new[o] + 1);
	for (uint32_t o = al->n[0]; o-- > 1;)
		if (to_new[o] != NO_SENTENCE && to_new[o] > 0)
			pair_if_equal(al, o - 1, to_new[o] - 1);
}

/* Where o would stand in the new version, judged by the last pair before it. */
static uint32_t expected(const struct aligner *al, uint32_t o)
{
	for (uint32_t i = o; i-- > 0 && o - i < LARGE_GROUP;)
		if (!is_free(al, 0, i))
			return al->out->to_new[i] + (o - i);
	return o;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

/* The nearest first, so that none is taken by one that stands further away. */
static void pair_nearest(struct aligner *al, const struct keyed *o, uint32_t no, const struct keyed *n, uint32_t nn)
{
	static const uint32_t reach[] = { 0, 2, UINT32_MAX };

	for (size_t r = 0; r < sizeof reach / sizeof *reach; r++)
		for (uint32_t i = 0; i < no; i++) {
			uint32_t best = NO_SENTENCE, place = expected(al, o[i].at);
			for (uint32_t j = 0; j < nn && is_free(al, 0, o[i].at); j++)
				if (is_free(al, 1, n[j].at) && distance(n[j].at, place) <= reach[r] &&
				    (best == NO_SENTENCE || distance(n[j].at, place) < distance(best, place)))
					best = n[j].at;
			if (best != NO_SENTENCE)
				pair_if_equal(al, o[i].at, best);
		}
}

static void pair_in_order(struct aligner *al, const struct keyed *o, uint32_t no, const struct keyed *n, uint32_t nn)
{
	for (uint32_t i = 0, j = 0; i < no && j < nn;) {
		if (!is_free(al, 0, o[i].at))
			i++;
		else if (!is_free(al, 1, n[j].at))
			j++;
		else
			pair_if_equal(al, o[i++].at, n[j++].at);
	}
}

static uint32_t end_of_group(const struct keyed *h, uint32_t n, uint32_t i)
{
	uint32_t end = i;
	while (end < n && h[end].key == h[i].key)
		end++;
	return end;
}

/* What stands once in each version. */
static void pair_unique(struct aligner *al, const struct groups *g)
{
	for (uint32_t o = 0; o < al->n[0]; o++) {
		const struct group *x = &g->all[g->of[0][o]];
		if (x->count[0] == 1 && x->count[1] == 1)
			pair_if_equal(al, o, x->first[1]);
	}
}

static void pair_repeated(struct arena *a, struct aligner *al, const struct groups *g)
{
	uint32_t no, nn;
	const struct keyed *o = list_repeated(a, al, g, 0, &no), *n = list_repeated(a, al, g, 1, &nn);

	/* Each group is in both lists. */
	for (uint32_t i = 0, j = 0, i1, j1; i < no && j < nn; i = i1, j = j1) {
		i1 = end_of_group(o, no, i);
		j1 = end_of_group(n, nn, j);
		if (i1 - i > LARGE_GROUP || j1 - j > LARGE_GROUP)
			pair_in_order(al, o + i, i1 - i, n + j, j1 - j);
		else
			pair_nearest(al, o + i, i1 - i, n + j, j1 - j);
	}
}

/* ---- lines of figures ------------------------------------------------------ */

/* Of a text whatever its numbers are; 0 where there is little else. */
static uint64_t shape_of(struct str s)
{
	uint64_t h = 0;
	size_t letters = 0, first = 0;

	while (first < s.n && !char_is_digit(s.p[first]))
		first += eight_before(eight_digits(eight_load(s, first)));
	if (first >= s.n) /* whatever is like it is its equal */
		return 0;
	for (size_t i = 0; i < s.n; i++) {
		bool inside = i && char_is_digit(s.p[i - 1]);
		bool separates = inside && i + 1 < s.n && (s.p[i] == ',' || s.p[i] == '.') && char_is_digit(s.p[i + 1]);
		if (separates || (char_is_digit(s.p[i]) && i && (inside || s.p[i - 1] == ',' || s.p[i - 1] == '.')))
			continue;
		char c = char_is_digit(s.p[i]) ? '0' : s.p[i];
		letters += (unsigned char)c >= 0x80 || char_is_alnum(c);
		h = (h ^ (unsigned char)c) * 0x9e3779b97f4a7c15u;
		h ^= h >> 29;
	}
	return letters > 3 ? h | 1 : 0;
}

static struct keyed *hash_shapes(struct arena *a, const struct aligner *al, int side, uint32_t *n)
{
	struct keyed *h = arena_alloc(a, ((size_t)al->n[side] + 1) * sizeof *h);

	*n = 0;
	for (uint32_t i = 0; i < al->n[side]; i++) {
		uint64_t shape = is_free(al, side, i) ? shape_of(al->sentences[side][i].text) : 0;
		if (shape)
			h[(*n)++] = (struct keyed){ shape, i };
	}
	qsort(h, *n, sizeof *h, compare_keyed);
	return h;
}

/* "Northern coast | 7" shares too little with "Northern coast | 12" to be found
 * by its words; what stands once in each version but for its digits is a pair. */
static void pair_shapes(struct arena *a, struct aligner *al)
{
	uint32_t no, nn;
	const struct keyed *o = hash_shapes(a, al, 0, &no), *n = hash_shapes(a, al, 1, &nn);

	for (uint32_t i = 0, j = 0; i < no && j < nn;) {
		uint32_t i1 = end_of_group(o, no, i), j1 = end_of_group(n, nn, j);
		if (o[i].key == n[j].key && i1 - i == 1 && j1 - j == 1) {
			al->out->to_new[o[i].at] = n[j].at;
			al->out->to_old[n[j].at] = o[i].at;
		}
		uint64_t x = o[i].key, y = n[j].key;
		i = x <= y ? i1 : i;
		j = y <= x ? j1 : j;
	}
}

uint32_t *sentences_none(struct arena *a, uint32_t n)
{
	uint32_t *p = arena_alloc(a, ((size_t)n + 1) * sizeof *p);
	for (uint32_t i = 0; i < n; i++)
		p[i] = NO_SENTENCE;
	return p;
}

void align_sentences(struct arena *a, const struct sentence *older, uint32_t nold, const struct sentence *newer,
                     uint32_t nnew, struct alignment *out)
{
	struct aligner al = { .sentences = { older, newer }, .n = { nold, nnew }, .out = out };

	*out = (struct alignment){
		.to_new = sentences_none(a, nold),
		.to_old = sentences_none(a, nnew),
		.moved = ARENA_ARRAY(a, bool, (size_t)nold + 1),
		.old_tokens = ARENA_ARRAY(a, struct tokens *, (size_t)nold + 1),
		.new_tokens = ARENA_ARRAY(a, struct tokens *, (size_t)nnew + 1),
	};
	struct groups groups = group_sentences(a, &al);
	pair_unique(&al, &groups);
	spread(&al);
	pair_repeated(a, &al, &groups);
	spread(&al);
	match_sentences(a, al.sentences, al.n, out);
	pair_shapes(a, &al);
	place_find_moved(a, al.sentences, al.n, out);
}
