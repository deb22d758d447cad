/*
 * The database layer over PostgreSQL: see db.h and db_engine.h.
 *
 * Statements are prepared at the server at their first use, when it is known
 * which kinds their parameters are of; parameters and results go in binary.
 * Rows come one by one, so that a list of any length costs no memory; when
 * another statement begins before the end of the list, the rest of it is
 * fetched first.
 *
 * A text of PostgreSQL is UTF-8 without the character 0.  What a site sends may
 * be any bytes: those that are not UTF-8 travel as the private characters
 * U+10FF00 to U+10FFFF, one for each byte, as do these characters themselves.
 *
 * A server that went away is one clear error; the next statement outside a
 * transaction connects again.  Passwords are the client library's business
 * (~/.pgpass, a service file) or stand in the address; they are in no message.
 *
 * Limits: a value of at most 1 GB, the server's.
 */
#include "archive/db_engine.h"

#include <libpq-fe.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"
#include "base/log.h"

#define PATIENCE 60 /* seconds */

/* Types of values, by the numbers that every server has for them. */
enum type {
	UNKNOWN = 0,
	BOOL = 16,
	BYTEA = 17,
	INT8 = 20,
	INT2 = 21,
	INT4 = 23,
	TEXT = 25,
	FLOAT4 = 700,
	FLOAT8 = 701,
	NUMERIC = 1700
};

struct query {
	struct stmt base;
	char *sql;                    /* as the server reads it */
	unsigned number;              /* of its name there */
	unsigned prepared;            /* at which connection; 0: never */
	enum type was[DB_PARAMETERS]; /* kinds of parameters when it was prepared */

	enum type types[DB_PARAMETERS];
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

struct server {
	struct db base;
	PGconn *connection;
	char *path;           /* with all that is secret in it */
	unsigned connections; /* made so far */
	unsigned nnames;
	int64_t patience;      /* seconds */
	struct query *streams; /* its rows are still coming */
};

static struct server *server_of(struct db *db)
{
	return (struct server *)db;
}

static struct query *query_of(struct stmt *q)
{
	return (struct query *)q;
}

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
	struct str why = first_line(PQerrorMessage(server_of(db)->connection));

	return err_set(e, ERR_IO, "the server of the archive %s cannot be reached: %.*s", db->name, STR_ARG(why));
}

static bool fail(struct db *db, const PGresult *r, struct err *e)
{
	const char *code = r ? PQresultErrorField(r, PG_DIAG_SQLSTATE) : NULL;
	const char *why = r ? PQresultErrorField(r, PG_DIAG_MESSAGE_PRIMARY) : NULL;

	if (!code || PQstatus(server_of(db)->connection) == CONNECTION_BAD)
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
	PQfinish(server_of(db)->connection);
	free(server_of(db)->path);
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
	         (long long)server_of(db)->patience);
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
	struct db *db = mem_zalloc(1, sizeof(struct server));
	db->engine = &db_pg;
	db->name = name_of(options);
	db->writable = mode != DB_READ;
	PQconninfoFree(options);
	struct server *s = server_of(db);
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
	server_of(db)->patience = seconds;
	return tell_patience(db, e);
}

static bool server_ready(struct db *db, struct err *e)
{
	struct server *s = server_of(db);

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

/* ---- results ------------------------------------------------------------- */

static bool is_row(const PGresult *r)
{
	return PQresultStatus(r) == PGRES_SINGLE_TUPLE;
}

/* Fetches what is still coming of the rows of whoever asked last. */
static void settle(struct server *s)
{
	struct query *q = s->streams;

	if (!q)
		return;
	s->streams = NULL;
	for (PGresult *r; (r = PQgetResult(s->connection));) {
		q->rest = mem_grow(q->rest, &q->cap, q->nrest + 1, sizeof *q->rest);
		q->rest[q->nrest++] = r;
	}
}

static bool server_script(struct db *db, const char *sql, struct err *e)
{
	struct server *s = server_of(db);

	settle(s);
	PGresult *r = PQexec(s->connection, sql);
	ExecStatusType status = PQresultStatus(r);
	bool ok = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK || status == PGRES_EMPTY_QUERY ||
	          fail(db, r, e);
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
	PGconn *c = server_of(db)->connection;

	settle(server_of(db));
	if (PQstatus(c) == CONNECTION_OK && PQtransactionStatus(c) != PQTRANS_IDLE)
		PQclear(PQexec(c, "ROLLBACK"));
}

static bool server_given_up(struct db *db)
{
	PGTransactionStatusType status = PQtransactionStatus(server_of(db)->connection);

	return status != PQTRANS_INTRANS && status != PQTRANS_ACTIVE;
}

/* ---- texts in their other form -------------------------------------------- */

#define ESCAPE_0 (char)0xf4 /* U+10FF00 is F4 8F BC 80 */
#define ESCAPE_1 (char)0x8f
#define ESCAPE_2 0xbcu

/* How many bytes of s, from i on, are one character that may stand as it is. */
static size_t plain_at(struct str s, size_t i)
{
	unsigned char c = (unsigned char)s.p[i];

	if (c < 0x80)
		return c != 0;
	size_t end = i;
	uint32_t u = utf8_next(s, &end);
	if (end - i < 2 || u < 0x80 || u >= 0x10ff00 || (u == 0xfffd && memcmp(s.p + i, "\xef\xbf\xbd", 3) != 0))
		return 0;
	return end - i;
}

static struct str escape(struct arena **scratch, struct str s)
{
	size_t i = 0, n = 0, plain;

	while (i < s.n && (plain = plain_at(s, i)))
		i += plain;
	if (i == s.n)
		return s;
	if (!*scratch)
		*scratch = arena_new();
	char *to = arena_alloc(*scratch, s.n * 4);
	for (i = 0; i < s.n;) {
		unsigned char c = (unsigned char)s.p[i];
		plain = plain_at(s, i);
		if (plain) {
			memcpy(to + n, s.p + i, plain);
			n += plain;
			i += plain;
			continue;
		}
		to[n++] = ESCAPE_0;
		to[n++] = ESCAPE_1;
		to[n++] = (char)(ESCAPE_2 + (c >> 6));
		to[n++] = (char)(0x80 | (c & 0x3f));
		i++;
	}
	return str_of(to, n);
}

static bool is_escape(struct str s, size_t i)
{
	return s.n - i >= 4 && s.p[i] == ESCAPE_0 && s.p[i + 1] == ESCAPE_1 && (unsigned char)s.p[i + 2] >= ESCAPE_2;
}

static struct str unescape(struct arena **scratch, struct str s)
{
	const char *first = s.n ? memchr(s.p, ESCAPE_0, s.n) : NULL;
	size_t n = 0;

	if (!first)
		return s;
	if (!*scratch)
		*scratch = arena_new();
	char *to = arena_alloc(*scratch, s.n);
	for (size_t i = 0; i < s.n;) {
		bool other = is_escape(s, i);
		unsigned byte = (unsigned char)s.p[i];
		if (other)
			byte = ((unsigned char)s.p[i + 2] - ESCAPE_2) << 6 | ((unsigned char)s.p[i + 3] & 0x3f);
		to[n++] = (char)byte;
		i += other ? 4 : 1;
	}
	return str_of(to, n);
}

/* ---- preparing ------------------------------------------------------------ */

#define MARK "/*-*/"

/* Shows what is for PostgreSQL, and cuts out what is for SQLite. */
static char *own_text(const char *sql)
{
	char *out = mem_alloc(strlen(sql) + 1), *to = out;
	bool shown = true, own = false;

	while (*sql) {
		if (strncmp(sql, MARK, sizeof MARK - 1) == 0) {
			shown = !shown;
			sql += sizeof MARK - 1;
		} else if (shown && strncmp(sql, "/*+", 3) == 0) {
			own = true;
			sql += 3;
		} else if (shown && own && strncmp(sql, "*/", 2) == 0) {
			own = false;
			sql += 2;
		} else if (shown) {
			*to++ = *sql++;
		} else {
			sql++;
		}
	}
	*to = '\0';
	return out;
}

static bool query_prepare(struct stmt *base, struct err *e)
{
	struct query *q = query_of(base);

	q->sql = own_text(base->sql);
	for (const char *p = q->sql; (p = strchr(p, '$'));) {
		int n = (int)strtol(++p, NULL, 10);
		q->nparameters = n > q->nparameters ? n : q->nparameters;
		if (n > 0 && n < DB_PARAMETERS)
			q->mentioned[n] = true;
	}
	return q->nparameters < DB_PARAMETERS || err_set(e, ERR_INTERNAL, "more parameters than there may be");
}

static void query_unprepare(struct stmt *base)
{
	struct query *q = query_of(base);

	arena_free(q->scratch);
	free(q->rest);
	free(q->sql);
}

static const char *name_at_server(const struct query *q, char name[32])
{
	snprintf(name, 32, "s%u", q->number);
	return name;
}

/* Again if it was another connection, or if a parameter that had no kind has one. */
static bool prepare_there(struct query *q, struct err *e)
{
	struct server *s = server_of(q->base.db);
	bool current = q->prepared == s->connections;
	char name[32];
	Oid types[DB_PARAMETERS];

	for (int i = 1; i <= q->nparameters; i++)
		current = current && (q->types[i] == UNKNOWN || q->types[i] == q->was[i]);
	if (current)
		return true;
	for (int i = 1; i <= q->nparameters; i++) {
		if (q->types[i] != UNKNOWN || !q->mentioned[i]) /* a number may be left out */
			q->was[i] = q->types[i] != UNKNOWN ? q->types[i] : INT8;
		types[i - 1] = (Oid)q->was[i];
	}
	q->number = ++s->nnames;
	PGresult *r = PQprepare(s->connection, name_at_server(q, name), q->sql, q->nparameters, types);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || fail(q->base.db, r, e);
	PQclear(r);
	if (ok)
		q->prepared = s->connections;
	return ok;
}

/* ---- parameters ----------------------------------------------------------- */

static void bind(struct stmt *base, int n, enum type type, const char *value, size_t length)
{
	struct query *q = query_of(base);

	if (n <= 0 || n >= DB_PARAMETERS)
		return; /* the server says that there is none */
	q->types[n] = type;
	q->values[n] = value;
	q->lengths[n] = (int)length;
}

static void bind_null(struct stmt *q, int n, enum db_value instead_of)
{
	static const enum type types[] = { [DB_INTEGER] = INT8, [DB_TEXT] = TEXT, [DB_BYTES] = BYTEA };

	bind(q, n, types[instead_of], NULL, 0);
}

static void bind_i64(struct stmt *base, int n, int64_t v)
{
	struct query *q = query_of(base);

	if (n <= 0 || n >= DB_PARAMETERS)
		return;
	for (int i = 0; i < 8; i++)
		q->numbers[n][i] = (char)((uint64_t)v >> (56 - 8 * i));
	bind(base, n, INT8, q->numbers[n], 8);
}

static void bind_text(struct stmt *base, int n, struct str s)
{
	struct str other = escape(&query_of(base)->scratch, s);

	bind(base, n, TEXT, other.n ? other.p : "", other.n);
}

static void bind_blob(struct stmt *q, int n, struct str s)
{
	bind(q, n, BYTEA, s.n ? s.p : "", s.n);
}

/* ---- rows ----------------------------------------------------------------- */

static bool send(struct query *q, struct err *e)
{
	struct server *s = server_of(q->base.db);
	int formats[DB_PARAMETERS];
	char name[32];

	settle(s);
	if (!prepare_there(q, e))
		return false;
	for (int i = 0; i < q->nparameters; i++)
		formats[i] = 1;
	if (!PQsendQueryPrepared(s->connection, name_at_server(q, name), q->nparameters, q->values + 1, q->lengths + 1,
	                         formats, 1) ||
	    !PQsetSingleRowMode(s->connection))
		return fail(q->base.db, NULL, e);
	s->streams = q;
	q->sent = true;
	return true;
}

static PGresult *next_result(struct query *q)
{
	struct server *s = server_of(q->base.db);

	if (q->next < q->nrest)
		return q->rest[q->next++];
	PGresult *r = s->streams == q ? PQgetResult(s->connection) : NULL;
	if (!r && s->streams == q)
		s->streams = NULL;
	return r;
}

static bool query_step(struct stmt *base, bool *row, struct err *e)
{
	struct query *q = query_of(base);

	PQclear(q->row);
	q->row = NULL;
	if (!q->sent && !send(q, e))
		return false;
	for (PGresult *r; (r = next_result(q));) {
		if (is_row(r)) {
			q->row = r;
			*row = true;
			return true;
		}
		ExecStatusType status = PQresultStatus(r);
		bool ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || fail(base->db, r, e);
		PQclear(r);
		if (!ok)
			return false;
	}
	return true;
}

static void query_end(struct stmt *base)
{
	struct query *q = query_of(base);

	PQclear(q->row);
	q->row = NULL;
	for (PGresult *r; q->sent && (r = next_result(q));)
		PQclear(r);
	q->nrest = q->next = 0;
	q->sent = false;
	memset(q->types, 0, sizeof q->types);
	memset(q->values, 0, sizeof q->values);
	if (q->scratch)
		arena_reset(q->scratch);
}

static uint64_t big_endian(const char *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++)
		v = v << 8 | (unsigned char)p[i];
	return v;
}

/* Four numbers of 16 bits (digits, weight, sign, scale), then digits to the base
 * of 10,000: what a sum of integers is. */
static int64_t whole_of_numeric(const char *p, size_t n)
{
	int64_t v = 0;

	if (n < 8)
		return 0;
	int digits = (int)big_endian(p, 2), weight = (int16_t)big_endian(p + 2, 2);
	for (int i = 0; i <= weight; i++)
		v = v * 10000 + (i < digits && 10 + 2 * (size_t)i <= n ? (int64_t)big_endian(p + 8 + 2 * i, 2) : 0);
	return big_endian(p + 4, 2) == 0x4000 ? -v : v;
}

static int64_t query_i64(struct stmt *base, int column)
{
	const PGresult *r = query_of(base)->row;
	const char *p = PQgetvalue(r, 0, column);
	size_t n = (size_t)PQgetlength(r, 0, column);

	switch ((enum type)PQftype(r, column)) {
	case INT2:
		return n == 2 ? (int16_t)big_endian(p, 2) : 0;
	case INT4:
		return n == 4 ? (int32_t)big_endian(p, 4) : 0;
	case NUMERIC:
		return whole_of_numeric(p, n);
	default: /* INT8, BOOL */
		return n <= 8 ? (int64_t)big_endian(p, n) : 0;
	}
}

static double query_real(struct stmt *base, int column)
{
	const PGresult *r = query_of(base)->row;
	const char *p = PQgetvalue(r, 0, column);
	union {
		uint64_t i;
		double d;
	} wide;
	union {
		uint32_t i;
		float f;
	} narrow;

	switch ((enum type)PQftype(r, column)) {
	case FLOAT8:
		wide.i = big_endian(p, 8);
		return wide.d;
	case FLOAT4:
		narrow.i = (uint32_t)big_endian(p, 4);
		return (double)narrow.f;
	default:
		return (double)query_i64(base, column);
	}
}

static struct str query_bytes(struct stmt *base, int column)
{
	struct query *q = query_of(base);
	struct str s = str_of(PQgetvalue(q->row, 0, column), (size_t)PQgetlength(q->row, 0, column));

	return PQftype(q->row, column) == BYTEA ? s : unescape(&q->scratch, s);
}

static bool query_is_null(struct stmt *q, int column)
{
	return PQgetisnull(query_of(q)->row, 0, column);
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
	.stmt_size = sizeof(struct query),
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
	.prepare = query_prepare,
	.unprepare = query_unprepare,
	.bind_null = bind_null,
	.bind_i64 = bind_i64,
	.bind_text = bind_text,
	.bind_blob = bind_blob,
	.step = query_step,
	.end = query_end,
	.i64 = query_i64,
	.real = query_real,
	.bytes = query_bytes,
	.is_null = query_is_null,
};
