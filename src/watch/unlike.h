/*
 * In which blocks two texts of an article differ, and whether that is an edit.
 * Blocks of the same text are equal, of whatever kind they are.
 */
#ifndef STET_WATCH_UNLIKE_H
#define STET_WATCH_UNLIKE_H

#include "page/page.h"

/* A text with what is known of its blocks; traits may be NULL: nothing. */
struct learn_text {
	struct article text;
	const struct page_trait *traits;
};

struct unlike {
	uint32_t *olds, *news; /* numbers of blocks that the other side does not have there */
	size_t nolds, nnews;
	bool head;  /* title, standfirst or bylines differ */
	bool edit;  /* a reader would call it an edit: not only doubtful blocks differ */
	bool still; /* what differs is doubtful or stands aside: the rest stood still */
};
/* 1 us for a hundred equal blocks; where whole passages differ, the square of
 * their number of blocks, at most 5 ms. */
void unlike_find(struct arena *a, const struct learn_text *older, const struct learn_text *newer, struct unlike *out);

/* Does this place hold only a small part of the text? */
bool unlike_aside(const struct learn_text *t, uint64_t place);

/* A caption, a quotation, a row of a table: marked as a part of the article. */
bool unlike_is_marked(enum block_kind k);

/* A correction, a clarification, a credit: never furniture. */
bool unlike_is_notice(struct str text);

#endif
