/*
 * Tests of src/watch/learn.c: what the pages of an invented outlet teach.
 *
 * A page is written as lines, "score place text", as the reader of pages would
 * hand them over:
 *
 *     "600 p The ferry company said so.\n"
 *     "80 box Sign up for our letter.\n"
 *
 * In the places "row" and "cap" stand rows of tables and captions.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/db.h"
#include "base/wire.h"
#include "check.h"
#include "reader/reader.h"
#include "watch/keep.h"
#include "watch/learn.h"
#include "watch/rebuild.h"
#include "watch/unlike.h"

#define MOST_ARTICLES 200

static struct outlet {
	char path[256];
	struct archive *ar;
	struct arena *a;
	struct settings s;
	int64_t source;
	struct target targets[MOST_ARTICLES];
	struct kept kept;
	when now;
	struct err e;
} o;

static void open_outlet(void)
{
	memset(&o, 0, sizeof o);
	snprintf(o.path, sizeof o.path, "%s/a.db", test_folder());
	o.a = arena_new();
	settings_defaults(&o.s);
	o.now = 1000000;
	CHECK_OK(archive_open(o.path, ARCHIVE_CREATE, &o.ar, &o.e), o.e);
	CHECK_OK(archive_source_ensure(o.ar, STR("courier.example"), STR("courier"), 1000, &o.source, &o.e), o.e);
}

static void close_outlet(void)
{
	archive_close(o.ar);
	arena_free(o.a);
}

static struct target *target_of(int n)
{
	struct target *t = &o.targets[n];
	int64_t id;

	if (t->id)
		return t;
	*t = (struct target){ .kind = TARGET_ARTICLE,
		              .state = TARGET_CHECKED,
		              .source = o.source,
		              .url = arena_printf(o.a, "https://courier.example/%d", n),
		              .origin = STR("https://courier.example"),
		              .due = o.now,
		              .period = 30 * MINUTES,
		              .last_check = WHEN_NONE,
		              .last_change = WHEN_NONE };
	CHECK_OK(archive_target_add(o.ar, t, &id, &o.e), o.e);
	CHECK_OK(archive_target_by_id(o.ar, o.a, id, t, &o.e), o.e);
	return t;
}

/* The lines of a page, see above. */
static enum block_kind kind_of(struct str place)
{
	return str_eq(place, STR("row")) ? BLOCK_ROW : str_eq(place, STR("cap")) ? BLOCK_CAPTION : BLOCK_PARAGRAPH;
}

static struct learn_text text_of(const char *lines)
{
	struct learn_text t = { .text = { .title = STR("Ferries laid up") } };
	struct page_trait *traits = ARENA_ARRAY(o.a, struct page_trait, 400);
	struct str rest = str_from(lines), line, score, place;

	t.text.blocks = ARENA_ARRAY(o.a, struct block, 400);
	while (str_next_line(&rest, &line)) {
		struct block *b = &t.text.blocks[t.text.nblocks];
		int64_t number;
		CHECK(str_cut(line, ' ', &score, &line) && str_cut(line, ' ', &place, &b->text));
		CHECK(str_to_i64(score, &number));
		b->at = WHEN_NONE;
		b->kind = kind_of(place);
		traits[t.text.nblocks++] = (struct page_trait){ .place = hash_quick(place), .score = (int32_t)number };
	}
	t.traits = traits;
	return t;
}

static void answer(int n, struct str body, struct document *doc)
{
	struct target *t = target_of(n);
	struct evidence ev = { .result = FETCH_OK,
		               .at = o.now += 600,
		               .status = 200,
		               .url = t->url,
		               .body = body,
		               .content_type = STR("text/html"),
		               .retry_after = -1,
		               .origin = STR("live") };

	CHECK_OK(archive_begin(o.ar, &o.e), o.e);
	CHECK_OK(keep_check(o.ar, &o.s, NULL, o.a, t, &ev, doc, &o.kept, &o.e), o.e);
	CHECK_OK(archive_commit(o.ar, &o.e), o.e);
}

/* Article n shows these lines. */
static enum outcome fetch(int n, const char *lines)
{
	struct document doc = { .kind = DOCUMENT_PAGE };
	struct learn_text t = text_of(lines);

	doc.page.kind = PAGE_ARTICLE;
	doc.page.article = t.text;
	doc.page.traits = ARENA_ARRAY(o.a, struct page_trait, 400);
	memcpy(doc.page.traits, t.traits, t.text.nblocks * sizeof *t.traits);
	answer(n, str_from(lines), &doc);
	return o.kept.outcome;
}

/* Three paragraphs that no other article has. */
static const char *body(int n)
{
	return arena_printf(o.a,
	                    "600 p The ferry company said on Tuesday that it would lay up %d of its boats.\n"
	                    "600 p Passengers on the quay of harbour %d had heard nothing of it, they said.\n"
	                    "600 p \"Nobody has asked us,\" said a seller of coffee number %d at the pier.\n",
	                    n, n, n)
	        .p;
}

static const char *with(int n, const char *more)
{
	return arena_printf(o.a, "%s%s", body(n), more).p;
}

static const char *teaser(int n, int which)
{
	return arena_printf(o.a, "%s80 teaser Read on: %s\n", body(n),
	                    (const char *[]){ "Cat stuck in the crane", "Mayor swims across the bay",
	                                      "Why gulls like chips", "Lighthouse to be sold" }[which % 4])
	        .p;
}

static int64_t peek(const char *sql)
{
	struct db *db;
	struct stmt *q;
	int64_t n;

	CHECK_OK(db_open(o.path, DB_READ, &db, &o.e), o.e);
	CHECK_OK(db_query(db, sql, &q, &o.e) && db_take_i64(q, -1, &n, &o.e), o.e);
	db_close(db);
	return n;
}

static size_t blocks_of(int n, int64_t version)
{
	struct article text;

	CHECK_OK(archive_version_text(o.ar, o.a, target_of(n)->article, version, &text, &o.e), o.e);
	return text.nblocks;
}

static int64_t versions_of(int n)
{
	struct version *list;
	size_t count;

	CHECK_OK(archive_versions(o.ar, o.a, target_of(n)->article, &list, &count, &o.e), o.e);
	return (int64_t)count;
}

/* ---- differences --------------------------------------------------------- */

static struct unlike difference(const char *older, const char *newer)
{
	struct learn_text x = text_of(older), y = text_of(newer);
	struct unlike u;

	unlike_find(o.a, &x, &y, &u);
	return u;
}

TEST(a_difference_is_an_edit_unless_only_doubtful_blocks_differ)
{
	open_outlet();
	CHECK(!difference(body(1), body(1)).edit);
	CHECK(difference(body(1), body(2)).edit);
	CHECK(!difference(teaser(1, 0), teaser(1, 1)).edit);
	CHECK(!difference(teaser(1, 0), body(1)).edit);
	CHECK(difference(with(1, "600 box Sure one.\n"), body(1)).edit);
	CHECK(difference(with(1, "600 box Sure one.\n"), body(1)).still);
	/* Most of its words stayed: somebody edited it. */
	CHECK(difference(with(1, "80 box The ferry Anna at the quay on Monday morning\n"),
	                 with(1, "80 box The ferry Anna at the quay on Tuesday morning\n"))
	              .edit);
	/* A counter, or the dead: it may be learned, but not guessed. */
	CHECK(difference(with(1, "80 n 128 comments\n"), with(1, "80 n 146 comments\n")).edit);
	CHECK(difference(with(1, "80 n 128 comments\n"), with(1, "80 n 146 comments\n")).still);
	CHECK(!difference(with(1, "80 n At least 128 people are known to have died in it\n"),
	                  with(1, "80 n At least 146 people are known to have died in it\n"))
	               .still);
	CHECK(!difference(with(1, "80 n This article was amended on 3 May.\n"), body(1)).still);
	close_outlet();
}

TEST(a_block_that_moved_differs_on_both_sides)
{
	open_outlet();
	struct unlike u = difference("600 p One here.\n600 p Two here.\n600 p Three here.\n600 p Four here.\n",
	                             "600 p Two here.\n600 p Three here.\n600 p One here.\n600 p Four here.\n");
	CHECK(u.edit);
	CHECK_INT(u.nolds, 1);
	CHECK_INT(u.nnews, 1);
	CHECK_INT(u.olds[0], 0);
	CHECK_INT(u.news[0], 2);
	close_outlet();
}

TEST(a_paragraph_that_became_a_heading_is_no_edit)
{
	struct unlike u;

	open_outlet();
	struct learn_text x = text_of(body(1)), y = text_of(body(1));
	y.text.blocks[1].kind = BLOCK_HEADING;
	unlike_find(o.a, &x, &y, &u);
	CHECK(!u.edit);
	CHECK_INT(u.nolds + u.nnews, 0);
	close_outlet();
}

/* Half of an article is not furniture, however doubtful. */
TEST(much_of_an_article_is_never_a_doubtful_difference)
{
	open_outlet();
	CHECK(difference("80 p The only paragraph of a short notice.\n", "80 p Another text altogether, as it seems.\n")
	              .edit);
	close_outlet();
}

TEST(traits_survive_their_short_form)
{
	open_outlet();
	struct learn_text t = text_of(teaser(1, 0));
	struct str bytes = learn_traits_encode(o.a, &t);
	const struct page_trait *back = learn_traits_decode(o.a, bytes, t.text.nblocks);

	CHECK(bytes.n == 1 + 2 * 8 + 4 * 2);
	for (size_t i = 0; i < t.text.nblocks; i++) {
		CHECK(back[i].place == t.traits[i].place);
		CHECK_INT(back[i].score, t.traits[i].score);
	}
	CHECK(learn_traits_decode(o.a, bytes, t.text.nblocks + 1) == NULL);
	CHECK(learn_traits_decode(o.a, STR_NONE, 0) == NULL);
	close_outlet();
}

/* ---- one pair ------------------------------------------------------------ */

TEST(a_teaser_that_rotates_makes_no_version_and_the_rule_is_recorded)
{
	open_outlet();
	CHECK_INT(fetch(1, teaser(1, 0)), OUTCOME_NEW_VERSION);
	CHECK_INT(fetch(1, teaser(1, 1)), OUTCOME_UNCHANGED);
	CHECK_INT(fetch(1, body(1)), OUTCOME_UNCHANGED);
	CHECK_INT(versions_of(1), 1);

	struct check *checks;
	struct left_out *list;
	struct furniture *what;
	size_t n, m;
	CHECK_OK(archive_checks(o.ar, o.a, target_of(1)->id, 10, &checks, &n, &o.e), o.e);
	CHECK_INT(n, 3);
	CHECK_OK(archive_left_out(o.ar, o.a, checks[1].id, &list, &what, &m, &o.e), o.e);
	CHECK_INT(m, 2);
	CHECK(list[0].doubtful && list[1].doubtful);
	CHECK_INT(list[0].block, -1);
	CHECK_INT(list[1].block, 3);
	CHECK_INT(what[1].rule, FURNITURE_CHURNS);
	CHECK(what[1].since == WHEN_NONE);
	CHECK(str_starts(what[1].sample, STR("Read on:")));
	CHECK_OK(archive_left_out(o.ar, o.a, checks[2].id, &list, &what, &m, &o.e), o.e);
	CHECK_INT(m, 0);
	close_outlet();
}

TEST(an_edit_beside_the_teaser_is_a_version)
{
	open_outlet();
	fetch(1, teaser(1, 0));
	CHECK_INT(fetch(1, with(1, "600 p The mayor was not amused.\n80 teaser Read on: Lighthouse sold\n")),
	          OUTCOME_NEW_VERSION);
	CHECK_INT(fetch(1, with(1, "600 p The mayor was not amused.\n80 teaser Read on: Crane found\n")),
	          OUTCOME_UNCHANGED);
	CHECK_INT(versions_of(1), 2);
	close_outlet();
}

TEST(a_correction_is_a_version_however_doubtful_its_place)
{
	open_outlet();
	for (int n = 1; n <= 8; n++) {
		fetch(n, body(n));
		CHECK_INT(fetch(n, with(n, "40 note This article was amended to correct a name.\n")),
		          OUTCOME_NEW_VERSION);
	}
	CHECK_INT(peek("SELECT count(*) FROM furniture"), 0);
	close_outlet();
}

/* ---- what repeats -------------------------------------------------------- */

TEST(a_box_that_stands_in_three_articles_is_left_out_of_the_next)
{
	open_outlet();
	for (int n = 1; n <= 3; n++)
		CHECK_INT(fetch(n, with(n, "80 box Sign up for our letter.\n")), OUTCOME_NEW_VERSION);
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE rule = 'repeats' AND since IS NOT NULL"), 1);
	fetch(4, with(4, "80 box Sign up for our letter.\n"));
	CHECK_INT(blocks_of(4, 0), 3);

	/* The first have it in their text: no version for that alone, ... */
	CHECK_INT(fetch(1, with(1, "80 box Sign up for our letter.\n80 x 1\n")), OUTCOME_UNCHANGED);
	CHECK_INT(fetch(1, body(1)), OUTCOME_UNCHANGED);
	CHECK_INT(versions_of(1), 1);
	/* ... and with an edit one, after which the article is to be made again. */
	CHECK_INT(fetch(1, with(1, "600 p The mayor was not amused.\n80 box Sign up for our letter.\n")),
	          OUTCOME_NEW_VERSION);
	CHECK(o.kept.outdated);
	CHECK_INT(o.kept.nstale, 0);
	CHECK_INT(blocks_of(1, 1), 4);
	close_outlet();
}

TEST(the_background_of_a_story_is_not_furniture)
{
	static const char background[] = "600 p The port was closed in March after a crane fell into the basin.\n";

	open_outlet();
	for (int n = 1; n <= 30; n++)
		fetch(n, n % 3 ? body(n) : with(n, background));
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE since IS NOT NULL"), 0);
	CHECK_INT(blocks_of(30, 0), 4);
	CHECK_INT(fetch(29, with(29, background)), OUTCOME_NEW_VERSION);
	close_outlet();
}

TEST(a_line_that_is_sure_must_stand_in_half_of_all_articles)
{
	open_outlet();
	for (int n = 1; n <= 12; n++)
		fetch(n, with(n, "600 p Our reporters are paid by readers like you.\n"));
	CHECK_INT(blocks_of(10, 0), 4);
	CHECK_INT(blocks_of(12, 0), 3);
	close_outlet();
}

TEST(a_line_that_comes_with_edits_is_not_furniture)
{
	static const char late[] = "80 note Die Zahl der Boote wurde nach oben gesetzt.\n";

	open_outlet();
	for (int n = 1; n <= 8; n++) {
		fetch(n, body(n));
		fetch(n, with(n, arena_printf(o.a, "600 p The mayor of town %d was not amused.\n%s", n, late).p));
	}
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE since IS NOT NULL"), 0);
	CHECK_INT(blocks_of(8, 1), 5);
	close_outlet();
}

TEST(the_head_of_a_table_is_not_furniture)
{
	open_outlet();
	for (int n = 1; n <= 20; n++)
		fetch(n, with(n, arena_printf(o.a, "80 row District | Votes\n80 row Quay | %d\n", n).p));
	CHECK_INT(peek("SELECT count(*) FROM furniture"), 0);
	CHECK_INT(fetch(20, with(20, "80 row District | Votes\n80 row Quay | 21\n")), OUTCOME_NEW_VERSION);
	CHECK_INT(blocks_of(20, 1), 5);
	close_outlet();
}

/* ---- what churns --------------------------------------------------------- */

static const char *box(int n, int which)
{
	return arena_printf(o.a, "%s600 ul.box %s.\n", body(n),
	                    (const char *[]){ "Fair winds until Monday", "Storms are on their way",
	                                      "No news from the buoys", "Tides as last year" }[which % 4])
	        .p;
}

TEST(a_place_that_changes_by_itself_in_five_articles_is_noise)
{
	open_outlet();
	for (int n = 1; n <= 5; n++) {
		fetch(n, box(n, n));
		/* It is sure to be the article's, as far as one page can tell. */
		CHECK_INT(fetch(n, box(n, n + 1)), OUTCOME_NEW_VERSION);
	}
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE rule = 'churns' AND since IS NOT NULL"), 1);
	CHECK_INT(o.kept.nstale, 5); /* these have versions that are none */
	fetch(6, box(6, 0));
	CHECK_INT(blocks_of(6, 0), 3);
	CHECK_INT(fetch(6, box(6, 1)), OUTCOME_UNCHANGED);
	/* Under the same rules the old ones did not change either. */
	CHECK_INT(fetch(1, box(1, 3)), OUTCOME_UNCHANGED);
	/* An edit in the same check as the churn. */
	CHECK_INT(fetch(6, with(6, "600 p The mayor was not amused.\n600 ul.box A word on fog.\n")),
	          OUTCOME_NEW_VERSION);
	CHECK_INT(blocks_of(6, 1), 4);
	close_outlet();
}

TEST(a_place_of_ordinary_paragraphs_is_never_noise)
{
	open_outlet();
	for (int n = 1; n <= 12; n++) {
		fetch(n, body(n));
		CHECK_INT(fetch(n, with(n, "600 p The mayor was not amused by that.\n")), OUTCOME_NEW_VERSION);
	}
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE rule = 'churns'"), 0);
	close_outlet();
}

TEST(subheads_that_are_edited_now_and_then_are_not_noise)
{
	open_outlet();
	for (int n = 1; n <= 40; n++) {
		const char *first = arena_printf(o.a, "%s600 h2 What number %d said\n", body(n), n).p;
		fetch(n, first);
		if (n % 8 == 0)
			CHECK_INT(fetch(n, with(n, "600 h2 Silence\n")), OUTCOME_NEW_VERSION);
		else
			fetch(n, arena_printf(o.a, "%s600 p More of it came on day %d.\n", first, n).p);
	}
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE since IS NOT NULL"), 0);
	close_outlet();
}

TEST(captions_that_editors_add_or_change_are_not_noise)
{
	open_outlet();
	for (int n = 1; n <= 6; n++) {
		fetch(n, body(n));
		CHECK_INT(fetch(n, with(n, arena_printf(o.a, "80 cap Picture %d: gulls\n", n).p)), OUTCOME_NEW_VERSION);
	}
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE rule = 'churns'"), 0);
	CHECK_INT(fetch(6, with(6, "80 cap Nobody on the pier\n")), OUTCOME_NEW_VERSION);
	close_outlet();
}

TEST(a_counter_is_learned_in_three_articles)
{
	open_outlet();
	for (int n = 1; n <= 3; n++) {
		fetch(n, with(n, "80 n 7 remarks\n"));
		CHECK_INT(fetch(n, with(n, "80 n 12 remarks\n")), OUTCOME_NEW_VERSION);
	}
	fetch(4, with(4, "80 n 1 remark\n"));
	CHECK_INT(fetch(4, with(4, "80 n 2 remarks\n")), OUTCOME_UNCHANGED);
	CHECK_INT(blocks_of(4, 0), 3);
	close_outlet();
}

/* ---- limits and persons -------------------------------------------------- */

TEST(rules_never_take_much_of_an_article)
{
	open_outlet();
	for (int n = 1; n <= 4; n++)
		fetch(n, with(n, "80 box Sign up for our letter.\n"));
	fetch(5, "600 p Short.\n80 box Sign up for our letter.\n"); /* most of it */
	CHECK_INT(blocks_of(5, 0), 2);
	close_outlet();
}

TEST(lessons_are_kept_of_the_last_articles_only)
{
	open_outlet();
	for (int n = 1; n <= 140; n++)
		fetch(n, body(n));
	CHECK_INT(peek("SELECT count(*) FROM lessons"), 128);
	CHECK(peek("SELECT max(length(evidence)) FROM lessons") < 40);
	CHECK_INT(peek("SELECT count(*) FROM furniture"), 0);
	close_outlet();
}

TEST(a_person_has_the_last_word)
{
	struct furniture *list;
	size_t n;

	open_outlet();
	for (int k = 1; k <= 3; k++)
		fetch(k, with(k, "80 box Sign up for our letter.\n"));
	CHECK_OK(archive_furniture(o.ar, o.a, o.source, false, &list, &n, &o.e), o.e);
	CHECK_INT(n, 1);
	CHECK_INT(list[0].articles, 3);
	CHECK_OK(archive_furniture_judge(o.ar, o.source, list[0].id, VERDICT_KEEP, o.now, &o.e), o.e);
	for (int k = 4; k <= 6; k++)
		fetch(k, with(k, "80 box Sign up for our letter.\n"));
	CHECK_INT(blocks_of(6, 0), 4);
	CHECK_OK(rebuild_unlearn(o.ar, o.source, &o.e), o.e);
	CHECK_INT(peek("SELECT count(*) FROM furniture WHERE verdict = 'keep' AND since IS NULL"), 1);
	CHECK_OK(archive_furniture_judge(o.ar, o.source, list[0].id, VERDICT_DROP, o.now, &o.e), o.e);
	fetch(7, with(7, "80 box Sign up for our letter.\n"));
	CHECK_INT(blocks_of(7, 0), 3);
	CHECK(!archive_furniture_judge(o.ar, o.source, 999, VERDICT_DROP, o.now, &o.e));
	CHECK_INT(o.e.kind, ERR_NOT_FOUND);
	close_outlet();
}

TEST(the_list_of_a_source_is_bounded)
{
	open_outlet();
	for (int n = 1; n <= 90; n++) {
		fetch(n, arena_printf(o.a, "%s80 a%d One thing\n80 b%d Two things\n80 c%d Three things\n", body(n), n,
		                      n, n)
		                 .p);
		fetch(n, body(n));
	}
	CHECK(peek("SELECT count(*) FROM furniture") <= 200);
	close_outlet();
}

/* ---- whole ways ---------------------------------------------------------- */

/* What was not committed was not learned. */
TEST(a_process_that_is_killed_leaves_counts_that_agree)
{
	int status;

	open_outlet();
	fetch(1, with(1, "80 box Sign up for our letter.\n"));
	fetch(2, with(2, "80 box Sign up for our letter.\n"));
	fflush(stdout);
	archive_close(o.ar);
	pid_t child = fork();
	if (child == 0) {
		struct document doc = { .kind = DOCUMENT_PAGE };
		struct learn_text t = text_of(with(3, "80 box Sign up for our letter.\n"));
		struct evidence ev = { .result = FETCH_OK, .at = 5000000, .body = STR("x"), .origin = STR("live") };
		doc.page.kind = PAGE_ARTICLE;
		doc.page.article = t.text;
		doc.page.traits = (struct page_trait *)t.traits;
		bool ok = archive_open(o.path, ARCHIVE_WRITE, &o.ar, &o.e);
		struct target *target = target_of(3);
		ok = ok && archive_begin(o.ar, &o.e) &&
		     keep_check(o.ar, &o.s, NULL, o.a, target, &ev, &doc, &o.kept, &o.e);
		if (ok)
			raise(SIGKILL);
		_exit(1);
	}
	waitpid(child, &status, 0);
	CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	CHECK_OK(archive_open(o.path, ARCHIVE_WRITE, &o.ar, &o.e), o.e);
	CHECK_INT(peek("SELECT count(*) FROM lessons"), 2);
	CHECK_INT(peek("SELECT count(*) FROM furniture"), 0);
	fetch(3, with(3, "80 box Sign up for our letter.\n"));
	CHECK_INT(peek("SELECT articles FROM furniture"), 3);
	close_outlet();
}

/* A real page, so that a rebuild can read it. */
static void fetch_html(int n, const char *figure, const char *tail)
{
	struct document doc;
	struct str html = arena_printf(
	        o.a,
	        "<!DOCTYPE html><html lang=en><head><title>Ferries %d - The Courier</title></head><body><article>"
	        "<h1>Ferries %d</h1><p>The ferry company said on Tuesday that it would take %s of its boats out of "
	        "service before the winter of %d, and that the island routes would be the first to go.</p>"
	        "<p>Passengers on quay %d had heard nothing of it. \"Nobody has asked us,\" said Marta Lind, who has "
	        "sold coffee there for %d years and knows every captain.</p>"
	        "<p>The town council of harbour %d meets on Thursday to talk about the boats, the quay and the "
	        "money that both of them cost in a year.</p>%s</article></body></html>",
	        n, n, figure, 1900 + n, n, n, n, tail);
	struct read_job job = { .url = target_of(n)->url, .content_type = STR("text/html"), .bytes = html };

	reader_parse(&job, o.a, &doc);
	answer(n, html, &doc);
}

static int64_t rebuild(when improved)
{
	struct reader *r;
	int64_t versions, all = 0;

	CHECK_OK(reader_new(1, &r, &o.e), o.e);
	CHECK_OK(archive_begin(o.ar, &o.e), o.e);
	CHECK_OK(rebuild_unlearn(o.ar, o.source, &o.e), o.e);
	for (int n = 1; n < MOST_ARTICLES; n++)
		if (o.targets[n].id)
			CHECK_OK(rebuild_learn(o.ar, r, target_of(n)->article, &o.e), o.e);
	for (int n = 1; n < MOST_ARTICLES; n++)
		if (o.targets[n].id) {
			CHECK_OK(rebuild_article(o.ar, r, target_of(n)->article, improved, &versions, &o.e), o.e);
			all += versions;
		}
	CHECK_OK(archive_commit(o.ar, &o.e), o.e);
	reader_free(r);
	return all;
}

TEST(a_rebuild_learns_first_and_marks_what_comes_out_otherwise)
{
	static const char appeal[] = "<p>Our reporters are paid by readers like you, who want to know what happens on "
	                             "the water.</p>";
	struct version v;
	int64_t stored_with_it = 0;

	open_outlet();
	for (int n = 1; n <= 12; n++)
		fetch_html(n, "three", appeal);
	fetch_html(1, "four", appeal); /* an edit of an article that was stored with the appeal */
	CHECK_INT(blocks_of(1, 0), 4);
	CHECK_INT(blocks_of(12, 0), 3);
	CHECK(o.kept.outdated);
	for (int n = 1; n <= 12; n++)
		stored_with_it += blocks_of(n, 0) == 4;
	CHECK(stored_with_it >= 3);

	CHECK_INT(rebuild(7000000), 13);
	CHECK_INT(blocks_of(1, 0), 3);
	CHECK_INT(blocks_of(1, 1), 3);
	CHECK_OK(archive_version(o.ar, o.a, target_of(1)->article, 0, &v, &o.e), o.e);
	CHECK_INT(v.remade, 7000000);
	CHECK_OK(archive_version(o.ar, o.a, target_of(12)->article, 0, &v, &o.e), o.e);
	CHECK_INT(v.remade, 0);
	CHECK_INT(peek("SELECT count(*) FROM changes WHERE remade IS NULL"), 1); /* the edit stays news */
	CHECK_INT(peek("SELECT count(*) FROM left_out"), 13);

	/* Once more: nothing comes out otherwise, and the marks stay. */
	CHECK_INT(rebuild(8000000), 13);
	CHECK_INT(peek("SELECT count(*) FROM versions WHERE remade = 7000000"), stored_with_it);
	CHECK_INT(peek("SELECT count(*) FROM versions WHERE remade = 8000000"), 0);
	close_outlet();
}

/* The versions of a program that read worse: it took two texts for one. */
TEST(a_change_that_only_a_rebuild_found_is_no_news)
{
	struct change_filter all = { .until = WHEN_NONE, .limit = 10 }, one = all;
	struct change_item *items;
	struct article text;
	size_t n;

	open_outlet();
	fetch_html(1, "three", "");
	fetch_html(1, "four", "");
	int64_t article = target_of(1)->article;
	CHECK_OK(archive_version_text(o.ar, o.a, article, 0, &text, &o.e), o.e);
	CHECK_OK(archive_forget_derived(o.ar, article, &o.e), o.e);
	struct version v = { .article = article,
		             .check = 1,
		             .first_seen = 1000600,
		             .before = WHEN_NONE,
		             .later = -1,
		             .identity = article_identity(&text),
		             .published = WHEN_NONE,
		             .modified = WHEN_NONE };
	CHECK_OK(archive_version_add(o.ar, &v, &text, &o.e), o.e);

	CHECK_INT(rebuild(7000000), 2);
	CHECK_OK(archive_changes(o.ar, o.a, all, &items, &n, &o.e), o.e);
	CHECK_INT(n, 0);
	one.article = article;
	one.remade_too = true;
	CHECK_OK(archive_changes(o.ar, o.a, one, &items, &n, &o.e), o.e);
	CHECK_INT(n, 1);
	CHECK_INT(items[0].summary.remade, 7000000);
	close_outlet();
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], READER_ROLE) == 0)
		return reader_child_main();
	return test_main(argc, argv);
}
