/* Normal forms of text: see norm.h. */
#include "text/norm.h"

#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uscript.h>
#include <unicode/ustring.h>
#include <unicode/utf16.h>

#include "base/buf.h"
#include "base/eight.h"

/* What a reader does not see: to be dropped. ZWNJ and ZWJ stay: scripts need them. */
static bool is_invisible(uint32_t c)
{
	return c == 0xad || c == 0x200b || c == 0x2060 || c == 0xfeff || (c >= 0x200e && c <= 0x200f) ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || c == 0x180e ||
	       (c >= 0xfff9 && c <= 0xfffb) || (c < 0x20 && !char_is_space((char)c)) ||
	       (c >= 0x7f && c < 0xa0 && c != 0x85);
}

static bool is_white(uint32_t c)
{
	if (c < 0x1680)
		return c < 0x80 ? char_is_space((char)c) : c == 0x85 || c == 0xa0;
	return (c <= 0x1680 || (c >= 0x2000 && c <= 0x3000)) && u_isUWhiteSpace((UChar32)c);
}

static bool is_plain(char c)
{
	return c > ' ' && c < 0x7f;
}

#define SQUEEZE_MORE 16 /* bytes that squeeze wants behind what it writes */

/* Whether eight bytes are plain or single spaces. */
static bool is_squeezed(uint64_t eight)
{
	uint64_t spaces = eight ^ EIGHT(0x20), deletes = eight ^ EIGHT(0x7f);

	if ((eight | (eight - EIGHT(0x20)) | (deletes - EIGHT(1))) & EIGHT(0x80))
		return false;
	spaces = ~(spaces + EIGHT(0x7f)) & EIGHT(0x80);
	return !(spaces & spaces << 8);
}

/* Copies to out[*n] what is plain at s.p[i], with single spaces in it; where that ends. */
static size_t copy_plain(struct str s, size_t i, char *out, size_t *n)
{
	/* A space may be first, for what was written ends with none. */
	while (i + 8 <= s.n && is_squeezed(eight_load(s, i))) {
		size_t length = s.p[i + 7] == ' ' ? 7 : 8;
		memcpy(out + *n, s.p + i, 8);
		*n += length;
		i += length;
	}
	while (i < s.n && is_plain(s.p[i]))
		out[(*n)++] = s.p[i++];
	return i;
}

/* How many bytes a character has at s.p[i] that stays as it is, by the two or three bytes of the letters of most
 * scripts: U+00C0 to U+07FF, and U+3001 to U+CFFF.  0: it is to be looked at. */
static size_t letter_bytes(struct str s, size_t i)
{
	const unsigned char *p = (const unsigned char *)s.p + i;

	if (p[0] >= 0xc3 && p[0] <= 0xdf)
		return i + 1 < s.n && (p[1] & 0xc0) == 0x80 ? 2 : 0;
	if (p[0] < 0xe3 || p[0] > 0xec || i + 2 >= s.n || (p[1] & 0xc0) != 0x80 || (p[2] & 0xc0) != 0x80)
		return 0;
	return p[0] == 0xe3 && p[1] == 0x80 && p[2] == 0x80 ? 0 : 3;
}

/* Copies s without what is invisible and with single spaces; out has room for SQUEEZE_MORE bytes more. */
static size_t squeeze(struct str s, char *out)
{
	size_t n = 0;
	bool space = false;

	for (size_t i = 0; i < s.n;) {
		size_t plain = is_plain(s.p[i]), letter = plain ? 0 : letter_bytes(s, i);
		if (plain || letter) {
			if (space && n)
				out[n++] = ' ';
			space = false;
			memcpy(out + n, s.p + i, letter);
			n += letter;
			i = plain ? copy_plain(s, i, out, &n) : i + letter;
			continue;
		}
		uint32_t c = utf8_next(s, &i);
		if (is_white(c)) {
			space = true;
			continue;
		}
		if (is_invisible(c))
			continue;
		if (space && n)
			out[n++] = ' ';
		space = false;
		n += utf8_put(c, out + n);
	}
	return n;
}

/* No code point below U+0300 is ever changed by NFC, and nor are the dashes and
 * quotation marks of U+2010 to U+2027: true of text in most languages of Europe. */
static bool is_surely_nfc(struct str s)
{
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c < 0xcc) /* ASCII, continuation bytes, up to U+02FF */
			continue;
		if (c != 0xe2 || i + 2 >= s.n || s.p[i + 1] != (char)0x80 || (unsigned char)s.p[i + 2] < 0x90 ||
		    (unsigned char)s.p[i + 2] > 0xa7)
			return false;
		i += 2;
	}
	return true;
}

static struct str to_nfc(struct arena *a, struct str s)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfc = unorm2_getNFCInstance(&status);
	int32_t n16 = 0, m16, n8 = 0;

	UChar *wide = arena_alloc(a, (s.n + 1) * sizeof(UChar));
	u_strFromUTF8(wide, (int32_t)s.n, &n16, s.p, (int32_t)s.n, &status);
	if (U_FAILURE(status) || unorm2_isNormalized(nfc, wide, n16, &status))
		return s;
	/* NFC grows text to three times its UTF-16 length at the very most. */
	int32_t room = n16 * 3 + 1;
	UChar *normal = arena_alloc(a, (size_t)room * sizeof(UChar));
	m16 = unorm2_normalize(nfc, wide, n16, normal, room, &status);
	char *out = arena_alloc(a, (size_t)m16 * 3 + 1);
	u_strToUTF8(out, m16 * 3, &n8, normal, m16, &status);
	return U_SUCCESS(status) ? str_of(out, (size_t)n8) : s;
}

struct str text_normal(struct arena *a, struct str s)
{
	/* A bad byte becomes three bytes of U+FFFD, and a space may be added. */
	bool ascii = eight_is_ascii(s);
	size_t room = (ascii ? s.n : s.n * 3) + SQUEEZE_MORE;
	char *out = arena_alloc(a, room);
	struct str squeezed = str_of(out, squeeze(s, out));

	if (ascii || squeezed.n > INT32_MAX / 8 || is_surely_nfc(squeezed))
		return squeezed;
	return to_nfc(a, squeezed);
}

/* Scripts that put no space between words; Hangul does, but glues its particles
 * to them. */
static bool is_spaceless(UScriptCode script)
{
	static const UScriptCode scripts[] = { USCRIPT_HAN,  USCRIPT_HIRAGANA, USCRIPT_KATAKANA, USCRIPT_HANGUL,
		                               USCRIPT_THAI, USCRIPT_LAO,      USCRIPT_KHMER,    USCRIPT_MYANMAR,
		                               USCRIPT_YI,   USCRIPT_BOPOMOFO };

	for (size_t i = 0; i < sizeof scripts / sizeof *scripts; i++)
		if (script == scripts[i])
			return true;
	return false;
}

bool text_stands_alone(uint32_t c)
{
	UErrorCode status = U_ZERO_ERROR;

	if (c < 0x0e00)
		return false;
	UScriptCode script = uscript_getScript((UChar32)c, &status);
	/* The long vowel and the iteration marks of Kana belong to two scripts. */
	return is_spaceless(script) ||
	       (script == USCRIPT_COMMON && c >= 0x3000 && c <= 0x30ff && u_isalnum((UChar32)c));
}

bool text_is_accent(uint32_t c)
{
	if (c < 0x300 || u_charType((UChar32)c) != U_NON_SPACING_MARK)
		return false;
	uint8_t class = u_getCombiningClass((UChar32)c);
	return class >= 200 || (class >= 10 && class <= 36);
}

/* s, folded, without accents, compatibility forms made one (NFKC), as UTF-16. */
static UChar *fold(struct arena *a, struct str s, int32_t *length)
{
	UErrorCode status = U_ZERO_ERROR;
	const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&status), *nfc = unorm2_getNFCInstance(&status);
	int32_t n = 0, m = 0, room = (int32_t)s.n + 1;

	UChar *wide = arena_alloc(a, (size_t)room * sizeof(UChar));
	u_strFromUTF8(wide, room, &n, s.p, (int32_t)s.n, &status);
	int32_t folded_room = n * 3 + 1;
	UChar *folded = arena_alloc(a, (size_t)folded_room * sizeof(UChar));
	n = u_strFoldCase(folded, folded_room, wide, n, U_FOLD_CASE_DEFAULT, &status);
	int32_t out_room = n * 18 + 1; /* NFKD's worst case, U+FDFA */
	UChar *apart = arena_alloc(a, (size_t)out_room * sizeof(UChar));
	n = unorm2_normalize(nfkd, folded, n, apart, out_room, &status);
	for (int32_t i = 0; U_SUCCESS(status) && i < n;) {
		UChar32 c;
		int32_t from = i;
		U16_NEXT(apart, i, n, c);
		if (!text_is_accent((uint32_t)c))
			while (from < i)
				apart[m++] = apart[from++];
	}
	UChar *out = arena_alloc(a, (size_t)(m * 3 + 1) * sizeof(UChar));
	*length = unorm2_normalize(nfc, apart, m, out, m * 3 + 1, &status);
	if (U_FAILURE(status))
		*length = 0;
	return out;
}

/* Where a slice may end that begins at from: after some 4096 bytes, before a
 * space if there is one soon. */
#define MOST_SLICE 8192
static size_t slice_end(struct str s, size_t from)
{
	size_t to = from + MOST_SLICE / 2;

	while (to < s.n && to < from + MOST_SLICE && s.p[to] != ' ')
		to++;
	while (to < s.n && ((unsigned char)s.p[to] & 0xc0) == 0x80)
		to++;
	return to < s.n ? to : s.n;
}

/* Words of ASCII up to a space or the end, from a space or the beginning on: they
 * fold by themselves, whatever stands beside them. */
static size_t ascii_end(struct str s, size_t from)
{
	size_t end = from, most = s.n - from < MOST_SLICE ? s.n : from + MOST_SLICE;

	for (size_t i = from; i < most; i++) {
		if ((unsigned char)s.p[i] >= 0x80)
			return end;
		if (s.p[i] == ' ')
			end = i;
	}
	return most == s.n ? most : end;
}

/* Up to the next words of ASCII that are worth a slice of their own. */
#define LEAST_ASCII 24
static size_t other_end(struct str s, size_t from)
{
	size_t end = slice_end(s, from), space = 0;
	bool open = false; /* a space was seen, and only ASCII since */

	for (size_t i = from + 1; i < end; i++) {
		if ((unsigned char)s.p[i] >= 0x80) {
			open = false;
		} else if (!open && s.p[i] == ' ') {
			open = true;
			space = i;
		} else if (open && i - space >= LEAST_ASCII) {
			return space;
		}
	}
	return end;
}

static void put_lower(char *out, struct str ascii)
{
	for (size_t i = 0; i < ascii.n; i++)
		out[i] = char_lower(ascii.p[i]);
}

static void put_folded(struct buf *b, struct arena *scratch, struct str s)
{
	int32_t n;
	UChar *wide = fold(scratch, s, &n);

	for (int32_t i = 0; i < n;) {
		UChar32 c;
		U16_NEXT(wide, i, n, c);
		bool alone = text_stands_alone((uint32_t)c);
		if (alone)
			buf_byte(b, ' ');
		buf_utf8(b, (uint32_t)c);
		if (alone)
			buf_byte(b, ' ');
	}
}

struct str text_index_form(struct arena *a, struct str s)
{
	s = text_normal(a, s);
	if (eight_is_ascii(s))
		return arena_lower(a, s);
	/* In slices, so that the worst case of a decomposition costs little. */
	struct buf b = BUF_INIT(s.n * 60 + 16);
	struct arena *scratch = arena_new();
	for (size_t from = 0, to; from < s.n; from = to) {
		to = ascii_end(s, from);
		char *room = to > from ? buf_reserve(&b, to - from) : NULL;
		if (room) {
			put_lower(room, str_sub(s, from, to));
			buf_commit(&b, to - from);
		} else {
			to = other_end(s, from);
			put_folded(&b, scratch, str_sub(s, from, to));
			arena_reset(scratch);
		}
	}
	arena_free(scratch);
	char *out = arena_alloc(a, b.n * 3 + SQUEEZE_MORE);
	struct str result = str_of(out, squeeze(buf_view(&b), out));
	buf_free(&b);
	return result;
}

struct str text_printable(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t c = utf8_next(s, &i);
		bool bad = (c < 0x20 && c != '\n' && c != '\t') || (c >= 0x7f && c < 0xa0) ||
		           (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) || (c >= 0x200e && c <= 0x200f);
		n += utf8_put(bad ? 0xfffd : c, out + n);
	}
	return str_of(out, n);
}
