/*
 * Comparing figures, and telling what changed: see figures.h.
 */
#include "text/figures.h"

#include <math.h>

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

/* Of a vague figure the numbers; its own words name any other. */
static struct str print_meant(struct arena *a, const struct figure *f)
{
	struct figure plain = *f;

	if (!same_value(f->low, f->high))
		plain.approx = false; /* a range says it */
	return figure_print(a, &plain);
}

struct str figure_tell(struct arena *a, struct str old, const struct figure *x, struct str new, const struct figure *y)
{
	bool vague = (x->approx && !same_value(x->low, x->high)) || (y->approx && !same_value(y->low, y->high));

	if (figure_same(x, y))
		return STR_NONE;
	struct str words = ARENA_JOIN(a, STR("“"), str_sub(old, x->from, x->to), STR("” became “"),
	                              str_sub(new, y->from, y->to), STR("”"));
	if (!vague)
		return words;
	return arena_printf(a, "%.*s (%.*s; %.*s)", STR_ARG(words), STR_ARG(print_meant(a, x)),
	                    STR_ARG(print_meant(a, y)));
}
