/*
 * An archive of invented news, for tests and for looking at pages: three
 * outlets, a few stories with corrections, moves, a changed headline, a flip,
 * one article that is given up, one that is gone, one in Arabic, and one whose
 * every string is an attack on whoever prints it.
 */
#ifndef STET_TESTS_INVENTED_H
#define STET_TESTS_INVENTED_H

#include <string.h>

#include "archive/archive.h"
#include "base/alloc.h"
#include "change/change.h"
#include "versions.h"
#include "watch/versions.h"

#define INVENTED_START 1728266400 /* 7 Oct 2024, 02:00 UTC */
#define INVENTED_NOW (INVENTED_START + 52 * DAYS)

struct invented_version {
	int64_t minute; /* first seen, after INVENTED_START */
	int64_t window; /* minutes before that in which the page still had the text before */
	const char *text; /* as versions.h has it */
};

struct invented_article {
	const char *site, *key, *path, *language;
	enum target_state state;
	bool flips; /* goes back to version 0 at the end */
	struct invented_version versions[8];
};

#define COMMON_END                                                                                                     \
	"The harbour was built for coal and has been too small for the ferries since the nineties.\n"                  \
	"A first plan, for a pier outside the old mole, was dropped when the builders went bankrupt.\n"                \
	"# What it would cost\n"                                                                                       \
	"The council puts the price at 48 million, a third of which the region would pay.\n"                           \
	"- Dredging: 11 million\n"                                                                                     \
	"- The new quay: 29 million\n"                                                                                 \
	"- Roads: 8 million\n"                                                                                         \
	"Fishermen have collected more than two thousand signatures against the dredging.\n"                           \
	"They fear for the oyster beds in the shallow part of the bay.\n"                                              \
	"> We were promised a study, and what we got was a brochure\n"                                                 \
	"The harbour office did not answer questions on Sunday.\n"                                                     \
	"^ The old mole at low tide. Picture: Lene Marten\n"

static const struct invented_article INVENTED[] = {
	{ "saltmarsh-courier.example",
	  "saltmarsh-courier",
	  "/2024/harbour-vote",
	  "en",
	  TARGET_CHECKED,
	  false,
	  { { 0, 0,
	      "Council delays vote on new ferry harbour\n"
	      "~ Several hundred people protest outside the town hall.\n"
	      "@ Lene Marten\n"
	      "The council of Saltmarsh put off its vote on the new ferry harbour on Sunday, after several hundred "
	      "people gathered outside the town hall.\n"
	      "Mayor Odo Brandt said that the vote would be held \"before the end of the month\".\n"
	      "The police spoke of a peaceful evening. Two people were led away.\n" COMMON_END },
	    { 47, 15,
	      "Council delays vote on new ferry harbour\n"
	      "~ Up to 275 people protest outside the town hall.\n"
	      "@ Lene Marten\n"
	      "The council of Saltmarsh put off its vote on the new ferry harbour on Sunday, after up to 275 "
	      "people gathered outside the town hall.\n"
	      "Mayor Odo Brandt said that the vote would be held \"before the end of the month\".\n"
	      "The police spoke of a peaceful evening. Two people were led away.\n" COMMON_END },
	    { 185, 30,
	      "Harbour vote fails after protest in Saltmarsh\n"
	      "~ Up to 275 people protest outside the town hall.\n"
	      "@ Lene Marten\n@ Ivo Kessel\n"
	      "The council of Saltmarsh rejected the new ferry harbour late on Sunday, after up to 275 "
	      "people gathered outside the town hall.\n"
	      "The police spoke of a peaceful evening. Three people were led away.\n"
	      "The vote was eleven to nine; two members of the mayor's own party voted against it.\n"
	      "Mayor Odo Brandt said that he would \"look for another way\".\n" COMMON_END
	      "Correction: an earlier version of this article gave a wrong number of protesters.\n" },
	    { 1460, 60,
	      "Harbour vote fails after protest in Saltmarsh\n"
	      "~ Up to 275 people protest outside the town hall.\n"
	      "@ Lene Marten\n@ Ivo Kessel\n"
	      "The police spoke of a peaceful evening. Three people were led away.\n"
	      "The council of Saltmarsh rejected the new ferry harbour late on Sunday, after up to 275 "
	      "people gathered outside the town hall.\n"
	      "The vote was eleven to nine; two members of the mayor's own party voted against it.\n"
	      "Mayor Odo Brandt said that he would \"look for another way\". He did not say which.\n" COMMON_END
	      "Correction: an earlier version of this article gave a wrong number of protesters.\n" } } },
	{ "northgate-post.example",
	  "northgate-post",
	  "/news/leaked-letter?id=77",
	  "en",
	  TARGET_GIVEN_UP,
	  true,
	  { { 90, 0,
	      "Letter warns of brittle bolts in the Arn bridge\n"
	      "@ Northgate Wire\n"
	      "Engineers warned in 2021 that bolts in the Arn bridge were brittle, a letter seen by the Post shows.\n"
	      "The transport office called the letter \"a draft without standing\".\n"
	      "The bridge carries 31,000 vehicles a day.\n" },
	    { 210, 10,
	      "Letter warned of brittle bolts in the Arn bridge in 2021\n"
	      "@ Northgate Wire\n"
	      "Engineers warned in 2021 that bolts in the Arn bridge were brittle, a letter seen by the Post shows.\n"
	      "The transport office said that it could not comment.\n"
	      "The bridge carries 13,000 vehicles a day.\n" } } },
	{ "northgate-post.example",
	  "northgate-post",
	  "/news/marathon",
	  "en",
	  TARGET_GONE,
	  false,
	  { { 300, 0,
	      "Marathon route to cross the river twice\n"
	      "The organisers published the route on Monday.\n"
	      "| Kilometre | Place | Closed from\n"
	      "| 7 | Mill bridge | 08:10\n"
	      "| 21 | Arn bridge | 08:50\n" } } },
	{ "sahel-lumiere.example",
	  "sahel-lumiere",
	  "/ar/1",
	  "ar",
	  TARGET_CHECKED,
	  false,
	  { { 500, 0,
	      "المجلس يؤجل التصويت على الميناء الجديد\n"
	      "أجل المجلس التصويت يوم الأحد بعد تجمع 300 شخص.\n" },
	    { 560, 20,
	      "المجلس يرفض الميناء الجديد\n"
	      "رفض المجلس الميناء يوم الأحد بعد تجمع 275 شخص.\n" } } },
};
#define NINVENTED (sizeof INVENTED / sizeof *INVENTED)

/* Everything that a page could smuggle in. */
#define HOSTILE                                                                                                        \
	"<script>alert(1)</script> \"quotes\" 'single' & &amp; ]]> --> %s %n {{x}} \xe2\x80\xae rtl \xf0\x9f\xa6\xaa " \
	"</title></textarea><img src=x onerror=alert(2)> javascript:alert(3)"
static const struct invented_article INVENTED_HOSTILE = {
	"hostile.example",
	"hostile",
	"/a?b=1&c=\"><script>",
	"en",
	TARGET_CHECKED,
	false,
	{ { 600, 0,
	    HOSTILE " one\n~ " HOSTILE "\n@ " HOSTILE "\n" HOSTILE "\n# " HOSTILE "\n- " HOSTILE "\n> " HOSTILE
	            "\n^ " HOSTILE "\n| " HOSTILE " | " HOSTILE "\n" },
	  { 660, 5,
	    HOSTILE " two\n~ " HOSTILE " x\n@ " HOSTILE " y\n" HOSTILE " more words here\n# " HOSTILE "\n- " HOSTILE
	            " z\n> " HOSTILE "\n^ " HOSTILE " w\nA new paragraph " HOSTILE "\n" } }
};

/* ---- from strings to articles ------------------------------------------- */

static inline void invented_text(struct arena *a, const char *text, const char *language, struct article *out)
{
	version_read(a, str_from(text), language, out);
	out->published = INVENTED_START;
}

/* ---- from articles to the archive --------------------------------------- */

static inline bool invented_check(struct archive *ar, int64_t target, when at, const char *text, struct check *c,
                                  struct err *e)
{
	*c = (struct check){ .target = target,
		             .at = at,
		             .wall_ms = 120,
		             .outcome = STR("changed"),
		             .status = 200,
		             .read_as = STR("page"),
		             .content_type = STR("text/html"),
		             .origin = STR("live") };
	c->bytes = (int64_t)strlen(text);
	return archive_check_add(ar, c, str_from(text), STR_NONE, 0, e);
}

static inline bool invented_version(struct archive *ar, struct arena *a, int64_t article, int64_t number, int64_t check,
                                    const struct invented_version *x, const struct article *text, struct err *e)
{
	when seen = INVENTED_START + x->minute * MINUTES;
	struct version v = { .article = article,
		             .number = number,
		             .check = check,
		             .first_seen = seen,
		             .last_seen = seen,
		             .before = number ? seen - x->window * MINUTES : WHEN_NONE,
		             .later = -1,
		             .identity = article_identity(text),
		             .title = text->title,
		             .published = text->published,
		             .modified = WHEN_NONE,
		             .words = (int64_t)article_words(text) };
	(void)a;
	return archive_version_add(ar, &v, text, e) && archive_sighting(ar, article, number, seen, e);
}

static inline bool invented_change(struct archive *ar, struct arena *a, int64_t article, int64_t number,
                                   const struct article *older, const struct article *newer, struct err *e)
{
	struct change c;
	change_compute(a, older, newer, NULL, &c);
	struct change_summary s = versions_summary(article, number, &c);
	return archive_change_add(ar, &s, e);
}

static inline bool invented_target(struct archive *ar, struct arena *a, const struct invented_article *x,
                                   int64_t source, struct str url, when now, int64_t *article, int64_t *target,
                                   struct err *e)
{
	struct target t = { .kind = TARGET_ARTICLE,
		            .state = x->state,
		            .source = source,
		            .url = url,
		            .origin = arena_printf(a, "https://%s:443", x->site),
		            .added = now,
		            .due = x->state == TARGET_CHECKED ? INVENTED_NOW + 600 : WHEN_NONE,
		            .period = 1800,
		            .last_check = now,
		            .last_change = now };
	if (!archive_article_add(ar, source, url, now, article, e))
		return false;
	t.article = *article;
	t.found_by = 1;
	t.last_outcome = STR("unchanged");
	return archive_target_add(ar, &t, target, e);
}

static inline bool invented_add(struct archive *ar, struct arena *a, const struct invented_article *x, int64_t *article,
                                struct err *e)
{
	when now = INVENTED_START + x->versions[0].minute * MINUTES;
	int64_t source, target;
	struct article text, before;
	struct str url = arena_printf(a, "https://www.%s%s", x->site, x->path);

	if (!archive_source_ensure(ar, str_from(x->site), str_from(x->key), now, &source, e) ||
	    !invented_target(ar, a, x, source, url, now, article, &target, e))
		return false;
	for (int64_t n = 0; n < 8 && x->versions[n].text; n++) {
		const struct invented_version *v = &x->versions[n];
		struct check c;
		invented_text(a, v->text, x->language, &text);
		if (!invented_check(ar, target, INVENTED_START + v->minute * MINUTES, v->text, &c, e) ||
		    !invented_version(ar, a, *article, n, c.id, v, &text, e) ||
		    (n && !invented_change(ar, a, *article, n, &before, &text, e)))
			return false;
		before = text;
	}
	return !x->flips || archive_sighting(ar, *article, 0, now + 3 * DAYS, e);
}

static inline bool invented_feed(struct archive *ar, struct err *e)
{
	int64_t source, id;
	struct target t = { .kind = TARGET_FEED,
		            .state = TARGET_CHECKED,
		            .url = STR("https://www.northgate-post.example/rss"),
		            .origin = STR("https://www.northgate-post.example:443"),
		            .label = STR("Northgate Post: News"),
		            .added = INVENTED_START,
		            .due = INVENTED_NOW - 20,
		            .period = 900,
		            .last_check = INVENTED_NOW - 920,
		            .last_change = INVENTED_START + 5 * HOURS,
		            .failures = 3,
		            .last_outcome = STR("server-error") };
	if (!archive_source_ensure(ar, STR("northgate-post.example"), STR("northgate-post"), INVENTED_START, &source,
	                           e) ||
	    !archive_source_set_name(ar, source, STR("The Northgate Post"), e))
		return false;
	t.source = source;
	if (!archive_target_add(ar, &t, &id, e))
		return false;
	struct check c = { .target = id,
		           .at = INVENTED_NOW - 920,
		           .wall_ms = 900,
		           .outcome = STR("server-error"),
		           .failed = true,
		           .status = 503,
		           .detail = STR("the server said 503 Service Unavailable"),
		           .origin = STR("live") };
	return archive_check_add(ar, &c, STR_NONE, STR_NONE, 0, e);
}

/* Article 3 is gone for good; article 2 was gone for three days. */
static inline bool invented_removals(struct archive *ar, struct err *e)
{
	when start = INVENTED_START + 400 * MINUTES;
	const struct removal list[] = {
		{ 3, start, start - 30 * MINUTES, STR("not found"), 7, start + 2 * DAYS, WHEN_NONE },
		{ 2, start, start - 10 * MINUTES, STR("gone"), 4, start + 4 * HOURS, start + 3 * DAYS },
		{ 4, start, start - 30 * MINUTES, STR("not found"), 1, WHEN_NONE, WHEN_NONE },
	};

	for (size_t i = 0; i < sizeof list / sizeof *list; i++)
		if (!archive_removal_put(ar, &list[i], e))
			return false;
	struct check c = { .target = 4, .at = start, .outcome = STR("not found"), .failed = true, .status = 404 };
	c.origin = STR("live");
	return archive_check_add(ar, &c, STR_NONE, STR_NONE, 0, e);
}

/* A reader died of the newest page of article 4. */
static inline bool invented_death(struct archive *ar, struct arena *a, struct err *e)
{
	struct target t;

	if (!archive_target_of_article(ar, a, 4, &t, e))
		return false;
	t.last_check = INVENTED_NOW - 3600;
	t.last_outcome = STR("unreadable");
	struct check c = { .target = t.id,
		           .at = t.last_check,
		           .outcome = t.last_outcome,
		           .failed = true,
		           .status = 200,
		           .detail = STR("the reader ended with signal 9"),
		           .origin = STR("live") };
	return archive_target_update(ar, &t, e) && archive_check_add(ar, &c, STR_NONE, STR_NONE, 0, e);
}

/* Fills an empty archive; articles are numbered from 1 in the order above, the
 * hostile one is the last. */
static inline bool invented_fill(struct archive *ar, struct err *e)
{
	struct arena *a = arena_new();
	int64_t id;
	bool ok = archive_begin(ar, e) && invented_feed(ar, e); /* the feed is target 1 */

	for (size_t i = 0; ok && i < NINVENTED; i++)
		ok = invented_add(ar, a, &INVENTED[i], &id, e);
	ok = ok && invented_add(ar, a, &INVENTED_HOSTILE, &id, e) && invented_removals(ar, e) &&
	     invented_death(ar, a, e) && archive_commit(ar, e);
	arena_free(a);
	return ok;
}

#endif
