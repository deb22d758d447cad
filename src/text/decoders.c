/*
 * Decoders: see decoders.h.
 *
 * Each follows the Encoding Standard's steps, byte for byte: what is an error,
 * how many bytes it takes, and that an ASCII byte behind half a character is
 * given back, so that no "<" vanishes in one.
 */
#include "text/decoders.h"

#include <string.h>

#include "text/indexes.h"

#define BAD 0xfffd

struct decoding {
	const unsigned char *p;
	size_t n, i; /* bytes, the next one */
	const uint32_t *index;
	char *out; /* room for three bytes for each byte and a few */
	size_t nout;
};

static void put(struct decoding *d, uint32_t point)
{
	d->nout += utf8_put(point, d->out + d->nout);
}

static bool within(unsigned c, unsigned low, unsigned high)
{
	return c >= low && c <= high;
}

static void copy_ascii(struct decoding *d)
{
	while (d->i < d->n && d->p[d->i] < 0x80)
		d->out[d->nout++] = (char)d->p[d->i++];
}

/* An error in a character of two bytes: the second is only used up if it is
 * not ASCII. */
static void put_bad_pair(struct decoding *d)
{
	put(d, BAD);
	d->i += d->p[d->i + 1] < 0x80 ? 1 : 2;
}

/* ---- Two bytes a character ------------------------------------------------ */

static bool decode_big5_pair(struct decoding *d, unsigned lead, unsigned trail)
{
	static const struct {
		unsigned pointer;
		uint32_t base, mark;
	} composed[] = { { 1133, 0xca, 0x304 }, { 1135, 0xca, 0x30c }, { 1164, 0xea, 0x304 }, { 1166, 0xea, 0x30c } };
	unsigned pointer = (lead - 0x81) * 157 + trail - (trail < 0x7f ? 0x40 : 0x62);

	if (!within(trail, 0x40, 0x7e) && !within(trail, 0xa1, 0xfe))
		return false;
	for (size_t i = 0; i < sizeof(composed) / sizeof(composed[0]); i++)
		if (composed[i].pointer == pointer) {
			put(d, composed[i].base);
			put(d, composed[i].mark);
			return true;
		}
	uint32_t point = d->index[pointer];
	if (point)
		put(d, point);
	return point != 0;
}

static bool decode_euc_kr_pair(struct decoding *d, unsigned lead, unsigned trail)
{
	uint32_t point = within(trail, 0x41, 0xfe) ? d->index[(lead - 0x81) * 190 + trail - 0x41] : 0;

	if (point)
		put(d, point);
	return point != 0;
}

static bool decode_shift_jis_pair(struct decoding *d, unsigned lead, unsigned trail)
{
	unsigned pointer = (lead - (lead < 0xa0 ? 0x81 : 0xc1)) * 188 + trail - (trail < 0x7f ? 0x40 : 0x41);

	if (!within(trail, 0x40, 0x7e) && !within(trail, 0x80, 0xfc))
		return false;
	uint32_t point = within(pointer, 8836, 10715) ? 0xe000 - 8836 + pointer : d->index[pointer];
	if (point)
		put(d, point);
	return point != 0;
}

static bool is_lead(unsigned c)
{
	return within(c, 0x81, 0xfe);
}

static bool is_shift_jis_lead(unsigned c)
{
	return within(c, 0x81, 0x9f) || within(c, 0xe0, 0xfc);
}

static void decode_pairs(struct decoding *d, bool (*lead)(unsigned),
                         bool (*pair)(struct decoding *, unsigned, unsigned))
{
	for (copy_ascii(d); d->i < d->n; copy_ascii(d)) {
		unsigned c = d->p[d->i];
		bool whole = d->i + 1 < d->n;
		if (!lead(c) || !whole) {
			bool shift_jis = lead == is_shift_jis_lead;
			bool single = shift_jis && (c == 0x80 || within(c, 0xa1, 0xdf));
			put(d, !single ? BAD : c == 0x80 ? c : 0xff61 - 0xa1 + c);
			d->i++;
		} else if (pair(d, c, d->p[d->i + 1])) {
			d->i += 2;
		} else {
			put_bad_pair(d);
		}
	}
}

static void decode_big5(struct decoding *d)
{
	decode_pairs(d, is_lead, decode_big5_pair);
}

static void decode_euc_kr(struct decoding *d)
{
	decode_pairs(d, is_lead, decode_euc_kr_pair);
}

static void decode_shift_jis(struct decoding *d)
{
	decode_pairs(d, is_shift_jis_lead, decode_shift_jis_pair);
}

/* ---- More than two -------------------------------------------------------- */

/* At a byte that leads three.  What the third byte is not is given back as in
 * a pair. */
static void decode_jis0212(struct decoding *d)
{
	unsigned third = d->i + 2 < d->n ? d->p[d->i + 2] : 0;
	uint32_t point = 0;

	if (d->i + 2 >= d->n) {
		put(d, BAD);
		d->i = d->n;
		return;
	}
	if (within(third, 0xa1, 0xfe))
		point = index_get(INDEX_JIS0212)[(d->p[d->i + 1] - 0xa1u) * 94 + third - 0xa1];
	put(d, point ? point : BAD);
	d->i += point || third >= 0x80 ? 3 : 2;
}

static void decode_euc_jp(struct decoding *d)
{
	for (copy_ascii(d); d->i < d->n; copy_ascii(d)) {
		unsigned lead = d->p[d->i], trail = d->i + 1 < d->n ? d->p[d->i + 1] : 0;
		bool leads = lead == 0x8e || lead == 0x8f || within(lead, 0xa1, 0xfe);
		uint32_t point = 0;
		if (!leads || d->i + 1 == d->n) {
			put(d, BAD);
			d->i++;
			continue;
		}
		if (lead == 0x8f && within(trail, 0xa1, 0xfe)) {
			decode_jis0212(d);
			continue;
		}
		if (lead == 0x8e && within(trail, 0xa1, 0xdf))
			point = 0xff61 - 0xa1 + trail;
		else if (lead >= 0xa1 && within(trail, 0xa1, 0xfe))
			point = d->index[(lead - 0xa1) * 94 + trail - 0xa1];
		if (!point) {
			put_bad_pair(d);
			continue;
		}
		put(d, point);
		d->i += 2;
	}
}

/* The second byte is a digit.  An error takes the first alone, unless the text
 * ends or the number is none. */
static void decode_gb18030_four(struct decoding *d)
{
	const unsigned char *p = d->p + d->i;
	size_t left = d->n - d->i;

	if ((left > 2 && !is_lead(p[2])) || (left > 3 && !within(p[3], '0', '9'))) {
		put(d, BAD);
		d->i++;
		return;
	}
	d->i += left < 4 ? left : 4;
	if (left < 4) {
		put(d, BAD);
		return;
	}
	unsigned pointer = ((p[0] - 0x81u) * 10 + p[1] - '0') * 1260 + (p[2] - 0x81u) * 10 + p[3] - '0';
	uint32_t point = pointer < GB18030_FOUR_POINTERS    ? index_get(INDEX_GB18030_FOUR)[pointer]
	                 : within(pointer, 189000, 1237575) ? 0x10000 + pointer - 189000
	                                                    : 0;
	put(d, point ? point : BAD);
}

static void decode_gb18030(struct decoding *d)
{
	for (copy_ascii(d); d->i < d->n; copy_ascii(d)) {
		unsigned lead = d->p[d->i], trail = d->i + 1 < d->n ? d->p[d->i + 1] : 0;
		uint32_t point = 0;
		if (!is_lead(lead) || d->i + 1 == d->n) {
			put(d, lead == 0x80 ? 0x20ac : BAD);
			d->i++;
			continue;
		}
		if (within(trail, '0', '9')) {
			decode_gb18030_four(d);
			continue;
		}
		if (within(trail, 0x40, 0x7e) || within(trail, 0x80, 0xfe))
			point = d->index[(lead - 0x81) * 190 + trail - (trail < 0x7f ? 0x40 : 0x41)];
		if (!point) {
			put_bad_pair(d);
			continue;
		}
		put(d, point);
		d->i += 2;
	}
}

/* ---- ISO-2022-JP ---------------------------------------------------------- */

enum iso_state { ISO_ASCII, ISO_ROMAN, ISO_KATAKANA, ISO_PAIRS };

/* At an escape character: the state that the sequence asks for; false if it is
 * none of ours. */
static bool read_escape(const struct decoding *d, enum iso_state *state)
{
	static const struct {
		char sequence[3];
		enum iso_state state;
	} known[] = { { "(B", ISO_ASCII },
		      { "(J", ISO_ROMAN },
		      { "(I", ISO_KATAKANA },
		      { "$@", ISO_PAIRS },
		      { "$B", ISO_PAIRS } };

	for (size_t i = 0; i < 5 && d->n - d->i > 2; i++)
		if (!memcmp(d->p + d->i + 1, known[i].sequence, 2)) {
			*state = known[i].state;
			return true;
		}
	return false;
}

/* One character of a state; what it is not is an error of one byte. */
static void decode_iso_char(struct decoding *d, enum iso_state state)
{
	unsigned c = d->p[d->i++], trail = d->i < d->n ? d->p[d->i] : 0;
	uint32_t point = 0;

	if (state == ISO_PAIRS) {
		if (within(c, 0x21, 0x7e) && d->i < d->n && trail != 0x1b) {
			d->i++;
			if (within(trail, 0x21, 0x7e))
				point = d->index[(c - 0x21) * 94 + trail - 0x21];
		}
		put(d, point ? point : BAD);
	} else if (state == ISO_KATAKANA) {
		put(d, within(c, 0x21, 0x5f) ? 0xff61 - 0x21 + c : BAD);
	} else if (c > 0x7f || c == 0x0e || c == 0x0f) {
		put(d, BAD);
	} else {
		put(d, state == ISO_ROMAN && c == 0x5c ? 0xa5 : state == ISO_ROMAN && c == 0x7e ? 0x203e : c);
	}
}

/* Two escapes with nothing between them are an error too. */
static void decode_iso_2022_jp(struct decoding *d)
{
	enum iso_state state = ISO_ASCII;
	bool empty = false;

	while (d->i < d->n) {
		if (d->p[d->i] != 0x1b) {
			decode_iso_char(d, state);
			empty = false;
		} else if (read_escape(d, &state)) {
			d->i += 3;
			if (empty)
				put(d, BAD);
			empty = true;
		} else {
			put(d, BAD);
			d->i++;
			empty = false;
		}
	}
}

/* ---- UTF-16 ---------------------------------------------------------------- */

static void decode_utf16(struct decoding *d, unsigned high)
{
	for (; d->i + 1 < d->n; d->i += 2) {
		uint32_t unit = (uint32_t)d->p[d->i + high] << 8 | d->p[d->i + 1 - high];
		uint32_t next = 0;
		if (unit < 0xd800 || unit > 0xdfff) {
			put(d, unit);
			continue;
		}
		if (d->i + 3 < d->n)
			next = (uint32_t)d->p[d->i + 2 + high] << 8 | d->p[d->i + 3 - high];
		if (unit < 0xdc00 && within(next, 0xdc00, 0xdfff)) {
			put(d, 0x10000 + ((unit - 0xd800) << 10) + next - 0xdc00);
			d->i += 2;
			continue;
		}
		put(d, BAD);
		if (unit < 0xdc00 && d->i + 3 == d->n) /* half a pair and half a unit at the end are one error */
			d->i++;
	}
	if (d->i < d->n)
		put(d, BAD);
}

static void decode_utf16be(struct decoding *d)
{
	decode_utf16(d, 0);
}

static void decode_utf16le(struct decoding *d)
{
	decode_utf16(d, 1);
}

/* ---- All of them ------------------------------------------------------------ */

static void decode_replacement(struct decoding *d)
{
	put(d, BAD);
}

static const struct {
	const char *name;
	void (*run)(struct decoding *);
	enum charset_index index;
} decoders[] = {
	{ "big5", decode_big5, INDEX_BIG5 },
	{ "euc-kr", decode_euc_kr, INDEX_EUC_KR },
	{ "shift_jis", decode_shift_jis, INDEX_JIS0208 },
	{ "euc-jp", decode_euc_jp, INDEX_JIS0208 },
	{ "gbk", decode_gb18030, INDEX_GB18030 },
	{ "gb18030", decode_gb18030, INDEX_GB18030 },
	{ "iso-2022-jp", decode_iso_2022_jp, INDEX_JIS0208 },
	{ "utf-16be", decode_utf16be, INDEX_NONE },
	{ "utf-16le", decode_utf16le, INDEX_NONE },
	{ "replacement", decode_replacement, INDEX_NONE },
};

bool decoder_run(struct arena *a, struct str bytes, const char *charset, struct str *out)
{
	struct decoding d = { .p = (const unsigned char *)bytes.p, .n = bytes.n };

	for (size_t i = 0; i < sizeof(decoders) / sizeof(decoders[0]); i++) {
		if (strcmp(decoders[i].name, charset) != 0)
			continue;
		d.index = index_get(decoders[i].index);
		d.out = arena_alloc(a, bytes.n * 3 + 8);
		decoders[i].run(&d);
		*out = str_of(d.out, d.nout);
		return true;
	}
	return false;
}

struct str decoder_run_single(struct arena *a, struct str bytes, const uint32_t points[256])
{
	char forms[256][4], *out = arena_alloc(a, bytes.n * 3 + 1);
	unsigned char lengths[256];
	size_t n = 0;

	for (unsigned c = 0; c < 256; c++)
		lengths[c] = (unsigned char)utf8_put(points[c], forms[c]);
	for (size_t i = 0; i < bytes.n; i++) {
		unsigned char c = (unsigned char)bytes.p[i];
		memcpy(out + n, forms[c], lengths[c]);
		n += lengths[c];
	}
	return str_of(out, n);
}
