/*
 * Changes: see archive.h.
 *
 * A page of the list is a walk along one index, newest first, then, where it
 * has room left, along the changes of unknown time.  What a search finds is in
 * changes_found.c.
 */
#include "archive/find.h"
#include "archive/internal.h"

static void bind_summary(struct stmt *q, const struct change_summary *s)
{
	const int64_t values[] = { s->article, s->number,  s->words_added, s->words_removed, s->edited,
		                   s->added,   s->removed, s->moved,       s->title_changed, s->kinds,
		                   s->natures, s->weight,  s->method };

	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		db_bind_i64(q, (int)i + 1, values[i]);
}

static bool take_found(struct stmt *q, const struct change_summary *s, struct err *e)
{
	int64_t found;

	return db_take_i64(q, 0, &found, e) && (found || err_set(e, ERR_NOT_FOUND, "article %lld has no version %lld",
	                                                         (long long)s->article, (long long)s->number));
}

static bool add(struct archive *ar, const struct change_summary *s, struct err *e)
{
	struct stmt *q;

	if (!db_query(
	            ar->db,
	            "INSERT INTO changes (article, number, source, first_seen, words_added, words_removed, edited,"
	            " added, removed, moved, title_changed, kinds, natures, weight, method, remade" DB_SHARD_COLUMN ")"
	            " SELECT v.article, v.number, a.source, v.first_seen, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
	            " $13, $14" DB_NEW_SHARD("$1") " FROM versions v JOIN articles a ON a.id = v.article" DB_SHARD(
	                    "a.shard",
	                    "v.article") " WHERE v.article = $1 AND v.number = $2" DB_SHARD("v.shard",
	                                                                                    "$1") " RETURNING article",
	            &q, e))
		return false;
	bind_summary(q, s);
	db_bind_id(q, 14, s->remade);
	search_note_change(ar, s->article, s->number);
	return take_found(q, s, e);
}

bool archive_change_add(struct archive *ar, const struct change_summary *s, struct err *e)
{
	bool own;

	return archive_enter(ar, DB_BEGIN_WRITE, &own, e) && archive_leave(ar, own, add(ar, s, e), e);
}

bool archive_change_update(struct archive *ar, const struct change_summary *s, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "UPDATE changes SET words_added = $3, words_removed = $4, edited = $5, added = $6, removed = $7,"
	              " moved = $8, title_changed = $9, kinds = $10, natures = $11, weight = $12, method = $13"
	              " WHERE article = $1 AND number = $2" DB_SHARD_1 " RETURNING article",
	              &q, e))
		return false;
	bind_summary(q, s);
	return take_found(q, s, e);
}

bool archive_change_remade(struct archive *ar, int64_t article, int64_t number, when *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT remade FROM changes WHERE article = $1 AND number = $2" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, article);
	db_bind_i64(q, 2, number);
	return db_take_i64(q, 0, out, e);
}

bool archive_changes_of_method_below(struct archive *ar, struct arena *a, int64_t method, int64_t article,
                                     int64_t number, size_t limit, struct change_summary **out, size_t *n,
                                     struct err *e)
{
	struct rows rows = ROWS_OF(struct change_summary);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT article, number, remade FROM changes WHERE (article, number) > ($2, $3) AND method < $1"
	              " ORDER BY article, number LIMIT $4",
	              &q, e))
		return false;
	db_bind_i64(q, 1, method);
	db_bind_i64(q, 2, article);
	db_bind_i64(q, 3, number);
	db_bind_i64(q, 4, (int64_t)limit);
	while ((ok = db_step(q, &row, e)) && row)
		*(struct change_summary *)rows_add(&rows) = (struct change_summary){ .article = db_i64(q, 0),
			                                                             .number = db_i64(q, 1),
			                                                             .remade = db_i64(q, 2) };
	return rows_take(&rows, ok, a, out, n);
}

/* ---- the list ------------------------------------------------------------ */

/* clang-format off */
#define ITEM \
	"SELECT c.article, c.number, c.words_added, c.words_removed, c.edited, c.added," \
	" c.removed, c.moved, c.title_changed, s.key, s.name, a.url, o.title, v.title, v.before," \
	" v.first_seen, v.later, c.remade, c.kinds, c.natures, c.weight FROM changes c" \
	" LEFT JOIN versions v ON v.article = c.article AND v.number = c.number" DB_SHARD("v.shard", "c.article") \
	" LEFT JOIN versions o ON o.article = c.article AND o.number = c.number - 1" DB_SHARD("o.shard", "c.article") \
	" LEFT JOIN articles a ON a.id = c.article" DB_SHARD("a.shard", "c.article") \
	" LEFT JOIN sources s ON s.id = c.source"
#define PLACE "SELECT c.article, c.number, c.first_seen FROM changes c"
#define WANTED \
	" WHERE ($8 <> 0 OR c.remade IS NULL) AND c.weight >= $9 AND ($10 = 0 OR c.kinds & $10 <> 0)" \
	" AND" SHOWN("c.article") " AND "
/* clang-format on */
#define BEFORE_KNOWN "(c.first_seen, c.article, c.number) < ($2, $3, $4)"
#define BEFORE_UNKNOWN "c.first_seen IS NULL AND (c.article, c.number) < ($3, $4)"
#define ORDER_KNOWN " ORDER BY c.first_seen DESC, c.article DESC, c.number DESC LIMIT $5"
#define ORDER_UNKNOWN " ORDER BY c.article DESC, c.number DESC LIMIT $5"

/* Which changes, and how much of them; the second text of a pair is for those of
 * unknown time. */
enum scope { ALL, OF_SOURCE, OF_ARTICLE, PLACES, PLACES_OF_SOURCE, PLACES_OF_ARTICLE, SCOPES };

#define PAIR(what, which)                                                                                              \
	{                                                                                                              \
		what WANTED which BEFORE_KNOWN ORDER_KNOWN, what WANTED which BEFORE_UNKNOWN ORDER_UNKNOWN             \
	}
static const char *const list_sql[SCOPES][2] = {
	[ALL] = PAIR(ITEM, ""),
	[OF_SOURCE] = PAIR(ITEM, "c.source = $1 AND "),
	[OF_ARTICLE] = PAIR(ITEM, "c.article = $1 AND "),
	[PLACES] = PAIR(PLACE, ""),
	[PLACES_OF_SOURCE] = PAIR(PLACE, "c.source = $1 AND "),
	[PLACES_OF_ARTICLE] = PAIR(PLACE, "c.article = $1 AND "),
};

struct list {
	struct archive *ar;
	struct arena *arena;
	const struct change_filter *filter;
	enum scope scope;
	int64_t which; /* $1 */
	struct rows *rows;
};

static void item_read(struct stmt *q, struct arena *a, struct change_item *out)
{
	*out = (struct change_item){
		.summary = { .article = db_i64(q, 0),
		             .number = db_i64(q, 1),
		             .words_added = db_i64(q, 2),
		             .words_removed = db_i64(q, 3),
		             .edited = db_i64(q, 4),
		             .added = db_i64(q, 5),
		             .removed = db_i64(q, 6),
		             .moved = db_i64(q, 7),
		             .title_changed = db_i64(q, 8) != 0,
		             .remade = db_i64(q, 17),
		             .kinds = (uint32_t)db_i64(q, 18),
		             .natures = (uint32_t)db_i64(q, 19),
		             .weight = db_i64(q, 20) },
		.source_key = db_keep(q, 9, a),
		.source_name = db_keep(q, 10, a),
		.url = db_keep(q, 11, a),
		.old_title = db_keep(q, 12, a),
		.new_title = db_keep(q, 13, a),
		.before = db_when(q, 14),
		.first_seen = db_when(q, 15),
		.later = db_is_null(q, 16) ? -1 : db_i64(q, 16),
	};
}

static void bind_wanted(struct stmt *q, const struct change_filter *f)
{
	db_bind_i64(q, 8, f->remade_too);
	db_bind_i64(q, 9, f->least_weight);
	db_bind_i64(q, 10, f->kinds);
}

static void place_read(struct stmt *q, struct find_change *out)
{
	*out = (struct find_change){ .article = db_i64(q, 0), .number = db_i64(q, 1), .at = db_when(q, 2) };
}

/* Appends changes of known or of unknown time that come after the cursor. */
static bool append(struct list *l, bool unknown, bool from_cursor, struct err *e)
{
	const struct change_filter *f = l->filter;
	struct stmt *q;
	bool row, ok;

	if (!db_query(l->ar->db, list_sql[l->scope][unknown], &q, e))
		return false;
	if (l->which)
		db_bind_i64(q, 1, l->which);
	if (!unknown)
		db_bind_i64(q, 2, from_cursor ? f->until : INT64_MAX);
	db_bind_i64(q, 3, from_cursor ? f->until_article : INT64_MAX);
	db_bind_i64(q, 4, from_cursor ? f->until_number : INT64_MAX);
	db_bind_i64(q, 5, (int64_t)(f->limit - l->rows->n));
	bind_wanted(q, f);
	while ((ok = db_step(q, &row, e)) && row) {
		void *out = rows_add(l->rows);
		if (l->scope < PLACES)
			item_read(q, l->arena, out);
		else
			place_read(q, out);
	}
	return ok;
}

static bool fill(struct list *l, struct err *e)
{
	const struct change_filter *f = l->filter;

	bool from_newest = f->until == WHEN_NONE || (f->until == 0 && f->until_article == 0);

	if (!f->until_unknown && !append(l, false, !from_newest, e))
		return false;
	return l->rows->n >= f->limit || append(l, true, f->until_unknown, e);
}

static bool walk(struct list *l, enum scope all, struct err *e)
{
	const struct change_filter *f = l->filter;

	l->which = f->article ? f->article : f->source;
	l->scope = all + (f->article ? OF_ARTICLE : f->source ? OF_SOURCE : ALL);
	return fill(l, e);
}

bool changes_walk(struct archive *ar, const struct change_filter *f, struct rows *places, struct err *e)
{
	struct list l = { .ar = ar, .filter = f, .rows = places };

	return walk(&l, PLACES, e);
}

bool changes_read(struct archive *ar, struct arena *a, const struct change_filter *f, const struct find_change *which,
                  struct rows *items, struct err *e)
{
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db, ITEM WANTED "c.article = $1 AND c.number = $2" DB_SHARD("c.shard", "$1"), &q, e))
		return false;
	db_bind_i64(q, 1, which->article);
	db_bind_i64(q, 2, which->number);
	bind_wanted(q, f);
	while ((ok = db_step(q, &row, e)) && row)
		item_read(q, a, rows_add(items));
	return ok;
}

static bool collect(struct list *l, struct err *e)
{
	return l->filter->search.n ? changes_found(l->ar, l->arena, l->filter, l->rows, e) : walk(l, ALL, e);
}

bool archive_changes(struct archive *ar, struct arena *a, struct change_filter filter, struct change_item **out,
                     size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct change_item);
	struct list l = { .ar = ar, .arena = a, .filter = &filter, .rows = &rows };
	bool own;

	bool ok = archive_enter(ar, DB_BEGIN_READ, &own, e) && archive_leave(ar, own, collect(&l, e), e);
	return rows_take(&rows, ok, a, out, n);
}
