/* When to check again: see policy.h. */
#include "watch/policy.h"

#include <math.h>
#include <string.h>

/* A pause is never longer than this, however often it has grown. */
#define LONGEST_PAUSE (7 * DAYS)

static bool lists(const struct target *t)
{
	return t->kind == TARGET_FEED || t->kind == TARGET_SECTION;
}

int64_t policy_first_period(const struct settings *s, enum target_kind kind)
{
	bool list = kind == TARGET_FEED || kind == TARGET_SECTION;
	return list ? s->feed_interval : s->article_interval;
}

/* The last sign of life: what giving up counts from. */
static when alive(const struct target *t)
{
	return t->last_change != WHEN_NONE ? t->last_change : t->added;
}

/* ---- newssniffer ----------------------------------------------------------- */

static int64_t grown(const struct settings *s, int64_t period)
{
	double next = (double)period * s->article_growth;
	return next > (double)LONGEST_PAUSE ? LONGEST_PAUSE : (int64_t)next;
}

static int64_t newssniffer(const struct settings *s, const struct policy_case *c, const struct target *t)
{
	bool first = t->last_check == WHEN_NONE;

	if (first || c->outcome == OUTCOME_NEW_VERSION)
		return s->article_interval;
	return grown(s, t->period);
}

/* ---- newsdiffs ------------------------------------------------------------- */

/* Its crawler ran each 15 minutes and took what was more than the pause ago. */
#define NEWSDIFFS_TICK (15 * MINUTES)

static int64_t newsdiffs(const struct settings *s, const struct policy_case *c, const struct target *t)
{
	static const struct {
		int64_t until, pause; /* since the last change */
	} table[] = {
		{ 3 * HOURS, 15 * MINUTES }, { 1 * DAYS, 1 * HOURS },   { 7 * DAYS, 3 * HOURS },
		{ 30 * DAYS, 3 * DAYS },     { 360 * DAYS, 30 * DAYS },
	};
	int64_t quiet = c->now - alive(t), from = 0;

	(void)s;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		int64_t next = quiet + table[i].pause + NEWSDIFFS_TICK;
		next = next > from ? next : from;
		if (next < table[i].until)
			return next - quiet;
		from = table[i].until;
	}
	return 365 * DAYS;
}

static int64_t fixed(const struct settings *s, const struct policy_case *c, const struct target *t)
{
	(void)c;
	(void)t;
	return s->schedule_fixed;
}

/* ---- learned --------------------------------------------------------------- */

/* When it was published, as far as that can be believed. */
static when born(const struct target *t)
{
	return t->published != WHEN_NONE && t->published < t->added ? t->published : t->added;
}

/* How long the article has been as it is, at a point in time: a feed may name
 * an article days after it was published. */
static int64_t quiet_at(const struct target *t, int64_t changes, when at)
{
	when since = changes > 0 ? alive(t) : born(t);

	return at > since ? at - since : 0;
}

static enum hazard_spell spell_of(const struct target *t, int64_t changes)
{
	when since = born(t);

	return hazard_spell(changes, alive(t) > since ? alive(t) - since : 0, t->live);
}

/* The look that gives an article up is where the plain rule has it: its first
 * one after article.give_up. */
static int64_t last_look(const struct settings *s)
{
	double g = s->article_growth, n = floor(hazard_plain_looks(s, s->article_give_up)) + 1;
	double at = (double)s->article_interval * (g > 1 ? (pow(g, n) - 1) / (g - 1) : n);
	double most = (double)s->article_give_up + LONGEST_PAUSE;

	return (int64_t)(at < most ? at : most) + 1;
}

static int64_t learned(const struct settings *s, const struct policy_case *c, const struct target *t)
{
	int64_t quiet = c->now - alive(t), pause = s->article_interval;

	if (c->source && c->general && c->source->scale > 0)
		pause = hazard_pause(c->source, c->general, s, spell_of(t, c->changes),
		                     quiet_at(t, c->changes, c->now));
	if (quiet + pause <= s->article_give_up || quiet >= last_look(s))
		return pause;
	return last_look(s) - quiet; /* one that came sooner would be the last as well, and see less */
}

static void begin(const struct settings *s, const struct policy_case *c, const struct target *after,
                  struct hazard *source, const struct hazard *general)
{
	hazard_begin(source, spell_of(after, c->changes), quiet_at(after, c->changes, c->now));
	if (source->scale <= 0)
		hazard_steer(source, general, s);
}

static void note(const struct settings *s, const struct policy_case *c, const struct target *before,
                 const struct target *after, struct hazard *source, struct hazard *general)
{
	bool changed = c->outcome == OUTCOME_NEW_VERSION;
	int64_t changes = c->changes - changed;
	struct hazard_look look = {
		.spell = spell_of(before, changes),
		.from = quiet_at(before, changes, before->last_check),
		.to = quiet_at(before, changes, c->now),
		.changed = changed,
		.ends = !changed && c->now - alive(before) > s->article_give_up,
		.next = spell_of(after, c->changes),
	};

	hazard_note(source, general, s, &look);
	hazard_note(general, NULL, s, &look);
}

void policy_leave(const struct target *t, int64_t changes, struct hazard *source)
{
	hazard_leave(source, spell_of(t, changes), quiet_at(t, changes, t->last_check));
}

/* Nobody looks for changes at what is given up, or gone: that time teaches
 * nothing, and when it is over a spell begins, or goes on. */
void policy_learn(const struct settings *s, const struct policy_case *c, const struct target *before,
                  const struct target *after, struct hazard *source, struct hazard *general)
{
	enum presence presence = removal_presence(c->removal);
	bool rested = presence == PRESENCE_BACK || before->state == TARGET_GIVEN_UP;
	bool first = before->last_check == WHEN_NONE || (c->changes == 0 && c->outcome == OUTCOME_NEW_VERSION);

	if (presence == PRESENCE_LEFT && before->state == TARGET_CHECKED)
		policy_leave(before, c->changes, source);
	if (outcome_failed(c->outcome))
		return;
	if (first || (rested && c->outcome == OUTCOME_NEW_VERSION))
		begin(s, c, after, source, general);
	else if (presence == PRESENCE_BACK)
		hazard_resume(source, spell_of(after, c->changes), quiet_at(after, c->changes, c->now));
	else if (!rested)
		note(s, c, before, after, source, general);
}

/* ---- all ------------------------------------------------------------------- */

const struct policy policies[] = {
	{ "learned", "where an edit is most likely to be caught soon, as the source has taught", learned, true },
	{ "newssniffer", "article.interval, article.growth times longer after each check without a change", newssniffer,
	  false },
	{ "newsdiffs", "by the time since the last change: 15 minutes, 1 hour, 3 hours, 3 days, 30 days", newsdiffs,
	  false },
	{ "fixed", "schedule.fixed, always", fixed, false },
};
const size_t policy_count = sizeof policies / sizeof *policies;

const struct policy *policy_by_name(const char *name)
{
	for (size_t i = 0; i < policy_count; i++)
		if (strcmp(policies[i].name, name) == 0)
			return &policies[i];
	return NULL;
}

bool policy_is_known(const struct settings *s, struct err *e)
{
	return policy_by_name(s->policy) ||
	       err_set(e, ERR_USAGE,
	               "the setting article.policy takes learned, newssniffer, newsdiffs or fixed, not \"%s\"",
	               s->policy);
}

const struct policy *policy_of(const struct settings *s)
{
	const struct policy *p = policy_by_name(s->policy);

	return p ? p : &policies[0];
}

/* What the feed asks for by its text or with this answer, up to a day. */
static int64_t feed_period(const struct settings *s, const struct policy_case *c, const struct target *t)
{
	int64_t asked = t->ttl > c->fresh_for ? t->ttl : c->fresh_for, period = s->feed_interval;

	if (asked > period)
		period = asked < DAYS ? asked : DAYS;
	return period < s->feed_least ? s->feed_least : period;
}

static int64_t article_period(const struct settings *s, const struct policy_case *c, const struct target *t)
{
	int64_t period = policy_of(s)->pause(s, c, t);
	return period < s->article_least ? s->article_least : period;
}

/* The first time from due on that the feed does not want to be left alone; one
 * that always wants to is not believed. */
static when beyond_skips(int64_t skips, when due)
{
	when at = due;

	for (int hours = 0; skips && hours < 7 * 24; hours++) {
		struct civil c = when_to_civil(at);
		if (!(skips >> c.hour & 1) && !(skips >> (24 + c.weekday) & 1))
			return at;
		at += HOURS - at % HOURS;
	}
	return due;
}

static void stop(struct target *t, enum target_state state, when glance)
{
	t->state = state;
	t->due = glance;
}

static when glance_at(const struct settings *s, const struct policy_case *c)
{
	return s->article_glance > 0 ? c->now + s->article_glance : WHEN_NONE;
}

/* A look at what was given up or is gone: back, or rest on. */
static void glance(const struct settings *s, const struct policy_case *c, struct target *t)
{
	bool back = t->state == TARGET_GONE ? !outcome_failed(c->outcome) : c->outcome == OUTCOME_NEW_VERSION;

	t->due = glance_at(s, c);
	if (back)
		t->state = TARGET_CHECKED;
}

void policy_next(const struct settings *s, const struct policy_case *c, struct target *t)
{
	t->failures = outcome_failed(c->outcome) ? t->failures + 1 : 0;
	if (t->state == TARGET_GIVEN_UP || t->state == TARGET_GONE)
		glance(s, c, t);
	if (t->state != TARGET_CHECKED)
		return; /* imported, or unwatched while the check was under way */
	t->period = lists(t) ? feed_period(s, c, t) : article_period(s, c, t);
	t->due = beyond_skips(t->skips, c->now + t->period);
	if (c->retry_after > t->period)
		t->due = c->now + (c->retry_after < LONGEST_PAUSE ? c->retry_after : LONGEST_PAUSE);
	if (lists(t) || t->kind == TARGET_NEW)
		return;
	if (removal_presence(c->removal) == PRESENCE_THERE && removal_of_unseen(s, c->outcome, t->failures))
		stop(t, TARGET_GONE, glance_at(s, c));
	else if (c->now - alive(t) > s->article_give_up)
		stop(t, TARGET_GIVEN_UP, glance_at(s, c));
}

void policy_hint(const struct settings *s, when now, struct target *t)
{
	when soonest = t->last_check == WHEN_NONE ? now : t->last_check + s->article_least;

	if (t->state != TARGET_CHECKED)
		return;
	soonest = soonest > now ? soonest : now;
	if (t->due == WHEN_NONE || t->due > soonest)
		t->due = soonest;
}
