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

static void (*find_topic(const char *name))(struct context *)
{
	static const struct {
		const char *name;
		void (*print)(struct context *c);
	} topics[] = { { "settings", help_settings }, { "kinds", help_kinds } };

	for (size_t i = 0; i < sizeof topics / sizeof *topics; i++)
		if (strcmp(name, topics[i].name) == 0)
			return topics[i].print;
	return NULL;
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
	void (*topic)(struct context *) = c->argc ? find_topic(c->argv[0]) : help_overview;
	if (!cmd && !topic)
		return command_unknown(c->argv[0], e);
	output_begin(c);
	if (cmd)
		help_command(c, cmd);
	else
		topic(c);
	return true;
}

const struct command cmd_help = {
	.name = "help",
	.summary = "explain a command, the settings, or the kinds of edits",
	.usage = "[OPTION]... [COMMAND|settings|kinds]",
	.about = "Without an operand, lists the commands; with one, explains a command. `stet help settings` "
		 "lists the settings, the environment, the files and the exit statuses; `stet help kinds` the kinds of "
		 "edits and of changes.",
	.examples = "stet help diff\n"
		    "stet help settings\n"
		    "stet help kinds\n"
		    "stet help --man >stet.1      # the manual page",
	.options = {
		{ "man", 0, NULL, "write the manual page stet(1), in the language mdoc" },
		{ NULL },
	},
	.most = 1,
	.run = run,
};
