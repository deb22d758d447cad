/* Subscriptions at hubs: see hubs.h. */
#include "watch/hubs.h"

#include <sys/random.h>

#include "base/buf.h"

#define ASK_AGAIN (1 * DAYS)      /* a hub that did not confirm */
#define BEFORE_THE_END (1 * DAYS) /* a subscription is renewed so long before it ends */
#define WANTED_LEASE (10 * DAYS)
#define HEARD_AT_MOST (1 * MINUTES)

static bool make_secret(char out[HUB_SECRET_DIGITS], struct err *e)
{
	static const char digits[] = "0123456789abcdef";
	unsigned char bytes[HUB_SECRET_DIGITS / 2];

	if (getrandom(bytes, sizeof bytes, 0) != (ssize_t)sizeof bytes)
		return err_set(e, ERR_IO, "the system gives no random numbers");
	for (size_t i = 0; i < sizeof bytes; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	return true;
}

bool hubs_note(struct archive *ar, struct arena *a, int64_t target, struct str hub, struct str topic, struct err *e)
{
	char secret[HUB_SECRET_DIGITS];
	when asked = WHEN_NONE;
	struct hub h;

	if (hub.n == 0 || topic.n == 0)
		return true;
	if (archive_hub(ar, a, target, &h, e)) {
		if (str_eq(h.hub, hub) && str_eq(h.topic, topic))
			return true;
		asked = h.asked; /* or a feed could have somebody new asked each minute */
	} else if (e->kind != ERR_NOT_FOUND) {
		return false;
	}
	if (!make_secret(secret, e))
		return false;
	h = (struct hub){ .target = target,
		          .hub = hub,
		          .topic = topic,
		          .secret = str_of(secret, sizeof secret),
		          .asked = asked,
		          .until = WHEN_NONE,
		          .heard = WHEN_NONE };
	return archive_hub_put(ar, &h, e);
}

/* One field of a form: what is not a letter or a digit is escaped. */
static void put_field(struct buf *b, const char *name, struct str value)
{
	buf_printf(b, "%s%s=", b->n ? "&" : "", name);
	for (size_t i = 0; i < value.n; i++) {
		if (char_is_alnum(value.p[i]) || value.p[i] == '-' || value.p[i] == '.')
			buf_byte(b, value.p[i]);
		else
			buf_printf(b, "%%%02X", (unsigned char)value.p[i]);
	}
}

static struct str form_of(struct arena *a, const struct settings *s, const struct hub *h)
{
	struct buf b = BUF_INIT(4 * MAX_URL_BYTES);
	struct str base = str_from(s->base_url);

	while (str_ends(base, STR("/")))
		base.n--;
	put_field(&b, "hub.mode", STR("subscribe"));
	put_field(&b, "hub.topic", h->topic);
	put_field(&b, "hub.callback", arena_printf(a, "%.*s/hub/%.*s", STR_ARG(base), STR_ARG(h->secret)));
	put_field(&b, "hub.lease_seconds", arena_printf(a, "%lld", (long long)WANTED_LEASE));
	struct str form = arena_str(a, buf_view(&b));
	buf_free(&b);
	return form;
}

bool hubs_ask(struct archive *ar, struct arena *a, const struct settings *s, when now, struct hubs_form **out,
              size_t *n, struct err *e)
{
	struct hub *due;
	size_t ndue;

	*out = NULL;
	*n = 0;
	if (!s->base_url[0])
		return true;
	if (!archive_hubs_due(ar, a, now - ASK_AGAIN, now + BEFORE_THE_END, &due, &ndue, e))
		return false;
	*out = ARENA_ARRAY(a, struct hubs_form, ndue);
	for (size_t i = 0; i < ndue; i++) {
		(*out)[i] = (struct hubs_form){ .url = due[i].hub, .form = form_of(a, s, &due[i]) };
		due[i].asked = now;
		if (!archive_hub_put(ar, &due[i], e))
			return false;
	}
	*n = ndue;
	return true;
}

bool hubs_hear(struct archive *ar, struct arena *a, const struct hub_news *news, when now, struct err *e)
{
	struct hub h;
	struct target t;

	if (!archive_hub(ar, a, news->target, &h, e) || !archive_target_by_id(ar, a, news->target, &t, e))
		return e->kind == ERR_NOT_FOUND; /* forgotten since */
	if (news->until != WHEN_NONE) {
		h.until = news->until;
		return archive_hub_put(ar, &h, e);
	}
	if (h.heard != WHEN_NONE && now - h.heard < HEARD_AT_MOST)
		return true;
	h.heard = now;
	if (t.state == TARGET_CHECKED && t.due > now)
		t.due = now;
	return archive_target_update(ar, &t, e) && archive_hub_put(ar, &h, e);
}
