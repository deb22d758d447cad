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
#include "watch/hubs.h"
#include "watch/learn.h"
#include "watch/removal.h"
#include "watch/same_page.h"
#include "watch/take_up.h"
#include "watch/versions.h"

#define LEGAL_STATUS 451

/* One check on its way through. */
struct step {
	struct archive *ar;
	const struct settings *settings;
	struct schedule *schedule;
	struct arena *arena;
	struct target *target;
	struct target before; /* the check */
	const struct evidence *ev;
	const struct document *doc;
	struct kept *out;
	int64_t check;
	struct versions_look looks[2]; /* one a version that the document holds */
	struct learn_rules rules;      /* a page: what its source has taught, */
	struct learn_text as_read;     /* the article as it was read, */
	struct learned learned;        /* and without furniture */
	struct removal_step removal;   /* what the check says of the article's removal */
	const char *why; /* the first look: why the target's address means its article; NULL: it is its own */
	struct str detail;
	bool same_bytes; /* seen again, without reading */
	bool unfinished; /* a list that named more than is taken up at once */
};

bool keep_needs_reading(struct archive *ar, const struct target *t, struct evidence *ev, bool *needs, struct err *e)
{
	int64_t blob;

	*needs = false;
	if (ev->forbidden || ev->result != FETCH_OK)
		return true;
	*needs = true;
	if (!t->last_blob || t->kind == TARGET_NEW)
		return true;
	if (!ev->body_hash) {
		ev->hash = hash_sha256(ev->body);
		ev->body_hash = &ev->hash;
	}
	if (archive_blob_find(ar, ev->body_hash, &blob, e))
		*needs = blob != t->last_blob;
	else if (e->kind != ERR_NOT_FOUND)
		return false;
	return true;
}

/* ---- judging ------------------------------------------------------------- */

static struct identity_page page_of(struct step *s, const struct article *text)
{
	struct identity_page p = {
		.archive = s->ar, .arena = s->arena, .target = s->target, .text = text, .at = s->ev->at
	};

	if (s->ev->moved && (!url_identity(s->arena, s->ev->url, &p.moved_to) || str_eq(p.moved_to, s->target->url)))
		p.moved_to = STR_NONE;
	if (s->doc->kind == DOCUMENT_PAGE)
		p.canonical = s->doc->page.canonical;
	return p;
}

/* The article that the page is known as, or a new one.  A target that led to
 * an article which is checked already is not checked beside it. */
static bool make_article(struct step *s, const struct article *text, struct err *e)
{
	struct identity_page p = page_of(s, text);
	struct target *t = s->target, first;
	struct identity_found found;

	t->kind = TARGET_ARTICLE;
	if (!identity_find(&p, &found, e))
		return false;
	s->why = found.why;
	if (!found.article)
		return archive_article_add(s->ar, t->source, found.url, s->ev->at, &t->article, e);
	t->article = found.article;
	if (!archive_target_of_article(s->ar, s->arena, t->article, &first, e))
		return e->kind == ERR_NOT_FOUND;
	if (t->state == TARGET_CHECKED && first.state == TARGET_CHECKED) {
		t->state = TARGET_UNWATCHED;
		t->due = WHEN_NONE;
	}
	return true;
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
	if (s->target->article == 0 && !make_article(s, text, e))
		return false;
	if (!versions_look(s->ar, s->target->article, text, &s->looks[part], e))
		return false;
	judge_look(s, part, at);
	return true;
}

/* What the source has taught, and the page by it. */
static bool apply_rules(struct step *s, int64_t *source, struct err *e)
{
	int64_t article = s->target->article;

	*source = s->target->source;
	if ((article && !archive_article_source(s->ar, article, source, e)) ||
	    !learn_rules(s->ar, s->arena, *source, &s->rules, e))
		return false;
	learn_apply(&s->rules, s->arena, &s->as_read, &s->learned);
	return true;
}

static bool judge_article(struct step *s, const struct page *p, struct err *e)
{
	struct identity_page place = page_of(s, &p->article);
	int64_t source, rule;
	bool same, stranger;

	s->as_read = (struct learn_text){ .text = p->article, .traits = p->traits };
	if (!apply_rules(s, &source, e))
		return false;
	if (same_page_known(&s->rules, &s->as_read.text, &rule)) {
		s->out->outcome = OUTCOME_SAME_PAGE;
		return same_page_met(s->ar, &s->rules, rule, s->ev->at, e);
	}
	if (!identity_is_stranger(&place, &stranger, e))
		return false;
	if (stranger) {
		s->out->outcome = OUTCOME_NOT_AN_ARTICLE;
		s->detail = STR("it leads to another article now");
		return true;
	}
	if (s->target->article == 0 && (!make_article(s, &p->article, e) || !apply_rules(s, &source, e)))
		return false;
	if (!learn_look(s->ar, s->arena, &s->rules, s->target->article, &s->learned, &s->looks[0], e) ||
	    !same_page_learn(s->ar, s->arena, source, s->target->article, s->ev->at, &s->as_read.text, &s->learned,
	                     &s->looks[0], &same, &s->out->stale, &s->out->nstale, e))
		return false;
	if (same)
		s->out->outcome = OUTCOME_SAME_PAGE;
	else
		judge_look(s, 0, s->ev->at);
	return true;
}

/* Where a redirect led tells what a page is before its words do.  What a person
 * asked to watch may well be a list. */
static bool judge_redirect(struct step *s, const struct page *p)
{
	enum outcome o;

	if (!s->ev->moved || s->target->kind == TARGET_FEED ||
	    !outcome_of_redirect(s->arena, s->target->url, s->ev->url, p->kind, &o) ||
	    (o == OUTCOME_REDIRECTED_HOME && s->target->kind != TARGET_ARTICLE))
		return false;
	s->out->outcome = o;
	return true;
}

static bool judge_page(struct step *s, const struct page *p, struct err *e)
{
	struct target *t = s->target;

	if (judge_redirect(s, p))
		return true;
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
		s->target->ttl = doc->feed.ttl;
		s->target->skips = doc->feed.skips;
		return true;
	case DOCUMENT_SAVED:
		for (size_t i = 0; i < doc->saved.nversions; i++)
			if (!judge_saved(s, i, &doc->saved.versions[i].article, saved_seen(&doc->saved, i, s->ev->at),
			                 e))
				return false;
		return true;
	default:
		s->out->outcome = doc->not_read ? OUTCOME_UNREADABLE : OUTCOME_BAD_BYTES;
		return true;
	}
}

static bool judge(struct step *s, struct err *e)
{
	if (s->ev->forbidden)
		s->out->outcome = OUTCOME_ROBOTS;
	else if (s->ev->result == FETCH_NOT_MODIFIED)
		s->out->outcome = OUTCOME_NOT_MODIFIED;
	else if (s->ev->status == LEGAL_STATUS)
		s->out->outcome = OUTCOME_LEGAL;
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
		.body_hash = ev->body_hash,
	};
	if (s->doc && s->doc->kind == DOCUMENT_UNREADABLE)
		c.detail = s->doc->sentence;
	else if (s->detail.n)
		c.detail = s->detail;
	bool body_now = keep_body && !s->same_bytes;
	/* A wall is like the wall of last time, and not like the article before it. */
	int64_t like = c.failed ? 0 : t->last_blob;
	if (!archive_check_add(s->ar, &c, body_now ? ev->body : STR_NONE, body_now ? ev->headers : STR_NONE, like, e))
		return false;
	s->check = c.id;
	/* A wall or an error page is not what the next answer is compared with; nor
	 * is what came before a page whose bytes are not kept. */
	if ((c.body || (ev->result == FETCH_OK && !keep_body)) && !c.failed)
		t->last_blob = c.body;
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

/* The latest time at which the page can have been published, as it says. */
static when published(const struct article *a)
{
	bool hour = str_has(a->published_text, STR(":"));

	return a->published == WHEN_NONE || hour ? a->published : a->published + DAYS;
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
	s->target->published = published(&s->doc->page.article);
	s->target->live = s->doc->page.kind == PAGE_LIVE_BLOG;
	s->out->outdated = s->learned.outdated;
	return versions_store(s->ar, &s->looks[0], &seen, &page->text, &s->out->number, e) &&
	       archive_article_source(s->ar, note.article, &note.source, e) &&
	       learn_note(s->ar, s->arena, &note, &s->out->stale, &s->out->nstale, e);
}

static bool store_saved(struct step *s, const struct saved *saved, struct err *e)
{
	for (size_t i = 0; i < saved->nversions; i++) {
		const struct saved_version *v = &saved->versions[i];
		if (!store_text(s, i, &v->article, saved_seen(saved, i, s->ev->at), v->later, e))
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

/* The feed's own name for itself is what its hub knows it by. */
static bool note_hub(struct step *s, const struct feed *f, struct err *e)
{
	struct str topic = f->self.n ? f->self : s->ev->url;

	return hubs_note(s->ar, s->arena, s->target->id, f->hub, topic, e);
}

static bool act_on_list(struct step *s, struct err *e)
{
	struct take_up t = { .archive = s->ar,
		             .settings = s->settings,
		             .schedule = s->schedule,
		             .arena = s->arena,
		             .list = s->target,
		             .now = s->ev->at };
	bool ok = true;

	if (s->doc->kind == DOCUMENT_FEED && s->target->kind == TARGET_FEED)
		ok = take_up_feed(&t, &s->doc->feed, e) && note_hub(s, &s->doc->feed, e);
	else if (s->out->outcome == OUTCOME_LED_TO_FEED)
		ok = take_up_named_feed(&t, &s->doc->page, e);
	else if (s->out->outcome == OUTCOME_LISTED)
		ok = take_up_links(&t, &s->doc->page, e);
	s->out->found = t.found;
	s->out->nfound = t.nfound;
	s->unfinished = t.unfinished;
	return ok;
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
	return act_on_list(s, e);
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
	/* A list is to be seen as if for the first time, so that the next look takes
	 * up more; a page that came out of order and may not be kept, again. */
	if (s->unfinished || (s->out->out_of_order && !t->last_blob)) {
		t->etag = t->last_modified = STR_NONE;
		t->last_blob = 0;
	}
	if (s->out->nfound)
		t->last_change = ev->at;
	if (s->doc && s->doc->kind == DOCUMENT_FEED && s->doc->feed.title.n)
		t->label = s->doc->feed.title;
}

/* An import says something of what is only ever imported, in the order of time. */
static bool counts_for_target(const struct step *s)
{
	const struct target *t = s->target;
	bool older = t->last_check != WHEN_NONE && s->ev->at < t->last_check;

	return !s->ev->imported || (t->state == TARGET_IMPORTED && !older);
}

static bool update_target(struct step *s, int64_t blob_before, struct err *e)
{
	struct target *t = s->target;
	const struct evidence *ev = s->ev;
	struct policy_case c = {
		.now = ev->at,
		.outcome = s->out->outcome,
		.retry_after = ev->retry_after,
		.fresh_for = ev->fresh_for,
		.removal = &s->removal,
	};

	if (!counts_for_target(s)) {
		t->last_blob = blob_before; /* the next live answer is compared with the last live one */
	} else {
		removal_revive(s->settings, &s->removal, t);
		if (!s->schedule)
			policy_next(s->settings, &c, t);
		else if (!schedule_next(s->schedule, &c, &s->before, t, e))
			return false;
		removal_schedule(s->settings, &s->removal, ev->at, t);
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

/* What the check says about the addresses of the article that it saw. */
static bool note_addresses(struct step *s, struct err *e)
{
	enum outcome o = s->out->outcome;
	struct article none = { 0 };
	bool seen = o == OUTCOME_NEW_VERSION || o == OUTCOME_UNCHANGED || o == OUTCOME_WENT_BACK;

	if (!seen || !s->target->article || !s->doc)
		return true;
	const struct article *text = s->doc->kind == DOCUMENT_PAGE    ? &s->doc->page.article
	                             : s->doc->kind == DOCUMENT_SAVED ? &s->doc->saved.versions[0].article
	                                                              : &none;
	struct identity_page p = page_of(s, text);
	return identity_note(&p, s->why, s->check, &s->out->same, e);
}

static void tell_removal(const struct step *s)
{
	const struct removal_step *r = &s->removal;

	if (r->news)
		log_info("removal: article %lld is %s: %.*s", (long long)r->removal.article,
		         r->stage == REMOVAL_OVER ? "back" : "gone", STR_ARG(s->target->url));
}

bool keep_check(struct archive *ar, const struct settings *settings, struct schedule *sc, struct arena *a,
                struct target *t, const struct evidence *ev, const struct document *doc, struct kept *out,
                struct err *e)
{
	struct step s = { .ar = ar,
		          .settings = settings,
		          .schedule = sc,
		          .arena = a,
		          .target = t,
		          .before = *t,
		          .ev = ev,
		          .doc = doc,
		          .out = out };

	int64_t blob_before = t->last_blob;

	*out = (struct kept){ .number = -1 };
	if (!judge(&s, e))
		return false;
	bool counts = counts_for_target(&s) && !out->out_of_order;
	if (counts && !removal_note(ar, a, settings, t->article, out->outcome, ev->at, &s.removal, e))
		return false;
	if (!store_check(&s, e) || !act(&s, e))
		return false;
	out->article = t->article;
	tell_removal(&s);
	return note_addresses(&s, e) && update_target(&s, blob_before, e);
}
