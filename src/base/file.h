/*
 * Files that are read as a whole.
 */
#ifndef STET_BASE_FILE_H
#define STET_BASE_FILE_H

#include "base/buf.h"

/* Appends what the file holds; "-" is standard input.  The sentence names the
 * file: ERR_NOT_FOUND, ERR_IO, or ERR_LIMIT when it has more bytes than the
 * buffer may hold. */
MUST_CHECK bool file_read(const char *path, struct buf *out, struct err *e);

#endif
