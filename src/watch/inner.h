/*
 * The watcher's own: jobs, and the files that share them.
 *
 *   watch.c    the loop: what is due, what was answered, what is kept
 *   upkeep.c   room on the disk, and packs
 *   visits.c   when a job may go out: rules, waits, budgets, quiet hours
 */
#ifndef STET_WATCH_INNER_H
#define STET_WATCH_INNER_H

#include "net/fetch.h"
#include "watch/hosts.h"
#include "watch/identity.h"
#include "watch/idset.h"
#include "watch/keep.h"
#include "watch/watch.h"

#define MAX_UNDER_WAY 1000 /* jobs leased and not yet kept; about 6 kB each while they wait */

#define MAX_TO_READ 32 /* answers waiting for a reader; beyond that none are taken */

/* A job begins with its link in the host's queue. */
struct watch_job {
	struct job link;
	struct arena *arena; /* dies with the job */
	bool hub;            /* asks a hub for a subscription; has neither host nor target */
	struct target target;
	struct host *home;      /* of the target: its lease must stand when the result is stored */
	struct host *host;     /* that is asked next; in its queue it stands */
	struct host *rules_of; /* it fetches the robots.txt of this one, wherever that lies; NULL: the target */
	struct fetch_request request;
	int64_t source; /* whose traffic it is */
	bool narrow;    /* its host has one place only */
	struct evidence ev;
	struct watch_job *next_to_read;
};

struct watcher {
	struct archive *archive;
	const struct settings *settings;
	const struct clock *clock;
	struct fetcher *fetcher;
	struct reader *reader;
	struct schedule *schedule;
	struct hosts *hosts;
	struct host *ready; /* hosts that have something to send */
	struct host *spent; /* hosts with traffic that is not in the archive yet */
	struct watch_job *to_read, **to_read_end;
	size_t nto_read;
	struct idset under_way; /* targets */
	size_t pending;         /* jobs, robots included */
	size_t narrow;          /* of these, jobs of hosts that have one place only */
	bool transaction;
	size_t kept; /* in the transaction */
	int64_t transaction_ms;
	int64_t next_look_ms;
	when looked; /* what our clock showed at the last look; WHEN_NONE: there was none */
	bool follow_found; /* check what feeds list, at once */
	struct watch_report *report; /* somebody waits for these checks; NULL: the daemon */
	const volatile bool *stop;   /* NULL: runs to its end */
	struct identity_same *same;  /* articles that turned out to be one, to be joined */
	size_t nsame, same_cap;
	struct idset stale;          /* articles that got an older check or hold furniture, to be rebuilt */
	int news;              /* struct hub_news come from here; 0: from nowhere */
	int64_t next_hubs_ms;  /* when hubs are asked again */
	int64_t waits_saved_ms;
	bool waits_changed;
	char name[80];           /* of this worker, for leases */
	struct host *idle;       /* leased hosts that may be released */
	int64_t transactions;    /* begun so far */
	int64_t next_renewal_ms;
	size_t reach;            /* so many hosts are leased at a time */
	bool no_room;          /* on the disk, at the last look */
	struct arena *packing; /* what there is to pack: */
	struct pack_job *jobs;
	size_t njobs, job;
	int64_t next_pack_ms, pack_rests_until_ms;
};

/* ---- watch.c -------------------------------------------------------------- */

MUST_CHECK bool watcher_begin(struct watcher *w, struct err *e); /* nothing if a transaction is open */
MUST_CHECK bool watcher_commit(struct watcher *w, struct err *e);
/*
 * Does a piece of work in the open transaction.  Where an archive is shared another
 * worker may be in its way (ERR_BUSY): then it is undone in the archive, what was
 * stored before it is committed, and it is done again, five times at most.  So it
 * changes nothing here that would be wrong if it failed.
 */
typedef bool watcher_work(struct watcher *w, void *context, struct err *e);
MUST_CHECK bool watcher_store(struct watcher *w, watcher_work *work, void *context, struct err *e);
/* Keeps what job->ev says; ends the job. */
MUST_CHECK bool watcher_keep(struct watcher *w, struct watch_job *job, const struct document *doc, struct err *e);
struct watch_job *watcher_job_new(struct watcher *w, struct host *host);
void watcher_job_end(struct watcher *w, struct watch_job *job);

/* ---- upkeep.c ------------------------------------------------------------- */

/* Is there room for what would be fetched?  Says once when that changes. */
MUST_CHECK bool upkeep_has_room(struct watcher *w, bool *room, struct err *e);
/* Makes a pack now and then. */
MUST_CHECK bool upkeep_turn(struct watcher *w, struct err *e);

/* ---- lease.c -------------------------------------------------------------- */

/* Hosts that have something due, and what is due there, in the open transaction. */
MUST_CHECK bool lease_due_targets(struct watcher *w, struct arena *a, size_t room, struct target **targets, size_t *n,
				  struct err *e);
/* Tries to lease a host in the open transaction; lease_ask tells whether it is ours. */
MUST_CHECK bool lease_try(struct watcher *w, struct host *host, struct err *e);
/* May requests go to the host? Leases it or renews the lease if need be, and commits. */
enum lease_state {
	LEASE_HELD,
	LEASE_SOON,   /* another worker has it; it is tried again in a moment */
	LEASE_OTHERS, /* another worker has it */
};
MUST_CHECK bool lease_ask(struct watcher *w, struct host *host, enum lease_state *state, struct err *e);
/* May what came from the host be stored? In a transaction, until its end. */
MUST_CHECK bool lease_stands(struct watcher *w, struct host *host, bool *stands, struct err *e);
/* Until when a request may be sent (clock_monotonic_ms), and how long it may take. */
int64_t lease_send_until(const struct watcher *w, const struct host *host);
int64_t lease_request_ms(const struct settings *s);
/* A job begins or ends to have to do with the host. */
void lease_use(struct host *host);
void lease_leave(struct watcher *w, struct host *host);
MUST_CHECK bool lease_renew(struct watcher *w, struct err *e);
/* Part of every transaction. */
MUST_CHECK bool lease_release_idle(struct watcher *w, void *none, struct err *e);

/* ---- visits.c ------------------------------------------------------------- */

void visits_queue(struct watcher *w, const struct target *t);
/* The same, or another time for it if its host has enough to do. */
MUST_CHECK bool visits_queue_leased(struct watcher *w, struct target *t, struct err *e);
/* Sends what may be sent. */
MUST_CHECK bool visits_send(struct watcher *w, struct err *e);
/* Notes what an answer says of its host.  *redirected: it was not the last word,
 * and the job is on its way to where it led. */
MUST_CHECK bool visits_take(struct watcher *w, struct watch_job *job, const struct fetch_answer *answer,
			    bool *redirected, struct err *e);
/* The rules of a host are here, or will not come. */
MUST_CHECK bool visits_take_robots(struct watcher *w, struct watch_job *job, const struct robots *rules,
				   struct err *e);
/* WHEN_NONE: it may go on; else the end of the quiet hours, and nothing is left
 * in the queues but what is on the wire. */
MUST_CHECK bool visits_keep_quiet(struct watcher *w, when *until, struct err *e);
/* All that was not sent is due at this time. */
MUST_CHECK bool visits_give_back(struct watcher *w, when due, struct err *e);
/* Part of every transaction. */
MUST_CHECK bool visits_store(struct watcher *w, void *none, struct err *e);
/* Waits that an earlier run was asked for; and for the next one. */
MUST_CHECK bool visits_load_waits(struct watcher *w, struct err *e);
MUST_CHECK bool visits_save_waits(struct watcher *w, struct err *e);

#endif
