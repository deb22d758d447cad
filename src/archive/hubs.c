/* Subscriptions at WebSub hubs: see archive.h. */
#include "archive/internal.h"

#define HUB_COLUMNS "target, hub, topic, secret, asked, until, heard"

static void hub_read(struct stmt *q, struct arena *a, struct hub *out)
{
	*out = (struct hub){
		.target = db_i64(q, 0),
		.hub = db_keep(q, 1, a),
		.topic = db_keep(q, 2, a),
		.secret = db_keep(q, 3, a),
		.asked = db_when(q, 4),
		.until = db_when(q, 5),
		.heard = db_when(q, 6),
	};
}

bool archive_hub_put(struct archive *ar, const struct hub *h, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db,
	              "INSERT INTO hubs (" HUB_COLUMNS DB_SHARD_COLUMN
	              ") VALUES ($1, $2, $3, $4, $5, $6, $7" DB_NEW_SHARD(
	                      "$1") ") ON CONFLICT (" DB_KEY
	                            "target) DO UPDATE SET hub = excluded.hub, topic = excluded.topic,"
	                            " secret = excluded.secret, asked = excluded.asked, until = excluded.until,"
	                            " heard = excluded.heard",
	              &q, e))
		return false;
	db_bind_i64(q, 1, h->target);
	db_bind_text(q, 2, h->hub);
	db_bind_text(q, 3, h->topic);
	db_bind_text(q, 4, h->secret);
	db_bind_when(q, 5, h->asked);
	db_bind_when(q, 6, h->until);
	db_bind_when(q, 7, h->heard);
	return db_run(q, e);
}

static bool take(struct stmt *q, struct arena *a, struct hub *out, struct err *e)
{
	bool row;

	if (!db_step(q, &row, e))
		return false;
	if (!row)
		return err_set(e, ERR_NOT_FOUND, "there is no such subscription");
	hub_read(q, a, out);
	db_end(q);
	return true;
}

bool archive_hub(struct archive *ar, struct arena *a, int64_t target, struct hub *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT " HUB_COLUMNS " FROM hubs WHERE target = $1" DB_SHARD_1, &q, e))
		return false;
	db_bind_i64(q, 1, target);
	return take(q, a, out, e);
}

bool archive_hub_by_secret(struct archive *ar, struct arena *a, struct str secret, struct hub *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, "SELECT " HUB_COLUMNS " FROM hubs WHERE secret = $1", &q, e))
		return false;
	db_bind_text(q, 1, secret);
	return take(q, a, out, e);
}

bool archive_hubs_due(struct archive *ar, struct arena *a, when asked_before, when ends_before, struct hub **out,
                      size_t *n, struct err *e)
{
	struct rows rows = ROWS_OF(struct hub);
	struct stmt *q;
	bool row, ok;

	if (!db_query(ar->db,
	              "SELECT " HUB_COLUMNS " FROM hubs WHERE (until IS NULL OR until < $2)"
	              " AND (asked IS NULL OR asked < $1)"
	              " AND EXISTS (SELECT 1 FROM targets t WHERE t.id = hubs.target AND t.state = 'checked'" DB_SHARD(
	                      "t.shard", "hubs.target") ")"
	                                                " ORDER BY target LIMIT 100",
	              &q, e))
		return false;
	db_bind_when(q, 1, asked_before);
	db_bind_when(q, 2, ends_before);
	while ((ok = db_step(q, &row, e)) && row)
		hub_read(q, a, rows_add(&rows));
	return rows_take(&rows, ok, a, out, n);
}
