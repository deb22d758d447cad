/*
 * What comparing two versions costs: microseconds of CPU a pair.
 *
 *     bench-changes FILE [TIMES]         measure
 *     bench-changes FILE --write FOLDER  the same pairs as FOLDER/old/N, FOLDER/new/N, for others
 *
 * FILE has one pair a line, {"old": [sentence], "new": [sentence]}; the first
 * sentence is the title, two sentences make a paragraph.  All of the
 * comparison is done: sentences, moves, splits, words, kinds, weights.  Reading
 * the file is not counted.  bench/changes.py runs it beside its peers.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/buf.h"
#include "change/change.h"

#define MOST_PAIRS 10000

struct pair {
	struct article side[2];
};

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static struct str sentence(struct arena *a, json_t *texts, size_t i)
{
	json_t *text = json_array_get(texts, i);
	return arena_str(a, str_of(json_string_value(text), json_string_length(text)));
}

static void read_article(struct arena *a, json_t *texts, struct article *out)
{
	size_t n = json_array_size(texts);

	*out = (struct article){ .published = WHEN_NONE, .modified = WHEN_NONE, .language = STR("en") };
	out->blocks = ARENA_ARRAY(a, struct block, n + 1);
	if (n)
		out->title = sentence(a, texts, 0);
	for (size_t i = 1; i < n; i += 2) {
		struct str text = sentence(a, texts, i);
		if (i + 1 < n)
			text = arena_printf(a, "%.*s %.*s", STR_ARG(text), STR_ARG(sentence(a, texts, i + 1)));
		out->blocks[out->nblocks++] = (struct block){ BLOCK_PARAGRAPH, WHEN_NONE, text };
	}
}

static size_t read_pairs(struct arena *a, FILE *f, struct pair *pairs)
{
	char *line = NULL;
	size_t cap = 0, n = 0;

	while (n < MOST_PAIRS && getline(&line, &cap, f) > 0) {
		json_t *row = json_loads(line, 0, NULL);
		if (!row)
			continue;
		read_article(a, json_object_get(row, "old"), &pairs[n].side[0]);
		read_article(a, json_object_get(row, "new"), &pairs[n++].side[1]);
		json_decref(row);
	}
	free(line);
	return n;
}

static size_t bytes_of(const struct article *x)
{
	size_t n = x->title.n;
	for (size_t i = 0; i < x->nblocks; i++)
		n += x->blocks[i].text.n;
	return n;
}

static void measure(const struct pair *pairs, size_t n, int times)
{
	struct arena *a = arena_new();
	size_t bytes = 0, edits = 0, moved = 0;
	double slowest = 0, from = 0;

	for (int t = -1; t < times; t++) {
		if (t == 0)
			from = cpu_us();
		for (size_t i = 0; i < n; i++) {
			struct change c;
			double start = t < 0 ? cpu_us() : 0;
			arena_reset(a);
			change_compute(a, &pairs[i].side[0], &pairs[i].side[1], NULL, &c);
			if (t >= 0)
				continue;
			double took = cpu_us() - start;
			slowest = took > slowest ? took : slowest;
			bytes += bytes_of(&pairs[i].side[0]) + bytes_of(&pairs[i].side[1]);
			edits += c.nedits;
			moved += c.moved;
		}
	}
	double us = (cpu_us() - from) / ((double)times * (double)n);
	printf("%zu pairs of 2 x %.1f kB, %.1f edits and %.2f moves a pair: %.0f us a pair, %.0f pairs a second; "
	       "slowest %.0f us\n",
	       n, (double)bytes / 2000 / (double)n, (double)edits / (double)n, (double)moved / (double)n, us, 1e6 / us,
	       slowest);
	arena_free(a);
}

static bool write_side(const struct article *x, const char *folder, const char *side, size_t number)
{
	char path[4096];

	snprintf(path, sizeof path, "%s/%s/%zu", folder, side, number);
	FILE *f = fopen(path, "w");
	if (!f)
		return false;
	fprintf(f, "%.*s\n", STR_ARG(x->title));
	for (size_t i = 0; i < x->nblocks; i++)
		fprintf(f, "%.*s\n", STR_ARG(x->blocks[i].text));
	return fclose(f) == 0;
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	struct pair *pairs = ARENA_ARRAY(a, struct pair, MOST_PAIRS);
	FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
	bool ok = f != NULL;

	if (!f) {
		fprintf(stderr, "usage: bench-changes FILE [TIMES | --write FOLDER]\n");
		return 2;
	}
	size_t n = read_pairs(a, f, pairs);
	fclose(f);
	if (argc > 3 && strcmp(argv[2], "--write") == 0) {
		for (size_t i = 0; ok && i < n; i++)
			ok = write_side(&pairs[i].side[0], argv[3], "old", i) &&
			     write_side(&pairs[i].side[1], argv[3], "new", i);
	} else if (n) {
		int64_t times = 10;
		if (argc > 2 && !str_to_i64(str_from(argv[2]), &times))
			ok = false;
		if (ok)
			measure(pairs, n, (int)times);
	}
	arena_free(a);
	return ok ? 0 : 1;
}
