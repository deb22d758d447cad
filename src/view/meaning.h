/*
 * What came of a check, in words: for its pages and for the command line.
 */
#ifndef STET_VIEW_MEANING_H
#define STET_VIEW_MEANING_H

#include "base/str.h"

/* For those who meet the name of an outcome for the first time; empty if it says
 * that the document was seen, or is not known. */
struct str meaning_of_outcome(struct str name);

#endif
