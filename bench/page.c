/*
 * What reading a page costs, in this process and without a child: microseconds
 * of CPU a page, and the part of it that the HTML parser takes.
 *
 *     ninja -C build bench/bench-page && build/bench/bench-page ROUNDS LIST
 *
 * LIST holds a file name a line, with a tab and the page's address behind it if
 * that is known, as for `stet extract --batch`.  The least of the rounds counts.
 * One process and no jail make it what a profiler is run on:
 *
 *     perf record -e cpu-clock build/bench/bench-page 5 LIST
 *     valgrind --tool=callgrind build/bench/bench-page 1 LIST
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "base/limits.h"
#include "html/html.h"
#include "reader/parts.h"

struct sample {
	struct str bytes, url;
};

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static bool load(struct arena *a, struct str list, struct sample **out, size_t *n, struct err *e)
{
	struct str line, name, url;
	size_t room = 0;

	*out = NULL;
	*n = 0;
	while (str_next_line(&list, &line)) {
		struct buf b = BUF_INIT(MAX_BODY_BYTES);
		str_cut(line, '\t', &name, &url);
		if (!file_read(arena_cstr(a, name), &b, e))
			return false;
		*out = mem_grow(*out, &room, *n + 1, sizeof **out);
		(*out)[(*n)++] = (struct sample){ arena_str(a, buf_view(&b)), url };
		buf_free(&b);
	}
	return *n != 0 || err_set(e, ERR_FORMAT, "the list is empty");
}

/* One round over all pages; microseconds. */
static double parse_all(const struct sample *pages, size_t n, struct arena *a)
{
	double start = cpu_us();
	struct html h;
	struct err e = { 0 };

	for (size_t i = 0; i < n; i++) {
		if (!html_parse(a, pages[i].bytes, STR_NONE, &h, &e))
			e = (struct err){ 0 };
		arena_reset(a);
	}
	return cpu_us() - start;
}

static double read_all(const struct sample *pages, size_t n, struct arena *a)
{
	double start = cpu_us();
	struct document d;

	for (size_t i = 0; i < n; i++) {
		struct read_job job = { .as = READ_WEB, .url = pages[i].url, .bytes = pages[i].bytes };
		struct buf b = BUF_INIT(MAX_WIRE_BYTES);
		reader_parse(&job, a, &d);
		document_encode(&d, &b);
		buf_free(&b);
		arena_reset(a);
	}
	return cpu_us() - start;
}

int main(int argc, char **argv)
{
	struct arena *kept = arena_new(), *a = arena_new();
	struct buf list = BUF_INIT(16 * MIB);
	struct sample *pages = NULL;
	struct err e = { 0 };
	size_t n, bytes = 0;
	int rounds = argc == 3 ? (int)strtol(argv[1], NULL, 10) : 0;

	if (rounds < 1) {
		fprintf(stderr, "usage: bench-page ROUNDS LIST\n");
		return 2;
	}
	if (!file_read(argv[2], &list, &e) || !load(kept, buf_view(&list), &pages, &n, &e)) {
		fprintf(stderr, "bench-page: %s\n", e.text);
		return 1;
	}
	double parse = 0, all = 0;
	for (int i = 0; i < rounds; i++) {
		double now = read_all(pages, n, a);
		all = i && all < now ? all : now;
		now = rounds > 1 ? parse_all(pages, n, a) : 0; /* a single round is for counting instructions */
		parse = i && parse < now ? parse : now;
	}
	for (size_t i = 0; i < n; i++)
		bytes += pages[i].bytes.n;
	printf("%zu pages of %.0f kB: %.0f us a page, of these html_parse %.0f; %.0f pages a CPU second\n", n,
	       (double)bytes / (double)n / 1000, all / (double)n, parse / (double)n, (double)n * 1e6 / all);
	free(pages);
	buf_free(&list);
	arena_free(a);
	arena_free(kept);
	return 0;
}
