/*
 * What an engine of the word indexes offers to find_engine.c: each does what its
 * namesake in find.h promises.  Both have a table search_forms with a row for each
 * entry.
 */
#ifndef STET_ARCHIVE_FIND_ENGINE_H
#define STET_ARCHIVE_FIND_ENGINE_H

#include "archive/find.h"

struct find_engine {
	struct str (*text)(struct arena *a, const struct find_expr *x);
	bool (*entries)(struct archive *ar, enum find_index index, struct str engine, size_t most,
			struct rows *entries, struct err *e);
	bool (*last_change)(struct archive *ar, struct str engine, int64_t article, int64_t *number, struct err *e);
	bool (*matches)(struct archive *ar, struct str engine, when from, when to, size_t most, struct rows *matches,
			struct err *e);
	bool (*put)(struct archive *ar, struct find_entry at, const struct find_form *form, struct err *e);
	bool (*remove)(struct archive *ar, struct find_entry at, struct err *e);
	bool (*check)(struct archive *ar, bool *whole, struct err *e); /* *whole: the tables agree; may be NULL */
	bool (*merge)(struct archive *ar, struct err *e);              /* may be NULL */
	bool (*clear)(struct archive *ar, struct err *e);
};

extern const struct find_engine find_fts5, find_pg;

#endif
