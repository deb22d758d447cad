/*
 * The entries of a zip file (PKWARE's APPNOTE 6.3, with zip64), to be read
 * where they stand.  Names are only compared, never used as paths.
 *
 * Entries that claim the same bytes, lie outside the file, are encrypted, or
 * are packed otherwise than stored or deflated are not given.
 */
#ifndef STET_IMPORT_ZIP_H
#define STET_IMPORT_ZIP_H

#include "base/arena.h"
#include "import/stream.h"

struct zip_entry {
	struct str name;
	struct stream_part part;
};

/* By their place in the file; bad: how many were not given. */
MUST_CHECK bool zip_entries(const char *path, struct arena *a, struct zip_entry **out, size_t *n, size_t *bad,
			    struct err *e);

#endif
