/*
 * The three outlets of the demo: their names, their habits, their templates.
 */
#ifndef STET_DEMO_OUTLET_H
#define STET_DEMO_OUTLET_H

#include "sheet.h"

/* How an outlet answers conditional requests for its articles. */
enum caching {
	CACHING_ETAG,          /* by the text alone: If-None-Match gives 304 */
	CACHING_NOTHING,       /* no validators: every answer has a body */
	CACHING_LAST_MODIFIED, /* and an ETag that is another each time, as behind many proxies */
};

struct outlet {
	const char *host; /* without ".localhost" */
	const char *name, *motto;
	const char *feed_path, *feed_type;
	const char *tracking; /* put behind the links of the feed */
	enum caching caching;
	const char *robots; /* without the Sitemap line */
	void (*page_begin)(struct sheet *s, struct str title, const struct news *article); /* NULL: a list */
	void (*article)(struct sheet *s, const struct news *n);
	void (*page_end)(struct sheet *s);
	void (*feed)(struct sheet *s);
};
extern const struct outlet outlets[];
extern const size_t outlets_count;

/* The templates. */
void courier_begin(struct sheet *s, struct str title, const struct news *article);
void courier_article(struct sheet *s, const struct news *n);
void courier_end(struct sheet *s);
void gazette_begin(struct sheet *s, struct str title, const struct news *article);
void gazette_article(struct sheet *s, const struct news *n);
void gazette_end(struct sheet *s);
void post_begin(struct sheet *s, struct str title, const struct news *article);
void post_article(struct sheet *s, const struct news *n);
void post_end(struct sheet *s);

void feed_write_rss(struct sheet *s);
void feed_write_atom(struct sheet *s);
void feed_write_json(struct sheet *s);
void feed_write_sitemap(struct sheet *s);

/* Home page and section pages; section is empty for the home page. */
void outlet_list(struct sheet *s, struct str section);

#endif
