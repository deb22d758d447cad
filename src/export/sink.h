/*
 * Where an export is written: a file or standard output, with what is asked of
 * its bytes later: how many, their SHA-256 and CRC-32.  Errors stick; whoever
 * writes looks at sink_end.
 */
#ifndef STET_EXPORT_SINK_H
#define STET_EXPORT_SINK_H

#include <stdio.h>

#include "base/arena.h"
#include "base/hash.h"

struct sink;

/* Nobody but the sink writes to f while it is there; f stays the caller's. */
struct sink *sink_new(FILE *f);
void sink_free(struct sink *s); /* NULL is harmless */
void sink_put(struct sink *s, struct str bytes);
uint64_t sink_bytes(const struct sink *s);

struct sink_sums {
	uint64_t bytes;
	uint32_t crc;
	struct sha256 sha256;
};
/* Of what was written since the last call. */
struct sink_sums sink_take_sums(struct sink *s);
/* Whether all of it was written; name: for the sentence. */
MUST_CHECK bool sink_end(struct sink *s, const char *name, struct err *e);

/* One gzip or zstd member with these bytes. */
struct packer_of_members;
struct packer_of_members *members_new(bool zstd);
void members_free(struct packer_of_members *m);
/* Borrowed until the next; empty if there was no memory for it. */
struct str members_pack(struct packer_of_members *m, struct str bytes);

#endif
