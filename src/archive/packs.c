/*
 * Making packs: see archive.h.
 *
 * A pack takes the loose pieces of one source in an order that puts like beside
 * like: the bodies and headers of a target, or the texts of an article, from the
 * oldest to the newest.  The pieces are read and packed outside any transaction,
 * which takes a tenth of a second; then one transaction adds the pack and moves
 * the pieces into it, unless another process has moved one of them meanwhile.
 *
 * A piece that is damaged stays where it is: "stet verify" speaks of it.
 */
#include <stdlib.h>

#include "archive/pieces.h"
#include "archive/texts.h"

struct member {
	int64_t a, b; /* a blob's id and 0; an article and a number */
	int64_t size, pack;
	int64_t place;
};

static bool read_blob(struct archive *ar, struct arena *a, int64_t id, int64_t none, struct str *out, struct err *e)
{
	(void)none;
	return archive_blob(ar, a, id, out, e);
}

/* What differs between the two kinds. */
static const struct kind {
	const char *name;
	size_t limit;       /* bytes of a pack: what a reader of the last piece waits for */
	const char *loose;  /* sources with at least so many loose bytes ($1), added before $2 */
	const char *pieces; /* of source $1, added before $2, also those in packs of less than $3 bytes */
	const char *move;   /* piece $1, $2 from pack $3 to pack $4 at $5 */
	bool (*read)(struct archive *ar, struct arena *a, int64_t x, int64_t y, struct str *out, struct err *e);
} kinds[] = {
	[PACK_PAGES] = {
		.name = "pages",
		.limit = 4 * MIB,
		.loose = "SELECT targets.source, sum(blobs.size) FROM blobs JOIN targets ON targets.id = blobs.target"
		         DB_SHARD("targets.shard", "blobs.target")
		         " WHERE blobs.pack IS NULL AND blobs.target IS NOT NULL AND blobs.added < $2"
		         " GROUP BY targets.source HAVING sum(blobs.size) >= $1 ORDER BY targets.source",
		.pieces = "SELECT blobs.id, 0, blobs.size, blobs.pack, blobs.target FROM targets"
		          " JOIN blobs ON blobs.target = targets.id" DB_SHARD("blobs.shard", "targets.id")
		          " WHERE targets.source = $1 AND blobs.pack IS NULL AND blobs.added < $2"
		          " UNION ALL SELECT blobs.id, 0, blobs.size, blobs.pack, blobs.target FROM packs"
		          " JOIN blobs ON blobs.pack = packs.id"
		          " WHERE packs.source = $1 AND packs.what = 'pages' AND packs.size < $3"
		          " ORDER BY 5, 1",
		.move = "UPDATE blobs SET pack = $4, place = $5, base = NULL, depth = 0, packed = $6"
		        " WHERE id = $1 AND $2 = 0 AND coalesce(pack, 0) = $3" DB_SHARD_1 " RETURNING 1",
		.read = read_blob,
	},
	[PACK_TEXTS] = {
		.name = "texts",
		.limit = 128 * KIB,
		.loose = "SELECT articles.source, sum(texts.size) FROM texts JOIN articles ON articles.id = texts.article"
		         DB_SHARD("articles.shard", "texts.article")
		         " WHERE texts.pack IS NULL AND $2 = $2"
		         " GROUP BY articles.source HAVING sum(texts.size) >= $1 ORDER BY articles.source",
		.pieces = "SELECT texts.article, texts.number, texts.size, texts.pack, 0 FROM articles"
		          " JOIN texts ON texts.article = articles.id" DB_SHARD("texts.shard", "articles.id")
		          " WHERE articles.source = $1 AND texts.pack IS NULL AND $2 = $2"
		          " UNION ALL SELECT texts.article, texts.number, texts.size, texts.pack, 0 FROM packs"
		          " JOIN texts ON texts.pack = packs.id"
		          " WHERE packs.source = $1 AND packs.what = 'texts' AND packs.size < $3"
		          " ORDER BY 1, 2",
		.move = "UPDATE texts SET pack = $4, place = $5, depth = 0, packed = $6"
		        " WHERE article = $1 AND number = $2 AND coalesce(pack, 0) = $3" DB_SHARD_1
		        " RETURNING 1",
		.read = text_bytes,
	},
};

static when settled_before(const struct pack_wish *w)
{
	return w->before == WHEN_NONE ? INT64_MAX : w->before;
}

static bool add_jobs(struct archive *ar, const struct pack_wish *w, enum pack_kind kind, struct rows *jobs,
                     struct err *e)
{
	struct stmt *q;
	bool row = false, ok;

	if (!db_query(ar->db, kinds[kind].loose, &q, e))
		return false;
	db_bind_i64(q, 1, w->all ? 1 : (int64_t)kinds[kind].limit);
	db_bind_i64(q, 2, settled_before(w));
	while ((ok = db_step(q, &row, e)) && row) {
		struct pack_job *job = rows_add(jobs);
		*job = (struct pack_job){ .kind = kind, .source = db_i64(q, 0), .bytes = db_i64(q, 1) };
	}
	return ok;
}

/* Packs that are there and could be smaller. */
static bool add_harder(struct archive *ar, const struct pack_wish *w, struct rows *jobs, struct err *e)
{
	struct stmt *q;
	bool row = false, ok;

	if (!db_query(ar->db, "SELECT id, size FROM packs WHERE level < $1 ORDER BY id", &q, e))
		return false;
	db_bind_i64(q, 1, w->level);
	while ((ok = db_step(q, &row, e)) && row) {
		struct pack_job *job = rows_add(jobs);
		*job = (struct pack_job){ .pack = db_i64(q, 0), .bytes = db_i64(q, 1) };
	}
	return ok;
}

bool archive_pack_jobs(struct archive *ar, struct arena *a, const struct pack_wish *w, struct pack_job **out, size_t *n,
                       struct err *e)
{
	struct rows rows = ROWS_OF(struct pack_job);
	bool ok = add_jobs(ar, w, PACK_PAGES, &rows, e) && add_jobs(ar, w, PACK_TEXTS, &rows, e) &&
	          (!w->harder || add_harder(ar, w, &rows, e));

	return rows_take(&rows, ok, a, out, n);
}

/* ---- one pack ------------------------------------------------------------ */

struct making {
	const struct kind *kind;
	int64_t source;
	struct rows members;
	struct buf bytes;
	bool full; /* the next piece had no room */
};

/* The pieces that the pack will have, by their sizes. */
static bool choose(struct archive *ar, const struct pack_wish *w, struct making *m, struct err *e)
{
	struct stmt *q;
	bool row = false, ok;
	int64_t bytes = 0;

	if (!db_query(ar->db, m->kind->pieces, &q, e))
		return false;
	db_bind_i64(q, 1, m->source);
	db_bind_i64(q, 2, settled_before(w));
	db_bind_i64(q, 3, w->all ? (int64_t)m->kind->limit / 2 : 0);
	while ((ok = db_step(q, &row, e)) && row) {
		int64_t size = db_i64(q, 2);
		m->full = m->members.n && bytes + size > (int64_t)m->kind->limit;
		if (m->full)
			break;
		struct member *one = rows_add(&m->members);
		*one = (struct member){ .a = db_i64(q, 0), .b = db_i64(q, 1), .size = size, .pack = db_i64(q, 3) };
		bytes += size;
	}
	db_end(q);
	return ok;
}

/* Their bytes, one behind the other; what cannot be read is left out. */
static bool gather(struct archive *ar, struct making *m, struct pack_done *done, struct err *e)
{
	struct member *all = (struct member *)(void *)m->members.p;
	struct arena *a = arena_new();
	size_t n = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < m->members.n; i++) {
		struct str piece;
		arena_reset(a);
		ok = m->kind->read(ar, a, all[i].a, all[i].b, &piece, e);
		if (ok) {
			all[i].place = (int64_t)m->bytes.n;
			buf_str(&m->bytes, piece);
			all[n++] = all[i];
		} else if (e->kind == ERR_CORRUPT) {
			done->damaged++;
			ok = true;
		}
	}
	m->members.n = n;
	arena_free(a);
	return ok && (!m->bytes.full || err_set(e, ERR_LIMIT, "a pack would have more than %zu bytes", PACK_MAX_BYTES));
}

static bool insert(struct archive *ar, const struct making *m, int level, struct str packed, int64_t *id, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO packs (source, what, level, size, packed" DB_ID_COLUMNS
	              ") VALUES ($1, $2, $3, $4, $5" DB_NEW_ID("$1", "pack_ids") ") RETURNING id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, m->source);
	db_bind_text(q, 2, str_from(m->kind->name));
	db_bind_i64(q, 3, level);
	db_bind_i64(q, 4, (int64_t)m->bytes.n);
	db_bind_blob(q, 5, packed);
	return db_take_i64(q, 0, id, e);
}

static bool move(struct archive *ar, const struct making *m, const struct member *one, int64_t pack, struct err *e)
{
	struct stmt *q;
	int64_t moved;

	if (!db_query(ar->db, m->kind->move, &q, e))
		return false;
	db_bind_i64(q, 1, one->a);
	db_bind_i64(q, 2, one->b);
	db_bind_i64(q, 3, one->pack);
	db_bind_i64(q, 4, pack);
	db_bind_i64(q, 5, one->place);
	db_bind_blob(q, 6, STR(""));
	return db_take_i64(q, 0, &moved, e) &&
	       (moved || err_set(e, ERR_BUSY, "another process is packing the archive, too"));
}

static bool put(struct archive *ar, const struct making *m, int level, struct str packed, struct err *e)
{
	const struct member *all = (const struct member *)(const void *)m->members.p;
	int64_t pack;
	bool own;

	if (!archive_enter(ar, DB_BEGIN_WRITE, &own, e))
		return false;
	bool ok = insert(ar, m, level, packed, &pack, e);
	for (size_t i = 0; ok && i < m->members.n; i++)
		ok = move(ar, m, &all[i], pack, e);
	return archive_leave(ar, own, ok, e);
}

static bool make(struct archive *ar, const struct pack_wish *w, struct making *m, struct pack_done *done, struct err *e)
{
	struct str packed;

	if (!choose(ar, w, m, e))
		return false;
	if (m->members.n == 0 || !(m->full || w->all))
		return true;
	if (!gather(ar, m, done, e))
		return false;
	if (m->members.n == 0)
		return true;
	if (!packer_pack_solid(ar->packer, buf_view(&m->bytes), w->level, &packed, e) ||
	    !put(ar, m, w->level, packed, e))
		return false;
	done->packs++;
	done->pieces += (int64_t)m->members.n;
	done->bytes += (int64_t)m->bytes.n;
	done->packed += (int64_t)packed.n;
	return true;
}

/* ---- one pack, harder ---------------------------------------------------- */

static bool unpack_all(struct archive *ar, int64_t pack, struct str *out, struct err *e)
{
	return piece_open_pack(ar, pack, e) && solid_read(&ar->solid, 0, ar->solid.size, out, e);
}

static bool write_again(struct archive *ar, int64_t pack, int level, struct str packed, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "UPDATE packs SET level = $2, packed = $3 WHERE id = $1 AND level < $2" DB_SHARD_1, &q,
	              e))
		return false;
	db_bind_i64(q, 1, pack);
	db_bind_i64(q, 2, level);
	db_bind_blob(q, 3, packed);
	return db_run(q, e);
}

static bool make_harder(struct archive *ar, const struct pack_wish *w, int64_t pack, struct pack_done *done,
                        struct err *e)
{
	struct str bytes, packed;

	if (!unpack_all(ar, pack, &bytes, e)) {
		done->damaged += e->kind == ERR_CORRUPT;
		return e->kind == ERR_CORRUPT;
	}
	if (!packer_pack_solid(ar->packer, bytes, w->level, &packed, e) || !write_again(ar, pack, w->level, packed, e))
		return false;
	done->packs++;
	done->bytes += (int64_t)bytes.n;
	done->packed += (int64_t)packed.n;
	return true;
}

bool archive_pack_one(struct archive *ar, const struct pack_job *job, const struct pack_wish *w, struct pack_done *done,
                      bool *more, struct err *e)
{
	int64_t before = done->packs;

	*more = false;
	if (job->pack)
		return make_harder(ar, w, job->pack, done, e);
	struct making m = { .kind = &kinds[job->kind],
		            .source = job->source,
		            .members = ROWS_OF(struct member),
		            .bytes = BUF_INIT(PACK_MAX_BYTES) };
	bool ok = make(ar, w, &m, done, e);
	*more = ok && m.full && done->packs > before;
	free(m.members.p);
	buf_free(&m.bytes);
	return ok;
}
