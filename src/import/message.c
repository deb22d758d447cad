/*
 * An HTTP/1 response message: see message.h.  Archives often keep the head of
 * a message that was sent in chunks beside a body that no longer is: chunks
 * and encodings are undone only where the bytes really look so.
 */
#include "import/message.h"

#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"

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
	for (; i < line.n && i < 8; i++) {
		char c = char_lower(line.p[i]);
		if (char_is_digit(c))
			n = n * 16 + (size_t)(c - '0');
		else if (c >= 'a' && c <= 'f')
			n = n * 16 + (size_t)(c - 'a' + 10);
		else
			break;
	}
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

static bool inflate_body(struct str body, struct buf *out)
{
	z_stream z = { 0 };
	char piece[16384];
	int result;

	/* 32 + 15: gzip or zlib by its head. */
	if (inflateInit2(&z, 47) != Z_OK)
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
	return result == Z_STREAM_END || (result == Z_BUF_ERROR && out->n);
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

static bool undo_encoding(struct str name, struct str *body, struct arena *a, struct err *e)
{
	struct buf out = BUF_INIT(MAX_BODY_BYTES);
	bool zip = body->n > 2 && (unsigned char)body->p[0] == 0x1f && (unsigned char)body->p[1] == 0x8b;
	bool ok = true, done = false;

	if ((str_eq_nocase(name, STR("gzip")) || str_eq_nocase(name, STR("x-gzip"))) && zip)
		ok = inflate_body(*body, &out), done = true;
	else if (str_eq_nocase(name, STR("deflate")) && body->n && ((unsigned char)body->p[0] & 0x0f) == 8)
		ok = inflate_body(*body, &out), done = true;
	else if (str_eq_nocase(name, STR("zstd")) && str_starts(*body, STR("\x28\xb5\x2f\xfd")))
		ok = unzstd_body(*body, &out), done = true;
	if (done && ok)
		*body = arena_str(a, buf_view(&out));
	bool full = out.full;
	buf_free(&out);
	if (full)
		return err_set(e, ERR_LIMIT, "its body is larger than %zu bytes", MAX_BODY_BYTES);
	return ok || err_set(e, ERR_FORMAT, "its body is not the %.*s that it claims to be", STR_ARG(name));
}

bool message_parse(struct arena *a, struct str block, struct message *out, struct err *e)
{
	*out = (struct message){ 0 };
	if (!split_head(block, &out->headers, &out->body) || !parse_status(out->headers, &out->status))
		return err_set(e, ERR_FORMAT, "it holds no HTTP response");
	out->content_type = header_value(out->headers, STR("content-type"));
	out->etag = header_value(out->headers, STR("etag"));
	out->last_modified = header_value(out->headers, STR("last-modified"));
	out->location = header_value(out->headers, STR("location"));
	if (str_eq_nocase(header_value(out->headers, STR("transfer-encoding")), STR("chunked"))) {
		struct buf plain = BUF_INIT(MAX_BODY_BYTES);
		if (undo_chunks(out->body, &plain))
			out->body = arena_str(a, buf_view(&plain));
		buf_free(&plain);
	}
	if (out->body.n > MAX_BODY_BYTES)
		return err_set(e, ERR_LIMIT, "its body is larger than %zu bytes", MAX_BODY_BYTES);
	return undo_encoding(header_value(out->headers, STR("content-encoding")), &out->body, a, e);
}
