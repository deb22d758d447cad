/* Tests of src/import: HTTP messages in records, WARC files, and importing twice. */
#include <stdio.h>
#include <string.h>
#include <zdict.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buf.h"
#include "check.h"
#include "import/import.h"
#include "import/message.h"
#include "import/warc.h"

/* ---- messages -------------------------------------------------------------- */

static struct message parse(struct arena *a, struct str block)
{
	struct message m;
	struct err e;
	CHECK_OK(message_parse(a, block, &m, &e), e);
	return m;
}

TEST(a_message_is_taken_apart)
{
	struct arena *a = arena_new();
	struct message m =
	        parse(a, STR("HTTP/1.1 404 Not Found\r\nContent-Type:  text/html \r\nETag: \"x\"\r\n\r\nbody"));

	CHECK_INT(m.status, 404);
	CHECK_STR(m.content_type, "text/html");
	CHECK_STR(m.etag, "\"x\"");
	CHECK_STR(m.body, "body");
	m = parse(a, STR("HTTP/1.0 200\nA: b\n\n\nbody"));
	CHECK_STR(m.body, "\nbody");
	arena_free(a);
}

TEST(chunks_are_undone_where_there_are_some)
{
	struct arena *a = arena_new();
	static const char head[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

	CHECK_STR(parse(a, arena_printf(a, "%s4\r\nWiki\r\n5;x=y\r\npedia\r\n0\r\n\r\n", head)).body, "Wikipedia");
	CHECK_STR(parse(a, arena_printf(a, "%s<html>no chunks</html>", head)).body, "<html>no chunks</html>");
	CHECK_STR(parse(a, arena_printf(a, "%sffffffff\r\ncut", head)).body, "cut");
	arena_free(a);
}

static struct str zipped(struct arena *a, struct str s)
{
	z_stream z = { 0 };
	char *out = arena_alloc(a, s.n + 1000);

	deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY);
	z.next_in = (unsigned char *)s.p;
	z.avail_in = (unsigned)s.n;
	z.next_out = (unsigned char *)out;
	z.avail_out = (unsigned)s.n + 1000;
	deflate(&z, Z_FINISH);
	size_t n = z.total_out;
	deflateEnd(&z);
	return str_of(out, n);
}

static struct str zstd_packed(struct arena *a, struct str s, struct str dictionary)
{
	size_t room = ZSTD_compressBound(s.n);
	char *out = arena_alloc(a, room);
	ZSTD_CCtx *z = ZSTD_createCCtx();

	ZSTD_CCtx_setParameter(z, ZSTD_c_checksumFlag, 1);
	if (dictionary.n)
		ZSTD_CCtx_loadDictionary(z, dictionary.p, dictionary.n);
	size_t n = ZSTD_compress2(z, out, room, s.p, s.n);
	CHECK(!ZSTD_isError(n));
	ZSTD_freeCCtx(z);
	return str_of(out, n);
}

TEST(encodings_are_undone_and_bombs_refused)
{
	struct arena *a = arena_new();
	struct buf b = BUF_INIT(1 * MIB);
	struct message m;
	struct err e;

	buf_puts(&b, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n");
	size_t head = b.n;
	buf_str(&b, zipped(a, STR("hello hello hello")));
	CHECK_STR(parse(a, buf_view(&b)).body, "hello hello hello");
	b.n = head;
	buf_puts(&b, "already plain");
	CHECK_STR(parse(a, buf_view(&b)).body, "already plain");
	b.n = head;
	buf_str(&b, zipped(a, str_of(arena_zalloc(a, 1, MAX_BODY_BYTES + 1), MAX_BODY_BYTES + 1)));
	CHECK(!message_parse(a, buf_view(&b), &m, &e));
	CHECK_INT(e.kind, ERR_LIMIT);
	static const char br[] = "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\n";
	b.n = 0;
	buf_puts(&b, br);
	buf_put(&b, "\x1b\x10\x00\xf8\x8d\x94\x6e\xde\x44\x55\x86\x96\x6c\x20\x6f\x01\x4f\x1c\x60\x1c", 20);
	CHECK_STR(parse(a, buf_view(&b)).body, "hello hello hello");
	b.n = sizeof br - 1;
	buf_puts(&b, "<p>already plain</p>");
	CHECK_STR(parse(a, buf_view(&b)).body, "<p>already plain</p>");
	b.n = 0;
	buf_puts(&b, "HTTP/1.1 200 OK\r\nContent-Encoding: zstd, gzip\r\n\r\n");
	buf_str(&b, zipped(a, zstd_packed(a, STR("hello hello hello"), STR_NONE)));
	CHECK_STR(parse(a, buf_view(&b)).body, "hello hello hello");
	CHECK(!message_parse(a, STR("no message at all"), &m, &e));
	CHECK(!message_parse(a, STR("HTTP/1.1 abc\r\n\r\n"), &m, &e));
	buf_free(&b);
	arena_free(a);
}

/* ---- WARC ------------------------------------------------------------------ */

static const char *story(struct arena *a, const char *figure)
{
	return arena_printf(a,
	                    "<html><head><title>Reservoir falls</title></head><body><article><h1>Reservoir falls</h1>"
	                    "<p>The Tarn reservoir held %s per cent of its water on Monday, the lowest figure since "
	                    "the dam was closed, the water company said in a statement.</p><p>Farmers below the dam "
	                    "have been told to expect an order before the end of the week, and some have begun to "
	                    "sell their cattle.</p></article></body></html>",
	                    figure)
	        .p;
}

static void put_record(struct buf *b, struct arena *a, const char *type, const char *date, const char *uri,
                       const char *body)
{
	struct str block = arena_printf(a, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n%s", body);

	buf_printf(b,
	           "WARC/1.1\r\nWARC-Type: %s\r\nWARC-Date: %s\r\nWARC-Target-URI: %s\r\nContent-Length: %zu\r\n\r\n",
	           type, date, uri, block.n);
	buf_str(b, block);
	buf_puts(b, "\r\n\r\n");
}

enum packing { PLAIN, MEMBER_EACH, ONE_MEMBER, ZSTD_EACH, ZSTD_DICTIONARY, PACKINGS };

/* A dictionary as the format wants it: trained, with its own head. */
static struct str make_dictionary(struct arena *a)
{
	size_t sizes[64], n = 0, room = 8 * KIB;
	struct buf all = BUF_INIT(MIB);
	char *out = arena_alloc(a, room);

	for (; n < 64; n++) {
		size_t before = all.n;
		buf_printf(&all, "%zu WARC-Type: response <p>sample number %zu of %zu</p>%s", n * n, n, n * 7919,
		           story(a, "31"));
		sizes[n] = all.n - before;
	}
	size_t got = ZDICT_trainFromBuffer(out, room, all.p, sizes, (unsigned)n);
	CHECK(!ZDICT_isError(got));
	buf_free(&all);
	return str_of(out, got);
}

static void put_dictionary(struct buf *b, struct str dictionary)
{
	buf_put(b, "\x5d\x2a\x4d\x18", 4);
	for (int i = 0; i < 4; i++)
		buf_byte(b, (char)(dictionary.n >> 8 * i & 255));
	buf_str(b, dictionary);
}

static struct str packed(struct arena *a, enum packing p, struct str s, struct str dictionary)
{
	return p == PLAIN ? s : p <= ONE_MEMBER ? zipped(a, s) : zstd_packed(a, s, dictionary);
}

static void write_file(const char *path, struct str bytes)
{
	FILE *f = fopen(path, "wb");

	CHECK(f != NULL);
	CHECK_INT(fwrite(bytes.p, 1, bytes.n, f), bytes.n);
	fclose(f);
}

/* Four captures, not in the order of time, and a record of another type. */
static const char *write_warc(struct arena *a, enum packing packing)
{
	static const struct {
		const char *type, *date, *uri, *figure;
	} records[] = {
		{ "warcinfo", "2024-01-01T00:00:00Z", "x:info", "0" },
		{ "response", "2024-01-03T00:00:00Z", "https://courier.example/tarn", "19" },
		{ "response", "2024-01-01T00:00:00Z", "https://courier.example/tarn", "23" },
		{ "response", "2024-01-02T00:00:00Z", "https://courier.example/tarn?utm_source=x", "23" },
		{ "response", "2024-01-02T12:00:00Z", "not an address at all", "5" },
	};
	const char *path = arena_printf(a, "%s/t%d.warc", test_folder(), packing).p;
	struct buf all = BUF_INIT(MIB), one = BUF_INIT(MIB);
	struct str dictionary = packing == ZSTD_DICTIONARY ? make_dictionary(a) : STR_NONE;

	if (dictionary.n)
		put_dictionary(&all, dictionary);

	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		buf_reset(&one);
		put_record(&one, a, records[i].type, records[i].date, records[i].uri, story(a, records[i].figure));
		buf_str(&all, packing == ONE_MEMBER ? buf_view(&one) : packed(a, packing, buf_view(&one), dictionary));
	}
	struct str bytes = packing == ONE_MEMBER ? zipped(a, buf_view(&all)) : buf_view(&all);
	write_file(path, bytes);
	buf_free(&all);
	buf_free(&one);
	return path;
}

/* Reads to the end; counts each step. */
static void count_steps(const char *path, int64_t counts[WARC_BAD + 1], struct err *last)
{
	struct arena *a = arena_new();
	struct buf block = BUF_INIT(MAX_BODY_BYTES + MAX_HEADER_BYTES);
	struct warc_record r;
	struct warc *w;
	struct err e;
	enum warc_step step;

	memset(counts, 0, (WARC_BAD + 1) * sizeof *counts);
	CHECK_OK(warc_open(path, NULL, STR("t.warc"), &w, &e), e);
	do {
		buf_reset(&block);
		step = warc_next(w, a, &block, &r, &e);
		counts[step]++;
		if (step == WARC_BAD)
			*last = e;
		if (step == WARC_RECORD)
			CHECK(str_starts(r.block, STR("HTTP/1.1 200")) && str_ends(r.block, STR("</html>")));
	} while (step != WARC_END);
	warc_close(w);
	buf_free(&block);
	arena_free(a);
}

TEST(records_come_as_they_stand_from_any_packing)
{
	for (enum packing p = PLAIN; p < PACKINGS; p++) {
		struct arena *a = arena_new();
		int64_t counts[WARC_BAD + 1];
		struct err e;

		count_steps(write_warc(a, p), counts, &e);
		CHECK_INT(counts[WARC_RECORD], 4);
		CHECK_INT(counts[WARC_PASSED], 1);
		CHECK_INT(counts[WARC_BAD], 0);
		arena_free(a);
	}
}

TEST(reading_goes_on_from_any_place)
{
	for (enum packing p = PLAIN; p < PACKINGS; p++) {
		struct arena *a = arena_new();
		struct buf block = BUF_INIT(MAX_BODY_BYTES);
		const char *path = write_warc(a, p);
		struct stream_place places[8];
		struct str uris[8];
		struct warc *w;
		struct warc_record r;
		struct err e;
		size_t n = 0;

		CHECK_OK(warc_open(path, NULL, STR("t"), &w, &e), e);
		while (places[n] = warc_place(w), buf_reset(&block), warc_next(w, a, &block, &r, &e) != WARC_END)
			uris[n++] = r.uri;
		CHECK_INT(n, 5);
		for (size_t i = n; i-- > 0;) {
			CHECK_OK(warc_go(w, places[i], &e), e);
			buf_reset(&block);
			warc_next(w, a, &block, &r, &e);
			CHECK(str_eq(r.uri, uris[i]));
		}
		CHECK(!warc_go(w, (struct stream_place){ p == PLAIN ? 0 : places[0].member, 1 << 30 }, &e) ||
		      p == PLAIN);
		warc_close(w);
		buf_free(&block);
		arena_free(a);
	}
}

TEST(a_warc_that_is_cut_short_gives_what_it_has)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/cut.warc", test_folder()).p;
	int64_t counts[WARC_BAD + 1];
	struct warc *w;
	struct err e;

	for (enum packing p = PLAIN; p < PACKINGS; p++) {
		struct str whole = test_file(write_warc(a, p));
		write_file(path, str_sub(whole, 0, whole.n - (p == PLAIN ? 100 : 20)));
		count_steps(path, counts, &e);
		CHECK_INT(counts[WARC_RECORD], 3);
		CHECK_INT(counts[WARC_BAD], 1);
		CHECK(str_has(str_from(e.text), STR("t.warc, the record at byte ")));
	}
	CHECK(!warc_open("/nowhere/x.warc", NULL, STR("x"), &w, &e));
	CHECK_INT(e.kind, ERR_NOT_FOUND);
	arena_free(a);
}

TEST(a_broken_member_costs_one_record)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/broken.warc", test_folder()).p;
	static const char noise[] = "these bytes are neither";
	int64_t counts[WARC_BAD + 1];
	struct err e;

	for (enum packing p = MEMBER_EACH; p < PACKINGS; p++) {
		if (p == ONE_MEMBER || p == ZSTD_DICTIONARY)
			continue;
		struct str whole = test_file(write_warc(a, p));
		char *bytes = arena_alloc(a, whole.n);
		memcpy(bytes, whole.p, whole.n);
		memcpy(bytes + whole.n / 2, noise, sizeof noise - 1);
		write_file(path, str_of(bytes, whole.n));
		count_steps(path, counts, &e);
		CHECK_INT(counts[WARC_RECORD], 3);
		CHECK_INT(counts[WARC_PASSED], 1);
		CHECK_INT(counts[WARC_BAD], 1);
	}
	arena_free(a);
}

TEST(lying_lengths_are_found_out)
{
	static const char *const texts[] = {
		/* Too short: what is left over belongs to no record. */
		"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 3\r\n\r\nlonger\r\n\r\n",
		"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 99999999999999\r\n\r\nx\r\n",
		"WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: -3\r\n\r\nx\r\n",
		"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1\r\nWARC-Date: 2020\r\n\r\nx\r\n",
		"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 1\r\nWARC-Date: soon\r\nWARC-Target-URI: x:y\r\n"
		"\r\nx\r\n",
		"WARC/1.0\r\nWARC-Type: resp",
	};
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/lies.warc", test_folder()).p;
	int64_t counts[WARC_BAD + 1];
	struct err e;

	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		write_file(path, str_from(texts[i]));
		count_steps(path, counts, &e);
		CHECK_INT(counts[WARC_RECORD], 0);
		CHECK(counts[WARC_BAD] >= 1);
	}
	arena_free(a);
}

TEST(bombs_are_not_unpacked)
{
	struct arena *a = arena_new();
	const char *path = arena_printf(a, "%s/bomb.warc.gz", test_folder()).p;
	size_t n = 64 * MIB;
	char *zeros = arena_zalloc(a, 1, n);
	int64_t counts[WARC_BAD + 1];
	struct err e;

	static const char head[] = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 60000000\r\n\r\n";
	memcpy(zeros, head, sizeof head - 1);
	write_file(path, zipped(a, str_of(zeros, n)));
	count_steps(path, counts, &e);
	CHECK_INT(counts[WARC_BAD], 1);
	CHECK(str_has(str_from(e.text), STR("unpacks to far more")));
	arena_free(a);
}

/* ---- importing --------------------------------------------------------------- */

struct desk {
	struct archive *ar;
	struct reader *r;
	struct arena *a;
	struct settings s;
	struct err e;
};

static void open_desk(struct desk *d)
{
	d->a = arena_new();
	settings_defaults(&d->s);
	CHECK_OK(archive_open(arena_printf(d->a, "%s/a.db", test_folder()).p, ARCHIVE_CREATE, &d->ar, &d->e), d->e);
	CHECK_OK(reader_new(1, &d->r, &d->e), d->e);
}

static void close_desk(struct desk *d)
{
	reader_free(d->r);
	archive_close(d->ar);
	arena_free(d->a);
}

static struct import_report import_file(struct desk *d, const char *path, when now)
{
	struct import_options o = { .now = now };
	struct import_report report = { 0 };

	CHECK_OK(import_path(d->ar, d->r, &d->s, path, &o, &report, &d->e), d->e);
	return report;
}

TEST(importing_a_warc_twice_adds_nothing)
{
	struct desk d;
	open_desk(&d);
	const char *path = write_warc(d.a, MEMBER_EACH);

	struct import_report first = import_file(&d, path, 0);
	CHECK_INT(first.added, 4);
	CHECK_INT(first.versions, 3);
	struct import_report second = import_file(&d, path, 0);
	CHECK_INT(second.added, 0);
	CHECK_INT(second.known, 4);
	CHECK_INT(second.versions, 0);

	int64_t article;
	struct version *v;
	size_t n;
	CHECK_OK(archive_article_by_url(d.ar, d.a, STR("https://courier.example/tarn"), &article, &d.e), d.e);
	CHECK_OK(archive_versions(d.ar, d.a, article, &v, &n, &d.e), d.e);
	CHECK_INT(n, 2);
	char at[WHEN_TEXT];
	CHECK_STR(str_from(when_iso(v[0].first_seen, at)), "2024-01-01T00:00:00Z");
	CHECK_STR(str_from(when_iso(v[0].last_seen, at)), "2024-01-02T00:00:00Z");
	CHECK_STR(str_from(when_iso(v[1].first_seen, at)), "2024-01-03T00:00:00Z");
	close_desk(&d);
}

TEST(an_older_capture_that_comes_late_takes_its_place_in_time)
{
	struct desk d;
	open_desk(&d);
	struct buf b = BUF_INIT(MIB);
	const char *path = arena_printf(d.a, "%s/late.warc", test_folder()).p;

	import_file(&d, write_warc(d.a, PLAIN), 0);
	put_record(&b, d.a, "response", "2023-12-31T00:00:00Z", "https://courier.example/tarn", story(d.a, "31"));
	write_file(path, buf_view(&b));
	buf_free(&b);
	CHECK_INT(import_file(&d, path, 0).versions, 1);

	int64_t article;
	struct article text;
	CHECK_OK(archive_article_by_url(d.ar, d.a, STR("https://courier.example/tarn"), &article, &d.e), d.e);
	CHECK_OK(archive_version_text(d.ar, d.a, article, 0, &text, &d.e), d.e);
	CHECK(str_has(text.blocks[0].text, STR("31 per cent")));
	close_desk(&d);
}

TEST(captures_that_name_each_other_become_one_article)
{
	static const char *const old = "https://courier.example/news/7041";
	static const char *const new = "https://courier.example/news/reservoir-falls";
	struct desk d;
	struct buf b = BUF_INIT(MIB);
	int64_t one, two;
	struct version *v;
	size_t n;
	open_desk(&d);
	const char *path = arena_printf(d.a, "%s/names.warc", test_folder()).p;
	const char *names_it = arena_printf(d.a, "<link rel=canonical href=\"%s\">%s", new, story(d.a, "19")).p;

	put_record(&b, d.a, "response", "2024-01-01T00:00:00Z", old, story(d.a, "23"));
	put_record(&b, d.a, "response", "2024-01-02T00:00:00Z", new, story(d.a, "19"));
	put_record(&b, d.a, "response", "2024-01-03T00:00:00Z", old, names_it);
	write_file(path, buf_view(&b));
	buf_free(&b);
	import_file(&d, path, 0);
	CHECK_OK(archive_article_by_url(d.ar, d.a, str_from(old), &one, &d.e), d.e);
	CHECK_OK(archive_article_by_url(d.ar, d.a, str_from(new), &two, &d.e), d.e);
	CHECK_INT(one, two);
	CHECK_OK(archive_versions(d.ar, d.a, one, &v, &n, &d.e), d.e);
	CHECK_INT(n, 2);
	char at[WHEN_TEXT];
	CHECK_STR(str_from(when_iso(v[1].first_seen, at)), "2024-01-02T00:00:00Z");
	CHECK_STR(str_from(when_iso(v[1].last_seen, at)), "2024-01-03T00:00:00Z");
	close_desk(&d);
}

TEST(the_revision_documents_become_articles)
{
	static const char *const names[] = { "000_530b8dc827c1e926", "001_79ceef466011bbaf", "002_a812ebf64586398d",
		                             "003_2aba5bd8d48fe863", "004_12a96edfdfd30738" };
	if (!test_data())
		SKIP("STET_TEST_DATA is not set");
	struct desk d;
	open_desk(&d);
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < 5; i++) {
			struct import_report r = import_file(
			        &d, arena_printf(d.a, "%s/seeds/%s.txt", test_data(), names[i]).p, 1000000 + round);
			CHECK_INT(r.versions, round ? 0 : i == 3 ? 2 : 1);
		}
	}
	struct article_row *rows;
	size_t n;
	CHECK_OK(archive_articles(d.ar, d.a, (struct article_filter){ .limit = 10 }, &rows, &n, &d.e), d.e);
	CHECK_INT(n, 5);
	for (size_t i = 0; i < n; i++) {
		if (rows[i].versions != 2)
			continue;
		struct version *v;
		size_t m;
		CHECK_STR(rows[i].source_key, "independent");
		CHECK(str_has(rows[i].url, STR("independent.co.uk/news/world/middle-east/iraq-crisis")));
		CHECK_OK(archive_versions(d.ar, d.a, rows[i].id, &v, &m, &d.e), d.e);
		CHECK_STR(v[0].title, "Iraq crisis: US urgently deploys hundreds of armed troops");
		CHECK_STR(v[1].title, "Iraq crisis: US urgently deploys hundreds of armed troops to Baghdad");
		CHECK(v[0].first_seen == WHEN_NONE);
		CHECK_INT(v[1].later, 2 * HOURS);
	}
	close_desk(&d);
}

int main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], READER_ROLE) == 0)
		return reader_child_main();
	return test_main(argc, argv);
}
