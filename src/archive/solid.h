/*
 * Reading from a pack: many pieces in one zstd frame (archive/pack.h).
 *
 * What stands before a piece is unpacked first, so pieces that are asked for in
 * their order cost no more than the pack, and any one of them at most that:
 * half of 4 MiB in the middle, about a millisecond.  The pack that was read
 * last is kept as far as it was read.
 */
#ifndef STET_ARCHIVE_SOLID_H
#define STET_ARCHIVE_SOLID_H

#include "base/buf.h"

struct solid {
	int64_t pack; /* 0: none */
	struct ZSTD_DCtx_s *stream;
	struct buf packed, bytes; /* the whole frame; what was unpacked of it so far */
	size_t size, taken;       /* when all is unpacked; of packed */
};

void solid_init(struct solid *s);
void solid_free(struct solid *s);
void solid_forget(struct solid *s);

/* Begins a pack that has this size when it is unpacked; packed is copied. */
MUST_CHECK bool solid_begin(struct solid *s, int64_t pack, struct str packed, int64_t size, struct err *e);
/* The n bytes from place on, borrowed until the next call.  ERR_CORRUPT, and the
 * pack forgotten, if it ends before or cannot be unpacked. */
MUST_CHECK bool solid_read(struct solid *s, int64_t place, size_t n, struct str *out, struct err *e);

#endif
