/*
 * Pieces: what blobs and texts have in common, the way they are kept.
 *
 * A piece stands alone, is a delta to another piece, or stands in a pack
 * (archive/packs.c).  To load one, its chain is walked back to a piece that
 * needs no other or to the one that was loaded last, and unpacked forward.
 */
#ifndef STET_ARCHIVE_PIECES_H
#define STET_ARCHIVE_PIECES_H

#include "archive/internal.h"

struct kept {
	struct chain_key key;
	bool delta;
	struct chain_key base; /* of a delta: its two numbers */
	struct piece piece; /* nothing packed if it stands in a pack */
	int64_t pack, place; /* 0: in none; from which byte on */
};

/* Reads the row of one piece; strings may be in the arena. */
typedef bool kept_read(struct archive *ar, struct arena *scratch, int64_t a, int64_t b, struct kept *out,
		       struct err *e);

/* The bytes of the piece into the chain (buf_view(&c->bytes)), not yet checked
 * by a hash.  ERR_CORRUPT with half a sentence that says how. */
MUST_CHECK bool piece_load(struct archive *ar, struct chain *c, const struct kept *of, kept_read *read, struct err *e);

/* Makes ar->solid read from this pack. */
MUST_CHECK bool piece_open_pack(struct archive *ar, int64_t pack, struct err *e);

#endif
