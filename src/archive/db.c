/*
 * The narrow way to a database: see db.h; the engines stand behind it
 * (db_engine.h).
 *
 * Statements are kept in a small open hash table by the address of their text,
 * so that finding one costs a few nanoseconds and preparing it happens once.
 *
 * Limits: 256 statement texts; a parameter number below 40.
 */
#include "archive/db_engine.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

bool db_is_server(const char *path)
{
	return strncmp(path, "postgres://", 11) == 0 || strncmp(path, "postgresql://", 13) == 0;
}

bool db_open(const char *path, enum db_mode mode, struct db **out, struct err *e)
{
	return (db_is_server(path) ? &db_pg : &db_sqlite)->open(path, mode, out, e);
}

void db_close(struct db *db)
{
	if (!db)
		return;
	db_rollback(db);
	for (size_t i = 0; i < DB_STATEMENTS; i++) {
		if (!db->statements[i])
			continue;
		db->engine->unprepare(db->statements[i]);
		free(db->statements[i]);
	}
	db->engine->close(db);
}

enum db_kind db_kind(const struct db *db)
{
	return db->engine->kind;
}

const char *db_path(const struct db *db)
{
	return db->name;
}

bool db_identity(struct db *db, struct db_identity *out, struct err *e)
{
	return db->engine->identity(db, out, e);
}

bool db_set_identity(struct db *db, int64_t application, int64_t version, struct err *e)
{
	return db->engine->set_identity(db, application, version, e);
}

bool db_configure(struct db *db, struct err *e)
{
	return db->engine->configure(db, e);
}

bool db_script(struct db *db, const char *sql, struct err *e)
{
	return db->engine->script(db, sql, e);
}

bool db_stamp(struct db *db, int64_t *out, struct err *e)
{
	return db->engine->stamp(db, out, e);
}

int64_t db_file_bytes(struct db *db)
{
	return db->engine->file_bytes(db);
}

bool db_room(struct db *db, int64_t *bytes, struct err *e)
{
	return db->engine->room(db, bytes, e);
}

bool db_set_scrub(struct db *db, bool on, struct err *e)
{
	return db->engine->set_scrub(db, on, e);
}

bool db_empty_journal(struct db *db, struct err *e)
{
	return db->engine->empty_journal(db, e);
}

bool db_check(struct db *db, bool (*found)(void *context, struct str what, struct err *e), void *context, struct err *e)
{
	return db->engine->check(db, found, context, e);
}

bool db_copy(struct db *db, const char *to, void (*progress)(void *context, int64_t done, int64_t total), void *context,
             struct err *e)
{
	return db->engine->copy(db, to, progress, context, e);
}

/* ---- transactions -------------------------------------------------------- */

/* Is there somebody to speak to, and is nothing half done? */
static bool ready(struct db *db, struct err *e)
{
	if (db->open && db->engine->given_up(db))
		return err_set(e, ERR_INTERNAL, "the transaction was given up after an error and must be rolled back");
	return db->open || !db->engine->ready || db->engine->ready(db, e);
}

bool db_begin(struct db *db, enum db_begin how, struct err *e)
{
	if (db->open)
		return err_set(e, ERR_INTERNAL, "a transaction was begun inside another");
	if (!ready(db, e) || !db->engine->begin(db, how, e))
		return false;
	db->open = true;
	db->marked = false;
	db->writing = how == DB_BEGIN_WRITE;
	return true;
}

bool db_commit(struct db *db, struct err *e)
{
	if (!db->open)
		return err_set(e, ERR_INTERNAL, "there is no transaction to commit");
	if (!ready(db, e) || !db->engine->commit(db, e))
		return false;
	db->open = false;
	return true;
}

static void end_statements(struct db *db)
{
	for (size_t i = 0; i < DB_STATEMENTS; i++)
		if (db->statements[i] && db->statements[i]->active)
			db_end(db->statements[i]);
}

void db_rollback(struct db *db)
{
	end_statements(db);
	db->engine->rollback(db);
	db->open = false;
}

bool db_set_patience(struct db *db, int64_t seconds, struct err *e)
{
	return !db->engine->set_patience || db->engine->set_patience(db, seconds, e);
}

bool db_enroll(struct db *db, bool *alone, struct err *e)
{
	*alone = false;
	return !db->engine->enroll || db->engine->enroll(db, alone, e);
}

bool db_admit(struct db *db, struct err *e)
{
	return !db->engine->admit || db->engine->admit(db, e);
}

bool db_mark(struct db *db, struct err *e)
{
	bool again = db->marked;

	db->marked = true;
	return db_script(db, again ? "RELEASE SAVEPOINT mark; SAVEPOINT mark" : "SAVEPOINT mark", e);
}

bool db_back_to_mark(struct db *db, struct err *e)
{
	end_statements(db);
	return db_script(db, "ROLLBACK TO SAVEPOINT mark", e);
}

bool db_writable(const struct db *db)
{
	return db->writable;
}

bool db_is_writing(const struct db *db)
{
	return db->open && db->writing;
}

bool db_in_transaction(const struct db *db)
{
	return db->open;
}

/* ---- statements ---------------------------------------------------------- */

/* The slot of this text, free or taken. */
static struct stmt **find_slot(struct db *db, const char *sql)
{
	uintptr_t key = (uintptr_t)sql;
	size_t i = (size_t)((key * 0x9e3779b97f4a7c15u) >> 32) % DB_STATEMENTS;

	while (db->statements[i] && db->statements[i]->sql != sql)
		i = (i + 1) % DB_STATEMENTS;
	return &db->statements[i];
}

static bool make(struct db *db, const char *sql, struct stmt **slot, struct err *e)
{
	if (db->nstatements == DB_STATEMENTS / 2)
		return err_set(e, ERR_INTERNAL, "more kinds of statements than the archive was made for");
	struct stmt *q = mem_zalloc(1, db->engine->stmt_size);
	q->db = db;
	q->sql = sql;
	if (!db->engine->prepare(q, e)) {
		free(q);
		return false;
	}
	db->nstatements++;
	*slot = q;
	return true;
}

bool db_query(struct db *db, const char *sql, struct stmt **out, struct err *e)
{
	struct stmt **slot = find_slot(db, sql);

	if (!ready(db, e) || (!*slot && !make(db, sql, slot, e)))
		return false;
	if ((*slot)->active)
		return err_set(e, ERR_INTERNAL, "a statement was begun again before its end: %.60s", sql);
	(*slot)->active = true;
	*out = *slot;
	return true;
}

void db_bind_i64(struct stmt *q, int n, int64_t v)
{
	q->db->engine->bind_i64(q, n, v);
}

void db_bind_id(struct stmt *q, int n, int64_t v)
{
	if (v)
		q->db->engine->bind_i64(q, n, v);
	else
		q->db->engine->bind_null(q, n, DB_INTEGER);
}

void db_bind_when(struct stmt *q, int n, when t)
{
	if (t != WHEN_NONE)
		q->db->engine->bind_i64(q, n, t);
	else
		q->db->engine->bind_null(q, n, DB_INTEGER);
}

void db_bind_text(struct stmt *q, int n, struct str s)
{
	q->db->engine->bind_text(q, n, s);
}

void db_bind_optional(struct stmt *q, int n, struct str s)
{
	if (s.n)
		q->db->engine->bind_text(q, n, s);
	else
		q->db->engine->bind_null(q, n, DB_TEXT);
}

void db_bind_blob(struct stmt *q, int n, struct str s)
{
	q->db->engine->bind_blob(q, n, s);
}

void db_bind_optional_blob(struct stmt *q, int n, struct str s)
{
	if (s.n)
		q->db->engine->bind_blob(q, n, s);
	else
		q->db->engine->bind_null(q, n, DB_BYTES);
}

int64_t db_shard_of(int64_t id)
{
	return id < DB_FIRST_ID ? 0 : id % DB_SHARDS;
}

void db_bind_shard(struct stmt *q, int n, int64_t shard)
{
	if (q->db->engine->kind == DB_POSTGRES)
		q->db->engine->bind_i64(q, n, DB_FIRST_ID + shard);
}

bool db_step(struct stmt *q, bool *row, struct err *e)
{
	*row = false;
	bool ok = q->db->engine->step(q, row, e);
	if (!*row)
		db_end(q);
	return ok;
}

bool db_run(struct stmt *q, struct err *e)
{
	bool row;

	do {
		if (!db_step(q, &row, e))
			return false;
	} while (row);
	return true;
}

bool db_take_i64(struct stmt *q, int64_t other, int64_t *out, struct err *e)
{
	bool row;

	*out = other;
	if (!db_step(q, &row, e))
		return false;
	*out = row ? db_i64(q, 0) : other;
	db_end(q);
	return true;
}

bool db_number(struct db *db, const char *sql, int64_t *out, struct err *e)
{
	struct stmt *q;

	return db_query(db, sql, &q, e) && db_take_i64(q, 0, out, e);
}

void db_end(struct stmt *q)
{
	q->db->engine->end(q);
	q->active = false;
}

int64_t db_i64(struct stmt *q, int column)
{
	return q->db->engine->i64(q, column);
}

double db_real(struct stmt *q, int column)
{
	return q->db->engine->real(q, column);
}

when db_when(struct stmt *q, int column)
{
	return db_is_null(q, column) ? WHEN_NONE : db_i64(q, column);
}

struct str db_bytes(struct stmt *q, int column)
{
	return q->db->engine->bytes(q, column);
}

struct str db_keep(struct stmt *q, int column, struct arena *a)
{
	struct str s = db_bytes(q, column);
	return s.n ? arena_str(a, s) : STR_NONE;
}

bool db_is_null(struct stmt *q, int column)
{
	return q->db->engine->is_null(q, column);
}

void db_each_statement(const struct db *db, void (*see)(const char *sql, void *context), void *context)
{
	for (size_t i = 0; i < DB_STATEMENTS; i++)
		if (db->statements[i])
			see(db->statements[i]->sql, context);
}
