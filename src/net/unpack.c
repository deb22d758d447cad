/* Decoding bodies: see unpack.h. */
#include "net/unpack.h"

#define GZIP_WINDOW (15 + 16) /* zlib's largest window, with the gzip wrapper */

bool unpack_begin(struct unpacker *u, struct str encoding)
{
	u->inside = u->ended = false;
	u->packed = str_eq_nocase(encoding, STR("gzip")) || str_eq_nocase(encoding, STR("x-gzip"));
	if (!u->packed)
		return encoding.n == 0 || str_eq_nocase(encoding, STR("identity"));
	if (u->ready)
		return inflateReset(&u->z) == Z_OK;
	u->z = (z_stream){ 0 };
	u->ready = inflateInit2(&u->z, GZIP_WINDOW) == Z_OK;
	return u->ready;
}

bool unpack_feed(struct unpacker *u, struct str bytes, bool (*put)(void *arg, struct str bytes), void *arg)
{
	char out[16 * KIB];

	if (!u->packed)
		return put(arg, bytes);
	u->z.next_in = (unsigned char *)bytes.p;
	u->z.avail_in = (unsigned)bytes.n;
	while (u->z.avail_in > 0 || u->z.avail_out == 0) {
		/* Streams may follow each other; anything else behind one is padding. */
		if (u->ended && !u->inside && (u->z.avail_in == 0 || u->z.next_in[0] != 0x1f))
			return true;
		u->z.next_out = (unsigned char *)out;
		u->z.avail_out = sizeof out;
		int code = inflate(&u->z, Z_NO_FLUSH);
		u->inside = code != Z_STREAM_END;
		u->ended = u->ended || code == Z_STREAM_END;
		if (code != Z_OK && code != Z_STREAM_END && code != Z_BUF_ERROR)
			return false;
		if (u->z.avail_out < sizeof out && !put(arg, str_of(out, sizeof out - u->z.avail_out)))
			return false;
		if (code == Z_STREAM_END && inflateReset(&u->z) != Z_OK)
			return false;
		if (code == Z_BUF_ERROR)
			break;
	}
	return true;
}

bool unpack_is_whole(const struct unpacker *u)
{
	return !u->packed || !u->inside;
}

void unpack_free(struct unpacker *u)
{
	if (u->ready)
		inflateEnd(&u->z);
	u->ready = false;
}
