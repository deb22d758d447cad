/*
 * The host part of an address, by the URL Standard's host parser.
 * Internal to src/url.
 */
#ifndef STET_URL_HOST_H
#define STET_URL_HOST_H

#include "base/arena.h"

/* Turns what stands between "//" and the port into its canonical form: ASCII
 * and lower case, IPv4 as four decimal numbers, IPv6 compressed in brackets.
 * The host of a scheme that is not special may be empty and is only encoded.
 * NULL if it is a host, otherwise what is wrong with it, in a few words. */
const char *host_parse(struct arena *a, struct str s, bool special, struct str *out);

/* The canonical host is an address in digits. */
bool host_is_address(struct str host);

#endif
