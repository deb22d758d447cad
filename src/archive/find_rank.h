/* How good a match is; also as a function of SQLite's FTS5: stet_rank(search). */
#ifndef STET_ARCHIVE_FIND_RANK_H
#define STET_ARCHIVE_FIND_RANK_H

#include <stdbool.h>
#include <stddef.h>

/* What a place of a word is worth, by where it stands. */
enum find_column { FIND_TITLE_WORDS, FIND_BODY_WORDS, FIND_TITLE_STEMS, FIND_BODY_STEMS, FIND_MARKS, FIND_COLUMNS };
extern const double find_worth[FIND_COLUMNS];

/* Lower is better.  places: for each word or phrase of the query the sum of what
 * its places are worth; length: of the entry, in words, where usual is 1. */
double find_rank(const double *places, size_t phrases, double length);

struct sqlite3;
/* Makes the function known to a connection; false: its FTS5 is missing. */
bool find_rank_register(struct sqlite3 *db);

#endif
