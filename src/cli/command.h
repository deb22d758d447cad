/*
 * Commands: a table of data, one file a command.
 *
 * A command file defines one "const struct command cmd_NAME" with its options;
 * cli/commands.c lists them.  From these tables come option parsing
 * (getopt_long), "stet NAME --help", "stet help", and the manual page.
 *
 * All commands take the common options: --archive FILE (or $STET_ARCHIVE; the
 * default is $XDG_DATA_HOME/stet/stet.db), --config FILE, -o NAME=VALUE,
 * --json where the command lists something, --color=WHEN, --no-pager, --help;
 * and two that no help names, for demonstrations and tests: --clock-start TIME
 * and --clock-speed N, which set context.clock.
 *
 * Around this header: cli/help.h prints what these tables say, cli/wrap.h
 * breaks lines, cli/phrase.h says things in words.
 */
#ifndef STET_CLI_COMMAND_H
#define STET_CLI_COMMAND_H

#include "archive/archive.h"
#include "base/clock.h"
#include "base/settings.h"

#define MAX_OPTIONS 16

struct option_row {
	const char *name;     /* "source", used as --source */
	char letter;          /* 's' or 0 */
	const char *argument; /* "KEY"; NULL: a switch */
	const char *help;     /* one sentence without a full stop */
};

/* What a command is run with. */
struct context {
	struct settings settings;
	const char *archive_path; /* or the address of a server */
	const char *local_path;   /* a file on this machine by whose name what stands beside the archive is found */
	struct clock clock;
	bool json;
	bool color;                      /* decided from --color and the terminal */
	bool pager;                      /* may page: standard output is a terminal */
	const char *values[MAX_OPTIONS]; /* by row of the command's options; NULL: not
	                          given, "" for a switch; the last one wins */
	int argc;                        /* what is left: argv[0] is the first operand */
	char **argv;
	struct arena *arena; /* dies with the command */
};

struct command {
	const char *name;
	const char *summary;  /* one line, for "stet help" */
	const char *usage;    /* operands: "[OPTION]... URL..." */
	const char *about;    /* paragraphs of plain text, for --help and the manual */
	const char *examples; /* lines of commands with comments; may be NULL */
	bool has_json;
	struct option_row options[MAX_OPTIONS]; /* ends with a NULL name */
	int least, most;                        /* operands; most -1: any number */
	/* false: *e says why, and its kind gives the exit status. */
	bool (*run)(struct context *c, struct err *e);
};
extern const struct command *const commands[];   /* ends with NULL */
extern const struct option_row common_options[]; /* ends with a NULL name */

/* The command of this name, or NULL. */
const struct command *command_find(const char *name);
/* ERR_USAGE: there is none of this name; names the one that looks most like it. */
bool command_unknown(const char *name, struct err *e);

/* Value of an option by name, or NULL. */
const char *context_option(const struct context *c, const struct command *cmd, const char *name);

/* The value of an option as a whole number from least to most; standard if it
 * was not given. */
MUST_CHECK bool context_number(const struct context *c, const struct command *cmd, const char *name, int64_t standard,
                               int64_t least, int64_t most, int64_t *out, struct err *e);

/* Opens the archive of the context; a missing one is a helpful sentence. */
MUST_CHECK bool context_archive(struct context *c, enum archive_mode mode, struct archive **out, struct err *e);
/* Compares everything in the archive of the context again; how many changes. */
MUST_CHECK bool context_compare_again(const struct context *c, int64_t *n, struct err *e);

/* Parses argv, runs the command, prints its error; the exit status. */
int command_main(int argc, char **argv);

/* ---- output ------------------------------------------------------------- */

/* Standard output through the pager ($STET_PAGER, $PAGER, less -FRX) if the
 * context says so.  Called once there is something to show, so that an error
 * is not paged; may be called again.  output_end writes what is left and waits
 * for the pager; command_main calls it too. */
void output_begin(struct context *c);
void output_end(struct context *c);
/* Nobody reads what is written, or it cannot be written: long output stops. */
bool output_broken(void);
/* False if output was lost for another reason than that nobody reads it. */
MUST_CHECK bool output_result(struct err *e);
/* Columns of the terminal (or $COLUMNS); 0: not a terminal, lines are not broken. */
size_t output_width(void);

enum color { COLOR_NONE, COLOR_BOLD, COLOR_DIM, COLOR_RED, COLOR_GREEN, COLOR_YELLOW, COLOR_BLUE, COLOR_CYAN };
/* Text from pages: made printable (text/norm.h) and coloured if wanted. */
void output_text(const struct context *c, enum color color, struct str s);
void output_printf(const struct context *c, enum color color, const char *fmt, ...) PRINTF_LIKE(3, 4);
/* Writes and empties a JSON buffer, with a newline. */
void output_json(struct buf *b);

/* Bytes as they are: for captured pages. */
void output_raw(struct str s);

/* ---- operands ----------------------------------------------------------- */

/* Which article a person means: a number, "KEY/number", or any address of it.
 * ERR_HIDDEN for one that may not be shown; any_article too gives those. */
MUST_CHECK bool article_from_operand(struct archive *ar, struct arena *a, const char *operand, int64_t *id,
                                     struct err *e);
MUST_CHECK bool any_article_from_operand(struct archive *ar, struct arena *a, const char *operand, int64_t *id,
                                         struct err *e);
/* As the first, with "/VERSION" behind it or not: *version is then -1. */
MUST_CHECK bool version_from_operand(struct archive *ar, struct arena *a, const char *operand, int64_t *id,
                                     int64_t *version, struct err *e);
/* The source of this key; without one, a sentence that names the nearest. */
MUST_CHECK bool source_from_operand(struct archive *ar, struct arena *a, const char *key, struct source *out,
                                    struct err *e);
/* "2024-10-07", "2024-10-07T10:02", or how long ago: "2d", "12h". */
MUST_CHECK bool time_from_operand(const struct clock *clock, const char *operand, when *out, struct err *e);

/* Progress of long work on standard error, only on a terminal. */
struct progress {
	const char *what;
	int64_t total, last_ms;
	bool shown;
};
void progress_begin(struct progress *p, const char *what, int64_t total);
void progress_step(struct progress *p, int64_t done);
void progress_end(struct progress *p);
/* A step as work calls it that knows nothing of terminals; progress: a struct progress.
 * The second is for work that also tells how much there is. */
void progress_on_step(void *progress, int64_t done);
void progress_on_step_of(void *progress, int64_t done, int64_t total);

#endif
