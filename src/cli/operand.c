/*
 * What a person means by an operand: articles, versions, sources, times.
 *
 *     12            article 12
 *     12/3          its version 3, where a version may be named
 *     KEY/12        article 12, which must be of that source
 *     KEY/12/3      its version 3
 *     ADDRESS       any address of the article, with or without https://
 */
#include <string.h>

#include "archive/takedown.h"
#include "cli/command.h"
#include "url/url.h"

/* ---- addresses ---------------------------------------------------------- */

/* True unless something other than "there is no such article" went wrong. */
static bool try_address(struct archive *ar, struct arena *a, struct str address, int64_t *id, bool *found,
                        struct err *e)
{
	struct str url;

	*found = false;
	if (!url_identity(a, address, &url))
		return true;
	*found = archive_article_by_url(ar, a, url, id, e);
	return *found || e->kind == ERR_NOT_FOUND;
}

static bool looks_like_address(struct str s)
{
	struct str host, rest;

	if (str_has(s, STR("://")))
		return true;
	str_cut(s, '/', &host, &rest);
	return str_has(host, STR(".")) || str_starts_nocase(host, STR("localhost"));
}

static bool article_by_address(struct archive *ar, struct arena *a, struct str s, int64_t *id, bool *found,
                               struct err *e)
{
	if (str_has(s, STR("://")))
		return try_address(ar, a, s, id, found, e);
	if (!try_address(ar, a, arena_printf(a, "https://%.*s", STR_ARG(s)), id, found, e) || *found)
		return *found;
	return try_address(ar, a, arena_printf(a, "http://%.*s", STR_ARG(s)), id, found, e);
}

/* ---- numbers ------------------------------------------------------------ */

/* The number of an article that became part of another means that one. */
static bool article_by_number(struct archive *ar, struct arena *a, struct str key, int64_t number, int64_t *id,
                              struct err *e)
{
	struct article_row row;

	if (!archive_article(ar, a, number, &row, e))
		return e->kind == ERR_NOT_FOUND
		               ? err_set(e, ERR_NOT_FOUND,
		                         "there is no article %lld; `stet log` and `stet search` show numbers",
		                         (long long)number)
		               : false;
	if (key.n && !str_eq(key, row.source_key))
		return err_set(e, ERR_NOT_FOUND, "article %lld is of the source %.*s, not %.*s", (long long)number,
		               STR_ARG(row.source_key), STR_ARG(key));
	return archive_article_now(ar, number, id, e);
}

static bool cut_number(struct str *s, int64_t *out)
{
	struct str head, tail;

	str_cut(*s, '/', &head, &tail);
	if (!head.n || !char_is_digit(head.p[0]) || !str_to_i64(head, out))
		return false;
	*s = tail;
	return true;
}

/* [KEY/]NUMBER[/VERSION] as a whole. */
static bool parse_numbers(struct str s, struct str *key, int64_t *number, int64_t *version)
{
	struct str rest = s;

	*version = -1;
	*key = STR_NONE;
	if (!cut_number(&rest, number)) {
		if (!str_cut(s, '/', key, &rest) || !cut_number(&rest, number))
			return false;
	}
	return !rest.n || (cut_number(&rest, version) && !rest.n);
}

/* ---- articles ----------------------------------------------------------- */

static bool find_by_address(struct archive *ar, struct arena *a, struct str s, int64_t *id, int64_t *version,
                            struct err *e)
{
	bool found;
	size_t at = s.n;

	*version = -1;
	if (!article_by_address(ar, a, s, id, &found, e))
		return false;
	if (found)
		return true;
	while (at && s.p[at - 1] != '/')
		at--;
	if (at && char_is_digit(at < s.n ? s.p[at] : 0) && str_to_i64(str_sub(s, at, s.n), version)) {
		if (!article_by_address(ar, a, str_sub(s, 0, at - 1), id, &found, e))
			return false;
		if (found)
			return true;
	}
	return err_set(e, ERR_NOT_FOUND, "no article with the address %.*s is in the archive; `stet watch` adds one",
	               STR_ARG(str_sub(s, 0, 200)));
}

static bool any_version(struct archive *ar, struct arena *a, const char *operand, int64_t *id, int64_t *version,
                        struct err *e)
{
	struct str s = str_trim(str_from(operand)), key;

	if (looks_like_address(s))
		return find_by_address(ar, a, s, id, version, e);
	if (parse_numbers(s, &key, id, version))
		return article_by_number(ar, a, key, *id, id, e);
	return err_set(e, ERR_USAGE,
	               "\"%.80s\" does not name an article; give a number (12), a key with a number (courier/12) or an "
	               "address",
	               operand);
}

bool version_from_operand(struct archive *ar, struct arena *a, const char *operand, int64_t *id, int64_t *version,
                          struct err *e)
{
	return any_version(ar, a, operand, id, version, e) && archive_takedown_check(ar, *id, e);
}

bool article_from_operand(struct archive *ar, struct arena *a, const char *operand, int64_t *id, struct err *e)
{
	return any_article_from_operand(ar, a, operand, id, e) && archive_takedown_check(ar, *id, e);
}

bool any_article_from_operand(struct archive *ar, struct arena *a, const char *operand, int64_t *id, struct err *e)
{
	int64_t version;

	if (!any_version(ar, a, operand, id, &version, e))
		return false;
	if (version >= 0)
		return err_set(e, ERR_USAGE, "\"%.80s\" names a version; this takes an article, such as %lld", operand,
		               (long long)*id);
	return true;
}

/* ---- sources ------------------------------------------------------------ */

bool source_from_operand(struct archive *ar, struct arena *a, const char *key, struct source *out, struct err *e)
{
	struct source_row *rows;
	size_t n;

	if (archive_source_by_key(ar, a, str_from(key), out, e))
		return true;
	if (e->kind != ERR_NOT_FOUND)
		return false;
	if (!archive_sources(ar, a, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (str_eq_nocase(rows[i].source.key, str_from(key)) ||
		    str_eq_nocase(rows[i].source.site, str_from(key))) {
			*out = rows[i].source;
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "there is no source \"%.60s\"; `stet sources` lists them", key);
}

/* ---- times -------------------------------------------------------------- */

bool time_from_operand(const struct clock *clock, const char *operand, when *out, struct err *e)
{
	int64_t ago;
	struct str s = str_trim(str_from(operand));

	if (when_parse_iso(s, out))
		return true;
	if (s.n && char_is_alpha(s.p[s.n - 1]) && setting_parse_seconds(s, &ago) && ago < (int64_t)36500 * DAYS) {
		*out = clock_now(clock) - ago;
		return true;
	}
	return err_set(e, ERR_USAGE,
	               "\"%.60s\" is not a time; write 2024-10-07, 2024-10-07T10:02 (UTC), or 2d for two days ago",
	               operand);
}
