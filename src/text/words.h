/*
 * Words of a normal text (UAX #29).
 */
#ifndef STET_TEXT_WORDS_H
#define STET_TEXT_WORDS_H

#include "base/arena.h"

enum word_kind {
	WORD_LETTERS, /* a word of any script; one Han character each */
	WORD_NUMBER,  /* "5200", "3,500", "40%" without the sign */
	WORD_SPACE,
	WORD_SIGN, /* punctuation and symbols, one each */
};

struct word {
	uint32_t from, to; /* bytes in the text */
	uint8_t kind; /* enum word_kind */
	bool plain;   /* only letters of ASCII */
	uint64_t id;   /* equal for equal spellings */
	uint64_t fold; /* equal also where only case, accents or the style of
	                  quotation marks and dashes differ */
};

/* All words, spaces and signs in order; they cover the text without a gap.
 * Latin, Greek, Cyrillic, Han: about 40 ns each; what ICU has to read, 200. */
struct word *text_words(struct arena *a, struct str text, size_t *n);

/* The same without the spaces. */
struct word *text_words_only(struct arena *a, struct str text, size_t *n);

/* The id of a word; the fold of a word or a part of one. */
uint64_t text_id(struct str word);
uint64_t text_fold(struct str word);

#endif
