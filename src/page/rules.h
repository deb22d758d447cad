/*
 * Rules: what an operator says of a site whose pages are read wrongly.
 *
 * A file of rules is text.  A section is the rule of one outlet:
 *
 *     # Its correction box stands in an <aside>, its teasers in paragraphs.
 *     [courier]
 *     site = courier.example, courier-live.example
 *     body = main .story
 *     drop = .inline-teaser, aside.related > p
 *     keep = aside.correction
 *     title = h1.headline
 *     byline = .author-name
 *     published = time[itemprop=datePublished]
 *
 * site: hosts, each with all hosts below it; of two that fit, the longer wins.
 * body: the element that holds the article; the first match on the page.
 * drop: elements that are no part of it.  keep: elements whose text is part of
 * it wherever they stand; where both stand around a text, the nearer counts,
 * and keep on the same element.  title, published: the first match that says
 * something; byline: all of them.  Of a <meta> the attribute content counts,
 * for published also datetime of any element, else the text.  What matches
 * nothing on a page is decided as if it were not there.  A name may stand in
 * several lines, which add up.  A line that begins with "#" or ";" is a
 * comment.
 *
 * Selectors are a part of CSS: tag, *, .class, #id, [attr], [attr=value], with
 * ^= (begins), $= (ends) and *= (holds), values bare or in quotes; these put
 * together (a.more[href]), a space for "somewhere below", ">" for "right
 * below", commas between alternatives.  Attributes are those of
 * html/attrs.inc.  Names of elements and attributes in
 * either case, everything else as it is written.
 *
 * The file is parsed where the program starts; a section travels with each job
 * to the confined reader as the text that it is, and is applied there.
 */
#ifndef STET_PAGE_RULES_H
#define STET_PAGE_RULES_H

#include "base/arena.h"

struct html;

struct rules {
	struct rule_site {
		struct str host;    /* lower case, ASCII */
		struct str section; /* the lines of its rule */
	} *sites;
	size_t nsites;
};

/* Checks every section.  The error names file and line: "rules.ini, line 4: drop: ...".
 * Strings are borrowed from bytes or come from the arena. */
MUST_CHECK bool rules_parse(struct arena *a, struct str bytes, const char *file, struct rules *out, struct err *e);

/* The rule for the site of an address, borrowed from the bytes; mostly empty. */
struct str rules_for(const struct rules *r, struct str url);

#define RULE_DROP 1
#define RULE_KEEP 2

/* What a rule says of one page. */
struct rule_marks {
	uint32_t body;      /* 0: it says nothing */
	const uint8_t *node; /* RULE_DROP, RULE_KEEP or 0 for each node; NULL: it says nothing */
	struct str title, byline, published; /* normalised; empty: it says nothing */
	uint32_t *dropped;  /* the outermost of the dropped elements */
	size_t ndropped;
	struct str *unmatched; /* selectors that match nothing here: "drop: .inline-teaser" */
	size_t nunmatched;
};

/* Applies a section to a page.  Everything is from the arena or the page.  Cost:
 * one pass over the nodes for each name of the rule, at most MAX_RULE_STEPS
 * tests a node. */
MUST_CHECK bool rules_mark(struct str section, const struct html *h, struct arena *a, struct rule_marks *out,
                           struct err *e);

/* What the rule says of a node; marks may be NULL. */
static inline uint8_t rules_of(const struct rule_marks *marks, uint32_t node)
{
	return marks && marks->node ? marks->node[node] : 0;
}

#endif
