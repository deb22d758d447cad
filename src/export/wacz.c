/*
 * WACZ 1.1.1: a zip with the WARC file, its index in blocks of gzip, the list
 * of pages, and two files that say what is in it, with hashes.
 *
 * The WARC file is written into the zip as it is made; its length and sum are
 * filled in when they are known.  All entries are stored, so that each can be
 * read where it stands; the writer of a zip of stored entries is these hundred
 * lines, with zip64 for what is large.
 */
#include <errno.h>
#include <string.h>
#include <zlib.h>

#include "base/json.h"
#include "export/warc.h"

#define ENTRIES 6
#define BLOCK_LINES 3000 /* of the index, in one member */
#define DOS_DATE 0x0021  /* 1 January 1980: the earliest a zip can say */
#define STORED_VERSION 45

struct entry {
	const char *path, *name; /* no name: not a resource */
	uint64_t at;
	struct sink_sums sums;
};

struct wacz {
	FILE *f;
	struct sink *sink;
	struct entry entries[ENTRIES];
	size_t n;
	/* index.cdx.gz as it is made, and index.idx beside it */
	struct buf block, idx;
	size_t lines;
	uint64_t index_begin;
	struct packer_of_members *members;
	FILE *pages;
	int64_t npages;
};

/* ---- zip ---------------------------------------------------------------------------- */

static void put_number(struct buf *b, uint64_t n, int bytes)
{
	for (; bytes > 0; bytes--, n >>= 8)
		buf_byte(b, (char)(n & 255));
}

/* What both heads of an entry have in common.  Lengths always stand in a zip64
 * field, so that a head can be written before they are known. */
static void put_shared(const struct entry *x, uint64_t extra, struct buf *b)
{
	put_number(b, STORED_VERSION, 2);
	put_number(b, 0x0800, 2); /* names are UTF-8 */
	put_number(b, 0, 2);
	put_number(b, 0, 2);
	put_number(b, DOS_DATE, 2);
	put_number(b, x->sums.crc, 4);
	put_number(b, UINT32_MAX, 4);
	put_number(b, UINT32_MAX, 4);
	put_number(b, strlen(x->path), 2);
	put_number(b, extra, 2);
}

static void put_zip64(const struct entry *x, uint64_t length, struct buf *b)
{
	put_number(b, 1, 2);
	put_number(b, length, 2);
	put_number(b, x->sums.bytes, 8);
	put_number(b, x->sums.bytes, 8);
}

static void put_local(const struct entry *x, struct buf *b)
{
	put_number(b, 0x04034b50, 4);
	put_shared(x, 20, b);
	buf_puts(b, x->path);
	put_zip64(x, 16, b);
}

static void put_central(const struct entry *x, struct buf *b)
{
	put_number(b, 0x02014b50, 4);
	put_number(b, STORED_VERSION, 2);
	put_shared(x, 28, b);
	put_number(b, 0, 2);
	put_number(b, 0, 2);
	put_number(b, 0, 2);
	put_number(b, 0, 4);
	put_number(b, UINT32_MAX, 4);
	buf_puts(b, x->path);
	put_zip64(x, 24, b);
	put_number(b, x->at, 8);
}

static void put_end(uint64_t begin, uint64_t length, size_t n, struct buf *b)
{
	put_number(b, 0x06064b50, 4);
	put_number(b, 44, 8);
	put_number(b, STORED_VERSION, 2);
	put_number(b, STORED_VERSION, 2);
	put_number(b, 0, 4);
	put_number(b, 0, 4);
	put_number(b, n, 8);
	put_number(b, n, 8);
	put_number(b, length, 8);
	put_number(b, begin, 8);
	put_number(b, 0x07064b50, 4);
	put_number(b, 0, 4);
	put_number(b, begin + length, 8);
	put_number(b, 1, 4);
	put_number(b, 0x06054b50, 4);
	put_number(b, 0, 4);
	put_number(b, n, 2);
	put_number(b, n, 2);
	put_number(b, UINT32_MAX, 4);
	put_number(b, UINT32_MAX, 4);
	put_number(b, 0, 2);
}

static void begin_entry(struct wacz *w, const char *path, const char *name)
{
	struct buf b = BUF_INIT(KIB);
	struct entry *x = &w->entries[w->n];

	*x = (struct entry){ .path = path, .name = name, .at = sink_bytes(w->sink) };
	put_local(x, &b);
	sink_put(w->sink, buf_view(&b));
	sink_take_sums(w->sink);
	buf_free(&b);
}

/* Goes back and writes the head again, with what is known now. */
static bool end_entry(struct wacz *w, struct err *e)
{
	struct buf b = BUF_INIT(KIB);
	struct entry *x = &w->entries[w->n++];

	x->sums = sink_take_sums(w->sink);
	put_local(x, &b);
	bool ok = fseeko(w->f, (off_t)x->at, SEEK_SET) == 0 && fwrite(b.p, 1, b.n, w->f) == b.n &&
	          fseeko(w->f, 0, SEEK_END) == 0;
	buf_free(&b);
	return ok || err_set(e, errno == ENOSPC ? ERR_FULL : ERR_IO, "cannot go back in the file: %s", strerror(errno));
}

static bool put_entry(struct wacz *w, const char *path, const char *name, struct str bytes, struct err *e)
{
	begin_entry(w, path, name);
	sink_put(w->sink, bytes);
	return end_entry(w, e);
}

static void put_directory(struct wacz *w)
{
	struct buf b = BUF_INIT(64 * KIB);
	uint64_t begin = sink_bytes(w->sink);

	for (size_t i = 0; i < w->n; i++)
		put_central(&w->entries[i], &b);
	put_end(begin, b.n, w->n, &b);
	sink_put(w->sink, buf_view(&b));
	buf_free(&b);
}

/* ---- the index -------------------------------------------------------------------- */

/* A block of lines as one member; the first line's key and time go to index.idx. */
static bool put_block(struct wacz *w, struct err *e)
{
	struct str key, time, rest, member = members_pack(w->members, buf_view(&w->block));
	struct sha256 h = hash_sha256(member);
	struct json j = JSON_INIT(&w->idx);
	char hex[SHA256_TEXT], digest[SHA256_TEXT + 8];

	if (!w->lines)
		return true;
	str_cut(buf_view(&w->block), ' ', &key, &rest);
	str_cut(rest, ' ', &time, &rest);
	buf_printf(&w->idx, "%.*s %.*s ", STR_ARG(key), STR_ARG(time));
	snprintf(digest, sizeof digest, "sha256:%s", sha256_hex(&h, hex));
	json_object(&j);
	json_field_int(&j, "offset", (int64_t)(sink_bytes(w->sink) - w->index_begin));
	json_field_int(&j, "length", (int64_t)member.n);
	json_field_str(&j, "digest", str_from(digest));
	json_field_str(&j, "filename", STR("index.cdx.gz"));
	json_end(&j);
	buf_byte(&w->idx, '\n');
	sink_put(w->sink, member);
	buf_reset(&w->block);
	w->lines = 0;
	return !w->idx.full || err_set(e, ERR_LIMIT, "the index has too many lines");
}

static bool put_line(void *with, struct str line, struct err *e)
{
	struct wacz *w = with;

	buf_str(&w->block, line);
	return ++w->lines < BLOCK_LINES || put_block(w, e);
}

static bool put_index(struct wacz *w, struct index *index, struct err *e)
{
	w->block = BUF_INIT(256 * MIB);
	w->idx = BUF_INIT(256 * MIB);
	w->members = members_new(false);
	buf_puts(&w->idx, "!meta 0 {\"format\": \"cdxj-gzip-1.0\", \"filename\": \"index.cdx.gz\"}\n");
	begin_entry(w, "indexes/index.cdx.gz", "index.cdx.gz");
	w->index_begin = sink_bytes(w->sink);
	bool ok = index_walk(index, put_line, w, e) && put_block(w, e) && end_entry(w, e) &&
	          put_entry(w, "indexes/index.idx", "index.idx", buf_view(&w->idx), e);
	members_free(w->members);
	buf_free(&w->block);
	buf_free(&w->idx);
	return ok;
}

/* ---- pages --------------------------------------------------------------------------- */

static bool add_page(void *with, struct str url, when at, struct str title, struct err *e)
{
	struct wacz *w = with;
	struct buf b = BUF_INIT(64 * KIB);
	struct json j = JSON_INIT(&b);
	char id[32];

	snprintf(id, sizeof id, "page-%lld", (long long)++w->npages);
	json_object(&j);
	json_field_str(&j, "id", str_from(id));
	json_field_str(&j, "url", url);
	json_field_when(&j, "ts", at);
	json_field_str(&j, "title", title);
	json_end(&j);
	buf_byte(&b, '\n');
	bool ok = fwrite(b.p, 1, b.n, w->pages) == b.n;
	buf_free(&b);
	return ok || err_set(e, ERR_IO, "cannot write a temporary file for the pages: %s", strerror(errno));
}

static bool put_pages(struct wacz *w, struct err *e)
{
	char piece[16384];
	size_t n;

	begin_entry(w, "pages/pages.jsonl", "pages.jsonl");
	sink_put(w->sink, STR("{\"format\": \"json-pages-1.0\", \"id\": \"pages\", \"title\": \"All Pages\"}\n"));
	rewind(w->pages);
	while ((n = fread(piece, 1, sizeof piece, w->pages)) > 0)
		sink_put(w->sink, str_of(piece, n));
	if (ferror(w->pages))
		return err_set(e, ERR_IO, "cannot read the temporary file of the pages");
	return end_entry(w, e);
}

/* ---- the package ----------------------------------------------------------------------- */

static void describe(const struct wacz *w, const struct export_wish *wish, struct buf *b)
{
	struct json j = JSON_INIT(b);
	char hex[SHA256_TEXT], hash[SHA256_TEXT + 8];

	json_object(&j);
	json_field_str(&j, "profile", STR("data-package"));
	json_field_str(&j, "wacz_version", STR("1.1.1"));
	json_field_str(&j, "software", STR("stet/" STET_VERSION));
	json_field_when(&j, "created", wish->now);
	json_field_str(&j, "title", wish->source.n ? wish->source : STR("stet"));
	json_key(&j, "resources");
	json_array(&j);
	for (size_t i = 0; i < w->n; i++) {
		const struct entry *x = &w->entries[i];
		snprintf(hash, sizeof hash, "sha256:%s", sha256_hex(&x->sums.sha256, hex));
		json_object(&j);
		json_field_str(&j, "name", str_from(x->name));
		json_field_str(&j, "path", str_from(x->path));
		json_field_str(&j, "hash", str_from(hash));
		json_field_int(&j, "bytes", (int64_t)x->sums.bytes);
		json_end(&j);
	}
	json_end(&j);
	json_end(&j);
	buf_byte(b, '\n');
}

static bool put_package(struct wacz *w, const struct export_wish *wish, struct err *e)
{
	struct buf b = BUF_INIT(64 * KIB), digest = BUF_INIT(KIB);
	char hex[SHA256_TEXT];

	describe(w, wish, &b);
	struct sha256 h = hash_sha256(buf_view(&b));
	buf_printf(&digest, "{\"path\": \"datapackage.json\", \"hash\": \"sha256:%s\"}\n", sha256_hex(&h, hex));
	bool ok = put_entry(w, "datapackage.json", NULL, buf_view(&b), e) &&
	          put_entry(w, "datapackage-digest.json", NULL, buf_view(&digest), e);
	buf_free(&b);
	buf_free(&digest);
	return ok;
}

bool export_wacz(struct archive *ar, const struct export_wish *wish, FILE *f, struct err *e)
{
	struct wacz w = { .f = f, .sink = sink_new(f), .pages = tmpfile() };
	struct export_wish inner = *wish;
	bool ok = w.pages || err_set(e, ERR_IO, "cannot make a temporary file: %s", strerror(errno));

	inner.name = STR("data.warc.gz");
	inner.index = index_new();
	inner.page = add_page;
	inner.page_with = &w;
	if (ok) {
		begin_entry(&w, "archive/data.warc.gz", "data.warc.gz");
		ok = export_warc(ar, &inner, w.sink, e) && end_entry(&w, e) && put_index(&w, inner.index, e) &&
		     put_pages(&w, e) && put_package(&w, wish, e);
	}
	if (ok)
		put_directory(&w);
	ok = ok && sink_end(w.sink, "the WACZ", e);
	index_free(inner.index);
	sink_free(w.sink);
	if (w.pages)
		fclose(w.pages);
	return ok;
}
