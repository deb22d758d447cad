/* Strings as pointer and length: see str.h. */
#include "base/str.h"

#include <string.h>

#define SHORT_TEXT 512

struct str str_from(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

static bool eq_nocase_n(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (char_lower(a[i]) != char_lower(b[i]))
			return false;
	return true;
}

bool str_eq_nocase(struct str a, struct str b)
{
	return a.n == b.n && eq_nocase_n(a.p, b.p, a.n);
}

int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_starts_nocase(struct str s, struct str prefix)
{
	return s.n >= prefix.n && str_eq_nocase(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends_nocase(struct str s, struct str suffix)
{
	return s.n >= suffix.n && str_eq_nocase(str_sub(s, s.n - suffix.n, s.n), suffix);
}

/* What memmem prepares takes longer than to search a short text. */
static size_t find_in_short(struct str s, struct str what)
{
	size_t last = s.n - what.n;

	for (size_t i = 0; i <= last; i++) {
		const char *at = memchr(s.p + i, what.p[0], last - i + 1);
		if (!at)
			return STR_NPOS;
		i = (size_t)(at - s.p);
		if (!memcmp(at, what.p, what.n))
			return i;
	}
	return STR_NPOS;
}

size_t str_find(struct str s, struct str what)
{
	if (what.n == 0)
		return 0;
	if (s.n <= SHORT_TEXT && s.n >= what.n)
		return find_in_short(s, what);
	const char *at = s.n >= what.n ? memmem(s.p, s.n, what.p, what.n) : NULL;
	return at ? (size_t)(at - s.p) : STR_NPOS;
}

size_t str_find_nocase(struct str s, struct str what)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned char first = what.n ? (unsigned char)what.p[0] | 0x20 : 0;

	if (!what.n)
		return 0;
	for (size_t i = 0; i + what.n <= s.n; i++)
		if ((p[i] | 0x20) == first && eq_nocase_n(s.p + i, what.p, what.n))
			return i;
	return STR_NPOS;
}

size_t str_find_byte(struct str s, char c)
{
	const char *at = s.n ? memchr(s.p, c, s.n) : NULL;
	return at ? (size_t)(at - s.p) : STR_NPOS;
}

bool str_has(struct str s, struct str what)
{
	return str_find(s, what) != STR_NPOS;
}

int str_percent(struct str s, size_t i)
{
	if (i + 2 >= s.n || s.p[i] != '%')
		return -1;
	int high = char_hex(s.p[i + 1]), low = char_hex(s.p[i + 2]);
	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

char *str_put_percent(char *to, unsigned char byte)
{
	static const char digits[] = "0123456789ABCDEF";

	to[0] = '%';
	to[1] = digits[byte >> 4];
	to[2] = digits[byte & 15];
	return to + 3;
}

struct str str_trim(struct str s)
{
	while (s.n && char_is_space(s.p[0]))
		s = str_sub(s, 1, s.n);
	while (s.n && char_is_space(s.p[s.n - 1]))
		s.n--;
	return s;
}

bool str_cut(struct str s, char separator, struct str *head, struct str *tail)
{
	size_t at = str_find_byte(s, separator);
	if (at == STR_NPOS) {
		*head = s;
		*tail = STR_NONE;
		return false;
	}
	*head = str_sub(s, 0, at);
	*tail = str_sub(s, at + 1, s.n);
	return true;
}

bool str_cut_last(struct str s, char separator, struct str *head, struct str *tail)
{
	const char *at = s.n ? memrchr(s.p, separator, s.n) : NULL;
	size_t n = at ? (size_t)(at - s.p) : 0;

	*head = str_sub(s, 0, n);
	*tail = str_sub(s, at ? n + 1 : 0, s.n);
	return at != NULL;
}

bool str_next_line(struct str *rest, struct str *line)
{
	if (rest->n == 0)
		return false;
	str_cut(*rest, '\n', line, rest);
	if (line->n && line->p[line->n - 1] == '\r')
		line->n--;
	return true;
}

bool str_to_i64(struct str s, int64_t *out)
{
	bool minus = s.n && s.p[0] == '-';
	size_t i = minus || (s.n && s.p[0] == '+') ? 1 : 0;
	int64_t v = 0;

	if (i == s.n)
		return false;
	for (; i < s.n; i++) {
		if (!char_is_digit(s.p[i]))
			return false;
		if (__builtin_mul_overflow(v, (int64_t)10, &v) ||
		    __builtin_sub_overflow(v, (int64_t)(s.p[i] - '0'), &v))
			return false; /* counted downwards, so that INT64_MIN fits */
	}
	if (!minus && __builtin_sub_overflow((int64_t)0, v, &v))
		return false;
	*out = v;
	return true;
}

uint32_t utf8_next_long(struct str s, size_t *i)
{
	const unsigned char *p = (const unsigned char *)s.p + *i;
	size_t left = s.n - *i;
	uint32_t c = p[0], min;
	size_t n;

	(*i)++;
	if (c < 0x80)
		return c;
	if (c >= 0xc2 && c <= 0xdf)
		n = 1, min = 0x80, c &= 0x1f;
	else if (c >= 0xe0 && c <= 0xef)
		n = 2, min = 0x800, c &= 0x0f;
	else if (c >= 0xf0 && c <= 0xf4)
		n = 3, min = 0x10000, c &= 0x07;
	else
		return 0xfffd;
	if (left <= n)
		return 0xfffd;
	for (size_t k = 1; k <= n; k++) {
		if ((p[k] & 0xc0) != 0x80)
			return 0xfffd;
		c = c << 6 | (p[k] & 0x3f);
	}
	if (c < min || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return 0xfffd;
	*i += n;
	return c;
}

size_t utf8_put(uint32_t c, char out[4])
{
	if (c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0 | c >> 6);
		out[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0 | c >> 12);
		out[1] = (char)(0x80 | (c >> 6 & 0x3f));
		out[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (char)(0xf0 | c >> 18);
	out[1] = (char)(0x80 | (c >> 12 & 0x3f));
	out[2] = (char)(0x80 | (c >> 6 & 0x3f));
	out[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

bool utf8_valid(struct str s)
{
	for (size_t i = 0; i < s.n;) {
		uint64_t many[4];
		while (s.n - i >= sizeof(many)) {
			memcpy(many, s.p + i, sizeof(many));
			if ((many[0] | many[1] | many[2] | many[3]) & 0x8080808080808080u)
				break;
			i += sizeof(many);
		}
		if (i == s.n)
			break;
		size_t at = i;
		uint64_t eight;
		if (s.n - i >= sizeof(eight)) { /* most text is ASCII */
			memcpy(&eight, s.p + i, sizeof(eight));
			if (!(eight & 0x8080808080808080u)) {
				i += sizeof(eight);
				continue;
			}
		}
		const unsigned char *p = (const unsigned char *)s.p + i; /* and most letters have two or three bytes */
		if (s.n - i >= 3 && p[0] >= 0xc2 && p[0] <= 0xdf && (p[1] & 0xc0) == 0x80) {
			i += 2;
			continue;
		}
		if (s.n - i >= 3 && p[0] >= 0xe1 && p[0] <= 0xec && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80) {
			i += 3;
			continue;
		}
		if (utf8_next(s, &i) == 0xfffd && !(i - at == 3 && memcmp(s.p + at, "\xef\xbf\xbd", 3) == 0))
			return false;
	}
	return true;
}

struct str utf8_head(struct str s, size_t most)
{
	if (s.n <= most)
		return s;
	while (most && ((unsigned char)s.p[most] & 0xc0) == 0x80)
		most--;
	return str_sub(s, 0, most);
}
