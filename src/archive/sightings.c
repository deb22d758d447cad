/*
 * Sightings: in which order an article was seen with which text.
 *
 * A run is a stretch of time in which every look found the same version.  Runs
 * are numbered from 0 in the order in which they were stored, which is the
 * order of time.  A run of a version that had an earlier run is a flip: the
 * page went back.
 */
#include "archive/internal.h"

/* Extends the last run if it is of this version. */
static bool extend(struct archive *ar, int64_t article, int64_t number, when t, bool *done, struct err *e)
{
	struct stmt *q;
	int64_t run;

	*done = false;
	if (!db_query(ar->db,
	              "UPDATE sightings SET first = coalesce(first, $3),"
	              " last = CASE WHEN last IS NULL OR last < $3 THEN $3 ELSE last END"
	              " WHERE article = $1 AND number = $2"
	              " AND run = (SELECT max(run) FROM sightings WHERE article = $1" DB_SHARD_1 ")" DB_SHARD_1
	              " RETURNING run",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	db_bind_when(q, 3, t);
	if (!db_take_i64(q, -1, &run, e))
		return false;
	*done = run >= 0;
	return true;
}

static bool begin_run(struct archive *ar, int64_t article, int64_t number, when t, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO sightings (article, run, number, first, last" DB_SHARD_COLUMN ")"
	              " SELECT $1, coalesce(max(run) + 1, 0), $2, $3, $3" DB_NEW_SHARD(
	                      "$1") " FROM sightings WHERE article = $1" DB_SHARD_1,
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	db_bind_when(q, 3, t);
	return db_run(q, e);
}

/* Is there a run of this version? Asked before another begins. */
static bool seen_before(struct archive *ar, int64_t article, int64_t number, bool *seen, struct err *e)
{
	struct stmt *q;
	int64_t count;

	if (!db_query(ar->db, "SELECT count(*) FROM sightings WHERE article = $1 AND number = $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	if (!db_take_i64(q, 0, &count, e))
		return false;
	*seen = count > 0;
	return true;
}

static bool count_flip(struct archive *ar, int64_t article, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "UPDATE newest SET flips = flips + 1 WHERE article = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return db_run(q, e);
}

static bool note(struct archive *ar, int64_t article, int64_t number, when t, struct err *e)
{
	bool done, flip;

	if (!extend(ar, article, number, t, &done, e) || done)
		return done;
	return seen_before(ar, article, number, &flip, e) && begin_run(ar, article, number, t, e) &&
	       (!flip || count_flip(ar, article, e));
}

bool archive_sighting(struct archive *ar, int64_t article, int64_t number, when t, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, note(ar, article, number, t, e), e);
}

bool archive_sightings(struct archive *ar, struct arena *a, int64_t article, struct sighting **out, size_t *n,
                       struct err *e)
{
	struct rows rows = ROWS_OF(struct sighting);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, "SELECT number, first, last FROM sightings WHERE article = $1" DB_SHARD_1 " ORDER BY run",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row) {
		struct sighting *s = rows_add(&rows);
		*s = (struct sighting){ .number = db_i64(q, 0), .first = db_when(q, 1), .last = db_when(q, 2) };
	}
	return rows_take(&rows, ok, a, out, n);
}

bool archive_last_seen(struct archive *ar, int64_t article, int64_t *newest, int64_t *number, when *at, struct err *e)
{
	struct stmt *q;
	bool row;

	*newest = *number = -1;
	*at = WHEN_NONE;
	if (!db_query(ar->db,
	              "SELECT coalesce((SELECT versions FROM newest WHERE article = $1" DB_SHARD_1 "), 0) - 1,"
	              " (SELECT number FROM sightings WHERE article = $1 AND last IS NOT NULL" DB_SHARD_1
	              " ORDER BY run DESC LIMIT 1),"
	              " (SELECT last FROM sightings WHERE article = $1 AND last "
	              "IS NOT NULL" DB_SHARD_1 " ORDER BY run DESC LIMIT 1)",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	if (!db_step(q, &row, e))
		return false;
	if (row) {
		*newest = db_i64(q, 0);
		*number = db_is_null(q, 1) ? -1 : db_i64(q, 1);
		*at = db_when(q, 2);
		db_end(q);
	}
	return true;
}
