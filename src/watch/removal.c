/* The life of a removal: see removal.h. */
#include "watch/removal.h"

#define PLAIN_CHECKS 2 /* that say "gone for good" ... */
#define PLAIN_APART (3 * HOURS)
#define PLAIN_PAUSE (4 * HOURS)
#define FIRST_PAUSE (1 * HOURS)
#define PAUSES 8 /* in article.gone_days */
#define LONGEST_PAUSE (1 * DAYS)

static bool says_for_good(struct str outcome)
{
	return str_eq(outcome, str_from(outcome_name(OUTCOME_GONE)));
}

static bool is_believed(const struct settings *s, const struct removal *r, enum outcome o, when at)
{
	bool plain = o == OUTCOME_GONE && says_for_good(r->outcome);

	if (plain && r->checks >= PLAIN_CHECKS && at - r->since >= PLAIN_APART)
		return true;
	return r->checks >= s->article_gone_after && at - r->since >= s->article_gone_days;
}

/* The first check that says so, of an article that was seen before. */
static bool open_removal(struct archive *ar, struct arena *a, int64_t article, enum outcome o, when at,
                         struct removal_step *out, struct err *e)
{
	int64_t newest, number;
	when seen;

	if (!archive_last_seen(ar, article, &newest, &number, &seen, e))
		return false;
	if (newest < 0 || (seen != WHEN_NONE && at < seen))
		return true;
	out->stage = REMOVAL_SAID;
	out->removal = (struct removal){ .article = article,
		                         .since = at,
		                         .before = seen,
		                         .outcome = arena_str(a, str_from(outcome_name(o))),
		                         .checks = 0,
		                         .confirmed = WHEN_NONE,
		                         .back = WHEN_NONE };
	return true;
}

static bool said_gone(struct archive *ar, const struct settings *s, enum outcome o, when at, struct removal_step *step,
                      struct err *e)
{
	struct removal *r = &step->removal;

	if (at < r->since)
		return true;
	step->said = true;
	r->checks++;
	if (r->confirmed == WHEN_NONE && is_believed(s, r, o, at)) {
		r->confirmed = at;
		step->news = true;
	}
	step->stage = r->confirmed != WHEN_NONE ? REMOVAL_CONFIRMED : REMOVAL_SAID;
	return archive_removal_put(ar, r, e);
}

static bool seen_again(struct archive *ar, when at, struct removal_step *step, struct err *e)
{
	struct removal *r = &step->removal;

	if (at < r->since)
		return true;
	step->stage = REMOVAL_OVER;
	if (r->confirmed == WHEN_NONE)
		return archive_removal_drop(ar, r->article, r->since, e);
	r->back = at;
	step->news = true;
	return archive_removal_put(ar, r, e);
}

bool removal_note(struct archive *ar, struct arena *a, const struct settings *s, int64_t article, enum outcome o,
                  when at, struct removal_step *out, struct err *e)
{
	enum outcome_class class = outcome_info(o)->class;

	*out = (struct removal_step){ .stage = REMOVAL_NONE };
	if (!article || at == WHEN_NONE)
		return true;
	if (archive_removal(ar, a, article, &out->removal, e))
		out->stage = out->removal.confirmed != WHEN_NONE ? REMOVAL_CONFIRMED : REMOVAL_SAID;
	else if (e->kind != ERR_NOT_FOUND || (class == CLASS_GONE && !open_removal(ar, a, article, o, at, out, e)))
		return false;
	if (out->stage == REMOVAL_NONE)
		return true;
	return class == CLASS_GONE   ? said_gone(ar, s, o, at, out, e)
	       : class == CLASS_SEEN ? seen_again(ar, at, out, e)
	                             : true;
}

bool removal_of_unseen(const struct settings *s, enum outcome o, int64_t failures)
{
	return o == OUTCOME_GONE || (outcome_says_gone(o) && failures >= s->article_gone_after);
}

enum presence removal_presence(const struct removal_step *r)
{
	if (!r || r->stage == REMOVAL_NONE)
		return PRESENCE_THERE;
	if (r->stage == REMOVAL_OVER)
		return PRESENCE_BACK;
	return r->said && r->removal.checks == 1 ? PRESENCE_LEFT : PRESENCE_AWAY;
}

/* ---- when to look again -------------------------------------------------- */

when removal_next_check(const struct settings *s, const struct removal_step *r, when now)
{
	static const int64_t glances[] = { 1 * DAYS, 7 * DAYS, 30 * DAYS };
	const struct removal *x = &r->removal;
	int64_t pause = s->article_gone_days / PAUSES;

	if (r->stage == REMOVAL_SAID) {
		pause = pause < FIRST_PAUSE || x->checks < 2 ? FIRST_PAUSE
		        : pause < LONGEST_PAUSE              ? pause
		                                             : LONGEST_PAUSE;
		pause = says_for_good(x->outcome) ? PLAIN_PAUSE : pause;
		/* Whoever wants it believed sooner has it looked at sooner. */
		return now + (pause < s->article_gone_days || !s->article_gone_days ? pause : s->article_gone_days);
	}
	for (size_t i = 0; i < sizeof glances / sizeof *glances; i++)
		if (now < x->confirmed + glances[i])
			return x->confirmed + glances[i];
	return s->article_glance ? now + s->article_glance : WHEN_NONE;
}

static bool is_watched(const struct target *t)
{
	return t->state == TARGET_CHECKED || t->state == TARGET_GONE || t->state == TARGET_GIVEN_UP;
}

void removal_revive(const struct settings *s, const struct removal_step *r, struct target *t)
{
	if (r->stage != REMOVAL_OVER || t->state != TARGET_GONE)
		return;
	t->state = TARGET_CHECKED;
	t->period = s->article_interval;
}

void removal_schedule(const struct settings *s, const struct removal_step *r, when now, struct target *t)
{
	bool waits = r->stage == REMOVAL_SAID && r->said;

	if (r->stage == REMOVAL_OVER && r->news && t->due > now + s->article_interval)
		t->due = now + s->article_interval;
	if (!is_watched(t) || (!waits && r->stage != REMOVAL_CONFIRMED))
		return;
	t->state = waits ? TARGET_CHECKED : TARGET_GONE;
	t->due = removal_next_check(s, r, now);
}
