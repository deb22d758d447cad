/* The table of commands, in the order in which help lists them: what watches,
 * what shows, what moves and mends. */
#include "cli/command.h"

extern const struct command cmd_watch, cmd_unwatch, cmd_run, cmd_check;
extern const struct command cmd_log, cmd_show, cmd_diff, cmd_blame, cmd_search, cmd_sources, cmd_status, cmd_extract;
extern const struct command cmd_export, cmd_import, cmd_rebuild, cmd_pack, cmd_verify, cmd_backup, cmd_move, cmd_split;
extern const struct command cmd_hide, cmd_hold, cmd_erase, cmd_help;

/* clang-format off */
const struct command *const commands[] = {
	&cmd_watch, &cmd_unwatch, &cmd_run, &cmd_check,
	&cmd_log, &cmd_show, &cmd_diff, &cmd_blame, &cmd_search, &cmd_sources, &cmd_status, &cmd_extract,
	&cmd_export, &cmd_import, &cmd_rebuild, &cmd_pack, &cmd_verify, &cmd_backup, &cmd_move, &cmd_split,
	&cmd_hide, &cmd_hold, &cmd_erase, &cmd_help,
	NULL,
};
/* clang-format on */
