/*
 * What the letters of a line look like, for lines_alone.c.
 *
 * The line is normalised (text/norm.h).  A letter of ASCII costs about 1 ns.
 */
#ifndef STET_PAGE_LETTERS_H
#define STET_PAGE_LETTERS_H

#include "base/str.h"

#define LETTERS_LOOKED_AT 300 /* of a line; spaces are none */

struct letters {
	size_t all, digits, upper, lower;
	size_t end;        /* bytes that were looked at */
	bool begins_lower; /* with a small letter */
	bool pipe, at;     /* holds a bar or an arrow; an at-sign */
	bool copyright;
};

struct letters letters_of_line(struct str text);

/* Whether an address of the web or of mail begins in what was looked at. */
bool letters_hold_address(const struct letters *l, struct str text);

/* Whether a sentence ends before the end of the line. */
bool letters_end_sentences(struct str text);

#endif
