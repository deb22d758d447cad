/*
 * Reading quantities: see figures.h.
 *
 * Over the terms of a text: a number begins with digits or a number word
 * (figure_digits.c, figure_words.c); then a second end of a range, a unit and a
 * word such as "or more" behind it, a currency and a bound before it.
 *
 * Limits: what is left out of a phrase that was understood ("from 5 to 10 per
 * cent": the first has no unit) is not read.
 */
#include "text/figures.h"

#include "text/figure_parts.h"
#include "text/moments.h"

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
	if (!figure_read_number(r, money, &second) || second.low <= n->low) {
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
	if (x->glued && x->to - x->from == 1) /* "5x5" */
		return STR_NONE;
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
	if (!figure_read_number(r, f->unit != TERM_NO_UNIT, &n))
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
	if (!behind && term_is(at(r, value_first), TERM_MULTIPLE) && f->unit == TERM_NO_UNIT)
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
	uint32_t least = 0;
	size_t room = 0;

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
		all = arena_grow(a, all, &room, *n + 1, sizeof *all);
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
