/*
 * The texts of versions: the binary form of an article (text/article.h), each
 * packed as a delta to the text of the version before it, a full copy at least
 * every PACK_DEPTH, until it moves into a pack with others of its source.  A
 * quick hash beside each proves what comes out.
 */
#include "archive/texts.h"

#include "archive/pieces.h"

struct text_row {
	int64_t depth;
	struct kept kept;
};

static struct chain_key key_of(int64_t article, int64_t number, uint64_t hash)
{
	return (struct chain_key){ .a = article, .b = number, .hash = hash };
}

static bool damaged(int64_t article, int64_t number, struct err *e)
{
	return err_set(e, ERR_CORRUPT,
	               "the text of version %lld of article %lld is damaged; \"stet rebuild\" makes it "
	               "again from the kept bytes",
	               (long long)number, (long long)article);
}

static bool read_row(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct text_row *out,
                     struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db,
	              "SELECT depth, size, hash, packed, pack, place FROM texts WHERE article = $1 AND number = "
	              "$2" DB_SHARD_1,
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "article %lld has no version %lld", (long long)article,
		               (long long)number);
	int64_t size = db_i64(q, 1);
	bool sane = size > 0 && (uint64_t)size <= PACK_MAX_BYTES;
	out->depth = db_i64(q, 0);
	out->kept = (struct kept){ .key = key_of(article, number, (uint64_t)db_i64(q, 2)),
		                   .base = { .a = article, .b = number - 1 },
		                   .delta = out->depth > 0,
		                   .piece = { .packed = db_keep(q, 3, a), .size = (size_t)size },
		                   .pack = db_i64(q, 4),
		                   .place = db_i64(q, 5) };
	db_end(q);
	return sane || damaged(article, number, e);
}

static bool read_kept(struct archive *ar, struct arena *scratch, int64_t article, int64_t number, struct kept *out,
                      struct err *e)
{
	struct text_row row;

	if (!read_row(ar, scratch, article, number, &row, e))
		return false;
	*out = row.kept;
	return true;
}

/* The text that was just unpacked, and the one that it is a delta to. */
static void remember(struct archive *ar, int64_t article, int64_t number, const struct text_row *row)
{
	struct str base = buf_view(&ar->texts.next);

	recent_put(ar->recent, row->kept.key, buf_view(&ar->texts.bytes));
	if (row->kept.delta && !row->kept.pack)
		recent_put(ar->recent, key_of(article, number - 1, hash_quick(base)), base);
}

/* The bytes of a text into ar->texts, checked. */
static bool unpack(struct archive *ar, int64_t article, int64_t number, const struct text_row *row, struct err *e)
{
	struct str had = recent_get(ar->recent, row->kept.key);

	if (chain_has(&ar->texts, row->kept.key))
		return true;
	if (had.n) {
		chain_begin(&ar->texts, had);
		return true;
	}
	if (!piece_load(ar, &ar->texts, &row->kept, read_kept, e))
		return e->kind == ERR_CORRUPT ? damaged(article, number, e) : false;
	if (hash_quick(buf_view(&ar->texts.bytes)) == row->kept.key.hash) {
		remember(ar, article, number, row);
		return true;
	}
	chain_forget(&ar->texts);
	return damaged(article, number, e);
}

static bool load(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct text_row *row,
                 struct str *out, struct err *e)
{
	struct arena *scratch = arena_new();
	bool ok = read_row(ar, scratch, article, number, row, e) && unpack(ar, article, number, row, e);

	if (ok) {
		*out = arena_str(a, buf_view(&ar->texts.bytes));
		chain_name(&ar->texts, row->kept.key);
	}
	row->kept.piece.packed = STR_NONE;
	arena_free(scratch);
	return ok;
}

bool text_bytes(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct str *out, struct err *e)
{
	struct text_row row;

	return load(ar, a, article, number, &row, out, e);
}

bool text_load(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct article *out, struct err *e)
{
	struct str bytes;

	return text_bytes(ar, a, article, number, &bytes, e) &&
	       (article_decode(bytes, a, out) || damaged(article, number, e));
}

/* ---- storing ------------------------------------------------------------- */

static bool insert(struct archive *ar, int64_t article, int64_t number, const struct text_row *row, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO texts (article, number, depth, size, hash, packed" DB_SHARD_COLUMN ")"
	              " VALUES ($1, $2, $3, $4, $5, $6" DB_NEW_SHARD("$1") ")",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	db_bind_i64(q, 3, row->depth);
	db_bind_i64(q, 4, (int64_t)row->kept.piece.size);
	db_bind_i64(q, 5, (int64_t)row->kept.key.hash);
	db_bind_blob(q, 6, row->kept.piece.packed);
	return db_run(q, e);
}

/* The text to try a delta against; none at the start and at the end of a chain. */
static bool base_bytes(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct text_row *row,
                       struct str *out, struct err *e)
{
	*out = STR_NONE;
	if (number < 0)
		return true;
	if (load(ar, a, article, number, row, out, e)) {
		if (row->depth >= PACK_DEPTH - 1)
			*out = STR_NONE;
		return true;
	}
	return e->kind == ERR_NOT_FOUND || e->kind == ERR_CORRUPT;
}

static bool store(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct str bytes, struct err *e)
{
	struct text_row before = { 0 }, row = { .kept.key = key_of(article, number, hash_quick(bytes)) };
	struct str base;
	bool delta;

	if (!base_bytes(ar, a, article, number - 1, &before, &base, e) ||
	    !packer_pack(ar->packer, bytes, base, &row.kept.piece.packed, &delta, e))
		return false;
	row.depth = delta ? before.depth + 1 : 0;
	row.kept.piece.size = bytes.n;
	if (!insert(ar, article, number, &row, e))
		return false;
	chain_put(&ar->texts, row.kept.key, bytes);
	recent_put(ar->recent, row.kept.key, bytes);
	return true;
}

bool text_store(struct archive *ar, int64_t article, int64_t number, const struct article *text, struct err *e)
{
	struct buf b = BUF_INIT(PACK_MAX_BYTES);
	struct arena *a = arena_new();

	article_encode(text, &b);
	bool ok = b.full ? err_set(e, ERR_LIMIT, "the text of article %lld is too long to keep", (long long)article)
	                 : store(ar, a, article, number, buf_view(&b), e);
	arena_free(a);
	buf_free(&b);
	return ok;
}

bool text_keep_whole(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct err *e)
{
	struct str bytes, packed;
	struct stmt *q;
	bool delta;

	if (!text_bytes(ar, a, article, number, &bytes, e) ||
	    !packer_pack(ar->packer, bytes, STR_NONE, &packed, &delta, e) ||
	    !db_query(ar->db,
	              "UPDATE texts SET depth = 0, packed = $3, pack = NULL, place = NULL"
	              " WHERE article = $1 AND number = $2" DB_SHARD_1,
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	db_bind_blob(q, 3, packed);
	return db_run(q, e);
}
