/*
 * Statements at a PostgreSQL server: see db_engine.h.
 *
 * They are prepared there at their first use, when it is known which kinds their
 * parameters are of; parameters and results go in binary.  Rows come one by one,
 * so that a list of any length costs no memory; when another statement begins
 * before the end of the list, the rest of it is fetched first.
 *
 * A text of PostgreSQL is UTF-8 without the character 0.  What a site sends may
 * be any bytes: those that are not UTF-8 travel as the private characters
 * U+10FF00 to U+10FFFF, one for each byte, as do these characters themselves.
 *
 * Limits: a value of at most 1 GB, the server's.
 */
#include "archive/db_pg_inner.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static struct pg_query *query_of(struct stmt *q)
{
	return (struct pg_query *)q;
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
	return end - i > 1 && u < 0x10ff00 ? end - i : 0; /* what is not UTF-8 is one byte */
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

bool pg_prepare(struct stmt *base, struct err *e)
{
	struct pg_query *q = query_of(base);

	q->sql = own_text(base->sql);
	for (const char *p = q->sql; (p = strchr(p, '$'));) {
		int n = (int)strtol(++p, NULL, 10);
		q->nparameters = n > q->nparameters ? n : q->nparameters;
		if (n > 0 && n < DB_PARAMETERS)
			q->mentioned[n] = true;
	}
	return q->nparameters < DB_PARAMETERS || err_set(e, ERR_INTERNAL, "more parameters than there may be");
}

void pg_unprepare(struct stmt *base)
{
	struct pg_query *q = query_of(base);

	arena_free(q->scratch);
	free(q->rest);
	free(q->sql);
}

static const char *name_at_server(const struct pg_query *q, char name[32])
{
	snprintf(name, 32, "s%u", q->number);
	return name;
}

/* Again if it was another connection, or if a parameter that had no kind has one. */
static bool prepare_there(struct pg_query *q, struct err *e)
{
	struct pg_server *s = pg_server_of(q->base.db);
	bool current = q->prepared == s->connections;
	char name[32];
	Oid types[DB_PARAMETERS];

	for (int i = 1; i <= q->nparameters; i++)
		current = current && (q->types[i] == PG_UNKNOWN || q->types[i] == q->was[i]);
	if (current)
		return true;
	for (int i = 1; i <= q->nparameters; i++) {
		if (q->types[i] != PG_UNKNOWN || !q->mentioned[i]) /* a number may be left out */
			q->was[i] = q->types[i] != PG_UNKNOWN ? q->types[i] : PG_INT8;
		types[i - 1] = (Oid)q->was[i];
	}
	q->number = ++s->nnames;
	PGresult *r = PQprepare(s->connection, name_at_server(q, name), q->sql, q->nparameters, types);
	bool ok = PQresultStatus(r) == PGRES_COMMAND_OK || pg_fail(q->base.db, r, e);
	PQclear(r);
	q->prepared = ok ? s->connections : 0;
	return ok;
}

/* ---- parameters ----------------------------------------------------------- */

static void bind(struct stmt *base, int n, enum pg_type type, const char *value, size_t length)
{
	struct pg_query *q = query_of(base);

	if (n <= 0 || n >= DB_PARAMETERS)
		return; /* the server says that there is none */
	q->types[n] = type;
	q->values[n] = value;
	q->lengths[n] = (int)length;
}

void pg_bind_null(struct stmt *q, int n, enum db_value instead_of)
{
	static const enum pg_type types[] = { [DB_INTEGER] = PG_INT8, [DB_TEXT] = PG_TEXT, [DB_BYTES] = PG_BYTEA };

	bind(q, n, types[instead_of], NULL, 0);
}

void pg_bind_i64(struct stmt *base, int n, int64_t v)
{
	struct pg_query *q = query_of(base);

	if (n <= 0 || n >= DB_PARAMETERS)
		return;
	for (int i = 0; i < 8; i++)
		q->numbers[n][i] = (char)((uint64_t)v >> (56 - 8 * i));
	bind(base, n, PG_INT8, q->numbers[n], 8);
}

void pg_bind_text(struct stmt *base, int n, struct str s)
{
	struct str other = escape(&query_of(base)->scratch, s);

	bind(base, n, PG_TEXT, other.n ? other.p : "", other.n);
}

void pg_bind_blob(struct stmt *q, int n, struct str s)
{
	bind(q, n, PG_BYTEA, s.n ? s.p : "", s.n);
}

/* ---- rows ----------------------------------------------------------------- */

void pg_settle(struct db *db)
{
	struct pg_server *s = pg_server_of(db);
	struct pg_query *q = s->streams;

	if (!q)
		return;
	s->streams = NULL;
	for (PGresult *r; (r = PQgetResult(s->connection));) {
		q->rest = mem_grow(q->rest, &q->cap, q->nrest + 1, sizeof *q->rest);
		q->rest[q->nrest++] = r;
	}
}

static bool send(struct pg_query *q, struct err *e)
{
	struct pg_server *s = pg_server_of(q->base.db);
	int formats[DB_PARAMETERS];
	char name[32];

	pg_settle(q->base.db);
	if (!prepare_there(q, e))
		return false;
	for (int i = 0; i < q->nparameters; i++)
		formats[i] = 1;
	if (!PQsendQueryPrepared(s->connection, name_at_server(q, name), q->nparameters, q->values + 1, q->lengths + 1,
	                         formats, 1) ||
	    !PQsetSingleRowMode(s->connection))
		return pg_fail(q->base.db, NULL, e);
	s->streams = q;
	q->sent = true;
	return true;
}

static PGresult *next_result(struct pg_query *q)
{
	struct pg_server *s = pg_server_of(q->base.db);

	if (q->next < q->nrest)
		return q->rest[q->next++];
	PGresult *r = s->streams == q ? PQgetResult(s->connection) : NULL;
	if (!r && s->streams == q)
		s->streams = NULL;
	return r;
}

bool pg_step(struct stmt *base, bool *row, struct err *e)
{
	struct pg_query *q = query_of(base);

	PQclear(q->row);
	q->row = NULL;
	if (!q->sent && !send(q, e))
		return false;
	for (PGresult *r; (r = next_result(q));) {
		ExecStatusType status = PQresultStatus(r);
		if (status == PGRES_SINGLE_TUPLE) {
			q->row = r;
			*row = true;
			return true;
		}
		bool ok = status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK || pg_fail(base->db, r, e);
		PQclear(r);
		if (!ok)
			return false;
	}
	return true;
}

void pg_end(struct stmt *base)
{
	struct pg_query *q = query_of(base);

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

int64_t pg_i64(struct stmt *base, int column)
{
	const PGresult *r = query_of(base)->row;
	const char *p = PQgetvalue(r, 0, column);
	size_t n = (size_t)PQgetlength(r, 0, column);

	switch ((enum pg_type)PQftype(r, column)) {
	case PG_INT2:
		return n == 2 ? (int16_t)big_endian(p, 2) : 0;
	case PG_INT4:
		return n == 4 ? (int32_t)big_endian(p, 4) : 0;
	case PG_NUMERIC:
		return whole_of_numeric(p, n);
	default: /* PG_INT8, PG_BOOL */
		return n <= 8 ? (int64_t)big_endian(p, n) : 0;
	}
}

double pg_real(struct stmt *base, int column)
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

	switch ((enum pg_type)PQftype(r, column)) {
	case PG_FLOAT8:
		wide.i = big_endian(p, 8);
		return wide.d;
	case PG_FLOAT4:
		narrow.i = (uint32_t)big_endian(p, 4);
		return (double)narrow.f;
	default:
		return (double)pg_i64(base, column);
	}
}

struct str pg_bytes(struct stmt *base, int column)
{
	struct pg_query *q = query_of(base);
	struct str s = str_of(PQgetvalue(q->row, 0, column), (size_t)PQgetlength(q->row, 0, column));

	return PQftype(q->row, column) == PG_BYTEA ? s : unescape(&q->scratch, s);
}

bool pg_is_null(struct stmt *q, int column)
{
	return PQgetisnull(query_of(q)->row, 0, column);
}
