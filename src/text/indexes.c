/*
 * The Encoding Standard's indexes: see indexes.h.
 *
 * ICU knows nearly the same tables; where it differs is data (indexes.inc).
 * For each pointer the bytes that it stands for are put together and asked of
 * ICU's converter.  Private use is none of the standard's in Big5 and EUC-KR.
 */
#include "text/indexes.h"

#include <pthread.h>
#include <string.h>
#include <unicode/ucnv.h>
#include <unicode/ucnv_err.h>

#include "base/str.h"

static int bytes_of_big5(unsigned p, unsigned char out[4])
{
	unsigned trail = p % 157;

	out[0] = (unsigned char)(0x81 + p / 157);
	out[1] = (unsigned char)(trail + (trail < 0x3f ? 0x40 : 0x62));
	return 2;
}

static int bytes_of_euc_kr(unsigned p, unsigned char out[4])
{
	out[0] = (unsigned char)(0x81 + p / 190);
	out[1] = (unsigned char)(0x41 + p % 190);
	return 2;
}

static int bytes_of_gb18030(unsigned p, unsigned char out[4])
{
	unsigned trail = p % 190;

	out[0] = (unsigned char)(0x81 + p / 190);
	out[1] = (unsigned char)(trail + (trail < 0x3f ? 0x40 : 0x41));
	return 2;
}

static int bytes_of_gb18030_four(unsigned p, unsigned char out[4])
{
	out[0] = (unsigned char)(0x81 + p / 12600);
	out[1] = (unsigned char)(0x30 + p / 1260 % 10);
	out[2] = (unsigned char)(0x81 + p / 10 % 126);
	out[3] = (unsigned char)(0x30 + p % 10);
	return 4;
}

/* By Shift_JIS, which reaches further than EUC-JP. */
static int bytes_of_jis0208(unsigned p, unsigned char out[4])
{
	unsigned lead = p / 188, trail = p % 188;

	out[0] = (unsigned char)(lead + (lead < 0x1f ? 0x81 : 0xc1));
	out[1] = (unsigned char)(trail + (trail < 0x3f ? 0x40 : 0x41));
	return 2;
}

static int bytes_of_jis0212(unsigned p, unsigned char out[4])
{
	out[0] = 0x8f;
	out[1] = (unsigned char)(0xa1 + p / 94);
	out[2] = (unsigned char)(0xa1 + p % 94);
	return 3;
}

static uint32_t big5[BIG5_POINTERS], euc_kr[EUC_KR_POINTERS], gb18030[GB18030_POINTERS],
        gb18030_four[GB18030_FOUR_POINTERS], jis0208[JIS0208_POINTERS], jis0212[JIS0212_POINTERS];

static const struct source {
	uint32_t *points;
	unsigned count;
	const char *converter;
	int (*bytes)(unsigned pointer, unsigned char out[4]);
	bool private_use;
} sources[INDEX_COUNT] = {
	[INDEX_BIG5] = { big5, BIG5_POINTERS, "Big5-HKSCS", bytes_of_big5, false },
	[INDEX_EUC_KR] = { euc_kr, EUC_KR_POINTERS, "windows-949", bytes_of_euc_kr, false },
	[INDEX_GB18030] = { gb18030, GB18030_POINTERS, "gb18030", bytes_of_gb18030, true },
	[INDEX_GB18030_FOUR] = { gb18030_four, GB18030_FOUR_POINTERS, "gb18030", bytes_of_gb18030_four, true },
	[INDEX_JIS0208] = { jis0208, JIS0208_POINTERS, "windows-31j", bytes_of_jis0208, true },
	[INDEX_JIS0212] = { jis0212, JIS0212_POINTERS, "EUC-JP", bytes_of_jis0212, true },
};

static const struct difference {
	enum charset_index index;
	unsigned pointer, count;
	uint32_t point;
} differences[] = {
#define DIFFERENCE(index, pointer, count, point) { INDEX_##index, pointer, count, point },
#define SINGLE(charset, byte, point)
#include "text/indexes.inc"
#undef DIFFERENCE
#undef SINGLE
};

static const struct single {
	const char *charset;
	unsigned char byte;
	uint32_t point;
} singles[] = {
#define DIFFERENCE(index, pointer, count, point)
#define SINGLE(charset, byte, point) { charset, byte, point },
#include "text/indexes.inc"
#undef DIFFERENCE
#undef SINGLE
};

/* The one code point that the bytes are, or 0. */
static uint32_t ask_icu(UConverter *converter, const unsigned char *bytes, int n)
{
	UErrorCode status = U_ZERO_ERROR;
	UChar wide[4];

	ucnv_reset(converter);
	int32_t got = ucnv_toUChars(converter, wide, 4, (const char *)bytes, n, &status);
	if (U_FAILURE(status))
		return 0;
	if (got == 2 && U16_IS_LEAD(wide[0]) && U16_IS_TRAIL(wide[1]))
		return (uint32_t)U16_GET_SUPPLEMENTARY(wide[0], wide[1]);
	return got == 1 ? wide[0] : 0;
}

static UConverter *open_strict(const char *name)
{
	UErrorCode status = U_ZERO_ERROR;
	UConverter *converter = ucnv_open(name, &status);

	ucnv_setToUCallBack(converter, UCNV_TO_U_CALLBACK_STOP, NULL, NULL, NULL, &status);
	if (U_SUCCESS(status))
		return converter;
	ucnv_close(converter);
	return NULL;
}

static void fill(enum charset_index index)
{
	const struct source *s = &sources[index];
	UConverter *converter = open_strict(s->converter);
	unsigned char bytes[4];

	for (unsigned p = 0; converter && p < s->count; p++) {
		int n = s->bytes(p, bytes);
		uint32_t point = ask_icu(converter, bytes, n);
		bool wanted = point > 0x7f && (s->private_use || point < 0xe000 || point > 0xf8ff);
		s->points[p] = wanted ? point : 0;
	}
	ucnv_close(converter);
	for (size_t i = 0; i < sizeof(differences) / sizeof(differences[0]); i++)
		for (unsigned k = 0; differences[i].index == index && k < differences[i].count; k++)
			s->points[differences[i].pointer + k] = differences[i].point ? differences[i].point + k : 0;
}

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static bool filled[INDEX_COUNT];

const uint32_t *index_get(enum charset_index index)
{
	if (index == INDEX_NONE)
		return NULL;
	pthread_mutex_lock(&lock);
	if (!filled[index])
		fill(index);
	filled[index] = true;
	pthread_mutex_unlock(&lock);
	return sources[index].points;
}

void index_single(const char *charset, const char *name, uint32_t points[256])
{
	UConverter *converter = open_strict(name);

	for (unsigned c = 0; c < 256; c++) {
		unsigned char byte = (unsigned char)c;
		uint32_t point = c < 0x80 || !converter ? 0 : ask_icu(converter, &byte, 1);
		/* The standard maps bytes that the code page leaves free to the C1 controls. */
		points[c] = point ? point : c < 0xa0 ? c : 0xfffd;
	}
	ucnv_close(converter);
	for (size_t i = 0; i < sizeof(singles) / sizeof(singles[0]); i++)
		if (!strcmp(singles[i].charset, charset))
			points[singles[i].byte] = singles[i].point;
}
