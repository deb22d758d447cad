/*
 * Fetching: requests out, answers in, never more than one connection a host.
 *
 * A fetcher holds any number of requests, one queue a host (its name, with the
 * port unless it is the usual one: http and https of one name are one host).
 * The head of a queue is sent when its host has no request under way and its
 * pause is over; keep-alive connections are reused.  The caller drives it from
 * its own loop and gets each answer once, in the order of completion.  It knows
 * nothing of robots.txt or of schedules: what is handed in is sent.
 *
 * The pause between two requests to a host is the longest of what the request
 * asks for, what holds for all hosts, and a multiple of the time in which the
 * host has answered lately; it doubles with each failure in a row.  Hosts that
 * fail or are very slow share half of the connections, so that hosts that hang
 * leave room for the others.  A redirect within a host is followed at once: it is one visit.  Time spent
 * waiting in a queue counts against no limit.
 *
 * No redirect is followed here: it is handed back, because where it leads there
 * may be other rules.  fetch_follow makes the request that goes on; hops, time
 * and bytes are counted from the first address on.  ETag and Last-Modified are
 * sent only to the address that they came from: another one may say "not
 * modified" of another page.
 *
 * Only http and https, and not the ports of other protocols.  The address of
 * every connection, redirects included, is judged when the socket is made
 * (net/reach.h).  Limits of base/limits.h hold while bytes arrive.  TLS is
 * verified against the system's certificates, or those of the file that
 * SSL_CERT_FILE in the environment names; HTTP/2 is used where TLS offers it.
 * Compression is gzip, decoded here so that a body that breaks off is noticed
 * (net/unpack.h).  Names that end in ".localhost" lead to this machine.  No
 * cookies, no proxies.  Cost: 35 us of CPU a request with keep-alive.
 */
#ifndef STET_NET_FETCH_H
#define STET_NET_FETCH_H

#include "base/arena.h"
#include "base/when.h"

struct pollfd;

/* What became of a fetch.  Names are kept with each check and shown. */
enum fetch_result {
	FETCH_OK,            /* 200 or 203, with a body that may be empty */
	FETCH_NOT_MODIFIED,  /* 304 */
	FETCH_NOT_FOUND,     /* 404 */
	FETCH_GONE,          /* 410 */
	FETCH_REFUSED,       /* 401, 402, 403, 407, 451 */
	FETCH_ASKED_TO_WAIT, /* 429, 503: see retry_after */
	FETCH_SERVER_ERROR,  /* other 5xx, and statuses that make no sense here: 202, 204, 206, 400, ... */
	FETCH_REDIRECT_LOOP, /* more than MAX_REDIRECTS, or a bad Location */
	FETCH_UNREACHABLE,   /* no address, refused, reset */
	FETCH_PRIVATE,       /* the address is not public and we may not */
	FETCH_BAD_TLS,
	FETCH_TOO_SLOW,
	FETCH_TOO_LARGE,
	FETCH_BAD_ANSWER, /* not HTTP, a broken encoding, or broken off in the body */
	FETCH_RESULTS,
	/* Not the end of a fetch, and no outcome of a check: see next. */
	FETCH_REDIRECTED = FETCH_RESULTS,
	FETCH_NOT_SENT /* see send_until_ms */
};
const char *fetch_result_name(enum fetch_result r); /* "ok", "not modified", "not found", ... */
/* Of a final status; conditional: the request carried a validator, so that 304 is an answer. */
enum fetch_result fetch_result_of_status(int status, bool conditional);

/* What lies behind a request that follows redirects; all zero for a first address. */
struct fetch_trail {
	int hops;
	bool temporary; /* one of them was not permanent (301, 308) */
	int64_t wall_ms, wire_bytes;
};

struct fetch_request {
	struct str url;           /* canonical (url/url.h) */
	struct str etag;          /* sent verbatim as If-None-Match; empty: not */
	struct str last_modified; /* sent verbatim as If-Modified-Since; empty: not */
	struct str validated_url; /* the address that gave etag and last_modified; empty: url */
	struct str accept;        /* Accept header; empty: anything */
	struct str form;          /* sent with POST, as a form (application/x-www-form-urlencoded); empty: GET.
	                           * Any 2xx is then FETCH_OK, without a body; only a redirect that keeps the
	                           * form (307, 308) is followed */
	size_t max_bytes;         /* 0: MAX_BODY_BYTES */
	bool beginning;           /* of a larger body so much is taken, instead of FETCH_TOO_LARGE */
	int64_t delay_ms;         /* least pause after the previous answer of the same host */
	int64_t send_until_ms;    /* not sent after that time (clock_monotonic_ms); 0: whenever its turn comes */
	uint64_t tag;             /* the caller's own */
	struct fetch_trail trail; /* see fetch_follow */
	bool onward;              /* likewise: the same host led here, which asks for no pause */
	int max_hops;             /* 0: MAX_REDIRECTS */
	bool last;                /* nothing more is meant for this host now: the connection is closed */
};

struct fetch_answer {
	uint64_t tag;
	enum fetch_result result;
	int status;          /* of the last answer; 0: there was none */
	struct str url;      /* where the body came from, after redirects */
	struct str next;     /* FETCH_REDIRECTED: where it led, canonical */
	struct fetch_trail trail;
	bool moved_for_good; /* there were redirects, and all were permanent (301, 308) */
	struct str headers;  /* of the last answer: status line and fields as received, each line
	                      * ended by CRLF, without the empty line */
	struct str body;     /* decoded; empty unless the result is FETCH_OK */
	struct str content_type;
	struct str etag, last_modified; /* as received */
	int64_t retry_after;            /* seconds; -1: not given */
	int64_t wire_bytes;             /* received, headers and encoded bodies, all hops */
	int64_t wall_ms;
	struct str sentence; /* what happened, when it is not FETCH_OK or FETCH_NOT_MODIFIED */
};

struct fetch_config {
	struct str user_agent;  /* honest, with a contact address */
	bool allow_private;     /* loopback, private and link-local addresses too */
	size_t max_connections; /* over all hosts, half of them for slow ones; 0: 200 */
	int64_t pause_ms;       /* least pause between two requests to a host */
	double pause_factor;    /* the pause is at least this many times what a host needs for an answer; 0: not */
	int64_t timeout_ms;     /* from connect to last byte, all hops; 0: MAX_FETCH_SECONDS */
	struct str ca_file;     /* certificates to trust, PEM; empty: fetcher_ca_file() */
	when (*now)(void *);    /* for Retry-After with a date */
	void *now_arg;
};

/* The value of the first field of that name in an answer's headers; borrowed. */
struct str fetch_field(struct str headers, const char *name);

/* How long an answer says that it may be used again, less its age (RFC 9111,
 * 4.2): seconds, 0 when not at all, -1 when it does not say. */
int64_t fetch_fresh_for(struct str headers, when now);

/* The file of certificates that is read when a connection needs it: the one that
 * SSL_CERT_FILE names, as for every program with OpenSSL, otherwise the system's. */
const char *fetcher_ca_file(void);

struct fetcher;
MUST_CHECK bool fetcher_new(const struct fetch_config *config, struct fetcher **out, struct err *e);
void fetcher_free(struct fetcher *f); /* what is under way is dropped */

/* Strings are copied. */
void fetcher_add(struct fetcher *f, const struct fetch_request *r);
size_t fetcher_pending(const struct fetcher *f); /* waiting and under way */
size_t fetcher_pending_of(const struct fetcher *f, struct str origin); /* of its host */
/* What one request to its host takes as things are, in milliseconds: the answer and
 * the pause behind it; -1: no answer is remembered. */
int64_t fetcher_turn_of(const struct fetcher *f, struct str origin);
/* The pause behind its last answer, but for what a request asks for (delay_ms). */
int64_t fetcher_pause_of(const struct fetcher *f, struct str origin);

/* The request that goes on where an answer led, from the one that was sent: to
 * be filled in further (the tag, the pause of that host) and added. */
struct fetch_request fetch_follow(const struct fetch_request *sent, const struct fetch_answer *redirected);

/* Drops all that waits and was not sent; back is told the tag of each. */
void fetcher_recall(struct fetcher *f, void (*back)(void *arg, uint64_t tag), void *arg);

/* Works until something was answered, timeout_ms passed, or one of the given
 * descriptors is ready (their revents are filled in).  Answers are then taken
 * with fetcher_take; while some are left it does not wait.  timeout_ms < 0: no
 * limit. */
MUST_CHECK bool fetcher_wait(struct fetcher *f, struct pollfd *fds, size_t nfds, int64_t timeout_ms, struct err *e);

/* The next answer, false if there is none.  Its strings live in the arena. */
bool fetcher_take(struct fetcher *f, struct arena *a, struct fetch_answer *out);

#endif
