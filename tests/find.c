/*
 * The language of searches: words in their forms, changes, earlier versions, times;
 * see docs/search.md.
 *
 * Made twice: for SQLite, and with STET_TEST_POSTGRES for a PostgreSQL server
 * of its own.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "archive/archive.h"
#include "archive/find.h"
#include "archive/takedown.h"
#include "archive/verify.h"
#include "either.h"

#define AUGUST 1754006400 /* 1 Aug 2025, 00:00 UTC */

static struct arena *a;
static struct archive *ar;
static struct err e;
static char path[512];

static void begin(void)
{
	archive_close(ar);
	ar = NULL;
	arena_free(a);
	a = arena_new();
	err_clear(&e);
	name_archive(path, sizeof path, "stet.db");
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	number_from_one(ar);
}

static void poke(const char *sql)
{
	CHECK_OK(db_script(ar->db, sql, &e), e);
}

static int64_t peek(const char *sql)
{
	struct stmt *q;
	int64_t n;
	CHECK_OK(db_query(ar->db, sql, &q, &e) && db_take_i64(q, -1, &n, &e), e);
	return n;
}

static int64_t article(const char *key, const char *name)
{
	int64_t source, id;
	CHECK_OK(archive_source_ensure(ar, arena_printf(a, "%s.example", key), str_from(key), AUGUST, &source, &e), e);
	struct str url = arena_printf(a, "https://%s.example/%s", key, name);
	CHECK_OK(archive_article_add(ar, source, url, AUGUST, &id, &e), e);
	return id;
}

/* Title, then one paragraph a line; with its change, if it is not the first. */
static void add(int64_t id, int64_t number, when at, const char *language, const char *lines)
{
	struct article text = { .language = str_from(language), .published = WHEN_NONE, .modified = WHEN_NONE };
	struct str rest = str_from(lines), line;

	text.blocks = ARENA_ARRAY(a, struct block, 100);
	str_next_line(&rest, &text.title);
	while (str_next_line(&rest, &line))
		text.blocks[text.nblocks++] = (struct block){ .kind = BLOCK_PARAGRAPH, .at = WHEN_NONE, .text = line };
	struct version v = { .article = id,
		             .number = number,
		             .first_seen = at,
		             .before = number ? at - 600 : WHEN_NONE,
		             .later = -1,
		             .identity = article_identity(&text),
		             .title = text.title,
		             .published = WHEN_NONE,
		             .modified = WHEN_NONE };
	CHECK_OK(archive_version_add(ar, &v, &text, &e), e);
	if (number) {
		struct change_summary s = { .article = id, .number = number, .words_added = 1 };
		CHECK_OK(archive_change_add(ar, &s, &e), e);
	}
}

static struct search_found ask(const char *query)
{
	struct search s = { .query = str_from(query), .limit = 50 };
	struct search_found found;

	CHECK_OK(archive_search(ar, a, &s, &found, &e), e);
	return found;
}

static int newest_first(const void *left, const void *right)
{
	const struct search_hit *x = left, *y = right;
	return x->article.id > y->article.id ? -1 : x->article.id < y->article.id;
}

/* What is found, as text: "3 1" are articles, the highest number first, "1/2" a change. */
static struct str found(const char *query)
{
	struct search_found f = ask(query);
	if (!f.of_changes && f.n)
		qsort(f.hits, f.n, sizeof *f.hits, newest_first);
	struct buf b = BUF_INIT(4096);

	for (size_t i = 0; i < f.n; i++) {
		buf_printf(&b, "%s%lld", i ? " " : "", (long long)f.hits[i].article.id);
		if (f.of_changes)
			buf_printf(&b, "/%lld", (long long)f.hits[i].number);
	}
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

struct expected {
	const char *query, *found;
};

static void check_all(const struct expected *cases, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct str got = found(cases[i].query);
		if (!str_eq(got, str_from(cases[i].found)))
			printf("# query: %s\n", cases[i].query);
		CHECK_STR(got, cases[i].found);
	}
}
#define CHECK_ALL(cases) check_all(cases, sizeof(cases) / sizeof *(cases))

/* ---- forms of words -------------------------------------------------------- */

TEST(a_word_is_found_in_its_other_forms_and_a_quoted_one_is_not)
{
	static const struct expected cases[] = {
		{ "bridge", "2 1" },      { "bridges", "2 1" },
		{ "\"bridge\"", "1" },    { "\"bridges\"", "2" },
		{ "flooded", "2 1" },     { "flood", "2 1" },
		{ "\"flood\"", "" },      { "bridg*", "2 1" },
		{ "title:bridges", "1" }, { "title:\"bridges\"", "" },
		{ "brücken", "3" },       { "brucke", "3" },
		{ "Brücke", "3" },        { "\"brucke\"", "" },
		{ "fermer", "4" },        { "fermées", "4" },
		{ "\"fermees\"", "4" },   { "мост", "5" },
		{ "мостов", "5" },        { "portes", "7 6" }, /* English could have such a word */
		{ "new", "7" },           { "news", "8" },
	};

	begin();
	add(article("courier", "1"), 0, AUGUST, "en", "The bridge\nA bridge was closed after the river flooded.");
	add(article("courier", "2"), 0, AUGUST, "en", "Two towns\nTwo bridges are closed. The river floods often.");
	add(article("bote", "3"), 0, AUGUST, "de-AT", "Sperre\nAlle Brücken über den Fluss sind gesperrt.");
	add(article("gazette", "4"), 0, AUGUST, "fr", "La ville\nLes routes du nord restent fermées.");
	add(article("vestnik", "5"), 0, AUGUST, "ru", "Город\nВ городе закрыли два моста.");
	add(article("gazette", "6"), 0, AUGUST, "fr", "La nuit\nLa porte du musée.");
	/* A French stem of "news" is "new", one of "portes" is "port": words of other languages. */
	add(article("courier", "7"), 0, AUGUST, "en", "A new port\nIt opens on Monday.");
	add(article("courier", "8"), 0, AUGUST, "", "News\nNothing is known of its language.");
	CHECK_ALL(cases);
	add(article("courier", "9"), 0, AUGUST, "",
	    "Lanterns\nThe council said that the lanterns on the quay were from the old town and that all of them were "
	    "mended.");
	CHECK_STR(found("lantern"), "9");
	CHECK_STR(ask("lantern mend").hits[0].snippet,
	          "The council said that the \2lanterns\3 on the quay were from the old town and that all of them were "
	          "\2mended\3.");
	CHECK_STR(ask("bridge two").hits[0].snippet, "\2Two\3 \2bridges\3 are closed. The river floods often.");
	CHECK_STR(ask("fermer").hits[0].snippet, "Les routes du nord restent \2fermées\3.");
}

TEST(scripts_without_spaces_are_found_character_by_character)
{
	static const struct expected cases[] = {
		{ "高雄港", "1" },         { "港高雄", "" },        { "\"挖泥船搁浅\"", "1" }, { "挖泥*", "1" },
		{ "iPhone17", "1" },       { "iPhone17手机", "1" }, { "スーパー", "2" },       { "ース", "" },
		{ "えーーと", "2" },       { "-高雄 ー", "2" },     { "น้ำท่วม", "3" },          { "ສະພານ", "4" },
		{ "ស្ពាន", "5" },           { "တံတား", "6" },         { "한국", "7" },           { "한국어", "" },
		{ "removed:搁浅", "1/1" },
	};

	begin();
	add(article("port", "1"), 0, AUGUST, "zh", "港口\n高雄港的挖泥船搁浅了。他有iPhone17手机。");
	add(article("port", "2"), 0, AUGUST, "ja", "店\nスーパーでえーーと言った。");
	add(article("port", "3"), 0, AUGUST, "th", "ข่าว\nเกิดน้ำท่วมในกรุงเทพ");
	add(article("port", "4"), 0, AUGUST, "lo", "ຂ່າວ\nປິດສະພານແລ້ວ");
	add(article("port", "5"), 0, AUGUST, "km", "ព័ត៌មាន\nបិទស្ពានហើយ");
	add(article("port", "6"), 0, AUGUST, "my", "သတင်း\nမြို့တံတားပိတ်သည်");
	add(article("port", "7"), 0, AUGUST, "ko", "뉴스\n한국에서 왔다.");
	add(1, 1, AUGUST + 600, "zh", "港口\n高雄港的挖泥船自由了。他有iPhone17手机。");
	add(1, 2, AUGUST + 900, "zh", "港口\n高雄港的挖泥船搁浅了，又自由了。他有iPhone17手机。");
	CHECK_ALL(cases);
}

/* ---- operators -------------------------------------------------------------- */

TEST(words_can_be_chosen_left_out_and_asked_of_a_source_or_time)
{
	static const struct expected cases[] = {
		{ "flood", "3 2 1" },
		{ "flood OR storm", "4 3 2 1" },
		{ "flood OR storm -coast", "4 2 1" },
		{ "storm OR flood mayor", "2" },
		{ "-flood storm", "4" },
		{ "OR flood", "" }, /* nothing to choose from: a word */
		{ "flood OR", "" },
		{ "flood or storm", "" },
		{ "title:storm", "4" },
		{ "title:storm OR title:flood", "4 1" },
		{ "flood source:bote", "3" },
		{ "flood source:\"bote\" source:courier", "3 2 1" },
		{ "flood -source:bote", "2 1" },
		{ "flood source:nobody", "" },
		{ "flood before:2025-08-02", "1" },
		{ "flood after:2025-08-02", "3 2" },
		{ "flood on:2025-08-02", "2" },
		{ "flood on:2025-08", "3 2 1" },
		{ "flood on:2025", "3 2 1" },
		{ "flood after:2025-09", "" },
		{ "flood after:2025-08-02 before:2025-08-03", "2" },
		{ "flood before:lunch", "" },  /* words */
		{ "flood after:2025-13", "" }, /* no such month: words */
		{ "flood version:all", "3 2 1" },
		{ "“the flood”", "2" },
		{ "«the flood»", "2" },
		{ "FLOOD Source:bote", "3" },
		{ "note:flood", "" },
		{ "flood -", "3 2 1" },
		{ "title: flood", "" }, /* a field needs its word */
	};

	begin();
	add(article("courier", "1"), 0, AUGUST + 3600, "en", "Flood\nThe river rose.");
	add(article("courier", "2"), 0, AUGUST + DAYS, "en", "After\nThe flood is over, said the mayor.");
	add(article("bote", "3"), 0, AUGUST + 2 * DAYS, "en", "Coast\nA flood at the coast.");
	add(article("bote", "4"), 0, AUGUST + 3 * DAYS, "en", "Storm\nWind.");
	CHECK_ALL(cases);
}

TEST(a_query_of_filters_alone_has_no_word)
{
	static const char *const queries[] = { "source:courier", "-flood",     "before:2025",
		                               "version:all",    "-removed:x", "OR \"\"" };
	struct search_found f;

	begin();
	for (size_t i = 0; i < sizeof queries / sizeof *queries; i++) {
		struct search s = { .query = str_from(queries[i]), .limit = 9 };
		bool or_alone = str_starts(s.query, STR("OR"));
		CHECK(archive_search(ar, a, &s, &f, &e) == or_alone);
		if (!or_alone)
			CHECK_STR(str_from(e.text), "there is no word in the search");
	}
}

/* ---- changes ---------------------------------------------------------------- */

static void write_history(void)
{
	begin();
	int64_t one = article("courier", "1"), two = article("bote", "2");
	add(one, 0, AUGUST, "en", "Protest\nSeveral hundred people came to the bridge. It rained.\nThe mayor spoke.");
	add(one, 1, AUGUST + DAYS, "en", "Protest\nUp to 275 people came to the bridge. It rained.\nThe mayor spoke.");
	add(one, 2, AUGUST + 2 * DAYS, "en",
	    "Protest\nThe mayor spoke.\nUp to 275 people came to two bridges. It rained.");
	add(two, 0, AUGUST, "en", "Ferry\nThe ferry sank. Hundreds were saved.");
	add(two, 1, AUGUST + 3 * DAYS, "en", "Ferry afloat\nThe ferry did not sink. Hundreds were saved.");
}

TEST(changes_are_found_by_what_they_took_out_and_put_in)
{
	static const struct expected cases[] = {
		{ "removed:several", "1/1" },
		{ "removed:\"several hundred people\"", "1/1" },
		{ "removed:hundred", "1/1" },
		{ "removed:people", "" }, /* it stands there still */
		{ "added:275", "1/1" },
		{ "removed:several added:275", "1/1" },
		{ "removed:several added:ferry", "" },
		{ "removed:sever*", "1/1" },
		{ "removed:bridge", "" }, /* now "bridges" */
		{ "removed:\"bridge\"", "1/2" },
		{ "added:\"bridges\"", "1/2" },
		{ "added:\"two bridges\"", "1/2" },
		{ "removed:spoke", "" }, /* moved */
		{ "removed:sank", "2/1" },
		{ "added:afloat", "2/1" },
		{ "removed:several OR removed:sank", "2/1 1/1" },
		{ "removed:several mayor", "1/1" },
		{ "removed:several -mayor", "" },
		{ "removed:sank -mayor", "2/1" },
		{ "removed:several source:bote", "" },
		{ "removed:sank after:2025-08-04", "2/1" },
		{ "removed:sank before:2025-08-04", "" },
		{ "-added:275 removed:several", "" },
		{ "removed:sank version:all", "2/1" },
		{ "removed:sank hundreds version:all", "2/1" },
	};

	write_history();
	CHECK_ALL(cases);
	struct search_found f = ask("removed:\"several hundred\" added:275");
	CHECK(f.of_changes && !f.more);
	CHECK_STR(f.hits[0].removed, "\2Several hundred\3 people came to the bridge.");
	CHECK_STR(f.hits[0].added, "Up to \002275\3 people came to the bridge.");
	CHECK_INT(f.hits[0].number, 1);
	CHECK_INT(f.hits[0].first_seen, AUGUST + DAYS);
	CHECK_INT(f.hits[0].before, AUGUST + DAYS - 600);
}

TEST(what_an_article_ever_said_is_its_newest_text_and_what_was_taken_out)
{
	static const struct expected cases[] = {
		{ "several", "" },
		{ "version:all several", "1" },
		{ "version:all \"several hundred\"", "1" },
		{ "version:all several 275", "1" }, /* not in one version together */
		{ "version:all \"bridge\" \"bridges\"", "1" },
		{ "version:all sank", "2" },
		{ "version:all hundred", "2 1" },
		{ "version:all hundred -sank", "1" },
		{ "version:all several OR sank", "2 1" },
		{ "version:all hundred source:bote", "2" },
		{ "version:all title:several", "" },
		{ "version:all zeppelin", "" },
	};

	write_history();
	CHECK_ALL(cases);
	struct search_found f = ask("version:all several");
	CHECK(!f.of_changes);
	CHECK_INT(f.hits[0].number, 1);
	CHECK_STR(f.hits[0].removed, "\2Several\3 hundred people came to the bridge.");
	f = ask("version:all mayor");
	CHECK_INT(f.hits[0].number, 0);
}

static int64_t count_changes(const char *search, int64_t id)
{
	struct change_filter f = { .until = WHEN_NONE, .search = str_from(search), .article = id, .limit = 50 };
	struct change_item *items;
	size_t n;

	CHECK_OK(archive_changes(ar, a, f, &items, &n, &e), e);
	return (int64_t)n;
}

TEST(lists_of_changes_can_be_narrowed_by_the_same_words)
{
	write_history();
	CHECK_INT(count_changes("protest", 0), 2);
	CHECK_INT(count_changes("removed:several", 0), 1);
	CHECK_INT(count_changes("removed:several OR removed:sank", 0), 2);
	CHECK_INT(count_changes("removed:several OR removed:sank", 2), 1);
	CHECK_INT(count_changes("several", 0), 0);
	CHECK_INT(count_changes("version:all several", 0), 2);
	CHECK_INT(count_changes("version:all several", 1), 2);
	CHECK_INT(count_changes("version:all several", 2), 0);
	CHECK_INT(count_changes("protest after:2025-08-03", 0), 1);
	CHECK_INT(count_changes("protest before:2025-08-03", 0), 1);
	CHECK_INT(count_changes("protest source:bote", 0), 0);
	CHECK_INT(count_changes("nobody", 0), 0);
}

/* ---- many ------------------------------------------------------------------- */

TEST(of_very_many_matches_the_newest_are_shown_and_it_is_said)
{
	begin();
	CHECK_OK(archive_begin(ar, &e), e);
	for (int i = 1; i <= MAX_MATCHES + 10; i++) {
		int64_t id = article("courier", arena_printf(a, "%d", i).p);
		add(id, 0, AUGUST + i, "en", i % 100 ? "Crane\nup" : "Crane\nup high");
		add(id, 1, AUGUST + i + 1, "en", i == 7 ? "Boat\nout" : i % 100 ? "Crane\ndown" : "Crane\nhigh");
	}
	CHECK_OK(archive_commit(ar, &e), e);
	struct search_found f = ask("crane");
	CHECK_INT(f.total, MAX_MATCHES);
	CHECK(f.more);
	f = ask("high");
	CHECK_INT(f.total, MAX_MATCHES / 100);
	CHECK(!f.more);
	f = ask("version:all up high");
	CHECK_INT(f.total, MAX_MATCHES / 100);
	f = ask("version:all crane -boat");
	CHECK_INT(f.total, MAX_MATCHES);
	f = ask("removed:up high");
	CHECK_INT(f.total, MAX_MATCHES / 100);
	CHECK_INT(count_changes("crane", 0), 50);
	CHECK_INT(count_changes("crane before:2025-08-01", 0), 0);
	CHECK_INT(count_changes("crane after:2025-08-02", 0), 0);
	CHECK_INT(count_changes("crane", 3), 1);
	CHECK_INT(count_changes("crane", 7), 0);
}

/* ---- keeping ------------------------------------------------------------------ */

static void check_whole(void)
{
	bool whole;
	err_clear(&e);
	CHECK_OK(find_check(ar, &whole, &e), e);
	CHECK_STR(str_from(e.text), "");
	CHECK(whole);
}

TEST(a_hidden_article_is_found_by_nothing_until_it_is_shown_again)
{
	static const struct expected shown[] = { { "mayor", "1" },
		                                 { "removed:several", "1/1" },
		                                 { "version:all several", "1" },
		                                 { "added:\"bridges\"", "1/2" } },
	                             hidden[] = { { "mayor", "" },
		                                  { "removed:several", "" },
		                                  { "removed:sank", "2/1" },
		                                  { "version:all several", "" },
		                                  { "sank OR mayor version:all", "2" } };

	write_history();
	check_whole();
	CHECK_ALL(shown);
	CHECK_OK(archive_takedown_put(ar, 1, TAKEDOWN_HIDDEN, STR("order"), AUGUST, &e), e);
	CHECK_ALL(hidden);
	CHECK_INT(peek("SELECT count(*) FROM search_forms WHERE article = 1"), 0);
	check_whole();
	add(1, 3, AUGUST + 5 * DAYS, "en", "Protest\nNobody came.");
	CHECK_STR(found("removed:mayor"), "");
	check_whole();
	CHECK_OK(archive_takedown_lift(ar, 1, TAKEDOWN_HIDDEN, AUGUST + 1, &e), e);
	CHECK_STR(found("removed:mayor"), "1/3");
	CHECK_STR(found("version:all mayor"), "1");
	check_whole();
}

TEST(what_is_forgotten_or_erased_leaves_no_word)
{
	struct erased erased;

	write_history();
	CHECK_OK(archive_forget_derived(ar, 2, &e), e);
	CHECK_STR(found("removed:sank"), "");
	CHECK_STR(found("version:all sank"), "");
	check_whole();
	CHECK_OK(archive_erase(ar, 1, STR("order"), AUGUST, &erased, &e), e);
	CHECK_STR(found("removed:several"), "");
	CHECK_INT(peek("SELECT count(*) FROM search_forms"), 0);
	check_whole();
	if (db_kind(ar->db) == DB_POSTGRES)
		return;
	poke("CREATE VIRTUAL TABLE left_words USING fts5vocab(search_changes, row)");
	CHECK_INT(peek("SELECT count(*) FROM left_words"), 0);
}

TEST(a_history_that_is_written_anew_in_one_transaction_is_found_as_it_is_now)
{
	write_history();
	CHECK_OK(archive_begin(ar, &e), e);
	CHECK_OK(archive_forget_derived(ar, 1, &e), e);
	add(1, 0, AUGUST, "en", "Protest\nSeveral hundred people came.");
	add(1, 1, AUGUST + DAYS, "en", "Protest\nNobody came.");
	CHECK_OK(archive_commit(ar, &e), e);
	CHECK_STR(found("removed:people"), "1/1");
	CHECK_STR(found("added:bridges OR removed:bridge"), "");
	CHECK_INT(peek("SELECT count(*) FROM search_forms WHERE article = 1"), 2);
	check_whole();
}

TEST(a_broken_index_is_noticed_and_mended)
{
	bool whole;

	write_history();
	poke("DELETE FROM search_forms WHERE article = 1 AND number = 1");
	CHECK_OK(find_check(ar, &whole, &e), e);
	CHECK(!whole);
	CHECK_OK(archive_search_mend(ar, &e), e);
	check_whole();
	CHECK_STR(found("removed:several"), "1/1");
	CHECK_STR(found("mayor"), "1");
	if (db_kind(ar->db) == DB_SQLITE)
		poke("INSERT INTO search_changes (search_changes) VALUES ('integrity-check')");
}

TEST(an_index_of_an_older_method_is_made_again)
{
	bool current;

	write_history();
	CHECK_OK(archive_search_current(ar, &current, &e), e);
	CHECK(current);
	poke("UPDATE facts SET value = '0' WHERE name = 'search method'");
	CHECK_OK(archive_search_current(ar, &current, &e), e);
	CHECK(!current);
	CHECK_OK(find_clear(ar, &e), e);
	CHECK_STR(found("mayor"), "");
	CHECK_OK(archive_search_again(ar, NULL, NULL, &e), e);
	CHECK_STR(found("mayor"), "1");
	CHECK_STR(found("removed:several"), "1/1");
	CHECK_OK(archive_search_current(ar, &current, &e), e);
	CHECK(current);
}

/* ---- hostile ------------------------------------------------------------------ */

TEST(any_query_of_operators_is_answered)
{
	static const char *const pieces[] = {
		"removed:", "added:", "title:", "source:", "before:", "after:",   "on:",     "version:all", "-",
		"\"",       "OR",     " ",      " ",       "mayor",   "several*", "2025-08", "bote",        "港",
		"“",        "*",      "(",      "NOT",     "\xff",    "{",        "}"
	};
	uint64_t dice = 7;

	write_history();
	for (int round = 0; round < (db_kind(ar->db) == DB_POSTGRES ? 500 : 3000); round++) {
		char query[200] = "";
		for (size_t n = 0; n < 9; n++) {
			dice = dice * 6364136223846793005u + 1442695040888963407u;
			strncat(query, pieces[(dice >> 33) % (sizeof pieces / sizeof *pieces)], 12);
		}
		struct search s = { .query = str_from(query), .limit = 5 };
		struct search_found f;
		if (!archive_search(ar, a, &s, &f, &e) && e.kind != ERR_USAGE)
			CHECK_STR(str_from(query), e.text);
	}
}

TEST(a_search_of_very_many_words_is_answered)
{
	struct buf b = BUF_INIT(MAX_QUERY_BYTES);

	write_history();
	while (b.n + 4 < MAX_QUERY_BYTES)
		buf_puts(&b, b.n % 3 ? "a " : "of ");
	CHECK_STR(found(buf_cstr(&b)), "");
	buf_reset(&b);
	while (b.n + 6 < MAX_QUERY_BYTES)
		buf_puts(&b, "it OR ");
	CHECK_STR(found(buf_cstr(&b)), "");
	buf_free(&b);
}

#ifdef STET_TEST_POSTGRES
/* ---- both engines ------------------------------------------------------------ */

static uint64_t dice;

static size_t throw_dice(size_t n)
{
	dice = dice * 6364136223846793005u + 1442695040888963407u;
	return (size_t)(dice >> 33) % n;
}

static const char *const words[] = { "bridge", "bridges", "bridging", "flood",    "flooded",  "Flut",
	                             "fluten", "fermées", "fermees",  "港口",     "台",       "mayor",
	                             "the",    "of",      "harbour",  "Harbours", "1,200",    "e-mail",
	                             "Wörter", "wort",    "море",     "моря",     "interest", "rate" };
#define WORDS (sizeof words / sizeof *words)

static const char *some_words(size_t sentences)
{
	struct buf b = BUF_INIT(8192);

	for (size_t i = 0; i < sentences; i++)
		for (size_t n = 2 + throw_dice(9); n--;)
			buf_printf(&b, "%s%s", words[throw_dice(WORDS)], n ? " " : i % 3 == 2 ? ".\n" : ". ");
	struct str text = arena_str(a, buf_view(&b));
	buf_free(&b);
	return arena_printf(a, "%.*s", STR_ARG(text)).p;
}

static void write_at_random(void)
{
	static const char *const languages[] = { "en", "de", "fr", "ru", "", "ja" }, *const keys[] = { "courier",
		                                                                                       "herald" };

	dice = 5;
	for (int i = 0; i < 80; i++) {
		int64_t id = article(keys[throw_dice(2)], arena_printf(a, "%d", i).p);
		const char *language = languages[throw_dice(6)];
		size_t versions = 1 + throw_dice(4);
		for (size_t v = 0; v < versions; v++)
			add(id, (int64_t)v, AUGUST + (when)throw_dice(60) * DAYS, language,
			    arena_printf(a, "%s\n%s", words[throw_dice(WORDS)], some_words(1 + throw_dice(12))).p);
	}
}

static struct str query_at_random(void)
{
	static const char *const fields[] = { "", "", "", "title:", "removed:", "added:" };
	struct buf b = BUF_INIT(MAX_QUERY_BYTES);

	for (size_t n = 1 + throw_dice(3); n--;) {
		const char *field = fields[throw_dice(6)], *word = words[throw_dice(WORDS)];
		switch (throw_dice(8)) {
		case 0:
			buf_printf(&b, "%s\"%s %s\" ", field, word, words[throw_dice(WORDS)]);
			break;
		case 1:
			buf_printf(&b, "%s\"%s %.3s\"* ", field, word, words[throw_dice(3)]);
			break;
		case 2:
			buf_printf(&b, "-\"%s %s\" ", word, words[throw_dice(WORDS)]);
			break;
		case 3:
			buf_printf(&b, "\"%s %s\" OR %s ", word, words[throw_dice(WORDS)], words[throw_dice(WORDS)]);
			break;
		case 4:
			buf_printf(&b, "%s%s ", throw_dice(2) ? "-source:herald " : "source:courier ", word);
			break;
		case 5:
			buf_printf(&b, "%s version:all ", word);
			break;
		default:
			buf_printf(&b, "%s%s%s ", throw_dice(5) ? "" : "-", field, word);
		}
	}
	struct str query = arena_str(a, buf_view(&b));
	buf_free(&b);
	return query;
}

/* Of articles and changes, in their order; but where something is not wanted FTS5
 * does not count every place of the other words, and the order may be another. */
static struct str all_found(struct archive *in, struct str query)
{
	struct search s = { .query = query, .limit = 1000 };
	struct search_found f;

	if (!archive_search(in, a, &s, &f, &e)) {
		CHECK_INT(e.kind, ERR_USAGE);
		return STR("usage");
	}
	if (!f.of_changes && f.n && (str_starts(query, STR("-")) || str_has(query, STR(" -"))))
		qsort(f.hits, f.n, sizeof *f.hits, newest_first);
	struct buf b = BUF_INIT(64 * KIB);
	for (size_t i = 0; i < f.n; i++)
		buf_printf(&b, "%lld/%lld ", (long long)f.hits[i].article.id, (long long)f.hits[i].number);
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

TEST(both_engines_find_the_same_in_the_same_order)
{
	struct archive *at_server;
	size_t some = 0;

	begin();
	write_at_random();
	at_server = ar;
	snprintf(path, sizeof path, "%s/stet.db", test_folder());
	CHECK_OK(archive_open(path, ARCHIVE_CREATE, &ar, &e), e);
	write_at_random();
	for (int i = 0; i < 300; i++) {
		struct str query = query_at_random(), here = all_found(ar, query), there = all_found(at_server, query);
		if (!str_eq(here, there))
			printf("# query: %.*s\n", STR_ARG(query));
		CHECK_STR(there, here.n ? here.p : "");
		some += here.n > 0;
	}
	CHECK(some > 150);
	archive_close(at_server);
}
#endif

TEST_MAIN
