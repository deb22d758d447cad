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
#include "change/claims.h"
#include "change/features.h"
#include "change/parts.h"

static int32_t headline_step(const struct change *c, const struct op_reading *readings)
{
	for (uint32_t i = 0; i < c->nedits; i++)
		if (c->edits[i].kind == EDIT_HEADLINE && c->edits[i].op != NO_OP)
			return claim_step(&c->ops[c->edits[i].op], &readings[c->edits[i].op]);
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

/* Pairs of neighbouring words that may have come. */
struct came {
	struct arena *arena;
	uint64_t *at;
	uint32_t n;
	size_t room;
};

/* Those that touch bytes [from, to] of the text, from term *next on. */
static void collect_pairs(struct came *came, const struct terms *t, uint32_t from, uint32_t to, uint32_t *next)
{
	uint32_t first = terms_find(t, from), i = first ? first - 1 : 0;

	for (i = i > *next ? i : *next; i + 1 < t->n && t->at[i].from <= to; i++) {
		came->at = arena_grow(came->arena, came->at, &came->room, came->n + 1, sizeof *came->at);
		came->at[came->n++] = pair_key(&t->at[i], &t->at[i + 1]);
		*next = i + 1;
	}
}

/* Where a word only went, its neighbours are a pair that came. */
static void collect_all(const struct change *c, const struct op_reading *readings, struct came *came)
{
	for (uint32_t i = 0; i < c->nops && came->n < MOST_RESTORED_TERMS; i++) {
		const struct change_op *op = &c->ops[i];
		const struct terms *t = &readings[i].new.terms;
		uint32_t next = 0;
		if (op->kind == OP_ADDED)
			collect_pairs(came, t, 0, (uint32_t)op->new_text.n, &next);
		for (uint32_t k = 0; k < op->nwords && op->kind != OP_ADDED; k++)
			collect_pairs(came, t, op->words[k].new_from, op->words[k].new_to, &next);
	}
}

/* Do three quarters of what the old version had not stand in an earlier one?  They
 * are read only if something may have come. */
static bool is_restored(struct arena *a, const struct article *older, const struct change_context *context,
                        const struct op_reading *readings, const struct change *c)
{
	struct came came = { .arena = a, .room = 64 };
	uint32_t n = 0;

	if (!context || context->nearlier == 0)
		return false;
	collect_all(c, readings, &came);
	if (came.n < 2)
		return false;
	struct pairs old = pairs_of(a, older);
	for (uint32_t i = 0; i < came.n; i++)
		if (!pairs_has(&old, came.at[i]))
			came.at[n++] = came.at[i];
	for (uint32_t v = 0; v < context->nearlier && v < MOST_EARLIER && n >= 2; v++) {
		struct pairs earlier = pairs_of(a, &context->earlier[v]);
		uint32_t back = 0;
		for (uint32_t i = 0; i < n; i++)
			back += pairs_has(&earlier, came.at[i]);
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
	if (is_restored(a, older, context, readings, c))
		c->natures |= KIND_BIT(NATURE_RESTORED);
}

/* ---- the whole ---------------------------------------------------------------------------- */

static void say(struct buf *b, const char *what, struct str s)
{
	buf_puts(b, b->n ? "; " : "");
	buf_puts(b, what);
	buf_str(b, s);
}

static void say_count(struct arena *a, struct buf *b, uint32_t n, const char *what)
{
	if (n == 0)
		return;
	say(b, "", arena_number(a, n));
	buf_puts(b, n == 1 ? " sentence " : " sentences ");
	buf_puts(b, what);
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
	say_count(a, &b, c->counts[OP_ADDED], "added");
	say_count(a, &b, c->counts[OP_REMOVED], "removed");
	say_count(a, &b, c->moved, "moved");
	struct str s = b.n ? arena_str(a, buf_view(&b)) : STR("only what is folded");
	buf_free(&b);
	return s;
}

#define MOST_OF_LITTLE 0.29f /* many edits of which none matters do not matter together */

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
	float others = sum > most ? sum - most : 0, weight = most + (1 - most) * (1 - expf(-others / 4));
	if (most < WEIGHT_MATTERS) {
		float little = most > MOST_OF_LITTLE ? most : MOST_OF_LITTLE;
		weight = weight < little ? weight : little;
	}
	c->weight = weight_exact(weight * (c->natures & KIND_BIT(NATURE_TECHNICAL) ? 0.1f : 1));
}

void change_judge(struct arena *a, const struct article *older, const struct article *newer,
                  const struct change_context *context, const struct op_reading *readings, struct change *c)
{
	find_natures(a, older, newer, context, readings, c);
	weigh_whole(c);
	c->why = reasons(a, c);
}
