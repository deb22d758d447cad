/*
 * Arenas: a list of blocks, the newest first.  A block doubles the last one's
 * size up to 1 MiB; a request larger than that gets a block of its own size.
 *
 * With the address sanitizer each request has a guard behind it, and what was
 * not handed out may not be touched.
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define GUARD 16
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) && !defined(GUARD)
#define GUARD 16
#endif
#ifdef GUARD
#include <sanitizer/asan_interface.h>
#else
#define GUARD 0
#define ASAN_POISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#define ASAN_UNPOISON_MEMORY_REGION(p, n) ((void)(p), (void)(n))
#endif

#define FIRST_BLOCK (4 * KIB)
#define LARGEST_BLOCK (1 * MIB)

struct block {
	struct block *older;
	size_t used, size;
	alignas(max_align_t) char bytes[];
};

/* Memory that was not handed out here; stands in a block. */
struct owned {
	struct owned *older;
	void *p;
};

struct arena {
	struct block *newest;
	struct owned *owned;
	size_t used;
};

struct arena *arena_new(void)
{
	return mem_zalloc(1, sizeof(struct arena));
}

static void free_blocks(struct block *b)
{
	while (b) {
		struct block *older = b->older;
		free(b);
		b = older;
	}
}

static void free_owned(struct arena *a)
{
	for (struct owned *o = a->owned; o; o = o->older)
		free(o->p);
	a->owned = NULL;
}

void arena_free(struct arena *a)
{
	if (!a)
		return;
	free_owned(a);
	free_blocks(a->newest);
	free(a);
}

void arena_reset(struct arena *a)
{
	struct block *keep = a->newest;

	free_owned(a);
	if (keep) {
		free_blocks(keep->older);
		keep->older = NULL;
		keep->used = 0;
		ASAN_POISON_MEMORY_REGION(keep->bytes, keep->size);
		if (keep->size > LARGEST_BLOCK) {
			free(keep);
			a->newest = NULL;
		}
	}
	a->used = 0;
}

void arena_adopt(struct arena *a, struct arena *other)
{
	struct block **end = &a->newest;
	struct owned **last = &a->owned;

	while (*end)
		end = &(*end)->older;
	*end = other->newest;
	while (*last)
		last = &(*last)->older;
	*last = other->owned;
	a->used += other->used;
	free(other);
}

size_t arena_used(const struct arena *a)
{
	return a->used;
}

static struct block *add_block(struct arena *a, size_t need)
{
	size_t size = a->newest ? a->newest->size * 2 : FIRST_BLOCK;

	if (size > LARGEST_BLOCK)
		size = LARGEST_BLOCK;
	if (size < need)
		size = need;
	struct block *b = mem_alloc(sizeof *b + size);
	b->older = a->newest;
	b->used = 0;
	b->size = size;
	a->newest = b;
	ASAN_POISON_MEMORY_REGION(b->bytes, size);
	return b;
}

/* What a request takes of its block. */
static size_t taken(size_t n)
{
	const size_t align = alignof(max_align_t);
	return ((n + align - 1) & ~(align - 1)) + GUARD;
}

void *arena_alloc(struct arena *a, size_t n)
{
	struct block *b = a->newest;
	size_t asked = n;

	if (n > ALLOC_MAX)
		n = SIZE_MAX - 2 * alignof(max_align_t) - GUARD; /* mem_alloc will say so and end */
	n = taken(n);
	if (!b || b->size - b->used < n)
		b = add_block(a, n);
	void *p = b->bytes + b->used;
	b->used += n;
	a->used += n;
	ASAN_UNPOISON_MEMORY_REGION(p, asked);
	return p;
}

void arena_trim(struct arena *a, void *p, size_t n, size_t used)
{
	struct block *b = a->newest;
	size_t back = taken(n) - taken(used);

	if (!b || (char *)p + taken(n) != b->bytes + b->used)
		return;
	b->used -= back;
	a->used -= back;
	ASAN_POISON_MEMORY_REGION((char *)p + used, n - used);
}

void *arena_zalloc(struct arena *a, size_t count, size_t size)
{
	size_t n;
	if (__builtin_mul_overflow(count, size, &n) || n > ALLOC_MAX)
		mem_exhausted();
	return memset(arena_alloc(a, n), 0, n);
}

void *arena_grow_copy(struct arena *a, void *p, size_t *cap, size_t need, size_t size)
{
	size_t had = p ? *cap : 0, want = *cap ? *cap : 8, bytes;

	while (want < need)
		want *= 2;
	if (__builtin_mul_overflow(want, size, &bytes))
		mem_exhausted();
	*cap = want;
	void *larger = arena_alloc(a, bytes);
	return had ? memcpy(larger, p, had * size) : larger;
}

struct str arena_str(struct arena *a, struct str s)
{
	char *p = arena_alloc(a, s.n + 1);
	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return str_of(p, s.n);
}

void arena_own(struct arena *a, void *p, size_t n)
{
	struct owned *o = ARENA_NEW(a, struct owned);

	*o = (struct owned){ .older = a->owned, .p = p };
	a->owned = o;
	a->used += n;
}

const char *arena_cstr(struct arena *a, struct str s)
{
	return arena_str(a, s).p;
}

struct str arena_join(struct arena *a, const struct str *parts, size_t n)
{
	size_t size = 0;

	for (size_t i = 0; i < n; i++)
		size += parts[i].n;
	char *p = arena_alloc(a, size + 1), *end = p;
	for (size_t i = 0; i < n; i++) {
		if (parts[i].n)
			memcpy(end, parts[i].p, parts[i].n);
		end += parts[i].n;
	}
	*end = '\0';
	return str_of(p, size);
}

struct str arena_number(struct arena *a, uint64_t v)
{
	char digits[20];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	return arena_str(a, str_of(digits + at, sizeof digits - at));
}

struct str arena_lower(struct arena *a, struct str s)
{
	char *out = arena_alloc(a, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		out[i] = char_lower(s.p[i]);
	out[s.n] = '\0';
	return str_of(out, s.n);
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (n < 0)
		return STR_NONE;
	char *p = arena_alloc(a, (size_t)n + 1);
	va_start(ap, fmt);
	vsnprintf(p, (size_t)n + 1, fmt, ap);
	va_end(ap);
	return str_of(p, (size_t)n);
}
