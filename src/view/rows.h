/*
 * The rows of a comparison as HTML.
 *
 * Each row is an element with a permanent name (#r12 is row 12, counted from
 * 1), a margin where its edits are named, each with a permanent name of its own
 * (#e- and the key of the edit), and up to three cells: the old text, the new
 * one, and both in one with the words that went and came in place.  The style
 * sheet shows the first two side by side on a wide screen and the third on a
 * narrow one; a page that was asked for in one mode only holds that mode's
 * cells.
 *
 * A cell holds part of a paragraph.  Where the paragraph goes on in a later
 * row, classes tell: "goes-on" (below), "from-above", "through" (nothing of it
 * here, but above and below).  A paragraph that faces several of the other side
 * says so once: "split in two", "merged from two".  What moved stands at both
 * places, each with a link to the other; its words are compared at the new one.
 */
#ifndef STET_VIEW_ROWS_H
#define STET_VIEW_ROWS_H

#include "view/html.h"
#include "view/marks.h"
#include "view/view.h"

struct rows_page {
	const struct marks *marks;
	enum diff_mode mode;
	struct str language;
	struct str address; /* path of the difference, to which "/edits/KEY" is added */
};
void rows_write(struct html *h, struct arena *a, const struct rows_page *page);

/* Only what changed, inline, without classes or names, the sentences that
 * weigh most first and trivial edits left out: for feeds.  Stops after max
 * bytes with a note. */
void rows_write_plain(struct html *h, struct arena *a, const struct change *c, size_t max);

#endif
