/* stet watch: begin to check an address. */
#include "base/json.h"
#include "cli/command.h"
#include "cli/contact.h"
#include "url/url.h"
#include "watch/watch.h"

extern const struct command cmd_watch;

static void say(struct context *c, const char *url, int64_t target, bool added)
{
	if (c->json) {
		struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
		struct json j = JSON_INIT(&b);
		json_object(&j);
		json_field_str(&j, "url", str_from(url));
		json_field_int(&j, "target", target);
		json_field_bool(&j, "added", added);
		json_end(&j);
		output_json(&b);
		buf_free(&b);
		return;
	}
	output_printf(c, COLOR_GREEN, "%s", added ? "watching " : "known already, to be checked at once: ");
	output_text(c, COLOR_NONE, str_from(url));
	output_printf(c, COLOR_NONE, "\n");
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar;
	bool ok = true;

	/* All are looked at before any is added, or an archive made. */
	for (int i = 0; i < c->argc; i++) {
		struct url u;
		if (!url_parse(c->arena, str_from(c->argv[i]), NULL, &u, e))
			return err_set(
			        e, ERR_USAGE,
			        "cannot watch \"%s\": a whole address is needed, such as https://www.example.com/",
			        c->argv[i]);
	}
	if (!context_archive(c, ARCHIVE_CREATE, &ar, e))
		return false;
	ok = contact_settle(c, ar, false, e);
	for (int i = 0; ok && i < c->argc; i++) {
		struct watch_request r = {
			.url = str_from(c->argv[i]),
			.source_key = str_from(context_option(c, &cmd_watch, "source")),
			.filter = str_from(context_option(c, &cmd_watch, "filter")),
		};
		int64_t target;
		bool added;
		ok = watch_add(ar, &r, clock_now(&c->clock), &target, &added, e);
		if (ok)
			say(c, c->argv[i], target, added);
	}
	archive_close(ar);
	return ok;
}

const struct command cmd_watch = {
	.name = "watch",
	.summary = "begin to check an address: a feed, a page, a sitemap or an article",
	.usage = "[OPTION]... URL...",
	.about = "Adds each address to the archive, which is made if there is none. What the address "
		 "is will be seen when it is first fetched, by \"stet run\" or \"stet check\": a feed or a "
		 "sitemap is read again and again for new articles; a page that names its feed leads to that "
		 "feed; a page that lists articles is read for them; an article is checked itself.\n\n"
		 "An address that is watched already becomes due at once; one that was unwatched or given up "
		 "is checked again.",
	.examples = "stet watch https://www.example.com/news/feed.xml\n"
		    "stet watch --source harbour https://courier.example/    # choose the key of the source\n"
		    "stet watch --filter /politics/ https://www.example.com/feed.xml",
	.has_json = true,
	.options = {
		{ "source", 's', "KEY", "key of the source it belongs to (default: made from the address)" },
		{ "filter", 'f', "TEXT", "of a feed, only take up articles whose address contains TEXT" },
	},
	.least = 1,
	.most = -1,
	.run = run,
};
