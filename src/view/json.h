/*
 * The shapes of JSON: one function a shape, used by the web interface (with
 * addresses below /api/v1/) and by the command line (--json) alike, so that
 * both speak the same words.  Each writes one object.  docs/http-api.md
 * describes every member.
 *
 * Times are RFC 3339 in UTC or null; absent strings are "".  Members are only
 * ever added.
 */
#ifndef STET_VIEW_JSON_H
#define STET_VIEW_JSON_H

#include "archive/archive.h"
#include "base/json.h"
#include "change/change.h"
#include "view/news.h"
#include "view/traffic.h"

void view_json_change(struct json *j, const struct change_item *c);
/* A change, or the removal or return of an article: "event" tells which. */
void view_json_news(struct json *j, const struct news *n);
void view_json_removal(struct json *j, const struct removal *r);
void view_json_source(struct json *j, const struct source_row *s);
void view_json_target(struct json *j, const struct target *t);
void view_json_article(struct json *j, const struct article_row *a);
void view_json_version(struct json *j, const struct version *v);
/* An array, one day each. */
void view_json_traffic(struct json *j, const struct traffic_day *days, size_t n);
void view_json_furniture(struct json *j, const struct furniture *f);
/* An array: what a check brought that did not count. */
void view_json_left_out(struct json *j, const struct left_out *list, const struct furniture *what, size_t n);
/* Title, standfirst, bylines, dates and blocks of a version. */
void view_json_text(struct json *j, const struct article *text);
/* "unit": "title", "standfirst", "byline", or the kind of the block. */
void view_json_unit(struct json *j, enum unit_kind kind, enum block_kind block);
/* "kinds" alone, as an array of their names; and "kinds" and "natures". */
void view_json_edit_kinds(struct json *j, uint32_t kinds);
void view_json_kinds(struct json *j, uint32_t kinds, uint32_t natures);
/* Two versions: units, operations, edits, rows. */
void view_json_diff(struct json *j, const struct change *c);
/* "found" (articles or changes), "total", "more" and "hits". */
void view_json_found(struct json *j, const struct search_found *f);
void view_json_check(struct json *j, const struct check *c, const struct target *t); /* t may be NULL */
void view_json_status(struct json *j, const struct archive_status *s);

#endif
