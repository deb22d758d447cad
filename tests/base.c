/* Tests of src/base. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/arena.h"
#include "base/clock.h"
#include "base/hash.h"
#include "base/json.h"
#include "base/log.h"
#include "base/settings.h"
#include "base/wire.h"
#include "check.h"

TEST(percent_encoded_bytes_are_read)
{
	struct arena *a = arena_new();

	CHECK_INT(str_percent(STR("%4a"), 0), 0x4a);
	CHECK_INT(str_percent(STR("a%fFb"), 1), 0xff);
	CHECK_INT(str_percent(STR("%4"), 0), -1);
	CHECK_INT(str_percent(STR("%4g"), 0), -1);
	CHECK_INT(str_percent(STR("a4a"), 0), -1);
	for (int byte = 0; byte < 256; byte++) {
		char text[3];
		CHECK(str_put_percent(text, (unsigned char)byte) == text + 3);
		CHECK_INT(str_percent(str_of(text, 3), 0), byte);
	}
	CHECK_INT(char_hex('g'), -1);
	CHECK_STR(arena_lower(a, STR("Harbour-7 \xc3\x84")), "harbour-7 \xc3\x84");
	arena_free(a);
}

TEST(strings_are_cut_trimmed_and_found)
{
	struct str head, tail;

	CHECK(str_cut(STR("key: value: more"), ':', &head, &tail));
	CHECK_STR(head, "key");
	CHECK_STR(str_trim(tail), "value: more");
	CHECK(!str_cut(STR("none"), ':', &head, &tail));
	CHECK_STR(head, "none");
	CHECK_INT(tail.n, 0);
	CHECK_INT(str_find(STR("abcabd"), STR("abd")), 3);
	CHECK(str_find(STR("ab"), STR("abc")) == STR_NPOS);
	CHECK_INT(str_find_nocase(STR("Content-TYPE"), STR("type")), 8);
	CHECK(str_ends_nocase(STR("FILE.HTML"), STR(".html")));
	CHECK(!str_starts(STR("a"), STR("ab")));
	CHECK(str_eq(STR_NONE, STR("")));
	CHECK(str_cmp(STR("a"), STR("ab")) < 0);
}

TEST(lines_end_with_lf_or_crlf)
{
	struct str rest = STR("one\r\ntwo\n\nfour"), line;

	CHECK(str_next_line(&rest, &line));
	CHECK_STR(line, "one");
	CHECK(str_next_line(&rest, &line));
	CHECK_STR(line, "two");
	CHECK(str_next_line(&rest, &line));
	CHECK_INT(line.n, 0);
	CHECK(str_next_line(&rest, &line));
	CHECK_STR(line, "four");
	CHECK(!str_next_line(&rest, &line));
}

TEST(strings_are_cut_at_the_last_separator_too)
{
	struct str head, tail;

	CHECK(str_cut_last(STR("news/harbour/crane.warc"), '/', &head, &tail));
	CHECK_STR(head, "news/harbour");
	CHECK_STR(tail, "crane.warc");
	CHECK(str_cut_last(STR("/"), '/', &head, &tail));
	CHECK(head.n == 0 && tail.n == 0);
	CHECK(!str_cut_last(STR("crane"), '/', &head, &tail));
	CHECK(head.n == 0);
	CHECK_STR(tail, "crane");
	CHECK(!str_cut_last(STR_NONE, '/', &head, &tail));
	CHECK(head.n == 0 && tail.n == 0);
}

TEST(numbers_are_read_whole_or_not_at_all)
{
	int64_t n;

	CHECK(str_to_i64(STR("-9223372036854775808"), &n) && n == INT64_MIN);
	CHECK(str_to_i64(STR("9223372036854775807"), &n) && n == INT64_MAX);
	CHECK(!str_to_i64(STR("9223372036854775808"), &n));
	CHECK(!str_to_i64(STR(""), &n));
	CHECK(!str_to_i64(STR("-"), &n));
	CHECK(!str_to_i64(STR("12a"), &n));
	CHECK(!str_to_i64(STR(" 1"), &n));
}

TEST(what_is_cut_off_ends_with_a_whole_character)
{
	struct str s = STR("Gr\xc3\xbc\xc3\x9f");

	CHECK_STR(utf8_head(s, 0), "");
	CHECK_STR(utf8_head(s, 2), "Gr");
	CHECK_STR(utf8_head(s, 3), "Gr");
	CHECK_STR(utf8_head(s, 4), "Gr\xc3\xbc");
	CHECK_STR(utf8_head(s, 5), "Gr\xc3\xbc");
	CHECK_STR(utf8_head(s, 6), "Gr\xc3\xbc\xc3\x9f");
	CHECK_STR(utf8_head(s, 99), "Gr\xc3\xbc\xc3\x9f");
}

TEST(broken_utf8_becomes_the_replacement_character)
{
	static const struct {
		const char *bytes;
		uint32_t first;
		bool valid;
	} cases[] = {
		{ "A", 'A', true },
		{ "\xc3\xa9", 0xe9, true },
		{ "\xe2\x82\xac", 0x20ac, true },
		{ "\xf0\x9f\x97\x9e", 0x1f5de, true },
		{ "\xc0\x80", 0xfffd, false },
		{ "\xed\xa0\x80", 0xfffd, false },
		{ "\xe2\x82", 0xfffd, false },
		{ "\x80", 0xfffd, false },
		{ "\xf5\x80\x80\x80", 0xfffd, false },
		{ "\xef\xbf\xbd", 0xfffd, true },
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct str s = str_from(cases[i].bytes);
		size_t at = 0;
		CHECK_INT(utf8_next(s, &at), cases[i].first);
		CHECK_INT(utf8_valid(s), cases[i].valid);
	}
}

TEST(a_full_buffer_stays_full)
{
	struct buf b = BUF_INIT(8);

	buf_puts(&b, "12345");
	buf_puts(&b, "6789");
	CHECK(b.full);
	buf_puts(&b, "x");
	CHECK_STR(buf_view(&b), "12345");
	buf_reset(&b);
	buf_printf(&b, "%d", 12345678);
	CHECK(!b.full);
	CHECK(strcmp(buf_cstr(&b), "12345678") == 0);
	buf_free(&b);
}

TEST(an_array_grows_in_an_arena)
{
	struct arena *a = arena_new();
	size_t cap = 3;
	int *p = arena_grow(a, NULL, &cap, 0, sizeof *p);

	CHECK_INT(cap, 3);
	for (int i = 0; i < 3; i++)
		p[i] = i;
	CHECK(arena_grow(a, p, &cap, 3, sizeof *p) == p);
	p = arena_grow(a, p, &cap, 10, sizeof *p);
	CHECK_INT(cap, 12);
	CHECK_INT(p[2], 2);
	cap = 0;
	CHECK(arena_grow(a, NULL, &cap, 1, 1) != NULL);
	CHECK_INT(cap, 8);
	arena_free(a);
}

TEST(an_arena_takes_back_what_is_not_needed)
{
	struct arena *a = arena_new();
	char *p = arena_alloc(a, 1000);
	size_t used = arena_used(a);

	arena_trim(a, p, 1000, 10);
	CHECK(arena_used(a) <= used - 900);
	char *q = arena_alloc(a, 10);
	CHECK(q > p && q < p + 100);
	used = arena_used(a);
	arena_trim(a, p, 10, 0); /* not the newest any more */
	CHECK_INT(arena_used(a), used);
	arena_free(a);
}

TEST(an_arena_takes_over_another)
{
	struct arena *a = arena_new(), *other = arena_new();
	struct str small = arena_str(a, STR("first"));
	char *large = arena_alloc(other, 3 * MIB), *own = mem_alloc(100), *theirs = mem_alloc(200);

	memset(large, 'x', 3 * MIB);
	arena_own(a, own, 100);
	arena_own(other, theirs, 200);
	arena_adopt(a, other);
	memset(own, 'y', 100);
	memset(theirs, 'z', 200);
	struct str more = arena_printf(a, "%s-%d", "more", 7);
	CHECK_STR(small, "first");
	CHECK_STR(more, "more-7");
	CHECK(large[3 * MIB - 1] == 'x');
	CHECK(arena_used(a) >= 3 * MIB);
	arena_reset(a);
	CHECK_INT(arena_used(a), 0);
	arena_free(a);
}

TEST(times_are_read_and_written)
{
	static const struct {
		const char *text, *iso;
	} good[] = {
		{ "2024-10-07T01:53:09Z", "2024-10-07T01:53:09Z" },
		{ "2020-01-07 01:21:00+04:00", "2020-01-06T21:21:00Z" },
		{ "2020-01-07T01:21-0330", "2020-01-07T04:51:00Z" },
		{ "2020-02-29", "2020-02-29T00:00:00Z" },
		{ "2020-03-01T12:00:00.123456Z", "2020-03-01T12:00:00Z" },
		{ "1969-12-31T23:59:59Z", "1969-12-31T23:59:59Z" },
	};
	static const char *const bad[] = {
		"", "2021-02-29", "2020-13-01", "2020-01-01T25:00", "2020-01-01x", "20-01-01", "2020-01-01T10:00:00+"
	};
	char text[WHEN_TEXT];
	when t;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		CHECK(when_parse_iso(str_from(good[i].text), &t));
		CHECK_STR(str_from(when_iso(t, text)), good[i].iso);
	}
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(!when_parse_iso(str_from(bad[i]), &t));
}

TEST(http_dates_come_in_three_forms)
{
	static const char *const forms[] = { "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
		                             "Sun Nov  6 08:49:37 1994" };
	char text[WHEN_TEXT];
	when t;

	for (size_t i = 0; i < 3; i++) {
		CHECK(when_parse_http(str_from(forms[i]), &t));
		CHECK_INT(t, 784111777);
	}
	CHECK_STR(str_from(when_http(784111777, text)), forms[0]);
	CHECK(!when_parse_http(STR("Sun, 06 Nov 1994 08:49:37 CET"), &t));
	CHECK(!when_parse_http(STR("yesterday"), &t));
}

TEST(times_in_digits_may_be_cut_short)
{
	static const struct {
		const char *digits, *iso;
	} good[] = {
		{ "20241007015309", "2024-10-07T01:53:09Z" }, { "202410070153", "2024-10-07T01:53:00Z" },
		{ "2024100701", "2024-10-07T01:00:00Z" },     { "20241007", "2024-10-07T00:00:00Z" },
		{ "202410", "2024-10-01T00:00:00Z" },         { "2024", "2024-01-01T00:00:00Z" },
	};
	static const char *const bad[] = { "",
		                           "202",
		                           "20241",
		                           "20241301",
		                           "20240230",
		                           "20241007240000",
		                           "202410070153091",
		                           "2024100701530x",
		                           "00000101000000" };
	char text[WHEN_TEXT];
	when t;

	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		CHECK(when_parse_digits(str_from(good[i].digits), &t));
		CHECK_STR(str_from(when_iso(t, text)), good[i].iso);
	}
	CHECK_STR(str_from(when_digits(1728265989, text)), "20241007015309");
	CHECK_STR(str_from(when_digits(WHEN_NONE, text)), "");
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		CHECK(!when_parse_digits(str_from(bad[i]), &t));
}

TEST(lengths_of_time_are_said_as_a_person_would)
{
	static const struct {
		int64_t seconds;
		const char *words;
	} cases[] = {
		{ 0, "less than a minute" },     { 60, "1 minute" },
		{ 5 * MINUTES, "5 minutes" },    { 2 * HOURS, "about 2 hours" },
		{ -2 * HOURS, "about 2 hours" }, { 23 * HOURS, "1 day" },
		{ 40 * DAYS, "40 days" },        { 90 * DAYS, "about 3 months" },
		{ 800 * DAYS, "over 2 years" },
	};
	char text[WHEN_TEXT];

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		CHECK_STR(str_from(when_length(cases[i].seconds, text)), cases[i].words);
}

TEST(a_clock_stands_or_runs)
{
	struct clock c = clock_fixed(1000);

	CHECK_INT(clock_now(&c), 1000);
	CHECK_INT(clock_ms_until(&c, 1001), -1);
	CHECK_INT(clock_ms_until(&c, 999), 0);
	clock_set(&c, 5000);
	CHECK_INT(clock_now(&c), 5000);
	c = clock_from(0, 100);
	int64_t ms = clock_ms_until(&c, 100);
	CHECK(ms > 500 && ms <= 1001);
	CHECK_INT(clock_ms_until(&c, WHEN_NONE), -1);
}

TEST(json_is_escaped_and_closed)
{
	struct buf b = BUF_INIT(1000);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_field_str(&j, "t", STR("a\"b\\c\n</script>&\x01\xff\xe2\x80\xa8"));
	json_key(&j, "list");
	json_array(&j);
	json_int(&j, -1);
	json_bool(&j, true);
	json_null(&j);
	json_end(&j);
	json_field_when(&j, "at", 0);
	json_field_when(&j, "never", WHEN_NONE);
	json_end(&j);
	CHECK_STR(buf_view(&b), "{\"t\":\"a\\\"b\\\\c\\n\\u003c/script\\u003e\\u0026\\u0001\xef\xbf\xbd\\u2028\","
	                        "\"list\":[-1,true,null],\"at\":\"1970-01-01T00:00:00Z\",\"never\":null}");
	buf_free(&b);
}

TEST(a_message_comes_back_as_it_was_sent)
{
	static const int64_t numbers[] = { 0, 1, -1, 63, -64, 64, INT64_MAX, INT64_MIN };
	struct buf b = BUF_INIT(1000);

	for (size_t i = 0; i < 8; i++)
		wire_put_i64(&b, numbers[i]);
	wire_put_u64(&b, UINT64_MAX);
	wire_put_str(&b, STR("text"));
	struct wire w = WIRE_INIT(buf_view(&b));
	for (size_t i = 0; i < 8; i++)
		CHECK(wire_i64(&w) == numbers[i]);
	CHECK(wire_u64(&w) == UINT64_MAX);
	CHECK_STR(wire_str(&w), "text");
	CHECK(wire_done(&w));
	buf_free(&b);
}

TEST(a_message_that_lies_is_bad)
{
	struct wire w = WIRE_INIT(STR("\x7f"
	                              "abc"));
	CHECK_INT(wire_str(&w).n, 0);
	CHECK(w.bad && !wire_done(&w));
	w = WIRE_INIT(STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02"));
	wire_u64(&w);
	CHECK(w.bad);
	w = WIRE_INIT(STR("\x05"
	                  "abc"));
	CHECK_INT(wire_count(&w, 100), 0);
	CHECK(w.bad);
	w = WIRE_INIT(STR("\x80"));
	wire_u64(&w);
	CHECK(w.bad);
}

TEST(hashes_are_those_of_the_standard)
{
	char hex[SHA256_TEXT];
	struct sha256 h = hash_sha256(STR("abc"));

	CHECK_STR(str_from(sha256_hex(&h, hex)), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	CHECK(hash_quick(STR("a")) != hash_quick(STR("b")));
}

TEST(errors_are_one_clean_sentence)
{
	struct err e;

	CHECK(!err_set(&e, ERR_IO, "cannot read %s", "a\x1b[31m\nb"));
	CHECK_STR(str_from(e.text), "cannot read a?[31m?b");
	err_prefix(&e, "file %d", 3);
	CHECK_STR(str_from(e.text), "file 3: cannot read a?[31m?b");
	CHECK_INT(err_exit_status(ERR_USAGE), 2);
	CHECK_INT(err_exit_status(e.kind), 1);
}

TEST(hours_of_the_day_may_reach_over_midnight)
{
	static const struct {
		const char *hours;
		when at, end; /* minutes since midnight; -1: none */
	} cases[] = {
		{ "01:00-05:00", 59, -1 },
		{ "01:00-05:00", 60, 300 },
		{ "01:00-05:00", 299, 300 },
		{ "01:00-05:00", 300, -1 },
		{ "22:30-01:00", 0, 60 },
		{ "22:30-01:00", 60, -1 },
		{ "22:30-01:00", 22 * 60, -1 },
		{ "22:30-01:00", 1350, 1500 },
		{ "none", 0, -1 },
		{ "", 0, -1 },
		{ "03:00-03:00", 180, -1 },
		{ " 18:00 - 24:00 ", 1439, 1440 },
		{ "00:00-24:00", 700, 1440 },
	};
	static const char *const wrong[] = { "1-5", "01:00",        "25:00-01:00", "01:60-02:00",
		                             "a",   "01:00-02:00x", "24:01-1:00" };
	struct settings s;
	struct err e;

	settings_defaults(&s);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		CHECK_OK(settings_set(&s, "fetch.quiet", cases[i].hours, &e), e);
		for (when day = -3; day < 20000; day += 5000) {
			when end = day_hours_end(&s.quiet, day * DAYS + cases[i].at * MINUTES);
			CHECK_INT(end, cases[i].end < 0 ? WHEN_NONE : day * DAYS + cases[i].end * MINUTES);
		}
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		CHECK(!settings_set(&s, "fetch.quiet", wrong[i], &e) && e.kind == ERR_USAGE);
}

TEST(the_log_takes_no_orders_from_what_it_tells)
{
	char path[256], line[512] = "";
	int before = dup(STDERR_FILENO);

	snprintf(path, sizeof path, "%s/log", test_folder());
	int file = open(path, O_RDWR | O_CREAT | O_TRUNC, 0600);
	CHECK(before >= 0 && file >= 0);
	dup2(file, STDERR_FILENO);
	log_warning("caf\xc3\xa9 \x1b[2J \xc2\x9b"
	            "31m \xe2\x80\xae \x9b \n.");
	dup2(before, STDERR_FILENO);
	CHECK(pread(file, line, sizeof line - 1, 0) > 0);
	close(file);
	close(before);
	const char *said = strstr(line, "warning");
	CHECK_STR(str_from(said), "warning: caf\xc3\xa9 ?[2J ??31m ??? ? ?.\n");
}

TEST_MAIN
