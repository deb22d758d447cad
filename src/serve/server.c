/*
 * The server: sockets and threads around serve_answer.
 *
 * libmicrohttpd polls with epoll in a few threads of its own.  Each thread
 * gets an archive handle and an arena when its first request comes; both live
 * as long as the server.  A request is answered as soon as its headers are
 * read; a body is never looked at.
 *
 * The archive's stamp counts on one handle only, so one handle is kept for that
 * and shared; with a word of this server's own in front, a reader's ETag of an
 * earlier server never fits by chance.
 *
 * Limits: connections at once, seconds of silence, memory of one connection
 * (which bounds request line and headers).  What breaks those is answered or
 * cut off by the library itself.
 */
#include <errno.h>
#include <malloc.h>
#include <microhttpd.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/log.h"
#include "serve/routes.h"
#include "serve/serve.h"
#include "view/card.h"

#define LARGE_ANSWER (16 * MIB) /* of working memory */

#define CONNECTION_MEMORY (32 * KIB)

struct worker {
	struct worker *next;
	struct archive *archive;
	struct arena *arena;
};

struct server {
	struct serve_config config;
	struct MHD_Daemon *daemon; /* NULL: listens, but does not answer yet */
	int listener;              /* the daemon's once there is one */
	unsigned port;
	pthread_mutex_t lock; /* of what follows */
	struct worker *workers;
	struct archive *stamped;
	uint64_t word; /* in front of each stamp */
};

static _Thread_local struct worker *this_worker;

/* ---- one request -------------------------------------------------------- */

static struct worker *get_worker(struct server *s, struct err *e)
{
	if (!this_worker) {
		this_worker = mem_zalloc(1, sizeof *this_worker);
		this_worker->arena = arena_new();
		pthread_mutex_lock(&s->lock);
		this_worker->next = s->workers;
		s->workers = this_worker;
		pthread_mutex_unlock(&s->lock);
	}
	if (!this_worker->archive && !archive_open(s->config.archive_path, ARCHIVE_READ, &this_worker->archive, e))
		return NULL;
	return this_worker;
}

/* Read before the document is made: what is older than its stamp is made again,
 * never the other way round. */
static struct str read_stamp(struct server *s, struct worker *w)
{
	struct err e;
	int64_t stamp;

	pthread_mutex_lock(&s->lock);
	bool ok = archive_stamp(s->stamped, &stamp, &e);
	pthread_mutex_unlock(&s->lock);
	if (!ok) {
		log_warning("nothing is cached: %s", e.text);
		return STR_NONE;
	}
	return arena_printf(w->arena, "%llx-%llx", (unsigned long long)s->word, (unsigned long long)stamp);
}

static struct str request_header(struct MHD_Connection *c, const char *name)
{
	return str_from(MHD_lookup_connection_value(c, MHD_HEADER_KIND, name));
}

static void add_headers(struct MHD_Response *m, const struct serve_response *r)
{
	struct buf value = BUF_INIT(MAX_HEADER_BYTES);

	for (size_t i = 0; i < r->nheaders; i++) {
		buf_reset(&value);
		buf_str(&value, r->headers[i].value);
		MHD_add_response_header(m, r->headers[i].name, buf_cstr(&value));
	}
	buf_free(&value);
}

static enum MHD_Result send_response(struct MHD_Connection *c, struct serve_response *r)
{
	struct MHD_Response *m;

	if (r->body.n) { /* the library frees it */
		m = MHD_create_response_from_buffer(r->body.n, r->body.p, MHD_RESPMEM_MUST_FREE);
		if (m)
			r->body = BUF_INIT(MAX_RESPONSE_BYTES);
	} else {
		m = MHD_create_response_from_buffer(0, (void *)"", MHD_RESPMEM_PERSISTENT);
	}
	if (!m) {
		serve_response_free(r);
		return MHD_NO;
	}
	add_headers(m, r);
	enum MHD_Result result = MHD_queue_response(c, (unsigned)r->status, m);
	MHD_destroy_response(m);
	serve_response_free(r);
	return result;
}

/* What is kept of a request between the library's calls. */
struct exchange {
	bool seen;     /* its headers were announced */
	bool posts;    /* and what it sends is wanted */
	size_t body;   /* bytes of it that came, and went */
	char target[]; /* as it came: path and query, percent-encoded */
};

static bool takes_post(const char *target)
{
	struct str path, query;

	str_cut(str_from(target), '?', &path, &query);
	return route_takes_post(route_find(path));
}

/* The library announces a request by a first call and wants the response in a
 * later one; a response to the first means that the rest of the request is not
 * wanted, and costs the connection. */
static bool is_to_wait(struct exchange *x, const char *method, size_t *nupload)
{
	bool reads = strcmp(method, "GET") == 0 || strcmp(method, "HEAD") == 0;

	if (!x->seen)
		x->posts = strcmp(method, "POST") == 0 && takes_post(x->target);
	bool wait = (reads || (x->posts && x->body <= MAX_BODY_BYTES)) && (!x->seen || *nupload > 0);
	x->seen = true;
	x->body += *nupload;
	*nupload = 0;
	return wait;
}

/* What one huge page took is not kept until the next one. */
static void give_back(struct arena *a)
{
	if (arena_used(a) <= LARGE_ANSWER)
		return;
	arena_reset(a);
	malloc_trim(0);
}

/* A full pipe means that enough was said. */
static void pass_on(struct server *s, const struct hub_news *news)
{
	if (news->target && s->config.news && write(s->config.news, news, sizeof *news) < 0)
		log_debug("what a hub said was not passed on: %s", strerror(errno));
}

static enum MHD_Result handle(void *cls, struct MHD_Connection *c, const char *url, const char *method,
                              const char *version, const char *upload, size_t *nupload, void **state)
{
	struct server *s = cls;
	struct serve_response response;
	struct err e;

	(void)url, (void)version, (void)upload;
	struct exchange *x = *state;
	if (is_to_wait(x, method, nupload))
		return MHD_YES;
	struct worker *w = get_worker(s, &e);
	if (!w) {
		log_error("%s", e.text);
		return MHD_NO;
	}
	arena_reset(w->arena);
	const struct serve_request request = {
		.method = str_from(method),
		.target = str_from(x->target),
		.host = request_header(c, MHD_HTTP_HEADER_HOST),
		.if_none_match = request_header(c, MHD_HTTP_HEADER_IF_NONE_MATCH),
		.accept_encoding = request_header(c, MHD_HTTP_HEADER_ACCEPT_ENCODING),
		.accept_datetime = request_header(c, "Accept-Datetime"),
		.stamp = read_stamp(s, w),
	};
	serve_answer(w->archive, w->arena, &s->config.site, &request, &response);
	pass_on(s, &response.news);
	enum MHD_Result sent = send_response(c, &response);
	give_back(w->arena);
	return sent;
}

static void *begin_exchange(void *cls, const char *uri, struct MHD_Connection *c)
{
	size_t n = strlen(uri) + 1;
	struct exchange *x = mem_zalloc(1, sizeof *x + n);

	(void)cls, (void)c;
	memcpy(x->target, uri, n);
	return x;
}

static void end_exchange(void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode code)
{
	(void)cls, (void)c, (void)code;
	free(*state);
	*state = NULL;
}

static void PRINTF_LIKE(2, 0) log_library(void *cls, const char *fmt, va_list ap)
{
	char text[256];

	(void)cls;
	vsnprintf(text, sizeof text, fmt, ap);
	log_debug("web server: %s", text);
}

/* ---- listening ---------------------------------------------------------- */

/* "127.0.0.1:8080" to host and port; brackets of IPv6 taken off. */
static bool split_address(const char *text, char host[128], char port[8], struct err *e)
{
	const char *colon = strrchr(text, ':');
	size_t n = colon ? (size_t)(colon - text) : 0;
	int64_t number;

	if (n == 0 || n >= 128 || !str_to_i64(str_from(colon + 1), &number) || number < 0 || number > 65535)
		return err_set(e, ERR_USAGE,
		               "\"%s\" is not an address to listen on, such as 127.0.0.1:8080 or [::1]:8080", text);
	bool brackets = text[0] == '[' && text[n - 1] == ']';
	snprintf(host, 128, "%.*s", (int)(n - 2 * brackets), text + brackets);
	if (strcmp(host, "localhost") == 0)
		snprintf(host, 128, "127.0.0.1");
	snprintf(port, 8, "%d", (int)number);
	return true;
}

static bool bind_and_listen(int fd, const struct addrinfo *ai)
{
	int yes = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
	if (ai->ai_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &yes, sizeof yes);
	return bind(fd, ai->ai_addr, ai->ai_addrlen) == 0 && listen(fd, 128) == 0;
}

static unsigned port_of(int fd)
{
	union {
		struct sockaddr any;
		struct sockaddr_in v4;
		struct sockaddr_in6 v6;
	} address;
	socklen_t n = sizeof address;

	if (getsockname(fd, &address.any, &n) != 0)
		return 0;
	return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

static bool open_listener(const char *text, int *out, struct err *e)
{
	struct addrinfo hints = { .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV, .ai_socktype = SOCK_STREAM }, *ai;
	char host[128], port[8];

	if (!split_address(text, host, port, e))
		return false;
	if (getaddrinfo(host, port, &hints, &ai) != 0)
		return err_set(e, ERR_USAGE, "\"%s\" is not an address to listen on: the host must be in digits", text);
	int fd = socket(ai->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	bool good = fd >= 0 && bind_and_listen(fd, ai);
	freeaddrinfo(ai);
	if (good) {
		*out = fd;
		return true;
	}
	err_set(e, ERR_IO, "cannot listen on %s: %s", text, strerror(errno));
	if (fd >= 0)
		close(fd);
	return false;
}

/* ---- starting and stopping ---------------------------------------------- */

static bool start_daemon(struct server *s, int fd, struct err *e)
{
	const struct serve_config *c = &s->config;

	s->daemon = MHD_start_daemon(
	        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ERROR_LOG, 0, NULL, NULL, handle, s, MHD_OPTION_EXTERNAL_LOGGER,
	        log_library, NULL, MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_THREAD_POOL_SIZE, c->threads,
	        MHD_OPTION_CONNECTION_LIMIT, c->connections, MHD_OPTION_CONNECTION_TIMEOUT, c->timeout,
	        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_MEMORY, MHD_OPTION_URI_LOG_CALLBACK,
	        begin_exchange, NULL, MHD_OPTION_NOTIFY_COMPLETED, end_exchange, NULL, MHD_OPTION_END);
	if (!s->daemon)
		return err_set(e, ERR_IO, "cannot start the web server on %s: %s", c->listen, strerror(errno));
	return true;
}

/* Differs from that of any other server that this reader may have met. */
static uint64_t make_word(const struct server *s)
{
	const struct clock real = clock_system();
	const int64_t parts[] = { clock_now(&real), clock_monotonic_ms(), getpid(), (int64_t)(uintptr_t)s };

	return hash_quick(str_of((const char *)parts, sizeof parts));
}

static struct server *new_server(const struct serve_config *config)
{
	struct server *s = mem_zalloc(1, sizeof *s);

	s->listener = -1;
	s->config = *config;
	s->config.threads = config->threads == 0 ? 2 : config->threads == 1 ? 0 : config->threads; /* 0: no pool */
	s->config.connections = config->connections ? config->connections : 256;
	s->config.timeout = config->timeout ? config->timeout : 30;
	s->word = make_word(s);
	pthread_mutex_init(&s->lock, NULL);
	return s;
}

bool serve_listen(const struct serve_config *config, struct server **out, struct err *e)
{
	struct server *s = new_server(config);

	if (!archive_open(config->archive_path, ARCHIVE_READ, &s->stamped, e) ||
	    !open_listener(config->listen, &s->listener, e)) {
		serve_stop(s);
		return false;
	}
	s->port = port_of(s->listener);
	card_prepare(); /* its libraries and fonts: a jail lets no new code in */
	*out = s;
	return true;
}

bool serve_begin(struct server *s, struct err *e)
{
	return start_daemon(s, s->listener, e);
}

bool serve_start(const struct serve_config *config, struct server **out, struct err *e)
{
	if (!serve_listen(config, out, e))
		return false;
	if (serve_begin(*out, e))
		return true;
	serve_stop(*out);
	return false;
}

void serve_stop(struct server *s)
{
	if (!s)
		return;
	if (s->daemon)
		MHD_stop_daemon(s->daemon);
	else if (s->listener >= 0)
		close(s->listener);
	for (struct worker *w = s->workers; w;) {
		struct worker *next = w->next;
		archive_close(w->archive);
		arena_free(w->arena);
		free(w);
		w = next;
	}
	archive_close(s->stamped);
	pthread_mutex_destroy(&s->lock);
	free(s);
}

unsigned serve_port(const struct server *s)
{
	return s->port;
}
