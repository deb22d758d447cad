/*
 * What the finders of names share: names.c, which settles them, name_markup.c
 * and name_lines.c.  The form of a name is name_form.h's.
 */
#ifndef STET_PAGE_NAMES_INNER_H
#define STET_PAGE_NAMES_INNER_H

#include "page/inner.h"

#define SIGNATURE_BYTES 60   /* of the last block, and of a line behind it */
#define DATELINE_BYTES 90    /* of the first block, that an agency or a reporter may stand in */
#define MIN_RUNNING_TEXT 120 /* weight of a line that is no byline; half of it if it ends as a sentence does */

/* What one place of the page says. */
struct credit {
	struct str names[MAX_BYLINES]; /* persons */
	size_t n;
	struct str others[MAX_BYLINES]; /* agencies, desks, the site, as written */
	size_t nothers;
	bool by; /* "by" stands before them */
};

/* The places of a page that name authors, the surest first. */
enum place {
	PLACE_AUTHOR, /* markup that means it */
	PLACE_BY,     /* "By A. Lund" */
	PLACE_LINK,
	PLACE_CLASS,
	PLACE_BESIDE, /* in a line with the date */
	PLACE_SIGNATURE,
	PLACE_LAST_LINE,
	PLACE_DATELINE,
	PLACE_NEAR, /* in a line next to the date */
	PLACE_BELOW,
	PLACES
};
#define SURE_PLACES PLACE_LINK     /* these say that they name the author */
#define MARKED_PLACES PLACE_BESIDE /* as do these, more or less */

struct namer {
	struct scan *s;
	const struct meta *m;
	const struct body *body;
	struct article *article;
	uint32_t first, until; /* the first line that is kept; the article's end */
	struct str site, host;
	bool people; /* the page says that these are persons: the site may be called like its only author */
};

enum mark { MARK_NONE, MARK_CLASS, MARK_LINK, MARK_AUTHOR }; /* the last is the surest */

/* What the lines around the title say, from the first to the last. */
struct names_head {
	struct credit by, beside, near; /* "By A. Lund"; in a line with the date; in a line of its own next to it */
	bool lone_by;      /* the line before is "By" */
	bool dated;        /* the line before is a date */
	struct str person; /* the line before, if it could be one */
};

/* "By A, B and C" to A, B and C; each as a person or as one of the others, or left out. */
void names_split(struct namer *n, struct credit *c, struct str list);
void names_add(struct namer *n, struct credit *c, struct str name); /* one of them */
void names_put(struct str *list, size_t *n, struct str name);      /* if it is not there yet */
void names_around_date(struct namer *n, struct str text, struct credit *c); /* "By A. Lund, 4 Feb 2022" */
void names_beside_date(struct namer *n, struct str text, struct credit *c); /* "4 Feb 2022 | 13:10 | Anna Lund" */
size_t names_stroke_at(struct str list, size_t i); /* bytes between the parts of an East Asian byline; 0: none */

/* Marked elements that stand together: the first group that has a name, from one node to another. */
void names_from_markup(struct namer *n, uint32_t from, uint32_t to, struct credit found[MARK_AUTHOR + 1]);
void names_below(struct namer *n, struct credit *c);

void names_from_lines(struct namer *n, struct names_head *head);
void names_from_signature(struct namer *n, struct credit *c); /* among the last blocks */
void names_from_last_line(struct namer *n, struct credit *c); /* of the element that holds the text */
void names_from_dateline(struct namer *n, struct credit *c);

#endif
