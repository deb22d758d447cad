/* stet check: check now, whether due or not. */
#include <string.h>

#include "base/alloc.h"
#include "base/json.h"
#include "cli/command.h"
#include "url/url.h"
#include "watch/watch.h"

extern const struct command cmd_check;

/* The targets that an operand means: one address, or all of a source. */
static bool targets_of(struct archive *ar, struct arena *a, const char *operand, int64_t **ids, size_t *n,
                       struct err *e)
{
	struct source source;
	struct target t, *list;
	struct str identity;
	int64_t article;
	size_t count;

	if (archive_source_by_key(ar, a, str_from(operand), &source, e)) {
		if (!archive_targets(ar, a, (struct target_filter){ .source = source.id }, &list, &count, e))
			return false;
		*ids = ARENA_ARRAY(a, int64_t, count);
		for (size_t i = 0; i < count; i++)
			(*ids)[i] = list[i].id;
		*n = count;
		return true;
	}
	bool found =
	        (url_identity(a, str_from(operand), &identity) && archive_target_by_url(ar, a, identity, &t, e)) ||
	        (article_from_operand(ar, a, operand, &article, e) && archive_target_of_article(ar, a, article, &t, e));
	if (!found)
		return err_set(
		        e, ERR_NOT_FOUND,
		        "\"%s\" is neither a watched address nor an article nor a source; \"stet watch\" adds one",
		        operand);
	if (t.state == TARGET_IMPORTED)
		return err_set(e, ERR_USAGE, "\"%s\" was only imported; \"stet watch\" makes it one to be checked",
		               operand);
	*ids = ARENA_ARRAY(a, int64_t, 1);
	(*ids)[0] = t.id;
	*n = 1;
	return true;
}

static bool all_targets(struct archive *ar, struct arena *a, int64_t **ids, size_t *n, struct err *e)
{
	struct target *list;

	if (!archive_targets(ar, a, (struct target_filter){ 0 }, &list, n, e))
		return false;
	*ids = ARENA_ARRAY(a, int64_t, *n);
	for (size_t i = 0; i < *n; i++)
		(*ids)[i] = list[i].id;
	return true;
}

static void add_report(struct watch_report *sum, const struct watch_report *r)
{
	sum->checks += r->checks;
	sum->failures += r->failures;
	sum->new_articles += r->new_articles;
	sum->changes += r->changes;
}

static void say(struct context *c, const struct watch_report *r)
{
	if (c->json) {
		struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
		struct json j = JSON_INIT(&b);
		json_object(&j);
		json_field_int(&j, "checks", r->checks);
		json_field_int(&j, "failures", r->failures);
		json_field_int(&j, "new_articles", r->new_articles);
		json_field_int(&j, "changes", r->changes);
		json_end(&j);
		output_json(&b);
		buf_free(&b);
		return;
	}
	output_printf(c, COLOR_NONE, "%lld checks: %lld new articles, %lld changes, %lld failed\n",
	              (long long)r->checks, (long long)r->new_articles, (long long)r->changes, (long long)r->failures);
	if (r->failures)
		output_printf(c, COLOR_NONE, "\"stet status\" says what failed and why\n");
}

static bool check_operands(struct context *c, struct archive *ar, struct watcher *w, struct watch_report *sum,
                           struct err *e)
{
	for (int i = 0; i < c->argc; i++) {
		struct watch_report r;
		int64_t *ids = NULL;
		size_t n = 0;
		if (!targets_of(ar, c->arena, c->argv[i], &ids, &n, e) || !watcher_check(w, ids, n, &r, e))
			return false;
		add_report(sum, &r);
	}
	return true;
}

static bool check_all(struct context *c, struct archive *ar, struct watcher *w, struct watch_report *sum, struct err *e)
{
	int64_t *ids = NULL;
	size_t n = 0;

	return all_targets(ar, c->arena, &ids, &n, e) && watcher_check(w, ids, n, sum, e);
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar;
	struct watcher *w;
	struct watch_report sum = { 0 };
	struct watch_config config = { .settings = &c->settings, .clock = &c->clock };
	bool all = context_option(c, &cmd_check, "all") != NULL;

	if (context_option(c, &cmd_check, "allow-private"))
		c->settings.allow_private = true;
	if (all && c->argc)
		return err_set(e, ERR_USAGE,
		               "--all checks everything that is watched; it takes no addresses beside it");
	if (!context_archive(c, ARCHIVE_WRITE, &ar, e))
		return false;
	bool ok = watcher_new(ar, &config, &w, e);
	if (ok) {
		if (c->argc)
			ok = check_operands(c, ar, w, &sum, e);
		else
			ok = all ? check_all(c, ar, w, &sum, e) : watcher_check_due(w, &sum, e);
		watcher_free(w);
	}
	archive_close(ar);
	if (ok)
		say(c, &sum);
	return ok;
}

const struct command cmd_check = {
	.name = "check",
	.summary = "check now, once, and what that leads to",
	.usage = "[OPTION]... [URL|KEY|ARTICLE]...",
	.about = "Without operands everything that is due is checked once, as \"stet run\" would. With operands these "
	         "are checked whether due or not: a watched address, all of a source, or an article. Articles that "
	         "a feed lists for the first time are fetched as well. The rules of politeness hold: robots.txt, one "
	         "request at a time and a pause between two for each host.",
	.examples = "stet check\n"
	            "stet check independent\n"
	            "stet check --all",
	.has_json = true,
	.options = {
		{ "all", 'a', NULL, "check everything that is watched, due or not" },
		{ "allow-private", 0, NULL, "also fetch from loopback, private and link-local addresses" },
	},
	.least = 0,
	.most = -1,
	.run = run,
};
