/*
 * Opening the archive of a command.
 *
 * What an archive keeps of its changes (kinds, weights) was said by one method
 * of comparison (change.h).  Whoever opens it for writing with a better one
 * compares everything again first; whoever only reads is told.
 */
#include <stdio.h>

#include "base/log.h"
#include "cli/command.h"
#include "reader/reader.h"
#include "watch/versions.h"

static bool compare_again(struct archive *ar, bool all, int64_t *n, struct err *e)
{
	struct progress p;

	progress_begin(&p, "changes compared again", 0);
	bool ok = versions_compare_again(ar, all, progress_on_step, &p, n, e);
	progress_end(&p);
	return ok || err_prefix(e, "comparing changes again");
}

static bool settle_method(struct archive *ar, struct arena *a, enum archive_mode mode, struct err *e)
{
	bool current;

	if (!versions_compared(ar, a, &current, e))
		return false;
	if (current)
		return true;
	if (mode != ARCHIVE_READ) {
		int64_t compared;
		if (!compare_again(ar, false, &compared, e))
			return false;
		if (compared)
			log_info("%lld changes were compared again, as this version of the program compares",
			         (long long)compared);
		return true;
	}
	struct change_summary *old;
	size_t n;
	if (!archive_changes_of_method_below(ar, a, CHANGE_METHOD, 0, 0, 1, &old, &n, e))
		return false;
	if (n)
		log_warning("the kinds and weights of the changes in this archive are those of an older version of the "
		            "program; "
		            "`stet rebuild --changes` makes them again");
	return true;
}

/* Likewise for how the words of texts are indexed. */
static bool settle_search(struct archive *ar, enum archive_mode mode, struct err *e)
{
	struct progress p;
	bool current;

	if (!archive_search_current(ar, &current, e))
		return false;
	if (current)
		return true;
	if (mode == ARCHIVE_READ) {
		log_warning("the word index of this archive is that of an older version of the program, and search may "
		            "find too little; any command that writes to the archive makes it again");
		return true;
	}
	progress_begin(&p, "articles indexed again", 0);
	bool ok = archive_search_again(ar, progress_on_step, &p, e);
	progress_end(&p);
	return ok || err_prefix(e, "making the word index again");
}

static bool open_as_it_is(const struct context *c, enum archive_mode mode, struct archive **out, struct err *e)
{
	if (!c->archive_path)
		return err_set(
		        e, ERR_USAGE,
		        "where the archive is cannot be told without a home folder; name it with --archive FILE");
	if (mode != ARCHIVE_READ)
		reader_keep_aside(reader_aside_of(c->local_path, c->arena));
	if (archive_open(c->archive_path, mode, out, e))
		return true;
	if (e->kind == ERR_NOT_FOUND)
		return err_set(e, ERR_NOT_FOUND, "there is no archive at %s; `stet watch URL` makes one",
		               archive_is_at_server(c->archive_path) ? "this server" : c->archive_path);
	return false;
}

bool context_archive(struct context *c, enum archive_mode mode, struct archive **out, struct err *e)
{
	if (!open_as_it_is(c, mode, out, e))
		return false;
	if (settle_method(*out, c->arena, mode, e) && settle_search(*out, mode, e))
		return true;
	archive_close(*out);
	*out = NULL;
	return false;
}

bool context_compare_again(const struct context *c, int64_t *n, struct err *e)
{
	struct archive *ar;

	if (!open_as_it_is(c, ARCHIVE_WRITE, &ar, e))
		return false;
	bool ok = compare_again(ar, true, n, e);
	archive_close(ar);
	return ok;
}
