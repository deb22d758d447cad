/* stet status: what is checked, what waits, what fails and why. */
#include "cli/command.h"
#include "cli/phrase.h"
#include "reader/reader.h"
#include "view/meaning.h"
#include "view/view.h"

#define MAX_FAILING 200 /* looked at */
#define MAX_TOLD 20

struct report {
	struct archive_status status;
	struct check *failing;
	struct target *targets;
	size_t nfailing;
};

static void print_count(const struct context *c, const char *name, int64_t n, const char *note)
{
	output_printf(c, COLOR_NONE, "%-14s %9lld%s%s\n", name, (long long)n, *note ? "  " : "", note);
}

static void print_kept(const struct context *c, struct archive *ar, const struct archive_status *s)
{
	output_printf(c, COLOR_BOLD, "Archive %s\n",
	              archive_is_at_server(c->archive_path) ? archive_name(ar) : c->archive_path);
	print_count(c, "sources", s->sources, "");
	print_count(c, "feeds", s->feeds, "");
	print_count(c, "articles", s->articles, "");
	print_count(c, "versions", s->versions, "");
	print_count(c, "changes", s->changes, "");
	print_count(c, "checks", s->checks, "");
	output_printf(c, COLOR_NONE, "%.*s on the disk; it keeps %.*s of pages in %.*s\n",
	              STR_ARG(phrase_bytes(c->arena, s->file_bytes)), STR_ARG(phrase_bytes(c->arena, s->blob_bytes)),
	              STR_ARG(phrase_bytes(c->arena, s->packed_bytes)));
	bool low = s->room < (int64_t)LEAST_ROOM_BYTES;
	if (s->room == INT64_MAX)
		return;
	output_printf(c, low ? COLOR_RED : COLOR_NONE, "%.*s left on the disk%s\n",
	              STR_ARG(phrase_bytes(c->arena, s->room)),
	              low ? ": nothing is fetched until there is more room" : "");
}

static void print_work(const struct context *c, const struct archive_status *s)
{
	when now = clock_now(&c->clock);

	output_printf(c, COLOR_BOLD, "\nArticles by state\n");
	print_count(c, "checked", s->checked, "");
	print_count(c, "given up", s->given_up, "not changed for so long that they are not checked again");
	print_count(c, "gone", s->gone, "their sites say that they are gone");
	print_count(c, "unwatched", s->unwatched, "somebody stopped it");
	print_count(c, "imported", s->imported, "never fetched from their sites");
	output_printf(c, COLOR_BOLD, "\nWork\n");
	print_count(c, "due now", s->due, "");
	if (s->next_due != WHEN_NONE && s->next_due > now)
		output_printf(c, COLOR_NONE, "next check     %.*s\n",
		              STR_ARG(phrase_relative(c->arena, s->next_due, now)));
	if (s->last_check != WHEN_NONE)
		output_printf(c, COLOR_NONE, "last check     %.*s\n",
		              STR_ARG(phrase_relative(c->arena, s->last_check, now)));
	else
		output_printf(c, COLOR_NONE, "nothing was checked yet; `stet run` or `stet check` does\n");
	if (s->nday)
		output_printf(c, COLOR_BOLD, "\nChecks of the last 24 hours\n");
	for (size_t i = 0; i < s->nday; i++) {
		struct str meaning = meaning_of_outcome(s->day[i].outcome);
		output_printf(c, COLOR_NONE, "%-18.*s %5lld", STR_ARG(s->day[i].outcome), (long long)s->day[i].checks);
		output_printf(c, COLOR_DIM, "%s%.*s\n", meaning.n ? "  " : "", STR_ARG(meaning));
	}
}

/* One that fails again and again is told once, with its newest check. */
static bool told_already(const struct report *r, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (r->targets[i].id == r->targets[at].id)
			return true;
	return false;
}

static void print_failure(const struct context *c, const struct check *check, const struct target *t)
{
	char at[WHEN_TEXT];

	output_printf(c, COLOR_NONE, "%s  ", when_human(check->at, at));
	output_printf(c, COLOR_RED, "%.*s", STR_ARG(check->outcome));
	if (check->status)
		output_printf(c, COLOR_NONE, " (%d)", check->status);
	if (t->failures > 1)
		output_printf(c, COLOR_NONE, ", %lld times in a row", (long long)t->failures);
	output_printf(c, COLOR_NONE, "  %.*s\n", STR_ARG(t->url));
	struct str why = check->detail.n ? check->detail : meaning_of_outcome(check->outcome);
	if (why.n)
		output_printf(c, COLOR_NONE, "    %.*s\n", STR_ARG(why));
}

static void print_failing(const struct context *c, const struct report *r)
{
	size_t told = 0;

	if (r->nfailing)
		output_printf(c, COLOR_BOLD, "\nLatest checks that failed\n");
	for (size_t i = 0; i < r->nfailing && told < MAX_TOLD && !output_broken(); i++)
		if (!told_already(r, i)) {
			print_failure(c, &r->failing[i], &r->targets[i]);
			told++;
		}
}

static void print_aside(struct context *c)
{
	const char *folder = reader_aside_of(c->local_path, c->arena);
	size_t n = reader_aside_count(folder);

	if (n)
		output_printf(
		        c, COLOR_YELLOW,
		        "\n%zu %s that a reader did not survive: kept aside in %s, for you to look at and remove\n", n,
		        n == 1 ? "document" : "documents", folder);
}

static bool write_json(struct context *c, struct archive *ar, struct err *e)
{
	struct view view = { .archive = ar, .arena = c->arena, .now = clock_now(&c->clock) };
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	bool ok = view_api_status(&view, &b, e);

	if (ok)
		output_raw(buf_view(&b));
	buf_free(&b);
	return ok;
}

static bool load(struct context *c, struct archive *ar, struct report *out, struct err *e)
{
	return archive_status(ar, c->arena, clock_now(&c->clock), &out->status, e) &&
	       archive_checks_latest(ar, c->arena, true, MAX_FAILING, &out->failing, &out->targets, &out->nfailing, e);
}

static bool print_report(struct context *c, struct archive *ar, struct err *e)
{
	struct report r;

	if (!load(c, ar, &r, e))
		return false;
	output_begin(c);
	print_kept(c, ar, &r.status);
	print_work(c, &r.status);
	print_failing(c, &r);
	print_aside(c);
	return true;
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar = NULL;
	bool ok = context_archive(c, ARCHIVE_READ, &ar, e) && (c->json ? write_json : print_report)(c, ar, e);

	archive_close(ar);
	return ok;
}

const struct command cmd_status = {
	.name = "status",
	.summary = "what is kept, what is checked, what waits, what fails and why",
	.usage = "[OPTION]...",
	.about = "Tells how much the archive keeps, how many articles are still checked and why the others are "
	         "not, how many checks wait, what the checks of the last 24 hours brought, and the latest that "
	         "failed, with the reason.\n"
	         "\n"
	         "A number of checks that are due now and that grows from hour to hour means that `stet run` is "
	         "not running, or cannot keep up.",
	.examples = "stet status\n"
	            "stet status --json",
	.has_json = true,
	.options = { { NULL } },
	.most = 0,
	.run = run,
};
