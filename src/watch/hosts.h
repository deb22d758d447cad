/*
 * Hosts: who may be asked for what, one request at a time.
 *
 * A host (scheme, name and port) has a queue of jobs and the rules of its
 * robots.txt.  The rules are fetched before the first job and kept for a day
 * in the archive, so that a restart does not ask again.  A host that asked us
 * to wait is left alone for that long.
 */
#ifndef STET_WATCH_HOSTS_H
#define STET_WATCH_HOSTS_H

#include "archive/archive.h"
#include "net/robots.h"

struct job;

enum host_rules {
	RULES_UNKNOWN,
	RULES_ASKED, /* robots.txt is under way */
	RULES_KNOWN,
	RULES_UNREACHABLE, /* no answer: nothing may be fetched until they expire */
};

struct host {
	struct str origin;
	enum host_rules state;
	struct arena *arena; /* of the rules */
	struct robots robots;
	when expires;
	bool busy;                /* a request is under way */
	int64_t wait_until_ms;    /* clock_monotonic_ms; the host asked us to wait */
	struct job *first, *last; /* waiting ... */
	size_t waiting;           /* ... and how many */
	struct host *next_ready;  /* list of hosts with something to send */
	bool ready;
};

struct hosts;
struct hosts *hosts_new(void);
void hosts_free(struct hosts *h);
struct host *hosts_get(struct hosts *h, struct str origin); /* made if it is new */
void hosts_each(struct hosts *h, void (*visit)(struct host *, void *), void *arg);
size_t hosts_count(const struct hosts *h);
/* Forgets hosts that are idle; called when there are very many. */
void hosts_trim(struct hosts *h);

/* A link in a host's queue; the watcher's job begins with it. */
struct job {
	struct job *next;
};
void host_push(struct host *h, struct job *j);
struct job *host_pop(struct host *h);

/* Rules from the archive if they are there and fresh. */
MUST_CHECK bool host_load_rules(struct host *h, struct archive *ar, when now, struct err *e);
/* Rules as they came; rules is NULL when the host did not answer. */
MUST_CHECK bool host_store_rules(struct host *h, struct archive *ar, when now, const struct robots *rules,
                                 struct err *e);

#endif
