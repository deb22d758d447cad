/*
 * International names to ASCII, by UTS #46 as the URL Standard wants it: not
 * transitional, lengths and hyphens unchecked.  Internal to src/url.
 */
#ifndef STET_URL_IDNA_H
#define STET_URL_IDNA_H

#include "base/arena.h"

/* False: s is no name.  Made for names that are not ASCII. */
MUST_CHECK bool idna_to_ascii(struct arena *a, struct str s, struct str *out);

#endif
