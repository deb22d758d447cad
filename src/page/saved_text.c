/*
 * Saved text: an article, or what one gets by copying a revision page.
 * See saved.h.
 */
#include <string.h>

#include "page/saved_inner.h"
#include "text/charset.h"
#include "text/dates.h"
#include "text/norm.h"

/* -------------------------------------------- what a revision page's head says -- */

/* What stands between two marks, the first of which follows what; or empty. */
static struct str quoted_after(struct str text, const char *what)
{
	static const char *const marks[][2] = {
		{ "'", "'" }, { "\"", "\"" }, { "\xe2\x80\x98", "\xe2\x80\x99" }, { "\xe2\x80\x9c", "\xe2\x80\x9d" }
	};
	size_t at = str_find(text, str_from(what));

	if (at == STR_NPOS)
		return STR_NONE;
	struct str rest = str_trim(str_sub(text, at + strlen(what), text.n));
	for (size_t i = 0; i < sizeof marks / sizeof *marks; i++) {
		struct str open = str_from(marks[i][0]), close = str_from(marks[i][1]);
		if (!str_starts(rest, open))
			continue;
		struct str inside = str_sub(rest, open.n, rest.n);
		size_t end = str_find(inside, close);
		return end == STR_NPOS || end > 100 ? STR_NONE : str_trim(str_sub(inside, 0, end));
	}
	return STR_NONE;
}

static struct str address_in(struct str s)
{
	size_t from = str_find(s, STR("http://")), secure = str_find(s, STR("https://"));
	size_t to;

	from = secure < from ? secure : from;
	if (from == STR_NPOS)
		return STR_NONE;
	for (to = from; to < s.n && !char_is_space(s.p[to]) && !strchr("<>\"", s.p[to]); to++)
		;
	struct str url = str_sub(s, from, to);
	return url.n <= MAX_URL_BYTES ? url : STR_NONE;
}

void saved_read_head(struct str text, struct saved *out)
{
	size_t seen = str_find(text, STR("seen on ")), url = str_find(text, STR("original source"));
	struct date d;
	struct str found;

	if (!out->source.n)
		out->source = quoted_after(text, "from the source");
	if (seen != STR_NPOS && out->first_seen == WHEN_NONE) {
		struct str rest = str_sub(text, seen, seen + 60);
		size_t stop = str_find(rest, STR(". It"));
		if (date_find(str_sub(rest, 0, stop), &d, &found))
			out->first_seen = d.at;
	}
	if (str_has(text, STR("be checked again")))
		out->given_up = true;
	if (url != STR_NPOS && !out->url.n)
		out->url = address_in(str_sub(text, url, text.n));
}

static bool cut_word(struct str *rest, struct str *word)
{
	*rest = str_trim(*rest);
	size_t n = 0;
	while (n < rest->n && !char_is_space(rest->p[n]))
		n++;
	*word = str_sub(*rest, 0, n);
	*rest = str_sub(*rest, n, rest->n);
	return word->n > 0;
}

int64_t saved_version_number(struct str s)
{
	struct str word, rest = str_trim(s);
	int64_t n;

	if (!cut_word(&rest, &word) || !str_eq_nocase(word, STR("version")))
		return -1;
	rest = str_trim(rest);
	return rest.n && rest.n <= 9 && char_is_digit(rest.p[0]) && str_to_i64(rest, &n) ? n : -1;
}

/* "Version 0 Version 1" */
static bool read_numbers(struct str line, int64_t numbers[2])
{
	size_t second = line.n > 7 ? str_find_nocase(str_sub(line, 7, line.n), STR("version")) : STR_NPOS;

	if (second == STR_NPOS || line.n > 60)
		return false;
	numbers[0] = saved_version_number(str_sub(line, 0, second + 7));
	numbers[1] = saved_version_number(str_sub(line, second + 7, line.n));
	return numbers[0] >= 0 && numbers[1] >= 0;
}

int64_t saved_later(struct str s)
{
	static const struct {
		const char *name;
		int64_t seconds;
	} units[] = { { "second", 1 },      { "minute", MINUTES },  { "hour", HOURS },     { "day", DAYS },
		      { "week", 7 * DAYS }, { "month", 30 * DAYS }, { "year", 365 * DAYS } };
	struct str word, rest = s;
	int64_t count = 1, number;

	if (!str_has(s, STR("later")))
		return -1;
	bool half = str_has(s, STR("half")) || str_has(s, STR("less than"));
	while (cut_word(&rest, &word)) {
		while (word.n && !char_is_alnum(word.p[0]))
			word = str_sub(word, 1, word.n);
		if (word.n < 6 && str_to_i64(word, &number) && number >= 0)
			count = number;
		for (size_t i = 0; i < sizeof units / sizeof *units; i++)
			if (str_starts(word, str_from(units[i].name)))
				return half ? units[i].seconds * count / 2 : units[i].seconds * count;
	}
	return -1;
}

/* ------------------------------------------------------------ revision pages -- */

static bool read_columns(struct arena *a, struct saved_lines rows, struct str titles, struct saved *out, struct err *e)
{
	struct str *columns[2] = { ARENA_ARRAY(a, struct str, rows.n + 1), ARENA_ARRAY(a, struct str, rows.n + 1) };
	size_t at = saved_split_titles(a, titles);

	saved_split(a, rows.at, rows.n, columns[0], columns[1]);
	for (int side = 0; side < 2; side++) {
		struct saved_lines lines = { ARENA_ARRAY(a, struct str, rows.n + 1), 0 };
		for (size_t i = 0; i < rows.n; i++)
			if (columns[side][i].n)
				lines.at[lines.n++] = columns[side][i];
		struct str title = !at    ? titles
		                   : side ? str_sub(titles, at, titles.n)
		                          : str_trim(str_sub(titles, 0, at));
		if (!saved_article(a, title, lines, &out->versions[side].article, e))
			return false;
	}
	return true;
}

/* The times of the two versions, or how much later the second is. */
static bool read_time_line(struct str line, struct saved *out)
{
	struct date d;
	struct str found;
	int64_t later = saved_later(line);

	if (line.n > 160)
		return false;
	bool dated = date_find(line, &d, &found) && line.n < 100;
	if (later < 0 && !(dated && date_parse(line, &d)))
		return false;
	if (later >= 0)
		out->versions[1].later = later;
	if (!dated)
		return true;
	out->versions[0].seen = d.at;
	struct str rest = str_sub(line, (size_t)(found.p - line.p) + found.n, line.n);
	if (date_find(rest, &d, &found))
		out->versions[1].seen = d.at;
	return true;
}

static bool read_revision(struct arena *a, struct saved_lines lines, size_t head, struct saved *out, struct err *e)
{
	size_t i = head + 1;

	for (size_t k = 0; k < head; k++)
		saved_read_head(lines.at[k], out);
	if (i == lines.n)
		return err_set(e, ERR_FORMAT, "the revision page ends after its column heads");
	struct str titles = lines.at[i++];
	while (i < lines.n && read_time_line(lines.at[i], out))
		i++;
	out->nversions = 2;
	if (out->versions[0].seen == WHEN_NONE && out->versions[0].number == 0)
		out->versions[0].seen = out->first_seen;
	return read_columns(a, (struct saved_lines){ lines.at + i, lines.n - i }, titles, out, e);
}

/* -------------------------------------------------------------------- both -- */

struct str saved_text_of(struct arena *a, struct str bytes)
{
	const char *mark = charset_by_mark(bytes);

	return charset_decode(a, bytes, mark ? mark : charset_guess(bytes));
}

struct saved_lines saved_lines_of(struct arena *a, struct str text)
{
	struct str rest = text, line;
	size_t n = 1;

	for (size_t i = 0; i < text.n; i++)
		n += text.p[i] == '\n';
	struct saved_lines lines = { ARENA_ARRAY(a, struct str, n), 0 };
	while (str_next_line(&rest, &line)) {
		struct str normal = text_normal(a, line);
		if (normal.n)
			lines.at[lines.n++] = normal;
	}
	return lines;
}

bool saved_read_text(struct arena *a, struct str bytes, struct saved *out, struct err *e)
{
	*out = (struct saved){ .first_seen = WHEN_NONE };
	for (int i = 0; i < 2; i++)
		out->versions[i] = (struct saved_version){ .number = i, .seen = WHEN_NONE, .later = -1 };
	if (bytes.n > 2 * MAX_ARTICLE_BYTES)
		return err_set(e, ERR_LIMIT, "the text is longer than %zu bytes", 2 * MAX_ARTICLE_BYTES);
	struct str text = saved_text_of(a, bytes);
	if (str_find_byte(text, '\0') != STR_NPOS)
		return err_set(e, ERR_FORMAT, "the file is not a text");
	struct saved_lines lines = saved_lines_of(a, text);
	if (lines.n == 0)
		return err_set(e, ERR_FORMAT, "the text is empty");
	for (size_t i = 0; i < lines.n && i < 40; i++) {
		int64_t numbers[2];
		if (!read_numbers(lines.at[i], numbers))
			continue;
		out->versions[0].number = numbers[0];
		out->versions[1].number = numbers[1];
		return read_revision(a, lines, i, out, e);
	}
	out->nversions = 1;
	return saved_article(a, STR_NONE, lines, &out->versions[0].article, e);
}
