/* stet rebuild: make what is derived again from the kept bytes. */
#include "base/json.h"
#include "cli/command.h"
#include "watch/keep.h"

#define COMMIT_AFTER 20

static bool rebuild_all(struct context *c, struct archive *ar, struct reader *r, const int64_t *ids, size_t n,
                        int64_t *versions, struct err *e)
{
	struct progress p;
	bool ok = true;

	(void)c;
	progress_begin(&p, "articles rebuilt", (int64_t)n);
	for (size_t i = 0; ok && i < n; i++) {
		int64_t count = 0;
		if (i % COMMIT_AFTER == 0)
			ok = archive_begin(ar, e);
		ok = ok && keep_rebuild(ar, r, ids[i], &count, e);
		if (ok && ((i + 1) % COMMIT_AFTER == 0 || i + 1 == n))
			ok = archive_commit(ar, e);
		*versions += count;
		progress_step(&p, (int64_t)i + 1);
	}
	progress_end(&p);
	return ok;
}

static void say(struct context *c, size_t articles, int64_t versions)
{
	if (c->json) {
		struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
		struct json j = JSON_INIT(&b);
		json_object(&j);
		json_field_int(&j, "articles", (int64_t)articles);
		json_field_int(&j, "versions", versions);
		json_end(&j);
		output_json(&b);
		buf_free(&b);
		return;
	}
	output_printf(c, COLOR_NONE, "%zu articles with %lld versions made again from the kept bytes\n", articles,
	              (long long)versions);
}

static bool chosen_articles(struct context *c, struct archive *ar, int64_t **ids, size_t *n, struct err *e)
{
	if (c->argc == 0)
		return archive_article_ids(ar, c->arena, ids, n, e);
	*ids = ARENA_ARRAY(c->arena, int64_t, (size_t)c->argc);
	*n = (size_t)c->argc;
	for (int i = 0; i < c->argc; i++)
		if (!article_from_operand(ar, c->arena, c->argv[i], &(*ids)[i], e))
			return false;
	return true;
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar;
	struct reader *r = NULL;
	int64_t *ids, versions = 0;
	size_t n = 0;

	if (!context_archive(c, ARCHIVE_WRITE, &ar, e))
		return false;
	bool ok = chosen_articles(c, ar, &ids, &n, e) && reader_new((unsigned)c->settings.readers, &r, e) &&
	          rebuild_all(c, ar, r, ids, n, &versions, e);
	if (ok)
		say(c, n, versions);
	reader_free(r);
	archive_close(ar); /* rolls an open transaction back */
	return ok;
}

const struct command cmd_rebuild = {
	.name = "rebuild",
	.summary = "make versions, changes and the search index again from the kept bytes",
	.usage = "[ARTICLE]...",
	.about = "Reads the kept bytes of every check again, in the order of time, as this version of the program "
	         "reads them, and replaces what was derived from them before. What was recorded (checks, times, "
	         "bytes) is not touched. Without operands all articles are made again.",
	.examples = "stet rebuild\n"
	            "stet rebuild 12",
	.has_json = true,
	.least = 0,
	.most = -1,
	.run = run,
};
