/*
 * stet extract: what one page holds, and how each of its lines was judged; or
 * many pages for a program that scores them (batch.h).
 *
 * No archive is touched.
 */
#include <stdio.h>

#include "cli/batch.h"
#include "cli/block.h"
#include "cli/obtain.h"
#include "cli/wrap.h"
#include "view/json.h"

extern const struct command cmd_extract;

struct extraction {
	struct context *c;
	const struct obtained *from;
	const struct page *page;
	bool ruled; /* there is a rule for its site */
	bool explain;
};

/* ---- for people ----------------------------------------------------------- */

static void print_fact(const struct context *c, const char *name, struct str text)
{
	if (text.n)
		output_printf(c, COLOR_NONE, "%-12s %.*s\n", name, STR_ARG(text));
}

static void print_time(const struct context *c, const char *name, when t, struct str written)
{
	char text[WHEN_TEXT];

	if (t != WHEN_NONE)
		print_fact(c, name,
		           written.n ? arena_printf(c->arena, "%s (written \"%.*s\")", when_human(t, text),
		                                    STR_ARG(written))
		                     : str_from(when_human(t, text)));
}

static void print_facts(const struct extraction *x)
{
	const struct context *c = x->c;
	const struct page *p = x->page;
	const struct article *a = &p->article;

	print_fact(c, "Kind:", str_from(page_kind_name(p->kind)));
	print_fact(c, "Address:", x->from->url);
	print_fact(c, "Canonical:", p->canonical);
	print_fact(c, "Site:", p->site_name);
	print_fact(c, "Section:", a->section);
	print_fact(c, "Agency:", a->agency);
	print_time(c, "Published:", a->published, a->published_text);
	print_time(c, "Modified:", a->modified, a->modified_text);
	print_fact(c, "Language:", a->language);
	print_fact(c, "Characters:", p->charset);
	if (p->noarchive)
		print_fact(c, "Archive:", STR("the page asks not to be kept"));
	if (c->settings.rules[0])
		print_fact(c, "Rule:", x->ruled ? STR("one for this site") : STR("none for this address"));
}

static void print_head(const struct extraction *x)
{
	const struct context *c = x->c;
	const struct article *a = &x->page->article;
	struct buf names = BUF_INIT(MAX_RESPONSE_BYTES);

	print_facts(x);
	output_text(c, COLOR_NONE, STR("\n"));
	line_print(c, COLOR_BOLD, a->title.n ? a->title : STR("(no title)"));
	line_print(c, COLOR_NONE, a->standfirst);
	for (size_t i = 0; i < a->nbylines; i++) {
		buf_puts(&names, i ? ", " : "By ");
		buf_str(&names, a->bylines[i]);
	}
	line_print(c, COLOR_NONE, arena_str(c->arena, buf_view(&names)));
	buf_free(&names);
}

static void print_blocks(const struct extraction *x)
{
	const struct article *a = &x->page->article;

	for (size_t i = 0; i < a->nblocks && !output_broken(); i++) {
		output_text(x->c, COLOR_NONE, STR("\n"));
		block_print(x->c, &a->blocks[i]);
	}
}

/*   + paragraph  +4.12  article.story > p
 *       The ferry left at noon.
 *       (+2.1 ends like a sentence, +1.4 a p)       */
static void print_judged(const struct context *c, const struct page_line *l)
{
	enum color color = l->kept ? COLOR_GREEN : COLOR_RED;
	struct wrap w;
	char score[32] = "";

	if (l->score)
		snprintf(score, sizeof score, "%+.2f", l->score / 100.0);
	output_printf(c, color, "%s %-10s", l->kept ? "+" : "-", l->kept ? block_kind_name(l->kind) : "dropped");
	output_printf(c, COLOR_NONE, " %7s  ", score);
	output_printf(c, COLOR_YELLOW, "%.*s\n", STR_ARG(l->place));
	w = wrap_begin(c, COLOR_NONE, "    ", 4);
	wrap_put(&w, COLOR_NONE, l->text);
	wrap_end(&w);
	if (!l->reason.n)
		return;
	w = wrap_begin(c, COLOR_DIM, "    (", 4);
	wrap_put(&w, COLOR_DIM, l->reason);
	wrap_put(&w, COLOR_DIM, STR(")"));
	wrap_end(&w);
}

static void print_lines(const struct extraction *x)
{
	const struct page *p = x->page;

	if (!p->nlines)
		output_text(x->c, COLOR_NONE, STR("\nThe page has no line of text.\n"));
	for (size_t i = 0; i < p->nlines && !output_broken(); i++) {
		output_text(x->c, COLOR_NONE, STR("\n"));
		print_judged(x->c, &p->lines[i]);
	}
}

/* ---- for programs --------------------------------------------------------- */

static void write_lines(struct json *j, const struct page *p)
{
	json_key(j, "lines");
	json_array(j);
	for (size_t i = 0; i < p->nlines; i++) {
		const struct page_line *l = &p->lines[i];
		json_object(j);
		json_field_bool(j, "kept", l->kept);
		json_field_str(j, "kind", l->kept ? str_from(block_kind_name(l->kind)) : STR_NONE);
		json_field_real(j, "score", l->score / 100.0);
		json_field_str(j, "reason", l->reason);
		json_field_str(j, "place", l->place);
		json_field_str(j, "text", l->text);
		json_end(j);
	}
	json_end(j);
}

static bool write_json(const struct extraction *x, struct err *e)
{
	const struct page *p = x->page;
	struct buf b = BUF_INIT(2 * MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_field_str(&j, "kind", str_from(page_kind_name(p->kind)));
	json_field_str(&j, "url", x->from->url);
	json_field_str(&j, "canonical", p->canonical);
	json_field_str(&j, "site", p->site_name);
	json_field_str(&j, "charset", p->charset);
	json_field_bool(&j, "noarchive", p->noarchive);
	json_field_bool(&j, "rule", x->ruled);
	json_key(&j, "text");
	view_json_text(&j, &p->article);
	if (x->explain)
		write_lines(&j, p);
	json_end(&j);
	bool ok = !b.full || err_set(e, ERR_LIMIT, "the page holds more than JSON of %zu bytes may", b.max);
	if (ok)
		output_json(&b);
	buf_free(&b);
	return ok;
}

/* ---- the command ---------------------------------------------------------- */

static bool show(const struct extraction *x, struct err *e)
{
	if (x->c->json)
		return write_json(x, e);
	output_begin(x->c);
	print_head(x);
	if (x->explain)
		print_lines(x);
	else
		print_blocks(x);
	return true;
}

static bool extract_one(struct context *c, struct reader *r, bool explain, struct err *e)
{
	struct obtained from;
	struct document doc;

	if (!obtain(c, r, c->argv[0], context_option(c, &cmd_extract, "url"), &from, e))
		return false;
	const struct read_job job = { .as = READ_WEB,
		                      .url = from.url,
		                      .content_type = from.content_type,
		                      .explain = explain,
		                      .bytes = from.bytes };
	reader_read(r, &job, c->arena, &doc);
	if (doc.kind == DOCUMENT_FEED)
		return err_set(e, ERR_FORMAT, "%.200s is a feed, no page; `stet watch` takes its articles", c->argv[0]);
	if (doc.kind != DOCUMENT_PAGE)
		return err_set(e, ERR_FORMAT, "%.200s: %.*s", c->argv[0], STR_ARG(doc.sentence));
	const struct extraction x = {
		.c = c, .from = &from, .page = &doc.page, .ruled = reader_has_rule(r, from.url), .explain = explain
	};
	return show(&x, e);
}

static bool check_usage(struct context *c, bool batch, bool explain, struct err *e)
{
	const char *rules = context_option(c, &cmd_extract, "rules");

	if (batch && (c->argc || explain || c->json || context_option(c, &cmd_extract, "url")))
		return err_set(e, ERR_USAGE, "--batch takes its pages from standard input, and nothing beside it");
	if (!batch && !c->argc)
		return err_set(e, ERR_USAGE, "an address or a file is needed; `stet extract --help` explains it");
	if (context_option(c, &cmd_extract, "allow-private"))
		c->settings.allow_private = true;
	return !rules || settings_set(&c->settings, "rules", rules, e);
}

static bool run(struct context *c, struct err *e)
{
	bool batch = context_option(c, &cmd_extract, "batch"), explain = context_option(c, &cmd_extract, "explain");
	struct reader *r = NULL;
	unsigned children = batch ? (unsigned)c->settings.readers : 1;

	if (!check_usage(c, batch, explain, e))
		return false;
	bool ok = reader_new(children, &r, e) && reader_load_rules(r, c->settings.rules, e) &&
	          (batch ? batch_run(r, children, e) : extract_one(c, r, explain, e));
	reader_free(r);
	return ok;
}

const struct command cmd_extract = {
	.name = "extract",
	.summary = "read one page: the article in it, and how each line was judged",
	.usage = "[OPTION]... URL|FILE",
	.about = "Reads a page and prints what kind of page it is, what is known of the article in it, and its text, as "
	         "`stet run` would keep them; nothing is kept here. A page from the web is fetched politely: robots.txt "
	         "is asked first, and a pause follows. FILE may be `-` for standard input.\n"
	         "\n"
	         "With --explain every line of the page is printed in place of the text: `+` and the kind of block it "
	         "became, or `-` if it was dropped; how sure that is (0 is even, 3 and more is sure); what decided; and "
	         "the elements that it stands in. This is how a rule for a site is tried out on a saved page; "
	         "docs/extraction.md says how to write one.\n"
	         "\n"
	         "With --batch the lines of standard input name files, each followed by a tab and the address of the "
	         "page if it is known. For each a line of JSON is written, in the same order, with \"title\", "
	         "\"byline\", \"published\" and \"text\", or with \"error\".",
	.examples = "stet extract https://www.example.com/story\n"
	            "stet extract --explain --url https://www.example.com/story page.html\n"
	            "stet extract --rules my.rules --explain --url https://www.example.com/story page.html",
	.has_json = true,
	.options = {
		{ "explain", 'e', NULL, "say of each line of the page what became of it, and why" },
		{ "url", 'u', "URL", "where the page in FILE was found" },
		{ "rules", 0, "FILE", "a file of rules for sites, in place of the one of the settings" },
		{ "batch", 0, NULL, "read many files and write a line of JSON for each" },
		{ "allow-private", 0, NULL, "also fetch from loopback, private and link-local addresses" },
	},
	.least = 0,
	.most = 1,
	.run = run,
};
