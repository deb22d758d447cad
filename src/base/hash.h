/*
 * Hashes: SHA-256 (FIPS 180-4, from OpenSSL) for what must not be forged,
 * XXH3 for tables.
 */
#ifndef STET_BASE_HASH_H
#define STET_BASE_HASH_H

#include "base/str.h"

struct sha256 {
	unsigned char bytes[32];
};

struct sha256 hash_sha256(struct str s);
bool sha256_eq(const struct sha256 *a, const struct sha256 *b);
#define SHA256_TEXT 65
char *sha256_hex(const struct sha256 *h, char out[SHA256_TEXT]); /* lower case */

uint64_t hash_quick(struct str s); /* XXH3, 64 bits; not for what must not be forged */

#endif
