/*
 * Two versions of an article compared for somebody who looks: the same that
 * the archive keeps of the change in its lists, with all that it knows of it.
 */
#ifndef STET_VIEW_COMPARE_H
#define STET_VIEW_COMPARE_H

#include "archive/archive.h"
#include "change/change.h"

/* Either may be the later one.  Everything is from the arena.  About 1 ms. */
MUST_CHECK bool compare_versions(struct archive *ar, struct arena *a, int64_t article, int64_t older, int64_t newer,
                                 struct article *older_text, struct article *newer_text, struct change *out,
                                 struct err *e);

#endif
