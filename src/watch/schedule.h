/*
 * The schedule of a watched archive: policies (watch/policy.h), and the memory
 * of the one that learns.
 *
 * The models of the sources that were checked last are held, and written to the
 * archive now and then: at a check when a minute has passed since the last time,
 * and by schedule_write.  What was learned since is lost with the process, which
 * harms nothing.  Belongs to one archive handle.
 */
#ifndef STET_WATCH_SCHEDULE_H
#define STET_WATCH_SCHEDULE_H

#include "feed/feed.h"
#include "watch/policy.h"

struct schedule;
struct schedule *schedule_new(struct archive *ar, const struct settings *s); /* both are borrowed */
void schedule_free(struct schedule *sc); /* NULL is harmless; does not write */
MUST_CHECK bool schedule_write(struct schedule *sc, when now, struct err *e);

/* Learns from a check and sets state, due, period and failures of the target.
 * before: the target as it was before the check; last_check of t still is. */
MUST_CHECK bool schedule_next(struct schedule *sc, struct policy_case *c, const struct target *before,
			      struct target *t, struct err *e);

/* Another target is checked in this one's place: the article's time under watch
 * by this one is over.  sc may be NULL. */
MUST_CHECK bool schedule_leave(struct schedule *sc, when now, const struct target *t, struct err *e);

/*
 * A list names an article that is known already.  If it says other things of it
 * than last time (title, summary, updated stamp), the article is due at once,
 * unless the word of this source's lists has been worth too little.  Only the
 * learned policy follows hints.  *t is updated, in memory and in the archive.
 *
 * target.listed is the hash of what was said; its lowest bit is set from a hint
 * that was followed until the check that it brought.
 */
uint64_t schedule_listed(const struct feed_entry *entry); /* lowest bit clear */
MUST_CHECK bool schedule_hint(struct schedule *sc, when now, uint64_t listed, struct target *t, struct err *e);

/* What a source has taught, as the archive has it; source 0: all together. */
MUST_CHECK bool schedule_model(struct archive *ar, int64_t source, struct hazard *out, struct err *e);

#endif
