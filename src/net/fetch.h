/*
 * Fetching: requests out, answers in, never more than one connection a host.
 *
 * A fetcher holds any number of requests, one queue a host (scheme, name and
 * port).  The head of a queue is sent when its host has no request under way
 * and its pause is over; keep-alive connections are reused.  The caller drives
 * it from its own loop and gets each answer once, in the order of completion.
 * It knows nothing of robots.txt or of schedules: what is handed in is sent.
 *
 * Only http and https.  The address of every connection, redirects included,
 * is judged when the socket is made (net/reach.h).  Limits of base/limits.h
 * hold while bytes arrive.  TLS is verified against the system's
 * certificates.  Cost: 30 to 40 us of CPU a request with keep-alive.
 */
#ifndef STET_NET_FETCH_H
#define STET_NET_FETCH_H

#include "base/arena.h"
#include "base/when.h"

struct pollfd;

/* What became of a fetch.  Names are kept with each check and shown. */
enum fetch_result {
	FETCH_OK,            /* 2xx with a body */
	FETCH_NOT_MODIFIED,  /* 304 */
	FETCH_NOT_FOUND,     /* 404 */
	FETCH_GONE,          /* 410 */
	FETCH_REFUSED,       /* 401, 402, 403, 407, 451 */
	FETCH_ASKED_TO_WAIT, /* 429, 503: see retry_after */
	FETCH_SERVER_ERROR,  /* other 5xx, and statuses that make no sense here */
	FETCH_REDIRECT_LOOP, /* more than MAX_REDIRECTS, or a bad Location */
	FETCH_UNREACHABLE,   /* no address, refused, reset */
	FETCH_PRIVATE,       /* the address is not public and we may not */
	FETCH_BAD_TLS,
	FETCH_TOO_SLOW,
	FETCH_TOO_LARGE,
	FETCH_BAD_ANSWER,    /* not HTTP, or a broken encoding */
	FETCH_RESULTS
};
const char *fetch_result_name(enum fetch_result r); /* "ok", "not modified", "not found", ... */
enum fetch_result fetch_result_of_status(int status); /* a final status; redirects are FETCH_SERVER_ERROR */

struct fetch_request {
	struct str url;           /* canonical (url/url.h) */
	struct str etag;          /* sent verbatim as If-None-Match; empty: not */
	struct str last_modified; /* sent verbatim as If-Modified-Since; empty: not */
	struct str accept;        /* Accept header; empty: anything */
	size_t max_bytes;         /* 0: MAX_BODY_BYTES */
	int64_t delay_ms;         /* pause after the previous answer of the same host */
	uint64_t tag;             /* the caller's own */
};

struct fetch_answer {
	uint64_t tag;
	enum fetch_result result;
	int status;               /* of the last answer; 0: there was none */
	struct str url;           /* where the body came from, after redirects */
	bool moved_for_good;      /* all redirects on the way were permanent (301, 308) */
	struct str headers;       /* of the last answer: status line and fields as received, CRLF ended */
	struct str body;          /* decoded */
	struct str content_type;
	struct str etag, last_modified; /* as received */
	int64_t retry_after;      /* seconds; -1: not given */
	int64_t wire_bytes;       /* received, headers and encoded bodies, all hops */
	int64_t wall_ms;
	struct str sentence;      /* what happened, when it is not FETCH_OK or FETCH_NOT_MODIFIED */
};

struct fetch_config {
	struct str user_agent;   /* honest, with a contact address */
	bool allow_private;      /* loopback, private and link-local addresses too */
	size_t max_connections;  /* over all hosts; 0: 200 */
	when (*now)(void *);     /* for Retry-After with a date */
	void *now_arg;
};

struct fetcher;
MUST_CHECK bool fetcher_new(const struct fetch_config *config, struct fetcher **out, struct err *e);
void fetcher_free(struct fetcher *f); /* what is under way is dropped */

/* Strings are copied. */
void fetcher_add(struct fetcher *f, const struct fetch_request *r);
size_t fetcher_pending(const struct fetcher *f);               /* waiting and under way */
size_t fetcher_pending_of(const struct fetcher *f, struct str origin);

/* Works until something was answered, timeout_ms passed, or one of the given
 * descriptors is ready (their revents are filled in).  Answers are then taken
 * with fetcher_take. */
MUST_CHECK bool fetcher_wait(struct fetcher *f, struct pollfd *fds, size_t nfds, int64_t timeout_ms, struct err *e);

/* The next answer, false if there is none.  Its strings live in the arena. */
bool fetcher_take(struct fetcher *f, struct arena *a, struct fetch_answer *out);

#endif
