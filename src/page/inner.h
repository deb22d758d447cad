/*
 * What the files of this folder share; nobody else includes it.
 *
 * page.c calls them in this order: meta.c reads what the page says about
 * itself (with ld.c for JSON-LD), scan.c looks at every node and cuts the page
 * into lines, body.c finds candidates for the body, lines.c weighs each line,
 * blocks.c makes blocks of those that stay, title.c settles title and standfirst, names.c and published.c who
 * and when, kind.c says what kind of page it is, and links.c collects
 * addresses.
 */
#ifndef STET_PAGE_INNER_H
#define STET_PAGE_INNER_H

#include "html/html.h"
#include "page/page.h"
#include "page/rules.h"
#include "url/url.h"

/* What the words in class and id say of an element (words.inc). */
enum {
	SAYS_BODY = 1u << 0,    /* article, story, content, ... */
	SAYS_STRONG = 1u << 1,  /* articlebody, entry-content, ...: seldom anything else */
	SAYS_CHROME = 1u << 2,  /* navigation, header, footer, sidebar */
	SAYS_RELATED = 1u << 3, /* other articles */
	SAYS_SHARE = 1u << 4,
	SAYS_COMMENT = 1u << 5,
	SAYS_SIGNUP = 1u << 6, /* newsletters, subscriptions, cookies */
	SAYS_AD = 1u << 7,
	SAYS_AUTHOR = 1u << 8,
	SAYS_TAGS = 1u << 9,
	SAYS_CAPTION = 1u << 10,
	SAYS_HIDDEN = 1u << 11,
	SAYS_DATE = 1u << 12,
	SAYS_STANDFIRST = 1u << 13,
	SAYS_TITLE = 1u << 14,
	SAYS_PULLQUOTE = 1u << 15,
	SAYS_PLAYER = 1u << 16, /* video, audio, gallery */
	SAYS_MICRO = 1u << 17,  /* itemprop=articleBody */
};
#define SAYS_WORDS (SAYS_MICRO - 1) /* what class and id can say */
#define SAYS_FURNITURE                                                                                                 \
	(SAYS_CHROME | SAYS_RELATED | SAYS_SHARE | SAYS_COMMENT | SAYS_SIGNUP | SAYS_AD | SAYS_TAGS | SAYS_HIDDEN)

struct node_info {
	uint32_t block; /* nearest block element, itself included */
	uint32_t says;
	bool in_link;
	bool skipped;
	int64_t value; /* see body.c */
	int64_t good;  /* the positive part of value */
};

/* A stretch of text that a browser shows as one paragraph. */
struct line {
	uint32_t node;     /* its block element */
	uint32_t at;       /* its first text node */
	uint32_t from, to; /* bytes in scan.text, white space not yet normalised */
	uint32_t weight;   /* visible characters; East Asian ones count three */
	uint32_t link;     /* of these, in links */
	uint32_t nlinks;
	int32_t value; /* for finding the body */
	int32_t score; /* log odds times 100 that it is the article's (lines.c) */
	uint64_t place;
	bool sentence; /* ends like one */
};

struct said; /* what was found out of a class or id already */

struct scan {
	struct arena *arena;
	struct said *said;
	const struct html *html;
	struct node_info *info;
	struct line *lines;
	size_t nlines;
	struct str text;
	struct str *normal; /* of each line, once it was asked for (scan_line_text) */
	uint64_t weight, link; /* of all lines */
	bool hid;              /* elements were left out because they are hidden */
	const struct rule_marks *marks; /* NULL: no rule for this site */
	struct str page_url;
	struct str site; /* its registrable domain, or empty */
	uint32_t home;   /* the <article> that holds the main heading; 0: none */
};

/* What a page says about itself; strings are normalised. */
struct meta {
	struct str og_title, twitter_title, ld_title, html_title, meta_title, itemprop_title;
	struct str description, ld_description;
	struct str authors[MAX_BYLINES];
	size_t nauthors;
	bool authors_are_people;        /* said by JSON-LD */
	struct str label, labelled;     /* of a link's card: "Written by", "A. Lund" */
	struct str published, modified; /* as written */
	struct str ld_published, ld_modified;
	struct str site_name, language, section, canonical, og_type, og_url;
	struct str ld_body; /* raw, not normalised */
	struct str ld_type; /* "NewsArticle", ... */
	bool ld_live, ld_article, ld_walled;
	bool noarchive;
	int64_t ld_score;
};

#define MAX_SAID_BYTES (4 * KIB) /* of one value of the metadata */
#define MAX_LD_BODY_BYTES (64 * KIB)

struct str meta_clip(struct str s, size_t most); /* at most so many bytes, whole characters */
/* html_text of an element that is short: empty when its text has more bytes. */
struct str meta_short_text(struct arena *a, const struct html *h, uint32_t node, size_t most);
/* "&oacute;" to "ó"; normalised if there was any. */
struct str meta_without_entities(struct arena *a, struct str s);
void meta_read(struct arena *a, const struct html *h, struct meta *m);
void ld_read(struct arena *a, struct str script, struct meta *m); /* one <script> */

void scan_page(struct arena *a, const struct html *h, struct str url, const struct rule_marks *marks,
               bool keep_hidden, struct scan *s);
uint32_t scan_weight(struct str s);
struct str scan_line_text(const struct scan *s, const struct line *l); /* normalised; l is one of s->lines */
bool scan_is_block(enum tag t);

size_t scan_lines_before(const struct scan *s, uint32_t node); /* how many begin before a node */
uint64_t scan_place(const struct scan *s, uint32_t node); /* hash of tags and classes around it */

/* A stretch of lines that may be the article; empty if there is none. */
struct candidate {
	size_t from, to;
};
static inline bool candidate_holds(const struct candidate *c, size_t line)
{
	return line >= c->from && line < c->to;
}

/* Where the article may be, by different signs. */
struct candidates {
	uint32_t node;            /* the element with the most running text; 0: none */
	struct candidate dense;   /* the same as lines */
	struct candidate micro;   /* itemprop=articleBody */
	struct candidate article; /* <article> */
	struct candidate named;   /* an element whose name says it holds the text */
};

struct body {
	uint32_t node;       /* the element that holds the article; 0: none */
	uint64_t weight;     /* of what is kept */
	uint64_t paragraphs; /* weight of paragraphs only */
};
void body_weigh(struct scan *s); /* values by length and links alone, for the first look */
void body_find(struct scan *s, const struct meta *m, struct candidates *out);
/* Blocks of the lines that are kept, with their traits; page->lines too if
 * explain is set. */
struct judge;
void body_blocks(struct scan *s, const struct meta *m, struct judge *j, const struct candidates *c, bool explain,
                 struct body *body, struct page *out);

void title_settle(struct scan *s, const struct meta *m, const struct body *body, struct article *out);
bool title_is_in(struct str line, struct str title); /* behind a kicker in the same line */
void standfirst_settle(struct scan *s, const struct meta *m, const struct body *body, struct article *a);
void names_settle(struct scan *s, const struct meta *m, const struct body *body, struct page *out);
void dates_settle(struct scan *s, const struct meta *m, const struct body *body, struct page *out);

enum page_kind kind_of(const struct scan *s, const struct meta *m, const struct body *body, const struct page *p);
void links_read(struct scan *s, struct page *out);
bool links_is_article(const struct url *u); /* by its form */

/* phrases.c: furniture by its words. */
enum phrase_kind {
	PHRASE_NONE,
	PHRASE_LINE,    /* the whole line is furniture */
	PHRASE_HEADING, /* it introduces furniture: "Related articles" */
	PHRASE_END,     /* nothing of the article comes after it: "Comments" */
	PHRASE_NOTICE,  /* of a correction: never furniture */
};
enum phrase_kind phrase_of(struct str text);
bool phrase_is_counter(struct str text); /* "5 hours ago", "1,024 views", "12" */
bool phrase_is_missing(struct str text); /* "Page not found" */
bool phrase_is_bot_wall(struct str text);
bool phrase_is_consent(struct str text);
bool phrase_is_paywall(struct str text);

/* Equal but for case, white space and signs; for titles. */
bool text_alike(struct str a, struct str b);

#endif
