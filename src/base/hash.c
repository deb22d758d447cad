/* Hashes: see hash.h. */
#include "base/hash.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/alloc.h"

/* Looked up once: finding it by name costs as much as hashing a kilobyte. */
static EVP_MD *sha256_method;
static pthread_once_t method_once = PTHREAD_ONCE_INIT;

static void find_method(void)
{
	/* Without memory for what it begins with, the library's next step is a crash. */
	if (!OSSL_LIB_CTX_get0_global_default())
		mem_exhausted();
	sha256_method = EVP_MD_fetch(NULL, "SHA2-256", NULL);
}

struct sha256 hash_sha256(struct str s)
{
	struct sha256 h;

	pthread_once(&method_once, find_method);
	if (!EVP_Digest(s.p ? s.p : "", s.n, h.bytes, NULL, sha256_method, NULL))
		mem_exhausted(); /* the only way in which it fails */
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
