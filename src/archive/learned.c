/*
 * What the pages of a source have taught: see archive.h and watch/learn.h.
 *
 * "furniture" is the list that a person reads: lines and places with what is
 * known of them, at most a few hundred a source.  "lessons" is what it is
 * counted from: one small row for each of the last articles of a source.
 * "left_out" says of a check which blocks did not count: a word for each, the
 * block's number, a colon and the furniture's, "?" behind it where it is not in
 * force, no block where the block was gone.
 */
#include "archive/internal.h"

const char *furniture_rule_name(enum furniture_rule r)
{
	static const char *const names[FURNITURE_RULES] = {
		[FURNITURE_REPEATS] = "repeats",
		[FURNITURE_CHURNS] = "churns",
		[FURNITURE_SAME_PAGE] = "same page",
	};
	return r < FURNITURE_RULES ? names[r] : "?";
}

const char *furniture_verdict_name(enum furniture_verdict v)
{
	return v == VERDICT_KEEP ? "keep" : v == VERDICT_DROP ? "drop" : "";
}

static enum furniture_rule rule_from(struct str name)
{
	enum furniture_rule r = FURNITURE_RULES - 1;

	while (r > 0 && !str_eq(name, str_from(furniture_rule_name(r))))
		r--;
	return r;
}

static enum furniture_verdict verdict_from(struct str name)
{
	return str_eq(name, STR("keep")) ? VERDICT_KEEP : str_eq(name, STR("drop")) ? VERDICT_DROP : VERDICT_NONE;
}

/* ---- furniture ----------------------------------------------------------- */

#define COLUMNS                                                                                                        \
	"SELECT id, source, rule, hash, strong, articles, of, sample, first, last, since, left_out, verdict"           \
	" FROM furniture "

static void furniture_read(struct stmt *q, struct arena *a, struct furniture *out)
{
	*out = (struct furniture){
		.id = db_i64(q, 0),
		.source = db_i64(q, 1),
		.rule = rule_from(db_bytes(q, 2)),
		.hash = (uint64_t)db_i64(q, 3),
		.strong = db_i64(q, 4) != 0,
		.articles = db_i64(q, 5),
		.of = db_i64(q, 6),
		.sample = db_keep(q, 7, a),
		.first = db_when(q, 8),
		.last = db_when(q, 9),
		.since = db_when(q, 10),
		.left_out = db_when(q, 11),
		.verdict = verdict_from(db_bytes(q, 12)),
	};
}

bool archive_furniture(struct archive *ar, struct arena *a, int64_t source, bool in_force, struct furniture **out,
                       size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct furniture);
	struct stmt *q;
	bool row, ok;

	if (in_force) {
		if (!db_query(ar->db,
		              "SELECT id, source, rule, hash, strong, 0, 0, '', NULL, NULL, since, left_out, NULL"
		              " FROM furniture WHERE source = $1 AND since IS NOT NULL" DB_SHARD_1,
		              &q, e))
			return false;
	} else if (!db_query(ar->db,
	                     COLUMNS "WHERE source = $1" DB_SHARD_1
	                             " ORDER BY since IS NULL, rule DESC, articles DESC, id",
	                     &q, e)) {
		return false;
	}
	db_bind_i64(q, 1, source);
	while ((ok = db_step(q, &row, e)) && row)
		furniture_read(q, a, rows_add(&rows));
	return rows_take(&rows, ok, a, out, n);
}

/* A person's "keep" is stronger than what was learned. */
bool archive_furniture_put(struct archive *ar, struct furniture *f, struct err *e)
{
	struct stmt *q;
	bool row;

	if (!db_query(ar->db,
	              "INSERT INTO furniture (source, rule, hash, sample, articles, of, strong, first, last, "
	              "since" DB_ID_COLUMNS ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9" DB_NEW_ID(
	                      "$1", "furniture_ids") ") ON CONFLICT (" DB_KEY
	                                             "source, rule, hash) DO UPDATE SET sample = excluded.sample,"
	                                             " articles = excluded.articles, of = excluded.of,"
	                                             " strong = CASE WHEN excluded.strong > furniture.strong THEN "
	                                             "excluded.strong ELSE furniture.strong END,"
	                                             " last = excluded.last, since = CASE WHEN furniture.verdict = "
	                                             "'keep' THEN NULL"
	                                             " ELSE coalesce(furniture.since, excluded.since) END"
	                                             " RETURNING id, since",
	              &q, e))
		return false;
	db_bind_i64(q, 1, f->source);
	db_bind_text(q, 2, str_from(furniture_rule_name(f->rule)));
	db_bind_i64(q, 3, (int64_t)f->hash);
	db_bind_text(q, 4, f->sample);
	db_bind_i64(q, 5, f->articles);
	db_bind_i64(q, 6, f->of);
	db_bind_i64(q, 7, f->strong);
	db_bind_when(q, 8, f->last);
	db_bind_when(q, 9, f->since);
	if (!db_step(q, &row, e))
		return false;
	f->id = db_i64(q, 0);
	f->since = db_when(q, 1);
	db_end(q);
	return true;
}

bool archive_furniture_find(struct archive *ar, int64_t source, enum furniture_rule rule, uint64_t hash, int64_t *id,
                            struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT id FROM furniture WHERE source = $1 AND rule = $2 AND hash = $3" DB_SHARD_1, &q,
	              e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_text(q, 2, str_from(furniture_rule_name(rule)));
	db_bind_i64(q, 3, (int64_t)hash);
	return db_take_i64(q, 0, id, e);
}

bool archive_furniture_left_out(struct archive *ar, int64_t id, when at, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "UPDATE furniture SET left_out = $2 WHERE id = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, id);
	db_bind_when(q, 2, at);
	return db_run(q, e);
}

bool archive_furniture_judge(struct archive *ar, int64_t source, int64_t id, enum furniture_verdict v, when now,
                             struct err *e)
{
	struct stmt *q;
	int64_t found;

	if (!db_query(ar->db,
	              "UPDATE furniture SET verdict = $3,"
	              " since = CASE $3 WHEN 'keep' THEN NULL WHEN 'drop' THEN coalesce(since, $4) ELSE since END,"
	              " strong = CASE $3 WHEN 'drop' THEN 1 ELSE strong END"
	              " WHERE id = $2 AND source = $1" DB_SHARD_1 " RETURNING id",
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_i64(q, 2, id);
	db_bind_optional(q, 3, str_from(furniture_verdict_name(v)));
	db_bind_when(q, 4, now);
	return db_take_i64(q, 0, &found, e) &&
	       (found || err_set(e, ERR_NOT_FOUND, "the source has no furniture %lld", (long long)id));
}

bool archive_furniture_trim(struct archive *ar, int64_t source, int64_t most, struct err *e)
{
	struct stmt *q;
	int64_t n;

	if (!db_query(ar->db, "SELECT count(*) FROM furniture WHERE source = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, source);
	if (!db_take_i64(q, 0, &n, e))
		return false;
	if (n <= most)
		return true;
	if (!db_query(ar->db,
	              "DELETE FROM furniture WHERE id IN (SELECT id FROM furniture"
	              " WHERE source = $1 AND verdict IS NULL" DB_SHARD_1 " ORDER BY since IS NOT NULL,"
	              " CASE WHEN since IS NULL THEN articles ELSE coalesce(left_out, since) END,"
	              " last NULLS FIRST LIMIT $2)" DB_SHARD_1,
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_i64(q, 2, n - most);
	return db_run(q, e);
}

/* ---- lessons ------------------------------------------------------------- */

static bool take_bytes(struct stmt *q, struct arena *a, struct str *out, struct err *e)
{
	bool row;

	*out = STR_NONE;
	if (!db_step(q, &row, e))
		return false;
	if (row) {
		*out = db_keep(q, 0, a);
		db_end(q);
	}
	return true;
}

bool archive_lesson(struct archive *ar, struct arena *a, int64_t article, struct str *evidence, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT evidence FROM lessons WHERE article = $1", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return take_bytes(q, a, evidence, e);
}

bool archive_lessons(struct archive *ar, struct arena *a, int64_t source, struct lesson **out, size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct lesson);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, "SELECT article, evidence FROM lessons WHERE source = $1" DB_SHARD_1 " ORDER BY number",
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	while ((ok = db_step(q, &row, e)) && row) {
		struct lesson *l = rows_add(&rows);
		*l = (struct lesson){ .article = db_i64(q, 0), .evidence = db_keep(q, 1, a) };
	}
	return rows_take(&rows, ok, a, out, n);
}

static bool put(struct archive *ar, int64_t source, const struct lesson *l, int64_t most, struct err *e)
{
	struct stmt *q;
	int64_t number;

	if (!db_query(ar->db, "UPDATE lessons SET evidence = $2 WHERE article = $1 RETURNING number", &q, e))
		return false;
	db_bind_i64(q, 1, l->article);
	db_bind_blob(q, 2, l->evidence);
	if (!db_take_i64(q, 0, &number, e) || number)
		return number != 0;
	if (!db_query(ar->db,
	              "INSERT INTO lessons (source, number, article, evidence" DB_SHARD_COLUMN ")"
	              " SELECT $1, coalesce(max(number), 0) + 1, $2, $3" DB_NEW_SHARD(
	                      "$1") " FROM lessons WHERE source = $1" DB_SHARD_1 " RETURNING number",
	              &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_i64(q, 2, l->article);
	db_bind_blob(q, 3, l->evidence);
	if (!db_take_i64(q, 0, &number, e))
		return false;
	if (!db_query(ar->db, "DELETE FROM lessons WHERE source = $1 AND number <= $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, source);
	db_bind_i64(q, 2, number - most);
	return db_run(q, e);
}

bool archive_lesson_put(struct archive *ar, int64_t source, const struct lesson *l, int64_t most, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, put(ar, source, l, most, e), e);
}

static bool forget(struct archive *ar, int64_t source, struct err *e)
{
	static const char *const sql[] = {
		"DELETE FROM lessons WHERE source = $1" DB_SHARD_1,
		"DELETE FROM furniture WHERE source = $1 AND verdict IS NULL AND rule <> 'same page'" DB_SHARD_1,
		"UPDATE furniture SET articles = 0, of = 0, since = CASE verdict WHEN 'drop' THEN since END"
		" WHERE source = $1 AND rule <> 'same page'" DB_SHARD_1,
	};
	struct stmt *q;

	for (size_t i = 0; i < sizeof sql / sizeof *sql; i++) {
		if (!db_query(ar->db, sql[i], &q, e))
			return false;
		db_bind_i64(q, 1, source);
		if (!db_run(q, e))
			return false;
	}
	return true;
}

bool archive_lessons_forget(struct archive *ar, int64_t source, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, forget(ar, source, e), e);
}

bool archive_newest_traits(struct archive *ar, struct arena *a, int64_t article, struct str *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT traits FROM newest WHERE article = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return take_bytes(q, a, out, e);
}

bool archive_article_source(struct archive *ar, int64_t article, int64_t *source, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT source FROM articles WHERE id = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	return db_take_i64(q, 0, source, e) &&
	       (*source || err_set(e, ERR_NOT_FOUND, "there is no article %lld", (long long)article));
}

/* ---- what was left out --------------------------------------------------- */

#define MAX_LEFT_OUT_BYTES (64 * KIB)

bool archive_left_out_put(struct archive *ar, int64_t check, const struct left_out *list, size_t n, struct err *e)
{
	struct buf b = BUF_INIT(MAX_LEFT_OUT_BYTES);
	struct stmt *q;

	if (n == 0)
		return true;
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_byte(&b, ' ');
		if (list[i].block >= 0)
			buf_printf(&b, "%lld", (long long)list[i].block);
		buf_printf(&b, ":%lld%s", (long long)list[i].furniture, list[i].doubtful ? "?" : "");
	}
	bool ok = db_query(ar->db,
	                   "INSERT INTO left_out (check_id, blocks" DB_SHARD_COLUMN
	                   ") VALUES ($1, $2" DB_NEW_SHARD("$1") ") ON CONFLICT (" DB_KEY
	                                                         "check_id) DO UPDATE SET blocks = excluded.blocks",
	                   &q, e);
	if (ok) {
		db_bind_i64(q, 1, check);
		db_bind_text(q, 2, buf_view(&b));
		ok = db_run(q, e);
	}
	buf_free(&b);
	return ok;
}

static bool parse_word(struct str word, struct left_out *out)
{
	struct str block, rule;

	*out = (struct left_out){ .block = -1 };
	if (!str_cut(word, ':', &block, &rule) || (block.n && !str_to_i64(block, &out->block)))
		return false;
	out->doubtful = str_ends(rule, STR("?"));
	return str_to_i64(str_sub(rule, 0, rule.n - out->doubtful), &out->furniture);
}

static bool load_furniture(struct archive *ar, struct arena *a, int64_t id, struct furniture *out, struct err *e)
{
	struct stmt *q;
	bool row;

	*out = (struct furniture){ 0 };
	if (!db_query(ar->db, COLUMNS "WHERE id = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, id);
	if (!db_step(q, &row, e))
		return false;
	if (row) {
		furniture_read(q, a, out);
		db_end(q);
	}
	return true;
}

static bool list_left_out(struct archive *ar, struct arena *a, struct str words, struct rows *list, struct rows *what,
                          struct err *e)
{
	struct str word;

	while (words.n) {
		struct left_out l;
		str_cut(words, ' ', &word, &words);
		if (!parse_word(word, &l))
			continue;
		*(struct left_out *)rows_add(list) = l;
		if (!load_furniture(ar, a, l.furniture, rows_add(what), e))
			return false;
	}
	return true;
}

bool archive_left_out(struct archive *ar, struct arena *a, int64_t check, struct left_out **out,
                      struct furniture **what, size_t *n, struct err *e)
{
	struct rows list = ROWS_OF(struct left_out), furniture = ROWS_OF(struct furniture);
	struct stmt *q;
	struct str words;
	size_t m;

	bool ok = db_query(ar->db, "SELECT blocks FROM left_out WHERE check_id = $1" DB_SHARD_1, &q, e);
	if (ok) {
		db_bind_i64(q, 1, check);
		ok = take_bytes(q, a, &words, e) && list_left_out(ar, a, words, &list, &furniture, e);
	}
	ok = rows_take(&list, ok, a, out, n);
	return rows_take(&furniture, ok, a, what, &m);
}
