/*
 * Character sets: see charset.h.
 *
 * The table of labels is data (labels.inc).  ICU says what a byte of a
 * single-byte set is; the others have their decoders (decoders.c).  What bytes
 * say of themselves is read in prescan.c; what they look like, in guess.c.
 */
#include "text/charset.h"

#include <string.h>
#include <unicode/ustring.h>

#include "text/decoders.h"
#include "text/indexes.h"

static const struct charset {
	const char *name, *converter, *labels;
} charsets[] = {
#define CHARSET(name, converter, labels) { name, converter, labels },
#include "text/labels.inc"
#undef CHARSET
};
#define NCHARSETS (sizeof(charsets) / sizeof(charsets[0]))

static const struct charset *charset_named(const char *name)
{
	for (size_t i = 0; i < NCHARSETS; i++)
		if (!strcmp(charsets[i].name, name))
			return &charsets[i];
	return NULL;
}

static bool is_white(char c)
{
	return char_is_space(c) && c != '\v';
}

const char *charset_by_label(struct str label)
{
	char want[40];

	while (label.n && is_white(label.p[0]))
		label = str_sub(label, 1, label.n);
	while (label.n && is_white(label.p[label.n - 1]))
		label.n--;
	if (!label.n || label.n > sizeof(want) - 2 || str_find_byte(label, ' ') != STR_NPOS)
		return NULL;
	want[0] = want[label.n + 1] = ' ';
	for (size_t i = 0; i < label.n; i++)
		want[i + 1] = char_lower(label.p[i]);
	for (size_t i = 0; i < NCHARSETS; i++)
		if (str_has(str_from(charsets[i].labels), str_of(want, label.n + 2)))
			return charsets[i].name;
	return NULL;
}

const char *charset_by_mark(struct str bytes)
{
	static const struct {
		struct str mark;
		const char *charset;
	} marks[] = { { STR("\xef\xbb\xbf"), "utf-8" },
		      { STR("\xfe\xff"), "utf-16be" },
		      { STR("\xff\xfe"), "utf-16le" } };

	for (size_t i = 0; i < 3; i++)
		if (str_starts(bytes, marks[i].mark))
			return marks[i].charset;
	return NULL;
}

/* UTF-16 to UTF-8 in the arena. */
static struct str narrow(struct arena *a, const UChar *wide, int32_t n16)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t n8 = 0;
	char *out = arena_alloc(a, (size_t)n16 * 3 + 1);

	u_strToUTF8WithSub(out, n16 * 3, &n8, wide, n16, 0xfffd, NULL, &status);
	return U_SUCCESS(status) ? str_of(out, (size_t)n8) : STR_NONE;
}

static struct str decode_utf8(struct arena *a, struct str bytes)
{
	UErrorCode status = U_ZERO_ERROR;
	int32_t n16 = 0;

	if (utf8_valid(bytes))
		return bytes;
	UChar *wide = arena_alloc(a, (bytes.n + 1) * sizeof(UChar));
	u_strFromUTF8WithSub(wide, (int32_t)bytes.n + 1, &n16, bytes.p, (int32_t)bytes.n, 0xfffd, NULL, &status);
	return U_SUCCESS(status) ? narrow(a, wide, n16) : STR_NONE;
}

/* Bytes above ASCII are characters of private use. */
static void fill_user_defined(uint32_t points[256])
{
	for (uint32_t c = 0; c < 256; c++)
		points[c] = c < 0x80 ? c : 0xf780 - 0x80 + c;
}

struct str charset_decode(struct arena *a, struct str bytes, const char *name)
{
	const struct charset *c = charset_named(name);
	const char *mark = charset_by_mark(bytes);
	uint32_t points[256];
	struct str out;

	if (mark && c && !strcmp(mark, c->name))
		bytes = str_sub(bytes, !strcmp(mark, "utf-8") ? 3 : 2, bytes.n);
	if (!bytes.n)
		return STR_NONE;
	if (!c || !strcmp(c->name, "utf-8"))
		return decode_utf8(a, bytes);
	if (decoder_run(a, bytes, c->name, &out))
		return out;
	if (c->converter)
		index_single(c->name, c->converter, points);
	else
		fill_user_defined(points);
	return decoder_run_single(a, bytes, points);
}
