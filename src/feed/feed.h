/*
 * Feeds: whatever lists articles, read into entries.
 *
 * RSS 0.9x to 2.0 and RDF, Atom 1.0 (RFC 4287), JSON Feed 1.1, sitemaps and
 * sitemap indexes (sitemaps.org), news sitemaps.  Real feeds are broken: wrong
 * encodings, undefined entities, dates in any form, HTML before the XML, no
 * identifiers; they are read all the same, and bozo tells that something was
 * mended.  Sitemaps also come as gzip files and as plain lists of addresses.
 * No DTD, entity or network access.  For the confined reader.
 */
#ifndef STET_FEED_FEED_H
#define STET_FEED_FEED_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"

enum feed_kind { FEED_RSS, FEED_ATOM, FEED_JSON, FEED_SITEMAP, FEED_SITEMAP_INDEX, FEED_KINDS };
const char *feed_kind_name(enum feed_kind k); /* "rss", "atom", "json", "sitemap", "sitemap index" */

struct feed_entry {
	struct str url;     /* absolute (url/url.h); entries without one are left out */
	struct str id;      /* guid or id as given; may be empty */
	struct str title;   /* plain text, normalised */
	struct str summary; /* likewise, at most MAX_SUMMARY_BYTES */
	struct str author;
	when published, updated;
};

struct feed {
	enum feed_kind kind;
	bool bozo;
	struct str title;
	struct str home; /* the page it is the feed of, absolute, or empty */
	struct str language;
	struct str hub; /* WebSub hub, absolute, or empty */
	int64_t ttl;    /* seconds the feed asks to be left alone; 0: says nothing */
	struct feed_entry *entries;
	size_t nentries;
	size_t left_out; /* without an address, or too many: the newest MAX_FEED_ENTRIES stay */
};

/* Whether the bytes look like a feed rather than a page: by content, since
 * Content-Type lies. */
bool feed_sniff(struct str bytes, struct str content_type);

/* url is the address the bytes came from, for relative links.  Everything is
 * from the arena. */
MUST_CHECK bool feed_read(struct arena *a, struct str bytes, struct str content_type, struct str url, struct feed *out,
                          struct err *e);

/* As a message (base/wire.h).  Decoding believes nothing: false if the bytes are
 * not a feed within the limits.  Strings are borrowed from the message, entries
 * from the arena. */
void feed_encode(const struct feed *f, struct buf *out);
MUST_CHECK bool feed_decode(struct str message, struct arena *a, struct feed *out);

#endif
