/*
 * What changed inside a pair of texts, as a person would mark it.
 */
#ifndef STET_CHANGE_WORDEDITS_H
#define STET_CHANGE_WORDEDITS_H

#include "change/change.h"
#include "text/tokens.h"

struct word_edits {
	struct word_edit *at;
	uint32_t n;
	uint32_t words_removed, words_added;
};

/* Edits in order, none if the texts are equal. */
struct word_edits word_edits_find(struct arena *a, const struct tokens *older, const struct tokens *newer);

#endif
