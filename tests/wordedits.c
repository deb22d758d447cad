/*
 * What changed inside a pair of texts.  A case in tests/cases/wordedits reads
 *
 *     # what it shows
 *     < the old text
 *     > the new text
 *     = what is marked, with [-what went-] and {+what came+}
 *
 * and inside the marks /words that moved/ and ~words recased~.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "change/wordedits.h"
#include "edits.h"

#include <unicode/ubrk.h>
#include <unicode/utext.h>

/* ------------------------------------------------------------------ cases -- */

static void print_side(struct str text, const struct word_edits *e, bool newer, uint32_t from, uint32_t to,
                       struct buf *out)
{
	buf_puts(out, newer ? "{+" : "[-");
	for (uint32_t at = from; at < to;) {
		uint32_t until = to, next = to;
		const char *mark = "";
		for (uint32_t i = 0; i < e->nkept; i++) {
			const struct word_kept *k = &e->kept[i];
			uint32_t first = newer ? k->new_from : k->old_from;
			if (first < at || first >= until)
				continue;
			until = first;
			next = newer ? k->new_to : k->old_to;
			mark = k->kind == KEPT_MOVED ? "/" : "~";
		}
		buf_str(out, str_sub(text, at, until));
		buf_printf(out, "%s%.*s%s", mark, STR_ARG(str_sub(text, until, next)), mark);
		at = next;
	}
	buf_puts(out, newer ? "+}" : "-]");
}

static void print_edits(struct str older, struct str newer, const struct word_edits *e, struct buf *out)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < e->n; i++) {
		const struct word_edit *w = &e->at[i];
		buf_str(out, str_sub(newer, at, w->new_from));
		if (w->old_from < w->old_to)
			print_side(older, e, false, w->old_from, w->old_to, out);
		if (w->new_from < w->new_to)
			print_side(newer, e, true, w->new_from, w->new_to, out);
		at = w->new_to;
	}
	buf_str(out, str_sub(newer, at, newer.n));
}

static struct word_edits find(struct arena *a, struct str older, struct str newer)
{
	struct tokens x = tokens_read(a, older), y = tokens_read(a, newer);
	return word_edits_find(a, &x, &y);
}

static int cases_run;

static void run_file(const char *path)
{
	struct str rest = test_file(path), line, older = STR_NONE, newer = STR_NONE;
	struct arena *a = arena_new();
	struct buf got = BUF_INIT(MIB);

	for (int number = 1; str_next_line(&rest, &line); number++) {
		struct str inside = line.n > 2 ? str_sub(line, 2, line.n) : STR_NONE;
		if (str_starts(line, STR("<")))
			older = inside;
		if (str_starts(line, STR(">")))
			newer = inside;
		if (!str_starts(line, STR("=")))
			continue;
		struct word_edits e = find(a, older, newer);
		buf_reset(&got);
		print_edits(older, newer, &e, &got);
		if (!str_eq(buf_view(&got), inside))
			test_failed(path, number, "it is marked\n= %.*s", STR_ARG(buf_view(&got)));
		cases_run++;
		arena_reset(a);
	}
	buf_free(&got);
	arena_free(a);
}

TEST(cases)
{
	test_each_case("wordedits", ".txt", run_file);
	CHECK(cases_run >= 50);
}

/* -------------------------------------------------- what holds of any edits -- */

/* Words and signs of many scripts, some of them broken. */
static const char *const pieces[] = { "the",         "The",
	                              "of",          "bridge",
	                              "Bridge",      "mayor's",
	                              "3,500",       "12.5",
	                              "%",           ",",
	                              ".",           "\"",
	                              "-",           "(",
	                              ")",           "Zürich",
	                              "über",        "Über",
	                              "«",           "»",
	                              "二号",        "橋",
	                              "。",          "ひらがな",
	                              "カタカナ",    "葛\xf3\xa0\x84\x80",
	                              "정부는",      "المدينة",
	                              "في",          "هوّ",
	                              "עִיר",         "ประเทศไทย",
	                              "हिन्दी",       "e\xcc\x81t\xc3\xa9",
	                              "👩‍🚒", "🇨🇭",
	                              "👍🏽",    "1️⃣",
	                              "\xcc\x81",    "\xe2\x80\x8d",
	                              "\xff",        "\xe4\xb8",
	                              "\xf0" };

static struct str draw_text(struct arena *a, uint32_t words, bool broken)
{
	struct buf b = BUF_INIT(MIB);
	uint32_t kinds = sizeof pieces / sizeof *pieces - (broken ? 0 : 5);

	for (uint32_t i = 0; i < words; i++)
		buf_printf(&b, "%s%s", i && test_draw(4) ? " " : "", pieces[test_draw(kinds)]);
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

/* A text made from another by leaving out, adding and turning round. */
static struct str vary(struct arena *a, struct str text)
{
	struct buf b = BUF_INIT(MIB);
	struct tokens t = tokens_read(a, text);

	for (uint32_t i = 0; i < t.n; i++) {
		uint32_t at = test_draw(12) ? i : test_draw(t.n);
		if (test_draw(8))
			buf_printf(&b, "%s%.*s", test_draw(8) ? " " : "",
			           STR_ARG(str_sub(text, t.at[at].from, t.at[at].to)));
		if (!test_draw(10))
			buf_str(&b, draw_text(a, 1 + test_draw(5), false));
	}
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	if (t.n > 4 && !test_draw(4)) { /* the first words go to the end */
		uint32_t at = t.at[test_draw(3)].to;
		s = arena_printf(a, "%.*s %.*s", STR_ARG(str_sub(text, at, text.n)), STR_ARG(str_sub(text, 0, at)));
	}
	return str_trim(s);
}

static bool in_an_edit(const struct word_edits *e, bool newer, uint32_t from, uint32_t to)
{
	for (uint32_t i = 0; i < e->n; i++)
		if (newer ? e->at[i].new_from <= from && to <= e->at[i].new_to
		          : e->at[i].old_from <= from && to <= e->at[i].old_to)
			return true;
	return false;
}

/* Equal but for capital letters, word by word. */
static void check_same_words(struct arena *a, struct str was, struct str is)
{
	struct tokens x = tokens_read(a, was), y = tokens_read(a, is);

	CHECK(x.n == y.n && x.n > 0);
	for (uint32_t i = 0; i < x.n; i++)
		CHECK(x.at[i].id == y.at[i].id || x.at[i].fold == y.at[i].fold);
}

static void check_kept(struct arena *a, struct str older, struct str newer, const struct word_edits *e)
{
	for (uint32_t i = 0; i < e->nkept; i++) {
		const struct word_kept *k = &e->kept[i];
		CHECK(k->old_from < k->old_to && in_an_edit(e, false, k->old_from, k->old_to));
		CHECK(k->new_from < k->new_to && in_an_edit(e, true, k->new_from, k->new_to));
		CHECK(i == 0 || k->old_from >= e->kept[i - 1].old_to);
		for (uint32_t j = 0; j < i; j++)
			CHECK(k->new_from >= e->kept[j].new_to || k->new_to <= e->kept[j].new_from);
		check_same_words(a, str_sub(older, k->old_from, k->old_to), str_sub(newer, k->new_from, k->new_to));
	}
}

/* Marks every byte at which a grapheme cluster begins. */
static bool *find_clusters(struct arena *a, struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	bool *begins = arena_zalloc(a, text.n + 1, sizeof *begins);
	UText *u = utext_openUTF8(NULL, text.p, (int64_t)text.n, &status);
	UBreakIterator *breaks = ubrk_open(UBRK_CHARACTER, "", NULL, 0, &status);

	ubrk_setUText(breaks, u, &status);
	CHECK(U_SUCCESS(status));
	for (int32_t at = ubrk_first(breaks); at != UBRK_DONE; at = ubrk_next(breaks))
		begins[at] = true;
	ubrk_close(breaks);
	utext_close(u);
	return begins;
}

static void check_whole_clusters(struct arena *a, struct str older, struct str newer, const struct word_edits *e)
{
	bool *was = find_clusters(a, older), *is = find_clusters(a, newer);

	for (uint32_t i = 0; i < e->n; i++) {
		const struct word_edit *w = &e->at[i];
		CHECK(was[w->old_from] && was[w->old_to] && is[w->new_from] && is[w->new_to]);
	}
	for (uint32_t i = 0; i < e->nkept; i++) {
		const struct word_kept *k = &e->kept[i];
		CHECK(was[k->old_from] && was[k->old_to] && is[k->new_from] && is[k->new_to]);
	}
}

TEST(edits_rebuild_the_text_from_whole_characters)
{
	struct arena *a = arena_new();
	uint32_t kept = 0;

	for (uint32_t round = 0; round < 2000; round++) {
		test_seed = round;
		struct str x = draw_text(a, test_draw(round % 20 ? 30 : 400), false);
		struct str y = test_draw(9) ? vary(a, x) : draw_text(a, test_draw(30), false);
		struct word_edits e = find(a, x, y);
		check_rebuilds(x, y, e.at, e.n);
		check_kept(a, x, y, &e);
		check_whole_clusters(a, x, y, &e);
		kept += e.nkept;
		e = find(a, x, x);
		CHECK(e.n == 0 && e.nkept == 0 && e.words_added == 0 && e.words_removed == 0);
		arena_reset(a);
	}
	CHECK(kept > 100);
	arena_free(a);
}

TEST(broken_bytes_are_bytes)
{
	struct arena *a = arena_new();

	for (uint32_t round = 0; round < 500; round++) {
		test_seed = round;
		struct str x = draw_text(a, test_draw(30), true),
		           y = test_draw(9) ? vary(a, x) : draw_text(a, test_draw(30), true);
		struct word_edits e = find(a, x, y);
		check_rebuilds(x, y, e.at, e.n);
		check_kept(a, x, y, &e);
		arena_reset(a);
	}
	arena_free(a);
}

TEST(words_are_counted_without_the_kept_ones)
{
	struct arena *a = arena_new();
	struct word_edits e =
	        find(a, STR("It rained in Basel, police said."), STR("On Monday, it snowed in Basel, police said."));

	CHECK_INT(e.words_removed, 1); /* rained */
	CHECK_INT(e.words_added, 3);   /* On Monday snowed */
	CHECK_INT(e.nkept, 1);
	CHECK_INT(e.kept[0].kind, KEPT_RECASED);
	arena_free(a);
}

/* ---------------------------------------------------------------- hostile -- */

static struct str draw_long(struct arena *a, const char *const *words, uint32_t kinds)
{
	struct buf b = BUF_INIT(MIB);
	while (b.n < 30000)
		buf_printf(&b, "%s ", words[test_draw(kinds)]);
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return str_trim(s);
}

/* No figure is promised here, only that it is not the square of the length:
 * that would be minutes. */
TEST(hostile_texts_come_to_an_end)
{
	static const char *const few[] = { "a", "b", "c" }, *const starts[] = { "A.", "a", "B.", "b" };
	static const struct {
		const char *const *words;
		uint32_t kinds;
	} texts[] = { { few, 1 }, { few, 2 }, { few, 3 }, { starts, 4 }, { pieces, sizeof pieces / sizeof *pieces } };
	struct arena *a = arena_new();

	for (uint32_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		test_seed = i;
		struct str x = draw_long(a, texts[i].words, texts[i].kinds);
		struct str y = draw_long(a, texts[i].words, texts[i].kinds);
		struct word_edits e = find(a, x, y);
		check_rebuilds(x, y, e.at, e.n);
		check_kept(a, x, y, &e);
		arena_reset(a);
	}
	arena_free(a);
}

TEST_MAIN
