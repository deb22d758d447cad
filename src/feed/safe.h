/*
 * HTML of strangers, so that it may stand in a page of ours.
 */
#ifndef STET_FEED_SAFE_H
#define STET_FEED_SAFE_H

#include "base/arena.h"

/* Source text of HTML without what runs, frames or hides (feed/safe.inc is the
 * list of what stays), attributes sorted and in quotation marks, addresses
 * absolute (base may be empty) and of schemes that are safe (feed/join.h).
 * Comments, instructions and declarations go, scripts and styles with their
 * contents.  Tags are not made to match.  Linear; at most a few times as long. */
struct str safe_html(struct arena *a, struct str html, struct str base);

/* Whether text that nothing says a type of is HTML: it has an end tag or a
 * reference, and no tag or reference that HTML does not have. */
bool safe_looks_like_html(struct str text);

#endif
