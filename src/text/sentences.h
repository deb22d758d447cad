/*
 * Sentences of a normal text, as news is written in many languages.
 */
#ifndef STET_TEXT_SENTENCES_H
#define STET_TEXT_SENTENCES_H

#include "base/arena.h"

struct span {
	uint32_t from, to; /* bytes; trailing space not included */
};

/* Sentences do not end behind "Gen." or "U.S." where a name follows, nor at a
 * closing quotation mark that goes on in lower case; they do end at a newline.
 * language is a BCP 47 tag or empty.  About 10 us a kilobyte. */
struct span *text_sentences(struct arena *a, struct str text, struct str language, size_t *n);

#endif
