/*
 * The fetcher against real sockets: a small server in a thread of its own,
 * which answers what a test tells it to and writes down what it was asked.
 * cases/net/answers.txt: "== title", the bytes of an answer, "-- result" and,
 * if wanted, the sentence.
 */
#include "check.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <net/if.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/clock.h"
#include "net/fetch.h"
#include "net/reach.h"

/* -- the server ------------------------------------------------------------ */

enum after { KEEP, CLOSE, RESET, DRIP, SILENT, FLOOD };

struct reply {
	const char *path; /* of the request, up to "?" */
	struct str bytes; /* what is sent */
	enum after after; /* FLOOD: sent again and again */
};

struct asked {
	char text[2048]; /* the request */
	char path[128], host[64];
	int connection; /* number of the connection it came on */
	int64_t at;
};

#define MAX_CONNECTIONS 512
#define MAX_ASKED 4096

struct server {
	int listener, stop[2], port;
	pthread_t thread;
	struct reply replies[16];
	size_t nreplies;
	/* Written by the thread, read after server_stop. */
	struct asked *asked;
	size_t nasked;
	int connections, most_open;
	struct {
		int fd, number;
		char in[4096];
		size_t n;
		struct str out; /* still to be sent */
		const struct reply *flood;
		bool dripping, closing;
	} conn[MAX_CONNECTIONS];
};

static void drop(struct server *s, size_t i, bool reset)
{
	struct linger now = { .l_onoff = 1 };

	if (reset)
		setsockopt(s->conn[i].fd, SOL_SOCKET, SO_LINGER, &now, sizeof now);
	close(s->conn[i].fd);
	s->conn[i].fd = -1;
}

static void write_down(struct server *s, size_t i, size_t n)
{
	if (s->nasked == MAX_ASKED)
		return;
	struct asked *a = &s->asked[s->nasked++];
	snprintf(a->text, sizeof a->text, "%.*s", (int)n, s->conn[i].in);
	sscanf(a->text, "%*[A-Z] %127[^? ]", a->path);
	const char *host = strstr(a->text, "\r\nHost: ");
	sscanf(host ? host : "", "\r\nHost: %63[^:\r]", a->host);
	a->connection = s->conn[i].number;
	a->at = clock_monotonic_ms();
}

static void reply_to(struct server *s, size_t i)
{
	const struct asked *a = &s->asked[s->nasked - 1];
	const struct reply *r = NULL;

	for (size_t k = 0; k < s->nreplies; k++)
		if (strcmp(s->replies[k].path, a->path) == 0 || strcmp(s->replies[k].path, "*") == 0)
			r = r ? r : &s->replies[k];
	if (!r || r->after == SILENT)
		return;
	s->conn[i].out = r->bytes;
	s->conn[i].flood = r->after == FLOOD ? r : NULL;
	s->conn[i].dripping = r->after == DRIP;
	s->conn[i].closing = r->after == CLOSE;
	if (r->after == RESET) {
		ssize_t sent = send(s->conn[i].fd, r->bytes.p, r->bytes.n, MSG_NOSIGNAL);
		(void)sent;
		drop(s, i, true);
	}
}

static void take_in(struct server *s, size_t i)
{
	size_t room = sizeof s->conn[i].in - s->conn[i].n;
	ssize_t n = recv(s->conn[i].fd, s->conn[i].in + s->conn[i].n, room, MSG_DONTWAIT);

	if (n <= 0) {
		drop(s, i, false);
		return;
	}
	s->conn[i].n += (size_t)n;
	struct str all = str_of(s->conn[i].in, s->conn[i].n);
	size_t end = str_find(all, STR("\r\n\r\n"));
	if (end == STR_NPOS)
		return;
	write_down(s, i, end + 4);
	s->conn[i].n = 0;
	reply_to(s, i);
}

static void send_out(struct server *s, size_t i)
{
	struct str *out = &s->conn[i].out;
	size_t n = s->conn[i].dripping && out->n > 1 ? 1 : out->n;
	ssize_t sent = send(s->conn[i].fd, out->p, n, MSG_NOSIGNAL | MSG_DONTWAIT);

	if (sent < 0 && errno != EAGAIN) {
		drop(s, i, false);
		return;
	}
	*out = str_sub(*out, sent > 0 ? (size_t)sent : 0, out->n);
	if (out->n == 0 && s->conn[i].flood)
		*out = s->conn[i].flood->bytes;
	else if (out->n == 0 && s->conn[i].closing)
		drop(s, i, false);
}

static void accept_one(struct server *s)
{
	int fd = accept(s->listener, NULL, NULL), open = 0;

	for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
		if (s->conn[i].fd < 0 && fd >= 0) {
			memset(&s->conn[i], 0, sizeof s->conn[i]);
			s->conn[i].fd = fd;
			s->conn[i].number = ++s->connections;
			fd = -1;
		}
		open += s->conn[i].fd >= 0;
	}
	if (open > s->most_open)
		s->most_open = open;
}

static void *server_run(void *arg)
{
	struct server *s = arg;
	struct pollfd fds[MAX_CONNECTIONS + 2];

	for (;;) {
		bool dripping = false;
		fds[0] = (struct pollfd){ .fd = s->stop[0], .events = POLLIN };
		fds[1] = (struct pollfd){ .fd = s->listener, .events = POLLIN };
		for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
			bool waits = s->conn[i].out.n > 0;
			dripping |= waits && s->conn[i].dripping;
			fds[i + 2] = (struct pollfd){ .fd = s->conn[i].fd,
				                      .events = (short)(waits && !s->conn[i].dripping ? POLLIN | POLLOUT
				                                                                      : POLLIN) };
		}
		poll(fds, MAX_CONNECTIONS + 2, dripping ? 10 : -1);
		if (fds[0].revents)
			return NULL;
		if (fds[1].revents)
			accept_one(s);
		for (size_t i = 0; i < MAX_CONNECTIONS; i++) {
			if (s->conn[i].fd < 0 || s->conn[i].fd != fds[i + 2].fd)
				continue;
			if (fds[i + 2].revents & (POLLIN | POLLHUP | POLLERR))
				take_in(s, i);
			if (s->conn[i].fd >= 0 && s->conn[i].out.n)
				send_out(s, i);
		}
	}
}

/* address: where to listen, in host order. */
static struct server *server_start_at(uint32_t address, const struct reply *replies, size_t n)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(address) };
	struct server *s = calloc(1, sizeof *s);
	socklen_t size = sizeof at;

	s->asked = calloc(MAX_ASKED, sizeof *s->asked);
	memcpy(s->replies, replies, n * sizeof *replies);
	s->nreplies = n;
	for (size_t i = 0; i < MAX_CONNECTIONS; i++)
		s->conn[i].fd = -1;
	s->listener = socket(AF_INET, SOCK_STREAM, 0);
	CHECK(bind(s->listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(s->listener, 128) == 0);
	CHECK(getsockname(s->listener, (struct sockaddr *)&at, &size) == 0);
	s->port = ntohs(at.sin_port);
	CHECK(pipe(s->stop) == 0);
	CHECK(pthread_create(&s->thread, NULL, server_run, s) == 0);
	return s;
}

#define SERVER(...)                                                                                                    \
	server_start_at(INADDR_LOOPBACK, (struct reply[]){ __VA_ARGS__ },                                              \
	                sizeof((struct reply[]){ __VA_ARGS__ }) / sizeof(struct reply))

static void server_stop(struct server *s)
{
	CHECK(write(s->stop[1], "x", 1) == 1);
	pthread_join(s->thread, NULL);
	for (size_t i = 0; i < MAX_CONNECTIONS; i++)
		if (s->conn[i].fd >= 0)
			close(s->conn[i].fd);
	close(s->listener), close(s->stop[0]), close(s->stop[1]);
}

static void server_free(struct server *s)
{
	free(s->asked);
	free(s);
}

/* -- the client ------------------------------------------------------------ */

static when fixed_now(void *arg)
{
	return *(when *)arg;
}

static when today = 1728266400; /* Mon, 07 Oct 2024 02:00:00 GMT */

static struct fetcher *fetcher_with(struct fetch_config config)
{
	struct fetcher *f;
	struct err e;

	config.user_agent = STR("stet-test/1 (+https://stet.example/)");
	config.now = fixed_now;
	config.now_arg = &today;
	CHECK_OK(fetcher_new(&config, &f, &e), e);
	return f;
}

/* "http://NAME.localhost:PORT/PATH" */
static struct str address(struct arena *a, const struct server *s, const char *name, const char *path)
{
	return arena_printf(a, "http://%s.localhost:%d%s", name, s->port, path);
}

static struct fetch_answer next_answer(struct fetcher *f, struct arena *a)
{
	struct fetch_answer answer;
	struct err e;

	for (int64_t end = clock_monotonic_ms() + 20000; !fetcher_take(f, a, &answer);) {
		CHECK(clock_monotonic_ms() < end);
		CHECK_OK(fetcher_wait(f, NULL, 0, 1000, &e), e);
	}
	return answer;
}

/* Follows redirects. */
static struct fetch_answer fetch(struct fetcher *f, struct arena *a, struct fetch_request r)
{
	struct fetch_answer answer;

	for (;;) {
		fetcher_add(f, &r);
		answer = next_answer(f, a);
		if (answer.result != FETCH_REDIRECTED)
			return answer;
		r = fetch_follow(&r, &answer);
	}
}

static struct fetch_answer fetch_one(struct server *s, struct arena *a, struct fetch_config config, const char *path)
{
	struct fetcher *f = fetcher_with(config);
	struct fetch_answer answer = fetch(f, a, (struct fetch_request){ .url = address(a, s, "harbour", path) });
	fetcher_free(f);
	return answer;
}

#define OPEN ((struct fetch_config){ .allow_private = true })
#define OK_REPLY STR("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nferry")

/* -- tests ----------------------------------------------------------------- */

TEST(an_answer_has_everything_that_came)
{
	struct str bytes = STR("HTTP/1.1 200 Fine\r\nContent-Type: text/html; charset=utf-8\r\nX-Odd:  a  b \r\n"
	                       "ETag: W/\"a\x01\xff b\"\r\nLast-Modified: yesterday\r\nContent-Length: 5\r\n\r\nferry");
	struct server *s = SERVER({ "/a", bytes, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);
	struct fetch_answer r =
	        fetch(f, a,
	              (struct fetch_request){
	                      .url = address(a, s, "harbour", "/a?b"), .accept = STR("text/html"), .tag = 42 });

	fetcher_free(f);
	server_stop(s);
	CHECK_STR(r.sentence, "");
	CHECK_INT(r.result, FETCH_OK);
	CHECK_INT(r.status, 200);
	CHECK_INT(r.tag, 42);
	CHECK_STR(r.body, "ferry");
	CHECK(str_eq(r.headers, str_sub(bytes, 0, bytes.n - 7)));
	CHECK_STR(r.content_type, "text/html; charset=utf-8");
	CHECK_STR(r.etag, "W/\"a\x01\xff b\"");
	CHECK_STR(r.last_modified, "yesterday");
	CHECK_INT(r.wire_bytes, bytes.n);
	CHECK_INT(r.retry_after, -1);
	CHECK(!r.moved_for_good && str_eq(r.url, address(a, s, "harbour", "/a?b")));
	CHECK_INT(s->nasked, 1);
	CHECK(strstr(s->asked[0].text, "GET /a?b HTTP/1.1\r\n"));
	CHECK(strstr(s->asked[0].text, "\r\nUser-Agent: stet-test/1 (+https://stet.example/)\r\n"));
	CHECK(strstr(s->asked[0].text, "\r\nAccept: text/html\r\n"));
	CHECK(strstr(s->asked[0].text, "\r\nAccept-Encoding: "));
	CHECK(!strstr(s->asked[0].text, "Cookie") && !strstr(s->asked[0].text, "If-"));
	server_free(s);
	arena_free(a);
}

/* The bytes of a case: its lines, each ended by CRLF. */
static struct str raw_answer(struct arena *a, struct str text)
{
	struct buf b = BUF_INIT(MIB);
	struct str line;

	while (str_next_line(&text, &line)) {
		buf_str(&b, line);
		buf_puts(&b, "\r\n");
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

static void check_answer(struct str title, struct str bytes, struct str result, struct str sentence)
{
	struct arena *a = arena_new();
	struct server *s = SERVER({ "*", raw_answer(a, bytes), CLOSE });
	if (bytes.n == 0)
		s->replies[0].after = RESET;
	struct fetch_answer r = fetch_one(s, a, OPEN, "/");

	server_stop(s);
	server_free(s);
	printf("# %.*s: %.*s\n", STR_ARG(title), STR_ARG(r.sentence));
	CHECK_STR(str_from(fetch_result_name(r.result)), arena_cstr(a, result));
	CHECK(r.result == FETCH_OK || r.result == FETCH_NOT_MODIFIED || r.sentence.n > 0);
	if (sentence.n)
		CHECK_STR(r.sentence, arena_cstr(a, sentence));
	arena_free(a);
}

TEST(answers_have_the_names_of_the_cases)
{
	struct str file = test_file(test_case_path("net/answers.txt")), line, title = STR_NONE, bytes = STR_NONE;
	int count = 0;

	while (str_next_line(&file, &line)) {
		if (str_starts(line, STR("== "))) {
			title = line;
			bytes = str_of(file.p, 0);
		} else if (str_starts(line, STR("-- "))) {
			struct str sentence, rest = file;
			bytes.n = (size_t)(line.p - bytes.p);
			sentence = str_next_line(&rest, &sentence) ? sentence : STR_NONE;
			check_answer(title, bytes, str_sub(line, 3, line.n), sentence);
			count++;
		}
	}
	CHECK(count > 25);
}

TEST(one_connection_is_used_again_and_the_order_kept)
{
	struct server *s = SERVER({ "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);
	struct str origin = arena_printf(a, "http://harbour.localhost:%d", s->port);

	for (uint64_t i = 0; i < 20; i++) {
		struct str path = arena_printf(a, "/%d", (int)i);
		fetcher_add(f, &(struct fetch_request){ .url = address(a, s, "harbour", path.p), .tag = i });
	}
	CHECK_INT(fetcher_pending(f), 20);
	CHECK_INT(fetcher_pending_of(f, origin), 20);
	CHECK_INT(fetcher_pending_of(f, STR("http://elsewhere.example")), 0);
	for (uint64_t i = 0; i < 20; i++)
		CHECK_INT(next_answer(f, a).tag, i);
	CHECK_INT(fetcher_pending(f), 0);
	CHECK_INT(fetcher_pending_of(f, origin), 0);
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->connections, 1);
	CHECK_INT(s->nasked, 20);
	for (int i = 0; i < 20; i++)
		CHECK_INT(strtol(s->asked[i].path + 1, NULL, 10), i);
	server_free(s);
	arena_free(a);
}

TEST(many_hosts_share_few_connections)
{
	enum { HOSTS = 300, EACH = 3, MOST = 8 };
	struct server *s = SERVER({ "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with((struct fetch_config){ .allow_private = true, .max_connections = MOST });
	int seen[HOSTS] = { 0 };

	for (uint64_t i = 0; i < HOSTS * EACH; i++) {
		struct str name = arena_printf(a, "h%d", (int)(i % HOSTS));
		fetcher_add(f, &(struct fetch_request){ .url = address(a, s, name.p, "/"), .tag = i });
	}
	for (int i = 0; i < HOSTS * EACH; i++) {
		struct fetch_answer r = next_answer(f, a);
		CHECK_INT(r.result, FETCH_OK);
		CHECK_INT(r.tag / HOSTS, seen[r.tag % HOSTS]++); /* in order within the host */
	}
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->nasked, HOSTS * EACH);
	printf("# at most %d connections at once, %d in all\n", s->most_open, s->connections);
	/* As many idle as in use, and one that has gone unnoticed by the server. */
	CHECK(s->most_open <= 2 * MOST + 1);
	server_free(s);
	arena_free(a);
}

TEST(a_pause_lies_between_two_requests_to_a_host)
{
	enum { PAUSE = 60 };
	struct server *s = SERVER({ "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);
	int64_t began = clock_monotonic_ms();

	for (uint64_t i = 0; i < 8; i++) {
		const char *name = i % 2 ? "harbour" : "meadow";
		fetcher_add(f, &(struct fetch_request){ .url = address(a, s, name, "/"), .delay_ms = PAUSE, .tag = i });
	}
	for (int i = 0; i < 8; i++)
		CHECK_INT(next_answer(f, a).result, FETCH_OK);
	/* The pause holds for what is added later, too. */
	int64_t last = clock_monotonic_ms();
	fetch(f, a, (struct fetch_request){ .url = address(a, s, "harbour", "/"), .delay_ms = 2 * PAUSE });
	CHECK(clock_monotonic_ms() - last >= PAUSE);
	CHECK(last - began >= 3 * PAUSE);
	fetcher_free(f);
	server_stop(s);
	for (size_t i = 0; i < s->nasked; i++)
		for (size_t k = i + 1; k < s->nasked; k++)
			CHECK(strcmp(s->asked[i].host, s->asked[k].host) != 0 ||
			      s->asked[k].at - s->asked[i].at >= PAUSE - 1);
	server_free(s);
	arena_free(a);
}

TEST(validators_are_sent_as_they_came)
{
	struct server *s = SERVER({ "/a", STR("HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n\r\n"), KEEP },
	                          { "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);
	struct fetch_request r = { .url = address(a, s, "harbour", "/a"),
		                   .etag = STR("W/\"a\x01\xff b\", x"),
		                   .last_modified = STR("Mon, 7 Oct 24") };
	struct fetch_answer answer = fetch(f, a, r);

	CHECK_INT(answer.result, FETCH_NOT_MODIFIED);
	CHECK_STR(answer.etag, "\"v1\"");
	CHECK_STR(answer.sentence, "");
	r.etag = STR("x\r\nInjected: yes");
	r.last_modified = STR("y\nInjected: yes");
	CHECK_INT(fetch(f, a, r).result, FETCH_SERVER_ERROR); /* 304 without a question */
	r.etag = STR("v");
	r.last_modified = STR_NONE;
	r.validated_url = address(a, s, "harbour", "/other");
	CHECK_INT(fetch(f, a, r).result, FETCH_SERVER_ERROR);
	fetcher_free(f);
	server_stop(s);
	CHECK(strstr(s->asked[0].text, "\r\nIf-None-Match: W/\"a\x01\xff b\", x\r\n"));
	CHECK(strstr(s->asked[0].text, "\r\nIf-Modified-Since: Mon, 7 Oct 24\r\n"));
	CHECK(!strstr(s->asked[1].text, "Injected") && !strstr(s->asked[1].text, "If-"));
	CHECK(!strstr(s->asked[2].text, "If-"));
	server_free(s);
	arena_free(a);
}

#define MOVED(status, where) STR("HTTP/1.1 " status " Moved\r\nLocation: " where "\r\nContent-Length: 3\r\n\r\nbye")

TEST(a_form_is_sent_and_goes_only_where_it_stays_a_form)
{
	struct server *s = SERVER({ "/hub", STR("HTTP/1.1 202 Accepted\r\nContent-Length: 3\r\n\r\nyes"), KEEP },
	                          { "/moved", MOVED("307", "/hub"), KEEP }, { "/see", MOVED("303", "/hub"), KEEP },
	                          { "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);
	struct fetch_request r = { .form = STR("hub.mode=subscribe&x=%20") };

	r.url = address(a, s, "hub", "/moved");
	struct fetch_answer answer = fetch(f, a, r);
	CHECK_INT(answer.result, FETCH_OK);
	CHECK_INT(answer.status, 202);
	CHECK_INT(answer.body.n, 0);
	r.url = address(a, s, "hub", "/see");
	CHECK_INT(fetch(f, a, r).result, FETCH_REDIRECT_LOOP);
	/* The next request of the same handle is none. */
	CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "hub", "/page") }).result, FETCH_OK);
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->nasked, 4);
	for (size_t i = 0; i < 3; i++) {
		CHECK(str_starts(str_from(s->asked[i].text), STR("POST ")));
		CHECK(strstr(s->asked[i].text, "\r\nContent-Type: application/x-www-form-urlencoded\r\n"));
		CHECK(strstr(s->asked[i].text, "\r\nContent-Length: 24\r\n"));
	}
	CHECK(str_starts(str_from(s->asked[3].text), STR("GET /page ")));
	CHECK(!strstr(s->asked[3].text, "Content-"));
	server_free(s);
	arena_free(a);
}

TEST(redirects_are_followed_and_remembered)
{
	struct server *s = SERVER({ "/301", MOVED("301", "/308"), KEEP },
	                          { "/308", MOVED("308", "//meadow.localhost:%d/ok"), KEEP },
	                          { "/302", MOVED("302", "/301"), KEEP }, { "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f;
	struct fetch_answer r;
	char moved[128];

	snprintf(moved, sizeof moved,
	         "HTTP/1.1 308 Moved\r\nLocation: //meadow.localhost:%d/ok\r\nContent-Length: 3\r\n\r\nbye", s->port);
	s->replies[1].bytes = str_from(moved);
	f = fetcher_with(OPEN);
	r = fetch(f, a, (struct fetch_request){ .url = address(a, s, "harbour", "/301"), .etag = STR("\"v\"") });
	CHECK_STR(r.sentence, "");
	CHECK_INT(r.result, FETCH_OK);
	CHECK(r.moved_for_good);
	CHECK(str_eq(r.url, address(a, s, "meadow", "/ok")));
	CHECK_STR(r.body, "ferry");
	r = fetch(f, a,
	          (struct fetch_request){ .url = address(a, s, "harbour", "/302"),
	                                  .etag = STR("\"v\""),
	                                  .validated_url = address(a, s, "meadow", "/ok") });
	CHECK_INT(r.result, FETCH_OK);
	CHECK(!r.moved_for_good);
	CHECK(r.wire_bytes > 200);
	CHECK_INT(fetcher_pending(f), 0);
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->nasked, 7);
	CHECK(strstr(s->asked[0].text, "If-None-Match") && !strstr(s->asked[1].text, "If-None-Match"));
	CHECK(!strstr(s->asked[3].text, "If-None-Match") && strstr(s->asked[6].text, "If-None-Match"));
	CHECK(strcmp(s->asked[2].host, "meadow.localhost") == 0);
	CHECK_INT(s->connections, 2);
	server_free(s);
	arena_free(a);
}

TEST(a_redirect_waits_for_the_pause_of_the_host_it_leads_to)
{
	enum { PAUSE = 80 };
	char moved[128];
	struct server *s = SERVER({ "/moved", STR(""), KEEP }, { "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);

	snprintf(moved, sizeof moved,
	         "HTTP/1.1 302 Moved\r\nLocation: http://meadow.localhost:%d/\r\nContent-Length: 0\r\n\r\n", s->port);
	s->replies[0].bytes = str_from(moved);
	fetch(f, a, (struct fetch_request){ .url = address(a, s, "meadow", "/") });
	struct fetch_answer r =
	        fetch(f, a, (struct fetch_request){ .url = address(a, s, "harbour", "/moved"), .delay_ms = PAUSE });
	CHECK_INT(r.result, FETCH_OK);
	CHECK(r.wall_ms < PAUSE); /* waiting is not counted */
	fetcher_free(f);
	server_stop(s);
	CHECK(s->asked[2].at - s->asked[0].at >= PAUSE - 1);
	server_free(s);
	arena_free(a);
}

TEST(a_redirect_within_a_host_is_followed_at_once)
{
	enum { PAUSE = 400 };
	struct server *s = SERVER({ "/moved", MOVED("302", "/there"), KEEP }, { "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with((struct fetch_config){ .allow_private = true, .pause_ms = PAUSE });

	fetch(f, a, (struct fetch_request){ .url = address(a, s, "meadow", "/moved"), .delay_ms = PAUSE });
	fetch(f, a, (struct fetch_request){ .url = address(a, s, "meadow", "/next"), .delay_ms = PAUSE });
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->nasked, 3);
	CHECK(s->asked[2].at - s->asked[1].at >= PAUSE - 1);
	CHECK(s->asked[1].at - s->asked[0].at < s->asked[2].at - s->asked[1].at);
	server_free(s);
	arena_free(a);
}

TEST(redirects_end)
{
	struct server *s =
	        SERVER({ "/self", MOVED("301", "/self"), KEEP }, { "/a", MOVED("301", "/b"), KEEP },
	               { "/b", MOVED("302", "/a"), KEEP },
	               { "/long", STR("HTTP/1.1 301 Moved\r\nLocation: /ok\r\n\r\n0123456789abcdef"), FLOOD },
	               { "/ok", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetch_answer r = fetch_one(s, a, OPEN, "/self");

	CHECK_INT(r.result, FETCH_REDIRECT_LOOP);
	CHECK_STR(r.sentence, "the address redirects to itself");
	r = fetch_one(s, a, OPEN, "/a");
	CHECK_INT(r.result, FETCH_REDIRECT_LOOP);
	CHECK_STR(r.sentence, "more than 8 redirects");
	CHECK(!r.moved_for_good);
	r = fetch_one(s, a, OPEN, "/long"); /* an endless body does not keep us */
	CHECK_INT(r.result, FETCH_OK);
	server_stop(s);
	CHECK_INT(s->nasked, 1 + 9 + 2);
	server_free(s);
	arena_free(a);
}

TEST(private_addresses_are_refused)
{
	static const char *const names[] = { "http://127.0.0.1", "http://harbour.localhost", "http://localhost",
		                             "http://0.0.0.0", "http://[::ffff:127.0.0.1]" };
	struct server *s = SERVER({ "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with((struct fetch_config){ 0 });

	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct fetch_answer r =
		        fetch(f, a, (struct fetch_request){ .url = arena_printf(a, "%s:%d/", names[i], s->port) });
		printf("# %s: %.*s\n", names[i], STR_ARG(r.sentence));
		CHECK_INT(r.result, FETCH_PRIVATE);
		CHECK_INT(r.status, 0);
	}
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->connections, 0);
	server_free(s);
	arena_free(a);
}

TEST(addresses_are_public_or_not)
{
	static const struct {
		const char *address;
		bool is_public;
	} cases[] = {
		{ "1.1.1.1", true },
		{ "93.184.216.34", true },
		{ "172.15.255.255", true },
		{ "172.32.0.0", true },
		{ "0.0.0.0", false },
		{ "0.1.2.3", false },
		{ "10.1.2.3", false },
		{ "100.64.0.1", false },
		{ "100.127.255.255", false },
		{ "127.255.255.254", false },
		{ "169.254.169.254", false },
		{ "172.16.0.1", false },
		{ "172.31.255.255", false },
		{ "192.0.0.192", false },
		{ "192.168.0.1", false },
		{ "198.19.255.255", false },
		{ "224.0.0.1", false },
		{ "240.0.0.1", false },
		{ "255.255.255.255", false },
		{ "2606:2800:220:1::1", true },
		{ "::", false },
		{ "::1", false },
		{ "::127.0.0.1", false },
		{ "::ffff:127.0.0.1", false },
		{ "::ffff:7f00:1", false },
		{ "0:0:0:0:0:ffff:0a00:0001", false },
		{ "::ffff:0:127.0.0.1", false },
		{ "64:ff9b::10.0.0.1", false },
		{ "64:ff9b::7f00:1", false },
		{ "64:ff9b:1::1", false },
		{ "2002:7f00:1::1", false },
		{ "2002:c0a8:1::", false },
		{ "2001:0:4136:e378:8000:63bf:80ff:fffe", false }, /* Teredo, of 127.0.0.1 */
		{ "2001:db8::1", false },
		{ "100::1", false },
		{ "fc00::1", false },
		{ "fd12:3456::1", false },
		{ "fe80::1", false },
		{ "febf::1", false },
		{ "fec0::1", false },
		{ "ff02::1", false },
		{ "5f00::1", false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sockaddr_in v4 = { .sin_family = AF_INET };
		struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
		bool is_v4 = inet_pton(AF_INET, cases[i].address, &v4.sin_addr) == 1;
		CHECK(is_v4 || inet_pton(AF_INET6, cases[i].address, &v6.sin6_addr) == 1);
		if (reach_is_public(is_v4 ? (struct sockaddr *)&v4 : (struct sockaddr *)&v6) != cases[i].is_public)
			test_failed(__FILE__, __LINE__, "%s", cases[i].address);
	}
	CHECK(!reach_is_public(&(struct sockaddr){ .sa_family = AF_UNIX }));
}

TEST(ports_of_other_protocols_are_left_alone)
{
	static const int ports[] = { 22, 25, 6379 };
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);

	for (size_t i = 0; i < sizeof ports / sizeof *ports; i++) {
		struct fetch_answer r =
		        fetch(f, a, (struct fetch_request){ .url = arena_printf(a, "http://127.0.0.1:%d/", ports[i]) });
		CHECK_INT(r.result, FETCH_UNREACHABLE);
		CHECK_STR(r.sentence, "its port is for another protocol than HTTP");
	}
	for (uint16_t port = 80; port < 9000; port = (uint16_t)(port * 10)) {
		struct sockaddr_in at = { .sin_family = AF_INET, .sin_port = htons(port) };
		CHECK(reach_is_web_port((struct sockaddr *)&at));
	}
	fetcher_free(f);
	arena_free(a);
}

/* In a network of its own, whose loopback has a public address: a page there
 * redirects to a private one. */
static int run_in_own_network(void)
{
	enum { PUBLIC = 0x01020304 };
	struct ifreq up = { .ifr_name = "lo" }, alias = { .ifr_name = "lo:1" };
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(PUBLIC) };
	char moved[128];

	if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
		return 2;
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	up.ifr_flags = IFF_UP;
	memcpy(&alias.ifr_addr, &at, sizeof at);
	if (ioctl(fd, SIOCSIFFLAGS, &up) != 0 || ioctl(fd, SIOCSIFADDR, &alias) != 0)
		return 2;
	struct reply replies[] = { { "/moved", STR(""), KEEP }, { "*", OK_REPLY, KEEP } };
	struct server *open = server_start_at(PUBLIC, replies, 2), *closed = SERVER({ "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with((struct fetch_config){ 0 });
	snprintf(moved, sizeof moved,
	         "HTTP/1.1 302 Moved\r\nLocation: http://127.0.0.1:%d/\r\nContent-Length: 0\r\n\r\n", closed->port);
	open->replies[0].bytes = str_from(moved);
	struct str base = arena_printf(a, "http://1.2.3.4:%d", open->port);
	struct fetch_answer good = fetch(f, a, (struct fetch_request){ .url = arena_printf(a, "%s/", base.p) });
	struct fetch_answer bad = fetch(f, a, (struct fetch_request){ .url = arena_printf(a, "%s/moved", base.p) });
	fetcher_free(f);
	server_stop(open);
	server_stop(closed);
	return good.result == FETCH_OK && bad.result == FETCH_PRIVATE && closed->connections == 0 ? 0 : 1;
}

TEST(redirects_do_not_lead_inside)
{
	int status = 0;
	fflush(stdout);
	pid_t child = fork();

	if (child == 0)
		_exit(run_in_own_network());
	CHECK(waitpid(child, &status, 0) == child && WIFEXITED(status));
	if (WEXITSTATUS(status) == 2)
		SKIP("no network of its own on this machine");
	CHECK_INT(WEXITSTATUS(status), 0);
}

static struct str gzip(struct arena *a, const char *head, size_t zeros, size_t cut)
{
	size_t max = zeros / 500 + 4096, n = strlen(head);
	unsigned char *out = arena_alloc(a, max + n), *in = calloc(zeros, 1);
	z_stream z = { .next_in = in, .avail_in = (unsigned)zeros, .next_out = out + n, .avail_out = (unsigned)max };

	memcpy(out, head, n);
	CHECK(deflateInit2(&z, 9, Z_DEFLATED, 31, 9, Z_DEFAULT_STRATEGY) == Z_OK &&
	      deflate(&z, Z_FINISH) == Z_STREAM_END);
	n += z.total_out - cut;
	deflateEnd(&z);
	free(in);
	return str_of((char *)out, n);
}

static struct str many_fields(struct arena *a)
{
	struct buf b = BUF_INIT(MIB);

	buf_puts(&b, "HTTP/1.1 200 OK\r\n");
	for (int i = 0; i < 10000; i++)
		buf_printf(&b, "X-%d: ferry\r\n", i);
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

TEST(sizes_are_limited_as_decoded)
{
	const char *head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
	struct arena *a = arena_new();
	struct server *s = SERVER({ "/bomb", gzip(a, head, 64 * MIB, 0), CLOSE },
	                          { "/fits", gzip(a, head, MIB, 0), CLOSE }, { "/cut", gzip(a, head, MIB, 1), CLOSE },
	                          { "/endless", STR("HTTP/1.1 200 OK\r\n\r\nferry ferry ferry"), FLOOD },
	                          { "/headers", many_fields(a), CLOSE },
	                          { "/hints", STR("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"), FLOOD },
	                          { "*", OK_REPLY, KEEP });
	struct fetcher *f = fetcher_with(OPEN);
	struct fetch_answer r = fetch(f, a, (struct fetch_request){ .url = address(a, s, "a", "/bomb") });

	CHECK_INT(r.result, FETCH_TOO_LARGE);
	CHECK_STR(r.sentence, "the answer unpacks to far more than its size");
	CHECK_INT(r.body.n, 0);
	r = fetch(f, a, (struct fetch_request){ .url = address(a, s, "b", "/fits") });
	CHECK_INT(r.result, FETCH_OK);
	CHECK_INT(r.body.n, MIB);
	CHECK(r.wire_bytes < (int64_t)(16 * KIB));
	CHECK_INT(
	        fetch(f, a, (struct fetch_request){ .url = address(a, s, "b", "/fits"), .max_bytes = MIB - 1 }).result,
	        FETCH_TOO_LARGE);
	CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "c", "/endless"), .max_bytes = 100000 })
	                  .result,
	          FETCH_TOO_LARGE);
	CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "d", "/headers") }).result, FETCH_TOO_LARGE);
	CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "e", "/hints") }).result, FETCH_TOO_LARGE);
	r = fetch(f, a, (struct fetch_request){ .url = address(a, s, "g", "/cut") });
	printf("# cut: %s, %zu bytes, %.*s\n", fetch_result_name(r.result), r.body.n, STR_ARG(r.sentence));
	CHECK_INT(r.result, FETCH_BAD_ANSWER);
	CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "f", "/"), .max_bytes = 5 }).result,
	          FETCH_OK);
	CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "f", "/"), .max_bytes = 4 }).result,
	          FETCH_TOO_LARGE);
	fetcher_free(f);
	server_stop(s);
	server_free(s);
	arena_free(a);
}

TEST(the_beginning_of_an_endless_body_can_be_had)
{
	struct arena *a = arena_new();
	struct server *s =
	        SERVER({ "/endless", STR("HTTP/1.1 200 OK\r\n\r\nferry ferry ferry"), FLOOD },
	               { "/bomb", gzip(a, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", MIB, 0), CLOSE },
	               { "/long", STR("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nferryboat"), KEEP },
	               { "*", OK_REPLY, KEEP });
	struct fetcher *f = fetcher_with(OPEN);
	struct fetch_request r = { .max_bytes = 5, .beginning = true };
	static const char *const paths[] = { "/endless", "/long", "/whole" };

	for (size_t i = 0; i < 3; i++) {
		r.url = address(a, s, "a", paths[i]);
		struct fetch_answer answer = fetch(f, a, r);
		CHECK_INT(answer.result, FETCH_OK);
		CHECK_STR(answer.sentence, "");
		CHECK_INT(answer.body.n, 5);
	}
	r.url = address(a, s, "a", "/bomb");
	struct fetch_answer answer = fetch(f, a, r);
	CHECK_INT(answer.result, FETCH_OK);
	CHECK_INT(answer.body.n, 5);
	fetcher_free(f);
	server_stop(s);
	server_free(s);
	arena_free(a);
}

/* head, and a part again and again. */
static struct str repeated(struct arena *a, const char *head, struct str part, size_t bytes)
{
	size_t n = strlen(head), count = bytes / part.n;
	char *out = arena_alloc(a, n + count * part.n);

	memcpy(out, head, n);
	for (size_t i = 0; i < count; i++)
		memcpy(out + n + i * part.n, part.p, part.n);
	return str_of(out, n + count * part.n);
}

/* None of it is a body that is kept, and libcurl tells of little of it. */
TEST(what_stands_around_a_body_is_limited)
{
	enum { MORE = MAX_RAW_BYTES + 8 * MIB };
	const char *gzipped = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n";
	const char *chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MIB);
	buf_printf(&b, "%s5;", chunked);
	const char *extended = arena_cstr(a, buf_view(&b));
	buf_reset(&b);
	buf_printf(&b, "%s5\r\nferry\r\n0\r\n", chunked);
	struct str empty = gzip(a, "", 0, 0), members = repeated(a, gzipped, empty, MORE);
	struct str padding = repeated(a, gzipped, STR("\0"), MORE);
	memcpy((char *)padding.p + strlen(gzipped), empty.p, empty.n);
	struct server *s = SERVER({ "/members", members, CLOSE }, { "/padding", padding, CLOSE },
	                          { "/extension", repeated(a, extended, STR("e"), MORE), CLOSE },
	                          { "/trailers", repeated(a, buf_cstr(&b), STR("X-Ferry: noon\r\n"), MORE), CLOSE },
	                          { "*", OK_REPLY, KEEP });
	static const char *const paths[] = { "/members", "/padding", "/extension", "/trailers" };
	struct fetcher *f = fetcher_with(OPEN);

	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		struct fetch_answer r = fetch(f, a, (struct fetch_request){ .url = address(a, s, "a", paths[i]) });
		printf("# %s: %s: %.*s\n", paths[i], fetch_result_name(r.result), STR_ARG(r.sentence));
		CHECK_INT(r.result, FETCH_TOO_LARGE);
		CHECK_INT(r.body.n, 0);
	}
	/* A connection that has carried much already carries the next answer. */
	for (int i = 0; i < 3; i++)
		CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "a", "/") }).result, FETCH_OK);
	fetcher_free(f);
	server_stop(s);
	server_free(s);
	buf_free(&b);
	arena_free(a);
}

TEST(large_answers_in_a_row_on_one_connection_are_no_large_answer)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(KIB);
	buf_printf(&b, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", 10 * MIB);
	struct server *s = SERVER({ "*", repeated(a, buf_cstr(&b), STR("x"), 10 * MIB), KEEP });
	struct fetcher *f = fetcher_with(OPEN);

	for (int i = 0; i < 4; i++) {
		struct fetch_answer r = fetch(f, a, (struct fetch_request){ .url = address(a, s, "a", "/") });
		CHECK_STR(r.sentence, "");
		CHECK_INT(r.body.n, 10 * MIB);
	}
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->connections, 1);
	server_free(s);
	buf_free(&b);
	arena_free(a);
}

TEST(slow_servers_are_given_up)
{
	struct server *s =
	        SERVER({ "/silent", STR(""), SILENT },
	               { "/drip",
	                 STR("HTTP/1.1 200 OK\r\nContent-Length: "
	                     "2000\r\n\r\n....................................................................."),
	                 DRIP });
	struct arena *a = arena_new();
	struct fetch_config config = { .allow_private = true, .timeout_ms = 150 };
	struct fetch_answer r = fetch_one(s, a, config, "/silent");

	CHECK_INT(r.result, FETCH_TOO_SLOW);
	CHECK(r.wall_ms >= 150 && r.sentence.n > 0);
	r = fetch_one(s, a, config, "/drip");
	CHECK_INT(r.result, FETCH_TOO_SLOW);
	CHECK_INT(r.body.n, 0);
	server_stop(s);
	server_free(s);
	arena_free(a);
}

TEST(broken_connections_are_unreachable)
{
	struct server *s = SERVER({ "/reset", STR(""), RESET },
	                          { "/half", STR("HTTP/1.1 200 OK\r\nContent-Length: 90\r\n\r\nhalf"), RESET });
	struct arena *a = arena_new();
	struct fetcher *f;

	CHECK_INT(fetch_one(s, a, OPEN, "/reset").result, FETCH_UNREACHABLE);
	struct fetch_answer r = fetch_one(s, a, OPEN, "/half");
	CHECK(r.result == FETCH_UNREACHABLE || r.result == FETCH_BAD_ANSWER);
	CHECK_INT(r.body.n, 0);
	server_stop(s); /* and now nobody listens */
	f = fetcher_with(OPEN);
	CHECK_INT(fetch(f, a, (struct fetch_request){ .url = address(a, s, "harbour", "/") }).result,
	          FETCH_UNREACHABLE);
	r = fetch(f, a, (struct fetch_request){ .url = STR("ftp://harbour.example/"), .tag = 7 });
	CHECK_INT(r.result, FETCH_UNREACHABLE);
	CHECK_INT(r.tag, 7);
	CHECK(r.sentence.n > 0);
	fetcher_free(f);
	server_free(s);
	arena_free(a);
}

TEST(retry_after_is_read)
{
	struct server *s = SERVER(
	        { "/seconds", STR("HTTP/1.1 429 Slow down\r\nRetry-After: 120\r\nContent-Length: 0\r\n\r\n"), KEEP },
	        { "/date",
	          STR("HTTP/1.1 503 Later\r\nretry-after: Mon, 07 Oct 2024 02:10:00 GMT\r\nContent-Length: 0\r\n\r\n"),
	          KEEP },
	        { "/past",
	          STR("HTTP/1.1 503 Later\r\nRetry-After: Mon, 07 Oct 2024 01:10:00 GMT\r\nContent-Length: 0\r\n\r\n"),
	          KEEP },
	        { "/far", STR("HTTP/1.1 503 Later\r\nRetry-After: 99999999999999999999\r\nContent-Length: 0\r\n\r\n"),
	          KEEP },
	        { "/odd", STR("HTTP/1.1 503 Later\r\nRetry-After: -5\r\nContent-Length: 0\r\n\r\n"), KEEP });
	struct arena *a = arena_new();

	CHECK_INT(fetch_one(s, a, OPEN, "/seconds").retry_after, 120);
	CHECK_INT(fetch_one(s, a, OPEN, "/date").retry_after, 600);
	CHECK_INT(fetch_one(s, a, OPEN, "/past").retry_after, 0);
	CHECK_INT(fetch_one(s, a, OPEN, "/far").retry_after, 366 * DAYS);
	CHECK_INT(fetch_one(s, a, OPEN, "/odd").retry_after, -1);
	server_stop(s);
	server_free(s);
	arena_free(a);
}

TEST(other_descriptors_wake_it)
{
	struct server *s = SERVER({ "*", STR(""), SILENT });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);
	struct pollfd fd = { .events = POLLIN };
	int ends[2];
	struct err e;

	CHECK(pipe(ends) == 0);
	fd.fd = ends[0];
	fetcher_add(f, &(struct fetch_request){ .url = address(a, s, "harbour", "/") });
	CHECK_OK(fetcher_wait(f, &fd, 1, 20, &e), e);
	CHECK_INT(fd.revents, 0);
	CHECK(write(ends[1], "x", 1) == 1);
	CHECK_OK(fetcher_wait(f, &fd, 1, 20000, &e), e);
	CHECK(fd.revents & POLLIN);
	char byte;
	CHECK(read(ends[0], &byte, 1) == 1);
	close(ends[1]);
	CHECK_OK(fetcher_wait(f, &fd, 1, 20000, &e), e);
	CHECK(fd.revents & POLLHUP);
	CHECK_INT(fetcher_pending(f), 1);
	fetcher_free(f); /* with a request under way */
	close(ends[0]);
	server_stop(s);
	server_free(s);
	arena_free(a);
}

TEST(the_last_of_as_many_readers_as_there_may_be_wakes_it)
{
	struct fetcher *f = fetcher_with(OPEN);
	struct pollfd fds[MAX_READER_CHILDREN + 1];
	int ends[2];
	struct err e;

	CHECK(pipe(ends) == 0);
	for (size_t i = 0; i <= MAX_READER_CHILDREN; i++)
		fds[i] = (struct pollfd){ .fd = i < MAX_READER_CHILDREN ? -1 : ends[0], .events = POLLIN };
	CHECK(write(ends[1], "x", 1) == 1);
	CHECK_OK(fetcher_wait(f, fds, MAX_READER_CHILDREN + 1, 20000, &e), e);
	CHECK_INT(fds[MAX_READER_CHILDREN].revents, POLLIN);
	close(ends[0]);
	close(ends[1]);
	fetcher_free(f);
}

/* -- TLS ------------------------------------------------------------------- */

static const char *pem_text(struct arena *a, BIO *bio)
{
	char *p;
	long n = BIO_get_mem_data(bio, &p);
	const char *text = arena_cstr(a, str_of(p, (size_t)n));
	BIO_free(bio);
	return text;
}

/* A key and a certificate that it signed itself, for harbour.localhost. */
static void make_certificate(struct arena *a, const char **key, const char **certificate)
{
	EVP_PKEY *pair = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:harbour.localhost");
	BIO *bio = BIO_new(BIO_s_mem());

	ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	X509_set_version(x, 2);
	X509_gmtime_adj(X509_getm_notBefore(x), -3600);
	X509_gmtime_adj(X509_getm_notAfter(x), 3600);
	X509_set_pubkey(x, pair);
	X509_NAME_add_entry_by_txt(X509_get_subject_name(x), "CN", MBSTRING_ASC, (const unsigned char *)"harbour", -1,
	                           -1, 0);
	X509_set_issuer_name(x, X509_get_subject_name(x));
	X509_add_ext(x, names, -1);
	CHECK(X509_sign(x, pair, EVP_sha256()) > 0);
	PEM_write_bio_X509(bio, x);
	*certificate = pem_text(a, bio);
	bio = BIO_new(BIO_s_mem());
	PEM_write_bio_PrivateKey(bio, pair, NULL, NULL, 0, NULL, NULL);
	*key = pem_text(a, bio);
	X509_EXTENSION_free(names);
	X509_free(x);
	EVP_PKEY_free(pair);
}

static enum MHD_Result say_ferry(void *arg, struct MHD_Connection *c, const char *url, const char *method,
                                 const char *version, const char *data, size_t *size, void **state)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(5, "ferry", MHD_RESPMEM_PERSISTENT);
	enum MHD_Result result = MHD_queue_response(c, 200, r);

	(void)arg, (void)url, (void)method, (void)version, (void)data, (void)size, (void)state;
	MHD_destroy_response(r);
	return result;
}

TEST(certificates_are_verified)
{
	struct arena *a = arena_new();
	const char *key, *certificate, *path = arena_printf(a, "%s/ca.pem", test_folder()).p;
	FILE *file = fopen(path, "w");

	make_certificate(a, &key, &certificate);
	CHECK(file && fputs(certificate, file) >= 0 && fclose(file) == 0);
	struct MHD_Daemon *d =
	        MHD_start_daemon(MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_TLS, 0, NULL, NULL, say_ferry, NULL,
	                         MHD_OPTION_HTTPS_MEM_KEY, key, MHD_OPTION_HTTPS_MEM_CERT, certificate, MHD_OPTION_END);
	CHECK(d);
	int port = MHD_get_daemon_info(d, MHD_DAEMON_INFO_BIND_PORT)->port;
	struct fetcher *trusting =
	        fetcher_with((struct fetch_config){ .allow_private = true, .ca_file = str_from(path) });
	struct fetcher *usual = fetcher_with(OPEN);
	setenv("SSL_CERT_FILE", path, 1);
	struct fetcher *told = fetcher_with(OPEN);
	unsetenv("SSL_CERT_FILE");
	struct fetch_request good = { .url = arena_printf(a, "https://harbour.localhost:%d/", port) };
	struct fetch_request wrong_name = { .url = arena_printf(a, "https://meadow.localhost:%d/", port) };
	struct fetch_answer r = fetch(trusting, a, good);

	CHECK_STR(r.sentence, "");
	CHECK_STR(r.body, "ferry");
	CHECK_INT(fetch(trusting, a, wrong_name).result, FETCH_BAD_TLS);
	r = fetch(usual, a, good);
	CHECK_INT(r.result, FETCH_BAD_TLS);
	CHECK(r.sentence.n > 0 && r.status == 0);
	CHECK_STR(fetch(told, a, good).body, "ferry");
	fetcher_free(trusting);
	fetcher_free(usual);
	fetcher_free(told);
	MHD_stop_daemon(d);
	arena_free(a);
}

TEST(tens_of_thousands_of_hosts_wait_their_turn)
{
	enum { HOSTS = 30000 };
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with((struct fetch_config){ .max_connections = 4 }); /* nothing may be reached */
	int64_t began = clock_monotonic_ms();

	for (uint64_t i = 0; i < HOSTS; i++)
		fetcher_add(f, &(struct fetch_request){
		                       .url = arena_printf(a, "http://127.%d.%d.1/", (int)(i / 256), (int)(i % 256)),
		                       .tag = i });
	CHECK_INT(fetcher_pending(f), HOSTS);
	printf("# %d hosts added in %lld ms\n", HOSTS, (long long)(clock_monotonic_ms() - began));
	for (uint64_t i = 0; i < 3000; i++) {
		arena_reset(a);
		struct fetch_answer r = next_answer(f, a);
		CHECK_INT(r.result, FETCH_PRIVATE);
		CHECK(r.tag < i + 64); /* about first come, first served */
	}
	CHECK_INT(fetcher_pending(f), HOSTS - 3000);
	fetcher_free(f);
	arena_free(a);
}

/* In a network of its own, where the name server takes every question and never
 * answers: how long one lookup keeps others waiting, in ms; -1: cannot be tried. */
static int64_t stall_of_dead_names(void)
{
	struct ifreq up = { .ifr_name = "lo", .ifr_flags = IFF_UP };
	struct sockaddr_in dns = { .sin_family = AF_INET,
		                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
		                   .sin_port = htons(53) };
	struct arena *a = arena_new();
	struct str conf = arena_printf(a, "%s/resolv.conf", test_folder());
	FILE *file = fopen(conf.p, "w");
	int64_t longest = 0;
	struct err e;

	if (!file || fputs("nameserver 127.0.0.1\n", file) < 0 || fclose(file) != 0 ||
	    unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) != 0 ||
	    mount(conf.p, "/etc/resolv.conf", NULL, MS_BIND, NULL) != 0)
		return -1;
	int fd = socket(AF_INET, SOCK_DGRAM, 0), silent = socket(AF_INET, SOCK_DGRAM, 0);
	if (ioctl(fd, SIOCSIFFLAGS, &up) != 0 || bind(silent, (struct sockaddr *)&dns, sizeof dns) != 0)
		return -1;
	struct fetcher *f = fetcher_with((struct fetch_config){ .allow_private = true, .timeout_ms = 300 });
	for (int i = 0; i < 4; i++)
		fetcher_add(f, &(struct fetch_request){ .url = arena_printf(a, "http://dead%d.example/", i) });
	for (int answers = 0; answers < 4;) {
		struct fetch_answer answer;
		int64_t before = clock_monotonic_ms();
		CHECK_OK(fetcher_wait(f, NULL, 0, 50, &e), e);
		int64_t took = clock_monotonic_ms() - before;
		longest = took > longest ? took : longest;
		while (fetcher_take(f, a, &answer))
			answers += answer.result != FETCH_OK;
	}
	int64_t before = clock_monotonic_ms();
	fetcher_free(f);
	return longest + clock_monotonic_ms() - before;
}

TEST(a_name_server_that_never_answers_stalls_nobody)
{
	int64_t stall = -1;
	int ends[2], status;

	CHECK(pipe(ends) == 0);
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		stall = stall_of_dead_names();
		_exit(write(ends[1], &stall, sizeof stall) == sizeof stall ? 0 : 1);
	}
	close(ends[1]);
	CHECK(waitpid(child, &status, 0) == child && read(ends[0], &stall, sizeof stall) == sizeof stall);
	close(ends[0]);
	if (stall < 0)
		SKIP("no network and no mounts of its own on this machine");
	printf("# the longest wait took %lld ms instead of 50\n", (long long)stall);
	CHECK(stall < 4000); /* a lookup takes 10 seconds to give up */
}

/* -- manners --------------------------------------------------------------- */

TEST(a_redirect_is_handed_back)
{
	struct server *s = SERVER({ "/moved",
	                            STR("HTTP/1.1 301 Moved\r\nLocation: HTTP://Meadow.localhost/a/../b\r\n"
	                                "Content-Length: 0\r\n\r\n"),
	                            KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with(OPEN);
	struct fetch_request r = { .url = address(a, s, "harbour", "/moved"), .tag = 5, .etag = STR("v") };
	fetcher_add(f, &r);
	struct fetch_answer answer = next_answer(f, a);

	CHECK_INT(answer.result, FETCH_REDIRECTED);
	CHECK_INT(answer.status, 301);
	CHECK_INT(answer.tag, 5);
	CHECK_STR(answer.next, "http://meadow.localhost/b");
	CHECK_STR(answer.sentence, "");
	CHECK_INT(answer.trail.hops, 1);
	CHECK(!answer.trail.temporary && answer.trail.wire_bytes == answer.wire_bytes);
	struct fetch_request next = fetch_follow(&r, &answer);
	CHECK(str_eq(next.url, answer.next) && str_eq(next.validated_url, r.url) && next.tag == 5);
	r.max_hops = 1;
	r.trail.hops = 1;
	fetcher_add(f, &r);
	answer = next_answer(f, a);
	CHECK_INT(answer.result, FETCH_REDIRECT_LOOP);
	CHECK_STR(answer.sentence, "more than 1 redirects");
	fetcher_free(f);
	server_stop(s);
	server_free(s);
	arena_free(a);
}

TEST(http_and_https_of_a_name_are_one_host)
{
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with((struct fetch_config){ 0 });

	fetcher_add(f, &(struct fetch_request){ .url = STR("http://harbour.localhost/") });
	fetcher_add(f, &(struct fetch_request){ .url = STR("https://harbour.localhost/") });
	fetcher_add(f, &(struct fetch_request){ .url = STR("https://harbour.localhost:8443/") });
	CHECK_INT(fetcher_pending_of(f, STR("https://harbour.localhost")), 2);
	CHECK_INT(fetcher_pending_of(f, STR("https://harbour.localhost:8443")), 1);
	fetcher_free(f);
	arena_free(a);
}

/* Requests of one host, one after the other, with the pause between them. */
static int64_t least_gap(struct server *s, struct arena *a, struct fetch_config config, const char *path, int n)
{
	struct fetcher *f = fetcher_with(config);
	size_t before = s->nasked;
	int64_t least = INT64_MAX;

	for (int i = 0; i < n; i++)
		fetcher_add(f, &(struct fetch_request){ .url = address(a, s, "harbour", path) });
	for (int i = 0; i < n; i++)
		next_answer(f, a);
	fetcher_free(f);
	for (size_t i = before + 2; i < s->nasked; i++)
		least = s->asked[i].at - s->asked[i - 1].at < least ? s->asked[i].at - s->asked[i - 1].at : least;
	return least;
}

TEST(a_host_in_trouble_has_longer_pauses)
{
	struct server *s =
	        SERVER({ "/bad", STR("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n"), KEEP }, { "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetch_config paced = { .allow_private = true, .pause_ms = 40, .pause_factor = 0.01 };
	int64_t good = least_gap(s, a, paced, "/good", 4), bad = least_gap(s, a, paced, "/bad", 4);

	printf("# pauses of %lld and %lld ms\n", (long long)good, (long long)bad);
	CHECK(good >= 39);
	CHECK(bad >= 2 * 80 - 1); /* from the second failure on */
	server_stop(s);
	server_free(s);
	arena_free(a);
}

TEST(hosts_that_hang_leave_room_for_the_others)
{
	enum { HANG = 10 };
	struct server *s = SERVER({ "/hang", STR(""), SILENT }, { "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f =
	        fetcher_with((struct fetch_config){ .allow_private = true, .max_connections = 4, .timeout_ms = 300 });

	CHECK_INT(fetcher_turn_of(f, address(a, s, "h0", "")), -1);
	for (uint64_t i = 0; i < 2 * HANG; i++) {
		struct str name = arena_printf(a, "h%d", (int)(i % HANG));
		fetcher_add(f, &(struct fetch_request){ .url = address(a, s, name.p, "/hang"), .tag = i });
	}
	for (int i = 0; i < HANG; i++)
		CHECK_INT(next_answer(f, a).result, FETCH_TOO_SLOW);
	CHECK(fetcher_turn_of(f, address(a, s, "h0", "")) >= 300);
	/* Now it is known of them, and many of them are due. */
	fetcher_add(f, &(struct fetch_request){ .url = address(a, s, "harbour", "/"), .tag = 2 * HANG });
	uint64_t hung = 0;
	for (struct fetch_answer answer; (answer = next_answer(f, a)).tag < 2 * HANG;)
		hung++;
	printf("# %d hung\n", (int)hung);
	CHECK(hung <= 4); /* those that were under way */
	fetcher_free(f);
	server_stop(s);
	server_free(s);
	arena_free(a);
}

static void count_back(void *arg, uint64_t tag)
{
	*(uint64_t *)arg += tag;
}

TEST(what_waits_can_be_recalled)
{
	struct server *s = SERVER({ "*", OK_REPLY, KEEP });
	struct arena *a = arena_new();
	struct fetcher *f = fetcher_with((struct fetch_config){ .allow_private = true, .pause_ms = 50 });
	uint64_t back = 0;

	for (uint64_t i = 1; i <= 8; i++)
		fetcher_add(f, &(struct fetch_request){ .url = address(a, s, i % 2 ? "harbour" : "meadow", "/"),
		                                        .tag = i });
	CHECK(next_answer(f, a).tag <= 2);
	CHECK(next_answer(f, a).tag <= 2);
	fetcher_recall(f, count_back, &back);
	CHECK_INT(back, 3 + 4 + 5 + 6 + 7 + 8);
	CHECK_INT(fetcher_pending(f), 0);
	fetcher_add(f, &(struct fetch_request){ .url = address(a, s, "meadow", "/"), .tag = 9 });
	CHECK_INT(next_answer(f, a).tag, 9);
	fetcher_free(f);
	server_stop(s);
	CHECK_INT(s->nasked, 3);
	server_free(s);
	arena_free(a);
}

TEST(how_long_an_answer_is_fresh)
{
	static const struct {
		const char *fields;
		int64_t seconds;
	} cases[] = {
		{ "ETag: x\r\n", -1 },
		{ "Cache-Control: max-age=600\r\n", 600 },
		{ "cache-control: public, MAX-AGE=\"600\" , s-maxage=9\r\n", 600 },
		{ "Cache-Control: max-age=600\r\nAge: 100\r\n", 500 },
		{ "Cache-Control: max-age=600\r\nAge: 1000\r\n", 0 },
		{ "Cache-Control: no-cache\r\nCache-Control: max-age=600\r\n", 0 },
		{ "Cache-Control: max-age=600, no-store\r\nExpires: Mon, 07 Oct 2024 09:00:00 GMT\r\n", 0 },
		{ "Cache-Control: max-age=soon\r\nExpires: Mon, 07 Oct 2024 02:01:00 GMT\r\n", 60 },
		{ "Expires: Mon, 07 Oct 2024 02:01:00 GMT\r\nDate: Mon, 07 Oct 2024 02:00:30 GMT\r\n", 30 },
		{ "Expires: 0\r\n", 0 },
		{ "Cache-Control: max-age=-5\r\n", -1 },
		{ "Cache-Control: max-age=99999999999999999999\r\n", -1 },
		{ "Cache-Control: max-age=999999999999999999\r\n", 366 * DAYS },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char headers[512];
		snprintf(headers, sizeof headers, "HTTP/1.1 200 OK\r\n%s", cases[i].fields);
		printf("# %s", cases[i].fields);
		CHECK_INT(fetch_fresh_for(str_from(headers), today), cases[i].seconds);
	}
}

TEST_MAIN
