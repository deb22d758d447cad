/*
 * Many pages, one line of JSON each: what `stet extract --batch` does.
 */
#ifndef STET_CLI_BATCH_H
#define STET_CLI_BATCH_H

#include "cli/command.h"
#include "reader/reader.h"

/* Standard input: PATH[TAB URL] a line.  Standard output, in the same order:
 * {"title", "byline", "published", "text"} a line, text being the standfirst
 * and the blocks but for captions, one a line, or {"error"}.  children: of the
 * reader. */
MUST_CHECK bool batch_run(struct reader *r, unsigned children, struct err *e);

#endif
