/*
 * Feeds: whatever lists articles, read into entries.
 *
 * RSS 0.9x to 2.0 and RDF, CDF, Atom 0.3 and 1.0 (RFC 4287), JSON Feed 1.1,
 * sitemaps and sitemap indexes (sitemaps.org), news sitemaps.  Real feeds are
 * broken: wrong encodings, undefined entities, dates in any form, HTML before the
 * XML, no identifiers; they are read all the same, and bozo tells that something
 * was mended.  Sitemaps also come as gzip files and as plain lists of addresses.
 * No DTD, entity or network access.  For the confined reader.
 *
 * What a feed may ask of who reads it: not to come again for a while (<ttl> of
 * RSS in minutes; sy:updatePeriod and sy:updateFrequency), not to come at some
 * hours and on some days (<skipHours>, <skipDays>), and to be told by its hub
 * rather than to ask (links to "hub" and "self").  What it says of its entries:
 * when they were published and changed, and which stand first.
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
	when published, updated; /* a sitemap's lastmod is updated, a news sitemap's date published */
	uint32_t position;       /* place in the feed, from 0; those that were left out count too */
};

struct feed {
	enum feed_kind kind;
	bool bozo;
	struct str title;
	struct str home; /* the page it is the feed of, absolute, or empty */
	struct str language;
	struct str hub;      /* WebSub hub (W3C WebSub, 4), absolute, or empty */
	struct str self;     /* the address that the feed knows itself by, the topic at its hub; or empty */
	when updated;        /* when the feed says it changed, or WHEN_NONE */
	int64_t ttl;         /* seconds the feed asks to be left alone: <ttl>, or the syndication module's period
	                      * over its frequency, at most 30 days; 0: says nothing */
	uint32_t skips;      /* when it asks to be left alone, UTC: bits 0 to 23 are hours, 24 to 30 days from Sunday */
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

/* Whether the feed asks not to be fetched at that time (skipHours, skipDays of
 * RSS).  One that skips every hour or every day always does: the caller's limits
 * come first. */
bool feed_skips(const struct feed *f, when at);

/* As a message (base/wire.h).  Decoding believes nothing: false if the bytes are
 * not a feed within the limits.  Strings are borrowed from the message, entries
 * from the arena. */
void feed_encode(const struct feed *f, struct buf *out);
MUST_CHECK bool feed_decode(struct str message, struct arena *a, struct feed *out);

#endif
