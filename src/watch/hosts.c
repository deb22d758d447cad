/*
 * Hosts: see hosts.h.  An open-addressing table of pointers by the XXH3 of the
 * origin, and a heap of those that wait.  A host is about 300 bytes and its
 * rules, which stay encoded: there may be tens of thousands of hosts, and rules
 * are looked at once a request.
 */
#include "watch/hosts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/hash.h"

#define RULES_AT_LEAST (5 * MINUTES) /* also when they may not be kept at all */
#define RULES_AT_MOST (1 * DAYS)     /* RFC 9309, 2.4 */
#define FIRST_SILENCE (30 * MINUTES)
#define LONGEST_SILENCE (30 * DAYS) /* RFC 9309, 2.3.1.4 */
#define FIRST_WAIT (1 * MINUTES)
#define LONGEST_OWN_WAIT (12 * HOURS)
#define LONGEST_WAIT (1 * DAYS)
#define LONGEST_PAUSE (1 * HOURS) /* that fetch.host_pause can be */
#define WORTH_KEEPING (2 * MINUTES)
#define MAX_WAITS 2000
#define AT_ONCE 24       /* this part of a day's requests ... */
#define LEAST_AT_ONCE 10 /* ... and no fewer are there when it begins */

struct hosts {
	struct host **slots;
	size_t size, count;
	size_t trim_beyond;
	struct host **heap;
	size_t nheap, heap_cap;
};

struct hosts *hosts_new(void)
{
	struct hosts *h = mem_zalloc(1, sizeof *h);
	h->size = 64;
	h->slots = mem_zalloc(h->size, sizeof *h->slots);
	return h;
}

static struct str copy(struct str s)
{
	char *p = mem_alloc(s.n);

	if (s.n)
		memcpy(p, s.p, s.n);
	return str_of(p, s.n);
}

static void host_free(struct host *h)
{
	if (!h)
		return;
	free((char *)h->rules.p);
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
	free(h->heap);
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
	host->origin = copy(origin);
	host->crawl_delay = -1;
	host->silent_since = host->booked = host->allotted = WHEN_NONE;
	host->day = -1;
	host->place = HOST_NOWHERE;
	*slot = host;
	h->count++;
	return host;
}

struct host *hosts_find(struct hosts *h, struct str origin)
{
	return *slot_of(h, origin);
}

struct str host_other(struct arena *a, struct str origin)
{
	bool secure = str_starts(origin, STR("https://"));
	struct str rest = str_sub(origin, secure ? STR("https").n : STR("http").n, origin.n);

	return ARENA_JOIN(a, secure ? STR("http") : STR("https"), rest);
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
	return h->busy || h->ready || h->first || h->state == RULES_ASKED || h->jobs || h->idle || h->lease_until_ms ||
	       h->place != HOST_NOWHERE || h->spent_by || h->wait_until_ms > clock_monotonic_ms();
}

void hosts_trim(struct hosts *h, size_t most)
{
	if (h->count <= most || h->count <= h->trim_beyond)
		return;
	refill(h, h->size, in_use);
	h->trim_beyond = 2 * h->count;
}

/* ---- those that wait ------------------------------------------------------- */

static void put(struct hosts *h, size_t place, struct host *host)
{
	h->heap[place] = host;
	host->place = place;
}

void hosts_wait(struct hosts *h, struct host *host, int64_t until_ms)
{
	if (host->place != HOST_NOWHERE)
		return; /* it is looked at earlier, which does no harm */
	host->due_ms = until_ms;
	h->heap = mem_grow(h->heap, &h->heap_cap, h->nheap + 1, sizeof *h->heap);
	size_t i = h->nheap++;
	for (; i > 0 && until_ms < h->heap[(i - 1) / 2]->due_ms; i = (i - 1) / 2)
		put(h, i, h->heap[(i - 1) / 2]);
	put(h, i, host);
}

struct host *hosts_take_due(struct hosts *h, int64_t now_ms)
{
	if (h->nheap == 0 || h->heap[0]->due_ms > now_ms)
		return NULL;
	struct host *due = h->heap[0], *last = h->heap[--h->nheap];
	size_t i = 0;
	for (size_t child; (child = 2 * i + 1) < h->nheap; i = child) {
		if (child + 1 < h->nheap && h->heap[child + 1]->due_ms < h->heap[child]->due_ms)
			child++;
		if (h->heap[child]->due_ms >= last->due_ms)
			break;
		put(h, i, h->heap[child]);
	}
	if (h->nheap)
		put(h, i, last);
	due->place = HOST_NOWHERE;
	return due;
}

int64_t hosts_next_ms(const struct hosts *h)
{
	return h->nheap ? h->heap[0]->due_ms : INT64_MAX;
}

void host_asked_to_wait(struct host *h, int64_t retry_after, int64_t now_ms)
{
	int64_t wait = FIRST_WAIT;

	for (unsigned i = 0; i < h->refusals && wait < LONGEST_OWN_WAIT; i++)
		wait *= 2;
	h->refusals++;
	wait = wait < LONGEST_OWN_WAIT ? wait : LONGEST_OWN_WAIT;
	if (retry_after > 0)
		wait = retry_after < LONGEST_WAIT ? retry_after : LONGEST_WAIT;
	if (h->wait_until_ms < now_ms + wait * 1000)
		h->wait_until_ms = now_ms + wait * 1000;
}

static int64_t at_most(int64_t ms, int64_t seconds)
{
	return ms < seconds * 1000 ? ms : seconds * 1000;
}

void host_take_over(struct host *h, const struct host_lease *l, int64_t now_ms)
{
	int64_t wait_until_ms = now_ms + at_most(l->wait_ms, LONGEST_WAIT);

	h->refusals = (unsigned)l->refusals;
	h->pause_until_ms = l->pause_ms > 0 ? now_ms + at_most(l->pause_ms, LONGEST_PAUSE) : 0;
	if (l->wait_ms > 0 && h->wait_until_ms < wait_until_ms)
		h->wait_until_ms = wait_until_ms;
}

/* ---- the requests of a day --------------------------------------------------- */

static int64_t at_once(int64_t budget)
{
	int64_t n = budget / AT_ONCE > LEAST_AT_ONCE ? budget / AT_ONCE : LEAST_AT_ONCE;
	return n < budget ? n : budget;
}

int64_t host_allowance(int64_t budget, when now)
{
	int64_t first = at_once(budget);
	return first + (budget - first) * when_second_of_day(now) / DAYS;
}

when host_allowed_at(int64_t budget, int64_t requests, when now)
{
	int64_t first = at_once(budget), later = requests - first;
	when day = now - when_second_of_day(now);

	if (later <= 0)
		return day;
	return requests > budget ? day + DAYS : day + (later * DAYS + (budget - first) - 1) / (budget - first);
}

struct str hosts_waits(struct hosts *h, struct arena *a, when now, int64_t now_ms)
{
	struct buf b = BUF_INIT(MIB);
	size_t n = 0;

	for (size_t i = 0; i < h->size && n < MAX_WAITS; i++) {
		const struct host *host = h->slots[i];
		if (!host || host->wait_until_ms < now_ms + WORTH_KEEPING * 1000)
			continue;
		buf_printf(&b, "%lld %u %.*s\n", (long long)(now + (host->wait_until_ms - now_ms) / 1000),
		           host->refusals, STR_ARG(host->origin));
		n++;
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

void hosts_take_waits(struct hosts *h, struct str waits, when now, int64_t now_ms)
{
	struct str line, until, rest, refusals, origin;
	int64_t t, n;

	while (str_next_line(&waits, &line)) {
		if (!str_cut(line, ' ', &until, &rest) || !str_cut(rest, ' ', &refusals, &origin) ||
		    !str_to_i64(until, &t) || !str_to_i64(refusals, &n) || t <= now)
			continue;
		struct host *host = hosts_get(h, origin);
		int64_t seconds = t - now < LONGEST_WAIT ? t - now : LONGEST_WAIT;
		host->wait_until_ms = now_ms + seconds * 1000;
		host->refusals = n > 0 && n < 100 ? (unsigned)n : 0;
	}
}

/* ---- one host's queue ------------------------------------------------------ */

void host_push(struct host *h, struct job *j, bool first)
{
	struct job **at = first ? &h->first : h->last ? &h->last->next : &h->first;

	while (*at && (*at)->ahead && !j->ahead)
		at = &(*at)->next;
	j->next = *at;
	*at = j;
	if (!j->next)
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

struct job *host_cut(struct host *h, size_t n)
{
	struct job **at = &h->first, *rest;

	h->last = NULL;
	for (size_t i = 0; i < n && *at; at = &(*at)->next, i++)
		h->last = *at;
	rest = *at;
	*at = NULL;
	h->waiting = h->waiting < n ? h->waiting : n;
	return rest;
}

/* ---- rules ----------------------------------------------------------------- */

bool host_allows(const struct host *h, struct arena *scratch, struct str path)
{
	struct robots robots;

	return h->rules.n == 0 || !robots_decode(h->rules, scratch, &robots) || robots_allows(&robots, path);
}

static void set_no_rules(struct host *h)
{
	free((char *)h->rules.p);
	h->rules = STR_NONE;
	h->crawl_delay = -1;
}

/* Keeps the encoded rules; false if they cannot be read. */
static bool set_rules(struct host *h, struct str encoded)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(4 * MAX_ROBOTS_BYTES);
	struct robots robots;

	bool ok = robots_decode(encoded, a, &robots);
	set_no_rules(h);
	if (ok)
		h->crawl_delay = robots.crawl_delay;
	if (ok && robots.nrules) {
		robots.nsitemaps = 0;
		robots_encode(&robots, &b);
		h->rules = copy(buf_view(&b));
	}
	buf_free(&b);
	arena_free(a);
	return ok;
}

/* In the archive, fetched of a robots.txt that could not be had is since when. */
static void set_silent(struct host *h, when since, when now)
{
	set_no_rules(h);
	h->silent_since = since;
	h->state = now - since >= LONGEST_SILENCE ? RULES_KNOWN : RULES_UNREACHABLE;
}

bool host_load_rules(struct host *h, struct archive *ar, when now, struct err *e)
{
	struct robots_copy row;
	struct arena *a = arena_new();

	bool found = archive_robots_get(ar, a, h->origin, &row, e);
	bool ok = found || e->kind == ERR_NOT_FOUND;
	if (found && row.fetched <= now) {
		h->silent_since = row.reachable ? WHEN_NONE : row.fetched;
		h->expires = row.expires;
		if (row.expires > now && !row.reachable)
			set_silent(h, row.fetched, now);
		else if (row.expires > now && set_rules(h, row.rules))
			h->state = RULES_KNOWN;
	}
	arena_free(a);
	return ok;
}

/* Silence is asked about again after as long as it has lasted, within bounds. */
static int64_t silence_pause(int64_t lasted)
{
	return lasted < FIRST_SILENCE ? FIRST_SILENCE : lasted < RULES_AT_MOST ? lasted : RULES_AT_MOST;
}

static int64_t good_for(int64_t fresh_for)
{
	if (fresh_for < 0 || fresh_for > RULES_AT_MOST)
		return RULES_AT_MOST;
	return fresh_for < RULES_AT_LEAST ? RULES_AT_LEAST : fresh_for;
}

bool host_store_rules(struct host *h, struct archive *ar, when now, const struct robots *rules, int64_t fresh_for,
                      struct err *e)
{
	struct buf b = BUF_INIT(4 * MAX_ROBOTS_BYTES);
	struct robots_copy row = { .fetched = now, .reachable = rules != NULL };

	if (rules) {
		robots_encode(rules, &b);
		h->silent_since = WHEN_NONE;
		row.expires = now + good_for(fresh_for);
	} else {
		when since = h->silent_since != WHEN_NONE && h->silent_since <= now ? h->silent_since : now;
		row.fetched = since;
		row.expires = now + silence_pause(now - since);
	}
	row.rules = buf_view(&b);
	h->expires = row.expires;
	if (rules && set_rules(h, row.rules))
		h->state = RULES_KNOWN;
	else
		set_silent(h, row.fetched, now);
	bool ok = archive_robots_put(ar, h->origin, &row, e);
	buf_free(&b);
	return ok;
}
