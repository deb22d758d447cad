/*
 * The texts of versions, packed one against the other: for versions.c.
 */
#ifndef STET_ARCHIVE_TEXTS_H
#define STET_ARCHIVE_TEXTS_H

#include "archive/internal.h"

MUST_CHECK bool text_store(struct archive *ar, int64_t article, int64_t number, const struct article *text,
                           struct err *e);
/* Strings are in the arena.  ERR_NOT_FOUND without such a version, ERR_CORRUPT
 * if what comes out is not what went in. */
MUST_CHECK bool text_load(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct article *out,
                          struct err *e);

/* In its binary form. */
MUST_CHECK bool text_bytes(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct str *out,
                           struct err *e);

/* Out of its pack, and no delta any more. */
MUST_CHECK bool text_keep_whole(struct archive *ar, struct arena *a, int64_t article, int64_t number, struct err *e);

#endif
