/*
 * stet-storing: stores versions for ever, or looks whether they are all there.
 *
 *     stet-storing work FOLDER [TRANSACTIONS]
 *     stet-storing check FOLDER ACKS
 *
 * "work" prints READY, then "ACK ARTICLE/VERSION" for each version whose
 * transaction was committed; it goes on with what it finds.  Every twentieth
 * transaction packs all that is there, every fiftieth hides or shows an article.
 * "check" opens the archive as whatever came before has left it, looks through
 * all of it, and asks for every version named in ACKS, one a line.  What cuts
 * the power, kills, or makes calls fail in between is not here.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "archive/takedown.h"
#include "archive/verify.h"
#include "base/alloc.h"

enum { ARTICLES = 6, FIRST = 1754000000 };

static struct archive *ar;
static struct arena *a;
static struct err e;

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "stet-storing: %s\n", e.text);
	exit(1);
}

/* The same for the same version, in whatever life it is made. */
static struct str page_of(int64_t article, int64_t number)
{
	struct buf b = BUF_INIT(MIB);
	uint64_t state = (uint64_t)article * 77 + 1;

	for (int i = 0; i < 400; i++) {
		state = state * 6364136223846793005u + 1442695040888963407u;
		buf_printf(&b, "<p id=\"%u\">%s %u of article %lld</p>\n", (unsigned)(state >> 40),
		           i % 7 ? "Line" : "Day", (unsigned)(i == number % 400 ? number : i), (long long)article);
	}
	struct str s = arena_str(a, buf_view(&b));
	buf_free(&b);
	return s;
}

static void text_of(int64_t article, int64_t number, struct article *out)
{
	*out = (struct article){ .title = arena_printf(a, "Article %lld as of %lld", (long long)article,
		                                       (long long)number),
		                 .language = STR("en"),
		                 .published = FIRST,
		                 .modified = WHEN_NONE };
	out->blocks = ARENA_ARRAY(a, struct block, 12);
	for (out->nblocks = 0; out->nblocks < 12; out->nblocks++)
		out->blocks[out->nblocks] = (struct block){
			.at = WHEN_NONE,
			.text = arena_printf(a, "Paragraph %d of article %lld was written by hand in the %lldth hour.",
			                     (int)out->nblocks, (long long)article,
			                     (long long)(out->nblocks == (size_t)number % 12 ? number : 0)),
		};
}

/* ---- work ---------------------------------------------------------------- */

static int64_t articles[ARTICLES];
static struct target targets[ARTICLES];

static void set_up(void)
{
	for (int i = 0; i < ARTICLES; i++) {
		struct str site = arena_printf(a, "outlet%d.example", i % 2);
		struct target *t = &targets[i];
		struct str url = arena_printf(a, "https://outlet%d.example/news/%d", i % 2, i);
		int64_t source;
		must(archive_begin(ar, &e));
		must(archive_source_ensure(ar, site, site, FIRST, &source, &e));
		must(archive_article_add(ar, source, url, FIRST, &articles[i], &e));
		if (!archive_target_by_url(ar, a, url, t, &e)) {
			*t = (struct target){ .kind = TARGET_ARTICLE,
				              .source = source,
				              .article = articles[i],
				              .url = url,
				              .origin = STR("https://outlet.example:443"),
				              .added = FIRST,
				              .due = FIRST,
				              .period = 1800,
				              .last_check = WHEN_NONE,
				              .last_change = WHEN_NONE,
				              .published = WHEN_NONE };
			must(archive_target_add(ar, t, &t->id, &e));
		}
		must(archive_commit(ar, &e));
	}
}

static int64_t store(int i)
{
	struct target *t = &targets[i];
	int64_t newest, last;
	struct article text;
	when at;

	must(archive_last_seen(ar, articles[i], &newest, &last, &at, &e));
	int64_t number = newest + 1;
	struct check c = { .target = t->id,
		           .at = FIRST + number * 1800,
		           .outcome = STR("new version"),
		           .status = 200,
		           .read_as = STR("web"),
		           .content_type = STR("text/html"),
		           .origin = STR("live") };
	must(archive_check_add(ar, &c, page_of(articles[i], number), STR("HTTP/1.1 200 OK\r\n"), t->last_blob, &e));
	text_of(articles[i], number, &text);
	struct version v = { .article = articles[i],
		             .number = number,
		             .check = c.id,
		             .first_seen = c.at,
		             .before = number ? c.at - 900 : WHEN_NONE,
		             .later = -1,
		             .identity = article_identity(&text),
		             .title = text.title,
		             .published = FIRST,
		             .modified = WHEN_NONE,
		             .words = 100 };
	must(archive_version_add(ar, &v, &text, &e));
	must(archive_sighting(ar, articles[i], number, c.at, &e));
	if (number) {
		struct change_summary s = { .article = articles[i], .number = number, .edited = 1, .weight = 300 };
		must(archive_change_add(ar, &s, &e));
	}
	t->last_blob = c.body;
	t->last_check = t->last_change = c.at;
	must(archive_target_update(ar, t, &e));
	return number;
}

static void pack(void)
{
	struct pack_wish w = { .level = 1, .before = WHEN_NONE, .all = true };
	struct pack_done done = { 0 };
	struct pack_job *jobs;
	bool more = true;
	size_t n;

	must(archive_pack_jobs(ar, a, &w, &jobs, &n, &e));
	for (size_t i = 0; i < n; i++, more = true)
		while (more)
			must(archive_pack_one(ar, &jobs[i], &w, &done, &more, &e));
}

/* By turns; what an earlier life left undone is no mistake. */
static void hide_or_show(long turn)
{
	bool done = turn / 50 % 2
	                    ? archive_takedown_put(ar, articles[1], TAKEDOWN_HIDDEN, STR("a turn"), FIRST + turn, &e)
	                    : archive_takedown_lift(ar, articles[1], TAKEDOWN_HIDDEN, FIRST + turn, &e);

	must(done || e.kind == ERR_USAGE);
}

static int work(long transactions)
{
	int64_t numbers[ARTICLES];

	set_up();
	printf("READY\n");
	fflush(stdout);
	for (long i = 1; transactions == 0 || i <= transactions; i++) {
		int n = (int)(i % ARTICLES) + 1;
		must(archive_begin(ar, &e));
		for (int k = 0; k < n; k++)
			numbers[k] = store(k);
		must(archive_commit(ar, &e));
		for (int k = 0; k < n; k++)
			printf("ACK %lld/%lld\n", (long long)articles[k], (long long)numbers[k]);
		fflush(stdout);
		if (i % 20 == 0)
			pack();
		if (i % 50 == 0)
			hide_or_show(i);
		arena_reset(a);
		for (int k = 0; k < ARTICLES; k++) /* their strings went with the arena */
			must(archive_target_by_id(ar, a, targets[k].id, &targets[k], &e));
	}
	return 0;
}

/* ---- check --------------------------------------------------------------- */

static void ignore_progress(void *context, int64_t done, int64_t total)
{
	(void)context;
	(void)done;
	(void)total;
}

static bool say_damage(void *context, const struct damage *d, struct err *err)
{
	(void)context;
	(void)err;
	printf("%s: %.*s\n", damage_kind_name(d->kind), STR_ARG(d->what));
	return true;
}

/* The checks of each article, read once: their list is as long as its history. */
static struct history {
	int64_t article;
	struct check *checks;
	size_t n;
} histories[ARTICLES];

static const struct history *history_of(struct arena *kept, int64_t article)
{
	struct history *h = histories;

	while (h->article && h->article != article)
		must(++h < histories + ARTICLES || err_set(&e, ERR_FORMAT, "more articles than are written"));
	if (!h->article)
		must(archive_checks_to_rebuild(ar, kept, article, &h->checks, &h->n, &e));
	h->article = article;
	return h;
}

static int64_t body_of(const struct history *h, int64_t check)
{
	for (size_t i = 0; i < h->n; i++)
		if (h->checks[i].id == check)
			return h->checks[i].body;
	return 0;
}

static void check_one(struct arena *kept, int64_t article, int64_t number)
{
	struct article text, want;
	struct version v;
	struct str bytes;

	must(archive_version(ar, a, article, number, &v, &e));
	must(archive_version_text(ar, a, article, number, &text, &e));
	text_of(article, number, &want);
	must(archive_blob(ar, a, body_of(history_of(kept, article), v.check), &bytes, &e));
	if (!str_eq(text.title, want.title) || !str_eq(bytes, page_of(article, number))) {
		printf("version %lld/%lld is another one\n", (long long)article, (long long)number);
		exit(1);
	}
}

static int check(const char *acks)
{
	struct verify v = { .progress = ignore_progress, .found = say_damage };
	FILE *f = fopen(acks, "r");
	long long article, number;

	must(f || err_set(&e, ERR_IO, "cannot open %s", acks));
	must(archive_verify(ar, &v, &e));
	struct arena *kept = arena_new();
	while (fscanf(f, "%lld/%lld", &article, &number) == 2) {
		arena_reset(a);
		check_one(kept, article, number);
	}
	arena_free(kept);
	fclose(f);
	return v.damages ? 1 : 0;
}

int main(int argc, char **argv)
{
	bool works = argc > 2 && strcmp(argv[1], "work") == 0;

	if (!works && !(argc == 4 && strcmp(argv[1], "check") == 0)) {
		fprintf(stderr, "usage: stet-storing work FOLDER [TRANSACTIONS] | check FOLDER ACKS\n");
		return 2;
	}
	a = arena_new();
	const char *path = arena_cstr(a, arena_printf(a, "%s/stet.db", argv[2]));
	struct arena *own = a;
	a = arena_new();
	/* A life that ended before the first acknowledgement may have left nothing, or an empty file. */
	must(archive_open(path, ARCHIVE_CREATE, &ar, &e));
	int status = works ? work(argc > 3 ? strtol(argv[3], NULL, 10) : 0) : check(argv[3]);
	archive_close(ar);
	arena_free(a);
	arena_free(own);
	return status;
}
