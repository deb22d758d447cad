/*
 * The wall around the kernel: seccomp, by lists of what stays allowed.
 *
 * The reader keeps what a program needs to read, write, manage its own memory
 * and end.  It can neither open a file nor make anything executable.  Whatever
 * else it asks for ends it on the spot (SIGSYS): the document was hostile, and
 * the reader is replaced.
 *
 * The web interface is a server with threads and a database; what is not on
 * its list is refused with EPERM rather than punished, since a library's odd
 * wish should not take the site down.  Threads are made by clone with
 * CLONE_THREAD; clone3, whose flags a filter cannot see, answers ENOSYS, and
 * the C library falls back to clone.  There is no connect and no execve.
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

static const char *const serve_calls[] = {
	/* memory, time, threads */
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
	/* signals */
	"rt_sigaction",
	"rt_sigprocmask",
	"rt_sigreturn",
	"rt_sigtimedwait",
	"rt_sigsuspend",
	"sigaltstack",
	"signalfd4",
	/* descriptors */
	"read",
	"readv",
	"pread64",
	"preadv",
	"preadv2",
	"write",
	"writev",
	"pwrite64",
	"pwritev",
	"pwritev2",
	"close",
	"lseek",
	"fcntl",
	"dup",
	"dup2",
	"dup3",
	"pipe2",
	"eventfd2",
	"poll",
	"ppoll",
	"select",
	"pselect6",
	"epoll_create1",
	"epoll_ctl",
	"epoll_wait",
	"epoll_pwait",
	"epoll_pwait2",
	"timerfd_create",
	"timerfd_settime",
	"timerfd_gettime",
	"sendfile",
	"splice",
	/* sockets that exist or come in */
	"accept",
	"accept4",
	"listen",
	"shutdown",
	"recvfrom",
	"recvmsg",
	"recvmmsg",
	"sendto",
	"sendmsg",
	"sendmmsg",
	"getsockname",
	"getpeername",
	"getsockopt",
	"setsockopt",
	"socketpair",
	/* files, which Landlock confines */
	"open",
	"openat",
	"openat2",
	"stat",
	"fstat",
	"lstat",
	"newfstatat",
	"statx",
	"fstatfs",
	"statfs",
	"access",
	"faccessat",
	"faccessat2",
	"readlink",
	"readlinkat",
	"getcwd",
	"getdents64",
	"ftruncate",
	"fallocate",
	"fsync",
	"fdatasync",
	"unlink",
	"unlinkat",
	"flock",
	"fadvise64",
	"umask",
	"fchmod",
	"fchown",
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

/* Memory, but none that can be run; a signal to itself, for abort(). */
static bool allow_with_care(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp not_executable = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
	const struct scmp_arg_cmp to_itself = SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid());

	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, not_executable) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, not_executable) == 0 &&
	       seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, to_itself) == 0;
}

/* What a server asks of its descriptors and limits; none of it types into a
 * terminal or changes a limit. */
static bool allow_questions(scmp_filter_ctx filter)
{
	static const scmp_datum_t requests[] = { FIONBIO, FIONREAD, TCGETS };

	for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
		const struct scmp_arg_cmp request = SCMP_A1(SCMP_CMP_EQ, requests[i]);
		if (seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 1, request) < 0)
			return false;
	}
	const struct scmp_arg_cmp only_read = SCMP_A2(SCMP_CMP_EQ, 0);
	return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 1, only_read) == 0;
}

static bool load(scmp_filter_ctx filter, bool built, struct err *e)
{
	int failed = built ? seccomp_load(filter) : -EINVAL;

	seccomp_release(filter);
	if (failed == 0)
		return true;
	return err_set(e, ERR_IO, "cannot close the jail's system calls: %s", strerror(-failed));
}

bool calls_enter_reader(struct err *e)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);

	if (!filter)
		return err_set(e, ERR_IO, "cannot make a list of system calls");
	return load(filter, allow_names(filter, reader_calls) && allow_with_care(filter), e);
}

bool calls_enter_serve(struct err *e)
{
	const struct scmp_arg_cmp thread = SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));

	if (!filter)
		return err_set(e, ERR_IO, "cannot make a list of system calls");
	bool built = allow_names(filter, serve_calls) && allow_with_care(filter) && allow_questions(filter) &&
	             seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, thread) == 0 &&
	             seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0 &&
	             seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0;
	return load(filter, built, e);
}
