/*
 * Importing: bytes from files walk the same way as bytes from the network.
 *
 * What a file holds is told by looking at it, not by its name:
 *
 *   WARC (ISO 28500; 0.17 to 1.1), plain, gzip or zstd; WACZ, a zip of them
 *   CDX and CDXJ: an index, with the WARC files or the page files beside it
 *   newsdiffs: a git repository of article files, or what "git fast-export"
 *     writes of one
 *   NewsEdits, diffengine: SQLite with a table of versions
 *   a saved revision page of News Sniffer (HTML), or an article as plain text
 *
 * Each capture is a check made at its own date; a saved page or text is a check
 * made now.  What is there already is not added again.  Imported addresses are
 * not checked afterwards unless somebody watches them.
 *
 * Files are read once, from the front, in steps (import/inner.h): how far it
 * came is kept with each, so that an import that was interrupted, or is run
 * again, goes on where it was.  What cannot be read is counted and named, and
 * never ends an import.
 */
#ifndef STET_IMPORT_IMPORT_H
#define STET_IMPORT_IMPORT_H

#include "archive/archive.h"
#include "base/settings.h"
#include "reader/reader.h"

struct import_options {
	struct str source_key; /* empty: from the address or the document */
	struct str url;        /* original address of a saved file, if known; else empty */
	when now;
	bool again; /* from the front, however far an import of the same file came */
	/* Called now and then with the records done; may be NULL. */
	void (*progress)(void *arg, int64_t done);
	void *progress_arg;
};

#define IMPORT_BAD_NAMED 20
struct import_report {
	int64_t records;    /* captures looked at */
	int64_t added;      /* checks that were added */
	int64_t known;      /* were there already */
	int64_t skipped;    /* records of other types and media, redirects */
	int64_t unresolved; /* revisits of captures that nobody has seen */
	int64_t bad;        /* could not be read; the first ones are named */
	int64_t versions;   /* versions that the archive has more than before */
	struct err bad_ones[IMPORT_BAD_NAMED];
};

/* A file, a folder, or "-" for "git fast-export" on standard input.  The report
 * is added to, so that it can sum over files.  ERR_FORMAT: nothing that can be
 * imported. */
MUST_CHECK bool import_path(struct archive *ar, struct reader *r, const struct settings *s, const char *path,
			    const struct import_options *o, struct import_report *report, struct err *e);

#endif
