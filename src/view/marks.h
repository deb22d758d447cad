/*
 * Which edits of a change a page marks, and where.
 *
 * A reader may ask for some kinds only, or only for what matters.  An edit
 * that was not asked for is faint: its words keep a thin line, it has no
 * number and no mark, and a row with nothing else in it counts as quiet.  So
 * is, unless asked for, what is folded because it is trivial.
 *
 * Each edit has a home: the row in whose margin it is named.  Edits that are
 * not faint are numbered from 1 in the order of their homes, and inside a row
 * in the order of the text.
 *
 * Made once a page; cost is a pass over sentences, words and edits.
 */
#ifndef STET_VIEW_MARKS_H
#define STET_VIEW_MARKS_H

#include "change/change.h"

#define NO_ROW UINT32_MAX
#define NO_EDIT UINT32_MAX

struct mark_filter {
	uint32_t kinds; /* bits; 0: all */
	bool matters;   /* only what weighs WEIGHT_MATTERS or more */
	bool folded;    /* what is trivial, too */
};

/* Does the filter ask for this edit? */
bool mark_wanted(const struct mark_filter *f, const struct change_edit *e);

struct marks {
	struct arena *arena;
	const struct change *change;
	struct mark_filter filter;
	uint32_t *number;       /* of each edit; 0: faint */
	uint32_t *home;         /* of each edit: a row, or NO_ROW: the page's own data */
	uint32_t *order;        /* the edits that are not faint, as they are numbered */
	uint32_t norder;
	uint32_t *row_first;    /* order[row_first[r]] is the first of row r; nrows + 1 of them; before
	                           row_first[0] stand those without a home */
	bool *row_shown;        /* something in the row belongs to an edit that is not faint */
	uint32_t *old_row, *new_row; /* of each sentence */
	uint32_t *op_first_word;     /* of each op: its words are owner[op_first_word[op]] and on */
	uint32_t *owner;        /* of each word edit: the edit that it is part of, or NO_EDIT */
	uint32_t nfolded;       /* edits that are trivial, whether shown or not */
};

void marks_make(struct arena *a, const struct change *c, struct mark_filter filter, struct marks *out);

/* The edit of the whole op (an addition, a removal, a headline), or NO_EDIT. */
uint32_t marks_whole(const struct marks *m, uint32_t op);
/* The move of an op, or NO_EDIT. */
uint32_t marks_move(const struct marks *m, uint32_t op);
bool marks_faint(const struct marks *m, uint32_t edit); /* also for NO_EDIT */

#endif
