/* stet pack: keep what is old in less room. */
#include "base/json.h"
#include "cli/command.h"
#include "cli/phrase.h"

extern const struct command cmd_pack;

static bool read_wish(struct context *c, struct pack_wish *w, struct err *e)
{
	int64_t level = 0;

	if (!context_number(c, &cmd_pack, "level", c->settings.pack_level, 1, ARCHIVE_PACK_LEVELS, &level, e))
		return false;
	*w = (struct pack_wish){ .level = (int)level,
		                 .before = WHEN_NONE,
		                 .all = context_option(c, &cmd_pack, "all"),
		                 .harder = context_option(c, &cmd_pack, "harder") };
	return true;
}

static bool do_job(struct archive *ar, const struct pack_job *job, const struct pack_wish *w, struct progress *p,
                   struct pack_done *done, struct err *e)
{
	bool more = true;

	while (more) {
		if (!archive_pack_one(ar, job, w, done, &more, e))
			return false;
		progress_step(p, done->bytes / 1000000);
	}
	return true;
}

static bool pack(struct context *c, struct archive *ar, const struct pack_wish *w, struct pack_done *done,
                 struct err *e)
{
	struct progress p;
	struct pack_job *jobs;
	int64_t bytes = 0;
	size_t n;
	bool ok = true;

	if (!archive_pack_jobs(ar, c->arena, w, &jobs, &n, e))
		return false;
	for (size_t i = 0; i < n; i++)
		bytes += jobs[i].bytes;
	progress_begin(&p, "megabytes packed", bytes / 1000000);
	for (size_t i = 0; ok && i < n; i++)
		ok = do_job(ar, &jobs[i], w, &p, done, e);
	progress_end(&p);
	return ok;
}

static void say_json(const struct pack_done *done)
{
	const struct {
		const char *key;
		int64_t n;
	} fields[] = { { "packs", done->packs },
		       { "pieces", done->pieces },
		       { "bytes", done->bytes },
		       { "packed_bytes", done->packed },
		       { "damaged", done->damaged } };
	struct buf b = BUF_INIT(KIB);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		json_field_int(&j, fields[i].key, fields[i].n);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static void say(struct context *c, const struct pack_done *done)
{
	if (c->json)
		say_json(done);
	else if (done->packs == 0)
		output_printf(c, COLOR_NONE, "nothing to pack%s\n",
		              context_option(c, &cmd_pack, "all") ? ""
		                                                  : " (less than a pack of each source; see --all)");
	else
		output_printf(c, COLOR_NONE, "%.*s made: %.*s of pages and texts are %.*s now\n",
		              STR_ARG(phrase_count(c->arena, done->packs, "pack", "packs")),
		              STR_ARG(phrase_bytes(c->arena, done->bytes)),
		              STR_ARG(phrase_bytes(c->arena, done->packed)));
}

static bool run(struct context *c, struct err *e)
{
	struct pack_done done = { 0 };
	struct pack_wish w;
	struct archive *ar;

	if (!read_wish(c, &w, e) || !context_archive(c, ARCHIVE_WRITE, &ar, e))
		return false;
	bool ok = pack(c, ar, &w, &done, e);
	archive_close(ar);
	if (!ok)
		return false;
	say(c, &done);
	return done.damaged == 0 ||
	       err_set(e, ERR_CORRUPT,
	               "%lld pieces of the archive are damaged and were left as they are; `stet verify` "
	               "names them",
	               (long long)done.damaged);
}

const struct command cmd_pack = {
	.name = "pack",
	.summary = "keep pages and texts in less room",
	.usage = "[OPTION]...",
	.about = "Pages and texts are first kept one by one, each as what differs from an earlier one. This command moves "
	         "them into packs, in which all pages of a source share what they have in common and need about half "
	         "of the room. Nothing is lost: every page is checked by its SHA-256 on its way into a pack and "
	         "whenever it is read. A running watcher packs what is older than pack.after by itself, as soon as it "
	         "fills a pack; use the command after an import, or to pack harder. The file does not shrink, but "
	         "fills the room again before it grows.",
	.examples = "stet pack --all\n"
	            "stet pack --harder --level 19     # slowly, for an archive that grows no more",
	.has_json = true,
	.options = {
		{ "all", 'a', NULL, "also what does not fill a pack of its source yet" },
		{ "level", 'l', "N", "how hard zstd tries, 1 to 22, instead of the setting pack.level" },
		{ "harder", 0, NULL, "also pack again what was packed at a lower level" },
		{ NULL },
	},
	.least = 0,
	.most = 0,
	.run = run,
};
