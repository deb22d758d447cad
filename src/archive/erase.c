/*
 * Erasing what was kept of an article: see takedown.h.
 *
 * In one transaction: what stands in packs beside the doomed pieces is kept
 * loose again, what builds on a doomed blob is kept whole, then the pieces go,
 * and with the last of them their packs.  SQLite overwrites what it frees
 * meanwhile.  At last the word index is merged, since it only marks words as
 * gone, and the journal, which holds older pages, is emptied.
 */
#include <stdlib.h>

#include "archive/find.h"
#include "archive/internal.h"
#include "archive/takedown.h"
#include "archive/texts.h"
#include "archive/verify.h"

/* Blobs that only checks of this article name.  "doomed" lives in memory, for
 * the connection, and is emptied by each use. */
#define OF_ARTICLE "(SELECT id FROM targets WHERE article = $1)"
static const char *const choose_sql[] = {
	"DELETE FROM doomed WHERE $1 = $1",
	"INSERT INTO doomed (id) SELECT DISTINCT body FROM checks WHERE target IN " OF_ARTICLE " AND body IS NOT NULL"
	" UNION SELECT DISTINCT headers FROM checks WHERE target IN " OF_ARTICLE " AND headers IS NOT NULL",
	"DELETE FROM doomed WHERE id IN (SELECT body FROM checks WHERE body IN (SELECT id FROM doomed)"
	" AND target NOT IN " OF_ARTICLE ")",
	"DELETE FROM doomed WHERE id IN (SELECT headers FROM checks WHERE headers IN (SELECT id FROM doomed)"
	" AND target NOT IN " OF_ARTICLE ")",
};

static const char *const forget_sql[] = {
	"UPDATE checks SET body = NULL, headers = NULL, detail = NULL WHERE target IN " OF_ARTICLE,
	"UPDATE targets SET state = 'erased', due = NULL, label = NULL, last_blob = NULL, etag = NULL,"
	" last_modified = NULL, listed = 0 WHERE article = $1",
	"UPDATE targets SET last_blob = NULL WHERE last_blob IN (SELECT id FROM doomed) AND $1 = $1",
	"DELETE FROM lessons WHERE article = $1",
	"DELETE FROM blobs WHERE id IN (SELECT id FROM doomed) AND $1 = $1",
	"DELETE FROM doomed WHERE $1 = $1",
};

static bool run_all(struct archive *ar, const char *const *sql, size_t n, int64_t article, struct err *e)
{
	struct stmt *q;

	for (size_t i = 0; i < n; i++) {
		if (!db_query(ar->db, sql[i], &q, e))
			return false;
		db_bind_i64(q, 1, article);
		if (!db_run(q, e))
			return false;
	}
	return true;
}

static bool list_ids(struct archive *ar, const char *sql, int64_t article, struct rows *out, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row) {
		int64_t *pair = rows_add(out);
		pair[0] = db_i64(q, 0);
		pair[1] = db_i64(q, 1);
	}
	return ok;
}

static bool keep_blob_whole(struct archive *ar, struct arena *a, int64_t blob, int64_t none, struct err *e)
{
	struct str bytes;

	(void)none;
	return archive_blob(ar, a, blob, &bytes, e) && archive_blob_mend(ar, blob, bytes, e);
}

/* What a statement lists as pairs is kept alone from now on.  What is damaged
 * already is left as it is: it holds nothing that could be read. */
static bool keep_alone(struct archive *ar, const char *sql, int64_t article,
                       bool (*keep)(struct archive *, struct arena *, int64_t, int64_t, struct err *), struct err *e)
{
	struct rows rows = ROWS_OF(int64_t[2]);
	struct arena *a = arena_new();

	bool ok = list_ids(ar, sql, article, &rows, e);
	const int64_t(*pairs)[2] = (const int64_t(*)[2])(const void *)rows.p;
	for (size_t i = 0; ok && i < rows.n; i++) {
		arena_reset(a);
		ok = keep(ar, a, pairs[i][0], pairs[i][1], e) || e->kind == ERR_CORRUPT;
	}
	arena_free(a);
	free(rows.p);
	return ok;
}

static bool keep_others(struct archive *ar, int64_t article, struct err *e)
{
	return keep_alone(
	               ar,
	               "SELECT id, $1 FROM blobs WHERE id NOT IN (SELECT id FROM doomed) AND (base IN (SELECT id FROM"
	               " doomed) OR pack IN (SELECT pack FROM blobs WHERE id IN (SELECT id FROM doomed)))",
	               article, keep_blob_whole, e) &&
	       keep_alone(ar,
	                  "SELECT article, number FROM texts WHERE article <> $1"
	                  " AND pack IN (SELECT pack FROM texts WHERE article = $1)",
	                  article, text_keep_whole, e);
}

static bool count(struct archive *ar, int64_t article, struct erased *out, struct err *e)
{
	struct stmt *q;

	return db_query(ar->db, "SELECT count(*) FROM versions WHERE article = $1", &q, e) &&
	       (db_bind_i64(q, 1, article), db_take_i64(q, 0, &out->versions, e)) &&
	       db_number(ar->db, "SELECT count(*) FROM doomed", &out->blobs, e) &&
	       db_number(ar->db, "SELECT coalesce(sum(size), 0) FROM blobs WHERE id IN (SELECT id FROM doomed)",
	                 &out->bytes, e);
}

static bool erase(struct archive *ar, int64_t article, struct str reason, when now, struct erased *out, struct err *e)
{
	return archive_takedown_put(ar, article, TAKEDOWN_ERASED, reason, now, e) &&
	       run_all(ar, choose_sql, sizeof choose_sql / sizeof *choose_sql, article, e) &&
	       count(ar, article, out, e) && keep_others(ar, article, e) && archive_forget_derived(ar, article, e) &&
	       run_all(ar, forget_sql, sizeof forget_sql / sizeof *forget_sql, article, e);
}

bool archive_scrub(struct archive *ar, struct err *e)
{
	return find_merge(ar, e) && db_empty_journal(ar->db, e);
}

bool archive_erase(struct archive *ar, int64_t article, struct str reason, when now, struct erased *out, struct err *e)
{
	bool own;

	chain_forget(&ar->blobs);
	chain_forget(&ar->texts);
	if (!db_script(ar->db, "CREATE TEMP TABLE IF NOT EXISTS doomed (id BIGINT PRIMARY KEY)", e) ||
	    !db_set_scrub(ar->db, true, e))
		return false;
	bool ok = archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	          archive_leave(ar, own, erase(ar, article, reason, now, out, e), e) && archive_scrub(ar, e);
	solid_forget(&ar->solid);
	struct err ignored;
	return db_set_scrub(ar->db, false, ok ? e : &ignored) && ok;
}
