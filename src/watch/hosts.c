/*
 * Hosts: see hosts.h.  An open-addressing table of pointers by the XXH3 of the
 * origin; a host is about 200 bytes and its rules.
 */
#include "watch/hosts.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"

#define RULES_GOOD_FOR (1 * DAYS) /* RFC 9309, 2.4: at most a day */
#define UNREACHABLE_FOR (30 * MINUTES)

struct hosts {
	struct host **slots;
	size_t size, count;
};

struct hosts *hosts_new(void)
{
	struct hosts *h = mem_zalloc(1, sizeof *h);
	h->size = 64;
	h->slots = mem_zalloc(h->size, sizeof *h->slots);
	return h;
}

static void host_free(struct host *h)
{
	if (!h)
		return;
	arena_free(h->arena);
	free((char *)h->origin.p);
	free(h);
}

void hosts_free(struct hosts *h)
{
	if (!h)
		return;
	for (size_t i = 0; i < h->size; i++)
		host_free(h->slots[i]);
	free(h->slots);
	free(h);
}

static struct host **slot_of(struct hosts *h, struct str origin)
{
	size_t i = hash_quick(origin) & (h->size - 1);
	while (h->slots[i] && !str_eq(h->slots[i]->origin, origin))
		i = (i + 1) & (h->size - 1);
	return &h->slots[i];
}

/* Puts the hosts that keep() likes into a table of the given size. */
static void refill(struct hosts *h, size_t size, bool (*keep)(const struct host *))
{
	struct host **old = h->slots;
	size_t old_size = h->size;

	h->slots = mem_zalloc(size, sizeof *h->slots);
	h->size = size;
	h->count = 0;
	for (size_t i = 0; i < old_size; i++) {
		if (!old[i])
			continue;
		if (keep && !keep(old[i])) {
			host_free(old[i]);
			continue;
		}
		*slot_of(h, old[i]->origin) = old[i];
		h->count++;
	}
	free(old);
}

struct host *hosts_get(struct hosts *h, struct str origin)
{
	struct host **slot = slot_of(h, origin);

	if (*slot)
		return *slot;
	if (h->count * 2 >= h->size) {
		refill(h, h->size * 2, NULL);
		slot = slot_of(h, origin);
	}
	struct host *host = mem_zalloc(1, sizeof *host);
	char *name = mem_alloc(origin.n + 1);
	for (size_t i = 0; i < origin.n; i++)
		name[i] = origin.p[i];
	name[origin.n] = '\0';
	host->origin = str_of(name, origin.n);
	*slot = host;
	h->count++;
	return host;
}

void hosts_each(struct hosts *h, void (*visit)(struct host *, void *), void *arg)
{
	for (size_t i = 0; i < h->size; i++)
		if (h->slots[i])
			visit(h->slots[i], arg);
}

size_t hosts_count(const struct hosts *h)
{
	return h->count;
}

static bool in_use(const struct host *h)
{
	return h->busy || h->ready || h->first || h->state == RULES_ASKED || h->wait_until_ms > 0;
}

void hosts_trim(struct hosts *h)
{
	refill(h, h->size, in_use);
}

void host_push(struct host *h, struct job *j)
{
	j->next = NULL;
	if (h->last)
		h->last->next = j;
	else
		h->first = j;
	h->last = j;
	h->waiting++;
}

struct job *host_pop(struct host *h)
{
	struct job *j = h->first;

	if (j) {
		h->first = j->next;
		h->waiting--;
		if (!h->first)
			h->last = NULL;
	}
	return j;
}

/* Takes over the encoded rules; the arena is the host's. */
static bool set_rules(struct host *h, struct str encoded)
{
	arena_free(h->arena);
	h->arena = arena_new();
	return robots_decode(arena_str(h->arena, encoded), h->arena, &h->robots);
}

bool host_load_rules(struct host *h, struct archive *ar, when now, struct err *e)
{
	struct robots_copy copy;
	struct arena *a = arena_new();

	bool ok = archive_robots_get(ar, a, h->origin, &copy, e);
	if (ok && copy.expires > now && copy.fetched <= now) {
		h->expires = copy.expires;
		h->state = copy.reachable ? RULES_KNOWN : RULES_UNREACHABLE;
		if (copy.reachable && !set_rules(h, copy.rules))
			h->state = RULES_UNKNOWN;
	} else if (!ok && e->kind == ERR_NOT_FOUND) {
		ok = true;
	}
	arena_free(a);
	return ok;
}

bool host_store_rules(struct host *h, struct archive *ar, when now, const struct robots *rules, struct err *e)
{
	struct buf b = BUF_INIT(4 * MAX_ROBOTS_BYTES);
	struct robots_copy copy = { .fetched = now, .reachable = rules != NULL };

	copy.expires = now + (rules ? RULES_GOOD_FOR : UNREACHABLE_FOR);
	if (rules)
		robots_encode(rules, &b);
	copy.rules = buf_view(&b);
	h->expires = copy.expires;
	h->state = rules && set_rules(h, copy.rules) ? RULES_KNOWN : RULES_UNREACHABLE;
	bool ok = archive_robots_put(ar, h->origin, &copy, e);
	buf_free(&b);
	return ok;
}
