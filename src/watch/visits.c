/*
 * Visits: when a job may go to its host.
 *
 *     queue -> (robots.txt) -> allowed -> sent -> answer
 *                 ^                                 |
 *                 +---- the host it leads to <------+ redirect
 *
 * A host is asked for its robots.txt before anything else, and so is every host
 * that a redirect leads to.  Where robots.txt itself is redirected, no other is
 * asked for, but the host it leads to is waited for and its requests are counted
 * as for anything else.  What may not go now goes another time: the target
 * gets a new due time and leaves the queue, so that hosts that must wait cost
 * nothing while they do.  Reasons to wait are: the host said so (429, 503), it
 * has had what is its of the day's requests by this hour, the hours are quiet, or
 * its queue is full.
 * Where a person waits for a check, these are answers instead, except for a
 * queue that is full and a wait of seconds.
 *
 * The pause between two requests is the fetcher's work (net/fetch.h).
 */
#include "base/log.h"
#include "url/url.h"
#include "watch/inner.h"

#define MAX_WAITING 8     /* jobs of one host, with the one on its way ... */
#define MAX_HELD_MS 30000 /* ... and no more than can go within this time */
#define UNKNOWN 2         /* until it is known how long the host wants us to pause, or needs for an answer */
#define MAX_NARROW (MAX_UNDER_WAY / 2)
#define FOR_LISTS 10          /* this part of what a host may be asked is not for articles */
#define LONGEST_WAIT_MS 30000 /* a host that asks for more is left, not waited for */
#define SAVE_WAITS_MS 60000
#define WAITS_FACT "waits"
#define VISITED_MS 60000 /* after that a host that another worker had is tried again */

static void make_ready(struct watcher *w, struct host *host)
{
	if (host->ready)
		return;
	host->ready = true;
	host->next_ready = w->ready;
	w->ready = host;
}

static int64_t pause_of(const struct watcher *w, const struct host *host)
{
	return robots_pause_ms(host->crawl_delay, w->settings->host_pause);
}

/* What our clock will show then, rounded up. */
static when after_ms(const struct watcher *w, int64_t ms)
{
	double speed = w->clock->speed > 1 ? w->clock->speed : 1;
	return clock_now(w->clock) + (when)((double)ms * speed / 1000) + 1;
}

/* ---- another time ---------------------------------------------------------- */

enum reason { MAY_GO, ASKED_TO_WAIT, BUDGET_USED, VISITED };

static const char *const sentences[] = {
	[ASKED_TO_WAIT] = "the host asked us to wait",
	[BUDGET_USED] = "the host has had its requests of the day (fetch.host_budget)",
	[VISITED] = "another worker is visiting the host",
};

/* The requests of a day that the archive knows of, and those that it does not yet. */
static bool count_requests(struct watcher *w, struct str origin, int64_t day, int64_t *n, struct err *e)
{
	const struct host *host = hosts_find(w->hosts, origin);

	if (!archive_traffic_of_origin(w->archive, origin, day, n, e))
		return false;
	if (host)
		*n += host->busy + (host->spent_by && host->spent.day == day ? host->spent.requests : 0);
	return true;
}

static bool count_day(struct watcher *w, struct host *host, struct err *e)
{
	int64_t today = when_day(clock_now(w->clock)), own, others;

	if (host->day == today || w->settings->host_budget == 0)
		return true;
	struct arena *a = arena_new();
	bool ok = count_requests(w, host->origin, today, &own, e) &&
	          count_requests(w, host_other(a, host->origin), today, &others, e);
	arena_free(a);
	if (!ok)
		return false;
	host->requests = own + others;
	host->day = today;
	return true;
}

/* How many requests the host may have had by now.  Where somebody waits for a
 * check, the evening does not count. */
static int64_t allowance(const struct watcher *w)
{
	int64_t budget = w->settings->host_budget;

	return w->report || !budget ? budget : host_allowance(budget, clock_now(w->clock));
}

static bool judge_host(struct watcher *w, struct host *host, enum reason *reason, struct err *e)
{
	*reason = MAY_GO;
	if (!count_day(w, host, e))
		return false;
	if (host->wait_until_ms > clock_monotonic_ms() + LONGEST_WAIT_MS)
		*reason = ASKED_TO_WAIT;
	else if (w->settings->host_budget && host->requests >= allowance(w))
		*reason = BUDGET_USED;
	return true;
}

static bool is_article(const struct target *t)
{
	return t->kind == TARGET_ARTICLE;
}

/* What waits for requests goes when there will be some: lists soon after, each
 * article when one more is there than were promised to others, and some time of
 * the next day where that is further off. */
static when when_budget_allows(const struct watcher *w, struct host *host, const struct target *t)
{
	int64_t budget = w->settings->host_budget, had = host->requests + (int64_t)host->waiting;
	int64_t wanted = had + 1 + (is_article(t) ? had / (FOR_LISTS - 1) : 0);
	uint64_t share = (uint64_t)t->id * 0x9E3779B97F4A7C15 >> 32;
	when now = clock_now(w->clock), free = host_allowed_at(budget, wanted, now);

	free = free > now ? free : now + 1;
	if (!is_article(t))
		return free + (when)(share * HOURS >> 32);
	if (host->allotted == WHEN_NONE || host->allotted < free || host->allotted > free + 2 * DAYS)
		host->allotted = free;
	else if (host->allotted - now < DAYS)
		host->allotted += DAYS / budget + 1;
	else
		return free + (when)(share * DAYS >> 32);
	return host->allotted;
}

static when other_time(const struct watcher *w, struct host *host, enum reason reason, const struct target *t)
{
	if (reason == BUDGET_USED)
		return when_budget_allows(w, host, t);
	if (reason == VISITED)
		return after_ms(w, VISITED_MS);
	return after_ms(w, host->wait_until_ms - clock_monotonic_ms());
}

/* Only what is due at some time: somebody may have unwatched it meanwhile. */
static bool set_due(struct watcher *w, struct target *t, when due, struct err *e)
{
	if (t->due == WHEN_NONE)
		return true;
	t->due = due;
	return archive_target_update(w->archive, t, e);
}

static bool defer(struct watcher *w, struct watch_job *job, when due, struct err *e)
{
	struct target *t = &job->target;

	bool stands, ok = watcher_begin(w, e) && lease_stands(w, job->home, &stands, e);
	if (ok && stands) /* else whoever has the host now says when */
		ok = archive_target_by_id(w->archive, job->arena, t->id, t, e) && set_due(w, t, due, e);
	watcher_job_end(w, job);
	return ok;
}

/* Rules that were not asked for where they lie. */
static bool lack_rules(struct watcher *w, struct watch_job *job, enum fetch_result result, struct str sentence,
                       struct err *e)
{
	job->ev.result = result;
	job->ev.fresh_for = -1;
	job->ev.sentence = sentence;
	return visits_take_robots(w, job, NULL, e);
}

/* A job that ends without an answer. */
static bool answer_unsent(struct watcher *w, struct watch_job *job, enum fetch_result result, bool forbidden,
                          struct str sentence, struct err *e)
{
	job->ev.at = clock_now(w->clock);
	job->ev.result = result;
	job->ev.forbidden = forbidden;
	job->ev.url = job->request.url;
	job->ev.moved = job->request.trail.hops > 0;
	job->ev.sentence = sentence;
	if (result == FETCH_ASKED_TO_WAIT && job->host->wait_until_ms > clock_monotonic_ms())
		job->ev.retry_after = (job->host->wait_until_ms - clock_monotonic_ms()) / 1000;
	return watcher_keep(w, job, NULL, e);
}

/* The rules of one host lie at another, and that may not be asked now. */
static bool put_off_rules(struct watcher *w, struct watch_job *job, enum reason reason, struct err *e)
{
	struct host *host = job->rules_of;
	when again = other_time(w, job->host, reason, &job->target);

	bool ok = lack_rules(w, job, FETCH_ASKED_TO_WAIT, str_from(sentences[reason]), e);
	host->expires = again;
	return ok;
}

/* Nothing is known of it, and nothing stored. */
static bool leave_to_others(struct watcher *w, struct watch_job *job)
{
	log_warning("another worker is visiting the host of %.*s just now: try again in a minute",
	            STR_ARG(job->target.url));
	w->report->checks++;
	w->report->failures++;
	watcher_job_end(w, job);
	return true;
}

static bool put_off(struct watcher *w, struct watch_job *job, enum reason reason, struct err *e)
{
	if (job->rules_of)
		return put_off_rules(w, job, reason, e);
	if (!w->report)
		return defer(w, job, other_time(w, job->host, reason, &job->target), e);
	if (reason == VISITED)
		return leave_to_others(w, job);
	return answer_unsent(w, job, FETCH_ASKED_TO_WAIT, false, str_from(sentences[reason]), e);
}

static bool put_off_all(struct watcher *w, struct host *host, enum reason reason, struct err *e)
{
	for (struct job *j; (j = host_pop(host));)
		if (!put_off(w, (struct watch_job *)j, reason, e))
			return false;
	return true;
}

static bool refuse_all(struct watcher *w, struct host *host, enum fetch_result result, struct str sentence,
                       struct err *e)
{
	for (struct watch_job *j; (j = (struct watch_job *)host_pop(host));) {
		bool ok = j->rules_of ? lack_rules(w, j, result, sentence, e)
		                      : answer_unsent(w, j, result, false, sentence, e);
		if (!ok)
			return false;
	}
	return true;
}

/* ---- queueing -------------------------------------------------------------- */

static void copy_target(struct target *t, struct arena *a)
{
	struct str *const strings[] = { &t->source_key, &t->url,  &t->origin,        &t->label,
		                        &t->filter,     &t->etag, &t->last_modified, &t->last_outcome };
	for (size_t i = 0; i < sizeof strings / sizeof *strings; i++)
		*strings[i] = arena_str(a, *strings[i]);
}

/* See note_validators.  Bytes that were not kept because the page forbids it may
 * be asked after too; of what a target is nobody knows yet, all is wanted. */
static void put_validators(struct fetch_request *r, const struct target *t)
{
	struct str address, etag;

	if (t->kind == TARGET_NEW)
		return;
	bool apart = str_cut(t->etag, '\n', &address, &etag);
	r->validated_url = apart ? address : STR_NONE;
	r->etag = apart ? etag : t->etag;
	r->last_modified = t->last_modified;
}

static void mark_narrow(struct watcher *w, struct watch_job *job)
{
	w->narrow += !job->narrow;
	job->narrow = true;
}

static void queue(struct watcher *w, const struct target *t, bool narrow)
{
	if (!idset_add(&w->under_way, t->id))
		return; /* it still waits in its host's queue */
	struct host *host = hosts_get(w->hosts, t->origin);
	struct watch_job *job = watcher_job_new(w, host);
	job->target = *t;
	job->source = t->source;
	if (narrow)
		mark_narrow(w, job);
	copy_target(&job->target, job->arena);
	job->request = (struct fetch_request){
		.url = job->target.url,
		.accept = STR("text/html, application/xhtml+xml, application/rss+xml, application/atom+xml, "
		              "application/feed+json, application/xml;q=0.9, */*;q=0.5"),
		.tag = (uint64_t)(uintptr_t)job,
	};
	put_validators(&job->request, &job->target);
	host_push(host, &job->link, false);
	make_ready(w, host);
}

void visits_queue(struct watcher *w, const struct target *t)
{
	queue(w, t, false);
}

/* What one job of the host takes as things are; *known: it has answered lately. */
static int64_t turn_of(const struct watcher *w, const struct host *host, bool *known)
{
	int64_t pause = pause_of(w, host), turn = fetcher_turn_of(w->fetcher, host->origin);

	*known = turn >= 0;
	return turn > pause ? turn : pause;
}

/* The next place behind all that was promised one: a backlog of one host keeps
 * nobody else waiting, and is not taken from the archive again and again. */
static when book(struct watcher *w, struct host *host)
{
	bool known;
	int64_t before = (int64_t)(host->waiting + host->busy);
	when through = after_ms(w, (before ? before : 1) * turn_of(w, host, &known));

	if (host->booked == WHEN_NONE || host->booked < through || host->booked > through + DAYS)
		host->booked = through;
	else
		host->booked += after_ms(w, pause_of(w, host)) - clock_now(w->clock) - 1;
	return host->booked;
}

/* Is the rest of what the host may be asked by now kept for lists? */
static bool articles_had_theirs(const struct watcher *w, const struct host *host)
{
	int64_t may = allowance(w);

	return may && host->requests + (int64_t)host->waiting >= may - may / FOR_LISTS;
}

/* Jobs that can go within MAX_HELD_MS: hosts that want long pauses, are slow or hang
 * hold few of the places that there are for all. */
static size_t room_of(const struct watcher *w, const struct host *host, bool *known)
{
	int64_t turn = turn_of(w, host, known), n = turn > 0 ? MAX_HELD_MS / turn : MAX_WAITING;

	*known = *known && host->state == RULES_KNOWN;
	return n < 1 ? 1 : n < MAX_WAITING ? (size_t)n : MAX_WAITING;
}

/* Those with one place have half of all together; lists find room where articles
 * find none. */
static size_t room_for(const struct watcher *w, const struct host *host, const struct target *t, bool *narrow)
{
	bool known;
	size_t room = room_of(w, host, &known);

	*narrow = room == 1;
	if (*narrow && w->narrow >= MAX_NARROW)
		return 0;
	if (!known && room > UNKNOWN)
		room = UNKNOWN;
	return is_article(t) ? room : 2 * room;
}

/* So many jobs stay if there is that much room: what has followed a redirect is not
 * sent all the way again. */
static size_t staying(struct watcher *w, struct host *host, size_t room)
{
	size_t n = 0;

	for (struct watch_job *j = (struct watch_job *)host->first; j; j = (struct watch_job *)j->link.next, n++) {
		if (n >= room && j->request.trail.hops == 0)
			break;
		if (room == 1)
			mark_narrow(w, j);
	}
	return n;
}

/* A host that has become slow gives back the places that it would not get now. */
static bool thin_out(struct watcher *w, struct host *host, struct err *e)
{
	bool known;

	if (w->report || host->waiting <= 2)
		return true;
	size_t room = room_of(w, host, &known);
	if (host->waiting <= 2 * room)
		return true;
	for (struct job *j = host_cut(host, staying(w, host, room)), *next; j; j = next) {
		next = j->next;
		if (!defer(w, (struct watch_job *)j, book(w, host), e))
			return false;
	}
	return true;
}

/* However many articles wait, lists get their turn: without them nothing new is
 * seen. */
bool visits_queue_leased(struct watcher *w, struct target *t, struct err *e)
{
	struct host *host = hosts_get(w->hosts, t->origin);
	enum reason reason;

	if (!judge_host(w, host, &reason, e))
		return false;
	if (host->state == RULES_UNKNOWN && !host_load_rules(host, w->archive, clock_now(w->clock), e))
		return false;
	bool narrow;
	size_t room = room_for(w, host, t, &narrow);
	if (reason == MAY_GO && is_article(t) && articles_had_theirs(w, host))
		reason = BUDGET_USED;
	if (w->report || (reason == MAY_GO && host->waiting + host->busy < room)) {
		queue(w, t, narrow);
		return true;
	}
	return set_due(w, t, reason == MAY_GO ? book(w, host) : other_time(w, host, reason, t), e);
}

/* ---- sending: robots.txt first, then the page ------------------------------ */

static void count_request(struct watcher *w, struct host *host, struct arena *a)
{
	struct host *other = hosts_find(w->hosts, host_other(a, host->origin));

	host->requests++;
	if (other)
		other->requests++;
}

static void send_request(struct watcher *w, struct host *host, struct watch_job *job)
{
	job->request.delay_ms = pause_of(w, host);
	job->request.send_until_ms = lease_send_until(w, host);
	job->request.last = !job->rules_of && !host->first;
	host->busy = true;
	count_request(w, host, job->arena);
	fetcher_add(w->fetcher, &job->request);
}

static void send_robots(struct watcher *w, struct host *host)
{
	struct watch_job *job = watcher_job_new(w, host);

	job->rules_of = host;
	job->source = ((struct watch_job *)host->first)->source;
	job->request = robots_request(job->arena, host->origin);
	job->request.tag = (uint64_t)(uintptr_t)job;
	host->state = RULES_ASKED;
	send_request(w, host, job);
}

static bool refuse_forbidden(struct watcher *w, struct watch_job *job, struct err *e)
{
	struct str sentence = STR("robots.txt asks us not to fetch this address");

	if (job->request.trail.hops)
		sentence = arena_printf(job->arena, "it leads to %.*s, which robots.txt there asks us not to fetch",
		                        STR_ARG(job->request.url));
	return answer_unsent(w, job, FETCH_REFUSED, true, sentence, e);
}

static bool send_next(struct watcher *w, struct host *host, struct err *e)
{
	while (host->first && !host->busy) {
		struct watch_job *job = (struct watch_job *)host_pop(host);
		struct str path = str_sub(job->request.url, host->origin.n, job->request.url.n);
		if (host_allows(host, job->arena, path.n ? path : STR("/")))
			send_request(w, host, job);
		else if (!refuse_forbidden(w, job, e))
			return false;
	}
	return true;
}

static bool serve_host(struct watcher *w, struct host *host, struct err *e)
{
	when now = clock_now(w->clock);

	bool expired = host->expires <= now || host->expires > now + 2 * DAYS; /* or the clock was ahead */
	if ((host->state == RULES_KNOWN || host->state == RULES_UNREACHABLE) && expired)
		host->state = RULES_UNKNOWN;
	if (host->state == RULES_UNKNOWN && !host_load_rules(host, w->archive, now, e))
		return false;
	if (host->first->ahead) {
		send_request(w, host, (struct watch_job *)host_pop(host));
		return true;
	}
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

static bool look_at(struct watcher *w, struct host *host, struct err *e)
{
	enum lease_state lease;
	enum reason reason;

	if (!host->first || host->busy)
		return true;
	if (!judge_host(w, host, &reason, e))
		return false;
	if (reason != MAY_GO)
		return put_off_all(w, host, reason, e);
	if (!thin_out(w, host, e))
		return false;
	if (!lease_ask(w, host, &lease, e))
		return false;
	if (lease == LEASE_OTHERS)
		return put_off_all(w, host, VISITED, e);
	int64_t until = host->wait_until_ms > host->pause_until_ms ? host->wait_until_ms : host->pause_until_ms;
	if (lease == LEASE_SOON)
		return true;
	if (until <= clock_monotonic_ms())
		return serve_host(w, host, e);
	hosts_wait(w->hosts, host, until);
	return true;
}

bool visits_send(struct watcher *w, struct err *e)
{
	for (struct host *host; (host = hosts_take_due(w->hosts, clock_monotonic_ms()));)
		make_ready(w, host);
	for (struct host *host; (host = w->ready);) {
		w->ready = host->next_ready;
		host->ready = false;
		if (!look_at(w, host, e))
			return false;
	}
	return true;
}

/* ---- answers --------------------------------------------------------------- */

static bool store_traffic(struct watcher *w, void *context, struct err *e)
{
	struct host *host = context;

	host->spent.origin = host->origin;
	return archive_traffic_add(w->archive, host->spent_by, &host->spent, e);
}

static void forget_traffic(struct host *host)
{
	host->spent = (struct traffic){ 0 };
	host->spent_by = 0;
}

bool visits_store(struct watcher *w, void *none, struct err *e)
{
	(void)none;
	for (struct host *host = w->spent; host; host = host->next_spent)
		if (host->spent_by && !store_traffic(w, host, e))
			return false;
	for (; w->spent; w->spent = w->spent->next_spent)
		forget_traffic(w->spent);
	return true;
}

static bool is_failure(const struct watch_job *job, const struct fetch_answer *answer)
{
	bool no_robots = job->rules_of && answer->status >= 400 && answer->status < 500;
	return !(no_robots || answer->result == FETCH_OK || answer->result == FETCH_NOT_MODIFIED ||
	         answer->result == FETCH_REDIRECTED);
}

/* One source a host is the rule; where there are more, the earlier is written. */
static bool note_traffic(struct watcher *w, struct watch_job *job, const struct fetch_answer *answer, struct err *e)
{
	struct host *host = job->host;
	int64_t day = when_day(clock_now(w->clock));
	bool listed = host->spent_by != 0;

	if (!job->source || answer->result == FETCH_PRIVATE)
		return true;
	if (listed && (host->spent_by != job->source || host->spent.day != day)) {
		if (!watcher_store(w, store_traffic, host, e))
			return false;
		forget_traffic(host);
	}
	if (!listed) {
		host->next_spent = w->spent;
		w->spent = host;
	}
	host->spent_by = job->source;
	host->spent.day = day;
	host->spent.requests++;
	host->spent.not_modified += answer->result == FETCH_NOT_MODIFIED;
	host->spent.failed += is_failure(job, answer);
	host->spent.bytes += answer->wire_bytes - job->request.trail.wire_bytes;
	return true;
}

static void note_waits(struct watcher *w, struct host *host, const struct fetch_answer *answer)
{
	if (answer->result == FETCH_ASKED_TO_WAIT) {
		host_asked_to_wait(host, answer->retry_after, clock_monotonic_ms());
		w->waits_changed = true;
		log_info("%.*s asks us to wait: left alone for %lld s", STR_ARG(host->origin),
		         (long long)((host->wait_until_ms - clock_monotonic_ms()) / 1000));
	} else if (answer->result == FETCH_OK || answer->result == FETCH_NOT_MODIFIED) {
		host->refusals = 0;
	}
}

/* To the front of the queue of the host it leads to: its rules hold there.  Only
 * robots.txt needs none, and goes ahead of what waits for some: two hosts whose
 * rules lie at each other would wait forever. */
static void follow(struct watcher *w, struct watch_job *job, const struct fetch_answer *answer)
{
	job->request = fetch_follow(&job->request, answer);
	if (job->host != job->home)
		lease_leave(w, job->host);
	job->host = hosts_get(w->hosts, url_origin(job->request.url));
	if (job->host != job->home)
		lease_use(job->host);
	job->link.ahead = job->rules_of != NULL;
	host_push(job->host, &job->link, true);
	make_ready(w, job->host);
}

/* They are asked for another time. */
static void leave_rules(struct watcher *w, struct watch_job *job)
{
	job->rules_of->state = RULES_UNKNOWN;
	watcher_job_end(w, job);
}

/* A job that was not sent stands in its host's queue again.  A hub has none: it
 * is asked another day, as one that did not answer. */
static void take_back(void *watcher, uint64_t tag)
{
	struct watch_job *job = (struct watch_job *)(uintptr_t)tag;

	if (job->hub) {
		watcher_job_end(watcher, job);
		return;
	}
	job->host->busy = false;
	if (!job->rules_of) {
		host_push(job->host, &job->link, true);
		return;
	}
	leave_rules(watcher, job);
}

bool visits_take(struct watcher *w, struct watch_job *job, const struct fetch_answer *answer, bool *redirected,
                 struct err *e)
{
	*redirected = answer->result == FETCH_REDIRECTED || answer->result == FETCH_NOT_SENT;
	if (answer->result == FETCH_NOT_SENT) { /* its time was over: when the host is leased again */
		struct host *host = job->host;
		take_back(w, answer->tag);
		make_ready(w, host);
		return true;
	}
	job->host->answered_ms = clock_monotonic_ms();
	if (!note_traffic(w, job, answer, e))
		return false;
	note_waits(w, job->host, answer);
	job->host->busy = false;
	if (job->host->first)
		make_ready(w, job->host);
	if (answer->result == FETCH_REDIRECTED)
		follow(w, job, answer);
	return true;
}

bool visits_take_robots(struct watcher *w, struct watch_job *job, const struct robots *rules, struct err *e)
{
	struct host *host = job->rules_of;
	const struct robots none = ROBOTS_NONE;
	const struct evidence *ev = &job->ev;

	bool stands;
	if (!watcher_begin(w, e) || !lease_stands(w, host, &stands, e))
		return false;
	if (!stands) {
		leave_rules(w, job);
		make_ready(w, host);
		return true;
	}
	if (!rules && robots_are_absent(ev->result, ev->status))
		rules = &none;
	bool ok =
	        watcher_begin(w, e) && host_store_rules(host, w->archive, clock_now(w->clock), rules, ev->fresh_for, e);
	if (ev->result == FETCH_ASKED_TO_WAIT) /* it has said when to come again */
		host->expires = other_time(w, job->host, ASKED_TO_WAIT, &job->target);
	if (ok && host->state == RULES_UNREACHABLE) {
		struct str sentence =
		        arena_printf(job->arena, "robots.txt could not be had: %.*s", STR_ARG(ev->sentence));
		ok = refuse_all(w, host, ev->result == FETCH_OK ? FETCH_BAD_ANSWER : ev->result, sentence, e);
	}
	if (host->first)
		make_ready(w, host);
	watcher_job_end(w, job);
	return ok;
}

/* ---- quiet hours, and the end ----------------------------------------------- */

static void make_ready_if_waiting(struct host *host, void *watcher)
{
	if (host->first)
		make_ready(watcher, host);
}

bool visits_give_back(struct watcher *w, when due, struct err *e)
{
	fetcher_recall(w->fetcher, take_back, w);
	hosts_each(w->hosts, make_ready_if_waiting, w);
	for (struct host *host; (host = w->ready);) {
		w->ready = host->next_ready;
		host->ready = false;
		for (struct watch_job *j; (j = (struct watch_job *)host_pop(host));) {
			if (j->rules_of)
				leave_rules(w, j);
			else if (!defer(w, j, due, e))
				return false;
		}
	}
	return watcher_commit(w, e);
}

bool visits_keep_quiet(struct watcher *w, when *until, struct err *e)
{
	*until = day_hours_end(&w->settings->quiet, clock_now(w->clock));
	return *until == WHEN_NONE || w->pending == 0 || visits_give_back(w, *until, e);
}

bool visits_load_waits(struct watcher *w, struct err *e)
{
	struct arena *a = arena_new();
	struct str waits;

	bool ok = archive_fact_get(w->archive, a, WAITS_FACT, &waits, e);
	if (ok)
		hosts_take_waits(w->hosts, waits, clock_now(w->clock), clock_monotonic_ms());
	arena_free(a);
	return ok;
}

bool visits_save_waits(struct watcher *w, struct err *e)
{
	int64_t now_ms = clock_monotonic_ms();

	if (archive_is_shared(w->archive)) /* they are in the table of hosts */
		return true;
	if (!w->waits_changed || (now_ms - w->waits_saved_ms < SAVE_WAITS_MS && !(w->stop && *w->stop)))
		return true;
	struct arena *a = arena_new();
	bool ok = watcher_begin(w, e) &&
	          archive_fact_set(w->archive, WAITS_FACT, hosts_waits(w->hosts, a, clock_now(w->clock), now_ms), e);
	w->waits_changed = false;
	w->waits_saved_ms = now_ms;
	arena_free(a);
	return ok;
}
