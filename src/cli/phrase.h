/*
 * Facts in words, as commands say them.  Strings come from the arena.
 */
#ifndef STET_CLI_PHRASE_H
#define STET_CLI_PHRASE_H

#include "archive/archive.h"

/* "headline changed; 14 words added, 3 removed; 1 sentence moved" */
struct str phrase_summary(struct arena *a, const struct change_summary *s);

/* When a change happened: "between 7 Oct 2024, 10:02 and 10:17 UTC".  before or
 * first_seen may be WHEN_NONE; later is as in struct version. */
struct str phrase_window(struct arena *a, when before, when first_seen, int64_t later);

/* Is it still checked, and if not, why: "still checked; next in 5 minutes" */
struct str phrase_state(struct arena *a, const struct article_row *row, when now);

/* "3 changes", "1 change", "no changes" */
struct str phrase_count(struct arena *a, int64_t n, const char *one, const char *many);

/* "12 kB", "3.4 MB" */
struct str phrase_bytes(struct arena *a, int64_t n);

/* "in 5 minutes", "2 days ago", "now" */
struct str phrase_relative(struct arena *a, when t, when now);

#endif
