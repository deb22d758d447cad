/*
 * The lives of sentences: see blame.h.
 *
 * While versions are read, the living are a list in the order of the newest
 * version; whoever dies is tied behind the living one before whom nothing
 * stands between them, together with those who died there earlier.
 */
#include "change/blame.h"

#include <string.h>

#define NOBODY UINT32_MAX

/* A life while it is being told. */
struct person {
	struct life life;
	size_t room;         /* for wordings */
	uint32_t first_dead; /* who died behind this one, in order */
	uint32_t last_dead;
	uint32_t next_dead;
};

struct teller {
	struct arena *arena;
	struct person *people; /* 0 is nobody: who died before the first living one is tied to it */
	uint32_t n;
	size_t room;
	uint32_t *now; /* who each sentence of the version read last is */
	uint32_t nnow;
	struct arena *scratch; /* of one comparison */
};

static uint32_t add_person(struct teller *t, uint32_t version)
{
	t->people = arena_grow(t->arena, t->people, &t->room, t->n + 1, sizeof *t->people);
	t->people[t->n] = (struct person){ .room = 2,
		                           .life = { .born = version, .gone = STILL_THERE },
		                           .first_dead = NOBODY,
		                           .last_dead = NOBODY,
		                           .next_dead = NOBODY };
	return t->n++;
}

static void add_wording(struct teller *t, uint32_t who, uint32_t version, struct str text, bool moved)
{
	struct person *p = &t->people[who];

	p->life.wordings =
	        arena_grow(t->arena, p->life.wordings, &p->room, p->life.nwordings + 1, sizeof *p->life.wordings);
	p->life.wordings[p->life.nwordings++] = (struct wording){ version, text, moved };
}

static void place(struct teller *t, uint32_t who, const struct unit *units, const struct sentence *s, uint32_t index)
{
	struct life *life = &t->people[who].life;

	life->unit = units[s->unit].kind;
	life->block = units[s->unit].block;
	life->begins = units[s->unit].first == index;
}

static void bury(struct teller *t, uint32_t who, uint32_t behind, uint32_t version, bool merged)
{
	struct person *p = &t->people[who];

	p->life.gone = version;
	p->life.merged = merged;
	if (t->people[behind].last_dead == NOBODY)
		t->people[behind].first_dead = who;
	else
		t->people[t->people[behind].last_dead].next_dead = who;
	t->people[behind].last_dead = who;
	/* Those who died behind it stay behind it, and so behind the other. */
	if (p->first_dead != NOBODY) {
		p->next_dead = p->first_dead;
		t->people[behind].last_dead = p->last_dead;
	}
}

/* ---- one version after another ------------------------------------------- */

/* The text of a byline is made by the comparison, the others are the articles'. */
static struct str kept_text(struct teller *t, const struct change *c, uint32_t sentence)
{
	const struct sentence *s = &c->new_sentences[sentence];
	return c->new_units[s->unit].kind == UNIT_BYLINE ? arena_str(t->arena, s->text) : s->text;
}

static void tell_first(struct teller *t, const struct article *first)
{
	static const struct article nothing = { .published = WHEN_NONE, .modified = WHEN_NONE };
	struct change c;

	change_compute(t->scratch, &nothing, first, NULL, &c);
	t->nnow = c.nnew;
	t->now = arena_alloc(t->arena, (c.nnew + 1) * sizeof *t->now);
	for (uint32_t i = 0; i < c.nnew; i++) {
		t->now[i] = add_person(t, 0);
		add_wording(t, t->now[i], 0, kept_text(t, &c, i), false);
		place(t, t->now[i], c.new_units, &c.new_sentences[i], i);
	}
}

/* Who the new sentences are: of an op with both sides the first goes on as the
 * first old one, the others are its parts. */
static uint32_t *name_new(struct teller *t, const struct change *c, uint32_t version)
{
	uint32_t *now = arena_alloc(t->arena, (c->nnew + 1) * sizeof *now);

	for (uint32_t i = 0; i < c->nnew; i++) {
		const struct change_op *op = &c->ops[c->new_op[i]];
		bool heir = op->nolds && op->news[0] == i;
		now[i] = heir ? t->now[op->olds[0]] : add_person(t, version);
		if (!heir)
			t->people[now[i]].life.split = op->nolds > 0;
		struct str text = kept_text(t, c, i);
		bool same = heir && str_eq(text, c->old_sentences[op->olds[0]].text);
		if (!same || op->moved)
			add_wording(t, now[i], version, text, heir && op->moved);
		place(t, now[i], c->new_units, &c->new_sentences[i], i);
	}
	return now;
}

static void bury_old(struct teller *t, const struct change *c, uint32_t version)
{
	uint32_t behind = 0;

	for (uint32_t i = 0; i < c->nold; i++) {
		const struct change_op *op = &c->ops[c->old_op[i]];
		if (op->nnews && op->olds[0] == i)
			behind = t->now[i];
		else
			bury(t, t->now[i], behind, version, op->nnews > 0);
	}
}

static void tell_next(struct teller *t, const struct article *older, const struct article *newer, uint32_t version,
                      float *weight)
{
	struct change c;

	arena_reset(t->scratch);
	change_compute(t->scratch, older, newer, NULL, &c);
	*weight = c.weight;
	bury_old(t, &c, version);
	t->now = name_new(t, &c, version);
	t->nnow = c.nnew;
}

static void write_person(const struct teller *t, uint32_t who, struct blame *out)
{
	if (who != 0)
		out->lives[out->nlives++] = t->people[who].life;
	for (uint32_t dead = t->people[who].first_dead; dead != NOBODY; dead = t->people[dead].next_dead)
		out->lives[out->nlives++] = t->people[dead].life;
}

void blame_compute(struct arena *a, const struct article *versions, uint32_t n, struct blame *out)
{
	struct teller t = { .arena = a };

	*out = (struct blame){ .weights = ARENA_ARRAY(a, float, n + 1) };
	if (n == 0)
		return;
	t.scratch = arena_new();
	add_person(&t, 0);
	tell_first(&t, &versions[0]);
	for (uint32_t i = 1; i < n; i++)
		tell_next(&t, &versions[i - 1], &versions[i], i, &out->weights[i]);
	out->lives = arena_alloc(a, t.n * sizeof *out->lives);
	write_person(&t, 0, out);
	for (uint32_t i = 0; i < t.nnow; i++)
		write_person(&t, t.now[i], out);
	arena_free(t.scratch);
}
