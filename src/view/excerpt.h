/*
 * One edit in the words around it, for lists, its own page and its card.
 */
#ifndef STET_VIEW_EXCERPT_H
#define STET_VIEW_EXCERPT_H

#include "change/change.h"

enum excerpt_side { EXCERPT_OLD, EXCERPT_NEW, EXCERPT_BOTH };
enum excerpt_mark { EXCERPT_PLAIN, EXCERPT_WENT, EXCERPT_CAME };

struct excerpt_piece {
	enum excerpt_mark mark;
	bool evidence; /* a finding rests on it; not in EXCERPT_BOTH */
	struct str text;
	bool kept; /* marked, but it only moved within the text, or lost or got a sentence's capital */
};

struct excerpt {
	struct excerpt_piece *pieces;
	uint32_t n;
};

/* The sentences of the edit, of one side or with both words in place; no more
 * than about max characters: what is far from the edit is cut off at a word and
 * becomes "…".  Empty where that side has nothing.  Other edits of the same
 * sentence are not marked. */
void excerpt_make(struct arena *a, const struct change *c, const struct change_edit *e, enum excerpt_side side,
                  size_t max, struct excerpt *out);

/* All pieces as one text. */
struct str excerpt_text(struct arena *a, const struct excerpt *x);

#endif
