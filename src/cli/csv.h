/*
 * Comma-separated values (RFC 4180): lines end with CR LF, cells are quoted
 * where they must be.
 *
 * A cell of foreign text that a spreadsheet would take for a formula, because
 * it begins with = + - @ (also in their wide forms), a tab or a carriage
 * return, gets an apostrophe before it.
 */
#ifndef STET_CLI_CSV_H
#define STET_CLI_CSV_H

#include "base/buf.h"
#include "base/when.h"

struct csv {
	struct buf *out;
	bool any; /* something stands on this line */
};

#define CSV_INIT(buffer) ((struct csv){ .out = (buffer) })

void csv_str(struct csv *c, struct str s);
void csv_int(struct csv *c, int64_t n);
void csv_when(struct csv *c, when t); /* RFC 3339; empty if unknown */
void csv_empty(struct csv *c);
void csv_end(struct csv *c);

#endif
