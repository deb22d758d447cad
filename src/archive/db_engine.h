/*
 * What an engine offers to db.c, and what db.c keeps for it.
 *
 * An engine's own struct db and struct stmt begin with these.  The functions do
 * what their namesakes in db.h promise; db.c sees to what is common: finding
 * statements again by their text, transactions inside others, statements begun
 * twice.
 */
#ifndef STET_ARCHIVE_DB_ENGINE_H
#define STET_ARCHIVE_DB_ENGINE_H

#include "archive/db.h"

#define DB_PARAMETERS 40 /* numbers of parameters are below this */
#define DB_STATEMENTS 512 /* slots, a power of two; at most half of them are used */
#define DB_BUSY_MS 10000 /* how long a writer waits for another */

enum db_value { DB_INTEGER, DB_TEXT, DB_BYTES };

struct stmt {
	struct db *db;
	const char *sql;
	bool active; /* begun, and not yet at its end */
};

struct db {
	const struct db_engine *engine;
	char *name; /* for people: never with a password */
	bool writable;
	bool open;    /* db_begin without its end */
	bool writing; /* open, and to write */
	bool marked;  /* open, with a mark */
	size_t nstatements;
	struct stmt *statements[DB_STATEMENTS];
};

struct db_engine {
	enum db_kind kind;
	size_t stmt_size;
	bool (*open)(const char *path, enum db_mode mode, struct db **out, struct err *e);
	void (*close)(struct db *db); /* frees it; all statements are gone already */
	bool (*identity)(struct db *db, struct db_identity *out, struct err *e);
	bool (*set_identity)(struct db *db, int64_t application, int64_t version, struct err *e);
	bool (*configure)(struct db *db, struct err *e);
	bool (*script)(struct db *db, const char *sql, struct err *e);
	bool (*begin)(struct db *db, enum db_begin how, struct err *e);
	bool (*commit)(struct db *db, struct err *e);
	void (*rollback)(struct db *db);
	bool (*given_up)(struct db *db); /* the engine has ended the open transaction by itself */
	bool (*ready)(struct db *db, struct err *e); /* before a statement or a transaction begins; may be NULL */
	bool (*set_patience)(struct db *db, int64_t seconds, struct err *e); /* may be NULL */
	bool (*enroll)(struct db *db, bool *alone, struct err *e);           /* may be NULL: it is not known */
	bool (*admit)(struct db *db, struct err *e);                         /* likewise */
	bool (*stamp)(struct db *db, int64_t *out, struct err *e);
	int64_t (*file_bytes)(struct db *db);
	bool (*room)(struct db *db, int64_t *bytes, struct err *e);
	bool (*set_scrub)(struct db *db, bool on, struct err *e);
	bool (*empty_journal)(struct db *db, struct err *e);
	bool (*check)(struct db *db, bool (*found)(void *context, struct str what, struct err *e), void *context,
		      struct err *e);
	bool (*copy)(struct db *db, const char *to, void (*progress)(void *context, int64_t done, int64_t total),
		     void *context, struct err *e);

	bool (*prepare)(struct stmt *q, struct err *e); /* once for each text */
	void (*unprepare)(struct stmt *q);              /* frees what is in it, not the struct */
	void (*bind_null)(struct stmt *q, int n, enum db_value instead_of);
	void (*bind_i64)(struct stmt *q, int n, int64_t v);
	void (*bind_text)(struct stmt *q, int n, struct str s);
	void (*bind_blob)(struct stmt *q, int n, struct str s);
	/* db.c ends it after the last row and after a failure. */
	bool (*step)(struct stmt *q, bool *row, struct err *e);
	void (*end)(struct stmt *q);
	int64_t (*i64)(struct stmt *q, int column);
	double (*real)(struct stmt *q, int column);
	struct str (*bytes)(struct stmt *q, int column);
	bool (*is_null)(struct stmt *q, int column);
};

extern const struct db_engine db_sqlite, db_pg;

#endif
