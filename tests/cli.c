/*
 * The command line, as a person meets it: the real program is run on an archive
 * that is built here, and what it writes is looked at.
 *
 * The archive tells of one outlet, the Harbour Courier, and three articles: a
 * bridge that is closed, in three versions, one that means harm to terminals
 * and spreadsheets, and one of which a paragraph moves.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <jansson.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "archive/archive.h"
#include "base/settings.h"
#include "change/change.h"
#include "check.h"
#include "cli/command.h"
#include "cli/csv.h"
#include "cli/phrase.h"
#include "watch/hazard.h"
#include "watch/versions.h"

#define T0 1728295200 /* 2024-10-07T10:00:00Z */
#define NOW "2024-10-07T14:00:00Z"
#define EVIL "\033]0;owned\007Bridge \033[31mred\033[m \xe2\x80\xae"
#define FORMULA "=HYPERLINK(\"http://evil.example\")"

/* ---- the archive -------------------------------------------------------- */

struct draft {
	const char *title;
	const char *paragraphs[6];
	int64_t minutes; /* after T0 */
};

static const struct draft bridge[] = {
	{ "Harbour bridge closed after storm",
	  { "The harbour bridge was closed on Monday morning.", "Several hundred commuters had to take the ferry.",
	    "The mayor asked for patience.", "A spokesman said that repairs would begin at once.",
	    "The ferry runs every twenty minutes." },
	  0 },
	{ "Harbour bridge closed after storm",
	  { "The harbour bridge was closed on Monday morning.", "Up to 275 commuters had to take the ferry.",
	    "The mayor asked for patience.", "A spokesman said that repairs would begin at once.",
	    "The ferry runs every twenty minutes." },
	  17 },
	{ "Harbour bridge to stay closed for weeks",
	  { "The harbour bridge was closed on Monday morning.", "Up to 275 commuters had to take the ferry.",
	    "The mayor asked for patience.", "A spokesman said that repairs would begin at once.",
	    "The ferry runs every twenty minutes.", "Engineers found cracks in two pillars." },
	  150 },
};

static const struct draft evil[] = {
	{ EVIL, { FORMULA, "Second, \"quoted\" paragraph." }, 30 },
	{ EVIL, { FORMULA, "Second, \"quoted\" \033[2Jparagraph." }, 60 },
};

static const struct draft ferry[] = {
	{ "Ferry timetable for the winter",
	  { "The first boat leaves the northern pier at six.", "Bicycles travel free of charge on weekdays.",
	    "Dogs must be kept on a short lead.", "Tickets are sold on board and at the kiosk.",
	    "The operator thanked all passengers for their patience last month." },
	  5 },
	{ "Ferry timetable for the winter",
	  { "The operator thanked all passengers for their patience last month.",
	    "The first boat leaves the northern pier at six.", "Bicycles travel free of charge on weekdays.",
	    "Dogs must be kept on a short lead.", "Tickets are sold on board and at the kiosk." },
	  8 },
};

static void make_text(const struct draft *d, struct arena *a, struct article *out)
{
	*out = (struct article){
		.title = str_from(d->title), .language = STR("en"), .published = T0, .modified = WHEN_NONE
	};
	out->blocks = ARENA_ARRAY(a, struct block, 6);
	for (size_t i = 0; i < 6 && d->paragraphs[i]; i++)
		out->blocks[out->nblocks++] = (struct block){ .at = WHEN_NONE, .text = str_from(d->paragraphs[i]) };
}

static void add_change(struct archive *ar, struct arena *a, int64_t article, const struct draft *d, int64_t number)
{
	struct err e;
	struct article older, newer;
	struct change c;

	make_text(&d[number - 1], a, &older);
	make_text(&d[number], a, &newer);
	change_compute(a, &older, &newer, NULL, &c);
	struct change_summary s = versions_summary(article, number, &c);
	CHECK_OK(archive_change_add(ar, &s, &e), e);
}

static void add_version(struct archive *ar, struct arena *a, struct target *t, const struct draft *d, int64_t number)
{
	struct err e;
	struct article text;
	when at = T0 + d[number].minutes * MINUTES;
	struct check check = { .target = t->id,
		               .at = at,
		               .outcome = STR("new version"),
		               .status = 200,
		               .read_as = STR("web"),
		               .content_type = STR("text/html"),
		               .origin = STR("live"),
		               .bytes = 4321 };
	struct str body = arena_printf(a, "<h1>%s</h1>\r\n\033[2Jbytes of version %d", d->title, (int)number);

	CHECK_OK(archive_check_add(ar, &check, body, STR("HTTP/1.1 200 OK\r\nserver: \033[31mx\r\n"), 0, &e), e);
	make_text(&d[number], a, &text);
	struct version v = { .article = t->article,
		             .number = number,
		             .check = check.id,
		             .first_seen = at,
		             .last_seen = at,
		             .before = number ? at - 15 * MINUTES : WHEN_NONE,
		             .later = -1,
		             .identity = article_identity(&text),
		             .title = text.title,
		             .published = text.published,
		             .modified = WHEN_NONE,
		             .words = (int64_t)article_words(&text) };
	CHECK_OK(archive_version_add(ar, &v, &text, &e), e);
	CHECK_OK(archive_sighting(ar, t->article, number, at, &e), e);
	if (number)
		add_change(ar, a, t->article, d, number);
	t->last_check = at;
	t->last_change = at;
	t->last_outcome = STR("new version");
	CHECK_OK(archive_target_update(ar, t, &e), e);
}

static void add_article(struct archive *ar, struct arena *a, int64_t source, const char *url, const struct draft *d,
                        int64_t n)
{
	struct err e;
	struct target t = { .kind = TARGET_ARTICLE,
		            .source = source,
		            .url = str_from(url),
		            .origin = STR("https://courier.example:443"),
		            .added = T0,
		            .due = T0 + 5 * HOURS,
		            .period = 1800,
		            .last_check = WHEN_NONE,
		            .last_change = WHEN_NONE };

	CHECK_OK(archive_article_add(ar, source, t.url, T0, &t.article, &e), e);
	CHECK_OK(archive_target_add(ar, &t, &t.id, &e), e);
	for (int64_t i = 0; i < n; i++)
		add_version(ar, a, &t, d, i);
}

static void add_feed(struct archive *ar, int64_t source)
{
	struct err e;
	struct target t = { .kind = TARGET_FEED,
		            .source = source,
		            .url = STR("https://courier.example/feed.xml"),
		            .origin = STR("https://courier.example:443"),
		            .label = STR("Harbour Courier: all news"),
		            .added = T0,
		            .due = T0 + 3 * HOURS,
		            .period = 900,
		            .last_check = T0 + 2 * HOURS,
		            .last_change = WHEN_NONE,
		            .failures = 2,
		            .last_outcome = STR("server error") };
	struct check c = { .at = T0 + 2 * HOURS,
		           .outcome = STR("server error"),
		           .failed = true,
		           .status = 503,
		           .read_as = STR("web"),
		           .origin = STR("live"),
		           .detail = STR("the server says that it is overloaded") };

	CHECK_OK(archive_target_add(ar, &t, &t.id, &e), e);
	CHECK_OK(archive_target_update(ar, &t, &e), e);
	c.target = t.id;
	CHECK_OK(archive_check_add(ar, &c, STR_NONE, STR_NONE, 0, &e), e);
}

/* What the pages have taught, with a sample that would steer a terminal. */
static void add_furniture(struct archive *ar, int64_t source)
{
	struct err e;
	struct furniture box = { .source = source,
		                 .rule = FURNITURE_REPEATS,
		                 .sample = STR("Sign up for our letter\033[2J"),
		                 .articles = 8,
		                 .of = 9,
		                 .last = T0,
		                 .since = T0 };
	struct furniture teaser = { .source = source,
		                    .rule = FURNITURE_CHURNS,
		                    .sample = STR("Read on: Lighthouse sold"),
		                    .articles = 2,
		                    .of = 5,
		                    .last = T0,
		                    .since = WHEN_NONE };
	struct left_out left = { .block = 3 };

	CHECK_OK(archive_furniture_put(ar, &box, &e), e);
	CHECK_OK(archive_furniture_put(ar, &teaser, &e), e);
	left.furniture = box.id;
	CHECK_OK(archive_left_out_put(ar, 3, &left, 1, &e), e); /* the check of version 1/2 */
}

/* The evil one was gone for a while; what the ferry's site says is not believed yet. */
static void add_removals(struct archive *ar)
{
	struct err e;
	struct removal gone = { 2, T0 + 6 * MINUTES, T0 + 1 * MINUTES, STR("not found"),
		                3, T0 + 8 * MINUTES, T0 + 9 * MINUTES };
	struct removal said = { 3, T0 + 3 * HOURS, T0 + 2 * HOURS, STR("soft 404"), 1, WHEN_NONE, WHEN_NONE };

	CHECK_OK(archive_removal_put(ar, &gone, &e), e);
	CHECK_OK(archive_removal_put(ar, &said, &e), e);
}

/* What the schedule has learned: this source edits about 2 hours after it
 * publishes. */
static void add_hazards(struct archive *ar, int64_t source)
{
	struct err e;
	struct hazard h = { 0 };
	struct buf b = BUF_INIT(4 * KIB);

	for (size_t k = 0; k < HAZARD_BINS; k++)
		h.hours[SPELL_NEW][k] = 1000;
	h.changes[SPELL_NEW][hazard_bin(2 * HOURS)] = 400;
	h.level = h.scale = 1;
	hazard_write(&h, &b);
	CHECK_OK(archive_hazards_put(ar, source, buf_view(&b), T0, &e), e);
	buf_free(&b);
}

/* Made once; tests only read it, but for a person's word on furniture. */
static const char *the_archive(void)
{
	static char path[160];
	struct archive *ar;
	struct err e;
	int64_t source;

	if (*path)
		return path;
	snprintf(path, sizeof path, "%s/stet.db", test_folder());
	struct arena *a = arena_new();
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	CHECK_OK(archive_source_ensure(ar, STR("courier.example"), STR("courier"), T0, &source, &e), e);
	CHECK_OK(archive_source_set_name(ar, source, STR("Harbour Courier"), &e), e);
	add_article(ar, a, source, "https://courier.example/news/bridge", bridge, 3);
	add_article(ar, a, source, "https://courier.example/news/evil", evil, 2);
	add_article(ar, a, source, "https://courier.example/news/ferry", ferry, 2);
	add_feed(ar, source);
	add_furniture(ar, source);
	add_removals(ar);
	add_hazards(ar, source);
	archive_close(ar);
	arena_free(a);
	return path;
}

/* ---- running the program ------------------------------------------------ */

struct ran {
	int status;
	struct str out, err;
};

static const char *standard_input = "/dev/null";

static void redirect(posix_spawn_file_actions_t *actions, int fd, const char *path)
{
	posix_spawn_file_actions_addopen(actions, fd, path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
}

/* Runs "stet ARG..."; arguments end with NULL. */
static struct ran run_args(const char *const *args)
{
	static char folder[128], home[160], program[512], out[160], err[160];
	char *argv[32] = { program }, *env[] = { home, "PATH=/usr/bin:/bin", "TERM=xterm", NULL };
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int status;

	if (!*folder)
		snprintf(folder, sizeof folder, "%s", test_folder());
	snprintf(home, sizeof home, "HOME=%s", folder);
	snprintf(out, sizeof out, "%s/out", folder);
	snprintf(err, sizeof err, "%s/err", folder);
	snprintf(program, sizeof program, "%s/stet", getenv("STET_BUILD_ROOT") ? getenv("STET_BUILD_ROOT") : "build");
	for (size_t i = 0; args[i] && i < 30; i++)
		argv[i + 1] = (char *)args[i];
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, standard_input, O_RDONLY, 0);
	redirect(&actions, STDOUT_FILENO, out);
	redirect(&actions, STDERR_FILENO, err);
	CHECK(posix_spawn(&pid, program, &actions, NULL, argv, env) == 0);
	posix_spawn_file_actions_destroy(&actions);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK(WIFEXITED(status));
	return (struct ran){ WEXITSTATUS(status), test_file(out), test_file(err) };
}

#define STET(...) run_args((const char *const[]){ __VA_ARGS__, NULL })
/* On the archive, at NOW. */
#define ON_ARCHIVE(...) STET("--archive", the_archive(), "--clock-start", NOW, "--clock-speed", "0", __VA_ARGS__)

static void must_have(const char *what, struct str text, const char *wanted)
{
	if (!str_has(text, str_from(wanted)))
		test_failed(__FILE__, __LINE__, "%s lacks \"%s\": %.*s", what, wanted, STR_ARG(text));
}

static void must_lack(const char *what, struct str text, const char *unwanted)
{
	if (str_has(text, str_from(unwanted)))
		test_failed(__FILE__, __LINE__, "%s has \"%s\": %.*s", what, unwanted, STR_ARG(text));
}

static void must_end(struct ran r, int status, const char *sentence)
{
	if (r.status != status)
		test_failed(__FILE__, __LINE__, "the status is %d, not %d: %.*s", r.status, status, STR_ARG(r.err));
	must_have("the error", r.err, sentence);
	if (status)
		CHECK(r.out.n == 0);
}

#define OUT_HAS(r, wanted) must_have(#r, (r).out, wanted)
#define OUT_LACKS(r, unwanted) must_lack(#r, (r).out, unwanted)

static json_t *parse_json(struct ran r)
{
	json_error_t error;
	json_t *root = json_loadb(r.out.p, r.out.n, 0, &error);

	if (r.status || !root)
		test_failed(__FILE__, __LINE__, "status %d, JSON: %s: %.*s %.*s", r.status, error.text, STR_ARG(r.err),
		            STR_ARG(r.out));
	return root;
}

static const char *text_of(json_t *object, const char *key)
{
	const char *text = json_string_value(json_object_get(object, key));
	return text ? text : "(none)";
}

/* ---- log ---------------------------------------------------------------- */

TEST(log_lists_changes_newest_first)
{
	struct ran r = ON_ARCHIVE("log");

	must_end(r, 0, "");
	OUT_HAS(r, "change 1/2  courier\n"
	           "Title:  Harbour bridge to stay closed for weeks\n"
	           "Before: Harbour bridge closed after storm\n"
	           "When:   between 7 Oct 2024, 12:15 and 12:30 UTC\n"
	           "Kinds:  ");
	OUT_HAS(r, "\n\n    headline changed; ");
	OUT_HAS(r, "change 1/1  courier\n");
	CHECK(str_find(r.out, STR("change 1/2")) < str_find(r.out, STR("change 2/1")));
	CHECK(str_find(r.out, STR("change 2/1")) < str_find(r.out, STR("change 1/1")));
	OUT_LACKS(r, "change 1/0");
}

TEST(log_takes_a_number_a_key_or_an_address)
{
	struct ran r = ON_ARCHIVE("log", "1");
	OUT_HAS(r, "change 1/1");
	OUT_LACKS(r, "change 2/1");
	r = ON_ARCHIVE("log", "courier");
	OUT_HAS(r, "change 1/1");
	OUT_HAS(r, "change 2/1");
	r = ON_ARCHIVE("log", "courier.example/news/bridge?utm_source=letter");
	OUT_HAS(r, "change 1/1");
	OUT_LACKS(r, "change 2/1");
	must_end(ON_ARCHIVE("log", "gazette"), 3, "there is no source \"gazette\"; `stet sources` lists them");
	must_end(ON_ARCHIVE("log", "99"), 3, "there is no article 99");
	must_end(ON_ARCHIVE("log", "https://nowhere.example/x"), 3, "no article with the address");
}

TEST(log_is_shortened)
{
	struct ran r = ON_ARCHIVE("log", "--oneline", "-n", "1");
	CHECK(str_starts(r.out, STR("1/2 ")));
	CHECK(str_find_byte(r.out, '\n') == r.out.n - 1);
	r = ON_ARCHIVE("log", "--oneline", "--since", "2h");
	OUT_HAS(r, "1/2 ");
	OUT_LACKS(r, "1/1 ");
	r = ON_ARCHIVE("log", "--since", "2025-01-01");
	CHECK_STR(r.out, "No change matches.\n");
	r = ON_ARCHIVE("log", "--oneline", "--search", "cracks");
	OUT_HAS(r, "1/2 ");
	OUT_LACKS(r, "2/1 ");
	must_end(ON_ARCHIVE("log", "--since", "yesterday"), 2, "\"yesterday\" is not a time; write 2024-10-07");
	must_end(ON_ARCHIVE("log", "-n", "many"), 2, "--number takes a whole number");
}

TEST(log_shows_words_with_patch)
{
	struct ran r = ON_ARCHIVE("log", "-p", "1");
	OUT_HAS(r, "[-Several hundred-]{+Up to 275+}");
	OUT_HAS(r, "+ Engineers found cracks in two pillars.");
}

TEST(log_speaks_json)
{
	json_t *root = parse_json(ON_ARCHIVE("log", "1", "--json"));
	json_t *changes = json_object_get(root, "changes"), *first = json_array_get(changes, 0);

	CHECK_INT(json_array_size(changes), 2);
	CHECK_INT(json_integer_value(json_object_get(first, "version")), 2);
	CHECK_STR(str_from(text_of(first, "first_seen")), "2024-10-07T12:30:00Z");
	CHECK_STR(str_from(text_of(first, "source")), "courier");
	json_decref(root);
}

TEST(log_tells_of_removals)
{
	struct ran r = ON_ARCHIVE("log", "--kinds", "gone,back");

	must_end(r, 0, "");
	OUT_HAS(r, "gone 2  courier\nTitle:  ");
	OUT_HAS(r, "When:   gone since 7 Oct 2024, 10:06 UTC; last seen at 10:01; said by 3 checks, confirmed after 2 "
	           "minutes; back since 7 Oct 2024, 10:09 UTC\n");
	OUT_HAS(r, "back 2  courier\n");
	OUT_LACKS(r, "change ");
	OUT_LACKS(r, "gone 3");
	CHECK(str_find(r.out, STR("back 2")) < str_find(r.out, STR("gone 2")));
	r = ON_ARCHIVE("log", "--kinds", "gone", "--oneline");
	OUT_HAS(r, "2         7 Oct 2024, 10:08 UTC  courier ");
	OUT_HAS(r, " (gone)\n");
	r = ON_ARCHIVE("log", "--kinds", "headline");
	OUT_LACKS(r, "gone");
	r = ON_ARCHIVE("log", "--matters", "2");
	OUT_HAS(r, "gone 2");
	json_t *root = parse_json(ON_ARCHIVE("log", "2", "--json", "--kinds", "back")), *one;
	CHECK_INT(json_array_size(json_object_get(root, "changes")), 1);
	one = json_array_get(json_object_get(root, "changes"), 0);
	CHECK_STR(str_from(text_of(one, "event")), "back");
	CHECK_STR(str_from(text_of(one, "first_seen")), "2024-10-07T10:09:00Z");
	CHECK(json_is_null(json_object_get(one, "version")));
	json_decref(root);
}

/* ---- show --------------------------------------------------------------- */

TEST(show_tells_whether_it_is_gone)
{
	struct ran r = ON_ARCHIVE("show", "2");
	OUT_HAS(r, "Was gone:      from 7 Oct 2024, 10:06 UTC to 7 Oct 2024, 10:09 UTC\n");
	r = ON_ARCHIVE("show", "3");
	OUT_HAS(r, "Said gone:     since 7 Oct 2024, 13:00 UTC; 1 check says so, not believed yet\n");
	json_t *root = parse_json(ON_ARCHIVE("show", "2", "--json"));
	CHECK_INT(json_array_size(json_object_get(root, "removals")), 1);
	json_decref(root);
}

TEST(show_prints_an_article)
{
	struct ran r = ON_ARCHIVE("show", "courier/1");

	must_end(r, 0, "");
	OUT_HAS(r,
	        "article 1  courier\nHarbour bridge to stay closed for weeks\nhttps://courier.example/news/bridge\n");
	OUT_HAS(r, "Last changed:  7 Oct 2024, 12:30 UTC (about 2 hours ago)\n");
	OUT_HAS(r, "Still checked: yes; next in about 1 hour\n");
	OUT_HAS(r, "Changes:       2\n");
	OUT_HAS(r, "about 2 hours later");
	OUT_HAS(r, "version 1/2\n");
	OUT_HAS(r, "\nEngineers found cracks in two pillars.\n");
}

TEST(show_prints_one_version_or_the_list)
{
	struct ran r = ON_ARCHIVE("show", "1/0");
	OUT_HAS(r, "version 1/0\n");
	OUT_HAS(r, "Several hundred commuters");
	r = ON_ARCHIVE("show", "--versions", "1");
	CHECK(str_starts(r.out, STR("1/0 ")));
	OUT_LACKS(r, "commuters");
	must_end(ON_ARCHIVE("show", "1/7"), 3, "article 1 has no version 7; `stet show --versions 1` lists them");
	must_end(ON_ARCHIVE("show", "gazette/1"), 3, "article 1 is of the source courier, not gazette");
	must_end(ON_ARCHIVE("show", "bridge"), 2, "\"bridge\" does not name an article");
	must_end(ON_ARCHIVE("show"), 2, "something is missing");
}

TEST(show_writes_captured_bytes)
{
	struct ran r = ON_ARCHIVE("show", "--raw", "1/1");
	CHECK_STR(r.out, "<h1>Harbour bridge closed after storm</h1>\r\n\033[2Jbytes of version 1");
	r = ON_ARCHIVE("show", "--headers", "1/1");
	OUT_HAS(r, "HTTP/1.1 200 OK");
	OUT_LACKS(r, "\033");
	must_end(ON_ARCHIVE("show", "--headers", "--raw", "1"), 2, "exclude each other");
	must_end(ON_ARCHIVE("show", "--json", "--raw", "1"), 2, "not --json");
}

TEST(show_lists_checks)
{
	struct ran r = ON_ARCHIVE("show", "--checks", "1");
	OUT_HAS(r, "7 Oct 2024, 12:30 UTC   new version    200     4.3 kB");
	json_t *root = parse_json(ON_ARCHIVE("show", "--checks", "--json", "1"));
	CHECK_INT(json_array_size(json_object_get(root, "checks")), 3);
	json_decref(root);
}

TEST(show_speaks_json)
{
	json_t *root = parse_json(ON_ARCHIVE("show", "--json", "1/1"));
	json_t *blocks = json_object_get(json_object_get(root, "text"), "blocks");

	CHECK_STR(str_from(text_of(json_object_get(root, "article"), "source")), "courier");
	CHECK_INT(json_array_size(json_object_get(root, "versions")), 3);
	CHECK_INT(json_integer_value(json_object_get(json_object_get(root, "version"), "version")), 1);
	CHECK_STR(str_from(text_of(json_array_get(blocks, 1), "text")), "Up to 275 commuters had to take the ferry.");
	json_decref(root);
}

/* ---- diff --------------------------------------------------------------- */

TEST(diff_shows_the_last_change)
{
	struct ran r = ON_ARCHIVE("diff", "1");

	must_end(r, 0, "");
	OUT_HAS(r, "change 1/2  courier\nbetween 7 Oct 2024, 12:15 and 12:30 UTC\n--- 1/1  ");
	OUT_HAS(r, "~ headline: Harbour bridge ");
	OUT_HAS(r, "  ... 3 unchanged paragraphs\n");
	OUT_HAS(r, "  The ferry runs every twenty minutes.\n\n+ Engineers found cracks in two pillars.\n");
	OUT_HAS(r, "1 edited, 1 added, 0 removed, 0 moved; +");
	OUT_LACKS(r, "The mayor");
}

TEST(diff_compares_what_is_named)
{
	struct ran r = ON_ARCHIVE("diff", "1/1");
	OUT_HAS(r, "~ [-Several hundred-]{+Up to 275+} commuters");
	OUT_LACKS(r, "Engineers");
	r = ON_ARCHIVE("diff", "1", "0");
	OUT_HAS(r, "article 1, from version 0 to 2");
	OUT_HAS(r, "Engineers");
	OUT_HAS(r, "{+Up to 275+}");
	r = ON_ARCHIVE("diff", "1", "2", "0");
	OUT_HAS(r, "- Engineers found cracks in two pillars.");
	r = ON_ARCHIVE("diff", "--full", "1/1");
	OUT_HAS(r, "  The mayor asked for patience.");
	OUT_LACKS(r, "unchanged");
	r = ON_ARCHIVE("diff", "--stat", "1/1");
	OUT_HAS(r, "1 edited, 0 added");
	OUT_LACKS(r, "Several hundred commuters");
}

TEST(diff_names_both_places_of_what_moved)
{
	struct ran r = ON_ARCHIVE("diff", "3");
	OUT_HAS(r, "> moved here; it was paragraph 5\n  The operator thanked all passengers for their patience last "
	           "month.\n");
	OUT_HAS(r, "< moved away; it is paragraph 1 now: \"The operator thanked");
	OUT_HAS(r, "1 move\n0 edited, 0 added, 0 removed, 1 moved; +0 -0 words\n");
}

TEST(diff_lists_edits)
{
	struct ran r = ON_ARCHIVE("diff", "--word", "1/1");
	OUT_HAS(r, "[-Several hundred-]{+Up to 275+}\n");
	OUT_LACKS(r, "The mayor");
	r = ON_ARCHIVE("diff", "--kinds", "move", "1/1");
	OUT_LACKS(r, "Up to 275 ");
	OUT_HAS(r, "1 other edit");
	r = ON_ARCHIVE("diff", "--kinds", "move", "3");
	OUT_HAS(r, "move (");
	must_end(ON_ARCHIVE("diff", "--kinds", "figure,mood", "3"), 2, "\"mood\" is not a kind of edit");
	must_end(ON_ARCHIVE("log", "--kinds", "mood"), 2, "\"mood\" is not a kind of change");
	r = ON_ARCHIVE("log", "--kinds", "move");
	OUT_HAS(r, "change 3/1");
	OUT_LACKS(r, "change 1/");
}

TEST(blame_names_the_version_of_each_sentence)
{
	struct ran r = ON_ARCHIVE("blame", "1");
	must_end(r, 0, "");
	OUT_HAS(r, "0,2    7 Oct 2024, 12:30 UTC   headline: Harbour bridge to stay closed for weeks\n");
	OUT_HAS(r, "0,1    ");
	OUT_HAS(r, "  Up to 275 commuters");
	OUT_HAS(r, "2      7 Oct 2024, 12:30 UTC   Engineers found cracks in two pillars.\n");
	r = ON_ARCHIVE("blame", "1/0");
	OUT_HAS(r, "  Several hundred commuters");
	OUT_LACKS(r, "Engineers");
	json_t *root = parse_json(ON_ARCHIVE("blame", "--json", "1"));
	CHECK_INT(json_array_size(json_object_get(root, "versions")), 3);
	CHECK(json_array_size(json_object_get(root, "sentences")) > 5);
	json_decref(root);
	must_end(ON_ARCHIVE("blame", "1/9"), 3, "article 1 has no version 9");
	must_end(ON_ARCHIVE("blame", "77"), 3, "77");
	must_end(ON_ARCHIVE("blame"), 2, "");
}

TEST(diff_colours_instead_of_marks)
{
	struct ran r = ON_ARCHIVE("diff", "1/1", "--color=always");
	OUT_HAS(r, "\033[31mSeveral hundred\033[m");
	OUT_HAS(r, "\033[32mUp to 275\033[m");
	OUT_LACKS(r, "[-Several");
	must_end(ON_ARCHIVE("diff", "1", "--color=mauve"), 2, "--color takes auto, always or never, not \"mauve\"");
}

TEST(diff_refuses_what_cannot_be_compared)
{
	must_end(ON_ARCHIVE("diff", "1/0"), 2, "version 0 is the first");
	must_end(ON_ARCHIVE("diff", "1", "0", "9"), 3, "article 1 has no version 9; its newest is 2");
	must_end(ON_ARCHIVE("diff", "1", "1", "1"), 2, "does not differ from itself");
	must_end(ON_ARCHIVE("diff", "1", "one"), 2, "\"one\" is not the number of a version");
	must_end(ON_ARCHIVE("diff", "1/2", "0"), 2, "either as 1/2 or as numbers");
	must_end(ON_ARCHIVE("diff", "1", "0", "1", "2"), 2, "\"2\" is too much");
}

TEST(diff_speaks_json)
{
	json_t *root = parse_json(ON_ARCHIVE("diff", "--json", "1/1"));

	CHECK_INT(json_integer_value(json_object_get(json_object_get(root, "older"), "version")), 0);
	CHECK_INT(json_integer_value(
	                  json_object_get(json_object_get(json_object_get(root, "diff"), "sentences"), "edited")),
	          1);
	CHECK(json_array_size(json_object_get(json_object_get(root, "diff"), "rows")) > 4);
	json_decref(root);
}

/* ---- search, sources, status -------------------------------------------- */

TEST(search_finds_words)
{
	struct ran r = ON_ARCHIVE("search", "engineers", "cracks");
	OUT_HAS(r, "1  courier  7 Oct 2024, 10:00 UTC  3 versions\n    Harbour bridge to stay closed for weeks\n");
	OUT_LACKS(r, "\002");
	r = ON_ARCHIVE("search", "zeppelin");
	CHECK_STR(r.out, "No article has these words.\n");
	json_t *root = parse_json(ON_ARCHIVE("search", "--json", "cracks"));
	CHECK_INT(json_integer_value(json_object_get(root, "total")), 1);
	CHECK_INT(json_array_size(json_object_get(root, "hits")), 1);
	json_decref(root);
	must_end(ON_ARCHIVE("search"), 2, "something is missing: stet search [OPTION]... QUERY...");
}

TEST(search_finds_changes_and_earlier_versions)
{
	struct ran r = ON_ARCHIVE("search", "added:weeks");
	OUT_HAS(r, "added: ");
	OUT_HAS(r, "    changed between 7 Oct 2024");
	OUT_HAS(r, ": stet diff 1 ");
	OUT_LACKS(r, "\002");
	r = ON_ARCHIVE("search", "removed:zeppelin");
	CHECK_STR(r.out, "No change has done this.\n");
	json_t *root = parse_json(ON_ARCHIVE("search", "--json", "added:weeks"));
	CHECK_STR(str_from(json_string_value(json_object_get(root, "found"))), "changes");
	json_t *hit = json_array_get(json_object_get(root, "hits"), 0);
	CHECK(strstr(json_string_value(json_object_get(json_object_get(hit, "change"), "added")), "weeks") != NULL);
	json_decref(root);
	root = parse_json(ON_ARCHIVE("search", "--json", "--all-versions", "cracks"));
	CHECK_STR(str_from(json_string_value(json_object_get(root, "found"))), "articles");
	CHECK(json_is_null(json_object_get(json_array_get(json_object_get(root, "hits"), 0), "change")));
	json_decref(root);
	r = ON_ARCHIVE("log", "--oneline", "--search", "added:weeks");
	OUT_HAS(r, "Harbour bridge to stay closed for weeks");
}

TEST(sources_are_listed)
{
	struct ran r = ON_ARCHIVE("sources");
	OUT_HAS(r, "KEY");
	OUT_HAS(r, "courier  courier.example");
	r = ON_ARCHIVE("sources", "courier");
	OUT_HAS(r, "Harbour Courier\n");
	OUT_HAS(r, "feed https://courier.example/feed.xml\n");
	OUT_HAS(r, "next check now\n");
	OUT_HAS(r, "failing: 2 checks in a row\n");
	OUT_HAS(r, "First edit:   5 minutes ▁");
	OUT_HAS(r, "▁▄█▆▁");
	OUT_HAS(r, " 28 days after publication, as 400 changes taught\n");
	json_t *root = parse_json(ON_ARCHIVE("sources", "--json"));
	CHECK_STR(str_from(text_of(json_array_get(json_object_get(root, "sources"), 0), "key")), "courier");
	json_decref(root);
	root = parse_json(ON_ARCHIVE("sources", "courier", "--json"));
	CHECK_STR(str_from(text_of(json_object_get(root, "source"), "name")), "Harbour Courier");
	CHECK(json_array_size(json_object_get(root, "watched")) >= 1);
	json_t *schedule = json_object_get(root, "schedule");
	CHECK_INT(json_integer_value(json_object_get(schedule, "changes")), 400);
	CHECK_INT(json_array_size(json_object_get(schedule, "from_seconds")), HAZARD_BINS);
	schedule = json_object_get(schedule, "edits_an_hour");
	CHECK_INT(json_object_size(schedule), HAZARD_SPELLS);
	CHECK(json_real_value(json_array_get(json_object_get(schedule, "not changed yet"), hazard_bin(2 * HOURS))) >
	      0.1);
	json_decref(root);
	must_end(ON_ARCHIVE("sources", "gazette"), 3, "there is no source \"gazette\"");
}

TEST(sources_list_their_furniture_and_take_a_persons_word)
{
	struct ran r = ON_ARCHIVE("sources", "courier", "--furniture");
	OUT_HAS(r, "furniture of courier\n");
	OUT_HAS(r, "1  repeats: in 8 of the last 9 articles; left out\n");
	OUT_HAS(r, "Sign up for our letter");
	OUT_LACKS(r, "\033");
	OUT_HAS(r, "2  churns: changed by itself in 2 of the last 5 articles seen again; still learning\n");
	json_t *root = parse_json(ON_ARCHIVE("sources", "courier", "--furniture", "--json"));
	json_t *first = json_array_get(json_object_get(root, "furniture"), 0);
	CHECK_STR(str_from(text_of(first, "rule")), "repeats");
	CHECK(json_is_true(json_object_get(first, "in_force")));
	json_decref(root);
	r = ON_ARCHIVE("show", "1");
	OUT_HAS(r, "1 line left out as furniture; `stet sources courier --furniture` tells why\n");
	r = ON_ARCHIVE("show", "--checks", "1");
	OUT_HAS(r, " left out: repeats 1\n");

	r = ON_ARCHIVE("sources", "courier", "--keep", "1");
	OUT_HAS(ON_ARCHIVE("sources", "courier", "--furniture"), "articles; kept, since you said so\n");
	r = ON_ARCHIVE("sources", "courier", "--drop", "1");
	OUT_HAS(ON_ARCHIVE("sources", "courier", "--furniture"), "articles; left out, since you said so\n");
	must_end(ON_ARCHIVE("sources", "courier", "--keep", "99"), 3, "the source has no furniture 99");
	must_end(ON_ARCHIVE("sources", "courier", "--keep", "1", "--drop", "1"), 2,
	         "--keep 1 and --drop 1 contradict each other");
	must_end(ON_ARCHIVE("sources", "--furniture"), 2, "are about one source");
}

TEST(status_says_what_fails_and_why)
{
	struct ran r = ON_ARCHIVE("status");
	OUT_HAS(r, "articles               3\n");
	OUT_HAS(r, "changes                4\n");
	OUT_HAS(r, "due now                1\n");
	OUT_HAS(r, "7 Oct 2024, 12:00 UTC  server error (503), 2 times in a row  https://courier.example/feed.xml\n"
	           "    the server says that it is overloaded\n");
	json_t *root = parse_json(ON_ARCHIVE("status", "--json"));
	CHECK_INT(json_integer_value(json_object_get(json_object_get(root, "status"), "versions")), 7);
	CHECK_INT(json_array_size(json_object_get(root, "failing")), 1);
	json_decref(root);
}

/* An archive of its own: what is told apart here stays so. */
static const char *archive_of_one_bridge(void)
{
	static char path[160];
	struct target t = { .kind = TARGET_ARTICLE,
		            .state = TARGET_CHECKED,
		            .url = STR("https://courier.example/bridge"),
		            .origin = STR("https://courier.example"),
		            .due = T0,
		            .period = 1800,
		            .last_check = WHEN_NONE,
		            .last_change = WHEN_NONE };
	struct archive *ar;
	struct err e;
	int64_t id;

	snprintf(path, sizeof path, "%s/bridge.db", test_folder());
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	CHECK_OK(archive_source_ensure(ar, STR("courier.example"), STR("courier"), T0, &t.source, &e), e);
	CHECK_OK(archive_article_add(ar, t.source, t.url, T0, &t.article, &e), e);
	CHECK_OK(archive_target_add(ar, &t, &id, &e), e);
	CHECK_OK(archive_address_add(ar, STR("https://m.courier.example/bridge"), t.article, "variant", 0, T0, &e), e);
	archive_close(ar);
	return path;
}

TEST(split_lists_addresses_and_tells_them_apart)
{
	const char *path = archive_of_one_bridge();
	struct ran r = STET("--archive", path, "split", "1");
	CHECK_STR(r.out,
	          "https://courier.example/bridge\nhttps://m.courier.example/bridge\n    a list named it; the same "
	          "address but for scheme, \"www.\", AMP or mobile host\n");
	must_end(STET("--archive", path, "split", "1", "courier.example/bridge"), 2,
	         "https://courier.example/bridge is the own address of article 1");
	must_end(STET("--archive", path, "split", "1", "https://courier.example/tram"), 2,
	         "https://courier.example/tram is not an address of article 1");
	must_end(STET("--archive", path, "split", "1", "https://"), 2, "is not an address");

	r = STET("--archive", path, "split", "1", "m.courier.example/bridge");
	CHECK_STR(r.out, "it is article 2 now; the versions of both were made again\n");
	json_t *root = parse_json(STET("--archive", path, "split", "2", "--json"));
	json_t *first = json_array_get(json_object_get(root, "addresses"), 0);
	CHECK_STR(str_from(text_of(root, "url")), "https://m.courier.example/bridge");
	CHECK_STR(str_from(text_of(first, "why")), "apart");
	json_decref(root);
	r = STET("--archive", path, "split", "1");
	OUT_HAS(r, "it has no other address\n");
}

/* ---- export ------------------------------------------------------------- */

static int64_t count_lines(struct str s)
{
	struct str line;
	int64_t n = 0;

	while (str_next_line(&s, &line))
		n++;
	return n;
}

TEST(export_writes_one_object_a_line)
{
	struct ran r = ON_ARCHIVE("export");
	struct str rest = r.out, line;
	json_error_t error;

	must_end(r, 0, "");
	CHECK_INT(count_lines(r.out), 7);
	while (str_next_line(&rest, &line)) {
		json_t *root = json_loadb(line.p, line.n, 0, &error);
		CHECK(root != NULL);
		CHECK(json_array_size(json_object_get(json_object_get(root, "text"), "blocks")) >= 2);
		json_decref(root);
	}
	CHECK_INT(count_lines(ON_ARCHIVE("export", "-w", "changes").out), 4);
	CHECK_INT(count_lines(ON_ARCHIVE("export", "-w", "articles").out), 3);
	CHECK_INT(count_lines(ON_ARCHIVE("export", "-w", "checks").out), 8);
	CHECK_INT(count_lines(ON_ARCHIVE("export", "-w", "checks", "--source", "courier").out), 8);
}

TEST(export_writes_edits_and_what_became_of_sentences)
{
	struct ran r = ON_ARCHIVE("export", "--what", "edits", "--format", "csv");
	must_end(r, 0, "");
	OUT_HAS(r, ",Several hundred,Up to 275,");
	r = ON_ARCHIVE("export", "--what", "edits", "--kinds", "move");
	OUT_HAS(r, "\"kind\":\"move\",\"kinds\":[\"move\"]");
	OUT_LACKS(r, "Up to 275");
	r = ON_ARCHIVE("export", "--what", "matches", "--format", "csv");
	CHECK(str_starts(str_from(r.out.p),
	                 STR("source,entry_id,version_x,version_y,sent_idx_x,sent_idx_y,label,kinds\r\n")));
	OUT_HAS(r, "courier,1,1,2,,5,addition,");
	OUT_HAS(r, "courier,3,0,1,4,0,refactor,move\r\n");
	r = ON_ARCHIVE("export", "--what", "sentences");
	OUT_HAS(r, "{\"source\":\"courier\",\"entry_id\":1,\"version\":0,\"sent_idx\":0,\"sentence\":\"The harbour "
	           "bridge was "
	           "closed on Monday morning.\"}\n");
	must_end(ON_ARCHIVE("export", "--what", "moods"), 2, "--what takes versions");
	must_end(ON_ARCHIVE("export", "--warc", "--wacz", "--output", "/nowhere"), 2,
	         "--warc and --wacz are two formats");
	must_end(ON_ARCHIVE("export", "--what", "edits", "--kinds", "mood"), 2, "is not a kind of edit");
	must_end(ON_ARCHIVE("export", "--kinds", "figure"), 2, "choose changes and edits, not versions");
	must_end(ON_ARCHIVE("diff", "--json", "--word", "1"), 2, "--json writes all");
	OUT_HAS(ON_ARCHIVE("help", "kinds"), "figure        a number");
}

TEST(export_writes_csv_that_no_spreadsheet_runs)
{
	struct ran r = ON_ARCHIVE("export", "--format", "csv", "--what", "versions");
	CHECK(str_starts(r.out, STR("article,version,source,url,")));
	OUT_HAS(r, "identity,text\r\n1,0,courier,https://courier.example/news/bridge,,2024-10-07T10:00:00Z,");
	OUT_HAS(r, "\"\"quoted\"\" paragraph.\n\"\r\n");
	r = ON_ARCHIVE("export", "-f", "csv", "-w", "articles");
	CHECK_INT(count_lines(r.out), 4);
}

TEST(export_lists_removals)
{
	CHECK_INT(count_lines(ON_ARCHIVE("export", "-w", "removals").out), 1);
	struct ran r = ON_ARCHIVE("export", "-w", "removals", "-f", "csv");
	CHECK(str_starts(r.out,
	                 STR("article,source,url,title,since,last_seen,outcome,checks,confirmed,back\r\n2,courier,")));
	OUT_HAS(r,
	        ",2024-10-07T10:06:00Z,2024-10-07T10:01:00Z,not found,3,2024-10-07T10:08:00Z,2024-10-07T10:09:00Z\r\n");
}

TEST(export_makes_a_whole_file_or_none)
{
	char path[160], part[168];
	struct stat st;

	snprintf(path, sizeof path, "%s/versions.jsonl", test_folder());
	snprintf(part, sizeof part, "%s.part", path);
	must_end(ON_ARCHIVE("export", "--output", path), 0, "");
	CHECK_INT(count_lines(test_file(path)), 7);
	CHECK(stat(part, &st) != 0);
	must_end(ON_ARCHIVE("export", "--output", "/nonexistent/x.jsonl"), 1, "cannot write /nonexistent/x.jsonl.part");
	must_end(ON_ARCHIVE("export", "--format", "xml"), 2, "--format takes jsonl or csv, not \"xml\"");
	must_end(ON_ARCHIVE("export", "--what", "all"), 2,
	         "--what takes versions, changes, edits, sentences, matches, removals, articles or checks");
}

static struct str csv_line(void (*put)(struct csv *, struct str), struct str s, struct buf *b)
{
	struct csv c = CSV_INIT(b);

	buf_reset(b);
	put(&c, s);
	csv_end(&c);
	return buf_view(b);
}

TEST(csv_cells_are_quoted_and_disarmed)
{
	static const struct {
		const char *text, *cell;
	} cases[] = {
		{ "plain", "plain\r\n" },
		{ "", "\r\n" },
		{ "a,b", "\"a,b\"\r\n" },
		{ "say \"no\"", "\"say \"\"no\"\"\"\r\n" },
		{ "two\nlines", "\"two\nlines\"\r\n" },
		{ "=1+1", "\"'=1+1\"\r\n" },
		{ "@SUM(A1)", "\"'@SUM(A1)\"\r\n" },
		{ "-2", "\"'-2\"\r\n" },
		{ "+2", "\"'+2\"\r\n" },
		{ "\tx", "\"'\tx\"\r\n" },
		{ "\xef\xbc\x9d"
		  "1",
		  "\"'\xef\xbc\x9d"
		  "1\"\r\n" },
		{ " padded", "\" padded\"\r\n" },
		{ "1=1", "1=1\r\n" },
	};
	struct buf b = BUF_INIT(1024);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(csv_line(csv_str, str_from(cases[i].text), &b), cases[i].cell);
	buf_free(&b);
}

/* ---- hostile text ------------------------------------------------------- */

TEST(pages_cannot_steer_the_terminal)
{
	static const char *const commands_to_try[][3] = {
		{ "log" },
		{ "log", "--oneline" },
		{ "log", "-p" },
		{ "show", "2" },
		{ "show", "--versions", "2" },
		{ "diff", "2" },
		{ "search", "quoted" },
		{ "diff", "2", "--full" },
	};

	for (size_t i = 0; i < sizeof commands_to_try / sizeof *commands_to_try; i++) {
		const char *const *words = commands_to_try[i];
		struct ran r = ON_ARCHIVE("--color=never", words[0], words[1], words[1] ? words[2] : NULL);
		CHECK_INT(r.status, 0);
		OUT_HAS(r, "\xef\xbf\xbd");
		OUT_LACKS(r, "\033");
		OUT_LACKS(r, "\007");
		OUT_LACKS(r, "\xe2\x80\xae");
	}
	struct ran r = ON_ARCHIVE("log", "\033[31mx");
	CHECK_INT(r.status, 3);
	must_lack("the error", r.err, "\033");
}

/* ---- the command line itself -------------------------------------------- */

TEST(stet_alone_says_what_to_do_first)
{
	struct ran r = STET("--no-pager");
	CHECK_INT(r.status, 0);
	OUT_HAS(r, "stet watch URL");
	OUT_HAS(r, "stet run");
	r = STET("--version");
	CHECK_STR(r.out, "stet " STET_VERSION "\n");
}

TEST(wrong_command_lines_are_explained)
{
	must_end(STET("lgo"), 2, "there is no command \"lgo\"; did you mean \"log\"?");
	must_end(STET("staus"), 2, "did you mean \"status\"?");
	must_end(STET("frobnicate"), 2, "there is no command \"frobnicate\"; `stet help` lists them");
	must_end(STET("log", "--foo"), 2, "stet log has no option --foo");
	must_end(STET("log", "-x"), 2, "stet log has no option -x; `stet log --help` lists the options");
	must_end(STET("log", "--since"), 2, "the option --since needs a value behind it");
	must_end(STET("log", "-n"), 2, "the option -n needs a value behind it");
	must_end(STET("log", "--oneline=3"), 2, "the option --oneline=3 takes no value");
	must_end(STET("export", "--json"), 2, "stet export has no --json");
	must_end(STET("log", "-o", "interval"), 2, "-o takes NAME=VALUE");
	must_end(STET("log", "--clock-start", "soon"), 2, "--clock-start takes a time");
	must_end(STET("help", "lgo"), 2, "did you mean \"log\"?");
}

TEST(a_missing_archive_is_explained)
{
	char path[160], sentence[300];

	snprintf(path, sizeof path, "%s/none.db", test_folder());
	snprintf(sentence, sizeof sentence, "there is no archive at %s; `stet watch URL` makes one", path);
	must_end(STET("--archive", path, "log"), 3, sentence);
	must_end(STET("log", "--archive", path), 3, sentence);
}

TEST(the_reader_of_the_output_may_leave)
{
	char command[900];
	int status;
	pid_t pid;
	const char *build = getenv("STET_BUILD_ROOT");
	posix_spawn_file_actions_t actions;

	/* What the shell sees of the first program of the pipe goes to status. */
	snprintf(command, sizeof command,
	         "{ %s/stet --archive %s export 2>&1; echo \"status $?\" >&2; } 2>%s.pipe | true; cat %s.pipe",
	         build ? build : "build", the_archive(), the_archive(), the_archive());
	char *argv[] = { "sh", "-c", command, NULL }, *env[] = { "HOME=/nonexistent", "PATH=/usr/bin:/bin", NULL };
	char out[200];
	snprintf(out, sizeof out, "%s.out", the_archive());
	posix_spawn_file_actions_init(&actions);
	redirect(&actions, STDOUT_FILENO, out);
	CHECK(posix_spawn(&pid, "/bin/sh", &actions, NULL, argv, env) == 0);
	posix_spawn_file_actions_destroy(&actions);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_STR(test_file(out), "status 0\n");
}

/* ---- documentation ------------------------------------------------------ */

TEST(every_help_mentions_every_option)
{
	char wanted[80];

	for (size_t i = 0; commands[i]; i++) {
		const struct command *cmd = commands[i];
		struct ran r = STET(cmd->name, "--help");
		CHECK_INT(r.status, 0);
		snprintf(wanted, sizeof wanted, "usage: stet %s %s", cmd->name, cmd->usage);
		must_have(cmd->name, r.out, wanted);
		for (size_t k = 0; k < MAX_OPTIONS && cmd->options[k].name; k++) {
			snprintf(wanted, sizeof wanted, "--%s", cmd->options[k].name);
			must_have(cmd->name, r.out, wanted);
		}
		must_have(cmd->name, r.out, "--archive FILE");
		CHECK_INT(str_has(r.out, STR("--json ")), cmd->has_json);
		CHECK(str_eq(STET("help", cmd->name).out, r.out));
	}
}

TEST(options_do_not_collide)
{
	for (size_t i = 0; commands[i]; i++)
		for (size_t k = 0; k < MAX_OPTIONS && commands[i]->options[k].name; k++)
			for (const struct option_row *row = common_options; row->name; row++) {
				CHECK(strcmp(row->name, commands[i]->options[k].name) != 0);
				CHECK(!row->letter || row->letter != commands[i]->options[k].letter);
			}
}

TEST(the_manual_page_has_everything)
{
	struct ran r = STET("help", "--man");
	char wanted[80];

	CHECK(str_starts(r.out, STR(".Dd ")));
	for (size_t i = 0; commands[i]; i++) {
		snprintf(wanted, sizeof wanted, ".Ss stet %s\n", commands[i]->name);
		must_have("the manual", r.out, wanted);
		for (size_t k = 0; k < MAX_OPTIONS && commands[i]->options[k].name; k++) {
			snprintf(wanted, sizeof wanted, "Fl -%s", commands[i]->options[k].name);
			must_have("the manual", r.out, wanted);
		}
	}
	for (const struct option_row *row = common_options; row->name; row++) {
		snprintf(wanted, sizeof wanted, "Fl -%s", row->name);
		must_have("the manual", r.out, wanted);
	}
	for (size_t i = 0; i < settings_count; i++) {
		snprintf(wanted, sizeof wanted, ".It Cm %s\n", settings_table[i].name);
		must_have("the manual", r.out, wanted);
	}
}

TEST(lists_stay_lists)
{
	must_have("help", STET("import", "--help").out,
	          "\n- WARC, plain, gzip or zstd, and WACZ: each response becomes a check made at\n  its WARC-Date; ");
	must_have("the manual", STET("help", "--man").out,
	          "by looking at it:\n.Pp\n.Bl -dash -compact\n.It\nWARC, plain, ");
	must_have("the manual", STET("help", "--man").out, "revision page\n.El\n.Pp\nImporting the same file ");
}

TEST(the_manual_page_is_well_formed)
{
	char path[160], out[176];
	int status;
	pid_t pid;
	posix_spawn_file_actions_t actions;

	if (access("/usr/bin/mandoc", X_OK) != 0)
		SKIP("mandoc is not installed");
	snprintf(path, sizeof path, "%s/stet.1", test_folder());
	snprintf(out, sizeof out, "%s.lint", path);
	FILE *f = fopen(path, "w");
	CHECK(f != NULL);
	struct str page = STET("help", "--man").out;
	fwrite(page.p, 1, page.n, f);
	fclose(f);
	/* Errors and warnings; "style" also asks for files of this machine. */
	char *argv[] = { "mandoc", "-Tlint", "-Wwarning", path, NULL }, *env[] = { "PATH=/usr/bin:/bin", NULL };
	posix_spawn_file_actions_init(&actions);
	redirect(&actions, STDOUT_FILENO, out);
	CHECK(posix_spawn(&pid, "/usr/bin/mandoc", &actions, NULL, argv, env) == 0);
	posix_spawn_file_actions_destroy(&actions);
	CHECK(waitpid(pid, &status, 0) == pid);
	CHECK_STR(test_file(out), "");
}

TEST(running_md_has_every_setting)
{
	char path[512], wanted[200];
	const char *top = getenv("STET_SOURCE_ROOT");

	snprintf(path, sizeof path, "%s/docs/running.md", top ? top : ".");
	struct str page = test_file(path);
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		if (*s->standard)
			snprintf(wanted, sizeof wanted, "| `%s` | `%s` |", s->name, s->standard);
		else
			snprintf(wanted, sizeof wanted, "| `%s` | empty |", s->name);
		must_have("docs/running.md", page, wanted);
	}
}

/* ---- settings ----------------------------------------------------------- */

TEST(settings_have_their_defaults)
{
	struct settings s;
	struct err e;

	settings_defaults(&s);
	CHECK_INT(s.article_interval, 1800);
	CHECK(s.article_growth > 1.19 && s.article_growth < 1.21);
	CHECK_INT(s.article_give_up, 40 * DAYS);
	CHECK_INT(s.feed_least, 300);
	CHECK_INT(s.host_pause, 1000);
	CHECK(!s.allow_private);
	CHECK_STR(str_from(s.listen), "127.0.0.1:8080");
	CHECK_STR(str_from(s.contact), "");
	for (size_t i = 0; i < settings_count; i++)
		CHECK_OK(setting_assign(&settings_table[i], &s, settings_table[i].standard, &e), e);
}

TEST(settings_take_each_type)
{
	struct settings s;
	struct err e;

	settings_defaults(&s);
	CHECK_OK(settings_set(&s, "article.interval", "90", &e), e);
	CHECK_INT(s.article_interval, 90);
	CHECK_OK(settings_set(&s, "article.interval", "12h", &e), e);
	CHECK_INT(s.article_interval, 12 * HOURS);
	CHECK_OK(settings_set(&s, "article.give-up", "2D", &e), e);
	CHECK_INT(s.article_give_up, 2 * DAYS);
	CHECK_OK(settings_set(&s, "article.growth", "1.5", &e), e);
	CHECK(s.article_growth == 1.5);
	CHECK_OK(settings_set(&s, "fetch.connections", "7", &e), e);
	CHECK_INT(s.connections, 7);
	CHECK_OK(settings_set(&s, "fetch.allow_private", "yes", &e), e);
	CHECK(s.allow_private);
	CHECK_OK(settings_set(&s, "serve.site_name", "Wächter am Hafen", &e), e);
	CHECK_STR(str_from(s.site_name), "Wächter am Hafen");
}

TEST(settings_of_bytes_are_read)
{
	struct {
		int64_t n;
	} target = { 0 };
	static const struct setting row = { "test.size", SETTING_BYTES, 0, sizeof(int64_t), "1M", 1024, 1 << 30, "" };
	struct err e;

	CHECK_OK(setting_assign(&row, &target, "16M", &e), e);
	CHECK_INT(target.n, 16 << 20);
	CHECK_OK(setting_assign(&row, &target, "2048", &e), e);
	CHECK_INT(target.n, 2048);
	CHECK(!setting_assign(&row, &target, "2T", &e));
	CHECK_STR(str_from(e.text),
	          "the setting test.size takes a number of bytes (such as 500K, 16M, 2G) from 1K to 1G, not \"2T\"");
	CHECK_INT(target.n, 2048);
}

TEST(settings_refuse_bad_values)
{
	static const char *const bad[][2] = {
		{ "article.interval", "" },        { "article.interval", "soon" },
		{ "article.interval", "0" },       { "article.interval", "-5m" },
		{ "article.interval", "5 m m" },   { "article.interval", "99999999999999999d" },
		{ "article.interval", "+5m" },     { "article.growth", "0.5" },
		{ "article.growth", "nan" },       { "article.growth", "1.2x" },
		{ "fetch.connections", "1.5" },    { "fetch.connections", "0" },
		{ "fetch.connections", "100000" }, { "fetch.allow_private", "maybe" },
		{ "serve.site_name", "a\nb" },     { "serve.site_name", "\xff" },
	};
	char long_text[400];
	struct settings s, before;
	struct err e;

	settings_defaults(&s);
	before = s;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		if (settings_set(&s, bad[i][0], bad[i][1], &e))
			test_failed(__FILE__, __LINE__, "%s took \"%s\"", bad[i][0], bad[i][1]);
		CHECK_INT(e.kind, ERR_USAGE);
		must_have("the error", str_from(e.text), bad[i][0]);
	}
	memset(long_text, 'x', sizeof long_text - 1);
	long_text[sizeof long_text - 1] = '\0';
	CHECK(!settings_set(&s, "fetch.contact", long_text, &e));
	CHECK(!settings_set(&s, "article.intervall", "5m", &e));
	CHECK_STR(str_from(e.text), "there is no setting \"article.intervall\"; `stet help settings` lists them");
	CHECK(memcmp(&s, &before, sizeof s) == 0);
}

static const char *settings_file(const char *text)
{
	static char path[160];
	snprintf(path, sizeof path, "%s/stet.ini", test_folder());
	FILE *f = fopen(path, "w");
	CHECK(f != NULL);
	fputs(text, f);
	fclose(f);
	return path;
}

TEST(settings_files_are_read)
{
	struct settings s;
	struct err e;

	settings_defaults(&s);
	CHECK_OK(settings_read(
	                 &s,
	                 settings_file("\xef\xbb\xbf; a comment\n# another\nreader.children = 2\n\n[article]\n"
	                               "interval = 1h\ngrowth=2 ; behind a value\n[fetch]\ncontact: me@example.org\n"),
	                 &e),
	         e);
	CHECK_INT(s.article_interval, 3600);
	CHECK(s.article_growth == 2);
	CHECK_INT(s.readers, 2);
	CHECK_STR(str_from(s.contact), "me@example.org");
}

TEST(settings_files_with_mistakes_name_the_line)
{
	static const struct {
		const char *text, *sentence;
	} cases[] = {
		{ "[article]\n\ninterval = 1h\nintervall = 2h\n",
		  ", line 4: there is no setting \"article.intervall\"" },
		{ "[article]\ninterval = soon\n", ", line 2: the setting article.interval takes a length of time" },
		{ "[article]\nhello\n", ", line 2: this is neither a [section]" },
		{ "[article\n", ", line 1: this is neither a [section]" },
		{ "interval = 1h\n", ", line 1: there is no setting \"interval\"" },
	};
	char text[600];
	struct settings s, before;
	struct err e;

	settings_defaults(&s);
	before = s;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK(!settings_read(&s, settings_file(cases[i].text), &e));
		must_have("the error", str_from(e.text), cases[i].sentence);
		CHECK_INT(e.kind, ERR_USAGE);
	}
	memset(text, 'x', sizeof text);
	snprintf(text, sizeof text, "[fetch]\n\ncontact = %.300s", "");
	memset(text + strlen(text), 'x', 300);
	text[400] = '\0';
	CHECK(!settings_read(&s, settings_file(text), &e));
	must_have("the error", str_from(e.text), ", line 3: longer than");
	CHECK(memcmp(&s, &before, sizeof s) == 0);
	CHECK(!settings_read(&s, "/nonexistent/stet.ini", &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	CHECK(!settings_read(&s, "/tmp", &e));
	CHECK_INT(e.kind, ERR_IO);
}

TEST(settings_reach_the_program)
{
	must_end(STET("--config", settings_file("[article]\ngrowth = 0\n"), "help"), 2,
	         "line 2: the setting article.growth");
	must_end(STET("--config", "/nonexistent.ini", "help"), 3, "cannot read the settings file /nonexistent.ini");
	must_end(STET("help", "-o", "article.growth=0"), 2, "the setting article.growth takes a number from 1 to 100");
	struct ran r = STET("help", "settings");
	for (size_t i = 0; i < settings_count; i++)
		must_have("help settings", r.out, settings_table[i].name);
}

/* ---- extract ------------------------------------------------------------ */

#define COURIER "https://www.courier.example/a"

static const char *case_path(const char *name)
{
	static char paths[8][512];
	static size_t turn;

	char *path = paths[turn++ % 8];
	snprintf(path, sizeof paths[0], "%s", test_case_path(name));
	return path;
}

/* A file of its own for each call. */
static const char *new_file(const char *text)
{
	static char path[160];
	static int count;

	snprintf(path, sizeof path, "%s/file%d", test_folder(), count++);
	FILE *f = fopen(path, "w");
	CHECK(f && fputs(text, f) >= 0 && fclose(f) == 0);
	return path;
}

TEST(extract_prints_the_article_of_a_page)
{
	struct ran r = STET("extract", "--url", "https://news.example/2024/05/06/full", case_path("page/full.html"));

	must_end(r, 0, "");
	OUT_HAS(r, "Kind:        article\n");
	OUT_HAS(r, "Address:     https://news.example/2024/05/06/full\n");
	OUT_HAS(r, "Published:   5 Mar 2024, 05:30 UTC (written \"2024-03-05T07:30:00+02:00\")\n");
	OUT_HAS(r, "\nFerry company pays fishers after collision\n");
	OUT_HAS(r, "\nBy Ilse Vanter, Tom Abara\n");
	OUT_LACKS(r, "Rule:");
	standard_input = case_path("page/full.html");
	struct ran same = STET("extract", "--url", "https://news.example/2024/05/06/full", "-");
	standard_input = "/dev/null";
	CHECK(str_eq(same.out, r.out));
}

TEST(extract_explains_what_a_rule_does)
{
	const char *page = case_path("rules/courier.html"), *rules = case_path("rules/courier.rules");
	struct ran r = STET("extract", "--rules", rules, "--url", COURIER, "--explain", page);

	must_end(r, 0, "");
	OUT_HAS(r, "Rule:        one for this site\n");
	OUT_HAS(r, "- dropped             div.Story_text__x7 > p.inline-teaser\n    The captain who");
	char set[600];
	snprintf(set, sizeof set, "rules=%s", rules);
	r = STET("extract", "-o", set, "--url", "https://sport.courier.example/", "--explain", page);
	OUT_HAS(r, "    body: .no-such-element\n    (rule without a match)\n");
	r = STET("extract", "-o", set, page);
	OUT_HAS(r, "Rule:        none for this address\n");
}

TEST(extract_writes_json)
{
	json_t *root = parse_json(STET("extract", "--json", "--explain", "--rules", case_path("rules/courier.rules"),
	                               "--url", COURIER, case_path("rules/courier.html")));
	json_t *text = json_object_get(root, "text"), *lines = json_object_get(root, "lines");

	CHECK_STR(str_from(text_of(root, "kind")), "article");
	CHECK_STR(str_from(text_of(root, "url")), COURIER);
	CHECK(json_is_true(json_object_get(root, "rule")));
	CHECK_STR(str_from(text_of(text, "title")), "Ferry turns back after engine fails");
	CHECK_STR(str_from(text_of(text, "published")), "2024-05-06T12:30:00Z");
	CHECK_INT(json_array_size(json_object_get(text, "blocks")), 6);
	CHECK(json_array_size(lines) >= 3);
	CHECK_STR(str_from(text_of(json_array_get(lines, 0), "reason")), "rule drop");
	CHECK(json_is_false(json_object_get(json_array_get(lines, 0), "kept")));
	json_decref(root);
}

TEST(extract_keeps_pages_from_steering_the_terminal)
{
	const char *page =
	        new_file("<html><head><title>\033]0;owned\007Bridge \xe2\x80\xae</title>"
	                 "<meta name=author content='Ana \033[31mRuiz'></head><body><article>"
	                 "<p class='\033[2J'>\033[31mThe bridge is closed, the harbour office said on Monday "
	                 "morning, and it will stay so.</p></article></body></html>");
	static const char *const ways[] = { "--color=always", "--explain", "--json" };

	for (size_t i = 0; i < 3; i++) {
		struct ran r = STET("extract", ways[i], page);
		must_end(r, 0, "");
		OUT_LACKS(r, "\007");
		OUT_LACKS(r, "\033]");
		OUT_LACKS(r, "\033[2J");
		OUT_LACKS(r, "\033[31m");
		OUT_LACKS(r, "\xe2\x80\xae");
	}
}

TEST(extract_batch_answers_every_line_in_order)
{
	char list[4096];
	struct str rest, line;

	snprintf(list, sizeof list, "%s\n/nonexistent\n\n%s\thttps://news.example/a\n-\n%s",
	         case_path("page/short.html"), case_path("page/full.html"), case_path("feed/atom.feed"));
	standard_input = new_file(list);
	struct ran r = STET("extract", "--batch", "-o", "reader.children=3");
	standard_input = "/dev/null";
	must_end(r, 0, "");
	static const char *const begins[] = {
		"{\"title\":\"Bridge reopens after nine weeks\",\"byline\":\"\",\"published\":null,\"text\":\"The Lenz "
		"bridge carries cars again.\\nLorries must wait until May.\"}",
		"{\"error\":\"cannot open /nonexistent: No such file or directory\"}",
		"{\"error\":\"the line names no file\"}",
		"{\"title\":\"Ferry company pays fishers after collision\",\"byline\":\"Ilse Vanter, Tom Abara\","
		"\"published\":\"2024-03-05T07:30:00+02:00\",\"text\":\"Four families ",
		"{\"error\":\"the line names no file\"}",
		"{\"error\":",
	};
	rest = r.out;
	for (size_t i = 0; i < sizeof begins / sizeof *begins; i++) {
		CHECK(str_next_line(&rest, &line));
		must_have("the line", str_sub(line, 0, strlen(begins[i])), begins[i]);
	}
	CHECK(!str_next_line(&rest, &line));
}

TEST(extract_says_what_it_cannot_do)
{
	const char *bad = new_file("[a]\nsite = a.example\ndrop = p:hover\n");

	must_end(STET("extract", "--rules", bad, "/nonexistent"), 1, "line 3: drop: cannot read \":hover\"");
	must_end(STET("extract"), 2, "an address or a file is needed");
	must_end(STET("extract", "--batch", "a"), 2, "--batch takes its pages from standard input");
	must_end(STET("extract", "/nonexistent"), 3, "cannot open /nonexistent");
	must_end(STET("extract", "--rules", "/nonexistent", "a"), 3, "the rules of sites: cannot open /nonexistent");
	must_end(STET("extract", "--url", "a", "b"), 2, "\"a\" is no whole address");
	must_end(STET("extract", "--url", "https://a.example/", "https://b.example/"), 2, "is no file");
	must_end(STET("extract", new_file("<rss version='2.0'><channel><title>a</title></channel></rss>")), 1,
	         "is a feed, no page");
	must_end(STET("extract", "http://127.0.0.1:9/"), 1, "--allow-private was not given");
}

/* Answers in a process of its own: /robots.txt with rules, all else with a page. */
static pid_t serve_pages(unsigned *port)
{
	static const char robots[] = "User-agent: *\nDisallow: /private\n";
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t size = sizeof at;
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 8) == 0);
	CHECK(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
	*port = ntohs(at.sin_port);
	struct str page = test_file(case_path("page/short.html"));
	pid_t child = fork();
	for (char request[4096], head[256]; child == 0;) {
		int fd = accept(listener, NULL, NULL);
		ssize_t n = read(fd, request, sizeof request - 1);
		request[n > 0 ? n : 0] = 0;
		struct str body = strstr(request, "GET /robots.txt ") ? str_from(robots) : page;
		int length = snprintf(head, sizeof head,
		                      "HTTP/1.1 200 OK\r\nConnection: close\r\n"
		                      "Content-Type: text/html\r\nContent-Length: %zu\r\n\r\n",
		                      body.n);
		if (write(fd, head, (size_t)length) < 0 || write(fd, body.p, body.n) < 0)
			_exit(1);
		close(fd);
	}
	close(listener);
	return child;
}

TEST(extract_asks_robots_first)
{
	unsigned port;
	char open_page[64], private_page[64];
	pid_t server = serve_pages(&port);

	snprintf(open_page, sizeof open_page, "http://127.0.0.1:%u/story?a=b", port);
	snprintf(private_page, sizeof private_page, "http://127.0.0.1:%u/private/story", port);
	struct ran yes = STET("extract", "--allow-private", "-o", "fetch.host_pause=0", open_page);
	struct ran no = STET("extract", "--allow-private", "-o", "fetch.host_pause=0", private_page);
	kill(server, SIGKILL);
	waitpid(server, NULL, 0);
	must_end(yes, 0, "");
	must_have("the page", yes.out, "\nBridge reopens after nine weeks\n");
	must_have("the page", yes.out, open_page);
	must_end(no, 1, "asks us not to fetch this address");
}

/* ---- comparing again ---------------------------------------------------- */

/* As an archive is found that an older program compared. */
static void compared_by_an_older_program(void)
{
	struct arena *a = arena_new();
	struct archive *ar;
	struct change_summary *all;
	struct err e;
	size_t n;

	CHECK_OK(archive_open(the_archive(), ARCHIVE_WRITE, &ar, &e), e);
	CHECK_OK(archive_changes_of_method_below(ar, a, INT64_MAX, 0, 0, 100, &all, &n, &e), e);
	for (size_t i = 0; i < n; i++) {
		all[i].method = CHANGE_METHOD - 1;
		CHECK_OK(archive_change_update(ar, &all[i], &e), e);
	}
	CHECK_OK(archive_fact_set(ar, "change method", STR("1"), &e), e);
	archive_close(ar);
	arena_free(a);
}

TEST(changes_are_compared_again_once)
{
	compared_by_an_older_program();
	struct ran r = ON_ARCHIVE("rebuild", "--changes");
	must_end(r, 0, "");
	OUT_HAS(r, "4 changes compared again\n");
	CHECK_INT(r.err.n, 0);
	compared_by_an_older_program();
	must_end(ON_ARCHIVE("log"), 0, "`stet rebuild --changes` makes them again");
	must_end(ON_ARCHIVE("unwatch", "https://courier.example/nowhere"), 3, "4 changes were compared again");
	must_end(ON_ARCHIVE("rebuild", "--changes", "1"), 2, "it takes no article");
}

/* ---- words -------------------------------------------------------------- */

TEST(changes_are_said_in_words)
{
	struct arena *a = arena_new();

	CHECK_STR(phrase_summary(a,
	                         &(struct change_summary){
	                                 .title_changed = true, .words_added = 14, .words_removed = 3, .moved = 1 }),
	          "headline changed; 14 words added, 3 removed; 1 sentence moved");
	CHECK_STR(phrase_summary(a, &(struct change_summary){ .words_removed = 1 }), "1 word removed");
	CHECK_STR(phrase_summary(a, &(struct change_summary){ 0 }), "only signs or spaces changed");
	CHECK_STR(phrase_window(a, T0, T0 + 900, -1), "between 7 Oct 2024, 10:00 and 10:15 UTC");
	CHECK_STR(phrase_window(a, T0, T0 + DAYS, -1), "between 7 Oct 2024, 10:00 and 8 Oct 2024, 10:00 UTC");
	CHECK_STR(phrase_window(a, WHEN_NONE, T0, -1), "before 7 Oct 2024, 10:00 UTC");
	CHECK_STR(phrase_window(a, WHEN_NONE, WHEN_NONE, 7200), "about 2 hours later than the version before");
	CHECK_STR(phrase_window(a, WHEN_NONE, WHEN_NONE, -1), "at an unknown time");
	CHECK_STR(phrase_bytes(a, 999), "999 bytes");
	CHECK_STR(phrase_bytes(a, 4321), "4.3 kB");
	CHECK_STR(phrase_bytes(a, 999999), "1.0 MB");
	arena_free(a);
}

TEST_MAIN
