/*
 * A small test runner.
 *
 *     TEST(words_are_counted)
 *     {
 *             CHECK(count("a b") == 2);
 *             CHECK_STR(upper("a"), "A");
 *     }
 *     TEST_MAIN
 *
 * Each TEST is one line of TAP; a failed CHECK ends it and prints what was
 * expected and what came.  SKIP("why") ends it as skipped.
 */
#ifndef STET_TESTS_CHECK_H
#define STET_TESTS_CHECK_H

#include <stdbool.h>
#include <stdio.h>

#include "base/err.h"
#include "base/str.h"

struct test {
	const char *name;
	void (*run)(void);
	struct test *next;
};
void test_register(struct test *t);
_Noreturn void test_failed(const char *file, int line, const char *fmt, ...) PRINTF_LIKE(3, 4);
_Noreturn void test_skipped(const char *why);
int test_main(int argc, char **argv);

/* Folder of the optional third-party test data, or NULL ($STET_TEST_DATA). */
const char *test_data(void);
/* A new empty folder that is removed when the program ends. */
const char *test_folder(void);
/* The whole of a file, or the test fails.  Freed at exit. */
struct str test_file(const char *path);
/* Path below tests/cases. */
const char *test_case_path(const char *name);
/* Runs each file of a folder below tests/cases whose name ends so, by name; how many there were. */
typedef void test_run_case(const char *path);
int test_each_case(const char *folder, const char *ending, test_run_case *run);
/* Cuts text at its lines "====", into most parts at the most; how many there are. */
size_t test_parts(struct str text, struct str *parts, size_t most);

/* Numbers as if drawn by lot, the same for the same seed. */
extern uint32_t test_seed;
uint32_t test_draw(uint32_t below);

#define TEST(title)                                                                                                    \
	static void test_##title(void);                                                                                \
	__attribute__((constructor)) static void register_##title(void)                                                \
	{                                                                                                              \
		static struct test t = { #title, test_##title, NULL };                                                 \
		test_register(&t);                                                                                     \
	}                                                                                                              \
	static void test_##title(void)

#define TEST_MAIN                                                                                                      \
	int main(int argc, char **argv)                                                                                \
	{                                                                                                              \
		return test_main(argc, argv);                                                                          \
	}

#define CHECK(condition)                                                                                               \
	do {                                                                                                           \
		if (!(condition))                                                                                      \
			test_failed(__FILE__, __LINE__, "%s", #condition);                                             \
	} while (0)

#define CHECK_INT(got, want)                                                                                           \
	do {                                                                                                           \
		long long got_ = (long long)(got), want_ = (long long)(want);                                          \
		if (got_ != want_)                                                                                     \
			test_failed(__FILE__, __LINE__, "%s is %lld, not %lld", #got, got_, want_);                    \
	} while (0)

/* got: struct str; want: a C string. */
#define CHECK_STR(got, want)                                                                                           \
	do {                                                                                                           \
		struct str got_ = (got), want_ = str_from(want);                                                       \
		if (!str_eq(got_, want_))                                                                              \
			test_failed(__FILE__, __LINE__, "%s is \"%.*s\", not \"%.*s\"", #got, STR_ARG(got_),           \
			            STR_ARG(want_));                                                                   \
	} while (0)

/* A call that returns bool and fills in e. */
#define CHECK_OK(call, e)                                                                                              \
	do {                                                                                                           \
		if (!(call))                                                                                           \
			test_failed(__FILE__, __LINE__, "%s: %s", #call, (e).text);                                    \
	} while (0)

#define SKIP(why) test_skipped(why)

#endif
