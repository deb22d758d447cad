/* Clocks: see clock.h. */
#include "base/clock.h"

#include <time.h>

int64_t clock_monotonic_ms(void)
{
	struct timespec ts;
	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

struct clock clock_system(void)
{
	return (struct clock){ .system = true, .speed = 1 };
}

struct clock clock_from(when t, double speed)
{
	return (struct clock){ .base = t, .base_ms = clock_monotonic_ms(), .speed = speed };
}

struct clock clock_fixed(when t)
{
	return clock_from(t, 0);
}

void clock_set(struct clock *c, when t)
{
	c->base = t;
	c->base_ms = clock_monotonic_ms();
	c->system = false;
}

when clock_now(const struct clock *c)
{
	if (c->system)
		return (when)time(NULL);
	return c->base + (when)((double)(clock_monotonic_ms() - c->base_ms) * c->speed / 1000);
}

int64_t clock_ms_until(const struct clock *c, when t)
{
	when now = clock_now(c);

	if (t == WHEN_NONE)
		return -1;
	if (t <= now)
		return 0;
	if (c->speed <= 0)
		return -1;
	double ms = (double)(t - now) * 1000 / c->speed;
	return ms > 1e15 ? (int64_t)1e15 : (int64_t)ms + 1;
}
