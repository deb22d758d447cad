/* Small pieces had lately: see recent.h. */
#include "archive/recent.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define PLACES 512 /* a power of two: three texts of each version that one commit holds, and room */
#define LONGEST (16 * KIB)

struct place {
	struct chain_key key;
	char *bytes;
	size_t n, cap;
};

struct recent {
	struct place places[PLACES];
};

struct recent *recent_new(void)
{
	return mem_zalloc(1, sizeof(struct recent));
}

void recent_free(struct recent *r)
{
	if (!r)
		return;
	for (size_t i = 0; i < PLACES; i++)
		free(r->places[i].bytes);
	free(r);
}

void recent_forget(struct recent *r)
{
	for (size_t i = 0; i < PLACES; i++)
		r->places[i].n = 0;
}

static size_t place_of(struct chain_key key)
{
	uint64_t mixed = ((uint64_t)key.a * 0x9e3779b97f4a7c15u) ^ ((uint64_t)key.b * 0xc2b2ae3d27d4eb4fu);

	return (size_t)(mixed >> 32) % PLACES;
}

void recent_put(struct recent *r, struct chain_key key, struct str bytes)
{
	struct place *p = &r->places[place_of(key)];

	if (bytes.n == 0 || bytes.n > LONGEST)
		return;
	p->bytes = mem_grow(p->bytes, &p->cap, bytes.n, 1);
	memcpy(p->bytes, bytes.p, bytes.n);
	p->n = bytes.n;
	p->key = key;
}

struct str recent_get(const struct recent *r, struct chain_key key)
{
	const struct place *p = &r->places[place_of(key)];
	bool is = p->n && p->key.a == key.a && p->key.b == key.b && p->key.hash == key.hash;

	return is ? str_of(p->bytes, p->n) : STR_NONE;
}
