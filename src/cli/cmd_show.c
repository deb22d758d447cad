/*
 * stet show: an article as its page says it, its versions, and the text of one;
 * or the very bytes that a version was read from.
 */
#include <stdio.h>

#include "cli/block.h"
#include "cli/phrase.h"
#include "view/json.h"
#include "view/meaning.h"

#define MAX_CHECKS 200

extern const struct command cmd_show;

struct showing {
	struct context *c;
	struct archive *archive;
	struct article_row row;
	struct version *versions;
	size_t nversions;
	struct removal *removals;
	size_t nremovals;
	size_t at; /* the version that is shown */
};

/* ---- the article -------------------------------------------------------- */

static void print_fact(const struct context *c, const char *name, struct str text)
{
	if (text.n)
		output_printf(c, COLOR_NONE, "%-14s %.*s\n", name, STR_ARG(text));
}

static void print_time(const struct context *c, const char *name, when t)
{
	char text[WHEN_TEXT];

	if (t != WHEN_NONE)
		print_fact(c, name,
		           arena_printf(c->arena, "%s (%.*s)", when_human(t, text),
		                        STR_ARG(phrase_relative(c->arena, t, clock_now(&c->clock)))));
}

static void print_removal(const struct context *c, const struct removal *r)
{
	char since[WHEN_TEXT], back[WHEN_TEXT];
	struct str checks = phrase_count(c->arena, r->checks, "check says so", "checks say so");

	if (r->back != WHEN_NONE)
		print_fact(c, "Was gone:",
		           arena_printf(c->arena, "from %s to %s", when_human(r->since, since),
		                        when_human(r->back, back)));
	else
		print_fact(c, r->confirmed == WHEN_NONE ? "Said gone:" : "Gone:",
		           arena_printf(c->arena, "since %s; %.*s%s", when_human(r->since, since), STR_ARG(checks),
		                        r->confirmed == WHEN_NONE ? ", not believed yet" : ""));
}

static void print_article(const struct showing *s)
{
	const struct context *c = s->c;
	const struct article_row *row = &s->row;

	output_printf(c, COLOR_YELLOW, "article %lld", (long long)row->id);
	output_printf(c, COLOR_CYAN, "  %.*s\n", STR_ARG(row->source_key));
	output_printf(c, COLOR_BOLD, "%.*s\n", STR_ARG(row->title.n ? row->title : STR("(no title)")));
	output_printf(c, COLOR_NONE, "%.*s\n\n", STR_ARG(row->url));
	print_fact(c, "Source:", row->source_name);
	print_time(c, "Published:", row->published);
	print_time(c, "First seen:", row->first_seen);
	print_time(c, "Last changed:", row->last_change);
	print_time(c, "Last checked:", row->last_check);
	print_fact(c, "Outcome:", row->last_outcome);
	print_fact(c, "", meaning_of_outcome(row->last_outcome));
	print_fact(c, "Still checked:", phrase_state(c->arena, row, clock_now(&c->clock)));
	for (size_t i = 0; i < s->nremovals; i++)
		print_removal(c, &s->removals[i]);
	print_fact(c, "Changes:",
	           row->versions > 1 ? arena_printf(c->arena, "%lld", (long long)row->versions - 1) : STR("none"));
	if (row->flips)
		print_fact(c, "Flips:",
		           arena_printf(c->arena, "went back to an earlier text %.*s",
		                        STR_ARG(phrase_count(c->arena, row->flips, "time", "times"))));
}

/* How long after the version before: "about 2 hours later". */
static struct str later_text(struct arena *a, const struct version *v, const struct version *before)
{
	char length[WHEN_TEXT];

	if (!before)
		return STR_NONE;
	if (v->later >= 0)
		return arena_printf(a, "%s later", when_length(v->later, length));
	if (v->first_seen == WHEN_NONE || before->first_seen == WHEN_NONE)
		return STR_NONE;
	return arena_printf(a, "%s later", when_length(v->first_seen - before->first_seen, length));
}

static void print_versions(const struct showing *s)
{
	const struct context *c = s->c;
	char at[WHEN_TEXT];

	for (size_t i = 0; i < s->nversions && !output_broken(); i++) {
		const struct version *v = &s->versions[i], *before = i ? v - 1 : NULL;
		struct str id = arena_printf(c->arena, "%lld/%lld", (long long)v->article, (long long)v->number);
		output_printf(c, COLOR_YELLOW, "%-9.*s", STR_ARG(id));
		output_printf(c, COLOR_NONE, " %-22s  %-24.*s %5lld words", when_human(v->first_seen, at),
		              STR_ARG(later_text(c->arena, v, before)), (long long)v->words);
		if (!before || !str_eq(v->title, before->title))
			output_printf(c, COLOR_NONE, "  \"%.*s\"", STR_ARG(v->title));
		output_text(c, COLOR_NONE, STR("\n"));
	}
}

/* What stood on its page and is not in the text, and whether it was made again. */
static bool print_notes(const struct showing *s, const struct version *v, struct err *e)
{
	const struct context *c = s->c;
	struct left_out *list;
	struct furniture *what;
	char at[WHEN_TEXT];
	size_t n;

	if (!archive_left_out(s->archive, c->arena, v->check, &list, &what, &n, e))
		return false;
	if (n)
		output_printf(c, COLOR_DIM, "%.*s left out as furniture; `stet sources %.*s --furniture` tells why\n",
		              STR_ARG(phrase_count(c->arena, (int64_t)n, "line", "lines")), STR_ARG(s->row.source_key));
	if (v->remade)
		output_printf(c, COLOR_DIM, "read anew from the same page on %s\n", when_human(v->remade, at));
	return true;
}

static bool print_text(const struct showing *s, struct err *e)
{
	const struct context *c = s->c;
	const struct version *v = &s->versions[s->at];
	struct article text;

	if (!archive_version_text(s->archive, c->arena, v->article, v->number, &text, e))
		return false;
	output_printf(c, COLOR_YELLOW, "version %lld/%lld\n", (long long)v->article, (long long)v->number);
	if (!print_notes(s, v, e))
		return false;
	output_text(c, COLOR_NONE, STR("\n"));
	line_print(c, COLOR_BOLD, text.title);
	line_print(c, COLOR_NONE, text.standfirst);
	if (v->bylines.n)
		line_print(c, COLOR_NONE, arena_printf(c->arena, "By %.*s", STR_ARG(v->bylines)));
	for (size_t i = 0; i < text.nblocks && !output_broken(); i++) {
		output_text(c, COLOR_NONE, STR("\n"));
		block_print(c, &text.blocks[i]);
	}
	return true;
}

static bool write_json(const struct showing *s, bool with_text, struct err *e)
{
	struct article text;
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_key(&j, "article");
	view_json_article(&j, &s->row);
	json_key(&j, "versions");
	json_array(&j);
	for (size_t i = 0; i < s->nversions; i++)
		view_json_version(&j, &s->versions[i]);
	json_end(&j);
	json_key(&j, "removals");
	json_array(&j);
	for (size_t i = 0; i < s->nremovals; i++)
		view_json_removal(&j, &s->removals[i]);
	json_end(&j);
	if (with_text) {
		const struct version *v = &s->versions[s->at];
		if (!archive_version_text(s->archive, s->c->arena, v->article, v->number, &text, e)) {
			buf_free(&b);
			return false;
		}
		json_key(&j, "version");
		view_json_version(&j, v);
		json_key(&j, "text");
		view_json_text(&j, &text);
	}
	json_end(&j);
	output_json(&b);
	buf_free(&b);
	return true;
}

/* ---- captures and checks ------------------------------------------------ */

static bool find_check(const struct showing *s, struct check *out, struct err *e)
{
	const struct version *v = &s->versions[s->at];
	struct check *checks;
	size_t n;

	if (!archive_checks_to_rebuild(s->archive, s->c->arena, v->article, &checks, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		if (checks[i].id == v->check) {
			*out = checks[i];
			return true;
		}
	return err_set(e, ERR_NOT_FOUND, "the bytes that version %lld/%lld was read from are not in the archive",
	               (long long)v->article, (long long)v->number);
}

static bool write_capture(const struct showing *s, bool headers, struct err *e)
{
	struct check check = { 0 };
	struct str bytes;

	if (!find_check(s, &check, e))
		return false;
	int64_t blob = headers ? check.headers : check.body;
	if (!blob)
		return err_set(e, ERR_NOT_FOUND, "no %s of version %lld/%lld %s kept", headers ? "headers" : "body",
		               (long long)s->row.id, (long long)s->versions[s->at].number, headers ? "were" : "was");
	if (!archive_blob(s->archive, s->c->arena, blob, &bytes, e))
		return false;
	/* Headers are for reading; a body is passed on as it came. */
	if (headers)
		output_text(s->c, COLOR_NONE, bytes);
	else
		output_raw(bytes);
	return true;
}

static bool print_check(const struct showing *s, const struct check *check, struct err *e)
{
	const struct context *c = s->c;
	char at[WHEN_TEXT], status[16] = "";
	struct left_out *list;
	struct furniture *what;
	size_t n;

	if (!archive_left_out(s->archive, c->arena, check->id, &list, &what, &n, e))
		return false;

	if (check->status)
		snprintf(status, sizeof status, "%d", check->status);
	output_printf(c, COLOR_NONE, "%-22s  ", when_human(check->at, at));
	output_printf(c, COLOR_BOLD, "%-14.*s", STR_ARG(check->outcome));
	output_printf(c, COLOR_NONE, " %3s  %9.*s  %.*s", status,
	              STR_ARG(check->bytes ? phrase_bytes(c->arena, check->bytes) : STR_NONE), STR_ARG(check->detail));
	for (size_t i = 0; i < n; i++)
		output_printf(c, COLOR_DIM, "%s%s %lld", i ? ", " : " left out: ",
		              list[i].doubtful ? "doubtful" : furniture_rule_name(what[i].rule),
		              (long long)list[i].furniture);
	output_text(c, COLOR_NONE, STR("\n"));
	return true;
}

static bool show_checks(const struct showing *s, struct err *e)
{
	struct context *c = s->c;
	struct target target;
	struct check *checks;
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);
	size_t n;

	if (!archive_target_of_article(s->archive, c->arena, s->row.id, &target, e) ||
	    !archive_checks(s->archive, c->arena, target.id, MAX_CHECKS, &checks, &n, e))
		return false;
	output_begin(c);
	for (size_t i = 0; i < n && !c->json; i++)
		if (!print_check(s, &checks[i], e))
			return false;
	if (c->json) {
		json_object(&j);
		json_key(&j, "checks");
		json_array(&j);
		for (size_t i = 0; i < n; i++)
			view_json_check(&j, &checks[i], &target);
		json_end(&j);
		json_end(&j);
		output_json(&b);
	}
	buf_free(&b);
	return true;
}

/* ---- the command -------------------------------------------------------- */

static bool load(struct showing *s, struct err *e)
{
	struct arena *a = s->c->arena;
	int64_t id, number;

	if (!context_archive(s->c, ARCHIVE_READ, &s->archive, e) ||
	    !version_from_operand(s->archive, a, s->c->argv[0], &id, &number, e) ||
	    !archive_article(s->archive, a, id, &s->row, e) ||
	    !archive_versions(s->archive, a, id, &s->versions, &s->nversions, e) ||
	    !archive_removals_of(s->archive, a, id, &s->removals, &s->nremovals, e))
		return false;
	if (number < 0 && s->nversions)
		s->at = s->nversions - 1;
	else
		while (s->at < s->nversions && s->versions[s->at].number != number)
			s->at++;
	if (number >= 0 && s->at == s->nversions)
		return err_set(e, ERR_NOT_FOUND,
		               "article %lld has no version %lld; `stet show --versions %lld` lists them",
		               (long long)id, (long long)number, (long long)id);
	return true;
}

static bool show(struct showing *s, struct err *e)
{
	struct context *c = s->c;
	bool raw = context_option(c, &cmd_show, "raw"), headers = context_option(c, &cmd_show, "headers");
	bool list = context_option(c, &cmd_show, "versions"), checks = context_option(c, &cmd_show, "checks");

	if (raw + headers + list + checks > 1)
		return err_set(e, ERR_USAGE, "--raw, --headers, --versions and --checks exclude each other");
	if (c->json && (raw || headers))
		return err_set(e, ERR_USAGE, "--raw and --headers write bytes as they came, not --json");
	if (!load(s, e))
		return false;
	if (checks)
		return show_checks(s, e);
	if ((raw || headers) && !s->nversions)
		return err_set(e, ERR_NOT_FOUND, "article %lld has no version yet", (long long)s->row.id);
	if (raw || headers)
		return write_capture(s, headers, e);
	if (c->json)
		return write_json(s, !list && s->nversions, e);
	output_begin(c);
	if (list) {
		print_versions(s);
		return true;
	}
	print_article(s);
	if (!s->nversions) {
		output_printf(c, COLOR_NONE, "\nNo version of it has been seen yet.\n");
		return true;
	}
	output_text(c, COLOR_NONE, STR("\n"));
	print_versions(s);
	output_text(c, COLOR_NONE, STR("\n"));
	return print_text(s, e);
}

static bool run(struct context *c, struct err *e)
{
	struct showing s = { .c = c };
	bool ok = show(&s, e);

	archive_close(s.archive);
	return ok;
}

const struct command cmd_show = {
	.name = "show",
	.summary = "print an article: what is known of it, its versions, its text",
	.usage = "[OPTION]... ARTICLE[/VERSION]",
	.about = "Prints what is known of an article, the list of its versions, and the text of one version: the "
		 "newest, or the one that is named.\n"
		 "\n"
		 "ARTICLE is a number as `stet log` prints it (12), a source's key with it (courier/12), or any "
		 "address of the article. VERSION counts from 0 (12/0 is the article as it was first seen).",
	.examples = "stet show 12                 # the newest version\n"
		    "stet show 12/0               # as it was first seen\n"
		    "stet show https://www.example.org/news/bridge\n"
		    "stet show --raw 12/0 >page.html",
	.has_json = true,
	.options = {
		{ "versions", 0, NULL, "print only the list of versions" },
		{ "checks", 0, NULL, "print the latest 200 checks of the article and what came of each" },
		{ "raw", 0, NULL, "write the captured bytes that the version was read from, as the site sent them" },
		{ "headers", 0, NULL, "print the headers of the answer that the version was read from" },
		{ NULL },
	},
	.least = 1,
	.most = 1,
	.run = run,
};
