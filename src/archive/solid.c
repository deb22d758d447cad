/*
 * Reading from a pack: see solid.h.
 *
 * The frame is unpacked as a stream that stops behind the last byte wanted and
 * goes on from there for the next piece.
 */
#include "archive/solid.h"

#include <zstd.h>

#include "archive/pack.h"

void solid_init(struct solid *s)
{
	*s = (struct solid){ .packed = BUF_INIT(PACK_MAX_BYTES), .bytes = BUF_INIT(PACK_MAX_BYTES) };
}

void solid_free(struct solid *s)
{
	ZSTD_freeDCtx(s->stream);
	s->stream = NULL;
	solid_forget(s);
}

void solid_forget(struct solid *s)
{
	s->pack = 0;
	buf_free(&s->packed);
	buf_free(&s->bytes);
}

bool solid_begin(struct solid *s, int64_t pack, struct str packed, int64_t size, struct err *e)
{
	solid_forget(s);
	if (!s->stream && !(s->stream = ZSTD_createDCtx()))
		return err_set(e, ERR_INTERNAL, "unpacking could not begin");
	if (size < 0 || (uint64_t)size > PACK_MAX_BYTES || !buf_reserve(&s->bytes, (size_t)size))
		return err_set(e, ERR_CORRUPT, "the pack says that it has %lld bytes", (long long)size);
	buf_str(&s->packed, packed);
	size_t code = ZSTD_DCtx_reset(s->stream, ZSTD_reset_session_only);
	if (s->packed.full || ZSTD_isError(code))
		return err_set(e, ERR_CORRUPT, "the pack has %zu bytes packed", packed.n);
	s->pack = pack;
	s->size = (size_t)size;
	s->taken = 0;
	return true;
}

static bool unpack_until(struct solid *s, size_t end, struct err *e)
{
	while (s->bytes.n < end) {
		ZSTD_inBuffer in = { s->packed.p, s->packed.n, s->taken };
		ZSTD_outBuffer out = { s->bytes.p + s->bytes.n, end - s->bytes.n, 0 };
		size_t code = ZSTD_decompressStream(s->stream, &out, &in);
		if (ZSTD_isError(code))
			return err_set(e, ERR_CORRUPT, "the pack cannot be unpacked: %s", ZSTD_getErrorName(code));
		if (out.pos == 0 && in.pos == s->taken)
			return err_set(e, ERR_CORRUPT, "the pack ends after %zu bytes", s->bytes.n);
		buf_commit(&s->bytes, out.pos);
		s->taken = in.pos;
	}
	return true;
}

bool solid_read(struct solid *s, int64_t place, size_t n, struct str *out, struct err *e)
{
	bool ok = place >= 0 && (uint64_t)place <= s->size && n <= s->size - (size_t)place;

	if (!ok)
		err_set(e, ERR_CORRUPT, "the pack has no %zu bytes at %lld", n, (long long)place);
	else
		ok = unpack_until(s, (size_t)place + n, e);
	if (ok)
		*out = str_of(s->bytes.p + place, n);
	else
		solid_forget(s);
	return ok;
}
