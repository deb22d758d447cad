/* How likely an edit is now: see hazard.h. */
#include "watch/hazard.h"

#include <math.h>
#include <string.h>

const char *hazard_spell_name(enum hazard_spell s)
{
	static const char *const names[] = {
		[SPELL_NEW] = "not changed yet",          [SPELL_FIRST] = "changed once while new",
		[SPELL_BUSY] = "changed again while new", [SPELL_DAY] = "changed in its first days",
		[SPELL_LATE] = "changed later",           [SPELL_LIVE] = "live",
	};
	return names[s];
}

enum hazard_spell hazard_spell(int64_t changes, int64_t age, bool live)
{
	if (live)
		return SPELL_LIVE;
	if (changes <= 0)
		return SPELL_NEW;
	if (age >= 36 * HOURS)
		return SPELL_LATE;
	if (age >= 6 * HOURS)
		return SPELL_DAY;
	return changes == 1 ? SPELL_FIRST : SPELL_BUSY;
}

/* ---- bins ----------------------------------------------------------------- */

/* Bin 0 is the first 5 minutes, each further one ends sqrt(2) times as late. */
#define FIRST_BIN (5 * MINUTES)

int64_t hazard_bin_start(size_t bin)
{
	static const double half[] = { 1, 1.4142135623730951 };

	return bin == 0 ? 0 : (int64_t)(FIRST_BIN * half[(bin - 1) % 2] * (double)(1LL << (bin - 1) / 2));
}

size_t hazard_bin(int64_t quiet)
{
	size_t bin = 0;

	while (bin + 1 < HAZARD_BINS && quiet >= hazard_bin_start(bin + 1))
		bin++;
	return bin;
}

/* Where a bin ends on a walk to end. */
static int64_t bin_end(size_t bin, int64_t end)
{
	return bin + 1 == HAZARD_BINS || hazard_bin_start(bin + 1) > end ? end : hazard_bin_start(bin + 1);
}

/* ---- what is believed ------------------------------------------------------ */

/* How many changes' worth of evidence that which is drawn to weighs. */
#define WEIGHT_OF_PRIOR 8.0  /* for all sources together */
#define WEIGHT_OF_LEVEL 2.0  /* for how busy a source is */
#define WEIGHT_OF_COMMON 3.0 /* for the curve of a source */

/* Edits an hour before anything was learned: weight / (hours quiet + delay), so
 * that an edit is as likely in each doubling of the time; what was edited is
 * edited again more easily.  Rather too high than too low for old articles: a
 * hazard that is too low is not looked at, and so not found out. */
static double prior(size_t spell, size_t bin)
{
	static const struct {
		double weight, delay;
	} curves[HAZARD_SPELLS] = {
		[SPELL_NEW] = { 0.12, 1 }, [SPELL_FIRST] = { 0.16, 1 }, [SPELL_BUSY] = { 0.24, 1 },
		[SPELL_DAY] = { 0.14, 4 }, [SPELL_LATE] = { 0.08, 12 }, [SPELL_LIVE] = { 2, 0.5 },
	};
	double middle = bin ? 1.2 * (double)hazard_bin_start(bin) : FIRST_BIN / 2.0;

	return curves[spell].weight / (middle / HOURS + curves[spell].delay);
}

/* A bin learns from those beside it. */
static double smooth(const float *row, size_t bin)
{
	double left = row[bin ? bin - 1 : bin], right = row[bin + 1 < HAZARD_BINS ? bin + 1 : bin];

	return row[bin] / 2.0 + (left + right) / 4;
}

static double shrunk(const struct hazard *h, size_t spell, size_t bin, double before, double weight)
{
	return (smooth(h->changes[spell], bin) + weight) / (smooth(h->hours[spell], bin) + weight / before);
}

/* What all sources say; without them the prior. */
static double common(const struct hazard *general, size_t spell, size_t bin)
{
	double before = prior(spell, bin);

	return general ? shrunk(general, spell, bin, before, WEIGHT_OF_PRIOR) : before;
}

static double believed(const struct hazard *h, const struct hazard *general, size_t spell, size_t bin)
{
	double level = h->level > 0 ? h->level : 1;

	return shrunk(h, spell, bin, level * common(general, spell, bin), WEIGHT_OF_COMMON);
}

void hazard_curve(const struct hazard *h, const struct hazard *general, enum hazard_spell spell, float out[HAZARD_BINS])
{
	for (size_t b = 0; b < HAZARD_BINS; b++)
		out[b] = (float)believed(h, general, spell, b);
}

static float level_of(const struct hazard *h, const struct hazard *general)
{
	double seen = 0, expected = 0;

	for (size_t s = 0; s < HAZARD_SPELLS; s++)
		for (size_t b = 0; b < HAZARD_BINS; b++) {
			if (h->hours[s][b] > 0)
				expected += h->hours[s][b] * common(general, s, b);
			seen += h->changes[s][b];
		}
	return (float)((seen + WEIGHT_OF_LEVEL) / (expected + WEIGHT_OF_LEVEL));
}

/* ---- evidence -------------------------------------------------------------- */

#define MOST_CHANGES 4096 /* then all counts are halved: sources change their ways */
#define FADING 0.998F     /* of the spells that began: some hundreds count */

double hazard_plain_looks(const struct settings *s, int64_t quiet)
{
	double g = s->article_growth, x = (double)quiet / (double)s->article_interval;

	return g > 1 ? log1p(x * (g - 1)) / log(g) : x;
}

void hazard_begin(struct hazard *h, enum hazard_spell spell, int64_t quiet)
{
	for (size_t s = 0; s < HAZARD_SPELLS; s++)
		h->began[s] *= FADING;
	h->began[spell] += 1;
	hazard_resume(h, spell, quiet);
}

void hazard_resume(struct hazard *h, enum hazard_spell spell, int64_t quiet)
{
	h->open[spell][hazard_bin(quiet)] += 1;
}

void hazard_leave(struct hazard *h, enum hazard_spell spell, int64_t quiet)
{
	float *open = &h->open[spell][hazard_bin(quiet)];

	*open = *open > 1 ? *open - 1 : 0;
}

static void fade(struct hazard *h)
{
	double seen = 0;

	for (size_t s = 0; s < HAZARD_SPELLS; s++)
		for (size_t b = 0; b < HAZARD_BINS; b++)
			seen += h->changes[s][b];
	if (seen < MOST_CHANGES)
		return;
	for (size_t s = 0; s < HAZARD_SPELLS; s++)
		for (size_t b = 0; b < HAZARD_BINS; b++) {
			h->changes[s][b] /= 2;
			h->hours[s][b] /= 2;
		}
}

static void count(struct hazard *h, const struct hazard *general, const struct hazard_look *l)
{
	size_t first = hazard_bin(l->from), last = hazard_bin(l->to);
	double hours[HAZARD_BINS] = { 0 }, odds[HAZARD_BINS], all = 0, before = 0;

	for (size_t b = first; b <= last; b++) {
		int64_t start = b == first ? l->from : hazard_bin_start(b);
		hours[b] = (double)(bin_end(b, l->to) - start) / HOURS;
		if (!l->changed)
			h->hours[l->spell][b] += (float)hours[b];
	}
	if (!l->changed)
		return;
	for (size_t b = first; b <= last; b++)
		all += odds[b] = hours[b] * believed(h, general, l->spell, b);
	for (size_t b = first; b <= last; b++) {
		double part = odds[b] / all;
		h->changes[l->spell][b] += (float)part;
		h->hours[l->spell][b] += (float)(hours[b] * (1 - before - part / 2));
		before += part;
	}
	fade(h);
}

/* That the plain rule has had before an article is given up. */
static double whole_looks(const struct settings *s, int64_t quiet)
{
	return floor(hazard_plain_looks(s, quiet < s->article_give_up ? quiet : s->article_give_up));
}

#define STEER_EVERY 16 /* looks: steering is the dear part */

void hazard_note(struct hazard *h, const struct hazard *general, const struct settings *s, const struct hazard_look *l)
{
	if (l->to > l->from)
		count(h, general, l);
	h->spent += 1;
	h->owed += whole_looks(s, l->to) - whole_looks(s, l->from);
	h->owed += l->changed || l->ends; /* the plain rule's look that sees it */
	hazard_leave(h, l->spell, l->from);
	if (l->changed)
		hazard_begin(h, l->next, 0);
	else if (!l->ends)
		hazard_resume(h, l->spell, l->to);
	h->since += 1;
	if (general && (h->scale <= 0 || h->since >= STEER_EVERY))
		hazard_steer(h, general, s);
}

/* ---- the price of a request ------------------------------------------------- */

/* Looks an hour go with hazard^POWER.  The square root would make the mean
 * delay least, the first power the mean of its logarithm; this is between: an
 * hour less counts more for a fresh edit than for an old one.  See
 * docs/schedule.md. */
#define POWER 0.8
/* However little a source has been seen to edit, this part of the plain rule's
 * looks is kept: the model may be wrong. */
#define KEPT_LOOKS 0.5
/* What was spent too much or too little is made good over so many spells. */
#define HORIZON 100.0

/* Edits and looks an hour, for all spells and bins. */
struct plan {
	double hazard[HAZARD_SPELLS][HAZARD_BINS], worth[HAZARD_SPELLS][HAZARD_BINS];
};

/* Looks to come in a spell that has been quiet until the bin's start. */
struct bill {
	double ours[HAZARD_SPELLS][HAZARD_BINS], plain[HAZARD_SPELLS][HAZARD_BINS];
};

/* Looks an hour where the hazard to the POWER is worth. */
static double rate(const struct settings *s, double scale, double worth, size_t bin)
{
	double wanted = scale * worth, most = 3600.0 / (double)s->article_least;
	double middle = bin ? 1.19 * (double)hazard_bin_start(bin) : FIRST_BIN / 2.0;
	double g = s->article_growth, i = (double)s->article_interval;
	double plain = 3600 * (g > 1 ? (g - 1) / log(g) / (i + middle * (g - 1)) : 1 / i);
	double least = KEPT_LOOKS * s->schedule_budget * plain;

	wanted = wanted > least ? wanted : least;
	return wanted < most ? wanted : most;
}

/* Backwards from where an article is given up; a spell that ends costs half a
 * look more than the rates say, with either rule. */
static void expect(const struct settings *s, double scale, const struct plan *p, size_t spell, struct bill *bill)
{
	double ours = 0, plain = 0, after = hazard_plain_looks(s, s->article_give_up);
	double last = (double)s->article_give_up / HOURS, end = last;

	for (size_t b = HAZARD_BINS; b-- > 0;) {
		double start = (double)hazard_bin_start(b) / HOURS, hours = end - start;
		if (hours > 0) {
			double y = hours * p->hazard[spell][b], stays = exp(-y);
			double part = y > 1e-6 ? (1 - stays) / y : 1;
			double now = hazard_plain_looks(s, hazard_bin_start(b));
			ours = rate(s, scale, p->worth[spell][b], b) * hours * part + stays * ours;
			plain = (after - now) * part + stays * plain;
			after = now;
			end = start;
		}
		bill->ours[spell][b] = ours + 0.5;
		bill->plain[spell][b] = plain + 0.5;
	}
}

/* By what the scale is to be multiplied. */
static double steered(const struct hazard *h, const struct settings *s, const struct bill *bill)
{
	double began = 0, ours = 0, plain = 0, new_ours = 0, new_plain = 0;

	for (size_t k = 0; k < HAZARD_SPELLS; k++)
		began += h->began[k];
	for (size_t k = 0; k < HAZARD_SPELLS; k++) {
		const double *o = bill->ours[k], *p = bill->plain[k];
		double share = began > 0 ? h->began[k] / began : k == SPELL_NEW;
		new_ours += share * o[0];
		new_plain += share * p[0];
		ours += h->open[k][0] * o[0];
		plain += h->open[k][0] * p[0];
		for (size_t b = 1; b < HAZARD_BINS; b++) {
			size_t after = b + 1 < HAZARD_BINS ? b + 1 : b; /* the last look was in the middle of b */
			ours += h->open[k][b] * (o[b] + o[after]) / 2;
			plain += h->open[k][b] * (p[b] + p[after] + 1) / 2; /* owed was rounded down */
		}
	}
	double even = s->schedule_budget * new_plain / new_ours;
	double left = s->schedule_budget * (h->owed + plain + HORIZON * new_plain) - h->spent;
	double factor = left / (ours + HORIZON * new_ours);
	if (factor < even / 2)
		return even / 2;
	return factor < even * 2 ? factor : even * 2;
}

void hazard_steer(struct hazard *h, const struct hazard *general, const struct settings *s)
{
	struct plan plan;
	struct bill bill;
	int rounds = h->scale > 0 ? 1 : 8;

	if (h->scale <= 0)
		h->scale = 1;
	h->since = 0;
	h->level = level_of(h, general);
	for (size_t k = 0; k < HAZARD_SPELLS; k++)
		for (size_t b = 0; b < HAZARD_BINS; b++) {
			plan.hazard[k][b] = believed(h, general, k, b);
			plan.worth[k][b] = pow(plan.hazard[k][b], POWER);
		}
	for (int i = 0; i < rounds; i++) {
		for (size_t k = 0; k < HAZARD_SPELLS; k++)
			expect(s, h->scale, &plan, k, &bill);
		h->scale *= (float)steered(h, s, &bill);
	}
}

int64_t hazard_pause(const struct hazard *h, const struct hazard *general, const struct settings *s,
                     enum hazard_spell spell, int64_t quiet)
{
	double looks = 1, at = (double)quiet, most = (double)s->article_give_up;

	for (size_t b = hazard_bin(quiet); b < HAZARD_BINS; b++) {
		double now = rate(s, h->scale, pow(believed(h, general, spell, b), POWER), b) / HOURS;
		double end = b + 1 == HAZARD_BINS ? INFINITY : (double)hazard_bin_start(b + 1);
		if (now * (end - at) >= looks) {
			at += looks / now;
			break;
		}
		looks -= now * (end - at);
		at = end;
	}
	double pause = at - (double)quiet;
	if (pause < (double)s->article_least)
		return s->article_least;
	return (int64_t)(pause < most ? pause : most);
}

/* ---- hints ------------------------------------------------------------------ */

/* A look that follows a hint should find a change more often than a planned
 * one, which does so once in some dozens. */
#define TRUST 0.1
#define MOST_HINTED 64

bool hazard_trusts_hints(struct hazard *h)
{
	if (h->hinted_right + 1 >= TRUST * (h->hinted + 2))
		return true;
	h->hinted *= 0.99F;
	h->hinted_right *= 0.99F;
	return false;
}

void hazard_note_hint(struct hazard *h, bool changed)
{
	h->hinted += 1;
	h->hinted_right += changed;
	if (h->hinted >= MOST_HINTED) {
		h->hinted /= 2;
		h->hinted_right /= 2;
	}
}

/* ---- as kept ---------------------------------------------------------------- */

/* The form's name, then every number as a float of IEEE 754, the least byte
 * first, in the order of the struct. */
static const char form[] = "hazard 1\n";

#define CELLS (HAZARD_SPELLS * HAZARD_BINS)

/* The numbers of a model in a row; whole numbers of looks are told as what was
 * spent beside what was owed. */
static size_t numbers(struct hazard *h, float *difference, float *out[])
{
	float *tables[] = { &h->changes[0][0], &h->hours[0][0], &h->open[0][0] };
	size_t n = 0;

	for (size_t t = 0; t < 3; t++)
		for (size_t i = 0; i < CELLS; i++)
			out[n++] = tables[t] + i;
	for (size_t k = 0; k < HAZARD_SPELLS; k++)
		out[n++] = &h->began[k];
	out[n++] = &h->level;
	out[n++] = &h->scale;
	out[n++] = &h->since;
	out[n++] = &h->hinted;
	out[n++] = &h->hinted_right;
	out[n++] = difference;
	return n;
}
#define NUMBERS (3 * CELLS + HAZARD_SPELLS + 6)

void hazard_write(const struct hazard *h, struct buf *out)
{
	struct hazard copy = *h;
	float difference = (float)(h->spent - h->owed), *all[NUMBERS];
	size_t n = numbers(&copy, &difference, all);

	buf_puts(out, form);
	for (size_t i = 0; i < n; i++) {
		uint32_t bits;
		memcpy(&bits, all[i], sizeof bits);
		for (int shift = 0; shift < 32; shift += 8)
			buf_byte(out, (char)(bits >> shift & 0xff));
	}
}

void hazard_read(struct str bytes, struct hazard *out)
{
	float difference = 0, *all[NUMBERS];
	size_t n = numbers(out, &difference, all), head = sizeof form - 1;

	*out = (struct hazard){ 0 };
	if (bytes.n != head + 4 * n || memcmp(bytes.p, form, head) != 0)
		return;
	for (size_t i = 0; i < n; i++) {
		const unsigned char *p = (const unsigned char *)bytes.p + head + 4 * i;
		uint32_t bits = p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
		memcpy(all[i], &bits, sizeof bits);
		if (!isfinite(*all[i]) || (*all[i] < 0 && all[i] != &difference)) {
			*out = (struct hazard){ 0 };
			return;
		}
	}
	out->spent = difference;
}
