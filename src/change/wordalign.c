/*
 * The readable common part of two texts: see wordalign.h.
 *
 * A dynamic programme over pairs of tokens with two states: in step, and
 * inside an edit.  Being in step earns what the token is worth; going into an
 * edit or out of it costs, more inside of what is written without a space and
 * less behind a comma or a full stop.  Tokens that only one side has cost
 * nothing by themselves, and the programme leaves them out.
 *
 * It runs over the stretch between the common beginning and the common end.
 * Where that is too long, Myers goes first, and the programme takes the
 * stretches between those common parts that are long enough to be certain.
 *
 * Limits: in a longer stretch than CELLS without a certain part inside, what
 * Myers found stands.
 */
#include "change/wordalign.h"

#include <string.h>

#include <unicode/uchar.h>

#include "change/myers.h"

#define CELLS 4096    /* pairs of tokens that are looked at for one stretch */
#define BUDGET 400000 /* and for all the stretches of a long text */
#define CERTAIN 5     /* common tokens in a row that are taken as given in a long text */

struct stretch {
	uint32_t o0, o1, n0, n1;
};

struct aligner {
	struct arena *scratch;
	const struct tokens *old, *new;
	const struct word_costs *costs;
	const float *old_sum;
	uint32_t *partner;
	uint64_t budget; /* pairs of tokens that may still be looked at */
};

/* Signs that part what stands beside them even without a space; other signs
 * (hyphens, slashes, currencies) hold it together. */
static bool parts(const struct tokens *t, uint32_t i)
{
	char sign = tokens_sign(t, i);
	size_t at = t->at[i].from;

	if (sign)
		return strchr(",.;:!?()\"'", sign);
	uint32_t c = utf8_next(t->text, &at);
	return u_ispunct((UChar32)c) && (c < 0x2010 || c > 0x2013);
}

bool tokens_glued(const struct tokens *t, uint32_t i)
{
	if (tokens_spaced(t, i))
		return false;
	bool sign_before = t->at[i - 1].kind == WORD_SIGN, sign_after = t->at[i].kind == WORD_SIGN;
	return (sign_before && !parts(t, i - 1)) || (sign_after && !parts(t, i));
}

float word_edge_cost_at_sign(const struct word_costs *c, const struct tokens *t, uint32_t i)
{
	if (i == 0 || i == t->n)
		return c->edge_sentence;
	if (!tokens_spaced(t, i))
		return tokens_glued(t, i) ? c->edge_glued : c->edge;
	char before = tokens_sign(t, i - 1), after = tokens_sign(t, i);
	if (before && strchr(".!?", before))
		return c->edge_sentence;
	if ((before && strchr(",;:)", before)) || after == '(')
		return c->edge_clause;
	return c->edge;
}

/* Up to three letters, as words have that only hold others together; a Han
 * character, a kana or a syllable of Hangul says as much as two. */
static bool is_short(struct str text, const struct word *t)
{
	uint32_t letters = 0, first;

	if (t->to - t->from <= 3)
		return true;
	memcpy(&first, text.p + t->from, sizeof first);
	if (!(first & 0x80808080u)) /* most are ASCII */
		return false;
	for (uint32_t i = t->from; i < t->to && letters <= 3; i++) {
		unsigned char byte = (unsigned char)text.p[i];
		letters += byte >= 0xe3 ? 2 : (byte & 0xc0) != 0x80;
	}
	return letters <= 3;
}

float word_worth_of_other(const struct word_costs *c, const struct tokens *text, uint32_t i)
{
	const struct word *t = &text->at[i];

	if (t->kind != WORD_LETTERS)
		return t->kind == WORD_NUMBER ? c->worth_word : c->worth_sign;
	return is_short(text->text, t) ? c->worth_short : c->worth_word;
}

/* ---- the programme ------------------------------------------------------------- */

/* The tokens of a stretch that the other side may have: any other one is in no
 * pair, so that its row or column of the programme repeats the one before. */
struct shared {
	uint32_t n;
	uint32_t *at; /* counted from the beginning of the stretch */
	uint64_t *ids;
	float *before, *behind; /* what it costs to end an edit before it, to begin one behind it */
};

#define SET_WORDS 16

static void put_ids(uint64_t set[SET_WORDS], const struct word *t, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		set[t[i].id >> 6 & (SET_WORDS - 1)] |= (uint64_t)1 << (t[i].id & 63);
}

static struct shared find_shared(const struct aligner *al, const struct tokens *t, uint32_t from, uint32_t to,
                                 const uint64_t other[SET_WORDS])
{
	uint32_t n = to - from;
	struct shared s = { .at = arena_alloc(al->scratch, n * sizeof *s.at),
		            .ids = arena_alloc(al->scratch, n * sizeof *s.ids),
		            .before = arena_alloc(al->scratch, 2 * (size_t)n * sizeof *s.before) };

	s.behind = s.before + n;
	for (uint32_t i = from; i < to; i++) {
		uint64_t id = t->at[i].id;
		if (!(other[id >> 6 & (SET_WORDS - 1)] >> (id & 63) & 1))
			continue;
		bool on = s.n && s.at[s.n - 1] + 1 == i - from;
		s.before[s.n] = on ? s.behind[s.n - 1] : word_edge_cost(al->costs, t, i);
		s.behind[s.n] = word_edge_cost(al->costs, t, i + 1);
		s.ids[s.n] = id;
		s.at[s.n++] = i - from;
	}
	return s;
}

/* Does nothing stand between the i-th and the one before it, or the beginning? */
static bool goes_on(const struct shared *s, uint32_t i)
{
	return i ? s->at[i - 1] + 1 == s->at[i] : s->at[0] == 0;
}

/* The best scores of the beginnings of both texts: rows are old tokens. */
struct programme {
	struct shared old, new;
	uint32_t width;
	float *edit;          /* when they end inside an edit; grows along rows and columns */
	float *in_step;       /* when they end in step; only of pairs of equal tokens */
	unsigned char *ended; /* of these: an edit ended before the pair */
};

#define NEVER -1e9F

static bool is_pair(const struct programme *p, uint32_t i, uint32_t j)
{
	return p->old.ids[i - 1] == p->new.ids[j - 1];
}

/* When an edit begins behind the pair. */
static float behind_pair(const struct programme *p, uint32_t i, uint32_t j)
{
	return p->in_step[(size_t)i * p->width + j] - p->old.behind[i - 1] - p->new.behind[j - 1];
}

static void score_pair(struct programme *p, uint32_t i, uint32_t j, float gain)
{
	size_t cell = (size_t)i * p->width + j, before = cell - p->width - 1;
	float stay = NEVER, leave = p->edit[before] - p->old.before[i - 1] - p->new.before[j - 1];

	if (goes_on(&p->old, i - 1) && goes_on(&p->new, j - 1)) {
		if (i == 1 && j == 1)
			stay = 0;
		else if (i > 1 && j > 1 && is_pair(p, i - 1, j - 1))
			stay = p->in_step[before];
	}
	p->ended[cell] = leave > stay;
	p->in_step[cell] = (leave > stay ? leave : stay) + gain;
	float out = behind_pair(p, i, j);
	for (uint32_t k = j; k < p->width && p->edit[cell] < out; k++)
		p->edit[cell++] = out;
}

static void walk_back(struct aligner *al, struct stretch r, const struct programme *p)
{
	uint32_t i = p->old.n, j = p->new.n;
	size_t last = (size_t)i * p->width + j;
	bool in_step = p->old.at[i - 1] == r.o1 - r.o0 - 1 && p->new.at[j - 1] == r.n1 - r.n0 - 1 && is_pair(p, i, j) &&
	               p->in_step[last] >= p->edit[last];

	while (i && j) {
		size_t cell = (size_t)i * p->width + j;
		float left = p->edit[cell - 1], above = p->edit[cell - p->width];
		if (in_step) {
			al->partner[r.o0 + p->old.at[--i]] = r.n0 + p->new.at[--j];
			in_step = !p->ended[cell];
		} else if (is_pair(p, i, j) && behind_pair(p, i, j) > (left >= above ? left : above)) {
			in_step = true;
		} else if (left >= above) {
			j--;
		} else {
			i--;
		}
	}
}

static void align_cells(struct aligner *al, struct stretch r)
{
	uint64_t sets[2][SET_WORDS] = { 0 };
	struct programme p;

	put_ids(sets[0], al->old->at + r.o0, r.o1 - r.o0);
	put_ids(sets[1], al->new->at + r.n0, r.n1 - r.n0);
	p.old = find_shared(al, al->old, r.o0, r.o1, sets[1]);
	p.new = find_shared(al, al->new, r.n0, r.n1, sets[0]);
	if (p.old.n == 0 || p.new.n == 0)
		return;
	const uint32_t width = p.width = p.new.n + 1;
	size_t all = (size_t)(p.old.n + 1) * p.width;
	p.edit = arena_alloc(al->scratch, 2 * all * sizeof *p.edit);
	p.in_step = p.edit + all;
	p.ended = arena_alloc(al->scratch, all);
	float start = -word_edge_cost(al->costs, al->old, r.o0) - word_edge_cost(al->costs, al->new, r.n0);
	for (uint32_t j = 0; j < p.width; j++)
		p.edit[j] = start;
	for (uint32_t i = 1; i <= p.old.n; i++) {
		uint32_t token = r.o0 + p.old.at[i - 1];
		const uint64_t id = p.old.ids[i - 1], *ids = p.new.ids;
		memcpy(p.edit + i * p.width, p.edit + (i - 1) * p.width, p.width * sizeof *p.edit);
		for (uint32_t j = 1; j < width; j++)
			if (ids[j - 1] == id)
				score_pair(&p, i, j, al->old_sum[token + 1] - al->old_sum[token]);
	}
	walk_back(al, r, &p);
}

/* ---- stretches ------------------------------------------------------------------ */

static uint64_t cells(struct stretch r)
{
	return (uint64_t)(r.o1 - r.o0 + 1) * (r.n1 - r.n0 + 1);
}

/* Pairs the common beginning and the common end; what is left is between. */
static struct stretch pair_ends(struct aligner *al, struct stretch r)
{
	const struct word *a = al->old->at, *b = al->new->at;

	while (r.o0 < r.o1 && r.n0 < r.n1 && a[r.o0].id == b[r.n0].id)
		al->partner[r.o0++] = r.n0++;
	while (r.o0 < r.o1 && r.n0 < r.n1 && a[r.o1 - 1].id == b[r.n1 - 1].id)
		al->partner[--r.o1] = --r.n1;
	return r;
}

/* A stretch between two certain parts: what Myers found in it is found again,
 * or stands. */
static void align_again(struct aligner *al, struct stretch r)
{
	if (cells(r) > CELLS || cells(r) > al->budget)
		return;
	al->budget -= cells(r);
	for (uint32_t i = r.o0; i < r.o1; i++)
		al->partner[i] = WORD_NONE;
	r = pair_ends(al, r);
	if (r.o0 < r.o1 && r.n0 < r.n1)
		align_cells(al, r);
}

static void align_long(struct aligner *al)
{
	const struct tokens *o = al->old, *n = al->new;
	uint32_t *partner = al->partner, run = 0;
	struct stretch r = { 0, 0, 0, 0 };

	myers_match(al->scratch, o->at, o->n, n->at, n->n, partner);
	for (uint32_t i = 0; i < o->n; i++) {
		bool on = partner[i] != MYERS_NONE && run && partner[i] == partner[i - 1] + 1;
		run = partner[i] == MYERS_NONE ? 0 : on ? run + 1 : 1;
		if (run < CERTAIN)
			continue;
		if (run == CERTAIN)
			align_again(al, (struct stretch){ r.o0, i + 1 - CERTAIN, r.n0, partner[i] + 1 - CERTAIN });
		r.o0 = i + 1;
		r.n0 = partner[i] + 1;
	}
	align_again(al, (struct stretch){ r.o0, o->n, r.n0, n->n });
}

void word_align(struct arena *scratch, const struct tokens *older, const struct tokens *newer,
                const struct word_costs *costs, const float *old_sum, uint32_t *partner)
{
	struct aligner al = { scratch, older, newer, costs, old_sum, partner, BUDGET };
	struct stretch r = { 0, older->n, 0, newer->n };

	for (uint32_t i = 0; i < older->n; i++)
		partner[i] = WORD_NONE;
	r = pair_ends(&al, r);
	if (r.o0 == r.o1 || r.n0 == r.n1)
		return;
	if (cells(r) <= CELLS)
		align_cells(&al, r);
	else
		align_long(&al);
}
