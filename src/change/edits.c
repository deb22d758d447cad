/*
 * From operations to edits: see change.h.
 *
 * The permanent name of an edit is a hash of the words that went and came and
 * of the sentences that they stand in, so that it stays when other edits, or a
 * better aligner, come or go around it.
 */
#include "base/hash.h"
#include "change/parts.h"
#include "text/letters.h"

struct maker {
	struct arena *arena;
	struct change *c;
	size_t room;
};

static struct change_edit *add_edit(struct maker *m, uint32_t op, struct word_edit at, enum edit_kind kind)
{
	struct change *c = m->c;

	c->edits = arena_grow(m->arena, c->edits, &m->room, c->nedits + 1, sizeof *c->edits);
	struct change_edit *e = &c->edits[c->nedits++];
	*e = (struct change_edit){ .op = op, .at = at, .kind = kind, .kinds = KIND_BIT(kind) };
	return e;
}

static struct word_edit whole(const struct change_op *op)
{
	return (struct word_edit){ 0, (uint32_t)op->old_text.n, 0, (uint32_t)op->new_text.n };
}

/* The unit that an op's sentences are of; of several the first one's. */
static enum unit_kind unit_kind(const struct change *c, const struct change_op *op)
{
	return op->nnews ? c->new_units[c->new_sentences[op->news[0]].unit].kind
	                 : c->old_units[c->old_sentences[op->olds[0]].unit].kind;
}

/* ---- quotation marks --------------------------------------------------------- */

#define MOST_MARKED 200 /* bytes that one edit of marks spans */

static bool only_marks(const struct change_op *op, uint32_t i)
{
	const struct word_edit *w = &op->words[i];
	bool any = false;

	return text_only_marks(str_sub(op->old_text, w->old_from, w->old_to), &any) &&
	       text_only_marks(str_sub(op->new_text, w->new_from, w->new_to), &any) && any;
}

/* Marks that were put around words, taken away or moved are one edit with the
 * words that they stand around: the end of those that begin with words[i]. */
static uint32_t marks_end(const struct change_op *op, uint32_t i)
{
	uint32_t end = i + 1;

	if (!only_marks(op, i))
		return end;
	while (end < op->nwords && only_marks(op, end) &&
	       op->words[end].old_to - op->words[i].old_from <= MOST_MARKED &&
	       op->words[end].new_to - op->words[i].new_from <= MOST_MARKED)
		end++;
	return end;
}

static void edit_op(struct maker *m, uint32_t index)
{
	static const enum edit_kind heads[] = {
		[UNIT_TITLE] = EDIT_HEADLINE, [UNIT_STANDFIRST] = EDIT_STANDFIRST, [UNIT_BYLINE] = EDIT_BYLINE
	};
	const struct change_op *op = &m->c->ops[index];
	enum unit_kind unit = unit_kind(m->c, op);

	if (op->kind == OP_SAME && !op->moved)
		return;
	if (unit != UNIT_BLOCK) {
		add_edit(m, index, whole(op), heads[unit]);
		return;
	}
	if (op->kind == OP_ADDED || op->kind == OP_REMOVED) {
		add_edit(m, index, whole(op), op->kind == OP_ADDED ? EDIT_ADDITION : EDIT_REMOVAL);
		return;
	}
	if (op->moved)
		add_edit(m, index, whole(op), EDIT_MOVE);
	for (uint32_t i = 0, end; i < op->nwords; i = end) {
		end = marks_end(op, i);
		struct word_edit at = op->words[i];
		at.old_to = op->words[end - 1].old_to;
		at.new_to = op->words[end - 1].new_to;
		add_edit(m, index, at, EDIT_WORDING);
	}
	if (op->nwords == 0 && op->kind != OP_SAME)
		add_edit(m, index, whole(op), EDIT_TYPOGRAPHY);
}

/* ---- names --------------------------------------------------------------- */

static uint64_t mix(uint64_t h, uint64_t x)
{
	h ^= x + 0x9e3779b97f4a7c15u + (h << 6) + (h >> 2);
	return h * 0xff51afd7ed558ccdu;
}

/* A long sentence with many edits is hashed once for all of them. */
struct op_key {
	const struct change_op *op;
	uint64_t key;
};

static uint64_t key_of(const struct change *c, const struct change_edit *e, struct op_key *last)
{
	if (e->op == NO_OP)
		return mix(1, e->kind);
	const struct change_op *op = &c->ops[e->op];
	bool whole_op = e->kind == EDIT_MOVE;
	if (last->op != op)
		*last = (struct op_key){ op, mix(hash_quick(op->old_text), hash_quick(op->new_text)) };
	uint64_t key = mix(last->key, hash_quick(str_sub(op->old_text, e->at.old_from, e->at.old_to)));
	key = mix(key, hash_quick(str_sub(op->new_text, e->at.new_from, e->at.new_to)));
	return mix(key, whole_op);
}

/* Names that are taken, open addressing; equal counts the edits that asked for
 * the name. */
struct names {
	struct taken {
		uint64_t key;
		uint64_t equal;
	} * at;
	size_t room;
};

static struct taken *name_slot(struct names *names, uint64_t key)
{
	size_t i = key & (names->room - 1);

	while (names->at[i].key && names->at[i].key != key)
		i = (i + 1) & (names->room - 1);
	return &names->at[i];
}

/* Equal edits of equal sentences are told apart by their order among these. */
static uint64_t take_name(struct names *names, uint64_t wanted)
{
	uint64_t key = wanted >> 16;
	struct taken *first = name_slot(names, key), *slot = first;

	while (!key || slot->key) {
		key = mix(wanted, ++first->equal) >> 16;
		slot = name_slot(names, key);
	}
	slot->key = key;
	return key;
}

static void name_all(struct arena *a, struct change *c)
{
	struct names names = { .room = 64 };

	while (names.room < 2 * (size_t)c->nedits)
		names.room *= 2;
	names.at = ARENA_ARRAY(a, struct taken, names.room);
	struct op_key last = { 0 };
	for (uint32_t i = 0; i < c->nedits; i++)
		c->edits[i].key = take_name(&names, key_of(c, &c->edits[i], &last));
}

void edits_make(struct arena *a, const struct article *older, const struct article *newer, struct change *c)
{
	struct maker m = { .arena = a, .c = c };

	if (older->published != WHEN_NONE && newer->published != WHEN_NONE && older->published != newer->published)
		add_edit(&m, NO_OP, (struct word_edit){ 0 }, EDIT_DATE);
	for (uint32_t i = 0; i < c->nops; i++) {
		uint32_t first = c->nedits;
		edit_op(&m, i);
		c->ops[i].first_edit = first;
		c->ops[i].nedits = c->nedits - first;
	}
	/* Whatever makes two versions is told, if only that paragraphs begin elsewhere. */
	if (c->nedits == 0)
		add_edit(&m, NO_OP, (struct word_edit){ 0 }, EDIT_TYPOGRAPHY);
	name_all(a, c);
}
