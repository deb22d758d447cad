/*
 * JSON documents of the web interface: what json.h shapes, in objects with a
 * name for each list and "next", the address where the list goes on.
 */
#include "view/json.h"
#include "view/load.h"
#include "view/view.h"

#define ROWS 100

static void field_next(struct json *j, struct view *v, struct str cursor)
{
	if (cursor.n)
		json_field_str(j, "next", list_address(v, cursor));
	else
		json_field_null(j, "next");
}

static void finish(struct json *j)
{
	json_end(j);
	buf_byte(j->out, '\n');
}

static void put_changes(struct json *j, const struct news_page *list)
{
	json_key(j, "changes");
	json_array(j);
	for (size_t i = 0; i < list->n; i++)
		view_json_news(j, &list->items[i]);
	json_end(j);
}

bool view_api_changes(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct news_page list;

	if (!load_news(v, ROWS, 0, false, &list, e))
		return false;
	json_object(&j);
	put_changes(&j, &list);
	field_next(&j, v, list.next);
	finish(&j);
	return true;
}

bool view_api_sources(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct source_row *rows;
	size_t n;

	if (!archive_sources(v->archive, v->arena, &rows, &n, e))
		return false;
	json_object(&j);
	json_key(&j, "sources");
	json_array(&j);
	for (size_t i = 0; i < n; i++)
		view_json_source(&j, &rows[i]);
	json_end(&j);
	finish(&j);
	return true;
}

bool view_api_source(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct target_filter filter = { .feeds_only = true, .any_state = true };
	struct news_page list;
	struct source_row *rows;
	struct target *targets;
	struct furniture *furniture;
	struct traffic_day days[TRAFFIC_DAYS];
	size_t n, ntargets, nfurniture, ndays;

	if (!load_news(v, ROWS, 0, false, &list, e) || !archive_sources(v->archive, v->arena, &rows, &n, e))
		return false;
	filter.source = list.source.id;
	if (!archive_targets(v->archive, v->arena, filter, &targets, &ntargets, e) ||
	    !archive_furniture(v->archive, v->arena, filter.source, false, &furniture, &nfurniture, e) ||
	    !traffic_days(v->archive, v->arena, filter.source, v->now, days, &ndays, e))
		return false;
	json_object(&j);
	for (size_t i = 0; i < n; i++)
		if (rows[i].source.id == list.source.id) {
			json_key(&j, "source");
			view_json_source(&j, &rows[i]);
		}
	json_key(&j, "watched");
	json_array(&j);
	for (size_t i = 0; i < ntargets && i < MAX_PAGE_ROWS; i++)
		view_json_target(&j, &targets[i]);
	json_end(&j);
	json_key(&j, "furniture");
	json_array(&j);
	for (size_t i = 0; i < nfurniture; i++)
		view_json_furniture(&j, &furniture[i]);
	json_end(&j);
	json_key(&j, "traffic");
	view_json_traffic(&j, days, ndays);
	put_changes(&j, &list);
	field_next(&j, v, list.next);
	finish(&j);
	return true;
}

bool view_api_articles(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct article_list list;

	v->args.key = v->args.key.n ? v->args.key : v->args.source;
	if (!load_articles(v, ROWS, &list, e))
		return false;
	json_object(&j);
	json_key(&j, "articles");
	json_array(&j);
	for (size_t i = 0; i < list.n; i++)
		view_json_article(&j, &list.rows[i]);
	json_end(&j);
	field_next(&j, v, list.next);
	finish(&j);
	return true;
}

static void put_sightings(struct json *j, const struct sighting *s, size_t n)
{
	json_key(j, "sightings");
	json_array(j);
	for (size_t i = 0; i < n; i++) {
		json_object(j);
		json_field_int(j, "version", s[i].number);
		json_field_when(j, "first", s[i].first);
		json_field_when(j, "last", s[i].last);
		json_end(j);
	}
	json_end(j);
}

bool view_api_article(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct article_row row;
	struct version *versions;
	struct sighting *sightings;
	struct news_page list;
	struct removal *removals;
	struct check last;
	size_t n, nsightings, nremovals;

	if (!archive_article(v->archive, v->arena, v->args.article, &row, e) ||
	    !archive_removals_of(v->archive, v->arena, v->args.article, &removals, &nremovals, e) ||
	    !archive_versions(v->archive, v->arena, row.id, &versions, &n, e) ||
	    !archive_sightings(v->archive, v->arena, row.id, &sightings, &nsightings, e) ||
	    !load_last_check(v, row.id, &last, e) || !load_news(v, MAX_PAGE_ROWS, row.id, true, &list, e))
		return false;
	json_object(&j);
	json_key(&j, "article");
	view_json_article(&j, &row);
	json_key(&j, "check");
	if (last.id)
		view_json_check(&j, &last, NULL);
	else
		json_null(&j);
	json_key(&j, "versions");
	json_array(&j);
	for (size_t i = 0; i < n; i++)
		view_json_version(&j, &versions[i]);
	json_end(&j);
	put_changes(&j, &list);
	put_sightings(&j, sightings, nsightings);
	json_key(&j, "removals");
	json_array(&j);
	for (size_t i = 0; i < nremovals; i++)
		view_json_removal(&j, &removals[i]);
	json_end(&j);
	finish(&j);
	return true;
}

bool view_api_version(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	int64_t id = v->args.article, number = v->args.number;
	struct version version;
	struct article text;
	struct provenance p;
	char hex[SHA256_TEXT];

	if (!archive_version(v->archive, v->arena, id, number, &version, e) ||
	    !archive_version_text(v->archive, v->arena, id, number, &text, e) || !load_provenance(v, &version, &p, e))
		return false;
	json_object(&j);
	json_key(&j, "version");
	view_json_version(&j, &version);
	json_key(&j, "text");
	view_json_text(&j, &text);
	if (p.check.id) {
		json_key(&j, "check");
		view_json_check(&j, &p.check, NULL);
	} else {
		json_field_null(&j, "check");
	}
	json_key(&j, "left_out");
	view_json_left_out(&j, p.left_out, p.left_out_by, p.nleft_out);
	if (p.body_bytes)
		json_field_str(&j, "capture_sha256", str_from(sha256_hex(&p.body, hex)));
	else
		json_field_null(&j, "capture_sha256");
	finish(&j);
	return true;
}

bool view_api_diff(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct comparison c;

	if (!load_comparison(v, v->args.article, v->args.number, v->args.other, &c, e))
		return false;
	json_object(&j);
	json_key(&j, "older");
	view_json_version(&j, &c.older);
	json_key(&j, "newer");
	view_json_version(&j, &c.newer);
	json_key(&j, "diff");
	view_json_diff(&j, &c.change);
	finish(&j);
	return true;
}

bool view_api_search(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct source source;
	struct search_found found;

	v->args.query = str_trim(v->args.query);
	if (v->args.query.n == 0)
		return err_set(e, ERR_USAGE, "a search needs words in \"q\"");
	if (v->args.page < 1 || v->args.page > 1000)
		return err_set(e, ERR_USAGE, "\"page\" is a number from 1 to 1000");
	if (!load_source(v, v->args.source, &source, e))
		return false;
	struct search s = { .query = search_words(v),
		            .source = source.id,
		            .offset = (size_t)(v->args.page - 1) * ROWS,
		            .limit = ROWS };
	if (!archive_search(v->archive, v->arena, &s, &found, e))
		return false;
	json_object(&j);
	json_field_int(&j, "page", v->args.page);
	view_json_found(&j, &found);
	finish(&j);
	return true;
}

bool view_api_status(struct view *v, struct buf *out, struct err *e)
{
	struct json j = JSON_INIT(out);
	struct archive_status s;
	struct check *checks;
	struct target *targets;
	size_t n;

	if (!archive_status(v->archive, v->arena, v->now, &s, e) ||
	    !archive_checks_latest(v->archive, v->arena, true, 30, &checks, &targets, &n, e))
		return false;
	json_object(&j);
	json_field_when(&j, "now", v->now);
	json_field_str(&j, "program", STR("stet " STET_VERSION));
	json_key(&j, "status");
	view_json_status(&j, &s);
	json_key(&j, "failing");
	json_array(&j);
	for (size_t i = 0; i < n; i++)
		view_json_check(&j, &checks[i], &targets[i]);
	json_end(&j);
	finish(&j);
	return true;
}

void view_api_error(int status, const char *sentence, struct buf *out)
{
	struct json j = JSON_INIT(out);

	json_object(&j);
	json_field_int(&j, "status", status);
	json_field_str(&j, "error", str_from(sentence));
	finish(&j);
}
