/*
 * Upkeep: what the watcher does for the archive beside its work.
 *
 * Room: when the disk has less than LEAST_ROOM_BYTES left, nothing is leased and
 * nothing sent until there is more; what is on its way is kept.
 *
 * Packs: once an hour it is asked which sources have enough pages that are older
 * than pack.after.  One pack is made at a time, and then the watcher looks after
 * its work for ten times as long as that took: a tenth of one processor at most.
 */
#include "archive/archive.h"
#include "base/log.h"
#include "watch/inner.h"

#define LOOK_MS (3600 * 1000)
#define REST 10

bool upkeep_has_room(struct watcher *w, bool *room, struct err *e)
{
	int64_t bytes;

	if (!archive_room(w->archive, &bytes, e))
		return false;
	*room = bytes >= (int64_t)LEAST_ROOM_BYTES;
	if (!*room && !w->no_room)
		log_warning("the disk has %lld MB left: nothing is fetched until there are %d MB",
		            (long long)(bytes / 1000000), (int)(LEAST_ROOM_BYTES / 1000000));
	else if (*room && w->no_room)
		log_info("there is room on the disk again: fetching goes on");
	w->no_room = !*room;
	return true;
}

static struct pack_wish wish_of(const struct watcher *w)
{
	return (struct pack_wish){ .level = (int)w->settings->pack_level,
		                   .before = clock_now(w->clock) - w->settings->pack_after };
}

static bool list_jobs(struct watcher *w, struct err *e)
{
	struct pack_wish wish = wish_of(w);

	arena_reset(w->packing);
	w->next_pack_ms = clock_monotonic_ms() + LOOK_MS;
	w->job = 0;
	return archive_pack_jobs(w->archive, w->packing, &wish, &w->jobs, &w->njobs, e);
}

static bool pack_one(struct watcher *w, struct err *e)
{
	int64_t began = clock_monotonic_ms();
	struct pack_wish wish = wish_of(w);
	struct pack_done done = { 0 };
	bool more;

	if (!archive_pack_one(w->archive, &w->jobs[w->job], &wish, &done, &more, e))
		return e->kind == ERR_BUSY; /* somebody packs by hand */
	if (done.damaged)
		log_warning("%lld kept pages cannot be read and were not packed; \"stet verify\" names them",
		            (long long)done.damaged);
	w->job += !more;
	w->pack_rests_until_ms = clock_monotonic_ms() + REST * (clock_monotonic_ms() - began);
	return true;
}

bool upkeep_turn(struct watcher *w, struct err *e)
{
	int64_t now = clock_monotonic_ms();

	if (w->transaction || w->no_room || now < w->pack_rests_until_ms)
		return true;
	if (w->job < w->njobs)
		return pack_one(w, e);
	return now < w->next_pack_ms || list_jobs(w, e);
}
