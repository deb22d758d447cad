/*
 * Addresses of the web: parsing, the canonical form, and the site they are of.
 *
 * Parsing follows the URL Standard (WHATWG) for all schemes (url/standard.h):
 * case of scheme and host, IDN to ASCII (UTS #46), IPv4 in its odd spellings,
 * dot segments, backslashes, percent-encoding sets, default ports.  What the
 * program follows is http and https without user names, and nothing else.
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
 * too, and a carrier's copy of a page has the page's address (url_unwrap).
 * False if s is not an address. */
MUST_CHECK bool url_identity(struct arena *a, struct str s, struct str *out);

/* The page whose copy a carrier gives at this address (an AMP cache, a search
 * engine's viewer); false if it is no such address. */
bool url_unwrap(struct arena *a, const struct url *u, struct url *out);

/* One spelling for addresses that mean the same by RFC 3986 and by what
 * crawlers agree on, of any scheme: "%41" and "A", "%c2" and "%C2", "//" and
 * "/", parameters sorted by name, those without a value or a name.  For
 * comparing, not for fetching: a site may tell these apart.  False if s is no
 * address. */
MUST_CHECK bool url_normal(struct arena *a, struct str s, struct str *out);

/* The address without tracking parameters, in its normal spelling; of any
 * scheme, and with its fragment unless that tracks or only marks a text. */
MUST_CHECK bool url_clean(struct arena *a, struct str s, struct str *out);

/* The key by which web archives sort captures (SURT): host turned round, no
 * scheme, lower case, session numbers and "www." gone, parameters sorted:
 * "https://www.Harbour.Example/Ferry/?b&a" is "example,harbour)/ferry?a&b".
 * Names of records that are no addresses ("dns:...") stay as they are, nothing is
 * "-".  False if s is too long. */
MUST_CHECK bool url_surt(struct arena *a, struct str s, struct str *out);

/* ---- variants: addresses that are likely to be one page -------------------- */

/* What an address has that the plain one would not have. */
enum url_variant_how {
	VARIANT_HTTP = 1,
	VARIANT_WWW = 2,
	VARIANT_AMP = 4,
	VARIANT_MOBILE = 8, /* by its host, or a parameter */
	VARIANT_PRINT = 16,
	VARIANT_INDEX = 32, /* "index.html" */
};

struct url_variant {
	struct str key; /* equal for all variants of a page: candidates, no more */
	unsigned how;
};

/* Rules are data: url/variants.h.  Two addresses with one key are one page on
 * most sites and two on some; what is done about it is the caller's to decide,
 * by how much they differ.  False if it is not an address. */
MUST_CHECK bool url_variant(struct arena *a, struct str address, struct url_variant *out);

/* Addresses with the same key under which the page may be known already, the
 * likeliest first; without print and index pages, and without the address
 * itself.  At most URL_MOST_VARIANTS. */
#define URL_MOST_VARIANTS 32
MUST_CHECK bool url_variant_addresses(struct arena *a, struct str address, struct str **out, size_t *n);

/* Begins with http:// or https://, whatever follows. */
bool url_is_web(struct str s);

/* Its port is not the one that its scheme has. */
bool url_has_own_port(const struct url *u);

/* scheme://host[:port], the unit of politeness and of robots.txt: the beginning
 * of an address as url_parse writes it. */
struct str url_origin(struct str href);

/* The registrable domain by the Public Suffix List ("bbc.co.uk"); for an
 * address in digits, a single-label host or "x.localhost", the host itself,
 * with the port when it is not the default. */
struct str url_site(struct arena *a, const struct url *u);

/* A short key for a site: "www.independent.co.uk" gives "independent";
 * letters, digits and "-" only, at most 40 bytes, never empty. */
struct str url_source_key(struct arena *a, const struct url *u);

#endif
