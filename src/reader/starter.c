/*
 * The starter: a process that starts readers for one that may start nothing.
 *
 * It is forked off before its parent goes to jail, holds one end of a socket
 * pair and answers two questions: to start a child, upon which it sends the
 * process's number and the parent's end of the child's socket, and to end one,
 * upon which it sends its wait status.  Each message is one struct; a
 * descriptor travels beside it.  When the parent is gone, it ends its children
 * and itself.
 *
 * If the starter is gone, the parent can do nothing for documents any more: it
 * tells itself to end (SIGTERM), and whoever looks after it starts it again.
 *
 * Limits: one question at a time; it is for a process with one thread.
 */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "jail/jail.h"
#include "reader/parts.h"

#define STARTER_SOCKET 3
#define MAX_CHILDREN 256 /* the setting reader.children allows fewer */
#define MAX_ROLE 32

struct question {
	int64_t end; /* this process; 0: start one */
	char role[MAX_ROLE];
};

struct reply {
	int64_t pid; /* 0: why says why none was started */
	int status;
	struct err why;
};

static int starter = -1; /* our end; -1: this process starts its children itself */

/* ---- messages ------------------------------------------------------------- */

union room_for_fd {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(int))];
};

/* fd -1: none. */
static bool send_whole(int to, void *p, size_t n, int fd)
{
	union room_for_fd room = { 0 };
	struct iovec part = { p, n };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (fd >= 0) {
		m.msg_control = room.bytes;
		m.msg_controllen = sizeof room.bytes;
		struct cmsghdr *c = CMSG_FIRSTHDR(&m);
		*c = (struct cmsghdr){ .cmsg_level = SOL_SOCKET,
			               .cmsg_type = SCM_RIGHTS,
			               .cmsg_len = CMSG_LEN(sizeof fd) };
		memcpy(CMSG_DATA(c), &fd, sizeof fd);
	}
	do
		sent = sendmsg(to, &m, MSG_NOSIGNAL);
	while (sent < 0 && errno == EINTR);
	return sent == (ssize_t)n;
}

static bool receive_whole(int from, void *p, size_t n, int *fd)
{
	union room_for_fd room = { 0 };
	struct iovec part = { p, n };
	struct msghdr m = {
		.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes
	};
	ssize_t got;

	*fd = -1;
	do
		got = recvmsg(from, &m, MSG_CMSG_CLOEXEC);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return false;
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	if (c && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof *fd))
		memcpy(fd, CMSG_DATA(c), sizeof *fd);
	return got == (ssize_t)n;
}

/* ---- the starter ---------------------------------------------------------- */

static pid_t children[MAX_CHILDREN];

static pid_t *find(pid_t pid)
{
	for (size_t i = 0; i < MAX_CHILDREN; i++)
		if (children[i] == pid)
			return &children[i];
	return NULL;
}

static void start_one(const struct question *q, struct reply *r, int *fd)
{
	pid_t *place = find(0);

	if (!place)
		err_set(&r->why, ERR_LIMIT, "there are too many readers");
	else if (spawn_child(q->role, place, fd, &r->why))
		r->pid = *place;
	else
		*place = 0;
}

static void end_one(pid_t pid, struct reply *r)
{
	pid_t *place = find(pid);

	if (!place)
		return;
	r->pid = pid;
	r->status = spawn_end(pid);
	*place = 0;
}

static void answer_questions(void)
{
	struct question q;
	int fd;

	while (receive_whole(STARTER_SOCKET, &q, sizeof q, &fd)) {
		struct reply r = { 0 };
		q.role[MAX_ROLE - 1] = '\0';
		if (q.end > 0)
			end_one((pid_t)q.end, &r);
		else
			start_one(&q, &r, &fd);
		if (!send_whole(STARTER_SOCKET, &r, sizeof r, fd))
			break;
		if (fd >= 0)
			close(fd);
	}
	for (size_t i = 0; i < MAX_CHILDREN; i++)
		if (children[i])
			spawn_end(children[i]);
}

static _Noreturn void starter_main(int socket)
{
	static const int ignored[] = { SIGINT, SIGTERM, SIGHUP, SIGPIPE };
	struct err e;

	for (size_t i = 0; i < sizeof ignored / sizeof *ignored; i++)
		signal(ignored[i], SIG_IGN); /* it ends when its parent does */
	if (dup2(socket, STARTER_SOCKET) < 0 || close_range(STARTER_SOCKET + 1, ~0U, 0) != 0)
		_exit(1);
	prctl(PR_SET_NAME, "stet-starter");
	if (!jail_enter_starter(&e)) {
		log_error("no reader is started without a jail: %s", e.text);
		_exit(1);
	}
	answer_questions();
	_exit(0);
}

/* ---- the parent ----------------------------------------------------------- */

bool reader_start_apart(struct err *e)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return err_set(e, ERR_IO, "cannot make a socket for the starter of readers: %s", strerror(errno));
	pid_t pid = fork();
	if (pid == 0) {
		close(ends[0]);
		starter_main(ends[1]);
	}
	int why = errno;
	close(ends[1]);
	if (pid > 0) {
		starter = ends[0];
		return true;
	}
	close(ends[0]);
	return err_set(e, ERR_IO, "cannot start the starter of readers: %s", strerror(why));
}

static bool ask(struct question *q, struct reply *r, int *fd)
{
	if (send_whole(starter, q, sizeof *q, -1) && receive_whole(starter, r, sizeof *r, fd))
		return true;
	log_error("the process that starts readers has ended; so does this one");
	raise(SIGTERM);
	return false;
}

bool starter_start(const char *role, pid_t *pid, int *fd, struct err *e)
{
	struct question q = { 0 };
	struct reply r = { 0 };

	if (starter < 0)
		return spawn_child(role, pid, fd, e);
	memcpy(q.role, role, strnlen(role, MAX_ROLE - 1));
	if (!ask(&q, &r, fd))
		return err_set(e, ERR_IO, "the process that starts readers has ended");
	*pid = (pid_t)r.pid;
	*e = r.why;
	return r.pid > 0 && *fd >= 0;
}

int starter_end(pid_t pid)
{
	struct question q = { .end = pid };
	struct reply r = { 0 };
	int fd;

	if (starter < 0)
		return spawn_end(pid);
	return ask(&q, &r, &fd) ? r.status : 0;
}
