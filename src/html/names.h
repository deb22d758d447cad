/*
 * Names of elements and attributes as numbers, for the parser.
 *
 * The numbers of enum tag (html.h) come first, those of elements that only the
 * parser has rules for stand behind them.  Looking a name up costs about 2 ns.
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

/* A name as it is looked up: its bytes in lower case, zeros behind them.  No
 * name with a number is longer. */
#define NAME_KEY_BYTES 16
struct name_key {
	char bytes[NAME_KEY_BYTES];
};

/* Before any other of these; may be called again. */
void names_begin(void);

uint16_t names_tag_of_key(const struct name_key *key); /* TAG_OTHER if it has no number */
enum attr names_attr_of_key(const struct name_key *key);
uint16_t names_tag(struct str name);   /* in lower case */
struct str names_of_tag(uint16_t tag); /* in lower case */
struct str names_of_attr(enum attr a);

#endif
