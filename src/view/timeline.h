/*
 * A drawing of an article's life: one stroke a version, placed by time, as
 * high as much was changed, strong where it matters; each leads to its change.
 * While the article was gone its line is broken.
 * Inline SVG; the list below it says the same in words.
 */
#ifndef STET_VIEW_TIMELINE_H
#define STET_VIEW_TIMELINE_H

#include "archive/archive.h"
#include "view/html.h"

struct timeline {
	const struct version *versions;
	size_t nversions;
	const struct change_item *changes;
	size_t nchanges;
	const struct removal *removals; /* unconfirmed ones are not drawn */
	size_t nremovals;
	when now;
};
/* Nothing is drawn for fewer than two points of known time, versions and removals. */
void part_timeline(struct html *h, struct arena *a, const struct timeline *life);

#endif
