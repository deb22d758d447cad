/*
 * A difference on a terminal, as `stet diff` and `stet log --patch` print it.
 *
 *       unchanged paragraph, for context
 *     ~ edited: [-taken out-]{+put in+}
 *     + added
 *     - removed
 *     > moved here (and edited, if it was), with the place where it stood
 *     < where a moved one stood
 *
 * In colour the marks around words are left out.
 */
#ifndef STET_CLI_DIFFERENCE_H
#define STET_CLI_DIFFERENCE_H

#include "change/change.h"
#include "cli/command.h"

/* "headline", "standfirst", "byline"; NULL for a block. */
const char *difference_head_name(enum unit_kind k);

/* full: all of the text; otherwise what is unchanged is folded, but for one
 * paragraph before and behind each change. */
void difference_print(const struct context *c, const struct change *change, bool full);

/* A line an edit: kinds, weight, where it stands, the words before and after.  Only
 * those of these kinds (0: all), and only what matters if so. */
void difference_print_edits(const struct context *c, const struct change *change, uint32_t kinds, bool matters);

/* What the change is as a whole, how many edits of which kind. */
void difference_print_counts(const struct context *c, const struct change *change);

/* "change 12/3  courier" and the lines below it. */
void change_print_header(const struct context *c, const struct change_item *item);

#endif
