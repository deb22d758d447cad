/*
 * What several documents need from the archive in the same way: lists with a
 * cursor, the provenance of a version, two versions compared.
 *
 * A cursor is text such as "1728266000-17-3": the list goes on behind the change
 * that was first seen then, of that article, to that version; "-gone" or "-back"
 * in place of the version is a removal or a return; "unknown-17-3" is among the
 * changes of unknown time.  It means the same as long as the
 * archive stands, so an address with a cursor is permanent.
 */
#ifndef STET_VIEW_LOAD_H
#define STET_VIEW_LOAD_H

#include "change/change.h"
#include "view/news.h"
#include "view/view.h"

struct news_page {
	struct news *items;
	size_t n;
	struct str next;      /* cursor; empty: this is the end */
	struct source source; /* of args.key; id 0: all */
};
/* The search as args ask for it, all of it in its own language. */
struct str search_words(const struct view *v);

/* Changes, removals and returns as args tell: key, query, before, kinds, matters;
 * remade_too: also changes that are no news. */
MUST_CHECK bool load_news(struct view *v, size_t limit, int64_t article, bool remade_too, struct news_page *out,
                          struct err *e);

struct article_list {
	struct article_row *rows;
	size_t n;
	struct str next;
	struct source source;
};
MUST_CHECK bool load_articles(struct view *v, size_t limit, struct article_list *out, struct err *e);

/* Where the text of a version comes from. */
struct provenance {
	struct check check; /* id 0: not known any more */
	struct sha256 body;
	int64_t body_bytes; /* 0: no capture was kept */
	struct left_out *left_out; /* of what the check brought */
	struct furniture *left_out_by;
	size_t nleft_out;
};
MUST_CHECK bool load_provenance(struct view *v, const struct version *version, struct provenance *out, struct err *e);

/* The last check of an article; id 0: there was none. */
MUST_CHECK bool load_last_check(struct view *v, int64_t article, struct check *out, struct err *e);

/* Two versions of one article and how they differ. */
struct comparison {
	struct article_row article;
	struct version older, newer; /* a and b as asked for; "older" may be the later one */
	struct article older_text, newer_text;
	struct change change;
};
MUST_CHECK bool load_comparison(struct view *v, int64_t article, int64_t a, int64_t b, struct comparison *out,
                                struct err *e);

/* An address with arguments; those without a value are left out, and a value
 * stands as it is. */
struct argument {
	const char *name;
	struct str value;
};
struct str address_with(struct arena *a, struct str path, const struct argument *arguments, size_t n);

/* Address of this list continued at a cursor (empty: its newest end), with the
 * other arguments kept. */
struct str list_address(const struct view *v, struct str cursor);
/* Address of the feed at path, of the same kinds of changes as this list. */
struct str feed_address(const struct view *v, struct str path);

MUST_CHECK bool load_source(struct view *v, struct str key, struct source *out, struct err *e);

#endif
