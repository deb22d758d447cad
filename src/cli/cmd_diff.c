/* stet diff: two versions of an article, compared word by word. */
#include "cli/difference.h"
#include "cli/phrase.h"
#include "view/compare.h"
#include "view/json.h"

extern const struct command cmd_diff;

struct pair {
	int64_t article;
	int64_t older, newer; /* numbers as asked for */
};

/* ---- which versions ----------------------------------------------------- */

static bool take_number(const char *text, int64_t *out, struct err *e)
{
	if (str_to_i64(str_from(text), out) && *out >= 0)
		return true;
	return err_set(e, ERR_USAGE, "\"%.40s\" is not the number of a version; they count from 0", text);
}

/* ARTICLE: the last change; ARTICLE/B: the change that made B; ARTICLE A: from
 * A to the newest; ARTICLE A B. */
static bool take_operands(struct context *c, struct archive *ar, struct pair *out, struct err *e)
{
	struct article_row row;
	int64_t version;

	if (!version_from_operand(ar, c->arena, c->argv[0], &out->article, &version, e) ||
	    !archive_article(ar, c->arena, out->article, &row, e))
		return false;
	long long id = out->article;
	if (version >= 0 && c->argc > 1)
		return err_set(e, ERR_USAGE, "name the versions either as %lld/%lld or as numbers behind the article",
		               id, (long long)version);
	if (version == 0)
		return err_set(e, ERR_USAGE,
		               "version 0 is the first; there is none before it (`stet show %lld/0` prints it)", id);
	out->newer = version > 0 ? version : row.versions - 1;
	out->older = out->newer - 1;
	if (c->argc > 1 && !take_number(c->argv[1], &out->older, e))
		return false;
	if (c->argc > 2 && !take_number(c->argv[2], &out->newer, e))
		return false;
	if (row.versions < 2)
		return err_set(e, ERR_NOT_FOUND, "article %lld has not changed so far; `stet show %lld` prints it", id,
		               id);
	int64_t most = out->older > out->newer ? out->older : out->newer;
	if (most >= row.versions)
		return err_set(e, ERR_NOT_FOUND, "article %lld has no version %lld; its newest is %lld", id,
		               (long long)most, (long long)row.versions - 1);
	if (out->older == out->newer)
		return err_set(e, ERR_USAGE, "a version does not differ from itself; name two different ones");
	return true;
}

/* ---- output ------------------------------------------------------------- */

static void print_side(const struct context *c, enum color color, const char *sign, const struct version *v)
{
	char at[WHEN_TEXT];

	output_printf(c, color, "%s %lld/%lld  %s  %.*s\n", sign, (long long)v->article, (long long)v->number,
	              when_human(v->first_seen, at), STR_ARG(v->title));
}

static void print_head(const struct context *c, const struct article_row *row, const struct version *older,
                       const struct version *newer)
{
	bool neighbours = newer->number == older->number + 1;

	if (neighbours)
		output_printf(c, COLOR_YELLOW, "change %lld/%lld", (long long)newer->article, (long long)newer->number);
	else
		output_printf(c, COLOR_YELLOW, "article %lld, from version %lld to %lld", (long long)newer->article,
		              (long long)older->number, (long long)newer->number);
	output_printf(c, COLOR_CYAN, "  %.*s\n", STR_ARG(row->source_key));
	if (neighbours)
		output_printf(c, COLOR_NONE, "%.*s\n",
		              STR_ARG(phrase_window(c->arena, newer->before, newer->first_seen, newer->later)));
	print_side(c, COLOR_RED, "---", older);
	print_side(c, COLOR_GREEN, "+++", newer);
	output_text(c, COLOR_NONE, STR("\n"));
}

static void write_json(const struct article_row *row, const struct version *older, const struct version *newer,
                       const struct change *change)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_key(&j, "article");
	view_json_article(&j, row);
	json_key(&j, "older");
	view_json_version(&j, older);
	json_key(&j, "newer");
	view_json_version(&j, newer);
	json_key(&j, "diff");
	view_json_diff(&j, change);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

/* ---- the command -------------------------------------------------------- */

/* A choice of edits can only be shown as edits. */
static bool chosen_only(const struct context *c)
{
	return context_option(c, &cmd_diff, "word") || context_option(c, &cmd_diff, "kinds") ||
	       context_option(c, &cmd_diff, "matters");
}

static bool check_options(const struct context *c, struct err *e)
{
	bool full = context_option(c, &cmd_diff, "full"), stat = context_option(c, &cmd_diff, "stat");

	if (full + stat + chosen_only(c) > 1)
		return err_set(e, ERR_USAGE,
		               "--full, --stat, and --word with --kinds and --matters exclude each other");
	if (c->json && (full || stat || chosen_only(c)))
		return err_set(e, ERR_USAGE,
		               "--json writes all of the difference; it does not go with --full, --stat, --word, "
		               "--kinds or --matters");
	return true;
}

static bool compare(struct context *c, struct archive *ar, const struct pair *p, struct err *e)
{
	struct article_row row;
	struct version older, newer;
	struct article older_text, newer_text;
	struct change change;
	uint32_t kinds;

	if (!edit_kinds_parse(str_from(context_option(c, &cmd_diff, "kinds")), &kinds, e) || !check_options(c, e))
		return false;
	if (!archive_article(ar, c->arena, p->article, &row, e) ||
	    !archive_version(ar, c->arena, p->article, p->older, &older, e) ||
	    !archive_version(ar, c->arena, p->article, p->newer, &newer, e) ||
	    !compare_versions(ar, c->arena, p->article, p->older, p->newer, &older_text, &newer_text, &change, e))
		return false;
	if (c->json) {
		write_json(&row, &older, &newer, &change);
		return true;
	}
	output_begin(c);
	print_head(c, &row, &older, &newer);
	if (chosen_only(c))
		difference_print_edits(c, &change, kinds, context_option(c, &cmd_diff, "matters"));
	else if (!context_option(c, &cmd_diff, "stat"))
		difference_print(c, &change, context_option(c, &cmd_diff, "full"));
	if (chosen_only(c))
		output_text(c, COLOR_NONE, STR("\n"));
	difference_print_counts(c, &change);
	return true;
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar = NULL;
	struct pair p;

	bool ok = context_archive(c, ARCHIVE_READ, &ar, e) && take_operands(c, ar, &p, e) && compare(c, ar, &p, e);
	archive_close(ar);
	return ok;
}

const struct command cmd_diff = {
	.name = "diff",
	.summary = "compare two versions of an article, word by word",
	.usage = "[OPTION]... ARTICLE[/VERSION] [A [B]]",
	.about = "Shows what was changed in an article. With the article alone, its last change; with "
		 "ARTICLE/VERSION, the change that made this version; with A, everything since version A; with A "
		 "and B, from version A to version B.\n"
		 "\n"
		 "Sentences are compared by what they say, not by where they stand. A paragraph that was edited "
		 "begins with \"~\", one that was added with \"+\", one that was removed with \"-\". One that moved "
		 "begins with \">\" where it is now and \"<\" where it was; a sentence that moved by itself says "
		 "where it came from or went to. Words that were taken out stand in [-...-] and words that were put "
		 "in stand in {+...+}, or in red and green where there is colour; words that only went to another place of "
		 "their sentence stand there in {>...<}. Unchanged paragraphs are folded, "
		 "but for one around each change.\n"
		 "\n"
		 "Below stand the kinds of the edits, what the change is as a whole, and its weight from 0 to 1 with "
		 "the reason; docs/changes.md explains them.",
	.examples = "stet diff 12                 # the last change\n"
		    "stet diff 12/3               # the change that made version 3\n"
		    "stet diff 12 0               # everything since it was first seen\n"
		    "stet diff 12 0 3\n"
		    "stet diff --kinds figure,quotation 12",
	.has_json = true,
	.options = {
		{ "full", 0, NULL, "show unchanged paragraphs too" },
		{ "word", 'w', NULL, "a line an edit: its kinds, its weight, the words before and after" },
		{ "kinds", 0, "KINDS", "only edits of these kinds, such as figure,quotation; as --word prints them" },
		{ "matters", 0, NULL, "only edits that matter: that weigh 0.3 or more; as --word prints them" },
		{ "stat", 0, NULL, "print only how much was changed, and of which kinds" },
		{ NULL },
	},
	.least = 1,
	.most = 3,
	.run = run,
};
