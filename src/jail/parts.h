/*
 * The two walls of the jail, each on its own: files (Landlock) and system
 * calls (seccomp).  For jail.c only.
 */
#ifndef STET_JAIL_PARTS_H
#define STET_JAIL_PARTS_H

#include "base/err.h"

/* What stays within reach of a place in the file system, and all below it. */
enum jail_access {
	JAIL_READ = 1,  /* files and lists of files */
	JAIL_FILES = 2, /* read files, whose names one must know */
	JAIL_WRITE = 4, /* make, write, cut, rename and remove files and folders */
	JAIL_RUN = 8,   /* start programs */
};

struct jail_path {
	const char *path; /* NULL ends a list; a path that does not exist is left out */
	unsigned access;  /* of enum jail_access */
};

/* TCP that stays possible, where the kernel can tell it (Landlock ABI 4). */
enum jail_tcp { JAIL_TCP_NONE, JAIL_TCP_CONNECT, JAIL_TCP_ALL };

/* Takes the file system away but for the paths, and TCP; sockets that are open
 * stay.  Signals reach only itself and what it starts (ABI 6).  A kernel
 * without Landlock is a warning, not an error. */
MUST_CHECK bool landlock_enter(const struct jail_path *paths, enum jail_tcp tcp, struct err *e);

/* Only the calls of the role's row in the table of calls.c stay; anything else
 * ends the reader at once, and is refused to the others. */
enum calls_role { CALLS_READER, CALLS_SERVE, CALLS_WATCH, CALLS_STARTER, CALLS_SUPERVISOR };
/* server: sockets are made and connected, too, to the server of an archive. */
MUST_CHECK bool calls_enter(enum calls_role role, bool server, struct err *e);

#endif
