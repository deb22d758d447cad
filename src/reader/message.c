/*
 * Jobs and documents as bytes: see parts.h for the frames around them.
 *
 * A document is one byte for its kind and then what its own module writes.
 */
#include "base/wire.h"
#include "reader/parts.h"

#define MAX_CONTENT_TYPE 1024

void frame_put_length(char head[FRAME_HEAD], size_t n)
{
	for (size_t i = 0; i < FRAME_HEAD; i++)
		head[i] = (char)(n >> (8 * i) & 0xff);
}

size_t frame_length(const char head[FRAME_HEAD])
{
	size_t n = 0;

	for (size_t i = 0; i < FRAME_HEAD; i++)
		n |= (size_t)(unsigned char)head[i] << (8 * i);
	return n;
}

void job_encode_head(const struct read_job *job, struct buf *out)
{
	wire_put_u64(out, job->as);
	wire_put_str(out, job->url);
	wire_put_str(out, str_sub(job->content_type, 0, MAX_CONTENT_TYPE));
	wire_put_str(out, job->rules);
	wire_put_u64(out, job->explain);
	wire_put_u64(out, job->bytes.n);
}

bool job_decode(struct str message, struct read_job *out)
{
	struct wire w = WIRE_INIT(message);
	uint64_t as = wire_u64(&w);

	*out = (struct read_job){ .as = (enum read_as)as };
	out->url = wire_str(&w);
	out->content_type = wire_str(&w);
	out->rules = wire_str(&w);
	out->explain = wire_u64(&w) != 0;
	out->bytes = wire_str(&w);
	return wire_done(&w) && as < READ_KINDS;
}

void document_encode(const struct document *d, struct buf *out)
{
	buf_byte(out, (char)d->kind);
	switch (d->kind) {
	case DOCUMENT_FEED:
		feed_encode(&d->feed, out);
		break;
	case DOCUMENT_PAGE:
		page_encode(&d->page, out);
		break;
	case DOCUMENT_ROBOTS:
		robots_encode(&d->robots, out);
		break;
	case DOCUMENT_SAVED:
		saved_encode(&d->saved, out);
		break;
	case DOCUMENT_UNREADABLE:
		buf_str(out, d->sentence);
		break;
	}
}

void document_set_unreadable(struct document *out, struct arena *a, const char *why)
{
	struct err e;

	err_set(&e, ERR_FORMAT, "%s", why); /* cuts it and replaces control characters */
	*out = (struct document){ .kind = DOCUMENT_UNREADABLE };
	out->sentence = arena_str(a, str_from(e.text));
}

bool document_decode(struct str message, struct arena *a, struct document *out)
{
	if (message.n == 0)
		return false;
	struct str rest = str_sub(message, 1, message.n);
	*out = (struct document){ .kind = (enum document_kind)(unsigned char)message.p[0] };
	switch (out->kind) {
	case DOCUMENT_FEED:
		return feed_decode(rest, a, &out->feed);
	case DOCUMENT_PAGE:
		return page_decode(rest, a, &out->page);
	case DOCUMENT_ROBOTS:
		return robots_decode(rest, a, &out->robots);
	case DOCUMENT_SAVED:
		return saved_decode(rest, a, &out->saved);
	case DOCUMENT_UNREADABLE:
		if (rest.n == 0 || rest.n >= MAX_SENTENCE_BYTES || !utf8_valid(rest))
			return false;
		document_set_unreadable(out, a, arena_cstr(a, rest));
		return out->sentence.n > 0; /* a NUL may stand at its begin */
	}
	return false;
}
