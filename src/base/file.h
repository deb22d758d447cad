/*
 * Files that are read as a whole, or take their names when they are whole.
 */
#ifndef STET_BASE_FILE_H
#define STET_BASE_FILE_H

#include <stdio.h>

#include "base/buf.h"

/* Appends what the file holds; "-" is standard input.  The sentence names the
 * file: ERR_NOT_FOUND, ERR_IO, or ERR_LIMIT when it has more bytes than the
 * buffer may hold. */
MUST_CHECK bool file_read(const char *path, struct buf *out, struct err *e);

/* The name of a file is in its folder: makes it durable that it stands there.  errno. */
MUST_CHECK bool file_sync_name(const char *path);

/* Writes a file that is to take its name when it is finished: it is there as a
 * whole or not at all.  fill writes what it holds; name is for its sentences. */
typedef bool file_filler(void *with, FILE *f, const char *name, struct err *e);
MUST_CHECK bool file_fill(const char *part, file_filler *fill, void *with, struct err *e);
/* Gives a finished file its name, in the place of what had it, durably: after a
 * power cut there is the one or the other.  If it cannot be, it is removed. */
MUST_CHECK bool file_replace(const char *part, const char *path, struct err *e);

/* The folders above a file, each with mode 0700 where it is new. */
MUST_CHECK bool file_make_folders(const char *path, struct err *e);
/* False, with the sentence and ERR_FULL or ERR_IO for this errno. */
bool file_not_written(const char *path, int cause, struct err *e);

#endif
