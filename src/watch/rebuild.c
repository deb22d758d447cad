/*
 * Making the versions of an article again: see rebuild.h.
 *
 * All texts that the kept bytes hold are read first, put in the order of time,
 * and then walked through as if they came now.  Equal bytes are read once.
 */
#include "watch/rebuild.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/log.h"
#include "watch/learn.h"
#include "watch/outcome.h"
#include "watch/same_page.h"
#include "watch/versions.h"

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

/* Did the address lead elsewhere, to a wall or home? */
static bool collect_elsewhere(struct rebuild *r, const struct check *c, const struct page *p, bool *elsewhere,
                              struct err *e)
{
	struct target t;
	enum outcome o;

	*elsewhere = false;
	if (!archive_target_by_id(r->ar, r->scratch, c->target, &t, e))
		return e->kind == ERR_NOT_FOUND;
	*elsewhere = !str_eq(t.url, c->url) && outcome_of_redirect(r->scratch, t.url, c->url, p->kind, &o);
	return true;
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
		                                .at = saved_seen(&doc->saved, i, c->at),
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
	bool elsewhere = false;
	if (doc.kind == DOCUMENT_PAGE && !collect_elsewhere(r, c, &doc.page, &elsewhere, e))
		return false;
	if (!elsewhere)
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
		int64_t rule;
		learn_apply(&r->rules, r->scratch, t->text, &learned);
		*number = -1;
		if (same_page_known(&r->rules, &t->text->text, &rule))
			return true; /* the check saw another page in its place */
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
			if (number >= 0 && !archive_sighting(r->ar, r->article, number, t->at, e))
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

bool rebuild_article(struct archive *ar, struct reader *reader, int64_t article, when improved, int64_t *versions,
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

bool rebuild_unlearn(struct archive *ar, int64_t source, struct err *e)
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
	if (same_page_known(&r->rules, &t->text->text, &(int64_t){ 0 }))
		return true;
	if (before)
		learn_compare(&r->rules, r->scratch, before, &learned);
	return learn_note(r->ar, r->scratch, &note, &stale, &nstale, e);
}

bool rebuild_learn(struct archive *ar, struct reader *reader, int64_t article, struct err *e)
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
