/*
 * What the tables of commands, options and settings say, for a person: at the
 * terminal and as the manual page stet(1).
 */
#ifndef STET_CLI_HELP_H
#define STET_CLI_HELP_H

#include "cli/command.h"

void help_first_steps(struct context *c); /* "stet" alone */
void help_overview(struct context *c);    /* "stet help" */
void help_command(struct context *c, const struct command *cmd);
void help_settings(struct context *c);
void help_kinds(struct context *c); /* of edits and of changes */

/* The manual page in mdoc, dated t. */
void manual_write(struct buf *out, when t);

/* Environment, files and exit statuses, for both. */
struct help_pair {
	const char *name, *text;
};
extern const struct help_pair help_environment[]; /* end with a NULL name */
extern const struct help_pair help_files[];
extern const struct help_pair help_statuses[];

#endif
