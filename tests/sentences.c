/*
 * Sentences: cases by language, and what holds for any text.
 *
 * A file tests/cases/sentences/LANGUAGE.txt has a sentence on each line.  The
 * lines of a block, which ends at an empty line, are joined by a space, or by
 * nothing before a line that begins with "+", and have to be found again; a
 * line that begins with "#" is a remark.
 */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/limits.h"
#include "text/sentences.h"

static struct arena *arena;

static struct span *cut(struct str text, struct str language, size_t *n)
{
	arena_free(arena);
	arena = arena_new();
	return text_sentences(arena, text, language, n);
}

/* The sentences found in text, with "|" between them. */
static struct str found(struct str text, struct str language)
{
	struct buf b = BUF_INIT(4 * MIB);
	size_t n;
	struct span *s = cut(text, language, &n);

	for (size_t i = 0; i < n; i++) {
		buf_puts(&b, i ? "|" : "");
		buf_str(&b, str_sub(text, s[i].from, s[i].to));
	}
	struct str out = arena_str(arena, buf_view(&b));
	buf_free(&b);
	return out;
}

#define CHECK_CUT(text, language, want) CHECK_STR(found(STR(text), STR(language)), want)

/* ---- Cases ------------------------------------------------------------------ */

/* Compares what is found in text with the wanted sentences; all failures of a
 * language are shown before the test fails. */
static size_t check_block(const char *language, struct str text, struct str want)
{
	struct str got = found(text, str_from(language)), g, w;

	if (str_eq(got, want))
		return 0;
	while (got.n && want.n) {
		str_cut(got, '|', &g, &got);
		str_cut(want, '|', &w, &want);
		if (!str_eq(g, w)) {
			printf("# %s: got  \"%.*s\"\n# %s: want \"%.*s\"\n", language, STR_ARG(g), language,
			       STR_ARG(w));
			return 1;
		}
	}
	return 1;
}

static size_t check_language(const char *language, size_t *sentences)
{
	char name[64];
	snprintf(name, sizeof name, "sentences/%s.txt", language);
	struct str rest = test_file(test_case_path(name)), line;
	struct buf text = BUF_INIT(MIB), want = BUF_INIT(MIB);
	size_t bad = 0;

	for (bool more = true; more;) {
		more = str_next_line(&rest, &line);
		if (more && str_starts(line, STR("#")))
			continue;
		if (!more || line.n == 0) {
			bad += check_block(language, buf_view(&text), buf_view(&want));
			buf_reset(&text);
			buf_reset(&want);
			continue;
		}
		bool glued = str_starts(line, STR("+"));
		line = str_trim(str_sub(line, glued, line.n));
		buf_puts(&text, text.n && !glued ? " " : "");
		buf_puts(&want, want.n ? "|" : "");
		buf_str(&text, line);
		buf_str(&want, line);
		++*sentences;
	}
	buf_free(&text);
	buf_free(&want);
	return bad;
}

TEST(sentences_of_many_languages)
{
	static const char *const languages[] = { "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da",
		                                 "fi", "pl", "cs", "ru", "uk", "el", "tr", "ar", "ur",
		                                 "he", "hi", "bn", "zh", "ja", "ko", "th", "hy", "und" };
	size_t bad = 0, sentences = 0;

	for (size_t i = 0; i < sizeof languages / sizeof *languages; i++)
		bad += check_language(languages[i], &sentences);
	CHECK(sentences > 300);
	CHECK_INT(bad, 0);
}

/* ---- Lines and edges -------------------------------------------------------- */

TEST(a_line_end_is_an_end)
{
	CHECK_CUT("Made in the U.S.\nnext line", "", "Made in the U.S.|next line");
	CHECK_CUT("“One.\n\n“Two.\n“Three.”", "en", "“One.|“Two.|“Three.”");
	CHECK_CUT("One\xe2\x80\xa8two\xc2\x85three", "", "One|two|three");
	CHECK_CUT("and then\r\n  so on", "", "and then|so on");
}

TEST(nothing_makes_no_sentence)
{
	CHECK_CUT("", "", "");
	CHECK_CUT(" \n \t\xc2\xa0 ", "", "");
}

TEST(signs_without_words_are_kept)
{
	CHECK_CUT("...", "en", "...");
	CHECK_CUT("!!! Breaking. News", "en", "!!! Breaking.|News");
	CHECK_CUT(". . . Go on. \" ", "en", ". . . Go on. \"");
}

TEST(a_language_tag_may_be_long_or_odd)
{
	CHECK_CUT("Am 3. Mai kam Hr. Ott. Gut.", "de-Latn-CH-1996", "Am 3. Mai kam Hr. Ott.|Gut.");
	CHECK_CUT("Gen. Moor left. She fell.", "klingon", "Gen. Moor left.|She fell.");
	CHECK_CUT("Gen. Moor left. She fell.", "-", "Gen. Moor left.|She fell.");
}

/* ---- What holds for any text ------------------------------------------------ */

static void check_cover(struct str text, const struct span *s, size_t n)
{
	size_t at = 0;

	for (size_t i = 0; i <= n; i++) {
		size_t to = i < n ? s[i].from : text.n;
		CHECK(to >= at && to <= text.n);
		for (; at < to; at++) /* between spans: white space, which may be of several bytes */
			CHECK(char_is_space(text.p[at]) || (unsigned char)text.p[at] >= 0x80);
		if (i == n)
			break;
		CHECK(s[i].to > s[i].from && s[i].to <= text.n);
		CHECK(!char_is_space(text.p[s[i].from]) && !char_is_space(text.p[s[i].to - 1]));
		at = s[i].to;
	}
}

TEST(spans_cover_any_text)
{
	static const char *const parts[] = { ".",  "!",   "?", "\"", "“",  "”",    "«",        " ", " ", "\n", "a",
		                             "He", "U.S", "3", "。", "」", "「",   "と",       "…", "।", "é",  "Ж",
		                             "[",  "]",   "(", ")",  "-",  "\xff", "\xe3\x80", "J", ";", "ς",  "Mr" };
	uint32_t seed = 11;

	for (int round = 0; round < 3000; round++) {
		struct buf b = BUF_INIT(MIB);
		size_t n;
		for (int k = 0; k < 40; k++) {
			seed = seed * 1664525 + 1013904223;
			buf_puts(&b, parts[(seed >> 16) % (sizeof parts / sizeof *parts)]);
		}
		struct str text = buf_view(&b);
		struct span *s = cut(text, STR("en"), &n);
		check_cover(text, s, n);
		buf_free(&b);
	}
}

/* A word exchanged in one sentence moves no boundary of the others. */
TEST(an_edit_moves_no_boundary_elsewhere)
{
	static const char *const words[] = {
		"small", "“Small”", "“small", "U.S.", "(small", "12", "Mr.", "small... but"
	};
	size_t n, before = 0;

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		struct buf b = BUF_INIT(MIB);
		buf_printf(&b,
		           "“We go,” Moor said. He saw the %s harbour of J. R. Lund. “Why? It rained,” he said. "
		           "In the U.S. Army nobody knew. (He asked.) “Stop!” she said.",
		           words[i]);
		struct span *s = cut(buf_view(&b), STR("en"), &n);
		CHECK(i == 0 || n == before);
		CHECK_INT(n, 7);
		CHECK_INT(buf_view(&b).n - s[n - 1].to, 0);
		before = n;
		buf_free(&b);
	}
}

/* Two megabytes of what looks hard; quadratic work would not come to an end. */
TEST(long_runs_come_to_an_end)
{
	static const char *const runs[] = { ".",  "\"",  "“", ". ",   ".\"",  "。",   "? “", "a.", "A. ",
		                            ".(", "...", "[", ".[1]", "。」", "《！", " ",   "!A" };

	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		struct buf b = BUF_INIT(4 * MIB);
		size_t n;
		while (buf_view(&b).n < 2 * MIB)
			buf_puts(&b, runs[i]);
		struct span *s = cut(buf_view(&b), STR("en"), &n);
		check_cover(buf_view(&b), s, n);
		buf_free(&b);
	}
}

TEST_MAIN
