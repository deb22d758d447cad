/*
 * newsdiffs: a git repository whose files are articles, one a path
 * HOST/PATH, each commit of a file a version of the article at
 * http://HOST/PATH, seen at the date of the commit.
 *
 * Read is what "git fast-export" writes of it: first the bytes of files (blob),
 * then the commits that put them in place.  Of a folder git is asked for it;
 * it may also be given as a file, packed or not, or on standard input.
 *
 * Limits: bytes wait for their commit in memory, MAX_WAITING of them; a commit
 * that goes back to older ones finds them in the archive, where they were kept.
 * Paths that do not begin with a host are passed over, as are commits that only
 * reformat.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/alloc.h"
#include "import/inner.h"
#include "import/stream.h"

#define MAX_LINE (64 * KIB)
#define MAX_WAITING (64 * MIB)
#define MAX_FILE_BYTES (2 * MIB) /* of an article */

extern char **environ;

struct blob {
	uint64_t mark;
	struct sha256 hash;
	struct str bytes; /* empty: not in memory any more */
};

struct git {
	struct import *im;
	struct stream *s;
	struct buf line;
	bool again; /* the line is to be read once more */
	struct blob *blobs;
	size_t nblobs, cap;
	size_t first_waiting;  /* of blobs: the first with bytes */
	struct arena *waiting; /* their bytes */
	struct buf data;
	when at;
	bool reformat;
	uint64_t commits;
};

/* ---- lines ------------------------------------------------------------------------ */

static bool next_line(struct git *g)
{
	if (g->again) {
		g->again = false;
		return true;
	}
	return stream_line(g->s, &g->line);
}

static bool line_after(const struct git *g, struct str word, struct str *rest)
{
	struct str line = buf_view(&g->line);

	if (!str_starts(line, word))
		return false;
	*rest = str_sub(line, word.n, line.n);
	return true;
}

static bool read_mark(struct str s, uint64_t *mark)
{
	int64_t n;

	if (!str_starts(s, STR(":")) || !str_to_i64(str_sub(s, 1, s.n), &n) || n <= 0)
		return false;
	*mark = (uint64_t)n;
	return true;
}

/* The bytes of a "data N" line; *large: more than an article has. */
static bool read_data(struct git *g, struct str length, bool *large)
{
	int64_t n;

	if (!str_to_i64(length, &n) || n < 0)
		return false;
	*large = (size_t)n > MAX_FILE_BYTES;
	buf_reset(&g->data);
	return stream_take(g->s, *large ? NULL : &g->data, (uint64_t)n) == (uint64_t)n;
}

/* ---- blobs ------------------------------------------------------------------------- */

static void forget_waiting(struct git *g)
{
	for (; g->first_waiting < g->nblobs; g->first_waiting++)
		g->blobs[g->first_waiting].bytes = STR_NONE;
	arena_reset(g->waiting);
}

static bool read_blob(struct git *g)
{
	struct blob b = { 0 };
	struct str rest;
	bool large = false;

	while (next_line(g)) {
		if (line_after(g, STR("mark "), &rest)) {
			if (!read_mark(rest, &b.mark))
				return false;
		} else if (line_after(g, STR("data "), &rest)) {
			if (!read_data(g, rest, &large))
				return false;
			break;
		} else if (!line_after(g, STR("original-oid "), &rest)) {
			return false;
		}
	}
	if (large || !b.mark || (g->nblobs && g->blobs[g->nblobs - 1].mark >= b.mark))
		return true;
	if (arena_used(g->waiting) > MAX_WAITING)
		forget_waiting(g);
	b.bytes = arena_str(g->waiting, buf_view(&g->data));
	b.hash = hash_sha256(b.bytes);
	g->blobs = mem_grow(g->blobs, &g->cap, g->nblobs + 1, sizeof *g->blobs);
	g->blobs[g->nblobs++] = b;
	return true;
}

static int by_mark(const void *key, const void *element)
{
	uint64_t a = *(const uint64_t *)key, b = ((const struct blob *)element)->mark;
	return (a > b) - (a < b);
}

/* The bytes in the batch's room; empty if they are nowhere. */
static bool find_bytes(struct git *g, uint64_t mark, struct str *out, struct err *e)
{
	const struct blob *b = g->nblobs ? bsearch(&mark, g->blobs, g->nblobs, sizeof *b, by_mark) : NULL;
	struct archive *ar = g->im->ar;
	int64_t blob;

	*out = STR_NONE;
	if (!b)
		return true;
	if (!b->bytes.n) {
		/* They may be gathered, but not yet kept. */
		if (!archive_blob_find(ar, &b->hash, &blob, e) &&
		    (e->kind != ERR_NOT_FOUND || !batch_flush(g->im->batch, e) ||
		     !archive_blob_find(ar, &b->hash, &blob, e)))
			return e->kind == ERR_NOT_FOUND;
		return archive_blob(ar, batch_arena(g->im->batch), blob, out, e);
	}
	struct buf *room = batch_room(g->im->batch);
	buf_str(room, b->bytes);
	*out = buf_view(room);
	return true;
}

/* ---- commits ------------------------------------------------------------------------ */

/* "Name <address> 1340000000 +0200" */
static bool read_person(struct str line, when *at)
{
	struct str name, rest, seconds, zone;
	int64_t t;

	while (str_cut(line, '>', &name, &rest) && str_has(rest, STR(">")))
		line = rest;
	if (!str_cut(str_trim(rest), ' ', &seconds, &zone) || !str_to_i64(seconds, &t))
		return false;
	*at = t;
	return true;
}

/* "with \"quotes\" and \303\244" as git writes it */
static struct str unquote(struct arena *a, struct str s)
{
	static const char from[] = "abtnvfr", to[] = "\a\b\t\n\v\f\r";

	if (s.n < 2 || s.p[0] != '"')
		return s;
	char *out = arena_alloc(a, s.n);
	size_t n = 0;
	for (size_t i = 1; i + 1 < s.n; i++) {
		const char *known;
		if (s.p[i] != '\\') {
			out[n++] = s.p[i];
		} else if (i + 3 < s.n && s.p[i + 1] >= '0' && s.p[i + 1] <= '3') {
			out[n++] = (char)((s.p[i + 1] - '0') * 64 + (s.p[i + 2] - '0') * 8 + s.p[i + 3] - '0');
			i += 3;
		} else {
			i++;
			known = s.p[i] ? strchr(from, s.p[i]) : NULL;
			out[n++] = known ? to[known - from] : s.p[i];
		}
	}
	return str_of(out, n);
}

/* The first part of the path that could be a host, and all behind it. */
static bool address_of(struct arena *a, struct str path, struct str *out)
{
	struct str host, rest;

	for (int i = 0; i < 3; i++) {
		if (!str_cut(path, '/', &host, &rest))
			return false;
		if (host.n > 3 && host.p[0] != '.' && str_has(host, STR(".")) && !str_has(host, STR(" "))) {
			*out = ARENA_JOIN(a, STR("http://"), path);
			return rest.n > 0 && path.n < MAX_URL_BYTES;
		}
		path = rest;
	}
	return false;
}

/* "100644 :12 www.example.com/story" */
static bool take_change(struct git *g, struct str line, struct err *e)
{
	struct arena *a = batch_arena(g->im->batch);
	struct str mode, object, path = STR_NONE, url, bytes = STR_NONE;
	uint64_t mark = 0;
	struct err why;

	bool file =
	        str_cut(line, ' ', &mode, &line) && str_cut(line, ' ', &object, &path) && str_starts(mode, STR("100"));
	bool wanted = file && !g->reformat && read_mark(object, &mark);
	/* This may empty the batch, so the address comes after it. */
	if (wanted && !find_bytes(g, mark, &bytes, e))
		return false;
	path = unquote(a, path);
	if (!wanted || !address_of(a, path, &url)) {
		g->im->report->skipped++;
		return batch_pass(g->im->batch, e);
	}
	struct incoming c = { .at = g->at,
		              .uri = url,
		              .as = READ_SAVED_FIELDS,
		              .body = bytes,
		              .wire_bytes = (int64_t)bytes.n,
		              .refers_at = WHEN_NONE };
	if (bytes.n)
		return batch_add(g->im->batch, &c, e);
	err_set(&why, ERR_FORMAT, "%s, commit %llu: the file %.*s has no bytes that could be kept", g->im->path,
	        (unsigned long long)g->commits, STR_ARG(path));
	import_count_bad(g->im, &why);
	return batch_pass(g->im->batch, e);
}

/* Up to the line that begins the next command. */
static bool read_commit(struct git *g, bool *sound, struct err *e)
{
	static const char *const ends[] = { "blob", "commit ", "reset ", "tag ", "done", "feature ", "progress " };
	struct str rest;
	bool large;

	g->at = WHEN_NONE;
	g->reformat = false;
	g->commits++;
	while (next_line(g)) {
		for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
			if (str_starts(buf_view(&g->line), str_from(ends[i]))) {
				g->again = true;
				return true;
			}
		}
		if (line_after(g, STR("committer "), &rest)) {
			*sound = read_person(rest, &g->at);
		} else if (line_after(g, STR("data "), &rest)) {
			*sound = read_data(g, rest, &large);
			g->reformat = str_starts(buf_view(&g->data), STR("Reformat"));
		} else if (line_after(g, STR("M "), &rest) && !take_change(g, rest, e)) {
			return false;
		}
		if (!*sound)
			return true;
	}
	return true;
}

/* ---- the stream ------------------------------------------------------------------- */

static bool read_commands(struct git *g, struct err *e)
{
	struct str rest;
	bool sound = true, large, done = false;

	while (sound && !done && next_line(g)) {
		struct str line = buf_view(&g->line);
		if (str_eq(line, STR("blob")))
			sound = read_blob(g);
		else if (str_starts(line, STR("commit "))) {
			if (!read_commit(g, &sound, e))
				return false;
			forget_waiting(g);
		} else if (line_after(g, STR("data "), &rest)) {
			sound = read_data(g, rest, &large); /* of a tag */
		}
		done = str_eq(line, STR("done"));
	}
	if (sound && !stream_trouble(g->s))
		return true;
	struct err why;
	err_set(&why, ERR_FORMAT, "%s: it breaks off after commit %llu", g->im->path, (unsigned long long)g->commits);
	import_count_bad(g->im, &why);
	return true;
}

static bool read_from(struct import *im, const char *path, struct err *e)
{
	struct git g = { .im = im, .line = BUF_INIT(MAX_LINE), .data = BUF_INIT(MAX_FILE_BYTES) };

	if (!stream_open(path, NULL, &g.s, e))
		return false;
	g.waiting = arena_new();
	bool ok = read_commands(&g, e);
	arena_free(g.waiting);
	stream_close(g.s);
	buf_free(&g.line);
	buf_free(&g.data);
	free(g.blobs);
	return ok;
}

/* Nothing of what the repository's settings name is run. */
static bool start_git(const char *folder, int to, pid_t *pid, struct err *e)
{
	const char *const args[] = { "git",
		                     "--no-replace-objects",
		                     "-c",
		                     "core.fsmonitor=false",
		                     "-c",
		                     "core.hooksPath=/dev/null",
		                     "-C",
		                     folder,
		                     "fast-export",
		                     "--signed-tags=strip",
		                     "--use-done-feature",
		                     "--date-order",
		                     "HEAD",
		                     NULL };
	posix_spawn_file_actions_t actions;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, to, STDOUT_FILENO);
	int result = posix_spawnp(pid, "git", &actions, NULL, (char *const *)args, environ);
	posix_spawn_file_actions_destroy(&actions);
	return result == 0 ||
	       err_set(e, ERR_IO, "cannot run git, which is needed to read %s: %s", folder, strerror(result));
}

static bool read_folder(struct import *im, struct err *e)
{
	char path[40];
	int ends[2], status = 0;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_set(e, ERR_IO, "cannot make a pipe: %s", strerror(errno));
	bool started = start_git(im->path, ends[1], &pid, e);
	close(ends[1]);
	if (!started) {
		close(ends[0]);
		return false;
	}
	snprintf(path, sizeof path, "/dev/fd/%d", ends[0]);
	bool ok = read_from(im, path, e);
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ok && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return err_set(e, ERR_IO, "git could not read all of %s; what came is kept", im->path) &&
		       batch_flush(im->batch, e);
	return ok;
}

bool import_git(struct import *im, bool folder, struct err *e)
{
	if (folder)
		return read_folder(im, e);
	return read_from(im, strcmp(im->path, "-") == 0 ? "/dev/stdin" : im->path, e);
}
