/*
 * A sheet: what one request is answered with, while it is being written.
 *
 * sheet_put writes with its own small format, which escapes by default:
 *
 *     %t  struct str, escaped for HTML and XML text and quoted attributes
 *     %r  struct str as it is (text of our own that holds markup)
 *     %d  int
 *     %x  nothing taken: a random identifier of 8 digits, another each time
 *     %w  when, RFC 3339           %h  when, "14 Aug 2025, 07:20 UTC"
 *     %a  when, how long ago in words ("5 minutes")
 *     %%  a per cent sign
 */
#ifndef STET_DEMO_SHEET_H
#define STET_DEMO_SHEET_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/when.h"
#include "story.h"

/* A story as it stands at the moment of a request. */
struct news {
	const struct story *story;
	struct story_text text;
	when published, modified;
};

struct sheet {
	struct buf *out;
	struct arena *arena;
	uint64_t random; /* state of the generator; never 0 */
	when start, now;
	unsigned port;
	const struct outlet *outlet;
	const struct news *news; /* of the outlet, published and not gone, newest first */
	size_t nnews;
};

void sheet_put(struct sheet *s, const char *fmt, ...);
/* A number from 0 to below - 1. */
unsigned sheet_random(struct sheet *s, unsigned below);
/* "http://harbour-courier.localhost:8080" */
struct str sheet_origin(const struct sheet *s);

/* Page furniture: what stands around and between an article, and is another at
 * every single request. */
void furniture_most_read(struct sheet *s, const char *css);
void furniture_related(struct sheet *s, const char *css);
void furniture_ad(struct sheet *s);
void furniture_newsletter(struct sheet *s);
void furniture_scripts(struct sheet *s);
const char *furniture_weather(struct sheet *s);

#endif
