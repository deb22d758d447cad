/*
 * Character sets: see charset.h.
 *
 * The table of labels is data (labels.inc).  Single-byte sets are decoded by a
 * table of 256 code points that ICU fills, the others by ICU's converters.
 * The prescan follows the HTML Standard, 13.2.3.2, step by step; it looks at
 * 1024 bytes only.
 */
#include "text/charset.h"

#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucsdet.h>
#include <unicode/ustring.h>

#define PRESCAN_BYTES 1024
#define GUESS_BYTES (48 * KIB)
#define MIN_CONFIDENCE 20 /* of ICU's detector, in percent */

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

const char *charset_by_label(struct str label)
{
	char want[40];

	label = str_trim(label);
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

/* The value behind "charset" and "=", as the HTML Standard reads it from the
 * content of a <meta>; good for the header too. */
static const char *charset_parameter(struct str s)
{
	for (;;) {
		size_t at = str_find_nocase(s, STR("charset"));
		if (at == STR_NPOS)
			return NULL;
		s = str_trim(str_sub(s, at + 7, s.n));
		if (s.n && s.p[0] == '=')
			break;
	}
	s = str_trim(str_sub(s, 1, s.n));
	if (s.n && (s.p[0] == '"' || s.p[0] == '\'')) {
		size_t end = str_find_byte(str_sub(s, 1, s.n), s.p[0]);
		return end == STR_NPOS ? NULL : charset_by_label(str_sub(s, 1, end + 1));
	}
	size_t n = 0;
	while (n < s.n && !char_is_space(s.p[n]) && s.p[n] != ';')
		n++;
	return charset_by_label(str_sub(s, 0, n));
}

const char *charset_by_header(struct str content_type)
{
	return charset_parameter(content_type);
}

/* The HTML Standard's "get an attribute".  False at the end of the tag. */
static bool prescan_attribute(struct str s, size_t *i, struct str *name, struct str *value)
{
	while (*i < s.n && (char_is_space(s.p[*i]) || s.p[*i] == '/'))
		++*i;
	if (*i >= s.n || s.p[*i] == '>')
		return false;
	size_t from = *i;
	while (*i < s.n && !char_is_space(s.p[*i]) && s.p[*i] != '/' && s.p[*i] != '>' &&
	       (s.p[*i] != '=' || *i == from))
		++*i;
	*name = str_sub(s, from, *i);
	*value = STR_NONE;
	while (*i < s.n && char_is_space(s.p[*i]))
		++*i;
	if (*i >= s.n || s.p[*i] != '=')
		return true;
	++*i;
	while (*i < s.n && char_is_space(s.p[*i]))
		++*i;
	if (*i < s.n && (s.p[*i] == '"' || s.p[*i] == '\'')) {
		char quote = s.p[(*i)++];
		from = *i;
		while (*i < s.n && s.p[*i] != quote)
			++*i;
		*value = str_sub(s, from, *i);
		if (*i >= s.n)
			return false;
		++*i;
		return true;
	}
	from = *i;
	while (*i < s.n && !char_is_space(s.p[*i]) && s.p[*i] != '>')
		++*i;
	*value = str_sub(s, from, *i);
	return *i < s.n;
}

/* Reads the attributes of a <meta>; what it says of the charset, or NULL. */
static const char *prescan_meta(struct str s, size_t *i)
{
	bool pragma = false, content_said = false, charset_said = false;
	const char *from_charset = NULL, *from_content = NULL;
	struct str name, value;

	while (prescan_attribute(s, i, &name, &value)) {
		if (str_eq_nocase(name, STR("http-equiv"))) {
			pragma |= str_eq_nocase(value, STR("content-type"));
		} else if (str_eq_nocase(name, STR("content")) && !content_said) {
			from_content = charset_parameter(value);
			content_said = from_content != NULL;
		} else if (str_eq_nocase(name, STR("charset")) && !charset_said) {
			from_charset = charset_by_label(value);
			charset_said = true;
		}
	}
	if (*i >= s.n)
		return NULL;
	const char *said = charset_said ? from_charset : pragma ? from_content : NULL;
	if (said && (!strcmp(said, "utf-16be") || !strcmp(said, "utf-16le")))
		return "utf-8";
	if (said && !strcmp(said, "x-user-defined"))
		return "windows-1252";
	return said;
}

static size_t skip_past(struct str s, size_t from, struct str what)
{
	size_t at = str_find(str_sub(s, from, s.n), what);
	return at == STR_NPOS ? s.n : from + at + what.n;
}

const char *charset_by_prescan(struct str bytes)
{
	struct str s = str_sub(bytes, 0, PRESCAN_BYTES), name, value;

	if (str_starts(s, str_of("<\0?\0x", 6)))
		return "utf-16le";
	if (str_starts(s, str_of("\0<\0?\0x", 6)))
		return "utf-16be";
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '<')
			continue;
		struct str rest = str_sub(s, i, s.n);
		if (str_starts(rest, STR("<!--"))) {
			i = skip_past(s, i + 2, STR("-->")) - 1;
		} else if (str_starts_nocase(rest, STR("<meta")) && rest.n > 5 &&
		           (char_is_space(rest.p[5]) || rest.p[5] == '/')) {
			i += 5;
			const char *said = prescan_meta(s, &i);
			if (said)
				return said;
		} else if (rest.n > 2 && (char_is_alpha(rest.p[1]) || (rest.p[1] == '/' && char_is_alpha(rest.p[2])))) {
			while (i < s.n && !char_is_space(s.p[i]) && s.p[i] != '>')
				i++;
			while (prescan_attribute(s, &i, &name, &value))
				;
		} else if (rest.n > 1 && (rest.p[1] == '!' || rest.p[1] == '/' || rest.p[1] == '?')) {
			i = skip_past(s, i, STR(">")) - 1;
		}
	}
	return NULL;
}

/* The detector's word for Latin scripts is not better than windows-1252. */
static bool is_other_script(const char *charset)
{
	static const char *const latin[] = { "windows-1252", "iso-8859-2", "windows-1250",
		                             "windows-1254", "utf-16le",   "utf-16be" };

	for (size_t i = 0; i < sizeof(latin) / sizeof(latin[0]); i++)
		if (!strcmp(charset, latin[i]))
			return false;
	return true;
}

const char *charset_guess(struct str bytes)
{
	UErrorCode status = U_ZERO_ERROR;
	const char *found = NULL;

	if (utf8_valid(bytes))
		return "utf-8";
	UCharsetDetector *detector = ucsdet_open(&status);
	struct str sample = str_sub(bytes, 0, GUESS_BYTES);
	ucsdet_setText(detector, sample.p, (int32_t)sample.n, &status);
	ucsdet_enableInputFilter(detector, true);
	const UCharsetMatch *match = ucsdet_detect(detector, &status);
	if (U_SUCCESS(status) && match && ucsdet_getConfidence(match, &status) >= MIN_CONFIDENCE) {
		const char *name = ucsdet_getName(match, &status);
		found = name ? charset_by_label(str_from(name)) : NULL;
	}
	ucsdet_close(detector);
	return found && is_other_script(found) ? found : "windows-1252";
}

const char *charset_of_html(struct str bytes, struct str content_type)
{
	const char *said = charset_by_mark(bytes);

	if (!said)
		said = charset_by_header(content_type);
	if (!said)
		said = charset_by_prescan(bytes);
	return said ? said : charset_guess(bytes);
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

static struct str decode_single_bytes(struct arena *a, struct str bytes, UConverter *converter)
{
	char forms[256][4];
	unsigned char lengths[256];
	char *out = arena_alloc(a, bytes.n * 3 + 1);
	size_t n = 0;

	for (int c = 0; c < 256; c++) {
		UErrorCode status = U_ZERO_ERROR;
		UChar wide[4];
		char byte = (char)c;
		ucnv_reset(converter);
		int32_t got = ucnv_toUChars(converter, wide, 4, &byte, 1, &status);
		bool good = U_SUCCESS(status) && got == 1;
		/* The standard maps bytes that the code page leaves free to the C1 controls. */
		uint32_t point = good && wide[0] != 0xfffd ? wide[0] : c < 0xa0 ? (uint32_t)c : 0xfffd;
		lengths[c] = (unsigned char)utf8_put(point, forms[c]);
	}
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		memcpy(out + n, forms[c], lengths[c]);
		n += lengths[c];
	}
	return str_of(out, n);
}

static struct str decode_with(struct arena *a, struct str bytes, const char *name)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *converter = ucnv_open(name, &status);
	struct str out = STR_NONE;

	if (U_FAILURE(status) || bytes.n > INT32_MAX / 4)
		return STR_NONE;
	if (ucnv_getMaxCharSize(converter) == 1) {
		out = decode_single_bytes(a, bytes, converter);
	} else {
		int32_t room = (int32_t)bytes.n * 2 + 8;
		UChar *wide = arena_alloc(a, (size_t)room * sizeof(UChar));
		int32_t n16 = ucnv_toUChars(converter, wide, room, bytes.p, (int32_t)bytes.n, &status);
		if (U_SUCCESS(status))
			out = narrow(a, wide, n16);
	}
	ucnv_close(converter);
	return out;
}

struct str charset_decode(struct arena *a, struct str bytes, const char *charset)
{
	const struct charset *c = charset_named(charset);
	const char *mark = charset_by_mark(bytes);

	if (mark && c && !strcmp(mark, c->name))
		bytes = str_sub(bytes, c->converter && !strcmp(c->name, "utf-8") ? 3 : 2, bytes.n);
	if (!bytes.n)
		return STR_NONE;
	if (!c || !strcmp(c->name, "utf-8"))
		return decode_utf8(a, bytes);
	if (!strcmp(c->name, "replacement"))
		return STR("\xef\xbf\xbd");
	return decode_with(a, bytes, c->converter ? c->converter : "windows-1252");
}
