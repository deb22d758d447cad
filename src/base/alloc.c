/* Memory that is there or the program ends: see alloc.h. */
#include "base/alloc.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

_Noreturn void mem_exhausted(void)
{
	static const char text[] = "stet: the machine has no memory left; nothing that was kept is lost\n";
	ssize_t n = write(STDERR_FILENO, text, sizeof text - 1);
	(void)n;
	_exit(1);
}

void *mem_alloc(size_t n)
{
	void *p = n <= ALLOC_MAX ? malloc(n ? n : 1) : NULL;
	if (!p)
		mem_exhausted();
	return p;
}

void *mem_zalloc(size_t count, size_t size)
{
	void *p = size && count <= ALLOC_MAX / size ? calloc(count ? count : 1, size) : NULL;
	if (!p)
		mem_exhausted();
	return p;
}

void *mem_realloc(void *p, size_t count, size_t size)
{
	if (size == 0 || count > ALLOC_MAX / size)
		mem_exhausted();
	void *q = realloc(p, count ? count * size : 1);
	if (!q)
		mem_exhausted();
	return q;
}

char *mem_strdup(const char *s)
{
	size_t n = strlen(s) + 1;
	return memcpy(mem_alloc(n), s, n);
}

void *mem_grow(void *p, size_t *cap, size_t need, size_t size)
{
	if (p && need <= *cap)
		return p;
	size_t want = *cap ? *cap : 8;
	while (want < need)
		want *= 2;
	*cap = want;
	return mem_realloc(p, want, size);
}
