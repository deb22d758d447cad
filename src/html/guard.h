/*
 * A look at markup before the parser sees it.
 *
 * Nesting, attributes and misnested formatting make any HTML5 tree builder
 * slow or large out of proportion to its input.  One pass over the bytes
 * estimates them, and a page beyond the maxima (base/limits.h) is refused.
 */
#ifndef STET_HTML_GUARD_H
#define STET_HTML_GUARD_H

#include "base/str.h"

/* s is UTF-8.  About 1 GB/s. */
MUST_CHECK bool html_guard(struct str s, struct err *e);

#endif
