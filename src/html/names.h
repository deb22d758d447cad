/*
 * Names of elements and attributes as numbers, for the parser.
 *
 * The numbers of enum tag (html.h) come first, those of elements that only the
 * parser has rules for stand behind them.  Looking a name up costs about 5 ns.
 */
#ifndef STET_HTML_NAMES_H
#define STET_HTML_NAMES_H

#include "html/html.h"

enum builder_tag {
	TAG_LAST_KNOWN = TAG_COUNT - 1,
#define HTML_TAG(upper, name) TAG_##upper,
#include "html/builder_tags.inc"
#undef HTML_TAG
	TAG_NUMBERS
};

#define LONGEST_TAG 14

uint16_t names_tag(struct str name);        /* in lower case; TAG_OTHER if it has no number */
struct str names_of_tag(uint16_t tag);      /* in lower case */
enum attr names_attr(struct str name);      /* in any case */
struct str names_of_attr(enum attr a);

#endif
