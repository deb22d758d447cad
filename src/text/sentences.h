/*
 * Sentences of a normal text, as news is written in many languages.
 */
#ifndef STET_TEXT_SENTENCES_H
#define STET_TEXT_SENTENCES_H

#include "base/arena.h"

struct span {
	uint32_t from, to; /* bytes; trailing space not included */
};

/* The sentences of text in order; every character that is no white space is in
 * exactly one.  language is a BCP 47 tag or empty; it chooses abbreviations and
 * little else, so a wrong one does little harm.
 *
 *   - A line end is an end.
 *   - "Gen. Moor", "J. K. Marsh", "13. März", "z. B.", "3 p.m. Tuesday" go on;
 *     "at 3 p.m. The minister", "in the U.S. The house" do not.
 *   - What closes belongs to the sentence before it: marks, brackets, "[12]".
 *     A quotation of several sentences is several sentences; `"Stop!" he said`,
 *     `"Why?" Ida Moor asked.` and "「行こう。」と言った" are one.
 *   - A boundary depends on the words next to it and, for the number of an item
 *     or a year, on whether the sentence has just begun: an edit elsewhere does
 *     not move it.
 *
 * Any bytes will do; spans begin and end at characters.  Linear in the worst
 * case: about 3 us a kilobyte of Latin, Cyrillic or Greek, less of Han. */
struct span *text_sentences(struct arena *a, struct str text, struct str language, size_t *n);

#endif
