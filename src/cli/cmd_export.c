/*
 * stet export: everything as JSON Lines or CSV; captures as WARC (export_captures.c).
 *
 * Goes from article to article by number, with one arena for each, and writes
 * each row as it is made: memory does not grow with the archive, but for the
 * list of numbers and that of the feeds.  A row is made by one function a kind
 * and format; the table at the end of the first part names them.
 *
 * With --output the rows go to FILE.part, which takes the name FILE when it is
 * complete: who sees FILE sees all of it.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "cli/command.h"
#include "cli/export.h"
#include "view/compare.h"
#include "view/json.h"

extern const struct command cmd_export;

struct export
{
	struct context *c;
	struct archive *archive;
	struct arena *arena; /* of one article */
	const struct kind *kind;
	bool csv;
	struct source source; /* id 0: all */
	uint32_t kinds;       /* 0: all */
	bool matters;
	int64_t *articles; /* only these; NULL: all */
	size_t narticles;
	FILE *file; /* NULL: standard output */
	int failed; /* errno of the file */
	struct buf out;
	struct json json;
	struct csv cells;
};

/* ---- rows --------------------------------------------------------------- */

static void version_json(struct json *j, const struct record *r)
{
	json_object(j);
	json_field_str(j, "source", r->article->source_key);
	json_field_str(j, "url", r->article->url);
	json_key(j, "version");
	view_json_version(j, r->version);
	json_key(j, "text");
	view_json_text(j, r->text);
	json_end(j);
}

static void version_csv(struct csv *c, const struct record *r)
{
	char hex[SHA256_TEXT];
	const struct version *v = r->version;
	struct buf text = BUF_INIT(4 * MAX_ARTICLE_BYTES);

	csv_int(c, v->article);
	csv_int(c, v->number);
	csv_str(c, r->article->source_key);
	csv_str(c, r->article->url);
	csv_when(c, v->before);
	csv_when(c, v->first_seen);
	csv_when(c, v->last_seen);
	if (v->later < 0)
		csv_empty(c);
	else
		csv_int(c, v->later);
	csv_str(c, v->title);
	csv_str(c, v->bylines);
	csv_when(c, v->published);
	csv_when(c, v->modified);
	csv_int(c, v->words);
	csv_str(c, str_from(sha256_hex(&v->identity, hex)));
	article_print(r->text, &text);
	csv_str(c, buf_view(&text));
	buf_free(&text);
}

static void change_json(struct json *j, const struct record *r)
{
	view_json_change(j, r->item);
}

static void change_csv(struct csv *c, const struct record *r)
{
	const struct change_item *i = r->item;

	csv_int(c, i->summary.article);
	csv_int(c, i->summary.number);
	csv_str(c, i->source_key);
	csv_str(c, i->url);
	csv_when(c, i->before);
	csv_when(c, i->first_seen);
	csv_str(c, i->old_title);
	csv_str(c, i->new_title);
	csv_int(c, i->summary.title_changed);
	csv_int(c, i->summary.words_added);
	csv_int(c, i->summary.words_removed);
	csv_int(c, i->summary.edited);
	csv_int(c, i->summary.added);
	csv_int(c, i->summary.removed);
	csv_int(c, i->summary.moved);
	csv_names(c, edit_kinds_text, i->summary.kinds);
	csv_names(c, natures_text, i->summary.natures);
	csv_weight(c, (double)i->summary.weight / 1000);
}

static void removal_json(struct json *j, const struct record *r)
{
	json_object(j);
	json_field_int(j, "article", r->article->id);
	json_field_str(j, "source", r->article->source_key);
	json_field_str(j, "url", r->article->url);
	json_field_str(j, "title", r->article->title);
	json_key(j, "removal");
	view_json_removal(j, r->removal);
	json_end(j);
}

static void removal_csv(struct csv *c, const struct record *r)
{
	const struct removal *x = r->removal;

	csv_int(c, x->article);
	csv_str(c, r->article->source_key);
	csv_str(c, r->article->url);
	csv_str(c, r->article->title);
	csv_when(c, x->since);
	csv_when(c, x->before);
	csv_str(c, x->outcome);
	csv_int(c, x->checks);
	csv_when(c, x->confirmed);
	csv_when(c, x->back);
}

static void article_json(struct json *j, const struct record *r)
{
	view_json_article(j, r->article);
}

static void article_csv(struct csv *c, const struct record *r)
{
	const struct article_row *row = r->article;

	csv_int(c, row->id);
	csv_str(c, row->source_key);
	csv_str(c, row->url);
	csv_str(c, row->title);
	csv_str(c, row->language);
	csv_when(c, row->published);
	csv_when(c, row->first_seen);
	csv_when(c, row->last_change);
	csv_when(c, row->last_check);
	csv_str(c, str_from(target_state_name(row->state)));
	csv_int(c, row->versions);
	csv_int(c, row->flips);
}

static void check_json(struct json *j, const struct record *r)
{
	view_json_check(j, r->check, r->target);
}

static void check_csv(struct csv *c, const struct record *r)
{
	const struct check *k = r->check;

	csv_int(c, k->id);
	csv_str(c, str_from(target_kind_name(r->target->kind)));
	if (r->target->article)
		csv_int(c, r->target->article);
	else
		csv_empty(c);
	csv_str(c, r->target->source_key);
	csv_str(c, r->target->url);
	csv_when(c, k->at);
	csv_str(c, k->outcome);
	if (k->status)
		csv_int(c, k->status);
	else
		csv_empty(c);
	csv_int(c, k->bytes);
	csv_int(c, k->wall_ms);
	csv_str(c, k->content_type);
	csv_str(c, k->origin);
	csv_str(c, k->detail);
}

static bool export_versions(struct export *x, const struct article_row *row, struct err *e);
static bool export_changes(struct export *x, const struct article_row *row, struct err *e);
static bool export_removals(struct export *x, const struct article_row *row, struct err *e);
static bool export_article(struct export *x, const struct article_row *row, struct err *e);
static bool export_checks(struct export *x, const struct article_row *row, struct err *e);
static bool export_edits(struct export *x, const struct article_row *row, struct err *e);
static bool export_sentences(struct export *x, const struct article_row *row, struct err *e);
static bool export_matches(struct export *x, const struct article_row *row, struct err *e);

static const struct kind {
	const char *name;
	void (*json)(struct json *j, const struct record *r);
	void (*csv)(struct csv *c, const struct record *r);
	bool (*of_article)(struct export *x, const struct article_row *row, struct err *e);
	const char *columns;
	bool chosen; /* --kinds and --matters choose among its rows */
} kinds[] = {
	{ "versions", version_json, version_csv, export_versions,
	  "article,version,source,url,before,first_seen,last_seen,later,title,bylines,published,modified,words,"
	  "identity,text",
	  false },
	{ "changes", change_json, change_csv, export_changes,
	  "article,version,source,url,before,first_seen,old_title,new_title,title_changed,words_added,words_removed,"
	  "sentences_edited,sentences_added,sentences_removed,sentences_moved,kinds,natures,weight",
	  true },
	{ "edits", edit_json, edit_csv, export_edits, EDIT_COLUMNS, true },
	{ "sentences", sentence_json, sentence_csv, export_sentences, SENTENCE_COLUMNS, false },
	{ "matches", match_json, match_csv, export_matches, MATCH_COLUMNS, false },
	{ "removals", removal_json, removal_csv, export_removals,
	  "article,source,url,title,since,last_seen,outcome,checks,confirmed,back", false },
	{ "articles", article_json, article_csv, export_article,
	  "article,source,url,title,language,published,first_seen,last_change,last_check,state,versions,flips", false },
	{ "checks", check_json, check_csv, export_checks,
	  "check,kind,article,source,url,at,outcome,status,bytes,milliseconds,content_type,origin,detail", false },
};

/* ---- writing ------------------------------------------------------------ */

static bool stopped(const struct export *x)
{
	return x->file ? x->failed != 0 : output_broken();
}

static void write_row(struct export *x)
{
	if (!x->file) {
		output_raw(buf_view(&x->out));
	} else if (!x->failed && fwrite(x->out.p, 1, x->out.n, x->file) != x->out.n) {
		x->failed = errno ? errno : EIO;
	}
	buf_reset(&x->out);
}

static bool put(struct export *x, const struct record *r, struct err *e)
{
	if (x->csv) {
		x->kind->csv(&x->cells, r);
		csv_end(&x->cells);
	} else {
		x->json = JSON_INIT(&x->out);
		x->kind->json(&x->json, r);
		buf_byte(&x->out, '\n');
	}
	if (x->out.full)
		return err_set(e, ERR_LIMIT, "one row is larger than %zu MiB", MAX_RESPONSE_BYTES / MIB);
	write_row(x);
	return true;
}

/* ---- what is exported --------------------------------------------------- */

static bool export_versions(struct export *x, const struct article_row *row, struct err *e)
{
	struct version *versions;
	struct article text;
	size_t n;

	if (!archive_versions(x->archive, x->arena, row->id, &versions, &n, e))
		return false;
	for (size_t i = 0; i < n && !stopped(x); i++) {
		if (!archive_version_text(x->archive, x->arena, row->id, versions[i].number, &text, e) ||
		    !put(x, &(struct record){ .article = row, .version = &versions[i], .text = &text }, e))
			return false;
	}
	return true;
}

/* By number, which is the order of time where the time is known. */
static bool export_changes(struct export *x, const struct article_row *row, struct err *e)
{
	struct change_filter filter = {
		.article = row->id,
		.until = WHEN_NONE,
		.remade_too = true,
		.least_weight = x->matters ? MATTERS_THOUSANDTHS : 0,
		.kinds = x->kinds,
		.limit = INT32_MAX,
	};
	struct change_item *items;
	size_t n;

	if (!archive_changes(x->archive, x->arena, filter, &items, &n, e))
		return false;
	for (size_t i = n; i-- > 0 && !stopped(x);)
		if (!put(x, &(struct record){ .article = row, .item = &items[i] }, e))
			return false;
	return true;
}

static bool put_row(void *x, const struct record *r, struct err *e)
{
	const struct export *to = x;
	bool left_out = r->edit && !compare_chosen(r->edit, to->kinds, to->matters);

	return left_out || stopped(x) || put(x, r, e);
}

/* Calls of for each version from first on, compared with the one before. */
static bool export_compared(struct export *x, const struct article_row *row, size_t first,
                            bool (*of)(const struct record *, put_record *, void *, struct err *), struct err *e)
{
	static const struct article nothing = { .published = WHEN_NONE, .modified = WHEN_NONE };
	struct article *texts;
	struct version *versions;
	struct arena *scratch = arena_new();
	struct change change;
	size_t n;
	bool ok = archive_versions(x->archive, x->arena, row->id, &versions, &n, e);

	texts = ARENA_ARRAY(x->arena, struct article, ok ? n + 1 : 1);
	for (size_t i = 0; ok && i < n && !stopped(x); i++) {
		ok = archive_version_text(x->archive, x->arena, row->id, versions[i].number, &texts[i], e);
		if (!ok || i < first)
			continue;
		arena_reset(scratch);
		when remade = 0;
		ok = archive_change_remade(x->archive, row->id, versions[i].number, &remade, e);
		struct change_context context = { .technical = remade != 0,
			                          .earlier = i > 1 ? &texts[i - 2] : NULL,
			                          .nearlier = i > 1 };
		change_compute(scratch, i ? &texts[i - 1] : &nothing, &texts[i], &context, &change);
		struct record r = { .article = row, .version = &versions[i], .change = &change };
		ok = ok && of(&r, put_row, x, e);
	}
	arena_free(scratch);
	return ok;
}

static bool export_edits(struct export *x, const struct article_row *row, struct err *e)
{
	return export_compared(x, row, 1, export_edits_of, e);
}

static bool export_matches(struct export *x, const struct article_row *row, struct err *e)
{
	return export_compared(x, row, 1, export_matches_of, e);
}

static bool export_sentences(struct export *x, const struct article_row *row, struct err *e)
{
	return export_compared(x, row, 0, export_sentences_of, e);
}

/* Those that were confirmed, by time. */
static bool export_removals(struct export *x, const struct article_row *row, struct err *e)
{
	struct removal *list;
	size_t n;

	if (!archive_removals_of(x->archive, x->arena, row->id, &list, &n, e))
		return false;
	for (size_t i = 0; i < n && !stopped(x); i++)
		if (list[i].confirmed != WHEN_NONE &&
		    !put(x, &(struct record){ .article = row, .removal = &list[i] }, e))
			return false;
	return true;
}

static bool export_article(struct export *x, const struct article_row *row, struct err *e)
{
	return put(x, &(struct record){ .article = row }, e);
}

static bool export_target(struct export *x, const struct target *t, struct err *e)
{
	struct check *checks;
	size_t n;

	if (!archive_checks(x->archive, x->arena, t->id, INT32_MAX, &checks, &n, e))
		return false;
	for (size_t i = n; i-- > 0 && !stopped(x);)
		if (!put(x, &(struct record){ .check = &checks[i], .target = t }, e))
			return false;
	return true;
}

static bool export_checks(struct export *x, const struct article_row *row, struct err *e)
{
	struct target t;

	if (!archive_target_of_article(x->archive, x->arena, row->id, &t, e))
		return e->kind == ERR_NOT_FOUND;
	return export_target(x, &t, e);
}

/* Checks of what is not an article: feeds, sections, addresses not looked at. */
static bool export_feeds(struct export *x, struct err *e)
{
	struct target_filter filter = { .source = x->source.id, .feeds_only = true, .any_state = true };
	struct target *targets;
	size_t n;

	if (!archive_targets(x->archive, x->c->arena, filter, &targets, &n, e))
		return false;
	for (size_t i = 0; i < n && !stopped(x); i++) {
		arena_reset(x->arena);
		if (!targets[i].article && !export_target(x, &targets[i], e))
			return false;
	}
	return true;
}

static bool export_all(struct export *x, struct err *e)
{
	struct article_row row;
	struct progress progress;
	int64_t *ids;
	size_t n;

	if (x->csv) {
		buf_printf(&x->out, "%s\r\n", x->kind->columns);
		write_row(x);
	}
	if (x->kind->of_article == export_checks && !x->narticles && !export_feeds(x, e))
		return false;
	ids = x->articles;
	n = x->narticles;
	if (!n && !archive_article_ids(x->archive, x->c->arena, false, &ids, &n, e))
		return false;
	progress_begin(&progress, "articles", (int64_t)n);
	for (size_t i = 0; i < n && !stopped(x); i++) {
		arena_reset(x->arena);
		bool ok = archive_article(x->archive, x->arena, ids[i], &row, e);
		if (!ok && e->kind == ERR_NOT_FOUND)
			continue;
		bool wanted = ok && (!x->source.id || str_eq(row.source_key, x->source.key));
		if (!ok || (wanted && !x->kind->of_article(x, &row, e))) {
			progress_end(&progress);
			return false;
		}
		if (x->file || !isatty(STDOUT_FILENO))
			progress_step(&progress, (int64_t)i + 1);
	}
	progress_end(&progress);
	return true;
}

/* ---- the command -------------------------------------------------------- */

/* The archive, and which source and articles of it. */
static bool open_chosen(struct export *x, struct err *e)
{
	struct context *c = x->c;
	const char *key = context_option(c, &cmd_export, "source");

	if (!context_archive(c, ARCHIVE_READ, &x->archive, e) ||
	    (key && !source_from_operand(x->archive, c->arena, key, &x->source, e)))
		return false;
	x->articles = ARENA_ARRAY(c->arena, int64_t, (size_t)c->argc + 1);
	for (int i = 0; i < c->argc; i++)
		if (!article_from_operand(x->archive, c->arena, c->argv[i], &x->articles[x->narticles++], e))
			return false;
	return true;
}

static bool take_arguments(struct export *x, struct err *e)
{
	const char *format = context_option(x->c, &cmd_export, "format");
	const char *what = context_option(x->c, &cmd_export, "what");

	x->csv = format && strcmp(format, "csv") == 0;
	if (format && !x->csv && strcmp(format, "jsonl") != 0)
		return err_set(e, ERR_USAGE, "--format takes jsonl or csv, not \"%.40s\"", format);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(what ? what : "versions", kinds[i].name) == 0)
			x->kind = &kinds[i];
	if (!x->kind)
		return err_set(
		        e, ERR_USAGE,
		        "--what takes versions, changes, edits, sentences, matches, removals, articles or checks, not "
		        "\"%.40s\"",
		        what);
	x->matters = context_option(x->c, &cmd_export, "matters");
	bool chooses = x->matters || context_option(x->c, &cmd_export, "kinds");
	if (chooses && !x->kind->chosen)
		return err_set(e, ERR_USAGE, "--kinds and --matters choose changes and edits, not %s", x->kind->name);
	return edit_kinds_parse(str_from(context_option(x->c, &cmd_export, "kinds")), &x->kinds, e) &&
	       open_chosen(x, e);
}

/* --warc and --wacz are formats of their own: what chooses rows has no place there. */
static bool check_captures(struct context *c, const char *form, struct err *e)
{
	static const char *const rows[] = { "format", "what", "kinds", "matters" };

	if (context_option(c, &cmd_export, "warc") && context_option(c, &cmd_export, "wacz"))
		return err_set(e, ERR_USAGE, "--warc and --wacz are two formats; a WACZ has the WARC file in it");
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (context_option(c, &cmd_export, rows[i]))
			return err_set(e, ERR_USAGE, "--%s is for rows, not for --%s", rows[i], form);
	return true;
}

static bool run_captures(struct export *x, struct err *e)
{
	struct context *c = x->c;
	struct export_captures_wish wish = { .wacz = context_option(c, &cmd_export, "wacz"),
		                             .zstd = context_option(c, &cmd_export, "zstd"),
		                             .cdxj = context_option(c, &cmd_export, "cdxj"),
		                             .output = context_option(c, &cmd_export, "output") };

	if (!check_captures(c, wish.wacz ? "wacz" : "warc", e) || !open_chosen(x, e))
		return false;
	wish.source = x->source.key;
	wish.articles = x->articles;
	wish.narticles = x->narticles;
	return export_captures(c, x->archive, &wish, e);
}

static bool write_rows(void *with, FILE *f, const char *name, struct err *e)
{
	struct export *x = with;

	x->file = f;
	return export_all(x, e) && (!x->failed || file_not_written(name, x->failed, e));
}

static bool export_to_file(struct export *x, const char *path, struct err *e)
{
	const char *part = arena_printf(x->c->arena, "%s.part", path).p;

	return file_fill(part, write_rows, x, e) && file_replace(part, path, e);
}

static bool run_rows(struct export *x, struct err *e)
{
	static const char *const captures[] = { "zstd", "cdxj" };
	const char *path = context_option(x->c, &cmd_export, "output");

	for (size_t i = 0; i < sizeof captures / sizeof *captures; i++)
		if (context_option(x->c, &cmd_export, captures[i]))
			return err_set(e, ERR_USAGE, "--%s is for --warc", captures[i]);
	if (!take_arguments(x, e))
		return false;
	return path && strcmp(path, "-") != 0 ? export_to_file(x, path, e) : export_all(x, e);
}

static bool run(struct context *c, struct err *e)
{
	struct export x = { .c = c, .arena = arena_new(), .out = BUF_INIT(MAX_RESPONSE_BYTES) };
	bool captures = context_option(c, &cmd_export, "warc") || context_option(c, &cmd_export, "wacz");

	x.cells = CSV_INIT(&x.out);
	bool ok = captures ? run_captures(&x, e) : run_rows(&x, e);
	buf_free(&x.out);
	arena_free(x.arena);
	archive_close(x.archive);
	return ok;
}

const struct command cmd_export = {
	.name = "export",
	.summary = "write versions, changes, edits as JSON Lines or CSV, captures as WARC",
	.usage = "[OPTION]... [ARTICLE]...",
	.about = "Writes the archive, one source of it, or only the articles named, for other programs. JSON Lines (jsonl) is one JSON "
		 "object a line, with the words of the HTTP API. CSV has a line with the names of the columns "
		 "first; text that a spreadsheet would take for a formula gets an apostrophe before it.\n"
		 "\n"
		 "Versions come with their whole text, edits with the sentences that they stand in. Sentences and matches "
		 "have the shape of the NewsEdits corpus: each sentence of the body of each version, and which sentence "
		 "became which in the next. Removals are articles that were gone from their site, with the time of their "
		 "return. Rows are in the order of the articles' numbers. Times are UTC.\n"
		 "\n"
		 "--warc writes the captures themselves, with their heads and times, as WARC 1.1 for the tools of web "
		 "archives: responses, revisits, and metadata records that tell outcome, article and version of each "
		 "check. --wacz packs them with an index and a list of pages into one file. \"stet import\" reads both.",
	.examples = "stet export >versions.jsonl\n"
		    "stet export --what changes --format csv --output changes.csv\n"
		    "stet export --what edits --kinds figure,quotation >edits.jsonl\n"
		    "stet export --what matches --format csv --output matched_sentences.csv\n"
		    "stet export --what checks --source courier\n"
		    "stet export --warc --cdxj --output stet.warc.gz\n"
		    "stet export --wacz --source courier --output courier.wacz",
	.options = {
		{ "format", 'f', "FORMAT", "jsonl (if not given) or csv" },
		{ "what", 'w', "WHAT", "versions (if not given), changes, edits, sentences, matches, removals, articles or checks" },
		{ "source", 's', "KEY", "only of this source" },
		{ "kinds", 0, "KINDS", "of changes and edits: only these kinds, such as figure,quotation" },
		{ "matters", 0, NULL, "of changes and edits: only what weighs 0.3 or more" },
		{ "warc", 0, NULL, "captures, as WARC 1.1, each record a gzip member" },
		{ "zstd", 0, NULL, "with --warc: each record a zstd frame" },
		{ "cdxj", 0, NULL, "with --warc and --output: also an index, FILE.cdxj" },
		{ "wacz", 0, NULL, "captures, index and pages, as WACZ 1.1.1; needs --output" },
		{ "output", 0, "FILE",
		  "write to FILE, which appears when it is complete; otherwise to standard output" },
		{ NULL },
	},
	.most = -1,
	.run = run,
};
