/*
 * stet log: changes, removals of articles and their returns, newest first.
 *
 * They are taken from the archive a page at a time and printed before the
 * next page is asked for, so that a long log costs little memory.
 */
#include <string.h>

#include "archive/takedown.h"
#include "cli/difference.h"
#include "cli/phrase.h"
#include "cli/wrap.h"
#include "view/compare.h"
#include "view/json.h"
#include "view/news.h"

#define PAGE_ROWS 100

extern const struct command cmd_log;

struct listing {
	struct context *c;
	struct archive *archive;
	struct change_filter filter;
	when since;
	int64_t left; /* how many may still be printed */
	int64_t printed;
	bool oneline, patch;
	struct buf out; /* --json */
	struct json json;
};

/* ---- one change --------------------------------------------------------- */

static void print_line(const struct context *c, const struct change_item *item)
{
	char at[WHEN_TEXT];
	struct str id =
	        arena_printf(c->arena, "%lld/%lld", (long long)item->summary.article, (long long)item->summary.number);

	output_printf(c, COLOR_YELLOW, "%-9.*s", STR_ARG(id));
	output_printf(c, COLOR_NONE, " %-22s", when_human(item->first_seen, at));
	output_printf(c, COLOR_CYAN, " %.*s", STR_ARG(item->source_key));
	output_printf(c, COLOR_NONE, " %.*s (", STR_ARG(item->new_title));
	output_printf(c, COLOR_GREEN, "+%lld", (long long)item->summary.words_added);
	output_printf(c, COLOR_NONE, " ");
	output_printf(c, COLOR_RED, "-%lld", (long long)item->summary.words_removed);
	output_printf(c, COLOR_NONE, "%s%.*s)\n", item->summary.kinds ? ", " : "",
	              STR_ARG(edit_kinds_text(c->arena, item->summary.kinds)));
}

static void print_removal(struct listing *l, const struct removal_item *item)
{
	const struct context *c = l->c;
	const struct kind_info *kind = edit_kind_info(item->returned ? EVENT_BACK : EVENT_GONE);
	long long id = (long long)item->removal.article;
	struct str title = item->title.n ? item->title : STR("(no title)"), text = news_text(c->arena, item);
	char at[WHEN_TEXT];

	if (l->oneline) {
		output_printf(c, COLOR_YELLOW, "%-9lld", id);
		output_printf(c, COLOR_NONE, " %-22s", when_human(item->at, at));
		output_printf(c, COLOR_CYAN, " %.*s", STR_ARG(item->source_key));
		output_printf(c, COLOR_NONE, " %.*s (", STR_ARG(title));
		output_printf(c, item->returned ? COLOR_GREEN : COLOR_RED, "%s", kind->name);
		output_printf(c, COLOR_NONE, ")\n");
		return;
	}
	output_text(c, COLOR_NONE, l->printed ? STR("\n") : STR_NONE);
	output_printf(c, COLOR_YELLOW, "%s %lld", kind->name, id);
	output_printf(c, COLOR_CYAN, "  %.*s\n", STR_ARG(item->source_key));
	output_printf(c, COLOR_BOLD, "Title:  %.*s\n", STR_ARG(title));
	output_printf(c, COLOR_NONE, "When:   %.*s\n", STR_ARG(text));
	if (news_is_open(item))
		output_printf(c, COLOR_NONE,
		              "\n    Moved or withdrawn: the site does not say which. `stet show %lld` prints what was "
		              "kept,\n    `stet show --checks %lld` what the site answered.\n",
		              id, id);
}

static bool print_change(struct listing *l, const struct change_item *item, struct err *e)
{
	struct context *c = l->c;
	struct article older_text, newer_text;
	struct change change;

	if (l->oneline) {
		print_line(c, item);
		return true;
	}
	output_text(c, COLOR_NONE, l->printed ? STR("\n") : STR_NONE);
	change_print_header(c, item);
	output_printf(c, COLOR_NONE, "\n    %.*s\n", STR_ARG(phrase_summary(c->arena, &item->summary)));
	if (!l->patch)
		return true;
	if (!compare_versions(l->archive, c->arena, item->summary.article, item->summary.number - 1,
	                      item->summary.number, &older_text, &newer_text, &change, e))
		return false;
	output_text(c, COLOR_NONE, STR("\n"));
	difference_print(c, &change, false);
	return true;
}

static bool print_news(struct listing *l, const struct news *n, struct err *e)
{
	if (l->c->json)
		view_json_news(&l->json, n);
	else if (n->removal)
		print_removal(l, n->removal);
	else
		return print_change(l, n->change, e);
	return true;
}

/* ---- the list ----------------------------------------------------------- */

/* Prints one page; *more tells whether there may be another. */
static bool print_page(struct listing *l, bool *more, struct err *e)
{
	struct news *items;
	size_t n;

	l->filter.limit = (size_t)(l->left < PAGE_ROWS ? l->left : PAGE_ROWS);
	l->filter.remade_too = l->filter.article != 0;
	if (!news_list(l->archive, l->c->arena, &l->filter, &items, &n, e))
		return false;
	*more = n == l->filter.limit;
	if (n)
		output_begin(l->c);
	for (size_t i = 0; i < n && l->left; i++, l->left--, l->printed++) {
		when at = news_place_of(&items[i]).at;
		if (l->since != WHEN_NONE && (at == WHEN_NONE || at < l->since)) {
			*more = false;
			return true;
		}
		if (output_broken() || !print_news(l, &items[i], e))
			return output_broken();
	}
	if (n)
		news_continue(&l->filter, news_place_of(&items[n - 1]));
	*more = *more && l->left > 0;
	return true;
}

static bool print_all(struct listing *l, struct err *e)
{
	struct arena *whole = l->c->arena, *page = arena_new();
	bool more = true, ok = true;

	l->c->arena = page;
	while (ok && more && !output_broken()) {
		/* The search words are the caller's, everything else is of this page. */
		arena_reset(page);
		ok = print_page(l, &more, e);
	}
	l->c->arena = whole;
	arena_free(page);
	return ok;
}

/* ---- the command -------------------------------------------------------- */

static bool source_of_address(struct listing *l, const char *operand, bool *found, struct err *e)
{
	struct target t;

	*found = archive_target_by_url(l->archive, l->c->arena, str_from(operand), &t, e);
	if (!*found)
		return e->kind == ERR_NOT_FOUND;
	l->filter.source = t.article ? 0 : t.source;
	l->filter.article = t.article;
	return !t.article || archive_takedown_check(l->archive, t.article, e);
}

static bool take_operand(struct listing *l, const char *operand, struct err *e)
{
	struct source source;
	bool found;

	if (str_has(str_from(operand), STR("/"))) {
		if (!source_of_address(l, operand, &found, e))
			return false;
		return found || article_from_operand(l->archive, l->c->arena, operand, &l->filter.article, e);
	}
	if (archive_source_by_key(l->archive, l->c->arena, str_from(operand), &source, e)) {
		l->filter.source = source.id;
		return true;
	}
	if (e->kind != ERR_NOT_FOUND)
		return false;
	if (char_is_digit(operand[0]))
		return article_from_operand(l->archive, l->c->arena, operand, &l->filter.article, e);
	if (!source_from_operand(l->archive, l->c->arena, operand, &source, e))
		return false;
	l->filter.source = source.id;
	return true;
}

static void say_nothing(const struct listing *l)
{
	if (l->filter.search.n || l->filter.kinds || l->filter.least_weight || l->since != WHEN_NONE)
		output_printf(l->c, COLOR_NONE, "No change matches.\n");
	else if (l->filter.article)
		output_printf(l->c, COLOR_NONE, "Article %lld has not changed so far; `stet show %lld` prints it.\n",
		              (long long)l->filter.article, (long long)l->filter.article);
	else
		output_printf(l->c, COLOR_NONE, "Nothing has changed so far; `stet status` says what is checked.\n");
}

static bool take_arguments(struct listing *l, struct err *e)
{
	struct context *c = l->c;
	const char *since = context_option(c, &cmd_log, "since");

	if (!context_number(c, &cmd_log, "number", 50, 0, INT32_MAX, &l->left, e))
		return false;
	if (l->left == 0)
		l->left = INT32_MAX;
	l->since = l->filter.until = WHEN_NONE;
	if (since && !time_from_operand(&c->clock, since, &l->since, e))
		return false;
	l->oneline = context_option(c, &cmd_log, "oneline");
	l->patch = context_option(c, &cmd_log, "patch");
	l->filter.search = str_from(context_option(c, &cmd_log, "search"));
	l->filter.least_weight = context_option(c, &cmd_log, "matters") ? MATTERS_THOUSANDTHS : 0;
	return news_kinds_parse(str_from(context_option(c, &cmd_log, "kinds")), &l->filter.kinds, e) &&
	       context_archive(c, ARCHIVE_READ, &l->archive, e) && (c->argc == 0 || take_operand(l, c->argv[0], e));
}

static bool run(struct context *c, struct err *e)
{
	struct listing l = { .c = c, .out = BUF_INIT(MAX_RESPONSE_BYTES) };
	bool ok = take_arguments(&l, e);

	l.json = JSON_INIT(&l.out);
	if (ok && c->json) {
		json_object(&l.json);
		json_key(&l.json, "changes");
		json_array(&l.json);
	}
	ok = ok && print_all(&l, e);
	if (ok && c->json) {
		json_end(&l.json);
		json_end(&l.json);
		if (l.out.full)
			ok = err_set(e, ERR_LIMIT,
			             "so many changes do not fit into one JSON document; ask for fewer with --number, "
			             "or use `stet export`");
		else
			output_json(&l.out);
	} else if (ok && !l.printed) {
		say_nothing(&l);
	}
	buf_free(&l.out);
	archive_close(l.archive);
	return ok;
}

const struct command cmd_log = {
	.name = "log",
	.summary = "list changes, newest first",
	.usage = "[OPTION]... [ARTICLE|KEY|ADDRESS]",
	.about = "Lists the changes that were found, newest first: of everything, or of the one source or article "
		 "that is named; and when an article was gone from its site, and when it was back.\n"
		 "\n"
		 "A change is named by the article and the version that it made, such as 12/3; `stet diff 12/3` "
		 "shows it. A page is not watched every second, so when a change happened is a window: between "
		 "the last check that saw the old text and the first that saw the new one.",
	.examples = "stet log                     # the latest changes\n"
		    "stet log --oneline --since 2d\n"
		    "stet log courier             # of one source\n"
		    "stet log --patch 12          # of one article, word by word\n"
		    "stet log --kinds figure,quotation\n"
		    "stet log --kinds gone,back   # articles that were removed, and those that returned\n"
		    "stet log --search '\"interest rate\"'",
	.has_json = true,
	.options = {
		{ "number", 'n', "N", "list at most N changes (50 if not given; 0: all)" },
		{ "since", 0, "TIME", "only changes since then: 2024-10-07, 2024-10-07T10:02, or 2d for two days ago" },
		{ "search", 0, "QUERY", "only what `stet search QUERY` finds: changes of these articles, or these changes" },
		{ "kinds", 0, "KINDS", "only changes with edits of these kinds, such as headline,figure,quotation" },
		{ "matters", 0, NULL, "only what matters: what weighs 0.3 or more" },
		{ "oneline", 0, NULL, "one line a change" },
		{ "patch", 'p', NULL, "show each change word by word" },
		{ NULL },
	},
	.most = 1,
	.run = run,
};
