/* Texts by some of their characters: see letters.h. */
#include "text/letters.h"

#include "text/quotemarks.h"
#include "text/signs.h"

/* The next character at or behind *i that counts; 0 at the end. */
typedef uint32_t next_char(struct str s, size_t *i);

static uint32_t next_letter(struct str s, size_t *i)
{
	while (*i < s.n) {
		uint32_t c = utf8_next(s, i);
		if (is_inner(c))
			return c < 0x80 ? (uint32_t)char_lower((char)c) : (uint32_t)u_tolower((UChar32)c);
	}
	return 0;
}

static bool goes_with_marks(uint32_t c)
{
	return c == ' ' || c == ',' || c == '.';
}

static uint32_t next_unmarked(struct str s, size_t *i)
{
	while (*i < s.n) {
		uint32_t c = utf8_next(s, i);
		if (!quotemark_is(c) && !goes_with_marks(c))
			return c;
	}
	return 0;
}

static bool same_by(next_char *next, struct str x, struct str y)
{
	size_t i = 0, k = 0;
	uint32_t c;

	do {
		c = next(x, &i);
		if (c != next(y, &k))
			return false;
	} while (c);
	return true;
}

bool text_same_letters(struct str x, struct str y)
{
	return same_by(next_letter, x, y);
}

bool text_same_but_marks(struct str x, struct str y)
{
	return same_by(next_unmarked, x, y);
}

bool text_only_marks(struct str s, bool *any)
{
	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		*any |= quotemark_is(c);
		if (!quotemark_is(c) && !goes_with_marks(c))
			return false;
	}
	return true;
}
