/*
 * The list of what the pages of a source have taught.
 */
#ifndef STET_CLI_FURNITURE_H
#define STET_CLI_FURNITURE_H

#include "cli/command.h"

/* In force first; as JSON if the context says so. */
MUST_CHECK bool furniture_show(struct context *c, struct archive *ar, const struct source *source, struct err *e);

#endif
