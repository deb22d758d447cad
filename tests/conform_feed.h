/*
 * Feeds in feedparser's shape: what conform_feed.c and conform_shape.c share.
 */
#ifndef STET_TESTS_CONFORM_FEED_H
#define STET_TESTS_CONFORM_FEED_H

#include "conform.h"

#include "feed/facts.h"

/* What is being said of, while the facts come in. */
struct shape {
	struct arena *a;
	json_t *feed, *entries;
	json_t *version;         /* a string, or NULL */
	json_t *namespaces;      /* prefix: address */
	json_t *at[SCOPES];      /* what the facts of a scope belong to; NULL: nobody */
	json_t *depths;          /* of the entry's members: how deep what gave them stood */
	struct str charset;
	struct str source_text;  /* of the <source> that is open */
	int title_depth;         /* of the title that holds, -1: none yet */
	int outer_title[SCOPES]; /* that of the scope around this one */
	bool guessed, has_chapters, in_chapters, in_entry;
};

extern const struct fact_visitor shape_visitor; /* without its context */

/* Members that need more than a text (conform_other.c); false if the fact is
 * not one of them. */
bool shape_other(struct shape *s, json_t *to, const struct fact *f);

/* For both. */
json_t *shape_text(struct str s);
void shape_set(json_t *to, const char *key, struct str value);
json_t *shape_list(json_t *to, const char *key);
json_t *shape_attributes(const struct fact *f);
void shape_tag(json_t *to, struct str term, struct str scheme, struct str label);
struct str shape_key(struct arena *a, struct str name); /* "dc:creator": "dc_creator" */
void shape_date(json_t *to, struct arena *a, const char *key, struct str text);

#endif
