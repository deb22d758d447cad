/*
 * An HTTP/1 response message: see message.h.  Archives often keep the head of
 * a message that was sent in chunks beside a body that no longer is: chunks
 * and encodings are undone only where the bytes really look so.
 */
#include "import/message.h"

#include <brotli/decode.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"

#define MOST_ENCODINGS 4

/* The first field of that name, trimmed. */
static struct str header_value(struct str headers, struct str name)
{
	struct str line, key, value;

	while (str_next_line(&headers, &line))
		if (str_cut(line, ':', &key, &value) && str_eq_nocase(str_trim(key), name))
			return str_trim(value);
	return STR_NONE;
}

/* Splits at the first empty line; bare line feeds are accepted. */
static bool split_head(struct str block, struct str *head, struct str *body)
{
	size_t crlf = str_find(block, STR("\r\n\r\n")), lf = str_find(block, STR("\n\n"));

	if (crlf == STR_NPOS && lf == STR_NPOS)
		return false;
	bool plain = crlf == STR_NPOS || lf < crlf;
	size_t at = plain ? lf : crlf;
	*head = str_sub(block, 0, at + (plain ? 1 : 2));
	*body = str_sub(block, at + (plain ? 2 : 4), block.n);
	return true;
}

static bool parse_status(struct str head, int *status)
{
	struct str line, version, rest, code, reason;
	int64_t n;

	if (!str_next_line(&head, &line) || !str_starts(line, STR("HTTP/")) || !str_cut(line, ' ', &version, &rest))
		return false;
	str_cut(str_trim(rest), ' ', &code, &reason);
	if (!str_to_i64(code, &n) || n < 100 || n > 999)
		return false;
	*status = (int)n;
	return true;
}

static bool chunk_size(struct str line, size_t *size)
{
	size_t n = 0, i = 0;

	line = str_trim(line);
	for (int digit; i < line.n && i < 8 && (digit = char_hex(line.p[i])) >= 0; i++)
		n = n * 16 + (size_t)digit;
	*size = n;
	return i > 0 && (i == line.n || line.p[i] == ';' || line.p[i] == ' ');
}

/* False if these are no chunks. */
static bool undo_chunks(struct str body, struct buf *out)
{
	struct str line;
	size_t size;

	while (str_next_line(&body, &line)) {
		if (!chunk_size(line, &size))
			return false;
		if (size == 0)
			return true;
		buf_str(out, str_sub(body, 0, size));
		if (size >= body.n)
			return !out->full; /* cut short: what there is, is kept */
		body = str_sub(body, size, body.n);
		if (!str_next_line(&body, &line) || line.n)
			return false;
	}
	return true;
}

/* window: 47 tells gzip and zlib apart by their heads, -15 is deflate alone. */
static bool inflate_body(struct str body, int window, struct buf *out)
{
	z_stream z = { 0 };
	char piece[16384];
	int result;

	if (inflateInit2(&z, window) != Z_OK)
		return false;
	z.next_in = (unsigned char *)body.p;
	z.avail_in = (unsigned)body.n;
	do {
		z.next_out = (unsigned char *)piece;
		z.avail_out = sizeof piece;
		result = inflate(&z, Z_NO_FLUSH);
		buf_put(out, piece, sizeof piece - z.avail_out);
	} while (result == Z_OK && !out->full);
	inflateEnd(&z);
	/* Cut short: what there is, is kept. */
	return result == Z_STREAM_END || (window > 0 && result == Z_BUF_ERROR && out->n);
}

static bool ungzip_body(struct str body, struct buf *out)
{
	return inflate_body(body, 47, out);
}

static bool undeflate_body(struct str body, struct buf *out)
{
	const unsigned char *p = (const unsigned char *)body.p;
	bool zlib = body.n > 2 && (p[0] & 0x0f) == 8 && (p[0] << 8 | p[1]) % 31 == 0;

	return inflate_body(body, zlib ? 47 : -15, out);
}

static bool unzstd_body(struct str body, struct buf *out)
{
	ZSTD_DStream *z = ZSTD_createDStream();
	ZSTD_inBuffer in = { body.p, body.n, 0 };
	char piece[16384];
	bool ok = z != NULL;

	while (ok && in.pos < in.size && !out->full) {
		ZSTD_outBuffer o = { piece, sizeof piece, 0 };
		ok = !ZSTD_isError(ZSTD_decompressStream(z, &o, &in));
		buf_put(out, piece, o.pos);
	}
	ZSTD_freeDStream(z);
	return ok;
}

static bool unbrotli_body(struct str body, struct buf *out)
{
	BrotliDecoderState *z = BrotliDecoderCreateInstance(NULL, NULL, NULL);
	BrotliDecoderResult result = z ? BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT : BROTLI_DECODER_RESULT_ERROR;
	const unsigned char *in = (const unsigned char *)body.p;
	size_t left = body.n;
	unsigned char piece[16384];

	while (result == BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT && !out->full) {
		unsigned char *to = piece;
		size_t room = sizeof piece;
		result = BrotliDecoderDecompressStream(z, &left, &in, &room, &to, NULL);
		buf_put(out, piece, sizeof piece - room);
	}
	BrotliDecoderDestroyInstance(z);
	return result == BROTLI_DECODER_RESULT_SUCCESS && left == 0;
}

/* Do these bytes begin as text does, although they claim to be packed? */
static bool looks_plain(struct str body)
{
	for (size_t i = 0; i < body.n && i < 64; i++)
		if ((unsigned char)body.p[i] < 0x20 && !char_is_space(body.p[i]))
			return false;
	return true;
}

static const struct encoding {
	const char *name, *magic; /* the first bytes; "": there are none */
	bool (*undo)(struct str body, struct buf *out);
} encodings[] = {
	{ "gzip", "\x1f\x8b", ungzip_body }, { "x-gzip", "\x1f\x8b", ungzip_body },
	{ "deflate", "", undeflate_body },   { "zstd", "\x28\xb5\x2f\xfd", unzstd_body },
	{ "br", "", unbrotli_body },
};

static bool undo_encoding(const struct encoding *how, struct str *body, struct arena *a, struct err *e)
{
	struct str magic = str_from(how->magic);
	struct buf out = BUF_INIT(MAX_BODY_BYTES);

	if (!body->n || !str_starts(*body, magic))
		return true;
	bool ok = how->undo(*body, &out), plain = !ok && !magic.n && looks_plain(*body), full = out.full;
	if (ok && !full)
		*body = arena_str(a, buf_view(&out));
	buf_free(&out);
	if (full)
		return err_set(e, ERR_LIMIT, "its body is larger than %zu bytes", MAX_BODY_BYTES);
	return ok || plain || err_set(e, ERR_FORMAT, "its body is not the %s that it claims to be", how->name);
}

/* The last one of "gzip, br" was put on last. */
static bool undo_encodings(struct str names, struct str *body, struct arena *a, struct err *e)
{
	for (int i = 0; i < MOST_ENCODINGS && names.n; i++) {
		struct str name;
		str_cut_last(names, ',', &names, &name);
		name = str_trim(name);
		for (size_t k = 0; k < sizeof encodings / sizeof *encodings; k++)
			if (str_eq_nocase(name, str_from(encodings[k].name)) &&
			    !undo_encoding(&encodings[k], body, a, e))
				return false;
	}
	return true;
}

bool message_parse(struct arena *a, struct str block, struct message *out, struct err *e)
{
	*out = (struct message){ 0 };
	if (!split_head(block, &out->headers, &out->body) || !parse_status(out->headers, &out->status))
		return err_set(e, ERR_FORMAT, "it holds no HTTP response");
	out->content_type = header_value(out->headers, STR("content-type"));
	out->etag = header_value(out->headers, STR("etag"));
	out->last_modified = header_value(out->headers, STR("last-modified"));
	if (str_eq_nocase(header_value(out->headers, STR("transfer-encoding")), STR("chunked"))) {
		struct buf plain = BUF_INIT(MAX_BODY_BYTES);
		if (undo_chunks(out->body, &plain))
			out->body = arena_str(a, buf_view(&plain));
		buf_free(&plain);
	}
	if (out->body.n > MAX_BODY_BYTES)
		return err_set(e, ERR_LIMIT, "its body is larger than %zu bytes", MAX_BODY_BYTES);
	return undo_encodings(header_value(out->headers, STR("content-encoding")), &out->body, a, e);
}
