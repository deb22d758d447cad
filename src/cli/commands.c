/* The table of commands, in the order in which help lists them: first what
 * watches, then what shows, then what moves and mends. */
#include "cli/command.h"

extern const struct command cmd_log, cmd_show, cmd_diff, cmd_search, cmd_sources, cmd_status, cmd_export, cmd_help;

const struct command *const commands[] = {
	&cmd_log, &cmd_show, &cmd_diff, &cmd_search, &cmd_sources, &cmd_status, &cmd_export, &cmd_help, NULL,
};
