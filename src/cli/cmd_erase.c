/* stet erase: forget what was kept of an article, for good. */
#include "base/json.h"
#include "cli/phrase.h"
#include "cli/takedown.h"

extern const struct command cmd_erase;

static void say(struct context *c, int64_t article, const struct erased *gone)
{
	struct buf b = BUF_INIT(KIB);
	struct json j = JSON_INIT(&b);

	if (!c->json) {
		output_printf(c, COLOR_NONE, "article %lld was erased: %.*s and %.*s of pages are gone\n",
		              (long long)article,
		              STR_ARG(phrase_count(c->arena, gone->versions, "version", "versions")),
		              STR_ARG(phrase_bytes(c->arena, gone->bytes)));
		return;
	}
	json_object(&j);
	json_field_int(&j, "article", article);
	json_field_int(&j, "versions", gone->versions);
	json_field_int(&j, "blobs", gone->blobs);
	json_field_int(&j, "bytes", gone->bytes);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static bool ask(struct context *c, struct archive *ar, int64_t article, struct err *e)
{
	struct article_row row;

	if (context_option(c, &cmd_erase, "yes"))
		return true;
	return archive_takedown_allowed(ar, article, TAKEDOWN_ERASED, e) &&
	       archive_article(ar, c->arena, article, &row, e) &&
	       err_set(e, ERR_USAGE,
	               "this would erase article %lld, \"%.*s\", with %lld versions, for ever; --yes does it",
	               (long long)article, STR_ARG(str_sub(row.title, 0, 200)), (long long)row.versions);
}

static bool run(struct context *c, struct err *e)
{
	const char *reason = context_option(c, &cmd_erase, "reason");
	struct erased gone = { 0 };
	struct archive *ar;
	int64_t article;

	if (!context_archive(c, ARCHIVE_WRITE, &ar, e))
		return false;
	bool ok = any_article_from_operand(ar, c->arena, c->argv[0], &article, e) && ask(c, ar, article, e) &&
	          archive_erase(ar, article, str_from(reason ? reason : ""), clock_now(&c->clock), &gone, e);
	archive_close(ar);
	if (ok)
		say(c, article, &gone);
	return ok;
}

const struct command cmd_erase = {
	.name = "erase",
	.summary = "forget what was kept of an article, for good",
	.usage = "[OPTION]... ARTICLE",
	.about = "Pages, headers, texts, changes and words of the index go, and their place in the file is overwritten. That "
	         "the article was erased, when and why stays, with its addresses and the times of its checks; it is not "
	         "fetched or imported again. Copies of the archive, and what the site's feeds said of the article in "
	         "their own kept bytes, are not touched. An article that is held (`stet hold`) is not erased.",
	.examples = "stet erase --reason 'GDPR request of 2 May' --yes 17",
	.has_json = true,
	.options = {
		{ "reason", 'r', "TEXT", "what readers are told" },
		{ "yes", 'y', NULL, "do it; without this, it is only said what would go" },
		{ NULL },
	},
	.least = 1,
	.most = 1,
	.run = run,
};
