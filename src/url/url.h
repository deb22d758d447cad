/*
 * Addresses of the web: parsing, the canonical form, and the site they are of.
 *
 * Only http and https.  Parsing follows the URL Standard (WHATWG): case of
 * scheme and host, IDN to ASCII (UTS #46), IPv4 in its odd spellings, dot
 * segments, backslashes, percent-encoding sets, default ports.
 */
#ifndef STET_URL_URL_H
#define STET_URL_URL_H

#include "base/arena.h"

struct url {
	struct str href;   /* the whole address, serialised, without a fragment */
	struct str scheme; /* "http" or "https" */
	struct str host;   /* ASCII, lower case; IPv6 in brackets */
	unsigned port;     /* the effective one: 80, 443 or as given */
	struct str path;   /* begins with "/" */
	struct str query;  /* without "?"; empty also when there is none (href tells) */
};

/* Parses s against base (NULL: s must be absolute).  All strings come from the
 * arena.  Refused: other schemes, user names, more than MAX_URL_BYTES. */
MUST_CHECK bool url_parse(struct arena *a, struct str s, const struct url *base, struct url *out, struct err *e);

/* The form by which two addresses of one page are recognised: url_parse's
 * href without tracking parameters (utm_*, fbclid, ...; url/tracking.h) and
 * empty ones, the others in their order; a "?" with nothing behind it goes
 * too.  False if s is not an address. */
MUST_CHECK bool url_identity(struct arena *a, struct str s, struct str *out);

/* scheme://host[:port], the unit of politeness and of robots.txt. */
struct str url_origin(struct arena *a, const struct url *u);

/* The registrable domain by the Public Suffix List ("bbc.co.uk"); for an
 * address in digits, a single-label host or "x.localhost", the host itself,
 * with the port when it is not the default. */
struct str url_site(struct arena *a, const struct url *u);

/* A short key for a site: "www.independent.co.uk" gives "independent";
 * letters, digits and "-" only, at most 40 bytes, never empty. */
struct str url_source_key(struct arena *a, const struct url *u);

#endif
