/* Words, sentences, normal forms and the article's binary form. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicode/ubrk.h>
#include <unicode/ustring.h>
#include <unicode/utext.h>

#include "base/arena.h"
#include "base/wire.h"
#include "text/article.h"
#include "text/norm.h"
#include "text/sentences.h"
#include "text/stem.h"
#include "text/words.h"

static struct arena *arena;

static struct arena *fresh(void)
{
	arena_free(arena);
	return arena = arena_new();
}

/* Words separated by "|", spaces as "_". */
static struct str cut(const char *text)
{
	struct buf b = BUF_INIT(MIB);
	size_t n;
	struct word *w = text_words(fresh(), str_from(text), &n);

	for (size_t i = 0; i < n; i++) {
		buf_puts(&b, i ? "|" : "");
		if (w[i].kind == WORD_SPACE)
			buf_puts(&b, "_");
		else
			buf_str(&b, str_sub(str_from(text), w[i].from, w[i].to));
	}
	struct str s = arena_str(arena, buf_view(&b));
	buf_free(&b);
	return s;
}

TEST(words_keep_apostrophes_and_separators)
{
	CHECK_STR(cut("Don't pay 3,500 or 1.5!"), "Don't|_|pay|_|3,500|_|or|_|1.5|!");
	CHECK_STR(cut("the U.S. army\xe2\x80\x99s 82nd, B-52"), "the|_|U.S|.|_|army\xe2\x80\x99s|_|82nd|,|_|B|-|52");
	CHECK_STR(cut("40% (or more)"), "40|%|_|(|or|_|more|)");
	CHECK_STR(cut("snake_case a_1 __"), "snake_case|_|a_1|_|__");
	CHECK_STR(cut("\xe2\x80\x9cGo,\xe2\x80\x9d he said."), "\xe2\x80\x9c|Go|,|\xe2\x80\x9d|_|he|_|said|.");
	CHECK_STR(cut(""), "");
}

TEST(words_of_scripts_without_spaces)
{
	/* Han: each character; Thai and Kana: what the dictionary says. */
	CHECK_STR(cut("\xe6\x96\xb0\xe8\x81\x9e 3\xe5\xae\xb6"), "\xe6\x96\xb0|\xe8\x81\x9e|_|3|\xe5\xae\xb6");
	CHECK_STR(cut("\xe6\x9d\xb1\xe4\xba\xac\xe3\x81\xa7"), "\xe6\x9d\xb1|\xe4\xba\xac|\xe3\x81\xa7");
	size_t n;
	text_words(fresh(),
	           STR("\xe0\xb8\xa7\xe0\xb8\xb1\xe0\xb8\x99\xe0\xb8\x99\xe0\xb8\xb5\xe0\xb9\x89"
	               "\xe0\xb8\x9d\xe0\xb8\x99\xe0\xb8\x95\xe0\xb8\x81"),
	           &n);
	CHECK(n >= 2); /* "today it rains", without a space */
}

TEST(words_have_kinds)
{
	size_t n;
	struct word *w = text_words(fresh(), STR("Oil 82nd 40% _"), &n);
	enum word_kind want[] = { WORD_LETTERS, WORD_SPACE, WORD_LETTERS, WORD_SPACE,
		                  WORD_NUMBER,  WORD_SIGN,  WORD_SPACE,   WORD_SIGN };
	CHECK_INT(n, 8);
	for (size_t i = 0; i < n; i++)
		CHECK_INT(w[i].kind, want[i]);
}

static struct word only(const char *text)
{
	size_t n;
	struct word *w = text_words(arena, str_from(text), &n);
	CHECK_INT(n, 1);
	return w[0];
}

TEST(words_fold_case_accents_quotes_and_dashes)
{
	static const char *const same[][2] = {
		{ "Pentagon", "PENTAGON" },
		{ "caf\xc3\xa9", "Cafe" },
		{ "M\xc3\xbcller", "muller" },
		{ "Stra\xc3\x9f"
		  "e",
		  "STRASSE" },
		{ "don\xe2\x80\x99t", "don't" },
		{ "\xe2\x80\x9c", "\"" },
		{ "\xe2\x80\x94", "-" },
		{ "\xd0\x99\xd0\xbe\xd0\xb4", "\xd0\xb9\xd0\xbe\xd0\xb4" },
		{ "\xcf\x80\xcf\x8c\xce\xbb\xce\xb7", "\xce\xa0\xce\x9f\xce\x9b\xce\x97" },
		{ "\xe1\xba\xbf", "e" },
	};
	fresh();
	for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
		struct word a = only(same[i][0]), b = only(same[i][1]);
		if (a.fold != b.fold || a.id == b.id)
			test_failed(__FILE__, __LINE__, "%s and %s", same[i][0], same[i][1]);
	}
	CHECK(only("form").fold != only("from").fold);
	/* Voiced and unvoiced Kana are different letters. */
	CHECK(only("\xe3\x81\x8b").fold != only("\xe3\x81\x8c").fold);
	CHECK(only("a").id == only("a").id);
}

/* The boundaries that ICU's iterator gives, with Han characters apart. */
static size_t icu_boundaries(struct str text, uint32_t *out)
{
	UErrorCode status = U_ZERO_ERROR;
	UText *u = utext_openUTF8(NULL, text.p, (int64_t)text.n, &status);
	UBreakIterator *b = ubrk_open(UBRK_WORD, "", NULL, 0, &status);
	size_t n = 0;

	ubrk_setUText(b, u, &status);
	CHECK(U_SUCCESS(status));
	for (int32_t at = ubrk_next(b); at != UBRK_DONE; at = ubrk_next(b))
		out[n++] = (uint32_t)at;
	ubrk_close(b);
	utext_close(u);
	return n;
}

TEST(words_break_where_the_library_breaks)
{
	static const char *const pieces[] = { "a",
		                              "B",
		                              "z",
		                              "\xc3\xa9",
		                              "\xd0\x96",
		                              "1",
		                              "23",
		                              ",",
		                              ".",
		                              ";",
		                              "'",
		                              "\xe2\x80\x99",
		                              "_",
		                              " ",
		                              "-",
		                              "\"",
		                              "\xe2\x80\x9c",
		                              "\xe2\x80\x94",
		                              "%",
		                              "\xc2\xb7",
		                              "\xe2\x82\xac",
		                              "\xd7\x90",
		                              "\xe0\xa4\x95",
		                              "\xe0\xa4\xbf",
		                              "e\xcc\x81",
		                              "\xf0\x9f\x98\x80",
		                              "\xef\xbc\x91" };
	uint32_t seed = 1, bounds[600];

	for (int round = 0; round < 3000; round++) {
		char text[512];
		size_t n = 0, nwords;
		for (int i = 0; i < 14; i++) {
			seed = seed * 1664525 + 1013904223;
			const char *piece = pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)];
			memcpy(text + n, piece, strlen(piece));
			n += strlen(piece);
		}
		struct str s = str_of(text, n);
		size_t nbounds = icu_boundaries(s, bounds);
		struct word *w = text_words(fresh(), s, &nwords);
		for (size_t i = 0, k = 0; i < nwords; i++) {
			while (k < nbounds && bounds[k] < w[i].to)
				k++;
			/* Runs of spaces and marks behind a space are ours to keep together. */
			if ((k == nbounds || bounds[k] != w[i].to) && i + 1 < nwords && w[i].kind != WORD_SPACE)
				test_failed(__FILE__, __LINE__, "a break at %u in \"%.*s\"", w[i].to, STR_ARG(s));
		}
		size_t k = 0;
		for (size_t i = 0; i < nbounds; i++) {
			while (k < nwords && w[k].to < bounds[i])
				k++;
			if (w[k].to != bounds[i] && w[k].kind != WORD_SPACE)
				test_failed(__FILE__, __LINE__, "no break at %u in \"%.*s\"", bounds[i], STR_ARG(s));
		}
	}
}

TEST(words_cover_any_bytes)
{
	uint32_t seed = 7;

	for (int round = 0; round < 500; round++) {
		char text[64];
		size_t n;
		for (size_t i = 0; i < sizeof text; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)(seed >> 24);
		}
		struct word *w = text_words(fresh(), str_of(text, sizeof text), &n);
		uint32_t at = 0;
		for (size_t i = 0; i < n; i++) {
			CHECK(w[i].from == at && w[i].to > at);
			at = w[i].to;
		}
		CHECK_INT(at, sizeof text);
		struct span *s = text_sentences(arena, str_of(text, sizeof text), STR("en"), &n);
		for (size_t i = 0; i < n; i++)
			CHECK(s[i].from < s[i].to && s[i].to <= sizeof text && (i == 0 || s[i].from >= s[i - 1].to));
	}
}

static struct str sentences(const char *text, const char *language)
{
	struct buf b = BUF_INIT(MIB);
	size_t n;
	struct span *s = text_sentences(fresh(), str_from(text), str_from(language), &n);

	for (size_t i = 0; i < n; i++) {
		buf_puts(&b, i ? "|" : "");
		buf_str(&b, str_sub(str_from(text), s[i].from, s[i].to));
	}
	struct str out = arena_str(arena, buf_view(&b));
	buf_free(&b);
	return out;
}

TEST(sentences_survive_abbreviations)
{
	CHECK_STR(sentences("Gen. Ida Moor met Mr. Ott. They agreed.", "en"),
	          "Gen. Ida Moor met Mr. Ott.|They agreed.");
	CHECK_STR(sentences("He left the U.S. Army in 2001. It rained.", "en"),
	          "He left the U.S. Army in 2001.|It rained.");
	CHECK_STR(sentences("She lives in the U.S. The house is old.", "en"),
	          "She lives in the U.S.|The house is old.");
	CHECK_STR(sentences("William H. Marsh III spoke. So did J. R. Lund.", "en"),
	          "William H. Marsh III spoke.|So did J. R. Lund.");
	CHECK_STR(sentences("It opens at 9 a.m. on Monday. Come early.", "en"),
	          "It opens at 9 a.m. on Monday.|Come early.");
	CHECK_STR(sentences("Am 3. Oktober kam Dr. Weiss. Es regnete.", "de"),
	          "Am 3. Oktober kam Dr. Weiss.|Es regnete.");
	CHECK_STR(sentences("It cost 12. Nobody paid.", "en"), "It cost 12.|Nobody paid.");
}

TEST(sentences_keep_closing_quotation_marks)
{
	CHECK_STR(sentences("\xe2\x80\x9cGo.\xe2\x80\x9d He went.", ""), "\xe2\x80\x9cGo.\xe2\x80\x9d|He went.");
	CHECK_STR(sentences("\"Why?\" he asked. \"Because.\"", ""), "\"Why?\" he asked.|\"Because.\"");
	CHECK_STR(sentences("He left. \xe2\x80\x9d Then she came.", ""), "He left. \xe2\x80\x9d|Then she came.");
}

TEST(sentences_end_at_line_ends)
{
	CHECK_STR(sentences("Made in the U.S.\nnext line", ""), "Made in the U.S.|next line");
	CHECK_STR(sentences("", ""), "");
	CHECK_STR(sentences("  \n ", ""), "");
}

TEST(normal_form_is_what_a_reader_sees)
{
	CHECK_STR(text_normal(fresh(), STR("  a \t\n b\xc2\xa0 c ")), "a b c");
	CHECK_STR(text_normal(arena, STR("e\xcc\x81")), "\xc3\xa9");
	CHECK_STR(text_normal(arena, STR("so\xc2\xad"
	                                 "ft\xe2\x80\x8b \xef\xbb\xbfx\x01")),
	          "soft x");
	CHECK_STR(text_normal(arena, STR("\xff"
	                                 "a\xe2\x82")),
	          "\xef\xbf\xbd"
	          "a\xef\xbf\xbd\xef\xbf\xbd");
	CHECK_STR(text_normal(arena, STR("\xe2\x80\xaa"
	                                 "evil\xe2\x80\xac")),
	          "evil");
	CHECK_STR(text_normal(arena, STR("")), "");
}

TEST(normal_form_is_stable)
{
	uint32_t seed = 3;

	for (int round = 0; round < 1000; round++) {
		char text[40];
		for (size_t i = 0; i < sizeof text; i++) {
			seed = seed * 1664525 + 1013904223;
			text[i] = (char)(round % 2 ? seed >> 24 : (seed >> 24) % 3 ? 0xcc : 0x80 + (seed >> 16) % 64);
		}
		struct str once = text_normal(fresh(), str_of(text, sizeof text));
		CHECK(str_eq(once, text_normal(arena, once)));
		CHECK(utf8_valid(once));
	}
}

TEST(index_form_finds_what_people_type)
{
	CHECK_STR(text_index_form(fresh(), STR("Caf\xc3\xa9 M\xc3\x9cNCHEN")), "cafe munchen");
	CHECK_STR(text_index_form(arena, STR("\xe6\x96\xb0\xe8\x81\x9e")), "\xe6\x96\xb0 \xe8\x81\x9e");
	/* Hangul syllables stay whole, Kana keep their voice. */
	CHECK_STR(text_index_form(arena, STR("\xed\x95\x9c\xea\xb5\xad")), "\xed\x95\x9c \xea\xb5\xad");
	CHECK_STR(text_index_form(arena, STR("\xe3\x81\x8c")), "\xe3\x81\x8c");
	/* Fullwidth figures are figures; Arabic vowel signs go. */
	CHECK_STR(text_index_form(arena, STR("\xef\xbc\x91\xef\xbc\x92")), "12");
	CHECK_STR(text_index_form(arena, STR("\xd9\x83\xd9\x8e\xd8\xaa")), "\xd9\x83\xd8\xaa");
}

TEST(index_form_of_a_long_text_is_made_in_slices)
{
	struct buf b = BUF_INIT(MIB);
	for (int i = 0; i < 3000; i++)
		buf_puts(&b, "\xc3\x89t\xc3\xa9 ");
	struct str s = text_index_form(fresh(), buf_view(&b));
	CHECK_INT(s.n, 3000 * 4 - 1);
	CHECK(!str_has(s, STR("\xc3")));
	buf_free(&b);
}

/* Words of ASCII beside others, at every distance: the form of each word is what it is alone. */
TEST(index_form_of_words_does_not_depend_on_their_neighbours)
{
	static const char *const words[] = { "\xc3\x89t\xc3\xa9",
		                             "Bridge",
		                             "a",
		                             "OF",
		                             "\xe2\x80\x9cQuoted\xe2\x80\x9d",
		                             "the-Long-Compound-Of-Forty-Bytes-And-More",
		                             "\xe6\x96\xb0",
		                             "1,200",
		                             "Stra\xc3\x9f"
		                             "e" };
	enum { N = sizeof words / sizeof *words };
	struct arena *all = fresh();
	uint32_t dice = 1;

	for (int round = 0; round < 200; round++) {
		struct buf text = BUF_INIT(MIB), wanted = BUF_INIT(MIB);
		for (int i = 0; i < 1 + round * 4; i++) {
			dice = dice * 1103515245 + 12345;
			struct str word = str_from(words[(dice >> 16) % N]);
			buf_printf(&text, "%s%.*s", text.n ? " " : "", STR_ARG(word));
			struct str form = text_index_form(all, word);
			buf_printf(&wanted, "%s%.*s", wanted.n ? " " : "", STR_ARG(form));
		}
		CHECK_STR(text_index_form(all, buf_view(&text)), arena_str(all, buf_view(&wanted)).p);
		buf_free(&text);
		buf_free(&wanted);
		arena_reset(all);
	}
	/* No space to cut at, and a letter of two bytes behind it. */
	struct buf b = BUF_INIT(MIB);
	for (int i = 0; i < 300000; i++)
		buf_byte(&b, 'A');
	buf_puts(&b, "\xc3\x89 B");
	struct str s = text_index_form(all, buf_view(&b));
	CHECK_INT(s.n, 300003);
	CHECK(str_ends(s, STR("aae b")));
	buf_free(&b);
}

TEST(a_stem_is_the_same_when_it_is_asked_again)
{
	struct stemmer *s = stemmer_new((size_t)stem_language_of(STR("en")));
	char word[16];

	CHECK(s != NULL);
	CHECK_STR(stemmer_stem(s, STR("bridges")), "bridg");
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 20000; i++) { /* more than it remembers */
			snprintf(word, sizeof word, "w%ding", i);
			struct str stem = stemmer_stem(s, str_from(word));
			CHECK(str_starts(stem, STR("w")) && strtol(stem.p + 1, NULL, 10) == i);
		}
	CHECK_STR(stemmer_stem(s, STR("bridges")), "bridg");
	CHECK_STR(stemmer_stem(s, STR("bridged")), "bridg");
	CHECK_STR(stemmer_stem(s, STR("")), "");
	struct str beyond = STR("incomprehensibilitiesandincomprehensibilities");
	struct str first = arena_str(fresh(), stemmer_stem(s, beyond));
	CHECK(str_eq(stemmer_stem(s, beyond), first));
	stemmer_free(s);
}

TEST(printable_text_cannot_steer_a_terminal)
{
	CHECK_STR(text_printable(fresh(), STR("a\x1b[31mb\ttab\n")), "a\xef\xbf\xbd[31mb\ttab\n");
	CHECK_STR(text_printable(arena, STR("\xe2\x80\xaex")), "\xef\xbf\xbdx");
}

static struct article sample(struct arena *a)
{
	struct article x = {
		.title = STR("Bridge reopens"),
		.standfirst = STR("Two lanes first"),
		.bylines = { STR("Ada Quist"), STR("Ben Roe") },
		.nbylines = 2,
		.agency = STR("XNA"),
		.language = STR("en"),
		.section = STR("Local"),
		.published = 1000,
		.modified = WHEN_NONE,
		.published_text = STR("long ago"),
		.nblocks = 2,
	};
	x.blocks = ARENA_ARRAY(a, struct block, 2);
	x.blocks[0] = (struct block){ BLOCK_HEADING, WHEN_NONE, STR("Noon") };
	x.blocks[1] = (struct block){ BLOCK_ENTRY, 77, STR("Cars cross.") };
	return x;
}

TEST(articles_travel_and_come_back)
{
	struct article x = sample(fresh()), y, z;
	struct buf b = BUF_INIT(MIB), again = BUF_INIT(MIB);

	article_encode(&x, &b);
	CHECK(article_decode(buf_view(&b), arena, &y));
	article_copy(&y, arena, &z);
	article_encode(&z, &again);
	CHECK(str_eq(buf_view(&b), buf_view(&again)));
	CHECK_STR(z.bylines[1], "Ben Roe");
	CHECK_INT(z.blocks[1].at, 77);
	CHECK_INT(z.blocks[0].at, WHEN_NONE);
	struct sha256 hx = article_identity(&x), hz = article_identity(&z);
	CHECK(sha256_eq(&hx, &hz));
	for (size_t n = 0; n < b.n; n++)
		CHECK(!article_decode(str_sub(buf_view(&b), 0, n), arena, &y));
	buf_free(&b);
	buf_free(&again);
}

TEST(articles_from_hostile_bytes_are_refused)
{
	struct article x = sample(fresh()), y;
	struct buf b = BUF_INIT(MIB);

	article_encode(&x, &b);
	for (size_t i = 0; i < b.n; i++) {
		char kept = b.p[i];
		for (int value = 0; value < 256; value += 5) {
			b.p[i] = (char)value;
			if (article_decode(buf_view(&b), arena, &y))
				CHECK(y.nblocks <= MAX_BLOCKS && y.nbylines <= MAX_BYLINES);
		}
		b.p[i] = kept;
	}
	x.blocks[1].text = STR_NONE;
	buf_reset(&b);
	article_encode(&x, &b);
	CHECK(!article_decode(buf_view(&b), arena, &y)); /* a block is never empty */
	buf_free(&b);
}

TEST(identity_is_what_a_reader_sees)
{
	struct article x = sample(fresh()), y = x;
	struct sha256 before = article_identity(&x), after;

	y.section = STR("World"), y.published = 5, y.agency = STR_NONE;
	after = article_identity(&y);
	CHECK(sha256_eq(&before, &after));
	y = x;
	y.nbylines = 1;
	after = article_identity(&y);
	CHECK(!sha256_eq(&before, &after));
	CHECK_INT(article_words(&x), 2 + 1 + 2);
}

TEST(articles_print_plainly)
{
	struct article x = sample(fresh());
	struct buf b = BUF_INIT(MIB);

	article_print(&x, &b);
	CHECK_STR(buf_view(&b), "Bridge reopens\nTwo lanes first\nBy Ada Quist, Ben Roe\n"
	                        "Agency: XNA\n\n# Noon\n\nCars cross.\n");
	buf_free(&b);
}

TEST_MAIN
