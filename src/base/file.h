/*
 * Files that are read as a whole, or take their names when they are whole.
 */
#ifndef STET_BASE_FILE_H
#define STET_BASE_FILE_H

#include "base/buf.h"

/* Appends what the file holds; "-" is standard input.  The sentence names the
 * file: ERR_NOT_FOUND, ERR_IO, or ERR_LIMIT when it has more bytes than the
 * buffer may hold. */
MUST_CHECK bool file_read(const char *path, struct buf *out, struct err *e);

/* The name of a file is in its folder: makes it durable that it stands there.  errno. */
MUST_CHECK bool file_sync_name(const char *path);

/* Gives a finished file its name, in the place of what had it, durably: after a
 * power cut there is the one or the other.  ERR_FULL or ERR_IO. */
MUST_CHECK bool file_replace(const char *part, const char *path, struct err *e);

#endif
