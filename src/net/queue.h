/*
 * Who may be asked next: one queue of jobs a host, and a heap of hosts.
 * Internal to src/net.
 *
 * A host has at most one job out.  queue_pop hands out the first job of the
 * host that has been ready longest; until queue_done that host is busy.  Each
 * step costs the logarithm of the number of hosts, none looks at all of them.
 */
#ifndef STET_NET_QUEUE_H
#define STET_NET_QUEUE_H

#include "net/fetch.h"

struct host;

/* A request on its way through queues, redirects and answers. */
struct job {
	struct job *next;
	struct host *host;      /* in whose queue it stands or for whom it is out */
	struct fetch_request r; /* strings owned by text */
	char *text;
	struct str url; /* what is asked for next: r.url, or where a redirect led */
	char *moved;    /* owns url after a redirect */
	int hops;
	bool all_permanent; /* of the hops so far */
	int64_t wire_bytes, wall_ms;
};

struct job *job_new(const struct fetch_request *r);
void job_free(struct job *j);
void job_move(struct job *j, struct str url, bool permanent); /* to where a redirect led */

struct queue;
struct queue *queue_new(void);
void queue_free(struct queue *q); /* with the jobs that stand in it */

/* Puts a job behind all others of its host, or before them. */
void queue_push(struct queue *q, struct str origin, struct job *j, bool first, int64_t now);
/* NULL if nobody is ready. */
struct job *queue_pop(struct queue *q, int64_t now);
/* The job is no longer out: its host's pause begins. */
void queue_done(struct queue *q, struct job *j, int64_t now);
/* When queue_pop has something to do next; INT64_MAX: not before a push or a
 * done. */
int64_t queue_next(const struct queue *q);
/* Jobs of this host, the one that is out included. */
size_t queue_count_of(const struct queue *q, struct str origin);

#endif
