/*
 * A page: HTML to the article in it, or to a name for what it is instead.
 *
 * For the confined reader.
 */
#ifndef STET_PAGE_PAGE_H
#define STET_PAGE_PAGE_H

#include "text/article.h"

enum page_kind {
	PAGE_ARTICLE, /* the only one that makes versions, with the next */
	PAGE_LIVE_BLOG,
	PAGE_INDEX, /* a home or section page: links, no article */
	PAGE_VIDEO,
	PAGE_GALLERY,
	PAGE_PAYWALL,  /* a stub of an article behind a wall */
	PAGE_CONSENT,  /* a cookie wall */
	PAGE_BOT_WALL, /* "checking your browser" */
	PAGE_SOFT_404, /* says "not found" with status 200 */
	PAGE_EMPTY,    /* a shell that needs scripts, or nothing */
	PAGE_KINDS
};
const char *page_kind_name(enum page_kind k); /* "article", "live blog", ... */
bool page_kind_has_versions(enum page_kind k);

struct page_link {
	struct str url;  /* absolute, http or https */
	struct str text; /* normalised; title attribute for feeds */
};

struct page {
	enum page_kind kind;
	struct str charset;   /* what the bytes were decoded as */
	struct str canonical; /* rel=canonical, absolute, or empty; not yet believed */
	struct str site_name;
	bool noarchive;          /* robots meta: may be checked, bytes not kept */
	struct article article;  /* filled in for every kind as far as there is one */
	struct page_link *feeds; /* rel=alternate feeds, in document order */
	size_t nfeeds;
	struct page_link *links; /* PAGE_INDEX only: addresses of the same site that look like articles, in document
	                            order, each once */
	size_t nlinks;
};

/* url is where the page was found, for relative links. */
MUST_CHECK bool page_read(struct arena *a, struct str bytes, struct str content_type, struct str url, struct page *out,
                          struct err *e);

void page_encode(const struct page *p, struct buf *out);
MUST_CHECK bool page_decode(struct str message, struct arena *a, struct page *out);

#endif
