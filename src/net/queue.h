/*
 * Who may be asked next: one queue of jobs a host, and two heaps of hosts.
 * Internal to src/net.
 *
 * A host has at most one job out.  queue_pop hands out the first job of the
 * host that has been ready longest; until queue_done that host is busy.  Each
 * step costs the logarithm of the number of hosts, none looks at all of them.
 *
 * Hosts that fail, or need SLOW_MS for an answer, hold a connection for long:
 * no more than pace.most_slow of them have a job out at once, so that the others
 * find room however many hosts hang.
 *
 * After each answer a host has a pause: the longest of the pace's, of the next
 * job's own, and of the pace's factor times the host's smoothed answer time,
 * doubled for each failure in a row; what is measured asks for no more than
 * LONGEST_PAUSE_MS.
 */
#ifndef STET_NET_QUEUE_H
#define STET_NET_QUEUE_H

#include "net/fetch.h"

struct host;

/* A request on its way. */
struct job {
	struct job *next;
	struct host *host;      /* in whose queue it stands or for whom it is out */
	struct fetch_request r; /* strings owned by text */
	char *text;
	struct str url;              /* r.url */
	int64_t wire_bytes, wall_ms; /* what lies behind it included */
};

struct job *job_new(const struct fetch_request *r);
void job_free(struct job *j);

/* What holds for all hosts. */
struct pace {
	int64_t least_ms;
	double factor; /* of the answer time; 0: it does not matter */
	size_t most_slow;
};
#define LONGEST_PAUSE_MS 60000
#define SLOW_MS 5000

struct queue;
struct queue *queue_new(struct pace pace);
void queue_free(struct queue *q); /* with the jobs that stand in it */

/* Puts a job behind all others of its host, or before those that follow no
 * redirect if it follows one: that began earlier. */
void queue_push(struct queue *q, struct str host, struct job *j, int64_t now);
/* NULL if nobody is ready. */
struct job *queue_pop(struct queue *q, int64_t now);
/* The job is no longer out: its host's pause begins.  answer_ms: what the host
 * needed to begin its answer; failed: it was none. */
void queue_done(struct queue *q, struct job *j, int64_t answer_ms, bool failed, int64_t now);
/* Takes all jobs that are not out, as a list.  Looks at every host. */
struct job *queue_withdraw(struct queue *q, int64_t now);
/* When queue_pop has something to do next; INT64_MAX: not before a push or a
 * done. */
int64_t queue_next(const struct queue *q);
/* Jobs of this host, the one that is out included. */
size_t queue_count_of(const struct queue *q, struct str host);
/* What one job of this host takes now, answer and pause; -1: it has not answered
 * yet. */
int64_t queue_turn_of(const struct queue *q, struct str host);
/* The pause of it alone; the least one if nothing is known of the host. */
int64_t queue_pause_of(const struct queue *q, struct str host);

#endif
