/*
 * Links over the whole of two versions: see parts.h.
 *
 * Title belongs to title, standfirst to standfirst, byline to byline, whatever
 * they say; what stands in blocks is aligned by what it says (align.h).
 */
#include "change/parts.h"

static void link_heads(const struct change *c, uint32_t old_heads, uint32_t new_heads, struct links *out)
{
	for (uint32_t o = 0; o < old_heads; o++)
		for (uint32_t n = 0; n < new_heads; n++)
			if (c->old_units[o].kind == c->new_units[n].kind) {
				out->to_new[o] = n;
				out->to_old[n] = o;
			}
}

void links_make(struct arena *a, const struct change *c, struct links *out)
{
	/* Heads are one sentence each. */
	uint32_t ho = units_heads(c->old_units, c->nold_units), hn = units_heads(c->new_units, c->nnew_units);
	struct alignment al;

	*out = (struct links){
		.to_new = sentences_none(a, c->nold),
		.to_old = sentences_none(a, c->nnew),
		.moved = ARENA_ARRAY(a, bool, c->nold + 1),
		.old_tokens = ARENA_ARRAY(a, struct tokens *, c->nold + 1),
		.new_tokens = ARENA_ARRAY(a, struct tokens *, c->nnew + 1),
	};
	link_heads(c, ho, hn, out);
	align_sentences(a, c->old_sentences + ho, c->nold - ho, c->new_sentences + hn, c->nnew - hn, &al);
	for (uint32_t o = ho; o < c->nold; o++) {
		uint32_t n = al.to_new[o - ho];
		out->old_tokens[o] = al.old_tokens[o - ho];
		out->moved[o] = al.moved[o - ho];
		if (n == NO_SENTENCE)
			continue;
		out->to_new[o] = n + hn;
		out->to_old[n + hn] = o;
	}
	for (uint32_t n = hn; n < c->nnew; n++)
		out->new_tokens[n] = al.new_tokens[n - hn];
	out->kin = al.kin;
	out->nkin = al.nkin;
	for (uint32_t i = 0; i < al.nkin; i++) {
		out->kin[i].old += ho;
		out->kin[i].new += hn;
	}
}
