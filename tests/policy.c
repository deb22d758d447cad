/* Tests of src/watch/policy and src/watch/hazard: when to check again. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "watch/policy.h"

static struct settings with_policy(const char *name)
{
	struct settings s;
	struct err e;

	settings_defaults(&s);
	CHECK_OK(settings_set(&s, "article.policy", name, &e), e);
	return s;
}

static struct target article_target(when now)
{
	return (struct target){ .kind = TARGET_ARTICLE,
		                .state = TARGET_CHECKED,
		                .added = now,
		                .due = now,
		                .period = 30 * MINUTES,
		                .last_check = WHEN_NONE,
		                .last_change = WHEN_NONE,
		                .published = WHEN_NONE };
}

static void next(const struct settings *s, struct target *t, enum outcome o)
{
	struct policy_case c = { .now = t->due, .outcome = o, .retry_after = -1 };

	if (o == OUTCOME_NEW_VERSION)
		t->last_change = t->due;
	policy_next(s, &c, t);
	t->last_check = c.now;
}

/* ---- the rules of others --------------------------------------------------- */

struct looks {
	int day, week, all; /* with the first, made at once; all: in 40 days */
};

static struct looks quiet_article(const char *policy)
{
	struct settings s = with_policy(policy);
	struct target t = article_target(0);
	struct looks n = { 1, 1, 1 };

	next(&s, &t, OUTCOME_NEW_VERSION);
	while (t.state == TARGET_CHECKED && n.all < 1000) {
		n.day += t.due <= 1 * DAYS;
		n.week += t.due <= 7 * DAYS;
		n.all += t.due <= 40 * DAYS;
		next(&s, &t, OUTCOME_UNCHANGED);
	}
	CHECK_INT(t.state, TARGET_GIVEN_UP);
	CHECK(t.due == WHEN_NONE);
	return n;
}

TEST(a_quiet_article_is_checked_as_often_as_each_rule_says)
{
	static const struct {
		const char *policy;
		struct looks looks;
	} table[] = {
		{ "newssniffer", { 13, 24, 33 } },
		{ "newsdiffs", { 23, 67, 74 } },
		{ "fixed", { 9, 57, 321 } },
	};

	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		struct looks n = quiet_article(table[i].policy);
		CHECK_INT(n.day, table[i].looks.day);
		CHECK_INT(n.week, table[i].looks.week);
		CHECK_INT(n.all, table[i].looks.all);
	}
}

TEST(a_change_brings_the_first_pause_back)
{
	struct settings s = with_policy("newssniffer");
	struct target t = article_target(0);

	next(&s, &t, OUTCOME_NEW_VERSION);
	for (int i = 0; i < 10; i++)
		next(&s, &t, OUTCOME_NOT_MODIFIED);
	CHECK(t.period > 3 * HOURS);
	when before = t.due;
	next(&s, &t, OUTCOME_NEW_VERSION);
	CHECK_INT(t.due - before, 30 * MINUTES);
}

TEST(policies_have_names)
{
	for (size_t i = 0; i < policy_count; i++) {
		struct settings s = with_policy(policies[i].name);
		struct err e;
		CHECK(policy_of(&s) == &policies[i] && policy_is_known(&s, &e));
	}
	struct settings s = with_policy("whatever");
	struct err e;
	CHECK(!policy_is_known(&s, &e));
	CHECK_STR(str_from(e.text),
	          "the setting article.policy takes learned, newssniffer, newsdiffs or fixed, not \"whatever\"");
	settings_defaults(&s);
	CHECK_STR(str_from(policy_of(&s)->name), "learned");
}

/* ---- what all have in common ------------------------------------------------ */

TEST(no_policy_checks_an_article_more_often_than_the_least_pause)
{
	for (size_t i = 0; i < policy_count; i++) {
		struct settings s = with_policy(policies[i].name);
		struct target t = article_target(0);
		s.article_interval = s.schedule_fixed = 1;
		s.article_least = 40 * MINUTES;
		next(&s, &t, OUTCOME_NEW_VERSION);
		for (int k = 0; k < 10; k++) {
			CHECK(t.due - t.last_check >= 40 * MINUTES);
			next(&s, &t, OUTCOME_UNCHANGED);
		}
	}
}

TEST(gone_is_believed_at_once_only_when_it_is_said_plainly)
{
	struct settings s = with_policy("newssniffer");
	struct target t = article_target(0);

	next(&s, &t, OUTCOME_NEW_VERSION);
	next(&s, &t, outcome_of_fetch(FETCH_NOT_FOUND));
	next(&s, &t, outcome_of_fetch(FETCH_NOT_FOUND));
	CHECK_INT(t.state, TARGET_CHECKED);
	CHECK_INT(t.failures, 2);
	next(&s, &t, outcome_of_fetch(FETCH_NOT_FOUND));
	CHECK_INT(t.state, TARGET_GONE);

	t = article_target(0);
	next(&s, &t, outcome_of_fetch(FETCH_GONE));
	CHECK_INT(t.state, TARGET_GONE);
	CHECK(t.due == WHEN_NONE);
}

TEST(a_host_that_asks_for_time_gets_it)
{
	struct settings s;
	struct target t = article_target(0);
	struct policy_case c = { .now = 0, .outcome = outcome_of_fetch(FETCH_ASKED_TO_WAIT), .retry_after = 2 * HOURS };

	settings_defaults(&s);
	policy_next(&s, &c, &t);
	CHECK_INT(t.due, 2 * HOURS);
}

TEST(a_feed_keeps_its_period_and_may_ask_for_a_longer_one)
{
	struct settings s;
	struct target t = { .kind = TARGET_FEED, .state = TARGET_CHECKED, .last_change = WHEN_NONE };
	struct policy_case c = { .now = 1000, .outcome = OUTCOME_LISTED, .retry_after = -1 };

	settings_defaults(&s);
	policy_next(&s, &c, &t);
	CHECK_INT(t.due - c.now, s.feed_interval);
	c.fresh_for = 2 * HOURS;
	policy_next(&s, &c, &t);
	CHECK_INT(t.due - c.now, 2 * HOURS);
	s.feed_interval = 1;
	c.fresh_for = 0;
	policy_next(&s, &c, &t);
	CHECK_INT(t.due - c.now, s.feed_least);
}

TEST(what_was_given_up_is_glanced_at_where_that_is_wanted)
{
	struct settings s = with_policy("newssniffer");
	struct target t = article_target(0);

	s.article_glance = 365 * DAYS;
	next(&s, &t, OUTCOME_NEW_VERSION);
	while (t.state == TARGET_CHECKED)
		next(&s, &t, OUTCOME_UNCHANGED);
	CHECK_INT(t.state, TARGET_GIVEN_UP);
	CHECK_INT(t.due, t.last_check + 365 * DAYS);
	next(&s, &t, OUTCOME_UNCHANGED);
	CHECK_INT(t.state, TARGET_GIVEN_UP);
	CHECK_INT(t.due, t.last_check + 365 * DAYS);
	next(&s, &t, OUTCOME_NEW_VERSION);
	CHECK_INT(t.state, TARGET_CHECKED);
	CHECK_INT(t.due, t.last_check + 30 * MINUTES);
}

TEST(what_is_gone_is_glanced_at_and_may_be_back)
{
	struct settings s = with_policy("newssniffer");
	struct target t = article_target(0);

	s.article_glance = 365 * DAYS;
	next(&s, &t, OUTCOME_NEW_VERSION);
	next(&s, &t, outcome_of_fetch(FETCH_GONE));
	CHECK_INT(t.state, TARGET_GONE);
	CHECK_INT(t.due, t.last_check + 365 * DAYS);
	next(&s, &t, outcome_of_fetch(FETCH_GONE));
	CHECK_INT(t.state, TARGET_GONE);
	next(&s, &t, OUTCOME_NEW_VERSION);
	CHECK_INT(t.state, TARGET_CHECKED);
}

TEST(a_hint_brings_the_next_check_forward_and_never_too_near_to_the_last)
{
	struct settings s = with_policy("learned");
	struct target t = article_target(0);

	t.last_check = 10 * HOURS;
	t.due = 20 * HOURS;
	policy_hint(&s, 15 * HOURS, &t);
	CHECK_INT(t.due, 15 * HOURS);
	policy_hint(&s, 17 * HOURS, &t);
	CHECK_INT(t.due, 15 * HOURS);
	t.due = 20 * HOURS;
	policy_hint(&s, 10 * HOURS + 1, &t);
	CHECK_INT(t.due, 10 * HOURS + 5 * MINUTES);
	t.state = TARGET_UNWATCHED;
	t.due = WHEN_NONE;
	policy_hint(&s, 15 * HOURS, &t);
	CHECK(t.due == WHEN_NONE);
}

/* ---- the model -------------------------------------------------------------- */

static double sum(const float table[HAZARD_SPELLS][HAZARD_BINS])
{
	double all = 0;

	for (size_t k = 0; k < HAZARD_SPELLS; k++)
		for (size_t b = 0; b < HAZARD_BINS; b++)
			all += table[k][b];
	return all;
}

TEST(bins_are_half_octaves_without_gaps)
{
	CHECK_INT(hazard_bin_start(0), 0);
	CHECK_INT(hazard_bin_start(1), 5 * MINUTES);
	CHECK_INT(hazard_bin_start(3), 10 * MINUTES);
	for (size_t b = 0; b < HAZARD_BINS; b++) {
		CHECK_INT(hazard_bin(hazard_bin_start(b)), b);
		CHECK(b == 0 || hazard_bin(hazard_bin_start(b) - 1) == b - 1);
	}
	CHECK(hazard_bin_start(HAZARD_BINS - 1) > 28 * DAYS);
	CHECK_INT(hazard_bin(INT64_MAX / 4), HAZARD_BINS - 1);
}

TEST(the_kind_of_a_spell_goes_by_changes_and_age)
{
	CHECK_INT(hazard_spell(0, 0, false), SPELL_NEW);
	CHECK_INT(hazard_spell(1, 2 * HOURS, false), SPELL_FIRST);
	CHECK_INT(hazard_spell(2, 2 * HOURS, false), SPELL_BUSY);
	CHECK_INT(hazard_spell(1, 7 * HOURS, false), SPELL_DAY);
	CHECK_INT(hazard_spell(9, 2 * DAYS, false), SPELL_LATE);
	CHECK_INT(hazard_spell(0, 0, true), SPELL_LIVE);
}

TEST(a_change_is_shared_out_among_the_times_in_which_it_may_have_happened)
{
	struct settings s = with_policy("learned");
	struct hazard h = { 0 };
	struct hazard_look look = {
		.spell = SPELL_NEW, .from = 2 * HOURS, .to = 8 * HOURS, .changed = true, .next = SPELL_DAY
	};

	hazard_begin(&h, SPELL_NEW, 0);
	hazard_note(&h, NULL, &s, &look);
	CHECK(fabs(sum(h.changes) - 1) < 1e-4);
	CHECK(sum(h.hours) > 1 && sum(h.hours) < 6);
	for (size_t b = 0; b < HAZARD_BINS; b++) {
		bool possible = b >= hazard_bin(look.from) && b <= hazard_bin(look.to);
		CHECK((h.changes[SPELL_NEW][b] > 0) == possible);
	}
	/* One that was quiet counts in full. */
	look = (struct hazard_look){ .spell = SPELL_DAY, .from = 0, .to = 5 * HOURS };
	double before = sum(h.hours);
	hazard_note(&h, NULL, &s, &look);
	CHECK(fabs(sum(h.hours) - before - 5) < 1e-3);
	CHECK(fabs(sum(h.changes) - 1) < 1e-4);
}

TEST(a_model_is_kept_and_read_again)
{
	struct settings s = with_policy("learned");
	struct hazard h = { 0 }, general = { 0 }, back;
	struct hazard_look look = {
		.spell = SPELL_NEW, .from = 0, .to = 3 * HOURS, .changed = true, .next = SPELL_FIRST
	};
	struct buf b = BUF_INIT(4 * KIB);

	hazard_begin(&h, SPELL_NEW, 0);
	hazard_note(&h, &general, &s, &look);
	hazard_note_hint(&h, true);
	hazard_write(&h, &b);
	CHECK(!b.full && b.n < 4 * KIB);
	hazard_read(buf_view(&b), &back);
	CHECK(!memcmp(h.changes, back.changes, sizeof h.changes) && !memcmp(h.hours, back.hours, sizeof h.hours));
	CHECK(h.scale == back.scale && h.level == back.level && h.hinted_right == back.hinted_right);
	CHECK(h.spent - h.owed == back.spent - back.owed);
	CHECK_INT(hazard_pause(&h, &general, &s, SPELL_NEW, 0), hazard_pause(&back, &general, &s, SPELL_NEW, 0));

	/* Bytes that are no model are none. */
	struct hazard empty = { 0 };
	hazard_read(str_of(b.p, b.n - 1), &back);
	CHECK(!memcmp(&back, &empty, sizeof back));
	hazard_read(STR_NONE, &back);
	CHECK(!memcmp(&back, &empty, sizeof back));
	memset(b.p + 9, 0xff, 64); /* not numbers */
	hazard_read(buf_view(&b), &back);
	CHECK(!memcmp(&back, &empty, sizeof back));
	buf_free(&b);
}

TEST(a_list_that_cries_wolf_is_not_believed_for_a_while)
{
	struct hazard h = { 0 };
	int followed = 0, ignored = 0;

	while (hazard_trusts_hints(&h) && followed < 100) {
		hazard_note_hint(&h, false);
		followed++;
	}
	CHECK(followed >= 5 && followed <= 20);
	while (!hazard_trusts_hints(&h) && ignored < 1000)
		ignored++;
	CHECK(ignored < 1000);
	for (int i = 0; i < 200; i++) {
		CHECK(hazard_trusts_hints(&h));
		hazard_note_hint(&h, i % 4 == 0);
	}
}

/* ---- the learned policy ------------------------------------------------------ */

/* A site of which the edits are known, watched from the first article to the
 * last. */
#define ARTICLES 300
#define MOST_EDITS 8

struct site {
	struct settings s;
	when edits[ARTICLES][MOST_EDITS]; /* the first is when it was found */
	size_t nedits[ARTICLES];
	struct target targets[ARTICLES];
	int64_t changes[ARTICLES];
	struct hazard source, general;
	int64_t requests, caught;
	int64_t at[40]; /* checks of the last third of the articles, by hours since they were found */
	double delays[ARTICLES * MOST_EDITS];
};

static void look_at(struct site *x, size_t i)
{
	struct target *t = &x->targets[i], before = *t;
	when now = t->due;
	size_t seen = 0;

	for (size_t k = 0; k < x->nedits[i]; k++)
		seen = x->edits[i][k] <= now ? k : seen;
	bool first = t->last_check == WHEN_NONE, changed = !first && x->edits[i][seen] > t->last_check;
	struct policy_case c = { .now = now,
		                 .outcome = first || changed ? OUTCOME_NEW_VERSION : OUTCOME_UNCHANGED,
		                 .retry_after = -1,
		                 .changes = x->changes[i] += changed,
		                 .source = &x->source,
		                 .general = &x->general };
	if (first || changed)
		t->last_change = now;
	if (changed)
		x->delays[x->caught++] = (double)(now - x->edits[i][seen]);
	x->requests++;
	if (i > ARTICLES * 2 / 3 && now - t->added < 40 * HOURS)
		x->at[(now - t->added) / HOURS]++;
	if (policy_of(&x->s)->learns)
		policy_learn(&x->s, &c, &before, t, &x->source, &x->general);
	policy_next(&x->s, &c, t);
	t->last_check = now;
}

static void watch(struct site *x, const char *policy)
{
	x->s = with_policy(policy);
	for (size_t i = 0; i < ARTICLES; i++)
		x->targets[i] = article_target(x->edits[i][0]);
	for (;;) {
		size_t first = ARTICLES;
		for (size_t i = 0; i < ARTICLES; i++)
			if (x->targets[i].state == TARGET_CHECKED &&
			    (first == ARTICLES || x->targets[i].due < x->targets[first].due))
				first = i;
		if (first == ARTICLES)
			return;
		look_at(x, first);
	}
}

static int by_size(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

static double median_delay(struct site *x)
{
	qsort(x->delays, (size_t)x->caught, sizeof(double), by_size);
	return x->delays[x->caught / 2];
}

/* One article in two is edited, once or more, each time about so long after. */
static struct site *new_site(double hours)
{
	struct site *x = calloc(1, sizeof *x);
	uint64_t state = 7;

	for (size_t i = 0; i < ARTICLES; i++) {
		x->edits[i][0] = (when)i * 2 * HOURS;
		x->nedits[i] = 1;
		for (size_t k = 1; k < 4; k++) {
			state = state * 6364136223846793005u + 1442695040888963407u;
			double u = (double)(state >> 40) / (double)(1 << 24);
			if (u < 0.5)
				break;
			x->edits[i][k] = x->edits[i][k - 1] + (when)(hours * (0.5 + 2 * (u - 0.5)) * HOURS);
			x->nedits[i]++;
		}
	}
	return x;
}

TEST(at_the_same_price_edits_are_seen_sooner)
{
	static const double hours[] = { 0.5, 5, 50 };

	for (size_t i = 0; i < sizeof hours / sizeof *hours; i++) {
		struct site *plain = new_site(hours[i]), *ours = new_site(hours[i]);
		watch(plain, "newssniffer");
		watch(ours, "learned");
		CHECK(labs(ours->requests - plain->requests) * 25 < plain->requests);
		CHECK(ours->caught >= plain->caught);
		CHECK(median_delay(ours) < 0.6 * median_delay(plain));
		free(plain);
		free(ours);
	}
}

TEST(looks_go_where_a_source_is_wont_to_edit)
{
	struct site *x = new_site(12);
	int64_t before = 0, then = 0;

	watch(x, "learned");
	for (size_t h = 0; h < 5; h++)
		before += x->at[h];
	for (size_t h = 7; h < 12; h++)
		then += x->at[h];
	CHECK(then > before); /* the plain rule has three times as many before */
	free(x);
}

TEST(the_budget_is_a_setting)
{
	struct site *one = new_site(5), *half = new_site(5);
	struct err e;

	watch(one, "learned");
	half->s = with_policy("learned");
	CHECK_OK(settings_set(&half->s, "schedule.budget", "0.5", &e), e);
	struct settings s = half->s;
	for (size_t i = 0; i < ARTICLES; i++)
		half->targets[i] = article_target(half->edits[i][0]);
	for (size_t i = 0; i < ARTICLES; i++)
		while (half->targets[i].state == TARGET_CHECKED) {
			half->s = s;
			look_at(half, i);
		}
	CHECK(half->requests * 100 < one->requests * 56);
	CHECK(half->requests * 100 > one->requests * 44);
	free(one);
	free(half);
}

TEST(without_any_knowledge_most_looks_come_early_and_the_last_at_the_end)
{
	struct settings s = with_policy("learned");
	struct target t = article_target(1000);
	struct hazard source = { 0 }, general = { 0 };
	int day = 0, all = 0;
	when last = 0;

	for (int i = 0; t.state == TARGET_CHECKED && i < 1000; i++) {
		struct target before = t;
		struct policy_case c = { .now = t.due,
			                 .outcome = i ? OUTCOME_UNCHANGED : OUTCOME_NEW_VERSION,
			                 .retry_after = -1,
			                 .source = &source,
			                 .general = &general };
		if (i == 0)
			t.last_change = c.now;
		policy_learn(&s, &c, &before, &t, &source, &general);
		policy_next(&s, &c, &t);
		CHECK(t.due == WHEN_NONE || t.due - c.now >= s.article_least);
		t.last_check = last = c.now;
		all++;
		day += c.now <= 1000 + DAYS;
	}
	CHECK(last > 1000 + 40 * DAYS && last < 1000 + 44 * DAYS);
	CHECK_INT(t.state, TARGET_GIVEN_UP);
	CHECK(all >= 28 && all <= 38);
	CHECK(day >= 10 && day <= 24);
}

TEST(the_last_look_is_as_late_as_the_plain_rules)
{
	struct settings s = with_policy("learned"), plain = with_policy("newssniffer");
	struct target t = article_target(0), u = t;

	next(&plain, &u, OUTCOME_NEW_VERSION);
	while (u.state == TARGET_CHECKED)
		next(&plain, &u, OUTCOME_UNCHANGED);
	CHECK(u.last_check > s.article_give_up);
	for (when last = 39 * DAYS; last < s.article_give_up; last += 3 * HOURS) {
		t.state = TARGET_CHECKED;
		t.last_change = 0;
		t.due = last;
		next(&s, &t, OUTCOME_UNCHANGED);
		while (t.state == TARGET_CHECKED)
			next(&s, &t, OUTCOME_UNCHANGED);
		CHECK(llabs(t.last_check - u.last_check) < 6 * HOURS);
	}
}

TEST(an_article_that_was_old_when_it_was_found_is_not_treated_as_new)
{
	struct settings s = with_policy("learned");
	struct hazard source = { 0 }, general = { 0 };
	struct target fresh = article_target(100 * DAYS), old = fresh;
	struct policy_case c = { .now = 100 * DAYS,
		                 .outcome = OUTCOME_NEW_VERSION,
		                 .retry_after = -1,
		                 .source = &source,
		                 .general = &general };

	fresh.last_change = old.last_change = c.now;
	old.published = c.now - 5 * DAYS;
	policy_learn(&s, &c, &fresh, &fresh, &source, &general);
	policy_next(&s, &c, &fresh);
	policy_learn(&s, &c, &old, &old, &source, &general);
	policy_next(&s, &c, &old);
	CHECK(old.due - c.now > 5 * (fresh.due - c.now));
}

TEST(no_hazard_however_odd_makes_a_pause_that_is_not_one)
{
	struct settings s = with_policy("learned");
	struct hazard source = { .scale = 1e30F, .level = 1e30F }, general = { 0 };

	for (int64_t quiet = 0; quiet < 100 * DAYS; quiet = quiet * 2 + 1)
		CHECK_INT(hazard_pause(&source, &general, &s, SPELL_NEW, quiet), s.article_least);
	source.scale = 1e-30F;
	source.level = 1e-30F;
	for (int64_t quiet = 0; quiet < 100 * DAYS; quiet = quiet * 2 + 1) {
		int64_t pause = hazard_pause(&source, &general, &s, SPELL_LATE, quiet);
		CHECK(pause >= s.article_least && pause <= s.article_give_up);
	}
}

TEST_MAIN
