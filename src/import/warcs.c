/*
 * From the records of WARC files to captures.
 *
 * A response holds an HTTP message, a resource the bytes alone, a revisit names
 * a capture that had the same payload.  What no article, feed or list can be,
 * by its media type, is passed over, as is a redirect: where it led is a record
 * of its own.
 */
#include "import/inner.h"
#include "import/message.h"
#include "import/warc.h"
#include "url/url.h"

/* Media types that come with pages and are never one. */
static bool is_other_media(struct str type)
{
	static const char *const starts[] = {
		"image/",
		"video/",
		"audio/",
		"font/",
		"model/",
		"text/css",
		"text/javascript",
		"application/javascript",
		"application/x-javascript",
		"application/ecmascript",
		"application/json",
		"application/font",
		"application/x-font",
		"application/vnd.ms-fontobject",
		"application/octet-stream",
		"application/pdf",
		"application/zip",
		"application/gzip",
		"application/wasm",
		"application/x-shockwave-flash",
		"application/http",
		"application/warc-fields",
	};
	for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
		if (str_starts_nocase(type, str_from(starts[i])))
			return true;
	return false;
}

static bool is_redirect(int status)
{
	return status >= 300 && status < 400 && status != 304;
}

static bool take_message(struct arena *a, const struct warc_record *r, struct incoming *c, struct err *e)
{
	struct message m;

	if (!message_parse(a, r->block, &m, e))
		return false;
	c->status = m.status;
	c->headers = m.headers;
	c->body = m.body;
	c->content_type = m.content_type;
	c->etag = m.etag;
	c->last_modified = m.last_modified;
	return true;
}

/* A revisit may have the head of its answer, or nothing. */
static bool take_revisit(struct arena *a, const struct warc_record *r, struct incoming *c)
{
	struct err unused;

	c->revisit = true;
	c->refers_uri = r->refers_uri;
	c->refers_at = r->refers_at;
	c->not_modified = str_has(r->profile, STR("server-not-modified"));
	if (!str_has(r->block, STR("HTTP/")) || !take_message(a, r, c, &unused))
		c->status = c->not_modified ? 304 : 200;
	c->body = STR_NONE;
	if (c->status == 304)
		c->not_modified = true;
	return !is_redirect(c->status);
}

static bool take_resource(const struct warc_record *r, struct incoming *c)
{
	c->body = r->block;
	c->content_type = r->content_type;
	bool ours = r->read_as.n && read_as_from_name(r->read_as, &c->as) && c->as != READ_ROBOTS;
	return ours || (url_is_web(r->uri) && (str_starts_nocase(r->content_type, STR("text/html")) ||
	                                       str_starts_nocase(r->content_type, STR("application/xhtml"))));
}

/* False: nothing for us.  Or e says what is wrong with it. */
static bool take_record(struct arena *a, const struct warc_record *r, struct incoming *c, struct err *e)
{
	*c = (struct incoming){ .at = r->at,
		                .uri = r->uri,
		                .asked = r->asked,
		                .source = r->source,
		                .as = READ_WEB,
		                .refers_at = WHEN_NONE,
		                .digest = r->digest,
		                .wire_bytes = (int64_t)r->block.n };
	if (r->type == WARC_REVISIT)
		return take_revisit(a, r, c);
	if (r->type == WARC_RESOURCE)
		return take_resource(r, c);
	if (r->content_type.n && !str_starts_nocase(r->content_type, STR("application/http")) &&
	    !str_starts(r->block, STR("HTTP/")))
		return false;
	if (!take_message(a, r, c, e))
		return err_prefix(e, "the record of %.*s cannot be read", STR_ARG(r->uri));
	bool nothing = r->truncated.n && c->status == 200 && !c->body.n;
	bool ours = r->source.n != 0;
	return !nothing && !is_redirect(c->status) && (ours || !is_other_media(c->content_type));
}

bool import_record(struct import *im, const struct warc_record *r, struct err *e)
{
	struct incoming c;
	struct err why = { 0 };

	if (take_record(batch_arena(im->batch), r, &c, &why))
		return batch_add(im->batch, &c, e);
	if (why.kind != ERR_NONE) {
		import_count_bad(im, &why);
		im->report->records++;
	} else {
		im->report->skipped++;
	}
	return batch_pass(im->batch, e);
}

static bool step(struct import *im, struct warc *w, bool *more, struct err *e)
{
	struct warc_record r;
	struct err why;

	enum warc_step s = warc_next(w, batch_arena(im->batch), batch_room(im->batch), &r, &why);
	struct stream_place next = warc_place(w);
	im->mark.at = next.member;
	im->mark.within = next.within;
	*more = s != WARC_END;
	if (s == WARC_RECORD)
		return import_record(im, &r, e);
	if (s == WARC_BAD)
		import_count_bad(im, &why);
	else if (s == WARC_PASSED)
		im->report->skipped++;
	return batch_pass(im->batch, e);
}

/* Goes on where an earlier import was; what it had counts as known. */
static bool resume(struct import *im, struct warc *w, struct err *e)
{
	struct err unused;

	if (!im->mark.at && !im->mark.within)
		return true;
	if (!warc_go(w, (struct stream_place){ im->mark.at, im->mark.within }, &unused)) {
		/* Another file that begins like it. */
		im->mark = (struct mark){ 0 };
		return warc_go(w, (struct stream_place){ 0, 0 }, e);
	}
	im->report->records += im->mark.records;
	im->report->known += im->mark.records;
	return true;
}

/* An entry of a larger file that cannot be opened is one bad thing among others. */
static bool open_warc(struct import *im, const struct stream_part *part, struct str entry, struct warc **w,
                      struct err *e)
{
	struct str path = str_from(im->path), name = path;

	*w = NULL;
	if (entry.n)
		name = ARENA_JOIN(im->arena, path, STR("/"), entry);
	if (warc_open(im->path, part, name, w, e))
		return true;
	if (!part)
		return false;
	import_count_bad(im, e);
	return true;
}

bool import_warcs(struct import *im, const struct stream_part *part, struct str entry, struct err *e)
{
	struct warc *w;
	bool more = true;

	if (!mark_name(im, entry, e) || !mark_get(im, e) || !open_warc(im, part, entry, &w, e))
		return false;
	if (!w)
		return true;
	bool ok = resume(im, w, e);
	while (ok && more)
		ok = step(im, w, &more, e);
	im->mark.done = true;
	ok = ok && batch_flush(im->batch, e);
	warc_close(w);
	return ok;
}
