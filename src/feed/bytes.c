/*
 * From the bytes of an answer to UTF-8 text.
 *
 * Sitemaps come as .gz files that no Content-Encoding mentions; they are
 * unpacked here, up to MAX_BODY_BYTES.
 *
 * The character set of a feed is said by a byte order mark, by the header, by
 * the XML declaration, and by the bytes themselves, and these disagree.  What
 * is well-formed UTF-8 beyond a few characters is UTF-8, whatever is said.
 * What is not cannot be, so the first other set that is named holds.  Text
 * that is UTF-8 for the most part keeps its good characters, and its bad bytes
 * are read as windows-1252: they came in by copy and paste.
 */
#include <string.h>
#include <zlib.h>

#include "base/eight.h"
#include "feed/parts.h"
#include "text/charset.h"

#define ENOUGH_UTF8 16 /* bytes above ASCII that are not well-formed by chance */
#define PACKED_STEP (64 * KIB)

static bool is_packed(struct str s)
{
	return s.n > 18 && s.p[0] == '\x1f' && s.p[1] == '\x8b' && s.p[2] == 8;
}

bool bytes_unpack(struct arena *a, struct str *bytes, bool *bozo, struct err *e)
{
	struct buf b = BUF_INIT(MAX_BODY_BYTES);
	z_stream z = { .next_in = (Bytef *)bytes->p, .avail_in = (uInt)bytes->n };
	int status = Z_OK;

	if (!is_packed(*bytes))
		return true;
	if (bytes->n > MAX_BODY_BYTES || inflateInit2(&z, 16 + MAX_WBITS) != Z_OK)
		return err_set(e, ERR_LIMIT, "the packed feed cannot be unpacked");
	while (status == Z_OK) {
		size_t step = b.max - b.n < PACKED_STEP ? b.max - b.n : PACKED_STEP;
		char *to = buf_reserve(&b, step);
		z.next_out = (Bytef *)to;
		z.avail_out = (uInt)step;
		status = step ? inflate(&z, Z_NO_FLUSH) : Z_BUF_ERROR;
		buf_commit(&b, step - z.avail_out);
	}
	inflateEnd(&z);
	bool too_large = b.n == b.max;
	*bozo |= status != Z_STREAM_END;
	*bytes = arena_str(a, buf_view(&b));
	buf_free(&b);
	return !too_large || err_set(e, ERR_LIMIT, "the feed unpacks to more than %zu MiB", MAX_BODY_BYTES / MIB);
}

struct str bytes_declared(struct str s)
{
	struct str head = str_sub(s, 0, 512);
	size_t at = str_find(head, STR("<?xml"));

	if (at == STR_NPOS)
		return STR_NONE;
	head = str_sub(head, at, head.n);
	head = str_sub(head, 0, str_find(head, STR("?>")));
	at = str_find(head, STR("encoding"));
	if (at == STR_NPOS)
		return STR_NONE;
	head = str_trim(str_sub(head, at + 8, head.n));
	if (head.n < 3 || head.p[0] != '=')
		return STR_NONE;
	head = str_trim(str_sub(head, 1, head.n));
	if (!head.n || (head.p[0] != '"' && head.p[0] != '\''))
		return STR_NONE;
	size_t end = str_find_byte(str_sub(head, 1, head.n), head.p[0]);
	return end == STR_NPOS ? STR_NONE : str_sub(head, 1, 1 + end);
}

/* The declaration is ASCII in all but UTF-16. */
static const char *charset_by_declaration(struct str s)
{
	return charset_by_label(bytes_declared(s));
}

struct census {
	size_t high;  /* bytes above ASCII */
	size_t stray; /* of those, not part of well-formed UTF-8 */
	bool escapes, zeros;
};

/* Whether eight bytes at s.p[i] are ASCII, of which none is a zero or an escape. */
static bool is_plain_ascii(struct str s, size_t i)
{
	uint64_t v = eight_load(s, i); /* zeroes behind the end */
	return !(eight_wide(v) | eight_equal(v, '\0') | eight_equal(v, 0x1b));
}

static struct census count(struct str s)
{
	struct census c = { 0 };

	for (size_t i = 0; i < s.n;) {
		unsigned char byte = (unsigned char)s.p[i];
		if (is_plain_ascii(s, i)) {
			i += 8;
			continue;
		}
		if (byte < 0x80) {
			c.escapes |= byte == 0x1b;
			c.zeros |= byte == 0;
			i++;
			continue;
		}
		size_t from = i;
		uint32_t point = utf8_next(s, &i);
		c.high += i - from;
		c.stray += point == 0xfffd && i - from == 1;
	}
	return c;
}

/* UTF-16 that has neither a mark nor anything that says so. */
static const char *utf16_by_zeros(struct str s)
{
	if (s.n < 4)
		return NULL;
	if (s.p[0] == '<' && !s.p[1] && s.p[2] && !s.p[3])
		return "utf-16le";
	if (!s.p[0] && s.p[1] == '<' && !s.p[2] && s.p[3])
		return "utf-16be";
	return NULL;
}

/* Good UTF-8 as it is, each bad byte as windows-1252. */
static struct str decode_mixed(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n * 3 + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n;) {
		size_t from = i;
		uint32_t c = utf8_next(s, &i);
		if (c == 0xfffd && i - from == 1) {
			c = plain_char((unsigned char)s.p[from]);
			c = c ? c : 0xfffd;
		}
		n += utf8_put(c, out + n);
	}
	return str_of(out, n);
}

static bool is(const char *charset, const char *name)
{
	return charset && strcmp(charset, name) == 0;
}

static bool is_utf16(const char *charset)
{
	return is(charset, "utf-16le") || is(charset, "utf-16be");
}

struct str bytes_decode(struct arena *a, struct str s, struct str content_type, struct charset_said *out)
{
	const char *mark = charset_by_mark(s);
	const char *header = charset_by_header(content_type), *declared = charset_by_declaration(s);
	const char *said[] = { header, declared };

	if (!mark)
		mark = utf16_by_zeros(s);
	*out = (struct charset_said){ .name = mark ? mark : "utf-8" };
	if (is_utf16(mark))
		return charset_decode(a, s, mark);
	if (mark)
		s = str_sub(s, 3, s.n);
	struct census c = count(s);
	for (size_t i = 0; !mark && i < 2; i++) {
		bool possible = said[i] && !is(said[i], "utf-8") && !is_utf16(said[i]) && !is(said[i], "replacement");
		bool certain = c.stray > 0 || c.escapes || (c.high > 0 && c.high < ENOUGH_UTF8);
		out->name = possible && certain ? said[i] : out->name;
		if (possible && certain)
			return charset_decode(a, s, said[i]);
		out->bozo |= possible && c.high > 0;
	}
	if (c.stray == 0)
		return s;
	out->bozo = true;
	if (mark || c.stray * 2 < c.high || is(header, "utf-8") || is(declared, "utf-8"))
		return decode_mixed(a, s);
	out->guessed = true;
	out->name = charset_guess(s);
	return charset_decode(a, s, out->name);
}
