/*
 * stet export --warc and --wacz: captures for the tools of web archives.
 *
 * With --output each file is written as FILE.part, and takes its name when it is
 * complete; of a WARC file and its index the index comes first, so that who sees
 * the one sees the other.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "cli/export.h"
#include "export/warc.h"

struct captures {
	struct archive *archive;
	struct export_wish wish;
	bool wacz;
	const char *path, *index_path; /* NULL: standard output, none */
	struct progress progress;
};

static bool write_captures(void *with, FILE *f, const char *name, struct err *e)
{
	const struct captures *x = with;

	if (x->wacz)
		return export_wacz(x->archive, &x->wish, f, e);
	struct sink *sink = sink_new(f);
	bool ok = export_warc(x->archive, &x->wish, sink, e) && sink_end(sink, name, e);
	sink_free(sink);
	return ok;
}

static bool put_line(void *with, struct str line, struct err *e)
{
	return fwrite(line.p, 1, line.n, with) == line.n || file_not_written("the index", errno, e);
}

static bool write_index(void *with, FILE *f, const char *name, struct err *e)
{
	const struct captures *x = with;

	(void)name;
	return index_walk(x->wish.index, put_line, f, e);
}

static bool write_files(struct captures *x, struct arena *a, struct err *e)
{
	const char *part = arena_printf(a, "%s.part", x->path).p;
	const char *index_part = arena_printf(a, "%s.part", x->index_path ? x->index_path : "").p;

	if (!file_fill(part, write_captures, x, e))
		return false;
	if (x->index_path &&
	    (!file_fill(index_part, write_index, x, e) || !file_replace(index_part, x->index_path, e))) {
		unlink(part);
		return false;
	}
	return file_replace(part, x->path, e);
}

static bool write_stdout(struct captures *x, struct err *e)
{
	if (isatty(STDOUT_FILENO))
		return err_set(e, ERR_USAGE, "a WARC file is not for a terminal; say --output FILE, or > FILE");
	return write_captures(x, stdout, "standard output", e);
}

static struct str file_name(const char *path)
{
	const char *slash = path ? strrchr(path, '/') : NULL;

	return str_from(slash ? slash + 1 : path);
}

bool export_captures(struct context *c, struct archive *ar, const struct export_captures_wish *wish, struct err *e)
{
	struct captures x = { .archive = ar, .wacz = wish->wacz };

	if (wish->output && strcmp(wish->output, "-") != 0)
		x.path = wish->output;
	if (wish->wacz && !x.path)
		return err_set(e, ERR_USAGE, "--wacz needs --output FILE");
	if (wish->cdxj && (!x.path || wish->wacz))
		return err_set(e, ERR_USAGE,
		               "--cdxj stands beside --warc and --output FILE; a WACZ has its index in it");
	if (wish->wacz && wish->zstd)
		return err_set(e, ERR_USAGE, "a WACZ holds WARC files in gzip; --zstd is for --warc");
	if (wish->cdxj)
		x.index_path = arena_printf(c->arena, "%s.cdxj", x.path).p;
	x.wish = (struct export_wish){ .source = wish->source,
		                       .articles = wish->articles,
		                       .n = wish->narticles,
		                       .zstd = wish->zstd,
		                       .name = x.path ? file_name(x.path)
		                                      : (wish->zstd ? STR("stet.warc.zst") : STR("stet.warc.gz")),
		                       .now = clock_now(&c->clock),
		                       .index = wish->cdxj ? index_new() : NULL,
		                       .progress = progress_on_step_of,
		                       .progress_arg = &x.progress };
	progress_begin(&x.progress, "articles", 0);
	bool ok = x.path ? write_files(&x, c->arena, e) : write_stdout(&x, e);
	progress_end(&x.progress);
	index_free(x.wish.index);
	return ok;
}
