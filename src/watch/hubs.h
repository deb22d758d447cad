/*
 * Hubs: feeds that can tell us when something is new (W3C Recommendation
 * "WebSub").
 *
 * A feed may name a hub.  Where readers can reach our web interface from outside
 * (serve.base_url), the watcher subscribes there; the hub makes sure that it was
 * us, and from then on tells the web interface (serve/hub.h) when the feed
 * changes, which passes it on.  A feed of which something was told is checked
 * now, and checks by its period go on as ever: a hub that falls silent costs
 * nothing but time.
 *
 *   hubs_note  a feed was read -> hubs_ask  subscriptions to ask for, every minute
 *   hubs_hear  what came through the pipe
 */
#ifndef STET_WATCH_HUBS_H
#define STET_WATCH_HUBS_H

#include "archive/archive.h"
#include "base/settings.h"

/* The feed named this hub, and itself so; empty: none.  Remembers it, once, or
 * that it is another one now. */
MUST_CHECK bool hubs_note(struct archive *ar, struct arena *a, int64_t target, struct str hub, struct str topic,
                          struct err *e);

/* A form to be sent to a hub. */
struct hubs_form {
	struct str url, form;
};
/* Subscriptions whose time has come; they count as asked for from now on. */
MUST_CHECK bool hubs_ask(struct archive *ar, struct arena *a, const struct settings *s, when now,
                         struct hubs_form **out, size_t *n, struct err *e);

/* A hub told something.  Believed at most once a minute for each feed. */
MUST_CHECK bool hubs_hear(struct archive *ar, struct arena *a, const struct hub_news *news, when now, struct err *e);

#endif
