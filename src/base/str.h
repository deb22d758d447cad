/*
 * Strings: a pointer and a length.
 *
 * A struct str borrows: it never owns the bytes it points to, and the function
 * that makes one says whose they are.  Bytes are UTF-8 unless a header says
 * otherwise.  The empty string is {NULL or any, 0}; there is no "null string",
 * absence is the empty string.
 */
#ifndef STET_BASE_STR_H
#define STET_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/err.h"

struct str {
	const char *p;
	size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })

/* printf: ("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)((s).n > INT32_MAX ? INT32_MAX : (s).n), ((s).p ? (s).p : "")

struct str str_from(const char *z); /* borrows z; NULL is empty */

static inline struct str str_of(const char *p, size_t n)
{
	return (struct str){ p, n };
}

/* Bytes from to to, clamped to s. */
static inline struct str str_sub(struct str s, size_t from, size_t to)
{
	if (to > s.n)
		to = s.n;
	if (from > to)
		from = to;
	return (struct str){ s.p ? s.p + from : NULL, to - from };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_nocase(struct str a, struct str b); /* ASCII letters only */
int str_cmp(struct str a, struct str b);        /* by bytes */
bool str_starts(struct str s, struct str prefix);
bool str_starts_nocase(struct str s, struct str prefix);

static inline bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n && (!suffix.n || (s.p[s.n - 1] == suffix.p[suffix.n - 1] &&
	                                         !memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n)));
}

bool str_ends_nocase(struct str s, struct str suffix);

#define STR_NPOS SIZE_MAX
size_t str_find(struct str s, struct str what); /* index or STR_NPOS */
size_t str_find_nocase(struct str s, struct str what);
size_t str_find_byte(struct str s, char c);
bool str_has(struct str s, struct str what);

/* The byte for which "%41" stands at s.p[i], -1 if none does (RFC 3986, 2.1). */
int str_percent(struct str s, size_t i);
/* Writes "%41", in three bytes; what stands behind them. */
char *str_put_percent(char *to, unsigned char byte);

struct str str_trim(struct str s); /* ASCII white space, both ends */

/* Cuts s at the first separator: *head gets what stands before it, *tail what
 * stands after.  Without a separator *head is s, *tail empty, result false. */
bool str_cut(struct str s, char separator, struct str *head, struct str *tail);
/* The same at the last separator; without one *head is empty and *tail s. */
bool str_cut_last(struct str s, char separator, struct str *head, struct str *tail);

/* Takes the next line (without "\n" or "\r\n") off *rest; false at the end. */
bool str_next_line(struct str *rest, struct str *line);

/* Whole string as a number; false if it is anything else or too large. */
bool str_to_i64(struct str s, int64_t *out);

/* ASCII. */
static inline bool char_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static inline bool char_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool char_is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool char_is_alnum(char c)
{
	return char_is_alpha(c) || char_is_digit(c);
}

/* What is seen: neither a space nor a control. */
static inline bool char_is_graph(char c)
{
	return c > ' ' && c < 0x7f;
}

static inline char char_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

/* The value of a hexadecimal digit, -1 if it is none. */
static inline int char_hex(char c)
{
	if (char_is_digit(c))
		return c - '0';
	c = char_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

uint32_t utf8_next_long(struct str s, size_t *i); /* what utf8_next does beyond ASCII */

/* Decodes one code point at s.p[*i] and moves *i behind it.  A byte that is
 * not well-formed UTF-8 yields U+FFFD and moves one byte. */
static inline uint32_t utf8_next(struct str s, size_t *i)
{
	return (unsigned char)s.p[*i] < 0x80 ? (uint32_t)s.p[(*i)++] : utf8_next_long(s, i);
}

/* Writes c as 1 to 4 bytes to out and returns how many. */
size_t utf8_put(uint32_t c, char out[4]);
bool utf8_valid(struct str s);
/* The whole characters at the beginning of s that fit in so many bytes. */
struct str utf8_head(struct str s, size_t most);

#endif
