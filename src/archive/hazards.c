/* What the schedule has learned, one model a source: see archive.h. */
#include "archive/internal.h"

bool archive_hazards_get(struct archive *ar, struct arena *a, int64_t source, struct str *model, struct err *e)
{
	struct stmt *q;
	bool row;

	*model = STR_NONE;
	if (!db_query(ar->db, "SELECT model FROM hazards WHERE source = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, source);
	if (!db_step(q, &row, e))
		return false;
	if (row)
		*model = db_keep(q, 0, a);
	db_end(q);
	return true;
}

bool archive_hazards_put(struct archive *ar, int64_t source, struct str model, when now, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO hazards (source, model, updated" DB_SHARD_COLUMN ") VALUES ($1, $2, $3" DB_NEW_SHARD(
	                      "$1") ") ON CONFLICT (" DB_KEY
	                            "source) DO UPDATE SET model = excluded.model, updated = excluded.updated",
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_blob(q, 2, model);
	db_bind_when(q, 3, now);
	return db_run(q, e);
}
