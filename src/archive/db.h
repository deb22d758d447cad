/*
 * The narrow way to a database.
 *
 * Everything above speaks to the database through this header alone, so that a
 * second engine can stand beside the first (db_sqlite.c) without the subjects
 * noticing.  What an engine must offer: statements prepared once from constant
 * text, parameters $1, $2, ... bound by number, rows stepped through, columns
 * read by number, transactions, RETURNING and ON CONFLICT.
 *
 *     struct stmt *q;
 *     bool row;
 *     if (!db_query(db, "SELECT name FROM sources WHERE id = $1", &q, e))
 *         return false;
 *     db_bind_i64(q, 1, id);
 *     if (!db_step(q, &row, e))
 *         return false;
 *     if (row)
 *         name = db_keep(q, 0, arena);
 *     db_end(q);
 *
 * What is bound is borrowed until db_end; what is read is borrowed until the
 * next db_step or db_end.  db_step ends the statement by itself when there are
 * no more rows or it fails.  The text of a statement must be constant data of
 * the program: statements are kept by the address of their text.
 *
 * Errors are sentences that name the archive: ERR_BUSY, ERR_FULL, ERR_CORRUPT,
 * ERR_FORMAT (not a database), ERR_IO, ERR_LIMIT, else ERR_INTERNAL.
 */
#ifndef STET_ARCHIVE_DB_H
#define STET_ARCHIVE_DB_H

#include "base/arena.h"
#include "base/when.h"

struct db;
struct stmt;

enum db_mode {
	DB_READ,   /* must exist */
	DB_WRITE,  /* must exist */
	DB_CREATE, /* made with mode 0600 if it does not exist */
};

/* Connects; nothing is written but the empty file of DB_CREATE. */
MUST_CHECK bool db_open(const char *path, enum db_mode mode, struct db **out, struct err *e);
void db_close(struct db *db); /* NULL is harmless; rolls back what is open */
const char *db_path(const struct db *db);

/* Whose file it is: two numbers in its head; empty: there are no tables. */
struct db_identity {
	int64_t application, version;
	bool empty;
};
MUST_CHECK bool db_identity(struct db *db, struct db_identity *out, struct err *e);
MUST_CHECK bool db_set_identity(struct db *db, int64_t application, int64_t version, struct err *e);

/* Sets what the engine must be told (durability, caches), once it is clear
 * that the file is ours. */
MUST_CHECK bool db_configure(struct db *db, struct err *e);

/* Runs a text of any number of statements without parameters or results. */
MUST_CHECK bool db_script(struct db *db, const char *sql, struct err *e);

/* DB_BEGIN_WRITE waits up to 10 seconds for its turn.  After a failure that
 * the engine answered by giving up the transaction, everything but
 * db_rollback fails: half a transaction is never committed. */
enum db_begin { DB_BEGIN_READ, DB_BEGIN_WRITE };
MUST_CHECK bool db_begin(struct db *db, enum db_begin how, struct err *e);
MUST_CHECK bool db_commit(struct db *db, struct err *e);
void db_rollback(struct db *db);
bool db_in_transaction(const struct db *db);
bool db_writable(const struct db *db);

/* Changes whenever anybody, we included, committed a change. */
MUST_CHECK bool db_stamp(struct db *db, int64_t *out, struct err *e);
/* Bytes on the disk, and bytes that are left there for us. */
int64_t db_file_bytes(const struct db *db);
MUST_CHECK bool db_room(const struct db *db, int64_t *bytes, struct err *e);

/* Lets the engine look at its own file: pages, indexes, references.  Calls found
 * with a sentence for each damage, at most a hundred times; false from it stops. */
MUST_CHECK bool db_check(struct db *db, bool (*found)(void *context, struct str what, struct err *e), void *context,
			 struct err *e);
/* Before another file takes the name of this archive: what stands in its journal goes
 * into it, since a journal that is left would be taken for that of the other.
 * ERR_BUSY: somebody has it open. */
MUST_CHECK bool db_make_way(const char *path, struct err *e);
/* Copies what is committed at this moment into a new file of mode 0600; others
 * may write meanwhile. */
MUST_CHECK bool db_copy(struct db *db, const char *to, void (*progress)(void *context, int64_t done, int64_t total),
			void *context, struct err *e);

/* From now on what is deleted is overwritten on the disk, or, as usual, is not. */
MUST_CHECK bool db_set_scrub(struct db *db, bool on, struct err *e);
/* Moves everything into the file and empties its journal.  ERR_BUSY: a reader
 * needs what stands there. */
MUST_CHECK bool db_empty_journal(struct db *db, struct err *e);

/* ---- statements --------------------------------------------------------- */

MUST_CHECK bool db_query(struct db *db, const char *sql, struct stmt **out, struct err *e);

void db_bind_i64(struct stmt *q, int n, int64_t v);
void db_bind_id(struct stmt *q, int n, int64_t v); /* 0 is NULL */
void db_bind_when(struct stmt *q, int n, when t);  /* WHEN_NONE is NULL */
void db_bind_text(struct stmt *q, int n, struct str s);
void db_bind_optional(struct stmt *q, int n, struct str s); /* empty is NULL */
void db_bind_blob(struct stmt *q, int n, struct str s);

MUST_CHECK bool db_step(struct stmt *q, bool *row, struct err *e);
/* Steps to the end; rows are passed over. */
MUST_CHECK bool db_run(struct stmt *q, struct err *e);
/* Takes the one number of the first row, or other if there is no row. */
MUST_CHECK bool db_take_i64(struct stmt *q, int64_t other, int64_t *out, struct err *e);
/* The number that a statement without parameters gives; 0 without a row. */
MUST_CHECK bool db_number(struct db *db, const char *sql, int64_t *out, struct err *e);
void db_end(struct stmt *q); /* may be called again */

int64_t db_i64(struct stmt *q, int column); /* NULL is 0 */
double db_real(struct stmt *q, int column);
when db_when(struct stmt *q, int column);        /* NULL is WHEN_NONE */
struct str db_bytes(struct stmt *q, int column); /* text or blob, borrowed; NULL is empty */
struct str db_keep(struct stmt *q, int column, struct arena *a);
bool db_is_null(struct stmt *q, int column);

/* Calls see with the text of every statement that was prepared so far: for a
 * test that asks the engine how it would run each of them. */
void db_each_statement(const struct db *db, void (*see)(const char *sql, void *context), void *context);

#endif
