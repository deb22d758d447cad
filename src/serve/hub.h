/*
 * What a WebSub hub says to us (W3C Recommendation "WebSub", sections 5.3 and 7).
 *
 * A hub asks whether a subscription is meant, and later tells that the feed has
 * something new.  Of what it tells only the fact counts: the feed is fetched
 * from where it is, as always, so there is nothing that a hub could make us
 * believe.  The address at which it reaches us holds a secret that only it
 * knows.
 */
#ifndef STET_SERVE_HUB_H
#define STET_SERVE_HUB_H

#include "archive/archive.h"

struct hub_call {
	struct str secret;
	struct str query; /* as it came */
	when now;
	bool tells; /* POST: something is new; else it asks whether we subscribed */
};

/* text: what is to be answered; news: what is to be passed on.  ERR_NOT_FOUND:
 * we have no such subscription, or did not ask for it. */
MUST_CHECK bool hub_hear(struct archive *ar, struct arena *a, const struct hub_call *call, struct str *text,
                         struct hub_news *news, struct err *e);

#endif
