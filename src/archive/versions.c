/*
 * Versions: see archive.h.
 *
 * A version's row never changes after it was added.  When it was last seen is
 * not kept with it but read from the sightings: the last run of this version
 * that came before the first run of the next one; for the newest version, its
 * last run.  So a check that finds nothing new writes one small row.
 */
#include "archive/internal.h"
#include "archive/texts.h"

/* ---- adding -------------------------------------------------------------- */

static bool next_number(struct archive *ar, int64_t article, int64_t *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT versions FROM newest WHERE article = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return db_take_i64(q, 0, out, e);
}

static bool insert(struct archive *ar, const struct version *v, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO versions (article, number, check_id, part, first_seen, before, later, identity,"
	              " title, bylines, published, modified, words, remade" DB_SHARD_COLUMN ")"
	              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14" DB_NEW_SHARD("$1") ")",
	              &q, e))
		return false;
	db_bind_i64(q, 1, v->article);
	db_bind_i64(q, 2, v->number);
	db_bind_id(q, 3, v->check);
	db_bind_i64(q, 4, v->part);
	db_bind_when(q, 5, v->first_seen);
	db_bind_when(q, 6, v->before);
	db_bind_when(q, 7, v->later < 0 ? WHEN_NONE : v->later);
	db_bind_blob(q, 8, str_of((const char *)v->identity.bytes, sizeof v->identity.bytes));
	db_bind_text(q, 9, v->title);
	db_bind_text(q, 10, v->bylines);
	db_bind_when(q, 11, v->published);
	db_bind_when(q, 12, v->modified);
	db_bind_i64(q, 13, v->words);
	db_bind_id(q, 14, v->remade);
	return db_run(q, e);
}

static bool make_newest(struct archive *ar, const struct version *v, const struct article *text, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO newest (article, source, versions, title, language, published, first_seen, "
	              "traits" DB_SHARD_COLUMN ") SELECT id, source, 1, $2, $3, $4, $5, $6" DB_ONLY_POSTGRES(
	                      ", shard") " FROM articles WHERE id = $1" DB_SHARD_1 " ON CONFLICT (" DB_KEY
	                                 "article) DO UPDATE SET versions "
	                                 "= newest.versions + 1, title = "
	                                 "excluded.title,"
	                                 " language = excluded.language, "
	                                 "published = excluded.published, "
	                                 "changed = excluded.first_seen,"
	                                 " traits = excluded.traits",
	              &q, e))
		return false;
	db_bind_i64(q, 1, v->article);
	db_bind_text(q, 2, v->title);
	db_bind_text(q, 3, text->language);
	db_bind_when(q, 4, v->published);
	db_bind_when(q, 5, v->first_seen);
	db_bind_optional_blob(q, 6, v->traits);
	return db_run(q, e);
}

static bool add(struct archive *ar, const struct version *v, const struct article *text, struct err *e)
{
	int64_t next;

	if (!next_number(ar, v->article, &next, e))
		return false;
	search_note(ar, v->article);
	if (v->number != next)
		/* Another worker may have added one since the number was asked for. */
		return err_set(e, archive_is_shared(ar) ? ERR_BUSY : ERR_INTERNAL,
		               "article %lld was given version %lld when %lld comes next", (long long)v->article,
		               (long long)v->number, (long long)next);
	return insert(ar, v, e) && text_store(ar, v->article, v->number, text, e) && make_newest(ar, v, text, e);
}

bool archive_version_add(struct archive *ar, const struct version *v, const struct article *text, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, add(ar, v, text, e), e);
}

/* ---- finding ------------------------------------------------------------- */

bool archive_version_with(struct archive *ar, int64_t article, const struct sha256 *identity, int64_t *number,
                          struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT number FROM versions WHERE article = $1 AND identity = $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_blob(q, 2, str_of((const char *)identity->bytes, sizeof identity->bytes));
	return db_take_i64(q, -1, number, e);
}

/* ---- reading ------------------------------------------------------------- */

#define COLUMNS                                                                                                        \
	"SELECT article, number, check_id, part, first_seen, before, later, identity, title, bylines,"                 \
	" published, modified, words, remade FROM versions "

static void version_read(struct stmt *q, struct arena *a, struct version *out)
{
	struct str identity = db_bytes(q, 7);

	*out = (struct version){
		.article = db_i64(q, 0),
		.number = db_i64(q, 1),
		.check = db_i64(q, 2),
		.part = db_i64(q, 3),
		.first_seen = db_when(q, 4),
		.before = db_when(q, 5),
		.later = db_is_null(q, 6) ? -1 : db_i64(q, 6),
		.title = db_keep(q, 8, a),
		.bylines = db_keep(q, 9, a),
		.published = db_when(q, 10),
		.modified = db_when(q, 11),
		.words = db_i64(q, 12),
		.remade = db_i64(q, 13),
	};
	for (size_t i = 0; i < sizeof out->identity.bytes && i < identity.n; i++)
		out->identity.bytes[i] = (unsigned char)identity.p[i];
}

/* See above.  Runs are in the order in which they were seen. */
static when last_seen_of(const struct version *v, const struct sighting *runs, size_t n)
{
	when last = v->first_seen;

	for (size_t i = 0; i < n && runs[i].number != v->number + 1; i++)
		if (runs[i].number == v->number && runs[i].last != WHEN_NONE)
			last = runs[i].last;
	return last;
}

static bool list(struct archive *ar, struct arena *a, int64_t article, struct rows *rows, struct err *e)
{
	struct sighting *runs;
	struct stmt *q;
	size_t nruns;
	bool row, ok;

	if (!archive_sightings(ar, a, article, &runs, &nruns, e) ||
	    !db_query(ar->db, COLUMNS "WHERE article = $1" DB_SHARD_1 " ORDER BY number", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row) {
		struct version *v = rows_add(rows);
		version_read(q, a, v);
		v->last_seen = last_seen_of(v, runs, nruns);
	}
	return ok;
}

bool archive_versions(struct archive *ar, struct arena *a, int64_t article, struct version **out, size_t *n,
                      struct err *e)
{
	struct rows rows = ROWS_OF(struct version);
	bool own;

	bool ok =
	        archive_enter(ar, DB_BEGIN_READ, &own, e) && archive_leave(ar, own, list(ar, a, article, &rows, e), e);
	return rows_take(&rows, ok, a, out, n);
}

static bool read_one(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct version *out,
                     struct err *e)
{
	struct sighting *runs;
	struct stmt *q;
	size_t nruns;
	bool row;

	if (!archive_sightings(ar, a, article, &runs, &nruns, e) ||
	    !db_query(ar->db, COLUMNS "WHERE article = $1 AND number = $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "article %lld has no version %lld", (long long)article,
		               (long long)number);
	version_read(q, a, out);
	out->last_seen = last_seen_of(out, runs, nruns);
	db_end(q);
	return true;
}

bool archive_version(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct version *out,
                     struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_READ, &own, e) &&
	       archive_leave(ar, own, read_one(ar, a, article, number, out, e), e);
}

bool archive_version_text(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct article *out,
                          struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_READ, &own, e) &&
	       archive_leave(ar, own, text_load(ar, a, article, number, out, e), e);
}

/* ---- forgetting ---------------------------------------------------------- */

static bool forget(struct archive *ar, int64_t article, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM left_out WHERE check_id IN (SELECT c.id FROM targets t JOIN checks c ON c.target = "
		"t.id" DB_SHARD("c.shard", "t.id") " WHERE t.article = $1)",
		"DELETE FROM changes WHERE article = $1" DB_SHARD_1,
		"DELETE FROM texts WHERE article = $1" DB_SHARD_1,
		"DELETE FROM sightings WHERE article = $1" DB_SHARD_1,
		"DELETE FROM versions WHERE article = $1" DB_SHARD_1,
		"DELETE FROM newest WHERE article = $1" DB_SHARD_1,
	};
	struct stmt *q;

	search_note_all(ar, article);
	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
		if (!db_query(ar->db, sql[i], &q, e))
			return false;
		db_bind_i64(q, 1, article);
		if (!db_run(q, e))
			return false;
	}
	return true;
}

bool archive_forget_derived(struct archive *ar, int64_t article, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, forget(ar, article, e), e);
}
