/*
 * The narrow way to a database.
 *
 * Everything above speaks to the database through this header alone: SQLite
 * (db_sqlite.c) for a file, PostgreSQL (db_pg.c) where several machines share
 * an archive.  What an engine offers: statements prepared once from constant
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
 * A statement has one text for both engines.  What only PostgreSQL is to see
 * stands in a comment that begins with a plus sign, which SQLite passes over;
 * what only SQLite is to see stands between two marks, which PostgreSQL's side
 * cuts out (DB_ONLY_POSTGRES, DB_EITHER).  Most of the former is about shards,
 * see below.  Sorting by a column that may be NULL says where these stand.
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

#define DB_ONLY_POSTGRES(text) "/*+ " text " */"
#define DB_EITHER(sqlite, postgres) "/*-*/" sqlite "/*-*/" DB_ONLY_POSTGRES(postgres)

enum db_kind { DB_SQLITE, DB_POSTGRES };
enum db_kind db_kind(const struct db *db);
/* Is this the address of a server, and not the path of a file? */
bool db_is_server(const char *path);

/*
 * Shards: in PostgreSQL every row that belongs to a host has a column shard, the
 * first of its key, so that tables can be spread over machines.  Rows that are
 * written together have the same one.  An id there is a number of a sequence
 * times 1024 and the shard, so that greater ids are newer ones; sequences begin
 * where such ids are DB_FIRST_ID.  SQLite has no such column, and lesser ids: in
 * PostgreSQL they are of shard 0, so that an archive moves there as it is.
 *
 *     "SELECT url FROM articles WHERE id = $1" DB_SHARD_1
 *     "INSERT INTO checks (target, at" DB_ID_COLUMNS ") VALUES ($1, $2" DB_NEW_ID("$1", "check_ids") ")"
 */
#define DB_SHARDS 1024
#define DB_FIRST_ID 4294967296
#define DB_SHARD(column, id) "/*+ AND " column " = shard_of(" id ") */"
#define DB_SHARD_1 DB_SHARD("shard", "$1")
#define DB_ID_COLUMNS "/*+ , id, shard */"
#define DB_NEW_ID(like, sequence) "/*+ , new_id('" sequence "', shard_of(" like ")), shard_of(" like ") */"
#define DB_SHARD_COLUMN "/*+ , shard */"
#define DB_NEW_SHARD(like) "/*+ , shard_of(" like ") */"
int64_t db_shard_of(int64_t id);
/* Addresses are as long as they like, entries of PostgreSQL's indexes are not. */
#define DB_URL(column, other) "/*+ AND url_key(" column ") = url_key(" other ") */"
#define DB_KEY "/*+ shard, */" /* in front of the columns of ON CONFLICT */

enum db_mode {
	DB_READ,   /* must exist */
	DB_WRITE,  /* must exist */
	DB_CREATE, /* made with mode 0600 if it does not exist */
};

/* Connects; nothing is written but the empty file of DB_CREATE. */
MUST_CHECK bool db_open(const char *path, enum db_mode mode, struct db **out, struct err *e);
void db_close(struct db *db); /* NULL is harmless; rolls back what is open */
const char *db_path(const struct db *db); /* as a person may see it: without a password */

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
/* So long a server waits for us inside a transaction, before it gives that up and
 * others need no longer wait; 60 seconds if nothing else is said. */
MUST_CHECK bool db_set_patience(struct db *db, int64_t seconds, struct err *e);
/* Says that this process works on what others may be working on, until db is
 * closed.  *alone: nobody else who said so lives, and whoever says so waits until
 * db_admit; false where that cannot be known, at a server.  Once for a handle, and
 * one such handle of an archive in a process. */
MUST_CHECK bool db_enroll(struct db *db, bool *alone, struct err *e);
MUST_CHECK bool db_admit(struct db *db, struct err *e);
/* A place in the open transaction of a server to come back to, even after an error
 * by which it would be given up; the next mark takes its place. */
MUST_CHECK bool db_mark(struct db *db, struct err *e);
MUST_CHECK bool db_back_to_mark(struct db *db, struct err *e);
bool db_in_transaction(const struct db *db);
bool db_writable(const struct db *db);
bool db_is_writing(const struct db *db); /* in a transaction of DB_BEGIN_WRITE */

/* Changes whenever anybody, we included, committed a change. */
MUST_CHECK bool db_stamp(struct db *db, int64_t *out, struct err *e);
/* Bytes on the disk, and bytes that are left there for us; INT64_MAX: a server knows. */
int64_t db_file_bytes(struct db *db);
MUST_CHECK bool db_room(struct db *db, int64_t *bytes, struct err *e);

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
void db_bind_optional_blob(struct stmt *q, int n, struct str s); /* empty is NULL */
void db_bind_shard(struct stmt *q, int n, int64_t shard);        /* an id of this shard; nothing in SQLite */

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
