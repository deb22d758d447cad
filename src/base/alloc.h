/*
 * Memory that is there or the program ends.
 *
 * When the machine has no memory left, these say so in one sentence and end
 * the process with status 1.  That is safe by design: what was acknowledged
 * stands in the archive, and the supervisor or the person starts us again.
 * Sizes that come from outside are judged against base/limits.h before they
 * get here; a request above ALLOC_MAX is a mistake in this program.
 */
#ifndef STET_BASE_ALLOC_H
#define STET_BASE_ALLOC_H

#include <stddef.h>

#define ALLOC_MAX ((size_t)1 << 32)

/* Uninitialised memory of n bytes; free() it.  Never NULL, also for n = 0. */
void *mem_alloc(size_t n) __attribute__((malloc, returns_nonnull));

/* Zeroed memory for count things of the given size. */
void *mem_zalloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* p grown or shrunk to count things of the given size. */
void *mem_realloc(void *p, size_t count, size_t size) __attribute__((returns_nonnull));

char *mem_strdup(const char *s) __attribute__((malloc, returns_nonnull));

/* Grows *p, an array with room for *cap things, to hold at least need. */
void *mem_grow(void *p, size_t *cap, size_t need, size_t size) __attribute__((returns_nonnull));

/* Says that there is no memory left and ends the process. */
_Noreturn void mem_exhausted(void);

#endif
