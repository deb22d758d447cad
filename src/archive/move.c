/*
 * Moving an archive: see move.h.
 *
 * A table is read row by row and written in groups, so that memory stays flat.
 * Both sides are summed up as they are read, by a hash of each row, in whatever
 * order the rows come.
 *
 * At a server the same bytes may stand in two shards; they are moved once, as the
 * blob with the lowest number, which all the others are then.  What was a delta to
 * one of the others is made whole.
 */
#include "archive/move.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/find.h"
#include "archive/schema.h"
#include "archive/shards.h"
#include "archive/verify.h"
#include "base/hash.h"

#define GROUP_ROWS 2000
#define GROUP_BYTES (16 * MIB)
#define SPARE 39         /* the parameter for the shard of an address ... */
#define SPARE_TEXT "$39" /* ... in the text of a statement */

struct table {
	const char *name, *select, *insert;
	const char *types; /* of each column: i an integer, t a text, b bytes */
	int address;       /* the column whose address tells the shard, from 1; 0: an id does, or nothing */
};

#define ROWS(name, columns) "SELECT " columns " FROM " name
#define PUT(name, columns, values) "INSERT INTO " name " (" columns ") VALUES (" values ")"
#define TABLE(name, columns, values, types)                                                                            \
	{                                                                                                              \
		name, ROWS(name, columns), PUT(name, columns, values), types, 0                                        \
	}
#define OF_ID(name, columns, values, id, types)                                                                        \
	{                                                                                                              \
		name, ROWS(name, columns), PUT(name, columns DB_SHARD_COLUMN, values DB_NEW_SHARD(id)), types, 0       \
	}
#define OF_ADDRESS(name, columns, values, column, types)                                                               \
	{                                                                                                              \
		name, ROWS(name, columns), PUT(name, columns DB_SHARD_COLUMN, values DB_NEW_SHARD(SPARE_TEXT)), types, \
		        column                                                                                         \
	}
#define P3 "$1, $2, $3"
#define P4 P3 ", $4"
#define P5 P4 ", $5"
#define P6 P5 ", $6"
#define P7 P6 ", $7"
#define P8 P7 ", $8"
#define P10 P8 ", $9, $10"
#define P13 P10 ", $11, $12, $13"
#define P14 P13 ", $14"
#define P15 P14 ", $15"
#define P16 P15 ", $16"
#define P26 P16 ", $17, $18, $19, $20, $21, $22, $23, $24, $25, $26"

/* The blob that is moved for this one; and whether it is this one. */
/* clang-format off */
#define MOVED(column) \
	DB_EITHER(column, "(SELECT min(o.id) FROM blobs b JOIN blobs o ON o.sha256 = b.sha256" \
	                  " WHERE b.shard = shard_of(" column ") AND b.id = " column ")")
#define IS_MOVED(blob) \
	"NOT EXISTS (SELECT 1 FROM blobs b JOIN blobs o ON o.sha256 = b.sha256 AND o.id < b.id" \
	" WHERE b.shard = shard_of(" blob ") AND b.id = " blob ")"
#define BLOB(base) "id, sha256, size, " base ", depth, packed, target, added, pack, place"
#define LOST_BASE "0"
#define CHECK(body, headers) \
	"id, target, at, wall_ms, outcome, failed, status, url, read_as, content_type, detail, origin, " body ", " headers \
	", bytes"
#define TARGET(last_blob) \
	"id, kind, state, source, article, found_by, url, origin, label, filter, added, due, leased_due, period," \
	" last_check, last_change, failures, etag, last_modified, last_outcome, " last_blob ", published, listed, live," \
	" ttl, skips"

static const struct table tables[] = {
	TABLE("facts", "name, value", "$1, $2", "tt"),
	TABLE("sources", "id, key, name, site, added", P5, "ittti"),
	TABLE("names", "id, name", "$1, $2", "it"),
	OF_ID("articles", "id, source, url, added", P4, "$1", "iiti"),
	OF_ID("packs", "id, source, what, level, size, packed", P6, "$1", "iitiib"),
	{ "blobs", "SELECT " BLOB(DB_EITHER("base", "CASE WHEN " IS_MOVED("f.base") " THEN base ELSE " LOST_BASE " END"))
	  " FROM blobs f" DB_ONLY_POSTGRES(" WHERE " IS_MOVED("f.id")),
	  PUT("blobs", BLOB("base") DB_SHARD_COLUMN, P10 DB_NEW_SHARD("$1")), "ibiiibiiii", 0 },
	{ "targets", "SELECT " TARGET(MOVED("f.last_blob")) " FROM targets f",
	  PUT("targets", TARGET("last_blob") DB_SHARD_COLUMN, P26 DB_NEW_SHARD("$1")), "ittiiittttiiiiiiitttiiiiii", 0 },
	/* Their targets have brought most of them. */
	{ "hosts", ROWS("hosts", "origin, epoch, pause_until, wait_until, refusals"),
	  PUT("hosts", "origin, epoch, pause_until, wait_until, refusals" DB_SHARD_COLUMN, P5 DB_NEW_SHARD(SPARE_TEXT))
	  " ON CONFLICT (" DB_KEY "origin) DO UPDATE SET epoch = excluded.epoch, pause_until = excluded.pause_until,"
	  " wait_until = excluded.wait_until, refusals = excluded.refusals", "tiiii", 1 },
	OF_ADDRESS("addresses", "url, article, added, why, check_id", P5, 1, "tiiti"),
	OF_ADDRESS("robots", "origin, fetched, expires, reachable, rules", P5, 1, "tiiib"),
	{ "checks", "SELECT " CHECK(MOVED("f.body"), MOVED("f.headers")) " FROM checks f",
	  PUT("checks", CHECK("body", "headers") DB_SHARD_COLUMN, P15 DB_NEW_SHARD("$1")), "iiiiiiitiitiiii", 0 },
	OF_ID("removals", "article, since, before, outcome, checks, confirmed, back", P7, "$1", "iiitiii"),
	OF_ADDRESS("traffic", "source, day, origin, requests, not_modified, failed, bytes", P7, 3, "iitiiii"),
	OF_ID("hazards", "source, model, updated", P3, "$1", "ibi"),
	OF_ID("hubs", "target, hub, topic, secret, asked, until, heard", P7, "$1", "itttiii"),
	OF_ID("claims", "source, url, article, check_id", P4, "$1", "itii"),
	TABLE("takedowns", "article, kind, since, until, reason", P5, "itiit"),
	OF_ID("newest", "article, source, versions, title, language, published, first_seen, changed, flips, traits", P10,
	      "$1", "iiittiiiib"),
	OF_ID("versions", "article, number, check_id, part, first_seen, before, later, identity, title, bylines,"
	      " published, modified, words, remade", P14, "$1", "iiiiiiibttiiii"),
	OF_ID("texts", "article, number, depth, size, hash, packed, pack, place", P8, "$1", "iiiiibii"),
	OF_ID("sightings", "article, run, number, first, last", P5, "$1", "iiiii"),
	OF_ID("changes", "article, number, source, first_seen, words_added, words_removed, edited, added, removed, moved,"
	      " title_changed, kinds, natures, weight, method, remade", P16, "$1", "iiiiiiiiiiiiiiii"),
	OF_ID("furniture", "id, source, rule, hash, sample, articles, of, strong, first, last, since, left_out, verdict",
	      P13, "$1", "iititiiiiiiit"),
	OF_ID("lessons", "source, number, article, evidence", P4, "$1", "iiib"),
	OF_ID("left_out", "check_id, blocks", "$1, $2", "$1", "it"),
};
/* clang-format on */
#define TABLES (sizeof tables / sizeof *tables)

/* ---- one row ----------------------------------------------------------------- */

static uint64_t hash_more(uint64_t so_far, struct str bytes)
{
	return (so_far ^ hash_quick(bytes)) * 0x9e3779b97f4a7c15u + bytes.n;
}

static uint64_t hash_row(struct stmt *q, const char *types)
{
	uint64_t h = 1;

	for (int i = 0; types[i]; i++) {
		int64_t n = types[i] == 'i' ? db_i64(q, i) : 0;
		struct str s = types[i] == 'i' ? str_of((const char *)&n, sizeof n) : db_bytes(q, i);
		h = db_is_null(q, i) ? h * 31 + 7 : hash_more(h, s);
	}
	return h;
}

static void bind_column(struct stmt *to, struct stmt *from, int i, char type)
{
	if (type == 'i' && db_is_null(from, i))
		db_bind_id(to, i + 1, 0);
	else if (type == 'i')
		db_bind_i64(to, i + 1, db_i64(from, i));
	else if (type == 't' && db_is_null(from, i))
		db_bind_optional(to, i + 1, STR_NONE);
	else if (type == 't')
		db_bind_text(to, i + 1, db_bytes(from, i));
	else if (db_is_null(from, i))
		db_bind_optional_blob(to, i + 1, STR_NONE);
	else
		db_bind_blob(to, i + 1, db_bytes(from, i));
}

static bool put_row(struct archive *to, const struct table *t, struct stmt *from, size_t *bytes, struct err *e)
{
	int64_t shard = 0;
	struct stmt *q;

	if (t->address && !shard_of_url(to, db_bytes(from, t->address - 1), &shard, e))
		return false;
	if (!db_query(to->db, t->insert, &q, e))
		return false;
	for (int i = 0; t->types[i]; i++) {
		bind_column(q, from, i, t->types[i]);
		*bytes += t->types[i] == 'i' ? 8 : db_bytes(from, i).n;
	}
	if (t->address)
		db_bind_shard(q, SPARE, shard);
	return db_run(q, e);
}

/* ---- one table ----------------------------------------------------------------- */

struct sum {
	int64_t rows;
	uint64_t hash;
};

static bool put_group_end(struct archive *to, size_t *rows, size_t *bytes, struct err *e)
{
	*rows = *bytes = 0;
	return archive_commit(to, e) && archive_begin(to, e);
}

static bool copy_rows(struct archive *from, struct archive *to, const struct table *t, struct move *m, struct sum *sum,
                      struct err *e)
{
	size_t rows = 0, bytes = 0;
	struct stmt *q;
	bool row, ok;

	if (!db_query(from->db, t->select, &q, e))
		return false;
	while ((ok = db_step(q, &row, e)) && row) {
		sum->hash += hash_row(q, t->types);
		sum->rows++;
		if (!put_row(to, t, q, &bytes, e) ||
		    ((++rows == GROUP_ROWS || bytes > GROUP_BYTES) && !put_group_end(to, &rows, &bytes, e))) {
			db_end(q);
			return false;
		}
		if (sum->rows % GROUP_ROWS == 0)
			m->progress(m->context, sum->rows);
	}
	return ok;
}

static bool sum_rows(struct archive *ar, const struct table *t, struct sum *sum, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, t->select, &q, e))
		return false;
	while ((ok = db_step(q, &row, e)) && row) {
		sum->hash += hash_row(q, t->types);
		sum->rows++;
	}
	return ok;
}

/* Of what is in a new archive already. */
static bool empty_table(struct archive *to, const struct table *t, struct err *e)
{
	return strcmp(t->name, "facts") != 0 || db_script(to->db, "DELETE FROM facts", e);
}

static bool copy_table(struct archive *from, struct archive *to, const struct table *t, struct move *m, struct err *e)
{
	struct sum there = { 0 }, here = { 0 };

	if (!archive_begin(to, e))
		return false;
	bool ok = empty_table(to, t, e) && copy_rows(from, to, t, m, &there, e);
	if (!ok) {
		archive_rollback(to);
		return err_prefix(e, "moving the table %s", t->name);
	}
	if (!archive_commit(to, e) || !sum_rows(to, t, &here, e))
		return err_prefix(e, "moving the table %s", t->name);
	if (here.rows != there.rows || here.hash != there.hash)
		return err_set(e, ERR_CORRUPT, "of %lld rows of the table %s %lld arrived, or not as they were",
		               (long long)there.rows, t->name, (long long)here.rows);
	m->rows += here.rows;
	m->tables++;
	return true;
}

/* ---- the whole ------------------------------------------------------------------- */

/* Numbers that PostgreSQL would not give: of an archive that came from there and
 * was written to by SQLite since. */
static bool numbers_fit(struct archive *from, struct err *e)
{
#define OF(column) "(CASE WHEN " column " < 4294967296 THEN 0 ELSE " column " % 1024 END)"
	static const char sql[] = "SELECT (SELECT count(*) FROM checks WHERE " OF("id") " <> " OF(
	        "target") ") + (SELECT count(*) FROM blobs WHERE target IS NOT NULL "
	                  "AND " OF("id") " <> " OF("target") ")";
	int64_t odd;

	if (!db_number(from->db, sql, &odd, e))
		return false;
	return !odd || err_set(e, ERR_USAGE,
	                       "the archive came from a server and was written to since: %lld of its rows have "
	                       "numbers that no shard has",
	                       (long long)odd);
}

/* New rows get numbers above those that came. */
static bool set_sequences(struct archive *to, struct err *e)
{
	static const struct {
		const char *ids, *table;
	} all[] = {
		{ "source_ids", "sources" },      { "article_ids", "articles" }, { "pack_ids", "packs" },
		{ "blob_ids", "blobs" },          { "target_ids", "targets" },   { "check_ids", "checks" },
		{ "furniture_ids", "furniture" },
	};
	char sql[300];

	if (db_kind(to->db) == DB_SQLITE)
		return true;
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		snprintf(sql, sizeof sql,
		         "SELECT setval('%s', greatest(4194304, (SELECT coalesce(max(id), 0) / 1024 + 1 FROM %s)))",
		         all[i].ids, all[i].table);
		if (!db_script(to->db, sql, e))
			return false;
	}
	return db_script(
	        to->db,
	        "SELECT setval(pg_get_serial_sequence('names', 'id'), (SELECT coalesce(max(id), 0) + 1 FROM names))",
	        e);
}

static bool make_whole(struct archive *from, struct archive *to, int64_t blob, struct err *e)
{
	struct arena *a = arena_new();
	struct str bytes, packed;
	struct stmt *q;
	bool delta;

	bool ok = archive_blob(from, a, blob, &bytes, e) &&
	          packer_pack(to->packer, bytes, STR_NONE, &packed, &delta, e) &&
	          db_query(to->db, "UPDATE blobs SET base = NULL, depth = 0, packed = $2 WHERE id = $1" DB_SHARD_1, &q,
	                   e);
	if (ok) {
		db_bind_i64(q, 1, blob);
		db_bind_blob(q, 2, packed);
		ok = db_run(q, e);
	}
	arena_free(a);
	return ok;
}

/* What was a delta to a blob that is another one now. */
static bool make_lost_whole(struct archive *from, struct archive *to, struct err *e)
{
	struct rows lost = ROWS_OF(int64_t);
	struct stmt *q;
	bool row, ok = archive_begin(to, e) && db_query(to->db, "SELECT id FROM blobs WHERE base = " LOST_BASE, &q, e);

	while (ok && (ok = db_step(q, &row, e)) && row)
		*(int64_t *)rows_add(&lost) = db_i64(q, 0);
	for (size_t i = 0; ok && i < lost.n; i++)
		ok = make_whole(from, to, ((const int64_t *)(const void *)lost.p)[i], e);
	free(lost.p);
	if (ok)
		return archive_commit(to, e);
	archive_rollback(to);
	return err_prefix(e, "moving the table blobs");
}

static bool fill(struct archive *from, struct archive *to, struct move *m, struct err *e)
{
	if (!db_set_identity(to->db, SCHEMA_MOVING, SCHEMA_VERSION, e))
		return false;
	for (size_t i = 0; i < TABLES; i++)
		if (!copy_table(from, to, &tables[i], m, e))
			return false;
	return make_lost_whole(from, to, e) && set_sequences(to, e) && archive_tallies_mend(to, e) &&
	       archive_search_mend(to, e) && db_set_identity(to->db, SCHEMA_APPLICATION, SCHEMA_VERSION, e);
}

static bool is_new(const char *to, struct err *e)
{
	struct archive *there;

	if (!archive_open(to, ARCHIVE_CREATE, &there, e))
		return false;
	int64_t sources = 0, facts = 0;
	bool ok = db_number(there->db, "SELECT count(*) FROM sources", &sources, e) &&
	          db_number(there->db, "SELECT count(*) FROM facts WHERE name <> 'search method'", &facts, e);
	const char *name = archive_name(there);
	ok = ok && (sources + facts == 0 || err_set(e, ERR_USAGE, "there is an archive already: %s", name));
	archive_close(there);
	return ok;
}

bool archive_move(struct archive *from, const char *to, struct move *m, struct err *e)
{
	struct archive *there;

	m->rows = m->tables = 0;
	if (archive_is_at_server(to) && !archive_is_shared(from) && !numbers_fit(from, e))
		return false;
	if (!is_new(to, e) || !archive_open(to, ARCHIVE_WRITE, &there, e))
		return false;
	bool ok = (db_kind(there->db) != DB_SQLITE || db_script(there->db, "PRAGMA foreign_keys = OFF", e)) &&
	          db_begin(from->db, DB_BEGIN_READ, e);
	ok = ok && fill(from, there, m, e);
	db_rollback(from->db);
	archive_close(there);
	return ok;
}
