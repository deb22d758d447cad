/*
 * Sources: see archive.h.
 *
 * The counts of a row come from the tallies, which triggers keep; the newest
 * change from an index.  So the list of sources costs the same with a hundred
 * articles and with a million.
 */
#include "archive/shards.h"

#include <stdio.h>

#define MAX_KEY_TRIES 10000

static bool find(struct archive *ar, const char *sql, struct str what, int64_t *id, struct err *e)
{
	struct stmt *q;

	*id = 0;
	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_text(q, 1, what);
	return db_take_i64(q, 0, id, e);
}

/* Adds under this key, or leaves *id 0 if the key or the site is taken. */
static bool try_add(struct archive *ar, struct str site, struct str key, when now, int64_t *id, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO sources (key, site, added" DB_ONLY_POSTGRES(
	                      ", id") ") VALUES ($1, $2, $3" DB_ONLY_POSTGRES(", new_id('source_ids', "
	                                                                      "shard_of($4))") ") ON CONFLICT DO "
	                                                                                       "NOTHING RETURNING "
	                                                                                       "id",
	              &q, e))
		return false;
	db_bind_text(q, 1, key);
	db_bind_text(q, 2, site);
	db_bind_when(q, 3, now);
	db_bind_shard(q, 4, shard_of_site(site));
	return db_take_i64(q, 0, id, e);
}

static bool ensure(struct archive *ar, struct str site, struct str key, when now, int64_t *id, struct err *e)
{
	static const char by_site[] = "SELECT id FROM sources WHERE site = $1";
	char numbered[MAX_TITLE_BYTES];

	if (!find(ar, by_site, site, id, e) || *id)
		return *id != 0;
	if (!try_add(ar, site, key, now, id, e))
		return false;
	/* The key is taken, or another process has just added the site. */
	for (int n = 2; *id == 0 && n < MAX_KEY_TRIES; n++) {
		snprintf(numbered, sizeof numbered, "%.*s-%d", STR_ARG(str_sub(key, 0, MAX_TITLE_BYTES / 2)), n);
		if (!find(ar, by_site, site, id, e) || (*id == 0 && !try_add(ar, site, str_from(numbered), now, id, e)))
			return false;
	}
	return *id || err_set(e, ERR_LIMIT, "too many sources want the key %.*s", STR_ARG(key));
}

bool archive_source_ensure(struct archive *ar, struct str site, struct str key, when now, int64_t *id, struct err *e)
{
	bool own;

	if (site.n == 0 || key.n == 0)
		return err_set(e, ERR_USAGE, "a source needs a site and a key");
	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own, ensure(ar, site, key, now, id, e), e);
}

#define SOURCE_COLUMNS "s.id, s.key, s.name, s.site, s.added"

static void source_read(struct stmt *q, struct arena *a, struct source *out)
{
	out->id = db_i64(q, 0);
	out->key = db_keep(q, 1, a);
	out->name = db_keep(q, 2, a);
	out->site = db_keep(q, 3, a);
	out->added = db_when(q, 4);
}

bool archive_source_by_key(struct archive *ar, struct arena *a, struct str key, struct source *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db, "SELECT " SOURCE_COLUMNS " FROM sources s WHERE s.key = $1", &q, e))
		return false;
	db_bind_text(q, 1, key);
	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "the archive has no source \"%.*s\"", STR_ARG(key));
	source_read(q, a, out);
	db_end(q);
	return true;
}

bool archive_source_set_name(struct archive *ar, int64_t id, struct str name, struct err *e)
{
	struct stmt *q;
	int64_t found;

	/* All who watch a source know its name: they do not wait for each other to write it again. */
	if (!db_query(ar->db, "SELECT CASE WHEN name = $2 THEN 1 ELSE 2 END FROM sources WHERE id = $1", &q, e))
		return false;
	db_bind_i64(q, 1, id);
	db_bind_text(q, 2, name);
	if (!db_take_i64(q, 0, &found, e))
		return false;
	if (!found)
		return err_set(e, ERR_NOT_FOUND, "the archive has no source %lld", (long long)id);
	if (found == 1)
		return true;
	if (!db_query(ar->db, "UPDATE sources SET name = $2 WHERE id = $1", &q, e))
		return false;
	db_bind_i64(q, 1, id);
	db_bind_text(q, 2, name);
	return db_run(q, e);
}

#define TALLY(what) "coalesce((SELECT sum(n) FROM tallies WHERE source = s.id AND what = '" what "'), 0)"
/* clang-format off */
#define TALLIES \
	TALLY("feeds") ", " TALLY("articles") ", " TALLY("versions") ", " TALLY("checked") ", " \
	"(SELECT max(first_seen) FROM changes WHERE changes.source = s.id)"
/* clang-format on */

bool archive_sources(struct archive *ar, struct arena *a, struct source_row **out, size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct source_row);
	struct stmt *q;
	bool row;

	if (!db_query(ar->db, "SELECT " SOURCE_COLUMNS ", " TALLIES " FROM sources s ORDER BY s.key", &q, e))
		return false;
	bool ok;
	while ((ok = db_step(q, &row, e)) && row) {
		struct source_row *r = rows_add(&rows);
		source_read(q, a, &r->source);
		r->feeds = db_i64(q, 5);
		r->articles = db_i64(q, 6);
		r->versions = db_i64(q, 7);
		r->checked = db_i64(q, 8);
		r->last_change = db_when(q, 9);
	}
	return rows_take(&rows, ok, a, out, n);
}
