/*
 * The decoders of the Encoding Standard, all but UTF-8's.  Internal to
 * src/text; see charset.h.
 */
#ifndef STET_TEXT_DECODERS_H
#define STET_TEXT_DECODERS_H

#include "base/arena.h"

/* Bytes in the charset of this standard name as UTF-8 in the arena.  False if
 * there is no decoder of that name. */
bool decoder_run(struct arena *a, struct str bytes, const char *charset, struct str *out);

/* A single-byte set: the code point of each byte. */
struct str decoder_run_single(struct arena *a, struct str bytes, const uint32_t points[256]);

#endif
