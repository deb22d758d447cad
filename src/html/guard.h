/*
 * A look at markup before the parser sees it.
 *
 * Nesting, attributes and misnested formatting make any HTML5 tree builder
 * slow or large out of proportion to its input.  One pass over the bytes of a
 * large page estimates them, and a page beyond the maxima (base/limits.h) is
 * refused before the parser has spent memory on it; a page of ordinary size is
 * let through, and html.c counts while it is parsed.
 */
#ifndef STET_HTML_GUARD_H
#define STET_HTML_GUARD_H

#include "base/str.h"

/* s is UTF-8.  About 500 MB/s. */
MUST_CHECK bool html_guard(struct str s, struct err *e);

#endif
