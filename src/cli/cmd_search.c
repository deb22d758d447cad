/* stet search: articles that have certain words, or changes that took them out or put them in. */
#include "cli/phrase.h"
#include "cli/wrap.h"
#include "view/json.h"

extern const struct command cmd_search;

/* The words of the query are between \x02 and \x03. */
static void print_snippet(const struct context *c, struct str snippet, const char *before, enum color color)
{
	struct wrap w = wrap_begin(c, COLOR_NONE, "    ", 4);
	bool inside = false;

	if (snippet.n == 0)
		return;
	wrap_put(&w, COLOR_DIM, str_from(before));
	while (snippet.n) {
		struct str head;
		str_cut(snippet, inside ? '\3' : '\2', &head, &snippet);
		wrap_put(&w, inside ? color : COLOR_NONE, head);
		inside = !inside;
	}
	wrap_end(&w);
}

static void print_change(const struct context *c, const struct search_hit *hit, const char *what)
{
	long long id = hit->article.id, number = hit->number;

	output_printf(c, COLOR_NONE, "    %s %.*s: stet diff %lld %lld %lld\n", what,
	              STR_ARG(phrase_window(c->arena, hit->before, hit->first_seen, hit->later)), id, number - 1,
	              number);
}

static void print_hit(const struct context *c, const struct search_hit *hit, bool of_changes)
{
	const struct article_row *row = &hit->article;
	char at[WHEN_TEXT];

	output_printf(c, COLOR_YELLOW, "%lld", (long long)row->id);
	output_printf(c, COLOR_CYAN, "  %.*s", STR_ARG(row->source_key));
	output_printf(c, COLOR_NONE, "  %s  %.*s\n", when_human(row->first_seen, at),
	              STR_ARG(phrase_count(c->arena, row->versions, "version", "versions")));
	output_printf(c, COLOR_BOLD, "    %.*s\n", STR_ARG(row->title.n ? row->title : STR("(no title)")));
	if (hit->number == 0) {
		print_snippet(c, hit->snippet, "", COLOR_RED);
	} else {
		print_snippet(c, hit->removed, of_changes ? "removed: " : "earlier: ", COLOR_RED);
		print_snippet(c, hit->added, "added: ", COLOR_GREEN);
		print_change(c, hit, of_changes ? "changed" : "taken out");
	}
	output_text(c, COLOR_NONE, STR("\n"));
}

static void print_all(struct context *c, const struct search_found *f)
{
	const char *many = f->of_changes ? "changes" : "articles";

	if (f->n)
		output_begin(c);
	for (size_t i = 0; i < f->n && !output_broken(); i++)
		print_hit(c, &f->hits[i], f->of_changes);
	if (f->total == 0)
		output_printf(c, COLOR_NONE,
		              f->of_changes ? "No change has done this.\n" : "No article has these words.\n");
	else if ((int64_t)f->n < f->total || f->more)
		output_printf(c, COLOR_DIM, "%zu of %s%lld %s; --number shows more\n", f->n,
		              f->more ? "more than " : "", (long long)f->total, many);
}

static void write_json(const struct search_found *f)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	view_json_found(&j, f);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

/* Several operands are one query, as a person types them. */
static struct str join_operands(const struct context *c)
{
	bool all = context_option(c, &cmd_search, "all-versions") != NULL;
	struct str query = arena_printf(c->arena, "%s%s", all ? "version:all " : "", c->argv[0]);

	for (int i = 1; i < c->argc; i++)
		query = arena_printf(c->arena, "%.*s %s", STR_ARG(query), c->argv[i]);
	return query;
}

static bool find(struct context *c, struct archive *ar, struct search_found *out, struct err *e)
{
	const char *key = context_option(c, &cmd_search, "source");
	struct source source = { 0 };
	int64_t limit;

	if (!context_number(c, &cmd_search, "number", 20, 1, 10000, &limit, e))
		return false;
	if (key && !source_from_operand(ar, c->arena, key, &source, e))
		return false;
	struct search s = { .query = join_operands(c), .source = source.id, .limit = (size_t)limit };
	return archive_search(ar, c->arena, &s, out, e);
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar = NULL;
	struct search_found f;
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
	.summary = "find articles, or changes, by words",
	.usage = "[OPTION]... QUERY...",
	.about = "Finds articles whose newest version has all words of the query, best first. Words are found in their "
		 "other forms too (bridge, bridges), as the language of the article has them; quotation marks find "
		 "exactly the words that stand together (\"interest rate\"), an asterisk finds beginnings (inflat*). "
		 "Upper and lower case and accents make no difference.\n\n"
		 "title:WORD looks in headlines; -WORD leaves out articles that have it; OR between two words wants one "
		 "of them; source:KEY and -source:KEY choose sources; before:DAY, after:DAY and on:DAY choose by the "
		 "time when the article was published (2025, 2025-08 or 2025-08-14; UTC).\n\n"
		 "removed:WORD, removed:\"A PHRASE\" and added:WORD find changes instead, newest first: those after "
		 "which the words do not stand any more, or stand for the first time, in the sentences that were edited. "
		 "Other words then choose the articles, times are those of the change. version:all finds articles that "
		 "had the words in any version.",
	.examples = "stet search flood bridge\n"
		    "stet search '\"interest rate\"' --source courier\n"
		    "stet search 'inflat*' -n 100 --json\n"
		    "stet search 'removed:\"several hundred\" added:275 after:2025-08'\n"
		    "stet search --all-versions resign",
	.has_json = true,
	.options = {
		{ "number", 'n', "N", "show at most N of what is found (20 if not given)" },
		{ "source", 's', "KEY", "only of this source" },
		{ "all-versions", 'a', NULL, "articles that had the words in any version, not only in the newest" },
		{ NULL },
	},
	.least = 1,
	.most = -1,
	.run = run,
};
