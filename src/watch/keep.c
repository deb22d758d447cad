/*
 * Keeping what a check brought: see keep.h.
 *
 * A check is first judged (what is it, and what will come of it), then stored,
 * then acted upon, then the target's next check is set.  Judging comes first
 * because the check's row names its outcome.
 */
#include "watch/keep.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/log.h"
#include "url/url.h"
#include "watch/learn.h"
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
	struct learn_rules rules;      /* a page: what its source has taught, */
	struct learn_text as_read;     /* the article as it was read, */
	struct learned learned;        /* and without furniture */
	int64_t feed_ttl;
	bool same_bytes; /* seen again, without reading */
	bool unfinished; /* a list that named more than is taken up at once */
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

/* When a version of a saved document was seen: it says so itself, or does not
 * know, if it is a revision page; else it was seen when it was saved. */
static when saved_at(when check, const struct saved *saved, size_t i)
{
	return saved->nversions > 1 ? saved->versions[i].seen : check;
}

/* ---- judging ------------------------------------------------------------- */

/* The article that stands where the answer came from, or a new one.  A target
 * that led to a known article is not checked itself any more. */
static bool make_article(struct step *s, struct err *e)
{
	struct target *t = s->target;
	struct str url = t->url;

	t->kind = TARGET_ARTICLE;
	if (!s->ev->moved || !url_identity(s->arena, s->ev->url, &url))
		return archive_article_add(s->ar, t->source, t->url, s->ev->at, &t->article, e);
	if (archive_article_by_url(s->ar, s->arena, url, &t->article, e)) {
		if (t->state == TARGET_CHECKED) {
			t->state = TARGET_UNWATCHED;
			t->due = WHEN_NONE;
		}
		return archive_address_add(s->ar, t->url, t->article, s->ev->at, e);
	}
	return e->kind == ERR_NOT_FOUND && archive_article_add(s->ar, t->source, url, s->ev->at, &t->article, e) &&
	       (str_eq(url, t->url) || archive_address_add(s->ar, t->url, t->article, s->ev->at, e));
}

static void judge_look(struct step *s, size_t part, when at)
{
	const struct versions_look *look = &s->looks[part];

	if (look->number < 0)
		s->out->outcome = OUTCOME_NEW_VERSION;
	else if (part == 0)
		s->out->outcome = look->number == look->last_number ? OUTCOME_UNCHANGED : OUTCOME_WENT_BACK;
	if (at != WHEN_NONE && look->last_seen != WHEN_NONE && at < look->last_seen)
		s->out->out_of_order = true;
}

static bool judge_saved(struct step *s, size_t part, const struct article *text, when at, struct err *e)
{
	if (s->target->article == 0 && !make_article(s, e))
		return false;
	if (!versions_look(s->ar, s->target->article, text, &s->looks[part], e))
		return false;
	judge_look(s, part, at);
	return true;
}

static bool judge_article(struct step *s, const struct page *p, struct err *e)
{
	int64_t source;

	if (s->target->article == 0 && !make_article(s, e))
		return false;
	s->as_read = (struct learn_text){ .text = p->article, .traits = p->traits };
	if (!archive_article_source(s->ar, s->target->article, &source, e) ||
	    !learn_rules(s->ar, s->arena, source, &s->rules, e))
		return false;
	learn_apply(&s->rules, s->arena, &s->as_read, &s->learned);
	if (!learn_look(s->ar, s->arena, &s->rules, s->target->article, &s->learned, &s->looks[0], e))
		return false;
	judge_look(s, 0, s->ev->at);
	return true;
}

static bool judge_page(struct step *s, const struct page *p, struct err *e)
{
	struct target *t = s->target;

	if (page_kind_has_versions(p->kind) && (t->kind == TARGET_NEW || t->kind == TARGET_ARTICLE))
		return judge_article(s, p, e);
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
			if (!judge_saved(s, i, &doc->saved.versions[i].article, saved_at(s->ev->at, &doc->saved, i), e))
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

	for (size_t i = 0; i < f->nentries; i++) {
		const struct feed_entry *entry = &f->entries[i];
		if (s->out->nfound == room) {
			s->unfinished = !index;
			return true;
		}
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

static bool store_page(struct step *s, struct err *e)
{
	const struct learn_text *page = &s->learned.page;
	struct versions_seen seen = { .article = s->target->article,
		                      .check = s->check,
		                      .at = s->ev->at,
		                      .later = -1,
		                      .traits = learn_traits_encode(s->arena, page) };
	struct learn_page note = { .article = seen.article,
		                   .check = s->check,
		                   .at = s->ev->at,
		                   .as_read = &s->as_read,
		                   .rules = &s->rules,
		                   .learned = &s->learned,
		                   .again = s->looks[0].newest >= 0 };

	if (s->looks[0].number < 0)
		s->target->last_change = seen.at;
	s->out->outdated = s->learned.outdated;
	return versions_store(s->ar, &s->looks[0], &seen, &page->text, &s->out->number, e) &&
	       archive_article_source(s->ar, note.article, &note.source, e) &&
	       learn_note(s->ar, s->arena, &note, &s->out->stale, &s->out->nstale, e);
}

static bool store_saved(struct step *s, const struct saved *saved, struct err *e)
{
	for (size_t i = 0; i < saved->nversions; i++) {
		const struct saved_version *v = &saved->versions[i];
		if (!store_text(s, i, &v->article, saved_at(s->ev->at, saved, i), v->later, e))
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
		return store_page(s, e);
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

static void note_answer(struct step *s)
{
	struct target *t = s->target;
	const struct evidence *ev = s->ev;

	t->last_check = ev->at;
	t->last_outcome = str_from(outcome_name(s->out->outcome));
	if (ev->result == FETCH_OK && !outcome_failed(s->out->outcome)) {
		t->etag = ev->etag;
		t->last_modified = ev->last_modified;
	}
	if (s->unfinished) {
		/* As if it had never been seen, so that the next look takes up more. */
		t->etag = t->last_modified = STR_NONE;
		t->last_blob = 0;
	}
	if (s->out->nfound)
		t->last_change = ev->at;
	if (s->doc && s->doc->kind == DOCUMENT_FEED && s->doc->feed.title.n)
		t->label = s->doc->feed.title;
}

static bool update_target(struct step *s, int64_t blob_before, struct err *e)
{
	struct target *t = s->target;
	const struct evidence *ev = s->ev;
	struct policy_case c = {
		.now = ev->at, .outcome = s->out->outcome, .retry_after = ev->retry_after, .feed_ttl = s->feed_ttl
	};
	bool older = t->last_check != WHEN_NONE && ev->at < t->last_check;

	if (ev->imported && (t->state != TARGET_IMPORTED || older)) {
		t->last_blob = blob_before; /* the next live answer is compared with the last live one */
	} else {
		policy_next(s->settings, &c, t);
		note_answer(s);
	}
	if (s->out->outcome == OUTCOME_LED_TO_FEED) {
		t->state = TARGET_UNWATCHED; /* the feed is watched in its place */
		t->due = WHEN_NONE;
	}
	struct str name = source_name(s->doc);
	if (name.n && s->out->outcome == OUTCOME_NEW_VERSION && !archive_source_set_name(s->ar, t->source, name, e))
		return false;
	return archive_target_update(s->ar, t, e);
}

/* The place a redirect led to is another address of the article. */
static bool note_address(struct step *s, struct err *e)
{
	struct str identity;

	bool seen = s->out->outcome == OUTCOME_NEW_VERSION || s->out->outcome == OUTCOME_UNCHANGED ||
	            s->out->outcome == OUTCOME_WENT_BACK;

	if (!s->ev->moved || !seen || !s->target->article || !url_identity(s->arena, s->ev->url, &identity) ||
	    str_eq(identity, s->target->url))
		return true;
	return archive_address_add(s->ar, identity, s->target->article, s->ev->at, e);
}

bool keep_check(struct archive *ar, const struct settings *settings, struct arena *a, struct target *t,
                const struct evidence *ev, const struct document *doc, struct kept *out, struct err *e)
{
	struct step s = { .ar = ar, .settings = settings, .arena = a, .target = t, .ev = ev, .doc = doc, .out = out };

	int64_t blob_before = t->last_blob;

	*out = (struct kept){ .number = -1 };
	if (!judge(&s, e) || !store_check(&s, e) || !act(&s, e))
		return false;
	out->article = t->article;
	return note_address(&s, e) && update_target(&s, blob_before, e);
}

/* ---- rebuilding ---------------------------------------------------------- */

/* A text that a check saw; texts of equal bytes are one. */
struct seen_text {
	const struct check *check;
	int64_t part, later;
	when at;
	const struct learn_text *text;
	bool page; /* not a saved one: furniture is left out of it */
	size_t order;
};

struct rebuild {
	struct archive *ar;
	struct reader *reader;
	struct arena *arena;   /* of the rebuild */
	struct arena *scratch; /* of one check */
	int64_t article, source;
	when improved;
	struct learn_rules rules;
	struct version *before; /* the versions that are made again */
	size_t nbefore;
	struct seen_text *seen;
	size_t nseen, cap;
	bool not_read; /* a reader failed: nothing is known about some bytes */
};

static void add_seen(struct rebuild *r, struct seen_text t)
{
	r->seen = mem_grow(r->seen, &r->cap, r->nseen + 1, sizeof *r->seen);
	t.order = r->nseen;
	r->seen[r->nseen++] = t;
}

static const struct learn_text *kept_copy(struct rebuild *r, const struct article *text,
                                          const struct page_trait *traits)
{
	struct learn_text *copy = ARENA_NEW(r->arena, struct learn_text);

	article_copy(text, r->arena, &copy->text);
	if (traits) {
		struct page_trait *list = ARENA_ARRAY(r->arena, struct page_trait, text->nblocks);
		for (size_t i = 0; i < text->nblocks; i++)
			list[i] = traits[i];
		copy->traits = list;
	}
	return copy;
}

static void collect_document(struct rebuild *r, const struct check *c, const struct document *doc)
{
	if (doc->kind == DOCUMENT_UNREADABLE && doc->not_read)
		r->not_read = true;
	if (doc->kind == DOCUMENT_PAGE && page_kind_has_versions(doc->page.kind))
		add_seen(r, (struct seen_text){ .check = c,
		                                .at = c->at,
		                                .later = -1,
		                                .page = true,
		                                .text = kept_copy(r, &doc->page.article, doc->page.traits) });
	if (doc->kind != DOCUMENT_SAVED)
		return;
	for (size_t i = 0; i < doc->saved.nversions; i++) {
		const struct saved_version *v = &doc->saved.versions[i];
		add_seen(r, (struct seen_text){ .check = c,
		                                .part = (int64_t)i,
		                                .at = saved_at(c->at, &doc->saved, i),
		                                .later = v->later,
		                                .text = kept_copy(r, &v->article, NULL) });
	}
}

static bool collect_check(struct rebuild *r, const struct check *c, struct err *e)
{
	struct str bytes;
	struct document doc;
	struct read_job job = { .url = c->url, .content_type = c->content_type };

	if (!read_as_from_name(c->read_as, &job.as))
		return err_set(e, ERR_CORRUPT, "check %lld was read as \"%.*s\", which nobody knows", (long long)c->id,
		               STR_ARG(c->read_as));
	if (!archive_blob(r->ar, r->scratch, c->body, &bytes, e))
		return false;
	job.bytes = bytes;
	reader_read(r->reader, &job, r->scratch, &doc);
	collect_document(r, c, &doc);
	return true;
}

static bool collect_checks(struct rebuild *r, const struct check *checks, size_t n, struct err *e)
{
	size_t first = 0; /* of the texts that the last bytes held */
	int64_t body = 0;

	for (size_t i = 0; i < n; i++) {
		if (checks[i].body == body) {
			if (r->nseen == first + 1) {
				struct seen_text again = r->seen[first];
				again.check = &checks[i];
				again.at = checks[i].at;
				again.part = 0;
				again.later = -1;
				add_seen(r, again);
			}
			first = r->nseen == first ? first : r->nseen - 1;
			continue;
		}
		first = r->nseen;
		body = checks[i].body;
		if (!collect_check(r, &checks[i], e))
			return false;
		arena_reset(r->scratch);
	}
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct seen_text *x = a, *y = b;
	when s = x->at != WHEN_NONE ? x->at : x->check->at, t = y->at != WHEN_NONE ? y->at : y->check->at;

	if (s != t)
		return s < t ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

/* All texts of the article, in the order of time. */
static bool collect(struct rebuild *r, struct err *e)
{
	struct check *checks;
	size_t n;

	if (!archive_article_source(r->ar, r->article, &r->source, e) ||
	    !archive_checks_to_rebuild(r->ar, r->arena, r->article, &checks, &n, e) || !collect_checks(r, checks, n, e))
		return false;
	if (r->nseen)
		qsort(r->seen, r->nseen, sizeof *r->seen, by_time);
	return true;
}

/* What a rebuild after an improvement says of a version: see versions_seen. */
static void mark_remade(const struct rebuild *r, const struct seen_text *t, const struct article *text,
                        struct versions_seen *seen)
{
	struct sha256 identity = article_identity(text);

	if (!r->improved)
		return;
	for (size_t i = 0; i < r->nbefore; i++) {
		const struct version *v = &r->before[i];
		if (v->check != t->check->id || v->part != t->part)
			continue;
		seen->remade = sha256_eq(&v->identity, &identity) ? v->remade : r->improved;
		return;
	}
	seen->remade = seen->found = r->improved;
}

static bool store_one(struct rebuild *r, const struct seen_text *t, int64_t *number, struct err *e)
{
	struct learned learned = { .page = *t->text };
	struct versions_look look;
	struct versions_seen seen = {
		.article = r->article, .check = t->check->id, .part = t->part, .at = t->at, .later = t->later
	};

	if (t->page) {
		learn_apply(&r->rules, r->scratch, t->text, &learned);
		seen.traits = learn_traits_encode(r->scratch, &learned.page);
		if (!learn_look(r->ar, r->scratch, &r->rules, r->article, &learned, &look, e))
			return false;
	} else if (!versions_look(r->ar, r->article, &t->text->text, &look, e)) {
		return false;
	}
	mark_remade(r, t, &learned.page.text, &seen);
	if (!versions_store(r->ar, &look, &seen, &learned.page.text, number, e))
		return false;
	struct learn_page note = { .source = r->source,
		                   .article = r->article,
		                   .check = t->check->id,
		                   .at = t->at,
		                   .as_read = t->text,
		                   .rules = &r->rules,
		                   .learned = &learned };
	return !t->page || learn_record(r->ar, r->scratch, &note, e);
}

static bool store_seen(struct rebuild *r, struct err *e)
{
	const struct learn_text *last = NULL;
	int64_t number = -1;

	for (size_t i = 0; i < r->nseen; i++) {
		const struct seen_text *t = &r->seen[i];
		if (t->text == last && t->at != WHEN_NONE) {
			if (!archive_sighting(r->ar, r->article, number, t->at, e))
				return false;
		} else if (!store_one(r, t, &number, e)) {
			return false;
		}
		arena_reset(r->scratch);
		last = t->text;
	}
	return true;
}

static void rebuild_free(struct rebuild *r)
{
	free(r->seen);
	arena_free(r->scratch);
	arena_free(r->arena);
}

bool keep_rebuild(struct archive *ar, struct reader *reader, int64_t article, when improved, int64_t *versions,
                  struct err *e)
{
	struct rebuild r = { .ar = ar,
		             .reader = reader,
		             .arena = arena_new(),
		             .scratch = arena_new(),
		             .article = article,
		             .improved = improved };
	when last;
	int64_t number;
	bool can;

	bool ok = archive_can_rebuild(ar, article, &can, e);
	if (ok && can)
		ok = collect(&r, e) && learn_rules(ar, r.arena, r.source, &r.rules, e) &&
		     archive_versions(ar, r.arena, article, &r.before, &r.nbefore, e);
	if (ok && r.not_read)
		log_warning("article %lld stays as it is: not all of its bytes could be read", (long long)article);
	if (ok && can && !r.not_read)
		ok = archive_forget_derived(ar, article, e) && store_seen(&r, e);
	ok = ok && archive_last_seen(ar, article, versions, &number, &last, e);
	*versions += 1;
	rebuild_free(&r);
	return ok;
}

/* ---- learning again ------------------------------------------------------ */

bool keep_unlearn(struct archive *ar, int64_t source, struct err *e)
{
	return archive_lessons_forget(ar, source, e);
}

/* What this page teaches beside the one before it. */
static bool learn_one(struct rebuild *r, const struct seen_text *t, const struct learn_text *before, struct err *e)
{
	struct learned learned;
	struct learn_page note = { .source = r->source,
		                   .article = r->article,
		                   .at = t->at,
		                   .as_read = t->text,
		                   .rules = &r->rules,
		                   .learned = &learned,
		                   .again = before != NULL };
	int64_t *stale;
	size_t nstale;

	if (!learn_rules(r->ar, r->scratch, r->source, &r->rules, e))
		return false;
	learn_apply(&r->rules, r->scratch, t->text, &learned);
	if (before)
		learn_compare(&r->rules, r->scratch, before, &learned);
	return learn_note(r->ar, r->scratch, &note, &stale, &nstale, e);
}

bool keep_learn(struct archive *ar, struct reader *reader, int64_t article, struct err *e)
{
	struct rebuild r = {
		.ar = ar, .reader = reader, .arena = arena_new(), .scratch = arena_new(), .article = article
	};
	const struct learn_text *before = NULL;

	bool ok = collect(&r, e);
	for (size_t i = 0; ok && i < r.nseen; i++) {
		const struct seen_text *t = &r.seen[i];
		if (!t->page || t->text == before)
			continue;
		ok = learn_one(&r, t, before, e);
		before = t->text;
		arena_reset(r.scratch);
	}
	rebuild_free(&r);
	return ok;
}
