/*
 * Settings: one table, every default good, nobody needs a file.
 *
 * A setting has a name ("article.interval"), a type, a default, bounds and a
 * sentence.  Values come from, in rising order: the default, the settings file
 * (INI; section and name joined by a dot), and "-o name=value" on the command
 * line.  The table in settings.c is what docs/running.md and the manual page
 * are checked against.
 */
#ifndef STET_BASE_SETTINGS_H
#define STET_BASE_SETTINGS_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"
#include "base/when.h"

enum setting_type {
	SETTING_NUMBER,
	SETTING_REAL,
	SETTING_SECONDS,
	SETTING_BYTES,
	SETTING_TEXT,
	SETTING_SWITCH,
	SETTING_HOURS
};

/* A part of every day, in minutes since midnight UTC; it may reach over midnight.
 * from and to alike: none. */
struct day_hours {
	int from, to;
};

/* Every value has a field; the table binds names to fields. */
struct settings {
	/* [article] */
	int64_t article_interval;   /* s; first pause between checks: 30 min */
	double article_growth;      /* factor after a check without a change: 1.2 */
	int64_t article_give_up;    /* s without a change: 40 days */
	int64_t article_gone_after; /* checks in a row that say gone: 3 */
	int64_t article_gone_days;  /* s; over which they say so: 2 days */
	int64_t article_glance;     /* s between looks after giving up or a removal; 0: none */
	char policy[32];            /* of watch/policy.h: "learned" */
	int64_t article_least;      /* s; no article is checked more often: 5 min */
	/* [schedule] */
	double schedule_budget; /* looks beside the plain rule's: 1 */
	int64_t schedule_fixed; /* s; the pause of the policy "fixed": 3 h */
	/* [feed] */
	int64_t feed_interval; /* s: 15 min */
	int64_t feed_least;    /* s; never more often than this: 5 min */
	/* [fetch] */
	char contact[256];   /* address in the User-Agent */
	int64_t host_pause;  /* ms between requests to one host: 1000 */
	int64_t host_budget; /* requests to one host a day; 0: any number */
	struct day_hours quiet; /* nothing is fetched by itself then */
	int64_t connections; /* at once, over all hosts: 100 */
	bool allow_private;
	/* [serve] */
	char listen[128]; /* "127.0.0.1:8080" */
	char site_name[128];
	char base_url[256]; /* how readers reach us; empty: from the request */
	char captures[256]; /* the origin of captured pages; empty: that of all others */
	/* [run] */
	int64_t lease;   /* seconds for which a worker has a host */
	char user[64]; /* whom `stet run` becomes when root starts it; empty: the folder's owner */
	/* [reader] */
	int64_t readers; /* confined children: 1 */
	/* [pack] */
	int64_t pack_after; /* s; older pages are moved into packs: 7 days */
	int64_t pack_level; /* of zstd: 12 */
	/* in no section */
	char rules[256]; /* a file of rules for sites (page/rules.h); empty: none */
};

struct setting {
	const char *name; /* "article.interval" */
	enum setting_type type;
	size_t offset, size;  /* of the field in struct settings */
	const char *standard; /* the default, as one would write it: "30m" */
	double least, most;
	const char *help; /* one sentence */
};
extern const struct setting settings_table[];
extern const size_t settings_count;

void settings_defaults(struct settings *s);
/* Lengths of time are "90", "90s", "30m", "12h", "40d"; bytes "16M"; switches
 * yes and no; hours "01:00-05:00".  A name may be written with "-" for "_".  ERR_USAGE names the
 * setting and what it takes. */
MUST_CHECK bool settings_set(struct settings *s, const char *name, const char *value, struct err *e);
/* The same for one row of a table: *s is what the row's offset counts from. */
MUST_CHECK bool setting_assign(const struct setting *row, void *s, const char *value, struct err *e);
/* What a setting takes, in words: "a length of time from 1s to 365d". */
#define SETTING_TAKES 128
char *setting_takes(const struct setting *row, char out[SETTING_TAKES]);
/* When the part of the day ends that t lies in; WHEN_NONE if it lies in none. */
when day_hours_end(const struct day_hours *h, when t);
/* "90", "90s", "30m", "12h", "40d" as seconds; false if it is anything else. */
bool setting_parse_seconds(struct str s, int64_t *out);
/* Reads an INI file; unknown names are errors with the line number.  A file
 * that does not exist is ERR_NOT_FOUND.  After an error *s is as it was. */
MUST_CHECK bool settings_read(struct settings *s, const char *path, struct err *e);

#endif
