/*
 * The words of an operation as HTML: what went in <del>, what came in <ins>,
 * each edit followed by its number, which leads to its mark in the margin.
 * Class "faint": the edit is not shown; "kept": the words only moved within
 * their text, or a sentence begins with them now.
 */
#ifndef STET_VIEW_WORDS_H
#define STET_VIEW_WORDS_H

#include "view/compare.h"
#include "view/html.h"
#include "view/marks.h"

/* The old (or new) text of an op from span.from to span.to, as it reads alone. */
void words_side(struct html *h, const struct marks *m, uint32_t op, struct span part, bool newer);

/* The new text from part.from to part.to with the words that went in their
 * places. */
void words_inline(struct html *h, const struct marks *m, uint32_t op, struct span part);

/* A text that came or went as a whole. */
void words_whole(struct html *h, const struct marks *m, uint32_t edit, struct str text, bool newer);

/* What a person would mark of words that went or came, and the spaces around
 * it; where there is nothing else, a sign stands for them. */
struct str words_core(struct str s, struct str *before, struct str *behind);

/* The number of an edit, as a link to its mark; nothing if it is faint. */
void words_ref(struct html *h, const struct marks *m, uint32_t edit);

#endif
