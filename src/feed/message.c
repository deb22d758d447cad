/*
 * A feed as a message, from the confined reader to the one who asked.
 *
 * What comes back is not believed: counts, kinds and lengths must be within
 * the limits, text must be UTF-8, times must be times that a calendar has.
 */
#include "base/wire.h"
#include "feed/feed.h"

#define FIRST_SECOND (-62135596800) /* 0001-01-01 */
#define LAST_SECOND 253402300799    /* 9999-12-31 */
#define LONGEST_LANGUAGE 35
#define ALL_SKIPS 0x7fffffff /* 24 hours, 7 days */

static void put_entry(struct buf *out, const struct feed_entry *e)
{
	wire_put_str(out, e->url);
	wire_put_str(out, e->id);
	wire_put_str(out, e->title);
	wire_put_str(out, e->summary);
	wire_put_str(out, e->author);
	wire_put_i64(out, e->published);
	wire_put_i64(out, e->updated);
	wire_put_u64(out, e->position);
}

void feed_encode(const struct feed *f, struct buf *out)
{
	wire_put_u64(out, f->kind);
	wire_put_u64(out, f->bozo);
	wire_put_str(out, f->title);
	wire_put_str(out, f->home);
	wire_put_str(out, f->language);
	wire_put_str(out, f->hub);
	wire_put_str(out, f->self);
	wire_put_i64(out, f->updated);
	wire_put_i64(out, f->ttl);
	wire_put_u64(out, f->skips);
	wire_put_u64(out, f->left_out);
	wire_put_u64(out, f->nentries);
	for (size_t i = 0; i < f->nentries; i++)
		put_entry(out, &f->entries[i]);
}

static struct str take_text(struct wire *w, size_t max)
{
	struct str s = wire_str(w);

	w->bad |= s.n > max || !utf8_valid(s);
	return s;
}

static when take_when(struct wire *w)
{
	when t = wire_i64(w);

	w->bad |= t != WHEN_NONE && (t < FIRST_SECOND || t > LAST_SECOND);
	return t;
}

static uint64_t take_at_most(struct wire *w, uint64_t max)
{
	uint64_t n = wire_u64(w);

	w->bad |= n > max;
	return n;
}

static void take_entry(struct wire *w, struct feed_entry *e)
{
	e->url = take_text(w, MAX_URL_BYTES);
	w->bad |= e->url.n == 0;
	e->id = take_text(w, MAX_URL_BYTES);
	e->title = take_text(w, MAX_TITLE_BYTES);
	e->summary = take_text(w, MAX_SUMMARY_BYTES);
	e->author = take_text(w, MAX_TITLE_BYTES);
	e->published = take_when(w);
	e->updated = take_when(w);
	e->position = (uint32_t)take_at_most(w, UINT32_MAX);
}

bool feed_decode(struct str message, struct arena *a, struct feed *out)
{
	struct wire w = WIRE_INIT(message);
	uint64_t kind = wire_u64(&w), bozo = wire_u64(&w);

	*out = (struct feed){ .kind = (enum feed_kind)kind, .bozo = bozo != 0 };
	out->title = take_text(&w, MAX_TITLE_BYTES);
	out->home = take_text(&w, MAX_URL_BYTES);
	out->language = take_text(&w, LONGEST_LANGUAGE);
	out->hub = take_text(&w, MAX_URL_BYTES);
	out->self = take_text(&w, MAX_URL_BYTES);
	out->updated = take_when(&w);
	out->ttl = wire_i64(&w);
	out->skips = (uint32_t)take_at_most(&w, ALL_SKIPS);
	out->left_out = wire_u64(&w);
	out->nentries = wire_count(&w, MAX_FEED_ENTRIES);
	w.bad |= kind >= FEED_KINDS || bozo > 1 || out->ttl < 0 || out->ttl > 30 * DAYS;
	if (w.bad)
		return false;
	out->entries = ARENA_ARRAY(a, struct feed_entry, out->nentries);
	for (size_t i = 0; i < out->nentries && !w.bad; i++)
		take_entry(&w, &out->entries[i]);
	return wire_done(&w);
}
