/*
 * The URL Standard's own parser (url.spec.whatwg.org), for addresses of any
 * scheme: special ones (http, https, ws, wss, ftp, file) and all others, user
 * names, opaque paths, drive letters, fragments.
 *
 * Internal to src/url: the program asks url_parse (url.h), which stands on
 * this and refuses what it will not fetch.
 */
#ifndef STET_URL_STANDARD_H
#define STET_URL_STANDARD_H

#include "base/arena.h"

struct standard_url {
	struct str scheme; /* lower case, without ":" */
	struct str username, password; /* percent-encoded */
	struct str host;   /* serialised; meaningful with has_host, and may be empty */
	int port;          /* -1: none given, or the scheme's own */
	struct str path;
	struct str query, fragment; /* without "?" and "#" */
	bool has_host, opaque, has_query, has_fragment; /* opaque: the path is no list of segments */
};

/* Control characters and spaces at the ends, which are no part of an address. */
struct str standard_trim(struct str s);
/* Without tabs and the ends of lines, which a parser skips wherever they stand. */
struct str standard_without_breaks(struct arena *a, struct str s);

/* Parses what standard_trim left against base (NULL: none).  NULL if it is an
 * address, otherwise what is wrong, in a few words.  Linear in s and base; all
 * strings are the arena's or those of base. */
MUST_CHECK const char *standard_parse(struct arena *a, struct str s, const struct standard_url *base,
                                      struct standard_url *out);

/* The whole address as text, without the fragment unless it is wanted. */
struct str standard_write(struct arena *a, const struct standard_url *u, bool with_fragment);

/* The port of http, https, ws, wss and ftp; -1: the scheme has none. */
int standard_port(struct str scheme);

#endif
