/*
 * Starting a child: this program again, by /proc/self/exe, so that a binary
 * that was replaced on disk goes on working with its like.
 *
 * posix_spawn and not fork: nothing of the parent's memory, keys and open
 * files is in the process that meets hostile bytes.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "reader/parts.h"

/* Both ends above the standard descriptors and above the child's. */
static bool make_sockets(int ends[2], struct err *e)
{
	int low[2];

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, low) != 0)
		return err_set(e, ERR_IO, "cannot make a socket for a reader: %s", strerror(errno));
	ends[0] = fcntl(low[0], F_DUPFD_CLOEXEC, READER_SOCKET + 1);
	ends[1] = fcntl(low[1], F_DUPFD_CLOEXEC, READER_SOCKET + 1);
	int why = errno;
	close(low[0]);
	close(low[1]);
	if (ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0)
		return true;
	if (ends[0] >= 0)
		close(ends[0]);
	if (ends[1] >= 0)
		close(ends[1]);
	return err_set(e, ERR_IO, "cannot make a socket for a reader: %s", strerror(why));
}

static int start(const char *role, int socket, pid_t *pid)
{
	char name[] = "stet";
	char *argv[] = { name, (char *)role, NULL };
	char *no_environment[] = { NULL };
	posix_spawn_file_actions_t files;
	posix_spawnattr_t how;
	sigset_t none;

	int failed = posix_spawn_file_actions_init(&files);
	if (failed)
		return failed;
	failed = posix_spawnattr_init(&how);
	if (failed) {
		posix_spawn_file_actions_destroy(&files);
		return failed;
	}
	sigemptyset(&none);
	failed |= posix_spawnattr_setsigmask(&how, &none);
	failed |= posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK);
	failed |= posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	failed |= posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	failed |= posix_spawn_file_actions_adddup2(&files, socket, READER_SOCKET);
	failed |= posix_spawn_file_actions_addclosefrom_np(&files, READER_SOCKET + 1);
	if (!failed)
		failed = posix_spawn(pid, "/proc/self/exe", &files, &how, argv, no_environment);
	posix_spawnattr_destroy(&how);
	posix_spawn_file_actions_destroy(&files);
	return failed;
}

bool spawn_child(const char *role, pid_t *pid, int *fd, struct err *e)
{
	int ends[2] = { -1, -1 };

	if (!make_sockets(ends, e))
		return false;
	int failed = start(role, ends[1], pid);
	close(ends[1]);
	if (failed) {
		close(ends[0]);
		return err_set(e, ERR_IO, "cannot start a reader: %s", strerror(failed));
	}
	*fd = ends[0];
	return true;
}

/* One that is ending already keeps its status. */
int spawn_end(pid_t pid)
{
	int status = 0;

	kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		continue;
	return status;
}
