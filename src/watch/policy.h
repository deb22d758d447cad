/*
 * When to check again.
 *
 * The rule of the first revision tracker, with its numbers as settings: an
 * article is checked at once, then after article.interval (30 minutes); each
 * check without a change makes the pause article.growth (1.2) times longer, a
 * change brings it back; an article that has not changed for article.give_up
 * (40 days) is not checked again.  A feed has its own steady period.
 *
 * A policy is a pure function of what is known; it never looks at a clock.
 */
#ifndef STET_WATCH_POLICY_H
#define STET_WATCH_POLICY_H

#include "archive/archive.h"
#include "base/settings.h"
#include "watch/outcome.h"

struct policy_case {
	when now;
	enum outcome outcome;
	int64_t retry_after; /* seconds the site asked for; -1: none */
	int64_t feed_ttl;    /* seconds the feed asks for; 0: none */
};

/* Sets state, due, period and failures of the target. */
void policy_next(const struct settings *s, const struct policy_case *c, struct target *t);

/* The pause before the first second look. */
int64_t policy_first_period(const struct settings *s, enum target_kind kind);

#endif
