/*
 * A plain binary form for messages between our processes and for texts in the
 * archive: unsigned LEB128 numbers, signed ones zigzag first, strings as
 * length and bytes.
 *
 * Writing goes to a struct buf, whose maximum holds.  Reading never believes a
 * length: the first value that does not fit sets bad, and everything read
 * after that is zero or empty, so that a reader looks once, at the end.
 * Strings read are borrowed from the message.
 */
#ifndef STET_BASE_WIRE_H
#define STET_BASE_WIRE_H

#include "base/buf.h"

void wire_put_u64(struct buf *b, uint64_t v);
void wire_put_i64(struct buf *b, int64_t v);
void wire_put_str(struct buf *b, struct str s);

struct wire {
	struct str rest;
	bool bad;
};

#define WIRE_INIT(message) ((struct wire){ .rest = (message) })

uint64_t wire_u64(struct wire *w);
int64_t wire_i64(struct wire *w);
struct str wire_str(struct wire *w);
/* A count of things of at least one byte each: bad if more than max or more
 * than the bytes that are left. */
size_t wire_count(struct wire *w, size_t max);
/* Everything was read and nothing was bad. */
bool wire_done(const struct wire *w);

#endif
