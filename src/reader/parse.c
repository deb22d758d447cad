/*
 * From a job to a document, in whatever process this runs.
 *
 * A web address answers with a feed or with a page, and says wrongly which: the
 * content decides.  What looks like a feed but cannot be read as one may still
 * be a page.
 */
#include "reader/parts.h"

static const char *const read_names[READ_KINDS] = {
	[READ_WEB] = "web",
	[READ_ROBOTS] = "robots",
	[READ_SAVED_HTML] = "saved-html",
	[READ_SAVED_TEXT] = "saved-text",
	[READ_SAVED_FIELDS] = "saved-fields",
};

const char *read_as_name(enum read_as r)
{
	return r < READ_KINDS ? read_names[r] : "?";
}

bool read_as_from_name(struct str name, enum read_as *out)
{
	for (unsigned i = 0; i < READ_KINDS; i++) {
		if (str_eq(name, str_from(read_names[i]))) {
			*out = (enum read_as)i;
			return true;
		}
	}
	return false;
}

static bool parse_web(const struct read_job *j, struct arena *a, struct document *out, struct err *e)
{
	if (feed_sniff(j->bytes, j->content_type) && feed_read(a, j->bytes, j->content_type, j->url, &out->feed, e)) {
		out->kind = DOCUMENT_FEED;
		return true;
	}
	out->kind = DOCUMENT_PAGE;
	return page_read(a,
	                 &(struct page_ask){ .bytes = j->bytes,
	                                     .content_type = j->content_type,
	                                     .url = j->url,
	                                     .rules = j->rules,
	                                     .explain = j->explain },
	                 &out->page, e);
}

static bool parse_robots(const struct read_job *j, struct arena *a, struct document *out, struct err *e)
{
	(void)e;
	out->kind = DOCUMENT_ROBOTS;
	robots_parse(a, j->bytes, STR("stet"), &out->robots);
	return true;
}

static bool parse_saved_html(const struct read_job *j, struct arena *a, struct document *out, struct err *e)
{
	out->kind = DOCUMENT_SAVED;
	return saved_read_html(a, j->bytes, &out->saved, e);
}

static bool parse_saved_text(const struct read_job *j, struct arena *a, struct document *out, struct err *e)
{
	out->kind = DOCUMENT_SAVED;
	return saved_read_text(a, j->bytes, &out->saved, e);
}

static bool parse_saved_fields(const struct read_job *j, struct arena *a, struct document *out, struct err *e)
{
	out->kind = DOCUMENT_SAVED;
	return saved_read_fields(a, j->bytes, &out->saved, e);
}

void reader_parse(const struct read_job *job, struct arena *a, struct document *out)
{
	static bool (*const parsers[READ_KINDS])(const struct read_job *, struct arena *, struct document *,
	                                         struct err *) = {
		[READ_WEB] = parse_web,
		[READ_ROBOTS] = parse_robots,
		[READ_SAVED_HTML] = parse_saved_html,
		[READ_SAVED_TEXT] = parse_saved_text,
		[READ_SAVED_FIELDS] = parse_saved_fields,
	};
	struct err e = { 0 };

	*out = (struct document){ 0 };
	if (job->bytes.n > MAX_BODY_BYTES)
		document_set_unreadable(out, a, "the document is larger than a body may be");
	else if (job->as >= READ_KINDS || !parsers[job->as](job, a, out, &e))
		document_set_unreadable(out, a, *e.text ? e.text : "the document cannot be read");
}
