/*
 * Reading quantities: see figures.h.
 *
 * Over the terms of a text: a number begins with digits or a number word; it
 * goes on as long as its words make one number (a scale multiplies, a smaller
 * word adds); then a second end of a range, a unit and a word such as "or more"
 * behind it, a currency and a bound before it.
 *
 * Limits: ordinals, and what is left out of a phrase that
 * was understood ("from 5 to 10 per cent": the first has no unit) are not read.
 */
#include "text/figures.h"

#include <math.h>
#include <pthread.h>

#include "text/moments.h"

struct reader {
	struct terms *t;
	uint32_t i; /* the next term */
	bool vague; /* "several hundred" */
	bool attached_scale;
};

struct number {
	double low, high;
	bool vague;
};

static const struct term *at(const struct reader *r, uint32_t i)
{
	static const struct term none = { .kind = TERM_SIGN };
	return i < r->t->n ? &r->t->at[i] : &none;
}

static struct str text_at(const struct reader *r, uint32_t i)
{
	return i < r->t->n ? term_text(r->t, i, i + 1) : STR_NONE;
}

static int64_t value_at(const struct reader *r, uint32_t i, enum term_class c)
{
	return term_value(r->t, at(r, i), c);
}

/* ---- digits ----------------------------------------------------------------- */

#define ENGLISH 1u
#define CHINESE 1024u
#define COMPOUNDS (2u | 16u | 64u | 128u | 256u | 512u) /* German, Italian, Dutch, Scandinavian */
/* Languages that put a space between thousands. */
#define SPACED_THOUSANDS (4u | 8u | 32u | 128u | 256u | 512u)

static bool comma_is_decimal(uint32_t languages)
{
	return !(languages & (ENGLISH | CHINESE));
}

/* Do groups of digits between separators look like thousands (12,34,567)? */
static bool is_grouped(struct str s, char separator)
{
	struct str head, rest = s;
	size_t groups = 0, last = 0;

	while (rest.n) {
		str_cut(rest, separator, &head, &rest);
		if (groups++ ? head.n != 3 && !(head.n == 2 && rest.n) : head.n > 3 || head.n == 0)
			return false;
		last = head.n;
	}
	return groups > 1 && last == 3;
}

/* The value of digits with separators; false where they are something else. */
static bool digits_value(struct str s, uint32_t languages, double *out)
{
	size_t dots = 0, commas = 0, last_dot = 0, last_comma = 0;
	char grouping = 0, decimal = 0;

	for (size_t i = 0; i < s.n; i++) {
		dots += s.p[i] == '.';
		commas += s.p[i] == ',';
		last_dot = s.p[i] == '.' ? i : last_dot;
		last_comma = s.p[i] == ',' ? i : last_comma;
		if (s.p[i] == ':')
			return false;
	}
	if (dots && commas) {
		decimal = last_dot > last_comma ? '.' : ',';
		grouping = decimal == '.' ? ',' : '.';
	} else if (dots || commas) {
		char sign = dots ? '.' : ',';
		bool usual_decimal = (sign == ',') == comma_is_decimal(languages);
		bool known = (languages & (languages - 1)) == 0;
		bool grouped = is_grouped(s, sign) && s.p[0] != '0';
		if (grouped && (dots + commas > 1 || !usual_decimal || !known))
			grouping = sign;
		else if (dots + commas == 1)
			decimal = sign;
		else
			return false;
	}
	char plain[48];
	size_t n = 0;
	for (size_t i = 0; i < s.n && n < sizeof plain - 1; i++) {
		uint32_t c = (unsigned char)s.p[i];
		if (c >= 0x80) { /* full width */
			size_t k = i;
			c = utf8_next(s, &k);
			i = k - 1;
			plain[n++] = c >= 0xff10 && c <= 0xff19 ? (char)('0' + (int)(c - 0xff10)) : ' ';
		} else if (char_is_digit((char)c)) {
			plain[n++] = (char)c;
		} else if (c == (unsigned char)decimal) {
			plain[n++] = '.';
		} else if (c != (unsigned char)grouping && c != '\'') {
			return false;
		}
	}
	if (n == 0 || n >= sizeof plain - 1)
		return false;
	double v = 0, unit = 0;
	for (size_t i = 0; i < n; i++) {
		if (plain[i] == ' ')
			continue;
		if (plain[i] == '.') {
			unit = 1;
			continue;
		}
		v = v * 10 + (plain[i] - '0');
		unit *= 10;
	}
	*out = unit > 0 ? v / unit : v;
	return true;
}

/* "10 000": further groups of three where a language writes thousands so. */
static void read_spaced_groups(struct reader *r, double *v)
{
	if (!(r->t->languages & SPACED_THOUSANDS) || r->t->languages & ENGLISH)
		return;
	size_t length = at(r, r->i - 1)->to - at(r, r->i - 1)->from;
	if (length > 3)
		return;
	while (at(r, r->i)->kind == TERM_DIGITS && !at(r, r->i)->glued && !at(r, r->i)->use) {
		struct str s = text_at(r, r->i);
		double group, fraction = 0;
		if (s.n < 3 || (s.n > 3 && s.p[3] != ','))
			return;
		if (!digits_value(str_sub(s, 0, 3), ENGLISH, &group))
			return;
		if (s.n > 4 && !digits_value(str_sub(s, 4, s.n), ENGLISH, &fraction))
			return;
		*v = *v * 1000 + group + (s.n > 4 ? fraction / pow(10, (double)(s.n - 4)) : 0);
		r->i++;
	}
}

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

/* A letter or two glued to digits: "5bn", "250k"; only money is in "m". */
static double glued_scale(const struct reader *r, bool money)
{
	struct str s = text_at(r, r->i);

	if (!at(r, r->i)->glued || at(r, r->i)->kind != TERM_LETTERS)
		return 0;
	if (str_eq_nocase(s, STR("k")))
		return 1e3;
	if ((money && str_eq_nocase(s, STR("m"))) || str_eq(s, STR("M")))
		return 1e6;
	if (money && str_eq_nocase(s, STR("t")))
		return 1e12;
	if (str_eq_nocase(s, STR("bn")) || (money && str_eq_nocase(s, STR("b"))) || str_eq(s, STR("B")))
		return 1e9;
	return 0;
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

/* What stands before a number that only numbers something, or is part of it. */
static bool is_label(const struct reader *r, uint32_t i)
{
	if (i == 0) /* "2. The second of a list" */
		return at(r, 1)->sign == '.' && at(r, 1)->glued && !at(r, 2)->glued && at(r, 2)->capital;
	const struct term *before = at(r, i - 1);
	if (at(r, i)->glued && before->kind == TERM_LETTERS && !before->han)
		return true; /* MH370 */
	if (at(r, i)->glued && before->sign == '-' && before->glued && i >= 2 && at(r, i - 2)->kind == TERM_LETTERS)
		return !term_is(at(r, i - 2), TERM_BEYOND); /* Covid-19, F-16 */
	if (before->sign == '#' || (before->sign == '/' && before->glued) || before->sign == 0xa7)
		return true;
	if (before->sign == '.' && i >= 2 && at(r, i)->kind == TERM_DIGITS)
		return term_is(at(r, i - 2), TERM_NUMBERED) && at(r, i - 2)->to - at(r, i - 2)->from <= 3;
	const struct term *behind = at(r, i + 1);
	bool named = before->kind == TERM_LETTERS && before->capital && !before->han && behind->kind == TERM_SIGN &&
	             behind->sign != '%' && behind->sign != '-' && !r->t->title_case && r->t->languages != 2u;
	if (named && at(r, i)->kind == TERM_DIGITS && at(r, i)->to - at(r, i)->from >= 3 && !before->classes)
		return true; /* Boeing 737 */
	return term_is(before, TERM_NUMBERED) && !term_is(before, TERM_BEYOND);
}

/* Behind digits: "th", "/11", a letter that makes it a model. */
static bool is_ordinal_or_model(const struct reader *r, uint32_t i)
{
	static const char *const endings[] = { "st", "nd", "rd", "th", "er", "e", "ème", "º", "ª", "o", "a" };
	const struct term *next = at(r, i);

	if (i >= r->t->n || !next->glued)
		return false;
	if (next->sign == '/' && at(r, i + 1)->kind == TERM_DIGITS)
		return true;
	if (next->kind != TERM_LETTERS || next->han)
		return false;
	if (str_eq(text_at(r, i), STR("G")))
		return true; /* a network */
	for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
		if (str_eq_nocase(text_at(r, i), str_from(endings[k])))
			return true;
	return !term_is(next, TERM_UNIT) && !term_is(next, TERM_SCALE) && glued_scale(r, true) == 0 &&
	       next->to - next->from <= 3;
}

static bool is_telephone(const struct reader *r, uint32_t i)
{
	uint32_t groups = 0, k = i;

	if (i && at(r, i - 1)->sign == '+' && at(r, i + 1)->kind == TERM_DIGITS)
		return true;
	for (; at(r, k)->kind == TERM_DIGITS; k += 2, groups++)
		if (at(r, k + 1)->sign != '-' || !at(r, k + 1)->glued)
			break;
	return groups >= 2;
}

/* Its groups are no figures each. */
static void skip_telephone(struct reader *r)
{
	uint32_t i = r->i;

	while (i < r->t->n && (at(r, i)->kind == TERM_DIGITS || (at(r, i)->sign == '-' && at(r, i)->glued)))
		r->t->at[i++].use = 2;
}

/* "one of", "no one", "this one". */
static bool is_hardly_one(const struct reader *r, uint32_t i)
{
	static const char *const before[] = { "no",   "any", "every", "each",    "this",
		                              "that", "the", "which", "another", "some" };
	static const char *const behind[] = {
		"of", "another", "day", "that", "who", "can", "thing", "way", "such", "is"
	};

	int64_t value = value_at(r, i, TERM_NUMBER);
	if (value > 3 || at(r, i)->han)
		return false;
	/* "two-pronged", "the two" */
	const struct term *dash = at(r, i + 1), *after = at(r, i + 2);
	if (dash->sign == '-' && dash->glued && after->kind == TERM_LETTERS &&
	    !(after->classes & (TERM_BIT(TERM_UNIT) | TERM_BIT(TERM_NUMBER) | TERM_BIT(TERM_SCALE))))
		return true;
	if (value != 1)
		return false;
	for (size_t k = 0; k < sizeof before / sizeof *before; k++)
		if (i && str_eq_nocase(text_at(r, i - 1), str_from(before[k])))
			return true;
	for (size_t k = 0; k < sizeof behind / sizeof *behind; k++)
		if (str_eq_nocase(text_at(r, i + 1), str_from(behind[k])))
			return true;
	return i + 1 >= r->t->n || at(r, i + 1)->kind == TERM_SIGN;
}

static bool read_digits(struct reader *r, bool money, double *v)
{
	uint32_t i = r->i;

	if (is_telephone(r, i)) {
		skip_telephone(r);
		return false;
	}
	if (is_label(r, i) || !digits_value(text_at(r, i), r->t->languages, v))
		return false;
	r->i++;
	read_spaced_groups(r, v);
	double scale = glued_scale(r, money);
	if (scale > 0) {
		*v *= scale;
		r->i++;
		return true;
	}
	if (is_ordinal_or_model(r, r->i))
		return r->i = i, false;
	return true;
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
			if (!digits_value(text_at(r, r->i), r->t->languages, &next))
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
	if (!term_is(at(r, i), TERM_FRACTION) || at(r, i)->use)
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

static bool read_number(struct reader *r, bool money, struct number *out)
{
	const struct term *x = at(r, r->i);
	uint32_t begin = r->i;
	double v;

	out->vague = false;
	if (x->use || r->i >= r->t->n)
		return false;
	if (x->kind == TERM_LETTERS && r->t->classes & TERM_BIT(TERM_FRACTION) && read_fraction(r, out))
		return true;
	if (x->kind == TERM_DIGITS) {
		if (!read_digits(r, money, &v))
			return false;
		if (at(r, r->i)->han)
			read_han_scales(r, &v);
		else
			read_scales(r, &v);
	} else if (term_is(x, TERM_MULTIPLE)) {
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
	} else if (term_is(x, TERM_NUMBER) && !is_hardly_one(r, r->i) && !is_label(r, r->i)) {
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

/* ---- what stands around it --------------------------------------------------- */

static enum term_unit money_sign(uint32_t sign)
{
	switch (sign) {
	case '$':
		return TERM_UNIT_USD;
	case 0x20ac:
		return TERM_UNIT_EUR;
	case 0xa3:
		return TERM_UNIT_GBP;
	case 0xa5:
		return TERM_UNIT_JPY;
	case 0x20b9:
		return TERM_UNIT_INR;
	default:
		return TERM_NO_UNIT;
	}
}

/* The dollars of "HK$", "A$", "C$". */
static enum term_unit dollar_of(const struct reader *r, uint32_t i)
{
	static const struct {
		const char *name;
		enum term_unit unit;
	} all[] = { { "HK", TERM_UNIT_HKD }, { "A", TERM_UNIT_AUD }, { "AU", TERM_UNIT_AUD }, { "C", TERM_UNIT_CAD },
		    { "CA", TERM_UNIT_CAD }, { "R", TERM_UNIT_BRL }, { "US", TERM_UNIT_USD } };

	for (size_t k = 0; k < sizeof all / sizeof *all; k++)
		if (str_eq(text_at(r, i), str_from(all[k].name)))
			return all[k].unit;
	return TERM_NO_UNIT;
}

/* A currency before the number that begins at *first. */
static enum term_unit unit_before(const struct reader *r, uint32_t *first)
{
	if (*first == 0)
		return TERM_NO_UNIT;
	enum term_unit u = money_sign(at(r, *first - 1)->sign);
	if (u) {
		(*first)--;
		if (u == TERM_UNIT_USD && *first && at(r, *first)->glued && dollar_of(r, *first - 1))
			u = dollar_of(r, --*first);
		return u;
	}
	const struct term *word = at(r, *first - 1);
	if (term_is(word, TERM_UNIT) && word->upper && word->to - word->from == 3) {
		u = (enum term_unit)value_at(r, *first - 1, TERM_UNIT);
		--*first;
	}
	return u;
}

static enum term_unit unit_behind(struct reader *r)
{
	const struct term *x = at(r, r->i);
	enum term_unit u = money_sign(x->sign);

	if (x->sign == '%' || x->sign == 0xff05)
		u = TERM_UNIT_PERCENT;
	if (x->sign == 0xb0)
		u = TERM_UNIT_DEGREE;
	if (u) {
		r->i++;
		return u;
	}
	uint32_t i = x->sign == '-' && x->glued ? r->i + 1 : r->i;
	x = at(r, i);
	bool of = str_eq(text_at(r, i), STR("de")) && term_is(at(r, i + 1), TERM_UNIT);
	if (of)
		x = at(r, ++i);
	bool letter = x->to - x->from == 1 && !x->han && !x->glued &&
	              (x->capital || *(r->t->text.p + x->from) == 'c' || *(r->t->text.p + x->from) == 'f');
	if (!term_is(x, TERM_UNIT) || x->use || letter)
		return TERM_NO_UNIT;
	r->i = i + x->span;
	return (enum term_unit)value_at(r, i, TERM_UNIT);
}

static void set_bound(struct figure *f, int64_t code)
{
	f->approx |= code >= 10;
	if (code % 10)
		f->bound = (enum figure_bound)(code % 10);
}

/* The bound that ends right before *first, of one or several terms. */
static void bound_before(const struct reader *r, uint32_t least, uint32_t *first, struct figure *f)
{
	for (uint32_t round = 0; round < 2; round++) {
		bool found = false;
		for (uint32_t back = 1; back <= 4 && *first >= least + back && !found; back++) {
			const struct term *b = at(r, *first - back);
			if (!term_is(b, TERM_BEYOND) || b->span != back || b->use)
				continue;
			set_bound(f, term_value(r->t, b, TERM_BEYOND));
			*first -= back;
			found = true;
		}
		bool article = *first > least && at(r, *first - 1)->to - at(r, *first - 1)->from <= 3 &&
		               (str_eq_nocase(text_at(r, *first - 1), STR("a")) ||
		                str_eq_nocase(text_at(r, *first - 1), STR("the")));
		if (found || !article || *first < least + 2 || !term_is(at(r, *first - 2), TERM_BEYOND))
			return;
		--*first;
	}
}

/* The second end of a range: "30 to 40", "30-40", "between 30 and 40". */
static void read_range(struct reader *r, uint32_t first, bool money, struct number *n)
{
	const struct term *link = at(r, r->i);
	bool dash = (link->sign == '-' || link->sign == 0x2013 || link->sign == 0x2014 || link->sign == 0xff5e ||
	             link->sign == '~') &&
	            link->glued;
	bool word = term_is(link, TERM_TO);
	uint32_t begin = r->i;
	struct number second;

	if (!dash && !word)
		return;
	if (word && first) {
		static const char *const froms[] = {
			"from", "von", "de", "da", "van", "från", "fra", "di", "由", "從"
		};
		for (size_t i = 0; i < sizeof froms / sizeof *froms; i++)
			if (str_eq_nocase(text_at(r, first - 1), str_from(froms[i])))
				return; /* two values of something that changed */
	}
	static const char *const betweens[] = { "between", "zwischen", "entre",  "tra",   "fra",
		                                "tussen",  "mellan",   "mellem", "mellom" };
	bool between = false;
	for (size_t i = 0; i < sizeof betweens / sizeof *betweens && first; i++)
		between |= str_eq_nocase(text_at(r, first - 1), str_from(betweens[i]));
	if (word && term_value(r->t, link, TERM_TO) == 1 && !between)
		return;
	r->i++;
	enum term_unit sign = money_sign(at(r, r->i)->sign);
	r->i += sign != TERM_NO_UNIT;
	if (!read_number(r, money, &second) || second.low <= n->low) {
		r->i = begin;
		return;
	}
	double scale = second.low / n->low;
	if (n->low > 0 && n->low < 1000 && scale >= 100000) /* "2 to 3 million" */
		n->low *= second.low >= 1e9 ? 1e9 : 1e6;
	n->high = second.high;
}

static struct str counted_word(const struct reader *r)
{
	static const char *const ofs[] = { "of", "de", "d'", "d’", "di", "von", "van", "av", "af" };
	uint32_t i = r->i;

	for (size_t k = 0; k < sizeof ofs / sizeof *ofs && i == r->i; k++)
		i += str_eq(text_at(r, r->i), str_from(ofs[k]));
	const struct term *x = at(r, i);
	if (term_is(x, TERM_BEHIND) || x->kind != TERM_LETTERS || x->han || x->use || term_is(x, TERM_COMMON) ||
	    term_is(x, TERM_WHERE))
		return STR_NONE;
	return text_at(r, i);
}

static bool read_figure(struct reader *r, uint32_t least, struct figure *f)
{
	uint32_t first = r->i, value_first = r->i;
	struct number n;

	*f = (struct figure){ 0 };
	f->unit = unit_before(r, &first);
	if (first < least)
		first = value_first;
	if (!read_number(r, f->unit != TERM_NO_UNIT, &n))
		return false;
	read_range(r, first, f->unit != TERM_NO_UNIT, &n);
	uint32_t value_end = r->i;
	if (at(r, r->i)->sign == '+' && at(r, r->i)->glued) {
		f->bound = FIGURE_AT_LEAST;
		r->i++;
	}
	if (term_is(at(r, r->i), TERM_BEHIND) && at(r, r->i)->han) {
		set_bound(f, value_at(r, r->i, TERM_BEHIND));
		r->i += at(r, r->i)->span;
	}
	enum term_unit behind = unit_behind(r);
	if (!behind && term_is(at(r, value_first), TERM_MULTIPLE))
		behind = TERM_UNIT_TIMES;
	f->unit = behind && !(f->unit && behind == TERM_UNIT_M) ? behind : f->unit;
	f->counted = f->unit ? STR_NONE : counted_word(r);
	if (term_is(at(r, r->i), TERM_BEHIND)) {
		set_bound(f, value_at(r, r->i, TERM_BEHIND));
		r->i += at(r, r->i)->span;
	}
	bool minus = first && (at(r, first - 1)->sign == '-' || at(r, first - 1)->sign == 0x2212) &&
	             at(r, first)->glued && !at(r, first - 1)->glued;
	first -= minus;
	bound_before(r, least, &first, f);
	f->low = minus ? -n.high : n.low;
	f->high = minus ? -n.low : n.high;
	f->approx |= n.vague;
	f->from = r->t->at[first].from;
	f->to = r->t->at[r->i - 1].to;
	f->value_from = r->t->at[value_first].from;
	f->value_to = r->t->at[value_end - 1].to;
	for (uint32_t k = first; k < r->i; k++)
		r->t->at[k].use = 2;
	return true;
}

#define BEGINS                                                                                                         \
	(TERM_BIT(TERM_FRACTION) | TERM_BIT(TERM_MULTIPLE) | TERM_BIT(TERM_NUMBER) | TERM_BIT(TERM_SCALE) |            \
	 TERM_BIT(TERM_MANY) | TERM_BIT(TERM_SEVERAL))

static bool may_begin(const struct term *x, uint32_t languages)
{
	if (x->kind == TERM_DIGITS)
		return true;
	if (x->kind == TERM_SIGN)
		return false;
	return x->classes & BEGINS ||
	       (languages & COMPOUNDS && !x->classes && x->to - x->from >= 6 && (!x->capital || x->opens));
}

struct figure *figures_read(struct arena *a, struct terms *t, uint32_t *n)
{
	struct reader r = { .t = t };
	struct figure *all = NULL;
	uint32_t room = 0, least = 0;

	*n = 0;
	if (!t->digits && !(t->classes & BEGINS) && !(t->languages & COMPOUNDS))
		return NULL;
	while (r.i < t->n) {
		uint32_t begin = r.i;
		struct figure f;
		if (t->at[begin].use || !may_begin(&t->at[begin], t->languages) || !read_figure(&r, least, &f)) {
			r.i = begin + 1;
			continue;
		}
		least = r.i;
		if (*n == room) {
			struct figure *old = all;
			room = room ? 2 * room : 8;
			all = arena_alloc(a, room * sizeof *all);
			if (*n)
				memcpy(all, old, *n * sizeof *old);
		}
		all[(*n)++] = f;
	}
	return all;
}

struct figure *figures_find(struct arena *a, struct str text, struct str language, uint32_t *n)
{
	struct terms t = terms_read(a, text, terms_language(language));
	uint32_t nmoments;

	moments_find(a, &t, &nmoments);
	return figures_read(a, &t, n);
}

/* ---- comparing ---------------------------------------------------------------- */

static bool same_value(double x, double y)
{
	return fabs(x - y) <= 1e-9 * (fabs(x) + fabs(y));
}

bool figure_same(const struct figure *x, const struct figure *y)
{
	return same_value(x->low, y->low) && same_value(x->high, y->high) && x->bound == y->bound &&
	       x->approx == y->approx && x->unit == y->unit;
}

static const char *bound_name(const struct figure *f)
{
	static const char *const names[2][5] = {
		{ "none", "more than", "at least", "less than", "up to" },
		{ "about", "about, more than", "about, at least", "nearly", "about, up to" },
	};
	return names[f->approx][f->bound];
}

static struct str print_number(struct arena *a, double v)
{
	if (fabs(v) < 1e15 && fabs(v - round(v)) < 1e-9)
		return arena_printf(a, "%.0f", v);
	return fabs(v) < 1 ? arena_printf(a, "%.4g", v) : arena_printf(a, "%.10g", v);
}

static struct str print_value(struct arena *a, const struct figure *f)
{
	struct str low = print_number(a, f->low);

	if (same_value(f->low, f->high))
		return low;
	return arena_printf(a, "%.*s to %.*s", STR_ARG(low), STR_ARG(print_number(a, f->high)));
}

struct str figure_print(struct arena *a, const struct figure *f)
{
	const char *bound = f->bound || f->approx ? bound_name(f) : "";
	const char *unit = term_unit_name(f->unit);

	return arena_printf(a, "%s%s%.*s%s%s", bound, *bound ? " " : "", STR_ARG(print_value(a, f)), *unit ? " " : "",
	                    unit);
}

struct str figure_tell(struct arena *a, const struct figure *x, const struct figure *y)
{
	struct str value = STR_NONE, bound = STR_NONE, unit = STR_NONE;

	if (!same_value(x->low, y->low) || !same_value(x->high, y->high))
		value = arena_printf(a, "value went from %.*s to %.*s", STR_ARG(print_value(a, x)),
		                     STR_ARG(print_value(a, y)));
	if (x->bound != y->bound || x->approx != y->approx)
		bound = arena_printf(a, "%sbound from %s to %s", value.n ? ", the " : "", bound_name(x), bound_name(y));
	if (x->unit != y->unit)
		unit = arena_printf(a, "%sunit from %s to %s", value.n || bound.n ? ", the " : "",
		                    x->unit ? term_unit_name(x->unit) : "none",
		                    y->unit ? term_unit_name(y->unit) : "none");
	if (!value.n && !bound.n && !unit.n)
		return STR_NONE;
	return arena_printf(a, "the %.*s%.*s%.*s", STR_ARG(value), STR_ARG(bound), STR_ARG(unit));
}
