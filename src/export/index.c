/*
 * The index of a WARC file: see index.h.  Sorted runs are written to temporary
 * files and merged at the end; the merge takes the least of the first lines of
 * all runs, of which there are few.
 */
#include "export/index.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "url/url.h"

#define SORT_BYTES (64 * MIB)
#define MAX_LINE (64 * KIB)
#define MAX_RUNS 1000

struct run {
	FILE *f;
	char *line;
	size_t cap;
	ssize_t n; /* of the line; <= 0: at its end */
};

struct index {
	struct arena *arena; /* of lines that are not in a run yet */
	struct str *lines;
	size_t n, cap;
	struct run *runs;
	size_t nruns, runs_cap;
};

struct index *index_new(void)
{
	struct index *x = mem_zalloc(1, sizeof *x);

	x->arena = arena_new();
	return x;
}

void index_free(struct index *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->nruns; i++) {
		fclose(x->runs[i].f);
		free(x->runs[i].line);
	}
	arena_free(x->arena);
	free(x->runs);
	free(x->lines);
	free(x);
}

static int by_bytes(const void *a, const void *b)
{
	return str_cmp(*(const struct str *)a, *(const struct str *)b);
}

static bool write_run(struct index *x, struct err *e)
{
	struct run r = { .f = tmpfile() };
	bool ok = r.f != NULL && x->nruns < MAX_RUNS;

	qsort(x->lines, x->n, sizeof *x->lines, by_bytes);
	for (size_t i = 0; ok && i < x->n; i++)
		ok = fwrite(x->lines[i].p, 1, x->lines[i].n, r.f) == x->lines[i].n;
	if (!ok || fflush(r.f) != 0) {
		if (r.f)
			fclose(r.f);
		return err_set(e, ERR_IO, "cannot write a temporary file for the index: %s", strerror(errno));
	}
	rewind(r.f);
	x->runs = mem_grow(x->runs, &x->runs_cap, x->nruns + 1, sizeof *x->runs);
	x->runs[x->nruns++] = r;
	x->n = 0;
	arena_reset(x->arena);
	return true;
}

/* Spaces part the fields. */
static void put_key(struct str surt, struct buf *out)
{
	for (size_t i = 0; i < surt.n; i++) {
		unsigned char c = (unsigned char)surt.p[i];
		if (c <= ' ' || c >= 0x7f)
			buf_printf(out, "%%%02X", c);
		else
			buf_byte(out, (char)c);
	}
}

static void field_number(struct json *j, const char *key, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof text, "%llu", (unsigned long long)n);
	json_field_str(j, key, str_from(text));
}

bool index_add(struct index *x, const struct index_line *l, struct err *e)
{
	struct buf b = BUF_INIT(MAX_LINE);
	struct json j = JSON_INIT(&b);
	char time[WHEN_TEXT];
	struct str surt;

	if (!url_is_web(l->url) || !url_surt(x->arena, l->url, &surt))
		surt = arena_lower(x->arena, l->url);
	put_key(surt, &b);
	buf_printf(&b, " %s ", when_digits(l->at, time));
	json_object(&j);
	json_field_str(&j, "url", l->url);
	if (l->mime.n)
		json_field_str(&j, "mime", l->mime);
	if (l->status)
		field_number(&j, "status", (uint64_t)l->status);
	json_field_str(&j, "digest", l->digest);
	field_number(&j, "length", l->length);
	field_number(&j, "offset", l->offset);
	json_field_str(&j, "filename", l->file);
	json_end(&j);
	buf_byte(&b, '\n');
	if (!b.full) {
		x->lines = mem_grow(x->lines, &x->cap, x->n + 1, sizeof *x->lines);
		x->lines[x->n++] = arena_str(x->arena, buf_view(&b));
	}
	buf_free(&b);
	return arena_used(x->arena) < SORT_BYTES || write_run(x, e);
}

/* ---- merging ------------------------------------------------------------------ */

static void next_line(struct run *r)
{
	r->n = getline(&r->line, &r->cap, r->f);
}

static struct run *least(struct index *x)
{
	struct run *found = NULL;

	for (size_t i = 0; i < x->nruns; i++) {
		struct run *r = &x->runs[i];
		if (r->n > 0 &&
		    (!found || str_cmp(str_of(r->line, (size_t)r->n), str_of(found->line, (size_t)found->n)) < 0))
			found = r;
	}
	return found;
}

bool index_walk(struct index *x, index_put *put, void *with, struct err *e)
{
	struct run *r;

	if (x->nruns == 0) {
		qsort(x->lines, x->n, sizeof *x->lines, by_bytes);
		for (size_t i = 0; i < x->n; i++)
			if (!put(with, x->lines[i], e))
				return false;
		return true;
	}
	if (!write_run(x, e))
		return false;
	for (size_t i = 0; i < x->nruns; i++)
		next_line(&x->runs[i]);
	while ((r = least(x))) {
		if (!put(with, str_of(r->line, (size_t)r->n), e))
			return false;
		next_line(r);
	}
	for (size_t i = 0; i < x->nruns; i++)
		if (ferror(x->runs[i].f))
			return err_set(e, ERR_IO, "cannot read a temporary file of the index");
	return true;
}
