/*
 * Two texts compared by some of their characters.
 */
#ifndef STET_TEXT_LETTERS_H
#define STET_TEXT_LETTERS_H

#include "base/str.h"

/* The same letters and digits but for case. */
bool text_same_letters(struct str x, struct str y);

/* The same but for quotation marks and the spaces, commas and full stops that
 * come and go with them. */
bool text_same_but_marks(struct str x, struct str y);

/* Nothing but these; *any is set if a quotation mark is among them. */
bool text_only_marks(struct str s, bool *any);

#endif
