/* What keeps its place: see place.h. */
#include "change/place.h"

/* best[k]: the heaviest chain seen so far that ends at a new place up to k, as
 * a Fenwick tree of maxima. */
struct chain {
	uint64_t weight;
	uint32_t last; /* old, or NO_PLACE */
};

static struct chain chain_best(const struct chain *tree, uint32_t upto)
{
	struct chain best = { 0, NO_PLACE };
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

void place_find_moved(struct arena *a, const uint32_t *to_new, const uint64_t *weight, uint32_t nold, uint32_t nnew,
                      bool *moved)
{
	struct chain *tree = arena_alloc(a, ((size_t)nnew + 1) * sizeof *tree);
	uint32_t *before = arena_alloc(a, ((size_t)nold + 1) * sizeof *before);

	for (uint32_t k = 0; k <= nnew; k++)
		tree[k] = (struct chain){ 0, NO_PLACE };
	for (uint32_t o = 0; o < nold; o++) {
		moved[o] = to_new[o] != NO_PLACE;
		if (!moved[o])
			continue;
		struct chain best = chain_best(tree, to_new[o]);
		before[o] = best.last;
		chain_raise(tree, nnew, to_new[o] + 1, (struct chain){ best.weight + weight[o], o });
	}
	for (uint32_t o = chain_best(tree, nnew).last; o != NO_PLACE; o = before[o])
		moved[o] = false;
}
