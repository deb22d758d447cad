/*
 * One article, however many addresses it has.
 *
 * Two articles taken for one are worse than one found twice.  So what rules
 * about addresses say (url_variant) are guesses, and an address is joined to an
 * article only on evidence:
 *
 *     redirect    the site itself led from the one to the other
 *     canonical   the page says so, and it is believed: see identity_believes
 *     same text   http and https, with and without "www.", and one text
 *     variant     a list names a known article's address with another scheme,
 *                 "www.", AMP or mobile host: it is not checked beside it
 *
 * A redirect or a canonical link between two articles that are both known is
 * enough only if their addresses are variants of each other or their texts are
 * alike: sites lead dead pages to live ones.  Why an address means an article,
 * and which check said so, is kept.  A person's verdict ("apart") stands above
 * all of it.
 */
#ifndef STET_WATCH_IDENTITY_H
#define STET_WATCH_IDENTITY_H

#include "archive/archive.h"
#include "reader/reader.h"
#include "watch/schedule.h"

/* A page that shows an article, as a check saw it. */
struct identity_page {
	struct archive *archive;
	struct arena *arena;
	const struct target *target;
	struct str moved_to;  /* where the answer came from, if not from the target's address; else empty */
	struct str canonical; /* as the page names it, absolute; empty: not named */
	const struct article *text;
	when at;
};

/* Lists: whether an address (a url_identity) is known, itself or by a variant,
 * and the target that is checked for it.  A variant is noted as another address
 * of the article. */
MUST_CHECK bool identity_known(struct archive *ar, struct arena *a, struct str address, when now,
                               struct target *known, bool *found, struct err *e);

/* The first look at a target: the article that it is (0: a new one), why, and
 * the address that a new one gets. */
struct identity_found {
	int64_t article;
	const char *why;
	struct str url;
};
MUST_CHECK bool identity_find(const struct identity_page *p, struct identity_found *out, struct err *e);

/* Later looks: a redirect led to what is not this article.  Sites lead pages
 * that they have taken down to other stories. */
MUST_CHECK bool identity_is_stranger(const struct identity_page *p, bool *stranger, struct err *e);

/* An article that turned out to be another one too. */
struct identity_same {
	int64_t article, other; /* other 0: nothing of the kind */
	const char *why;
	int64_t check;
	when at;
	int64_t leads_to; /* the one of both whose target is checked from now on */
};

/* Every look: notes the addresses that the check gave to the target's article,
 * and finds out whether it is one with another. */
MUST_CHECK bool identity_note(const struct identity_page *p, const char *why, int64_t check,
                              struct identity_same *same, struct err *e);

/* Makes one of two, and its versions again from all checks of both.  Nothing
 * happens (*joined is 0) if bytes of either were not kept, if a person said
 * that one is apart, or if they are one already.  The older number stays.
 * sc, which may be NULL, learns that one of both is checked from now on.  For a
 * caller with a transaction open and an idle reader. */
MUST_CHECK bool identity_join(struct archive *ar, struct reader *r, struct schedule *sc,
                              const struct identity_same *same, int64_t *joined, struct err *e);

/* Tells them apart again: the address, its checks and what its pages said of
 * themselves become an article of its own (*id), which is checked from now on
 * and never joined again by itself.  Likewise for a caller. */
MUST_CHECK bool identity_split(struct archive *ar, struct reader *r, int64_t article, struct str address,
                               int64_t period, when now, int64_t *id, struct err *e);

#endif
