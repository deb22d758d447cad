/* Reads WARC files: see warc.h. */
#include "import/warc.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/alloc.h"
#include "base/buf.h"

#define PIECE (128 * KIB)
#define MAX_RECORD_BYTES (MAX_BODY_BYTES + MAX_HEADER_BYTES + 64 * KIB)
#define MAX_LINE_BYTES (16 * KIB)

/* A stream of plain bytes out of a file that may be gzip, with the place of
 * the member in which the current byte stands. */
struct stream {
	FILE *f;
	bool zipped;
	z_stream z;
	bool z_open, member_ended;
	unsigned char in[PIECE], out[PIECE];
	size_t out_pos, out_n;
	uint64_t in_base;      /* file offset of in[0] */
	uint64_t member;       /* file offset of the member being read */
	uint64_t member_plain; /* plain bytes of it that were handed out */
	uint64_t plain;        /* plain bytes of the whole file that were handed out */
};

struct warc {
	char *path;
	struct stream s;
	FILE *plain; /* the copy, if one had to be made */
};

struct head {
	struct str type, uri, date;
	uint64_t length;
};

/* ---- plain bytes ---------------------------------------------------------- */

static bool stream_seek(struct stream *s, uint64_t offset)
{
	if (fseeko(s->f, (off_t)offset, SEEK_SET) != 0)
		return false;
	s->out_pos = s->out_n = 0;
	s->in_base = offset;
	s->z.avail_in = 0;
	s->z.next_in = s->in;
	s->member = offset;
	s->member_plain = 0;
	s->member_ended = false;
	return !s->zipped || inflateReset2(&s->z, 31) == Z_OK;
}

static bool stream_open(struct stream *s, const char *path, struct err *e)
{
	unsigned char magic[2];

	s->f = fopen(path, "rb");
	if (!s->f)
		return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot open %s: %s", path,
		               strerror(errno));
	s->zipped = fread(magic, 1, 2, s->f) == 2 && magic[0] == 0x1f && magic[1] == 0x8b;
	if (s->zipped && inflateInit2(&s->z, 31) != Z_OK)
		return err_set(e, ERR_INTERNAL, "zlib did not start");
	s->z_open = s->zipped;
	return stream_seek(s, 0) || err_set(e, ERR_IO, "cannot read %s: %s", path, strerror(errno));
}

static void stream_close(struct stream *s)
{
	if (s->z_open)
		inflateEnd(&s->z);
	if (s->f)
		fclose(s->f);
}

static bool fill_input(struct stream *s)
{
	s->in_base = (uint64_t)ftello(s->f);
	s->z.next_in = s->in;
	s->z.avail_in = (unsigned)fread(s->in, 1, sizeof s->in, s->f);
	return s->z.avail_in > 0;
}

/* A new member begins where the last one ended. */
static bool next_member(struct stream *s)
{
	if (s->z.avail_in == 0 && !fill_input(s))
		return false;
	s->member = s->in_base + (uint64_t)(s->z.next_in - s->in);
	s->member_plain = 0;
	s->member_ended = false;
	return inflateReset2(&s->z, 31) == Z_OK;
}

/* More plain bytes in s->out; 0 at the end, -1 for broken gzip. */
static int fill_output(struct stream *s)
{
	s->out_pos = s->out_n = 0;
	if (!s->zipped) {
		s->out_n = fread(s->out, 1, sizeof s->out, s->f);
		return s->out_n > 0;
	}
	while (s->out_n == 0) {
		if (s->member_ended && !next_member(s))
			return 0;
		if (s->z.avail_in == 0 && !fill_input(s))
			return -1;
		s->z.next_out = s->out;
		s->z.avail_out = sizeof s->out;
		int result = inflate(&s->z, Z_NO_FLUSH);
		if (result != Z_OK && result != Z_STREAM_END)
			return -1;
		s->member_ended = result == Z_STREAM_END;
		s->out_n = sizeof s->out - s->z.avail_out;
	}
	return 1;
}

/* Takes n bytes to out, or past them if out is NULL; how many there were. */
static uint64_t stream_take(struct stream *s, struct buf *out, uint64_t n)
{
	uint64_t done = 0;

	while (done < n) {
		if (s->out_pos == s->out_n && fill_output(s) <= 0)
			break;
		size_t piece = s->out_n - s->out_pos;
		if (piece > n - done)
			piece = (size_t)(n - done);
		if (out)
			buf_put(out, s->out + s->out_pos, piece);
		s->out_pos += piece;
		s->member_plain += piece;
		s->plain += piece;
		done += piece;
	}
	return done;
}

/* A line without its end, at most MAX_LINE_BYTES of it; false at the end. */
static bool stream_line(struct stream *s, struct buf *line)
{
	bool any = false;

	buf_reset(line);
	for (;;) {
		if (s->out_pos == s->out_n && fill_output(s) <= 0)
			return any;
		any = true;
		char *from = (char *)s->out + s->out_pos, *end = memchr(from, '\n', s->out_n - s->out_pos);
		size_t n = end ? (size_t)(end - from) : s->out_n - s->out_pos;
		buf_put(line, from, n);
		s->out_pos += n + (end != NULL);
		s->member_plain += n + (end != NULL);
		s->plain += n + (end != NULL);
		if (end)
			return true;
	}
}

/* ---- records -------------------------------------------------------------- */

/* Reads lines up to a "WARC/" line and the head behind it.  The strings of the
 * head are from the arena; *where tells where it began. */
static bool read_head(struct stream *s, struct arena *a, struct head *h, struct warc_entry *where)
{
	struct buf line = BUF_INIT(MAX_LINE_BYTES);
	bool found = false, ended = false;
	struct str key, value;
	int64_t length = -1;

	*h = (struct head){ 0 };
	for (;;) {
		if (s->out_pos == s->out_n && fill_output(s) <= 0)
			break; /* so that a new member's place is known before its first line */
		*where = (struct warc_entry){ .member = s->member, .offset = s->member_plain, .plain = s->plain };
		if (!stream_line(s, &line))
			break;
		if ((found = str_starts(buf_view(&line), STR("WARC/"))))
			break;
	}
	while (found && !ended && stream_line(s, &line)) {
		struct str text = str_trim(buf_view(&line));
		ended = text.n == 0;
		if (!str_cut(text, ':', &key, &value))
			continue;
		value = str_trim(value);
		if (str_eq_nocase(key, STR("WARC-Type")))
			h->type = arena_str(a, value);
		else if (str_eq_nocase(key, STR("WARC-Target-URI")))
			h->uri = arena_str(a, value);
		else if (str_eq_nocase(key, STR("WARC-Date")))
			h->date = arena_str(a, value);
		else if (str_eq_nocase(key, STR("Content-Length")) && !str_to_i64(value, &length))
			length = -1;
	}
	h->length = length < 0 ? 0 : (uint64_t)length;
	/* WARC/1.0 as some write it: <http://...> */
	if (h->uri.n > 1 && h->uri.p[0] == '<' && h->uri.p[h->uri.n - 1] == '>')
		h->uri = str_sub(h->uri, 1, h->uri.n - 1);
	buf_free(&line);
	return found && ended;
}

bool warc_open(const char *path, struct warc **out, struct err *e)
{
	struct warc *w = mem_zalloc(1, sizeof *w);

	w->path = mem_strdup(path);
	if (!stream_open(&w->s, path, e)) {
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
	stream_close(&w->s);
	if (w->plain)
		fclose(w->plain);
	free(w->path);
	free(w);
}

static int by_time(const void *a, const void *b)
{
	const struct warc_entry *x = a, *y = b;
	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (x->plain > y->plain) - (x->plain < y->plain);
}

static bool copy_plain(struct warc *w, struct err *e)
{
	w->plain = tmpfile();
	if (!w->plain || !stream_seek(&w->s, 0))
		return err_set(e, ERR_IO, "cannot make a temporary file: %s", strerror(errno));
	for (int more = 1; more;) {
		more = fill_output(&w->s);
		if (more <= 0)
			break;
		if (fwrite(w->s.out, 1, w->s.out_n, w->plain) != w->s.out_n)
			return err_set(e, ERR_FULL, "cannot write a temporary copy of %s: %s", w->path,
			               strerror(errno));
	}
	if (fflush(w->plain) != 0)
		return err_set(e, ERR_FULL, "cannot write a temporary copy of %s: %s", w->path, strerror(errno));
	stream_close(&w->s);
	w->s = (struct stream){ .f = w->plain };
	w->plain = NULL;
	return true;
}

bool warc_list(struct warc *w, struct arena *a, struct warc_entry **out, size_t *n, int64_t *skipped, int64_t *bad,
               struct err *e)
{
	struct warc_entry *list = NULL;
	size_t cap = 0, count = 0;
	struct arena *scratch = arena_new();
	struct head h;
	struct warc_entry entry;
	bool sorted = true, shared_members = false;

	while (read_head(&w->s, scratch, &h, &entry)) {
		if (!str_eq_nocase(h.type, STR("response"))) {
			(*skipped)++;
		} else if (!when_parse_iso(h.date, &entry.at) || h.length > MAX_RECORD_BYTES || !h.uri.n) {
			(*bad)++;
		} else {
			list = mem_grow(list, &cap, count + 1, sizeof *list);
			sorted = sorted && (count == 0 || list[count - 1].at <= entry.at);
			shared_members = shared_members || entry.offset > MAX_RECORD_BYTES;
			list[count++] = entry;
		}
		if (stream_take(&w->s, NULL, h.length) < h.length) {
			(*bad)++; /* cut short */
			break;
		}
		arena_reset(scratch);
	}
	arena_free(scratch);
	if (count && !sorted)
		qsort(list, count, sizeof *list, by_time);
	*out = ARENA_ARRAY(a, struct warc_entry, count);
	for (size_t i = 0; i < count; i++)
		(*out)[i] = list[i];
	*n = count;
	free(list);
	/* Many records in one member, out of order: reading each anew would cost
	 * the square of the file. */
	if (!sorted && w->s.zipped && shared_members)
		return copy_plain(w, e);
	return true;
}

/* Moves the stream to where the entry's record begins. */
static bool go_to(struct warc *w, const struct warc_entry *entry)
{
	struct stream *s = &w->s;
	bool ahead = s->member == entry->member && s->member_plain <= entry->offset && s->member_plain > 0;

	if (!s->zipped)
		return stream_seek(s, entry->plain);
	if (!ahead && !stream_seek(s, entry->member))
		return false;
	uint64_t gap = entry->offset - s->member_plain;
	return stream_take(s, NULL, gap) == gap;
}

bool warc_read(struct warc *w, const struct warc_entry *entry, struct arena *a, struct warc_record *out, struct err *e)
{
	struct head h;
	struct warc_entry where;
	struct buf block = BUF_INIT(MAX_RECORD_BYTES);

	if (!go_to(w, entry) || !read_head(&w->s, a, &h, &where))
		return err_set(e, ERR_FORMAT, "a record of %s could not be found again", w->path);
	bool whole = stream_take(&w->s, &block, h.length) == h.length && !block.full;
	*out = (struct warc_record){ .at = entry->at, .uri = h.uri, .type = h.type };
	out->block = arena_str(a, buf_view(&block));
	buf_free(&block);
	return whole || err_set(e, ERR_FORMAT, "the record of %.*s is cut short", STR_ARG(h.uri));
}
