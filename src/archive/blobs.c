/*
 * Blobs: bytes kept once, see archive.h; how they are packed: pack.h.
 *
 * A blob is found by the SHA-256 of its bytes, and they never change.  How they
 * are kept does: a blob comes as a full copy or as a delta to an earlier blob,
 * its base, and moves into a pack of its source's pages in time.  Reading loads
 * it (archive/pieces.h) and compares the hash: what comes out is what went in,
 * or ERR_CORRUPT.
 */
#include "archive/pieces.h"
#include "archive/verify.h"

#include <string.h>

struct blob_row {
	struct sha256 sha256;
	int64_t depth;
	struct kept kept;
};

static struct chain_key key_of(int64_t id, const struct sha256 *h)
{
	struct chain_key key = { .a = id };

	memcpy(&key.hash, h->bytes, sizeof key.hash);
	return key;
}

static struct str sha256_view(const struct sha256 *h)
{
	return str_of((const char *)h->bytes, sizeof h->bytes);
}

static bool damaged(int64_t id, const char *how, struct err *e)
{
	return err_set(e, ERR_CORRUPT, "blob %lld of the archive is damaged: %s", (long long)id, how);
}

static bool read_row(struct archive *ar, struct arena *a, int64_t id, struct blob_row *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db,
	              "SELECT sha256, size, base, depth, packed, pack, place FROM blobs WHERE id = $1" DB_SHARD_1, &q,
	              e))
		return false;
	db_bind_i64(q, 1, id);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "the archive has no blob %lld", (long long)id);
	struct str hash = db_bytes(q, 0);
	int64_t size = db_i64(q, 1);
	bool sane = hash.n == sizeof out->sha256.bytes && size > 0 && (uint64_t)size <= PACK_MAX_BYTES;
	*out = (struct blob_row){ .depth = db_i64(q, 3) };
	if (sane)
		memcpy(out->sha256.bytes, hash.p, hash.n);
	out->kept = (struct kept){ .key = key_of(id, &out->sha256),
		                   .base = { .a = db_i64(q, 2) },
		                   .delta = !db_is_null(q, 2),
		                   .piece = { .packed = db_keep(q, 4, a), .size = (size_t)size },
		                   .pack = db_i64(q, 5),
		                   .place = db_i64(q, 6) };
	db_end(q);
	return sane || damaged(id, "its hash or its size is wrong", e);
}

static bool read_kept(struct archive *ar, struct arena *scratch, int64_t a, int64_t b, struct kept *out, struct err *e)
{
	struct blob_row row;

	(void)b;
	if (!read_row(ar, scratch, a, &row, e))
		return false;
	*out = row.kept;
	return true;
}

/* The bytes of a blob into ar->blobs, checked; not yet named there. */
static bool load(struct archive *ar, int64_t id, const struct blob_row *row, struct err *e)
{
	if (!piece_load(ar, &ar->blobs, &row->kept, read_kept, e))
		return e->kind == ERR_CORRUPT ? err_prefix(e, "blob %lld of the archive is damaged", (long long)id)
		                              : false;
	struct sha256 h = hash_sha256(buf_view(&ar->blobs.bytes));
	if (sha256_eq(&h, &row->sha256))
		return true;
	chain_forget(&ar->blobs);
	return damaged(id, "its bytes are not those that were stored", e);
}

/* The bytes in the arena. */
static bool fetch(struct archive *ar, struct arena *a, int64_t id, struct str *out, struct err *e)
{
	struct blob_row row;

	if (!read_row(ar, a, id, &row, e))
		return false;
	bool known = chain_has(&ar->blobs, row.kept.key);
	if (!known && !load(ar, id, &row, e))
		return false;
	*out = arena_str(a, buf_view(&ar->blobs.bytes));
	if (!known)
		chain_name(&ar->blobs, row.kept.key);
	return true;
}

bool archive_blob(struct archive *ar, struct arena *a, int64_t blob, struct str *out, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_READ, &own, e) && archive_leave(ar, own, fetch(ar, a, blob, out, e), e);
}

static bool find(struct archive *ar, const struct sha256 *h, int64_t *blob, struct err *e)
{
	struct stmt *q;

	*blob = 0;
	if (!db_query(ar->db, "SELECT id FROM blobs WHERE sha256 = $1 ORDER BY id LIMIT 1", &q, e))
		return false;
	db_bind_blob(q, 1, sha256_view(h));
	return db_take_i64(q, 0, blob, e);
}

/* In the shard of this target: each keeps its own. */
static bool find_near(struct archive *ar, const struct sha256 *h, int64_t target, int64_t *blob, struct err *e)
{
	struct stmt *q;

	*blob = 0;
	if (!db_query(ar->db, "SELECT id FROM blobs WHERE sha256 = $1" DB_SHARD("shard", "$2"), &q, e))
		return false;
	db_bind_blob(q, 1, sha256_view(h));
	db_bind_shard(q, 2, db_shard_of(target));
	return db_take_i64(q, 0, blob, e);
}

bool archive_blob_find(struct archive *ar, const struct sha256 *h, int64_t *blob, struct err *e)
{
	char hex[SHA256_TEXT];

	return find(ar, h, blob, e) &&
	       (*blob || err_set(e, ERR_NOT_FOUND, "the archive has no bytes with the hash %s", sha256_hex(h, hex)));
}

bool archive_blob_hash(struct archive *ar, int64_t blob, struct sha256 *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db, "SELECT sha256 FROM blobs WHERE id = $1 AND length(sha256) = 32" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, blob);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "the archive has no blob %lld", (long long)blob);
	memcpy(out->bytes, db_bytes(q, 0).p, sizeof out->bytes);
	db_end(q);
	return true;
}

/* ---- storing ------------------------------------------------------------- */

/* How one body is kept. */
struct packing {
	struct str packed;
	int64_t base, depth;
};

static bool insert(struct archive *ar, const struct blob_wish *w, const struct sha256 *h, const struct packing *p,
                   int64_t *id, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO blobs (sha256, size, base, depth, packed, target, added" DB_ID_COLUMNS ")"
	              " VALUES ($1, $2, $3, $4, $5, $6, $7" DB_NEW_ID(
	                      "$8", "blob_ids") ") ON CONFLICT DO NOTHING RETURNING id",
	              &q, e))
		return false;
	db_bind_blob(q, 1, sha256_view(h));
	db_bind_i64(q, 2, (int64_t)w->bytes.n);
	db_bind_id(q, 3, p->base);
	db_bind_i64(q, 4, p->depth);
	db_bind_blob(q, 5, p->packed);
	db_bind_id(q, 6, w->target);
	db_bind_i64(q, 7, w->at == WHEN_NONE ? 0 : w->at);
	db_bind_shard(q, 8, db_shard_of(w->target));
	/* Another process may have stored the same just now. */
	return db_take_i64(q, 0, id, e) && (*id || find_near(ar, h, w->target, id, e));
}

/* The bytes to try a delta against: none if the base is at the end of its
 * chain, or cannot be read (then the new bytes stand alone).  They stay in the
 * chain, unnamed if they were loaded: borrowed until something else is. */
static bool base_bytes(struct archive *ar, struct arena *a, int64_t base, struct blob_row *row, struct str *out,
                       struct err *e)
{
	*out = STR_NONE;
	*row = (struct blob_row){ 0 };
	if (base == 0)
		return true;
	if (read_row(ar, a, base, row, e)) {
		if (row->depth >= PACK_DEPTH - 1)
			return true;
		if (chain_has(&ar->blobs, row->kept.key) || load(ar, base, row, e)) {
			*out = buf_view(&ar->blobs.bytes);
			return true;
		}
	}
	return e->kind == ERR_NOT_FOUND || e->kind == ERR_CORRUPT;
}

/* Packs against this base, or alone if that is better; borrowed until the next. */
static bool pack(struct archive *ar, struct arena *a, struct str bytes, int64_t base, struct packing *out,
                 struct err *e)
{
	struct blob_row row;
	struct str known;
	bool delta;

	if (!base_bytes(ar, a, base, &row, &known, e) ||
	    !packer_pack(ar->packer, bytes, known, &out->packed, &delta, e))
		return false;
	out->base = delta ? base : 0;
	out->depth = delta ? row.depth + 1 : 0;
	return true;
}

bool blob_store(struct archive *ar, const struct blob_wish *w, int64_t base, int64_t *id, struct err *e)
{
	struct sha256 h = w->hash ? *w->hash : hash_sha256(w->bytes);
	struct packing p;

	if (w->bytes.n == 0 || w->bytes.n > MAX_BODY_BYTES)
		return err_set(e, ERR_LIMIT, "a body has 1 to %zu bytes, not %zu", MAX_BODY_BYTES, w->bytes.n);
	if (!find_near(ar, &h, w->target, id, e) || *id)
		return *id != 0;
	struct arena *a = arena_new();
	bool ok = pack(ar, a, w->bytes, base, &p, e) && insert(ar, w, &h, &p, id, e);
	arena_free(a);
	if (ok)
		chain_put(&ar->blobs, key_of(*id, &h), w->bytes);
	return ok;
}

bool archive_blob_mend(struct archive *ar, int64_t blob, struct str bytes, struct err *e)
{
	struct sha256 have = hash_sha256(bytes), want;
	struct str packed;
	struct stmt *q;
	bool delta;

	if (!archive_blob_hash(ar, blob, &want, e))
		return false;
	if (!sha256_eq(&have, &want))
		return damaged(blob, "the bytes that should mend it are others", e);
	if (!packer_pack(ar->packer, bytes, STR_NONE, &packed, &delta, e) ||
	    !db_query(ar->db,
	              "UPDATE blobs SET size = $2, base = NULL, depth = 0, packed = $3, pack = NULL, place = NULL"
	              " WHERE id = $1" DB_SHARD_1,
	              &q, e))
		return false;
	db_bind_i64(q, 1, blob);
	db_bind_i64(q, 2, (int64_t)bytes.n);
	db_bind_blob(q, 3, packed);
	return db_run(q, e);
}
