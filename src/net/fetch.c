/*
 * The fetcher: see fetch.h.
 *
 * Jobs wait in net/queue.c until their host's turn comes.  A turn takes a
 * transfer (net/transfer.c), one of at most max_connections, and gives it to
 * libcurl's multi interface, which drives all of them from one poll.  What
 * comes back is an answer, or a redirect, with which the job sets out again.
 *
 * libcurl keeps as many idle connections as may be in use, and one set of
 * parsed certificates for all.  Transfers are used again; each has its own
 * handle, about 30 kB.
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
#include "url/url.h"

#define STANDARD_CONNECTIONS 200
#define LONGEST_POLL_MS (60 * 60 * 1000)

/* An answer that waits to be taken. */
struct outcome {
	struct outcome *next;
	struct job *job;
	enum fetch_result result;
	int status;
	struct buf headers, body;
	struct err why;
};

struct fetcher {
	CURLM *multi;
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
	f->queue = queue_new();
	f->user_agent = copy(config->user_agent);
	f->ca_file = config->ca_file.n ? copy(config->ca_file) : mem_strdup(fetcher_ca_file());
	f->max_connections = config->max_connections ? config->max_connections : STANDARD_CONNECTIONS;
	f->now = config->now;
	f->now_arg = config->now_arg;
	f->rules = (struct transfer_rules){
		.user_agent = f->user_agent,
		.ca_file = f->ca_file,
		.allow_private = config->allow_private,
		.timeout_ms = config->timeout_ms > 0 ? config->timeout_ms : MAX_FETCH_SECONDS * 1000,
	};
	f->multi = curl_multi_init();
	if (!f->multi) {
		fetcher_free(f);
		return err_set(e, ERR_INTERNAL, "libcurl cannot be started");
	}
	curl_multi_setopt(f->multi, CURLMOPT_MAXCONNECTS, (long)f->max_connections);
	*out = f;
	return true;
}

static void free_transfers(struct fetcher *f, struct transfer *t)
{
	for (struct transfer *next; t; t = next) {
		next = t->next;
		if (t->job)
			curl_multi_remove_handle(f->multi, t->easy);
		transfer_free(t);
	}
}

static void free_outcome(struct outcome *o)
{
	job_free(o->job);
	buf_free(&o->headers);
	buf_free(&o->body);
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
	if (f->multi)
		curl_multi_cleanup(f->multi);
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

static void answer(struct fetcher *f, struct transfer *t)
{
	struct outcome *o = mem_zalloc(1, sizeof *o);

	o->job = t->job;
	o->result = t->result;
	o->status = t->status;
	o->why = t->why;
	o->headers = t->headers;
	o->body = t->body;
	t->headers = BUF_INIT(t->headers.max);
	t->body = BUF_INIT(t->body.max);
	t->job = NULL;
	append(f, o);
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
	*out = (struct fetch_answer){
		.tag = j->r.tag,
		.result = o->result,
		.status = o->status,
		.url = arena_str(a, j->url),
		.moved_for_good = j->hops > 0 && j->all_permanent,
		.headers = headers,
		.body = arena_str(a, buf_view(&o->body)),
		.content_type = fetch_field(headers, "Content-Type"),
		.etag = fetch_field(headers, "ETag"),
		.last_modified = fetch_field(headers, "Last-Modified"),
		.retry_after = result_retry_after(headers, f->now ? f->now(f->now_arg) : WHEN_NONE),
		.wire_bytes = j->wire_bytes,
		.wall_ms = j->wall_ms,
		.sentence = arena_str(a, str_from(o->why.text)),
	};
	f->rules.held -= o->body.n;
	free_outcome(o);
	return true;
}

/* -- from queue to wire ---------------------------------------------------- */

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
	queue_push(f->queue, url_origin(f->scratch, &u), j, false, clock_monotonic_ms());
}

size_t fetcher_pending(const struct fetcher *f)
{
	return f->nwaiting + f->nactive;
}

size_t fetcher_pending_of(const struct fetcher *f, struct str origin)
{
	return queue_count_of(f->queue, origin);
}

static void set_out(struct fetcher *f, struct transfer *t, struct job *j)
{
	transfer_begin(t, j, clock_monotonic_ms());
	curl_multi_add_handle(f->multi, t->easy);
}

static void start_ready(struct fetcher *f)
{
	while (f->nactive < f->max_connections) {
		struct transfer *t = f->idle ? f->idle : transfer_new(&f->rules);
		struct job *j = t ? queue_pop(f->queue, clock_monotonic_ms()) : NULL;
		if (t && t != f->idle)
			f->idle = t;
		if (!j)
			return;
		f->idle = t->next;
		t->next = f->active;
		f->active = t;
		f->nactive++;
		f->nwaiting--;
		set_out(f, t, j);
	}
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

/* Sends the job where a redirect led; false if it cannot be followed. */
static bool follow(struct fetcher *f, struct transfer *t)
{
	struct job *j = t->job;
	struct url from, to;

	arena_reset(f->scratch);
	struct str location = fetch_field(buf_view(&t->headers), "Location");
	if (!url_parse(f->scratch, j->url, NULL, &from, &t->why))
		return false;
	if (location.n == 0)
		return err_set(&t->why, ERR_NET, "a redirect does not say where to");
	if (j->r.form.n && t->status != 307 && t->status != 308)
		return err_set(&t->why, ERR_NET, "a redirect leads away from where a form was sent");
	if (j->hops >= MAX_REDIRECTS)
		return err_set(&t->why, ERR_NET, "more than %d redirects", MAX_REDIRECTS);
	if (!url_parse(f->scratch, location, &from, &to, &t->why))
		return err_prefix(&t->why, "a redirect leads nowhere");
	if (str_eq(from.href, to.href))
		return err_set(&t->why, ERR_NET, "the address redirects to itself");

	struct str origin = url_origin(f->scratch, &to);
	bool same_host = str_eq(url_origin(f->scratch, &from), origin);
	job_move(j, to.href, result_is_permanent(t->status));
	if (same_host) {
		set_out(f, t, j);
		return true;
	}
	t->job = NULL;
	queue_done(f->queue, j, clock_monotonic_ms());
	queue_push(f->queue, origin, j, true, clock_monotonic_ms());
	f->nwaiting++;
	retire(f, t);
	return true;
}

static void settle(struct fetcher *f, struct transfer *t, CURLcode code)
{
	struct job *j = t->job;

	curl_multi_remove_handle(f->multi, t->easy);
	transfer_end(t, code, clock_monotonic_ms());
	if (t->result == FETCH_OK && result_is_redirect(t->status)) {
		if (follow(f, t))
			return;
		t->result = FETCH_REDIRECT_LOOP;
	}
	queue_done(f->queue, j, clock_monotonic_ms());
	answer(f, t);
	retire(f, t);
}

static bool work(struct fetcher *f, struct err *e)
{
	int running, left;
	CURLMsg *message;

	start_ready(f);
	f->rules.turn++;
	CURLMcode code = curl_multi_perform(f->multi, &running);
	if (code != CURLM_OK)
		return err_set(e, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(code));
	while ((message = curl_multi_info_read(f->multi, &left))) {
		struct transfer *t;
		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
		settle(f, t, message->data.result);
	}
	return true;
}

/* -- waiting --------------------------------------------------------------- */

static short to_curl(short events)
{
	return (short)((events & POLLIN ? CURL_WAIT_POLLIN : 0) | (events & POLLPRI ? CURL_WAIT_POLLPRI : 0) |
	               (events & POLLOUT ? CURL_WAIT_POLLOUT : 0));
}

/* Sleeps until libcurl, a descriptor or the next host has something to do. */
static bool sleep_until(struct fetcher *f, int64_t until, struct pollfd *fds, size_t nfds, int *nready, struct err *e)
{
	struct curl_waitfd *extra = ARENA_ARRAY(f->scratch, struct curl_waitfd, nfds);
	int64_t now = clock_monotonic_ms(), next = queue_next(f->queue);

	if (f->nactive < f->max_connections && next < until)
		until = next;
	int64_t ms = until > now ? until - now : 0;
	for (size_t i = 0; i < nfds; i++)
		extra[i] = (struct curl_waitfd){ .fd = fds[i].fd, .events = to_curl(fds[i].events) };
	CURLMcode code = curl_multi_poll(f->multi, extra, (unsigned)nfds,
	                                 (int)(ms < LONGEST_POLL_MS ? ms : LONGEST_POLL_MS), NULL);
	arena_reset(f->scratch);
	if (code != CURLM_OK)
		return err_set(e, ERR_INTERNAL, "libcurl: %s", curl_multi_strerror(code));
	/* Asked again, because libcurl does not pass on POLLHUP and POLLERR. */
	*nready = nfds ? poll(fds, (nfds_t)nfds, 0) : 0;
	return true;
}

bool fetcher_wait(struct fetcher *f, struct pollfd *fds, size_t nfds, int64_t timeout_ms, struct err *e)
{
	int64_t now = clock_monotonic_ms(), deadline;
	int nready = 0;

	if (timeout_ms < 0 || __builtin_add_overflow(now, timeout_ms, &deadline))
		deadline = INT64_MAX;
	for (;;) {
		if (!work(f, e))
			return false;
		bool over = f->nanswers > 0 || clock_monotonic_ms() >= deadline;
		if (over && nfds == 0)
			return true;
		if (!sleep_until(f, over ? 0 : deadline, fds, nfds, &nready, e))
			return false;
		if (over || nready > 0)
			return true;
	}
}
