/* Which shard an address has: see shards.h. */
#include "archive/shards.h"

#include "base/hash.h"
#include "url/url.h"

static bool ask(struct archive *ar, const char *sql, struct str what, int64_t *out, struct err *e)
{
	struct stmt *q;

	if (!db_query(ar->db, sql, &q, e))
		return false;
	db_bind_text(q, 1, what);
	return db_take_i64(q, -1, out, e);
}

/* That of the host, where there is one; else that of the site's source: what came
 * from SQLite is in shard 0 with all that belongs to it. */
static bool known_shard(struct archive *ar, struct arena *a, const struct url *u, int64_t *shard, struct err *e)
{
	struct str site = url_site(a, u);
	int64_t id;

	if (!ask(ar, DB_ONLY_POSTGRES("SELECT shard FROM hosts WHERE origin = $1"), url_origin(u->href), shard, e))
		return false;
	if (*shard >= 0)
		return true;
	if (!ask(ar, "SELECT id FROM sources WHERE site = $1", site, &id, e))
		return false;
	*shard = id < 0 ? shard_of_site(site) : db_shard_of(id);
	return true;
}

int64_t shard_of_site(struct str site)
{
	return (int64_t)(hash_quick(site) % DB_SHARDS);
}

bool shard_of_url(struct archive *ar, struct str address, int64_t *shard, struct err *e)
{
	struct err ignored;
	struct url u;

	*shard = 0;
	if (db_kind(ar->db) == DB_SQLITE)
		return true;
	struct arena *a = arena_new();
	bool ok = true;
	if (url_parse(a, address, NULL, &u, &ignored)) /* what has no site is in shard 0 */
		ok = known_shard(ar, a, &u, shard, e);
	arena_free(a);
	return ok;
}
