/*
 * From checks to records: see warc.h.
 *
 * An article, or a feed, is one unit: the checks of all its targets are put in
 * the order of time, and each becomes a record and its metadata.  Which record,
 * is decided by what was kept of it (put_check).  Bodies that were written for
 * the same unit are known by their blob, so that the same one is a revisit.
 */
#include "export/warc.h"

#include <stdlib.h>
#include <string.h>

#include "export/message.h"
#include "export/records.h"
#include "url/url.h"

#define PROFILES "http://netpreserve.org/warc/1.1/revisit/"
#define MESSAGE STR("application/http;msgtype=response")

/* A body that was written, and where. */
struct written {
	int64_t blob;
	struct sha256 payload;
	char id[RECORD_ID_TEXT];
	struct str uri;
	when at;
};

struct walk {
	struct archive *ar;
	const struct export_wish *wish;
	struct records *records;
	struct arena *unit, *one; /* of an article; of a check */
	struct written *written;  /* of the unit */
	size_t nwritten, cap;
	struct version *versions; /* of the article */
	size_t nversions;
	int64_t article;
};

/* A check with its target. */
struct seen {
	const struct target *target;
	struct check check;
};

/* ---- one record ------------------------------------------------------------------- */

static const struct written *find_written(const struct walk *w, int64_t blob)
{
	for (size_t i = w->nwritten; i-- > 0;)
		if (w->written[i].blob == blob)
			return &w->written[i];
	return NULL;
}

static void note_written(struct walk *w, const struct check *c, const struct record_out *o)
{
	w->written = arena_grow(w->unit, w->written, &w->cap, w->nwritten + 1, sizeof *w->written);
	struct written *x = &w->written[w->nwritten++];
	*x = (struct written){ .blob = c->body, .payload = *o->payload, .uri = o->uri, .at = o->at };
	memcpy(x->id, o->id, sizeof x->id);
}

static const struct version *version_of(const struct walk *w, int64_t check)
{
	for (size_t i = 0; i < w->nversions; i++)
		if (w->versions[i].check == check)
			return &w->versions[i];
	return NULL;
}

static struct str address_of(const struct seen *s)
{
	return s->check.url.n ? s->check.url : s->target->url;
}

/* A document that was no answer; or one under a name that is no address of the
 * web, of which other tools do not expect one. */
static bool is_resource(const struct seen *s)
{
	return str_starts(s->check.read_as, STR("saved-")) || (!s->check.status && s->check.body) ||
	       !url_is_web(address_of(s));
}

static void put_own_fields(const struct seen *s, struct record_out *o)
{
	record_field(o, "Stet-Source", s->target->source_key);
	if (!str_eq(o->uri, s->target->url))
		record_field(o, "Stet-Asked-URI", s->target->url);
	if (is_resource(s))
		record_field(o, "Stet-Read-As", s->check.read_as);
}

static bool put_indexed(struct walk *w, struct record_out *o, struct str mime, int status, struct err *e)
{
	struct str payload = STR_NONE;
	char hex[SHA256_TEXT];
	uint64_t offset, length;

	if (o->payload)
		payload = arena_printf(w->one, "sha256:%s", sha256_hex(o->payload, hex));
	if (!record_put(w->records, o, &offset, &length, e))
		return false;
	struct index_line line = { .url = o->uri,
		                   .at = o->at,
		                   .mime = mime,
		                   .digest = payload,
		                   .file = w->wish->name,
		                   .status = status,
		                   .offset = offset,
		                   .length = length };
	return !w->wish->index || index_add(w->wish->index, &line, e);
}

static struct record_out begin(struct walk *w, const struct seen *s, const char *type)
{
	const struct check *c = &s->check;
	struct record_out o = { .type = type,
		                .uri = record_uri(w->unit, address_of(s)),
		                .at = c->at == WHEN_NONE ? 0 : c->at,
		                .fields = BUF_INIT(64 * KIB) };

	record_name(&o, c->id, o.uri);
	return o;
}

/* v: the version that the check found; NULL: none. */
static bool put_metadata(struct walk *w, const struct seen *s, const struct version *v, const struct record_out *of,
                         struct err *e)
{
	const struct check *c = &s->check;
	struct record_out o = begin(w, s, "metadata");
	struct record_out text = { .fields = BUF_INIT(64 * KIB) };
	uint64_t offset, length;

	if (of)
		record_field(&o, "WARC-Concurrent-To", str_from(of->id));
	if (s->target->url.n && !str_eq(s->target->url, o.uri))
		record_field(&text, "via", s->target->url);
	buf_printf(&text.fields, "fetchTimeMs: %lld\r\n", (long long)c->wall_ms);
	record_field(&text, "stet-outcome", c->outcome);
	record_field(&text, "stet-source", s->target->source_key);
	record_field(&text, "stet-kind", str_from(target_kind_name(s->target->kind)));
	if (w->article)
		buf_printf(&text.fields, "stet-article: %lld\r\n", (long long)w->article);
	if (v)
		buf_printf(&text.fields, "stet-version: %lld\r\n", (long long)v->number);
	if (c->status)
		buf_printf(&text.fields, "stet-status: %d\r\n", c->status);
	record_field(&text, "stet-detail", c->detail);
	record_field(&text, "stet-origin", c->origin);
	o.head = buf_view(&text.fields);
	o.content_type = STR("application/warc-fields");
	bool ok = record_put(w->records, &o, &offset, &length, e);
	buf_free(&text.fields);
	return ok;
}

static bool read_kept(struct walk *w, int64_t blob, struct str *out, struct err *e)
{
	*out = STR_NONE;
	return !blob || archive_blob(w->ar, w->one, blob, out, e);
}

/* Without its parameters. */
static struct str media_type(struct str s)
{
	struct str type, rest;

	str_cut(s, ';', &type, &rest);
	return str_trim(type);
}

/* A body with its head, or what was no answer. */
static bool put_capture(struct walk *w, const struct seen *s, struct record_out *o, struct err *e)
{
	const struct check *c = &s->check;
	struct str headers, body, mime = c->content_type.n ? c->content_type : STR("text/plain");
	struct buf head = BUF_INIT(4 * MAX_HEADER_BYTES);

	*o = begin(w, s, is_resource(s) ? "resource" : "response");
	if (!read_kept(w, c->headers, &headers, e) || !read_kept(w, c->body, &body, e))
		return false;
	struct sha256 payload = hash_sha256(body);
	o->body = body;
	o->payload = &payload;
	o->content_type = mime;
	if (!is_resource(s)) {
		message_put_head(headers, c->status, c->content_type, body.n, false, &head);
		o->head = buf_view(&head);
		o->content_type = MESSAGE;
		record_field(o, "WARC-Protocol", message_protocol(headers));
	}
	put_own_fields(s, o);
	note_written(w, c, o);
	bool ok = put_indexed(w, o, media_type(mime), is_resource(s) ? 0 : c->status, e);
	o->payload = NULL;
	buf_free(&head);
	return ok;
}

/* The same body again, or the server's word that it is. */
static bool put_revisit(struct walk *w, const struct seen *s, const struct written *first, struct record_out *o,
                        struct err *e)
{
	const struct check *c = &s->check;
	bool not_modified = c->status == 304;
	struct buf head = BUF_INIT(4 * MAX_HEADER_BYTES);
	struct str headers;
	char at[WHEN_TEXT];

	*o = begin(w, s, "revisit");
	if (!read_kept(w, c->headers, &headers, e))
		return false;
	o->payload = &first->payload;
	o->content_type = MESSAGE;
	record_field(o, "WARC-Profile",
	             not_modified ? STR(PROFILES "server-not-modified") : STR(PROFILES "identical-payload-digest"));
	record_field(o, "WARC-Refers-To", str_from(first->id));
	record_field(o, "WARC-Refers-To-Target-URI", first->uri);
	record_field(o, "WARC-Refers-To-Date", str_from(when_iso(first->at, at)));
	if (headers.n || not_modified) {
		message_put_head(headers, c->status, STR_NONE, 0, true, &head);
		o->head = buf_view(&head);
	}
	put_own_fields(s, o);
	bool ok = put_indexed(w, o, STR("warc/revisit"), c->status, e);
	buf_free(&head);
	return ok;
}

/* Nothing was kept but that there was an answer, and its status. */
static bool put_status_only(struct walk *w, const struct seen *s, struct record_out *o, struct err *e)
{
	const struct check *c = &s->check;
	struct sha256 payload = hash_sha256(STR_NONE);
	struct buf head = BUF_INIT(4 * KIB);

	*o = begin(w, s, "response");
	message_put_head(STR_NONE, c->status, c->content_type, 0, true, &head);
	o->head = buf_view(&head);
	o->payload = &payload;
	o->content_type = MESSAGE;
	record_field(o, "WARC-Truncated", STR("unspecified"));
	put_own_fields(s, o);
	bool ok = put_indexed(w, o, media_type(c->content_type), c->status, e);
	o->payload = NULL;
	buf_free(&head);
	return ok;
}

static bool put_check(struct walk *w, const struct seen *s, struct err *e)
{
	const struct check *c = &s->check;
	const struct written *first = c->body ? find_written(w, c->body) : NULL;
	const struct version *v = version_of(w, c->id);
	struct record_out o;
	bool nothing = false, ok;

	if (first && !is_resource(s))
		ok = put_revisit(w, s, first, &o, e);
	else if (c->body && c->status != 304)
		ok = put_capture(w, s, &o, e);
	else if (c->status && !c->body && !is_resource(s) && c->status != 200 && c->status != 203)
		ok = put_status_only(w, s, &o, e);
	else
		ok = nothing = true;
	if (!ok || !put_metadata(w, s, v, nothing ? NULL : &o, e))
		return false;
	return nothing || !v || !w->wish->page || w->wish->page(w->wish->page_with, o.uri, o.at, v->title, e);
}

/* ---- units ------------------------------------------------------------------------ */

static int by_time(const void *a, const void *b)
{
	const struct seen *x = a, *y = b;

	if (x->check.at != y->check.at)
		return x->check.at < y->check.at ? -1 : 1;
	return (x->check.id > y->check.id) - (x->check.id < y->check.id);
}

static bool put_unit(struct walk *w, const struct target *targets, size_t n, struct err *e)
{
	struct seen *all = NULL;
	size_t nall = 0, cap = 0;

	for (size_t i = 0; i < n; i++) {
		struct check *checks;
		size_t nchecks;
		if (!archive_checks(w->ar, w->unit, targets[i].id, INT32_MAX, &checks, &nchecks, e))
			return false;
		all = arena_grow(w->unit, all, &cap, nall + nchecks + 1, sizeof *all);
		for (size_t k = 0; k < nchecks; k++)
			all[nall++] = (struct seen){ &targets[i], checks[k] };
	}
	if (nall)
		qsort(all, nall, sizeof *all, by_time);
	w->written = NULL;
	w->nwritten = w->cap = 0;
	for (size_t i = 0; i < nall; i++) {
		arena_reset(w->one);
		if (!put_check(w, &all[i], e))
			return false;
	}
	return true;
}

static bool put_article(struct walk *w, int64_t id, struct err *e)
{
	struct article_row row;
	struct target *targets;
	size_t n;

	arena_reset(w->unit);
	if (!archive_article(w->ar, w->unit, id, &row, e))
		return e->kind == ERR_NOT_FOUND;
	if (w->wish->source.n && !str_eq(row.source_key, w->wish->source))
		return true;
	w->article = id;
	return archive_versions(w->ar, w->unit, id, &w->versions, &w->nversions, e) &&
	       archive_targets_of_article(w->ar, w->unit, id, &targets, &n, e) && put_unit(w, targets, n, e);
}

static bool put_articles(struct walk *w, struct arena *a, struct err *e)
{
	const int64_t *ids = w->wish->articles;
	int64_t *all;
	size_t n = w->wish->n;

	if (!n) {
		if (!archive_article_ids(w->ar, a, false, &all, &n, e))
			return false;
		ids = all;
	}
	for (size_t i = 0; i < n; i++) {
		if (!put_article(w, ids[i], e))
			return false;
		if (w->wish->progress)
			w->wish->progress(w->wish->progress_arg, (int64_t)i + 1, (int64_t)n);
	}
	return true;
}

/* What is not an article: feeds, sections, addresses not looked at. */
static bool put_lists(struct walk *w, struct arena *a, struct err *e)
{
	struct target_filter filter = { .feeds_only = true, .any_state = true };
	struct target *targets;
	size_t n;

	w->article = 0;
	w->nversions = 0;
	if (!archive_targets(w->ar, a, filter, &targets, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		arena_reset(w->unit);
		bool wanted = !w->wish->source.n || str_eq(targets[i].source_key, w->wish->source);
		if (wanted && !targets[i].article && !put_unit(w, &targets[i], 1, e))
			return false;
	}
	return true;
}

static bool put_info(struct walk *w, struct err *e)
{
	static const char text[] =
	        "software: stet/" STET_VERSION "\r\n"
	        "format: WARC File Format 1.1\r\n"
	        "conformsTo: http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/\r\n"
	        "description: Bodies are kept decoded. Fields of answers that spoke of their encoding and length stand "
	        "as "
	        "X-Archive-Orig-NAME. Requests were not kept.\r\n";
	struct record_out o = { .type = "warcinfo", .at = w->wish->now, .fields = BUF_INIT(64 * KIB) };
	uint64_t offset, length;

	record_name(&o, 0, w->wish->name);
	record_field(&o, "WARC-Filename", w->wish->name);
	o.head = str_from(text);
	o.content_type = STR("application/warc-fields");
	return record_put(w->records, &o, &offset, &length, e);
}

bool export_warc(struct archive *ar, const struct export_wish *wish, struct sink *to, struct err *e)
{
	struct walk w = { .ar = ar, .wish = wish, .records = records_new(wish, to) };
	struct arena *a = arena_new();

	w.unit = arena_new();
	w.one = arena_new();
	bool ok = put_info(&w, e) && (wish->n || put_lists(&w, a, e)) && put_articles(&w, a, e);
	arena_free(w.one);
	arena_free(w.unit);
	arena_free(a);
	records_free(w.records);
	return ok;
}
