/*
 * The pass that mends XML: what its two files share.  See mend.c.
 */
#ifndef STET_FEED_MENDER_H
#define STET_FEED_MENDER_H

#include "feed/parts.h"

#define MAX_ENTITIES 64
#define MAX_ENTITY_BYTES 256
#define MAX_OPEN 200 /* elements; below the 256 at which libxml2 gives up */

struct entity {
	struct str name, value;
};

struct mender {
	struct str s;
	size_t i; /* where the pass has come to */
	struct buf out;
	bool bozo;
	bool is_sitemap;
	bool endless[2]; /* no comment, no instruction ends any more */
	struct entity entities[MAX_ENTITIES];
	size_t nentities;
	struct str open[MAX_OPEN]; /* names of the open elements */
	size_t nopen, too_deep;    /* open elements that were left out */
	size_t inside; /* where in the output the content of the element begins that was opened last; 0: it ended */
};

/* A character, or a reference, that stands at m->i in text. */
void mend_char(struct mender *m);
void mend_ampersand(struct mender *m);

/* At "<" and the beginning of a name, or "</" and that: writes the tag as it
 * should be.  False if it does not end; then nothing was written. */
bool mend_tag(struct mender *m);
/* At the end of the text: an address that stands open may have been cut off, and
 * goes. */
void mend_cut(struct mender *m);
/* Closes what is open. */
void mend_close(struct mender *m, size_t down_to);

#endif
