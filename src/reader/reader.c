/*
 * The parent's end: a few children, each with at most one job.
 *
 * A child that was started with the reader is waited for until it is in its
 * jail.  Then it goes from idle to sending (the job is on its way), reading (the
 * answer is awaited) and done (the answer waits to be taken), and back.  The
 * sockets never block.  Whatever goes wrong with a child ends the same way: it
 * is killed and waited for, a new one is started at once, and its job is done,
 * with a sentence in place of a document; what it was reading is kept aside.
 *
 * Time: before each job the parent moves the child's RLIMIT_CPU to what it has
 * used so far plus MAX_READER_SECONDS, so that the kernel ends a parser that
 * runs wild even while the parent is busy elsewhere; and a job that is not done
 * after MAX_READER_WAIT_SECONDS of real time ends its child from here.
 *
 * The child is not trusted: it may say too much, too early or nonsense.  All
 * three end it.  What it says between two jobs is noticed before the next one,
 * so that no answer can be laid out in advance.
 *
 * Limits: one thread; SIGCHLD must not be ignored.
 */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "page/rules.h"
#include "reader/parts.h"

#define READ_AT_ONCE (256 * KIB)
#define KEEP_ANSWER_ROOM (1 * MIB)
#define START_SECONDS 20

enum state { STATE_STARTING, STATE_IDLE, STATE_SENDING, STATE_READING, STATE_DONE };

struct child {
	pid_t pid; /* 0: there is none, the last start failed */
	int fd;
	bool ready; /* it is in its jail and has said so */
	unsigned documents;
	enum state state;
	struct read_job job;
	struct buf head; /* frame and job, but for the bytes of the document */
	size_t sent;     /* of head and bytes together */
	struct buf answer;
	int64_t deadline;
	rlim_t allowed;     /* seconds of computing that its limit was set to last */
	struct err failure; /* why there is no answer */
};

struct reader {
	struct reader_rules rules;
	struct arena *arena; /* of the rules of sites; NULL: there are none */
	struct rules sites;
	unsigned n;
	struct child child[];
};

static bool start(const struct reader *r, struct child *c, struct err *e)
{
	buf_reset(&c->answer);
	c->ready = false;
	c->documents = 0;
	c->pid = 0;
	c->allowed = 0;
	return starter_start(r->rules.role, &c->pid, &c->fd, e);
}

/* Ends the process, if there is one, and tells its status. */
static int end(struct child *c)
{
	if (c->pid == 0)
		return 0;
	int status = starter_end(c->pid);
	close(c->fd);
	c->pid = 0;
	return status;
}

static void replace(const struct reader *r, struct child *c)
{
	struct err e;

	end(c);
	if (!start(r, c, &e))
		log_error("%s", e.text);
}

static bool describe_end(const struct reader *r, int status, struct err *e)
{
	int sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	const char *name = sigdescr_np(sig);

	if (sig == SIGXCPU)
		return err_set(e, ERR_LIMIT, "the reader was ended after %u seconds of computing",
		               r->rules.cpu_seconds);
	if (sig)
		return err_set(e, ERR_FORMAT, "the reader was ended by signal %d (%s)", sig, name ? name : "unknown");
	if (WEXITSTATUS(status) == CHILD_NO_MEMORY)
		return err_set(e, ERR_LIMIT, "the reader gave up, most likely for lack of memory");
	return err_set(e, ERR_FORMAT, "the reader ended with status %d", WEXITSTATUS(status));
}

/* The job is over without an answer.  why NULL: the child's end says it. */
static void fail(const struct reader *r, struct child *c, const char *why)
{
	int status = end(c);
	struct err e;

	if (why)
		err_set(&c->failure, ERR_FORMAT, "%s", why);
	else
		describe_end(r, status, &c->failure);
	if (c->state != STATE_STARTING)
		aside_put(&c->job, c->failure.text);
	c->state = STATE_DONE;
	if (!start(r, c, &e))
		log_error("%s", e.text);
}

/* MAX_READER_SECONDS from now on, by the child's own clock. */
static void allow_time(const struct reader *r, struct child *c)
{
	clockid_t clock;
	struct timespec used;

	if (clock_getcpuclockid(c->pid, &clock) != 0 || clock_gettime(clock, &used) != 0)
		return;
	const struct rlimit limit = { (rlim_t)used.tv_sec + 1 + r->rules.cpu_seconds, RLIM_INFINITY };
	if (limit.rlim_cur != c->allowed && prlimit(c->pid, RLIMIT_CPU, &limit, NULL) == 0)
		c->allowed = limit.rlim_cur;
}

static bool would_wait(ssize_t n)
{
	return n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR);
}

static bool is_busy(const struct child *c)
{
	return c->state == STATE_SENDING || c->state == STATE_READING;
}

static void send_job(const struct reader *r, struct child *c)
{
	while (c->state == STATE_SENDING) {
		size_t of_head = c->sent < c->head.n ? c->head.n - c->sent : 0;
		size_t of_bytes = c->sent - (c->head.n - of_head);
		struct iovec parts[2] = {
			{ c->head.p + (c->head.n - of_head), of_head },
			{ (char *)c->job.bytes.p + of_bytes, c->job.bytes.n - of_bytes },
		};
		const struct msghdr m = { .msg_iov = of_head ? parts : parts + 1, .msg_iovlen = of_head ? 2 : 1 };
		ssize_t n = sendmsg(c->fd, &m, MSG_NOSIGNAL);
		if (would_wait(n))
			return;
		if (n < 0) {
			fail(r, c, NULL);
			return;
		}
		c->sent += (size_t)n;
		if (c->sent == c->head.n + c->job.bytes.n)
			c->state = STATE_READING;
	}
}

/* Bytes that the frame in c->answer still lacks, by what is known of it. */
static size_t missing(const struct child *c)
{
	if (c->answer.n < FRAME_HEAD)
		return FRAME_HEAD - c->answer.n;
	return FRAME_HEAD + frame_length(c->answer.p) - c->answer.n;
}

/* A whole frame has come, or a head that tells too much. */
static void take_frame(const struct reader *r, struct child *c)
{
	size_t n = frame_length(c->answer.p);

	if (!c->ready && n == 0) {
		c->ready = true;
		buf_reset(&c->answer);
		if (c->state == STATE_STARTING)
			c->state = STATE_IDLE;
	} else if (c->ready && n > 0 && c->state == STATE_READING) {
		c->state = STATE_DONE;
		c->documents++;
	} else {
		fail(r, c, "the reader spoke out of turn");
	}
}

static void receive(const struct reader *r, struct child *c)
{
	pid_t pid = c->pid;

	while (c->pid == pid && (is_busy(c) || c->state == STATE_STARTING)) {
		size_t want = missing(c) < READ_AT_ONCE ? missing(c) : READ_AT_ONCE;
		char *to = buf_reserve(&c->answer, want);
		if (!to) {
			fail(r, c, "the reader's answer is longer than a message may be");
			return;
		}
		ssize_t n = recv(c->fd, to, want, MSG_DONTWAIT);
		if (would_wait(n))
			return;
		if (n <= 0) {
			fail(r, c, NULL);
			return;
		}
		buf_commit(&c->answer, (size_t)n);
		if (c->answer.n == FRAME_HEAD && frame_length(c->answer.p) > MAX_WIRE_BYTES)
			fail(r, c, "the reader's answer is longer than a message may be");
		else if (c->answer.n >= FRAME_HEAD && missing(c) == 0)
			take_frame(r, c);
	}
}

static void work(const struct reader *r, struct child *c)
{
	if (is_busy(c))
		receive(r, c);
	if (is_busy(c))
		send_job(r, c);
	if (is_busy(c) && clock_monotonic_ms() >= c->deadline)
		fail(r, c, "the reader took too long");
}

void reader_work(struct reader *r)
{
	for (unsigned i = 0; i < r->n; i++)
		work(r, &r->child[i]);
}

size_t reader_busy(const struct reader *r)
{
	size_t busy = 0;

	for (unsigned i = 0; i < r->n; i++)
		busy += r->child[i].state != STATE_IDLE;
	return busy;
}

size_t reader_pollfds(struct reader *r, struct pollfd *fds, size_t max)
{
	size_t n = 0;

	for (unsigned i = 0; i < r->n && n < max; i++) {
		const struct child *c = &r->child[i];
		if (is_busy(c))
			fds[n++] = (struct pollfd){ .fd = c->fd,
				                    .events = c->state == STATE_SENDING ? POLLIN | POLLOUT : POLLIN };
	}
	return n;
}

/* An idle child is silent and alive. */
static bool is_well(const struct child *c)
{
	char byte;

	if (c->pid == 0)
		return false;
	return !c->ready || would_wait(recv(c->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT));
}

static void give(const struct reader *r, struct child *c, const struct read_job *job)
{
	char length[FRAME_HEAD] = { 0 };

	if (!is_well(c))
		replace(r, c);
	c->job = *job;
	if (job->as == READ_WEB && !job->rules.n)
		c->job.rules = rules_for(&r->sites, job->url);
	c->failure = (struct err){ 0 };
	c->state = STATE_DONE;
	if (job->bytes.n > MAX_BODY_BYTES) {
		err_set(&c->failure, ERR_LIMIT, "the document is larger than a body may be");
		return;
	}
	if (c->pid == 0) {
		err_set(&c->failure, ERR_IO, "no reader could be started");
		return;
	}
	buf_reset(&c->head);
	buf_put(&c->head, length, FRAME_HEAD);
	job_encode_head(&c->job, &c->head);
	if (c->head.full) {
		err_set(&c->failure, ERR_LIMIT, "the address or the rule of the document is too long");
		return;
	}
	frame_put_length(c->head.p, c->head.n - FRAME_HEAD + job->bytes.n);
	c->sent = 0;
	c->state = STATE_SENDING;
	c->deadline = clock_monotonic_ms() + r->rules.wait_ms;
	allow_time(r, c);
	send_job(r, c);
}

static struct child *find(struct reader *r, enum state state)
{
	for (unsigned i = 0; i < r->n; i++)
		if (r->child[i].state == state)
			return &r->child[i];
	return NULL;
}

bool reader_submit(struct reader *r, const struct read_job *job)
{
	struct child *c = find(r, STATE_IDLE);

	if (c)
		give(r, c, job);
	return c != NULL;
}

/* The child is free again; it is replaced when it is worn out or has lied. */
static void release(const struct reader *r, struct child *c, bool worn)
{
	if (c->answer.cap > KEEP_ANSWER_ROOM)
		buf_free(&c->answer);
	if (c->failure.kind == ERR_NONE) {
		if (worn || c->documents >= r->rules.documents)
			replace(r, c);
		else
			buf_reset(&c->answer);
	}
	c->state = STATE_IDLE;
}

static void take(const struct reader *r, struct child *c, struct arena *a, struct document *out)
{
	if (c->failure.kind != ERR_NONE) {
		document_set_unreadable(out, a, c->failure.text);
		out->not_read = true;
		release(r, c, false);
		return;
	}
	struct str message = arena_str(a, str_sub(buf_view(&c->answer), FRAME_HEAD, c->answer.n));
	bool worn = message.n && message.p[0] != 0;
	if (!document_decode(str_sub(message, 1, message.n), a, out)) {
		document_set_unreadable(out, a, "the reader's answer makes no sense");
		aside_put(&c->job, "the reader's answer makes no sense");
		worn = true;
	}
	release(r, c, worn);
}

bool reader_take(struct reader *r, struct arena *a, uint64_t *tag, struct document *out)
{
	struct child *c = find(r, STATE_DONE);

	if (!c)
		return false;
	*tag = c->job.tag;
	take(r, c, a, out);
	return true;
}

static void wait_for(struct child *c)
{
	struct pollfd p = { .fd = c->fd, .events = c->state == STATE_SENDING ? POLLIN | POLLOUT : POLLIN };
	int64_t left = c->deadline - clock_monotonic_ms();

	poll(&p, 1, left > 0 ? (int)left + 1 : 0);
}

void reader_read(struct reader *r, const struct read_job *job, struct arena *a, struct document *out)
{
	struct child *c = find(r, STATE_IDLE);

	if (!c) {
		document_set_unreadable(out, a, "all readers are busy");
		out->not_read = true;
		return;
	}
	give(r, c, job);
	while (is_busy(c)) {
		wait_for(c);
		work(r, c);
	}
	take(r, c, a, out);
}

/* Waits until a new child is in its jail. */
static bool await_ready(const struct reader *r, struct child *c, struct err *e)
{
	c->state = STATE_STARTING;
	c->deadline = clock_monotonic_ms() + START_SECONDS * 1000;
	while (c->state == STATE_STARTING) {
		wait_for(c);
		receive(r, c);
		if (c->state == STATE_STARTING && clock_monotonic_ms() >= c->deadline)
			fail(r, c, "it took too long");
	}
	if (c->state == STATE_IDLE)
		return true;
	*e = c->failure;
	return err_prefix(e, "a reader did not start");
}

bool reader_new_with(const struct reader_rules *rules, unsigned children, struct reader **out, struct err *e)
{
	unsigned n = children ? children : 1;
	struct reader *r = mem_zalloc(1, sizeof *r + n * sizeof *r->child);
	bool ok = true;

	r->rules = *rules;
	for (; ok && r->n < n; r->n++) {
		struct child *c = &r->child[r->n];
		c->head = BUF_INIT(MAX_URL_BYTES + MAX_RULE_BYTES + 2 * KIB);
		c->answer = BUF_INIT(FRAME_HEAD + MAX_WIRE_BYTES);
		ok = start(r, c, e);
	}
	for (unsigned i = 0; ok && i < r->n; i++)
		ok = await_ready(r, &r->child[i], e);
	if (!ok) {
		reader_free(r);
		return false;
	}
	*out = r;
	return true;
}

bool reader_new(unsigned children, struct reader **out, struct err *e)
{
	static const struct reader_rules rules = {
		.role = READER_ROLE,
		.documents = MAX_READER_DOCUMENTS,
		.cpu_seconds = MAX_READER_SECONDS,
		.wait_ms = MAX_READER_WAIT_SECONDS * 1000,
	};
	return reader_new_with(&rules, children, out, e);
}

void reader_free(struct reader *r)
{
	if (!r)
		return;
	for (unsigned i = 0; i < r->n; i++) {
		end(&r->child[i]);
		buf_free(&r->child[i].head);
		buf_free(&r->child[i].answer);
	}
	arena_free(r->arena);
	free(r);
}

bool reader_load_rules(struct reader *r, const char *path, struct err *e)
{
	struct buf file = BUF_INIT(MAX_RULES_BYTES);

	if (!*path)
		return true;
	arena_free(r->arena);
	r->arena = arena_new();
	r->sites = (struct rules){ 0 };
	bool ok = (file_read(path, &file, e) || err_prefix(e, "the rules of sites")) &&
	          rules_parse(r->arena, arena_str(r->arena, buf_view(&file)), path, &r->sites, e);
	buf_free(&file);
	return ok;
}

pid_t reader_first_child(const struct reader *r)
{
	return r->child[0].pid;
}

bool reader_has_rule(const struct reader *r, struct str url)
{
	return rules_for(&r->sites, url).n > 0;
}
