/* Targets from lists: see take_up.h. */
#include "watch/take_up.h"

#include "url/url.h"
#include "watch/identity.h"
#include "watch/policy.h"

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

static bool add_target(struct take_up *t, const struct url *u, enum target_kind kind, struct str label, size_t room,
                       struct err *e)
{
	int64_t id;
	struct target new = {
		.kind = kind,
		.state = TARGET_CHECKED,
		.source = t->list->source,
		.found_by = t->list->id,
		.url = u->href,
		.origin = url_origin(t->arena, u),
		.label = label,
		.filter = kind == TARGET_FEED ? t->list->filter : STR_NONE,
		.added = t->now,
		.due = t->now,
		.period = policy_first_period(t->settings, kind),
		.last_check = WHEN_NONE,
		.last_change = WHEN_NONE,
	};
	if (!archive_target_add(t->archive, &new, &id, e))
		return false;
	remember_found(t, id, room);
	return true;
}

/* Adds the address unless it is known, filtered out, or of no use. */
static bool take_up_one(struct take_up *t, struct str address, enum target_kind kind, struct str label, size_t room,
                        struct err *e)
{
	struct str identity;
	struct url u;
	struct target known;
	bool found;

	if (t->list->filter.n && !str_has(address, t->list->filter))
		return true;
	if (!url_identity(t->arena, address, &identity) || !url_parse(t->arena, identity, NULL, &u, e))
		return true; /* an address that we cannot read is not one that we can check */
	if (!identity_known(t->archive, t->arena, u.href, t->now, &known, &found, e))
		return false;
	return found || add_target(t, &u, kind, label, room, e);
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

bool take_up_feed(struct take_up *t, const struct feed *f, struct err *e)
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
		if (!too_old(t, entry) &&
		    !take_up_one(t, entry->url, index ? TARGET_FEED : TARGET_ARTICLE, entry->title, room, e))
			return false;
	}
	return true;
}

bool take_up_links(struct take_up *t, const struct page *p, struct err *e)
{
	for (size_t i = 0; i < p->nlinks && t->nfound < MAX_NEW_ARTICLES; i++)
		if (!take_up_one(t, p->links[i].url, TARGET_ARTICLE, p->links[i].text, MAX_NEW_ARTICLES, e))
			return false;
	return true;
}

bool take_up_named_feed(struct take_up *t, const struct page *p, struct err *e)
{
	return take_up_one(t, p->feeds[0].url, TARGET_FEED, p->feeds[0].text, 1, e);
}
