/*
 * Text broken into lines of a terminal, in pieces of any colour.
 *
 *     struct wrap w = wrap_begin(c, "~ ", 2);
 *     wrap_put(&w, COLOR_NONE, before);
 *     wrap_put(&w, COLOR_RED, removed);
 *     wrap_end(&w);
 *
 * Lines break at spaces only, and not at all when output is not a terminal.
 * What is put must stay until the next space or wrap_end.
 */
#ifndef STET_CLI_WRAP_H
#define STET_CLI_WRAP_H

#include "cli/command.h"

#define WRAP_PIECES 32

struct wrap {
	const struct context *c;
	size_t width, indent, column;
	bool fresh; /* nothing but the indent on this line */
	bool space; /* one is due before the next word */
	enum color space_color;
	struct {
		enum color color;
		struct str text;
	} word[WRAP_PIECES]; /* the word that is not written yet */
	size_t nword;
};

/* The prefix is written first; further lines begin with indent spaces. */
struct wrap wrap_begin(const struct context *c, enum color color, const char *prefix, size_t indent);
void wrap_put(struct wrap *w, enum color color, struct str s);
void wrap_end(struct wrap *w); /* with a newline */

/* Columns that a text takes on a terminal: two for wide characters, none for
 * combining ones (UAX #11 by ICU). */
size_t text_columns(struct str s);

/* The longest beginning of s, on one line, that takes at most max columns. */
struct str text_clip(struct str s, size_t max);

#endif
