/*
 * Small pieces that were stored or read lately, unpacked.
 *
 * A new version of an article makes its text wanted four times: to see what is
 * new, as the base of the next delta, to compare, and for search at the commit.
 * In between come the texts of other articles, so that a chain, which knows only
 * what it held last (archive/pack.h), would be walked each time.
 *
 * A piece is known by its two numbers and the hash of its bytes: where the hash is
 * that of the row, the bytes are those that the row stands for.  The table has a
 * fixed number of places and each piece one place; what is put there takes it over.
 * At most 8 MiB, and as a rule two.
 */
#ifndef STET_ARCHIVE_RECENT_H
#define STET_ARCHIVE_RECENT_H

#include "archive/pack.h"

struct recent;
struct recent *recent_new(void);
void recent_free(struct recent *r); /* NULL is harmless */
void recent_forget(struct recent *r);

/* Keeps a copy, unless it is long. */
void recent_put(struct recent *r, struct chain_key key, struct str bytes);
/* The bytes, borrowed until the next put; empty if they are not there. */
struct str recent_get(const struct recent *r, struct chain_key key);

#endif
