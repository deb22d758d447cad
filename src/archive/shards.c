/* Which shard an address has: see shards.h. */
#include "archive/shards.h"

#include "base/hash.h"
#include "url/url.h"

/* Where the site is a source already, its shard is the source's: a source that
 * came from SQLite is in shard 0 with all that belongs to it. */
static bool known_shard(struct archive *ar, struct str site, int64_t *shard, struct err *e)
{
	struct stmt *q;
	int64_t id;

	if (!db_query(ar->db, "SELECT id FROM sources WHERE site = $1", &q, e))
		return false;
	db_bind_text(q, 1, site);
	if (!db_take_i64(q, -1, &id, e))
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
	struct str site = url_parse(a, address, NULL, &u, &ignored) ? url_site(a, &u) : address;
	bool ok = known_shard(ar, site, shard, e);
	arena_free(a);
	return ok;
}
