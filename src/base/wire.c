/* Binary messages: see wire.h. */
#include "base/wire.h"

void wire_put_u64(struct buf *b, uint64_t v)
{
	char bytes[10];
	size_t n = 0;

	do {
		bytes[n++] = (char)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
		v >>= 7;
	} while (v);
	buf_put(b, bytes, n);
}

void wire_put_i64(struct buf *b, int64_t v)
{
	wire_put_u64(b, (uint64_t)v << 1 ^ (uint64_t)(v >> 63));
}

void wire_put_str(struct buf *b, struct str s)
{
	wire_put_u64(b, s.n);
	buf_str(b, s);
}

static uint64_t fail(struct wire *w)
{
	w->bad = true;
	w->rest = STR_NONE;
	return 0;
}

uint64_t wire_u64(struct wire *w)
{
	uint64_t v = 0;

	for (size_t i = 0; i < w->rest.n && i < 10; i++) {
		uint64_t byte = (unsigned char)w->rest.p[i];
		if (i == 9 && byte > 1)
			return fail(w);
		v |= (byte & 0x7f) << (7 * i);
		if (byte < 0x80) {
			w->rest = str_sub(w->rest, i + 1, w->rest.n);
			return v;
		}
	}
	return fail(w);
}

int64_t wire_i64(struct wire *w)
{
	uint64_t v = wire_u64(w);
	return (int64_t)(v >> 1 ^ (~(v & 1) + 1));
}

struct str wire_str(struct wire *w)
{
	uint64_t n = wire_u64(w);

	if (n > w->rest.n) {
		fail(w);
		return STR_NONE;
	}
	struct str s = str_sub(w->rest, 0, n);
	w->rest = str_sub(w->rest, n, w->rest.n);
	return s;
}

size_t wire_count(struct wire *w, size_t max)
{
	uint64_t n = wire_u64(w);
	return n > max || n > w->rest.n ? (size_t)fail(w) : (size_t)n;
}

bool wire_done(const struct wire *w)
{
	return !w->bad && w->rest.n == 0;
}
