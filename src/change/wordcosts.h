/*
 * What the comparison of words weighs.
 *
 * A handful of numbers, fitted to spans that people marked (tools/fit-words),
 * so that edits come out as a person would mark them.
 */
#ifndef STET_CHANGE_WORDCOSTS_H
#define STET_CHANGE_WORDCOSTS_H

struct word_costs {
#define COST(name, value) float name;
#include "change/wordcosts.inc"
#undef COST
};

extern const struct word_costs word_costs;

#endif
