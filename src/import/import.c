/*
 * Importing: see import.h.  Records go through watch/keep.h like answers from
 * the network, in transactions of COMMIT_AFTER.
 */
#include "import/import.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/buf.h"
#include "base/file.h"
#include "import/message.h"
#include "import/warc.h"
#include "net/fetch.h"
#include "text/norm.h"
#include "url/url.h"
#include "watch/idset.h"
#include "watch/keep.h"
#include "watch/policy.h"
#include "watch/rebuild.h"

#define COMMIT_AFTER 100

struct import {
	struct archive *ar;
	struct reader *reader;
	const struct settings *settings;
	const struct import_options *options;
	struct import_report *report;
	struct str origin;          /* the file's name */
	struct idset older;         /* articles that got a check older than what they had: at the end of the file */
	struct identity_same *same; /* articles that turned out to be one: likewise */
	size_t nsame, same_cap;
	struct idset taught; /* those that hold what is known to be furniture since: with the next commit */
	struct arena *arena; /* of the import */
};

static void import_free(struct import *im)
{
	idset_free(&im->older);
	idset_free(&im->taught);
	free(im->same);
	arena_free(im->arena);
}

static void count_bad(struct import *im, const struct err *e)
{
	if (im->report->bad++ == 0)
		im->report->first_bad = *e;
}

/* ---- targets -------------------------------------------------------------- */

/* The address as it is stored: canonical if it is one of the web, else as it
 * stands, since archives hold captures under names of other kinds too. */
static void address_of(struct arena *a, struct str uri, struct str *url, struct str *origin, struct str *site,
                       struct str *key)
{
	struct str identity;
	struct url u;
	struct err unused;

	if (url_identity(a, uri, &identity) && url_parse(a, identity, NULL, &u, &unused)) {
		*url = u.href;
		*origin = url_origin(u.href);
		*site = url_site(a, &u);
		*key = url_source_key(a, &u);
		return;
	}
	*url = str_sub(text_printable(a, uri), 0, MAX_URL_BYTES);
	*origin = STR_NONE;
	*site = STR("imported");
	*key = STR("imported");
}

static bool find_target(struct import *im, struct arena *a, struct str uri, struct str key_hint, when at,
                        struct target *t, struct err *e)
{
	struct str origin, site, key;
	struct source known;
	int64_t id;

	address_of(a, uri, &uri, &origin, &site, &key);
	if (archive_target_by_url(im->ar, a, uri, t, e))
		return true;
	if (e->kind != ERR_NOT_FOUND)
		return false;
	*t = (struct target){
		.kind = TARGET_NEW,
		.state = TARGET_IMPORTED,
		.url = uri,
		.origin = origin,
		.added = at,
		.due = WHEN_NONE,
		.period = policy_first_period(im->settings, TARGET_NEW),
		.last_check = WHEN_NONE,
		.last_change = WHEN_NONE,
		.published = WHEN_NONE,
	};
	if (im->options->source_key.n)
		key = im->options->source_key, site = key;
	else if (key_hint.n)
		key = key_hint;
	if (archive_source_by_key(im->ar, a, key, &known, e))
		t->source = known.id;
	else if (e->kind != ERR_NOT_FOUND || !archive_source_ensure(im->ar, site, key, at, &t->source, e))
		return false;
	if (!archive_target_add(im->ar, t, &id, e))
		return false;
	t->id = id;
	return true;
}

/* ---- keeping -------------------------------------------------------------- */

static bool keep(struct import *im, struct arena *a, struct target *t, struct evidence *ev, struct err *e)
{
	struct document doc;
	struct kept kept;
	bool needs;

	if (t->state == TARGET_ERASED) {
		im->report->known++; /* and not to be kept again */
		return true;
	}
	ev->origin = im->origin;
	ev->imported = true;
	ev->retry_after = -1;
	if (!keep_needs_reading(im->ar, t, ev, &needs, e))
		return false;
	if (needs) {
		struct read_job job = {
			.as = ev->as, .url = ev->url, .content_type = ev->content_type, .bytes = ev->body
		};
		reader_read(im->reader, &job, a, &doc);
	}
	if (!keep_check(im->ar, im->settings, NULL, a, t, ev, needs ? &doc : NULL, &kept, e))
		return false;
	im->report->added++;
	if (kept.same.other) {
		im->same = mem_grow(im->same, &im->same_cap, im->nsame + 1, sizeof *im->same);
		im->same[im->nsame++] = kept.same;
	}
	if (kept.out_of_order)
		idset_add(&im->older, kept.article);
	if (kept.outdated)
		idset_add(&im->taught, kept.article);
	for (size_t i = 0; i < kept.nstale; i++)
		idset_add(&im->taught, kept.stale[i]);
	return true;
}

static bool join_one(struct import *im, const struct identity_same *same, struct err *e)
{
	int64_t joined;

	if (!archive_begin(im->ar, e))
		return false;
	if (identity_join(im->ar, im->reader, NULL, same, &joined, e))
		return archive_commit(im->ar, e);
	archive_rollback(im->ar);
	return false;
}

static bool join_and_rebuild(struct import *im, struct err *e)
{
	for (size_t i = 0; i < im->nsame; i++)
		if (!join_one(im, &im->same[i], e))
			return false;
	im->nsame = 0;
	for (size_t i = 0; i < im->older.size; i++) {
		int64_t versions;
		if (!im->older.slots[i])
			continue;
		if (!archive_begin(im->ar, e))
			return false;
		if (!rebuild_article(im->ar, im->reader, im->older.slots[i], 0, &versions, e)) {
			archive_rollback(im->ar);
			return false;
		}
		if (!archive_commit(im->ar, e))
			return false;
	}
	idset_free(&im->older);
	return true;
}

/* What was learned and what it does to versions are one transaction. */
static bool commit(struct import *im, struct err *e)
{
	for (size_t i = 0; i < im->taught.size; i++) {
		int64_t versions;
		if (im->taught.slots[i] && !rebuild_article(im->ar, im->reader, im->taught.slots[i], 0, &versions, e))
			return false;
	}
	idset_free(&im->taught);
	return archive_commit(im->ar, e);
}

static struct str file_name(const char *path)
{
	const char *slash = strrchr(path, '/');
	return str_from(slash ? slash + 1 : path);
}

/* ---- WARC ----------------------------------------------------------------- */

static bool import_record(struct import *im, struct arena *a, const struct warc_record *record, struct err *e)
{
	struct message m;
	struct target t;
	struct err why;
	bool known;

	if (!message_parse(a, record->block, &m, &why)) {
		err_prefix(&why, "the record of %.*s cannot be read", STR_ARG(record->uri));
		count_bad(im, &why);
		return true;
	}
	if (m.status >= 300 && m.status < 400 && m.status != 304) {
		im->report->skipped++; /* its end is a record of its own */
		return true;
	}
	if (!find_target(im, a, record->uri, STR_NONE, record->at, &t, e))
		return false;
	struct sha256 h = hash_sha256(m.body);
	if (!archive_check_known(im->ar, t.id, record->at, &h, &known, e))
		return false;
	/* Errors, and pages that must not be archived, have no body to be known by. */
	if (!known && !archive_check_known(im->ar, t.id, record->at, NULL, &known, e))
		return false;
	if (known) {
		im->report->known++;
		return true;
	}
	struct evidence ev = {
		.result = fetch_result_of_status(m.status, false),
		.at = record->at,
		.status = m.status,
		.url = t.url,
		.headers = m.headers,
		.body = m.body,
		.content_type = m.content_type,
		.etag = m.etag,
		.last_modified = m.last_modified,
		.as = READ_WEB,
		.wire_bytes = (int64_t)record->block.n,
	};
	return keep(im, a, &t, &ev, e);
}

static bool import_entries(struct import *im, struct warc *w, const struct warc_entry *list, size_t n, struct err *e)
{
	struct arena *a = arena_new();
	bool ok = archive_begin(im->ar, e);

	for (size_t i = 0; ok && i < n; i++) {
		struct warc_record record;
		struct err why;
		im->report->records++;
		if (warc_read(w, &list[i], a, &record, &why))
			ok = import_record(im, a, &record, e);
		else
			count_bad(im, &why);
		arena_reset(a);
		if (ok && (i + 1) % COMMIT_AFTER == 0)
			ok = commit(im, e) && archive_begin(im->ar, e);
		if (im->options->progress)
			im->options->progress(im->options->progress_arg, (int64_t)i + 1, (int64_t)n);
	}
	arena_free(a);
	if (ok && commit(im, e))
		return true;
	archive_rollback(im->ar);
	return false;
}

static bool count_versions(struct archive *ar, int64_t *n, struct err *e)
{
	struct arena *a = arena_new();
	struct archive_status status;

	bool ok = archive_status(ar, a, 0, &status, e);
	if (ok)
		*n = status.versions;
	arena_free(a);
	return ok;
}

bool import_warc(struct archive *ar, struct reader *r, const struct settings *s, const char *path,
                 const struct import_options *o, struct import_report *report, struct err *e)
{
	struct import im = { .ar = ar, .reader = r, .settings = s, .options = o, .report = report };
	struct warc *w = NULL;
	struct warc_entry *list;
	size_t n;
	int64_t before, after = 0;

	im.arena = arena_new();
	im.origin = file_name(path);
	bool ok = count_versions(ar, &before, e) && warc_open(path, &w, e) &&
	          warc_list(w, im.arena, &list, &n, &report->skipped, &report->bad, e) &&
	          (n || err_set(e, ERR_FORMAT, "%s holds no WARC response records", path)) &&
	          import_entries(&im, w, list, n, e) && join_and_rebuild(&im, e) && count_versions(ar, &after, e);
	if (ok)
		report->versions += after - before;
	warc_close(w);
	import_free(&im);
	return ok;
}

/* ---- saved files ---------------------------------------------------------- */

/* Where a file without an address of its own is kept: its place on the disk. */
static struct str file_address(const char *path, struct arena *a)
{
	char real[PATH_MAX];

	return arena_printf(a, "file://%s", realpath(path, real) ? real : path);
}

static bool keep_saved(struct import *im, struct arena *a, const char *path, struct str bytes, enum read_as as,
                       struct err *e)
{
	struct document doc;
	struct target t;
	struct read_job job = { .as = as, .url = file_address(path, a), .bytes = bytes };
	struct evidence ev = { .result = FETCH_OK, .at = im->options->now, .body = bytes, .as = as };
	int64_t blob;

	reader_read(im->reader, &job, a, &doc);
	if (doc.kind != DOCUMENT_SAVED)
		return err_set(e, ERR_FORMAT, "%s: %.*s", path,
		               STR_ARG(doc.sentence.n ? doc.sentence : STR("it holds no article")));
	struct str uri = im->options->url.n ? im->options->url : doc.saved.url.n ? doc.saved.url : job.url;
	if (!find_target(im, a, uri, doc.saved.source, im->options->now, &t, e))
		return false;
	struct sha256 h = hash_sha256(bytes);
	if (archive_blob_find(im->ar, &h, &blob, e) && blob == t.last_blob) {
		im->report->known++;
		return true;
	}
	ev.url = t.url;
	ev.wire_bytes = (int64_t)bytes.n;
	return keep(im, a, &t, &ev, e);
}

bool import_saved(struct archive *ar, struct reader *r, const struct settings *s, const char *path, enum read_as as,
                  const struct import_options *o, struct import_report *report, struct err *e)
{
	struct import im = { .ar = ar, .reader = r, .settings = s, .options = o, .report = report };
	struct buf bytes = BUF_INIT(MAX_BODY_BYTES);
	int64_t before, after = 0;

	im.arena = arena_new();
	im.origin = file_name(path);
	report->records++;
	bool ok = file_read(path, &bytes, e) && count_versions(ar, &before, e) && archive_begin(ar, e);
	if (ok) {
		ok = keep_saved(&im, im.arena, path, buf_view(&bytes), as, e) && archive_commit(ar, e);
		if (!ok)
			archive_rollback(ar);
	}
	ok = ok && join_and_rebuild(&im, e) && count_versions(ar, &after, e);
	if (ok)
		report->versions += after - before;
	buf_free(&bytes);
	import_free(&im);
	return ok;
}
