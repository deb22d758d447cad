/*
 * Which unit of the old version became which of the new one.
 *
 * Equal blocks are anchors; equal ones that occur more than once go to the
 * nearest.  The others are described by their words and pairs of neighbouring
 * words, rare ones counting most; an inverted index brings together those that
 * share words; the best pairs are taken first; and where little is shared,
 * neighbours that belong together speak for what lies between them.
 *
 * Cost: the anchors n log n; the rest about 1 us a word that is not in an
 * anchor.  A word that stands in more than 64 blocks brings no pairs together.
 */
#ifndef STET_CHANGE_ALIGN_H
#define STET_CHANGE_ALIGN_H

#include "change/change.h"
#include "text/tokens.h"

struct alignment {
	uint32_t *to_new; /* of each old unit: its partner or NO_UNIT */
	uint32_t *to_old; /* of each new unit */
	struct change_kin *kin;
	uint32_t nkin;
	struct tokens **old_tokens, **new_tokens; /* where they were read, else NULL */
};

void align_units(struct arena *a, const struct unit *older, uint32_t nold, const struct unit *newer, uint32_t nnew,
                 struct alignment *out);

#endif
