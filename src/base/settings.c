/*
 * Settings: see settings.h.
 *
 * A row binds a name to a field by its offset; a type has a row of its own
 * that says how a value is read, stored and named.  The settings file is INI
 * (inih): sections in brackets, "name = value", comments after ";" or "#" at
 * the beginning of a line or after " ;".  Lines are handed to inih one by one,
 * so that an error can name the line.
 *
 * Limits: a line of a settings file has at most 190 bytes (inih's buffer).
 */
#include "base/settings.h"

#include <errno.h>
#include <ini.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/when.h"

#define FIELD(field) offsetof(struct settings, field), sizeof(((struct settings *)0)->field)

const struct setting settings_table[] = {
	{ "article.interval", SETTING_SECONDS, FIELD(article_interval), "30m", 1, 365.0 * DAYS,
	  "the first pause between two checks of an article; a change brings it back to this" },
	{ "article.growth", SETTING_REAL, FIELD(article_growth), "1.2", 1, 100,
	  "the pause is multiplied by this after each check that found no change" },
	{ "article.give_up", SETTING_SECONDS, FIELD(article_give_up), "40d", 1, 36500.0 * DAYS,
	  "an article that has not changed for this long is not checked again" },
	{ "article.gone_after", SETTING_NUMBER, FIELD(article_gone_after), "3", 1, 1000,
	  "how many checks in a row must say that an article is gone before it is believed and told" },
	{ "article.gone_days", SETTING_SECONDS, FIELD(article_gone_days), "2d", 0, 365.0 * DAYS,
	  "over how long they must say so; two that say \"gone for good\" (410) need 3 hours" },
	{ "article.glance", SETTING_SECONDS, FIELD(article_glance), "0", 0, 36500.0 * DAYS,
	  "an article that was given up or is gone is still looked at once in this time; 0: never" },
	{ "article.policy", SETTING_TEXT, FIELD(policy), "learned", 0, 0,
	  "how the next check of an article is chosen: learned, newssniffer, newsdiffs or fixed; docs/schedule.md" },
	{ "article.least", SETTING_SECONDS, FIELD(article_least), "5m", 1, 365.0 * DAYS,
	  "no article is checked more often than this" },
	{ "schedule.budget", SETTING_REAL, FIELD(schedule_budget), "1", 0.05, 20,
	  "learned: checks beside what article.interval and article.growth would spend on the same articles" },
	{ "schedule.fixed", SETTING_SECONDS, FIELD(schedule_fixed), "3h", 1, 365.0 * DAYS,
	  "fixed: the pause between two checks of an article" },
	{ "feed.interval", SETTING_SECONDS, FIELD(feed_interval), "15m", 1, 365.0 * DAYS,
	  "the pause between two checks of a feed" },
	{ "feed.least", SETTING_SECONDS, FIELD(feed_least), "5m", 1, 365.0 * DAYS,
	  "no feed is checked more often than this" },
	{ "fetch.contact", SETTING_TEXT, FIELD(contact), "", 0, 0,
	  "an e-mail or web address that every request carries, so that a site can reach you" },
	{ "fetch.host_pause", SETTING_NUMBER, FIELD(host_pause), "1000", 0, 3600000,
	  "milliseconds between two requests to one host at least; more if its robots.txt asks for more, or if it "
	  "is slow or fails; 0: no pause at all, for a site of your own" },
	{ "fetch.host_budget", SETTING_NUMBER, FIELD(host_budget), "5000", 0, 1e9,
	  "how many requests a day (UTC) one host gets at most, spread over its hours; 0: any number" },
	{ "fetch.quiet", SETTING_HOURS, FIELD(quiet), "none", 0, 0,
	  "hours of every night in UTC, such as 01:00-05:00, in which nothing is fetched by itself" },
	{ "fetch.connections", SETTING_NUMBER, FIELD(connections), "100", 1, 10000,
	  "how many requests may be under way at once, over all hosts" },
	{ "fetch.allow_private", SETTING_SWITCH, FIELD(allow_private), "no", 0, 0,
	  "whether addresses of this machine and of private networks may be fetched" },
	{ "serve.listen", SETTING_TEXT, FIELD(listen), "127.0.0.1:8080", 0, 0, "address and port of the web pages" },
	{ "serve.site_name", SETTING_TEXT, FIELD(site_name), "stet", 0, 0,
	  "the name at the top of every web page and feed" },
	{ "serve.base_url", SETTING_TEXT, FIELD(base_url), "", 0, 0,
	  "how readers reach the web pages from outside, such as https://stet.example.org; empty: as each request "
	  "says" },
	{ "serve.captures", SETTING_TEXT, FIELD(captures), "", 0, 0,
	  "another name or port of the web pages, such as https://captures.example.org, for captured pages alone; "
	  "needs serve.base_url" },
	{ "run.lease", SETTING_SECONDS, FIELD(lease), "3m", 4, 86400,
	  "how long a worker that falls silent keeps others from the hosts that it was visiting" },
	{ "run.user", SETTING_TEXT, FIELD(user), "", 0, 0,
	  "who `stet run` becomes when root starts it; empty: the owner of the archive's folder" },
	{ "reader.children", SETTING_NUMBER, FIELD(readers), "1", 1, MAX_READER_CHILDREN,
	  "how many confined processes parse pages; one reads a few hundred pages a second" },
	{ "pack.after", SETTING_SECONDS, FIELD(pack_after), "7d", 3600, 36500.0 * DAYS,
	  "pages are moved into packs, which need less room, when they are this old" },
	{ "pack.level", SETTING_NUMBER, FIELD(pack_level), "12", 1, 22,
	  "how hard packs are squeezed, as zstd counts: 9 is quick, 19 slow" },
	{ "rules", SETTING_TEXT, FIELD(rules), "", 0, 0,
	  "a file of rules for sites whose pages are read wrongly; docs/extraction.md says how to write one" },
};
const size_t settings_count = sizeof settings_table / sizeof *settings_table;

/* ---- values ------------------------------------------------------------- */

/* A whole number and one letter of the units; no letter: ones. */
static bool parse_scaled(struct str s, const char *letters, const int64_t *units, int64_t *out)
{
	int64_t n, unit = 1;

	s = str_trim(s);
	if (s.n && !char_is_digit(s.p[s.n - 1])) {
		const char *at = strchr(letters, char_lower(s.p[s.n - 1]));
		if (!at || !*at)
			return false;
		unit = units[at - letters];
		s.n--;
	}
	if (s.n == 0 || !char_is_digit(s.p[0]) || !str_to_i64(s, &n) || n > INT64_MAX / unit)
		return false;
	*out = n * unit;
	return true;
}

bool setting_parse_seconds(struct str s, int64_t *out)
{
	static const int64_t units[] = { 1, MINUTES, HOURS, DAYS };
	return parse_scaled(s, "smhd", units, out);
}

static bool parse_bytes(struct str s, int64_t *out)
{
	static const int64_t units[] = { 1LL << 10, 1LL << 20, 1LL << 30 };
	return parse_scaled(s, "kmg", units, out);
}

static bool parse_number(struct str s, int64_t *out)
{
	return str_to_i64(str_trim(s), out);
}

static bool assign_whole(const struct setting *row, void *field, const char *value,
                         bool (*parse)(struct str, int64_t *))
{
	int64_t n;

	if (!parse(str_from(value), &n) || (double)n < row->least || (double)n > row->most)
		return false;
	memcpy(field, &n, sizeof n);
	return true;
}

static bool assign_number(const struct setting *row, void *field, const char *value)
{
	return assign_whole(row, field, value, parse_number);
}

static bool assign_seconds(const struct setting *row, void *field, const char *value)
{
	return assign_whole(row, field, value, setting_parse_seconds);
}

static bool assign_bytes(const struct setting *row, void *field, const char *value)
{
	return assign_whole(row, field, value, parse_bytes);
}

static bool assign_real(const struct setting *row, void *field, const char *value)
{
	char *end;
	double x = strtod(value, &end);

	if (end == value || *end || !isfinite(x) || x < row->least || x > row->most)
		return false;
	memcpy(field, &x, sizeof x);
	return true;
}

static bool assign_text(const struct setting *row, void *field, const char *value)
{
	size_t n = strlen(value);

	if (n >= row->size || !utf8_valid(str_of(value, n)))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)value[i] < 0x20 || value[i] == 0x7f)
			return false;
	memset(field, 0, row->size);
	memcpy(field, value, n);
	return true;
}

static bool assign_switch(const struct setting *row, void *field, const char *value)
{
	bool yes = str_eq_nocase(str_from(value), STR("yes"));

	(void)row;
	if (!yes && !str_eq_nocase(str_from(value), STR("no")))
		return false;
	memcpy(field, &yes, sizeof yes);
	return true;
}

/* "05:30" as minutes; 24:00 is the end of a day. */
static bool parse_minutes(struct str s, int *out)
{
	struct str hour, minute;
	int64_t h, m;

	if (!str_cut(str_trim(s), ':', &hour, &minute) || hour.n != 2 || minute.n != 2 || !str_to_i64(hour, &h) ||
	    !str_to_i64(minute, &m) || h < 0 || m < 0 || m > 59 || h * 60 + m > 24 * 60)
		return false;
	*out = (int)(h * 60 + m);
	return true;
}

static bool assign_hours(const struct setting *row, void *field, const char *value)
{
	struct str s = str_trim(str_from(value)), from, to;
	struct day_hours hours = { 0 };

	(void)row;
	if (s.n && !str_eq_nocase(s, STR("none")) &&
	    (!str_cut(s, '-', &from, &to) || !parse_minutes(from, &hours.from) || !parse_minutes(to, &hours.to)))
		return false;
	memcpy(field, &hours, sizeof hours);
	return true;
}

when day_hours_end(const struct day_hours *h, when t)
{
	int64_t second = when_second_of_day(t), from = h->from * MINUTES, to = h->to * MINUTES;
	bool over_midnight = from > to;

	if (from == to || (over_midnight ? second < from && second >= to : second < from || second >= to))
		return WHEN_NONE;
	return t - second + to + (over_midnight && second >= from ? DAYS : 0);
}

/* The longest unit that divides n, as one would write it. */
static void write_scaled(double x, const char *letters, const int64_t *units, size_t count, char out[32])
{
	int64_t n = (int64_t)x;

	for (size_t i = count; i-- > 0;)
		if (n && n % units[i] == 0) {
			snprintf(out, 32, "%lld%c", (long long)(n / units[i]), letters[i]);
			return;
		}
	snprintf(out, 32, "%lld", (long long)n);
}

static void write_seconds(double x, char out[32])
{
	static const int64_t units[] = { 1, MINUTES, HOURS, DAYS };
	write_scaled(x, "smhd", units, 4, out);
}

static void write_bytes(double x, char out[32])
{
	static const int64_t units[] = { 1LL << 10, 1LL << 20, 1LL << 30 };
	write_scaled(x, "KMG", units, 3, out);
}

static void write_number(double x, char out[32])
{
	snprintf(out, 32, "%.12g", x);
}

static const struct {
	bool (*assign)(const struct setting *row, void *field, const char *value);
	void (*write)(double bound, char out[32]); /* NULL: it has no bounds */
	const char *takes;
} types[] = {
	[SETTING_NUMBER] = { assign_number, write_number, "a whole number" },
	[SETTING_REAL] = { assign_real, write_number, "a number" },
	[SETTING_SECONDS] = { assign_seconds, write_seconds, "a length of time (such as 90s, 30m, 12h, 40d)" },
	[SETTING_BYTES] = { assign_bytes, write_bytes, "a number of bytes (such as 500K, 16M, 2G)" },
	[SETTING_TEXT] = { assign_text, NULL, "a text" },
	[SETTING_SWITCH] = { assign_switch, NULL, "yes or no" },
	[SETTING_HOURS] = { assign_hours, NULL, "hours of the day in UTC (such as 01:00-05:00) or \"none\"" },
};

char *setting_takes(const struct setting *row, char out[SETTING_TAKES])
{
	char least[32], most[32];

	if (types[row->type].write) {
		types[row->type].write(row->least, least);
		types[row->type].write(row->most, most);
		snprintf(out, SETTING_TAKES, "%s from %s to %s", types[row->type].takes, least, most);
	} else if (row->type == SETTING_TEXT) {
		snprintf(out, SETTING_TAKES, "a text of at most %zu bytes", row->size - 1);
	} else {
		snprintf(out, SETTING_TAKES, "%s", types[row->type].takes);
	}
	return out;
}

bool setting_assign(const struct setting *row, void *s, const char *value, struct err *e)
{
	char takes[SETTING_TAKES];

	if (types[row->type].assign(row, (char *)s + row->offset, value))
		return true;
	return err_set(e, ERR_USAGE, "the setting %s takes %s, not \"%.60s\"", row->name, setting_takes(row, takes),
	               value);
}

/* ---- names -------------------------------------------------------------- */

static bool name_matches(const char *a, const char *b)
{
	for (; *a && *b; a++, b++)
		if (char_lower(*a == '-' ? '_' : *a) != char_lower(*b == '-' ? '_' : *b))
			return false;
	return *a == *b;
}

bool settings_set(struct settings *s, const char *name, const char *value, struct err *e)
{
	for (size_t i = 0; i < settings_count; i++)
		if (name_matches(settings_table[i].name, name))
			return setting_assign(&settings_table[i], s, value, e);
	return err_set(e, ERR_USAGE, "there is no setting \"%.60s\"; `stet help settings` lists them", name);
}

void settings_defaults(struct settings *s)
{
	struct err e;

	memset(s, 0, sizeof *s);
	for (size_t i = 0; i < settings_count; i++)
		if (!setting_assign(&settings_table[i], s, settings_table[i].standard, &e))
			continue; /* the table contradicts itself; a test looks at every row */
}

/* ---- the file ----------------------------------------------------------- */

#define MAX_LINE 190

struct reading {
	FILE *file;
	int line; /* the one that was handed over last */
	bool too_long;
	struct settings *settings;
	struct err *e; /* the first error */
	bool failed;
};

/* fgets for inih, which has a buffer of 200 bytes. */
static char *read_line(char *out, int size, void *user)
{
	struct reading *r = user;

	if (r->failed || r->too_long || !fgets(out, size, r->file))
		return NULL;
	r->line++;
	size_t n = strlen(out);
	if (n > MAX_LINE) {
		r->too_long = true;
		return NULL;
	}
	return out;
}

static int take_setting(void *user, const char *section, const char *name, const char *value)
{
	struct reading *r = user;
	char full[256];

	if (r->failed)
		return 1;
	snprintf(full, sizeof full, "%s%s%s", section, *section ? "." : "", name);
	r->failed = !settings_set(r->settings, full, value, r->e);
	return !r->failed;
}

static bool judge(const struct reading *r, const char *path, int status, struct err *e)
{
	if (ferror(r->file))
		return err_set(e, ERR_IO, "cannot read the settings file %s: %s", path, strerror(errno));
	if (r->failed)
		return err_prefix(e, "%s, line %d", path, r->line);
	if (r->too_long)
		return err_set(e, ERR_USAGE, "%s, line %d: longer than %d bytes", path, r->line, MAX_LINE);
	if (status > 0)
		return err_set(e, ERR_USAGE,
		               "%s, line %d: this is neither a [section] nor \"name = value\" nor a comment", path,
		               status);
	if (status < 0)
		return err_set(e, ERR_IO, "cannot read the settings file %s", path);
	return true;
}

bool settings_read(struct settings *s, const char *path, struct err *e)
{
	struct stat st;
	struct settings fresh = *s;
	struct reading r = { .settings = &fresh, .e = e };

	r.file = fopen(path, "re");
	if (!r.file)
		return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot read the settings file %s: %s",
		               path, strerror(errno));
	if (fstat(fileno(r.file), &st) == 0 && S_ISDIR(st.st_mode)) {
		fclose(r.file);
		return err_set(e, ERR_IO, "cannot read the settings file %s: it is a folder", path);
	}
	int status = ini_parse_stream(read_line, &r, take_setting, &r);
	bool ok = judge(&r, path, status, e);
	fclose(r.file);
	if (ok)
		*s = fresh;
	return ok;
}
