/* Targets from lists: see take_up.h. */
#include "watch/take_up.h"

#include "url/url.h"
#include "watch/identity.h"

/* A feed may bring this many new articles at one look; a sitemap index this
 * many of its newest sitemaps. */
#define MAX_NEW_ARTICLES 500
#define MAX_NEW_SITEMAPS 5

static void remember_found(struct take_up *t, int64_t id, size_t room)
{
	if (!t->found)
		t->found = ARENA_ARRAY(t->arena, int64_t, room);
	t->found[t->nfound++] = id;
}

/* What a list says of an address. */
struct named {
	enum target_kind kind;
	struct str address, label;
	uint64_t listed; /* as in watch/schedule.h; 0: nothing that could change */
};

static bool add_target(struct take_up *t, const struct url *u, const struct named *n, size_t room, struct err *e)
{
	int64_t id;
	struct target new = {
		.kind = n->kind,
		.state = TARGET_CHECKED,
		.source = t->list->source,
		.found_by = t->list->id,
		.url = u->href,
		.origin = url_origin(u->href),
		.label = n->label,
		.filter = n->kind == TARGET_FEED ? t->list->filter : STR_NONE,
		.added = t->now,
		.due = t->now,
		.period = policy_first_period(t->settings, n->kind),
		.last_check = WHEN_NONE,
		.last_change = WHEN_NONE,
		.published = WHEN_NONE,
		.listed = n->listed,
	};
	if (!archive_target_add(t->archive, &new, &id, e))
		return false;
	remember_found(t, id, room);
	if (n->listed)
		idset_add(&t->named, id);
	return true;
}

/* Only the list that found an article gives hints, and only by the first entry
 * that names it: two that differ would be one hint after the other. */
static bool hint(struct take_up *t, const struct named *n, struct target *known, struct err *e)
{
	if (!t->schedule || !n->listed || known->found_by != t->list->id || !idset_add(&t->named, known->id))
		return true;
	return schedule_hint(t->schedule, t->now, n->listed, known, e);
}

/* Adds the address unless it is known, filtered out, or of no use. */
static bool take_up_one(struct take_up *t, const struct named *n, size_t room, struct err *e)
{
	struct str identity;
	struct url u;
	struct target known;
	bool found;

	if (t->list->filter.n && !str_has(n->address, t->list->filter))
		return true;
	if (!url_identity(t->arena, n->address, &identity) || !url_parse(t->arena, identity, NULL, &u, e))
		return true; /* an address that we cannot read is not one that we can check */
	if (!identity_known(t->archive, t->arena, u.href, t->now, &known, &found, e))
		return false;
	return found ? hint(t, n, &known, e) : add_target(t, &u, n, room, e);
}

/* An index of indexes of indexes is a site that wants to be read for ever. */
static bool is_too_deep(struct take_up *t)
{
	struct target by = *t->list;
	struct err e;
	int depth = 1;

	while (by.found_by && by.kind == TARGET_FEED && depth <= MAX_SITEMAP_DEPTH &&
	       archive_target_by_id(t->archive, t->arena, by.found_by, &by, &e))
		depth++;
	return depth > MAX_SITEMAP_DEPTH;
}

static bool too_old(const struct take_up *t, const struct feed_entry *entry)
{
	when stamp = entry->updated != WHEN_NONE ? entry->updated : entry->published;
	return stamp != WHEN_NONE && t->now - stamp > t->settings->article_give_up;
}

static bool take_up_entries(struct take_up *t, const struct feed *f, struct err *e)
{
	bool index = f->kind == FEED_SITEMAP_INDEX;
	size_t room = index ? MAX_NEW_SITEMAPS : MAX_NEW_ARTICLES;

	if (index && is_too_deep(t))
		return true;
	for (size_t i = 0; i < f->nentries; i++) {
		const struct feed_entry *entry = &f->entries[i];
		if (t->nfound == room) {
			t->unfinished = !index;
			return true;
		}
		struct named n = { .kind = index ? TARGET_FEED : TARGET_ARTICLE,
			           .address = entry->url,
			           .label = entry->title,
			           .listed = index ? 0 : schedule_listed(entry) };
		if (!too_old(t, entry) && !take_up_one(t, &n, room, e))
			return false;
	}
	return true;
}

bool take_up_feed(struct take_up *t, const struct feed *f, struct err *e)
{
	bool ok = take_up_entries(t, f, e);

	idset_free(&t->named);
	return ok;
}

bool take_up_links(struct take_up *t, const struct page *p, struct err *e)
{
	for (size_t i = 0; i < p->nlinks && t->nfound < MAX_NEW_ARTICLES; i++) {
		struct named n = { .kind = TARGET_ARTICLE, .address = p->links[i].url, .label = p->links[i].text };
		if (!take_up_one(t, &n, MAX_NEW_ARTICLES, e))
			return false;
	}
	return true;
}

bool take_up_named_feed(struct take_up *t, const struct page *p, struct err *e)
{
	struct named n = { .kind = TARGET_FEED, .address = p->feeds[0].url, .label = p->feeds[0].text };

	return take_up_one(t, &n, 1, e);
}
