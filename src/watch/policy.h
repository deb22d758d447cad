/*
 * When to check again.
 *
 * A policy says how long to wait between two checks of an article; which one,
 * the setting article.policy says.  All have the same form: a pure function of
 * what is known, which never looks at a clock.  What they have in common is in
 * policy_next: a site that asks to wait is obeyed, no article is checked more
 * often than article.least says, one that has not changed for article.give_up
 * (40 days) is not checked again but for a glance each article.glance (never,
 * unless set), one that is gone for good neither.  A feed has its own steady
 * period.
 *
 *   learned      where an edit is most likely to be caught soon, as the source
 *                has taught (watch/hazard.h), with as many requests as
 *                newssniffer would need
 *   newssniffer  the rule of the first tracker: article.interval (30 minutes),
 *                article.growth times longer after each check without a change
 *   newsdiffs    an age table: 15 minutes, 1 hour, 3 hours, 3 days, 30 days
 *   fixed        schedule.fixed (3 hours), always
 *
 * docs/schedule.md has figures.
 */
#ifndef STET_WATCH_POLICY_H
#define STET_WATCH_POLICY_H

#include "archive/archive.h"
#include "base/settings.h"
#include "watch/hazard.h"
#include "watch/outcome.h"
#include "watch/removal.h"

struct policy_case {
	when now;
	enum outcome outcome;
	int64_t retry_after;  /* seconds the site asked for; -1: none */
	int64_t fresh_for;    /* seconds that the answer's headers ask for; <= 0: none */
	int64_t changes;      /* article: how many were seen, with this one */
	const struct removal_step *removal; /* what the check says of it; NULL: nothing */
	/* What its source has taught, and all together; only "learned" needs them. */
	const struct hazard *source, *general;
};

struct policy {
	const char *name, *help;
	/* The pause after a check of an article, in seconds. */
	int64_t (*pause)(const struct settings *s, const struct policy_case *c, const struct target *t);
	bool learns;
};
extern const struct policy policies[];
extern const size_t policy_count;
const struct policy *policy_by_name(const char *name); /* NULL: there is none */
MUST_CHECK bool policy_is_known(const struct settings *s, struct err *e); /* ERR_USAGE */
/* The one that the settings name; learned if there is no such. */
const struct policy *policy_of(const struct settings *s);

/* Sets state, due, period and failures of the target. */
void policy_next(const struct settings *s, const struct policy_case *c, struct target *t);

/* The pause before the first second look. */
int64_t policy_first_period(const struct settings *s, enum target_kind kind);

/* What a check of an article taught, for the models of its source and of all
 * together; before and after: the target as it was and is, but for what
 * policy_next sets. */
void policy_learn(const struct settings *s, const struct policy_case *c, const struct target *before,
		  const struct target *after, struct hazard *source, struct hazard *general);

/* The target is not checked any more, for another reason than that it is given
 * up or gone: its spell is not among the open ones. */
void policy_leave(const struct target *t, int64_t changes, struct hazard *source);

/* Due at once, because a list says that the article has changed; sooner than
 * article.least after its last check it is not. */
void policy_hint(const struct settings *s, when now, struct target *t);

#endif
