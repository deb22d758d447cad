/* stet help: the commands, one command, the settings, the manual page. */
#include <stdlib.h>
#include <string.h>

#include "cli/help.h"

extern const struct command cmd_help;

/* Builds that are to be repeatable say which time it is. */
static when manual_date(const struct context *c)
{
	int64_t t;
	const char *epoch = getenv("SOURCE_DATE_EPOCH");

	return epoch && str_to_i64(str_from(epoch), &t) ? t : clock_now(&c->clock);
}

static bool run(struct context *c, struct err *e)
{
	if (context_option(c, &cmd_help, "man")) {
		struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
		manual_write(&b, manual_date(c));
		output_raw(buf_view(&b));
		buf_free(&b);
		return true;
	}
	const struct command *cmd = c->argc ? command_find(c->argv[0]) : NULL;
	if (c->argc && !cmd && strcmp(c->argv[0], "settings") != 0)
		return command_unknown(c->argv[0], e);
	output_begin(c);
	if (cmd)
		help_command(c, cmd);
	else if (c->argc)
		help_settings(c);
	else
		help_overview(c);
	return true;
}

const struct command cmd_help = {
	.name = "help",
	.summary = "explain a command or the settings",
	.usage = "[OPTION]... [COMMAND|settings]",
	.about = "Without an operand, lists the commands; with one, explains a command. `stet help settings` "
		 "lists the settings, the environment, the files and the exit statuses.",
	.examples = "stet help diff\n"
		    "stet help settings\n"
		    "stet help --man >stet.1      # the manual page",
	.options = {
		{ "man", 0, NULL, "write the manual page stet(1), in the language mdoc" },
		{ NULL },
	},
	.most = 1,
	.run = run,
};
