/* What keeps its place: see place.h. */
#include "change/place.h"

#include <string.h>

#define ONE_SENTENCE ((uint64_t)1 << 24) /* bytes decide only between as many sentences */

/* best[k]: the heaviest chain seen so far that ends at a new place up to k, as
 * a Fenwick tree of maxima. */
struct chain {
	uint64_t weight;
	uint32_t last; /* old sentence or NO_SENTENCE */
};

static struct chain chain_best(const struct chain *tree, uint32_t upto)
{
	struct chain best = { 0, NO_SENTENCE };
	for (uint32_t k = upto; k > 0; k -= k & -k)
		if (tree[k].weight > best.weight)
			best = tree[k];
	return best;
}

static void chain_raise(struct chain *tree, uint32_t n, uint32_t at, struct chain c)
{
	for (uint32_t k = at; k <= n; k += k & -k)
		if (c.weight > tree[k].weight)
			tree[k] = c;
}

static uint64_t *weigh_pairs(struct arena *a, const struct sentence *const sentences[2], uint32_t nold,
                             const struct alignment *al)
{
	uint64_t *weight = ARENA_ARRAY(a, uint64_t, (size_t)nold + 1);

	for (uint32_t o = 0; o < nold; o++)
		if (al->to_new[o] != NO_SENTENCE)
			weight[o] = ONE_SENTENCE + sentences[0][o].text.n + sentences[1][al->to_new[o]].text.n;
	for (uint32_t i = 0; i < al->nkin; i++) {
		uint32_t o = al->kin[i].old, owner = al->to_old[al->kin[i].new];
		if (owner == NO_SENTENCE)
			weight[o] += ONE_SENTENCE;
		else if (al->to_new[o] == NO_SENTENCE)
			weight[owner] += ONE_SENTENCE;
	}
	return weight;
}

static void mark_kin(struct alignment *al)
{
	for (uint32_t i = 0; i < al->nkin; i++) {
		struct align_kin *k = &al->kin[i];
		uint32_t owner = al->to_old[k->new];
		k->moved = al->moved[owner != NO_SENTENCE ? owner : k->old];
	}
}

static bool in_order(const struct alignment *al, uint32_t nold)
{
	uint32_t last = 0;

	for (uint32_t o = 0; o < nold; o++) {
		if (al->to_new[o] == NO_SENTENCE)
			continue;
		if (al->to_new[o] < last)
			return false;
		last = al->to_new[o];
	}
	return true;
}

void place_find_moved(struct arena *a, const struct sentence *const sentences[2], const uint32_t n[2],
                      struct alignment *al)
{
	if (in_order(al, n[0])) {
		memset(al->moved, 0, n[0] * sizeof *al->moved);
		mark_kin(al);
		return;
	}
	struct chain *tree = arena_alloc(a, ((size_t)n[1] + 1) * sizeof *tree);
	uint32_t *before = arena_alloc(a, ((size_t)n[0] + 1) * sizeof *before);
	const uint64_t *weight = weigh_pairs(a, sentences, n[0], al);

	for (uint32_t k = 0; k <= n[1]; k++)
		tree[k] = (struct chain){ 0, NO_SENTENCE };
	for (uint32_t o = 0; o < n[0]; o++) {
		uint32_t place = al->to_new[o];
		al->moved[o] = place != NO_SENTENCE;
		if (!al->moved[o])
			continue;
		struct chain best = chain_best(tree, place);
		before[o] = best.last;
		chain_raise(tree, n[1], place + 1, (struct chain){ best.weight + weight[o], o });
	}
	for (uint32_t o = chain_best(tree, n[1]).last; o != NO_SENTENCE; o = before[o])
		al->moved[o] = false;
	mark_kin(al);
}
