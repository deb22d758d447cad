/*
 * Stories of the demo: a text, and what is done to it in the course of a day.
 *
 * A story file (demo/stories/NAME.txt) has a head of "key: value" lines, a
 * blank line, paragraphs with blank lines between ("## " begins a heading,
 * "> " a block quotation), and edits, each of them a line "@ HH:MM what
 * happens, for a person" and one or more steps:
 *
 *     title: NEW TITLE               standfirst: NEW STANDFIRST
 *     byline: NEW BYLINE             replace N: OLD WORDS => NEW WORDS
 *     move N to M                    add N: TEXT     (it becomes paragraph N)
 *     drop N                         gone            (410 from now on)
 *     stale until HH:MM              (until then every other reader gets the
 *                                     text from before this edit: two caches)
 *
 * Paragraphs are counted from 1.  A step may go on in lines that begin with
 * white space.  Times are offsets from the start of the demo's day; negative
 * ones are the evening before.
 */
#ifndef STET_DEMO_STORY_H
#define STET_DEMO_STORY_H

#include "base/arena.h"
#include "base/when.h"

#define MAX_STORY_PARAGRAPHS 64
#define MAX_STORY_EDITS 16
#define MAX_STORY_STEPS 8

enum paragraph_kind { PARAGRAPH_TEXT, PARAGRAPH_HEADING, PARAGRAPH_QUOTE };

struct paragraph {
	enum paragraph_kind kind;
	struct str text;
};

/* What a reader sees at one moment. */
struct story_text {
	struct str title, standfirst, byline;
	struct paragraph paragraphs[MAX_STORY_PARAGRAPHS];
	size_t nparagraphs;
	int64_t modified; /* offset of the last edit, or of publication */
	bool gone;
};

struct story_step {
	const struct step_form *form; /* what kind of step, see story.c */
	size_t n, m;
	struct str a, b;
};

struct story_edit {
	int64_t at;
	struct str what;     /* one sentence for a person */
	int64_t stale_until; /* 0: no stale copies */
	struct story_step steps[MAX_STORY_STEPS];
	size_t nsteps;
};

struct story {
	struct str name;   /* of its file */
	struct str outlet; /* host name without ".localhost" */
	struct str path, section;
	int64_t published;
	struct story_text first;
	struct story_edit edits[MAX_STORY_EDITS];
	size_t nedits;
};

/* All strings are from the arena.  *e names the line that cannot be read, or
 * the step that does not fit the text. */
MUST_CHECK bool story_parse(struct arena *a, struct str name, struct str file, struct story *out, struct err *e);

/* The text at an offset.  turn counts the requests for this story: it decides
 * which of two disagreeing caches answers. */
MUST_CHECK bool story_at(const struct story *s, struct arena *a, int64_t offset, uint64_t turn, struct story_text *out,
                         struct err *e);

/* "HH:MM" or "-HH:MM" */
MUST_CHECK bool story_offset(struct str s, int64_t *out);

/* The files, put into the program when it is built. */
struct story_file {
	const char *name, *text;
	size_t size;
};
extern const struct story_file story_files[];
extern const size_t story_files_count;

#endif
