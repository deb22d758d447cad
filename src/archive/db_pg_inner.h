/*
 * What the two files of the PostgreSQL engine share: db_pg.c has the connection,
 * transactions and what is asked of an archive as a whole, db_pg_query.c the
 * statements.
 */
#ifndef STET_ARCHIVE_DB_PG_INNER_H
#define STET_ARCHIVE_DB_PG_INNER_H

#include <libpq-fe.h>

#include "archive/db_engine.h"

/* Types of values, by the numbers that every server has for them. */
enum pg_type {
	PG_UNKNOWN = 0,
	PG_BOOL = 16,
	PG_BYTEA = 17,
	PG_INT8 = 20,
	PG_INT2 = 21,
	PG_INT4 = 23,
	PG_TEXT = 25,
	PG_FLOAT4 = 700,
	PG_FLOAT8 = 701,
	PG_NUMERIC = 1700
};

struct pg_query {
	struct stmt base;
	char *sql;                       /* as the server reads it */
	unsigned number;                 /* of its name there */
	unsigned prepared;               /* at which connection; 0: at none */
	enum pg_type was[DB_PARAMETERS]; /* kinds of parameters when it was prepared */

	enum pg_type types[DB_PARAMETERS];
	const char *values[DB_PARAMETERS];
	int lengths[DB_PARAMETERS];
	char numbers[DB_PARAMETERS][8];
	int nparameters; /* that the text has */
	bool mentioned[DB_PARAMETERS];
	struct arena *scratch; /* texts in their other form, of parameters and of the row */

	bool sent;
	PGresult *row;
	PGresult **rest; /* fetched before their turn */
	size_t nrest, cap, next;
};

struct pg_server {
	struct db base;
	PGconn *connection;
	char *path;           /* with all that is secret in it */
	unsigned connections; /* made so far */
	unsigned nnames;
	int64_t patience;         /* seconds */
	struct pg_query *streams; /* its rows are still coming */
};

static inline struct pg_server *pg_server_of(struct db *db)
{
	return (struct pg_server *)db;
}

/* ---- db_pg.c ---- */

/* Says what the server or the library said; r may be NULL.  Returns false. */
bool pg_fail(struct db *db, const PGresult *r, struct err *e);

/* ---- db_pg_query.c: as in db_engine.h ---- */

/* Before anything else is sent: fetches what is still coming of the rows of whoever
 * asked last. */
void pg_settle(struct db *db);
bool pg_prepare(struct stmt *q, struct err *e);
void pg_unprepare(struct stmt *q);
void pg_bind_null(struct stmt *q, int n, enum db_value instead_of);
void pg_bind_i64(struct stmt *q, int n, int64_t v);
void pg_bind_text(struct stmt *q, int n, struct str s);
void pg_bind_blob(struct stmt *q, int n, struct str s);
bool pg_step(struct stmt *q, bool *row, struct err *e);
void pg_end(struct stmt *q);
int64_t pg_i64(struct stmt *q, int column);
double pg_real(struct stmt *q, int column);
struct str pg_bytes(struct stmt *q, int column);
bool pg_is_null(struct stmt *q, int column);

#endif
