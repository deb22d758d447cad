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
