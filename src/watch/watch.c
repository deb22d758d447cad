/*
 * The main job: feed, page, article, version, change.
 *
 * A job is one check on its way: leased from the archive, queued at its host,
 * sent when the host's robots.txt is known and allows it, answered, read by a
 * confined child, kept.
 *
 *     lease_due -> queue_job -> send_ready -> take_answers -> take_documents -> keep_job
 *
 * All waiting is in one place (wait_for_something).  Jobs that are ready to be
 * kept share a transaction, which is committed when no job is under way, after
 * COMMIT_AFTER jobs, or COMMIT_MS after the first of them.
 */
#include "watch/watch.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "net/fetch.h"
#include "url/url.h"
#include "watch/hosts.h"
#include "watch/idset.h"
#include "watch/keep.h"
#include "watch/policy.h"
#include "watch/rebuild.h"

#define MAX_WAITING 8      /* jobs in one host's queue */
#define MAX_UNDER_WAY 1000 /* jobs leased and not yet kept; about 6 kB each while they wait */
#define MAX_TO_READ 32     /* answers waiting for a reader; beyond that none are taken */
#define MAX_HOSTS 20000    /* remembered; idle ones are forgotten beyond that */
#define COMMIT_AFTER 100
#define COMMIT_MS 200
#define LOOK_MS 1000 /* how often the archive is asked what is due */
#define LONGEST_CRAWL_DELAY 60.0
#define LONGEST_WAIT_MS 30000 /* a host that asks for more is left, not waited for */
#define POLLFDS 16

/* A job begins with its link in the host's queue. */
struct watch_job {
	struct job link;
	struct arena *arena; /* dies with the job */
	bool robots;         /* fetches the host's robots.txt */
	struct target target;
	struct host *host;
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
	struct watch_job *to_read, **to_read_end;
	size_t nto_read;
	struct idset under_way; /* targets */
	size_t pending;         /* jobs, robots included */
	bool transaction;
	size_t kept; /* in the transaction */
	int64_t transaction_ms;
	int64_t next_look_ms;
	bool follow_found; /* check what feeds list, at once */
	struct watch_report *report;
	const volatile bool *stop;  /* NULL: runs to its end */
	struct identity_same *same; /* articles that turned out to be one, to be joined */
	size_t nsame, same_cap;
	struct idset stale; /* articles that got an older check or hold furniture, to be rebuilt */
};

/* ---- making and ending ---------------------------------------------------- */

static when fetcher_clock(void *arg)
{
	return clock_now(arg);
}

struct str watch_user_agent(const struct settings *s, struct arena *a)
{
	if (s->contact[0])
		return arena_printf(a, "stet/%s (keeps versions of news articles; +%s)", STET_VERSION, s->contact);
	return arena_printf(a, "stet/%s (keeps versions of news articles)", STET_VERSION);
}

bool watcher_new(struct archive *ar, const struct watch_config *config, struct watcher **out, struct err *e)
{
	struct watcher *w = mem_zalloc(1, sizeof *w);
	struct arena *a = arena_new();

	w->archive = ar;
	w->settings = config->settings;
	w->clock = config->clock;
	w->schedule = schedule_new(ar, config->settings);
	w->hosts = hosts_new();
	w->to_read_end = &w->to_read;
	struct fetch_config fc = {
		.user_agent = watch_user_agent(config->settings, a),
		.allow_private = config->settings->allow_private,
		.max_connections = (size_t)config->settings->connections,
		.now = fetcher_clock,
		.now_arg = (void *)config->clock,
	};
	bool ok = policy_is_known(config->settings, e) &&
	          reader_new((unsigned)config->settings->readers, &w->reader, e) &&
	          reader_load_rules(w->reader, config->settings->rules, e) && fetcher_new(&fc, &w->fetcher, e);
	arena_free(a);
	if (!ok) {
		watcher_free(w);
		return false;
	}
	*out = w;
	return true;
}

static void job_free(struct watcher *w, struct watch_job *job)
{
	if (job->target.id)
		idset_remove(&w->under_way, job->target.id);
	w->pending--;
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
	hosts_free(w->hosts);
	schedule_free(w->schedule);
	idset_free(&w->under_way);
	idset_free(&w->stale);
	free(w->same);
	free(w);
}

static struct watch_job *job_new(struct watcher *w, struct host *host)
{
	struct arena *a = arena_new();
	struct watch_job *job = ARENA_NEW(a, struct watch_job);

	job->arena = a;
	job->host = host;
	job->ev = (struct evidence){ .retry_after = -1, .origin = STR("live") };
	w->pending++;
	return job;
}

static void make_ready(struct watcher *w, struct host *host)
{
	if (host->ready)
		return;
	host->ready = true;
	host->next_ready = w->ready;
	w->ready = host;
}

/* ---- lease: what is due becomes jobs -------------------------------------- */

static void copy_target(struct target *t, struct arena *a)
{
	struct str *const strings[] = { &t->source_key, &t->url,  &t->origin,        &t->label,
		                        &t->filter,     &t->etag, &t->last_modified, &t->last_outcome };
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		*strings[i] = arena_str(a, *strings[i]);
}

static void queue_job(struct watcher *w, const struct target *t)
{
	if (!idset_add(&w->under_way, t->id))
		return; /* it still waits in its host's queue */
	struct host *host = hosts_get(w->hosts, t->origin);
	struct watch_job *job = job_new(w, host);
	job->target = *t;
	copy_target(&job->target, job->arena);
	host_push(host, &job->link);
	make_ready(w, host);
}

static int64_t pause_of(const struct watcher *w, const struct host *host)
{
	int64_t pause = w->settings->host_pause;
	double asked = host->robots.crawl_delay;

	if (asked > LONGEST_CRAWL_DELAY)
		asked = LONGEST_CRAWL_DELAY;
	return asked * 1000 > (double)pause ? (int64_t)(asked * 1000) : pause;
}

/* A host whose queue is full gets its target back when the queue will be
 * through, so that a backlog of one host keeps nobody else waiting. */
static bool queue_leased(struct watcher *w, struct target *t, struct err *e)
{
	struct host *host = hosts_get(w->hosts, t->origin);

	if (host->waiting < MAX_WAITING) {
		queue_job(w, t);
		return true;
	}
	int64_t ms = (int64_t)host->waiting * pause_of(w, host);
	double speed = w->clock->speed > 1 ? w->clock->speed : 1;
	t->due = clock_now(w->clock) + (when)((double)ms * speed / 1000) + 1;
	return archive_target_update(w->archive, t, e);
}

/* Begins a transaction unless one is open.  Nothing is lost by waiting for
 * somebody who writes for long, so that is what it does, until it is to stop. */
static bool begin(struct watcher *w, struct err *e)
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
	w->transaction_ms = clock_monotonic_ms();
	return true;
}

static bool commit(struct watcher *w, struct err *e)
{
	if (!w->transaction)
		return true;
	w->transaction = false;
	w->kept = 0;
	return archive_commit(w->archive, e);
}

static bool lease_due(struct watcher *w, struct err *e)
{
	struct arena *a = arena_new();
	struct target *targets;
	size_t n = 0;

	bool ok = commit(w, e) && begin(w, e) &&
	          archive_lease_due(w->archive, a, clock_now(w->clock), MINUTES, MAX_UNDER_WAY - w->pending, &targets,
	                            &n, e);
	for (size_t i = 0; ok && i < n; i++)
		ok = queue_leased(w, &targets[i], e);
	arena_free(a);
	return ok && commit(w, e);
}

/* ---- send: robots.txt first, then the page -------------------------------- */

static bool keep_job(struct watcher *w, struct watch_job *job, const struct document *doc, struct err *e);

static void send_robots(struct watcher *w, struct host *host)
{
	struct watch_job *job = job_new(w, host);
	struct fetch_request r = {
		.url = arena_printf(job->arena, "%.*s/robots.txt", STR_ARG(host->origin)),
		.accept = STR("text/plain, */*;q=0.1"),
		.max_bytes = MAX_BODY_BYTES,
		.tag = (uint64_t)(uintptr_t)job,
	};
	job->robots = true;
	job->ev.url = r.url;
	host->state = RULES_ASKED;
	host->busy = true;
	fetcher_add(w->fetcher, &r);
}

static struct str path_and_query(struct str url, struct str origin)
{
	struct str rest = str_sub(url, origin.n, url.n);
	return rest.n ? rest : STR("/");
}

static void send_page(struct watcher *w, struct host *host, struct watch_job *job)
{
	const struct target *t = &job->target;
	struct fetch_request r = {
		.url = t->url,
		.etag = t->last_blob ? t->etag : STR_NONE,
		.last_modified = t->last_blob ? t->last_modified : STR_NONE,
		.accept = STR("text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
		              "application/feed+json, application/xml;q=0.9, */*;q=0.5"),
		.delay_ms = pause_of(w, host),
		.tag = (uint64_t)(uintptr_t)job,
	};
	host->busy = true;
	fetcher_add(w->fetcher, &r);
}

/* A job that ends without a request of its own. */
static bool answer_unsent(struct watcher *w, struct watch_job *job, enum fetch_result result, bool forbidden,
                          struct str sentence, struct err *e)
{
	job->ev.at = clock_now(w->clock);
	job->ev.result = result;
	job->ev.forbidden = forbidden;
	job->ev.url = job->target.url;
	job->ev.sentence = sentence;
	if (result == FETCH_ASKED_TO_WAIT)
		job->ev.retry_after = (job->host->wait_until_ms - clock_monotonic_ms()) / 1000;
	return keep_job(w, job, NULL, e);
}

static bool refuse_all(struct watcher *w, struct host *host, enum fetch_result result, struct str sentence,
                       struct err *e)
{
	for (struct job *j; (j = host_pop(host));)
		if (!answer_unsent(w, (struct watch_job *)j, result, false, sentence, e))
			return false;
	return true;
}

static bool send_next(struct watcher *w, struct host *host, struct err *e)
{
	while (host->first && !host->busy) {
		struct watch_job *job = (struct watch_job *)host_pop(host);
		if (robots_allows(&host->robots, path_and_query(job->target.url, host->origin)))
			send_page(w, host, job);
		else if (!answer_unsent(w, job, FETCH_REFUSED, true,
		                        STR("robots.txt asks us not to fetch this address"), e))
			return false;
	}
	return true;
}

static bool serve_host(struct watcher *w, struct host *host, struct err *e)
{
	when now = clock_now(w->clock);

	if ((host->state == RULES_KNOWN || host->state == RULES_UNREACHABLE) && host->expires <= now)
		host->state = RULES_UNKNOWN;
	if (host->state == RULES_UNKNOWN && !host_load_rules(host, w->archive, now, e))
		return false;
	switch (host->state) {
	case RULES_UNKNOWN:
		send_robots(w, host);
		return true;
	case RULES_ASKED:
		return true;
	case RULES_UNREACHABLE:
		return refuse_all(w, host, FETCH_UNREACHABLE,
		                  STR("the host did not answer for robots.txt, so it is left alone for a while"), e);
	default:
		return send_next(w, host, e);
	}
}

/* Hosts that must wait stay on the list; the others are served. */
static bool send_ready(struct watcher *w, struct err *e)
{
	int64_t now_ms = clock_monotonic_ms();
	struct host *list = w->ready;

	w->ready = NULL;
	while (list) {
		struct host *host = list;
		list = host->next_ready;
		host->ready = false;
		if (!host->first)
			continue;
		if (host->wait_until_ms > now_ms + LONGEST_WAIT_MS) {
			if (!refuse_all(w, host, FETCH_ASKED_TO_WAIT, STR("the host asked us to wait"), e))
				return false;
			continue;
		}
		if (host->wait_until_ms > now_ms) {
			make_ready(w, host);
			continue;
		}
		host->wait_until_ms = 0;
		if (!host->busy && !serve_host(w, host, e))
			return false;
	}
	return true;
}

/* ---- answers: to be read, or kept at once --------------------------------- */

static void fill_evidence(struct watcher *w, struct watch_job *job, const struct fetch_answer *answer)
{
	struct evidence *ev = &job->ev;

	ev->result = answer->result;
	ev->at = clock_now(w->clock);
	ev->wall_ms = answer->wall_ms;
	ev->status = answer->status;
	ev->moved = answer->url.n && !job->robots && !str_eq(answer->url, job->target.url);
	ev->url = answer->url.n ? answer->url : job->target.url;
	ev->headers = answer->headers;
	ev->body = answer->body;
	ev->content_type = answer->content_type;
	ev->etag = answer->etag;
	ev->last_modified = answer->last_modified;
	ev->wire_bytes = answer->wire_bytes;
	ev->retry_after = answer->retry_after;
	ev->sentence = answer->sentence;
	ev->as = job->robots ? READ_ROBOTS : READ_WEB;
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

static bool take_robots(struct watcher *w, struct watch_job *job, const struct robots *rules, struct err *e)
{
	struct host *host = job->host;
	static const struct robots nothing_forbidden = { .crawl_delay = -1 };
	enum fetch_result result = job->ev.result;
	int status = job->ev.status;
	bool none = status == 204 || (status >= 400 && status < 500 && status != 429);

	if (!rules && none)
		rules = &nothing_forbidden; /* RFC 9309, 2.3.1.3: 4xx means that there are no rules */
	bool ok = begin(w, e) && host_store_rules(host, w->archive, clock_now(w->clock), rules, e);
	if (ok && !rules) {
		struct str sentence =
		        arena_printf(job->arena, "robots.txt could not be had: %.*s", STR_ARG(job->ev.sentence));
		ok = refuse_all(w, host, result == FETCH_OK ? FETCH_BAD_ANSWER : result, sentence, e);
	}
	if (host->first)
		make_ready(w, host);
	job_free(w, job);
	return ok;
}

static bool take_answer(struct watcher *w, struct watch_job *job, struct err *e)
{
	struct host *host = job->host;
	bool needs = true;

	host->busy = false;
	if (job->ev.retry_after > 0 && job->ev.result == FETCH_ASKED_TO_WAIT)
		host->wait_until_ms =
		        clock_monotonic_ms() + (job->ev.retry_after < DAYS ? job->ev.retry_after : DAYS) * 1000;
	if (job->robots) {
		if (job->ev.result != FETCH_OK)
			return take_robots(w, job, NULL, e);
	} else {
		if (host->first)
			make_ready(w, host);
		if (!keep_needs_reading(w->archive, &job->target, &job->ev, &needs, e))
			return false;
	}
	if (!needs)
		return keep_job(w, job, NULL, e);
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
		arena_adopt(job->arena, a);
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
		if (job->robots)
			ok = take_robots(w, job, doc.kind == DOCUMENT_ROBOTS ? &doc.robots : NULL, e);
		else
			ok = keep_job(w, job, &doc, e);
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
		queue_job(w, &t);
	}
	return true;
}

static bool keep_job(struct watcher *w, struct watch_job *job, const struct document *doc, struct err *e)
{
	struct kept k;

	/* The row as it is now: somebody may have unwatched it meanwhile. */
	if (!begin(w, e) || !archive_target_by_id(w->archive, job->arena, job->target.id, &job->target, e) ||
	    !keep_check(w->archive, w->settings, w->schedule, job->arena, &job->target, &job->ev, doc, &k, e))
		return false;
	w->kept++;
	report_kept(w, job, &k);
	bool ok = !w->follow_found || queue_found(w, job->arena, &k, e);
	if (k.out_of_order || k.outdated)
		idset_add(&w->stale, k.article);
	if (k.same.other) {
		w->same = mem_grow(w->same, &w->same_cap, w->nsame + 1, sizeof *w->same);
		w->same[w->nsame++] = k.same;
	}
	job_free(w, job);
	return ok && (w->kept < COMMIT_AFTER || commit(w, e));
}

/* ---- the loop ------------------------------------------------------------- */

static int64_t time_to_wait(const struct watcher *w)
{
	int64_t now = clock_monotonic_ms(), until = w->next_look_ms;

	if (w->transaction && w->transaction_ms + COMMIT_MS < until)
		until = w->transaction_ms + COMMIT_MS;
	return until > now ? until - now : 0;
}

static bool wait_for_something(struct watcher *w, struct err *e)
{
	struct pollfd fds[POLLFDS];
	size_t n = reader_pollfds(w->reader, fds, POLLFDS);

	if (!fetcher_wait(w->fetcher, fds, n, time_to_wait(w), e))
		return false;
	reader_work(w->reader);
	return true;
}

/* Only while the reader is idle: joining and rebuilding read with it too. */
static bool join_and_rebuild(struct watcher *w, struct err *e)
{
	bool ok = begin(w, e);

	for (size_t i = 0; ok && i < w->nsame; i++) {
		int64_t joined;
		ok = identity_join(w->archive, w->reader, &w->same[i], &joined, e);
	}
	w->nsame = 0;
	for (size_t i = 0; ok && i < w->stale.size; i++) {
		int64_t versions;
		if (w->stale.slots[i])
			ok = rebuild_article(w->archive, w->reader, w->stale.slots[i], 0, &versions, e);
	}
	idset_free(&w->stale);
	return ok && commit(w, e);
}

static bool turn(struct watcher *w, struct err *e)
{
	if (!send_ready(w, e) || !wait_for_something(w, e) || !take_answers(w, e) || !take_documents(w, e))
		return false;
	bool late = w->transaction && clock_monotonic_ms() - w->transaction_ms >= COMMIT_MS;
	if ((late || w->pending == 0) && !commit(w, e))
		return false;
	bool waiting = w->stale.count || w->nsame;
	if (waiting && w->nto_read == 0 && reader_busy(w->reader) == 0 && !join_and_rebuild(w, e))
		return false;
	if (hosts_count(w->hosts) > MAX_HOSTS)
		hosts_trim(w->hosts);
	return true;
}

static void set_next_look(struct watcher *w)
{
	/* On a fast clock what is due comes faster. */
	double ms = w->clock->speed > 1 ? LOOK_MS / w->clock->speed : LOOK_MS;
	w->next_look_ms = clock_monotonic_ms() + (ms < 100 ? 100 : (int64_t)ms);
}

static void make_ready_if_waiting(struct host *host, void *watcher)
{
	if (host->first)
		make_ready(watcher, host);
}

/* At the end: what the schedule has learned since it last wrote. */
static bool keep_learned(struct watcher *w, struct err *e)
{
	return begin(w, e) && schedule_write(w->schedule, clock_now(w->clock), e) && commit(w, e);
}

/* Jobs that were leased and never sent are due again. */
static bool give_back(struct watcher *w, struct err *e)
{
	for (struct host *host; (host = w->ready);) {
		w->ready = host->next_ready;
		host->ready = false;
		for (struct job *j; (j = host_pop(host));) {
			struct watch_job *job = (struct watch_job *)j;
			struct target *t = &job->target;
			if (!begin(w, e) || !archive_target_by_id(w->archive, job->arena, t->id, t, e))
				return false;
			if (t->state == TARGET_CHECKED) {
				t->due = clock_now(w->clock);
				if (!archive_target_update(w->archive, t, e))
					return false;
			}
			job_free(w, job);
		}
	}
	return commit(w, e);
}

bool watcher_run(struct watcher *w, const volatile bool *stop, struct err *e)
{
	w->stop = stop;
	while (!*stop) {
		if (clock_monotonic_ms() >= w->next_look_ms) {
			if (w->pending < MAX_UNDER_WAY && !lease_due(w, e))
				return false;
			set_next_look(w);
		}
		if (!turn(w, e))
			return false;
	}
	w->stop = NULL;
	hosts_each(w->hosts, make_ready_if_waiting, w);
	return keep_learned(w, e) && give_back(w, e);
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
	if (ok)
		queue_job(w, &t);
	arena_free(a);
	return ok;
}

/* As many as may be under way, in one transaction: nothing is sent before it
 * is committed. */
static bool lease_some(struct watcher *w, const int64_t **targets, size_t *n, struct err *e)
{
	if (!begin(w, e))
		return false;
	for (; *n && w->pending < MAX_UNDER_WAY; (*targets)++, (*n)--)
		if (!lease_one(w, **targets, e))
			return false;
	return commit(w, e);
}

bool watcher_check(struct watcher *w, const int64_t *targets, size_t n, struct watch_report *report, struct err *e)
{
	bool ok = true;

	*report = (struct watch_report){ 0 };
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
	bool ok = true;
	size_t before;

	*report = (struct watch_report){ 0 };
	w->report = report;
	w->follow_found = true;
	do {
		before = w->pending;
		ok = lease_due(w, e);
		before = w->pending - before;
		ok = ok && drain(w, e);
	} while (ok && before > 0);
	w->report = NULL;
	w->follow_found = false;
	return ok;
}
