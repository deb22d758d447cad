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
#include <linux/capability.h>
#include <netdb.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

static bool enter_watch(struct err *e)
{
	return jail_enter_watch(archive_dir, "/nonexistent/ca.pem", e);
}

static bool enter_starter(struct err *e)
{
	return jail_enter_starter(e);
}

static bool enter_supervisor(struct err *e)
{
	return jail_enter_supervisor(archive_dir, e);
}

static int try_public_socket(void)
{
	struct addrinfo *list = NULL, hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
	int failed = getaddrinfo("localhost", "80", &hints, &list);
	if (failed)
		return EHOSTUNREACH;
	int fd = socket(list->ai_family, list->ai_socktype | SOCK_CLOEXEC, 0);
	int got = fd < 0 || (connect(fd, list->ai_addr, list->ai_addrlen) != 0 && errno != ECONNREFUSED) ? errno : 0;
	freeaddrinfo(list);
	return got;
}

static int try_bind(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	return result(bind(fd, (struct sockaddr *)&a, sizeof a));
}

static int try_listen(void)
{
	return result(listen(socket(AF_INET, SOCK_STREAM, 0), 1));
}

static int try_unix_socket(void)
{
	return result(socket(AF_UNIX, SOCK_STREAM, 0));
}

static int try_reading_settings_of_the_resolver(void)
{
	return result(open("/etc/hosts", O_RDONLY));
}

static int try_reading_a_program(void)
{
	return result(open("/usr/bin/env", O_RDONLY));
}

static int try_folder(void)
{
	char path[256], file[300];

	snprintf(path, sizeof path, "%s/aside", archive_dir);
	snprintf(file, sizeof file, "%s/one", path);
	if (mkdir(path, 0700) != 0 && errno != EEXIST)
		return errno;
	int fd = open(file, O_WRONLY | O_CREAT, 0600);
	return fd < 0 ? errno : result(unlink(file));
}

static int try_code_of_a_file(void)
{
	int fd = open("/proc/self/exe", O_RDONLY);
	return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, fd, 0) == MAP_FAILED ? errno : 0;
}

static int try_writable_code(void)
{
	const int all = PROT_READ | PROT_WRITE | PROT_EXEC;
	return mmap(NULL, 4096, all, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? errno : 0;
}

static int try_namespace(void)
{
	return result(unshare(CLONE_NEWUSER));
}

static int try_own_program(void)
{
	char *argv[] = { "jail", "--ends-well", NULL };
	execve("/proc/self/exe", argv, NULL);
	return errno;
}

TEST(watch_resolves_connects_and_keeps)
{
	static const struct attempt attempts[] = {
		{ "archive", try_archive, 0 },
		{ "thread", try_thread, 0 },
		{ "name and connection", try_public_socket, 0 },
		{ "settings of the resolver", try_reading_settings_of_the_resolver, 0 },
		{ "a folder below the archive's", try_folder, 0 },
		{ NULL, NULL, 0 },
	};
	archive_dir = test_folder();
	check_attempts(enter_watch, attempts);
}

TEST(watch_can_do_little_else)
{
	static const struct attempt attempts[] = {
		{ "execve", try_exec, EPERM },
		{ "its own program", try_own_program, EPERM },
		{ "fork", try_fork, EPERM },
		{ "kill", try_kill, EPERM },
		{ "ptrace", try_ptrace, EPERM },
		{ "listen", try_listen, EPERM },
		{ "unix socket", try_unix_socket, EPERM },
		{ "executable memory", try_executable_memory, EPERM },
		{ "code of a file", try_code_of_a_file, EPERM },
		{ "namespace", try_namespace, EPERM },
		{ "abort", try_abort, KILLED_BY(SIGABRT) },
		{ NULL, NULL, 0 },
	};
	if (SANITIZED)
		SKIP("the address sanitizer needs system calls that a fetcher does not");
	archive_dir = test_folder();
	check_attempts(enter_watch, attempts);
}

TEST(a_starter_starts_this_program_and_no_other)
{
	static const struct attempt attempts[] = {
		{ "its own program", try_own_program, 0 },
		{ "fork", try_fork, 0 },
		{ "code of a file", try_code_of_a_file, 0 },
		{ "executable memory", try_executable_memory, ENOSYS },
		{ "socket", try_socket, ENOSYS },
		{ "namespace", try_namespace, ENOSYS },
		{ "ptrace", try_ptrace, ENOSYS },
		{ NULL, NULL, 0 },
	};
	if (SANITIZED)
		SKIP("the address sanitizer needs system calls that a starter does not");
	check_attempts(enter_starter, attempts);
}

TEST(a_supervisor_keeps_what_the_others_need_and_no_more)
{
	static const struct attempt attempts[] = {
		{ "archive", try_archive, 0 },
		{ "thread", try_thread, 0 },
		{ "own program", try_own_program, 0 },
		{ "fork", try_fork, 0 },
		{ "name", try_public_socket, 0 },
		{ "bind", try_bind, 0 },
		{ "unix socket", try_unix_socket, ENOSYS },
		{ "writable code", try_writable_code, ENOSYS },
		{ "namespace", try_namespace, ENOSYS },
		{ "ptrace", try_ptrace, ENOSYS },
		{ NULL, NULL, 0 },
	};
	if (SANITIZED)
		SKIP("the address sanitizer needs system calls that a supervisor does not");
	archive_dir = test_folder();
	check_attempts(enter_supervisor, attempts);
}

/* The best that Landlock alone leaves, in a sanitized build too. */
TEST(nobody_writes_elsewhere_or_starts_another_program)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, 1);

	if (abi < 1)
		SKIP("this kernel has no Landlock");
	archive_dir = test_folder();
	CHECK_INT(in_jail(enter_watch, try_create), EACCES);
	CHECK_INT(in_jail(enter_watch, try_reading_a_program), EACCES);
	CHECK_INT(in_jail(enter_starter, try_create), EACCES);
	CHECK_INT(in_jail(enter_supervisor, try_create), EACCES);
	CHECK_INT(in_jail(enter_supervisor, try_exec), EACCES);
	CHECK_INT(in_jail(enter_starter, try_exec), EACCES);
	if (abi >= 4)
		CHECK_INT(in_jail(enter_watch, try_bind), EACCES);
}

/* ---- who one is ----------------------------------------------------------- */

#define NOBODY 65534

static const char *user_name;

static bool enter_user(struct err *e)
{
	return jail_become(user_name, archive_dir, e);
}

/* 0: without any right of root, but as root; otherwise the number of the user, shortened. */
static int tell_user(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capget, &head, caps) != 0 || caps[0].permitted || caps[1].permitted || caps[0].effective)
		return 249;
	if (umask(0) != 077 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
		return 248;
	return getuid() == geteuid() ? (int)(getuid() % 200) : 247;
}

TEST(who_starts_it_stays_who_he_is)
{
	archive_dir = test_folder();
	user_name = "";
	CHECK_INT(in_jail(enter_user, tell_user), (int)(getuid() % 200));
}

TEST(root_becomes_the_user_or_the_owner_of_the_folder)
{
	char path[256];

	if (getuid() != 0)
		SKIP("only root can become another user");
	if (!getpwnam("nobody") || getpwnam("nobody")->pw_uid != NOBODY)
		SKIP("there is no user nobody here");
	snprintf(path, sizeof path, "%s/owned", test_folder());
	CHECK(mkdir(path, 0700) == 0);
	archive_dir = path;
	user_name = "nobody";
	CHECK_INT(in_jail(enter_user, tell_user), NOBODY % 200);
	if (chown(path, NOBODY, NOBODY) != 0)
		SKIP("folders cannot be given to others here");
	user_name = "";
	CHECK_INT(in_jail(enter_user, tell_user), NOBODY % 200);
	user_name = "root";
	CHECK_INT(in_jail(enter_user, tell_user), 0);
}

TEST(a_user_who_does_not_exist_is_an_error)
{
	struct err e;

	/* In this process: it fails before anything is given up but the umask. */
	mode_t before = umask(022);
	CHECK(!jail_become("no-such-user-here", test_folder(), &e));
	umask(before);
	CHECK_INT(e.kind, ERR_USAGE);
	CHECK_STR(str_from(e.text), "there is no user \"no-such-user-here\" on this machine");
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--ends-well") == 0)
		return 0;
	return test_main(argc, argv);
}
