/*
 * An HTTP/1 response message as it stands in a WARC record: head and body,
 * the body with chunks and content encodings undone (RFC 9112, RFC 9110).
 */
#ifndef STET_IMPORT_MESSAGE_H
#define STET_IMPORT_MESSAGE_H

#include "base/arena.h"

struct message {
	int status;
	struct str headers; /* status line and fields as they stand */
	struct str content_type, etag, last_modified;
	struct str body; /* decoded, at most MAX_BODY_BYTES */
};

/* Strings are borrowed from the block or from the arena. */
MUST_CHECK bool message_parse(struct arena *a, struct str block, struct message *out, struct err *e);

#endif
