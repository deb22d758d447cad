/* Single records of a WARC file; internal to src/export. */
#ifndef STET_EXPORT_RECORDS_H
#define STET_EXPORT_RECORDS_H

#include "export/warc.h"

#define RECORD_ID_TEXT 48 /* "<urn:uuid:...>" */

struct record_out {
	const char *type;
	char id[RECORD_ID_TEXT]; /* filled in by record_name */
	struct str uri;
	when at;
	struct str content_type; /* of the block */
	struct str head, body;   /* the block: a head, and a payload behind it */
	const struct sha256 *payload; /* NULL: not told */
	struct buf fields;       /* more of them, each line ended; freed by record_put */
};

struct records;
struct records *records_new(const struct export_wish *w, struct sink *to);
void records_free(struct records *r);

/* An address as records have it: without spaces, in ASCII, with a scheme. */
struct str record_uri(struct arena *a, struct str address);
/* The name of a record, by what it is: equal whenever it is written. */
void record_name(struct record_out *o, int64_t check, struct str address);
void record_field(struct record_out *o, const char *name, struct str value); /* nothing for an empty one */
/* Writes it, and says where. */
MUST_CHECK bool record_put(struct records *r, struct record_out *o, uint64_t *offset, uint64_t *length, struct err *e);

#endif
