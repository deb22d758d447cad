/*
 * Numbers in words, and those that begin with digits: see figures.h.
 *
 * A number goes on as long as its words make one number: a scale multiplies, a
 * smaller word adds.
 */
#include "text/figure_parts.h"

#include <math.h>
#include <pthread.h>

/* ---- number words ----------------------------------------------------------- */

/* A word made of number words, "zweihundertfünfzig", is read part by part; the
 * longest part first. */
struct part {
	const char *text;
	uint32_t value; /* 100 and 1000 multiply; 0 joins */
};
static const struct part parts[] = {
#define PART(text, value) { text, value },
#include "text/compounds.inc"
#undef PART
};

/* Which pairs of first bytes parts begin with: nearly every word begins otherwise. */
#define PAIR_BITS 2048
static uint64_t pair_bits[PAIR_BITS / 64];
static pthread_once_t pairs_once = PTHREAD_ONCE_INIT;

static uint32_t pair_of(const char *p)
{
	return ((unsigned char)p[0] * 31u + (unsigned char)p[1] * 7u) % PAIR_BITS;
}

static void fill_pairs(void)
{
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		uint32_t pair = pair_of(parts[i].text);
		pair_bits[pair / 64] |= (uint64_t)1 << pair % 64;
	}
}

static bool may_be_part(const char *p)
{
	uint32_t pair = pair_of(p);

	pthread_once(&pairs_once, fill_pairs);
	return pair_bits[pair / 64] >> pair % 64 & 1;
}

static bool read_part(struct str *rest, uint32_t *value)
{
	const struct part *best = NULL;
	size_t longest = 0;

	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		const char *p = parts[i].text;
		if (p[0] != rest->p[0] || p[1] != rest->p[1])
			continue;
		size_t n = strlen(p);
		if (n > longest && rest->n >= n && memcmp(rest->p, p, n) == 0) {
			longest = n;
			best = &parts[i];
		}
	}
	if (!best)
		return false;
	*value = best->value;
	*rest = str_sub(*rest, longest, rest->n);
	return true;
}

/* Adds a part to a number under way: total keeps what thousands multiplied. */
static void add_part(double *total, double *current, double value)
{
	if (value >= 1000) {
		*total += (*current > 0 ? *current : 1) * value;
		*current = 0;
	} else if (value == 100) {
		*current = (*current > 0 ? *current : 1) * 100;
	} else {
		*current += value;
	}
}

static bool compound_value(struct str word, double *out)
{
	char lower[64];
	size_t n = 0, pieces = 0;
	double total = 0, current = 0;

	if (word.n < 6 || word.n >= sizeof lower || !may_be_part(word.p))
		return false;
	for (; n < word.n; n++)
		lower[n] = char_lower(word.p[n]);
	struct str rest = str_of(lower, n);
	while (rest.n >= 2) {
		uint32_t value;
		if (!read_part(&rest, &value))
			return false;
		pieces += value > 0;
		if (value)
			add_part(&total, &current, value);
	}
	*out = total + current;
	return rest.n == 0 && pieces >= 2;
}

static bool is_han_number(const struct reader *r, uint32_t i)
{
	return at(r, i)->han && at(r, i)->span == 1 &&
	       at(r, i)->classes & (TERM_BIT(TERM_NUMBER) | TERM_BIT(TERM_SCALE));
}

/* 兩萬三千, 三百二十; begins with a number or a ten. */
static bool read_han(struct reader *r, double *out)
{
	double total = 0, section = 0, digit = -1;
	uint32_t start = r->i;

	while (is_han_number(r, r->i)) {
		if (term_is(at(r, r->i), TERM_NUMBER)) {
			double v = (double)value_at(r, r->i, TERM_NUMBER);
			digit = digit >= 0 ? digit * 10 + v : v;
		} else {
			double scale = (double)value_at(r, r->i, TERM_SCALE);
			if (scale >= 10000) {
				total = (total + section + (digit > 0 ? digit : 0)) * scale;
				if (section + digit <= 0)
					break;
				section = 0;
			} else {
				section += (digit > 0 ? digit : 1) * scale;
			}
			digit = -1;
		}
		r->i++;
	}
	*out = total + section + (digit > 0 ? digit : 0);
	return r->i > start;
}

/* A small word joins two of one number: "treinta y cinco", "two hundred and
 * fifty", "twenty-five". */
static bool joins(const struct reader *r, double current, double before, double *next)
{
	const struct term *link = at(r, r->i);
	bool hyphen = link->sign == '-' && link->glued, and = term_is(link, TERM_AND) && link->span == 1;

	if ((!hyphen && !and) || !term_is(at(r, r->i + 1), TERM_NUMBER) || at(r, r->i + 1)->use)
		return false;
	*next = (double)value_at(r, r->i + 1, TERM_NUMBER);
	bool tens = before >= 20 && before < 100 && fmod(before, 10) == 0 && *next < 10;
	bool hundreds = current >= 100 && *next < 100 && fmod(current, 100) == 0;
	return (hyphen || !(r->t->languages == 1u && !hundreds)) && (tens || (and&&hundreds)) && *next > 0;
}

/* Number words without scale at r->i. */
static bool read_small(struct reader *r, double *out)
{
	double current = 0, last;

	if (!term_is(at(r, r->i), TERM_NUMBER) || at(r, r->i)->use)
		return false;
	last = current = (double)value_at(r, r->i, TERM_NUMBER);
	r->i += at(r, r->i)->span;
	for (;;) {
		double next;
		if (joins(r, current, last, &next)) {
			r->i += 1 + (uint32_t)at(r, r->i + 1)->span;
		} else if (term_is(at(r, r->i), TERM_NUMBER) && !at(r, r->i)->use) {
			next = (double)value_at(r, r->i, TERM_NUMBER);
			bool fits = (last >= 20 && last < 100 && fmod(last, 10) == 0 && next < 10 && next > 0) ||
			            (fmod(current, 100) == 0 && current >= 100 && next < 100);
			if (!fits)
				break;
			r->i += at(r, r->i)->span;
		} else {
			break;
		}
		current += next;
		last = next;
	}
	*out = current;
	return true;
}

static double scale_at(const struct reader *r)
{
	const struct term *x = at(r, r->i);
	return term_is(x, TERM_SCALE) && !x->use ? (double)value_at(r, r->i, TERM_SCALE) : 0;
}

/* "million", "hundred thousand" behind a number; "and fifty" behind these. */
static void read_scales(struct reader *r, double *v)
{
	for (uint32_t k = 0; k < 4; k++) {
		uint32_t begin = r->i;
		double more;
		if (at(r, r->i)->sign == '-' && term_is(at(r, r->i + 1), TERM_SCALE))
			r->i++;
		double scale = scale_at(r);
		if (scale > 0) {
			*v *= scale;
			r->i += at(r, r->i)->span;
			bool stop =
			        at(r, r->i)->sign == '.' && at(r, r->i)->glued && at(r, r->i + 1)->kind == TERM_LETTERS;
			r->i += stop && at(r, r->i - 1)->to - at(r, r->i - 1)->from <= 4 && !at(r, r->i + 1)->opens;
			continue;
		}
		r->i = begin;
		bool and = term_is(at(r, r->i), TERM_AND);
		if (*v < 100 || k == 0)
			return;
		r->i += and;
		if (!read_small(r, &more) || more >= (fmod(*v, 1000) == 0 ? 1000 : 100) || fmod(*v, 100) != 0) {
			r->i = begin;
			return;
		}
		double inner = scale_at(r);
		if (inner > 0 && *v > inner * more) {
			more *= inner;
			r->i += at(r, r->i)->span;
		}
		*v += more;
	}
}

/* ---- a number --------------------------------------------------------------- */

/* "one of", "no one", "this one". */
static bool is_hardly_one(const struct reader *r, uint32_t i)
{
	static const char *const before[] = { "no",   "any", "every", "each",    "this",
		                              "that", "the", "which", "another", "some" };
	static const char *const behind[] = {
		"of", "another", "day", "that", "who", "can", "thing", "way", "such", "is"
	};

	static const char *const nothing[] = { "net", "ground", "day", "year", "patient", "absolute", "carbon" };

	int64_t value = value_at(r, i, TERM_NUMBER);
	if (value > 3 || at(r, i)->han)
		return false;
	if (value == 0 && i && IS_ANY(text_at(r, i - 1), nothing))
		return true;
	/* "two-pronged", "the two" */
	const struct term *dash = at(r, i + 1), *after = at(r, i + 2);
	if (dash->sign == '-' && dash->glued && after->kind == TERM_LETTERS &&
	    !(after->classes & (TERM_BIT(TERM_UNIT) | TERM_BIT(TERM_NUMBER) | TERM_BIT(TERM_SCALE))))
		return true;
	if (value != 1 || (dash->sign == '-' && dash->glued && term_is(after, TERM_UNIT)))
		return false; /* "one-day" */
	if ((i && IS_ANY(text_at(r, i - 1), before)) || IS_ANY(text_at(r, i + 1), behind))
		return true;
	return i + 1 >= r->t->n || at(r, i + 1)->kind == TERM_SIGN;
}

/* 3萬5千, 25億. */
static void read_han_scales(struct reader *r, double *v)
{
	double part = *v, total = 0;

	while (at(r, r->i)->han && term_is(at(r, r->i), TERM_SCALE)) {
		part *= (double)value_at(r, r->i, TERM_SCALE);
		r->i++;
		if (at(r, r->i)->kind == TERM_DIGITS && at(r, r->i)->glued) {
			double next;
			if (!figure_digits_value(text_at(r, r->i), r->t->languages, &next))
				break;
			total += part;
			part = next;
			r->i++;
		}
	}
	*v = total + part;
}

/* "several hundred", "a few dozen", 數百. */
static bool read_several(struct reader *r, struct number *out)
{
	uint32_t begin = r->i;

	r->i += at(r, r->i)->span;
	double scale = 1;
	bool any = false;
	for (double s; (s = scale_at(r)) > 0; r->i += at(r, r->i)->span, any = true)
		scale *= s;
	if (!any && (term_value(r->t, at(r, begin), TERM_SEVERAL) != 1 || at(r, r->i)->kind != TERM_LETTERS))
		return r->i = begin, false;
	*out = (struct number){ 3 * scale, 9 * scale, true };
	return true;
}

/* "The first half", "de tweede helft", "fourth quarter" are times. */
static bool is_period(const struct reader *r, uint32_t i)
{
	static const char *const firsts[] = { "first",    "last",     "eerste",  "laatste", "erste",   "ersten",
		                              "première", "deuxième", "primer",  "primera", "segundo", "segunda",
		                              "primo",    "prima",    "secondo", "seconda", "första",  "andra",
		                              "første",   "anden",    "andre" };

	return i && (term_is(at(r, i - 1), TERM_ORDINAL) || IS_ANY(text_at(r, i - 1), firsts));
}

/* "two thirds", "a quarter of", "half of". */
static bool read_fraction(struct reader *r, struct number *out)
{
	static const char *const ones[] = { "a", "one", "ein", "un", "une", "una", "uno", "um", "een", "en" };
	uint32_t i = r->i;
	double n = 1;
	bool counted = term_is(at(r, i), TERM_NUMBER);

	if (counted)
		n = (double)value_at(r, i, TERM_NUMBER);
	bool article = false;
	for (size_t k = 0; k < sizeof ones / sizeof *ones && !counted && i; k++)
		article |= str_eq_nocase(text_at(r, i - 1), str_from(ones[k]));
	i += counted;
	counted |= article;
	if (counted && at(r, i)->sign == '-')
		i++;
	if (!term_is(at(r, i), TERM_FRACTION) || at(r, i)->use || is_period(r, i))
		return false;
	int64_t parts_of = value_at(r, i, TERM_FRACTION);
	bool of = str_eq(text_at(r, i + 1), STR("of")) || r->t->languages != ENGLISH;
	bool is = parts_of == 2 ? of || str_eq(text_at(r, i + 1), STR("the")) : n > 1 || (counted && of);
	if (!is)
		return false;
	r->i = i + 1;
	*out = (struct number){ n / (double)parts_of, n / (double)parts_of, false };
	return true;
}

/* Where the language is unknown, a number word of one that is a word of another
 * says nothing. */
static bool is_homograph(const struct reader *r, uint32_t i)
{
	static const char *const all[] = { "to", "fire", "once", "due", "elf", "cent", "mil", "sept" };

	return r->t->languages & ENGLISH && r->t->languages != ENGLISH && at(r, i)->kind == TERM_LETTERS &&
	       IS_ANY(text_at(r, i), all);
}

/* "Cases double", "double its price", but not "a double murder". */
static bool multiplies(const struct reader *r, uint32_t i)
{
	static const char *const bare[] = { "double", "triple", "quadruple" };
	static const char *const behind[] = { "the",   "its",   "their", "his",    "her",    "our", "that",
		                              "those", "what",  "in",    "to",     "from",   "as",  "over",
		                              "amid",  "after", "since", "within", "across", "at",  "on",
		                              "by",    "for",   "while", "this",   "again" };
	static const char *const before[] = { "to", "could", "would", "will", "may", "might", "can", "must", "should" };
	const struct term *next = at(r, i + 1);

	if (i && (term_is(at(r, i - 1), TERM_BEYOND) || IS_ANY(text_at(r, i - 1), before)))
		return true;
	if (!IS_ANY(text_at(r, i), bare) || r->t->languages != ENGLISH)
		return true;
	return next->kind == TERM_SIGN ? next->sign != '-'
	                               : next->kind == TERM_DIGITS || IS_ANY(text_at(r, i + 1), behind);
}

/* "in her 70s", "the over-80s" */
static bool read_age(struct reader *r, struct number *out)
{
	static const char *const before[] = { "his", "her",   "their", "my",   "your",
		                              "mid", "early", "late",  "over", "under" };
	struct str digits = text_at(r, r->i);
	uint32_t i = r->i && at(r, r->i - 1)->sign == '-' ? r->i - 1 : r->i;

	if (digits.n != 2 || digits.p[1] != '0' || digits.p[0] < '1' || !i || !at(r, r->i + 1)->glued ||
	    !str_eq(text_at(r, r->i + 1), STR("s")) || !IS_ANY(text_at(r, i - 1), before))
		return false;
	double v = 10 * (digits.p[0] - '0');
	*out = (struct number){ v, v + 9, true };
	r->i += 2;
	return true;
}

bool figure_read_number(struct reader *r, bool money, struct number *out)
{
	const struct term *x = at(r, r->i);
	uint32_t begin = r->i;
	double v;

	out->vague = false;
	if (x->use || r->i >= r->t->n || is_homograph(r, r->i))
		return false;
	if (x->kind == TERM_LETTERS && r->t->classes & TERM_BIT(TERM_FRACTION) && read_fraction(r, out))
		return true;
	if (x->kind == TERM_DIGITS && read_age(r, out))
		return true;
	if (x->kind == TERM_DIGITS) {
		if (!figure_read_digits(r, money, &v))
			return false;
		if (at(r, r->i)->han)
			read_han_scales(r, &v);
		else
			read_scales(r, &v);
	} else if (term_is(x, TERM_MULTIPLE) && multiplies(r, r->i)) {
		v = (double)value_at(r, r->i, TERM_MULTIPLE);
		r->i += x->span;
	} else if (term_is(x, TERM_MANY)) {
		v = (double)value_at(r, r->i, TERM_MANY);
		r->i += x->span;
		if (v < 0) { /* "une centaine" */
			*out = (struct number){ -v, -v, true };
			return true;
		}
		*out = (struct number){ 2 * v, v < 100 ? 99 : 10 * v - 1, true };
		return true;
	} else if (term_is(x, TERM_SEVERAL) && read_several(r, out)) {
		return true;
	} else if (is_han_number(r, r->i)) {
		if (!read_han(r, &v) ||
		    (r->i == begin + 1 && (v < 2 || !at(r, r->i)->han || !term_is(at(r, r->i), TERM_UNIT))))
			return r->i = begin, false;
	} else if (term_is(x, TERM_NUMBER) && !is_hardly_one(r, r->i) && !figure_is_label(r, r->i)) {
		if (!read_small(r, &v))
			return r->i = begin, false;
		read_scales(r, &v);
	} else if (term_is(x, TERM_SCALE) && !x->han && begin &&
	           (term_is(at(r, begin - 1), TERM_BEYOND) || at(r, begin - 1)->to - at(r, begin - 1)->from <= 4)) {
		v = 1;
		read_scales(r, &v); /* "a hundred", "cien" */
	} else if (x->kind == TERM_LETTERS && !x->classes && x->to - x->from >= 6 &&
	           compound_value(text_at(r, r->i), &v)) {
		r->i++;
		read_scales(r, &v);
	} else {
		return false;
	}
	*out = (struct number){ v, v, false };
	return r->i > begin;
}
