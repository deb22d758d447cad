/* stet import: take captures, saved pages and texts from files. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/command.h"
#include "import/import.h"
#include "url/url.h"

extern const struct command cmd_import;

static bool import_one(struct context *c, struct archive *ar, struct reader *r, const char *path,
                       struct import_options *o, struct import_report *report, struct err *e)
{
	struct progress p;

	progress_begin(&p, "captures", 0);
	o->progress = progress_on_step;
	o->progress_arg = &p;
	bool ok = import_path(ar, r, &c->settings, path, o, report, e);
	progress_end(&p);
	return ok;
}

static size_t named(const struct import_report *r)
{
	return r->bad < IMPORT_BAD_NAMED ? (size_t)r->bad : IMPORT_BAD_NAMED;
}

static void say_json(const struct import_report *r)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_field_int(&j, "records", r->records);
	json_field_int(&j, "added", r->added);
	json_field_int(&j, "known", r->known);
	json_field_int(&j, "skipped", r->skipped);
	json_field_int(&j, "unresolved", r->unresolved);
	json_field_int(&j, "bad", r->bad);
	json_field_int(&j, "versions", r->versions);
	json_key(&j, "bad_ones");
	json_array(&j);
	for (size_t i = 0; i < named(r); i++)
		json_str(&j, str_from(r->bad_ones[i].text));
	json_end(&j);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static void say(struct context *c, const struct import_report *r)
{
	if (c->json) {
		say_json(r);
		return;
	}
	output_printf(
	        c, COLOR_NONE,
	        "%lld captures: %lld added, %lld known already; %lld bad ones; %lld records of other kinds passed "
	        "over; %lld new versions\n",
	        (long long)r->records, (long long)r->added, (long long)r->known, (long long)r->bad,
	        (long long)r->skipped, (long long)r->versions);
	if (r->unresolved)
		output_printf(c, COLOR_YELLOW, "%lld revisits of captures that are not here were left out\n",
		              (long long)r->unresolved);
	for (size_t i = 0; i < named(r); i++)
		output_printf(c, COLOR_YELLOW, "bad: %s\n", r->bad_ones[i].text);
	if (r->bad > IMPORT_BAD_NAMED)
		output_printf(c, COLOR_YELLOW, "and %lld more\n", (long long)(r->bad - IMPORT_BAD_NAMED));
}

/* Before an archive is made or anything is added. */
static bool check_operands(struct context *c, struct str address, struct err *e)
{
	struct url u;

	if (address.n && !url_parse(c->arena, address, NULL, &u, e))
		return err_set(e, ERR_USAGE, "--url takes a whole address, such as https://www.example.com/story");
	for (int i = 0; i < c->argc; i++) {
		if (strcmp(c->argv[i], "-") != 0 && access(c->argv[i], R_OK) != 0)
			return err_set(e, errno == ENOENT ? ERR_NOT_FOUND : ERR_IO, "cannot read %s: %s", c->argv[i],
			               strerror(errno));
	}
	return true;
}

static bool run(struct context *c, struct err *e)
{
	struct archive *ar;
	struct reader *r = NULL;
	struct import_report report = { 0 };
	struct import_options o = {
		.source_key = str_from(context_option(c, &cmd_import, "source")),
		.url = str_from(context_option(c, &cmd_import, "url")),
		.now = clock_now(&c->clock),
		.again = context_option(c, &cmd_import, "again"),
	};

	if (o.url.n && c->argc > 1)
		return err_set(e, ERR_USAGE, "--url is the address of one document; it takes one file");
	if (!check_operands(c, o.url, e))
		return false;
	if (!context_archive(c, ARCHIVE_CREATE, &ar, e))
		return false;
	bool ok = reader_new((unsigned)c->settings.readers, &r, e) && reader_load_rules(r, c->settings.rules, e);
	for (int i = 0; ok && i < c->argc; i++)
		ok = import_one(c, ar, r, c->argv[i], &o, &report, e);
	if (ok)
		say(c, &report);
	reader_free(r);
	archive_close(ar);
	return ok;
}

const struct command cmd_import = {
	.name = "import",
	.summary = "take captures and versions from WARC and other files",
	.usage = "[OPTION]... FILE...",
	.about = "What a FILE is, is told by looking at it:\n"
		 "\n"
		 "- WARC, plain, gzip or zstd, and WACZ: each response becomes a check made at its WARC-Date; revisits "
		 "get the body of the capture they name\n"
		 "- CDX or CDXJ, with the WARC files or page files it names beside it\n"
		 "- a newsdiffs repository (a folder with .git), or what \"git fast-export\" writes of it, also on "
		 "standard input (-)\n"
		 "- an SQLite file of NewsEdits or diffengine: each row becomes a version\n"
		 "- a saved revision page of News Sniffer; an article as plain text, its title in the first line; or the "
		 "text of such a revision page\n"
		 "\n"
		 "Importing the same file twice adds nothing, and an import that was interrupted goes on where it was. What "
		 "cannot be read is counted and named. Imported addresses are not fetched unless \"stet watch\" is told "
		 "so. Several pages are read at once with -o reader.children=N.",
	.examples = "stet import captures.warc.gz collection.wacz\n"
		    "stet import -o reader.children=8 CC-NEWS-*.warc.gz\n"
		    "stet import newsdiffs/articles\n"
		    "stet import revision.html article.txt",
	.has_json = true,
	.options = {
		{ "source", 's', "KEY", "key of the source it all belongs to (default: from each address)" },
		{ "url", 'u', "URL", "original address of a saved page or text that does not say it" },
		{ "again", 0, NULL, "read files from the front, also as far as they were read before" },
	},
	.least = 1,
	.most = -1,
	.run = run,
};
