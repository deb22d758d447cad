/*
 * What is known of words around a full stop, by language: abbreviations, and
 * words that begin a sentence.
 */
#ifndef STET_TEXT_ABBREVIATIONS_H
#define STET_TEXT_ABBREVIATIONS_H

#include "base/str.h"

/* A word is of any number of classes.  Of abbreviations the stop is part. */
enum known_word {
	KNOWN_NAME = 1 << 0,      /* a name follows: "Gen", "Mr", "ul" */
	KNOWN_NUMBER = 1 << 1,    /* ends nothing where a number follows: "No", "Jan", "S" */
	KNOWN_INSIDE = 1 << 2,    /* never ends a sentence: "z.B", "vs" */
	KNOWN_EITHER = 1 << 3,    /* may end a sentence: "Inc", "etc", "U.S" */
	KNOWN_LAST = 1 << 4,      /* ends one if a capital follows: "etc" */
	KNOWN_YEAR = 1 << 5,      /* may end one behind a number: Russian "г", Polish "r" */
	KNOWN_TIME = 1 << 6,      /* ends one unless a day or a zone follows: "p.m" */
	KNOWN_WHEN = 1 << 7,      /* a day, a month, a zone */
	KNOWN_COUNTED = 1 << 8,   /* follows an ordinal: "Jahrhundert" behind "19." */
	KNOWN_MARKED = 1 << 9,    /* its "!" is part of a name: "Yahoo" */
	KNOWN_SPEECH = 1 << 10,   /* "asked": `"Why?" Moor asked.` is one sentence */
	KNOWN_ASIDE = 1 << 11,    /* follows such a word: "Moor asked in court" */
	KNOWN_STARTER = 1 << 12,  /* often begins a sentence: "The", "Nous" */
	KNOWN_PARTICLE = 1 << 13, /* stands within names too: "De", "Le" */
};
#define KNOWN_ABBREVIATION \
	(KNOWN_NAME | KNOWN_NUMBER | KNOWN_INSIDE | KNOWN_EITHER | KNOWN_LAST | KNOWN_YEAR | KNOWN_TIME)

/* Which rows of the table count for a BCP 47 tag; for a language that is not
 * in the table, or none, all those that are safe anywhere. */
uint64_t abbreviation_languages(struct str tag);

/* The classes of w (without its last stop), 0 if it is in no row.  Case counts,
 * except that "PROF" is "Prof".  About 20 ns. */
unsigned abbreviation_classes(struct str w, uint64_t languages);

#endif
