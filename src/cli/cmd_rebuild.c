/* stet rebuild: make what is derived again from the kept bytes. */
#include "base/json.h"
#include "cli/command.h"
#include "watch/rebuild.h"

#define COMMIT_AFTER 20

extern const struct command cmd_rebuild;

struct work {
	struct context *c;
	struct archive *ar;
	struct reader *reader;
	const int64_t *ids;
	size_t n;
	int64_t versions;
	when now;
};

static bool rebuild_one(struct work *w, int64_t article, struct err *e)
{
	int64_t count = 0;

	bool ok = rebuild_article(w->ar, w->reader, article, w->now, &count, e);
	w->versions += count;
	return ok;
}

static bool learn_one(struct work *w, int64_t article, struct err *e)
{
	return rebuild_learn(w->ar, w->reader, article, e);
}

/* Does it to all articles, some in each transaction. */
static bool walk(struct work *w, const char *what, bool (*visit)(struct work *, int64_t, struct err *), struct err *e)
{
	struct progress p;
	bool ok = true;

	progress_begin(&p, what, (int64_t)w->n);
	for (size_t i = 0; ok && i < w->n; i++) {
		if (i % COMMIT_AFTER == 0)
			ok = archive_begin(w->ar, e);
		ok = ok && visit(w, w->ids[i], e);
		if (ok && ((i + 1) % COMMIT_AFTER == 0 || i + 1 == w->n))
			ok = archive_commit(w->ar, e);
		progress_step(&p, (int64_t)i + 1);
	}
	progress_end(&p);
	return ok;
}

static bool unlearn(struct work *w, struct err *e)
{
	struct source_row *rows;
	size_t n;

	if (!archive_sources(w->ar, w->c->arena, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (!rebuild_unlearn(w->ar, rows[i].source.id, e))
			return false;
	return true;
}

/* What the sources teach is learned again only where all pages are read. */
static bool rebuild(struct work *w, struct err *e)
{
	if (w->c->argc == 0 && (!unlearn(w, e) || !walk(w, "articles learned from", learn_one, e)))
		return false;
	return walk(w, "articles rebuilt", rebuild_one, e);
}

static void say_json(const char *const *keys, const int64_t *counts, size_t n)
{
	struct buf b = BUF_INIT(KIB);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	for (size_t i = 0; i < n; i++)
		json_field_int(&j, keys[i], counts[i]);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static void say(struct context *c, size_t articles, int64_t versions)
{
	if (c->json) {
		say_json((const char *const[]){ "articles", "versions" },
		         (const int64_t[]){ (int64_t)articles, versions }, 2);
		return;
	}
	output_printf(c, COLOR_NONE, "%zu articles with %lld versions made again from the kept bytes\n", articles,
	              (long long)versions);
}

static bool chosen_articles(struct context *c, struct archive *ar, int64_t **ids, size_t *n, struct err *e)
{
	if (c->argc == 0)
		return archive_article_ids(ar, c->arena, true, ids, n, e);
	*ids = ARENA_ARRAY(c->arena, int64_t, (size_t)c->argc);
	*n = (size_t)c->argc;
	for (int i = 0; i < c->argc; i++)
		if (!any_article_from_operand(ar, c->arena, c->argv[i], &(*ids)[i], e))
			return false;
	return true;
}

/* Pages are not read again, versions stay as they are. */
static bool compare_again(struct context *c, struct err *e)
{
	int64_t n = 0;

	if (c->argc)
		return err_set(e, ERR_USAGE, "--changes compares all versions again; it takes no article");
	if (!context_compare_again(c, &n, e))
		return false;
	if (c->json)
		say_json((const char *const[]){ "changes" }, &n, 1);
	else
		output_printf(c, COLOR_NONE, "%lld changes compared again\n", (long long)n);
	return true;
}

static bool run(struct context *c, struct err *e)
{
	struct work w = { .c = c, .now = clock_now(&c->clock) };
	int64_t *ids;

	if (context_option(c, &cmd_rebuild, "changes"))
		return compare_again(c, e);
	if (!context_archive(c, ARCHIVE_WRITE, &w.ar, e))
		return false;
	bool ok = chosen_articles(c, w.ar, &ids, &w.n, e) && reader_new((unsigned)c->settings.readers, &w.reader, e) &&
	          reader_load_rules(w.reader, c->settings.rules, e);
	w.ids = ids;
	if (ok && rebuild(&w, e))
		say(c, w.n, w.versions);
	else
		ok = false;
	reader_free(w.reader);
	archive_close(w.ar); /* rolls an open transaction back */
	return ok;
}

const struct command cmd_rebuild = {
	.name = "rebuild",
	.summary = "make versions, changes and the search index again from the kept bytes",
	.usage = "[ARTICLE]...",
	.about = "Reads the kept bytes of every check again, in the order of time, as this version of the program "
	         "reads them, and replaces what was derived from them before. What was recorded (checks, times, "
	         "bytes) is not touched. Without operands all articles are made again, and what the pages of a "
	         "source teach about its furniture is learned anew before. Versions that come out with another text "
	         "are marked as remade; changes that nobody saw before stand with their article and nowhere else, "
	         "since they are no news.",
	.examples = "stet rebuild\n"
	            "stet rebuild 12\n"
	            "stet rebuild --changes     # only compare the versions again",
	.has_json = true,
	.options = {
		{ "changes", 0, NULL, "read no page, only compare the versions again as this program compares" },
		{ NULL },
	},
	.least = 0,
	.most = -1,
	.run = run,
};
