/*
 * The manual page stet(1), made from the tables.  Language: mdoc(7).
 *
 * Plain text becomes roff by escaping: "\" everywhere, "." and "'" at the
 * beginning of a line; what stands between backquotes becomes bold, with its
 * hyphens kept as they are typed.
 */
#include <stdio.h>
#include <string.h>

#include "change/kinds.h"
#include "cli/help.h"

#define MAX_COLUMNS 66

static void put_char(struct buf *out, char c, bool literal)
{
	if (c == '\\')
		buf_puts(out, "\\e");
	else if (c == '-' && literal)
		buf_puts(out, "\\-");
	else if (c == '~' && literal)
		buf_puts(out, "\\(ti");
	else if (c == '"' && !literal)
		buf_puts(out, "\\(dq");
	else
		buf_byte(out, c);
}

/* On one line: what is literal, and what stands on the line of a macro. */
static void put_literal(struct buf *out, struct str s)
{
	if (s.n && (s.p[0] == '.' || s.p[0] == '\''))
		buf_puts(out, "\\&");
	for (size_t i = 0; i < s.n; i++)
		put_char(out, s.p[i], true);
}

static void put_word(struct buf *out, struct str word, bool *bold)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.p[i] == '`') {
			*bold = !*bold;
			buf_puts(out, *bold ? "\\fB" : "\\fR");
		} else {
			put_char(out, word.p[i], *bold);
		}
}

static bool ends_sentence(struct str word)
{
	while (word.n && (word.p[word.n - 1] == ')' || word.p[word.n - 1] == '`'))
		word.n--;
	/* Not "...". */
	return word.n && strchr(".?!", word.p[word.n - 1]) && !(word.n > 1 && word.p[word.n - 2] == '.');
}

/* Filled text: a sentence begins a line, no line is long. */
static void put_text(struct buf *out, struct str s)
{
	size_t column = 0;
	bool bold = false, anew = true;

	for (struct str word; s.n;) {
		str_cut(s, ' ', &word, &s);
		if (!word.n)
			continue;
		if (!anew && column + word.n > MAX_COLUMNS)
			anew = true;
		if (column) {
			buf_byte(out, anew ? '\n' : ' ');
			column = anew ? 0 : column;
		}
		if (!column && (word.p[0] == '.' || word.p[0] == '\''))
			buf_puts(out, "\\&");
		put_word(out, word, &bold);
		column += word.n + 1;
		anew = ends_sentence(word);
	}
	if (bold)
		buf_puts(out, "\\fR");
}

/* Lines are paragraphs, each on a line of its own in the source; those with a dash before them are a list. */
static void put_paragraphs(struct buf *out, const char *text)
{
	struct str rest = str_from(text), line;
	bool gap = false, list = false;

	while (str_next_line(&rest, &line)) {
		bool item = str_starts(line, STR("- "));
		if (list && !item)
			buf_puts(out, ".El\n");
		if (gap && line.n)
			buf_puts(out, ".Pp\n");
		if (item && !list)
			buf_puts(out, ".Bl -dash -compact\n");
		if (item)
			buf_puts(out, ".It\n");
		gap = !line.n;
		list = item;
		if (!line.n)
			continue;
		put_text(out, str_sub(line, item ? 2 : 0, line.n));
		buf_byte(out, '\n');
	}
	if (list)
		buf_puts(out, ".El\n");
}

static void put_option(struct buf *out, const struct option_row *row)
{
	buf_puts(out, ".It ");
	if (row->letter)
		buf_printf(out, "Fl %c , ", row->letter);
	buf_printf(out, "Fl -%s", row->name);
	if (row->argument)
		buf_printf(out, " Ar %s", row->argument);
	buf_byte(out, '\n');
	put_text(out, str_from(row->help));
	buf_puts(out, ".\n");
}

static void put_options(struct buf *out, const struct option_row *rows, size_t max)
{
	if (!rows[0].name)
		return;
	buf_puts(out, ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < max && rows[i].name; i++)
		put_option(out, &rows[i]);
	buf_puts(out, ".El\n");
}

static void put_example(struct buf *out, const char *examples)
{
	struct str rest = str_from(examples), line;

	buf_puts(out, ".Bd -literal -offset indent\n");
	while (str_next_line(&rest, &line)) {
		put_literal(out, line);
		buf_byte(out, '\n');
	}
	buf_puts(out, ".Ed\n");
}

static void put_commands(struct buf *out)
{
	buf_puts(out, ".Sh COMMANDS\n");
	for (size_t i = 0; commands[i]; i++) {
		const struct command *cmd = commands[i];
		buf_printf(out, ".Ss stet %s\n.Bd -ragged -compact\n.Nm stet %s\n", cmd->name, cmd->name);
		put_text(out, str_from(cmd->usage));
		buf_puts(out, "\n.Ed\n.Pp\n");
		put_paragraphs(out, cmd->about);
		put_options(out, cmd->options, MAX_OPTIONS);
	}
}

static void put_settings(struct buf *out)
{
	char takes[SETTING_TAKES];

	buf_puts(out, ".Sh SETTINGS\n"
	              "Every setting has a default that is good for most.\n"
	              "A value comes from the settings file, in which the part before\n"
	              "the dot is the section, or for one run from\n"
	              ".Fl o Ar NAME=VALUE .\n"
	              ".Bl -tag -width Ds\n");
	for (size_t i = 0; i < settings_count; i++) {
		const struct setting *s = &settings_table[i];
		buf_printf(out, ".It Cm %s\n", s->name);
		put_text(out, str_from(s->help));
		buf_puts(out, ".\nTakes ");
		put_text(out, str_from(setting_takes(s, takes)));
		buf_puts(out, ";\ndefault ");
		put_literal(out, str_from(*s->standard ? s->standard : "empty"));
		buf_puts(out, ".\n");
	}
	buf_puts(out, ".El\n");
}

static void put_pairs(struct buf *out, const char *heading, const char *macro, const struct help_pair *pairs)
{
	buf_printf(out, ".Sh %s\n.Bl -tag -width Ds\n", heading);
	for (; pairs->name; pairs++) {
		buf_printf(out, ".It %s ", macro);
		put_literal(out, str_from(pairs->name));
		buf_byte(out, '\n');
		put_text(out, str_from(pairs->text));
		buf_puts(out, ".\n");
	}
	buf_puts(out, ".El\n");
}

static void put_kind(struct buf *out, const struct kind_info *info)
{
	buf_printf(out, ".It Cm %s\n", info->name);
	put_text(out, str_from(info->about));
	buf_puts(out, ".\n");
}

static void put_kinds(struct buf *out)
{
	buf_puts(out, ".Sh KINDS\nAn edit has one kind or several:\n.Bl -tag -width Ds\n");
	for (uint32_t k = 0; k < EDIT_KINDS; k++)
		put_kind(out, edit_kind_info(k));
	buf_puts(out, ".El\n.Pp\nA change as a whole may be:\n.Bl -tag -width Ds\n");
	for (uint32_t k = 0; k < NATURES; k++)
		put_kind(out, nature_info(k));
	buf_puts(out, ".El\n");
}

static void put_examples(struct buf *out)
{
	buf_puts(out, ".Sh EXAMPLES\n");
	for (size_t i = 0; commands[i]; i++)
		if (commands[i]->examples) {
			buf_printf(out, ".Ss stet %s\n", commands[i]->name);
			put_example(out, commands[i]->examples);
		}
}

static void put_head(struct buf *out, when t)
{
	static const char *const months[] = { "January", "February", "March",     "April",   "May",      "June",
		                              "July",    "August",   "September", "October", "November", "December" };
	struct civil day = when_to_civil(t);

	buf_printf(out, ".Dd %s %d, %d\n.Dt STET 1\n.Os\n", months[day.month - 1], day.day, day.year);
	buf_puts(out, ".Sh NAME\n.Nm stet\n.Nd keep every version of every news article and show what changed\n"
	              ".Sh SYNOPSIS\n.Nm stet\n.Op Ar option ...\n.Ar command\n.Op Ar option ...\n"
	              ".Op Ar operand ...\n.Sh DESCRIPTION\n.Nm\n");
	put_paragraphs(out,
	               "watches news sites, keeps every version of every article together with the bytes that came "
	               "from the site, and shows what was changed between two versions and when. All it knows is in "
	               "one file, the archive. All times are UTC.\n"
	               "\n"
	               "An article is named by its number (12), by the key of its source and its number "
	               "(courier/12), or by any of its addresses. A version is named by the article and a number "
	               "that counts from 0 (12/3).\n"
	               "\n"
	               "The options of every command are:\n");
}

void manual_write(struct buf *out, when t)
{
	put_head(out, t);
	put_options(out, common_options, MAX_OPTIONS);
	put_commands(out);
	put_settings(out);
	put_kinds(out);
	put_pairs(out, "ENVIRONMENT", "Ev", help_environment);
	put_pairs(out, "FILES", "Pa", help_files);
	put_pairs(out, "EXIT STATUS", "Er", help_statuses);
	put_examples(out);
	buf_puts(out, ".Sh SEE ALSO\n.Xr less 1 ,\n.Xr sqlite3 1\n");
}
