/*
 * The archive: see archive/archive.h.
 *
 * Made twice: for SQLite, and with STET_TEST_POSTGRES for a PostgreSQL server
 * of its own.
 */
#include "archive/archive.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/find.h"
#include "archive/schema.h"
#include "either.h"

#define NOON 1728302400 /* 7 October 2024, 12:00 UTC */

/* ---- what the tests stand on --------------------------------------------- */

static struct arena *a;
static struct archive *ar;
static struct err e;
static char path[280];

#ifdef STET_TEST_POSTGRES
static bool index_is_whole(void)
{
	bool whole;
	CHECK_OK(find_check(ar, &whole, &e), e);
	return whole;
}

/* Whoever was killed is gone at the server, too. */
static void wait_until_alone(void)
{
	static const char sql[] = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
	                          " AND pid <> pg_backend_pid()";
	int64_t others = 1;

	while (others)
		CHECK_OK(db_number(ar->db, sql, &others, &e), e);
}
#else
static bool index_is_whole(void)
{
	return db_script(ar->db, "INSERT INTO search (search) VALUES ('integrity-check')", &e);
}

static void wait_until_alone(void)
{
}
#endif

static int64_t form(void)
{
	struct db_identity id;
	CHECK_OK(db_identity(ar->db, &id, &e), e);
	return id.version;
}

/* A fresh archive for this test; what the test before left open is closed. */
static void begin(void)
{
	archive_close(ar);
	ar = NULL;
	arena_free(a);
	a = arena_new();
	err_clear(&e);
	name_archive(path, sizeof path, "deep/er/stet.db");
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	number_from_one(ar);
}

static void reopen(enum archive_mode mode)
{
	archive_close(ar);
	ar = NULL;
	CHECK_OK(archive_open(path, mode, &ar, &e), e);
}

static int64_t source(const char *key)
{
	int64_t id;
	CHECK_OK(archive_source_ensure(ar, arena_printf(a, "%s.example", key), str_from(key), NOON, &id, &e), e);
	return id;
}

static int64_t article(int64_t of, const char *url)
{
	int64_t id;
	CHECK_OK(archive_article_add(ar, of, str_from(url), NOON, &id, &e), e);
	return id;
}

static struct target target_of(int64_t of, int64_t article_id, const char *url)
{
	struct target t = {
		.kind = article_id ? TARGET_ARTICLE : TARGET_FEED,
		.state = TARGET_CHECKED,
		.source = of,
		.article = article_id,
		.url = str_from(url),
		.origin = STR("https://harbour.example:443"),
		.added = NOON,
		.due = NOON,
		.period = 1800,
		.last_check = WHEN_NONE,
		.last_change = WHEN_NONE,
	};
	CHECK_OK(archive_target_add(ar, &t, &t.id, &e), e);
	return t;
}

static struct check check_at(int64_t target, when at)
{
	return (struct check){ .target = target,
		               .at = at,
		               .wall_ms = 120,
		               .outcome = STR("new version"),
		               .status = 200,
		               .read_as = STR("web"),
		               .content_type = STR("text/html; charset=utf-8"),
		               .origin = STR("live"),
		               .bytes = 4711 };
}

/* Title, then one paragraph a line. */
static struct article text_of(const char *lines)
{
	struct article t = { .language = STR("en"), .published = NOON, .modified = WHEN_NONE };
	struct str rest = str_from(lines), line;

	t.blocks = ARENA_ARRAY(a, struct block, MAX_BLOCKS);
	str_next_line(&rest, &t.title);
	while (str_next_line(&rest, &line))
		t.blocks[t.nblocks++] = (struct block){ .kind = BLOCK_PARAGRAPH, .at = WHEN_NONE, .text = line };
	return t;
}

static void add_version(int64_t of, int64_t number, when at, const char *lines)
{
	struct article text = text_of(lines);
	struct version v = {
		.article = of,
		.number = number,
		.first_seen = at,
		.before = number && at != WHEN_NONE ? at - 600 : WHEN_NONE,
		.later = -1,
		.identity = article_identity(&text),
		.title = text.title,
		.bylines = STR("Ada Quill, Ben Slate"),
		.published = text.published,
		.modified = WHEN_NONE,
		.words = (int64_t)article_words(&text),
	};
	CHECK_OK(archive_version_add(ar, &v, &text, &e), e);
}

static void add_change(int64_t of, int64_t number)
{
	struct change_summary s = { .article = of,
		                    .number = number,
		                    .words_added = 3,
		                    .words_removed = 1,
		                    .edited = 1,
		                    .moved = 2,
		                    .title_changed = true };
	CHECK_OK(archive_change_add(ar, &s, &e), e);
}

static bool search_for(struct str query, int64_t of, size_t offset, size_t limit, struct search_hit **hits, size_t *n,
                       int64_t *total)
{
	struct search s = { .query = query, .source = of, .offset = offset, .limit = limit };
	struct search_found found;

	bool ok = archive_search(ar, a, &s, &found, &e);
	*hits = found.hits;
	*n = found.n;
	*total = found.total;
	return ok;
}

static struct str blob_text(int64_t blob)
{
	struct str out;
	CHECK_OK(archive_blob(ar, a, blob, &out, &e), e);
	return out;
}

/* A small generator of our own: tests repeat themselves exactly. */
static uint64_t dice_state = 42;
static uint64_t dice(uint64_t sides)
{
	dice_state = dice_state * 6364136223846793005u + 1442695040888963407u;
	return (dice_state >> 33) % sides;
}

/* A page of about this many bytes; pages of neighbouring numbers differ little. */
static struct str page(size_t bytes, int number)
{
	struct buf b = BUF_INIT(2 * bytes + 200);
	uint64_t kept = dice_state;

	dice_state = 7;
	buf_printf(&b, "<html><head><meta name=nonce content=%08x></head>", (unsigned)(number * 2654435761u));
	while (b.n < bytes)
		buf_printf(&b, "<p class=c%u>word%u%s</p>\n", (unsigned)dice(900), (unsigned)dice(100000),
		           dice(40) == (uint64_t)number % 40 ? " corrected" : "");
	dice_state = kept;
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

static void poke(const char *sql)
{
	/* There are no references to be loosened. */
	if (db_kind(ar->db) == DB_POSTGRES && strncmp(sql, "PRAGMA ", 7) == 0 && strstr(sql, "; "))
		sql = strstr(sql, "; ") + 2;
	CHECK_OK(db_script(ar->db, sql, &e), e);
}

static int64_t peek(const char *sql)
{
	struct stmt *q;
	int64_t n;
	CHECK_OK(db_query(ar->db, sql, &q, &e) && db_take_i64(q, -1, &n, &e), e);
	return n;
}

/* What came of all that there was to pack. */
static struct pack_done pack_all(struct pack_wish w)
{
	struct pack_done done = { 0 };
	struct pack_job *jobs;
	size_t n;
	CHECK_OK(archive_pack_jobs(ar, a, &w, &jobs, &n, &e), e);
	for (size_t i = 0; i < n; i++)
		for (bool more = true; more;)
			CHECK_OK(archive_pack_one(ar, &jobs[i], &w, &done, &more, &e), e);
	return done;
}

/* ---- opening ------------------------------------------------------------- */

TEST(an_archive_is_made_with_its_folder_for_its_owner_only)
{
	struct stat st;

	ONLY_IN_A_FILE;
	begin();
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	*strrchr(path, '/') = '\0';
	CHECK_INT(stat(path, &st), 0);
	CHECK_INT(st.st_mode & 0777, 0700);
}

TEST(what_must_be_set_on_purpose_is_set)
{
	ONLY_IN_A_FILE;
	begin();
	CHECK_INT(peek("PRAGMA synchronous"), 2);
	CHECK_INT(peek("PRAGMA secure_delete"), 0);
	CHECK_INT(peek("PRAGMA foreign_keys"), 1);
	CHECK_INT(peek("SELECT 'wal' = (SELECT * FROM pragma_journal_mode)"), 1);
	CHECK_INT(peek("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND NOT strict"
	               " AND name NOT LIKE 'search%' AND name NOT LIKE 'sqlite%'"),
	          0);
}

TEST(a_missing_archive_is_not_made_by_reading_or_writing)
{
	char missing[300];
	struct archive *other = NULL;

	ONLY_IN_A_FILE;
	begin();
	snprintf(missing, sizeof missing, "%s.missing", path);
	CHECK(!archive_open(missing, ARCHIVE_READ, &other, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(!archive_open(missing, ARCHIVE_WRITE, &other, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK_INT(access(missing, F_OK), -1);
}

static void write_file(const char *name, const char *bytes)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	CHECK(fd >= 0);
	CHECK_INT(write(fd, bytes, strlen(bytes)), strlen(bytes));
	close(fd);
}

TEST(a_file_that_is_not_ours_is_refused_and_left_alone)
{
	char other_path[300];
	struct archive *other = NULL;
	struct db *db;

	ONLY_IN_A_FILE;
	begin();
	snprintf(other_path, sizeof other_path, "%s.txt", path);
	write_file(other_path, "Dear diary, today I learned what a harbour dredger is. It was a very long day indeed, "
	                       "and longer than a hundred bytes.\n");
	CHECK(!archive_open(other_path, ARCHIVE_CREATE, &other, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(str_has(str_from(e.text), STR("is not an archive")));

	snprintf(other_path, sizeof other_path, "%s.other", path);
	CHECK_OK(db_open(other_path, DB_CREATE, &db, &e), e);
	CHECK_OK(db_script(db, "CREATE TABLE boats (name TEXT)", &e), e);
	db_close(db);
	CHECK(!archive_open(other_path, ARCHIVE_CREATE, &other, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(str_has(str_from(e.text), STR("another program")));

	snprintf(other_path, sizeof other_path, "%s.empty", path);
	write_file(other_path, "");
	CHECK(!archive_open(other_path, ARCHIVE_WRITE, &other, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(str_has(str_from(e.text), STR("empty")));
	CHECK(!archive_open("/", ARCHIVE_CREATE, &other, &e));
}

TEST(an_archive_of_a_newer_program_is_refused)
{
	struct archive *other = NULL;

	begin();
	CHECK_OK(db_set_identity(ar->db, SCHEMA_APPLICATION, SCHEMA_VERSION + 1, &e), e);
	CHECK(!archive_open(path, ARCHIVE_READ, &other, &e));
	CHECK_INT(e.kind, ERR_FORMAT);
	CHECK(str_has(str_from(e.text), STR("newer version of this program")));
}

TEST(an_older_archive_walks_through_its_migrations)
{
	static const struct migration steps[] = {
		{ SCHEMA_VERSION + 1,
		  "ALTER TABLE sources ADD COLUMN country TEXT; UPDATE sources SET country = 'xx';" },
		{ SCHEMA_VERSION + 2, "CREATE TABLE boats (name TEXT) STRICT;" },
		{ SCHEMA_VERSION + 3, "CREATE TABLE boats (name TEXT) STRICT;" }, /* there is one */
	};

	ONLY_IN_A_FILE;
	begin();
	source("harbour");
	CHECK_OK(schema_migrate(ar->db, steps, 2, SCHEMA_VERSION + 2, &e), e);
	CHECK_INT(form(), SCHEMA_VERSION + 2);
	CHECK_INT(peek("SELECT count(*) FROM sources WHERE country = 'xx'"), 1);
	CHECK_INT(peek("SELECT count(*) FROM boats"), 0);
	CHECK_OK(schema_migrate(ar->db, steps, 2, SCHEMA_VERSION + 2, &e), e); /* nothing left to do */

	/* A step that fails leaves what the step before it left. */
	CHECK(!schema_migrate(ar->db, steps, 3, SCHEMA_VERSION + 3, &e));
	CHECK_INT(form(), SCHEMA_VERSION + 2);
	CHECK(!schema_migrate(ar->db, steps, 3, 9, &e));

	/* A reader does not migrate. */
	archive_close(ar);
	ar = NULL;
	struct db *db;
	CHECK_OK(db_open(path, DB_WRITE, &db, &e), e);
	CHECK_OK(db_set_identity(db, SCHEMA_APPLICATION, SCHEMA_VERSION - 1, &e), e);
	db_close(db);
	struct archive *reader;
	CHECK(!archive_open(path, ARCHIVE_READ, &reader, &e));
	CHECK(str_has(str_from(e.text), STR("older version")));
}

/* The form before this one had no hosts. */
TEST(an_archive_without_hosts_gets_those_of_its_targets)
{
	ONLY_IN_A_FILE;
	begin();
	int64_t of = source("harbour");
	target_of(of, 0, "https://harbour.example/1");
	int64_t hosts = peek("SELECT count(*) FROM hosts");
	CHECK(hosts > 0);
	CHECK_OK(db_script(ar->db, "DROP TRIGGER host_of_target; DROP TABLE hosts;", &e), e);
	CHECK_OK(db_set_identity(ar->db, SCHEMA_APPLICATION, 5, &e), e);
	reopen(ARCHIVE_WRITE);
	CHECK_INT(form(), SCHEMA_VERSION);
	CHECK_INT(peek("SELECT count(*) FROM hosts"), hosts);
	struct target t = { .kind = TARGET_FEED,
		            .source = of,
		            .url = STR("https://other.example/feed"),
		            .origin = STR("https://other.example:443"),
		            .added = NOON,
		            .due = NOON };
	CHECK_OK(archive_target_add(ar, &t, &t.id, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM hosts"), hosts + 1);
}

/* What the first form had is there, and what came since can be used. */
TEST(an_archive_of_the_first_form_is_brought_up_to_date)
{
	static const char first_form[] =
	        "DROP TRIGGER tally_blob_moved; DROP TRIGGER blob_left_pack; DROP TRIGGER text_left_pack;"
	        "DROP TRIGGER blob_gone; DROP TRIGGER tally_blob_gone; DROP TRIGGER text_gone; DROP INDEX blobs_loose; "
	        "DROP INDEX blobs_by_pack;"
	        "DROP INDEX texts_loose; DROP INDEX texts_by_pack; ALTER TABLE blobs DROP COLUMN target;"
	        "ALTER TABLE blobs DROP COLUMN added; ALTER TABLE blobs DROP COLUMN pack; ALTER TABLE blobs DROP "
	        "COLUMN place;"
	        "ALTER TABLE texts DROP COLUMN pack; ALTER TABLE texts DROP COLUMN place; DROP TABLE packs; DROP TABLE "
	        "takedowns; DROP TRIGGER host_of_target; DROP TABLE hosts;"
	        "DROP TABLE claims; DROP TABLE removals; DROP TABLE traffic; DROP TABLE hazards; DROP TABLE hubs;"
	        "DROP INDEX addresses_by_article; ALTER TABLE addresses DROP COLUMN why;"
	        "ALTER TABLE addresses DROP COLUMN check_id; ALTER TABLE targets DROP COLUMN published;"
	        "ALTER TABLE targets DROP COLUMN listed; ALTER TABLE targets DROP COLUMN live;"
	        "ALTER TABLE targets DROP COLUMN ttl; ALTER TABLE targets DROP COLUMN skips;"
	        "DROP TABLE search_changes; DELETE FROM facts WHERE name = 'search method';"
	        "DROP TABLE left_out; DROP TABLE lessons; DROP TABLE furniture;"
	        "ALTER TABLE newest DROP COLUMN traits; ALTER TABLE versions DROP COLUMN remade;"
	        "ALTER TABLE changes DROP COLUMN remade; DROP INDEX changes_by_time; DROP INDEX changes_by_source;"
	        "ALTER TABLE changes DROP COLUMN kinds; ALTER TABLE changes DROP COLUMN natures;"
	        "ALTER TABLE changes DROP COLUMN weight; ALTER TABLE changes DROP COLUMN method;"
	        "ALTER TABLE changes RENAME COLUMN edited TO rows_edited;"
	        "ALTER TABLE changes RENAME COLUMN added TO rows_added;"
	        "ALTER TABLE changes RENAME COLUMN removed TO rows_removed;"
	        "ALTER TABLE changes RENAME COLUMN moved TO rows_moved;"
	        "CREATE INDEX changes_by_time ON changes (first_seen, article, number);"
	        "CREATE INDEX changes_by_source ON changes (source, first_seen, article, number);";
	struct furniture f = { .rule = FURNITURE_CHURNS, .last = NOON, .since = WHEN_NONE };
	struct change_summary *old;
	struct version v;
	struct str traits;
	size_t n;

	ONLY_IN_A_FILE;
	begin();
	int64_t id = article(f.source = source("harbour"), "https://x.example/1");
	add_version(id, 0, NOON, "Crane\nup");
	add_version(id, 1, NOON + 1, "Crane\ndown");
	add_change(id, 1);
	struct target t = target_of(f.source, id, "https://x.example/1"), got;
	struct check c = check_at(t.id, NOON + 5);
	CHECK_OK(archive_check_add(ar, &c, page(3000, 1), page(300, 2), 0, &e), e);
	CHECK_OK(db_script(ar->db, first_form, &e) && db_set_identity(ar->db, SCHEMA_APPLICATION, 1, &e), e);
	reopen(ARCHIVE_WRITE);
	CHECK_INT(form(), SCHEMA_VERSION);
	CHECK_OK(archive_target_by_id(ar, a, t.id, &got, &e), e);
	CHECK_INT(got.due, t.due);
	CHECK_INT(peek("SELECT count(*) FROM blobs WHERE target = 1 AND added = 1728302405"), 2);
	pack_all((struct pack_wish){ .level = 3, .before = WHEN_NONE, .all = true });
	CHECK(str_eq(blob_text(c.body), page(3000, 1)));
	CHECK_INT(peek("SELECT count(*) FROM hosts WHERE origin = 'https://harbour.example:443'"), 1);
	CHECK_OK(archive_version(ar, a, id, 0, &v, &e), e);
	CHECK_INT(v.remade, 0);
	CHECK_OK(archive_newest_traits(ar, a, id, &traits, &e), e);
	CHECK_INT(traits.n, 0);
	CHECK_OK(archive_changes_of_method_below(ar, a, 1, 0, 0, 10, &old, &n, &e), e);
	CHECK(n == 1 && old[0].article == id && old[0].number == 1);
	old[0].weight = 412;
	old[0].method = 1;
	CHECK_OK(archive_change_update(ar, &old[0], &e), e);
	CHECK_OK(archive_changes_of_method_below(ar, a, 1, 0, 0, 10, &old, &n, &e), e);
	CHECK_INT(n, 0);
	add_version(id, 2, NOON + 2, "Crane\ngone");
	add_change(id, 2);
	CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	CHECK(f.id > 0);
}

/* ---- furniture ----------------------------------------------------------- */

TEST(furniture_is_kept_once_and_a_person_has_the_last_word)
{
	struct furniture f = { .rule = FURNITURE_REPEATS,
		               .hash = UINT64_MAX - 5,
		               .sample = STR("Sign up"),
		               .articles = 3,
		               .of = 9,
		               .last = NOON,
		               .since = NOON },
	                 *list;
	int64_t found;
	size_t n;

	begin();
	f.source = source("harbour");
	CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	int64_t id = f.id;
	f.last = f.since = NOON + 60;
	f.articles = 4;
	CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	CHECK_INT(f.id, id);
	CHECK_INT(f.since, NOON); /* since then, not since now */
	CHECK_OK(archive_furniture_find(ar, f.source, FURNITURE_REPEATS, f.hash, &found, &e), e);
	CHECK_INT(found, id);
	CHECK_OK(archive_furniture_find(ar, f.source, FURNITURE_CHURNS, f.hash, &found, &e), e);
	CHECK_INT(found, 0);
	CHECK_OK(archive_furniture_left_out(ar, id, NOON + 90, &e), e);
	CHECK_OK(archive_furniture(ar, a, f.source, false, &list, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK(list[0].hash == f.hash);
	CHECK_INT(list[0].first, NOON);
	CHECK_INT(list[0].last, NOON + 60);
	CHECK_INT(list[0].articles, 4);
	CHECK_INT(list[0].left_out, NOON + 90);
	CHECK_STR(list[0].sample, "Sign up");

	CHECK_OK(archive_furniture_judge(ar, f.source, id, VERDICT_KEEP, NOON, &e), e);
	CHECK_OK(archive_furniture(ar, a, f.source, true, &list, &n, &e), e);
	CHECK_INT(n, 0);
	f.since = NOON + 120;
	CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	CHECK_INT(f.since, WHEN_NONE);
	CHECK_OK(archive_lessons_forget(ar, f.source, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE verdict = 'keep' AND articles = 0"), 1);
}

TEST(of_what_is_being_learned_the_least_is_forgotten)
{
	begin();
	struct furniture f = { .source = source("harbour"), .rule = FURNITURE_REPEATS, .last = NOON };

	for (int i = 0; i < 10; i++) {
		f.hash = (uint64_t)i;
		f.articles = i;
		f.since = i == 0 ? NOON : WHEN_NONE;
		CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	}
	CHECK_OK(archive_furniture_trim(ar, f.source, 4, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM furniture"), 4);
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE hash IN (0, 7, 8, 9)"), 4);
	/* Then what was not needed for the longest time. */
	for (int i = 20; i < 25; i++) {
		f.hash = (uint64_t)i;
		f.since = NOON + 100 - i;
		CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	}
	CHECK_OK(archive_furniture_trim(ar, f.source, 3, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE hash IN (20, 21, 22)"), 3);
}

TEST(lessons_of_the_last_articles_are_kept)
{
	struct lesson *list;
	struct str evidence;
	size_t n;

	begin();
	int64_t of = source("harbour");
	for (int i = 1; i <= 5; i++) {
		const char *url = arena_printf(a, "https://x.example/%d", i).p;
		struct lesson l = { .article = article(of, url), .evidence = arena_printf(a, "lesson %d", i) };
		CHECK_OK(archive_lesson_put(ar, of, &l, 3, &e), e);
		l.evidence = STR("again");
		if (i == 4)
			CHECK_OK(archive_lesson_put(ar, of, &l, 3, &e), e);
	}
	CHECK_OK(archive_lessons(ar, a, of, &list, &n, &e), e);
	CHECK_INT(n, 3);
	CHECK_STR(list[0].evidence, "lesson 3");
	CHECK_STR(list[1].evidence, "again");
	CHECK_OK(archive_lesson(ar, a, list[2].article, &evidence, &e), e);
	CHECK_STR(evidence, "lesson 5");
	CHECK_OK(archive_lesson(ar, a, 1, &evidence, &e), e);
	CHECK_INT(evidence.n, 0);
}

TEST(what_was_left_out_is_kept_with_the_check)
{
	struct left_out list[] = { { .block = 5, .furniture = 1 }, { .block = -1, .furniture = 77, .doubtful = true } },
	                *back;
	struct furniture f = { .rule = FURNITURE_CHURNS, .last = NOON, .since = NOON, .sample = STR("Read on") }, *what;
	size_t n;

	begin();
	f.source = source("harbour");
	struct target t = target_of(f.source, article(f.source, "https://x.example/1"), "https://x.example/1");
	struct check c = check_at(t.id, NOON);
	CHECK_OK(archive_check_add(ar, &c, page(500, 1), STR_NONE, 0, &e), e);
	CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	CHECK_INT(f.id, 1);
	CHECK_OK(archive_left_out_put(ar, c.id, list, 2, &e), e);
	CHECK_OK(archive_left_out(ar, a, c.id, &back, &what, &n, &e), e);
	CHECK_INT(n, 2);
	CHECK_INT(back[0].block, 5);
	CHECK(!back[0].doubtful);
	CHECK_STR(what[0].sample, "Read on");
	CHECK_INT(back[1].block, -1);
	CHECK(back[1].doubtful);
	CHECK_INT(back[1].furniture, 77);
	CHECK_INT(what[1].id, 0); /* is no more */
	CHECK_OK(archive_forget_derived(ar, t.article, &e), e);
	CHECK_OK(archive_left_out(ar, a, c.id, &back, &what, &n, &e), e);
	CHECK_INT(n, 0);
}

TEST(a_change_that_only_a_rebuild_found_is_in_no_list_of_news)
{
	struct change_filter f = { .until = WHEN_NONE, .limit = 5 };
	struct change_item *items;
	size_t n;

	begin();
	int64_t of = source("harbour"), id = article(of, "https://x.example/1");
	add_version(id, 0, NOON, "Crane\nup");
	add_version(id, 1, NOON + 1, "Crane\ndown");
	struct change_summary s = { .article = id, .number = 1, .remade = NOON + 9 };
	CHECK_OK(archive_change_add(ar, &s, &e), e);
	for (int i = 0; i < 4; i++) {
		f.source = i == 1 ? of : 0;
		f.article = i == 2 ? id : 0;
		f.search = i == 3 ? STR("crane") : STR_NONE;
		f.remade_too = false;
		CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
		CHECK_INT(n, 0);
		f.remade_too = true;
		CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
		CHECK_INT(n, 1);
		CHECK_INT(items[0].summary.remade, NOON + 9);
	}
}

/* ---- transactions -------------------------------------------------------- */

TEST(a_transaction_is_all_or_nothing)
{
	begin();
	CHECK_OK(archive_begin(ar, &e), e);
	CHECK(!archive_begin(ar, &e));
	source("harbour");
	archive_rollback(ar);
	CHECK_INT(peek("SELECT count(*) FROM sources"), 0);
	CHECK(!archive_commit(ar, &e));

	CHECK_OK(archive_begin(ar, &e), e);
	source("harbour");
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK_OK(archive_begin(ar, &e), e);
	source("lighthouse");
	reopen(ARCHIVE_READ); /* open transaction: rolled back */
	CHECK_INT(peek("SELECT count(*) FROM sources"), 1);
}

TEST(the_stamp_changes_with_every_commit_whoever_made_it)
{
	struct archive *other;
	int64_t s0, s1, s2, s3;

	begin();
	CHECK_OK(archive_stamp(ar, &s0, &e), e);
	source("harbour");
	CHECK_OK(archive_stamp(ar, &s1, &e), e);
	CHECK(s1 != s0);
	CHECK_OK(archive_open(path, ARCHIVE_WRITE, &other, &e), e);
	CHECK_OK(archive_fact_set(other, "contact", STR("desk@harbour.example"), &e), e);
	archive_close(other);
	CHECK_OK(archive_stamp(ar, &s2, &e), e);
	CHECK(s2 != s1);
	CHECK_OK(archive_stamp(ar, &s3, &e), e);
	CHECK_INT(s3, s2);
}

TEST(a_name_made_in_a_transaction_that_failed_is_made_again)
{
	begin();
	int64_t of = source("harbour");
	struct target t = target_of(of, 0, "https://harbour.example/feed");
	for (int round = 0; round < 2; round++) {
		struct check c = check_at(t.id, NOON);
		CHECK_OK(archive_begin(ar, &e), e);
		CHECK_OK(archive_check_add(ar, &c, STR("<rss/>"), STR_NONE, 0, &e), e);
		if (round == 0)
			archive_rollback(ar);
		else
			CHECK_OK(archive_commit(ar, &e), e);
	}
	struct check *checks;
	size_t n;
	CHECK_OK(archive_checks(ar, a, t.id, 9, &checks, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK_STR(checks[0].outcome, "new version");
	CHECK_STR(blob_text(checks[0].body), "<rss/>");
}

#ifdef STET_TEST_POSTGRES
struct party {
	struct archive *ar;
	const char *first, *second;
	bool ok, was_busy;
	struct err e;
};
static pthread_barrier_t both_have_one;

/* What each wants second the other has. */
static void *take_both(void *context)
{
	struct party *p = context;

	p->ok = archive_begin(p->ar, &p->e) && archive_fact_set(p->ar, p->first, STR("1"), &p->e) &&
	        archive_mark(p->ar, &p->e);
	pthread_barrier_wait(&both_have_one);
	p->was_busy = p->ok && !archive_fact_set(p->ar, p->second, STR("2"), &p->e);
	if (p->was_busy)
		p->ok = p->e.kind == ERR_BUSY && archive_back_to_mark(p->ar, &p->e) && archive_commit(p->ar, &p->e) &&
		        archive_begin(p->ar, &p->e) && archive_fact_set(p->ar, p->second, STR("2"), &p->e);
	p->ok = p->ok && archive_commit(p->ar, &p->e);
	return NULL;
}

TEST(of_two_that_wait_for_each_other_one_goes_back_to_its_mark)
{
	begin();
	struct party one = { .ar = ar, .first = "harbour", .second = "quay" };
	struct party other = { .first = "quay", .second = "harbour" };
	pthread_t thread;
	CHECK_OK(archive_open(path, ARCHIVE_WRITE, &other.ar, &e), e);
	CHECK_INT(pthread_barrier_init(&both_have_one, NULL, 2), 0);
	CHECK_INT(pthread_create(&thread, NULL, take_both, &other), 0);
	take_both(&one);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&both_have_one);
	archive_close(other.ar);
	CHECK_OK(one.ok, one.e);
	CHECK_OK(other.ok, other.e);
	CHECK_INT(one.was_busy + other.was_busy, 1);
	CHECK_INT(peek("SELECT count(*) FROM facts WHERE name IN ('harbour', 'quay')"), 2);
	const char *later = one.was_busy ? "SELECT value = '2' FROM facts WHERE name = 'quay'"
	                                 : "SELECT value = '2' FROM facts WHERE name = 'harbour'";
	CHECK_INT(peek(later), 1);
}

TEST(what_another_worker_stored_just_now_can_be_looked_at_and_tried_again)
{
	begin();
	int64_t of = article(source("harbour"), "https://harbour.example/crane");
	struct article text = text_of("The old crane stays\nIt leans.");
	struct version v = { .article = of,
		             .first_seen = NOON,
		             .before = WHEN_NONE,
		             .later = -1,
		             .identity = article_identity(&text),
		             .title = text.title };

	add_version(of, 0, NOON, "The old crane goes\nIt leans.");
	CHECK(!archive_version_add(ar, &v, &text, &e));
	CHECK_INT(e.kind, ERR_BUSY);

	CHECK_OK(archive_begin(ar, &e), e);
	CHECK_OK(archive_fact_set(ar, "harbour", STR("1"), &e), e);
	CHECK_OK(archive_mark(ar, &e), e);
	CHECK(!db_script(ar->db, "INSERT INTO facts (name, value) VALUES ('harbour', '2')", &e));
	CHECK_INT(e.kind, ERR_BUSY);
	CHECK(!archive_fact_set(ar, "quay", STR("2"), &e));
	CHECK_OK(archive_back_to_mark(ar, &e), e);
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM facts WHERE name = 'harbour' AND value = '1'"), 1);
}
#endif

/* ---- sources, facts, robots ---------------------------------------------- */

TEST(a_source_is_found_by_its_site_and_its_key_made_unique)
{
	int64_t first, again, second;
	struct source s;

	begin();
	CHECK_OK(archive_source_ensure(ar, STR("harbour.example"), STR("harbour"), NOON, &first, &e), e);
	CHECK_OK(archive_source_ensure(ar, STR("harbour.example"), STR("other"), NOON, &again, &e), e);
	CHECK_INT(again, first);
	CHECK_OK(archive_source_ensure(ar, STR("harbour.test"), STR("harbour"), NOON + 5, &second, &e), e);
	CHECK(second != first);
	CHECK_OK(archive_source_by_key(ar, a, STR("harbour-2"), &s, &e), e);
	CHECK_INT(s.id, second);
	CHECK_STR(s.site, "harbour.test");
	CHECK_INT(s.added, NOON + 5);
	CHECK_OK(archive_source_set_name(ar, second, STR("The Harbour Mail"), &e), e);
	CHECK_OK(archive_source_by_key(ar, a, STR("harbour-2"), &s, &e), e);
	CHECK_STR(s.name, "The Harbour Mail");
	CHECK(!archive_source_by_key(ar, a, STR("nobody"), &s, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(!archive_source_set_name(ar, 99, STR("x"), &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
}

TEST(the_list_of_sources_counts)
{
	struct source_row *rows;
	size_t n;

	begin();
	int64_t harbour = source("harbour"), quiet = source("anchor");
	int64_t one = article(harbour, "https://harbour.example/1"),
	        two = article(harbour, "https://harbour.example/2");
	target_of(harbour, 0, "https://harbour.example/feed");
	target_of(harbour, one, "https://harbour.example/1");
	struct target t = target_of(harbour, two, "https://harbour.example/2");
	t.state = TARGET_GONE;
	CHECK_OK(archive_target_update(ar, &t, &e), e);
	add_version(one, 0, NOON, "Dredger stuck\nIt is stuck.");
	add_version(one, 1, NOON + 900, "Dredger free\nIt is free.");
	add_change(one, 1);
	CHECK_OK(archive_sources(ar, a, &rows, &n, &e), e);
	CHECK_INT(n, 2);
	CHECK_INT(rows[0].source.id, quiet);
	CHECK_INT(rows[0].articles + rows[0].versions + rows[0].feeds + rows[0].checked, 0);
	CHECK(rows[0].last_change == WHEN_NONE);
	CHECK_STR(rows[1].source.key, "harbour");
	CHECK_INT(rows[1].feeds, 1);
	CHECK_INT(rows[1].articles, 2);
	CHECK_INT(rows[1].versions, 2);
	CHECK_INT(rows[1].checked, 1);
	CHECK_INT(rows[1].last_change, NOON + 900);
}

TEST(facts_are_kept_and_replaced)
{
	struct str s;

	begin();
	CHECK_OK(archive_fact_get(ar, a, "contact", &s, &e), e);
	CHECK_STR(s, "");
	CHECK_OK(archive_fact_set(ar, "contact", STR("a@harbour.example"), &e), e);
	CHECK_OK(archive_fact_set(ar, "contact", STR("b@harbour.example"), &e), e);
	CHECK_OK(archive_fact_get(ar, a, "contact", &s, &e), e);
	CHECK_STR(s, "b@harbour.example");
}

TEST(robots_are_kept_and_replaced)
{
	struct robots_copy r = { .fetched = NOON, .expires = NOON + 3600, .reachable = true, .rules = STR("\0\1\2") };
	struct robots_copy got;

	begin();
	CHECK(!archive_robots_get(ar, a, STR("https://harbour.example:443"), &got, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK_OK(archive_robots_put(ar, STR("https://harbour.example:443"), &r, &e), e);
	r.reachable = false;
	CHECK_OK(archive_robots_put(ar, STR("https://harbour.example:443"), &r, &e), e);
	CHECK_OK(archive_robots_get(ar, a, STR("https://harbour.example:443"), &got, &e), e);
	CHECK_INT(got.fetched, NOON);
	CHECK_INT(got.expires, NOON + 3600);
	CHECK(!got.reachable);
	CHECK(str_eq(got.rules, r.rules));
}

/* ---- targets ------------------------------------------------------------- */

TEST(a_target_comes_back_as_it_was_written)
{
	struct target got, t;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	struct target feed = target_of(of, 0, "https://harbour.example/feed");
	t = target_of(of, art, "https://harbour.example/1");
	struct check c = check_at(t.id, NOON);
	CHECK_OK(archive_check_add(ar, &c, STR("body"), STR_NONE, 0, &e), e);
	t.state = TARGET_CHECKED;
	t.found_by = feed.id;
	t.label = STR("Dredger stuck");
	t.filter = STR("/news/");
	t.due = NOON + 60;
	t.period = 90;
	t.last_check = NOON + 1;
	t.last_change = NOON + 2;
	t.failures = 3;
	t.etag = STR("\"x\"");
	t.last_modified = STR("Mon, 07 Oct 2024 01:53:09 GMT");
	t.last_outcome = STR("new version");
	t.last_blob = c.body;
	CHECK_OK(archive_target_update(ar, &t, &e), e);
	CHECK_OK(archive_target_by_id(ar, a, t.id, &got, &e), e);
	CHECK_INT(got.kind, TARGET_ARTICLE);
	CHECK_INT(got.state, TARGET_CHECKED);
	CHECK_INT(got.source, of);
	CHECK_INT(got.article, art);
	CHECK_INT(got.found_by, 0); /* who found it does not change */
	CHECK_STR(got.source_key, "harbour");
	CHECK_STR(got.url, "https://harbour.example/1");
	CHECK_STR(got.origin, "https://harbour.example:443");
	CHECK_STR(got.label, "Dredger stuck");
	CHECK_STR(got.filter, "/news/");
	CHECK_INT(got.added, NOON);
	CHECK_INT(got.due, NOON + 60);
	CHECK_INT(got.period, 90);
	CHECK_INT(got.last_check, NOON + 1);
	CHECK_INT(got.last_change, NOON + 2);
	CHECK_INT(got.failures, 3);
	CHECK_STR(got.etag, "\"x\"");
	CHECK_STR(got.last_modified, "Mon, 07 Oct 2024 01:53:09 GMT");
	CHECK_STR(got.last_outcome, "new version");
	CHECK_INT(got.last_blob, c.body);

	t.id = 999;
	CHECK(!archive_target_update(ar, &t, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(!archive_target_by_id(ar, a, 999, &got, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
}

TEST(an_address_is_added_once)
{
	struct target t, long_one;

	begin();
	int64_t of = source("harbour");
	t = target_of(of, 0, "https://harbour.example/feed");
	struct target again = target_of(of, 0, "https://harbour.example/feed");
	CHECK_INT(again.id, t.id);
	long_one = t;
	char *url = arena_alloc(a, MAX_URL_BYTES + 1);
	memset(url, 'u', MAX_URL_BYTES + 1);
	long_one.url = str_of(url, MAX_URL_BYTES + 1);
	CHECK(!archive_target_add(ar, &long_one, &long_one.id, &e));
	CHECK_INT(e.kind, ERR_LIMIT);
}

TEST(a_target_is_found_by_any_address_of_its_article)
{
	struct target got;
	int64_t id;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	struct target t = target_of(of, art, "https://harbour.example/1");
	CHECK_OK(archive_address_add(ar, STR("https://harbour.example/amp/1"), art, "redirect", 0, NOON, &e), e);
	CHECK_OK(archive_address_add(ar, STR("https://harbour.example/amp/1"), art, "redirect", 0, NOON, &e), e);
	CHECK_OK(archive_address_add(ar, STR("https://harbour.example/1"), art, "redirect", 0, NOON, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM addresses WHERE why = 'redirect' AND check_id IS NULL"), 1);
	CHECK_OK(archive_target_by_url(ar, a, STR("https://harbour.example/amp/1"), &got, &e), e);
	CHECK_INT(got.id, t.id);
	CHECK_OK(archive_article_by_url(ar, a, STR("https://harbour.example/amp/1"), &id, &e), e);
	CHECK_INT(id, art);
	CHECK_INT(article(of, "https://harbour.example/amp/1"), art);
	CHECK(!archive_target_by_url(ar, a, STR("https://harbour.example/2"), &got, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(!archive_article_by_url(ar, a, STR("https://harbour.example/2"), &id, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
}

TEST(what_was_given_up_or_is_gone_may_still_be_due)
{
	static const struct {
		enum target_state state;
		bool due;
	} cases[] = { { TARGET_CHECKED, true },    { TARGET_GIVEN_UP, true }, { TARGET_GONE, true },
		      { TARGET_UNWATCHED, false }, { TARGET_FAILED, false },  { TARGET_IMPORTED, false } };
	struct target got;

	begin();
	int64_t of = source("harbour");
	struct target t = target_of(of, article(of, "https://harbour.example/1"), "https://harbour.example/1");
	t.published = NOON - 5;
	t.listed = UINT64_MAX - 3;
	t.live = true;
	t.ttl = 3600;
	t.skips = 1 << 30;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		t.state = cases[i].state;
		t.due = NOON;
		CHECK_OK(archive_target_update(ar, &t, &e), e);
		CHECK_OK(archive_target_by_id(ar, a, t.id, &got, &e), e);
		CHECK_INT(got.due, cases[i].due ? NOON : WHEN_NONE);
	}
	CHECK_INT(got.published, NOON - 5);
	CHECK(got.listed == UINT64_MAX - 3 && got.live && got.ttl == 3600 && got.skips == 1 << 30);
}

TEST(a_removal_is_news_when_it_is_confirmed_and_when_it_is_over)
{
	struct removal r, *all;
	struct removal_item *items;
	size_t n;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	CHECK(!archive_removal(ar, a, art, &r, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	r = (struct removal){ .article = art,
		              .since = NOON,
		              .before = NOON - HOURS,
		              .outcome = STR("not found"),
		              .checks = 1,
		              .confirmed = WHEN_NONE,
		              .back = WHEN_NONE };
	CHECK_OK(archive_removal_put(ar, &r, &e), e);
	CHECK_OK(archive_removals(ar, a, 0, STR_NONE, WHEN_NONE, 10, &items, &n, &e), e);
	CHECK_INT(n, 0);
	r.checks = 3;
	r.confirmed = NOON + 2 * DAYS;
	CHECK_OK(archive_removal_put(ar, &r, &e), e);
	CHECK_OK(archive_removal(ar, a, art, &r, &e), e);
	CHECK_INT(r.checks, 3);
	CHECK_OK(archive_removals(ar, a, of, STR_NONE, WHEN_NONE, 10, &items, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK(items[0].at == NOON + 2 * DAYS && !items[0].returned);
	CHECK_STR(items[0].source_key, "harbour");
	r.back = NOON + 5 * DAYS;
	CHECK_OK(archive_removal_put(ar, &r, &e), e);
	CHECK(!archive_removal(ar, a, art, &r, &e));
	CHECK_OK(archive_removals(ar, a, 0, STR_NONE, WHEN_NONE, 10, &items, &n, &e), e);
	CHECK_INT(n, 2);
	CHECK(items[0].returned && items[0].at == NOON + 5 * DAYS && !items[1].returned);
	CHECK_OK(archive_removals(ar, a, 0, STR_NONE, NOON + 5 * DAYS, 10, &items, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK_OK(archive_removals_of(ar, a, art, &all, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK_OK(archive_removal_drop(ar, art, NOON, &e), e);
	CHECK_OK(archive_removals_of(ar, a, art, &all, &n, &e), e);
	CHECK_INT(n, 0);
}

TEST(traffic_adds_up_by_source_and_by_origin)
{
	struct traffic one = { .day = 20000,
		               .origin = STR("https://harbour.example"),
		               .requests = 2,
		               .not_modified = 1,
		               .failed = 0,
		               .bytes = 700 },
	               *rows;
	int64_t requests;
	size_t n;

	begin();
	int64_t of = source("harbour"), other = source("morning");
	CHECK_OK(archive_traffic_add(ar, of, &one, &e), e);
	CHECK_OK(archive_traffic_add(ar, of, &one, &e), e);
	CHECK_OK(archive_traffic_add(ar, other, &one, &e), e);
	CHECK_OK(archive_traffic(ar, a, of, 20000, &rows, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK(rows[0].requests == 4 && rows[0].not_modified == 2 && rows[0].bytes == 1400);
	CHECK_OK(archive_traffic(ar, a, of, 20001, &rows, &n, &e), e);
	CHECK_INT(n, 0);
	CHECK_OK(archive_traffic_of_origin(ar, one.origin, 20000, &requests, &e), e);
	CHECK_INT(requests, 6);
	CHECK_OK(archive_traffic_of_origin(ar, one.origin, 19999, &requests, &e), e);
	CHECK_INT(requests, 0);
}

TEST(a_model_of_hazards_is_kept_for_each_source)
{
	struct str model;

	begin();
	CHECK_OK(archive_hazards_get(ar, a, 0, &model, &e), e);
	CHECK_INT(model.n, 0);
	CHECK_OK(archive_hazards_put(ar, 0, str_of("\0x", 2), NOON, &e), e);
	CHECK_OK(archive_hazards_put(ar, 0, str_of("\0xy", 3), NOON, &e), e);
	CHECK_OK(archive_hazards_get(ar, a, 0, &model, &e), e);
	CHECK_INT(model.n, 3);
}

TEST(a_hub_is_asked_again_before_its_promise_ends)
{
	struct hub *due, got;
	size_t n;

	begin();
	int64_t of = source("harbour");
	struct target t = target_of(of, 0, "https://harbour.example/feed");
	struct hub h = { .target = t.id,
		         .hub = STR("https://hub.example/"),
		         .topic = t.url,
		         .secret = STR("s3"),
		         .asked = WHEN_NONE,
		         .until = WHEN_NONE,
		         .heard = WHEN_NONE };
	CHECK_OK(archive_hub_put(ar, &h, &e), e);
	CHECK_OK(archive_hubs_due(ar, a, NOON, NOON, &due, &n, &e), e);
	CHECK_INT(n, 1);
	h.asked = NOON;
	CHECK_OK(archive_hub_put(ar, &h, &e), e);
	CHECK_OK(archive_hubs_due(ar, a, NOON, NOON, &due, &n, &e), e);
	CHECK_INT(n, 0);
	h.until = NOON + DAYS;
	CHECK_OK(archive_hub_put(ar, &h, &e), e);
	CHECK_OK(archive_hubs_due(ar, a, NOON + DAYS, NOON + HOURS, &due, &n, &e), e);
	CHECK_INT(n, 0);
	CHECK_OK(archive_hubs_due(ar, a, NOON + DAYS, NOON + 2 * DAYS, &due, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK_OK(archive_hub(ar, a, t.id, &got, &e), e);
	CHECK_STR(got.secret, "s3");
	CHECK_OK(archive_hub_by_secret(ar, a, STR("s3"), &got, &e), e);
	CHECK_INT(got.target, t.id);
	CHECK(!archive_hub_by_secret(ar, a, STR("s"), &got, &e));
	CHECK(!archive_hub(ar, a, t.id + 1, &got, &e));
}

TEST(of_several_targets_of_an_article_the_checked_one_speaks)
{
	struct target got;
	struct article_row row;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	CHECK(!archive_target_of_article(ar, a, art, &got, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	struct target first = target_of(of, art, "https://harbour.example/1");
	struct target second = target_of(of, art, "https://harbour.example/print/1");
	CHECK_OK(archive_target_of_article(ar, a, art, &got, &e), e);
	CHECK_INT(got.id, second.id);
	second.state = TARGET_GONE;
	second.due = WHEN_NONE;
	CHECK_OK(archive_target_update(ar, &second, &e), e);
	CHECK_OK(archive_target_of_article(ar, a, art, &got, &e), e);
	CHECK_INT(got.id, first.id);
	CHECK_OK(archive_article(ar, a, art, &row, &e), e);
	CHECK_INT(row.state, TARGET_CHECKED);
	CHECK_INT(row.next_check, NOON);
	first.state = TARGET_GIVEN_UP;
	CHECK_OK(archive_target_update(ar, &first, &e), e);
	CHECK_OK(archive_article(ar, a, art, &row, &e), e);
	CHECK_INT(row.state, TARGET_GONE);
	CHECK(row.next_check == WHEN_NONE);
}

TEST(lists_of_targets_are_filtered)
{
	struct target *list;
	size_t n;

	begin();
	int64_t harbour = source("harbour"), anchor = source("anchor");
	struct target feed = target_of(harbour, 0, "https://harbour.example/feed");
	int64_t art = article(harbour, "https://harbour.example/1");
	struct target own = target_of(harbour, art, "https://harbour.example/1"); /* added by a person */
	struct target found = { .kind = TARGET_ARTICLE,
		                .source = harbour,
		                .found_by = feed.id,
		                .due = NOON,
		                .url = STR("https://harbour.example/2"),
		                .origin = STR("o"),
		                .added = NOON };
	CHECK_OK(archive_target_add(ar, &found, &found.id, &e), e);
	struct target other = target_of(anchor, 0, "https://anchor.example/feed");
	other.state = TARGET_UNWATCHED;
	CHECK_OK(archive_target_update(ar, &other, &e), e);

	CHECK_OK(archive_targets(ar, a, (struct target_filter){ 0 }, &list, &n, &e), e);
	CHECK_INT(n, 3);
	CHECK_OK(archive_targets(ar, a, (struct target_filter){ .any_state = true }, &list, &n, &e), e);
	CHECK_INT(n, 4);
	CHECK_OK(archive_targets(ar, a, (struct target_filter){ .feeds_only = true }, &list, &n, &e), e);
	CHECK_INT(n, 2);
	CHECK_INT(list[0].id, feed.id);
	CHECK_INT(list[1].id, own.id);
	CHECK_OK(archive_targets(ar, a, (struct target_filter){ .source = harbour }, &list, &n, &e), e);
	CHECK_INT(n, 3);
	CHECK_OK(archive_targets(ar, a,
	                         (struct target_filter){ .source = anchor, .feeds_only = true, .any_state = true },
	                         &list, &n, &e),
	         e);
	CHECK_INT(n, 1);
}

/* ---- leases -------------------------------------------------------------- */

static void add_due(int64_t of, const char *host, int i, when due, int64_t period)
{
	struct target t = { .kind = TARGET_ARTICLE,
		            .source = of,
		            .period = period,
		            .due = due,
		            .added = NOON,
		            .last_check = WHEN_NONE,
		            .last_change = WHEN_NONE,
		            .url = arena_printf(a, "https://%s/%d", host, i),
		            .origin = arena_printf(a, "https://%s:443", host) };
	CHECK_OK(archive_target_add(ar, &t, &t.id, &e), e);
}

/* As one worker that holds whatever is due. */
static bool lease_due(when now, int64_t hold, size_t limit, struct target **out, size_t *n)
{
	struct lease_wish w = {
		.worker = "one", .lease_ms = 60000, .now = now, .hold = hold, .hosts = 100, .limit = limit
	};
	struct host_lease *hosts;
	size_t nhosts;

	return archive_lease_due(ar, a, &w, &hosts, &nhosts, out, n, &e);
}

TEST(a_lease_takes_what_is_due_earliest_first_and_only_once)
{
	struct target *got;
	size_t n;
	when next;

	begin();
	int64_t of = source("harbour");
	CHECK_OK(archive_next_due(ar, &next, &e), e);
	CHECK(next == WHEN_NONE);
	add_due(of, "a.example", 1, NOON - 10, 60);
	add_due(of, "b.example", 2, NOON - 30, 7200);
	add_due(of, "c.example", 3, NOON, 60);
	add_due(of, "d.example", 4, NOON + 1, 60);
	CHECK_OK(archive_next_due(ar, &next, &e), e);
	CHECK_INT(next, NOON - 30);
	CHECK_OK(lease_due(NOON, 300, 2, &got, &n), e);
	CHECK_INT(n, 2);
	CHECK_STR(got[0].url, "https://b.example/2");
	CHECK_INT(got[0].due, NOON + 7200); /* its period is longer than the hold */
	CHECK_STR(got[1].url, "https://a.example/1");
	CHECK_INT(got[1].due, NOON + 300);
	CHECK_OK(lease_due(NOON, 300, 9, &got, &n), e);
	CHECK_INT(n, 1);
	CHECK_STR(got[0].url, "https://c.example/3");
	CHECK_STR(got[0].source_key, "harbour");
	CHECK_OK(lease_due(NOON, 300, 9, &got, &n), e);
	CHECK_INT(n, 0);
	CHECK_OK(archive_next_due(ar, &next, &e), e);
	CHECK_INT(next, NOON + 1);
}

static struct lease_wish wish_of(const char *worker, size_t hosts)
{
	return (struct lease_wish){
		.worker = worker, .lease_ms = 60000, .now = NOON, .hold = 300, .hosts = hosts, .limit = 100
	};
}

static bool stands(const struct host_lease *l)
{
	bool is;
	CHECK_OK(archive_host_stands(ar, l, &is, &e), e);
	return is;
}

TEST(a_host_is_leased_to_one_worker_at_a_time)
{
	struct lease_wish one = wish_of("one", 2), two = wish_of("two", 9);
	struct host_lease *hosts, mine, theirs;
	struct target *got;
	size_t n, nhosts;
	bool leased;

	begin();
	int64_t of = source("harbour");
	for (int i = 0; i < 3; i++)
		for (int k = 0; k < 2; k++)
			add_due(of, arena_printf(a, "host%d.example", i).p, i * 2 + k, NOON - 100 + i, 60);
	CHECK_OK(archive_lease_due(ar, a, &one, &hosts, &nhosts, &got, &n, &e), e);
	CHECK_INT(nhosts, 2);
	CHECK_INT(n, 4);
	mine = hosts[0];
	CHECK_INT(mine.epoch, 1);
	CHECK(stands(&mine));
	CHECK_OK(archive_lease_due(ar, a, &two, &hosts, &nhosts, &got, &n, &e), e);
	CHECK_INT(nhosts, 1);
	CHECK_INT(n, 2);
	CHECK(str_has(got[0].url, STR("host2")));
	CHECK_OK(archive_host_lease(ar, a, &two, mine.origin, &theirs, &leased, &e), e);
	CHECK(!leased);
	/* What it was asked to wait for goes with the host. */
	mine.pause_ms = 5000;
	mine.wait_ms = 90000;
	mine.refusals = 3;
	CHECK_OK(archive_host_release(ar, &mine, &e), e);
	CHECK(!stands(&mine));
	CHECK_OK(archive_host_lease(ar, a, &two, mine.origin, &theirs, &leased, &e), e);
	CHECK(leased);
	CHECK_INT(theirs.epoch, 2);
	CHECK(theirs.pause_ms > 0 && theirs.pause_ms <= 5000);
	CHECK(theirs.wait_ms > 60000 && theirs.wait_ms <= 90000);
	CHECK_INT(theirs.refusals, 3);
	CHECK(stands(&theirs));
}

TEST(a_lease_that_is_over_is_another_workers_and_stays_over)
{
	struct lease_wish one = wish_of("one", 9), two = wish_of("two", 9);
	struct host_lease first, second;
	bool leased, renewed;

	begin();
	CHECK_OK(archive_host_lease(ar, a, &one, STR("https://x.example"), &first, &leased, &e), e);
	CHECK(leased);
	CHECK_OK(archive_host_renew(ar, &first, 60000, &renewed, &e), e);
	CHECK(renewed);
	poke("UPDATE hosts SET leased_until = 5");
	CHECK(!stands(&first));
	CHECK_OK(archive_host_renew(ar, &first, 60000, &renewed, &e), e);
	CHECK(!renewed);
	CHECK_OK(archive_host_lease(ar, a, &two, STR("https://x.example"), &second, &leased, &e), e);
	CHECK(leased);
	CHECK_INT(second.epoch, 2);
	CHECK(stands(&second));
	/* Late words of the first change nothing. */
	first.wait_ms = 1000000;
	CHECK_OK(archive_host_release(ar, &first, &e), e);
	CHECK(stands(&second));
	CHECK(!stands(&first));
}

TEST(a_backlog_of_one_host_keeps_nobody_waiting)
{
	struct target *got;
	size_t n, crowd = 0, others = 0;

	begin();
	int64_t of = source("harbour");
	CHECK_OK(archive_begin(ar, &e), e);
	for (int i = 0; i < 3000; i++)
		add_due(of, "crowd.example", i, NOON - 5000 + i, 60);
	for (int i = 0; i < 20; i++)
		add_due(of, arena_printf(a, "small%d.example", i).p, i, NOON - 1, 60);
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK_OK(lease_due(NOON, 300, 40, &got, &n), e);
	for (size_t i = 0; i < n; i++)
		*(str_has(got[i].url, STR("crowd")) ? &crowd : &others) += 1;
	CHECK_INT(others, 20);
	CHECK(crowd >= 8 && crowd <= 16);
	CHECK_STR(got[0].url, "https://crowd.example/0");
}

/* ---- checks and blobs ---------------------------------------------------- */

TEST(a_check_comes_back_as_it_was_written)
{
	struct check *got, c;
	size_t n;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	struct target t = target_of(of, art, "https://harbour.example/1");
	c = check_at(t.id, NOON);
	c.url = STR("https://harbour.example/one");
	c.detail = STR("it took its time");
	c.failed = true;
	CHECK_OK(archive_check_add(ar, &c, STR("<p>Hello</p>"), STR("HTTP/1.1 200 OK\r\n"), 0, &e), e);
	struct check plain = check_at(t.id, NOON + 60);
	plain.outcome = STR("not modified");
	plain.status = 304;
	plain.body = c.body; /* known already */
	CHECK_OK(archive_check_add(ar, &plain, STR_NONE, STR_NONE, 0, &e), e);
	struct check lost = { .target = t.id, .at = NOON + 120, .outcome = STR("no answer"), .failed = true };
	CHECK_OK(archive_check_add(ar, &lost, STR_NONE, STR_NONE, 0, &e), e);

	CHECK_OK(archive_checks(ar, a, t.id, 10, &got, &n, &e), e);
	CHECK_INT(n, 3);
	CHECK_INT(got[0].id, lost.id);
	CHECK_INT(got[0].body, 0);
	CHECK_STR(got[0].read_as, "");
	CHECK_INT(got[1].body, c.body);
	CHECK_INT(got[1].status, 304);
	CHECK_STR(got[1].outcome, "not modified");
	CHECK_INT(got[2].id, c.id);
	CHECK_INT(got[2].at, NOON);
	CHECK_INT(got[2].wall_ms, 120);
	CHECK(got[2].failed);
	CHECK_STR(got[2].url, "https://harbour.example/one");
	CHECK_STR(got[2].read_as, "web");
	CHECK_STR(got[2].content_type, "text/html; charset=utf-8");
	CHECK_STR(got[2].detail, "it took its time");
	CHECK_STR(got[2].origin, "live");
	CHECK_INT(got[2].bytes, 4711);
	CHECK_STR(blob_text(got[2].body), "<p>Hello</p>");
	CHECK_STR(blob_text(got[2].headers), "HTTP/1.1 200 OK\r\n");
	CHECK_OK(archive_checks(ar, a, t.id, 1, &got, &n, &e), e);
	CHECK_INT(n, 1);

	CHECK_OK(archive_checks_to_rebuild(ar, a, art, &got, &n, &e), e);
	CHECK_INT(n, 2);
	CHECK_INT(got[0].id, c.id);
	CHECK_STR(got[0].url, "https://harbour.example/one");
	CHECK_STR(got[1].url, "https://harbour.example/1");

	bool known;
	struct sha256 h = hash_sha256(STR("<p>Hello</p>")), nobody = hash_sha256(STR("?"));
	CHECK_OK(archive_check_known(ar, t.id, NOON, &h, &known, &e), e);
	CHECK(known);
	CHECK_OK(archive_check_known(ar, t.id, NOON + 1, &h, &known, &e), e);
	CHECK(!known);
	CHECK_OK(archive_check_known(ar, t.id, NOON, &nobody, &known, &e), e);
	CHECK(!known);
}

TEST(the_latest_checks_come_with_their_targets)
{
	struct check *got;
	struct target *targets;
	size_t n;

	begin();
	int64_t of = source("harbour");
	struct target x = target_of(of, 0, "https://harbour.example/x"),
	              y = target_of(of, 0, "https://harbour.example/y");
	for (int i = 0; i < 10; i++) {
		struct check c = check_at(i % 2 ? x.id : y.id, NOON - i); /* imported backwards */
		c.failed = i % 3 == 0;
		CHECK_OK(archive_check_add(ar, &c, STR_NONE, STR_NONE, 0, &e), e);
	}
	CHECK_OK(archive_checks_latest(ar, a, false, 4, &got, &targets, &n, &e), e);
	CHECK_INT(n, 4);
	CHECK_INT(got[0].at, NOON);
	CHECK_INT(got[3].at, NOON - 3);
	CHECK_INT(targets[0].id, y.id);
	CHECK_INT(targets[1].id, x.id);
	CHECK_OK(archive_checks_latest(ar, a, true, 100, &got, &targets, &n, &e), e);
	CHECK_INT(n, 4);
	CHECK_INT(got[1].at, NOON - 3);
}

TEST(equal_bytes_are_kept_once)
{
	int64_t found;

	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	struct check c = check_at(t.id, NOON), d = check_at(t.id, NOON + 1);
	struct str body = page(3000, 1);
	struct sha256 h = hash_sha256(body);
	CHECK(!archive_blob_find(ar, &h, &found, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK_OK(archive_check_add(ar, &c, body, body, 0, &e), e);
	CHECK_OK(archive_check_add(ar, &d, body, STR_NONE, c.body, &e), e);
	CHECK_INT(d.body, c.body);
	CHECK_INT(c.headers, c.body);
	CHECK_INT(peek("SELECT count(*) FROM blobs"), 1);
	CHECK_OK(archive_blob_find(ar, &h, &found, &e), e);
	CHECK_INT(found, c.body);
	struct str none;
	CHECK(!archive_blob(ar, a, 4242, &none, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
}

TEST(a_long_history_reads_back_identical_and_stays_small)
{
	enum { N = 600 };
	static int64_t blobs[N];
	struct sha256 hashes[N];
	int64_t base = 0;

	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	CHECK_OK(archive_begin(ar, &e), e);
	for (int i = 0; i < N; i++) {
		struct check c = check_at(t.id, NOON + i);
		struct str body = page(20000, i),
		           headers = arena_printf(a,
		                                  "HTTP/1.1 200 OK\r\nServer: quay\r\nDate: %d\r\n"
		                                  "Content-Type: text/html\r\n",
		                                  i);
		CHECK_OK(archive_check_add(ar, &c, body, headers, base, &e), e);
		base = blobs[i] = c.body;
		hashes[i] = hash_sha256(body);
	}
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK(peek("SELECT max(depth) FROM blobs") == PACK_DEPTH - 1);
	CHECK(peek("SELECT sum(length(packed)) FROM blobs") < peek("SELECT sum(size) FROM blobs") / 20);
	reopen(ARCHIVE_READ);
	for (int i = 0; i < N; i++) {
		int k = (int)dice(N); /* in any order */
		struct sha256 h = hash_sha256(blob_text(blobs[k]));
		CHECK(sha256_eq(&h, &hashes[k]));
	}
}

TEST(bodies_of_every_size_survive)
{
	static const size_t sizes[] = { 1, 2, 100, 8000, 70000, 600000, 3000000, 16 * 1024 * 1024 };
	int64_t base = 0;

	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
		for (int change = 0; change < 2; change++) {
			struct check c = check_at(t.id, NOON + (when)i);
			struct str body = str_sub(page(sizes[i] + 400, change), 0, sizes[i]);
			CHECK_OK(archive_check_add(ar, &c, body, STR_NONE, base, &e), e);
			reopen(ARCHIVE_WRITE);
			CHECK(str_eq(blob_text(c.body), body));
			base = c.body;
		}
	}
	CHECK(peek("SELECT count(*) FROM blobs WHERE base IS NOT NULL AND size > 500000") >= 3);
	struct check c = check_at(t.id, NOON);
	struct str huge = page(MAX_BODY_BYTES + 1, 0);
	CHECK(!archive_check_add(ar, &c, huge, STR_NONE, 0, &e));
	CHECK_INT(e.kind, ERR_LIMIT);
}

TEST(the_first_page_of_an_article_stands_alone_until_it_is_packed_with_its_source)
{
	begin();
	int64_t of = source("harbour"), other = source("morning"), loose;
	struct target t[4] = { target_of(of, 0, "https://harbour.example/1"),
		               target_of(of, 0, "https://harbour.example/2"),
		               target_of(other, 0, "https://morning.example/1"),
		               target_of(of, 0, "https://harbour.example/3") };
	struct check c[4];
	for (size_t i = 0; i < 4; i++) {
		c[i] = check_at(t[i].id, NOON + (when)i);
		CHECK_OK(archive_check_add(ar, &c[i], page(40000, (int)i), STR_NONE, 0, &e), e);
	}
	CHECK_INT(peek("SELECT count(*) FROM blobs WHERE base IS NULL AND depth = 0"), 4);
	loose = peek("SELECT sum(length(packed)) FROM blobs");
	pack_all((struct pack_wish){ .level = 3, .before = WHEN_NONE, .all = true });
	CHECK_INT(peek("SELECT count(DISTINCT pack) FROM blobs"), 2);
	CHECK(peek("SELECT sum(length(packed)) FROM packs") < loose * 2 / 3);
	for (size_t i = 0; i < 4; i++)
		CHECK(str_eq(blob_text(c[i].body), page(40000, (int)i)));
}

/* A wall at each check: nothing is known to compare it with but the wall before. */
TEST(a_body_without_a_base_is_a_delta_to_what_its_target_brought_last)
{
	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/1");
	int64_t last = 0;
	for (int i = 0; i < 4; i++) {
		struct check c = check_at(t.id, NOON + i), silent = check_at(t.id, NOON + i);
		struct str body = page(40000, i);
		struct sha256 hash = hash_sha256(body);
		c.body_hash = i % 2 ? &hash : NULL;
		CHECK_OK(archive_check_add(ar, &c, body, STR_NONE, 0, &e), e);
		CHECK_OK(archive_check_add(ar, &silent, STR_NONE, STR_NONE, 0, &e), e);
		CHECK_INT(peek("SELECT coalesce(base, 0) FROM blobs ORDER BY id DESC LIMIT 1"), last);
		last = c.body;
		reopen(ARCHIVE_WRITE);
		CHECK(str_eq(blob_text(c.body), body));
		int64_t found;
		CHECK_OK(archive_blob_find(ar, &hash, &found, &e), e);
		CHECK_INT(found, c.body);
	}
}

TEST(unlike_bytes_are_not_packed_as_a_delta)
{
	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	struct check c = check_at(t.id, NOON), d = check_at(t.id, NOON + 1);
	char noise[5000];
	for (size_t i = 0; i < sizeof noise; i++)
		noise[i] = (char)dice(256);
	CHECK_OK(archive_check_add(ar, &c, page(5000, 1), STR_NONE, 0, &e), e);
	CHECK_OK(archive_check_add(ar, &d, str_of(noise, sizeof noise), STR_NONE, c.body, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM blobs WHERE base IS NOT NULL"), 0);
}

TEST(a_damaged_blob_is_an_error_and_never_other_bytes)
{
	static const char *const damages[] = {
		"UPDATE blobs SET packed = substr(packed, 1, length(packed) - 3) WHERE id = 1",
		"UPDATE blobs SET packed = zeroblob(length(packed)) WHERE id = 1",
		"UPDATE blobs SET packed = zeroblob(0) WHERE id = 2",
		"UPDATE blobs SET size = size + 1 WHERE id = 2",
		"UPDATE blobs SET size = -5 WHERE id = 1",
		"UPDATE blobs SET size = 9000000000 WHERE id = 1",
		"UPDATE blobs SET base = 2 WHERE id = 2",
		"UPDATE blobs SET sha256 = zeroblob(32) WHERE id = 2",
		"PRAGMA foreign_keys = OFF; UPDATE blobs SET base = NULL, depth = 0 WHERE id = 2",
		"PRAGMA foreign_keys = OFF; DELETE FROM blobs WHERE id = 1",
	};
	struct str out;

	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		begin();
		struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
		struct check c = check_at(t.id, NOON), d = check_at(t.id, NOON + 1);
		CHECK_OK(archive_check_add(ar, &c, page(9000, 1), STR_NONE, 0, &e), e);
		CHECK_OK(archive_check_add(ar, &d, page(9000, 2), STR_NONE, c.body, &e), e);
		CHECK_INT(peek("SELECT base FROM blobs WHERE id = 2"), 1);
		reopen(ARCHIVE_WRITE);
		poke(damages[i]);
		CHECK(!archive_blob(ar, a, d.body, &out, &e));
		CHECK_INT(e.kind, ERR_CORRUPT);
		CHECK(str_has(str_from(e.text), STR("blob 2 of the archive is damaged")));
		/* It goes on: the next body stands alone. */
		struct check next = check_at(t.id, NOON + 2);
		CHECK_OK(archive_check_add(ar, &next, page(9000, 3), STR_NONE, d.body, &e), e);
		CHECK(str_eq(blob_text(next.body), page(9000, 3)));
	}
}

TEST(every_flipped_bit_of_a_blob_is_noticed)
{
	struct str out, packed;
	struct stmt *q;
	bool row;

	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	struct check c = check_at(t.id, NOON);
	struct str body = page(400, 1);
	CHECK_OK(archive_check_add(ar, &c, body, STR_NONE, 0, &e), e);
	CHECK_OK(db_query(ar->db, "SELECT packed FROM blobs", &q, &e) && db_step(q, &row, &e), e);
	packed = db_keep(q, 0, a);
	db_end(q);
	for (size_t bit = 0; bit < packed.n * 8; bit += 5) {
		struct str bad = arena_str(a, packed);
		((char *)bad.p)[bit / 8] ^= (char)(1 << bit % 8);
		CHECK_OK(db_query(ar->db, "UPDATE blobs SET packed = $1", &q, &e), e);
		db_bind_blob(q, 1, bad);
		CHECK_OK(db_run(q, &e), e);
		chain_forget(&ar->blobs);
		if (archive_blob(ar, a, c.body, &out, &e))
			CHECK(str_eq(out, body)); /* a bit that means nothing */
		else
			CHECK_INT(e.kind, ERR_CORRUPT);
	}
}

/* ---- packs ---------------------------------------------------------------- */

/* Checks of articles of two sources in turn, each page like the others of its source. */
enum { PACKED = 120, OF_ONE = 4 };
static struct target packed_targets[PACKED / OF_ONE];
static int64_t packed_blobs[PACKED];

static struct str packed_page(int i)
{
	return page(i % 2 ? 150000 : 90000, i);
}

static void store_packed(void)
{
	int64_t of[2] = { source("harbour"), source("morning") };

	for (int i = 0; i < PACKED; i++) {
		int at = i / 2 % (PACKED / 2 / OF_ONE) * 2 + i % 2;
		struct target *t = &packed_targets[at];
		if (i < PACKED / OF_ONE)
			*t = target_of(of[i % 2], 0, arena_printf(a, "https://x%d.example/%d", i % 2, i).p);
		struct check c = check_at(t->id, NOON + i);
		struct str headers = arena_printf(a, "HTTP/1.1 200 OK\r\nServer: quay\r\nAge: %d\r\n", i);
		CHECK_OK(archive_check_add(ar, &c, packed_page(i), headers, t->last_blob, &e), e);
		t->last_blob = packed_blobs[i] = c.body;
	}
}

static void check_packed(void)
{
	for (int k = 0; k < PACKED; k++) {
		int i = (int)dice(PACKED); /* in any order */
		CHECK(str_eq(blob_text(packed_blobs[i]), packed_page(i)));
	}
}

TEST(pages_move_into_packs_and_read_back_identical)
{
	begin();
	store_packed();
	int64_t loose = peek("SELECT sum(length(packed)) FROM blobs");
	struct pack_wish w = { .level = 9, .before = WHEN_NONE };
	struct pack_done done = pack_all(w);
	CHECK_INT(done.packs, 3); /* of 4 MiB: one of 5 MB, two of 9 MB; the rest waits for more */
	CHECK(peek("SELECT count(*) FROM blobs WHERE pack IS NULL") > 0);
	CHECK_INT(peek("SELECT max(size) <= 4194304 FROM packs"), 1);
	check_packed();
	w.all = true;
	done = pack_all(w);
	CHECK_INT(peek("SELECT count(*) FROM blobs WHERE pack IS NULL OR length(packed) > 0"), 0);
	CHECK_INT(peek("SELECT count(DISTINCT source) FROM packs"), 2);
	CHECK_INT(peek("SELECT count(*) FROM (SELECT 1 FROM packs JOIN blobs ON blobs.pack = packs.id JOIN targets"
	               " ON targets.id = blobs.target WHERE targets.source <> packs.source) AS odd"),
	          0);
	int64_t packed = peek("SELECT sum(length(packed)) FROM packs");
	CHECK(packed < loose);
	CHECK_INT(peek("SELECT sum(n) FROM tallies WHERE what = 'packed bytes'"), packed);
	reopen(ARCHIVE_WRITE);
	check_packed();
	done = pack_all(w);
	CHECK_INT(done.packs, 0);
	w = (struct pack_wish){ .level = 15, .before = WHEN_NONE, .harder = true };
	done = pack_all(w);
	CHECK_INT(done.packs, peek("SELECT count(*) FROM packs"));
	CHECK(peek("SELECT sum(length(packed)) FROM packs") < packed);
	CHECK_INT(peek("SELECT sum(n) FROM tallies WHERE what = 'packed bytes'"),
	          peek("SELECT sum(length(packed)) FROM packs"));
	check_packed();
}

TEST(a_page_that_comes_after_packing_builds_on_a_packed_one)
{
	begin();
	store_packed();
	pack_all((struct pack_wish){ .level = 3, .before = WHEN_NONE, .all = true });
	int64_t base = packed_blobs[PACKED - 1];
	int64_t small = peek("SELECT count(*) FROM packs WHERE size < 2097152");
	for (int i = 0; i < 20; i++) {
		struct check c = check_at(packed_targets[1].id, NOON + 1000 + i);
		CHECK_OK(archive_check_add(ar, &c, page(150000, 1000 + i), STR_NONE, base, &e), e);
		base = c.body;
		if (i % 5 == 0)
			reopen(ARCHIVE_WRITE);
		CHECK(str_eq(blob_text(base), page(150000, 1000 + i)));
	}
	CHECK(peek("SELECT min(length(packed)) FROM blobs WHERE pack IS NULL AND base IS NOT NULL") < 4000);
	CHECK_INT(peek("SELECT max(depth) FROM blobs"), PACK_DEPTH - 1);
	/* What came since joins the small pack that is there. */
	pack_all((struct pack_wish){ .level = 3, .before = WHEN_NONE, .all = true });
	CHECK(peek("SELECT count(*) FROM packs WHERE size < 2097152") <= small);
	CHECK_INT(peek("SELECT count(*) FROM packs WHERE NOT EXISTS (SELECT 1 FROM blobs WHERE pack = packs.id)"), 0);
	check_packed();
	CHECK(str_eq(blob_text(base), page(150000, 1019)));
}

TEST(what_came_lately_is_left_loose)
{
	begin();
	store_packed();
	struct pack_done done = pack_all((struct pack_wish){ .level = 3, .before = NOON + 60, .all = true });
	CHECK_INT(done.pieces, 120); /* 60 bodies with their headers */
	CHECK_INT(peek("SELECT min(added) FROM blobs WHERE pack IS NULL"), NOON + 60);
	check_packed();
}

TEST(a_damaged_pack_is_an_error_and_a_damaged_page_stays_out_of_packs)
{
	static const char *const damages[] = {
		"UPDATE packs SET packed = substr(packed, 1, length(packed) / 2)",
		"UPDATE packs SET packed = zeroblob(length(packed))",
		"UPDATE packs SET packed = zeroblob(0)",
		"UPDATE packs SET size = 5",
		"UPDATE packs SET size = -5",
		"UPDATE packs SET size = 9000000000",
		"UPDATE blobs SET place = place + 1 WHERE id = 240",
		"UPDATE blobs SET place = -1 WHERE id = 240",
		"UPDATE blobs SET size = size + 4000000 WHERE id = 240",
		"PRAGMA defer_foreign_keys = ON; DELETE FROM packs",
	};
	struct str out;

	begin();
	store_packed();
	poke("UPDATE blobs SET packed = zeroblob(1) WHERE id = 1");
	reopen(ARCHIVE_WRITE);
	struct pack_done done = pack_all((struct pack_wish){ .level = 1, .before = WHEN_NONE, .all = true });
	CHECK(done.damaged > 0);
	CHECK_INT(peek("SELECT count(*) FROM blobs WHERE id = 1 AND pack IS NULL"), 1);
	CHECK_INT(peek("SELECT count(*) FROM blobs WHERE id = 240 AND pack IS NOT NULL"), 1);
	for (size_t i = 0; i < sizeof damages / sizeof *damages; i++) {
		solid_forget(&ar->solid);
		chain_forget(&ar->blobs);
		CHECK_OK(archive_begin(ar, &e), e);
		poke(damages[i]);
		CHECK(!archive_blob(ar, a, 240, &out, &e));
		CHECK_INT(e.kind, ERR_CORRUPT);
		CHECK(str_has(str_from(e.text), STR("blob 240 of the archive is damaged")));
		archive_rollback(ar);
	}
}

TEST(two_that_pack_the_same_do_it_once)
{
	struct pack_wish w = { .level = 1, .before = WHEN_NONE, .all = true };
	struct pack_done done = { 0 };
	struct archive *other;
	struct pack_job *jobs;
	bool more;
	size_t n;

	begin();
	store_packed();
	CHECK_OK(archive_pack_jobs(ar, a, &w, &jobs, &n, &e), e);
	CHECK_INT(n, 2);
	CHECK_OK(archive_open(path, ARCHIVE_WRITE, &other, &e), e);
	CHECK_OK(archive_pack_one(other, &jobs[0], &w, &done, &more, &e), e);
	archive_close(other);
	int64_t packs = peek("SELECT count(*) FROM packs"), packed = peek("SELECT count(*) FROM blobs WHERE pack > 0");
	CHECK_OK(archive_pack_one(ar, &jobs[0], &w, &done, &more, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM packs"), packs + 1);
	CHECK(peek("SELECT count(*) FROM blobs WHERE pack > 0") > packed);
	check_packed();
}

/* ---- articles and versions ----------------------------------------------- */

TEST(an_article_row_tells_where_it_stands)
{
	struct article_row row;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	CHECK_OK(archive_source_set_name(ar, of, STR("The Harbour Mail"), &e), e);
	struct target t = target_of(of, art, "https://harbour.example/1");
	CHECK_OK(archive_article(ar, a, art, &row, &e), e);
	CHECK_INT(row.versions, 0);
	CHECK_INT(row.first_seen, NOON);
	CHECK_STR(row.title, "");
	add_version(art, 0, NOON + 60, "Dredger stuck\nIt is stuck.");
	CHECK_OK(archive_article(ar, a, art, &row, &e), e);
	CHECK_INT(row.versions, 1);
	CHECK_INT(row.first_seen, NOON + 60);
	CHECK(row.last_change == WHEN_NONE);
	add_version(art, 1, NOON + 660, "Dredger free\nIt is free.");
	t.last_check = NOON + 700;
	t.due = NOON + 2000;
	t.last_outcome = STR("new version");
	CHECK_OK(archive_target_update(ar, &t, &e), e);
	CHECK_OK(archive_article(ar, a, art, &row, &e), e);
	CHECK_INT(row.id, art);
	CHECK_STR(row.source_key, "harbour");
	CHECK_STR(row.source_name, "The Harbour Mail");
	CHECK_STR(row.url, "https://harbour.example/1");
	CHECK_STR(row.title, "Dredger free");
	CHECK_STR(row.language, "en");
	CHECK_INT(row.published, NOON);
	CHECK_INT(row.first_seen, NOON + 60);
	CHECK_INT(row.last_change, NOON + 660);
	CHECK_INT(row.last_check, NOON + 700);
	CHECK_INT(row.next_check, NOON + 2000);
	CHECK_STR(row.last_outcome, "new version");
	CHECK_INT(row.versions, 2);
	CHECK_INT(row.flips, 0);
	CHECK(!archive_article(ar, a, 77, &row, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
}

TEST(lists_of_articles_are_pages_from_the_newest)
{
	struct article_row *rows;
	int64_t *ids;
	size_t n;

	begin();
	int64_t harbour = source("harbour"), anchor = source("anchor");
	for (int i = 1; i <= 9; i++) {
		int64_t id = article(i % 3 ? harbour : anchor, arena_printf(a, "https://x.example/%d", i).p);
		CHECK_INT(id, i);
		add_version(id, 0, NOON, "One\nText.");
		if (i % 2)
			add_version(id, 1, NOON + i, "Two\nText.");
	}
	CHECK_OK(archive_articles(ar, a, (struct article_filter){ .limit = 4 }, &rows, &n, &e), e);
	CHECK_INT(n, 4);
	CHECK_INT(rows[0].id, 9);
	CHECK_OK(archive_articles(ar, a, (struct article_filter){ .limit = 4, .before_id = 4 }, &rows, &n, &e), e);
	CHECK_INT(n, 3);
	CHECK_INT(rows[0].id, 3);
	CHECK_OK(archive_articles(ar, a, (struct article_filter){ .limit = 9, .changed_only = true }, &rows, &n, &e),
	         e);
	CHECK_INT(n, 5);
	CHECK_INT(rows[1].id, 7);
	CHECK_OK(archive_articles(ar, a, (struct article_filter){ .limit = 9, .source = anchor }, &rows, &n, &e), e);
	CHECK_INT(n, 3);
	CHECK_INT(rows[2].id, 3);
	CHECK_OK(archive_articles(ar, a, (struct article_filter){ .limit = 9, .source = anchor, .changed_only = true },
	                          &rows, &n, &e),
	         e);
	CHECK_INT(n, 2);
	CHECK_OK(archive_article_ids(ar, a, true, &ids, &n, &e), e);
	CHECK_INT(n, 9);
	CHECK_INT(ids[8], 9);
}

TEST(a_version_comes_back_as_it_was_written)
{
	struct version v, *all;
	struct article text, got;
	int64_t number;
	size_t n;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	struct target t = target_of(of, art, "https://harbour.example/1");
	struct check c = check_at(t.id, NOON);
	CHECK_OK(archive_check_add(ar, &c, STR("body"), STR_NONE, 0, &e), e);
	text = text_of("Dredger stuck\nIt is stuck.\nIt is very stuck.");
	text.bylines[text.nbylines++] = STR("Ada Quill");
	text.standfirst = STR("Nobody moves");
	text.blocks[1].kind = BLOCK_ENTRY;
	text.blocks[1].at = NOON - 5;
	v = (struct version){ .article = art,
		              .check = c.id,
		              .part = 1,
		              .first_seen = WHEN_NONE,
		              .before = WHEN_NONE,
		              .later = 7200,
		              .identity = article_identity(&text),
		              .title = text.title,
		              .bylines = STR("Ada Quill"),
		              .published = NOON - 100,
		              .modified = NOON - 50,
		              .words = 9 };
	CHECK_OK(archive_version_with(ar, art, &v.identity, &number, &e), e);
	CHECK_INT(number, -1);
	CHECK_OK(archive_version_add(ar, &v, &text, &e), e);
	CHECK_OK(archive_version_with(ar, art, &v.identity, &number, &e), e);
	CHECK_INT(number, 0);
	CHECK_OK(archive_versions(ar, a, art, &all, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK_OK(archive_version(ar, a, art, 0, &v, &e), e);
	CHECK_INT(v.check, c.id);
	CHECK_INT(v.part, 1);
	CHECK(v.first_seen == WHEN_NONE && v.last_seen == WHEN_NONE && v.before == WHEN_NONE);
	CHECK_INT(v.later, 7200);
	CHECK(sha256_eq(&v.identity, &all[0].identity));
	CHECK_STR(v.title, "Dredger stuck");
	CHECK_STR(v.bylines, "Ada Quill");
	CHECK_INT(v.published, NOON - 100);
	CHECK_INT(v.modified, NOON - 50);
	CHECK_INT(v.words, 9);
	CHECK_OK(archive_version_text(ar, a, art, 0, &got, &e), e);
	CHECK_STR(got.standfirst, "Nobody moves");
	CHECK_INT(got.nblocks, 2);
	CHECK_INT(got.blocks[1].at, NOON - 5);
	CHECK_STR(got.bylines[0], "Ada Quill");

	/* The same text twice, or a number out of order, is a mistake of the caller. */
	v.number = 1;
	CHECK(!archive_version_add(ar, &v, &text, &e));
	v.number = 5;
	CHECK(!archive_version_add(ar, &v, &text, &e));
	CHECK_INT(peek("SELECT count(*) FROM versions"), 1);
	CHECK(!archive_version(ar, a, art, 1, &v, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(!archive_version_text(ar, a, art, 1, &got, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
}

static struct str numbered_text(int i)
{
	struct buf b = BUF_INIT(100000);
	buf_printf(&b, "Day %d in the harbour\n", i);
	for (int k = 0; k < 40; k++)
		buf_printf(&b, "Paragraph %d, %s by hand at the quay where the old cranes stand in the rain.\n", k,
		           k == i % 40 ? arena_printf(a, "changed %d times", i).p : "written");
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

TEST(texts_of_a_long_history_read_back_identical)
{
	enum { N = 600 };
	struct article got, want;

	begin();
	int64_t art = article(source("harbour"), "https://harbour.example/1");
	CHECK_OK(archive_begin(ar, &e), e);
	for (int i = 0; i < N; i++)
		add_version(art, i, NOON + i, numbered_text(i).p);
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK(peek("SELECT max(depth) FROM texts") == PACK_DEPTH - 1);
	CHECK(peek("SELECT sum(length(packed)) FROM texts") < peek("SELECT sum(size) FROM texts") / 10);
	reopen(ARCHIVE_READ);
	for (int i = 0; i < N; i++) {
		int k = (int)dice(N);
		want = text_of(numbered_text(k).p);
		CHECK_OK(archive_version_text(ar, a, art, k, &got, &e), e);
		struct sha256 x = article_identity(&got), y = article_identity(&want);
		CHECK(sha256_eq(&x, &y));
	}
}

TEST(texts_move_into_packs_and_leave_them_when_they_are_forgotten)
{
	enum { ARTICLES = 12, N = 20 };
	struct article got;
	int64_t arts[ARTICLES];

	begin();
	int64_t of = source("harbour");
	for (int k = 0; k < ARTICLES; k++) {
		arts[k] = article(of, arena_printf(a, "https://harbour.example/%d", k).p);
		for (int i = 0; i < N; i++)
			add_version(arts[k], i, NOON + i, numbered_text(k * N + i).p);
	}
	int64_t loose = peek("SELECT sum(length(packed)) FROM texts");
	pack_all((struct pack_wish){ .level = 9, .before = WHEN_NONE, .all = true });
	CHECK_INT(peek("SELECT count(*) FROM texts WHERE pack IS NULL"), 0);
	CHECK(peek("SELECT count(*) FROM packs WHERE what = 'texts'") > 3);
	CHECK(peek("SELECT sum(length(packed)) FROM packs") < loose);
	/* A version that comes then builds on one in a pack. */
	add_version(arts[0], N, NOON + N, numbered_text(N).p);
	CHECK_INT(peek("SELECT depth FROM texts WHERE article = 1 AND number = 20"), 1);
	reopen(ARCHIVE_WRITE);
	for (int i = 0; i < 400; i++) {
		int k = (int)dice(ARTICLES), v = (int)dice(N);
		struct article want = text_of(numbered_text(k * N + v).p);
		CHECK_OK(archive_version_text(ar, a, arts[k], v, &got, &e), e);
		struct sha256 x = article_identity(&got), y = article_identity(&want);
		CHECK(sha256_eq(&x, &y));
	}
	for (int k = 0; k < ARTICLES; k++)
		CHECK_OK(archive_forget_derived(ar, arts[k], &e), e);
	CHECK_INT(peek("SELECT count(*) FROM packs"), 0);
}

TEST(a_damaged_text_is_an_error_and_rebuilding_mends_it)
{
	struct article got;

	begin();
	int64_t art = article(source("harbour"), "https://harbour.example/1");
	for (int i = 0; i < 3; i++)
		add_version(art, i, NOON + i, numbered_text(i).p);
	reopen(ARCHIVE_WRITE);
	poke("UPDATE texts SET packed = zeroblob(50) WHERE number = 0");
	CHECK(!archive_version_text(ar, a, art, 2, &got, &e));
	CHECK_INT(e.kind, ERR_CORRUPT);
	CHECK(str_has(str_from(e.text), STR("version 2 of article 1 is damaged")));
	CHECK_OK(archive_forget_derived(ar, art, &e), e);
	for (int i = 0; i < 3; i++)
		add_version(art, i, NOON + i, numbered_text(i).p);
	CHECK_OK(archive_version_text(ar, a, art, 2, &got, &e), e);
}

/* ---- sightings ----------------------------------------------------------- */

TEST(sightings_are_runs_and_a_page_that_goes_back_is_a_flip)
{
	struct sighting *runs;
	struct version *v;
	struct article_row row;
	size_t n;
	int64_t newest, number;
	when at;

	begin();
	int64_t art = article(source("harbour"), "https://harbour.example/1");
	CHECK_OK(archive_last_seen(ar, art, &newest, &number, &at, &e), e);
	CHECK_INT(newest, -1);
	CHECK_INT(number, -1);
	CHECK(at == WHEN_NONE);
	static const struct {
		int number, minute;
	} seen[] = { { 0, 0 }, { 0, 10 }, { 1, 20 }, { 0, 30 }, { 0, 35 }, { 1, 40 }, { 2, 50 }, { 2, 70 } };
	for (size_t i = 0; i < sizeof seen / sizeof *seen; i++) {
		CHECK_OK(archive_last_seen(ar, art, &newest, &number, &at, &e), e);
		if (seen[i].number > newest)
			add_version(art, seen[i].number, NOON + seen[i].minute * 60,
			            arena_printf(a, "Title %d\nText %d.", seen[i].number, seen[i].number).p);
		CHECK_OK(archive_sighting(ar, art, seen[i].number, NOON + seen[i].minute * 60, &e), e);
	}
	CHECK_OK(archive_sightings(ar, a, art, &runs, &n, &e), e);
	CHECK_INT(n, 5);
	CHECK_INT(runs[0].number, 0);
	CHECK_INT(runs[0].first, NOON);
	CHECK_INT(runs[0].last, NOON + 600);
	CHECK_INT(runs[2].number, 0);
	CHECK_INT(runs[2].first, NOON + 1800);
	CHECK_INT(runs[2].last, NOON + 2100);
	CHECK_INT(runs[4].last, NOON + 4200);
	CHECK_OK(archive_article(ar, a, art, &row, &e), e);
	CHECK_INT(row.flips, 2);
	CHECK_OK(archive_last_seen(ar, art, &newest, &number, &at, &e), e);
	CHECK_INT(newest, 2);
	CHECK_INT(number, 2);
	CHECK_INT(at, NOON + 4200);

	/* Last seen before the next version came; the newest, so far. */
	CHECK_OK(archive_versions(ar, a, art, &v, &n, &e), e);
	CHECK_INT(n, 3);
	CHECK_INT(v[0].last_seen, NOON + 600);
	CHECK_INT(v[1].last_seen, NOON + 2400);
	CHECK_INT(v[2].last_seen, NOON + 4200);
	CHECK_INT(v[1].before, NOON + 600);
	CHECK(v[0].before == WHEN_NONE);
}

TEST(forgetting_what_is_derived_leaves_what_endures)
{
	struct source_row *rows;
	struct search_hit *hits;
	struct change_item *items;
	size_t n;
	int64_t total;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	int64_t other = article(of, "https://harbour.example/2");
	for (int64_t id = art; id <= other; id++) {
		add_version(id, 0, NOON, "Dredger stuck\nIt is stuck.");
		add_version(id, 1, NOON + 60, "Dredger free\nIt is free.");
		add_change(id, 1);
		CHECK_OK(archive_sighting(ar, id, 1, NOON, &e), e);
	}
	CHECK_OK(archive_forget_derived(ar, art, &e), e);
	CHECK_OK(archive_forget_derived(ar, art, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM versions WHERE article = 1"), 0);
	CHECK_INT(peek("SELECT count(*) FROM texts WHERE article = 1"), 0);
	CHECK_INT(peek("SELECT count(*) FROM sightings WHERE article = 1"), 0);
	CHECK_OK(archive_changes(ar, a, (struct change_filter){ .limit = 9 }, &items, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK_OK(search_for(STR("dredger"), 0, 0, 9, &hits, &n, &total), e);
	CHECK_INT(total, 1);
	CHECK_INT(hits[0].article.id, other);
	CHECK_OK(archive_sources(ar, a, &rows, &n, &e), e);
	CHECK_INT(rows[0].articles, 2);
	CHECK_INT(rows[0].versions, 2);
	CHECK(index_is_whole());
}

/* ---- changes ------------------------------------------------------------- */

TEST(a_change_comes_back_with_what_belongs_to_it)
{
	struct change_item *items;
	size_t n;

	begin();
	int64_t of = source("harbour"), art = article(of, "https://harbour.example/1");
	CHECK_OK(archive_source_set_name(ar, of, STR("The Harbour Mail"), &e), e);
	add_version(art, 0, NOON, "Dredger stuck\nIt is stuck.");
	add_version(art, 1, NOON + 900, "Dredger free\nIt is free.");
	add_change(art, 1);
	CHECK_OK(archive_changes(ar, a, (struct change_filter){ .limit = 9 }, &items, &n, &e), e);
	CHECK_INT(n, 1);
	CHECK_INT(items[0].summary.article, art);
	CHECK_INT(items[0].summary.number, 1);
	CHECK_INT(items[0].summary.words_added, 3);
	CHECK_INT(items[0].summary.words_removed, 1);
	CHECK_INT(items[0].summary.edited, 1);
	CHECK_INT(items[0].summary.added, 0);
	CHECK_INT(items[0].summary.removed, 0);
	CHECK_INT(items[0].summary.moved, 2);
	CHECK(items[0].summary.title_changed);
	CHECK_STR(items[0].source_key, "harbour");
	CHECK_STR(items[0].source_name, "The Harbour Mail");
	CHECK_STR(items[0].url, "https://harbour.example/1");
	CHECK_STR(items[0].old_title, "Dredger stuck");
	CHECK_STR(items[0].new_title, "Dredger free");
	CHECK_INT(items[0].first_seen, NOON + 900);
	CHECK_INT(items[0].before, NOON + 300);
	CHECK_INT(items[0].later, -1);
	struct change_summary nothing = { .article = art, .number = 7 };
	CHECK(!archive_change_add(ar, &nothing, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
}

/* Walks the list in pages of two and compares with one long page. */
static void check_pages(struct change_filter f, size_t want)
{
	struct change_item *all, *some;
	size_t n, k = 0, got;

	f.limit = 1000;
	CHECK_OK(archive_changes(ar, a, f, &all, &n, &e), e);
	CHECK_INT(n, want);
	for (size_t i = 0; i + 1 < n; i++)
		CHECK(all[i].first_seen >= all[i + 1].first_seen); /* WHEN_NONE is the lowest */
	f.limit = 2;
	do {
		CHECK_OK(archive_changes(ar, a, f, &some, &got, &e), e);
		for (size_t i = 0; i < got; i++, k++) {
			CHECK(k < n);
			CHECK_INT(some[i].summary.article, all[k].summary.article);
			CHECK_INT(some[i].summary.number, all[k].summary.number);
		}
		if (got) {
			f.until = some[got - 1].first_seen;
			f.until_article = some[got - 1].summary.article;
			f.until_number = some[got - 1].summary.number;
			f.until_unknown = f.until == WHEN_NONE;
		}
	} while (got);
	CHECK_INT(k, n);
}

TEST(changes_come_in_pages_newest_first_unknown_times_last)
{
	begin();
	int64_t harbour = source("harbour"), anchor = source("anchor");
	for (int i = 1; i <= 8; i++) {
		int64_t id = article(i % 2 ? harbour : anchor, arena_printf(a, "https://x.example/%d", i).p);
		for (int k = 0; k < 4; k++) {
			when at = i > 6 ? WHEN_NONE : k == 3 ? NOON + 500 : NOON + (i * 37 + k * 11) % 50;
			add_version(id, k, at,
			            arena_printf(a, "Title %d\n%s %d.", k, i == 3 ? "Dredger" : "Crane", k).p);
			if (k)
				add_change(id, k);
		}
	}
	check_pages((struct change_filter){ .until = WHEN_NONE }, 24);
	check_pages((struct change_filter){ .until = WHEN_NONE, .source = anchor }, 12);
	check_pages((struct change_filter){ .until = WHEN_NONE, .article = 5 }, 3);
	check_pages((struct change_filter){ .until = WHEN_NONE, .article = 8 }, 3);
	check_pages((struct change_filter){ .until = WHEN_NONE, .search = STR("crane") }, 21);
	check_pages((struct change_filter){ .until = WHEN_NONE, .search = STR("crane"), .source = harbour }, 9);
	check_pages((struct change_filter){ .until = WHEN_NONE, .search = STR("crane"), .article = 1 }, 3);
	check_pages((struct change_filter){ .until = WHEN_NONE, .search = STR("dredger"), .article = 1 }, 0);
	check_pages((struct change_filter){ .until = WHEN_NONE, .search = STR("nobody") }, 0);

	/* As a page's link has it: before a time, or then with a lower article. */
	struct change_item *items;
	size_t n;
	struct change_filter f = { .until = NOON + 500, .until_article = 5, .limit = 2 };
	CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
	CHECK_INT(items[0].first_seen, NOON + 500);
	CHECK_INT(items[0].summary.article, 4);
}

TEST(a_search_that_finds_much_narrows_the_changes_too)
{
	struct change_item *items;
	size_t n;

	begin();
	int64_t harbour = source("harbour"), anchor = source("anchor");
	CHECK_OK(archive_begin(ar, &e), e);
	for (int i = 1; i <= 2100; i++) {
		int64_t id = article(i % 2 ? harbour : anchor, arena_printf(a, "https://x.example/%d", i).p);
		add_version(id, 0, NOON, "Crane\nup");
		add_version(id, 1, NOON + i, i % 100 ? "Crane\ndown" : "Boat\ndown");
		add_change(id, 1);
	}
	CHECK_OK(archive_commit(ar, &e), e);
	struct change_filter f = { .until = WHEN_NONE, .search = STR("crane"), .limit = 5 };
	CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
	CHECK_INT(n, 5);
	CHECK_INT(items[0].summary.article, 2099);
	f.source = anchor;
	CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
	CHECK_INT(n, 5);
	CHECK_INT(items[0].summary.article, 2098);
	f.search = STR("boat");
	f.source = 0;
	CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
	CHECK_INT(items[1].summary.article, 2000);
}

/* ---- search -------------------------------------------------------------- */

static int64_t count_hits(const char *query)
{
	struct search_hit *hits;
	size_t n;
	int64_t total;
	CHECK_OK(search_for(str_from(query), 0, 0, 50, &hits, &n, &total), e);
	return total;
}

static void write_library(void)
{
	begin();
	int64_t of = source("harbour"), far = source("anchor");
	add_version(article(of, "https://x.example/1"), 0, NOON,
	            "Dredger stuck at the quay\nThe old dredger \"Marie\" ran aground on Monday.\nNobody was hurt.");
	add_version(article(of, "https://x.example/2"), 0, NOON,
	            "Café by the sea closes\nThe Café Océan, loved by dredger crews, closes. Its owner said: \"We had "
	            "no choice.\"");
	add_version(article(far, "https://x.example/3"), 0, NOON,
	            "台湾港口新闻\n高雄港的挖泥船搁浅了。没有人受伤。\n船长说，他们会等到涨潮。");
	add_version(article(far, "https://x.example/4"), 0, NOON, "O'Neill's well-known 40% plan\nCosts 3,500 euros.");
}

TEST(search_finds_words_phrases_and_beginnings)
{
	static const struct {
		const char *query;
		int hits;
	} cases[] = {
		{ "dredger", 2 },
		{ "DREDGER", 2 },
		{ "dredger monday", 1 },
		{ "monday dredger", 1 },
		{ "dredger nobody sea", 0 },
		{ "\"old dredger\"", 1 },
		{ "\"dredger old\"", 0 },
		{ "dred*", 2 },
		{ "dred", 0 },
		{ "\"old dred\"*", 1 },
		{ "cafe", 1 },
		{ "océan", 1 },
		{ "OCEAN", 1 },
		{ "台湾", 1 },
		{ "湾台", 0 },
		{ "挖泥船 涨潮", 1 },
		{ "港口*", 1 },
		{ "高雄港的挖泥船", 1 },
		{ "o'neill", 1 },
		{ "well-known", 1 },
		{ "3,500", 1 },
		{ "40%", 1 },
		{ "  dredger ", 2 },
		{ "\"dredger", 2 },
		{ "-- dredger ?!", 2 },
		{ "dredger*monday", 0 },
		/* what would be syntax to the engine is not to us */
		{ "AND", 0 },
		{ "dredger OR cafe", 2 }, /* see find.c */
		{ "NOT dredger", 0 },
		{ "NEAR(dredger old)", 0 },
		{ "title:dredger", 1 },
		{ "dredger)", 2 },
		{ "(((dredger", 2 },
		{ "^dredger", 2 },
		{ "+dredger", 2 },
		{ "{title} : dredger", 0 },
		{ "' OR 1=1; --", 0 },
		{ "dredger\x01\x02", 2 },
		{ "\xff\xfe dredger", 2 },
		{ "*dredger", 2 },
		{ "\"\"dredger\"\"", 2 },
	};

	write_library();
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		int64_t hits = count_hits(cases[i].query);
		if (hits != cases[i].hits)
			printf("# query: %s\n", cases[i].query);
		CHECK_INT(hits, cases[i].hits);
	}
}

TEST(a_search_without_a_word_is_a_mistake_of_the_person)
{
	static const char *const queries[] = { "", "   ", "\"\"", "***", "--", "\"  \"", "،؟", "?!" };
	struct search_hit *hits;
	size_t n;
	int64_t total;

	write_library();
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		CHECK(!search_for(str_from(queries[i]), 0, 0, 9, &hits, &n, &total));
		CHECK_INT(e.kind, ERR_USAGE);
		CHECK_STR(str_from(e.text), "there is no word in the search");
	}
	char longest[MAX_QUERY_BYTES + 2];
	memset(longest, 'a', sizeof longest);
	CHECK(!search_for(str_of(longest, sizeof longest - 1), 0, 0, 9, &hits, &n, &total));
	CHECK_INT(e.kind, ERR_USAGE);
	CHECK_OK(search_for(str_of(longest, MAX_QUERY_BYTES), 0, 0, 9, &hits, &n, &total), e);
}

TEST(any_bytes_may_be_searched_for)
{
	struct search_hit *hits;
	size_t n;
	int64_t total;
	char bytes[40];
	static const char likely[] = "\"* ()^:+-ANDORNEAR\xe5\x8f\xb0{}',.";

	write_library();
	for (int round = 0; round < 3000; round++) {
		size_t length = dice(sizeof bytes);
		for (size_t i = 0; i < length; i++)
			bytes[i] = dice(3) ? likely[dice(sizeof likely - 1)] : (char)dice(256);
		if (!search_for(str_of(bytes, length), 0, 0, 9, &hits, &n, &total))
			CHECK_INT(e.kind, ERR_USAGE);
	}
}

static struct str first_snippet(const char *query)
{
	struct search_hit *hits;
	size_t n;
	int64_t total;
	CHECK_OK(search_for(str_from(query), 0, 0, 50, &hits, &n, &total), e);
	CHECK(n > 0);
	return hits[0].snippet;
}

TEST(snippets_show_the_original_text_with_the_matches_marked)
{
	write_library();
	CHECK_STR(first_snippet("monday dredger"), "The old \2dredger\3 \"Marie\" ran aground on \2Monday\3.");
	CHECK_STR(first_snippet("\"old dredger\""), "The \2old dredger\3 \"Marie\" ran aground on Monday.");
	CHECK_STR(first_snippet("hur*"), "Nobody was \2hurt\3.");
	CHECK_STR(first_snippet("ocean"),
	          "The Café \2Océan\3, loved by dredger crews, closes. Its owner said: \"We had no "
	          "choice.\"");
	CHECK_STR(first_snippet("挖泥船 涨潮"), "高雄港的\2挖泥船\3搁浅了。没有人受伤。");
	CHECK_STR(first_snippet("quay"), "The old dredger \"Marie\" ran aground on Monday."); /* in the title only */
}

TEST(a_snippet_is_a_window_into_a_long_text)
{
	begin();
	struct buf b = BUF_INIT(100000);
	buf_puts(&b, "Long\nNot here.\n");
	for (int i = 0; i < 3000; i++)
		buf_printf(&b, "%s ", i == 1500 ? "needle" : "straw");
	add_version(article(source("harbour"), "https://x.example/1"), 0, NOON, buf_cstr(&b));
	buf_reset(&b);
	buf_puts(&b, "Endless\n");
	for (int i = 0; i < 60000; i++)
		buf_byte(&b, 'x');
	add_version(article(source("harbour"), "https://x.example/2"), 0, NOON, buf_cstr(&b));
	buf_free(&b);
	struct str s = first_snippet("needle");
	CHECK(s.n < 400);
	CHECK(str_starts(s, STR("\xe2\x80\xa6straw")));
	CHECK(str_has(s, STR("straw \2needle\3 straw")));
	CHECK(str_ends(s, STR("straw\xe2\x80\xa6")));
	s = first_snippet("xxx*");
	CHECK(s.n < 400);
	CHECK(utf8_valid(s));
}

TEST(search_knows_only_the_newest_version)
{
	begin();
	int64_t art = article(source("harbour"), "https://x.example/1");
	add_version(art, 0, NOON, "Dredger stuck\nIt will take several hundred men.");
	CHECK_INT(count_hits("hundred"), 1);
	add_version(art, 1, NOON + 1, "Dredger stuck\nIt will take up to 275 men.");
	CHECK_INT(count_hits("hundred"), 0);
	CHECK_INT(count_hits("275"), 1);
	add_version(art, 2, NOON + 2, "Dredger stuck!\nIt will take up to 275 men!"); /* the same words */
	CHECK_INT(count_hits("dredger 275"), 1);
	CHECK_STR(first_snippet("275"), "It will take up to \002275\3 men!");
	CHECK(index_is_whole());
	CHECK_INT(peek(DB_EITHER("SELECT count(*) FROM search_docsize", "SELECT count(*) FROM search_forms")), 1);
}

TEST(search_learns_at_the_commit_what_the_newest_text_is)
{
	begin();
	int64_t of = source("harbour"), one = article(of, "https://x.example/1"),
	        two = article(of, "https://x.example/2");
	CHECK_OK(archive_begin(ar, &e), e);
	add_version(one, 0, NOON, "Dredger stuck\nSeveral hundred.");
	add_version(two, 0, NOON, "Crane\nBroken.");
	add_version(one, 1, NOON + 1, "Dredger stuck\nUp to 275.");
	CHECK_INT(count_hits("dredger"), 0);
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK_INT(count_hits("hundred"), 0);
	CHECK_INT(count_hits("275"), 1);
	CHECK_INT(count_hits("crane"), 1);

	/* A rebuild in one transaction; a text that was rolled back is not found. */
	CHECK_OK(archive_begin(ar, &e), e);
	CHECK_OK(archive_forget_derived(ar, one, &e), e);
	CHECK_OK(archive_forget_derived(ar, two, &e), e);
	add_version(one, 0, NOON, "Dredger afloat\nSeveral hundred.");
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK_INT(count_hits("afloat"), 1);
	CHECK_INT(count_hits("crane"), 0);
	CHECK_OK(archive_begin(ar, &e), e);
	add_version(one, 1, NOON, "Dredger sunk\nSeveral hundred.");
	archive_rollback(ar);
	CHECK_OK(archive_fact_set(ar, "contact", STR("x"), &e), e);
	CHECK_INT(count_hits("sunk"), 0);
	CHECK_INT(count_hits("afloat"), 1);
	CHECK(index_is_whole());
}

TEST(a_damaged_search_form_does_not_keep_new_texts_out)
{
	ONLY_IN_A_FILE;
	begin();
	int64_t art = article(source("harbour"), "https://x.example/1");
	add_version(art, 0, NOON, "Dredger stuck\nSeveral hundred.");
	poke("UPDATE search_forms SET packed = zeroblob(9)");
	add_version(art, 1, NOON + 1, "Dredger free\nNobody.");
	CHECK_INT(count_hits("nobody"), 1);
	CHECK_OK(archive_forget_derived(ar, art, &e), e);
	CHECK_INT(count_hits("nobody"), 0);
}

TEST(search_pages_and_sources)
{
	struct search_hit *hits;
	size_t n;
	int64_t total;

	begin();
	int64_t harbour = source("harbour"), anchor = source("anchor");
	for (int i = 0; i < 30; i++)
		add_version(article(i % 3 ? harbour : anchor, arena_printf(a, "https://x.example/%d", i).p), 0, NOON,
		            i == 7 ? "A crane\nBoat." : "A boat\nWith a crane on its deck, in a long text about it.");
	CHECK_OK(search_for(STR("crane"), 0, 0, 10, &hits, &n, &total), e);
	CHECK_INT(n, 10);
	CHECK_INT(total, 30);
	CHECK_INT(hits[0].article.id, 8); /* in the title counts most */
	CHECK_OK(search_for(STR("crane"), 0, 25, 10, &hits, &n, &total), e);
	CHECK_INT(n, 5);
	CHECK_OK(search_for(STR("crane"), 0, 100, 10, &hits, &n, &total), e);
	CHECK_INT(n, 0);
	CHECK_INT(total, 30);
	CHECK_OK(search_for(STR("crane"), anchor, 0, 50, &hits, &n, &total), e);
	CHECK_INT(n, 10);
	CHECK_INT(total, 10);
	CHECK_STR(hits[0].article.source_key, "anchor");
}

/* ---- status -------------------------------------------------------------- */

TEST(the_status_adds_up)
{
	struct archive_status s;

	begin();
	CHECK_OK(archive_status(ar, a, NOON, &s, &e), e);
	CHECK(s.last_check == WHEN_NONE && s.next_due == WHEN_NONE);
	CHECK_INT(s.checks + s.versions + s.blob_bytes, 0);
	int64_t of = source("harbour");
	struct target feed = target_of(of, 0, "https://harbour.example/feed");
	static const enum target_state states[] = { TARGET_CHECKED,   TARGET_CHECKED,  TARGET_GIVEN_UP, TARGET_GONE,
		                                    TARGET_UNWATCHED, TARGET_IMPORTED, TARGET_FAILED };
	for (size_t i = 0; i < sizeof states / sizeof *states; i++) {
		const char *url = arena_printf(a, "https://harbour.example/%zu", i).p;
		struct target t = target_of(of, article(of, url), url);
		t.state = states[i];
		t.due = NOON + (when)i;
		CHECK_OK(archive_target_update(ar, &t, &e), e);
	}
	add_version(1, 0, NOON, "One\nText.");
	add_version(1, 1, NOON, "Two\nText.");
	add_change(1, 1);
	for (int i = 0; i < 5; i++) {
		struct check c = check_at(feed.id, NOON - i * 12 * HOURS);
		c.outcome = i ? STR("unchanged") : STR("no answer");
		CHECK_OK(archive_check_add(ar, &c, page(5000, i), STR_NONE, 0, &e), e);
	}
	CHECK_OK(archive_status(ar, a, NOON, &s, &e), e);
	CHECK_INT(s.sources, 1);
	CHECK_INT(s.feeds, 1);
	CHECK_INT(s.articles, 7);
	CHECK_INT(s.versions, 2);
	CHECK_INT(s.changes, 1);
	CHECK_INT(s.checks, 5);
	CHECK_INT(s.checked, 2);
	CHECK_INT(s.given_up, 1);
	CHECK_INT(s.gone, 1);
	CHECK_INT(s.unwatched, 1);
	CHECK_INT(s.imported, 1);
	CHECK_INT(s.due, 2); /* the feed and the first article */
	CHECK_INT(s.next_due, NOON);
	CHECK_INT(s.last_check, NOON);
	CHECK_INT(s.blob_bytes, peek("SELECT sum(size) FROM blobs"));
	CHECK_INT(s.packed_bytes, peek("SELECT sum(length(packed)) FROM blobs"));
	CHECK(s.file_bytes > s.packed_bytes);
	CHECK_INT(s.nday, 2);
	CHECK_STR(s.day[0].outcome, "no answer");
	CHECK_INT(s.day[0].checks, 1);
	CHECK_INT(s.day[1].checks, 1);
}

/* ---- several processes, and the end of them ------------------------------ */

/* Commits one fact after another and tells each through the pipe. */
static void child_commits(int pipe_end, int64_t target, int64_t from)
{
	struct archive *mine;
	struct err why;

	if (!archive_open(path, ARCHIVE_WRITE, &mine, &why))
		_exit(1);
	for (int64_t i = from;; i++) {
		char body[64];
		snprintf(body, sizeof body, "body number %lld", (long long)i);
		struct check c = { .target = target, .at = NOON + i, .outcome = STR("new version") };
		bool many = i % 3 == 0; /* sometimes a transaction of two */
		struct check d = c;
		if ((many && !archive_begin(mine, &why)) ||
		    !archive_check_add(mine, &c, str_from(body), STR_NONE, 0, &why) ||
		    (many && !archive_check_add(mine, &d, STR_NONE, str_from(body), 0, &why)) ||
		    (many && !archive_commit(mine, &why)))
			_exit(2);
		if (write(pipe_end, &i, sizeof i) != sizeof i)
			_exit(3);
	}
}

TEST(what_was_acknowledged_survives_a_killed_process)
{
	int64_t acknowledged = -1, from = 0;

	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	archive_close(ar);
	ar = NULL;
	for (int round = 0; round < 12; round++) {
		int ends[2], status;
		CHECK_INT(pipe(ends), 0);
		pid_t child = fork();
		if (child == 0)
			child_commits(ends[1], t.id, from);
		close(ends[1]);
		int64_t want = acknowledged + 1 + (int64_t)dice(60), got;
		while (acknowledged < want && read(ends[0], &got, sizeof got) == sizeof got)
			acknowledged = got;
		usleep((useconds_t)dice(1500)); /* anywhere inside the next commits */
		CHECK_INT(kill(child, SIGKILL), 0);
		while (read(ends[0], &got, sizeof got) == sizeof got)
			acknowledged = got;
		close(ends[0]);
		CHECK_INT(waitpid(child, &status, 0), child);
		CHECK(WIFSIGNALED(status));
		CHECK(acknowledged >= want);

		CHECK_OK(archive_open(path, ARCHIVE_WRITE, &ar, &e), e);
		wait_until_alone();
		for (int64_t i = from; i <= acknowledged; i++) {
			struct str body = arena_printf(a, "body number %lld", (long long)i);
			struct sha256 h = hash_sha256(body);
			bool known;
			CHECK_OK(archive_check_known(ar, t.id, NOON + i, &h, &known, &e), e);
			CHECK(known);
		}
		/* At most the one that was under way may be there besides, and whole. */
		int64_t last = peek("SELECT max(at) FROM checks") - NOON;
		CHECK(last == acknowledged || last == acknowledged + 1);
		CHECK_INT(peek("SELECT count(*) FROM (SELECT at FROM checks GROUP BY at HAVING count(*) <>"
		               " CASE (at - 1728302400) % 3 WHEN 0 THEN 2 ELSE 1 END) AS odd"),
		          0);
		CHECK_INT(peek("SELECT (SELECT sum(n) FROM tallies WHERE what = 'checks') = (SELECT count(*) FROM "
		               "checks)"),
		          1);
		acknowledged = last;
		from = last + 1;
		archive_close(ar);
		ar = NULL;
	}
	CHECK_OK(archive_open(path, ARCHIVE_WRITE, &ar, &e), e);
	if (db_kind(ar->db) == DB_SQLITE)
		CHECK_INT(peek("SELECT 'ok' = (SELECT * FROM pragma_integrity_check)"), 1);
}

TEST(one_process_reads_while_another_writes)
{
	int ends[2], status;
	int64_t got, before = -1, seen = 0;

	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	archive_close(ar); /* an open handle must not be taken through a fork */
	ar = NULL;
	CHECK_INT(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0)
		child_commits(ends[1], t.id, 0);
	close(ends[1]);
	CHECK_OK(archive_open(path, ARCHIVE_READ, &ar, &e), e);
	for (int i = 0; i < 200; i++) {
		CHECK_INT(read(ends[0], &got, sizeof got), sizeof got);
		struct check *checks;
		size_t n;
		arena_reset(a);
		CHECK_OK(archive_checks(ar, a, t.id, 2, &checks, &n, &e), e);
		CHECK(n > 0 && checks[0].at >= NOON + got); /* acknowledged: to be seen by all */
		if (checks[0].body)
			CHECK(str_starts(blob_text(checks[0].body), STR("body number ")));
		int64_t stamp;
		CHECK_OK(archive_stamp(ar, &stamp, &e), e);
		seen += stamp != before;
		before = stamp;
	}
	CHECK(seen > 2);
	CHECK(!archive_fact_set(ar, "contact", STR("x"), &e));
	CHECK_INT(e.kind, ERR_IO);
	CHECK(str_has(str_from(e.text), STR("can only be read")));
	kill(child, SIGKILL);
	close(ends[0]);
	CHECK_INT(waitpid(child, &status, 0), child);
}

static _Noreturn void child_leases(int end, const char *origin)
{
	struct archive *mine;
	struct host_lease l;
	struct err why;
	struct lease_wish w = wish_of("child", 1);
	bool leased;

	bool ok = archive_open(path, ARCHIVE_WRITE, &mine, &why) && archive_begin_work(mine, 5000, &why) &&
	          archive_host_lease(mine, arena_new(), &w, str_from(origin), &l, &leased, &why) && leased;
	if (write(end, ok ? "y" : "n", 1) == 1)
		pause();
	_exit(1);
}

TEST(what_a_dead_worker_leased_is_free_and_what_a_living_one_leased_is_not)
{
	static const char *const origins[] = { "https://one.example", "https://two.example" };
	struct lease_wish w = wish_of("parent", 1);
	struct host_lease l;
	bool leased;
	int ends[2], status;
	pid_t children[2];
	char said;

	ONLY_IN_A_FILE;
	begin();
	archive_close(ar);
	ar = NULL;
	CHECK_INT(pipe(ends), 0);
	for (int k = 0; k < 2; k++) {
		children[k] = fork();
		if (children[k] == 0)
			child_leases(ends[1], origins[k]);
		CHECK_INT(read(ends[0], &said, 1), 1);
		CHECK_INT(said, 'y');
	}
	for (int k = 0; k < 2; k++) {
		kill(children[k], SIGKILL);
		CHECK_INT(waitpid(children[k], &status, 0), children[k]);
		CHECK_OK(archive_open(path, ARCHIVE_WRITE, &ar, &e), e);
		CHECK_OK(archive_begin_work(ar, 5000, &e), e);
		CHECK_OK(archive_host_lease(ar, a, &w, str_from(origins[1 - k]), &l, &leased, &e), e);
		CHECK_INT(leased, k == 1);
		archive_close(ar);
		ar = NULL;
	}
	CHECK(l.pause_ms > 3000 && l.pause_ms <= 5000);
	close(ends[0]);
	close(ends[1]);
}

TEST(two_writers_wait_for_each_other)
{
	int status;

	begin();
	archive_close(ar);
	ar = NULL;
	pid_t children[3];
	for (int k = 0; k < 3; k++) {
		children[k] = fork();
		if (children[k] == 0) {
			struct archive *mine;
			struct err why;
			if (!archive_open(path, ARCHIVE_CREATE, &mine, &why))
				_exit(1);
			for (int i = 0; i < 40; i++) {
				char name[32];
				int64_t id;
				snprintf(name, sizeof name, "s%d.example", k * 20 + i);
				if (!archive_source_ensure(mine, str_from(name), STR("key"), NOON, &id, &why))
					_exit(2);
			}
			archive_close(mine);
			_exit(0);
		}
	}
	for (int k = 0; k < 3; k++) {
		CHECK_INT(waitpid(children[k], &status, 0), children[k]);
		CHECK_INT(status, 0);
	}
	CHECK_OK(archive_open(path, ARCHIVE_READ, &ar, &e), e);
	CHECK_INT(peek("SELECT count(*) FROM sources"), 80);
}

TEST(several_may_make_the_archive_at_once)
{
	int status;
	pid_t children[4];

	begin();
	archive_close(ar);
	ar = NULL;
	snprintf(path, sizeof path, "%s/stet.db", test_folder());
	for (int k = 0; k < 4; k++) {
		children[k] = fork();
		if (children[k] == 0) {
			struct archive *mine;
			struct err why;
			if (!archive_open(path, ARCHIVE_CREATE, &mine, &why)) {
				printf("# %s\n", why.text);
				fflush(stdout);
				_exit(1);
			}
			archive_close(mine);
			_exit(0);
		}
	}
	for (int k = 0; k < 4; k++) {
		CHECK_INT(waitpid(children[k], &status, 0), children[k]);
		CHECK_INT(status, 0);
	}
	reopen(ARCHIVE_WRITE);
	CHECK_INT(form(), SCHEMA_VERSION);
}

/* ---- what matters -------------------------------------------------------- */

static size_t changes_with(int64_t least_weight, uint32_t kinds, int64_t of_article)
{
	struct change_filter f = {
		.until = WHEN_NONE, .article = of_article, .least_weight = least_weight, .kinds = kinds, .limit = 50
	};
	struct change_item *items;
	size_t n;

	CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
	for (size_t i = 0; i < n; i++)
		CHECK(items[i].summary.weight >= least_weight && (!kinds || items[i].summary.kinds & kinds));
	return n;
}

TEST(changes_are_listed_by_weight_and_by_kind)
{
	static const struct {
		int64_t weight;
		uint32_t kinds;
	} drafts[] = { { 50, 1 }, { 300, 2 }, { 299, 2 }, { 900, 3 }, { 1000, 4 } };

	begin();
	int64_t id = article(source("harbour"), "https://x.example/1");
	add_version(id, 0, NOON, "Crane\n0");
	for (int i = 0; i < 5; i++) {
		add_version(id, i + 1, NOON + i + 1, arena_printf(a, "Crane\n%d", i + 1).p);
		struct change_summary s = {
			.article = id, .number = i + 1, .weight = drafts[i].weight, .kinds = drafts[i].kinds
		};
		CHECK_OK(archive_change_add(ar, &s, &e), e);
	}
	for (int64_t of = 0; of <= id; of += id) {
		CHECK_INT(changes_with(0, 0, of), 5);
		CHECK_INT(changes_with(300, 0, of), 3);
		CHECK_INT(changes_with(0, 2, of), 3);
		CHECK_INT(changes_with(300, 2, of), 2);
		CHECK_INT(changes_with(0, 8, of), 0);
		CHECK_INT(changes_with(1000, 6, of), 1);
	}
}

/* ---- a full disk --------------------------------------------------------- */

/* Stores noise until it fails, in transactions or alone; how many got in. */
static int fill(int64_t target, bool in_transaction)
{
	char noise[60000];
	int stored = 0;

	for (; stored < 1000; stored++) {
		for (size_t i = 0; i < sizeof noise; i++)
			noise[i] = (char)dice(256);
		struct check c = check_at(target, NOON + stored);
		if (in_transaction && !archive_begin(ar, &e))
			break;
		if (!archive_check_add(ar, &c, str_of(noise, sizeof noise), STR_NONE, 0, &e))
			break;
		if (in_transaction && !archive_commit(ar, &e))
			break;
	}
	return stored;
}

static void check_full_and_well_again(int64_t target, int stored)
{
	CHECK_INT(e.kind, ERR_FULL);
	CHECK(str_starts(str_from(e.text), STR("there is no room left for the archive ")));
	archive_rollback(ar); /* harmless if there is none */
	CHECK_INT(peek("SELECT count(*) FROM checks"), stored);
	struct check *checks;
	size_t n;
	CHECK_OK(archive_checks(ar, a, target, 1, &checks, &n, &e), e);
	CHECK_INT(blob_text(checks[0].body).n, 60000);
}

TEST(a_full_archive_says_so_and_works_again_when_there_is_room)
{
	for (int in_transaction = 0; in_transaction < 2; in_transaction++) {
		ONLY_IN_A_FILE;
		begin();
		struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
		poke("PRAGMA max_page_count = 300");
		int stored = fill(t.id, in_transaction);
		CHECK(stored > 10);
		check_full_and_well_again(t.id, stored);
		poke("PRAGMA max_page_count = 100000");
		struct check c = check_at(t.id, NOON + 5000);
		CHECK_OK(archive_check_add(ar, &c, page(60000, 1), STR_NONE, 0, &e), e);
		CHECK_INT(peek("SELECT 'ok' = (SELECT * FROM pragma_integrity_check)"), 1);
	}
}

TEST(a_full_disk_says_so_and_the_archive_works_again_when_there_is_room)
{
	struct rlimit before, small;

	signal(SIGXFSZ, SIG_IGN);
	CHECK_INT(getrlimit(RLIMIT_FSIZE, &before), 0);
	for (int in_transaction = 0; in_transaction < 2; in_transaction++) {
		ONLY_IN_A_FILE;
		begin();
		struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
		small = before;
		small.rlim_cur = 3000000;
		CHECK_INT(setrlimit(RLIMIT_FSIZE, &small), 0);
		int stored = fill(t.id, in_transaction);
		CHECK_INT(setrlimit(RLIMIT_FSIZE, &before), 0);
		CHECK(stored > 10 && stored < 1000);
		check_full_and_well_again(t.id, stored);
		struct check c = check_at(t.id, NOON + 5000);
		CHECK_OK(archive_check_add(ar, &c, page(60000, 1), STR_NONE, 0, &e), e);
		reopen(ARCHIVE_WRITE);
		CHECK_INT(peek("SELECT count(*) FROM checks"), stored + 1);
		CHECK_INT(peek("SELECT 'ok' = (SELECT * FROM pragma_integrity_check)"), 1);
	}
}

TEST(half_a_transaction_is_never_committed)
{
	begin();
	struct target t = target_of(source("harbour"), 0, "https://harbour.example/feed");
	if (db_kind(ar->db) == DB_SQLITE)
		poke("PRAGMA max_page_count = 100");
	CHECK_OK(archive_begin(ar, &e), e);
	struct check c = check_at(t.id, NOON);
	CHECK_OK(archive_check_add(ar, &c, STR("small"), STR_NONE, 0, &e), e);
	CHECK_OK(db_script(ar->db, "ROLLBACK", &e), e); /* as the engine may do by itself */
	CHECK(!archive_check_add(ar, &c, STR("other"), STR_NONE, 0, &e));
	CHECK_INT(e.kind, ERR_INTERNAL);
	CHECK(!archive_commit(ar, &e));
	CHECK_INT(peek("SELECT count(*) FROM checks"), 0);
	CHECK_OK(archive_check_add(ar, &c, STR("other"), STR_NONE, 0, &e), e);
}

/* ---- captures ------------------------------------------------------------ */

/* A look at NOON + seconds that saw this, after which the archive may say what it knows. */
static void look(int64_t target, int seconds, const char *bytes, const char *read_as, bool failed)
{
	struct check c = check_at(target, NOON + seconds);

	c.read_as = str_from(read_as);
	c.failed = failed;
	CHECK_OK(archive_check_add(ar, &c, str_from(bytes), STR_NONE, 0, &e), e);
}

/* "0-30 60-60": seconds after NOON. */
static const char *captures_of(int64_t of)
{
	static char out[256];
	struct capture *list;
	size_t n, at = 0;

	CHECK_OK(archive_captures(ar, a, of, &list, &n, &e), e);
	*out = '\0';
	for (size_t i = 0; i < n && at < sizeof out; i++)
		at += (size_t)snprintf(out + at, sizeof out - at, "%s%d-%d", i ? " " : "", (int)(list[i].at - NOON),
		                       (int)(list[i].last - NOON));
	return out;
}

TEST(looks_that_found_the_same_bytes_are_one_capture)
{
	when last;

	begin();
	int64_t of = source("harbour"), id = article(of, "https://x.example/1");
	struct target t = target_of(of, id, "https://x.example/1"),
	              other = target_of(of, id, "https://x.example/amp/1");
	CHECK_STR(str_from(captures_of(id)), "");
	CHECK_OK(archive_capture_last(ar, id, &last, &e), e);
	CHECK(last == WHEN_NONE);
	look(t.id, 60, "two", "web", false);
	look(t.id, 0, "one", "web", false);
	look(t.id, 30, "one", "web", false);
	look(t.id, 45, "the wall", "web", true);
	look(t.id, 50, "", "web", false);
	look(t.id, 90, "one", "web", false);
	look(t.id, 200, "a page of another tracker", "saved-html", false);
	CHECK_STR(str_from(captures_of(id)), "0-30 60-60 90-90");
	look(other.id, 20, "amp", "web", false);
	look(other.id, 70, "amp", "web", false);
	look(other.id, 90, "amp two", "web", false);
	CHECK_STR(str_from(captures_of(id)), "0-30 20-70 60-60 90-90");
	CHECK_OK(archive_capture_last(ar, id, &last, &e), e);
	CHECK_INT(last, NOON + 90);
	CHECK_STR(str_from(captures_of(id + 1)), "");
}

TEST(a_capture_is_found_by_each_look)
{
	struct captured c;
	struct str bytes;

	begin();
	int64_t of = source("harbour"), id = article(of, "https://x.example/1");
	struct target t = target_of(of, id, "https://x.example/1"),
	              other = target_of(of, id, "https://x.example/amp/1");
	look(t.id, 0, "one", "web", false);
	look(t.id, 30, "one", "web", false);
	look(other.id, 30, "amp", "web", false);
	look(t.id, 45, "the wall", "web", true);
	CHECK_OK(archive_capture_at(ar, a, id, STR_NONE, NOON + 30, &c, &e), e);
	CHECK_OK(archive_blob(ar, a, c.body, &bytes, &e), e);
	CHECK_STR(bytes, "one");
	CHECK_STR(c.content_type, "text/html; charset=utf-8");
	CHECK_STR(c.url, "https://x.example/1");
	CHECK_OK(archive_capture_at(ar, a, id, STR("https://x.example/amp/1"), NOON + 30, &c, &e), e);
	CHECK_STR(c.asked, "https://x.example/amp/1");
	CHECK(!archive_capture_at(ar, a, id, STR_NONE, NOON + 45, &c, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(!archive_capture_at(ar, a, id, STR_NONE, NOON + 1, &c, &e));
	CHECK(!archive_capture_at(ar, a, id + 1, STR_NONE, NOON + 30, &c, &e));
}

/* ---- plans --------------------------------------------------------------- */

/* Tables that grow with what is watched. */
static const char *const large[] = {
	"targets", "articles",     "addresses", "blobs", "checks", "versions", "texts", "sightings", "changes",
	"newest",  "search_forms", "t",         "a",     "c",      "n",        "v",     "o"
};

/* Statements that may walk through a large table, because that is what they
 * are for. */
static const char *const walks[] = {
	"SELECT id FROM articles ORDER BY id",
	"FROM targets WHERE ($2 = 1 OR state = 'checked') ORDER BY id",
};

/* Indexes that hold only what is asked for. */
static const char *const narrow[] = { "USING INDEX targets_watched", "USING INDEX checks_failed" };

static bool scans_large_table(const char *detail)
{
	char name[64];

	if (sscanf(detail, "SCAN %63s", name) != 1)
		return false;
	for (size_t i = 0; i < sizeof narrow / sizeof *narrow; i++)
		if (strstr(detail, narrow[i]))
			return false;
	for (size_t i = 0; i < sizeof large / sizeof *large; i++)
		if (strcmp(name, large[i]) == 0)
			return true;
	return false;
}

/* The plan of a plain INSERT shows what its foreign keys would do in a case
 * that cannot come up; it reads nothing. */
static bool is_plain_insert(const char *sql)
{
	return strncmp(sql, "INSERT INTO ", 12) == 0 && strstr(sql, " VALUES (") && !strstr(sql, "SELECT");
}

static bool may_walk(const char *sql)
{
	if (is_plain_insert(sql) || strncmp(sql, "PRAGMA", 6) == 0 || strlen(sql) < 20)
		return true;
	for (size_t i = 0; i < sizeof walks / sizeof *walks; i++)
		if (strstr(sql, walks[i]))
			return true;
	return false;
}

struct plans {
	const char *texts[256];
	size_t n;
};

static void collect_text(const char *sql, void *context)
{
	struct plans *p = context;
	if (p->n < 256)
		p->texts[p->n++] = sql;
}

/* Calls everything, so that every statement of the program is prepared. */
static void call_learned(void)
{
	struct furniture f = { .source = 1, .rule = FURNITURE_REPEATS, .last = NOON, .since = WHEN_NONE }, *list;
	struct lesson l = { .article = 1, .evidence = STR("x") }, *lessons;
	struct left_out out = { .furniture = 1 }, *outs;
	struct str bytes;
	int64_t id;
	size_t n;

	CHECK_OK(archive_furniture_put(ar, &f, &e), e);
	CHECK_OK(archive_furniture(ar, a, 1, true, &list, &n, &e), e);
	CHECK_OK(archive_furniture(ar, a, 1, false, &list, &n, &e), e);
	CHECK_OK(archive_furniture_find(ar, 1, FURNITURE_REPEATS, 0, &id, &e), e);
	CHECK_OK(archive_furniture_left_out(ar, f.id, NOON, &e), e);
	CHECK_OK(archive_lesson_put(ar, 1, &l, 5, &e), e);
	CHECK_OK(archive_lesson(ar, a, 1, &bytes, &e), e);
	CHECK_OK(archive_lessons(ar, a, 1, &lessons, &n, &e), e);
	CHECK_OK(archive_left_out_put(ar, 1, &out, 1, &e), e);
	CHECK_OK(archive_left_out(ar, a, 1, &outs, &list, &n, &e), e);
	CHECK_OK(archive_furniture_judge(ar, 1, f.id, VERDICT_DROP, NOON, &e), e);
	CHECK_OK(archive_furniture_trim(ar, 1, 0, &e), e);
	CHECK_OK(archive_newest_traits(ar, a, 1, &bytes, &e), e);
	CHECK_OK(archive_article_source(ar, 1, &id, &e), e);
	CHECK_OK(archive_lessons_forget(ar, 1, &e), e);
}

static void call_everything(void)
{
	struct target *targets;
	struct article_row *rows;
	struct change_item *items;
	struct search_hit *hits;
	struct check *checks;
	struct capture *captures;
	struct captured captured;
	struct archive_status status;
	struct sha256 h = { { 0 } };
	int64_t number, newest, total;
	size_t n;
	when at;
	bool known;

	for (int i = 0; i < 8; i++) {
		struct target_filter tf = { .source = i & 1, .feeds_only = i & 2, .any_state = i & 4 };
		CHECK_OK(archive_targets(ar, a, tf, &targets, &n, &e), e);
		struct article_filter af = { .source = i & 1, .changed_only = i & 2, .limit = 5 };
		CHECK_OK(archive_articles(ar, a, af, &rows, &n, &e), e);
		struct change_filter cf = { .until = WHEN_NONE,
			                    .source = i & 1,
			                    .article = i & 2 ? 1 : 0,
			                    .search = i & 4 ? STR("crane") : STR_NONE,
			                    .limit = 5 };
		CHECK_OK(archive_changes(ar, a, cf, &items, &n, &e), e);
		CHECK_OK(search_for(STR("crane"), i & 1, 0, 5, &hits, &n, &total), e);
		CHECK_OK(archive_checks_latest(ar, a, i & 1, 5, &checks, &targets, &n, &e), e);
	}
	CHECK_OK(archive_status(ar, a, NOON, &status, &e), e);
	CHECK_OK(lease_due(NOON + 100000, 1, 1000, &targets, &n), e);
	CHECK_OK(archive_version_with(ar, 1, &h, &number, &e), e);
	CHECK_OK(archive_last_seen(ar, 1, &newest, &number, &at, &e), e);
	CHECK_OK(archive_check_known(ar, 1, NOON, &h, &known, &e), e);
	CHECK_OK(archive_checks_to_rebuild(ar, a, 1, &checks, &n, &e), e);
	CHECK_OK(archive_captures(ar, a, 1, &captures, &n, &e), e);
	CHECK_OK(archive_capture_last(ar, 1, &at, &e), e);
	CHECK_OK(archive_capture_at(ar, a, 1, STR("https://x.example/1"), NOON, &captured, &e), e);
	call_learned();
}

TEST(no_statement_walks_through_a_large_table)
{
	static struct plans plans;
	struct source_row *sources;
	struct version *versions;
	struct article text;
	struct target t;
	int64_t *ids, id;
	size_t n;

	begin();
	int64_t of = source("harbour");
	CHECK_OK(archive_begin(ar, &e), e);
	for (int i = 1; i <= 2100; i++) {
		const char *url = arena_printf(a, "https://x.example/%d", i).p;
		id = article(of, url);
		t = target_of(of, id, url);
		add_version(id, 0, NOON, "Crane\nup");
		if (i > 2)
			continue;
		struct check c = check_at(t.id, NOON);
		CHECK_OK(archive_check_add(ar, &c, page(500, i), STR("headers"), 0, &e), e);
		CHECK_OK(archive_target_update(ar, &t, &e), e);
		add_version(id, 1, NOON + i, "Crane\ndown");
		add_change(id, 1);
		for (int k = 0; k < 3; k++)
			CHECK_OK(archive_sighting(ar, id, k % 2, NOON + k, &e), e);
		blob_text(c.body);
	}
	CHECK_OK(archive_commit(ar, &e), e);
	call_everything();
	CHECK_OK(archive_sources(ar, a, &sources, &n, &e), e);
	CHECK_OK(archive_article_ids(ar, a, true, &ids, &n, &e), e);
	CHECK_OK(archive_versions(ar, a, 1, &versions, &n, &e), e);
	CHECK_OK(archive_version_text(ar, a, 1, 1, &text, &e), e);
	CHECK_OK(archive_target_by_url(ar, a, STR("https://x.example/9"), &t, &e), e);
	CHECK_OK(archive_target_of_article(ar, a, 1, &t, &e), e);
	CHECK_OK(archive_forget_derived(ar, 1, &e), e);

	db_each_statement(ar->db, collect_text, &plans);
	CHECK(plans.n > 60);
	if (db_kind(ar->db) == DB_POSTGRES)
		return; /* with so few rows it rightly walks; that it takes each statement was seen */
	int bad = 0;
	for (size_t i = 0; i < plans.n; i++) {
		struct stmt *q;
		bool row;
		if (may_walk(plans.texts[i]))
			continue;
		const char *explain = arena_printf(a, "EXPLAIN QUERY PLAN %s", plans.texts[i]).p;
		CHECK_OK(db_query(ar->db, explain, &q, &e), e);
		while (db_step(q, &row, &e) && row) {
			const char *detail = arena_cstr(a, db_bytes(q, 3));
			if (getenv("PLANS"))
				printf("# %.60s ... %s\n", plans.texts[i], detail);
			if (!scans_large_table(detail))
				continue;
			printf("# %s\n#   %s\n", plans.texts[i], detail);
			bad++;
		}
	}
	CHECK_INT(bad, 0);
}

TEST_MAIN
