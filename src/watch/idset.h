/* A set of ids greater than 0: targets that are under way, articles to be rebuilt. */
#ifndef STET_WATCH_IDSET_H
#define STET_WATCH_IDSET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct idset {
	int64_t *slots; /* 0: free */
	size_t size, count;
};

void idset_free(struct idset *s);
bool idset_add(struct idset *s, int64_t id); /* false if it was there */
void idset_remove(struct idset *s, int64_t id);

#endif
