/*
 * The margin of a row: its number, and the edits that have their home in it,
 * each with its kinds in words and the way to the next one.
 */
#ifndef STET_VIEW_MARGIN_H
#define STET_VIEW_MARGIN_H

#include "view/rows.h"

void margin_write(struct html *h, const struct rows_page *page, uint32_t row);
/* Those without a row: what the page says of itself.  Nothing if there are none. */
void margin_write_homeless(struct html *h, const struct rows_page *page);

/* A kind's label as a mark; class "k" and one for its group. */
void margin_kind(struct html *h, enum edit_kind kind);
/* A mark for each of the bits, first the one that is the edit's own. */
void margin_kinds(struct html *h, const struct change_edit *e);

#endif
