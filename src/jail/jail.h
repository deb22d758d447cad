/*
 * The jail: a process gives up every right that it will not need.
 *
 * Landlock takes the file system, seccomp takes system calls, rlimits take
 * memory and time.  What the kernel is too old for is left out with one
 * warning.  The table of processes in docs/decisions.md is the architecture:
 *
 *   watch   network out, archive read and write
 *   serve   listens, archive read
 *   read    parses hostile bytes: no network, no files, limited memory and CPU
 */
#ifndef STET_JAIL_JAIL_H
#define STET_JAIL_JAIL_H

#include "base/err.h"

/* For the reader, before it looks at the first byte: keeps descriptors 0 to 3
 * and can only read, write, exit and manage its own memory; asking for anything
 * else ends it with SIGSYS.  Memory is limited to MAX_READER_MEMORY.  (Neither
 * limit nor SIGSYS under the address sanitizer, which maps terabytes and opens
 * files.)  Libraries that open files at their first use must have been used.
 * There is no way back, also not after a failure. */
MUST_CHECK bool jail_enter_reader(struct err *e);

/* For the web interface, when it listens and before it starts threads: no new
 * processes, no new sockets, no outgoing connections, files only below
 * archive_dir and, to read, the fonts of the machine (SQLite's shared memory file is written there; a large sort that
 * SQLite wants to do in a temporary file elsewhere fails, so it sorts in
 * memory).  What is not allowed fails with EPERM or EACCES. */
MUST_CHECK bool jail_enter_serve(const char *archive_dir, struct err *e);

#endif
