/*
 * Removals: the site says that an article is gone.
 *
 * That is an event of the article, told to readers like a change.  But pages
 * are missing for many reasons, most of them over within the hour, so a removal
 * has a life:
 *
 *   said       the first check that says so opens it; nobody is told
 *   confirmed  article.gone_after checks said so over article.gone_days, none saw
 *              the article between them; or two, hours apart, that both said
 *              "gone for good" (410).  Now it is news.
 *   over       a check sees the article again.  Of a confirmed one that is news
 *              too; one that was never confirmed is forgotten.
 *
 * A wall, a refusal or a server's error says nothing either way.  Only articles
 * that were once seen can be removed.
 */
#ifndef STET_WATCH_REMOVAL_H
#define STET_WATCH_REMOVAL_H

#include "archive/archive.h"
#include "archive/outcomes.h"
#include "base/settings.h"

enum removal_stage { REMOVAL_NONE, REMOVAL_SAID, REMOVAL_CONFIRMED, REMOVAL_OVER };

struct removal_step {
	enum removal_stage stage; /* after this check */
	bool said;                /* by this check */
	bool news;                /* with this check */
	struct removal removal;   /* unless stage is REMOVAL_NONE */
};

/* What a check of an article says of its removal.  Checks come in order of
 * time; one that is older than the last sighting says nothing. */
MUST_CHECK bool removal_note(struct archive *ar, struct arena *a, const struct settings *s, int64_t article,
			     enum outcome o, when at, struct removal_step *out, struct err *e);

/* Whether a page that never was seen is believed to be gone: there is nothing to
 * tell, it is just left alone. */
bool removal_of_unseen(const struct settings *s, enum outcome o, int64_t failures);

/* Whether the article was there for this check and for the one before it.
 * NULL is as a step of which the stage is REMOVAL_NONE. */
enum presence {
	PRESENCE_THERE,
	PRESENCE_LEFT, /* with this check */
	PRESENCE_AWAY,
	PRESENCE_BACK, /* with this check */
};
enum presence removal_presence(const struct removal_step *r);

/* When to look again.  While it is said, a steady pause: an hour after the first
 * check, then an eighth of article.gone_days; 4 hours where the site says "gone
 * for good".  When it is confirmed: glances after 1, 7 and 30 days, then each
 * article.glance; WHEN_NONE: no more. */
when removal_next_check(const struct settings *s, const struct removal_step *r, when now);

/* An article that is back is checked as usual: before the policy is asked. */
void removal_revive(const struct settings *s, const struct removal_step *r, struct target *t);
/* State and due time while it is said or confirmed, instead of the policy's; one
 * that is back is looked at again soon.  A target that nobody watches stays as it
 * is. */
void removal_schedule(const struct settings *s, const struct removal_step *r, when now, struct target *t);

#endif
