/* stet search: articles whose newest version has certain words. */
#include "cli/phrase.h"
#include "cli/wrap.h"
#include "view/json.h"

extern const struct command cmd_search;

struct found {
	struct search_hit *hits;
	size_t n;
	int64_t total;
};

/* The words of the query are between \x02 and \x03. */
static void print_snippet(const struct context *c, struct str snippet)
{
	struct wrap w = wrap_begin(c, COLOR_NONE, "    ", 4);
	bool inside = false;

	while (snippet.n) {
		struct str head;
		str_cut(snippet, inside ? '\3' : '\2', &head, &snippet);
		wrap_put(&w, inside ? COLOR_RED : COLOR_NONE, head);
		inside = !inside;
	}
	wrap_end(&w);
}

static void print_hit(const struct context *c, const struct search_hit *hit)
{
	const struct article_row *row = &hit->article;
	char at[WHEN_TEXT];

	output_printf(c, COLOR_YELLOW, "%lld", (long long)row->id);
	output_printf(c, COLOR_CYAN, "  %.*s", STR_ARG(row->source_key));
	output_printf(c, COLOR_NONE, "  %s  %.*s\n", when_human(row->first_seen, at),
	              STR_ARG(phrase_count(c->arena, row->versions, "version", "versions")));
	output_printf(c, COLOR_BOLD, "    %.*s\n", STR_ARG(row->title.n ? row->title : STR("(no title)")));
	print_snippet(c, hit->snippet);
	output_text(c, COLOR_NONE, STR("\n"));
}

static void print_all(struct context *c, const struct found *f)
{
	if (f->n)
		output_begin(c);
	for (size_t i = 0; i < f->n && !output_broken(); i++)
		print_hit(c, &f->hits[i]);
	if (f->total == 0)
		output_printf(c, COLOR_NONE, "No article has these words.\n");
	else if ((int64_t)f->n < f->total)
		output_printf(c, COLOR_DIM, "%zu of %lld articles; --number shows more\n", f->n, (long long)f->total);
}

static void write_json(const struct found *f)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_field_int(&j, "total", f->total);
	json_key(&j, "hits");
	json_array(&j);
	for (size_t i = 0; i < f->n; i++)
		view_json_hit(&j, &f->hits[i]);
	json_end(&j);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

/* Several operands are one query, as a person types them. */
static struct str join_operands(const struct context *c)
{
	struct str query = str_from(c->argv[0]);

	for (int i = 1; i < c->argc; i++)
		query = arena_printf(c->arena, "%.*s %s", STR_ARG(query), c->argv[i]);
	return query;
}

static bool find(struct context *c, struct archive *ar, struct found *out, struct err *e)
{
	const char *key = context_option(c, &cmd_search, "source");
	struct source source = { 0 };
	int64_t limit;

	if (!context_number(c, &cmd_search, "number", 20, 1, 10000, &limit, e))
		return false;
	if (key && !source_from_operand(ar, c->arena, key, &source, e))
		return false;
	return archive_search(ar, c->arena, join_operands(c), source.id, 0, (size_t)limit, &out->hits, &out->n,
	                      &out->total, e);
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar = NULL;
	struct found f;
	bool ok = context_archive(c, ARCHIVE_READ, &ar, e) && find(c, ar, &f, e);

	if (ok && c->json)
		write_json(&f);
	else if (ok)
		print_all(c, &f);
	archive_close(ar);
	return ok;
}

const struct command cmd_search = {
	.name = "search",
	.summary = "find articles by words",
	.usage = "[OPTION]... QUERY...",
	.about = "Finds articles whose newest version has all words of the query, best first. Quotation marks "
		 "find words that stand together (\"interest rate\"), an asterisk finds beginnings (inflat*). "
		 "Upper and lower case and accents make no difference.",
	.examples = "stet search flood bridge\n"
		    "stet search '\"interest rate\"' --source courier\n"
		    "stet search 'inflat*' -n 100 --json",
	.has_json = true,
	.options = {
		{ "number", 'n', "N", "show at most N articles (20 if not given)" },
		{ "source", 's', "KEY", "only articles of this source" },
		{ NULL },
	},
	.least = 1,
	.most = -1,
	.run = run,
};
