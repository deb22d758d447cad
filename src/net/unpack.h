/*
 * Decoding the body of an answer as it comes: gzip (RFC 1952) or nothing.
 * Internal to src/net.
 *
 * libcurl can do this itself, but takes a stream that breaks off for a whole
 * one: half an article would look like an edit.  Here the end of the stream
 * and its checksum must have been seen.
 */
#ifndef STET_NET_UNPACK_H
#define STET_NET_UNPACK_H

#include <zlib.h>

#include "base/str.h"

struct unpacker {
	z_stream z;
	bool ready;  /* z holds memory */
	bool packed; /* this body is gzip */
	bool inside; /* a stream has begun and has not ended */
	bool ended;  /* at least one stream was whole */
};

/* Readies for a body with this Content-Encoding; false if it is none of ours. */
bool unpack_begin(struct unpacker *u, struct str encoding);
/* Decodes bytes and hands them to put, which may refuse.  False: broken, or
 * put refused. */
bool unpack_feed(struct unpacker *u, struct str bytes, bool (*put)(void *arg, struct str bytes), void *arg);
/* Nothing is missing at the end. */
bool unpack_is_whole(const struct unpacker *u);
void unpack_free(struct unpacker *u);

#endif
