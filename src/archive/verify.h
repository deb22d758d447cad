/*
 * Walking through an archive: is everything there, and is it what came in?
 *
 * Looked at are the database itself (its pages, indexes and references), every
 * kept blob by its SHA-256, every text by its hash and by the identity of its
 * version, the tallies, and the word index.  What is derived can be made again;
 * bytes that came from a site can only come from a copy of the archive.
 *
 * Reading goes pack by pack, so that each is unpacked once: about 1 s for a
 * gigabyte of pages.
 */
#ifndef STET_ARCHIVE_VERIFY_H
#define STET_ARCHIVE_VERIFY_H

#include "archive/archive.h"

enum damage_kind {
	DAMAGE_FILE,    /* the database says so of itself */
	DAMAGE_PAGE,    /* bytes that came from a site: blob */
	DAMAGE_TEXT,    /* the text of a version: article, number */
	DAMAGE_TALLIES, /* totals in lists are wrong */
	DAMAGE_SEARCH,  /* the word index */
	DAMAGE_KINDS
};
const char *damage_kind_name(enum damage_kind k); /* "file", "page", ... */

struct damage {
	enum damage_kind kind;
	int64_t blob;            /* DAMAGE_PAGE */
	int64_t article, number; /* DAMAGE_TEXT; DAMAGE_PAGE: the article, 0: none */
	struct str what;         /* a sentence */
};

struct verify {
	void *context;
	/* Pieces looked at, of about how many. */
	void (*progress)(void *context, int64_t done, int64_t total);
	/* Called for each damage; false: stop, with e set. */
	bool (*found)(void *context, const struct damage *d, struct err *e);
	int64_t pages, texts; /* looked at */
	int64_t damages;
};
/* True if it came to the end, whatever it found. */
MUST_CHECK bool archive_verify(struct archive *ar, struct verify *v, struct err *e);

/* The bytes of a damaged blob, found elsewhere: kept whole in its place if they
 * have its SHA-256, else ERR_CORRUPT. */
MUST_CHECK bool archive_blob_hash(struct archive *ar, int64_t blob, struct sha256 *out, struct err *e);
MUST_CHECK bool archive_blob_mend(struct archive *ar, int64_t blob, struct str bytes, struct err *e);
/* Counted and indexed again. */
MUST_CHECK bool archive_tallies_mend(struct archive *ar, struct err *e);
MUST_CHECK bool archive_search_mend(struct archive *ar, struct err *e);

/* Copies the archive as it is at this moment to another file, which takes its
 * name when it is complete; others may write meanwhile.  A file of that name is
 * replaced if it is another archive, and else left alone (ERR_USAGE); so is one
 * that somebody has open (ERR_BUSY). */
MUST_CHECK bool archive_backup(struct archive *ar, const char *to, void (*progress)(void *context, int64_t done,
			       int64_t total), void *context, struct err *e);

#endif
