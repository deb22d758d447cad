/* stet blame: which version brought each sentence, and which removed it. */
#include "cli/difference.h"
#include "cli/wrap.h"
#include "view/history.h"

extern const struct command cmd_blame;

#define MARGIN 31 /* columns before the text */

static void print_margin(const struct context *c, const struct history *h, const struct life *l)
{
	char at[WHEN_TEXT];
	const struct version *last = &h->versions[l->wordings[l->nwordings - 1].version];
	const struct version *shown = l->gone == STILL_THERE ? last : &h->versions[l->gone];
	struct str numbers = arena_printf(c->arena, "%lld", (long long)h->versions[l->born].number);

	if (last->number != h->versions[l->born].number)
		numbers = arena_printf(c->arena, "%.*s,%lld", STR_ARG(numbers), (long long)last->number);
	if (l->gone != STILL_THERE)
		numbers = arena_printf(c->arena, "%.*s-%lld", STR_ARG(numbers), (long long)shown->number);
	output_printf(c, COLOR_YELLOW, "%-7.*s", STR_ARG(numbers));
	output_printf(c, COLOR_CYAN, "%-22s", shown->first_seen == WHEN_NONE ? "" : when_human(shown->first_seen, at));
}

/* "Headline: " and the like; what a merged sentence became is no removal. */
static void put_label(const struct context *c, struct wrap *w, const struct life *l)
{
	if (l->unit != UNIT_BLOCK)
		wrap_put(w, COLOR_DIM, arena_printf(c->arena, "%s: ", difference_head_name(l->unit)));
	if (l->merged)
		wrap_put(w, COLOR_DIM, STR("(merged into another) "));
}

static void print_life(const struct context *c, const struct history *h, const struct life *l)
{
	bool gone = l->gone != STILL_THERE;

	print_margin(c, h, l);
	struct wrap w = wrap_begin(c, gone ? COLOR_RED : COLOR_NONE, gone ? "- " : "  ", MARGIN);
	put_label(c, &w, l);
	wrap_put(&w, gone ? COLOR_RED : COLOR_NONE, l->wordings[l->nwordings - 1].text);
	wrap_end(&w);
}

static void print_lives(struct context *c, const struct history *h, bool all)
{
	output_begin(c);
	for (uint32_t i = 0; i < h->blame.nlives && !output_broken(); i++) {
		const struct life *l = &h->blame.lives[i];
		if (!all && l->gone != STILL_THERE)
			continue;
		if (i && l->begins)
			output_text(c, COLOR_NONE, STR("\n"));
		print_life(c, h, l);
	}
	if (h->nversions && h->versions[0].number > 0)
		output_printf(c, COLOR_DIM, "\nOnly the newest %u versions were compared.\n", h->nversions);
}

static bool blame(struct context *c, struct archive *ar, struct err *e)
{
	struct history h;
	int64_t article, version;

	if (!version_from_operand(ar, c->arena, c->argv[0], &article, &version, e) ||
	    !history_load(ar, c->arena, article, version, &h, e))
		return false;
	if (!h.nversions)
		return err_set(e, ERR_NOT_FOUND, "article %lld has no version yet", (long long)article);
	if (!c->json) {
		print_lives(c, &h, context_option(c, &cmd_blame, "gone"));
		return true;
	}
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);
	view_json_history(&j, &h);
	output_json(&b);
	buf_free(&b);
	return true;
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar = NULL;
	bool ok = context_archive(c, ARCHIVE_READ, &ar, e) && blame(c, ar, e);

	archive_close(ar);
	return ok;
}

const struct command cmd_blame = {
	.name = "blame",
	.summary = "say of each sentence which version brought it, and which removed it",
	.usage = "[OPTION]... ARTICLE[/VERSION]",
	.about = "Prints the text of an article, sentence by sentence, as it is now or as it was in the version that "
		 "is named. Before each sentence stands the version that brought it and, after a comma, the one that "
		 "gave it its present words; then when that one was first seen.\n"
		 "\n"
		 "With --gone also the sentences that are gone, where they stood: \"1,2-5\" came with version 1, was "
		 "edited with version 2 and is not in version 5 any more. Sentences are followed through edits, moves, "
		 "splits and merges. Of an article with more than 200 versions the newest 200 are compared.",
	.examples = "stet blame 12\n"
		    "stet blame --gone 12\n"
		    "stet blame 12/3              # as it was in version 3",
	.has_json = true,
	.options = {
		{ "gone", 'g', NULL, "also the sentences that are gone, each with the version that removed it" },
		{ NULL },
	},
	.least = 1,
	.most = 1,
	.run = run,
};
