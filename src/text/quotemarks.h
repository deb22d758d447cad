/*
 * The quoted stretches of a text: "", “”, ‘’, «», »«, „“, ‚‘, ‹›, 「」, 『』, and
 * '' where they are no apostrophes.
 */
#ifndef STET_TEXT_QUOTEMARKS_H
#define STET_TEXT_QUOTEMARKS_H

#include "base/arena.h"

/* The mark that opens is at [from, in), the words [in, out), the mark that
 * closes [out, to); out = to where nothing closes: it then runs to the end of
 * the text. */
struct quoted {
	uint32_t from, in, out, to;
};

/* In a paragraph, in order; a quotation inside another one is not told apart.
 * A newline ends what was not closed.  Linear. */
struct quoted *quotemarks_find(struct arena *a, struct str paragraph, uint32_t *n);

/* A character that can open or close a quotation; apostrophes too. */
bool quotemark_is(uint32_t c);

#endif
