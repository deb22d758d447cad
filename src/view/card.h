/*
 * The card of one edit: a picture of 1200 by 630 points that shows, without
 * any page around it, what was said before and after, where, and when.
 *
 * Cairo and Pango draw it, as SVG and as PNG alike: text is shaped, wrapped and
 * cut as its script wants it, and what the machine has no font for becomes
 * boxes.  Texts are never read as markup.
 *
 * The libraries are loaded when card_prepare is first called, not when the
 * program starts: they would make every command slower that draws nothing.
 * About 40 ms for a PNG, 10 ms for an SVG.
 */
#ifndef STET_VIEW_CARD_H
#define STET_VIEW_CARD_H

#include "base/buf.h"
#include "view/excerpt.h"

#define CARD_WIDTH 1200
#define CARD_HEIGHT 630

struct card {
	struct str outlet, kind; /* "Saltmarsh Courier", "Figure" */
	struct str title;        /* the article's headline; may be empty */
	const struct excerpt *before, *after; /* one of them may be empty */
	struct str note;    /* shown where both are empty */
	struct str window;  /* "Changed between 10:02 and 10:17 UTC on 7 Oct 2024" */
	struct str address; /* of the edit, for good */
	struct str language; /* BCP 47, or empty */
};

enum card_format { CARD_SVG, CARD_PNG };

/* Loads what draws, and the list of fonts.  Call it before a jail is entered:
 * a jail runs no new code.  False where the machine has no libraries or no
 * fonts; the program goes on without cards. */
bool card_prepare(void);

/* Appends the picture.  ERR_NOT_FOUND: this machine cannot draw. */
MUST_CHECK bool card_draw(const struct card *card, enum card_format format, struct buf *out, struct err *e);

#endif
