/*
 * Asking the web interface, with an archive of invented news behind it: for the
 * tests of serve.c and memento.c.
 */
#ifndef STET_TESTS_ASKING_H
#define STET_TESTS_ASKING_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "check.h"
#include "invented.h"
#include "serve/serve.h"

/* Article 5, as a browser writes its address. */
#define HOSTILE_URI "https://www.hostile.example/a?b=1&c=%22%3E%3Cscript%3E"

static char archive_path[256];
static struct clock clock_of_test;

static inline struct archive *open_invented(void)
{
	static struct archive *ar;
	struct err e;

	if (ar)
		return ar;
	clock_of_test = clock_fixed(INVENTED_NOW);
	snprintf(archive_path, sizeof archive_path, "%s/stet.db", test_folder());
	CHECK_OK(archive_open(archive_path, ARCHIVE_CREATE, &ar, &e), e);
	CHECK_OK(invented_fill(ar, &e), e);
	return ar;
}

static struct arena *arena;
static struct serve_response response;

static inline int ask_with(const struct serve_request *request)
{
	struct serve_site site = { .clock = &clock_of_test };
	struct archive *ar = open_invented();

	serve_response_free(&response);
	arena_free(arena);
	arena = arena_new();
	serve_answer(ar, arena, &site, request, &response);
	return response.status;
}

static inline int ask(const char *target)
{
	return ask_with(&(struct serve_request){
	        .method = STR("GET"), .target = str_from(target), .host = STR("stet.example"), .stamp = STR("s1") });
}

static inline struct str body(void)
{
	return buf_view(&response.body);
}

static inline int ask_again(const char *target, struct str tag, const char *stamp)
{
	char copy[256];
	snprintf(copy, sizeof copy, "%.*s", STR_ARG(tag));
	return ask_with(&(struct serve_request){ .method = STR("GET"),
	                                         .target = str_from(target),
	                                         .stamp = str_from(stamp),
	                                         .if_none_match = str_from(copy) });
}

static inline struct server *start_with(const char *address, int news)
{
	struct serve_config config = { .site = { .clock = &clock_of_test }, .listen = address, .news = news };
	struct server *s;
	struct err e;

	open_invented();
	config.archive_path = archive_path;
	CHECK_OK(serve_start(&config, &s, &e), e);
	CHECK(serve_port(s) > 0);
	return s;
}

static inline struct server *start(const char *address)
{
	return start_with(address, 0);
}

static inline int dial(unsigned port)
{
	struct sockaddr_in to = { .sin_family = AF_INET,
		                  .sin_port = htons((uint16_t)port),
		                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct timeval limit = { .tv_sec = 20 };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(fd >= 0 && connect(fd, (struct sockaddr *)&to, sizeof to) == 0);
	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
	return fd;
}

/* Sends bytes and reads until the other end closes. */
static inline struct str talk(unsigned port, const char *bytes)
{
	static char out[1 << 20];
	size_t n = 0;
	ssize_t got;
	int fd = dial(port);

	CHECK(send(fd, bytes, strlen(bytes), MSG_NOSIGNAL) == (ssize_t)strlen(bytes));
	while (n < sizeof out && (got = recv(fd, out + n, sizeof out - n, 0)) > 0)
		n += (size_t)got;
	close(fd);
	return str_of(out, n);
}

#endif
