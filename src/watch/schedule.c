/* The schedule of a watched archive: see schedule.h. */
#include "watch/schedule.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/hash.h"

#define ALL_SOURCES 0
#define MOST_MODEL_BYTES (4 * KIB)
#define WRITE_EVERY MINUTES

/* Models by source modulo the size of the table, 2 kB each. */
#define HELD 1024

struct held {
	int64_t source;
	bool changed;
	struct hazard model;
};

struct schedule {
	struct archive *archive;
	const struct settings *settings;
	struct held general; /* all sources */
	bool general_read;
	struct held *held[HELD];
	when written;
};

struct schedule *schedule_new(struct archive *ar, const struct settings *s)
{
	struct schedule *sc = mem_zalloc(1, sizeof *sc);

	sc->archive = ar;
	sc->settings = s;
	sc->general.source = ALL_SOURCES;
	sc->written = WHEN_NONE;
	return sc;
}

void schedule_free(struct schedule *sc)
{
	if (!sc)
		return;
	for (size_t i = 0; i < HELD; i++)
		free(sc->held[i]);
	free(sc);
}

bool schedule_model(struct archive *ar, int64_t source, struct hazard *out, struct err *e)
{
	struct arena *a = arena_new();
	struct str bytes;

	bool ok = archive_hazards_get(ar, a, source, &bytes, e);
	if (ok)
		hazard_read(bytes, out);
	arena_free(a);
	return ok;
}

static bool put(struct schedule *sc, struct held *h, when now, struct err *e)
{
	struct buf b = BUF_INIT(MOST_MODEL_BYTES);

	if (!h || !h->changed)
		return true;
	hazard_write(&h->model, &b);
	bool ok = archive_hazards_put(sc->archive, h->source, buf_view(&b), now, e);
	buf_free(&b);
	h->changed = !ok;
	return ok;
}

bool schedule_write(struct schedule *sc, when now, struct err *e)
{
	sc->written = now;
	for (size_t i = 0; i < HELD; i++)
		if (!put(sc, sc->held[i], now, e))
			return false;
	return put(sc, &sc->general, now, e);
}

static bool hold(struct schedule *sc, int64_t source, when now, struct held **out, struct err *e)
{
	struct held **slot = &sc->held[(uint64_t)source % HELD];

	if (!sc->general_read && !schedule_model(sc->archive, ALL_SOURCES, &sc->general.model, e))
		return false;
	sc->general_read = true;
	if (!*slot || (*slot)->source != source) {
		if (!put(sc, *slot, now, e))
			return false;
		if (!*slot)
			*slot = mem_zalloc(1, sizeof **slot);
		(*slot)->source = -1; /* nobody's, should reading fail */
		if (!schedule_model(sc->archive, source, &(*slot)->model, e))
			return false;
		(*slot)->source = source;
	}
	*out = *slot;
	return true;
}

static bool count_changes(const struct schedule *sc, const struct target *t, int64_t *out, struct err *e)
{
	int64_t newest, number;
	when at;

	if (!archive_last_seen(sc->archive, t->article, &newest, &number, &at, e))
		return false;
	*out = newest > 0 ? newest : 0;
	return true;
}

/* Whether the hint that brought this check was right. */
static void judge_hint(const struct policy_case *c, struct hazard *source, struct target *t)
{
	if (!(t->listed & 1))
		return;
	t->listed &= ~(uint64_t)1;
	if (!outcome_failed(c->outcome))
		hazard_note_hint(source, c->outcome == OUTCOME_NEW_VERSION);
}

static bool learns_from(const struct schedule *sc, const struct target *t)
{
	return t->kind == TARGET_ARTICLE && t->article && t->state != TARGET_IMPORTED && t->state != TARGET_UNWATCHED &&
	       policy_of(sc->settings)->learns;
}

bool schedule_leave(struct schedule *sc, when now, const struct target *t, struct err *e)
{
	struct held *source;
	int64_t changes;

	if (!sc || !learns_from(sc, t) || t->last_check == WHEN_NONE)
		return true;
	if (!hold(sc, t->source, now, &source, e) || !count_changes(sc, t, &changes, e))
		return false;
	policy_leave(t, changes, &source->model);
	source->changed = true;
	return true;
}

bool schedule_next(struct schedule *sc, struct policy_case *c, const struct target *before, struct target *t,
                   struct err *e)
{
	struct held *source;

	if (!learns_from(sc, t)) {
		policy_next(sc->settings, c, t);
		return true;
	}
	if (!hold(sc, t->source, c->now, &source, e) || !count_changes(sc, t, &c->changes, e))
		return false;
	judge_hint(c, &source->model, t);
	policy_learn(sc->settings, c, before, t, &source->model, &sc->general.model);
	source->changed = sc->general.changed = true;
	c->source = &source->model;
	c->general = &sc->general.model;
	policy_next(sc->settings, c, t);
	if (sc->written == WHEN_NONE || sc->written > c->now)
		sc->written = c->now;
	return c->now - sc->written < WRITE_EVERY || schedule_write(sc, c->now, e);
}

uint64_t schedule_listed(const struct feed_entry *entry)
{
	uint64_t said = hash_quick(entry->title) * 31 + hash_quick(entry->summary);

	said = (said * 31 + (uint64_t)entry->updated) & ~(uint64_t)1;
	return said ? said : 2;
}

bool schedule_hint(struct schedule *sc, when now, uint64_t listed, struct target *t, struct err *e)
{
	uint64_t before = t->listed & ~(uint64_t)1;
	struct held *source;

	if (before == listed || t->kind != TARGET_ARTICLE || !policy_of(sc->settings)->learns)
		return true;
	t->listed = listed | (t->listed & 1);
	if (before && t->state == TARGET_CHECKED) {
		if (!hold(sc, t->source, now, &source, e))
			return false;
		source->changed = true;
		if (hazard_trusts_hints(&source->model)) {
			policy_hint(sc->settings, now, t);
			t->listed |= 1;
		}
	}
	return archive_target_update(sc->archive, t, e);
}
