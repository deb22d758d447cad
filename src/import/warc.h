/*
 * Reads WARC files (ISO 28500), plain or gzip, record by record.
 *
 * The first pass lists the response records with their dates; records are then
 * read in the order of time.  Where that is not the order of the file, a record
 * is found by its gzip member, or, when the whole file is one member, in a
 * plain copy that is made in a temporary file.
 */
#ifndef STET_IMPORT_WARC_H
#define STET_IMPORT_WARC_H

#include "base/arena.h"
#include "base/when.h"

struct warc_entry {
	when at;
	uint64_t member; /* where in the file the gzip member begins that it begins in */
	uint64_t offset; /* plain bytes between there and the record */
	uint64_t plain;  /* plain bytes between the file's begin and the record */
};

struct warc_record {
	when at;
	struct str uri;
	struct str type;  /* WARC-Type */
	struct str block; /* the HTTP message */
};

struct warc;
MUST_CHECK bool warc_open(const char *path, struct warc **out, struct err *e);
void warc_close(struct warc *w);

/* Lists the response records in the order of time (equal times: of the file).
 * skipped counts records of other types, bad those that could not be read. */
MUST_CHECK bool warc_list(struct warc *w, struct arena *a, struct warc_entry **out, size_t *n, int64_t *skipped,
                          int64_t *bad, struct err *e);
/* Strings are from the arena. */
MUST_CHECK bool warc_read(struct warc *w, const struct warc_entry *entry, struct arena *a, struct warc_record *out,
                          struct err *e);

#endif
