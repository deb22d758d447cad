/* stet unwatch: stop checking an address. */
#include "base/json.h"
#include "cli/command.h"
#include "watch/watch.h"

static void say(struct context *c, const char *url, int64_t stopped)
{
	if (c->json) {
		struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
		struct json j = JSON_INIT(&b);
		json_object(&j);
		json_field_str(&j, "url", str_from(url));
		json_field_int(&j, "stopped", stopped);
		json_end(&j);
		output_json(&b);
		buf_free(&b);
		return;
	}
	if (stopped == 0)
		output_printf(c, COLOR_NONE, "it was not being checked any more\n");
	else
		output_printf(c, COLOR_NONE, "%lld address%s no longer checked; every version is kept\n",
		              (long long)stopped, stopped == 1 ? " is" : "es are");
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar;
	bool ok = true;

	if (!context_archive(c, ARCHIVE_WRITE, &ar, e))
		return false;
	for (int i = 0; ok && i < c->argc; i++) {
		int64_t stopped;
		ok = watch_remove(ar, str_from(c->argv[i]), &stopped, e);
		if (ok)
			say(c, c->argv[i], stopped);
		else if (e->kind == ERR_NOT_FOUND)
			err_set(e, ERR_NOT_FOUND, "%s is not watched; \"stet sources\" lists what is", c->argv[i]);
	}
	archive_close(ar);
	return ok;
}

const struct command cmd_unwatch = {
	.name = "unwatch",
	.summary = "stop checking an address and, if it is a feed, the articles it listed",
	.usage = "URL...",
	.about = "Nothing is removed: all versions stay, and \"stet watch\" takes it up again.",
	.examples = "stet unwatch https://www.example.com/news/feed.xml",
	.has_json = true,
	.least = 1,
	.most = -1,
	.run = run,
};
