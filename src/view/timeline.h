/*
 * A drawing of an article's life: one stroke a version, placed by time, as
 * high as much was changed, strong where it matters; each leads to its change.
 * Inline SVG; the list below it says the same in words.
 */
#ifndef STET_VIEW_TIMELINE_H
#define STET_VIEW_TIMELINE_H

#include "archive/archive.h"
#include "view/html.h"

/* Nothing is drawn for fewer than two versions with a known time. */
void part_timeline(struct html *h, struct arena *a, const struct version *versions, size_t n,
                   const struct change_item *changes, size_t nchanges);

#endif
