/*
 * A version of an article as a person writes it: for cases in files and for
 * invented archives.
 *
 * The first line is the title; "~ " begins a standfirst, "@ " a byline, "# " a
 * heading, "- " an item, "> " a quotation, "^ " a caption, "| " a row, anything
 * else a paragraph.  "modified 7" is what the page says of itself.
 */
#ifndef STET_TESTS_VERSIONS_H
#define STET_TESTS_VERSIONS_H

#include "text/article.h"

static inline enum block_kind version_block_kind(struct str *line)
{
	static const struct {
		const char *mark;
		enum block_kind kind;
	} marks[] = { { "# ", BLOCK_HEADING },
		      { "- ", BLOCK_ITEM },
		      { "> ", BLOCK_QUOTE },
		      { "^ ", BLOCK_CAPTION },
		      { "| ", BLOCK_ROW } };
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
		if (str_starts(*line, str_from(marks[i].mark))) {
			*line = str_sub(*line, 2, line->n);
			return marks[i].kind;
		}
	return BLOCK_PARAGRAPH;
}

static inline void version_read(struct arena *a, struct str text, const char *language, struct article *out)
{
	struct str rest = text, line;

	*out = (struct article){ .language = str_from(language), .published = WHEN_NONE, .modified = WHEN_NONE };
	out->blocks = ARENA_ARRAY(a, struct block, text.n / 2 + 1); /* a block has a byte and the end of a line */
	while (str_next_line(&rest, &line)) {
		if (line.n == 0)
			continue;
		if (str_starts(line, STR("modified ")) && str_to_i64(str_sub(line, 9, line.n), &out->modified))
			continue;
		if (!out->title.n) {
			out->title = line;
		} else if (str_starts(line, STR("~ "))) {
			out->standfirst = str_sub(line, 2, line.n);
		} else if (str_starts(line, STR("@ "))) {
			out->bylines[out->nbylines++] = str_sub(line, 2, line.n);
		} else {
			enum block_kind kind = version_block_kind(&line);
			out->blocks[out->nblocks++] = (struct block){ .kind = kind, .at = WHEN_NONE, .text = line };
		}
	}
}

#endif
