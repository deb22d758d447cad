/*
 * Signs: see signs.h.  What is not named here is asked of ICU: any other
 * character that Unicode calls a sentence terminal is one.
 */
#include "text/signs.h"

const unsigned char sign_candidate[256] = {
	['\n'] = 1, ['.'] = 1,  ['!'] = 1,  ['?'] = 1,  [';'] = 1,  [':'] = 1,  [0xc2] = 1,
	[0xcd] = 1, [0xd6] = 1, [0xd8] = 1, [0xdb] = 1, [0xdc] = 1, [0xdf] = 1, [0xe0] = 1,
	[0xe1] = 1, [0xe2] = 1, [0xe3] = 1, [0xea] = 1, [0xef] = 1, [0xf0] = 1,
};

size_t before_char(struct str t, size_t i)
{
	size_t from = i - 1;

	if ((unsigned char)t.p[from] < 0x80)
		return from;
	while (from > 0 && i - from < 4 && ((unsigned char)t.p[from] & 0xc0) == 0x80)
		from--;
	return after_char(t, from) == i ? from : i - 1;
}

/* Can the character at i, by its second byte, be a sign?  Most that begin as
 * one do are kana, letters with marks, quotation marks. */
static bool may_be_sign(struct str t, size_t i)
{
	unsigned char second = i + 1 < t.n ? (unsigned char)t.p[i + 1] : 0;

	switch ((unsigned char)t.p[i]) {
	case 0xc2:
		return second == 0x85;
	case 0xd8:
		return second >= 0x9d && second <= 0x9f;
	case 0xe0:
		return second == 0xa5;
	case 0xe2:
		return second == 0x80 || second == 0x81;
	case 0xe3:
		return second == 0x80 && i + 2 < t.n && (unsigned char)t.p[i + 2] == 0x82;
	case 0xea:
		return second < 0xb0;
	case 0xf0:
		return second < 0x9f;
	}
	return true;
}

/* The sign at i, which is a candidate; *n is its length, or how far to go on. */
static enum sign sign_of_wide(struct str t, size_t i, size_t *n)
{
	size_t end = i;
	uint32_t c = utf8_next(t, &end);

	*n = end - i;
	switch (c) {
	case 0x85:
	case 0x2028:
	case 0x2029:
		return LINE_END;
	case 0x2026:
		return ELLIPSIS;
	case 0x203c:
	case 0x203d:
	case 0x2047:
	case 0x2048:
	case 0x2049:
		return MARK;
	case 0x037e: /* the Greek question mark, before it is normalized to ";" */
	case 0x0589:
	case 0x0964:
	case 0x0965:
	case 0x3002:
	case 0xff01:
	case 0xff0e:
	case 0xff1f:
	case 0xff61:
		return WIDE;
	}
	if (c < 0x600 || (c >= 0x900 && c < 0x1000) || (c >= 0x2000 && c < 0xa000) || (c >= 0xac00 && c < 0xfe00) ||
	    (c >= 0x1f000))
		return NO_SIGN;
	return u_getIntPropertyValue((UChar32)c, UCHAR_SENTENCE_BREAK) == U_SB_STERM ? WIDE : NO_SIGN;
}

/* ";" asks in Greek, ":" ends a sentence in Armenian. */
static bool is_sign_by_script(struct str t, size_t i)
{
	if (i == 0)
		return false;
	uint32_t before = char_at(t, before_char(t, i));
	if (t.p[i] == ';')
		return (before >= 0x370 && before < 0x400) || (before >= 0x1f00 && before < 0x2000);
	return before >= 0x531 && before < 0x58f && i + 1 < t.n && t.p[i + 1] == ' ';
}

enum sign sign_at(struct str t, size_t i, size_t *n)
{
	*n = 1;
	switch (i < t.n ? t.p[i] : 0) {
	case '\n':
		return LINE_END;
	case '.':
		return FULL_STOP;
	case '!':
	case '?':
		return MARK;
	case ';':
	case ':':
		return is_sign_by_script(t, i) ? MARK : NO_SIGN;
	}
	if (i >= t.n || (unsigned char)t.p[i] < 0x80 || !may_be_sign(t, i))
		return NO_SIGN;
	return sign_of_wide(t, i, n);
}

size_t skip_spaces(struct str t, size_t i)
{
	while (i < t.n && t.p[i] == ' ')
		i++;
	if (i < t.n && char_is_graph(t.p[i]))
		return i;
	for (uint32_t c; i < t.n && is_space(c = char_at(t, i)) && !is_line_end(c);)
		i = after_char(t, i);
	return i;
}

enum side side_of(uint32_t c)
{
	if (c < 0x80 ? char_is_alnum((char)c) : (c > 0xbf && c < 0x2018) || (c >= 0x3040 && c < 0xff00))
		return NO_SIDE;
	switch (c) {
	case '"':
	case '\'':
		return BOTH;
	case '(':
	case '[':
	case '{':
	case 0xa1:
	case 0xbf:
	case 0x201a:
	case 0x201e:
	case 0x3008:
	case 0x300a:
	case 0x300c:
	case 0x300e:
	case 0x3010:
	case 0x3014:
	case 0x3016:
	case 0xff08:
	case 0xff3b:
	case 0xff62:
		return OPENS;
	case ')':
	case ']':
	case '}':
	case 0x3009:
	case 0x300b:
	case 0x300d:
	case 0x300f:
	case 0x3011:
	case 0x3015:
	case 0x3017:
	case 0xff09:
	case 0xff3d:
	case 0xff63:
		return CLOSES;
	case 0xab:
	case 0x2018:
	case 0x201c:
	case 0x2039:
		return OPENS_MOSTLY;
	case 0xbb:
	case 0x2019:
	case 0x201d:
	case 0x203a:
		return CLOSES_MOSTLY;
	}
	return NO_SIDE;
}

bool is_quote(uint32_t c)
{
	return c == '"' || c == '\'' || c == 0xab || c == 0xbb || (c >= 0x2018 && c <= 0x201e) || c == 0x2039 ||
	       c == 0x203a || (c >= 0x300c && c <= 0x300f) || c == 0xff63;
}

bool is_pause(uint32_t c)
{
	return c == ',' || c == ';' || c == ':' || c == '/' || c == 0x60c || c == 0x61b || c == 0x3001 || c == 0xff0c ||
	       c == 0xff1a || c == 0xff1b || c == 0x387;
}

bool is_bullet(uint32_t c)
{
	return c == '*' || c == 0xb7 || c == 0x2022 || c == 0x2023 || c == 0x2043 || (c >= 0x25a0 && c <= 0x25ff) ||
	       c == 0x30fb;
}

bool is_stopless(uint32_t c)
{
	return (c >= 0xe00 && c < 0xf00) || (c >= 0x1780 && c < 0x1800);
}
