/*
 * The database layer over PostgreSQL: see db.h and db_engine.h.  Statements are in
 * db_pg_query.c; this is the connection, transactions, and what is asked of an
 * archive as a whole.
 *
 * A server that went away is one clear error; the next statement outside a
 * transaction connects again.  Passwords are the client library's business
 * (~/.pgpass, a service file) or stand in the address; they are in no message.
 */
#include "archive/db_pg_inner.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/log.h"

#define PATIENCE 60 /* seconds */

/* ---- errors -------------------------------------------------------------- */

/* By the beginning of the five letters that the server says. */
static const struct {
	const char *code;
	enum err_kind kind;
	const char *sentence;
	bool detail;
} meanings[] = {
	{ "55P03", ERR_BUSY, "another process is writing to the archive %s and did not finish in time", false },
	{ "40", ERR_BUSY, "another process wrote to the archive %s at the same time", true },
	{ "23505", ERR_BUSY, "another process wrote the same to the archive %s at the same time", true },
	{ "25P03", ERR_BUSY, "the archive %s waited for us for too long and gave up the transaction", false },
	{ "53", ERR_FULL, "the server of the archive %s has no room left", true },
	{ "25006", ERR_IO, "the archive %s can only be read", false },
	{ "42501", ERR_IO, "the archive %s may not be used", true },
	{ "28", ERR_IO, "the archive %s may not be opened", true },
	{ "3D", ERR_NOT_FOUND, "there is no archive %s", true },
	{ "57", ERR_IO, "the server of the archive %s stopped the work", true },
	{ "08", ERR_IO, "the server of the archive %s cannot be reached", true },
	{ "58", ERR_IO, "the archive %s cannot be read or written", true },
	{ "XX", ERR_CORRUPT, "the archive %s is damaged", true },
	{ "54", ERR_LIMIT, "something is too large for the archive %s", true },
};

/* The first line of what the library says. */
static struct str first_line(const char *message)
{
	struct str rest = str_from(message), line = STR_NONE;

	str_next_line(&rest, &line);
	return line;
}

static bool fail_connection(struct db *db, struct err *e)
{
	struct str why = first_line(PQerrorMessage(pg_server_of(db)->connection));

	return err_set(e, ERR_IO, "the server of the archive %s cannot be reached: %.*s", db->name, STR_ARG(why));
}

bool pg_fail(struct db *db, const PGresult *r, struct err *e)
{
	const char *code = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *why = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (!code || PQstatus(pg_server_of(db)->connection) == CONNECTION_BAD)
		return fail_connection(db, e);
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (strncmp(code, meanings[i].code, strlen(meanings[i].code)) != 0)
			continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		err_set(e, meanings[i].kind, meanings[i].sentence, db->name);
#pragma GCC diagnostic pop
		if (meanings[i].detail)
			err_set(e, e->kind, "%s: %s", e->text, why ? why : code);
		return false;
	}
	return err_set(e, ERR_INTERNAL, "the archive %s did not take a statement: %s (%s)", db->name,
	               why ? why : "no reason given", code);
}

/* ---- opening and closing ------------------------------------------------- */

static void server_close(struct db *db)
{
	PQfinish(pg_server_of(db)->connection);
	free(pg_server_of(db)->path);
	free(db->name);
	free(db);
}

static struct str option_of(const PQconninfoOption *options, const char *keyword)
{
	for (; options->keyword; options++)
		if (strcmp(options->keyword, keyword) == 0)
			return str_from(options->val);
	return STR_NONE;
}

/* "postgres://host/database", and nothing that is secret. */
static char *name_of(const PQconninfoOption *options)
{
	struct str host = option_of(options, "host"), base = option_of(options, "dbname");
	struct str port = option_of(options, "port"), service = option_of(options, "service");
	char name[600];

	snprintf(name, sizeof name, "postgres://%.*s%s%.*s/%.*s", STR_ARG(str_sub(host, 0, 255)), port.n ? ":" : "",
	         STR_ARG(str_sub(port, 0, 16)), STR_ARG(str_sub(base.n ? base : service, 0, 255)));
	return mem_strdup(name);
}

/* Who is cut off from the network is noticed, at both ends. */
static const struct {
	const char *keyword, *value;
} defaults[] = {
	{ "client_encoding", "UTF8" },   { "fallback_application_name", "stet" }, { "connect_timeout", "10" },
	{ "keepalives_idle", "10" },     { "keepalives_interval", "5" },          { "keepalives_count", "3" },
	{ "tcp_user_timeout", "20000" },
};
#define DEFAULTS (sizeof defaults / sizeof *defaults)

/* What was found out for the first connection of this process, which may have
 * lost the right to read ~/.pgpass, or to ask for the address of a name. */
static struct {
	pthread_mutex_t lock;
	char *path, *user, *password, *address;
} known = { .lock = PTHREAD_MUTEX_INITIALIZER };

static char *copy_of(const char *s)
{
	return s && *s ? mem_strdup(s) : NULL;
}

static void note_known(const char *path, const PGconn *c)
{
	const char *host = PQhost(c);
	bool at_network = host && *host && *host != '/' && !strchr(path, ',');

	pthread_mutex_lock(&known.lock);
	if (!known.path) {
		known.path = mem_strdup(path);
		known.user = copy_of(PQuser(c));
		known.password = copy_of(PQpass(c));
		known.address = at_network ? copy_of(PQhostaddr(c)) : NULL;
	}
	pthread_mutex_unlock(&known.lock);
}

static PGconn *connect_to(const char *path)
{
	const char *keywords[DEFAULTS + 5] = { 0 }, *values[DEFAULTS + 5] = { 0 };
	size_t n = DEFAULTS;

	for (size_t i = 0; i < DEFAULTS; i++) {
		keywords[i] = defaults[i].keyword;
		values[i] = defaults[i].value;
	}
	pthread_mutex_lock(&known.lock);
	const char *const own[][2] = { { "dbname", path },
		                       { "user", known.user },
		                       { "password", known.password },
		                       { "hostaddr", known.address } };
	bool same = known.path && strcmp(known.path, path) == 0;
	for (size_t i = 0; i < (same ? sizeof own / sizeof *own : 1); i++) {
		if (!own[i][1])
			continue;
		keywords[n] = own[i][0];
		values[n++] = own[i][1];
	}
	PGconn *c = PQconnectdbParams(keywords, values, 1);
	pthread_mutex_unlock(&known.lock);
	if (PQstatus(c) == CONNECTION_OK && !same)
		note_known(path, c);
	return c;
}

static bool tell_patience(struct db *db, struct err *e)
{
	char sql[100];

	snprintf(sql, sizeof sql, "SET idle_in_transaction_session_timeout = '%llds'",
	         (long long)pg_server_of(db)->patience);
	return db_script(db, sql, e);
}

static bool set_up(struct db *db, struct err *e)
{
	static const char both[] =
	        "SET standard_conforming_strings = on; SET lock_timeout = '10s';"
	        "SET extra_float_digits = 1; SET client_min_messages = error; SET bytea_output = hex;";
	static const char writing[] = "SET synchronous_commit = on;";
	static const char reading[] = "SET default_transaction_read_only = on;";

	return db_script(db, both, e) && db_script(db, db->writable ? writing : reading, e) &&
	       (!db->writable || tell_patience(db, e));
}

static bool server_open(const char *path, enum db_mode mode, struct db **out, struct err *e)
{
	PQconninfoOption *options = PQconninfoParse(path, NULL);

	if (!options) /* the library's own words may have the password in them */
		return err_set(e, ERR_USAGE,
		               "the address of the archive is not one of a PostgreSQL server: "
		               "postgres://USER@HOST:PORT/DATABASE");
	struct db *db = mem_zalloc(1, sizeof(struct pg_server));
	db->engine = &db_pg;
	db->name = name_of(options);
	db->writable = mode != DB_READ;
	PQconninfoFree(options);
	struct pg_server *s = pg_server_of(db);
	s->path = mem_strdup(path);
	s->patience = PATIENCE;
	s->connection = connect_to(path);
	s->connections = 1;
	if (PQstatus(s->connection) != CONNECTION_OK)
		fail_connection(db, e);
	else if (PQserverVersion(s->connection) < 150000)
		err_set(e, ERR_FORMAT, "the archive %s needs PostgreSQL 15 or later", db->name);
	else if (set_up(db, e)) {
		*out = db;
		return true;
	}
	server_close(db);
	return false;
}

static bool server_set_patience(struct db *db, int64_t seconds, struct err *e)
{
	pg_server_of(db)->patience = seconds;
	return tell_patience(db, e);
}

static bool server_ready(struct db *db, struct err *e)
{
	struct pg_server *s = pg_server_of(db);

	if (PQstatus(s->connection) == CONNECTION_OK)
		return true;
	PQfinish(s->connection);
	s->connection = connect_to(s->path);
	s->connections++;
	if (PQstatus(s->connection) != CONNECTION_OK)
		return fail_connection(db, e);
	log_info("connected again to the server of the archive %s", db->name);
	return set_up(db, e);
}

static bool server_script(struct db *db, const char *sql, struct err *e)
{
	pg_settle(db);
	PGresult *r = PQexec(pg_server_of(db)->connection, sql);
	ExecStatusType status = PQresultStatus(r);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
	          pg_fail(db, r, e);
	PQclear(r);
	return ok;
}

/* ---- transactions -------------------------------------------------------- */

static bool server_begin(struct db *db, enum db_begin how, struct err *e)
{
	return server_script(db,
	                     how == DB_BEGIN_WRITE ? "BEGIN ISOLATION LEVEL READ COMMITTED"
	                                           : "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	                     e);
}

static bool server_commit(struct db *db, struct err *e)
{
	return server_script(db, "COMMIT", e);
}

static void server_rollback(struct db *db)
{
	PGconn *c = pg_server_of(db)->connection;

	pg_settle(db);
	if (PQstatus(c) == CONNECTION_OK && PQtransactionStatus(c) != PQTRANS_IDLE)
		PQclear(PQexec(c, "ROLLBACK"));
}

static bool server_given_up(struct db *db)
{
	PGTransactionStatusType status = PQtransactionStatus(pg_server_of(db)->connection);

	return status != PQTRANS_INTRANS && status != PQTRANS_ACTIVE;
}

/* ---- what only PostgreSQL has --------------------------------------------- */

/* The table "form" has one row, made last. */
static bool server_identity(struct db *db, struct db_identity *out, struct err *e)
{
	struct stmt *q;
	int64_t tables;
	bool row;

	*out = (struct db_identity){ 0 };
	if (!db_number(db, "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace", &tables,
	               e))
		return false;
	out->empty = tables == 0;
	if (!db_number(db,
	               "SELECT count(*) FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
	               " AND relname = 'form' AND relkind IN ('r', 'p')",
	               &tables, e) ||
	    !tables)
		return tables == 0;
	if (!db_query(db, "SELECT application, version FROM form", &q, e) || !db_step(q, &row, e))
		return false;
	if (row) {
		out->application = db_i64(q, 0);
		out->version = db_i64(q, 1);
		db_end(q);
	}
	return true;
}

static bool server_set_identity(struct db *db, int64_t application, int64_t version, struct err *e)
{
	char sql[300];

	snprintf(sql, sizeof sql,
	         "CREATE TABLE IF NOT EXISTS form (application bigint NOT NULL, version bigint NOT NULL);"
	         "DELETE FROM form; INSERT INTO form VALUES (%lld, %lld);",
	         (long long)application, (long long)version);
	return db_script(db, sql, e);
}

static bool server_configure(struct db *db, struct err *e)
{
	(void)db, (void)e;
	return true; /* set_up has */
}

/* Which transactions have ended, and which have not, changes with every one that ends. */
static bool server_stamp(struct db *db, int64_t *out, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(db, "SELECT pg_current_snapshot()::text", &q, e) || !db_step(q, &row, e))
		return false;
	*out = row ? (int64_t)hash_quick(db_bytes(q, 0)) : 0;
	if (row)
		db_end(q);
	return true;
}

static int64_t server_file_bytes(struct db *db)
{
	struct err e;
	int64_t bytes;

	return db_number(db,
	                 "SELECT coalesce(sum(pg_total_relation_size(oid)), 0) FROM pg_class"
	                 " WHERE relnamespace = current_schema()::regnamespace AND relkind = 'r'",
	                 &bytes, &e)
	               ? bytes
	               : 0;
}

/* A server that has no room left says so itself. */
static bool server_room(struct db *db, int64_t *bytes, struct err *e)
{
	(void)db, (void)e;
	*bytes = INT64_MAX;
	return true;
}

/* What was deleted stays on the server's disk until its place is used again. */
static bool server_set_scrub(struct db *db, bool on, struct err *e)
{
	(void)db, (void)on, (void)e;
	return true;
}

static bool server_empty_journal(struct db *db, struct err *e)
{
	static const char *const tables[] = { "VACUUM blobs", "VACUUM texts", "VACUUM packs", "VACUUM search_forms" };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (!db_script(db, tables[i], e))
			return false;
	return true;
}

/* What means a row that is not there; PostgreSQL looks after its own pages. */
static const struct {
	const char *what, *sql;
} references[] = {
	{ "articles without their source",
	  "SELECT count(*) FROM articles a WHERE NOT EXISTS (SELECT 1 FROM sources s WHERE s.id = a.source)" },
	{ "targets without their source",
	  "SELECT count(*) FROM targets t WHERE NOT EXISTS (SELECT 1 FROM sources s WHERE s.id = t.source)" },
	{ "targets without their article", "SELECT count(*) FROM targets t WHERE t.article IS NOT NULL AND NOT EXISTS"
	                                   " (SELECT 1 FROM articles a WHERE a.id = t.article)" },
	{ "checks without their target",
	  "SELECT count(*) FROM checks c WHERE NOT EXISTS (SELECT 1 FROM targets t WHERE t.id = c.target)" },
	{ "checks without their bytes", "SELECT count(*) FROM checks c WHERE c.body IS NOT NULL AND NOT EXISTS"
	                                " (SELECT 1 FROM blobs b WHERE b.id = c.body)" },
	{ "versions without their article",
	  "SELECT count(*) FROM versions v WHERE NOT EXISTS (SELECT 1 FROM articles a WHERE a.id = v.article)" },
	{ "versions without their check", "SELECT count(*) FROM versions v WHERE v.check_id IS NOT NULL AND NOT EXISTS"
	                                  " (SELECT 1 FROM checks c WHERE c.id = v.check_id)" },
	{ "changes without their version",
	  "SELECT count(*) FROM changes c WHERE NOT EXISTS"
	  " (SELECT 1 FROM versions v WHERE v.article = c.article AND v.number = c.number)" },
	{ "indexes that are not whole", "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
	                                " WHERE c.relnamespace = current_schema()::regnamespace AND NOT i.indisvalid" },
};

static bool server_check(struct db *db, bool (*found)(void *context, struct str what, struct err *e), void *context,
                         struct err *e)
{
	char what[200];
	int64_t n;

	for (size_t i = 0; i < sizeof references / sizeof *references; i++) {
		if (!db_number(db, references[i].sql, &n, e))
			return false;
		snprintf(what, sizeof what, "there are %lld %s", (long long)n, references[i].what);
		if (n && !found(context, str_from(what), e))
			return false;
	}
	return true;
}

static bool server_copy(struct db *db, const char *to, void (*progress)(void *context, int64_t done, int64_t total),
                        void *context, struct err *e)
{
	(void)to, (void)progress, (void)context;
	return err_set(e, ERR_USAGE,
	               "the archive %s is copied with PostgreSQL's own means (pg_dump, pg_basebackup), or into a file "
	               "with `stet move`",
	               db->name);
}

const struct db_engine db_pg = {
	.kind = DB_POSTGRES,
	.stmt_size = sizeof(struct pg_query),
	.open = server_open,
	.close = server_close,
	.identity = server_identity,
	.set_identity = server_set_identity,
	.configure = server_configure,
	.script = server_script,
	.begin = server_begin,
	.commit = server_commit,
	.rollback = server_rollback,
	.given_up = server_given_up,
	.ready = server_ready,
	.set_patience = server_set_patience,
	.stamp = server_stamp,
	.file_bytes = server_file_bytes,
	.room = server_room,
	.set_scrub = server_set_scrub,
	.empty_journal = server_empty_journal,
	.check = server_check,
	.copy = server_copy,
	.prepare = pg_prepare,
	.unprepare = pg_unprepare,
	.bind_null = pg_bind_null,
	.bind_i64 = pg_bind_i64,
	.bind_text = pg_bind_text,
	.bind_blob = pg_bind_blob,
	.step = pg_step,
	.end = pg_end,
	.i64 = pg_i64,
	.real = pg_real,
	.bytes = pg_bytes,
	.is_null = pg_is_null,
};
