/*
 * Checks: see archive.h.
 *
 * The headers of an answer differ from those of the answer before in a date
 * and a number or two, so they are packed against the newest headers of the
 * same target; and a body against the newest one, where the caller does not know
 * of a better.
 */
#include "archive/internal.h"

/* ---- writing ------------------------------------------------------------- */

static bool newest_headers(struct archive *ar, int64_t target, int64_t *blob, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT max(headers) FROM checks WHERE target = $1 AND headers IS NOT NULL" DB_SHARD_1,
	              &q, e))
		return false;
	db_bind_i64(q, 1, target);
	return db_take_i64(q, 0, blob, e);
}

static bool newest_body(struct archive *ar, int64_t target, int64_t *blob, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT body FROM checks WHERE target = $1 AND body IS NOT NULL" DB_SHARD_1
	              " ORDER BY at DESC NULLS LAST LIMIT 1",
	              &q, e))
		return false;
	db_bind_i64(q, 1, target);
	return db_take_i64(q, 0, blob, e);
}

static bool store_blobs(struct archive *ar, struct check *c, struct str body, struct str headers, int64_t base,
                        struct err *e)
{
	struct blob_wish wish = { .bytes = headers, .target = c->target, .at = c->at };
	int64_t before;

	/* Headers first: the body is then the blob that is remembered for the next. */
	if (headers.n && (!newest_headers(ar, c->target, &before, e) || !blob_store(ar, &wish, before, &c->headers, e)))
		return false;
	wish.bytes = body;
	wish.hash = c->body_hash;
	if (body.n == 0)
		return true;
	return (base || newest_body(ar, c->target, &base, e)) && blob_store(ar, &wish, base, &c->body, e);
}

struct check_names {
	int64_t outcome, read_as, content_type, origin;
};

static bool number_names(struct archive *ar, const struct check *c, struct check_names *out, struct err *e)
{
	return name_number(ar, c->outcome, &out->outcome, e) && name_number(ar, c->read_as, &out->read_as, e) &&
	       name_number(ar, c->content_type, &out->content_type, e) && name_number(ar, c->origin, &out->origin, e);
}

static bool insert(struct archive *ar, struct check *c, const struct check_names *names, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO checks (target, at, wall_ms, outcome, failed, status, url, read_as, content_type,"
	              " detail, origin, body, headers, bytes" DB_ID_COLUMNS ")"
	              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14" DB_NEW_ID(
	                      "$1", "check_ids") ") RETURNING id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, c->target);
	db_bind_when(q, 2, c->at);
	db_bind_i64(q, 3, c->wall_ms);
	db_bind_id(q, 4, names->outcome);
	db_bind_i64(q, 5, c->failed);
	db_bind_i64(q, 6, c->status);
	db_bind_optional(q, 7, c->url);
	db_bind_id(q, 8, names->read_as);
	db_bind_id(q, 9, names->content_type);
	db_bind_optional(q, 10, c->detail);
	db_bind_id(q, 11, names->origin);
	db_bind_id(q, 12, c->body);
	db_bind_id(q, 13, c->headers);
	db_bind_i64(q, 14, c->bytes);
	return db_take_i64(q, 0, &c->id, e);
}

static bool add(struct archive *ar, struct check *c, struct str body, struct str headers, int64_t base, struct err *e)
{
	struct check_names names;

	return store_blobs(ar, c, body, headers, base, e) && number_names(ar, c, &names, e) && insert(ar, c, &names, e);
}

bool archive_check_add(struct archive *ar, struct check *c, struct str body, struct str headers, int64_t base,
                       struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own, add(ar, c, body, headers, base, e), e);
}

/* ---- reading ------------------------------------------------------------- */

bool archive_check_known(struct archive *ar, int64_t target, when at, const struct sha256 *body, bool *known,
                         struct err *e)
{
	struct stmt *q;
	int64_t count;

	if (!db_query(ar->db,
	              "SELECT count(*) FROM checks WHERE target = $1 AND at IS NOT DISTINCT FROM $2"
	              " AND body IS NOT DISTINCT FROM (SELECT id FROM blobs WHERE sha256 = $3" DB_SHARD_1
	              ")" DB_SHARD_1,
	              &q, e))
		return false;
	db_bind_i64(q, 1, target);
	db_bind_when(q, 2, at);
	db_bind_optional_blob(q, 3, body ? str_of((const char *)body->bytes, sizeof body->bytes) : STR_NONE);
	if (!db_take_i64(q, 0, &count, e))
		return false;
	*known = count > 0;
	return true;
}

#define NAME(column) "(SELECT name FROM names WHERE names.id = c." column ")"
/* clang-format off */
#define CHECK_COLUMNS_URL(url) \
	"c.id, c.target, c.at, c.wall_ms, " NAME("outcome") ", c.failed, c.status, " url ", " \
	NAME("read_as") ", " NAME("content_type") ", c.detail, " NAME("origin") ", c.body, c.headers, c.bytes"
/* clang-format on */
#define CHECK_COLUMNS CHECK_COLUMNS_URL("c.url")

static void check_read(struct stmt *q, struct arena *a, struct check *out)
{
	*out = (struct check){
		.id = db_i64(q, 0),
		.target = db_i64(q, 1),
		.at = db_when(q, 2),
		.wall_ms = db_i64(q, 3),
		.outcome = db_keep(q, 4, a),
		.failed = db_i64(q, 5) != 0,
		.status = (int)db_i64(q, 6),
		.url = db_keep(q, 7, a),
		.read_as = db_keep(q, 8, a),
		.content_type = db_keep(q, 9, a),
		.detail = db_keep(q, 10, a),
		.origin = db_keep(q, 11, a),
		.body = db_i64(q, 12),
		.headers = db_i64(q, 13),
		.bytes = db_i64(q, 14),
	};
}

static bool list(struct stmt *q, struct arena *a, struct check **out, size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct check);
	bool row, ok;

	while ((ok = db_step(q, &row, e)) && row)
		check_read(q, a, rows_add(&rows));
	return rows_take(&rows, ok, a, out, n);
}

bool archive_checks(struct archive *ar, struct arena *a, int64_t target, size_t limit, struct check **out, size_t *n,
                    struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT " CHECK_COLUMNS " FROM (SELECT id AS at_id FROM checks WHERE target = $1" DB_SHARD_1
	              " ORDER BY at DESC NULLS LAST, id DESC LIMIT $2) newest JOIN checks c ON c.id = "
	              "newest.at_id" DB_SHARD("c.shard", "newest.at_id") " ORDER BY c.at DESC NULLS LAST, c.id DESC",
	              &q, e))
		return false;
	db_bind_i64(q, 1, target);
	db_bind_i64(q, 2, (int64_t)limit);
	return list(q, a, out, n, e);
}

bool archive_checks_to_rebuild(struct archive *ar, struct arena *a, int64_t article, struct check **out, size_t *n,
                               struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "SELECT " CHECK_COLUMNS_URL(
	                      "coalesce(c.url, t.url)") " FROM targets t JOIN checks c ON c.target = t.id AND c.body "
	                                                "IS NOT NULL" DB_SHARD("c.shard",
	                                                                       "t.id") " WHERE t.article = $1 ORDER BY "
	                                                                               "c.at NULLS FIRST, c.id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return list(q, a, out, n, e);
}

#define TARGET_SHOWN                                                                                                   \
	" NOT EXISTS (SELECT 1 FROM targets JOIN takedowns ON takedowns.article = targets.article"                     \
	" WHERE targets.id = c.target" DB_SHARD(                                                                       \
	        "targets.shard", "c.target") " AND takedowns.until IS NULL AND takedowns.kind <> 'held')"

static bool latest(struct archive *ar, struct arena *a, bool failing, size_t limit, struct check **out,
                   struct target **targets, size_t *n, struct err *e)
{
	static const char *const sql[2] = {
		"SELECT " CHECK_COLUMNS " FROM checks c WHERE c.at IS NOT NULL AND" TARGET_SHOWN
		" ORDER BY c.at DESC NULLS LAST, c.id DESC LIMIT $1",
		"SELECT " CHECK_COLUMNS " FROM checks c WHERE c.failed = 1 AND" TARGET_SHOWN
		" ORDER BY c.at DESC NULLS LAST, c.id DESC LIMIT $1",
	};
	struct stmt *q;

	if (!db_query(ar->db, sql[failing], &q, e))
		return false;
	db_bind_i64(q, 1, (int64_t)limit);
	if (!list(q, a, out, n, e))
		return false;
	*targets = ARENA_ARRAY(a, struct target, *n);
	for (size_t i = 0; i < *n; i++)
		if (!archive_target_by_id(ar, a, (*out)[i].target, &(*targets)[i], e))
			return false;
	return true;
}

bool archive_checks_latest(struct archive *ar, struct arena *a, bool failing, size_t limit, struct check **out,
                           struct target **targets, size_t *n, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_READ, &own, e) &&
	       archive_leave(ar, own, latest(ar, a, failing, limit, out, targets, n, e), e);
}

bool archive_can_rebuild(struct archive *ar, int64_t article, bool *can, struct err *e)
{
	struct stmt *q;
	int64_t count;

	if (!db_query(ar->db,
	              "SELECT count(*) FROM versions v JOIN checks c ON c.id = v.check_id" DB_SHARD(
	                      "c.shard", "v.check_id") " WHERE v.article = $1 AND c.body IS NULL" DB_SHARD("v.shard",
	                                                                                                   "$1"),
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	if (!db_take_i64(q, 0, &count, e))
		return false;
	*can = count == 0;
	return true;
}
