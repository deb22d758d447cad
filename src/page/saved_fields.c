/*
 * Texts of trackers, in fields: what newsdiffs keeps of an article (see its
 * parsers/baseparser.py), and the same with labels.  See saved.h.
 *
 * newsdiffs joins date, title, byline and body with line feeds and strips white
 * space around the whole, so that a page without a date begins with its title;
 * the other fields keep their lines when they are empty.
 */
#include "page/name_form.h"
#include "page/saved_inner.h"
#include "text/dates.h"
#include "text/norm.h"

#define DATE_MOST 80 /* bytes of a line that is a date */

/* False, with nothing done, if the line is no date. */
static bool read_date(struct str line, struct article *out)
{
	struct str found;
	struct date d;

	if (!line.n || line.n > DATE_MOST || !date_find(line, &d, &found) ||
	    (!date_parse(line, &d) && found.n * 2 <= line.n))
		return false;
	out->published = d.at;
	out->published_text = line;
	return true;
}

static void add_byline(struct str name, struct article *out)
{
	name = str_trim(name);
	if (name.n && name.n <= MAX_NAME_BYTES && out->nbylines < MAX_BYLINES)
		out->bylines[out->nbylines++] = name;
}

static void read_byline(struct str line, struct article *out)
{
	static const char *const between[] = { ", ", " and ", " & ", "; " };
	struct str rest = name_without_by(line);

	while (rest.n)
		add_byline(saved_take_name(&rest, between, sizeof between / sizeof *between), out);
}

/* "Title: ...", "Byline: ...", "Date: ..." up to an empty line. */
static bool read_labels(struct arena *a, struct str *text, struct article *out)
{
	struct str line, label, value, rest = *text;

	if (!str_starts(rest, STR("Title: ")))
		return false;
	while (str_next_line(&rest, &line) && line.n) {
		str_cut(line, ':', &label, &value);
		value = text_normal(a, value);
		if (str_eq(label, STR("Title")))
			out->title = value;
		else if (str_eq(label, STR("Byline")))
			read_byline(value, out);
		else if (str_eq(label, STR("Date")))
			read_date(value, out);
	}
	*text = rest;
	return true;
}

static struct str next(struct arena *a, struct str *text)
{
	struct str line = STR_NONE;

	str_next_line(text, &line);
	return text_normal(a, line);
}

static void read_places(struct arena *a, struct str *text, struct article *out)
{
	struct str line = next(a, text);

	if (read_date(line, out))
		line = next(a, text);
	out->title = line;
	read_byline(next(a, text), out);
}

static bool read_body(struct arena *a, struct str text, struct article *out, struct err *e)
{
	struct saved_lines lines = saved_lines_of(a, text);

	out->blocks = ARENA_ARRAY(a, struct block, lines.n < MAX_BLOCKS ? lines.n : MAX_BLOCKS);
	for (size_t i = 0; i < lines.n; i++)
		if (!saved_add_block(out, BLOCK_PARAGRAPH, lines.at[i], e))
			return false;
	return (out->nblocks && out->title.n) || err_set(e, ERR_FORMAT, "the text has no title, or nothing below it");
}

bool saved_read_fields(struct arena *a, struct str bytes, struct saved *out, struct err *e)
{
	*out = (struct saved){ .first_seen = WHEN_NONE, .nversions = 1 };
	struct saved_version *v = &out->versions[0];
	*v = (struct saved_version){ .seen = WHEN_NONE, .later = -1 };
	v->article.published = v->article.modified = WHEN_NONE;
	if (bytes.n > MAX_ARTICLE_BYTES)
		return err_set(e, ERR_LIMIT, "the text is longer than %zu bytes", MAX_ARTICLE_BYTES);
	struct str text = saved_text_of(a, bytes);
	if (!read_labels(a, &text, &v->article))
		read_places(a, &text, &v->article);
	v->article.title = utf8_head(v->article.title, MAX_TITLE_BYTES);
	return read_body(a, text, &v->article, e);
}
