/*
 * What the commands hide, hold and erase have in common.
 */
#ifndef STET_CLI_TAKEDOWN_H
#define STET_CLI_TAKEDOWN_H

#include "archive/takedown.h"
#include "cli/command.h"

/* Runs "hide" or "hold": puts the operands under it or, with --lift, no longer;
 * without operands lists what is. */
MUST_CHECK bool takedown_run(struct context *c, const struct command *cmd, enum takedown_kind kind, struct err *e);

#endif
