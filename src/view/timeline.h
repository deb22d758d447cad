/*
 * A drawing of an article's life: one stroke a version, placed by time, as
 * high as much was changed.  Inline SVG; the list below it says the same in
 * words, so the drawing carries only a short text for screen readers.
 */
#ifndef STET_VIEW_TIMELINE_H
#define STET_VIEW_TIMELINE_H

#include "archive/archive.h"
#include "view/html.h"

/* Nothing is drawn for fewer than three versions with a known time. */
void part_timeline(struct html *h, struct arena *a, const struct version *versions, size_t n,
                   const struct change_item *changes, size_t nchanges);

#endif
