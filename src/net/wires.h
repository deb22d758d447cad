/*
 * The transfers that are under way: libcurl's multi interface behind one epoll.
 * Internal to src/net.
 *
 * Only the transfers with something to do are looked at: a turn costs by what
 * happened, not by how many wait.
 */
#ifndef STET_NET_WIRES_H
#define STET_NET_WIRES_H

#include <curl/curl.h>

#include "base/err.h"

struct pollfd;

struct wires;
/* max_idle: connections that are kept open for the next request. */
MUST_CHECK bool wires_new(size_t max_idle, struct wires **out, struct err *e);
void wires_free(struct wires *w); /* NULL is harmless; no transfer may be left */

MUST_CHECK bool wires_add(struct wires *w, CURL *easy, struct err *e);
void wires_remove(struct wires *w, CURL *easy);

/* Does what can be done without waiting. */
MUST_CHECK bool wires_work(struct wires *w, struct err *e);
/* A transfer that is done; NULL: none. */
CURL *wires_done(struct wires *w, CURLcode *code);

/* Sleeps until a transfer has something to do, one of the descriptors is ready
 * (their revents are filled in), or until (clock_monotonic_ms). */
MUST_CHECK bool wires_wait(struct wires *w, struct pollfd *fds, size_t nfds, int64_t until, struct err *e);

#endif
