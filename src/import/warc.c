/* Reads WARC files: see warc.h. */
#include "import/warc.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

#define MAX_RECORD_BYTES (MAX_BODY_BYTES + MAX_HEADER_BYTES)
#define MAX_LINE_BYTES (16 * KIB)

struct warc {
	struct str name;
	char *name_bytes;
	struct stream *s;
	struct buf line;
};

/* The fields of a head, as they stand. */
struct head {
	struct str type, date, refers_date, uri, length;
};

bool warc_open(const char *path, const struct stream_part *part, struct str name, struct warc **out, struct err *e)
{
	struct warc *w = mem_zalloc(1, sizeof *w);

	w->name_bytes = mem_alloc(name.n + 1);
	memcpy(w->name_bytes, name.p, name.n);
	w->name = str_of(w->name_bytes, name.n);
	w->line = BUF_INIT(MAX_LINE_BYTES);
	if (!stream_open(path, part, &w->s, e)) {
		warc_close(w);
		return false;
	}
	*out = w;
	return true;
}

void warc_close(struct warc *w)
{
	if (!w)
		return;
	stream_close(w->s);
	buf_free(&w->line);
	free(w->name_bytes);
	free(w);
}

struct stream_place warc_place(struct warc *w)
{
	return stream_place(w->s);
}

bool warc_go(struct warc *w, struct stream_place place, struct err *e)
{
	return stream_go(w->s, place, e);
}

/* ---- heads ------------------------------------------------------------------- */

static enum warc_step bad(const struct warc *w, struct stream_place place, const char *why, struct err *e)
{
	err_set(e, ERR_FORMAT, "%.*s, the record at byte %llu: %s", STR_ARG(w->name),
	        (unsigned long long)(place.member + (place.within && !place.member ? place.within : 0)), why);
	return WARC_BAD;
}

/* WARC/1.1 allows a year, or a year and a month. */
static bool read_date(struct arena *a, struct str s, when *out)
{
	if (s.n == 4)
		s = ARENA_JOIN(a, s, STR("-01-01"));
	else if (s.n == 7)
		s = ARENA_JOIN(a, s, STR("-01"));
	return when_parse_iso(s, out);
}

static void take_field(struct arena *a, struct str key, struct str value, struct head *h, struct warc_record *r)
{
	const struct {
		struct str name;
		struct str *to;
	} fields[] = {
		{ STR("WARC-Type"), &h->type },
		{ STR("WARC-Date"), &h->date },
		{ STR("Content-Length"), &h->length },
		{ STR("WARC-Target-URI"), &h->uri },
		{ STR("Content-Type"), &r->content_type },
		{ STR("WARC-Payload-Digest"), &r->digest },
		{ STR("WARC-Truncated"), &r->truncated },
		{ STR("WARC-Profile"), &r->profile },
		{ STR("WARC-Refers-To-Target-URI"), &r->refers_uri },
		{ STR("WARC-Refers-To-Date"), &h->refers_date },
		{ STR("Stet-Asked-URI"), &r->asked },
		{ STR("Stet-Source"), &r->source },
		{ STR("Stet-Read-As"), &r->read_as },
	};
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (str_eq_nocase(key, fields[i].name))
			*fields[i].to = arena_str(a, value);
}

/* <http://...>, as some write it. */
static struct str without_brackets(struct str s)
{
	return s.n > 1 && s.p[0] == '<' && s.p[s.n - 1] == '>' ? str_sub(s, 1, s.n - 1) : s;
}

/* Goes to the next line that begins a record; junk: something stood before it. */
static bool find_head(struct warc *w, struct stream_place *place, bool *junk)
{
	*junk = false;
	for (;;) {
		*place = stream_place(w->s);
		if (!stream_line(w->s, &w->line))
			return false;
		struct str line = str_trim(buf_view(&w->line));
		if (str_starts(line, STR("WARC/")))
			return true;
		*junk = *junk || line.n;
	}
}

/* The fields up to the empty line; false if they break off, or are too many. */
static bool read_head(struct warc *w, struct arena *a, struct head *h, struct warc_record *r)
{
	struct str key, value;
	size_t all = 0;

	*h = (struct head){ 0 };
	while (stream_line(w->s, &w->line)) {
		struct str line = str_trim(buf_view(&w->line));
		if (line.n == 0)
			return true;
		all += w->line.n;
		if (w->line.full || all > MAX_HEADER_BYTES)
			return false;
		if (str_cut(line, ':', &key, &value))
			take_field(a, str_trim(key), str_trim(value), h, r);
	}
	return false;
}

static enum warc_type type_of(struct str name)
{
	static const char *const names[WARC_TYPES] = { [WARC_OTHER] = "",
		                                       [WARC_RESPONSE] = "response",
		                                       [WARC_RESOURCE] = "resource",
		                                       [WARC_REVISIT] = "revisit" };
	for (unsigned i = 1; i < WARC_TYPES; i++)
		if (str_eq_nocase(name, str_from(names[i])))
			return (enum warc_type)i;
	return WARC_OTHER;
}

/* What the fields say; NULL, or why it cannot be. */
static const char *judge_head(struct arena *a, const struct head *h, struct warc_record *r, uint64_t *length)
{
	int64_t n;

	*length = 0;
	if (!str_to_i64(h->length, &n) || n < 0)
		return "it does not say how long it is";
	*length = (uint64_t)n;
	r->type = type_of(h->type);
	r->uri = without_brackets(h->uri);
	r->refers_uri = without_brackets(r->refers_uri);
	r->refers_at = WHEN_NONE;
	if (r->type == WARC_OTHER)
		return NULL;
	if (!read_date(a, h->date, &r->at))
		return "it has no date";
	if (!r->uri.n || r->uri.n > MAX_URL_BYTES)
		return "it has no address that could be kept";
	if (*length > MAX_RECORD_BYTES)
		return "it is too large";
	if (h->refers_date.n && !read_date(a, h->refers_date, &r->refers_at))
		r->refers_at = WHEN_NONE;
	return NULL;
}

/* ---- records ------------------------------------------------------------------- */

/* The bytes ended: at the end of the file, or because a member is broken. */
static enum warc_step at_end(struct warc *w, struct stream_place place, struct err *e)
{
	const char *trouble = stream_trouble(w->s);

	if (!trouble)
		return WARC_END;
	bad(w, place, trouble, e);
	stream_recover(w->s);
	return WARC_BAD;
}

static enum warc_step read_block(struct warc *w, uint64_t length, struct buf *block, struct warc_record *out,
                                 const char *why, struct err *e)
{
	bool wanted = !why && out->type != WARC_OTHER;

	if (wanted && !buf_reserve(block, length < KIB * KIB ? (size_t)length : KIB * KIB))
		why = "it is too large", wanted = false;
	uint64_t got = stream_take(w->s, wanted ? block : NULL, length);
	if (got < length && stream_trouble(w->s))
		return at_end(w, out->place, e);
	if (why)
		return bad(w, out->place, why, e);
	if (got < length)
		return bad(w, out->place, "it is cut short", e);
	out->block = buf_view(block);
	return wanted ? WARC_RECORD : WARC_PASSED;
}

enum warc_step warc_next(struct warc *w, struct arena *a, struct buf *block, struct warc_record *out, struct err *e)
{
	struct head h;
	uint64_t length;
	bool junk;

	*out = (struct warc_record){ .refers_at = WHEN_NONE };
	struct stream_place before = stream_place(w->s);
	if (!find_head(w, &out->place, &junk)) {
		enum warc_step step = at_end(w, out->place, e);
		return step == WARC_END && junk ? bad(w, before, "what stands there is no record", e) : step;
	}
	if (junk) {
		/* Its own step, so that the record behind is read by the next. */
		bad(w, before, "what stands before the next record belongs to none", e);
		struct err unused;
		return stream_go(w->s, out->place, &unused) ? WARC_BAD : WARC_END;
	}
	if (!read_head(w, a, &h, out)) {
		enum warc_step step = at_end(w, out->place, e);
		return step == WARC_END ? bad(w, out->place, "its head breaks off", e) : step;
	}
	const char *why = judge_head(a, &h, out, &length);
	return read_block(w, length, block, out, why, e);
}
