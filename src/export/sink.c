/* Where an export is written: see sink.h. */
#include "export/sink.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/alloc.h"

#define GZIP_LEVEL 6
#define ZSTD_LEVEL 9

struct sink {
	FILE *f;
	EVP_MD_CTX *sha;
	uint64_t bytes, taken;
	uint32_t crc;
	int failed;
};

struct sink *sink_new(FILE *f)
{
	struct sink *s = mem_zalloc(1, sizeof *s);

	s->f = f;
	s->sha = EVP_MD_CTX_new();
	if (!s->sha || EVP_DigestInit_ex(s->sha, EVP_sha256(), NULL) != 1)
		mem_exhausted();
	return s;
}

void sink_free(struct sink *s)
{
	if (!s)
		return;
	EVP_MD_CTX_free(s->sha);
	free(s);
}

void sink_put(struct sink *s, struct str bytes)
{
	if (s->failed || !bytes.n)
		return;
	if (fwrite(bytes.p, 1, bytes.n, s->f) != bytes.n)
		s->failed = errno ? errno : EIO;
	EVP_DigestUpdate(s->sha, bytes.p, bytes.n);
	s->crc = (uint32_t)crc32_z(s->crc, (const unsigned char *)bytes.p, bytes.n);
	s->bytes += bytes.n;
}

uint64_t sink_bytes(const struct sink *s)
{
	return s->bytes;
}

struct sink_sums sink_take_sums(struct sink *s)
{
	struct sink_sums sums = { .bytes = s->bytes - s->taken, .crc = s->crc };

	EVP_DigestFinal_ex(s->sha, sums.sha256.bytes, NULL);
	EVP_DigestInit_ex(s->sha, EVP_sha256(), NULL);
	s->crc = 0;
	s->taken = s->bytes;
	return sums;
}

bool sink_end(struct sink *s, const char *name, struct err *e)
{
	if (!s->failed && fflush(s->f) != 0)
		s->failed = errno;
	return !s->failed ||
	       err_set(e, s->failed == ENOSPC ? ERR_FULL : ERR_IO, "cannot write %s: %s", name, strerror(s->failed));
}

/* ---- members ------------------------------------------------------------------ */

struct packer_of_members {
	ZSTD_CCtx *zstd;
	z_stream z;
	char *out;
	size_t cap;
};

struct packer_of_members *members_new(bool zstd)
{
	struct packer_of_members *m = mem_zalloc(1, sizeof *m);

	if (zstd) {
		m->zstd = ZSTD_createCCtx();
		if (!m->zstd)
			mem_exhausted();
		ZSTD_CCtx_setParameter(m->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL);
		ZSTD_CCtx_setParameter(m->zstd, ZSTD_c_checksumFlag, 1);
		ZSTD_CCtx_setParameter(m->zstd, ZSTD_c_contentSizeFlag, 1);
	} else if (deflateInit2(&m->z, GZIP_LEVEL, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
		mem_exhausted();
	}
	return m;
}

void members_free(struct packer_of_members *m)
{
	if (!m)
		return;
	if (m->zstd)
		ZSTD_freeCCtx(m->zstd);
	else
		deflateEnd(&m->z);
	free(m->out);
	free(m);
}

struct str members_pack(struct packer_of_members *m, struct str bytes)
{
	size_t room = m->zstd ? ZSTD_compressBound(bytes.n) : deflateBound(&m->z, bytes.n);

	m->out = mem_grow(m->out, &m->cap, room, 1);
	if (m->zstd) {
		size_t n = ZSTD_compress2(m->zstd, m->out, m->cap, bytes.p, bytes.n);
		return str_of(m->out, ZSTD_isError(n) ? 0 : n);
	}
	deflateReset(&m->z);
	m->z.next_in = (unsigned char *)bytes.p;
	m->z.avail_in = (unsigned)bytes.n;
	m->z.next_out = (unsigned char *)m->out;
	m->z.avail_out = (unsigned)m->cap;
	bool whole = deflate(&m->z, Z_FINISH) == Z_STREAM_END;
	return str_of(m->out, whole ? m->cap - m->z.avail_out : 0);
}
