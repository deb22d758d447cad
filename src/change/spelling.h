/*
 * Whether an edit changed only how words are written.
 */
#ifndef STET_CHANGE_SPELLING_H
#define STET_CHANGE_SPELLING_H

#include "change/features.h"

/* The words on both sides of the edit are the same but for signs, spaces, case,
 * accents, hyphens, quotation marks' style, spelling, figures written in words
 * or digits. */
bool spelling_same(const struct op_reading *r, const struct word_edit *w);

/* Two words, in lower case, are spellings of one: variants of English
 * ("colour", "organise"), or one is the other mistyped. */
bool spelling_variant(struct str x, struct str y);

/* Two words of seven letters or more, the same but for one that is neither the
 * first nor doubled: mistyped, or another word. */
bool spelling_letter(struct str x, struct str y);

#endif
