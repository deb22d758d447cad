/* stet verify: is everything there, and is it what came in? */
#include "archive/verify.h"
#include "base/json.h"
#include "cli/command.h"
#include "cli/phrase.h"
#include "reader/reader.h"
#include "watch/rebuild.h"

#include <string.h>

extern const struct command cmd_verify;

struct work {
	struct context *c;
	struct archive *ar;
	struct archive *other; /* a copy that may have what is damaged here; NULL: none */
	struct progress progress;
	struct verify verify;
	struct damage *damages; /* the first of them */
	size_t n;
};

#define MAX_DAMAGES 10000 /* told and mended in one run */

static void step(void *context, int64_t done, int64_t total)
{
	struct work *w = context;

	progress_on_step_of(&w->progress, done, total);
}

static bool keep_damage(void *context, const struct damage *d, struct err *e)
{
	struct work *w = context;

	(void)e;
	if (w->n == MAX_DAMAGES)
		return true;
	w->damages[w->n] = *d;
	w->damages[w->n++].what = arena_str(w->c->arena, d->what);
	return true;
}

static bool look(struct work *w, struct err *e)
{
	w->n = 0;
	w->verify = (struct verify){ .context = w, .progress = step, .found = keep_damage };
	progress_begin(&w->progress, "pieces looked at", 0);
	bool ok = archive_verify(w->ar, &w->verify, e);
	progress_end(&w->progress);
	return ok;
}

/* ---- telling ------------------------------------------------------------- */

static void say_json(const struct work *w)
{
	struct buf b = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&b);

	json_object(&j);
	json_field_int(&j, "pages", w->verify.pages);
	json_field_int(&j, "texts", w->verify.texts);
	json_key(&j, "damages");
	json_array(&j);
	for (size_t i = 0; i < w->n; i++) {
		const struct damage *d = &w->damages[i];
		json_object(&j);
		json_field_str(&j, "kind", str_from(damage_kind_name(d->kind)));
		if (d->blob)
			json_field_int(&j, "blob", d->blob);
		if (d->article)
			json_field_int(&j, "article", d->article);
		json_field_str(&j, "what", d->what);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	output_json(&b);
	buf_free(&b);
}

static void say(const struct work *w)
{
	if (w->c->json) {
		say_json(w);
		return;
	}
	for (size_t i = 0; i < w->n; i++) {
		output_text(w->c, COLOR_RED, w->damages[i].what);
		output_printf(w->c, COLOR_NONE, "\n");
	}
	output_printf(w->c, COLOR_NONE, "%lld pages and headers and %lld texts looked at, %.*s\n",
	              (long long)w->verify.pages, (long long)w->verify.texts,
	              STR_ARG(phrase_count(w->c->arena, w->verify.damages, "damage", "damages")));
}

/* ---- mending ------------------------------------------------------------- */

/* The bytes are looked for in the copy by their hash. */
static bool mend_page(struct work *w, const struct damage *d, struct err *e)
{
	struct arena *a = arena_new();
	struct sha256 h;
	struct str bytes;
	int64_t blob;

	bool ok = w->other && archive_blob_hash(w->ar, d->blob, &h, e) && archive_blob_find(w->other, &h, &blob, e) &&
	          archive_blob(w->other, a, blob, &bytes, e) && archive_blob_mend(w->ar, d->blob, bytes, e);
	arena_free(a);
	return ok || !w->other || e->kind == ERR_NOT_FOUND || e->kind == ERR_CORRUPT;
}

static bool mend_text(struct work *w, struct reader *r, const struct damage *d, struct err *e)
{
	int64_t versions;

	if (!archive_begin(w->ar, e))
		return false;
	if (rebuild_article(w->ar, r, d->article, 0, &versions, e))
		return archive_commit(w->ar, e);
	archive_rollback(w->ar);
	return e->kind == ERR_CORRUPT || e->kind == ERR_NOT_FOUND; /* its page is damaged, too: told again below */
}

static bool mend_kind(struct work *w, struct reader *r, enum damage_kind kind, struct err *e)
{
	int64_t last = 0;
	bool ok = true;

	for (size_t i = 0; ok && i < w->n; i++) {
		const struct damage *d = &w->damages[i];
		if (d->kind != kind)
			continue;
		if (kind == DAMAGE_PAGE)
			ok = mend_page(w, d, e);
		else if (kind == DAMAGE_TEXT && d->article != last)
			ok = mend_text(w, r, d, e);
		else if (kind == DAMAGE_TALLIES)
			ok = archive_tallies_mend(w->ar, e);
		else if (kind == DAMAGE_SEARCH)
			ok = archive_search_mend(w->ar, e);
		last = d->article;
	}
	return ok;
}

/* Pages first: texts are made from them, and the rest from texts. */
static bool mend(struct work *w, struct err *e)
{
	struct reader *r = NULL;
	bool ok = reader_new(1, &r, e) && reader_load_rules(r, w->c->settings.rules, e);

	ok = ok && mend_kind(w, r, DAMAGE_PAGE, e) && mend_kind(w, r, DAMAGE_TEXT, e) &&
	     mend_kind(w, r, DAMAGE_SEARCH, e) && mend_kind(w, r, DAMAGE_TALLIES, e);
	reader_free(r);
	return ok;
}

static bool work(struct work *w, bool repair, struct err *e)
{
	if (!look(w, e))
		return false;
	if (repair && w->n && (!mend(w, e) || !look(w, e)))
		return false;
	say(w);
	if (w->verify.damages == 0)
		return true;
	if (!repair)
		return err_set(e, ERR_CORRUPT, "the archive is damaged; --repair mends what can be made again");
	return err_set(e, ERR_CORRUPT,
	               w->other ? "not all of it could be mended"
	                        : "not all of it could be mended; --from names a copy of the archive to "
	                          "take pages from");
}

static bool run(struct context *c, struct err *e)
{
	const char *from = context_option(c, &cmd_verify, "from");
	bool repair = context_option(c, &cmd_verify, "repair") || from;
	struct work w = { .c = c, .damages = ARENA_ARRAY(c->arena, struct damage, MAX_DAMAGES) };

	bool ok = context_archive(c, repair ? ARCHIVE_WRITE : ARCHIVE_READ, &w.ar, e) &&
	          (!from || archive_open(from, ARCHIVE_READ, &w.other, e)) && work(&w, repair, e);
	archive_close(w.other);
	archive_close(w.ar);
	return ok;
}

const struct command cmd_verify = {
	.name = "verify",
	.summary = "look through the whole archive for damages, and mend them",
	.usage = "[OPTION]...",
	.about = "Reads every page, header and text that is kept, compares it with its hash, and looks at the database file, "
	         "the totals and the word index. Each damage is one line; without one the exit status is 0. With --repair "
	         "what is derived is made again: texts from their pages, totals, the word index. A page itself can only "
	         "come from a copy of the archive (--from), which is searched for the same bytes.",
	.examples = "stet verify\n"
	            "stet verify --repair --from /mnt/backup/stet-monday.db",
	.has_json = true,
	.options = {
		{ "repair", 0, NULL, "make again what is derived and damaged" },
		{ "from", 0, "FILE", "an archive to take damaged pages from; means --repair" },
		{ NULL },
	},
	.least = 0,
	.most = 0,
	.run = run,
};
