/*
 * The wall around the file system: Landlock.
 *
 * A process says once which kinds of access it gives up and below which
 * folders it keeps some of them; the kernel holds it to that for good, and all
 * that it starts.  There is no wrapper in the C library, so the three system
 * calls are made by number.
 *
 * Kernels differ by "ABI": 1 (5.13) knows files, 2 renaming between folders,
 * 3 cutting files, 4 TCP, 5 device control, 6 signals and abstract sockets.
 * What the running kernel does not know is masked out; without any Landlock
 * there is one warning and seccomp has to do.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/log.h"
#include "jail/parts.h"

/* Younger than the headers of some systems that we build on. */
#define FS_TRUNCATE (1ULL << 14)
#define FS_IOCTL_DEV (1ULL << 15)
#define NET_BIND 1ULL
#define NET_CONNECT 2ULL
#define SCOPE_SOCKETS_AND_SIGNALS 3ULL

struct ruleset {
	uint64_t fs, net, scoped;
};

#define FS_FIRST ((1ULL << 13) - 1) /* all that ABI 1 knows */
#define FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define FS_WRITE                                                                                                       \
	(LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_DIR |                   \
	 LANDLOCK_ACCESS_FS_REMOVE_FILE | FS_TRUNCATE)
#define FS_OF_A_FILE                                                                                                   \
	(LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_EXECUTE | FS_TRUNCATE)

static uint64_t rights_of(unsigned access)
{
	return (access & JAIL_READ ? FS_READ : 0) | (access & JAIL_FILES ? LANDLOCK_ACCESS_FS_READ_FILE : 0) |
	       (access & JAIL_WRITE ? FS_WRITE : 0) | (access & JAIL_RUN ? LANDLOCK_ACCESS_FS_EXECUTE : 0);
}

/* What is handled is forbidden but for what a rule allows; TCP has no rules. */
static struct ruleset all_that_abi_knows(long abi, enum jail_tcp tcp)
{
	static const uint64_t forbidden[] = {
		[JAIL_TCP_NONE] = NET_BIND | NET_CONNECT, [JAIL_TCP_CONNECT] = NET_BIND, [JAIL_TCP_ALL] = 0
	};
	struct ruleset r = { .fs = FS_FIRST };

	r.fs |= abi >= 2 ? LANDLOCK_ACCESS_FS_REFER : 0;
	r.fs |= abi >= 3 ? FS_TRUNCATE : 0;
	r.fs |= abi >= 5 ? FS_IOCTL_DEV : 0;
	r.net = abi >= 4 ? forbidden[tcp] : 0;
	r.scoped = abi >= 6 ? SCOPE_SOCKETS_AND_SIGNALS : 0;
	return r;
}

static bool allow(int rules, uint64_t handled, const struct jail_path *p, struct err *e)
{
	struct stat st;
	int fd = open(p->path, O_PATH | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ||
		       err_set(e, ERR_IO, "cannot open %s for the jail: %s", p->path, strerror(errno));
	uint64_t access = handled & rights_of(p->access);
	if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
		access &= FS_OF_A_FILE;
	struct landlock_path_beneath_attr below = { .allowed_access = access, .parent_fd = fd };
	long done = syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0);
	int why = errno;
	close(fd);
	return done == 0 || err_set(e, ERR_IO, "cannot keep %s in the jail: %s", p->path, strerror(why));
}

bool landlock_enter(const struct jail_path *paths, enum jail_tcp tcp, struct err *e)
{
	static bool warned;
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);

	if (abi < 1) {
		if (!warned)
			log_warning("this kernel has no Landlock; files are guarded by seccomp and permissions alone");
		warned = true;
		return true;
	}
	struct ruleset r = all_that_abi_knows(abi, tcp);
	size_t size = abi >= 6 ? 24 : abi >= 4 ? 16 : 8;
	int rules = (int)syscall(SYS_landlock_create_ruleset, &r, size, 0);
	if (rules < 0)
		return err_set(e, ERR_IO, "cannot prepare the jail's files: %s", strerror(errno));
	bool ok = true;
	for (; ok && paths->path; paths++)
		ok = allow(rules, r.fs, paths, e);
	if (ok && syscall(SYS_landlock_restrict_self, rules, 0) != 0)
		ok = err_set(e, ERR_IO, "cannot close the jail's files: %s", strerror(errno));
	close(rules);
	return ok;
}
