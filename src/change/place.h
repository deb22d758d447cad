/*
 * Which pairs keep their place: the heaviest chain of pairs that stand in the
 * same order in both versions.  The others have moved.
 */
#ifndef STET_CHANGE_PLACE_H
#define STET_CHANGE_PLACE_H

#include "change/align.h"

/* Fills in moved of the pairs and of the kin in al.  A pair weighs as many
 * sentences as belong to it, so that of two passages that changed places the
 * one of fewer sentences has moved; of equally many the shorter one.  Kin have
 * moved with the pair that they belong to.  n log n. */
void place_find_moved(struct arena *a, const struct sentence *const sentences[2], const uint32_t n[2],
                      struct alignment *al);

#endif
