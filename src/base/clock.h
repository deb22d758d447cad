/*
 * The clock that a part of the program is given.
 *
 * Nothing reads the time on its own: what needs it gets a struct clock, so
 * that a test replays a month in a second and a demo runs a day in minutes.
 * Pauses between requests to a site are always real time (clock_monotonic_ms):
 * a site does not live faster because our clock does.
 */
#ifndef STET_BASE_CLOCK_H
#define STET_BASE_CLOCK_H

#include "base/when.h"

struct clock {
	when base;       /* what the clock showed ... */
	int64_t base_ms; /* ... when clock_monotonic_ms() showed this */
	double speed;    /* seconds that pass for each real one; 0: it stands */
	bool system;     /* follows the system's clock; the rest is ignored */
};

struct clock clock_system(void);
/* Starts at t and runs at the given speed. */
struct clock clock_from(when t, double speed);
/* A clock that stands at t until it is set. */
struct clock clock_fixed(when t);
void clock_set(struct clock *c, when t);

when clock_now(const struct clock *c);
/* Real milliseconds until the clock shows t; 0 if it already does, -1 if it
 * never will. */
int64_t clock_ms_until(const struct clock *c, when t);

int64_t clock_monotonic_ms(void);

#endif
