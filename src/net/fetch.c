/*
 * The fetcher: see fetch.h.
 *
 * Jobs wait in net/queue.c until their host's turn comes.  A turn takes a
 * transfer (net/transfer.c), one of at most max_connections, and puts it on the
 * wires (net/wires.c), which drive all of them.
 *
 * libcurl keeps as many idle connections as may be in use, and one set of
 * parsed certificates for all.  Transfers are used again; each has its own
 * handle, about 30 kB.
 *
 * Names are looked up in threads of libcurl's.  One whose server never answers
 * is given up with its transfer and ends by itself: it is not waited for
 * (CURLOPT_QUICK_EXIT), or it would hold up everything else.
 *
 * Limits: answers are kept in memory until they are taken, so a caller takes
 * them as they come; MAX_FETCH_HELD_BYTES bounds them together.
 */
#include "net/fetch.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "net/queue.h"
#include "net/result.h"
#include "net/transfer.h"
#include "net/wires.h"
#include "url/url.h"

#define STANDARD_CONNECTIONS 200

/* An answer that waits to be taken. */
struct outcome {
	struct outcome *next;
	struct job *job;
	enum fetch_result result;
	int status;
	struct buf headers, body;
	char *location; /* where a redirect leads */
	struct err why;
};

struct fetcher {
	struct wires *wires;
	struct transfer_rules rules;
	char *user_agent, *ca_file;
	size_t max_connections, nactive, nwaiting, nanswers;
	when (*now)(void *);
	void *now_arg;
	struct queue *queue;
	struct transfer *idle, *active;
	struct outcome *first, **last;
	struct arena *scratch;
};

/* -- beginning and end ----------------------------------------------------- */

static char *copy(struct str s)
{
	char *p = mem_alloc(s.n + 1);

	if (s.n)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

const char *fetcher_ca_file(void)
{
	const char *named = getenv("SSL_CERT_FILE"), *built_in = curl_version_info(CURLVERSION_NOW)->cainfo;

	if (named && *named)
		return named;
	return built_in ? built_in : "/etc/ssl/certs/ca-certificates.crt";
}

static bool is_one_line(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || s.p[i] == '\r' || s.p[i] == '\n')
			return false;
	return true;
}

bool fetcher_new(const struct fetch_config *config, struct fetcher **out, struct err *e)
{
	if (!is_one_line(config->user_agent))
		return err_set(e, ERR_USAGE, "the user agent is more than one line");
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
		return err_set(e, ERR_INTERNAL, "libcurl cannot be started");
	struct fetcher *f = mem_zalloc(1, sizeof *f);
	f->last = &f->first;
	f->scratch = arena_new();
	f->user_agent = copy(config->user_agent);
	f->ca_file = config->ca_file.n ? copy(config->ca_file) : mem_strdup(fetcher_ca_file());
	f->max_connections = config->max_connections ? config->max_connections : STANDARD_CONNECTIONS;
	f->queue = queue_new((struct pace){ .least_ms = config->pause_ms,
	                                    .factor = config->pause_factor,
	                                    .most_slow = (f->max_connections + 1) / 2 });
	f->now = config->now;
	f->now_arg = config->now_arg;
	f->rules = (struct transfer_rules){
		.user_agent = f->user_agent,
		.ca_file = f->ca_file,
		.allow_private = config->allow_private,
		.timeout_ms = config->timeout_ms > 0 ? config->timeout_ms : MAX_FETCH_SECONDS * 1000,
	};
	if (!wires_new(f->max_connections, &f->wires, e)) {
		fetcher_free(f);
		return false;
	}
	*out = f;
	return true;
}

static void free_transfers(struct fetcher *f, struct transfer *t)
{
	for (struct transfer *next; t; t = next) {
		next = t->next;
		if (t->job)
			wires_remove(f->wires, t->easy);
		transfer_free(t);
	}
}

static void free_outcome(struct outcome *o)
{
	job_free(o->job);
	buf_free(&o->headers);
	buf_free(&o->body);
	free(o->location);
	free(o);
}

void fetcher_free(struct fetcher *f)
{
	if (!f)
		return;
	free_transfers(f, f->active);
	free_transfers(f, f->idle);
	for (struct outcome *o = f->first, *next; o; o = next) {
		next = o->next;
		free_outcome(o);
	}
	wires_free(f->wires);
	sockets_free(&f->rules.sockets);
	queue_free(f->queue);
	arena_free(f->scratch);
	free(f->user_agent);
	free(f->ca_file);
	free(f);
	curl_global_cleanup();
}

/* -- answers --------------------------------------------------------------- */

static void append(struct fetcher *f, struct outcome *o)
{
	*f->last = o;
	f->last = &o->next;
	f->nanswers++;
}

/* For a job that never set out. */
static void fail(struct fetcher *f, struct job *j, const struct err *why)
{
	struct outcome *o = mem_zalloc(1, sizeof *o);

	o->job = j;
	o->result = FETCH_UNREACHABLE;
	o->why = *why;
	append(f, o);
}

static void leave_unsent(struct fetcher *f, struct job *j)
{
	struct outcome *o = mem_zalloc(1, sizeof *o);

	o->job = j;
	o->result = FETCH_NOT_SENT;
	append(f, o);
}

static void answer(struct fetcher *f, struct transfer *t, struct str next)
{
	struct outcome *o = mem_zalloc(1, sizeof *o);

	o->job = t->job;
	o->result = t->result;
	o->status = t->status;
	o->location = next.n ? copy(next) : NULL;
	o->why = t->why;
	o->headers = t->headers;
	o->body = t->body;
	t->headers = BUF_INIT(t->headers.max);
	t->body = BUF_INIT(t->body.max);
	t->job = NULL;
	append(f, o);
}

static struct fetch_trail trail_of(const struct outcome *o)
{
	const struct job *j = o->job;
	struct fetch_trail trail = { .hops = j->r.trail.hops,
		                     .temporary = j->r.trail.temporary,
		                     .wall_ms = j->wall_ms,
		                     .wire_bytes = j->wire_bytes };

	if (o->location) {
		trail.hops++;
		trail.temporary = trail.temporary || !result_is_permanent(o->status);
	}
	return trail;
}

/* The body is as large as all the rest together, and need not move. */
static struct str own_body(struct arena *a, struct buf *body)
{
	struct str bytes = str_of(buf_cstr(body), body->n);

	if (!body->n)
		return arena_str(a, STR_NONE);
	arena_own(a, body->p, body->cap);
	*body = BUF_INIT(body->max);
	return bytes;
}

bool fetcher_take(struct fetcher *f, struct arena *a, struct fetch_answer *out)
{
	struct outcome *o = f->first;

	if (!o)
		return false;
	f->first = o->next;
	if (!f->first)
		f->last = &f->first;
	f->nanswers--;

	const struct job *j = o->job;
	struct str headers = arena_str(a, buf_view(&o->headers));
	f->rules.held -= o->body.n;
	*out = (struct fetch_answer){
		.tag = j->r.tag,
		.result = o->result,
		.status = o->status,
		.url = arena_str(a, j->url),
		.next = arena_str(a, str_from(o->location)),
		.trail = trail_of(o),
		.moved_for_good = j->r.trail.hops > 0 && !j->r.trail.temporary,
		.headers = headers,
		.body = own_body(a, &o->body),
		.content_type = fetch_field(headers, "Content-Type"),
		.etag = fetch_field(headers, "ETag"),
		.last_modified = fetch_field(headers, "Last-Modified"),
		.retry_after = result_retry_after(headers, f->now ? f->now(f->now_arg) : WHEN_NONE),
		.wire_bytes = j->wire_bytes,
		.wall_ms = j->wall_ms,
		.sentence = arena_str(a, str_from(o->why.text)),
	};
	free_outcome(o);
	return true;
}

/* -- from queue to wire ---------------------------------------------------- */

/* What politeness goes by: the name alone, so that http and https are one host,
 * and a port only where somebody chose it. */
static struct str host_key(struct arena *a, const struct url *u)
{
	return url_has_own_port(u) ? arena_printf(a, "%.*s:%u", STR_ARG(u->host), u->port) : u->host;
}

void fetcher_add(struct fetcher *f, const struct fetch_request *r)
{
	struct job *j = job_new(r);
	struct url u;
	struct err e;

	arena_reset(f->scratch);
	if (!url_parse(f->scratch, r->url, NULL, &u, &e)) {
		fail(f, j, &e);
		return;
	}
	f->nwaiting++;
	queue_push(f->queue, host_key(f->scratch, &u), j, clock_monotonic_ms());
}

void fetcher_recall(struct fetcher *f, void (*back)(void *arg, uint64_t tag), void *arg)
{
	for (struct job *j = queue_withdraw(f->queue, clock_monotonic_ms()), *next; j; j = next) {
		next = j->next;
		f->nwaiting--;
		back(arg, j->r.tag);
		job_free(j);
	}
}

size_t fetcher_pending(const struct fetcher *f)
{
	return f->nwaiting + f->nactive;
}

static struct str host_of_origin(const struct fetcher *f, struct str origin)
{
	struct url u;
	struct err e;

	arena_reset(f->scratch);
	return url_parse(f->scratch, origin, NULL, &u, &e) ? host_key(f->scratch, &u) : STR_NONE;
}

size_t fetcher_pending_of(const struct fetcher *f, struct str origin)
{
	return queue_count_of(f->queue, host_of_origin(f, origin));
}

int64_t fetcher_turn_of(const struct fetcher *f, struct str origin)
{
	return queue_turn_of(f->queue, host_of_origin(f, origin));
}

int64_t fetcher_pause_of(const struct fetcher *f, struct str origin)
{
	return queue_pause_of(f->queue, host_of_origin(f, origin));
}

struct fetch_request fetch_follow(const struct fetch_request *sent, const struct fetch_answer *redirected)
{
	struct fetch_request r = *sent;

	r.onward = str_eq(url_origin(sent->url), url_origin(redirected->next));
	r.validated_url = sent->validated_url.n ? sent->validated_url : sent->url;
	r.url = redirected->next;
	r.trail = redirected->trail;
	return r;
}

static struct transfer *new_transfer(struct fetcher *f)
{
	struct transfer *t = transfer_new(&f->rules);

	if (!t)
		return NULL;
	curl_easy_setopt(t->easy, CURLOPT_QUICK_EXIT, 1L);
	/* libcurl's cache of addresses has 23 buckets and is walked at every lookup:
	 * with thousands of hosts that costs more than everything else together. */
	curl_easy_setopt(t->easy, CURLOPT_DNS_CACHE_TIMEOUT, 0L);
	return t;
}

static bool start_ready(struct fetcher *f, struct err *e)
{
	while (f->nactive < f->max_connections) {
		struct transfer *t = f->idle ? f->idle : new_transfer(f);
		struct job *j = t ? queue_pop(f->queue, clock_monotonic_ms()) : NULL;
		if (t && t != f->idle)
			f->idle = t;
		if (!j)
			return true;
		if (j->r.send_until_ms && clock_monotonic_ms() > j->r.send_until_ms) {
			f->nwaiting--;
			queue_done(f->queue, j, 0, false, clock_monotonic_ms());
			leave_unsent(f, j);
			continue;
		}
		f->idle = t->next;
		t->next = f->active;
		f->active = t;
		f->nactive++;
		f->nwaiting--;
		transfer_begin(t, j, clock_monotonic_ms());
		curl_easy_setopt(t->easy, CURLOPT_FORBID_REUSE, j->r.last ? 1L : 0L);
		if (!wires_add(f->wires, t->easy, e))
			return false;
	}
	return true;
}

static void retire(struct fetcher *f, struct transfer *t)
{
	struct transfer **at = &f->active;

	while (*at != t)
		at = &(*at)->next;
	*at = t->next;
	t->next = f->idle;
	f->idle = t;
	f->nactive--;
}

/* Where a redirect leads; false if it cannot be followed. */
static bool read_redirect(struct fetcher *f, struct transfer *t, struct str *next)
{
	const struct fetch_request *r = &t->job->r;
	int most = r->max_hops ? r->max_hops : MAX_REDIRECTS;
	struct url from, to;

	arena_reset(f->scratch);
	struct str location = fetch_field(buf_view(&t->headers), "Location");
	if (!url_parse(f->scratch, r->url, NULL, &from, &t->why))
		return false;
	if (location.n == 0)
		return err_set(&t->why, ERR_NET, "a redirect does not say where to");
	if (r->form.n && t->status != 307 && t->status != 308)
		return err_set(&t->why, ERR_NET, "a redirect leads away from where a form was sent");
	if (r->trail.hops >= most)
		return err_set(&t->why, ERR_NET, "more than %d redirects", most);
	if (!url_parse(f->scratch, location, &from, &to, &t->why))
		return err_prefix(&t->why, "a redirect leads nowhere");
	if (str_eq(from.href, to.href))
		return err_set(&t->why, ERR_NET, "the address redirects to itself");
	*next = to.href;
	return true;
}

/* From the request to the first byte of its answer; without one, all the time
 * that it took. */
static int64_t answer_time(const struct transfer *t, int64_t now)
{
	curl_off_t sent = 0, first = 0;

	curl_easy_getinfo(t->easy, CURLINFO_PRETRANSFER_TIME_T, &sent);
	curl_easy_getinfo(t->easy, CURLINFO_STARTTRANSFER_TIME_T, &first);
	return first > sent ? (first - sent) / 1000 : now - t->began;
}

/* The host may be in trouble: what it says itself, or no answer at all. */
static bool is_trouble(enum fetch_result r)
{
	return r == FETCH_ASKED_TO_WAIT || r == FETCH_SERVER_ERROR || r == FETCH_UNREACHABLE || r == FETCH_TOO_SLOW;
}

static void settle(struct fetcher *f, struct transfer *t, CURLcode code)
{
	struct str next = STR_NONE;
	int64_t now = clock_monotonic_ms();

	wires_remove(f->wires, t->easy);
	transfer_end(t, code, now);
	if (t->result == FETCH_OK && result_is_redirect(t->status))
		t->result = read_redirect(f, t, &next) ? FETCH_REDIRECTED : FETCH_REDIRECT_LOOP;
	queue_done(f->queue, t->job, answer_time(t, now), is_trouble(t->result), now);
	answer(f, t, next);
	retire(f, t);
}

static bool work(struct fetcher *f, struct err *e)
{
	CURLcode code;

	f->rules.turn++;
	if (!start_ready(f, e) || !wires_work(f->wires, e))
		return false;
	for (CURL *easy; (easy = wires_done(f->wires, &code));) {
		struct transfer *t;
		curl_easy_getinfo(easy, CURLINFO_PRIVATE, &t);
		settle(f, t, code);
	}
	return true;
}

/* -- waiting --------------------------------------------------------------- */

static bool any_ready(const struct pollfd *fds, size_t nfds)
{
	for (size_t i = 0; i < nfds; i++)
		if (fds[i].revents)
			return true;
	return false;
}

/* Sleeps until the wires, a descriptor or the next host has something to do. */
static bool sleep_until(struct fetcher *f, int64_t until, struct pollfd *fds, size_t nfds, struct err *e)
{
	int64_t next = queue_next(f->queue);

	if (f->nactive < f->max_connections && next < until)
		until = next;
	return wires_wait(f->wires, fds, nfds, until, e);
}

bool fetcher_wait(struct fetcher *f, struct pollfd *fds, size_t nfds, int64_t timeout_ms, struct err *e)
{
	int64_t now = clock_monotonic_ms(), deadline;

	if (timeout_ms < 0 || __builtin_add_overflow(now, timeout_ms, &deadline))
		deadline = INT64_MAX;
	for (;;) {
		if (!work(f, e))
			return false;
		bool over = f->nanswers > 0 || clock_monotonic_ms() >= deadline;
		if (over && nfds == 0)
			return true;
		if (!sleep_until(f, over ? 0 : deadline, fds, nfds, e))
			return false;
		if (over || any_ready(fds, nfds))
			return true;
	}
}
