/*
 * From argv to a command: getopt_long, fed from the tables of options.
 *
 *     stet [COMMON OPTION]... COMMAND [OPTION]... [OPERAND]...
 *
 * Common options may stand before the command or behind it.  Every row of a
 * table gets a code: its place in one of three tables (the command's own, the
 * common ones, the hidden ones), so that long and short forms meet again.
 */
#include <errno.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/help.h"
#include "text/norm.h"

#define MAX_SETS 64

enum common {
	COMMON_ARCHIVE,
	COMMON_CONFIG,
	COMMON_OPTION,
	COMMON_JSON,
	COMMON_COLOR,
	COMMON_NO_PAGER,
	COMMON_HELP,
	COMMON_VERSION,
	COMMON_COUNT
};

const struct option_row common_options[] = {
	[COMMON_ARCHIVE] = { "archive", 0, "FILE", "the archive to work with; or postgres://USER@HOST/DATABASE" },
	[COMMON_CONFIG] = { "config", 0, "FILE", "the settings file to read" },
	[COMMON_OPTION] = { "option", 'o', "NAME=VALUE",
	                    "set one setting for this run; `stet help settings` lists them" },
	[COMMON_JSON] = { "json", 0, NULL,
	                  "write JSON, with the words of the HTTP API (commands that list or show something)" },
	[COMMON_COLOR] = { "color", 0, "WHEN", "colour: auto (on a terminal), always or never" },
	[COMMON_NO_PAGER] = { "no-pager", 0, NULL, "do not page long output" },
	[COMMON_HELP] = { "help", 'h', NULL, "explain the command" },
	[COMMON_VERSION] = { "version", 0, NULL, "print the version of the program" },
	[COMMON_COUNT] = { NULL },
};

/* For demonstrations and tests: the clock that the program believes. */
enum hidden { HIDDEN_START, HIDDEN_SPEED, HIDDEN_COUNT };
static const struct option_row hidden_options[] = {
	[HIDDEN_START] = { "clock-start", 0, "TIME", "the time that the clock shows at the beginning" },
	[HIDDEN_SPEED] = { "clock-speed", 0, "N", "seconds that pass for each real one" },
	[HIDDEN_COUNT] = { NULL },
};

enum table { TABLE_COMMON, TABLE_HIDDEN, TABLE_OWN, TABLES };
#define CODE(table, row) (1000 + (int)(table)*100 + (int)(row))

struct invocation {
	const struct command *command; /* NULL: not seen yet */
	const struct option_row *tables[TABLES];
	const char *common[COMMON_COUNT];
	const char *hidden[HIDDEN_COUNT];
	const char *own[MAX_OPTIONS];
	const char *sets[MAX_SETS];
	size_t nsets;
	int argc;
	char **argv; /* operands */
};

/* ---- getopt ------------------------------------------------------------- */

struct getopt_tables {
	struct option longs[3 * MAX_OPTIONS + 1];
	char shorts[6 * MAX_OPTIONS];
};

static void make_tables(const struct invocation *in, struct getopt_tables *out)
{
	size_t nlong = 0, nshort = 0;

	memset(out, 0, sizeof *out);
	/* "+": stop at the command; ":": tell a missing argument apart. */
	if (!in->command)
		out->shorts[nshort++] = '+';
	out->shorts[nshort++] = ':';
	for (int t = 0; t < TABLES; t++)
		for (int i = 0; in->tables[t] && in->tables[t][i].name; i++) {
			const struct option_row *row = &in->tables[t][i];
			out->longs[nlong++] =
			        (struct option){ row->name, row->argument ? required_argument : no_argument, NULL,
				                 CODE(t, i) };
			if (!row->letter)
				continue;
			out->shorts[nshort++] = row->letter;
			if (row->argument)
				out->shorts[nshort++] = ':';
		}
}

static int code_of_letter(const struct invocation *in, int letter)
{
	for (int t = 0; t < TABLES; t++)
		for (int i = 0; in->tables[t] && in->tables[t][i].name; i++)
			if (in->tables[t][i].letter == letter)
				return CODE(t, i);
	return 0;
}

/* What getopt_long did not like: optopt is the letter, the code of a long
 * option that is known, or 0. */
static bool refuse_option(const struct invocation *in, int result, const char *last, struct err *e)
{
	const char *name = in->command ? in->command->name : "", *space = in->command ? " " : "";
	const char *help = in->command ? "--help" : "help";
	char letter[] = { '-', (char)optopt, '\0' };
	const char *word = optopt > 0 && optopt < 256 ? letter : last;

	if (result == ':')
		return err_set(e, ERR_USAGE, "the option %.60s needs a value behind it; `stet%s%s %s` explains it",
		               word, space, name, help);
	if (optopt >= 256)
		return err_set(e, ERR_USAGE, "the option %.60s takes no value; `stet%s%s %s` explains it", word, space,
		               name, help);
	return err_set(e, ERR_USAGE, "stet%s%s has no option %.60s%s; `stet%s%s %s` lists the options", space, name,
	               word, optopt ? "" : ", or several that begin so", space, name, help);
}

static bool take_option(struct invocation *in, int code, const char *value, struct err *e)
{
	int table = (code - 1000) / 100, row = (code - 1000) % 100;
	const char *given = value ? value : "";

	if (table == TABLE_OWN) {
		in->own[row] = given;
	} else if (table == TABLE_HIDDEN) {
		in->hidden[row] = given;
	} else if (row != COMMON_OPTION) {
		in->common[row] = given;
	} else {
		if (in->nsets == MAX_SETS)
			return err_set(
			        e, ERR_USAGE,
			        "more than %d settings on the command line; write them into a settings file (--config)",
			        MAX_SETS);
		in->sets[in->nsets++] = given;
	}
	return true;
}

/* Reads options from argv[1] on; what is left becomes the operands. */
static bool take_options(struct invocation *in, int argc, char **argv, struct err *e)
{
	struct getopt_tables tables;
	int result;

	make_tables(in, &tables);
	opterr = 0;
	optind = 0; /* begin anew */
	while ((result = getopt_long(argc, argv, tables.shorts, tables.longs, NULL)) != -1) {
		if (result == '?' || result == ':')
			return refuse_option(in, result, argv[optind - 1], e);
		if (!take_option(in, result >= 1000 ? result : code_of_letter(in, result), optarg, e))
			return false;
	}
	in->argc = argc - optind;
	in->argv = argv + optind;
	return true;
}

/* ---- commands ----------------------------------------------------------- */

const struct command *command_find(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

/* Levenshtein distance with neighbours swapped at the price of one. */
static size_t distance(const char *a, const char *b)
{
	enum { MAX = 16 };
	size_t n = strlen(a), m = strlen(b), d[MAX + 1][MAX + 1];

	if (n > MAX || m > MAX)
		return MAX;
	for (size_t i = 0; i <= n; i++)
		for (size_t j = 0; j <= m; j++) {
			if (!i || !j) {
				d[i][j] = i + j;
				continue;
			}
			size_t best = d[i - 1][j - 1] + (a[i - 1] != b[j - 1]);
			best = d[i - 1][j] + 1 < best ? d[i - 1][j] + 1 : best;
			best = d[i][j - 1] + 1 < best ? d[i][j - 1] + 1 : best;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    d[i - 2][j - 2] + 1 < best)
				best = d[i - 2][j - 2] + 1;
			d[i][j] = best;
		}
	return d[n][m];
}

/* The name that looks most like it, or NULL if none does. */
static const char *nearest_command(const char *name)
{
	const char *nearest = NULL;
	size_t least = 3; /* farther away it is not a slip of the finger */

	for (size_t i = 0; commands[i]; i++) {
		size_t d = distance(name, commands[i]->name);
		if (d < least && d < strlen(commands[i]->name)) {
			least = d;
			nearest = commands[i]->name;
		}
	}
	return nearest;
}

bool command_unknown(const char *name, struct err *e)
{
	const char *nearest = nearest_command(name);

	if (nearest)
		return err_set(e, ERR_USAGE, "there is no command \"%.40s\"; did you mean \"%s\"?", name, nearest);
	return err_set(e, ERR_USAGE, "there is no command \"%.40s\"; `stet help` lists them", name);
}

static bool find_command(struct invocation *in, const char *name, struct err *e)
{
	in->command = command_find(name);
	if (!in->command)
		return command_unknown(name, e);
	in->tables[TABLE_OWN] = in->command->options;
	return true;
}

static bool parse(struct invocation *in, int argc, char **argv, struct err *e)
{
	in->tables[TABLE_COMMON] = common_options;
	in->tables[TABLE_HIDDEN] = hidden_options;
	if (!take_options(in, argc, argv, e))
		return false;
	if (in->argc == 0)
		return true;
	if (!find_command(in, in->argv[0], e))
		return false;
	return take_options(in, in->argc, in->argv, e);
}

static bool check_operands(const struct invocation *in, struct err *e)
{
	const struct command *cmd = in->command;

	if (in->argc < cmd->least)
		return err_set(e, ERR_USAGE, "something is missing: stet %s %s; `stet %s --help` explains it",
		               cmd->name, cmd->usage, cmd->name);
	if (cmd->most >= 0 && in->argc > cmd->most)
		return err_set(e, ERR_USAGE, "\"%.60s\" is too much: stet %s %s; `stet %s --help` explains it",
		               in->argv[cmd->most], cmd->name, cmd->usage, cmd->name);
	if (in->common[COMMON_JSON] && !cmd->has_json)
		return err_set(e, ERR_USAGE, "stet %s has no --json", cmd->name);
	return true;
}

/* ---- the context -------------------------------------------------------- */

/* $VARIABLE/stet/name, or $HOME/fallback/stet/name; NULL without a home. */
static const char *home_path(struct arena *a, const char *variable, const char *fallback, const char *name)
{
	const char *base = getenv(variable), *home = getenv("HOME");

	if (base && *base == '/')
		return arena_printf(a, "%s/stet/%s", base, name).p;
	if (home && *home)
		return arena_printf(a, "%s/%s/stet/%s", home, fallback, name).p;
	return NULL;
}

static bool set_clock(struct context *c, const struct invocation *in, struct err *e)
{
	double speed = 1;
	char *end;
	when start;

	c->clock = clock_system();
	if (!in->hidden[HIDDEN_START] && !in->hidden[HIDDEN_SPEED])
		return true;
	start = clock_now(&c->clock);
	if (in->hidden[HIDDEN_START] && !when_parse_iso(str_from(in->hidden[HIDDEN_START]), &start))
		return err_set(e, ERR_USAGE, "--clock-start takes a time such as 2024-10-07T10:02:00Z");
	if (in->hidden[HIDDEN_SPEED]) {
		speed = strtod(in->hidden[HIDDEN_SPEED], &end);
		if (end == in->hidden[HIDDEN_SPEED] || *end || !(speed >= 0 && speed <= 1e6))
			return err_set(e, ERR_USAGE, "--clock-speed takes a number from 0 to 1000000");
	}
	c->clock = clock_from(start, speed);
	return true;
}

static bool set_color(struct context *c, const char *value, struct err *e)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	if (!value || strcmp(value, "auto") == 0)
		c->color = isatty(STDOUT_FILENO) && term && strcmp(term, "dumb") != 0 && !(no && *no);
	else if (strcmp(value, "always") == 0)
		c->color = true;
	else if (strcmp(value, "never") != 0)
		return err_set(e, ERR_USAGE, "--color takes auto, always or never, not \"%.40s\"", value);
	return true;
}

/* Help must come even when the settings file of this person is broken. */
static bool only_help(const struct invocation *in)
{
	return !in->command || in->common[COMMON_HELP] || in->common[COMMON_VERSION] ||
	       strcmp(in->command->name, "help") == 0;
}

static bool set_settings(struct context *c, const struct invocation *in, struct err *e)
{
	const char *file = in->common[COMMON_CONFIG];
	const char *path = file            ? file
	                   : only_help(in) ? NULL
	                                   : home_path(c->arena, "XDG_CONFIG_HOME", ".config", "stet.ini");

	settings_defaults(&c->settings);
	if (path && !settings_read(&c->settings, path, e) && (file || e->kind != ERR_NOT_FOUND))
		return false;
	for (size_t i = 0; i < in->nsets; i++) {
		struct str name, value;
		if (!str_cut(str_from(in->sets[i]), '=', &name, &value))
			return err_set(e, ERR_USAGE,
			               "-o takes NAME=VALUE, such as -o article.interval=1h, not \"%.60s\"",
			               in->sets[i]);
		if (!settings_set(&c->settings, arena_cstr(c->arena, str_trim(name)),
		                  arena_cstr(c->arena, str_trim(value)), e))
			return false;
	}
	return true;
}

static bool make_context(struct context *c, const struct invocation *in, struct err *e)
{
	c->json = in->common[COMMON_JSON] != NULL;
	c->pager = isatty(STDOUT_FILENO) && !in->common[COMMON_NO_PAGER] && !c->json;
	c->argc = in->argc;
	c->argv = in->argv;
	memcpy(c->values, in->own, sizeof c->values);
	c->archive_path = in->common[COMMON_ARCHIVE];
	if (!c->archive_path)
		c->archive_path = getenv("STET_ARCHIVE");
	if (!c->archive_path || !*c->archive_path)
		c->archive_path = home_path(c->arena, "XDG_DATA_HOME", ".local/share", "stet.db");
	c->local_path = c->archive_path;
	if (c->archive_path && archive_is_at_server(c->archive_path))
		c->local_path = home_path(c->arena, "XDG_DATA_HOME", ".local/share", "stet-server");
	if (!c->local_path && c->archive_path)
		c->local_path = "/var/lib/stet/stet-server";
	return set_color(c, in->common[COMMON_COLOR], e) && set_clock(c, in, e) && set_settings(c, in, e);
}

const char *context_option(const struct context *c, const struct command *cmd, const char *name)
{
	for (size_t i = 0; i < MAX_OPTIONS && cmd->options[i].name; i++)
		if (strcmp(cmd->options[i].name, name) == 0)
			return c->values[i];
	return NULL;
}

bool context_number(const struct context *c, const struct command *cmd, const char *name, int64_t standard,
                    int64_t least, int64_t most, int64_t *out, struct err *e)
{
	const char *value = context_option(c, cmd, name);

	*out = standard;
	if (!value || (str_to_i64(str_from(value), out) && *out >= least && *out <= most))
		return true;
	return err_set(e, ERR_USAGE, "--%s takes a whole number from %lld to %lld, not \"%.40s\"", name,
	               (long long)least, (long long)most, value);
}

/* ---- the whole ---------------------------------------------------------- */

static bool run(struct context *c, const struct invocation *in, struct err *e)
{
	if (in->common[COMMON_VERSION]) {
		output_printf(c, COLOR_NONE, "stet %s\n", STET_VERSION);
		return true;
	}
	if (!in->command) {
		output_begin(c);
		if (in->common[COMMON_HELP])
			help_overview(c);
		else
			help_first_steps(c);
		return true;
	}
	if (in->common[COMMON_HELP]) {
		output_begin(c);
		help_command(c, in->command);
		return true;
	}
	return check_operands(in, e) && in->command->run(c, e);
}

static void print_error(struct arena *a, const struct err *e)
{
	struct str text = text_printable(a, str_from(e->text));
	fprintf(stderr, "stet: %.*s\n", STR_ARG(text));
}

int command_main(int argc, char **argv)
{
	struct err e = { 0 };
	struct invocation in = { 0 };
	struct context c = { .arena = arena_new() };

	signal(SIGPIPE, SIG_IGN);
	bool ok = parse(&in, argc, argv, &e) && make_context(&c, &in, &e) && run(&c, &in, &e);
	output_end(&c);
	ok = ok && output_result(&e);
	if (!ok)
		print_error(c.arena, &e);
	arena_free(c.arena);
	return ok ? 0 : err_exit_status(e.kind);
}
