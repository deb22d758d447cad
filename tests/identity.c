/*
 * One article, however many addresses: src/watch/identity.c.
 *
 * A small outlet, the Gazette, answers; each test tells what it says at which
 * address, and looks at what is one article afterwards.
 */
#include <stdio.h>
#include <string.h>

#include "check.h"
#include "reader/reader.h"
#include "watch/identity.h"
#include "watch/keep.h"
#include "watch/rebuild.h"

struct scene {
	struct archive *ar;
	struct arena *a;
	struct settings s;
	struct schedule *schedule;
	struct kept kept;
	int64_t source;
	struct err e;
};

static void open_scene(struct scene *sc)
{
	char path[256];

	memset(sc, 0, sizeof *sc);
	snprintf(path, sizeof path, "%s/a.db", test_folder());
	sc->a = arena_new();
	settings_defaults(&sc->s);
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &sc->ar, &sc->e), sc->e);
	sc->schedule = schedule_new(sc->ar, &sc->s);
	CHECK_OK(archive_source_ensure(sc->ar, STR("gazette.example"), STR("gazette"), 1000, &sc->source, &sc->e),
	         sc->e);
}

static void close_scene(struct scene *sc)
{
	schedule_free(sc->schedule);
	archive_close(sc->ar);
	arena_free(sc->a);
}

static struct target target_at(struct scene *sc, const char *url)
{
	struct target t = { .kind = TARGET_ARTICLE,
		            .state = TARGET_CHECKED,
		            .source = sc->source,
		            .url = str_from(url),
		            .origin = STR("https://gazette.example"),
		            .added = 1000,
		            .due = 1000,
		            .period = 30 * MINUTES,
		            .last_check = WHEN_NONE,
		            .last_change = WHEN_NONE,
		            .published = WHEN_NONE };
	int64_t id;

	CHECK_OK(archive_target_add(sc->ar, &t, &id, &sc->e), sc->e);
	CHECK_OK(archive_target_by_id(sc->ar, sc->a, id, &t, &sc->e), sc->e);
	return t;
}

/* What a watcher does with an answer: it keeps it, and joins what is one. */
static void keep(struct scene *sc, const char *url, const char *from, when at, const char *body)
{
	struct target t = target_at(sc, url);
	struct evidence ev = { .result = FETCH_OK,
		               .at = at,
		               .status = 200,
		               .url = str_from(from ? from : url),
		               .moved = from != NULL,
		               .body = str_from(body),
		               .content_type = STR("text/html; charset=utf-8"),
		               .headers = STR("HTTP/1.1 200 OK\r\n"),
		               .retry_after = -1,
		               .origin = STR("live") };
	struct read_job job = { .url = ev.url, .content_type = ev.content_type, .bytes = ev.body };
	struct document doc;
	struct reader *r;
	int64_t joined;
	bool needs;

	if (str_starts(ev.body, STR("<rss")))
		ev.content_type = job.content_type = STR("application/xml");
	CHECK_OK(keep_needs_reading(sc->ar, &t, &ev, &needs, &sc->e), sc->e);
	if (needs)
		reader_parse(&job, sc->a, &doc);
	CHECK_OK(archive_begin(sc->ar, &sc->e), sc->e);
	CHECK_OK(keep_check(sc->ar, &sc->s, sc->schedule, sc->a, &t, &ev, needs ? &doc : NULL, &sc->kept, &sc->e),
	         sc->e);
	if (sc->kept.same.other) {
		CHECK_OK(reader_new(1, &r, &sc->e), sc->e);
		CHECK_OK(identity_join(sc->ar, r, sc->schedule, &sc->kept.same, &joined, &sc->e), sc->e);
		reader_free(r);
	}
	CHECK_OK(archive_commit(sc->ar, &sc->e), sc->e);
}

/* Articles of our own. */
enum story { BRIDGE, MARKET, CHOIR, SCHOOL };
static const struct {
	const char *title, *body[3];
} STORIES[] = {
	{ "Bridge over the Wend closed",
	  { "The old bridge over the Wend was closed on Friday after a barge had struck its northern pier, and "
	    "engineers said that it would be a matter of weeks before a cart could cross it again.",
	    "\"We heard it from the kitchen,\" said Oda Prell, whose house stands on the bank. She had taken the "
	    "noise for thunder.",
	    "The town has asked for a ferry. Until it comes, the way to the station is nine miles longer." } },
	{ "Market to move indoors",
	  { "From the first of the month the market will be held in the old riding hall, the council decided on "
	    "Monday evening after three hours of debate about pigeons.",
	    "Stallholders had asked for a roof since the winter of the great hail. They will pay two shillings more "
	    "for it.",
	    "The fountain on the square will be cleaned in the meantime, for the first time in eleven years." } },
	{ "Choir finds its lost score",
	  { "A score that the cathedral choir had missed for a generation has come to light in a piano stool at a "
	    "sale of furniture in the lower town.",
	    "The buyer, a joiner, could not read a note of it, but he could read the stamp of the choir.",
	    "It will be sung at Whitsun, if the tenors learn it by then." } },
	{ "School bell to stay silent",
	  { "The bell of the grammar school will not ring again before a crack in its beam is mended, the headmaster "
	    "told parents in a letter on Thursday.",
	    "Lessons end by a whistle now, which the gymnastics teacher blows in the yard.",
	    "A smith from Tannow has looked at the beam and shaken his head." } },
};

/* changed: an editor worked on the last paragraph. */
static const char *page(struct scene *sc, enum story story, const char *canonical, bool changed)
{
	const char *link = canonical ? arena_printf(sc->a, "<link rel=canonical href=\"%s\">", canonical).p : "";

	return arena_printf(sc->a,
	                    "<!DOCTYPE html><html lang=en><head><title>%s - The Gazette</title>%s"
	                    "<meta property=\"og:type\" content=\"article\"></head><body>"
	                    "<nav><a href=/>Home</a> <a href=/town>Town</a></nav><article><h1>%s</h1>"
	                    "<p>%s</p><p>%s</p><p>%s%s</p></article></body></html>",
	                    STORIES[story].title, link, STORIES[story].title, STORIES[story].body[0],
	                    STORIES[story].body[1], STORIES[story].body[2],
	                    changed ? " The mayor was not to be reached." : "")
	        .p;
}

static int64_t article_at(struct scene *sc, const char *url)
{
	int64_t id = 0;

	if (!archive_article_by_url(sc->ar, sc->a, str_from(url), &id, &sc->e))
		CHECK_INT(sc->e.kind, ERR_NOT_FOUND);
	return id;
}

static int64_t versions_of(struct scene *sc, int64_t article)
{
	int64_t newest, number;
	when at;

	CHECK_OK(archive_last_seen(sc->ar, article, &newest, &number, &at, &sc->e), sc->e);
	return newest + 1;
}

static const char *why(struct scene *sc, const char *url)
{
	struct address *list;
	size_t n;
	int64_t article = article_at(sc, url);

	CHECK_OK(archive_addresses(sc->ar, sc->a, article, &list, &n, &sc->e), sc->e);
	for (size_t i = 0; i < n; i++)
		if (str_eq(list[i].url, str_from(url)))
			return arena_cstr(sc->a, list[i].why);
	return "its own";
}

static struct target known_target(struct scene *sc, const char *url)
{
	struct target t = { 0 };

	if (!archive_target_by_url(sc->ar, sc->a, str_from(url), &t, &sc->e))
		CHECK_INT(sc->e.kind, ERR_NOT_FOUND);
	return t;
}

static void split(struct scene *sc, int64_t article, const char *url, int64_t *id)
{
	struct reader *r;

	CHECK_OK(reader_new(1, &r, &sc->e), sc->e);
	CHECK_OK(archive_begin(sc->ar, &sc->e), sc->e);
	CHECK_OK(identity_split(sc->ar, r, article, str_from(url), 30 * MINUTES, 90000, id, &sc->e), sc->e);
	CHECK_OK(archive_commit(sc->ar, &sc->e), sc->e);
	reader_free(r);
}

#define OWN "https://gazette.example/town/bridge-closed"
#define OLD "https://gazette.example/town/2041"
#define OTHER "https://gazette.example/town/market-moves"

/* ---- redirects ------------------------------------------------------------- */

TEST(a_redirect_to_a_known_article_is_another_address_of_it)
{
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OLD, OWN, 3000, page(&sc, BRIDGE, NULL, false));
	CHECK_INT(article_at(&sc, OLD), article_at(&sc, OWN));
	CHECK_STR(str_from(why(&sc, OLD)), "redirect");
	CHECK_INT(known_target(&sc, OLD).state, TARGET_UNWATCHED);
	CHECK_INT(known_target(&sc, OWN).state, TARGET_CHECKED);
	CHECK_INT(versions_of(&sc, article_at(&sc, OWN)), 1);
	close_scene(&sc);
}

TEST(what_a_redirect_teaches_is_kept_with_its_check)
{
	struct scene sc;
	struct address *list;
	size_t n;
	open_scene(&sc);
	keep(&sc, OLD, OWN, 2000, page(&sc, BRIDGE, NULL, false));
	CHECK_INT(article_at(&sc, OLD), article_at(&sc, OWN));
	CHECK_OK(archive_addresses(sc.ar, sc.a, article_at(&sc, OWN), &list, &n, &sc.e), sc.e);
	CHECK_INT(n, 1);
	CHECK_STR(list[0].url, OLD);
	CHECK_STR(list[0].why, "redirect");
	CHECK(list[0].check > 0);
	CHECK_INT(list[0].added, 2000);
	close_scene(&sc);
}

/* Articles of which the next change is awaited, as the source's model has them. */
static double awaited(struct scene *sc)
{
	struct hazard h;
	double n = 0;

	CHECK_OK(schedule_write(sc->schedule, 1, &sc->e), sc->e);
	CHECK_OK(schedule_model(sc->ar, sc->source, &h, &sc->e), sc->e);
	for (size_t k = 0; k < HAZARD_SPELLS; k++)
		for (size_t b = 0; b < HAZARD_BINS; b++)
			n += h.open[k][b];
	return n;
}

TEST(two_articles_that_turn_out_to_be_one_keep_all_versions_in_order)
{
	struct scene sc;
	struct version *v;
	size_t n;
	open_scene(&sc);
	keep(&sc, OLD, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OWN, NULL, 3000, page(&sc, BRIDGE, NULL, true));
	int64_t first = article_at(&sc, OLD), second = article_at(&sc, OWN), now;
	CHECK(first && second && first != second);
	CHECK(awaited(&sc) == 2);

	/* The old address leads to the new one from now on. */
	keep(&sc, OLD, OWN, 4000, page(&sc, BRIDGE, NULL, true));
	CHECK_INT(article_at(&sc, OWN), first);
	CHECK_INT(article_at(&sc, OLD), first);
	CHECK_OK(archive_versions(sc.ar, sc.a, first, &v, &n, &sc.e), sc.e);
	CHECK_INT(n, 2);
	CHECK_INT(v[0].first_seen, 2000);
	CHECK_INT(v[1].first_seen, 3000);
	CHECK_INT(v[1].last_seen, 4000);
	CHECK_INT(known_target(&sc, OWN).state, TARGET_CHECKED);
	CHECK_INT(known_target(&sc, OLD).state, TARGET_UNWATCHED);
	CHECK(awaited(&sc) == 1);

	/* The number that was given up still leads there, and is listed no more. */
	struct article_row *rows;
	CHECK_OK(archive_article_now(sc.ar, second, &now, &sc.e), sc.e);
	CHECK_INT(now, first);
	CHECK_OK(archive_articles(sc.ar, sc.a, (struct article_filter){ .limit = 10 }, &rows, &n, &sc.e), sc.e);
	CHECK_INT(n, 1);
	close_scene(&sc);
}

TEST(a_page_that_now_leads_to_another_story_is_not_that_story)
{
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OTHER, NULL, 2000, page(&sc, MARKET, NULL, false));
	keep(&sc, OWN, OTHER, 3000, page(&sc, MARKET, NULL, false));
	CHECK_INT(sc.kept.outcome, OUTCOME_NOT_AN_ARTICLE);
	CHECK(article_at(&sc, OWN) != article_at(&sc, OTHER));
	CHECK_INT(versions_of(&sc, article_at(&sc, OWN)), 1);

	/* Where nobody has seen the other story, either. */
	keep(&sc, OWN, "https://gazette.example/town/choir", 4000, page(&sc, CHOIR, NULL, false));
	CHECK_INT(sc.kept.outcome, OUTCOME_NOT_AN_ARTICLE);
	CHECK_INT(article_at(&sc, "https://gazette.example/town/choir"), 0);
	close_scene(&sc);
}

/* ---- canonical links ------------------------------------------------------- */

TEST(a_canonical_link_joins_what_is_alike)
{
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, OWN, false));
	keep(&sc, OLD, NULL, 3000, page(&sc, BRIDGE, OWN, true));
	CHECK_INT(article_at(&sc, OLD), article_at(&sc, OWN));
	CHECK_STR(str_from(why(&sc, OLD)), "canonical");
	CHECK_INT(versions_of(&sc, article_at(&sc, OWN)), 2);
	close_scene(&sc);
}

TEST(a_canonical_address_seen_later_is_joined_then)
{
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OLD, NULL, 2000, page(&sc, BRIDGE, OWN, false));
	CHECK_INT(article_at(&sc, OWN), 0);
	keep(&sc, OWN, NULL, 3000, page(&sc, BRIDGE, OWN, false));
	CHECK(article_at(&sc, OLD) && article_at(&sc, OLD) == article_at(&sc, OWN));
	CHECK_STR(str_from(why(&sc, OWN)), "canonical");
	close_scene(&sc);
}

TEST(a_canonical_link_to_another_site_is_not_believed)
{
	struct scene sc;
	open_scene(&sc);
	keep(&sc, "https://herald.example/bridge-over-the-wend", NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OWN, NULL, 3000, page(&sc, BRIDGE, "https://herald.example/bridge-over-the-wend", false));
	CHECK(article_at(&sc, OWN) != article_at(&sc, "https://herald.example/bridge-over-the-wend"));
	close_scene(&sc);
}

TEST(a_canonical_link_to_the_home_page_or_a_section_is_not_believed)
{
	static const char *const above[] = { "https://gazette.example/", "https://gazette.example/index.html",
		                             "https://gazette.example/town/", "https://gazette.example/town",
		                             "https://www.gazette.example" };
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, above[0], false));
	for (size_t i = 0; i < sizeof above / sizeof *above; i++) {
		struct claim *claims;
		size_t n;
		keep(&sc, OTHER, NULL, 3000 + (when)i, page(&sc, MARKET, above[i], i % 2));
		CHECK(article_at(&sc, OTHER) != article_at(&sc, OWN));
		CHECK_INT(article_at(&sc, above[i]), 0);
		CHECK_OK(archive_claims(sc.ar, sc.a, sc.source, str_from(above[i]), 9, &claims, &n, &sc.e), sc.e);
		CHECK_INT(n, 0);
	}
	close_scene(&sc);
}

TEST(a_canonical_link_to_a_known_section_is_not_believed)
{
	struct scene sc;
	struct target t;
	open_scene(&sc);
	t = target_at(&sc, "https://gazette.example/latest");
	t.kind = TARGET_SECTION;
	CHECK_OK(archive_target_update(sc.ar, &t, &sc.e), sc.e);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, "https://gazette.example/latest", false));
	CHECK_STR(known_target(&sc, OWN).url, OWN);
	CHECK_INT(article_at(&sc, "https://gazette.example/latest"), 0);
	close_scene(&sc);
}

TEST(a_template_that_names_one_article_everywhere_joins_nothing_and_is_believed_no_more)
{
	static const char *const urls[] = { OTHER, "https://gazette.example/town/choir-score",
		                            "https://gazette.example/town/school-bell" };
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, OWN, false));
	for (int i = 0; i < 3; i++) {
		keep(&sc, urls[i], NULL, 3000 + i, page(&sc, MARKET + i, OWN, false));
		CHECK(article_at(&sc, urls[i]) != article_at(&sc, OWN));
	}
	/* Even what would be alike is no evidence any more. */
	keep(&sc, OLD, NULL, 4000, page(&sc, BRIDGE, OWN, false));
	CHECK(article_at(&sc, OLD) != article_at(&sc, OWN));
	CHECK_INT(versions_of(&sc, article_at(&sc, OWN)), 1);
	close_scene(&sc);
}

/* ---- variants --------------------------------------------------------------- */

static const char *feed(struct scene *sc, const char *const *urls, size_t n)
{
	struct buf b = BUF_INIT(64 * KIB);

	buf_puts(&b, "<rss version=\"2.0\"><channel><title>Gazette</title>");
	for (size_t i = 0; i < n; i++)
		buf_printf(&b, "<item><title>Bridge</title><link>%s</link></item>", urls[i]);
	buf_puts(&b, "</channel></rss>");
	const char *out = arena_cstr(sc->a, buf_view(&b));
	buf_free(&b);
	return out;
}

static void list(struct scene *sc, when at, const char *const *urls, size_t n)
{
	struct target t = target_at(sc, "https://gazette.example/feed");

	t.kind = TARGET_FEED;
	CHECK_OK(archive_target_update(sc->ar, &t, &sc->e), sc->e);
	keep(sc, "https://gazette.example/feed", NULL, at, feed(sc, urls, n));
}

TEST(variants_of_a_known_article_are_not_checked_beside_it)
{
	static const char *const urls[] = {
		"http://gazette.example/town/bridge-closed",
		"https://www.gazette.example/town/bridge-closed?utm_source=feed",
		"https://gazette.example/town/bridge-closed/amp/",
		"https://gazette.example/amp/town/bridge-closed",
		"https://amp.gazette.example/town/bridge-closed",
		"https://m.gazette.example/town/bridge-closed",
		"https://gazette-example.cdn.ampproject.org/c/s/gazette.example/town/bridge-closed",
		"https://www.google.com/amp/s/gazette.example/town/bridge-closed",
	};
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	list(&sc, 3000, urls, sizeof urls / sizeof *urls);
	CHECK_INT(sc.kept.nfound, 0);
	CHECK_STR(str_from(why(&sc, urls[0])), "variant");
	CHECK_INT(article_at(&sc, urls[5]), article_at(&sc, OWN));
	close_scene(&sc);
}

TEST(what_only_looks_like_a_variant_is_an_article_of_its_own)
{
	static const char *const urls[] = {
		"https://gazette.example/town/bridge-closed-2",
		"https://gazette.example/town/bridge-closed?page=2",
		"https://gazette.example:8443/town/bridge-closed",
		"https://sport.gazette.example/town/bridge-closed",
		"https://gazette.example/amp",
		"https://gazette.example/town/bridge-closed/print",
	};
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	list(&sc, 3000, urls, sizeof urls / sizeof *urls);
	CHECK_INT(sc.kept.nfound, sizeof urls / sizeof *urls);
	close_scene(&sc);
}

TEST(one_text_with_and_without_www_is_one_article)
{
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, "http://www.gazette.example/town/bridge-closed", NULL, 3000, page(&sc, BRIDGE, NULL, false));
	CHECK_INT(article_at(&sc, "http://www.gazette.example/town/bridge-closed"), article_at(&sc, OWN));
	CHECK_STR(str_from(why(&sc, "http://www.gazette.example/town/bridge-closed")), "same text");

	/* Another text there is another article, whatever the address looks like. */
	keep(&sc, OTHER, NULL, 4000, page(&sc, MARKET, NULL, false));
	keep(&sc, "http://gazette.example/town/market-moves", NULL, 5000, page(&sc, CHOIR, NULL, false));
	CHECK(article_at(&sc, "http://gazette.example/town/market-moves") != article_at(&sc, OTHER));
	close_scene(&sc);
}

TEST(an_amp_page_that_names_its_article_stands_under_that_name)
{
	struct scene sc;
	struct article_row row;
	open_scene(&sc);
	keep(&sc, OWN "/amp/", NULL, 2000, page(&sc, BRIDGE, OWN, false));
	CHECK_OK(archive_article(sc.ar, sc.a, article_at(&sc, OWN), &row, &sc.e), sc.e);
	CHECK_STR(row.url, OWN);
	CHECK_INT(article_at(&sc, OWN "/amp/"), row.id);
	close_scene(&sc);
}

/* ---- a person's word ------------------------------------------------------- */

TEST(what_was_joined_can_be_told_apart_and_stays_apart)
{
	struct scene sc;
	int64_t id, now;
	open_scene(&sc);
	keep(&sc, OLD, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OWN, NULL, 3000, page(&sc, BRIDGE, NULL, true));
	int64_t first = article_at(&sc, OLD), second = article_at(&sc, OWN);
	keep(&sc, OLD, OWN, 4000, page(&sc, BRIDGE, NULL, true));
	CHECK_INT(article_at(&sc, OWN), first);

	/* It has its old number again, with its own checks. */
	split(&sc, first, OWN, &id);
	CHECK_INT(id, second);
	CHECK_INT(article_at(&sc, OWN), second);
	CHECK_INT(article_at(&sc, OLD), first);
	CHECK_STR(str_from(why(&sc, OWN)), "apart");
	CHECK_INT(versions_of(&sc, second), 1);
	CHECK_INT(versions_of(&sc, first), 2);
	CHECK_OK(archive_article_now(sc.ar, second, &now, &sc.e), sc.e);
	CHECK_INT(now, second);
	CHECK_INT(known_target(&sc, OWN).state, TARGET_CHECKED);
	CHECK_INT(known_target(&sc, OLD).state, TARGET_CHECKED);

	keep(&sc, OLD, OWN, 5000, page(&sc, BRIDGE, OWN, true));
	CHECK_INT(article_at(&sc, OWN), second);
	CHECK_INT(article_at(&sc, OLD), first);
	close_scene(&sc);
}

TEST(a_new_address_may_lead_to_what_is_apart)
{
	struct scene sc;
	int64_t id;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OLD, OWN, 3000, page(&sc, BRIDGE, NULL, false));
	split(&sc, article_at(&sc, OWN), OLD, &id);
	keep(&sc, "https://gazette.example/7", OLD, 4000, page(&sc, BRIDGE, NULL, false));
	CHECK_INT(article_at(&sc, "https://gazette.example/7"), id);
	CHECK(article_at(&sc, OWN) != id);
	close_scene(&sc);
}

TEST(an_address_that_was_never_checked_is_checked_once_it_is_apart)
{
	static const char *const urls[] = { "https://m.gazette.example/town/bridge-closed" };
	struct scene sc;
	int64_t id;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	list(&sc, 3000, urls, 1);
	CHECK_INT(article_at(&sc, urls[0]), article_at(&sc, OWN));
	split(&sc, article_at(&sc, OWN), urls[0], &id);
	struct target t = known_target(&sc, urls[0]);
	CHECK_STR(t.url, urls[0]);
	CHECK_INT(t.article, id);
	CHECK_INT(t.state, TARGET_CHECKED);
	CHECK_INT(t.due, 90000);
	CHECK_INT(known_target(&sc, OWN).article, article_at(&sc, OWN));
	close_scene(&sc);
}

TEST(an_article_keeps_its_own_address)
{
	struct scene sc;
	struct reader *r;
	int64_t id;
	open_scene(&sc);
	keep(&sc, OWN, NULL, 2000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OTHER, NULL, 2000, page(&sc, MARKET, NULL, false));
	CHECK_OK(reader_new(1, &r, &sc.e), sc.e);
	CHECK(!identity_split(sc.ar, r, article_at(&sc, OWN), STR(OWN), 60, 3000, &id, &sc.e));
	CHECK_INT(sc.e.kind, ERR_USAGE);
	CHECK(!identity_split(sc.ar, r, article_at(&sc, OWN), STR(OTHER), 60, 3000, &id, &sc.e));
	CHECK_INT(sc.e.kind, ERR_USAGE);
	reader_free(r);
	close_scene(&sc);
}

TEST(articles_whose_bytes_were_not_kept_are_not_joined)
{
	struct scene sc;
	open_scene(&sc);
	keep(&sc, OLD, NULL, 2000,
	     arena_printf(sc.a, "<meta name=robots content=noarchive>%s", page(&sc, BRIDGE, NULL, false)).p);
	keep(&sc, OWN, NULL, 3000, page(&sc, BRIDGE, NULL, false));
	keep(&sc, OLD, OWN, 4000, page(&sc, BRIDGE, NULL, false));
	CHECK(article_at(&sc, OLD) != article_at(&sc, OWN));
	CHECK_INT(versions_of(&sc, article_at(&sc, OLD)), 1);
	close_scene(&sc);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], READER_ROLE) == 0)
		return reader_child_main();
	return test_main(argc, argv);
}
