/*
 * Facts, put where they belong in a struct feed.
 *
 * Each fact offers a value for a slot of the feed or of the entry it stands in,
 * with the rank of its name (roles.c).  The best rank wins, the first of equals.
 * An address that is none is no offer.  What stands deeper than directly in an
 * entry is of something else.
 *
 * Text: RSS means its titles and descriptions to be source text of HTML, Atom
 * says what it means in an attribute (value.c).
 */
#include <stdlib.h>

#include "base/alloc.h"
#include "feed/fields.h"
#include "feed/parts.h"
#include "text/norm.h"

/* Ranks of addresses that are borrowed from something else. */
#define RANK_TYPED_LINK 1 /* more than a link to HTML */
#define RANK_HOLDER 4     /* an attribute of the entry itself */
#define RANK_PERMANENT 5
#define RANK_SOURCE 6
#define RANK_ID 8

static const struct url *base_of(struct fields *g, struct str base)
{
	struct err e;

	if (base.p == g->base_text.p && base.n == g->base_text.n && base.n)
		return g->base_good ? &g->base : NULL;
	g->base_text = base;
	g->base_good = base.n && url_parse(g->a, base, NULL, &g->base, &e);
	return g->base_good ? &g->base : NULL;
}

static void offer(struct offer *slots, enum slot slot, unsigned rank, struct str text)
{
	if (text.n && rank < slots[slot].rank)
		slots[slot] = (struct offer){ text, WHEN_NONE, rank };
}

static void offer_url(struct fields *g, struct offer *slots, const struct fact *f, enum slot slot, unsigned rank,
                      struct str s)
{
	if (rank < slots[slot].rank && s.n)
		offer(slots, slot, rank, feed_url(g->a, s, base_of(g, f->base)));
}

static void offer_when(struct offer *slots, enum slot slot, unsigned rank, struct str text)
{
	struct offer *o = &slots[slot];
	when at = rank < o->rank ? feed_date(text) : WHEN_NONE;

	if (at != WHEN_NONE)
		*o = (struct offer){ STR_NONE, at, rank };
}

static void offer_plain(struct fields *g, struct offer *slots, const struct fact *f, enum slot slot, size_t max)
{
	if (f->rank < slots[slot].rank)
		offer(slots, slot, f->rank, fact_plain(g->a, f, max));
}

static void offer_word(struct fields *g, struct offer *slots, const struct fact *f, enum slot slot)
{
	offer(slots, slot, f->rank, plain_from_text(g->a, f->text, false, 64));
}

static void clear(struct offer *slots)
{
	for (unsigned i = 0; i < SLOTS; i++)
		slots[i] = (struct offer){ STR_NONE, WHEN_NONE, RANK_NONE };
}

/* ---- one role after the other -------------------------------------------- */

static void finish_entry(struct fields *g);

/* An address as text.  "www.a.example/" lacks its scheme; what else does not
 * begin like an address is none.  In a sitemap a second one is of an entry whose
 * beginning was forgotten. */
static void take_loc(struct fields *g, struct offer *slots, const struct fact *f)
{
	struct str text = f->node && xml_has_elements(f->node) ? xml_text(g->a, f->node) : f->text;
	struct str s = feed_with_scheme(g->a, str_trim(text));
	bool sitemap = g->feed->kind == FEED_SITEMAP || g->feed->kind == FEED_SITEMAP_INDEX;

	if (sitemap && slots == g->entry && slots[SLOT_URL].rank == f->rank)
		finish_entry(g);
	if (str_starts(s, STR("/")) || str_starts_nocase(text_normal(g->a, s), STR("http")))
		offer_url(g, slots, f, SLOT_URL, f->rank, s);
}

/* The element of RSS, with the address in it, and that of Atom. */
static void take_link(struct fields *g, struct offer *slots, const struct fact *f)
{
	static const struct {
		const char *rel;
		enum slot slot;
	} others[] = { { "hub", SLOT_HUB }, { "self", SLOT_SELF } };
	struct str href = fact_attribute(f, "href"), rel = fact_attribute(f, "rel"), type = fact_attribute(f, "type");

	if (!href.n) {
		offer_url(g, slots, f, SLOT_URL, f->rank, f->text);
		return;
	}
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (str_eq_nocase(rel, str_from(others[i].rel)))
			offer_url(g, slots, f, others[i].slot, 0, href);
	if (!rel.n || str_eq_nocase(rel, STR("alternate")))
		offer_url(g, slots, f, SLOT_URL,
		          f->rank + (type.n && !str_has(type, STR("html")) ? RANK_TYPED_LINK : 0), href);
}

static void take_id(struct fields *g, struct offer *slots, const struct fact *f)
{
	struct str id = plain_from_text(g->a, f->text, false, MAX_URL_BYTES);

	offer(slots, SLOT_ID, f->rank, id);
	/* For want of a better address; a relative one would be a guess. */
	if (str_starts_nocase(id, STR("http")))
		offer_url(g, slots, f, SLOT_URL, RANK_ID, id);
}

static void take_guid(struct fields *g, struct offer *slots, const struct fact *f)
{
	take_id(g, slots, f);
	if (!str_eq_nocase(fact_attribute(f, "ispermalink"), STR("false")))
		offer_url(g, slots, f, SLOT_URL, RANK_PERMANENT, slots[SLOT_ID].text);
}

static void take_summary(struct fields *g, struct offer *slots, const struct fact *f)
{
	offer_plain(g, slots, f, SLOT_SUMMARY, MAX_SUMMARY_BYTES);
	offer_url(g, slots, f, SLOT_URL, RANK_SOURCE, fact_attribute(f, "src"));
}

static void take_title(struct fields *g, struct offer *slots, const struct fact *f)
{
	offer_plain(g, slots, f, SLOT_TITLE, MAX_TITLE_BYTES);
}

static struct str person(struct fields *g, const struct fact *f)
{
	struct fact_person p;

	fact_person(g->a, f, &p);
	if (p.parts)
		return plain_from_text(g->a, p.name, f->atom, MAX_TITLE_BYTES);
	if (f->node && xml_has_elements(f->node))
		return STR_NONE;
	if (p.email.n)
		return plain_from_text(g->a, p.name.n ? p.name : p.email, true, MAX_TITLE_BYTES);
	return plain_from_html(g->a, p.name, MAX_TITLE_BYTES);
}

/* Several of one rank are all named. */
static void take_author(struct fields *g, struct offer *slots, const struct fact *f)
{
	struct offer *o = &slots[SLOT_AUTHOR];
	struct str name = f->rank <= o->rank ? person(g, f) : STR_NONE;

	if (name.n && f->rank == o->rank && o->text.n + name.n < MAX_TITLE_BYTES)
		o->text = ARENA_JOIN(g->a, o->text, STR(", "), name);
	else
		offer(slots, SLOT_AUTHOR, f->rank, name);
}

static void take_published(struct fields *g, struct offer *slots, const struct fact *f)
{
	(void)g;
	offer_when(slots, SLOT_PUBLISHED, f->rank, f->text);
}

/* A date that does not say of what is taken for the day of an entry. */
static void take_updated(struct fields *g, struct offer *slots, const struct fact *f)
{
	bool vague = slots == g->entry && (str_eq(f->name, STR("dc:date")) || str_eq(f->name, STR("date")));

	offer_when(slots, vague ? SLOT_PUBLISHED : SLOT_UPDATED, vague ? f->rank - 2 : f->rank, f->text);
}

static void take_created(struct fields *g, struct offer *slots, const struct fact *f)
{
	(void)g;
	offer_when(slots, SLOT_PUBLISHED, 3, f->text);
}

static void take_language(struct fields *g, struct offer *slots, const struct fact *f)
{
	offer_word(g, slots, f, SLOT_LANGUAGE);
}

/* <hour>3</hour> of 0 to 24, <day>Sunday</day>. */
static void take_list(struct fields *g, struct offer *slots, const struct fact *f)
{
	static const char *const days[] = {
		"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"
	};
	bool hours = str_eq(f->name, STR("skiphours"));

	if (slots != g->own || !f->node)
		return;
	for (const xmlNode *c = f->node->children; c; c = c->next) {
		struct str text = c->type == XML_ELEMENT_NODE ? str_trim(xml_own_text(g->a, c)) : STR_NONE;
		int64_t hour;
		if (hours && str_to_i64(text, &hour) && hour >= 0 && hour <= 24)
			g->feed->skips |= 1u << (hour % 24);
		for (unsigned d = 0; !hours && d < 7; d++)
			if (str_eq_nocase(text, str_from(days[d])))
				g->feed->skips |= 1u << (24 + d);
	}
}

static void take_other(struct fields *g, struct offer *slots, const struct fact *f)
{
	static const struct {
		const char *name;
		enum slot slot;
	} words[] = { { "ttl", SLOT_TTL },
		      { "sy:updateperiod", SLOT_PERIOD },
		      { "sy:updatefrequency", SLOT_FREQUENCY } };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq(f->name, str_from(words[i].name)))
			offer_word(g, slots, f, words[i].slot);
}

/* ---- the visitor --------------------------------------------------------- */

static const struct {
	void (*take)(struct fields *g, struct offer *slots, const struct fact *f);
	bool of_feed;
} takers[ROLES] = {
	[ROLE_OTHER] = { take_other, true },
	[ROLE_LOC] = { take_loc, false },
	[ROLE_LINK] = { take_link, true },
	[ROLE_GUID] = { take_guid, false },
	[ROLE_ID] = { take_id, false },
	[ROLE_TITLE] = { take_title, true },
	[ROLE_SUMMARY] = { take_summary, false },
	[ROLE_DESCRIPTION] = { take_summary, false },
	[ROLE_CONTENT] = { take_summary, false },
	[ROLE_AUTHOR] = { take_author, true },
	[ROLE_PUBLISHED] = { take_published, true },
	[ROLE_UPDATED] = { take_updated, true },
	[ROLE_CREATED] = { take_created, false },
	[ROLE_LANGUAGE] = { take_language, true },
	[ROLE_LIST] = { take_list, true },
};

static void open(void *context, const struct fact_opening *opening)
{
	struct fields *g = context;

	g->feed->kind = opening->kind;
	clear(g->own);
	clear(g->entry);
}

/* CDF says in attributes what others say in elements. */
static void take_attributes(struct fields *g, struct offer *slots, const struct fact *f)
{
	offer_url(g, slots, f, SLOT_URL, RANK_HOLDER, fact_attribute(f, "href"));
	offer_when(slots, SLOT_UPDATED, RANK_HOLDER, fact_attribute(f, "lastmod"));
}

static void take_holder(struct fields *g, const struct fact *f)
{
	bool sitemap = g->feed->kind == FEED_SITEMAP || g->feed->kind == FEED_SITEMAP_INDEX;
	struct fact loc = *f;

	clear(g->entry);
	offer_url(g, g->entry, f, SLOT_URL, RANK_HOLDER, fact_attribute(f, "rdf:about"));
	take_attributes(g, g->entry, f);
	loc.rank = 1;
	if (sitemap && f->node && !xml_has_elements(f->node)) /* <url> without <loc> */
		take_loc(g, g->entry, &loc);
}

/* The channel's own attributes, or the root's. */
static void take_channel(struct fields *g, const struct fact *f, unsigned rank)
{
	offer(g->own, SLOT_LANGUAGE, rank, plain_from_text(g->a, fact_attribute(f, "xml:lang"), false, 64));
	take_attributes(g, g->own, f);
}

static void begin(void *context, const struct fact *holder)
{
	if (holder->scope == SCOPE_ENTRY)
		take_holder(context, holder);
	else if (holder->scope == SCOPE_FEED)
		take_channel(context, holder, 3);
}

static void take(void *context, const struct fact *f)
{
	struct fields *g = context;
	bool entry = f->scope == SCOPE_ENTRY, own = f->scope == SCOPE_FEED;

	if (f->depth == 0)
		take_channel(g, f, 2);
	if (f->depth == 1 && takers[f->role].take && (entry || (own && takers[f->role].of_feed)))
		takers[f->role].take(g, entry ? g->entry : g->own, f);
}

static void finish_entry(struct fields *g)
{
	const struct offer *s = g->entry;
	struct feed *feed = g->feed;

	if (s[SLOT_URL].text.n) {
		feed->entries = mem_grow(feed->entries, &g->cap, feed->nentries + 1, sizeof *feed->entries);
		feed->entries[feed->nentries++] = (struct feed_entry){
			.url = s[SLOT_URL].text,
			.id = s[SLOT_ID].text,
			.title = s[SLOT_TITLE].text,
			.summary = s[SLOT_SUMMARY].text,
			.author = s[SLOT_AUTHOR].text,
			.published = s[SLOT_PUBLISHED].at,
			.updated = s[SLOT_UPDATED].at,
			.position = g->position,
		};
	} else {
		feed->left_out++;
	}
	g->position++;
	clear(g->entry);
}

static void end(void *context, enum fact_scope scope)
{
	if (scope == SCOPE_ENTRY)
		finish_entry(context);
}

const struct fact_visitor fields_visitor = { NULL, open, begin, take, end };

/* RSS counts minutes; the syndication module says how often in a period. */
static int64_t time_to_live(const struct offer *slots)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} periods[] = { { "hourly", HOURS },
		        { "daily", DAYS },
		        { "weekly", 7 * DAYS },
		        { "monthly", 30 * DAYS },
		        { "yearly", 365 * DAYS } };
	struct str period = slots[SLOT_PERIOD].text;
	int64_t minutes, often;

	if (str_to_i64(slots[SLOT_TTL].text, &minutes) && minutes > 0 && minutes <= 30 * DAYS / MINUTES)
		return minutes * MINUTES;
	if (!str_to_i64(slots[SLOT_FREQUENCY].text, &often) || often < 1 || often > HOURS)
		often = 1;
	for (size_t i = 0; i < sizeof periods / sizeof *periods; i++) {
		int64_t seconds = periods[i].seconds / often;
		if (str_eq_nocase(period, str_from(periods[i].name)))
			return seconds < 30 * DAYS ? seconds : 30 * DAYS;
	}
	return 0;
}

void fields_finish(struct fields *g)
{
	struct feed *f = g->feed;

	f->title = g->own[SLOT_TITLE].text;
	f->home = g->own[SLOT_URL].text;
	f->self = g->own[SLOT_SELF].text;
	f->hub = g->own[SLOT_HUB].text;
	f->language = feed_language(g->a, g->own[SLOT_LANGUAGE].text);
	f->updated = g->own[g->own[SLOT_UPDATED].at != WHEN_NONE ? SLOT_UPDATED : SLOT_PUBLISHED].at;
	f->ttl = time_to_live(g->own);
	for (size_t i = 0; i < f->nentries; i++)
		if (!f->entries[i].author.n)
			f->entries[i].author = g->own[SLOT_AUTHOR].text;
}
