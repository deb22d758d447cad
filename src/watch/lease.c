/*
 * The leases of this worker: see inner.h; what a lease is stands in archive.h.
 *
 * A host is leased with what is due there, or when a job is about to go to it
 * (a redirect, a check that a person asked for), and released in the commit
 * after its last job.  While it has jobs its lease is renewed long before its
 * end.  Requests are sent only as long as they must be over before the end of
 * the lease, by our own clock, whatever the database is doing; what came
 * nevertheless when the lease was over (this process was stopped, or cut off) is
 * not stored.
 *
 * Who shares an archive takes no more hosts than it can visit soon: half as many,
 * and none yet, while answers wait to be read; twice as many when all of them were
 * had and none waits.  So work goes where there is time for it, and what a worker
 * that dies has taken is little.
 */
#include "base/log.h"
#include "watch/inner.h"

#define LEASED_HOSTS 250  /* at once, of those that are due ... */
#define FEWEST_HOSTS 16   /* ... or as few, while there is still enough to do */
#define RENEW_PART 3      /* renewed when so much of a lease has passed: a third */
#define PATIENCE_MS 30000 /* a person waits so long for a host that another worker visits */
#define TRY_AGAIN_MS 500

static int64_t lease_ms(const struct watcher *w)
{
	return w->settings->lease * 1000;
}

int64_t lease_request_ms(const struct settings *s)
{
	int64_t half = s->lease * 1000 / 2;

	return half < MAX_FETCH_SECONDS * 1000 ? half : MAX_FETCH_SECONDS * 1000;
}

int64_t lease_send_until(const struct watcher *w, const struct host *host)
{
	return host->lease_until_ms - lease_request_ms(w->settings);
}

static bool held(const struct host *host)
{
	return host->lease_until_ms > 0;
}

static void list_idle(struct watcher *w, struct host *host)
{
	if (host->idle)
		return;
	host->idle = true;
	host->next_idle = w->idle;
	w->idle = host;
}

void lease_use(struct host *host)
{
	host->jobs++;
}

void lease_leave(struct watcher *w, struct host *host)
{
	if (--host->jobs == 0 && held(host))
		list_idle(w, host);
}

/* asked_ms: before the database was asked, by our clock. */
static void note(struct watcher *w, struct host *host, const struct host_lease *l, int64_t asked_ms)
{
	host->shard = l->shard;
	host->epoch = l->epoch;
	host->lease_until_ms = asked_ms + lease_ms(w);
	host_take_over(host, l, asked_ms);
	host->day = -1; /* others may have sent requests */
	if (host->jobs == 0)
		list_idle(w, host);
}

static struct lease_wish wish_of(const struct watcher *w)
{
	return (struct lease_wish){
		.worker = w->name,
		.lease_ms = lease_ms(w),
		.now = clock_now(w->clock),
		.hold = w->settings->lease < MINUTES ? w->settings->lease : MINUTES,
	};
}

/* How many hosts to lease now. */
static size_t reach(struct watcher *w)
{
	bool behind = w->nto_read >= MAX_TO_READ / 2;

	if (!archive_is_shared(w->archive))
		return LEASED_HOSTS;
	if (w->reach == 0)
		w->reach = 4 * FEWEST_HOSTS;
	if (behind)
		w->reach = w->reach / 2 > FEWEST_HOSTS ? w->reach / 2 : FEWEST_HOSTS;
	return behind ? 0 : w->reach;
}

bool lease_due_targets(struct watcher *w, struct arena *a, size_t room, struct target **targets, size_t *n,
                       struct err *e)
{
	struct lease_wish wish = wish_of(w);
	int64_t asked_ms = clock_monotonic_ms();
	struct host_lease *hosts;
	size_t nhosts = 0;

	wish.limit = room;
	wish.hosts = reach(w);
	if (wish.hosts > room)
		wish.hosts = room;
	if (!archive_lease_due(w->archive, a, &wish, &hosts, &nhosts, targets, n, e))
		return false;
	if (wish.hosts && nhosts == wish.hosts)
		w->reach = 2 * nhosts < LEASED_HOSTS ? 2 * nhosts : LEASED_HOSTS;
	for (size_t i = 0; i < nhosts; i++)
		note(w, hosts_get(w->hosts, hosts[i].origin), &hosts[i], asked_ms);
	return true;
}

static struct host_lease lease_of(const struct host *host)
{
	return (struct host_lease){
		.origin = host->origin, .shard = host->shard, .epoch = host->epoch, .refusals = host->refusals
	};
}

static void lost(struct host *host)
{
	log_warning("the lease of %.*s is over: another worker may be visiting it", STR_ARG(host->origin));
	host->lease_until_ms = 0;
}

static bool renew(struct watcher *w, struct host *host, struct err *e)
{
	struct host_lease l = lease_of(host);
	int64_t asked_ms = clock_monotonic_ms();
	bool stands;

	if (!watcher_begin(w, e) || !archive_host_renew(w->archive, &l, lease_ms(w), &stands, e))
		return false;
	if (stands)
		host->lease_until_ms = asked_ms + lease_ms(w);
	else
		lost(host);
	return true;
}

static bool take(struct watcher *w, void *context, struct err *e)
{
	struct host *host = context;
	struct arena *a = arena_new();
	struct lease_wish wish = wish_of(w);
	int64_t asked_ms = clock_monotonic_ms();
	struct host_lease l;
	bool leased;

	bool ok = archive_host_lease(w->archive, a, &wish, host->origin, &l, &leased, e);
	if (ok && leased)
		note(w, host, &l, asked_ms);
	arena_free(a);
	return ok;
}

bool lease_try(struct watcher *w, struct host *host, struct err *e)
{
	return held(host) || watcher_store(w, take, host, e);
}

bool lease_ask(struct watcher *w, struct host *host, enum lease_state *state, struct err *e)
{
	int64_t now = clock_monotonic_ms();

	*state = LEASE_HELD;
	if (held(host) && lease_send_until(w, host) > now)
		return true;
	/* Nothing is held while another worker may have to be waited for, and what is
	 * leased is committed before anything is sent. */
	if (!watcher_commit(w, e))
		return false;
	if ((held(host) ? !renew(w, host, e) : !lease_try(w, host, e)) || !watcher_commit(w, e))
		return false;
	if (held(host)) {
		host->refused_ms = 0;
		return true;
	}
	if (!host->refused_ms)
		host->refused_ms = now;
	*state = w->report && now - host->refused_ms < PATIENCE_MS ? LEASE_SOON : LEASE_OTHERS;
	if (*state == LEASE_SOON)
		hosts_wait(w->hosts, host, now + TRY_AGAIN_MS);
	else
		host->refused_ms = 0;
	return true;
}

bool lease_stands(struct watcher *w, struct host *host, bool *stands, struct err *e)
{
	struct host_lease l = lease_of(host);

	*stands = held(host);
	if (!*stands)
		return true;
	if (!watcher_begin(w, e))
		return false;
	if (host->fenced == w->transactions)
		return true;
	if (!archive_host_stands(w->archive, &l, stands, e))
		return false;
	if (*stands)
		host->fenced = w->transactions;
	else
		lost(host);
	return true;
}

/* ---- now and then ------------------------------------------------------------ */

struct renewing {
	struct watcher *w;
	struct err *e;
	bool ok;
};

static void renew_if_used(struct host *host, void *context)
{
	struct renewing *r = context;
	int64_t left = host->lease_until_ms - clock_monotonic_ms();

	if (r->ok && held(host) && host->jobs && left < lease_ms(r->w) - lease_ms(r->w) / RENEW_PART)
		r->ok = renew(r->w, host, r->e);
}

bool lease_renew(struct watcher *w, struct err *e)
{
	struct renewing r = { .w = w, .e = e, .ok = true };

	if (clock_monotonic_ms() < w->next_renewal_ms)
		return true;
	hosts_each(w->hosts, renew_if_used, &r);
	w->next_renewal_ms = clock_monotonic_ms() + lease_ms(w) / (2 * RENEW_PART);
	return r.ok;
}

/* What is left of the pause behind our last answer, as we would keep it. */
static int64_t pause_left(const struct watcher *w, const struct host *host, int64_t now)
{
	int64_t pause = robots_pause_ms(host->crawl_delay, fetcher_pause_of(w->fetcher, host->origin));
	int64_t left = host->answered_ms + pause - now;

	return host->answered_ms && left > 0 ? left : 0;
}

static bool release(struct watcher *w, struct host *host, struct err *e)
{
	struct host_lease l = lease_of(host);
	int64_t now = clock_monotonic_ms();

	l.pause_ms = pause_left(w, host, now);
	l.wait_ms = host->wait_until_ms > now ? host->wait_until_ms - now : 0;
	return archive_host_release(w->archive, &l, e);
}

bool lease_release_idle(struct watcher *w, void *none, struct err *e)
{
	(void)none;
	for (struct host *host = w->idle; host; host = host->next_idle)
		if (host->jobs == 0 && held(host) && !release(w, host, e))
			return false;
	for (; w->idle; w->idle = w->idle->next_idle) {
		w->idle->idle = false;
		if (w->idle->jobs == 0)
			w->idle->lease_until_ms = 0;
	}
	return true;
}
