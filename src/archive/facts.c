/* Small facts about the archive, by name: see archive.h. */
#include "archive/internal.h"

bool archive_fact_get(struct archive *ar, struct arena *a, const char *name, struct str *out, struct err *e)
{
	struct stmt *q;
	bool row;

	*out = STR_NONE;
	if (!db_query(ar->db, "SELECT value FROM facts WHERE name = $1", &q, e))
		return false;
	db_bind_text(q, 1, str_from(name));
	if (!db_step(q, &row, e))
		return false;
	if (row)
		*out = db_keep(q, 0, a);
	db_end(q);
	return true;
}

bool archive_fact_set(struct archive *ar, const char *name, struct str value, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO facts (name, value) VALUES ($1, $2)"
	              " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
	              &q, e))
		return false;
	db_bind_text(q, 1, str_from(name));
	db_bind_text(q, 2, value);
	return db_run(q, e);
}
