/*
 * Saved documents: what people keep on their disks of other trackers and of
 * articles as plain text.
 *
 * A revision page of News Sniffer, as saved HTML or as its text, holds two
 * versions of one article side by side.  In the HTML the columns of the table
 * tell them apart.  In the text each line holds a paragraph of the one
 * followed by a paragraph of the other, and where the first ends is decided by
 * content: an article does not say the same thing twice, so a sentence and its
 * edited form belong to different versions; a paragraph seldom begins with
 * "But" or "They".
 */
#ifndef STET_PAGE_SAVED_H
#define STET_PAGE_SAVED_H

#include "text/article.h"

struct saved_version {
	int64_t number; /* as the tracker numbered it */
	when seen;      /* WHEN_NONE: the document does not say */
	int64_t later;  /* seconds after the version before, as far as it says; -1: it does not */
	struct article article;
};

struct saved {
	struct str source; /* the tracker's key, "independent"; empty for plain text */
	struct str url;    /* the article's original address, or empty */
	when first_seen;   /* WHEN_NONE: does not say */
	bool given_up;     /* "won't be checked again" */
	struct saved_version versions[2];
	size_t nversions; /* 1 for a plain article, 2 for a revision page */
};

/* When version i was seen, of a document that was saved at this time: it says so
 * itself, or does not know, if it is a revision page; else when it was saved. */
when saved_seen(const struct saved *s, size_t i, when saved);

/* A saved revision page of News Sniffer; ERR_FORMAT if it is none.  Read by its
 * structure and its words, with or without times. */
MUST_CHECK bool saved_read_html(struct arena *a, struct str bytes, struct saved *out, struct err *e);

/* A plain-text article, or the text of such a revision page.
 *
 * The first line is the title, unless it is a paragraph; then the title is the
 * first words of its first sentence, cut at a word, with an ellipsis, and the
 * paragraph stays.  One short sentence below the title that tells what the next
 * paragraph tells is the standfirst.  Bylines and dates above the text, the
 * agency and the credits below it are taken out; names in a credit ("With
 * reporting by") are bylines if there are no others.  Furniture ("Related
 * Articles" and what follows, "Avatar", "Share") is dropped.  A short line
 * that does not end like a sentence is a heading.
 *
 * ERR_FORMAT: no text; ERR_LIMIT: above the limits of an article. */
MUST_CHECK bool saved_read_text(struct arena *a, struct str bytes, struct saved *out, struct err *e);

/* Text in fields, as other trackers keep it: newsdiffs' article file (date,
 * title, byline, body, a line each but the body), or the labels "Title: ",
 * "Byline: ", "Date: ", an empty line, and the body.  A line of the body is a
 * paragraph; nothing is taken out.
 *
 * ERR_FORMAT: no title or no body; ERR_LIMIT: above the limits of an article. */
MUST_CHECK bool saved_read_fields(struct arena *a, struct str bytes, struct saved *out, struct err *e);

void saved_encode(const struct saved *s, struct buf *out);
MUST_CHECK bool saved_decode(struct str message, struct arena *a, struct saved *out);

#endif
