/*
 * Figures: the quantities that a text states.
 *
 *     more than 250 people        250, above
 *     up to 1.234,5 Tonnen        1234.5, at most, tonne       (German)
 *     zwischen 30 und 40          30 to 40
 *     nearly $3.5bn               3500000000, nearly, usd
 *     several hundred soldiers    300 to 900, about
 *     dozens                      24 to 99, about
 *     兩萬三千人                    23000, person
 *     a 25-year-old               25, year
 *     two thirds of them, half    0.6667, 0.5
 *     doubled, twice              2, times
 *     several ships               3 to 9, about
 *
 * Digits (1,234.5, 1.234,5, 1 234,5, 1'234, 12,34,567) and number words of the
 * languages of terms.h, compounds such as "zweihundertfünfzig" included, with
 * scale (million, bn, 萬), sign, unit, bound and range.
 *
 * No figures are: dates, times of day, years (moments.h), ordinals, what is
 * only numbered ("flight 370", "Article 5", "MH370", "Covid-19"), telephone
 * numbers, "9/11", and "one" where it is hardly a number ("one of").
 *
 * How 1.234 is read depends on the language; where that is not known, one
 * separator with three digits behind it groups thousands.
 */
#ifndef STET_TEXT_FIGURES_H
#define STET_TEXT_FIGURES_H

#include "text/terms.h"

enum figure_bound {
	FIGURE_EXACT,
	FIGURE_ABOVE,    /* more than */
	FIGURE_AT_LEAST,
	FIGURE_BELOW,    /* less than */
	FIGURE_UP_TO,    /* at most, as many as */
};

struct figure {
	uint32_t from, to;             /* bytes: with bound, sign and unit */
	uint32_t value_from, value_to; /* the number alone */
	double low, high;              /* equal unless it is a range or vague */
	enum figure_bound bound;
	bool approx;                   /* about, nearly; or vague: dozens */
	enum term_unit unit;
	struct str counted;            /* the word behind it where there is no unit: "people" */
};

/* All figures of a text in order.  language: BCP 47 or "".  Linear, about 50 ns
 * a word. */
struct figure *figures_find(struct arena *a, struct str text, struct str language, uint32_t *n);

/* The same for terms that have been read, and whose moments have been found;
 * terms of figures are marked as used (2). */
struct figure *figures_read(struct arena *a, struct terms *t, uint32_t *n);

/* They say the same of the same unit; how it is written does not matter. */
bool figure_same(const struct figure *x, const struct figure *y);

/* What changed between two, each with the text that it stands in, in the words
 * of these, and what vague ones mean: “several hundred” became “more than 250”
 * (300 to 900; more than 250).  Empty if they are the same. */
struct str figure_tell(struct arena *a, struct str old, const struct figure *x, struct str new,
                       const struct figure *y);

/* "more than 250 km". */
struct str figure_print(struct arena *a, const struct figure *f);

#endif
