/*
 * What finding sentences costs: microseconds of CPU a kilobyte, beside ICU's
 * break iterator on the same text.
 *
 *     ninja -C build bench/bench-sentences && build/bench/bench-sentences LANGUAGE FILE...
 *
 * Each line of a file is one text, as a paragraph of an article is.  Without
 * arguments two megabytes each of what is hard to read are timed, where the
 * cost must stay within a small multiple of that of prose.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <unicode/ubrk.h>
#include <unicode/utext.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "text/sentences.h"

static struct arena *arena;
static UBreakIterator *icu;

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static size_t count_by_icu(struct str text)
{
	UErrorCode status = U_ZERO_ERROR;
	UText u = UTEXT_INITIALIZER;
	size_t n = 0;

	utext_openUTF8(&u, text.p, (int64_t)text.n, &status);
	ubrk_setUText(icu, &u, &status);
	while (U_SUCCESS(status) && ubrk_next(icu) != UBRK_DONE)
		n++;
	utext_close(&u);
	return n;
}

static size_t count_ours(struct str text, struct str language)
{
	size_t n;

	text_sentences(arena, text, language, &n);
	arena_reset(arena);
	return n;
}

/* Microseconds a kilobyte for all lines of text; the sentences of one round go to *n. */
static double pass(struct str text, struct str language, bool by_icu, int rounds, size_t *n)
{
	double start = cpu_us();

	for (int i = 0; i < rounds; i++) {
		struct str rest = text, line;
		*n = 0;
		while (str_next_line(&rest, &line))
			*n += by_icu ? count_by_icu(line) : count_ours(line, language);
	}
	return (cpu_us() - start) / ((double)text.n * rounds / 1000);
}

static void bench_text(const char *name, struct str text, struct str language)
{
	int rounds = (int)(4 * MIB / (text.n + 1)) + 1;
	size_t found, by_icu;

	count_ours(STR("Warm."), language);
	double ours = pass(text, language, false, rounds, &found);
	double theirs = pass(text, language, true, rounds, &by_icu);
	printf("%-20s %8zu bytes  %7zu sentences %6.2f us/kB   ICU %7zu %6.2f us/kB\n", name, text.n, found, ours,
	       by_icu, theirs);
}

static void bench_runs(void)
{
	static const char *const runs[] = { ".",  "\"",  "“", ". ",   ".\"",  "。",   "? “", "a.",    "A. ",
		                            ".(", "...", "[", ".[1]", "。」", "《！", "!A",  "z. B. " };

	for (size_t i = 0; i < sizeof runs / sizeof *runs; i++) {
		struct buf b = BUF_INIT(4 * MIB);
		while (buf_view(&b).n < 2 * MIB)
			buf_puts(&b, runs[i]);
		bench_text(runs[i], buf_view(&b), STR("en"));
		buf_free(&b);
	}
}

int main(int argc, char **argv)
{
	UErrorCode status = U_ZERO_ERROR;
	struct err e = { 0 };

	arena = arena_new();
	icu = ubrk_open(UBRK_SENTENCE, "en", NULL, 0, &status);
	if (argc < 3)
		bench_runs();
	for (int i = 2; i < argc; i++) {
		struct buf b = BUF_INIT(64 * MIB);
		if (!file_read(argv[i], &b, &e)) {
			fprintf(stderr, "bench-sentences: %s\n", e.text);
			return 1;
		}
		bench_text(argv[i], buf_view(&b), str_from(argv[1]));
		buf_free(&b);
	}
	ubrk_close(icu);
	arena_free(arena);
	return 0;
}
