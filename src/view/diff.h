/*
 * The pieces of the difference page and of the page of one edit.
 */
#ifndef STET_VIEW_DIFF_H
#define STET_VIEW_DIFF_H

#include "view/excerpt.h"
#include "view/load.h"
#include "view/marks.h"
#include "view/rows.h"

struct diff_page {
	struct view *v;
	struct comparison c;
	struct marks marks;
	enum diff_mode mode;
	struct str address; /* "/articles/1/diff/0/1" */
};

/* Loads the two versions that args name and marks what args ask for. */
MUST_CHECK bool diff_load(struct view *v, struct diff_page *out, struct err *e);

/* The address of this page with another layout or another filter. */
struct str diff_address(const struct diff_page *p, enum diff_mode mode, struct mark_filter filter);

/* "Version 0 to 1 of this article from ... original". */
void diff_kicker(struct html *h, const struct diff_page *p);
/* When it happened: the window of one change, or the time between two versions. */
void diff_window(struct html *h, const struct diff_page *p);
struct str diff_window_text(struct arena *a, const struct diff_page *p);

/* "Weight 0.62 of 1: why." */
void diff_weight(struct html *h, float weight, struct str why, struct str language);

/* What the change is as a whole and which edits matter most. */
void summary_write(struct html *h, const struct diff_page *p);
/* The kinds that occur, with counts: links that filter. */
void legend_write(struct html *h, const struct diff_page *p);

/* Words of an excerpt: <del>, <ins>, <mark> for evidence. */
void excerpt_write(struct html *h, const struct excerpt *x);

#endif
