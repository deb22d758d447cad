/*
 * The cells of a row: part of an old paragraph, of a new one, or of both in
 * one.  For rows.c.
 */
#ifndef STET_VIEW_CELLS_H
#define STET_VIEW_CELLS_H

#include "view/rows.h"

struct rows {
	struct html *h;
	struct arena *arena;
	const struct rows_page *page;
	const struct change *change;
	/* made by cells_prepare */
	uint32_t *old_faces, *new_faces; /* of each unit: how many of the other side it stands beside */
	uint32_t *old_above, *new_above; /* of each row: the nearest row above with something in that column */
	bool *joints;                    /* of each row: a paragraph was split or merged here */
};

void cells_prepare(struct rows *x);
void cell_side(const struct rows *x, uint32_t row, bool newer);
void cell_both(const struct rows *x, uint32_t row);

#endif
