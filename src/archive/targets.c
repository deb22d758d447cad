/* Targets, what is checked again and again: see archive.h. */
#include "archive/shards.h"

static const char *const kinds[TARGET_KINDS] = {
	[TARGET_NEW] = "new",
	[TARGET_FEED] = "feed",
	[TARGET_SECTION] = "section",
	[TARGET_ARTICLE] = "article",
};

static const char *const states[TARGET_STATES] = {
	[TARGET_CHECKED] = "checked",     [TARGET_GIVEN_UP] = "given up", [TARGET_GONE] = "gone",
	[TARGET_UNWATCHED] = "unwatched", [TARGET_IMPORTED] = "imported", [TARGET_FAILED] = "failed",
	[TARGET_ERASED] = "erased",
};

const char *target_kind_name(enum target_kind k)
{
	return k < TARGET_KINDS ? kinds[k] : "?";
}

const char *target_state_name(enum target_state s)
{
	return s < TARGET_STATES ? states[s] : "?";
}

static enum target_kind kind_from(struct str name)
{
	for (size_t i = 0; i < TARGET_KINDS; i++)
		if (str_eq(name, str_from(kinds[i])))
			return (enum target_kind)i;
	return TARGET_NEW;
}

enum target_state target_state_from(struct str name)
{
	for (size_t i = 0; i < TARGET_STATES; i++)
		if (str_eq(name, str_from(states[i])))
			return (enum target_state)i;
	return TARGET_IMPORTED;
}

void target_read(struct stmt *q, struct arena *a, struct target *out)
{
	*out = (struct target){
		.id = db_i64(q, 0),
		.kind = kind_from(db_bytes(q, 1)),
		.state = target_state_from(db_bytes(q, 2)),
		.source = db_i64(q, 3),
		.article = db_i64(q, 4),
		.found_by = db_i64(q, 5),
		.source_key = db_keep(q, 6, a),
		.url = db_keep(q, 7, a),
		.origin = db_keep(q, 8, a),
		.label = db_keep(q, 9, a),
		.filter = db_keep(q, 10, a),
		.added = db_when(q, 11),
		.due = db_when(q, 12),
		.period = db_i64(q, 13),
		.last_check = db_when(q, 14),
		.last_change = db_when(q, 15),
		.failures = db_i64(q, 16),
		.etag = db_keep(q, 17, a),
		.last_modified = db_keep(q, 18, a),
		.last_outcome = db_keep(q, 19, a),
		.last_blob = db_i64(q, 20),
		.published = db_when(q, 21),
		.listed = (uint64_t)db_i64(q, 22),
		.live = db_i64(q, 23) != 0,
		.ttl = db_i64(q, 24),
		.skips = db_i64(q, 25),
	};
}

/* ---- writing ------------------------------------------------------------- */

/* Those that were given up or are gone may still be glanced at. */
static bool may_be_due(enum target_state s)
{
	return s == TARGET_CHECKED || s == TARGET_GIVEN_UP || s == TARGET_GONE;
}

/* What archive_target_update may change; $1 to $19 in add and update alike. */
static void bind_state(struct stmt *q, const struct target *t)
{
	db_bind_text(q, 1, str_from(target_kind_name(t->kind)));
	db_bind_text(q, 2, str_from(target_state_name(t->state)));
	db_bind_id(q, 3, t->article);
	db_bind_optional(q, 4, t->label);
	db_bind_optional(q, 5, t->filter);
	db_bind_when(q, 6, may_be_due(t->state) ? t->due : WHEN_NONE);
	db_bind_i64(q, 7, t->period);
	db_bind_when(q, 8, t->last_check);
	db_bind_when(q, 9, t->last_change);
	db_bind_i64(q, 10, t->failures);
	db_bind_optional(q, 11, t->etag);
	db_bind_optional(q, 12, t->last_modified);
	db_bind_optional(q, 13, t->last_outcome);
	db_bind_id(q, 14, t->last_blob);
	db_bind_when(q, 15, t->published);
	db_bind_i64(q, 16, (int64_t)t->listed);
	db_bind_i64(q, 17, t->live);
	db_bind_i64(q, 18, t->ttl);
	db_bind_i64(q, 19, t->skips);
}

static bool insert(struct archive *ar, const struct target *t, int64_t *id, struct err *e)
{
	struct stmt *q;
	int64_t shard;

	if (!shard_of_url(ar, t->url, &shard, e) ||
	    !db_query(ar->db,
	              "INSERT INTO targets (kind, state, article, label, filter, due, period, last_check, last_change,"
	              " failures, etag, last_modified, last_outcome, last_blob, published, listed, live, ttl,"
	              " skips, source, found_by, url, origin, added" DB_ID_COLUMNS ")"
	              " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,"
	              " $20, $21, $22, $23, $24" DB_NEW_ID("$25", "target_ids") ")"
	                                                                        " ON CONFLICT DO NOTHING RETURNING id",
	              &q, e))
		return false;
	bind_state(q, t);
	db_bind_i64(q, 20, t->source);
	db_bind_id(q, 21, t->found_by);
	db_bind_text(q, 22, t->url);
	db_bind_text(q, 23, t->origin);
	db_bind_when(q, 24, t->added);
	db_bind_shard(q, 25, shard);
	return db_take_i64(q, 0, id, e);
}

static bool id_of_url(struct archive *ar, struct str url, int64_t *id, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT id FROM targets WHERE url = $1" DB_URL("url", "$1"), &q, e))
		return false;
	db_bind_text(q, 1, url);
	return db_take_i64(q, 0, id, e);
}

bool archive_target_add(struct archive *ar, const struct target *t, int64_t *id, struct err *e)
{
	bool own;

	if (t->url.n == 0 || t->url.n > MAX_URL_BYTES)
		return err_set(e, ERR_LIMIT, "an address has 1 to %zu bytes, not %zu", MAX_URL_BYTES, t->url.n);
	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) &&
	       archive_leave(ar, own, insert(ar, t, id, e) && (*id || id_of_url(ar, t->url, id, e)), e);
}

/* What a check changes. */
#define EVERYDAY                                                                                                       \
	"due = $6, period = $7, last_check = $8, last_change = $9, failures = $10, etag = $11, last_modified = $12,"   \
	" last_outcome = $13, last_blob = $14, published = $15, listed = $16, live = $17, ttl = $18, skips = $19"

static bool update(struct archive *ar, const char *sql, const struct target *t, int64_t *found, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	bind_state(q, t);
	db_bind_i64(q, 20, t->id);
	return db_take_i64(q, 0, found, e);
}

/* A column that is set costs its indexes and references even if it stays as it is,
 * so what seldom changes is set only when it does. */
bool archive_target_update(struct archive *ar, const struct target *t, struct err *e)
{
	static const char everyday[] = "UPDATE targets SET " EVERYDAY " WHERE id = $20" DB_SHARD(
	        "shard", "$20") " AND kind = $1 AND state = $2"
	                        " AND article IS NOT DISTINCT FROM $3 AND label IS NOT DISTINCT FROM $4"
	                        " AND filter IS NOT DISTINCT FROM $5 RETURNING id";
	static const char all[] = "UPDATE targets SET kind = $1, state = $2, article = $3, label = $4, filter = $5,"
	                          " " EVERYDAY " WHERE id = $20" DB_SHARD("shard", "$20") " RETURNING id";
	int64_t found;

	return update(ar, everyday, t, &found, e) && (found || update(ar, all, t, &found, e)) &&
	       (found || err_set(e, ERR_NOT_FOUND, "the archive has no target %lld", (long long)t->id));
}

/* ---- reading ------------------------------------------------------------- */

/* Takes the target of a prepared and bound statement; *found tells. */
static bool take(struct stmt *q, struct arena *a, struct target *out, bool *found, struct err *e)
{
	if (!db_step(q, found, e))
		return false;
	if (*found)
		target_read(q, a, out);
	db_end(q);
	return true;
}

static bool take_number(struct archive *ar, struct arena *a, const char *sql, int64_t n, struct target *out,
                        bool *found, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_i64(q, 1, n);
	return take(q, a, out, found, e);
}

bool archive_target_by_id(struct archive *ar, struct arena *a, int64_t id, struct target *out, struct err *e)
{
	bool found;

	return take_number(ar, a, "SELECT " TARGET_COLUMNS " FROM targets WHERE id = $1" DB_SHARD_1, id, out, &found,
	                   e) &&
	       (found || err_set(e, ERR_NOT_FOUND, "the archive has no target %lld", (long long)id));
}

bool archive_target_of_article(struct archive *ar, struct arena *a, int64_t article, struct target *out, struct err *e)
{
	bool found;

	return take_number(ar, a, "SELECT " TARGET_COLUMNS " FROM targets WHERE article = $1" TARGET_OF_ARTICLE_ORDER,
	                   article, out, &found, e) &&
	       (found || err_set(e, ERR_NOT_FOUND, "nothing is checked for article %lld", (long long)article));
}

bool archive_target_by_url(struct archive *ar, struct arena *a, struct str url, struct target *out, struct err *e)
{
	struct stmt *q;
	bool found;
	int64_t article;

	if (!db_query(ar->db, "SELECT " TARGET_COLUMNS " FROM targets WHERE url = $1" DB_URL("url", "$1"), &q, e))
		return false;
	db_bind_text(q, 1, url);
	if (!take(q, a, out, &found, e) || found)
		return found;
	if (archive_article_by_url(ar, a, url, &article, e))
		return archive_target_of_article(ar, a, article, out, e);
	return e->kind == ERR_NOT_FOUND && err_set(e, ERR_NOT_FOUND, "%.*s is not watched", STR_ARG(url));
}

/* ---- lists --------------------------------------------------------------- */

#define LIST "SELECT " TARGET_COLUMNS " FROM targets "
#define WATCHED "(kind <> 'article' OR found_by IS NULL)"
#define IN_ANY_STATE "($2 = 1 OR state = 'checked')"

/* By one source or all, by what a person watches and may be shown, or everything. */
static const char *const list_sql[2][2] = {
	{ LIST "WHERE " IN_ANY_STATE " ORDER BY id",
	  LIST "WHERE " WATCHED " AND" SHOWN("targets.article") " AND " IN_ANY_STATE " ORDER BY source, id" },
	{ LIST "WHERE source = $1 AND " IN_ANY_STATE " ORDER BY id",
	  LIST "WHERE source = $1 AND " WATCHED " AND" SHOWN("targets.article") " AND " IN_ANY_STATE " ORDER BY id" },
};

bool archive_targets(struct archive *ar, struct arena *a, struct target_filter filter, struct target **out, size_t *n,
                     struct err *e)
{
	struct rows rows = ROWS_OF(struct target);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, list_sql[filter.source != 0][filter.feeds_only], &q, e))
		return false;
	if (filter.source)
		db_bind_i64(q, 1, filter.source);
	db_bind_i64(q, 2, filter.any_state);
	while ((ok = db_step(q, &row, e)) && row)
		target_read(q, a, rows_add(&rows));
	return rows_take(&rows, ok, a, out, n);
}

bool archive_targets_of_article(struct archive *ar, struct arena *a, int64_t article, struct target **out, size_t *n,
                                struct err *e)
{
	struct rows rows = ROWS_OF(struct target);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, LIST "WHERE article = $1 ORDER BY id", &q, e))
		return false;
	db_bind_i64(q, 1, article);
	while ((ok = db_step(q, &row, e)) && row)
		target_read(q, a, rows_add(&rows));
	return rows_take(&rows, ok, a, out, n);
}
