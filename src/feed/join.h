/*
 * Relative references (RFC 3986, section 5), as text.
 *
 * Unlike url_parse nothing is put into a normal form and every scheme is taken:
 * identifiers are compared byte by byte, so what is absolute stays as it is.
 */
#ifndef STET_FEED_JOIN_H
#define STET_FEED_JOIN_H

#include "base/arena.h"

/* The reference as it stands when there is no base, or when it has a scheme.
 * More than one "/" too many behind "http:" is forgiven. */
struct str join_reference(struct arena *a, struct str base, struct str reference);

/* Whether a link with this address may be shown: it is relative, or of a scheme
 * that fetches or writes to someone; never one that runs something. */
bool join_is_safe(struct str address);

#endif
