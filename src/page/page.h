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

/*
 * What is known of a block besides its text: where in the page it stood and how
 * sure it is that it belongs to the article.  For whoever compares many pages
 * of one source (watch/learn.h).
 */
struct page_trait {
	uint64_t place; /* hash of the elements around it, by tag and class */
	int32_t score;  /* log odds times 100 that it is the article's; 0 is even, PAGE_SURE and more is sure */
};
#define PAGE_SURE 300

/* A line of the page and what became of it, for "stet extract --explain". */
struct page_line {
	bool kept;
	enum block_kind kind; /* if it was kept */
	int32_t score;        /* as above */
	struct str reason;    /* what decided: "lines" for the weights, else the rule's name */
	struct str place;     /* "article.story > div.body > p" */
	struct str text;      /* its beginning */
};

struct page {
	enum page_kind kind;
	struct str charset;   /* what the bytes were decoded as */
	struct str canonical; /* rel=canonical, absolute, or empty; not yet believed */
	struct str site_name;
	bool noarchive;          /* robots meta: may be checked, bytes not kept */
	struct article article;  /* filled in for every kind as far as there is one */
	struct page_trait *traits; /* one a block of the article */
	struct page_line *lines;   /* every line in the order of the page, if that was asked for */
	size_t nlines;
	struct page_link *feeds; /* rel=alternate feeds, in document order */
	size_t nfeeds;
	struct page_link *links; /* PAGE_INDEX only: addresses of the same site that look like articles, in document
	                            order, each once */
	size_t nlinks;
};

struct page_ask {
	struct str bytes;
	struct str content_type; /* of the transport; may be empty */
	struct str url;          /* where the page was found, for relative links */
	struct str rules;        /* a rule for its site (page/rules.h); mostly empty */
	bool explain;            /* fill in lines */
};
MUST_CHECK bool page_read(struct arena *a, const struct page_ask *ask, struct page *out, struct err *e);

void page_encode(const struct page *p, struct buf *out);
MUST_CHECK bool page_decode(struct str message, struct arena *a, struct page *out);

#endif
