/*
 * Two versions of an article compared for somebody who looks: the same that
 * the archive keeps of the change in its lists, with all that it knows of it;
 * and what pages, the terminal and exports call its parts.
 */
#ifndef STET_VIEW_COMPARE_H
#define STET_VIEW_COMPARE_H

#include "archive/archive.h"
#include "change/change.h"

/* Either may be the later one.  Everything is from the arena.  About 1 ms. */
MUST_CHECK bool compare_versions(struct archive *ar, struct arena *a, int64_t article, int64_t older, int64_t newer,
                                 struct article *older_text, struct article *newer_text, struct change *out,
                                 struct err *e);

/* Has the edit one of the kinds (bits; 0: all), and does it matter, if that is asked? */
bool compare_chosen(const struct change_edit *e, uint32_t kinds, bool matters);

/* Things of a change with what they weigh. */
struct weighed {
	float weight;
	uint32_t index;
};
/* The heaviest first; what weighs the same stays in order. */
void compare_sort(struct weighed *list, uint32_t n);

/* Is this run a blank beside words that were kept, which nobody would mark? */
bool compare_is_gap(const struct run *runs, uint32_t i, uint32_t n);

/* The permanent name of an edit: 12 hexadecimal digits. */
#define EDIT_KEY_FORMAT "%012llx"
#define EDIT_KEY(e) ((unsigned long long)(e)->key)

#endif
