/*
 * Indexes of web archives, CDX and CDXJ, with the bytes that are at hand.
 *
 * A line that names a WARC file and a place in it is read from there: the file
 * is looked for beside the index, and in archive/ beside it or beside its
 * folder.  A line that names none (the Wayback Machine's CDX server) is looked
 * for as a page file, under the names that its downloaders give; else, since the
 * digest tells what was seen, it is a revisit of the capture with the same
 * digest, or, with a status such as 404, an answer without a body.
 *
 * Of a name only what stays below the index's folder is used.
 */
#include <jansson.h>
#include <unistd.h>

#include "base/file.h"
#include "import/inner.h"
#include "import/warc.h"
#include "url/url.h"

#define MAX_LINE (64 * KIB)
#define FIELDS 16

struct line {
	struct str url, time, mime, status, digest, offset, file;
};

struct cdx {
	struct import *im;
	struct str folder;
	char letters[FIELDS]; /* what the fields are; 0: told by their number */
	size_t nletters;
	struct warc *warc; /* the file that was read last */
	struct str warc_name;
};

/* ---- lines --------------------------------------------------------------------- */

static size_t split(struct str line, struct str fields[FIELDS])
{
	size_t n = 0;

	while (n < FIELDS && line.n) {
		if (!str_cut(line, ' ', &fields[n++], &line))
			break;
	}
	return n;
}

static struct str *field_of(struct line *l, char letter)
{
	switch (letter) {
	case 'a':
		return &l->url;
	case 'b':
		return &l->time;
	case 'm':
		return &l->mime;
	case 's':
		return &l->status;
	case 'k':
		return &l->digest;
	case 'V':
		return &l->offset;
	case 'g':
		return &l->file;
	default:
		return NULL;
	}
}

static bool read_fields(const struct cdx *x, struct str text, struct line *out)
{
	static const struct {
		size_t n;
		const char *letters;
	} usual[] = { { 7, "NbamskS" }, { 9, "NbamskrVg" }, { 10, "NbamskrMVg" }, { 11, "NbamskrMSVg" } };
	struct str fields[FIELDS];
	size_t n = split(text, fields);
	const char *letters = x->nletters == n ? x->letters : NULL;

	for (size_t i = 0; i < sizeof usual / sizeof *usual && !letters; i++)
		if (usual[i].n == n)
			letters = usual[i].letters;
	for (size_t i = 0; letters && i < n; i++) {
		struct str *to = field_of(out, letters[i]);
		if (to && !str_eq(fields[i], STR("-")))
			*to = fields[i];
	}
	return letters != NULL;
}

static struct str json_text(struct arena *a, const json_t *o, const char *key)
{
	const json_t *v = json_object_get(o, key);

	if (json_is_integer(v))
		return arena_printf(a, "%lld", (long long)json_integer_value(v));
	return json_is_string(v) ? arena_str(a, str_of(json_string_value(v), json_string_length(v))) : STR_NONE;
}

static bool read_json(struct arena *a, struct str text, struct line *out)
{
	json_t *o = json_loadb(text.p, text.n, 0, NULL);

	if (!json_is_object(o)) {
		json_decref(o);
		return false;
	}
	out->url = json_text(a, o, "url");
	out->mime = json_text(a, o, "mime");
	out->status = json_text(a, o, "status");
	out->digest = json_text(a, o, "digest");
	out->offset = json_text(a, o, "offset");
	out->file = json_text(a, o, "filename");
	json_decref(o);
	return true;
}

static bool read_line(const struct cdx *x, struct arena *a, struct str text, struct line *out)
{
	struct str key, rest, json;

	*out = (struct line){ 0 };
	if (str_cut(text, ' ', &key, &rest) && str_cut(rest, ' ', &out->time, &json) && str_starts(json, STR("{")))
		return read_json(a, json, out) && out->url.n;
	return read_fields(x, text, out) && out->url.n;
}

/* " CDX N b a m s k r M S V g" */
static void read_letters(struct cdx *x, struct str text)
{
	struct str fields[FIELDS];
	size_t n = split(str_trim(text), fields);

	x->nletters = 0;
	for (size_t i = 1; i < n; i++)
		x->letters[x->nletters++] = fields[i].n == 1 ? fields[i].p[0] : '?';
}

/* Thousandths may stand behind it. */
static bool read_time(struct str s, when *out)
{
	return s.n >= WHEN_DIGITS && s.n <= WHEN_DIGITS + 3 && when_parse_digits(str_sub(s, 0, WHEN_DIGITS), out);
}

/* ---- bytes ---------------------------------------------------------------------- */

/* Does it stay where it is put? */
static bool is_safe(struct str name)
{
	struct str part, rest = name;

	if (!name.n || name.n > MAX_URL_BYTES || str_starts(name, STR("/")) || str_find_byte(name, '\0') != STR_NPOS)
		return false;
	while (rest.n) {
		str_cut(rest, '/', &part, &rest);
		if (str_eq(part, STR("..")))
			return false;
	}
	return true;
}

static const char *there(struct arena *a, struct str folder, struct str name)
{
	const char *path = arena_printf(a, "%.*s/%.*s", STR_ARG(folder), STR_ARG(name)).p;
	return access(path, R_OK) == 0 ? path : NULL;
}

static const char *find_warc(const struct cdx *x, struct arena *a, struct str name)
{
	struct str folder, base;
	const char *path = is_safe(name) ? there(a, x->folder, name) : NULL;

	str_cut_last(name, '/', &folder, &base);
	if (!is_safe(base))
		return NULL;
	path = path ? path : there(a, x->folder, base);
	path = path ? path : there(a, x->folder, ARENA_JOIN(a, STR("archive/"), base));
	return path ? path : there(a, x->folder, ARENA_JOIN(a, STR("../archive/"), base));
}

static bool open_warc(struct cdx *x, struct str name, struct err *e)
{
	struct arena *a = x->im->arena;

	if (x->warc && str_eq(x->warc_name, name))
		return true;
	warc_close(x->warc);
	x->warc = NULL;
	x->warc_name = arena_str(a, name);
	const char *path = find_warc(x, a, name);
	if (!path)
		return err_set(e, ERR_NOT_FOUND, "%s names %.*s, which is not beside it", x->im->path, STR_ARG(name));
	return warc_open(path, NULL, name, &x->warc, e);
}

/* A file, or a place in it, that is not there is bad; why is filled in then. */
static bool take_from_warc(struct cdx *x, const struct line *l, struct err *why, struct err *e)
{
	struct batch *b = x->im->batch;
	struct warc_record r;
	int64_t offset;

	why->kind = ERR_NONE;
	if (!str_to_i64(l->offset, &offset) || offset < 0)
		err_set(why, ERR_FORMAT, "%s: the line of %.*s has no offset", x->im->path, STR_ARG(l->url));
	else if (open_warc(x, l->file, why) &&
	         warc_go(x->warc, (struct stream_place){ .member = (uint64_t)offset }, why)) {
		switch (warc_next(x->warc, batch_arena(b), batch_room(b), &r, why)) {
		case WARC_RECORD:
			return import_record(x->im, &r, e);
		case WARC_BAD:
			break;
		default:
			err_set(why, ERR_FORMAT, "%.*s has no capture at byte %lld", STR_ARG(l->file),
			        (long long)offset);
		}
	}
	return true;
}

/* The path of an address as downloaders make a name of it. */
static struct str path_name(struct arena *a, const struct url *u)
{
	struct str path = str_sub(u->path, 1, u->path.n);

	if (!path.n || path.p[path.n - 1] == '/')
		path = ARENA_JOIN(a, path, STR("index.html"));
	return u->query.n ? ARENA_JOIN(a, path, STR("?"), u->query) : path;
}

static const char *find_page(const struct cdx *x, struct arena *a, const struct line *l)
{
	struct url u;
	struct err unused;
	struct str time = l->time, slash = STR("/");

	if (!url_parse(a, l->url, NULL, &u, &unused))
		return NULL;
	struct str path = path_name(a, &u);
	const struct str names[] = {
		ARENA_JOIN(a, time, slash, u.host, slash, path),
		ARENA_JOIN(a, u.host, slash, time, slash, path),
		ARENA_JOIN(a, time, slash, path),
		ARENA_JOIN(a, l->digest, STR(".html")),
		ARENA_JOIN(a, time, STR(".html")),
		l->digest,
		time,
	};
	const char *found = NULL;
	for (size_t i = 0; i < sizeof names / sizeof *names && !found; i++)
		found = is_safe(names[i]) ? there(a, x->folder, names[i]) : NULL;
	return found;
}

/* Wayback names a digest by its letters alone. */
static struct str digest_name(struct arena *a, struct str digest)
{
	return !digest.n || str_has(digest, STR(":")) ? digest : ARENA_JOIN(a, STR("sha1:"), digest);
}

static bool take_page(struct cdx *x, const struct line *l, struct err *why, struct err *e)
{
	struct batch *b = x->im->batch;
	struct arena *a = batch_arena(b);
	struct buf *room = batch_room(b);
	int64_t status = 200;
	const char *path = find_page(x, a, l);
	struct incoming c = { .uri = arena_str(a, l->url),
		              .as = READ_WEB,
		              .refers_at = WHEN_NONE,
		              .content_type = arena_str(a, l->mime),
		              .digest = digest_name(a, arena_str(a, l->digest)) };

	why->kind = ERR_NONE;
	if ((l->status.n && !str_to_i64(l->status, &status)) || !read_time(l->time, &c.at)) {
		err_set(why, ERR_FORMAT, "%s: a line of %.*s has no time or no status", x->im->path, STR_ARG(l->url));
		return true;
	}
	c.status = (int)status;
	if (status >= 300 && status < 400) {
		x->im->report->skipped++;
		return batch_pass(b, e);
	}
	if (path && !file_read(path, room, why))
		return true;
	c.body = buf_view(room);
	c.wire_bytes = (int64_t)c.body.n;
	c.revisit = !path && status == 200;
	if (str_eq(c.content_type, STR("warc/revisit")))
		c.content_type = STR_NONE;
	return batch_add(b, &c, e);
}

/* ---- the file -------------------------------------------------------------------- */

static bool take_line(struct cdx *x, struct str text, struct err *e)
{
	struct line l;
	struct err why = { 0 };

	if (str_starts(str_trim(text), STR("CDX "))) {
		read_letters(x, text);
		return true;
	}
	if (!text.n || text.p[0] == '!')
		return true;
	if (!read_line(x, batch_arena(x->im->batch), text, &l))
		err_set(&why, ERR_FORMAT, "%s: a line that is none of an index: %.*s", x->im->path,
		        STR_ARG(str_sub(text, 0, 60)));
	else if (!(l.file.n ? take_from_warc(x, &l, &why, e) : take_page(x, &l, &why, e)))
		return false;
	if (why.kind == ERR_NONE)
		return true;
	import_count_bad(x->im, &why);
	return batch_pass(x->im->batch, e);
}

static bool take_lines(struct cdx *x, struct stream *s, struct err *e)
{
	struct buf line = BUF_INIT(MAX_LINE);
	struct import *im = x->im;
	bool ok = true;

	while (ok && stream_line(s, &line)) {
		struct str text = buf_view(&line);
		while (text.n && (text.p[text.n - 1] == '\r' || text.p[text.n - 1] == ' '))
			text.n--;
		struct stream_place next = stream_place(s);
		im->mark.at = next.member;
		im->mark.within = next.within;
		ok = take_line(x, text, e);
	}
	buf_free(&line);
	if (ok && stream_trouble(s))
		ok = err_set(e, ERR_FORMAT, "%s: %s", im->path, stream_trouble(s));
	return ok;
}

/* The first line tells what the fields are, wherever one goes on. */
static bool resume(struct cdx *x, struct stream *s, struct err *e)
{
	struct import *im = x->im;
	struct buf line = BUF_INIT(MAX_LINE);

	if (!im->mark.at && !im->mark.within)
		return true;
	if (stream_line(s, &line) && str_starts(str_trim(buf_view(&line)), STR("CDX ")))
		read_letters(x, buf_view(&line));
	buf_free(&line);
	im->report->records += im->mark.records;
	im->report->known += im->mark.records;
	return stream_go(s, (struct stream_place){ im->mark.at, im->mark.within }, e);
}

static struct str folder_of(const char *path)
{
	struct str folder, name;

	if (!str_cut_last(str_from(path), '/', &folder, &name))
		return STR(".");
	return folder.n ? folder : STR("/");
}

bool import_cdx(struct import *im, struct err *e)
{
	struct cdx x = { .im = im, .folder = folder_of(im->path) };
	struct stream *s;

	if (!mark_name(im, STR_NONE, e) || !mark_get(im, e) || !stream_open(im->path, NULL, &s, e))
		return false;
	bool ok = resume(&x, s, e) && take_lines(&x, s, e);
	im->mark.done = true;
	ok = ok && batch_flush(im->batch, e);
	stream_close(s);
	warc_close(x.warc);
	return ok;
}
