/* A set of ids: open addressing, removal by shifting back. */
#include "watch/idset.h"

#include <stdlib.h>

#include "base/alloc.h"

static size_t home_of(const struct idset *s, int64_t id)
{
	return (size_t)((uint64_t)id * 0x9e3779b97f4a7c15u >> 20) & (s->size - 1);
}

void idset_free(struct idset *s)
{
	free(s->slots);
	*s = (struct idset){ 0 };
}

static void grow(struct idset *s)
{
	struct idset bigger = { .size = s->size ? s->size * 2 : 64 };

	bigger.slots = mem_zalloc(bigger.size, sizeof *bigger.slots);
	for (size_t i = 0; i < s->size; i++)
		if (s->slots[i])
			idset_add(&bigger, s->slots[i]);
	free(s->slots);
	*s = bigger;
}

bool idset_add(struct idset *s, int64_t id)
{
	if (s->count * 2 >= s->size)
		grow(s);
	size_t i = home_of(s, id);
	for (; s->slots[i]; i = (i + 1) & (s->size - 1))
		if (s->slots[i] == id)
			return false;
	s->slots[i] = id;
	s->count++;
	return true;
}

void idset_remove(struct idset *s, int64_t id)
{
	if (s->count == 0)
		return;
	size_t mask = s->size - 1, i = home_of(s, id);
	while (s->slots[i] && s->slots[i] != id)
		i = (i + 1) & mask;
	if (!s->slots[i])
		return;
	s->count--;
	/* Move back whatever would no longer be found behind the gap. */
	for (size_t j = i;;) {
		s->slots[i] = 0;
		do {
			j = (j + 1) & mask;
			if (!s->slots[j])
				return;
		} while (((j - home_of(s, s->slots[j])) & mask) < ((j - i) & mask));
		s->slots[i] = s->slots[j];
		i = j;
	}
}
