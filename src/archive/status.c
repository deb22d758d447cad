/*
 * What the archive holds and what was done lately: see archive.h.
 *
 * Totals come from the tallies; what is counted here is what is due and the
 * checks of one day.
 */
#include "archive/internal.h"

static bool read_tallies(struct archive *ar, struct archive_status *out, struct err *e)
{
	const struct {
		const char *what;
		int64_t *to;
	} fields[] = {
		{ "feeds", &out->feeds },           { "articles", &out->articles },
		{ "versions", &out->versions },     { "changes", &out->changes },
		{ "checks", &out->checks },         { "checked", &out->checked },
		{ "given up", &out->given_up },     { "gone", &out->gone },
		{ "unwatched", &out->unwatched },   { "imported", &out->imported },
		{ "blob bytes", &out->blob_bytes }, { "packed bytes", &out->packed_bytes },
	};
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, "SELECT what, sum(n) FROM tallies GROUP BY what", &q, e))
		return false;
	while ((ok = db_step(q, &row, e)) && row)
		for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
			if (str_eq(db_bytes(q, 0), str_from(fields[i].what)))
				*fields[i].to = db_i64(q, 1);
	return ok;
}

static bool read_day(struct archive *ar, struct arena *a, when now, struct archive_status *out, struct err *e)
{
	struct rows rows = ROWS_OF(struct outcome_count);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT (SELECT name FROM names WHERE id = outcome), count(*) AS n FROM checks"
	              " WHERE at > $1 AND at <= $2 GROUP BY outcome ORDER BY n DESC, outcome",
	              &q, e))
		return false;
	db_bind_i64(q, 1, now - DAYS);
	db_bind_i64(q, 2, now);
	while ((ok = db_step(q, &row, e)) && row) {
		struct outcome_count *c = rows_add(&rows);
		*c = (struct outcome_count){ .outcome = db_keep(q, 0, a), .checks = db_i64(q, 1) };
	}
	return rows_take(&rows, ok, a, &out->day, &out->nday);
}

static bool read_due(struct archive *ar, when now, int64_t *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT count(*) FROM targets WHERE due <= $1", &q, e))
		return false;
	db_bind_i64(q, 1, now);
	return db_take_i64(q, 0, out, e);
}

static bool read_last_check(struct archive *ar, when *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db, "SELECT max(at) FROM checks", &q, e) || !db_step(q, &row, e))
		return false;
	if (row)
		*out = db_when(q, 0);
	db_end(q);
	return true;
}

static bool read_all(struct archive *ar, struct arena *a, when now, struct archive_status *out, struct err *e)
{
	return db_number(ar->db, "SELECT count(*) FROM sources", &out->sources, e) && read_tallies(ar, out, e) &&
	       read_due(ar, now, &out->due, e) && archive_next_due(ar, &out->next_due, e) &&
	       read_last_check(ar, &out->last_check, e) && read_day(ar, a, now, out, e);
}

bool archive_status(struct archive *ar, struct arena *a, when now, struct archive_status *out, struct err *e)
{
	bool own;

	*out = (struct archive_status){ .next_due = WHEN_NONE, .last_check = WHEN_NONE };
	out->file_bytes = db_file_bytes(ar->db);
	if (!db_room(ar->db, &out->room, e))
		return false;
	return archive_enter(ar, DB_BEGIN_READ, &own, e) && archive_leave(ar, own, read_all(ar, a, now, out, e), e);
}

bool archive_room(struct archive *ar, int64_t *bytes, struct err *e)
{
	return db_room(ar->db, bytes, e);
}
