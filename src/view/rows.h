/*
 * The rows of a comparison as HTML.
 *
 * Each row is an element with a permanent name (#r12 is row 12, counted from
 * 1) and up to three cells: the old text, the new one, and both in one with
 * the words that went and came in place.  The style sheet shows the first two
 * side by side on a wide screen and the third on a narrow one; a page that was
 * asked for in one mode only holds that mode's cells.
 */
#ifndef STET_VIEW_ROWS_H
#define STET_VIEW_ROWS_H

#include "change/change.h"
#include "view/html.h"
#include "view/view.h"

void rows_write(struct html *h, struct arena *a, const struct change *c, enum diff_mode mode, struct str language);

/* Only what changed, inline, without classes or names: for feeds.  Stops
 * after max bytes with a note. */
void rows_write_plain(struct html *h, const struct change *c, size_t max);

/* Numbers of the rows that changed, for links to them: at most limit. */
size_t rows_changed(const struct change *c, uint32_t *out, size_t limit);

#endif
