/* Saved documents, their times and how they are told: see saved.h. */
#include "page/saved.h"

#include "base/wire.h"

when saved_seen(const struct saved *s, size_t i, when saved)
{
	return s->nversions > 1 ? s->versions[i].seen : saved;
}

static void put_version(const struct saved_version *v, struct buf *out)
{
	struct buf article = BUF_INIT(MAX_WIRE_BYTES);

	wire_put_i64(out, v->number);
	wire_put_i64(out, v->seen);
	wire_put_i64(out, v->later);
	article_encode(&v->article, &article);
	wire_put_str(out, buf_view(&article));
	buf_free(&article);
}

void saved_encode(const struct saved *s, struct buf *out)
{
	wire_put_str(out, s->source);
	wire_put_str(out, s->url);
	wire_put_i64(out, s->first_seen);
	wire_put_u64(out, s->given_up);
	wire_put_u64(out, s->nversions);
	for (size_t i = 0; i < s->nversions; i++)
		put_version(&s->versions[i], out);
}

bool saved_decode(struct str message, struct arena *a, struct saved *out)
{
	struct wire w = WIRE_INIT(message);
	bool good = true;

	*out = (struct saved){ 0 };
	out->source = wire_str(&w);
	out->url = wire_str(&w);
	out->first_seen = wire_i64(&w);
	out->given_up = wire_u64(&w) != 0;
	out->nversions = wire_count(&w, 2);
	for (size_t i = 0; i < out->nversions; i++) {
		struct saved_version *v = &out->versions[i];
		v->number = wire_i64(&w);
		v->seen = wire_i64(&w);
		v->later = wire_i64(&w);
		good = article_decode(wire_str(&w), a, &v->article) && good;
	}
	return wire_done(&w) && good && out->nversions > 0;
}
