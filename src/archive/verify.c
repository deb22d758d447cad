/*
 * Walking through an archive: see verify.h.
 *
 * Loose pieces are walked by their number, so that each chain is walked while
 * its end is remembered; then packs, each from its first piece to its last.
 */
#include "archive/verify.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/find.h"
#include "archive/internal.h"
#include "archive/schema.h"
#include "archive/texts.h"
#include "base/file.h"

static const char *const names[] = {
	[DAMAGE_FILE] = "file",       [DAMAGE_PAGE] = "page",     [DAMAGE_TEXT] = "text",
	[DAMAGE_TALLIES] = "tallies", [DAMAGE_SEARCH] = "search",
};

const char *damage_kind_name(enum damage_kind k)
{
	return names[k];
}

struct walk {
	struct archive *ar;
	struct verify *v;
	struct arena *a; /* of one piece */
	int64_t total;
};

static bool tell(struct walk *w, struct damage d, struct err *e)
{
	w->v->damages++;
	return w->v->found(w->v->context, &d, e);
}

/* ---- pieces -------------------------------------------------------------- */

static bool article_of_blob(struct archive *ar, int64_t blob, int64_t *article, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT targets.article FROM blobs JOIN targets ON targets.id = blobs.target" DB_SHARD(
	                      "targets.shard", "blobs.target") " WHERE blobs.id = $1" DB_SHARD("blobs.shard", "$1"),
	              &q, e))
		return false;
	db_bind_i64(q, 1, blob);
	return db_take_i64(q, 0, article, e);
}

static bool look_at_page(struct walk *w, int64_t blob, int64_t none, struct err *e)
{
	struct damage d = { .kind = DAMAGE_PAGE, .blob = blob };
	struct str bytes;

	(void)none;
	w->v->pages++;
	if (archive_blob(w->ar, w->a, blob, &bytes, e))
		return true;
	d.what = arena_str(w->a, str_from(e->text));
	return e->kind == ERR_CORRUPT && article_of_blob(w->ar, blob, &d.article, e) && tell(w, d, e);
}

static bool look_at_text(struct walk *w, int64_t article, int64_t number, struct err *e)
{
	struct damage d = { .kind = DAMAGE_TEXT, .article = article, .number = number };
	struct article text;
	struct version v;

	w->v->texts++;
	if (!text_load(w->ar, w->a, article, number, &text, e)) {
		d.what = arena_str(w->a, str_from(e->text));
		return e->kind == ERR_CORRUPT && tell(w, d, e);
	}
	if (!archive_version(w->ar, w->a, article, number, &v, e))
		return e->kind == ERR_NOT_FOUND; /* forgotten since */
	struct sha256 identity = article_identity(&text);
	d.what = arena_printf(w->a, "the text of version %lld of article %lld is not the one that was seen",
	                      (long long)number, (long long)article);
	return sha256_eq(&identity, &v.identity) || tell(w, d, e);
}

struct place {
	int64_t a, b;
};

/* Looks at the pieces that a query lists: few enough of them to be kept. */
static bool look_at_some(struct walk *w, const char *sql, struct place from,
                         bool (*look)(struct walk *, int64_t, int64_t, struct err *), struct place *last, size_t *n,
                         struct err *e)
{
	struct rows rows = ROWS_OF(struct place);
	struct stmt *q;
	bool row, ok;

	if (!db_query(w->ar->db, sql, &q, e))
		return false;
	db_bind_i64(q, 1, from.a);
	db_bind_i64(q, 2, from.b);
	while ((ok = db_step(q, &row, e)) && row)
		*(struct place *)rows_add(&rows) = (struct place){ db_i64(q, 0), db_i64(q, 1) };
	const struct place *all = (const struct place *)(const void *)rows.p;
	for (size_t i = 0; ok && i < rows.n; i++) {
		arena_reset(w->a);
		ok = look(w, all[i].a, all[i].b, e);
		*last = all[i];
		if (i % 16 == 0)
			w->v->progress(w->v->context, w->v->pages + w->v->texts, w->total);
	}
	*n = rows.n;
	free(rows.p);
	return ok;
}

/* All that a query lists behind a place, some at a time. */
static bool look_at_all(struct walk *w, const char *sql, struct place from,
                        bool (*look)(struct walk *, int64_t, int64_t, struct err *), struct err *e)
{
	size_t n = 1;

	while (n > 0)
		if (!look_at_some(w, sql, from, look, &from, &n, e))
			return false;
	return true;
}

static bool look_at_pack(struct walk *w, int64_t pack, int64_t is_pages, struct err *e)
{
	struct place of = { pack, 0 }, last;
	size_t n;

	return is_pages ? look_at_some(w, "SELECT id, 0 FROM blobs WHERE pack = $1 AND $2 = 0 ORDER BY place", of,
	                               look_at_page, &last, &n, e)
	                : look_at_some(w, "SELECT article, number FROM texts WHERE pack = $1 AND $2 = 0 ORDER BY place",
	                               of, look_at_text, &last, &n, e);
}

/* In the order of the table's key. */
#define BEHIND(id) DB_EITHER("id > " id " ORDER BY id", "(shard, id) > (shard_of(" id "), " id ") ORDER BY shard, id")

/* Memory of a piece is given back while pieces of a pack are walked: the list
 * of packs is not in it. */
static bool look_at_pieces(struct walk *w, struct err *e)
{
	return db_number(w->ar->db, "SELECT (SELECT count(*) FROM blobs) + (SELECT count(*) FROM texts)", &w->total,
	                 e) &&
	       look_at_all(w, "SELECT id, 0 FROM blobs WHERE pack IS NULL AND $2 = 0 AND " BEHIND("$1") " LIMIT 1000",
	                   (struct place){ 0 }, look_at_page, e) &&
	       look_at_all(w,
	                   "SELECT article, number FROM texts WHERE pack IS NULL AND (article, number) > ($1, $2)"
	                   " ORDER BY article, number LIMIT 1000",
	                   (struct place){ 0, -1 }, look_at_text, e) &&
	       look_at_all(w, "SELECT id, what = 'pages' FROM packs WHERE $2 = $2 AND " BEHIND("$1") " LIMIT 1000",
	                   (struct place){ 0 }, look_at_pack, e);
}

/* ---- what is counted and indexed ----------------------------------------- */

static bool look_at_counts(struct walk *w, struct err *e)
{
	int64_t wrong;
	bool whole;

	if (!db_number(w->ar->db, schema_tallies_wrong, &wrong, e) || !find_check(w->ar, &whole, e))
		return false;
	return (!wrong ||
	        tell(w, (struct damage){ .kind = DAMAGE_TALLIES, .what = STR("totals in lists are wrong") }, e)) &&
	       (whole ||
	        tell(w, (struct damage){ .kind = DAMAGE_SEARCH, .what = STR("the word index is not whole") }, e));
}

static bool look_at_file(void *context, struct str what, struct err *e)
{
	return tell(context, (struct damage){ .kind = DAMAGE_FILE, .what = what }, e);
}

bool archive_verify(struct archive *ar, struct verify *v, struct err *e)
{
	struct walk w = { .ar = ar, .v = v, .a = arena_new() };
	bool own;

	v->pages = v->texts = v->damages = 0;
	bool ok = db_check(ar->db, look_at_file, &w, e);
	/* As one moment saw it.  A table that cannot be read to its end ends the walk. */
	ok = ok && archive_enter(ar, DB_BEGIN_READ, &own, e);
	if (ok && !archive_leave(ar, own, look_at_pieces(&w, e) && look_at_counts(&w, e), e))
		ok = e->kind == ERR_CORRUPT && look_at_file(&w, arena_str(w.a, str_from(e->text)), e);
	arena_free(w.a);
	return ok;
}

/* ---- mending ------------------------------------------------------------- */

bool archive_tallies_mend(struct archive *ar, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own,
	                     db_script(ar->db,
	                               db_kind(ar->db) == DB_SQLITE ? schema_tallies_again : schema_pg_tallies_again,
	                               e),
	                     e);
}

bool archive_search_mend(struct archive *ar, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, find_clear(ar, e), e) &&
	       archive_search_again(ar, NULL, NULL, e);
}

/* ---- copying ------------------------------------------------------------- */

/* May the file of this name be replaced? */
static bool may_replace(const char *path, struct err *e)
{
	struct db_identity id;
	struct db *db;

	if (!db_open(path, DB_READ, &db, e))
		return e->kind == ERR_NOT_FOUND || err_set(e, ERR_USAGE, "%s is there and is not an archive", path);
	bool ours = db_identity(db, &id, e) && id.application == SCHEMA_APPLICATION;
	db_close(db);
	if (!ours)
		return err_set(e, ERR_USAGE, "%s is there and is not an archive", path);
	return db_make_way(path, e);
}

static bool is_same_file(const char *x, const char *y)
{
	struct stat a, b;

	return stat(x, &a) == 0 && stat(y, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

bool archive_backup(struct archive *ar, const char *to, void (*progress)(void *context, int64_t done, int64_t total),
                    void *context, struct err *e)
{
	if (is_same_file(db_path(ar->db), to))
		return err_set(e, ERR_USAGE, "%s is the archive itself", to);
	struct arena *a = arena_new();
	const char *part = arena_printf(a, "%s.part", to).p;
	bool ok = may_replace(to, e);

	if (ok && unlink(part) != 0 && errno != ENOENT)
		ok = err_set(e, ERR_IO, "%s is in the way: %s", part, strerror(errno));
	if (ok) {
		ok = db_copy(ar->db, part, progress, context, e) && file_replace(part, to, e);
		if (!ok)
			unlink(part);
	}
	arena_free(a);
	return ok;
}
