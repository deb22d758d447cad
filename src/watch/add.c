/*
 * What a person asks for: watching an address, and no longer.
 */
#include "url/url.h"
#include "watch/policy.h"
#include "watch/watch.h"

static bool new_target(struct archive *ar, struct arena *a, const struct watch_request *r, const struct url *u,
                       when now, int64_t *id, struct err *e)
{
	struct settings standard;
	struct target t = {
		.kind = TARGET_NEW,
		.state = TARGET_CHECKED,
		.url = u->href,
		.origin = url_origin(u->href),
		.filter = r->filter,
		.added = now,
		.due = now,
		.last_check = WHEN_NONE,
		.last_change = WHEN_NONE,
		.published = WHEN_NONE,
	};
	struct str key = r->source_key.n ? r->source_key : url_source_key(a, u);
	/* A key that was given may name a source of another site: "bbc" for bbc.com and bbc.co.uk. */
	struct source known;

	settings_defaults(&standard);
	t.period = policy_first_period(&standard, TARGET_NEW);
	if (r->source_key.n && archive_source_by_key(ar, a, key, &known, e))
		t.source = known.id;
	else if (!archive_source_ensure(ar, r->source_key.n ? key : url_site(a, u), key, now, &t.source, e))
		return false;
	return archive_target_add(ar, &t, id, e);
}

/* What an unwatched list had found is checked again too. */
static bool found_again(struct archive *ar, struct arena *a, const struct target *t, when now, struct err *e)
{
	struct target *others;
	size_t n = 0;

	if (!archive_targets(ar, a, (struct target_filter){ .source = t->source, .any_state = true }, &others, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct target *o = &others[i];
		if (o->found_by != t->id || o->state != TARGET_UNWATCHED)
			continue;
		o->state = TARGET_CHECKED;
		o->due = now;
		if (!archive_target_update(ar, o, e) || (o->kind != TARGET_ARTICLE && !found_again(ar, a, o, now, e)))
			return false;
	}
	return true;
}

static bool again(struct archive *ar, struct arena *a, struct target *t, const struct watch_request *r, when now,
                  struct err *e)
{
	if (t->state == TARGET_UNWATCHED && !found_again(ar, a, t, now, e))
		return false;
	t->state = TARGET_CHECKED;
	t->due = now;
	t->last_change = t->kind == TARGET_ARTICLE && now - t->last_change > 0 ? now : t->last_change;
	if (str_eq(t->last_outcome, str_from(outcome_name(OUTCOME_LED_TO_FEED))))
		t->kind = TARGET_NEW; /* to be led there again */
	if (r->filter.n && !str_eq(r->filter, t->filter)) {
		t->filter = r->filter;
		t->last_blob = 0; /* so that the list is read with other eyes */
		t->etag = t->last_modified = STR_NONE;
	}
	return archive_target_update(ar, t, e);
}

bool watch_add(struct archive *ar, const struct watch_request *r, when now, int64_t *target, bool *added, struct err *e)
{
	struct arena *a = arena_new();
	struct str identity;
	struct url u;
	struct target known;
	bool ok;

	*added = false;
	if (!url_parse(a, r->url, NULL, &u, e)) {
		ok = err_set(e, ERR_USAGE,
		             "cannot watch \"%.*s\": a whole address is needed, such as https://www.example.com/",
		             STR_ARG(r->url));
	} else if (!url_identity(a, u.href, &identity) || !url_parse(a, identity, NULL, &u, e)) {
		ok = err_set(e, ERR_USAGE, "cannot watch \"%.*s\"", STR_ARG(r->url));
	} else if (archive_target_by_url(ar, a, u.href, &known, e)) {
		if (known.state == TARGET_ERASED) {
			arena_free(a);
			return err_set(e, ERR_HIDDEN, "%.*s was erased, and is not kept again", STR_ARG(u.href));
		}
		*target = known.id;
		ok = again(ar, a, &known, r, now, e);
	} else if (e->kind == ERR_NOT_FOUND) {
		*added = true;
		ok = new_target(ar, a, r, &u, now, target, e);
	} else {
		ok = false;
	}
	arena_free(a);
	return ok;
}

static bool stop_checking(struct archive *ar, struct target *t, int64_t *stopped, struct err *e)
{
	if (t->state != TARGET_CHECKED)
		return true;
	t->state = TARGET_UNWATCHED;
	t->due = WHEN_NONE;
	(*stopped)++;
	return archive_target_update(ar, t, e);
}

/* Stops what the target led to, and what that led to. */
static bool stop_found(struct archive *ar, struct arena *a, const struct target *t, int64_t *stopped, struct err *e)
{
	struct target *others;
	size_t n = 0;

	if (!archive_targets(ar, a, (struct target_filter){ .source = t->source, .any_state = true }, &others, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (others[i].found_by != t->id)
			continue;
		if (!stop_checking(ar, &others[i], stopped, e))
			return false;
		if (others[i].kind != TARGET_ARTICLE && !stop_found(ar, a, &others[i], stopped, e))
			return false;
	}
	return true;
}

bool watch_remove(struct archive *ar, struct str url, int64_t *stopped, struct err *e)
{
	struct arena *a = arena_new();
	struct str identity;
	struct target t;

	*stopped = 0;
	bool ok = url_identity(a, url, &identity);
	if (!ok)
		err_set(e, ERR_USAGE, "\"%.*s\" is not an address", STR_ARG(url));
	ok = ok && archive_begin(ar, e);
	if (ok) {
		ok = archive_target_by_url(ar, a, identity, &t, e) && stop_checking(ar, &t, stopped, e) &&
		     stop_found(ar, a, &t, stopped, e) && archive_commit(ar, e);
		if (!ok)
			archive_rollback(ar);
	}
	arena_free(a);
	return ok;
}
