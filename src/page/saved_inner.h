/*
 * What the files that read saved documents (saved.h) share.
 */
#ifndef STET_PAGE_SAVED_INNER_H
#define STET_PAGE_SAVED_INNER_H

#include "page/saved.h"

/* Lines of an article in order, normalised, none of them empty. */
struct saved_lines {
	struct str *at;
	size_t n;
};

/* Bytes as text: by their byte order mark, or by what they look like. */
struct str saved_text_of(struct arena *a, struct str bytes);

/* The lines of a text that are not empty, normalised. */
struct saved_lines saved_lines_of(struct arena *a, struct str text);

/* Takes the first of several names off *names: what stands before the first of
 * the separators, which goes with it. */
struct str saved_take_name(struct str *names, const char *const separators[], size_t n);

/* One more block, for which out has room up to MAX_BLOCKS; ERR_LIMIT: above the
 * limits of an article. */
MUST_CHECK bool saved_add_block(struct article *out, enum block_kind kind, struct str text, struct err *e);

/* The article that the lines hold.  Without a title the first line is it,
 * unless it is a paragraph.  Strings are borrowed from the lines or from the
 * arena. */
MUST_CHECK bool saved_article(struct arena *a, struct str title, struct saved_lines lines, struct article *out,
                              struct err *e);

/* What the head of a revision page says in words: source, given up, and the
 * address and date if they stand there as text. */
void saved_read_head(struct str text, struct saved *out);

/* "Version 12" to 12, or -1. */
int64_t saved_version_number(struct str s);

/* Seconds that "(about 2 hours later)" says, or -1. */
int64_t saved_later(struct str s);

/* Two titles in one line: where the second begins, judged by what it repeats of
 * the first, by capitals and by the middle; 0 if nothing tells. */
size_t saved_split_titles(struct arena *a, struct str line);

/* Rows of a revision page's text to its two columns: old[i] and new[i] are
 * what row i holds of each, either may be empty. */
void saved_split(struct arena *a, const struct str *rows, size_t n, struct str *older, struct str *newer);

#endif
