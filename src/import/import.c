/*
 * Importing: see import.h.  One file: told what it is, read by its format, and
 * what must be made again because of it, made again.
 */
#include "import/import.h"

#include "import/inner.h"
#include "watch/rebuild.h"

void import_count_bad(struct import *im, const struct err *e)
{
	if (im->report->bad < IMPORT_BAD_NAMED)
		im->report->bad_ones[im->report->bad] = *e;
	im->report->bad++;
}

/* ---- what came out of order -------------------------------------------------- */

static bool make_again(struct import *im, int64_t article, struct err *e)
{
	int64_t now, versions;

	if (!archive_begin(im->ar, e))
		return false;
	if (archive_article_now(im->ar, article, &now, e) &&
	    rebuild_article(im->ar, im->reader, now, 0, &versions, e) && archive_stale_done(im->ar, article, e))
		return archive_commit(im->ar, e);
	archive_rollback(im->ar);
	return false;
}

static bool make_all_again(struct import *im, struct err *e)
{
	int64_t article;

	for (;;) {
		if (!archive_stale_next(im->ar, &article, e))
			return false;
		if (!article)
			return true;
		if (!make_again(im, article, e))
			return false;
	}
}

static bool count_versions(struct archive *ar, int64_t *n, struct err *e)
{
	struct arena *a = arena_new();
	struct archive_status status;

	bool ok = archive_status(ar, a, 0, &status, e);
	if (ok)
		*n = status.versions;
	arena_free(a);
	return ok;
}

/* ---- one file ------------------------------------------------------------------ */

static bool read_warcs(struct import *im, struct err *e)
{
	return import_warcs(im, NULL, STR_NONE, e);
}

static bool read_folder(struct import *im, struct err *e)
{
	return import_git(im, true, e);
}

static bool read_export(struct import *im, struct err *e)
{
	return import_git(im, false, e);
}

static bool read_html(struct import *im, struct err *e)
{
	return import_saved(im, READ_SAVED_HTML, e);
}

static bool read_text(struct import *im, struct err *e)
{
	return import_saved(im, READ_SAVED_TEXT, e);
}

static bool read_format(struct import *im, enum import_format format, struct err *e)
{
	static bool (*const readers[FORMATS])(struct import *, struct err *) = {
		[FORMAT_WARC] = read_warcs, [FORMAT_ZIP] = import_wacz,        [FORMAT_CDX] = import_cdx,
		[FORMAT_GIT] = read_folder, [FORMAT_GIT_EXPORT] = read_export, [FORMAT_SQLITE] = import_rows,
		[FORMAT_HTML] = read_html,  [FORMAT_TEXT] = read_text,
	};
	if (!readers[format])
		return err_set(e, ERR_FORMAT,
		               "%s: nothing that can be imported: no WARC, WACZ, CDX, git repository, SQLite file of "
		               "versions, saved revision page or plain text",
		               im->path);
	return readers[format](im, e);
}

static struct str file_name(const char *path)
{
	struct str s = str_from(path), folder, name;

	while (s.n > 1 && s.p[s.n - 1] == '/')
		s.n--;
	str_cut_last(s, '/', &folder, &name);
	return name;
}

static int64_t seen(const struct import_report *r)
{
	return r->records + r->skipped + r->bad;
}

bool import_path(struct archive *ar, struct reader *r, const struct settings *s, const char *path,
                 const struct import_options *o, struct import_report *report, struct err *e)
{
	struct import im = { .ar = ar, .reader = r, .settings = s, .options = o, .report = report, .path = path };
	enum import_format format;
	int64_t before, after = 0, had = seen(report);

	if (!import_recognise(path, &format, e))
		return false;
	im.arena = arena_new();
	im.origin = file_name(path);
	im.batch = batch_new(&im);
	bool ok = count_versions(ar, &before, e) && read_format(&im, format, e) && batch_flush(im.batch, e) &&
	          make_all_again(&im, e) && count_versions(ar, &after, e);
	if (ok && seen(report) == had)
		ok = err_set(e, ERR_FORMAT, "%s holds nothing that could be imported", path);
	if (ok)
		report->versions += after - before;
	batch_free(im.batch);
	arena_free(im.arena);
	return ok;
}
