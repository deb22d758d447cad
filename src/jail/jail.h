/*
 * The jail: a process gives up every right that it will not need.
 *
 * Landlock takes the file system, seccomp takes system calls, rlimits take
 * memory and time.  What the kernel is too old for is left out with one
 * warning.  docs/security.md has the table of processes, with reasons:
 *
 *   supervisor  starts watch and serve again when they die
 *   starter     starts readers for watch
 *   watch       network out, archive read and write
 *   serve       listens, archive read
 *   reader      parses hostile bytes: no network, no files, limited memory and CPU
 *
 * What a process gave up, its children never have; so the rights of the
 * supervisor are those of all others together, less what none of them needs.
 *
 * All of them: no new privileges, no capabilities, no core, no executable memory
 * but that of files.  Libraries that open files at their
 * first use must have been used before.  There is no way back, also not after
 * a failure.  Under the address sanitizer, which maps terabytes and opens files
 * of its own, there is no limit on memory and no list of system calls.
 */
#ifndef STET_JAIL_JAIL_H
#define STET_JAIL_JAIL_H

#include "base/err.h"

/* An archive at a server (a database) is reached through a socket of any kind,
 * also again when the server was away.  To be told before the first of these. */
void jail_allow_server(void);

/* Before anything else is made.  Whoever was started as root becomes the user,
 * or, if that is empty, the owner of archive_dir unless that is root, in which
 * case it stays root, with a warning.  Then it gives up all capabilities, cores
 * and new privileges, and lets nobody else read what it makes (umask 077).
 * Fails with ERR_USAGE if the user does not exist or cannot be become. */
MUST_CHECK bool jail_become(const char *user, const char *archive_dir, struct err *e);

/* Files are written only below archive_dir; no program is started but this one. */
MUST_CHECK bool jail_enter_supervisor(const char *archive_dir, struct err *e);

/* No network, nothing is written; it may start this program. */
MUST_CHECK bool jail_enter_starter(struct err *e);

/* For the fetcher, when its fetcher and its readers are made: no new processes,
 * no listening, files only below archive_dir, and to read those in /etc (where
 * names are resolved and certificates kept) and ca_file.  What is not allowed
 * fails with EPERM or EACCES. */
MUST_CHECK bool jail_enter_watch(const char *archive_dir, const char *ca_file, struct err *e);

/* For the reader, before it looks at the first byte: keeps descriptors 0 to 3
 * and can only read, write, exit and manage its own memory; asking for anything
 * else ends it with SIGSYS.  Memory is limited to MAX_READER_MEMORY. */
MUST_CHECK bool jail_enter_reader(struct err *e);

/* For the web interface, when it listens and before it starts threads: no new
 * processes, no new sockets, no outgoing connections, files only below
 * archive_dir and, to read, the fonts of the machine (SQLite's shared memory file is written there; a large sort that
 * SQLite wants to do in a temporary file elsewhere fails, so it sorts in
 * memory).  What is not allowed fails with EPERM or EACCES. */
MUST_CHECK bool jail_enter_serve(const char *archive_dir, struct err *e);

#endif
