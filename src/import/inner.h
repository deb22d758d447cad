/*
 * What the readers of formats share, and nobody outside src/import sees.
 *
 * A format (warcs.c, cdx.c, git.c, rows.c, ...) turns what it reads into
 * captures and hands them to the batch.  When enough have been gathered
 * (BATCH_CAPTURES, or BATCH_BYTES of bodies), they are put in the order of
 * time and kept, and all of it is one transaction, together with the mark: how
 * far the file has been read.  Meanwhile the children of the reader parse them,
 * as many at once as there are.
 */
#ifndef STET_IMPORT_INNER_H
#define STET_IMPORT_INNER_H

#include "import/import.h"
#include "watch/keep.h"

/* How far a file was read, in units of its format; and what was counted until
 * then. */
struct mark {
	uint64_t at, within;
	int64_t records;
	bool done;
};

struct batch;
struct import {
	struct archive *ar;
	struct reader *reader;
	const struct settings *settings;
	const struct import_options *options;
	struct import_report *report;
	const char *path;   /* of the file, for sentences */
	struct str origin;  /* its name, for checks */
	struct arena *arena; /* of the import */
	struct batch *batch;
	struct mark mark;   /* behind what was last handed to the batch */
	const char *fact;   /* under which it is kept; NULL: not */
};

/* Counts and names what cannot be read. */
void import_count_bad(struct import *im, const struct err *e);
/* The target of an address, made if it is new. */
MUST_CHECK bool import_target(struct import *im, struct arena *a, struct str uri, struct str key_hint, when at,
			      struct target *t, struct err *e);

/* ---- captures ---------------------------------------------------------------- */

/* Strings are from the batch's arena, the body may be in its room. */
struct incoming {
	when at;
	struct str uri;    /* where the bytes came from */
	struct str asked;  /* what was asked for, if it was another address; else empty */
	struct str source; /* key of the source, if the file says so; else empty */
	enum read_as as;
	int status;
	struct str headers, body, content_type, etag, last_modified;
	int64_t wire_bytes;
	/* A revisit: the body is that of another capture. */
	bool revisit;
	bool not_modified; /* the server said so */
	struct str refers_uri; /* empty: not told */
	when refers_at;        /* WHEN_NONE: not told */
	struct str digest;     /* of the payload, "sha1:..."; of a capture with a body, too */
};

struct batch *batch_new(struct import *im);
void batch_free(struct batch *b); /* NULL is harmless */
/* Where the next capture's strings and body may stand. */
struct arena *batch_arena(struct batch *b);
struct buf *batch_room(struct batch *b);
/* Takes a capture; keeps those gathered so far when they are enough. */
MUST_CHECK bool batch_add(struct batch *b, const struct incoming *c, struct err *e);
/* Something was read that is no capture: now and then a mark is kept all the same. */
MUST_CHECK bool batch_pass(struct batch *b, struct err *e);
/* Keeps all that was gathered, and the mark. */
MUST_CHECK bool batch_flush(struct batch *b, struct err *e);

/* ---- marks ------------------------------------------------------------------- */

/* Under which fact the mark of this file stands: by its first bytes, and which
 * part of it (mostly empty). */
MUST_CHECK bool mark_name(struct import *im, struct str part, struct err *e);
/* The mark that is kept, or an empty one. */
MUST_CHECK bool mark_get(struct import *im, struct err *e);
MUST_CHECK bool mark_put(struct import *im, struct err *e);

/* ---- formats ----------------------------------------------------------------- */

struct stream_part;
struct warc_record;
/* part: of the file at im->path, an entry of this name; NULL: all of it. */
MUST_CHECK bool import_warcs(struct import *im, const struct stream_part *part, struct str entry, struct err *e);
/* Takes a record that was read with the batch's arena and room; what is none for
 * us is counted. */
MUST_CHECK bool import_record(struct import *im, const struct warc_record *r, struct err *e);
MUST_CHECK bool import_wacz(struct import *im, struct err *e);
MUST_CHECK bool import_cdx(struct import *im, struct err *e);
/* A folder, a file, or "-". */
MUST_CHECK bool import_git(struct import *im, bool folder, struct err *e);
MUST_CHECK bool import_rows(struct import *im, struct err *e);
MUST_CHECK bool import_saved(struct import *im, enum read_as as, struct err *e);

/* ---- recognise.c -------------------------------------------------------------- */

enum import_format {
	FORMAT_UNKNOWN,
	FORMAT_WARC,
	FORMAT_ZIP,
	FORMAT_CDX,
	FORMAT_GIT,        /* a repository: a folder */
	FORMAT_GIT_EXPORT, /* what "git fast-export" writes */
	FORMAT_SQLITE,
	FORMAT_HTML,
	FORMAT_TEXT,
	FORMATS
};
/* By the file's first bytes. */
MUST_CHECK bool import_recognise(const char *path, enum import_format *out, struct err *e);

#endif
