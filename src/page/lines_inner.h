/*
 * What the files that judge lines share: lines.c (what is known of all lines,
 * and the sums), lines_alone.c (what is said at the first look) and
 * lines_placed.c (what is said once the candidates for the body are known).
 */
#ifndef STET_PAGE_LINES_INNER_H
#define STET_PAGE_LINES_INNER_H

#include "page/lines.h"

#define LONG_LINE 90

/* What is known of a line besides what is said of it. */
struct fact {
	struct str text;
	enum phrase_kind phrase;
	bool running; /* running text */
	bool heading;
	bool linky;
	bool menu;       /* one of a row of short links */
	bool leads_home; /* linky, to another page of the site */
	bool leads_abroad;
	bool em, strong;        /* all of it */
	uint32_t parent, grand; /* containers of its block */
	uint64_t place;
	bool repeats; /* it stood in the page before */
	bool alike;   /* another line begins with the same words */
};

struct place {
	uint64_t key, weight;
};

struct judge {
	struct scan *s;
	const struct meta *meta;
	const struct candidates *c; /* NULL before they are known */
	const struct article *article;
	struct fact *facts;
	struct said *saids;
	uint64_t *direct, *wider; /* weight of running text, by parent and grandparent */
	struct place *places;
	size_t nplaces; /* a power of two */
	/* Lines that are not plainly furniture by themselves: what stands before and
	 * behind a line is told by them, so that an advertisement between two
	 * paragraphs changes neither. */
	uint32_t *likely; /* their numbers, in order */
	uint32_t *rank;   /* of each line: how many of them come before it */
	size_t nlikely;
	bool *grams;                  /* what stands in articleBody; NULL: not asked yet */
	size_t looked_up;             /* lines that were looked for in the page's articleBody */
	uint64_t running;             /* weight of running text in the densest element */
	size_t first, last;           /* running lines of the body; SIZE_MAX: none */
	size_t heading;               /* the main heading's line, or SIZE_MAX */
	uint32_t *controls, *players; /* how many stand before each node */
	bool again;                   /* a second main heading was passed */
	uint32_t list;                /* the last one looked at */
	bool list_is_linky;
	size_t hushed_until;
	bool hushed, ended;
	/* the line at hand */
	struct line *line;
	struct fact *fact;
	struct said *said;
	size_t at;
};

static inline void say(struct judge *j, enum feature f)
{
	if (j->said->n < MAX_SAID)
		j->said->what[j->said->n++] = (uint8_t)f;
}

static inline void say_if(struct judge *j, bool so, enum feature f)
{
	if (so)
		say(j, f);
}

/* The step of a stair that n stands on: f for less than the first limit, the
 * next feature for less than the second... */
static inline void say_step(struct judge *j, uint64_t n, const uint64_t *limits, size_t nlimits, enum feature f)
{
	size_t i = 0;

	while (i < nlimits && n >= limits[i])
		i++;
	say(j, (enum feature)(f + i));
}

/* Long or a sentence, and few links. */
bool line_is_running(const struct line *l);
/* Where the weight of the running text in a place is kept. */
struct place *line_place(struct judge *j, uint64_t key);
/* One of the page's titles. */
bool line_is_title(const struct judge *j, struct str text);
/* The <article> around a node, or 0. */
uint32_t line_article_around(const struct html *h, uint32_t node);

static inline bool line_is_inside(const struct scan *s, uint32_t node, uint32_t outer)
{
	return node >= outer && node < s->html->nodes[outer].end;
}

/* Say of the line at hand what it is by itself and what stands around it, or
 * what its place is; the latter of all lines in order. */
void lines_say_alone(struct judge *j);
void lines_say_placed(struct judge *j);

#endif
