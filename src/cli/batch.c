/*
 * Many pages: see batch.h.
 *
 * A ring of places in the order of the input.  Each has a file that waits, is
 * with a child, or has been read; the oldest is printed when it has been.  There
 * are two places for each child, so that the next file is in memory when a
 * child becomes free.  Input is only read when there is a place for it, and
 * never waited for while an answer could be printed: who writes one line and
 * waits for its answer gets it.
 */
#include "cli/batch.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/json.h"
#include "text/dates.h"

#define MAX_PLACES 32
#define MAX_LINE (64 * KIB)

enum stage { STAGE_WAITING, STAGE_READING, STAGE_DONE };

struct place {
	enum stage stage;
	struct arena *arena;
	struct buf bytes;
	struct str url;
	struct document doc;
};

struct batch {
	struct reader *reader;
	struct place place[MAX_PLACES];
	size_t room, first, n; /* of places; the oldest; in use */
	struct buf input;
	size_t at; /* in input */
	bool ended;
	struct buf out;
};

/* ---- what is printed ------------------------------------------------------ */

/* As the page wrote it in ISO form; else the instant, or the day that was shown if that is another one. */
static void put_date(struct json *j, const char *key, when at, struct str written)
{
	char text[WHEN_TEXT], shown[WHEN_TEXT];

	if (at == WHEN_NONE) {
		json_field_when(j, key, at);
		return;
	}
	if (written.n >= 10 && written.p[4] == '-' && written.p[7] == '-' && char_is_digit(written.p[0])) {
		json_field_str(j, key, written);
		return;
	}
	when_iso(at, text);
	when_iso(date_day(written, at), shown);
	json_field_str(j, key, memcmp(text, shown, 10) != 0 ? str_of(shown, 10) : str_from(text));
}

static void put_text(struct json *j, const struct article *article)
{
	struct buf text = BUF_INIT(MAX_RESPONSE_BYTES);

	buf_str(&text, article->standfirst);
	for (size_t i = 0; i < article->nblocks; i++) {
		if (article->blocks[i].kind == BLOCK_CAPTION)
			continue;
		if (text.n)
			buf_byte(&text, '\n');
		buf_str(&text, article->blocks[i].text);
	}
	json_field_str(j, "text", buf_view(&text));
	buf_free(&text);
}

static void put_page(struct json *j, const struct article *a)
{
	struct buf names = BUF_INIT(MAX_RESPONSE_BYTES);

	for (size_t i = 0; i < a->nbylines; i++) {
		buf_puts(&names, i ? ", " : "");
		buf_str(&names, a->bylines[i]);
	}
	json_field_str(j, "title", a->title);
	json_field_str(j, "byline", buf_view(&names));
	put_date(j, "published", a->published, a->published_text);
	put_text(j, a);
	buf_free(&names);
}

static void print(struct batch *b, const struct document *doc)
{
	struct json j = JSON_INIT(&b->out);

	json_object(&j);
	if (doc->kind == DOCUMENT_PAGE)
		put_page(&j, &doc->page.article);
	else
		json_field_str(&j, "error", doc->kind == DOCUMENT_FEED ? STR("it is a feed") : doc->sentence);
	json_end(&j);
	output_json(&b->out);
}

/* ---- the ring ------------------------------------------------------------- */

static struct place *place_at(struct batch *b, size_t i)
{
	return &b->place[(b->first + i) % b->room];
}

static void add_file(struct batch *b, struct str line)
{
	struct place *p = place_at(b, b->n++);
	struct str path, url;
	struct err e;

	arena_reset(p->arena);
	buf_reset(&p->bytes);
	str_cut(str_trim(line), '\t', &path, &url);
	p->url = arena_str(p->arena, str_trim(url));
	p->stage = STAGE_WAITING;
	bool ok = !path.n || str_eq(path, STR("-")) ? err_set(&e, ERR_USAGE, "the line names no file")
	                                            : file_read(arena_cstr(p->arena, path), &p->bytes, &e);
	if (!ok) {
		p->doc = (struct document){ .kind = DOCUMENT_UNREADABLE };
		p->doc.sentence = arena_str(p->arena, str_from(e.text));
		p->stage = STAGE_DONE;
	}
}

static void submit(struct batch *b)
{
	for (size_t i = 0; i < b->n; i++) {
		struct place *p = place_at(b, i);
		const struct read_job job = {
			.as = READ_WEB, .url = p->url, .bytes = buf_view(&p->bytes), .tag = (uint64_t)(p - b->place)
		};
		if (p->stage != STAGE_WAITING)
			continue;
		if (!reader_submit(b->reader, &job))
			return;
		p->stage = STAGE_READING;
	}
}

/* An answer's tag is known only when it is taken: into an arena of its own. */
static void take(struct batch *b)
{
	struct arena *a = arena_new();
	struct document doc;
	uint64_t tag;

	while (reader_take(b->reader, a, &tag, &doc)) {
		struct place *p = &b->place[tag];
		p->doc = doc;
		p->stage = STAGE_DONE;
		arena_adopt(p->arena, a);
		submit(b); /* the child goes on while this one prints */
		a = arena_new();
	}
	arena_free(a);
}

static void print_done(struct batch *b)
{
	while (b->n && place_at(b, 0)->stage == STAGE_DONE) {
		print(b, &place_at(b, 0)->doc);
		b->first = (b->first + 1) % b->room;
		b->n--;
	}
}

/* ---- the input ------------------------------------------------------------ */

static struct str unread(const struct batch *b)
{
	return str_sub(buf_view(&b->input), b->at, b->input.n);
}

/* One that has come whole, or the last one. */
static bool has_line(const struct batch *b)
{
	struct str rest = unread(b);
	return str_find_byte(rest, '\n') != STR_NPOS || (b->ended && rest.n);
}

static bool next_line(struct batch *b, struct str *line)
{
	struct str rest = unread(b);
	size_t end = str_find_byte(rest, '\n');

	if (!has_line(b))
		return false;
	*line = str_sub(rest, 0, end);
	b->at += line->n + (end != STR_NPOS);
	return true;
}

static bool read_input(struct batch *b, struct err *e)
{
	char piece[16 * KIB];
	ssize_t n = read(STDIN_FILENO, piece, sizeof piece);

	if (n < 0 && (errno == EINTR || errno == EAGAIN))
		return true;
	if (n < 0)
		return err_set(e, ERR_IO, "cannot read standard input: %s", strerror(errno));
	b->ended = n == 0;
	if (b->at)
		memmove(b->input.p, b->input.p + b->at, b->input.n - b->at);
	b->input.n -= b->at;
	b->at = 0;
	buf_put(&b->input, piece, (size_t)n);
	return !b->input.full ||
	       err_set(e, ERR_LIMIT, "a line of standard input is longer than %zu bytes", (size_t)MAX_LINE);
}

/* Waits for children, and for input if there is a place for more. */
static bool wait_for_something(struct batch *b, struct err *e)
{
	struct pollfd fds[MAX_PLACES + 1];
	size_t n = reader_pollfds(b->reader, fds, MAX_PLACES);
	bool hungry = !b->ended && b->n < b->room;

	if (hungry)
		fds[n++] = (struct pollfd){ .fd = STDIN_FILENO, .events = POLLIN };
	fflush(stdout);
	if (poll(fds, n, reader_busy(b->reader) ? 1000 : -1) < 0 && errno != EINTR)
		return err_set(e, ERR_IO, "cannot wait for a reader: %s", strerror(errno));
	reader_work(b->reader);
	return !hungry || !fds[n - 1].revents || read_input(b, e);
}

static bool turn(struct batch *b, struct err *e)
{
	struct str line;

	while (b->n < b->room && next_line(b, &line))
		add_file(b, line);
	submit(b);
	take(b);
	print_done(b);
	bool more = b->n < b->room && has_line(b);
	return more || (b->ended && !b->n) || wait_for_something(b, e);
}

bool batch_run(struct reader *r, unsigned children, struct err *e)
{
	struct batch b = { .reader = r,
		           .room = children < MAX_PLACES / 2 ? 2 * children : MAX_PLACES,
		           .input = BUF_INIT(MAX_LINE + 16 * KIB),
		           .out = BUF_INIT(2 * MAX_RESPONSE_BYTES) };
	bool ok = true;

	for (size_t i = 0; i < b.room; i++) {
		b.place[i].arena = arena_new();
		b.place[i].bytes = BUF_INIT(MAX_BODY_BYTES);
	}
	while (ok && !(b.ended && !b.n && !has_line(&b)) && !output_broken())
		ok = turn(&b, e);
	for (size_t i = 0; i < b.room; i++) {
		arena_free(b.place[i].arena);
		buf_free(&b.place[i].bytes);
	}
	buf_free(&b.input);
	buf_free(&b.out);
	return ok;
}
