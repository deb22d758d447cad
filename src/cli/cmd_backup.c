/* stet backup: a copy of the archive while others write to it. */
#include "archive/verify.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/phrase.h"

#include <sys/stat.h>

extern const struct command cmd_backup;

static void say(struct context *c, const char *to)
{
	struct stat st;
	int64_t bytes = stat(to, &st) == 0 ? (int64_t)st.st_size : 0;
	struct buf b = BUF_INIT(KIB * 8);
	struct json j = JSON_INIT(&b);

	if (!c->json) {
		output_printf(c, COLOR_NONE, "%s is a copy of the archive, %.*s\n", to,
		              STR_ARG(phrase_bytes(c->arena, bytes)));
		return;
	}
	json_object(&j);
	json_field_str(&j, "file", str_from(to));
	json_field_int(&j, "bytes", bytes);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static bool run(struct context *c, struct err *e)
{
	struct progress p;
	struct archive *ar;

	if (!context_archive(c, ARCHIVE_READ, &ar, e))
		return false;
	progress_begin(&p, "pages copied", 0);
	bool ok = archive_backup(ar, c->argv[0], progress_on_step_of, &p, e);
	progress_end(&p);
	archive_close(ar);
	if (ok)
		say(c, c->argv[0]);
	return ok;
}

const struct command cmd_backup = {
	.name = "backup",
	.summary = "copy the archive to another file, at any time",
	.usage = "[OPTION]... FILE",
	.about = "Copies the archive as it is at this moment, while `stet run` goes on writing to it. The copy takes "
	         "its name FILE when it is complete and on the disk; an archive that has the name is replaced then, "
	         "and any other file is left alone. The copy is an archive like the first: `stet --archive FILE` "
	         "works with it, and putting it back is renaming it while nothing runs.",
	.examples = "stet backup /mnt/backup/stet-monday.db\n"
	            "stet verify --archive /mnt/backup/stet-monday.db",
	.has_json = true,
	.options = { { NULL } },
	.least = 1,
	.most = 1,
	.run = run,
};
