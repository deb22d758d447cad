/*
 * What the parts of stet-conform share: a question, and how it is answered.
 */
#ifndef STET_TESTS_CONFORM_H
#define STET_TESTS_CONFORM_H

#include <jansson.h>

#include "base/arena.h"
#include "base/json.h"

/* One question of a suite.  Everything dies with the arena when it is answered. */
struct ask {
	struct arena *arena;
	const json_t *in;
	struct json *out; /* the answer is one value written here */
};

/* A member of the question; the empty string if it is missing or null. */
struct str ask_str(const struct ask *q, const char *key);
/* A member that is base64, decoded. */
struct str ask_bytes(const struct ask *q, const char *key);
bool ask_true(const struct ask *q, const char *key);

/* Tables of operations, ended by a row without a name. */
struct op {
	const char *name;
	void (*answer)(const struct ask *q);
};
extern const struct op conform_text_ops[]; /* character sets, dates */
extern const struct op conform_html_ops[]; /* trees */
extern const struct op conform_url_ops[];  /* addresses, robots.txt */
extern const struct op conform_feed_ops[]; /* feeds, sitemaps */

#endif
