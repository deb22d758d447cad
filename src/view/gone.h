/*
 * On the page of an article: that it is gone, or was; since when, and the checks
 * that say so.
 */
#ifndef STET_VIEW_GONE_H
#define STET_VIEW_GONE_H

#include "view/html.h"
#include "view/view.h"

struct gone {
	struct removal *removals; /* by time; the last may not be confirmed yet */
	size_t nremovals;
	struct check *checks; /* that said so, of the newest removal, newest first */
	size_t nchecks;
};
MUST_CHECK bool gone_load(struct view *v, int64_t article, struct gone *out, struct err *e);
/* Nothing for an article that was never gone. */
void gone_write(struct html *h, struct view *v, const struct gone *g);

#endif
