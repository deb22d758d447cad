/*
 * robots.txt (RFC 9309): which paths a host asks us not to fetch.
 */
#ifndef STET_NET_ROBOTS_H
#define STET_NET_ROBOTS_H

#include "base/arena.h"
#include "base/buf.h"

struct robots_rule {
	bool allow;
	struct str path; /* normalised percent-encoding, "*" and "$" special */
};

struct robots {
	struct robots_rule *rules; /* of the group that applies to us */
	size_t nrules;
	double crawl_delay;   /* seconds; < 0: none given */
	struct str *sitemaps; /* of the whole file, as written: resolve them against the file's address */
	size_t nsitemaps;
};

/* Picks the group for the product token ("stet"), falling back to "*"; groups
 * for the same token are merged.  Never fails: what cannot be read is no rule.
 * At most MAX_ROBOTS_BYTES are looked at.  For the confined reader. */
void robots_parse(struct arena *a, struct str bytes, struct str token, struct robots *out);

/* Longest match wins, allow wins a tie, no match is allowed.  path is path and
 * query of an address.  Do not ask about "/robots.txt" itself: it is always
 * allowed, and read before there are rules. */
bool robots_allows(const struct robots *r, struct str path);

void robots_encode(const struct robots *r, struct buf *out);
MUST_CHECK bool robots_decode(struct str message, struct arena *a, struct robots *out);

#endif
