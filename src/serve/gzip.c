/* Compression of responses: see gzip.h. */
#include "serve/gzip.h"

#include <zlib.h>

/* Level 4 costs half of level 6 and gives 5 % more bytes. */
#define LEVEL 4
#define GZIP_WINDOW (15 + 16)

/* "gzip", "gzip;q=0.5", "*"; not "gzip;q=0". */
static bool names_gzip(struct str coding, bool *allowed)
{
	struct str name, weight;

	str_cut(coding, ';', &name, &weight);
	name = str_trim(name);
	if (!str_eq_nocase(name, STR("gzip")) && !str_eq_nocase(name, STR("x-gzip")) && !str_eq(name, STR("*")))
		return false;
	*allowed = true;
	weight = str_trim(weight);
	if (!str_starts_nocase(weight, STR("q=")))
		return true;
	*allowed = false;
	for (size_t i = 2; i < weight.n; i++)
		*allowed |= weight.p[i] >= '1' && weight.p[i] <= '9';
	return true;
}

bool gzip_accepted(struct str accept_encoding)
{
	bool allowed = false, more = accept_encoding.n > 0;

	while (more) {
		struct str coding;
		bool exact;
		more = str_cut(accept_encoding, ',', &coding, &accept_encoding);
		exact = str_starts_nocase(str_trim(coding), STR("gzip"));
		if (names_gzip(coding, &allowed) && exact)
			return allowed;
	}
	return allowed;
}

bool gzip_body(struct buf *body)
{
	struct buf out = BUF_INIT(body->max);
	z_stream z = { 0 };

	if (deflateInit2(&z, LEVEL, Z_DEFLATED, GZIP_WINDOW, 8, Z_DEFAULT_STRATEGY) != Z_OK)
		return false;
	size_t room = body->n;
	z.next_in = (Bytef *)body->p;
	z.avail_in = (uInt)body->n;
	z.next_out = (Bytef *)buf_reserve(&out, room);
	z.avail_out = (uInt)room;
	bool smaller = z.next_out && deflate(&z, Z_FINISH) == Z_STREAM_END;
	buf_commit(&out, smaller ? z.total_out : 0);
	deflateEnd(&z);
	if (!smaller) {
		buf_free(&out);
		return false;
	}
	buf_free(body);
	*body = out;
	return true;
}
