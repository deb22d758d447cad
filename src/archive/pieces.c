/*
 * Loading a piece: see pieces.h.
 */
#include "archive/pieces.h"

bool piece_open_pack(struct archive *ar, int64_t pack, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (ar->solid.pack == pack)
		return true;
	if (!db_query(ar->db, "SELECT size, packed FROM packs WHERE id = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, pack);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_CORRUPT, "the pack in which it stands is not there");
	ok = solid_begin(&ar->solid, pack, db_bytes(q, 1), db_i64(q, 0), e);
	db_end(q);
	return ok;
}

static bool load_packed(struct archive *ar, struct chain *c, const struct kept *k, struct err *e)
{
	struct str bytes;

	if (!piece_open_pack(ar, k->pack, e) || !solid_read(&ar->solid, k->place, k->piece.size, &bytes, e))
		return false;
	chain_begin(c, bytes);
	return true;
}

/* The row of what k is a delta to. */
static bool read_base(struct archive *ar, struct arena *scratch, kept_read *read, struct kept *k, struct err *e)
{
	struct kept base = { 0 };

	if (!read(ar, scratch, k->base.a, k->base.b, &base, e))
		return e->kind == ERR_NOT_FOUND || e->kind == ERR_CORRUPT
		               ? err_set(e, ERR_CORRUPT, "what it builds on is damaged or not there")
		               : false;
	*k = base;
	return true;
}

static bool walk(struct archive *ar, struct arena *scratch, struct chain *c, struct kept k, kept_read *read,
                 struct err *e)
{
	struct piece pieces[PACK_DEPTH];
	size_t n = 0;

	for (;;) {
		if (chain_has(c, k.key))
			return chain_unpack(c, ar->packer, pieces, n, true, e);
		if (k.pack)
			return load_packed(ar, c, &k, e) && chain_unpack(c, ar->packer, pieces, n, true, e);
		if (n == PACK_DEPTH)
			return err_set(e, ERR_CORRUPT, "its chain has no end");
		pieces[n++] = k.piece;
		if (!k.delta)
			return chain_unpack(c, ar->packer, pieces, n, false, e);
		if (!read_base(ar, scratch, read, &k, e))
			return false;
	}
}

bool piece_load(struct archive *ar, struct chain *c, const struct kept *of, kept_read *read, struct err *e)
{
	struct arena *scratch = arena_new();
	bool ok = walk(ar, scratch, c, *of, read, e);

	arena_free(scratch);
	if (!ok)
		chain_forget(c);
	return ok;
}
