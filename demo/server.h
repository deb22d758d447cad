/*
 * The demo's web server: three outlets on one port of the loopback address,
 * told apart by the Host header.
 *
 * On every host, for tests and curious people:
 *
 *     GET  /_clock                     {"time": ..., "start": ..., "speed": ...}
 *     POST /_clock?time=...&speed=...  sets it; either may be left out
 *     GET  /_requests                  one line of JSON for each request so far:
 *                                      time (the demo's), real_ms, host, path
 *                                      (with the query), status, user_agent
 */
#ifndef STET_DEMO_SERVER_H
#define STET_DEMO_SERVER_H

#include "base/clock.h"
#include "story.h"

struct server;

struct server_config {
	const struct story *stories;
	size_t nstories;
	unsigned port; /* 0: any that is free */
	when start;    /* offset 00:00 of the stories */
	double speed;  /* of the clock */
	uint64_t seed; /* what the furniture is drawn from */
};
MUST_CHECK bool server_new(const struct server_config *config, struct server **out, struct err *e);
void server_free(struct server *s); /* NULL is harmless */

unsigned server_port(const struct server *s);
when server_now(struct server *s);
/* Real milliseconds until the clock shows t; -1 while it stands. */
int64_t server_ms_until(struct server *s, when t);

#endif
