/*
 * Keeping what a check brought: see keep.h.
 *
 * A check is first judged (what is it, and what will come of it), then stored,
 * then acted upon, then the target's next check is set.  Judging comes first
 * because the check's row names its outcome.
 */
#include "watch/keep.h"

#include <string.h>

#include "url/url.h"
#include "watch/policy.h"
#include "watch/versions.h"

/* A feed may bring this many new articles at one look; a sitemap index this
 * many of its newest sitemaps. */
#define MAX_NEW_ARTICLES 500
#define MAX_NEW_SITEMAPS 5

/* One check on its way through. */
struct step {
	struct archive *ar;
	const struct settings *settings;
	struct arena *arena;
	struct target *target;
	const struct evidence *ev;
	const struct document *doc;
	struct kept *out;
	int64_t check;
	struct versions_look looks[2]; /* one a version that the document holds */
	int64_t feed_ttl;
	bool same_bytes; /* seen again, without reading */
};

bool keep_needs_reading(struct archive *ar, const struct target *t, const struct evidence *ev, bool *needs,
                        struct err *e)
{
	int64_t blob;

	*needs = false;
	if (ev->forbidden || ev->result != FETCH_OK)
		return true;
	*needs = true;
	if (!t->last_blob || t->kind == TARGET_NEW)
		return true;
	struct sha256 h = hash_sha256(ev->body);
	if (archive_blob_find(ar, &h, &blob, e))
		*needs = blob != t->last_blob;
	else if (e->kind != ERR_NOT_FOUND)
		return false;
	return true;
}

/* ---- judging ------------------------------------------------------------- */

static bool make_article(struct step *s, struct err *e)
{
	struct target *t = s->target;
	struct str url = s->ev->moved && t->found_by == 0 ? s->ev->url : t->url;

	t->kind = TARGET_ARTICLE;
	return archive_article_add(s->ar, t->source, url, s->ev->at, &t->article, e);
}

static bool judge_text(struct step *s, size_t part, const struct article *text, struct err *e)
{
	struct versions_look *look = &s->looks[part];

	if (s->target->article == 0 && !make_article(s, e))
		return false;
	if (!versions_look(s->ar, s->target->article, text, look, e))
		return false;
	if (look->number < 0)
		s->out->outcome = OUTCOME_NEW_VERSION;
	else if (part == 0)
		s->out->outcome = look->number == look->last_number ? OUTCOME_UNCHANGED : OUTCOME_WENT_BACK;
	s->out->out_of_order = s->ev->at != WHEN_NONE && look->last_seen != WHEN_NONE && s->ev->at < look->last_seen;
	return true;
}

static bool judge_page(struct step *s, const struct page *p, struct err *e)
{
	struct target *t = s->target;

	if (page_kind_has_versions(p->kind) && (t->kind == TARGET_NEW || t->kind == TARGET_ARTICLE))
		return judge_text(s, 0, &p->article, e);
	if (t->kind == TARGET_FEED) {
		s->out->outcome = OUTCOME_NOT_A_FEED;
	} else if (p->kind == PAGE_INDEX && (t->kind == TARGET_SECTION || t->kind == TARGET_NEW)) {
		bool leads = t->kind == TARGET_NEW && t->state != TARGET_IMPORTED && p->nfeeds;
		s->out->outcome = leads ? OUTCOME_LED_TO_FEED : OUTCOME_LISTED;
		t->kind = TARGET_SECTION;
	} else {
		s->out->outcome = outcome_of_page(p->kind);
	}
	return true;
}

static bool judge_document(struct step *s, struct err *e)
{
	const struct document *doc = s->doc;

	switch (doc->kind) {
	case DOCUMENT_PAGE:
		return judge_page(s, &doc->page, e);
	case DOCUMENT_FEED:
		if (s->target->kind == TARGET_ARTICLE) {
			s->out->outcome = OUTCOME_NOT_AN_ARTICLE;
			return true;
		}
		s->target->kind = TARGET_FEED;
		s->out->outcome = OUTCOME_LISTED;
		s->feed_ttl = doc->feed.ttl;
		return true;
	case DOCUMENT_SAVED:
		for (size_t i = 0; i < doc->saved.nversions; i++)
			if (!judge_text(s, i, &doc->saved.versions[i].article, e))
				return false;
		return true;
	default:
		s->out->outcome = OUTCOME_UNREADABLE;
		return true;
	}
}

static bool judge(struct step *s, struct err *e)
{
	if (s->ev->forbidden)
		s->out->outcome = OUTCOME_ROBOTS;
	else if (s->ev->result == FETCH_NOT_MODIFIED)
		s->out->outcome = OUTCOME_NOT_MODIFIED;
	else if (s->ev->result != FETCH_OK)
		s->out->outcome = outcome_of_fetch(s->ev->result);
	else if (s->doc)
		return judge_document(s, e);
	else
		s->out->outcome = OUTCOME_UNCHANGED;
	s->same_bytes = s->out->outcome == OUTCOME_NOT_MODIFIED || s->out->outcome == OUTCOME_UNCHANGED;
	return true;
}

/* ---- the check's row ----------------------------------------------------- */

static bool store_check(struct step *s, struct err *e)
{
	const struct evidence *ev = s->ev;
	struct target *t = s->target;
	bool keep_body = ev->result == FETCH_OK && !ev->forbidden;

	if (s->doc && s->doc->kind == DOCUMENT_PAGE && s->doc->page.noarchive)
		keep_body = false;
	struct check c = {
		.target = t->id,
		.at = ev->at,
		.wall_ms = ev->wall_ms,
		.outcome = str_from(outcome_name(s->out->outcome)),
		.failed = outcome_failed(s->out->outcome),
		.status = ev->status,
		.url = ev->moved ? ev->url : STR_NONE,
		.read_as = str_from(read_as_name(ev->as)),
		.content_type = ev->content_type,
		.detail = ev->sentence,
		.origin = ev->origin,
		.bytes = ev->wire_bytes,
		.body = s->same_bytes ? t->last_blob : 0,
	};
	if (s->doc && s->doc->kind == DOCUMENT_UNREADABLE)
		c.detail = s->doc->sentence;
	bool body_now = keep_body && !s->same_bytes;
	if (!archive_check_add(s->ar, &c, body_now ? ev->body : STR_NONE, body_now ? ev->headers : STR_NONE,
	                       t->last_blob, e))
		return false;
	s->check = c.id;
	/* A wall or an error page is not what the next answer is compared with. */
	if (c.body && !c.failed)
		t->last_blob = c.body;
	return true;
}

/* ---- acting: feeds ------------------------------------------------------- */

static void remember_found(struct step *s, int64_t id, size_t room)
{
	if (!s->out->found)
		s->out->found = ARENA_ARRAY(s->arena, int64_t, room);
	s->out->found[s->out->nfound++] = id;
}

static bool add_target(struct step *s, const struct url *u, enum target_kind kind, struct str label, size_t room,
                       struct err *e)
{
	int64_t id;
	struct target t = {
		.kind = kind,
		.state = TARGET_CHECKED,
		.source = s->target->source,
		.found_by = s->target->id,
		.url = u->href,
		.origin = url_origin(s->arena, u),
		.label = label,
		.filter = kind == TARGET_FEED ? s->target->filter : STR_NONE,
		.added = s->ev->at,
		.due = s->ev->at,
		.period = policy_first_period(s->settings, kind),
		.last_check = WHEN_NONE,
		.last_change = WHEN_NONE,
	};
	if (!archive_target_add(s->ar, &t, &id, e))
		return false;
	remember_found(s, id, room);
	return true;
}

/* Adds the address unless it is known, filtered out, or of no use. */
static bool take_up(struct step *s, struct str address, enum target_kind kind, struct str label, size_t room,
                    struct err *e)
{
	struct str identity;
	struct url u;
	struct target known;

	if (s->target->filter.n && !str_has(address, s->target->filter))
		return true;
	if (!url_identity(s->arena, address, &identity) || !url_parse(s->arena, identity, NULL, &u, e))
		return true; /* an address that we cannot read is not one that we can check */
	if (archive_target_by_url(s->ar, s->arena, u.href, &known, e))
		return true;
	return e->kind == ERR_NOT_FOUND && add_target(s, &u, kind, label, room, e);
}

static bool too_old(const struct step *s, const struct feed_entry *entry)
{
	when t = entry->updated != WHEN_NONE ? entry->updated : entry->published;
	return t != WHEN_NONE && s->ev->at - t > s->settings->article_give_up;
}

static bool take_up_feed(struct step *s, const struct feed *f, struct err *e)
{
	bool index = f->kind == FEED_SITEMAP_INDEX;
	size_t room = index ? MAX_NEW_SITEMAPS : MAX_NEW_ARTICLES;

	for (size_t i = 0; i < f->nentries && s->out->nfound < room; i++) {
		const struct feed_entry *entry = &f->entries[i];
		if (!too_old(s, entry) &&
		    !take_up(s, entry->url, index ? TARGET_FEED : TARGET_ARTICLE, entry->title, room, e))
			return false;
	}
	return true;
}

static bool take_up_links(struct step *s, const struct page *p, struct err *e)
{
	for (size_t i = 0; i < p->nlinks && s->out->nfound < MAX_NEW_ARTICLES; i++)
		if (!take_up(s, p->links[i].url, TARGET_ARTICLE, p->links[i].text, MAX_NEW_ARTICLES, e))
			return false;
	return true;
}

/* ---- acting: versions ---------------------------------------------------- */

static bool store_text(struct step *s, size_t part, const struct article *text, when at, int64_t later, struct err *e)
{
	struct versions_seen seen = {
		.article = s->target->article, .check = s->check, .part = (int64_t)part, .at = at, .later = later
	};
	/* The second version of a saved page sees what the first has left. */
	if (part && !versions_look(s->ar, seen.article, text, &s->looks[part], e))
		return false;
	if (s->looks[part].number < 0)
		s->target->last_change = at;
	return versions_store(s->ar, &s->looks[part], &seen, text, &s->out->number, e);
}

static bool store_saved(struct step *s, const struct saved *saved, struct err *e)
{
	bool revisions = saved->nversions > 1;

	for (size_t i = 0; i < saved->nversions; i++) {
		const struct saved_version *v = &saved->versions[i];
		when at = revisions ? v->seen : s->ev->at;
		if (!store_text(s, i, &v->article, at, v->later, e))
			return false;
	}
	return true;
}

static bool seen_again(struct step *s, struct err *e)
{
	int64_t newest, number;
	when last;

	if (!s->target->article || s->ev->at == WHEN_NONE)
		return true;
	if (!archive_last_seen(s->ar, s->target->article, &newest, &number, &last, e))
		return false;
	s->out->out_of_order = last != WHEN_NONE && s->ev->at < last;
	s->out->number = number;
	return number < 0 || s->out->out_of_order || archive_sighting(s->ar, s->target->article, number, s->ev->at, e);
}

static bool act(struct step *s, struct err *e)
{
	enum outcome o = s->out->outcome;

	if (s->same_bytes)
		return seen_again(s, e);
	if (!s->doc || s->out->out_of_order)
		return true;
	if (s->doc->kind == DOCUMENT_SAVED)
		return store_saved(s, &s->doc->saved, e);
	if (o == OUTCOME_NEW_VERSION || o == OUTCOME_UNCHANGED || o == OUTCOME_WENT_BACK)
		return store_text(s, 0, &s->doc->page.article, s->ev->at, -1, e);
	if (s->target->state == TARGET_IMPORTED)
		return true; /* a record of a feed is no order to watch what it lists */
	if (s->doc->kind == DOCUMENT_FEED && s->target->kind == TARGET_FEED)
		return take_up_feed(s, &s->doc->feed, e);
	if (o == OUTCOME_LED_TO_FEED)
		return take_up(s, s->doc->page.feeds[0].url, TARGET_FEED, s->doc->page.feeds[0].text, 1, e);
	if (o == OUTCOME_LISTED)
		return take_up_links(s, &s->doc->page, e);
	return true;
}

/* ---- the target ---------------------------------------------------------- */

static struct str source_name(const struct document *doc)
{
	if (doc && doc->kind == DOCUMENT_PAGE)
		return doc->page.site_name;
	return STR_NONE;
}

static bool update_target(struct step *s, struct err *e)
{
	struct target *t = s->target;
	const struct evidence *ev = s->ev;
	struct policy_case c = {
		.now = ev->at, .outcome = s->out->outcome, .retry_after = ev->retry_after, .feed_ttl = s->feed_ttl
	};

	policy_next(s->settings, &c, t);
	t->last_check = ev->at;
	t->last_outcome = str_from(outcome_name(s->out->outcome));
	if (ev->result == FETCH_OK && !outcome_failed(s->out->outcome)) {
		t->etag = ev->etag;
		t->last_modified = ev->last_modified;
	}
	if (s->out->nfound)
		t->last_change = ev->at;
	if (s->out->outcome == OUTCOME_LED_TO_FEED) {
		t->state = TARGET_UNWATCHED; /* the feed is watched in its place */
		t->due = WHEN_NONE;
	}
	if (s->doc && s->doc->kind == DOCUMENT_FEED && s->doc->feed.title.n)
		t->label = s->doc->feed.title;
	struct str name = source_name(s->doc);
	if (name.n && s->out->outcome == OUTCOME_NEW_VERSION && !archive_source_set_name(s->ar, t->source, name, e))
		return false;
	return archive_target_update(s->ar, t, e);
}

/* The place a redirect led to is another address of the article. */
static bool note_address(struct step *s, struct err *e)
{
	struct str identity;

	if (!s->ev->moved || !s->target->article || !url_identity(s->arena, s->ev->url, &identity) ||
	    str_eq(identity, s->target->url))
		return true;
	return archive_address_add(s->ar, identity, s->target->article, s->ev->at, e);
}

bool keep_check(struct archive *ar, const struct settings *settings, struct arena *a, struct target *t,
                const struct evidence *ev, const struct document *doc, struct kept *out, struct err *e)
{
	struct step s = { .ar = ar, .settings = settings, .arena = a, .target = t, .ev = ev, .doc = doc, .out = out };

	*out = (struct kept){ .number = -1 };
	if (!judge(&s, e) || !store_check(&s, e) || !act(&s, e))
		return false;
	out->article = t->article;
	return note_address(&s, e) && update_target(&s, e);
}

/* ---- rebuilding ---------------------------------------------------------- */

struct rebuild {
	struct archive *ar;
	struct reader *reader;
	struct arena *arena; /* of one check */
	int64_t article;
	int64_t last_body;   /* whose text was ... */
	int64_t last_number; /* ... this version */
};

static bool rebuild_text(struct rebuild *r, const struct check *c, int64_t part, when at, int64_t later,
                         const struct article *text, struct err *e)
{
	struct versions_look look;
	struct versions_seen seen = { .article = r->article, .check = c->id, .part = part, .at = at, .later = later };
	return versions_look(r->ar, r->article, text, &look, e) &&
	       versions_store(r->ar, &look, &seen, text, &r->last_number, e);
}

static bool rebuild_document(struct rebuild *r, const struct check *c, const struct document *doc, struct err *e)
{
	r->last_number = -1;
	if (doc->kind == DOCUMENT_PAGE && page_kind_has_versions(doc->page.kind))
		return rebuild_text(r, c, 0, c->at, -1, &doc->page.article, e);
	if (doc->kind != DOCUMENT_SAVED)
		return true;
	for (size_t i = 0; i < doc->saved.nversions; i++) {
		const struct saved_version *v = &doc->saved.versions[i];
		when at = doc->saved.nversions > 1 ? v->seen : c->at;
		if (!rebuild_text(r, c, (int64_t)i, at, v->later, &v->article, e))
			return false;
	}
	return true;
}

static bool rebuild_check(struct rebuild *r, const struct check *c, struct err *e)
{
	struct str bytes;
	struct document doc;
	struct read_job job = { .url = c->url, .content_type = c->content_type };

	if (c->body == r->last_body)
		return r->last_number < 0 || c->at == WHEN_NONE ||
		       archive_sighting(r->ar, r->article, r->last_number, c->at, e);
	if (!read_as_from_name(c->read_as, &job.as))
		return err_set(e, ERR_CORRUPT, "check %lld was read as \"%.*s\", which nobody knows", (long long)c->id,
		               STR_ARG(c->read_as));
	if (!archive_blob(r->ar, r->arena, c->body, &bytes, e))
		return false;
	job.bytes = bytes;
	reader_read(r->reader, &job, r->arena, &doc);
	r->last_body = c->body;
	return rebuild_document(r, c, &doc, e);
}

bool keep_rebuild(struct archive *ar, struct reader *reader, int64_t article, int64_t *versions, struct err *e)
{
	struct arena *a = arena_new();
	struct rebuild r = { .ar = ar, .reader = reader, .arena = arena_new(), .article = article, .last_number = -1 };
	struct check *checks;
	size_t n;
	when last;
	int64_t number;

	bool ok = archive_forget_derived(ar, article, e) && archive_checks_to_rebuild(ar, a, article, &checks, &n, e);
	for (size_t i = 0; ok && i < n; i++) {
		ok = rebuild_check(&r, &checks[i], e);
		arena_reset(r.arena);
	}
	ok = ok && archive_last_seen(ar, article, versions, &number, &last, e);
	*versions += 1;
	arena_free(r.arena);
	arena_free(a);
	return ok;
}
