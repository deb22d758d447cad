/*
 * Normal forms of text (Unicode NFC by ICU; UAX #15).
 */
#ifndef STET_TEXT_NORM_H
#define STET_TEXT_NORM_H

#include "base/arena.h"

/* As a reader sees it: invalid bytes to U+FFFD, NFC, every run of white space
 * (also U+00A0 and the like) to one space, soft hyphens, zero-width spaces,
 * byte order marks and control characters dropped, trimmed.  Costs nothing but
 * a copy when s is ASCII. */
struct str text_normal(struct arena *a, struct str s);

/* For finding: text_normal, case folded, accents removed, and a space put
 * around every character that stands alone, so that a word index finds single
 * characters and their sequences as phrases. */
struct str text_index_form(struct arena *a, struct str s);

/* A character of a script that puts no space between words (Han, Kana, Thai,
 * Lao, Khmer, Myanmar, Yi, Bopomofo), or of Hangul: each is a word of its own to
 * an index, since where a word ends depends on a dictionary and on the rest of
 * the sentence. */
bool text_stands_alone(uint32_t c);

/* A mark that a person leaves out when searching: accents, Arabic and Hebrew
 * vowel signs; not the marks of Kana, Thai or Indic scripts, which make another
 * letter. */
bool text_is_accent(uint32_t c);

/* For printing on a terminal or in a log: control characters, escape
 * sequences and bidirectional controls replaced by U+FFFD. */
struct str text_printable(struct arena *a, struct str s);

#endif
