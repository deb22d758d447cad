/*
 * Which lines of a page are the article's: for src/page and for the program
 * that prints what the fitting learns from (tests/line_features.c).
 */
#ifndef STET_PAGE_LINES_H
#define STET_PAGE_LINES_H

#include "page/inner.h"

enum feature {
#define FEATURE(name, sign, words) FEATURE_##name,
#include "page/features.inc"
#undef FEATURE
	FEATURE_COUNT
};
const char *feature_name(enum feature f);
const char *feature_words(enum feature f); /* "ends like a sentence" */
int feature_weight(enum feature f);        /* log odds times 100 */

/* What was said of one line. */
#define MAX_SAID 160
struct said {
	uint8_t n;
	uint8_t what[MAX_SAID];
};

/* A judge looks at the lines twice: each by itself, which sets the score that
 * candidates are found by (body.c), and then with the candidates known, which
 * sets the score that counts; article needs its title only.  It lives in the scan's arena; what it returns at
 * the end is one said a line. */
struct judge;
struct judge *lines_judge_alone(struct scan *s, const struct meta *m);
const struct said *lines_judge_placed(struct judge *j, const struct candidates *c, const struct article *article);

#endif
