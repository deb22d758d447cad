/*
 * Which shard an address has: that of its site (registrable domain), see db.h.
 * All of SQLite is shard 0.
 */
#ifndef STET_ARCHIVE_SHARDS_H
#define STET_ARCHIVE_SHARDS_H

#include "archive/internal.h"

int64_t shard_of_site(struct str site); /* of one that is no source yet */
MUST_CHECK bool shard_of_url(struct archive *ar, struct str address, int64_t *shard, struct err *e);

#endif
