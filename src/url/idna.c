/*
 * International names: see idna.h.
 *
 * ICU does the work.  Its tables are those of the Unicode version that it was
 * built with; what later versions of UTS #46 (to revision 33, Unicode 16)
 * decided otherwise stands in two tables here and is done before, so that a
 * name means one host whatever the system's ICU is: some capital letters that
 * were forbidden are mapped, invisible characters that were forbidden are
 * ignored, and the capital sharp s is a sharp s.
 */
#include "url/idna.h"

#include <pthread.h>
#include <unicode/uidna.h>

/* clang-format off */
static const struct {
	uint32_t first, last;
} IGNORED[] = {
	{ 0x115f, 0x1160 }, { 0x17b4, 0x17b5 }, { 0x180e, 0x180e }, { 0x2061, 0x2063 }, { 0x206a, 0x206f },
	{ 0x3164, 0x3164 }, { 0xffa0, 0xffa0 }, { 0x1d173, 0x1d17a },
};

/* From first on, each to its like in a row that begins with to. */
static const struct {
	uint32_t first, last, to;
} MAPPED[] = {
	{ 0x10a0, 0x10c5, 0x2d00 }, /* Georgian capitals */
	{ 0x04c0, 0x04c0, 0x04cf }, { 0x2132, 0x2132, 0x214e }, { 0x2183, 0x2183, 0x2184 },
	{ 0x1e9e, 0x1e9e, 0x00df },
	/* Five compatibility ideographs, by Corrigendum 4. */
	{ 0x2f868, 0x2f868, 0x36fc }, { 0x2f874, 0x2f874, 0x5f53 }, { 0x2f91f, 0x2f91f, 0x243ab },
	{ 0x2f95f, 0x2f95f, 0x7aee }, { 0x2f9bf, 0x2f9bf, 0x45d7 },
};
/* clang-format on */

/* 0: the character is nothing. */
static uint32_t later_mapping(uint32_t c)
{
	for (size_t i = 0; i < sizeof IGNORED / sizeof *IGNORED; i++)
		if (c >= IGNORED[i].first && c <= IGNORED[i].last)
			return 0;
	for (size_t i = 0; i < sizeof MAPPED / sizeof *MAPPED; i++)
		if (c >= MAPPED[i].first && c <= MAPPED[i].last)
			return MAPPED[i].to + (c - MAPPED[i].first);
	return c;
}

static struct str map_later(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, 3 * s.n + 4); /* a byte that is no UTF-8 becomes three */
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		uint32_t was = utf8_next(s, &i), c = later_mapping(was);
		if (c || !was)
			n += utf8_put(c, out + n);
	}
	return str_of(out, n);
}

static UIDNA *idna;
static pthread_once_t idna_once = PTHREAD_ONCE_INIT;

static void open_idna(void)
{
	UErrorCode code = U_ZERO_ERROR;
	idna = uidna_openUTS46(UIDNA_CHECK_BIDI | UIDNA_CHECK_CONTEXTJ | UIDNA_NONTRANSITIONAL_TO_ASCII |
	                               UIDNA_NONTRANSITIONAL_TO_UNICODE,
	                       &code);
	if (U_FAILURE(code))
		idna = NULL;
}

bool idna_to_ascii(struct arena *a, struct str s, struct str *out)
{
	const uint32_t tolerated = UIDNA_ERROR_EMPTY_LABEL | UIDNA_ERROR_LABEL_TOO_LONG |
	                           UIDNA_ERROR_DOMAIN_NAME_TOO_LONG | UIDNA_ERROR_LEADING_HYPHEN |
	                           UIDNA_ERROR_TRAILING_HYPHEN | UIDNA_ERROR_HYPHEN_3_4;
	UIDNAInfo info = UIDNA_INFO_INITIALIZER;
	UErrorCode code = U_ZERO_ERROR;

	pthread_once(&idna_once, open_idna);
	if (!idna || s.n > MAX_URL_BYTES)
		return false;
	char *name = arena_alloc(a, MAX_URL_BYTES);
	s = map_later(a, s);
	int32_t n = uidna_nameToASCII_UTF8(idna, s.p, (int32_t)s.n, name, (int32_t)MAX_URL_BYTES, &info, &code);
	if (U_FAILURE(code) || n > (int32_t)MAX_URL_BYTES || (info.errors & ~tolerated))
		return false;
	*out = str_of(name, (size_t)n);
	return true;
}
