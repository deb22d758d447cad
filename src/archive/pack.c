/*
 * Packing: see pack.h.
 *
 * The window of a delta must reach from its last byte back to the first byte
 * of its base, so its size is set from both; the largest, 2^26, is below what
 * any zstd decoder accepts without being told (2^27).  For a large base the
 * hash table no longer holds every place, so the long-distance matcher is
 * switched on.
 *
 * Most of what a delta costs is to enter its base in the hash tables.  Level 1
 * has one small table where level 3 has two large ones, which other work has
 * driven from the processor's cache by the time of the next page: half the time,
 * for deltas that are 4 % and full copies that are 5 % larger until they move
 * into a pack.
 *
 * "Clearly smaller" is: an eighth of the bytes (then the full copy is not even
 * made), or at most three quarters of the full copy.  A delta costs its reader
 * the walk along the chain, so it must be worth it.
 */
#include "archive/pack.h"

#include <stdlib.h>
#include <zstd.h>

#include "base/alloc.h"

#define LEVEL 1
#define DELTA_HASH_LOG 16      /* places of the base to be found again: 256 KiB */
#define KEEP_BYTES MIB         /* buffers above this are given back */
#define LONG_BYTES (512 * KIB) /* from here on long-distance matching pays */

struct packer {
	ZSTD_CCtx *in;
	ZSTD_DCtx *out;
	struct buf full, delta;
};

struct packer *packer_new(void)
{
	struct packer *p = mem_zalloc(1, sizeof *p);

	p->full = p->delta = BUF_INIT(ZSTD_COMPRESSBOUND(PACK_MAX_BYTES));
	return p;
}

void packer_free(struct packer *p)
{
	if (!p)
		return;
	ZSTD_freeCCtx(p->in);
	ZSTD_freeDCtx(p->out);
	buf_free(&p->full);
	buf_free(&p->delta);
	free(p);
}

static void give_back(struct buf *b)
{
	if (b->cap > KEEP_BYTES)
		buf_free(b);
}

static int window_log(size_t bytes)
{
	int log = 10;

	while (log < 26 && ((size_t)1 << log) < bytes)
		log++;
	return log;
}

/* Level, window and prefix of the next frame; a zstd code. */
static size_t set_up(ZSTD_CCtx *in, int level, struct str base, size_t bytes)
{
	const struct {
		ZSTD_cParameter name;
		int value;
	} parameters[] = {
		{ ZSTD_c_compressionLevel, level },
		{ ZSTD_c_windowLog, window_log(base.n + bytes) },
		{ ZSTD_c_enableLongDistanceMatching, base.n > LONG_BYTES },
		{ ZSTD_c_hashLog, base.n ? DELTA_HASH_LOG : 0 },
	};
	size_t code = ZSTD_CCtx_reset(in, ZSTD_reset_session_and_parameters);

	for (size_t i = 0; i < sizeof parameters / sizeof *parameters && !ZSTD_isError(code); i++)
		if (parameters[i].value)
			code = ZSTD_CCtx_setParameter(in, parameters[i].name, parameters[i].value);
	return ZSTD_isError(code) || !base.n ? code : ZSTD_CCtx_refPrefix(in, base.p, base.n);
}

static bool compress(struct packer *p, int level, struct str bytes, struct str base, struct buf *out, struct err *e)
{
	if (!p->in && !(p->in = ZSTD_createCCtx()))
		return err_set(e, ERR_INTERNAL, "packing could not begin");
	buf_reset(out);
	size_t room = ZSTD_compressBound(bytes.n);
	char *to = buf_reserve(out, room);
	if (!to)
		return err_set(e, ERR_LIMIT, "%zu bytes are more than the archive keeps in one piece", bytes.n);
	size_t code = set_up(p->in, level, base, bytes.n);
	if (!ZSTD_isError(code))
		code = ZSTD_compress2(p->in, to, room, bytes.p, bytes.n);
	if (ZSTD_isError(code))
		return err_set(e, ERR_INTERNAL, "packing failed: %s", ZSTD_getErrorName(code));
	buf_commit(out, code);
	return true;
}

bool packer_pack(struct packer *p, struct str bytes, struct str base, struct str *packed, bool *delta, struct err *e)
{
	*delta = false;
	give_back(&p->full);
	give_back(&p->delta);
	if (base.n && !compress(p, LEVEL, bytes, base, &p->delta, e))
		return false;
	if (base.n && p->delta.n <= bytes.n / 8) {
		*delta = true;
	} else {
		if (!compress(p, LEVEL, bytes, STR_NONE, &p->full, e))
			return false;
		*delta = base.n && p->delta.n <= p->full.n / 4 * 3;
	}
	*packed = buf_view(*delta ? &p->delta : &p->full);
	return true;
}

bool packer_pack_solid(struct packer *p, struct str bytes, int level, struct str *packed, struct err *e)
{
	give_back(&p->full);
	if (!compress(p, level, bytes, STR_NONE, &p->full, e))
		return false;
	*packed = buf_view(&p->full);
	return true;
}

/* ---- chains -------------------------------------------------------------- */

void chain_init(struct chain *c)
{
	*c = (struct chain){ .bytes = BUF_INIT(PACK_MAX_BYTES), .next = BUF_INIT(PACK_MAX_BYTES) };
}

void chain_free(struct chain *c)
{
	buf_free(&c->bytes);
	buf_free(&c->next);
	c->known = false;
}

void chain_forget(struct chain *c)
{
	c->known = false;
}

bool chain_has(const struct chain *c, struct chain_key key)
{
	return c->known && c->key.a == key.a && c->key.b == key.b && c->key.hash == key.hash;
}

void chain_put(struct chain *c, struct chain_key key, struct str bytes)
{
	bool keep = bytes.n <= KEEP_BYTES;

	chain_begin(c, keep ? bytes : STR_NONE);
	chain_name(c, key);
	c->known = c->known && keep;
}

void chain_begin(struct chain *c, struct str bytes)
{
	c->known = false;
	buf_reset(&c->bytes);
	buf_str(&c->bytes, bytes);
}

void chain_name(struct chain *c, struct chain_key key)
{
	c->key = key;
	c->known = c->bytes.cap <= KEEP_BYTES;
	give_back(&c->bytes);
	give_back(&c->next);
}

static bool unpack(struct chain *c, struct packer *p, const struct piece *piece, bool delta, struct err *e)
{
	if (!p->out && !(p->out = ZSTD_createDCtx()))
		return err_set(e, ERR_INTERNAL, "unpacking could not begin");
	buf_reset(&c->next);
	char *to = buf_reserve(&c->next, piece->size);
	if (!to)
		return err_set(e, ERR_CORRUPT, "a piece says that it has %zu bytes", piece->size);
	size_t code = ZSTD_DCtx_reset(p->out, ZSTD_reset_session_only);
	if (delta && !ZSTD_isError(code))
		code = ZSTD_DCtx_refPrefix(p->out, c->bytes.p, c->bytes.n);
	if (!ZSTD_isError(code))
		code = ZSTD_decompressDCtx(p->out, to, piece->size, piece->packed.p, piece->packed.n);
	if (ZSTD_isError(code))
		return err_set(e, ERR_CORRUPT, "its bytes cannot be unpacked: %s", ZSTD_getErrorName(code));
	if (code != piece->size)
		return err_set(e, ERR_CORRUPT, "%zu bytes came out of a piece of %zu", code, piece->size);
	buf_commit(&c->next, code);
	struct buf swap = c->bytes;
	c->bytes = c->next;
	c->next = swap;
	return true;
}

bool chain_unpack(struct chain *c, struct packer *p, const struct piece *pieces, size_t n, bool from_known,
                  struct err *e)
{
	c->known = false;
	for (size_t i = n; i > 0; i--)
		if (!unpack(c, p, &pieces[i - 1], from_known || i < n, e))
			return false;
	return true;
}
