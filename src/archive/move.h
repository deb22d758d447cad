/*
 * Moving an archive from SQLite to PostgreSQL, or back: every row of what
 * endures and what is derived, with its numbers as they are, so that addresses
 * of pages stay; the word index is made anew.
 *
 * Nobody should write to the archive meanwhile: it is read as one moment saw
 * it, and what comes later is not moved.  The archive that is made is no archive
 * until the last row is there and everything was read again and found equal:
 * who opens it before is told so.
 */
#ifndef STET_ARCHIVE_MOVE_H
#define STET_ARCHIVE_MOVE_H

#include "archive/archive.h"

struct move {
	void *context;
	void (*progress)(void *context, int64_t rows); /* now and then, with the rows of a table so far */
	int64_t rows, tables; /* moved */
};
/* to: a path or an address where there is no archive yet (else ERR_USAGE). */
MUST_CHECK bool archive_move(struct archive *from, const char *to, struct move *m, struct err *e);

#endif
