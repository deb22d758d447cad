/* stet hold: nothing of an article may be hidden or erased. */
#include "cli/takedown.h"

extern const struct command cmd_hold;

static bool run(struct context *c, struct err *e)
{
	return takedown_run(c, &cmd_hold, TAKEDOWN_HELD, e);
}

const struct command cmd_hold = {
	.name = "hold",
	.summary = "keep an article from being hidden or erased",
	.usage = "[OPTION]... [ARTICLE]...",
	.about = "For evidence in a dispute: `stet hide` and `stet erase` refuse an article that is held, until --lift. "
	         "Readers see no difference. Without operands, lists all that was hidden, held or erased.",
	.examples = "stet hold --reason 'preservation letter of 3 May' 17\n"
	            "stet hold --lift 17",
	.has_json = true,
	.options = {
		{ "reason", 'r', "TEXT", "why; only the list tells it" },
		{ "lift", 0, NULL, "hold it no longer" },
		{ NULL },
	},
	.least = 0,
	.most = -1,
	.run = run,
};
