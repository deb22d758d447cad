/*
 * Selectors: the part of CSS that rules are written in (page/rules.h).
 *
 * A list is compiled to steps, one for each compound such as a.more[href], all
 * selectors of the list one after the other, so that a set of steps is one
 * integer and matching is a pass over the nodes with a few operations on bits
 * each (see selector.c).
 */
#ifndef STET_PAGE_SELECTOR_H
#define STET_PAGE_SELECTOR_H

#include "html/html.h"

struct selector_test {
	char op;         /* '.', '#', or for an attribute '?', '=', '^', '$', '*' */
	struct str name; /* of the class, id or attribute */
	struct str value;
};

struct selector_step {
	bool any;        /* of whatever name */
	enum tag tag;
	struct str name; /* of a TAG_OTHER element */
	struct selector_test test[MAX_RULE_TESTS];
	size_t ntests;
	struct str text; /* of the whole selector; in its last step */
};

struct selector_list {
	struct selector_step step[MAX_RULE_STEPS];
	size_t n;
	uint64_t starts, ends; /* first and last steps of selectors */
	uint64_t child;        /* steps that follow right below the one before */
};

/* Adds what the text says.  Strings are borrowed from it or from the arena. */
MUST_CHECK bool selector_parse(struct arena *a, struct str text, struct selector_list *list, struct err *e);

/* Goes through a document: selector_next gives the next element that matches
 * and which steps of the list end there. */
struct selector_walk {
	const struct selector_list *list;
	const struct html *h;
	uint32_t at;
	struct selector_open *open; /* elements around */
	size_t depth, room;
	struct arena *arena;
	uint64_t seen; /* steps that ended anywhere so far */
};
struct selector_walk selector_begin(const struct selector_list *list, const struct html *h, struct arena *a);
bool selector_next(struct selector_walk *w, uint32_t *node);

#endif
