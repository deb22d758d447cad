/* Hiding and holding from the command line: see takedown.h. */
#include "cli/takedown.h"

#include "base/json.h"

static void list_json(const struct takedown *all, size_t n)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_array(&j);
	for (size_t i = 0; i < n; i++) {
		json_object(&j);
		json_field_int(&j, "article", all[i].article);
		json_field_str(&j, "url", all[i].url);
		json_field_str(&j, "kind", str_from(takedown_name(all[i].kind)));
		json_field_when(&j, "since", all[i].since);
		json_field_when(&j, "until", all[i].until);
		json_field_str(&j, "reason", all[i].reason);
		json_end(&j);
	}
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static void list_line(const struct context *c, const struct takedown *t)
{
	char since[WHEN_TEXT], until[WHEN_TEXT];

	output_printf(c, COLOR_BOLD, "%lld", (long long)t->article);
	output_printf(c, COLOR_NONE, "  %s since %s%s%s  ", takedown_name(t->kind), when_date(t->since, since),
	              t->until == WHEN_NONE ? "" : ", lifted ",
	              t->until == WHEN_NONE ? "" : when_date(t->until, until));
	output_text(c, COLOR_NONE, t->url);
	output_printf(c, COLOR_NONE, "%s", t->reason.n ? "\n    " : "");
	output_text(c, COLOR_DIM, t->reason);
	output_printf(c, COLOR_NONE, "\n");
}

static bool list(struct context *c, struct archive *ar, struct err *e)
{
	struct takedown *all;
	size_t n;

	if (!archive_takedowns(ar, c->arena, false, &all, &n, e))
		return false;
	output_begin(c);
	if (c->json)
		list_json(all, n);
	else if (n == 0)
		output_printf(c, COLOR_NONE, "no article was hidden, held or erased\n");
	for (size_t i = 0; i < n && !c->json; i++)
		list_line(c, &all[i]);
	return true;
}

static bool one(struct context *c, const struct command *cmd, struct archive *ar, enum takedown_kind kind,
                const char *operand, struct err *e)
{
	const char *reason = context_option(c, cmd, "reason");
	bool lift = context_option(c, cmd, "lift");
	when now = clock_now(&c->clock);
	int64_t article;

	if (!any_article_from_operand(ar, c->arena, operand, &article, e))
		return false;
	if (lift ? !archive_takedown_lift(ar, article, kind, now, e)
	         : !archive_takedown_put(ar, article, kind, str_from(reason ? reason : ""), now, e))
		return false;
	if (!c->json)
		output_printf(c, COLOR_NONE, "article %lld is %s%s\n", (long long)article, lift ? "no longer " : "",
		              takedown_name(kind));
	return true;
}

bool takedown_run(struct context *c, const struct command *cmd, enum takedown_kind kind, struct err *e)
{
	struct archive *ar;

	if (c->argc == 0 && (context_option(c, cmd, "lift") || context_option(c, cmd, "reason")))
		return err_set(e, ERR_USAGE, "it is not said which article; `stet %s --help` explains it", cmd->name);
	if (!context_archive(c, c->argc ? ARCHIVE_WRITE : ARCHIVE_READ, &ar, e))
		return false;
	bool ok = true;
	for (int i = 0; ok && i < c->argc; i++)
		ok = one(c, cmd, ar, kind, c->argv[i], e);
	if (ok && (c->argc == 0 || c->json))
		ok = list(c, ar, e);
	archive_close(ar);
	return ok;
}
