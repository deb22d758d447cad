/* Help at the terminal: see help.h.  Nothing here knows a single command. */
#include "cli/help.h"

#include "change/kinds.h"

#include <stdio.h>
#include <string.h>

#include "cli/wrap.h"

#define HELP_WIDTH 78

const struct help_pair help_environment[] = {
	{ "STET_ARCHIVE", "the archive, when --archive does not name one" },
	{ "STET_PAGER", "the pager; empty or \"cat\" for none; otherwise PAGER, otherwise \"less -FRX\"" },
	{ "PAGER", "the pager, when STET_PAGER is not set" },
	{ "NO_COLOR", "if it is set and not empty, no colour unless --color=always" },
	{ "COLUMNS", "where long lines are broken, instead of the width of the terminal" },
	{ "XDG_DATA_HOME", "folder of the folder of the archive; ~/.local/share if it is not set" },
	{ "XDG_CONFIG_HOME", "folder of the folder of the settings file; ~/.config if it is not set" },
	{ NULL },
};

const struct help_pair help_files[] = {
	{ "~/.local/share/stet/stet.db",
	  "the archive; one SQLite file, with -wal and -shm beside it while it is open" },
	{ "~/.config/stet/stet.ini", "the settings file; nobody needs one" },
	{ NULL },
};

const struct help_pair help_statuses[] = {
	{ "0", "it was done" },
	{ "1", "something went wrong" },
	{ "2", "the command line or a setting is wrong" },
	{ "3", "what was asked for is not there, or was hidden or erased" },
	{ "4", "somebody else holds the archive, or the disk is full" },
	{ NULL },
};

/* ---- pieces ------------------------------------------------------------- */

/* One paragraph, broken at HELP_WIDTH, whatever the output is. */
static void print_paragraph(struct context *c, struct str s, size_t indent, size_t column)
{
	struct str word;
	bool first = true;

	if (column < indent) {
		output_printf(c, COLOR_NONE, "%*s", (int)(indent - column), "");
		column = indent;
	}
	while (s.n) {
		str_cut(s, ' ', &word, &s);
		if (!word.n)
			continue;
		size_t columns = text_columns(word);
		if (!first && column + 1 + columns > HELP_WIDTH) {
			output_printf(c, COLOR_NONE, "\n%*s", (int)indent, "");
			column = indent;
			first = true;
		}
		output_printf(c, COLOR_NONE, "%s%.*s", first ? "" : " ", STR_ARG(word));
		column += columns + !first;
		first = false;
	}
	output_text(c, COLOR_NONE, STR("\n"));
}

/* "about" and "examples": a line is a paragraph, or an item behind its dash; an empty line stays. */
static void print_text(struct context *c, const char *text, size_t indent)
{
	struct str rest = str_from(text), line;

	while (str_next_line(&rest, &line))
		if (str_starts(line, STR("- "))) {
			output_printf(c, COLOR_NONE, "%*s- ", (int)indent, "");
			print_paragraph(c, str_sub(line, 2, line.n), indent + 2, indent + 2);
		} else if (line.n) {
			print_paragraph(c, line, indent, 0);
		} else {
			output_text(c, COLOR_NONE, STR("\n"));
		}
}

static void print_heading(struct context *c, const char *heading)
{
	output_printf(c, COLOR_BOLD, "\n%s\n", heading);
}

static void print_row(struct context *c, const char *name, const char *text, size_t width)
{
	size_t columns = 2 + text_columns(str_from(name));

	output_printf(c, COLOR_NONE, "  %s", name);
	if (columns + 2 > width) {
		output_text(c, COLOR_NONE, STR("\n"));
		columns = 0;
	}
	print_paragraph(c, str_from(text), width, columns);
}

static void print_option(struct context *c, const struct option_row *row)
{
	char name[64], letter[8] = "    ";

	if (row->letter)
		snprintf(letter, sizeof letter, "-%c, ", row->letter);
	snprintf(name, sizeof name, "%s--%s%s%s", letter, row->name, row->argument ? " " : "",
	         row->argument ? row->argument : "");
	print_row(c, name, row->help, 30);
}

static void print_pairs(struct context *c, const char *heading, const struct help_pair *pairs, size_t width)
{
	print_heading(c, heading);
	for (; pairs->name; pairs++)
		print_row(c, pairs->name, pairs->text, width);
}

/* ---- documents ---------------------------------------------------------- */

void help_first_steps(struct context *c)
{
	output_printf(c, COLOR_NONE,
	              "stet keeps every version of every article of the news sites that you watch,\n"
	              "and shows what was changed, and when.\n");
	print_heading(c, "The first things to do");
	print_row(c, "stet watch URL", "watch a site: its feed, or a page that links to one", 30);
	print_row(c, "stet run", "check what is watched, again and again, and serve web pages", 30);
	print_row(c, "stet log", "what was changed lately", 30);
	print_row(c, "stet diff ARTICLE", "an article's last change, word by word", 30);
	output_printf(c, COLOR_NONE, "\n`stet help` lists all commands, `stet help COMMAND` explains one.\n");
}

void help_overview(struct context *c)
{
	output_printf(c, COLOR_NONE, "usage: stet [OPTION]... COMMAND [OPTION]... [OPERAND]...\n");
	print_heading(c, "Commands");
	for (size_t i = 0; commands[i]; i++)
		print_row(c, commands[i]->name, commands[i]->summary, 14);
	print_heading(c, "Options of every command");
	for (const struct option_row *row = common_options; row->name; row++)
		print_option(c, row);
	output_printf(c, COLOR_NONE, "\n`stet help COMMAND` explains a command, `stet help settings` the settings.\n");
}

void help_command(struct context *c, const struct command *cmd)
{
	output_printf(c, COLOR_NONE, "usage: stet %s %s\n\n", cmd->name, cmd->usage);
	print_text(c, cmd->about, 0);
	if (cmd->options[0].name)
		print_heading(c, "Options");
	for (size_t i = 0; i < MAX_OPTIONS && cmd->options[i].name; i++)
		print_option(c, &cmd->options[i]);
	print_heading(c, "Options of every command");
	for (const struct option_row *row = common_options; row->name; row++)
		if (cmd->has_json || strcmp(row->name, "json") != 0)
			print_option(c, row);
	if (cmd->examples) {
		print_heading(c, "Examples");
		struct str rest = str_from(cmd->examples), line;
		while (str_next_line(&rest, &line))
			output_printf(c, COLOR_NONE, "  %.*s\n", STR_ARG(line));
	}
}

void help_settings(struct context *c)
{
	char takes[SETTING_TAKES];

	print_paragraph(c,
	                STR("Every setting has a default that is good for most. A value comes from the settings file "
	                    "(--config FILE, otherwise ~/.config/stet/stet.ini if there is one), or for one run from "
	                    "-o NAME=VALUE. In the file the part before the dot is the [section]:"),
	                0, 0);
	output_printf(c, COLOR_NONE, "\n  [article]\n  interval = 1h\n");
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		output_printf(c, COLOR_BOLD, "\n%s", s->name);
		output_printf(c, COLOR_NONE, " = %s\n", *s->standard ? s->standard : "(empty)");
		print_paragraph(c, arena_printf(c->arena, "%s;", s->help), 4, 0);
		print_paragraph(c, arena_printf(c->arena, "takes %s", setting_takes(s, takes)), 4, 0);
	}
	print_pairs(c, "Environment", help_environment, 20);
	print_pairs(c, "Files", help_files, 32);
	print_pairs(c, "Exit status", help_statuses, 6);
}

void help_kinds(struct context *c)
{
	print_paragraph(
	        c,
	        STR("Each edit has one kind or several; --kinds, and kinds= in the web interface, choose by them. "
	            "An edit weighs from 0 to 1, and matters from 0.3 on (--matters, matters=1)."),
	        0, 0);
	print_heading(c, "Kinds of an edit");
	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		print_row(c, edit_kind_info(k)->name, edit_kind_info(k)->about, 16);
	print_heading(c, "What a change is as a whole");
	for (uint32_t k = 0; k < NATURES; k++)
		print_row(c, nature_info(k)->name, nature_info(k)->about, 16);
}
