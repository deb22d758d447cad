/* What the schedule has learned of a source: see curve.h. */
#include "cli/curve.h"

#include <math.h>

#include "cli/phrase.h"
#include "watch/schedule.h"

bool curve_load(struct archive *ar, int64_t source, struct curve *out, struct err *e)
{
	struct hazard own, general;
	double seen = 0;

	if (!schedule_model(ar, source, &own, e) || !schedule_model(ar, 0, &general, e))
		return false;
	for (size_t k = 0; k < HAZARD_SPELLS; k++) {
		hazard_curve(&own, &general, k, out->hazard[k]);
		for (size_t b = 0; b < HAZARD_BINS; b++)
			seen += own.changes[k][b];
	}
	out->changes = (int64_t)(seen + 0.5);
	return true;
}

/* How likely an article that has not been edited before a bin is edited in it.
 * Bins grow as the time does, so that this is what the eye expects of a scale
 * of 5 minutes, 10, 20, ... */
static double chance(const struct curve *curve, size_t bin)
{
	int64_t end = hazard_bin_start(bin + 1 < HAZARD_BINS ? bin + 1 : bin), start = hazard_bin_start(bin);

	return 1 - exp(-curve->hazard[SPELL_NEW][bin] * (double)(end - start) / HOURS);
}

void curve_print(const struct context *c, const struct curve *curve)
{
	static const char *const bars[] = { "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█" };
	char first[WHEN_TEXT], last[WHEN_TEXT];
	double most = 0;

	if (!curve->changes)
		return;
	for (size_t b = 0; b + 1 < HAZARD_BINS; b++)
		most = chance(curve, b) > most ? chance(curve, b) : most;
	output_printf(c, COLOR_NONE, "First edit:   %s ", when_length(hazard_bin_start(1), first));
	for (size_t b = 0; b + 1 < HAZARD_BINS; b++)
		output_printf(c, COLOR_CYAN, "%s", bars[(size_t)(7.99 * chance(curve, b) / most)]);
	output_printf(c, COLOR_NONE, " %s after publication, as %.*s taught\n",
	              when_length(hazard_bin_start(HAZARD_BINS - 1), last),
	              STR_ARG(phrase_count(c->arena, curve->changes, "change", "changes")));
}

void curve_write(struct json *j, const struct curve *curve)
{
	if (!curve->changes) {
		json_null(j);
		return;
	}
	json_object(j);
	json_field_int(j, "changes", curve->changes);
	json_key(j, "from_seconds");
	json_array(j);
	for (size_t b = 0; b < HAZARD_BINS; b++)
		json_int(j, hazard_bin_start(b));
	json_end(j);
	json_key(j, "edits_an_hour");
	json_object(j);
	for (size_t k = 0; k < HAZARD_SPELLS; k++) {
		json_key(j, hazard_spell_name(k));
		json_array(j);
		for (size_t b = 0; b < HAZARD_BINS; b++)
			json_real(j, curve->hazard[k][b]);
		json_end(j);
	}
	json_end(j);
	json_end(j);
}
