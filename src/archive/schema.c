/*
 * Which schema a file has, and making it the current one: see schema.h.
 *
 * A new archive gets the current schema at once (schema_sqlite.c).  An older
 * one walks through the table of migrations below, one transaction a step;
 * each step looks at the version again inside its transaction, since another
 * process may have been first.  A change of the schema is three edits: the
 * text in schema_sqlite.c, SCHEMA_VERSION, and a step here.
 */
#include "archive/schema.h"

/* Steps start with to = 2; the archive's first version is 1. */
static const struct migration migrations[] = {
	{ 2, schema_form_2 }, { 3, schema_form_3 }, { 4, schema_form_4 }, { 5, schema_form_5 }, { 6, schema_form_6 },
};

static bool refuse_foreign(struct db *db, const struct db_identity *id, struct err *e)
{
	if (id->application == SCHEMA_MOVING)
		return err_set(e, ERR_FORMAT,
		               "an archive was being moved to %s, which did not come to its end: remove it and move "
		               "again",
		               db_path(db));
	if (id->application != SCHEMA_APPLICATION)
		return err_set(e, ERR_FORMAT,
		               id->empty ? "%s is empty and not yet an archive"
		                         : "%s is a database of another program, not an archive",
		               db_path(db));
	if (id->version > SCHEMA_VERSION)
		return err_set(e, ERR_FORMAT,
		               "the archive %s was made by a newer version of this program (its form is %lld, this one "
		               "knows %d)",
		               db_path(db), (long long)id->version, SCHEMA_VERSION);
	return true;
}

static bool run_all(struct db *db, struct err *e)
{
	static const char *const parts[2][5] = {
		[DB_SQLITE] = { schema_endures, schema_derived, schema_learned, schema_search, "" },
		[DB_POSTGRES] = { schema_pg_endures, schema_pg_derived, schema_pg_learned, schema_pg_search,
		                  schema_pg_triggers },
	};

	for (size_t i = 0; i < 5; i++)
		if (!db_script(db, parts[db_kind(db)][i], e))
			return false;
	return db_set_identity(db, SCHEMA_APPLICATION, SCHEMA_VERSION, e);
}

static bool make_tables(struct db *db, struct err *e)
{
	struct db_identity id;

	if (!db_begin(db, DB_BEGIN_WRITE, e))
		return false;
	bool ok = db_identity(db, &id, e);
	if (ok && id.empty) /* else another process was first */
		ok = run_all(db, e);
	if (ok && db_commit(db, e))
		return true;
	db_rollback(db);
	return false;
}

static bool run_step(struct db *db, const struct migration *step, struct err *e)
{
	struct db_identity id;

	if (!db_begin(db, DB_BEGIN_WRITE, e))
		return false;
	bool ok = db_identity(db, &id, e);
	if (ok && id.version == step->to - 1)
		ok = db_script(db, step->sql, e) && db_set_identity(db, SCHEMA_APPLICATION, step->to, e);
	if (ok && db_commit(db, e))
		return true;
	db_rollback(db);
	return err_prefix(e, "bringing the archive to form %lld", (long long)step->to);
}

bool schema_migrate(struct db *db, const struct migration *steps, size_t n, int64_t want, struct err *e)
{
	struct db_identity id;

	for (size_t i = 0; i < n; i++) {
		if (!db_identity(db, &id, e))
			return false;
		if (id.version == steps[i].to - 1 && steps[i].to <= want && !run_step(db, &steps[i], e))
			return false;
	}
	if (!db_identity(db, &id, e))
		return false;
	return id.version == want || err_set(e, ERR_FORMAT, "there is no way from form %lld of the archive %s to %lld",
	                                     (long long)id.version, db_path(db), (long long)want);
}

/* As one moment saw it: another process may be making the archive. */
static bool look(struct db *db, struct db_identity *id, struct err *e)
{
	bool ok = db_begin(db, DB_BEGIN_READ, e) && db_identity(db, id, e);

	db_rollback(db);
	return ok;
}

bool schema_settle(struct db *db, enum db_mode mode, struct err *e)
{
	struct db_identity id;

	if (!look(db, &id, e))
		return false;
	bool fresh = id.empty && id.application == 0 && id.version == 0;
	if (fresh && mode == DB_CREATE) {
		if (db_configure(db, e) && make_tables(db, e))
			return true;
		/* Two may make the same tables at a server: one of them fails. */
		struct err ignored;
		if (db_kind(db) == DB_SQLITE || !look(db, &id, &ignored) || id.version != SCHEMA_VERSION)
			return false;
	}
	if (!refuse_foreign(db, &id, e) || !db_configure(db, e))
		return false;
	if (id.version == SCHEMA_VERSION)
		return true;
	if (mode == DB_READ)
		return err_set(e, ERR_FORMAT,
		               "the archive %s has the form of an older version of this program; any "
		               "command that writes to it brings it up to date",
		               db_path(db));
	return schema_migrate(db, migrations, sizeof migrations / sizeof *migrations, SCHEMA_VERSION, e);
}
