/*
 * Importing: bytes from files walk the same way as bytes from the network.
 *
 * Each response record of a WARC (ISO 28500; WARC/1.0 and 1.1, plain or gzip)
 * is a check made at its WARC-Date, in the order of time.  A saved page or
 * text is a check made now.  What is there already is not added again, so that
 * importing twice changes nothing.  Imported addresses are not checked
 * afterwards unless somebody watches them.
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
	/* Called now and then with the records done; may be NULL. */
	void (*progress)(void *arg, int64_t done, int64_t total);
	void *progress_arg;
};

struct import_report {
	int64_t records;  /* response records or files looked at */
	int64_t added;    /* checks that were added */
	int64_t known;    /* were there already */
	int64_t skipped;  /* other record types, revisits, what is no HTTP answer */
	int64_t bad;      /* could not be read; first_bad says why the first one could not */
	int64_t versions; /* versions that the archive has more than before */
	struct err first_bad;
};

/* The report is added to, so that it can sum over files. */
MUST_CHECK bool import_warc(struct archive *ar, struct reader *r, const struct settings *s, const char *path,
                            const struct import_options *o, struct import_report *report, struct err *e);
/* A saved revision page of News Sniffer (as.. READ_SAVED_HTML) or plain text
 * (READ_SAVED_TEXT). */
MUST_CHECK bool import_saved(struct archive *ar, struct reader *r, const struct settings *s, const char *path,
                             enum read_as as, const struct import_options *o, struct import_report *report,
                             struct err *e);

#endif
