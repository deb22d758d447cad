/*
 * What the two texts of an operation state: figures, times, names, places,
 * hedges, quotations, whose claim it is.  What only one of them states is what
 * changed; the rest stands, wherever in the sentence it stands.
 */
#ifndef STET_CHANGE_FEATURES_H
#define STET_CHANGE_FEATURES_H

#include "change/change.h"
#include "text/figures.h"
#include "text/quotemarks.h"

#define NO_FIGURE UINT32_MAX

struct feature {
	enum edit_kind kind; /* figure, quotation, attribution, name, place, time, hedge */
	uint32_t from, to;   /* bytes of the side's text */
	uint64_t key;        /* equal: states the same */
	uint32_t figure;     /* its number, of a figure; NO_FIGURE of a rank */
	uint32_t speaker_from, speaker_to; /* of an attribution */
	bool acts;           /* an attribution by "announced": a deed as much as a claim */
	bool vague;          /* a speaker without a name; a pronoun has key 0; a relative time */
	bool kept;           /* the other side states it too */
};

struct side {
	struct terms terms;
	struct figure *figures;
	uint32_t nfigures;
	struct feature *features; /* grouped by kind, not in the order of the text */
	uint32_t n;
	size_t room;
	bool dated;  /* it says when the page was published or updated */
	bool notice; /* it is a notice of a correction, clarification or update */
};

/* Of one operation. */
struct op_reading {
	bool read; /* else the rest is undefined */
	struct side old, new;
};

/* What is kept from one operation to the next: the quotations of the paragraph
 * that was looked at last, on either side.  Zero at first. */
struct features_kept {
	uint32_t unit[2]; /* plus one */
	struct quoted *quotes[2];
	uint32_t n[2];
};

/* Reads the sides of op once; a side without text has nothing. */
struct op_tokens;
void features_read(struct arena *a, const struct change *c, const struct change_op *op, const struct op_tokens *tokens,
                   uint32_t languages, struct features_kept *kept, struct op_reading *out);

/* Does [from, to) of the text overlap the feature?  An empty stretch does at
 * its edges too. */
static inline bool feature_touches(const struct feature *f, uint32_t from, uint32_t to)
{
	return from < to ? f->from < to && from < f->to : f->from <= from && from <= f->to;
}

#endif
