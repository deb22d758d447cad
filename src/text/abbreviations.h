/*
 * Abbreviations of news prose whose full stop does not end a sentence.
 */
#ifndef STET_TEXT_ABBREVIATIONS_H
#define STET_TEXT_ABBREVIATIONS_H

#include "base/str.h"

/* w, without its full stop, stands before a name or a number, never at the
 * end of a sentence: "Gen", "Mr", "Nr", "z.B". */
bool abbreviation_before_name(struct str w);

/* w may also end a sentence: "Inc", "a.m", "Jr". */
bool abbreviation_anywhere(struct str w);

/* w often begins a sentence and seldom a name: "The", "But", "He". */
bool starts_sentence(struct str w);

#endif
