/* How good a match is, as a function of SQLite's FTS5: stet_rank(search). */
#ifndef STET_ARCHIVE_FIND_RANK_H
#define STET_ARCHIVE_FIND_RANK_H

#include <stdbool.h>

struct sqlite3;
/* Makes the function known to a connection; false: its FTS5 is missing. */
bool find_rank_register(struct sqlite3 *db);

#endif
