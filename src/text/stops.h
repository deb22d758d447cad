/*
 * A stop, with all that belongs to it, and what follows it on its line.
 */
#ifndef STET_TEXT_STOPS_H
#define STET_TEXT_STOPS_H

#include "text/signs.h"

/* The signs that may end a sentence, with what closes behind them. */
struct stop {
	size_t from, signs_to, to;
	unsigned dots;
	bool mark, ellipsis, wide;
	bool quote, bracket; /* closed */
	bool again;          /* a sign behind what closed: "(N.J.)." */
};

/* What follows a stop on its line. */
enum follower {
	NOTHING,
	LOWER,
	UPPER,
	CASELESS,
	DIGIT,
	PAUSE,
	DASH,
	BULLET,
	MORE_SIGNS,
	SYMBOL,
};

struct next {
	enum follower kind;
	bool gap;    /* space stands between */
	bool opened; /* by a quotation mark or a bracket */
	uint32_t opener;
	size_t from; /* of the first character that opens nothing */
	struct str word;
};

/* The stop that begins with the sign at i: further signs, quotation marks and
 * brackets that close, footnotes such as "[12]". */
struct stop read_stop(struct str t, size_t i);

/* What follows behind to, where the stop ends; it looks at a few marks and one
 * word. */
struct next read_next(struct str t, size_t to);

enum follower follower_of(struct str t, size_t i); /* what the character at i is */
struct str word_at(struct str t, size_t from); /* the first 48 bytes of it */

#endif
