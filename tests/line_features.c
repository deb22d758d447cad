/*
 * Prints what is said of every line of a page, for tools/fit-lines.
 *
 * Standard input: PATH[TAB URL] a line.  Standard output: one JSON object a
 * line, in the same order: "features", the names, in the first one only;
 * "lines": text, weight, score, and the numbers of the features.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/json.h"
#include "page/lines.h"

static struct str read_whole(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		return STR_NONE;
	char *p = arena_alloc(a, MAX_BODY_BYTES);
	struct str s = str_of(p, fread(p, 1, MAX_BODY_BYTES, f));
	fclose(f);
	return s;
}

static void put_names(struct json *j)
{
	json_key(j, "features");
	json_array(j);
	for (unsigned f = 0; f < FEATURE_COUNT; f++)
		json_str(j, str_from(feature_name(f)));
	json_end(j);
}

static void put_lines(struct json *j, const struct scan *s, const struct said *said)
{
	json_key(j, "lines");
	json_array(j);
	for (size_t k = 0; k < s->nlines; k++) {
		json_array(j);
		json_str(j, scan_line_text(s, &s->lines[k]));
		json_int(j, s->lines[k].weight);
		json_int(j, s->lines[k].score);
		json_array(j);
		for (size_t i = 0; i < said[k].n; i++)
			json_int(j, said[k].what[i]);
		json_end(j);
		json_end(j);
	}
	json_end(j);
}

static void print_page(struct arena *a, struct str bytes, struct str url, bool names)
{
	struct buf out = BUF_INIT(64 * MIB);
	struct json j = JSON_INIT(&out);
	struct page p = { 0 };
	struct candidates c;
	struct html h;
	struct meta m;
	struct scan s = { 0 };
	struct err e;

	json_object(&j);
	if (names)
		put_names(&j);
	if (html_parse(a, bytes, STR_NONE, &h, &e)) {
		struct body body = { 0 };
		meta_read(a, &h, &m);
		scan_page(a, &h, url, NULL, false, &s);
		body_weigh(&s);
		struct judge *judge = lines_judge_alone(&s, &m);
		body_find(&s, &m, &c);
		body.node = c.node;
		title_settle(&s, &m, &body, &p.article);
		put_lines(&j, &s, lines_judge_placed(judge, &c, &p.article));
	}
	json_end(&j);
	puts(buf_cstr(&out));
	fflush(stdout);
	buf_free(&out);
}

int main(void)
{
	struct arena *a = arena_new();
	char *line = NULL;
	size_t room = 0;
	bool first = true;

	for (ssize_t n; (n = getline(&line, &room, stdin)) > 0; first = false) {
		struct str path, url;
		str_cut(str_trim(str_of(line, (size_t)n)), '\t', &path, &url);
		print_page(a, read_whole(a, arena_cstr(a, path)), url, first);
		arena_reset(a);
	}
	free(line);
	arena_free(a);
	return 0;
}
