/*
 * The columns of a revision page out of its text: see saved_inner.h.
 *
 * A row is a paragraph of the old version followed by one of the new; when the
 * shorter version is at its end, the rest of the rows belongs to the other.
 * Each row is cut between two of its sentences, and all cuts are chosen
 * together so that the whole reads best:
 *
 *  - a version does not say the same thing twice, so two sentences that share
 *    rare words and phrases want to be in different versions, wherever they
 *    stand;
 *  - a paragraph seldom begins with "They" or "But", and never inside a
 *    quotation;
 *  - sentences of one paragraph speak of the same things;
 *  - most paragraphs have one to three sentences.
 *
 * These are costs.  The choice is made by mean field: each row holds a
 * probability for each of its cuts, and they are brought into agreement in a
 * few rounds; this is done for each place where one version could end, and the
 * cheapest outcome is taken.  Deterministic; about 10 ms for 30 rows.
 *
 * Limits: among more than 3000 sentences none is compared with another; in
 * more than 400 rows a version may end only where it must.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <unicode/uchar.h>

#include "page/saved_inner.h"
#include "text/profile.h"
#include "text/sentences.h"

#define MOST_ROWS 400
#define MOST_TITLE_TOKENS 200  /* of two titles */
#define MOST_HEADING_TOKENS 60 /* of a row without sentences */
#define MOST_SENTENCES 3000
#define MOST_POSTINGS 40 /* sentences that one word brings together */
#define MOST_PARTNERS 12 /* similar sentences kept for each one */
#define MOST_ENDS 24     /* places where one version may end that are tried */
#define ROUNDS 24

#define STRANGERS 0.12  /* similarity below which sentences say nothing of each other */
#define NEIGHBOURS 0.32 /* the same in one row, where the subject is the same */
#define REPULSION 18.0
#define POWER 1.8
#define COHESION 3.0
#define BOND 0.10      /* similarity that sentences of a paragraph have at least, mostly */
#define EMPTY_COST 5.0 /* a row that holds one version only, before the end */
#define INSIDE_QUOTE 5.0
#define BY_SENTENCES 0.5 /* how much the number of sentences in a paragraph counts, */
#define BY_BYTES 0.8     /* and its length against the usual one */
#define MOST_UNUSUAL 3.0
#define PLAIN_START 0.4f /* a sentence that begins like no other words does begin paragraphs */
#define ONE_ENDED 0.4    /* each row after one version has ended */

enum version { OLD, NEW };

struct sentence {
	uint32_t row, place; /* which of its row */
	uint32_t from, to;   /* bytes of the row */
	struct partner {
		uint32_t other;
		float force;
	} partners[MOST_PARTNERS];
	uint32_t npartners;
	float start_cost; /* as the first of a paragraph */
	float bond;       /* to the sentence before it in the row */
	double old;       /* probability of being in the old version */
};

struct row {
	struct str text;
	uint32_t first, n; /* sentences */
	uint32_t fixed;    /* cut known from the row itself, else NO_CUT */
	double *p;         /* of cut 0 .. n: so many sentences are old */
	uint32_t cut;
};
#define NO_CUT UINT32_MAX

struct splitter {
	struct arena *arena;
	struct row *rows;
	uint32_t nrows;
	struct sentence *sentences;
	uint32_t nsentences;
	double usual_bytes; /* of a paragraph */
};

/* ------------------------------------------------------------ within a row -- */

/* What share of the words two texts have in common and in order, when the
 * second begins at token second. */
static double repetition(const struct tokens *t, uint32_t second)
{
	double line[MOST_TITLE_TOKENS + 1] = { 0 }, all = 0;

	for (uint32_t i = 0; i < t->n; i++)
		all += token_weight(&t->at[i]);
	for (uint32_t i = 0; i < second; i++) {
		double before = 0;
		for (uint32_t j = second; j < t->n; j++) {
			double above = line[j - second + 1];
			bool same = t->at[i].fold == t->at[j].fold;
			double here = same ? before + token_weight(&t->at[i]) : fmax(above, line[j - second]);
			before = above;
			line[j - second + 1] = here;
		}
	}
	return all > 0 ? 2 * line[t->n - second] / all : 0;
}

static bool starts_capital(struct str s)
{
	size_t i = 0;
	return s.n && u_isupper((UChar32)utf8_next(s, &i));
}

size_t saved_split_titles(struct arena *a, struct str line)
{
	struct tokens t = tokens_read(a, line);
	double best_score = 0;
	size_t best = 0;

	for (uint32_t i = 1; i < t.n && t.n <= MOST_TITLE_TOKENS; i++) {
		if (t.at[i].from == t.at[i - 1].to || !token_is_word(&t.at[i]))
			continue;
		bool capital = starts_capital(str_sub(line, t.at[i].from, line.n));
		double middle = 1 - fabs(2.0 * i - t.n) / t.n;
		double score = repetition(&t, i) + 0.2 * middle + (capital ? 0.25 : 0) +
		               (t.at[i].fold == t.at[0].fold ? 0.15 : 0);
		if (score > best_score) {
			best_score = score;
			best = t.at[i].from;
		}
	}
	return best_score >= 0.4 ? best : 0;
}

/* The same for a row that is one sentence, or none: only if it plainly says
 * the same thing twice, beginning with the same word. */
static size_t split_repeated(struct arena *a, struct str row)
{
	struct tokens t = tokens_read(a, row);
	double best_score = 0.6;
	size_t best = 0;

	for (uint32_t i = 1; i < t.n && t.n <= MOST_HEADING_TOKENS; i++) {
		double score = t.at[i].fold == t.at[0].fold ? repetition(&t, i) : 0;
		if (score > best_score) {
			best_score = score;
			best = t.at[i].from;
		}
	}
	return best;
}

/* A paragraph that did not change stands there twice. */
static size_t twice(struct str row)
{
	size_t half = row.n / 2;
	bool same = row.n % 2 == 1 && row.p[half] == ' ' && memcmp(row.p, row.p + half + 1, half) == 0;
	return same ? half + 1 : 0;
}

/* ------------------------------------------------------- how a sentence opens -- */

struct opening {
	const char *words;
	float cost;
};

/* Longer ones first where one begins another. */
static const struct opening openings[] = {
	{ "it also", 2.2f },   { "it's also", 2.2f }, { "they", 1.8f },       { "their", 1.8f },   { "them", 1.8f },
	{ "those", 1.6f },     { "these", 1.4f },     { "it", 1.3f },         { "it's", 0.7f },    { "its", 1.6f },
	{ "he also", 1.8f },   { "she also", 1.8f },  { "he", 0.7f },         { "she", 0.7f },     { "his", 1.2f },
	{ "her", 1.2f },       { "this", 1.0f },      { "that", 1.2f },       { "such", 1.0f },    { "but he", 1.4f },
	{ "but she", 1.4f },   { "but they", 1.8f },  { "but it", 1.6f },     { "but", 1.1f },     { "and", 1.0f },
	{ "or", 1.6f },        { "nor", 1.2f },       { "so", 1.2f },         { "yet", 1.2f },     { "then", 1.2f },
	{ "also", 1.6f },      { "instead", 1.3f },   { "however", 0.8f },    { "another", 0.8f }, { "others", 1.2f },
	{ "some", 0.4f },      { "both", 0.8f },      { "two", 0.3f },        { "the two", 0.7f }, { "one", 0.5f },
	{ "the other", 1.0f }, { "there", 0.6f },     { "afterwards", 1.0f }, { "sie", 1.2f },     { "er", 1.0f },
	{ "ihre", 1.4f },      { "seine", 1.4f },     { "aber", 1.2f },       { "doch", 1.0f },    { "dieser", 1.2f },
	{ "diese", 1.2f },     { "ils", 1.4f },       { "elle", 1.0f },       { "mais", 1.1f },    { "pero", 1.1f },
};

static int compare_sizes(const void *x, const void *y)
{
	const size_t *a = x, *b = y;
	return (*a > *b) - (*a < *b);
}

/* Half of a row in the middle by length, within reason. */
static double usual_bytes(struct arena *a, const struct str *rows, size_t n)
{
	size_t *sizes = ARENA_ARRAY(a, size_t, n + 1);

	for (size_t i = 0; i < n; i++)
		sizes[i] = rows[i].n;
	qsort(sizes, n, sizeof *sizes, compare_sizes);
	return fmin(fmax((double)sizes[n / 2] / 2, 110), 300);
}

/* "About 170 of those forces": speaks of what was named before. */
static bool points_back(struct str s)
{
	static const char *const words[] = { " of those ", " of them ", " of these ", " the latter ", " such a " };
	struct str start = str_sub(s, 0, 40);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_has(start, str_from(words[i])))
			return true;
	return false;
}

static float start_cost(struct str s)
{
	float cost = -PLAIN_START;
	size_t longest = 0;

	for (size_t i = 0; i < sizeof openings / sizeof *openings; i++) {
		size_t n = strlen(openings[i].words);
		if (n <= longest || !str_starts_nocase(s, str_from(openings[i].words)))
			continue;
		if (n < s.n && (char_is_alnum(s.p[n]) || s.p[n] == '\'' || (unsigned char)s.p[n] >= 0x80))
			continue;
		longest = n;
		cost = openings[i].cost;
	}
	return cost + (points_back(s) ? 0.9f : 0);
}

/* Is a quotation open at the end of s? */
static bool inside_quote(struct str s)
{
	int open = 0, straight = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		if (c == 0x201c)
			open = 1;
		else if (c == 0x201d)
			open = 0;
		straight += c == '"';
	}
	return open || straight % 2;
}

/* ---------------------------------------------------------------- reading -- */

static void add_sentence(struct splitter *s, uint32_t row, uint32_t from, uint32_t to)
{
	struct row *r = &s->rows[row];
	s->sentences[s->nsentences++] =
	        (struct sentence){ .row = row, .place = r->n++, .from = from, .to = to, .old = 0.5 };
}

static void read_row(struct splitter *s, uint32_t row, const struct span *spans, size_t n)
{
	struct row *r = &s->rows[row];
	size_t at = twice(r->text);

	if (!at && n <= 1)
		at = split_repeated(s->arena, r->text);
	r->first = s->nsentences;
	r->fixed = NO_CUT;
	r->p = ARENA_ARRAY(s->arena, double, n + 3);
	if (at) {
		add_sentence(s, row, 0, (uint32_t)at - 1);
		add_sentence(s, row, (uint32_t)at, (uint32_t)r->text.n);
		r->fixed = 1;
		return;
	}
	for (size_t i = 0; i < n; i++)
		add_sentence(s, row, spans[i].from, spans[i].to);
}

static struct str sentence_text(const struct splitter *s, uint32_t i)
{
	const struct sentence *x = &s->sentences[i];
	return str_sub(s->rows[x->row].text, x->from, x->to);
}

static void read_rows(struct splitter *s, const struct str *rows, uint32_t n)
{
	struct span **spans = ARENA_ARRAY(s->arena, struct span *, n);
	size_t *counts = ARENA_ARRAY(s->arena, size_t, n), all = 0;

	s->rows = ARENA_ARRAY(s->arena, struct row, n);
	s->nrows = n;
	for (uint32_t i = 0; i < n; i++) {
		spans[i] = text_sentences(s->arena, rows[i], STR_NONE, &counts[i]);
		all += counts[i] + 2;
	}
	s->sentences = ARENA_ARRAY(s->arena, struct sentence, all);
	for (uint32_t i = 0; i < n; i++) {
		s->rows[i].text = rows[i];
		read_row(s, i, spans[i], counts[i]);
	}
	for (uint32_t i = 0; i < s->nsentences; i++) {
		struct sentence *x = &s->sentences[i];
		x->start_cost = start_cost(sentence_text(s, i));
		if (x->place && inside_quote(str_sub(s->rows[x->row].text, 0, x->from)))
			x->start_cost += (float)INSIDE_QUOTE;
	}
}

/* ------------------------------------------------------------- similarity -- */

static void add_partner(struct sentence *x, uint32_t other, float force)
{
	uint32_t at = x->npartners < MOST_PARTNERS ? x->npartners++ : MOST_PARTNERS;

	for (; at > 0 && x->partners[at - 1].force < force; at--)
		if (at < MOST_PARTNERS)
			x->partners[at] = x->partners[at - 1];
	if (at < MOST_PARTNERS)
		x->partners[at] = (struct partner){ other, force };
}

/* Sentence i against those before it that share a word. */
static void compare_with_earlier(struct splitter *s, struct profiles *p, uint32_t i, uint32_t *last_seen)
{
	const struct profile *mine = &p->of[0][i];

	profiles_mark(p, 0, mine);
	for (uint32_t k = 0; k < mine->n; k++) {
		uint32_t n;
		const uint32_t *others = profiles_index(p, &mine->uses[k], &n);
		for (uint32_t j = 0; j < n && n <= MOST_POSTINGS; j++) {
			uint32_t o = others[j];
			if (o >= i || last_seen[o] == i)
				continue;
			last_seen[o] = i;
			double score = profiles_score(profiles_share(p, &p->of[0][o]), &p->of[0][o], mine);
			bool neighbours = s->sentences[o].row == s->sentences[i].row;
			double above = score - (neighbours ? NEIGHBOURS : STRANGERS);
			if (above <= 0)
				continue;
			float force = (float)(REPULSION * pow(above, POWER));
			add_partner(&s->sentences[i], o, force);
			add_partner(&s->sentences[o], i, force);
		}
	}
	profiles_unmark(p, 0, mine);
}

static uint32_t rank_of(const struct sentence *x, uint32_t other)
{
	uint32_t rank = 0;
	while (rank < x->npartners && x->partners[rank].other != other)
		rank++;
	return rank;
}

/* A sentence has one counterpart, perhaps two; what resembles it less than
 * those do is of the same subject and says little. */
static void favour_counterparts(struct splitter *s)
{
	for (uint32_t i = 0; i < s->nsentences; i++) {
		struct sentence *x = &s->sentences[i];
		for (uint32_t k = 0; k < x->npartners; k++) {
			uint32_t rank = rank_of(&s->sentences[x->partners[k].other], i);
			x->partners[k].force /= 1 + (float)(rank < k ? rank : k);
		}
	}
}

static void find_partners(struct splitter *s)
{
	struct profiles p = { .of = { ARENA_ARRAY(s->arena, struct profile, s->nsentences), NULL },
		              .n = { s->nsentences, 0 } };
	uint32_t *last_seen = arena_alloc(s->arena, s->nsentences * sizeof *last_seen);

	for (uint32_t i = 0; i < s->nsentences; i++) {
		p.of[0][i].tokens = tokens_read(s->arena, sentence_text(s, i));
		last_seen[i] = UINT32_MAX;
	}
	profiles_make(s->arena, &p);
	for (uint32_t i = 0; i < s->nsentences; i++) {
		struct sentence *x = &s->sentences[i];
		if (s->nsentences <= MOST_SENTENCES)
			compare_with_earlier(s, &p, i, last_seen);
		if (x->place == 0)
			continue;
		profiles_mark(&p, 0, &p.of[0][i]);
		double score = profiles_score(profiles_share(&p, &p.of[0][i - 1]), &p.of[0][i - 1], &p.of[0][i]);
		profiles_unmark(&p, 0, &p.of[0][i]);
		x->bond = (float)(COHESION * (fmin(score, 2 * BOND) - BOND));
	}
	favour_counterparts(s);
}

/* ------------------------------------------------------------------- costs -- */

/* A paragraph of n sentences and so many bytes: how unusual it is. */
static double length_cost(const struct splitter *s, uint32_t n, size_t bytes)
{
	static const double costs[] = { 0, 0.7, 0.9, 1.6, 2.6 };
	double apart = n ? log((double)bytes / s->usual_bytes) : 0;

	return (n < 5 ? costs[n] : 2.6 + 0.8 * (n - 4)) * BY_SENTENCES + fmin(BY_BYTES * apart * apart, MOST_UNUSUAL);
}

static double lengths_cost(const struct splitter *s, const struct row *r, uint32_t cut)
{
	size_t at = cut < r->n ? s->sentences[r->first + cut].from : r->text.n;
	return length_cost(s, cut, at) + length_cost(s, r->n - cut, r->text.n - at);
}

static double edge_cost(const struct splitter *s, const struct row *r, uint32_t cut)
{
	if (cut == 0 || cut == r->n)
		return EMPTY_COST;
	return s->sentences[r->first + cut].start_cost + s->sentences[r->first + cut].bond;
}

/* How the repulsion between row r and all others changes when its sentence k
 * goes from the new version to the old one, those before it being old. */
static double flip_cost(const struct splitter *s, const struct row *r, uint32_t k)
{
	const struct sentence *x = &s->sentences[r->first + k];
	double cost = 0;

	for (uint32_t j = 0; j < x->npartners; j++) {
		const struct sentence *o = &s->sentences[x->partners[j].other];
		bool same_row = o->row == x->row;
		double other_old = same_row ? o->place < k : o->old;
		cost += x->partners[j].force * (2 * other_old - 1);
	}
	return cost;
}

/* p[cut]: cost of cutting row r so that the first cut sentences are old, given
 * what the others are believed to be; less what is the same for all cuts. */
static void cut_costs(const struct splitter *s, const struct row *r, double *p)
{
	double repulsion = 0;

	for (uint32_t k = 0; k <= r->n; k++) {
		p[k] = repulsion + edge_cost(s, r, k) + lengths_cost(s, r, k);
		if (k < r->n)
			repulsion += flip_cost(s, r, k);
	}
}

static void believe(struct splitter *s, struct row *r)
{
	double before = 0;

	for (uint32_t i = 0; i < r->n; i++) {
		before += r->p[i];
		s->sentences[r->first + i].old = 1 - before;
	}
}

static void fix_row(struct splitter *s, struct row *r, uint32_t cut)
{
	for (uint32_t k = 0; k <= r->n; k++)
		r->p[k] = k == cut;
	believe(s, r);
}

/* One round: every row weighs its cuts by what the others believe. */
static void weigh_cuts(struct splitter *s, uint32_t upto, double heat)
{
	for (uint32_t i = 0; i < upto; i++) {
		struct row *r = &s->rows[i];
		if (r->fixed != NO_CUT)
			continue;
		double least = INFINITY, sum = 0;
		cut_costs(s, r, r->p);
		for (uint32_t k = 0; k <= r->n; k++)
			least = fmin(least, r->p[k]);
		for (uint32_t k = 0; k <= r->n; k++)
			sum += r->p[k] = exp((least - r->p[k]) / heat);
		for (uint32_t k = 0; k <= r->n; k++)
			r->p[k] /= sum;
		believe(s, r);
	}
}

/* What the chosen cuts cost together. */
static double total_cost(struct splitter *s, uint32_t upto)
{
	double cost = 0;

	for (uint32_t i = 0; i < s->nrows; i++) {
		const struct row *r = &s->rows[i];
		for (uint32_t k = 0; k < r->n; k++) {
			const struct sentence *x = &s->sentences[r->first + k];
			for (uint32_t j = 0; j < x->npartners; j++)
				if (x->partners[j].other < r->first + k &&
				    (x->old > 0.5) == (s->sentences[x->partners[j].other].old > 0.5))
					cost += x->partners[j].force;
		}
		cost += lengths_cost(s, r, r->cut);
		cost += i >= upto ? ONE_ENDED : 0;
		if (i >= upto || r->fixed != NO_CUT)
			continue;
		cost += edge_cost(s, r, r->cut);
	}
	return cost;
}

/* Cuts all rows, those from upto on belonging to one version; the cost. */
static double settle(struct splitter *s, uint32_t upto, enum version rest)
{
	for (uint32_t i = 0; i < s->nrows; i++) {
		struct row *r = &s->rows[i];
		if (i >= upto || r->fixed != NO_CUT) {
			fix_row(s, r, i >= upto ? (rest == OLD ? r->n : 0) : r->fixed);
			continue;
		}
		for (uint32_t k = 0; k < r->n; k++)
			s->sentences[r->first + k].old = 1 - (k + 0.5) / r->n;
	}
	for (int round = 0; round < ROUNDS; round++)
		weigh_cuts(s, upto, round < ROUNDS / 2 ? 2.0 - 1.5 * round * 2 / ROUNDS : 0.5);
	for (int round = 0; round < 4; round++)
		weigh_cuts(s, upto, 0.02);
	for (uint32_t i = 0; i < s->nrows; i++) {
		struct row *r = &s->rows[i];
		r->cut = 0;
		for (uint32_t k = 1; k <= r->n; k++)
			if (r->p[k] > r->p[r->cut])
				r->cut = k;
		fix_row(s, r, r->cut);
	}
	return total_cost(s, upto);
}

/* Tries the places where one version may end, from the last on. */
static void choose(struct splitter *s)
{
	uint32_t last = s->nrows, best_end = 0;
	enum version best_rest = OLD;
	double best = INFINITY;

	while (last > 0 && s->rows[last - 1].n < 2)
		last--;
	uint32_t first = s->nrows > MOST_ROWS ? last : last > MOST_ENDS ? last - MOST_ENDS : 0;
	for (uint32_t end = last + 1; end-- > first;)
		for (int rest = OLD; rest <= (end < s->nrows ? NEW : OLD); rest++) {
			double cost = settle(s, end, (enum version)rest);
			if (cost < best - 1e-9) {
				best = cost;
				best_end = end;
				best_rest = (enum version)rest;
			}
		}
	settle(s, best_end, best_rest);
}

void saved_split(struct arena *a, const struct str *rows, size_t n, struct str *older, struct str *newer)
{
	struct splitter s = { .arena = a, .usual_bytes = usual_bytes(a, rows, n) };

	read_rows(&s, rows, (uint32_t)n);
	if (s.nsentences == 0)
		return;
	find_partners(&s);
	choose(&s);
	for (uint32_t i = 0; i < s.nrows; i++) {
		const struct row *r = &s.rows[i];
		size_t at = r->cut < r->n ? s.sentences[r->first + r->cut].from : r->text.n;
		older[i] = str_trim(str_sub(r->text, 0, at));
		newer[i] = str_trim(str_sub(r->text, at, r->text.n));
	}
}
