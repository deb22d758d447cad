/*
 * The elements of a tree, put where they belong.
 *
 * Feeds mix their vocabularies: Atom links in RSS, Dublin Core dates in
 * anything, RSS names in a news sitemap.  So there are no readers of RSS, of
 * Atom and of sitemaps here, but one table: an element of this name in this
 * vocabulary offers a value for that slot of an entry, with a rank.  The best
 * rank wins, the first of equals.  An address that is none is no offer.
 *
 * Items are found wherever they stand, since tags that do not match make one
 * item swallow the next.
 *
 * Text: RSS means its titles and descriptions to be source text of HTML, Atom
 * says what it means in an attribute.
 */
#include <string.h>

#include "feed/parts.h"
#include "text/norm.h"

enum slot {
	SLOT_URL,
	SLOT_ID,
	SLOT_TITLE,
	SLOT_SUMMARY,
	SLOT_AUTHOR,
	SLOT_PUBLISHED,
	SLOT_UPDATED,
	SLOT_LANGUAGE,
	SLOT_HUB,
	SLOT_TTL,
	SLOT_PERIOD,
	SLOT_FREQUENCY,
	SLOTS
};

#define RANK_NONE 255

struct offer {
	struct str text;
	when at;
	unsigned rank;
};

/* What is known of a feed or an entry while its elements are looked at. */
struct gathering {
	struct draft *d;
	const struct xml *x;
	const struct url *base;
	struct offer slots[SLOTS];
};

struct rule {
	enum space space;
	const char *name;
	enum slot slot;
	unsigned rank;
	void (*take)(struct gathering *g, const xmlNode *n, const struct rule *r);
};

static void offer(struct gathering *g, enum slot slot, unsigned rank, struct str text)
{
	if (text.n && rank < g->slots[slot].rank)
		g->slots[slot] = (struct offer){ text, WHEN_NONE, rank };
}

static void offer_url(struct gathering *g, const xmlNode *n, enum slot slot, unsigned rank, struct str s)
{
	struct arena *a = g->d->a;

	if (rank < g->slots[slot].rank && s.n)
		offer(g, slot, rank, feed_url(a, s, xml_base(a, g->x, n, g->base)));
}

static bool is_atom(const struct gathering *g)
{
	return g->d->feed->kind == FEED_ATOM;
}

/* Text of an element, by what its type says and its vocabulary means. */
static struct str text_of(const struct gathering *g, const xmlNode *n, size_t max)
{
	struct arena *a = g->d->a;
	struct str type = xml_attr(a, n, "type"), text = xml_text(a, n);

	if (xml_has_elements(n)) /* its tags are gone already */
		return plain_from_text(a, text, false, max);
	if (str_has(type, STR("html")))
		return plain_from_html(a, text, max);
	if (type.n)
		return plain_from_text(a, text, false, max);
	/* Atom that says nothing means the text as it stands; a reference in it is
	 * still a mistake. */
	return is_atom(g) ? plain_from_text(a, text, true, max) : plain_from_html(a, text, max);
}

static void take_title(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	if (r->rank < g->slots[r->slot].rank)
		offer(g, r->slot, r->rank, text_of(g, n, MAX_TITLE_BYTES));
}

static void take_summary(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	if (r->rank < g->slots[r->slot].rank)
		offer(g, r->slot, r->rank, text_of(g, n, MAX_SUMMARY_BYTES));
}

static void take_date(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	struct offer *o = &g->slots[r->slot];

	if (r->rank >= o->rank)
		return;
	when at = feed_date(xml_text(g->d->a, n));
	if (at != WHEN_NONE)
		*o = (struct offer){ STR_NONE, at, r->rank };
}

/* Ends the entry and begins another of the same item. */
static void finish_entry(struct gathering *g);

/* The address in a sitemap.  "www.a.example/" lacks its scheme; what else does
 * not begin like an address is none.  A second one is of an entry whose
 * beginning was forgotten. */
static void take_loc(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	struct arena *a = g->d->a;
	struct str s = str_trim(xml_text(a, n));

	if (g->slots[SLOT_URL].rank == r->rank)
		finish_entry(g);
	s = feed_with_scheme(a, s);
	if (str_starts(s, STR("/")) || str_starts_nocase(text_normal(a, s), STR("http")))
		offer_url(g, n, r->slot, r->rank, s);
}

static void take_url(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	offer_url(g, n, r->slot, r->rank, xml_text(g->d->a, n));
}

/* The element of RSS, with the address in it, and that of Atom. */
static void take_link(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	struct arena *a = g->d->a;
	struct str href = xml_attr(a, n, "href"), rel = xml_attr(a, n, "rel"), type = xml_attr(a, n, "type");

	if (!href.n) {
		take_url(g, n, r);
		return;
	}
	if (str_eq_nocase(rel, STR("hub")))
		offer_url(g, n, SLOT_HUB, 0, href);
	if (rel.n && !str_eq_nocase(rel, STR("alternate")))
		return;
	offer_url(g, n, r->slot, r->rank + (type.n && !str_has(type, STR("html"))), href);
}

static void take_id(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	struct arena *a = g->d->a;
	struct str id = plain_from_text(a, xml_text(a, n), false, MAX_URL_BYTES);

	offer(g, r->slot, r->rank, id);
	/* For want of a better address; a relative one would be a guess. */
	if (str_starts_nocase(id, STR("http")))
		offer_url(g, n, SLOT_URL, 8, id);
}

static void take_guid(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	struct arena *a = g->d->a;

	take_id(g, n, r);
	if (!str_eq_nocase(xml_attr(a, n, "ispermalink"), STR("false")))
		offer_url(g, n, SLOT_URL, 5, g->slots[r->slot].text);
}

static void take_content(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	take_summary(g, n, r);
	offer_url(g, n, SLOT_URL, 6, xml_attr(g->d->a, n, "src"));
}

/* "desk@harbour.example (Anna Novak)" is Anna Novak. */
static struct str without_mail(struct str s)
{
	size_t open = str_find_byte(s, '(');
	struct str before = str_sub(s, 0, open);

	if (open != STR_NPOS && str_find_byte(before, '@') != STR_NPOS && str_ends(s, STR(")")))
		return str_trim(str_sub(s, open + 1, s.n - 1));
	open = str_find_byte(s, '<');
	if (open != STR_NPOS && open > 0 && str_find_byte(str_sub(s, open, s.n), '@') != STR_NPOS)
		return str_trim(str_sub(s, 0, open));
	return s;
}

static struct str person(const struct gathering *g, const xmlNode *n)
{
	struct arena *a = g->d->a;

	for (const xmlNode *c = n->children; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE && str_eq_nocase(xml_name(c), STR("name")))
			return plain_from_text(a, xml_text(a, c), is_atom(g), MAX_TITLE_BYTES);
	if (xml_has_elements(n))
		return STR_NONE;
	struct str text = xml_text(a, n);
	return str_find_byte(text, '@') == STR_NPOS ? plain_from_html(a, text, MAX_TITLE_BYTES)
	                                            : without_mail(plain_from_text(a, text, true, MAX_TITLE_BYTES));
}

/* Several of one rank are all named. */
static void take_person(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	struct offer *o = &g->slots[r->slot];
	struct str name = r->rank <= o->rank ? person(g, n) : STR_NONE;

	if (name.n && r->rank == o->rank && o->text.n + name.n < MAX_TITLE_BYTES)
		o->text = arena_printf(g->d->a, "%.*s, %.*s", STR_ARG(o->text), STR_ARG(name));
	else
		offer(g, r->slot, r->rank, name);
}

static void take_word(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	offer(g, r->slot, r->rank, plain_from_text(g->d->a, xml_text(g->d->a, n), false, 64));
}

/* An element that only holds others of the same entry. */
static void take_group(struct gathering *g, const xmlNode *n, const struct rule *r);

static const struct rule entry_rules[] = {
	{ SPACE_BURNER, "origlink", SLOT_URL, 0, take_url },
	{ SPACE_CORE, "loc", SLOT_URL, 1, take_loc },
	{ SPACE_CORE, "link", SLOT_URL, 2, take_link }, /* 3: of another type than HTML */
	{ SPACE_CORE, "guid", SLOT_ID, 0, take_guid },  /* 5, 8 */
	{ SPACE_CORE, "id", SLOT_ID, 0, take_id },      /* 8 */
	{ SPACE_DC, "identifier", SLOT_ID, 2, take_id },
	{ SPACE_CORE, "title", SLOT_TITLE, 0, take_title },
	{ SPACE_NEWS, "title", SLOT_TITLE, 0, take_title },
	{ SPACE_DC, "title", SLOT_TITLE, 1, take_title },
	{ SPACE_TERMS, "title", SLOT_TITLE, 2, take_title },
	{ SPACE_MEDIA, "title", SLOT_TITLE, 3, take_title },
	{ SPACE_CORE, "summary", SLOT_SUMMARY, 0, take_summary },
	{ SPACE_CORE, "description", SLOT_SUMMARY, 1, take_summary },
	{ SPACE_DC, "description", SLOT_SUMMARY, 2, take_summary },
	{ SPACE_CONTENT, "encoded", SLOT_SUMMARY, 3, take_summary },
	{ SPACE_CORE, "content", SLOT_SUMMARY, 3, take_content },
	{ SPACE_ITUNES, "summary", SLOT_SUMMARY, 4, take_summary },
	{ SPACE_MEDIA, "description", SLOT_SUMMARY, 5, take_summary },
	{ SPACE_DC, "creator", SLOT_AUTHOR, 0, take_person },
	{ SPACE_CORE, "author", SLOT_AUTHOR, 1, take_person },
	{ SPACE_DC, "author", SLOT_AUTHOR, 2, take_person },
	{ SPACE_ITUNES, "author", SLOT_AUTHOR, 3, take_person },
	{ SPACE_CORE, "pubdate", SLOT_PUBLISHED, 0, take_date },
	{ SPACE_CORE, "published", SLOT_PUBLISHED, 0, take_date },
	{ SPACE_CORE, "issued", SLOT_PUBLISHED, 0, take_date },
	{ SPACE_NEWS, "publication_date", SLOT_PUBLISHED, 0, take_date },
	{ SPACE_TERMS, "issued", SLOT_PUBLISHED, 1, take_date },
	{ SPACE_DC, "date", SLOT_PUBLISHED, 2, take_date },
	{ SPACE_TERMS, "created", SLOT_PUBLISHED, 3, take_date },
	{ SPACE_CORE, "created", SLOT_PUBLISHED, 3, take_date },
	{ SPACE_CORE, "date", SLOT_PUBLISHED, 4, take_date },
	{ SPACE_CORE, "updated", SLOT_UPDATED, 0, take_date },
	{ SPACE_CORE, "modified", SLOT_UPDATED, 0, take_date },
	{ SPACE_CORE, "lastmod", SLOT_UPDATED, 0, take_date },
	{ SPACE_TERMS, "modified", SLOT_UPDATED, 1, take_date },
	{ SPACE_NEWS, "news", SLOTS, 0, take_group },
	{ SPACE_MEDIA, "group", SLOTS, 0, take_group },
	{ SPACE_OTHER, NULL, SLOTS, 0, NULL },
};

static const struct rule feed_rules[] = {
	{ SPACE_CORE, "title", SLOT_TITLE, 0, take_title },
	{ SPACE_DC, "title", SLOT_TITLE, 1, take_title },
	{ SPACE_CORE, "link", SLOT_URL, 0, take_link },
	{ SPACE_CORE, "author", SLOT_AUTHOR, 0, take_person },
	{ SPACE_CORE, "language", SLOT_LANGUAGE, 0, take_word },
	{ SPACE_DC, "language", SLOT_LANGUAGE, 1, take_word },
	{ SPACE_CORE, "ttl", SLOT_TTL, 0, take_word },
	{ SPACE_SYNDICATION, "updateperiod", SLOT_PERIOD, 0, take_word },
	{ SPACE_SYNDICATION, "updatefrequency", SLOT_FREQUENCY, 0, take_word },
	{ SPACE_OTHER, NULL, SLOTS, 0, NULL },
};

static void gather(struct gathering *g, const xmlNode *n, const struct rule *rules)
{
	for (const xmlNode *c = n->children; c; c = c->next) {
		if (c->type != XML_ELEMENT_NODE)
			continue;
		enum space space = xml_space(c);
		struct str name = xml_name(c);
		for (const struct rule *r = rules; r->name; r++)
			if (r->space == space && str_eq_nocase(name, str_from(r->name)))
				r->take(g, c, r);
	}
}

static void take_group(struct gathering *g, const xmlNode *n, const struct rule *r)
{
	(void)r;
	gather(g, n, entry_rules);
}

static struct gathering begin(struct draft *d, const struct xml *x)
{
	struct gathering g = { .d = d, .x = x, .base = d->base };

	for (unsigned i = 0; i < SLOTS; i++)
		g.slots[i] = (struct offer){ STR_NONE, WHEN_NONE, RANK_NONE };
	return g;
}

static void finish_entry(struct gathering *g)
{
	const struct feed_entry entry = {
		.url = g->slots[SLOT_URL].text,
		.id = g->slots[SLOT_ID].text,
		.title = g->slots[SLOT_TITLE].text,
		.summary = g->slots[SLOT_SUMMARY].text,
		.author = g->slots[SLOT_AUTHOR].text,
		.published = g->slots[SLOT_PUBLISHED].at,
		.updated = g->slots[SLOT_UPDATED].at,
	};
	draft_add(g->d, &entry);
	*g = begin(g->d, g->x);
}

static void read_entry(struct draft *d, const struct xml *x, const xmlNode *n, struct str author)
{
	static const struct rule bare = { SPACE_CORE, "loc", SLOT_URL, 1, take_loc };
	bool sitemap = d->feed->kind == FEED_SITEMAP || d->feed->kind == FEED_SITEMAP_INDEX;
	struct gathering g = begin(d, x);

	gather(&g, n, entry_rules);
	if (sitemap && !xml_has_elements(n))
		take_loc(&g, n, &bare);
	offer_url(&g, n, SLOT_URL, 4, xml_attr(d->a, n, "about"));
	offer(&g, SLOT_AUTHOR, RANK_NONE - 1, author);
	finish_entry(&g);
}

/* RSS counts minutes; the syndication module says how often in a period. */
static int64_t time_to_live(const struct gathering *g)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} periods[] = { { "hourly", HOURS }, { "daily", DAYS }, { "weekly", 7 * DAYS }, { "monthly", 30 * DAYS } };
	struct str period = g->slots[SLOT_PERIOD].text;
	int64_t minutes, often;

	if (str_to_i64(g->slots[SLOT_TTL].text, &minutes) && minutes > 0 && minutes <= 30 * DAYS / MINUTES)
		return minutes * MINUTES;
	if (!str_to_i64(g->slots[SLOT_FREQUENCY].text, &often) || often < 1 || often > HOURS)
		often = 1;
	for (size_t i = 0; i < sizeof periods / sizeof *periods; i++)
		if (str_eq_nocase(period, str_from(periods[i].name)))
			return periods[i].seconds / often;
	return 0;
}

/* <url> is an entry of a sitemap, but the picture of a channel of RSS. */
static bool is_entry(const struct draft *d, const xmlNode *n)
{
	static const char *const names[FEED_KINDS][2] = {
		[FEED_RSS] = { "item", "entry" },
		[FEED_ATOM] = { "entry", "item" },
		[FEED_SITEMAP] = { "url", "sitemap" },
		[FEED_SITEMAP_INDEX] = { "sitemap", "url" },
	};
	const char *const *of = names[d->feed->kind];

	if (n->type != XML_ELEMENT_NODE || xml_space(n) != SPACE_CORE || str_eq_nocase(xml_name(n->parent), STR("loc")))
		return false;
	return str_eq_nocase(xml_name(n), str_from(of[0])) || str_eq_nocase(xml_name(n), str_from(of[1]));
}

static const xmlNode *channel_of(const xmlNode *root)
{
	for (const xmlNode *c = root->children; c; c = c->next)
		if (c->type == XML_ELEMENT_NODE && str_eq_nocase(xml_name(c), STR("channel")))
			return c;
	return root;
}

void fields_read(struct draft *d, const struct xml *x)
{
	const xmlNode *root = xmlDocGetRootElement(x->doc), *channel = channel_of(root);
	struct gathering g = begin(d, x);
	struct feed *f = d->feed;

	if (!is_entry(d, root))
		gather(&g, channel, feed_rules);
	offer(&g, SLOT_LANGUAGE, 2, xml_attr(d->a, channel, "lang"));
	offer(&g, SLOT_LANGUAGE, 3, xml_attr(d->a, root, "lang"));
	f->title = g.slots[SLOT_TITLE].text;
	f->home = g.slots[SLOT_URL].text;
	f->hub = g.slots[SLOT_HUB].text;
	f->language = feed_language(d->a, g.slots[SLOT_LANGUAGE].text);
	f->ttl = time_to_live(&g);

	for (const xmlNode *n = root; n;) {
		if (is_entry(d, n))
			read_entry(d, x, n, g.slots[SLOT_AUTHOR].text);
		if (n->type == XML_ELEMENT_NODE && n->children) {
			n = n->children;
			continue;
		}
		while (n != root && !n->next)
			n = n->parent;
		n = n == root ? NULL : n->next;
	}
}
