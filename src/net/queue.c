/*
 * Hosts in a heap: see queue.h.
 *
 * Every host that is not busy stands in the heap, by the time at which
 * something is to be done for it: its next job is sent, or, when it has none,
 * it is forgotten.  A host without jobs is remembered for an hour, so that the
 * pause after its last answer holds for a job that comes in the meantime; a
 * longer pause than that is not kept for a host that was out of jobs.
 */
#include "net/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

#define REMEMBERED_MS (60 * 60 * 1000)
#define NEW_SHARE 0.3 /* of the newest answer in the smoothed time */
#define NOWHERE SIZE_MAX

struct host {
	struct host *chain; /* next in the hash bucket */
	struct job *first, **last;
	int64_t done;      /* when it last answered */
	double answer_ms;  /* what it needs for an answer, smoothed; < 0: not known */
	unsigned failures; /* in a row */
	int64_t at;        /* when it is due in the heap */
	uint64_t turn;     /* of two hosts due at once the earlier goes first */
	size_t place;      /* in the heap; NOWHERE while it is busy */
	size_t njobs;      /* standing and out */
	uint64_t hash;
	size_t nname;
	char name[];
};

struct queue {
	struct pace pace;
	struct host **buckets;
	size_t nbuckets, nhosts;
	struct host **heap;
	size_t nheap, heap_cap;
	uint64_t turns;
};

/* -- jobs ------------------------------------------------------------------ */

static struct str keep(char **at, struct str s)
{
	char *p = *at;
	if (s.n)
		memcpy(p, s.p, s.n);
	*at += s.n;
	return str_of(p, s.n);
}

struct job *job_new(const struct fetch_request *r)
{
	struct job *j = mem_zalloc(1, sizeof *j);
	char *at = j->text =
	        mem_alloc(r->url.n + r->etag.n + r->last_modified.n + r->accept.n + r->validated_url.n + r->form.n);

	j->r = *r;
	j->r.url = keep(&at, r->url);
	j->r.etag = keep(&at, r->etag);
	j->r.last_modified = keep(&at, r->last_modified);
	j->r.accept = keep(&at, r->accept);
	j->r.validated_url = keep(&at, r->validated_url);
	j->r.form = keep(&at, r->form);
	j->url = j->r.url;
	j->wall_ms = r->trail.wall_ms;
	j->wire_bytes = r->trail.wire_bytes;
	return j;
}

void job_free(struct job *j)
{
	if (!j)
		return;
	free(j->text);
	free(j);
}

/* -- the heap -------------------------------------------------------------- */

static bool is_before(const struct host *a, const struct host *b)
{
	return a->at < b->at || (a->at == b->at && a->turn < b->turn);
}

static void put(struct queue *q, size_t place, struct host *h)
{
	q->heap[place] = h;
	h->place = place;
}

static void rise(struct queue *q, struct host *h)
{
	size_t i = h->place;

	for (; i > 0 && is_before(h, q->heap[(i - 1) / 2]); i = (i - 1) / 2)
		put(q, i, q->heap[(i - 1) / 2]);
	put(q, i, h);
}

static void sink(struct queue *q, struct host *h)
{
	size_t i = h->place;

	for (size_t child; (child = 2 * i + 1) < q->nheap; i = child) {
		if (child + 1 < q->nheap && is_before(q->heap[child + 1], q->heap[child]))
			child++;
		if (!is_before(q->heap[child], h))
			break;
		put(q, i, q->heap[child]);
	}
	put(q, i, h);
}

/* Takes h out of the heap if it is there. */
static void heap_remove(struct queue *q, struct host *h)
{
	if (h->place == NOWHERE)
		return;
	struct host *last = q->heap[--q->nheap];
	if (last != h) {
		put(q, h->place, last);
		rise(q, last);
		sink(q, last);
	}
	h->place = NOWHERE;
}

static int64_t pause_of(const struct queue *q, const struct host *h)
{
	double pause = (double)q->pace.least_ms;

	/* The visit goes on, unless the host has asked for a pause of its own. */
	if (h->first->r.onward && h->failures == 0 && h->first->r.delay_ms <= q->pace.least_ms)
		return 0;
	if (q->pace.factor > 0) {
		double measured = h->answer_ms * q->pace.factor;
		measured = measured > pause ? measured : pause;
		for (unsigned i = 0; i < h->failures && measured < LONGEST_PAUSE_MS; i++)
			measured *= 2;
		measured = measured < LONGEST_PAUSE_MS ? measured : LONGEST_PAUSE_MS;
		pause = measured > pause ? measured : pause;
	}
	double asked = (double)h->first->r.delay_ms;
	return (int64_t)(asked > pause ? asked : pause);
}

/* Puts h, which is not busy, where its jobs and its last answer want it. */
static void schedule(struct queue *q, struct host *h, int64_t now)
{
	int64_t after = h->first ? pause_of(q, h) : REMEMBERED_MS;
	int64_t at;

	heap_remove(q, h);
	if (h->done == INT64_MIN || __builtin_add_overflow(h->done, after > 0 ? after : 0, &at))
		at = h->done == INT64_MIN ? now : INT64_MAX;
	h->at = at;
	h->turn = q->turns++;
	q->heap = mem_grow(q->heap, &q->heap_cap, q->nheap + 1, sizeof *q->heap);
	put(q, q->nheap++, h);
	rise(q, h);
}

/* -- hosts ----------------------------------------------------------------- */

struct queue *queue_new(struct pace pace)
{
	struct queue *q = mem_zalloc(1, sizeof *q);

	q->pace = pace;
	q->nbuckets = 64;
	q->buckets = mem_zalloc(q->nbuckets, sizeof *q->buckets);
	return q;
}

void queue_free(struct queue *q)
{
	if (!q)
		return;
	for (size_t i = 0; i < q->nbuckets; i++)
		for (struct host *h = q->buckets[i], *next; h; h = next) {
			next = h->chain;
			for (struct job *j = h->first, *after; j; j = after) {
				after = j->next;
				job_free(j);
			}
			free(h);
		}
	free(q->buckets);
	free(q->heap);
	free(q);
}

static struct host **find(const struct queue *q, struct str name, uint64_t hash)
{
	struct host **at = &q->buckets[hash & (q->nbuckets - 1)];

	while (*at && !((*at)->hash == hash && str_eq(str_of((*at)->name, (*at)->nname), name)))
		at = &(*at)->chain;
	return at;
}

static void grow(struct queue *q)
{
	size_t n = 2 * q->nbuckets;
	struct host **buckets = mem_zalloc(n, sizeof *buckets);

	for (size_t i = 0; i < q->nbuckets; i++)
		for (struct host *h = q->buckets[i], *next; h; h = next) {
			next = h->chain;
			h->chain = buckets[h->hash & (n - 1)];
			buckets[h->hash & (n - 1)] = h;
		}
	free(q->buckets);
	q->buckets = buckets, q->nbuckets = n;
}

static struct host *host_of(struct queue *q, struct str name)
{
	uint64_t hash = hash_quick(name);
	struct host **at = find(q, name, hash), *h = *at;

	if (h)
		return h;
	h = mem_zalloc(1, sizeof *h + name.n);
	h->last = &h->first;
	h->done = INT64_MIN;
	h->answer_ms = -1;
	h->place = NOWHERE;
	h->hash = hash;
	h->nname = name.n;
	memcpy(h->name, name.p, name.n);
	*at = h;
	if (++q->nhosts > q->nbuckets)
		grow(q);
	return h;
}

static void forget(struct queue *q, struct host *h)
{
	heap_remove(q, h);
	*find(q, str_of(h->name, h->nname), h->hash) = h->chain;
	q->nhosts--;
	free(h);
}

void queue_push(struct queue *q, struct str host, struct job *j, int64_t now)
{
	struct host *h = host_of(q, host);
	bool busy = h->place == NOWHERE && h->njobs > 0, follows = j->r.trail.hops > 0, first = !h->first || follows;

	j->host = h;
	h->njobs++;
	if (follows) {
		j->next = h->first;
		h->first = j;
		if (!j->next)
			h->last = &j->next;
	} else {
		j->next = NULL;
		*h->last = j;
		h->last = &j->next;
	}
	if (!busy && first)
		schedule(q, h, now);
}

static struct job *take_first(struct host *h)
{
	struct job *j = h->first;

	h->first = j->next;
	if (!h->first)
		h->last = &h->first;
	j->next = NULL;
	return j;
}

struct job *queue_pop(struct queue *q, int64_t now)
{
	while (q->nheap && q->heap[0]->at <= now) {
		struct host *h = q->heap[0];
		struct job *j = h->first;
		if (!j) {
			forget(q, h);
			continue;
		}
		heap_remove(q, h);
		return take_first(h);
	}
	return NULL;
}

void queue_done(struct queue *q, struct job *j, int64_t answer_ms, bool failed, int64_t now)
{
	struct host *h = j->host;
	double ms = (double)answer_ms;

	j->host = NULL;
	h->njobs--;
	h->done = now;
	h->answer_ms = h->answer_ms < 0 ? ms : h->answer_ms + (ms - h->answer_ms) * NEW_SHARE;
	h->failures = failed ? h->failures + 1 : h->failures / 2;
	schedule(q, h, now);
}

/* Takes all jobs that stand at the host, before those of the list. */
static struct job *take_all(struct host *h, struct job *list)
{
	for (struct job *j; h->first; list = j) {
		j = take_first(h);
		j->host = NULL;
		j->next = list;
		h->njobs--;
	}
	return list;
}

struct job *queue_withdraw(struct queue *q, int64_t now)
{
	struct job *list = NULL;

	for (size_t i = 0; i < q->nbuckets; i++)
		for (struct host *h = q->buckets[i]; h; h = h->chain) {
			if (!h->first)
				continue;
			list = take_all(h, list);
			if (h->place != NOWHERE)
				schedule(q, h, now);
		}
	return list;
}

int64_t queue_next(const struct queue *q)
{
	return q->nheap ? q->heap[0]->at : INT64_MAX;
}

size_t queue_count_of(const struct queue *q, struct str host)
{
	struct host *h = *find(q, host, hash_quick(host));
	return h ? h->njobs : 0;
}
