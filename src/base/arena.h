/*
 * An arena: memory that dies together.
 *
 * A request, a page or a check has one arena.  Allocation is a pointer bump
 * (about 2 ns), never fails (see alloc.h) and is aligned for any type; there
 * is no way to free a single piece.
 */
#ifndef STET_BASE_ARENA_H
#define STET_BASE_ARENA_H

#include <stddef.h>

#include "base/err.h"
#include "base/str.h"

struct arena;

struct arena *arena_new(void);
void arena_free(struct arena *a);                       /* NULL is harmless */
void arena_reset(struct arena *a);                      /* forgets everything, keeps one block for reuse */
void arena_adopt(struct arena *a, struct arena *other); /* other's memory now dies with a; other is gone */
size_t arena_used(const struct arena *a);               /* bytes handed out since new or reset */

void *arena_alloc(struct arena *a, size_t n); /* uninitialised */
void *arena_zalloc(struct arena *a, size_t count, size_t size);
/* Of the n bytes at p only the first used ones are needed: the rest is given
 * back, if nothing was handed out since. */
void arena_trim(struct arena *a, void *p, size_t n, size_t used);
#define ARENA_NEW(a, type) ((type *)arena_zalloc((a), 1, sizeof(type)))
#define ARENA_ARRAY(a, type, count) ((type *)arena_zalloc((a), (count), sizeof(type)))

/* p, an array with room for *cap things, grown to hold at least need, as mem_grow
 * does: where it is too small, a larger copy.  With p NULL, *cap is what to begin with. */
void *arena_grow_copy(struct arena *a, void *p, size_t *cap, size_t need, size_t size);
static inline void *arena_grow(struct arena *a, void *p, size_t *cap, size_t need, size_t size)
{
	return p && need <= *cap ? p : arena_grow_copy(a, p, cap, need, size);
}

/* A copy of s in the arena, with a NUL behind it that is not counted. */
struct str arena_str(struct arena *a, struct str s);
/* n bytes at p, from mem_alloc or malloc: they stay where they are and die with the arena. */
void arena_own(struct arena *a, void *p, size_t n);
const char *arena_cstr(struct arena *a, struct str s);
struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* Strings one behind the other, with a NUL behind them: ARENA_JOIN(a, STR("the "), s).
 * A tenth of what arena_printf costs. */
struct str arena_join(struct arena *a, const struct str *parts, size_t n);
#define ARENA_JOIN(a, ...) \
	arena_join((a), (const struct str[]){ __VA_ARGS__ }, \
	           sizeof((const struct str[]){ __VA_ARGS__ }) / sizeof(struct str))
struct str arena_number(struct arena *a, uint64_t v); /* in digits */
struct str arena_lower(struct arena *a, struct str s); /* the letters of ASCII in lower case */

#endif
