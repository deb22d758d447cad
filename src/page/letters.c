/*
 * What the letters of a line look like: see letters.h.
 *
 * All kinds of letters are counted in one number, some bits for each, so that
 * a letter of ASCII costs one addition.
 */
#include "page/letters.h"

#include <pthread.h>
#include <unicode/uchar.h>

/* Kinds of letters, all counted in one number. */
#define COUNT_BITS 10 /* there are at most LETTERS_LOOKED_AT of a kind */
#define LETTER ((uint64_t)1)
#define LETTER_DIGIT (LETTER << COUNT_BITS)
#define LETTER_LOWER (LETTER << 2 * COUNT_BITS)
#define LETTER_UPPER (LETTER << 3 * COUNT_BITS)
#define LETTER_PIPE (LETTER << 4 * COUNT_BITS)
#define LETTER_AT (LETTER << 5 * COUNT_BITS)

static uint64_t ascii_letters[128];
static pthread_once_t letters_once = PTHREAD_ONCE_INIT;

static void fill_letters(void)
{
	for (int c = 0; c < 128; c++) {
		bool digit = char_is_digit((char)c), upper = c >= 'A' && c <= 'Z', lower = c >= 'a' && c <= 'z';
		ascii_letters[c] = (c != ' ' ? LETTER : 0) | (digit ? LETTER_DIGIT : 0) | (lower ? LETTER_LOWER : 0) |
		                   (upper ? LETTER_UPPER : 0) | (c == '|' || c == '>' ? LETTER_PIPE : 0) |
		                   (c == '@' ? LETTER_AT : 0);
	}
}

static uint64_t letter_kind(uint32_t c)
{
	static const uint32_t pipes[] = { 0x203a, 0xbb, 0x2192, 0x2022, 0x25b8 };
	uint64_t kind = LETTER;

	for (size_t i = 0; i < sizeof(pipes) / sizeof(pipes[0]); i++)
		kind |= c == pipes[i] ? LETTER_PIPE : 0;
	return kind | (u_isdigit((UChar32)c)   ? LETTER_DIGIT
	               : u_isupper((UChar32)c) ? LETTER_UPPER
	               : u_islower((UChar32)c) ? LETTER_LOWER
	                                       : 0);
}

static inline size_t letters_of(uint64_t kinds, uint64_t kind)
{
	return kinds / kind % (1u << COUNT_BITS);
}

/* The kinds of the first LETTERS_LOOKED_AT letters, and where they end. */
static uint64_t count_letters(struct str text, size_t *end, bool *copyright)
{
	uint64_t kinds = 0;
	size_t i = 0;

	*copyright = false;
	while (i < text.n && letters_of(kinds, LETTER) < LETTERS_LOOKED_AT) {
		size_t left = LETTERS_LOOKED_AT - letters_of(kinds, LETTER), to = text.n - i < left ? text.n : i + left;
		while (i < to && (unsigned char)text.p[i] < 0x80)
			kinds += ascii_letters[(unsigned char)text.p[i++]];
		if (i == to)
			continue;
		uint32_t c = utf8_next(text, &i);
		kinds += letter_kind(c);
		*copyright |= c == 0xa9;
	}
	*end = i;
	return kinds;
}

struct letters letters_of_line(struct str text)
{
	struct letters out = { 0 };
	size_t second = 0;

	pthread_once(&letters_once, fill_letters);
	uint64_t kinds = count_letters(text, &out.end, &out.copyright);
	out.all = letters_of(kinds, LETTER);
	out.digits = letters_of(kinds, LETTER_DIGIT);
	out.upper = letters_of(kinds, LETTER_UPPER);
	out.lower = letters_of(kinds, LETTER_LOWER);
	out.pipe = letters_of(kinds, LETTER_PIPE) != 0;
	out.at = letters_of(kinds, LETTER_AT) != 0;
	if (text.n) {
		uint32_t first = utf8_next(text, &second);
		uint64_t kind = first < 0x80 ? ascii_letters[first] : letter_kind(first);
		out.begins_lower = letters_of(kind, LETTER_LOWER) != 0;
	}
	return out;
}

bool letters_hold_address(const struct letters *l, struct str text)
{
	return l->at || str_has(str_sub(text, 0, l->end + 1), STR("//")) ||
	       str_has(str_sub(text, 0, l->end + 3), STR("www."));
}

/* Whether the sign stands behind a small letter or one above ASCII and before a space, and something follows. */
static bool ends_one_of_many(struct str s, char sign)
{
	for (size_t i = 1; i + 2 < s.n; i++) {
		const char *at = memchr(s.p + i, sign, s.n - 2 - i);
		if (!at)
			return false;
		i = (size_t)(at - s.p);
		if (at[1] == ' ' && (unsigned char)at[-1] >= 'a')
			return true;
	}
	return false;
}

bool letters_end_sentences(struct str s)
{
	return ends_one_of_many(s, '.') || ends_one_of_many(s, '!') || ends_one_of_many(s, '?') ||
	       str_has(s, STR("。"));
}
