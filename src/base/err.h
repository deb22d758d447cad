/*
 * Errors: a kind for the program and one sentence for the person.
 *
 * A function that can fail returns bool, true for success, is marked
 * MUST_CHECK, and takes a struct err as its last argument, which it fills in
 * when it returns false:
 *
 *     if (!thing_open(&thing, path, e))
 *         return false;                     -- passed on as it is
 *
 *     return err_set(e, ERR_IO, "cannot read %s: %s", path, strerror(errno));
 *
 * The sentence has no trailing full stop and no newline, names what was tried
 * and what stood in the way.  An error is logged once, where it is handled.
 *
 * Memory is the exception: when the machine has none left the program says so
 * and ends (base/alloc.h), because nothing that was acknowledged can be lost.
 */
#ifndef STET_BASE_ERR_H
#define STET_BASE_ERR_H

#include <stdbool.h>

#include "base/limits.h"

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a), nonnull(f)))

enum err_kind {
	ERR_NONE,
	ERR_USAGE,     /* the command line or a setting is wrong */
	ERR_NOT_FOUND, /* what was asked for is not there */
	ERR_FORMAT,    /* bytes that are not what they claim to be */
	ERR_LIMIT,     /* larger, deeper or longer than a maximum */
	ERR_IO,        /* the system refused: files, sockets, processes */
	ERR_NET,       /* another machine refused or stayed silent */
	ERR_BUSY,      /* somebody else holds it; worth another try */
	ERR_FULL,      /* no room on the disk */
	ERR_CORRUPT,   /* the archive contradicts itself */
	ERR_HIDDEN,    /* it is there and may not be shown */
	ERR_INTERNAL,  /* a mistake in this program */
};

struct err {
	enum err_kind kind;
	char text[MAX_SENTENCE_BYTES];
};

/* Fills in *e and returns false, so that "return err_set(...)" reads well.
 * Control characters in the formatted text are replaced by '?'. */
bool err_set(struct err *e, enum err_kind kind, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Puts "what: " before the sentence that is there; returns false. */
bool err_prefix(struct err *e, const char *fmt, ...) PRINTF_LIKE(2, 3);

void err_clear(struct err *e);

/* The exit status of a command that ended with this kind: 0 none, 2 usage,
 * 3 not found, 4 busy or full, 1 everything else. */
int err_exit_status(enum err_kind kind);

#endif
