/*
 * robots.txt (RFC 9309): which paths a host asks us not to fetch.
 */
#ifndef STET_NET_ROBOTS_H
#define STET_NET_ROBOTS_H

#include "base/buf.h"
#include "net/fetch.h"

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
#define ROBOTS_NONE ((struct robots){ .crawl_delay = -1 })

/* Picks the group for the product token ("stet"), falling back to "*"; groups
 * for the same token are merged.  Never fails: what cannot be read is no rule.
 * At most MAX_ROBOTS_BYTES are looked at.  For the confined reader. */
void robots_parse(struct arena *a, struct str bytes, struct str token, struct robots *out);

/* Longest match wins, allow wins a tie, no match is allowed.  path is path and
 * query of an address.  Do not ask about "/robots.txt" itself: it is always
 * allowed, and read before there are rules. */
bool robots_allows(const struct robots *r, struct str path);

/* How it is asked for, with five redirects (2.3.1.2); for the beginning of a
 * long one. */
struct fetch_request robots_request(struct arena *a, struct str origin);
/* Does this answer mean that there are no rules (2.3.1.3)?  4xx does, but 429 is
 * as 503, and redirects that do not end. */
bool robots_are_absent(enum fetch_result result, int status);
/* The pause that a host is given: what it asks for, up to a minute, or ours. */
int64_t robots_pause_ms(double crawl_delay, int64_t least_ms);

void robots_encode(const struct robots *r, struct buf *out);
MUST_CHECK bool robots_decode(struct str message, struct arena *a, struct robots *out);

#endif
