/* Compression of a response (RFC 1952, by zlib). */
#ifndef STET_SERVE_GZIP_H
#define STET_SERVE_GZIP_H

#include "base/buf.h"

/* Does Accept-Encoding allow gzip (RFC 9110, 12.5.3)? */
bool gzip_accepted(struct str accept_encoding);

/* Replaces the body by its compressed form; leaves it as it is and returns
 * false if that would not be smaller. */
bool gzip_body(struct buf *body);

#endif
