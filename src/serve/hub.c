/* WebSub, the subscriber's side of the callback: see hub.h. */
#include "serve/hub.h"

#include "serve/routes.h"

#define MAX_CHALLENGE 512
#define LONGEST_LEASE (30 * DAYS)
#define LEAST_LEASE (1 * HOURS)
#define ASKED_LATELY (1 * HOURS) /* a hub that makes sure later is not believed */

/* What a hub may have repeated: never anything that a browser takes for more than words. */
static bool is_plain(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x21 || (unsigned char)s.p[i] > 0x7e || s.p[i] == '<')
			return false;
	return s.n > 0 && s.n <= MAX_CHALLENGE;
}

static int64_t lease_of(struct arena *a, struct str query)
{
	struct str text;
	int64_t seconds;

	if (!query_value(a, query, "hub.lease_seconds", &text) || !str_to_i64(text, &seconds) ||
	    seconds > LONGEST_LEASE)
		return LONGEST_LEASE;
	return seconds < LEAST_LEASE ? LEAST_LEASE : seconds;
}

/* The hub makes sure that it was us who asked. */
static bool confirm(struct arena *a, const struct hub_call *call, const struct hub *h, struct str *text,
                    struct hub_news *news, struct err *e)
{
	struct str mode, topic, challenge;

	if (!query_value(a, call->query, "hub.mode", &mode) || !query_value(a, call->query, "hub.topic", &topic) ||
	    !query_value(a, call->query, "hub.challenge", &challenge) || !is_plain(challenge))
		return err_set(e, ERR_USAGE, "a hub says hub.mode, hub.topic and hub.challenge");
	if (!str_eq(mode, STR("subscribe")) || !str_eq(topic, h->topic) || h->asked == WHEN_NONE ||
	    call->now - h->asked > ASKED_LATELY)
		return err_set(e, ERR_NOT_FOUND, "we did not ask for that");
	*text = challenge;
	*news = (struct hub_news){ .target = h->target, .until = call->now + lease_of(a, call->query) };
	return true;
}

bool hub_hear(struct archive *ar, struct arena *a, const struct hub_call *call, struct str *text, struct hub_news *news,
              struct err *e)
{
	struct hub h;

	if (!archive_hub_by_secret(ar, a, call->secret, &h, e))
		return false;
	if (!call->tells)
		return confirm(a, call, &h, text, news, e);
	*news = (struct hub_news){ .target = h.target, .until = WHEN_NONE };
	return true;
}
