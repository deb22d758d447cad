/*
 * The character set of a feed by the book: RFC 3023 for what HTTP says, the XML
 * standard for what the document says.
 *
 * The header's charset comes first; text/xml without one is US-ASCII whatever
 * the document says; application/xml is what the document says, or UTF-8.  A set
 * in which the bytes make no sense is passed over, for the declaration, the byte
 * order mark, what the bytes look like, UTF-8, and two sets in which nearly
 * everything makes some sense.  All of the text is in one set.
 *
 * ICU decodes, and stops at the first error.
 */
#include <stdlib.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include "base/alloc.h"
#include "feed/parts.h"
#include "text/charset.h"

#define MAX_LABEL 40
#define HEAD_BYTES 512

struct label {
	char z[MAX_LABEL + 1];
};

static struct label label_of(struct str s)
{
	struct label l = { "" };
	size_t n = 0;

	s = str_trim(s);
	for (size_t i = 0; i < s.n && n < MAX_LABEL; i++) {
		char c = char_lower(s.p[i]);
		if (c == '\'' || c == '"')
			continue;
		if (!char_is_alnum(c) && c != '-' && c != '_' && c != '.' && c != ':')
			return (struct label){ "" };
		l.z[n++] = c;
	}
	return l;
}

/* windows-125x have no control characters beyond ASCII's; ICU keeps the bytes
 * for which they have nothing. */
static bool has_strangers(const char *charset, const UChar *wide, int32_t n)
{
	if (strncmp(charset, "windows-", 8) != 0 && strncmp(charset, "cp125", 5) != 0)
		return false;
	for (int32_t i = 0; i < n; i++)
		if (wide[i] >= 0x80 && wide[i] < 0xa0)
			return true;
	return false;
}

static bool decode(struct arena *a, struct str s, const char *charset, struct str *out)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *c = ucnv_open(charset, &status);
	int32_t n16 = 0, n8 = 0;

	if (U_FAILURE(status))
		return false;
	UChar *wide = mem_alloc((s.n + 1) * sizeof *wide);
	ucnv_setToUCallBack(c, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	n16 = ucnv_toUChars(c, wide, (int32_t)s.n + 1, s.p, (int32_t)s.n, &status);
	ucnv_close(c);
	bool good = U_SUCCESS(status) && !has_strangers(charset, wide, n16);
	if (good) {
		char *narrow = arena_alloc(a, (size_t)n16 * 3 + 1);
		u_strToUTF8(narrow, n16 * 3 + 1, &n8, wide, n16, &status);
		*out = str_of(narrow, (size_t)n8);
		good = U_SUCCESS(status);
	}
	free(wide);
	return good;
}

/* A byte order mark, which is taken off, or where "<?xml" has its zeros. */
static const char *by_mark(struct str *s)
{
	static const struct {
		struct str mark;
		const char *charset;
		bool is_mark;
	} marks[] = {
		{ STR("\0\0\xfe\xff"), "utf-32be", true }, { STR("\xff\xfe\0\0"), "utf-32le", true },
		{ STR("\xfe\xff"), "utf-16be", true },     { STR("\xff\xfe"), "utf-16le", true },
		{ STR("\xef\xbb\xbf"), "utf-8", true },    { STR("\0\0\0<"), "utf-32be", false },
		{ STR("<\0\0\0"), "utf-32le", false },     { STR("\0<\0"), "utf-16be", false },
		{ STR("<\0"), "utf-16le", false },         { STR("\x4c\x6f\xa7\x94"), "ibm-37", false },
	};

	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		if (!str_starts(*s, marks[i].mark))
			continue;
		if (marks[i].is_mark)
			*s = str_sub(*s, marks[i].mark.n, s->n);
		return marks[i].charset;
	}
	return "";
}

/* A declaration that is in UTF-16 and says so need not say which. */
static bool is_wide(struct label l)
{
	static const char *const labels[] = { "u16",       "utf-16", "utf16",  "utf_16",          "u32",
		                              "utf-32",    "utf32",  "utf_32", "iso-10646-ucs-2", "ucs-2",
		                              "csunicode", "ucs-4",  "csucs4", "iso-10646-ucs-4" };

	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
		if (!strcmp(l.z, labels[i]))
			return true;
	return false;
}

static struct label by_declaration(struct arena *a, struct str s, const char *mark)
{
	struct str head = str_sub(s, 0, HEAD_BYTES);
	size_t unit = str_has(str_from(mark), STR("32")) ? 4 : str_has(str_from(mark), STR("16")) ? 2 : 1;

	if (*mark && !decode(a, str_sub(head, 0, head.n / unit * unit), mark, &head))
		head = str_sub(s, 0, HEAD_BYTES);
	return label_of(bytes_declared(head));
}

static bool is_application(struct str type)
{
	return str_eq_nocase(type, STR("application/xml")) || str_eq_nocase(type, STR("application/xml-dtd")) ||
	       str_eq_nocase(type, STR("application/xml-external-parsed-entity")) ||
	       (str_starts_nocase(type, STR("application/")) && str_ends_nocase(type, STR("+xml")));
}

static bool is_text_xml(struct str type)
{
	return str_eq_nocase(type, STR("text/xml")) || str_eq_nocase(type, STR("text/xml-external-parsed-entity")) ||
	       (str_starts_nocase(type, STR("text/")) && str_ends_nocase(type, STR("+xml")));
}

static struct label by_parameter(struct str parameters)
{
	struct str one, name, value;

	while (parameters.n) {
		str_cut(parameters, ';', &one, &parameters);
		if (str_cut(one, '=', &name, &value) && str_eq_nocase(str_trim(name), STR("charset")))
			return label_of(value);
	}
	return (struct label){ "" };
}

static struct label first_of(struct label a, struct label b, const char *otherwise)
{
	return a.z[0] ? a : b.z[0] ? b : label_of(str_from(otherwise));
}

static struct label by_rfc(struct str content_type, bool answered, struct label declared)
{
	struct str type, parameters;
	struct label none = { "" };

	str_cut(content_type, ';', &type, &parameters);
	type = str_trim(type);
	struct label header = by_parameter(parameters);
	if (is_application(type))
		return first_of(header, declared, "utf-8");
	if (str_starts_nocase(type, STR("text/")))
		return first_of(header, none, "us-ascii");
	return first_of(declared, none, answered && !type.n ? "iso-8859-1" : "utf-8");
}

/* GB 18030 has all of GB 2312, and feeds that say the one are often the other. */
static struct label wider(struct label l)
{
	return strcmp(l.z, "gb2312") ? l : label_of(STR("gb18030"));
}

struct str bytes_decode_by_the_book(struct arena *a, const struct fact_ask *ask, struct str s,
                                    struct charset_said *said)
{
	const char *mark = by_mark(&s);
	struct label declared = by_declaration(a, s, mark);
	struct str out = STR_NONE, type, parameters;

	if (*mark && is_wide(declared))
		declared = label_of(str_from(mark));
	declared = wider(declared);
	struct label right = wider(by_rfc(ask->content_type, ask->answered, declared));
	const char *proposed[] = { right.z, declared.z, mark, NULL, "utf-8", "windows-1252", "iso-8859-2" };
	size_t n = sizeof proposed / sizeof *proposed, i;
	for (i = 0; i < n; i++) {
		const char *guess = proposed[i] ? proposed[i] : charset_guess(s);
		if (!proposed[i] && !strcmp(guess, "windows-1252")) /* that is, it is not sure */
			continue;
		if (*guess && decode(a, s, guess, &out)) {
			said->name = arena_cstr(a, str_from(guess));
			said->guessed = !proposed[i];
			break;
		}
	}
	str_cut(ask->content_type, ';', &type, &parameters);
	said->bozo = i > 0 || (ask->answered && !is_application(str_trim(type)) && !is_text_xml(str_trim(type)));
	if (i == n)
		said->name = "";
	return out;
}
