/*
 * Hosts: who may be asked for what, one request at a time.
 *
 * A host (scheme, name and port) has a queue of jobs, the rules of its
 * robots.txt (RFC 9309), and what it has made us promise: not to come before a
 * time, no more than so many requests a day.  These are counted by name and
 * port: http and https have one budget.
 *
 * Rules are fetched before the first job and kept in the archive, so that a
 * restart does not ask again: for a day at most, for less if the answer says so
 * in Cache-Control.  A robots.txt that cannot be had forbids everything; it is
 * asked for again after half an hour, then ever more rarely, and forbids nothing
 * any more when it could not be had for 30 days (RFC 9309, 2.3.1.4).
 *
 * A host that answers 429 or 503 is left alone for as long as Retry-After says,
 * without it for a minute, then two, four, ... up to half a day.  These times are
 * real ones, however fast our clock goes, and long ones outlive a restart.
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
	struct str rules;   /* encoded; empty: nothing is forbidden */
	double crawl_delay; /* seconds; < 0: none */
	when expires;
	when silent_since;        /* robots.txt could not be had since; WHEN_NONE: it was */
	bool busy;                /* a request is under way */
	unsigned refusals;        /* answers in a row that asked us to wait */
	int64_t wait_until_ms;    /* clock_monotonic_ms; the host asked us to wait */
	int64_t day, requests;    /* sent on that day (since 1970, UTC), or more; with those of host_other */
	when booked;              /* places in its queue are promised until then */
	when allotted;            /* its requests of the day are promised until then */
	struct job *first, *last; /* waiting ... */
	size_t waiting;           /* ... and how many */
	struct host *next_ready;  /* list of hosts with something to send */
	bool ready;
	int64_t due_ms; /* in the heap of those who wait */
	size_t place;   /* there; HOST_NOWHERE */
	/* Traffic that is not in the archive yet. */
	struct traffic spent;
	int64_t spent_by; /* the source; 0: there is none */
	struct host *next_spent;
	/* Our lease of it, see lease.c; times are clock_monotonic_ms. */
	int64_t shard, epoch;          /* see struct host_lease */
	int64_t lease_until_ms;        /* 0: none */
	int64_t pause_until_ms;        /* whoever visited it before us may have done so just now */
	int64_t answered_ms;           /* when it last answered us; 0: never */
	int64_t refused_ms;            /* since when another worker has it; 0: it was not asked for */
	int64_t fenced;                /* the transaction in which the lease was found to stand */
	size_t jobs;                   /* of ours, that wait, are under way or are read */
	bool idle;                     /* in the list of those to be released */
	struct host *next_idle;
};
#define HOST_NOWHERE SIZE_MAX

struct hosts;
struct hosts *hosts_new(void);
void hosts_free(struct hosts *h);
struct host *hosts_get(struct hosts *h, struct str origin);  /* made if it is new */
struct host *hosts_find(struct hosts *h, struct str origin); /* NULL: there is none */
/* The origin with http for https, and https for http. */
struct str host_other(struct arena *a, struct str origin);
void hosts_each(struct hosts *h, void (*visit)(struct host *, void *), void *arg);
size_t hosts_count(const struct hosts *h);
/* Forgets hosts that are idle if there are more than so many, and no more often
 * than pays. */
void hosts_trim(struct hosts *h, size_t most);

/* Hosts that are to be looked at again at a time (clock_monotonic_ms): a heap. */
void hosts_wait(struct hosts *h, struct host *host, int64_t until_ms);
struct host *hosts_take_due(struct hosts *h, int64_t now_ms); /* NULL: none is due */
int64_t hosts_next_ms(const struct hosts *h);                 /* INT64_MAX: none waits */

/* A link in a host's queue; the watcher's job begins with it. */
struct job {
	struct job *next;
	bool ahead; /* of all others, whatever came first */
};
/* first: before all others but those that go ahead. */
void host_push(struct host *h, struct job *j, bool first);
struct job *host_pop(struct host *h);
struct job *host_cut(struct host *h, size_t n); /* all but the first n, as a list */

/* path: of an address of this host, with its query. */
bool host_allows(const struct host *h, struct arena *scratch, struct str path);

/* Rules from the archive if they are there and fresh. */
MUST_CHECK bool host_load_rules(struct host *h, struct archive *ar, when now, struct err *e);
/* Rules as they came; rules is NULL when they could not be had.  fresh_for: what
 * the answer said about its age in seconds, -1: nothing. */
MUST_CHECK bool host_store_rules(struct host *h, struct archive *ar, when now, const struct robots *rules,
				 int64_t fresh_for, struct err *e);

/* What a 429 or 503 means; retry_after in seconds, -1: not given. */
void host_asked_to_wait(struct host *h, int64_t retry_after, int64_t now_ms);
/* What it asked of whoever visited it before, with a lease of now_ms: a pause of an
 * hour and a wait of a day at most, for the clock may have been ahead then. */
void host_take_over(struct host *h, const struct host_lease *l, int64_t now_ms);

/* A day's requests (UTC) are spread over it: some at once, the rest as the hours
 * go by, so that its evening is seen like its morning.  How many a host may have
 * had by now; and when it may have had so many, tomorrow if that is more than
 * the budget. */
int64_t host_allowance(int64_t budget, when now);
when host_allowed_at(int64_t budget, int64_t requests, when now);

/* Waits of some length as text for the archive, one a line, and back.  now and
 * now_ms are the same moment on both clocks. */
struct str hosts_waits(struct hosts *h, struct arena *a, when now, int64_t now_ms);
void hosts_take_waits(struct hosts *h, struct str waits, when now, int64_t now_ms);

#endif
