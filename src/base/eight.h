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

/* 1 to 7 bytes, in pieces that overlap. */
static __attribute__((noinline, unused)) uint64_t eight_tail(const char *p, size_t n)
{
	uint32_t first, last;

	if (n < 4)
		return (uint64_t)(unsigned char)p[0] | (uint64_t)(unsigned char)p[n / 2] << 8 * (n / 2) |
		       (uint64_t)(unsigned char)p[n - 1] << 8 * (n - 1);
	memcpy(&first, p, sizeof first);
	memcpy(&last, p + n - 4, sizeof last);
	return le32toh(first) | (uint64_t)le32toh(last) << 8 * (n - 4);
}

/* The bytes of s from i on; zeroes behind its end. */
static inline uint64_t eight_load(struct str s, size_t i)
{
	uint64_t v;

	if (__builtin_expect(i + sizeof v <= s.n, 1)) {
		memcpy(&v, s.p + i, sizeof v);
		return le64toh(v);
	}
	return i < s.n ? eight_tail(s.p + i, s.n - i) : 0;
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

/* Is there nothing but ASCII in s? */
static inline bool eight_is_ascii(struct str s)
{
	for (size_t i = 0; i < s.n; i += 8)
		if (eight_wide(eight_load(s, i)))
			return false;
	return true;
}

/* The ASCII letters; low is v with the bit 0x20 of each byte set. */
static inline uint64_t eight_letters(uint64_t v, uint64_t low)
{
	uint64_t x = low & EIGHT(0x7f);
	return (x + EIGHT(0x80 - 'a')) & ~(x + EIGHT(0x80 - 'z' - 1)) & ~v & EIGHT(0x80);
}

/* The ASCII digits. */
static inline uint64_t eight_digits(uint64_t v)
{
	uint64_t x = v & EIGHT(0x7f);
	return (x + EIGHT(0x80 - '0')) & ~(x + EIGHT(0x80 - '9' - 1)) & ~v & EIGHT(0x80);
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
	size_t i = 0;

	for (; i + 8 <= s.n; i += 8)
		h = eight_hash(h, eight_load(s, i));
	return i < s.n ? eight_hash(h, eight_tail(s.p + i, s.n - i)) : h;
}

#endif
