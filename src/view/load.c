/* Loading: see load.h. */
#include "view/load.h"

#include "view/compare.h"
#include "view/html.h"

/* What stands in a cursor where a version may. */
static const struct {
	const char *word;
	int64_t number;
} EVENTS[] = { { "gone", NEWS_GONE }, { "back", NEWS_BACK } };

static bool read_number(struct str text, int64_t *out)
{
	for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++)
		if (str_eq(text, str_from(EVENTS[i].word))) {
			*out = EVENTS[i].number;
			return true;
		}
	return str_to_i64(text, out) && *out >= 0;
}

/* Reads a cursor into the filter; an empty one is the newest end of the list. */
static bool read_cursor(struct str text, struct change_filter *f, struct err *e)
{
	struct str seconds, rest, article, number;
	struct news_place from = { .at = WHEN_NONE };

	f->until = WHEN_NONE;
	if (text.n == 0)
		return true;
	bool negative = text.p[0] == '-';
	bool parts =
	        str_cut(str_sub(text, negative, text.n), '-', &seconds, &rest) && str_cut(rest, '-', &article, &number);
	bool unknown = str_eq(seconds, STR("unknown"));
	if (!parts || (!unknown && !str_to_i64(seconds, &from.at)) || !str_to_i64(article, &from.article) ||
	    !read_number(number, &from.number) || from.article < 1)
		return err_set(e, ERR_USAGE, "\"before\" is not a place in this list");
	if (negative)
		from.at = -from.at;
	news_continue(f, from);
	return true;
}

static struct str make_cursor(struct arena *a, const struct news *last)
{
	struct news_place p = news_place_of(last);
	struct str at = p.at == WHEN_NONE ? STR("unknown") : arena_printf(a, "%lld", (long long)p.at);
	struct str number = arena_printf(a, "%lld", (long long)p.number);

	for (size_t i = 0; i < sizeof EVENTS / sizeof *EVENTS; i++)
		if (p.number == EVENTS[i].number)
			number = str_from(EVENTS[i].word);
	return arena_printf(a, "%.*s-%lld-%.*s", STR_ARG(at), (long long)p.article, STR_ARG(number));
}

bool load_source(struct view *v, struct str key, struct source *out, struct err *e)
{
	*out = (struct source){ 0 };
	if (key.n == 0)
		return true;
	if (archive_source_by_key(v->archive, v->arena, key, out, e))
		return true;
	if (e->kind == ERR_NOT_FOUND)
		err_set(e, ERR_NOT_FOUND, "there is no source \"%.*s\"", STR_ARG(key));
	return false;
}

struct str search_words(const struct view *v)
{
	/* In front: a quotation mark that was left open would swallow it. */
	bool prefixed = v->args.query.n && v->args.earlier;

	return prefixed ? ARENA_JOIN(v->arena, STR("version:all "), v->args.query) : v->args.query;
}

bool load_news(struct view *v, size_t limit, int64_t article, bool remade_too, struct news_page *out, struct err *e)
{
	struct str key = v->args.key.n ? v->args.key : v->args.source;
	struct change_filter filter = { .article = article, .search = search_words(v), .limit = limit + 1 };

	*out = (struct news_page){ 0 };
	if (!load_source(v, key, &out->source, e))
		return false;
	filter.source = out->source.id;
	filter.remade_too = remade_too;
	filter.least_weight = v->args.matters ? MATTERS_THOUSANDTHS : 0;
	if (!read_cursor(v->args.before, &filter, e) || !news_kinds_parse(v->args.kinds, &filter.kinds, e))
		return false;
	if (!news_list(v->archive, v->arena, &filter, &out->items, &out->n, e))
		return false;
	if (out->n > limit) {
		out->n = limit;
		out->next = make_cursor(v->arena, &out->items[limit - 1]);
	}
	return true;
}

bool load_articles(struct view *v, size_t limit, struct article_list *out, struct err *e)
{
	struct article_filter filter = { .limit = limit + 1 };

	*out = (struct article_list){ 0 };
	if (!load_source(v, v->args.key, &out->source, e))
		return false;
	filter.source = out->source.id;
	if (v->args.before.n && (!str_to_i64(v->args.before, &filter.before_id) || filter.before_id < 1))
		return err_set(e, ERR_USAGE, "\"before\" is not a place in this list");
	if (!archive_articles(v->archive, v->arena, filter, &out->rows, &out->n, e))
		return false;
	if (out->n > limit) {
		out->n = limit;
		out->next = arena_printf(v->arena, "%lld", (long long)out->rows[limit - 1].id);
	}
	return true;
}

bool load_last_check(struct view *v, int64_t article, struct check *out, struct err *e)
{
	struct target target;
	struct check *checks;
	size_t n;

	*out = (struct check){ 0 };
	if (!archive_target_of_article(v->archive, v->arena, article, &target, e))
		return e->kind == ERR_NOT_FOUND;
	if (!archive_checks(v->archive, v->arena, target.id, 1, &checks, &n, e))
		return false;
	if (n)
		*out = checks[0];
	return true;
}

bool load_provenance(struct view *v, const struct version *version, struct provenance *out, struct err *e)
{
	struct check *checks;
	struct str body;
	size_t n;

	*out = (struct provenance){ 0 };
	if (!archive_checks_to_rebuild(v->archive, v->arena, version->article, &checks, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (checks[i].id == version->check)
			out->check = checks[i];
	if (out->check.id && !archive_left_out(v->archive, v->arena, out->check.id, &out->left_out, &out->left_out_by,
	                                       &out->nleft_out, e))
		return false;
	if (out->check.body == 0)
		return true;
	if (!archive_blob(v->archive, v->arena, out->check.body, &body, e))
		return e->kind == ERR_NOT_FOUND;
	out->body = hash_sha256(body);
	out->body_bytes = (int64_t)body.n;
	return true;
}

bool load_comparison(struct view *v, int64_t article, int64_t a, int64_t b, struct comparison *out, struct err *e)
{
	*out = (struct comparison){ 0 };
	if (a == b)
		return err_set(e, ERR_USAGE, "a difference needs two versions, and these are the same one");
	return archive_article(v->archive, v->arena, article, &out->article, e) &&
	       archive_version(v->archive, v->arena, article, a, &out->older, e) &&
	       archive_version(v->archive, v->arena, article, b, &out->newer, e) &&
	       compare_versions(v->archive, v->arena, article, a, b, &out->older_text, &out->newer_text, &out->change,
	                        e);
}

struct str address_with(struct arena *a, struct str path, const struct argument *arguments, size_t n)
{
	struct buf b = BUF_INIT(16 * KIB);
	char separator = '?';

	buf_str(&b, path);
	for (size_t i = 0; i < n; i++) {
		if (arguments[i].value.n == 0)
			continue;
		buf_printf(&b, "%c%s=%.*s", separator, arguments[i].name, STR_ARG(arguments[i].value));
		separator = '&';
	}
	struct str address = arena_str(a, buf_view(&b));
	buf_free(&b);
	return address;
}

struct str list_address(const struct view *v, struct str cursor)
{
	struct argument kept[] = { { "q", v->args.query },
		                   { "source", v->args.source },
		                   { "earlier", v->args.earlier ? STR("1") : STR_NONE },
		                   { "kinds", v->args.kinds },
		                   { "matters", v->args.matters ? STR("1") : STR_NONE },
		                   { "before", cursor } };
	const size_t n = sizeof kept / sizeof *kept;

	for (size_t i = 0; i < n; i++)
		kept[i].value = html_url_component(v->arena, kept[i].value);
	return address_with(v->arena, v->path, kept, n);
}

struct str feed_address(const struct view *v, struct str path)
{
	struct view feed = *v;

	feed.path = path;
	return list_address(&feed, STR_NONE);
}
