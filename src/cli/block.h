/*
 * The text of an article on a terminal, broken into lines.
 */
#ifndef STET_CLI_BLOCK_H
#define STET_CLI_BLOCK_H

#include "cli/command.h"
#include "text/article.h"

void block_print(const struct context *c, const struct block *b);
void line_print(const struct context *c, enum color color, struct str s); /* nothing if s is empty */

#endif
