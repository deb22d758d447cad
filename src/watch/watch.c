/*
 * The main job: feed, page, article, version, change.
 *
 * A job is one check on its way: leased from the archive, queued at its host,
 * sent when the host's robots.txt is known and allows it, answered, read by a
 * confined child, kept.
 *
 *     lease_due -> visits_queue -> visits_send -> take_answers -> take_documents -> watcher_keep
 *
 * All waiting is in one place (wait_for_something).  Jobs that are ready to be
 * kept share a transaction, which is committed when no job is under way, after
 * COMMIT_AFTER jobs, or COMMIT_MS after the first of them.  Which job may go
 * out when is the subject of visits.c.
 */
#include "watch/watch.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "watch/hubs.h"
#include "watch/inner.h"
#include "watch/policy.h"
#include "watch/rebuild.h"

#define MAX_HOSTS 20000 /* remembered; idle ones are forgotten beyond that */
#define COMMIT_AFTER 60
#define TRIES 5 /* to store what another worker was in the way of */
#define COMMIT_MS 200
#define HUBS_MS 60000                     /* how often hubs are asked for subscriptions */
#define LOOK_MS 1000                      /* how often the archive is asked what is due */
#define POLLFDS (MAX_READER_CHILDREN + 1) /* and what hubs tell */
#define FULL_MS 20                        /* the reader alone is waited for at most so long at a time */
#define PAUSE_FACTOR 5                    /* a host is busy with us for a sixth of its time at most */
#define LONGEST_FRESH (1 * HOURS)
#define LONGEST_STILL (1 * MINUTES) /* in a transaction: what a worker that is cut off was storing */
#define CLOCK_MARGIN (1 * HOURS)    /* times that are further ahead are no times */
#define CONTACT_FACT "contact"
#define CONTACT_UNWANTED STR("-")

/* ---- making and ending ---------------------------------------------------- */

static when fetcher_clock(void *arg)
{
	return clock_now(arg);
}

static struct str user_agent(struct str contact, struct arena *a)
{
	if (contact.n)
		return arena_printf(a, "stet/%s (keeps versions of news articles; +%.*s)", STET_VERSION,
		                    STR_ARG(contact));
	return arena_printf(a, "stet/%s (keeps versions of news articles)", STET_VERSION);
}

struct str watch_user_agent(const struct settings *s, struct arena *a)
{
	return user_agent(str_from(s->contact), a);
}

bool watch_contact(struct archive *ar, struct arena *a, struct str *out, bool *asked, struct err *e)
{
	bool ok = archive_fact_get(ar, a, CONTACT_FACT, out, e);

	*asked = ok && out->n > 0;
	if (*asked && str_eq(*out, CONTACT_UNWANTED))
		*out = STR_NONE;
	return ok;
}

bool watch_set_contact(struct archive *ar, struct str contact, struct err *e)
{
	return archive_fact_set(ar, CONTACT_FACT, contact.n ? contact : CONTACT_UNWANTED, e);
}

/* No two have the same, also of two runs of one process number. */
static void name_worker(struct watcher *w)
{
	char host[40] = "?";
	uint64_t lot = 0;

	gethostname(host, sizeof host - 1);
	if (getrandom(&lot, sizeof lot, 0) != (ssize_t)sizeof lot)
		lot = (uint64_t)clock_monotonic_ms();
	snprintf(w->name, sizeof w->name, "%s %ld %016llx", host, (long)getpid(), (unsigned long long)lot);
}

bool watcher_new(struct archive *ar, const struct watch_config *config, struct watcher **out, struct err *e)
{
	struct watcher *w = mem_zalloc(1, sizeof *w);
	struct arena *a = arena_new();

	w->archive = ar;
	w->settings = config->settings;
	w->clock = config->clock;
	w->news = config->news;
	w->schedule = schedule_new(ar, config->settings);
	w->hosts = hosts_new();
	name_worker(w);
	w->packing = arena_new();
	w->to_read_end = &w->to_read;
	w->looked = WHEN_NONE;
	struct str contact = str_from(config->settings->contact);
	bool asked;
	if (contact.n == 0 && !watch_contact(ar, a, &contact, &asked, e)) {
		arena_free(a);
		watcher_free(w);
		return false;
	}
	struct fetch_config fc = {
		.user_agent = user_agent(contact, a),
		.allow_private = config->settings->allow_private,
		.max_connections = (size_t)config->settings->connections,
		.pause_ms = config->settings->host_pause,
		.pause_factor = config->settings->host_pause ? PAUSE_FACTOR : 0,
		.timeout_ms = lease_request_ms(config->settings),
		.now = fetcher_clock,
		.now_arg = (void *)config->clock,
	};
	int64_t lease = config->settings->lease;
	bool ok = policy_is_known(config->settings, e) &&
	          archive_set_patience(ar, lease < LONGEST_STILL ? lease : LONGEST_STILL, e) &&
	          archive_begin_work(ar, config->settings->host_pause, e) &&
	          reader_new((unsigned)config->settings->readers, &w->reader, e) &&
	          reader_load_rules(w->reader, config->settings->rules, e) && fetcher_new(&fc, &w->fetcher, e) &&
	          visits_load_waits(w, e);
	arena_free(a);
	if (!ok) {
		watcher_free(w);
		return false;
	}
	*out = w;
	return true;
}

void watcher_job_end(struct watcher *w, struct watch_job *job)
{
	if (job->target.id)
		idset_remove(&w->under_way, job->target.id);
	w->pending--;
	if (job->home)
		lease_leave(w, job->home);
	if (job->host != job->home)
		lease_leave(w, job->host);
	w->narrow -= job->narrow;
	arena_free(job->arena);
}

void watcher_free(struct watcher *w)
{
	if (!w)
		return;
	if (w->transaction)
		archive_rollback(w->archive);
	fetcher_free(w->fetcher);
	reader_free(w->reader);
	arena_free(w->packing);
	hosts_free(w->hosts);
	schedule_free(w->schedule);
	idset_free(&w->under_way);
	idset_free(&w->stale);
	free(w->same);
	free(w);
}

struct watch_job *watcher_job_new(struct watcher *w, struct host *host)
{
	struct arena *a = arena_new();
	struct watch_job *job = ARENA_NEW(a, struct watch_job);

	job->arena = a;
	job->host = job->home = host;
	if (host)
		lease_use(host);
	job->ev = (struct evidence){ .retry_after = -1, .origin = STR("live") };
	w->pending++;
	return job;
}

/* ---- transactions ---------------------------------------------------------- */

/* Begins a transaction unless one is open.  Nothing is lost by waiting for
 * somebody who writes for long, so that is what it does, until it is to stop. */
bool watcher_begin(struct watcher *w, struct err *e)
{
	bool told = false;

	if (w->transaction)
		return true;
	while (!archive_begin(w->archive, e)) {
		if (e->kind != ERR_BUSY || (w->stop && *w->stop))
			return false;
		if (!told)
			log_warning("%s; waiting for it", e->text);
		told = true;
	}
	w->transaction = true;
	w->transactions++;
	w->transaction_ms = clock_monotonic_ms();
	return true;
}

static bool commit(struct watcher *w, struct err *e)
{
	w->transaction = false;
	w->kept = 0;
	return archive_commit(w->archive, e);
}

/* Lets go what was stored before, for which the other worker may be waiting. */
static bool make_way(struct watcher *w, struct err *e)
{
	log_info("stored in another turn: %s", e->text);
	return archive_back_to_mark(w->archive, e) && commit(w, e);
}

bool watcher_store(struct watcher *w, watcher_work *work, void *context, struct err *e)
{
	for (int i = 1;; i++) {
		if (!watcher_begin(w, e) || !archive_mark(w->archive, e))
			return false;
		if (work(w, context, e))
			return true;
		if (e->kind != ERR_BUSY || !archive_is_shared(w->archive) || i == TRIES || !make_way(w, e))
			return false;
	}
}

bool watcher_commit(struct watcher *w, struct err *e)
{
	if (!w->transaction && !w->spent && !w->idle)
		return true;
	if ((w->spent && !watcher_store(w, visits_store, NULL, e)) ||
	    (w->idle && !watcher_store(w, lease_release_idle, NULL, e)))
		return false;
	return visits_save_waits(w, e) && commit(w, e);
}

/* ---- lease: what is due becomes jobs -------------------------------------- */

/* A clock that stood ahead and was put right, before we began or just now, would
 * leave what was checked meanwhile alone until its time has come. */
static bool mind_clock(struct watcher *w, when now, struct err *e)
{
	bool jumped = w->looked == WHEN_NONE || now < w->looked - CLOCK_MARGIN;
	int64_t n = 0;

	if (jumped && !archive_bring_back(w->archive, now, now + CLOCK_MARGIN, &n, e))
		return false;
	w->looked = now;
	if (n)
		log_warning("%lld addresses were checked at a time that is still to come: the clock was ahead; they "
		            "are checked from now on",
		            (long long)n);
	return true;
}

struct taking {
	struct arena *arena;
	when now;
	size_t room, n;
	struct target *targets;
};

static bool take_due(struct watcher *w, void *context, struct err *e)
{
	struct taking *t = context;

	return mind_clock(w, t->now, e) && lease_due_targets(w, t->arena, t->room, &t->targets, &t->n, e);
}

/* *more: there may be more than could be taken. */
static bool lease_due(struct watcher *w, bool *more, struct err *e)
{
	struct taking t = { .arena = arena_new(), .now = clock_now(w->clock), .room = MAX_UNDER_WAY - w->pending };

	bool ok = watcher_commit(w, e) && watcher_store(w, take_due, &t, e);
	for (size_t i = 0; ok && i < t.n; i++)
		ok = visits_queue_leased(w, &t.targets[i], e);
	arena_free(t.arena);
	*more = t.n == t.room;
	return ok && watcher_commit(w, e);
}

/* ---- hubs ------------------------------------------------------------------ */

static void send_form(struct watcher *w, const struct hubs_form *form)
{
	struct watch_job *job = watcher_job_new(w, NULL);

	job->hub = true;
	job->request = (struct fetch_request){ .url = arena_str(job->arena, form->url),
		                               .form = form->form,
		                               .tag = (uint64_t)(uintptr_t)job };
	fetcher_add(w->fetcher, &job->request);
}

/* Now and then, but not in quiet hours; and not while somebody waits for checks
 * of his own. */
static bool ask_hubs(struct watcher *w, struct err *e)
{
	bool quiet = day_hours_end(&w->settings->quiet, clock_now(w->clock)) != WHEN_NONE;
	struct hubs_form *forms;
	size_t n = 0;

	if (quiet || clock_monotonic_ms() < w->next_hubs_ms)
		return true;
	w->next_hubs_ms = clock_monotonic_ms() + HUBS_MS;
	struct arena *a = arena_new();
	bool ok = watcher_begin(w, e) && hubs_ask(w->archive, a, w->settings, clock_now(w->clock), &forms, &n, e) &&
	          watcher_commit(w, e);
	for (size_t i = 0; ok && i < n; i++)
		send_form(w, &forms[i]);
	arena_free(a);
	return ok;
}

/* Whether it subscribed us the hub says at our own address. */
static void take_subscription(struct watcher *w, struct watch_job *job, const struct fetch_answer *answer)
{
	if (answer->result != FETCH_OK)
		log_info("the hub %.*s was asked for a subscription: %s%s%.*s", STR_ARG(job->request.url),
		         fetch_result_name(answer->result), answer->sentence.n ? ": " : "", STR_ARG(answer->sentence));
	watcher_job_end(w, job);
}

static bool hear_hubs(struct watcher *w, struct err *e)
{
	struct hub_news news;
	bool ok = true;

	if (w->news <= 0)
		return true;
	struct arena *a = arena_new();
	while (ok && read(w->news, &news, sizeof news) == (ssize_t)sizeof news) {
		ok = watcher_begin(w, e) && hubs_hear(w->archive, a, &news, clock_now(w->clock), e);
		w->next_look_ms = 0;
		arena_reset(a);
	}
	arena_free(a);
	return ok;
}

/* ---- answers: to be read, or kept at once --------------------------------- */

/* A list need not be looked at again while it says that it stays as it is; for
 * long it is not believed, for that is a matter of caches, not of news. */
static int64_t fresh_for(const struct watch_job *job, const struct fetch_answer *answer, when now)
{
	int64_t seconds = fetch_fresh_for(answer->headers, now);
	return job->rules_of || seconds < LONGEST_FRESH ? seconds : LONGEST_FRESH;
}

/* ETag and Last-Modified are of the address that gave them.  Where a redirect led
 * there it is kept before the ETag, on a line of its own, which no ETag has. */
static struct str note_validators(struct watch_job *job, const struct fetch_answer *answer, bool moved)
{
	if (!moved || (answer->etag.n == 0 && answer->last_modified.n == 0))
		return answer->etag;
	return arena_printf(job->arena, "%.*s\n%.*s", STR_ARG(answer->url), STR_ARG(answer->etag));
}

static void fill_evidence(struct watcher *w, struct watch_job *job, const struct fetch_answer *answer)
{
	struct evidence *ev = &job->ev;

	ev->result = answer->result;
	ev->at = clock_now(w->clock);
	ev->wall_ms = answer->wall_ms;
	ev->status = answer->status;
	ev->moved = answer->url.n && !job->rules_of && !str_eq(answer->url, job->target.url);
	ev->url = answer->url.n ? answer->url : job->target.url;
	ev->headers = answer->headers;
	ev->body = answer->body;
	ev->content_type = answer->content_type;
	ev->etag = note_validators(job, answer, ev->moved);
	ev->last_modified = answer->last_modified;
	ev->wire_bytes = answer->wire_bytes;
	ev->retry_after = answer->retry_after;
	ev->fresh_for = fresh_for(job, answer, ev->at);
	ev->sentence = answer->sentence;
	ev->as = job->rules_of ? READ_ROBOTS : READ_WEB;
}

static void read_later(struct watcher *w, struct watch_job *job)
{
	job->next_to_read = NULL;
	*w->to_read_end = job;
	w->to_read_end = &job->next_to_read;
	w->nto_read++;
}

static void submit_to_reader(struct watcher *w)
{
	while (w->to_read) {
		struct watch_job *job = w->to_read;
		struct read_job r = {
			.as = job->ev.as,
			.url = job->ev.url,
			.content_type = job->ev.content_type,
			.bytes = job->ev.body,
			.tag = (uint64_t)(uintptr_t)job,
		};
		if (!reader_submit(w->reader, &r))
			return;
		w->to_read = job->next_to_read;
		if (!w->to_read)
			w->to_read_end = &w->to_read;
		w->nto_read--;
	}
}

static bool take_answer(struct watcher *w, struct watch_job *job, struct err *e)
{
	bool needs = true;

	if (job->rules_of && job->ev.result != FETCH_OK)
		return visits_take_robots(w, job, NULL, e);
	if (!job->rules_of && !keep_needs_reading(w->archive, &job->target, &job->ev, &needs, e))
		return false;
	if (!needs)
		return watcher_keep(w, job, NULL, e);
	read_later(w, job);
	return true;
}

static bool take_answers(struct watcher *w, struct err *e)
{
	while (w->nto_read < MAX_TO_READ) {
		struct fetch_answer answer;
		struct arena *a = arena_new();
		if (!fetcher_take(w->fetcher, a, &answer)) {
			arena_free(a);
			return true;
		}
		struct watch_job *job = (struct watch_job *)(uintptr_t)answer.tag;
		bool redirected;
		arena_adopt(job->arena, a);
		if (job->hub) {
			take_subscription(w, job, &answer);
			continue;
		}
		if (!visits_take(w, job, &answer, &redirected, e))
			return false;
		if (redirected)
			continue;
		fill_evidence(w, job, &answer);
		if (!take_answer(w, job, e))
			return false;
		submit_to_reader(w);
	}
	return true;
}

/* ---- documents: kept ------------------------------------------------------ */

static bool take_documents(struct watcher *w, struct err *e)
{
	struct arena *a = arena_new();
	struct document doc;
	uint64_t tag;
	bool ok = true;

	while (ok && reader_take(w->reader, a, &tag, &doc)) {
		struct watch_job *job = (struct watch_job *)(uintptr_t)tag;
		if (job->rules_of)
			ok = visits_take_robots(w, job, doc.kind == DOCUMENT_ROBOTS ? &doc.robots : NULL, e);
		else
			ok = watcher_keep(w, job, &doc, e);
		arena_reset(a);
		submit_to_reader(w);
	}
	arena_free(a);
	return ok;
}

static void report_kept(struct watcher *w, const struct watch_job *job, const struct kept *k)
{
	if (k->outcome == OUTCOME_NEW_VERSION && k->number > 0)
		log_info("change: article %lld has version %lld: %.*s", (long long)k->article, (long long)k->number,
		         STR_ARG(job->target.url));
	else if (outcome_failed(k->outcome))
		log_info("%s: %.*s%s%.*s", outcome_name(k->outcome), STR_ARG(job->target.url),
		         job->ev.sentence.n ? ": " : "", STR_ARG(job->ev.sentence));
	if (!w->report)
		return;
	w->report->checks++;
	w->report->failures += outcome_failed(k->outcome);
	w->report->new_articles += k->outcome == OUTCOME_NEW_VERSION && k->number == 0;
	w->report->changes += k->outcome == OUTCOME_NEW_VERSION && k->number > 0;
}

static bool queue_found(struct watcher *w, struct arena *a, const struct kept *k, struct err *e)
{
	for (size_t i = 0; i < k->nfound; i++) {
		struct target t;
		if (!archive_target_by_id(w->archive, a, k->found[i], &t, e))
			return false;
		t.due = clock_now(w->clock) + t.period;
		if (!archive_target_update(w->archive, &t, e))
			return false;
		visits_queue(w, &t);
	}
	return true;
}

/* Another worker has the host: what we have may be older than what it stored. */
static bool refuse_late(struct watcher *w, struct watch_job *job)
{
	log_warning("not stored, for the lease of its host is over: %.*s", STR_ARG(job->target.url));
	if (w->report) {
		w->report->checks++;
		w->report->failures++;
	}
	watcher_job_end(w, job);
	return true;
}

struct keeping {
	struct watch_job *job;
	const struct document *doc;
	bool stands;
	struct kept kept;
};

static bool keep(struct watcher *w, void *context, struct err *e)
{
	struct keeping *k = context;
	struct watch_job *job = k->job;

	if (!lease_stands(w, job->home, &k->stands, e))
		return false;
	if (!k->stands)
		return true;
	/* The row as it is now: somebody may have unwatched it meanwhile. */
	return archive_target_by_id(w->archive, job->arena, job->target.id, &job->target, e) &&
	       keep_check(w->archive, w->settings, w->schedule, job->arena, &job->target, &job->ev, k->doc, &k->kept,
	                  e);
}

bool watcher_keep(struct watcher *w, struct watch_job *job, const struct document *doc, struct err *e)
{
	struct keeping keeping = { .job = job, .doc = doc };
	const struct kept *k = &keeping.kept;

	if (!watcher_store(w, keep, &keeping, e))
		return false;
	if (!keeping.stands)
		return refuse_late(w, job);
	w->kept++;
	report_kept(w, job, k);
	bool ok = !w->follow_found || queue_found(w, job->arena, k, e);
	if (k->out_of_order || k->outdated)
		idset_add(&w->stale, k->article);
	if (k->same.other) {
		w->same = mem_grow(w->same, &w->same_cap, w->nsame + 1, sizeof *w->same);
		w->same[w->nsame++] = k->same;
	}
	watcher_job_end(w, job);
	return ok && (w->kept < COMMIT_AFTER || watcher_commit(w, e));
}

/* ---- the loop ------------------------------------------------------------- */

static int64_t time_to_wait(const struct watcher *w)
{
	int64_t now = clock_monotonic_ms(), until = w->next_look_ms, next = hosts_next_ms(w->hosts);

	until = next < until ? next : until;

	if (w->transaction && w->transaction_ms + COMMIT_MS < until)
		until = w->transaction_ms + COMMIT_MS;
	return until > now ? until - now : 0;
}

static bool wait_for_something(struct watcher *w, struct err *e)
{
	struct pollfd fds[POLLFDS];
	size_t n = reader_pollfds(w->reader, fds, POLLFDS - 1);
	int64_t ms = time_to_wait(w);

	/* While no answer is taken, those that wait are no reason to go on. */
	if (w->nto_read >= MAX_TO_READ && n) {
		poll(fds, (nfds_t)n, (int)(ms < FULL_MS ? ms : FULL_MS));
		ms = 0;
	}
	if (w->news > 0)
		fds[n++] = (struct pollfd){ .fd = w->news, .events = POLLIN };
	if (!fetcher_wait(w->fetcher, fds, n, ms, e))
		return false;
	reader_work(w->reader);
	return hear_hubs(w, e);
}

/* Only while the reader is idle: joining and rebuilding read with it too. */
static bool join_and_rebuild(struct watcher *w, struct err *e)
{
	bool ok = watcher_begin(w, e);

	for (size_t i = 0; ok && i < w->nsame; i++) {
		int64_t joined;
		ok = identity_join(w->archive, w->reader, w->schedule, &w->same[i], &joined, e);
	}
	w->nsame = 0;
	for (size_t i = 0; ok && i < w->stale.size; i++) {
		int64_t versions;
		if (w->stale.slots[i])
			ok = rebuild_article(w->archive, w->reader, w->stale.slots[i], 0, &versions, e);
	}
	idset_free(&w->stale);
	return ok && watcher_commit(w, e);
}

static bool turn(struct watcher *w, struct err *e)
{
	if (!lease_renew(w, e) || !visits_send(w, e) || !wait_for_something(w, e) || !take_answers(w, e) ||
	    !take_documents(w, e))
		return false;
	bool late = w->transaction && clock_monotonic_ms() - w->transaction_ms >= COMMIT_MS;
	if ((late || w->pending == 0) && !watcher_commit(w, e))
		return false;
	bool waiting = w->stale.count || w->nsame;
	if (waiting && w->nto_read == 0 && reader_busy(w->reader) == 0 && !join_and_rebuild(w, e))
		return false;
	hosts_trim(w->hosts, MAX_HOSTS);
	return true;
}

static void set_next_look(struct watcher *w)
{
	/* On a fast clock what is due comes faster. */
	double ms = w->clock->speed > 1 ? LOOK_MS / w->clock->speed : LOOK_MS;
	w->next_look_ms = clock_monotonic_ms() + (ms < 100 ? 100 : (int64_t)ms);
}

/* Takes what is due, if it is time to; when there is more than may be under way,
 * again as soon as half of that is done. */
static bool look(struct watcher *w, bool *more, struct err *e)
{
	bool room = w->pending < MAX_UNDER_WAY, half = w->pending <= MAX_UNDER_WAY / 2;
	when quiet;

	if (!visits_keep_quiet(w, &quiet, e))
		return false;
	if (quiet != WHEN_NONE)
		*more = false;
	if (clock_monotonic_ms() < w->next_look_ms && !(*more && half))
		return true;
	set_next_look(w);
	bool left;
	if (!upkeep_has_room(w, &left, e))
		return false;
	if (!left)
		*more = false;
	return quiet != WHEN_NONE || !room || !left || lease_due(w, more, e);
}

/* At the end: what the schedule has learned since it last wrote. */
static bool keep_learned(struct watcher *w, struct err *e)
{
	return watcher_begin(w, e) && schedule_write(w->schedule, clock_now(w->clock), e) && watcher_commit(w, e);
}

bool watcher_run(struct watcher *w, const volatile bool *stop, struct err *e)
{
	bool more = false;

	w->stop = stop;
	while (!*stop)
		if (!look(w, &more, e) || !ask_hubs(w, e) || !turn(w, e) || !upkeep_turn(w, e))
			return false;
	bool ok = visits_give_back(w, clock_now(w->clock), e) && visits_save_waits(w, e) && watcher_commit(w, e);
	w->stop = NULL;
	return ok && keep_learned(w, e);
}

static bool drain(struct watcher *w, struct err *e)
{
	while (w->pending) {
		w->next_look_ms = clock_monotonic_ms() + LOOK_MS;
		if (!turn(w, e))
			return false;
	}
	return keep_learned(w, e);
}

/* Leases a target that a person named, and queues it. */
static bool lease_one(struct watcher *w, int64_t id, struct err *e)
{
	struct arena *a = arena_new();
	struct target t;

	bool ok = archive_target_by_id(w->archive, a, id, &t, e);
	if (ok && t.state == TARGET_CHECKED) { /* nobody else fetches it meanwhile */
		t.due = clock_now(w->clock) + t.period;
		ok = archive_target_update(w->archive, &t, e);
	}
	ok = ok && lease_try(w, hosts_get(w->hosts, t.origin), e);
	if (ok)
		visits_queue(w, &t);
	arena_free(a);
	return ok;
}

/* As many as may be under way, in one transaction: nothing is sent before it
 * is committed. */
static bool lease_some(struct watcher *w, const int64_t **targets, size_t *n, struct err *e)
{
	if (!watcher_begin(w, e))
		return false;
	for (; *n && w->pending < MAX_UNDER_WAY; (*targets)++, (*n)--)
		if (!lease_one(w, **targets, e))
			return false;
	return watcher_commit(w, e);
}

/* Somebody waits for the checks, and is told at once. */
static bool must_have_room(struct watcher *w, struct err *e)
{
	bool room;

	return upkeep_has_room(w, &room, e) &&
	       (room || err_set(e, ERR_FULL, "the disk is nearly full: nothing is fetched until there is more room"));
}

bool watcher_check(struct watcher *w, const int64_t *targets, size_t n, struct watch_report *report, struct err *e)
{
	*report = (struct watch_report){ 0 };
	bool ok = must_have_room(w, e);
	w->report = report;
	w->follow_found = true;
	while (ok && n)
		ok = lease_some(w, &targets, &n, e) && drain(w, e);
	w->report = NULL;
	w->follow_found = false;
	return ok;
}

bool watcher_check_due(struct watcher *w, struct watch_report *report, struct err *e)
{
	size_t before = 1;

	*report = (struct watch_report){ 0 };
	bool ok = must_have_room(w, e);
	w->report = report;
	w->follow_found = true;
	while (ok && before > 0) {
		bool more;
		before = w->pending;
		ok = lease_due(w, &more, e);
		before = w->pending - before;
		ok = ok && drain(w, e);
	}
	w->report = NULL;
	w->follow_found = false;
	return ok;
}
