/*
 * What aligning costs: microseconds of CPU a pair of versions.
 *
 *     ninja -C build bench/bench-align && build/bench/bench-align FILE [TIMES]
 *
 * FILE has one pair a line, {"old": [sentence], "new": [sentence]}.  All pairs
 * are aligned once to warm up and then TIMES (20) times; reading the file is
 * not counted, cutting sentences into words is.  The slowest pair is named.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "change/align.h"

struct pair {
	struct sentence *sentences[2];
	uint32_t n[2];
	double us;
};

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct sentence *read_sentences(struct arena *a, json_t *texts, uint32_t *n)
{
	struct sentence *s = ARENA_ARRAY(a, struct sentence, json_array_size(texts) + 1);

	*n = (uint32_t)json_array_size(texts);
	for (uint32_t i = 0; i < *n; i++) {
		json_t *text = json_array_get(texts, i);
		s[i] = (struct sentence){ i, 0,
			                  arena_str(a, str_of(json_string_value(text), json_string_length(text))) };
	}
	return s;
}

static size_t read_pairs(struct arena *a, FILE *f, struct pair *pairs, size_t most, size_t *bytes)
{
	char *line = NULL;
	size_t cap = 0, n = 0;

	while (n < most && getline(&line, &cap, f) > 0) {
		json_t *row = json_loads(line, 0, NULL);
		for (int side = 0; row && side < 2; side++) {
			struct pair *p = &pairs[n];
			p->sentences[side] = read_sentences(a, json_object_get(row, side ? "new" : "old"), &p->n[side]);
			for (uint32_t i = 0; i < p->n[side]; i++)
				*bytes += p->sentences[side][i].text.n;
		}
		n += row != NULL;
		json_decref(row);
	}
	free(line);
	return n;
}

static void align_all(struct arena *scratch, struct pair *pairs, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		struct alignment out;
		double t = cpu_us();
		arena_reset(scratch);
		align_sentences(scratch, pairs[i].sentences[0], pairs[i].n[0], pairs[i].sentences[1], pairs[i].n[1],
		                &out);
		pairs[i].us += cpu_us() - t;
	}
}

int main(int argc, char **argv)
{
	enum { MOST_PAIRS = 10000 };
	FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
	long times = argc > 2 ? strtol(argv[2], NULL, 10) : 20;
	size_t bytes = 0, slowest = 0;

	if (!f || times < 1) {
		fprintf(stderr, "usage: bench-align FILE [TIMES]\n");
		return 2;
	}
	struct arena *a = arena_new(), *scratch = arena_new();
	struct pair *pairs = ARENA_ARRAY(a, struct pair, MOST_PAIRS);
	size_t n = read_pairs(a, f, pairs, MOST_PAIRS, &bytes);
	fclose(f);
	align_all(scratch, pairs, n);
	for (size_t i = 0; i < n; i++)
		pairs[i].us = 0;
	double start = cpu_us();
	for (long i = 0; i < times; i++)
		align_all(scratch, pairs, n);
	double us = (cpu_us() - start) / (double)times;
	for (size_t i = 0; i < n; i++)
		slowest = pairs[i].us > pairs[slowest].us ? i : slowest;
	if (n)
		printf("%zu pairs of %.1f kB a version: %.1f us a pair, %.0f pairs/s; slowest: line %zu, %.0f us\n", n,
		       (double)bytes / (double)n / 2000, us / (double)n, 1e6 * (double)n / us, slowest + 1,
		       pairs[slowest].us / (double)times);
	arena_free(scratch);
	arena_free(a);
	return 0;
}
