/*
 * Sentences that have no equal: see match.h.
 *
 * Candidates are the old sentences that share most with a new one.  A
 * candidate has a score, what both share as part of both, and a rank, the
 * score and what speaks for it besides: that it is where it should be by the
 * pairs around it, and that its neighbours belong together.  Pairs are taken
 * from the best rank down, in rounds, since each pair says where the others
 * should be.
 *
 * Then kin.  What a sentence shares with one that is not its partner counts
 * only so far as the partner does not explain it.  Somewhere else a passage has
 * to be long, most of what is left, and a good part of a sentence that has no
 * partner; beside the pair that it would join less is enough, the less the more it weighs.
 *
 * Limits: a word that stands in more than 64 old sentences brings none of them
 * together; beyond the best 12 old sentences for a new one nothing is looked
 * at.  Meaning is not read: "took the city" and "seized the town" share "the".
 * Where all of a short text was replaced, formulas of the trade can look like
 * what stayed, since nothing there says that they are common.
 */
#include "change/match.h"

#include <stdlib.h>

#include "change/place.h"
#include "text/profile.h"

#define MOST_POSTINGS 64
#define MOST_CANDIDATES 12
#define LEAST_SCORE 0.08 /* of a candidate */

/* Score. */
#define PAIRS_SAY 0.4   /* of the score comes from pairs of words, the rest from words */
#define PART_SAYS 0.75  /* what sharing all of the smaller one is worth, all of both being 1 */
#define PART_WEIGHS 3.3 /* so much must be shared for that; a long word that stands in one sentence is 1 */

/* Rank. */
#define AT_PLACE 0.15
#define NEAR_BYTES 60.0 /* so far from its place half of that */
#define OUT_OF_PLACE -0.1
#define NEIGHBOUR 0.06 /* for each of the two sides */
static const double enough[] = { 0.50, 0.40, 0.30, 0.28 };
#define OWN_SCORE 0.15 /* without which nothing else speaks for a pair */

/* Kin: how much of what is left is shared, what that weighs, and of that pairs. */
struct kin_rule {
	double part, weight, pairs;
};
static const struct kin_rule passage = { 0.45, 1.3, 1.4 };   /* anywhere */
static const struct kin_rule addition = { 0.15, 0.4, 0 };    /* beside: of the sentence that has no partner */
static const struct kin_rule joined_rest = { 0.12, 3.3, 1 }; /* beside: of the sentence that has one */
#define PASSAGE_OF_FREE 0.25 /* of a sentence without a partner, that it can be said to be a part of another */

struct candidate {
	uint32_t o, n;   /* sentences */
	uint32_t po, pn; /* their profiles */
	struct shared shared;
	float score, rank;
	bool done;
	unsigned refused; /* as kin, with so many neighbours that agree, plus one */
};

/* Where an old sentence should be, by the pairs around it that kept their
 * places: one of these new sentences, and there this byte. */
struct place {
	uint32_t from, to;
	double at;
	double trust; /* 1 with a pair before it and one behind; without, the less the more there is */
};

struct matcher {
	struct arena *arena;
	const struct sentence *const *sentences;
	const uint32_t *n;
	struct alignment *al;
	struct profiles profiles;
	struct candidate *candidates;
	uint32_t ncandidates;
	struct place *places; /* of each old sentence */
	bool placed;          /* they are up to date */
	double *ends;         /* of each new sentence */
	uint32_t *joined[2];  /* of a sentence without a partner: whom it is kin to */
	uint32_t *profile[2]; /* of each sentence that has one */
};

/* ------------------------------------------------------------ candidates -- */

/* Tokens are asked for later even where there is nothing to compare. */
static void read_tokens(struct matcher *m)
{
	m->profiles.stems = true;
	for (int side = 0; side < 2; side++) {
		const uint32_t *partner = side ? m->al->to_old : m->al->to_new;
		struct profile *all = ARENA_ARRAY(m->arena, struct profile, m->n[side]);
		m->profiles.of[side] = all;
		m->profile[side] = arena_alloc(m->arena, ((size_t)m->n[side] + 1) * sizeof(uint32_t));
		for (uint32_t i = 0; i < m->n[side]; i++) {
			m->profile[side][i] = NO_SENTENCE;
			if (partner[i] != NO_SENTENCE)
				continue;
			m->profile[side][i] = m->profiles.n[side];
			struct profile *p = &all[m->profiles.n[side]++];
			p->unit = i;
			p->tokens = tokens_read(m->arena, m->sentences[side][i].text);
			*(side ? &m->al->new_tokens[i] : &m->al->old_tokens[i]) = &p->tokens;
		}
	}
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a > b ? a - b : b - a;
}

static int compare_candidates(const void *x, const void *y)
{
	const struct candidate *a = *(struct candidate *const *)x, *b = *(struct candidate *const *)y;
	if (a->rank != b->rank)
		return a->rank < b->rank ? 1 : -1;
	uint32_t da = distance(a->o, a->n), db = distance(b->o, b->n);
	if (da != db)
		return da < db ? -1 : 1;
	return a->o != b->o ? (a->o > b->o) - (a->o < b->o) : (a->n > b->n) - (a->n < b->n);
}

static double smaller(double a, double b)
{
	return a < b ? a : b;
}

static double ratio(double part, double whole)
{
	return whole > 0 ? part / whole : 0;
}

static float score_of(struct shared s, const struct profile *a, const struct profile *b)
{
	double whole = (1 - PAIRS_SAY) * ratio(2 * s.words, a->words + b->words) +
	               PAIRS_SAY * ratio(2 * s.pairs, a->pairs + b->pairs);
	double part = (1 - PAIRS_SAY) * ratio(s.words, smaller(a->words, b->words)) +
	              PAIRS_SAY * ratio(s.pairs, smaller(a->pairs, b->pairs));

	part *= PART_SAYS * smaller(1, (s.words + s.pairs) / PART_WEIGHS);
	return (float)(whole > part ? whole : part);
}

/* Adds c to the best ones, which are in order. */
static void keep_top(struct candidate *top, uint32_t *ntop, struct candidate c)
{
	uint32_t at = *ntop < MOST_CANDIDATES ? (*ntop)++ : MOST_CANDIDATES;

	for (; at > 0 && c.score > top[at - 1].score; at--)
		if (at < MOST_CANDIDATES)
			top[at] = top[at - 1];
	if (at < MOST_CANDIDATES)
		top[at] = c;
}

/* The old sentences that share most with a new one.  sums: zeroes, one for each
 * old sentence. */
static void find_candidates(struct matcher *m, uint32_t pn, struct shared *sums, uint32_t *touched)
{
	const struct profile *p = &m->profiles.of[1][pn];
	struct candidate *top = m->candidates + m->ncandidates;
	uint32_t ntouched = profiles_sum(&m->profiles, p, MOST_POSTINGS, sums, touched), ntop = 0;

	for (uint32_t i = 0; i < ntouched; i++) {
		uint32_t po = touched[i];
		const struct profile *o = &m->profiles.of[0][po];
		float score = score_of(sums[po], o, p);
		if (score >= LEAST_SCORE)
			keep_top(top, &ntop,
			         (struct candidate){ o->unit, p->unit, po, pn, sums[po], score, 0, false, 0 });
		sums[po] = (struct shared){ 0, 0 };
	}
	m->ncandidates += ntop;
}

static void find_all_candidates(struct matcher *m)
{
	struct shared *sums = ARENA_ARRAY(m->arena, struct shared, m->profiles.n[0]);
	uint32_t *touched = arena_alloc(m->arena, ((size_t)m->profiles.n[0] + 1) * sizeof *touched);

	m->candidates = arena_alloc(m->arena, ((size_t)m->profiles.n[1] + 1) * MOST_CANDIDATES * sizeof *m->candidates);
	for (uint32_t n = 0; n < m->profiles.n[1]; n++)
		find_candidates(m, n, sums, touched);
}

/* ---------------------------------------------------------------- places -- */

static double length(struct str text)
{
	return (double)text.n + 1;
}

static bool at_rest(const struct matcher *m, uint32_t o)
{
	return m->al->to_new[o] != NO_SENTENCE && !m->al->moved[o];
}

/* Old sentences [o, end) lie between the same two that kept their places; new
 * ones [from, to) do too. */
static void place_between(struct matcher *m, uint32_t o, uint32_t end, uint32_t from, uint32_t to)
{
	double start = from ? m->ends[from - 1] : 0, room = (to ? m->ends[to - 1] : 0) - start, bytes = 0, at = 0;
	uint32_t most = end - o > to - from ? end - o : to - from;
	double trust = ((from > 0) + (to < m->n[1])) / 2.0, alone = most ? 1.0 / most / most : 1;

	for (uint32_t i = o; i < end; i++)
		bytes += length(m->sentences[0][i].text);
	for (uint32_t i = o; i < end; i++) {
		double size = length(m->sentences[0][i].text);
		m->places[i] = (struct place){ from, to, start + room * (at + size / 2) / bytes,
			                       trust > alone ? trust : alone };
		at += size;
	}
}

static void find_places(struct matcher *m)
{
	uint32_t from = 0;

	if (m->placed)
		return;
	m->placed = true;
	place_find_moved(m->arena, m->sentences, m->n, m->al);
	for (uint32_t o = 0, end; o < m->n[0]; o = end + 1) {
		for (end = o; end < m->n[0] && !at_rest(m, end);)
			end++;
		uint32_t to = end < m->n[0] ? m->al->to_new[end] : m->n[1];
		place_between(m, o, end, from, to);
		if (end < m->n[0])
			m->places[end] =
			        (struct place){ to, to + 1, m->ends[to] - length(m->sentences[1][to].text) / 2, 1 };
		from = to + 1;
	}
}

static bool in_place(const struct matcher *m, uint32_t o, uint32_t n)
{
	return n >= m->places[o].from && n < m->places[o].to;
}

static double place_says(const struct matcher *m, uint32_t o, uint32_t n)
{
	const struct place *p = &m->places[o];

	if (n < p->from || n >= p->to)
		return OUT_OF_PLACE;
	double off = m->ends[n] - length(m->sentences[1][n].text) / 2 - p->at;
	return AT_PLACE * p->trust / (1 + (off < 0 ? -off : off) / NEAR_BYTES);
}

/* The partner of sentence i or else whom it was joined to. */
static uint32_t counterpart(const struct matcher *m, int side, int64_t i)
{
	if (i < 0 || i >= m->n[side])
		return NO_SENTENCE;
	uint32_t partner = side ? m->al->to_old[i] : m->al->to_new[i];
	return partner != NO_SENTENCE ? partner : m->joined[side][i];
}

/* On how many sides do the neighbours of o and n belong together, or one of
 * the two with the other's neighbour? */
static unsigned count_agreeing(const struct matcher *m, uint32_t o, uint32_t n)
{
	unsigned sides = 0;

	for (int step = -1; step <= 1; step += 2) {
		int64_t of_old = counterpart(m, 0, (int64_t)o + step), of_new = counterpart(m, 1, (int64_t)n + step);
		sides += of_old == n || of_old == (int64_t)n + step || of_new == o || of_new == (int64_t)o + step;
	}
	return sides;
}

/* ----------------------------------------------------------------- pairs -- */

static bool both_free(const struct matcher *m, const struct candidate *c)
{
	return counterpart(m, 0, c->o) == NO_SENTENCE && counterpart(m, 1, c->n) == NO_SENTENCE;
}

static void take_pairs(struct matcher *m, double least, struct candidate **fit)
{
	uint32_t nfit = 0;

	find_places(m);
	for (uint32_t i = 0; i < m->ncandidates; i++) {
		struct candidate *c = &m->candidates[i];
		if (c->score < OWN_SCORE || !both_free(m, c))
			continue;
		c->rank = (float)(c->score + place_says(m, c->o, c->n) + NEIGHBOUR * count_agreeing(m, c->o, c->n));
		if (c->rank >= least)
			fit[nfit++] = c;
	}
	qsort(fit, nfit, sizeof *fit, compare_candidates);
	for (uint32_t i = 0; i < nfit; i++)
		if (both_free(m, fit[i])) {
			m->al->to_new[fit[i]->o] = fit[i]->n;
			m->al->to_old[fit[i]->n] = fit[i]->o;
			fit[i]->done = true;
			m->placed = false;
		}
}

/* ------------------------------------------------------------------- kin -- */

/* The profile of the sentence's partner, unless that is its equal. */
static const struct profile *partner_of(const struct matcher *m, int side, uint32_t i)
{
	uint32_t partner = side ? m->al->to_old[i] : m->al->to_new[i];
	return partner == NO_SENTENCE ? NULL : &m->profiles.of[!side][m->profile[!side][partner]];
}

static bool obeys(struct kin_rule rule, double shared, double whole, double pairs, float *share)
{
	if (shared < rule.weight || pairs < rule.pairs || shared < rule.part * whole)
		return false;
	*share = (float)smaller(1, ratio(shared, whole));
	return true;
}

static bool are_kin(struct matcher *m, const struct candidate *c, unsigned agreeing, float *share)
{
	const struct profile *po = &m->profiles.of[0][c->po], *pn = &m->profiles.of[1][c->pn];
	bool free_old = m->al->to_new[c->o] == NO_SENTENCE, free_new = m->al->to_old[c->n] == NO_SENTENCE;
	bool beside = free_old != free_new && agreeing > 0;
	double pairs = c->shared.pairs, of_old, of_new;

	if (!beside && (pairs < passage.pairs || pairs + c->shared.words < passage.weight))
		return false;
	double from_old = profiles_share_beyond(&m->profiles, po, pn, partner_of(m, 0, c->o), &of_old);
	double from_new = profiles_share_beyond(&m->profiles, pn, po, partner_of(m, 1, c->n), &of_new);
	double shared = smaller(from_old, from_new), free = free_old ? of_old : free_new ? of_new : 0;
	if (shared >= PASSAGE_OF_FREE * free && obeys(passage, shared, smaller(of_old, of_new), pairs, share))
		return true;
	return beside && (obeys(addition, shared, free_old ? of_old : of_new, pairs, share) ||
	                  obeys(joined_rest, shared, free_old ? of_new : of_old, pairs, share));
}

/* Returns how many were found. */
static uint32_t find_kin(struct matcher *m)
{
	uint32_t found = 0;

	for (uint32_t i = 0; i < m->ncandidates; i++) {
		struct candidate *c = &m->candidates[i];
		bool free_old = m->al->to_new[c->o] == NO_SENTENCE, free_new = m->al->to_old[c->n] == NO_SENTENCE;
		float share;
		if (c->done || (free_old && free_new))
			continue;
		unsigned agreeing = count_agreeing(m, c->o, c->n);
		if (c->refused == agreeing + 1)
			continue;
		if (!are_kin(m, c, agreeing, &share)) {
			c->refused = agreeing + 1;
			continue;
		}
		c->done = true;
		m->al->kin[m->al->nkin++] = (struct align_kin){ c->o, c->n, share, false };
		if (free_old)
			m->joined[0][c->o] = c->n;
		if (free_new)
			m->joined[1][c->n] = c->o;
		m->placed = false;
		found++;
	}
	return found;
}

/* A sentence that gave up a passage and stayed has not moved with it: what is
 * where it should be becomes the partner, and what is far away kin. */
static void prefer_place(struct matcher *m)
{
	struct alignment *al = m->al;

	find_places(m);
	for (uint32_t i = 0; i < al->nkin; i++) {
		struct align_kin *k = &al->kin[i];
		uint32_t n = al->to_new[k->old], o = al->to_old[k->new];
		uint32_t away = n != NO_SENTENCE ? k->old : o;
		if ((n == NO_SENTENCE) == (o == NO_SENTENCE) || !al->moved[away] || !in_place(m, k->old, k->new))
			continue;
		if (n != NO_SENTENCE)
			al->to_old[n] = NO_SENTENCE;
		else
			al->to_new[o] = NO_SENTENCE;
		al->to_new[k->old] = k->new;
		al->to_old[k->new] = k->old;
		al->moved[away] = al->moved[k->old] = false;
		*k = (struct align_kin){ n != NO_SENTENCE ? k->old : o, n != NO_SENTENCE ? n : k->new, k->share,
			                 false };
	}
}

/* ----------------------------------------------------------------------- -- */

static void prepare(struct matcher *m)
{
	double at = 0;

	m->places = arena_alloc(m->arena, ((size_t)m->n[0] + 1) * sizeof *m->places);
	m->ends = arena_alloc(m->arena, ((size_t)m->n[1] + 1) * sizeof *m->ends);
	for (uint32_t i = 0; i < m->n[1]; i++)
		m->ends[i] = at += length(m->sentences[1][i].text);
	for (int side = 0; side < 2; side++)
		m->joined[side] = sentences_none(m->arena, m->n[side]);
}

void match_sentences(struct arena *a, const struct sentence *const sentences[2], const uint32_t n[2],
                     struct alignment *al)
{
	struct matcher m = { .arena = a, .sentences = sentences, .n = n, .al = al };

	read_tokens(&m);
	if (m.profiles.n[0] == 0 || m.profiles.n[1] == 0)
		return;
	profiles_make(a, &m.profiles);
	prepare(&m);
	find_all_candidates(&m);
	al->kin = arena_alloc(a, ((size_t)m.ncandidates + 1) * sizeof *al->kin);
	struct candidate **fit = arena_alloc(a, ((size_t)m.ncandidates + 1) * sizeof *fit);
	for (size_t i = 0; i < sizeof enough / sizeof *enough; i++)
		take_pairs(&m, enough[i], fit);
	for (int round = 0; round < 2; round++) {
		for (int i = 0; i < 3 && find_kin(&m); i++)
			;
		take_pairs(&m, enough[sizeof enough / sizeof *enough - 1], fit);
	}
	find_kin(&m);
	prefer_place(&m);
}
