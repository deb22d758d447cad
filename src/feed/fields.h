/*
 * The visitor that makes a struct feed of the facts.  For src/feed only.
 */
#ifndef STET_FEED_FIELDS_H
#define STET_FEED_FIELDS_H

#include "feed/facts.h"
#include "url/url.h"

enum slot {
	SLOT_URL,
	SLOT_ID,
	SLOT_TITLE,
	SLOT_SUMMARY,
	SLOT_AUTHOR,
	SLOT_PUBLISHED,
	SLOT_UPDATED,
	SLOT_LANGUAGE,
	SLOT_HUB,
	SLOT_SELF,
	SLOT_TTL,
	SLOT_PERIOD,
	SLOT_FREQUENCY,
	SLOTS
};

#define RANK_NONE 255

struct offer {
	struct str text;
	when at;
	unsigned rank;
};

/* The context of the visitor. */
struct fields {
	struct arena *a;
	struct feed *feed; /* its entries are on the heap until they are settled */
	size_t cap;
	uint32_t position;
	struct offer own[SLOTS], entry[SLOTS];
	struct str base_text; /* that base was parsed from */
	struct url base;
	bool base_good;
};
extern const struct fact_visitor fields_visitor; /* without its context */
void fields_finish(struct fields *g);            /* when all is told */

#endif
