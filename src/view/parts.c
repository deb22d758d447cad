/*
 * Small pieces of pages: words from elsewhere, times, numbers.
 */
#include "view/parts.h"

#include <stdio.h>

#include "view/meaning.h"

/* ---- words from elsewhere ----------------------------------------------- */

static bool is_language_tag(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!char_is_alnum(s.p[i]) && s.p[i] != '-')
			return false;
	return s.n >= 2 && s.n <= 35;
}

void part_lang(struct html *h, struct str language)
{
	html_attr_str(h, "lang", is_language_tag(language) ? language : STR("und"));
}

void part_foreign(struct html *h, const char *element, const char *class, struct str language, struct str text)
{
	html_open(h, element);
	if (class)
		html_attr(h, "class", class);
	html_attr(h, "dir", "auto");
	part_lang(h, language);
	html_text(h, text);
	html_close(h, element);
}

void part_reason(struct html *h, struct str language, struct str reason)
{
	const struct str open = STR("“"), close = STR("”");

	for (;;) {
		size_t from = str_find(reason, open);
		struct str rest = str_sub(reason, from == STR_NPOS ? reason.n : from + open.n, reason.n);
		size_t n = str_find(rest, close);
		if (from == STR_NPOS || n == STR_NPOS)
			break;
		html_text(h, str_sub(reason, 0, from + open.n));
		part_foreign(h, "span", NULL, language, str_sub(rest, 0, n));
		html_text(h, close);
		reason = str_sub(rest, n + close.n, rest.n);
	}
	html_text(h, reason);
}

struct str part_title(struct str title)
{
	return title.n ? title : STR("(no title)");
}

/* Scheme and "www." add nothing to read. */
static struct str readable_address(struct str url)
{
	size_t at = str_find(url, STR("://"));
	if (at != STR_NPOS)
		url = str_sub(url, at + 3, url.n);
	if (str_starts_nocase(url, STR("www.")))
		url = str_sub(url, 4, url.n);
	if (str_ends(url, STR("/")))
		url.n--;
	return url;
}

void part_original(struct html *h, struct str url, struct str text)
{
	html_open(h, "a");
	html_attr_str(h, "href", url);
	html_attr(h, "class", "original");
	html_attr(h, "rel", "noopener noreferrer nofollow external");
	html_attr(h, "dir", "ltr");
	html_text(h, text.n ? text : readable_address(url));
	html_close(h, "a");
}

void part_source_link(struct html *h, struct str key, const char *class)
{
	html_open(h, "a");
	html_attr_printf(h, "href", "/sources/%.*s", STR_ARG(key));
	if (class)
		html_attr(h, "class", class);
	html_text(h, key);
	html_close(h, "a");
}

/* ---- times -------------------------------------------------------------- */

static void put_time(struct html *h, when t, const char *text)
{
	char iso[WHEN_TEXT];

	html_open(h, "time");
	html_attr(h, "datetime", when_iso(t, iso));
	html_puts(h, text);
	html_close(h, "time");
}

void part_time(struct html *h, when t)
{
	char text[WHEN_TEXT];

	when_human(t, text);
	if (t == WHEN_NONE)
		html_puts(h, text);
	else
		put_time(h, t, text);
}

void part_hm(struct html *h, when t)
{
	char text[WHEN_TEXT];
	put_time(h, t, when_hm(t, text));
}

bool same_day(when a, when b)
{
	if (a == WHEN_NONE || b == WHEN_NONE)
		return false;
	struct civil x = when_to_civil(a), y = when_to_civil(b);
	return x.year == y.year && x.month == y.month && x.day == y.day;
}

/* The shapes that a window has, by what is known. */
enum window { WINDOW_UNKNOWN, WINDOW_LATER, WINDOW_UNTIL, WINDOW_AT, WINDOW_DAY, WINDOW_DAYS };

static enum window window_shape(when before, when first_seen, int64_t later)
{
	if (first_seen == WHEN_NONE)
		return later >= 0 ? WINDOW_LATER : WINDOW_UNKNOWN;
	if (before == WHEN_NONE)
		return WINDOW_UNTIL;
	if (first_seen - before < MINUTES)
		return WINDOW_AT;
	return same_day(before, first_seen) ? WINDOW_DAY : WINDOW_DAYS;
}

void part_window(struct html *h, when before, when first_seen, int64_t later, when day)
{
	char text[WHEN_TEXT];
	enum window shape = window_shape(before, first_seen, later);
	bool known = same_day(first_seen, day);

	switch (shape) {
	case WINDOW_UNKNOWN:
		html_puts(h, "at an unknown time");
		return;
	case WINDOW_LATER:
		html_printf(h, "%s after the version before", when_length(later, text));
		return;
	case WINDOW_UNTIL:
	case WINDOW_AT:
		html_puts(h, shape == WINDOW_UNTIL ? "before " : "at ");
		put_time(h, first_seen, when_hm(first_seen, text));
		break;
	case WINDOW_DAY:
		html_puts(h, "between ");
		put_time(h, before, when_hm(before, text));
		html_puts(h, " and ");
		put_time(h, first_seen, when_hm(first_seen, text));
		break;
	case WINDOW_DAYS:
		html_puts(h, "between ");
		part_time(h, before);
		html_puts(h, " and ");
		part_time(h, first_seen);
		return;
	}
	html_puts(h, " UTC");
	if (!known)
		html_printf(h, " on %s", when_date(first_seen, text));
}

struct str window_text(struct arena *a, when before, when first_seen, int64_t later)
{
	char x[WHEN_TEXT], y[WHEN_TEXT], z[WHEN_TEXT];

	switch (window_shape(before, first_seen, later)) {
	case WINDOW_LATER:
		return arena_printf(a, "%s after the version before", when_length(later, x));
	case WINDOW_UNTIL:
		return arena_printf(a, "before %s", when_human(first_seen, x));
	case WINDOW_AT:
		return arena_printf(a, "at %s", when_human(first_seen, x));
	case WINDOW_DAY:
		return arena_printf(a, "between %s and %s UTC on %s", when_hm(before, x), when_hm(first_seen, y),
		                    when_date(first_seen, z));
	case WINDOW_DAYS:
		return arena_printf(a, "between %s and %s", when_human(before, x), when_human(first_seen, y));
	case WINDOW_UNKNOWN:
		break;
	}
	return STR("at an unknown time");
}

/* ---- numbers ------------------------------------------------------------ */

struct str number_text(struct arena *a, int64_t n)
{
	char digits[32], out[48];
	int len = snprintf(digits, sizeof digits, "%lld", (long long)n);
	size_t at = 0;

	for (int i = 0; i < len; i++) {
		out[at++] = digits[i];
		int left = len - 1 - i;
		if (left && left % 3 == 0 && digits[i] != '-')
			out[at++] = ',';
	}
	return arena_str(a, str_of(out, at));
}

struct str count_text(struct arena *a, int64_t n, const char *one, const char *many)
{
	struct str number = number_text(a, n);
	return arena_printf(a, "%.*s %s", STR_ARG(number), n == 1 ? one : many);
}

struct str bytes_text(struct arena *a, int64_t n)
{
	static const char *const units[] = { "kB", "MB", "GB", "TB" };
	double x = (double)n / 1000;
	size_t u = 0;

	if (n < 1000)
		return count_text(a, n, "byte", "bytes");
	while (x >= 999.5 && u < 3)
		x /= 1000, u++;
	return x < 9.95 ? arena_printf(a, "%.1f %s", x, units[u]) : arena_printf(a, "%.0f %s", x, units[u]);
}

static void add_part(struct buf *b, struct str s)
{
	if (b->n)
		buf_puts(b, ", ");
	buf_str(b, s);
}

struct str kinds_text(struct arena *a, const struct change_summary *s)
{
	struct buf b = BUF_INIT(KIB);

	if (s->title_changed)
		add_part(&b, STR("title changed"));
	if (s->words_added)
		add_part(&b, arena_printf(a, "%.*s added", STR_ARG(count_text(a, s->words_added, "word", "words"))));
	if (s->words_removed) {
		struct str n = s->words_added ? number_text(a, s->words_removed)
		                              : count_text(a, s->words_removed, "word", "words");
		add_part(&b, arena_printf(a, "%.*s removed", STR_ARG(n)));
	}
	if (s->moved)
		add_part(&b, arena_printf(a, "%.*s moved", STR_ARG(count_text(a, s->moved, "sentence", "sentences"))));
	if (b.n == 0)
		add_part(&b, STR("changed in form only"));
	struct str out = arena_str(a, buf_view(&b));
	buf_free(&b);
	return out;
}

void part_outcome(struct html *h, struct str name, struct str detail)
{
	html_text(h, name);
	if (!detail.n)
		return;
	html_puts(h, " (");
	part_foreign(h, "span", "detail", STR_NONE, detail);
	html_puts(h, ")");
}

void part_meaning(struct html *h, struct str outcome)
{
	struct str meaning = meaning_of_outcome(outcome);

	html_puts(h, meaning.n ? ". " : "");
	html_text(h, meaning);
}

/* Length of a bar for n words: each doubling adds the same. */
static int bar_length(int64_t n)
{
	int length = 0;
	for (; n > 0 && length < 48; n /= 2)
		length += 4;
	return length;
}

static void put_rect(struct html *h, const char *class, int x, int width)
{
	html_open(h, "rect");
	html_attr(h, "class", class);
	html_attr_int(h, "x", x);
	html_attr(h, "y", "0");
	html_attr_int(h, "width", width);
	html_attr(h, "height", "8");
	html_close(h, "rect");
}

void part_bar(struct html *h, const struct change_summary *s)
{
	int removed = bar_length(s->words_removed), added = bar_length(s->words_added);
	int gap = removed && added ? 2 : 0, width = removed + gap + added;

	if (width == 0)
		return;
	html_puts(h, " ");
	html_open(h, "svg");
	html_attr(h, "class", "bar");
	html_attr_printf(h, "viewBox", "0 0 %d 8", width);
	html_attr_int(h, "width", width);
	html_attr(h, "height", "8");
	html_attr(h, "aria-hidden", "true");
	if (removed)
		put_rect(h, "minus", 0, removed);
	if (added)
		put_rect(h, "plus", removed + gap, added);
	html_close(h, "svg");
}

void part_change_href(struct html *h, int64_t article, int64_t number)
{
	if (number > 0)
		html_attr_printf(h, "href", "/articles/%lld/diff/%lld/%lld", (long long)article, (long long)number - 1,
		                 (long long)number);
	else
		html_attr_printf(h, "href", "/articles/%lld/versions/0", (long long)article);
}

void part_capture_link(struct html *h, int64_t article, when at, const char *words)
{
	char digits[WHEN_TEXT];

	html_open(h, "a");
	html_attr_printf(h, "href", "/articles/%lld/captures/%s", (long long)article, when_digits(at, digits));
	html_puts(h, words);
	part_time(h, at);
	html_close(h, "a");
}
