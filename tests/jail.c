/*
 * What a process can still do in jail.
 *
 * Each attempt runs in a process of its own, forked, locked up, and asked to do
 * one thing.  It leaves with the number of the errno that it got, or 0; a
 * process that was ended by a signal counts as 1000 plus the signal.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "jail/jail.h"
#include "view/card.h"

#if defined(__SANITIZE_ADDRESS__)
#define SANITIZED true
#else
#define SANITIZED false
#endif

#define KILLED_BY(sig) (1000 + (sig))
#define NO_JAIL 250

static const char *archive_dir;

static bool enter_reader(struct err *e)
{
	return jail_enter_reader(e);
}

static bool enter_serve(struct err *e)
{
	return jail_enter_serve(archive_dir, e);
}

/* attempt returns 0 or an errno. */
static int in_jail(bool (*enter)(struct err *), int (*attempt)(void))
{
	fflush(stdout);
	pid_t child = fork();
	if (child == 0) {
		struct err e;
		if (!enter(&e)) {
			fprintf(stderr, "%s\n", e.text);
			_exit(NO_JAIL);
		}
		_exit(attempt());
	}
	int status;
	if (waitpid(child, &status, 0) != child)
		return -1;
	return WIFSIGNALED(status) ? KILLED_BY(WTERMSIG(status)) : WEXITSTATUS(status);
}

static int result(long got)
{
	return got < 0 ? errno : 0;
}

static int try_nothing(void)
{
	return 0;
}

static int try_memory_and_writing(void)
{
	char *p = malloc(64 * MIB);
	if (!p)
		return ENOMEM;
	memset(p, 1, 64 * MIB);
	int sum = p[12345];
	free(p);
	return write(2, "", 0) == 0 && sum == 1 ? 0 : EIO;
}

static int try_open(void)
{
	return result(open("/etc/passwd", O_RDONLY));
}

static int try_create(void)
{
	return result(open("/tmp/stet-jail-escape", O_CREAT | O_WRONLY, 0600));
}

static int try_socket(void)
{
	return result(socket(AF_INET, SOCK_STREAM, 0));
}

static int try_connect(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		                 .sin_port = htons(9),
		                 .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	return result(connect(3, (struct sockaddr *)&a, sizeof a));
}

static int try_exec(void)
{
	char *argv[] = { "true", NULL };
	execve("/bin/true", argv, NULL);
	return errno;
}

static int try_fork(void)
{
	pid_t child = fork();
	if (child == 0)
		_exit(0);
	return result(child);
}

static int try_kill(void)
{
	return result(kill(getppid(), 0));
}

static int try_ptrace(void)
{
	return result(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
}

static int try_executable_memory(void)
{
	void *p = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	return p == MAP_FAILED ? errno : 0;
}

static int try_raising_a_limit(void)
{
	struct rlimit r = { RLIM_INFINITY, RLIM_INFINITY };
	return result(setrlimit(RLIMIT_CPU, &r));
}

static int try_too_much_memory(void)
{
	return mmap(NULL, MAX_READER_MEMORY, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int try_read_fourth(void)
{
	char c;
	return result(read(4, &c, 1));
}

static int try_abort(void)
{
	abort();
}

struct attempt {
	const char *name;
	int (*run)(void);
	int want;
};

static void check_attempts(bool (*enter)(struct err *), const struct attempt *t)
{
	for (; t->run; t++) {
		int got = in_jail(enter, t->run);
		if (got != t->want)
			test_failed(__FILE__, __LINE__, "%s: %d, not %d", t->name, got, t->want);
	}
}

TEST(a_reader_can_work)
{
	static const struct attempt attempts[] = {
		{ "nothing", try_nothing, 0 },
		{ "memory and writing", try_memory_and_writing, 0 },
		{ NULL, NULL, 0 },
	};
	check_attempts(enter_reader, attempts);
}

TEST(a_reader_is_ended_when_it_asks_for_more)
{
	static const struct attempt attempts[] = {
		{ "open", try_open, KILLED_BY(SIGSYS) },
		{ "create", try_create, KILLED_BY(SIGSYS) },
		{ "socket", try_socket, KILLED_BY(SIGSYS) },
		{ "connect", try_connect, KILLED_BY(SIGSYS) },
		{ "execve", try_exec, KILLED_BY(SIGSYS) },
		{ "fork", try_fork, KILLED_BY(SIGSYS) },
		{ "kill", try_kill, KILLED_BY(SIGSYS) },
		{ "ptrace", try_ptrace, KILLED_BY(SIGSYS) },
		{ "executable memory", try_executable_memory, KILLED_BY(SIGSYS) },
		{ "raising a limit", try_raising_a_limit, KILLED_BY(SIGSYS) },
		{ "abort", try_abort, KILLED_BY(SIGABRT) },
		{ NULL, NULL, 0 },
	};
	if (SANITIZED)
		SKIP("the address sanitizer needs system calls that a reader does not");
	check_attempts(enter_reader, attempts);
}

TEST(a_reader_has_limited_memory)
{
	if (SANITIZED)
		SKIP("the address sanitizer maps terabytes");
	CHECK_INT(in_jail(enter_reader, try_too_much_memory), ENOMEM);
}

TEST(a_reader_keeps_no_other_descriptor)
{
	int spare = open("/dev/null", O_RDONLY);
	int fourth = dup2(spare, 4);
	int got = in_jail(enter_reader, try_read_fourth);
	close(spare);
	if (fourth != spare)
		close(fourth);
	CHECK_INT(got, EBADF);
}

/* Without seccomp, Landlock alone still keeps files away. */
TEST(a_sanitized_reader_has_no_files_either)
{
	if (!SANITIZED)
		SKIP("covered by seccomp in this build");
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
		SKIP("this kernel has no Landlock");
	CHECK_INT(in_jail(enter_reader, try_open), EACCES);
	CHECK_INT(in_jail(enter_reader, try_create), EACCES);
}

static int try_archive(void)
{
	char path[256], byte = 0;

	snprintf(path, sizeof path, "%s/stet.db-shm", archive_dir);
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	if (fd < 0 || pwrite(fd, "x", 1, 0) != 1 || pread(fd, &byte, 1, 0) != 1 || ftruncate(fd, 32768) != 0)
		return errno;
	void *p = mmap(NULL, 32768, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED || close(fd) != 0 || unlink(path) != 0)
		return errno;
	return byte == 'x' ? 0 : EIO;
}

static void *thread(void *arg)
{
	return arg;
}

static int try_thread(void)
{
	static int token;
	pthread_t t;
	void *back = NULL;
	int failed = pthread_create(&t, NULL, thread, &token);
	if (failed)
		return failed;
	pthread_join(t, &back);
	return back == &token ? 0 : EIO;
}

TEST(serve_reads_its_archive_and_has_threads)
{
	static const struct attempt attempts[] = {
		{ "archive", try_archive, 0 },
		{ "thread", try_thread, 0 },
		{ NULL, NULL, 0 },
	};
	archive_dir = test_folder();
	check_attempts(enter_serve, attempts);
}

static bool enter_serve_with_cards(struct err *e)
{
	card_prepare();
	return jail_enter_serve(archive_dir, e);
}

/* In a thread of its own, in several scripts: each has a font that is opened then. */
static void *draw_card(void *arg)
{
	struct excerpt_piece pieces[] = { { EXCERPT_PLAIN, false, STR("After ") },
		                          { EXCERPT_WENT, false, STR("300 شخص") },
		                          { EXCERPT_PLAIN, false, STR(" двадцать 委員会 <b>") } };
	struct excerpt words = { pieces, 3 }, nothing = { NULL, 0 };
	struct card card = { .outlet = STR("Outlet"),
		             .kind = STR("Figure"),
		             .title = STR("Headline"),
		             .before = &words,
		             .after = &nothing,
		             .language = STR("ar") };
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct err e;

	bool drawn = card_draw(&card, CARD_PNG, &b, &e) && str_starts(buf_view(&b), STR("\x89PNG"));
	buf_free(&b);
	return drawn ? arg : NULL;
}

static int try_card(void)
{
	static int token;
	pthread_t t;
	void *back = NULL;

	if (pthread_create(&t, NULL, draw_card, &token) != 0)
		return EAGAIN;
	pthread_join(t, &back);
	return back ? 0 : EIO;
}

TEST(serve_draws_cards)
{
	static const struct attempt attempts[] = { { "card", try_card, 0 }, { NULL, NULL, 0 } };

	if (!card_prepare())
		SKIP("this machine has no Pango or no fonts");
	archive_dir = test_folder();
	check_attempts(enter_serve_with_cards, attempts);
}

TEST(serve_can_do_little_else)
{
	static const struct attempt attempts[] = {
		{ "socket", try_socket, EPERM },
		{ "connect", try_connect, EPERM },
		{ "execve", try_exec, EPERM },
		{ "fork", try_fork, EPERM },
		{ "kill", try_kill, EPERM },
		{ "ptrace", try_ptrace, EPERM },
		{ "executable memory", try_executable_memory, EPERM },
		{ "raising a limit", try_raising_a_limit, EPERM },
		{ NULL, NULL, 0 },
	};
	if (SANITIZED)
		SKIP("the address sanitizer needs system calls that a server does not");
	archive_dir = test_folder();
	check_attempts(enter_serve, attempts);
}

TEST(serve_has_no_other_files)
{
	if (syscall(SYS_landlock_create_ruleset, NULL, 0, 1) < 1)
		SKIP("this kernel has no Landlock");
	archive_dir = test_folder();
	CHECK_INT(in_jail(enter_serve, try_open), EACCES);
	CHECK_INT(in_jail(enter_serve, try_create), EACCES);
}

TEST(serve_needs_a_folder_that_is_there)
{
	struct err e;
	CHECK(!jail_enter_serve("/nonexistent/archive", &e));
	CHECK_INT(e.kind, ERR_IO);
}

TEST_MAIN
