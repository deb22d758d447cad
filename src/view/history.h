/*
 * An article sentence by sentence, over its versions: loaded here, shown by
 * the history page, `stet blame` and the API.
 */
#ifndef STET_VIEW_HISTORY_H
#define STET_VIEW_HISTORY_H

#include "archive/archive.h"
#include "base/json.h"
#include "change/blame.h"

#define MAX_HISTORY 200 /* versions that are compared; of more, the newest */

struct history {
	struct article_row article;
	struct version *versions; /* those that were compared; blame counts from the first of them */
	uint32_t nversions;
	struct article *texts;
	struct blame blame;
};

/* Up to version upto (-1: the newest).  ERR_NOT_FOUND: there is no such version. */
MUST_CHECK bool history_load(struct archive *ar, struct arena *a, int64_t article, int64_t upto, struct history *out,
                             struct err *e);

void view_json_history(struct json *j, const struct history *h);

#endif
