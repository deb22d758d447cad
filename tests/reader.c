/*
 * The reader, with real children in real jails.
 *
 * This program is its own child: started with READER_ROLE it does a reader's
 * work, started with one of the other roles below it misbehaves in one way.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hash.h"
#include "check.h"
#include "reader/parts.h"

#define ADDRESS "https://www.harbour-news.example/2024/10/ferry"

static const char rss[] = "<rss version='2.0'><channel><title>Harbour News</title><item><title>Ferry timetable</title>"
                          "<link>https://www.harbour-news.example/2024/10/ferry</link></item></channel></rss>";
static const char page[] =
        "<!DOCTYPE html><html lang=en><head><title>Ferry timetable changes</title></head><body><article>"
        "<h1>Ferry timetable changes</h1>"
        "<p>The first boat leaves at six in the morning from now on, the harbour office said on Monday.</p>"
        "<p>The last one leaves at eleven at night, an hour later than in the years before the new pier.</p>"
        "<p>Passengers with bicycles have to be at the gate a quarter of an hour before, the office added.</p>"
        "</article></body></html>";
static const char robots[] =
        "User-agent: *\nDisallow: /private\nSitemap: https://www.harbour-news.example/sitemap.xml\n";

/* ---- Children that misbehave. ---- */

static void ready_then(const char *bytes, size_t n)
{
	char swallowed[65536];

	if (write(READER_SOCKET, "\0\0\0\0", FRAME_HEAD) != FRAME_HEAD ||
	    read(READER_SOCKET, swallowed, sizeof swallowed) < 0 || write(READER_SOCKET, bytes, n) < 0)
		_exit(1);
}

static void child_says_nothing(void)
{
	ready_then("", 0);
	pause();
}

static void child_computes_for_ever(void)
{
	ready_then("", 0);
	for (volatile unsigned i = 0;; i++)
		continue;
}

static void child_claims_too_much(void)
{
	ready_then("\xff\xff\xff\x7f", 4);
	pause();
}

static void child_talks_nonsense(void)
{
	ready_then("\x05\0\0\0\0\x01\xff\xff\xff", 9);
	pause();
}

/* A flag, a kind (unreadable), a sentence. */
static void child_answers_twice(void)
{
	static const char answers[] = "\x05\0\0\0\0\0one\x05\0\0\0\0\0two";
	ready_then(answers, sizeof answers - 1);
	pause();
}

static void child_needs_memory(void)
{
	ready_then("", 0);
	_exit(CHILD_NO_MEMORY);
}

static void child_never_starts(void)
{
	_exit(CHILD_NO_JAIL);
}

static const struct role {
	const char *name;
	void (*run)(void);
} roles[] = {
	{ "--says-nothing", child_says_nothing },       { "--computes-for-ever", child_computes_for_ever },
	{ "--claims-too-much", child_claims_too_much }, { "--talks-nonsense", child_talks_nonsense },
	{ "--answers-twice", child_answers_twice },     { "--needs-memory", child_needs_memory },
	{ "--never-starts", child_never_starts },
};

/* ---- Helpers. ---- */

static struct reader *open_reader(const char *role, unsigned children)
{
	const struct reader_rules rules = { .role = role, .documents = 3, .cpu_seconds = 1, .wait_ms = 300 };
	struct reader *r = NULL;
	struct err e;

	if (strcmp(role, READER_ROLE) == 0)
		CHECK_OK(reader_new(children, &r, &e), e);
	else
		CHECK_OK(reader_new_with(&rules, children, &r, &e), e);
	return r;
}

static struct read_job job_for(enum read_as as, struct str bytes)
{
	return (struct read_job){ .as = as, .url = STR(ADDRESS), .content_type = STR("text/html"), .bytes = bytes };
}

static void read_one(struct reader *r, struct arena *a, enum read_as as, struct str bytes, struct document *d)
{
	const struct read_job job = job_for(as, bytes);
	reader_read(r, &job, a, d);
}

static void wait_a_little(struct reader *r)
{
	struct pollfd fds[8];
	size_t n = reader_pollfds(r, fds, 8);

	poll(fds, n, 1000);
	reader_work(r);
}

/* ---- Tests. ---- */

TEST(ways_of_reading_have_names)
{
	for (unsigned i = 0; i < READ_KINDS; i++) {
		enum read_as back = READ_KINDS;
		CHECK(read_as_from_name(str_from(read_as_name((enum read_as)i)), &back));
		CHECK_INT(back, i);
	}
	enum read_as none;
	CHECK(!read_as_from_name(STR("telepathy"), &none));
}

TEST(documents_of_each_kind)
{
	struct reader *r = open_reader(READER_ROLE, 1);
	struct arena *a = arena_new();
	struct document d;

	read_one(r, a, READ_WEB, str_from(rss), &d);
	CHECK_INT(d.kind, DOCUMENT_FEED);
	CHECK_STR(d.feed.entries[0].title, "Ferry timetable");
	read_one(r, a, READ_WEB, str_from(page), &d);
	CHECK_INT(d.kind, DOCUMENT_PAGE);
	CHECK_STR(d.page.article.title, "Ferry timetable changes");
	read_one(r, a, READ_ROBOTS, str_from(robots), &d);
	CHECK_INT(d.kind, DOCUMENT_ROBOTS);
	CHECK(!robots_allows(&d.robots, STR("/private")));
	read_one(r, a, READ_SAVED_TEXT, STR("Ferry timetable changes\n\nThe first boat leaves at six.\n"), &d);
	CHECK_INT(d.kind, DOCUMENT_SAVED);
	read_one(r, a, READ_SAVED_HTML, STR("<p>not a revision page</p>"), &d);
	CHECK_INT(d.kind, DOCUMENT_UNREADABLE);
	CHECK(d.sentence.n > 0);
	CHECK_INT(reader_busy(r), 0);
	reader_free(r);
	arena_free(a);
}

TEST(a_feed_that_is_none_is_a_page)
{
	struct arena *a = arena_new();
	struct document d;
	const struct read_job job =
	        job_for(READ_WEB, STR("{\"version\": \"https://jsonfeed.org/version/1.1\", \"items\": [ broken"));

	reader_parse(&job, a, &d);
	CHECK(d.kind == DOCUMENT_PAGE || d.kind == DOCUMENT_UNREADABLE);
	arena_free(a);
}

TEST(the_rule_of_a_site_goes_with_its_pages)
{
	struct reader *r = open_reader(READER_ROLE, 1);
	struct arena *a = arena_new();
	char path[200];
	struct document d;
	struct err e;
	struct read_job job = job_for(READ_WEB, str_from(page));

	snprintf(path, sizeof path, "%s/rules", test_folder());
	FILE *f = fopen(path, "w");
	CHECK(f && fputs("[a]\nsite = harbour-news.example\ntitle = p\n", f) >= 0 && fclose(f) == 0);
	CHECK_OK(reader_load_rules(r, "", &e), e);
	CHECK(!reader_has_rule(r, job.url));
	CHECK_OK(reader_load_rules(r, path, &e), e);
	CHECK(reader_has_rule(r, job.url));
	reader_read(r, &job, a, &d);
	CHECK_INT(d.kind, DOCUMENT_PAGE);
	CHECK(str_starts(d.page.article.title, STR("The first boat leaves")));
	job.url = STR("https://other.example/");
	reader_read(r, &job, a, &d);
	CHECK_STR(d.page.article.title, "Ferry timetable changes");
	job.rules = STR("title = p");
	reader_read(r, &job, a, &d);
	CHECK(str_starts(d.page.article.title, STR("The first boat leaves")));
	CHECK(!reader_load_rules(r, "/nonexistent", &e));
	reader_free(r);
	arena_free(a);
}

TEST(several_children_work_at_once)
{
	struct reader *r = open_reader(READER_ROLE, 3);
	struct arena *a = arena_new();
	unsigned submitted = 0, taken = 0, sum = 0;

	while (taken < 30) {
		struct read_job job = job_for(READ_WEB, submitted % 2 ? str_from(rss) : str_from(page));
		struct document d;
		uint64_t tag;
		job.tag = submitted;
		if (submitted < 30 && reader_submit(r, &job)) {
			submitted++;
			continue;
		}
		CHECK(reader_busy(r) > 0 && reader_busy(r) <= 3);
		wait_a_little(r);
		while (reader_take(r, a, &tag, &d)) {
			CHECK_INT(d.kind, tag % 2 ? DOCUMENT_FEED : DOCUMENT_PAGE);
			sum += (unsigned)tag;
			taken++;
		}
	}
	CHECK_INT(sum, 29 * 30 / 2);
	CHECK_INT(reader_busy(r), 0);
	reader_free(r);
	arena_free(a);
}

TEST(a_large_document_goes_through)
{
	struct reader *r = open_reader(READER_ROLE, 1);
	struct arena *a = arena_new();
	struct document d;
	char *bytes = malloc(MAX_BODY_BYTES + 1);
	size_t n = 0;

	while (n + 1000 < MAX_BODY_BYTES)
		n += (size_t)snprintf(bytes + n, 1000, "%s<p>Paragraph %zu of a long report about the harbour.</p>\n",
		                      n ? "" : "<title>Long</title>", n);
	memset(bytes + n, ' ', MAX_BODY_BYTES + 1 - n);
	read_one(r, a, READ_WEB, str_of(bytes, MAX_BODY_BYTES), &d);
	if (d.kind == DOCUMENT_UNREADABLE)
		printf("# %.*s\n", STR_ARG(d.sentence));
	CHECK(d.kind == DOCUMENT_PAGE || d.kind == DOCUMENT_UNREADABLE);
	read_one(r, a, READ_WEB, str_of(bytes, MAX_BODY_BYTES + 1), &d);
	CHECK_INT(d.kind, DOCUMENT_UNREADABLE);
	CHECK_STR(d.sentence, "the document is larger than a body may be");
	read_one(r, a, READ_WEB, str_from(rss), &d);
	CHECK_INT(d.kind, DOCUMENT_FEED);
	free(bytes);
	reader_free(r);
	arena_free(a);
}

TEST(hostile_documents_are_outcomes)
{
	struct reader *r = open_reader(READER_ROLE, 1);
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MAX_BODY_BYTES);
	struct document d;

	for (int i = 0; i < 100000; i++)
		buf_puts(&b, "<div>");
	read_one(r, a, READ_WEB, buf_view(&b), &d);
	CHECK(d.kind == DOCUMENT_PAGE || d.kind == DOCUMENT_UNREADABLE);
	buf_reset(&b);
	buf_puts(&b, "<rss><channel><title>x</title>");
	for (int i = 0; i < 100000; i++)
		buf_puts(&b, "<item>");
	read_one(r, a, READ_WEB, buf_view(&b), &d);
	CHECK_INT(d.kind, DOCUMENT_FEED);
	read_one(r, a, READ_WEB,
	         STR("<!DOCTYPE rss [<!ENTITY x SYSTEM "
	             "'file:///etc/passwd'>]><rss><channel><title>&x;</title></channel></rss>"),
	         &d);
	CHECK_INT(d.kind, DOCUMENT_FEED);
	CHECK_STR(d.feed.title, "&x;");
	read_one(r, a, READ_WEB, STR_NONE, &d);
	CHECK(d.kind == DOCUMENT_PAGE || d.kind == DOCUMENT_UNREADABLE);
	buf_free(&b);
	reader_free(r);
	arena_free(a);
}

TEST(a_child_that_is_killed_is_replaced)
{
	struct reader *r = open_reader(READER_ROLE, 1);
	struct arena *a = arena_new();
	const struct read_job job = job_for(READ_WEB, str_from(rss));
	struct document d = { 0 };
	uint64_t tag;

	/* Stopped first, so that it cannot have answered before it is killed. */
	pid_t first = reader_first_child(r);
	CHECK(kill(first, SIGSTOP) == 0);
	CHECK(reader_submit(r, &job));
	CHECK(kill(first, SIGKILL) == 0);
	while (!reader_take(r, a, &tag, &d))
		wait_a_little(r);
	CHECK_INT(d.kind, DOCUMENT_UNREADABLE);
	CHECK_STR(d.sentence, "the reader was ended by signal 9 (Killed)");
	CHECK(reader_first_child(r) != first);
	read_one(r, a, READ_WEB, str_from(rss), &d);
	CHECK_INT(d.kind, DOCUMENT_FEED);
	reader_free(r);
	arena_free(a);
}

TEST(a_child_that_died_idle_costs_no_document)
{
	struct reader *r = open_reader(READER_ROLE, 1);
	struct arena *a = arena_new();
	struct document d;
	siginfo_t how;

	pid_t first = reader_first_child(r);
	CHECK(kill(first, SIGKILL) == 0);
	CHECK(waitid(P_PID, (id_t)first, &how, WEXITED | WNOWAIT) == 0);
	read_one(r, a, READ_WEB, str_from(rss), &d);
	CHECK_INT(d.kind, DOCUMENT_FEED);
	CHECK(reader_first_child(r) != first);
	reader_free(r);
	arena_free(a);
}

TEST(children_that_misbehave_are_named)
{
	static const struct {
		const char *role, *sentence;
	} cases[] = {
		{ "--says-nothing", "the reader took too long" },
		{ "--claims-too-much", "the reader's answer is longer than a message may be" },
		{ "--talks-nonsense", "the reader's answer makes no sense" },
		{ "--needs-memory", "the reader gave up, most likely for lack of memory" },
	};
	struct arena *a = arena_new();

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct reader *r = open_reader(cases[i].role, 1);
		struct document d;
		pid_t first = reader_first_child(r);
		read_one(r, a, READ_WEB, str_from(rss), &d);
		CHECK_INT(d.kind, DOCUMENT_UNREADABLE);
		CHECK_STR(d.sentence, cases[i].sentence);
		CHECK(reader_first_child(r) != first);
		reader_free(r);
	}
	arena_free(a);
}

TEST(computing_time_is_limited)
{
	const struct reader_rules rules = {
		.role = "--computes-for-ever", .documents = 3, .cpu_seconds = 1, .wait_ms = 60000
	};
	struct arena *a = arena_new();
	struct reader *r;
	struct document d;
	struct err e;

	CHECK_OK(reader_new_with(&rules, 1, &r, &e), e);
	read_one(r, a, READ_WEB, str_from(rss), &d);
	CHECK_STR(d.sentence, "the reader was ended after 1 seconds of computing");
	reader_free(r);
	arena_free(a);
}

/* What it laid out before the job is not the answer to it. */
TEST(an_answer_before_the_question_is_not_taken)
{
	struct reader *r = open_reader("--answers-twice", 1);
	struct arena *a = arena_new();
	struct document d;

	for (int i = 0; i < 4; i++) {
		read_one(r, a, READ_WEB, str_from(rss), &d);
		CHECK_INT(d.kind, DOCUMENT_UNREADABLE);
		CHECK_STR(d.sentence, "one");
	}
	reader_free(r);
	arena_free(a);
}

TEST(a_reader_that_does_not_start_says_so)
{
	const struct reader_rules rules = {
		.role = "--never-starts", .documents = 3, .cpu_seconds = 1, .wait_ms = 1000
	};
	struct reader *r;
	struct err e;

	CHECK(!reader_new_with(&rules, 2, &r, &e));
	CHECK_STR(str_from(e.text), "a reader did not start: the reader ended with status 3");
}

TEST(a_child_is_replaced_after_its_documents)
{
	const struct reader_rules rules = { .role = READER_ROLE, .documents = 3, .cpu_seconds = 20, .wait_ms = 60000 };
	struct arena *a = arena_new();
	struct reader *r;
	struct document d;
	struct err e;

	CHECK_OK(reader_new_with(&rules, 1, &r, &e), e);
	pid_t first = reader_first_child(r);
	for (int i = 0; i < 10; i++) {
		CHECK(i >= 3 || reader_first_child(r) == first);
		read_one(r, a, READ_WEB, str_from(rss), &d);
		CHECK_INT(d.kind, DOCUMENT_FEED);
	}
	CHECK(reader_first_child(r) != first);
	reader_free(r);
	arena_free(a);
}

static size_t open_descriptors(void)
{
	size_t n = 0;

	for (int fd = 0; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

TEST(nothing_is_left_behind)
{
	struct arena *a = arena_new();
	size_t before = open_descriptors();

	for (int i = 0; i < 3; i++) {
		struct reader *r = open_reader("--needs-memory", 2);
		struct document d;
		read_one(r, a, READ_WEB, str_from(rss), &d);
		reader_free(r);
	}
	CHECK_INT(open_descriptors(), before);
	CHECK(waitpid(-1, NULL, WNOHANG) == -1 && errno == ECHILD);
	reader_free(NULL);
	arena_free(a);
}

static void check_mutations(const struct document *d, struct arena *a, unsigned *random)
{
	struct buf b = BUF_INIT(MAX_WIRE_BYTES);
	struct document out;

	document_encode(d, &b);
	CHECK(document_decode(buf_view(&b), a, &out));
	for (int i = 0; i < 20000; i++) {
		char *copy = malloc(b.n);
		size_t n = b.n;
		memcpy(copy, b.p, n);
		for (unsigned k = 0; k < 1 + *random % 4; k++) {
			*random = *random * 1103515245 + 12345;
			copy[(*random >> 8) % n] = (char)(*random >> 4);
		}
		if (*random % 5 == 0)
			n = (*random >> 9) % n;
		if (!document_decode(str_of(copy, n), a, &out))
			document_set_unreadable(&out, a, "nonsense");
		free(copy);
		if (i % 500 == 0)
			arena_reset(a);
	}
	buf_free(&b);
}

TEST(no_answer_is_believed)
{
	struct arena *parsed = arena_new(), *a = arena_new();
	const struct read_job jobs[] = { job_for(READ_WEB, str_from(rss)), job_for(READ_WEB, str_from(page)),
		                         job_for(READ_ROBOTS, str_from(robots)),
		                         job_for(READ_SAVED_TEXT, STR("Ferry\n\nThe first boat leaves at six.\n")) };
	unsigned random = 7;

	for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
		struct document d;
		reader_parse(&jobs[i], parsed, &d);
		CHECK(d.kind != DOCUMENT_UNREADABLE);
		check_mutations(&d, a, &random);
	}
	struct document out;
	CHECK(!document_decode(STR_NONE, a, &out));
	CHECK(!document_decode(str_of("\0\0no sentence", 13), a, &out));
	CHECK(!document_decode(STR("\x63rubbish"), a, &out));
	arena_free(parsed);
	arena_free(a);
}

static double seconds_of(int who)
{
	struct rusage u;

	getrusage(who, &u);
	return (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) +
	       (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e6;
}

static double child_seconds(pid_t pid)
{
	clockid_t clock;
	struct timespec t = { 0 };

	if (clock_getcpuclockid(pid, &clock) == 0)
		clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static long child_peak_kib(pid_t pid)
{
	char path[64], line[256];
	long peak = 0;

	snprintf(path, sizeof path, "/proc/%d/status", (int)pid);
	FILE *f = fopen(path, "r");
	while (f && fgets(line, sizeof line, f))
		sscanf(line, "VmHWM: %ld", &peak);
	if (f)
		fclose(f);
	return peak;
}

/* Prints what a document of 93 kB costs; fails if memory piles up. */
TEST(cost_of_a_page)
{
	struct reader *r = open_reader(READER_ROLE, 1);
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(MIB);
	struct document d;
	const int n = 200;

	buf_puts(&b, "<title>Cost</title><article>");
	for (int i = 0; b.n < 93000; i++)
		buf_printf(&b,
		           "<p class=\"t%d\">Paragraph %d about the <a href=\"/%d\">harbour</a>, the ferry and the "
		           "tides of the year.</p>\n",
		           i, i, i);
	read_one(r, a, READ_WEB, buf_view(&b), &d);
	double parent = seconds_of(RUSAGE_SELF), child = child_seconds(reader_first_child(r));
	int64_t from = clock_monotonic_ms();
	for (int i = 0; i < n; i++) {
		read_one(r, a, READ_WEB, buf_view(&b), &d);
		CHECK_INT(d.kind, DOCUMENT_PAGE);
		arena_reset(a);
	}
	long peak = child_peak_kib(reader_first_child(r));
	printf("# %zu bytes: parent %.0f us, child %.0f us, real %.0f us a page; child's peak %ld kB after %d pages\n",
	       b.n, (seconds_of(RUSAGE_SELF) - parent) / n * 1e6,
	       (child_seconds(reader_first_child(r)) - child) / n * 1e6,
	       (double)(clock_monotonic_ms() - from) / n * 1e3, peak, n);
	parent = seconds_of(RUSAGE_SELF);
	child = child_seconds(reader_first_child(r));
	memset(b.p, '#', b.n);
	for (int i = 0; i < n; i++) {
		read_one(r, a, READ_ROBOTS, buf_view(&b), &d);
		arena_reset(a);
	}
	printf("# a comment of that size in a robots.txt: parent %.0f us, child %.0f us\n",
	       (seconds_of(RUSAGE_SELF) - parent) / n * 1e6, (child_seconds(reader_first_child(r)) - child) / n * 1e6);
#if !defined(__SANITIZE_ADDRESS__)
	CHECK(peak < 100 * 1024);
#endif
	buf_free(&b);
	reader_free(r);
	arena_free(a);
}

/* ---- What a child died of is kept aside. ---- */

static struct str aside_file(const char *folder, const char *address, const char *end)
{
	char path[400], name[SHA256_TEXT];
	struct sha256 hash = hash_sha256(str_from(address));
	struct stat st;

	sha256_hex(&hash, name)[32] = '\0';
	snprintf(path, sizeof path, "%s/%s%s", folder, name, end);
	CHECK(stat(path, &st) == 0);
	CHECK_INT(st.st_mode & 0777, 0600);
	return test_file(path);
}

static void kill_while_it_reads(struct reader *r, struct arena *a, const struct read_job *job, struct document *d)
{
	pid_t child = reader_first_child(r);
	uint64_t tag;

	CHECK(kill(child, SIGSTOP) == 0);
	CHECK(reader_submit(r, job));
	CHECK(kill(child, SIGKILL) == 0);
	while (!reader_take(r, a, &tag, d))
		wait_a_little(r);
}

TEST(what_a_child_died_of_is_kept_aside)
{
	struct arena *a = arena_new();
	const char *archive = arena_cstr(a, arena_printf(a, "%s/stet.db", test_folder()));
	const char *folder = reader_aside_of(archive, a);
	struct reader *r = open_reader(READER_ROLE, 1);
	struct read_job job = job_for(READ_WEB, str_from(rss));
	struct document d;

	reader_keep_aside(folder);
	CHECK_INT(reader_aside_count(folder), 0);
	read_one(r, a, READ_WEB, str_from(page), &d);
	CHECK_INT(reader_aside_count(folder), 0);
	kill_while_it_reads(r, a, &job, &d);
	CHECK_INT(d.kind, DOCUMENT_UNREADABLE);
	CHECK_INT(reader_aside_count(folder), 1);
	CHECK_STR(aside_file(folder, ADDRESS, ".bytes"), rss);
	CHECK_STR(aside_file(folder, ADDRESS, ".txt"), "address  " ADDRESS "\ntype     text/html\nread as  web\n"
	                                               "why      the reader was ended by signal 9 (Killed)\n");
	/* The same address takes no second place. */
	job.bytes = str_from(page);
	kill_while_it_reads(r, a, &job, &d);
	CHECK_INT(reader_aside_count(folder), 1);
	CHECK_STR(aside_file(folder, ADDRESS, ".bytes"), page);
	for (int i = 0; i < 3 * MAX_ASIDE_DOCUMENTS / 2; i++) {
		job.url = arena_printf(a, "https://www.harbour-news.example/%d\nwhy      nothing", i);
		aside_put(&job, "a test");
	}
	CHECK_INT(reader_aside_count(folder), MAX_ASIDE_DOCUMENTS);
	reader_keep_aside(NULL);
	aside_put(&job, "a test without a folder");
	CHECK_INT(reader_aside_count(folder), MAX_ASIDE_DOCUMENTS);
	struct str last = aside_file(folder, arena_cstr(a, job.url), ".txt");
	CHECK(str_starts(last, STR("address  https://www.harbour-news.example/29 why      nothing\n")));
	reader_free(r);
	arena_free(a);
}

TEST(what_is_kept_aside_is_bounded_in_bytes)
{
	struct arena *a = arena_new();
	const char *folder = arena_cstr(a, arena_printf(a, "%s/large-aside", test_folder()));
	struct str large = str_of(arena_alloc(a, MAX_BODY_BYTES), MAX_BODY_BYTES);
	struct read_job job = job_for(READ_WEB, large);

	memset((char *)large.p, 'x', large.n);
	reader_keep_aside(folder);
	for (int i = 0; i < 6; i++) {
		job.url = arena_printf(a, "https://www.harbour-news.example/%d", i);
		aside_put(&job, "a test");
	}
	reader_keep_aside(NULL);
	CHECK_INT(reader_aside_count(folder), MAX_ASIDE_BYTES / MAX_BODY_BYTES);
	arena_free(a);
}

/* ---- Children of a starter. ---- */

/* 0: all as it should be; otherwise the number of the step. */
static int use_a_starter(void)
{
	struct arena *a = arena_new();
	struct read_job job = job_for(READ_WEB, str_from(rss));
	struct reader *r;
	struct document d;
	struct err e;

	if (!reader_start_apart(&e) || !reader_new(2, &r, &e))
		return 1;
	pid_t child = reader_first_child(r);
	if (waitpid(child, NULL, WNOHANG) != -1 || errno != ECHILD)
		return 2; /* it is no child of ours */
	reader_read(r, &job, a, &d);
	if (d.kind != DOCUMENT_FEED)
		return 3;
	kill_while_it_reads(r, a, &job, &d);
	if (!str_eq(d.sentence, STR("the reader was ended by signal 9 (Killed)")))
		return 4;
	reader_read(r, &job, a, &d);
	if (d.kind != DOCUMENT_FEED || reader_first_child(r) == child)
		return 5;
	child = reader_first_child(r);
	reader_free(r);
	arena_free(a);
	return kill(child, 0) < 0 && errno == ESRCH ? 0 : 6;
}

TEST(a_starter_starts_and_ends_the_children)
{
	int status;

	fflush(stdout);
	pid_t apart = fork(); /* there is no way back */
	if (apart == 0)
		_exit(use_a_starter());
	CHECK(waitpid(apart, &status, 0) == apart && WIFEXITED(status));
	CHECK_INT(WEXITSTATUS(status), 0);
}

/* Ends by its own signal, since it can do nothing for documents any more. */
static void lose_the_starter(void)
{
	struct reader *r;
	struct err e;
	char path[64], line[64] = "";

	if (!reader_start_apart(&e) || !reader_new(1, &r, &e))
		_exit(1);
	snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
	FILE *f = fopen(path, "r");
	if (!f || !fgets(line, sizeof line, f) || kill((pid_t)strtol(line, NULL, 10), SIGKILL) != 0)
		_exit(2);
	reader_free(r);
	_exit(3);
}

TEST(who_lost_its_starter_ends)
{
	int status;

	fflush(stdout);
	pid_t apart = fork();
	if (apart == 0)
		lose_the_starter();
	CHECK(waitpid(apart, &status, 0) == apart);
	CHECK(WIFSIGNALED(status));
	CHECK_INT(WTERMSIG(status), SIGTERM);
}

int main(int argc, char **argv)
{
	if (reader_is_child(argc, argv))
		return reader_child_main();
	for (size_t i = 0; argc == 2 && i < sizeof roles / sizeof *roles; i++)
		if (strcmp(argv[1], roles[i].name) == 0)
			roles[i].run();
	return test_main(argc, argv);
}
