/*
 * Writing WARC 1.1 (ISO 28500:2017): what was kept of all checks, for the tools
 * of web archives.
 *
 *   warcinfo    who wrote it, and what was done to the bytes
 *   response    a body that came for the first time, with its head; or a status
 *               such as 404, of which neither was kept (WARC-Truncated)
 *   resource    a document that was no answer: a saved page, a text
 *   revisit     the same body again, or 304: refers to the record that has it
 *   metadata    of each check: outcome, article, version, time it took
 *
 * There are no request records: the bytes of requests are not kept.  A page that
 * asks not to be archived has a metadata record alone, as has what brought no
 * answer.
 *
 * Three fields of our own tell an import what else it would have to guess:
 * Stet-Source (the key of the source), Stet-Asked-URI (the address that was asked
 * for, when a redirect led elsewhere) and Stet-Read-As.  Records come article by
 * article, those of one in the order of time.  Names of records are made of what
 * they hold: the same archive gives the same file.
 */
#ifndef STET_EXPORT_WARC_H
#define STET_EXPORT_WARC_H

#include "archive/archive.h"
#include "export/index.h"
#include "export/sink.h"

struct export_wish {
	struct str source;     /* key; empty: all */
	const int64_t *articles; /* only these; n 0: all, and feeds and lists too */
	size_t n;
	bool zstd;             /* members, as "Zstandard Compression for WARC Files" has it; else gzip */
	struct str name;       /* of the file, as warcinfo and the index tell it */
	when now;
	struct index *index;   /* filled in; NULL: none is wanted */
	/* Called for each version that a record holds, if it is not NULL. */
	bool (*page)(void *with, struct str url, when at, struct str title, struct err *e);
	void *page_with;
	void (*progress)(void *arg, int64_t done, int64_t total); /* articles; may be NULL */
	void *progress_arg;
};

MUST_CHECK bool export_warc(struct archive *ar, const struct export_wish *w, struct sink *to, struct err *e);

/* A WACZ 1.1.1 of it: f must be a file that can be gone back in. */
MUST_CHECK bool export_wacz(struct archive *ar, const struct export_wish *w, FILE *f, struct err *e);

#endif
