/*
 * What the schedule has learned of a source: when its articles are edited.
 */
#ifndef STET_CLI_CURVE_H
#define STET_CLI_CURVE_H

#include "base/json.h"
#include "cli/command.h"
#include "watch/hazard.h"

struct curve {
	int64_t changes; /* that it was learned from; 0: nothing is known */
	float hazard[HAZARD_SPELLS][HAZARD_BINS]; /* edits an hour */
};
MUST_CHECK bool curve_load(struct archive *ar, int64_t source, struct curve *out, struct err *e);

/* One line; nothing if nothing is known. */
void curve_print(const struct context *c, const struct curve *curve);
/* The value of a member: null if nothing is known. */
void curve_write(struct json *j, const struct curve *curve);

#endif
