/*
 * The indexes of the Encoding Standard: tables from a pointer, which is made of
 * the bytes of a character, to its code point.  Internal to src/text.
 *
 * They are made of ICU's code pages at first use, about 2 ms each, and stay.
 */
#ifndef STET_TEXT_INDEXES_H
#define STET_TEXT_INDEXES_H

#include <stdint.h>

enum charset_index {
	INDEX_BIG5,
	INDEX_EUC_KR,
	INDEX_GB18030,
	INDEX_GB18030_FOUR, /* four bytes, below U+10000 */
	INDEX_JIS0208,
	INDEX_JIS0212,
	INDEX_COUNT,
	INDEX_NONE = INDEX_COUNT
};

#define BIG5_POINTERS (126 * 157)
#define EUC_KR_POINTERS (126 * 190)
#define GB18030_POINTERS (126 * 190)
#define GB18030_FOUR_POINTERS 39420
#define JIS0208_POINTERS (60 * 188)
#define JIS0212_POINTERS (94 * 94)

/* Code points by pointer; 0 where there is none.  NULL for INDEX_NONE. */
const uint32_t *index_get(enum charset_index index);

/* The 256 code points of a single-byte set, U+FFFD where there is none. */
void index_single(const char *charset, const char *converter, uint32_t points[256]);

#endif
