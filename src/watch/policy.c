/* When to check again: see policy.h. */
#include "watch/policy.h"

/* A pause is never longer than this, however often it has grown. */
#define LONGEST_PAUSE (7 * DAYS)

int64_t policy_first_period(const struct settings *s, enum target_kind kind)
{
	bool lists = kind == TARGET_FEED || kind == TARGET_SECTION;
	return lists ? s->feed_interval : s->article_interval;
}

static int64_t grown(const struct settings *s, int64_t period)
{
	double next = (double)period * s->article_growth;
	return next > (double)LONGEST_PAUSE ? LONGEST_PAUSE : (int64_t)next;
}

static int64_t article_period(const struct settings *s, const struct policy_case *c, const struct target *t)
{
	bool first = t->last_check == WHEN_NONE;

	if (first || c->outcome == OUTCOME_NEW_VERSION)
		return s->article_interval;
	return grown(s, t->period);
}

static int64_t feed_period(const struct settings *s, const struct policy_case *c)
{
	int64_t period = s->feed_interval;

	if (c->feed_ttl > period)
		period = c->feed_ttl < DAYS ? c->feed_ttl : DAYS;
	return period < s->feed_least ? s->feed_least : period;
}

static void stop(struct target *t, enum target_state state)
{
	t->state = state;
	t->due = WHEN_NONE;
}

void policy_next(const struct settings *s, const struct policy_case *c, struct target *t)
{
	bool lists = t->kind == TARGET_FEED || t->kind == TARGET_SECTION;
	when alive = t->last_change != WHEN_NONE ? t->last_change : t->added;

	t->failures = outcome_failed(c->outcome) ? t->failures + 1 : 0;
	if (t->state != TARGET_CHECKED)
		return; /* imported, or unwatched while the check was under way */
	t->period = lists ? feed_period(s, c) : article_period(s, c, t);
	t->due = c->now + t->period;
	if (c->retry_after > t->period)
		t->due = c->now + (c->retry_after < LONGEST_PAUSE ? c->retry_after : LONGEST_PAUSE);
	if (lists || t->kind == TARGET_NEW)
		return;
	if (c->outcome == outcome_of_fetch(FETCH_GONE) ||
	    (outcome_says_gone(c->outcome) && t->failures >= s->article_gone_after))
		stop(t, TARGET_GONE);
	else if (c->now - alive > s->article_give_up)
		stop(t, TARGET_GIVEN_UP);
}
