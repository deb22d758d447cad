/*
 * The web interface: routes, caching, limits, and the server itself.
 *
 * serve_answer turns a request into a response and knows no sockets; the
 * server (libmicrohttpd, epoll, a few threads) carries bytes between it and
 * the net.  The program only reads: GET and HEAD, an archive opened with
 * ARCHIVE_READ, one handle a thread, nothing from the file system but the
 * archive.  What a hub of a feed tells (serve/hub.h) is passed on through a
 * pipe, to be believed no more than "look there soon".  TLS and HTTP/2 are the
 * work of a server in front.
 *
 * Every response carries the strict headers of answer.c.  A document has a
 * weak ETag made of a word for the state of the archive, so that readers who
 * come again get 304 without the page being made.
 *
 * A jail is entered between serve_listen and serve_begin: later threads inherit
 * it, those that run already would not.
 */
#ifndef STET_SERVE_SERVE_H
#define STET_SERVE_SERVE_H

#include "archive/archive.h"
#include "base/buf.h"
#include "base/clock.h"

/* ---- requests and responses --------------------------------------------- */

struct serve_site {
	struct str name;     /* how the pages call themselves; empty: "stet" */
	struct str base_url; /* without a slash at the end; empty: from the request */
	struct str captures; /* "https://captures.example.org": captured pages are served to those who ask for this
	                        host, and nothing else is; goes with base_url.  Empty: they come from the host of
	                        the pages */
	const struct clock *clock;
};

struct serve_request {
	struct str method;        /* "GET" */
	struct str target;        /* path and query as they came, percent-encoded */
	struct str host;          /* Host */
	struct str if_none_match; /* If-None-Match; likewise the next */
	struct str accept_encoding;
	struct str accept_datetime;
	struct str stamp; /* a word for the state of the archive, read before this call:
	                   under the same word documents are the same; empty: none
	                   is cached */
};

#define SERVE_MAX_HEADERS 20

struct serve_header {
	const char *name;
	struct str value;
};

struct serve_response {
	int status;
	struct buf body;                                /* also for HEAD: whoever sends it leaves it out */
	struct serve_header headers[SERVE_MAX_HEADERS]; /* all but Content-Length and Date */
	size_t nheaders;
	struct hub_news news; /* to be passed on; target 0: none */
};

/* Never fails: what goes wrong is a response too.  The headers' values come
 * from the arena; the body is freed by serve_response_free. */
void serve_answer(struct archive *ar, struct arena *a, const struct serve_site *site, const struct serve_request *r,
                  struct serve_response *out);
void serve_response_free(struct serve_response *r);
/* The value of a header, or the empty string. */
struct str serve_header(const struct serve_response *r, const char *name);

/* ---- the server --------------------------------------------------------- */

struct server;

struct serve_config {
	const char *archive_path; /* must exist */
	const char *listen;       /* "127.0.0.1:8080", "[::1]:8080", "localhost:0"; port 0: a free one */
	struct serve_site site;   /* its strings and clock outlive the server */
	unsigned threads;         /* 0: 2 */
	unsigned connections;     /* at once; 0: 256 */
	unsigned timeout;         /* seconds until a silent connection is closed; 0: 30 */
	int news;                 /* struct hub_news are written here, without waiting; 0: nowhere */
};

/* Opens the archive and listens, but answers nobody yet.  ERR_USAGE: an address
 * that cannot be read; ERR_IO: one that cannot be had. */
MUST_CHECK bool serve_listen(const struct serve_config *config, struct server **out, struct err *e);
/* Answers, in threads of its own, until serve_stop. */
MUST_CHECK bool serve_begin(struct server *s, struct err *e);
/* Both at once. */
MUST_CHECK bool serve_start(const struct serve_config *config, struct server **out, struct err *e);
void serve_stop(struct server *s); /* waits for answers under way; NULL is harmless */
unsigned serve_port(const struct server *s);

#endif
