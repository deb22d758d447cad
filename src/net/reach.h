/*
 * What may be reached: judges the address of a connection before it is made.
 *
 * Not public, and refused unless told otherwise: loopback, private (RFC 1918,
 * RFC 4193), link-local, shared (RFC 6598), multicast, documentation,
 * benchmarking, reserved and unspecified addresses, and every IPv6 form that
 * carries one of those IPv4 addresses (mapped, compatible, 6to4, Teredo,
 * NAT64).  By the IANA special-purpose registries (RFC 6890).
 */
#ifndef STET_NET_REACH_H
#define STET_NET_REACH_H

#include <stdbool.h>

struct sockaddr;
bool reach_is_public(const struct sockaddr *sa);

/* False for ports on which something else than HTTP answers, such as a mail
 * server, and might take what a request says for commands: the bad ports of the
 * Fetch standard, and those of some databases. */
bool reach_is_web_port(const struct sockaddr *sa);

#endif
