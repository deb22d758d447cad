/*
 * Which pairs keep their place: the heaviest chain of pairs that stand in the
 * same order in both versions.  The others have moved.
 */
#ifndef STET_CHANGE_PLACE_H
#define STET_CHANGE_PLACE_H

#include "base/arena.h"

#define NO_PLACE UINT32_MAX

/* to_new: of each of nold things its place among nnew, or NO_PLACE; weight: of
 * each.  moved: of each, false where there is no place.  n log n. */
void place_find_moved(struct arena *a, const uint32_t *to_new, const uint64_t *weight, uint32_t nold, uint32_t nnew,
                      bool *moved);

#endif
