/*
 * Plain bytes out of a file that may be packed: as it is, gzip (RFC 1952) or
 * zstd (RFC 8878, with the dictionary frame of "Zstandard Compression for WARC
 * Files"), in any number of members one behind the other.
 *
 * The bytes are read once, from the front; memory does not grow with the file.
 * Each byte has a place: the member in which it stands, and how far in it.  A
 * place can be gone to later, at the cost of unpacking what stands before it in
 * its member.
 *
 * A pipe will do where nobody goes anywhere.
 *
 * The file may be a part of another one, and may be deflated in it once more,
 * as the entries of a zip are.
 */
#ifndef STET_IMPORT_STREAM_H
#define STET_IMPORT_STREAM_H

#include "base/buf.h"

struct stream;

struct stream_part {
	uint64_t begin, length; /* length 0: to the end of the file */
	bool deflated;
};

struct stream_place {
	uint64_t member; /* byte of the part at which the member begins */
	uint64_t within; /* plain bytes from there */
};

MUST_CHECK bool stream_open(const char *path, const struct stream_part *part, struct stream **out, struct err *e);
void stream_close(struct stream *s);
/* Where the next byte stands.  At the end of a member it is the next one's. */
struct stream_place stream_place(struct stream *s);
MUST_CHECK bool stream_go(struct stream *s, struct stream_place place, struct err *e);

/* Appends n bytes to out, or passes over them if out is NULL; how many there
 * were.  Stops where a member begins with "WARC/": what was before is cut short. */
uint64_t stream_take(struct stream *s, struct buf *out, uint64_t n);
/* A line without its end; what does not fit in the buffer is passed over.
 * False at the end. */
bool stream_line(struct stream *s, struct buf *line);
/* Up to n of the next bytes, which stay; borrowed. */
struct str stream_peek(struct stream *s, size_t n);

/* Why there are no more bytes: NULL at the end of the file, else what is wrong
 * with the member.  stream_recover then goes to the next member that can be
 * read; false if there is none. */
const char *stream_trouble(const struct stream *s);
bool stream_recover(struct stream *s);

#endif
