/*
 * Numbers in digits: see figures.h.
 *
 * What stands around digits tells whether they count anything: a name before
 * them, a letter, a slash or another group of digits behind them.
 */
#include "text/figure_parts.h"

#include <math.h>

/* ---- digits ----------------------------------------------------------------- */

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
bool figure_digits_value(struct str s, uint32_t languages, double *out)
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
		if (!figure_digits_value(str_sub(s, 0, 3), ENGLISH, &group))
			return;
		if (s.n > 4 && !figure_digits_value(str_sub(s, 4, s.n), ENGLISH, &fraction))
			return;
		*v = *v * 1000 + group + (s.n > 4 ? fraction / pow(10, (double)(s.n - 4)) : 0);
		r->i++;
	}
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

/* ---- a number --------------------------------------------------------------- */

/* "flight 370", "S&P 500", but not "the FTSE 1% lower". */
static bool is_numbered(const struct reader *r, uint32_t i)
{
	const struct term *behind = at(r, i + 1);

	if (behind->sign == '%' || (term_is(behind, TERM_UNIT) && value_at(r, i + 1, TERM_UNIT) == TERM_UNIT_PERCENT))
		return false;
	for (uint32_t back = 1; back <= 3 && back <= i; back++) {
		const struct term *t = at(r, i - back);
		if (term_is(t, TERM_NUMBERED) && t->span == back)
			return !term_is(t, TERM_BEYOND);
	}
	return false;
}

/* What stands before a number that only numbers something, or is part of it. */
bool figure_is_label(const struct reader *r, uint32_t i)
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
	if (named && at(r, i)->kind == TERM_DIGITS && at(r, i)->to - at(r, i)->from >= 3 &&
	    !(before->classes & ~TERM_BIT(TERM_UNRANKED)))
		return true; /* Boeing 737, Class 390 */
	return is_numbered(r, i);
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
	const struct term *letter = at(r, i + 1); /* "3-D" */
	if (next->sign == '-' && letter->glued && letter->capital && letter->to - letter->from == 1)
		return true;
	if (next->kind != TERM_LETTERS || next->han || (unsigned char)r->t->text.p[next->from] >= 0xc4)
		return false;
	if (str_eq(text_at(r, i), STR("G")))
		return true; /* a network */
	for (size_t k = 0; k < sizeof endings / sizeof *endings; k++)
		if (str_eq_nocase(text_at(r, i), str_from(endings[k])))
			return true;
	struct str letters = text_at(r, i); /* "5x5", "2x" */
	if ((letters.p[0] | 32) == 'x' && (letters.n == 1 || char_is_digit(letters.p[1])))
		return false;
	return !term_is(next, TERM_UNIT) && !term_is(next, TERM_SCALE) && glued_scale(r, true) == 0;
}

#define LEAST_TELEPHONE 7 /* digits: "a 2-0-lead" has fewer */

static bool is_telephone(const struct reader *r, uint32_t i)
{
	uint32_t groups = 0, k = i;

	if (i && at(r, i - 1)->sign == '+' && at(r, i + 1)->kind == TERM_DIGITS)
		return true;
	size_t digits = 0;
	for (; at(r, k)->kind == TERM_DIGITS; k += 2, groups++) {
		digits += at(r, k)->to - at(r, k)->from;
		if (at(r, k + 1)->sign != '-' || !at(r, k + 1)->glued)
			break;
	}
	return groups >= 2 && digits >= LEAST_TELEPHONE;
}

/* Its groups are no figures each. */
static void skip_telephone(struct reader *r)
{
	uint32_t i = r->i;

	while (i < r->t->n && (at(r, i)->kind == TERM_DIGITS || (at(r, i)->sign == '-' && at(r, i)->glued)))
		r->t->at[i++].use = 2;
}

bool figure_read_digits(struct reader *r, bool money, double *v)
{
	uint32_t i = r->i;

	if (is_telephone(r, i)) {
		skip_telephone(r);
		return false;
	}
	if (figure_is_label(r, i) || !figure_digits_value(text_at(r, i), r->t->languages, v))
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
