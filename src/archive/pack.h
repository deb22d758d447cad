/*
 * Packing: bytes kept small, alone or as what differs from earlier bytes.
 *
 * A full copy is a zstd frame of level 3.  A delta is a zstd frame whose
 * window begins with the base bytes (refPrefix), so that it holds little more
 * than what is new.  Both are plain frames: "zstd -d" reads a full copy,
 * "zstd -d --patch-from=BASE" a delta.
 *
 * A chain is a full copy and up to PACK_DEPTH - 1 deltas, each to the one
 * before it.  struct chain remembers the bytes at the end of the chain that was
 * walked last, because the next piece is most often the one that follows.
 *
 * A pack holds many pieces one behind the other in a single frame, so that each
 * of them is made from all that stand before it: the pages of a site have most
 * of their bytes in common.  To read one, what stands before it in the pack is
 * unpacked, too (archive/solid.h).
 *
 * Cost for a page of 93 kB: see bench/store.c.  Contexts are kept (about
 * 3 MB); buffers that grew above 1 MiB are given back.
 */
#ifndef STET_ARCHIVE_PACK_H
#define STET_ARCHIVE_PACK_H

#include "base/arena.h"
#include "base/buf.h"

#define PACK_DEPTH 8                 /* pieces of a chain, the full copy included */
#define PACK_MAX_BYTES MAX_WIRE_BYTES /* a piece, or a whole pack, unpacked */

struct packer;
struct packer *packer_new(void);
void packer_free(struct packer *p); /* NULL is harmless */

/* Packs bytes, as a delta to base where that is clearly smaller than a full
 * copy; *delta tells.  An empty base means a full copy.  The result is borrowed
 * until the next call. */
MUST_CHECK bool packer_pack(struct packer *p, struct str bytes, struct str base, struct str *packed, bool *delta,
                            struct err *e);

/* Packs the bytes of many pieces into one frame, at this level. */
MUST_CHECK bool packer_pack_solid(struct packer *p, struct str bytes, int level, struct str *packed, struct err *e);

/* What the bytes in a chain are: a piece's own two numbers and a hash. */
struct chain_key {
	int64_t a, b;
	uint64_t hash;
};
struct chain {
	struct chain_key key;
	bool known; /* bytes are those of key */
	struct buf bytes, next;
};

void chain_init(struct chain *c);
void chain_free(struct chain *c);
void chain_forget(struct chain *c);
bool chain_has(const struct chain *c, struct chain_key key);
/* These bytes were just packed under this key. */
void chain_put(struct chain *c, struct chain_key key, struct str bytes);

/* One piece: packed bytes and their size unpacked. */
struct piece {
	struct str packed;
	size_t size;
};
/* Unpacks pieces, the last one first: pieces[n - 1] is a full copy or, if
 * from_known, a delta to what the chain holds.  The result is in c->bytes, not
 * yet known by a key.  ERR_CORRUPT if a piece is not what it should be. */
MUST_CHECK bool chain_unpack(struct chain *c, struct packer *p, const struct piece *pieces, size_t n, bool from_known,
                             struct err *e);
/* These bytes are what the next pieces to be unpacked build on. */
void chain_begin(struct chain *c, struct str bytes);
/* Names what chain_unpack made, after the caller has checked its hash and taken
 * a copy: what is large is given back and not remembered. */
void chain_name(struct chain *c, struct chain_key key);

#endif
