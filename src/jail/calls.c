/*
 * The wall around the kernel: seccomp, by lists of what stays allowed.
 *
 * Calls stand in sets, each for one purpose; a row of the table of roles says
 * which sets a process has, which rules look at arguments besides, and what
 * becomes of anything else.  A filter is inherited and can only be made
 * tighter, so a process that starts others has at least their sets.
 *
 * The reader keeps what a program needs to read, write, manage its own memory
 * and end.  Whatever else it asks for ends it on the spot (SIGSYS): the
 * document was hostile, and the reader is replaced.  To the others it is
 * refused, since a library's odd wish should not take the daemon down: with
 * EPERM, and below the supervisor, where new libraries start up, with ENOSYS,
 * upon which they use what was there before.
 *
 * No process may make memory both writable and executable.  Executable memory
 * at all is for the two that start programs, and only from files.  Threads are
 * made by clone with CLONE_THREAD; clone3, whose flags a filter cannot see,
 * answers ENOSYS, and the C library falls back to clone.
 *
 * Limits: the filter sees numbers, never what a pointer points to; paths are
 * Landlock's business.
 */
#include <errno.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "jail/parts.h"

/* Names, not numbers: what an architecture or an old library does not know is
 * left out of the list, which only makes it tighter. */
static const char *const reader_calls[] = {
	"read",         "readv",           "recvfrom",    "recvmsg",       "write",
	"writev",       "sendto",          "sendmsg",     "brk",           "munmap",
	"mremap",       "madvise",         "futex",       "clock_gettime", "gettimeofday",
	"time",         "getpid",          "gettid",      "getrandom",     "rt_sigprocmask",
	"rt_sigreturn", "restart_syscall", "sched_yield", "exit",          "exit_group",
	NULL,
};

/* Memory, time, threads, signals, and questions about itself. */
static const char *const basic_calls[] = {
	"brk",
	"munmap",
	"mremap",
	"madvise",
	"mincore",
	"msync",
	"membarrier",
	"futex",
	"futex_waitv",
	"set_robust_list",
	"get_robust_list",
	"rseq",
	"sched_yield",
	"sched_getaffinity",
	"sched_getparam",
	"sched_getscheduler",
	"clock_gettime",
	"clock_getres",
	"clock_nanosleep",
	"nanosleep",
	"gettimeofday",
	"time",
	"getrandom",
	"exit",
	"exit_group",
	"getpid",
	"gettid",
	"getppid",
	"getuid",
	"geteuid",
	"getgid",
	"getegid",
	"sysinfo",
	"uname",
	"getrusage",
	"times",
	"restart_syscall",
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigtimedwait",
	"rt_sigsuspend",
	"sigaltstack",
	"signalfd4",
	NULL,
};

/* What is open already, and pipes, timers and pairs that lead nowhere else. */
static const char *const descriptor_calls[] = {
	"read",       "readv",       "pread64",      "preadv",         "preadv2",         "write",
	"writev",     "pwrite64",    "pwritev",      "pwritev2",       "close",           "lseek",
	"fcntl",      "dup",         "dup2",         "dup3",           "pipe2",           "eventfd2",
	"poll",       "ppoll",       "select",       "pselect6",       "epoll_create1",   "epoll_ctl",
	"epoll_wait", "epoll_pwait", "epoll_pwait2", "timerfd_create", "timerfd_settime", "timerfd_gettime",
	"sendfile",   "splice",      "shutdown",     "recvfrom",       "recvmsg",         "recvmmsg",
	"sendto",     "sendmsg",     "sendmmsg",     "getsockname",    "getpeername",     "getsockopt",
	"setsockopt", "socketpair",  NULL,
};

/* Files, which Landlock confines. */
static const char *const file_calls[] = {
	"open",       "openat",    "openat2",   "stat",      "fstat",      "lstat",    "newfstatat", "statx",
	"fstatfs",    "statfs",    "access",    "faccessat", "faccessat2", "readlink", "readlinkat", "getcwd",
	"getdents64", "ftruncate", "fallocate", "fsync",     "fdatasync",  "unlink",   "unlinkat",   "flock",
	"fadvise64",  "umask",     "fchmod",    "fchown",    NULL,
};

/* For what is set aside. */
static const char *const folder_calls[] = { "mkdir", "mkdirat", "rename", "renameat", "renameat2", NULL };

static const char *const accepting_calls[] = { "accept", "accept4", "listen", NULL };

/* bind is for the netlink socket by which the C library learns which kinds of
 * addresses this machine has; Landlock forbids it for TCP. */
static const char *const connecting_calls[] = { "connect", "bind", "wait4", NULL };

/* To start a program and to lock it up. */
static const char *const starting_calls[] = {
	"execve",
	"vfork",
	"fork",
	"wait4",
	"waitid",
	"kill",
	"tgkill",
	"pipe",
	"arch_prctl",
	"set_tid_address",
	"close_range",
	"prctl",
	"capget",
	"seccomp",
	"landlock_create_ruleset",
	"landlock_add_rule",
	"landlock_restrict_self",
	"setrlimit",
	"getrlimit",
	"prlimit64",
	"getgroups",
	"getresuid",
	"getresgid",
	"getpgrp",
	"mlock",
	NULL,
};

static bool allow_names(scmp_filter_ctx filter, const char *const *names)
{
	for (; *names; names++) {
		int number = seccomp_syscall_resolve_name(*names);
		if (number != __NR_SCMP_ERROR && seccomp_rule_add(filter, SCMP_ACT_ALLOW, number, 0) < 0)
			return false;
	}
	return true;
}

/* ---- rules that look at arguments ----------------------------------------- */

static bool allow_memory(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable) == 0;
}

/* As the loader maps a library. */
static bool allow_code_of_files(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp code[] = { SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC | PROT_WRITE, PROT_EXEC),
		                             SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_ANONYMOUS, 0) };
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 2, code) == 0;
}

/* A signal to itself, for abort() and raise(). */
static bool allow_own_signals(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp to_itself = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, to_itself) == 0;
}

/* What libraries ask of descriptors; none of it types into a terminal. */
static bool allow_questions(scmp_filter_ctx filter)
{
	static const scmp_datum_t requests[] = { FIONBIO, FIONREAD, TCGETS };

	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		const struct scmp_arg_cmp request = SCMP_A1(SCMP_CMP_EQ, requests[i]);
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, request) < 0)
			return false;
	}
	return true;
}

static bool allow_reading_limits(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp only_read = SCMP_A2(SCMP_CMP_EQ, 0);
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, only_read) == 0;
}

/* Moves the time of the readers on; nobody else's limits are its to change. */
static bool allow_limits_of_time(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp of_time = SCMP_A1(SCMP_CMP_EQ, RLIMIT_CPU);
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, of_time) == 0;
}

static bool allow_threads(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}

/* Processes, but no namespaces, in which one would have rights again. */
static bool allow_children(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp plain = SCMP_A0(SCMP_CMP_MASKED_EQ,
	                                          CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC |
	                                                  CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET,
	                                          0);
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, plain) == 0;
}

/* IP, and the question to the kernel which addresses this machine has. */
static bool allow_sockets(scmp_filter_ctx filter)
{
	static const scmp_datum_t domains[] = { AF_INET, AF_INET6 };
	const struct scmp_arg_cmp netlink[] = { SCMP_A0(SCMP_CMP_EQ, AF_NETLINK), SCMP_A2(SCMP_CMP_EQ, 0) };

	for (size_t i = 0; i < sizeof domains / sizeof *domains; i++) {
		const struct scmp_arg_cmp domain = SCMP_A0(SCMP_CMP_EQ, domains[i]);
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, domain) < 0)
			return false;
	}
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 2, netlink) == 0;
}

/* The server of an archive may be on this machine. */
static bool allow_local_sockets(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp local = SCMP_A0(SCMP_CMP_EQ, AF_UNIX);
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(socket), 1, local) == 0;
}

/* ---- roles ---------------------------------------------------------------- */

#define MAX_SETS 9
#define MAX_RULES 8

typedef bool rule(scmp_filter_ctx filter);

static const struct {
	uint32_t otherwise;
	const char *const *sets[MAX_SETS];
	rule *rules[MAX_RULES];
} roles[] = {
	[CALLS_READER] = { SCMP_ACT_KILL_PROCESS, { reader_calls }, { allow_memory, allow_own_signals } },
	[CALLS_SERVE] = { SCMP_ACT_ERRNO(EPERM),
	                  { basic_calls, descriptor_calls, file_calls, accepting_calls },
	                  { allow_memory, allow_own_signals, allow_questions, allow_reading_limits, allow_threads } },
	[CALLS_WATCH] = { SCMP_ACT_ERRNO(EPERM),
	                  { basic_calls, descriptor_calls, file_calls, folder_calls, connecting_calls },
	                  { allow_memory, allow_own_signals, allow_questions, allow_reading_limits,
	                    allow_limits_of_time, allow_threads, allow_sockets } },
	[CALLS_STARTER] = { SCMP_ACT_ERRNO(ENOSYS),
	                    { basic_calls, descriptor_calls, file_calls, starting_calls },
	                    { allow_memory, allow_code_of_files, allow_questions, allow_children } },
	[CALLS_SUPERVISOR] = { SCMP_ACT_ERRNO(ENOSYS),
	                       { basic_calls, descriptor_calls, file_calls, folder_calls, accepting_calls,
	                         connecting_calls, starting_calls },
	                       { allow_memory, allow_code_of_files, allow_questions, allow_children, allow_sockets } },
};

static bool build(scmp_filter_ctx filter, enum calls_role role, bool server)
{
	bool ok = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;

	for (size_t i = 0; ok && i < MAX_SETS && roles[role].sets[i]; i++)
		ok = allow_names(filter, roles[role].sets[i]);
	for (size_t i = 0; ok && i < MAX_RULES && roles[role].rules[i]; i++)
		ok = roles[role].rules[i](filter);
	if (server && (role == CALLS_SERVE || role == CALLS_WATCH || role == CALLS_SUPERVISOR))
		ok = ok && allow_names(filter, connecting_calls) && allow_sockets(filter) &&
		     allow_local_sockets(filter);
	seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2); /* a tree and not a list; no old library knows it */
	return ok;
}

bool calls_enter(enum calls_role role, bool server, struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(roles[role].otherwise);

	if (!filter)
		return err_set(e, ERR_IO, "cannot make a list of system calls");
	int failed = build(filter, role, server) ? seccomp_load(filter) : -EINVAL;
	seccomp_release(filter);
	if (failed == 0)
		return true;
	return err_set(e, ERR_IO, "cannot close the jail's system calls: %s", strerror(-failed));
}
