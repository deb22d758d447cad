/*
 * Feeds: see feed.h for what is read and parts.h for the way of the bytes.
 *
 * What it is, is decided by content alone: the root element, or an object with
 * JSON Feed's version or list of items, or lines of which most are addresses (a
 * sitemap as plain text).
 *
 * A sitemap may list more than MAX_FEED_ENTRIES; the newest are kept, by the
 * date that each carries, in the order in which they stand.
 */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "feed/fields.h"
#include "feed/parts.h"
#include "text/dates.h"
#include "text/norm.h"

#define SNIFF_BYTES (16 * KIB)
#define LIST_LINES 50

const char *feed_kind_name(enum feed_kind k)
{
	static const char *const names[FEED_KINDS] = {
		[FEED_RSS] = "rss",
		[FEED_ATOM] = "atom",
		[FEED_JSON] = "json",
		[FEED_SITEMAP] = "sitemap",
		[FEED_SITEMAP_INDEX] = "sitemap index",
	};
	return k < FEED_KINDS ? names[k] : "?";
}

struct str feed_url(struct arena *a, struct str s, const struct url *base)
{
	struct url u;
	struct err e;

	s = str_trim(s);
	if (!s.n || s.n > MAX_URL_BYTES)
		return STR_NONE;
	s = text_normal(a, s);
	return s.n && url_parse(a, s, base, &u, &e) && u.href.n <= MAX_URL_BYTES ? u.href : STR_NONE;
}

struct str feed_with_scheme(struct arena *a, struct str s)
{
	return str_starts_nocase(s, STR("www.")) ? arena_printf(a, "http://%.*s", STR_ARG(s)) : s;
}

when feed_date(struct str s)
{
	struct date d;
	when at;

	s = str_trim(s);
	if (!s.n || s.n > 200)
		return WHEN_NONE;
	if (when_parse_iso(s, &at))
		return at;
	return date_parse(s, &d) ? d.at : WHEN_NONE;
}

struct str feed_language(struct arena *a, struct str s)
{
	char out[35]; /* RFC 5646, 4.4.1 */
	size_t n = 0;

	for (size_t i = 0; i < s.n && n < sizeof out; i++) {
		char c = s.p[i] == '_' ? '-' : char_lower(s.p[i]);
		if (char_is_space(c))
			continue;
		if (!char_is_alnum(c) && c != '-')
			return STR_NONE;
		out[n++] = c;
	}
	return arena_str(a, str_of(out, n));
}

static when date_of(const struct feed_entry *e)
{
	return e->updated != WHEN_NONE ? e->updated : e->published;
}

static int by_date(const void *a, const void *b)
{
	when x = *(const when *)a, y = *(const when *)b;
	return x < y ? 1 : x > y ? -1 : 0;
}

/* What an entry must reach to stay: a date, which so many may just equal. */
struct bar {
	when at;
	size_t at_most;
};

static struct bar raise_bar(const struct feed_entry *all, size_t n, size_t room)
{
	struct bar bar = { .at_most = room };
	when *dates = mem_alloc(n * sizeof *dates);

	for (size_t i = 0; i < n; i++)
		dates[i] = date_of(&all[i]);
	qsort(dates, n, sizeof *dates, by_date);
	bar.at = dates[room - 1];
	for (size_t i = 0; i < room && dates[i] > bar.at; i++)
		bar.at_most--;
	free(dates);
	return bar;
}

/* The entries, from the heap to the arena; the newest if there are too many. */
static void settle(struct arena *a, struct feed *f)
{
	struct feed_entry *all = f->entries;
	size_t n = f->nentries, room = n < MAX_FEED_ENTRIES ? n : MAX_FEED_ENTRIES;
	struct bar bar = room < n ? raise_bar(all, n, room) : (struct bar){ WHEN_NONE, n };

	f->entries = ARENA_ARRAY(a, struct feed_entry, room);
	f->nentries = 0;
	for (size_t i = 0; i < n; i++) {
		when at = date_of(&all[i]);
		if (at < bar.at || (at == bar.at && bar.at_most == 0))
			continue;
		bar.at_most -= at == bar.at;
		f->entries[f->nentries++] = all[i];
	}
	f->left_out += n - f->nentries;
	free(all);
}

static bool begins_json(struct str s)
{
	s = str_trim(s);
	return s.n && s.p[0] == '{';
}

static bool is_json(struct str s, struct str content_type)
{
	if (!begins_json(s))
		return false;
	return str_has(s, STR("jsonfeed.org/version/")) ||
	       str_starts_nocase(content_type, STR("application/feed+json")) ||
	       (str_has(s, STR("\"items\"")) && str_has(s, STR("\"version\"")));
}

static bool begins_address(struct str line)
{
	return url_is_web(line) || str_starts_nocase(line, STR("www."));
}

/* Lines that are addresses, the first one and most of the others; none with
 * markup.  Without the whole the last may be cut off. */
static bool is_list(struct str s, bool whole)
{
	struct str line;
	size_t addresses = 0, others = 0;

	while (addresses + others < LIST_LINES && str_next_line(&s, &line)) {
		line = str_trim(line);
		if (!line.n || (!s.n && !whole))
			continue;
		bool address = begins_address(line) && str_find_byte(line, ' ') == STR_NPOS;
		if ((!address && !addresses) || str_find_byte(line, '<') != STR_NPOS)
			return false;
		addresses += address;
		others += !address;
	}
	return addresses > others;
}

bool feed_sniff(struct str bytes, struct str content_type)
{
	struct charset_said said;
	struct feed_root root;
	struct err e;
	bool bozo = false, found = false;

	if (mend_is_html(str_sub(bytes, 0, SNIFF_BYTES))) /* most are, and need not be decoded to be known */
		return false;
	struct arena *a = arena_new();
	if (bytes_unpack(a, &bytes, &bozo, &e)) {
		struct str head = bytes_decode(a, str_sub(bytes, 0, SNIFF_BYTES), content_type, &said);
		found = mend_find_root(head, &root) || is_json(head, content_type) || is_list(head, head.n == bytes.n);
	}
	arena_free(a);
	return found;
}

/* ---- reading ------------------------------------------------------------- */

static void tell_opening(struct walk *w, enum feed_kind kind, const struct charset_said *said, struct str prolog)
{
	w->kind = kind;
	w->v->open(w->v->context,
	           &(struct fact_opening){
	                   .kind = kind, .charset = str_from(said->name), .guessed = said->guessed, .prolog = prolog });
}

/* A sitemap that is a list of addresses, one a line. */
static void tell_list(const struct walk *w, struct str text)
{
	struct fact holder = { .name = STR("urlset") }, loc = { .name = STR("loc"), .scope = SCOPE_ENTRY, .depth = 1 };
	struct fact entry = { .name = STR("url"), .scope = SCOPE_ENTRY };
	struct str line;

	loc.role = ROLE_LOC;
	loc.rank = 1;
	w->v->begin(w->v->context, &holder);
	while (str_next_line(&text, &line)) {
		loc.text = str_trim(line);
		if (!loc.text.n)
			continue;
		w->v->begin(w->v->context, &entry);
		w->v->fact(w->v->context, &loc);
		w->v->end(w->v->context, SCOPE_ENTRY);
	}
	w->v->end(w->v->context, SCOPE_FEED);
}

static bool tell_xml(const struct walk *w, struct str text, const struct feed_root *root, bool *bozo, struct err *e)
{
	struct xml x;

	if (!xml_open(mend_xml(w->a, text, root, bozo), &x, e))
		return false;
	*bozo |= x.bozo;
	/* Many things have a <url>; who names another vocabulary means another. */
	bool sitemap = root->kind == FEED_SITEMAP || root->kind == FEED_SITEMAP_INDEX;
	bool foreign = sitemap && xml_is_foreign(xmlDocGetRootElement(x.doc));
	if (!foreign)
		walk_xml(w, &x);
	xml_close(&x);
	return !foreign || err_set(e, ERR_FORMAT, "this looks like a sitemap but is of another vocabulary");
}

bool facts_read(struct arena *a, const struct fact_ask *ask, const struct fact_visitor *v, bool *bozo, struct err *e)
{
	struct walk w = { .a = a, .v = v, .base = ask->base, .language = ask->language };
	struct str bytes = ask->bytes;
	struct charset_said said;
	struct feed_root root;

	*bozo = false;
	if (!bytes_unpack(a, &bytes, bozo, e))
		return false;
	struct str text = ask->by_the_book ? bytes_decode_by_the_book(a, ask, bytes, &said)
	                                   : bytes_decode(a, bytes, ask->content_type, &said);
	*bozo |= said.bozo;
	if (is_json(text, ask->content_type)) {
		tell_opening(&w, FEED_JSON, &said, STR_NONE);
		return walk_json(&w, text, e);
	}
	if (mend_find_root(text, &root)) {
		tell_opening(&w, root.kind, &said, str_sub(text, 0, root.at));
		return tell_xml(&w, text, &root, bozo, e);
	}
	if (!is_list(text, true)) {
		tell_opening(&w, FEED_RSS, &said, STR_NONE);
		return err_set(e, ERR_FORMAT, "this is not a feed or sitemap of a kind that is known");
	}
	tell_opening(&w, FEED_SITEMAP, &said, STR_NONE);
	tell_list(&w, text);
	return true;
}

bool feed_read(struct arena *a, struct str bytes, struct str content_type, struct str url, struct feed *out,
               struct err *e)
{
	struct fields *g = ARENA_NEW(a, struct fields);
	struct fact_visitor v = fields_visitor;
	struct fact_ask ask = { .bytes = bytes, .content_type = content_type, .base = url };

	*out = (struct feed){ .updated = WHEN_NONE };
	g->a = a;
	g->feed = out;
	v.context = g;
	if (!facts_read(a, &ask, &v, &out->bozo, e)) {
		free(out->entries);
		out->entries = NULL;
		return false;
	}
	fields_finish(g);
	settle(a, out);
	return true;
}

bool feed_skips(const struct feed *f, when at)
{
	struct civil c = when_to_civil(at);

	return (f->skips >> c.hour & 1) || (f->skips >> (24 + c.weekday) & 1);
}
