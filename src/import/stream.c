/*
 * Plain bytes out of packed files: see stream.h.
 *
 * Three layers, each with one buffer: bytes of the file, the part of it (which
 * may be deflated), and plain bytes.  A member that is broken, or that unpacks
 * to more than MAX_UNPACK_RATIO times its size, ends the bytes with a trouble;
 * recovering looks for the next head of a member behind it, byte by byte, and
 * takes it if what comes out of it begins like a record.
 */
#include "import/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"

#define PIECE (128 * KIB)
#define WINDOW_LOG 25 /* of zstd: 32 MiB; the format asks for 8 */
#define DICTIONARY_MAGIC 0x184d2a5du
#define MAX_DICTIONARY (8 * MIB)
#define PROBE 1024u
#define RECORD STR("WARC/")

enum packing { PLAIN, GZIP, ZSTD };

struct stream {
	int fd;
	struct stream_part part;
	uint64_t file_at; /* of the part: the next byte to read from the file */
	unsigned char raw[PIECE];
	z_stream part_z; /* the part is deflated */
	bool part_z_open, part_ended;

	enum packing packing;
	unsigned char in[PIECE];
	size_t in_pos, in_n;
	uint64_t in_base; /* of the part: byte of in[0] */
	z_stream z;
	bool z_open;
	ZSTD_DCtx *zstd;

	unsigned char out[PIECE];
	size_t out_pos, out_n;
	uint64_t member; /* place of out[0] */
	uint64_t within;
	uint64_t packed; /* bytes of the member that were unpacked */
	bool member_ended, ended, pipe;
	const char *trouble;
};

/* ---- the part -------------------------------------------------------------- */

static ssize_t read_file(struct stream *s, void *to, size_t n)
{
	uint64_t left = s->part.length ? s->part.length - s->file_at : UINT64_MAX;
	ssize_t got;

	if (n > left)
		n = (size_t)left;
	if (n == 0)
		return 0;
	do
		got = s->pipe ? read(s->fd, to, n) : pread(s->fd, to, n, (off_t)(s->part.begin + s->file_at));
	while (got < 0 && (errno == EINTR || (errno == ESPIPE && !s->pipe && (s->pipe = true))));
	if (got < 0)
		s->trouble = "it cannot be read from the disk";
	else
		s->file_at += (uint64_t)got;
	return got;
}

static size_t read_deflated(struct stream *s)
{
	z_stream *z = &s->part_z;

	z->next_out = s->in;
	z->avail_out = sizeof s->in;
	while (z->avail_out == sizeof s->in && !s->part_ended) {
		if (z->avail_in == 0) {
			ssize_t got = read_file(s, s->raw, sizeof s->raw);
			z->next_in = s->raw;
			z->avail_in = got > 0 ? (unsigned)got : 0;
		}
		int result = inflate(z, Z_NO_FLUSH);
		s->part_ended = result != Z_OK;
		if (result != Z_OK && result != Z_STREAM_END)
			s->trouble = "the entry of the zip is broken";
	}
	return sizeof s->in - z->avail_out;
}

static bool fill_input(struct stream *s)
{
	s->in_base += s->in_n;
	s->in_pos = s->in_n = 0;
	if (s->part.deflated) {
		s->in_n = read_deflated(s);
	} else {
		ssize_t got = read_file(s, s->in, sizeof s->in);
		s->in_n = got > 0 ? (size_t)got : 0;
	}
	return s->in_n > 0;
}

/* Goes to a byte of the part. */
static bool seek_part(struct stream *s, uint64_t to)
{
	if (to >= s->in_base && to <= s->in_base + s->in_n) {
		s->in_pos = (size_t)(to - s->in_base);
		return true;
	}
	if (s->part.deflated && to < s->in_base) {
		if (inflateReset2(&s->part_z, -15) != Z_OK)
			return false;
		s->part_z.avail_in = 0;
		s->part_ended = false;
		s->file_at = 0;
		s->in_base = s->in_n = s->in_pos = 0;
	}
	if (!s->part.deflated) {
		s->file_at = to;
		s->in_base = to;
		s->in_n = s->in_pos = 0;
		return true;
	}
	while (s->in_base + s->in_n < to)
		if (!fill_input(s))
			return false;
	s->in_pos = (size_t)(to - s->in_base);
	return true;
}

/* At least n bytes in the buffer, from in_pos on, if there are so many left. */
static void have_input(struct stream *s, size_t n)
{
	while (s->in_n - s->in_pos < n && !s->part.deflated) {
		size_t left = s->in_n - s->in_pos;
		memmove(s->in, s->in + s->in_pos, left);
		s->in_base += s->in_pos;
		s->in_pos = 0;
		s->in_n = left;
		ssize_t got = read_file(s, s->in + left, sizeof s->in - left);
		if (got <= 0)
			return;
		s->in_n += (size_t)got;
	}
}

/* ---- members --------------------------------------------------------------- */

static void begin_member(struct stream *s)
{
	s->member = s->in_base + s->in_pos;
	s->within = s->packed = 0;
	s->out_pos = s->out_n = 0;
	s->member_ended = false;
	if (s->packing == GZIP)
		inflateReset2(&s->z, 31);
	else if (s->packing == ZSTD)
		ZSTD_DCtx_reset(s->zstd, ZSTD_reset_session_only);
}

static bool unpack_gzip(struct stream *s)
{
	s->z.next_in = s->in + s->in_pos;
	s->z.avail_in = (unsigned)(s->in_n - s->in_pos);
	s->z.next_out = s->out;
	s->z.avail_out = sizeof s->out;
	int result = inflate(&s->z, Z_NO_FLUSH);
	size_t used = s->in_n - s->in_pos - s->z.avail_in;
	s->in_pos += used;
	s->packed += used;
	s->out_n = sizeof s->out - s->z.avail_out;
	s->member_ended = result == Z_STREAM_END;
	return result == Z_OK || result == Z_STREAM_END;
}

static bool unpack_zstd(struct stream *s)
{
	ZSTD_inBuffer in = { s->in + s->in_pos, s->in_n - s->in_pos, 0 };
	ZSTD_outBuffer out = { s->out, sizeof s->out, 0 };
	size_t result = ZSTD_decompressStream(s->zstd, &out, &in);

	s->in_pos += in.pos;
	s->packed += in.pos;
	s->out_n = out.pos;
	s->member_ended = result == 0;
	return !ZSTD_isError(result);
}

static bool fill_plain(struct stream *s)
{
	if (s->in_pos == s->in_n && !fill_input(s))
		return false;
	s->out_n = s->in_n - s->in_pos;
	memcpy(s->out, s->in + s->in_pos, s->out_n);
	s->in_pos = s->in_n;
	return true;
}

static bool is_bomb(const struct stream *s)
{
	uint64_t plain = s->within + s->out_n;
	return plain > UNPACK_FREE_BYTES && plain / MAX_UNPACK_RATIO > s->packed;
}

/* More plain bytes, behind those that were taken. */
static bool fill_output(struct stream *s)
{
	s->within += s->out_n;
	s->out_pos = s->out_n = 0;
	if (s->trouble || s->ended)
		return false;
	if (s->packing == PLAIN) {
		s->ended = !fill_plain(s);
		return !s->ended;
	}
	while (s->out_n == 0) {
		bool between = s->member_ended;
		if (s->in_pos == s->in_n && !fill_input(s)) {
			s->ended = between || s->packed == 0;
			s->trouble = s->ended || s->trouble ? s->trouble : "it breaks off inside a member";
			return false;
		}
		if (between)
			begin_member(s);
		if (!(s->packing == GZIP ? unpack_gzip(s) : unpack_zstd(s)))
			s->trouble = s->packing == GZIP ? "its gzip is broken" : "its zstd is broken";
		else if (is_bomb(s))
			s->trouble = "it unpacks to far more than any text does";
		if (s->trouble)
			return false;
	}
	return true;
}

/* ---- opening ---------------------------------------------------------------- */

static uint32_t little_endian(const unsigned char *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

/* The dictionary may itself be packed. */
static bool use_dictionary(struct stream *s, const void *bytes, size_t n)
{
	unsigned long long size = ZSTD_getFrameContentSize(bytes, n);

	if (n >= 4 && little_endian(bytes) != ZSTD_MAGICNUMBER)
		return !ZSTD_isError(ZSTD_DCtx_loadDictionary(s->zstd, bytes, n));
	if (size == 0 || size > MAX_DICTIONARY)
		return false;
	void *plain = mem_alloc((size_t)size);
	size_t got = ZSTD_decompress(plain, (size_t)size, bytes, n);
	bool ok = !ZSTD_isError(got) && !ZSTD_isError(ZSTD_DCtx_loadDictionary(s->zstd, plain, got));
	free(plain);
	return ok;
}

static bool read_dictionary(struct stream *s, const char *path, struct err *e)
{
	have_input(s, 8);
	if (s->in_n < 8 || little_endian(s->in) != DICTIONARY_MAGIC)
		return true;
	size_t size = little_endian(s->in + s->in_pos + 4);
	if (size > MAX_DICTIONARY)
		return err_set(e, ERR_LIMIT, "%s: its dictionary is larger than %zu MiB", path, MAX_DICTIONARY / MIB);
	struct buf bytes = BUF_INIT(MAX_DICTIONARY);
	s->in_pos += 8;
	while (bytes.n < size && (s->in_pos < s->in_n || fill_input(s))) {
		size_t piece = s->in_n - s->in_pos;
		if (piece > size - bytes.n)
			piece = size - bytes.n;
		buf_put(&bytes, s->in + s->in_pos, piece);
		s->in_pos += piece;
	}
	bool ok = bytes.n == size && use_dictionary(s, bytes.p, bytes.n);
	buf_free(&bytes);
	return ok || err_set(e, ERR_FORMAT, "%s: its dictionary cannot be read", path);
}

static bool open_packing(struct stream *s, const char *path, struct err *e)
{
	const unsigned char *p = s->in;

	if (!fill_input(s))
		return true;
	if (s->in_n >= 2 && p[0] == 0x1f && p[1] == 0x8b)
		s->packing = GZIP;
	else if (s->in_n >= 4 && (little_endian(p) == ZSTD_MAGICNUMBER || little_endian(p) == DICTIONARY_MAGIC))
		s->packing = ZSTD;
	if (s->packing == GZIP) {
		if (inflateInit2(&s->z, 31) != Z_OK)
			return err_set(e, ERR_INTERNAL, "zlib did not start");
		s->z_open = true;
	} else if (s->packing == ZSTD) {
		s->zstd = ZSTD_createDCtx();
		if (!s->zstd)
			mem_exhausted();
		ZSTD_DCtx_setParameter(s->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
		return read_dictionary(s, path, e);
	}
	return true;
}

bool stream_open(const char *path, const struct stream_part *part, struct stream **out, struct err *e)
{
	struct stream *s = mem_zalloc(1, sizeof *s);

	s->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (part)
		s->part = *part;
	if (s->fd < 0) {
		err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", path, strerror(errno));
	} else if (s->part.deflated && inflateInit2(&s->part_z, -15) != Z_OK) {
		err_set(e, ERR_INTERNAL, "zlib did not start");
	} else {
		s->part_z_open = s->part.deflated;
		posix_fadvise(s->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
		if (open_packing(s, path, e)) {
			begin_member(s);
			*out = s;
			return true;
		}
	}
	stream_close(s);
	return false;
}

void stream_close(struct stream *s)
{
	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	if (s->part_z_open)
		inflateEnd(&s->part_z);
	if (s->z_open)
		inflateEnd(&s->z);
	ZSTD_freeDCtx(s->zstd);
	free(s);
}

/* ---- places ------------------------------------------------------------------ */

struct stream_place stream_place(struct stream *s)
{
	if (s->out_pos == s->out_n)
		fill_output(s);
	return (struct stream_place){ s->member, s->within + s->out_pos };
}

bool stream_go(struct stream *s, struct stream_place place, struct err *e)
{
	uint64_t left = place.within;

	s->trouble = NULL;
	s->ended = false;
	s->out_pos = s->out_n = 0;
	bool found = seek_part(s, s->packing == PLAIN ? place.member + left : place.member);
	if (found && s->packing == PLAIN) {
		s->member = place.member;
		s->within = left;
		return true;
	}
	if (found)
		begin_member(s);
	while (found && left) {
		if (s->out_pos == s->out_n && (!fill_output(s) || s->member != place.member))
			break;
		size_t piece = s->out_n - s->out_pos < left ? s->out_n - s->out_pos : (size_t)left;
		s->out_pos += piece;
		left -= piece;
	}
	return (found && left == 0) || err_set(e, ERR_FORMAT, "it has no byte %llu any more",
	                                       (unsigned long long)(place.member + place.within));
}

/* ---- bytes -------------------------------------------------------------------- */

static bool at_record(const struct stream *s)
{
	return str_starts(str_of((const char *)s->out + s->out_pos, s->out_n - s->out_pos), RECORD);
}

uint64_t stream_take(struct stream *s, struct buf *out, uint64_t n)
{
	uint64_t done = 0;

	while (done < n) {
		uint64_t member = s->member;
		if (s->out_pos == s->out_n && (!fill_output(s) || (s->member != member && at_record(s))))
			break;
		size_t piece = s->out_n - s->out_pos;
		if (piece > n - done)
			piece = (size_t)(n - done);
		if (out)
			buf_put(out, s->out + s->out_pos, piece);
		s->out_pos += piece;
		done += piece;
	}
	return done;
}

bool stream_line(struct stream *s, struct buf *line)
{
	bool any = false;

	buf_reset(line);
	line->full = false;
	for (;;) {
		if (s->out_pos == s->out_n && !fill_output(s))
			return any;
		any = true;
		char *from = (char *)s->out + s->out_pos, *end = memchr(from, '\n', s->out_n - s->out_pos);
		size_t n = end ? (size_t)(end - from) : s->out_n - s->out_pos;
		buf_put(line, from, n);
		s->out_pos += n + (end != NULL);
		if (end)
			return true;
	}
}

/* Only at the beginning of a file, so that one buffer is enough. */
struct str stream_peek(struct stream *s, size_t n)
{
	if (s->out_pos == s->out_n)
		fill_output(s);
	size_t there = s->out_n - s->out_pos;
	return str_of((const char *)s->out + s->out_pos, n < there ? n : there);
}

const char *stream_trouble(const struct stream *s)
{
	return s->trouble;
}

/* Does a member that holds a record begin here?  The first bytes tell, and no
 * more of them are unpacked. */
static bool probe_gzip(struct stream *s, const unsigned char *p, size_t n)
{
	unsigned char plain[16];

	if (p[0] != 0x1f || p[1] != 0x8b || p[2] != 8 || p[3] != 0 || inflateReset2(&s->z, 31) != Z_OK)
		return false;
	s->z.next_in = (unsigned char *)p;
	s->z.avail_in = (unsigned)n;
	s->z.next_out = plain;
	s->z.avail_out = sizeof plain;
	inflate(&s->z, Z_NO_FLUSH);
	return str_starts(str_of((const char *)plain, sizeof plain - s->z.avail_out), RECORD);
}

/* A frame's first block may be large, so its head has to do. */
static bool probe_zstd(const unsigned char *p, size_t n)
{
	unsigned long long size;

	if (little_endian(p) != ZSTD_MAGICNUMBER)
		return false;
	size = ZSTD_getFrameContentSize(p, n);
	return size != ZSTD_CONTENTSIZE_ERROR && size != 0;
}

bool stream_recover(struct stream *s)
{
	if (s->packing == PLAIN || s->part.deflated)
		return false;
	s->trouble = NULL;
	s->out_pos = s->out_n = 0;
	have_input(s, PROBE);
	/* A frame that is refused as a whole was not gone into. */
	if (s->in_base + s->in_pos <= s->member && s->in_pos < s->in_n)
		s->in_pos++;
	for (; s->in_n - s->in_pos >= 4; s->in_pos++) {
		if (s->in_n - s->in_pos < PROBE)
			have_input(s, PROBE);
		const unsigned char *p = s->in + s->in_pos;
		size_t left = s->in_n - s->in_pos, n = left < PROBE ? left : PROBE;
		if (s->packing == GZIP ? probe_gzip(s, p, n) : probe_zstd(p, n)) {
			begin_member(s);
			return true;
		}
	}
	s->ended = true;
	return false;
}
