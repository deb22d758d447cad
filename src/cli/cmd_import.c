/* stet import: take captures, saved pages and texts from files. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "cli/command.h"
#include "import/import.h"
#include "url/url.h"

extern const struct command cmd_import;

enum file_kind { FILE_WARC, FILE_HTML, FILE_TEXT, FILE_UNKNOWN };

static enum file_kind kind_of(const char *path)
{
	static const struct {
		const char *ending;
		enum file_kind kind;
	} endings[] = {
		{ ".warc", FILE_WARC }, { ".warc.gz", FILE_WARC }, { ".html", FILE_HTML },
		{ ".htm", FILE_HTML },  { ".txt", FILE_TEXT },
	};
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
		if (str_ends_nocase(str_from(path), str_from(endings[i].ending)))
			return endings[i].kind;
	return FILE_UNKNOWN;
}

static void on_progress(void *arg, int64_t done, int64_t total)
{
	struct progress *p = arg;
	p->total = total;
	progress_step(p, done);
}

static bool import_one(struct context *c, struct archive *ar, struct reader *r, const char *path,
                       struct import_options *o, struct import_report *report, struct err *e)
{
	enum file_kind kind = kind_of(path);
	struct progress p;

	if (kind != FILE_WARC)
		return import_saved(ar, r, &c->settings, path, kind == FILE_HTML ? READ_SAVED_HTML : READ_SAVED_TEXT, o,
		                    report, e);
	progress_begin(&p, "records", 0);
	o->progress = on_progress;
	o->progress_arg = &p;
	bool ok = import_warc(ar, r, &c->settings, path, o, report, e);
	progress_end(&p);
	return ok;
}

static void say(struct context *c, const struct import_report *r)
{
	if (c->json) {
		struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
		struct json j = JSON_INIT(&b);
		json_object(&j);
		json_field_int(&j, "records", r->records);
		json_field_int(&j, "added", r->added);
		json_field_int(&j, "known", r->known);
		json_field_int(&j, "skipped", r->skipped);
		json_field_int(&j, "bad", r->bad);
		json_field_int(&j, "versions", r->versions);
		if (r->bad)
			json_field_str(&j, "first_bad", str_from(r->first_bad.text));
		json_end(&j);
		output_json(&b);
		buf_free(&b);
		return;
	}
	output_printf(
	        c, COLOR_NONE,
	        "%lld records: %lld added, %lld known already, %lld bad; %lld records of other kinds passed over; "
	        "%lld new versions\n",
	        (long long)r->records, (long long)r->added, (long long)r->known, (long long)r->bad,
	        (long long)r->skipped, (long long)r->versions);
	if (r->bad)
		output_printf(c, COLOR_YELLOW, "the first bad one: %s\n", r->first_bad.text);
}

/* Before an archive is made or anything is added. */
static bool check_operands(struct context *c, struct str address, struct err *e)
{
	struct url u;

	if (address.n && !url_parse(c->arena, address, NULL, &u, e))
		return err_set(e, ERR_USAGE, "--url takes a whole address, such as https://www.example.com/story");
	for (int i = 0; i < c->argc; i++) {
		if (kind_of(c->argv[i]) == FILE_UNKNOWN)
			return err_set(e, ERR_USAGE, "%s: only .warc, .warc.gz, .html and .txt files can be imported",
			               c->argv[i]);
		if (access(c->argv[i], R_OK) != 0)
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
	.summary = "take captures from WARC files, saved revision pages and plain texts",
	.usage = "[OPTION]... FILE...",
	.about = "FILE.warc and FILE.warc.gz: each response record becomes a check made at its WARC-Date, in the order "
		 "of time. FILE.html: a saved revision page of News Sniffer becomes an article with its two versions. "
		 "FILE.txt: an article as plain text, its title in the first line, or the text of such a revision "
		 "page.\n\n"
		 "Importing the same file twice adds nothing. Imported addresses are not fetched unless \"stet watch\" "
		 "is told so.",
	.examples = "stet import captures.warc.gz\n"
		    "stet import revision.html article.txt",
	.has_json = true,
	.options = {
		{ "source", 's', "KEY", "key of the source it all belongs to (default: from each address)" },
		{ "url", 'u', "URL", "original address of a saved page or text that does not say it" },
	},
	.least = 1,
	.most = -1,
	.run = run,
};
