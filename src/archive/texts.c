/*
 * The texts of versions: the binary form of an article (text/article.h), each
 * packed as a delta to the text of the version before it, a full copy at least
 * every PACK_DEPTH.  A quick hash beside each proves what comes out.
 */
#include "archive/texts.h"

struct text_row {
	int64_t depth;
	uint64_t hash;
	struct piece piece;
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

	if (!db_query(ar->db, "SELECT depth, size, hash, packed FROM texts WHERE article = $1 AND number = $2", &q, e))
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
	out->hash = (uint64_t)db_i64(q, 2);
	out->piece = (struct piece){ .packed = db_keep(q, 3, a), .size = (size_t)size };
	db_end(q);
	return sane || damaged(article, number, e);
}

static bool walk(struct archive *ar, struct arena *scratch, int64_t article, int64_t number,
                 const struct text_row *first, struct err *e)
{
	struct piece pieces[PACK_DEPTH];
	struct text_row row = *first;
	bool from_known = false;
	size_t n = 0;

	for (int64_t at = number;; at--) {
		if (at != number && !read_row(ar, scratch, article, at, &row, e))
			return e->kind == ERR_NOT_FOUND ? damaged(article, number, e) : false;
		if (chain_has(&ar->texts, key_of(article, at, row.hash))) {
			from_known = true;
			break;
		}
		if (n == PACK_DEPTH)
			return damaged(article, number, e);
		pieces[n++] = row.piece;
		if (row.depth == 0)
			break;
	}
	if (chain_unpack(&ar->texts, ar->packer, pieces, n, from_known, e))
		return true;
	return e->kind == ERR_CORRUPT ? damaged(article, number, e) : false;
}

static bool load(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct text_row *row,
                 struct str *out, struct err *e)
{
	struct arena *scratch = arena_new();
	bool ok = read_row(ar, scratch, article, number, row, e);

	if (ok && !chain_has(&ar->texts, key_of(article, number, row->hash))) {
		ok = walk(ar, scratch, article, number, row, e);
		if (ok && hash_quick(buf_view(&ar->texts.bytes)) != row->hash)
			ok = damaged(article, number, e);
	}
	if (ok) {
		*out = arena_str(a, buf_view(&ar->texts.bytes));
		chain_name(&ar->texts, key_of(article, number, row->hash));
	} else {
		chain_forget(&ar->texts);
	}
	arena_free(scratch);
	return ok;
}

bool text_load(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct article *out, struct err *e)
{
	struct text_row row;
	struct str bytes;

	return load(ar, a, article, number, &row, &bytes, e) &&
	       (article_decode(bytes, a, out) || damaged(article, number, e));
}

/* ---- storing ------------------------------------------------------------- */

static bool insert(struct archive *ar, int64_t article, int64_t number, const struct text_row *row, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO texts (article, number, depth, size, hash, packed) VALUES ($1, $2, $3, $4, $5, $6)",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	db_bind_i64(q, 3, row->depth);
	db_bind_i64(q, 4, (int64_t)row->piece.size);
	db_bind_i64(q, 5, (int64_t)row->hash);
	db_bind_blob(q, 6, row->piece.packed);
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
	struct text_row before = { 0 }, row = { .hash = hash_quick(bytes) };
	struct str base;
	bool delta;

	if (!base_bytes(ar, a, article, number - 1, &before, &base, e) ||
	    !packer_pack(ar->packer, bytes, base, &row.piece.packed, &delta, e))
		return false;
	row.depth = delta ? before.depth + 1 : 0;
	row.piece.size = bytes.n;
	if (!insert(ar, article, number, &row, e))
		return false;
	chain_put(&ar->texts, key_of(article, number, row.hash), bytes);
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
