/*
 * Character references: "&amp;", "&#233;", as in section 13.2.5.72 of the HTML
 * Standard.
 *
 * All 2,231 names of the standard are known, those that need no semicolon as
 * well.  Text without "&" is not copied.
 */
#ifndef STET_HTML_CHARREF_H
#define STET_HTML_CHARREF_H

#include "base/arena.h"

/* s with its references resolved: s itself or from the arena.  In the value of
 * an attribute a name without a semicolon that "=" or a letter follows stands for itself. */
struct str charref_decode(struct arena *a, struct str s, bool in_attribute);

#endif
