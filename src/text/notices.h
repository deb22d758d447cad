/*
 * Lines that speak of the article itself: "Correction: an earlier version of
 * this article said ..."; in many languages, the words in notices.inc.
 */
#ifndef STET_TEXT_NOTICES_H
#define STET_TEXT_NOTICES_H

#include "base/str.h"

/* May be a notice or a credit: words of one stand somewhere in it.  For what
 * must not be taken for furniture; the first 1000 bytes are looked at. */
bool notice_may_be(struct str line);

/* Opens as a notice of a correction, clarification or update does.  What names
 * an earlier version anywhere is one too: TERM_NOTICE in terms.h. */
bool notice_opens(struct str sentence);

/* Opens as a line does that says when the page was published or updated:
 * "Last updated on ...". */
bool notice_dates(struct str sentence);

#endif
