/* Tests of src/watch: what becomes of a check. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "reader/reader.h"
#include "watch/hosts.h"
#include "watch/idset.h"
#include "watch/keep.h"
#include "watch/rebuild.h"
#include "watch/removal.h"
#include "watch/watch.h"

static struct target article_target(when now)
{
	return (struct target){ .kind = TARGET_ARTICLE,
		                .state = TARGET_CHECKED,
		                .added = now,
		                .due = now,
		                .period = 30 * MINUTES,
		                .last_check = WHEN_NONE,
		                .last_change = WHEN_NONE };
}

/* ---- tables ---------------------------------------------------------------- */

TEST(a_set_of_ids_forgets_what_it_is_told_to)
{
	struct idset s = { 0 };

	for (int64_t i = 1; i <= 1000; i++)
		CHECK(idset_add(&s, i * 64));
	CHECK(!idset_add(&s, 64));
	for (int64_t i = 1; i <= 1000; i += 2)
		idset_remove(&s, i * 64);
	for (int64_t i = 1; i <= 1000; i++)
		CHECK_INT(idset_add(&s, i * 64), i % 2);
	CHECK_INT(s.count, 1000);
	idset_free(&s);
}

TEST(hosts_are_found_again_and_idle_ones_are_forgotten)
{
	struct hosts *h = hosts_new();
	struct job waiting;
	char origin[64];

	for (int i = 0; i < 500; i++) {
		snprintf(origin, sizeof origin, "https://h%d.example", i);
		hosts_get(h, str_from(origin));
	}
	CHECK_INT(hosts_count(h), 500);
	struct host *one = hosts_get(h, STR("https://h7.example"));
	CHECK_STR(one->origin, "https://h7.example");
	host_push(one, &waiting, false);
	hosts_trim(h, 500);
	CHECK_INT(hosts_count(h), 500);
	hosts_trim(h, 400);
	CHECK_INT(hosts_count(h), 1);
	CHECK(hosts_get(h, STR("https://h7.example")) == one);
	CHECK(host_pop(one) == &waiting && host_pop(one) == NULL);
	hosts_free(h);
}

TEST(what_may_go_ahead_does_and_a_queue_can_be_cut)
{
	struct hosts *h = hosts_new();
	struct host *host = hosts_get(h, STR("https://harbour.example"));
	struct job late = { 0 }, later = { 0 }, rules = { .ahead = true }, early = { 0 };

	host_push(host, &late, false);
	host_push(host, &later, false);
	host_push(host, &rules, true);
	host_push(host, &early, true);
	CHECK(host->first == &rules && rules.next == &early && early.next == &late && host->last == &later);
	CHECK(host_cut(host, 3) == &later && later.next == NULL && host->last == &late);
	CHECK(host_cut(host, 3) == NULL);
	CHECK_INT(host->waiting, 3);
	host_push(host, &later, false);
	CHECK(host_cut(host, 0) == &rules && host_pop(host) == NULL);
	CHECK_INT(host->waiting, 0);
	hosts_free(h);
}

TEST(a_host_has_another_origin_over_the_other_scheme)
{
	struct hosts *h = hosts_new();
	struct arena *a = arena_new();

	CHECK_STR(host_other(a, STR("http://harbour.example")), "https://harbour.example");
	CHECK_STR(host_other(a, STR("https://harbour.example:8443")), "http://harbour.example:8443");
	CHECK(hosts_find(h, STR("http://harbour.example")) == NULL);
	struct host *host = hosts_get(h, STR("http://harbour.example"));
	CHECK(hosts_find(h, host_other(a, STR("https://harbour.example"))) == host);
	CHECK_INT(hosts_count(h), 1);
	hosts_free(h);
	arena_free(a);
}

TEST(hosts_that_wait_come_in_the_order_of_their_times)
{
	struct hosts *h = hosts_new();
	char origin[64];
	int64_t last = -1, n = 0;

	for (int i = 0; i < 300; i++) {
		snprintf(origin, sizeof origin, "https://h%d.example", i);
		hosts_wait(h, hosts_get(h, str_from(origin)), (i * 7919) % 1000);
	}
	CHECK_INT(hosts_next_ms(h), 0);
	hosts_trim(h, 0);
	CHECK_INT(hosts_count(h), 300);
	for (struct host *due; (due = hosts_take_due(h, 499));) {
		CHECK(due->due_ms >= last && due->place == HOST_NOWHERE);
		last = due->due_ms;
		n++;
	}
	CHECK(n > 100 && hosts_next_ms(h) >= 500);
	while (hosts_take_due(h, 1000))
		n++;
	CHECK_INT(n, 300);
	CHECK(hosts_next_ms(h) == INT64_MAX);
	hosts_free(h);
}

TEST(a_host_that_refuses_again_is_left_alone_for_longer)
{
	struct hosts *h = hosts_new(), *again = hosts_new();
	struct host *host = hosts_get(h, STR("https://h.example"));
	struct arena *a = arena_new();
	int64_t now = 1000000, minutes[] = { 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 720, 720 };

	for (size_t i = 0; i < sizeof minutes / sizeof *minutes; i++) {
		now = host->wait_until_ms > now ? host->wait_until_ms : now;
		host_asked_to_wait(host, -1, now);
		CHECK_INT(host->wait_until_ms - now, minutes[i] * 60000);
	}
	now = host->wait_until_ms;
	host_asked_to_wait(host, 10, now);
	CHECK_INT(host->wait_until_ms - now, 10000);
	host_asked_to_wait(host, 5 * DAYS, now);
	CHECK_INT(host->wait_until_ms - now, (int64_t)DAYS * 1000);

	/* What lies before and after a restart, on another clock of milliseconds. */
	host_asked_to_wait(hosts_get(h, STR("https://short.example")), 5, now);
	struct str waits = hosts_waits(h, a, 5000, now);
	hosts_take_waits(again, waits, 5000 + HOURS, 77);
	CHECK_INT(hosts_count(again), 1);
	CHECK_INT(hosts_get(again, STR("https://h.example"))->wait_until_ms, 77 + (int64_t)(DAYS - HOURS) * 1000);
	hosts_take_waits(again, STR("x\n5 y\n\n99999999999999999999 1 https://a.example\n4 4 b\n"), 5, 5);
	CHECK_INT(hosts_count(again), 1);
	hosts_free(h);
	hosts_free(again);
	arena_free(a);
}

TEST(what_a_host_asked_of_another_is_believed_within_reason)
{
	struct hosts *h = hosts_new();
	struct host *host = hosts_get(h, STR("https://h.example"));

	host_take_over(host, &(struct host_lease){ .pause_ms = 700, .wait_ms = 5000, .refusals = 3 }, 77);
	CHECK_INT(host->pause_until_ms, 777);
	CHECK_INT(host->wait_until_ms, 5077);
	CHECK_INT(host->refusals, 3);
	host_take_over(host, &(struct host_lease){ .pause_ms = -5, .wait_ms = -5 }, 1000);
	CHECK_INT(host->pause_until_ms, 0);
	CHECK_INT(host->wait_until_ms, 5077);
	CHECK_INT(host->refusals, 0);
	/* A clock that was put right since. */
	int64_t year = 365 * (int64_t)DAYS * 1000;
	host_take_over(host, &(struct host_lease){ .pause_ms = year, .wait_ms = year }, 1000);
	CHECK_INT(host->pause_until_ms, 1000 + (int64_t)HOURS * 1000);
	CHECK_INT(host->wait_until_ms, 1000 + (int64_t)DAYS * 1000);
	hosts_free(h);
}

TEST(the_requests_of_a_day_are_spread_over_its_hours)
{
	static const int64_t budgets[] = { 1, 5, 10, 11, 60, 240, 5000, 1000000000 };
	const when day = 20000 * (when)DAYS;

	for (size_t i = 0; i < sizeof budgets / sizeof *budgets; i++) {
		int64_t budget = budgets[i], before = host_allowance(budget, day);
		CHECK(before >= 1 && before <= (budget / 24 > 10 ? budget / 24 : 10));
		for (int h = 0; h < 24; h++) {
			int64_t by_then = host_allowance(budget, day + (h + 1) * HOURS - 1);
			CHECK(by_then >= before && by_then <= budget);
			CHECK(budget < 1000 || by_then - before > budget / 26);
			before = by_then;
		}
		CHECK(before >= budget - budget / 1000 - 1);
		/* One more is there when it says, and not before. */
		for (int64_t n = host_allowance(budget, day) + 1; n <= budget; n += 1 + budget / 7) {
			when at = host_allowed_at(budget, n, day + 5 * HOURS);
			CHECK(at == day + DAYS || host_allowance(budget, at) >= n);
			CHECK(host_allowance(budget, at - 1) < n);
		}
		CHECK_INT(host_allowed_at(budget, budget + 1, day + 5 * HOURS), day + DAYS);
		CHECK_INT(host_allowed_at(budget, 1, day + 5 * HOURS), day);
	}
}

/* ---- keeping --------------------------------------------------------------- */

/* An archive with one target, and what a site would say about it. */
struct scene {
	struct archive *ar;
	struct arena *a;
	struct settings s;
	struct schedule *schedule;
	struct target t;
	struct kept kept;
	struct err e;
};

static void open_scene(struct scene *sc, enum target_kind kind, const char *url)
{
	char path[256];
	int64_t id;

	memset(sc, 0, sizeof *sc);
	snprintf(path, sizeof path, "%s/a.db", test_folder());
	sc->a = arena_new();
	settings_defaults(&sc->s);
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &sc->ar, &sc->e), sc->e);
	sc->schedule = schedule_new(sc->ar, &sc->s);
	sc->t = article_target(1000);
	sc->t.kind = kind;
	sc->t.url = str_from(url);
	sc->t.origin = STR("https://courier.example");
	CHECK_OK(archive_source_ensure(sc->ar, STR("courier.example"), STR("courier"), 1000, &sc->t.source, &sc->e),
	         sc->e);
	CHECK_OK(archive_target_add(sc->ar, &sc->t, &id, &sc->e), sc->e);
	CHECK_OK(archive_target_by_id(sc->ar, sc->a, id, &sc->t, &sc->e), sc->e);
}

static void close_scene(struct scene *sc)
{
	schedule_free(sc->schedule);
	archive_close(sc->ar);
	arena_free(sc->a);
}

/* The site answers with these bytes; the real parsers read them. */
static void answer(struct scene *sc, when at, const char *body)
{
	struct evidence ev = { .result = FETCH_OK,
		               .at = at,
		               .status = 200,
		               .url = sc->t.url,
		               .body = str_from(body),
		               .content_type = STR("text/html; charset=utf-8"),
		               .etag = STR("\"odd etag\""),
		               .headers = STR("HTTP/1.1 200 OK\r\n"),
		               .retry_after = -1,
		               .origin = STR("live") };
	struct read_job job = { .url = ev.url, .content_type = ev.content_type, .bytes = ev.body };
	struct document doc;
	bool needs;

	if (str_starts(ev.body, STR("<?xml")) || str_starts(ev.body, STR("<rss")))
		ev.content_type = STR("application/xml");
	CHECK_OK(keep_needs_reading(sc->ar, &sc->t, &ev, &needs, &sc->e), sc->e);
	if (needs)
		reader_parse(&job, sc->a, &doc);
	CHECK_OK(archive_begin(sc->ar, &sc->e), sc->e);
	CHECK_OK(keep_check(sc->ar, &sc->s, sc->schedule, sc->a, &sc->t, &ev, needs ? &doc : NULL, &sc->kept, &sc->e),
	         sc->e);
	CHECK_OK(archive_commit(sc->ar, &sc->e), sc->e);
}

static void answer_status(struct scene *sc, when at, enum fetch_result result, int status)
{
	struct evidence ev = {
		.result = result, .at = at, .status = status, .url = sc->t.url, .retry_after = -1, .origin = STR("live")
	};

	CHECK_OK(archive_begin(sc->ar, &sc->e), sc->e);
	CHECK_OK(keep_check(sc->ar, &sc->s, sc->schedule, sc->a, &sc->t, &ev, NULL, &sc->kept, &sc->e), sc->e);
	CHECK_OK(archive_commit(sc->ar, &sc->e), sc->e);
}

static const char *page(struct scene *sc, const char *title, const char *figure, const char *furniture)
{
	return arena_printf(sc->a,
	                    "<!DOCTYPE html><html lang=en><head><title>%s - The Courier</title></head><body>"
	                    "<nav><a href=/a>Home</a> <a href=/b>Harbour</a></nav><article><h1>%s</h1>"
	                    "<p>The ferry company said on Tuesday that it would take %s of its boats out of service "
	                    "before the winter, and that the island routes would be the first to go.</p>"
	                    "<p>Passengers on the quay had heard nothing of it. \"Nobody has asked us,\" said Marta "
	                    "Lind, who has sold coffee there for twenty years.</p></article>"
	                    "<aside><ul><li><a href=/x>%s</a></li></ul></aside></body></html>",
	                    title, title, figure, furniture)
	        .p;
}

static int64_t versions_of(struct scene *sc)
{
	struct version *v;
	size_t n;
	CHECK_OK(archive_versions(sc->ar, sc->a, sc->t.article, &v, &n, &sc->e), sc->e);
	return (int64_t)n;
}

TEST(only_the_articles_own_words_make_a_version)
{
	struct scene sc;
	open_scene(&sc, TARGET_NEW, "https://courier.example/ferries");
	answer(&sc, 1000, page(&sc, "Ferries laid up", "three", "Cat stuck in crane"));
	CHECK_INT(sc.kept.outcome, OUTCOME_NEW_VERSION);
	CHECK_INT(sc.t.kind, TARGET_ARTICLE);
	answer(&sc, 2000, page(&sc, "Ferries laid up", "three", "Cat freed from crane"));
	CHECK_INT(sc.kept.outcome, OUTCOME_UNCHANGED);
	answer(&sc, 3000, page(&sc, "Ferries laid up", "four", "Cat freed from crane"));
	CHECK_INT(sc.kept.outcome, OUTCOME_NEW_VERSION);
	CHECK_INT(versions_of(&sc), 2);

	struct change_item *items;
	size_t n;
	CHECK_OK(archive_changes(sc.ar, sc.a, (struct change_filter){ .until = WHEN_NONE, .limit = 10 }, &items, &n,
	                         &sc.e),
	         sc.e);
	CHECK_INT(n, 1);
	CHECK_INT(items[0].before, 2000);
	CHECK_INT(items[0].first_seen, 3000);
	CHECK_INT(items[0].summary.words_added, 1);
	CHECK_INT(items[0].summary.words_removed, 1);
	close_scene(&sc);
}

TEST(a_page_that_flips_back_makes_no_version)
{
	struct scene sc;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	answer(&sc, 1000, page(&sc, "Ferries laid up", "three", ""));
	answer(&sc, 2000, page(&sc, "Ferries laid up", "four", ""));
	answer(&sc, 3000, page(&sc, "Ferries laid up", "three", ""));
	CHECK_INT(sc.kept.outcome, OUTCOME_WENT_BACK);
	answer(&sc, 4000, page(&sc, "Ferries laid up", "four", ""));
	CHECK_INT(sc.kept.outcome, OUTCOME_WENT_BACK);
	CHECK_INT(versions_of(&sc), 2);

	struct sighting *list;
	size_t n;
	CHECK_OK(archive_sightings(sc.ar, sc.a, sc.t.article, &list, &n, &sc.e), sc.e);
	CHECK_INT(n, 4);
	close_scene(&sc);
}

TEST(walls_and_errors_are_outcomes_and_never_versions)
{
	struct scene sc;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	answer(&sc, 1000, page(&sc, "Ferries laid up", "three", ""));
	int64_t good = sc.t.last_blob;
	answer(&sc, 2000,
	       "<html><head><title>Just a moment...</title></head><body><p>Checking your browser before accessing "
	       "courier.example.</p></body></html>");
	CHECK(outcome_failed(sc.kept.outcome));
	CHECK_INT(sc.t.last_blob, good);
	answer_status(&sc, 3000, FETCH_SERVER_ERROR, 500);
	CHECK_INT(sc.t.failures, 2);
	answer_status(&sc, 4000, FETCH_NOT_MODIFIED, 304);
	CHECK_INT(sc.t.failures, 0);
	CHECK_INT(versions_of(&sc), 1);

	struct version v;
	CHECK_OK(archive_version(sc.ar, sc.a, sc.t.article, 0, &v, &sc.e), sc.e);
	CHECK_INT(v.last_seen, 4000);
	close_scene(&sc);
}

TEST(a_feed_gives_articles_once_however_they_are_addressed)
{
	static const char *const feed =
	        "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Courier</title>"
	        "<item><title>One</title><link>https://courier.example/one?utm_source=rss</link></item>"
	        "<item><title>One again</title><link>https://courier.example/one</link></item>"
	        "<item><title>Two</title><link>https://courier.example/two</link></item>"
	        "<item><title>Old</title><link>https://courier.example/old</link>"
	        "<pubDate>Mon, 05 Jan 1970 00:00:00 GMT</pubDate></item></channel></rss>";
	struct scene sc;
	open_scene(&sc, TARGET_NEW, "https://courier.example/feed");
	answer(&sc, 90 * DAYS, feed);
	CHECK_INT(sc.t.kind, TARGET_FEED);
	CHECK_INT(sc.kept.nfound, 2);
	answer(&sc, 91 * DAYS, arena_printf(sc.a, "%s ", feed).p);
	CHECK_INT(sc.kept.nfound, 0);

	struct target t;
	CHECK_OK(archive_target_by_url(sc.ar, sc.a, STR("https://courier.example/one"), &t, &sc.e), sc.e);
	CHECK_INT(t.kind, TARGET_ARTICLE);
	CHECK_INT(t.found_by, sc.t.id);
	CHECK_INT(t.due, 90 * DAYS);
	close_scene(&sc);
}

static const char *two_stories(struct scene *sc, const char *title)
{
	return arena_printf(sc->a,
	                    "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Courier</title>"
	                    "<item><title>%s</title><link>https://courier.example/ferries</link></item>"
	                    "<item><title>Ferries, once more</title><link>https://courier.example/ferries?utm_source=x"
	                    "</link></item>"
	                    "<item><title>Two</title><link>https://courier.example/two</link></item></channel></rss>",
	                    title)
	        .p;
}

TEST(a_feed_that_tells_another_headline_is_a_hint_to_look_now)
{
	const when start = 90 * DAYS;
	struct scene sc;
	struct target feed, two;

	open_scene(&sc, TARGET_FEED, "https://courier.example/feed");
	answer(&sc, start, two_stories(&sc, "Ferries laid up"));
	feed = sc.t;
	CHECK_OK(archive_target_by_url(sc.ar, sc.a, STR("https://courier.example/ferries"), &sc.t, &sc.e), sc.e);
	answer(&sc, start, page(&sc, "Ferries laid up", "three", ""));
	when due = sc.t.due;
	struct target ferries = sc.t;
	CHECK(due > start + 10 * MINUTES);

	/* The same once more is none; another headline is; not of the other article. */
	for (int i = 0; i < 2; i++) {
		when now = start + (6 + i) * MINUTES;
		sc.t = feed;
		answer(&sc, now, two_stories(&sc, i ? "Ferries to be sold" : "Ferries laid up "));
		feed = sc.t;
		CHECK_OK(archive_target_by_id(sc.ar, sc.a, ferries.id, &sc.t, &sc.e), sc.e);
		CHECK_INT(sc.t.due, i ? now : due);
		CHECK_INT(sc.t.listed & 1, i);
	}
	CHECK_OK(archive_target_by_url(sc.ar, sc.a, STR("https://courier.example/two"), &two, &sc.e), sc.e);
	CHECK_INT(two.due, start);

	/* The check that it brought clears it. */
	answer(&sc, start + 7 * MINUTES, page(&sc, "Ferries to be sold", "three", ""));
	CHECK_INT(sc.t.listed & 1, 0);
	close_scene(&sc);
}

TEST(what_was_learned_of_a_source_is_kept_with_it)
{
	struct scene sc;
	struct hazard h;

	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	CHECK_OK(schedule_model(sc.ar, sc.t.source, &h, &sc.e), sc.e);
	CHECK(h.spent == 0 && h.scale == 0);
	answer(&sc, 1000, page(&sc, "Ferries laid up", "three", ""));
	answer(&sc, 1000 + HOURS, page(&sc, "Ferries laid up", "four", ""));
	CHECK_OK(schedule_model(sc.ar, sc.t.source, &h, &sc.e), sc.e);
	CHECK(h.scale > 0);
	CHECK(h.began[SPELL_NEW] > 0.9 && h.began[SPELL_FIRST] > 0.9);
	CHECK(h.open[SPELL_NEW][0] == 0 && h.open[SPELL_FIRST][0] == 1);

	/* Another policy learns nothing. */
	snprintf(sc.s.policy, sizeof sc.s.policy, "newssniffer");
	answer(&sc, 1000 + 2 * HOURS, page(&sc, "Ferries laid up", "five", ""));
	CHECK_INT(sc.t.due, 1000 + 2 * HOURS + 30 * MINUTES);
	struct hazard after;
	CHECK_OK(schedule_write(sc.schedule, 1000 + 2 * HOURS, &sc.e), sc.e);
	CHECK_OK(schedule_model(sc.ar, sc.t.source, &after, &sc.e), sc.e);
	CHECK(!memcmp(&h, &after, sizeof h));
	close_scene(&sc);
}

TEST(when_a_page_was_published_and_whether_it_is_live_are_known_to_the_schedule)
{
	struct scene sc;

	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	answer(&sc, 1728302400 + DAYS, page(&sc, "Ferries laid up", "three", ""));
	CHECK(sc.t.published == WHEN_NONE && !sc.t.live);
	answer(&sc, 1728302400 + 2 * DAYS,
	       arena_printf(sc.a,
	                    "<html><head><script type=\"application/ld+json\">{\"@context\":\"https://schema.org\","
	                    "\"@type\":\"LiveBlogPosting\",\"headline\":\"Ferries laid up\","
	                    "\"datePublished\":\"2024-10-07T12:00:00Z\"}</script></head>%s",
	                    strstr(page(&sc, "Ferries laid up", "four", ""), "<body>"))
	               .p);
	CHECK_INT(sc.kept.outcome, OUTCOME_NEW_VERSION);
	CHECK_INT(sc.t.published, 1728302400);
	CHECK(sc.t.live);
	close_scene(&sc);
}

TEST(what_is_rebuilt_is_what_was_there)
{
	struct scene sc;
	struct err e;
	struct reader *r;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	answer(&sc, 1000, page(&sc, "Ferries laid up", "three", "a"));
	answer(&sc, 2000, page(&sc, "Ferries laid up", "four", "b"));
	answer(&sc, 3000, page(&sc, "Ferries laid up", "three", "c"));
	answer(&sc, 4000, page(&sc, "Ferries to stay", "none", "d"));
	answer_status(&sc, 5000, FETCH_NOT_MODIFIED, 304);

	struct version *before, *after;
	size_t n, m;
	int64_t versions;
	CHECK_OK(archive_versions(sc.ar, sc.a, sc.t.article, &before, &n, &e), e);
	CHECK_OK(reader_new(1, &r, &e), e);
	CHECK_OK(archive_begin(sc.ar, &e), e);
	CHECK_OK(rebuild_article(sc.ar, r, sc.t.article, 0, &versions, &e), e);
	CHECK_OK(archive_commit(sc.ar, &e), e);
	reader_free(r);
	CHECK_INT(versions, 3);
	CHECK_OK(archive_versions(sc.ar, sc.a, sc.t.article, &after, &m, &e), e);
	CHECK_INT(m, n);
	for (size_t i = 0; i < n; i++) {
		CHECK(sha256_eq(&before[i].identity, &after[i].identity));
		CHECK_INT(after[i].first_seen, before[i].first_seen);
		CHECK_INT(after[i].last_seen, before[i].last_seen);
		CHECK_INT(after[i].before, before[i].before);
		CHECK_INT(after[i].check, before[i].check);
	}
	close_scene(&sc);
}

static int64_t rebuilt(struct scene *sc)
{
	struct reader *r;
	int64_t versions;

	CHECK_OK(reader_new(1, &r, &sc->e), sc->e);
	CHECK_OK(archive_begin(sc->ar, &sc->e), sc->e);
	CHECK_OK(rebuild_article(sc->ar, r, sc->t.article, 0, &versions, &sc->e), sc->e);
	CHECK_OK(archive_commit(sc->ar, &sc->e), sc->e);
	reader_free(r);
	return versions;
}

TEST(versions_whose_bytes_may_not_be_kept_outlive_a_rebuild)
{
	struct scene sc;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	for (int i = 0; i < 2; i++)
		answer(&sc, 1000 * (i + 1),
		       arena_printf(sc.a, "<meta name=robots content=noarchive>%s",
		                    page(&sc, "Ferries laid up", i ? "four" : "three", ""))
		               .p);
	struct check *checks;
	size_t n;
	CHECK_OK(archive_checks(sc.ar, sc.a, sc.t.id, 10, &checks, &n, &sc.e), sc.e);
	CHECK_INT(n, 2);
	CHECK_INT(checks[0].body, 0);
	CHECK_INT(rebuilt(&sc), 2);
	CHECK_INT(versions_of(&sc), 2);
	close_scene(&sc);
}

TEST(bytes_that_may_not_be_kept_are_no_reason_to_take_older_ones_for_the_newest)
{
	struct scene sc;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	const char *first = page(&sc, "Ferries laid up", "three", "");
	answer(&sc, 1000, first);
	answer(&sc, 2000,
	       arena_printf(sc.a, "<meta name=robots content=noarchive>%s", page(&sc, "Ferries laid up", "four", ""))
	               .p);
	answer(&sc, 3000, first);
	CHECK_STR(sc.t.last_outcome, "went back");
	CHECK_INT(versions_of(&sc), 2);
	close_scene(&sc);
}

TEST(what_came_out_of_order_and_may_not_be_kept_is_asked_for_again)
{
	struct scene sc;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	answer(&sc, 2000, page(&sc, "Ferries laid up", "three", ""));
	CHECK_STR(sc.t.etag, "\"odd etag\"");
	answer(&sc, 1000,
	       arena_printf(sc.a, "<meta name=robots content=noarchive>%s", page(&sc, "Ferries laid up", "four", ""))
	               .p);
	CHECK(sc.kept.out_of_order);
	CHECK_INT(sc.t.etag.n, 0);
	close_scene(&sc);
}

TEST(an_imported_capture_says_nothing_about_when_to_check)
{
	struct scene sc;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	answer(&sc, 100 * DAYS, page(&sc, "Ferries laid up", "three", ""));
	struct target before = sc.t;
	struct evidence ev = { .result = FETCH_GONE,
		               .at = 10 * DAYS,
		               .status = 410,
		               .url = sc.t.url,
		               .retry_after = -1,
		               .origin = STR("old.warc"),
		               .imported = true };
	CHECK_OK(keep_check(sc.ar, &sc.s, sc.schedule, sc.a, &sc.t, &ev, NULL, &sc.kept, &sc.e), sc.e);
	CHECK_OK(archive_target_by_id(sc.ar, sc.a, before.id, &sc.t, &sc.e), sc.e);
	CHECK_INT(sc.t.state, TARGET_CHECKED);
	CHECK_INT(sc.t.due, before.due);
	CHECK_INT(sc.t.last_check, before.last_check);
	CHECK_INT(sc.t.last_blob, before.last_blob);
	close_scene(&sc);
}

TEST(times_that_are_still_to_come_are_brought_back)
{
	const when now = 1728302400, year = 365 * DAYS;
	struct scene sc;
	struct target fine, never;
	int64_t n, ids[2];

	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	fine = never = sc.t;
	fine.url = STR("https://courier.example/fine");
	fine.added = fine.last_check = fine.last_change = now - DAYS;
	fine.due = now + 6 * DAYS;
	never.url = STR("https://courier.example/never");
	never.added = never.due = now + year;
	CHECK_OK(archive_target_add(sc.ar, &fine, &ids[0], &sc.e), sc.e);
	CHECK_OK(archive_target_add(sc.ar, &never, &ids[1], &sc.e), sc.e);
	answer(&sc, now + year, page(&sc, "Ferries laid up", "three", ""));
	when pause = sc.t.due - sc.t.last_check;
	CHECK(pause > 0);

	for (int i = 0; i < 2; i++) {
		CHECK_OK(archive_bring_back(sc.ar, now, now + HOURS, &n, &sc.e), sc.e);
		CHECK_INT(n, i ? 0 : 2);
	}
	CHECK_OK(archive_target_by_id(sc.ar, sc.a, sc.t.id, &sc.t, &sc.e), sc.e);
	CHECK_INT(sc.t.last_check, now);
	CHECK_INT(sc.t.last_change, now);
	CHECK_INT(sc.t.due, now + pause);
	CHECK_OK(archive_target_by_id(sc.ar, sc.a, ids[0], &fine, &sc.e), sc.e);
	CHECK_INT(fine.due, now + 6 * DAYS);
	CHECK_INT(fine.last_check, now - DAYS);
	CHECK_OK(archive_target_by_id(sc.ar, sc.a, ids[1], &never, &sc.e), sc.e);
	CHECK_INT(never.due, now);
	CHECK_INT(never.added, now);
	close_scene(&sc);
}

TEST(a_list_that_names_very_much_is_read_until_all_is_taken_up)
{
	struct scene sc;
	struct buf b = BUF_INIT(MIB);
	size_t found = 0;
	open_scene(&sc, TARGET_NEW, "https://courier.example/sitemap.xml");
	buf_puts(&b, "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">");
	for (int i = 0; i < 1200; i++)
		buf_printf(&b, "<url><loc>https://courier.example/story-%d</loc></url>", i);
	buf_puts(&b, "</urlset>");
	for (int round = 0; round < 4; round++) {
		answer(&sc, 1000 * (round + 1), buf_cstr(&b));
		found += sc.kept.nfound;
	}
	CHECK_INT(found, 1200);
	buf_free(&b);
	close_scene(&sc);
}

static struct robots one_rule(struct robots_rule *rule)
{
	*rule = (struct robots_rule){ .path = STR("/private") };
	return (struct robots){ .rules = rule, .nrules = 1, .crawl_delay = 7 };
}

TEST(rules_are_kept_for_a_day_at_most)
{
	static const struct {
		int64_t says, kept;
	} cases[] = { { -1, DAYS }, { 2 * HOURS, 2 * HOURS }, { 0, 5 * MINUTES }, { 9 * DAYS, DAYS } };
	struct scene sc;
	struct hosts *h = hosts_new(), *later = hosts_new();
	struct robots_rule rule;
	struct robots robots = one_rule(&rule);
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");
	struct host *host = hosts_get(h, sc.t.origin), *again = hosts_get(later, sc.t.origin);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_OK(host_store_rules(host, sc.ar, 1000, &robots, cases[i].says, &sc.e), sc.e);
		CHECK_INT(host->state, RULES_KNOWN);
		CHECK_INT(host->expires, 1000 + cases[i].kept);
		CHECK(!host_allows(host, sc.a, STR("/private/x")) && host_allows(host, sc.a, STR("/open")));
	}
	CHECK_OK(host_load_rules(again, sc.ar, 1000 + DAYS - 1, &sc.e), sc.e);
	CHECK_INT(again->state, RULES_KNOWN);
	CHECK(again->crawl_delay > 6.9 && again->crawl_delay < 7.1);
	CHECK(!host_allows(again, sc.a, STR("/private/x")));
	again->state = RULES_UNKNOWN;
	CHECK_OK(host_load_rules(again, sc.ar, 1000 + DAYS, &sc.e), sc.e);
	CHECK_INT(again->state, RULES_UNKNOWN);
	hosts_free(h);
	hosts_free(later);
	close_scene(&sc);
}

TEST(silence_forbids_all_until_it_has_lasted_for_thirty_days)
{
	struct scene sc;
	int64_t asked = 0;
	when now = 1000;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");

	/* A host that is forgotten each time, as by restarts. */
	for (;; asked++) {
		struct hosts *h = hosts_new();
		struct host *host = hosts_get(h, sc.t.origin);
		CHECK_OK(host_load_rules(host, sc.ar, now, &sc.e), sc.e);
		CHECK_INT(host->state, RULES_UNKNOWN);
		CHECK_OK(host_store_rules(host, sc.ar, now, NULL, -1, &sc.e), sc.e);
		bool open = host->state == RULES_KNOWN;
		CHECK(open ? now >= 1000 + 30 * DAYS : now < 1000 + 30 * DAYS);
		now = host->expires;
		hosts_free(h);
		if (open)
			break;
	}
	CHECK(asked > 30 && asked < 45);
	close_scene(&sc);
}

/* ---- removals -------------------------------------------------------------- */

static struct removal removal_of(struct scene *sc)
{
	struct removal *list;
	size_t n;

	CHECK_OK(archive_removals_of(sc->ar, sc->a, sc->t.article, &list, &n, &sc->e), sc->e);
	return n ? list[n - 1] : (struct removal){ .since = WHEN_NONE };
}

/* An article that was seen at 0 and 30 minutes. */
static void open_seen(struct scene *sc)
{
	open_scene(sc, TARGET_ARTICLE, "https://courier.example/2024/ferries-laid-up");
	answer(sc, 0, page(sc, "Ferries laid up", "three", ""));
	answer(sc, 30 * MINUTES, page(sc, "Ferries laid up", "three", "x"));
}

TEST(gone_is_believed_after_several_checks_over_days)
{
	struct scene sc;
	int checks = 0;

	open_seen(&sc);
	when at = 1 * HOURS, since = at;
	while (sc.t.state == TARGET_CHECKED && ++checks < 50) {
		answer_status(&sc, at, FETCH_NOT_FOUND, 404);
		CHECK(sc.t.due > at && (sc.t.state == TARGET_GONE || sc.t.due - at <= 12 * HOURS));
		CHECK_INT(sc.t.state == TARGET_GONE, at - since >= sc.s.article_gone_days);
		at = sc.t.state == TARGET_CHECKED ? sc.t.due : at;
	}
	struct removal r = removal_of(&sc);
	CHECK_INT(r.since, since);
	CHECK_INT(r.before, 30 * MINUTES);
	CHECK_INT(r.checks, checks);
	CHECK_INT(r.confirmed, at);
	CHECK_STR(r.outcome, "not found");
	CHECK(checks >= 4 && checks <= 12);
	/* Its return is looked for, ever less often. */
	CHECK_INT(sc.t.due, at + 1 * DAYS);
	answer_status(&sc, sc.t.due, FETCH_NOT_FOUND, 404);
	CHECK_INT(sc.t.due, at + 7 * DAYS);
	answer_status(&sc, sc.t.due, FETCH_SERVER_ERROR, 500);
	CHECK_INT(sc.t.due, at + 30 * DAYS);
	sc.s.article_glance = 365 * DAYS;
	answer_status(&sc, sc.t.due, FETCH_NOT_FOUND, 404);
	CHECK_INT(sc.t.due, at + 395 * DAYS);
	CHECK_INT(removal_of(&sc).confirmed, at);
	sc.s.article_glance = 0;
	answer_status(&sc, sc.t.due, FETCH_NOT_FOUND, 404);
	CHECK(sc.t.due == WHEN_NONE);
	close_scene(&sc);
}

TEST(gone_for_good_is_believed_at_the_second_check_hours_later)
{
	struct scene sc;

	open_seen(&sc);
	answer_status(&sc, 1 * HOURS, FETCH_GONE, 410);
	CHECK_INT(sc.t.state, TARGET_CHECKED);
	answer_status(&sc, 1 * HOURS + 60, FETCH_GONE, 410);
	CHECK_INT(sc.t.state, TARGET_CHECKED);
	CHECK(sc.t.due - sc.t.last_check >= 3 * HOURS);
	answer_status(&sc, sc.t.due, FETCH_GONE, 410);
	CHECK_INT(sc.t.state, TARGET_GONE);
	CHECK_INT(removal_of(&sc).confirmed, sc.t.last_check);
	close_scene(&sc);
}

TEST(what_comes_back_unconfirmed_was_no_event)
{
	struct scene sc;

	open_seen(&sc);
	answer_status(&sc, 1 * HOURS, FETCH_NOT_FOUND, 404);
	CHECK_INT(removal_of(&sc).since, 1 * HOURS);
	answer(&sc, 2 * HOURS, page(&sc, "Ferries laid up", "three", ""));
	CHECK(removal_of(&sc).since == WHEN_NONE);
	CHECK_INT(sc.t.state, TARGET_CHECKED);
	close_scene(&sc);
}

TEST(walls_and_trouble_neither_confirm_nor_end_a_removal)
{
	static const struct {
		enum fetch_result result;
		int status;
	} others[] = { { FETCH_SERVER_ERROR, 500 },  { FETCH_REFUSED, 403 },  { FETCH_REFUSED, 451 },
		       { FETCH_ASKED_TO_WAIT, 503 }, { FETCH_BAD_TLS, 0 },    { FETCH_TOO_SLOW, 0 },
		       { FETCH_UNREACHABLE, 0 },     { FETCH_TOO_LARGE, 200 } };
	struct scene sc;

	open_seen(&sc);
	answer_status(&sc, 1 * HOURS, FETCH_NOT_FOUND, 404);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		answer_status(&sc, (2 + (when)i) * DAYS, others[i].result, others[i].status);
	answer(&sc, 20 * DAYS, "<title>Just a moment...</title><p>Checking your browser before accessing the site.");
	CHECK_INT(sc.kept.outcome, OUTCOME_BOT_WALL);
	struct removal r = removal_of(&sc);
	CHECK_INT(r.checks, 1);
	CHECK(r.confirmed == WHEN_NONE && r.back == WHEN_NONE);
	CHECK_INT(sc.t.state, TARGET_CHECKED);
	close_scene(&sc);
}

TEST(an_article_that_is_back_is_checked_as_before)
{
	struct scene sc;

	open_seen(&sc);
	for (int i = 1; i <= 3; i++)
		answer_status(&sc, i * DAYS, FETCH_NOT_FOUND, 404);
	CHECK_INT(sc.t.state, TARGET_GONE);
	answer(&sc, 4 * DAYS, page(&sc, "Ferries laid up", "three", ""));
	CHECK_INT(sc.kept.outcome, OUTCOME_UNCHANGED);
	CHECK_INT(sc.t.state, TARGET_CHECKED);
	CHECK(sc.t.due - 4 * DAYS <= 1 * HOURS);
	CHECK_INT(removal_of(&sc).back, 4 * DAYS);
	/* The next removal is another one. */
	answer_status(&sc, 5 * DAYS, FETCH_NOT_FOUND, 404);
	struct removal r = removal_of(&sc);
	CHECK_INT(r.since, 5 * DAYS);
	CHECK_INT(r.before, 4 * DAYS);
	CHECK_INT(r.checks, 1);
	CHECK_INT(versions_of(&sc), 1);
	close_scene(&sc);
}

/* Spells that are open, and hours of quiet, as the source's model has them. */
static void count_quiet(struct scene *sc, double *open, double *hours)
{
	struct hazard h;

	CHECK_OK(schedule_write(sc->schedule, 1, &sc->e), sc->e);
	CHECK_OK(schedule_model(sc->ar, sc->t.source, &h, &sc->e), sc->e);
	*open = *hours = 0;
	for (size_t k = 0; k < HAZARD_SPELLS; k++)
		for (size_t b = 0; b < HAZARD_BINS; b++) {
			*open += h.open[k][b];
			*hours += h.hours[k][b];
		}
}

TEST(the_time_in_which_an_article_is_gone_is_not_quiet_time)
{
	struct scene sc;
	double open, hours, more;

	open_seen(&sc);
	count_quiet(&sc, &open, &hours);
	CHECK(open == 1 && hours > 0);
	for (int i = 1; i <= 3; i++) {
		answer_status(&sc, i * DAYS, FETCH_NOT_FOUND, 404);
		count_quiet(&sc, &open, &more);
		CHECK(open == 0 && more == hours);
	}
	CHECK_INT(sc.t.state, TARGET_GONE);
	answer(&sc, 20 * DAYS, page(&sc, "Ferries laid up", "three", ""));
	count_quiet(&sc, &open, &more);
	CHECK(open == 1 && more == hours);
	answer(&sc, 20 * DAYS + HOURS, page(&sc, "Ferries laid up", "three", "y"));
	count_quiet(&sc, &open, &more);
	CHECK(open == 1 && more > hours + 0.99 && more < hours + 1.01);
	close_scene(&sc);
}

TEST(what_was_never_seen_cannot_be_removed)
{
	struct scene sc;

	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/2024/never-there");
	for (int i = 1; i <= 4; i++)
		answer_status(&sc, i * DAYS, FETCH_NOT_FOUND, 404);
	struct removal_item *list;
	size_t n;
	CHECK_OK(archive_removals(sc.ar, sc.a, 0, STR_NONE, WHEN_NONE, 10, &list, &n, &sc.e), sc.e);
	CHECK_INT(n, 0);
	CHECK_INT(sc.t.state, TARGET_GONE);
	close_scene(&sc);
}

TEST(captures_of_others_tell_of_removals_too)
{
	struct scene sc;
	struct evidence ev = {
		.result = FETCH_NOT_FOUND, .status = 404, .retry_after = -1, .origin = STR("old.warc"), .imported = true
	};
	open_seen(&sc);
	sc.t.state = TARGET_IMPORTED;
	sc.t.due = WHEN_NONE;
	for (int i = 1; i <= 3; i++) {
		ev.at = i * DAYS;
		CHECK_OK(keep_check(sc.ar, &sc.s, sc.schedule, sc.a, &sc.t, &ev, NULL, &sc.kept, &sc.e), sc.e);
	}
	CHECK_INT(removal_of(&sc).confirmed, 3 * DAYS);
	CHECK_INT(sc.t.state, TARGET_IMPORTED);
	CHECK(sc.t.due == WHEN_NONE);
	close_scene(&sc);
}

/* ---- outcomes -------------------------------------------------------------- */

TEST(outcomes_have_names_of_their_own)
{
	for (int o = 0; o < OUTCOMES; o++) {
		const struct outcome_info *info = outcome_info(o);
		CHECK(info->name && info->about);
		CHECK(outcome_by_name(str_from(info->name)) == info);
		CHECK(str_ends(str_from(info->about), STR(".")));
	}
	for (int r = 1; r < FETCH_RESULTS; r++)
		CHECK_STR(str_from(outcome_name(outcome_of_fetch(r))), fetch_result_name(r));
	for (int k = 0; k < PAGE_KINDS; k++)
		CHECK_STR(str_from(outcome_name(outcome_of_page(k))), page_kind_name(k));
	CHECK(outcome_by_name(STR("")) == NULL);
}

TEST(redirects_tell_what_came)
{
	static const struct {
		const char *asked, *got;
		enum page_kind kind;
		int outcome; /* -1: nothing is told */
	} cases[] = {
		{ "https://a.example/2024/story-of-a-ferry", "https://a.example/", PAGE_ARTICLE,
		  OUTCOME_REDIRECTED_HOME },
		{ "https://a.example/2024/story-of-a-ferry", "https://www.a.example/index.html", PAGE_EMPTY,
		  OUTCOME_REDIRECTED_HOME },
		{ "https://a.example/en/story-of-a-ferry", "https://a.example/en/", PAGE_VIDEO,
		  OUTCOME_REDIRECTED_HOME },
		{ "https://a.example/news/story-of-a-ferry", "https://a.example/news/", PAGE_INDEX,
		  OUTCOME_REDIRECTED_HOME },
		{ "https://a.example/news/story-of-a-ferry", "https://b.example/all", PAGE_INDEX,
		  OUTCOME_REDIRECTED_HOME },
		{ "https://a.example/story-of-a-ferry/amp", "https://a.example/story-of-a-ferry", PAGE_ARTICLE, -1 },
		{ "https://a.example/story-of-a-ferry/amp", "https://a.example/story-of-a-ferry", PAGE_EMPTY, -1 },
		{ "http://a.example/story", "https://a.example/story", PAGE_SOFT_404, -1 },
		{ "https://a.example/?p=12", "https://a.example/2024/story", PAGE_ARTICLE, -1 },
		{ "https://a.example/story", "https://a.example/?id=12", PAGE_ARTICLE, -1 },
		{ "https://a.example/story", "https://consent.a.example/collect?to=1", PAGE_ARTICLE, OUTCOME_CONSENT },
		{ "https://a.example/story", "https://a.example/Consent/?to=story", PAGE_INDEX, OUTCOME_CONSENT },
		{ "https://a.example/story", "https://login.media.example/", PAGE_ARTICLE, OUTCOME_LOGIN_WALL },
		{ "https://a.example/story", "https://a.example/anmelden", PAGE_EMPTY, OUTCOME_LOGIN_WALL },
		{ "https://privacy.example/consent/law", "https://privacy.example/consent/law-2", PAGE_ARTICLE, -1 },
		{ "https://a.example/story", "https://a.example/consent-order-for-dock", PAGE_ARTICLE, -1 },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		enum outcome o = OUTCOMES;
		bool told = outcome_of_redirect(a, str_from(cases[i].asked), str_from(cases[i].got), cases[i].kind, &o);
		if ((told ? (int)o : -1) != cases[i].outcome)
			test_failed(__FILE__, __LINE__, "%s to %s: %s", cases[i].asked, cases[i].got,
			            told ? outcome_name(o) : "nothing");
	}
	arena_free(a);
}

/* The site sends the reader on, and a page comes from there. */
static void answer_from(struct scene *sc, when at, const char *url, const char *type, const char *body)
{
	struct evidence ev = { .result = FETCH_OK,
		               .at = at,
		               .status = 200,
		               .url = str_from(url),
		               .moved = !str_eq(str_from(url), sc->t.url),
		               .body = str_from(body),
		               .content_type = str_from(type),
		               .retry_after = -1,
		               .origin = STR("live") };
	struct read_job job = { .url = ev.url, .content_type = ev.content_type, .bytes = ev.body };
	struct document doc;

	reader_parse(&job, sc->a, &doc);
	CHECK_OK(archive_begin(sc->ar, &sc->e), sc->e);
	CHECK_OK(keep_check(sc->ar, &sc->s, sc->schedule, sc->a, &sc->t, &ev, &doc, &sc->kept, &sc->e), sc->e);
	CHECK_OK(archive_commit(sc->ar, &sc->e), sc->e);
}

TEST(what_is_no_article_never_makes_a_version)
{
	static const struct {
		const char *url, *type, *body;
		enum outcome outcome;
	} cases[] = {
		{ "https://courier.example/", "text/html",
		  "<title>The Courier</title><h1>The Courier</h1><p>The harbour and its people, every morning since "
		  "1911, "
		  "with all that is worth knowing of the islands and of the ferries between them.</p><p>Write to us, "
		  "we "
		  "read every letter that reaches the quay.</p>",
		  OUTCOME_REDIRECTED_HOME },
		{ "https://consent.media.example/x", "text/html",
		  "<title>A word first</title><h1>Your choice</h1><p>We would like to remember you, so that the "
		  "islands "
		  "can be shown to you as you like them best, with the advertisements of our partners beside.</p>",
		  OUTCOME_CONSENT },
		{ "https://courier.example/2024/ferries-laid-up", "text/html",
		  "<title>Page not found</title><h1>Page not found</h1><p>It may have been moved.</p>",
		  OUTCOME_SOFT_404 },
		{ "https://courier.example/2024/ferries-laid-up", "application/json",
		  "{\"error\": \"The story could not be found in the cabinet of the newsroom, which is a pity, and "
		  "nobody knows where it may have gone, although several people were asked for it this morning.\"}",
		  OUTCOME_BAD_BYTES },
		{ "https://courier.example/2024/ferries-laid-up", "application/pdf",
		  "%PDF-1.4 1 0 obj The harbour and its people, every morning since 1911, with all that is worth "
		  "knowing "
		  "of the islands and of the ferries between them, and more of the same, in a file for printing.",
		  OUTCOME_BAD_BYTES },
	};
	struct scene sc;

	open_seen(&sc);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		answer_from(&sc, (2 + (when)i) * HOURS, cases[i].url, cases[i].type, cases[i].body);
		if (sc.kept.outcome != cases[i].outcome)
			test_failed(__FILE__, __LINE__, "case %zu: %s", i, outcome_name(sc.kept.outcome));
		CHECK(outcome_failed(sc.kept.outcome));
	}
	CHECK_INT(versions_of(&sc), 1);
	CHECK_INT(rebuilt(&sc), 1);
	close_scene(&sc);
}

/* ---- the same page for all ------------------------------------------------- */

/* A wall in a language that no list of phrases knows. */
static const char *const WALL =
        "<html lang=eo><title>Unu momenton</title><body><h1>Unu momenton</h1><p>Ni volas scii, chu vi estas homo, "
        "antau "
        "ol ni montros al vi la artikolon. Bonvolu atendi kelkajn sekundojn kaj poste provu denove.</p><p>Se vi ne "
        "povas vidi la paghon, skribu al ni, kaj ni helpos al vi dum la venontaj tagoj.</p></body></html>";

static void choose_story(struct scene *sc, int n)
{
	struct target t = article_target(1000);
	int64_t id;

	t.url = arena_printf(sc->a, "https://courier.example/2024/story-number-%d", n);
	t.origin = STR("https://courier.example");
	t.source = sc->t.source;
	CHECK_OK(archive_target_add(sc->ar, &t, &id, &sc->e), sc->e);
	CHECK_OK(archive_target_by_id(sc->ar, sc->a, id, &sc->t, &sc->e), sc->e);
}

static const char *story(struct scene *sc, int n)
{
	return page(sc, arena_printf(sc->a, "Story number %d of the harbour", n).p, arena_printf(sc->a, "%d", n).p, "");
}

TEST(a_page_that_comes_for_many_articles_is_none_of_them)
{
	struct scene sc;
	int64_t last;

	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/2024/ferries-laid-up");
	for (int n = 1; n <= 6; n++) {
		choose_story(&sc, n);
		answer(&sc, n * HOURS, story(&sc, n));
		CHECK_INT(sc.kept.outcome, OUTCOME_NEW_VERSION);
		answer(&sc, 1 * DAYS + n * HOURS, WALL);
		CHECK_INT(sc.kept.outcome, n <= 3 ? OUTCOME_NEW_VERSION : OUTCOME_SAME_PAGE);
		CHECK_INT(versions_of(&sc), n <= 3 ? 2 : 1);
		if (n == 4)
			CHECK_INT(sc.kept.nstale, 3);
	}
	/* One that is met for the first time. */
	choose_story(&sc, 7);
	answer(&sc, 2 * DAYS, WALL);
	CHECK_INT(sc.kept.outcome, OUTCOME_SAME_PAGE);
	CHECK_INT(sc.t.article, 0);
	answer(&sc, 3 * DAYS, story(&sc, 7));
	CHECK_INT(sc.kept.outcome, OUTCOME_NEW_VERSION);
	/* The first ones lose theirs with a rebuild, also one that learns anew. */
	last = sc.t.article;
	CHECK_OK(rebuild_unlearn(sc.ar, sc.t.source, &sc.e), sc.e);
	for (sc.t.article = 1; sc.t.article <= last; sc.t.article++)
		CHECK_INT(rebuilt(&sc), 1);
	close_scene(&sc);
}

TEST(a_story_printed_at_many_addresses_is_a_story)
{
	const char *signed_page =
	        "<html><head><title>Ferries laid up</title><meta property=article:published_time "
	        "content=2024-05-03T10:00:00Z><meta name=author content=\"Marta Lind\"></head><body>"
	        "<article><h1>Ferries laid up</h1><p>The ferry company said on Tuesday that it would "
	        "take three of its boats out of service before the winter, and that the island routes "
	        "would be the first to go.</p></article></body></html>";
	struct scene sc;

	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/2024/ferries-laid-up");
	for (int n = 1; n <= 6; n++) {
		choose_story(&sc, n);
		answer(&sc, n * HOURS, signed_page);
		CHECK_INT(sc.kept.outcome, OUTCOME_NEW_VERSION);
	}
	close_scene(&sc);
}

TEST(a_person_has_the_last_word_on_what_is_an_article)
{
	struct scene sc;
	struct furniture *list;
	size_t n;

	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/2024/ferries-laid-up");
	for (int k = 1; k <= 4; k++) {
		choose_story(&sc, k);
		answer(&sc, k * HOURS, WALL);
	}
	CHECK_INT(sc.kept.outcome, OUTCOME_SAME_PAGE);
	CHECK_OK(archive_furniture(sc.ar, sc.a, sc.t.source, true, &list, &n, &sc.e), sc.e);
	int64_t id = 0;
	for (size_t i = 0; i < n; i++)
		if (list[i].rule == FURNITURE_SAME_PAGE)
			id = list[i].id;
	CHECK(id > 0);
	CHECK_OK(archive_furniture_judge(sc.ar, sc.t.source, id, VERDICT_KEEP, 5 * HOURS, &sc.e), sc.e);
	choose_story(&sc, 5);
	answer(&sc, 6 * HOURS, WALL);
	CHECK_INT(sc.kept.outcome, OUTCOME_NEW_VERSION);
	close_scene(&sc);
}

/* ---- what a person asks for ------------------------------------------------ */

TEST(watching_twice_is_watching_once)
{
	struct scene sc;
	struct watch_request r = { .url = STR("HTTPS://News.Example/feed?utm_medium=x#top"),
		                   .filter = STR("/politics/") };
	int64_t one, two, stopped;
	bool added;
	open_scene(&sc, TARGET_ARTICLE, "https://courier.example/ferries");

	CHECK_OK(watch_add(sc.ar, &r, 5000, &one, &added, &sc.e), sc.e);
	CHECK(added);
	r.url = STR("https://news.example/feed");
	CHECK_OK(watch_add(sc.ar, &r, 6000, &two, &added, &sc.e), sc.e);
	CHECK(!added && one == two);

	struct target t;
	CHECK_OK(archive_target_by_id(sc.ar, sc.a, one, &t, &sc.e), sc.e);
	CHECK_STR(t.source_key, "news");
	CHECK_INT(t.due, 6000);
	CHECK_OK(watch_remove(sc.ar, STR("https://news.example/feed"), &stopped, &sc.e), sc.e);
	CHECK_INT(stopped, 1);
	CHECK_OK(archive_target_by_id(sc.ar, sc.a, one, &t, &sc.e), sc.e);
	CHECK_INT(t.state, TARGET_UNWATCHED);
	CHECK(!watch_add(sc.ar, &(struct watch_request){ .url = STR("ftp://x/") }, 0, &one, &added, &sc.e));
	CHECK(sc.e.kind == ERR_USAGE || sc.e.kind == ERR_FORMAT);
	close_scene(&sc);
}

TEST(unwatching_a_feed_stops_its_articles_and_watching_takes_them_up_again)
{
	struct scene sc;
	struct watch_request r = { .url = STR("https://courier.example/feed") };
	int64_t id, stopped;
	bool added;
	open_scene(&sc, TARGET_NEW, "https://courier.example/feed");
	answer(&sc, 1000,
	       "<rss version=\"2.0\"><channel><title>Courier</title>"
	       "<item><link>https://courier.example/one</link></item></channel></rss>");
	CHECK_INT(sc.kept.nfound, 1);
	CHECK_OK(watch_remove(sc.ar, r.url, &stopped, &sc.e), sc.e);
	CHECK_INT(stopped, 2);
	CHECK_OK(watch_add(sc.ar, &r, 5000, &id, &added, &sc.e), sc.e);

	struct target t;
	CHECK_OK(archive_target_by_url(sc.ar, sc.a, STR("https://courier.example/one"), &t, &sc.e), sc.e);
	CHECK_INT(t.state, TARGET_CHECKED);
	CHECK_INT(t.due, 5000);
	close_scene(&sc);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], READER_ROLE) == 0)
		return reader_child_main();
	return test_main(argc, argv);
}
