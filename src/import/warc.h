/*
 * Reads WARC files (ISO 28500; 0.17, 0.18, 1.0, 1.1), record by record, in
 * whatever packing (import/stream.h).
 *
 * A record that cannot be read is told of with its place, and reading goes on
 * behind it: at the next member, or at the next line that begins a record.
 */
#ifndef STET_IMPORT_WARC_H
#define STET_IMPORT_WARC_H

#include "base/arena.h"
#include "base/when.h"
#include "import/stream.h"

enum warc_type {
	WARC_OTHER, /* warcinfo, request, metadata, conversion, continuation, ... */
	WARC_RESPONSE,
	WARC_RESOURCE,
	WARC_REVISIT,
	WARC_TYPES
};

struct warc_record {
	enum warc_type type;
	when at;
	struct str uri;
	struct str content_type;
	struct str digest;    /* WARC-Payload-Digest */
	struct str truncated; /* WARC-Truncated: why, or empty */
	struct str profile;   /* of a revisit */
	struct str refers_uri;
	when refers_at; /* WHEN_NONE: not told */
	struct str asked, source, read_as; /* our own: see export/warc.h */
	struct str block;
	struct stream_place place;
};

enum warc_step {
	WARC_END,
	WARC_RECORD,
	WARC_PASSED, /* a record of type WARC_OTHER; its block was passed over */
	WARC_BAD,    /* e says why, and where */
};

struct warc;
/* name: of the file, for sentences. */
MUST_CHECK bool warc_open(const char *path, const struct stream_part *part, struct str name, struct warc **out,
			  struct err *e);
void warc_close(struct warc *w); /* NULL is harmless */

/* Strings are from the arena, but the block, which stands in the buffer. */
enum warc_step warc_next(struct warc *w, struct arena *a, struct buf *block, struct warc_record *out, struct err *e);

/* Where the next record begins, or what stands before it. */
struct stream_place warc_place(struct warc *w);
MUST_CHECK bool warc_go(struct warc *w, struct stream_place place, struct err *e);

#endif
