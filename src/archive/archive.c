/*
 * Opening, closing, transactions, and lists on their way out: see archive.h.
 */
#include "archive/internal.h"

#include <stdlib.h>
#include <string.h>

#include "archive/schema.h"
#include "base/alloc.h"
#include "base/file.h"

#define GATHER_EVERY 100 /* commits */

bool archive_is_at_server(const char *path)
{
	return db_is_server(path);
}

bool archive_is_shared(const struct archive *ar)
{
	return db_kind(ar->db) == DB_POSTGRES;
}

const char *archive_name(const struct archive *ar)
{
	return db_path(ar->db);
}

bool archive_open(const char *path, enum archive_mode mode, struct archive **out, struct err *e)
{
	static const enum db_mode modes[] = {
		[ARCHIVE_READ] = DB_READ, [ARCHIVE_WRITE] = DB_WRITE, [ARCHIVE_CREATE] = DB_CREATE
	};
	struct db *db;

	if (!*path)
		return err_set(e, ERR_USAGE, "the archive has no name");
	if (mode == ARCHIVE_CREATE && !db_is_server(path) && !file_make_folders(path, e))
		return false;
	if (!db_open(path, modes[mode], &db, e))
		return false;
	if (!schema_settle(db, modes[mode], e)) {
		db_close(db);
		return false;
	}
	struct archive *ar = mem_zalloc(1, sizeof *ar);
	ar->db = db;
	ar->packer = packer_new();
	chain_init(&ar->blobs);
	chain_init(&ar->texts);
	ar->recent = recent_new();
	solid_init(&ar->solid);
	ar->unindexed = ROWS_OF(struct unindexed);
	*out = ar;
	return true;
}

void archive_close(struct archive *ar)
{
	if (!ar)
		return;
	names_forget(ar);
	free(ar->unindexed.p);
	chain_free(&ar->blobs);
	chain_free(&ar->texts);
	recent_free(ar->recent);
	solid_free(&ar->solid);
	for (size_t l = 0; l < STEM_LANGUAGES_MAX; l++)
		stemmer_free(ar->stemmers[l]);
	packer_free(ar->packer);
	db_close(ar->db);
	free(ar);
}

/* ---- transactions -------------------------------------------------------- */

bool archive_begin(struct archive *ar, struct err *e)
{
	return db_begin(ar->db, DB_BEGIN_WRITE, e);
}

/* Where tallies are added to without waiting, they are put together now and then. */
static bool gather_tallies(struct archive *ar, struct err *e)
{
	struct stmt *q;

	if (db_kind(ar->db) == DB_SQLITE || !db_is_writing(ar->db) || ++ar->commits % GATHER_EVERY != 0)
		return true;
	return db_query(ar->db, schema_pg_tallies_gather, &q, e) && db_run(q, e);
}

bool archive_commit(struct archive *ar, struct err *e)
{
	if (search_flush(ar, e) && gather_tallies(ar, e) && db_commit(ar->db, e))
		return true;
	archive_rollback(ar);
	return false;
}

/* Numbers that were given out may be given out again for something else. */
static void forget_numbers(struct archive *ar)
{
	chain_forget(&ar->blobs);
	chain_forget(&ar->texts);
	recent_forget(ar->recent);
	names_forget(ar);
}

void archive_rollback(struct archive *ar)
{
	forget_numbers(ar);
	ar->unindexed.n = 0;
	db_rollback(ar->db);
}

bool archive_set_patience(struct archive *ar, int64_t seconds, struct err *e)
{
	return db_set_patience(ar->db, seconds, e);
}

bool archive_mark(struct archive *ar, struct err *e)
{
	ar->marked = ar->unindexed.n;
	return !archive_is_shared(ar) || db_mark(ar->db, e);
}

bool archive_back_to_mark(struct archive *ar, struct err *e)
{
	forget_numbers(ar);
	ar->unindexed.n = ar->marked;
	return !archive_is_shared(ar) || db_back_to_mark(ar->db, e);
}

bool archive_enter(struct archive *ar, enum db_begin how, bool *own, struct err *e)
{
	*own = !db_in_transaction(ar->db);
	return !*own || db_begin(ar->db, how, e);
}

bool archive_leave(struct archive *ar, bool own, bool ok, struct err *e)
{
	if (!own)
		return ok;
	if (ok)
		return archive_commit(ar, e);
	archive_rollback(ar);
	return false;
}

bool archive_stamp(struct archive *ar, int64_t *out, struct err *e)
{
	return db_stamp(ar->db, out, e);
}

/* ---- rows ---------------------------------------------------------------- */

void *rows_add(struct rows *r)
{
	r->p = mem_grow(r->p, &r->cap, r->n + 1, r->size);
	return memset(r->p + r->n++ * r->size, 0, r->size);
}

bool rows_take(struct rows *r, bool ok, struct arena *a, void *out, size_t *n)
{
	void *copy = NULL;

	if (ok) {
		copy = arena_alloc(a, r->n * r->size + 1);
		if (r->n)
			memcpy(copy, r->p, r->n * r->size);
		memcpy(out, &copy, sizeof copy);
		*n = r->n;
	}
	free(r->p);
	*r = (struct rows){ .size = r->size };
	return ok;
}
