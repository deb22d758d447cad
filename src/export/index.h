/*
 * The index of a WARC file in CDXJ: a line a capture, sorted by its bytes.
 *
 *     com,example)/story 20240106070809 {"url": ..., "mime": ..., "status": ...,
 *         "digest": ..., "length": ..., "offset": ..., "filename": ...}
 *
 * The key is url_surt.  Lines come in any order; what does not fit in memory
 * (SORT_BYTES) waits sorted in temporary files.
 */
#ifndef STET_EXPORT_INDEX_H
#define STET_EXPORT_INDEX_H

#include "base/arena.h"
#include "base/when.h"

struct index_line {
	struct str url;
	when at;
	struct str mime, digest, file;
	int status; /* 0: none */
	uint64_t offset, length;
};

struct index;
struct index *index_new(void);
void index_free(struct index *x); /* NULL is harmless */
MUST_CHECK bool index_add(struct index *x, const struct index_line *line, struct err *e);
/* Calls put with each line, with its line feed, in order.  Once. */
typedef bool index_put(void *with, struct str line, struct err *e);
MUST_CHECK bool index_walk(struct index *x, index_put *put, void *with, struct err *e);

#endif
