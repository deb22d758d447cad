/* Tests of src/watch: what becomes of a check. */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "reader/reader.h"
#include "watch/hosts.h"
#include "watch/idset.h"
#include "watch/keep.h"
#include "watch/rebuild.h"
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
	host_push(one, &waiting);
	hosts_trim(h);
	CHECK_INT(hosts_count(h), 1);
	CHECK(hosts_get(h, STR("https://h7.example")) == one);
	CHECK(host_pop(one) == &waiting && host_pop(one) == NULL);
	hosts_free(h);
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
