/* stet hide: keep an article, and show it nowhere. */
#include "cli/takedown.h"

extern const struct command cmd_hide;

static bool run(struct context *c, struct err *e)
{
	return takedown_run(c, &cmd_hide, TAKEDOWN_HIDDEN, e);
}

const struct command cmd_hide = {
	.name = "hide",
	.summary = "show an article nowhere any more, and keep it",
	.usage = "[OPTION]... [ARTICLE]...",
	.about = "A hidden article is in no list, feed, search or export; its own pages answer with the status 451 and the "
	         "reason, and other commands refuse it. Everything is kept, and it is watched as before (`stet unwatch` "
	         "stops that); --lift shows it again. Without operands, lists all that was hidden, held or erased, and "
	         "when that was lifted.",
	.examples = "stet hide --reason 'court order 12/2026' 17\n"
	            "stet hide --lift 17\n"
	            "stet hide                         # the list",
	.has_json = true,
	.options = {
		{ "reason", 'r', "TEXT", "what readers are told" },
		{ "lift", 0, NULL, "show it again" },
		{ NULL },
	},
	.least = 0,
	.most = -1,
	.run = run,
};
