/*
 * What may be reached: two tables of blocks, after the IANA special-purpose
 * address registries.
 *
 * For IPv4 the table names what is not public.  For IPv6 it is the other way
 * round: only global unicast (2000::/3) is public, less the blocks named here.
 * Forms that carry an IPv4 address are public if that address is.
 */
#include "net/reach.h"

#include <netinet/in.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

static const struct {
	uint32_t address;
	unsigned bits;
} NOT_PUBLIC_4[] = {
	{ 0x00000000, 8 },  /* 0.0.0.0/8       this host, this network */
	{ 0x0a000000, 8 },  /* 10.0.0.0/8      private */
	{ 0x64400000, 10 }, /* 100.64.0.0/10   shared, RFC 6598 */
	{ 0x7f000000, 8 },  /* 127.0.0.0/8     loopback */
	{ 0xa9fe0000, 16 }, /* 169.254.0.0/16  link-local */
	{ 0xac100000, 12 }, /* 172.16.0.0/12   private */
	{ 0xc0000000, 24 }, /* 192.0.0.0/24    protocol assignments */
	{ 0xc0000200, 24 }, /* 192.0.2.0/24    documentation */
	{ 0xc0586300, 24 }, /* 192.88.99.0/24  6to4 relays, withdrawn */
	{ 0xc0a80000, 16 }, /* 192.168.0.0/16  private */
	{ 0xc6120000, 15 }, /* 198.18.0.0/15   benchmarking */
	{ 0xc6336400, 24 }, /* 198.51.100.0/24 documentation */
	{ 0xcb007100, 24 }, /* 203.0.113.0/24  documentation */
	{ 0xe0000000, 4 },  /* 224.0.0.0/4     multicast */
	{ 0xf0000000, 4 },  /* 240.0.0.0/4     reserved, broadcast */
};

static const uint16_t OTHER_PORTS[] = {
	/* fetch.spec.whatwg.org, "bad port" */
	0, 1, 7, 9, 11, 13, 15, 17, 19, 20, 21, 22, 23, 25, 37, 42, 43, 53, 69, 77, 79, 87, 95, 101, 102, 103, 104, 109,
	110, 111, 113, 115, 117, 119, 123, 135, 137, 139, 143, 161, 179, 389, 427, 465, 512, 513, 514, 515, 526, 530,
	531, 532, 540, 548, 554, 556, 563, 587, 601, 636, 989, 990, 993, 995, 1719, 1720, 1723, 2049, 3659, 4045, 4190,
	5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 10080,
	/* MySQL, PostgreSQL, Redis, memcached, MongoDB */
	3306, 5432, 6379, 11211, 27017
};

struct block6 {
	unsigned char prefix[16];
	unsigned bits;
};

static const struct block6 NOT_PUBLIC_6[] = {
	{ { 0x20, 0x01, 0x00, 0x00 }, 23 }, /* protocol assignments */
	{ { 0x20, 0x01, 0x0d, 0xb8 }, 32 }, /* documentation */
	{ { 0x3f, 0xff }, 20 },             /* documentation */
};

static const struct block6 GLOBAL_UNICAST = { { 0x20 }, 3 };

/* Where such an address carries an IPv4 one; inverted: every bit flipped. */
static const struct {
	struct block6 block;
	unsigned offset;
	bool inverted;
} CARRIERS[] = {
	{ { { 0 }, 96 }, 12, false },                                              /* compatible, ::1, :: */
	{ { { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff }, 96 }, 12, false },       /* mapped */
	{ { { 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0 }, 96 }, 12, false },       /* translated, RFC 2765 */
	{ { { 0x00, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0 }, 96 }, 12, false }, /* NAT64 */
	{ { { 0x20, 0x02 }, 16 }, 2, false },                                      /* 6to4 */
	{ { { 0x20, 0x01, 0x00, 0x00 }, 32 }, 12, true },                          /* Teredo */
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static bool is_public_4(uint32_t address)
{
	for (size_t i = 0; i < LENGTH(NOT_PUBLIC_4); i++)
		if ((address ^ NOT_PUBLIC_4[i].address) >> (32 - NOT_PUBLIC_4[i].bits) == 0)
			return false;
	return true;
}

static bool is_in(const unsigned char *address, const struct block6 *block)
{
	unsigned bytes = block->bits / 8, rest = block->bits % 8;

	if (memcmp(address, block->prefix, bytes) != 0)
		return false;
	return rest == 0 || (address[bytes] ^ block->prefix[bytes]) >> (8 - rest) == 0;
}

static bool is_public_6(const unsigned char *address)
{
	for (size_t i = 0; i < LENGTH(CARRIERS); i++) {
		if (!is_in(address, &CARRIERS[i].block))
			continue;
		const unsigned char *p = address + CARRIERS[i].offset;
		uint32_t carried = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
		return is_public_4(CARRIERS[i].inverted ? ~carried : carried);
	}
	for (size_t i = 0; i < LENGTH(NOT_PUBLIC_6); i++)
		if (is_in(address, &NOT_PUBLIC_6[i]))
			return false;
	return is_in(address, &GLOBAL_UNICAST);
}

bool reach_is_public(const struct sockaddr *sa)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;

	switch (sa->sa_family) {
	case AF_INET:
		memcpy(&v4, sa, sizeof v4);
		return is_public_4(ntohl(v4.sin_addr.s_addr));
	case AF_INET6:
		memcpy(&v6, sa, sizeof v6);
		return is_public_6(v6.sin6_addr.s6_addr);
	default:
		return false;
	}
}

bool reach_is_web_port(const struct sockaddr *sa)
{
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
	uint16_t port = 0;

	if (sa->sa_family == AF_INET) {
		memcpy(&v4, sa, sizeof v4);
		port = ntohs(v4.sin_port);
	} else if (sa->sa_family == AF_INET6) {
		memcpy(&v6, sa, sizeof v6);
		port = ntohs(v6.sin6_port);
	}
	for (size_t i = 0; i < LENGTH(OTHER_PORTS); i++)
		if (port == OTHER_PORTS[i])
			return false;
	return true;
}
