/*
 * Subscriptions at the hubs of feeds: who is asked, when, and what is believed.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "watch/hubs.h"

#define NOON 1728302400
#define FEED "https://courier.example/feed.xml"
#define HUB "https://hub.example/?for=all"

static struct archive *ar;
static struct arena *a;
static struct settings settings;
static struct err e;
static int64_t feed;

static void begin(void)
{
	char path[256];
	struct target t = { .kind = TARGET_FEED,
		            .state = TARGET_CHECKED,
		            .url = STR(FEED),
		            .origin = STR("https://courier.example"),
		            .added = NOON,
		            .due = NOON + DAYS,
		            .last_check = WHEN_NONE,
		            .last_change = WHEN_NONE,
		            .published = WHEN_NONE };

	archive_close(ar);
	arena_free(a);
	snprintf(path, sizeof path, "%s/a.db", test_folder());
	a = arena_new();
	settings_defaults(&settings);
	CHECK_OK(settings_set(&settings, "serve.base_url", "https://stet.example/", &e), e);
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	CHECK_OK(archive_source_ensure(ar, STR("courier.example"), STR("courier"), NOON, &t.source, &e), e);
	CHECK_OK(archive_target_add(ar, &t, &feed, &e), e);
}

static size_t ask(when now, struct hubs_form **forms)
{
	size_t n;

	CHECK_OK(hubs_ask(ar, a, &settings, now, forms, &n, &e), e);
	return n;
}

static struct hub the_hub(void)
{
	struct hub h;

	CHECK_OK(archive_hub(ar, a, feed, &h, &e), e);
	return h;
}

TEST(a_feed_that_names_a_hub_is_subscribed_to_once)
{
	struct hubs_form *forms;

	begin();
	CHECK_OK(hubs_note(ar, a, feed, STR(""), STR(FEED), &e), e);
	CHECK_INT(ask(NOON, &forms), 0);
	CHECK_OK(hubs_note(ar, a, feed, STR(HUB), STR(FEED), &e), e);
	struct hub h = the_hub();
	CHECK_INT(h.secret.n, HUB_SECRET_DIGITS);
	CHECK_INT(ask(NOON, &forms), 1);
	CHECK_STR(forms[0].url, HUB);
	CHECK_STR(
	        forms[0].form,
	        arena_cstr(a, arena_printf(a,
	                                   "hub.mode=subscribe&hub.topic=https%%3A%%2F%%2Fcourier.example%%2Ffeed.xml&"
	                                   "hub.callback=https%%3A%%2F%%2Fstet.example%%2Fhub%%2F%.*s&"
	                                   "hub.lease_seconds=864000",
	                                   STR_ARG(h.secret))));
	CHECK_INT(ask(NOON + HOURS, &forms), 0); /* the hub has time to make sure */
	CHECK_OK(hubs_note(ar, a, feed, STR(HUB), STR(FEED), &e), e);
	CHECK_STR(the_hub().secret, arena_cstr(a, h.secret));
	CHECK_INT(ask(NOON + 2 * DAYS, &forms), 1);
	CHECK_OK(hubs_note(ar, a, feed, STR("https://other.example/"), STR(FEED), &e), e);
	CHECK_INT(ask(NOON + 2 * DAYS + HOURS, &forms), 0); /* one a day, however many the feed names */
	CHECK_INT(ask(NOON + 4 * DAYS, &forms), 1);
	CHECK_STR(forms[0].url, "https://other.example/");
}

TEST(nobody_is_asked_who_could_not_reach_us)
{
	struct hubs_form *forms;

	begin();
	settings.base_url[0] = '\0';
	CHECK_OK(hubs_note(ar, a, feed, STR(HUB), STR(FEED), &e), e);
	CHECK_INT(ask(NOON, &forms), 0);
}

TEST(a_promise_is_renewed_before_it_ends)
{
	struct hubs_form *forms;
	struct hub_news news = { .target = 1, .until = NOON + 10 * DAYS };

	begin();
	news.target = feed;
	CHECK_OK(hubs_note(ar, a, feed, STR(HUB), STR(FEED), &e), e);
	CHECK_INT(ask(NOON, &forms), 1);
	CHECK_OK(hubs_hear(ar, a, &news, NOON + 1, &e), e);
	CHECK_INT(ask(NOON + 8 * DAYS, &forms), 0);
	CHECK_INT(ask(NOON + 9 * DAYS + 1, &forms), 1);
}

TEST(what_is_new_is_looked_at_now_but_not_at_every_word)
{
	struct hub_news news = { .until = WHEN_NONE };
	struct target t;

	begin();
	news.target = feed;
	CHECK_OK(hubs_hear(ar, a, &news, NOON, &e), e); /* nobody subscribed */
	CHECK_OK(hubs_note(ar, a, feed, STR(HUB), STR(FEED), &e), e);
	CHECK_OK(hubs_hear(ar, a, &news, NOON + 7, &e), e);
	CHECK_OK(archive_target_by_id(ar, a, feed, &t, &e), e);
	CHECK_INT(t.due, NOON + 7);
	t.due = NOON + HOURS;
	CHECK_OK(archive_target_update(ar, &t, &e), e);
	CHECK_OK(hubs_hear(ar, a, &news, NOON + 30, &e), e);
	CHECK_OK(archive_target_by_id(ar, a, feed, &t, &e), e);
	CHECK_INT(t.due, NOON + HOURS);
	CHECK_OK(hubs_hear(ar, a, &news, NOON + 68, &e), e);
	CHECK_OK(archive_target_by_id(ar, a, feed, &t, &e), e);
	CHECK_INT(t.due, NOON + 68);
	t.state = TARGET_UNWATCHED;
	CHECK_OK(archive_target_update(ar, &t, &e), e);
	CHECK_OK(hubs_hear(ar, a, &news, NOON + HOURS, &e), e);
	CHECK_OK(archive_target_by_id(ar, a, feed, &t, &e), e);
	CHECK(t.state == TARGET_UNWATCHED && t.due == WHEN_NONE);
}

TEST_MAIN
