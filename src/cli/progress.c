/* Progress of long work: one line on standard error that is written over, at
 * most five times a second, and only on a terminal. */
#include <stdio.h>
#include <unistd.h>

#include "cli/command.h"

#define PAUSE_MS 200

void progress_begin(struct progress *p, const char *what, int64_t total)
{
	*p = (struct progress){ .what = what, .total = total };
	/* Nothing is shown of work that is done at once. */
	p->last_ms = clock_monotonic_ms();
}

void progress_step(struct progress *p, int64_t done)
{
	int64_t now = clock_monotonic_ms();

	if (now - p->last_ms < PAUSE_MS || !isatty(STDERR_FILENO))
		return;
	p->last_ms = now;
	p->shown = true;
	if (p->total > 0)
		fprintf(stderr, "\r%s: %lld of %lld (%d %%)\033[K", p->what, (long long)done, (long long)p->total,
		        (int)((double)done * 100 / (double)p->total));
	else
		fprintf(stderr, "\r%s: %lld\033[K", p->what, (long long)done);
	fflush(stderr);
}

void progress_on_step(void *progress, int64_t done)
{
	progress_step(progress, done);
}

void progress_on_step_of(void *progress, int64_t done, int64_t total)
{
	struct progress *p = progress;

	p->total = total;
	progress_step(p, done);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fprintf(stderr, "\r\033[K");
	p->shown = false;
}
