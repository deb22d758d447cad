/* The test runner: see check.h. */
#define _XOPEN_SOURCE 700
#include "check.h"

#include <dirent.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct test *first, **last = &first;
static jmp_buf end_of_test;
static char folder[64];

void test_register(struct test *t)
{
	*last = t;
	last = &t->next;
}

void test_failed(const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	printf("# %s:%d: ", file, line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	longjmp(end_of_test, 1);
}

void test_skipped(const char *why)
{
	printf("# skipped: %s\n", why);
	longjmp(end_of_test, 2);
}

const char *test_data(void)
{
	const char *path = getenv("STET_TEST_DATA");
	return path && *path ? path : NULL;
}

static int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st, (void)type, (void)ftw;
	return remove(path);
}

static void remove_folder(void)
{
	if (*folder)
		nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *test_folder(void)
{
	static int count;
	static char paths[64][96];

	if (!*folder) {
		snprintf(folder, sizeof folder, "/tmp/stet-test-XXXXXX");
		if (!mkdtemp(folder))
			abort();
		atexit(remove_folder);
	}
	char *path = paths[count % 64];
	snprintf(path, sizeof paths[0], "%s/%d", folder, count++);
	char command[128];
	snprintf(command, sizeof command, "mkdir -p %s", path);
	if (system(command) != 0)
		abort();
	return path;
}

struct str test_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	if (!f)
		test_failed(path, 0, "cannot be opened");
	char *p = NULL;
	size_t n = 0, cap = 0, got;
	do {
		if (n + 65536 > cap)
			p = realloc(p, cap = cap * 2 + 65536);
		got = p ? fread(p + n, 1, 65536, f) : 0;
		n += got;
	} while (got);
	fclose(f);
	static char *kept[4096];
	static size_t nkept;
	free(kept[nkept % 4096]);
	kept[nkept++ % 4096] = p;
	return str_of(p, n);
}

const char *test_case_path(const char *name)
{
	static char path[512];
	const char *top = getenv("STET_SOURCE_ROOT");
	snprintf(path, sizeof path, "%s/tests/cases/%s", top ? top : ".", name);
	return path;
}

int test_each_case(const char *cases, const char *ending, test_run_case *run)
{
	struct dirent **entries;
	int n = scandir(test_case_path(cases), &entries, NULL, alphasort), seen = 0;

	if (n < 0)
		test_failed(cases, 0, "is no folder of cases");
	for (int i = 0; i < n; i++) {
		char path[1024];
		snprintf(path, sizeof path, "%s/%s", test_case_path(cases), entries[i]->d_name);
		free(entries[i]);
		if (!str_ends(str_from(path), str_from(ending)))
			continue;
		run(path);
		seen++;
	}
	free(entries);
	return seen;
}

size_t test_parts(struct str text, struct str *parts, size_t most)
{
	struct str rest = text, line;
	size_t n = 0;

	while (n + 1 < most && str_next_line(&rest, &line))
		if (str_eq(line, STR("===="))) {
			parts[n++] = str_sub(text, 0, (size_t)(line.p - text.p));
			text = rest;
		}
	parts[n++] = text;
	return n;
}

uint32_t test_seed;

uint32_t test_draw(uint32_t below)
{
	test_seed = test_seed * 1664525 + 1013904223;
	return (test_seed >> 8) % below;
}

int test_main(int argc, char **argv)
{
	static int count, failed; /* static: they outlive a longjmp */
	static struct test *t;

	setvbuf(stdout, NULL, _IOLBF, 0);
	for (t = first; t; t = t->next) {
		if (argc > 1 && !strstr(t->name, argv[1]))
			continue;
		count++;
		switch (setjmp(end_of_test)) {
		case 0:
			t->run();
			printf("ok %d - %s\n", count, t->name);
			break;
		case 1:
			failed++;
			printf("not ok %d - %s\n", count, t->name);
			break;
		default:
			printf("ok %d - %s # SKIP\n", count, t->name);
		}
	}
	printf("1..%d\n", count);
	return failed ? 1 : 0;
}
