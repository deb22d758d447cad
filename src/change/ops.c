/*
 * From links to operations: see change.h.
 *
 * Each pair of partners is an operation; a sentence without a partner joins
 * the operation that has most of its words (a split or a merge), else it was
 * added or removed.
 */
#include <string.h>

#include "change/parts.h"
#include "change/wordedits.h"

const char *op_kind_name(enum op_kind k)
{
	static const char *const names[] = { "same", "edited", "split", "merged", "recast", "added", "removed" };
	return k <= OP_REMOVED ? names[k] : "?";
}

/* Which sentence of the other side a sentence without a partner goes with, and
 * from that one on the list of those that go with it, ascending. */
struct joins {
	uint32_t *with;
	uint32_t *first, *next;
};

struct maker {
	struct arena *arena;
	const struct links *links;
	struct change *c;
	struct op_tokens *tokens; /* of each operation */
	struct joins old, new;
};

/* ---- who joins whom ------------------------------------------------------ */

static void begin_joins(struct arena *a, struct joins *j, uint32_t n, uint32_t nothers)
{
	*j = (struct joins){ sentences_none(a, n), sentences_none(a, nothers), sentences_none(a, n) };
}

static void list_joins(struct joins *j, uint32_t n)
{
	for (uint32_t i = n; i-- > 0;) {
		if (j->with[i] == NO_SENTENCE)
			continue;
		j->next[i] = j->first[j->with[i]];
		j->first[j->with[i]] = i;
	}
}

static void choose_joins(struct maker *m)
{
	const struct links *l = m->links;
	struct change *c = m->c;
	float *best_old = ARENA_ARRAY(m->arena, float, c->nold + 1);
	float *best_new = ARENA_ARRAY(m->arena, float, c->nnew + 1);

	begin_joins(m->arena, &m->old, c->nold, c->nnew);
	begin_joins(m->arena, &m->new, c->nnew, c->nold);
	for (uint32_t i = 0; i < l->nkin; i++) {
		const struct align_kin *k = &l->kin[i];
		bool old_paired = l->to_new[k->old] != NO_SENTENCE, new_paired = l->to_old[k->new] != NO_SENTENCE;
		if (!old_paired && new_paired && k->share > best_old[k->old]) {
			best_old[k->old] = k->share;
			m->old.with[k->old] = k->new;
		}
		if (old_paired && !new_paired && k->share > best_new[k->new]) {
			best_new[k->new] = k->share;
			m->new.with[k->new] = k->old;
		}
	}
	list_joins(&m->old, c->nold);
	list_joins(&m->new, c->nnew);
}

/* What is kin besides the operations. */
static void keep_passages(struct maker *m)
{
	const struct links *l = m->links;

	m->c->kin = arena_alloc(m->arena, (l->nkin + 1) * sizeof *m->c->kin);
	for (uint32_t i = 0; i < l->nkin; i++)
		if (m->c->old_op[l->kin[i].old] != m->c->new_op[l->kin[i].new])
			m->c->kin[m->c->nkin++] = l->kin[i];
}

/* ---- the text of one side ------------------------------------------------ */

static bool touch(const struct sentence *x, const struct sentence *y)
{
	return y == x + 1 && x->unit == y->unit;
}

/* Sentences that stand side by side are a piece of their unit. */
static struct str side_text(struct arena *a, const struct sentence *all, const uint32_t *at, uint32_t n)
{
	bool piece = true;

	if (n == 0)
		return STR_NONE;
	for (uint32_t i = 1; i < n; i++)
		piece = piece && touch(&all[at[i - 1]], &all[at[i]]);
	if (piece) {
		const struct sentence *last = &all[at[n - 1]];
		return str_of(all[at[0]].text.p, (size_t)(last->text.p + last->text.n - all[at[0]].text.p));
	}
	size_t size = n;
	for (uint32_t i = 0; i < n; i++)
		size += all[at[i]].text.n;
	char *p = arena_alloc(a, size), *end = p;
	for (uint32_t i = 0; i < n; i++) {
		if (i)
			*end++ = ' ';
		memcpy(end, all[at[i]].text.p, all[at[i]].text.n);
		end += all[at[i]].text.n;
	}
	return str_of(p, (size_t)(end - p));
}

/* Where in the op's text the sentence stands, behind those that end before byte at. */
static uint32_t place_of(struct str text, const struct sentence *s, uint32_t at)
{
	bool piece = s->text.p >= text.p && s->text.p + s->text.n <= text.p + text.n;
	return piece ? (uint32_t)(s->text.p - text.p) : at;
}

struct span op_span(const struct change_op *op, const struct sentence *sentences, bool newer, uint32_t s)
{
	const uint32_t *at = newer ? op->news : op->olds;
	uint32_t n = newer ? op->nnews : op->nolds;
	struct str text = newer ? op->new_text : op->old_text;
	uint32_t from = 0;

	for (uint32_t i = 0; i < n; i++) {
		const struct sentence *x = &sentences[at[i]];
		from = place_of(text, x, from);
		if (at[i] == s)
			return (struct span){ from, from + (uint32_t)x->text.n };
		from += (uint32_t)x->text.n + 1;
	}
	return (struct span){ 0, 0 };
}

/* ---- operations ---------------------------------------------------------- */

static enum op_kind kind_of(const struct change *c, const struct change_op *op)
{
	if (!op->nnews)
		return OP_REMOVED;
	if (!op->nolds)
		return OP_ADDED;
	if (op->nolds > 1)
		return op->nnews > 1 ? OP_RECAST : OP_MERGED;
	if (op->nnews > 1)
		return OP_SPLIT;
	const struct unit *old = &c->old_units[c->old_sentences[op->olds[0]].unit],
	                  *new = &c->new_units[c->new_sentences[op->news[0]].unit];
	return str_eq(op->old_text, op->new_text) && old->block == new->block ? OP_SAME : OP_EDITED;
}

/* Those of the sentences, if they were read, else of the text. */
static struct tokens tokens_of(struct maker *m, const struct change_op *op, bool newer)
{
	struct tokens *const *known = newer ? m->links->new_tokens : m->links->old_tokens;
	const struct sentence *all = newer ? m->c->new_sentences : m->c->old_sentences;
	const uint32_t *at = newer ? op->news : op->olds;
	uint32_t n = newer ? op->nnews : op->nolds, i = 0, end = 0;
	struct str text = newer ? op->new_text : op->old_text;
	struct tokens joined;

	if (n == 1 && known[at[0]])
		return *known[at[0]];
	const struct tokens **parts = arena_alloc(m->arena, n * sizeof *parts);
	uint32_t *from = arena_alloc(m->arena, n * sizeof *from);
	for (; i < n && known[at[i]]; i++) {
		parts[i] = known[at[i]];
		from[i] = place_of(text, &all[at[i]], end);
		end = from[i] + (uint32_t)parts[i]->text.n + 1;
	}
	return i == n && tokens_join(m->arena, text, parts, from, n, &joined) ? joined : tokens_read(m->arena, text);
}

static void compare_words(struct maker *m, struct change_op *op)
{
	struct change *c = m->c;
	struct op_tokens *t = &m->tokens[op - c->ops];

	*t = (struct op_tokens){ 0 };
	switch (op->kind) {
	case OP_SAME:
		return;
	case OP_ADDED:
		t->new = tokens_of(m, op, true);
		c->words_added += t->new.nwords;
		return;
	case OP_REMOVED:
		t->old = tokens_of(m, op, false);
		c->words_removed += t->old.nwords;
		return;
	default:
		break;
	}
	if (str_eq(op->old_text, op->new_text))
		return;
	t->old = tokens_of(m, op, false);
	t->new = tokens_of(m, op, true);
	struct word_edits e = word_edits_find(m->arena, &t->old, &t->new);
	op->words = e.at;
	op->nwords = e.n;
	op->kept = e.kept;
	op->nkept = e.nkept;
	c->words_removed += e.words_removed;
	c->words_added += e.words_added;
}

/* The sentence itself with all that go with its partner, ascending. */
static uint32_t *gather(struct arena *a, const struct joins *j, uint32_t itself, uint32_t partner, uint32_t *n)
{
	uint32_t first = partner == NO_SENTENCE ? NO_SENTENCE : j->first[partner], count = 1, k = 0;

	for (uint32_t i = first; i != NO_SENTENCE; i = j->next[i])
		count++;
	uint32_t *at = arena_alloc(a, count * sizeof *at);
	for (uint32_t i = first; i != NO_SENTENCE && i < itself; i = j->next[i], first = i)
		at[k++] = i;
	at[k++] = itself;
	for (uint32_t i = first; i != NO_SENTENCE; i = j->next[i])
		at[k++] = i;
	*n = count;
	return at;
}

static void add_op(struct maker *m, uint32_t o, uint32_t n)
{
	struct change *c = m->c;
	struct change_op *op = &c->ops[c->nops];

	*op = (struct change_op){ .moved = o != NO_SENTENCE && n != NO_SENTENCE && m->links->moved[o] };
	if (o != NO_SENTENCE)
		op->olds = gather(m->arena, &m->old, o, n, &op->nolds);
	if (n != NO_SENTENCE)
		op->news = gather(m->arena, &m->new, n, o, &op->nnews);
	op->old_text = side_text(m->arena, c->old_sentences, op->olds, op->nolds);
	op->new_text = side_text(m->arena, c->new_sentences, op->news, op->nnews);
	op->kind = kind_of(c, op);
	for (uint32_t i = 0; i < op->nolds; i++)
		c->old_op[op->olds[i]] = c->nops;
	for (uint32_t i = 0; i < op->nnews; i++)
		c->new_op[op->news[i]] = c->nops;
	compare_words(m, op);
	c->counts[op->kind]++;
	c->moved += op->moved;
	c->nops++;
}

/* Old sentences that went stand where they stood: behind those before them. */
static void add_ops(struct maker *m)
{
	const struct links *l = m->links;
	struct change *c = m->c;
	uint32_t o = 0, n = 0;

	for (;;) {
		for (; o < c->nold && (l->to_new[o] == NO_SENTENCE || l->moved[o]); o++)
			if (l->to_new[o] == NO_SENTENCE && m->old.with[o] == NO_SENTENCE)
				add_op(m, o, NO_SENTENCE);
		uint32_t upto = o < c->nold ? l->to_new[o] : c->nnew;
		for (; n < upto; n++)
			if (l->to_old[n] != NO_SENTENCE || m->new.with[n] == NO_SENTENCE)
				add_op(m, l->to_old[n], n);
		if (o == c->nold)
			return;
		add_op(m, o++, n++);
	}
}

void ops_make(struct arena *a, struct links *l, struct change *c)
{
	struct maker m = { .arena = a, .links = l, .c = c };

	m.tokens = l->op_tokens = arena_alloc(a, ((size_t)c->nold + c->nnew + 1) * sizeof *m.tokens);
	c->ops = arena_alloc(a, ((size_t)c->nold + c->nnew + 1) * sizeof *c->ops);
	c->old_op = arena_alloc(a, ((size_t)c->nold + 1) * sizeof *c->old_op);
	c->new_op = arena_alloc(a, ((size_t)c->nnew + 1) * sizeof *c->new_op);
	choose_joins(&m);
	add_ops(&m);
	keep_passages(&m);
}
