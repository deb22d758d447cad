/*
 * The readable common part of two texts: see wordalign.h.
 *
 * A dynamic programme over pairs of tokens with two states: in step, and
 * inside an edit.  Being in step earns what the token is worth; going into an
 * edit or out of it costs, more inside of what is written without a space and
 * less behind a comma or a full stop.  Tokens that only one side has cost
 * nothing by themselves.
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

bool tokens_spaced(const struct tokens *t, uint32_t i)
{
	return i == 0 || i == t->n || t->at[i].from > t->at[i - 1].to;
}

char tokens_sign(const struct tokens *t, uint32_t i)
{
	const struct token *k = &t->at[i];
	return k->kind == WORD_SIGN && k->to - k->from == 1 ? t->text.p[k->from] : 0;
}

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

float word_edge_cost(const struct word_costs *c, const struct tokens *t, uint32_t i)
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
static bool is_short(struct str text, const struct token *t)
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

float word_worth(const struct word_costs *c, const struct tokens *text, uint32_t i)
{
	const struct token *t = &text->at[i];

	if (t->kind != WORD_LETTERS)
		return t->kind == WORD_NUMBER ? c->worth_word : c->worth_sign;
	return is_short(text->text, t) ? c->worth_short : c->worth_word;
}

static float *edge_costs(const struct aligner *al, const struct tokens *t, uint32_t from, uint32_t to)
{
	float *out = arena_alloc(al->scratch, (to - from + 1) * sizeof *out);
	for (uint32_t i = from; i <= to; i++)
		out[i - from] = word_edge_cost(al->costs, t, i);
	return out;
}

/* How a cell of the programme was reached. */
enum step {
	OLD_SKIPPED = 1,  /* the edit goes on from above */
	NEW_SKIPPED = 2,  /* or from the left; else it begins here, in step */
	EDIT_ENDED = 4,   /* in step, behind an edit */
	IN_STEP_BEST = 8, /* being in step is better here than being in an edit */
};

static void walk_back(struct aligner *al, struct stretch r, const unsigned char *steps)
{
	uint32_t i = r.o1 - r.o0, j = r.n1 - r.n0, width = j + 1;
	bool in_step = steps[i * width + j] & IN_STEP_BEST;

	while (i && j) {
		unsigned char s = steps[i * width + j];
		if (in_step) {
			al->partner[r.o0 + --i] = r.n0 + --j;
			in_step = !(s & EDIT_ENDED);
		} else if (s & OLD_SKIPPED) {
			i--;
		} else if (s & NEW_SKIPPED) {
			j--;
		} else {
			in_step = true;
		}
	}
}

/* Both rows hold the best scores of a beginning of the texts, when they end in
 * step and when they end inside an edit: one old token, all new ones. */
struct row {
	float *in_step, *edit;
};

#define NEVER -1e9F

static void fill_row(struct row last, struct row now, const uint64_t *ids, uint32_t m, const float *new_edge,
                     const struct token *t, float gain, const float *old_edge, unsigned char *steps)
{
	now.in_step[0] = NEVER;
	now.edit[0] = last.edit[0];
	for (uint32_t j = 1; j <= m; j++) {
		float in = NEVER;
		unsigned s = 0;
		if (ids[j - 1] == t->id) {
			float stay = last.in_step[j - 1], leave = last.edit[j - 1] - old_edge[0] - new_edge[j - 1];
			in = (leave > stay ? leave : stay) + gain;
			s = leave > stay ? EDIT_ENDED : 0;
		}
		float out = in - old_edge[1] - new_edge[j], above = last.edit[j], left = now.edit[j - 1];
		float skipped = left >= above ? left : above;
		if (skipped >= out) {
			s |= left >= above ? NEW_SKIPPED : OLD_SKIPPED;
			out = skipped;
		}
		now.in_step[j] = in;
		now.edit[j] = out;
		steps[j] = (unsigned char)(s | (in >= out ? IN_STEP_BEST : 0));
	}
}

static void align_cells(struct aligner *al, struct stretch r)
{
	uint32_t n = r.o1 - r.o0, m = r.n1 - r.n0, width = m + 1;
	unsigned char *steps = arena_alloc(al->scratch, (size_t)(n + 1) * width);
	float *rooms = arena_alloc(al->scratch, 4 * (size_t)width * sizeof *rooms);
	struct row last = { rooms, rooms + width }, now = { rooms + 2 * width, rooms + 3 * width };
	const float *old_edge = edge_costs(al, al->old, r.o0, r.o1), *new_edge = edge_costs(al, al->new, r.n0, r.n1);
	uint64_t *ids = arena_alloc(al->scratch, width * sizeof *ids);

	for (uint32_t j = 0; j <= m; j++) {
		last.in_step[j] = j ? NEVER : 0;
		last.edit[j] = -old_edge[0] - new_edge[0];
	}
	for (uint32_t j = 0; j < m; j++)
		ids[j] = al->new->at[r.n0 + j].id;
	for (uint32_t i = 1; i <= n; i++) {
		const struct token *t = &al->old->at[r.o0 + i - 1];
		fill_row(last, now, ids, m, new_edge, t, al->old_sum[r.o0 + i] - al->old_sum[r.o0 + i - 1],
		         old_edge + i - 1, steps + (size_t)i * width);
		struct row swap = last;
		last = now;
		now = swap;
	}
	walk_back(al, r, steps);
}

static uint64_t cells(struct stretch r)
{
	return (uint64_t)(r.o1 - r.o0 + 1) * (r.n1 - r.n0 + 1);
}

/* Pairs the common beginning and the common end; what is left is between. */
static struct stretch pair_ends(struct aligner *al, struct stretch r)
{
	const struct token *a = al->old->at, *b = al->new->at;

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
