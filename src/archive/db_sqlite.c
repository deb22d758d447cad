/*
 * The database layer over SQLite: see db.h.
 *
 * A parameter "$3" is a name to SQLite, not a number; the numbers are looked
 * up once, when the statement is prepared.
 *
 * For RETURNING SQLite fills a table of its own, which costs more than most
 * inserts.  Where one wants its id back and nothing else, that is cut off from
 * the statement and asked of the library, which knows the last one.
 *
 * Durability is set on purpose and not left to how the library was built: WAL
 * with synchronous FULL, so that every commit is synced before it is
 * acknowledged; secure_delete off, which Debian turns on and which doubles what
 * is written.  Temporary data stay in memory: a confined process has no place
 * for files.  mmap is off: a damaged disk must be an error, not a signal.
 */
#include "archive/db_engine.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "archive/find_rank.h"
#include "base/alloc.h"
#include "base/file.h"
#include "base/hash.h"

#define MAX_VALUE_BYTES (64 * MIB)

struct query {
	struct stmt base;
	sqlite3_stmt *handle;
	bool wants_id;                   /* RETURNING id was cut off */
	bool tells_id;                   /* the row that it would give is the current one */
	int failed;                      /* first failure of a bind */
	unsigned char at[DB_PARAMETERS]; /* SQLite's index of $n */
};

struct file {
	struct db base;
	sqlite3 *handle;
	int roll; /* file descriptor with the lock of those who enrolled; -1: did not */
};

static struct file *file_of(struct db *db)
{
	return (struct file *)db;
}

static sqlite3 *handle_of(struct db *db)
{
	return file_of(db)->handle;
}

static struct query *query_of(struct stmt *q)
{
	return (struct query *)q;
}

/* ---- errors -------------------------------------------------------------- */

static const struct {
	int code;
	enum err_kind kind;
	const char *sentence;
	bool detail;
} meanings[] = {
	{ SQLITE_BUSY, ERR_BUSY, "another process is writing to the archive %s and did not finish in time", false },
	{ SQLITE_LOCKED, ERR_BUSY, "the archive %s is in use by another part of this process", false },
	{ SQLITE_FULL, ERR_FULL, "there is no room left for the archive %s", false },
	{ SQLITE_CORRUPT, ERR_CORRUPT, "the archive %s is damaged", true },
	{ SQLITE_NOTADB, ERR_FORMAT, "%s is not an archive of this program", false },
	{ SQLITE_READONLY, ERR_IO, "the archive %s can only be read", false },
	{ SQLITE_CANTOPEN, ERR_IO, "the archive %s cannot be opened", true },
	{ SQLITE_PERM, ERR_IO, "the archive %s may not be opened", true },
	{ SQLITE_IOERR, ERR_IO, "the archive %s cannot be read or written", true },
	{ SQLITE_TOOBIG, ERR_LIMIT, "something is too large for the archive %s", false },
};

static bool is_about_room(int number)
{
	return number == ENOSPC || number == EDQUOT || number == EFBIG;
}

/* The errno behind an SQLITE_IOERR.  A commit that fails leaves it only with
 * the file that it was writing to: the journal, or the archive itself. */
static int system_error(struct db *db)
{
	static const int files[] = { SQLITE_FCNTL_JOURNAL_POINTER, SQLITE_FCNTL_FILE_POINTER };
	int number = handle_of(db) ? sqlite3_system_errno(handle_of(db)) : 0;

	for (size_t i = 0; i < 2 && handle_of(db) && number == 0; i++) {
		sqlite3_file *file = NULL;
		sqlite3_file_control(handle_of(db), "main", files[i], &file);
		if (file && file->pMethods)
			file->pMethods->xFileControl(file, SQLITE_FCNTL_LAST_ERRNO, &number);
	}
	return number;
}

static bool fail(struct db *db, int code, struct err *e)
{
	int primary = code & 0xff, number = primary == SQLITE_IOERR ? system_error(db) : 0;

	if (primary == SQLITE_IOERR && is_about_room(number))
		primary = SQLITE_FULL;
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
		if (meanings[i].code != primary)
			continue;
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
		err_set(e, meanings[i].kind, meanings[i].sentence, db->name);
#pragma GCC diagnostic pop
		if (meanings[i].detail && primary == SQLITE_IOERR && number)
			err_set(e, e->kind, "%s: %s", e->text, strerror(number));
		else if (meanings[i].detail)
			err_set(e, e->kind, "%s: %s", e->text, sqlite3_errmsg(handle_of(db)));
		return false;
	}
	return err_set(e, ERR_INTERNAL, "the archive %s did not take a statement: %s", db->name,
	               sqlite3_errmsg(handle_of(db)));
}

/* ---- opening and closing ------------------------------------------------- */

/* Makes the file with our mode (its journals inherit it) and its name durable. */
static bool make_file(const char *path, struct err *e)
{
	int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

	if (fd < 0)
		return errno == EEXIST || err_set(e, ERR_IO, "cannot make the archive %s: %s", path, strerror(errno));
	close(fd);
	return file_sync_name(path) ||
	       err_set(e, ERR_IO, "cannot make the archive %s durable: %s", path, strerror(errno));
}

/* A connection is used by one thread at a time, and nobody asks how much memory
 * SQLite has: neither is worth a lock at each of its allocations.  This fails,
 * and changes nothing, where somebody else in the process has begun to use it. */
static void configure_library(void)
{
	sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
	sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static bool connect_file(struct db *db, struct err *e)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;
	struct stat st;
	int flags = (db->writable ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_EXRESCODE;

	if (stat(db->name, &st) != 0) {
		enum err_kind kind = errno == ENOENT || errno == ENOTDIR ? ERR_NOT_FOUND : ERR_IO;
		return err_set(e, kind, kind == ERR_NOT_FOUND ? "there is no archive %s" : "cannot open the archive %s",
		               db->name);
	}
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_FORMAT, "%s is not a file and so not an archive", db->name);
	pthread_once(&once, configure_library);
	int code = sqlite3_open_v2(db->name, &((struct file *)db)->handle, flags, NULL);
	if (code != SQLITE_OK)
		return fail(db, code, e);
	sqlite3_busy_timeout(handle_of(db), DB_BUSY_MS);
	sqlite3_limit(handle_of(db), SQLITE_LIMIT_LENGTH, (int)MAX_VALUE_BYTES);
	if (!find_rank_register(handle_of(db)))
		return err_set(e, ERR_INTERNAL, "the SQLite library on this machine has no FTS5");
	sqlite3_db_config(handle_of(db), SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	sqlite3_db_config(handle_of(db), SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_db_config(handle_of(db), SQLITE_DBCONFIG_DQS_DML, 0, NULL);
	sqlite3_db_config(handle_of(db), SQLITE_DBCONFIG_DQS_DDL, 0, NULL);
	return true;
}

static void file_close(struct db *db)
{
	sqlite3_close(handle_of(db));
	/* Not before: a closed descriptor takes all locks of the library on this file along. */
	if (file_of(db)->roll >= 0)
		close(file_of(db)->roll);
	free(db->name);
	free(db);
}

static bool file_open(const char *path, enum db_mode mode, struct db **out, struct err *e)
{
	struct db *db = mem_zalloc(1, sizeof(struct file));
	size_t n = strlen(path) + 3;

	/* "file:x" and ":memory:" are names of files like any other. */
	db->engine = &db_sqlite;
	file_of(db)->roll = -1;
	db->name = mem_alloc(n);
	snprintf(db->name, n, "%s%s", path[0] == '/' ? "" : "./", path);
	db->writable = mode != DB_READ;
	if ((mode == DB_CREATE && !make_file(db->name, e)) || !connect_file(db, e)) {
		file_close(db);
		return false;
	}
	*out = db;
	return true;
}

/* ---- what only SQLite has ------------------------------------------------ */

static bool file_script(struct db *db, const char *sql, struct err *e)
{
	int code = sqlite3_exec(handle_of(db), sql, NULL, NULL, NULL);
	return code == SQLITE_OK || fail(db, code, e);
}

static bool file_identity(struct db *db, struct db_identity *out, struct err *e)
{
	int64_t tables;

	if (!db_number(db, "PRAGMA application_id", &out->application, e) ||
	    !db_number(db, "PRAGMA user_version", &out->version, e) ||
	    !db_number(db, "SELECT count(*) FROM sqlite_schema", &tables, e))
		return false;
	out->empty = tables == 0;
	return true;
}

static bool file_set_identity(struct db *db, int64_t application, int64_t version, struct err *e)
{
	char sql[128];

	snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d;", (int)application,
	         (int)version);
	return file_script(db, sql, e);
}

/* The one step for which SQLite does not wait by itself: another process may be
 * making the same archive. */
static bool enter_wal(struct db *db, struct err *e)
{
	int code, waited = 0;

	while ((code = sqlite3_exec(handle_of(db), "PRAGMA journal_mode = WAL", NULL, NULL, NULL)) != SQLITE_OK) {
		if ((code & 0xff) != SQLITE_BUSY || waited >= DB_BUSY_MS)
			return fail(db, code, e);
		waited += sqlite3_sleep(20);
	}
	return true;
}

static bool file_configure(struct db *db, struct err *e)
{
	static const char common[] = "PRAGMA foreign_keys = ON;"
	                             "PRAGMA cell_size_check = ON;"
	                             "PRAGMA mmap_size = 0;"
	                             "PRAGMA cache_size = -8192;"
	                             "PRAGMA temp_store = MEMORY;"
	                             "PRAGMA recursive_triggers = OFF;";
	static const char writing[] = "PRAGMA synchronous = FULL;"
	                              "PRAGMA secure_delete = OFF;"
	                              "PRAGMA wal_autocheckpoint = 1000;"
	                              "PRAGMA journal_size_limit = 67108864;";
	static const char page_size[] = "PRAGMA page_size = 8192;"; /* counts only before the first table */

	return file_script(db, common, e) &&
	       (!db->writable || (file_script(db, page_size, e) && enter_wal(db, e) && file_script(db, writing, e)));
}

static bool file_stamp(struct db *db, int64_t *out, struct err *e)
{
	/* data_version tells of others' commits, the count of our own changes. */
	if (!db_number(db, "PRAGMA data_version", out, e))
		return false;
	*out += sqlite3_total_changes64(handle_of(db));
	return true;
}

static int64_t file_bytes(struct db *db)
{
	struct stat st;
	int64_t bytes = stat(db->name, &st) == 0 ? (int64_t)st.st_size : 0;
	const char *wal = sqlite3_filename_wal(sqlite3_db_filename(handle_of(db), "main"));

	return bytes + (wal && stat(wal, &st) == 0 ? (int64_t)st.st_size : 0);
}

static bool file_room(struct db *db, int64_t *bytes, struct err *e)
{
	struct statvfs st;

	if (statvfs(db->name, &st) != 0)
		return err_set(e, ERR_IO, "it cannot be told how much room is left for the archive %s: %s", db->name,
		               strerror(errno));
	*bytes = (int64_t)(st.f_bavail * st.f_frsize);
	return true;
}

/* ---- the roll ------------------------------------------------------------- */

/*
 * Who enrolled shares a lock on one byte far behind the end of the file, away from
 * those of the library.  It belongs to an open file (fcntl(2), F_OFD_SETLK), so that
 * the kernel ends it with the process, however that ends.
 */
#define ROLL_BYTE ((off_t)1 << 62)

static bool lock_roll(struct db *db, int command, short type, bool *locked, struct err *e)
{
	struct flock lock = { .l_type = type, .l_whence = SEEK_SET, .l_start = ROLL_BYTE, .l_len = 1 };

	while (fcntl(file_of(db)->roll, command, &lock) != 0) {
		if (errno == EINTR)
			continue;
		*locked = false;
		return (command == F_OFD_SETLK && (errno == EAGAIN || errno == EACCES)) ||
		       err_set(e, ERR_IO, "the archive %s cannot be locked: %s", db->name, strerror(errno));
	}
	*locked = true;
	return true;
}

static bool file_admit(struct db *db, struct err *e)
{
	bool locked;

	return lock_roll(db, F_OFD_SETLKW, F_RDLCK, &locked, e);
}

static bool file_enroll(struct db *db, bool *alone, struct err *e)
{
	file_of(db)->roll = open(db->name, O_RDWR | O_CLOEXEC);
	if (file_of(db)->roll < 0)
		return err_set(e, ERR_IO, "the archive %s cannot be opened: %s", db->name, strerror(errno));
	return lock_roll(db, F_OFD_SETLK, F_WRLCK, alone, e) && (*alone || file_admit(db, e));
}

static bool file_set_scrub(struct db *db, bool on, struct err *e)
{
	return db_script(db, on ? "PRAGMA secure_delete = ON" : "PRAGMA secure_delete = OFF", e);
}

static bool file_empty_journal(struct db *db, struct err *e)
{
	struct stmt *q;
	int64_t busy;

	return db_query(db, "PRAGMA wal_checkpoint(TRUNCATE)", &q, e) && db_take_i64(q, 1, &busy, e) &&
	       (!busy || err_set(e, ERR_BUSY, "somebody is reading an older state of the archive %s", db->name));
}

bool db_make_way(const char *path, struct err *e)
{
	struct db_identity id;
	struct db *db;

	if (!db_open(path, DB_WRITE, &db, e))
		return false;
	size_t n = strlen(db->name) + sizeof "-wal";
	char *journal = mem_alloc(n);
	snprintf(journal, n, "%s-wal", db->name);
	/* The last connection that has read from it takes the journal away. */
	bool ok = db_identity(db, &id, e);
	db_close(db);
	if (ok && access(journal, F_OK) == 0)
		ok = err_set(e, ERR_BUSY, "%s is in use", path);
	free(journal);
	return ok;
}

/* ---- looking at the file, and copying it --------------------------------- */

static bool check_pages(struct db *db, bool (*found)(void *, struct str, struct err *), void *context, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(db, "PRAGMA integrity_check", &q, e))
		return false;
	while ((ok = db_step(q, &row, e)) && row) {
		if (!str_eq(db_bytes(q, 0), STR("ok")) && !found(context, db_bytes(q, 0), e)) {
			db_end(q);
			return false;
		}
	}
	/* Some damages stop the engine in its own check. */
	return ok || (e->kind == ERR_CORRUPT && found(context, str_from(e->text), e));
}

static bool check_references(struct db *db, bool (*found)(void *, struct str, struct err *), void *context,
                             struct err *e)
{
	struct stmt *q;
	char what[200];
	bool row, ok;
	int n = 0;

	if (!db_query(db, "PRAGMA foreign_key_check", &q, e))
		return false;
	while ((ok = db_step(q, &row, e)) && row && n++ < 100) {
		struct str table = db_bytes(q, 0), other = db_bytes(q, 2);
		snprintf(what, sizeof what, "row %lld of %.*s means a row of %.*s that is not there",
		         (long long)db_i64(q, 1), STR_ARG(table), STR_ARG(other));
		if (!found(context, str_from(what), e)) {
			db_end(q);
			return false;
		}
	}
	if (ok && row)
		db_end(q);
	return ok;
}

static bool file_check(struct db *db, bool (*found)(void *context, struct str what, struct err *e), void *context,
                       struct err *e)
{
	return check_pages(db, found, context, e) && check_references(db, found, context, e);
}

#define COPY_PAGES 1000 /* between two calls of progress */

static bool copy_pages(struct db *db, sqlite3 *to, const char *path,
                       void (*progress)(void *context, int64_t done, int64_t total), void *context, struct err *e)
{
	sqlite3_backup *b = sqlite3_backup_init(to, "main", handle_of(db), "main");
	int code = SQLITE_OK;

	while (b && (code = sqlite3_backup_step(b, COPY_PAGES)) == SQLITE_OK) {
		int total = sqlite3_backup_pagecount(b);
		progress(context, total - sqlite3_backup_remaining(b), total);
	}
	sqlite3_backup_finish(b);
	if (code == SQLITE_DONE)
		return true;
	int number = sqlite3_system_errno(to);
	return err_set(e, is_about_room(number) || code == SQLITE_FULL ? ERR_FULL : ERR_IO,
	               "the copy %s could not be written: %s", path, sqlite3_errmsg(to));
}

static bool file_copy(struct db *db, const char *to, void (*progress)(void *context, int64_t done, int64_t total),
                      void *context, struct err *e)
{
	sqlite3 *copy = NULL;

	/* A transaction of ours holds the moment: what others commit meanwhile does not count. */
	if (!make_file(to, e) || !db_begin(db, DB_BEGIN_READ, e))
		return false;
	bool ok = sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) == SQLITE_OK ||
	          err_set(e, ERR_IO, "the copy %s cannot be opened", to);
	ok = ok && copy_pages(db, copy, to, progress, context, e);
	db_rollback(db);
	sqlite3_close(copy);
	return ok;
}

/* ---- transactions -------------------------------------------------------- */

static bool file_begin(struct db *db, enum db_begin how, struct err *e)
{
	struct stmt *q;

	return db_query(db, how == DB_BEGIN_WRITE ? "BEGIN IMMEDIATE" : "BEGIN", &q, e) && db_run(q, e);
}

static bool file_commit(struct db *db, struct err *e)
{
	struct stmt *q;

	return db_query(db, "COMMIT", &q, e) && db_run(q, e);
}

static void file_rollback(struct db *db)
{
	if (handle_of(db) && !sqlite3_get_autocommit(handle_of(db)))
		sqlite3_exec(handle_of(db), "ROLLBACK", NULL, NULL, NULL);
}

static bool file_given_up(struct db *db)
{
	return sqlite3_get_autocommit(handle_of(db));
}

/* ---- statements ---------------------------------------------------------- */

/* The length of the statement without "RETURNING id", or all of it. */
static size_t without_returning(const char *sql, bool *wants_id)
{
	struct str all = str_from(sql), tail = STR(" RETURNING id");

	*wants_id = str_starts(all, STR("INSERT INTO ")) && str_ends(all, tail) && !str_has(all, STR("DO UPDATE"));
	return *wants_id ? all.n - tail.n : all.n;
}

static bool query_prepare(struct stmt *base, struct err *e)
{
	struct query *q = query_of(base);
	struct db *db = base->db;

	size_t length = without_returning(base->sql, &q->wants_id);

	int code =
	        sqlite3_prepare_v3(handle_of(db), base->sql, (int)length, SQLITE_PREPARE_PERSISTENT, &q->handle, NULL);
	if (code != SQLITE_OK)
		return fail(db, code, e);
	for (int i = 1; i <= sqlite3_bind_parameter_count(q->handle); i++) {
		const char *name = sqlite3_bind_parameter_name(q->handle, i);
		long n = name && name[0] == '$' ? strtol(name + 1, NULL, 10) : 0;
		if (n > 0 && n < DB_PARAMETERS)
			q->at[n] = (unsigned char)i;
	}
	return true;
}

static void query_unprepare(struct stmt *q)
{
	sqlite3_finalize(query_of(q)->handle);
}

static int parameter(const struct query *q, int n)
{
	return n > 0 && n < DB_PARAMETERS ? q->at[n] : 0;
}

static void note(struct query *q, int code)
{
	if (q->failed == SQLITE_OK)
		q->failed = code;
}

static void bind_null(struct stmt *base, int n, enum db_value instead_of)
{
	struct query *q = query_of(base);

	(void)instead_of;
	note(q, sqlite3_bind_null(q->handle, parameter(q, n)));
}

static void bind_i64(struct stmt *base, int n, int64_t v)
{
	struct query *q = query_of(base);
	note(q, sqlite3_bind_int64(q->handle, parameter(q, n), v));
}

static void bind_text(struct stmt *base, int n, struct str s)
{
	struct query *q = query_of(base);
	note(q, sqlite3_bind_text64(q->handle, parameter(q, n), s.n ? s.p : "", s.n, SQLITE_STATIC, SQLITE_UTF8));
}

static void bind_blob(struct stmt *base, int n, struct str s)
{
	struct query *q = query_of(base);
	note(q, sqlite3_bind_blob64(q->handle, parameter(q, n), s.n ? s.p : "", s.n, SQLITE_STATIC));
}

static bool query_step(struct stmt *base, bool *row, struct err *e)
{
	struct query *q = query_of(base);
	int code = q->failed;

	if (code == SQLITE_OK)
		code = q->tells_id ? SQLITE_DONE : sqlite3_step(q->handle);
	q->tells_id = code == SQLITE_DONE && q->wants_id && !q->tells_id && sqlite3_changes(handle_of(base->db)) > 0;
	*row = code == SQLITE_ROW || q->tells_id;
	return *row || code == SQLITE_DONE || fail(base->db, code, e);
}

static void query_end(struct stmt *base)
{
	struct query *q = query_of(base);

	sqlite3_reset(q->handle);
	sqlite3_clear_bindings(q->handle);
	q->failed = SQLITE_OK;
	q->tells_id = false;
}

static int64_t query_i64(struct stmt *base, int column)
{
	struct query *q = query_of(base);

	return q->tells_id ? sqlite3_last_insert_rowid(handle_of(base->db)) : sqlite3_column_int64(q->handle, column);
}

static double query_real(struct stmt *q, int column)
{
	return sqlite3_column_double(query_of(q)->handle, column);
}

static struct str query_bytes(struct stmt *q, int column)
{
	const void *p = sqlite3_column_blob(query_of(q)->handle, column);
	return str_of(p, p ? (size_t)sqlite3_column_bytes(query_of(q)->handle, column) : 0);
}

static bool query_is_null(struct stmt *q, int column)
{
	return sqlite3_column_type(query_of(q)->handle, column) == SQLITE_NULL;
}

const struct db_engine db_sqlite = {
	.kind = DB_SQLITE,
	.stmt_size = sizeof(struct query),
	.open = file_open,
	.close = file_close,
	.identity = file_identity,
	.set_identity = file_set_identity,
	.configure = file_configure,
	.script = file_script,
	.begin = file_begin,
	.commit = file_commit,
	.rollback = file_rollback,
	.given_up = file_given_up,
	.stamp = file_stamp,
	.file_bytes = file_bytes,
	.room = file_room,
	.enroll = file_enroll,
	.admit = file_admit,
	.set_scrub = file_set_scrub,
	.empty_journal = file_empty_journal,
	.check = file_check,
	.copy = file_copy,
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
