/*
 * What a change is as a whole, and what it weighs.
 *
 * Natures follow from the edits: a notice came; sentences with facts came; what
 * the headline claims became weaker or stronger; what matters changed while the
 * page's own date of modification stood still and no notice came; what came had
 * stood in an earlier version.
 *
 * The weight is that of the heaviest edit, and closer to 1 the more others
 * there are.
 */
#include <math.h>

#include "base/hash.h"
#include "change/features.h"
#include "change/parts.h"

/* ---- the headline ---------------------------------------------------------------- */

/* How much the claim grew, in steps; a hedge, a source, a question less. */
static int32_t hedges(const struct side *s, bool single)
{
	int32_t n = 0;

	for (uint32_t i = 0; i < s->n; i++) {
		const struct feature *f = &s->features[i];
		n += (f->kind == EDIT_HEDGE || f->kind == EDIT_ATTRIBUTION) && (!f->kept || single);
	}
	return n;
}

static bool asks(struct str s)
{
	return str_ends(s, STR("?")) || str_ends(s, STR("？"));
}

/* A strong word for a weak one of the same matter, by a word's number. */
static int32_t strength(const struct side *s)
{
	int32_t n = 0;

	for (uint32_t i = 0; i < s->terms.n; i++)
		n += term_is(&s->terms.at[i], TERM_STRONG) - term_is(&s->terms.at[i], TERM_WEAK);
	return n;
}

static bool shares_matter(const struct side *x, const struct side *y)
{
	for (uint32_t i = 0; i < x->terms.n; i++) {
		const struct term *s = &x->terms.at[i];
		if (!term_is(s, TERM_STRONG))
			continue;
		int64_t matter = term_value(&x->terms, s, TERM_STRONG);
		bool stays = false, weaker = false;
		for (uint32_t k = 0; k < y->terms.n; k++) {
			const struct term *t = &y->terms.at[k];
			stays |= t->fold == s->fold;
			weaker |= term_is(t, TERM_WEAK) && term_value(&y->terms, t, TERM_WEAK) == matter;
		}
		if (!stays && (weaker || strength(x) > strength(y)))
			return true;
	}
	return false;
}

/* "More than 250" claims more than "250", that more than "up to 250". */
static int32_t bounds(const struct op_reading *r)
{
	static const int32_t claims[] = {
		[FIGURE_EXACT] = 0, [FIGURE_ABOVE] = 1, [FIGURE_AT_LEAST] = 1, [FIGURE_BELOW] = -1, [FIGURE_UP_TO] = -1
	};

	if (r->old.nfigures != 1 || r->new.nfigures != 1)
		return 0;
	return claims[r->new.figures[0].bound] - claims[r->old.figures[0].bound];
}

static int32_t headline_step(const struct change *c, const struct op_reading *readings)
{
	for (uint32_t i = 0; i < c->nedits; i++) {
		const struct change_edit *e = &c->edits[i];
		if (e->kind != EDIT_HEADLINE || e->op == NO_OP || !readings[e->op].read)
			continue;
		const struct change_op *op = &c->ops[e->op];
		const struct op_reading *r = &readings[e->op];
		if (!op->nolds || !op->nnews)
			continue;
		int32_t step =
		        hedges(&r->old, false) - hedges(&r->new, false) + asks(op->old_text) - asks(op->new_text);
		step += shares_matter(&r->new, &r->old) - shares_matter(&r->old, &r->new) + bounds(r);
		return step;
	}
	return 0;
}

/* ---- what came back ---------------------------------------------------------------- */

#define MOST_EARLIER 16
#define MOST_RESTORED_TERMS 20000

struct pairs { /* a set of neighbouring words */
	uint64_t *table;
	size_t room;
};

static uint64_t pair_key(const struct term *x, const struct term *y)
{
	uint64_t h = (x->fold * 31 + y->fold) * 0x9e3779b97f4a7c15u;
	return h ? h : 1;
}

static bool pairs_has(const struct pairs *p, uint64_t key)
{
	for (size_t i = key >> 20 & (p->room - 1); p->table[i]; i = (i + 1) & (p->room - 1))
		if (p->table[i] == key)
			return true;
	return false;
}

static void pairs_add(struct pairs *p, uint64_t key)
{
	size_t i = key >> 20 & (p->room - 1);

	while (p->table[i] && p->table[i] != key)
		i = (i + 1) & (p->room - 1);
	p->table[i] = key;
}

static struct str block_text(const struct article *x, size_t i)
{
	return i == 0 ? x->title : i == 1 ? x->standfirst : x->blocks[i - 2].text;
}

static struct pairs pairs_of(struct arena *a, const struct article *x)
{
	struct pairs p = { .room = 1024 };
	size_t bytes = 0;

	for (size_t i = 0; i < x->nblocks + 2; i++)
		bytes += block_text(x, i).n;
	while (p.room < bytes) /* a word has two bytes at least, but for Han */
		p.room *= 2;
	p.table = ARENA_ARRAY(a, uint64_t, p.room);
	for (size_t i = 0; i < x->nblocks + 2; i++) {
		struct terms t = terms_read(a, block_text(x, i), 0);
		for (uint32_t k = 0; k + 1 < t.n; k++)
			pairs_add(&p, pair_key(&t.at[k], &t.at[k + 1]));
	}
	return p;
}

/* The pairs of words that the new version has and the old one had not. */
static uint64_t *new_pairs(struct arena *a, const struct change *c, const struct pairs *old, uint32_t *n)
{
	uint32_t room = 64;
	uint64_t *all = arena_alloc(a, room * sizeof *all);

	*n = 0;
	for (uint32_t i = 0; i < c->nops && *n < MOST_RESTORED_TERMS; i++) {
		if (c->ops[i].kind == OP_SAME || !c->ops[i].nnews)
			continue;
		struct terms t = terms_read(a, c->ops[i].new_text, 0);
		for (uint32_t k = 0; k + 1 < t.n; k++) {
			uint64_t key = pair_key(&t.at[k], &t.at[k + 1]);
			if (pairs_has(old, key))
				continue;
			if (*n == room) {
				uint64_t *smaller = all;
				room *= 2;
				all = arena_alloc(a, room * sizeof *all);
				memcpy(all, smaller, *n * sizeof *all);
			}
			all[(*n)++] = key;
		}
	}
	return all;
}

static bool is_restored(struct arena *a, const struct article *older, const struct change_context *context,
                        const struct change *c)
{
	uint32_t n;

	if (!context || context->nearlier == 0)
		return false;
	struct pairs old = pairs_of(a, older);
	const uint64_t *came = new_pairs(a, c, &old, &n);
	for (uint32_t v = 0; v < context->nearlier && v < MOST_EARLIER && n >= 2; v++) {
		struct pairs earlier = pairs_of(a, &context->earlier[v]);
		uint32_t back = 0;
		for (uint32_t i = 0; i < n; i++)
			back += pairs_has(&earlier, came[i]);
		if (back * 4 >= n * 3)
			return true;
	}
	return false;
}

/* ---- natures ---------------------------------------------------------------------------- */

static bool notice_came(const struct change *c)
{
	for (uint32_t i = 0; i < c->nedits; i++)
		for (uint32_t k = 0; k < c->edits[i].nfindings; k++)
			if (c->edits[i].findings[k].kind == EDIT_CORRECTION && c->ops[c->edits[i].op].nnews)
				return true;
	return false;
}

static bool matters(const struct change_edit *e)
{
	return !e->folded && e->weight >= WEIGHT_MATTERS;
}

static bool is_stealth(const struct article *older, const struct article *newer, const struct change *c)
{
	if (older->modified == WHEN_NONE || newer->modified == WHEN_NONE || older->modified != newer->modified)
		return false;
	if (c->natures & (KIND_BIT(NATURE_CORRECTION) | KIND_BIT(NATURE_TECHNICAL)))
		return false;
	for (uint32_t i = 0; i < c->nedits; i++)
		if (matters(&c->edits[i]) && c->edits[i].kind != EDIT_ADDITION)
			return true;
	return false;
}

static bool is_update(const struct change *c)
{
	for (uint32_t i = 0; i < c->nedits; i++)
		if (c->edits[i].kind == EDIT_ADDITION && matters(&c->edits[i]))
			return true;
	return false;
}

static void find_natures(struct arena *a, const struct article *older, const struct article *newer,
                         const struct change_context *context, const struct op_reading *readings, struct change *c)
{
	int32_t step = headline_step(c, readings);

	c->natures |= (context && context->technical ? KIND_BIT(NATURE_TECHNICAL) : 0) |
	              (notice_came(c) ? KIND_BIT(NATURE_CORRECTION) : 0) |
	              (is_update(c) ? KIND_BIT(NATURE_UPDATE) : 0) | (step < 0 ? KIND_BIT(NATURE_SOFTENED) : 0) |
	              (step > 0 ? KIND_BIT(NATURE_HARDENED) : 0);
	if (is_stealth(older, newer, c))
		c->natures |= KIND_BIT(NATURE_STEALTH);
	if (is_restored(a, older, context, c))
		c->natures |= KIND_BIT(NATURE_RESTORED);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void say(struct buf *b, const char *what, struct str s)
{
	buf_puts(b, b->n ? "; " : "");
	buf_puts(b, what);
	buf_str(b, s);
}

static void say_count(struct buf *b, uint32_t n, const char *what)
{
	if (n)
		buf_printf(b, "%s%u sentence%s %s", b->n ? "; " : "", n, n == 1 ? "" : "s", what);
}

#define REASONS 2

/* The reasons of the heaviest edits that are no whole sentences. */
static void say_heaviest(struct buf *b, const struct change *c)
{
	const struct change_edit *said[REASONS] = { 0 };

	for (uint32_t round = 0; round < REASONS; round++) {
		const struct change_edit *best = NULL;
		for (uint32_t i = 0; i < c->nedits; i++) {
			const struct change_edit *e = &c->edits[i];
			bool sentence =
			        e->kinds & (KIND_BIT(EDIT_ADDITION) | KIND_BIT(EDIT_REMOVAL) | KIND_BIT(EDIT_MOVE));
			if (!sentence && !e->folded && e != said[0] && e->why.n && (!best || e->weight > best->weight))
				best = e;
		}
		if (!best)
			return;
		said[round] = best;
		say(b, "", best->why);
	}
}

static struct str reasons(struct arena *a, const struct change *c)
{
	struct buf b = BUF_INIT(4 * KIB);

	for (uint32_t n = 0; n < NATURES; n++)
		if (c->natures & KIND_BIT(n) && n != NATURE_UPDATE)
			say(&b, nature_info((enum nature)n)->about, STR_NONE);
	say_heaviest(&b, c);
	say_count(&b, c->counts[OP_ADDED], "added");
	say_count(&b, c->counts[OP_REMOVED], "removed");
	say_count(&b, c->moved, "moved");
	struct str s = b.n ? arena_str(a, buf_view(&b)) : STR("only what is folded");
	buf_free(&b);
	return s;
}

static void weigh_whole(struct change *c)
{
	float most = 0, sum = 0;

	for (uint32_t i = 0; i < c->nedits; i++) {
		const struct change_edit *e = &c->edits[i];
		if (!e->folded) {
			c->kinds |= e->kinds;
			sum += e->weight;
		}
		most = e->weight > most ? e->weight : most;
	}
	float others = sum > most ? sum - most : 0;
	c->weight = most + (1 - most) * (1 - expf(-others / 4));
	if (c->natures & KIND_BIT(NATURE_TECHNICAL))
		c->weight *= 0.1f;
}

void change_judge(struct arena *a, const struct article *older, const struct article *newer,
                  const struct change_context *context, const struct op_reading *readings, struct change *c)
{
	find_natures(a, older, newer, context, readings, c);
	weigh_whole(c);
	c->why = reasons(a, c);
}
