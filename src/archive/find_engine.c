/* Which engine keeps the word indexes: see find.h. */
#include "archive/find_engine.h"

#include "archive/internal.h"

static const struct find_engine *engine_of(const struct archive *ar)
{
	return db_kind(ar->db) == DB_POSTGRES ? &find_pg : &find_fts5;
}

struct str find_engine_text(const struct archive *ar, struct arena *a, const struct find_expr *x)
{
	return engine_of(ar)->text(a, x);
}

bool find_entries(struct archive *ar, enum find_index index, struct str engine, size_t most, struct rows *entries,
                  struct err *e)
{
	return engine_of(ar)->entries(ar, index, engine, most, entries, e);
}

bool find_last_change(struct archive *ar, struct str engine, int64_t article, int64_t *number, struct err *e)
{
	return engine_of(ar)->last_change(ar, engine, article, number, e);
}

bool find_matches(struct archive *ar, struct str engine, when from, when to, size_t most, struct rows *matches,
                  struct err *e)
{
	return engine_of(ar)->matches(ar, engine, from, to, most, matches, e);
}

bool find_put(struct archive *ar, struct find_entry at, const struct find_form *form, struct err *e)
{
	return engine_of(ar)->put(ar, at, form, e);
}

bool find_remove(struct archive *ar, struct find_entry at, struct err *e)
{
	return engine_of(ar)->remove(ar, at, e);
}

bool find_numbers(struct archive *ar, int64_t article, struct rows *numbers, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT number FROM search_forms WHERE article = $1 AND number > 0" DB_SHARD_1 " ORDER BY number",
	              &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row)
		*(int64_t *)rows_add(numbers) = db_i64(q, 0);
	return ok;
}

/* What stands on one side only. */
/* clang-format off */
static const char strangers_sql[] =
	"SELECT (SELECT count(*) FROM newest n WHERE" SHOWN("n.article") " AND NOT EXISTS"
	" (SELECT 1 FROM search_forms f WHERE f.article = n.article AND f.number = 0" DB_SHARD("f.shard", "n.article") ")) +"
	" (SELECT count(*) FROM changes c WHERE number <= 65535 AND" SHOWN("c.article") " AND NOT EXISTS"
	" (SELECT 1 FROM search_forms f WHERE f.article = c.article AND f.number = c.number"
	DB_SHARD("f.shard", "c.article") ")) +"
	" (SELECT count(*) FROM search_forms f WHERE number = 0 AND (NOT EXISTS"
	" (SELECT 1 FROM newest n WHERE n.article = f.article" DB_SHARD("n.shard", "f.article") ")"
	" OR NOT" SHOWN("f.article") ")) +"
	" (SELECT count(*) FROM search_forms f WHERE number > 0 AND (NOT EXISTS"
	" (SELECT 1 FROM changes c WHERE c.article = f.article AND c.number = f.number" DB_SHARD("c.shard", "f.article") ")"
	" OR NOT" SHOWN("f.article") "))";
/* clang-format on */
_Static_assert(FIND_MOST_NUMBER == 65535, "as the statement has it");

bool find_check(struct archive *ar, bool *whole, struct err *e)
{
	int64_t strangers;

	if (!db_number(ar->db, strangers_sql, &strangers, e))
		return false;
	*whole = strangers == 0;
	return !*whole || !engine_of(ar)->check || engine_of(ar)->check(ar, whole, e);
}

bool find_merge(struct archive *ar, struct err *e)
{
	return !engine_of(ar)->merge || engine_of(ar)->merge(ar, e);
}

bool find_clear(struct archive *ar, struct err *e)
{
	return engine_of(ar)->clear(ar, e);
}
