/*
 * The head of an answer, made to fit the body that is kept.
 *
 * Bodies are kept decoded and without chunks, and heads as they came.  In a WARC
 * file both must agree: Content-Encoding, Transfer-Encoding and a Content-Length
 * that is another one now stand as X-Archive-Orig-NAME, and Content-Length
 * is that of the body.  HTTP/2 and 3 have no head in bytes: what libcurl makes of
 * them gets the status line of HTTP/1.1.
 */
#ifndef STET_EXPORT_MESSAGE_H
#define STET_EXPORT_MESSAGE_H

#include "base/buf.h"

/* Appends status line, fields and the empty line.  headers may be empty: then
 * there is a status line, and what is known besides it.  no_body: there is
 * none to speak of (a revisit), so the length that was told stays. */
void message_put_head(struct str headers, int status, struct str content_type, size_t body, bool no_body,
		      struct buf *out);
/* The value of a field, and the end of its line; what is no text there becomes a space. */
void message_put_value(struct str s, struct buf *out);
/* What WARC-Protocol calls it: "h2", "http/1.1", ...; empty if the head does not tell. */
struct str message_protocol(struct str headers);

#endif
