/*
 * Hosts in two heaps: see queue.h.
 *
 * Every host that is not busy stands in the heap of the slow ones or in that of
 * the others, by the time at which something is to be done for it: its next job
 * is sent, or, when it has none, it is forgotten.  A host without jobs is
 * remembered for an hour, so that the pause after its last answer holds for a job
 * that comes in the meantime; a longer pause than that is not kept for a host
 * that was out of jobs.
 */
#include "net/queue.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/hash.h"

#define REMEMBERED_MS (60 * 60 * 1000)
#define NEW_SHARE 0.3 /* of the newest answer in the smoothed time */
#define NOWHERE SIZE_MAX

struct heap {
	struct host **of;
	size_t n, cap;
};

struct host {
	struct host *chain; /* next in the hash bucket */
	struct job *first, **last;
	int64_t done;      /* when it last answered */
	double answer_ms;  /* what it needs for an answer, smoothed; < 0: not known */
	unsigned failures; /* in a row */
	int64_t at;        /* when it is due in the heap */
	uint64_t turn;     /* of two hosts due at once the earlier goes first */
	struct heap *heap; /* in which it stands, or stood before it was busy */
	size_t place;      /* there; NOWHERE while it is busy */
	size_t njobs;      /* standing and out */
	uint64_t hash;
	size_t nname;
	char name[];
};

struct queue {
	struct pace pace;
	struct host **buckets;
	size_t nbuckets, nhosts;
	struct heap slow, others;
	size_t nslow; /* out */
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

static void put(struct heap *heap, size_t place, struct host *h)
{
	heap->of[place] = h;
	h->place = place;
}

static void rise(struct heap *heap, struct host *h)
{
	size_t i = h->place;

	for (; i > 0 && is_before(h, heap->of[(i - 1) / 2]); i = (i - 1) / 2)
		put(heap, i, heap->of[(i - 1) / 2]);
	put(heap, i, h);
}

static void sink(struct heap *heap, struct host *h)
{
	size_t i = h->place;

	for (size_t child; (child = 2 * i + 1) < heap->n; i = child) {
		if (child + 1 < heap->n && is_before(heap->of[child + 1], heap->of[child]))
			child++;
		if (!is_before(heap->of[child], h))
			break;
		put(heap, i, heap->of[child]);
	}
	put(heap, i, h);
}

static void heap_add(struct heap *heap, struct host *h)
{
	heap->of = mem_grow(heap->of, &heap->cap, heap->n + 1, sizeof *heap->of);
	h->heap = heap;
	put(heap, heap->n++, h);
	rise(heap, h);
}

/* Takes h out of its heap if it is there. */
static void heap_remove(struct host *h)
{
	struct heap *heap = h->heap;

	if (h->place == NOWHERE)
		return;
	struct host *last = heap->of[--heap->n];
	if (last != h) {
		put(heap, h->place, last);
		rise(heap, last);
		sink(heap, last);
	}
	h->place = NOWHERE;
}

static bool is_slow(const struct host *h)
{
	return h->failures > 0 || h->answer_ms >= SLOW_MS;
}

/* What the host is given because of its answers, and anyone is. */
static double measured_pause(const struct queue *q, const struct host *h)
{
	double least = (double)q->pace.least_ms, pause = h->answer_ms * q->pace.factor;

	if (q->pace.factor <= 0)
		return least;
	pause = pause > least ? pause : least;
	for (unsigned i = 0; i < h->failures && pause < LONGEST_PAUSE_MS; i++)
		pause *= 2;
	pause = pause < LONGEST_PAUSE_MS ? pause : LONGEST_PAUSE_MS;
	return pause > least ? pause : least;
}

static int64_t pause_before_next(const struct queue *q, const struct host *h)
{
	double measured = measured_pause(q, h), asked = (double)h->first->r.delay_ms;

	/* The visit goes on, unless the host has asked for a pause of its own. */
	if (h->first->r.onward && h->failures == 0 && h->first->r.delay_ms <= q->pace.least_ms)
		return 0;
	return (int64_t)(asked > measured ? asked : measured);
}

/* Puts h, which is not busy, where its jobs and its last answer want it. */
static void schedule(struct queue *q, struct host *h, int64_t now)
{
	int64_t after = h->first ? pause_before_next(q, h) : REMEMBERED_MS;
	int64_t at;

	heap_remove(h);
	if (h->done == INT64_MIN || __builtin_add_overflow(h->done, after > 0 ? after : 0, &at))
		at = h->done == INT64_MIN ? now : INT64_MAX;
	h->at = at;
	h->turn = q->turns++;
	heap_add(is_slow(h) ? &q->slow : &q->others, h);
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
	free(q->slow.of);
	free(q->others.of);
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
	heap_remove(h);
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

/* The host with which something is to be done first; NULL: with none. */
static struct host *next_host(const struct queue *q)
{
	struct host *h = q->others.n ? q->others.of[0] : NULL;
	struct host *slow = q->slow.n && q->nslow < q->pace.most_slow ? q->slow.of[0] : NULL;

	return slow && (!h || is_before(slow, h)) ? slow : h;
}

struct job *queue_pop(struct queue *q, int64_t now)
{
	for (struct host *h; (h = next_host(q)) && h->at <= now;) {
		if (!h->first) {
			forget(q, h);
			continue;
		}
		heap_remove(h);
		q->nslow += h->heap == &q->slow;
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
	q->nslow -= h->heap == &q->slow;
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
	const struct host *h = next_host(q);
	return h ? h->at : INT64_MAX;
}

size_t queue_count_of(const struct queue *q, struct str host)
{
	struct host *h = *find(q, host, hash_quick(host));
	return h ? h->njobs : 0;
}

int64_t queue_turn_of(const struct queue *q, struct str host)
{
	struct host *h = *find(q, host, hash_quick(host));
	return h && h->answer_ms >= 0 ? (int64_t)(h->answer_ms + measured_pause(q, h)) : -1;
}

int64_t queue_pause_of(const struct queue *q, struct str host)
{
	struct host *h = *find(q, host, hash_quick(host));
	return h ? (int64_t)measured_pause(q, h) : q->pace.least_ms;
}
