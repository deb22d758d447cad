/* Hashes: see hash.h. */
#include "base/hash.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

struct sha256 hash_sha256(struct str s)
{
	struct sha256 h;
	SHA256((const unsigned char *)(s.p ? s.p : ""), s.n, h.bytes);
	return h;
}

bool sha256_eq(const struct sha256 *a, const struct sha256 *b)
{
	return memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

char *sha256_hex(const struct sha256 *h, char out[SHA256_TEXT])
{
	for (size_t i = 0; i < sizeof h->bytes; i++)
		snprintf(out + 2 * i, 3, "%02x", h->bytes[i]);
	return out;
}

uint64_t hash_quick(struct str s)
{
	return XXH3_64bits(s.p ? s.p : "", s.n);
}
