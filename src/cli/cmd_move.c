/* stet move: an archive from a file to a server, or back. */
#include "archive/move.h"
#include "base/json.h"
#include "cli/command.h"

extern const struct command cmd_move;

static void say(struct context *c, const struct move *m)
{
	struct buf b = BUF_INIT(KIB * 8);
	struct json j = JSON_INIT(&b);

	if (!c->json) {
		output_printf(c, COLOR_NONE,
		              "%lld rows of %lld tables were moved, read again and found as they were; the first "
		              "archive is as it was\n",
		              (long long)m->rows, (long long)m->tables);
		return;
	}
	json_object(&j);
	json_field_int(&j, "rows", m->rows);
	json_field_int(&j, "tables", m->tables);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static bool run(struct context *c, struct err *e)
{
	struct progress p;
	struct archive *from;

	if (!archive_open(c->argv[0], ARCHIVE_READ, &from, e))
		return false;
	progress_begin(&p, "rows of a table moved", 0);
	struct move m = { .context = &p, .progress = progress_on_step };
	bool ok = archive_move(from, c->argv[1], &m, e);
	progress_end(&p);
	archive_close(from);
	if (ok)
		say(c, &m);
	return ok;
}

const struct command cmd_move = {
	.name = "move",
	.summary = "carry an archive from a file to a PostgreSQL server, or back",
	.usage = "[OPTION]... FROM TO",
	.about = "FROM and TO are files or addresses of servers (postgres://USER@HOST/DATABASE). Every row is carried "
	         "with its numbers, so that addresses of pages stay as they are, and everything is read again and "
	         "compared at the end. FROM is only read, and stays; TO must not be an archive yet. Nothing should "
	         "write to FROM meanwhile: what comes later is not carried.",
	.examples = "stet move ~/.local/share/stet/stet.db postgres://stet@db.example.org/stet\n"
	            "stet move postgres://stet@db.example.org/stet /mnt/backup/stet.db",
	.has_json = true,
	.options = { { NULL } },
	.least = 2,
	.most = 2,
	.run = run,
};
