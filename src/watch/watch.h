/*
 * The main job: feed, page, article, version, change.
 *
 * A watcher takes what is due from the archive, asks robots.txt, fetches,
 * has the bytes read by a confined child, and keeps what came of it.  The same
 * steps from "answer" on are walked by imports (import/import.h) and rebuilds,
 * with other times and other bytes.
 *
 * Results are stored in groups: many checks a transaction, so that a durable
 * commit costs little.  What is committed is acknowledged.
 */
#ifndef STET_WATCH_WATCH_H
#define STET_WATCH_WATCH_H

#include "archive/archive.h"
#include "base/clock.h"
#include "base/settings.h"
#include "reader/reader.h"

struct watcher;

/* The contact address that a person gave this archive; empty: none.  *asked:
 * somebody was asked, and may have wanted none.  The setting fetch.contact wins
 * over it. */
MUST_CHECK bool watch_contact(struct archive *ar, struct arena *a, struct str *out, bool *asked, struct err *e);
MUST_CHECK bool watch_set_contact(struct archive *ar, struct str contact, struct err *e); /* empty: none is wanted */

/* What every request says of us: name, purpose, and the contact of the settings. */
struct str watch_user_agent(const struct settings *s, struct arena *a);

struct watch_config {
	const struct settings *settings;
	const struct clock *clock;
	int news; /* a descriptor that does not block, from which struct hub_news come; 0: none */
};
MUST_CHECK bool watcher_new(struct archive *ar, const struct watch_config *config, struct watcher **out, struct err *e);
void watcher_free(struct watcher *w);

/* Runs until *stop is set (by a signal handler). */
MUST_CHECK bool watcher_run(struct watcher *w, const volatile bool *stop, struct err *e);

/* Checks these targets now, due or not, and what they lead to for the first
 * time (new articles of a feed); returns when all is stored. */
struct watch_report {
	int64_t checks, failures, new_articles, changes;
};
MUST_CHECK bool watcher_check(struct watcher *w, const int64_t *targets, size_t n, struct watch_report *report,
                              struct err *e);
/* Everything that is due now, once. */
MUST_CHECK bool watcher_check_due(struct watcher *w, struct watch_report *report, struct err *e);

/* ---- what a person asks for --------------------------------------------- */

struct watch_request {
	struct str url;
	struct str source_key; /* empty: from the address */
	struct str filter;     /* only entries whose address contains this */
};
/* Adds the address as a target to be looked at at once; *added is false if it
 * was watched already (then it is merely due now). */
MUST_CHECK bool watch_add(struct archive *ar, const struct watch_request *r, when now, int64_t *target, bool *added,
                          struct err *e);
/* Stops checking a target, and with a feed the articles it found. */
MUST_CHECK bool watch_remove(struct archive *ar, struct str url, int64_t *stopped, struct err *e);

#endif
