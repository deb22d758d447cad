/*
 * What storing and listing cost: microseconds of CPU and bytes.
 *
 *     ninja -C build bench/bench-store && build/bench/bench-store FOLDER [ARTICLES]
 *
 * The first part stores checks of pages of 93 kB that change a little each
 * time, checks without news, and versions, 100 checks a transaction, which is
 * how the watcher stores them.  The second fills an archive with ARTICLES
 * (100,000) short articles of three versions and times what pages ask for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "archive/archive.h"

#define NOON 1728302400

static size_t page_bytes = 93000;
static struct archive *ar;
static struct arena *scratch;
static struct err e;

static void must(bool ok)
{
	if (ok)
		return;
	fprintf(stderr, "bench-store: %s\n", e.text);
	exit(1);
}

static double cpu_us(void)
{
	struct timespec t;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static uint64_t state = 1;
static unsigned dice(unsigned sides)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)((state >> 33) % sides);
}

/* Words of a made-up language, common ones more often than rare ones. */
static void put_words(struct buf *b, int n, unsigned vocabulary)
{
	static const char *const parts[] = {
		"ka", "lo", "min", "ter", "sa", "ro", "vel", "du", "pi", "an", "or", "est"
	};

	for (int i = 0; i < n; i++) {
		unsigned w = dice(dice(vocabulary) + 1) + 1;
		for (; w; w /= 12)
			buf_puts(b, parts[w % 12]);
		buf_byte(b, i + 1 < n ? ' ' : '.');
	}
}

/* ---- part one: storing --------------------------------------------------- */

enum { PAGES = 100, ROUNDS = 40, BLOCKS = 30 };

struct page {
	struct buf html;
	struct article text;
	struct block blocks[BLOCKS];
	char title[64];
};

static struct page pages[PAGES];
static struct target targets[PAGES];

static void make_page(struct page *p)
{
	p->html = BUF_INIT(2 * page_bytes);
	while (p->html.n < page_bytes) {
		buf_printf(&p->html, "<div class=\"c%u\" data-id=\"%u\"><a href=\"/%u/", dice(50), dice(100000),
		           dice(3000));
		put_words(&p->html, 8, 5000);
		buf_puts(&p->html, "</a></div>\n");
	}
	snprintf(p->title, sizeof p->title, "Title %u of the day", dice(100000));
	p->text = (struct article){ .title = str_from(p->title),
		                    .language = STR("en"),
		                    .blocks = p->blocks,
		                    .nblocks = BLOCKS,
		                    .published = NOON,
		                    .modified = WHEN_NONE };
	for (size_t i = 0; i < BLOCKS; i++) {
		struct buf b = BUF_INIT(4096);
		put_words(&b, 28, 5000);
		p->blocks[i] = (struct block){ .kind = BLOCK_PARAGRAPH, .at = WHEN_NONE, .text = buf_view(&b) };
	}
}

/* A nonce, some numbers and a word here and there, as between two fetches. */
static void change_page(struct page *p, unsigned round)
{
	struct str text = p->blocks[dice(BLOCKS)].text;

	for (int i = 0; i < 12; i++)
		p->html.p[dice((unsigned)p->html.n)] = (char)('a' + dice(26));
	((char *)text.p)[dice((unsigned)text.n - 1)] = (char)('a' + dice(26));
	snprintf(p->title, sizeof p->title, "Title %u of the day", round);
	p->text.title = str_from(p->title);
}

static void add_targets(void)
{
	int64_t source;

	must(archive_source_ensure(ar, STR("harbour.example"), STR("harbour"), NOON, &source, &e));
	for (int i = 0; i < PAGES; i++) {
		struct target *t = &targets[i];
		*t = (struct target){ .kind = TARGET_ARTICLE,
			              .source = source,
			              .url = arena_printf(scratch, "https://harbour.example/news/2024/%d", i),
			              .origin = STR("https://harbour.example:443"),
			              .added = NOON,
			              .due = NOON,
			              .period = 1800,
			              .last_check = WHEN_NONE,
			              .last_change = WHEN_NONE };
		must(archive_article_add(ar, source, t->url, NOON, &t->article, &e));
		must(archive_target_add(ar, t, &t->id, &e));
		make_page(&pages[i]);
	}
}

static void store_check(int i, when at, bool news)
{
	struct target *t = &targets[i];
	char headers[512];
	struct check c = { .target = t->id,
		           .at = at,
		           .wall_ms = 120,
		           .status = news ? 200 : 304,
		           .read_as = STR("web"),
		           .outcome = news ? STR("unchanged") : STR("not modified"),
		           .origin = STR("live"),
		           .content_type = STR("text/html; charset=utf-8"),
		           .bytes = 20000,
		           .body = news ? 0 : t->last_blob };
	int n = snprintf(headers, sizeof headers,
	                 "HTTP/1.1 200 OK\r\nServer: quay/1.2\r\nContent-Type: text/html; charset=utf-8\r\n"
	                 "Cache-Control: max-age=60\r\nETag: \"%08x\"\r\nDate: %lld\r\nAge: %u\r\n\r\n",
	                 dice(1u << 30), (long long)at, dice(100));

	must(archive_check_add(ar, &c, news ? buf_view(&pages[i].html) : STR_NONE,
	                       news ? str_of(headers, (size_t)n) : STR_NONE, t->last_blob, &e));
	t->last_blob = c.body;
	t->last_check = at;
	t->due = at + 1800;
	t->last_outcome = c.outcome;
	must(archive_target_update(ar, t, &e));
	if (!news)
		must(archive_sighting(ar, t->article, 0, at, &e));
}

static void store_version(int i, int64_t number, when at)
{
	const struct article *text = &pages[i].text;
	struct version v = { .article = targets[i].article,
		             .number = number,
		             .first_seen = at,
		             .later = -1,
		             .before = number ? at - 1800 : WHEN_NONE,
		             .identity = article_identity(text),
		             .title = text->title,
		             .published = NOON,
		             .modified = WHEN_NONE,
		             .words = 800 };
	struct change_summary s = { .article = v.article, .number = number, .words_added = 1, .words_removed = 1 };

	must(archive_version_add(ar, &v, text, &e));
	must(number == 0 || archive_change_add(ar, &s, &e));
	must(archive_sighting(ar, v.article, number, at, &e));
}

/* CPU of storing one round in one transaction. */
static double one_round(void (*store)(int page, unsigned round), unsigned round)
{
	for (int i = 0; i < PAGES; i++)
		change_page(&pages[i], round);
	double t = cpu_us();
	must(archive_begin(ar, &e));
	for (int i = 0; i < PAGES; i++)
		store(i, round);
	must(archive_commit(ar, &e));
	return cpu_us() - t;
}

static void store_news(int page, unsigned round)
{
	store_check(page, NOON + round * 1800, true);
}

static void store_no_news(int page, unsigned round)
{
	store_check(page, NOON + 100000 + round * 1800, false);
}

static void store_text(int page, unsigned round)
{
	store_version(page, round, NOON + round * 1800);
}

static void measure(const char *what, void (*store)(int page, unsigned round))
{
	struct archive_status before, after;
	double t = 0;

	must(archive_status(ar, scratch, NOON, &before, &e));
	for (unsigned round = 0; round < ROUNDS; round++)
		t += one_round(store, round);
	must(archive_status(ar, scratch, NOON, &after, &e));
	printf("%-36s %7.1f us, %.0f packed bytes of %.0f\n", what, t / PAGES / ROUNDS,
	       (double)(after.packed_bytes - before.packed_bytes) / PAGES / ROUNDS,
	       (double)(after.blob_bytes - before.blob_bytes) / PAGES / ROUNDS);
}

static void bench_storing(void)
{
	struct str out;

	add_targets();
	measure("check with a new body of 93 kB", store_news);
	measure("check that found nothing new", store_no_news);
	measure("version of 5 kB, change and search", store_text);
	double t = cpu_us();
	for (int i = 0; i < PAGES; i++) {
		arena_reset(scratch);
		must(archive_blob(ar, scratch, targets[i].last_blob, &out, &e));
	}
	printf("%-36s %7.1f us\n", "body read from its chain", (cpu_us() - t) / PAGES);
}

/* ---- part two: reading a long history ------------------------------------ */

enum { HISTORY = 600, HISTORY_BYTES = 150000 };
static int64_t bodies[HISTORY];

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static void read_body(int i)
{
	struct str out;
	must(archive_blob(ar, scratch, bodies[i], &out, &e));
}

static void read_text(int i)
{
	struct article out;
	must(archive_version_text(ar, scratch, targets[0].article, i, &out, &e));
}

static void measure_reading(const char *what, void (*read)(int i))
{
	static double us[HISTORY];

	for (int i = 0; i < HISTORY; i++) {
		int any = (int)dice(HISTORY);
		arena_reset(scratch);
		double t = cpu_us();
		read(any);
		us[i] = cpu_us() - t;
	}
	qsort(us, HISTORY, sizeof *us, by_size);
	printf("%-36s %7.0f us in the middle, %.0f at most\n", what, us[HISTORY / 2], us[HISTORY - 1]);
}

static void pack(void)
{
	struct pack_wish w = { .level = 12, .before = WHEN_NONE, .all = true };
	struct pack_done done = { 0 };
	struct pack_job *jobs;
	bool more = true;
	size_t n;

	must(archive_pack_jobs(ar, scratch, &w, &jobs, &n, &e));
	double t = cpu_us();
	for (size_t i = 0; i < n; i++, more = true)
		while (more)
			must(archive_pack_one(ar, &jobs[i], &w, &done, &more, &e));
	printf("packing: %.1f ms a megabyte, %.0f bytes a version\n", (cpu_us() - t) / 1e3 / ((double)done.bytes / 1e6),
	       (double)done.packed / HISTORY);
}

static void bench_history(void)
{
	page_bytes = HISTORY_BYTES;
	add_targets();
	must(archive_begin(ar, &e));
	for (int i = 0; i < HISTORY; i++) {
		change_page(&pages[0], (unsigned)i);
		store_check(0, NOON + i * 1800, true);
		store_version(0, i, NOON + i * 1800);
		bodies[i] = targets[0].last_blob;
	}
	must(archive_commit(ar, &e));
	measure_reading("any of 600 texts, as they came", read_text);
	measure_reading("any of 600 pages of 150 kB", read_body);
	pack();
	measure_reading("any of 600 texts, in packs", read_text);
	measure_reading("any of 600 pages of 150 kB, in packs", read_body);
}

/* ---- part three: listing --------------------------------------------------- */

static int64_t sources[40];

static void add_sources(void)
{
	for (int i = 0; i < 40; i++) {
		struct str site = arena_printf(scratch, "outlet%d.example", i);
		must(archive_source_ensure(ar, site, site, NOON, &sources[i], &e));
	}
}

static void add_versions(int i, int64_t id, struct buf *words)
{
	struct block block = { .kind = BLOCK_PARAGRAPH, .at = WHEN_NONE };
	char title[64];

	for (int n = 0; n < 3; n++) {
		words->p[dice((unsigned)words->n - 1)] = 'q';
		block.text = buf_view(words);
		snprintf(title, sizeof title, "Article %d as of %d", i, n);
		struct article text = { .title = str_from(title),
			                .language = STR("en"),
			                .blocks = &block,
			                .nblocks = 1,
			                .published = NOON,
			                .modified = WHEN_NONE };
		struct version v = { .article = id,
			             .number = n,
			             .first_seen = NOON + i * 3 + n * 1800,
			             .later = -1,
			             .before = NOON,
			             .identity = article_identity(&text),
			             .title = text.title,
			             .published = NOON,
			             .modified = WHEN_NONE,
			             .words = 60 };
		struct change_summary s = { .article = id, .number = n, .words_added = 1 };
		must(archive_version_add(ar, &v, &text, &e));
		must(n == 0 || archive_change_add(ar, &s, &e));
		must(archive_sighting(ar, id, n, v.first_seen, &e));
	}
}

static void add_article(int i)
{
	struct buf words = BUF_INIT(4096);

	arena_reset(scratch);
	struct target t = { .kind = TARGET_ARTICLE,
		            .source = sources[i % 40],
		            .url = arena_printf(scratch, "https://outlet%d.example/news/%d", i % 40, i),
		            .origin = arena_printf(scratch, "https://outlet%d.example:443", i % 40),
		            .due = NOON + i,
		            .period = 1800,
		            .last_check = NOON,
		            .last_change = NOON,
		            .added = NOON };
	must(archive_article_add(ar, t.source, t.url, NOON, &t.article, &e));
	must(archive_target_add(ar, &t, &t.id, &e));
	for (int k = 0; k < 4; k++) { /* sentences; an edit touches one of them */
		size_t first = words.n;
		put_words(&words, 15, 20000);
		words.p[first] = (char)(words.p[first] - 'a' + 'A');
		buf_byte(&words, ' ');
	}
	add_versions(i, t.article, &words);
	buf_free(&words);
}

static void changes(when until, int64_t source, struct str search)
{
	struct change_filter f = { .until = until, .source = source, .search = search, .limit = 50 };
	struct change_item *items;
	size_t n;
	must(archive_changes(ar, scratch, f, &items, &n, &e));
}

static void search(struct str query)
{
	struct search s = { .query = query, .limit = 20 };
	struct search_found found;
	must(archive_search(ar, scratch, &s, &found, &e));
}

static void ask_changes(void)
{
	changes(WHEN_NONE, 0, STR_NONE);
}

static void ask_middle(void)
{
	changes(NOON + 100000, 0, STR_NONE);
}

static void ask_of_source(void)
{
	changes(WHEN_NONE, 7, STR_NONE);
}

static void ask_found_few(void)
{
	changes(WHEN_NONE, 0, STR("terlomin*"));
}

static void ask_found_many(void)
{
	changes(WHEN_NONE, 0, STR("lo"));
}

static void ask_articles(void)
{
	struct article_row *rows;
	size_t n;
	must(archive_articles(ar, scratch, (struct article_filter){ .limit = 50 }, &rows, &n, &e));
}

static void ask_sources(void)
{
	struct source_row *rows;
	size_t n;
	must(archive_sources(ar, scratch, &rows, &n, &e));
}

static void ask_status(void)
{
	struct archive_status s;
	must(archive_status(ar, scratch, NOON, &s, &e));
}

static void ask_rare(void)
{
	search(STR("terlomin*"));
}

static void ask_common(void)
{
	search(STR("lo"));
}

static void ask_two(void)
{
	search(STR("minka roka"));
}

static void ask_phrase(void)
{
	search(STR("\"lo ka\""));
}

static void ask_common_of_source(void)
{
	search(STR("lo source:outlet7.example"));
}

static void ask_common_without(void)
{
	search(STR("lo -ka title:day"));
}

static void ask_common_of_time(void)
{
	search(STR("lo before:2024-10-08"));
}

static void ask_two_common(void)
{
	search(STR("lo ka ro"));
}

static void ask_removed(void)
{
	search(STR("removed:lominka"));
}

static void ask_removed_common(void)
{
	search(STR("removed:lo"));
}

static void ask_added_beside(void)
{
	search(STR("added:ka lominka"));
}

static void ask_ever(void)
{
	search(STR("version:all minka lo"));
}

static void ask_ever_common(void)
{
	search(STR("version:all lo ka"));
}

static void ask_changes_removed(void)
{
	changes(WHEN_NONE, 0, STR("removed:lo"));
}

static void ask_changes_found_some(void)
{
	changes(WHEN_NONE, 0, STR("minka"));
}

static void ask_lease(void)
{
	struct target *due;
	size_t n;
	struct lease_wish w = {
		.worker = "bench", .lease_ms = 60000, .now = NOON + 1000000, .hosts = 250, .limit = 100
	};
	struct host_lease *hosts;
	size_t nhosts;
	must(archive_lease_due(ar, scratch, &w, &hosts, &nhosts, &due, &n, &e));
}

static void bench_listing(int articles)
{
	static const struct {
		const char *what;
		void (*ask)(void);
	} questions[] = {
		{ "newest 50 changes", ask_changes },
		{ "50 changes in the middle", ask_middle },
		{ "newest 50 changes of a source", ask_of_source },
		{ "changes of a search, few articles", ask_found_few },
		{ "changes of a search, many articles", ask_found_many },
		{ "newest 50 articles", ask_articles },
		{ "40 sources with their counts", ask_sources },
		{ "status", ask_status },
		{ "search, rare beginning of a word", ask_rare },
		{ "search, common word", ask_common },
		{ "search, two words", ask_two },
		{ "search, three common words", ask_two_common },
		{ "search, phrase of common words", ask_phrase },
		{ "search, common word of a source", ask_common_of_source },
		{ "search, common word without another", ask_common_without },
		{ "search, common word of some days", ask_common_of_time },
		{ "search, removed: a word", ask_removed },
		{ "search, removed: a common word", ask_removed_common },
		{ "search, added: beside another word", ask_added_beside },
		{ "search, in all versions", ask_ever },
		{ "search, in all versions, common words", ask_ever_common },
		{ "changes that removed a common word", ask_changes_removed },
		{ "changes of a search, some articles", ask_changes_found_some },
		{ "lease of 100 out of a backlog", ask_lease },
	};
	enum { TIMES = 20 };

	add_sources();
	double t = cpu_us();
	for (int i = 0; i < articles; i++) {
		if (i % 1000 == 0)
			must(archive_begin(ar, &e));
		add_article(i);
		if (i % 1000 == 999 || i == articles - 1)
			must(archive_commit(ar, &e));
	}
	printf("%d articles, %d versions: %.1f us a version\n", articles, articles * 3, (cpu_us() - t) / articles / 3);
	struct archive_status status;
	must(archive_status(ar, scratch, NOON, &status, &e));
	printf("the file: %.0f bytes a version\n", (double)status.file_bytes / articles / 3);
	for (size_t q = 0; q < sizeof questions / sizeof *questions; q++) {
		questions[q].ask();
		t = cpu_us();
		for (int i = 0; i < TIMES; i++) {
			arena_reset(scratch);
			questions[q].ask();
		}
		printf("%-36s %9.0f us\n", questions[q].what, (cpu_us() - t) / TIMES);
	}
}

static void fresh(const char *folder, const char *name)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", folder, name);
	remove(path);
	archive_close(ar);
	must(archive_open(path, ARCHIVE_CREATE, &ar, &e));
}

int main(int argc, char **argv)
{
	if (argc < 2) {
		fprintf(stderr, "usage: bench-store FOLDER [ARTICLES]\n");
		return 2;
	}
	scratch = arena_new();
	fresh(argv[1], "storing.db");
	bench_storing();
	fresh(argv[1], "history.db");
	bench_history();
	fresh(argv[1], "listing.db");
	bench_listing(argc > 2 ? (int)strtol(argv[2], NULL, 10) : 100000);
	archive_close(ar);
	arena_free(scratch);
	return 0;
}
