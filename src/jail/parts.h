/*
 * The two walls of the jail, each on its own: files (Landlock) and system
 * calls (seccomp).  For jail.c only.
 */
#ifndef STET_JAIL_PARTS_H
#define STET_JAIL_PARTS_H

#include "base/err.h"

/* One place in the file system that stays within reach. */
struct jail_path {
	const char *path; /* NULL ends a list; a path that does not exist is left out */
	bool write;       /* make, write, cut and remove files below it, too */
};

/* Takes the file system away but for the paths, and TCP but for the sockets
 * that are open already.  A kernel without Landlock is a warning, not an error. */
MUST_CHECK bool landlock_enter(const struct jail_path *paths, struct err *e);

/* Only the calls of the reader's or the web interface's table stay; anything
 * else ends the reader at once, and is refused with EPERM to the web
 * interface. */
MUST_CHECK bool calls_enter_reader(struct err *e);
MUST_CHECK bool calls_enter_serve(struct err *e);

#endif
