/*
 * Alignment of sentences.  The cases in tests/cases/align read like this:
 *
 *     the old sentences, one a line
 *     ====
 *     the new ones
 *     ====
 *     what became of them
 *
 * Sentences are counted from 1.  "2 = 3": old sentence 2 is new sentence 3;
 * "2 ~ 3": edited; "2 & 3": kin, part of 2 is in 3; ">" behind the sign: moved;
 * "- 4" removed, "+ 4" added.
 *
 * Then what holds of any two versions, and that nothing takes quadratic time:
 * hostile texts are aligned whose square would take minutes.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "change/align.h"

struct side {
	struct sentence *at;
	uint32_t n;
};

static struct side read_side(struct arena *a, struct str text)
{
	struct str rest = text, line;
	struct side s = { arena_alloc(a, (text.n + 1) * sizeof *s.at), 0 };

	while (str_next_line(&rest, &line))
		if (line.n)
			s.at[s.n++] = (struct sentence){ 0, (uint32_t)(line.p - text.p), line };
	return s;
}

static void print_links(const struct alignment *al, struct side older, struct side newer, struct buf *out)
{
	for (uint32_t o = 0; o < older.n; o++) {
		uint32_t n = al->to_new[o];
		if (n != NO_SENTENCE)
			buf_printf(out, "%u %c%s %u\n", o + 1, str_eq(older.at[o].text, newer.at[n].text) ? '=' : '~',
			           al->moved[o] ? ">" : "", n + 1);
		bool alone = n == NO_SENTENCE;
		for (uint32_t i = 0; i < al->nkin; i++)
			if (al->kin[i].old == o) {
				buf_printf(out, "%u &%s %u\n", o + 1, al->kin[i].moved ? ">" : "", al->kin[i].new + 1);
				alone = false;
			}
		if (alone)
			buf_printf(out, "- %u\n", o + 1);
	}
	for (uint32_t n = 0; n < newer.n; n++) {
		bool alone = al->to_old[n] == NO_SENTENCE;
		for (uint32_t i = 0; i < al->nkin; i++)
			alone = alone && al->kin[i].new != n;
		if (alone)
			buf_printf(out, "+ %u\n", n + 1);
	}
}

static void run_case(const char *path)
{
	struct str parts[3];
	struct arena *a = arena_new();
	struct alignment al;
	struct buf got = BUF_INIT(MIB);

	CHECK_INT(test_parts(test_file(path), parts, 3), 3);
	struct side older = read_side(a, parts[0]), newer = read_side(a, parts[1]);
	align_sentences(a, older.at, older.n, newer.at, newer.n, &al);
	print_links(&al, older, newer, &got);
	if (!str_eq(buf_view(&got), parts[2]))
		test_failed(path, 0, "the links are\n%.*s", STR_ARG(buf_view(&got)));
	buf_free(&got);
	arena_free(a);
}

TEST(cases)
{
	CHECK(test_each_case("align", ".txt", run_case) >= 10);
}

/* ----------------------------------------------- what holds of any alignment -- */

static const char *const vocabulary[] = { "bridge", "council",   "the",   "of",     "river", "said", "mayor", "3,500",
	                                  "2019",   "closed",    "码",    "头",     "lorry", "and",  "after", "on",
	                                  "Kosten", "gestiegen", "الجسر", "Monday", "storm", "tide", "quay",  "" };

static struct str draw_text(struct arena *a, uint32_t words)
{
	struct buf b = BUF_INIT(MIB);

	for (uint32_t i = 0; i < words; i++)
		buf_printf(&b, "%s%s", i ? " " : "", vocabulary[test_draw(sizeof vocabulary / sizeof *vocabulary)]);
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

static struct side draw_side(struct arena *a, uint32_t n)
{
	struct side s = { arena_alloc(a, (n + 1) * sizeof *s.at), n };
	for (uint32_t i = 0; i < n; i++)
		s.at[i] = (struct sentence){ i / 3, 0, draw_text(a, test_draw(14)) };
	return s;
}

/* Sentences of older in another order, edited, joined, left out, and new ones. */
static struct side vary(struct arena *a, struct side older)
{
	struct side s = { arena_alloc(a, (2 * older.n + 2) * sizeof *s.at), 0 };

	for (uint32_t i = 0; i < older.n; i++) {
		struct str text = older.at[test_draw(5) ? i : test_draw(older.n)].text;
		if (!test_draw(6))
			continue;
		if (!test_draw(3))
			text = arena_printf(
			        a, "%.*s %.*s", STR_ARG(str_sub(text, 0, text.n / 2)),
			        STR_ARG(test_draw(2) ? draw_text(a, 3) : older.at[test_draw(older.n)].text));
		s.at[s.n++] = (struct sentence){ i / 3, 0, text };
		if (!test_draw(6))
			s.at[s.n++] = (struct sentence){ i / 3, 0, draw_text(a, test_draw(20)) };
	}
	return s;
}

static void check_alignment(struct arena *a, const struct alignment *al, struct side older, struct side newer)
{
	uint32_t last = 0;
	bool any = false;
	char *linked = ARENA_ARRAY(a, char, (size_t)older.n *newer.n + 1);

	for (uint32_t o = 0; o < older.n; o++) {
		uint32_t n = al->to_new[o];
		CHECK(n == NO_SENTENCE || (n < newer.n && al->to_old[n] == o));
		CHECK(n != NO_SENTENCE || !al->moved[o]);
		if (n == NO_SENTENCE)
			continue;
		linked[(size_t)o * newer.n + n] = 1;
		if (al->moved[o])
			continue;
		CHECK(!any || n > last);
		any = true;
		last = n;
	}
	for (uint32_t n = 0; n < newer.n; n++)
		CHECK(al->to_old[n] == NO_SENTENCE || al->to_new[al->to_old[n]] == n);
	for (uint32_t i = 0; i < al->nkin; i++) {
		const struct align_kin *k = &al->kin[i];
		CHECK(k->old < older.n && k->new < newer.n && k->share > 0 && k->share <= 1);
		CHECK(al->to_new[k->old] != NO_SENTENCE || al->to_old[k->new] != NO_SENTENCE);
		CHECK(!linked[(size_t)k->old * newer.n + k->new]++);
	}
}

TEST(any_two_versions)
{
	struct arena *a = arena_new();

	for (test_seed = 1; test_seed < 400; test_seed++) {
		uint32_t start = test_seed;
		struct alignment al;
		struct side older = draw_side(a, test_draw(25)),
		            newer = test_draw(8) ? vary(a, older) : draw_side(a, test_draw(25));
		align_sentences(a, older.at, older.n, newer.at, newer.n, &al);
		check_alignment(a, &al, older, newer);
		test_seed = start;
		arena_reset(a);
	}
	arena_free(a);
}

TEST(a_version_and_itself)
{
	struct arena *a = arena_new();
	struct alignment al;

	test_seed = 7;
	struct side s = draw_side(a, 200);
	align_sentences(a, s.at, s.n, s.at, s.n, &al);
	for (uint32_t i = 0; i < s.n; i++)
		CHECK(al.to_new[i] == i && !al.moved[i]);
	CHECK(al.nkin == 0);
	arena_free(a);
}

/* ---------------------------------------------------------------- hostile -- */

static struct side many(struct arena *a, uint32_t n, const char *format, uint32_t from)
{
	struct side s = { arena_alloc(a, n * sizeof *s.at), n };
	for (uint32_t i = 0; i < n; i++)
		s.at[i] = (struct sentence){ i, 0, arena_printf(a, format, from + i) };
	return s;
}

static void align_hostile(struct arena *a, struct side older, struct side newer)
{
	struct alignment al;

	align_sentences(a, older.at, older.n, newer.at, newer.n, &al);
	for (uint32_t o = 0; o < older.n; o++)
		CHECK(al.to_new[o] == NO_SENTENCE || al.to_old[al.to_new[o]] == o);
}

TEST(identical_sentences_by_the_hundred_thousand)
{
	struct arena *a = arena_new();
	align_hostile(a, many(a, 200000, "No.", 0), many(a, 199999, "No.", 0));
	align_hostile(a, many(a, 200000, "No.", 0), many(a, 200000, "Oh.", 0));
	arena_free(a);
}

TEST(sentences_that_differ_in_a_number)
{
	struct arena *a = arena_new();
	align_hostile(a, many(a, 20000, "no no no no no no no no no %u", 0), many(a, 20000, "no no no no %u no", 9));
	align_hostile(a, many(a, 100000, "%u", 0), many(a, 100000, "x%u", 0));
	arena_free(a);
}

TEST(one_word_over_and_over)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(4 * MIB);

	while (b.n < 2 * MIB)
		buf_puts(&b, "ja ");
	struct sentence older = { 0, 0, arena_str(a, buf_view(&b)) };
	buf_puts(&b, "nein");
	struct sentence newer = { 0, 0, buf_view(&b) };
	align_hostile(a, (struct side){ &older, 1 }, (struct side){ &newer, 1 });
	buf_free(&b);
	arena_free(a);
}

TEST(bytes_that_are_no_text)
{
	struct arena *a = arena_new();
	struct sentence older[] = { { 0, 0, STR("\xff\xfe\xe2\x80 abc\xf0\x9f def") }, { 0, 0, STR_NONE } };
	struct sentence newer[] = { { 0, 0, STR_NONE }, { 0, 0, STR("\xff\xfe\xe2\x80 abc\xf0\x9f deg\xc3") } };

	align_hostile(a, (struct side){ older, 2 }, (struct side){ newer, 2 });
	arena_free(a);
}

TEST_MAIN
