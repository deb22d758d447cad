/*
 * An article as its reader saw it: title, byline, dates and blocks of text.
 *
 * This is what an extractor makes from a page, what a version keeps, and what
 * two versions are compared by.  All strings are UTF-8 in NFC, trimmed, with
 * runs of white space made one space (text/norm.h), and are borrowed from the
 * arena or message that the maker names.
 */
#ifndef STET_TEXT_ARTICLE_H
#define STET_TEXT_ARTICLE_H

#include "base/arena.h"
#include "base/buf.h"
#include "base/hash.h"
#include "base/when.h"

enum block_kind {
	BLOCK_PARAGRAPH,
	BLOCK_HEADING,
	BLOCK_ITEM,  /* of a list */
	BLOCK_QUOTE, /* a block quotation */
	BLOCK_CAPTION,
	BLOCK_PULLQUOTE,
	BLOCK_ROW,   /* of a table; cells joined by " | " */
	BLOCK_ENTRY, /* of a live blog; at tells when */
	BLOCK_KINDS
};
const char *block_kind_name(enum block_kind k); /* "paragraph", ... */

struct block {
	enum block_kind kind;
	when at;         /* BLOCK_ENTRY only, else WHEN_NONE */
	struct str text; /* never empty */
};

struct article {
	struct str title;
	struct str standfirst;
	struct str bylines[MAX_BYLINES]; /* one name each */
	size_t nbylines;
	struct str agency;   /* "AFP", "AFP, WSJ": whose copy it says it is */
	struct str language; /* BCP 47, lower case: "en", "zh-hant"; "" unknown */
	struct str section;
	when published, modified;  /* UTC */
	struct str published_text; /* as the page wrote them */
	struct str modified_text;
	struct block *blocks;
	size_t nblocks;
};

/*
 * The identity of the text: SHA-256 over what a reader would see changed:
 * title, standfirst, bylines, and the kind and text of each block.  Dates,
 * language, section and agency are not part of it.  Two versions of an article
 * never have the same identity.
 */
struct sha256 article_identity(const struct article *a);

size_t article_words(const struct article *a); /* in title and blocks */

/* The binary form that processes exchange and the archive keeps (base/wire.h).
 * Decoding borrows from the message; blocks come from the arena.  False if the
 * bytes are not an article within the limits. */
void article_encode(const struct article *a, struct buf *out);
MUST_CHECK bool article_decode(struct str message, struct arena *arena, struct article *out);

/* A deep copy in the arena. */
void article_copy(const struct article *a, struct arena *arena, struct article *out);

/* Readable form, for terminals, exports and tests: title, standfirst, "By"
 * line, blank line, one block a line with a blank line between. */
void article_print(const struct article *a, struct buf *out);

#endif
