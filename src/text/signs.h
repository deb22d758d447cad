/*
 * Characters as they matter to sentences: what ends one, what opens and
 * closes, what goes on.
 */
#ifndef STET_TEXT_SIGNS_H
#define STET_TEXT_SIGNS_H

#include <unicode/uchar.h>

#include "base/str.h"

enum sign {
	NO_SIGN,
	LINE_END,
	FULL_STOP,
	MARK,     /* "!" "?" */
	ELLIPSIS, /* U+2026 */
	WIDE,     /* an end wherever it stands: scripts without case */
};

/* How a mark stands to what it encloses. */
enum side {
	NO_SIDE,
	OPENS,
	CLOSES,
	CLOSES_MOSTLY, /* closes unless a letter follows */
	OPENS_MOSTLY,  /* Swedish and German use it at both ends */
	BOTH,          /* straight quotation marks */
};

/* Not 0 for the first bytes of what may be a sign. */
extern const unsigned char sign_candidate[256];

/* The sign at i; *n is its length, or how far to go on if there is none. */
enum sign sign_at(struct str t, size_t i, size_t *n);

enum side side_of(uint32_t c);
bool is_quote(uint32_t c);
bool is_pause(uint32_t c); /* comma, colon and the like: the sentence goes on */
bool is_bullet(uint32_t c);

/* A letter of a script that writes a stop behind abbreviations only. */
bool is_stopless(uint32_t c);

/* Where the character that ends at i > 0 begins; bytes that are no UTF-8 are
 * one each, as in utf8_next. */
size_t before_char(struct str t, size_t i);

size_t skip_spaces(struct str t, size_t i); /* up to the line's end */

/* The character at i; 0 at the end. */
static inline uint32_t char_at(struct str t, size_t i)
{
	return i < t.n ? utf8_next(t, &i) : 0;
}

static inline size_t after_char(struct str t, size_t i)
{
	if (i < t.n)
		utf8_next(t, &i);
	return i;
}

static inline bool is_space(uint32_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x80 && u_isUWhiteSpace((UChar32)c));
}

static inline bool is_line_end(uint32_t c)
{
	return c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static inline bool is_apostrophe(uint32_t c)
{
	return c == '\'' || c == 0x2019;
}

static inline bool is_upper(uint32_t c)
{
	return c < 0x80 ? c >= 'A' && c <= 'Z' : u_isupper((UChar32)c) || u_istitle((UChar32)c);
}

static inline bool is_lower(uint32_t c)
{
	return c < 0x80 ? c >= 'a' && c <= 'z' : u_islower((UChar32)c);
}

static inline bool is_letter(uint32_t c)
{
	return c < 0x80 ? char_is_alpha((char)c) : u_isalpha((UChar32)c);
}

static inline bool is_digit(uint32_t c)
{
	return c < 0x80 ? char_is_digit((char)c) : u_isdigit((UChar32)c);
}

/* Part of a word once it has begun: letters, their marks, digits. */
static inline bool is_inner(uint32_t c)
{
	return c < 0x80 ? char_is_alnum((char)c) : u_isalnum((UChar32)c) || (U_GET_GC_MASK((UChar32)c) & U_GC_M_MASK);
}

static inline bool is_dash(uint32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2015) || c == 0x2212;
}

static inline bool is_hangul(uint32_t c)
{
	return c >= 0xac00 && c <= 0xd7a3;
}

#endif
