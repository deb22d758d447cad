/*
 * Versions for the web: Memento (RFC 7089).
 *
 *   /timegate/URI-R                     the capture nearest to Accept-Datetime: 302
 *   /timemap/link/URI-R, /timemap/json/URI-R   all captures of it
 *   /memento/20241007015309/URI-R       a capture
 *
 * URI-R is an address of an article, with its query, as it would be typed:
 * http:/ for http://, no scheme at all, and an address that is percent-encoded
 * as a whole are understood.  Each address of an article has all its captures;
 * a scheme that is not the one we know it by is no other address.
 *
 * A capture's address is for good: whichever look at a page it names (see
 * archive_capture_at), the bytes stay.  A time at which nobody looked leads to
 * the nearest capture; it may be shorter ("202410").  "id_" behind the digits
 * asks for the bytes as they came, as a file.
 *
 * A TimeMap of more than MEMENTO_PAGE captures is cut in pages: the first names
 * the others (rel="timemap" with from and until); /timemap/link/TIME/URI-R is
 * the page that begins then.
 */
#ifndef STET_SERVE_MEMENTO_H
#define STET_SERVE_MEMENTO_H

#include "serve/routes.h"
#include "view/capture.h"

#define MEMENTO_PAGE 5000

struct memento_call {
	enum route_kind kind;       /* ROUTE_GATE, ROUTE_MAP_LINK, ROUTE_MAP_JSON, ROUTE_CAPTURE */
	struct str moment;          /* of a capture: what stands before the address */
	struct str uri;             /* as it came, with its query */
	struct str accept_datetime; /* empty: none */
	struct str base;            /* where our pages are: no slash at the end */
	struct str captures;        /* where captures are; likewise */
};

struct memento_reply {
	struct str location;        /* lead there; empty: there is a body */
	struct str link;            /* the header; empty: none */
	when at;                    /* Memento-Datetime; WHEN_NONE: none */
	struct capture_shown shown; /* what the body is */
};

/* ERR_NOT_FOUND: no such address, or nothing was kept of it; ERR_USAGE: an
 * Accept-Datetime or a time that cannot be read. */
MUST_CHECK bool memento_hear(struct archive *ar, struct arena *a, const struct memento_call *call, struct buf *body,
                             struct memento_reply *reply, struct err *e);

/* ---- timemap.c ------------------------------------------------------------ */

/* What is known of an address. */
struct memento_set {
	const struct memento_call *call;
	struct arena *arena;
	struct str uri;       /* URI-R, as it stands in our addresses and in links */
	int64_t article;
	struct capture *list; /* in order of time; not empty */
	size_t n;
};
struct str memento_gate(const struct memento_set *s);
struct str memento_map(const struct memento_set *s, enum route_kind kind);
/* The whole TimeMap, or the page that begins at this capture. */
void memento_write_map(const struct memento_set *s, size_t from, struct buf *out);

#endif
