/* Which socket is whose: see sockets.h. */
#include "net/sockets.h"

#include <arpa/inet.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/alloc.h"

struct open_socket {
	int fd;
	int port; /* ours; 0: not known yet */
};

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

void sockets_add(struct sockets *s, int fd)
{
	if (s->n == s->cap) {
		s->cap = s->cap ? 2 * s->cap : 16;
		s->open = mem_realloc(s->open, s->cap, sizeof *s->open);
	}
	s->open[s->n++] = (struct open_socket){ .fd = fd };
}

void sockets_close(struct sockets *s, int fd)
{
	for (size_t i = 0; i < s->n; i++) {
		if (s->open[i].fd != fd)
			continue;
		s->open[i] = s->open[--s->n];
		break;
	}
	close(fd);
}

static int port_of(const union address *a)
{
	return ntohs(a->any.sa_family == AF_INET6 ? a->v6.sin6_port : a->v4.sin_port);
}

static int own_port(struct open_socket *s)
{
	union address a = { 0 };
	socklen_t n = sizeof a;

	if (s->port == 0 && getsockname(s->fd, &a.any, &n) == 0)
		s->port = port_of(&a);
	return s->port;
}

static bool leads_to(int fd, const char *peer, int peer_port)
{
	union address a = { 0 };
	socklen_t n = sizeof a;
	char text[INET6_ADDRSTRLEN];

	if (getpeername(fd, &a.any, &n) != 0 || port_of(&a) != peer_port)
		return false;
	const void *bytes = a.any.sa_family == AF_INET6 ? (const void *)&a.v6.sin6_addr : &a.v4.sin_addr;
	return inet_ntop(a.any.sa_family, bytes, text, sizeof text) && strcmp(text, peer) == 0;
}

int sockets_find(struct sockets *s, int local_port, const char *peer, int peer_port)
{
	for (size_t i = 0; i < s->n; i++)
		if (own_port(&s->open[i]) == local_port && leads_to(s->open[i].fd, peer, peer_port))
			return s->open[i].fd;
	return -1;
}

void sockets_free(struct sockets *s)
{
	free(s->open);
	*s = SOCKETS_INIT;
}

uint64_t socket_received(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t n = sizeof info;

	return getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &n) == 0 ? info.tcpi_bytes_received : 0;
}
