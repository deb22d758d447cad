/*
 * The sockets of a fetcher, so that the kernel can be asked how much one has
 * received.  Internal to src/net.
 *
 * libcurl tells of bodies and headers, but not of what stands around them:
 * extensions of chunks, frames of HTTP/2, a second Content-Encoding.  It does
 * not say either which socket a transfer uses, only the two ends of its
 * connection, by which it is found here again.  Linear in the open sockets, by
 * comparing numbers: some microseconds for thousands.
 */
#ifndef STET_NET_SOCKETS_H
#define STET_NET_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct open_socket;
struct sockets {
	struct open_socket *open;
	size_t n, cap;
};
#define SOCKETS_INIT ((struct sockets){ 0 })

void sockets_add(struct sockets *s, int fd);
void sockets_close(struct sockets *s, int fd); /* closes it, known or not */
/* The one that leads from this port of ours to that address; -1: none. */
int sockets_find(struct sockets *s, int local_port, const char *peer, int peer_port);
void sockets_free(struct sockets *s);

/* What it has received since it was made; 0 if the kernel does not tell. */
uint64_t socket_received(int fd);

#endif
