/*
 * One document for a command that looks at one: from the web or from a file.
 */
#ifndef STET_CLI_OBTAIN_H
#define STET_CLI_OBTAIN_H

#include "cli/command.h"
#include "reader/reader.h"

struct obtained {
	struct str url; /* where it was found, in canonical form; may be empty for a file */
	struct str bytes;
	struct str content_type; /* of the transport; empty for a file */
};

/* The operand is a whole address, the name of a file, or "-"; url says where a
 * file was found.  From the web it comes as politely as `stet check` would have
 * it: robots.txt is asked first and read by r, then there is a pause.  Strings
 * are from the context's arena. */
MUST_CHECK bool obtain(struct context *c, struct reader *r, const char *operand, const char *url,
                       struct obtained *out, struct err *e);

#endif
