/*
 * Reads pages and prints what was extracted, for scoring and timing.
 *
 * Standard input: PATH[TAB URL] a line.  Standard output: one JSON object a
 * line, in the same order.  With --full also kinds, addresses and blocks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "page/page.h"
#include "text/dates.h"

static struct str read_whole(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");
	struct str s = STR_NONE;

	if (!f)
		return s;
	char *p = arena_alloc(a, MAX_BODY_BYTES);
	s = str_of(p, fread(p, 1, MAX_BODY_BYTES, f));
	fclose(f);
	return s;
}

/* As the page wrote it in ISO form; else the instant, or the day that was shown if that is another one. */
static void put_date(struct json *j, const char *key, when at, struct str written)
{
	char text[WHEN_TEXT], shown[WHEN_TEXT];

	if (at != WHEN_NONE && written.n >= 10 && written.p[4] == '-' && written.p[7] == '-' &&
	    char_is_digit(written.p[0])) {
		json_field_str(j, key, written);
		return;
	}
	if (at == WHEN_NONE) {
		json_field_when(j, key, at);
		return;
	}
	when_iso(at, text);
	when_iso(date_day(written, at), shown);
	json_field_str(j, key, memcmp(text, shown, 10) != 0 ? str_of(shown, 10) : str_from(text));
}

static void put_text(struct json *j, struct arena *a, const struct article *article)
{
	struct buf text = BUF_INIT(MAX_RESPONSE_BYTES);

	buf_str(&text, article->standfirst);
	for (size_t i = 0; i < article->nblocks; i++) {
		if (article->blocks[i].kind == BLOCK_CAPTION)
			continue;
		if (text.n)
			buf_byte(&text, '\n');
		buf_str(&text, article->blocks[i].text);
	}
	json_field_str(j, "text", arena_str(a, buf_view(&text)));
	buf_free(&text);
}

static void put_full(struct json *j, const struct page *p)
{
	char hex[SHA256_TEXT];
	struct sha256 id = article_identity(&p->article);

	json_field_str(j, "kind", str_from(page_kind_name(p->kind)));
	json_field_str(j, "identity", str_from(sha256_hex(&id, hex)));
	json_field_str(j, "charset", p->charset);
	json_field_str(j, "language", p->article.language);
	json_field_str(j, "canonical", p->canonical);
	json_field_str(j, "site", p->site_name);
	json_field_str(j, "section", p->article.section);
	json_field_str(j, "agency", p->article.agency);
	json_field_str(j, "standfirst", p->article.standfirst);
	put_date(j, "modified", p->article.modified, p->article.modified_text);
	json_field_int(j, "links", (int64_t)p->nlinks);
	json_field_int(j, "feeds", (int64_t)p->nfeeds);
	json_key(j, "blocks");
	json_array(j);
	for (size_t i = 0; i < p->article.nblocks; i++) {
		json_array(j);
		json_str(j, str_from(block_kind_name(p->article.blocks[i].kind)));
		json_str(j, p->article.blocks[i].text);
		json_end(j);
	}
	json_end(j);
}

static void extract(struct arena *a, struct str path, struct str url, bool full)
{
	struct buf out = BUF_INIT(2 * MAX_RESPONSE_BYTES), names = BUF_INIT(MAX_RESPONSE_BYTES);
	struct json j = JSON_INIT(&out);
	struct page_ask ask = { .bytes = read_whole(a, arena_cstr(a, path)), .url = url };
	struct page p;
	struct err e;

	json_object(&j);
	if (!page_read(a, &ask, &p, &e)) {
		json_field_str(&j, "error", str_from(e.text));
	} else {
		for (size_t i = 0; i < p.article.nbylines; i++) {
			buf_puts(&names, i ? ", " : "");
			buf_str(&names, p.article.bylines[i]);
		}
		json_field_str(&j, "title", p.article.title);
		json_field_str(&j, "byline", buf_view(&names));
		put_date(&j, "published", p.article.published, p.article.published_text);
		put_text(&j, a, &p.article);
		if (full)
			put_full(&j, &p);
	}
	json_end(&j);
	puts(buf_cstr(&out));
	fflush(stdout);
	buf_free(&out);
	buf_free(&names);
}

int main(int argc, char **argv)
{
	struct arena *a = arena_new();
	bool full = argc > 1 && !strcmp(argv[1], "--full");
	char *line = NULL;
	size_t room = 0;

	for (ssize_t n; (n = getline(&line, &room, stdin)) > 0;) {
		struct str path, url;
		str_cut(str_trim(str_of(line, (size_t)n)), '\t', &path, &url);
		extract(a, path, url, full);
		arena_reset(a);
	}
	free(line);
	arena_free(a);
	return 0;
}
