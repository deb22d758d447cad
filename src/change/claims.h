/*
 * Whether a headline claims less or more than the one that it replaces.
 */
#ifndef STET_CHANGE_CLAIMS_H
#define STET_CHANGE_CLAIMS_H

#include "change/features.h"

/* 1: the new text claims more, -1: less, 0: the same, or something else.
 *
 * Both must make the same claim: three quarters of the words that carry meaning
 * in the text that has fewer of them stand in both, neither negates, and words in
 * one text only are few: a third of those in both, or as many where only the verb
 * tells it more strongly.  Then one of these is the step, unless another one goes
 * the other way:
 *   - a hedge or a source ("police say") came or went;
 *   - a question mark came or went, and the words are no question;
 *   - the bound of the only figure changed, its value did not;
 *   - a strong word for a weak one of the same act ("killed", "died").
 * At most the square of the words of a title. */
int32_t claim_step(const struct change_op *op, const struct op_reading *r);

/* The part of it that a question mark has: 1 it went, -1 it came, from the same claim. */
int32_t claim_question(const struct change_op *op, const struct op_reading *r);

#endif
