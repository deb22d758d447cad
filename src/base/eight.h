/*
 * Eight bytes of a text at a time, in one number: the first byte is the lowest.
 *
 * Sets of bytes are numbers too: the highest bit of each byte that is in it.
 */
#ifndef STET_BASE_EIGHT_H
#define STET_BASE_EIGHT_H

#include <endian.h>

#include "base/str.h"

#define EIGHT(byte) (0x0101010101010101u * (uint64_t)(byte))

/* The bytes of s from i on; zeroes behind its end. */
static inline uint64_t eight_load(struct str s, size_t i)
{
	uint64_t v = 0;

	if (i + sizeof v <= s.n) {
		memcpy(&v, s.p + i, sizeof v);
		return le64toh(v);
	}
	for (unsigned k = 0; i + k < s.n; k++)
		v |= (uint64_t)(unsigned char)s.p[i + k] << 8 * k;
	return v;
}

/* How many bytes stand before the first of a set. */
static inline size_t eight_before(uint64_t set)
{
	return set ? (size_t)__builtin_ctzll(set) / 8 : 8;
}

/* The first n bytes of v. */
static inline uint64_t eight_first(uint64_t v, size_t n)
{
	return n >= 8 ? v : v & (((uint64_t)1 << 8 * n) - 1);
}

/* What is no ASCII. */
static inline uint64_t eight_wide(uint64_t v)
{
	return v & EIGHT(0x80);
}

/* The ASCII letters; low is v with the bit 0x20 of each byte set. */
static inline uint64_t eight_letters(uint64_t v, uint64_t low)
{
	uint64_t x = low & EIGHT(0x7f);
	return (x + EIGHT(0x80 - 'a')) & ~(x + EIGHT(0x80 - 'z' - 1)) & ~v & EIGHT(0x80);
}

/* The bytes that are equal to one; sure only of the first. */
static inline uint64_t eight_equal(uint64_t v, char byte)
{
	uint64_t x = v ^ EIGHT((unsigned char)byte);
	return (x - EIGHT(1)) & ~x & EIGHT(0x80);
}

/* One step of a quick hash of what has no NUL in it: not for what must not be forged. */
static inline uint64_t eight_hash(uint64_t h, uint64_t v)
{
	unsigned __int128 product = (unsigned __int128)(h ^ v ^ 0x9fb21c651e98df25u) * 0x9e3779b97f4a7c15u;
	return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* All steps; the same as if they were made while the bytes were read. */
static inline uint64_t eight_hash_all(struct str s)
{
	uint64_t h = 0;

	for (size_t i = 0; i < s.n; i += 8)
		h = eight_hash(h, eight_load(s, i));
	return h;
}

#endif
